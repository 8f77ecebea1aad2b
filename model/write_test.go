package model_test

import (
	stdcmp "cmp"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func TestWriteTheFullFile(t *testing.T) {
	s := full(t)
	text, err := model.Write(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, read(t, string(text))); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
	golden(t, "testdata/written.golden.yaml", string(text))
}

// TestWriteIsReadBack writes services that say anything anywhere, sense or not, and reads them back.
func TestWriteIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s model.Service
		seed := rapid.Uint64().Draw(t, "seed") // a draw for each word would take minutes
		f := filler{rand: rand.New(rand.NewPCG(seed, 0)), ids: map[string][]ident.ID{}}
		f.fill(reflect.ValueOf(&s).Elem(), "", 0)
		for _, fill := range f.later {
			fill()
		}
		text, err := model.Write(&s)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := schema.Parse(schema.Source{File: "w.yaml", Text: text})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		var back model.Service
		if err := doc.DecodeDraft(&back); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(s, back); diff != "" {
			t.Fatalf("%s\n%s", diff, text)
		}
	})
}

// filler fills a document with what its grammar allows.
type filler struct {
	rand  *rand.Rand
	ids   map[string][]ident.ID // by kind
	later []func()              // references, once all ids are there
	n     int
}

func (f *filler) int(most int) int { return f.rand.IntN(most + 1) }

func (f *filler) oneOf(texts ...string) string { return texts[f.rand.IntN(len(texts))] }

func (f *filler) fill(v reflect.Value, tag reflect.StructTag, depth int) {
	switch {
	case tag.Get("ref") != "":
		f.later = append(f.later, func() { f.refer(v, strings.Split(tag.Get("ref"), "|")) })
	case v.Type() == reflect.TypeFor[civil.Date]():
		v.Set(reflect.ValueOf(civil.Date{Year: 2020 + f.int(9), Month: 1 + f.int(11), Day: 1 + f.int(27)}))
	case v.Type() == reflect.TypeFor[civil.Period]():
		v.Set(reflect.ValueOf(civil.Period{Years: f.int(3), Days: 1 + f.int(900)}))
	case v.Kind() == reflect.Struct && isDocument(v.Type()):
		f.structure(v, depth)
	case v.Kind() == reflect.Slice:
		f.list(v, tag, depth)
	case v.Kind() == reflect.Int || v.Kind() == reflect.Int64:
		most, _ := strconv.Atoi(stdcmp.Or(tag.Get("max"), "5"))
		v.SetInt(int64(1 + f.int(most-1)))
	case v.Kind() == reflect.String:
		v.SetString(f.text(v))
	}
}

func (f *filler) structure(v reflect.Value, depth int) {
	for i := range v.NumField() {
		if depth < 2 || f.int(2) == 0 || v.Type().Field(i).Name == "ID" {
			f.fill(v.Field(i), v.Type().Field(i).Tag, depth+1)
		}
	}
}

func (f *filler) list(v reflect.Value, tag reflect.StructTag, depth int) {
	n := f.int(2)
	if n == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		item := v.Index(i)
		f.fill(item, "", depth+1)
		for j := 0; item.Kind() == reflect.Struct && item.IsZero(); j++ { // nothing said of it: say something
			at := j % item.NumField()
			f.fill(item.Field(at), item.Type().Field(at).Tag, depth+1)
		}
		if kind := tag.Get("kind"); kind != "" {
			f.n++
			id := ident.ID(f.oneOf("no-", "1.", "i", "0x") + strconv.Itoa(f.n))
			item.FieldByName("ID").SetString(string(id))
			if tag.Get("unique") == "" {
				f.ids[kind] = append(f.ids[kind], id)
			}
		}
	}
}

func (f *filler) refer(v reflect.Value, kinds []string) {
	var all []ident.ID
	for _, kind := range kinds {
		all = append(all, f.ids[kind]...)
	}
	switch {
	case len(all) == 0:
	case v.Kind() == reflect.Slice:
		v.Set(reflect.ValueOf(all[:1+f.int(min(len(all), 12)-1)]))
	default:
		v.SetString(string(all[f.int(len(all)-1)]))
	}
}

// text gives a word of the list where the type has one, and otherwise something that is easily misread.
func (f *filler) text(v reflect.Value) string {
	if list, ok := v.Interface().(schema.Vocabulary); ok {
		var names []string
		for _, w := range list.Words() {
			if !w.Absent && w.Not == "" {
				names = append(names, w.Name)
			}
		}
		return names[f.int(len(names)-1)]
	}
	if v.Type() == reflect.TypeFor[ident.ID]() {
		return f.oneOf("a", "no", "1", "2026-01-01", "a.b-c_d")
	}
	return f.oneOf(
		"plain words", "no", "On", "1.10", "2026-01-01", "# not a remark", "a: b", "- item", "it's \"quoted\"", "two\nlines", "a\n\n  indented\nb",
		"https://host.example/a?b=c#d", strings.TrimSpace(strings.Repeat("words and more words, ", 12)), "caf\u00e9 \u2014 \u65e5\u672c", "[x]", "{y}", "~", "end:", "a\u00a0b",
	)
}
