package seal_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// posture gives the first n bytes of the posture of the example service, as JSON.
func posture(b *testing.B, n int) []byte {
	b.Helper()
	at := func(z civil.Zone) (civil.Instant, error) {
		m, err := civil.ParseMoment("2026-11-21")
		return z.From(m), err
	}
	checked, err := app.Judge(app.Where{Path: filepath.Join("..", "..", "examples", "parking-permits")}, at)
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.JSON(&out, checked.Postures[0]); err != nil {
		b.Fatal(err)
	}
	if out.Len() < n {
		b.Fatalf("the posture has %d bytes, not %d", out.Len(), n)
	}
	return out.Bytes()[:n]
}

// BenchmarkSealAndOpen measures a small record and a large posture; "stored" is the bytes that are kept of one.
func BenchmarkSealAndOpen(b *testing.B) {
	ring := newRing(b)
	for _, n := range []int{2_000, 300_000} {
		content := posture(b, n)
		e := sealed(b, ring, "b1", content)
		b.Run(fmt.Sprintf("seal/%d", n), func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				sealed(b, ring, "b1", content)
			}
			b.ReportMetric(float64(len(e.Sealed)+len(e.Wrapped)), "stored")
		})
		b.Run(fmt.Sprintf("open/%d", n), func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := seal.Open(ring, "b1", e.KeyID, e.Wrapped, e.Sealed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
