package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Minute is a decision that was recorded on behalf of who made it, as they are shown it before they confirm it.
type Minute struct {
	Service  string          `json:"service" doc:"Its id"`
	Name     string          `json:"name" doc:"Of the service"`
	Marking  string          `json:"marking" doc:"That what is told of the service carries; empty while it was not judged"`
	Decision json.RawMessage `json:"decision" doc:"As bulkhead schema decision describes it"`
	Recorder string          `json:"recorder" doc:"Who recorded it"`
	Until    string          `json:"until" format:"date-time" doc:"How long it can be confirmed"`
}

func (f *face) minutes(d desk) {
	const area = "decisions"
	add(d, operation{id: "record-minute", method: http.MethodPost, path: "/services/{id}/minutes", summary: "Record a decision that was made elsewhere, such as in a meeting, on behalf of who made it", area: area, use: access.ProposeDecision, status: http.StatusCreated}, f.recordMinute)
	add(d, operation{id: "confirm-minute", method: http.MethodPost, path: "/services/{id}/decisions/{decision}/confirm", summary: "Confirm a decision that was recorded on your behalf", area: area, use: access.ConfirmMinute}, f.confirmMinute)
	add(d, operation{id: "read-minute", method: http.MethodPost, path: "/minutes/read", summary: "Read what the link that you were sent confirms", area: area, use: access.ConfirmMinute, asks: true}, f.readMinute)
	add(d, operation{id: "confirm-by-link", method: http.MethodPost, path: "/minutes/confirm", summary: "Confirm a decision that was recorded on your behalf, with the link that you were sent", area: area, use: access.ConfirmMinute}, f.confirmByLink)
}

type minuting struct {
	Named
	Body struct {
		Proposal string `json:"proposal,omitempty" doc:"What was decided on; without one, say what was decided with kind and subject"`
		ID       string `json:"id,omitempty" doc:"A short name for it; left out, one is made" maxLength:"64"`
		Kind     string `json:"kind,omitempty" doc:"Such as acceptance, finding-acceptance, exception, tailoring, sign-off, review or confirmation"`
		Subject  string `json:"subject,omitempty" doc:"What it is about, such as risk:r1" maxLength:"300"`
		Rest
		Worded
		OnBehalfOf string    `json:"on_behalf_of" doc:"Who decided, by their id in the organisation file"`
		With       []string  `json:"with,omitempty" maxItems:"50" doc:"Who decided with them"`
		Minute     string    `json:"minute" doc:"The evidence that is the minute: record it first"`
		Made       string    `json:"made,omitempty" doc:"When it was decided: a day or a moment; now, where it is left out"`
		Role       string    `json:"role,omitempty" doc:"In which role they decided; left out, the one that may"`
		Consulted  []Adviser `json:"consulted,omitempty" maxItems:"50" doc:"Whom they asked before"`
	}
}

func (f *face) recordMinute(ctx context.Context, who registry.Asker, in *minuting) (*One[Outcome], error) {
	b := &in.Body
	until, err := b.until()
	if err != nil {
		return nil, err
	}
	m := registry.Minuting{
		Making: registry.Making{
			Proposal: ident.ID(b.Proposal), Wanted: b.Rest.wanted(b.ID, b.Kind, b.Subject), Role: ident.ID(b.Role),
			Reason: b.Reason, ValidUntil: until, Conditions: b.Conditions, ThroughLife: b.ThroughLife, Consulted: advisers(b.Consulted),
		},
		OnBehalfOf: ident.ID(b.OnBehalfOf), With: words[ident.ID](b.With), Minute: ident.ID(b.Minute),
	}
	if b.Made != "" {
		if m.Made, err = civil.ParseMoment(b.Made); err != nil {
			return nil, err
		}
	}
	return outcome(f.Minute(ctx, who, ident.ID(in.ID), m))
}

type confirming struct{ NamedDecision }

func (f *face) confirmMinute(ctx context.Context, who registry.Asker, in *confirming) (*One[Done], error) {
	w, err := f.Confirm(ctx, who, ident.ID(in.ID), ident.ID(in.Decision))
	if err != nil {
		return nil, err
	}
	return done(w), nil
}

type minuteLinked struct {
	Body struct {
		Link string `json:"link" maxLength:"200" doc:"The secret that follows /minute/ in the address that you were sent"`
	}
}

func (f *face) readMinute(ctx context.Context, who registry.Asker, in *minuteLinked) (*One[Minute], error) {
	m, err := f.MinuteOfLink(ctx, who, in.Body.Link)
	if err != nil {
		return nil, err
	}
	return &One[Minute]{Body: Minute{
		Service: string(m.Service), Name: m.Name, Marking: m.Marking, Decision: canon(&m.Decision), Recorder: m.Recorder, Until: m.Until.String(),
	}}, nil
}

func (f *face) confirmByLink(ctx context.Context, who registry.Asker, in *minuteLinked) (*One[Done], error) {
	w, err := f.ConfirmByLink(ctx, who, in.Body.Link)
	if err != nil {
		return nil, err
	}
	return done(w), nil
}
