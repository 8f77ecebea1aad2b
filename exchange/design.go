package exchange

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/compose"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/kubernetes"
	"github.com/bulkhead-assurance/bulkhead/exchange/openapi"
	"github.com/bulkhead-assurance/bulkhead/exchange/otm"
	"github.com/bulkhead-assurance/bulkhead/exchange/terraform"
	"github.com/bulkhead-assurance/bulkhead/exchange/threagile"
	"github.com/bulkhead-assurance/bulkhead/exchange/threatdragon"
	"github.com/bulkhead-assurance/bulkhead/exchange/tmlibrary"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Auto stands for the format that a file turns out to be in.
const Auto = "auto"

// Designs lists the formats of designs, in the order in which they are tried.
func Designs() []DesignFormat {
	return []DesignFormat{
		threagile.Format(),
		otm.Format(),
		threatdragon.Format(),
		tmlibrary.Format(),
		compose.Format(),
		kubernetes.Format(),
		terraform.Format(),
		openapi.Format(),
	}
}

// ReadDesign reads a design in the format of that name, or in the one that it looks like where that is [Auto] or empty.
// The name of the file is for faults only.
func ReadDesign(format, name string, text []byte) (Design, error) {
	limits := Default()
	text, err := foreign.Text(text, limits)
	if err != nil {
		return Design{}, in(name, err)
	}
	f, err := designFormat(format, text)
	if err != nil {
		return Design{}, in(name, err)
	}
	design, err := f.Read(text, limits)
	return design, in(name, err)
}

// designFormat finds the format that a text is to be read in, and refuses one that it is plainly not in.
func designFormat(name string, text []byte) (DesignFormat, error) {
	looks := looksLike(text)
	if name == "" || name == Auto {
		if looks == nil {
			return DesignFormat{}, fault.New(fault.Invalid, "the file is in no format of designs that is read: %s", designNames())
		}
		return *looks, nil
	}
	f, err := DesignNamed(name)
	switch {
	case err != nil:
		return f, err
	case f.Sniff(text):
		return f, nil
	case looks != nil:
		return f, fault.New(fault.Invalid, "this does not look like %s; it looks like %s: say %s instead, or leave the format out", called(f), called(*looks), looks.Name)
	}
	return f, fault.New(fault.Invalid, "this does not look like %s, nor like any other format of designs that is read: %s", called(f), designNames())
}

// DesignNamed gives the format of designs of a name.
func DesignNamed(name string) (DesignFormat, error) {
	var names []string
	for _, f := range Designs() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	near := ident.Nearest(name, names)
	if near != "" {
		near = "did you mean " + near + "? "
	}
	return DesignFormat{}, fault.New(fault.Invalid, "there is no format of designs called %s; %sThere are: %s", name, near, designNames())
}

// looksLike gives the first format that a text looks like; nil for none.
func looksLike(text []byte) *DesignFormat {
	for _, f := range Designs() {
		if f.Sniff(text) {
			return &f
		}
	}
	return nil
}

func designNames() string {
	var all []string
	for _, f := range Designs() {
		all = append(all, called(f))
	}
	return strings.Join(all, ", ")
}

func called(f DesignFormat) string { return f.Name + " (" + f.Title + ")" }
