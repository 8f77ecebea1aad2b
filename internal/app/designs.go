package app

import (
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/exchange/repository"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Drawn is a file of a design that a draft takes in.
type Drawn struct {
	File    string
	Title   string // of its format
	Dropped []string
	built   string // its path from the folder of the service, where it shows how the service is built; empty otherwise
}

// draw takes the designs of files into the draft, each after the others. An id that is there already keeps what it had.
func (b *Beginning) draw(dir string, files []string) error {
	for _, file := range files {
		design, err := readDesign(exchange.Auto, file)
		if err != nil {
			return err
		}
		format, err := exchange.DesignNamed(design.Format)
		if err != nil {
			return err
		}
		drawn := Drawn{File: file, Title: format.Title, Dropped: append(design.Dropped, b.take(design.Service)...)}
		if shown, err := below(dir, file); err == nil && showsBuild(design.Format) {
			drawn.built = shown
		}
		b.Drawn = append(b.Drawn, drawn)
	}
	b.besides()
	return nil
}

// showsBuild says whether a format is one of files that a service is built from, and not of a model that people keep.
func showsBuild(format string) bool {
	return slices.Contains([]string{"compose", "kubernetes", "terraform", "openapi"}, format)
}

// below gives the path of a file from a folder, where it lies below it.
func below(dir, file string) (string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	way, err := filepath.Rel(from, to)
	if err == nil && !filepath.IsLocal(way) {
		err = fs.ErrInvalid
	}
	return filepath.ToSlash(way), err
}

// take adds what a design has, and says in sentences what it does not take.
func (b *Beginning) take(s *model.Service) (left []string) {
	d, a := &b.design, &s.Architecture
	var twice []string
	twice = append(twice, union(&d.Data, s.Data, func(x *model.Data) ident.ID { return x.ID }, "data")...)
	twice = append(twice, union(&d.Architecture.Zones, a.Zones, func(x *model.Zone) ident.ID { return x.ID }, "zone")...)
	twice = append(twice, union(&d.Architecture.Runtimes, a.Runtimes, func(x *model.Runtime) ident.ID { return x.ID }, "runtime")...)
	twice = append(twice, union(&d.Architecture.Identities, a.Identities, func(x *model.Account) ident.ID { return x.ID }, "identity")...)
	twice = append(twice, union(&d.Architecture.Components, a.Components, func(x *model.Component) ident.ID { return x.ID }, "component")...)
	twice = append(twice, union(&d.Architecture.Flows, a.Flows, func(x *model.Flow) ident.ID { return x.ID }, "flow")...)
	twice = append(twice, union(&d.Assumptions, s.Assumptions, func(x *model.Assumption) ident.ID { return x.ID }, "assumption")...)
	twice = append(twice, union(&d.Risks, s.Risks, func(x *model.Risk) ident.ID { return x.ID }, "risk")...)
	twice = append(twice, union(&d.Controls, s.Controls, func(x *model.Control) ident.ID { return x.ID }, "control")...)
	for _, what := range twice {
		left = append(left, "The "+what+" was there already, and stays as it was.")
	}
	rest := *s
	rest.Bulkhead, rest.Service, rest.Data, rest.Architecture, rest.Assumptions, rest.Risks, rest.Controls = "", model.Identity{}, nil, model.Architecture{}, nil, nil, nil
	if !reflect.DeepEqual(rest, model.Service{}) {
		left = append(left, "What it says of the service as a whole, such as its context, is not in this draft; `bulkhead import` takes it.")
	}
	return left
}

// union adds items whose ids are not there yet, and names those that are.
func union[T any](into *[]T, more []T, id func(*T) ident.ID, kind string) (twice []string) {
	there := map[ident.ID]bool{}
	for i := range *into {
		there[id(&(*into)[i])] = true
	}
	for i := range more {
		if there[id(&more[i])] {
			twice = append(twice, kind+" "+string(id(&more[i])))
			continue
		}
		*into = append(*into, more[i])
	}
	return twice
}

// besides leaves out what was found in the folder and is in a design already.
func (b *Beginning) besides() {
	b.Found.Components = slices.DeleteFunc(b.Found.Components, func(c repository.Component) bool {
		return slices.ContainsFunc(b.design.Architecture.Components, func(x model.Component) bool { return x.ID == c.ID })
	})
	b.Found.Controls = slices.DeleteFunc(b.Found.Controls, func(c repository.Control) bool {
		return slices.ContainsFunc(b.design.Controls, func(x model.Control) bool { return x.ID == c.ID })
	})
}

// Components is how many components the draft has.
func (b *Beginning) Components() int {
	return len(b.Found.Components) + len(b.design.Architecture.Components)
}

// Controls is how many controls the draft has.
func (b *Beginning) Controls() int { return len(b.Found.Controls) + len(b.design.Controls) }

// builtFrom gives the files that the service is built from, of those that were drawn from.
func (b *Beginning) builtFrom() (files []string) {
	for _, d := range b.Drawn {
		if d.built != "" {
			files = append(files, d.built)
		}
	}
	return files
}

// drawable finds files at usual places that a draft could take designs from. It goes by their names, and reads none.
func drawable(at fs.FS) (files []string) {
	for _, name := range []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"} {
		if isFile(at, name) {
			files = append(files, name)
			break // the program takes the first as well
		}
	}
	for _, dir := range []string{".", "api", "docs"} {
		for _, name := range []string{"openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.yml", "swagger.json"} {
			if file := path.Join(dir, name); isFile(at, file) {
				files = append(files, file)
			}
		}
	}
	for _, dir := range []string{"k8s", "kubernetes", "manifests"} {
		entries, err := fs.ReadDir(at, dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if ext := path.Ext(e.Name()); e.Type().IsRegular() && (ext == ".yaml" || ext == ".yml") && e.Name() != "kustomization.yaml" {
				files = append(files, path.Join(dir, e.Name()))
			}
		}
	}
	const most = 5
	return files[:min(most, len(files))]
}

func isFile(at fs.FS, name string) bool {
	info, err := fs.Stat(at, name)
	return err == nil && info.Mode().IsRegular()
}
