package registry

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Authority is who may make a decision, by the table of authority.
type Authority struct {
	Line          ident.ID     // of the table; empty where none speaks of it
	Roles         []ident.ID   // any of them may
	Quorum        int          // how many have to decide together; from 1
	Consult       []ident.ID   // roles that have to be asked before
	Longest       civil.Period // the longest that it may hold; zero for no limit
	Boards        []ident.ID   // boards that hold one of the roles here
	NotAcceptable bool         // nobody may
	Why           string
	Yours         ident.ID // the role in which who asks may decide, alone or with others; empty when they may not
}

// matter is what a decision is about. The unit is where the service is registered, not where its file says that it is.
func (s *sitting) matter(d *decision.Decision) decision.Matter {
	return judge.Matter(d, s.who.ground.home.Library, s.service.Unit, s.service.ID)
}

// authority says who may make a decision.
func (s *sitting) authority(d *decision.Decision) Authority {
	home := s.who.ground.home
	row := decision.Row(home.Library.Authority, d.Kind, d.Of, s.matter(d))
	if row == nil {
		return Authority{NotAcceptable: true, Why: "The table of authority does not speak of it"}
	}
	a := Authority{
		Line: row.ID, Roles: row.Roles, Quorum: max(row.Quorum, 1), Consult: row.Consult, Longest: row.Longest,
		NotAcceptable: row.NotAcceptable, Why: strings.Join(strings.Fields(row.Why), " "),
	}
	o := s.who.organisation()
	for i := range o.Boards {
		if s.holdsHere(&o.Boards[i], a.Roles) {
			a.Boards = append(a.Boards, o.Boards[i].ID)
		}
	}
	if seat, err := s.seat(d, &a, ""); err == nil {
		a.Yours = seat.role
	}
	return a
}

// holdsHere says whether a board holds one of some roles for the service.
func (s *sitting) holdsHere(b *org.Board, roles []ident.ID) bool {
	at := s.who.at(s.service.Unit, s.service.ID)
	return slices.Contains(roles, b.Role) && (b.Unit == "" || b.Unit == at.Unit || slices.Contains(at.Above, b.Unit))
}

// seat is where somebody decides from: a role of their own, or a board that holds it.
type seat struct {
	role  ident.ID
	board ident.ID // empty for a role of their own
	needs int      // how many of the board have to decide together; 0 where it is no board
}

// seat finds where who asks decides from: a role of their own before a seat on a board.
func (s *sitting) seat(d *decision.Decision, a *Authority, role ident.ID) (seat, error) {
	if s.who.Person == "" {
		return seat{}, fault.New(fault.Forbidden, "only a person who is signed in may decide")
	}
	if a.NotAcceptable {
		return seat{}, fault.New(fault.Forbidden, "nobody may decide this. %s", a.Why)
	}
	if role != "" && !slices.Contains(a.Roles, role) {
		return seat{}, fault.New(fault.Forbidden, "as %s nobody may decide this: %s of %s is for: %s", role, d.Kind, about(d), named(a.Roles))
	}
	for _, of := range a.Roles {
		if (role == "" || role == of) && s.apart(d, s.who.Person, of) {
			return seat{role: of}, nil
		}
	}
	o := s.who.organisation()
	for i := range o.Boards {
		b := &o.Boards[i]
		if s.holdsHere(b, a.Roles) && (role == "" || role == b.Role) && s.sits(s.who.Person, b.ID) {
			return seat{role: b.Role, board: b.ID, needs: b.Needs()}, nil
		}
	}
	if of := firstOf(a.Roles, func(of ident.ID) bool { return (role == "" || role == of) && s.own(s.who.Person, of) }); of != "" {
		return seat{}, lentBy(d, of, "you")
	}
	return seat{}, fault.New(fault.Forbidden, "%s of %s is for: %s. You do not hold that role for %s today", d.Kind, about(d), named(a.Roles), s.service.ID)
}

func lentBy(d *decision.Decision, role ident.ID, to string) error {
	return fault.New(fault.Forbidden, "the role %s was lent to %s by %s, who proposed this: somebody else has to decide", role, to, d.ProposedBy)
}

// own says whether somebody holds a role for the service now, by appointment or lent.
func (s *sitting) own(person, role ident.ID) bool {
	return s.who.organisation().Holds(person, role, s.service.Unit, s.service.ID, s.who.ground.home.Zone, civil.NewWatch(s.at))
}

// apart says the same of a role that was not lent by who proposed a decision: with that role they may decide on it.
func (s *sitting) apart(d *decision.Decision, person, role ident.ID) bool {
	return s.who.organisation().HoldsApart(ident.ID(d.ProposedBy), person, role, s.service.Unit, s.service.ID, s.who.ground.home.Zone, civil.NewWatch(s.at))
}

// sits says whether somebody has a seat on a board now.
func (s *sitting) sits(person, board ident.ID) bool {
	held := s.who.organisation().Held(person, s.who.ground.home.Zone, civil.NewWatch(s.at))
	return slices.ContainsFunc(held, func(h org.Holding) bool { return h.Board == board })
}

// together gives who agreed before from the same place, as far as they may still decide.
func (s *sitting) together(d *decision.Decision, at seat, parts []store.Agreement) (with []ident.ID) {
	for _, p := range parts {
		if p.Part != store.Decides || p.Role != at.role || p.Board != at.board {
			continue
		}
		if at.board == "" && s.apart(d, p.Person, at.role) || at.board != "" && s.sits(p.Person, at.board) {
			with = append(with, p.Person)
		}
	}
	return with
}

// consult fills in the roles that were asked: by what those people said themselves, and by whom who decides says that
// they asked. Of the latter it gives what is to be written.
func (s *sitting) consult(d *decision.Decision, a *Authority, told []Adviser, parts []store.Agreement) (asked []store.Agreed, err error) {
	known := map[ident.ID]bool{}
	count := func(person, role ident.ID) {
		known[person] = true
		for _, of := range append([]ident.ID{role}, a.Consult...) {
			if !slices.Contains(d.Consulted, of) && (of == role || s.speaks(person, of)) {
				d.Consulted = append(d.Consulted, of)
			}
		}
	}
	d.Consulted = nil
	for _, p := range parts {
		if p.Part == store.Consulted {
			count(p.Person, p.Role)
		}
	}
	for _, n := range told {
		switch {
		case n.Person == d.By || n.Person == d.OnBehalfOf || slices.Contains(d.With, n.Person):
			return nil, fault.New(fault.Invalid, "consulted: nobody is asked by themselves; somebody else who is %s has to be", n.Role)
		case !s.speaks(n.Person, n.Role):
			return nil, fault.New(fault.Invalid, "consulted: %s is not %s for %s today", n.Person, n.Role, s.service.ID)
		}
		if !known[n.Person] {
			asked = append(asked, store.Agreed{Service: s.service.ID, Decision: d.ID, Person: n.Person, Role: n.Role, Part: store.Consulted})
		}
		count(n.Person, n.Role)
	}
	slices.Sort(d.Consulted)
	return asked, nil
}

// speaks says whether somebody can be asked in a role: they hold it for the service, or sit on a board that does.
func (s *sitting) speaks(person, role ident.ID) bool {
	o := s.who.organisation()
	return s.own(person, role) || slices.ContainsFunc(o.Boards, func(b org.Board) bool { return s.holdsHere(&b, []ident.ID{role}) && s.sits(person, b.ID) })
}

// counts says whether enough have decided. What else is missing is an error that says who may, or who must be asked.
func (s *sitting) counts(d *decision.Decision, a *Authority) (bool, error) {
	home := s.who.ground.home
	v := decision.Authorise(d, home.Library.Authority, home.Organisation, s.matter(d), home.Zone)
	switch v.Missing {
	case "":
		return v.Granted, nil
	case "quorum", "appointment": // of a board too few; that each has their seat was looked at before
		return false, nil
	case "consultation":
		return false, fault.New(fault.Invalid, "consulted: the %s has to be asked before this is decided: name whom you asked, or have them say so on the proposal", v.Who)
	}
	return false, fault.New(fault.Forbidden, "%s of %s is for: %s", d.Kind, about(d), named(a.Roles))
}

// about names what is decided about.
func about(d *decision.Decision) string {
	if d.Of != "" {
		return string(d.Of)
	}
	names := make([]string, len(d.Subject))
	for i, ref := range d.Subject {
		names[i] = ref.String()
	}
	return strings.Join(names, ", ")
}

func named(roles []ident.ID) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}
