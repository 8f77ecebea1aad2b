package judge

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// Engine is the version of the engine's rules. It is part of the inputs: a result is promised to be the same only for the
// same engine.
const Engine = "1"

// Sources are the inputs of one service, as they come. Changed says for an item of the service file, by its path, when it
// last changed, where that is known.
type Sources struct {
	Service      *model.Service
	Changed      map[string]civil.Instant
	Organisation *org.Organisation // nil when there is no organisation file
	Library      *library.Library
	Evidence     []evidence.Record
	Set          *evidence.Set // the evidence as a set already; Evidence is not looked at then
	Decisions    []decision.Decision
	Attested     map[ident.ID]bool  // decisions of which the record they come from shows who made them; a record never says so of itself
	Offers       map[ident.ID]Offer // by provider; a provider in a cycle has Cycle set
}

// Inputs are sources made ready for judging, which does not depend on the moment: sets in order, digests, and which
// record bears on which control and component. They are never changed once made, so judgements may share them.
type Inputs struct {
	*premises
	*claimed
	*rulings
	changed  map[string]civil.Instant
	evidence *evidence.Set
	offers   map[ident.ID]Offer
	stampOf  Stamp
	items    [][]evidence.Item            // evidence for each claim of a control
	seen     []civil.Instant              // when each record was observed
	orphans  map[ident.ID][]evidence.Item // evidence for controls that nobody claims
	lost     map[ident.Ref]bool           // what evidence covered and is no longer there
	supposed *Supposition                 // what is only thought of; nil for nothing
}

// Prepare makes sources ready. It fails only when something in them has no canonical form, or a zone is not known.
func Prepare(s Sources) (*Inputs, error) { return (*Inputs)(nil).Again(s) }

// Again makes sources ready as [Prepare] does, taking over what these inputs, which may be nil and of another service,
// were made of too: the same organisation and library, the same service, the same decisions, each by its address. What
// stands there must not have been changed since.
func (in *Inputs) Again(s Sources) (*Inputs, error) {
	out := &Inputs{changed: s.Changed, offers: s.Offers, evidence: s.Set}
	if in == nil {
		in = &Inputs{}
	}
	var err error
	if out.premises, err = in.premises.again(s.Organisation, s.Library); err != nil {
		return nil, err
	}
	if out.evidence == nil {
		set, err := evidence.NewSet(s.Evidence)
		if err != nil {
			return nil, err
		}
		out.evidence = &set
	}
	if out.claimed, err = in.claimed.again(s.Service, in.premises, out.premises); err != nil {
		return nil, err
	}
	if out.rulings, err = in.rulings.again(&s, in, out); err != nil {
		return nil, err
	}
	out.stampInputs()
	out.link()
	return out, nil
}

func (in *Inputs) stampInputs() {
	in.stampOf = Stamp{
		Engine: Engine, Claims: in.said, Organisation: in.organised, Library: in.packs,
		Evidence: SetStamp{Count: in.evidence.Count, Digest: in.evidence.Digest}, Decisions: in.ruled,
		Offers: offerStamps(in.offers), Intelligence: []FeedStamp{},
	}
}

// Service gives the claims that are judged, with every list of items in order of id.
func (in *Inputs) Service() *model.Service { return in.claims }

// Zone gives the zone of the dates.
func (in *Inputs) Zone() civil.Zone { return in.zone }

// Library gives the packs in force.
func (in *Inputs) Library() *library.Library { return in.library }

// Evidence gives the evidence, in order.
func (in *Inputs) Evidence() *evidence.Set { return in.evidence }

// Decisions gives the decisions that count, in order of id.
func (in *Inputs) Decisions() []decision.Decision { return in.decided }

func (in *Inputs) service() *model.Service { return in.claims }

func sortedKeys[V any](m map[ident.ID]V) []ident.ID {
	keys := make([]ident.ID, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (j *judging) stamp() Stamp { return j.stampOf }

// setting is what decisions are judged in.
func (j *judging) setting() decision.Setting {
	return decision.Setting{Watch: j.watch, Zone: j.zone, Settings: &j.library.Settings}
}
