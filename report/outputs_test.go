package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/junit"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

func nowhere(ident.ID, ident.Ref) string { return "" }

// written is a posture with the same words wherever somebody's words can be: titles, names, places and arguments.
func written(by string) (*assess.Posture, report.About) {
	args := judge.Args{}
	for _, name := range []string{"owner", "due", "band", "score", "appetite", "kind", "check", "why", "evidence", "sentence", "by", "answer", "what", "certificate", "until", "id", "title", "service", "loss", "to", "since"} {
		args = append(args, judge.Arg{Name: name, Value: by})
	}
	why := func(codes ...string) (out []judge.Reason) {
		for _, c := range codes {
			out = append(out, judge.Reason{Code: c, Args: args, Because: []ident.Ref{}})
		}
		return out
	}
	p := &assess.Posture{At: 1_800_000_000, NextChange: 1_900_000_000}
	p.Service, p.Marking = "portal", "OFFICIAL"
	p.Context.DataProtection.Reasons = why("context.data-protection-required")
	p.Context.Unknowns = []judge.Obstacle{{ID: ident.Claim("service"), Reason: why("context.unknown")[0]}}
	p.Context.Obligations = []judge.Obligation{{ID: "law", Title: by, Reasons: why("obligation.said")}}
	p.Areas = []judge.AreaResult{{ID: "context", Title: by, Standing: judge.Due}}
	p.Activities = []judge.Activity{{ID: "a1", Title: by, Standing: judge.Overdue, Reasons: why("activity.plan-late")}}
	for _, s := range []judge.State{judge.Failing, judge.Stale, judge.Claimed, judge.Evidenced} {
		p.Controls = append(p.Controls, judge.Control{ID: ident.ID(s), Title: by, Applicability: judge.Applicable, Weight: judge.RequiredWeight, State: s, Reasons: why("control.claimed", "control.planned")})
	}
	for _, s := range []judge.Standing{judge.Above, judge.Treating, judge.Within} {
		p.Risks = append(p.Risks, judge.Risk{ID: ident.ID(s), Title: by, Kind: model.RiskKind(by), Standing: s, Reasons: why("risk.treating")})
	}
	p.Findings.Counts.Open = 1
	p.Findings.Top = []judge.Finding{{ID: "f1", Weakness: by, Place: by, Severity: model.High, Reasons: why("finding.due")}}
	p.Suppliers = []judge.Supplier{{ID: "s1", Name: by, Standing: judge.SupplierAction, Reasons: why("supplier.certificate-out-of-date")}}
	p.Principles = []judge.Principle{{ID: "p1", Title: by, Standing: judge.NotMet, Reasons: why("principle.not-met"), Statements: []judge.Statement{{ID: "i1", Kind: "implication", Standing: judge.NotMet, Reasons: why("statement.answered")}}}}
	p.Frameworks = []judge.Framework{{ID: "f1", Version: by, Title: by, Reasons: why("framework.standing"), Requirements: []judge.RequirementResult{{ID: "A1.a", Title: by, Reasons: why("framework.reviewed")}}}}
	p.Gates = []judge.Gate{{ID: "g1", Title: by, InTheWay: []judge.Obstacle{{ID: ident.To(ident.KindRisk, "r1"), Reason: why("obstacle.risks-above")[0]}}}}
	p.Decisions = []judge.Decision{{ID: "d1", Kind: "acceptance", State: "lapsed", Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Cause: &why("decision.field-worse")[0]}}
	p.Evidence = []judge.EvidenceUse{{ID: "e1", State: "counts", Uses: []ident.Ref{ident.To(ident.KindControl, "c1")}}}
	p.Changes = []judge.Change{{At: 1_900_000_000, ID: ident.To(ident.KindRisk, "r1"), Code: "change.treatment-due"}}
	report.Say(p)
	return p, report.About{Name: by, Purpose: by, Unit: by, Owner: by}
}

func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><b>x`, `</details></table>`, `![p](https://evil.example/p.png)`, `[w](https://evil.example)`, `https://evil.example`, `www.evil.example`,
		`@somebody`, `#12`, `other/repository#12`, "`code` `more", "**bold**", "a|b|c", "# heading\n\n# more", "- item", "/close", ":octocat:", "\u202eback", "\x1b[31mred\x00", "]](((", "{0}", "$x$",
	}
}

func comment(t *testing.T, words string) string {
	t.Helper()
	p, about := written(words)
	var out bytes.Buffer
	if err := report.Markdown(&out, []*assess.Posture{p}, func(ident.ID) report.About { return about }, civil.Zone{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// withoutCode takes out what stands between as many backticks on either side, where nothing has a meaning.
func withoutCode(text string) string {
	text = strings.ReplaceAll(text, "\\`", "")
	ticks := regexp.MustCompile("`+")
	var out strings.Builder
	for {
		open := ticks.FindStringIndex(text)
		if open == nil {
			return out.String() + text
		}
		fence, rest := text[open[0]:open[1]], text[open[1]:]
		out.WriteString(text[:open[0]])
		end := slices.IndexFunc(ticks.FindAllStringIndex(rest, -1), func(at []int) bool { return rest[at[0]:at[1]] == fence })
		if end < 0 {
			return out.String() + "UNCLOSED" + rest
		}
		out.WriteString("CODE")
		text = rest[ticks.FindAllStringIndex(rest, -1)[end][1]:]
	}
}

var meanings = regexp.MustCompile(`(?i)UNCLOSED|<(?:script|img|b>|/table)|(?:^|[^\\])\[|://|www\.|@[a-z]|(?:^|[^&\\#])#[0-9]|:octocat:|[\x00-\x09\x0b-\x1f\x{202e}]`)

func TestWhatATeamWroteStaysWordsInMarkdown(t *testing.T) {
	plainPosture, plainAbout := written("x")
	plain := map[string]string{"comment": comment(t, "x"), "pack": document.Markdown(report.DecisionPack(plainPosture, plainAbout, civil.Zone{}), 1)}
	for _, words := range hostile() {
		p, about := written(words)
		for what, text := range map[string]string{"comment": comment(t, words), "pack": document.Markdown(report.DecisionPack(p, about, civil.Zone{}), 1)} {
			bare := withoutCode(text)
			if at := meanings.FindStringIndex(bare); at != nil {
				t.Errorf("%s: %q has a meaning at %q", what, words, bare[max(0, at[0]-40):min(len(bare), at[1]+40)])
			}
			if got, want := strings.Count(text, "\n"), strings.Count(plain[what], "\n"); got != want {
				t.Errorf("%s: %q makes %d lines; want %d", what, words, got, want)
			}
			if got, want := strings.Count(bare, "<details>"), strings.Count(bare, "</details>"); got != want {
				t.Errorf("%s: %q: %d details are opened and %d closed", what, words, got, want)
			}
			for line := range strings.Lines(bare) {
				if strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "| ") {
					t.Errorf("%s: %q breaks a table: %s", what, words, line)
				}
			}
		}
	}
}

func TestWhatATeamWroteStaysWordsInHTML(t *testing.T) {
	p, about := written("x")
	want := elements(t, document.HTML(report.DecisionPack(p, about, civil.Zone{})))
	for _, words := range hostile() {
		p, about := written(words)
		if got := elements(t, document.HTML(report.DecisionPack(p, about, civil.Zone{}))); got != want {
			t.Errorf("%q makes other elements", words)
		}
	}
}

// elements lists the elements of a page. It is read as XML, which is stricter than HTML. Code stands where a phrase has it.
func elements(t *testing.T, page string) string {
	t.Helper()
	page = regexp.MustCompile(`<meta ([^>]*)>`).ReplaceAllString(strings.Replace(page, "<!doctype html>", "", 1), "<meta $1/>")
	dec, out := xml.NewDecoder(strings.NewReader(page)), strings.Builder{}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, is := token.(xml.StartElement); is {
			fmt.Fprintf(&out, "%s %d\n", e.Name.Local, len(e.Attr))
		}
	}
}

// Every table of a page says what is in it and which cells are headings.
func TestTablesOfThePackAreAccessible(t *testing.T) {
	p, about := written("x")
	page := document.HTML(report.DecisionPack(p, about, civil.Zone{}))
	if strings.Contains(page, "<caption></caption>") {
		t.Error("a table has no caption")
	}
	for _, row := range regexp.MustCompile(`(?s)<tbody>.*?</tbody>`).FindAllString(page, -1) {
		if strings.Count(row, "<tr>") != strings.Count(row, `<th scope="row"`) {
			t.Errorf("a row has no heading: %s", row)
		}
	}
	for _, section := range []string{
		"What this is about", "What is asked of you", "Tier, and what is signed", "Gates", "Risks against what may be borne", "Decisions and exceptions", "Controls", "The seven areas", "Principles", "Frameworks",
		"Findings", "Suppliers", "Obligations", "Evidence", "What comes by itself", "What is not known", "How it was judged", "Decided",
	} {
		if !strings.Contains(page, ">"+section+"</h2>") {
			t.Errorf("there is no section %s", section)
		}
	}
}

func TestForeignFormatsTakeWhateverThereIs(t *testing.T) {
	for _, words := range append(hostile(), "x", strings.Repeat("long ", 1000)) {
		p, _ := written(words)
		text, err := report.SARIF([]*assess.Posture{p}, nowhere, "1")
		if err != nil || !json.Valid(text) {
			t.Fatalf("%q: %v", words, err)
		}
		if run, err := sarif.Read(text, foreign.Default()); err != nil || len(run.Dropped) > 0 {
			t.Errorf("%q: %v, %q", words, err, run.Dropped)
		}
		if text, err = report.JUnit([]*assess.Posture{p}, nowhere); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if run, err := junit.Read(text, foreign.Default()); err != nil || len(run.Dropped) > 0 {
			t.Errorf("%q: %v, %q", words, err, run.Dropped)
		}
	}
}

// A code host takes a comment of at most 65,536 characters.
func TestACommentIsShortEnough(t *testing.T) {
	p, about := written("words of ordinary length, as in a title")
	for i := range 150 {
		c := p.Controls[i%4]
		c.ID = ident.ID(fmt.Sprintf("control-with-a-long-name-%d", i))
		r := p.Risks[i%3]
		r.ID = ident.ID(fmt.Sprintf("risk-%d", i))
		p.Controls, p.Risks = append(p.Controls, c), append(p.Risks, r)
	}
	for _, n := range []int{1, 5, 25} {
		var many []*assess.Posture
		for range n {
			many = append(many, p)
		}
		var out bytes.Buffer
		if err := report.Markdown(&out, many, func(ident.ID) report.About { return about }, civil.Zone{}); err != nil {
			t.Fatal(err)
		}
		if out.Len() > 65_000 {
			t.Errorf("%d services: %d characters", n, out.Len())
		}
	}
}

func TestFingerprintsStay(t *testing.T) {
	prints := func(words string) (out []string) {
		p, _ := written(words)
		text, err := report.SARIF([]*assess.Posture{p}, nowhere, "1")
		if err != nil {
			t.Fatal(err)
		}
		return regexp.MustCompile(`"bulkhead/v1": "[0-9a-f]{32}"`).FindAllString(string(text), -1)
	}
	a, b := prints("x"), prints("other words")
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d and %d", len(a), len(b))
	}
	seen, differ := map[string]bool{}, 0
	for i := range a {
		if seen[a[i]] {
			t.Errorf("two results have the print %s", a[i])
		}
		seen[a[i]] = true
		if a[i] != b[i] {
			differ++
		}
	}
	if differ > 1 { // what is not said is told apart by what it is
		t.Errorf("%d prints change with the words", differ)
	}
}
