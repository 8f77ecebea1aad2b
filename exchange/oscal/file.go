package oscal

import (
	"cmp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
)

// file is what is read of a catalog.
type file struct {
	stream
	notes foreign.Notes

	title, version, oscal, modified string
	publisher                       string
	canonical                       string            // the address of the source, or a resource of the file
	addresses                       map[string]string // of resources
	whole                           section           // the catalog itself
	parameters                      map[string]*parameter
}

// section is a group of controls.
type section struct {
	key       string // that nothing else in the file has
	id, title string
	controls  []*control
	sections  []*section
}

// control is a control or an enhancement of one.
type control struct {
	key          string // that nothing else in the file has, save a control of the same id
	id, title    string
	withdrawn    bool
	became       []link
	statement    []*part
	enhancements []*control
}

// link says what became of a control that was withdrawn.
type link struct{ how, to string }

// part is a piece of a statement.
type part struct {
	id, name, label, title, prose string
	parts                         []*part
}

// parameter is something that an organisation fills in.
type parameter struct {
	id, label string
	values    []string
	howMany   string
	choices   []string
}

func (f *file) read() error {
	found, others := false, ""
	err := f.object(func(key string) error {
		switch key {
		case "catalog":
			found = true
			return f.object(f.catalog)
		case "$schema":
		default:
			others = key
		}
		return f.skip()
	})
	switch {
	case err != nil:
		return foreign.Misfit(form, err, "")
	case !found:
		return foreign.InvalidAt("", notHere(others))
	case !strings.HasPrefix(f.oscal, "1."):
		return foreign.InvalidAt("/catalog/metadata/oscal-version", "this says version "+quoted(f.oscal)+" of OSCAL; version 1 is read: fetch the catalog in that version")
	}
	return nil
}

func notHere(others string) string {
	what := "there is no catalog in this file"
	if others != "" {
		what += ", but " + quoted(others)
	}
	what += "; give a catalog of OSCAL 1 as JSON"
	if others == "profile" {
		what += ": that which the profile is resolved to"
	}
	return what
}

func (f *file) catalog(key string) error {
	switch key {
	case "metadata":
		return f.object(f.metadata)
	case "back-matter":
		return f.object(f.backMatter)
	}
	return f.section(&f.whole, key)
}

func (f *file) metadata(key string) error {
	switch key {
	case "title":
		return f.line(&f.title, foreign.MaxName)
	case "version":
		return f.line(&f.version, foreign.MaxName)
	case "oscal-version":
		return f.line(&f.oscal, 32)
	case "last-modified":
		return f.line(&f.modified, foreign.MaxName)
	case "links":
		return f.links(func(l link) bool {
			if l.how != "canonical" || f.canonical != "" {
				return false
			}
			f.canonical = l.to
			return true
		})
	case "parties":
		return f.parties()
	}
	return f.leave(key)
}

// parties takes the first organisation as the publisher. People stay behind, with all else that is said of anybody.
func (f *file) parties() error {
	return f.objects("type", "name", func(kind, name string) {
		if kind == "organization" && f.publisher == "" {
			f.publisher = name
		} else {
			f.notes.Add(parties, 1, "")
		}
	})
}

func (f *file) backMatter(key string) error {
	if key != "resources" {
		return f.leave(key)
	}
	return f.list(func() error {
		f.notes.Add(resources, 1, "")
		var id, address string
		err := f.object(func(key string) error {
			switch key {
			case "uuid":
				return f.line(&id, foreign.MaxName)
			case "rlinks":
				return f.objects("href", "", func(href, _ string) { address = cmp.Or(address, href) })
			}
			return f.skip()
		})
		f.addresses[id] = address
		return err
	})
}

// section takes one key of a group, or of the catalog itself.
func (f *file) section(s *section, key string) error {
	switch key {
	case "id":
		return f.line(&s.id, foreign.MaxName)
	case "title":
		return f.line(&s.title, foreign.MaxName)
	case "params":
		return f.params()
	case "controls":
		return f.controls(&s.controls)
	case "groups":
		return f.list(func() error {
			below := &section{}
			s.sections = append(s.sections, below)
			return f.object(func(key string) error { return f.section(below, key) })
		})
	case "parts":
		n, err := f.count()
		f.notes.Add(introductions, n, "")
		return err
	}
	return f.leave(key)
}

func (f *file) controls(into *[]*control) error {
	return f.list(func() error {
		c := &control{}
		*into = append(*into, c)
		return f.object(func(key string) error { return f.control(c, key) })
	})
}

func (f *file) control(c *control, key string) error {
	switch key {
	case "id":
		return f.line(&c.id, foreign.MaxName)
	case "title":
		return f.line(&c.title, foreign.MaxName)
	case "params":
		return f.params()
	case "controls":
		return f.controls(&c.enhancements)
	case "props":
		return f.props(func(name, value string) bool {
			gone := name == "status" && strings.EqualFold(value, "withdrawn")
			c.withdrawn = c.withdrawn || gone
			return gone
		})
	case "links":
		return f.links(func(l link) bool {
			if l.how != "incorporated-into" && l.how != "moved-to" {
				return false
			}
			c.became = append(c.became, l)
			return true
		})
	case "parts":
		return f.parts(func(p *part) {
			switch p.name {
			case "statement":
				c.statement = append(c.statement, p)
			case "guidance":
				f.notes.Add(guidance, 1, "")
			default:
				f.notes.Add(otherParts, 1, p.name)
			}
		})
	}
	return f.leave(key)
}

// parts takes a list of parts, each whole before it is given away.
func (f *file) parts(keep func(*part)) error {
	return f.list(func() error {
		p := &part{}
		err := f.object(func(key string) error { return f.part(p, key) })
		keep(p)
		return err
	})
}

func (f *file) part(p *part, key string) error {
	switch key {
	case "id":
		return f.line(&p.id, foreign.MaxName)
	case "name":
		return f.line(&p.name, foreign.MaxName)
	case "title":
		return f.line(&p.title, foreign.MaxName)
	case "prose":
		return f.verbatim(&p.prose)
	case "parts":
		return f.parts(func(below *part) { p.parts = append(p.parts, below) })
	case "props":
		return f.props(func(name, value string) bool {
			if name == "label" {
				p.label = value
			}
			return name == "label"
		})
	}
	return f.leave(key)
}

func (f *file) params() error {
	return f.list(func() error {
		p := &parameter{}
		err := f.object(func(key string) error { return f.parameter(p, key) })
		f.parameters[p.id] = p
		return err
	})
}

func (f *file) parameter(p *parameter, key string) error {
	switch key {
	case "id":
		return f.line(&p.id, foreign.MaxName)
	case "label":
		return f.line(&p.label, foreign.MaxText)
	case "values":
		return f.lines(&p.values, foreign.MaxText)
	case "select":
		return f.object(func(key string) error { return f.parameter(p, key) })
	case "how-many":
		return f.line(&p.howMany, foreign.MaxName)
	case "choice":
		return f.lines(&p.choices, foreign.MaxText)
	}
	return f.leave(key)
}

// props takes a list of properties. Those that nobody wants are counted.
func (f *file) props(want func(name, value string) bool) error {
	return f.objects("name", "value", func(name, value string) {
		if !want(name, value) {
			f.notes.Add(properties, 1, name)
		}
	})
}

// links takes a list of links. Those that nobody wants are counted.
func (f *file) links(want func(link) bool) error {
	return f.objects("rel", "href", func(how, to string) {
		if !want(link{how, to}) {
			f.notes.Add(links, 1, how)
		}
	})
}

// leave counts what is not read.
func (f *file) leave(key string) error {
	switch key {
	case "props":
		return f.props(func(_, _ string) bool { return false })
	case "links":
		return f.links(func(link) bool { return false })
	}
	f.notes.Add(others, 1, key)
	return f.skip()
}
