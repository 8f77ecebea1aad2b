package schema

import (
	"reflect"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// ReadWord reads one word of a closed vocabulary, in any of its spellings, into a pointer to a vocabulary type.
func ReadWord(text string, into any) error {
	v := reflect.ValueOf(into).Elem()
	pl := planner{}.of(v.Type())
	w, ok := pl.words[fold(text)]
	switch {
	case ok && w.Not != "":
		return fault.New(fault.Invalid, "%s", w.Not)
	case ok && w.Absent:
		v.SetString("")
	case ok:
		v.SetString(w.Name)
	default:
		hint := ""
		if near := ident.Nearest(text, pl.names); near != "" {
			hint = "; did you mean " + near + "?"
		}
		return fault.New(fault.Invalid, "%s is not one of %s%s", quote(text), strings.Join(pl.names, ", "), hint)
	}
	return nil
}
