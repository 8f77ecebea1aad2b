package registry_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// later opens the record another time, as it is after a number of days.
func (k *kept) later(days int, options ...registry.Option) *registry.Registry {
	k.t.Helper()
	return k.by(inDays(days), options...)
}

// by opens the record another time, by a clock.
func (k *kept) by(now func() time.Time, options ...registry.Option) *registry.Registry {
	k.t.Helper()
	ring, err := seal.OpenRing(k.place.Data + "/keys")
	if err != nil {
		k.t.Fatal(err)
	}
	s, err := store.Open(k.t.Context(), store.Config{Database: k.place.Data + "/bulkhead.db", Ring: ring, Now: now})
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { _ = s.Close() })
	return registry.New(s, now, options...)
}

func inDays(days int) func() time.Time {
	return func() time.Time { return time.Now().AddDate(0, 0, days) }
}

// count says how many entries of a kind there are.
func (k *kept) count(kind ledger.Kind) (n int) {
	k.t.Helper()
	leaves, err := k.store.Leaves(k.t.Context(), 0, 10_000)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, l := range leaves {
		if l.Kind == kind {
			n++
		}
	}
	return n
}

// keepPostures has postures removed by two replicas until an entry says that some were.
func (k *kept) keepPostures(r ...*registry.Registry) {
	k.t.Helper()
	ctx, stop := context.WithCancel(k.t.Context())
	ended := make(chan error, len(r))
	for i := range r {
		go func() { ended <- r[i].KeepPostures(ctx, fmt.Sprint("replica", i), time.Millisecond) }()
	}
	for k.count(ledger.PostureRemoved) == 0 && k.t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	stop()
	for range r {
		if err := <-ended; err != nil {
			k.t.Error(err)
		}
	}
}

func TestPosturesAreRemovedInTheBackground(t *testing.T) {
	k := lived(t)
	then := k.store.Now()
	for i := range 4 {
		k.observe(fmt.Sprint("e", i), "it works")
		k.judged()
	}
	keeping := registry.Keeping(registry.Keep{Postures: 60 * 24 * time.Hour})
	now, ctx := rounds(t, 59)
	if err := k.by(now, keeping).KeepPostures(ctx, "early", time.Millisecond); err != nil || k.count(ledger.PostureRemoved) != 0 {
		t.Errorf("after 59 days some are removed: %v", err)
	}
	k.keepPostures(k.later(61, keeping), k.later(61, keeping))
	if n := k.count(ledger.PostureRemoved); n != 1 {
		t.Errorf("%d entries say so", n)
	}
	if v := k.verify(); v.Sound() {
		t.Error("what was removed by a clock ahead of that of whoever verifies is excused")
	}
	k.place.Now = inDays(61)
	v := k.verify()
	if n := v.Record.Checked; !v.Sound() || n.Removed != 4 || n.Redactions != 0 || v.Unplayed != 0 {
		t.Errorf("verify finds %+v, and counts %+v", v.First, n)
	}
	c := k.checkpoint()
	exam := registry.Exam{Public: []string{k.key.Public}}
	if v, err := audit(t, k.exported(), exam); err != nil || v.Sound() {
		t.Errorf("what was removed by a clock ahead is excused in the exported record: %+v, %v", v, err)
	}
	exam.Now = inDays(61)
	if v, err := audit(t, k.exported(), registry.Exam{Place: exam.Place, Against: []string{elsewhere(t, c.Text)}, Public: []string{k.key.Public}}); err != nil || !v.Sound() || v.Record.Checked.Removed != 4 {
		t.Errorf("of the exported record it finds %+v, %v", v, err)
	}
	who := k.person("p1")
	if p, err := posture(t.Context(), k.Registry, who, "portal"); err != nil || len(p.Judged.Posture) == 0 {
		t.Errorf("there is no posture: %v", err)
	}
	if j, err := k.PostureKnown(t.Context(), who, "records", then); err != nil || len(j.Posture) == 0 {
		t.Errorf("the only posture of another service is gone: %v", err)
	}
}

// rounds is a clock that is some days ahead, and a context that ends once the clock was asked more often than what works by
// it does in one round, however long that takes.
func rounds(t testing.TB, days int) (now func() time.Time, ctx context.Context) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	var asked atomic.Int64
	return func() time.Time {
		if asked.Add(1) == 50 {
			stop()
		}
		return inDays(days)()
	}, ctx
}

func TestPosturesAreKeptForEverUnlessAsked(t *testing.T) {
	k := lived(t)
	k.observe("e1", "it works")
	k.judged()
	if err := k.later(10_000).KeepPostures(t.Context(), "one", time.Hour); err != nil { // which has nothing to wait for
		t.Error(err)
	}
	if n := k.count(ledger.PostureRemoved); n != 0 {
		t.Errorf("%d entries say that some were removed", n)
	}
}

func TestAnExportedRecordWithoutAPostureThatIsKeptIsDamaged(t *testing.T) {
	k := lived(t)
	k.observe("e1", "it works")
	k.judged()
	k.keepPostures(k.later(61, registry.Keeping(registry.Keep{Postures: 60 * 24 * time.Hour})))
	k.observe("e2", "it works")
	k.judged()
	text := strings.Split(readFile(t, k.exported()), "\n")
	for i, line := range text {
		if strings.Contains(line, `posture.judged`) && strings.Contains(line, `"content"`) {
			leaf, _, _ := strings.Cut(line, `,"salt"`)
			text[i] = leaf + `,"redacted":true}` // the first that is left
			break
		}
	}
	file := writeFile(t, strings.Join(text, "\n"))
	if v, err := audit(t, file, registry.Exam{Public: []string{k.key.Public}}); err != nil || v.Sound() {
		t.Errorf("nobody would know: %v", err)
	}
}

func readFile(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeFile(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "portal.record")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
