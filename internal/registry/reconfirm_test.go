package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// reorganise makes a text the newest organisation file.
func (c chamber) reorganise(text string) {
	c.t.Helper()
	was, err := c.store.Organisation(c.t.Context(), 0)
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = c.store.Write(c.t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: was.Number + 1, Parent: was.Number, Texts: []store.Text{{File: "organisation.yaml", Text: text}}},
	}}, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.store.Write(c.t.Context(), nil, nil); err != nil {
		c.t.Fatal(err)
	}
}

// waits gives what waits for somebody, as words.
func (c chamber) waits(who string) (out []string) {
	c.t.Helper()
	all, err := c.Waiting(c.t.Context(), c.person(who))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, w := range all {
		out = append(out, string(w.Why)+" "+string(w.Decision)+" as "+string(w.Role))
	}
	return out
}

func TestADecisionIsTakenBack(t *testing.T) {
	for who, may := range map[string]bool{"owner": true, "sro": true, "ciso": true, "rules": true, "lead": false, "architect": false} {
		c := chambered(t, offices, claims)
		made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
		out, err := c.Retract(t.Context(), c.person(who), "portal", made.Decision.ID, "The risk has grown")
		if !may {
			refusedAs(t, err, fault.Forbidden, "is taken back by who made it, by whoever is risk-owner now, or by: ")
			continue
		}
		must(t)(out, err)
		if state, _, _ := c.state(made.Decision.ID); state != "retracted" {
			t.Errorf("taken back by %s it is %s", who, state)
		}
		_, err = c.Retract(t.Context(), c.person(who), "portal", made.Decision.ID, "Again")
		refusedAs(t, err, fault.Conflict, "was taken back already")
		_, err = c.Retract(t.Context(), c.person(who), "portal", out.Decision.ID, "Back again")
		refusedAs(t, err, fault.Invalid, "is final")
	}
}

// A sign-off that was made here is taken back here too, and counts no longer.
func TestASignOffIsTakenBack(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Wanted: wanted("sign-off", "appetite"), Reason: "Agreed"}))
	must(t)(c.Retract(t.Context(), c.person("sro"), "portal", made.Decision.ID, "Too much"))
	if got := c.judged().Context.Appetite.State; got != "proposed" {
		t.Errorf("the appetite is %s", got)
	}
}

func TestADecisionTakesThePlaceOfAnother(t *testing.T) {
	c := chambered(t, offices, claims)
	first := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	m := accepting(t)
	m.Wanted.Supersedes = "nothing"
	_, err := c.Decide(t.Context(), c.person("owner"), "portal", m)
	refusedAs(t, err, fault.NotFound, "to take the place of")
	_, err = c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{
		Wanted: registry.Wanted{Proposal: wanted("sign-off", "appetite").Proposal, Supersedes: first.Decision.ID}, Reason: "Agreed",
	})
	refusedAs(t, err, fault.Invalid, "is another decision")
	second := must(t)(c.Reconfirm(t.Context(), c.person("sro"), "portal", first.Decision.ID, registry.Making{Reason: "Still so", ValidUntil: day(t, "2027-05-31")}))
	if state, _, _ := c.state(first.Decision.ID); state != "superseded" {
		t.Errorf("the first is %s", state)
	}
	if state, _, _ := c.state(second.Decision.ID); state != "holds" || second.Decision.Supersedes != first.Decision.ID {
		t.Errorf("the second is %s, %+v", state, second.Decision)
	}
}

// When who decided leaves, whoever holds the role next is asked to decide again, and settles it by doing so.
func TestASuccessorIsAsked(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	if got := c.waits("owner"); len(got) != 0 {
		t.Errorf("what they just decided waits for them: %q", got)
	}
	c.wait(10 * 24 * time.Hour)
	left := strings.Replace(offices, "email: owner@dept.example}", "email: owner@dept.example, left: 2026-11-30}\n  - {id: next, name: Next service owner}", 1)
	c.reorganise(strings.Replace(left, "appointments:\n", "appointments:\n  - {role: risk-owner, person: next, service: portal, from: 2026-12-01}\n", 1))
	c.put(claims + "# touched\n")
	c.rest()
	want := []string{"reconfirm " + string(made.Decision.ID) + " as risk-owner"}
	if got := c.waits("next"); !slices.Equal(got, want) {
		t.Errorf("for the successor waits %q, want %q", got, want)
	}
	if got := c.waits("sro"); len(got) != 0 {
		t.Errorf("for somebody in another role waits %q", got)
	}
	must(t)(c.Reconfirm(t.Context(), c.person("next"), "portal", made.Decision.ID, registry.Making{Reason: "I bear it too", ValidUntil: day(t, "2027-03-31")}))
	c.rest()
	if got := c.waits("next"); len(got) != 0 {
		t.Errorf("once decided again there waits %q", got)
	}
}

func TestWhatWaitsForWhom(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	c.proposed("manager", "acceptance", "r1")
	c.proposed("manager", "sign-off", "go-live")
	c.proposed("manager", "sign-off", "autumn")
	m := minuting(t)
	m.OnBehalfOf = "owner"
	must(t)(c.Minute(t.Context(), c.person("lead"), "portal", m))
	for who, want := range map[string][]string{
		"owner":    {"confirm minuted as risk-owner", "decide acceptance-r1 as risk-owner"},
		"sro":      {"decide acceptance-r1 as senior-responsible-owner", "decide sign-off-go-live as senior-responsible-owner"},
		"lead":     {"consult sign-off-go-live as security-lead"},
		"b3":       {"decide sign-off-autumn as security-working-group"},
		"manager":  nil,
		"assessor": nil,
		"former":   nil,
	} {
		if got := c.waits(who); !slices.Equal(got, want) {
			t.Errorf("for %s waits %q, want %q", who, got, want)
		}
	}
	must(t)(c.Agree(t.Context(), c.person("b3"), "portal", "sign-off-autumn", ""))
	if got := c.waits("b3"); len(got) != 0 {
		t.Errorf("what they agreed to waits for them still: %q", got)
	}
}

func TestALapseIsToldForAWhile(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	c.put(strings.Replace(claims, "components: [web]", "components: [web]\n    data: [letters]", 1))
	c.rest()
	want := []string{"lapsed " + string(made.Decision.ID) + " as risk-owner"}
	if got := c.waits("owner"); !slices.Equal(got, want) {
		t.Errorf("waits %q, want %q", got, want)
	}
	c.wait(91 * 24 * time.Hour)
	if got := c.waits("owner"); len(got) != 0 {
		t.Errorf("after three months waits %q", got)
	}
}

// Deciding again asks for the same, with what it rests on as it is now.
func TestAgainAsksForTheSame(t *testing.T) {
	c := chambered(t, offices, claims)
	w := wanted("exception", "secure-by-design/i7")
	w.Departure, w.Scope, w.Risks = "No review each month", []string{"web"}, []string{"r1"}
	must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	made := must(t)(c.Decide(t.Context(), c.person("rules"), "portal", registry.Making{
		Wanted: w, Reason: "Until spring", ValidUntil: day(t, "2027-03-31"), Consulted: []registry.Adviser{{Role: "security-architect", Person: "architect"}, {Role: "ciso", Person: "ciso"}},
	}))
	again, err := c.Again(t.Context(), c.person("manager"), "portal", made.Decision.ID)
	if err != nil {
		t.Fatal(err)
	}
	if again.Departure != w.Departure || !slices.Equal(again.Scope, w.Scope) || !slices.Equal(again.Risks, w.Risks) || again.Supersedes != made.Decision.ID {
		t.Errorf("asked again it is %+v", again)
	}
	if _, err := ident.ParseRef(again.Subject); err != nil {
		t.Error(err)
	}
}

// BenchmarkWaiting asks what waits for a director of 200 services, in each of which a decision has lapsed and one waits.
func BenchmarkWaiting(b *testing.B) {
	c := chambered(b, offices, claims)
	for i := range 200 {
		id := ident.ID(fmt.Sprintf("s%d", i))
		if _, err := c.Register(b.Context(), c.person("manager"), registry.Registration{ID: id, Name: "A service", Unit: "benefits"}); err != nil {
			b.Fatal(err)
		}
		text := strings.Replace(claims, "id: portal", "id: "+string(id), 1)
		if _, err := c.ChangeService(b.Context(), c.person("manager"), id, registry.Change{Files: one(text)}); err != nil {
			b.Fatal(err)
		}
		m := accepting(b)
		m.Role = "senior-responsible-owner"
		if _, err := c.Decide(b.Context(), c.person("sro"), id, m); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Propose(b.Context(), c.person("manager"), id, registry.Proposing{Wanted: wanted("sign-off", "appetite"), Reason: "Agreed"}); err != nil {
			b.Fatal(err)
		}
		worse := strings.Replace(text, "components: [web]", "components: [web]\n    data: [letters]", 1)
		if _, err := c.ChangeService(b.Context(), c.person("manager"), id, registry.Change{Base: 1, Files: one(worse)}); err != nil {
			b.Fatal(err)
		}
	}
	c.restAll()
	for b.Loop() {
		got, err := c.Waiting(b.Context(), c.person("sro"))
		if err != nil || len(got) != 400 {
			b.Fatalf("%d wait, %v", len(got), err)
		}
	}
}

// restAll judges until nothing is left to judge, however many services there are.
func (c chamber) restAll() {
	for {
		n, err := c.JudgeDirty(c.t.Context(), "test", 2)
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}
