package registry

import (
	"context"
	"errors"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Key is a key that bodies are sealed with, by its id.
type Key struct {
	ID      string `json:"id"`
	Current bool   `json:"current"` // it wraps what is written from now on
	Bodies  int64  `json:"bodies"`  // how many it wraps
}

// Keys lists the keys of the record at a place, the current one first.
func Keys(ctx context.Context, p Place) (out []Key, err error) {
	ring, s, err := p.withKeys(ctx, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	count, err := s.WrappedBy(ctx)
	for _, id := range ring.IDs() {
		out = append(out, Key{ID: id, Current: id == ring.Current(), Bodies: count[id]})
	}
	return out, err
}

// RotateKeys adds a new key, makes it the current one, and wraps everything by it anew, while a server may be running:
// that takes the new key up by itself. The old key stays in the file until it is dropped. It gives the new key's id and how
// many bodies were wrapped anew.
func RotateKeys(ctx context.Context, p Place) (id string, n int64, err error) {
	ring, s, err := p.withKeys(ctx, false)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	was := ring.Current()
	if id, err = ring.Rotate(); err != nil {
		return "", 0, err
	}
	if err := rotated(ctx, s, map[string]string{"from": was, "to": id}); err != nil {
		return "", 0, err
	}
	n, err = rewrap(ctx, s)
	return id, n, err
}

// settling is how long after it was replaced a key may still be used by a server that was running: it looks at the file
// of its keys every second.
const settling = 10 * time.Second

// DropKey takes a key out for good. It is refused while it wraps anything, after what can be wrapped by another was.
func DropKey(ctx context.Context, p Place, id string) (err error) {
	ring, s, err := p.withKeys(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if time.Since(ring.Changed()) < settling {
		return fault.New(fault.Conflict, "the keys were changed a moment ago, and a running server may not know yet: try again in ten seconds")
	}
	if id != ring.Current() {
		if _, err := rewrap(ctx, s); err != nil {
			return err
		}
	}
	count, err := s.WrappedBy(ctx)
	if err != nil {
		return err
	}
	if n := count[id]; n > 0 && id != ring.Current() {
		return fault.New(fault.Conflict, "%s still wraps %d bodies: try again", id, n)
	}
	if err := ring.Drop(id); err != nil {
		return err
	}
	return rotated(ctx, s, map[string]string{"dropped": id})
}

// rotated keeps an entry of what became of the keys. Their ids tell nothing of them.
func rotated(ctx context.Context, s *store.Store, meta map[string]string) error {
	_, err := s.Write(ctx, []store.Entry{{Kind: ledger.KeyRotated, Actor: "terminal", Subject: "keys", Meta: meta}}, nil)
	return err
}

func rewrap(ctx context.Context, s *store.Store) (n int64, err error) {
	for {
		some, err := s.Rewrap(ctx)
		if n += some; err != nil || some == 0 {
			return n, err
		}
	}
}
