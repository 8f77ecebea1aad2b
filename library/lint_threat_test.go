package library_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

const stepsPack = "bulkhead-attack-steps"

// aRule gives a threat rule of which nothing is wrong.
func aRule() library.Rule {
	return library.Rule{
		ID: "unsigned-answers", Title: "Anybody can pose as {source} to {destination}", Text: "A sentence.", On: library.OnAFlow,
		Answers: []ident.ID{"service-to-service-authentication"}, Stride: []model.Stride{"spoofing"}, Harms: []library.Property{library.Integrity},
		Stopped:    []library.Stop{{Control: "encryption-in-transit"}},
		Ask:        []library.Asking{{Is: "authentication", Text: "How does {destination} know that it is {source}?"}},
		Weaknesses: []string{"CWE-306"}, Patterns: []string{"CAPEC-151"}, Techniques: []string{"T1557", "T1552.001"},
	}
}

// withRule adds a threat rule to a pack, broken in one way.
func withRule(harm func(*library.Rule)) func(*library.Pack) {
	return func(p *library.Pack) {
		r := aRule()
		harm(&r)
		p.Threats = append(p.Threats, r)
	}
}

func TestLintOfAGoodThreatRule(t *testing.T) {
	if got := threatProblems(t, withRule(func(*library.Rule) {})); len(got) > 0 {
		t.Errorf("a good rule is refused: %v", got)
	}
}

func TestLintCatchesThreats(t *testing.T) {
	for _, c := range slices.Concat(brokenThreats(), brokenSteps(), brokenScales()) {
		if got := threatProblems(t, c.harm); !slices.ContainsFunc(got, func(f fault.Field) bool {
			return f.File == string(c.pack) && strings.HasPrefix(f.Path, c.where) && strings.Contains(f.Text, c.says)
		}) {
			t.Errorf("got %v, which should say at %s of %s %q", got, c.where, c.pack, c.says)
		}
	}
}

// threatProblems gives what lint says of the built-in packs when that of the steps is harmed.
func threatProblems(t *testing.T, harm func(*library.Pack)) []fault.Field {
	t.Helper()
	packs := builtin(t)
	i := slices.IndexFunc(packs, func(p library.Pack) bool { return p.ID == stepsPack })
	harm(&packs[i])
	return library.Lint(packs)
}

func brokenThreats() []broken {
	rule := func(where, says string, harm func(*library.Rule)) broken {
		return broken{stepsPack, withRule(harm), where, says}
	}
	const at = "/threats/unsigned-answers"
	return []broken{
		rule("/threats/", "the most is 30", func(r *library.Rule) { r.ID = "a-rule-whose-name-is-much-too-long" }),
		rule(at, "by stride or by linddun", func(r *library.Rule) { r.Stride = nil }),
		rule(at+"/title", "{target} stands for nothing here", func(r *library.Rule) { r.Title = "Anybody can pose to {target}" }),
		rule(at+"/title", "{source} stands for nothing here; write {it}", func(r *library.Rule) { r.On = library.OnAComponent }),
		rule(at+"/text", "{to} stands for nothing", func(r *library.Rule) { r.Text = "Whoever reaches {to} can pose." }),
		rule(at+"/ask/0", "{who} stands for nothing", func(r *library.Rule) { r.Ask[0].Text = "Is it {who}?" }),
		rule(at+"/answers", "did you mean encryption-in-transit?", func(r *library.Rule) { r.Answers = []ident.ID{"encryption-in-transi"} }),
		rule(at+"/stopped/0", "among the controls", func(r *library.Rule) { r.Stopped[0].Control = "magic" }),
		rule(at+"/where", "sensitivity cannot be \"dire\"", func(r *library.Rule) {
			r.Where = []library.Trait{{Is: "sensitivity", In: []string{"severe", "dire"}}}
		}),
		rule(at+"/weaknesses", "CWE-306", func(r *library.Rule) { r.Weaknesses = []string{"306"} }),
		rule(at+"/patterns", "CAPEC-115", func(r *library.Rule) { r.Patterns = []string{"CAPEC 115"} }),
		rule(at+"/techniques", "T1190", func(r *library.Rule) { r.Techniques = []string{"T1552.1"} }),
		rule(at, "has no mark", func(r *library.Rule) { r.Mark = "sure" }),
		{stepsPack, func(p *library.Pack) { p.Threats = append(p.Threats, aRule(), aRule()) }, at, "used twice"},
		rule(at+"/formerly", "never given to something else", func(r *library.Rule) { r.Formerly = []ident.ID{r.ID} }),
	}
}

func brokenSteps() []broken {
	return []broken{
		{stepsPack, func(p *library.Pack) { p.Steps[0].Title = "changes {it}" }, "/steps/alter/title", "write {from}, {to}"},
		{stepsPack, func(p *library.Pack) { p.Steps[0].Techniques = []string{"1190"} }, "/steps/alter/techniques", "T1190"},
		{stepsPack, func(p *library.Pack) { p.Steps[0].Seen = []ident.ID{"magic"} }, "/steps/alter/seen", "among the controls"},
		{stepsPack, func(p *library.Pack) { p.Steps[0].Barriers[0].Control = "magic" }, "/steps/alter/barriers/0", "among the controls"},
		{stepsPack, func(p *library.Pack) { p.Steps[0].Barriers[1] = p.Steps[0].Barriers[0] }, "/steps/alter/barriers/1", "there twice"},
		{stepsPack, func(p *library.Pack) { p.Steps[1].ID = p.Steps[0].ID }, "/steps/alter", "used twice"},
	}
}

func brokenScales() []broken {
	scale := func(where, says string, harm func(*library.ThreatScale)) broken {
		return broken{stepsPack, func(p *library.Pack) { harm(&p.ThreatScale) }, "/threat_scale" + where, says}
	}
	return []broken{
		scale("/exposure", "0 rows for public", func(s *library.ThreatScale) { s.Exposure = s.Exposure[:3] }),
		scale("/exposure", "2 rows for isolated", func(s *library.ThreatScale) { s.Exposure[1].To = model.Isolated }),
		scale("", "where nobody said", func(s *library.ThreatScale) { s.Unknown = 0 }),
		scale("", "where no row fits", func(s *library.ThreatScale) { s.Least = 0 }),
		scale("", "which paths are easy", func(s *library.ThreatScale) { s.Easy = 0 }),
		scale("/grades/1", "from low to high", func(s *library.ThreatScale) { s.Grades[0].Level = 4 }),
		scale("/grades/2", "each level has one word", func(s *library.ThreatScale) { s.Grades[2].Word = "low" }),
		scale("/grades/3", "each level has one word", func(s *library.ThreatScale) { s.Grades[3].Word = "moderate" }),
		scale("/grades/0/word", "is empty", func(s *library.ThreatScale) { s.Grades[0].Word = "" }),
		scale("", "require not below raise", func(s *library.ThreatScale) { s.Require = model.Low }),
		scale("", "name two bands", func(s *library.ThreatScale) { s.Raise = "" }),
	}
}

func TestLintCatchesTwoThreatScales(t *testing.T) {
	packs := builtin(t)
	i := slices.IndexFunc(packs, func(p library.Pack) bool { return p.ID == stepsPack })
	own := library.Pack{ID: "own", ThreatScale: packs[i].ThreatScale}
	got := library.Lint(append(packs, own))
	if !slices.ContainsFunc(got, func(f fault.Field) bool {
		return f.File == "own" && f.Path == "/threat_scale" && strings.Contains(f.Text, stepsPack)
	}) {
		t.Errorf("got %v, which should say that there are two scales", got)
	}
}
