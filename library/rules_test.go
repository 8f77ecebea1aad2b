package library_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// These are the numbers and lists that sources publish. They are data, which an organisation may replace; the packs that
// come with Bulkhead hold them as they were published.

// pack gives a built-in pack by its id.
func pack(t *testing.T, id ident.ID) library.Pack {
	t.Helper()
	packs := builtin(t)
	i := slices.IndexFunc(packs, func(p library.Pack) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("there is no pack %s", id)
	}
	return packs[i]
}

func period(t *testing.T, text string) civil.Period {
	t.Helper()
	if text == "" {
		return civil.Period{}
	}
	p, err := civil.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRiskBandsAsPublished(t *testing.T) {
	bands := map[int]model.Band{}
	for _, cell := range pack(t, "official-risk-matrix").Matrix {
		for score := cell.From; score <= cell.To; score++ {
			bands[score] = cell.Band
		}
	}
	for score := 1; score <= 25; score++ {
		if want := publishedBand(score); bands[score] != want {
			t.Errorf("a score of %d is %s, not %s", score, bands[score], want)
		}
	}
	reached := map[int]bool{}
	for likelihood := 1; likelihood <= 5; likelihood++ {
		for impact := 1; impact <= 5; impact++ {
			reached[likelihood*impact] = true
		}
	}
	// The heat map has no place for these two, so that nothing rests on the band that they are put in.
	for score, want := range map[int]bool{12: true, 13: false, 15: true, 24: false, 25: true, 3: true, 4: true, 6: true, 8: true} {
		if reached[score] != want {
			t.Errorf("that a likelihood and an impact give %d is %v", score, reached[score])
		}
	}
}

func publishedBand(score int) model.Band {
	switch {
	case score <= 3:
		return model.VeryLow
	case score <= 6:
		return model.Low
	case score <= 12:
		return model.Medium
	case score <= 24:
		return model.High
	}
	return model.VeryHigh
}

func TestVulnerabilityDeadlinesAsPublished(t *testing.T) {
	deadlines := pack(t, "vulnerability-deadlines").Deadlines
	want := []struct {
		severity                 model.Band
		within, mitigate, review string
		acceptable               model.Attribute
		escalated                [3]string // to the service owner, to senior management, to the CISO and on to the deputy director
	}{
		{model.VeryHigh, "P14D", "P1D", "", model.No, [3]string{"P10D", "P20D", "P30D"}},
		{model.High, "P30D", "", "", model.No, [3]string{"P20D", "P30D", "P60D"}},
		{model.Medium, "P60D", "", "P3M", model.Yes, [3]string{}},
		{model.Low, "P90D", "", "P3M", model.Yes, [3]string{}},
	}
	if len(deadlines) != len(want) {
		t.Fatalf("there are %d deadlines", len(deadlines))
	}
	for i, w := range want {
		d := deadlines[i]
		if d.Severity != w.severity || d.Within != period(t, w.within) || d.Mitigate != period(t, w.mitigate) || d.Review != period(t, w.review) || d.Acceptable != w.acceptable {
			t.Errorf("%s: %+v", w.severity, d)
		}
		var told []library.Escalation
		if w.escalated[0] != "" {
			told = []library.Escalation{
				{After: period(t, w.escalated[0]), To: "service-owner"},
				{After: period(t, w.escalated[1]), To: "senior-management"},
				{After: period(t, w.escalated[2]), To: "ciso"},
				{After: period(t, w.escalated[2]), To: "deputy-director"},
			}
		}
		if !slices.Equal(d.Escalate, told) {
			t.Errorf("%s: is escalated to %v", w.severity, d.Escalate)
		}
	}
}

func TestSpendControlEndedOn31March2026(t *testing.T) {
	gates := map[ident.ID]library.Gate{}
	for _, g := range pack(t, "government-gates").Gates {
		gates[g.ID] = g
		if g.AsksMark != library.Ours {
			t.Errorf("%s: what is asked at a gate is Bulkhead's own, and says so; it is marked %q", g.ID, g.AsksMark)
		}
	}
	if end := (civil.Date{Year: 2026, Month: 3, Day: 31}); gates["spend-control"].Until != end {
		t.Errorf("the spend control ends on %s", gates["spend-control"].Until)
	}
	if start := (civil.Date{Year: 2026, Month: 4, Day: 1}); gates["spend-pipeline"].From != start || !gates["spend-pipeline"].Until.IsZero() {
		t.Errorf("the spend pipeline is from %s until %s", gates["spend-pipeline"].From, gates["spend-pipeline"].Until)
	}
	for i, id := range []ident.ID{
		"gate-0-strategic-assessment", "gate-1-business-justification", "gate-2-delivery-strategy",
		"gate-3-investment-decision", "gate-4-readiness-for-service", "gate-5-operations-review",
	} {
		if g, ok := gates[id]; !ok || !g.From.IsZero() || !g.Until.IsZero() {
			t.Errorf("gate %d: %+v", i, g)
		}
	}
}

func TestObligationsMatrixHasEveryListed(t *testing.T) {
	matrix := map[ident.ID]library.Obligation{}
	for _, o := range pack(t, "obligations-matrix").Obligations {
		matrix[o.ID] = o
	}
	civilian := []ident.ID{
		"data-protection-act-2018", "uk-gdpr", "us-uk-data-access-agreement", "pci-dss", "freedom-of-information", "nis-regulations", "psn-code-of-connection", "data-retention",
		"cyber-policy-handbook", "government-security-classifications", "govs-007", "caf-govassure", "secure-by-design", "technology-code-of-practice-6", "service-standard-9", "vetting",
		"contractual",
	}
	defence := []ident.ID{"jsp-440", "jsp-453", "defcon-658", "def-stan-05-138"}
	for _, id := range slices.Concat(civilian, defence) {
		o, ok := matrix[id]
		if !ok {
			t.Errorf("%s is not in the matrix", id)
			continue
		}
		if got, want := o.Lifecycle == "defence", slices.Contains(defence, id); got != want {
			t.Errorf("that %s is for defence alone is %v", id, got)
		}
		if got, want := len(o.When) > 0, id == "uk-gdpr" || id == "data-protection-act-2018"; got != want {
			t.Errorf("that %s follows from the data is %v", id, got)
		}
		for _, when := range o.When {
			if when.Personal != model.Yes {
				t.Errorf("%s follows from %+v, not from personal data", id, when)
			}
		}
	}
}

func TestSpecialCategoriesAreNine(t *testing.T) {
	var special, offence, words []string
	for _, c := range pack(t, "data-protection").Categories {
		if c.Kind == "offence" {
			offence = append(offence, string(c.ID))
		} else {
			special = append(special, string(c.ID))
		}
	}
	for _, w := range model.SpecialCategory("").Words() {
		words = append(words, w.Name)
	}
	slices.Sort(special) // the order of categories means nothing
	slices.Sort(words)
	if len(special) != 9 || !slices.Equal(special, words) {
		t.Errorf("the special categories are %v; what may be written under data is %v", special, words)
	}
	if !slices.Equal(offence, []string{"criminal-offence"}) {
		t.Errorf("the offence categories are %v", offence)
	}
}

// Every question that a team can answer yes bears on the outcome, and nothing that asked for an assessment ceases to.
func TestScreenAsksForAnAssessment(t *testing.T) {
	screen := pack(t, "data-protection").Screen
	said := map[string]library.Criterion{}
	for _, c := range screen {
		if c.Said != "" {
			said[string(c.Said)] = c
		}
	}
	for _, w := range library.ScreenQuestion("").Words() {
		want := library.ScreenRequired
		if w.Name == "innovative_technology" {
			want = library.ScreenLikely
		}
		c, ok := said[w.Name]
		if !ok || c.Alone != want {
			t.Errorf("%s: alone it is %q, not %q", w.Name, c.Alone, want)
		}
	}
	if said["innovative_technology"].Together != library.ScreenRequired {
		t.Error("new technology together with another criterion does not ask for an assessment")
	}
	for what, is := range map[string]func(library.Criterion) bool{
		"any special category or offence data": func(c library.Criterion) bool { return c.Special == model.Yes && c.Records == 0 },
		"children, patients and vulnerable people": func(c library.Criterion) bool {
			return slices.Equal(slices.Sorted(slices.Values(c.Subjects)), []model.People{"children", "patients", "vulnerable-people"})
		},
	} {
		if !slices.ContainsFunc(screen, func(c library.Criterion) bool { return is(c) && c.Said == "" && c.Alone == library.ScreenRequired }) {
			t.Errorf("%s: no criterion makes an assessment required", what)
		}
	}
}

// publishedShape is how many groups and requirements a framework has, and one id of each kind.
type publishedShape struct {
	pack                 ident.ID
	groups, requirements int
	has                  []string
}

func TestFrameworksHaveTheirPublishedShape(t *testing.T) {
	for _, want := range []publishedShape{
		{"nist-csf", 6 + 22, 106, []string{"GV", "GV.OC", "GV.OC-01", "PR.DS-11", "RC.CO-04"}},
		{"nist-ssdf", 4 + 19, 42, []string{"PO", "PO.1", "PO.1.1", "PW.4.4", "RV.3.4"}},
		{"software-security-code-of-practice", 4, 14, []string{"1", "1.1", "3.5", "4.3"}},
		{"cyber-essentials", 0, 5, []string{"firewalls", "secure-configuration", "security-update-management", "user-access-control", "malware-protection"}},
		{"technology-code-of-practice", 0, 13, []string{"1", "6", "13"}},
	} {
		f := pack(t, want.pack).Frameworks[0]
		groups := 0
		for _, r := range f.Requirements {
			if r.Group == model.Yes {
				groups++
			}
		}
		if n := len(f.Requirements) - groups; groups != want.groups || n != want.requirements {
			t.Errorf("%s has %d groups and %d requirements, not %d and %d", want.pack, groups, n, want.groups, want.requirements)
		}
		for _, id := range want.has {
			if f.Find(id) == nil {
				t.Errorf("%s has no %s", want.pack, id)
			}
		}
	}
}

// Whoever has a part in the work has something to know for it.
func TestTrainingIsForEveryRole(t *testing.T) {
	trained := map[ident.ID]bool{}
	for _, item := range pack(t, "bulkhead-training").Training {
		for _, role := range item.Roles {
			trained[role] = true
		}
	}
	for _, role := range pack(t, "roles").Roles {
		if !trained[role.ID] {
			t.Errorf("there is no training for the role %s", role.ID)
		}
	}
}
