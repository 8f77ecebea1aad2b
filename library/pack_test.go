package library_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func builtin(t testing.TB) []library.Pack {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

func written(t testing.TB) []schema.Source {
	t.Helper()
	files, err := filepath.Glob("packs/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no packs found", err)
	}
	var sources []schema.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, schema.Source{File: file, Text: text})
	}
	return sources
}

func TestBuiltInPacksAreUpToDate(t *testing.T) {
	var packs []library.Pack
	for _, source := range written(t) {
		pack, err := library.ReadPack(source)
		if err != nil {
			t.Error(err)
			continue
		}
		packs = append(packs, pack)
	}
	want, err := library.Bundle(packs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("packs.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("library/packs.json is not what library/packs/*.yaml say: run `make packs`")
	}
}

func TestBuiltInPacksPassLint(t *testing.T) {
	for _, problem := range library.Lint(builtin(t)) {
		t.Error(problem, problem.Path)
	}
}

// Builtin takes the digests as they are in the file, so that a start costs no hashing. That they are right, and that
// decoding loses nothing, is shown here.
func TestBuiltInDigests(t *testing.T) {
	for _, pack := range builtin(t) {
		digest, err := ident.Sum(pack)
		if err != nil || digest != pack.Digest {
			t.Errorf("%s: the digest is %s, %v; the file says %s", pack.ID, digest, err, pack.Digest)
		}
	}
}

// The bands are those of the official template, by its heat map and by its formula.
func TestOfficialMatrix(t *testing.T) {
	bands := map[int]model.Band{}
	for _, pack := range builtin(t) {
		for _, cell := range pack.Matrix {
			for score := cell.From; score <= cell.To; score++ {
				bands[score] = cell.Band
			}
		}
	}
	for score, want := range map[int]model.Band{1: model.VeryLow, 3: model.VeryLow, 4: model.Low, 6: model.Low, 8: model.Medium, 12: model.Medium, 15: model.High, 20: model.High, 25: model.VeryHigh} {
		if bands[score] != want {
			t.Errorf("a score of %d is %s, not %s", score, bands[score], want)
		}
	}
}

// Effort follows risk: the lowest tier fits one screen, each tier asks for what the ones below it ask and for more, and the
// rest of the catalogue is to be chosen from.
func TestBaselines(t *testing.T) {
	l, err := library.New(builtin(t), library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	var below []library.Required
	for _, tier := range l.Tiers {
		asks := l.Required(tier.ID)
		if len(asks) <= len(below) {
			t.Errorf("the tier %s asks for %d controls, the one below for %d", tier.ID, len(asks), len(below))
		}
		for _, b := range below {
			if !slices.ContainsFunc(asks, func(r library.Required) bool { return r.Control == b.Control }) {
				t.Errorf("the tier %s does not ask for %s, as the one below does", tier.ID, b.Control)
			}
		}
		for _, r := range asks {
			if l.Control(r.Control) == nil || r.Why == "" {
				t.Errorf("the tier %s asks for %s, for no reason or of no catalogue", tier.ID, r.Control)
			}
		}
		below = asks
	}
	if n := len(l.Required(l.Tiers[0].ID)); n < 12 || n > 18 {
		t.Errorf("the lowest tier asks for %d controls", n)
	}
}

const small = `pack: v1
id: small
title: Small
version: "1"
source: A test
licence: None
retrieved: 2026-11-21
mark: ours
areas:
  - {id: context, title: Context, summary: First}
`

func TestReadPackTellsPlaces(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{small, "small.yaml:10:3: the areas are [context]"},
		{strings.Replace(small, "mark: ours", "mark: confirmed", 1), `small.yaml:10:5: "context" is marked as confirmed`},
		{strings.Replace(small, "licence: None\n", "", 1), `small.yaml:1:1: "licence" is missing`},
		{strings.Replace(small, "mark: ours", "mark: sure", 1), `small.yaml:8:7: "sure" is not one of`},
		{strings.Replace(small, "areas:", "arias:", 1), "did you mean areas?"},
	} {
		_, err := library.ReadPack(schema.Source{File: "small.yaml", Text: []byte(c.text)})
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, which should say %q", err, c.says)
		}
	}
}

func TestReadPackGivesTheDigest(t *testing.T) {
	text, _, _ := strings.Cut(small, "areas:")
	one, err := library.ReadPack(schema.Source{Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	two, err := library.ReadPack(schema.Source{Text: []byte("# a comment changes nothing\n" + text)})
	if err != nil || one.Digest == "" || one.Digest != two.Digest {
		t.Errorf("%s and %s, %v", one.Digest, two.Digest, err)
	}
	three, _ := library.ReadPack(schema.Source{Text: []byte(strings.Replace(text, "Small", "Smaller", 1))})
	if three.Digest == one.Digest {
		t.Error("another title has the same digest")
	}
}

func FuzzReadPack(f *testing.F) {
	f.Add([]byte(small))
	for _, source := range written(f) {
		f.Add(source.Text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		pack, err := library.ReadPack(schema.Source{File: "fuzz.yaml", Text: text})
		if err != nil {
			return
		}
		if _, err := library.Bundle([]library.Pack{pack}); err != nil || pack.Digest == "" {
			t.Errorf("a pack that was read cannot be written: %v", err)
		}
		library.Lint([]library.Pack{pack, pack})
	})
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := library.Builtin(); err != nil {
			b.Fatal(err)
		}
	}
}
