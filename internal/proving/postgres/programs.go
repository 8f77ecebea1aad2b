package postgres

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// installed is where Debian keeps the programs of each version of PostgreSQL.
const installed = "/usr/lib/postgresql"

// without is the environment variable that skips tests that need PostgreSQL, when it is 1.
const without = "BULKHEAD_WITHOUT_POSTGRES"

var errNone = errors.New("there is no PostgreSQL on this machine, and this test needs one: install the Debian package postgresql-15 (or run .ci/tools), or skip such tests with " + without + "=1")

// needed gives the folder of PostgreSQL's programs. A test without them fails, unless it was said that it may be skipped.
func needed(t testing.TB) string {
	t.Helper()
	if os.Getenv(without) == "1" {
		t.Skip(without + " is 1")
	}
	bin, err := programs(installed, pathed())
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// programs gives the folder of the newest version below a folder of versions, or else one of the folders named.
func programs(versions string, others []string) (string, error) {
	dirs, _ := filepath.Glob(filepath.Join(versions, "*", "bin"))
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range append(dirs, others...) {
		if complete(dir) {
			return dir, nil
		}
	}
	return "", errNone
}

// version is the number of the version whose programs are in a folder; 0 where it is none.
func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// complete says whether a folder has the programs that make, start and are a server.
func complete(dir string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// pathed gives the folders in which a command would be looked for.
func pathed() []string { return filepath.SplitList(os.Getenv("PATH")) }
