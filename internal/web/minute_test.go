package web_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

const boardroom = `bulkhead: v1
id: household-support
name: Household support
classification: OFFICIAL
units: [{id: benefits, name: Benefits}]
people:
  - {id: manager, name: Delivery manager}
  - {id: owner, name: Service owner, email: owner@dept.example}
  - {id: other, name: Other owner}
appointments:
  - {role: delivery-manager, person: manager, unit: benefits}
  - {role: risk-owner, person: owner, unit: benefits}
  - {role: risk-owner, person: other, unit: benefits}
`

const boardroomService = `bulkhead: v1
service: {id: portal, name: Benefits <portal>, phase: live, unit: benefits}
context:
  classification: OFFICIAL
  appetite: {statement: Little, max: low}
architecture:
  components: [{id: web, type: web-application}]
data: [{id: letters, name: Letters, classification: OFFICIAL}]
risks:
  - id: r1
    title: Loss of records
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
  - id: r2
    title: Letters to the wrong people
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
  - id: r3
    title: Days without the portal
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
`

// minuted is a site on which a decision waits that was recorded on behalf of the owner.
func minuted(t testing.TB, demo bool) *site {
	t.Helper()
	s := empty(t, demo)
	s.organise(boardroom, 1)
	who := s.as("manager")
	_, err := s.Register(t.Context(), who, registry.Registration{ID: "portal", Name: "Benefits <portal>", Unit: "benefits"})
	s.must(err)
	s.write(boardroomService, 0)
	made, err := civil.ParseMoment("2026-11-20")
	s.must(err)
	_, err = s.RecordEvidence(t.Context(), who, "portal", []evidence.Record{{
		ID: "board-2026-11", Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Kind: "review", Strength: "documented", Outcome: "passed", Observed: made,
	}})
	s.must(err)
	s.judge()
	_, err = s.Minute(t.Context(), who, "portal", registry.Minuting{
		Making: registry.Making{
			Wanted: registry.Wanted{Proposal: app.Proposal{ID: "d1", Kind: "acceptance", Subject: "risk:r1"}}, Reason: "Mended in <spring>", ValidUntil: s.spring(), Conditions: []string{"Backups are tried"},
		},
		OnBehalfOf: "owner", Minute: "board-2026-11", Made: made,
	})
	s.must(err)
	return s
}

// write makes a text the file of the service, after the revision that it was written on.
func (s *site) write(text string, base int64) {
	s.t.Helper()
	_, err := s.ChangeService(s.t.Context(), s.as("manager"), "portal", registry.Change{Base: base, Files: []schema.Source{{File: "bulkhead.yaml", Text: []byte(text)}}})
	s.must(err)
}

// judge judges what has changed.
func (s *site) judge() {
	s.t.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = s.JudgeDirty(s.t.Context(), "test", 1)
		s.must(err)
	}
}

// spring is until when the decisions hold.
func (s *site) spring() civil.Moment {
	s.t.Helper()
	until, err := civil.ParseMoment("2027-03-31")
	s.must(err)
	return until
}

// minuteLink gives the path of the link with which the owner confirms the decision, as the e-mail has it.
func (s *site) minuteLink() string {
	s.t.Helper()
	secret, err := signin.NewSecret(signin.Link, strings.NewReader(strings.Repeat("seed", 16)))
	s.must(err)
	l := store.Link{Purpose: "minute", Person: "owner", Payload: []byte(`{"service":"portal","decision":"d1"}`), Expires: s.now().Add(14 * 24 * time.Hour)}
	s.must(s.store.Change(s.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.KeepLink(ctx, hex.EncodeToString(secret.Hash()), l)
	}))
	return registry.MinutePath + secret.Reveal()
}

// busy is a site on which one decision waits to be confirmed, one to be made, and one to be made again.
func busy(t testing.TB) *site {
	t.Helper()
	s := minuted(t, false)
	_, err := s.Decide(t.Context(), s.as("owner"), "portal", registry.Making{
		Wanted: registry.Wanted{Proposal: app.Proposal{ID: "d3", Kind: "acceptance", Subject: "risk:r3"}}, Reason: "Few days", ValidUntil: s.spring(),
	})
	s.must(err)
	s.write(strings.Replace(boardroomService, "the portal\n    components: [web]", "the portal\n    components: [web]\n    data: [letters]", 1), 1)
	_, err = s.Propose(t.Context(), s.as("manager"), "portal", registry.Proposing{
		Wanted: registry.Wanted{Proposal: app.Proposal{ID: "d2", Kind: "acceptance", Subject: "risk:r2"}}, Reason: "Few letters", ValidUntil: s.spring(),
	})
	s.must(err)
	s.judge()
	return s
}

// as gives somebody who is known.
func (s *site) as(id ident.ID) registry.Asker {
	s.t.Helper()
	basis, err := s.store.Basis(s.t.Context())
	s.must(err)
	who, err := s.Person(s.t.Context(), id, basis)
	s.must(err)
	return who
}

// attested says how it was shown who decided.
func (s *site) attested() string {
	s.t.Helper()
	d, err := s.OneDecision(s.t.Context(), s.as("manager"), "portal", "d1")
	s.must(err)
	return d.Line.Attested
}

func TestAMinuteIsConfirmedOnItsPage(t *testing.T) {
	s := minuted(t, false)
	link := s.minuteLink()
	b := s.visitor()

	// Who is not signed in is told nothing of it, and comes back once they are.
	p := b.get(link)
	p.is(t, 200, "A decision was recorded on your behalf", `href="/sign-in"`)
	for _, secret := range []string{"records", "portal", "Mended", "OFFICIAL</strong>"} {
		if strings.Contains(p.text, secret) {
			t.Errorf("before anybody signed in the page says %q", secret)
		}
	}
	b.follow(s.invite("owner")).leads(t, "/account/passkey")
	b.get("/account/passkey").is(t, 200, `<a href="`+link+`">Go on without this</a>`)

	for range 2 { // looking confirms nothing
		b.get(link).is(t, 200, "OFFICIAL</strong>", "Delivery manager recorded that you decided this", "The risk is accepted: Loss of records", "Benefits &lt;portal&gt;", "Risk owner",
			"20 November 2026", "Mended in &lt;spring&gt;", "Backups are tried", "31 March 2027", "board-2026-11", "6 December 2026", "Likelihood if nothing were done</th><td>2 of 5<", "Data that it touches</th><td>none<", "Kind</th><td>not known<")
	}
	if s.attested() != "" {
		t.Error("looking at the page confirmed it")
	}
	form := url.Values{"link": {strings.TrimPrefix(link, registry.MinutePath)}}
	other := s.visitor()
	other.follow(s.invite("other"))
	other.get(link).is(t, 403, "for the one who decided", "Go to the first page")
	other.post("/minute", form).is(t, 403, "for the one who decided")
	s.visitor().post("/minute", form).is(t, 403, "not signed in")
	b.post("/minute", form).is(t, 200, "You have confirmed the decision")
	if s.attested() != "minute" {
		t.Errorf("confirmed it is attested by %q", s.attested())
	}
	b.post("/minute", form).is(t, 404, "used already")
	b.get(link).is(t, 404, "used already")
}

func TestWhoSignsInIsLedBackToTheMinute(t *testing.T) {
	s := minuted(t, true)
	link := s.minuteLink()
	b := s.visitor()
	never, err := signin.NewSecret(signin.Link, rand.Reader)
	s.must(err)
	invited := strings.TrimPrefix(s.invite("owner"), registry.LinkPath)
	pages := map[string]bool{}
	for _, none := range []string{"x", never.Reveal(), invited} { // cut short, never given out, and good for something else
		p := b.get(registry.MinutePath + none)
		p.is(t, 404, "not copied whole")
		pages[p.text] = true
		if len(b.cookies) != 0 {
			t.Errorf("of a link that is none the browser remembers %v", b.cookies)
		}
	}
	if len(pages) != 1 {
		t.Error("links that are none are told apart")
	}
	b.get(link).is(t, 200, "Sign in")
	links, err := s.DemoLinks(t.Context())
	s.must(err)
	for _, l := range links {
		if l.Role == "risk-owner" {
			b.follow(registry.LinkTo("", l.Link)).leads(t, link)
			b.get(link).is(t, 200, "Loss of records")
			b.follow(registry.LinkTo("", l.Link)).leads(t, "/account")
		}
	}
	b.cookies["bulkhead-minute"] = "//elsewhere.example"
	b.follow(registry.LinkTo("", links[0].Link)).leads(t, "/account")
}

func TestAMinuteThatIsWrongIsTakenBack(t *testing.T) {
	s := minuted(t, false)
	link := s.minuteLink()
	b := s.visitor()
	b.follow(s.invite("owner"))
	form := url.Values{"link": {strings.TrimPrefix(link, registry.MinutePath)}, "reason": {" "}}
	b.post("/minute/wrong", form).is(t, 422, "<title>Error: ", "Say what is wrong.", "Loss of records")
	form.Set("reason", "It was not decided so")
	b.post("/minute/wrong", form).is(t, 200, "The decision is taken back")
	b.post("/minute/wrong", form).is(t, 404, "used already")
	b.post("/minute", form).is(t, 404, "used already")
	if s.attested() != "" {
		t.Error("what was taken back is confirmed")
	}
	waits, err := s.Waiting(t.Context(), s.as("owner"))
	s.must(err)
	for _, w := range waits {
		if w.Why == registry.ToConfirm {
			t.Error("what was taken back waits to be confirmed still")
		}
	}
}

// Where no e-mail is set up, or it was lost, what waits is found and confirmed on the pages.
func TestWhatWaitsIsShown(t *testing.T) {
	s := minuted(t, false)
	b, other := s.visitor(), s.visitor()
	for _, path := range []string{registry.WaitingPath, registry.SettingsPath, registry.WaitingPath + "/portal/d1"} {
		b.get(path).leads(t, "/sign-in")
	}
	b.follow(s.invite("owner"))
	other.follow(s.invite("other"))
	other.get(registry.WaitingPath).is(t, 200, "Nothing waits for you.")
	other.get(registry.WaitingPath+"/portal/d1").is(t, 403, "by the one who decided")
	b.get(registry.WaitingPath).is(t, 200, "Confirm what was recorded on your behalf", `href="/waiting/portal/d1"`, "Acceptance of risk r1", "Benefits &lt;portal&gt;", "Risk owner", "until 6 December 2026")
	b.get(registry.WaitingPath+"/portal/d1").is(t, 200, "The risk is accepted: Loss of records")
	form := url.Values{"service": {"portal"}, "decision": {"d1"}}
	other.post("/minute", form).is(t, 403)
	b.post("/minute/wrong", form).is(t, 422, `name="decision" value="d1"`)
	b.post("/minute", form).is(t, 200, "You have confirmed the decision")
	if s.attested() != "minute" {
		t.Errorf("confirmed it is attested by %q", s.attested())
	}
	b.get(registry.WaitingPath).is(t, 200, "Nothing waits for you.")
}

func TestDigestsAreStoppedOnThePage(t *testing.T) {
	s := minuted(t, false)
	b := s.visitor()
	b.follow(s.invite("owner"))
	b.get(registry.SettingsPath).leads(t, "/account#waiting")
	b.get("/account").is(t, 200, "Stop these e-mails")
	b.post("/account/digests", url.Values{"wanted": {"no"}}).leads(t, "/account#waiting")
	if wanted, err := s.Digests(t.Context(), s.as("owner")); wanted || err != nil {
		t.Errorf("they get them still, %v", err)
	}
	b.get("/account").is(t, 200, "Send me these e-mails")
	b.post("/account/digests", url.Values{"wanted": {"yes"}}).leads(t, "/account#waiting")
	b.get("/account").is(t, 200, "Stop these e-mails")
}
