package foreign

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// JSON is a file of JSON that is read a list at a time. Its lists are Raw until somebody goes through them, and their
// elements are counted, so that a short file cannot become a large tree.
type JSON struct {
	form       string // what the file should be, such as SARIF 2.1.0
	left, most int    // elements of lists
}

// ReadJSON reads a file of a form, whose name is for sentences, up to the lists in it. Of those, it lets as many elements be
// read as the limits have items.
func ReadJSON(form string, text []byte, limits Limits, into any) (*JSON, error) {
	text, err := Text(text, limits)
	if err != nil {
		return nil, err
	}
	if at := tooDeep(text, limits.Depth); at >= 0 {
		return nil, TooLarge(text, at, fmt.Sprintf("nested deeper than %d levels", limits.Depth))
	}
	if err := json.Unmarshal(text, into); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, Invalid(text, int(syntax.Offset)-1, "this is not valid JSON: "+syntax.Error()+"; give the file as the tool wrote it")
		}
		return nil, Misfit(form, err, "")
	}
	return &JSON{form: form, left: limits.Items, most: limits.Items}, nil
}

// Spend counts one more element, or what takes as much room as one.
func (j *JSON) Spend(path string) error {
	if j.left--; j.left < 0 {
		return fault.New(fault.TooLarge, "%s: more than %d things in the lists of this file; split it", path, j.most)
	}
	return nil
}

// Each visits every element of a list, with its path.
func Each[T any](j *JSON, list Raw, path string, visit func(*T, string) error) error {
	n := 0
	err := list.Elements(func(d *json.Decoder) error {
		at := fmt.Sprintf("%s/%d", path, n)
		n++
		if err := j.Spend(at); err != nil {
			return err
		}
		var one T
		if err := d.Decode(&one); err != nil {
			return Misfit(j.form, err, at)
		}
		return visit(&one, at)
	})
	if err != nil {
		return Misfit(j.form, err, path)
	}
	return nil
}

// Raw is a value of JSON that is read later, or never.
type Raw struct{ json.RawMessage }

// Absent says whether nothing is there.
func (r Raw) Absent() bool { return len(r.RawMessage) == 0 || string(r.RawMessage) == "null" }

// errNoList is for Misfit to find the words for.
var errNoList = errors.New("a list is missing")

// Elements goes through a list, with the decoder before each element. What is absent is an empty list.
func (r Raw) Elements(visit func(*json.Decoder) error) error {
	if r.Absent() {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(r.RawMessage))
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return errNoList
	}
	for d.More() {
		if err := visit(d); err != nil {
			return err
		}
	}
	return nil
}

// Members goes through the members of an object, with the decoder before the value of each.
func (r Raw) Members(visit func(name string, d *json.Decoder) error) error {
	d := json.NewDecoder(bytes.NewReader(r.RawMessage))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return json.Unmarshal(r.RawMessage, &struct{}{}) // which says what stands there instead
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if err := visit(fmt.Sprint(name), d); err != nil {
			return err
		}
	}
	return nil
}

// Misfit turns an error of the JSON reader about a value at a path into a fault: where a form has something else than the
// file. A fault stays what it is.
func Misfit(form string, err error, path string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	what := "this is not as " + form + " has it: " + err.Error()
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		what = fmt.Sprintf("%q is of the wrong type here (%s); %s has another", cmp.Or(t.Field, "this"), t.Value, form)
	} else if errors.Is(err, errNoList) {
		what = "a list stands here in " + form + ", and something else in the file"
	}
	what, _ = Line(what, 300)
	if path != "" {
		what = path + ": " + what
	}
	return InvalidAt(path, what)
}

// InvalidAt makes a fault about the value at a path.
func InvalidAt(path, sentence string) error {
	return &fault.Error{Kind: fault.Invalid, Text: sentence, Fields: []fault.Field{{Path: path, Text: sentence}}}
}

// tooDeep finds where brackets outside of text are nested deeper than allowed, before anything spends time on them; -1
// when they are not.
func tooDeep(text []byte, most int) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// IsObject says whether a text starts as an object of JSON does, with or without a byte order mark.
func IsObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff"))), []byte("{"))
}
