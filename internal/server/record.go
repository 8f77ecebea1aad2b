package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// alone says whether no other server may work on the record: over PostgreSQL any number may, and one that changes nothing
// is in nobody's way.
func alone(c *settings.Config) bool { return c.Database == "" && !c.ReadOnly }

// hold keeps other servers from the folder of the record, where it has to be held alone, until what it gives is called, or
// the process ends in whatever way.
func hold(c *settings.Config) (end func() error, err error) {
	if !alone(c) {
		return func() error { return nil }, nil
	}
	h, err := store.HoldFolder(c.Data)
	if err != nil {
		return nil, err
	}
	return h.Release, nil
}

// begin opens the record that settings name, and makes the data folder, the keys and the record where they are not there
// yet.
func begin(ctx context.Context, c *settings.Config, log *slog.Logger) (*store.Store, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the data folder %s cannot be made: name another with --data", c.Data)
	}
	ring, made, err := findRing(c)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{Database: c.DatabaseName(), Ring: ring, ReadOnly: c.ReadOnly, Log: log})
	if err != nil || !made {
		return s, err
	}
	if size, err := s.Size(ctx); err != nil || size > 0 { // new keys open nothing of it
		err = errors.Join(err, s.Close(), os.Remove(c.KeysFile()))
		return nil, fault.Wrap(fault.NotFound, err, "there is a record already, and its keys %s are not there: put a copy of them back; without them nothing that is sealed can be read", c.KeysFile())
	}
	return s, nil
}

// existing opens the record that settings name, which has to be there.
func existing(ctx context.Context, c *settings.Config) (*store.Store, error) {
	if !there(c) {
		return nil, fault.New(fault.NotFound, "there is no record in %s: name the data folder of the server with --data, or begin one with `bulkhead serve`", c.Data)
	}
	ring, err := openRing(c)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Config{Database: c.DatabaseName(), Ring: ring, ReadOnly: c.ReadOnly})
}

// there says whether there is a record, as far as this machine's disk can tell.
func there(c *settings.Config) bool {
	if c.Database != "" {
		return true
	}
	_, err := os.Stat(c.DatabaseName())
	return err == nil
}

// openRing opens the keys that seal the record.
func openRing(c *settings.Config) (*seal.Ring, error) {
	if text := c.KeyRing.Reveal(); text != "" {
		return seal.ParseRing(text)
	}
	return seal.OpenRing(c.KeysFile())
}

// findRing opens the keys, or makes the first of a new record. Keys that were lost are never replaced in silence.
func findRing(c *settings.Config) (ring *seal.Ring, made bool, err error) {
	ring, err = openRing(c)
	if err == nil || fault.KindOf(err) != fault.NotFound || c.Database == "" && there(c) {
		return ring, false, err
	}
	if err := os.MkdirAll(filepath.Dir(c.KeysFile()), 0o700); err != nil {
		return nil, false, fault.Wrap(fault.Invalid, err, "the folder of the keys cannot be made: name another file with --keys")
	}
	ring, err = seal.CreateRing(c.KeysFile())
	return ring, true, err
}
