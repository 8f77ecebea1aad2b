package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/filelock"
)

// home is the folder of the package in the repository, where npm puts axe-core.
const home = "internal/proving/browser/testdata/axe"

// Axe fails the test for each thing on the page that axe-core finds to keep somebody out.
func (b *Tab) Axe() {
	b.t.Helper()
	for _, v := range b.violations() {
		b.t.Errorf("on %s, axe: %s", b.address(), v)
	}
}

// rules are those of axe-core that a page is held to: WCAG 2.2 at levels A and AA, and what it advises beyond.
const rules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// violation is what axe-core says of one rule.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v violation) String() string {
	var out strings.Builder
	out.WriteString(v.Help + " (" + v.ID + ")")
	for _, n := range v.Nodes {
		out.WriteString("\n  " + n.HTML + "\n    " + strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return out.String()
}

// violations gives what axe-core finds on the page.
func (b *Tab) violations() (found []violation) {
	b.t.Helper()
	source := axe(b.t)
	run := "axe.run(document, {runOnly: " + rules + ", resultTypes: ['violations']}).then((found) => JSON.stringify(found.violations))"
	text, err := evaluate[string](b, "(() => {\n"+source+"\n})(); "+run)
	b.must(err)
	b.must(json.Unmarshal([]byte(text), &found))
	return found
}

// axe gives the source of axe-core.
func axe(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		if os.Getenv("BULKHEAD_WITHOUT_NODE") == "1" {
			t.Skip("npm is not here, and BULKHEAD_WITHOUT_NODE says that this is so on purpose: the page was not looked at with axe-core")
		}
		t.Fatal("npm is not here: install the Debian packages nodejs and npm (or run .ci/tools), or set BULKHEAD_WITHOUT_NODE=1 to leave out what needs it")
	}
	source, err := fetched()
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// fetched gives the source of axe-core, which npm fetches once for each change of its lock file.
var fetched = sync.OnceValues(func() (string, error) {
	root, err := root()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, home)
	lock, err := os.Open(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := filelock.Lock(lock); err != nil { // tests of another package may want it too
		return "", err
	}
	if err := install(dir); err != nil {
		return "", err
	}
	source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})

// install has npm fetch what a lock file names, where that has not been done.
func install(dir string) error {
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(lock)
	mark, want := filepath.Join(dir, "node_modules", ".installed"), hex.EncodeToString(sum[:])
	if had, err := os.ReadFile(mark); err == nil && string(had) == want {
		return nil
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return errors.New("npm could not fetch axe-core:\n" + string(out))
	}
	return os.WriteFile(mark, []byte(want), 0o600)
}

// root gives the folder of the repository, which the tests of every package are somewhere below.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("these tests are not in the repository")
		}
		dir = filepath.Dir(dir)
	}
}
