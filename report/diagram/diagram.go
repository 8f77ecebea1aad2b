// Package diagram draws the architecture of a service: a data-flow diagram by trust zone, on which the path of an attack
// or the reach of one can be shown.
//
// A [Picture] says what is to be shown. It is written as SVG for a page or a paper, as Mermaid for a pipeline or a
// repository, and as words, which say the same in reading order to those who cannot see it. Shapes are the classic ones: a
// rectangle is somebody or something outside, a rounded box a process, a cylinder a store. Zones stand from the most exposed
// on the left to the best kept on the right.
//
// The same picture gives the same bytes on every machine: all is worked out in whole numbers. No colour says anything
// alone: each has words, a line style or a number beside it. A picture has no style of its own that a strict content
// security policy would refuse, loads nothing, links to nothing and runs nothing, and no name in a service file can become
// a part of it. The package judges nothing: what is marked, the caller says.
package diagram

import (
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Picture is what is to be shown.
type Picture struct {
	Service     *model.Service
	Title       string   // empty: the name of the service, and of the zone
	Description string   // a sentence on what is seen; empty: counts
	Marking     string   // stands at the top and the bottom
	Zone        ident.ID // only this zone, with those inside it, and what it is connected to; empty: the whole
	Overview    bool     // each zone as one box with counts
	Prefix      string   // of the ids in the SVG, different for each picture of a page; empty: "picture"
	Marks       Marks
}

// Marks are what is to stand out. What is not in the picture is left out of it, and is still in the words.
type Marks struct {
	Steps   []Step // of a path, in their order
	Reached []Reach
	Targets []ident.ID // components that somebody is after
}

// Step is a step of an attack from a component to another, or within one.
type Step struct {
	From, To ident.ID // components; From may be empty: from outside
	Flow     ident.ID // the flow that it goes along; empty: not along a flow
	Label    string   // what is done
	Status   Status
}

// Status says what stands in the way of a step.
type Status int

// The statuses of a step.
const (
	Open     Status = iota // nothing that counts
	Hindered               // something that makes it harder
	Blocked                // something that stops it
)

// String gives the word for a status.
func (s Status) String() string { return [...]string{"open", "hindered", "blocked"}[s] }

// Reach is a component that an attack gets to.
type Reach struct {
	Component ident.ID
	How       How
}

// How says how an attack gets to a component. Of two for one component, the graver is shown.
type How int

// How a component is reached, from the least grave.
const (
	NotReached How = iota
	Read           // what it holds can be read
	Controlled     // it does what the attacker wants
	Origin         // it is where the attack starts from
)

// String gives the words for a way of reaching.
func (h How) String() string {
	return [...]string{"not reached", "its data can be read", "under the attacker's control", "the attack starts here"}[h]
}

const (
	mostInOne = 100 // components that can be told apart in one picture
	mostDrawn = 400 // boxes that a picture has: beyond them components of one type and zone are one box, then those of one zone
	mostLinks = 800 // lines that it has: the same, and then those that carry least are left to the words
)

// Views gives the pictures that show a service: one of the whole where it has at most 100 components. Otherwise there is an
// overview of the zones and one picture for each zone that has components of its own.
func Views(s *model.Service) []Picture {
	if len(s.Architecture.Components) <= mostInOne {
		return []Picture{{Service: s, Prefix: "picture"}}
	}
	out := []Picture{{Service: s, Overview: true, Prefix: "picture"}}
	used := map[ident.ID]bool{}
	for i := range s.Architecture.Components {
		used[s.Architecture.Components[i].Zone] = true
	}
	for i := range s.Architecture.Zones {
		if z := s.Architecture.Zones[i].ID; used[z] {
			out = append(out, Picture{Service: s, Zone: z, Prefix: "picture-" + strconv.Itoa(len(out)+1)})
		}
	}
	return out
}
