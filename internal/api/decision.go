package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// DecisionLine is a decision in a list.
type DecisionLine struct {
	Decision string `json:"decision" doc:"Its id"`
	Kind     string `json:"kind" doc:"Such as acceptance or exception"`
	Made     string `json:"made" doc:"The day or the moment"`
	Learnt   string `json:"learnt" format:"date-time" doc:"When it came here"`
	Attested string `json:"attested" doc:"How it was shown who decided: server, signature or minute; empty when it was only recorded"`
}

// Decision is a decision of the record.
type Decision struct {
	Line       DecisionLine    `json:"line"`
	Decision   json.RawMessage `json:"decision" doc:"As bulkhead schema decision describes it"`
	Agreements []Agreement     `json:"agreements" nullable:"false" doc:"Who agreed to it, or was asked, before it was made"`
}

// Agreement is the part of one person in a decision before it is made.
type Agreement struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	Board  string `json:"board,omitempty"`
	Part   string `json:"part" doc:"decides or consulted"`
	Said   string `json:"said,omitempty"`
	At     string `json:"at" format:"date-time"`
}

// Authority is who may make a decision.
type Authority struct {
	Line          string   `json:"line" doc:"The line of the table of authority; empty where none speaks of it"`
	Roles         []string `json:"roles" nullable:"false" doc:"Any of them may"`
	Quorum        int      `json:"quorum" doc:"How many have to decide together"`
	Consult       []string `json:"consult" nullable:"false" doc:"Roles that have to be asked before"`
	Boards        []string `json:"boards" nullable:"false" doc:"Boards that hold one of the roles here"`
	Longest       string   `json:"longest" doc:"The longest that it may hold, as a period such as P1Y; empty for no limit"`
	NotAcceptable bool     `json:"not_acceptable" doc:"Nobody may"`
	Why           string   `json:"why"`
	Yours         string   `json:"yours" doc:"The role in which you may, alone or with others; empty when you may not"`
}

// Drafted is a decision as it would be.
type Drafted struct {
	Decision  json.RawMessage `json:"decision" doc:"As bulkhead schema decision describes it; its basis is what to send as seen"`
	Authority Authority       `json:"authority"`
}

// Outcome is what became of deciding.
type Outcome struct {
	Made     bool            `json:"made" doc:"Whether the decision is made; while it is not, others still have to agree"`
	Decision json.RawMessage `json:"decision" doc:"As bulkhead schema decision describes it"`
	State    string          `json:"state" doc:"How it stands once it is made"`
	Needs    int             `json:"needs" doc:"How many have to agree"`
	Agreed   []string        `json:"agreed" nullable:"false" doc:"Who has"`
	Leaf     int64           `json:"leaf" doc:"The number of the entry in the ledger"`
}

func (f *face) decisions(d desk) {
	const area = "decisions"
	add(d, operation{id: "list-decisions", method: http.MethodGet, path: "/services/{id}/decisions", summary: "List the decisions about a service", area: area, use: access.ReadDecisions}, f.listDecisions)
	add(d, operation{id: "read-decision", method: http.MethodGet, path: "/services/{id}/decisions/{decision}", summary: "Read a decision, with who had a part in it", area: area, use: access.ReadDecisions}, f.readDecision)
	add(d, operation{id: "draft-decision", method: http.MethodPost, path: "/services/{id}/decisions/draft", summary: "Say what a decision would bind, and who may make it", area: area, use: access.ProposeDecision, asks: true}, f.draftDecision)
	add(d, operation{id: "draft-again", method: http.MethodPost, path: "/services/{id}/decisions/{decision}/draft", summary: "Say what a decision would bind that takes the place of an earlier one, as things are now", area: area, use: access.ProposeDecision, asks: true}, f.draftAgain)
	add(d, operation{id: "decide", method: http.MethodPost, path: "/services/{id}/decisions", summary: "Make a decision as who you are", area: area, use: access.Decide, status: http.StatusCreated}, f.decide)
	add(d, operation{id: "reconfirm", method: http.MethodPost, path: "/services/{id}/decisions/{decision}/reconfirm", summary: "Decide an earlier decision again, as things are now: after its maker left the role, its wording changed, or it ended", area: area, use: access.Decide, status: http.StatusCreated}, f.reconfirm)
	add(d, operation{id: "retract-decision", method: http.MethodPost, path: "/services/{id}/decisions/{decision}/retract", summary: "Take a decision back, for good", area: area, use: access.RetractDecision, status: http.StatusCreated}, f.retract)
}

// canon writes a decision; one that was made here always has a written form.
func canon(d *decision.Decision) json.RawMessage {
	text, err := ident.Canon(d)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

func decisionLine(l *registry.DecisionLine) DecisionLine {
	return DecisionLine{Decision: string(l.ID), Kind: string(l.Kind), Made: l.Made, Learnt: l.Learnt.String(), Attested: l.Attested}
}

func agreements(all []registry.Agreement) []Agreement {
	out := make([]Agreement, len(all))
	for i, a := range all {
		out[i] = Agreement{Person: string(a.Person), Role: string(a.Role), Board: string(a.Board), Part: a.Part, Said: a.Said, At: a.At.String()}
	}
	return out
}

func authority(a *registry.Authority) Authority {
	return Authority{
		Line: string(a.Line), Roles: words[string](a.Roles), Quorum: a.Quorum, Consult: words[string](a.Consult), Boards: words[string](a.Boards),
		Longest: a.Longest.String(), NotAcceptable: a.NotAcceptable, Why: a.Why, Yours: string(a.Yours),
	}
}

func (f *face) listDecisions(ctx context.Context, who registry.Asker, in *listed) (*Page[DecisionLine], error) {
	found, err := f.Decisions(ctx, who, ident.ID(in.ID), ident.ID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return page(found, in.Limit, decisionLine, func(l *registry.DecisionLine) string { return string(l.ID) }), nil
}

// NamedDecision names a decision of a service.
type NamedDecision struct {
	Named
	Decision string `path:"decision"`
}

func (f *face) readDecision(ctx context.Context, who registry.Asker, in *NamedDecision) (*One[Decision], error) {
	d, err := f.OneDecision(ctx, who, ident.ID(in.ID), ident.ID(in.Decision))
	if err != nil {
		return nil, err
	}
	return &One[Decision]{Body: Decision{Line: decisionLine(&d.Line), Decision: canon(&d.Decision), Agreements: agreements(d.Agreements)}}, nil
}

// Wanted is what somebody wants decided.
type Wanted struct {
	ID      string `json:"id,omitempty" doc:"A short name for it; left out, one is made" maxLength:"64"`
	Kind    string `json:"kind" doc:"Such as acceptance, finding-acceptance, exception, tailoring, sign-off, review or confirmation"`
	Subject string `json:"subject" doc:"What it is about, such as risk:r1" maxLength:"300"`
	Rest
}

// Rest is what a decision rests on beyond its kind and subject.
type Rest struct {
	StandingOn   string   `json:"standing_on,omitempty" doc:"For an acceptance: target, claimed or evidenced"`
	Compensating []string `json:"compensating,omitempty" maxItems:"100" doc:"Controls that make up for it"`
	Scope        []string `json:"scope,omitempty" maxItems:"100" doc:"For an exception: components"`
	Risks        []string `json:"risks,omitempty" maxItems:"100" doc:"For an exception: what it leaves open"`
	Departure    string   `json:"departure,omitempty" maxLength:"2000" doc:"For an exception: what is not followed"`
	Supersedes   string   `json:"supersedes,omitempty" doc:"The decision whose place it takes"`
}

func (w *Wanted) wanted() registry.Wanted { return w.Rest.wanted(w.ID, w.Kind, w.Subject) }

func (r *Rest) wanted(id, kind, subject string) registry.Wanted {
	return registry.Wanted{
		Proposal: app.Proposal{
			ID: id, Kind: kind, Subject: subject, StandingOn: r.StandingOn, Compensating: r.Compensating, Scope: r.Scope, Risks: r.Risks, Departure: r.Departure,
		},
		Supersedes: ident.ID(r.Supersedes),
	}
}

// Worded is the words of a decision.
type Worded struct {
	Reason      string   `json:"reason,omitempty" maxLength:"10000" doc:"Why"`
	ValidUntil  string   `json:"valid_until,omitempty" doc:"How long it holds: a day or a moment"`
	Conditions  []string `json:"conditions,omitempty" maxItems:"100" doc:"What must go on being so, in words"`
	ThroughLife bool     `json:"through_life,omitempty" doc:"Whether a later phase does not end it"`
}

func (w *Worded) until() (civil.Moment, error) {
	if w.ValidUntil == "" {
		return civil.Moment{}, nil
	}
	return civil.ParseMoment(w.ValidUntil)
}

type draftAsked struct {
	Named
	Body Wanted
}

func (f *face) draftDecision(ctx context.Context, who registry.Asker, in *draftAsked) (*One[Drafted], error) {
	return drafted(f.DraftDecision(ctx, who, ident.ID(in.ID), in.Body.wanted()))
}

func drafted(d *registry.Draft, err error) (*One[Drafted], error) {
	if err != nil {
		return nil, err
	}
	return &One[Drafted]{Body: Drafted{Decision: canon(&d.Decision), Authority: authority(&d.Authority)}}, nil
}

// Making is how somebody decides.
type Making struct {
	Worded
	Role      string           `json:"role,omitempty" doc:"In which of your roles; left out, the one that may"`
	Seen      []decision.Field `json:"seen,omitempty" maxItems:"1000" doc:"The fields of the basis that you were shown: where something is worse by now, nothing is decided"`
	Consulted []Adviser        `json:"consulted,omitempty" maxItems:"50" doc:"Who was asked, beside those who said so themselves"`
}

// Adviser is somebody who was asked in a role before it was decided.
type Adviser struct {
	Role   string `json:"role"`
	Person string `json:"person"`
}

// making gives how somebody decides; what they decide is not in it.
func (d *Making) making() (registry.Making, error) {
	until, err := d.until()
	m := registry.Making{
		Seen: d.Seen, Role: ident.ID(d.Role), Reason: d.Reason, ValidUntil: until, Conditions: d.Conditions, ThroughLife: d.ThroughLife, Consulted: advisers(d.Consulted),
	}
	return m, err
}

func advisers(all []Adviser) (out []registry.Adviser) {
	for _, a := range all {
		out = append(out, registry.Adviser{Role: ident.ID(a.Role), Person: ident.ID(a.Person)})
	}
	return out
}

type deciding struct {
	Named
	Body struct {
		Wanted
		Making
	}
}

func (f *face) decide(ctx context.Context, who registry.Asker, in *deciding) (*One[Outcome], error) {
	m, err := in.Body.making()
	if err != nil {
		return nil, err
	}
	m.Wanted = in.Body.wanted()
	return outcome(f.Decide(ctx, who, ident.ID(in.ID), m))
}

func outcome(o *registry.Outcome, err error) (*One[Outcome], error) {
	if err != nil {
		return nil, err
	}
	return &One[Outcome]{Body: Outcome{
		Made: o.Made, Decision: canon(&o.Decision), State: o.State.State, Needs: o.Needs, Agreed: words[string](o.Agreed), Leaf: o.Written.Number,
	}}, nil
}

func (f *face) draftAgain(ctx context.Context, who registry.Asker, in *NamedDecision) (*One[Drafted], error) {
	w, err := f.Again(ctx, who, ident.ID(in.ID), ident.ID(in.Decision))
	if err != nil {
		return nil, err
	}
	return drafted(f.DraftDecision(ctx, who, ident.ID(in.ID), w))
}

type reconfirming struct {
	NamedDecision
	Body Making
}

func (f *face) reconfirm(ctx context.Context, who registry.Asker, in *reconfirming) (*One[Outcome], error) {
	m, err := in.Body.making()
	if err != nil {
		return nil, err
	}
	return outcome(f.Reconfirm(ctx, who, ident.ID(in.ID), ident.ID(in.Decision), m))
}

// Explained is why something is done.
type Explained struct {
	Reason string `json:"reason" maxLength:"10000" doc:"Why"`
}

type retracting struct {
	NamedDecision
	Body Explained
}

func (f *face) retract(ctx context.Context, who registry.Asker, in *retracting) (*One[Outcome], error) {
	return outcome(f.Retract(ctx, who, ident.ID(in.ID), ident.ID(in.Decision), in.Body.Reason))
}
