package oscal

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
)

// maker makes a pack of what was read.
type maker struct {
	*file
	as           Import
	ids          map[string]ident.ID // of controls and groups, by the key of each
	holder       map[string]string   // the requirement that a control, or a part of its statement, went into
	made         map[string]bool     // requirements that are there
	requirements []library.Requirement
	count        struct{ controls, enhancements, withdrawn int }
	bytes        int // of text in them
}

func (m *maker) pack() (library.Pack, error) {
	m.whole.prune(func(s *section) { m.notes.Add(empty, 1, cmp.Or(s.id, s.title)) })
	m.name()
	if err := m.section(&m.whole, ""); err != nil {
		return library.Pack{}, err
	}
	if m.count.controls == 0 {
		return library.Pack{}, foreign.InvalidAt("/catalog", "there are no controls in this catalog, so nothing that could be required")
	}
	f := library.Framework{Title: cmp.Or(m.title, foreign.Untitled), Version: m.versionNumber(), Summary: m.summary(), Requirements: m.requirements}
	f.ID = m.as.ID
	if f.ID == "" {
		short, _, _ := strings.Cut(m.title, ":")
		f.ID = cmp.Or(ident.Suggest(short), foreign.Untitled)
	}
	p := library.Pack{
		Pack: "v1", ID: packID(f.ID, f.Version), Title: f.Title, Summary: f.Summary, Version: f.Version, Source: m.source(&f), Location: m.location(),
		Licence:   cmp.Or(m.as.Licence, unlicensed),
		Retrieved: m.as.Retrieved, Mark: library.Secondary, Frameworks: []library.Framework{f},
	}
	var err error
	p.Digest, err = ident.Sum(p)
	return p, err
}

// unlicensed stands for a licence that nobody said.
const unlicensed = "Not said in a catalog of OSCAL: ask its publisher before the texts are passed on"

// packID puts the version behind the id of the framework, so that packs of two versions can be in force beside each other.
func packID(framework ident.ID, version string) ident.ID {
	tail := string(ident.Suggest(version))
	if tail == "" {
		return framework
	}
	const most = 64
	head := string(framework)[:min(len(framework), most-1-len(tail))]
	return ident.ID(strings.TrimRight(head, "._-") + "-" + tail)
}

func (m *maker) summary() string {
	s := several(m.count.controls, "1 requirement", "%d requirements") + ", read from a catalog of OSCAL " + m.oscal + "."
	if n := m.count.enhancements; n > 0 {
		s += several(n, " 1 of them is an enhancement of another.", " %d of them are enhancements of others.")
	}
	if n := m.count.withdrawn; n > 0 {
		s += several(n, " 1 is withdrawn by the publisher: it says so in its title and asks nothing any more.",
			" %d are withdrawn by the publisher: they say so in their titles and ask nothing any more.")
	}
	return s + " The texts are the publisher's; guidance, objectives and references are not here."
}

func several(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// source says whose the catalog is, as it says itself.
func (m *maker) source(f *library.Framework) string {
	s := strings.TrimPrefix(m.publisher+", "+f.Title, ", ") + ", version " + f.Version
	if day := m.changedOn(); !day.IsZero() {
		s += ", last changed on " + day.String()
	}
	return s + ", as a catalog of OSCAL " + m.oscal
}

// changedOn gives the day on which the catalog was last changed, where its publisher is.
func (m *maker) changedOn() civil.Date {
	day, _, _ := strings.Cut(m.modified, "T")
	date, _ := civil.ParseDate(day) // what is no date is not said
	return date
}

// location gives the address that the catalog calls its own: said outright, or by a resource in its back matter.
func (m *maker) location() string {
	to := m.canonical
	if id, inside := strings.CutPrefix(to, "#"); inside {
		to = m.addresses[id]
	}
	if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "http://") {
		return ""
	}
	return foreign.Place(to)
}

var notInVersion = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// versionNumber gives the version in the letters that one can have in a reference.
func (m *maker) versionNumber() string {
	const most = 32
	fit := strings.Trim(notInVersion.ReplaceAllString(m.version, "-"), "-")
	if fit = fit[:min(len(fit), most)]; fit != "" {
		if fit != m.version {
			m.notes.Add(reversioned, 1, m.version)
		}
		return fit
	}
	m.notes.Add(undated, 1, "")
	if day := m.changedOn(); !day.IsZero() {
		return day.String()
	}
	return m.as.Retrieved.String()
}

// name gives every control and every group an id: their own where it fits, and controls first, as answers name them.
func (m *maker) name() {
	m.made, m.holder = map[string]bool{}, map[string]string{}
	var controls, groups []string
	m.whole.walk(func(s *section) {
		s.key = fmt.Sprintf("%d:%s", len(groups), cmp.Or(s.id, string(ident.Suggest(s.title))))
		groups = append(groups, s.key)
	}, func(c *control) {
		c.key = ":" + cmp.Or(c.id, c.title)
		controls = append(controls, c.key)
	})
	m.ids = foreign.Assign(append(controls, groups...), "unnamed", func(key string) ident.ID {
		_, name, _ := strings.Cut(key, ":")
		if isRequirement(name) {
			return ident.ID(name)
		}
		return ident.Suggest(name)
	})
	m.whole.walk(func(*section) {}, func(c *control) {
		id := string(m.ids[c.key])
		m.holder[c.id] = id
		hold(m.holder, c.statement, id)
	})
}

func hold(holder map[string]string, parts []*part, id string) {
	for _, p := range parts {
		holder[p.id] = id
		hold(holder, p.parts, id)
	}
}

// isRequirement says whether a text can be the id of a requirement in a reference.
func isRequirement(s string) bool {
	_, err := ident.ParseRef("requirement:pack@1#" + s)
	return err == nil
}
