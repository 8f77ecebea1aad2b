package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
)

// ThreatsVersion is the form of a list of threats.
const ThreatsVersion = "threats/v1"

// ThreatList is the threats of one service, as they are told.
type ThreatList struct {
	Bulkhead string         `json:"bulkhead"`
	Service  ident.ID       `json:"service"`
	At       civil.Instant  `json:"at"`
	Marking  string         `json:"marking"`
	Threats  []judge.Threat `json:"threats"` // in order of id

	Of  Told     `json:"-"`
	For ident.ID `json:"-"` // only what is about this; empty for all
}

// ThreatLists are the threats of several services, as one document.
type ThreatLists struct {
	Bulkhead string        `json:"bulkhead"`
	Services []*ThreatList `json:"services"` // in order of id
}

// Told is a service that is told of: its posture, what it says, and what it is judged by.
type Told struct {
	Posture *assess.Posture
	Service *model.Service
	Library *library.Library
	Zone    civil.Zone
}

// NewThreatList gives the threats of a service, or those that are about one thing in it.
func NewThreatList(of Told, about ident.ID) *ThreatList {
	p := of.Posture
	out := &ThreatList{Bulkhead: ThreatsVersion, Service: p.Service, At: p.At, Marking: p.Marking, Threats: []judge.Threat{}, Of: of, For: about}
	for i := range p.Threats {
		if about == "" || of.concerns(&p.Threats[i], about) {
			out.Threats = append(out.Threats, p.Threats[i])
		}
	}
	return out
}

// concerns says whether a threat is about something: its element, what is at stake or what is at either end of its flow.
func (t *Told) concerns(x *judge.Threat, id ident.ID) bool {
	if x.ID == id || x.Group == id || elementID(x.Element) == id || slices.Contains(x.Components, id) || slices.Contains(x.Data, id) || slices.Contains(x.Risks, id) {
		return true
	}
	f := t.flow(x.Element)
	return f != nil && (f.Source == id || f.Destination == id)
}

func elementID(ref ident.Ref) ident.ID {
	return ident.ID(ref.Path[strings.LastIndexByte(ref.Path, '/')+1:])
}

// flow gives the flow that a reference is of; nil where it is of something else.
func (t *Told) flow(ref ident.Ref) *model.Flow {
	if !strings.HasPrefix(ref.Path, "/architecture/flows/") {
		return nil
	}
	for i := range t.Service.Architecture.Flows {
		if f := &t.Service.Architecture.Flows[i]; f.ID == elementID(ref) {
			return f
		}
	}
	return nil
}

// component names a component as people say it.
func (t *Told) component(id ident.ID) string {
	for i := range t.Service.Architecture.Components {
		if c := &t.Service.Architecture.Components[i]; c.ID == id {
			return cmp.Or(c.Name, string(id))
		}
	}
	return string(id)
}

// control names a control with its state: "Rate limits (api-rate-limiting, planned)".
func (t *Told) control(id ident.ID) string { return t.controlAs(id, t.stateOf(id)) }

func (t *Told) controlAs(id ident.ID, state string) string {
	title := ""
	if c := t.judged(id); c != nil {
		title = c.Title
	} else if c := t.Library.Control(id); c != nil {
		title = c.Title
	}
	return strings.TrimSpace(title + " (" + string(id) + ", " + state + ")")
}

// judged finds a control of the posture; nil where it is in none.
func (t *Told) judged(id ident.ID) *judge.Control {
	for i := range t.Posture.Controls {
		if c := &t.Posture.Controls[i]; c.ID == id || c.Control == id {
			return c
		}
	}
	return nil
}

func (t *Told) stateOf(id ident.ID) string {
	if c := t.judged(id); c != nil {
		return stateOfControl(c)
	}
	return "not in place"
}

// lacking names a control that would do something here and does not: where it is in place, that is elsewhere.
func (t *Told) lacking(id ident.ID) string {
	state := t.stateOf(id)
	if c := t.judged(id); c != nil && c.State == judge.Evidenced {
		state = "shown to work elsewhere, not on all of this"
	}
	return t.controlAs(id, state)
}

// relied names a control that is only said to do something: by a claim, or by what the service file says of the element.
func (t *Told) relied(id ident.ID) string {
	switch state := t.stateOf(id); state {
	case "shown to work":
		return t.lacking(id)
	case "not in place", "planned", "put aside", "not known":
		return t.controlAs(id, "which the service file says of the thing itself, with no control that is in place")
	default:
		return t.controlAs(id, state)
	}
}

// stateOfControl says where a control stands. What nothing shows is never said to work.
func stateOfControl(c *judge.Control) string {
	switch {
	case c.Applicability == judge.NotApplicable:
		return "put aside"
	case c.State == judge.Missing:
		return "not in place"
	case c.State == judge.Claimed:
		return "claimed, not shown"
	case c.State == judge.Evidenced:
		return "shown to work"
	case c.State == judge.Stale:
		return "shown once, out of date"
	case c.State == judge.Unknown:
		return "not known"
	}
	return string(c.State)
}

// group is threats that are alike on one component: they are told of and put aside together.
type group struct {
	id      ident.ID
	worst   *judge.Threat // the one that the group is told by
	threats []*judge.Threat
	claimed judge.ThreatStatus
	grave   bool // belongs in the risk register, and is in no risk, unanswered
}

// groups gives the threats of a list in groups, the gravest first, and notes which of them nobody has in hand.
func (l *ThreatList) groups() []group {
	out := groupsOf(l.Threats)
	for i := range out {
		out[i].grave = slices.ContainsFunc(out[i].threats, l.Of.grave)
	}
	return out
}

// groupsOf gives threats in groups, the gravest first.
func groupsOf(list []judge.Threat) []group {
	var out []group
	at := map[ident.ID]int{}
	for i := range list {
		t := &list[i]
		k, is := at[t.Group]
		if !is {
			k = len(out)
			at[t.Group], out = k, append(out, group{id: t.ID, worst: t, claimed: t.Claimed})
		}
		g := &out[k]
		g.threats = append(g.threats, t)
		if len(g.threats) > 1 {
			g.id = t.Group
		}
		if t.Claimed.Rank() < g.claimed.Rank() {
			g.claimed = t.Claimed
		}
		if worse(t, g.worst) {
			g.worst = t
		}
	}
	slices.SortStableFunc(out, func(a, b group) int {
		x, y := a.worst, b.worst
		return cmp.Or(cmp.Compare(y.Severity.Rank(), x.Severity.Rank()), cmp.Compare(y.Likelihood*y.Impact, x.Likelihood*x.Impact), cmp.Compare(a.id, b.id))
	})
	return out
}

func worse(a, b *judge.Threat) bool {
	return cmp.Or(cmp.Compare(a.Evidenced.Rank(), b.Evidenced.Rank()), cmp.Compare(b.Severity.Rank(), a.Severity.Rank())) < 0
}

// grave says whether a threat belongs in the risk register and nobody has it in hand.
func (t *Told) grave(x *judge.Threat) bool {
	raise := t.Library.ThreatScale.Raise
	return raise != "" && x.Severity.Rank() >= raise.Rank() && len(x.Risks) == 0 && x.Evidenced.Rank() <= judge.ThreatPossible.Rank() && x.Claimed != judge.ThreatAnswered
}

// where says what a group is on: its components, and how many flows where there are several.
func (t *Told) where(g *group) string {
	var names, flows, ids []string
	for _, x := range g.threats {
		for _, c := range x.Components {
			if name := t.component(c); !slices.Contains(names, name) {
				names, ids = append(names, name), append(ids, string(c))
			}
		}
		if f := t.flow(x.Element); f != nil {
			flows = append(flows, string(f.ID))
		}
	}
	switch on := some(names, 3); {
	case len(names) == 0:
		return elementWords(g.worst.Element)
	case len(flows) == 1:
		return on + ", by the flow " + flows[0]
	case len(flows) > 1:
		return on + ", on " + strconv.Itoa(len(flows)) + " flows: " + some(flows, 3)
	case len(ids) <= 3:
		return on + " (" + some(ids, 3) + ")"
	}
	return some(names, 3)
}

// elementWords names an element that is no component: "supplier card-payments".
func elementWords(ref ident.Ref) string {
	parts := strings.Split(strings.Trim(ref.Path, "/"), "/")
	if len(parts) < 2 {
		return "the service as a whole"
	}
	kind := parts[len(parts)-2]
	one := map[string]string{"suppliers": "supplier", "identities": "identity", "runtimes": "runtime", "zones": "zone", "flows": "flow", "components": "component"}
	return cmp.Or(one[kind], kind) + " " + parts[len(parts)-1]
}

// likeIt says how many more of the same kind a group has than the one it is told by.
func (g *group) likeIt() string {
	if n := len(g.threats) - 1; n > 0 {
		return " (and " + strconv.Itoa(n) + " more like it)"
	}
	return ""
}

// inRisks says which risks of the register name a group.
func (g *group) inRisks() string {
	var ids []string
	for _, t := range g.threats {
		for _, r := range t.Risks {
			if !slices.Contains(ids, string(r)) {
				ids = append(ids, string(r))
			}
		}
	}
	switch {
	case len(ids) > 0:
		return "In the register: " + strings.Join(ids, ", ")
	case g.grave:
		return "In no risk of the register, and grave enough to belong there"
	}
	return ""
}

// threatWords says where a threat stands.
func threatWords(s judge.ThreatStatus) string {
	switch s {
	case judge.ThreatPossible:
		return "a question"
	case judge.ThreatDisposed:
		return "put aside"
	}
	return string(s)
}

// question is something that nobody has said of one or more elements, with the threats that are there until somebody does.
type question struct {
	is, text string
	of       []ident.Ref
	threats  []ident.ID
	gravest  *judge.Threat
}

// where says where in the service file a question is answered.
func (q *question) where() string {
	var of []string
	for _, ref := range q.of {
		of = append(of, elementWords(ref))
	}
	on := some(of, 3)
	switch q.is {
	case "exposure":
		return "the `zone` of " + on + ", and the `trust` of that zone"
	case "abroad":
		return "`jurisdictions` of " + on
	case "special":
		return "`special_category` of the data that " + on + " holds or handles"
	case "crosses":
		return "the `zone` at both ends of " + on
	case "vulnerable":
		return "`subjects` of the data that " + on + " holds or handles"
	case "mixed":
		return "the `holds` and `handles` of what runs on " + on
	case "personal", "holds_personal":
		return "`personal` of " + on + ", or of the data there"
	}
	return "`" + q.is + "` of " + on
}

// sheet is a list of threats as it is laid out.
type sheet struct {
	*ThreatList
	all       []group
	open      []group    // nothing that is even claimed answers them
	said      []answer   // answered as claimed, and open as evidenced
	questions []question // each once
	possible  int        // groups that hang on a question
	settled   []group    // answered, accepted or put aside
}

// answer is a control that is said to answer groups, and is not shown to.
type answer struct {
	control ident.ID
	groups  []group
}

func (l *ThreatList) sheet() *sheet {
	s := &sheet{ThreatList: l, all: l.groups()}
	for _, g := range s.all {
		switch g.worst.Evidenced {
		case judge.ThreatOpen:
			if g.worst.Claimed == judge.ThreatAnswered {
				s.said = saidBy(s.said, g)
			} else {
				s.open = append(s.open, g)
			}
		case judge.ThreatPossible:
			s.possible++
		default:
			s.settled = append(s.settled, g)
		}
	}
	s.questions = questionsOf(s.all)
	return s
}

func saidBy(list []answer, g group) []answer {
	by := g.worst.AnsweredBy[0]
	i := slices.IndexFunc(list, func(a answer) bool { return a.control == by })
	if i < 0 {
		i, list = len(list), append(list, answer{control: by})
	}
	list[i].groups = append(list[i].groups, g)
	return list
}

// questionsOf gathers the questions of threats that are possible, those on which the gravest hangs first.
func questionsOf(groups []group) (out []question) {
	for _, g := range groups {
		for _, t := range g.threats {
			if t.Evidenced != judge.ThreatPossible {
				continue
			}
			for _, a := range t.Asks {
				i := slices.IndexFunc(out, func(q question) bool { return q.text == a.Text && q.is == a.Is })
				if i < 0 {
					i, out = len(out), append(out, question{is: a.Is, text: a.Text, gravest: t})
				}
				out[i].add(a.Of, t.ID)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b question) int {
		return cmp.Or(cmp.Compare(b.gravest.Severity.Rank(), a.gravest.Severity.Rank()), cmp.Compare(len(b.threats), len(a.threats)), a.of[0].Compare(b.of[0]), cmp.Compare(a.is, b.is))
	})
	return out
}

func (q *question) add(of ident.Ref, threat ident.ID) {
	if !slices.Contains(q.of, of) {
		q.of = append(q.of, of)
	}
	if !slices.Contains(q.threats, threat) {
		q.threats = append(q.threats, threat)
	}
}

// decides says how much hangs on a question.
func (q *question) decides() string {
	if len(q.threats) == 1 {
		return "Answer this and 1 threat is decided (" + string(q.gravest.Severity) + "): " + q.gravest.Title + "."
	}
	return "Answer this and " + strconv.Itoa(len(q.threats)) + " threats are decided; the gravest (" + string(q.gravest.Severity) + "): " + q.gravest.Title + "."
}

// claimedOnly counts the groups that are only said to be answered.
func (s *sheet) claimedOnly() (n int) {
	for i := range s.said {
		n += len(s.said[i].groups)
	}
	return n
}

// graveOnes counts the groups in a status that belong in the register and are in no risk.
func (s *sheet) graveOnes(in judge.ThreatStatus) (n int) {
	for i := range s.all {
		if s.all[i].grave && s.all[i].worst.Evidenced == in {
			n++
		}
	}
	return n
}

// opening says how it stands in a sentence or two.
func (s *sheet) opening() string {
	if len(s.all) == 0 {
		return "The rules found no threat" + s.about() + ". That says what the rules look for and the service file says, and not that there is none."
	}
	open := len(s.open)
	out := counted(open, "group of threats"+s.about()+" is", "groups of threats"+s.about()+" are") + " open: nothing is even claimed to answer " + itOrThem(open)
	if open == 0 {
		out = "No group of threats" + s.about() + " is known to be open with nothing even claimed to answer it"
	}
	if n := s.graveOnes(judge.ThreatOpen); n > 0 {
		out += ". " + counted(n, "is", "are") + " grave and in no risk of the register"
	}
	if n := s.claimedOnly(); n > 0 {
		out += ". " + counted(n, "more is", "more are") + " only claimed to be answered: nothing in date shows it"
	}
	if n := len(s.questions); n > 0 {
		out += ". " + counted(n, "question is", "questions are") + " not answered, and until then " + counted(s.possible, "group counts", "groups count") + " as possible"
		if n := s.graveOnes(judge.ThreatPossible); n > 0 {
			out += ", " + strconv.Itoa(n) + " of them grave"
		}
	}
	return out + "."
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func (s *sheet) about() string {
	if s.For == "" {
		return ""
	}
	return " about " + string(s.For)
}

const (
	mostOpen      = 12
	mostAnswers   = 8
	mostQuestions = 8
)

// leastShown is the band from which open threats are shown where not all are asked for.
const leastShown = model.Medium

// shown gives the groups that are shown one by one, and how many are not.
func (s *sheet) shown(all bool) ([]group, int) {
	if all || s.For != "" {
		return s.open, 0
	}
	n := slices.IndexFunc(s.open, func(g group) bool { return g.worst.Severity.Rank() < leastShown.Rank() })
	if n < 0 {
		n = len(s.open)
	}
	n = min(n, mostOpen)
	return s.open[:n], len(s.open) - n
}

// ThreatText writes the threats of a service for a person at a terminal.
func ThreatText(w io.Writer, l *ThreatList, name string, style Style) error {
	t := &threatText{text: &text{page: newPage(style), p: l.Of.Posture, zone: l.Of.Zone}, sheet: l.sheet()}
	t.titled(name, l.Service, "threats", l.Marking)
	t.wrap("", "Judged at "+t.moment(l.At)+".")
	t.wrap("", t.opening())
	t.openOnes()
	t.saidOnes()
	t.asked()
	t.settledOnes()
	t.archived()
	t.putAside()
	return t.flush(w)
}

// titled writes the head of a page about one service.
func (p *page) titled(name string, service ident.ID, what, marking string) {
	title := p.paint("1", name) + " (" + string(service) + "): " + what
	if gap := p.style.Width - width(title) - len(marking); gap >= 2 {
		p.line(title, strings.Repeat(" ", gap), marking)
		return
	}
	p.wrap("", title)
	p.wrap("", marking)
}

type threatText struct {
	*text
	*sheet
}

func (t *threatText) openOnes() {
	shown, left := t.shown(t.style.All)
	if len(t.sheet.open) == 0 {
		return
	}
	t.heading("Open (" + strconv.Itoa(len(t.sheet.open)) + "), the gravest first")
	for i := range shown {
		t.group(&shown[i])
	}
	t.more(left)
}

// group tells of a group: what, how grave, where, what would answer it.
func (t *threatText) group(g *group) {
	x := g.worst
	t.wrap("  "+t.mark(onScreen(graveSign(x.Severity)))+" ", t.paint("1", string(x.Severity))+": "+x.Title+g.likeIt())
	t.wrap("      ", string(g.id))
	t.wrap("      ", "Where: "+t.Of.where(g)+".")
	t.wrap("      ", "As claimed: "+threatWords(g.claimed)+" | as evidenced: "+threatWords(x.Evidenced)+".")
	if in := g.inRisks(); in != "" {
		t.wrap("      ", in+".")
	}
	t.wrap("      ", t.answering(x)+".")
}

func graveSign(b model.Band) document.Mark {
	switch {
	case b.Rank() >= model.High.Rank():
		return document.Bad
	case b.Rank() >= model.Medium.Rank():
		return document.Look
	}
	return document.None
}

// answering says what answers a threat, or would.
func (s *sheet) answering(x *judge.Threat) string {
	switch {
	case x.Evidenced == judge.ThreatDisposed || x.Evidenced == judge.ThreatAccepted:
		return x.Reasons[len(x.Reasons)-1].Text
	case len(x.AnsweredBy) > 0 && s.Of.Library.Control(x.AnsweredBy[0]) != nil:
		by := s.Of.control(x.AnsweredBy[0])
		if x.Evidenced != judge.ThreatAnswered {
			by = s.Of.relied(x.AnsweredBy[0])
		}
		return "Answered by: " + by
	case len(x.Answers) > 1:
		return "Would answer it: " + s.Of.lacking(x.Answers[0]) + "; or " + some(wordsOf(x.Answers[1:]), 3)
	case len(x.Answers) == 1:
		return "Would answer it: " + s.Of.lacking(x.Answers[0])
	}
	return "What answers it: " + some(wordsOf(x.AnsweredBy), 3)
}

func wordsOf(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// saidOnes tells of the controls that are said to answer threats and are not shown to: one piece of evidence each would
// settle them.
func (t *threatText) saidOnes() {
	if len(t.said) == 0 {
		return
	}
	t.heading("Only claimed to be answered (" + strconv.Itoa(t.claimedOnly()) + "): show that it works")
	shown := t.said
	if !t.style.All {
		shown = shown[:min(len(shown), mostAnswers)]
	}
	for i := range shown {
		a := &shown[i]
		t.wrap("  "+t.mark(look)+" ", t.paint("1", t.Of.relied(a.control)))
		t.wrap("      ", "As claimed it answers, as evidenced it leaves open: "+some(groupWords(a.groups), 4)+".")
	}
	t.more(len(t.said) - len(shown))
}

func groupWords(list []group) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = string(list[i].id) + " (" + string(list[i].worst.Severity) + ")"
	}
	return out
}

func (t *threatText) asked() {
	if len(t.questions) == 0 {
		return
	}
	t.heading("Questions (" + strconv.Itoa(len(t.questions)) + "): until somebody answers, the graver answer counts")
	shown := t.questions
	if !t.style.All {
		shown = shown[:min(len(shown), mostQuestions)]
	}
	for i := range shown {
		q := &shown[i]
		t.wrap("  "+t.mark(look)+" ", t.paint("1", q.text))
		t.wrap("      ", q.decides())
		t.wrap("      ", "Say it in the service file: "+q.where()+".")
	}
	t.more(len(t.questions) - len(shown))
}

// settledOnes tells of the rest: in a line, or one by one.
func (t *threatText) settledOnes() {
	if len(t.settled) == 0 {
		return
	}
	if t.style.All {
		t.heading("Answered, accepted or put aside (" + strconv.Itoa(len(t.settled)) + ")")
		for i := range t.settled {
			x := t.settled[i].worst
			t.wrap("  "+t.mark(good)+" ", string(x.Severity)+": "+x.Title+t.settled[i].likeIt()+" ("+string(t.settled[i].id)+")")
			t.wrap("      ", capital(threatWords(x.Evidenced))+". "+t.answering(x)+".")
		}
		return
	}
	t.line()
	t.wrap("", capital(t.settledWords())+". `bulkhead threats --all` shows "+itOrThem(len(t.settled))+".")
}

// archived tells of what was said of threats that are not there now.
func (t *threatText) archived() {
	if len(t.p.Archived) == 0 || t.For != "" {
		return
	}
	t.heading("Said of threats that are not there now (" + strconv.Itoa(len(t.p.Archived)) + ")")
	for i := range t.p.Archived {
		x := &t.p.Archived[i]
		t.wrap("  "+t.mark(look)+" ", x.Reasons[0].Text+" ("+x.By+").")
	}
}

// settledWords counts what is settled by how.
func (s *sheet) settledWords() string {
	n := map[judge.ThreatStatus]int{}
	for i := range s.settled {
		n[s.settled[i].worst.Evidenced]++
	}
	var parts []string
	for _, x := range []struct {
		of    judge.ThreatStatus
		words string
	}{{judge.ThreatAnswered, "answered by what is shown to work"}, {judge.ThreatAccepted, "accepted as part of a risk"}, {judge.ThreatDisposed, "put aside by the team"}} {
		if k := n[x.of]; k > 0 {
			parts = append(parts, counted(k, "group is ", "groups are ")+x.words)
		}
	}
	return joinWords(parts)
}

// putAside shows how a threat is put aside, for the first that is open.
func (t *threatText) putAside() {
	lines := t.disposition()
	if lines == nil {
		return
	}
	t.heading("If one does not matter here, say why in the service file")
	for _, l := range lines {
		t.line("  " + l)
	}
	t.line()
	t.wrap("", "To have one in the register, name it under `threats` of a risk. Why it is so: bulkhead why THREAT")
}

// disposition gives the lines of the service file that would put the first open group aside; nil where there is none that
// may be: a grave one is for the risk register.
func (s *sheet) disposition() []string {
	i := slices.IndexFunc(s.open, func(g group) bool { return !g.grave })
	if i < 0 {
		return nil
	}
	g := &s.open[i]
	out := []string{"threats:", "  dispositions:", "    - id: " + string(g.id)}
	if len(g.threats) > 1 {
		var on []string
		for _, x := range g.threats {
			on = append(on, string(elementID(x.Element)))
		}
		out = append(out, "      elements: ["+strings.Join(on, ", ")+"]")
	}
	return append(out, "      reason: ...", "      by: ...", "      date: "+s.Of.Zone.On(s.At).String())
}
