package store

import (
	"context"
	"encoding/json"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// body is the content of a kind of entry: it knows what rows follow from it.
type body interface {
	apply(ctx context.Context, t *Tx, leaf *ledger.Leaf) error
}

// bodyOf gives an empty content for a kind of entry; nil for a kind of which all is in the leaf, and from which nothing
// follows.
func bodyOf(kind ledger.Kind) body {
	switch kind {
	case ledger.ServiceRegistered:
		return &Registered{}
	case ledger.ServiceRevised:
		return &Revised{}
	case ledger.ServiceMoved:
		return &Moved{}
	case ledger.ServiceRetired:
		return &Retired{}
	case ledger.EvidenceRecorded:
		return &Observed{}
	case ledger.DecisionProposed:
		return &Proposed{}
	case ledger.DecisionAgreed:
		return &Agreed{}
	case ledger.DecisionConfirmed:
		return &Confirmed{}
	case ledger.DecisionRecorded, ledger.DecisionLapsed:
		return &Decided{}
	case ledger.OrganisationRevised:
		return &Organised{}
	case ledger.PackRecorded:
		return &Packed{}
	case ledger.PostureJudged:
		return &Judged{}
	case ledger.PostureRemoved:
		return &Removed{}
	case ledger.RedactionProposed:
		return &Doubted{}
	case ledger.RedactionMade:
		return &Destroyed{}
	case ledger.PersonInvited:
		return &Invited{}
	case ledger.PersonKnown:
		return &Known{}
	case ledger.PersonLeft:
		return &Departed{}
	case ledger.TokenCreated:
		return &Tokened{}
	case ledger.TokenRevoked:
		return &Revoked{}
	case ledger.WebhookSet:
		return &Hooked{}
	default:
		return nil
	}
}

// apply makes the rows that follow from an entry, from its leaf and content alone: replaying the record makes the same.
func (t *Tx) apply(ctx context.Context, leaf *ledger.Leaf, content []byte) error {
	b := bodyOf(leaf.Kind)
	if b == nil {
		return nil
	}
	if err := read(content, b); err != nil {
		return fault.Wrap(fault.Internal, err, "the content of an entry %s cannot be read back", leaf.Kind)
	}
	return b.apply(ctx, t, leaf)
}

// read reads the content of an entry: what written gives.
func read(content []byte, b body) error {
	if own, is := b.(interface{ Read([]byte) error }); is {
		return own.Read(content)
	}
	return json.Unmarshal(content, b)
}
