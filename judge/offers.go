package judge

import (
	"cmp"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Offer is what a service offers to those that rest on it: the state of its controls, the data classes reached and how
// long that holds. It reaches a consumer as evidence of kind offer.
type Offer struct {
	Service        ident.ID             `json:"service"`
	Controls       []OfferedControl     `json:"controls"`
	Classification model.Classification `json:"classification"`
	Interfaces     []string             `json:"interfaces"`
	Until          civil.Instant        `json:"until"` // the provider's next change; 0 for none
	Digest         ident.Digest         `json:"-"`
	Cycle          bool                 `json:"cycle"` // the providers rest on each other in a ring: nothing can be said
}

// OfferedControl is one control of an offer.
type OfferedControl struct {
	ID      ident.ID `json:"id"`
	Control ident.ID `json:"control"`
	State   State    `json:"state"`
}

// MakeOffer gives what a judged service offers until its next change.
func MakeOffer(in *Inputs, out *Judgement, until civil.Instant) (Offer, error) {
	o := Offer{Service: out.Service, Classification: out.Context.Classification, Until: until}
	for i := range out.Controls {
		c := &out.Controls[i]
		if c.Applicability == Applicable {
			o.Controls = append(o.Controls, OfferedControl{ID: c.ID, Control: c.Control, State: c.State})
		}
	}
	for i := range in.claims.Architecture.Components {
		o.Interfaces = append(o.Interfaces, in.claims.Architecture.Components[i].Interfaces...)
	}
	var err error
	o.Digest, err = ident.Sum(&o)
	return o, err
}

// Providers gives the services that a service rests on, in order: those whose controls it inherits or shares.
func Providers(s *model.Service) []ident.ID {
	named := map[ident.ID]bool{}
	for i := range s.Controls {
		if p := s.Controls[i].Offer.Service; p != "" {
			named[p] = true
		}
	}
	return sortedKeys(named)
}

// offerState gives the state of a provider's control for this service, and why.
func (j *judging) offerState(claim *model.Control) (State, string) {
	name := cmp.Or(claim.Offer.Control, claim.ID)
	o, known := j.offers[claim.Offer.Service]
	switch {
	case known && o.Cycle:
		return Unknown, "control.offer-cycle"
	case !known:
		return j.recordedOffer(claim.Offer.Service, name)
	case o.Until != 0 && j.watch.Passed(o.Until):
		return Stale, "control.offer-out-of-date"
	}
	for _, c := range o.Controls {
		if c.ID == name || c.Control == name {
			return relied(c.State), "control.offered"
		}
	}
	return Unknown, "control.not-offered"
}

// relied says what the state of a provider's control is worth to a consumer: what it has not got is missing here too.
func relied(s State) State {
	if s == Planned || s == Missing {
		return Planned
	}
	return s
}

// recordedOffer looks for an offer that was handed over as a piece of evidence.
func (j *judging) recordedOffer(service, control ident.ID) (State, string) {
	want := controlRef(control).In(service)
	var latest *evidence.Record
	for i := range j.evidence.Records {
		r := &j.evidence.Records[i]
		if r.Kind != library.Offer {
			continue
		}
		for _, ref := range r.Subject {
			if ref == want && j.watch.Reached(j.zone.From(r.Observed)) && (latest == nil || j.zone.From(r.Observed) >= j.zone.From(latest.Observed)) {
				latest = r
			}
		}
	}
	if latest == nil {
		return Unknown, "control.no-offer"
	}
	if end := j.zone.Until(latest.ValidUntil); end != 0 && j.watch.Passed(end) {
		return Stale, "control.offer-out-of-date"
	}
	switch latest.Outcome {
	case evidence.Passed:
		return Evidenced, "control.offered"
	case evidence.Failed:
		return Failing, "control.offered"
	case evidence.NeedsReview:
		return Claimed, "control.offered"
	case evidence.NotRun:
		return Planned, "control.offered"
	}
	return Unknown, "control.offered"
}

// WithOffers gives the same inputs with other offers of providers. The rest is shared.
func (in *Inputs) WithOffers(offers map[ident.ID]Offer) *Inputs {
	out := *in
	out.offers = offers
	out.stampOf.Offers = offerStamps(offers)
	return &out
}

func offerStamps(offers map[ident.ID]Offer) []OfferStamp {
	out := []OfferStamp{}
	for _, id := range sortedKeys(offers) {
		out = append(out, OfferStamp{Service: id, Digest: offers[id].Digest})
	}
	return out
}

// OfferEnds says whether an offer that the inputs rest on ends at a moment.
func (in *Inputs) OfferEnds(at civil.Instant) bool {
	for _, o := range in.offers {
		if o.Until == at {
			return true
		}
	}
	return false
}

// OfferStamps names the offers that the inputs rest on.
func (in *Inputs) OfferStamps() []OfferStamp { return in.stampOf.Offers }
