package evidence_test

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

func set(t rapid.TB, records ...evidence.Record) evidence.Set {
	t.Helper()
	s, err := evidence.NewSet(records)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func record(id, title string) evidence.Record {
	return evidence.Record{ID: ident.ID(id), Title: title, Observed: moment("2026-03-01")}
}

func ids(s evidence.Set) (out []ident.ID) {
	for _, r := range s.Records {
		out = append(out, r.ID)
	}
	return out
}

func TestSet(t *testing.T) {
	a, b := record("a", "one"), record("b", "one")
	s := set(t, b, a, b)
	if got := ids(s); !slices.Equal(got, []ident.ID{"a", "b"}) || s.Count != 2 || len(s.Conflicts) != 0 {
		t.Errorf("%v, count %d, conflicts %v: the same record twice is one", got, s.Count, s.Conflicts)
	}
	if s.Find("a") == nil || s.Find("a").ID != "a" || s.Find("c") != nil || s.Conflicted("a") {
		t.Error("a is there, c is not")
	}
	again := record("b", "two")
	c := set(t, b, a, again, b)
	if got := ids(c); !slices.Equal(got, []ident.ID{"a"}) || c.Count != 3 || !slices.Equal(c.Conflicts, []ident.ID{"b"}) {
		t.Errorf("%v, count %d, conflicts %v: an id with two contents counts for neither", got, c.Count, c.Conflicts)
	}
	if !c.Conflicted("b") || c.Conflicted("a") || c.Find("b") != nil {
		t.Error("b is conflicted and cannot be found")
	}
	if c.Digest == s.Digest || c.Digest == set(t, a).Digest {
		t.Error("the digest does not tell of the conflict")
	}
	if set(t).Digest == s.Digest || set(t).Count != 0 {
		t.Error("nothing has the digest of something")
	}
}

func TestSetIsOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) evidence.Record {
			return record("e"+strconv.Itoa(rapid.IntRange(0, 5).Draw(t, "id")), rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "title"))
		}), 0, 12).Draw(t, "records")
		before := slices.Clone(records)
		a, b := set(t, records...), set(t, rapid.Permutation(records).Draw(t, "shuffled")...)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v and %+v", a, b)
		}
		if !reflect.DeepEqual(before, records) {
			t.Fatal("the records given were changed")
		}
		contents := map[ident.ID]map[string]bool{}
		for _, r := range records {
			if contents[r.ID] == nil {
				contents[r.ID] = map[string]bool{}
			}
			contents[r.ID][r.Title] = true
		}
		count := 0
		for id, titles := range contents {
			count += len(titles)
			if a.Conflicted(id) != (len(titles) > 1) || (a.Find(id) != nil) != (len(titles) == 1) {
				t.Fatalf("%s has %d contents; conflicted %v, found %v", id, len(titles), a.Conflicted(id), a.Find(id) != nil)
			}
		}
		if a.Count != count || !slices.IsSortedFunc(a.Records, func(x, y evidence.Record) int { return cmp.Compare(x.ID, y.ID) }) {
			t.Fatalf("count %d, want %d; in order %v", a.Count, count, ids(a))
		}
	})
}
