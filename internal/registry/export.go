package registry

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// An exported record is a file of lines of JSON, so that another program can read it without Bulkhead:
//
//	file = head { checkpoint } { hashes | entry } ;
//
// The head says of which service it is and how many records the tree has, and the checkpoints what they have to add up to.
// Then come all records in order: those of the service, and those that say what the record is and which keys sign it, as
// entries; of all others the hash of their leaf alone, from which nothing can be told.
const exportVersion = 1

// exportHead is the first line.
type exportHead struct {
	Bulkhead string   `json:"bulkhead"` // record
	Version  int      `json:"version"`
	Instance string   `json:"instance"`
	Service  ident.ID `json:"service"`
	Size     int64    `json:"size"`
	Keys     []string `json:"keys"` // the public keys that the record names
	By       string   `json:"by"`   // who exported it, as in the ledger
	At       string   `json:"at"`
}

// exportHashes stands for records that are not this service's.
type exportHashes struct {
	From   int64    `json:"from"`
	Hashes []string `json:"hashes"`
}

// exportEntry is a record of the service. Salt and content are of its body; both are missing from one whose content was
// destroyed, by a redaction or under the rules of retention, as an entry after it says.
type exportEntry struct {
	Number   int64  `json:"number"`
	Leaf     string `json:"leaf"` // byte for byte what is hashed
	Redacted bool   `json:"redacted,omitempty"`
	Salt     []byte `json:"salt,omitempty"`
	Content  []byte `json:"content,omitempty"`
}

// exportCheckpoint is a checkpoint.
type exportCheckpoint struct {
	Checkpoint string `json:"checkpoint"`
}

// hashesInLine is how many hashes stand in one line.
const hashesInLine = 1000

// ExportRecord writes the record of one service, with all that somebody else needs to verify it without asking anybody:
// its entries with their contents, the hashes of all others, checkpoints and the public key. Nothing of another service is
// in it.
func (r *Registry) ExportRecord(ctx context.Context, who Asker, service ident.ID, w io.Writer) error {
	v, err := r.store.Service(ctx, service)
	if err := who.may(access.ExportRecord, v, err); err != nil {
		return err
	}
	checkpoints, err := r.store.Checkpoints(ctx, -1, checkpointsMost)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	e := exporting{lines: json.NewEncoder(out), service: service}
	e.lines.SetEscapeHTML(false)
	err = r.store.Export(ctx, service, func(head store.ExportHead) error {
		return e.begin(exportHead{
			Bulkhead: "record", Version: exportVersion, Instance: head.Instance, Service: service, Size: head.Size, Keys: head.Keys,
			By: who.ID, At: r.store.Now().String(),
		}, checkpoints)
	}, e.record)
	if err != nil {
		return err
	}
	if err := e.flush(); err != nil {
		return unexported(err)
	}
	return unexported(out.Flush())
}

// checkpointsMost is how many checkpoints go with an exported record: the newest.
const checkpointsMost = 100

func unexported(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(fault.Internal, err, "the record could not be written")
}

// exporting is an exported record being written.
type exporting struct {
	lines   *json.Encoder
	service ident.ID
	others  exportHashes // that wait to be written
}

// begin writes what comes before the records.
func (e *exporting) begin(head exportHead, checkpoints []store.Checkpoint) error {
	if err := e.lines.Encode(head); err != nil {
		return unexported(err)
	}
	for _, c := range slices.Backward(checkpoints) {
		if err := e.lines.Encode(exportCheckpoint{c.Text}); err != nil {
			return unexported(err)
		}
	}
	return nil
}

// record writes one record: as an entry where it is of the service, and else as a hash.
func (e *exporting) record(leaf *store.LeafRow, r *ledger.Record) error {
	if leaf.Service != e.service && leaf.Kind != ledger.StoreCreated && leaf.Kind != ledger.KeyRotated {
		if len(e.others.Hashes) == 0 {
			e.others.From = leaf.Number
		}
		hash := ledger.Hash(leaf.Leaf)
		if e.others.Hashes = append(e.others.Hashes, hex.EncodeToString(hash[:])); len(e.others.Hashes) == hashesInLine {
			return e.flush()
		}
		return nil
	}
	if err := e.flush(); err != nil {
		return err
	}
	one := exportEntry{Number: leaf.Number, Leaf: string(leaf.Leaf)}
	if r != nil {
		if r.OpenError != nil {
			return r.OpenError
		}
		one.Redacted, one.Salt, one.Content = r.Redacted, r.Salt, r.Content
	}
	return unexported(e.lines.Encode(one))
}

// flush writes the hashes that wait.
func (e *exporting) flush() error {
	if len(e.others.Hashes) == 0 {
		return nil
	}
	err := e.lines.Encode(e.others)
	e.others.Hashes = e.others.Hashes[:0]
	return err
}
