package registry

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Place is where a record is, as seen from a terminal: the folder of a server, or a database of PostgreSQL with the keys
// in a folder.
type Place struct {
	Data     string           // the folder; its keys are the file keys in it, its public key is signing-key.pub
	Database string           // a URL of PostgreSQL; empty for the file in the folder
	Keys     string           // the file of the keys that bodies are sealed with, where it is elsewhere
	KeyRing  string           // the keys themselves, where they are in no file; a secret
	Now      func() time.Time // the clock; nil for the machine's
}

func (p Place) database() string {
	if p.Database != "" {
		return p.Database
	}
	return filepath.Join(p.Data, "bulkhead.db")
}

func (p Place) keys() string {
	if p.Keys != "" {
		return p.Keys
	}
	return filepath.Join(p.Data, "keys")
}

// ring opens the keys of a place. Where they are not there and were not named, there is no ring and no fault: much can be
// seen without.
func (p Place) ring() (*seal.Ring, error) {
	if p.KeyRing != "" {
		return seal.ParseRing(p.KeyRing)
	}
	ring, err := seal.OpenRing(p.keys())
	if p.Keys == "" && err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return ring, err
}

// open opens a record. One to be read is not changed by that, and needs no keys.
func (p Place) open(ctx context.Context, readOnly bool) (*store.Store, error) {
	ring, err := p.ring()
	if err != nil {
		return nil, err
	}
	if ring == nil && !readOnly {
		return nil, fault.New(fault.NotFound, "the keys of the record are not at %s: put a copy of them there, or say where they are with --keys", p.keys())
	}
	return store.Open(ctx, store.Config{Database: p.database(), Ring: ring, ReadOnly: readOnly, Now: p.Now})
}

// PublicKey gives the public half of the key that signs the checkpoints of a record.
func (p Place) PublicKey() (string, error) {
	return readPublic(filepath.Join(p.Data, "signing-key.pub"))
}

// Exam is what somebody wants verified.
type Exam struct {
	Place
	File    string   // a backup or an exported record; empty for the record at the place
	Against []string // files of checkpoints that were kept elsewhere
	Public  []string // public keys that were told elsewhere, or files that hold one
}

// Verdict is what verifying found.
type Verdict struct {
	What string `json:"what"` // record, backup or exported record
	store.Verification
	CouldNot []string `json:"could_not"` // what could not be excluded, in sentences
}

// Verify checks a record, a backup of one or an exported record, and changes nothing. An error says that it could not be
// judged; damage is in the verdict.
func Verify(ctx context.Context, a Exam) (*Verdict, error) {
	against, err := a.checkpoints()
	if err != nil {
		return nil, err
	}
	keys, err := a.verifiers()
	if err != nil {
		return nil, err
	}
	if a.File != "" {
		is, err := store.IsFile(a.File)
		if err != nil {
			return nil, err
		}
		if !is {
			return verifyExport(a.File, against, keys, a.told())
		}
	}
	what, s, err := a.source(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.Verify(ctx, against, keys)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, notJudged(err)
	}
	return judgedRecord(what, v, len(keys) > 0), nil
}

// told gives what the clock of whoever verifies says.
func (p Place) told() civil.Instant {
	if p.Now != nil {
		return civil.Of(p.Now())
	}
	return civil.Of(time.Now())
}

// notJudged makes what kept a record from being read a fault that says so: it is not known whether the record is sound.
func notJudged(err error) error {
	if err != nil && fault.KindOf(err) == fault.Internal {
		return fault.Wrap(fault.Invalid, err, "the record cannot be judged, since it cannot be read")
	}
	return err
}

// source opens what is to be verified, for reading.
func (a Exam) source(ctx context.Context) (what string, s *store.Store, err error) {
	if a.File == "" {
		s, err = a.open(ctx, true)
		return "record", s, notJudged(err)
	}
	ring, err := a.ring()
	if err != nil {
		return "", nil, err
	}
	s, err = store.OpenBackup(ctx, a.File, ring)
	return "backup", s, notJudged(err)
}

// judgedRecord adds to what was found what could not be.
func judgedRecord(what string, v *store.Verification, told bool) *Verdict {
	out := &Verdict{What: what, Verification: *v, CouldNot: v.Record.CouldNot}
	for i, text := range out.CouldNot { // entries can be whole where rows that follow from them are not
		if rest, is := strings.CutPrefix(text, "the record is consistent; "); is && !v.Sound() {
			out.CouldNot[i] = "beside what was found, " + rest
		}
	}
	if !told && len(v.Keys) > 0 && v.Record.Checked.Checkpoints+v.Record.Checked.Against > 0 {
		out.CouldNot = append(out.CouldNot, "the signatures of checkpoints were checked with the public key that the record itself names; whoever changed the record could have changed that too: give the one that you were told, with --key")
	}
	if v.Played == 0 && v.Record.Size > 0 {
		out.CouldNot = append(out.CouldNot, "the rows that follow from the record were not compared, for want of the keys: say where they are with --keys")
	} else if v.Unplayed > 0 {
		out.CouldNot = append(out.CouldNot, "entries whose content could not be read, so that what follows from them was not compared: "+strconv.FormatInt(v.Unplayed, 10))
	}
	return out
}

// checkpoints reads those that were kept elsewhere.
func (a Exam) checkpoints() (out []string, err error) {
	for _, file := range a.Against {
		some, err := notify.ReadCheckpoints(file)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fault.New(fault.Invalid, "there is no checkpoint in %s", file)
		}
		out = append(out, some...)
	}
	return out, nil
}

// verifiers reads the public keys that were given: as they are, or in files. With none, the public key in the data folder
// counts, where there is one.
func (a Exam) verifiers() (out []note.Verifier, err error) {
	texts := a.Public
	if len(texts) == 0 && a.File == "" {
		if own, err := a.PublicKey(); err == nil {
			texts = []string{own}
		}
	}
	for _, text := range texts {
		v, err := note.NewVerifier(strings.TrimSpace(text))
		if err != nil {
			if v, err = fileVerifier(text); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func fileVerifier(file string) (note.Verifier, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Invalid, "%q is neither a public key nor a file that holds one: `bulkhead verify --print-key` prints the one of a server", file)
	} else if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the public key %s cannot be read", file)
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s does not hold a public key", file)
	}
	return v, nil
}

// withKeys opens a record with its keys.
func (p Place) withKeys(ctx context.Context, readOnly bool) (*seal.Ring, *store.Store, error) {
	ring, err := p.ring()
	if err == nil && ring == nil {
		ring, err = seal.OpenRing(p.keys()) // which says that they are not there
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(ctx, store.Config{Database: p.database(), Ring: ring, ReadOnly: readOnly})
	return ring, s, err
}
