// Package sarif reads the results of scans in SARIF 2.1.0, the OASIS format for the results of static analysis.
//
// Each result becomes one observation. Its weakness is the name that the field has for it: the advisory that the rule's id
// starts with (CVE, GHSA and the like), or else the first CWE that the rule names, or else TOOL:RULE. A CWE is a class and
// not another name of one weakness, so it is never an alias: two advisories of one class would become one finding.
//
// What the tool set aside (a suppression that was accepted) needs a look: a comment in the code is not a decision of the
// organisation. Where a result has several suppressions, all must be accepted. What is only in the baseline was not found
// by this run and is left out. A run with no results that says so passed; a run that leaves the results out was not run;
// a run that says it did not succeed is unknown, whatever it found.
//
// Several runs in one file become one: its outcome is the worst of theirs, its time the earliest, its tool the first.
//
// A control or a component is named in the properties of a run, by an id or a list of ids:
//
//	"properties": {"bulkhead.control": ["dependency-scan"], "bulkhead.component": "web"}
//
// The reader is pure and bounded. It opens no file that a result or an external property names. Code flows, related
// places, fixes and the columns of a place are left behind.
package sarif

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

const maxScope = 2_000 // places that a run says it looked at

// Format is SARIF.
func Format() foreign.Format {
	return foreign.Format{Name: "sarif", Title: "SARIF 2.1.0", Sniff: Sniff, Read: Read}
}

// Sniff says whether text looks like SARIF.
func Sniff(text []byte) bool {
	return foreign.IsObject(text) && bytes.Contains(text, []byte(`"runs"`))
}

// Read reads the results of scans.
func Read(text []byte, limits foreign.Limits) (foreign.Run, error) {
	lists := limits
	lists.Items = limits.Bytes // any number of elements: what is kept of each list is counted by itself, and much is only passed by
	var l log
	j, err := foreign.ReadJSON("SARIF 2.1.0", text, lists, &l)
	if err != nil {
		return foreign.Run{}, err
	}
	if l.Version != "2.1.0" {
		version, _ := foreign.Line(l.Version, 40)
		return foreign.Run{}, foreign.InvalidAt("/version", fmt.Sprintf("this is SARIF of version %q; only 2.1.0 is read: have the tool write 2.1.0", version))
	}
	r := &reader{file: j, limits: limits, out: foreign.NewCollector(limits), run: foreign.Run{Format: "sarif", Kind: library.Scan}}
	if err := r.all(&l); err != nil {
		return foreign.Run{}, err
	}
	return r.run, nil
}

// reader gathers the runs of one file into one.
type reader struct {
	file     *foreign.JSON
	limits   foreign.Limits
	out      *foreign.Collector
	run      foreign.Run
	observed civil.Instant
	rules    int // read so far, in all runs
	files    int // artifacts read so far, in all runs
}

func (r *reader) all(l *log) error {
	n := 0
	err := foreign.Each(r.file, l.Runs, "/runs", func(s *scan, path string) error {
		if n++; n > r.limits.Items {
			return fault.New(fault.TooLarge, "more than %d runs; split the file", r.limits.Items)
		}
		return r.scan(s, path, n == 1)
	})
	if err != nil {
		return err
	}
	if l.Inline {
		r.out.Note(elsewhere, 1, "")
		r.run.Outcome = worse(r.run.Outcome, evidence.Unknown)
	}
	if n == 0 {
		r.run.Tool, r.run.Outcome = "sarif", worse(r.run.Outcome, evidence.NotRun)
	}
	r.finish()
	return nil
}

// scan adds one run of the file.
func (r *reader) scan(s *scan, path string, first bool) error {
	tool := foreign.Tool(s.Tool.Driver.name(), s.Tool.Driver.version())
	if first {
		r.run.Tool = tool
	} else if tool != r.run.Tool {
		r.out.Note(otherTool, 1, tool)
	}
	book, err := r.book(s, path)
	if err != nil {
		return err
	}
	if err := r.looked(s, book, path); err != nil {
		return err
	}
	from := r.out.Len()
	if err := r.results(s, book, path); err != nil {
		return err
	}
	outcome, err := r.outcome(s, path, from)
	if err != nil {
		return err
	}
	r.run.Outcome = worse(r.run.Outcome, outcome)
	r.about(s, outcome, from)
	return nil
}

func (r *reader) results(s *scan, b *book, path string) error {
	return foreign.Each(r.file, s.Results, path+"/results", func(one *result, at string) error {
		if one.BaselineState == "absent" {
			r.out.Note(absent, 1, "")
			return nil
		}
		if !r.out.Add(r.observation(one, b)) {
			return fault.New(fault.TooLarge, "%s: %s", at, r.out.Full("results"))
		}
		return nil
	})
}

// outcome gives the outcome of one run, whose observations are those from one on.
func (r *reader) outcome(s *scan, path string, from int) (evidence.Outcome, error) {
	outcome := evidence.Passed
	switch {
	case s.Results.Absent():
		outcome = evidence.NotRun
	case r.out.Len() > from:
		outcome = r.out.Tally(from).Outcome()
	}
	if s.External.Results {
		outcome = evidence.Unknown
		r.out.Note(elsewhere, 1, "")
	}
	timed := false
	err := foreign.Each(r.file, s.Invocations, path+"/invocations", func(in *invocation, _ string) error {
		r.out.Note(toolErrors, in.errors(), "")
		if in.Successful != nil && *in.Successful && outcome == evidence.NotRun {
			outcome = evidence.Passed // some tools leave out the list when it would be empty, and say that they ran
			r.out.Note(noneFound, 1, "")
		}
		if in.Successful != nil && !*in.Successful {
			outcome = evidence.Unknown
			r.out.Note(unsuccessful, 1, "")
		}
		timed = timed || r.time(in.End) || r.time(in.Start)
		return nil
	})
	if outcome == evidence.NotRun && s.Results.Absent() {
		r.out.Note(noResults, 1, "")
	}
	return outcome, err
}

// time takes the time of an invocation, and of several runs the earliest, so that evidence never seems newer than it is.
func (r *reader) time(s string) bool {
	if s == "" {
		return false
	}
	t, err := civil.ParseInstant(s)
	if err != nil {
		r.out.Note(noZone, 1, s)
		return false
	}
	if r.observed == 0 || t < r.observed {
		r.observed = t
	}
	return true
}

// about gives a run's outcome to the controls that it names, and its component to its observations where it names one.
func (r *reader) about(s *scan, outcome evidence.Outcome, from int) {
	for _, id := range r.out.IDs(string(s.Properties.Control)) {
		if r.run.ByControl == nil {
			r.run.ByControl = map[ident.ID]evidence.Outcome{}
		}
		r.run.ByControl[id] = worse(r.run.ByControl[id], outcome)
	}
	components := foreign.Union(r.out.IDs(string(s.Properties.Component)))
	r.run.Components = append(r.run.Components, components...)
	if len(components) != 1 {
		return
	}
	seen := r.out.Since(from)
	for i := range seen {
		seen[i].Component = components[0]
	}
}

func (r *reader) finish() {
	if r.observed != 0 {
		r.run.Observed = civil.MomentOf(r.observed)
	}
	r.run.Components = foreign.Union(r.run.Components)
	slices.Sort(r.run.Scope)
	r.run.Scope = slices.Compact(r.run.Scope)
	if over := len(r.run.Scope) - maxScope; over > 0 {
		r.out.Note(wide, over, "")
		r.run.Scope = r.run.Scope[:maxScope]
	}
	r.out.Finish(&r.run)
}

// worse gives the worse of the outcomes of two runs. A run that did not happen is worse than one that passed: together
// they have not passed.
func worse(a, b evidence.Outcome) evidence.Outcome {
	order := []evidence.Outcome{"", evidence.NotApplicable, evidence.Passed, evidence.NotRun, evidence.NeedsReview, evidence.Failed, evidence.Unknown}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// What is not carried over.
var (
	otherTool    = foreign.Note{One: "1 more run is by another tool than the first; the record names the first", Many: "%d more runs are by other tools than the first; the record names the first"}
	absent       = foreign.Note{One: "1 result is in the baseline only and was not found again, so it was left out", Many: "%d results are in the baseline only and were not found again, so they were left out"}
	suppressed   = foreign.Note{One: "1 result was suppressed in the file; it counts as needing review, because a suppression is not a decision", Many: "%d results were suppressed in the file; they count as needing review, because a suppression is not a decision"}
	noResults    = foreign.Note{One: "1 run holds no list of results, so it counts as not run", Many: "%d runs hold no list of results, so they count as not run"}
	noneFound    = foreign.Note{One: "1 run holds no list of results and says that it succeeded, so it counts as having found nothing", Many: "%d runs hold no list of results and say that they succeeded, so they count as having found nothing"}
	elsewhere    = foreign.Note{One: "1 part keeps results in a form or file that is not read, so the outcome is unknown", Many: "%d parts keep results in a form or file that is not read, so the outcome is unknown"}
	unsuccessful = foreign.Note{One: "1 invocation says that it did not succeed, so the outcome is unknown", Many: "%d invocations say that they did not succeed, so the outcome is unknown"}
	toolErrors   = foreign.Note{One: "1 error that the tool met with while it ran was left out", Many: "%d errors that the tool met with while it ran were left out"}
	noZone       = foreign.Note{One: "1 time is not a time with Z or an offset, so it was left out", Many: "%d times are not times with Z or an offset, so they were left out"}
	wide         = foreign.Note{One: "1 place that the run looked at is more than are kept, so it was left out", Many: "%d places that the run looked at are more than are kept, so they were left out"}
	moreCWE      = foreign.Note{One: "1 rule names several CWEs; the first is the name of its weakness", Many: "%d rules name several CWEs; the first is the name of their weakness"}
	noRule       = foreign.Note{One: "1 result names no rule", Many: "%d results name no rule"}
	oddKind      = foreign.Note{One: "1 result is of a kind that SARIF 2.1.0 does not have; it counts as unknown", Many: "%d results are of a kind that SARIF 2.1.0 does not have; they count as unknown"}
	morePlaces   = foreign.Note{One: "1 further place of a result was left out", Many: "%d further places of results were left out"}
	absolute     = foreign.Note{One: "1 result has an absolute path, which is kept as it is and may differ from machine to machine", Many: "%d results have absolute paths, which are kept as they are and may differ from machine to machine"}
	details      = foreign.Note{One: "The code flows, related places, fixes or attachments of 1 result were left out", Many: "The code flows, related places, fixes or attachments of %d results were left out"}
	long         = foreign.Note{One: "1 message was cut at 500 characters", Many: "%d messages were cut at 500 characters"}
)
