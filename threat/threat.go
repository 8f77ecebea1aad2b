// Package threat works out, from a design, what could be done to a service and how far somebody would come who did it:
// candidates of threats by rules, and the graph of attack steps with its paths, blast radius and choke points. It assumes
// that software and data will be attacked and perhaps compromised.
//
// Rules and the difficulty of steps are data in packs; this package is what they mean. It says where something could
// happen and which controls would answer it, and never whether a control works: who asks gives that, as claimed and as
// evidenced, and gets both answers side by side.
//
// It promises: the same design and packs give the same candidates, ids, paths and sets, byte for byte; the id of a threat
// is that of its rule and element, so that it outlives new names and new wording; what nobody has said is a question and
// counts as the graver answer, never as safe; an attacker never loses what was gained, so that compromising more never
// reaches less; no path is ever said to be the only one. It never reads a clock, and never says that anything is safe.
package threat

import (
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// Candidate is a threat that could be, before anybody has looked whether something answers it.
type Candidate struct {
	ID         ident.ID                     // of the rule and the element: stable over renames and rewording
	Formerly   []ident.ID                   // ids that it had under former names of the rule or of the element
	Group      ident.ID                     // what is alike on one component is shown and triaged together
	Groups     []ident.ID                   // ids that the group had under former names; empty where it is the threat alone
	Rule       *library.Entry[library.Rule] // the rule that found it
	Title      string                       // what it is called, with the names of what it is about
	Element    ident.Ref                    // the element of the service file; the service itself for a rule on the service
	Where      []int                        // places of the components where a control answers it; none: the service as a whole
	Components []ident.ID                   // the same by id
	Data       []ident.ID                   // the data at stake, in order of id
	Likelihood int                          // from 1 to 5, by who can reach it
	Impact     int                          // from 1 to 5, by the data at stake
	Said       ident.ID                     // the control that the team's words about the element stand for; empty for none
	Asks       []Question                   // what nobody has said: until then the threat is taken to be there
	After      civil.Date                   // the last day on which it is not yet there; zero for none
}

// Question is an attribute that a rule needs and nobody has said.
type Question struct {
	Of   ident.Ref // the element that it is an attribute of
	Is   string    // the attribute, as the service file has it
	Text string    // the question in words
}
