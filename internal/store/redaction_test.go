package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// doubted proposes a redaction and gives its id.
func doubted(t testing.TB, s *store.Store, service ident.ID, subjects ...string) string {
	t.Helper()
	return write(t, s, store.Entry{
		Kind: ledger.RedactionProposed, Actor: "person:p1", Service: service, Subject: "service:" + string(service),
		Content: &store.Doubted{Service: service, Reason: "it names somebody", Subjects: subjects},
	})[0].Body
}

func redact(t testing.TB, s *store.Store, service ident.ID, subjects ...string) []store.Written {
	t.Helper()
	id := doubted(t, s, service, subjects...)
	written, err := s.Redact(t.Context(), "person:p2", id, service, subjects, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func TestARedactionIsNoDamage(t *testing.T) {
	for _, c := range []struct {
		name     string
		subjects []string
		bodies   int // destroyed
		line     bool
	}{
		{"a revision, with its posture", []string{"revision:1"}, 2, true},
		{"evidence, with every posture after it", []string{"evidence:e1"}, 3, false},
		{"the newest evidence, with the newest posture", []string{"evidence:e2"}, 2, false},
		{"a decision", []string{"decision:d2"}, 2, false},
		{"a decision from its proposal on", []string{"decision:d3"}, 4, true},
		{"a proposal that waits", []string{"decision:d4"}, 2, true},
		{"several at once", []string{"revision:1", "evidence:e2", "decision:d1"}, 5, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bothPlaces(t, func(t *testing.T, place store.Config) {
				s := grown(t, place)
				if written := redact(t, s, "portal", c.subjects...); len(written) != c.bodies {
					t.Errorf("%d bodies were destroyed, want %d", len(written), c.bodies)
				}
				v := sound(t, s)
				if v.Record.Checked.Redactions != int64(c.bodies) {
					t.Errorf("%d redactions were seen, want %d", v.Record.Checked.Redactions, c.bodies)
				}
				p, err := s.Posture(t.Context(), "portal")
				if err != nil || (p.Body != "") != c.line || !p.Dirty {
					t.Errorf("the posture shown is %q, and marked %v: %v", p.Body, p.Dirty, err)
				}
				if other, err := s.Posture(t.Context(), "records"); err != nil || other.Body == "" {
					t.Errorf("another service has lost its posture: %v", err)
				}
				write(t, s, judgedOf("portal", 2, "third"))
				sound(t, s)
				sound(t, backedUp(t, s, place))
			})
		})
	}
}

func TestWhatWasRedactedIsSaidToBe(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s, ctx := grown(t, place), t.Context()
		before := s.Now()
		redact(t, s, "portal", "revision:1", "evidence:e1")
		_, err := s.Revision(ctx, "portal", 1)
		if fault.KindOf(err) != fault.NotFound || !errors.Is(err, seal.ErrDestroyed) {
			t.Errorf("reading the revision gives %v", err)
		}
		if _, err := s.EvidenceBody(ctx, "portal", "e1"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("reading the evidence gives %v", err)
		}
		for subject, want := range map[string]bool{"revision:1": true, "revision:2": false, "evidence:e1": true, "evidence:e2": false, "revision:x": false} {
			at, err := s.RedactedAt(ctx, "portal", subject)
			if err != nil || (at >= before) != want {
				t.Errorf("%s was redacted at %v, %v", subject, at, err)
			}
		}
		if _, _, err := s.PostureKnown(ctx, "portal", s.Now()); !errors.Is(err, seal.ErrDestroyed) {
			t.Errorf("the posture that was known is said to be %v, and not another in its place", err)
		}
		if r, err := s.Revision(ctx, "portal", 2); err != nil || r.Texts[0].Text != "number: 2\n" {
			t.Errorf("the revision that stays is %+v, %v", r, err)
		}
	})
}

func TestWhatCannotBeRedacted(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := grown(t, place)
		for subject, want := range map[string]fault.Kind{
			"revision:2": fault.Conflict, // the current one
			"revision:9": fault.NotFound, "evidence:e9": fault.NotFound, "decision:d9": fault.NotFound, "revision:one": fault.Invalid, "posture:p": fault.Invalid,
		} {
			if _, err := s.Doomed(t.Context(), "portal", []string{subject}); fault.KindOf(err) != want {
				t.Errorf("%s gives %v", subject, err)
			}
		}
		id := doubted(t, s, "portal", "evidence:e1")
		for _, want := range []fault.Kind{"", fault.NotFound} { // the second time nothing is left of it
			_, err := s.Redact(t.Context(), "person:p2", id, "portal", []string{"evidence:e1"}, time.Now())
			if want == "" && err != nil || want != "" && fault.KindOf(err) != want {
				t.Errorf("got %v, want %q", err, want)
			}
		}
		if _, err := s.Redact(t.Context(), "person:p2", id, "portal", []string{"evidence:e2"}, time.Now()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a redaction that was made is made again: %v", err)
		}
	})
}

// TestABodyPutBackIsDamage puts what was redacted back, as from a copy of the database.
func TestABodyPutBackIsDamage(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := grown(t, place)
		db := around(t, place)
		names, before := rowsOf(t, db, "body")
		redact(t, s, "portal", "evidence:e1")
		_, after := rowsOf(t, db, "body")
		do(t, db, `DELETE FROM body`)
		for _, row := range before {
			insert(t, db, "body", names, row)
		}
		for _, row := range after {
			if !slices.ContainsFunc(before, func(b []any) bool { return b[0] == row[0] }) {
				insert(t, db, "body", names, row)
			}
		}
		if v := verified(t, s); v.Sound() {
			t.Error("nobody would know that what was redacted is back")
		}
		place.Ring, place.ReadOnly = nil, true
		if v := verified(t, opened(t, place)); v.Sound() {
			t.Error("nobody would know without the keys")
		}
	})
}

func TestAJudgementThatWasUnderWayIsRedactedToo(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		write(t, s, registered("portal"), revised("portal", 1), observedOf("portal", "e1"))
		at.set(noon.Add(time.Minute))
		late := entry(ledger.PostureJudged, "portal", &store.Judged{Service: "portal", Revision: 1, At: s.Now(), Posture: []byte("late")})
		at.set(noon.Add(2 * time.Minute))
		redact(t, s, "portal", "evidence:e1")
		write(t, s, late)
		at.set(noon.Add(3 * time.Minute))
		write(t, s, entry(ledger.PostureJudged, "portal", &store.Judged{Service: "portal", Revision: 1, At: s.Now(), Posture: []byte("clean")}))
		for _, want := range []int{1, 0} {
			if n, err := s.Sweep(t.Context(), civil.Of(noon), at.now()); err != nil || n != want {
				t.Errorf("%d postures were swept away, want %d: %v", n, want, err)
			}
		}
		if p, err := s.Posture(t.Context(), "portal"); err != nil || string(p.Judged.Posture) != "clean" {
			t.Errorf("the posture shown is %q, %v", p.Judged.Posture, err)
		}
		sound(t, s)
	})
}

// TestNothingIsLeftInTheFiles looks for what was redacted in every byte of the database's files.
func TestNothingIsLeftInTheFiles(t *testing.T) {
	place := onSQLite(t)
	s := grown(t, place)
	const spilled = "The-address-of-a-witness"
	write(t, s, observedOf("portal", spilled))
	write(t, s, judgedOf("portal", 2, spilled))
	var wrapped []byte
	db := around(t, place)
	if err := db.QueryRowContext(t.Context(), `SELECT wrapped FROM body JOIN line ON line.body = body.id WHERE line.service = 'portal'`).Scan(&wrapped); err != nil {
		t.Fatal(err)
	}
	title := []byte("Loss of " + spilled)
	if !inFiles(t, place, title) || !inFiles(t, place, wrapped) {
		t.Fatal("the test looks in the wrong place: it was never there")
	}
	write(t, s, judgedOf("portal", 2, "third")) // which leaves it in pages that are free
	redact(t, s, "portal", "evidence:"+spilled)
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, place, title) {
		t.Error("the title is still in the files")
	}
	if inFiles(t, place, wrapped) {
		t.Error("the key of the posture is still in the files")
	}
	sound(t, s)
	write(t, s, revised("portal", 3)) // the record goes on
	sound(t, s)
}

func inFiles(t testing.TB, place store.Config, what []byte) bool {
	t.Helper()
	files, err := filepath.Glob(place.Database + "*")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no files")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, what) {
			return true
		}
	}
	return false
}

func TestScrubbingOnPostgres(t *testing.T) {
	s := grown(t, onPostgres(t))
	redact(t, s, "portal", "evidence:e1")
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
}

func TestRedactionsAreListedWhereOneMaySee(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ids := map[ident.ID]string{}
		for service, unit := range map[ident.ID]ident.ID{"a": "u1", "b": "u2", "c": "u2"} {
			written := write(t, s, registeredIn(service, unit), store.Entry{
				Kind: ledger.RedactionProposed, Actor: "person:p1", Service: service, Subject: "service:" + string(service),
				Content: &store.Doubted{Service: service, Reason: "A name", Subjects: []string{"evidence:e1"}},
			})
			ids[service] = written[1].Body
		}
		for name, c := range map[string]struct {
			scope store.Scope
			want  []ident.ID
		}{
			"all":       {store.Scope{All: true}, []ident.ID{"a", "b", "c"}},
			"none":      {store.Scope{}, nil},
			"a unit":    {store.Scope{Units: []ident.ID{"u2"}}, []ident.ID{"b", "c"}},
			"either":    {store.Scope{Units: []ident.ID{"u1"}}.With(store.Scope{Singles: []access.Single{{Service: "c"}}}), []ident.ID{"a", "c"}},
			"has moved": {store.Scope{Singles: []access.Single{{Service: "c", Unit: "u1"}}}, nil},
		} {
			var want []string
			for _, service := range c.want {
				want = append(want, ids[service])
			}
			slices.Sort(want)
			var got []string
			for after := ""; ; { // a page of one each is full until the end
				some, err := s.Redactions(t.Context(), c.scope, after, 1)
				if err != nil {
					t.Fatal(err)
				}
				if len(some) == 0 {
					break
				}
				after = some[0].ID
				got = append(got, after)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	})
}
