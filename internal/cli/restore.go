package cli

import (
	"context"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

type restoreCommand struct {
	Backup  string   `arg:"" help:"The backup, as bulkhead backup wrote it."`
	Against string   `help:"What knows of newer entries: a backup made later, or checkpoints that were kept elsewhere." placeholder:"FILE"`
	Key     []string `help:"The public key that you were told, or a file that holds it. May be given again." placeholder:"PUBLIC"`
	kept
}

// Help shows how it is used.
func (restoreCommand) Help() string {
	return `The backup is verified first, and a damaged one is not restored. The place has to be empty; put the copy of the keys there first, as the file keys in the data folder, so that all can be compared.

What was redacted after the backup was made comes back with it. With --against and a backup made later, it is destroyed again.

Examples:
  bulkhead restore /mnt/backup/2026-11-22.bulkhead --data /srv/bulkhead
  bulkhead restore old.bulkhead --against new.bulkhead \
      --database postgres://bulkhead@db/record`
}

func (k *restoreCommand) Run(c *command) error {
	r, err := registry.Restore(context.Background(), registry.Exam{Place: k.place(c), File: k.Backup, Public: k.Key}, k.Against)
	if err != nil {
		return err
	}
	if !r.Verdict.Sound() {
		c.verdict(r.Verdict)
		c.wrap(c.Out, "", "Nothing was restored.")
		return exitError(1)
	}
	c.wrap(c.Out, "", "Restored: "+several(r.Size, "entry", "entries")+", the last of which says so.")
	switch {
	case r.Lost > 0:
		c.wrap(c.Out, "", "Lost: "+several(r.Lost, "entry", "entries")+" that came after the backup.")
	case r.Lost < 0:
		c.wrap(c.Out, "", "What came after the backup, such as redactions, is not known: say --against, with a backup made later or with checkpoints.")
	}
	if r.Redacted > 0 {
		c.wrap(c.Out, "", "Destroyed again, since it had been redacted after the backup was made: "+strconv.Itoa(r.Redacted)+" contents.")
	}
	if r.InForce > 0 {
		c.wrap(c.Out, "", "Not destroyed again, though it had been redacted after the backup was made: "+several(int64(r.InForce), "content", "contents")+" of the organisation file or of packs in force. Replace them by ones without what had to go, and redact them.")
	}
	if r.Verdict.Played == 0 {
		c.wrap(c.Out, "", "What it holds was not compared, for want of the keys: put the copy of them at keys in the data folder, and run `bulkhead verify`.")
	}
	return nil
}
