package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// charset refuses every encoding but UTF-8, which the decoder reads by itself under its usual name.
func charset(label string, in io.Reader) (io.Reader, error) {
	if strings.EqualFold(label, "utf8") {
		return in, nil
	}
	label, _ = foreign.Line(label, 40)
	return nil, fault.New(fault.Invalid, "the file says that it is encoded as %q; only UTF-8 is read: have the tool write UTF-8", label)
}

// reader walks over the tokens of one file.
type reader struct {
	text   []byte
	limits foreign.Limits
	dec    *xml.Decoder
	out    *foreign.Collector

	stack  []string // the names of the open elements
	suites []suite  // the open suites, outermost first
	open   *testCase
	prop   *property
	said   *strings.Builder // where the text of the element at depth saidAt goes
	saidAt int

	rooted   bool
	tool     string   // the name of the root
	top      []string // the names of the suites directly under it
	observed civil.Instant
	controls map[ident.ID]foreign.Tally
	parts    []ident.ID // components
}

// suite is an open testsuites or testsuite.
type suite struct {
	name                 string
	from                 int // the first observation in it
	declared             int // how many failures and errors it says it has
	controls, components []ident.ID
}

// property is the open property.
type property struct {
	name  string
	value strings.Builder
}

func (r *reader) all() error {
	for {
		token, err := r.dec.Token()
		if err == io.EOF && r.rooted {
			return nil
		}
		if err == nil {
			err = r.token(token)
		}
		if err != nil {
			return r.explain(err)
		}
	}
}

func (r *reader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if len(r.stack) == r.limits.Depth {
			return foreign.TooLarge(r.text, r.offset(), fmt.Sprintf("nested deeper than %d levels", r.limits.Depth))
		}
		if err := r.start(t); err != nil {
			return err
		}
		r.stack = append(r.stack, t.Name.Local)
	case xml.EndElement:
		r.stack = r.stack[:len(r.stack)-1]
		return r.end(t.Name.Local)
	case xml.CharData:
		r.say(t)
	case xml.Directive:
		return foreign.Invalid(r.text, r.offset(), "the file has a document type (<!DOCTYPE>), which is not read because it can name other files and grow without bound: take it out")
	}
	return nil
}

// explain turns an error of the XML reader into a place and a sentence.
func (r *reader) explain(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if len(f.Fields) > 0 {
			return f
		}
		return foreign.Invalid(r.text, r.offset(), f.Text)
	}
	sentence := strings.TrimPrefix(err.Error(), "xml: ")
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		sentence = syntax.Msg
	}
	if err == io.EOF {
		sentence = "it has no elements"
	}
	sentence, _ = foreign.Line(sentence, 200)
	return foreign.Invalid(r.text, r.offset(), "this is not valid XML: "+sentence+"; give the file as the tool wrote it")
}

func (r *reader) offset() int { return int(r.dec.InputOffset()) }

func (r *reader) start(t xml.StartElement) error {
	name := t.Name.Local
	if len(r.stack) == 0 {
		if err := r.root(name); err != nil {
			return err
		}
	}
	inside := name == "testcase" || name == "testsuite" || name == "testsuites"
	switch {
	case r.open != nil && inside:
		return foreign.Invalid(r.text, r.offset(), "a "+name+" stands inside a testcase, where JUnit XML has none; mend the tool that wrote it")
	case r.open != nil:
		r.inCase(t)
	case name == "testcase":
		r.open = r.newCase(t)
	case inside:
		r.enter(t)
	default:
		r.inSuite(t)
	}
	return nil
}

func (r *reader) root(name string) error {
	switch {
	case r.rooted:
		return foreign.Invalid(r.text, r.offset(), "the file holds more than one document; give them one by one")
	case name != "testsuites" && name != "testsuite":
		name, _ = foreign.Line(name, 40)
		return foreign.Invalid(r.text, r.offset(), fmt.Sprintf("this is not JUnit XML: its outermost element is %q, not testsuites or testsuite", name))
	}
	r.rooted = true
	return nil
}

func (r *reader) enter(t xml.StartElement) {
	name := attr(t, "name")
	switch len(r.suites) {
	case 0:
		r.tool = name
	case 1:
		r.top = append(r.top, name)
	}
	r.time(attr(t, "timestamp"))
	r.suites = append(r.suites, suite{name: name, from: r.out.Len(), declared: number(attr(t, "failures")) + number(attr(t, "errors"))})
}

// time takes the earliest time that the file gives, so that evidence never seems newer than it is.
func (r *reader) time(s string) {
	if s == "" {
		return
	}
	t, err := civil.ParseInstant(s)
	if err != nil {
		r.out.Note(noZone, 1, s)
		return
	}
	if r.observed == 0 || t < r.observed {
		r.observed = t
	}
}

func (r *reader) inSuite(t xml.StartElement) {
	name := t.Name.Local
	switch {
	case r.property(t):
	case name == "failure" || name == "error":
		r.open = &testCase{depth: len(r.stack), class: r.suites[len(r.suites)-1].name, result: evidence.Failed}
		r.verdict(t)
	default:
		r.other(name)
	}
}

// property opens a property, if that is what the element is.
func (r *reader) property(t xml.StartElement) bool {
	if t.Name.Local != "property" || len(r.stack) == 0 || r.stack[len(r.stack)-1] != "properties" {
		return false
	}
	r.prop = &property{name: attr(t, "name")}
	r.prop.value.WriteString(attr(t, "value"))
	if r.prop.value.Len() == 0 {
		r.said, r.saidAt = &r.prop.value, len(r.stack)+1
	}
	return true
}

// other counts an element that is not carried over.
func (r *reader) other(name string) {
	switch name {
	case "properties":
	case "system-out", "system-err":
		r.out.Note(output, 1, "")
	case "rerunFailure", "rerunError":
		r.out.Note(repeated, 1, "")
	default:
		r.out.Note(unknown, 1, name)
	}
}

// say keeps the text of the element that asked for it. Only so much is kept as could be shown.
func (r *reader) say(text []byte) {
	const most = 8 * foreign.MaxText
	if r.said == nil || len(r.stack) != r.saidAt {
		return
	}
	if r.said.Len() == 0 {
		text = bytes.TrimLeft(text, " \t\r\n")
	}
	r.said.WriteString(strings.ToValidUTF8(string(text[:min(len(text), max(0, most-r.said.Len()))]), ""))
}

func (r *reader) end(name string) error {
	if r.said != nil && len(r.stack) < r.saidAt {
		r.said = nil
	}
	switch {
	case name == "property" && r.prop != nil:
		r.named(r.prop)
		r.prop = nil
	case r.open != nil && len(r.stack) == r.open.depth:
		c := r.open
		r.open = nil
		return r.close(c)
	case r.open == nil && (name == "testsuite" || name == "testsuites"):
		return r.leave()
	}
	return nil
}

// named gives what a property says to the open test case, or else to the innermost open suite.
func (r *reader) named(p *property) {
	controls, components := (*[]ident.ID)(nil), (*[]ident.ID)(nil)
	switch {
	case r.open != nil:
		controls, components = &r.open.controls, &r.open.components
	case len(r.suites) > 0:
		s := &r.suites[len(r.suites)-1]
		controls, components = &s.controls, &s.components
	default:
		return
	}
	switch p.name {
	case "bulkhead.control":
		*controls = append(*controls, r.out.IDs(p.value.String())...)
	case "bulkhead.component":
		*components = append(*components, r.out.IDs(p.value.String())...)
	}
}

func (r *reader) add(o evidence.Observation) error {
	if !r.out.Add(o) {
		return foreign.TooLarge(r.text, r.offset(), r.out.Full("test cases"))
	}
	return nil
}

// leave closes the innermost suite, and gives what was said of it to what is in it.
func (r *reader) leave() error {
	s := r.suites[len(r.suites)-1]
	r.suites = r.suites[:len(r.suites)-1]
	if s.declared > 0 && r.out.Tally(s.from)[evidence.Failed] == 0 {
		name := weakness(s.name, "")
		if err := r.add(evidence.Observation{Place: foreign.Place(s.name), Weakness: name, Result: evidence.Failed, Text: "the suite says that tests failed, but lists none of them"}); err != nil {
			return err
		}
		r.out.Note(unlisted, 1, s.name)
	}
	if ids := foreign.Union(s.components); len(ids) == 1 {
		for i := range r.out.Since(s.from) {
			if o := &r.out.Since(s.from)[i]; o.Component == "" {
				o.Component = ids[0]
			}
		}
	}
	r.parts = append(r.parts, s.components...)
	r.count(s.controls, s.from)
	return nil
}

// count adds what came of the observations from one on to each control named.
func (r *reader) count(controls []ident.ID, from int) {
	if len(controls) == 0 {
		return
	}
	tally := r.out.Tally(from)
	for _, id := range foreign.Union(controls) {
		if r.controls[id] == nil {
			r.controls[id] = foreign.Tally{}
		}
		for outcome, n := range tally {
			r.controls[id][outcome] += n
		}
	}
}
