// Package readers is what the tests of readers of foreign formats have in common: golden files, drafts that have to be
// whole, and real files of other tools where they are at hand.
//
// It is for tests alone: nothing that is released imports it, and it ends the test that calls it where something is not as
// it has to be.
package readers

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares a text with a file of testdata, which is written anew with -update.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != got {
		t.Errorf("%s: %v\n%s", name, err, cmp.Diff(string(want), got))
	}
}

// File writes a service as a file. It has to be whole: read back it is the same service, and nothing in it could write to a
// terminal.
func File(t testing.TB, service *model.Service) string {
	t.Helper()
	text, err := model.Write(service)
	if err != nil {
		t.Fatal(err)
	}
	back, _, err := model.Read(schema.Source{File: model.File, Text: text})
	if err != nil {
		t.Fatalf("the draft is not a service file: %v\n%s", err, text)
	}
	if diff := cmp.Diff(service, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the draft is read back as another: %s", diff)
	}
	return plain(t, string(text))
}

// Written gives a draft as a golden file has it: the service file, and under it what was dropped.
func Written(t testing.TB, d foreign.Design) string {
	t.Helper()
	text := File(t, d.Service)
	for _, s := range d.Dropped {
		text += "# " + plain(t, s) + "\n"
	}
	return text
}

// plain gives a text, which must not be able to write to a terminal.
func plain(t testing.TB, text string) string {
	t.Helper()
	if strings.ContainsAny(text, "\x1b\x00\u202e") {
		t.Fatalf("it could write to a terminal: %q", text)
	}
	return text
}

// Real gives the path of a file or folder among the real files of other tools: below where BULKHEAD_SHARED says, or beside
// the repository. Where it is not at hand, the test is skipped.
func Real(t testing.TB, parts ...string) string {
	t.Helper()
	dir := os.Getenv("BULKHEAD_SHARED")
	for up := "."; dir == "" && len(up) < 40; up = filepath.Join(up, "..") {
		if _, err := os.Stat(filepath.Join(up, "go.mod")); err == nil {
			dir = filepath.Join(up, "..", "shared")
		}
	}
	path := filepath.Join(append([]string{dir, "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip(err)
	}
	return path
}
