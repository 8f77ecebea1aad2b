package threat

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// sizes of estates, in components: each has 1.7 flows. A service of 2,000 components is a large programme.
func sizes(b *testing.B, run func(b *testing.B, s *model.Service)) {
	for _, n := range []int{250, 500, 1000, 2000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, estate(n))
		})
	}
}

// half of the controls work.
func half(control ident.ID, component int) (claimed, evidenced bool) {
	return workings{seed: 1, claimed: 4, shown: 2}.works(control, component)
}

func BenchmarkRules(b *testing.B) {
	lib, book := builtin(b)
	sizes(b, func(b *testing.B, s *model.Service) {
		for b.Loop() {
			if len(book.Candidates(Arrange(s, lib))) == 0 {
				b.Fatal("no threat was found")
			}
		}
	})
}

func BenchmarkGraph(b *testing.B) {
	lib, book := builtin(b)
	sizes(b, func(b *testing.B, s *model.Service) {
		d := Arrange(s, lib)
		for b.Loop() {
			book.Graph(d)
		}
	})
}

func BenchmarkEasiest(b *testing.B) {
	lib, book := builtin(b)
	sizes(b, func(b *testing.B, s *model.Service) {
		g := book.Graph(Arrange(s, lib))
		for b.Loop() {
			if len(g.View(half, AsEvidenced, Supposed{}).Easiest(Start{})) == 0 {
				b.Fatal("no way was found")
			}
		}
	})
}

// BenchmarkBlasts works out the blast radius of every component.
func BenchmarkBlasts(b *testing.B) {
	lib, book := builtin(b)
	sizes(b, func(b *testing.B, s *model.Service) {
		v := book.Graph(Arrange(s, lib)).View(half, AsEvidenced, Supposed{})
		for b.Loop() {
			if len(v.Blasts()) == 0 {
				b.Fatal("nothing was reached")
			}
		}
	})
}

// BenchmarkEdit500 is what an edit of one attribute costs: everything is worked out anew.
func BenchmarkEdit500(b *testing.B) {
	lib, book := builtin(b)
	s := estate(500)
	b.ReportAllocs()
	for b.Loop() {
		x := &s.Architecture.Components[100]
		if x.Logs = model.Yes; x.Redundant == model.Yes {
			x.Logs = model.No
		}
		d := Arrange(s, lib)
		book.Candidates(d)
		book.Graph(d)
	}
}
