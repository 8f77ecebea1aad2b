package schema

import (
	"fmt"
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
		return fault.New(fault.Invalid, "%s", pl.notAWord(text))
	}
	return nil
}

// notAWord says that a text is none of the words, what they are, and which was most likely meant. An older spelling that
// is near is told by the word that it stands for.
func (pl *plan) notAWord(text string) string {
	if len(pl.names) == 1 {
		return fmt.Sprintf("expected %s; found %s", pl.names[0], quote(text))
	}
	near := ident.Nearest(text, pl.names)
	if near == "" {
		switch w := pl.words[fold(ident.Nearest(text, pl.spellings))]; {
		case w == nil:
		case w.Not != "":
			return w.Not
		default:
			near = w.Name
		}
	}
	if near != "" {
		near = "; did you mean " + near + "?"
	}
	return fmt.Sprintf("%s is not one of %s%s", quote(text), strings.Join(pl.names, ", "), near)
}
