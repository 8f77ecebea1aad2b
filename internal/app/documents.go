package app

import (
	"path/filepath"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Documents are the files of a service file, as they are sent elsewhere.
type Documents struct {
	Files   []schema.Source // named from the folder of the service on, with slashes
	Service *model.Service
	home    string
}

// ReadDocuments reads the service file of the one service at a path, with its parts, and says what is wrong with it by
// itself. What it names of a library or an organisation is not looked at.
func ReadDocuments(path string) (*Documents, error) {
	kept, many, err := folder.Find(path)
	if err != nil {
		return nil, err
	}
	if many {
		return nil, manyServices(Where{Path: path})
	}
	d := &Documents{home: kept[0].Home}
	if d.Files, err = kept[0].Sources(); err != nil {
		return nil, err
	}
	if d.Service, _, err = model.Read(d.Files...); err != nil {
		return nil, err
	}
	for i := range d.Files {
		rel, err := filepath.Rel(d.home, d.Files[i].File)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s", d.Files[i].File)
		}
		d.Files[i].File = filepath.ToSlash(rel)
	}
	return d, nil
}

// Place gives where a file lies that was sent under a name.
func (d *Documents) Place(name string) string {
	for i := range d.Files {
		if d.Files[i].File == name {
			return filepath.Join(d.home, filepath.FromSlash(name))
		}
	}
	return name
}

// CaseOf makes a case of the files of a service file that do not lie in a folder. It has no evidence and no decisions.
func (h Home) CaseOf(files []schema.Source) (*Case, error) {
	service, document, err := model.Read(files...)
	if err != nil {
		return nil, err
	}
	c := &Case{Document: document, Sources: judge.Sources{Service: service}}
	return c, h.complete(c)
}
