package app

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/repository"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Beginning is what a service file is drafted from: what is in its folder, and the organisation that it belongs to.
type Beginning struct {
	File     string // to be written
	Found    repository.Draft
	Drawn    []Drawn       // the files of designs that it takes in
	Drawable []string      // files at usual places that it could take in
	design   model.Service // of all of them together
	home     Home
}

// Said is what somebody says of a service when its file is drafted. What is empty is not known yet.
type Said struct {
	ID             ident.ID
	Name           string
	Purpose        string
	Phase          model.Phase
	Unit           ident.ID
	Owner          string
	Classification model.Classification
	Sensitive      bool
	Personal       model.Attribute
	Special        model.Attribute
	Offence        model.Attribute
	Records        int64
	Reach          model.Trust
	Criticality    model.Criticality
	Visibility     model.Visibility
}

// Begin looks at a folder in which a service file is to be drafted, and takes in the designs of files. A service file that is
// there already is never written over.
func Begin(where Where, from ...string) (*Beginning, error) {
	root, name, err := folder.Repository(where.Path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	begun, err := folder.Begun(where.Path, model.File)
	if err != nil {
		return nil, err
	}
	if begun != "" {
		return nil, inTheWay(begun)
	}
	b := &Beginning{File: filepath.Join(where.Path, model.File)}
	if b.home, err = loadHome(where); err != nil {
		return nil, err
	}
	if b.Found, err = repository.Read(root.FS(), name, repository.Default()); err != nil {
		return nil, err
	}
	b.Drawable = drawable(root.FS())
	b.Found.Controls = slices.DeleteFunc(b.Found.Controls, func(c repository.Control) bool { return b.home.Library.Control(c.ID) == nil }) // an organisation may have a library of its own
	return b, b.draw(where.Path, from)
}

func inTheWay(file string) error {
	return fault.New(fault.Conflict, "%s is there already and is left as it is; `bulkhead check` judges it, `bulkhead set` changes one item of it, and to begin again move it away first", file)
}

// Write drafts the service file. It is written only after it was read back and found whole.
func (b *Beginning) Write(said Said, now civil.Instant) error {
	text := b.draft(said, b.home.Zone.On(now)).text(false)
	if err := b.readBack(said, text); err != nil {
		return fault.Wrap(fault.Internal, err, "the draft would not be whole, so nothing was written")
	}
	err := folder.Create(b.File, text)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return inTheWay(b.File)
	}
	return err
}

// readBack checks that a draft says what it was meant to say.
func (b *Beginning) readBack(said Said, text []byte) error {
	service, document, err := model.Read(schema.Source{File: b.File, Text: text})
	if err != nil {
		return err
	}
	if err := fault.At(b.home.unknown(service, document)); err != nil {
		return err
	}
	s := &service.Service
	if s.ID != b.id(said) || s.Name != b.name(said) || s.Purpose != said.Purpose || s.Owner != said.Owner || len(service.Controls) != b.Controls() || len(service.Architecture.Components) != b.Components() || !b.drew(service) {
		return fault.New(fault.Internal, "it does not say what was to be said")
	}
	return nil
}

// drew says whether a service has all of the designs that it was drafted from.
func (b *Beginning) drew(s *model.Service) bool {
	d := &b.design
	return len(s.Risks) == len(d.Risks) && len(s.Assumptions) == len(d.Assumptions) && len(s.Data) >= len(d.Data) && len(s.Architecture.Zones) >= len(d.Architecture.Zones) &&
		len(s.Architecture.Flows) == len(d.Architecture.Flows) && len(s.Architecture.Identities) == len(d.Architecture.Identities) && len(s.Architecture.Runtimes) == len(d.Architecture.Runtimes)
}

// id gives the id of the service: the one said, or one from its name, or one from what is in the folder.
func (b *Beginning) id(said Said) ident.ID {
	for _, id := range []ident.ID{said.ID, ident.Suggest(said.Name), ident.Suggest(b.Found.Name)} {
		if id != "" {
			return id
		}
	}
	return "service"
}

// name gives the name of the service: the one said, or one from what is in the folder, as people would write it.
func (b *Beginning) name(said Said) string {
	switch name := b.Found.Name; {
	case said.Name != "":
		return said.Name
	case ident.Suggest(name) == "":
		return string(b.id(said))
	case string(ident.Suggest(name)) == name:
		return sentence(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_.", r) }))
	default:
		return name
	}
}

// sentence makes a name of the words of an id.
func sentence(words []string) string {
	s := strings.Join(words, " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// Suggested gives what the service would be called, where nobody says.
func (b *Beginning) Suggested() string { return b.name(Said{}) }
