// Package foreign is what the readers of foreign formats share: the run and the design that they give, the bounds that they
// all keep, JSON that is read a list at a time, ids that nobody has yet, and the few ways of turning somebody else's text
// into ours.
//
// It is a leaf below the format packages, so that the list of formats can name them and they need not name the list. It
// knows no format. It never opens anything, never reads a clock, and a text that it makes to be kept is cleaned and cut.
package foreign

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Run is what a file says was run, and what came of it.
type Run struct {
	Format       string                        // junit or sarif
	Tool         string                        // its name, without spaces, and where it is known a space and its version
	Observed     civil.Moment                  // when the run says that it was; zero when it does not
	Kind         library.EvidenceKind          // what sort of evidence such a run is
	Outcome      evidence.Outcome              // of the run as a whole
	Controls     []ident.ID                    // the controls that the file names, in order; what came of each is in ByControl
	Components   []ident.ID                    // the components that the file names, in order
	ByControl    map[ident.ID]evidence.Outcome // for each control that the file names, what came of the part that names it
	Scope        []string                      // the places that the run says it looked at, in order; none where it does not say
	Observations []evidence.Observation        // in the order of the file
	Dropped      []string                      // sentences: what was not carried over, and how much of it
}

// OutcomeFor gives what the run shows of a control: of the part that names the control where there is one, and of the
// whole run otherwise. A run in which other tests passed shows nothing of a control whose own tests were skipped.
func (r *Run) OutcomeFor(control ident.ID) evidence.Outcome {
	if o, ok := r.ByControl[control]; ok {
		return o
	}
	return r.Outcome
}

// Limits bound what a reader takes in.
type Limits struct {
	Bytes int // of the file, and of all text that is made from it
	Depth int // of nesting
	Items int // test cases or results
}

// Default gives the limits for a file that nobody has vouched for.
func Default() Limits { return Limits{Bytes: 32 << 20, Depth: 64, Items: 100_000} }

// Format is one foreign format.
type Format struct {
	Name  string                            // as in Run.Format
	Title string                            // for a person, such as "JUnit XML"
	Sniff func(text []byte) bool            // whether text looks like it; Read may refuse it all the same
	Read  func([]byte, Limits) (Run, error) // text to run
}
