package api_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// chamberText is an organisation with somebody in each office that the stories of decisions ask about.
const chamberText = `bulkhead: v1
id: household-support
name: Household support
units:
  - {id: department, name: The department}
  - {id: benefits, name: Benefits, parent: department}
people:
  - {id: sro, name: Director of benefits}
  - {id: ciso, name: Chief information security officer}
  - {id: owner, name: Service owner}
  - {id: lead, name: Security lead}
  - {id: manager, name: Delivery manager}
  - {id: b1, name: Member}
  - {id: b2, name: Member}
appointments:
  - {role: senior-responsible-owner, person: sro, unit: benefits}
  - {role: ciso, person: ciso}
  - {role: risk-owner, person: owner, service: portal}
  - {role: security-lead, person: lead, unit: benefits}
  - {role: delivery-manager, person: manager, unit: benefits}
boards:
  - {id: security-board, name: Security board, role: security-working-group, unit: department, members: [b1, b2], chair: b1, quorum: 2}
authority:
  - {id: round-by-board, decision: sign-off, of: round, roles: [security-working-group], why: The board shares it}
`

const chamberService = `bulkhead: v1
service: {id: portal, name: Benefits portal, phase: live, unit: benefits}
context:
  classification: OFFICIAL
  appetite: {statement: Little, max: low}
architecture:
  components:
    - {id: web, type: web-application}
risks:
  - id: r1
    title: Loss of records
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
assurance:
  rounds: [{id: autumn, questionnaire: Tracker, date: 2026-11-02}]
`

// chamber is the API over a record in which decisions are made, with a clock that the test sets.
type chamber struct {
	*bench
	t   *testing.T
	mu  sync.Mutex
	now time.Time
}

func chambered(t *testing.T) *chamber {
	t.Helper()
	c := &chamber{t: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	b, err := newBenchAt(t.TempDir(), func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.now
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	c.bench = b
	if err := b.organise(chamberText); err != nil {
		t.Fatal(err)
	}
	c.ask("manager", "POST", "/services", `{"id":"portal","name":"Benefits portal","unit":"benefits"}`, 201)
	got := b.send("person:manager", "PUT", "/services/portal", files(chamberService), `If-Match: "0"`)
	if got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	c.settled()
	return c
}

func (c *chamber) settled() {
	c.t.Helper()
	if err := c.settle(); err != nil {
		c.t.Fatal(err)
	}
}

// ask asks as somebody, and holds the answer to a status.
func (c *chamber) ask(who, method, path, body string, status int) answer {
	c.t.Helper()
	got := c.send("person:"+who, method, path, body)
	if got.status != status {
		c.t.Fatalf("%s %s as %s: %d %s, want %d", method, path, who, got.status, got.body, status)
	}
	return got
}

const accepting = `"kind":"acceptance","subject":"risk:r1","reason":"Mended in spring","valid_until":"2027-03-31"`

// waits gives what waits for somebody.
func (c *chamber) waits(who, query string) (out []string) {
	c.t.Helper()
	for _, w := range as[struct{ Items []api.WaitingLine }](c.t, c.ask(who, "GET", "/me/waiting"+query, "", 200)).Items {
		out = append(out, w.Why+" "+w.Decision+" as "+w.Role)
	}
	return out
}

func TestAProposalIsAdvisedOnAndWithdrawn(t *testing.T) {
	c := chambered(t)
	c.ask("manager", "POST", "/services/portal/proposals", `{"id":"p1","kind":"sign-off","subject":"go-live","reason":"Ready"}`, 201)
	const p1 = "/services/portal/proposals/p1"
	c.ask("owner", "POST", p1+"/advice", `{"words":"Ready"}`, 403)
	c.ask("lead", "POST", p1+"/advice", `{"words":" "}`, 422)
	c.ask("lead", "POST", p1+"/advice", `{"words":"Ready, once backups are tried"}`, 200)
	c.ask("lead", "POST", p1+"/advice", `{"words":"Once more"}`, 409)
	line := as[api.ProposalLine](t, c.ask("manager", "GET", p1, "", 200))
	if line.State != "waiting" || len(line.Agreements) != 1 || line.Agreements[0].Said != "Ready, once backups are tried" || line.Agreements[0].Part != "consulted" {
		t.Errorf("it is %+v", line)
	}
	c.ask("lead", "POST", p1+"/withdraw", `{"reason":"I know better"}`, 403)
	c.ask("manager", "POST", p1+"/withdraw", `{"reason":" "}`, 422)
	c.ask("manager", "POST", p1+"/withdraw", `{"reason":"It was mended"}`, 200)
	if line := as[api.ProposalLine](t, c.ask("manager", "GET", p1, "", 200)); line.State != "withdrawn" {
		t.Errorf("withdrawn it is %s", line.State)
	}
	c.ask("sro", "POST", p1+"/agree", `{}`, 409)

	c.ask("manager", "POST", "/services/portal/proposals", `{"id":"p2",`+accepting+`}`, 201)
	c.ask("owner", "POST", "/services/portal/proposals/p2/withdraw", `{"reason":"Mend it"}`, 200)
	if line := as[api.ProposalLine](t, c.ask("manager", "GET", "/services/portal/proposals/p2", "", 200)); line.State != "declined" {
		t.Errorf("declined it is %s", line.State)
	}
}

// minute records a decision of the risk's owner on their behalf.
func (c *chamber) minute(id string) {
	c.t.Helper()
	c.ask("manager", "POST", "/services/portal/evidence", `{"records":[{"id":"minute-1","subject":["risk:r1"],"kind":"review","strength":"documented","outcome":"passed","observed":"2026-11-20"}]}`, 201)
	out := as[api.Outcome](c.t, c.ask("manager", "POST", "/services/portal/minutes",
		`{"id":"`+id+`",`+accepting+`,"on_behalf_of":"owner","minute":"minute-1","made":"2026-11-20"}`, 201))
	if !out.Made || out.Agreed[0] != "owner" {
		c.t.Errorf("it was recorded as %+v", out)
	}
}

func (c *chamber) attested(id string) string {
	c.t.Helper()
	return as[api.Decision](c.t, c.ask("manager", "GET", "/services/portal/decisions/"+id, "", 200)).Line.Attested
}

func TestAMinuteIsConfirmedByWhoDecided(t *testing.T) {
	c := chambered(t)
	c.ask("manager", "POST", "/services/portal/minutes", `{`+accepting+`,"on_behalf_of":"owner","minute":"none"}`, 404)
	c.minute("m1")
	if was := c.attested("m1"); was != "" {
		t.Errorf("before it is confirmed it is attested by %s", was)
	}
	if got := c.waits("owner", "?why=confirm"); len(got) != 1 || got[0] != "confirm m1 as risk-owner" {
		t.Errorf("for who decided waits %q", got)
	}
	const confirm = "/services/portal/decisions/m1/confirm"
	c.ask("sro", "POST", confirm, "", 403)
	c.ask("owner", "POST", confirm, "", 200)
	c.ask("owner", "POST", confirm, "", 404)
	if is := c.attested("m1"); is != "minute" {
		t.Errorf("confirmed it is attested by %q", is)
	}
}

func TestAMinuteIsConfirmedByItsLink(t *testing.T) {
	c := chambered(t)
	c.minute("m1")
	secret, err := signin.NewSecret(signin.Link, strings.NewReader(strings.Repeat("seed", 16)))
	if err != nil {
		t.Fatal(err)
	}
	l := store.Link{Purpose: "minute", Person: "owner", Payload: []byte(`{"service":"portal","decision":"m1"}`), Expires: c.now.Add(time.Hour)}
	if err := c.store.Change(t.Context(), keep(hex.EncodeToString(secret.Hash()), l)); err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"link":%q}`, secret.Reveal())
	for _, path := range []string{"/minutes/read", "/minutes/confirm"} {
		c.ask("sro", "POST", path, body, 403)
		if got := c.send("token:ciso", "POST", path, body); got.status != 403 {
			t.Errorf("%s as a token: %d %s", path, got.status, got.body)
		}
	}
	for range 2 {
		m := as[api.Minute](t, c.ask("owner", "POST", "/minutes/read", body, 200))
		if m.Service != "portal" || m.Recorder != "Delivery manager" || m.Marking != "OFFICIAL" || !strings.HasPrefix(m.Until, "2026-12-06T") || !strings.Contains(string(m.Decision), "Mended in spring") {
			t.Errorf("it is shown as %+v", m)
		}
	}
	c.ask("owner", "POST", "/minutes/confirm", body, 200)
	c.ask("owner", "POST", "/minutes/confirm", body, 404)
	c.ask("owner", "POST", "/minutes/read", body, 404)
	if is := c.attested("m1"); is != "minute" {
		t.Errorf("confirmed it is attested by %q", is)
	}
}

func TestADecisionIsTakenBack(t *testing.T) {
	c := chambered(t)
	c.ask("owner", "POST", "/services/portal/decisions", `{"id":"d1",`+accepting+`}`, 201)
	c.ask("lead", "POST", "/services/portal/decisions/d1/retract", `{"reason":"No"}`, 403)
	out := as[api.Outcome](t, c.ask("sro", "POST", "/services/portal/decisions/d1/retract", `{"reason":"It has grown"}`, 201))
	if !out.Made || out.State != "holds" || !strings.Contains(string(out.Decision), `"kind":"retraction"`) {
		t.Errorf("taken back by %+v", out)
	}
	c.ask("sro", "POST", "/services/portal/decisions/d1/retract", `{"reason":"Again"}`, 409)
}

// When who decided leaves, whoever holds the role next is told, reads what it would bind now, and decides again.
func TestASuccessorReconfirms(t *testing.T) {
	c := chambered(t)
	c.ask("owner", "POST", "/services/portal/decisions", `{"id":"d1",`+accepting+`}`, 201)
	c.mu.Lock()
	c.now = c.now.Add(10 * 24 * time.Hour)
	c.mu.Unlock()
	text := strings.Replace(chamberText, "name: Service owner}", "name: Service owner, left: 2026-11-30}\n  - {id: next, name: Next service owner}", 1)
	text = strings.Replace(text, "appointments:\n", "appointments:\n  - {role: risk-owner, person: next, service: portal, from: 2026-12-01}\n", 1)
	_, err := c.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: 2, Parent: 1, Texts: []store.Text{{File: "organisation.yaml", Text: text}}},
	}}, func(ctx context.Context, t *store.Tx) error { return t.MarkDirty(ctx, c.now, "portal") })
	if err != nil {
		t.Fatal(err)
	}
	c.settled()
	if got := c.waits("next", "?why=reconfirm"); len(got) != 1 || got[0] != "reconfirm d1 as risk-owner" {
		t.Errorf("for the successor waits %q", got)
	}
	if got := c.waits("next", "?why=confirm"); len(got) != 0 {
		t.Errorf("to be confirmed waits %q", got)
	}
	draft := as[api.Drafted](t, c.ask("next", "POST", "/services/portal/decisions/d1/draft", "", 200))
	if !strings.Contains(string(draft.Decision), `"supersedes":"d1"`) || draft.Authority.Yours != "risk-owner" {
		t.Errorf("drafted again it is %s, %+v", draft.Decision, draft.Authority)
	}
	c.ask("next", "POST", "/services/portal/decisions/d1/reconfirm", `{"valid_until":"2027-03-31"}`, 422)
	out := as[api.Outcome](t, c.ask("next", "POST", "/services/portal/decisions/d1/reconfirm", `{"reason":"I bear it too","valid_until":"2027-03-31"}`, 201))
	if !out.Made || out.State != "holds" {
		t.Errorf("decided again it is %+v", out)
	}
	c.settled()
	if got := c.waits("next", ""); len(got) != 0 {
		t.Errorf("then there waits %q", got)
	}
}

func TestABoardReadsWhatWaitsForIt(t *testing.T) {
	c := chambered(t)
	c.ask("manager", "POST", "/services/portal/proposals", `{"id":"round","kind":"sign-off","subject":"autumn","reason":"As the paper says"}`, 201)
	for format, starts := range map[string]string{"": "**OFFICIAL**", "?format=markdown": "**OFFICIAL**", "?format=html": "<!doctype html>"} {
		p := as[api.BoardPack](t, c.ask("b1", "GET", "/boards/security-board/pack"+format, "", 200))
		if p.Needs != 2 || p.Name != "Security board" || len(p.Services) != 1 || p.Services[0].Service != "portal" || len(p.Services[0].Proposals) != 1 {
			t.Fatalf("the pack is %+v", p)
		}
		if one := p.Services[0]; !strings.HasPrefix(one.Pack, starts) || !strings.Contains(one.Pack, "Benefits portal") || one.Proposals[0].Authority.Yours != "security-working-group" {
			t.Errorf("%s: it holds %.200s, %+v", format, one.Pack, one.Proposals[0].Authority)
		}
	}
	c.ask("b1", "GET", "/boards/none/pack", "", 404)
	c.ask("b1", "GET", "/boards/security-board/pack?format=pdf", "", 422)
	c.ask("nobody", "GET", "/boards/security-board/pack", "", 403)
}

func TestDigestsAreAPersonsOwn(t *testing.T) {
	c := chambered(t)
	wanted := func(who string) bool {
		t.Helper()
		return as[api.Digests](t, c.ask(who, "GET", "/me/digests", "", 200)).Wanted
	}
	if !wanted("owner") {
		t.Error("who said nothing gets none")
	}
	c.ask("owner", "PUT", "/me/digests", `{"wanted":false}`, 200)
	if wanted("owner") || !wanted("sro") {
		t.Error("stopped by one, it is not stopped for them alone")
	}
	c.ask("owner", "PUT", "/me/digests", `{"wanted":true}`, 200)
	if !wanted("owner") {
		t.Error("asked for again, there is none")
	}
	c.ask("nobody", "GET", "/me/digests", "", 403)
	if got := c.send("token:ciso", "PUT", "/me/digests", `{"wanted":false}`); got.status != 403 {
		t.Errorf("as a token: %d %s", got.status, got.body)
	}
}

// keep keeps a link as the e-mail with it does.
func keep(hash string, l store.Link) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, t *store.Tx) error { return t.KeepLink(ctx, hash, l) }
}
