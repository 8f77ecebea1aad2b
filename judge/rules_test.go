package judge_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// The rules of the engine, one by one, each on the smallest service that shows it.

const noon civil.Instant = 1781524800 // 2026-06-15T12:00:00Z

var builtin = sync.OnceValue(func() []library.Pack {
	packs, err := library.Builtin()
	if err != nil {
		panic(err)
	}
	return packs
})

func packsInForce(t testing.TB) *library.Library {
	t.Helper()
	lib, err := library.New(builtin(), library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// service reads a service file whose identity is given in short.
func service(t testing.TB, phase, rest string) judge.Sources {
	t.Helper()
	text := "bulkhead: v1\nservice: {id: portal, name: Portal, phase: " + phase + "}\n" + rest
	if strings.HasPrefix(rest, "service:") {
		text = "bulkhead: v1\n" + rest
	}
	s, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return judge.Sources{Service: s, Library: packsInForce(t)}
}

func at(t testing.TB, s judge.Sources, moment civil.Instant) *judge.Judgement {
	t.Helper()
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	return judge.Judge(in, civil.NewWatch(moment))
}

func moment(t testing.TB, text string) civil.Moment {
	t.Helper()
	m, err := civil.ParseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func on(t testing.TB, date string) civil.Instant {
	t.Helper()
	zone, err := civil.LoadZone("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone.From(moment(t, date))
}

// passed gives a record that a control was seen to work, on all or on some components.
func passed(t testing.TB, id ident.ID, kind library.EvidenceKind, observed string, control ident.ID, components ...ident.ID) evidence.Record {
	t.Helper()
	r := evidence.Record{ID: id, Kind: kind, Strength: library.Tested, Outcome: evidence.Passed, Observed: moment(t, observed), Subject: []ident.Ref{ident.To(ident.KindControl, string(control))}}
	for _, c := range components {
		r.Subject = append(r.Subject, ident.Claim("architecture", "components", string(c)))
	}
	return r
}

func findRisk(t testing.TB, j *judge.Judgement, id ident.ID) *judge.Risk {
	t.Helper()
	i := slices.IndexFunc(j.Risks, func(r judge.Risk) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("there is no risk %s", id)
	}
	return &j.Risks[i]
}

func findControl(t testing.TB, j *judge.Judgement, id ident.ID) *judge.Control {
	t.Helper()
	i := slices.IndexFunc(j.Controls, func(c judge.Control) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no control %s", id)
	}
	return &j.Controls[i]
}

func findActivity(t testing.TB, j *judge.Judgement, id ident.ID) *judge.Activity {
	t.Helper()
	i := slices.IndexFunc(j.Activities, func(a judge.Activity) bool { return a.ID == id })
	if i < 0 {
		t.Fatalf("there is no activity %s", id)
	}
	return &j.Activities[i]
}

func findDecision(t testing.TB, j *judge.Judgement, id ident.ID) *judge.Decision {
	t.Helper()
	i := slices.IndexFunc(j.Decisions, func(d judge.Decision) bool { return d.ID == id })
	if i < 0 {
		t.Fatalf("there is no decision %s", id)
	}
	return &j.Decisions[i]
}

func hasReason(reasons []judge.Reason, code string) bool {
	return slices.ContainsFunc(reasons, func(r judge.Reason) bool { return r.Code == code })
}

// drafted gives a decision made at a moment, with its basis as it was then.
func drafted(t testing.TB, s judge.Sources, made string, d decision.Decision) decision.Decision {
	t.Helper()
	in, err := judge.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	d.Made, d.Reason = moment(t, made), "So it was decided"
	if d.ID == "" {
		d.ID = "decided"
	}
	if d.Consulted == nil {
		d.Consulted = []ident.ID{"ciso", "risk-owner", "data-protection-officer", "security-lead", "security-architect"}
	}
	if d, err = judge.Draft(in, civil.NewWatch(on(t, made)), d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRule1RiskBands(t *testing.T) {
	bands := map[int]model.Band{1: "very-low", 2: "very-low", 3: "very-low", 4: "low", 5: "low", 6: "low", 8: "medium", 9: "medium", 10: "medium", 12: "medium", 15: "high", 16: "high", 20: "high", 25: "very-high"}
	for likelihood := 1; likelihood <= 5; likelihood++ {
		for impact := 1; impact <= 5; impact++ {
			s := service(t, "live", fmt.Sprintf("risks: [{id: r1, title: R, inherent: {likelihood: %d, impact: {legal: %d, financial: 1}}}]\n", likelihood, impact))
			got := findRisk(t, at(t, s, noon), "r1").Inherent
			if want := bands[likelihood*impact]; got.Band != want || got.Score != likelihood*impact || got.Impact != impact {
				t.Errorf("%d x %d is %+v, want %s", likelihood, impact, got, want)
			}
		}
	}
}

const treatmentDone = `plan: {activities: [{id: risk-treatment, done: 2026-03-10, outputs: [{title: T, version: "1", date: 2026-03-10, location: here}]}]}
`

func TestRule5ReassessmentIsDueAfterThreeMonthsOrTheFirstTrigger(t *testing.T) {
	for _, c := range []struct {
		name, triggers string
		at             string
		want           judge.ActivityStanding
		until, since   string
	}{
		{"the last day", "", "2026-06-10T22:59:59Z", judge.Current, "2026-06-10", ""},
		{"the day after", "", "2026-06-10T23:00:00Z", judge.Overdue, "2026-06-10", ""},
		{"the first trigger", "operation: {triggers: [{id: b, kind: threat, date: 2026-05-02}, {id: a, kind: change, date: 2026-04-01}]}", "2026-05-20", judge.Reopened, "", "2026-04-01"},
		{"a trigger on the day itself", "operation: {triggers: [{id: a, kind: change, date: 2026-03-10}]}", "2026-05-20", judge.Current, "2026-06-10", ""},
		{"a trigger before it", "operation: {triggers: [{id: a, kind: change, date: 2026-03-01}]}", "2026-05-20", judge.Current, "2026-06-10", ""},
		{"a trigger to come", "operation: {triggers: [{id: a, kind: change, date: 2026-05-21}]}", "2026-05-20", judge.Current, "2026-06-10", ""},
		{"a trigger of another kind", "operation: {triggers: [{id: a, kind: person, date: 2026-05-01}]}", "2026-05-20", judge.Current, "2026-06-10", ""},
		{"an incident", "incidents: [{id: i1, title: I, date: 2026-05-01}]", "2026-05-20", judge.Reopened, "", "2026-05-01"},
		{"a significant change", "operation: {changes: [{id: c1, text: C, significant: yes, date: 2026-05-01}]}", "2026-05-20", judge.Reopened, "", "2026-05-01"},
		{"a change of no weight", "operation: {changes: [{id: c1, text: C, significant: no, date: 2026-05-01}]}", "2026-05-20", judge.Current, "2026-06-10", ""},
		{"a trigger does not hide that it is late", "incidents: [{id: i1, title: I, date: 2026-05-01}]", "2026-06-20", judge.Overdue, "2026-06-10", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := findActivity(t, at(t, service(t, "live", treatmentDone+c.triggers), on(t, c.at)), "risk-treatment")
			if a.Standing != c.want || a.Until.String() != c.until {
				t.Errorf("it is %s until %s, want %s until %s: %+v", a.Standing, a.Until, c.want, c.until, a.Reasons)
			}
			if got := a.Reasons[len(a.Reasons)-1].Args.Get("date"); got != c.since {
				t.Errorf("it is re-opened since %q, want %q", got, c.since)
			}
		})
	}
}

const weakness = `architecture: {components: [{id: web, type: web-application, zone: out}], zones: [{id: out, trust: public}]}
`

func scan(t testing.TB, severity model.Band) evidence.Record {
	r := passed(t, "scan", library.Scan, "2026-06-01", "dependency-scanning")
	r.Outcome, r.Source.Tool = evidence.Failed, "scanner 1"
	r.Observations = []evidence.Observation{{Weakness: "CVE-2026-1", Component: "web", Result: evidence.Failed, Severity: severity}}
	return r
}

func TestRule6AcceptingAWeakness(t *testing.T) {
	for _, c := range []struct {
		severity model.Band
		holds    bool
	}{{model.VeryHigh, false}, {model.High, false}, {model.Medium, true}, {model.Low, true}, {"", false}} {
		t.Run("severity "+string(c.severity), func(t *testing.T) {
			s := service(t, "live", weakness)
			s.Evidence = []evidence.Record{scan(t, c.severity)}
			id := at(t, s, noon).Findings.Top[0].ID
			d := drafted(t, s, "2026-06-02", decision.Decision{Kind: decision.FindingAcceptance, Subject: []ident.Ref{ident.To(ident.KindFinding, string(id))}, Role: "senior-responsible-owner", ValidUntil: moment(t, "2027-06-01")})
			s.Decisions = []decision.Decision{d}
			got := findDecision(t, at(t, s, noon), "decided")
			if held := got.State == "holds"; held != c.holds {
				t.Fatalf("it is %s: %+v", got.State, got.Cause)
			}
			if c.holds && got.Until != on(t, "2026-09-03") { // through the day three months on
				t.Errorf("it holds until %s; it has to be decided again each quarter", got.Until)
			}
		})
	}
}

// A severity that nobody gave has the least time of the table, in whichever order a table gives it.
func TestAWeaknessOfUnknownSeverityIsDueFirst(t *testing.T) {
	for about, c := range map[string]struct {
		days [2]int // of what is very high, and of what is low
		want int
	}{"as is usual": {[2]int{7, 180}, 7}, "the other way round": {[2]int{58, 10}, 10}} {
		s := service(t, "live", weakness)
		s.Evidence = []evidence.Record{scan(t, "")}
		lib := *s.Library
		lib.Deadlines = nil
		for i, severity := range []model.Band{model.VeryHigh, model.Low} {
			lib.Deadlines = append(lib.Deadlines, library.Entry[library.Deadline]{Item: &library.Deadline{ID: ident.ID(severity), Severity: severity, Within: civil.Period{Days: c.days[i]}}})
		}
		s.Library = &lib
		f := at(t, s, noon).Findings.Open()
		if len(f) != 1 || f[0].Deadline != f[0].First+civil.Instant(c.want*86400) {
			t.Errorf("%s: %+v", about, f)
		}
	}
}

func TestRule6WhoProposesDoesNotDecide(t *testing.T) {
	_, err := decision.Read(schema.Source{File: "d.yaml", Text: []byte(`{id: d, kind: review, subject: ["principle:secure-by-design"], reason: R, made: 2026-06-01, role: assessor, by: alice, proposed_by: alice}`)})
	if err == nil {
		t.Error("alice proposed it and made it")
	}
}

func TestRule7AppetiteIsNested(t *testing.T) {
	for _, c := range []struct {
		crown, department, team, own, want model.Band
	}{
		{"", "", "", "high", "medium"}, // the tier's own, while nobody has signed
		{"", "", "", "low", "low"},
		{"high", "", "low", "high", "low"},
		{"low", "high", "high", "high", "low"}, // a file that says so is refused; the engine does not rely on that
		{"high", "very-low", "", "high", "very-low"},
		{"", "", "", "", "medium"},
		{"very-low", "", "", "", "very-low"},
	} {
		s := service(t, "live", "service: {id: portal, name: P, phase: live, unit: team}\n")
		s.Service.Context.Appetite.Max = c.own
		s.Organisation = &org.Organisation{Bulkhead: "v1", ID: "o", Name: "O", Units: []org.Unit{{ID: "team", Name: "T", Parent: "department"}, {ID: "department", Name: "D"}}}
		s.Organisation.Appetite.Max = c.crown
		s.Organisation.Units[0].Appetite.Max, s.Organisation.Units[1].Appetite.Max = c.team, c.department
		if got := at(t, s, noon).Context.Appetite.Value; got != string(c.want) {
			t.Errorf("%+v: it may bear %s", c, got)
		}
	}
}

func TestRule9AnOutputNeedsTitleVersionDateAndLocation(t *testing.T) {
	for _, c := range []struct {
		outputs string
		n       int
		want    judge.ActivityStanding
	}{
		{`{title: T, version: "1", date: 2026-06-01, location: here}`, 1, judge.Current},
		{`{title: T, date: 2026-06-01, location: here}`, 0, judge.Overdue},
		{`{title: T, version: "1", location: here}`, 0, judge.Overdue},
		{`{title: T, version: "1", date: 2026-06-01}`, 0, judge.Overdue},
		{``, 0, judge.Overdue},
		{`{title: T, version: "1", date: 2026-06-01, location: here}, {title: U}`, 1, judge.Current},
	} {
		s := service(t, "live", "plan: {activities: [{id: risk-assessment, done: 2026-06-01, outputs: ["+c.outputs+"]}]}\n")
		a := findActivity(t, at(t, s, noon), "risk-assessment")
		if a.Standing != c.want || a.Outputs.N != c.n {
			t.Errorf("%s: it is %s with %d outputs, want %s with %d", c.outputs, a.Standing, a.Outputs.N, c.want, c.n)
		}
		if a.Outputs.N < max(a.Outputs.Of, 1) && !hasReason(a.Reasons, "activity.output-incomplete") {
			t.Errorf("%s: nothing says what is missing: %+v", c.outputs, a.Reasons)
		}
	}
	early := service(t, "alpha", "plan: {activities: [{id: risk-assessment, done: 2026-06-01, outputs: [{title: T}]}]}\n")
	if a := findActivity(t, at(t, early, noon), "risk-assessment"); a.Standing != judge.Due || !hasReason(a.Reasons, "activity.no-output") {
		t.Errorf("before its phase is over it is %s: %+v", a.Standing, a.Reasons)
	}
}

func TestRule12APrincipleShowsThatItsReviewIsOverdue(t *testing.T) {
	s := service(t, "live", "")
	for date, want := range map[string]bool{"2025-05-16T22:59:59Z": false, "2025-05-16T23:00:00Z": true, "2026-06-15": true} {
		if got := hasReason(findPrinciple(t, at(t, s, on(t, date)), "secure-by-design").Reasons, "principle.review-overdue"); got != want {
			t.Errorf("at %s the review is overdue: %v", date, got)
		}
	}
}

func TestRule15GatesExistBetweenTheirDates(t *testing.T) {
	packs := slices.Clone(builtin())
	for i := range packs {
		packs[i].Gates = nil
		if packs[i].ID == "bulkhead-profiles" {
			packs[i].Gates = []library.Gate{{ID: "spend-control", Title: "Spend control", Before: model.Alpha, From: civil.Date{Year: 2025, Month: 4, Day: 1}, Until: civil.Date{Year: 2026, Month: 3, Day: 31}}}
		}
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	s := service(t, "live", "")
	s.Library = lib
	for date, want := range map[string]int{"2025-03-31T22:59:59Z": 0, "2025-03-31T23:00:00Z": 1, "2026-03-31T22:59:59Z": 1, "2026-03-31T23:00:00Z": 0} {
		if got := len(at(t, s, on(t, date)).Gates); got != want {
			t.Errorf("at %s there are %d gates, want %d", date, got, want)
		}
	}
}
