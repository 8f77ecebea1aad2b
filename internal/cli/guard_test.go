package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

// shows says of every command what it could show in the log of a pipeline. A new command is listed here, or the test below
// fails: either it shows risks, findings, paths or other weaknesses, and then it embeds guard and writes through it; or it
// shows none, and here stands why.
func shows() map[string]string {
	return map[string]string{
		"check":             guarded,
		"why":               guarded,
		"report":            guarded,
		"threats":           guarded,
		"paths":             guarded,
		"what-if":           guarded,
		"diff":              guarded,
		"export":            guarded,
		"organisation":      guarded,
		"decision draft":    guarded,
		"decision list":     guarded,
		"decision make":     "in such a pipeline it names the file that it wrote, and nothing of the decision",
		"decision withdraw": "it names a proposal by its id and says nothing of it",
		"evidence add":      "it names the file that it wrote and whether the run passed, which the log of the run tells too",
		"import":            "in such a pipeline it writes to a file only, and tells counts",
		"init":              "it looks at what is in the folder, before anything is known of risks",
		"set":               "it says what it was told",
		"schema":            "it shows what can be written",
		"library list":      "it shows packs, which are of no service",
		"library show":      "it shows packs, which are of no service",
		"library lint":      "it shows packs, which are of no service",
		"library import":    "it shows a pack, which is of no service",
		"verify":            "it names records by number, kind and service, and never what they say",
		"backup":            "it prints a count",
		"restore":           "it prints counts, and what verify prints",
		"keys list":         "it prints ids of keys, which tell nothing of them",
		"keys rotate":       "it prints the id of a key and a count",
		"keys drop":         "it prints the id of a key",
		"serve":             "it prints addresses and links, and logs routes",
		"token create":      "it shows a token, which is what it is for, and nothing of a service",
		"token list":        "it shows ids of tokens, which open nothing",
		"token revoke":      "it shows the id of a token",
		"invite":            "it shows a link for somebody, which is what it is for, and nothing of a service",
		"apply":             "in such a pipeline it counts what changed, and names nothing of it",
		"services":          "it shows names of services and counts",
		"completion":        "it shows names of commands",
		"version":           "it shows a version",
	}
}

const guarded = "guarded"

func TestEveryCommandIsGuardedOrShowsNothing(t *testing.T) {
	said := shows()
	for _, leaf := range leaves(t) {
		name := strings.TrimPrefix(leaf.Path(), "bulkhead ")
		why, listed := said[name]
		if !listed {
			t.Errorf("`%s` is new: say in shows() whether it shows risks, findings, paths or other weaknesses; if it does, embed guard and write through give", name)
			continue
		}
		delete(said, name)
		var flags []string
		for _, f := range leaf.Flags {
			flags = append(flags, f.Name)
		}
		if has := slices.Contains(flags, "show") && slices.Contains(flags, "out"); has != (why == guarded) {
			t.Errorf("`%s` is said to be %q, and has the flags %v", name, why, flags)
		}
	}
	for name := range said {
		t.Errorf("there is no command %s any more", name)
	}
}

// leaves gives the commands that can be run.
func leaves(t *testing.T) []*kong.Node {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("bulkhead"), kong.Vars{"default_fail_on": app.DefaultFailOn})
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model.Leaves(true)
}

// TestGuardedCommandsNameNothing runs every guarded command, in every format that it has, as a pipeline whose log others may
// read. What is printed must name nothing of what is behind the counts.
func TestGuardedCommandsNameNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/parking-permits")); err != nil {
		t.Fatal(err)
	}
	service := filepath.Join(dir, "bulkhead.yaml")
	text, err := os.ReadFile(service)
	if err != nil {
		t.Fatal(err)
	}
	open := bytes.ReplaceAll(text, []byte(", publish: yes}"), []byte("}"))
	if bytes.Equal(open, text) {
		t.Fatal("the example does not say `publish: yes`, so that `make run` would show counts only in a pipeline")
	}
	if err := os.WriteFile(service, open, 0o644); err != nil {
		t.Fatal(err)
	}
	with := map[string][]string{
		"check": {dir}, "why": {dir, "r1"}, "report": {dir}, "threats": {dir}, "paths": {dir}, "what-if": {dir, "--without", "backup"}, "diff": {service, dir}, "organisation": {dir}, "export": {"otm", dir},
		"decision draft": {"acceptance", "r1", "-C", dir}, "decision list": {dir},
	}
	secret := secrets(t, dir)
	for _, leaf := range leaves(t) {
		name := strings.TrimPrefix(leaf.Path(), "bulkhead ")
		if shows()[name] != guarded {
			continue
		}
		if with[name] == nil {
			t.Errorf("say how `%s` is called, to see what it prints in a pipeline", name)
			continue
		}
		for _, format := range formats(leaf) {
			args := append(append(strings.Fields(name), with[name]...), format...)
			out, wrong, code := run(args, "true")
			for _, word := range secret {
				if at := strings.Index(strings.ToLower(out+wrong), strings.ToLower(word)); at >= 0 {
					t.Errorf("%v (exit code %d) names %q:\n%s%s", args, code, word, out, wrong)
					break
				}
			}
			if out == "" && (code != 2 || !strings.Contains(wrong, "--out FILE")) {
				t.Errorf("%v prints nothing, and does not say what to do: exit code %d, %s", args, code, wrong)
			}
			if all, _, _ := run(append(args, "--show"), "true"); all == "" || strings.Contains(all, "nly counts") || all == out {
				t.Errorf("%v with --show prints no more: %s", args, all)
			}
			if all, _, _ := run(args, ""); all == "" || strings.Contains(all, "nly counts") || all == out {
				t.Errorf("%v prints no more outside of a pipeline: %s", args, all)
			}
			file := filepath.Join(t.TempDir(), "result")
			out, wrong, code = run(append(args, "--out", file), "true")
			if written, err := os.ReadFile(file); err != nil || len(written) == 0 || out != "" {
				t.Errorf("%v with --out: exit code %d, %v, %q, %s", args, code, err, out, wrong)
			}
			for _, word := range secret {
				if strings.Contains(strings.ToLower(wrong), strings.ToLower(word)) {
					t.Errorf("%v with --out names %q in the log: %s", args, word, wrong)
				}
			}
		}
	}
}

func run(args []string, ci string) (out, wrong string, code int) {
	var stdout, stderr bytes.Buffer
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	env := func(name string) string { return map[string]string{"CI": ci}[name] }
	code = Run(args, Surroundings{Out: &stdout, Err: &stderr, Now: now, Env: env})
	return stdout.String(), stderr.String(), code
}

// formats gives the values of --format of a command, as arguments; one with none where it has none.
func formats(leaf *kong.Node) (out [][]string) {
	for _, f := range leaf.Flags {
		if f.Name == "format" {
			for _, v := range f.EnumSlice() {
				out = append(out, []string{"--format", v})
			}
			return out
		}
	}
	return [][]string{nil}
}

// secrets are the names of what is behind the counts of a service.
func secrets(t *testing.T, dir string) (out []string) {
	t.Helper()
	checked, err := app.Check(app.Where{Path: dir}, func(z civil.Zone) (civil.Instant, error) {
		return z.Start(civil.Date{Year: 2026, Month: 11, Day: 21}), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := checked.Postures[0]
	for i := range p.Risks {
		out = append(out, string(p.Risks[i].ID)+" ", string(p.Risks[i].ID)+",", p.Risks[i].Title)
	}
	for i := range p.Controls {
		if id := string(p.Controls[i].ID); id != "backup" || strings.Contains(id, "-") {
			out = append(out, id)
		}
	}
	for i := range p.Threats {
		out = append(out, string(p.Threats[i].ID), p.Threats[i].Title)
	}
	for i := range p.Paths {
		out = append(out, string(p.Paths[i].ID), p.Paths[i].Title)
	}
	for i := range p.Findings.Top {
		out = append(out, p.Findings.Top[i].Weakness, p.Findings.Top[i].Place)
	}
	for i := range p.Decisions {
		out = append(out, string(p.Decisions[i].ID))
	}
	for i := range p.Activities {
		out = append(out, string(p.Activities[i].ID))
	}
	for i := range p.Suppliers {
		out = append(out, p.Suppliers[i].Name)
	}
	return out
}

func TestWhatMayStandInALog(t *testing.T) {
	for ci, want := range map[string]bool{"": false, "0": false, "false": false, "FALSE": false, "true": true, "1": true, "woodpecker": true, "no": true} {
		if app.InPipeline(ci) != want {
			t.Errorf("CI=%q: want %t", ci, want)
		}
	}
	for _, c := range []struct {
		says string
		want bool // it may show all
	}{
		{"", false},
		{"repository: {}", false},
		{"repository: {visibility: private}", true},
		{"repository: {visibility: internal}", true}, // an older word for private
		{"repository: {visibility: public}", false},
		{"repository: {visibility: unknown}", false},
		{"repository: {visibility: public, publish: yes}", true},
		{"repository: {publish: yes}", true},
		{"repository: {publish: no}", false},
		{"repository: {publish: unknown}", false},
	} {
		dir := t.TempDir()
		text := "bulkhead: v1\nservice:\n  id: portal\n  name: Portal\n  phase: alpha\n"
		if c.says != "" {
			text += "  " + c.says + "\n"
		}
		if err := os.WriteFile(filepath.Join(dir, "bulkhead.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, wrong, _ := run([]string{"check", dir, "--fail-on", "none"}, "true")
		if all := strings.Contains(out, "The seven areas"); all != c.want || all == strings.Contains(out, "Counts only") {
			t.Errorf("%s: want all %t:\n%s%s", c.says, c.want, out, wrong)
		}
	}
}
