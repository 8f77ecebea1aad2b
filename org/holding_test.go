package org_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// lending has a holder of two appointments, who lends one while away, and a board.
const lending = start + `zone: Europe/London
units:
  - {id: top, name: Top}
  - {id: part, name: Part, parent: top}
  - {id: leaf, name: Leaf, parent: part}
  - {id: other, name: Other, parent: top}
people: [{id: ann, email: ann@dept.example}, {id: ben}, {id: cat, left: 2026-03-20}, {id: dee}]
appointments:
  - {role: sro, person: ann, unit: part, from: 2026-01-01, until: 2026-04-15}
  - {role: sro, person: ann, unit: other, service: mail}
delegations:
  - {id: leave, holder: ann, deputy: ben, role: sro, from: 2026-03-01, until: 2026-03-31, reason: On leave}
  - {holder: ann, deputy: ben, role: sro, unit: top, from: 2026-04-10, until: 2026-04-30}
  - {holder: ann, deputy: cat, role: sro, unit: leaf, service: pay, until: 2026-03-31}
boards:
  - {id: security-board, name: Security board, unit: top, role: board, members: [ann, cat, dee], chair: ann, quorum: 2}
`

func at(text string) *civil.Watch { return civil.NewWatch(must(civil.ParseInstant(text))) }

func TestLending(t *testing.T) {
	o, err := read(lending)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what                  string
		person, unit, service ident.ID
		at                    string
		want                  bool
		through               ident.ID
		next                  string
	}{
		{"the holder keeps it meanwhile", "ann", "leaf", "pay", "2026-03-10T00:00:00Z", true, "", "2026-04-15T23:00:00Z"},
		{"the deputy, where the holder has it", "ben", "leaf", "pay", "2026-03-10T00:00:00Z", true, "ann", "2026-03-31T23:00:00Z"},
		{"the deputy, for her one service elsewhere", "ben", "other", "mail", "2026-03-10T00:00:00Z", true, "ann", "2026-03-31T23:00:00Z"},
		{"the deputy, for another service there", "ben", "other", "pay", "2026-03-10T00:00:00Z", false, "", "2026-04-10T00:00:00Z"},
		{"the deputy, above where the holder has it", "ben", "top", "", "2026-03-10T00:00:00Z", false, "", ""},
		{"before it begins", "ben", "part", "", "2026-02-28T23:59:59Z", false, "", "2026-03-01T00:00:00Z"},
		{"after it ends", "ben", "part", "", "2026-03-31T23:00:00Z", false, "", "2026-04-09T23:00:00Z"},
		{"again, lent with more than she has", "ben", "part", "", "2026-04-12T00:00:00Z", true, "ann", "2026-04-15T23:00:00Z"},
		{"when her own appointment has ended", "ben", "part", "", "2026-04-15T23:00:00Z", false, "", ""},
		{"lent for one service below", "cat", "leaf", "pay", "2026-03-10T00:00:00Z", true, "ann", "2026-03-21T00:00:00Z"},
		{"lent for another service", "cat", "leaf", "mail", "2026-03-10T00:00:00Z", false, "", ""},
		{"lent for that service elsewhere", "cat", "part", "pay", "2026-03-10T00:00:00Z", false, "", ""},
		{"the deputy has left", "cat", "leaf", "pay", "2026-03-21T00:00:00Z", false, "", ""},
		{"nobody lent it", "dee", "part", "", "2026-03-10T00:00:00Z", false, "", ""},
	} {
		w := at(c.at)
		h, got := o.Holding(c.person, "sro", c.unit, c.service, london, w)
		if got != c.want || h.Through != c.through {
			t.Errorf("%s: %v, through %q; want %v, %q", c.what, got, h.Through, c.want, c.through)
		}
		if next := w.Next().String(); c.want && next != c.next {
			t.Errorf("%s: next %s, want %s", c.what, next, c.next)
		}
	}
	want := []org.Holding{
		{Role: "board", Unit: "top", Board: "security-board"},
		{Role: "sro", Unit: "leaf", Service: "pay", Through: "ann"},
	}
	if got := o.Held("cat", london, at("2026-03-10T00:00:00Z")); !slices.Equal(got, want) {
		t.Errorf("cat holds %+v, want %+v", got, want)
	}
	if got := o.Held("cat", london, at("2026-03-21T00:00:00Z")); len(got) != 0 {
		t.Errorf("cat has left and holds %+v", got)
	}
}

func TestDecides(t *testing.T) {
	o, err := read(lending)
	if err != nil {
		t.Fatal(err)
	}
	before, after := "2026-03-10T00:00:00Z", "2026-03-21T00:00:00Z"
	for _, c := range []struct {
		what       string
		people     []ident.ID
		role, unit ident.ID
		at         string
		want       bool
	}{
		{"enough of them", []ident.ID{"ann", "cat"}, "board", "leaf", before, true},
		{"all of them", []ident.ID{"dee", "ann", "cat"}, "board", "top", before, true},
		{"one of them", []ident.ID{"ann"}, "board", "leaf", before, false},
		{"one of them twice", []ident.ID{"ann", "ann"}, "board", "leaf", before, false},
		{"with somebody from outside", []ident.ID{"ann", "dee", "ben"}, "board", "leaf", before, false},
		{"with one who has left", []ident.ID{"ann", "cat"}, "board", "leaf", after, false},
		{"another role", []ident.ID{"ann", "cat"}, "sro", "leaf", before, false},
		{"above its unit", []ident.ID{"ann", "cat"}, "board", "", before, false},
		{"nobody", nil, "board", "leaf", before, false},
	} {
		if got := o.Decides(c.people, c.role, c.unit, london, at(c.at)); (got != nil) != c.want {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
	if o.Holds("ann", "board", "leaf", "", london, at(before)) {
		t.Error("one seat on a board is not the board")
	}
	for lender, want := range map[ident.ID]bool{"": true, "dee": true, "ann": false} {
		if got := o.HoldsApart(lender, "ben", "sro", "leaf", "pay", london, at(before)); got != want {
			t.Errorf("apart from what %q lent: %v", lender, got)
		}
	}
	if !o.HoldsApart("ann", "ann", "sro", "leaf", "pay", london, at(before)) {
		t.Error("a role of one's own was lent by nobody")
	}
	if n := (&org.Board{Members: []ident.ID{"a", "b", "c", "d"}}).Needs(); n != 3 {
		t.Errorf("more than half of four is %d", n)
	}
}

func TestReadRefusesWhatCouldNeverHappen(t *testing.T) {
	people := start + "people: [{id: ann, email: ann@dept.example}, {id: ben}, {id: cat}]\nappointments: [{role: sro, person: ann}]\n"
	for _, c := range []struct{ what, text, want string }{
		{"an address that is none", start + "people:\n  - {id: ann, email: ann}\n", "organisation.yaml:5:22: expected an address and nothing else"},
		{"an address with a name", start + "people:\n  - {id: ann, email: Ann <ann@dept.example>}\n", "expected an address and nothing else"},
		{"an address with a second line", start + "people:\n  - {id: ann, email: \"ann@dept.example\\nBcc: all@dept.example\"}\n", "organisation.yaml:5:22: "},
		{"an address of two", start + "people:\n  - {id: ann, email: a@dept.example}\n  - {id: ben, email: A@dept.example}\n", "organisation.yaml:6:22: this is the address of ann too"},
		{"lent to oneself", people + "delegations:\n  - {holder: ann, deputy: ann, role: sro, until: 2026-03-31}\n", "nobody lends a role to themselves"},
		{"lent for ever", people + "delegations:\n  - {holder: ann, deputy: ben, role: sro}\n", `"until" is missing`},
		{"lent backwards", people + "delegations:\n  - {id: d, holder: ann, deputy: ben, role: sro, from: 2026-04-01, until: 2026-03-31}\n", "the last day is before the first, 2026-04-01"},
		{"lent on", people + "delegations:\n  - {holder: ann, deputy: ben, role: sro, until: 2026-03-31}\n  - {holder: ben, deputy: cat, role: sro, until: 2026-03-31}\n", "organisation.yaml:8:14: ben has no appointment as sro to lend"},
		{"lent by nobody", people + "delegations:\n  - {holder: eve, deputy: ben, role: sro, until: 2026-03-31}\n", `there is no person "eve"`},
		{"a board of nobody", people + "boards:\n  - {id: b, name: B, role: board, members: []}\n", "expected 1 to 200 items; found 0"},
		{"a board with a stranger", people + "boards:\n  - {id: b, name: B, role: board, members: [eve]}\n", `there is no person "eve"`},
		{"a board led from outside", people + "boards:\n  - {id: b, name: B, role: board, members: [ann], chair: ben}\n", "ben leads the board and is not among its members"},
		{"a board that can never decide", people + "boards:\n  - {id: b, name: B, role: board, members: [ann, ben], quorum: 3}\n", "the board has 2 members, so 3 can never decide together"},
		{"somebody sits twice", people + "boards:\n  - {id: b, name: B, role: board, members: [ann, ann]}\n", "somebody is listed twice"},
		{"two boards of one id", people + "boards:\n  - {id: b, name: B, role: board, members: [ann]}\n  - {id: b, name: C, role: board, members: [ann]}\n", `the id "b" is used twice`},
	} {
		_, err := read(c.text)
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.what, err, c.want)
		}
	}
}

func TestAboveAndBelow(t *testing.T) {
	o, err := read(lending)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ unit, above, below string }{
		{"top", "[]", "[part leaf other]"}, {"part", "[top]", "[leaf]"}, {"leaf", "[part top]", "[]"}, {"", "[]", "[top part leaf other]"}, {"none", "[]", "[]"},
	} {
		if above, below := fmt.Sprint(o.Above(ident.ID(c.unit))), fmt.Sprint(o.Below(ident.ID(c.unit))); above != c.above || below != c.below {
			t.Errorf("%s: above %s, below %s", c.unit, above, below)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		o := organisation(t)
		for i := range o.Units {
			for j := range o.Units {
				a, b := o.Units[i].ID, o.Units[j].ID
				if a != b && slices.Contains(o.Above(a), b) != slices.Contains(o.Below(b), a) {
					t.Fatalf("%s below %s: above %v, below %v", a, b, o.Above(a), o.Below(b))
				}
			}
		}
	})
}

// peopled draws who holds, lends and sits where, over a tree of units.
func peopled(t *rapid.T) *org.Organisation {
	pick := func(what string, of ...ident.ID) ident.ID { return rapid.SampledFrom(of).Draw(t, what) }
	day := func(what string) civil.Date {
		if rapid.IntRange(0, 2).Draw(t, what+" said") == 0 {
			return civil.Date{}
		}
		return civil.Date{Year: 2026, Month: 1, Day: rapid.IntRange(1, 28).Draw(t, what)}
	}
	person := func() ident.ID { return pick("person", "ann", "ben", "cat") }
	role := func() ident.ID { return pick("role", "sro", "ciso") }
	unit := func() ident.ID { return pick("unit", "", "top", "part", "leaf", "other") }
	service := func() ident.ID { return pick("service", "", "", "pay", "mail") }
	o := &org.Organisation{
		Units:  []org.Unit{{ID: "top"}, {ID: "part", Parent: "top"}, {ID: "leaf", Parent: "part"}, {ID: "other", Parent: "top"}},
		People: []org.Person{{ID: "ann", Left: day("left")}, {ID: "ben"}, {ID: "cat"}},
	}
	for range rapid.IntRange(0, 4).Draw(t, "appointments") {
		o.Appointments = append(o.Appointments, org.Appointment{Role: role(), Person: person(), Unit: unit(), Service: service(), From: day("from"), Until: day("until")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "delegations") {
		o.Delegations = append(o.Delegations, org.Delegation{Role: role(), Holder: person(), Deputy: person(), Unit: unit(), Service: service(), From: day("from"), Until: day("until")})
	}
	if rapid.Bool().Draw(t, "a board") {
		o.Boards = []org.Board{{ID: "b", Role: role(), Unit: unit(), Members: []ident.ID{person()}}}
	}
	return o
}

// What is listed and what is asked agree; nobody has more through another than that one has; what was lent is not lent
// on; and nothing changes before the moment that the watch names.
func TestHoldingLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := peopled(t)
		now := must(civil.ParseInstant("2026-01-01T12:00:00Z")) + civil.Instant(rapid.IntRange(0, 30*86400).Draw(t, "at"))
		own := &org.Organisation{Units: o.Units, People: o.People, Appointments: o.Appointments}
		for _, person := range []ident.ID{"ann", "ben", "cat"} {
			watch := civil.NewWatch(now)
			listed := o.Held(person, london, watch)
			for _, unit := range []ident.ID{"", "top", "part", "leaf", "other", "none"} {
				for _, service := range []ident.ID{"", "pay", "mail", "new"} {
					for _, role := range []ident.ID{"sro", "ciso"} {
						h, holds := o.Holding(person, role, unit, service, london, civil.NewWatch(now))
						inList := slices.ContainsFunc(listed, func(h org.Holding) bool {
							reaches := h.Unit == "" || h.Unit == unit || slices.Contains(o.Above(unit), h.Unit)
							return h.Board == "" && h.Role == role && reaches && (h.Service == "" || h.Service == service)
						})
						if holds != inList {
							t.Fatalf("%s as %s for %q in %q: holds %v, listed %+v", person, role, service, unit, holds, listed)
						}
						if holds && h.Through != "" && !own.Holds(h.Through, role, unit, service, london, civil.NewWatch(now)) {
							t.Fatalf("%s has it through %s, who does not hold it of their own", person, h.Through)
						}
						if own.Holds(person, role, unit, service, london, civil.NewWatch(now)) && (!holds || h.Through != "") {
							t.Fatalf("%s holds it of their own, and it is %v through %q", person, holds, h.Through)
						}
					}
				}
			}
			if next := watch.Next(); next != 0 && !slices.Equal(listed, o.Held(person, london, civil.NewWatch(next-1))) {
				t.Fatalf("%s holds %+v, and something else before %s", person, listed, next)
			}
		}
	})
}
