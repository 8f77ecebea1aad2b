package remote

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// caseOf gives a service as the server has it, with the library that is in force there.
func (s *Server) caseOf(ctx context.Context, id string) (*app.Case, error) {
	v, err := s.Service(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "there is no service %s at %s that this token may read; a token that names what it may do needs read-service too, since evidence is stamped with what it covers", id, s.base)
	}
	if err != nil {
		return nil, err
	}
	files, err := v.sources()
	if err != nil {
		return nil, err
	}
	packs, err := s.ownPacks(ctx)
	if err != nil {
		return nil, err
	}
	home, err := app.NewHome(nil, schema.Source{}, packs)
	if err != nil {
		return nil, err
	}
	return home.CaseOf(files)
}

// ownPacks gives the packs that are in force at the server and do not come with this program. A token that may not read
// the library goes without: then a control of the organisation's own is not known here.
func (s *Server) ownPacks(ctx context.Context) (own []library.Pack, err error) {
	builtin, err := library.Builtin()
	if err != nil {
		return nil, err
	}
	have := map[ident.Digest]bool{}
	for i := range builtin {
		have[builtin[i].Digest] = true
	}
	var list struct {
		Items []struct {
			Pack   string       `json:"pack"`
			Digest ident.Digest `json:"digest"`
		} `json:"items"`
	}
	_, err = s.get(ctx, &list, nil, "library")
	if err != nil && fault.KindOf(err) == fault.Forbidden {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, line := range list.Items {
		if have[line.Digest] {
			continue
		}
		text, err := s.get(ctx, nil, nil, "library", line.Pack)
		if err != nil {
			return nil, err
		}
		pack, err := library.ReadPack(schema.Source{File: line.Pack, Text: text.body})
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "this program cannot read the pack %s of the server: use the version that the server has", line.Pack)
		}
		own = append(own, pack)
	}
	return own, nil
}
