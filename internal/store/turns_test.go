package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// TestATurnIsGivenBack reads in every way in which reading ends: who comes after never waits for a turn that nobody has.
func TestATurnIsGivenBack(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("portal"))
		gone, leave := context.WithCancel(t.Context())
		leave()
		ways := map[string]func() error{
			"a row":                  func() error { _, err := s.Service(t.Context(), "portal"); return err },
			"no row":                 func() error { _, err := s.Service(t.Context(), "none"); return err },
			"rows":                   func() error { _, err := s.Read(t.Context(), `SELECT id FROM service`); return err },
			"what is no query":       func() error { _, err := s.Read(t.Context(), `SELECT nothing FROM nowhere`); return err },
			"what cannot be scanned": func() error { _, err := s.Read(t.Context(), `SELECT NULL`); return err },
			"a caller who has gone":  func() error { _, err := s.Read(gone, `SELECT id FROM service`); return err },
			"a row for one who left": func() error { _, err := s.Service(gone, "portal"); return err },
		}
		good := map[string]bool{"a row": true, "rows": true}
		for about, read := range ways {
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					if err := read(); (err == nil) != good[about] {
						t.Errorf("%s: %v", about, err)
					}
				})
			}
			wg.Wait()
			if n := s.Reading(); n != 0 {
				t.Fatal(fmt.Sprint(about, " leaves turns taken: ", n))
			}
		}
	})
}
