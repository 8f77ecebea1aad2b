package app

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Shelved is a pack that was made of a catalog of controls.
type Shelved struct {
	exchange.Catalog
	Text     []byte // of the pack file
	Lawless  bool   // nobody said under which licence the texts may be passed on
	Today    bool   // nobody said on which day the catalog was fetched, so that it is the day of the command
	Replaces bool   // a pack of its id is in force, whose place it takes
}

// Provenance is what somebody says of a catalog that it does not say of itself. What is empty was not said.
type Provenance struct{ ID, Licence, Retrieved string }

// ImportCatalog makes a pack of a catalog of controls. The pack is linted with those in force and read back before it is
// given, so that what is written is what the library takes.
func ImportCatalog(where Where, file string, said Provenance, now civil.Instant) (*Shelved, error) {
	home, err := loadHome(where)
	if err != nil {
		return nil, err
	}
	as, err := said.read()
	if err != nil {
		return nil, err
	}
	out := &Shelved{Lawless: as.Licence == "", Today: as.Retrieved.IsZero()}
	if out.Today {
		as.Retrieved = home.Zone.On(now)
	}
	source, err := folder.ReadUpTo(file, int64(exchange.Default().Bytes))
	if err != nil {
		return nil, err
	}
	if out.Catalog, err = exchange.ReadCatalog(file, source.Text, as); err != nil {
		return nil, err
	}
	return out, out.shelve(home.Library)
}

// read gives what was said, each with the flag that it was said by where it cannot be taken.
func (p Provenance) read() (as exchange.CatalogImport, err error) {
	if p.ID != "" {
		if as.ID, err = ident.ParseID(p.ID); err != nil {
			return as, fault.Wrap(fault.Invalid, err, "--id")
		}
	}
	if p.Retrieved != "" {
		if as.Retrieved, err = civil.ParseDate(p.Retrieved); err != nil {
			return as, fault.Wrap(fault.Invalid, err, "--retrieved")
		}
	}
	var long bool
	if as.Licence, long = foreign.Line(p.Licence, foreign.MaxName); long {
		return as, fault.New(fault.Invalid, "--licence: that is longer than %d characters; name the licence, and the address of its text", foreign.MaxName)
	}
	return as, nil
}

// shelve lints the pack with the packs in force and writes it out, once reading it again gives the same pack.
func (s *Shelved) shelve(lib *library.Library) error {
	var packs []library.Pack
	for _, p := range lib.Packs {
		packs = append(packs, *p)
	}
	s.Replaces = slices.ContainsFunc(packs, func(p library.Pack) bool { return p.ID == s.Pack.ID })
	if problems := library.Lint(overlay(packs, s.Pack)); len(problems) > 0 {
		return fault.At(problems)
	}
	var err error
	if s.Text, err = schema.YAML(s.Pack); err != nil {
		return err
	}
	back, err := library.ReadPack(schema.Source{File: string(s.Pack.ID) + ".yaml", Text: s.Text})
	if err == nil && back.Digest != s.Pack.Digest {
		err = fault.New(fault.Internal, "it does not say what was to be said")
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the pack would not be whole, so nothing was written")
	}
	return nil
}

// Write writes the pack to a new file. One that is there already is never written over.
func (s *Shelved) Write(file string) error { return writeNew(file, s.Text) }
