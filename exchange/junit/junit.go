// Package junit reads the results of tests in JUnit XML, as the Ant task first wrote it and as nearly every test runner
// writes it since.
//
// Each test case becomes one observation: failed where it has a failure or an error, not-run where it was skipped or
// disabled, and passed otherwise. Its weakness is "test CLASS.NAME", its place the file that it names, or else its class.
// There is no standard for the format, so attributes and elements that are not known are passed over and counted.
//
// A control or a component is named by a property on a suite or a test case:
//
//	<property name="bulkhead.control" value="mfa"/>
//	<property name="bulkhead.component" value="web"/>
//
// The reader is pure and bounded. It refuses document types, and with them every entity that expands; it reads UTF-8 only;
// it never opens a file that a test case names. Times, the output of tests and all but the first line of a failure are
// left behind.
package junit

import (
	"bytes"
	"encoding/xml"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Format is JUnit XML.
func Format() foreign.Format {
	return foreign.Format{Name: "junit", Title: "JUnit XML", Sniff: Sniff, Read: Read}
}

// Sniff says whether text looks like JUnit XML.
func Sniff(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) > 0 && text[0] == '<' && bytes.Contains(text, []byte("<testsuite"))
}

// Read reads the results of tests.
func Read(text []byte, limits foreign.Limits) (foreign.Run, error) {
	text, err := foreign.Text(text, limits)
	if err != nil {
		return foreign.Run{}, err
	}
	r := &reader{text: text, limits: limits, out: foreign.NewCollector(limits), controls: map[ident.ID]foreign.Tally{}}
	r.dec = xml.NewDecoder(bytes.NewReader(text))
	r.dec.CharsetReader = charset
	if err := r.all(); err != nil {
		return foreign.Run{}, err
	}
	return r.run(), nil
}

func (r *reader) run() foreign.Run {
	run := foreign.Run{Format: "junit", Kind: library.TestResult, Outcome: r.out.Tally(0).Outcome(), Components: foreign.Union(r.parts)}
	if r.observed != 0 {
		run.Observed = civil.MomentOf(r.observed)
	}
	if run.Tool = foreign.Tool(r.tool, ""); run.Tool == "" && len(r.top) == 1 {
		run.Tool = foreign.Tool(r.top[0], "")
	}
	if run.Tool == "" {
		run.Tool = "junit"
	}
	for id, tally := range r.controls {
		if run.ByControl == nil {
			run.ByControl = map[ident.ID]evidence.Outcome{}
		}
		run.ByControl[id] = tally.Outcome()
	}
	r.out.Finish(&run)
	return run
}

// What is not carried over.
var (
	noZone   = foreign.Note{One: "1 timestamp is not a time with Z or an offset, so it was left out", Many: "%d timestamps are not times with Z or an offset, so they were left out"}
	output   = foreign.Note{One: "1 piece of a test's output was left out", Many: "%d pieces of tests' output were left out"}
	repeated = foreign.Note{One: "1 repeated attempt at a test that failed was left out", Many: "%d repeated attempts at tests that failed were left out"}
	flaky    = foreign.Note{One: "1 test passed only when it was tried again; it counts as passed", Many: "%d tests passed only when they were tried again; they count as passed"}
	unlisted = foreign.Note{One: "1 suite says that tests failed, but lists none of them; it counts as failed", Many: "%d suites say that tests failed, but list none of them; they count as failed"}
	long     = foreign.Note{One: "1 message was cut at 500 characters", Many: "%d messages were cut at 500 characters"}
	unknown  = foreign.Note{One: "1 element that is not known was left out", Many: "%d elements that are not known were left out"}
)
