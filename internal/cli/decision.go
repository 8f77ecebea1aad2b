package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

type decisionCommand struct {
	Draft    decisionDraft    `cmd:"" help:"Write the record of a decision to be made, with all that it would rest on."`
	Make     decisionMake     `cmd:"" help:"Record a decision: a draft, completed by who decided, when and why. At a server, propose it."`
	List     decisionList     `cmd:"" help:"List decisions and where each stands."`
	Withdraw decisionWithdraw `cmd:"" help:"End a proposal of one's own at a server."`
}

type decisionDraft struct {
	Kind         string   `arg:"" help:"acceptance, finding-acceptance, exception, tailoring, sign-off, review, confirmation or retraction."`
	Subject      string   `arg:"" name:"id" help:"What it is about."`
	Service      string   `short:"C" help:"The service file or folder; with --server the id of the service, or a path with a slash in it. This folder, where it is not said." placeholder:"PATH"`
	StandingOn   string   `help:"For an acceptance: the residual that is accepted: target, claimed or evidenced (where it is not said)." placeholder:"WHICH"`
	Compensating []string `help:"A control that makes up for it. May be given again." placeholder:"ID"`
	Scope        []string `help:"For an exception: a component that it is for, where not all are. May be given again." placeholder:"ID"`
	Risk         []string `help:"For an exception: a risk that it leaves open. May be given again." placeholder:"ID"`
	Departure    string   `help:"For an exception: what is not followed, in words." placeholder:"TEXT"`
	ID           string   `name:"id" help:"The id of the decision; made from its kind and subject, where it is not said." placeholder:"ID"`
	guard
	when
	place
	instead
}

// Help shows how it is used.
func (decisionDraft) Help() string {
	return `The draft goes to standard output. It says field by field what the decision would rest on: when one of those gets worse, the decision lapses.

What it is about:
  acceptance, review        a risk, such as r1
  finding-acceptance        a finding, as check shows it
  exception, confirmation   PRINCIPLE, or PRINCIPLE/STATEMENT
  tailoring                 a control of the library
  sign-off                  appetite, classification, tier, scope, round, gate
  retraction                a decision

Examples:
  bulkhead decision draft acceptance r1 > draft.yaml
  bulkhead decision draft tailoring penetration-test > draft.yaml
  bulkhead decision draft exception secure-by-design/i7 > draft.yaml
  bulkhead decision draft sign-off appetite > draft.yaml`
}

func (k *decisionDraft) Run(c *command) error {
	if k.Server != "" {
		return k.ask(c)
	}
	services, err := app.Look(k.where(k.Service))
	if err != nil {
		return err
	}
	if err := k.refuse(c, services); err != nil {
		return err
	}
	text, err := app.DraftDecision(k.where(k.Service), k.proposal(), k.moment(c))
	if err != nil {
		return err
	}
	return k.tell(c, services, text)
}

func (k *decisionDraft) proposal() app.Proposal {
	return app.Proposal{
		Kind: k.Kind, Subject: k.Subject, StandingOn: k.StandingOn, Compensating: k.Compensating, Scope: k.Scope, Risks: k.Risk, Departure: k.Departure, ID: k.ID,
	}
}

func (k *decisionDraft) tell(c *command, services *app.Checked, text []byte) error {
	return k.give(c, "yaml", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "# A draft. Who decided, when and why is said here, or to `bulkhead decision make`.\n%s", text)
		return err
	}, services)
}

type decisionMake struct {
	Draft      string   `arg:"" help:"The draft, as \x60bulkhead decision draft\x60 wrote it."`
	Service    string   `short:"C" help:"The service file or folder; with --server the id of the service, or a path with a slash in it. This folder, where it is not said." placeholder:"PATH"`
	By         string   `help:"Who decided, as the organisation file knows them." placeholder:"PERSON"`
	Role       string   `help:"The role in which they decided." placeholder:"ROLE"`
	Reason     string   `help:"Why." placeholder:"TEXT"`
	ValidUntil string   `help:"How long it holds." placeholder:"TIME"`
	Made       string   `help:"When it was decided; now, where it is not said." placeholder:"TIME"`
	ProposedBy string   `help:"Who proposed it: never the one who decides." placeholder:"PERSON"`
	Consulted  []string `help:"A role that was asked. May be given again." placeholder:"ROLE"`
	With       []string `help:"Somebody else who decided with them. May be given again." placeholder:"PERSON"`
	Condition  []string `sep:"none" help:"What must go on being so, in words. May be given again." placeholder:"TEXT"`
	Through    bool     `name:"through-life" help:"A later phase does not end it."`
	Key        string   `help:"A file with a private ed25519 key to sign with, as PEM." placeholder:"FILE"`
	Signer     string   `help:"The name of that key in the organisation file." placeholder:"ID"`
	place
	instead
}

// Help shows how it is used.
func (decisionMake) Help() string {
	return `The decision is kept beside the service, in bulkhead/decisions/. It is recorded; it is attested when it is signed with a key that the organisation file names.

With --server it is proposed: a token never decides. Those who may decide do so at the server, signed in as themselves, and then it is attested.

Examples:
  bulkhead decision make draft.yaml --by p1 --role senior-responsible-owner \
      --reason "Bounded by the pilot" --valid-until 2027-03-31
  bulkhead decision make draft.yaml --by p1 --role ciso --reason "Agreed" \
      --key p1.pem --signer p1-2027
  bulkhead decision make draft.yaml --server https://bulkhead.example.org \
      --reason "Bounded by the pilot" --valid-until 2027-03-31`
}

func (k *decisionMake) Run(c *command) error {
	if k.Server != "" {
		return k.propose(c)
	}
	made, err := app.MakeDecision(k.where(k.Service), k.Draft, app.Making{
		By: k.By, Role: k.Role, Reason: k.Reason, ValidUntil: k.ValidUntil, ProposedBy: k.ProposedBy, Made: k.Made, Consulted: k.Consulted, With: k.With,
		Conditions: k.Condition, ThroughLife: k.Through, Key: k.Key, Signer: k.Signer,
	}, c.now())
	if err != nil {
		return err
	}
	if services, err := app.Look(k.where(k.Service)); err != nil || app.Withheld(c.Env("CI"), services) != "" {
		fmt.Fprintf(c.Out, "%s: recorded\n", made.File)
		return err
	}
	d := &made.Decision
	fmt.Fprintf(c.Out, "%s: %s of %s by the %s\n", made.File, d.Kind, d.Subject[0], d.Role)
	fmt.Fprintf(c.Err, "%s: %s\n", d.ID, report.Standing(&made.State, made.Zone))
	return nil
}

type decisionList struct {
	Path   string `arg:"" optional:"" help:"The service file or folder, or with --server the id of the service."`
	Format string `enum:"text,json" default:"text" help:"text, for people, or json, for programs." placeholder:"FORMAT"`
	guard
	when
	place
	instead
}

func (k *decisionList) Run(c *command) error {
	if k.Server != "" {
		return k.ask(c)
	}
	checked, err := app.JudgeOne(k.where(k.Path), k.moment(c))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error { return k.write(w, checked, nil, k.style(c, true)) }, checked)
}

func (k *decisionList) write(w io.Writer, checked *app.Checked, waiting []report.Proposed, style report.Style) error {
	posture := checked.Postures[0]
	if k.Format == "json" {
		return report.JSON(w, report.DecisionLines{Decisions: posture.Decisions, Waiting: waiting})
	}
	if len(posture.Decisions)+len(waiting) == 0 {
		_, err := fmt.Fprintln(w, "No decisions are recorded. `bulkhead decision draft --help` shows how one is prepared.")
		return err
	}
	if err := report.Decisions(w, posture, checked.Zone, style); err != nil {
		return err
	}
	return report.Waiting(w, waiting, style)
}
