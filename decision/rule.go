package decision

import (
	"slices"
	"strconv"
	"strings"
)

// Scale orders the values of a field from good to bad.
type Scale string

// The scales.
const (
	None           Scale = ""
	Levels         Scale = "level"          // 1 to 5
	Bands          Scale = "band"           // very-low to very-high
	Appetites      Scale = "appetite"       // a stricter appetite is worse for what rests on it
	Classification Scale = "classification" // OFFICIAL to TOP SECRET
	Exposures      Scale = "exposure"       // isolated to public
	Tiers          Scale = "tier"           // low to very-high
	Stages         Scale = "stage"          // 1 to 6: the place of the phase
	Magnitudes     Scale = "magnitude"      // the number of digits of a count
	Severities     Scale = "severity"       // as bands
	Flags          Scale = "flag"           // no, yes
)

// Spec says how one field is bound. A path that ends in "/*" stands for one field for each thing below it.
type Spec struct {
	Path  string
	Cmp   Cmp
	Scale Scale
}

// Rule says what a kind of decision binds. A rule is never changed once decisions were made by it: a better one gets the
// next number, and the old one stays readable for ever.
type Rule struct {
	Name  string
	Kind  Kind
	Of    Of
	Specs []Spec
}

// Spec gives how a path is bound by the rule.
func (r *Rule) Spec(path string) (Spec, bool) {
	for _, s := range r.Specs {
		if s.Path == path {
			return s, true
		}
		if stem, many := strings.CutSuffix(s.Path, "*"); many && strings.HasPrefix(path, stem) && len(path) > len(stem) {
			return s, true
		}
	}
	return Spec{}, false
}

// Many says whether the path stands for one field for each thing below it.
func (s Spec) Many() bool { return strings.HasSuffix(s.Path, "/*") }

// takes says whether a recorded value can be compared: nothing, one value on the scale, one state of a condition.
func (s Spec) takes(v Value) bool {
	switch s.Cmp {
	case NotWorse:
		return len(v) == 0 || len(v) == 1 && s.Scale.rank(v[0]) > 0
	case Condition:
		_, promised := promise(v)
		return len(v) == 0 || len(v) == 1 && (promised || slices.Contains([]string{CondGood, CondClaimed, CondStale, CondBad, CondDone}, v[0]))
	}
	return true
}

// fits says whether the rule is one for decisions of this kind.
func (r *Rule) fits(d *Decision) bool { return r.Kind == d.Kind && (r.Of == "" || r.Of == d.Of) }

// FindRule gives a rule by its name.
func FindRule(name string) (*Rule, bool) {
	for _, r := range rules() {
		if r.Name == name {
			return &r, true
		}
	}
	return nil, false
}

// RuleFor gives the rule by which decisions of a kind are drafted now: the newest.
func RuleFor(kind Kind, of Of) (*Rule, bool) {
	all := rules()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == kind && (all[i].Of == "" || all[i].Of == of) {
			return &all[i], true
		}
	}
	return nil, false
}

func rules() []Rule {
	return []Rule{
		{Name: "acceptance@1", Kind: Acceptance, Specs: slices.Concat([]Spec{
			{"kind", Exact, None},
			{"treatment", Exact, None},
			{"statement", Wording, None},
			{"data", Subset, None},
			{"components", Subset, None},
			{"services", Subset, None},
			{"losses", Subset, None},
			{"threats", Subset, None},
			{"inherent/likelihood", NotWorse, Levels},
			{"inherent/impact/*", NotWorse, Levels},
			{"residual/likelihood", NotWorse, Levels},
			{"residual/impact/*", NotWorse, Levels},
			{"appetite", NotWorse, Appetites},
			{"controls/*", Condition, None},
			{"actions/*", Condition, None},
		}, exposure(), phase())},
		{Name: "finding-acceptance@1", Kind: FindingAcceptance, Specs: []Spec{
			{"weakness", Exact, None},
			{"component", Exact, None},
			{"components", Subset, None},
			{"exploited", NotWorse, Flags},
			{"exposure", NotWorse, Exposures},
			{"severity", NotWorse, Severities},
			{"tier", NotWorse, Tiers},
			{"fix", Condition, None},
		}},
		{Name: "exception@1", Kind: Exception, Specs: slices.Concat([]Spec{
			{"statement", Exact, None}, {"text", Exact, None}, {"scope", Subset, None}, {"departure", Wording, None}, {"risks/*", Condition, None}, {"controls/*", Condition, None},
		}, exposure(), phase())},
		{Name: "tailoring@1", Kind: Tailoring, Specs: []Spec{
			{"requirement", Exact, None},
			{"text", Exact, None},
			{"disposition", Exact, None},
			{"components", Subset, None},
			{"types", Subset, None},
			{"data", Subset, None},
			{"classification", NotWorse, Classification},
			{"exposure", NotWorse, Exposures},
			{"tier", NotWorse, Tiers},
			{"baseline", NotWorse, Tiers},
			{"controls/*", Condition, None},
		}},
		{Name: "sign-off-appetite@1", Kind: SignOff, Of: OfAppetite, Specs: []Spec{
			{"statement", Wording, None}, {"losses", Exact, None}, {"max", Exact, None}, {"by-kind", Exact, None}, {"ceiling", NotWorse, Appetites},
		}},
		{Name: "sign-off-classification@1", Kind: SignOff, Of: OfClassification, Specs: []Spec{
			{"items", Subset, None}, {"class/*", NotWorse, Classification}, {"categories/*", Subset, None}, {"owner/*", Exact, None}, {"magnitude/*", NotWorse, Magnitudes}, {"service", NotWorse, Classification},
		}},
		{Name: "sign-off-tier@1", Kind: SignOff, Of: OfTier, Specs: []Spec{
			{"tier", Exact, None}, {"derived", NotWorse, Tiers},
		}},
		{Name: "sign-off-scope@1", Kind: SignOff, Of: OfScope, Specs: []Spec{
			{"boundaries", Subset, None}, {"connections", Subset, None}, {"crossing", Subset, None}, {"unprotected", Subset, None},
		}},
		{Name: "sign-off-go-live@1", Kind: SignOff, Of: OfGoLive, Specs: []Spec{
			{"tier", NotWorse, Tiers},
			{"classification", NotWorse, Classification},
			{"exposure", NotWorse, Exposures},
			{"data", Subset, None},
			{"markings", Subset, None},
			{"connections", Subset, None},
			{"suppliers", Subset, None},
			{"hosting", Subset, None},
			{"boundaries", Subset, None},
			{"risks-above", Subset, None},
			{"decisions", Has, None},
		}},
		{Name: "sign-off-gate@1", Kind: SignOff, Of: OfGate},
		{Name: "sign-off-round@1", Kind: SignOff, Of: OfRound},
		{Name: "review@1", Kind: Review},
		{Name: "confirmation@1", Kind: Confirmation, Specs: []Spec{{"text", Exact, None}, {"answer", Exact, None}, {"controls/*", Condition, None}}},
	}
}

// exposure is what several kinds bind of the items that they touch.
func exposure() []Spec {
	return []Spec{
		{"classification", NotWorse, Classification},
		{"exposure", NotWorse, Exposures},
		{"records", NotWorse, Magnitudes},
		{"tier", NotWorse, Tiers},
		{"markings", Subset, None},
		{"special-categories", Subset, None},
		{"people", Subset, None},
		{"jurisdictions", Subset, None},
	}
}

func phase() []Spec { return []Spec{{"phase", NotWorse, Stages}} }

// rank gives the place of a value on a scale, from good to bad; 0 is unknown.
func (s Scale) rank(value string) int {
	switch s {
	case Levels, Stages, Magnitudes:
		n, _ := strconv.Atoi(value)
		return max(n, 0)
	case Bands, Severities:
		return place(value, "very-low", "low", "medium", "high", "very-high")
	case Tiers:
		return place(value, "low", "medium", "high", "very-high")
	case Appetites:
		return place(value, "very-high", "high", "medium", "low", "very-low")
	case Classification:
		return place(value, "OFFICIAL", "SECRET", "TOP SECRET")
	case Exposures:
		return place(value, "isolated", "internal", "partner", "public")
	case Flags:
		return place(value, "no", "yes")
	}
	return 0
}

func place(value string, words ...string) int { return slices.Index(words, value) + 1 }
