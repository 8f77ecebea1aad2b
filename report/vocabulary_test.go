package report

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/org"
)

func TestDefenceSaysCapability(t *testing.T) {
	civil, defence := tableOf(org.Civil).table, tableOf(org.Defence).table
	if len(civil) != len(defence) {
		t.Fatalf("the tables have %d and %d phrases", len(civil), len(defence))
	}
	differ := 0
	for code, phrase := range defence {
		if phrase != civil[code] {
			differ++
		}
		left := strings.NewReplacer("service file", "", "{service}", "", "{services}", "", "`service", "", "denial of service", "").Replace(phrase)
		if strings.Contains(strings.ToLower(left), "service") {
			t.Errorf("%s still says service: %s", code, phrase)
		}
		for _, name := range names(phrase) {
			if !strings.Contains(civil[code], "{"+name) {
				t.Errorf("%s speaks of {%s}, which the civil phrase does not", code, name)
			}
		}
	}
	if differ < 8 {
		t.Errorf("only %d phrases differ", differ)
	}
	if got := InWords(org.Defence, "This service and other services, in the service file of {service}"); got != "This capability and other capabilities, in the service file of {service}" {
		t.Error(got)
	}
}
