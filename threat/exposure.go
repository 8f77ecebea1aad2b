package threat

import (
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Exposure is who can reach a component, and what makes it so.
type Exposure struct {
	To    model.Trust // empty is not known
	Cause Cause
	Flow  *model.Flow // by which they come, where that is the cause
}

// Cause is what makes a component as exposed as it is.
type Cause int

// The causes.
const (
	ByNothingSaid Cause = iota // its zone, or who is in it, is not said
	ByInternet                 // it is open to the internet
	ByZone                     // who can be expected where it stands
	ByFlow                     // who can be expected where something stands that connects to it
)

// Exposures gives who can reach each component: whoever can be where it stands, or where something stands that connects
// to it.
func Exposures(s *model.Service) []Exposure {
	a := &s.Architecture
	zones := places(a.Zones, func(z *model.Zone) (ident.ID, []ident.ID) { return z.ID, z.Formerly })
	components := places(a.Components, func(c *model.Component) (ident.ID, []ident.ID) { return c.ID, c.Formerly })
	trust, out := make([]model.Trust, len(a.Components)), make([]Exposure, len(a.Components))
	for i := range out {
		trust[i] = trustOf(a.Zones, zones, at(zones, a.Components[i].Zone))
		out[i] = standing(&a.Components[i], trust[i])
	}
	for i := range a.Flows {
		f := &a.Flows[i]
		from, to := at(components, f.Source), at(components, f.Destination)
		if from >= 0 && to >= 0 && openness(trust[from]) > openness(out[to].To) {
			out[to] = Exposure{To: trust[from], Cause: ByFlow, Flow: f}
		}
	}
	return out
}

// standing says who can reach a component where it stands.
func standing(c *model.Component, trust model.Trust) Exposure {
	switch {
	case c.InternetFacing == model.Yes:
		return Exposure{To: model.Public, Cause: ByInternet}
	case trust == "":
		return Exposure{}
	}
	return Exposure{To: trust, Cause: ByZone}
}

// trustOf gives who can be expected in a zone, by its place; where it does not say, in what it is inside.
func trustOf(zones []model.Zone, places map[ident.ID]int, zone int) model.Trust {
	for range zones {
		if zone < 0 {
			return ""
		}
		if z := &zones[zone]; z.Trust != "" {
			return z.Trust
		}
		zone = at(places, zones[zone].Parent)
	}
	return ""
}

// openness orders exposures for finding the widest. Who can reach something is not known where a source is not: that may
// be anybody, so only the public is wider.
func openness(t model.Trust) int {
	if t == "" {
		return 2*model.Partner.Rank() + 1
	}
	return 2 * t.Rank()
}
