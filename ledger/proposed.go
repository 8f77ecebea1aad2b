package ledger

import "strings"

// Proposed follows the redactions of a record, and says which were made by one person alone. It is made ready by its zero
// value.
type Proposed struct {
	by map[string]string // who proposed it, by the id of the redaction
}

// Alone takes an entry, and says whether it is a redaction that one person made alone: that they had proposed themselves,
// or, where all entries before it are known, that nobody had. Whoever sits at the terminal makes redactions again after a
// backup is restored, which may not know who proposed them.
func (p *Proposed) Alone(leaf *Leaf, all bool) bool {
	switch leaf.Kind {
	case RedactionProposed:
		if p.by == nil {
			p.by = map[string]string{}
		}
		p.by[leaf.Body] = leaf.Actor
	case RedactionMade:
		_, id, _ := strings.Cut(leaf.Subject, ":")
		proposer, known := p.by[id]
		return strings.HasPrefix(leaf.Actor, "person:") && (known || all) && (!known || proposer == leaf.Actor)
	}
	return false
}
