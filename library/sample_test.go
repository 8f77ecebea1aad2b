package library_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// What every item of every built-in pack must say of itself, and some of them at random for an expert to read.

// latest is a day after which nothing that comes with this release can have been read.
func latest() civil.Date { return civil.Date{Year: 2026, Month: 12, Day: 31} }

func TestEveryPackItemHasASourceAndAMark(t *testing.T) {
	for _, p := range builtin(t) {
		for name, text := range map[string]string{"source": p.Source, "licence": p.Licence, "version": p.Version, "title": p.Title, "summary": p.Summary} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: it has no %s", p.ID, name)
			}
		}
		if p.Retrieved.IsZero() || p.Retrieved.After(latest()) {
			t.Errorf("%s: it was read on %s", p.ID, p.Retrieved)
		}
		for _, it := range p.Items() {
			if strings.TrimSpace(it.Text) == "" {
				t.Errorf("%s%s: it has no text", p.ID, it.Path)
			}
			switch it.Mark {
			case library.Confirmed:
				if p.Location == "" {
					t.Errorf("%s%s: it is confirmed, and nothing says where", p.ID, it.Path)
				}
				if p.Source == "Bulkhead" {
					t.Errorf("%s%s: what is Bulkhead's own cannot be confirmed elsewhere", p.ID, it.Path)
				}
			case library.Secondary, library.General, library.Ours:
			default:
				t.Errorf("%s%s: its mark is %q", p.ID, it.Path, it.Mark)
			}
		}
	}
}

// Two items of one kind say the same only where they are meant to.
func TestNoTwoItemsSayTheSame(t *testing.T) {
	seen := map[[2]string]string{}
	say := func(kind, text, where string) {
		key := [2]string{kind, strings.ToLower(strings.TrimSpace(text))}
		if other, is := seen[key]; is && text != "" {
			t.Errorf("%s and %s say the same: %q", other, where, text)
		}
		seen[key] = where
	}
	for _, p := range builtin(t) {
		for _, it := range p.Items() {
			switch it.Kind {
			case "baselines", "authority", "deadlines", "requirements", "minimums", "migrations", "frameworks":
				continue // whose text is what they are about, or which other versions of a framework share
			}
			say(it.Kind, it.Text, string(p.ID)+it.Path)
		}
		for i := range p.Controls {
			c := &p.Controls[i]
			say("statement of a control", c.Statement, string(c.ID))
		}
		for i := range p.Activities {
			say("summary of an activity", p.Activities[i].Summary, string(p.Activities[i].ID))
		}
		for i := range p.Frameworks {
			f := &p.Frameworks[i]
			for k := range f.Requirements {
				r := &f.Requirements[k]
				at := string(f.ID) + " " + f.Version
				say("title in "+at+", group: "+string(r.Group), r.Title, r.ID) // a group may be called what its one outcome is
				say("text in "+at, r.Text, r.ID)
			}
		}
	}
}

func TestEveryMappingSaysWhy(t *testing.T) {
	relations := []library.Relation{library.Equal, library.Superset, library.Subset, library.Intersects}
	check := func(where, why string, relation library.Relation) {
		if len([]rune(strings.TrimSpace(why))) < 20 {
			t.Errorf("%s: %q does not say why", where, why)
		}
		if !slices.Contains(relations, relation) {
			t.Errorf("%s: %q is no relation", where, relation)
		}
	}
	for _, p := range builtin(t) {
		for i := range p.Controls {
			for _, m := range p.Controls[i].Mappings {
				check(fmt.Sprintf("%s, mapped to %s %s %s", p.Controls[i].ID, m.Framework, m.Version, m.ID), m.Why, m.Relation)
			}
		}
		for i := range p.Principles {
			for _, s := range p.Principles[i].Statements {
				for _, by := range s.ShownBy {
					check(fmt.Sprintf("%s of %s, shown by %s", s.ID, p.Principles[i].ID, cmp.Or(by.Control, by.Activity)), by.Why, by.Relation)
				}
			}
		}
	}
}

func TestTheCatalogueIsWide(t *testing.T) {
	n := 0
	sorts, functions, places := map[library.Sort]int{}, map[library.Function]int{}, map[library.Place]int{}
	for _, p := range builtin(t) {
		for i := range p.Controls {
			c := &p.Controls[i]
			n++
			sorts[c.Sort]++
			functions[c.Function]++
			places[c.On]++
			if len(c.Checks) == 0 {
				t.Errorf("%s has no check: nothing could show it", c.ID)
			}
			for _, check := range c.Checks {
				if len(check.Kinds) == 0 || check.Title == "" || check.Fresh.IsZero() || check.Strength.Rank() == 0 {
					t.Errorf("%s: the check %s does not say what shows it, how strongly and for how long", c.ID, check.ID)
				}
			}
		}
	}
	if n < 150 {
		t.Errorf("there are %d controls, and at least 150 are meant to be there", n)
	}
	for _, w := range library.Sort("").Words() {
		if sorts[library.Sort(w.Name)] == 0 {
			t.Errorf("no control is of the sort %s", w.Name)
		}
	}
	for _, w := range library.Function("").Words() {
		if functions[library.Function(w.Name)] == 0 {
			t.Errorf("no control is %s", w.Name)
		}
	}
	t.Logf("%d controls: %v, %v, %v", n, sorts, functions, places)
}

// Every requirement can be found in its framework, and what is mapped to one is found from it. How many have a control is
// told with -v: what has none is answered by people alone.
func TestRequirementsAreReached(t *testing.T) {
	lib, err := library.New(builtin(t), library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range lib.Frameworks {
		f := lib.Frameworks[i].Item
		of, reached, reviewed := 0, 0, 0
		var bare []string
		for k := range f.Requirements {
			r := &f.Requirements[k]
			if f.Find(r.ID) != r {
				t.Errorf("%s %s: %s is not the one that is found by its id", f.ID, f.Version, r.ID)
			}
			by := lib.ShownBy(f.ID, f.Version, r.ID)
			if r.Group == model.Yes {
				if len(by) > 0 {
					t.Errorf("%s %s: something is mapped to the group %s", f.ID, f.Version, r.ID)
				}
				continue
			}
			of++
			if len(by) == 0 {
				bare = append(bare, r.ID)
				continue
			}
			reached++
			if slices.ContainsFunc(by, func(s library.Shows) bool { return s.Reviewed }) {
				reviewed++
			}
		}
		t.Logf("%s %s: %d requirements, %d with a control, %d with a reviewed mapping; none: %s", f.ID, f.Version, of, reached, reviewed, strings.Join(bare, " "))
		if of == 0 {
			t.Errorf("%s %s asks nothing", f.ID, f.Version)
		}
	}
	for _, c := range lib.Controls {
		for _, m := range c.Item.Mappings {
			if e := lib.Framework(m.Framework, m.Version); e != nil && e.Item.Find(m.ID) == nil {
				t.Errorf("%s is mapped to %s of %s %s, which is not there", c.Item.ID, m.ID, m.Framework, m.Version)
			}
		}
	}
}

var seed = flag.Int64("sample", 0, "the seed of the items that TestSample shows; a new one each time where none is given")

// Ten items at random, with all that the library says of them: go test ./library -run Sample -v
func TestSample(t *testing.T) {
	type one struct {
		pack *library.Pack
		item library.Item
	}
	packs := builtin(t)
	var all []one
	for i := range packs {
		for _, it := range packs[i].Items() {
			all = append(all, one{&packs[i], it})
		}
	}
	from := *seed
	if from == 0 {
		from = time.Now().UnixNano() % 1_000_000
	}
	t.Logf("%d items in %d packs; the seed is %d (-sample=%d shows the same again)", len(all), len(packs), from, from)
	draw := rand.New(rand.NewPCG(uint64(from), 0))
	for range 10 {
		x := all[draw.IntN(len(all))]
		t.Logf("%s%s\n  %s\n  marked %s; source: %s, %s, read on %s\n%s", x.pack.ID, x.item.Path, x.item.Text, x.item.Mark, x.pack.Source, cmp.Or(x.pack.Location, "no address"), x.pack.Retrieved, detail(x.pack, x.item))
	}
}

// detail writes out what an item says, for the kinds that say most.
func detail(p *library.Pack, it library.Item) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, "  "+format+"\n", args...) }
	for i := range p.Controls {
		if c := &p.Controls[i]; it.Kind == "controls" && string(c.ID) == it.ID {
			line("%s", c.Statement)
			for _, check := range c.Checks {
				line("shown by %v, at least %s, for %s: %s", check.Kinds, check.Strength, check.Fresh.Text(), check.Title)
			}
			for _, m := range c.Mappings {
				line("%s of %s %s %s: %s", m.Relation, m.Framework, m.Version, m.ID, m.Why)
			}
		}
	}
	for i := range p.Activities {
		if a := &p.Activities[i]; it.Kind == "activities" && string(a.ID) == it.ID {
			line("%s From %s, by %s, every %s.", a.Summary, a.From, a.By, a.Every.Text())
		}
	}
	for i := range p.Obligations {
		if o := &p.Obligations[i]; it.Kind == "obligations" && string(o.ID) == it.ID {
			line("%s Controls: %v", o.Summary, o.Controls)
		}
	}
	for i := range p.Frameworks {
		for k := range p.Frameworks[i].Requirements {
			if r := &p.Frameworks[i].Requirements[k]; it.Kind == "requirements" && strings.HasSuffix(it.Path, "@"+p.Frameworks[i].Version+"/requirements/"+r.ID) {
				line("%s", cmp.Or(r.Text, "nothing more is said of it here"))
				for _, in := range r.Indicators {
					line("%d indicators of %s", in.Of, in.Level)
				}
			}
		}
	}
	for i := range p.Principles {
		for _, s := range p.Principles[i].Statements {
			if it.Path == "/principles/"+string(p.Principles[i].ID)+"/statements/"+string(s.ID) {
				for _, by := range s.ShownBy {
					line("%s: %s%s, since %s", by.Relation, by.Control, by.Activity, by.Why)
				}
			}
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}
