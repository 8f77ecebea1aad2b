package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// answered has a request of a person answered with a text.
func answered(t testing.TB, s *store.Store, name, text string) {
	t.Helper()
	if _, begun, err := s.BeginAnswer(t.Context(), "person:p1", name, "r", noon, noon.Add(time.Hour)); err != nil || !begun {
		t.Fatalf("it is not begun: %v", err)
	}
	kept(t, s, name, text)
}

func kept(t testing.TB, s *store.Store, name, text string) {
	t.Helper()
	if err := s.KeepAnswer(t.Context(), "person:p1", name, store.Answer{Request: "r", Status: 201, Type: "text/plain", Body: []byte(text)}, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// again gives what is known of a request that is sent again.
func again(t testing.TB, s *store.Store, name string) store.Answer {
	t.Helper()
	a, begun, err := s.BeginAnswer(t.Context(), "person:p1", name, "r", noon, noon.Add(time.Hour))
	if err != nil || begun {
		t.Fatalf("it is begun again (%v): %v", begun, err)
	}
	return a
}

func TestAnAnswerIsKeptSealed(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := opened(t, place)
		answered(t, s, "k1", "The address of a witness")
		answered(t, s, "k2", "")
		for name, want := range map[string]string{"k1": "The address of a witness", "k2": ""} {
			if a := again(t, s, name); string(a.Body) != want || a.Status != 201 || a.Type != "text/plain" || a.Emptied {
				t.Errorf("%s is kept as %+v", name, a)
			}
		}
		db := around(t, place)
		names, rows := rowsOf(t, db, "answer")
		if len(rows) != 2 || bytes.Contains([]byte(fmt.Sprintf("%s", rows)), []byte("witness")) {
			t.Errorf("in the open are %s: %s", names, rows)
		}
		do(t, db, `UPDATE answer SET sealed = (SELECT sealed FROM answer WHERE name = 'k2'), wrapped = (SELECT wrapped FROM answer WHERE name = 'k2') WHERE name = 'k1'`)
		if _, _, err := s.BeginAnswer(t.Context(), "person:p1", "k1", "r", noon, noon.Add(time.Hour)); err == nil {
			t.Error("the answer to one request is taken for that to another")
		}
	})
}

func TestAnAnswerIsForgottenInTime(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		answered(t, s, "k1", "one")
		if err := s.ForgetEnded(t.Context(), noon.Add(time.Hour-time.Second)); err != nil {
			t.Fatal(err)
		}
		again(t, s, "k1")
		if err := s.ForgetEnded(t.Context(), noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		answered(t, s, "k1", "two")
	})
}

// TestARedactionEmptiesAnswers also of a request that is answered only afterwards, from what it read before.
func TestARedactionEmptiesAnswers(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := grown(t, place)
		answered(t, s, "done", "The address of a witness")
		for _, name := range []string{"under way", "given up"} {
			if _, begun, err := s.BeginAnswer(t.Context(), "person:p1", name, "r", noon, noon.Add(time.Hour)); err != nil || !begun {
				t.Fatalf("it is not begun: %v", err)
			}
		}
		redact(t, s, "portal", "evidence:e1")
		if a := again(t, s, "under way"); a.Status != 0 {
			t.Errorf("what is under way is said to be %+v", a)
		}
		kept(t, s, "under way", "The address of a witness")
		for _, name := range []string{"done", "under way"} {
			if a := again(t, s, name); !a.Emptied || a.Status != 201 || len(a.Body) != 0 {
				t.Errorf("what was %s is kept as %+v", name, a)
			}
		}
		if err := s.DropAnswer(t.Context(), "person:p1", "given up"); err != nil {
			t.Fatal(err)
		}
		answered(t, s, "given up", "later")
		if a := again(t, s, "given up"); string(a.Body) != "later" || a.Emptied {
			t.Errorf("what was answered after the redaction is kept as %+v", a)
		}
	})
}

func TestAnswersAreWrappedByANewKey(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := opened(t, place)
		answered(t, s, "k1", "one")
		old := place.Ring.Current()
		if _, err := place.Ring.Rotate(); err != nil {
			t.Fatal(err)
		}
		if by, err := s.WrappedBy(t.Context()); err != nil || by[old] != 1 {
			t.Errorf("the old key wraps %v, %v", by, err)
		}
		if n, err := s.Rewrap(t.Context()); err != nil || n != 1 {
			t.Errorf("%d were wrapped anew, %v", n, err)
		}
		if by, err := s.WrappedBy(t.Context()); err != nil || by[old] != 0 || by[place.Ring.Current()] != 1 {
			t.Errorf("then the keys wrap %v, %v", by, err)
		}
		if err := place.Ring.Drop(old); err != nil {
			t.Fatal(err)
		}
		if a := again(t, s, "k1"); string(a.Body) != "one" {
			t.Errorf("it is kept as %+v", a)
		}
	})
}
