// Package drift compares what a service file says with what the files of a repository say today, so that a model that has
// fallen behind is noticed.
//
// It tells only of what is certain, because a warning that is often wrong is soon passed over:
//
//   - A component of a file and one of the model are the same where they share an id, now or formerly, or a name, leaving
//     aside case, hyphens and the name of the service; or where each is the only one left of a well-known product.
//   - A component is missing from the model where nothing there could be it under another name: no component of a similar
//     type is left over. What a description of an interface shows is no component of its own, and neither is whoever calls.
//   - A component is gone from the repository where the model says that it shares its runtime with one that a file shows,
//     and no file shows it, while most of what is on that runtime is shown. What somebody else runs, a person or a device
//     is never gone: no file could show it.
//   - An attribute differs where both say something and both cannot be so. What a file does not say is no difference, nor
//     what the model does not say; a longer version is the same as its beginning.
//   - A flow is missing from the model where a file says how it is carried and the model has none between the two
//     components, in either direction.
//
// The files must be those that the service is built from as it is used: one for trying things out on a developer's machine
// says other things rightly.
//
// It is pure: it reads no file, and the same input gives the same drifts in the same order.
package drift

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Kind says what sort of drift it is.
type Kind string

// The kinds.
const (
	Missing Kind = "missing" // a file of the repository shows it, and the model has it not
	Gone    Kind = "gone"    // the model has it, and no file shows it although one would
	Differs Kind = "differs" // both say something of it, and not the same
)

// Drift is one thing that the model and the repository do not agree on.
type Drift struct {
	Kind   Kind
	Ref    ident.Ref // the item of the model; zero where it is missing from it
	Name   string    // of the item, as people know it; of a flow, its two ends
	What   string    // the key that differs, such as internet_facing; for what is missing or gone, component or flow
	Model  string    // what the model says; empty where it is missing
	Draft  string    // what the file says; empty where it is gone
	File   string    // the file that shows it; empty where it is gone from all
	Format string    // of the file, such as compose
}

// Sentence tells of a drift in a sentence.
func (d Drift) Sentence() string {
	switch d.Kind {
	case Missing:
		return fmt.Sprintf("%s has the %s %s, which the service file does not have", d.File, d.What, d.Name)
	case Gone:
		return fmt.Sprintf("the service file has the %s %s, which is in none of the files any more", d.What, d.Name)
	}
	return fmt.Sprintf("%s says %s for %s of %s; the service file says %s", d.File, d.Draft, d.What, d.Name, d.Model)
}

// Seen is what a file of the repository says today.
type Seen struct {
	File   string
	Design foreign.Design
}

// Compare gives what a model and the files of its repository do not agree on: in the order of the files and of what is in
// each, and last what is gone, in the order of the model.
func Compare(claimed *model.Service, seen ...Seen) []Drift {
	c := &comparer{claimed: claimed, found: map[ident.ID]bool{}, shared: map[ident.ID]bool{}}
	var matches []*match
	for _, s := range seen {
		m := pair(claimed, s.Design.Service)
		matches = append(matches, m)
		maps.Copy(c.found, m.possible)
	}
	for i, s := range seen {
		c.file(s, matches[i])
	}
	c.gone()
	return c.drifts
}

type comparer struct {
	claimed *model.Service
	drifts  []Drift
	found   map[ident.ID]bool // components of the model that a file shows, or may show
	shared  map[ident.ID]bool // runtimes of the model on which something runs that a file shows on one
}

func (c *comparer) file(s Seen, m *match) {
	draft := s.Design.Service
	add := func(d Drift) {
		d.File, d.Format = s.File, s.Design.Format
		c.drifts = append(c.drifts, d)
	}
	for i := range draft.Architecture.Components {
		theirs := &draft.Architecture.Components[i]
		ours := m.same[theirs.ID]
		switch {
		case ours != nil:
			c.found[ours.ID] = true
			if theirs.Runtime != "" && ours.Runtime != "" {
				c.shared[ours.Runtime] = true
			}
			component(ours, theirs, add)
		case s.Design.Format != "openapi" && m.extra(theirs):
			add(Drift{Kind: Missing, Name: name(theirs), What: "component", Draft: string(theirs.Type)})
		}
	}
	for i := range draft.Architecture.Flows {
		c.flow(&draft.Architecture.Flows[i], m, s.Design.Format == "kubernetes", add)
	}
	for _, theirs := range draft.Architecture.Identities {
		for _, ours := range c.claimed.Architecture.Identities {
			if ours.ID == theirs.ID {
				attribute(item{Ref: ident.Claim("architecture", "identities", string(ours.ID)), Name: cmp.Or(ours.Name, string(ours.ID))}, "privileged", ours.Privileged, theirs.Privileged, add)
			}
		}
	}
}

// gone tells of components that share a runtime with what the files show, and that none of them shows.
func (c *comparer) gone() {
	shown := map[ident.ID]int{} // by runtime: more than 0 where more is shown than is not
	for _, x := range c.claimed.Architecture.Components {
		if c.found[x.ID] {
			shown[x.Runtime]++
		} else {
			shown[x.Runtime]--
		}
	}
	for i := range c.claimed.Architecture.Components {
		x := &c.claimed.Architecture.Components[i]
		if c.shared[x.Runtime] && shown[x.Runtime] > 0 && !c.found[x.ID] && ours(x) && x.Parent == "" {
			c.drifts = append(c.drifts, Drift{Kind: Gone, Ref: componentRef(x), Name: name(x), What: "component", Model: string(x.Type)})
		}
	}
}

// ours says whether a component is one that a file of the repository would show.
func ours(c *model.Component) bool {
	return c.OutOfScope != model.Yes && c.Supplier == "" && c.Provider == "" && family(c.Type) != ""
}

func componentRef(c *model.Component) ident.Ref {
	return ident.Claim("architecture", "components", string(c.ID))
}

func name(c *model.Component) string { return cmp.Or(c.Name, string(c.ID)) }

// flow compares a flow of a file, perhaps of a cluster, with those between the same two components of the model.
func (c *comparer) flow(theirs *model.Flow, m *match, cluster bool, add func(Drift)) {
	from, to := m.same[theirs.Source], m.same[theirs.Destination]
	if from == nil || to == nil || theirs.Protocol == "" && theirs.Encryption == "" && theirs.Filtered == "" {
		return
	}
	ends := name(from) + " to " + name(to)
	var between []*model.Flow
	back := false
	for i := range c.claimed.Architecture.Flows {
		f := &c.claimed.Architecture.Flows[i]
		switch {
		case f.Source == from.ID && f.Destination == to.ID:
			between = append(between, f)
		case f.Source == to.ID && f.Destination == from.ID:
			back = true
		}
	}
	switch {
	case len(between) == 1 && cluster && theirs.Encryption == "none":
		unprotected := *theirs
		unprotected.Encryption = ""
		flow(between[0], &unprotected, ends, add)
	case len(between) == 1:
		flow(between[0], theirs, ends, add)
	case len(between) == 0 && !back && theirs.Protocol != "":
		add(Drift{Kind: Missing, Name: ends, What: "flow", Draft: theirs.Protocol})
	}
}

// flow compares two flows that are one. What the model says of several between the same components is not compared: which
// is meant is not known.
func flow(ours, theirs *model.Flow, ends string, add func(Drift)) {
	at := item{Ref: ident.Claim("architecture", "flows", string(ours.ID)), Name: cmp.Or(ours.Name, ends)}
	encryption(at, ours.Encryption, theirs.Encryption, add)
	attribute(at, "filtered", ours.Filtered, theirs.Filtered, add)
	switch ours.Authentication {
	case "", "elsewhere", "multi-factor", "passkey": // which say more than a file can
	default:
		if theirs.Authentication != "" {
			text(at, "authentication", string(ours.Authentication), string(theirs.Authentication), add)
		}
	}
}

// item is what a drift is about.
type item struct {
	Ref  ident.Ref
	Name string
}

func attribute(at item, what string, ours, theirs model.Attribute, add func(Drift)) {
	if ours != "" && theirs != "" {
		text(at, what, string(ours), string(theirs), add)
	}
}

// encryption compares how data is kept from being read. A file shows that a standard way is used, not that nothing more is.
func encryption(at item, ours, theirs model.Encryption, add func(Drift)) {
	if ours != "" && theirs != "" && (ours == "none") != (theirs == "none") {
		text(at, "encryption", string(ours), string(theirs), add)
	}
}

func text(at item, what, ours, theirs string, add func(Drift)) {
	if ours != theirs {
		add(Drift{Kind: Differs, Ref: at.Ref, Name: at.Name, What: what, Model: ours, Draft: theirs})
	}
}

// sameVersion says whether one version is the other or its beginning: 16 and 16.3 are one.
func sameVersion(a, b string) bool {
	a, b = strings.TrimPrefix(strings.TrimSpace(a), "v")+".", strings.TrimPrefix(strings.TrimSpace(b), "v")+"."
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// isVersion says whether a text is numbers with dots between, which can be compared.
func isVersion(s string) bool {
	s = strings.TrimPrefix(strings.TrimSpace(s), "v")
	return s != "" && strings.Trim(s, "0123456789.") == ""
}
