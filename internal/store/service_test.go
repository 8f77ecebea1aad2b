package store_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func TestAServiceFromFirstToLast(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		kept := &store.Repository{Address: "https://git.example/benefits/portal", Folder: "bulkhead"}
		write(t, s, entry(ledger.ServiceRegistered, "portal", &store.Registered{Service: "portal", Name: "Portal", Unit: "u1", KeptIn: kept}))
		v, r, err := s.Head(t.Context(), "portal")
		if err != nil || v.Number != 0 || r.Number != 0 {
			t.Errorf("before its first revision its head is %+v, %+v, %v", v, r, err)
		}
		first := civil.Of(noon)
		want := store.Service{ID: "portal", Name: "Portal", Unit: "u1", KeptIn: kept, Changed: first, Registered: first}
		if !reflect.DeepEqual(v, want) {
			t.Errorf("it is %+v, want %+v", v, want)
		}

		at.set(noon.Add(time.Hour))
		content := &store.Revised{
			Service: "portal", Number: 1, Parent: 0, Name: "Portal of benefits", Digest: "c1:abc", Commit: "f00", Note: "its first",
			Texts: []store.Text{{File: "bulkhead.yaml", Text: "service: {}\n"}, {File: "risks.yaml", Text: ""}}, Since: map[string]civil.Instant{"/risks/r1": first},
		}
		write(t, s, entry(ledger.ServiceRevised, "portal", content))
		v, r, err = s.Head(t.Context(), "portal")
		want.Name, want.Number, want.Digest, want.Changed = "Portal of benefits", 1, "c1:abc", first+3600
		if err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("revised it is %+v, want %+v, %v", v, want, err)
		}
		if whole := (store.Revision{Revised: *content, At: first + 3600, Actor: "person:p1"}); !reflect.DeepEqual(r, whole) {
			t.Errorf("its revision is %+v, want %+v", r, whole)
		}

		write(t, s, entry(ledger.ServiceMoved, "portal", &store.Moved{Service: "portal", Unit: "u2"}))
		at.set(noon.Add(2 * time.Hour))
		write(t, s, entry(ledger.ServiceRetired, "portal", &store.Retired{Service: "portal", Reason: "replaced"}))
		v, err = s.Service(t.Context(), "portal")
		want.Unit, want.KeptIn, want.Retired = "u2", nil, first+7200
		if err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("in the end it is %+v, want %+v, %v", v, want, err)
		}
	})
}

func TestAServiceThatIsNotThere(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.Service(ctx, "none")
		refused(t, err, fault.NotFound)
		_, _, err = s.Head(ctx, "none")
		refused(t, err, fault.NotFound)
		_, err = s.Revision(ctx, "none", 1)
		refused(t, err, fault.NotFound)
		_, err = s.RevisionAt(ctx, "none", civil.Of(noon))
		refused(t, err, fault.NotFound)
		_, err = s.Body(ctx, "none")
		refused(t, err, fault.NotFound)
		for _, e := range []store.Entry{
			revised("none", 1),
			entry(ledger.ServiceMoved, "none", &store.Moved{Service: "none", Unit: "u1"}),
			entry(ledger.ServiceRetired, "none", &store.Retired{Service: "none"}),
		} {
			_, err := s.Write(ctx, []store.Entry{e}, nil)
			refused(t, err, fault.Conflict)
		}
	})
}

func TestAServiceIsRegisteredAndRetiredOnce(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		retired := entry(ledger.ServiceRetired, "portal", &store.Retired{Service: "portal"})
		write(t, s, registered("portal"), retired)
		for _, again := range []store.Entry{registered("portal"), retired} {
			_, err := s.Write(t.Context(), []store.Entry{again}, nil)
			refused(t, err, fault.Conflict)
		}
	})
}

func TestRevisionsOfTheFile(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		ctx := t.Context()
		write(t, s, registered("portal"), registered("other"), revised("other", 1))
		for n := range int64(5) {
			at.set(noon.Add(time.Duration(n+1) * time.Hour))
			write(t, s, revised("portal", n+1))
		}
		two, err := s.Revision(ctx, "portal", 2)
		if err != nil || two.Number != 2 || two.Texts[0].Text != "number: 2\n" || two.At != civil.Of(noon.Add(2*time.Hour)) || two.Actor != "person:p1" {
			t.Errorf("revision 2 is %+v, %v", two, err)
		}
		_, err = s.Revision(ctx, "portal", 6)
		refused(t, err, fault.NotFound)

		for _, c := range []struct {
			after time.Duration
			want  int64
		}{{time.Hour, 1}, {time.Hour + time.Second, 1}, {3*time.Hour - time.Second, 2}, {3 * time.Hour, 3}, {time.Hour * 24 * 365 * 250, 5}} {
			r, err := s.RevisionAt(ctx, "portal", civil.Of(noon.Add(c.after)))
			if err != nil || r.Number != c.want {
				t.Errorf("%v after noon it was at revision %d, want %d, %v", c.after, r.Number, c.want, err)
			}
		}
		_, err = s.RevisionAt(ctx, "portal", civil.Of(noon))
		refused(t, err, fault.NotFound)

		for _, c := range []struct {
			below int64
			limit int
			want  []int64
		}{{-1, 10, []int64{5, 4, 3, 2, 1}}, {-1, 2, []int64{5, 4}}, {4, 2, []int64{3, 2}}, {1, 5, nil}, {0, 5, nil}, {1 << 40, 1, []int64{5}}} {
			lines, err := s.Revisions(ctx, "portal", c.below, c.limit)
			var got []int64
			for _, l := range lines {
				got = append(got, l.Number)
				if l.Parent != l.Number-1 || l.At != civil.Of(noon.Add(time.Duration(l.Number)*time.Hour)) || l.Actor != "person:p1" {
					t.Errorf("the line of revision %d is %+v", l.Number, l)
				}
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("at most %d below %d are %v, want %v, %v", c.limit, c.below, got, c.want, err)
			}
		}
	})
}

// ids are names that dictionaries put in another order: the order of the record is that of their bytes, on every engine.
var ids = []ident.ID{"a", "a-b", "a.b", "a1", "a10", "a2", "a_b", "ab", "b", "z"}

func TestServicesAreListedInOrderOfTheirBytes(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		shuffled := slices.Clone(ids)
		slices.Reverse(shuffled)
		for _, id := range shuffled {
			write(t, s, registered(id))
		}
		for _, limit := range []int{1, 3, 100} {
			var got []ident.ID
			for after := ident.ID(""); ; {
				lines, err := s.Services(t.Context(), store.Scope{All: true}, after, limit)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range lines {
					got = append(got, l.ID)
				}
				if len(lines) < limit {
					break
				}
				after = lines[limit-1].ID
			}
			if !slices.Equal(got, ids) {
				t.Errorf("in pages of %d they are %v, want %v", limit, got, ids)
			}
		}
	})
}

func TestAListHoldsWhatIsInItsScope(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registeredIn("a", "u1"), registeredIn("b", "u2"), registeredIn("c", "u3"), registeredIn("d", "u2"))
		for _, c := range []struct {
			scope store.Scope
			after ident.ID
			want  []ident.ID
		}{
			{store.Scope{All: true}, "", []ident.ID{"a", "b", "c", "d"}},
			{store.Scope{}, "", nil},
			{store.Scope{Units: []ident.ID{"u2"}}, "", []ident.ID{"b", "d"}},
			{store.Scope{Units: []ident.ID{"u2"}}, "b", []ident.ID{"d"}},
			{store.Scope{Units: []ident.ID{"u1", "u2", "u9"}}, "", []ident.ID{"a", "b", "d"}},
			{store.Scope{Singles: []access.Single{{Service: "c"}, {Service: "none"}}}, "", []ident.ID{"c"}},
			{store.Scope{Singles: []access.Single{{Service: "b", Unit: "u1"}, {Service: "c", Unit: "u3"}, {Service: "d", Unit: "u2"}, {Service: "a", Unit: "u9"}}}, "", []ident.ID{"c", "d"}},
			{store.Scope{Singles: []access.Single{{Service: "b", Unit: "u1"}}}, "", nil},
			{store.Scope{Units: []ident.ID{"u1"}, Singles: []access.Single{{Service: "c"}, {Service: "d", Unit: "u2"}}}, "a", []ident.ID{"c", "d"}},
		} {
			lines, err := s.Services(t.Context(), c.scope, c.after, 10)
			var got []ident.ID
			for _, l := range lines {
				got = append(got, l.ID)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%+v after %q holds %v, want %v, %v", c.scope, c.after, got, c.want, err)
			}
		}
	})
}

func TestTextsAndSourcesAreTheSame(t *testing.T) {
	sources := []schema.Source{{File: "a.yaml", Text: []byte("a: 1\n")}, {File: "b.yaml", Text: []byte{}}}
	if got := store.Sources(store.Texts(sources)); !reflect.DeepEqual(got, sources) {
		t.Errorf("got %v", got)
	}
}

// TestTextsComeBackAsTheyWere holds both engines to keep every text that a document may have.
func TestTextsComeBackAsTheyWere(t *testing.T) {
	for _, name := range []string{"", " ", "Straße 'Zürich' \"x\" \\ %_ $1 ?", "a\tb\nc\r\n", "שלום 日本 🛡️", "e\u0301 \u00e9", "\u2028\ufeff\u200b", "a\x00b"} {
		both(t, func(t *testing.T, s *store.Store) {
			e := entry(ledger.ServiceRegistered, "portal", &store.Registered{Service: "portal", Name: name, Unit: "u1"})
			_, err := s.Write(t.Context(), []store.Entry{e}, nil)
			if slices.Contains([]byte(name), 0) {
				refused(t, err, fault.Invalid)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if v, err := s.Service(t.Context(), "portal"); err != nil || v.Name != name {
				t.Errorf("%q came back as %q, %v", name, v.Name, err)
			}
		})
	}
}

func TestTheUnitOfEachService(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registeredIn("a", "u1"), registeredIn("b", "u2"), registeredIn("c", "u2"))
		got, err := s.UnitsOf(t.Context(), []ident.ID{"c", "none", "a", "a"})
		if want := map[ident.ID]ident.ID{"a": "u1", "c": "u2"}; err != nil || !maps.Equal(got, want) {
			t.Errorf("%v, want %v, %v", got, want, err)
		}
		if got, err := s.UnitsOf(t.Context(), nil); err != nil || len(got) != 0 {
			t.Errorf("of none: %v, %v", got, err)
		}
	})
}

func TestServicesInUseAreReadWhole(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("a"), registered("b"), registered("c"), registered("d"), revised("a", 1), revised("a", 2), revised("c", 1), revised("d", 1))
		write(t, s, entry(ledger.ServiceRetired, "d", &store.Retired{Service: "d", Reason: "It has ended"}))
		ctx, count := store.Counting(t.Context())
		some, err := s.Heads(ctx, "", 10)
		if err != nil || count.Statements() != 1 || len(some) != 2 || some[0].ID != "a" || some[1].ID != "c" || len(some[1].Texts) == 0 {
			t.Errorf("%+v in %d statements, %v", some, count.Statements(), err)
		}
		if some, err := s.Heads(t.Context(), "a", 1); err != nil || len(some) != 1 || some[0].ID != "c" {
			t.Errorf("after the first: %+v, %v", some, err)
		}
	})
}
