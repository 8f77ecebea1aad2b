package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
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
