package registry

import (
	"context"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Library lists the packs in force.
func (r *Registry) Library(who Asker) ([]report.PackLine, error) {
	if err := who.mayIn(access.ReadLibrary, "", ""); err != nil {
		return nil, err
	}
	return report.Packs(who.ground.home.Library).Packs, nil
}

// Pack gives a pack in force.
func (r *Registry) Pack(who Asker, id ident.ID) (*library.Pack, error) {
	if err := who.mayIn(access.ReadLibrary, "", ""); err != nil {
		return nil, err
	}
	for _, p := range who.ground.home.Library.Packs {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, "there is no pack %s in the library", id)
}

// PackChange is a pack that is to come into force, and the one that it takes the place of.
type PackChange struct {
	ID     ident.ID
	Base   ident.Digest // of the pack in force of that id; empty when there is none yet
	Text   string
	DryRun bool // say what would follow and write nothing

	Regardless bool // although services name what goes by it
}

// PackChanged says what became of a pack.
type PackChanged struct {
	Line report.PackLine
	Same bool // it was in force already
}

// ChangeLibrary puts a pack in force, once it was read and linted with all others. What rests on what it changes is
// judged again.
func (r *Registry) ChangeLibrary(ctx context.Context, who Asker, c PackChange) (*PackChanged, error) {
	if err := who.mayIn(access.ChangeLibrary, "", ""); err != nil {
		return nil, err
	}
	source := schema.Source{File: string(c.ID) + ".yaml", Text: []byte(c.Text)}
	pack, err := library.ReadPack(source)
	if err != nil {
		return nil, unreadable(err)
	}
	if pack.ID != c.ID {
		return nil, fault.New(fault.Invalid, "id: this is the pack %s; the text says %s", c.ID, pack.ID)
	}
	defer r.editing.take(organisationTurn)()
	before, err := r.current(ctx)
	if err != nil {
		return nil, err
	}
	if now := before.digestOf(c.ID); now != c.Base {
		return nil, fault.New(fault.Conflict, "the pack %s is another by now: look at it again", c.ID)
	}
	after, err := before.shelved(pack)
	if err != nil {
		return nil, err
	}
	out := &PackChanged{Line: lineOf(after, c.ID), Same: pack.Digest == c.Base}
	if out.Same {
		return out, nil
	}
	if !c.Regardless {
		if err := r.stillFit(ctx, before, after); err != nil {
			return nil, err
		}
	}
	return out, r.establish(ctx, before, after, c.DryRun, store.Entry{
		Kind: ledger.PackRecorded, Actor: who.ID, Subject: "pack:" + string(pack.ID),
		Content: &store.Packed{ID: pack.ID, Version: pack.Version, Digest: pack.Digest, Text: store.Text{File: source.File, Text: c.Text}},
	})
}

// digestOf gives the digest of a pack in force; empty when there is none of that id.
func (g *ground) digestOf(id ident.ID) ident.Digest {
	for _, p := range g.home.Library.Packs {
		if p.ID == id {
			return p.Digest
		}
	}
	return ""
}

// shelved gives the ground with a pack in the place of the one of its id, or beside the others.
func (g *ground) shelved(pack library.Pack) (*ground, error) {
	packs := g.packs()
	for i := range packs {
		if packs[i].ID == pack.ID {
			packs[i] = pack
			return g.linted(packs)
		}
	}
	return g.linted(append(packs, pack))
}

// linted gives the ground with other packs, once they were looked at together.
func (g *ground) linted(packs []library.Pack) (*ground, error) {
	if problems := library.Lint(packs); len(problems) > 0 {
		return nil, fault.At(problems[:min(len(problems), schema.MaxProblems)])
	}
	return g.with(g.home.Organisation, g.source, packs)
}

func lineOf(g *ground, id ident.ID) report.PackLine {
	for _, line := range report.Packs(g.home.Library).Packs {
		if line.ID == id {
			return line
		}
	}
	return report.PackLine{}
}
