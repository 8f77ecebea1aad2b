// Package exchange is where foreign formats become Bulkhead's words: results of tests and scans, as other tools write
// them, become a run with its observations, and designs become the draft of a service file.
//
// A format is one package below this one and one line in a list: [Formats] of results, [Designs] of designs. Every reader
// is pure, from bytes to words: it opens nothing that a file names, not a path, an address, an entity or another part of
// itself, and it never panics. Every reader is bounded in bytes, depth, items and what text may grow to. It gives one run
// or design or one fault, the same for the same bytes, and says in sentences what it did not carry over; nothing is lost
// in silence, and what is unknown never becomes a pass.
//
// A run is not yet evidence: which service and control it is about, how strong it is and when it was made, if the file
// does not say, is for the caller to say. A design is not yet a claim of a team, until it has read it and taken it on.
package exchange

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/junit"
	"github.com/bulkhead-assurance/bulkhead/exchange/sarif"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// What the readers give and keep to.
type (
	Run          = foreign.Run
	Design       = foreign.Design
	Limits       = foreign.Limits
	Format       = foreign.Format
	DesignFormat = foreign.DesignFormat
)

// Formats lists the formats, in the order in which they are tried.
func Formats() []Format {
	return []Format{
		junit.Format(),
		sarif.Format(),
	}
}

// Default gives the limits for a file that nobody has vouched for.
func Default() Limits { return foreign.Default() }

// Read reads a file of any of the formats, told apart by what is in it and not by its name. The name is for faults only.
func Read(name string, text []byte) (Run, error) {
	limits := Default()
	text, err := foreign.Text(text, limits)
	if err != nil {
		return Run{}, in(name, err)
	}
	for _, f := range Formats() {
		if f.Sniff(text) {
			run, err := f.Read(text, limits)
			return run, in(name, err)
		}
	}
	return Run{}, in(name, fault.New(fault.Invalid, "the file is in no format that is read: give %s", titles()))
}

func titles() string {
	var all []string
	for _, f := range Formats() {
		all = append(all, f.Title)
	}
	return strings.Join(all, " or ")
}

// in names the file in a fault.
func in(name string, err error) error {
	f, ok := err.(*fault.Error)
	if !ok {
		return err
	}
	named := *f
	if named.Fields = slices.Clone(f.Fields); len(named.Fields) == 0 {
		named.Fields = []fault.Field{{Text: f.Text}}
	}
	for i := range named.Fields {
		named.Fields[i].File = name
	}
	return &named
}

// Knows says whether a text is in any of the formats.
func Knows(text []byte) bool {
	text, err := foreign.Text(text, Default())
	return err == nil && slices.ContainsFunc(Formats(), func(f Format) bool { return f.Sniff(text) })
}
