package threat

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// step is a kind of step ready to be asked.
type step struct {
	*library.Step
	barriers []barrier
}

type barrier struct {
	control            ident.ID
	harder             int
	blocks             bool
	only, said, denied []trait
}

func (m *maker) step(s *library.Step) *step {
	out := &step{Step: s}
	on, known := asked(s.ID)
	if !known {
		m.bad("the engine has no kind of step of that name; it has %v", kinds())
		return out
	}
	for i := range s.Barriers {
		b := &s.Barriers[i]
		if (b.Harder > 0) == (b.Blocks == "yes") {
			m.bad("the barrier %s either blocks the step or makes it so many levels harder", b.Control)
		}
		out.barriers = append(out.barriers, barrier{b.Control, b.Harder, b.Blocks == "yes", m.traits(on, b.Only), m.traits(on, b.Said), m.traits(on, b.Denied)})
	}
	return out
}
