package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func mark(t testing.TB, s *store.Store, at time.Time, services ...ident.ID) {
	t.Helper()
	within(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, at, services...) })
}

func claim(t testing.TB, s *store.Store, at time.Time, limit int) []store.Dirty {
	t.Helper()
	some, err := s.Claim(t.Context(), "w", at, time.Minute, store.Pace{}, limit)
	if err != nil {
		t.Fatal(err)
	}
	return sorted(some)
}

func trouble(t testing.TB, s *store.Store, d store.Dirty, at time.Time, text string) {
	t.Helper()
	if err := s.Trouble(t.Context(), d, at, text); err != nil {
		t.Fatal(err)
	}
}

func TestAMarkIsClaimedByOneUntilItsLeaseEnds(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		if some := claim(t, s, noon, 10); len(some) != 0 {
			t.Errorf("nothing is dirty, and %v is given", some)
		}
		mark(t, s, noon, "b", "a")
		mark(t, s, noon.Add(time.Second), "a")
		if some := claim(t, s, noon.Add(-time.Microsecond), 10); len(some) != 0 {
			t.Errorf("before they are due, %v are given", some)
		}
		some := claim(t, s, noon.Add(time.Second), 10)
		if len(some) != 2 || some[0].Service != "a" || some[0].Mark != 2 || some[1].Mark != 1 || !some[0].Since.Equal(noon) || some[0].Tries != 1 {
			t.Errorf("given are %+v", some)
		}
		if again := claim(t, s, noon.Add(61*time.Second-time.Microsecond), 10); len(again) != 0 {
			t.Errorf("while the lease holds, %v are given again", again)
		}
		again := claim(t, s, noon.Add(61*time.Second), 10)
		if len(again) != 2 || again[0].Tries != 2 {
			t.Errorf("after the lease %+v are given", again)
		}
	})
}

func TestWhatIsGivenBackIsTakenAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		mark(t, s, noon, "a")
		enqueue(t, s, "mail", "m1")
		if len(claim(t, s, noon, 10)) != 1 || len(claimJobs(t, s, noon, 10)) != 1 {
			t.Fatal("nothing was given")
		}
		if has, err := s.Lease(t.Context(), "checkpoints", "w", noon, time.Minute); err != nil || !has {
			t.Fatal(err)
		}
		ctx := t.Context()
		for _, step := range []struct {
			about           string
			do              func() error
			postures, jobs  int
			checkpointsFree bool
		}{
			{"another gives back", func() error { return errors.Join(s.GiveBack(ctx, "other"), s.GiveBackJobs(ctx, "other")) }, 0, 0, false},
			{"postures are given back", func() error { return s.GiveBack(ctx, "w") }, 1, 0, false},
			{"jobs are given back", func() error { return s.GiveBackJobs(ctx, "w") }, 0, 1, false},
			{"all is taken over", func() error { return s.TakeOver(ctx) }, 1, 1, true},
		} {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			free, err := s.Lease(ctx, "checkpoints", "other", noon, time.Minute)
			if postures, jobs := len(claim(t, s, noon, 10)), len(claimJobs(t, s, noon, 10)); err != nil || postures != step.postures || jobs != step.jobs || free != step.checkpointsFree {
				t.Errorf("%s: %d postures, %d jobs, checkpoints %v, %v", step.about, postures, jobs, free, err)
			}
		}
	})
}

func TestThoseThatWaitLongestComeFirst(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		for i, id := range []ident.ID{"c", "a", "d", "b"} {
			mark(t, s, noon.Add(time.Duration(i)*time.Second), id)
		}
		for _, want := range [][]ident.ID{{"a", "c"}, {"b", "d"}, nil} {
			var got []ident.ID
			for _, d := range claim(t, s, noon.Add(time.Minute), 2) {
				got = append(got, d.Service)
			}
			if !slices.Equal(got, want) {
				t.Errorf("given are %v, want %v", got, want)
			}
		}
	})
}

func TestWhatIsMarkedAgainMeanwhileIsNotClean(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		mark(t, s, noon, "a", "b")
		some := claim(t, s, noon, 10)
		mark(t, s, noon.Add(time.Second), "a")
		clean(t, s, some[0], noon.Add(2*time.Second))
		clean(t, s, some[1], noon.Add(2*time.Second))
		left := claim(t, s, noon.Add(2*time.Second), 10)
		if len(left) != 1 || left[0].Service != "a" || left[0].Mark != 2 || left[0].Tries != 1 {
			t.Errorf("left is %+v", left)
		}
		clean(t, s, left[0], noon)
		clean(t, s, left[0], noon) // what is clean stays so
		if w, err := s.Waiting(t.Context()); err != nil || w != (store.Waiting{}) {
			t.Errorf("in the end %+v waits, %v", w, err)
		}
	})
}

func TestTroubleIsTriedEverLessOften(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx, at := t.Context(), noon
		mark(t, s, at, "a")
		for try := range int64(15) {
			some := claim(t, s, at, 10)
			if len(some) != 1 || some[0].Tries != try+1 {
				t.Fatalf("at try %d %+v is given", try+1, some)
			}
			trouble(t, s, some[0], at, fmt.Sprint("trouble ", try))
			wait := store.BackOff(try + 1)
			if early := claim(t, s, at.Add(wait-time.Microsecond), 10); len(early) != 0 {
				t.Errorf("after try %d it is given before %v", try+1, wait)
			}
			at = at.Add(wait)
		}
		if got := s.TroubleOf(ctx, "a"); got != "trouble 14" {
			t.Errorf("the trouble is %q", got)
		}
		if got := s.TroubleOf(ctx, "none"); got != "" {
			t.Errorf("the trouble of none is %q", got)
		}
		if w, err := s.Waiting(ctx); err != nil || w != (store.Waiting{Postures: 1, Oldest: noon, Troubled: 1}) {
			t.Errorf("waiting is %+v, %v", w, err)
		}
		mark(t, s, noon, "a") // a change may have mended it
		some := claim(t, s, noon, 10)
		if len(some) != 1 {
			t.Fatal("what was changed is not tried at once")
		}
		clean(t, s, some[0], noon)
		if got := s.TroubleOf(ctx, "a"); got != "" {
			t.Errorf("what is clean has the trouble %q", got)
		}
	})
}

func TestBackOffGrowsToAnHour(t *testing.T) {
	for tries, want := range map[int64]time.Duration{-1: 0, 0: 0, 1: time.Second, 2: 2 * time.Second, 11: 1024 * time.Second, 12: 2048 * time.Second, 13: time.Hour, 1 << 60: time.Hour} {
		if got := store.BackOff(tries); got != want {
			t.Errorf("after %d tries it waits %v, want %v", tries, got, want)
		}
	}
}

// TestAChangeDuringTroubleIsTriedAtOnce holds that a change that came while a judging failed does not wait for the
// back-off of that failure.
func TestAChangeDuringTroubleIsTriedAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		mark(t, s, noon, "a")
		some := claim(t, s, noon, 10)
		mark(t, s, noon.Add(time.Second), "a")
		trouble(t, s, some[0], noon.Add(2*time.Second), "it failed before the change")
		if again := claim(t, s, noon.Add(2*time.Second), 10); len(again) != 1 {
			t.Error("the change has to wait")
		}
	})
}

// TestWhoLostALeaseDoesNotGiveUpThatOfAnother is two workers: the first is so slow that the second was given the service.
func TestWhoLostALeaseDoesNotGiveUpThatOfAnother(t *testing.T) {
	for about, end := range map[string]func(t *testing.T, s *store.Store, late store.Dirty, at time.Time){
		"trouble":      func(t *testing.T, s *store.Store, late store.Dirty, at time.Time) { trouble(t, s, late, at, "slow") },
		"marked again": func(t *testing.T, s *store.Store, late store.Dirty, at time.Time) { clean(t, s, late, at) },
	} {
		t.Run(about, func(t *testing.T) {
			both(t, func(t *testing.T, s *store.Store) {
				mark(t, s, noon, "a")
				late := claim(t, s, noon, 1)[0]
				mark(t, s, noon, "a")
				second := claim(t, s, noon.Add(time.Minute), 1)[0]
				end(t, s, late, noon.Add(time.Minute))
				if third := claim(t, s, noon.Add(2*time.Minute-time.Microsecond), 1); len(third) != 0 {
					t.Errorf("while the second holds it a third is given it: %+v", third)
				}
				clean(t, s, second, noon.Add(time.Minute))
				if w, err := s.Waiting(t.Context()); err != nil || w.Postures != 0 {
					t.Errorf("what the second judged is not clean: %+v, %v", w, err)
				}
			})
		})
	}
}

func TestAllAndThoseThatRestOnAThingAreMarked(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("a"), registered("b"), registered("c"), registered("d"), revised("a", 1), revised("b", 1), revised("d", 1),
			judged("a", "d1", on("pack", "x")), judged("b", "d1", on("role", "x")), entry(ledger.ServiceRetired, "d", &store.Retired{Service: "d"}))
		for _, c := range []struct {
			about string
			mark  func(ctx context.Context, tx *store.Tx) error
			want  []ident.ID
		}{
			{"all", func(ctx context.Context, tx *store.Tx) error { return tx.MarkAll(ctx, noon) }, []ident.ID{"a", "b"}},
			{"resting", func(ctx context.Context, tx *store.Tx) error { return tx.MarkResting(ctx, noon, on("pack", "x")) }, []ident.ID{"a"}},
			{"none", func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, noon) }, nil},
		} {
			for range 2 {
				within(t, s, c.mark) // what is marked already is marked once
			}
			if got := claimed(t, s, noon); !slices.Equal(got, c.want) {
				t.Errorf("%s: marked are %v, want %v", c.about, got, c.want)
			}
		}
	})
}

// Whatever a service that was retired rests on, nothing marks it; what was marked before is still judged.
func TestARetiredServiceIsNotMarked(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("platform"), registered("near"), registered("old"), revised("platform", 1), revised("near", 1), revised("old", 1),
			judged("platform", "d1"), judged("near", "d1", on("service", "platform"), on("pack", "x")), judged("old", "d1", on("service", "platform"), on("service", "near"), on("pack", "x"), on("role", "x")))
		mark(t, s, noon, "old")
		write(t, s, entry(ledger.ServiceRetired, "old", &store.Retired{Service: "old"}))
		if got := claimed(t, s, noon); !slices.Equal(got, []ident.ID{"old"}) {
			t.Errorf("marked before it was retired is %v", got)
		}
		moved := judged("platform", "d2", on("service", "elsewhere")).Content.(*store.Judged)
		for about, c := range map[string]struct {
			mark func(ctx context.Context, tx *store.Tx) error
			want []ident.ID
		}{
			"itself": {func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, noon, "old") }, nil},
			"a pack": {func(ctx context.Context, tx *store.Tx) error { return tx.MarkResting(ctx, noon, on("pack", "x")) }, []ident.ID{"near"}},
			"a role of a unit": {func(ctx context.Context, tx *store.Tx) error {
				return tx.MarkRestingIn(ctx, noon, on("role", "x"), store.Scope{All: true})
			}, nil},
			"an offer": {func(ctx context.Context, tx *store.Tx) error {
				return tx.MarkConsumers(ctx, noon, judged("platform", "d2").Content.(*store.Judged))
			}, []ident.ID{"near"}},
			"a ring":     {func(ctx context.Context, tx *store.Tx) error { return tx.MarkConsumers(ctx, noon, moved) }, []ident.ID{"near"}},
			"everything": {func(ctx context.Context, tx *store.Tx) error { return tx.MarkAll(ctx, noon) }, []ident.ID{"near", "platform"}},
		} {
			within(t, s, c.mark)
			if got := claimed(t, s, noon); !slices.Equal(got, c.want) {
				t.Errorf("%s: marked are %v, want %v", about, got, c.want)
			}
		}
	})
}

func TestAServiceIsDueWhenItsNextChangeComes(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		if at, err := s.NextDue(t.Context()); at != 0 || err != nil {
			t.Errorf("of none the next change is %v, %v", at, err)
		}
		for i, id := range []ident.ID{"a", "b", "c", "d"} {
			e := judged(id, "d")
			e.Content.(*store.Judged).NextChange = []civil.Instant{farthest, 2_500_000_000, 0, 1_900_000_000}[i]
			write(t, s, registered(id), e)
		}
		write(t, s, entry(ledger.ServiceRetired, "d", &store.Retired{Service: "d"}))
		if at, err := s.NextDue(t.Context()); at != 2_500_000_000 || err != nil {
			t.Errorf("the next change is %v, %v", at, err)
		}
		mark(t, s, noon.Add(-time.Hour), "a")
		for _, c := range []struct {
			at   civil.Instant
			want int64
		}{{2_499_999_999, 0}, {2_500_000_000, 1}, {2_500_000_000, 0}, {farthest, 0}} {
			if n, err := s.MarkDue(t.Context(), c.at, noon); n != c.want || err != nil {
				t.Errorf("at %d %d are marked, want %d, %v", c.at, n, c.want, err)
			}
		}
		if got := claimed(t, s, noon); !slices.Equal(got, []ident.ID{"a", "b"}) {
			t.Errorf("due are %v", got)
		}
	})
}

// TestTwoReplicasShareTheWork holds that while leases hold each mark and each job is given to one worker, whatever the
// limit, and that all are.
func TestTwoReplicasShareTheWork(t *testing.T) {
	const all, limit = 120, 7
	bothPlaces(t, func(t *testing.T, c store.Config) {
		replicas := []*store.Store{opened(t, c), opened(t, c)}
		for i := range all {
			mark(t, replicas[0], noon, ident.ID(fmt.Sprint("s", i)))
			enqueue(t, replicas[0], "mail", fmt.Sprint(i))
		}
		var mu sync.Mutex
		services, jobs := map[ident.ID]int{}, map[string]int{}
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				s, holder := replicas[i%2], fmt.Sprint("worker ", i)
				for {
					some, err := s.Claim(t.Context(), holder, noon, time.Hour, store.Pace{}, limit)
					if err != nil || len(some) > limit {
						t.Errorf("%d services are given, %v", len(some), err)
					}
					work, err := s.ClaimJobs(t.Context(), holder, noon, time.Hour, limit)
					if err != nil || len(work) > limit {
						t.Errorf("%d jobs are given, %v", len(work), err)
					}
					if len(some)+len(work) == 0 {
						return
					}
					mu.Lock()
					for _, d := range some {
						services[d.Service]++
					}
					for _, j := range work {
						jobs[j.Name]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for id, n := range services {
			if n != 1 {
				t.Errorf("%s was given to %d", id, n)
			}
		}
		for name, n := range jobs {
			if n != 1 {
				t.Errorf("job %s was given to %d", name, n)
			}
		}
		if s := replicas[0]; len(claim(t, s, noon, all)) != 0 || len(services)+len(jobs) != 2*all {
			// a worker that found all that was left held by another may have ended early, but the other holds it
			t.Errorf("%d services and %d jobs were given", len(services), len(jobs))
		}
	})
}

func enqueue(t testing.TB, s *store.Store, kind, name string) {
	t.Helper()
	if err := s.Enqueue(t.Context(), store.Job{Kind: kind, Name: name, Payload: json.RawMessage(`{"to":"é"}`)}, noon); err != nil {
		t.Fatal(err)
	}
}

func claimJobs(t testing.TB, s *store.Store, at time.Time, limit int) []store.Job {
	t.Helper()
	some, err := s.ClaimJobs(t.Context(), "w", at, time.Minute, limit)
	if err != nil {
		t.Fatal(err)
	}
	return some
}

func TestAJobIsDoneOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		enqueue(t, s, "mail", "m1")
		enqueue(t, s, "mail", "m1")
		enqueue(t, s, "hook", "m1")
		if early := claimJobs(t, s, noon.Add(-time.Microsecond), 10); len(early) != 0 {
			t.Errorf("before they are due, %v are given", early)
		}
		some := claimJobs(t, s, noon, 10)
		if len(some) != 2 {
			t.Fatalf("given are %+v", some)
		}
		for _, j := range some {
			want := store.Job{ID: j.ID, Kind: j.Kind, Name: "m1", Payload: json.RawMessage(`{"to":"é"}`), Tries: 1}
			if !reflect.DeepEqual(j, want) {
				t.Errorf("the job is %+v, want %+v", j, want)
			}
		}
		if again := claimJobs(t, s, noon.Add(time.Minute-time.Microsecond), 10); len(again) != 0 {
			t.Errorf("while the lease holds, %v are given again", again)
		}
		if err := s.Done(t.Context(), some[0]); err != nil {
			t.Fatal(err)
		}
		again := claimJobs(t, s, noon.Add(time.Minute), 10)
		if len(again) != 1 || again[0].ID != some[1].ID || again[0].Tries != 2 {
			t.Errorf("after the lease %+v are given", again)
		}
	})
}

func TestAJobIsAddedWithTheChangeThatItFollowsFrom(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		add := func(ctx context.Context, tx *store.Tx) error {
			return tx.Enqueue(ctx, "j1", store.Job{Kind: "mail", Name: "m1", Payload: json.RawMessage(`{}`)}, noon)
		}
		if _, err := s.Write(t.Context(), []store.Entry{revised("none", 1)}, add); err == nil {
			t.Error("a revision of no service was kept")
		}
		if some := claimJobs(t, s, noon, 10); len(some) != 0 {
			t.Errorf("of a change that was not made, %v is left", some)
		}
		if _, err := s.Write(t.Context(), []store.Entry{registered("portal")}, add); err != nil {
			t.Fatal(err)
		}
		if some := claimJobs(t, s, noon, 10); len(some) != 1 || some[0].ID != "j1" {
			t.Errorf("given are %v", some)
		}
	})
}

// TestAJobThatFailsIsPutAsideInTheEnd holds that work which always fails is tried ever less often, is put aside, and is
// tried anew when somebody asks for it again.
func TestAJobThatFailsIsPutAsideInTheEnd(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx, at, tries := t.Context(), noon, int64(0)
		enqueue(t, s, "mail", "m1")
		for {
			some := claimJobs(t, s, at, 10)
			if len(some) == 0 {
				break
			}
			if tries++; some[0].Tries != tries {
				t.Fatalf("at try %d it says %d", tries, some[0].Tries)
			}
			if err := s.Failed(ctx, some[0], at, "refused"); err != nil {
				t.Fatal(err)
			}
			wait := store.BackOff(tries)
			if early := claimJobs(t, s, at.Add(wait-time.Microsecond), 10); len(early) != 0 {
				t.Errorf("after try %d it is given before %v", tries, wait)
			}
			at = at.Add(wait)
		}
		if w, err := s.Waiting(ctx); tries != 12 || err != nil || w != (store.Waiting{Dead: 1}) {
			t.Errorf("after %d tries %+v waits, %v", tries, w, err)
		}
		enqueue(t, s, "mail", "m1")
		if some := claimJobs(t, s, noon, 10); len(some) != 1 || some[0].Tries != 1 {
			t.Errorf("asked for again, %+v is given", some)
		}
		if w, err := s.Waiting(ctx); err != nil || w != (store.Waiting{Jobs: 1}) {
			t.Errorf("%+v waits, %v", w, err)
		}
	})
}

func TestWhoLostAJobDoesNotGiveUpThatOfAnother(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		enqueue(t, s, "mail", "m1")
		late := claimJobs(t, s, noon, 1)[0]
		claimJobs(t, s, noon.Add(time.Minute), 1)
		if err := s.Failed(t.Context(), late, noon.Add(time.Minute), "slow"); err != nil {
			t.Fatal(err)
		}
		if third := claimJobs(t, s, noon.Add(2*time.Minute-time.Microsecond), 1); len(third) != 0 {
			t.Errorf("while the second holds it a third is given it: %+v", third)
		}
	})
}

func TestAServiceIsJudgedNoMoreOftenThanItsPace(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		claims := func(at time.Time, pause time.Duration) []store.Dirty {
			some, err := s.Claim(t.Context(), "w", at, time.Minute, store.Pace{Pause: pause}, 10)
			if err != nil {
				t.Fatal(err)
			}
			return some
		}
		write(t, s, registered("portal"), registered("other"))
		mark(t, s, noon, "portal")
		first := claims(noon, time.Second)
		if len(first) != 1 {
			t.Fatalf("one that was never judged is not given: %+v", first)
		}
		within(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Clean(ctx, first[0], noon) })
		mark(t, s, noon.Add(time.Millisecond), "portal", "other")
		if some := claims(noon.Add(999*time.Millisecond), time.Second); len(some) != 1 || some[0].Service != "other" {
			t.Errorf("before the pause is over %+v are given", some)
		}
		if some := claims(noon.Add(-time.Hour), time.Second); len(some) != 0 {
			t.Errorf("before they are due %+v are given", some)
		}
		if some := claims(noon.Add(time.Second), time.Second); len(some) != 1 || some[0].Service != "portal" {
			t.Errorf("once the pause is over %+v are given", some)
		}
		within(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Clean(ctx, store.Dirty{Service: "portal", Mark: 1, Tries: 1}, noon.Add(time.Hour)); err != nil {
				return err
			}
			return tx.MarkDirty(ctx, noon.Add(2*time.Second), "portal")
		})
		if some := claims(noon.Add(2*time.Second), time.Second); len(some) != 1 {
			t.Errorf("after the clock was set back %+v are given", some)
		}
	})
}
