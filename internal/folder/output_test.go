package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
)

func TestOutput(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"input.yaml": "in", "old.txt": "old and longer"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(at("evidence/more"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("input.yaml"), at("link")); err != nil {
		t.Skip("there are no links here")
	}
	if err := os.Symlink(at("evidence"), at("around")); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(at("input.yaml"), at("hard")); err != nil {
		t.Fatal(err)
	}
	files, records := []string{at("input.yaml"), at("gone"), ""}, []string{at("evidence"), at("decisions")}
	for name, refused := range map[string]string{
		"new.txt": "", "old.txt": "", "input.yaml": "were read", "hard": "were read", "link": "not a regular file", "evidence": "not a regular file",
		"evidence/x.json": "among the records", "evidence/more/x.json": "among the records", "around/x.json": "among the records", "nowhere/x.txt": "cannot be written",
	} {
		err := folder.Output(at(name), []byte("new"), files, records)
		if refused == "" {
			if text, readErr := os.ReadFile(at(name)); err != nil || readErr != nil || string(text) != "new" {
				t.Errorf("%s: %v, %v, %q", name, err, readErr, text)
			}
			continue
		}
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), refused) {
			t.Errorf("%s: want %q, got %v", name, refused, err)
		}
	}
	if text, err := os.ReadFile(at("input.yaml")); err != nil || string(text) != "in" {
		t.Errorf("the input was changed: %v, %q", err, text)
	}
	if info, err := os.Stat(at("old.txt")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("whoever could not read the old file can read the new one: %v, %v", info.Mode(), err)
	}
	left, err := filepath.Glob(at(".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("something is left behind: %v, %v", left, err)
	}
}
