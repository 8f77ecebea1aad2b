package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// kept is where a record is, for commands at the terminal of a server.
type kept struct {
	Data     string `default:"./bulkhead-data" env:"BULKHEAD_DATA" help:"The data folder of the server; ./bulkhead-data, where it is not said." placeholder:"DIR"`
	Database string `env:"BULKHEAD_DATABASE" help:"The PostgreSQL database of the record, where it is not in the data folder." placeholder:"URL"`
	Keys     string `env:"BULKHEAD_KEYS" help:"The keys that seal the record; otherwise the file keys in the data folder." placeholder:"FILE"`
}

// place gives where the record is. The keys themselves can be in the environment, as they can for the server, and nowhere
// that is shown.
func (k kept) place(c *command) registry.Place {
	return registry.Place{Data: k.Data, Database: k.Database, Keys: k.Keys, KeyRing: c.Env("BULKHEAD_KEY_RING")}
}

type verifyCommand struct {
	File     string   `arg:"" optional:"" help:"A backup or an exported record; otherwise the record of the server."`
	Against  []string `help:"Checkpoints that were kept elsewhere. May be given again." placeholder:"FILE"`
	Key      []string `help:"The public key that you were told, or a file that holds it; otherwise the one beside the record. May be given again." placeholder:"PUBLIC"`
	PrintKey bool     `help:"Print the public key of the server's checkpoints, and verify nothing."`
	Format   string   `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	kept
}

// Help shows how it is used.
func (verifyCommand) Help() string {
	return `It reads every entry, body and checkpoint, plays all entries again into empty tables, and compares every row. It changes nothing, and a server may run meanwhile. Exit code 0 means that no damage was found, 1 that the record was damaged or changed, 2 that it could not be judged.

That a record was rolled back to an older state is only found with a checkpoint that was kept elsewhere.

Examples:
  bulkhead verify                                  the record of this folder
  bulkhead verify --against /mnt/audit/signed      and what was signed before
  bulkhead verify backup.bulkhead --keys ./keys    a backup, anywhere
  bulkhead verify portal.record --key auditor.pub  an exported record`
}

func (k *verifyCommand) Run(c *command) error {
	if k.PrintKey {
		key, err := k.place(c).PublicKey()
		if err == nil {
			_, err = fmt.Fprintln(c.Out, key)
		}
		return err
	}
	v, err := registry.Verify(context.Background(), registry.Exam{Place: k.place(c), File: k.File, Against: k.Against, Public: k.Key})
	if err != nil {
		return err
	}
	if k.Format == "json" {
		err = k.json(c, v)
	} else {
		c.verdict(v)
	}
	if err == nil && !v.Sound() {
		return exitError(1)
	}
	return err
}

func (k *verifyCommand) json(c *command, v *registry.Verdict) error {
	e := json.NewEncoder(c.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return unwritten(e.Encode(struct {
		Sound bool `json:"sound"`
		*registry.Verdict
	}{v.Sound(), v}))
}

// verdict tells what was found.
func (c *command) verdict(v *registry.Verdict) {
	if v.Sound() {
		c.wrap(c.Out, "", fmt.Sprintf("Sound: no damage was found in this %s of %s.", v.What, several(v.Record.Size, "entry", "entries")))
	} else {
		c.damage(v)
	}
	fmt.Fprintln(c.Out)
	for _, line := range checked(v) {
		c.wrap(c.Out, "  "+line[0]+strings.Repeat(" ", 13-len(line[0])), line[1])
	}
	if len(v.CouldNot) > 0 {
		fmt.Fprintln(c.Out, "\nNot excluded:")
		for _, text := range v.CouldNot {
			c.wrap(c.Out, "  - ", text+".")
		}
	}
}

// damage tells what is wrong, the first bad record first.
func (c *command) damage(v *registry.Verdict) {
	fmt.Fprintf(c.Out, "Damaged: this %s was changed, or is not whole.\n\n", v.What)
	c.wrap(c.Out, "First: ", placed(v.First.Record, string(v.First.Kind), string(v.First.Service))+v.First.Text+".")
	all := []string{}
	for _, f := range v.Record.Findings {
		if !f.Notice {
			all = append(all, f.String())
		}
	}
	for _, d := range v.Differences {
		all = append(all, placed(d.Record, string(d.Kind), string(d.Service))+d.String())
	}
	if len(all) < 2 {
		return
	}
	fmt.Fprintln(c.Out, "\nAll that was found:")
	for _, text := range all {
		c.wrap(c.Out, "  - ", text+".")
	}
	if rest := v.Record.Rest + v.Rest; rest > 0 {
		fmt.Fprintf(c.Out, "  - and %d more.\n", rest)
	}
}

// placed says which record it is, where that is known.
func placed(number int64, kind, service string) string {
	if number < 0 {
		return ""
	}
	about := []string{}
	if kind != "" {
		about = append(about, kind)
	}
	if service != "" {
		about = append(about, "of "+service)
	}
	text := "record " + strconv.FormatInt(number, 10)
	if len(about) > 0 {
		text += " (" + strings.Join(about, " ") + ")"
	}
	return text + ": "
}

// checked says what was compared.
func checked(v *registry.Verdict) (out [][2]string) {
	n := v.Record.Checked
	out = append(out, [2]string{"leaves", fmt.Sprintf("%d read, %d stored hashes compared", n.Leaves, n.Hashes)},
		[2]string{"bodies", fmt.Sprintf("%d compared as they are sealed, %d as they were opened", n.Sealed, n.Contents)})
	if n.Redactions > 0 {
		out = append(out, [2]string{"redactions", several(n.Redactions, "content", "contents") + " destroyed on purpose, as entries say"})
	}
	if n.Removed > 0 {
		out = append(out, [2]string{"removed", several(n.Removed, "content", "contents") + " of postures removed under the rules of retention, as entries say"})
	}
	if v.Played > 0 {
		out = append(out, [2]string{"rows", "all that follow from " + several(v.Played, "entry", "entries") + " compared"},
			[2]string{"beside", "not compared, since no entry says it: what to do next, what waits to be done, and who is signed in"})
	}
	return append(out, [2]string{"checkpoints", fmt.Sprintf("%d stored with it, %d kept elsewhere", n.Checkpoints, n.Against)})
}

func several(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}
