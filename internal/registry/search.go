package registry

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// searchMost is the longest text that is searched for, in characters; searchLeast the shortest.
const (
	searchMost  = 100
	searchLeast = 2
)

// After is where a page of items across services ended: a service, and a reference in it.
type After struct{ Service, Ref string }

// ReadAfter reads what String gives; any other text is where it would stand in the list.
func ReadAfter(text string) After {
	service, ref, _ := strings.Cut(text, " ")
	return After{service, ref}
}

// String gives the place as one text.
func (a After) String() string { return a.Service + " " + a.Ref }

func (a After) pair() [2]string { return [2]string{a.Service, a.Ref} }

// Found is an item, or a service itself, with where it is.
type Found = store.Found

// Search finds services and what their postures speak of by id or title, as far as who asks may know of each: what is
// found, and where the next page begins; an empty place at the end.
func (r *Registry) Search(ctx context.Context, who Asker, text string, after After, limit int) ([]Found, string, error) {
	if err := who.somewhere(access.Search); err != nil {
		return nil, "", err
	}
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < searchLeast || n > searchMost {
		return nil, "", fault.New(fault.Invalid, "q: search for %d to %d characters", searchLeast, searchMost)
	}
	see := store.Sight{Services: who.scope(access.ListServices), Items: who.scope(access.Search), Kinds: map[string]store.Scope{
		ident.KindDecision: who.scope(access.ReadDecisions), ident.KindFinding: who.scope(access.ReadFindings), kindSupplier: who.scope(access.ReadSuppliers),
	}}
	place := after.pair()
	found, err := sift(limit+1, func(last *Found) ([]Found, error) {
		if last != nil {
			place = [2]string{string(last.Service), last.Ref}
		}
		return r.store.Search(ctx, see, text, place, limit+1)
	}, func(f *Found) bool {
		return f.Kind != ident.KindDecision || who.mayKnow(store.Service{ID: f.Service, Unit: f.Unit}, subjectOf(f))
	})
	if err != nil {
		return nil, "", err
	}
	out, next := cut(found, limit)
	return out, next, nil
}

// subjectOf gives what a decision that was found is about, by its title.
func subjectOf(f *Found) ident.Ref {
	ref, _ := ident.ParseRef(subjectIn(f.Title)) // one of another kind than those of weaknesses where there is none
	return ref
}

// kindSupplier is the kind of the items of suppliers, which have no reference of their own elsewhere.
const kindSupplier = "supplier"

// cut gives a page of what was found, of which there is one more than asked for when there is a next page, and where that
// begins.
func cut(found []Found, limit int) (page []Found, next string) {
	if len(found) <= limit {
		return found, ""
	}
	last := &found[limit-1]
	return found[:limit], After{string(last.Service), last.Ref}.String()
}

// somewhere says whether who asks may do something at any service at all.
func (who Asker) somewhere(use access.Use) error {
	if who.scope(use).None() {
		return who.mayIn(use, "", "")
	}
	return nil
}
