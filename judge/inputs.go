package judge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/threat"
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
	Decisions    []decision.Decision
	Attested     map[ident.ID]bool  // decisions of which the record they come from shows who made them; a record never says so of itself
	Offers       map[ident.ID]Offer // by provider; a provider in a cycle has Cycle set
}

// Inputs are sources made ready for judging, which does not depend on the moment: sets in order, digests, and which
// record bears on which control and component. They are never changed once made, so judgements may share them.
type Inputs struct {
	claims     *model.Service
	changed    map[string]civil.Instant
	org        *org.Organisation
	library    *library.Library
	zone       civil.Zone
	evidence   evidence.Set
	decided    []decision.Decision // in order of id; ids used for two contents are left out
	clashes    []ident.ID          // ids of decisions used for two contents
	authority  []decision.Authority
	offers     map[ident.ID]Offer
	stampOf    Stamp
	ofType     map[model.ComponentType]evidence.Cover // components of the service's own, by kind
	components map[ident.ID]int                       // place in the service's order
	claimAt    map[ident.ID]int                       // claim of a control, by the ids that it has and had
	controlAt  map[ident.ID][]int                     // claims of a control of the library, or of one of the team's own, by its id
	items      [][]evidence.Item                      // evidence for each claim of a control
	seen       []civil.Instant                        // when each record was observed
	orphans    map[ident.ID][]evidence.Item           // evidence for controls that nobody claims
	duties     map[ident.ID]int
	answers    map[answered]*model.Answer // the first to each statement and requirement
	own        []ident.ID                 // components that the service answers for
	dataAt     map[ident.ID]*model.Data
	threatened []threat.Candidate // what could be done, by the rules
	graph      *threat.Graph      // how far somebody would come
	disposedOf map[ident.ID][]int // dispositions, by the id that each names
	riskOf     map[ident.ID][]int // risks, by the threats that each names
	lost       map[ident.Ref]bool // what evidence covered and is no longer there
	supposed   *Supposition       // what is only thought of; nil for nothing
}

// Prepare makes sources ready. It fails only when something in them has no canonical form, or a zone is not known.
func Prepare(s Sources) (*Inputs, error) {
	in := &Inputs{claims: inOrder(s.Service), changed: s.Changed, org: s.Organisation, library: s.Library, offers: s.Offers}
	var err error
	if in.zone, err = zoneOf(s.Organisation); err != nil {
		return nil, err
	}
	if in.evidence, err = evidence.NewSet(s.Evidence); err != nil {
		return nil, err
	}
	enc := ident.NewEncoder()
	if err := in.order(s.Decisions, s.Attested, enc); err != nil {
		return nil, err
	}
	if err := in.stampInputs(s, enc); err != nil {
		return nil, err
	}
	in.index()
	in.link(enc)
	in.authorise(s.Attested)
	in.threaten()
	return in, nil
}

// threaten works out what could be done to the design, which rests on the claims and the packs alone.
func (in *Inputs) threaten() {
	book, _ := threat.NewRulebook(in.library) // what is wrong with a rule was told when its pack was linted
	design := threat.Arrange(in.claims, in.library)
	in.threatened, in.graph = book.Candidates(design), book.Graph(design)
	in.disposedOf, in.riskOf = map[ident.ID][]int{}, map[ident.ID][]int{}
	for i := range in.claims.Threats.Dispositions {
		id := in.claims.Threats.Dispositions[i].ID
		in.disposedOf[id] = append(in.disposedOf[id], i)
	}
	for i := range in.claims.Risks {
		for _, id := range in.claims.Risks[i].Threats {
			in.riskOf[id] = append(in.riskOf[id], i)
		}
	}
}

func zoneOf(o *org.Organisation) (civil.Zone, error) {
	if o == nil {
		return civil.LoadZone(org.DefaultZone)
	}
	return o.FindZone()
}

// Service gives the claims that are judged, with every list of items in order of id.
func (in *Inputs) Service() *model.Service { return in.claims }

// Zone gives the zone of the dates.
func (in *Inputs) Zone() civil.Zone { return in.zone }

// Library gives the packs in force.
func (in *Inputs) Library() *library.Library { return in.library }

// Evidence gives the evidence, in order.
func (in *Inputs) Evidence() *evidence.Set { return &in.evidence }

// Decisions gives the decisions that count, in order of id.
func (in *Inputs) Decisions() []decision.Decision { return in.decided }

func (in *Inputs) service() *model.Service { return in.claims }

// order puts decisions in order of id, takes the same record twice as once, and sets aside ids that stand for two.
func (in *Inputs) order(all []decision.Decision, shown map[ident.ID]bool, enc *ident.Encoder) error {
	type entry struct {
		digest ident.Digest
		d      *decision.Decision
	}
	entries := make([]entry, len(all))
	for i := range all {
		d, err := enc.Sum(&all[i])
		if err != nil {
			return err
		}
		entries[i] = entry{d, &all[i]}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.d.ID, b.d.ID), cmp.Compare(a.digest, b.digest)) })
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.digest == b.digest })
	digests := make([]ident.Digest, len(entries))
	attested := map[ident.ID]int{}
	for i, e := range entries {
		digests[i] = e.digest
		if shown[e.d.ID] {
			digests[i] += " attested" // another input: what follows from it is not the same
		}
		if decision.Verified(e.d, in.org, in.zone) {
			attested[e.d.ID]++
		}
	}
	for i, e := range entries {
		if i > 0 && entries[i-1].d.ID == e.d.ID || i+1 < len(entries) && entries[i+1].d.ID == e.d.ID {
			if !slices.Contains(in.clashes, e.d.ID) {
				in.clashes = append(in.clashes, e.d.ID)
			}
			if attested[e.d.ID] != 1 || !decision.Verified(e.d, in.org, in.zone) {
				continue // but nothing that somebody puts beside it undoes the one that was signed
			}
		}
		in.decided = append(in.decided, *e.d)
	}
	sum, err := enc.Sum(digests)
	in.stampOf.Decisions = SetStamp{Count: len(entries), Digest: sum}
	return err
}

func (in *Inputs) stampInputs(s Sources, enc *ident.Encoder) error {
	var err error
	st := &in.stampOf
	st.Engine = Engine
	if st.Claims, err = enc.Sum(in.claims); err != nil { // in order already, which is quicker and gives the same digest
		return err
	}
	if s.Organisation != nil {
		if st.Organisation, err = enc.Sum(s.Organisation); err != nil {
			return err
		}
	}
	st.Evidence = SetStamp{Count: in.evidence.Count, Digest: in.evidence.Digest}
	st.Library = make([]PackStamp, 0, len(s.Library.Packs))
	for _, p := range s.Library.Packs {
		st.Library = append(st.Library, PackStamp{Pack: p.ID, Version: p.Version, Digest: p.Digest})
	}
	st.Offers, st.Intelligence = offerStamps(s.Offers), []FeedStamp{}
	return nil
}

func sortedKeys[V any](m map[ident.ID]V) []ident.ID {
	keys := make([]ident.ID, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// index makes the claims quick to look up.
func (in *Inputs) index() {
	s := in.claims
	in.components = make(map[ident.ID]int, len(s.Architecture.Components))
	in.ofType = map[model.ComponentType]evidence.Cover{}
	for i := range s.Architecture.Components {
		c := &s.Architecture.Components[i]
		in.components[c.ID] = i
		if !others(c) {
			in.add(c.Type, i)
			in.own = append(in.own, c.ID)
		}
		for _, former := range c.Formerly {
			in.components[former] = i
		}
	}
	in.dataAt = make(map[ident.ID]*model.Data, len(s.Data))
	for i := range s.Data {
		in.dataAt[s.Data[i].ID] = &s.Data[i]
	}
	in.claimAt = make(map[ident.ID]int, len(s.Controls))
	in.controlAt = make(map[ident.ID][]int, len(s.Controls))
	for i := range s.Controls {
		c := &s.Controls[i]
		in.controlAt[c.Requires()] = append(in.controlAt[c.Requires()], i)
		in.claimAt[c.ID] = i
		for _, f := range c.Formerly {
			in.claimAt[f] = i
		}
	}
	in.answers = make(map[answered]*model.Answer, len(s.Answers))
	for i := range s.Answers {
		a := &s.Answers[i]
		to := answered{a.Principle, a.Framework, a.Version, cmp.Or(string(a.Statement), a.Requirement)}
		if in.answers[to] == nil { // where there are two, the first counts
			in.answers[to] = a
		}
	}
	in.duties = make(map[ident.ID]int, len(s.Plan.Activities))
	for i := range s.Plan.Activities {
		in.duties[s.Plan.Activities[i].ID] = i
	}
}

// answered names what an answer is to: a statement of a principle, or a requirement of a framework in a version.
type answered struct {
	principle, framework ident.ID
	version, id          string
}

// add notes a component of the service's own among those of its kind.
func (in *Inputs) add(kind model.ComponentType, i int) {
	if in.ofType[kind] == nil {
		in.ofType[kind] = evidence.NewCover(in.places())
	}
	in.ofType[kind].Add(i)
}

// places is the size of every cover: the components, and one more for the service as a whole.
func (in *Inputs) places() int { return len(in.claims.Architecture.Components) + 1 }

const componentPath = "/architecture/components/"

// link finds for each claim of a control the evidence that bears on it, the components that it speaks of, and those of
// them that have changed since.
func (in *Inputs) link(enc *ident.Encoder) {
	in.items = make([][]evidence.Item, len(in.claims.Controls))
	in.orphans, in.lost = map[ident.ID][]evidence.Item{}, map[ident.Ref]bool{}
	full := evidence.Full(in.places())
	now := &digests{service: in.claims, enc: enc, known: map[string]ident.Digest{}}
	in.seen = make([]civil.Instant, len(in.evidence.Records))
	for i := range in.evidence.Records {
		r := &in.evidence.Records[i]
		in.seen[i] = in.zone.From(r.Observed)
		over := in.over(r, full)
		changed, cause := in.changes(r, over, now)
		if cause != (ident.Ref{}) && !now.has(cause.Path) {
			in.lost[cause] = true
		}
		for _, ref := range r.Subject {
			if ref.Kind != ident.KindControl || ref.Service != "" && ref.Service != in.claims.Service.ID {
				continue
			}
			in.attach(r, ref, over, changed, cause)
		}
	}
}

func (in *Inputs) attach(r *evidence.Record, ref ident.Ref, over, changed evidence.Cover, cause ident.Ref) {
	name, at, narrowed := strings.Cut(ref.Path, "@")
	name, check, checked := strings.Cut(name, "#")
	if narrowed {
		over = in.wholeOnly()
		if i, ok := in.components[ident.ID(at)]; ok {
			over.Add(i)
		}
	}
	if checked && r.Check != "" && string(r.Check) != check {
		return
	}
	claims := in.about(ident.ID(name))
	if checked && r.Check == "" {
		narrow := *r
		narrow.Check = ident.ID(check)
		r = &narrow
	}
	item := evidence.Item{Record: r, Seen: in.zone.From(r.Observed), Over: over, Changed: changed, Cause: cause}
	for _, c := range claims {
		in.items[c] = append(in.items[c], item)
	}
	if len(claims) == 0 {
		in.orphans[ident.ID(name)] = append(in.orphans[ident.ID(name)], item)
	}
}

// about gives the claims that evidence of a control bears on: all of that control of the library, and that of the name.
func (in *Inputs) about(id ident.ID) []int {
	claims := in.controlAt[id]
	if i, is := in.claimAt[id]; is && !slices.Contains(claims, i) {
		claims = append(slices.Clip(claims), i)
	}
	return claims
}

// meant gives the claims that somebody who relies on a control means: that of the name, or all of that control of the
// library where no claim has the name.
func (in *Inputs) meant(id ident.ID) []int {
	if i, is := in.claimAt[id]; is {
		return []int{i}
	}
	return in.controlAt[id]
}

// over gives the components that a record speaks of: those that it names, or else those that it says it covered, as they
// were then; all, where it says neither.
func (in *Inputs) over(r *evidence.Record, full evidence.Cover) evidence.Cover {
	named, said := in.wholeOnly(), false
	for _, ref := range r.Subject {
		said = in.name(named, ref) || said
	}
	if said {
		return named
	}
	for ref := range r.Covers {
		said = in.name(named, ref) || said
	}
	if said {
		return named
	}
	return full
}

// name puts a component that a reference names into a cover, and says whether it names one at all.
func (in *Inputs) name(to evidence.Cover, ref ident.Ref) bool {
	id, is := strings.CutPrefix(ref.Path, componentPath)
	if !is || ref.Kind != ident.KindClaim {
		return false
	}
	if i, ok := in.components[ident.ID(id)]; ok {
		to.Add(i)
	}
	return true
}

// wholeOnly is the service as a whole: what is seen of a component of it bears on a control of the whole.
func (in *Inputs) wholeOnly() evidence.Cover {
	c := evidence.NewCover(in.places())
	c.Add(in.places() - 1)
	return c
}

// changes compares what a record covered with how it is now. A component that changed takes itself out; anything else
// that changed takes out all that the record speaks of.
func (in *Inputs) changes(r *evidence.Record, over evidence.Cover, now *digests) (changed evidence.Cover, cause ident.Ref) {
	if len(r.Covers) == 0 {
		return nil, ident.Ref{}
	}
	for _, ref := range coveredRefs(r) {
		if now.of(in.current(ref.Path)) == r.Covers[ref] {
			continue
		}
		if changed == nil {
			changed, cause = in.wholeOnly(), ref
		}
		id, is := strings.CutPrefix(ref.Path, componentPath)
		if i, ok := in.components[ident.ID(id)]; is && ok {
			changed.Add(i)
			continue
		}
		changed = over
		break
	}
	return changed, cause
}

// current gives the path of an item now, where a component was renamed since.
func (in *Inputs) current(path string) string {
	id, is := strings.CutPrefix(path, componentPath)
	i, ok := in.components[ident.ID(id)]
	if !is || !ok {
		return path
	}
	return componentPath + string(in.claims.Architecture.Components[i].ID)
}

func coveredRefs(r *evidence.Record) []ident.Ref {
	out := make([]ident.Ref, 0, len(r.Covers))
	for ref := range r.Covers {
		out = append(out, ref)
	}
	slices.SortFunc(out, ident.Ref.Compare)
	return out
}

// digests are the digests of what evidence covers, as it is now, worked out when they are first asked for.
type digests struct {
	service *model.Service
	enc     *ident.Encoder
	items   map[string]any
	known   map[string]ident.Digest
}

// has says whether there is an item at a path.
func (d *digests) has(path string) bool {
	if d.items == nil {
		d.items = d.service.Items()
	}
	_, is := d.items[path]
	return is
}

func (d *digests) of(path string) ident.Digest {
	if sum, ok := d.known[path]; ok {
		return sum
	}
	if d.items == nil {
		d.items = d.service.Items()
	}
	sum, _ := model.Material(d.items, path, d.enc)
	d.known[path] = sum
	return sum
}

// authorise works out who had the authority for each decision: it does not depend on the moment, only on the day that
// the decision was made. Of what was made at a server, or minuted and confirmed there, the server shows who made it.
func (in *Inputs) authorise(shown map[ident.ID]bool) {
	in.authority = make([]decision.Authority, len(in.decided))
	for i := range in.decided {
		d := &in.decided[i]
		a := decision.Authorise(d, in.library.Authority, in.org, in.Matter(d), in.zone)
		a.Attested = a.Attested || a.Granted && shown[d.ID]
		in.authority[i] = a
	}
}

// Matter reads from the record itself what was decided about, so that what changes later lapses the decision by the field
// that changed and does not take its authority away.
func (in *Inputs) Matter(d *decision.Decision) decision.Matter {
	m := decision.Matter{Unit: in.claims.Service.Unit, Service: in.claims.Service.ID}
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
		m.Band = in.library.Band(likelihood * impact)
	}
	return m
}

func digit(s string) int {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' {
		return int(s[0] - '0')
	}
	return 0
}

func (j *judging) stamp() Stamp { return j.stampOf }

// setting is what decisions are judged in.
func (j *judging) setting() decision.Setting {
	return decision.Setting{Watch: j.watch, Zone: j.zone, Settings: &j.library.Settings}
}
