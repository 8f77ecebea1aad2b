package report

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/junit"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// toolName is how Bulkhead calls itself in the formats of others.
const toolName = "Bulkhead"

// Place gives where the service file of a service says something, as FILE:LINE; empty where it does not.
type Place func(service ident.ID, ref ident.Ref) string

// SARIF gives what needs a look in postures as results of a scan, for whoever reads those.
func SARIF(postures []*assess.Posture, place Place, version string) ([]byte, error) {
	out := &sarif.Report{Tool: toolName, Version: version}
	for _, k := range kindsOfMatter() {
		out.Rules = append(out.Rules, sarif.Rule{ID: k.id, Level: level(k.mark), Short: k.short, Help: k.help})
	}
	for _, p := range postures {
		part := sarif.Part{Name: string(p.Service), Marking: p.Marking, At: p.At}
		for _, m := range matters(p) {
			file, line := split(place(p.Service, m.claim))
			part.Results = append(part.Results, sarif.Result{
				Rule: m.kind, Level: level(m.mark), Text: m.sentences(), File: file, Line: line, Name: m.ref.In(p.Service).String(), Print: fingerprint(p.Service, &m),
			})
		}
		out.Parts = append(out.Parts, part)
	}
	return sarif.Write(out)
}

// ThreatSARIF gives the open threats of services as results of a scan, a rule for each threat rule that finds any, for
// tools that show results beside the lines that they are about.
func ThreatSARIF(lists []*ThreatList, place Place, version string) ([]byte, error) {
	out := &sarif.Report{Tool: toolName, Version: version}
	known := map[ident.ID]bool{}
	for _, l := range lists {
		part := sarif.Part{Name: string(l.Service), Marking: l.Marking, At: l.At}
		s := l.sheet()
		for i := range s.all {
			g := &s.all[i]
			x := g.worst
			if x.Evidenced != judge.ThreatOpen && x.Evidenced != judge.ThreatPossible {
				continue
			}
			rule := ident.ID(x.Rule.Path[strings.LastIndexByte(x.Rule.Path, '#')+1:])
			if !known[rule] {
				known[rule] = true
				out.Rules = append(out.Rules, s.Of.threatRule(rule))
			}
			file, line := split(place(l.Service, x.Element))
			part.Results = append(part.Results, sarif.Result{
				Rule: string(rule), Level: level(graveSign(x.Severity)), Text: s.result(g), File: file, Line: line,
				Name: ident.To(ident.KindThreat, string(g.id)).In(l.Service).String(), Print: printOf(l.Service, "threat", string(g.id)),
			})
		}
		out.Parts = append(out.Parts, part)
	}
	slices.SortFunc(out.Rules, func(a, b sarif.Rule) int { return strings.Compare(a.ID, b.ID) })
	return sarif.Write(out)
}

// threatRule describes a threat rule: what somebody could do, and the weaknesses that it is known under.
func (t *Told) threatRule(id ident.ID) sarif.Rule {
	out := sarif.Rule{ID: string(id), Level: level(document.Look), Short: string(id), Help: "bulkhead why THREAT says why it is open."}
	plain := strings.NewReplacer("{it}", "it", "{source}", "the source", "{destination}", "the destination")
	for i := range t.Library.Threats {
		r := t.Library.Threats[i].Item
		if r.ID != id {
			continue
		}
		out.Short = capital(plain.Replace(r.Title)) + "."
		out.Help = capital(plain.Replace(r.Text)) + " Any of these answers it: " + strings.Join(wordsOf(r.Answers), ", ") + "."
		out.Tags = []string{"security", "threat"}
		for _, w := range r.Weaknesses {
			out.Tags = append(out.Tags, "external/cwe/"+strings.ToLower(w))
		}
	}
	return out
}

// result says of a group of threats what could be done, where, and what would answer it.
func (s *sheet) result(g *group) string {
	x := g.worst
	out := x.Title + g.likeIt() + ". " + capital(s.Of.where(g)) + ". How grave: " + string(x.Severity) + ". As claimed: " + threatWords(g.claimed) + ", as evidenced: " + threatWords(x.Evidenced) + ". " + s.answering(x) + "."
	if in := g.inRisks(); in != "" {
		out += " " + in + "."
	}
	return out
}

func level(m document.Mark) string {
	switch m {
	case document.Bad:
		return "error"
	case document.Look:
		return "warning"
	}
	return "note"
}

// fingerprint stays the same while the same kind of thing is so of the same item of the same service, however it is worded
// and wherever its line moves.
func fingerprint(service ident.ID, m *matter) string {
	return printOf(service, m.kind, m.ref.String(), m.part)
}

func printOf(service ident.ID, of ...string) string {
	sum := sha256.Sum256([]byte(string(service) + "\n" + strings.Join(of, "\n")))
	return hex.EncodeToString(sum[:16])
}

// split parts FILE:LINE.
func split(place string) (file string, line int) {
	at := strings.LastIndexByte(place, ':')
	if at < 0 {
		return place, 0
	}
	line, err := strconv.Atoi(place[at+1:])
	if err != nil {
		return place, 0
	}
	return place[:at], line
}

// JUnit gives postures as results of tests, a suite a service. A case passes when it stands, and fails when it definitely
// does not: the same that --fail-on fails on by default, and risks above what may be borne. Whatever is neither, such as a
// control that is claimed and not shown, was not run.
func JUnit(postures []*assess.Posture, place Place) ([]byte, error) {
	var suites []junit.Suite
	for _, p := range postures {
		s := &suite{p: p, place: place, matters: map[ident.Ref]matter{}}
		for _, m := range matters(p) {
			s.matters[m.ref] = m
		}
		s.controls()
		s.risks()
		s.activities()
		s.findings()
		s.decisions()
		s.gates()
		suites = append(suites, junit.Suite{Name: string(p.Service), Marking: p.Marking, At: p.At, Cases: s.cases})
	}
	return junit.Write(toolName, suites)
}

// suite is the cases of one service.
type suite struct {
	p       *assess.Posture
	place   Place
	matters map[ident.Ref]matter
	cases   []junit.Case
}

func (s *suite) add(group string, ref, claim ident.Ref, result evidence.Outcome, kind, text string) {
	c := junit.Case{Class: string(s.p.Service) + "." + group, Name: ref.Path, Result: result, Kind: kind, Text: text}
	c.File, c.Line = split(s.place(s.p.Service, claim))
	s.cases = append(s.cases, c)
}

// judged adds a case as its matter has it: none is a pass, one that does not stand a failure, and any other not run.
func (s *suite) judged(group string, ref, claim ident.Ref) {
	m, is := s.matters[ref]
	switch {
	case !is:
		s.add(group, ref, claim, evidence.Passed, "", "")
	case m.mark == document.Bad:
		s.add(group, ref, claim, evidence.Failed, m.kind, m.sentences())
	default:
		s.add(group, ref, claim, evidence.NotRun, "", m.sentences())
	}
}

// controls adds those that are required, and any that fails.
func (s *suite) controls() {
	for i := range s.p.Controls {
		c := &s.p.Controls[i]
		if c.Applicability == judge.NotApplicable || c.Weight != judge.RequiredWeight && c.State != judge.Failing {
			continue
		}
		s.judged("controls", ident.To(ident.KindControl, string(c.ID)), ident.Claim("controls", string(c.ID)))
	}
}

// risks adds every risk. One that is within only as claimed has not passed: nothing has shown it yet.
func (s *suite) risks() {
	for i := range s.p.Risks {
		r := &s.p.Risks[i]
		ref, claim := ident.To(ident.KindRisk, string(r.ID)), ident.Claim("risks", string(r.ID))
		shown := r.StandingEvidenced == judge.Within || r.StandingEvidenced == judge.Accepted
		if (r.Standing == judge.Within || r.Standing == judge.Accepted) && !shown {
			s.add("risks", ref, claim, evidence.NotRun, "", string(r.ID)+" ("+r.Title+"): "+string(r.Standing)+" as claimed, and "+string(r.StandingEvidenced)+" counting only what is shown to work.")
			continue
		}
		s.judged("risks", ref, claim)
	}
}

// activities adds those that are asked for, now or later.
func (s *suite) activities() {
	for i := range s.p.Activities {
		a := &s.p.Activities[i]
		ref, claim := ident.To(ident.KindActivity, string(a.ID)), ident.Claim("plan", "activities", string(a.ID))
		switch a.Standing {
		case judge.NotAskedHere:
		case judge.NotDue:
			s.add("activities", ref, claim, evidence.NotRun, "", a.Title+": not due.")
		default:
			s.judged("activities", ref, claim)
		}
	}
}

// findings adds the most pressing ones.
func (s *suite) findings() {
	for i := range s.p.Findings.Top {
		f := &s.p.Findings.Top[i]
		s.judged("findings", ident.To(ident.KindFinding, string(f.ID)), ident.Claim("architecture", "components", string(f.Component)))
	}
}

// decisions adds those that have not ended.
func (s *suite) decisions() {
	for i := range s.p.Decisions {
		d := &s.p.Decisions[i]
		ref, claim := ident.To(ident.KindDecision, string(d.ID)), ident.Claim("service")
		if m, is := s.matters[ref]; is {
			claim = m.claim
		}
		switch d.State {
		case "superseded", "retracted":
		case "holds":
			s.add("decisions", ref, claim, evidence.Passed, "", "")
		default:
			s.judged("decisions", ref, claim)
		}
	}
}

// gates adds the gates that are passed or ahead. That one is not ready is no failure: it may be a long way off.
func (s *suite) gates() {
	for i := range s.p.Gates {
		g := &s.p.Gates[i]
		if g.Behind && !g.Passed {
			continue
		}
		ref, result := ident.To(ident.KindGate, string(g.ID)), evidence.NotRun
		_, words := gateWords(g)
		if g.Passed {
			result = evidence.Passed
		}
		s.add("gates", ref, ident.Claim("service"), result, "", g.Title+": "+words+".")
	}
}
