package library

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// Lint gives what is wrong with a set of packs that are to be used together: each alone, and what they say of each other.
// The file of a problem is the id of the pack.
func Lint(packs []Pack) []fault.Field {
	var problems []fault.Field
	for i := range packs {
		problems = append(problems, lintPack(&packs[i])...)
	}
	return append(problems, lintSet(packs)...)
}

// linter collects what is wrong with one pack.
type linter struct {
	*Pack
	problems []fault.Field
}

func (l *linter) bad(path, format string, args ...any) {
	l.problems = append(l.problems, fault.Field{File: string(l.ID), Path: path, Text: fmt.Sprintf(format, args...)})
}

// lintPack gives what is wrong with a pack whatever other packs there are.
func lintPack(p *Pack) []fault.Field {
	l := &linter{Pack: p}
	l.source()
	l.items()
	l.areas()
	l.matrix()
	l.tiers()
	for i := range p.Principles {
		l.principle(&p.Principles[i])
	}
	for i := range p.Controls {
		l.control(&p.Controls[i])
	}
	for i := range p.Frameworks {
		l.framework(&p.Frameworks[i])
	}
	l.authority()
	l.deadlines()
	l.profiles()
	for i := range p.Threats {
		l.threat(&p.Threats[i])
	}
	for i := range p.Steps {
		l.step(&p.Steps[i])
	}
	l.threatScale()
	return l.problems
}

// source checks that a reader can find out where the pack is from.
func (l *linter) source() {
	for _, f := range []struct{ path, text string }{{"/title", l.Title}, {"/version", l.Version}, {"/source", l.Source}, {"/licence", l.Licence}} {
		l.text(f.path, f.text)
	}
	if l.Retrieved.IsZero() {
		l.bad("/retrieved", "the day on which the source was read is missing")
	}
}

func (l *linter) text(path, text string) {
	switch {
	case text == "":
		l.bad(path, "this text is empty")
	case text != strings.TrimSpace(text):
		l.bad(path, "this text starts or ends with white space: %q", text)
	}
}

func (l *linter) items() {
	seen := map[[2]string]bool{}
	for _, it := range l.Items() {
		l.text(it.Path, it.Text)
		l.mark(it)
		key := [2]string{it.Kind, it.ID}
		if ownedByAnother(it.Kind) && it.Kind != "statements" { // which are referred to by the pack alone
			key[1] = it.Path
		}
		if seen[key] {
			l.bad(it.Path, "the id %q is used twice among %s", it.ID, it.Kind)
		}
		seen[key] = true
	}
}

// mark checks that an item says how sure its source is, and that what is confirmed can be looked up.
func (l *linter) mark(it Item) {
	switch it.Mark {
	case Confirmed:
		if l.Source == "" || l.Location == "" || l.Retrieved.IsZero() {
			l.bad(it.Path, "%q is marked as confirmed, but its pack lacks the source, its location or the day on which it was read", it.ID)
		}
	case Secondary, General, Ours:
	default:
		l.bad(it.Path, "%q has no mark: confirmed, secondary, general or ours", it.ID)
	}
}

// sevenAreas are the areas in their order: postures and pages name them by these ids.
func sevenAreas() []ident.ID {
	return []ident.ID{"context", "plan", "risks", "controls", "suppliers", "assurance", "stay-secure"}
}

func (l *linter) areas() {
	if len(l.Areas) == 0 {
		return
	}
	var ids []ident.ID
	for _, a := range l.Areas {
		ids = append(ids, a.ID)
	}
	if !slices.Equal(ids, sevenAreas()) {
		l.bad("/areas", "the areas are %v; there are exactly seven, in this order: %v", ids, sevenAreas())
	}
}

// matrix checks that each score from 1 to 25 is in exactly one band, the bands from low to high.
func (l *linter) matrix() {
	next, rank := 1, 0
	for i, c := range l.Matrix {
		path := fmt.Sprintf("/matrix/%d", i)
		if c.From != next || c.To < c.From {
			l.bad(path, "the band %s is from %d to %d; it should start at %d, so that each score is in one band", c.Band, c.From, c.To, next)
		}
		if c.Band.Rank() <= rank {
			l.bad(path, "the band %s comes after a higher one", c.Band)
		}
		next, rank = c.To+1, c.Band.Rank()
	}
	if len(l.Matrix) > 0 && next != 26 {
		l.bad("/matrix", "the bands end at %d; the highest score is 25", next-1)
	}
}

// tiers checks that they rise: every service is of the first, the others have conditions, and no higher one bears more.
func (l *linter) tiers() {
	for i, t := range l.Tiers {
		path := "/tiers/" + string(t.ID)
		if (i == 0) != (len(t.When) == 0) {
			l.bad(path, "the first tier has no conditions, since every service is at least of it, and each of the others has some")
		}
		if i > 0 && t.Appetite.Rank() > l.Tiers[i-1].Appetite.Rank() {
			l.bad(path, "the appetite %s is more than that of the tier below, %s", t.Appetite, l.Tiers[i-1].Appetite)
		}
		for j, c := range t.When {
			if c == (Condition{Why: c.Why}) {
				l.bad(fmt.Sprintf("%s/when/%d", path, j), "this condition says nothing")
			}
		}
	}
}

func (l *linter) principle(p *Principle) {
	path := "/principles/" + string(p.ID)
	if p.Form == Governed && len(p.RASCI.Accountable) == 0 {
		l.bad(path+"/rasci", "nobody is accountable for the principle %q", p.ID)
	}
	for _, s := range p.Statements {
		for i, by := range s.ShownBy {
			if (by.Control == "") == (by.Activity == "") {
				l.bad(fmt.Sprintf("%s/statements/%s/shown_by/%d", path, s.ID, i), "name exactly one of a control and an activity")
			}
		}
	}
}

func (l *linter) control(c *Control) {
	path := "/controls/" + string(c.ID)
	if c.On == OnService && len(c.Types) > 0 {
		l.bad(path+"/types", "a control on the service as a whole is for no kind of component")
	}
	if len(c.Checks) == 0 {
		l.bad(path+"/checks", "nothing shows that %q works", c.ID)
	}
	seen := map[ident.ID]bool{}
	for _, k := range c.Checks {
		at := path + "/checks/" + string(k.ID)
		l.text(at, k.Title)
		if seen[k.ID] {
			l.bad(at, "the check %q is there twice", k.ID)
		}
		if c.On == OnService && k.Coverage != Any {
			l.bad(at+"/coverage", "a control on the service as a whole has no components to cover: write any")
		}
		seen[k.ID] = true
	}
}

// deadlines checks that what is graver is mended no later, among those for one exposure.
func (l *linter) deadlines() {
	for _, d := range l.Deadlines {
		for _, graver := range l.Deadlines {
			if graver.Exposure != d.Exposure || graver.Severity.Rank() <= d.Severity.Rank() || !l.Retrieved.Add(d.Within).Before(l.Retrieved.Add(graver.Within)) {
				continue
			}
			l.bad("/deadlines/"+string(graver.ID)+"/within", "the severity %s has %s, which is more than the %s of %s", graver.Severity, graver.Within.Text(), d.Within.Text(), d.Severity)
		}
	}
}

// authority checks that each row says who may, or that nobody may, and that no row hides behind an earlier one.
func (l *linter) authority() {
	for i, a := range l.Authority {
		path := "/authority/" + string(a.ID)
		if a.NotAcceptable == (len(a.Roles) > 0) {
			l.bad(path, "say either which roles may decide or that it is not acceptable")
		}
		if standing(a.Decision) && !a.NotAcceptable && a.Longest.IsZero() {
			l.bad(path, "a decision that stands needs the longest time that it may hold")
		}
		for _, before := range l.Authority[:i] {
			if before.covers(a) {
				l.bad(path, "this row is never reached: %q comes before it and fits all that it fits", before.ID)
				break
			}
		}
	}
}

func standing(decision ident.ID) bool {
	return slices.Contains([]ident.ID{"acceptance", "finding-acceptance", "exception", "tailoring"}, decision)
}

// covers reports whether a row fits whatever the other fits. Tiers are compared by name only, their order being in
// another pack, so that it may miss a row but never wrongly finds one.
func (a Authority) covers(b Authority) bool {
	band := a.UpTo == "" || b.UpTo != "" && b.UpTo.Rank() <= a.UpTo.Rank()
	return a.Decision == b.Decision && band && (a.Of == "" || a.Of == b.Of) && (a.Kind == "" || a.Kind == b.Kind) &&
		(a.UpToTier == "" || a.UpToTier == b.UpToTier)
}

func (l *linter) profiles() {
	for _, p := range l.Profiles {
		for i, level := range p.Levels {
			if last := i == len(p.Levels)-1; last != (len(level.Asks) == 0) {
				l.bad("/profiles/"+string(p.ID)+"/levels/"+string(level.ID), "the last level, and no other, asks nothing")
			}
		}
	}
}

// lintSet gives what is wrong between packs.
func lintSet(packs []Pack) []fault.Field {
	set := &packSet{known: map[string]map[string]ident.ID{}, order: map[ident.ID]int{}, after: map[ident.ID][]ident.ID{}}
	for i := range packs {
		set.learn(&packs[i])
	}
	set.threatScales(packs)
	for i := range packs {
		set.references(&packs[i])
	}
	set.baselines(packs)
	set.frameworks(packs)
	return set.problems
}

// packSet knows what all packs hold.
type packSet struct {
	linter
	known map[string]map[string]ident.ID // kind -> id -> the pack that has it
	order map[ident.ID]int               // of tiers
	after map[ident.ID][]ident.ID        // what an activity builds on

	grades []string // the words for how bad a threat is
}

func (s *packSet) learn(p *Pack) {
	s.Pack = p
	s.name("packs", string(p.ID), "/id")
	for _, it := range p.Items() {
		if !ownedByAnother(it.Kind) {
			s.name(it.Kind, it.ID, it.Path)
		}
	}
	for i, t := range p.Tiers {
		s.order[t.ID] = i
	}
	for _, a := range p.Activities {
		s.after[a.ID] = a.After
	}
}

// ownedByAnother says of a kind whether its ids are unique only in the item that they belong to.
func ownedByAnother(kind string) bool {
	return slices.Contains([]string{"statements", "frameworks", "requirements", "minimums", "migrations"}, kind)
}

func (s *packSet) name(kind, id, path string) {
	if s.known[kind] == nil {
		s.known[kind] = map[string]ident.ID{}
	}
	// What is twice in one pack was told by lintPack.
	if other, taken := s.known[kind][id]; taken && (other != s.ID || kind == "packs") {
		s.bad(path, "the id %q is also among the %s of the pack %s", id, kind, other)
		return
	}
	s.known[kind][id] = s.ID
}

// need tells of ids that name nothing.
func (s *packSet) need(path, kind string, ids ...ident.ID) {
	for _, id := range ids {
		if _, ok := s.known[kind][string(id)]; id == "" || ok {
			continue
		}
		hint := ""
		if near := ident.Nearest(string(id), s.names(kind)); near != "" {
			hint = "; did you mean " + near + "?"
		}
		s.bad(path, "%q is not among the %s of any pack%s", id, kind, hint)
	}
}

func (s *packSet) names(kind string) (names []string) {
	for name := range s.known[kind] {
		names = append(names, name)
	}
	return names // in no order: the nearest name is the same in any
}

func (s *packSet) references(p *Pack) {
	s.Pack = p
	for _, a := range p.Activities {
		s.activity(&a)
	}
	for _, c := range p.Controls {
		s.need("/controls/"+string(c.ID)+"/areas", "areas", c.Areas...)
	}
	for _, pr := range p.Principles {
		for _, st := range pr.Statements {
			s.statement("/principles/"+string(pr.ID)+"/statements/"+string(st.ID), &st)
		}
	}
	for _, a := range p.Authority {
		path := "/authority/" + string(a.ID)
		s.need(path, "roles", a.Roles...)
		s.need(path, "roles", a.Consult...)
		s.need(path, "tiers", a.UpToTier)
	}
	s.threats(p)
	for _, o := range p.Obligations {
		s.need("/obligations/"+string(o.ID)+"/controls", "controls", o.Controls...)
	}
	for _, t := range p.Training {
		s.need("/training/"+string(t.ID)+"/roles", "roles", t.Roles...)
		s.need("/training/"+string(t.ID)+"/controls", "controls", t.Controls...)
	}
	for _, d := range p.Deadlines {
		for _, e := range d.Escalate {
			s.need("/deadlines/"+string(d.ID)+"/escalate", "roles", e.To)
		}
	}
	for _, c := range p.Screen {
		s.need("/screen/"+string(c.ID)+"/categories", "categories", c.Categories...)
	}
	for _, b := range p.Baselines {
		s.need("/baselines/"+string(b.ID)+"/tier", "tiers", b.Tier)
		for i, item := range b.Items {
			s.need(itemPath(b.ID, i), "controls", item.Control)
		}
	}
}

func itemPath(baseline ident.ID, i int) string {
	return fmt.Sprintf("/baselines/%s/items/%d", baseline, i)
}

func (s *packSet) activity(a *Activity) {
	path := "/activities/" + string(a.ID)
	s.need(path+"/area", "areas", a.Area)
	s.need(path+"/also_in", "areas", a.AlsoIn...)
	s.need(path+"/leads", "roles", a.Leads...)
	s.need(path+"/accountable", "roles", a.Accountable)
	s.need(path+"/after", "activities", a.After...)
	if s.reaches(a.ID, a.After, map[ident.ID]bool{}) {
		s.bad(path+"/after", "the activity %q builds on itself, by way of what it comes after", a.ID)
	}
}

// reaches reports whether an activity is among those that the others build on.
func (s *packSet) reaches(target ident.ID, from []ident.ID, seen map[ident.ID]bool) bool {
	for _, id := range from {
		if id == target {
			return true
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		if s.reaches(target, s.after[id], seen) {
			return true
		}
	}
	return false
}

func (s *packSet) statement(path string, st *Statement) {
	s.need(path+"/areas", "areas", st.Areas...)
	for i, by := range st.ShownBy {
		at := fmt.Sprintf("%s/shown_by/%d", path, i)
		s.need(at, "controls", by.Control)
		s.need(at, "activities", by.Activity)
	}
}

// baselines checks that each tier has one at most, and that none repeats what a lower one asks: the engine adds them up.
func (s *packSet) baselines(packs []Pack) {
	asked, tiers := map[ident.ID]ident.ID{}, map[ident.ID]bool{}
	for _, in := range s.byTier(packs) {
		s.Pack = in.pack
		if tiers[in.Tier] {
			s.bad("/baselines/"+string(in.ID)+"/tier", "the tier %q has another baseline", in.Tier)
		}
		tiers[in.Tier] = true
		for i, item := range in.Items {
			if first, ok := asked[item.Control]; ok {
				s.bad(itemPath(in.ID, i), "the control %q is already in %q", item.Control, first)
			}
			asked[item.Control] = in.ID
		}
	}
}

type baselineIn struct {
	*Baseline
	pack *Pack
}

// byTier gives all baselines from that of the lowest tier up.
func (s *packSet) byTier(packs []Pack) (all []baselineIn) {
	for i := range packs {
		for j := range packs[i].Baselines {
			all = append(all, baselineIn{&packs[i].Baselines[j], &packs[i]})
		}
	}
	slices.SortStableFunc(all, func(a, b baselineIn) int { return s.order[a.Tier] - s.order[b.Tier] })
	return all
}
