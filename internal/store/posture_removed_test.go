package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// aged gives a record with a posture of two services on each of ten days from noon on, looked at a hundred days later.
func aged(t testing.TB, place *store.Config) (*store.Store, *clock) {
	t.Helper()
	at := &clock{at: noon}
	place.Now = at.now
	s := grown(t, *place)
	for n := range 10 {
		at.set(noon.AddDate(0, 0, n))
		for _, id := range []ident.ID{"portal", "records"} {
			j := judgedOf(id, 1, "day "+string(rune('0'+n)))
			j.Content.(*store.Judged).At = s.Now()
			write(t, s, j)
		}
	}
	at.set(noon.AddDate(0, 0, 100))
	return s, at
}

// noonOn is noon of the n-th day.
func noonOn(n int) civil.Instant { return civil.Of(noon.AddDate(0, 0, n)) }

func removePostures(t testing.TB, s *store.Store, service ident.ID, before civil.Instant, want int) {
	t.Helper()
	if n, err := s.RemovePostures(t.Context(), service, before, 100); err != nil || n != want {
		t.Fatalf("%d were removed, want %d: %v", n, want, err)
	}
}

func TestPosturesAreKeptNoLongerThanAsked(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, _ := aged(t, &place)
		ctx := t.Context()
		line, err := s.Posture(ctx, "portal")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Outlived(ctx, noonOn(5), "", 10); err != nil || !slices.Equal(got, []ident.ID{"portal", "records"}) {
			t.Fatalf("%v have old postures, %v", got, err)
		}
		if got, err := s.Outlived(ctx, noonOn(5), "portal", 10); err != nil || !slices.Equal(got, []ident.ID{"records"}) {
			t.Errorf("after portal, %v have old postures, %v", got, err)
		}
		for _, want := range []int{3, 1, 0} { // of the days 0 to 3: the one of day 5 took its place at that noon, not before
			if n, err := s.RemovePostures(ctx, "portal", noonOn(5), 3); err != nil || n != want {
				t.Errorf("%d were removed, want %d: %v", n, want, err)
			}
		}
		removePostures(t, s, "portal", noonOn(70), 7) // of the days 4 to 8, and two of grown, which say that they are of later
		removePostures(t, s, "portal", noonOn(70), 0) // the newest stays, however old it is
		if v := sound(t, s); v.Record.Checked.Removed != 11 || v.Unplayed != 0 || v.Record.Checked.Redactions != 0 {
			t.Errorf("verify counts %+v, and did not play %d", v.Record.Checked, v.Unplayed)
		}
		if now, err := s.Posture(ctx, "portal"); err != nil || now.Body != line.Body || string(now.Judged.Posture) != string(line.Judged.Posture) {
			t.Errorf("the newest posture is another: %v", err)
		}
		if j, _, err := s.PostureKnown(ctx, "portal", s.Now()); err != nil || !strings.Contains(string(j.Posture), "day 9") {
			t.Errorf("known now is %s, %v", j.Posture, err)
		}
		for _, then := range []civil.Instant{noonOn(0), noonOn(8)} {
			if _, _, err := s.PostureKnown(ctx, "portal", then); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "kept no longer") || store.IsRedacted(err) {
				t.Errorf("of what was known then it says %v", err)
			}
		}
		if _, _, err := s.PostureKnown(ctx, "portal", noonOn(-1)); fault.KindOf(err) != fault.NotFound || strings.Contains(err.Error(), "kept no longer") {
			t.Errorf("of what was never known it says %v", err)
		}
		if j, _, err := s.PostureKnown(ctx, "records", noonOn(3)); err != nil || !strings.Contains(string(j.Posture), "day 3") {
			t.Errorf("of another service there is %s, %v", j.Posture, err)
		}
		write(t, s, judgedOf("portal", 2, "later"))
		redact(t, s, "portal", "evidence:e1") // which would destroy the postures that are gone
		sound(t, s)
		sound(t, backedUp(t, s, place))
	})
}

// TestPosturesRemovedWithAClockAheadAreDamage sets the clock ahead for as long as it takes to have a posture removed.
func TestPosturesRemovedWithAClockAheadAreDamage(t *testing.T) {
	place := onSQLite(t)
	s, at := aged(t, &place)
	removePostures(t, s, "portal", noonOn(70), 11)
	sound(t, s)
	at.set(noon.AddDate(0, 0, 99)) // and back
	if v := verified(t, s); v.Sound() || v.Record.First.Code != ledger.BodyMissing {
		t.Errorf("it finds %v", v.First)
	}
}

// TestPosturesThatTheRulesKeepAreKept asks to remove what may not be.
func TestPosturesThatTheRulesKeepAreKept(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, _ := aged(t, &place)
		if _, err := s.RemovePostures(t.Context(), "portal", noonOn(71), 100); fault.KindOf(err) != fault.Invalid {
			t.Errorf("what was shown 29 days ago is removed: %v", err)
		}
		line, err := s.Posture(t.Context(), "portal")
		if err != nil {
			t.Fatal(err)
		}
		other, err := s.Posture(t.Context(), "records")
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]store.Removed{
			"the newest":                {Service: "portal", Before: noonOn(50), Bodies: []string{line.Body}},
			"what is not there":         {Service: "portal", Before: noonOn(50), Bodies: []string{"b"}},
			"what is another service's": {Service: "portal", Before: noonOn(50), Bodies: []string{other.Body}},
			"what another moment says":  {Service: "portal", Before: noonOn(51), Bodies: nil},
			"what its leaf is not of":   {Service: "records", Before: noonOn(50), Bodies: nil},
		} {
			e := entry(ledger.PostureRemoved, "portal", &r)
			e.Meta = map[string]string{ledger.MetaBefore: noonOn(50).String()}
			if _, err := s.Write(t.Context(), []store.Entry{e}, nil); err == nil {
				t.Errorf("%s is removed", name)
			}
		}
		sound(t, s)
	})
}

// TestPosturesTakenAwayAreDamage takes contents away, or puts them back, around an entry about removed postures.
func TestPosturesTakenAwayAreDamage(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, _ := aged(t, &place)
		db := around(t, place)
		names, before := rowsOf(t, db, "body")
		removePostures(t, s, "portal", noonOn(5), 6)
		sound(t, s)
		take := `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = (SELECT body FROM posture WHERE service = $2 ORDER BY at LIMIT 1)`
		for name, change := range map[string]func(){
			"a posture that the rules keep": func() { do(t, db, take, []byte{0}, "portal") },
			"a posture of another service":  func() { do(t, db, take, []byte{0}, "records") },
			"the newest": func() {
				do(t, db, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = (SELECT body FROM line WHERE service = 'portal')`, []byte{0})
			},
			"the entry that says what is gone": func() {
				do(t, db, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = (SELECT body FROM leaf WHERE kind = 'posture.removed')`, []byte{0})
			},
			"evidence": func() {
				do(t, db, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = (SELECT body FROM evidence WHERE service = 'portal' AND id = 'e1')`, []byte{0})
			},
			"nothing, and one is back": func() {
				row := before[slices.IndexFunc(before, func(row []any) bool {
					var n int
					return db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM body WHERE id = $1 AND wrapped IS NULL`, row[0]).Scan(&n) == nil && n == 1
				})]
				do(t, db, `DELETE FROM body WHERE id = $1`, row[0])
				insert(t, db, "body", names, row)
			},
		} {
			t.Run(name, func(t *testing.T) {
				tampered(t, s, db, "body", change, func(*testing.T, *store.Verification) {})
			})
		}
		sound(t, s)
	})
}

// TestWhatWasTakenAwayIsNotSaidToBeRemoved takes an old posture away before the rules would remove it.
func TestWhatWasTakenAwayIsNotSaidToBeRemoved(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, _ := aged(t, &place)
		var body string
		db := around(t, place)
		if err := db.QueryRowContext(t.Context(), `SELECT body FROM posture WHERE service = 'portal' AND at = $1`, int64(noonOn(2))).Scan(&body); err != nil {
			t.Fatal(err)
		}
		do(t, db, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = $2`, []byte{0}, body)
		removePostures(t, s, "portal", noonOn(5), 5)
		if v := verified(t, s); v.Sound() {
			t.Error("what somebody took away is said to have been removed")
		}
	})
}

// TestWithoutKeysRemovedPosturesAreKnown verifies from leaves alone.
func TestWithoutKeysRemovedPosturesAreKnown(t *testing.T) {
	place := onSQLite(t)
	s, _ := aged(t, &place)
	removePostures(t, s, "portal", noonOn(5), 6)
	_ = s.Close()
	if v := sound(t, opened(t, store.Config{Database: place.Database, ReadOnly: true, Now: place.Now})); v.Record.Checked.Removed != 6 {
		t.Errorf("it counts %+v", v.Record.Checked)
	}
}

// TestARedactionAndARemovalAtOnce has both want the same postures.
func TestARedactionAndARemovalAtOnce(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, at := aged(t, &place)
		id := doubted(t, s, "portal", "evidence:e1")
		done := make(chan error)
		go func() {
			_, err := s.RemovePostures(t.Context(), "portal", noonOn(8), 100)
			done <- err
		}()
		for try := 0; ; try++ {
			_, err := s.Redact(t.Context(), "person:p2", id, "portal", []string{"evidence:e1"}, at.now())
			if err == nil {
				break
			}
			if fault.KindOf(err) != fault.Conflict || try == 100 {
				t.Fatal(err)
			}
		}
		if err := <-done; err != nil && fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
		sound(t, s)
		if _, err := s.Sweep(t.Context(), civil.Of(noon), at.now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		sound(t, s)
	})
}
