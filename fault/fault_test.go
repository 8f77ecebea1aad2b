package fault_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

func TestFieldString(t *testing.T) {
	for _, c := range []struct {
		field fault.Field
		want  string
	}{
		{fault.Field{File: "bulkhead.yaml", Line: 3, Column: 9, Path: "/risks/r1", Text: "it is wrong"}, "bulkhead.yaml:3:9: it is wrong"},
		{fault.Field{File: "bulkhead.yaml", Text: "it is wrong"}, "bulkhead.yaml: it is wrong"},
		{fault.Field{Line: 3, Column: 9, Text: "it is wrong"}, "3:9: it is wrong"},
		{fault.Field{Path: "/risks/r1", Text: "it is wrong"}, "it is wrong"},
	} {
		if got := c.field.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	cause := errors.New("the disk is full")
	for _, c := range []struct {
		err      error
		kind     fault.Kind
		text     string
		exit     int
		response int
	}{
		{fault.New(fault.Invalid, "%d is odd", 3), fault.Invalid, "3 is odd", 2, http.StatusUnprocessableEntity},
		{fault.New(fault.NotFound, "no such service"), fault.NotFound, "no such service", 2, http.StatusNotFound},
		{fault.New(fault.Conflict, "changed since"), fault.Conflict, "changed since", 2, http.StatusConflict},
		{fault.New(fault.Forbidden, "not allowed"), fault.Forbidden, "not allowed", 2, http.StatusForbidden},
		{fault.New(fault.TooLarge, "too large"), fault.TooLarge, "too large", 2, http.StatusRequestEntityTooLarge},
		{fault.Wrap(fault.Internal, cause, "it was not saved"), fault.Internal, "it was not saved: the disk is full", 3, http.StatusInternalServerError},
		{fmt.Errorf("while saving: %w", fault.New(fault.Conflict, "changed since")), fault.Conflict, "while saving: changed since", 2, http.StatusConflict},
		{cause, fault.Internal, "the disk is full", 3, http.StatusInternalServerError},
	} {
		if fault.KindOf(c.err) != c.kind || c.err.Error() != c.text || fault.ExitCode(c.err) != c.exit || fault.HTTPStatus(fault.KindOf(c.err)) != c.response {
			t.Errorf("%q is %s, exit code %d, status %d", c.err, fault.KindOf(c.err), fault.ExitCode(c.err), fault.HTTPStatus(fault.KindOf(c.err)))
		}
	}
	if fault.ExitCode(nil) != 0 {
		t.Error("no error is not 0")
	}
	if fault.HTTPStatus("unheard of") != http.StatusInternalServerError {
		t.Error("a kind that is none is not a defect")
	}
	if !errors.Is(fault.Wrap(fault.Internal, cause, "x"), cause) {
		t.Error("the cause is lost")
	}
}

func TestAt(t *testing.T) {
	if err := fault.At(nil); err != nil {
		t.Errorf("no place is the error %v", err)
	}
	a, b := fault.Field{File: "a", Line: 1, Column: 2, Text: "one"}, fault.Field{File: "b", Text: "two"}
	for _, c := range []struct {
		fields      []fault.Field
		lines, text string
	}{
		{[]fault.Field{a}, "a:1:2: one", "1 problem was found"},
		{[]fault.Field{a, b}, "a:1:2: one\nb: two", "2 problems were found"},
	} {
		err := fault.At(c.fields)
		wrong, ok := errors.AsType[*fault.Error](err)
		if !ok || wrong.Kind != fault.Invalid || wrong.Text != c.text || err.Error() != c.lines {
			t.Errorf("%v is %+v", err, wrong)
		}
	}
}
