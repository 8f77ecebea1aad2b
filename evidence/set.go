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
}

// NewSet orders records, takes the same record twice as once, and sets aside ids that stand for two contents.
func NewSet(records []Record) (Set, error) {
	enc := ident.NewEncoder()
	type entry struct {
		digest ident.Digest
		record *Record
	}
	entries := make([]entry, len(records))
	for i := range records {
		d, err := enc.Sum(&records[i])
		if err != nil {
			return Set{}, err
		}
		entries[i] = entry{d, &records[i]}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.record.ID, b.record.ID), cmp.Compare(a.digest, b.digest))
	})
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.digest == b.digest })
	s := Set{Count: len(entries), Records: make([]Record, 0, len(entries))}
	all := make([]ident.Digest, len(entries))
	for i, e := range entries {
		all[i] = e.digest
		twice := i > 0 && entries[i-1].record.ID == e.record.ID || i+1 < len(entries) && entries[i+1].record.ID == e.record.ID
		if !twice {
			s.Records = append(s.Records, *e.record)
			continue
		}
		if n := len(s.Conflicts); n == 0 || s.Conflicts[n-1] != e.record.ID {
			s.Conflicts = append(s.Conflicts, e.record.ID)
		}
	}
	var err error
	s.Digest, err = enc.Sum(all)
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
