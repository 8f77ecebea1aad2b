package registry

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// unchanged says whether a decision rests on what is still so. What has become worse since it was drafted comes back as
// Conflicts, field by field, with what was shown and what is so now. What is better by now changes nothing.
func (s *sitting) unchanged(d *decision.Decision) error {
	if d.Basis.Rule == "" {
		return nil
	}
	now, err := judge.Draft(s.inputs, civil.NewWatch(s.at), *d)
	if err != nil {
		return err
	}
	setting := decision.Setting{Watch: civil.NewWatch(s.at), Zone: s.who.ground.home.Zone, Settings: &s.who.ground.home.Library.Settings}
	shown := *d
	shown.Made, shown.ValidUntil = civil.MomentOf(s.at), civil.Moment{}
	worse := worsened(&shown, now.Basis.Fields, setting)
	if len(worse) == 0 {
		return nil
	}
	names := make([]string, len(worse))
	for i := range worse {
		names[i] = worse[i].Path
	}
	return &Conflicts{
		Fault:   fault.New(fault.Conflict, "what was shown has changed (%s): draft it again, and decide on that", strings.Join(names, ", ")),
		Current: s.head, Conflicts: worse,
	}
}

// worsened gives the fields of a decision that would end or suspend it by what is so now, each looked at alone.
func worsened(d *decision.Decision, now []decision.Field, in decision.Setting) (worse []schema.Conflict) {
	was := d.Basis.Fields
	paths := make([]string, 0, len(was)+len(now))
	for _, f := range slices.Concat(was, now) {
		paths = append(paths, f.Path)
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		then, is := fieldAt(was, path), fieldAt(now, path)
		if then != nil && is != nil && slices.Equal(sorted(then.Value), sorted(is.Value)) || stands(d, path, is, in) {
			continue
		}
		worse = append(worse, schema.Conflict{
			Path: path, Base: shownAs(then), Mine: shownAs(then), Theirs: shownAs(is),
			Text: path + " was " + shownAs(then) + " when it was shown, and is " + shownAs(is) + " now",
		})
	}
	return worse
}

// stands says whether a decision would hold if nothing but one field were as it is now.
func stands(d *decision.Decision, path string, is *decision.Field, in decision.Setting) bool {
	var facts decision.Facts
	for _, f := range d.Basis.Fields {
		if f.Path != path {
			facts = append(facts, decision.Fact{Path: f.Path, Value: f.Value})
		}
	}
	if is != nil {
		facts = append(facts, decision.Fact{Path: path, Value: is.Value})
	}
	v := decision.Judge(d, facts, false, decision.Authority{Granted: true}, in)
	return v.State == decision.Holds && v.Code == decision.CodeHolds
}

func fieldAt(fields []decision.Field, path string) *decision.Field {
	i := slices.IndexFunc(fields, func(f decision.Field) bool { return f.Path == path })
	if i < 0 {
		return nil
	}
	return &fields[i]
}

func sorted(v decision.Value) decision.Value { return slices.Sorted(slices.Values(v)) }

func shownAs(f *decision.Field) string {
	if f == nil {
		return "not there"
	}
	return decision.Show(f.Value)
}
