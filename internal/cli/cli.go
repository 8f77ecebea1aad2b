// Package cli is the command line: it reads arguments, calls a use case, writes what came of it and gives an exit code.
//
// The result goes to standard output and nothing else does. Exit code 1 means that something that the chosen rules cover
// is definitely not met; 2 that something could not be judged or the input is bad; 3 that Bulkhead itself failed; 0 that
// nothing failed the rule that was asked for, which is not the same as secure.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// Surroundings are what a command has around it.
type Surroundings struct {
	In          io.Reader // nil where there is nobody to be asked
	Out, Err    io.Writer
	Now         func() time.Time
	Env         func(string) string
	Interactive bool          // somebody answers, even where In is no terminal
	Server      func() Server // nil where there are no commands of a server
}

type commands struct {
	Init         initCommand         `cmd:"" help:"Draft bulkhead.yaml from what is in a folder, and from a few answers."`
	Check        checkCommand        `cmd:"" help:"Judge a service: what stands, what does not, why, and what to do next."`
	Why          whyCommand          `cmd:"" help:"Show the reasons behind one status, as a tree that ends in what was said, seen or decided."`
	Report       reportCommand       `cmd:"" help:"Write the decision pack of a service, for the person who answers for it."`
	Threats      threatsCommand      `cmd:"" help:"Show what could be done to a service, how grave it is, and what answers it."`
	Paths        pathsCommand        `cmd:"" help:"Show how somebody could come to data, functions and losses, and what bears on every way."`
	WhatIf       whatIfCommand       `cmd:"" help:"Show the posture that would follow if a control were lost or in place, or evidence were handed in."`
	Diff         diffCommand         `cmd:"" help:"Show what is better and worse between two files, folders or git revisions."`
	Evidence     evidenceCommand     `cmd:"" help:"Record what was observed: results of tests, scans and reviews."`
	Decision     decisionCommand     `cmd:"" help:"Prepare, record and list decisions: accepted risks, exceptions, tailoring, sign-offs."`
	Set          setCommand          `cmd:"" help:"Change one item of the service file in place, leaving every other line as it is."`
	Organisation organisationCommand `cmd:"" help:"Judge the units of an organisation: what their services propose, what people confirmed, and how far adoption is."`
	Import       importCommand       `cmd:"" help:"Draft a service file from a design that another tool wrote."`
	Export       exportCommand       `cmd:"" help:"Write the design of a service in the format of another tool."`
	Schema       schemaCommand       `cmd:"" help:"Print the JSON Schema of the service file, or of what else is read and written."`
	Library      libraryCommand      `cmd:"" help:"List, show and lint the packs: principles, activities, controls, scoring, authority."`
	Serve        serveCommand        `cmd:"" help:"Run a server: the record of an organisation, for its teams, pipelines and those who decide."`
	Token        tokenCommand        `cmd:"" help:"Make, list and end the tokens that programs ask a server with."`
	Invite       inviteCommand       `cmd:"" help:"Invite somebody to sign in at a server, with a link that works once."`
	Apply        applyCommand        `cmd:"" help:"Bring the service file of a repository to a server, as its pipeline does."`
	Services     servicesCommand     `cmd:"" help:"List the services at a server, with counts."`
	Verify       verifyCommand       `cmd:"" help:"Show whether the record of a server is whole and was not changed."`
	Backup       backupCommand       `cmd:"" help:"Write the record of a server to one file, while the server goes on."`
	Restore      restoreCommand      `cmd:"" help:"Put a backup in an empty place."`
	Keys         keysCommand         `cmd:"" help:"List, rotate and drop the keys that seal the record of a server."`
	Completion   completionCommand   `cmd:"" help:"Print what makes a shell complete commands, for bash, zsh or fish."`
	Version      versionCommand      `cmd:"" help:"Print the version."`
}

const description = `Bulkhead shows how secure by design a service is, why, and what to do next.

A team describes its service in bulkhead.yaml. Evidence (test results, scans, reviews) and decisions (accepted risks, exceptions, sign-offs) lie beside it in bulkhead/. What a team claims is never taken for proof.

Start here:
  bulkhead init             draft bulkhead.yaml from what is in this folder
  bulkhead check            judge the service in this folder
  bulkhead why r1           why the risk r1 stands as it does
  bulkhead evidence add     hand in the results of tests and scans
  bulkhead schema           what can be said in bulkhead.yaml
  bulkhead library list     what is required, and where that is from`

// Run runs a command and gives its exit code.
func Run(args []string, around Surroundings) (code int) {
	c := &command{Surroundings: around}
	defer func() {
		if v := recover(); v != nil {
			exit, ok := v.(exitCode)
			if !ok {
				panic(v)
			}
			code = int(exit)
		}
	}()
	var grammar commands
	grammar.Serve.host(around.Server)
	grammar.Token.host(around.Server)
	grammar.Invite.host(around.Server)
	parser, err := kong.New(&grammar, kong.Name("bulkhead"), kong.Description(description), kong.Writers(around.Out, around.Err),
		kong.Exit(func(code int) { panic(exitCode(code)) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 80, NoExpandSubcommands: true}),
		kong.Vars{"default_fail_on": app.DefaultFailOn})
	if err != nil {
		return c.fail(fault.Wrap(fault.Internal, err, "the command line is broken"))
	}
	parser.Model.HelpFlag.Help = "Show this help."
	for _, n := range parser.Model.Children {
		switch n.Name {
		case "token":
			showOnly(n, "config", "data", "database", "keys")
		case "invite":
			showOnly(n, "config", "data", "database", "keys", "url", "name", "email", "role", "unit", "service", "again")
		}
	}
	parsed, err := parser.Parse(meant(args))
	if err != nil {
		return c.fail(usage(err))
	}
	err = parsed.Run(c)
	if exit, ok := errors.AsType[exitError](err); ok {
		return int(exit)
	}
	return c.fail(err)
}

// meant gives what somebody means who types what other programs take: nothing at all, help and --version.
func meant(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return []string{"version"}
	}
	return args
}

// exitCode carries an exit code out of the parser, which asks to exit when it has shown help.
type exitCode int

// exitError is an exit code that is not an error: what was asked for was told.
type exitError int

func (e exitError) Error() string { return "exit " + strconv.Itoa(int(e)) }

func joined(names []string) string { return strings.Join(names, ", ") }

func usage(err error) error {
	hint := "`bulkhead --help` shows the commands"
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil && p.Context.Selected() != nil {
		hint = "`bulkhead " + p.Context.Selected().Path() + " --help` shows how it is used"
		hint = strings.ReplaceAll(hint, "bulkhead bulkhead", "bulkhead")
	}
	said := strings.ReplaceAll(err.Error(), `","`, `", "`)
	if !strings.HasSuffix(said, "?") {
		said += ";"
	}
	return fault.New(fault.Invalid, "%s %s", said, hint)
}

// command is what a command runs with.
type command struct{ Surroundings }

// fail tells an error and gives its exit code.
func (c *command) fail(err error) int {
	if err == nil {
		return 0
	}
	prefix := ""
	if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) == 0 || f.Fields[0].File == "" {
		prefix = "bulkhead: "
	}
	fmt.Fprintln(c.Err, prefix+printable(err.Error()))
	return fault.ExitCode(err)
}

// printable keeps what a file holds from writing to the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0) {
			return '\uFFFD'
		}
		return r
	}, s)
}

func (c *command) now() civil.Instant { return civil.Of(c.Now()) }

// style says how text is written: in colour only at a terminal that has not asked otherwise.
func (c *command) style(all bool) report.Style {
	width, err := strconv.Atoi(c.Env("COLUMNS"))
	if err != nil || width <= 0 {
		width = 80
	}
	return report.Style{Width: width, Colour: c.Env("NO_COLOR") == "" && c.Env("TERM") != "dumb" && atTerminal(c.Out), All: all}
}

// atTerminal says whether what is read from or written to is a terminal.
func atTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// place is where a command looks.
type place struct {
	Organisation string `help:"The organisation file; otherwise organisation.yaml is looked for upwards." placeholder:"FILE"`
}

func (p place) where(path string) app.Where {
	if path == "" {
		path = "."
	}
	return app.Where{Path: path, Organisation: p.Organisation}
}

// when is the moment that a command judges.
type when struct {
	At string `help:"The moment to judge: a date, or a time such as 2026-03-31T12:00:00Z. Now, where it is not said." placeholder:"TIME"`
}

func (w when) moment(c *command) func(civil.Zone) (civil.Instant, error) {
	return func(zone civil.Zone) (civil.Instant, error) {
		if w.At == "" {
			return c.now(), nil
		}
		m, err := civil.ParseMoment(w.At)
		if err != nil {
			return 0, fault.Wrap(fault.Invalid, err, "--at")
		}
		return zone.From(m), nil
	}
}
