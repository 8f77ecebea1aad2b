package exchange_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

func TestReadTellsFormatsByWhatIsInThem(t *testing.T) {
	for file, want := range map[string]string{"junit/testdata/small.xml": "junit", "sarif/testdata/small.sarif": "sarif"} {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, before := range []string{"", "\ufeff", " \n"} {
			if want == "junit" && before == " \n" {
				continue // XML allows nothing before its declaration
			}
			run, err := exchange.Read("results.txt", append([]byte(before), text...))
			if err != nil || run.Format != want || len(run.Observations) != 8 {
				t.Errorf("%s: %v, %s, %d", file, err, run.Format, len(run.Observations))
			}
		}
	}
}

func TestFaultsNameTheFile(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		kind           fault.Kind
	}{
		{"neither", "hello", "r.xml: the file is in no format that is read: give JUnit XML or SARIF 2.1.0", fault.Invalid},
		{"other XML", "<html/>", "no format", fault.Invalid},
		{"other JSON", `{"bomFormat":"CycloneDX"}`, "no format", fault.Invalid},
		{"UTF-16", "\xff\xfe<\x00", "r.xml:1:1: the file is UTF-16", fault.Invalid},
		{"bad JUnit", "<testsuite>", "r.xml:1:12: this is not valid XML", fault.Invalid},
		{"bad SARIF", `{"runs":[]}`, `r.xml: this is SARIF of version ""`, fault.Invalid},
		{"too large", strings.Repeat(" ", 33<<20), "r.xml: the file has", fault.TooLarge},
		{"too many", "<testsuite>" + strings.Repeat("<testcase/>", 100_001) + "</testsuite>", "r.xml:1:", fault.TooLarge},
	} {
		_, err := exchange.Read("r.xml", []byte(c.in))
		if fault.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEveryFormatIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range exchange.Formats() {
		if f.Name == "" || f.Title == "" || f.Sniff == nil || f.Read == nil || seen[f.Name] {
			t.Errorf("%+v", f.Name)
		}
		seen[f.Name] = true
		if _, err := os.Stat(f.Name); err != nil {
			t.Errorf("%s is not in a folder of its name", f.Name)
		}
	}
}

// The readers cannot open anything, because they import nothing that can.
func TestReadersArePure(t *testing.T) {
	allowed := []string{
		"bytes", "cmp", "crypto/sha256", "encoding/hex", "encoding/json", "encoding/xml", "errors", "fmt", "io", "io/fs", "iter", "maps", "math", "net/url",
		"path", "reflect", "regexp", "slices", "strconv", "strings", "unicode", "unicode/utf8",
		"go.yaml.in/yaml/v4", "go.yaml.in/yaml/v4/plugin/loaderlimits",
	}
	files := 0
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range parsed.Imports {
			name := strings.Trim(i.Path.Value, `"`)
			if !slices.Contains(allowed, name) && !strings.HasPrefix(name, "github.com/bulkhead-assurance/bulkhead/") {
				t.Errorf("%s imports %s", path, name)
			}
		}
		return nil
	})
	if err != nil || files < 8 {
		t.Errorf("%d files, %v", files, err)
	}
}
