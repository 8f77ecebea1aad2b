package sarif

import (
	"bytes"
	"encoding/json"
	"net/url"
	"path"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Report is results to be written, a part for each thing that was looked at.
type Report struct {
	Tool, Version string
	Rules         []Rule
	Parts         []Part
}

// Part is the results of one thing. Its name keeps its results apart from those of the others, where they are shown.
type Part struct {
	Name    string
	Marking string
	At      civil.Instant // the moment that the results are of
	Results []Result
}

// Rule says what results of one name are about.
type Rule struct {
	ID    string
	Level string // error, warning or note
	Short string // a sentence
	Help  string // what to do about it
	Tags  []string
}

// Result is one thing found. The print stays the same while the thing does, whatever is said of it and wherever it moves.
type Result struct {
	Rule, Level string
	Text        string
	File        string // empty where there is none
	Line        int
	Name        string // of the thing, such as risk:r1
	Print       string
}

// Write writes results as SARIF 2.1.0, a run for each part. What it writes, Read reads.
func Write(r *Report) ([]byte, error) {
	out := sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{}}
	index := map[string]int{}
	driver := sarifDriver{Name: r.Tool, Version: r.Version, Rules: []sarifRule{}}
	for i := range r.Rules {
		index[r.Rules[i].ID] = i
		driver.Rules = append(driver.Rules, r.Rules[i].written())
	}
	for i := range r.Parts {
		run, err := r.Parts[i].written(driver, index)
		if err != nil {
			return nil, err
		}
		out.Runs = append(out.Runs, run)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the results could not be written as SARIF")
	}
	return text.Bytes(), nil
}

func (r *Rule) written() sarifRule {
	out := sarifRule{
		ID: r.ID, Short: plain(r.Short), Full: plain(r.Short), Help: plain(r.Help),
		Default: sarifLevel{Level: r.Level},
	}
	if len(r.Tags) > 0 {
		out.Properties = &sarifTags{Tags: r.Tags}
	}
	return out
}

func (p *Part) written(driver sarifDriver, index map[string]int) (sarifRun, error) {
	run := sarifRun{
		Tool:        sarifTool{Driver: driver},
		Automation:  sarifAutomation{ID: strings.ToLower(driver.Name) + "/" + p.Name + "/"},
		Invocations: []sarifInvocation{{Successful: true, End: p.At.String()}},
		Results:     []sarifResult{}, // an empty list says that nothing was found; no list would say that nothing was looked for
		Properties:  sarifProperties{Marking: p.Marking, Service: p.Name},
	}
	for i := range p.Results {
		x := &p.Results[i]
		at, known := index[x.Rule]
		if !known {
			return run, fault.New(fault.Internal, "a result is of the rule %s, which is not described", x.Rule)
		}
		run.Results = append(run.Results, x.written(at))
	}
	return run, nil
}

func (x *Result) written(rule int) sarifResult {
	out := sarifResult{
		RuleID: x.Rule, RuleIndex: rule, Level: x.Level, Message: plain(x.Text),
		Prints: map[string]string{"bulkhead/v1": x.Print, "primaryLocationLineHash": x.Print}, // the second is what code hosts look at
	}
	at := sarifLocation{}
	if x.File != "" {
		at.Physical = &sarifPhysical{Artifact: sarifArtifact{URI: address(x.File)}, Region: sarifRegion{Line: max(x.Line, 1)}}
	}
	if x.Name != "" {
		at.Logical = []sarifLogical{{Full: x.Name}}
	}
	if at.Physical != nil || at.Logical != nil {
		out.Locations = []sarifLocation{at}
	}
	return out
}

// address writes the name of a file as a relative address: nothing in it may be taken for a scheme, a query or a fragment.
func address(file string) string {
	file = path.Clean(strings.ReplaceAll(file, `\`, "/"))
	if len(file) > 2 && file[1:3] == ":/" || strings.HasPrefix(file, "/") {
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(file, "/")}).String()
	}
	return (&url.URL{Path: file}).String()
}

// plain gives a message. A viewer makes links of [words](address) in one, and looks for arguments between braces, so
// neither is left in what somebody else may have written.
func plain(text string) sarifMessage {
	text, _ = foreign.Line(text, foreign.MaxText)
	return sarifMessage{Text: strings.NewReplacer("](", "] (", "{", "(", "}", ")").Replace(text)}
}

// The parts of SARIF that are written.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Automation  sarifAutomation   `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	Properties  sarifProperties   `json:"properties"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string       `json:"id"`
	Short   sarifMessage `json:"shortDescription"`
	Full    sarifMessage `json:"fullDescription"`
	Help    sarifMessage `json:"help"`
	Default sarifLevel   `json:"defaultConfiguration"`

	Properties *sarifTags `json:"properties,omitempty"`
}

type sarifTags struct {
	Tags []string `json:"tags"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	Successful bool   `json:"executionSuccessful"`
	End        string `json:"endTimeUtc"`
}

type sarifResult struct {
	RuleID    string            `json:"ruleId"`
	RuleIndex int               `json:"ruleIndex"`
	Level     string            `json:"level"`
	Message   sarifMessage      `json:"message"`
	Locations []sarifLocation   `json:"locations,omitempty"`
	Prints    map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line int `json:"startLine"`
}

type sarifLogical struct {
	Full string `json:"fullyQualifiedName"`
}

type sarifProperties struct {
	Marking string `json:"marking,omitempty"`
	Service string `json:"service,omitempty"`
}
