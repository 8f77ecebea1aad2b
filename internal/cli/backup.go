package cli

import (
	"context"
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

type backupCommand struct {
	Out      string `arg:"" help:"The file to write; it must not be there yet."`
	WithKeys string `help:"Copy the keys too, to a file of their own." placeholder:"FILE"`
	kept
}

// Help shows how it is used.
func (backupCommand) Help() string {
	return `The backup is the record as it is at this moment. It is the same whichever database the record is in, and can be restored into either. What it holds is sealed: the keys are not in it. Keep a copy of them, apart from the backups.

Examples:
  bulkhead backup /mnt/backup/2026-11-22.bulkhead
  bulkhead backup /mnt/backup/2026-11-22.bulkhead --with-keys /mnt/safe/keys
  bulkhead verify /mnt/backup/2026-11-22.bulkhead --keys /mnt/safe/keys`
}

func (k *backupCommand) Run(c *command) error {
	b, err := registry.Backup(context.Background(), k.place(c), k.Out, k.WithKeys)
	if err != nil {
		return err
	}
	c.wrap(c.Out, "", "Backed up to "+k.Out+": "+several(b.Size, "entry", "entries")+".")
	if k.WithKeys != "" {
		c.wrap(c.Out, "", "The keys were copied to "+k.WithKeys+": whoever has both can read everything, so keep them apart.")
		return nil
	}
	c.wrap(c.Out, "", "The keys are not in it, and without them nobody can read it. They are in "+b.Keys+": keep a copy, apart from the backups.")
	return nil
}

type keysCommand struct {
	List   keysList   `cmd:"" help:"List the keys, by their ids, and how much each seals."`
	Rotate keysRotate `cmd:"" help:"Add a new key and seal everything with it anew."`
	Drop   keysDrop   `cmd:"" help:"Take an old key out for good, once it seals nothing."`
}

type keysList struct{ kept }

// Help shows how it is used.
func (keysList) Help() string {
	return `The keys themselves are never shown.

Example:
  bulkhead keys list`
}

func (k *keysList) Run(c *command) error {
	keys, err := registry.Keys(context.Background(), k.place(c))
	if err != nil {
		return err
	}
	for _, key := range keys {
		use := "old"
		if key.Current {
			use = "current"
		}
		fmt.Fprintf(c.Out, "%s  %-7s  %s\n", key.ID, use, several(key.Bodies, "body", "bodies"))
	}
	return nil
}

type keysRotate struct{ kept }

// Help shows how it is used.
func (keysRotate) Help() string {
	return `Every body has a key of its own, and those are wrapped anew: contents are not touched. A server may run meanwhile; it takes the new key up by itself. Backups from before need the old key, so keep a copy of it as long as you keep them.

Example:
  bulkhead keys rotate`
}

func (k *keysRotate) Run(c *command) error {
	id, n, err := registry.RotateKeys(context.Background(), k.place(c))
	if err != nil {
		return err
	}
	c.wrap(c.Out, "", id+" is the current key now, and "+several(n, "body was", "bodies were")+" wrapped anew. Copy the file of keys to where you keep it.")
	return nil
}

type keysDrop struct {
	ID string `arg:"" help:"The id of the key, as keys list shows it."`
	kept
}

// Help shows how it is used.
func (keysDrop) Help() string {
	return `Whatever it still seals elsewhere, such as in backups, can then be read only with a copy of it.

Example:
  bulkhead keys drop key-0123456789abcdef`
}

func (k *keysDrop) Run(c *command) error {
	if err := registry.DropKey(context.Background(), k.place(c), k.ID); err != nil {
		return err
	}
	c.wrap(c.Out, "", k.ID+" was taken out.")
	return nil
}
