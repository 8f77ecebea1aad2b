package diagram_test

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// made makes a service of so many components, flows and zones, two in three of its flows between neighbours. It is the same
// each time.
func made(components, flows, zones int) *model.Service {
	s := &model.Service{Service: model.Identity{ID: "made", Name: "A service that was made up"}}
	trusts := []model.Trust{model.Public, model.Partner, model.Internal, model.Isolated, model.Isolated, model.Internal}
	for i := range zones {
		s.Architecture.Zones = append(s.Architecture.Zones, model.Zone{ID: zoneID(i), Name: fmt.Sprintf("Network of kind %d", i), Trust: trusts[i%len(trusts)]})
	}
	types := []model.ComponentType{"web-application", "api", "datastore", "process", "queue", "external-system", "person"}
	for i := range components {
		s.Architecture.Components = append(s.Architecture.Components, model.Component{ID: partID(i), Name: fmt.Sprintf("Part %d of the service", i), Type: types[i%len(types)], Zone: zoneID(i * zones / components)})
	}
	state := uint64(88172645463325252)
	next := func(n int) int {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return int(state % uint64(n))
	}
	for i := range flows {
		from, to := next(components), next(components)
		if next(3) > 0 {
			to = (from + 1 + next(8)) % components
		}
		s.Architecture.Flows = append(s.Architecture.Flows, model.Flow{ID: ident.ID(fmt.Sprintf("f-%d", i)), Source: partID(from), Destination: partID(to), Protocol: "https"})
	}
	return s
}

func zoneID(i int) ident.ID { return ident.ID(fmt.Sprintf("z-%d", i)) }
func partID(i int) ident.ID { return ident.ID(fmt.Sprintf("c-%d", i)) }
