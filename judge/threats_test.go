package judge_test

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// A page that anybody reaches, and a store that it asks in cleartext.
const exposed = `data: [{id: cases, name: Cases, classification: OFFICIAL, markings: [SENSITIVE], personal: yes, special_category: yes, criminal_offence: no, records: 200000}]
architecture:
  zones: [{id: out, trust: public}, {id: in, trust: isolated}]
  components:
    - {id: people, type: person, zone: out}
    - {id: page, type: web-application, zone: out, custom: yes, accepts_files: no}
    - {id: store, type: datastore, zone: in, holds: [cases], encryption: standard, backed_up: yes}
  flows:
    - {id: use, source: people, destination: page, data: [cases], encryption: standard, authentication: password}
    - {id: ask, source: page, destination: store, data: [cases], encryption: none, authentication: none}
`

func threatOf(t *testing.T, j *judge.Judgement, id ident.ID) *judge.Threat {
	t.Helper()
	for i := range j.Threats {
		if j.Threats[i].ID == id {
			return &j.Threats[i]
		}
	}
	t.Fatalf("there is no threat %s", id)
	return nil
}

// open gives some threat that nothing answers, about an element.
func open(t *testing.T, j *judge.Judgement, element string) *judge.Threat {
	t.Helper()
	for i := range j.Threats {
		if x := &j.Threats[i]; x.Evidenced == judge.ThreatOpen && strings.HasSuffix(x.Element.Path, "/"+element) && x.Group != x.ID {
			return x
		}
	}
	t.Fatalf("nothing is open about %s", element)
	return nil
}

func TestWhatWasSaidOfAThreatOutlivesNewNames(t *testing.T) {
	x := open(t, at(t, service(t, "alpha", exposed), noon), "ask")
	renamed := strings.NewReplacer("{id: store,", "{id: case-store, formerly: [store],", "destination: store", "destination: case-store", "{id: ask,", "{id: get-cases, formerly: [ask],").Replace(exposed)
	for _, aside := range []string{
		"{id: " + string(x.ID) + ", reason: R}",
		"{id: " + string(x.Group) + ", elements: [ask], reason: R}",
	} {
		j := at(t, service(t, "alpha", renamed+"threats: {dispositions: ["+aside+"]}\n"), noon)
		now := ident.ID(strings.TrimSuffix(string(x.ID), "ask") + "get-cases")
		if got := threatOf(t, j, now); got.Evidenced != judge.ThreatDisposed {
			t.Errorf("%s: it is %s: %+v", aside, got.Evidenced, got.Reasons)
		}
		if len(j.Archived) != 0 {
			t.Errorf("%s: what was said is archived: %+v", aside, j.Archived)
		}
	}
}

// A group that is put aside is put aside for the elements that were looked at, and for no other.
func TestAGroupIsPutAsideForWhatWasLookedAt(t *testing.T) {
	x := open(t, at(t, service(t, "alpha", exposed), noon), "ask")
	whole := at(t, service(t, "alpha", exposed+"threats: {dispositions: [{id: "+string(x.Group)+", reason: R}]}\n"), noon)
	if got := threatOf(t, whole, x.ID); got.Evidenced != judge.ThreatOpen || !hasReason(got.Reasons, "threat.disposed-without-elements") {
		t.Errorf("without elements it is %s: %+v", got.Evidenced, got.Reasons)
	}
	other := at(t, service(t, "alpha", exposed+"threats: {dispositions: [{id: "+string(x.Group)+", elements: [use], reason: R}]}\n"), noon)
	if got := threatOf(t, other, x.ID); got.Evidenced != judge.ThreatOpen {
		t.Errorf("put aside for another element it is %s", got.Evidenced)
	}
}

func TestADispositionEnds(t *testing.T) {
	x := open(t, at(t, service(t, "alpha", exposed), noon), "ask")
	j := at(t, service(t, "alpha", exposed+"threats: {dispositions: [{id: "+string(x.ID)+", reason: R, date: 2020-01-01, valid_until: 2020-12-31}]}\n"), noon)
	if got := threatOf(t, j, x.ID); got.Evidenced != judge.ThreatOpen {
		t.Errorf("out of date it is %s", got.Evidenced)
	}
}

// The team's words about a flow are a claim of a control, and no more.
func TestWordsAboutAnElementAreAClaim(t *testing.T) {
	said := strings.Replace(exposed, "encryption: none, authentication: none", "encryption: standard, authentication: certificate", 1)
	j := at(t, service(t, "alpha", said), noon)
	for i := range j.Threats {
		if x := &j.Threats[i]; x.Evidenced == judge.ThreatAnswered {
			t.Errorf("%s is answered, with no evidence at all", x.ID)
		}
	}
	var easiest, claimed int
	for _, p := range j.Paths {
		if p.ID == "learnt.cases" {
			easiest, claimed = p.Evidenced.Cost, p.Claimed.Cost
		}
	}
	if easiest == 0 || claimed < easiest {
		t.Errorf("the way to the data has difficulty %d as claimed and %d as evidenced", claimed, easiest)
	}
}

func TestARiskNamesItsThreats(t *testing.T) {
	x := open(t, at(t, service(t, "alpha", exposed), noon), "ask")
	j := at(t, service(t, "alpha", exposed+"risks: [{id: r1, title: R, data: [cases], threats: ["+string(x.Group)+", gone.store]}]\n"), noon)
	if got := threatOf(t, j, x.ID); len(got.Risks) != 1 || got.Risks[0] != "r1" {
		t.Errorf("it is in the risks %v", got.Risks)
	}
	if len(j.Archived) != 1 || j.Archived[0].ID != "gone.store" {
		t.Errorf("archived: %+v", j.Archived)
	}
}

// An actor is capable of what an assessment in date says, and else of anything.
func TestAnActorIsCapableOfAnythingUntilAssessed(t *testing.T) {
	in := service(t, "alpha", exposed+"threats: {actors: [{id: lad, name: A lad, kind: adversarial, capability: 1, assessment: ta}, {id: slip, name: A slip, kind: accidental}]}\n")
	for _, p := range at(t, in, noon).Paths {
		if len(p.Actors) != 1 || p.Actors[0] != "lad" {
			t.Fatalf("%s: %v", p.ID, p.Actors)
		}
	}
	assessment := evidence.Record{ID: "ta", Kind: library.Document, Strength: library.Documented, Outcome: evidence.Passed, Observed: moment(t, "2026-01-01"), Subject: []ident.Ref{ident.Claim("threats")}}
	in.Evidence = []evidence.Record{assessment}
	for _, p := range at(t, in, noon).Paths {
		if capable := len(p.Actors) == 1; capable != (p.Evidenced.Hardest <= 1) {
			t.Errorf("%s, whose hardest step is %d: %v", p.ID, p.Evidenced.Hardest, p.Actors)
		}
	}
}

// A threat too grave to be only suggested requires an answer, also where something that it rests on is unsaid: nobody is
// asked less by saying nothing.
func TestAGraveThreatRequiresAnAnswerSaidOrNot(t *testing.T) {
	unsaid := strings.NewReplacer(", custom: yes, accepts_files: no", "", ", authentication: password", "", ", encryption: standard, ", ", ").Replace(exposed)
	j := at(t, service(t, "alpha", unsaid), noon)
	possible := 0
	for i := range j.Threats {
		x := &j.Threats[i]
		if x.Severity != "very-high" || len(x.AnsweredBy) > 0 {
			continue
		}
		if x.Evidenced == judge.ThreatPossible {
			possible++
		}
		if c := findControl(t, j, x.Answers[0]); c.Weight != judge.RequiredWeight {
			t.Errorf("%s, which is %s, leaves %s %s", x.ID, x.Evidenced, c.ID, c.Weight)
		}
	}
	if possible == 0 {
		t.Error("no grave threat is only possible: the test shows nothing")
	}
}
