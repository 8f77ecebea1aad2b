package registry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// offices is an organisation with somebody in each office that the tests of decisions ask about.
const offices = `bulkhead: v1
id: household-support
name: Household support
zone: Europe/London
units:
  - {id: department, name: The department}
  - {id: benefits, name: Benefits, parent: department}
people:
  - {id: sro, name: Director of benefits, email: sro@dept.example}
  - {id: sro2, name: Second director of benefits}
  - {id: deputy, name: Deputy director}
  - {id: ciso, name: Chief information security officer}
  - {id: owner, name: Service owner, email: owner@dept.example}
  - {id: lead, name: Security lead}
  - {id: architect, name: Security architect}
  - {id: manager, name: Delivery manager}
  - {id: keeper, name: Information asset owner}
  - {id: rules, name: Principle owner}
  - {id: assessor, name: Assessor}
  - {id: b1, name: Member}
  - {id: b2, name: Member}
  - {id: b3, name: Member}
  - {id: b4, name: Member}
  - {id: b5, name: Member}
  - {id: former, name: Former service owner, left: 2026-10-31}
appointments:
  - {role: senior-responsible-owner, person: sro, unit: benefits}
  - {role: senior-responsible-owner, person: sro2, unit: benefits, until: 2026-12-31}
  - {role: ciso, person: ciso}
  - {role: risk-owner, person: owner, service: portal}
  - {role: service-owner, person: owner, service: portal}
  - {role: service-owner, person: former, service: portal}
  - {role: security-lead, person: lead, unit: benefits}
  - {role: security-architect, person: architect, unit: benefits}
  - {role: delivery-manager, person: manager, unit: benefits}
  - {role: information-asset-owner, person: keeper, unit: benefits}
  - {role: principle-owner, person: rules}
  - {role: assessor, person: assessor}
delegations:
  - {id: holiday, holder: sro, deputy: deputy, role: senior-responsible-owner, from: 2026-11-20, until: 2026-11-24, reason: Leave}
boards:
  - {id: security-board, name: Security board, role: security-working-group, unit: department, members: [b1, b2, b3, b4, b5], chair: b1, quorum: 3}
authority:
  - {id: gate-by-two, decision: sign-off, of: gate, roles: [senior-responsible-owner], quorum: 2, why: Two directors sign together}
  - {id: round-by-board, decision: sign-off, of: round, roles: [security-working-group], why: The board shares it}
`

// claims is a service about which there is something of each kind to decide.
const claims = `bulkhead: v1
service: {id: portal, name: Benefits portal, phase: live, unit: benefits}
context:
  classification: OFFICIAL
  appetite: {statement: Little, max: low}
  scope:
    boundaries: [{id: payments, name: Payments, with: The payments service}]
architecture:
  components:
    - {id: web, type: web-application}
data:
  - {id: letters, name: Letters, classification: OFFICIAL, owner: information-asset-owner}
risks:
  - id: r1
    title: Loss of records
    statement: Records are lost
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
assurance:
  rounds: [{id: autumn, questionnaire: Tracker, date: 2026-11-02}]
`

// autumn is when the tests of decisions begin.
var autumn = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// chamber is a registry in which decisions are made, with a clock that the test sets.
type chamber struct {
	desk
	mu  *sync.Mutex
	now *time.Time
}

func (c chamber) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.now = c.now.Add(d)
}

func (c chamber) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.now
}

// chambered gives a registry with an organisation and the service portal.
func chambered(t testing.TB, organisation, service string) chamber {
	t.Helper()
	dir := t.TempDir()
	ring, err := seal.CreateRing(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return chamberedOn(t, store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring}, organisation, service)
}

func chamberedOn(t testing.TB, where store.Config, organisation, service string) chamber {
	t.Helper()
	at := autumn
	c := chamber{mu: &sync.Mutex{}, now: &at}
	where.Now = c.time
	s, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c.desk = desk{registry.New(s, where.Now), s, t}
	_, err = s.Write(t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: 1, Texts: []store.Text{{File: "organisation.yaml", Text: organisation}}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.put(service)
	return c
}

// put registers the service portal, the first time, and makes a text its newest revision.
func (c chamber) put(text string) {
	c.t.Helper()
	who := c.person("manager")
	v, err := c.store.Service(c.t.Context(), "portal")
	if fault.KindOf(err) == fault.NotFound && err != nil {
		if _, err := c.Register(c.t.Context(), who, registry.Registration{ID: "portal", Name: "Benefits portal", Unit: "benefits"}); err != nil {
			c.t.Fatal(err)
		}
	}
	if _, err := c.ChangeService(c.t.Context(), who, "portal", registry.Change{Base: v.Number, Files: one(text)}); err != nil {
		c.t.Fatal(err)
	}
}

// judged gives the newest posture, judged as far as there is anything to judge.
func (c chamber) judged() *assess.Posture {
	c.t.Helper()
	c.rest()
	text, err := c.PostureAt(c.t.Context(), c.person("sro"), "portal", c.store.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	var p assess.Posture
	if err := json.Unmarshal(text, &p); err != nil {
		c.t.Fatal(err)
	}
	return &p
}

// rest judges until nothing is left to judge.
func (c chamber) rest() {
	c.t.Helper()
	for range 20 {
		if _, err := c.store.MarkDue(c.t.Context(), c.store.Now(), *c.now); err != nil {
			c.t.Fatal(err)
		}
		n, err := c.JudgeDirty(c.t.Context(), "test", 1)
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 {
			if p, err := c.store.Posture(c.t.Context(), "portal"); err != nil || p.Failing != 0 {
				c.t.Fatalf("judging fails since %s, %v", p.Failing, err)
			}
			return
		}
	}
	c.t.Fatal("the posture never comes to rest")
}

// state gives the state of a decision in the posture, and why.
func (c chamber) state(id ident.ID) (state, code string, attested bool) {
	c.t.Helper()
	for _, d := range c.judged().Decisions {
		if d.ID == id {
			if d.Cause != nil {
				code = d.Cause.Code
			}
			return d.State, code, d.Attested
		}
	}
	return "", "", false
}

func wanted(kind, subject string) registry.Wanted {
	return registry.Wanted{Proposal: app.Proposal{Kind: kind, Subject: subject}}
}

func day(t testing.TB, text string) civil.Moment {
	t.Helper()
	m, err := civil.ParseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// accepting is a decision to bear r1, as it is made by somebody who may.
func accepting(t testing.TB) registry.Making {
	return registry.Making{Wanted: wanted("acceptance", "r1"), Reason: "It is mended in spring", ValidUntil: day(t, "2027-03-31")}
}

// must gives what takes the outcome of something that has to be made.
func must(t testing.TB) func(*registry.Outcome, error) *registry.Outcome {
	t.Helper()
	return func(out *registry.Outcome, err error) *registry.Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refusedAs says that an error is of a kind and says something.
func refusedAs(t testing.TB, err error, kind fault.Kind, says string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v (%s), want %s that says %q", err, fault.KindOf(err), kind, says)
	}
}

func TestADecisionMadeHereIsAttested(t *testing.T) {
	c := chambered(t, offices, claims)
	c.rest()
	draft, err := c.DraftDecision(t.Context(), c.person("owner"), "portal", wanted("acceptance", "r1"))
	if err != nil {
		t.Fatal(err)
	}
	standing, err := posture(t.Context(), c.Registry, c.person("owner"), "portal")
	if err != nil {
		t.Fatal(err)
	}
	if a := draft.Authority; a.Yours != "risk-owner" || a.Line != "acceptance-low" || a.Longest.String() != "P1Y" {
		t.Errorf("the authority is %+v", a)
	}
	if draft.Decision.Shown != ident.Hash(standing.Judged.Posture) {
		t.Error("what was shown is not the posture that is kept")
	}
	out := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	if !out.Made || out.State.State != "holds" || !out.State.Attested || out.Decision.By != "owner" || out.Decision.Role != "risk-owner" {
		t.Errorf("it stands as %+v", out)
	}
	if state, _, attested := c.state(out.Decision.ID); state != "holds" || !attested {
		t.Errorf("the posture has it as %s, attested %v", state, attested)
	}
	got, err := c.OneDecision(t.Context(), c.person("manager"), "portal", out.Decision.ID)
	if err != nil || got.Line.Attested != "server" || got.Decision.Reason != "It is mended in spring" {
		t.Errorf("the record has %+v, %v", got, err)
	}
}

// A record that comes from a file never says of itself that it is attested, whatever it holds.
func TestARecordFromAFileIsNotAttested(t *testing.T) {
	c := chambered(t, offices, claims)
	draft, err := c.DraftDecision(t.Context(), c.person("sro"), "portal", wanted("sign-off", "appetite"))
	if err != nil {
		t.Fatal(err)
	}
	d := draft.Decision
	d.By, d.Role, d.Reason, d.Made = "sro", "senior-responsible-owner", "Agreed", civil.MomentOf(civil.Of(autumn))
	text, err := ident.Canon(&d)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.DecisionRecorded, Actor: "token:t1", Service: "portal", Subject: "decision:" + string(d.ID), Content: &store.Decided{Service: "portal", Decision: text},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if state, _, attested := c.state(d.ID); state != "holds" || attested {
		t.Errorf("it is %s, attested %v", state, attested)
	}
	if p := c.judged(); p.Context.Appetite.State != "proposed" {
		t.Errorf("the appetite is %s by a record that anybody can write", p.Context.Appetite.State)
	}
}

// What nobody with the authority has signed at the server counts as proposed, and nothing that a team writes signs it.
func TestSignOffsCountOnceSigned(t *testing.T) {
	c := chambered(t, offices, claims)
	states := func() map[string]string {
		x := c.judged().Context
		return map[string]string{"appetite": x.Appetite.State, "classification": x.Register.State, "tier": x.Tier.State, "scope": x.Scope.State}
	}
	signers := map[string]string{"appetite": "sro", "classification": "keeper", "tier": "ciso", "scope": "sro"}
	for _, what := range []string{"appetite", "classification", "tier", "scope"} {
		if got := states()[what]; got != "proposed" {
			t.Errorf("%s is %s before anybody signed", what, got)
		}
		making := registry.Making{Wanted: wanted("sign-off", what), Reason: "Agreed"}
		for _, other := range []string{"manager", "lead", "rules", "architect"} {
			_, err := c.Decide(t.Context(), c.person(other), "portal", making)
			refusedAs(t, err, fault.Forbidden, "is for: ")
		}
		c.put(claims + "# " + what + ": signed\n")
		if got := states()[what]; got != "proposed" {
			t.Errorf("%s is %s by what the team wrote", what, got)
		}
		out := must(t)(c.Decide(t.Context(), c.person(signers[what]), "portal", making))
		if out.Decision.ValidUntil.IsZero() {
			t.Errorf("the sign-off of %s says nothing of how long it holds", what)
		}
		if got := states()[what]; got != "signed" {
			t.Errorf("%s is %s once %s signed", what, got, signers[what])
		}
	}
	for _, what := range []string{"go-live", "autumn"} {
		_, err := c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Wanted: wanted("sign-off", what), Reason: "Agreed"})
		refusedAs(t, err, fault.Forbidden, "is for: ")
	}
	live := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{
		Wanted: wanted("sign-off", "go-live"), Reason: "Ready", Consulted: []registry.Adviser{{Role: "security-lead", Person: "lead"}, {Role: "ciso", Person: "ciso"}},
	}))
	if !live.State.Attested || !slices.Contains(live.Decision.Consulted, "security-lead") {
		t.Errorf("the go-live stands as %+v", live)
	}
}

func TestNobodyIsAskedByThemselves(t *testing.T) {
	c := chambered(t, offices, claims)
	making := registry.Making{Wanted: wanted("sign-off", "go-live"), Reason: "Ready"}
	_, err := c.Decide(t.Context(), c.person("sro"), "portal", making)
	refusedAs(t, err, fault.Invalid, "has to be asked before")
	for _, told := range []registry.Adviser{{Role: "security-lead", Person: "sro"}, {Role: "security-lead", Person: "manager"}, {Role: "security-lead", Person: "nobody"}} {
		making.Consulted = []registry.Adviser{told}
		_, err := c.Decide(t.Context(), c.person("sro"), "portal", making)
		refusedAs(t, err, fault.Invalid, "consulted: ")
	}
}

func TestTheLongestIsEnforced(t *testing.T) {
	c := chambered(t, offices, claims)
	for until, says := range map[string]string{"2027-11-23": "for 1 year at the most", "2026-11-20": "over already"} {
		m := accepting(t)
		m.ValidUntil = day(t, until)
		_, err := c.Decide(t.Context(), c.person("owner"), "portal", m)
		refusedAs(t, err, fault.Invalid, says)
	}
	m := accepting(t)
	m.ValidUntil = civil.Moment{}
	_, err := c.Decide(t.Context(), c.person("owner"), "portal", m)
	refusedAs(t, err, fault.Invalid, "say how long it holds")
}

func TestOnlyAPersonDecides(t *testing.T) {
	c := chambered(t, offices, claims)
	basis, err := c.store.Basis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []ident.ID{"senior-responsible-owner", "risk-owner", "ciso"} {
		token, err := c.Token(t.Context(), access.Token{ID: "t1", Role: role, Uses: access.Uses()}, basis)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Decide(t.Context(), token, "portal", accepting(t))
		refusedAs(t, err, fault.Forbidden, "this token may not")
		_, err = c.Retract(t.Context(), token, "portal", "d1", "No")
		refusedAs(t, err, fault.Forbidden, "this token may not")
		_, err = c.Minute(t.Context(), token, "portal", registry.Minuting{Making: accepting(t), OnBehalfOf: "owner", Minute: "m1"})
		refusedAs(t, err, fault.Forbidden, "")
	}
	_, err = c.Decide(t.Context(), c.terminal(), "portal", accepting(t))
	refusedAs(t, err, fault.Forbidden, "none of your roles")
}

// A role that was lent counts on its days, and an appointment that ended no longer.
func TestAuthorityHasDates(t *testing.T) {
	c := chambered(t, offices, claims)
	m := accepting(t)
	m.Wanted.ID, m.Role = "lent", "senior-responsible-owner"
	must(t)(c.Decide(t.Context(), c.person("deputy"), "portal", m))
	_, err := c.Decide(t.Context(), c.person("former"), "portal", accepting(t))
	refusedAs(t, err, fault.NotFound, "no service of that name")

	c.wait(4 * 24 * time.Hour)
	m.Wanted.ID = "lent-2"
	_, err = c.Decide(t.Context(), c.person("deputy"), "portal", m)
	refusedAs(t, err, fault.NotFound, "no service of that name")
	m.Wanted.ID = "second"
	must(t)(c.Decide(t.Context(), c.person("sro2"), "portal", m))

	c.wait(40 * 24 * time.Hour)
	m.Wanted.ID = "third"
	_, err = c.Decide(t.Context(), c.person("sro2"), "portal", m)
	refusedAs(t, err, fault.NotFound, "no service of that name")
}

func TestWhatWasShownHasChanged(t *testing.T) {
	c := chambered(t, offices, claims)
	propose := func(id string) {
		t.Helper()
		w := wanted("acceptance", "r1")
		w.ID = id
		if _, err := c.Propose(t.Context(), c.person("manager"), "portal", registry.Proposing{Wanted: w, Reason: "Small", ValidUntil: day(t, "2027-03-31")}); err != nil {
			t.Fatal(err)
		}
	}
	propose("worse")
	c.put(strings.Replace(claims, "components: [web]\n    inherent: {likelihood: 2", "components: [web]\n    inherent: {likelihood: 3", 1))
	_, err := c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Proposal: "worse"})
	refusedAs(t, err, fault.Conflict, "what was shown has changed")
	changed, is := errors.AsType[*registry.Conflicts](err)
	if !is {
		t.Fatal("the conflict names no fields")
	}
	var paths []string
	for _, x := range changed.Conflicts {
		paths = append(paths, x.Path+" "+x.Base+" "+x.Theirs)
	}
	if !slices.Contains(paths, "inherent/likelihood 2 3") {
		t.Errorf("the fields are %q", paths)
	}

	propose("better")
	c.put(claims)
	out := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: "better", Consulted: []registry.Adviser{{Role: "ciso", Person: "ciso"}}}))
	if out.State.State != "holds" {
		t.Errorf("an improvement made it %s", out.State.State)
	}
}

// Who decides without a proposal says what they were shown, and is told where it has become worse.
func TestWhoDecidesAloneIsToldOfChangesToo(t *testing.T) {
	c := chambered(t, offices, claims)
	draft, err := c.DraftDecision(t.Context(), c.person("owner"), "portal", wanted("acceptance", "r1"))
	if err != nil {
		t.Fatal(err)
	}
	c.put(strings.Replace(claims, "components: [web]", "components: [web]\n    data: [letters]", 1))
	m := accepting(t)
	m.Seen = draft.Decision.Basis.Fields
	_, err = c.Decide(t.Context(), c.person("owner"), "portal", m)
	refusedAs(t, err, fault.Conflict, "data")
}

func TestADecisionOfOneIdIsMadeOnce(t *testing.T) {
	c := chambered(t, offices, claims)
	m := accepting(t)
	m.Wanted.ID = "once"
	var wg sync.WaitGroup
	var made, refused int
	var mu sync.Mutex
	for range 20 {
		wg.Go(func() {
			_, err := c.Decide(t.Context(), c.person("owner"), "portal", m)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case fault.KindOf(err) == fault.Conflict:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 || refused != 19 {
		t.Errorf("%d made it and %d were refused", made, refused)
	}
}

// offered is a small service of a tier, with a risk of each kind in each band.
func offered(id ident.ID, tier string) string {
	text := "bulkhead: v1\nservice: {id: " + string(id) + ", name: A service, phase: live, unit: benefits, tier: " + tier + "}\n" +
		"context: {classification: OFFICIAL, appetite: {statement: None, max: very-low}}\nassurance:\n  rounds: [{id: autumn, questionnaire: Tracker, date: 2026-11-02}]\nrisks:\n"
	for _, kind := range []string{"security", "privacy", "safety"} {
		for i, band := range bands() {
			judged := fmt.Sprintf("{likelihood: %d, impact: {financial: %d}}", i+1, i+1)
			text += fmt.Sprintf("  - {id: %s-%s, title: A risk, kind: %s, inherent: %s, residual: %s, treatment: accept}\n", kind, band, kind, judged, judged)
		}
	}
	return text
}

// bands are those of a risk, each of which a likelihood and an impact of its number come to.
func bands() []string { return []string{"very-low", "low", "medium", "high", "very-high"} }

// everybody is an organisation with one person in each role of the library, called by it.
func everybody(roles []ident.ID) string {
	text := "bulkhead: v1\nid: org\nname: Org\nunits: [{id: benefits, name: Benefits}]\npeople:\n"
	for _, role := range roles {
		text += "  - {id: " + string(role) + "}\n"
	}
	text += "  - {id: manager}\nappointments:\n  - {role: delivery-manager, person: manager}\n"
	for _, role := range roles {
		text += "  - {role: " + string(role) + ", person: " + string(role) + "}\n"
	}
	return text
}

// askedOf is one decision that the table of authority is asked about.
type askedOf struct {
	kind, of, subject, risk, band, tier string
}

// TestTheTableDecidesWhoMay makes every kind of decision, at each band and tier, in the roles of the library: those whom
// the table names succeed, and everybody else is told who may.
func TestTheTableDecidesWhoMay(t *testing.T) {
	roles, table := libraryRoles(t), authorityTable(t)
	tiers := []string{"medium", "high"} // on either side of what the table tells apart
	c := chambered(t, everybody(roles), offered("portal", "medium"))
	if _, err := c.Register(t.Context(), c.person("manager"), registry.Registration{ID: "other", Name: "A service", Unit: "benefits"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ChangeService(t.Context(), c.person("manager"), "other", registry.Change{Files: one(offered("other", "high"))}); err != nil {
		t.Fatal(err)
	}
	var all []askedOf
	for _, tier := range tiers {
		for _, kind := range []string{"security", "privacy", "safety"} {
			for _, band := range bands() {
				all = append(all, askedOf{kind: "acceptance", subject: kind + "-" + band, risk: kind, band: band, tier: tier})
			}
		}
		for _, of := range []string{"appetite", "classification", "tier", "scope", "go-live", "round"} {
			subject := map[string]string{"round": "autumn"}[of]
			if subject == "" {
				subject = of
			}
			all = append(all, askedOf{kind: "sign-off", of: of, subject: subject, tier: tier})
		}
		all = append(all,
			askedOf{kind: "exception", subject: "secure-by-design/i7", tier: tier},
			askedOf{kind: "tailoring", subject: "multi-factor-authentication", tier: tier},
			askedOf{kind: "confirmation", subject: "secure-by-design/q1", tier: tier},
			askedOf{kind: "review", subject: "principle:secure-by-design", tier: tier},
		)
	}
	may, not, n := 0, 0, 0
	for _, a := range all {
		row := rowFor(table, a)
		service := map[string]ident.ID{"medium": "portal", "high": "other"}[a.tier]
		for _, role := range roles {
			if n++; n%3 > 0 && !slices.Contains(row.roles, role) {
				continue // of those who may not, each is asked of some
			}
			m := registry.Making{Wanted: wanted(a.kind, a.subject), Reason: "So decided", ValidUntil: day(t, "2027-01-31")}
			m.Wanted.ID = fmt.Sprintf("d%d", n)
			if a.kind == "exception" {
				m.Wanted.Departure = "Not followed for a while"
			}
			for _, consult := range row.consult {
				m.Consulted = append(m.Consulted, registry.Adviser{Role: consult, Person: consult})
			}
			_, err := c.Decide(t.Context(), c.person(string(role)), service, m)
			switch {
			case slices.Contains(row.roles, role) && err != nil:
				t.Errorf("%+v: %s may and is told: %v", a, role, err)
			case slices.Contains(row.roles, role):
				may++
			case err == nil:
				t.Errorf("%+v: %s may not and did", a, role)
			case fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound:
				t.Errorf("%+v: %s is refused as %s: %v", a, role, fault.KindOf(err), err)
			default:
				not++
				tellsWhoMay(t, a, role, row, err)
			}
		}
	}
	t.Logf("%d were made and %d refused", may, not)
	if may < 50 || not < 500 {
		t.Error("the matrix is not what it was meant to be")
	}
}

// tellsWhoMay says that who is let near decisions at all is told by name of role who may make this one.
func tellsWhoMay(t *testing.T, a askedOf, role ident.ID, row expected, err error) {
	t.Helper()
	use := access.Decide
	if a.kind == "review" {
		use = access.RecordReview
	}
	at := access.Place{Service: "portal", Unit: "benefits"}
	if !access.May(access.Actor{Person: "x", Holdings: holdings(role)}, use, at).Yes {
		return
	}
	if len(row.roles) == 0 {
		refusedAs(t, err, fault.Forbidden, "nobody may decide this")
		return
	}
	for _, may := range row.roles {
		if !strings.Contains(err.Error(), string(may)) {
			t.Errorf("%+v: %s is told %q, which does not name %s", a, role, err, may)
		}
	}
}

func TestDecisionsAreListedForWhoMayReadThem(t *testing.T) {
	c := chambered(t, offices, claims)
	must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	lines, err := c.Decisions(t.Context(), c.person("manager"), "portal", "", 10)
	if err != nil || len(lines) != 1 || lines[0].Kind != decision.Acceptance {
		t.Errorf("%+v, %v", lines, err)
	}
	_, err = c.Decisions(t.Context(), c.person("former"), "portal", "", 10)
	refusedAs(t, err, fault.NotFound, "no service of that name")
}
