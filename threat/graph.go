package threat

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// The kinds of step that the graph is made of. How hard each is, and what gets in its way, is in a pack.
const (
	Enter         ident.ID = "enter"          // somebody outside connects to a component
	Connect       ident.ID = "connect"        // from a component over a flow to the next
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
// attacked, where the controls are looked for, is the component, or the destination of the flow (for Listen and AnswerBack:
// its source too).
func asked(kind ident.ID) (library.Element, bool) {
	switch kind {
	case Connect, Query, Manage, Deploy, AnswerBack, Listen:
		return library.OnAFlow, true
	case Enter, Exploit, SignIn, Escalate, TakeSecret, TakeNeighbour, Supply, Read, Alter, Destroy, Flood, Halt:
		return library.OnAComponent, true
	case BreakOut:
		return library.OnARuntime, true
	case Phish, Inside:
		return library.OnAnIdentity, true
	}
	return "", false
}

func kinds() []ident.ID {
	return []ident.ID{Enter, Connect, Query, Exploit, SignIn, Escalate, TakeSecret, BreakOut, TakeNeighbour, Manage, Deploy, Supply, AnswerBack, Listen, Read, Alter, Destroy, Flood, Halt, Phish, Inside}
}
