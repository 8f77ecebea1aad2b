package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

type tokenCommand struct {
	hosted
	Create tokenCreate `cmd:"" help:"Make a token for a pipeline or another program, and show it this once."`
	List   tokenList   `cmd:"" help:"List the tokens that were made, and never the tokens themselves."`
	Revoke tokenRevoke `cmd:"" help:"End a token at once."`
}

// Help shows how it is used.
func (tokenCommand) Help() string {
	return `This is for whoever sits at the terminal of the server and can read its data folder, whether or not the server runs meanwhile. What is done is told in the record.`
}

// AfterApply hands what is hosted on to the commands below.
func (k *tokenCommand) AfterApply() error {
	k.Create.server, k.List.server, k.Revoke.server = k.server, k.server, k.server
	return nil
}

type tokenCreate struct {
	Role    string   `required:"" help:"The role whose rights it has, such as developer; it may never decide." placeholder:"ROLE"`
	Expires string   `required:"" help:"When it ends: a date, a time, or a period from now such as P90D; at most a year away." placeholder:"TIME"`
	Service []string `help:"A service that it is for; all, where neither services nor units are said. May be given again." placeholder:"ID"`
	Unit    []string `help:"A unit that it is for. May be given again." placeholder:"ID"`
	Use     []string `help:"One thing that it may do, such as apply-service; all that its role lets a program do, where none is said. May be given again." placeholder:"USE"`
	Name    string   `default:"made at the terminal" help:"What it is for, such as the pipeline of the portal." placeholder:"TEXT"`

	server Server
}

// Help shows how it is used.
func (tokenCreate) Help() string {
	return `The token goes to the standard output and is kept nowhere: put it where the pipeline keeps its secrets.

Examples:
  bulkhead token create --role developer --service portal \
      --use apply-service --use record-evidence --expires 2027-06-30
  bulkhead token create --role auditor --expires P7D > token`
}

func (k *tokenCreate) Run(c *command, parsed *kong.Context) error {
	expires, err := k.end(c.now())
	if err != nil {
		return err
	}
	n := registry.NewToken{Name: k.Name, Expires: expires}
	n.Scope.Role = ident.ID(k.Role)
	for _, id := range k.Service {
		n.Scope.Services = append(n.Scope.Services, ident.ID(id))
	}
	for _, id := range k.Unit {
		n.Scope.Units = append(n.Scope.Units, ident.ID(id))
	}
	for _, use := range k.Use {
		n.Scope.Uses = append(n.Scope.Uses, access.Use(use))
	}
	return k.server.Record(c.ctx(), parsed, func(ctx context.Context, r *registry.Registry) error {
		who, err := r.Terminal(ctx)
		if err != nil {
			return err
		}
		made, err := r.CreateToken(ctx, who, n)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Err, "%s: made; it is shown this once\n", made.ID)
		_, err = fmt.Fprintln(c.Out, made.Secret.Reveal())
		return unwritten(err)
	})
}

// end gives when the token ends.
func (k *tokenCreate) end(now civil.Instant) (civil.Instant, error) {
	zone, err := zoneHere()
	if err != nil {
		return 0, err
	}
	if period, err := civil.ParsePeriod(k.Expires); err == nil {
		return zone.Add(now, period), nil
	}
	moment, err := civil.ParseMoment(k.Expires)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "--expires")
	}
	return zone.Until(moment), nil
}

type tokenList struct{ server Server }

func (k *tokenList) Run(c *command, parsed *kong.Context) error {
	zone, err := zoneHere()
	if err != nil {
		return err
	}
	return k.server.Record(c.ctx(), parsed, func(ctx context.Context, r *registry.Registry) error {
		who, err := r.Terminal(ctx)
		if err != nil {
			return err
		}
		all, err := r.Tokens(ctx, who)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(c.Out, "No tokens were made.")
			return unwritten(err)
		}
		for i := range all {
			t := &all[i]
			state := "until " + zone.Clock(t.Expires)
			switch {
			case t.Revoked != 0:
				state = "revoked at " + zone.Clock(t.Revoked)
			case t.Expires <= c.now():
				state = "ended at " + zone.Clock(t.Expires)
			}
			fmt.Fprintf(c.Out, "%s  %s, %s  %s, for %s\n", t.ID, t.Scope.Role, state, printable(t.Name), places(t.Scope.Units, t.Scope.Services))
		}
		return nil
	})
}

// places says where a token counts.
func places(units, services []ident.ID) string {
	var out []string
	for _, id := range units {
		out = append(out, "the unit "+string(id))
	}
	for _, id := range services {
		out = append(out, string(id))
	}
	return cmp.Or(strings.Join(out, ", "), "everything")
}

type tokenRevoke struct {
	ID     string `arg:"" name:"id" help:"The token, as token list names it."`
	Reason string `help:"Why, for the record." placeholder:"TEXT"`

	server Server
}

func (k *tokenRevoke) Run(c *command, parsed *kong.Context) error {
	return k.server.Record(c.ctx(), parsed, func(ctx context.Context, r *registry.Registry) error {
		who, err := r.Terminal(ctx)
		if err != nil {
			return err
		}
		if _, err := r.RevokeToken(ctx, who, ident.ID(k.ID), k.Reason); err != nil {
			return err
		}
		fmt.Fprintf(c.Err, "%s: revoked\n", k.ID)
		return nil
	})
}
