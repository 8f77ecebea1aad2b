package report

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
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
