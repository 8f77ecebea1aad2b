package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// ruled gives a grown record in which the organisation file and a pack were replaced, a service was judged by the new
// ones, and somebody with a passkey and an account has left.
func ruled(t testing.TB, place store.Config) *store.Store {
	t.Helper()
	s := grown(t, place)
	about := func(kind ledger.Kind, subject string, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "person:p9", Subject: subject, Content: content}
	}
	write(t, s, about(ledger.PackRecorded, "pack:own", &store.Packed{ID: "own", Version: "2", Digest: "c1:q", Text: store.Text{File: "own.yaml", Text: "two"}}))
	write(t, s, judgedOf("records", 1, "by the second pack"))
	write(t, s, about(ledger.OrganisationRevised, "organisation", &store.Organised{Number: 2, Parent: 1, Digest: "c1:o2", Texts: []store.Text{{File: "organisation.yaml", Text: "two"}}}))
	write(t, s, judgedOf("records", 1, "by the second organisation"))
	write(t, s, about(ledger.PersonInvited, "person:p7", &store.Invited{Person: "p7", Email: "seven@example.org"}),
		about(ledger.PersonKnown, "person:p7", &store.Known{Person: "p7", Issuer: "https://sign-in.example", Subject: "s7", Email: "seven@example.org"}),
		about(ledger.PersonKnown, "person:p7", &store.Known{Person: "p7", Passkey: &store.Passkey{ID: "k7", Name: "Phone of seven", Record: json.RawMessage(`{}`)}}),
		about(ledger.PersonKnown, "person:p7", &store.Known{Person: "p7", Passkey: &store.Passkey{ID: "k8", Name: "Key of seven", Record: json.RawMessage(`{}`)}}),
		about(ledger.PersonKnown, "person:p7", &store.Known{Person: "p7", Dropped: "k8"}),
		about(ledger.SignedIn, "person:p7", &store.SignedIn{Person: "p7", How: "passkey", Why: []string{"first"}}),
		about(ledger.SessionEnded, "person:p7", &store.SessionEnded{Person: "p7", Session: "x", Reason: "they are ill"}))
	write(t, s, about(ledger.PersonLeft, "person:p7", &store.Departed{Person: "p7", Reason: "they are ill"}))
	return s
}

func TestWhatIsNoServicesIsRedacted(t *testing.T) {
	for _, c := range []struct {
		name     string
		subjects []string
		bodies   int
		shown    []ident.ID // services that still show a posture
	}{
		{"a revision of the organisation file, with the postures judged by it", []string{"organisation:1"}, 1 + 4, []ident.ID{"records"}},
		{"a pack, with the postures judged by it", []string{"pack:own/1"}, 1 + 3, []ident.ID{"records"}},
		{"all about a person", []string{"person:p7"}, 8, []ident.ID{"portal", "records"}},
		{"all at once", []string{"organisation:1", "pack:own/1", "person:p2", "person:p7"}, 1 + 1 + 4 + 2 + 8, []ident.ID{"records"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bothPlaces(t, func(t *testing.T, place store.Config) {
				s := ruled(t, place)
				sound(t, s)
				if written := redact(t, s, "", c.subjects...); len(written) != c.bodies {
					t.Errorf("%d bodies were destroyed, want %d", len(written), c.bodies)
				}
				if v := sound(t, s); v.Record.Checked.Redactions != int64(c.bodies) || v.Unplayed != 0 {
					t.Errorf("%d redactions were seen, want %d; %d were not played", v.Record.Checked.Redactions, c.bodies, v.Unplayed)
				}
				for _, id := range []ident.ID{"portal", "records"} {
					p, err := s.Posture(t.Context(), id)
					if shows := slices.Contains(c.shown, id); err != nil || (p.Body != "") != shows || p.Dirty == shows {
						t.Errorf("of %s the posture %q is shown, and it is marked: %v, %v", id, p.Body, p.Dirty, err)
					}
				}
				if all, err := s.Redactions(t.Context(), store.Scope{All: true}, "", 10); err != nil || len(all) != 1 || all[0].Made == 0 || all[0].Service != "" {
					t.Errorf("the redactions are %+v, %v", all, err)
				}
				write(t, s, judgedOf("portal", 2, "third"), entry(ledger.PersonInvited, "", &store.Invited{Person: "p7"}))
				if o, err := s.Organisation(t.Context(), 0); err != nil || o.Texts[0].Text != "two" {
					t.Errorf("in force is %+v, %v", o, err)
				}
				sound(t, s)
				sound(t, backedUp(t, s, place))
			})
		})
	}
}

func TestNothingOfWhatIsNoServicesIsShown(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := ruled(t, place)
		ctx := t.Context()
		db := around(t, place)
		do(t, db, `INSERT INTO used (name, at, note) VALUES ('passkey:k7', 1, 'k7'), ('passkey:k1', 1, 'k1'), ('token:t1', 1, '')`)
		redact(t, s, "", "organisation:1", "pack:own/1", "person:p7")
		if _, err := s.OrganisationRevision(ctx, 1); !store.IsRedacted(err) {
			t.Errorf("reading the revision gives %v", err)
		}
		for subject, want := range map[string]bool{"organisation:1": true, "organisation:2": false, "organisation:x": false, "person:p7": true, "person:p1": false} {
			if at, err := s.RedactedAt(ctx, "", subject); err != nil || (at != 0) != want {
				t.Errorf("%s was redacted at %v, %v", subject, at, err)
			}
		}
		for text, want := range map[string]int{
			`SELECT COUNT(*) FROM organisation WHERE digest <> ''`:           1,
			`SELECT COUNT(*) FROM pack WHERE digest <> '' OR version <> ''`:  1,
			`SELECT COUNT(*) FROM passkey WHERE person = 'p7'`:               0,
			`SELECT COUNT(*) FROM person WHERE id = 'p7' AND identity <> ''`: 0,
			`SELECT COUNT(*) FROM person WHERE id = 'p7' AND left_at > 0`:    1,
			`SELECT COUNT(*) FROM used`:                                      2,
		} {
			var n int
			if err := db.QueryRowContext(ctx, text).Scan(&n); err != nil || n != want {
				t.Errorf("%s gives %d, want %d: %v", text, n, want, err)
			}
		}
		if _, _, err := s.PostureKnown(ctx, "portal", s.Now()); !store.IsRedacted(err) {
			t.Errorf("the posture that was known is said to be %v", err)
		}
	})
}

func TestWhatIsInForceCannotBeRedacted(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := ruled(t, place)
		for subject, want := range map[string]fault.Kind{
			"organisation:2": fault.Conflict, "pack:own/2": fault.Conflict, "person:p1": fault.Conflict, // in force, and able to sign in
			"organisation:9": fault.NotFound, "pack:own/9": fault.NotFound, "pack:none/1": fault.NotFound, "person:p0": fault.NotFound,
			"organisation:one": fault.Invalid, "pack:own": fault.Invalid, "revision:1": fault.Invalid, "evidence:e1": fault.Invalid, "person": fault.NotFound,
		} {
			if _, err := s.Doomed(t.Context(), "", []string{subject}); fault.KindOf(err) != want {
				t.Errorf("%s gives %v", subject, err)
			}
		}
		if _, err := s.Doomed(t.Context(), "portal", []string{"organisation:1"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("as something of a service it gives %v", err)
		}
		redact(t, s, "", "person:p7")
		if _, err := s.Doomed(t.Context(), "", []string{"person:p7"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the second time it gives %v", err)
		}
	})
}

// TestSomebodyComesBackAfterARedaction with the account that they had before.
func TestSomebodyComesBackAfterARedaction(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := ruled(t, place)
		redact(t, s, "", "person:p7")
		about := func(kind ledger.Kind, content any) store.Entry {
			return store.Entry{Kind: kind, Actor: "person:p9", Subject: "person:p7", Content: content}
		}
		write(t, s, about(ledger.PersonInvited, &store.Invited{Person: "p7"}), about(ledger.PersonKnown, &store.Known{Person: "p7", Issuer: "https://sign-in.example", Subject: "s7", Email: "seven@example.org"}),
			about(ledger.PersonKnown, &store.Known{Person: "p7", Passkey: &store.Passkey{ID: "k7", Name: "Phone of seven", Record: json.RawMessage(`{}`)}}))
		if way, err := s.WayOf(t.Context(), "p7"); err != nil || !way.Any() || way.Passkeys != 1 {
			t.Errorf("they can sign in by %+v, %v", way, err)
		}
		sound(t, s)
		write(t, s, about(ledger.PersonLeft, &store.Departed{Person: "p7"}))
		if written := redact(t, s, "", "person:p7"); len(written) != 4 {
			t.Errorf("%d bodies were destroyed", len(written))
		}
		sound(t, s)
	})
}

// TestALongRedactionIsMadeInParts destroys more postures than one transaction takes.
func TestALongRedactionIsMadeInParts(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := grown(t, place)
		many := make([]store.Entry, 1010)
		for i := range many {
			many[i] = judgedOf("records", 1, fmt.Sprint("n", i))
		}
		write(t, s, many...)
		write(t, s, store.Entry{Kind: ledger.OrganisationRevised, Actor: "person:p1", Subject: "organisation", Content: &store.Organised{Number: 2, Parent: 1}})
		doomed, err := s.Doomed(t.Context(), "", []string{"organisation:1"})
		if err != nil || len(doomed) != 1014 {
			t.Fatalf("%d would go, %v", len(doomed), err)
		}
		written := redact(t, s, "", "organisation:1")
		if len(written) != 1014 {
			t.Errorf("%d bodies were destroyed", len(written))
		}
		last, err := s.Leaves(t.Context(), written[len(written)-1].Number, 1)
		if err != nil || len(last) != 1 {
			t.Fatal(err)
		}
		leaf, err := ledger.ReadLeaf(last[0].Leaf)
		if of := doomed[slices.IndexFunc(doomed, func(d store.Destroyed) bool { return d.Body == leaf.Redacts() })]; err != nil || of.Kind != ledger.OrganisationRevised {
			t.Errorf("the last that went is a %s, %v", of.Kind, err)
		}
		sound(t, s)
	})
}

// TestARedactionThatWasBrokenOffStillWaits makes a part of one only.
func TestARedactionThatWasBrokenOffStillWaits(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := ruled(t, place)
		id := doubted(t, s, "", "organisation:1")
		doomed, err := s.Doomed(t.Context(), "", []string{"organisation:1"})
		if err != nil {
			t.Fatal(err)
		}
		part := doomed[slices.IndexFunc(doomed, func(d store.Destroyed) bool { return d.Kind == ledger.PostureJudged })]
		part.Redaction = id
		write(t, s, store.Entry{
			Kind: ledger.RedactionMade, Actor: "person:p2", Service: part.Service, Subject: "redaction:" + id, Content: &part,
			Meta: map[string]string{ledger.MetaBody: part.Body},
		})
		sound(t, s)
		if written, err := s.Redact(t.Context(), "person:p2", id, "", []string{"organisation:1"}, time.Now()); err != nil || len(written) != len(doomed)-1 {
			t.Errorf("then %d went, %v", len(written), err)
		}
		sound(t, s)
	})
}

// TestRedactionsOfWhatIsInForceAreNotMadeAgain restores a backup from before what was redacted was replaced.
func TestRedactionsOfWhatIsInForceAreNotMadeAgain(t *testing.T) {
	bothPlaces(t, func(t *testing.T, place store.Config) {
		s := grown(t, place)
		older := backedUp(t, s, place)
		about := func(kind ledger.Kind, subject string, content any) store.Entry {
			return store.Entry{Kind: kind, Actor: "person:p9", Subject: subject, Content: content}
		}
		write(t, s, about(ledger.PackRecorded, "pack:own", &store.Packed{ID: "own", Version: "2"}), about(ledger.OrganisationRevised, "organisation", &store.Organised{Number: 2, Parent: 1}),
			about(ledger.PersonLeft, "person:p1", &store.Departed{Person: "p1"}))
		all := redact(t, s, "", "organisation:1", "pack:own/1", "person:p1")
		newer := backedUp(t, s, place)
		size, err := older.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		bothPlaces(t, func(t *testing.T, to store.Config) {
			to.Ring = place.Ring
			restored := opened(t, to)
			if err := restored.Restore(t.Context(), older); err != nil {
				t.Fatal(err)
			}
			again, stay, err := restored.RedactAgain(t.Context(), newer, size)
			if err != nil || again != len(all)-3 || stay != 2 { // that p1 left came after the backup
				t.Errorf("%d of %d are destroyed again, and %d stay: %v", again, len(all), stay, err)
			}
			if o, err := restored.Organisation(t.Context(), 0); err != nil || o.Number != 1 {
				t.Errorf("in force is %+v, %v", o, err)
			}
			if some, err := restored.Packs(t.Context(), 0); err != nil || len(some) != 1 {
				t.Errorf("in force are %+v, %v", some, err)
			}
			if way, err := restored.WayOf(t.Context(), "p1"); err != nil || way.Any() {
				t.Errorf("who had left can sign in by %+v, %v", way, err)
			}
			if some, err := restored.Passkeys(t.Context(), "p1"); err != nil || len(some) != 0 {
				t.Errorf("their passkeys are %+v, %v", some, err)
			}
			sound(t, restored)
		})
	})
}

// TestNothingOfAPersonIsLeftInTheFiles looks for the name of a passkey in every byte of the database's files.
func TestNothingOfAPersonIsLeftInTheFiles(t *testing.T) {
	place := onSQLite(t)
	s := grown(t, place)
	about := func(kind ledger.Kind, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "person:p9", Subject: "person:p7", Content: content}
	}
	write(t, s, about(ledger.PersonKnown, &store.Known{Person: "p7", Passkey: &store.Passkey{ID: "k7", Name: "Phone of somebody whose name this is", Record: json.RawMessage(`{}`)}}))
	if !inFiles(t, place, []byte("whose name this is")) {
		t.Fatal("the test looks in the wrong place: it was never there")
	}
	write(t, s, about(ledger.PersonLeft, &store.Departed{Person: "p7"}))
	redact(t, s, "", "person:p7")
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, place, []byte("whose name this is")) {
		t.Error("the name of a passkey is still in the files")
	}
	sound(t, s)
}
