package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTheDescriptionIsAsAgreed holds the description of the API to what others rely on: a change of it is looked at.
func TestTheDescriptionIsAsAgreed(t *testing.T) {
	text := api.Description("test")
	var got bytes.Buffer
	if err := json.Indent(&got, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the description of the API has changed: look at the difference after `go test ./internal/api -update`")
	}
}
