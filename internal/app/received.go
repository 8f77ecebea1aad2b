package app

import (
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Received is a service as a server has it.
type Received struct {
	Files     []schema.Source // its service file
	Unit      ident.ID        // to which the server has given it
	Zone      civil.Zone
	Posture   *assess.Posture     // as the server judged it; nil where only the service is looked at
	Evidence  []evidence.Record   // those that are told of, which need not be all
	Decisions []decision.Decision // the same
}

// Checked gives it as Check gives what lies in files here, so that each face tells the same of it in the same words.
// Nothing is judged.
func (r Received) Checked() (*Checked, error) {
	service, document, err := model.Read(r.Files...)
	if err != nil {
		return nil, err
	}
	service.Service.Unit = r.Unit
	id := service.Service.ID
	out := &Checked{
		Zone: r.Zone, Names: map[ident.ID]string{id: service.Service.Name}, Services: map[ident.ID]*model.Service{id: service},
		places: map[ident.ID]*schema.Document{id: document}, kept: map[ident.ID]judge.Sources{id: {Evidence: r.Evidence, Decisions: r.Decisions}},
	}
	if r.Posture != nil {
		out.Postures, out.moment = []*assess.Posture{r.Posture}, r.Posture.At
	}
	return out, nil
}
