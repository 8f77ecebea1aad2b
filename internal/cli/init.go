package cli

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type initCommand struct {
	Dir            string   `arg:"" optional:"" help:"The folder that the service is in. This folder, where it is not said."`
	Yes            bool     `short:"y" help:"Ask nothing."`
	ID             string   `name:"id" help:"A short name for the service; made from its name, where it is not said." placeholder:"ID"`
	Name           string   `help:"What people call it." placeholder:"TEXT"`
	Purpose        string   `help:"What it is for, in a sentence." placeholder:"TEXT"`
	Phase          string   `answers:"phase" help:"The phase that it is in, such as alpha or live." placeholder:"PHASE"`
	Unit           string   `help:"The unit of the organisation that it belongs to." placeholder:"ID"`
	Owner          string   `help:"The role that answers for it." placeholder:"ROLE"`
	Classification string   `answers:"classification" help:"OFFICIAL, OFFICIAL-SENSITIVE, SECRET or TOP SECRET." placeholder:"CLASS"`
	From           []string `sep:"none" help:"A file that shows how the service is built, or a model of it, to be taken into the draft; give it again for another." placeholder:"FILE"`
	place
}

// Help shows how it is used.
func (initCommand) Help() string {
	return `It looks for what the folder holds: languages, containers, infrastructure, pipelines and signs of controls. At a terminal it asks a few questions, each of which may be left open with Enter; ctrl-D ends the asking. What nobody said is left out of the file, so that check asks for it.

A sign of a control is no proof that it is in place, and not your word either: the draft leaves that for you to say. A file that is there already is never written over.

Examples:
  bulkhead init
  bulkhead init --yes services/portal
  bulkhead init --from compose.yaml --from openapi.yaml
  bulkhead init --name "Benefits portal" --phase private-beta`
}

func (k *initCommand) Run(c *command) error {
	where := k.where(k.Dir)
	b, err := app.Begin(where, k.From...)
	if err != nil {
		return err
	}
	var said app.Said
	answered, err := k.flags(b, &said)
	if err != nil {
		return err
	}
	c.found(b)
	if !k.Yes && c.asks() {
		c.ask(b, &said, answered)
	}
	if err := b.Write(said, c.now()); err != nil {
		return err
	}
	c.begun(b, &said, where.Path)
	return nil
}

// flags takes the answers that were given as flags, and says which.
func (k *initCommand) flags(b *app.Beginning, said *app.Said) (answered []string, err error) {
	for _, f := range [][2]string{{"id", k.ID}, {"name", k.Name}, {"purpose", k.Purpose}, {"phase", k.Phase}, {"unit", k.Unit}, {"owner", k.Owner}, {"classification", k.Classification}} {
		if f[1] == "" {
			continue
		}
		if err := b.Take(said, f[0], f[1]); err != nil {
			return nil, fault.Wrap(fault.KindOf(err), err, "--%s", f[0])
		}
		answered = append(answered, f[0])
	}
	return answered, nil
}

// asks says whether somebody is there who can be asked.
func (c *command) asks() bool {
	return c.In != nil && (c.Interactive || atTerminal(c.In) && atTerminal(c.Out) && atTerminal(c.Err))
}

// ask asks what was not answered yet. It goes to standard error: standard output has the result only.
func (c *command) ask(b *app.Beginning, said *app.Said, answered []string) {
	fmt.Fprint(c.Err, "\nA few questions. Enter leaves one open, and ctrl-D all the rest.\n")
	in := bufio.NewScanner(c.In)
	for _, q := range b.Questions() {
		if slices.Contains(answered, q.ID) || q.Asked != nil && !q.Asked(*said) {
			continue
		}
		c.pose(b, &q)
		if !c.answer(in, &q, said) {
			fmt.Fprintln(c.Err)
			return
		}
	}
}

// pose writes a question, with its choices by number.
func (c *command) pose(b *app.Beginning, q *app.Question) {
	fmt.Fprintln(c.Err)
	c.wrap(c.Err, "", q.Text)
	wide := 0
	for _, choice := range q.Choices {
		wide = max(wide, len(choice.Word))
	}
	for i, choice := range q.Choices {
		c.wrap(c.Err, fmt.Sprintf("  %2d  %-*s  ", i+1, wide, choice.Word), choice.Text)
	}
	open := "not known yet"
	if q.ID == "name" {
		open = b.Suggested()
	}
	number := ""
	if n := len(q.Choices); n > 0 {
		number = fmt.Sprintf("A number from 1 to %d, or ", n)
	}
	fmt.Fprintf(c.Err, "%sEnter for: %s\n> ", number, printable(open))
}

// answer reads answers until one can be taken. It says whether there may be more.
func (c *command) answer(in *bufio.Scanner, q *app.Question, said *app.Said) bool {
	for in.Scan() {
		text := strings.TrimSpace(in.Text())
		if text == "" {
			return true
		}
		err := take(q, said, text)
		if err == nil {
			return true
		}
		c.wrap(c.Err, "", err.Error())
		fmt.Fprint(c.Err, "> ")
	}
	return false
}

// take takes an answer, which may be the number of a choice.
func take(q *app.Question, said *app.Said, text string) error {
	n, err := strconv.Atoi(text)
	switch last := len(q.Choices); {
	case last == 0 || err != nil:
		return q.Take(said, text)
	case n < 1 || n > last:
		return fault.New(fault.Invalid, "expected a number from 1 to %d, or the word itself", last)
	}
	return q.Take(said, q.Choices[n-1].Word)
}

// found tells what is in the folder.
func (c *command) found(b *app.Beginning) {
	d := &b.Found
	if len(d.Holds)+len(d.Controls) == 0 {
		fmt.Fprintln(c.Out, "Nothing was found that says what the service is made of.")
	}
	if len(d.Holds) > 0 {
		fmt.Fprintln(c.Out, "What is here")
	}
	for _, h := range d.Holds {
		c.row(h.What, h.Paths)
	}
	if len(d.Controls) > 0 {
		fmt.Fprintln(c.Out, "Signs of controls, which are no proof of them")
	}
	for _, s := range d.Controls {
		c.row(string(s.ID), s.Found)
	}
	if len(d.Skipped) > 0 {
		fmt.Fprintln(c.Out, "Not looked at")
	}
	for _, s := range d.Skipped {
		c.wrap(c.Out, "  - ", s)
	}
	c.drawn(b)
}

// drawn tells what the designs that were taken in leave out, or that there are files to take some from.
func (c *command) drawn(b *app.Beginning) {
	for _, d := range b.Drawn {
		c.wrap(c.Out, "", d.File+" was read as "+d.Title+".")
		if app.InPipeline(c.Env("CI")) { // what was left out may speak of weaknesses
			c.wrap(c.Out, "  - ", count(len(d.Dropped), "note")+" on what was not carried over, not shown in a pipeline")
			continue
		}
		for _, s := range d.Dropped {
			c.wrap(c.Out, "  - ", s)
		}
	}
	if len(b.Drawn) > 0 || len(b.Drawable) == 0 {
		return
	}
	from := ""
	for _, f := range b.Drawable {
		from += " --from " + argument(f)
	}
	fmt.Fprintln(c.Out)
	c.wrap(c.Out, "", "There is more to draft from, which is read only when you ask: `bulkhead init"+from+"` would draft components and flows from it.")
}

// row tells what was found, and where.
func (c *command) row(what string, paths []string) {
	const few, column = 5, 31
	more := ""
	if len(paths) > few+1 {
		paths, more = paths[:few], fmt.Sprintf(" and %d more", len(paths)-few)
	}
	c.wrap(c.Out, fmt.Sprintf("  %-*s", column, what), strings.Join(paths, ", ")+more)
}

// begun tells what was written and what to do next.
func (c *command) begun(b *app.Beginning, said *app.Said, dir string) {
	text := b.File + " is written: an outline, with what could be said, for you to fill in."
	if parts, controls := b.Components(), b.Controls(); parts+controls > 0 {
		text = fmt.Sprintf("%s is written, with %s and %s. It is a draft: read it, and correct what is not so.", b.File, count(parts, "component"), count(controls, "control"))
	}
	fmt.Fprintln(c.Out)
	c.wrap(c.Out, "", text)
	if said.Phase == "" {
		c.wrap(c.Out, "", "Nobody has said the phase, so it is live there, of which the most is asked.")
	}
	next := "bulkhead check"
	if dir != "." {
		next += " " + argument(dir)
	}
	fmt.Fprintf(c.Out, "\nNext: %s\n", printable(next))
}

// wrap writes a text in lines, the first after a lead and the others below its end.
func (c *command) wrap(w io.Writer, lead, text string) {
	room := min(max(c.style(false).Width, 60), 100) - utf8.RuneCountInString(lead)
	line := ""
	flush := func() {
		fmt.Fprintln(w, printable(strings.TrimRight(lead+line, " ")))
		lead, line = strings.Repeat(" ", utf8.RuneCountInString(lead)), ""
	}
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
