package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// matter is something in a posture that needs a look.
type matter struct {
	kind  string        // a kind of matter, by its id
	mark  document.Mark // Bad: does not stand. Look: needs one. None: to be known
	ref   ident.Ref     // of what it is about
	claim ident.Ref     // where the service file speaks of that, or would
	name  string        // what people call it, where its id says little
	title string
	state string // in a word or two
	why   []judge.Reason
	about int    // which of the reasons says most, or allOfThem
	part  string // of what it is about, where that has several matters
	rank  int    // by which they are ordered
}

// kindOfMatter says what matters of one kind are: rules, for those who read results by rule. Where --fail-on has a rule for
// it, the ids are the same.
type kindOfMatter struct {
	id, short, help string
	mark            document.Mark
}

func kindsOfMatter() []kindOfMatter {
	return []kindOfMatter{
		{"failing-control", "Evidence shows that a control does not work.", "Mend it, and hand in the new result with bulkhead evidence add.", document.Bad},
		{"above-appetite", "A risk is above what may be borne.", "Bring it down, plan to by a day with an owner, or have it accepted by somebody with the authority.", document.Bad},
		{"overdue", "Something that was to be done, treated or mended is late.", "Do it, and say so in the service file or hand in the evidence.", document.Bad},
		{"lapsed", "A decision has lapsed.", "Decide again with bulkhead decision draft, or take it back.", document.Bad},
		{"supplier", "A supplier is not ready for what it is used for, or something about it is to be done.", "Do what the message says, and note it under suppliers in the service file.", document.Look},
		{"stale", "The evidence of a control is out of date.", "Test it again, and hand in the new result with bulkhead evidence add.", document.Look},
		{"not-judged", "Nobody has judged a risk.", "Say how likely it is and how bad, under risks in the service file.", document.Look},
		{"not-claimed", "A control that is required is not in place.", "Put it in place and say so under controls in the service file, or ask for a tailoring decision.", document.Look},
		{"not-known", "Whether a control is in place is not known.", "Say its status under controls in the service file, or hand over the offer that it rests on.", document.Look},
		{"not-said", "Something that decides what is required has not been said.", "Say it in the service file.", document.Look},
		{"due", "An activity is due.", "Do it, and note it under plan.activities in the service file.", document.Look},
		{"unsettled", "A decision does not count, is suspended or is to be reaffirmed.", "Have it made, signed or reaffirmed by somebody with the authority.", document.Look},
		{"open-finding", "A weakness was found and is not mended.", "Mend it by its deadline; the next run of the tool closes it.", document.Look},
		{"two-contents", "One id is used for two different records, so none of them counts.", "Give one of them another id.", document.Look},
		{"framework", "A requirement of a chosen framework is not met or not answered.", "Answer it under answers in the service file.", document.None},
		{"principle", "A principle is not met in full.", "Confirm or answer its statements under answers in the service file.", document.None},
		{"treating", "A risk is above what may be borne and is being treated.", "Go on with the plan.", document.None},
		{"planned", "A control is planned and not in place.", "Put it in place by its day.", document.None},
		{"not-shown", "A control is said to be in place, and nothing in date shows it.", "Test it, and hand in the result with bulkhead evidence add.", document.None},
		{"unattested", "A decision in force is recorded and not attested.", "Have it signed with a key that the organisation file names.", document.None},
		{"unused-evidence", "Evidence shows nothing that is asked for.", "Say which control and component it is about.", document.None},
	}
}

// matters lists what needs a look: what does not stand first, and then by kind.
func matters(p *assess.Posture) []matter {
	all := slices.Concat(controlMatters(p), riskMatters(p), activityMatters(p), findingMatters(p), decisionMatters(p), supplierMatters(p), saidMatters(p), recordMatters(p), levelMatters(p))
	kinds := kindsOfMatter()
	for i := range all {
		m := &all[i]
		at := slices.IndexFunc(kinds, func(k kindOfMatter) bool { return k.id == m.kind })
		if m.mark == byKind {
			m.mark = kinds[at].mark
		}
		m.rank = len(kinds)*slices.Index([]document.Mark{document.Bad, document.Look, document.None}, m.mark) + at
	}
	slices.SortStableFunc(all, func(a, b matter) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

const (
	byKind    = document.Mark(-1) // as the kind has it
	allOfThem = -1                // each reason says something of its own
)

func controlMatters(p *assess.Posture) (out []matter) {
	kinds := map[judge.State]string{
		judge.Failing: "failing-control", judge.Stale: "stale", judge.Missing: "not-claimed", judge.Unknown: "not-known", judge.Planned: "planned", judge.Claimed: "not-shown",
	}
	for i := range p.Controls {
		c := &p.Controls[i]
		kind := kinds[c.State]
		if kind == "" || c.Applicability == judge.NotApplicable {
			continue
		}
		m := matter{
			kind: kind, mark: byKind, ref: ident.To(ident.KindControl, string(c.ID)), claim: ident.Claim("controls", string(c.ID)), title: c.Title, state: string(c.State),
			why: ownOf(c),
		}
		m.about = max(0, slices.IndexFunc(m.why, func(r judge.Reason) bool { return strings.HasPrefix(r.Code, "control."+string(c.State)) }))
		if c.Weight == judge.Suggested && c.State != judge.Failing {
			m.mark = document.None
		}
		out = append(out, m)
	}
	return out
}

func riskMatters(p *assess.Posture) (out []matter) {
	for i := range p.Risks {
		r := &p.Risks[i]
		m := matter{mark: byKind, ref: ident.To(ident.KindRisk, string(r.ID)), claim: ident.Claim("risks", string(r.ID)), title: r.Title, state: string(r.Standing), why: r.Reasons, about: len(r.Reasons) - 1}
		switch r.Standing {
		case judge.Above:
			m.kind, m.state = "above-appetite", "above what may be borne"
			for k := range r.Reasons {
				if r.Reasons[k].Code == "risk.above-plan-late" {
					m.kind, m.state = "overdue", "above what may be borne, and its treatment is late"
				}
			}
		case judge.Escalated:
			m.kind, m.state = "above-appetite", "above what may be borne, and escalated"
		case judge.Unjudged:
			m.kind, m.state = "not-judged", "not judged"
		case judge.Treating:
			m.kind, m.state = "treating", "being treated"
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

func activityMatters(p *assess.Posture) (out []matter) {
	for i := range p.Activities {
		a := &p.Activities[i]
		m := matter{kind: "due", mark: byKind, ref: ident.To(ident.KindActivity, string(a.ID)), claim: ident.Claim("plan", "activities", string(a.ID)), title: a.Title, state: activityWords(a.Standing), why: a.Reasons, about: len(a.Reasons) - 1}
		switch a.Standing {
		case judge.Overdue:
			m.kind = "overdue"
		case judge.Due, judge.Reopened, judge.EstablishBy, judge.UnknownWhen:
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

// activityWords gives where an activity stands, in words.
func activityWords(s judge.ActivityStanding) string {
	switch s {
	case judge.Reopened:
		return "due again"
	case judge.EstablishBy:
		return "to be established"
	case judge.UnknownWhen:
		return "not known"
	case judge.NotAskedHere:
		return "not asked for"
	}
	return strings.ReplaceAll(string(s), "-", " ")
}

func findingMatters(p *assess.Posture) (out []matter) {
	for i := range p.Findings.Top {
		f := &p.Findings.Top[i]
		m := matter{kind: "open-finding", mark: byKind, ref: ident.To(ident.KindFinding, string(f.ID)), claim: ident.Claim("service"), name: f.Weakness, title: "in " + findingPlace(f), state: "open", why: f.Reasons}
		if f.Component != "" {
			m.claim = ident.Claim("architecture", "components", string(f.Component))
		}
		switch {
		case f.Overdue:
			m.kind, m.state = "overdue", "past its deadline"
		case f.Accepted != "" || f.Severity == model.Low || f.Severity == model.VeryLow:
			m.mark = document.None
		}
		out = append(out, m)
	}
	return out
}

func findingPlace(f *judge.Finding) string {
	where := f.Place
	if f.Component != "" {
		where = strings.TrimPrefix(where+", "+string(f.Component), ", ")
	}
	return cmp.Or(where, "a place that is not known")
}

func decisionMatters(p *assess.Posture) (out []matter) {
	for i := range p.Decisions {
		d := &p.Decisions[i]
		m := matter{mark: byKind, ref: ident.To(ident.KindDecision, string(d.ID)), claim: ident.Claim("service"), title: strings.TrimSpace(d.Kind + " of " + refList(d)), state: stateWords(d.State)}
		if len(d.Subject) > 0 {
			m.claim = claimOf(d.Subject[0])
		}
		if d.Cause != nil {
			m.why = []judge.Reason{*d.Cause}
		}
		switch d.State {
		case "lapsed":
			m.kind = "lapsed"
		case "holds":
			if d.Attested {
				continue
			}
			m.kind, m.state = "unattested", "recorded and not attested"
		case "superseded", "retracted":
			continue
		default:
			m.kind = "unsettled"
		}
		out = append(out, m)
	}
	return out
}

// claimOf gives where the service file speaks of something, or would.
func claimOf(ref ident.Ref) ident.Ref {
	switch ref.Kind {
	case ident.KindClaim:
		return ref
	case ident.KindRisk:
		return ident.Claim("risks", ref.Path)
	case ident.KindControl:
		id, _, _ := strings.Cut(ref.Path, "@")
		return ident.Claim("controls", id)
	case ident.KindActivity:
		return ident.Claim("plan", "activities", ref.Path)
	case ident.KindContext:
		return ident.Claim("context", ref.Path)
	}
	return ident.Claim("service")
}

func supplierMatters(p *assess.Posture) (out []matter) {
	for i := range p.Suppliers {
		s := &p.Suppliers[i]
		m := matter{kind: "supplier", mark: byKind, ref: ident.Claim("suppliers", string(s.ID)), claim: ident.Claim("suppliers", string(s.ID)), name: string(s.ID), title: s.Name, state: supplierWords(s.Standing), why: s.Reasons, about: allOfThem}
		switch s.Standing {
		case judge.SupplierReady, judge.SupplierEnded:
			continue
		case judge.SupplierBlocked:
			m.mark = document.Bad
		}
		out = append(out, m)
	}
	return out
}

func supplierWords(s judge.SupplierStanding) string {
	switch s {
	case judge.SupplierBlocked:
		return "not ready for what it is used for"
	case judge.SupplierAction:
		return "something is to be done"
	case judge.SupplierUnknown:
		return "not known"
	}
	return string(s)
}

func saidMatters(p *assess.Posture) (out []matter) {
	for i := range p.Context.Unknowns {
		o := &p.Context.Unknowns[i]
		out = append(out, matter{kind: "not-said", mark: byKind, ref: o.ID, claim: o.ID, state: "not said", why: []judge.Reason{o.Reason}, part: o.Reason.Args.Get("what")})
	}
	return out
}

func recordMatters(p *assess.Posture) (out []matter) {
	for i := range p.Evidence {
		e := &p.Evidence[i]
		m := matter{mark: byKind, ref: ident.To(ident.KindEvidence, string(e.ID)), claim: ident.Claim("service"), state: evidenceWords(e.State, 1)[len("1 "):]}
		switch e.State {
		case "two-contents":
			m.kind = "two-contents"
		case "unused":
			m.kind = "unused-evidence"
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

func levelMatters(p *assess.Posture) (out []matter) {
	for i := range p.Principles {
		x := &p.Principles[i]
		if x.Standing == judge.Met || x.Standing == judge.Excepted {
			continue
		}
		out = append(out, matter{kind: "principle", mark: byKind, ref: ident.To(ident.KindPrinciple, string(x.ID)), claim: ident.Claim("answers"), title: x.Title, state: standingWords(x.Standing), why: x.Reasons})
	}
	for i := range p.Frameworks {
		f := &p.Frameworks[i]
		if f.Known && f.Answered.N == f.Answered.Of && f.Meets.N == f.Meets.Of {
			continue
		}
		out = append(out, matter{kind: "framework", mark: byKind, ref: ident.To(ident.KindFramework, string(f.ID)), claim: ident.Claim("plan", "frameworks", string(f.ID)), title: cmp.Or(f.Title, string(f.ID)), state: "open", why: f.Reasons})
	}
	return out
}

// called gives what people call a matter.
func (m *matter) called() string { return cmp.Or(m.name, m.ref.Path) }

// sentences says what is so: what it is called, its state and why.
func (m *matter) sentences() string {
	head := m.called()
	if m.title != "" {
		head += " (" + m.title + ")"
	}
	out := []string{head + ": " + m.state}
	for i := range m.why {
		out = append(out, m.why[i].Text)
	}
	return strings.Join(out, ". ") + "."
}
