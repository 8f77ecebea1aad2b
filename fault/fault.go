// Package fault is the one error type of Bulkhead.
//
// A fault has a kind, which decides the exit code of a command and the status of a response, a sentence for a person, and
// the places it speaks of: each names the file, line and column, what is wrong and what was expected. Faults are built
// where the problem is known and mapped once, at the edge; nothing decides anything by reading the text of an error.
//
// The package never logs, never formats for HTML and never carries a secret: callers put in only what may be shown.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of fault it is, and so what a caller can do about it.
type Kind string

// The kinds.
const (
	Invalid   Kind = "invalid"   // the input is wrong: mend it and try again
	NotFound  Kind = "not-found" // what was named does not exist
	Conflict  Kind = "conflict"  // somebody changed it first
	Forbidden Kind = "forbidden" // known, but not allowed
	TooLarge  Kind = "too-large" // over a stated bound
	Internal  Kind = "internal"  // a defect in Bulkhead or its machine
)

// Field is one place that a fault speaks of. File, Line and Column are empty or zero where they are not known; Path is
// the place inside the document, such as /risks/r1/likelihood.
type Field struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1, in characters
	Path   string `json:"path,omitempty"`
	Text   string `json:"text"`
}

// String gives FILE:LINE:COLUMN: text, leaving out what is not known.
func (f Field) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		b.WriteByte(':')
	}
	if f.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", f.Line, f.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(f.Text)
	return b.String()
}

// Error is the one error type. Text is a sentence that says what is wrong and what to do.
type Error struct {
	Kind   Kind    `json:"kind"`
	Text   string  `json:"text"`
	Fields []Field `json:"fields,omitempty"`
	Cause  error   `json:"-"`
}

// New makes a fault of a kind with a sentence.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault of a kind with a sentence and the error that caused it.
func Wrap(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...), Cause: cause}
}

// At makes an invalid-input fault from the places that are wrong; nil when there are none.
func At(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Text: count(len(fields)), Fields: fields}
}

func count(n int) string {
	if n == 1 {
		return "1 problem was found"
	}
	return fmt.Sprintf("%d problems were found", n)
}

// Error gives the places, one a line, or else the sentence and its cause.
func (e *Error) Error() string {
	if len(e.Fields) > 0 {
		lines := make([]string, len(e.Fields))
		for i, f := range e.Fields {
			lines[i] = f.String()
		}
		return strings.Join(lines, "\n")
	}
	if e.Cause != nil {
		return e.Text + ": " + e.Cause.Error()
	}
	return e.Text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf gives the kind of an error; Internal for one that is not a fault.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// ExitCode gives the exit code of a command for an error: 0 for none, 3 for a defect of Bulkhead or its machine, and 2
// for everything that the caller can mend.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case KindOf(err) == Internal:
		return 3
	default:
		return 2
	}
}

// HTTPStatus gives the status of a response for a kind (RFC 9110). The numbers stand here so that the ground floor does not
// rest on a web server.
func HTTPStatus(kind Kind) int {
	switch kind {
	case Invalid:
		return 422
	case NotFound:
		return 404
	case Conflict:
		return 409
	case Forbidden:
		return 403
	case TooLarge:
		return 413
	default:
		return 500
	}
}
