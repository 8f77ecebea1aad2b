package registry

import (
	"context"
	"errors"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// headsMost is how many services are read at a time.
const headsMost = 100

// stillFit says which services in use would no longer fit another ground: they name what goes, or hold what may no longer
// be kept. What such a service says would count for less, and its team could change nothing else before they mend it; so
// whoever changes the ground is told first. What did not fit before is not told again.
func (r *Registry) stillFit(ctx context.Context, before, after *ground) error {
	if before.home.Keeps(after.home) {
		return nil
	}
	var lost []fault.Field
	for last := ident.ID(""); len(lost) < schema.MaxProblems; {
		heads, err := r.store.Heads(ctx, last, headsMost)
		if err != nil {
			return err
		}
		for i := range heads {
			last = heads[i].ID
			lost = append(lost, misfits(&heads[i], before, after)...)
		}
		if len(heads) < headsMost {
			break
		}
	}
	if len(lost) == 0 {
		return nil
	}
	advice := fault.Field{Text: "services would no longer fit: have them changed first; or send regardless=true, and each is judged without what it names, and has to mend that with its next change"}
	return fault.At(append([]fault.Field{advice}, lost[:min(len(lost), schema.MaxProblems)]...))
}

// stillLookedAfter says whether an administrator could still sign in after a change, where one could before. Without one
// nobody could be invited, nor could anybody's way in be ended, but at the machine that holds the record.
func (r *Registry) stillLookedAfter(ctx context.Context, before, after *ground) error {
	ways, err := r.store.Ways(ctx)
	if err != nil || !r.lookedAfter(before, ways) || r.lookedAfter(after, ways) {
		return err
	}
	return fault.New(fault.Invalid, "after this change nobody who can sign in already would be an administrator of the whole organisation, so nobody could be invited but at the machine that holds the record: keep one who can, or have the next one sign in first; or send regardless=true")
}

// lookedAfter says whether somebody who can sign in may invite people.
func (r *Registry) lookedAfter(g *ground, ways map[ident.ID]store.Way) bool {
	o := g.home.Organisation
	if o == nil {
		return false
	}
	for i := range o.People {
		id := o.People[i].ID
		held := o.Held(id, g.home.Zone, civil.NewWatch(r.store.Now()))
		if ways[id].Any() && r.works(g, id) && access.May(access.Actor{Person: id, Holdings: held}, access.InvitePerson, access.Place{}).Yes {
			return true
		}
	}
	return false
}

// misfits gives the places of a service that fit one ground and do not fit another. One that cannot be read fits neither.
func misfits(v *store.Headed, before, after *ground) (lost []fault.Field) {
	service, document, err := model.Read(store.Sources(v.Texts)...)
	if err != nil {
		return nil
	}
	had := map[fault.Field]bool{}
	for _, f := range places(before.home.Fits(service, document)) {
		had[f] = true
	}
	for _, f := range places(after.home.Fits(service, document)) {
		if !had[f] {
			f.File, f.Text = string(v.ID)+"/"+f.File, string(v.ID)+": "+f.Text
			lost = append(lost, f)
		}
	}
	return lost
}

// places gives the places that a fault speaks of.
func places(err error) []fault.Field {
	if f, is := errors.AsType[*fault.Error](err); is {
		return f.Fields
	}
	return nil
}
