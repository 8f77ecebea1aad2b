package store_test

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// farthest is the last moment on the time line.
const farthest civil.Instant = 32503679999

func organised(number, parent int64) store.Entry {
	return entry(ledger.OrganisationRevised, "", &store.Organised{Number: number, Parent: parent, Digest: "c1:o", Texts: []store.Text{{File: "organisation.yaml", Text: "id: o\n"}}, Note: "n"})
}

func packed(id ident.ID, version string) store.Entry {
	return entry(ledger.PackRecorded, "", &store.Packed{ID: id, Version: version, Digest: ident.Digest("c1:" + version), Text: store.Text{File: "pack.yaml", Text: version}})
}

func TestTheOrganisationHasRevisions(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		ctx := t.Context()
		if r, err := s.Organisation(ctx, 0); err != nil || r.Number != 0 {
			t.Errorf("a new record has %+v, %v", r, err)
		}
		write(t, s, organised(1, 0))
		at.set(noon.Add(time.Hour))
		write(t, s, organised(2, 1))
		for _, stale := range []store.Entry{organised(2, 1), organised(1, 0), organised(4, 3)} {
			_, err := s.Write(ctx, []store.Entry{stale}, nil)
			refused(t, err, fault.Conflict)
		}
		first := civil.Of(noon)
		for _, c := range []struct {
			at   civil.Instant
			want int64
		}{{0, 2}, {first - 1, 0}, {first, 1}, {first + 3599, 1}, {first + 3600, 2}, {farthest, 2}} {
			r, err := s.Organisation(ctx, c.at)
			if err != nil || r.Number != c.want {
				t.Errorf("at %v it is revision %d, want %d, %v", c.at, r.Number, c.want, err)
			}
		}
		r, err := s.Organisation(ctx, 0)
		want := store.OrganisationRevision{At: first + 3600, Actor: "person:p1", Organised: store.Organised{
			Number: 2, Parent: 1, Digest: "c1:o", Texts: []store.Text{{File: "organisation.yaml", Text: "id: o\n"}}, Note: "n",
		}}
		if err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("it is %+v, want %+v, %v", r, want, err)
		}
	})
}

func TestOfManyOrganisationsOneWins(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				_, err := s.Write(t.Context(), []store.Entry{organised(1, 0)}, nil)
				if err == nil {
					won.Add(1)
				} else {
					refused(t, err, fault.Conflict)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d won", won.Load())
		}
	})
}

func TestPacksInForceAtAMoment(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		write(t, s, packed("b", "b1"), packed("a", "a1"))
		at.set(noon.Add(time.Hour))
		write(t, s, packed("a", "a2"), packed("é", "e1"))
		at.set(noon.Add(2 * time.Hour))
		write(t, s, packed("a", "a1")) // an older version comes back into force
		first := civil.Of(noon)
		for _, c := range []struct {
			at   civil.Instant
			want []string
		}{
			{first - 1, nil},
			{first, []string{"a1", "b1"}},
			{first + 3599, []string{"a1", "b1"}},
			{first + 3600, []string{"a2", "b1", "e1"}},
			{0, []string{"a1", "b1", "e1"}},
			{farthest, []string{"a1", "b1", "e1"}},
		} {
			packs, err := s.Packs(t.Context(), c.at)
			var got []string
			for _, p := range packs {
				got = append(got, p.Text.Text)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("at %v there are %v, want %v, %v", c.at, got, c.want, err)
			}
		}
	})
}

// TestOnePackIsInForceOfTwoInOneSecond holds that of two versions of a pack that came within a second, the second counts.
func TestOnePackIsInForceOfTwoInOneSecond(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, _ *clock) {
		write(t, s, packed("a", "a2"))
		write(t, s, packed("a", "a1"))
		for _, at := range []civil.Instant{0, civil.Of(noon)} {
			packs, err := s.Packs(t.Context(), at)
			if err != nil || len(packs) != 1 || packs[0].Version != "a1" {
				t.Errorf("at %v there are %+v, %v", at, packs, err)
			}
		}
	})
}

func TestTheBasisTellsThatSomethingChanged(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		seen := map[store.Basis]bool{}
		for i, e := range []store.Entry{registered("portal"), organised(1, 0), packed("a", "a1"), organised(2, 1), packed("a", "a2"), packed("a", "a1"), packed("a", "a1")} {
			write(t, s, e)
			b, err := s.Basis(t.Context())
			if err != nil || seen[b] {
				t.Errorf("after entry %d it is %+v, %v, which it was before", i, b, err)
			}
			seen[b] = true
		}
	})
}
