package judge

import (
	"cmp"
	"slices"

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

// offering is what a provider's control is worth to this service, why, and until when; 0 for without end.
type offering struct {
	state State
	code  string
	why   []ident.Ref
	until civil.Instant
}

// offered gives what the provider of an inherited or shared control offers.
func (j *judging) offered(claim *model.Control, checks []library.Check) offering {
	name := cmp.Or(claim.Offer.Control, claim.ID)
	o, known := j.offers[claim.Offer.Service]
	provider := refs(ident.To(ident.KindService, string(claim.Offer.Service)))
	switch {
	case known && o.Cycle:
		return offering{Unknown, "control.offer-cycle", provider, 0}
	case !known:
		return j.handedOver(controlRef(name).In(claim.Offer.Service), checks)
	case o.Until != 0 && j.watch.Passed(o.Until):
		return offering{Stale, "control.offer-out-of-date", provider, 0}
	}
	out := offering{Unknown, "control.not-offered", provider, o.Until}
	for _, c := range o.Controls {
		if c.ID != name && c.Control != name || !j.isThat(claim, c) {
			continue
		}
		if state := relied(c.State); out.code == "control.not-offered" || state.Rank() < out.state.Rank() {
			out = offering{state, "control.offered", refs(controlRef(c.ID).In(o.Service)), o.Until}
		}
	}
	return out
}

// isThat says whether an offered control is the one that is claimed: the same of the library, where it is one of the
// library. Another control of the provider shows nothing about it.
func (j *judging) isThat(claim *model.Control, c OfferedControl) bool {
	if j.library.Control(claim.Requires()) == nil {
		return true
	}
	return c.Control == claim.Requires()
}

// relied says what the state of a provider's control is worth to a consumer: what it has not got is missing here too.
func relied(s State) State {
	if s == Planned || s == Missing {
		return Planned
	}
	return s
}

// handedOver looks for an offer that was handed over as a piece of evidence. The latest in date counts, at equal moments
// the worse; what is out of date says only that there was one once, save a failure, which no date mends.
func (j *judging) handedOver(want ident.Ref, checks []library.Check) offering {
	out := offering{Unknown, "control.no-offer", nil, 0}
	var at civil.Instant
	for i := range j.evidence.Records {
		r := &j.evidence.Records[i]
		seen := j.zone.From(r.Observed)
		if r.Kind != library.Offer || !slices.Contains(r.Subject, want) || !j.watch.Reached(seen) {
			continue
		}
		state, until := worth(r.Outcome), j.lasts(r, checks)
		if state == Evidenced && weaker(r, checks) {
			state = Claimed
		}
		if state == Failing {
			until = 0
		} else if j.watch.Passed(until) {
			if at == 0 {
				out = offering{Stale, "control.offer-out-of-date", refs(evidenceRef(r.ID)), 0}
			}
			continue
		}
		if seen > at || seen == at && state.Rank() < out.state.Rank() {
			at, out = seen, offering{state, "control.offered", refs(evidenceRef(r.ID)), until}
		}
	}
	return out
}

// weaker says whether a record is weaker than some check asks.
func weaker(r *evidence.Record, checks []library.Check) bool {
	return slices.ContainsFunc(checks, func(c library.Check) bool { return r.Strength.Rank() < c.Strength.Rank() })
}

// worth says what the outcome of an offer handed over is worth.
func worth(o evidence.Outcome) State {
	switch o {
	case evidence.Passed:
		return Evidenced
	case evidence.Failed:
		return Failing
	case evidence.NeedsReview:
		return Claimed
	case evidence.NotRun:
		return Planned
	}
	return Unknown
}

// lasts says how long evidence holds for the check that asks for the freshest.
func (j *judging) lasts(r *evidence.Record, checks []library.Check) (until civil.Instant) {
	for i := range checks {
		if end := evidence.Until(r, checks[i].Fresh, j.zone); until == 0 || end < until {
			until = end
		}
	}
	return until
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
