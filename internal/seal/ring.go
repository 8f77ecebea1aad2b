// Package seal keeps what the record holds from those who may not read it: bodies are sealed one by one.
//
// A body is compressed and encrypted under a key of its own (AES-256-GCM), and that key is wrapped by the current key of the
// instance's ring. So destroying one wrapped key destroys one content for good, and changing the ring's key rewraps keys
// and touches no content. Everything is bound to the id of its body: what is moved to another body does not open.
//
// What lies in the open and has to be believed, such as who is signed in, carries a [Mark] that only the ring can make.
//
// The package promises that no key ever stands in an error, a log or what fmt prints, and that a ring's file is written whole
// or not at all and never read where others could read it too. It never knows what a body says, keeps no bodies, and makes
// no digest of a content: that is package ledger's, from the salt and the content.
package seal

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
)

// Ring is the instance's keys: one is current and wraps, the others still unwrap what they wrapped. It is safe for use by
// several goroutines.
type Ring struct {
	path    string // empty where the keys did not come from a file
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	parts   deflated.Maker

	mu    sync.RWMutex
	keys  []key     // the current one first, then from new to old
	known stamp     // of the file that they were read from
	asked time.Time // when the file was last looked at
}

// newRing makes a ring of keys, the current one first.
func newRing(path string, keys []key) (*Ring, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the compressor cannot be made")
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(saltSize+Limit), zstd.WithDecoderConcurrency(0))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the decompressor cannot be made")
	}
	return &Ring{path: path, encoder: encoder, decoder: decoder, keys: keys, known: stampOf(path)}, nil
}

// Current gives the id of the key that wraps.
func (r *Ring) Current() string { return r.currentKey().id }

// IDs gives the ids of all keys, the current one first.
func (r *Ring) IDs() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return ids(r.keys)
}

// Rotate adds a new key and makes it the current one; it gives the new key's id. The older keys stay, for reading. The new
// key is in the file before anything is wrapped by it. A ring that came from a text cannot be rotated.
func (r *Ring) Rotate() (id string, err error) {
	k, err := newKey([keySize]byte(random(keySize)))
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "a key cannot be made")
	}
	return k.id, r.change(func(keys []key) ([]key, error) { return slices.Insert(keys, 0, k), nil })
}

// Drop takes an old key out. What is still wrapped by it can never be read again, so the caller makes sure that nothing is.
// The current key cannot be dropped, nor can a key of a ring that came from a text.
func (r *Ring) Drop(id string) error {
	return r.change(func(keys []key) ([]key, error) {
		switch at := find(keys, id); at {
		case -1:
			return nil, fault.New(fault.NotFound, "the key ring holds no key %s: it holds %s", id, strings.Join(ids(keys), ", "))
		case 0:
			return nil, fault.New(fault.Conflict, "%s is the current key: rotate first, wrap anew what it wraps, then drop it", id)
		default:
			return slices.Delete(keys, at, at+1), nil
		}
	})
}

// change puts other keys in the file, and then in the ring.
func (r *Ring) change(alter func([]key) ([]key, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" {
		return fault.New(fault.Invalid, "this key ring did not come from a file: change it where it is set, and start again")
	}
	altered, err := alter(slices.Clone(r.keys))
	if err != nil {
		return err
	}
	if err := replace(r.path, r.keys, altered); err != nil {
		return err
	}
	r.keys, r.known = altered, stampOf(r.path)
	return nil
}

func (r *Ring) currentKey() key {
	r.follow(false)
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[0]
}

// unwrap gives a body's own key.
func (r *Ring) unwrap(id, keyID string, wrapped []byte) ([]byte, error) {
	if len(wrapped) == 0 {
		return nil, fault.Wrap(fault.NotFound, ErrDestroyed, "the content of body %s was taken out for good", id)
	}
	k, found := r.held(keyID)
	if !found {
		return nil, fault.Wrap(fault.Internal, ErrUnknownKey, "body %s cannot be read without key %q: put that key back into the ring", id, keyID)
	}
	own, err := k.unwrap(id, wrapped)
	if err != nil {
		return nil, damaged(id)
	}
	return own, nil
}

// held gives a key by its id, also one that another process added a moment ago.
func (r *Ring) held(id string) (key, bool) {
	r.mu.RLock()
	k, found := r.key(id)
	r.mu.RUnlock()
	if !found {
		r.follow(true)
		r.mu.RLock()
		k, found = r.key(id)
		r.mu.RUnlock()
	}
	return k, found
}

// Format shows the ids of the keys, whatever the verb.
func (r *Ring) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "key ring (%s)", strings.Join(r.IDs(), ", "))
}

// key gives a key by its id, while the ring is held.
func (r *Ring) key(id string) (key, bool) {
	at := find(r.keys, id)
	if at < 0 {
		return key{}, false
	}
	return r.keys[at], true
}

func find(keys []key, id string) int {
	return slices.IndexFunc(keys, func(k key) bool { return k.id == id })
}

func ids(keys []key) (out []string) {
	for _, k := range keys {
		out = append(out, k.id)
	}
	return out
}
