package junit

import (
	"bytes"
	"encoding/xml"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Suite is results to be written.
type Suite struct {
	Name    string
	Marking string
	At      civil.Instant // the moment that the results are of
	Cases   []Case
}

// Case is one of them: passed, failed or, for all that is neither, not run. Whoever reads JUnit XML knows no more words, and
// what is not known must not be counted as passed.
type Case struct {
	Class, Name string
	File        string // empty where there is none
	Line        int
	Result      evidence.Outcome
	Kind        string // of a failure
	Text        string // why it did not pass
}

// Write writes results as JUnit XML. What it writes, Read reads. Characters that XML cannot hold are left out.
func Write(tool string, suites []Suite) ([]byte, error) {
	out := xmlSuites{Name: tool}
	for i := range suites {
		s := suites[i].written()
		out.Tests, out.Failures, out.Skipped = out.Tests+s.Tests, out.Failures+s.Failures, out.Skipped+s.Skipped
		out.Suites = append(out.Suites, s)
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the results could not be written as JUnit XML")
	}
	return append(append([]byte(xml.Header), bytes.TrimSpace(text)...), '\n'), nil
}

func (s *Suite) written() xmlSuite {
	out := xmlSuite{Name: line(s.Name), Timestamp: s.At.String()}
	if s.Marking != "" {
		out.Properties = &xmlProperties{List: []xmlProperty{{"marking", line(s.Marking)}}}
	}
	for i := range s.Cases {
		c := s.Cases[i].written()
		out.Tests++
		if c.Failure != nil {
			out.Failures++
		}
		if c.Skipped != nil {
			out.Skipped++
		}
		out.Cases = append(out.Cases, c)
	}
	return out
}

func (c *Case) written() xmlCase {
	out := xmlCase{Class: line(c.Class), Name: line(c.Name), File: line(c.File)}
	if out.File != "" {
		out.Line = c.Line
	}
	switch c.Result {
	case evidence.Passed:
	case evidence.Failed:
		out.Failure = &xmlFailure{Type: line(c.Kind), Message: line(c.Text)}
	default:
		out.Skipped = &xmlSkipped{Message: line(c.Text)}
	}
	return out
}

func line(s string) string {
	s, _ = foreign.Line(s, foreign.MaxText)
	return s
}

// The parts of JUnit XML that are written.

type xmlSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Suites   []xmlSuite `xml:"testsuite"`
}

type xmlSuite struct {
	Name       string         `xml:"name,attr"`
	Tests      int            `xml:"tests,attr"`
	Failures   int            `xml:"failures,attr"`
	Errors     int            `xml:"errors,attr"`
	Skipped    int            `xml:"skipped,attr"`
	Timestamp  string         `xml:"timestamp,attr"`
	Properties *xmlProperties `xml:"properties"`
	Cases      []xmlCase      `xml:"testcase"`
}

type xmlProperties struct {
	List []xmlProperty `xml:"property"`
}

type xmlProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type xmlCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	File    string      `xml:"file,attr,omitempty"`
	Line    int         `xml:"line,attr,omitempty"`
	Failure *xmlFailure `xml:"failure"`
	Skipped *xmlSkipped `xml:"skipped"`
}

type xmlFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
}

type xmlSkipped struct {
	Message string `xml:"message,attr"`
}
