package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// bothMeasured runs a benchmark on each engine, where what is acknowledged is on the disk.
func bothMeasured(b *testing.B, measure func(b *testing.B, s *store.Store)) {
	b.Helper()
	b.Run("SQLite", func(b *testing.B) { measure(b, opened(b, onSQLite(b))) })
	b.Run("PostgreSQL", func(b *testing.B) {
		server := postgres.Start(b, "fsync = on")
		measure(b, opened(b, store.Config{Database: server.Database(b), Ring: ring(b)}))
	})
}

// edit is a revision as a person makes one: a service with a file of 4,000 bytes, and a mark.
func edit(b *testing.B, s *store.Store, id ident.ID) {
	e := revised(id, 1)
	e.Content.(*store.Revised).Texts[0].Text = fmt.Sprintf("%04000d", 1)
	_, err := s.Write(context.Background(), []store.Entry{registered(id), e}, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, noon, id) })
	if err != nil {
		b.Error(err)
	}
}

func BenchmarkOneChangeAlone(b *testing.B) {
	bothMeasured(b, func(b *testing.B, s *store.Store) {
		n := 0
		for b.Loop() {
			edit(b, s, ident.ID(fmt.Sprint("s", n)))
			n++
		}
	})
}

func BenchmarkChangesOfFifty(b *testing.B) {
	bothMeasured(b, func(b *testing.B, s *store.Store) {
		var n atomic.Int64
		b.SetParallelism(25) // of each of two cores
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				edit(b, s, ident.ID(fmt.Sprint("s", n.Add(1))))
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
	})
}

// estate fills a record with services and their postures, which are of 60,000 bytes.
func estate(b *testing.B, s *store.Store, services int) {
	b.Helper()
	posture, err := json.Marshal(make([]int, 30_000))
	if err != nil {
		b.Fatal(err)
	}
	for n := range services {
		id := ident.ID(fmt.Sprint("s", n))
		e := judged(id, "d", on("pack", "p"), on("supplier", "Hosting"))
		e.Content.(*store.Judged).Posture = posture
		write(b, s, registered(id), revised(id, 1), e)
	}
}

func BenchmarkListOf2000(b *testing.B) {
	bothMeasured(b, func(b *testing.B, s *store.Store) {
		estate(b, s, 2000)
		for b.Loop() {
			lines, err := s.Services(b.Context(), store.Scope{All: true}, "", 2000)
			if err != nil || len(lines) != 2000 {
				b.Fatal(len(lines), err)
			}
		}
	})
}

func BenchmarkPosture(b *testing.B) {
	bothMeasured(b, func(b *testing.B, s *store.Store) {
		estate(b, s, 100)
		for b.Loop() {
			if _, err := s.Posture(b.Context(), "s42"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSync is what the disk takes to keep 4,000 bytes: no change that is alone can be faster.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for b.Loop() {
		if _, err := f.Write(make([]byte, 4000)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
}
