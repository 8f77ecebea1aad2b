// Package evidence is what was observed: records, what they cover, how strong they are and how long they hold for a use.
//
// A record is an envelope (subject, what it covered, when, how strong) around observations. Records are only ever added.
// The fold over them is order-free: the same records give the same answer in whatever order they arrived. A fail
// outweighs every pass that is not newer; it is cleared only by a newer pass of the same check that is at least as strong
// and covers at least as much, or by an assessor's recorded closure. A record whose id is used for two contents counts
// for nothing.
//
// The package never believes a claim, never reads a clock, and never lets evidence of something that has changed since
// count as good.
package evidence

import (
	"maps"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Outcome is what an observation came to.
type Outcome string

// The outcomes.
const (
	Passed        Outcome = "passed"
	Failed        Outcome = "failed"
	NeedsReview   Outcome = "needs-review"
	NotRun        Outcome = "not-run"
	NotApplicable Outcome = "not-applicable"
	Unknown       Outcome = "unknown"
)

// Words of an outcome.
func (Outcome) Words() []schema.Word {
	return []schema.Word{
		{Name: "passed", Old: []string{"pass", "ok", "met", "success"}},
		{Name: "failed", Old: []string{"fail", "error", "not-met"}},
		{Name: "needs-review", Old: []string{"review", "warning"}},
		{Name: "not-run", Old: []string{"skipped", "pending"}},
		{Name: "not-applicable", Old: []string{"n/a"}},
		{Name: "unknown"},
	}
}

// Record is one piece of evidence.
type Record struct {
	ID             ident.ID                   `json:"id" need:"yes" doc:"A short name of its own, never used again for something else"`
	Subject        []ident.Ref                `json:"subject" need:"yes" min:"1" max:"2000" doc:"What it is about: controls (control:ID), and the components that were looked at (claim:/architecture/components/ID) where not all were"`
	Covers         map[ident.Ref]ident.Digest `json:"covers" doc:"The digest of each thing looked at, as it was then: when it changes, the evidence is out of date"`
	Kind           library.EvidenceKind       `json:"kind" need:"yes" doc:"document, configuration, test, scan, review, exercise, record, attestation or offer"`
	Check          ident.ID                   `json:"check" doc:"The check of the control that it answers; leave out for every check that takes this kind"`
	Strength       library.Strength           `json:"strength" need:"yes" doc:"documented, tested or independent"`
	Outcome        Outcome                    `json:"outcome" need:"yes" doc:"passed, failed, needs-review, not-run, not-applicable or unknown"`
	Title          string                     `json:"title" doc:"Its title"`
	Version        string                     `json:"version" doc:"The version of what was observed, such as a commit"`
	Observed       civil.Moment               `json:"observed" need:"yes" doc:"When it was observed"`
	Period         Period                     `json:"period" doc:"The time that it speaks of"`
	Scope          []string                   `json:"scope" doc:"The places that were looked at, such as components or folders; leave out for all of the subject"`
	ValidUntil     civil.Moment               `json:"valid_until" doc:"When it ends of itself, such as a certificate"`
	Location       string                     `json:"location" doc:"Where the thing itself is kept"`
	Digest         string                     `json:"digest" doc:"A digest of the thing itself"`
	Source         Source                     `json:"source" doc:"The tool that made it and its run"`
	Classification model.Classification       `json:"classification" doc:"Its classification"`
	Markings       []model.Marking            `json:"markings" doc:"Its markings"`
	By             string                     `json:"by" doc:"Who observed, by role"`
	Closes         []ident.ID                 `json:"closes" doc:"Failed evidence that an assessor looked at and closed: only with strength independent"`
	Observations   []Observation              `json:"observations" doc:"The results in it"`
	Note           string                     `json:"note" doc:"Anything else worth saying"`
}

// Period is the time that evidence speaks of.
type Period struct {
	From civil.Moment `json:"from" doc:"From"`
	To   civil.Moment `json:"to" doc:"To"`
}

// Source is the tool that made evidence.
type Source struct {
	Tool string `json:"tool" doc:"The tool and its version"`
	Run  string `json:"run" doc:"The run, such as the address of a pipeline's job"`
}

// Observation is one result.
type Observation struct {
	Place     string     `json:"place" doc:"Where, such as a file or an address"`
	Component ident.ID   `json:"component" doc:"The component that it is in"`
	Weakness  string     `json:"weakness" doc:"What is wrong, by its name in the field, such as CWE-79 or CVE-2026-1234"`
	Aliases   []string   `json:"aliases" doc:"Other names of the same weakness"`
	Result    Outcome    `json:"result" need:"yes" doc:"passed, failed, needs-review, not-run, not-applicable or unknown"`
	Severity  model.Band `json:"severity" doc:"How bad, as the tool says"`
	Text      string     `json:"text" doc:"What the tool says of it"`
}

// Read reads evidence: one record, or a list of them.
func Read(source schema.Source) ([]Record, error) {
	return schema.Records[Record](source, check)
}

// check finds what the grammar cannot.
func check(r *Record) (path, text string) {
	switch {
	case r.Observed.IsZero():
		return "/observed", "say when it was observed, such as 2026-03-31"
	case len(r.Closes) > 0 && r.Outcome != Passed:
		return "/closes", "only evidence with the outcome passed closes a failure; found " + string(r.Outcome)
	case len(r.Closes) > 0 && r.Strength != library.Independent:
		return "/closes", "only an assessor may close a failure: the strength must be independent"
	case len(r.Closes) > 0 && r.By == "":
		return "/closes", "say in `by` which role closed it"
	}
	for _, ref := range slices.SortedFunc(maps.Keys(r.Covers), ident.Ref.Compare) {
		if _, err := ident.ParseDigest(string(r.Covers[ref])); err != nil {
			return "/covers", err.Error()
		}
	}
	for _, ref := range r.Subject {
		switch ref.Kind {
		case "control", "claim", "activity", "requirement", "risk", "finding", "service", "principle", "decision":
		default:
			return "/subject", "evidence cannot be about " + ref.String() + "; name a control (control:ID), a part of the service file (claim:/...) or an activity (activity:ID)"
		}
	}
	return "", ""
}

// Validate checks a record that was not read from a file, by the same grammar.
func Validate(r *Record) error { return schema.Record(r, check) }
