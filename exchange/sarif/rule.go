package sarif

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/fault"
)

// book is what results refer to: the rules and the files of their run.
type book struct {
	tool  string
	parts []part   // the driver, and then the extensions
	files []string // the places of the artifacts
}

type part struct {
	name  string
	rules []known
	byID  map[string]int
}

// known is what is kept of a rule.
type known struct {
	names
	severity number
	level    string
	short    string
	messages dict[message]
}

// names are those of one weakness.
type names struct {
	rule     string // the id of the rule
	weakness string
	aliases  []string
}

func (r *reader) book(s *scan, path string) (*book, error) {
	b := &book{tool: foreign.Tool(s.Tool.Driver.name(), "")}
	parts := append([]component{s.Tool.Driver}, s.Tool.Extensions.kept...)
	for i := range parts {
		p := part{name: parts[i].Name, byID: map[string]int{}}
		err := foreign.Each(r.file, parts[i].Rules, path+"/tool rules", func(one *rule, _ string) error {
			if r.rules++; r.rules > r.limits.Items {
				return fault.New(fault.TooLarge, "more than %d rules; split the file", r.limits.Items)
			}
			if _, twice := p.byID[one.ID]; !twice {
				p.byID[one.ID] = len(p.rules)
			}
			p.rules = append(p.rules, r.know(one, b.tool))
			return nil
		})
		if err != nil {
			return nil, err
		}
		b.parts = append(b.parts, p)
	}
	return b, nil
}

func (r *reader) know(one *rule, tool string) known {
	cwes := classes(one)
	if len(cwes) > 1 {
		r.out.Note(moreCWE, 1, one.ID)
	}
	k := known{severity: one.Properties.Severity, level: one.Default.Level, messages: one.Messages}
	k.names = name(tool, one.ID, one.Deprecated.kept, cwes)
	k.short, _ = foreign.Line(one.Short.Text, foreign.MaxText)
	return k
}

// looked reads the artifacts: the places that results refer to, and those that the run says it looked at.
func (r *reader) looked(s *scan, b *book, path string) error {
	return foreign.Each(r.file, s.Artifacts, path+"/artifacts", func(a *artifact, _ string) error {
		if r.files++; r.files > r.limits.Items {
			return fault.New(fault.TooLarge, "more than %d artifacts; split the file", r.limits.Items)
		}
		place := foreign.Place(a.Location.URI)
		b.files = append(b.files, place)
		if slices.Contains(a.Roles.kept, "analysisTarget") {
			if place == "" {
				place = "." // the folder that all is under
			}
			r.run.Scope = append(r.run.Scope, place)
		}
		return nil
	})
}

// find gives the rule of a result: by its index where the ids agree, or else by its id, or by the id that its own is
// beneath (CA1000/1 is beneath CA1000).
func (b *book) find(one *result) *known {
	p := &b.parts[0]
	if i := one.Rule.Component.Index.index(len(b.parts) - 1); i >= 0 {
		p = &b.parts[i+1]
	} else if one.Rule.Component.Name != "" {
		for i := range b.parts {
			if b.parts[i].name == one.Rule.Component.Name {
				p = &b.parts[i]
			}
		}
	}
	id := one.id()
	for _, n := range []*number{one.RuleIndex, one.Rule.Index} {
		if i := n.index(len(p.rules)); i >= 0 && (id == "" || id == p.rules[i].rule || strings.HasPrefix(id, p.rules[i].rule+"/")) {
			return &p.rules[i]
		}
	}
	if i, ok := p.byID[id]; ok && id != "" {
		return &p.rules[i]
	}
	if i, ok := p.byID[id[:max(0, strings.LastIndexByte(id, '/'))]]; ok && id != "" {
		return &p.rules[i]
	}
	return nil
}

// The ids of advisories, with whatever a tool puts after them, such as the name of a package.
var (
	advisory = regexp.MustCompile(`(?i)^(CVE-[0-9]{4}-[0-9]{4,19}|GHSA(?:-[0-9a-z]{4}){3}|(?:GO|PYSEC|RUSTSEC|OSV|MAL)-[0-9]{4}-[0-9]+)(?:[^0-9A-Za-z].*)?$`)
	class    = regexp.MustCompile(`(?i)(?:^|[^a-z])CWE[-_ :]0*([1-9][0-9]{0,5})(?:[^0-9]|$)`)
)

// name gives the names of the weakness that a rule finds.
func name(tool, id string, deprecated, cwes []string) names {
	n := names{rule: id, weakness: foreign.Name(tool + ":" + id)}
	if a := advised(id); a != "" {
		n.weakness = a
		for _, other := range append([]string{id}, deprecated...) {
			if plain := advised(other); plain != "" && plain != a {
				n.aliases = append(n.aliases, plain)
			}
		}
		if id != a {
			n.aliases = append(n.aliases, foreign.Name(id))
		}
		slices.Sort(n.aliases)
		n.aliases = slices.Compact(n.aliases)
		return n
	}
	if len(cwes) > 0 {
		n.weakness = cwes[0]
	}
	return n
}

// advised gives the advisory that an id starts with, as its publisher writes it; "" when it starts with none.
func advised(id string) string {
	if len(id) > 1000 {
		return ""
	}
	m := advisory.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	if a := strings.ToUpper(m[1]); !strings.HasPrefix(a, "GHSA-") {
		return a
	}
	return "GHSA" + strings.ToLower(m[1][4:])
}

// classes gives the CWEs that a rule names, in its order: in its tags, its properties and its relations.
func classes(one *rule) []string {
	texts := append(slices.Clone(one.Properties.Tags.kept), strings.Split(string(one.Properties.CWE), ",")...)
	for _, rel := range one.Relations.kept {
		if strings.EqualFold(rel.Target.Component.Name, "CWE") {
			texts = append(texts, "CWE-"+strings.TrimPrefix(rel.Target.ID, "CWE-"))
		}
	}
	var found []string
	for _, s := range texts {
		if m := class.FindStringSubmatch(s[:min(len(s), 200)]); m != nil && !slices.Contains(found, "CWE-"+m[1]) {
			found = append(found, "CWE-"+m[1])
		}
	}
	return found
}
