package drift

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// match is which components of a draft are which of the model.
type match struct {
	same     map[ident.ID]*model.Component // by the id in the draft
	possible map[ident.ID]bool             // of the model: what may be meant by some of the draft
	left     map[string]int                // family -> components of the model that nothing of the draft is
}

// pair finds what is the same, by the surest sign first.
func pair(claimed, draft *model.Service) *match {
	p := &pairing{match: match{same: map[ident.ID]*model.Component{}, possible: map[ident.ID]bool{}, left: map[string]int{}}, taken: map[ident.ID]bool{}, prefix: plain(string(claimed.Service.ID))}
	for i := range claimed.Architecture.Components {
		p.ours = append(p.ours, &claimed.Architecture.Components[i])
	}
	for i := range draft.Architecture.Components {
		p.theirs = append(p.theirs, &draft.Architecture.Components[i])
	}
	p.by(func(c *model.Component) []string { return []string{string(c.ID)} })
	p.by(func(c *model.Component) []string {
		var ids []string
		for _, id := range c.Formerly {
			ids = append(ids, string(id))
		}
		return append(ids, string(c.ID))
	})
	p.by(p.names)
	p.by(hosts)
	p.by(func(c *model.Component) []string {
		if product := sketch.Product(c.Technology); product != "" && family(c.Type) != "" {
			return []string{product}
		}
		return nil
	})
	p.rest()
	return &p.match
}

type pairing struct {
	match
	ours, theirs []*model.Component
	taken        map[ident.ID]bool // of the model
	prefix       string
}

// by pairs what one sign says is the same, where one of the model and one of the draft have it and no other.
func (p *pairing) by(signs func(*model.Component) []string) {
	ours, theirs := holders(p.ours, signs, func(c *model.Component) bool { return p.taken[c.ID] }), holders(p.theirs, signs, func(c *model.Component) bool { return p.same[c.ID] != nil })
	for _, t := range p.theirs {
		if p.same[t.ID] != nil {
			continue
		}
		for _, sign := range signs(t) {
			if a, b := ours[sign], theirs[sign]; len(a) == 1 && len(b) == 1 && !p.taken[a[0].ID] {
				p.same[t.ID] = a[0]
				p.taken[a[0].ID] = true
				break
			}
		}
	}
	for sign, a := range ours {
		if len(theirs[sign]) > 0 && len(a)*len(theirs[sign]) > 1 {
			for _, c := range a {
				p.possible[c.ID] = true
			}
		}
	}
}

// holders gives who has each sign, those that are paired already left out.
func holders(all []*model.Component, signs func(*model.Component) []string, paired func(*model.Component) bool) map[string][]*model.Component {
	out := map[string][]*model.Component{}
	for _, c := range all {
		if paired(c) {
			continue
		}
		for _, sign := range signs(c) {
			if sign != "" && !slices.Contains(out[sign], c) {
				out[sign] = append(out[sign], c)
			}
		}
	}
	return out
}

// names gives what a component is called, as far as it matters: its ids and names without the name of the service.
func (p *pairing) names(c *model.Component) (out []string) {
	all := []string{string(c.ID), c.Name}
	for _, id := range c.Formerly {
		all = append(all, string(id))
	}
	for _, s := range all {
		s = plain(s)
		if short := strings.TrimPrefix(s, p.prefix); short != "" {
			s = short
		}
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// hosts gives where the interfaces of a component are.
func hosts(c *model.Component) (out []string) {
	for _, s := range c.Interfaces {
		if _, rest, found := strings.Cut(s, "://"); found {
			s = rest
		}
		s, _, _ = strings.Cut(s, "/")
		out = append(out, strings.ToLower(s))
	}
	return out
}

// plain gives a name without case, spaces and signs.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// rest counts what of the model is left, by families of types.
func (p *pairing) rest() {
	for _, c := range p.ours {
		if !p.taken[c.ID] {
			p.left[family(c.Type)]++
			for _, t := range p.theirs {
				if p.same[t.ID] == nil && family(t.Type) == family(c.Type) {
					p.possible[c.ID] = true
					break
				}
			}
		}
	}
}

// extra says whether a component of the draft can be none of the model.
func (m *match) extra(c *model.Component) bool {
	return family(c.Type) != "" && m.left[family(c.Type)] == 0
}

// family puts types together that one reader or another may give to one thing; "" for what no file of a repository shows,
// or shows only as standing outside.
func family(t model.ComponentType) string {
	switch t {
	case "web-application", "api", "process", "build-pipeline", "code-repository", "ai-model":
		return "software"
	case "datastore", "file-store", "queue", "log-store", "secrets-store":
		return "store"
	case "gateway", "identity-provider", "platform":
		return string(t)
	}
	return ""
}

// component compares what is one component.
func component(ours, theirs *model.Component, add func(Drift)) {
	at := item{Ref: componentRef(ours), Name: name(ours)}
	a, b := sketch.Product(ours.Technology), sketch.Product(theirs.Technology)
	if a != "" && b != "" {
		text(at, "technology", a, b, add)
	}
	if b != "" && (a == b || a == "") && isVersion(ours.Version) && isVersion(theirs.Version) && !sameVersion(ours.Version, theirs.Version) {
		text(at, "version", ours.Version, theirs.Version, add)
	}
	encryption(at, ours.Encryption, theirs.Encryption, add)
	for _, w := range []struct {
		what         string
		ours, theirs model.Attribute
	}{
		{"internet_facing", ours.InternetFacing, theirs.InternetFacing},
		{"management", ours.Management, theirs.Management},
		{"custom", ours.Custom, theirs.Custom},
		{"accepts_files", ours.AcceptsFiles, theirs.AcceptsFiles},
		{"redundant", ours.Redundant, theirs.Redundant},
		{"backed_up", ours.BackedUp, theirs.BackedUp},
	} {
		attribute(at, w.what, w.ours, w.theirs, add)
	}
}
