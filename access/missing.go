package access

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/org"
)

// few is how many roles a sentence names; a longer list helps nobody.
const few = 8

// missing says what somebody lacks who holds this and may not.
func (r *right) missing(held []org.Holding) string {
	if len(held) == 0 {
		return "you hold no role here, so you may not " + r.doc
	}
	for _, h := range held {
		switch {
		case r.counts(h):
			return "as " + string(h.Role) + " you may " + r.doc + " " + r.where() + ", and that does not reach here"
		case r.alone && h.Board != "" && r.counts(org.Holding{Role: h.Role}):
			return "a seat on the board " + string(h.Board) + " is not enough to " + r.doc
		}
	}
	if len(r.roles) > few {
		return "none of your roles lets you " + r.doc
	}
	return "none of your roles lets you " + r.doc + "; it is for: " + r.names()
}

// where says where a role that may has to be held.
func (r *right) where() string {
	switch r.reach {
	case onService:
		return "only where you are appointed for the service, or for its unit or one above"
	case onUnit:
		return "only where you are appointed for the whole unit or one above"
	}
	return "only if you are appointed for the whole organisation"
}

func (r *right) names() string {
	names := make([]string, len(r.roles))
	for i, role := range r.roles {
		names[i] = string(role)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// tokens says what kind of token would do.
func (r *right) tokens() string {
	if r.token == never {
		return "it is for people only"
	}
	return "create one whose uses name " + string(r.use)
}
