package remote

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// How long is waited for a server that is still judging what changed, and how often it is asked.
const (
	judgedWithin = 30 * time.Second
	judgedEvery  = 500 * time.Millisecond
)

// Posture is a service with the posture that the server has of it.
type Posture struct {
	app.Received
	Pending bool // something changed that it does not show yet, although that was waited for
}

// Look gives a service as the server has it, without its posture.
func (s *Server) Look(ctx context.Context, id string) (*app.Received, error) {
	v, err := s.Service(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "there is no service %s at %s that this token may read; a token that names what it may do needs read-service and read-posture for this", id, s.base)
	}
	if err != nil {
		return nil, err
	}
	out := &app.Received{Unit: ident.ID(v.Unit)}
	if out.Files, err = v.sources(); err != nil {
		return nil, err
	}
	out.Zone, err = s.zone(ctx)
	return out, err
}

// Posture gives the posture of a service: the newest, for which it waits a while where the server is still judging, or
// that of a moment, which the server judges with what it knows now.
func (s *Server) Posture(ctx context.Context, id string, at func(civil.Zone) (civil.Instant, error)) (*Posture, error) {
	v, err := s.Look(ctx, id)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	if at != nil {
		moment, err := at(v.Zone)
		if err != nil {
			return nil, err
		}
		query.Set("at", moment.String())
	}
	out := &Posture{Received: *v}
	for waited := time.Duration(0); ; waited += judgedEvery {
		p := &assess.Posture{}
		got, err := s.get(ctx, p, query, "services", id, "posture")
		late := waited >= judgedWithin || ctx.Err() != nil
		switch {
		case fault.KindOf(err) == fault.NotFound && at == nil && !late: // not judged yet
		case err != nil:
			return nil, err
		case p.Bulkhead != assess.Version || string(p.Service) != id:
			return nil, fault.New(fault.Invalid, "this program cannot read the posture that %s gives of %s: use the version that the server has", s.base, id)
		case got.header.Get("Bulkhead-Pending") == "" || late:
			out.Posture, out.Pending = p, got.header.Get("Bulkhead-Pending") != ""
			return out, nil
		}
		s.pause(ctx, judgedEvery)
	}
}

// zone gives the zone of the organisation's dates, which the server tells everybody with who they are.
func (s *Server) zone(ctx context.Context) (civil.Zone, error) {
	var me struct {
		Zone string `json:"zone"`
	}
	if _, err := s.get(ctx, &me, nil, "me"); err != nil {
		return civil.Zone{}, err
	}
	zone, err := civil.LoadZone(me.Zone)
	if err != nil {
		return civil.Zone{}, fault.Wrap(fault.Invalid, err, "%s does not say the zone of its dates: use the version that the server has", s.base)
	}
	return zone, nil
}

// Records reads the evidence and the decisions that trees of reasons name, as far as the token may, so that each can be
// told with what it says of itself.
func (s *Server) Records(ctx context.Context, of *app.Received, id string, trees []report.Why) error {
	seen := map[ident.Ref]bool{}
	var walk func([]report.Why) error
	walk = func(trees []report.Why) error {
		for i := range trees {
			if ref := trees[i].Ref; !seen[ref] && ref.Service == "" {
				seen[ref] = true
				if err := s.record(ctx, of, id, ref); err != nil && fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
					return err
				}
			}
			for _, reason := range trees[i].Reasons {
				if err := walk(reason.RestOn); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return walk(trees)
}

// record reads the record that a reference names, where it names one.
func (s *Server) record(ctx context.Context, of *app.Received, id string, ref ident.Ref) error {
	switch ref.Kind {
	case ident.KindEvidence:
		got, err := s.get(ctx, nil, nil, "services", id, "evidence", ref.Path)
		if err != nil {
			return err
		}
		some, err := evidence.Read(schema.Source{File: ref.Path, Text: got.body})
		of.Evidence = append(of.Evidence, some...)
		return err
	case ident.KindDecision:
		var kept struct {
			Decision json.RawMessage `json:"decision"`
		}
		if _, err := s.get(ctx, &kept, nil, "services", id, "decisions", ref.Path); err != nil {
			return err
		}
		some, err := decision.Read(schema.Source{File: ref.Path, Text: kept.Decision})
		of.Decisions = append(of.Decisions, some...)
		return err
	}
	return nil
}
