package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/cli"
)

// asked runs bulkhead init in a folder with somebody who answers.
func asked(t *testing.T, dir, answers string, flags ...string) (code int, out, said, file string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(append([]string{"init", dir}, flags...), cli.Surroundings{
		In: strings.NewReader(answers), Out: &stdout, Err: &stderr, Interactive: true, Env: func(string) string { return "" },
		Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
	})
	text, err := os.ReadFile(filepath.Join(dir, "bulkhead.yaml"))
	if err != nil && code == 0 {
		t.Fatal(err)
	}
	return code, stdout.String(), stderr.String(), string(text)
}

func has(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not have %q:\n%s", what, w, text)
		}
	}
}

func repositoryIn(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestInitAsks(t *testing.T) {
	dir := repositoryIn(t, map[string]string{
		"organisation.yaml": "bulkhead: v1\nid: dept\nname: Department\nunits: [{id: digital, name: Digital}, {id: estates, name: Estates}]\n",
		"portal/go.mod":     "module example.test/portal\n",
	})
	answers := []string{"Benefits portal", "People claim: online", "13", "beta", "4", "2", "service-owner", "2", "yes", "2", "n", "lots", "18,000", "1", "high", "private"}
	code, out, said, file := asked(t, filepath.Join(dir, "portal"), strings.Join(answers, "\n")+"\n")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	has(t, "the file", file, "id: benefits-portal #", "name: Benefits portal\n", "\n  purpose: \"People claim: online\"\n", "\n  phase: public-beta\n", "\n  unit: estates\n", "\n  owner: service-owner\n",
		"\ncontext:\n  classification: OFFICIAL\n  markings: [SENSITIVE]\n  business_impact: {criticality: high}", "\n    personal: yes\n    special_category: no\n    criminal_offence: no\n    records: 18000\n",
		"\n      trust: public\n", "\n      handles: [held]", "\n  repository: {visibility: private}\n")
	has(t, "what was asked", said, "Which unit of Department does it belong to?", "expected a number from 1 to 12, or the word itself", "say which beta", "expected a number such as 18000", "   2  estates  Estates")
	has(t, "the result", out, "  Go                             go.mod\n", "Next: bulkhead check ")
	if strings.Contains(out, "?") || strings.Contains(out, "Nobody has said the phase") {
		t.Errorf("the result holds more than the result:\n%s", out)
	}
	for _, line := range strings.Split(said, "\n") {
		if len(line) > 80 {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
}

// What is left open is left out, and so is all that comes after the answers end.
func TestInitLeavesOpen(t *testing.T) {
	_, _, said, open := asked(t, t.TempDir(), strings.Repeat("\n", 30))
	_, _, cut, ended := asked(t, t.TempDir(), "")
	for _, file := range []string{open, ended} {
		has(t, "the file", file, "\n  # purpose:", "\n  phase: live\n", "\n# context:\n", "\n# data:\n", "\n# architecture:\n")
	}
	if strings.Contains(said, "health") {
		t.Error("it asks more of personal data that nobody said there is")
	}
	if n := strings.Count(cut, "?"); n != 1 {
		t.Errorf("it asks %d questions of nobody:\n%s", n, cut)
	}
	_, _, _, some := asked(t, t.TempDir(), "\n\nalpha") // the last line has no end
	has(t, "the file", some, "\n  phase: alpha\n")
}

// What flags say is not asked for, and nothing is asked with --yes.
func TestInitAsksWhatIsNotSaid(t *testing.T) {
	_, _, said, file := asked(t, t.TempDir(), "To lend books\n", "--name", "Library", "--phase", "alpha", "--id", "lib")
	has(t, "what was asked", said, "What is it for")
	has(t, "the file", file, "\n  id: lib #", "\n  name: Library\n", "\n  purpose: To lend books\n", "\n  phase: alpha\n")
	if strings.Contains(said, "What do people call") || strings.Contains(said, "Which phase") {
		t.Errorf("it asks again: %s", said)
	}
	if _, _, said, _ := asked(t, t.TempDir(), "x\n", "--yes"); said != "" {
		t.Errorf("it asks: %s", said)
	}
}

// An answer can write neither to the terminal nor to the file as anything but text.
func TestInitAnswersAreText(t *testing.T) {
	_, _, said, file := asked(t, t.TempDir(), "A\x1b[31mb\u202e: # x\n\"quoted\" - {a: b}\n\x1b]0;owned\x07\n", "--owner", "a\nb: c")
	has(t, "the file", file, `name: "A[31mb: # x"`, `purpose: "\"quoted\" - {a: b}"`, "owner: \"a b: c\"")
	if strings.ContainsAny(said, "\x1b\x07") {
		t.Errorf("it writes to the terminal what was typed: %q", said)
	}
}
