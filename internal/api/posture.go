package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/impact"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/judge"
)

func (f *face) postures(d desk) {
	const area = "postures"
	add(d, operation{id: "read-posture", method: http.MethodGet, path: "/services/{id}/posture", summary: "Read the posture of a service: now, as it was known at a moment, or as that moment is judged now", area: area, use: access.ReadPosture, lasts: true, answer: "A posture, as `bulkhead schema posture` describes it"}, f.readPosture)
	add(d, operation{id: "what-if", method: http.MethodPost, path: "/services/{id}/what-if", summary: "Say what would follow from something that is only thought of", area: area, use: access.WhatIf, asks: true}, f.whatIf)
}

type postureAsked struct {
	Named
	AsKnown string `query:"as_known" doc:"A moment: give the posture that the record had then, byte for byte for who may read findings"`
	At      string `query:"at" doc:"A moment: judge it with today's engine, library and organisation"`
}

// Raw is an answer that is JSON already.
type Raw struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Pending     string `header:"Bulkhead-Pending" doc:"Given, with the value true, when something changed that the posture does not show yet"`
	Body        []byte
}

func raw(text []byte) *Raw { return &Raw{ContentType: "application/json", Body: text} }

func (f *face) readPosture(ctx context.Context, who registry.Asker, in *postureAsked) (*Raw, error) {
	id := ident.ID(in.ID)
	switch {
	case in.AsKnown != "" && in.At != "":
		return nil, fault.New(fault.Invalid, "ask with as_known or with at, not with both")
	case in.AsKnown != "":
		at, err := civil.ParseInstant(in.AsKnown)
		if err != nil {
			return nil, err
		}
		j, err := f.PostureKnown(ctx, who, id, at)
		return raw(j.Posture), err
	case in.At != "":
		at, err := civil.ParseInstant(in.At)
		if err != nil {
			return nil, err
		}
		text, err := f.PostureAt(ctx, who, id, at)
		return raw(text), err
	}
	p, err := f.Posture(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return current(&p, id)
}

// current answers with the newest posture. Its ETag tells apart what of the answer comes later: what to do next, and that
// something changed meanwhile.
func current(p *registry.Standing, id ident.ID) (*Raw, error) {
	if p.Judged.Posture == nil {
		return nil, fault.New(fault.NotFound, "%s has not been judged yet: ask again in a moment", id)
	}
	out := raw(withActions(p.Judged.Posture, p.Actions))
	tag := p.Body
	if p.Actions != nil {
		tag += "+"
	}
	if p.Dirty {
		tag += "~"
		out.Pending = "true"
	}
	out.ETag = `"` + tag + `"`
	return out, nil
}

// withActions puts what to do next into a posture, which is kept without: it is the last member.
func withActions(posture []byte, actions json.RawMessage) []byte {
	before, found := bytes.CutSuffix(posture, []byte(`"actions":[]}`))
	if !found || actions == nil {
		return posture
	}
	out := make([]byte, 0, len(posture)+len(actions))
	return append(append(append(append(out, before...), `"actions":`...), actions...), '}')
}

type supposed struct {
	Named
	Body struct {
		Compromised []ident.ID `json:"compromised,omitempty" doc:"Components in an attacker's hands"`
		Without     []ident.ID `json:"without,omitempty" doc:"Controls that would be gone"`
		With        []ident.ID `json:"with,omitempty" doc:"Controls that would work"`
	}
}

func (f *face) whatIf(ctx context.Context, who registry.Asker, in *supposed) (*One[*impact.Difference], error) {
	d, err := f.WhatIf(ctx, who, ident.ID(in.ID), judge.Supposition{Compromised: in.Body.Compromised, Without: in.Body.Without, With: in.Body.With})
	return &One[*impact.Difference]{Body: d}, err
}
