package store

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// ExportHead is what an exported record begins with.
type ExportHead struct {
	Instance string
	Size     int64
	Keys     []string // the public keys that the record names
}

// Export gives every leaf in order as things are at one moment, after the head; those of a service with their body opened,
// and all others without.
func (s *Store) Export(ctx context.Context, service ident.ID, begin func(ExportHead) error, each func(*LeafRow, *ledger.Record) error) error {
	return s.snapshot(ctx, func(c conn) error {
		v := &verifying{store: s, conn: c, out: &Verification{Instance: s.Instance}}
		if err := v.named(ctx); err != nil {
			return err
		}
		head := ExportHead{Instance: s.Instance, Keys: v.out.Keys}
		if err := c.row(ctx, `SELECT size FROM head`).Scan(&head.Size); err != nil {
			return broken(err)
		}
		if err := begin(head); err != nil {
			return err
		}
		return v.export(ctx, service, each)
	})
}

func (v *verifying) export(ctx context.Context, service ident.ID, each func(*LeafRow, *ledger.Record) error) error {
	for from := int64(-1); ; {
		page, err := collect(ctx, v.conn, scanEntry, `SELECT number, leaf, hash, kind, at, service, subject, actor, leaf.body, body.id, body.key_id, body.wrapped, body.sealed
			FROM leaf LEFT JOIN body ON body.id = leaf.body AND leaf.service = $3 WHERE number > $1 ORDER BY number LIMIT CAST($2 AS BIGINT)`, from, pageMost, string(service))
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			var r *ledger.Record
			if page[i].bodyID.Valid {
				r = &ledger.Record{}
				v.opened(r, &page[i].body)
			}
			if err := each(&page[i].LeafRow, r); err != nil {
				return err
			}
		}
		from = page[len(page)-1].Number
	}
}
