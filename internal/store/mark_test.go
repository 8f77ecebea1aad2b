package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// admitted gives a record in which two people can get in in every way.
func admitted(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	c.Now = func() time.Time { return noon }
	s := opened(t, c)
	for _, p := range []string{"1", "2"} {
		begin(t, s, "session"+p, "s"+p, ident.ID("p"+p), noon)
		link(t, s, "link"+p, store.Link{Purpose: "invite", Person: ident.ID("p" + p), Payload: []byte(`{"a":1}`), Expires: noon.Add(time.Hour)})
		made := token(ident.ID("t"+p), "token"+p)
		made.Actor = "person:p" + p
		write(t, s, about(ledger.PersonKnown, ident.ID("p"+p), &store.Known{Person: ident.ID("p" + p), Issuer: "https://sign-in.example", Subject: p}),
			about(ledger.PersonKnown, ident.ID("p"+p), &store.Known{Person: ident.ID("p" + p), Passkey: &store.Passkey{ID: "k" + p, Name: "Phone", Record: json.RawMessage(`{}`)}}), made,
			decided(ident.ID("s"+p), "d"+ident.ID(p), decision.Acceptance))
	}
	return s
}

// ways are the ways of getting in as the first person, or counting as them; each gives whom it lets in.
func ways(t *testing.T, s *store.Store) map[string]func() (person string, err error) {
	return map[string]func() (string, error){
		"session": func() (string, error) {
			a, _, err := s.SessionOf(t.Context(), "session1")
			return string(a.Person), err
		},
		"link": func() (string, error) { l, err := s.LinkOf(t.Context(), "link1", noon); return string(l.Person), err },
		"token": func() (string, error) {
			k, _, err := s.TokenOf(t.Context(), "token1")
			if k.Revoked != 0 {
				return "", err
			}
			return string(k.Access().Maker), err
		},
		"passkey": func() (string, error) { k, err := s.PasskeyOf(t.Context(), "k1"); return string(k.Person), err },
		"person": func() (string, error) {
			w, err := s.WayBy(t.Context(), store.Identity("https://sign-in.example", "1"))
			return string(w.Person), err
		},
		"decision": func() (string, error) {
			shown, err := s.Attested(t.Context(), "s1")
			if !shown["d1"] {
				return "", err
			}
			return "p1", err
		},
	}
}

func TestEveryWayInCounts(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		for name, in := range ways(t, s) {
			if who, err := in(); err != nil || who != "p1" {
				t.Errorf("by a %s comes %q: %v", name, who, err)
			}
		}
		if n := s.Unmarked(); n != 0 {
			t.Errorf("%d rows are not its own", n)
		}
	})
}

// TestARowThatSomebodyWroteLetsNobodyIn changes every column of every row by which somebody gets in, behind the server's
// back, and puts in the rows of another person or such as were never made.
func TestARowThatSomebodyWroteLetsNobodyIn(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		var log bytes.Buffer
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		s := admitted(t, c)
		db := around(t, c)
		for _, m := range store.MarkedTables() {
			in := ways(t, s)[m.Name]
			names, before := rowsOf(t, db, m.Name)
			mine := slices.IndexFunc(before, func(row []any) bool { return strings.HasSuffix(fmt.Sprint(row[slices.Index(names, m.Key)]), "1") })
			again := func() {
				do(t, db, `DELETE FROM `+m.Name)
				for _, row := range before {
					insert(t, db, m.Name, names, row)
				}
			}
			shut := func(what string) {
				t.Helper()
				log.Reset()
				count := s.Unmarked()
				if who, err := in(); err == nil && who != "" {
					t.Errorf("by a %s of which %s comes %s", m.Name, what, who)
				}
				if s.Unmarked() > count && (!strings.Contains(log.String(), "table="+m.Name) || strings.Contains(log.String(), "session1")) {
					t.Errorf("the log says of a %s of which %s: %q", m.Name, what, log.String())
				}
				again()
			}
			for i, name := range names {
				if name == m.Key || name == "name" || name == "body" && m.Name == "person" || name == "kind" || name == "made" || name == "learnt" { // what is only shown
					continue
				}
				do(t, db, `UPDATE `+m.Name+` SET `+name+` = $1 WHERE `+m.Key+` = $2`, other(before[mine][i]), before[mine][slices.Index(names, m.Key)])
				shut(name + " was changed")
			}
			theirs := slices.Clone(before[1-mine])
			if m.Name != "person" { // the row of another, copied whole but for what it is found by
				do(t, db, `DELETE FROM `+m.Name)
				for i, name := range names {
					if name == "id" || name == "hash" || name == m.Key {
						theirs[i] = before[mine][i]
					}
				}
				insert(t, db, m.Name, names, theirs)
				shut("the rest is another's")
			}
			bare := slices.Clone(before[mine])
			bare[slices.Index(names, "key_id")], bare[slices.Index(names, "mark")] = c.Ring.Current(), make([]byte, 32)
			do(t, db, `DELETE FROM `+m.Name)
			insert(t, db, m.Name, names, bare)
			shut("nobody marked anything")
			if who, err := in(); err != nil || who != "p1" {
				t.Errorf("by the %s as it was comes %q: %v", m.Name, who, err)
			}
		}
		if s.Unmarked() == 0 {
			t.Error("nobody counts them")
		}
	})
}

// TestAMinuteIsConfirmedByWhoItWaitsForAlone: whoever writes another name into the row cannot confirm it as that one.
func TestAMinuteIsConfirmedByWhoItWaitsForAlone(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := opened(t, c)
		minute := json.RawMessage(`{"id":"m1","kind":"acceptance","subject":["risk:r1"],"reason":"it is small","made":"2026-04-01","by":"p1","on_behalf_of":"p2"}`)
		write(t, s, registered("portal"), aboutDecision(ledger.DecisionRecorded, "portal", "m1", &store.Decided{Service: "portal", Decision: minute}))
		confirm := func(person ident.ID) error {
			_, err := s.Write(t.Context(), []store.Entry{aboutDecision(ledger.DecisionConfirmed, "portal", "m1", &store.Confirmed{Service: "portal", Decision: "m1", Person: person})}, nil)
			return err
		}
		db := around(t, c)
		do(t, db, `UPDATE decision SET awaits = 'p9'`)
		refused(t, confirm("p9"), fault.Conflict)
		do(t, db, `UPDATE decision SET awaits = 'p2'`)
		if err := confirm("p2"); err != nil {
			t.Fatal(err)
		}
		if shown, err := s.Attested(t.Context(), "portal"); err != nil || !shown["m1"] {
			t.Errorf("it counts as %v, %v", shown, err)
		}
		if _, l, err := s.OneDecision(t.Context(), "portal", "m1"); err != nil || l.Attested != "minute" {
			t.Errorf("it is told as %+v, %v", l, err)
		}
		do(t, db, `UPDATE decision SET attested = 'server'`)
		if all, err := s.Decisions(t.Context(), "portal", "", 9); err != nil || len(all) != 1 || all[0].Attested != "" {
			t.Errorf("the list shows %+v, %v", all, err)
		}
	})
}

func TestATokenThatWasRevokedStaysRevoked(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		write(t, s, store.Entry{Kind: ledger.TokenRevoked, Actor: "person:p1", Subject: "token:t1", Content: &store.Revoked{ID: "t1"}})
		if k, _, err := s.TokenOf(t.Context(), "token1"); err != nil || k.Revoked == 0 {
			t.Errorf("it is %+v, %v", k, err)
		}
		do(t, around(t, c), `UPDATE token SET revoked = 0`)
		_, _, err := s.TokenOf(t.Context(), "token1")
		refused(t, err, fault.NotFound)
		all, err := s.Tokens(t.Context())
		if err != nil || len(all) != 1 || all[0].ID != "t2" {
			t.Errorf("the list shows %+v: %v", all, err)
		}
	})
}

// TestWhatSomebodyWroteIsNotMarkedWithTheRest: neither an invitation nor new keys make a row count that did not.
func TestWhatSomebodyWroteIsNotMarkedWithTheRest(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		db := around(t, c)
		do(t, db, `UPDATE person SET identity = $1 WHERE id = 'p1'`, store.Identity("https://sign-in.example", "thief"))
		do(t, db, `UPDATE session SET person = 'p2'`)
		do(t, db, `UPDATE token SET expires = expires + 1`)
		_, err := s.Write(t.Context(), []store.Entry{about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"})}, nil)
		refused(t, err, fault.Internal)
		rotated(t, s, c)
		for _, name := range []string{"session", "token"} {
			if who, err := ways(t, s)[name](); err == nil {
				t.Errorf("by a %s comes %s", name, who)
			}
		}
		if w, err := s.WayBy(t.Context(), store.Identity("https://sign-in.example", "thief")); err == nil {
			t.Errorf("the thief comes as %+v", w)
		}
		write(t, s, about(ledger.PersonLeft, "p1", &store.Departed{Person: "p1"}), about(ledger.PersonInvited, "p1", &store.Invited{Person: "p1"}))
		if w, err := s.WayOf(t.Context(), "p1"); err != nil || w.Any() || w.Left != 0 {
			t.Errorf("who was removed and invited again is %+v: %v", w, err)
		}
	})
}

// rotated has a new key take the place of the one before, which is dropped.
func rotated(t *testing.T, s *store.Store, c store.Config) {
	t.Helper()
	old := c.Ring.Current()
	if _, err := c.Ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n > 0; {
		var err error
		if n, err = s.Rewrap(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if by, err := s.WrappedBy(t.Context()); err != nil || by[old] != 0 {
		t.Fatalf("the old key is still of use for %d: %v", by[old], err)
	}
	if err := c.Ring.Drop(old); err != nil {
		t.Fatal(err)
	}
}

func TestNewKeysKeepEverybodyIn(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		rotated(t, s, c)
		for name, in := range ways(t, s) {
			if who, err := in(); err != nil || who != "p1" {
				t.Errorf("by a %s comes %q: %v", name, who, err)
			}
		}
		was := session(t, s, "session1")
		if given, err := s.RotateSession(t.Context(), was, "next", "held", noon.Add(time.Minute)); err != nil || !given {
			t.Errorf("%v, %v", given, err)
		}
		for _, hash := range []string{"next", "session1"} {
			if a := session(t, s, hash); a.Person != "p1" {
				t.Errorf("by %s comes %s", hash, a.Person)
			}
		}
		sound(t, s)
	})
}

// TestABackupKeepsWhoCanSignIn: tokens, passkeys and accounts count after it was restored; sessions and links are gone. In
// another record with the same keys a row counts for nothing.
func TestABackupKeepsWhoCanSignIn(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		file := t.TempDir() + "/backup"
		if _, err := s.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		backup, err := store.OpenBackup(t.Context(), file, c.Ring)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = backup.Close() }()
		there := onSQLite(t)
		there.Ring = c.Ring
		back, other := opened(t, there), onSQLite(t)
		if err := back.Restore(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
		back = opened(t, there)
		for name, in := range ways(t, back) {
			who, err := in()
			if kept := name != "session" && name != "link"; kept != (err == nil && who == "p1") {
				t.Errorf("by a %s comes %q: %v", name, who, err)
			}
		}
		other.Ring = c.Ring
		elsewhere := opened(t, other)
		from, to := around(t, there), around(t, other)
		for _, table := range []string{"token", "body"} {
			names, rows := rowsOf(t, from, table)
			for _, row := range rows {
				insert(t, to, table, names, row)
			}
		}
		_, _, err = elsewhere.TokenOf(t.Context(), "token1")
		refused(t, err, fault.NotFound)
	})
}

// TestManyRotateWhileOthersComeIn: whoever comes while rows are marked anew is let in.
func TestManyRotateWhileOthersComeIn(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := admitted(t, c)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for at := noon; ; at = at.Add(time.Minute) {
				a, _, err := s.SessionOf(context.Background(), "session1")
				if err == nil {
					err = s.SeeSession(context.Background(), a.Session, at)
				}
				if err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		}()
		for range 5 {
			if _, err := c.Ring.Rotate(); err != nil {
				t.Error(err)
			}
			for n := int64(1); n > 0; {
				var err error
				if n, err = s.Rewrap(t.Context()); err != nil {
					t.Error(err)
					break
				}
			}
		}
		close(stop)
		<-done
		if a := session(t, s, "session1"); a.Person != "p1" || civil.Of(a.Begun) != civil.Of(noon) {
			t.Errorf("it is %+v", a)
		}
	})
}

// TestNobodyCountsAsWhatTheyDidNotSay: rows that make somebody one who agreed, or another one who proposed, are held to what
// was sealed when they said so.
func TestNobodyCountsAsWhatTheyDidNotSay(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		redaction := write(t, s, store.Entry{Kind: ledger.RedactionProposed, Actor: "person:p1", Service: "portal", Subject: "service:portal", Content: &store.Doubted{Service: "portal", Reason: "It names somebody", Subjects: []string{"evidence:e1"}}})[0].Body
		db := around(t, c)
		agreed := func() int {
			t.Helper()
			all, err := s.Agreements(t.Context(), "portal", "d4")
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if _, err := s.Proposal(t.Context(), "portal", "d4"); err != nil || agreed() != 1 {
			t.Fatalf("%d agreed: %v", agreed(), err)
		}
		names, rows := rowsOf(t, db, "agreement")
		for column, value := range map[string]string{"person": "p9", "role": "board", "board": "b1", "part": store.Consulted} {
			for _, row := range rows {
				planted := slices.Clone(row)
				planted[slices.Index(names, "person")] = "p9" // one more
				planted[slices.Index(names, column)] = value
				if planted[slices.Index(names, "decision")] == "d4" {
					insert(t, db, "agreement", names, planted)
				}
			}
			if n := agreed(); n != 1 {
				t.Errorf("with a row of another %s %d agreed", column, n)
			}
			do(t, db, `DELETE FROM agreement WHERE person = 'p9'`)
		}
		again := aboutDecision(ledger.DecisionProposed, "portal", "d5", &store.Proposed{Service: "portal", ID: "d5", State: store.ProposalWaits, Decision: json.RawMessage(`{"id":"d5","kind":"acceptance"}`)})
		first := write(t, s, again)[0].Body
		write(t, s, aboutDecision(ledger.DecisionAgreed, "portal", "d5", &store.Agreed{Service: "portal", Decision: "d5", Person: "p2", Role: "ciso", Part: store.Decides, To: first}))
		if all, err := s.Agreements(t.Context(), "portal", "d5"); err != nil || len(all) != 1 {
			t.Errorf("%d agreed to it: %v", len(all), err)
		}
		names, rows = rowsOf(t, db, "agreement")
		write(t, s, again) // in other words, say
		for _, row := range rows {
			if row[slices.Index(names, "decision")] == "d5" {
				insert(t, db, "agreement", names, row)
			}
		}
		if all, err := s.Agreements(t.Context(), "portal", "d5"); err != nil || len(all) != 0 {
			t.Errorf("%d agreed to what was proposed anew: %v", len(all), err)
		}
		do(t, db, `DELETE FROM agreement WHERE decision IN ('d4', 'd5')`)
		do(t, db, `UPDATE agreement SET decision = 'd4'`)
		if n := agreed(); n != 0 {
			t.Errorf("%d agreed, to something else", n)
		}
		do(t, db, `UPDATE proposal SET proposer = 'person:p9' WHERE id = 'd4'`)
		_, err := s.Proposal(t.Context(), "portal", "d4")
		refused(t, err, fault.NotFound)
		if all, err := s.Proposals(t.Context(), "portal", "", 10); err != nil || len(all) != 1 || all[0].ID != "d5" {
			t.Errorf("the list shows %+v: %v", all, err)
		}
		if _, err := s.Redaction(t.Context(), redaction); err != nil {
			t.Error(err)
		}
		do(t, db, `UPDATE redaction SET proposed_by = 'person:p9'`)
		_, err = s.Redaction(t.Context(), redaction)
		refused(t, err, fault.NotFound)
	})
}
