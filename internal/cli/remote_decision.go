package cli

import (
	"fmt"
	"io"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// ask drafts a decision from how a service is at a server.
func (k *decisionDraft) ask(c *command) error {
	if k.At != "" {
		return fault.New(fault.Invalid, "--at: a server drafts from how things are now; leave it out")
	}
	s, id, checked, err := k.look(c, k.place, k.Service)
	if err != nil {
		return err
	}
	if err := k.refuse(c, checked); err != nil {
		return err
	}
	d, err := s.DraftDecision(c.ctx(), id, k.proposal())
	if err != nil {
		return c.refused(err)
	}
	text, err := schema.YAML(&d)
	if err != nil {
		return err
	}
	return k.tell(c, checked, text)
}

// propose proposes a draft to those who may make it at a server, since a token decides nothing.
func (k *decisionMake) propose(c *command) error {
	d, err := k.words()
	if err != nil {
		return err
	}
	s, id, checked, err := k.look(c, k.place, k.Service)
	if err != nil {
		return err
	}
	p, err := s.Propose(c.ctx(), id, d)
	if err != nil {
		return c.refused(err)
	}
	if app.Withheld(c.Env("CI"), checked) != "" {
		fmt.Fprintf(c.Out, "%s/decision:%s: proposed\n", id, p.ID)
		return nil
	}
	fmt.Fprintf(c.Out, "%s/decision:%s: %s of %s, proposed\n", id, p.ID, d.Kind, d.Subject[0])
	fmt.Fprintf(c.Err, "%s: waits for %s: they decide it at %s, signed in as themselves\n", p.ID, p.For(), s.Address())
	return nil
}

// words gives the draft with what was said of it. Who decides, and when, is not for whoever proposes to say.
func (k *decisionMake) words() (*decision.Decision, error) {
	for _, of := range []struct {
		flag string
		said bool
	}{
		{"--by", k.By != ""},
		{"--role", k.Role != ""},
		{"--made", k.Made != ""},
		{"--proposed-by", k.ProposedBy != ""},
		{"--consulted", len(k.Consulted) > 0},
		{"--with", len(k.With) > 0},
		{"--key", k.Key != ""},
		{"--signer", k.Signer != ""},
	} {
		if of.said {
			return nil, fault.New(fault.Invalid, "%s: at a server who decides, when and in which role is known from who is signed in; leave it out", of.flag)
		}
	}
	d, err := app.ReadDraft(k.Draft)
	switch {
	case err != nil:
		return nil, err
	case d.Kind == "" || len(d.Subject) == 0:
		return nil, fault.New(fault.Invalid, "%s: it is no draft: `bulkhead decision draft` writes one", k.Draft)
	}
	if k.Reason != "" {
		d.Reason = k.Reason
	}
	if k.ValidUntil != "" {
		if d.ValidUntil, err = civil.ParseMoment(k.ValidUntil); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "--valid-until")
		}
	}
	d.Conditions, d.ThroughLife = append(d.Conditions, k.Condition...), d.ThroughLife || k.Through
	return &d, nil
}

// ask lists the decisions about a service at a server, with those that wait.
func (k *decisionList) ask(c *command) error {
	s, p, err := k.posture(c, k.when, k.place, k.Path)
	if err != nil {
		return err
	}
	checked, err := p.Checked()
	if err != nil {
		return err
	}
	waiting, err := s.Proposals(c.ctx(), string(p.Posture.Service))
	if err != nil {
		return err
	}
	return k.give(c, k.Format, func(w io.Writer) error { return k.write(w, checked, waiting, k.style(c, true)) }, checked)
}

type decisionWithdraw struct {
	ID      string `arg:"" name:"id" help:"The proposal, as decision list names it."`
	Reason  string `required:"" help:"Why it is not to be decided." placeholder:"TEXT"`
	Service string `short:"C" help:"The id of the service, or a path with a slash in it. This folder, where it is not said." placeholder:"PATH"`
	asked
}

// Help shows how it is used.
func (decisionWithdraw) Help() string {
	return `A decision that waits at a server is ended by who proposed it.

Example:
  bulkhead decision withdraw acceptance-r1 --reason "It was mended" \
      --server https://bulkhead.example.org`
}

func (k *decisionWithdraw) Run(c *command) error {
	id, err := serviceID(k.Service)
	if err != nil {
		return err
	}
	s, err := k.server(c)
	if err != nil {
		return err
	}
	if err := s.Withdraw(c.ctx(), id, k.ID, k.Reason); err != nil {
		return c.refused(err)
	}
	_, err = fmt.Fprintf(c.Out, "%s/decision:%s: withdrawn\n", id, k.ID)
	return unwritten(err)
}
