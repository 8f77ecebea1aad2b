// Package finding is the fold of observations over runs: what is wrong where, since when, and whether a later look that
// included the place no longer saw it.
//
// A finding is a service, a place or component, and a weakness, with the weakness's other names grouped. It is first seen
// at the least time at which it was observed; it is closed only by a later run of the same tool whose stated scope
// includes it and that is sure of it: a run that names no tool closes nothing. The fold does not depend on the order in
// which records arrived. The package sets no deadline and knows no control.
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
	Weakness  string        // the name by which it was first seen, so that a name learnt later does not change its id
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

// run is a record with what is asked of it often.
type run struct {
	record     *evidence.Record
	at         civil.Instant
	tool       string     // without its version
	components []ident.ID // that were looked at; none for all of the service
}

// sighting is one observation of a weakness.
type sighting struct {
	run
	obs       *evidence.Observation
	component ident.ID
	group     string // the same for all names of one weakness
}

// spot is what makes sightings one finding.
type spot struct {
	group, place string
	component    ident.ID
}

func (s *sighting) spot() spot { return spot{s.group, s.obs.Place, s.component} }

// Fold gives the findings of a service, in order of id, from its evidence as observed by the moment of the watch.
func Fold(set *evidence.Set, zone civil.Zone, w *civil.Watch) []Finding {
	var all []sighting
	runs := map[string][]run{}
	for i := range set.Records {
		r := &set.Records[i]
		if len(r.Observations) == 0 && r.Source.Tool == "" || !w.Reached(zone.From(r.Observed)) {
			continue
		}
		made := run{record: r, at: zone.From(r.Observed), tool: tool(r), components: components(r)}
		runs[made.tool] = append(runs[made.tool], made)
		for j := range r.Observations {
			if o := &r.Observations[j]; o.Weakness != "" {
				all = append(all, made.sighting(o))
			}
		}
	}
	for _, of := range runs {
		slices.SortFunc(of, func(a, b run) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.record.ID, b.record.ID)) })
	}
	group(all)
	return gather(all, runs)
}

// sighting takes the component of an observation from the run where the run was about one alone.
func (r *run) sighting(o *evidence.Observation) sighting {
	s := sighting{run: *r, obs: o, component: o.Component}
	if s.component == "" && len(r.components) == 1 {
		s.component = r.components[0]
	}
	return s
}

// components gives the components that a record names as what was looked at.
func components(r *evidence.Record) (ids []ident.ID) {
	for _, ref := range r.Subject {
		if id, is := strings.CutPrefix(ref.Path, "/architecture/components/"); is && ref.Kind == ident.KindClaim {
			ids = append(ids, ident.ID(id))
		}
	}
	return ids
}

// group gives each sighting a name that is the same for all names linked to its own. Which one it is means nothing.
func group(all []sighting) {
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
	for _, s := range all {
		a := find(s.obs.Weakness)
		for _, alias := range s.obs.Aliases {
			if alias == "" {
				continue // no name at all would link everything
			}
			leader[find(alias)] = a
		}
	}
	for i := range all {
		all[i].group = find(all[i].obs.Weakness)
	}
}

func gather(all []sighting, runs map[string][]run) []Finding {
	failed := map[spot][]sighting{}
	unsure := map[spot]map[*evidence.Record]bool{} // the runs that speak of it and do not say that it is gone
	for _, s := range all {
		switch s.obs.Result {
		case evidence.Failed:
			failed[s.spot()] = append(failed[s.spot()], s)
		case evidence.Passed, evidence.NotApplicable:
		default:
			if unsure[s.spot()] == nil {
				unsure[s.spot()] = map[*evidence.Record]bool{}
			}
			unsure[s.spot()][s.record] = true
		}
	}
	found := make([]Finding, 0, len(failed))
	for at, seen := range failed {
		found = append(found, see(seen))
		found[len(found)-1].close(seen, runs, unsure[at])
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// see makes a finding of its sightings.
func see(seen []sighting) Finding {
	first := slices.MinFunc(seen, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.obs.Weakness, b.obs.Weakness))
	})
	f := Finding{Weakness: first.obs.Weakness, Place: first.obs.Place, Component: first.component, First: first.at}
	f.ID = identity(f.Weakness, f.Place, f.Component)
	for _, s := range seen {
		f.Last = max(f.Last, s.at)
		f.Seen = append(f.Seen, s.record.ID)
		if s.obs.Severity.Rank() > f.Severity.Rank() {
			f.Severity = s.obs.Severity
		}
		f.Text = max(f.Text, s.obs.Text)
		f.Aliases = append(append(f.Aliases, s.obs.Weakness), s.obs.Aliases...)
	}
	f.Aliases = slices.DeleteFunc(f.Aliases, func(name string) bool { return name == "" || name == f.Weakness })
	slices.Sort(f.Aliases)
	f.Aliases = slices.Compact(f.Aliases)
	slices.Sort(f.Seen)
	f.Seen = slices.Compact(f.Seen)
	return f
}

// identity makes the id of a finding from what identifies it.
func identity(weakness, place string, component ident.ID) ident.ID {
	sum := sha256.Sum256([]byte(weakness + "\x00" + place + "\x00" + string(component)))
	name := string(ident.Suggest(weakness))
	name = cmp.Or(strings.TrimRight(name[:min(len(name), 40)], ".-_"), "weakness") // where no letter of it may stand in an id
	return ident.ID(name + "-" + hex.EncodeToString(sum[:6]))
}

// close finds the first run after the last sighting that looked at the place, with a tool that had seen it.
func (f *Finding) close(seen []sighting, runs map[string][]run, unsure map[*evidence.Record]bool) {
	tools := map[string]bool{}
	for _, s := range seen {
		if s.tool == "" || tools[s.tool] {
			continue
		}
		tools[s.tool] = true
		of := runs[s.tool]
		later, _ := slices.BinarySearchFunc(of, f.Last+1, func(r run, at civil.Instant) int { return cmp.Compare(r.at, at) })
		for _, r := range of[later:] {
			if unsure[r.record] || !completed(r.record) || !f.lookedAt(&r, seen) {
				continue
			}
			if f.Closed == 0 || r.at < f.Closed || r.at == f.Closed && r.record.ID < f.ClosedBy {
				f.Closed, f.ClosedBy = r.at, r.record.ID
			}
			break
		}
	}
}

// completed says whether a run came to anything at all.
func completed(r *evidence.Record) bool {
	return r.Outcome == evidence.Passed || r.Outcome == evidence.Failed || r.Outcome == evidence.NeedsReview
}

// tool gives the name of a tool without its version: a newer version of it may close what an older one saw. The version
// is the first word after the name that starts with a digit, or what follows the last "/" or "@".
func tool(r *evidence.Record) string {
	var name []string
	for word := range strings.FieldsSeq(strings.ToLower(r.Source.Tool)) {
		if len(name) > 0 && isVersion(word) {
			break
		}
		if i := strings.LastIndexAny(word, "/@"); i > 0 && isVersion(word[i+1:]) {
			name = append(name, word[:i])
			break
		}
		name = append(name, word)
	}
	return strings.Join(name, " ")
}

func isVersion(word string) bool {
	word = strings.TrimPrefix(strings.TrimPrefix(word, "("), "v")
	return word != "" && word[0] >= '0' && word[0] <= '9'
}

// lookedAt says whether the stated scope of a run includes the finding. Folders are those of what the run was about.
func (f *Finding) lookedAt(r *run, seen []sighting) bool {
	if len(r.record.Scope) == 0 {
		return f.inSubject(r, seen)
	}
	for _, s := range r.record.Scope {
		if f.Component != "" && s == string(f.Component) || (s == "." || s == "/" || under(f.Place, s)) && f.inSubject(r, seen) {
			return true
		}
	}
	return false
}

// inSubject says whether a run was about no component in particular, or about the finding's; where that is not known,
// about all that those who saw it were about.
func (f *Finding) inSubject(r *run, seen []sighting) bool {
	switch {
	case len(r.components) == 0:
		return true
	case f.Component != "":
		return slices.Contains(r.components, f.Component)
	}
	for _, s := range seen {
		missed := func(id ident.ID) bool { return !slices.Contains(r.components, id) }
		if len(s.components) == 0 || slices.ContainsFunc(s.components, missed) {
			return false
		}
	}
	return true
}

// under says whether a place is a folder or file, in it, or a line of it.
func under(place, folder string) bool {
	folder = strings.TrimSuffix(folder, "/")
	return folder != "" && (place == folder || strings.HasPrefix(place, folder+"/") || strings.HasPrefix(place, folder+":"))
}
