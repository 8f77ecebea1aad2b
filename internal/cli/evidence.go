package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type evidenceCommand struct {
	Add evidenceAdd `cmd:"" help:"Record what was observed, stamped with what it covers."`
}

type evidenceAdd struct {
	Files      []string `arg:"" optional:"" name:"file" help:"Results (JUnit XML, SARIF) or records (YAML, JSON)."`
	Service    string   `short:"C" help:"The service file or folder; with --server the id of the service, or a path with a slash in it. This folder, where it is not said." placeholder:"PATH"`
	Control    []string `help:"A control that it is about. May be given again." placeholder:"ID"`
	Component  []string `help:"A component that was looked at, where not all were. May be given again." placeholder:"ID"`
	Check      string   `help:"The check of the control that it answers, where it has several." placeholder:"ID"`
	Kind       string   `help:"document, configuration, test, scan, review, exercise, record or attestation." placeholder:"KIND"`
	Strength   string   `help:"documented, tested (where it is not said) or independent." placeholder:"STRENGTH"`
	Outcome    string   `help:"By hand, or of a scan: passed, failed, needs-review, not-run, not-applicable or unknown." placeholder:"OUTCOME"`
	Observed   string   `help:"When it was observed; now, where neither this nor the file says." placeholder:"TIME"`
	ValidUntil string   `help:"When it ends of itself, such as a certificate." placeholder:"TIME"`
	Title      string   `help:"Its title." placeholder:"TEXT"`
	Revision   string   `help:"The version of what was observed, such as a commit." placeholder:"VERSION"`
	By         string   `help:"Who observed, by role." placeholder:"ROLE"`
	Run_       string   `name:"run" help:"The run that made it, such as the address of a pipeline's job." placeholder:"ADDRESS"`
	Location   string   `help:"Where the thing itself is kept." placeholder:"ADDRESS"`
	ID         string   `name:"id" help:"Its id; made from the file's name and the time, where it is not said." placeholder:"ID"`
	place
	instead
}

// Help shows how it is used.
func (evidenceAdd) Help() string {
	return `Evidence is kept beside the service, in bulkhead/evidence/. It remembers what it covered: when that changes, it is out of date, and check says so.

Examples:
  bulkhead evidence add results.xml --control input-validation
  bulkhead evidence add scan.sarif --control dependency-scanning
  bulkhead evidence add record.yaml
  bulkhead evidence add results.xml --server https://bulkhead.example.org
  bulkhead evidence add --control incident-exercise --kind exercise \
      --outcome passed --title "Incident exercise, autumn"

A JUnit file can say itself what it is about, with a property bulkhead.control on a suite or a case. What a control is shown by is said by bulkhead library show CONTROL.

A scan that found something counts as failed. Where it is the scanning that is to be shown, add --outcome passed: what was found stays open, each with its deadline.`
}

func (k *evidenceAdd) Run(c *command) error {
	said := app.Observation{
		ID: k.ID, Controls: k.Control, Components: k.Component, Check: k.Check, Kind: k.Kind, Strength: k.Strength, Observed: k.Observed, ValidUntil: k.ValidUntil,
		Outcome: k.Outcome, Title: k.Title, Version: k.Revision, By: k.By, Run: k.Run_, Location: k.Location,
	}
	added, err := k.add(c, said)
	for i := range added {
		c.added(&added[i])
	}
	return err
}

// add hands in what was observed: to a server where one was named, or else beside the service file.
func (k *evidenceAdd) add(c *command, said app.Observation) ([]app.Added, error) {
	if k.Server == "" {
		return app.AddEvidence(k.where(k.Service), k.Files, said, c.now())
	}
	s, id, err := k.service(c, k.place, k.Service)
	if err != nil {
		return nil, err
	}
	added, err := s.AddEvidence(c.ctx(), id, k.Files, said, c.now())
	return added, c.refused(err)
}

func (c *command) added(a *app.Added) {
	fmt.Fprintf(c.Out, "%s: %s, observed %s\n", a.File, a.Record.Outcome, a.Record.Observed)
	if a.Already {
		fmt.Fprintf(c.Err, "%s: the same was recorded already\n", a.Record.ID)
	}
	for _, d := range a.Dropped {
		fmt.Fprintf(c.Err, "%s: not carried over: %s\n", a.Record.ID, d)
	}
	for _, n := range a.Notes {
		fmt.Fprintf(c.Err, "%s: %s\n", a.Record.ID, n)
	}
}
