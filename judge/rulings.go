package judge

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// rulings are the decisions about a service, with who had the authority for each.
type rulings struct {
	all       []decision.Decision // as they came
	shown     map[ident.ID]bool   // of which the record shows who made them
	decided   []decision.Decision // in order of id; ids used for two contents are left out
	clashes   []ident.ID          // ids of decisions used for two contents
	ruled     SetStamp
	verified  map[ident.Digest]bool // whether the signature of each is good
	authority []decision.Authority
}

// again gives these rulings where they are those of the sources and nothing that they rest on is another, and else makes
// new ones ready. What was found of a signature under the same premises still holds.
func (r *rulings) again(s *Sources, before, now *Inputs) (*rulings, error) {
	out := &rulings{all: s.Decisions, shown: s.Attested}
	var verified map[ident.Digest]bool
	if r != nil && before.premises == now.premises {
		if verified = r.verified; r.holds(out, before.claims, now.claims) {
			return r, nil
		}
	}
	if err := out.order(now.premises, verified); err != nil {
		return nil, err
	}
	now.rulings = out
	now.authorise()
	return out, nil
}

// holds says whether other rulings come from the same records about the same service in the same unit.
func (r *rulings) holds(other *rulings, before, now *model.Service) bool {
	same := len(r.all) == len(other.all) && (len(r.all) == 0 || &r.all[0] == &other.all[0])
	return same && maps.Equal(r.shown, other.shown) && before.Service.ID == now.Service.ID && before.Service.Unit == now.Service.Unit
}

// order puts decisions in order of id, takes the same record twice as once, and sets aside ids that stand for two.
func (r *rulings) order(p *premises, before map[ident.Digest]bool) error {
	enc := p.encoder()
	defer p.encoders.Put(enc)
	type entry struct {
		digest ident.Digest
		d      *decision.Decision
	}
	entries := make([]entry, len(r.all))
	for i := range r.all {
		d, err := enc.Sum(&r.all[i])
		if err != nil {
			return err
		}
		entries[i] = entry{d, &r.all[i]}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.d.ID, b.d.ID), cmp.Compare(a.digest, b.digest)) })
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.digest == b.digest })
	digests := make([]ident.Digest, len(entries))
	attested := map[ident.ID]int{}
	r.verified = make(map[ident.Digest]bool, len(entries))
	for i, e := range entries {
		digests[i] = e.digest
		if r.shown[e.d.ID] {
			digests[i] += " attested" // another input: what follows from it is not the same
		}
		verified, known := before[e.digest]
		if !known {
			verified = decision.Verified(e.d, p.org, p.zone)
		}
		if r.verified[e.digest] = verified; verified {
			attested[e.d.ID]++
		}
	}
	for i, e := range entries {
		if i > 0 && entries[i-1].d.ID == e.d.ID || i+1 < len(entries) && entries[i+1].d.ID == e.d.ID {
			if !slices.Contains(r.clashes, e.d.ID) {
				r.clashes = append(r.clashes, e.d.ID)
			}
			if attested[e.d.ID] != 1 || !r.verified[e.digest] {
				continue // but nothing that somebody puts beside it undoes the one that was signed
			}
		}
		r.decided = append(r.decided, *e.d)
	}
	sum, err := enc.Sum(digests)
	r.ruled = SetStamp{Count: len(entries), Digest: sum}
	return err
}

// authorise works out who had the authority for each decision: it does not depend on the moment, only on the day that
// the decision was made. Of what was made at a server, or minuted and confirmed there, the server shows who made it.
func (in *Inputs) authorise() {
	in.authority = make([]decision.Authority, len(in.decided))
	for i := range in.decided {
		d := &in.decided[i]
		a := decision.Authorise(d, in.library.Authority, in.org, in.Matter(d), in.zone)
		a.Attested = a.Attested || a.Granted && in.shown[d.ID]
		in.authority[i] = a
	}
}

// Matter reads from the record itself what was decided about, so that what changes later lapses the decision by the field
// that changed and does not take its authority away.
func (in *Inputs) Matter(d *decision.Decision) decision.Matter {
	return Matter(d, in.library, in.claims.Service.Unit, in.claims.Service.ID)
}

// Matter gives the same from a service's place alone.
func Matter(d *decision.Decision, in *library.Library, unit, service ident.ID) decision.Matter {
	m := decision.Matter{Unit: unit, Service: service}
	likelihood, impact := 0, 0
	for _, f := range d.Basis.Fields {
		switch {
		case len(f.Value) == 0:
		case f.Path == "kind":
			m.RiskKind = model.RiskKind(f.Value[0])
		case f.Path == "tier":
			m.Tier = ident.ID(f.Value[0])
		case f.Path == "inherent/impact/safety" && m.RiskKind == "":
			m.RiskKind = "safety" // nobody makes a risk of hurting people another kind by not naming it
		case f.Path == "severity":
			m.Band = model.Band(f.Value[0])
		case f.Path == "residual/likelihood":
			likelihood = digit(f.Value[0])
		case strings.HasPrefix(f.Path, "residual/impact/"):
			impact = max(impact, digit(f.Value[0]))
		}
	}
	if likelihood*impact > 0 {
		m.Band = in.Band(likelihood * impact)
	}
	return m
}

func digit(s string) int {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' {
		return int(s[0] - '0')
	}
	return 0
}
