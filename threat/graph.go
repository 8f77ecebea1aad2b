package threat

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// The kinds of step that the graph is made of. How hard each is, and what gets in its way, is in a pack.
const (
	Enter         ident.ID = "enter"          // somebody outside connects to a component
	Connect       ident.ID = "connect"        // from a component over a flow to the next
	Move          ident.ID = "move"           // from a component to another in the same zone, with no flow that is drawn
	Query         ident.ID = "query"          // data is asked for over a flow by somebody who should not get it
	Exploit       ident.ID = "exploit"        // a weakness of a component lets somebody act as it
	SignIn        ident.ID = "sign-in"        // a stolen identity is used at a component
	Escalate      ident.ID = "escalate"       // from acting as a component to controlling it
	TakeSecret    ident.ID = "take-secret"    // the secret of an identity is read where it is kept
	BreakOut      ident.ID = "break-out"      // from a component to what it runs on
	TakeNeighbour ident.ID = "take-neighbour" // from what components run on to one of them
	Manage        ident.ID = "manage"         // over a flow that is used to manage the destination
	Deploy        ident.ID = "deploy"         // from a pipeline or a repository to what it builds
	Supply        ident.ID = "supply"         // a supplier's product or access is turned against a component
	TakeOver      ident.ID = "take-over"      // a system that somebody else runs is attacked first
	AnswerBack    ident.ID = "answer-back"    // what is called takes over its caller by its answers
	Listen        ident.ID = "listen"         // data is read on its way
	Read          ident.ID = "read"
	Alter         ident.ID = "alter"
	Destroy       ident.ID = "destroy"
	Flood         ident.ID = "flood" // a component is kept from working from outside
	Halt          ident.ID = "halt"  // a component is stopped by whoever controls it
	Phish         ident.ID = "phish" // somebody is tricked out of an identity: coarse, only when asked for
	Inside        ident.ID = "inside"
)

// asked gives the kind of element that the traits of a kind of step ask, and whether there is such a kind. What is
// attacked, where the controls are looked for, is a component: for a flow its destination (for AnswerBack its source), for
// an identity the component where it is used.
func asked(kind ident.ID) (library.Element, bool) {
	switch kind {
	case Connect, Query, Manage, Deploy, AnswerBack, Listen:
		return library.OnAFlow, true
	case Enter, Move, Exploit, Escalate, TakeSecret, TakeNeighbour, Supply, TakeOver, Read, Alter, Destroy, Flood, Halt:
		return library.OnAComponent, true
	case BreakOut:
		return library.OnARuntime, true
	case SignIn, Phish, Inside:
		return library.OnAnIdentity, true
	}
	return "", false
}

func kinds() []ident.ID {
	return []ident.ID{Enter, Connect, Move, Query, Exploit, SignIn, Escalate, TakeSecret, BreakOut, TakeNeighbour, Manage, Deploy, Supply, TakeOver, AnswerBack, Listen, Read, Alter, Destroy, Flood, Halt, Phish, Inside}
}

// node is something that an attacker can have: a state of an element. Nodes are numbered.
type node int32

const none node = -1

// Gain is what an attacker has of an element.
type Gain string

// The gains, and the beginnings of an attack.
const (
	Contact    Gain = "contact"    // can send something to a component
	Foothold   Gain = "foothold"   // acts as a component
	Control    Gain = "control"    // can make a component do anything
	Stopped    Gain = "stopped"    // a component or a function no longer works
	Possession Gain = "possession" // has an identity, a runtime, or a supplier
	Inhabited  Gain = "inhabited"  // is in a zone
	Heard      Gain = "heard"      // hears what goes over a flow
	Answered   Gain = "answered"   // gets answers over a flow
	Learnt     Gain = "learnt"     // data was read: its confidentiality is lost
	Altered    Gain = "altered"    // data was changed: its integrity is lost
	Destroyed  Gain = "destroyed"  // data is gone: its availability is lost
	Misused    Gain = "misused"    // a function does what the attacker wants
	Suffered   Gain = "suffered"   // an unacceptable loss has come about
	Origin     Gain = "origin"     // where an attack begins
)

// OfData says whether it is data that is lost.
func (g Gain) OfData() bool { return g == Learnt || g == Altered || g == Destroyed }

// Origins are where attacks begin.
const (
	FromPublic    ident.ID = "public"    // anybody
	FromPartner   ident.ID = "partner"   // somebody at a known organisation outside
	FromSuppliers ident.ID = "suppliers" // a supplier was attacked first
	FromPeople    ident.ID = "people"    // people of the service are tricked: coarse, only when asked for
	FromInside    ident.ID = "inside"    // people of the service mean harm: coarse, only when asked for
)

// state is what a node stands for.
type state struct {
	gain Gain
	of   library.Element // of the element; empty for an origin, a function and a loss
	at   int             // the place of the element
	id   ident.ID
}

// edge is a step: who has all that it starts from gets what it leads to. A step without a hurdle follows by itself.
type edge struct {
	from   [2]node // the second is none where one is enough
	to     node
	hurdle int32 // -1 for what follows by itself
}

// hurdle is what a step has to get over, the same for every step of its kind at one place.
type hurdle struct {
	step     *step
	element  int // of the kind that is asked
	at       int // the component attacked; -1 for the service as a whole
	barriers []inTheWay
	seen     []int // controls, by place in the graph
	unsaid   int   // how many attributes it rests on that nobody has said
}

// inTheWay is a barrier at its place.
type inTheWay struct {
	control int
	harder  int
	blocks  bool
	said    bool // the team says that it is there
}

// Graph is the attack graph of a design: what an attacker could come to have, and by which steps. What works is not in it.
type Graph struct {
	design   *Design
	states   []state
	edges    []edge
	hurdles  []hurdle
	controls []ident.ID // every control that gets in the way of something or notices something, in order of id
	out      [][]int32  // the edges that start from a node, in order
	both     []int32    // the edges that need two nodes
	origins  map[ident.ID]node
	targets  []node     // data, functions and losses, in their order
	names    []ident.ID // of the targets
	haves    []Have     // what each node is, as it is told
	bears    [][]int32  // for each control the hurdles that it gets in the way of, or at which it notices something

	contact  node // of the first component; footholds and the rest follow, four for each
	runtime  node // of the first runtime
	supplier node // of the first supplier
	index    map[ident.ID]int
	unsaid   int // how many attributes the steps rest on that nobody has said
}

// Unsaid gives how many attributes the steps rest on that nobody has said.
func (g *Graph) Unsaid() int { return g.unsaid }
