package report

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Bound says in words what one field of a decision's basis holds fast, and how that was when it was decided. The rule is
// that of the basis; of one that is not known, a value is said as it is kept.
func Bound(v org.Vocabulary, rule string, field decision.Field) (what, was string) {
	var spec decision.Spec
	if r, known := decision.FindRule(rule); known {
		spec, _ = r.Spec(field.Path)
	}
	return capital(boundWhat(v, field.Path)), boundValue(v, spec.Scale, field)
}

// boundWhat names the fact that a path is about.
func boundWhat(v org.Vocabulary, path string) string {
	if records := recordsOf(path); records != "" {
		return strings.TrimPrefix(records, "the ")
	}
	head := path[:strings.LastIndexByte(path, '/')+1]
	if words := boundWords()[head]; words != "" {
		return InWords(v, words) + " " + path[len(head):]
	}
	if words := boundWords()[path]; words != "" {
		return InWords(v, words)
	}
	return strings.NewReplacer("/", ", ", "_", " ", "-", " ").Replace(path)
}

// boundWords are the paths, and the beginnings of paths, whose words are not their own names.
func boundWords() map[string]string {
	return map[string]string{
		"actions/":            "treatment",
		"appetite":            "the most that may be borne",
		"baseline":            "tier that asks for it",
		"by-kind":             "the most that may be borne, by kind of risk",
		"categories/":         "categories of",
		"ceiling":             "what the unit may bear at the most",
		"class/":              "classification of",
		"controls/":           "control",
		"crossing":            "data that crosses a boundary",
		"data":                "data that it touches",
		"departure":           "what is not followed",
		"derived":             "tier that follows from what was said",
		"exploited":           "listed as exploited",
		"fix":                 "a fix",
		"inherent/likelihood": "likelihood if nothing were done",
		"inherent/impact/":    "impact if nothing were done:",
		"jurisdictions":       "countries",
		"losses":              "unacceptable losses",
		"max":                 "the most that may be borne",
		"owner/":              "owner of",
		"people":              "kinds of people",
		"residual/likelihood": "likelihood that is left",
		"residual/impact/":    "impact that is left:",
		"risks/":              "risk",
		"risks-above":         "risks above what may be borne",
		"service":             "classification of the service as a whole",
		"services":            "services that it touches",
		"special-categories":  "special categories of personal data",
		"threats":             "grave threats",
		"unprotected":         "crossings without protection",
	}
}

// boundValue says how a fact was.
func boundValue(v org.Vocabulary, scale decision.Scale, field decision.Field) string {
	if len(field.Value) == 0 {
		return boundNothing(field)
	}
	out := slices.Sorted(slices.Values(field.Value))
	for i, one := range out {
		out[i] = boundWord(v, scale, field.Cmp, one)
		if head, _, _ := strings.Cut(field.Path, "/"); slices.Contains([]string{"answer", "by-kind", "categories", "disposition", "kind", "max", "owner", "people", "special-categories", "treatment", "types"}, head) {
			out[i] = spaced(one) // a word of a closed list, and no id
		}
	}
	return strings.Join(out, ", ")
}

// boundNothing says what it means that there is no value.
func boundNothing(field decision.Field) string {
	switch {
	case field.Path == "scope": // an exception that names no component is for all of them
		return "everything"
	case field.Cmp == decision.Subset || field.Cmp == decision.Has: // nothing of a set is all of it
		return "none"
	case field.Cmp == decision.Wording:
		return "nothing was said"
	}
	return "not known"
}

// boundWord says one value, as the scale has it that it is on.
func boundWord(v org.Vocabulary, scale decision.Scale, cmp decision.Cmp, value string) string {
	switch scale {
	case decision.Levels:
		return value + " of 5"
	case decision.Stages:
		return spaced(stageSpoken(v, value))
	case decision.Magnitudes:
		return magnitudeSpoken(value)
	case decision.Bands, decision.Appetites, decision.Severities, decision.Tiers:
		return spaced(value)
	}
	if cmp == decision.Condition {
		return condition(value)
	}
	return value
}

// condition says how something that is relied on was.
func condition(value string) string {
	switch value {
	case decision.CondGood:
		return "as it is relied on"
	case decision.CondClaimed:
		return "claimed, not shown to work"
	case decision.CondStale:
		return "shown to work once; the evidence was out of date"
	case decision.CondBad:
		return "failing, or not there"
	case decision.CondDone:
		return "done"
	}
	if day, promised := strings.CutPrefix(value, "by "); promised {
		return "promised by " + day
	}
	return value
}

// spaced gives the words of an id that is made of words.
func spaced(words string) string { return strings.ReplaceAll(words, "-", " ") }
