package judge

import (
	"slices"
	"strings"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

const componentPath = "/architecture/components/"

// link finds for each claim of a control the evidence that bears on it, the components that it speaks of, and those of
// them that have changed since.
func (in *Inputs) link() {
	in.items = make([][]evidence.Item, len(in.claims.Controls))
	in.orphans, in.lost = map[ident.ID][]evidence.Item{}, map[ident.Ref]bool{}
	full := evidence.Full(in.places())
	now := in.now.take(in.premises)
	defer now.leave()
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
	service  *model.Service
	mu       sync.Mutex // inputs that share the claims may be made beside each other
	items    map[string]any
	known    map[string]ident.Digest
	enc      *ident.Encoder
	premises *premises
}

// take gives the digests to one that makes inputs ready, until it leaves them.
func (d *digests) take(p *premises) *digests {
	d.mu.Lock()
	d.premises, d.enc = p, p.encoder()
	return d
}

func (d *digests) leave() {
	d.premises.encoders.Put(d.enc)
	d.premises, d.enc = nil, nil
	d.mu.Unlock()
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
