package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

var update = flag.Bool("update", false, "write the dump of the newest form anew; never for a form that was released")

// ask runs statements on the database of a record past the store, and gives the first column of the last as lines.
func ask(t testing.TB, c store.Config, statements ...string) (lines []string) {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgres(c.Database) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, c.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	last := len(statements) - 1
	for _, statement := range statements[:last] {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	rows, err := db.QueryContext(t.Context(), statements[last])
	if err != nil {
		t.Fatalf("%s: %v", statements[last], err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// form gives every table of a record with its columns and indexes, as the engine describes them.
func form(t testing.TB, c store.Config) []string {
	t.Helper()
	if !store.IsPostgres(c.Database) {
		lines := ask(t, c, `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name`)
		for i, l := range lines {
			lines[i] = strings.Join(strings.Fields(l), " ")
		}
		return lines
	}
	return ask(t, c, `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || COALESCE(collation_name, '') || ' ' || is_nullable FROM information_schema.columns WHERE table_schema = 'public'
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1`)
}

// TestEachTextColumnIsOrderedByItsBytes holds PostgreSQL to the order of SQLite in each column that is sorted or compared,
// whatever the order of words of its database.
func TestEachTextColumnIsOrderedByItsBytes(t *testing.T) {
	c := onPostgres(t)
	opened(t, c)
	for _, index := range ask(t, c, `SELECT c.relname || '.' || a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN LATERAL unnest(i.indkey, i.indcollation) AS k (number, words) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number JOIN pg_collation l ON l.oid = k.words
		WHERE n.nspname = 'public' AND l.collname <> 'C'`) {
		t.Errorf("the index of %s is in the order of the database: say {{key}} in the migration", index)
	}
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		opened(t, c)
		before := form(t, c)
		opened(t, c)
		if after := form(t, c); !slices.Equal(before, after) || len(before) == 0 {
			t.Errorf("the tables were %v and are %v", before, after)
		}
	})
}

func TestReplicasThatStartAtOnceMakeOneRecord(t *testing.T) {
	server := postgres.Start(t)
	for name, c := range map[string]store.Config{"SQLite": onSQLite(t), "PostgreSQL": {Database: server.Database(t), Ring: ring(t)}} {
		t.Run(name, func(t *testing.T) {
			replicas := make([]*store.Store, 6)
			var wg sync.WaitGroup
			for i := range replicas {
				wg.Go(func() {
					var err error
					if replicas[i], err = store.Open(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for i, s := range replicas {
				if s == nil {
					continue
				}
				if s.Instance != replicas[0].Instance {
					t.Errorf("replica %d has the record %s, and the first %s", i, s.Instance, replicas[0].Instance)
				}
				write(t, s, registered(ident.ID(fmt.Sprint("s", i))))
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			s := opened(t, c)
			if n := inOrder(t, s); n != len(replicas) {
				t.Errorf("%d leaves", n)
			}
		})
	}
}

func TestARecordOfAnotherFormIsRefused(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		if err := opened(t, c).Close(); err != nil {
			t.Fatal(err)
		}
		known := ask(t, c, `SELECT CAST(step AS TEXT) FROM form`)[0]
		for step, sentence := range map[string]string{
			"99": "the record was made by a newer Bulkhead (its form is 99, this one knows " + known + "): use that version or a newer one",
			"0":  "the record was made by an older Bulkhead (its form is 0, this one has " + known + "): start the server with it once, which brings it to the form of today",
		} {
			ask(t, c, `UPDATE form SET step = `+step, `SELECT '' FROM form`)
			for _, c.ReadOnly = range []bool{true, false} {
				if step == "0" && !c.ReadOnly {
					continue // it is brought to the form of today
				}
				_, err := store.Open(t.Context(), c)
				refused(t, err, fault.Invalid)
				if err != nil && err.Error() != sentence {
					t.Errorf("it says %q, want %q", err, sentence)
				}
			}
		}
	})
}

// TestLawAnOldRecordBecomesOneOfToday opens a dump of a record of each form that was ever released. Its tables are then
// those of a new record, all of it can be read, and what follows from its entries is what its tables say.
func TestLawAnOldRecordBecomesOneOfToday(t *testing.T) {
	steps, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		dump(t, steps)
	}
	for n := range steps {
		file := fmt.Sprintf("testdata/form-%04d.sql", n+1)
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("form %d has no dump; before it is released, make one with go test ./internal/store -run %s -update", n+1, t.Name())
			}
			keys := key.FindString(string(text))
			bothPlaces(t, func(t *testing.T, c store.Config) {
				opened(t, c)
				today := form(t, c)
				if c.Ring, err = seal.ParseRing(keys); err != nil {
					t.Fatal(err)
				}
				c = emptied(t, c)
				ask(t, c, append(statements(string(text), store.IsPostgres(c.Database)), `SELECT ''`)...)
				s := opened(t, c)
				if got := form(t, c); !slices.Equal(got, today) {
					t.Errorf("its tables are not those of a new record. A step that was released is never changed: add one after it. (Where form %d is not released, run this test with -update.)\n got %q\nwant %q", n+1, without(got, today), without(today, got))
				}
				readOld(t, s)
			})
		})
	}
}

// emptied gives a place without any table.
func emptied(t testing.TB, c store.Config) store.Config {
	t.Helper()
	if store.IsPostgres(c.Database) {
		c.Database = onPostgres(t).Database
		ask(t, c, `DROP SCHEMA public CASCADE`, `CREATE SCHEMA public`, `SELECT ''`)
		return c
	}
	c.Database = filepath.Join(t.TempDir(), "old.db")
	return c
}

// without gives the lines that are not among others.
func without(lines, others []string) (out []string) {
	for _, l := range lines {
		if !slices.Contains(others, l) {
			out = append(out, l)
		}
	}
	return out
}

var (
	key  = regexp.MustCompile(`key-[^ \n]+`)    // of the ring
	blob = regexp.MustCompile(`X'([0-9A-F]*)'`) // as SQLite writes bytes
)

// statements gives the statements of a dump for an engine.
func statements(text string, onPostgres bool) (out []string) {
	types := strings.NewReplacer("{{bytes}}", "BLOB", "{{key}}", "TEXT", "{{strict}}", "STRICT", "{{clustered}}", "STRICT, WITHOUT ROWID", "BIGINT", "INTEGER")
	if onPostgres {
		types = strings.NewReplacer("{{bytes}}", "BYTEA", "{{key}}", `TEXT COLLATE "C"`, "{{strict}}", "", "{{clustered}}", "")
		text = blob.ReplaceAllString(text, `'\x$1'`)
	}
	for s := range strings.SplitSeq(types.Replace(text), ";\n") {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

// dump writes the dump of the newest form: its steps, and then the rows of a record in which something of each kind has
// happened. The key in its first line is of this record alone.
func dump(t *testing.T, steps []string) {
	t.Helper()
	c := onSQLite(t)
	keys := filepath.Join(t.TempDir(), "keys")
	var err error
	if c.Ring, err = seal.CreateRing(keys); err != nil {
		t.Fatal(err)
	}
	c.Now = (&clock{at: noon}).now
	s := opened(t, c)
	write(t, s, organised(1, 0), packed("p", "1"), packed("p", "2"), registered("portal"), registered("gone"), revised("portal", 1), revised("portal", 2), observed("portal", "e1"),
		decided("portal", "d1", decision.Acceptance), judged("portal", "d", on("pack", "p"), on("supplier", "Hosting é")),
		entry(ledger.ServiceMoved, "gone", &store.Moved{Service: "gone", Unit: "u2", KeptIn: &store.Repository{Address: "https://git.example/gone"}}),
		entry(ledger.ServiceRetired, "gone", &store.Retired{Service: "gone", Reason: "replaced"}))
	mark(t, s, noon, "portal")
	enqueue(t, s, "mail", "m1")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ring, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	text := "-- A record of form " + fmt.Sprint(len(steps)) + ", made for a test. Its key, which is of no other: " + key.FindString(string(ring)) + "\n"
	text += "CREATE TABLE form (one INTEGER PRIMARY KEY CHECK (one = 1), step INTEGER NOT NULL);\n"
	for _, step := range steps {
		some, err := os.ReadFile(step)
		if err != nil {
			t.Fatal(err)
		}
		text += string(some)
	}
	for _, table := range ask(t, c, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`) {
		columns := ask(t, c, `SELECT name FROM pragma_table_info('`+table+`') ORDER BY cid`)
		for _, values := range ask(t, c, `SELECT quote(`+strings.Join(columns, `) || ', ' || quote(`)+`) FROM `+table) {
			text += "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + values + ");\n"
		}
	}
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fmt.Sprintf("testdata/form-%04d.sql", len(steps)), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readOld reads all that dump wrote.
func readOld(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	rows, err := s.Leaves(ctx, 0, 100)
	if err != nil || len(rows) != 12 {
		t.Errorf("%d leaves, %v", len(rows), err)
	}
	for _, r := range rows {
		if _, err := s.Body(ctx, r.Body); err != nil {
			t.Errorf("the body of leaf %d: %v", r.Number, err)
		}
	}
	if _, head, err := s.Head(ctx, "portal"); err != nil || head.Number != 2 || head.Texts[0].Text != "number: 2\n" {
		t.Errorf("the head is %+v, %v", head, err)
	}
	if v, err := s.Service(ctx, "gone"); err != nil || v.Unit != "u2" || v.Retired == 0 || v.KeptIn == nil {
		t.Errorf("what is gone is %+v, %v", v, err)
	}
	if p, err := s.Posture(ctx, "portal"); err != nil || !p.Dirty || string(p.Judged.Posture) != "{\"posture\": \"<d>\"}\n" {
		t.Errorf("the posture is %+v, %v", p, err)
	}
	if some, err := s.RestsOn(ctx, on("supplier", "Hosting é")); err != nil || len(some) != 1 {
		t.Errorf("%v rest on it, %v", some, err)
	}
	if packs, err := s.Packs(ctx, 0); err != nil || len(packs) != 1 || packs[0].Version != "2" {
		t.Errorf("the packs are %+v, %v", packs, err)
	}
	if o, err := s.Organisation(ctx, 0); err != nil || o.Number != 1 {
		t.Errorf("the organisation is %+v, %v", o, err)
	}
	for _, list := range []func() (int, error){
		func() (int, error) { l, err := s.Evidence(ctx, "portal", "", 10); return len(l), err },
		func() (int, error) { l, err := s.Decisions(ctx, "portal", "", 10); return len(l), err },
		func() (int, error) { w, err := s.Waiting(ctx); return int(w.Jobs), err },
	} {
		if n, err := list(); n != 1 || err != nil {
			t.Errorf("%d, want 1, %v", n, err)
		}
	}
	write(t, s, revised("portal", 3))
	v, err := s.Verify(context.WithoutCancel(ctx), nil, nil)
	if err != nil || !v.Sound() {
		t.Errorf("verify says %+v, %v", v, err)
	}
}
