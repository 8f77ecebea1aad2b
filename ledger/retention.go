package ledger

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

const (
	// PosturesKept is for how long at the least the content of a posture is kept after a newer one took its place, in
	// seconds: 30 days. A record in which one was removed earlier is not sound, whatever its entries say, so that the
	// rules of retention cannot be used to hide what was shown lately.
	PosturesKept = 30 * 24 * 60 * 60
	// MetaBefore is the member of Meta in which an entry about removed postures says until when, at the latest, newer
	// ones had taken their place.
	MetaBefore = "before"
)

// Removes says what an entry can have removed: contents of postures of its service that newer ones took the place of
// before a moment. It is false for an entry of every other kind, and for one that the rules of retention do not allow.
func (l *Leaf) Removes() (before civil.Instant, ok bool) {
	if l.Kind != PostureRemoved || l.Service == "" {
		return 0, false
	}
	before, err := civil.ParseInstant(l.Meta[MetaBefore])
	return before, err == nil && before+PosturesKept <= l.At
}

// Retention follows the postures of a record in their order, and says which contents that are gone were removed under
// the rules of retention. The newest posture of a service never is one of them. It is made ready by its zero value.
type Retention struct {
	gone map[ident.ID][]outlived // by service, the oldest first
}

// outlived is a posture whose content is gone.
type outlived struct {
	body  string
	until civil.Instant // when the next one took its place; 0 while none has
}

// Judged takes the entry of a posture, and whether its content is gone.
func (k *Retention) Judged(leaf *Leaf, gone bool) {
	all := k.gone[leaf.Service]
	if last := len(all) - 1; last >= 0 && all[last].until == 0 {
		all[last].until = leaf.At
	}
	if !gone {
		return
	}
	if k.gone == nil {
		k.gone = map[ident.ID][]outlived{}
	}
	k.gone[leaf.Service] = append(all, outlived{body: leaf.Body})
}

// Removed gives the bodies whose content is gone, before an entry that says so, because of that entry. Each is given once.
func (k *Retention) Removed(leaf *Leaf) (bodies []string) {
	before, ok := leaf.Removes()
	if !ok {
		return nil
	}
	all := k.gone[leaf.Service]
	for len(all) > 0 && all[0].until != 0 && all[0].until < before {
		bodies, all = append(bodies, all[0].body), all[1:]
	}
	if len(bodies) > 0 {
		k.gone[leaf.Service] = all
	}
	return bodies
}
