package store

import (
	"context"
	"database/sql"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// Hooked is the content of webhook.set: an address to which news is sent from now on, or no longer. Its address and its
// key are in the body alone, which is sealed.
type Hooked struct {
	ID      ident.ID `json:"id"`
	URL     string   `json:"url,omitempty"`
	Events  []string `json:"events,omitempty"`
	Key     string   `json:"key,omitempty"`     // that signs what is sent
	Removed bool     `json:"removed,omitempty"` // nothing is sent any more
}

func (h *Hooked) apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error {
	if h.Removed {
		return t.one(ctx, `DELETE FROM webhook WHERE id = $1`, string(h.ID))
	}
	return t.exec(ctx, `INSERT INTO webhook (id, body, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET body = excluded.body, at = excluded.at`, string(h.ID), leaf.Body, int64(leaf.At))
}

// Webhook is a webhook that is set.
type Webhook struct {
	Hooked
	At civil.Instant
}

// Webhooks lists the webhooks, in order of id.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) { return s.webhooks(ctx, `1 = 1`) }

// Webhook gives a webhook by its id.
func (s *Store) Webhook(ctx context.Context, id ident.ID) (Webhook, error) {
	some, err := s.webhooks(ctx, `webhook.id = $1`, string(id))
	if err == nil && len(some) == 0 {
		err = fault.New(fault.NotFound, "there is no webhook %s", id)
	}
	if err != nil {
		return Webhook{}, err
	}
	return some[0], nil
}

func (s *Store) webhooks(ctx context.Context, where string, args ...any) ([]Webhook, error) {
	type row struct {
		at   civil.Instant
		body Sealed
	}
	some, err := collect(ctx, s.reader(), func(rows *sql.Rows, r *row) error {
		return rows.Scan(append([]any{&r.at}, r.body.fields()...)...)
	}, `SELECT webhook.at, `+sealedColumns+` FROM webhook JOIN body ON body.id = webhook.body WHERE `+where+` ORDER BY webhook.id`, args...)
	out := make([]Webhook, len(some))
	for i := range some {
		out[i].At = some[i].at
		if err := s.into(&some[i].body, &out[i].Hooked); err != nil {
			return nil, err
		}
	}
	return out, err
}
