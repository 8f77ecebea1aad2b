package junit

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// testCase is the open testcase, or what stands for one where a suite itself failed.
type testCase struct {
	depth                int // of its element
	class, name, file    string
	result               evidence.Outcome
	text                 string
	said                 strings.Builder
	flaky                bool
	controls, components []ident.ID
}

func (r *reader) newCase(t xml.StartElement) *testCase {
	c := &testCase{depth: len(r.stack), class: attr(t, "classname"), name: attr(t, "name"), file: attr(t, "file"), result: evidence.Passed}
	if c.class == "" && len(r.suites) > 0 {
		c.class = r.suites[len(r.suites)-1].name
	}
	// GoogleTest and others say in an attribute what they have no child element for.
	for _, s := range []string{attr(t, "status"), attr(t, "result")} {
		switch strings.ToLower(s) {
		case "failed", "failure", "fail", "error":
			c.result = evidence.Failed
		case "notrun", "not-run", "not_run", "skipped", "suppressed", "disabled", "ignored", "pending":
			c.become(evidence.NotRun)
		}
	}
	return c
}

// become sets a result unless it is failed already.
func (c *testCase) become(result evidence.Outcome) {
	if c.result != evidence.Failed {
		c.result = result
	}
}

func (r *reader) inCase(t xml.StartElement) {
	c, name := r.open, t.Name.Local
	if r.property(t) || len(r.stack) != c.depth+1 || r.stack[c.depth] != "testcase" {
		return
	}
	switch name {
	case "failure", "error":
		if c.result != evidence.Failed {
			c.text = "" // that of a skip
			c.said.Reset()
		}
		c.result = evidence.Failed
		r.verdict(t)
	case "skipped":
		c.become(evidence.NotRun)
		if c.result == evidence.NotRun {
			r.verdict(t)
		}
	case "flakyFailure", "flakyError":
		c.flaky = true
	default:
		r.other(name)
	}
}

// verdict takes what a failure or a skip says: its message, or else its text.
func (r *reader) verdict(t xml.StartElement) {
	c := r.open
	if c.text == "" {
		c.text = attr(t, "message")
	}
	if c.text == "" && c.said.Len() == 0 {
		r.said, r.saidAt = &c.said, len(r.stack)+1
	}
}

func (r *reader) close(c *testCase) error {
	o := evidence.Observation{Place: place(c), Weakness: weakness(c.class, c.name), Result: c.result}
	if c.result != evidence.Passed {
		cut := false
		if o.Text, cut = foreign.FirstLine(c.text, foreign.MaxText); o.Text == "" {
			o.Text, cut = foreign.FirstLine(c.said.String(), foreign.MaxText)
		}
		if cut {
			r.out.Note(long, 1, "")
		}
	} else if c.flaky {
		r.out.Note(flaky, 1, o.Weakness)
	}
	if ids := foreign.Union(c.components); len(ids) == 1 {
		o.Component = ids[0]
	}
	r.parts = append(r.parts, c.components...)
	from := r.out.Len()
	if err := r.add(o); err != nil {
		return err
	}
	r.count(c.controls, from)
	return nil
}

func place(c *testCase) string {
	if p := foreign.Place(c.file); p != "" {
		return p
	}
	p, _ := foreign.Line(c.class, foreign.MaxPlace)
	return p
}

// weakness names what is wrong when a test fails, in a way that stays the same from run to run.
func weakness(class, name string) string {
	switch {
	case class == "" && name == "":
		return "test"
	case class == "" || name == "":
		return foreign.Name("test " + class + name)
	}
	return foreign.Name("test " + class + "." + name)
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// number reads a count; what is none counts as nothing.
func number(s string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}
