package judge

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// Threat is the judgement of one threat to one element.
type Threat struct {
	ID         ident.ID          `json:"id"`
	Group      ident.ID          `json:"group"` // what is alike on one component is shown and triaged together
	Rule       ident.Ref         `json:"rule"`
	Title      string            `json:"title"`
	Element    ident.Ref         `json:"element"`
	Components []ident.ID        `json:"components"` // where a control answers it; none: the service as a whole
	Data       []ident.ID        `json:"data"`
	Stride     []model.Stride    `json:"stride"`
	Linddun    []library.Linddun `json:"linddun"`
	Weaknesses []string          `json:"weaknesses"`
	Patterns   []string          `json:"patterns"`
	Techniques []string          `json:"techniques"`
	Likelihood int               `json:"likelihood"`
	Impact     int               `json:"impact"`
	Severity   model.Band        `json:"severity"`
	Claimed    ThreatStatus      `json:"claimed"`
	Evidenced  ThreatStatus      `json:"evidenced"`
	Certain    bool              `json:"certain"`     // nothing that it rests on is unsaid
	AnsweredBy []ident.ID        `json:"answered_by"` // controls that answer it, as claimed
	Answers    []ident.ID        `json:"answers"`     // controls any of which would answer it, the first the one to suggest
	Risks      []ident.ID        `json:"risks"`       // of the register, that name it
	Asks       []Asked           `json:"asks"`
	Reasons    []Reason          `json:"reasons"`
}

// Asked is a question about something that nobody has said.
type Asked struct {
	Of   ident.Ref `json:"of"`
	Is   string    `json:"is"`
	Text string    `json:"text"`
}

// ThreatStatus is where a threat stands.
type ThreatStatus string

// The statuses of a threat.
const (
	ThreatOpen     ThreatStatus = "open"
	ThreatPossible ThreatStatus = "possible" // open, if what nobody has said is so
	ThreatAnswered ThreatStatus = "answered"
	ThreatDisposed ThreatStatus = "disposed"
	ThreatAccepted ThreatStatus = "accepted"
)

// Rank orders statuses from the worst, 0, to the best.
func (s ThreatStatus) Rank() int {
	return slices.Index([]ThreatStatus{ThreatOpen, ThreatPossible, ThreatAccepted, ThreatDisposed, ThreatAnswered}, s)
}

// candidates are the result of stage 2: what could be done to which element, with the controls that would answer it. The
// stage knows no control's state.
type candidates struct {
	list      []*threat.Candidate
	disposed  []*model.Disposition // beside each; nil where the team has not put it aside
	suggested []*demand            // controls that would answer what is not triaged yet, in order of id
	required  []*demand            // the same, of threats too grave to be only suggested
}

// candidates is stage 2.
func (j *judging) candidates() candidates {
	var out candidates
	scale := &j.library.ThreatScale
	asked := map[ident.ID]*demand{}
	grave := map[ident.ID]*demand{}
	for i := range j.threatened {
		c := &j.threatened[i]
		if !c.After.IsZero() && !j.watch.Passed(j.zone.End(c.After)) {
			continue
		}
		d := j.disposition(c)
		out.list, out.disposed = append(out.list, c), append(out.disposed, d)
		tooGrave := atLeast(j.severity(c), scale.Require)
		switch {
		case d != nil && !tooGrave || c.Said != "" || j.answerClaimed(c):
		case tooGrave: // what nobody has said counts as the graver answer
			ask(grave, c, because("control.required-by-threat", refs(c.Rule.Ref, c.Element), Arg{"threat", string(c.ID)}))
		default:
			ask(asked, c, because("control.suggested-by-threat", refs(c.Rule.Ref, c.Element), Arg{"threat", string(c.ID)}))
		}
	}
	out.suggested, out.required = ordered(asked), ordered(grave)
	return out
}

func atLeast(band, least model.Band) bool { return least != "" && band.Rank() >= least.Rank() }

func (j *judging) severity(c *threat.Candidate) model.Band {
	return j.library.Band(c.Likelihood * c.Impact)
}

// answerClaimed says whether the team claims any control that would answer a threat: then there is nothing to suggest,
// whatever that control comes to.
func (j *judging) answerClaimed(c *threat.Candidate) bool {
	return slices.ContainsFunc(c.Rule.Item.Answers, func(id ident.ID) bool { return len(j.controlAt[id]) > 0 })
}

// ask notes that a threat asks for the first of its answers. The reason is that of the first threat.
func ask(of map[ident.ID]*demand, c *threat.Candidate, why Reason) {
	if id := c.Rule.Item.Answers[0]; of[id] == nil {
		of[id] = &demand{id, why}
	}
}

func ordered(of map[ident.ID]*demand) []*demand {
	out := make([]*demand, 0, len(of))
	for _, id := range sortedKeys(of) {
		out = append(out, of[id])
	}
	return out
}

// disposition finds where the team has put a threat aside, in date: by its id, by one that it had, or by its group and
// element.
func (j *judging) disposition(c *threat.Candidate) *model.Disposition {
	for _, id := range append([]ident.ID{c.ID}, c.Formerly...) {
		for _, at := range j.disposedOf[id] {
			if d := &j.service().Threats.Dispositions[at]; j.holdsNow(d) {
				return d
			}
		}
	}
	for _, id := range append([]ident.ID{c.Group}, c.Groups...) {
		for _, at := range j.disposedOf[id] {
			if d := &j.service().Threats.Dispositions[at]; slices.ContainsFunc(d.Elements, func(id ident.ID) bool { return isElement(c, id) }) && j.holdsNow(d) {
				return d
			}
		}
	}
	return nil
}

// isElement says whether an id is that of the element that a threat is about, now or formerly.
func isElement(c *threat.Candidate, id ident.ID) bool {
	named := threat.Named(c.Rule.Item.ID, id)
	return id == elementOf(c) || named == c.ID || slices.Contains(c.Formerly, named)
}

// groupAside says whether the team has put aside a group without saying which of its elements it looked at: that puts
// nothing aside, since it would put aside what is added later too.
func (j *judging) groupAside(c *threat.Candidate) bool {
	return c.Group != c.ID && slices.ContainsFunc(j.disposedOf[c.Group], func(at int) bool {
		return len(j.service().Threats.Dispositions[at].Elements) == 0
	})
}

func elementOf(c *threat.Candidate) ident.ID { return ident.ID(path1(c.Element)) }

// holdsNow says whether a disposition holds now.
func (j *judging) holdsNow(d *model.Disposition) bool {
	return j.watch.Within(j.zone.Start(d.Date), j.zone.Until(d.ValidUntil))
}

// Archived is what the team said of a threat that is not there now: its element was taken away, or its id is not right.
type Archived struct {
	ID      ident.ID `json:"id"`
	By      string   `json:"by"` // disposition or risk
	Reasons []Reason `json:"reasons"`
}

// archived gives, in order, what dispositions and risks say of threats that are not there now. Nothing of it is lost: should
// the element come back, so does what was said.
func (j *judging) archived() []Archived {
	out, there := []Archived{}, map[ident.ID]bool{}
	for i := range j.threatened {
		c := &j.threatened[i]
		for _, id := range slices.Concat([]ident.ID{c.ID, c.Group}, c.Formerly, c.Groups) {
			there[id] = true
		}
	}
	add := func(id ident.ID, by string, of ident.Ref) {
		if !there[id] {
			out = append(out, Archived{id, by, []Reason{because("threat.archived", refs(of), Arg{"threat", string(id)})}})
		}
	}
	for i := range j.service().Threats.Dispositions {
		id := j.service().Threats.Dispositions[i].ID
		add(id, "disposition", ident.Claim("threats", "dispositions", string(id)))
	}
	for i := range j.service().Risks {
		r := &j.service().Risks[i]
		named := slices.Clone(r.Threats)
		sortUnique(&named)
		for _, id := range named {
			add(id, "risk", ident.Claim("risks", string(r.ID)))
		}
	}
	return out
}

// demands adds what threats too grave to be only suggested require.
func (c *contexts) demands(threats candidates) {
	for _, d := range threats.required {
		if c.required[d.control] == nil {
			c.required[d.control] = d
		}
	}
}

// threats is stage 5, its first half: the status of each threat, from the candidates and the controls.
func (j *judging) threats(from candidates, works threat.Works) []Threat {
	out := make([]Threat, len(from.list))
	for i, c := range from.list {
		out[i] = j.threat(c, from.disposed[i], works)
	}
	return out
}

func (j *judging) threat(c *threat.Candidate, disposed *model.Disposition, works threat.Works) Threat {
	t := j.blank(c)
	switch {
	case disposed != nil && !atLeast(t.Severity, j.library.ThreatScale.Require):
		t.Claimed, t.Evidenced = ThreatDisposed, ThreatDisposed
		t.Reasons = append(t.Reasons, because("threat.disposed", refs(ident.Claim("threats", "dispositions", string(disposed.ID))), Arg{"why", disposed.Reason}))
		return t
	case disposed != nil:
		t.Reasons = append(t.Reasons, because("threat.disposed-but-grave", refs(ident.Claim("threats", "dispositions", string(disposed.ID))), Arg{"severity", string(t.Severity)}))
	}
	if j.groupAside(c) {
		t.Reasons = append(t.Reasons, because("threat.disposed-without-elements", refs(ident.Claim("threats", "dispositions", string(c.Group))), Arg{"group", string(c.Group)}, Arg{"element", string(elementOf(c))}))
	}
	shown := ident.ID("")
	for _, id := range c.Rule.Item.Answers {
		claimed, evidenced := everywhere(works, id, c.Where)
		switch {
		case evidenced:
			t.Claimed, t.Evidenced, shown = ThreatAnswered, ThreatAnswered, cmp.Or(shown, id)
		case claimed:
			t.Claimed = ThreatAnswered
		default:
			continue
		}
		t.AnsweredBy = append(t.AnsweredBy, id)
	}
	t.Reasons = append(t.Reasons, j.whyThreat(&t, shown)...)
	return t
}

// everywhere says whether a control works on all of some components; for none of them, on the service as a whole.
func everywhere(works threat.Works, id ident.ID, where []int) (claimed, evidenced bool) {
	if len(where) == 0 {
		return works(id, -1)
	}
	claimed, evidenced = true, true
	for _, at := range where {
		c, e := works(id, at)
		if claimed, evidenced = claimed && c, evidenced && e; !claimed {
			return false, false
		}
	}
	return claimed, evidenced
}

// blank is a threat before anything answers it.
func (j *judging) blank(c *threat.Candidate) Threat {
	r := c.Rule.Item
	t := Threat{
		ID: c.ID, Group: c.Group, Rule: c.Rule.Ref, Title: c.Title, Element: c.Element, Components: c.Components, Data: c.Data, Stride: orNone(r.Stride), Linddun: orNone(r.Linddun),
		Weaknesses: orNone(r.Weaknesses), Patterns: orNone(r.Patterns), Techniques: orNone(r.Techniques), Likelihood: c.Likelihood, Impact: c.Impact, Severity: j.severity(c),
		Claimed: ThreatOpen, Evidenced: ThreatOpen, Certain: len(c.Asks) == 0, AnsweredBy: []ident.ID{}, Answers: r.Answers, Risks: j.threatenedBy(c), Asks: []Asked{}, Reasons: make([]Reason, 0, 2),
	}
	if !t.Certain {
		t.Claimed, t.Evidenced = ThreatPossible, ThreatPossible
	}
	for _, q := range c.Asks {
		t.Asks = append(t.Asks, Asked(q))
	}
	if c.Said != "" { // the team's words about the element: a claim, and no more
		t.Claimed, t.AnsweredBy = ThreatAnswered, append(t.AnsweredBy, c.Said)
	}
	return t
}

// threatenedBy gives the risks of the register that name a threat, or what it is shown with.
func (j *judging) threatenedBy(c *threat.Candidate) []ident.ID {
	out := []ident.ID{}
	for _, id := range slices.Concat([]ident.ID{c.ID, c.Group}, c.Formerly, c.Groups) {
		for _, at := range j.riskOf[id] {
			if r := j.service().Risks[at].ID; !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	slices.Sort(out)
	return out
}

// whyThreat says why a threat is in its status. Shown is the first control that is shown to answer it.
func (j *judging) whyThreat(t *Threat, shown ident.ID) []Reason {
	at := refs(t.Rule, t.Element)
	switch {
	case shown != "":
		return []Reason{because("threat.answered", append(at, j.claimsOf(shown)...), Arg{"control", string(shown)})}
	case t.Claimed == ThreatAnswered:
		return []Reason{because("threat.answer-not-shown", append(at, j.claimsOf(t.AnsweredBy[0])...), Arg{"control", string(t.AnsweredBy[0])})}
	case !t.Certain:
		return []Reason{because("threat.possible", append(at, t.Asks[0].Of), Arg{"ask", t.Asks[0].Text}, Arg{"control", string(t.Answers[0])})}
	}
	return []Reason{because("threat.open", at, Arg{"control", string(t.Answers[0])}, Arg{"severity", string(t.Severity)})}
}

// claimsOf gives the claims of a control; none where the team's words about an element stand for it.
func (j *judging) claimsOf(id ident.ID) (out []ident.Ref) {
	for _, at := range j.meant(id) {
		out = append(out, ident.Claim("controls", string(j.service().Controls[at].ID)))
	}
	return out
}

// borneThreats are the threats once it is known which risks are accepted: a threat that somebody with the authority bears
// as part of a risk is no longer open.
func (j *judging) borneThreats(threats []Threat, risks *risks) []Threat {
	var out []Threat
	for i := range threats {
		t := &threats[i]
		if t.Evidenced != ThreatOpen && t.Evidenced != ThreatPossible {
			continue
		}
		id, is := accepted(t.Risks, risks)
		if !is {
			continue
		}
		if out == nil {
			out = slices.Clone(threats)
		}
		out[i].Evidenced = ThreatAccepted
		if out[i].Claimed != ThreatAnswered {
			out[i].Claimed = ThreatAccepted
		}
		out[i].Reasons = append(slices.Clip(out[i].Reasons), because("threat.accepted", refs(riskRef(id)), Arg{"risk", string(id)}))
	}
	if out == nil {
		return threats
	}
	return out
}

// accepted finds a risk among some that is accepted.
func accepted(ids []ident.ID, risks *risks) (ident.ID, bool) {
	for i := range risks.list {
		if r := &risks.list[i]; r.Standing == Accepted && slices.Contains(ids, r.ID) {
			return r.ID, true
		}
	}
	return "", false
}

// unmanaged says whether a threat belongs in the risk register, by how grave it is, and is neither there nor answered.
func (j *judging) unmanaged(t *Threat) bool {
	return atLeast(t.Severity, j.library.ThreatScale.Raise) && len(t.Risks) == 0 && t.Evidenced.Rank() <= ThreatPossible.Rank() && t.Claimed != ThreatAnswered
}

// works gives whether a control counts, on a component or on the service as a whole.
func (j *judging) works(c *controls) threat.Works {
	return func(id ident.ID, component int) (claimed, evidenced bool) {
		claims := j.meant(id)
		if len(claims) == 0 {
			shown := j.supposed != nil && slices.Contains(j.supposed.With, id)
			return shown, shown
		}
		any := false
		claimed, evidenced = true, true
		for _, at := range claims {
			st := &c.states[at]
			if component >= 0 && !st.universe.Has(component) {
				continue
			}
			any = true
			cl, ev := false, false
			if j.service().Controls[at].Applicability != model.NotApplicable {
				cl, ev = st.worksAt(component)
			}
			claimed, evidenced = claimed && cl, evidenced && ev
		}
		switch {
		case any:
			return claimed, evidenced
		case j.ofTheWhole(claims[0]): // what is done for the service as a whole is done for each part of it
			return j.works(c)(id, -1)
		}
		return false, false
	}
}

// ofTheWhole says whether a claim is of a control of the library that is on the service as a whole.
func (j *judging) ofTheWhole(claim int) bool {
	cat := j.library.Control(j.service().Controls[claim].Requires())
	return cat != nil && cat.On == library.OnService
}

// worksAt says whether a claim counts on a component, or for -1 everywhere where it can be.
func (s *claimState) worksAt(component int) (claimed, evidenced bool) {
	if component < 0 {
		state := s.at(s.universe)
		return state == Claimed || state == Stale || state == Evidenced, state == Evidenced
	}
	switch {
	case s.failing.Has(component):
		return false, false
	case s.evidenced.Has(component):
		return true, true
	}
	return s.says == Claimed, false
}
