package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

func told(threats ...judge.Threat) Told {
	return Told{
		Posture: &assess.Posture{Judgement: judge.Judgement{Service: "portal", Marking: "OFFICIAL", Threats: threats}},
		Service: &model.Service{Architecture: model.Architecture{
			Components: []model.Component{{ID: "web", Name: "Pages"}},
			Flows:      []model.Flow{{ID: "in", Source: "people", Destination: "web"}, {ID: "look", Source: "people", Destination: "web"}},
		}},
		Library: &library.Library{ThreatScale: library.ThreatScale{Raise: model.High, Require: model.VeryHigh}},
	}
}

func one(id, group string, severity model.Band, status judge.ThreatStatus, element ident.Ref) judge.Threat {
	return judge.Threat{
		ID: ident.ID(id), Group: ident.ID(group), Title: "Something is done", Severity: severity, Claimed: status, Evidenced: status, Element: element,
		Components: []ident.ID{"web"}, Answers: []ident.ID{"patching"}, Reasons: []judge.Reason{{Code: "threat.open"}},
	}
}

func flow(id string) ident.Ref { return ident.Claim("architecture", "flows", id) }

func threatsTold(t *testing.T, of Told, style Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := ThreatText(&out, NewThreatList(of, ""), "Portal", style); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatIsAlikeIsToldOnce(t *testing.T) {
	of := told(one("t.in", "t.web", model.Medium, judge.ThreatOpen, flow("in")), one("t.look", "t.web", model.High, judge.ThreatOpen, flow("look")))
	text := threatsTold(t, of, Style{})
	for _, want := range []string{"1 group of threats is open", "high: Something is done (and 1 more like it)", "Pages, on 2 flows: in, look", "1 is grave and\nin no risk"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if strings.Count(text, "Where:") != 1 {
		t.Errorf("the group is told of more than once:\n%s", text)
	}
}

func TestAQuestionIsAskedOnce(t *testing.T) {
	a, b := one("t.in", "t.in", model.High, judge.ThreatPossible, flow("in")), one("u.look", "u.look", model.Medium, judge.ThreatPossible, flow("look"))
	a.Asks = []judge.Asked{{Of: flow("in"), Is: "encryption", Text: "Is it encrypted?"}}
	b.Asks = []judge.Asked{{Of: flow("look"), Is: "encryption", Text: "Is it encrypted?"}}
	text := threatsTold(t, told(a, b), Style{})
	for _, want := range []string{"1 question is not answered", "2 groups count as possible, 1 of them", "Answer this and 2 threats are decided; the gravest (high)", "`encryption` of flow in, flow look"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// TestFewAreShown gives more threats than a team can read at once: what is grave is shown, and the rest counted.
func TestFewAreShown(t *testing.T) {
	var all []judge.Threat
	for i := range 40 {
		id := "t.n" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		all = append(all, one(id, id, []model.Band{model.Low, model.Medium, model.High}[i%3], judge.ThreatOpen, flow("in")))
	}
	text := threatsTold(t, told(all...), Style{})
	if n := strings.Count(text, "Where:"); n != mostOpen {
		t.Errorf("%d are shown one by one, want %d", n, mostOpen)
	}
	if !strings.Contains(text, "and 28 more: add --all") || strings.Contains(text, "low: ") {
		t.Errorf("it does not leave out what is less grave, and say so:\n%s", text)
	}
	if n := strings.Count(threatsTold(t, told(all...), Style{All: true}), "Where:"); n != 40 {
		t.Errorf("with --all %d are shown, want all 40", n)
	}
}

// TestADifferenceDoesNotFlood gives very many threats that are new: the first are named, and all are counted.
func TestADifferenceDoesNotFlood(t *testing.T) {
	d := &impact.Difference{Service: "portal", Way: impact.Worse}
	for i := range 25 {
		d.Deltas = append(d.Deltas, impact.Delta{ID: ident.To(ident.KindThreat, "t.n"+string(rune('a'+i))), Title: "Something is done", What: "threat", Now: "open", Way: impact.Worse})
	}
	d.Deltas = append(d.Deltas, impact.Delta{ID: ident.To(ident.KindPath, "learnt.cases"), Title: "Cases", What: "path", Now: "difficulty 3", Way: impact.Worse})
	tell := func(all bool) string {
		var out bytes.Buffer
		c := &Comparison{Before: "a", After: "b", Differences: []*impact.Difference{d}, Names: map[ident.ID]string{"portal": "Portal"}}
		if err := DifferenceText(&out, c, civil.Zone{}, Style{All: all}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	few := tell(false)
	if n := strings.Count(few, "! threat "); n != mostOfAKind {
		t.Errorf("%d threats are named, want %d:\n%s", n, mostOfAKind, few)
	}
	for _, want := range []string{"new, and open", "25 threats in all: the first 10 are above", "a path is modelled now, of difficulty 3"} {
		if !strings.Contains(few, want) {
			t.Errorf("it does not say %q:\n%s", want, few)
		}
	}
	if n := strings.Count(tell(true), "! threat "); n != 25 {
		t.Errorf("with --all %d threats are named, want 25", n)
	}
}

// TestNoPathIsNeverMore says of what there is no path to only that, and beside it what that rests on.
func TestNoPathIsNeverMore(t *testing.T) {
	l := &PathList{Of: told(), Service: "portal", Targets: 1, None: []PathTarget{{ID: "learnt.cases", Gain: threat.Learnt, Title: "Cases"}}, RestsOn: ModelStanding{Unsaid: 7, Assumptions: 2, OutOfDate: 1}}
	for _, view := range []Looking{{}, {To: "cases"}} {
		l.View = view
		var text, paper bytes.Buffer
		if err := PathText(&text, l, "Portal", Style{}); err != nil {
			t.Fatal(err)
		}
		if err := PathMarkdown(&paper, []*PathList{l}, func(*PathList) string { return "Portal" }); err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{text.String(), paper.String()} {
			out = strings.Join(strings.Fields(out), " ")
			if !strings.Contains(out, "7 unknowns, 2 assumptions, 1 of them out of date, model never confirmed") {
				t.Errorf("it does not say what that rests on: %s", out)
			}
			for _, never := range []string{"safe", "secure", "cannot be reached", "impossible"} {
				if strings.Contains(strings.ToLower(out), never) {
					t.Errorf("it says %q: %s", never, out)
				}
			}
		}
	}
}

func TestAPathIsToldInWords(t *testing.T) {
	of := told()
	p := judge.Path{Gain: threat.Learnt, Title: "Cases", Target: ident.Claim("data", "cases"), Claimed: judge.Ease{Modelled: true, Cost: 6, Hardest: 4}, Evidenced: judge.Ease{Modelled: true, Cost: 2, Hardest: 1, Steps: 2, Unseen: 1}, Steps: []judge.PathStep{
		{Kind: threat.Enter, Title: "connects", To: ident.Claim("architecture", "components", "web")}, {Kind: threat.Read, Title: "reads", To: ident.Claim("data", "cases")},
	}}
	for got, want := range map[string]string{
		of.chain(&p):             "outside -> Pages -> Cases",
		bothEases(&p):            "As claimed: an organised group could (difficulty 6) | as evidenced: anybody could (difficulty 2).",
		unseenWords(p.Evidenced): "2 steps, 1 of which nothing would notice",
		records(1234567):         "1,234,567 records",
		hardness(7):              "harder than the most capable are taken to manage",
		easeWords(judge.Ease{}):  "no modelled path",
		stepsTold(&p):            "the attacker connects and reads",
		restsOnSteps(2, &judge.PathStep{After: []int{0, 1}}): " (after 1 and 2)",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
