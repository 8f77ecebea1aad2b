package repository

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// place is a folder with something in it that says what is made there.
type place struct {
	dir       string
	name      string // as a manifest says
	namedBy   string
	with      []string // languages
	is        model.ComponentType
	why       string
	image     string // that a container is made from
	manifests int
	boxed     bool // there is a recipe of a container
	holder    bool // it only holds others together
	files     []string
}

// maxPlaces is how many such folders are kept: each is compared with the others.
const maxPlaces = 400

// place gives the place of a file.
func (s *sightings) place(file string) *place {
	dir := path.Dir(file)
	for _, p := range s.places {
		if p.dir == dir {
			return p
		}
	}
	p := &place{dir: dir}
	if len(s.places) == maxPlaces {
		s.more++
		return p
	}
	s.places = append(s.places, p)
	return p
}

func (p *place) manifest(file string, l lang, text string) {
	p.manifests++
	p.files = append(p.files, shown(file))
	if !slices.Contains(p.with, l.name) {
		p.with = append(p.with, l.name)
	}
	m := l.read(file, text)
	p.holder = p.holder || m.holder
	if name, _ := foreign.Line(m.name, 64); p.name == "" && ident.Suggest(name) != "" {
		p.name, p.namedBy = name, shown(file)
	}
	for _, t := range l.tells {
		if p.is == "" && slices.ContainsFunc(m.needs, func(n string) bool { return strings.EqualFold(n, t.needs) }) {
			p.is, p.why = t.is, shown(file)+" names "+t.needs
		}
	}
}

func (p *place) locked(file string) { p.files = append(p.files, shown(file)) }

func (p *place) container(file, image string) {
	p.boxed = true
	p.files = append(p.files, shown(file))
	if p.image == "" {
		p.image = image
	}
}

// stands says whether what is made here stands by itself: it is put in a container, or what it is made with says so.
func (p *place) stands() bool { return p.boxed || p.is != "" }

// below says whether a place is in a folder below another.
func (p *place) below(other *place) bool {
	return p != other && (other.dir == "." || strings.HasPrefix(p.dir, other.dir+"/"))
}

// name gives what the whole is called.
func (s *sightings) name(folder string) (name, by string) {
	for _, p := range s.places {
		if p.dir == "." && p.name != "" {
			return p.name, p.namedBy
		}
	}
	name, _ = foreign.Line(folder, 64)
	return name, ""
}

// parts gives the places that are parts of their own. A library that lies below a part is counted to it, and so is a
// recipe of a container that has nothing of its own beside it. What only holds others together is a part where none of
// the others is.
func (s *sightings) parts() (out []*place) {
	for _, p := range s.places {
		over := s.nearest(p)
		switch {
		case p.manifests == 0 && over != nil:
			over.boxed = over.boxed || p.boxed
			if over.image == "" {
				over.image = p.image
			}
			over.files = append(over.files, p.files...)
		case over != nil && !p.stands():
			over.files = append(over.files, p.files...)
		}
	}
	for _, p := range s.places {
		if p.manifests == 0 && !p.boxed || s.nearest(p) != nil && (p.manifests == 0 || !p.stands()) {
			continue
		}
		if p.holder && !p.stands() && slices.ContainsFunc(s.places, func(o *place) bool { return o.below(p) && o.manifests > 0 && o.stands() }) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// nearest gives the nearest place above another that has a manifest.
func (s *sightings) nearest(p *place) (found *place) {
	for _, o := range s.places {
		if o.manifests > 0 && p.below(o) && (found == nil || len(o.dir) > len(found.dir)) {
			found = o
		}
	}
	return found
}

// components drafts the parts: what is made here, what it runs on, and where it is kept and built. It gives how many more
// there would be.
func (s *sightings) components(service ident.ID, most int) (out []Component, left int) {
	names := namer{}
	for _, p := range s.parts() {
		if len(out) >= most {
			left++
			continue
		}
		out = append(out, p.component(names.fresh(p.id(service), p.dir)))
	}
	if what, paths := s.of(infrastructure); len(what) > 0 {
		out = append(out, Component{ID: names.fresh("platform", ""), Name: "What the service runs on", Type: "platform", Why: "it is written down as code", Technology: strings.Join(what, ", "), Found: paths})
	}
	built, pipelines := s.of(pipeline)
	kept := slices.Concat(s.kept, s.evidence["code-review"])
	if len(kept) == 0 {
		kept = pipelines
	}
	if len(kept) > 0 {
		out = append(out, Component{ID: names.fresh("repository", ""), Name: "Where the code is kept", Type: "code-repository", Why: "this is one", Found: kept})
	}
	if len(built) > 0 {
		out = append(out, Component{ID: names.fresh("pipeline", ""), Name: "What builds the service", Type: "build-pipeline", Why: "it is written down here", Technology: strings.Join(built, ", "), Found: pipelines})
	}
	return out, left
}

// id gives the id that a part would have: that of the service at the root, that of its folder below.
func (p *place) id(service ident.ID) ident.ID {
	if p.dir == "." {
		return service
	}
	return ident.Suggest(path.Base(p.dir))
}

func (p *place) component(id ident.ID) Component {
	c := Component{ID: id, Name: p.called(id), Type: p.is, Why: p.why, Found: p.files}
	if c.Type == "" && p.manifests == 0 {
		c.Type, c.Why = ofImage(p.image)
	}
	if c.Type == "" {
		c.Type = "web-application" // the one that is asked the most of, like api: nobody gains by not being known
	}
	c.Technology = strings.Join(p.with, ", ")
	switch {
	case p.boxed && p.image != "" && c.Technology != "":
		c.Technology += ", in a container from " + p.image
	case p.boxed && p.image != "":
		c.Technology = "container from " + p.image
	case p.boxed && c.Technology != "":
		c.Technology += ", in a container"
	case p.boxed:
		c.Technology = "container"
	}
	return c
}

func (p *place) called(id ident.ID) string {
	switch {
	case p.name != "":
		return p.name
	case p.dir == ".":
		return string(id)
	}
	return shown(path.Base(p.dir))
}

// ofImage says what a container from an image is, going by the last part of the image's name.
func ofImage(image string) (model.ComponentType, string) {
	name, _, _ := strings.Cut(path.Base(image), ":")
	for _, t := range images() {
		if strings.Contains(name, t.needs) {
			return t.is, "it is made from " + image
		}
	}
	return "", ""
}

// namer gives each part an id of its own.
type namer map[ident.ID]bool

func (n namer) fresh(id ident.ID, dir string) ident.ID {
	stem := string(id)
	if stem == "" {
		stem = "service"
	}
	if n[ident.ID(stem)] && dir != "" {
		if whole := ident.Suggest(strings.ReplaceAll(dir, "/", "-")); whole != "" {
			stem = string(whole)
		}
	}
	try := ident.ID(stem)
	for i := 2; n[try]; i++ {
		end := "-" + strconv.Itoa(i)
		try = ident.ID(stem[:min(len(stem), 64-len(end))] + end)
	}
	n[try] = true
	return try
}
