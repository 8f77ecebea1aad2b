package registry

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// judging is a service that was judged as things were when it was read.
type judging struct {
	inputs  *judge.Inputs
	posture *assess.Posture
	judged  store.Judged
	shared  store.Shared // what others can change before it is kept
}

// judge judges a service as things are at a moment, with what its providers offered last.
func (r *Registry) judge(ctx context.Context, g *ground, id ident.ID, at civil.Instant) (*judging, error) {
	sources, revision, err := r.sources(ctx, g, id)
	if err != nil {
		return nil, err
	}
	offers, shared, err := r.offersFor(ctx, id, judge.Providers(sources.Service))
	if err != nil {
		return nil, err
	}
	shared.Basis = g.basis
	inputs, err := r.ready(g, id, sources)
	if err != nil {
		return nil, err
	}
	j := &judging{inputs: inputs.WithOffers(offers), shared: shared}
	j.posture = assess.Ready(j.inputs, at)
	return j, j.write(revision.Number)
}

// offersFor gives what the providers of a service offered last, and which of them rest on the service in turn. Of those
// nothing can be known.
func (r *Registry) offersFor(ctx context.Context, id ident.ID, providers []ident.ID) (map[ident.ID]judge.Offer, store.Shared, error) {
	shared := store.Shared{Providers: providers, Offers: map[ident.ID]ident.Digest{}}
	if len(providers) == 0 {
		return nil, shared, nil
	}
	offered, err := r.store.Offers(ctx, providers)
	if err != nil {
		return nil, shared, err
	}
	if shared.Rings, err = r.store.RestingOn(ctx, id, providers); err != nil {
		return nil, shared, err
	}
	offers := map[ident.ID]judge.Offer{}
	for p, o := range offered {
		var offer judge.Offer
		if err := json.Unmarshal(o.Offer, &offer); err != nil {
			return nil, shared, fault.Wrap(fault.Internal, err, "what %s offers cannot be read back", p)
		}
		offer.Digest, shared.Offers[p] = o.Digest, o.Digest
		offers[p] = offer
	}
	for _, p := range shared.Rings {
		offers[p] = judge.Offer{Service: p, Cycle: true}
	}
	return offers, shared, nil
}

// write makes what is kept of a posture.
func (j *judging) write(revision int64) error {
	p := j.posture
	text, err := j.text()
	if err != nil {
		return err
	}
	summary, err := json.Marshal(summaryOf(p))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the posture of %s cannot be counted", p.Service)
	}
	offer, err := judge.MakeOffer(j.inputs, &p.Judgement, p.NextChange)
	if err != nil {
		return err
	}
	offered, err := json.Marshal(offer)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "what %s offers cannot be written", p.Service)
	}
	j.judged = store.Judged{
		Service: p.Service, Revision: revision, Engine: p.Inputs.Engine, At: p.At, NextChange: p.NextChange, Summary: summary, Posture: text,
		Rests: restsOf(j.inputs, p, j.shared.Rings), Items: itemsOf(p), Offer: store.Offered{Digest: offer.Digest, Until: offer.Until, Offer: offered},
	}
	return nil
}

// text writes the posture, with its reasons in sentences.
func (j *judging) text() ([]byte, error) {
	report.Say(j.posture)
	text, err := json.Marshal(j.posture)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the posture of %s cannot be written", j.posture.Service)
	}
	return text, nil
}

// Summary is the one line of a service: what lists show and filter by.
type Summary struct {
	Phase          string        `json:"phase"`
	Tier           ident.ID      `json:"tier"`
	TierSigned     bool          `json:"tier_signed"`
	Classification string        `json:"classification"`
	Marking        string        `json:"marking"`
	Counts         report.Counts `json:"counts"`
}

func summaryOf(p *assess.Posture) Summary {
	c := p.Context
	return Summary{Phase: string(c.Phase), Tier: ident.ID(c.Tier.Value), TierSigned: c.Tier.State == "signed", Classification: string(c.Classification), Marking: p.Marking, Counts: report.Count(p)}
}

// itemsOf gives one row for each thing in a posture that people look for across services.
func itemsOf(p *assess.Posture) (out []store.Item) {
	until := map[ident.Ref]civil.Instant{}
	for _, c := range p.Changes {
		if until[c.ID] == 0 || c.At < until[c.ID] {
			until[c.ID] = c.At
		}
	}
	add := func(kind string, id ident.ID, title, state string) {
		ref := ident.To(kind, string(id))
		out = append(out, store.Item{Ref: ref.String(), Kind: kind, Title: title, State: state, Until: until[ref]})
	}
	for i := range p.Risks {
		add("risk", p.Risks[i].ID, p.Risks[i].Title, string(p.Risks[i].Standing))
	}
	for i := range p.Controls {
		add("control", p.Controls[i].ID, p.Controls[i].Title, string(p.Controls[i].State))
	}
	for i := range p.Activities {
		add("activity", p.Activities[i].ID, p.Activities[i].Title, string(p.Activities[i].Standing))
	}
	for i := range p.Principles {
		add("principle", p.Principles[i].ID, p.Principles[i].Title, string(p.Principles[i].Standing))
	}
	for i := range p.Suppliers {
		add("supplier", p.Suppliers[i].ID, p.Suppliers[i].Name, string(p.Suppliers[i].Standing))
	}
	for i := range p.Decisions {
		add("decision", p.Decisions[i].ID, titleOf(&p.Decisions[i]), p.Decisions[i].State)
	}
	open := p.Findings.Open()
	for i := range open {
		state := "open"
		if open[i].Overdue {
			state = "overdue"
		}
		add("finding", open[i].ID, open[i].Weakness, state)
	}
	slices.SortFunc(out, func(a, b store.Item) int { return cmp.Compare(a.Ref, b.Ref) })
	return slices.CompactFunc(out, func(a, b store.Item) bool { return a.Ref == b.Ref })
}

// Kinds of things that a posture rests on.
const (
	restPrinciple = "principle" // with each of its statements
	restFramework = "framework" // ID@VERSION, with each of its requirements
	restControl   = "control"
	restActivity  = "activity"
	restService   = "service"  // a provider
	restRing      = "ring"     // a provider that rests on the service in turn
	restSupplier  = "supplier" // by name, since each service has its own id for it
	restRole      = "role"     // who holds a role
)

// restsOf gives what a posture rests on outside its service, in order.
func restsOf(in *judge.Inputs, p *assess.Posture, rings []ident.ID) []store.Rest {
	set := map[store.Rest]bool{}
	add := func(kind, name string) {
		if name != "" {
			set[store.Rest{Kind: kind, Name: name}] = true
		}
	}
	for i := range p.Principles {
		add(restPrinciple, string(p.Principles[i].ID))
	}
	for i := range p.Frameworks {
		add(restFramework, string(p.Frameworks[i].ID)+"@"+p.Frameworks[i].Version)
	}
	for i := range p.Controls {
		add(restControl, string(p.Controls[i].Control))
	}
	for i := range p.Activities {
		add(restActivity, string(p.Activities[i].ID))
	}
	for _, id := range judge.Providers(in.Service()) {
		add(restService, string(id))
	}
	for _, id := range rings {
		add(restRing, string(id))
	}
	for i := range in.Service().Suppliers {
		add(restSupplier, in.Service().Suppliers[i].Name)
	}
	for i := range p.Duties {
		add(restRole, p.Duties[i].Accountable)
	}
	decisions := in.Decisions()
	for i := range decisions {
		add(restRole, string(decisions[i].Role))
	}
	out := make([]store.Rest, 0, len(set))
	for on := range set {
		out = append(out, on)
	}
	slices.SortFunc(out, func(a, b store.Rest) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return out
}

// keep writes a posture that was judged for a claimed mark, with the lapses that are seen in it for the first time. What
// it offers may be news to those that rest on it.
func (r *Registry) keep(ctx context.Context, d store.Dirty, j *judging) error {
	entries := []store.Entry{{Kind: ledger.PostureJudged, Actor: "system", Service: d.Service, Subject: "service:" + string(d.Service), Content: &j.judged}}
	lapses, err := r.lapses(j)
	if err != nil {
		return err
	}
	_, err = r.store.Write(ctx, append(entries, lapses...), func(ctx context.Context, t *store.Tx) error {
		still, err := t.Still(ctx, d.Service, &j.shared)
		if err != nil {
			return err
		}
		if err := t.Clean(ctx, d, r.now()); err != nil {
			return err
		}
		if !still || len(lapses) > 0 {
			if err := t.MarkDirty(ctx, r.now(), d.Service); err != nil {
				return err
			}
		}
		return t.MarkConsumers(ctx, r.now(), &j.judged)
	})
	return err
}

// lapses makes the records of decisions that have ended for good: files have no memory, the server has.
func (r *Registry) lapses(j *judging) (out []store.Entry, err error) {
	for i := range j.posture.Decisions {
		d := &j.posture.Decisions[i]
		if d.State != string(decision.Lapsed) || d.Cause == nil || d.Cause.Code == string(decision.CodeLapseKnown) {
			continue
		}
		first := cmp.Or(d.Since, j.posture.At)
		lapse := decision.Decision{
			ID: lapseID(d.ID, j.has), Kind: decision.Lapse, Subject: []ident.Ref{ident.To(ident.KindDecision, string(d.ID))},
			Reason: "It had ended when it was first looked at after " + first.String(), Made: civil.MomentOf(first), Role: "administrator", Cause: d.Cause.Text,
		}
		text, err := ident.Canon(&lapse)
		if err != nil {
			return nil, err
		}
		out = append(out, store.Entry{
			Kind: ledger.DecisionLapsed, Actor: "system", Service: j.posture.Service, Subject: "decision:" + string(d.ID),
			Content: &store.Decided{Service: j.posture.Service, Decision: text, Attested: "server"},
		})
	}
	return out, nil
}
