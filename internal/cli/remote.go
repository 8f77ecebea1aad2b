package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/remote"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// asked is the server that a command asks.
type asked struct {
	Server string `help:"The server; what BULKHEAD_SERVER says, where it is not said." placeholder:"URL"`
	bearer
}

func (a *asked) server(c *command) (*remote.Server, error) {
	return a.at(c, cmp.Or(a.Server, c.Env("BULKHEAD_SERVER")))
}

// instead is the server that a command asks where one is named, and otherwise works on files.
type instead struct {
	Server string `help:"The server to ask, in place of files." placeholder:"URL"`
	bearer
}

func (i *instead) server(c *command) (*remote.Server, error) { return i.at(c, i.Server) }

// serviceID gives the id by which a server knows a service: what was said, where that is an id, and otherwise that of the
// service file at the path that was said, or of this folder.
func serviceID(said string) (string, error) {
	if _, err := ident.ParseID(said); err == nil {
		return said, nil
	}
	documents, err := app.ReadDocuments(cmp.Or(said, "."))
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return "", err
	case err == nil:
		return string(documents.Service.Service.ID), nil
	case said == "":
		return "", fault.New(fault.Invalid, "say which service, by its id at the server (`bulkhead services` lists them): there is no service file in this folder that would name it")
	}
	return "", fault.New(fault.Invalid, "%s: this is neither the id of a service (`bulkhead services` lists them) nor a service file here that would name it", said)
}

// bearer is the token that a server is asked with. The token itself is in no flag: who can list the programs that run on a
// machine can read their flags.
type bearer struct {
	TokenFile string `help:"The file that holds the token for the server; BULKHEAD_TOKEN holds it itself, where no file is said." placeholder:"FILE"`
}

func (b *bearer) at(c *command, address string) (*remote.Server, error) {
	token := c.Env("BULKHEAD_TOKEN")
	if b.TokenFile != "" {
		text, err := tokenIn(b.TokenFile)
		if err != nil {
			return nil, err
		}
		token = text
	}
	return remote.New(address, token, version())
}

// tokenIn reads the file of a token, which is small.
func tokenIn(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "--token-file: %s cannot be read", name)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "--token-file: %s cannot be read", name)
	}
	return strings.TrimSpace(string(text)), nil
}

// refused ends a command whose change the server did not take: that it is not allowed, or that somebody changed the same
// thing first, is an answer and no mistake in what was typed.
func (c *command) refused(err error) error {
	if clashes, is := errors.AsType[*remote.Clashes](err); is {
		fmt.Fprintf(c.Err, "bulkhead: %s (the server has revision %d)\n", printable(clashes.Error()), clashes.Current)
		for _, item := range clashes.Items {
			fmt.Fprintf(c.Err, "  %s\n    it was %s\n    you say %s\n    the server has %s\n",
				printable(item.Path), side(item.Base), side(item.Mine), side(item.Theirs))
		}
		return exitError(1)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Conflict || kind == fault.Forbidden) {
		c.fail(err)
		return exitError(1)
	}
	return err
}

// side shows what one side says, in a line.
func side(text string) string {
	if text == "" {
		return "nothing"
	}
	return brieftext(text)
}

// brieftext gives a text in one line that is not long.
func brieftext(text string) string {
	const most = 60
	line := strings.Join(strings.Fields(printable(text)), " ")
	if r := []rune(line); len(r) > most {
		line = string(r[:most]) + "..."
	}
	return line
}

// zoneHere is the zone in which moments are shown of what a server says.
func zoneHere() (civil.Zone, error) { return civil.LoadZone(org.DefaultZone) }

// ctx is the context of what a command asks a server. A pipeline that ends it ends the program.
func (*command) ctx() context.Context { return context.Background() }
