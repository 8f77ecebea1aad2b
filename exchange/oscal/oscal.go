// Package oscal reads catalogs of controls in the JSON of OSCAL 1, the language of NIST for such things, as packs of the
// library.
//
// A catalog becomes one pack with one framework. What goes where:
//
//   - Every control is a requirement, and so is every enhancement of one, right behind its control and with the title of
//     the control before its own. They keep their order and, where they fit, their ids.
//   - A control that its publisher has withdrawn stays a requirement: its number is never used again, and answers from
//     before must still find it. It says in its title that it is withdrawn, and in its text what became of it. NIST
//     SP 800-53 revision 5 thus gives 1,189 requirements: 322 controls and 867 enhancements, of which 182 are withdrawn.
//   - What a control asks is its statement, made into one line with the letters and numbers of its items. A parameter is
//     put in as its value where it has one, and otherwise in square brackets, as its choices or its label.
//   - A group of controls is a group of requirements; one with no controls in it is left out.
//   - Title, version, publisher, date and address are those that the catalog says of itself. It says no licence and not
//     on which day it was read: who calls says both, and a licence that nobody said is left for people to look up.
//
// The mark of all is secondary: a file says whose it is, but only somebody who compares it with the publisher's own can
// confirm that. Guidance, objectives, properties, links and references are left behind, and told of in sentences.
//
// The reader is pure and bounded: in bytes, depth, lists, requirements and the text that they may grow to, which leaves room
// for a pack to be kept as a file. It never panics and opens nothing that a catalog names. Profiles, components and plans
// are not read, and nothing is written.
package oscal

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Bounds beside those of every reader.
const (
	MaxRequirements = 20_000              // with the groups of them
	maxStatement    = 8_000               // characters of what one requirement asks
	maxPack         = schema.MaxBytes / 2 // bytes of text in a pack: as a file it is longer
)

// Import says what a catalog does not say of itself.
type Import struct {
	ID        ident.ID   // what the framework is called in every version, such as nist-800-53; made of the title where none is given
	Licence   string     // under which the publisher gives the texts; that it is not known, where none is given
	Retrieved civil.Date // the day on which the file was fetched from its publisher
}

// Catalog is what a file gives.
type Catalog struct {
	Pack    library.Pack // with one framework and nothing else
	Dropped []string     // sentences: what was not carried over, or not as it stands in the file, and how much of it
}

// Read reads a catalog. A file that is none, or that is of another version of OSCAL, is an invalid one; one that passes a
// bound is too large.
func Read(text []byte, as Import, limits foreign.Limits) (Catalog, error) {
	if as.Retrieved.IsZero() {
		return Catalog{}, fault.New(fault.Invalid, "say on which day the catalog was fetched: a pack names it")
	}
	text, err := foreign.Text(text, limits)
	if err != nil {
		return Catalog{}, err
	}
	checked, err := foreign.ReadJSON(form, text, limits, &struct{}{})
	if err != nil {
		return Catalog{}, err
	}
	f := &file{stream: newStream(text, checked), parameters: map[string]*parameter{}, addresses: map[string]string{}}
	if err := f.read(); err != nil {
		return Catalog{}, err
	}
	m := &maker{file: f, as: as}
	pack, err := m.pack()
	if err != nil {
		return Catalog{}, err
	}
	return Catalog{Pack: pack, Dropped: f.notes.Sentences()}, nil
}
