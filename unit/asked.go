package unit

import (
	"cmp"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Asked is a question asked of organisations, and where it is from.
type Asked struct {
	Principle *library.Principle
	Statement *library.Statement
	Ref       ident.Ref
}

// Questions gives the questions asked of an organisation: of the principles that are for everybody, and of those that it
// adopts.
func Questions(o *org.Organisation, l *library.Library) (out []Asked) {
	for i := range l.Principles {
		e := &l.Principles[i]
		if !inForce(o, e.Item) {
			continue
		}
		for k := range e.Item.Statements {
			if st := &e.Item.Statements[k]; st.AskedOf == library.OfOrganisation {
				out = append(out, Asked{e.Item, st, statementRef(e.Ref, st.ID)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Asked) int {
		return cmp.Or(natural(string(a.Principle.ID), string(b.Principle.ID)), natural(string(a.Statement.ID), string(b.Statement.ID)))
	})
	return out
}

// statementRef gives the reference of a statement from that of its principle.
func statementRef(principle ident.Ref, statement ident.ID) ident.Ref {
	for i := range principle.Path {
		if principle.Path[i] == '#' {
			principle.Path = principle.Path[:i+1] + string(statement)
			break
		}
	}
	return principle
}

// Milestones gives the milestones of an organisation's adoption, by number.
func Milestones(l *library.Library) (out []library.Entry[library.Milestone]) {
	for _, e := range l.Milestones {
		if e.Item.AskedOf == "" || e.Item.AskedOf == library.OfOrganisation {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b library.Entry[library.Milestone]) int {
		return cmp.Or(cmp.Compare(a.Item.Number, b.Item.Number), natural(string(a.Item.ID), string(b.Item.ID)))
	})
	return out
}

// natural orders ids as people do: numbers in them by their value, so that p2 comes before p10.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n == 0 || m == 0 {
			if x[0] != y[0] {
				return cmp.Compare(x[0], y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		first, second := unpadded(x[:n]), unpadded(y[:m])
		if c := cmp.Or(cmp.Compare(len(first), len(second)), cmp.Compare(first, second)); c != 0 {
			return c
		}
		x, y = x[n:], y[m:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// digits counts the digits that a text starts with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

func unpadded(number string) string {
	for len(number) > 1 && number[0] == '0' {
		number = number[1:]
	}
	return number
}
