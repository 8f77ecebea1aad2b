package registry

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// departmentDay is the moment at which the department is judged: what its services rest on follows from the day.
const departmentDay civil.Instant = 1_795_000_000

// department gives a registry whose department has been judged until nothing is left to do.
func department(t testing.TB) *Registry {
	t.Helper()
	ring, err := seal.CreateRing(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	now := departmentDay.Time
	s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(t.TempDir(), "bulkhead.db"), Ring: ring, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r := New(s, now)
	dir, err := fs.Sub(examples.Department, "department")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.LoadExample(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	r.settle(t)
	return r
}

// settle judges until nothing is left to do.
func (r *Registry) settle(t testing.TB) {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = r.JudgeDirty(t.Context(), "test", 2); err != nil {
			t.Fatal(err)
		}
	}
}

// judgedBy gives what every service comes to under a ground, without what says by which versions it was judged.
func judgedBy(t *testing.T, r *Registry, g *ground, ids []ident.ID) map[ident.ID]string {
	t.Helper()
	out := map[ident.ID]string{}
	estate := assess.NewEstate()
	for _, id := range ids {
		sources, _, err := r.sources(t.Context(), g, id)
		if err != nil {
			t.Fatal(err)
		}
		sources.Offers = map[ident.ID]judge.Offer{}
		if err := estate.Put(sources); err != nil {
			t.Fatal(err)
		}
	}
	all, err := estate.Postures(departmentDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		p.Inputs = judge.Stamp{}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		out[p.Service] = string(text)
	}
	return out
}

func ids(t *testing.T, r *Registry) (out []ident.ID) {
	t.Helper()
	all, err := r.store.Services(t.Context(), store.Scope{All: true}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		out = append(out, l.ID)
	}
	return out
}

// resting gives the services that the record would mark for a change of the ground, and what rests on them by an offer.
func resting(t *testing.T, r *Registry, a affected, all []ident.ID) (out []ident.ID) {
	t.Helper()
	if a.all {
		return all
	}
	for _, on := range a.rests {
		some, err := r.store.RestsOn(t.Context(), on)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, some...)
	}
	for _, c := range a.roles {
		some, err := r.store.RestsOn(t.Context(), store.Rest{Kind: restRole, Name: string(c.role)})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range some {
			v, err := r.store.Service(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if c.scope.All || slices.Contains(c.scope.Units, v.Unit) || slices.Contains(c.scope.Singles, access.Single{Service: id}) {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestWhatRestsOnAStatementIsFound changes one item of the library after the other, and compares whom the record would
// judge again with whose judgement really differs.
func TestWhatRestsOnAStatementIsFound(t *testing.T) {
	r := department(t)
	before, err := r.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	services := ids(t, r)
	was := judgedBy(t, r, before, services)
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(titles(packs)); n += 7 {
		changed, name := changeOne(t, n)
		home, err := app.NewHome(before.home.Organisation, before.source, []library.Pack{changed})
		if err != nil {
			t.Fatal(err)
		}
		after := &ground{home: home, source: before.source}
		a, err := affectedBy(before, after)
		if err != nil {
			t.Fatal(err)
		}
		var differ []ident.ID
		is := judgedBy(t, r, after, services)
		for _, id := range services {
			if was[id] != is[id] {
				differ = append(differ, id)
			}
		}
		if got := resting(t, r, a, services); !slices.Equal(got, differ) {
			t.Errorf("%s: the record would judge %v again, and %v differ", name, got, differ)
		}
	}
}

// TestWhatRestsOnARoleIsFound lets one appointment after the other end, and compares in the same way.
func TestWhatRestsOnARoleIsFound(t *testing.T) {
	r := department(t)
	before, err := r.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	services := ids(t, r)
	was := judgedBy(t, r, before, services)
	marked, differed := 0, 0
	for n := range before.home.Organisation.Appointments {
		o, err := org.Read(before.source)
		if err != nil {
			t.Fatal(err)
		}
		gone := o.Appointments[n]
		o.Appointments = slices.Delete(o.Appointments, n, n+1)
		home, err := app.NewHome(o, before.source, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := affectedBy(before, &ground{home: home})
		if err != nil {
			t.Fatal(err)
		}
		got := resting(t, r, a, services)
		marked += len(got)
		is := judgedBy(t, r, &ground{home: home}, services)
		for _, id := range services {
			if was[id] == is[id] {
				continue
			}
			differed++
			if !slices.Contains(got, id) {
				t.Errorf("without %s in the role %s, %s differs and would not be judged again", gone.Person, gone.Role, id)
			}
		}
	}
	t.Logf("%d judged again, %d differ", marked, differed)
	if marked == 0 || differed == 0 || marked == len(services)*len(before.home.Organisation.Appointments) {
		t.Errorf("%d would be judged again and %d differ: the test shows nothing", marked, differed)
	}
}

// changeOne changes the title of the n-th item that is compared by itself, and gives its pack.
func changeOne(t *testing.T, n int) (library.Pack, string) {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range titles(packs) {
		if n--; n >= 0 {
			continue
		}
		*title.text += ", changed"
		title.pack.Digest = "changed"
		return *title.pack, title.name
	}
	t.Fatal("there are not that many")
	return library.Pack{}, ""
}

type titled struct {
	pack *library.Pack
	text *string
	name string
}

func titles(packs []library.Pack) (out []titled) {
	for i := range packs {
		p := &packs[i]
		for k := range p.Principles {
			out = append(out, titled{p, &p.Principles[k].Title, "principle " + string(p.Principles[k].ID)})
		}
		for k := range p.Frameworks {
			out = append(out, titled{p, &p.Frameworks[k].Title, "framework " + string(p.Frameworks[k].ID)})
		}
		for k := range p.Controls {
			out = append(out, titled{p, &p.Controls[k].Title, "control " + string(p.Controls[k].ID)})
		}
		for k := range p.Activities {
			out = append(out, titled{p, &p.Activities[k].Title, "activity " + string(p.Activities[k].ID)})
		}
	}
	return out
}
