package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// Kind says what sort of thing waits for somebody.
type Kind string

// The kinds, in the order in which they are told.
const (
	Decision       Kind = "decision"       // a decision to make; its date is when it is due
	Reconfirmation Kind = "reconfirmation" // a decision to confirm again; its date is when it is due
	Lapse          Kind = "lapse"          // a decision that no longer holds; its date is when it lapsed
	Activity       Kind = "activity"       // an overdue activity; its date is since when
	Evidence       Kind = "evidence"       // evidence that is out of date; its date is since when
)

// phrase says how things of a kind are told.
type phrase struct {
	kind            Kind
	one, many, date string
}

func phrases() []phrase {
	return []phrase{
		{Decision, "decision to make", "decisions to make", "by"},
		{Reconfirmation, "decision to confirm again", "decisions to confirm again", "by"},
		{Lapse, "decision that lapsed", "decisions that lapsed", "on"},
		{Activity, "activity overdue", "activities overdue", "since"},
		{Evidence, "item of evidence out of date", "items of evidence out of date", "since"},
	}
}

// Digest is what waits for one person, in numbers.
type Digest struct {
	ID       string    // of this digest: the same each time it is tried
	Address  string    // of the person
	Role     string    // how the person is addressed, such as service owner
	Services []Service // where something waits
	Link     string    // the page that shows what waits
	Settings string    // the page on which the person can stop digests
}

// Service is what waits in one service.
type Service struct {
	ID      ident.ID
	Named   bool // the person may see the service, and its marking allows its id in an email; else it stays unnamed
	Waiting []Waiting
}

// Waiting is how many things of a kind wait.
type Waiting struct {
	Kind  Kind
	Count int        // from 1
	First civil.Date // the date of the first of them; zero where there is none
}

// bounds on a digest: what is over them is told as a number.
const (
	maxServices = 50
	maxCount    = 1_000_000
)

// Message writes the digest. A digest of nothing, or with a part that does not belong into an email, is invalid.
func (d Digest) Message() (Message, error) {
	if err := d.check(); err != nil {
		return Message{}, err
	}
	total := 0
	for _, s := range d.Services {
		total += s.total()
	}
	things := "1 thing waits"
	if total > 1 {
		things = fmt.Sprintf("%d things wait", total)
	}
	return Message{
		id: d.ID, to: d.Address, settings: d.Settings,
		subject: "Bulkhead: " + things + " for you",
		text:    hidden.Conceal(d.text(things)),
	}, nil
}

func (d Digest) check() error {
	for _, err := range []error{checkID(d.ID), checkAddress(d.Address), checkRole(d.Role), checkLink(d.Link), checkLink(d.Settings)} {
		if err != nil {
			return err
		}
	}
	if len(d.Services) == 0 {
		return fault.New(fault.Invalid, "nothing waits, so there is nothing to send")
	}
	for _, s := range d.Services {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Service) check() error {
	if _, err := ident.ParseID(string(s.ID)); s.Named && err != nil { // whose own sentence would repeat the text
		return fault.New(fault.Invalid, "a service is named in an email by its id alone")
	}
	if len(s.Waiting) == 0 {
		return fault.New(fault.Invalid, "nothing waits in a service of the digest: leave it out")
	}
	seen := map[Kind]bool{}
	for _, w := range s.Waiting {
		if seen[w.Kind] || place(w.Kind) < 0 {
			return fault.New(fault.Invalid, "a digest tells each kind of thing once, and knows no others than decisions, reconfirmations, lapses, activities and evidence")
		}
		seen[w.Kind] = true
		if w.Count < 1 || w.Count > maxCount {
			return fault.New(fault.Invalid, "a digest counts from 1 to %d things, not %d", maxCount, w.Count)
		}
		if _, err := w.First.MarshalText(); err != nil {
			return err
		}
	}
	return nil
}

// place is where a kind is told; -1 for one that is none.
func place(k Kind) int {
	return slices.IndexFunc(phrases(), func(p phrase) bool { return p.kind == k })
}

func (s Service) total() (n int) {
	for _, w := range s.Waiting {
		n += w.Count
	}
	return n
}

// name is how the reader is told of the service.
func (s Service) name() string {
	if s.Named {
		return string(s.ID)
	}
	return "A service of yours"
}

func (d Digest) text(things string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s for you in Bulkhead as %s.\n\n", things, d.Role)
	services := slices.SortedStableFunc(slices.Values(d.Services), order)
	for _, s := range services[:min(len(services), maxServices)] {
		fmt.Fprintf(&b, "%s\n\n%s\n", s.name(), s.lines())
	}
	if more := len(services) - maxServices; more == 1 {
		b.WriteString("And 1 more service.\n\n")
	} else if more > 1 {
		fmt.Fprintf(&b, "And %d more services.\n\n", more)
	}
	fmt.Fprintf(&b, "See what they are:\n%s\n\n", d.Link)
	b.WriteString("You will need to sign in. For safety, this email holds no details.\n\n")
	fmt.Fprintf(&b, "Choose which emails you get, or stop them:\n%s\n", d.Settings)
	return b.String()
}

// order puts named services first, by id. Of those that stay unnamed it looks at what is told of them alone, so that it says
// nothing of their ids.
func order(a, b Service) int {
	switch {
	case a.Named && !b.Named:
		return -1
	case b.Named && !a.Named:
		return 1
	}
	return cmp.Or(strings.Compare(a.name(), b.name()), strings.Compare(a.lines(), b.lines()))
}

// lines tells what waits in the service, a line a kind.
func (s Service) lines() string {
	waiting := slices.SortedFunc(slices.Values(s.Waiting), func(a, b Waiting) int { return cmp.Compare(place(a.Kind), place(b.Kind)) })
	var b strings.Builder
	for _, w := range waiting {
		b.WriteString("- " + w.line() + "\n")
	}
	return b.String()
}

func (w Waiting) line() string {
	p := phrases()[place(w.Kind)]
	text, date := "1 "+p.one, " "+p.date+" "
	if w.Count > 1 {
		text, date = fmt.Sprintf("%d %s", w.Count, p.many), ", the first "+p.date+" "
	}
	if w.First.IsZero() {
		return text
	}
	return text + date + day(w.First)
}

// day writes a date as people read it.
func day(d civil.Date) string { return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year) }
