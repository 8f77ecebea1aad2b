package store_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// TestTimesBesideTheRecordAreHeldToIt: the time of the head is that of the last entry, and a checkpoint was made after what
// it is of and in the order of the others.
func TestTimesBesideTheRecordAreHeldToIt(t *testing.T) {
	bothPlaces(t, func(t *testing.T, c store.Config) {
		at := &clock{at: noon}
		c.Now = at.now
		s := grown(t, c)
		first, err := s.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		checkpointed(t, s, noon.Add(time.Minute))
		at.set(noon.Add(time.Hour))
		write(t, s, observedOf("portal", "e3"))
		checkpointed(t, s, noon.Add(time.Hour))
		sound(t, s)
		db := around(t, c)
		for name, change := range map[string]string{
			"before what it is of":  fmt.Sprintf(`UPDATE checkpoint SET at = %d WHERE size = %d`, civil.Of(noon.Add(-time.Hour)), first),
			"after the one after":   fmt.Sprintf(`UPDATE checkpoint SET at = %d WHERE size = %d`, civil.Of(noon.Add(2*time.Hour)), first),
			"after now":             fmt.Sprintf(`UPDATE checkpoint SET at = %d WHERE size = %d`, civil.Of(noon.Add(3*time.Hour)), first+1),
			"long before, the last": fmt.Sprintf(`UPDATE checkpoint SET at = 0 WHERE size = %d`, first+1),
		} {
			t.Run(name, func(t *testing.T) {
				tampered(t, s, db, "checkpoint", func() { do(t, db, change) }, differs("checkpoint", store.RowChanged, "at", 0))
			})
		}
		for _, by := range []int64{1, -1, 1 << 30} {
			tampered(t, s, db, "head", func() { do(t, db, `UPDATE head SET at = at + $1`, by) }, differs("head", store.RowChanged, "at", 0))
		}
		sound(t, s)
	})
}

// checkpointed keeps a checkpoint of all that there is, as if it had been signed.
func checkpointed(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	tree := ledger.NewTree()
	rows, err := s.Leaves(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		tree.Append(ledger.Hash(r.Leaf))
	}
	secret, _, err := ledger.NewKey("bulkhead/test", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	text, err := ledger.Sign("bulkhead/test", tree.Size(), tree.Root(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.KeepCheckpoint(t.Context(), store.Checkpoint{Size: tree.Size(), Text: text, At: civil.Of(at)}, tree.Bytes()); err != nil {
		t.Fatal(err)
	}
}
