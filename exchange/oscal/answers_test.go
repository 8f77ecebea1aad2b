package oscal_test

import (
	"os"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/oscal"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// noon is 22 November 2026 at noon, UTC.
const noon = civil.Instant(1795348800)

// answered gives the service file of the example with every requirement of SP 800-53 answered in it, and the library with
// that framework in force.
func answered(t testing.TB) (schema.Source, *library.Library) {
	t.Helper()
	c := read(t, shared(t, nist), "nist-800-53")
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(append(packs, c.Pack), library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	var sources []schema.Source
	for _, name := range []string{"bulkhead.yaml", "bulkhead/risks.yaml", "bulkhead/answers.yaml"} {
		text, err := os.ReadFile("../../examples/parking-permits/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, schema.Source{File: name, Text: text})
	}
	s := service(t, sources...)
	f := &c.Pack.Frameworks[0]
	s.Plan.Frameworks = append(s.Plan.Frameworks, model.Choice{ID: f.ID, Framework: f.ID, Version: f.Version, Reason: "The buyer asks for it."})
	for i, r := range asked(c) {
		s.Answers = append(s.Answers, model.Answer{
			ID: ident.Suggest("nist-" + r.ID), Framework: f.ID, Version: f.Version, Requirement: r.ID, Answer: []model.Met{model.IsMet, model.Partly, model.NotMet}[i%3],
			Sentence: "This is looked after by the team, in the way that the operations handbook describes.", By: "service-owner", Date: civil.Date{Year: 2026, Month: 11, Day: 2},
		})
	}
	text, err := schema.Write(s)
	if err != nil {
		t.Fatal(err)
	}
	return schema.Source{File: model.File, Text: text}, lib
}

func service(t testing.TB, sources ...schema.Source) *model.Service {
	t.Helper()
	s, _, err := model.Read(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A service that has answered a whole catalog is judged by it like by any other framework.
func TestAWholeCatalogAnswered(t *testing.T) {
	source, lib := answered(t)
	p, err := assess.Assess(judge.Sources{Service: service(t, source), Library: lib}, noon)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Frameworks, func(f judge.Framework) bool { return f.ID == "nist-800-53" })
	if i < 0 || !p.Frameworks[i].Known || p.Frameworks[i].Answered.N != 1189 || p.Frameworks[i].Answered.Of != 1189 {
		t.Errorf("%d: %+v", i, p.Frameworks)
	}
	t.Logf("a service file of %d bytes", len(source.Text))
}

func BenchmarkCatalog(b *testing.B) {
	text := shared(b, nist)
	c := read(b, text, "nist-800-53")
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := oscal.Read(text, fetched("nist-800-53"), foreign.Default()); err != nil {
				b.Fatal(err)
			}
		}
	})
	pack, err := schema.YAML(c.Pack)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("pack", func(b *testing.B) {
		b.SetBytes(int64(len(pack)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := library.ReadPack(schema.Source{File: "nist.yaml", Text: pack}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAnswers(b *testing.B) {
	source, lib := answered(b)
	s := service(b, source)
	in, err := judge.Prepare(judge.Sources{Service: s, Library: lib})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(source.Text)))
		b.ReportAllocs()
		for b.Loop() {
			service(b, source)
		}
	})
	b.Run("prepare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := judge.Prepare(judge.Sources{Service: s, Library: lib}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("judge", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			judge.Judge(in, civil.NewWatch(noon))
		}
	})
	b.Run("ready", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			assess.Ready(in, noon)
		}
	})
}
