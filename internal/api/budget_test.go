package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
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
	"list-proposals":         12, // measured by how things are now: the service is made ready, and each proposal costs one more
	"read-proposal":          12,
	"read-board-pack":        12, // and as much for each service with proposals
	"list-waiting":           30, // the services with something to decide are made ready
	"read-digests":           2,
	"read-organisation":      2,
	"list-units":             2,
	"list-packs":             1,
	"read-pack":              1,
	"search":                 2,
	"list-principles":        2,
	"list-exceptions":        2,
	"list-suppliers":         2,
	"list-people":            4,
	"list-sessions":          2,
	"list-tokens":            2,
	"list-webhooks":          3,
	"list-leaves":            2,
	"read-checkpoint":        2,
	"prove-inclusion":        40, // a handful of hashes for each level of the tree
	"prove-consistency":      40,
	"export-record":          0, // as many as the record is long
	"list-redactions":        2, // and one for each redaction
}

// TestReadingCostsFewStatements holds every operation that reads to its budget. One without a budget fails.
func TestReadingCostsFewStatements(t *testing.T) {
	b := theDepartment(t)
	for _, o := range operations(t) {
		if o.method != "GET" {
			continue
		}
		t.Run(o.ID, func(t *testing.T) {
			most, is := budgets[o.ID]
			if !is {
				t.Fatal("this operation has no budget of statements")
			}
			ctx, count := store.Counting(background)
			r := httptest.NewRequest("GET", "http://bulkhead.example"+api.Path+there(o), nil).WithContext(ctx)
			r.Header.Set("Authorization", "Bearer "+whoMay(o.ID))
			got := b.do(r)
			if got.status != http.StatusOK && !missing[o.ID] {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if n := count.Statements(); most > 0 && n > most {
				t.Errorf("%d statements, want at most %d", n, most)
			}
			t.Logf("%d statements, %d bytes", count.Statements(), len(got.body))
		})
	}
}

// missing are the operations that read what the department has not: no checkpoint was signed, nothing waits to be decided,
// and there is no board.
var missing = map[string]bool{"read-checkpoint": true, "read-proposal": true, "read-board-pack": true}

// there gives the address of an operation at things that the department has.
func there(o operation) string {
	return strings.NewReplacer("{id}", "household-payments", "{number}", "1", "{evidence}", "code-scan-2026-11-18", "{decision}", "exception-i7", "{pack}", "roles", "{ref}", "tier", "{framework}", "ncsc-caf").Replace(o.path) + map[string]string{
		"search": "?q=payment", "read-framework": "?version=4.0", "prove-inclusion": "?leaf=3&size=20", "prove-consistency": "?from=3&to=20",
	}[o.ID]
}

// whoMay names a person of the department who may do something.
func whoMay(id string) string {
	switch id {
	case "list-webhooks":
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
