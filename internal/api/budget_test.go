package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// budgets are how many statements each operation that reads may cost, the one that finds out who asks among them.
var budgets = map[string]int64{
	"read-profile":           1,
	"list-services":          2,
	"read-service":           2,
	"list-revisions":         3,
	"read-revision":          3,
	"list-evidence":          3,
	"read-evidence":          3,
	"read-posture":           2,
	"list-findings":          3,
	"list-service-suppliers": 2,
	"list-frameworks":        2,
	"read-framework":         2,
	"explain":                2,
	"list-decisions":         3,
	"read-decision":          4,
	"list-proposals":         4,
	"read-proposal":          4,
	"read-board-pack":        4,
	"list-waiting":           4,
	"read-digests":           2,
	"read-organisation":      2,
	"list-units":             2,
	"list-packs":             1,
	"read-pack":              1,
	"search":                 2,
	"list-principles":        3,
	"list-exceptions":        2,
	"list-suppliers":         2,
	"list-people":            3,
	"list-sessions":          2,
	"list-tokens":            3,
	"list-webhooks":          3,
	"list-leaves":            2,
	"read-checkpoint":        2,
	"prove-inclusion":        4,
	"prove-consistency":      3,
	"list-redactions":        2,
}

// statementsMost is the most that any budget may be.
const statementsMost = 4

// unbounded are the operations that have no budget, and why.
var unbounded = map[string]string{"export-record": "it gives all of a service, and takes as many statements as the record of it is long"}

// TestReadingCostsFewStatements holds every operation that reads to its budget, for somebody who may read everything and
// for somebody who may read single services, and to the same number of statements where there is one of everything as
// where there are fifty. One without a budget fails.
func TestReadingCostsFewStatements(t *testing.T) {
	few, many := stocked(t, 1), stocked(t, 50)
	for _, o := range operations(t) {
		if o.method != "GET" || unbounded[o.ID] != "" {
			continue
		}
		t.Run(o.ID, func(t *testing.T) {
			most, is := budgets[o.ID]
			if !is || most > statementsMost {
				t.Fatalf("this operation has a budget of %d statements: give it one of at most %d", most, statementsMost)
			}
			for _, who := range []string{whoMay(o.ID), "person:single"} {
				one, first := few.count(t, who, o)
				fifty, second := many.count(t, who, o)
				if first.status != second.status || who != "person:single" && first.status != http.StatusOK && o.ID != "read-checkpoint" { // none was signed
					t.Fatalf("%s: %d %s; %d %s", who, first.status, first.body, second.status, second.body)
				}
				if one != fifty || fifty > most {
					t.Errorf("%s: %d statements with one of everything and %d with fifty, want at most %d", who, one, fifty, most)
				}
				if _, is := strings.CutPrefix(o.ID, "list-"); is && who != "person:single" && !alike[o.ID] && len(as[struct{ Items []json.RawMessage }](t, second).Items) < 50 {
					t.Errorf("%s is given %.200s", who, second.body)
				}
			}
		})
	}
}

// alike are the lists that are as long in every record.
var alike = map[string]bool{"list-packs": true, "list-principles": true}

// missing are the operations that read what the department has not: no checkpoint was signed, nothing waits to be decided,
// and there is no board.
var missing = map[string]bool{"read-checkpoint": true, "read-proposal": true, "read-board-pack": true}

// there gives the address of an operation at things that the department has.
func there(o operation) string {
	return strings.NewReplacer("{id}", "household-payments", "{number}", "1", "{evidence}", "code-scan-2026-11-18", "{decision}", "exception-i7", "{pack}", "roles", "{ref}", "tier", "{framework}", "ncsc-caf").Replace(o.path) + map[string]string{
		"search": "?q=payment", "read-framework": "?version=4.0", "prove-inclusion": "?leaf=3&size=20", "prove-consistency": "?from=3&to=20",
	}[o.ID]
}

// whoMay names a person of the department, and of a stocked record, who may do something.
func whoMay(id string) string {
	if id == "list-webhooks" {
		return "terminal" // which looks twice what is in force
	}
	return "person:d6" // the chief information security officer
}

// TestAllThatIsReadIsJSON reads everything, and looks whether it is.
func TestAllThatIsReadIsJSON(t *testing.T) {
	b := theDepartment(t)
	for _, o := range operations(t) {
		if o.method != "GET" || o.ID == "export-record" || missing[o.ID] {
			continue
		}
		got := b.send(whoMay(o.ID), "GET", there(o), "")
		if !json.Valid(got.body) || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %.100s", o.ID, got.header.Get("Content-Type"), got.body)
		}
	}
}
