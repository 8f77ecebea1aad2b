package report

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
	"github.com/bulkhead-assurance/bulkhead/threat"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// Result is a document that Bulkhead writes out as JSON, with its JSON Schema.
type Result struct {
	Name, Title string
	of          any
}

// Results lists what is written out as JSON.
func Results() []Result {
	return []Result{
		{"posture", "What `bulkhead check --format json` gives for one service", assess.Posture{}},
		{"postures", "What `bulkhead check --format json` gives for a folder of services", Postures{}},
		{"counts", "What those give in a pipeline whose log may not show more, and `diff`, `what-if` and `decision list` too", CountsOnly{}},
		{"diff", "What `bulkhead diff --format json` and `bulkhead what-if --format json` give", Comparison{}},
		{"units", "What `bulkhead organisation --format json` gives", Units{}},
		{"unit", "What `bulkhead organisation --unit ID --format json` gives", unit.Posture{}},
		{"unit-counts", "What `bulkhead organisation --format json` gives in a pipeline whose log may not show more", UnitCountsOnly{}},
		{"threats", "What `bulkhead threats --format json` gives for one service", ThreatList{}},
		{"threats-lists", "What `bulkhead threats --format json` gives for a folder of services", ThreatLists{}},
		{"paths", "What `bulkhead paths --format json` gives for one service", PathList{}},
		{"paths-lists", "What `bulkhead paths --format json` gives for a folder of services", PathLists{}},
		{"shared", "What `bulkhead paths --shared --format json` gives", SharedList{}},
		{"import", "What `bulkhead import --format json` gives", Imported{}},
		{"why", "What `bulkhead why --format json` gives", []Why{}},
		{"decisions", "What `bulkhead decision list --format json` gives", DecisionLines{}},
		{"packs", "What `bulkhead library list --format json` gives", PackLines{}},
	}
}

// Schema gives the JSON Schema (draft 2020-12) of a result, worked out from the type that is written. What is null is said
// to be null; what may be there or not is not required; and keys may be added in time, so unknown ones are allowed.
func (r Result) Schema() ([]byte, error) {
	d := describer{defs: map[string]any{}}
	out := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bulkhead " + r.Name, "description": r.Title}
	for k, v := range d.of(reflect.TypeOf(r.of)) {
		out[k] = v
	}
	out["$defs"] = d.defs
	return json.MarshalIndent(out, "", "  ")
}

type describer struct{ defs map[string]any }

func (d describer) of(t reflect.Type) map[string]any {
	if special, ok := asWritten(t); ok {
		return special
	}
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{d.of(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		return d.structure(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": d.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": d.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.String:
		return textOf(t)
	}
	panic("report: a result cannot hold " + t.String())
}

// asWritten describes the types that are not written as what they are made of.
func asWritten(t reflect.Type) (map[string]any, bool) {
	switch t {
	case reflect.TypeFor[civil.Instant]():
		return map[string]any{"type": []string{"string", "null"}, "format": "date-time"}, true
	case reflect.TypeFor[civil.Date]():
		return map[string]any{"type": []string{"string", "null"}, "format": "date"}, true
	case reflect.TypeFor[ident.Ref]():
		return map[string]any{"type": "string", "pattern": "^$|^([a-z0-9][a-z0-9._-]*/)?[a-z]+:."}, true
	case reflect.TypeFor[judge.Args]():
		return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}, true
	}
	return nil, false
}

// textOf describes a type of text: one of its words, where it has a closed list of them. Empty is not known, or none.
func textOf(t reflect.Type) map[string]any {
	words := closed(t)
	if v, ok := reflect.Zero(t).Interface().(schema.Vocabulary); ok {
		words = append(words, "")
		for _, w := range v.Words() {
			if w.Not == "" {
				words = append(words, w.Name)
			}
		}
	}
	if len(words) == 0 {
		return map[string]any{"type": "string"}
	}
	slices.Sort(words)
	return map[string]any{"enum": slices.Compact(words)}
}

// closed gives the words of the types that the judgement alone uses.
func closed(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[judge.State]():
		return list(judge.Failing, judge.Missing, judge.Unknown, judge.Planned, judge.Stale, judge.Claimed, judge.Evidenced)
	case reflect.TypeFor[judge.Applicability]():
		return list(judge.Applicable, judge.NotApplicable, judge.UnknownApplicability)
	case reflect.TypeFor[judge.Weight]():
		return list(judge.RequiredWeight, judge.Suggested, judge.Chosen)
	case reflect.TypeFor[judge.Standing]():
		return list(judge.Within, judge.Treating, judge.Accepted, judge.Above, judge.Escalated, judge.Unjudged)
	case reflect.TypeFor[judge.ActivityStanding]():
		return list(judge.NotDue, judge.Due, judge.Current, judge.Overdue, judge.EstablishBy, judge.Reopened, judge.UnknownWhen, judge.NotAskedHere)
	case reflect.TypeFor[judge.StatementStanding]():
		return list("", judge.Met, judge.PartlyMet, judge.NotMet, judge.Proposed, judge.Excepted, judge.Unanswered, judge.StaleState)
	case reflect.TypeFor[judge.ThreatStatus]():
		return list(judge.ThreatOpen, judge.ThreatPossible, judge.ThreatAnswered, judge.ThreatDisposed, judge.ThreatAccepted)
	case reflect.TypeFor[threat.Gain]():
		return list(threat.Learnt, threat.Altered, threat.Destroyed, threat.Stopped, threat.Misused, threat.Suffered)
	case reflect.TypeFor[library.Basis]():
		return list("", library.ByTarget, library.ByClaimed, library.ByEvidenced)
	case reflect.TypeFor[unit.Standing]():
		return list("", unit.Met, unit.Partly, unit.NotMet, unit.BeingAssessed, unit.NotStarted, unit.Claimed, unit.Proposed, unit.Stale, unit.Unanswered)
	case reflect.TypeFor[unit.MilestoneStanding]():
		return list(unit.Reached, unit.Planned, unit.Overdue, unit.Open)
	case reflect.TypeFor[decision.State]():
		return list(decision.Proposed, decision.Holds, decision.Reaffirm, decision.Suspended, decision.Lapsed, decision.Superseded, decision.Retracted)
	}
	return nil
}

func list[T ~string](words ...T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// structure describes a struct once, by the name of its type and package.
func (d describer) structure(t reflect.Type) map[string]any {
	name := strings.TrimPrefix(t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]+"."+t.Name(), "report.")
	ref := map[string]any{"$ref": "#/$defs/" + name}
	if _, done := d.defs[name]; done {
		return ref
	}
	d.defs[name] = nil // a type may hold itself
	properties, required := map[string]any{}, []string{}
	d.keys(t, properties, &required)
	slices.Sort(required)
	d.defs[name] = map[string]any{"type": "object", "properties": properties, "required": required}
	return ref
}

// keys gathers the keys of a struct, among them those of a struct that is embedded in it.
func (d describer) keys(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && key == "":
			d.keys(f.Type, properties, required)
		case key == "" || key == "-" || !f.IsExported():
		default:
			properties[key] = d.of(f.Type)
			if options != "omitempty" {
				*required = append(*required, key)
			}
		}
	}
}
