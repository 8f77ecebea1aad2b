package bulkhead_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

// The documentation is run. In README.md, the guide and the recipes:
//
//   - a fenced block whose first line is a comment with the name of a file (# bulkhead.yaml, <!-- results.xml -->) writes
//     that file; "# at the end of NAME" adds to it; JSON has no comments, so there the line is left out (// catalog.json);
//   - each line of a ```console block that starts with "$ " is run, in a scratch folder of the page that holds a copy of
//     examples/; the lines below it are what it must print, where "..." stands for anything left out;
//   - a page may make a folder and go into it with cd; what it made stays for the rest of the page.
//
// A command may end with 0 or 1 (something asked for is not met), and with 2 (bad input) where the page shows what it then
// prints. Those of make and go are not run: their targets and packages must exist.

// fence is a fenced block of a page.
type fence struct {
	lang  string
	line  int
	in    string // what the block is set in by, as part of a list
	lines []string
}

var fenceStart = regexp.MustCompile("^( *)```([a-z]*)$")

func fences(t *testing.T, page string) (all []fence) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var open *fence
	for i, line := range strings.Split(string(text), "\n") {
		switch m := fenceStart.FindStringSubmatch(line); {
		case open == nil && m != nil:
			open = &fence{lang: m[2], line: i + 1, in: m[1]}
		case open != nil && line == open.in+"```":
			all = append(all, *open)
			open = nil
		case open != nil:
			open.lines = append(open.lines, strings.TrimPrefix(line, open.in))
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			t.Errorf("%s:%d: expected ``` and a language, found %q", page, i+1, line)
		}
	}
	if open != nil {
		t.Errorf("%s:%d: this block has no end", page, open.line)
	}
	return all
}

// pages are those whose commands are run.
func pages(t *testing.T) []string {
	t.Helper()
	all := []string{"README.md"}
	for _, pattern := range []string{"docs/guide/*.md", "docs/recipes/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("there are no pages %s (%v)", pattern, err)
		}
		all = append(all, found...)
	}
	return all
}

// buildOnce builds the program into a folder of its own, which is then looked in for commands.
func buildOnce(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "bulkhead"), "./cmd/bulkhead").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func TestDocumentationRuns(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh to run the commands of the pages with")
	}
	bin := buildOnce(t)
	for _, page := range pages(t) {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, page, bin)
			for _, f := range fences(t, page) {
				r.read(f)
			}
			if page == "README.md" {
				r.firstSteps()
			}
		})
	}
}

// reader follows a page as somebody new to Bulkhead would.
type reader struct {
	*testing.T
	page, bin, home, at string
	said                []string // all that was printed, for those who ask
}

func newReader(t *testing.T, page, bin string) *reader {
	home := t.TempDir()
	if err := os.CopyFS(filepath.Join(home, "examples"), os.DirFS("examples")); err != nil {
		t.Fatal(err)
	}
	return &reader{T: t, page: page, bin: bin, home: home, at: home}
}

var (
	named = regexp.MustCompile(`^(?:#|//|<!--) (at the end of )?([a-z0-9][a-z0-9./-]*\.[a-z]+)(?: -->)?$`)
	going = regexp.MustCompile(`^cd ([a-z0-9./-]+)$`)
)

func (r *reader) read(f fence) {
	r.Helper()
	switch {
	case f.lang == "console":
		r.console(f)
	case len(f.lines) > 0:
		if m := named.FindStringSubmatch(f.lines[0]); m != nil {
			lines := f.lines
			if strings.HasSuffix(m[2], ".json") {
				lines = lines[1:]
			}
			r.write(m[2], strings.Join(lines, "\n")+"\n", m[1] != "")
		}
	}
}

func (r *reader) write(name, text string, add bool) {
	r.Helper()
	path := filepath.Join(r.at, filepath.FromSlash(name))
	if !filepath.IsLocal(name) {
		r.Fatalf("%s: %s is not below the folder of the page", r.page, name)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.Fatal(err)
	}
	if add {
		have, err := os.ReadFile(path)
		if err != nil {
			r.Fatal(err)
		}
		text = string(have) + "\n" + text
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.Fatal(err)
	}
}

// console runs the commands of a block, and compares what each prints with what the page says that it prints.
func (r *reader) console(f fence) {
	r.Helper()
	if len(f.lines) == 0 || !strings.HasPrefix(f.lines[0], "$ ") {
		r.Errorf("%s:%d: a console block starts with a command: $ ...", r.page, f.line)
		return
	}
	for i := 0; i < len(f.lines); {
		command, line := strings.TrimPrefix(f.lines[i], "$ "), f.line+1+i
		for i++; strings.HasSuffix(command, "\\") && i < len(f.lines); i++ {
			command = strings.TrimSuffix(command, "\\") + strings.TrimSpace(f.lines[i])
		}
		start := i
		for i < len(f.lines) && !strings.HasPrefix(f.lines[i], "$ ") {
			i++
		}
		out := r.run(command, line, i > start)
		r.said = append(r.said, out)
		if at := differs(f.lines[start:i], out); at >= 0 {
			r.Errorf("%s:%d: `%s` does not print this:\n%s\n\nit prints:\n%s", r.page, line+1+at, command, f.lines[start+at], out)
		}
	}
}

func (r *reader) run(command string, line int, shown bool) string {
	r.Helper()
	if m := going.FindStringSubmatch(command); m != nil {
		r.at = filepath.Join(r.at, filepath.FromSlash(m[1]))
		if rel, err := filepath.Rel(r.home, r.at); err != nil || !filepath.IsLocal(rel) {
			r.Fatalf("%s:%d: %s leads out of the folder of the page", r.page, line, command)
		}
		return ""
	}
	if words := strings.Fields(command); words[0] == "make" || words[0] == "go" {
		r.exists(words, line)
		return ""
	}
	c := exec.Command("sh", "-c", command)
	c.Dir = r.at
	c.Env = append(os.Environ(), "PATH="+r.bin+string(os.PathListSeparator)+os.Getenv("PATH"), "COLUMNS=80", "NO_COLOR=1", "CI=")
	out, err := c.CombinedOutput()
	if exit, is := errors.AsType[*exec.ExitError](err); err != nil && (!is || exit.ExitCode() != 1 && (exit.ExitCode() != 2 || !shown)) {
		r.Errorf("%s:%d: `%s`: %v\n%s", r.page, line, command, err, out)
	}
	return string(out)
}

// exists checks the commands that are not run: the targets of make and the packages that go is given.
func (r *reader) exists(words []string, line int) {
	r.Helper()
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		r.Fatal(err)
	}
	for _, w := range words[1:] {
		switch {
		case strings.Contains(w, "=") || strings.HasPrefix(w, "-"):
		case words[0] == "make":
			if !strings.Contains(string(makefile), "\n"+w+":") {
				r.Errorf("%s:%d: the Makefile has no target %s", r.page, line, w)
			}
		case strings.HasPrefix(w, "./") && w != "./...":
			if _, err := os.Stat(filepath.FromSlash(strings.TrimSuffix(w, "/..."))); err != nil {
				r.Errorf("%s:%d: there is no package %s", r.page, line, w)
			}
		}
	}
}

// differs gives the first line shown that is not printed where it should be; -1 when all are. A command without lines
// below it promises nothing. A line "..." stands for any number of lines, and "..." inside a line for any text.
func differs(shown []string, printed string) int {
	got := strings.Split(strings.TrimRight(printed, "\n"), "\n")
	next, anywhere, some := 0, false, false
	for i, want := range shown {
		switch {
		case strings.TrimSpace(want) == "...":
			anywhere, some = true, true
			continue
		case strings.TrimSpace(want) == "":
			continue
		}
		some = true
		for !anywhere && next < len(got) && strings.TrimSpace(got[next]) == "" {
			next++
		}
		if anywhere {
			at := slices.IndexFunc(got[next:], func(g string) bool { return like(want, g) })
			if at < 0 {
				return i
			}
			next += at
		} else if next >= len(got) || !like(want, got[next]) {
			return i
		}
		next, anywhere = next+1, false
	}
	if some && !anywhere && strings.TrimSpace(strings.Join(got[min(next, len(got)):], "")) != "" {
		return len(shown) - 1 // more was printed than the page says
	}
	return -1
}

func like(want, got string) bool {
	parts := strings.Split(strings.TrimRight(want, " "), "...")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(strings.TrimRight(got, " "))
}

func TestDiffers(t *testing.T) {
	printed := "one\n\ntwo on 2026-11-21\nthree\n"
	for _, c := range []struct {
		shown string
		want  int
	}{
		{"", -1},
		{"...", -1},
		{"one\ntwo on ...\nthree", -1},
		{"...\nthree", -1},
		{"one\n...", -1},
		{"one", 0},
		{"three\n...", 0},
		{"...\nfour", 1},
		{"one\nthree", 1},
		{"...\nthree\ntwo on ...", 2},
	} {
		if got := differs(strings.Split(c.shown, "\n"), printed); got != c.want {
			t.Errorf("differs(%q) = %d; want %d", c.shown, got, c.want)
		}
	}
}

// firstSteps checks that the path of the README ends where it promises: a control goes from claimed to evidenced, and the
// risk comes down.
func (r *reader) firstSteps() {
	r.Helper()
	var seen []string
	want := []string{"input-validation: claimed", "high > low > high: above", "input-validation: evidenced", "high > low > low: within"}
	for _, out := range r.said {
		for _, text := range want {
			if strings.Contains(out, text) {
				seen = append(seen, text)
			}
		}
	}
	if !slices.Equal(seen, want) {
		r.Errorf("the README shows %q; want %q", seen, want)
	}
}

// The example shows one of nearly everything. It is judged on the day on which it was written, so that it stays so.
func TestExample(t *testing.T) {
	checked, err := app.Check(app.Where{Path: "examples/parking-permits"}, func(zone civil.Zone) (civil.Instant, error) {
		return zone.Start(civil.Date{Year: 2026, Month: 11, Day: 21}), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := checked.Postures[0]
	states, standings, decided := map[judge.State]int{}, map[judge.Standing]ident.ID{}, map[ident.ID]string{}
	for i := range p.Controls {
		states[p.Controls[i].State]++
	}
	for i := range p.Risks {
		standings[p.Risks[i].Standing] = p.Risks[i].ID
	}
	for i := range p.Decisions {
		decided[p.Decisions[i].ID] = p.Decisions[i].State
	}
	for _, s := range []judge.State{judge.Missing, judge.Planned, judge.Claimed, judge.Evidenced, judge.Stale, judge.Failing, judge.Unknown} {
		if states[s] == 0 {
			t.Errorf("no control of the example is %s", s)
		}
	}
	for _, s := range []judge.Standing{judge.Within, judge.Accepted, judge.Treating, judge.Escalated, judge.Above} {
		if standings[s] == "" {
			t.Errorf("no risk of the example is %s", s)
		}
	}
	for id, want := range map[ident.ID]string{
		"accept-r1": "lapsed", "accept-r3": "holds", "exception-i7": "holds", "tailoring-container-image-scanning": "holds", "sign-off-appetite": "holds", "sign-off-classification": "holds",
	} {
		if decided[id] != want {
			t.Errorf("the decision %s is %q; want %q", id, decided[id], want)
		}
	}
	if p.Context.Appetite.State != "signed" {
		t.Errorf("the appetite is %s; want signed, by the key that the organisation file names", p.Context.Appetite.State)
	}
	for i := range p.Evidence {
		if s := p.Evidence[i].State; s == "unused" || s == "not-yet" || s == "two-contents" {
			t.Errorf("the evidence %s is %s", p.Evidence[i].ID, s)
		}
	}
}
