package registry_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// lapses gives the records that something lapsed.
func (c chamber) lapses() (out []decision.Decision) {
	c.t.Helper()
	c.rest()
	lines, err := c.store.Decisions(c.t.Context(), "portal", "", 100)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, l := range lines {
		if l.Kind != decision.Lapse {
			continue
		}
		kept, _, err := c.store.OneDecision(c.t.Context(), "portal", l.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		d, err := kept.Record()
		if err != nil {
			c.t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// worse is the service with a component more under the risk that was borne.
func worse() string {
	return strings.Replace(claims, "components: [web]", "components: [web]\n    data: [letters]", 1)
}

// What has lapsed stays so, though everything it rested on comes back: the record says since when, and by what.
func TestALapseIsFinal(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	if got := c.lapses(); len(got) != 0 {
		t.Errorf("before anything changed there are %+v", got)
	}
	c.wait(time.Hour)
	c.put(worse())
	got := c.lapses()
	if len(got) != 1 {
		t.Fatalf("%d lapses were recorded", len(got))
	}
	l := got[0]
	if l.Subject[0].Path != string(made.Decision.ID) || !strings.Contains(l.Cause, "data") {
		t.Errorf("the lapse is %+v", l)
	}
	if l.Made != civil.MomentOf(civil.Of(autumn.Add(time.Hour))) {
		t.Errorf("it lapsed at %s", l.Made)
	}
	c.wait(time.Hour)
	c.put(claims)
	for range 3 {
		c.wait(24 * time.Hour)
		c.put(claims + "# looked at on " + c.time().Format(time.DateOnly) + "\n")
		c.rest()
	}
	if state, code, _ := c.state(made.Decision.ID); state != "lapsed" || code != string(decision.CodeLapseKnown) {
		t.Errorf("as it was before, it is %s by %s", state, code)
	}
	if again := c.lapses(); len(again) != 1 {
		t.Errorf("it was recorded %d times", len(again))
	}
}

// An upgrade of the packs does not bring back what has lapsed.
func TestALapseOutlivesAnUpgrade(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	c.put(worse())
	c.rest()
	text, err := os.ReadFile("../../library/packs/authority.yaml")
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(text), `version: "2026-11"`, `version: "2027-11"`, 1)
	if newer == string(text) {
		t.Fatal("the pack has another version")
	}
	_, err = c.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.PackRecorded, Actor: "terminal", Subject: "pack:bulkhead-authority",
		Content: &store.Packed{ID: "bulkhead-authority", Version: "2027-11", Digest: "c1-sha256:1", Text: store.Text{File: "authority.yaml", Text: newer}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.put(claims)
	if state, code, _ := c.state(made.Decision.ID); state != "lapsed" || code != string(decision.CodeLapseKnown) {
		t.Errorf("after the upgrade it is %s by %s", state, code)
	}
	if got := c.lapses(); len(got) != 1 {
		t.Errorf("%d lapses are recorded", len(got))
	}
}

// A decision that ran out lapsed when it ran out, however long after that anybody looked.
func TestALapseHasItsFirstMoment(t *testing.T) {
	c := chambered(t, offices, claims)
	must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	c.rest()
	c.wait(150 * 24 * time.Hour)
	got := c.lapses()
	if len(got) != 1 || got[0].Made.String() != "2027-03-31T23:00:00Z" { // midnight in London
		t.Errorf("it lapsed as %+v", got)
	}
}

// What happened does not un-happen: a sign-off never lapses, whatever changes.
func TestAnEventNeverLapses(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{
		Wanted: wanted("sign-off", "go-live"), Reason: "Ready", Consulted: []registry.Adviser{{Role: "security-lead", Person: "lead"}, {Role: "ciso", Person: "ciso"}},
	}))
	c.put(strings.Replace(claims, "data:\n", "data:\n  - {id: more, name: More, classification: OFFICIAL}\n", 1))
	c.wait(400 * 24 * time.Hour)
	if got := c.lapses(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if state, _, _ := c.state(made.Decision.ID); state != "holds" {
		t.Errorf("the sign-off is %s", state)
	}
}

// A decision that somebody gave the name of a lapse does not keep the posture from being judged.
func TestTheNameOfALapseIsTaken(t *testing.T) {
	c := chambered(t, offices, claims)
	made := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", accepting(t)))
	m := registry.Making{Wanted: wanted("sign-off", "appetite"), Reason: "Agreed"}
	m.Wanted.ID = "lapse-" + string(made.Decision.ID)
	must(t)(c.Decide(t.Context(), c.person("sro"), "portal", m))
	c.put(worse())
	got := c.lapses()
	if len(got) != 1 || got[0].ID == ident.ID(m.Wanted.ID) {
		t.Errorf("%+v", got)
	}
}
