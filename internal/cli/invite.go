package cli

import (
	"context"
	"fmt"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

type inviteCommand struct {
	hosted
	Person    string `arg:"" help:"Who, by their id in the organisation file."`
	Name      string `help:"What their post is called, for somebody who is not in the organisation file yet." placeholder:"TEXT"`
	Email     string `help:"Where to write to them, and by which an account of theirs is known." placeholder:"EMAIL"`
	Role      string `help:"A role that they are appointed to, such as delivery-manager, where they do not hold it yet." placeholder:"ROLE"`
	OfUnit    string `name:"unit" help:"The unit that the role is for, and those below it." placeholder:"ID"`
	OfService string `name:"service" help:"The service that the role is for." placeholder:"ID"`
	Again     bool   `help:"Make a link also for somebody who has signed in before. Whoever has it can do all that they may."`
}

// Help shows how it is used.
func (inviteCommand) Help() string {
	return `This is for whoever sits at the machine that holds the record, whether or not the server runs meanwhile. What is done is told in the record. Where people reach the server is as its settings say: give --config or --url.

The link goes to the standard output, and is kept nowhere: give it to the person, and to nobody else. Inviting somebody again ends the link that was made before.

It asks no server, since no token may invite anybody: whoever had it could come in as somebody else. An administrator who is signed in invites with POST /people.

Examples:
  bulkhead invite manager --config server.yaml
  bulkhead invite manager --name "Delivery manager" --role delivery-manager \
      --unit benefits --email manager@department.example
  bulkhead invite manager --again        who lost their passkey`
}

func (k *inviteCommand) Run(c *command, parsed *kong.Context) error {
	zone, err := zoneHere()
	if err != nil {
		return err
	}
	return k.server.Record(c.ctx(), parsed, func(ctx context.Context, r *registry.Registry) error {
		added, err := k.introduce(ctx, r)
		if err != nil {
			return err
		}
		if added {
			c.wrap(c.Err, "", k.Person+": the organisation file now says what you said of them.")
		}
		i, err := k.invite(ctx, r)
		if err != nil {
			return err
		}
		k.tell(c, r.Reach(), i, zone)
		_, err = fmt.Fprintln(c.Out, registry.LinkTo(r.Reach().Server, i.Link))
		return unwritten(err)
	})
}

// introduce has the organisation file say what was said of the person.
func (k *inviteCommand) introduce(ctx context.Context, r *registry.Registry) (bool, error) {
	who, err := r.Terminal(ctx)
	if err != nil {
		return false, err
	}
	return r.Introduce(ctx, who, registry.Newcomer{
		Person: ident.ID(k.Person), Name: k.Name, Email: k.Email, Role: ident.ID(k.Role), Unit: ident.ID(k.OfUnit), Service: ident.ID(k.OfService),
	})
}

func (k *inviteCommand) invite(ctx context.Context, r *registry.Registry) (*registry.Invitation, error) {
	who, err := r.Terminal(ctx) // on what the organisation file says now
	if err != nil {
		return nil, err
	}
	if k.Again {
		return r.InviteAgain(ctx, who, ident.ID(k.Person))
	}
	return r.InvitePerson(ctx, who, ident.ID(k.Person))
}

// tell says what the link is, and what is done with it.
func (k *inviteCommand) tell(c *command, reach registry.Reach, i *registry.Invitation, zone civil.Zone) {
	say := func(text string) { c.wrap(c.Err, "", text) }
	if i.Before {
		say("ATTENTION: " + k.Person + " has signed in before. Whoever opens this link comes in as them, and can do and decide all that they may. The record tells that the link was made here.")
	}
	say(k.Person + ": invited. The link works once, until " + zone.Clock(civil.Of(i.Until)) + ", and is shown this once. One that was made before no longer works.")
	say("Give it to them, and to nobody else: whoever has it can sign in as them. They open it and press Sign in. " + onwards(reach))
	switch {
	case i.Address != "" && i.Before:
		say("A letter that says so goes to " + i.Address + ", if the server sends e-mail.")
	case i.Address != "":
		say("A letter with a link of its own goes to " + i.Address + ", if the server sends e-mail. Whichever of the two is used first, the other then no longer works.")
	}
	say("It leads to " + reach.Server + ": if people reach the server elsewhere, invite again with its --config, or with --url.")
}

// onwards says how somebody who came in by a link signs in from then on.
func onwards(reach registry.Reach) string {
	if reach.Lasts {
		return "Then they choose how they sign in from then on."
	}
	return "If the server's settings have url or oidc, they then choose how they sign in from then on; otherwise they are signed in this once."
}
