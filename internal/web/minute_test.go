package web_test

import (
	"context"
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
risks:
  - id: r1
    title: Loss of records
    components: [web]
    inherent: {likelihood: 2, impact: {financial: 3}}
    residual: {likelihood: 2, impact: {financial: 3}}
    treatment: accept
`

// minuted is a site on which a decision waits that was recorded on behalf of the owner, and the path of the link with
// which they confirm it, as the e-mail has it.
func minuted(t *testing.T, demo bool) (s *site, link string) {
	t.Helper()
	s = empty(t, demo)
	s.organise(boardroom, 1)
	who := s.as("manager")
	_, err := s.Register(t.Context(), who, registry.Registration{ID: "portal", Name: "Benefits <portal>", Unit: "benefits"})
	s.must(err)
	_, err = s.ChangeService(t.Context(), who, "portal", registry.Change{Files: []schema.Source{{File: "bulkhead.yaml", Text: []byte(boardroomService)}}})
	s.must(err)
	made, err := civil.ParseMoment("2026-11-20")
	s.must(err)
	until, err := civil.ParseMoment("2027-03-31")
	s.must(err)
	_, err = s.RecordEvidence(t.Context(), who, "portal", []evidence.Record{{
		ID: "board-2026-11", Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Kind: "review", Strength: "documented", Outcome: "passed", Observed: made,
	}})
	s.must(err)
	for n := 1; n > 0; {
		n, err = s.JudgeDirty(t.Context(), "test", 1)
		s.must(err)
	}
	_, err = s.Minute(t.Context(), who, "portal", registry.Minuting{
		Making: registry.Making{
			Wanted: registry.Wanted{Proposal: app.Proposal{ID: "d1", Kind: "acceptance", Subject: "risk:r1"}}, Reason: "Mended in <spring>", ValidUntil: until, Conditions: []string{"Backups are tried"},
		},
		OnBehalfOf: "owner", Minute: "board-2026-11", Made: made,
	})
	s.must(err)
	secret, err := signin.NewSecret(signin.Link, strings.NewReader(strings.Repeat("seed", 16)))
	s.must(err)
	l := store.Link{Purpose: "minute", Person: "owner", Payload: []byte(`{"service":"portal","decision":"d1"}`), Expires: s.now().Add(14 * 24 * time.Hour)}
	s.must(s.store.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.KeepLink(ctx, hex.EncodeToString(secret.Hash()), l)
	}))
	return s, registry.MinutePath + secret.Reveal()
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
	s, link := minuted(t, false)
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

	for range 2 { // looking confirms nothing
		b.get(link).is(t, 200, "OFFICIAL</strong>", "Delivery manager recorded that you decided this", "The risk is accepted: Loss of records", "Benefits &lt;portal&gt;", "Risk owner",
			"20 November 2026", "Mended in &lt;spring&gt;", "Backups are tried", "31 March 2027", "board-2026-11", "6 December 2026", "inherent, likelihood")
	}
	if s.attested() != "" {
		t.Error("looking at the page confirmed it")
	}
	form := url.Values{"link": {strings.TrimPrefix(link, registry.MinutePath)}}
	other := s.visitor()
	other.follow(s.invite("other"))
	other.get(link).is(t, 403, "for the one who decided")
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
	s, link := minuted(t, true)
	b := s.visitor()
	b.get(registry.MinutePath+"x").is(t, 404, "not copied whole")
	if len(b.cookies) != 0 {
		t.Errorf("of a link that is none the browser remembers %v", b.cookies)
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
	s, link := minuted(t, false)
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
	s, _ := minuted(t, false)
	b, other := s.visitor(), s.visitor()
	for _, path := range []string{registry.WaitingPath, registry.SettingsPath, registry.WaitingPath + "/portal/d1"} {
		b.get(path).leads(t, "/sign-in")
	}
	b.follow(s.invite("owner"))
	other.follow(s.invite("other"))
	other.get(registry.WaitingPath).is(t, 200, "Nothing waits for you.")
	other.get(registry.WaitingPath+"/portal/d1").is(t, 403, "by the one who decided")
	b.get(registry.WaitingPath).is(t, 200, "Confirm what was recorded on your behalf", `href="/waiting/portal/d1"`, "acceptance of risk:r1", "Benefits &lt;portal&gt;", "Risk owner", "until 6 December 2026")
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
	s, _ := minuted(t, false)
	b := s.visitor()
	b.follow(s.invite("owner"))
	b.get(registry.SettingsPath).leads(t, "/account")
	b.get("/account").is(t, 200, "Stop these e-mails")
	b.post("/account/digests", url.Values{"wanted": {"no"}}).leads(t, "/account")
	if wanted, err := s.Digests(t.Context(), s.as("owner")); wanted || err != nil {
		t.Errorf("they get them still, %v", err)
	}
	b.get("/account").is(t, 200, "Send me these e-mails")
	b.post("/account/digests", url.Values{"wanted": {"yes"}}).leads(t, "/account")
	b.get("/account").is(t, 200, "Stop these e-mails")
}
