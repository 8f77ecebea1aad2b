package registry

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// adding are the uses that add to what is said of a service. A service that was retired is closed to them: it can be read,
// and what must not be kept of it can be destroyed.
var adding = []access.Use{
	access.ChangeService, access.ApplyService, access.MoveService, access.RetireService, access.RecordEvidence,
	access.ProposeDecision, access.Decide, access.AgreeDecision, access.ConfirmMinute, access.RetractDecision, access.RecordReview,
}

// open says whether a service is open to a use.
func (who Asker) open(use access.Use, v store.Service) error {
	if v.Retired == 0 || !slices.Contains(adding, use) {
		return nil
	}
	return fault.New(fault.Conflict, "%s was retired on %s: its record can be read, and nothing is added to it", v.ID, who.ground.home.Zone.On(v.Retired))
}
