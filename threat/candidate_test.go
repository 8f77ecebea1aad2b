package threat

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// byID gives candidates by id, without places: those go by the order of lists.
func byID(t *rapid.T, found []Candidate) map[ident.ID]Candidate {
	out := map[ident.ID]Candidate{}
	for _, c := range found {
		if _, twice := out[c.ID]; twice {
			t.Fatalf("%s is there twice", c.ID)
		}
		if _, err := ident.ParseID(string(c.ID)); err != nil || len(c.ID) > 64 {
			t.Fatalf("%s is no id: %v", c.ID, err)
		}
		c.Where = nil
		slices.Sort(c.Components)
		out[c.ID] = c
	}
	return out
}

func drawService(t *rapid.T) *model.Service { return design(drawn{t}, drawSize(drawn{t})) }

func TestCandidatesGoNotByTheOrderOfLists(t *testing.T) {
	lib, book := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawService(t)
		before := byID(t, book.Candidates(Arrange(s, lib)))
		a := &s.Architecture
		a.Components = rapid.Permutation(a.Components).Draw(t, "components")
		a.Flows, a.Zones = rapid.Permutation(a.Flows).Draw(t, "flows"), rapid.Permutation(a.Zones).Draw(t, "zones")
		a.Identities, a.Runtimes = rapid.Permutation(a.Identities).Draw(t, "identities"), rapid.Permutation(a.Runtimes).Draw(t, "runtimes")
		s.Data, s.Suppliers = rapid.Permutation(s.Data).Draw(t, "data"), rapid.Permutation(s.Suppliers).Draw(t, "suppliers")
		after := byID(t, book.Candidates(Arrange(s, lib)))
		alike(t, before, after)
	})
}

func alike(t *rapid.T, a, b map[ident.ID]Candidate) {
	for id := range a {
		if !same(a[id], b[id]) {
			t.Fatalf("%s was\n%+v\nand is\n%+v", id, a[id], b[id])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("there were %d and are %d", len(a), len(b))
	}
}

// A new name keeps the old: every threat to what was renamed has the id that it had among its former ones, and all else
// stays.
func TestCandidatesOutliveANewName(t *testing.T) {
	lib, book := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawService(t)
		before := byID(t, book.Candidates(Arrange(s, lib)))
		old, name := rename(t, s)
		after := byID(t, book.Candidates(Arrange(s, lib)))
		known := map[ident.ID]bool{}
		for id, c := range after {
			known[id] = true
			for _, f := range c.Formerly {
				known[f] = true
			}
		}
		for id := range before {
			if !known[id] {
				t.Fatalf("%s is lost when %s is called %s", id, old, name)
			}
		}
		if len(before) != len(after) {
			t.Fatalf("there were %d and are %d", len(before), len(after))
		}
		for id, was := range before {
			if is, stays := after[id]; stays && (was.Likelihood != is.Likelihood || was.Impact != is.Impact || was.Said != is.Said || len(was.Asks) != len(is.Asks)) {
				t.Fatalf("%s is another when %s is called %s: %+v, %+v", id, old, name, was, is)
			}
		}
	})
}

// The secret of an identity is stored by whatever name the component knows it.
func TestSecretsAreStoredUnderFormerNames(t *testing.T) {
	lib, _ := builtin(t)
	s := &model.Service{}
	s.Architecture.Identities = []model.Account{{ID: "new", Formerly: []ident.ID{"old"}}, {ID: "other"}}
	s.Architecture.Components = []model.Component{{ID: "store", Type: "process", Secrets: []ident.ID{"old"}}}
	d := Arrange(s, lib)
	for _, a := range attributes(library.OnAnIdentity) {
		if a.name == "stored" && (a.read(d, 0) != "yes" || a.read(d, 1) != "no") {
			t.Errorf("stored: %s, %s", a.read(d, 0), a.read(d, 1))
		}
	}
}

// rename gives an element another id, long or short. What names it may go on to use the old one.
func rename(t *rapid.T, s *model.Service) (old, name ident.ID) {
	name = rapid.SampledFrom([]ident.ID{"new", ident.ID(strings.Repeat("long-name-", 6) + "abcd")}).Draw(t, "name")
	a := &s.Architecture
	set := func(id *ident.ID, former *[]ident.ID) {
		old = *id
		*id, *former = name, append(*former, old)
	}
	all := []func(){func() {
		c := &a.Components[drawn{t}.below(len(a.Components))]
		set(&c.ID, &c.Formerly)
	}}
	for i := range a.Flows {
		all = append(all, func() { set(&a.Flows[i].ID, &a.Flows[i].Formerly) })
	}
	for i := range a.Zones {
		all = append(all, func() { set(&a.Zones[i].ID, &a.Zones[i].Formerly) })
	}
	for i := range a.Identities {
		all = append(all, func() { set(&a.Identities[i].ID, &a.Identities[i].Formerly) })
	}
	for i := range a.Runtimes {
		all = append(all, func() { set(&a.Runtimes[i].ID, &a.Runtimes[i].Formerly) })
	}
	for i := range s.Suppliers {
		all = append(all, func() { set(&s.Suppliers[i].ID, &s.Suppliers[i].Formerly) })
	}
	for i := range s.Data {
		all = append(all, func() { set(&s.Data[i].ID, &s.Data[i].Formerly) })
	}
	one(drawn{t}, all...)()
	return old, name
}

// The id of a threat is not made of words: a rule that says the same in others finds the same.
func TestCandidatesOutliveNewWording(t *testing.T) {
	lib, book := builtin(t)
	other := *lib
	other.Threats = slices.Clone(lib.Threats)
	for i := range other.Threats {
		r := *other.Threats[i].Item
		r.Title, r.Text = "Something about {it}", "Something"
		other.Threats[i].Item = &r
	}
	reworded, problems := NewRulebook(&other)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawService(t)
		before, after := byID(t, book.Candidates(Arrange(s, lib))), byID(t, reworded.Candidates(Arrange(s, &other)))
		for id, c := range after {
			c.Title, c.Rule = before[id].Title, before[id].Rule
			after[id] = c
		}
		alike(t, before, after)
	})
}

// What has nothing to do with an element takes no threat to it away, and changes none.
func TestCandidatesOutliveWhatIsAdded(t *testing.T) {
	lib, book := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawService(t)
		before := byID(t, book.Candidates(Arrange(s, lib)))
		a := &s.Architecture
		a.Components = slices.Insert(a.Components, drawn{t}.below(len(a.Components)+1), model.Component{ID: "beside", Type: "process", OutOfScope: model.Yes})
		a.Zones = slices.Insert(a.Zones, 0, model.Zone{ID: "beside", Trust: model.Public})
		a.Runtimes = append(a.Runtimes, model.Runtime{ID: "beside"})
		a.Identities = append(a.Identities, model.Account{ID: "beside"})
		after := byID(t, book.Candidates(Arrange(s, lib)))
		maps.DeleteFunc(after, func(id ident.ID, _ Candidate) bool { return strings.HasSuffix(string(id), ".beside") })
		alike(t, before, after)
	})
}

// excused says why an attribute of an element may hide something by being left unsaid; empty where it may not.
func excused(s *model.Service, element any, name string) string {
	switch x := element.(type) {
	case *model.Component:
		d := Arrange(s, &library.Library{})
		if name == "InternetFacing" && d.trust(at(d.zones, x.Zone)) != "" {
			return "the zone says who can come"
		}
		if name == "OutOfScope" {
			return "the team answers for what it does not say that somebody else does: that asks more of it"
		}
	case *model.Zone:
		if name == "Trust" && x.Parent != "" {
			return "it is as what it is inside"
		}
	case *model.Data:
		if name == "Credentials" {
			return "few things are secrets that open something else: every item of data would be asked of"
		}
	}
	return ""
}

// waits says whether a rule finds something only where something is said: a rule says so of itself.
func waits(r *library.Rule) bool {
	return slices.ContainsFunc(r.Where, func(t library.Trait) bool { return slices.Contains(t.NotIn, unknown) })
}

// worded gives the attributes of an element that take one of some words and may be left unsaid.
func worded(element any) (out []reflect.Value, names []string) {
	v := reflect.ValueOf(element).Elem()
	for i := range v.NumField() {
		if _, is := v.Field(i).Interface().(interface{ Words() []schema.Word }); is && v.Type().Field(i).Tag.Get("need") == "" {
			out, names = append(out, v.Field(i)), append(names, v.Type().Field(i).Name)
		}
	}
	return out, names
}

// Three values never hide: what is found with something said is found, or asked, with nothing said, but for what is excused
// and for rules that wait for a word.
func TestSayingNothingFindsNoLess(t *testing.T) {
	lib, book := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawService(t)
		a := &s.Architecture
		element := one(drawn{t}, slices.Concat(each(a.Components), each(a.Flows), each(a.Zones), each(a.Identities), each(a.Runtimes), each(s.Data), each(s.Suppliers))...)
		fields, names := worded(element)
		if len(fields) == 0 {
			return
		}
		i := drawn{t}.below(len(fields))
		fields[i].SetString("")
		unsaid := byID(t, book.Candidates(Arrange(s, lib)))
		if excused(s, element, names[i]) != "" {
			return
		}
		for _, w := range fields[i].Interface().(interface{ Words() []schema.Word }).Words() {
			if w.Absent || w.Not != "" {
				continue
			}
			fields[i].SetString(w.Name)
			for id, c := range byID(t, book.Candidates(Arrange(s, lib))) {
				if _, is := unsaid[id]; !is && !waits(c.Rule.Item) {
					t.Fatalf("%s is found where %s is %s, and not where nobody said", id, names[i], w.Name)
				}
			}
		}
	})
}

func each[T any](list []T) (out []any) {
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}
