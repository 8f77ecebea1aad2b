// Package finding is the fold of observations over runs: what is wrong where, since when, and whether a later look that
// included the place no longer saw it.
//
// A finding is a service, a place or component, and a weakness, with the weakness's other names grouped. It is first seen
// at the least time at which it was observed; it is closed only by a later run of the same tool whose stated scope
// includes it. The fold does not depend on the order in which records arrived. The package sets no deadline and knows no
// control.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Finding is a weakness in a place.
type Finding struct {
	ID        ident.ID      // made from what identifies it, so that it stays the same from run to run
	Weakness  string        // the name that sorts first among its names
	Aliases   []string      // its other names, in order
	Place     string        // a file or an address; empty when only the component is known
	Component ident.ID      // empty when it is not known
	Severity  model.Band    // the worst that any tool said; empty when none did
	Text      string        // what the tool says of it
	First     civil.Instant // first observed
	Last      civil.Instant // last observed
	Closed    civil.Instant // the run that no longer saw it; 0 while it is open
	Seen      []ident.ID    // the evidence that saw it, in order
	ClosedBy  ident.ID      // the evidence that closed it
}

// Open says whether nothing has closed it since it was last seen.
func (f *Finding) Open() bool { return f.Closed == 0 }

// sighting is one observation of a weakness.
type sighting struct {
	record *evidence.Record
	at     civil.Instant
	obs    *evidence.Observation
	name   string
}

// Fold gives the findings of a service, in order of id, from its evidence as observed by the moment of the watch.
func Fold(set *evidence.Set, zone civil.Zone, w *civil.Watch) []Finding {
	var seen []sighting
	var runs []*evidence.Record
	for i := range set.Records {
		r := &set.Records[i]
		if len(r.Observations) == 0 && r.Source.Tool == "" || !w.Reached(zone.From(r.Observed)) {
			continue
		}
		runs = append(runs, r)
		for j := range r.Observations {
			if o := &r.Observations[j]; o.Result == evidence.Failed && o.Weakness != "" {
				seen = append(seen, sighting{record: r, at: zone.From(r.Observed), obs: o})
			}
		}
	}
	group(seen)
	found := gather(seen)
	for i := range found {
		found[i].close(runs, zone)
	}
	return found
}

// group gives each sighting the name that sorts first among all names that are linked to its own.
func group(seen []sighting) {
	leader := map[string]string{}
	var find func(string) string
	find = func(n string) string {
		up, ok := leader[n]
		if !ok || up == n {
			return n
		}
		top := find(up)
		leader[n] = top
		return top
	}
	for _, s := range seen {
		a := find(s.obs.Weakness)
		for _, alias := range s.obs.Aliases {
			b := find(alias)
			a, b = min(a, b), max(a, b)
			leader[b] = a
		}
	}
	for i := range seen {
		seen[i].name = find(seen[i].obs.Weakness)
	}
}

func gather(seen []sighting) []Finding {
	byID := map[ident.ID]*Finding{}
	for _, s := range seen {
		id := identity(s.name, s.obs.Place, s.obs.Component)
		f := byID[id]
		if f == nil {
			f = &Finding{ID: id, Weakness: s.name, Place: s.obs.Place, Component: s.obs.Component, First: s.at, Text: s.obs.Text}
			byID[id] = f
		}
		f.see(s)
	}
	found := make([]Finding, 0, len(byID))
	for _, f := range byID {
		slices.Sort(f.Seen)
		f.Seen = slices.Compact(f.Seen)
		slices.Sort(f.Aliases)
		f.Aliases = slices.Compact(f.Aliases)
		found = append(found, *f)
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

func (f *Finding) see(s sighting) {
	f.First, f.Last = min(f.First, s.at), max(f.Last, s.at)
	f.Seen = append(f.Seen, s.record.ID)
	if s.obs.Severity.Rank() > f.Severity.Rank() {
		f.Severity = s.obs.Severity
	}
	f.Text = max(f.Text, s.obs.Text)
	for _, name := range append(s.obs.Aliases, s.obs.Weakness) {
		if name != f.Weakness {
			f.Aliases = append(f.Aliases, name)
		}
	}
}

// identity makes the id of a finding from what identifies it.
func identity(weakness, place string, component ident.ID) ident.ID {
	sum := sha256.Sum256([]byte(weakness + "\x00" + place + "\x00" + string(component)))
	name := string(ident.Suggest(weakness))
	return ident.ID(strings.TrimRight(name[:min(len(name), 40)], ".-_") + "-" + hex.EncodeToString(sum[:6]))
}

// close finds the first run after the last sighting that looked at the place, with a tool that had seen it.
func (f *Finding) close(runs []*evidence.Record, zone civil.Zone) {
	tools := map[string]bool{}
	for _, r := range runs {
		if slices.Contains(f.Seen, r.ID) {
			tools[tool(r)] = true
		}
	}
	for _, r := range runs {
		at := zone.From(r.Observed)
		if at <= f.Last || !tools[tool(r)] || !f.lookedAt(r) || r.Outcome == evidence.NotRun || r.Outcome == evidence.Unknown {
			continue
		}
		if f.Closed == 0 || at < f.Closed || at == f.Closed && r.ID < f.ClosedBy {
			f.Closed, f.ClosedBy = at, r.ID
		}
	}
}

// tool gives the name of a tool without its version: a newer version of it may close what an older one saw.
func tool(r *evidence.Record) string {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(r.Source.Tool)), " ")
	return name
}

// lookedAt says whether the stated scope of a run includes the finding.
func (f *Finding) lookedAt(r *evidence.Record) bool {
	if len(r.Scope) == 0 {
		return f.inSubject(r)
	}
	for _, s := range r.Scope {
		if f.Component != "" && s == string(f.Component) || f.Place != "" && under(f.Place, s) || s == "." || s == "/" {
			return true
		}
	}
	return false
}

// inSubject says whether a run without a stated scope was about the finding's component, or about no component in
// particular.
func (f *Finding) inSubject(r *evidence.Record) bool {
	const prefix = "/architecture/components/"
	components := false
	for _, ref := range r.Subject {
		id, is := strings.CutPrefix(ref.Path, prefix)
		if !is || ref.Kind != ident.KindClaim {
			continue
		}
		components = true
		if ident.ID(id) == f.Component {
			return true
		}
	}
	return !components
}

func under(place, folder string) bool {
	folder = strings.TrimSuffix(folder, "/")
	return place == folder || strings.HasPrefix(place, folder+"/") || strings.HasPrefix(place, folder+":")
}
