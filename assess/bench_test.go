package assess_test

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// The size that docs/performance.md speaks of: 100 components, 300 flows, 200 controls, 100 risks, and so many records.
func sized(tb testing.TB, name string, records int) judge.Sources {
	tb.Helper()
	packs, err := library.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		tb.Fatal(err)
	}
	s := &model.Service{Bulkhead: "v1", Service: model.Identity{ID: ident.ID(name), Name: name, Phase: model.Live}}
	sizedArchitecture(s)
	sizedControls(s, lib)
	sizedRisks(s)
	return judge.Sources{Service: s, Library: lib, Evidence: sizedEvidence(s, records)}
}

func sizedArchitecture(s *model.Service) {
	s.Architecture.Zones = []model.Zone{{ID: "out", Trust: model.Public}, {ID: "in", Trust: model.Internal}}
	types := []model.ComponentType{"web-application", "api", "datastore", "process", "queue"}
	for i := range 20 {
		s.Data = append(s.Data, model.Data{ID: ident.ID(fmt.Sprintf("data-%d", i)), Name: "Data", Classification: model.Official, Personal: model.Yes, SpecialCategory: model.No, CriminalOffence: model.No, Records: int64(1 + i*1000)})
	}
	for i := range 100 {
		zone := ident.ID("in")
		if i%20 == 0 {
			zone = "out"
		}
		s.Architecture.Components = append(s.Architecture.Components, model.Component{
			ID: ident.ID(fmt.Sprintf("component-%d", i)), Type: types[i%len(types)], Zone: zone, Holds: []ident.ID{s.Data[i%20].ID}, Encryption: "standard",
		})
	}
	for i := range 300 {
		s.Architecture.Flows = append(s.Architecture.Flows, model.Flow{
			ID: ident.ID(fmt.Sprintf("flow-%d", i)), Source: s.Architecture.Components[i%100].ID, Destination: s.Architecture.Components[(i*7+3)%100].ID, Data: []ident.ID{s.Data[i%20].ID}, Protocol: "https", Encryption: "standard",
		})
	}
}

// sizedControls claims every control of the catalogue and fills up with the team's own; half of them are on some
// components only.
func sizedControls(s *model.Service, lib *library.Library) {
	for _, c := range lib.Controls {
		s.Controls = append(s.Controls, model.Control{ID: c.Item.ID, Progress: model.Implemented})
	}
	for i := len(s.Controls); i < 200; i++ {
		c := model.Control{ID: ident.ID(fmt.Sprintf("own-%d", i)), Title: "Own", Progress: model.Implemented}
		for k := range 20 {
			c.Components = append(c.Components, s.Architecture.Components[(i+k*3)%100].ID)
		}
		s.Controls = append(s.Controls, c)
	}
}

func sizedRisks(s *model.Service) {
	for i := range 100 {
		r := model.Risk{
			ID: ident.ID(fmt.Sprintf("risk-%d", i)), Title: "Risk", Owner: "service-owner", Due: civil.Date{Year: 2027, Month: 6, Day: 1 + i%28},
			Inherent: model.Judgement{Likelihood: 4, Impact: model.Impact{Operational: 4, Financial: 3}}, Residual: model.Judgement{Likelihood: 1, Impact: model.Impact{Operational: 4, Financial: 3}},
		}
		for k := range 3 {
			r.Controls = append(r.Controls, model.Reliance{Control: s.Controls[(i+k*50)%200].ID, Lowers: "likelihood", Steps: 1})
		}
		r.Components = []ident.ID{s.Architecture.Components[i].ID}
		s.Risks = append(s.Risks, r)
	}
}

// sizedEvidence spreads records over the controls: most name components, one in twenty fails and is cleared by a later
// pass, and they were observed over a year.
func sizedEvidence(s *model.Service, n int) []evidence.Record {
	kinds := []library.EvidenceKind{library.TestResult, library.Scan, library.Configuration, library.Review, library.Record}
	out := make([]evidence.Record, 0, n)
	for i := range n {
		r := evidence.Record{
			ID: ident.ID(fmt.Sprintf("evidence-%d", i)), Kind: kinds[i%len(kinds)], Strength: library.Tested, Outcome: evidence.Passed,
			Observed: civil.MomentOn(civil.Date{Year: 2026, Month: 1 + i%11, Day: 1 + i%28}), Subject: []ident.Ref{ident.To(ident.KindControl, string(s.Controls[i%200].ID))},
		}
		if i%20 == 0 {
			r.Outcome = evidence.Failed
		}
		for k := range i % 4 {
			r.Subject = append(r.Subject, ident.Claim("architecture", "components", string(s.Architecture.Components[(i+k*11)%100].ID)))
		}
		out = append(out, r)
	}
	return out
}

// moment is 21 November 2026 at noon, UTC.
const moment = civil.Instant(1795262400)

func ready(b *testing.B, records int) *judge.Inputs {
	b.Helper()
	in, err := judge.Prepare(sized(b, "sized", records))
	if err != nil {
		b.Fatal(err)
	}
	return in
}

func BenchmarkJudge(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			in := ready(b, n)
			b.ReportAllocs()
			for b.Loop() {
				judge.Judge(in, civil.NewWatch(moment))
			}
		})
	}
}

func BenchmarkAssess(b *testing.B) {
	in := ready(b, 1_000)
	b.ReportAllocs()
	for b.Loop() {
		assess.Ready(in, moment)
	}
}

// BenchmarkAssessWithActions is all that a check does of one service once it is read: making it ready, the posture with its
// next change, and what to do next with what each thing would gain.
func BenchmarkAssessWithActions(b *testing.B) {
	sources := sized(b, "sized", 1_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := assess.Assess(sources, moment); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			sources := sized(b, "sized", n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := judge.Prepare(sources); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEstate1000 takes a thousand services of that size on all cores: making them ready, and judging them, each with
// its next change.
func BenchmarkEstate1000(b *testing.B) {
	sources := make([]judge.Sources, 1_000)
	for i := range sources {
		sources[i] = sized(b, fmt.Sprintf("service-%d", i), 1_000)
	}
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			if err := assess.NewEstate().PutAll(sources); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("judge", func(b *testing.B) {
		e := assess.NewEstate()
		if err := e.PutAll(sources); err != nil {
			b.Fatal(err)
		}
		for at := moment; b.Loop(); at-- { // an earlier moment each time, so that nothing is held over
			if _, err := e.Postures(at); err != nil {
				b.Fatal(err)
			}
		}
	})
}
