package model_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// FuzzParse: reading never panics; what is wrong has a place inside the text and a sentence on one line that is safe to
// print; what is accepted has one digest and speaks nowhere against itself.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.yaml", "testdata/good/*.yaml", "testdata/full.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, text := range made() {
		if len(text) < 10_000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, _, err := model.Read(schema.Source{File: "f.yaml", Text: text})
		if err != nil {
			placed(t, string(text), err)
			return
		}
		if problems := model.Validate(s); len(problems) > 0 {
			t.Fatalf("accepted, and yet %v", problems)
		}
		first, err := ident.Sum(s)
		if err != nil {
			t.Fatalf("accepted, and yet without a digest: %v", err)
		}
		again, _, err := model.Read(schema.Source{File: "f.yaml", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if second, _ := ident.Sum(again); second != first {
			t.Fatalf("%s and then %s", first, second)
		}
	})
}

// placed checks that each problem of an error is told well.
func placed(t *testing.T, text string, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*fault.Error](err)
	if !ok || wrong.Kind != fault.Invalid || len(wrong.Fields) == 0 || len(wrong.Fields) > schema.MaxProblems+1 {
		t.Fatalf("%v is %T", err, err)
	}
	breaks := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
	lines := strings.Split(breaks.Replace(text), "\n")
	for _, p := range wrong.Fields {
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > 1+utf8.RuneCountInString(text) {
			t.Fatalf("%s: outside the text of %d lines", p, len(lines))
		}
		if !utf8.ValidString(p.Text) || strings.ContainsFunc(p.Text, func(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 || r >= 0x202A && r <= 0x202E }) {
			t.Fatalf("%q is not safe to print", p.Text)
		}
		if p.Text == "" || len(p.Text) > 2000 {
			t.Fatalf("a sentence of %d bytes", len(p.Text))
		}
	}
}
