// Package otm reads and writes designs as Open Threat Model files (OTM 0.1 and 0.2), in YAML and JSON.
//
// What is read becomes a draft of a service file. An asset becomes data, a trust zone a zone, a component a component and a
// data flow a flow. OTM has no keys for how data is carried or kept, only free attributes and tags, so those with obvious
// names are read: the keys of a service file, such as encryption or internet_facing, and a tag that is the name of a
// protocol. A component inside another is in the zone that the other is in. The numbers from 0 to 100 of an asset become
// levels from 1 to 5, a fifth each. How far a zone is trusted is a number that says nothing of who may be inside, so trust
// is read only from a type or a name that says so, such as internet.
//
// A threat in OTM is an entry of somebody else's library: it has no name here, and its likelihood and impact are on
// another scale. Threats are counted by their state and left out. A mitigation that is used somewhere becomes a control
// of the team's own, on the components where it is used, as far as the state of each use says; where it is used on a flow,
// on both its ends. That is a claim, as all in a service file is: the evidence is still to be given. A mitigation that has
// the id of a control of the library becomes a claim about that control. Those that are used nowhere, or were rejected
// wherever they are used, are left out. So are owners, who are people here, and representations.
//
// What is written has every key that OTM 0.2 asks for, as JSON, and in attributes what OTM has no key for. What is not
// known of an asset is written as the graver number, and how often is said.
//
// The package is pure and bounded. It opens nothing that a file names.
package otm

import (
	"bytes"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Format is Open Threat Model.
func Format() foreign.DesignFormat {
	return foreign.DesignFormat{Name: "otm", Title: "Open Threat Model 0.2", Sniff: Sniff, Read: Read, Write: Write}
}

// Sniff says whether text looks like OTM: it has the key otmVersion, in JSON or at the start of a line.
func Sniff(text []byte) bool {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	if foreign.IsObject(text) {
		return bytes.Contains(text, []byte(`"otmVersion"`))
	}
	return bytes.HasPrefix(text, []byte("otmVersion:")) || bytes.Contains(text, []byte("\notmVersion:"))
}

// Read reads an OTM file. The error is a fault with the place of what is wrong.
func Read(text []byte, limits foreign.Limits) (foreign.Design, error) {
	var f file
	if err := tree.Decode("OTM", text, limits, &f); err != nil {
		return foreign.Design{}, err
	}
	switch {
	case f.Version == "":
		return foreign.Design{}, fault.New(fault.Invalid, "this is not an Open Threat Model: otmVersion is missing")
	case !strings.HasPrefix(f.Version, "0.1") && !strings.HasPrefix(f.Version, "0.2"):
		version, _ := foreign.Line(f.Version, 40)
		return foreign.Design{}, fault.New(fault.Invalid, "this is OTM of version %q; only 0.1 and 0.2 are read: have the tool write 0.2", version)
	}
	if n := f.items(); n > limits.Items {
		return foreign.Design{}, fault.New(fault.TooLarge, "the file has %d components, flows, threats and the like; at most %d are read", n, limits.Items)
	}
	r := newReader(&f)
	r.all()
	return foreign.Design{Format: "otm", Service: r.service, Dropped: r.notes.Sentences()}, nil
}
