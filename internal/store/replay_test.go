package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// grown gives a record in which a good deal has happened: two services, one revised twice, with evidence, decisions and
// postures, an organisation and a pack.
func grown(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	s := opened(t, c)
	if err := s.Found(t.Context(), "bulkhead/test+00000000+AA=="); err != nil {
		t.Fatal(err)
	}
	write(t, s,
		store.Entry{Kind: ledger.OrganisationRevised, Actor: "person:p1", Subject: "organisation", Content: &store.Organised{Number: 1, Digest: "c1:o", Texts: []store.Text{{File: "organisation.yaml", Text: "bulkhead: v1\n"}}}},
		store.Entry{Kind: ledger.PackRecorded, Actor: "person:p1", Subject: "pack:own", Content: &store.Packed{ID: "own", Version: "1", Digest: "c1:p", Text: store.Text{File: "own.yaml"}}})
	for _, id := range []ident.ID{"portal", "records"} {
		write(t, s, registered(id))
		write(t, s, revised(id, 1), observedOf(id, "e1"), decidedOf(id, "d1"))
		write(t, s, judgedOf(id, 1, "first"))
	}
	write(t, s, revised("portal", 2))
	write(t, s, observedOf("portal", "e2"), decidedOf("portal", "d2"))
	write(t, s, judgedOf("portal", 2, "second"))
	known(t, s)
	proposed(t, s)
	return s
}

// known has two people sign in, one with a passkey, a machine with a token, and an address for news.
func known(t testing.TB, s *store.Store) {
	t.Helper()
	about := func(kind ledger.Kind, subject string, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "person:p1", Subject: subject, Content: content}
	}
	write(t, s, about(ledger.PersonInvited, "person:p1", &store.Invited{Person: "p1"}), about(ledger.PersonInvited, "person:p2", &store.Invited{Person: "p2"}))
	write(t, s, about(ledger.PersonKnown, "person:p1", &store.Known{Person: "p1", Issuer: "https://sign-in.example", Subject: "s1"}),
		about(ledger.PersonKnown, "person:p1", &store.Known{Person: "p1", Passkey: &store.Passkey{ID: "k1", Name: "Phone", Record: json.RawMessage(`{}`)}}),
		about(ledger.TokenCreated, "token:t1", &store.Tokened{ID: "t1", Name: "Pipeline", Hash: "h1", Scope: store.Allowed{Role: "developer"}}),
		about(ledger.WebhookSet, "webhook:w1", &store.Hooked{ID: "w1", URL: "https://news.example"}))
	write(t, s, about(ledger.PersonLeft, "person:p2", &store.Departed{Person: "p2"}))
}

// proposed has a decision proposed, agreed to and made, and another one wait.
func proposed(t testing.TB, s *store.Store) {
	t.Helper()
	about := func(kind ledger.Kind, id string, content any) store.Entry {
		return store.Entry{Kind: kind, Actor: "person:p1", Service: "portal", Subject: "decision:" + id, Content: content}
	}
	text := func(id string) json.RawMessage { return json.RawMessage(`{"id":"` + id + `","kind":"acceptance"}`) }
	for _, id := range []string{"d3", "d4"} {
		write(t, s, about(ledger.DecisionProposed, id, &store.Proposed{Service: "portal", ID: ident.ID(id), State: store.ProposalWaits, Decision: text(id)}))
		write(t, s, about(ledger.DecisionAgreed, id, &store.Agreed{Service: "portal", Decision: ident.ID(id), Person: "p2", Role: "ciso", Part: store.Decides, Said: "go on"}))
	}
	minute := json.RawMessage(`{"id":"d3","kind":"acceptance","made":"2026-11-20","on_behalf_of":"p2"}`)
	write(t, s, about(ledger.DecisionRecorded, "d3", &store.Decided{Service: "portal", Decision: minute}))
	write(t, s, about(ledger.DecisionConfirmed, "d3", &store.Confirmed{Service: "portal", Decision: "d3", Person: "p2"}))
}

func observedOf(id ident.ID, record string) store.Entry {
	return store.Entry{
		Kind: ledger.EvidenceRecorded, Actor: "token:t1", Service: id, Subject: "evidence:" + record,
		Content: &store.Observed{Service: id, Record: json.RawMessage(`{"bulkhead":"v1","id":"` + record + `","kind":"test-results","outcome":"passed","observed":"2026-11-20"}`)},
	}
}

func decidedOf(id ident.ID, decision string) store.Entry {
	return store.Entry{
		Kind: ledger.DecisionRecorded, Actor: "person:p1", Service: id, Subject: "decision:" + decision,
		Content: &store.Decided{Service: id, Decision: json.RawMessage(`{"bulkhead":"v1","id":"` + decision + `","kind":"acceptance","made":"2026-11-20"}`), Attested: "server"},
	}
}

// judgedOf is a posture that shows a word.
func judgedOf(id ident.ID, revision int64, word string) store.Entry {
	return entry(ledger.PostureJudged, id, &store.Judged{
		Service: id, Revision: revision, Engine: "1", At: 1_800_000_000, NextChange: 1_900_000_000, Summary: json.RawMessage(`{"word":"` + word + `"}`),
		Rests:   []store.Rest{{Kind: "pack", Name: "own"}, {Kind: "supplier", Name: "Hosting " + word}},
		Items:   []store.Item{{Ref: "risk:r1", Kind: "risk", Title: "Loss of " + word, State: "within", Until: 1_900_000_000}, {Ref: "risk:r2", Kind: "risk", Title: "Delay", State: "above"}},
		Offer:   store.Offered{Digest: ident.Digest("c1:" + word), Until: 1_900_000_000, Offer: json.RawMessage(`{"word":"` + word + `"}`)},
		Posture: []byte(`{"title":"Loss of ` + word + `"}`),
	})
}

// around opens the database of a record behind the store's back.
func around(t testing.TB, c store.Config) *sql.DB {
	t.Helper()
	driver, name := "pgx", c.Database
	if !store.IsPostgres(name) {
		driver, name = "sqlite", (&url.URL{Scheme: "file", Opaque: name, RawQuery: "_pragma=busy_timeout(5000)"}).String()
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func do(t testing.TB, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// rowsOf reads all rows of a table.
func rowsOf(t testing.TB, db *sql.DB, table string) (names []string, all [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if names, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names, all
}

func insert(t testing.TB, db *sql.DB, table string, names []string, row []any) {
	t.Helper()
	marks := make([]string, len(row))
	for i := range row {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	do(t, db, `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, row...)
}

// tampered changes a table, looks at what verify finds, and puts the rows back as they were.
func tampered(t *testing.T, s *store.Store, db *sql.DB, table string, change func(), look func(t *testing.T, v *store.Verification)) {
	t.Helper()
	names, before := rowsOf(t, db, table)
	change()
	v := verified(t, s)
	if v.Sound() {
		t.Errorf("nobody would know")
	} else {
		look(t, v)
	}
	do(t, db, `DELETE FROM `+table)
	for _, row := range before {
		insert(t, db, table, names, row)
	}
}

func verified(t testing.TB, s *store.Store, against ...string) *store.Verification {
	t.Helper()
	v, err := s.Verify(t.Context(), against, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sound says that a record is as it was written.
func sound(t testing.TB, s *store.Store) *store.Verification {
	t.Helper()
	v := verified(t, s)
	if !v.Sound() {
		t.Fatalf("a record that nobody changed is damaged: %+v, %v", *v.First, v.Differences)
	}
	return v
}

// other gives a value that is not the one that is there, of the same type.
func other(v any) any {
	switch v := v.(type) {
	case int64:
		return v + 1
	case []byte:
		return append(slices.Clone(v), 'x')
	case string:
		return v + "x"
	}
	return "x"
}

func TestARecordThatNobodyChangedIsSound(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		v := sound(t, s)
		if size, _ := s.Size(t.Context()); v.Played != size || v.Unplayed != 0 || v.Record.Size != size {
			t.Errorf("%d of %d entries were played again, %d were not", v.Played, size, v.Unplayed)
		}
	})
}

// TestEveryChangeOfAProjectionIsFound changes every cell, takes a row and adds one, in every table that follows from entries.
func TestEveryChangeOfAProjectionIsFound(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		redact(t, s, "records", "evidence:e1")
		db := around(t, c)
		for _, p := range store.Projections() {
			names, rows := rowsOf(t, db, p.Name)
			t.Run(p.Name+" added", func(t *testing.T) {
				row := make([]any, len(names))
				for i, kind := range kindsOf(t, db, p.Name) {
					switch kind {
					case "BIGINT", "INTEGER", "INT8":
						row[i] = int64(77)
					case "BLOB", "BYTEA":
						row[i] = []byte("zz")
					default:
						row[i] = "zz"
					}
				}
				tampered(t, s, db, p.Name, func() { insert(t, db, p.Name, names, row) }, differs(p.Name, store.RowAdded, "", -1))
			})
			if len(rows) == 0 {
				t.Errorf("nothing is known of table %s: have something follow into it in grown()", p.Name)
			}
			if len(rows) == 0 {
				continue
			}
			row, key := rows[0], map[string]any{}
			where := ""
			var args []any
			for i, name := range names {
				if slices.Contains(p.Key, name) {
					key[name] = row[i]
					args = append(args, row[i])
					where += fmt.Sprintf(" AND %s = $%d", name, len(args))
				}
			}
			t.Run(p.Name+" missing", func(t *testing.T) {
				tampered(t, s, db, p.Name, func() { do(t, db, `DELETE FROM `+p.Name+` WHERE 1 = 1`+where, args...) }, differs(p.Name, store.RowMissing, "", 0))
			})
			for i, name := range names {
				if _, is := key[name]; is || slices.Contains(store.MarkColumns, name) { // a mark that is wrong lets nobody in
					continue
				}
				t.Run(p.Name+"."+name, func(t *testing.T) {
					set := fmt.Sprintf(`UPDATE %s SET %s = $%d WHERE 1 = 1%s`, p.Name, name, len(args)+1, where)
					tampered(t, s, db, p.Name, func() { do(t, db, set, append(slices.Clone(args), other(row[i]))...) }, differs(p.Name, store.RowChanged, name, 0))
				})
			}
		}
		sound(t, s)
	})
}

// kindsOf gives the types of the columns of a table.
func kindsOf(t testing.TB, db *sql.DB, table string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM `+table+` WHERE 1 = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil || rows.Err() != nil {
		t.Fatal(err)
	}
	for _, c := range types {
		out = append(out, c.DatabaseTypeName())
	}
	return out
}

// differs says that one row of a table differs, and that it is told from which record it follows.
func differs(table, what, column string, least int64) func(*testing.T, *store.Verification) {
	return func(t *testing.T, v *store.Verification) {
		t.Helper()
		if len(v.Differences) != 1 || !v.Record.Sound() {
			t.Fatalf("it finds %v, and in the record %v", v.Differences, v.Record.First)
		}
		d := v.Differences[0]
		if d.Table != table || d.What != what || d.Record < least || d.Record >= 0 && d.Kind == "" || column != "" && !slices.Equal(d.Columns, []string{column}) {
			t.Errorf("it finds %+v", d)
		}
	}
}

func TestEveryChangeOfARecordIsFound(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		s := grown(t, c)
		db := around(t, c)
		names, leaves := rowsOf(t, db, "leaf")
		const bad = 6 // a record in the middle, with a body
		at := func(column string) int { return slices.Index(names, column) }
		body := leaves[bad][at("body")]
		for i, name := range names[1:] {
			t.Run("leaf."+name, func(t *testing.T) {
				tampered(t, s, db, "leaf", func() { do(t, db, `UPDATE leaf SET `+name+` = $1 WHERE number = $2`, other(leaves[bad][i+1]), bad) }, first(bad))
			})
		}
		for _, name := range []string{"sealed", "wrapped", "key_id"} {
			t.Run("body."+name, func(t *testing.T) {
				var was any
				if err := db.QueryRowContext(t.Context(), `SELECT `+name+` FROM body WHERE id = $1`, body).Scan(&was); err != nil {
					t.Fatal(err)
				}
				now := other(was)
				if b, is := was.([]byte); is {
					flipped := slices.Clone(b)
					flipped[len(b)/2] ^= 1
					now = flipped
				}
				tampered(t, s, db, "body", func() { do(t, db, `UPDATE body SET `+name+` = $1 WHERE id = $2`, now, body) }, first(bad))
			})
		}
		t.Run("body missing", func(t *testing.T) {
			tampered(t, s, db, "body", func() { do(t, db, `DELETE FROM body WHERE id = $1`, body) }, first(bad))
		})
		t.Run("body emptied as if it were redacted", func(t *testing.T) {
			tampered(t, s, db, "body", func() { do(t, db, `UPDATE body SET wrapped = NULL, sealed = $1 WHERE id = $2`, []byte{}, body) }, first(bad))
		})
		t.Run("body added", func(t *testing.T) {
			tampered(t, s, db, "body", func() { do(t, db, `INSERT INTO body (id, key_id, sealed) VALUES ('zz', 'k', $1)`, []byte{1}) }, first(-1))
		})
		t.Run("bodies swapped", func(t *testing.T) {
			tampered(t, s, db, "leaf", func() { do(t, db, `UPDATE leaf SET body = $1 WHERE number = $2`, leaves[bad+1][at("body")], bad) }, first(bad))
		})
		t.Run("leaf dropped", func(t *testing.T) {
			tampered(t, s, db, "leaf", func() { do(t, db, `DELETE FROM leaf WHERE number = $1`, bad) }, first(bad))
		})
		t.Run("leaf dropped, and the rest moved up", func(t *testing.T) {
			tampered(t, s, db, "leaf", func() {
				do(t, db, `DELETE FROM leaf WHERE number = $1`, bad)
				for n := bad + 1; n < len(leaves); n++ {
					do(t, db, `UPDATE leaf SET number = number - 1 WHERE number = $1`, n)
				}
			}, first(-2)) // which one, only a checkpoint before it can tell
		})
		t.Run("leaves swapped", func(t *testing.T) {
			tampered(t, s, db, "leaf", func() {
				for _, step := range [][2]int{{3, -1}, {4, 3}, {-1, 4}} {
					do(t, db, `UPDATE leaf SET number = $2 WHERE number = $1`, step[0], step[1])
				}
			}, first(3))
		})
		t.Run("leaf twice", func(t *testing.T) {
			again := slices.Clone(leaves[bad])
			again[0] = int64(len(leaves))
			tampered(t, s, db, "leaf", func() { insert(t, db, "leaf", names, again) }, first(int64(len(leaves))))
		})
		t.Run("tail cut off", func(t *testing.T) {
			tampered(t, s, db, "leaf", func() { do(t, db, `DELETE FROM leaf WHERE number >= $1`, bad) }, first(-2))
		})
		t.Run("head of more leaves", func(t *testing.T) {
			tampered(t, s, db, "head", func() { do(t, db, `UPDATE head SET size = size + 1`) }, first(int64(len(leaves))))
		})
		sound(t, s)
	})
}

// first says which record is the first that is wrong; any for -2.
func first(want int64) func(*testing.T, *store.Verification) {
	return func(t *testing.T, v *store.Verification) {
		t.Helper()
		if want != -2 && v.First.Record != want {
			t.Errorf("the first bad record is said to be %+v, want %d; %v", *v.First, want, v.Record.Findings)
		}
	}
}

func TestWithoutKeysWhatCannotBeComparedIsCounted(t *testing.T) {
	c := onSQLite(t)
	s := grown(t, c)
	want := sound(t, s)
	_ = s.Close()
	blind := opened(t, store.Config{Database: c.Database, ReadOnly: true})
	v := sound(t, blind)
	if v.Played != 0 || v.Record.Checked.Contents != 0 || v.Record.Checked.Sealed != want.Record.Checked.Sealed || len(v.Record.CouldNot) < 2 {
		t.Errorf("it was checked as %+v, and could not exclude %v", v.Record.Checked, v.Record.CouldNot)
	}
}

// TestWithTheKeysOfAnotherRecordNothingIsJudged gives keys that open nothing, which is no damage.
func TestWithTheKeysOfAnotherRecordNothingIsJudged(t *testing.T) {
	c := onSQLite(t)
	_ = grown(t, c).Close()
	other := opened(t, store.Config{Database: c.Database, ReadOnly: true, Ring: ring(t)})
	if v, err := other.Verify(t.Context(), nil, nil); fault.KindOf(err) != fault.Invalid || v != nil {
		t.Errorf("it gives %+v, %v", v, err)
	}
}

func TestEveryTableIsOfOneRole(t *testing.T) {
	c := onSQLite(t)
	s := opened(t, c)
	sound(t, s)
	rows, err := around(t, c).QueryContext(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'form' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	listed := store.Tables()
	slices.Sort(listed)
	var there []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		there = append(there, name)
	}
	if rows.Err() != nil || !slices.Equal(there, listed) {
		t.Errorf("the tables are %s, and tables() lists %s: say of each whether it follows from entries", strings.Join(there, ", "), strings.Join(listed, ", "))
	}
}

// TestWhatIsPutIntoADatabaseIsFound plants what changes rows as they are written, or hides some of them.
func TestWhatIsPutIntoADatabaseIsFound(t *testing.T) {
	t.Run("trigger", func(t *testing.T) {
		c := onSQLite(t)
		s, db := grown(t, c), around(t, c)
		sound(t, s)
		do(t, db, `CREATE TRIGGER hush AFTER INSERT ON evidence BEGIN DELETE FROM evidence WHERE id = NEW.id; END`)
		differs("sqlite_schema", store.RowAdded, "", -1)(t, verified(t, s))
	})
	t.Run("index that leaves rows out", func(t *testing.T) {
		c := onSQLite(t)
		s, db := grown(t, c), around(t, c)
		sound(t, s)
		swapIndex(t, db, `CREATE INDEX leaf_service ON leaf (service, number) WHERE number < 3`, 9001)
		differs("sqlite_schema", store.ShapeChanged, "", -1)(t, verified(t, s))
		do(t, db, `REINDEX leaf_service`)
		swapIndex(t, db, `CREATE INDEX leaf_service ON leaf (service, number)`, 9002)
		if v := verified(t, s); len(v.Differences) == 0 || v.Differences[0].What != store.Torn || !strings.Contains(v.First.Text, "leaf_service") {
			t.Errorf("it finds %v", v.Differences)
		}
	})
	t.Run("trigger in PostgreSQL", func(t *testing.T) {
		c := onPostgres(t)
		s, db := grown(t, c), around(t, c)
		sound(t, s)
		do(t, db, `CREATE FUNCTION hush() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`)
		do(t, db, `CREATE TRIGGER hush BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION hush()`)
		differs("pg_class", store.RowAdded, "", -1)(t, verified(t, s))
	})
}

// swapIndex gives an index another text behind SQLite's back.
func swapIndex(t testing.TB, db *sql.DB, text string, version int) {
	t.Helper()
	db.SetMaxOpenConns(1)
	do(t, db, `PRAGMA writable_schema = ON`)
	do(t, db, `UPDATE sqlite_schema SET sql = $1 WHERE name = 'leaf_service'`, text)
	do(t, db, `PRAGMA schema_version = `+strconv.Itoa(version))
	do(t, db, `PRAGMA writable_schema = RESET`)
}
