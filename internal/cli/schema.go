package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

type schemaCommand struct {
	Of string `arg:"" optional:"" default:"service" help:"What to describe; the service file, where it is not said."`
}

// Help shows what there is a schema of.
func (schemaCommand) Help() string {
	return `What people write:
  service       bulkhead.yaml
  organisation  organisation.yaml
  evidence      a record in bulkhead/evidence/
  decision      a record in bulkhead/decisions/
  pack          a pack of requirements

What Bulkhead writes with --format json:
  posture       check, of one service
  postures      check, of a folder of services
  counts        check and others, in a pipeline whose log may not show more
  diff          diff and what-if
  units         organisation
  unit          organisation --unit ID
  unit-counts   organisation, in a pipeline whose log may not show more
  threats       threats, of one service
  threats-lists threats, of a folder of services
  paths         paths, of one service
  paths-lists   paths, of a folder of services
  shared        paths --shared
  import        import
  why           why
  decisions     decision list
  packs         library list

Examples:
  bulkhead schema > bulkhead.schema.json
  bulkhead schema posture > posture.schema.json`
}

func (k *schemaCommand) Run(c *command) error {
	text, err := schemaOf(k.Of)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Out, "%s\n", text)
	return err
}

func schemaOf(what string) ([]byte, error) {
	switch what {
	case "service":
		return model.JSONSchema()
	case "organisation":
		return schema.JSON(org.Organisation{}, "Bulkhead organisation file", "Units, people in roles, what may be borne and whose keys count, as organisation.yaml says it.")
	case "evidence":
		return schema.JSON(evidence.Record{}, "Bulkhead evidence", "One piece of evidence: what was observed, when, how strong it is and what it covered.")
	case "decision":
		return schema.JSON(decision.Decision{}, "Bulkhead decision", "What an accountable person decided, and what holds it up, field by field.")
	case "pack":
		return schema.JSON(library.Pack{}, "Bulkhead pack", "A set of what is required, with its source, licence and date.")
	}
	names := []string{"service", "organisation", "evidence", "decision", "pack"}
	for _, r := range report.Results() {
		if r.Name == what {
			return r.Schema()
		}
		names = append(names, r.Name)
	}
	return nil, fault.New(fault.NotFound, "there is no schema of %s; expected one of %s", what, joined(names))
}
