package cli

import (
	"fmt"
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type libraryImport struct {
	Catalog   string `arg:"" name:"file" help:"The catalog: a file of OSCAL 1, as JSON."`
	Out       string `help:"Write the pack to a file that is not there yet, and not to the standard output." placeholder:"FILE"`
	ID        string `name:"id" help:"What the framework is to be called in every version, such as nist-800-53; made from its title, where it is not said." placeholder:"ID"`
	Licence   string `help:"Under which licence its publisher gives the texts: a catalog does not say." placeholder:"TEXT"`
	Retrieved string `help:"The day on which the file was fetched from its publisher; today, where it is not said." placeholder:"DATE"`
	place
}

// Help shows how it is used.
func (libraryImport) Help() string {
	return `Every control of the catalog becomes a requirement of one framework, with its id and its wording, and so does every enhancement of a control. What could not be carried over is told.

Bulkhead cannot know that a file is what its publisher gave out, so the pack is marked as secondary. Name the pack in organisation.yaml to put it in force.

Examples:
  bulkhead library import catalog.json    to the standard output
  bulkhead library import catalog.json --out nist.yaml --id nist-800-53 \
      --licence "Public domain in the United States" --retrieved 2026-11-02`
}

func (k *libraryImport) Run(c *command) error {
	made, err := app.ImportCatalog(k.where(filepath.Dir(k.Out)), k.Catalog, app.Provenance{ID: k.ID, Licence: k.Licence, Retrieved: k.Retrieved}, c.now())
	if err != nil {
		return err
	}
	if k.Out == "" {
		_, err = c.Out.Write(made.Text)
	} else {
		err = made.Write(k.Out)
	}
	if err == nil {
		c.shelved(made, k.Out)
	}
	return unwritten(err)
}

// shelved tells people what came of a catalog. It goes to standard error: the result is the pack.
func (c *command) shelved(made *app.Shelved, out string) {
	w, pack := c.Err, &made.Pack
	f := &pack.Frameworks[0]
	c.wrap(w, "", fmt.Sprintf("This was read as the framework %s %s: %s", f.ID, f.Version, f.Summary))
	c.listed(w, "Not carried over, or not as it stands in the file", made.Dropped)
	fmt.Fprintln(w)
	if made.Lawless {
		c.wrap(w, "", "Nobody has said the licence, so the pack says that it is to be asked for; --licence says it.")
	}
	if made.Today {
		c.wrap(w, "", "Nobody has said when the file was fetched, so it is "+pack.Retrieved.String()+", today; --retrieved says another day.")
	}
	if made.Replaces {
		c.wrap(w, "", "A pack "+string(pack.ID)+" is in force already: this one would take its place.")
	}
	if out == "" {
		return
	}
	c.wrap(w, "", out+" is written. To put it in force, name it under packs in organisation.yaml; a team then chooses the framework under plan.")
	fmt.Fprintf(w, "\nNext: %s\n", printable("bulkhead library lint "+argument(out)))
}
