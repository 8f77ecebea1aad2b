package diagram_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/report/diagram"
)

func BenchmarkSVG30(b *testing.B)  { benchmark(b, diagram.Picture{Service: made(30, 45, 6)}) }
func BenchmarkSVG100(b *testing.B) { benchmark(b, diagram.Picture{Service: made(100, 200, 8)}) }
func BenchmarkSVG300(b *testing.B) { benchmark(b, diagram.Picture{Service: made(300, 600, 15)}) }
func BenchmarkSVG2000(b *testing.B) {
	benchmark(b, diagram.Picture{Service: made(2000, 4000, 40), Overview: true})
}

func benchmark(b *testing.B, p diagram.Picture) {
	b.ReportAllocs()
	for b.Loop() {
		p.SVG()
	}
}
