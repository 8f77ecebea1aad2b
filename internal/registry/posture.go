package registry

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// PostureSent gives the newest posture of a service, which is left as it is sent: up to what to do next, and then none. One
// that does not show the newest change yet says so in Dirty. Of a service of which who asks may not read findings, the
// posture is in Judged without its weaknesses, and nothing is left as it is sent.
func (r *Registry) PostureSent(ctx context.Context, who Asker, id ident.ID) (store.Standing, store.Sent, error) {
	p, sent, err := r.store.PostureSent(ctx, id)
	if err := who.may(access.ReadPosture, p.Service, err); err != nil {
		return store.Standing{}, store.Sent{}, err
	}
	if p.Dirty {
		r.stir()
	}
	if p.Body == "" {
		return store.Standing{}, store.Sent{}, unjudged(&p)
	}
	if who.sees(access.ReadFindings, p.Service.Unit, id) {
		return p, sent, nil
	}
	text, err := sent.Text()
	if err != nil {
		return store.Standing{}, store.Sent{}, err
	}
	p.Judged.Posture, err = who.bluntText(p.Service, text)
	return p, store.Sent{}, err
}

// unjudged says why a service has no posture. What went wrong is for the log of the server, and not for who asks.
func unjudged(p *store.Standing) error {
	if p.Failing != 0 {
		return fault.New(fault.NotFound, "%s cannot be judged since %s: it is tried again, and whoever runs the server finds in its log why", p.Service.ID, p.Failing)
	}
	return fault.New(fault.NotFound, "%s has not been judged yet: ask again in a moment", p.Service.ID)
}

// PostureKnown gives the posture that the record had at a moment, byte for byte for who may read all of it. It is
// checked against the ledger.
func (r *Registry) PostureKnown(ctx context.Context, who Asker, id ident.ID, at civil.Instant) (store.Judged, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadPosture, v, err); err != nil {
		return store.Judged{}, err
	}
	j, _, err := r.store.PostureKnown(ctx, id, at)
	if err != nil {
		return store.Judged{}, err
	}
	j.Posture, err = who.bluntText(v, j.Posture)
	return j, err
}

// PostureAt judges a moment as it is seen now: with the engine, the library and the organisation of today, the revision
// that was current then, all evidence observed by then whenever it was learnt, and the decisions made by then.
func (r *Registry) PostureAt(ctx context.Context, who Asker, id ident.ID, at civil.Instant) ([]byte, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.ReadPosture, v, err); err != nil {
		return nil, err
	}
	if at > r.store.Now() {
		return nil, fault.New(fault.Invalid, "at: that moment has not come yet")
	}
	estate := assess.NewEstate()
	if err := r.gather(ctx, who.ground, estate, id, at, map[ident.ID]bool{}); err != nil {
		return nil, err
	}
	all, err := estate.Postures(at)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Service == id {
			j := judging{posture: p}
			text, err := j.text()
			if err != nil {
				return nil, err
			}
			return who.bluntText(v, text)
		}
	}
	return nil, fault.New(fault.NotFound, "nothing had been said about the service then")
}

// gather puts a service as it was at a moment into an estate, with the services that it rests on.
func (r *Registry) gather(ctx context.Context, g *ground, estate *assess.Estate, id ident.ID, at civil.Instant, seen map[ident.ID]bool) error {
	if seen[id] {
		return nil
	}
	seen[id] = true
	revision, err := r.store.RevisionAt(ctx, id, at)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	sources, _, err := r.sources(ctx, g, id)
	if err != nil {
		return err
	}
	unit := sources.Service.Service.Unit
	if sources.Service, _, err = model.Read(store.Sources(revision.Texts)...); err != nil {
		return err
	}
	sources.Service = placed(sources.Service, unit)
	sources.Changed = revision.Since
	if sources, err = until(sources, g.home.Zone, at); err != nil {
		return err
	}
	if err := estate.Put(sources); err != nil {
		return err
	}
	for _, p := range judge.Providers(sources.Service) {
		if err := r.gather(ctx, g, estate, p, at, seen); err != nil {
			return err
		}
	}
	return nil
}

// until leaves out the evidence observed and the decisions made after a moment.
func until(s judge.Sources, zone civil.Zone, at civil.Instant) (judge.Sources, error) {
	set, err := s.Set.Where(func(e *evidence.Record) bool { return zone.From(e.Observed) <= at })
	s.Set = &set
	s.Decisions = slices.DeleteFunc(slices.Clone(s.Decisions), func(d decision.Decision) bool { return zone.From(d.Made) > at })
	return s, err
}

// WhatIf says what would follow for a service from something that is only thought of.
func (r *Registry) WhatIf(ctx context.Context, who Asker, id ident.ID, s judge.Supposition) (*impact.Difference, error) {
	v, err := r.store.Service(ctx, id)
	if err := who.may(access.WhatIf, v, err); err != nil {
		return nil, err
	}
	j, err := r.judge(ctx, who.ground, id, r.store.Now())
	if err != nil {
		return nil, err
	}
	after := assess.Ready(j.inputs.Supposing(&s), j.posture.At)
	report.Say(after)
	return impact.Compare(&j.posture.Judgement, &after.Judgement), nil
}

// advise works out what to do next for a posture that was judged.
func (r *Registry) advise(ctx context.Context, g *ground, id ident.ID, body string) error {
	p, err := r.store.Posture(ctx, id)
	if err != nil || p.Body != body {
		return err
	}
	j, err := r.judge(ctx, g, id, p.Judged.At)
	if err != nil {
		return err
	}
	j.posture.Actions = impact.Actions(j.inputs, p.Judged.At)
	report.Say(j.posture)
	text, err := json.Marshal(j.posture.Actions)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "what to do next for %s cannot be written", id)
	}
	return r.store.Advise(ctx, id, body, text)
}
