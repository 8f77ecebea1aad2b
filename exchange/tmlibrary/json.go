package tmlibrary

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// raw is a value that is read later. Lists are raw and are read an element at a time, so that a short file cannot become
// a large tree.
type raw struct{ json.RawMessage }

func (r raw) absent() bool { return len(r.RawMessage) == 0 || string(r.RawMessage) == "null" }

// budget counts the elements of all lists of a file.
type budget struct{ left, most int }

func (b *budget) spend(path string) error {
	if b.left--; b.left < 0 {
		return fault.New(fault.TooLarge, "%s: more than %d things in the lists of this file; split the model", path, b.most)
	}
	return nil
}

// each visits every element of a list with its path.
func each[T any](b *budget, list raw, path string, visit func(*T, string) error) error {
	if list.absent() {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(list.RawMessage))
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return invalid(path, path+": a list stands here in a Threat Model Library file, and something else in the file")
	}
	for n := 0; d.More(); n++ {
		at := fmt.Sprintf("%s/%d", path, n)
		if err := b.spend(at); err != nil {
			return err
		}
		var one T
		if err := d.Decode(&one); err != nil {
			return misfit(err, at)
		}
		if err := visit(&one, at); err != nil {
			return err
		}
	}
	return nil
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

// explain turns an error of the JSON reader about a whole file into a place and a sentence.
func explain(err error, text []byte) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return foreign.Invalid(text, int(syntax.Offset)-1, "this is not valid JSON: "+syntax.Error()+"")
	}
	return misfit(err, "")
}

// misfit turns an error of the JSON reader about a value at a path into a sentence.
func misfit(err error, path string) error {
	what := "this is not as the Threat Model Library has it: " + err.Error()
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		what = fmt.Sprintf("%q is of the wrong type here (%s); the Threat Model Library has another", cmp.Or(t.Field, "this"), t.Value)
	}
	what, _ = foreign.Line(what, 300)
	if path != "" {
		what = path + ": " + what
	}
	return invalid(path, what)
}

func invalid(path, sentence string) error {
	return &fault.Error{Kind: fault.Invalid, Text: sentence, Fields: []fault.Field{{Path: path, Text: sentence}}}
}
