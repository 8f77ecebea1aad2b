package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// samples are files of designs, each in the format of its folder.
func samples() []string {
	return []string{
		"compose/testdata/permits.yaml", "kubernetes/testdata/permits.yaml", "openapi/testdata/permits.yaml", "openapi/testdata/old.json", "otm/testdata/small.yaml",
		"terraform/testdata/aws.json", "terraform/testdata/others.json", "threagile/testdata/small.yaml", "threatdragon/testdata/v1.json", "threatdragon/testdata/v2.json",
		"tmlibrary/testdata/small.json",
	}
}

func TestDesignsAreToldByWhatIsInThem(t *testing.T) {
	for _, file := range samples() {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		want, _, _ := strings.Cut(file, "/")
		for _, f := range exchange.Designs() {
			if f.Sniff(text) != (f.Name == want) {
				t.Errorf("%s: looks like %s: %t", file, f.Name, !(f.Name == want))
			}
		}
		for _, format := range []string{"", exchange.Auto, want} {
			design, err := exchange.ReadDesign(format, "d.txt", text)
			if err != nil || design.Format != want || len(design.Service.Architecture.Components) == 0 {
				t.Errorf("%s as %q: %v, %s", file, format, err, design.Format)
			}
		}
	}
}

func TestFaultsOfDesignsSayWhatToDo(t *testing.T) {
	compose := "services:\n  web: {image: nginx}\n"
	for _, c := range []struct {
		name, format, in, want string
		kind                   fault.Kind
	}{
		{"neither", "", "hello", "d.yaml: the file is in no format of designs that is read: threagile (Threagile 1.0.0), otm (Open Threat Model", fault.Invalid},
		{"another", "otm", compose, "d.yaml: this does not look like otm (Open Threat Model 0.2); it looks like compose (Docker Compose file): say compose instead", fault.Invalid},
		{"none of them", "otm", "hello", "d.yaml: this does not look like otm (Open", fault.Invalid},
		{"misspelt", "threagil", compose, "there is no format of designs called threagil; did you mean threagile? There are: threagile (", fault.Invalid},
		{"empty", "", " ", "d.yaml:1:1: the file is empty", fault.Invalid},
		{"not UTF-8", "", "services:\n  \xff", "d.yaml:2:3: the file is not UTF-8 text", fault.Invalid},
		{"bad", "", "services:\n  web: [\n", "d.yaml:", fault.Invalid},
		{"too large", "", strings.Repeat(" ", 33<<20), "d.yaml: the file has", fault.TooLarge},
	} {
		_, err := exchange.ReadDesign(c.format, "d.yaml", []byte(c.in))
		if fault.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A draft is a service file that can be written down and read again.
func TestDesignsAreServiceFiles(t *testing.T) {
	for _, file := range samples() {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		design, err := exchange.ReadDesign("", file, text)
		if err != nil {
			t.Fatal(err)
		}
		written, err := model.Write(design.Service)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := model.Read(schema.Source{File: file, Text: written}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestEveryFormatOfDesignsIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range exchange.Designs() {
		if f.Name == "" || f.Title == "" || f.Sniff == nil || f.Read == nil || seen[f.Name] {
			t.Errorf("%+v", f.Name)
		}
		seen[f.Name] = true
		if _, err := os.Stat(f.Name); err != nil {
			t.Errorf("%s is not in a folder of its name", f.Name)
		}
		if named, err := exchange.DesignNamed(f.Name); err != nil || named.Title != f.Title {
			t.Errorf("%s is not found by its name: %v", f.Name, err)
		}
	}
}

// Whatever a file holds, it is refused with a fault or becomes a service file that can be written and read again.
func FuzzReadDesign(f *testing.F) {
	for _, file := range samples() {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		design, err := exchange.ReadDesign(exchange.Auto, "d", text)
		if err != nil {
			if _, is := err.(*fault.Error); !is {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		written, err := model.Write(design.Service)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := model.Read(schema.Source{File: "d", Text: written}); err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
	})
}
