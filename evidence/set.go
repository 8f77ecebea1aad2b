package evidence

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Set is all the evidence of a service, in a form that does not depend on the order in which it arrived.
type Set struct {
	Records   []Record     // by id; those whose id has two contents are left out
	Conflicts []ident.ID   // ids used for two contents, in order
	Digest    ident.Digest // of all of it, conflicts included
	Count     int          // of distinct records, conflicts included

	entries []Entry // every distinct record, by id
}

// Entry is a record with its digest.
type Entry struct {
	Digest ident.Digest
	Record *Record
}

// NewSet orders records, takes the same record twice as once, and sets aside ids that stand for two contents.
func NewSet(records []Record) (Set, error) {
	enc := ident.NewEncoder()
	entries := make([]Entry, len(records))
	for i := range records {
		d, err := enc.Sum(&records[i])
		if err != nil {
			return Set{}, err
		}
		entries[i] = Entry{d, &records[i]}
	}
	return (&Set{}).With(entries)
}

// With gives the set with more records, of which the digests are known.
func (s *Set) With(more []Entry) (Set, error) {
	entries := slices.Concat(s.entries, more)
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Record.ID, b.Record.ID), cmp.Compare(a.Digest, b.Digest))
	})
	return setOf(slices.CompactFunc(entries, func(a, b Entry) bool { return a.Digest == b.Digest }))
}

// Where gives the set of the records that a test holds for.
func (s *Set) Where(holds func(*Record) bool) (Set, error) {
	return setOf(slices.DeleteFunc(slices.Clone(s.entries), func(e Entry) bool { return !holds(e.Record) }))
}

// setOf makes a set of distinct records in order.
func setOf(entries []Entry) (Set, error) {
	s := Set{Count: len(entries), Records: make([]Record, 0, len(entries)), entries: entries}
	all := make([]ident.Digest, len(entries))
	for i, e := range entries {
		all[i] = e.Digest
		twice := i > 0 && entries[i-1].Record.ID == e.Record.ID || i+1 < len(entries) && entries[i+1].Record.ID == e.Record.ID
		if !twice {
			s.Records = append(s.Records, *e.Record)
			continue
		}
		if n := len(s.Conflicts); n == 0 || s.Conflicts[n-1] != e.Record.ID {
			s.Conflicts = append(s.Conflicts, e.Record.ID)
		}
	}
	var err error
	s.Digest, err = ident.Sum(all)
	return s, err
}

// Conflicted says whether an id stands for two contents.
func (s *Set) Conflicted(id ident.ID) bool {
	_, found := slices.BinarySearch(s.Conflicts, id)
	return found
}

// Find gives the record with an id; nil when there is none that counts.
func (s *Set) Find(id ident.ID) *Record {
	i, found := slices.BinarySearchFunc(s.Records, id, func(r Record, id ident.ID) int { return cmp.Compare(r.ID, id) })
	if !found {
		return nil
	}
	return &s.Records[i]
}
