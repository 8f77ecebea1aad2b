package cli

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type evidenceCommand struct {
	Add evidenceAdd `cmd:"" help:"Record what was observed, stamped with what it covers."`
}

type evidenceAdd struct {
	Files      []string `arg:"" optional:"" name:"file" help:"Results (JUnit XML, SARIF) or records (YAML, JSON)."`
	Service    string   `short:"C" help:"The service file or folder; this folder, where it is not said." placeholder:"PATH"`
	Control    []string `help:"A control that it is about. May be given again." placeholder:"ID"`
	Component  []string `help:"A component that was looked at, where not all were. May be given again." placeholder:"ID"`
	Check      string   `help:"The check of the control that it answers, where it has several." placeholder:"ID"`
	Kind       string   `help:"document, configuration, test, scan, review, exercise, record or attestation." placeholder:"KIND"`
	Strength   string   `help:"documented, tested or independent." placeholder:"STRENGTH"`
	Outcome    string   `help:"passed, failed, needs-review, not-run, not-applicable or unknown." placeholder:"OUTCOME"`
	Observed   string   `help:"When it was observed; now, where neither this nor the file says." placeholder:"TIME"`
	ValidUntil string   `help:"When it ends of itself, such as a certificate." placeholder:"TIME"`
	Title      string   `help:"Its title."`
	Revision   string   `help:"The version of what was observed, such as a commit." placeholder:"VERSION"`
	By         string   `help:"Who observed, by role." placeholder:"ROLE"`
	Run_       string   `name:"run" help:"The run that made it, such as the address of a pipeline's job." placeholder:"ADDRESS"`
	Location   string   `help:"Where the thing itself is kept." placeholder:"ADDRESS"`
	ID         string   `name:"id" help:"Its id; made from the file's name and the time, where it is not said." placeholder:"ID"`
	place
}

// Help shows how it is used.
func (evidenceAdd) Help() string {
	return `Examples:
  bulkhead evidence add results.xml --control input-validation
  bulkhead evidence add scan.sarif --control dependency-scanning --component api
  bulkhead evidence add --control incident-exercise --kind exercise --outcome passed --strength tested --title "Incident exercise"
  bulkhead evidence add record.yaml

A JUnit file can say itself what it is about, with a property bulkhead.control on a suite or a case.`
}

func (k *evidenceAdd) Run(c *command) error {
	said := app.Observation{
		ID: k.ID, Controls: k.Control, Components: k.Component, Check: k.Check, Kind: k.Kind, Strength: k.Strength, Observed: k.Observed, ValidUntil: k.ValidUntil,
		Outcome: k.Outcome, Title: k.Title, Version: k.Revision, By: k.By, Run: k.Run_, Location: k.Location,
	}
	added, err := app.AddEvidence(k.where(k.Service), k.Files, said, c.now())
	for _, a := range added {
		fmt.Fprintf(c.Out, "%s: %s, observed %s\n", a.File, a.Record.Outcome, a.Record.Observed)
		for _, d := range a.Dropped {
			fmt.Fprintf(c.Err, "not carried over: %s\n", d)
		}
		if a.Unstated {
			fmt.Fprintf(c.Err, "%s: it says nothing about any control; give --control ID to say which it shows\n", a.Record.ID)
		}
	}
	return err
}

type decisionCommand struct {
	Draft decisionDraft `cmd:"" help:"Write the record of a decision to be made, with all that it would rest on."`
	Make  decisionMake  `cmd:"" help:"Record a decision: a draft, completed by who decided, when and why."`
	List  decisionList  `cmd:"" help:"List decisions and where each stands."`
}

type decisionDraft struct {
	Kind         string   `arg:"" help:"acceptance, finding-acceptance, exception, tailoring, sign-off, review, confirmation or retraction."`
	Subject      string   `arg:"" name:"id" help:"What it is about: a risk, a control, PRINCIPLE/STATEMENT, or for a sign-off appetite, classification, tier, scope, go-live or a gate."`
	Service      string   `short:"C" help:"The service file or folder; this folder, where it is not said." placeholder:"PATH"`
	StandingOn   string   `help:"For an acceptance: the residual that is accepted: target, claimed or evidenced." placeholder:"WHICH"`
	Compensating []string `help:"A control that makes up for it. May be given again." placeholder:"ID"`
	ID           string   `name:"decision-id" help:"The id of the decision." placeholder:"ID"`
	place
}

// Help shows how it is used.
func (decisionDraft) Help() string {
	return `Examples:
  bulkhead decision draft acceptance r1 > draft.yaml
  bulkhead decision draft tailoring penetration-test
  bulkhead decision draft exception secure-by-design/i7
  bulkhead decision draft sign-off appetite`
}

func (k *decisionDraft) Run(c *command) error {
	text, err := app.DraftDecision(k.where(k.Service), app.Proposal{Kind: k.Kind, Subject: k.Subject, StandingOn: k.StandingOn, Compensating: k.Compensating, ID: k.ID}, c.now())
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "# A draft: complete it with who decided, when and why, or give those to `bulkhead decision make`.\n%s", text)
	return nil
}

type decisionMake struct {
	Draft      string   `arg:"" help:"The draft, as \x60bulkhead decision draft\x60 wrote it."`
	Service    string   `short:"C" help:"The service file or folder; this folder, where it is not said." placeholder:"PATH"`
	By         string   `help:"Who decided, as the organisation file knows them." placeholder:"PERSON"`
	Role       string   `help:"The role in which they decided." placeholder:"ROLE"`
	Reason     string   `help:"Why."`
	ValidUntil string   `help:"How long it holds." placeholder:"TIME"`
	Made       string   `help:"When it was decided; now, where it is not said." placeholder:"TIME"`
	ProposedBy string   `help:"Who proposed it: never the one who decides." placeholder:"PERSON"`
	Consulted  []string `help:"A role that was asked. May be given again." placeholder:"ROLE"`
	With       []string `help:"Somebody else who decided with them. May be given again." placeholder:"PERSON"`
	Condition  []string `help:"What must go on being so, in words. May be given again." placeholder:"TEXT"`
	Through    bool     `name:"through-life" help:"A later phase does not end it."`
	Key        string   `help:"A file with a private ed25519 key to sign with, as PEM." placeholder:"FILE"`
	Signer     string   `help:"The name of that key in the organisation file." placeholder:"ID"`
	place
}

// Help shows how it is used.
func (decisionMake) Help() string {
	return `Example:
  bulkhead decision make draft.yaml --by p1 --role senior-responsible-owner --reason "Bounded by the pilot" --valid-until 2027-03-31

A decision in a file is recorded. It is attested when it is signed with a key that the organisation file names.`
}

func (k *decisionMake) Run(c *command) error {
	path, d, err := app.MakeDecision(k.where(k.Service), k.Draft, app.Made{
		By: k.By, Role: k.Role, Reason: k.Reason, ValidUntil: k.ValidUntil, ProposedBy: k.ProposedBy, Made: k.Made, Consulted: k.Consulted, With: k.With,
		Conditions: k.Condition, ThroughLife: k.Through, Key: k.Key, Signer: k.Signer,
	}, c.now())
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s: %s of %s by the %s\n", path, d.Kind, d.Subject[0], d.Role)
	return nil
}

type decisionList struct {
	Path   string `arg:"" optional:"" help:"The service file or folder."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
	when
	place
}

func (k *decisionList) Run(c *command) error {
	posture, zone, err := app.ListDecisions(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	if k.Format == "json" {
		return report.JSON(c.Out, map[string]any{"decisions": posture.Decisions})
	}
	if len(posture.Decisions) == 0 {
		fmt.Fprintln(c.Out, "No decisions are recorded. `bulkhead decision draft --help` shows how one is prepared.")
		return nil
	}
	return report.Decisions(c.Out, posture, zone, c.style(true))
}

type setCommand struct {
	Path  string `arg:"" help:"The service file or folder."`
	Ref   string `arg:"" help:"The way to the item, such as risks/r1/due."`
	Value string `arg:"" help:"What it is to be."`
	place
}

// Help shows how it is used.
func (setCommand) Help() string {
	return `Examples:
  bulkhead set . risks/r1/due 2027-03-31
  bulkhead set . controls/backup/status implemented
  bulkhead set . architecture/components/api/internet_facing yes

The file is written only when it would be valid afterwards.`
}

func (k *setCommand) Run(c *command) error {
	file, err := app.Set(k.where(k.Path), k.Ref, k.Value)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s: %s is %s\n", file, k.Ref, k.Value)
	return nil
}
