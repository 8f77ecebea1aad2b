package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"

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
	Taking
	AsKnown string `query:"as_known" doc:"A moment: give the posture that the record had then, byte for byte for who may read findings"`
	At      string `query:"at" doc:"A moment: judge it with today's engine, library and organisation"`
}

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
	p, sent, err := f.PostureSent(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return newest(&p, &sent, &in.Taking)
}

// newest answers with the newest posture. Its ETag tells apart what of the answer comes later: what to do next, and that
// something changed meanwhile.
func newest(p *registry.Standing, sent *registry.Sent, t *Taking) (out *Raw, err error) {
	out = raw(withActions(p.Judged.Posture, p.Actions)) // of which a part is kept from who asks
	if p.Judged.Posture == nil {
		sent.End = withActions(sent.End, p.Actions)
		if out, err = pieced(t, nil, sent, nil); err != nil {
			return nil, err
		}
	}
	tag := p.Body
	if p.Actions != nil {
		tag += "+"
	}
	if p.Dirty {
		tag += "~"
		out.Pending = "true"
	}
	if out.Failing = p.Failing.String(); out.Failing != "" {
		tag += "!"
	}
	out.ETag = `"` + tag + `"`
	return out, nil
}

// withActions puts what to do next at the end of a posture, which is kept without: it is the last member.
func withActions(end []byte, actions json.RawMessage) []byte {
	before, found := bytes.CutSuffix(end, []byte(`[]}`))
	if !found || actions == nil {
		return end
	}
	return slices.Concat(before, actions, []byte{'}'})
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
