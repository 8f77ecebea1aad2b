// Package threagile reads and writes designs as Threagile models, in YAML.
//
// What is read becomes a draft of a service file. A data asset becomes data, a technical asset a component, a
// communication link a flow, a trust boundary a zone and a shared runtime a runtime. A security requirement becomes a
// control of which nothing is claimed yet, with the requirement for the backlog. An abuse case, and a risk that was
// identified by hand, becomes a risk that nobody has judged yet: the scales of severity there are not ours. What Threagile
// worked out by its own rules (risk_tracking) is about risks that have no name here, so it is counted and left out, and so
// are questions, people's names, pictures and comments. A file under includes is never opened.
//
// In Threagile a switch that is not there is off. Here a switch that is off is "no" only where the file says so, and
// unknown where it says nothing. Confidentiality is a value from 1 to 5 and never a classification, and no type of trust
// boundary says who may be inside it, so trust is always left open. Words of the first versions and of the later ones are
// read alike (technology and technologies, enduser and end-user). Merge keys and aliases, which Threagile's own example is
// full of, are followed, within the limits.
//
// What is written has every key that Threagile 1.0.0 asks for. Threagile has no word for unknown, so what is not known is
// written as the graver value, and how often is said.
//
// The package is pure and bounded. It opens nothing that a file names.
package threagile

import (
	"bytes"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Format is Threagile.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "threagile", Title: "Threagile 1.0.0", Sniff: Sniff, Read: Read, Write: Write}
}

// Sniff says whether text looks like a Threagile model: a line of it starts with a key that only Threagile has.
func Sniff(text []byte) bool {
	for _, key := range []string{"threagile_version:", "technical_assets:"} {
		if bytes.HasPrefix(bytes.TrimPrefix(text, []byte("\ufeff")), []byte(key)) || bytes.Contains(text, []byte("\n"+key)) {
			return true
		}
	}
	return false
}

// Read reads a Threagile model. The error is a fault with the place of what is wrong.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	var f file
	if err := tree.Decode("Threagile", text, limits, &f); err != nil {
		return foreign.Design{}, err
	}
	if f.Version == "" && len(f.Assets) == 0 && len(f.Data) == 0 {
		return foreign.Design{}, fault.New(fault.Invalid, "this is not a Threagile model: it has no threagile_version, technical_assets or data_assets")
	}
	if n := f.items(); n > limits.Items {
		return foreign.Design{}, fault.New(fault.TooLarge, "the model has %d assets, links, boundaries and the like; at most %d are read", n, limits.Items)
	}
	r := newReader(&f)
	r.all()
	return foreign.Design{Format: "threagile", Service: r.service, Dropped: r.notes.Sentences()}, nil
}
