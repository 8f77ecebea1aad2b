package report_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
)

func TestBoundIsSaidInWords(t *testing.T) {
	for _, c := range []struct {
		vocabulary org.Vocabulary
		rule       string
		field      decision.Field
		what, was  string
	}{
		{"", "acceptance@1", decision.Field{Path: "inherent/likelihood", Value: decision.Value{"4"}, Cmp: decision.NotWorse}, "Likelihood if nothing were done", "4 of 5"},
		{"", "acceptance@1", decision.Field{Path: "residual/impact/legal", Value: decision.Value{"2"}, Cmp: decision.NotWorse}, "Impact that is left: legal", "2 of 5"},
		{"", "acceptance@1", decision.Field{Path: "records", Value: decision.Value{"5"}, Cmp: decision.NotWorse}, "Number of records", "fewer than 100,000"},
		{"", "sign-off-classification@1", decision.Field{Path: "magnitude/permits", Value: decision.Value{"4"}, Cmp: decision.NotWorse}, "Number of records of permits", "fewer than 10,000"},
		{"", "acceptance@1", decision.Field{Path: "phase", Value: decision.Value{"3"}, Cmp: decision.NotWorse}, "Phase", "private beta"},
		{org.Defence, "acceptance@1", decision.Field{Path: "phase", Value: decision.Value{"3"}, Cmp: decision.NotWorse}, "Phase", "demonstration"},
		{org.Defence, "acceptance@1", decision.Field{Path: "services", Cmp: decision.Subset}, "Capabilities that it touches", "none"},
		{"", "acceptance@1", decision.Field{Path: "tier", Value: decision.Value{"very-high"}, Cmp: decision.NotWorse}, "Tier", "very high"},
		{"", "acceptance@1", decision.Field{Path: "controls/audit-log", Value: decision.Value{"good"}, Cmp: decision.Condition}, "Control audit-log", "as it is relied on"},
		{"", "acceptance@1", decision.Field{Path: "actions/a1", Value: decision.Value{"by 2027-03-31"}, Cmp: decision.Condition}, "Treatment a1", "promised by 2027-03-31"},
		{"", "acceptance@1", decision.Field{Path: "people", Value: decision.Value{"vulnerable-people", "public"}, Cmp: decision.Subset}, "Kinds of people", "public, vulnerable people"},
		{"", "acceptance@1", decision.Field{Path: "components", Value: decision.Value{"web-app", "api"}, Cmp: decision.Subset}, "Components", "api, web-app"},
		{"", "acceptance@1", decision.Field{Path: "kind", Cmp: decision.Exact}, "Kind", "not known"},
		{"", "exception@1", decision.Field{Path: "scope", Cmp: decision.Subset}, "Scope", "everything"},
		{"", "exception@1", decision.Field{Path: "departure", Cmp: decision.Wording}, "What is not followed", "nothing was said"},
		{"", "acceptance@99", decision.Field{Path: "phase", Value: decision.Value{"3"}, Cmp: decision.NotWorse}, "Phase", "3"},
	} {
		if what, was := report.Bound(c.vocabulary, c.rule, c.field); what != c.what || was != c.was {
			t.Errorf("%s: %q, %q, want %q, %q", c.field.Path, what, was, c.what, c.was)
		}
	}
}
