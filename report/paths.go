package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report/document"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// PathsVersion is the form of a list of paths.
const PathsVersion = "paths/v1"

// PathList is the attack paths of one service, as they are told.
type PathList struct {
	Bulkhead string           `json:"bulkhead"`
	Service  ident.ID         `json:"service"`
	At       civil.Instant    `json:"at"`
	Marking  string           `json:"marking"`
	Targets  int              `json:"targets"` // what somebody could be after
	Paths    []judge.Path     `json:"paths"`   // the easiest first
	None     []PathTarget     `json:"no_modelled_path"`
	RestsOn  ModelStanding    `json:"rests_on"`
	Blasts   []BlastRadius    `json:"blast_radius"`
	Chokes   []ChokePoint     `json:"choke_points"`
	Failures []ControlFailure `json:"failures"` // those that expose the most first

	Of   Told    `json:"-"`
	View Looking `json:"-"`
}

// PathLists are the attack paths of several services, as one document.
type PathLists struct {
	Bulkhead string      `json:"bulkhead"`
	Services []*PathList `json:"services"` // in order of id
}

// Looking says what paths were asked for.
type Looking struct {
	To     ident.ID // what is gone after; empty for everything
	Also   []PathTarget
	From   bool // blast radius of some things
	All    bool // blast radius of every component
	Actor  *model.Actor
	Able   int // what the actor is capable of, where evidence shows it; 0 where not
	People bool
}

// PathTarget is something that somebody could be after.
type PathTarget struct {
	ID     ident.ID    `json:"id"` // of the path to it
	Gain   threat.Gain `json:"gain"`
	Target ident.Ref   `json:"target"`
	Title  string      `json:"title"`
}

// ModelStanding is what paths rest on: a model holds as far as it is complete and as it is confirmed.
type ModelStanding struct {
	Unsaid      int        `json:"unsaid"`      // attributes that nobody has said
	Assumptions int        `json:"assumptions"` // in the service file
	OutOfDate   int        `json:"out_of_date"` // of those
	Confirmed   civil.Date `json:"confirmed"`   // when the team last said that the architecture is how it is
}

// BlastRadius is what is reached from something that is in an attacker's hands.
type BlastRadius struct {
	From      ident.Ref `json:"from"`
	Title     string    `json:"title"`
	Claimed   Blast     `json:"claimed"`   // with what is claimed to work
	Evidenced Blast     `json:"evidenced"` // with what is shown to work
}

// Blast is what is reached with nothing in the way, and at all.
type Blast struct {
	Open Reach `json:"open"`
	All  Reach `json:"all"`
}

// Reach is what an attacker comes to have.
type Reach struct {
	Components     []ident.ID           `json:"components"`
	Read           []ident.ID           `json:"read"` // data
	Altered        []ident.ID           `json:"altered"`
	Destroyed      []ident.ID           `json:"destroyed"`
	Stopped        []ident.ID           `json:"stopped"` // functions
	Misused        []ident.ID           `json:"misused"`
	Losses         []ident.ID           `json:"losses"`
	Services       []ident.ID           `json:"services"`  // other ones
	Records        int64                `json:"records"`   // of the data
	Uncounted      int                  `json:"uncounted"` // items of data of which nobody said how many records
	Classification model.Classification `json:"classification"`
	Size           int                  `json:"-"`
}

// ReachOf gives what is reached, as it is told.
func ReachOf(r *threat.Reached) Reach {
	list := func(ids []ident.ID) []ident.ID { return append([]ident.ID{}, ids...) }
	return Reach{
		Components: list(r.Components), Read: list(r.Learnt), Altered: list(r.Altered), Destroyed: list(r.Destroyed), Stopped: list(r.Stopped), Misused: list(r.Misused),
		Losses: list(r.Suffered), Services: list(r.Services), Records: r.Records, Uncounted: r.Uncounted, Classification: r.Classification, Size: r.Size(),
	}
}

// ChokePoint is measures that together bear on every modelled way to a target.
type ChokePoint struct {
	Target   ident.ID  `json:"target"` // the path to it
	Measures []Measure `json:"measures"`
	Exact    bool      `json:"exact"`    // false: found step by step, so there may be a smaller set
	Modelled bool      `json:"modelled"` // a way is left with all of them working
	Cost     int       `json:"cost"`     // how hard the easiest way is then
	Was      int       `json:"was"`      // how hard it is now
}

// Measure is a control on a component; on the service as a whole where it is empty.
type Measure struct {
	Control   ident.ID `json:"control"`
	Component ident.ID `json:"component"`
	Works     bool     `json:"works"` // already, as evidenced
}

// ControlFailure is what would follow if one control did not work after all.
type ControlFailure struct {
	Control ident.ID   `json:"control"`
	Basis   string     `json:"basis"`   // evidenced, or claimed where nothing that is shown stands in any way
	Reached []ident.ID `json:"reached"` // paths to what there was none to
	Easier  []ident.ID `json:"easier"`  // paths that become easier
	By      int        `json:"by"`      // how much, all together
}

// gainWords says what is lost.
func gainWords(g threat.Gain) string {
	switch g {
	case threat.Learnt:
		return "Read"
	case threat.Altered:
		return "Changed"
	case threat.Destroyed:
		return "Destroyed"
	case threat.Stopped:
		return "Stopped"
	case threat.Misused:
		return "Misused"
	case threat.Suffered:
		return "Loss"
	}
	return capital(string(g))
}

// headOfPath names a target: "Read: Case files".
func headOfPath(g threat.Gain, title string) string { return gainWords(g) + ": " + title }

// hardness says in words what the hardest step asks of an attacker.
func hardness(level int) string {
	switch {
	case level <= 1:
		return "anybody could"
	case level == 2:
		return "an ordinary attacker could"
	case level == 3:
		return "a skilled attacker could"
	case level == 4:
		return "an organised group could"
	case level == 5:
		return "only the most capable could"
	}
	return "harder than the most capable are taken to manage"
}

// easeWords says how hard a way is on one basis.
func easeWords(e judge.Ease) string {
	if !e.Modelled {
		return "no modelled path"
	}
	return hardness(e.Hardest) + " (difficulty " + strconv.Itoa(e.Cost) + ")"
}

// unseenWords says how much of a way nothing would notice.
func unseenWords(e judge.Ease) string {
	steps := counted(e.Steps, "step", "steps")
	switch {
	case e.Unseen == 0:
		return steps + ", each of which would be noticed"
	case e.Unseen == e.Steps && e.Steps > 1:
		return steps + ", none of which anything would notice"
	case e.Steps == 1:
		return "1 step, which nothing would notice"
	}
	return steps + ", " + strconv.Itoa(e.Unseen) + " of which nothing would notice"
}

// name gives what people call an element.
func (t *Told) name(ref ident.Ref) string {
	id := elementID(ref)
	s := t.Service
	at := func(prefix string) bool { return strings.HasPrefix(ref.Path, prefix) }
	found := ""
	switch {
	case at("/architecture/components/"):
		return t.component(id)
	case at("/architecture/flows/"):
		if f := t.flow(ref); f != nil {
			found = cmp.Or(f.Name, string(id))
		}
	case at("/data/"):
		for i := range s.Data {
			if s.Data[i].ID == id {
				found = s.Data[i].Name
			}
		}
	case at("/context/functions/"):
		for i := range s.Context.Functions {
			if s.Context.Functions[i].ID == id {
				found = s.Context.Functions[i].Name
			}
		}
	case at("/suppliers/"):
		for i := range s.Suppliers {
			if s.Suppliers[i].ID == id {
				found = s.Suppliers[i].Name
			}
		}
	case at("/architecture/runtimes/"):
		for i := range s.Architecture.Runtimes {
			if s.Architecture.Runtimes[i].ID == id {
				found = s.Architecture.Runtimes[i].Name
			}
		}
	case at("/architecture/identities/"):
		for i := range s.Architecture.Identities {
			if s.Architecture.Identities[i].ID == id {
				found = s.Architecture.Identities[i].Name
			}
		}
	case at("/architecture/zones/"):
		for i := range s.Architecture.Zones {
			if s.Architecture.Zones[i].ID == id {
				found = s.Architecture.Zones[i].Name
			}
		}
	}
	return cmp.Or(found, string(id))
}

// chain tells a way in a line: outside -> Permit pages -> Permits database.
func (t *Told) chain(p *judge.Path) string {
	return strings.Join(append(t.stops(p), p.Title), " -> ")
}

// stops gives where a way leads on to its target.
func (t *Told) stops(p *judge.Path) []string {
	if len(p.Steps) == 0 {
		return []string{"nothing is needed"}
	}
	out := []string{beginning(p.Steps[0].Kind)}
	for i := range p.Steps {
		if name := t.name(p.Steps[i].To); name != out[len(out)-1] && name != p.Title && p.Steps[i].To != p.Target {
			out = append(out, name)
		}
	}
	return out
}

// beginning says where a way begins, from its first kind of step.
func beginning(first ident.ID) string {
	switch first {
	case threat.Supply:
		return "a supplier"
	case threat.TakeOver:
		return "a system of others"
	case threat.Phish:
		return "people who are tricked"
	case threat.Inside:
		return "somebody inside"
	}
	return "outside"
}

// restsOn says what paths rest on, in brackets behind "no modelled path".
func (m *ModelStanding) restsOn() string {
	assumed := counted(m.Assumptions, "assumption", "assumptions")
	switch {
	case m.OutOfDate == 1 && m.Assumptions == 1:
		assumed += ", which is out of date"
	case m.OutOfDate > 0:
		assumed += ", " + strconv.Itoa(m.OutOfDate) + " of them out of date"
	}
	confirmed := "model confirmed on " + m.Confirmed.String()
	if m.Confirmed.IsZero() {
		confirmed = "model never confirmed"
	}
	return counted(m.Unsaid, "unknown", "unknowns") + ", " + assumed + ", " + confirmed
}

// easyOnes counts the targets that an ordinary attacker could come to.
func (l *PathList) easyOnes() (n int) {
	for i := range l.Paths {
		if l.Paths[i].Easy {
			n++
		}
	}
	return n
}

// opening says in a sentence or two what could be reached.
func (l *PathList) opening() string {
	if l.Targets == 0 {
		return "The service file names nothing that somebody could be after: no data, no functions and no unacceptable losses. So no path is modelled (" + l.RestsOn.restsOn() + ")."
	}
	easy := l.easyOnes()
	out := strconv.Itoa(easy) + " of " + counted(l.Targets, "thing", "things") + " that somebody could be after could be reached by an ordinary attacker, as evidenced"
	if n := len(l.Paths) - easy; n > 0 {
		out += "; " + strconv.Itoa(n) + " only by a more capable one"
	}
	if n := len(l.None); n > 0 {
		return out + "; to " + strconv.Itoa(n) + " there is no modelled path (" + l.RestsOn.restsOn() + ")."
	}
	return out + ". All of this rests on " + l.RestsOn.restsOn() + "."
}

// actorWords says what is taken of the actor that was asked for.
func (v *Looking) actorWords() string {
	switch {
	case v.Actor == nil:
		return ""
	case v.Able > 0:
		return "Only steps that " + v.Actor.Name + " (" + string(v.Actor.ID) + ") is capable of: up to " + strconv.Itoa(v.Able) + ", as the threat assessment shows."
	}
	return "What " + v.Actor.Name + " (" + string(v.Actor.ID) + ") is capable of is not shown by evidence in date, so any step is taken to be possible: name the threat assessment under `assessment` of the actor."
}

// PathText writes the attack paths of a service for a person at a terminal.
func PathText(w io.Writer, l *PathList, name string, style Style) error {
	t := &pathText{text: &text{page: newPage(style), p: l.Of.Posture, zone: l.Of.Zone}, PathList: l}
	t.titled(name, l.Service, "attack paths", l.Marking)
	t.wrap("", "Judged at "+t.moment(l.At)+".")
	if words := l.View.actorWords(); words != "" {
		t.wrap("", words)
	}
	switch {
	case l.View.From:
		for i := range l.Blasts {
			t.blast(&l.Blasts[i])
		}
	case l.View.All:
		t.blasts()
	case l.View.To != "":
		t.waysTo()
	default:
		t.overview()
	}
	return t.flush(w)
}

type pathText struct {
	*text
	*PathList
}

const (
	mostPaths    = 8
	mostFailures = 3
)

// overview tells of every target in a line or two, of the choke points of the gravest, and of what rests on one control.
func (t *pathText) overview() {
	t.wrap("", t.opening())
	if len(t.Paths) > 0 {
		t.heading("What could be reached, the easiest first")
		alike := t.alike()
		shown := alike[:min(len(alike), mostPaths)]
		left := len(t.Paths)
		for _, list := range shown {
			t.target(list)
			left -= len(list)
		}
		if left > 0 {
			t.wrap("    ", "and "+strconv.Itoa(left)+" more, which are harder: --format markdown or json lists all")
		}
	}
	if len(t.None) > 0 {
		t.heading("No modelled path (" + strconv.Itoa(len(t.None)) + ")")
		t.wrap("    ", targetNames(t.None)+".")
		t.wrap("    ", "It rests on "+t.RestsOn.restsOn()+": that none is modelled says that, and no more.")
	}
	t.chokes()
	t.failures()
	t.line()
	t.wrap("", "A path in full: bulkhead paths --to ID. What is reached from a component: bulkhead paths --from ID")
}

func targetNames(list []PathTarget) string {
	var out []string
	for i := range list {
		out = append(out, headOfPath(list[i].Gain, list[i].Title)+" ("+string(list[i].ID)+")")
	}
	return strings.Join(out, "; ")
}

func pathSign(p *judge.Path) document.Mark {
	if p.Easy {
		return document.Bad
	}
	return document.Look
}

// alike gives the targets that are come to by the same way together, the easiest first.
func (l *PathList) alike() (out [][]*judge.Path) {
	at := map[string]int{}
	for i := range l.Paths {
		p := &l.Paths[i]
		key := strings.Join(l.Of.stops(p), "\n") + bothEases(p) + unseenWords(p.Evidenced)
		k, is := at[key]
		if !is {
			k = len(out)
			at[key], out = k, append(out, nil)
		}
		out[k] = append(out[k], p)
	}
	return out
}

// target tells of targets that are come to by the same way.
func (t *pathText) target(list []*judge.Path) {
	p := list[0]
	way := t.Of.chain(p)
	for i, x := range list {
		lead := "  " + t.mark(onScreen(pathSign(p))) + " "
		if i > 0 {
			lead = "    "
		}
		t.wrap(lead, t.paint("1", headOfPath(x.Gain, x.Title))+" ("+string(x.ID)+")")
	}
	if len(list) > 1 {
		way = strings.Join(t.Of.stops(p), " -> ") + " -> each of these " + strconv.Itoa(len(list))
	}
	t.wrap("      ", way+": "+unseenWords(p.Evidenced)+".")
	t.wrap("      ", bothEases(p))
}

// bothEases says how hard the easiest way is as claimed beside as evidenced.
func bothEases(p *judge.Path) string {
	c, e := p.Claimed, p.Evidenced
	switch {
	case !c.Modelled:
		return "As claimed: no modelled path | as evidenced: " + easeWords(e) + "."
	case c.Cost == e.Cost && c.Hardest == e.Hardest:
		return "As claimed and as evidenced: " + easeWords(e) + "."
	}
	return "As claimed: " + easeWords(c) + " | as evidenced: " + easeWords(e) + "."
}

// waysTo tells of some ways to one target, step by step.
func (t *pathText) waysTo() {
	if len(t.Paths) == 0 {
		t.wrap("", "No modelled path to "+targetNames(t.None)+": "+t.RestsOn.restsOn()+". That none is modelled says that, and no more.")
		return
	}
	first := &t.Paths[0]
	t.wrap("", t.paint("1", headOfPath(first.Gain, first.Title))+" ("+string(first.ID)+"). "+bothEases(first))
	if len(t.View.Also) > 0 {
		t.wrap("", "Other harm to it: bulkhead paths --to "+some(targetIDs(t.View.Also), 4))
	}
	for i := range t.Paths {
		t.way(i, &t.Paths[i])
	}
	t.chokes()
	t.line()
	t.wrap("", "These are the easiest ways that are modelled, and not the only ones that there could be.")
}

func targetIDs(list []PathTarget) (out []string) {
	for i := range list {
		out = append(out, string(list[i].ID))
	}
	return out
}

func (t *pathText) way(i int, p *judge.Path) {
	title := "The easiest way"
	if i > 0 {
		title = "Another way (" + strconv.Itoa(i+1) + ")"
	}
	t.heading(title + ", as evidenced: difficulty " + strconv.Itoa(p.Evidenced.Cost) + ", hardest step " + strconv.Itoa(p.Evidenced.Hardest))
	for k := range p.Steps {
		t.step(k, p)
	}
}

// step tells of one step: what is done, what gets in its way and what would, who answers for it and who would notice.
func (t *pathText) step(k int, p *judge.Path) {
	s := &p.Steps[k]
	lead := "  " + strconv.Itoa(k+1) + ". "
	pad := strings.Repeat(" ", len(lead))
	t.wrap(lead, t.paint("1", capital(s.Title))+restsOnSteps(k, s))
	for _, line := range t.Of.stepLines(s) {
		t.wrap(pad, line)
	}
}

// restsOnSteps says on which steps a step rests, where that is not the one before.
func restsOnSteps(k int, s *judge.PathStep) string {
	if len(s.After) == 0 || len(s.After) == 1 && s.After[0] == k-1 {
		return ""
	}
	var out []string
	for _, a := range s.After {
		out = append(out, strconv.Itoa(a+1))
	}
	return " (after " + joinWords(out) + ")"
}

// stepLines says of a step what a reader asks next.
func (t *Told) stepLines(s *judge.PathStep) (out []string) {
	switch {
	case len(s.Hindered) == 0:
		out = append(out, "Open: nothing that is shown to work is in the way (difficulty "+strconv.Itoa(s.Difficulty)+").")
	default:
		var by []string
		for _, id := range s.Hindered {
			by = append(by, t.controlAs(id, t.shownBy(id)))
		}
		out = append(out, "Hindered by "+joinWords(by)+" (difficulty "+strconv.Itoa(s.Difficulty)+").")
	}
	if len(s.Lacking) > 0 {
		var by []string
		for _, id := range s.Lacking[:min(len(s.Lacking), 3)] {
			by = append(by, t.lacking(id))
		}
		if n := len(s.Lacking) - len(by); n > 0 {
			by = append(by, strconv.Itoa(n)+" more")
		}
		out = append(out, "Would get in its way, and is not shown to work here: "+joinWords(by)+".")
	}
	last := "Nothing would notice it."
	if s.Seen {
		last = "It would be noticed."
	}
	if s.Owner != "" {
		last += " Answers for " + t.component(s.Component) + ": " + s.Owner + "."
	}
	if len(s.Techniques) > 0 {
		last += " ATT&CK " + strings.Join(s.Techniques, ", ") + "."
	}
	return append(out, last)
}

// shownBy names the evidence by which a control is shown to work.
func (t *Told) shownBy(id ident.ID) string {
	var ids []string
	want := ident.To(ident.KindControl, string(id))
	if c := t.judged(id); c != nil {
		want = ident.To(ident.KindControl, string(c.ID))
	}
	for i := range t.Posture.Evidence {
		e := &t.Posture.Evidence[i]
		if e.State == "counts" && slices.Contains(e.Uses, want) {
			ids = append(ids, string(e.ID))
		}
	}
	if len(ids) == 0 {
		return "shown to work"
	}
	return "shown by " + some(ids, 2)
}

// chokes tells of the choke points.
func (t *pathText) chokes() {
	if len(t.Chokes) == 0 {
		return
	}
	t.heading("Choke points: what bears on every modelled way")
	t.wrap("    ", "To "+t.chokeTarget()+":")
	for i := range t.Chokes {
		lead := "  " + strconv.Itoa(i+1) + ". "
		for k, line := range t.Of.measures(&t.Chokes[i]) {
			if k > 0 {
				lead = strings.Repeat(" ", len(lead))
			}
			t.wrap(lead, line)
		}
		t.wrap(strings.Repeat(" ", len(lead)), chokeGain(&t.Chokes[i]))
	}
}

// chokeTarget names what the choke points are on the way to.
func (l *PathList) chokeTarget() string {
	for i := range l.Paths {
		if p := &l.Paths[i]; p.ID == l.Chokes[0].Target {
			return headOfPath(p.Gain, p.Title) + " (" + string(p.ID) + ")"
		}
	}
	return string(l.Chokes[0].Target)
}

// measures names the measures of a choke point: one or a pair in a sentence, and more by what is to be done about them.
func (t *Told) measures(c *ChokePoint) []string {
	if len(c.Measures) <= 2 {
		var out []string
		for _, m := range c.Measures {
			out = append(out, t.measure(&m))
		}
		return []string{strings.Join(out, ", together with ")}
	}
	out := []string{strconv.Itoa(len(c.Measures)) + " measures together, found step by step: there may be a smaller set"}
	if todo := t.together(c, false); todo != "" {
		out = append(out, "To be put in place or shown: "+todo+".")
	}
	if keep := t.together(c, true); keep != "" {
		out = append(out, "To go on working: "+keep+".")
	}
	return out
}

func (t *Told) measure(m *Measure) string {
	name := t.lacking(m.Control)
	if m.Works {
		name = t.controlAs(m.Control, "which works already")
	}
	if m.Component != "" {
		name += " on " + t.component(m.Component)
	}
	return name
}

// together names the measures of a set that work already, or those that do not, each control once.
func (t *Told) together(c *ChokePoint, works bool) string {
	var order []ident.ID
	on := map[ident.ID][]string{}
	for _, m := range c.Measures {
		if m.Works != works {
			continue
		}
		if !slices.Contains(order, m.Control) {
			order = append(order, m.Control)
		}
		if m.Component != "" {
			on[m.Control] = append(on[m.Control], t.component(m.Component))
		}
	}
	var out []string
	for _, id := range order {
		name := string(id)
		if len(on[id]) > 0 {
			name += " on " + joinWords(on[id])
		}
		out = append(out, name)
	}
	return strings.Join(out, "; ")
}

// chokeGain says what measures would come to.
func chokeGain(c *ChokePoint) string {
	with := "With it working"
	if len(c.Measures) > 1 {
		with = "With all of them working"
	}
	switch {
	case !c.Modelled:
		return with + ", no way is modelled any more."
	case c.Cost == c.Was:
		return with + ", the easiest way is as hard as now: difficulty " + strconv.Itoa(c.Was) + "."
	}
	return with + ", the easiest way has difficulty " + strconv.Itoa(c.Cost) + " and not " + strconv.Itoa(c.Was) + "."
}

// failures tells what rests on one control.
func (t *pathText) failures() {
	if len(t.Failures) == 0 {
		return
	}
	t.heading("If one control did not work after all, what it would expose")
	if t.Failures[0].Basis == "claimed" {
		t.wrap("    ", "Nothing that is shown to work is in any way, so this is of what is claimed.")
	}
	for i := range t.Failures[:min(len(t.Failures), mostFailures)] {
		f := &t.Failures[i]
		lead := "  " + strconv.Itoa(i+1) + ". "
		t.wrap(lead, t.paint("1", t.Of.control(f.Control)))
		t.wrap(strings.Repeat(" ", len(lead)), failureWords(f))
	}
}

func failureWords(f *ControlFailure) string {
	var out []string
	if n := len(f.Reached); n > 0 {
		out = append(out, "a modelled path to "+counted(n, "more thing", "more things")+": "+some(wordsOf(f.Reached), 4))
	}
	if n := len(f.Easier); n > 0 {
		out = append(out, counted(n, "thing is", "things are")+" easier to come to: "+some(wordsOf(f.Easier), 4))
	}
	return capital(strings.Join(out, "; ")) + "."
}
