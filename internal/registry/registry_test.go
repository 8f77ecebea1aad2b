package registry_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// organisation is a small organisation with one in each role that the tests ask about.
const organisation = `bulkhead: v1
id: household-support
name: Household support
units:
  - {id: department, name: The department}
  - {id: benefits, name: Benefits, parent: department}
  - {id: shared, name: Shared technology, parent: department}
people:
  - {id: p1, name: Delivery manager}
  - {id: p2, name: Delivery manager elsewhere}
  - {id: p3, name: Supplier contact}
appointments:
  - {role: delivery-manager, person: p1, unit: benefits}
  - {role: delivery-manager, person: p2, unit: shared}
  - {role: supplier-contact, person: p3, service: portal}
`

const portal = `bulkhead: v1
service:
  id: portal
  name: Benefits portal
  phase: live
risks:
  - id: r1
    title: Loss of records
  - id: r2
    title: Loss of service
`

// desk is a registry over a new record, with an organisation.
type desk struct {
	*registry.Registry
	store *store.Store
	t     testing.TB
}

func bare(t testing.TB) desk {
	t.Helper()
	dir := t.TempDir()
	ring, err := seal.CreateRing(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(dir, "bulkhead.db"), Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return desk{registry.New(s, nil), s, t}
}

// open gives a registry over a new record, with the organisation.
func open(t testing.TB) desk {
	t.Helper()
	return openWith(t, organisation)
}

func openWith(t testing.TB, organisation string) desk {
	t.Helper()
	d := bare(t)
	_, err := d.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: 1, Texts: []store.Text{{File: "organisation.yaml", Text: organisation}}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d desk) terminal() registry.Asker {
	d.t.Helper()
	who, err := d.Terminal(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return who
}

func (d desk) person(id string) registry.Asker {
	d.t.Helper()
	basis, err := d.store.Basis(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	who, err := d.Person(d.t.Context(), ident.ID(id), basis)
	if err != nil {
		d.t.Fatal(err)
	}
	return who
}

func one(text string) []schema.Source {
	return []schema.Source{{File: "bulkhead.yaml", Text: []byte(text)}}
}

func (d desk) portal(who registry.Asker) {
	d.t.Helper()
	if _, err := d.Register(d.t.Context(), who, registry.Registration{ID: "portal", Name: "Benefits portal", Unit: "benefits"}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.ChangeService(d.t.Context(), who, "portal", registry.Change{Files: one(portal)}); err != nil {
		d.t.Fatal(err)
	}
}

func TestTwoHundredEditorsLoseNothing(t *testing.T) {
	d := open(t)
	who := d.person("p1")
	d.portal(who)
	const editors = 200
	var wg sync.WaitGroup
	for i := range editors {
		wg.Go(func() {
			text := portal + fmt.Sprintf("  - id: x%d\n    title: Added by editor %d\n", i, i)
			if _, err := d.ChangeService(t.Context(), who, "portal", registry.Change{Base: 1, Files: one(text)}); err != nil {
				t.Errorf("editor %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	head, err := current(t.Context(), d.Registry, who, "portal")
	if err != nil {
		t.Fatal(err)
	}
	if head.Number != editors+1 {
		t.Errorf("the newest revision is %d, want %d", head.Number, editors+1)
	}
	for i := range editors {
		if !strings.Contains(head.Texts[0].Text, fmt.Sprintf("Added by editor %d\n", i)) {
			t.Errorf("what editor %d added is lost", i)
		}
	}
}

func TestAConflictTellsBothSides(t *testing.T) {
	d := open(t)
	who := d.person("p1")
	d.portal(who)
	edit := func(title string) error {
		_, err := d.ChangeService(t.Context(), who, "portal", registry.Change{Base: 1, Files: one(strings.Replace(portal, "Loss of records", title, 1))})
		return err
	}
	if err := edit("Records leak"); err != nil {
		t.Fatal(err)
	}
	err := edit("Records are lost")
	conflicts, is := errors.AsType[*registry.Conflicts](err)
	if !is {
		t.Fatalf("got %v, want a conflict", err)
	}
	if c := conflicts.Conflicts[0]; c.Mine != "Records are lost" || c.Theirs != "Records leak" || conflicts.Current != 2 {
		t.Errorf("the conflict is %+v at revision %d", c, conflicts.Current)
	}
}

func TestWhatSomebodyMayNotSeeIsNotThere(t *testing.T) {
	d := open(t)
	d.portal(d.person("p1"))
	elsewhere := d.person("p2")
	_, hidden := current(t.Context(), d.Registry, elsewhere, "portal")
	_, absent := current(t.Context(), d.Registry, elsewhere, "no-such-service")
	if fault.KindOf(hidden) != fault.NotFound || hidden.Error() != absent.Error() {
		t.Errorf("what may not be seen says %q, what is not there says %q", hidden, absent)
	}
	lines, err := d.Services(t.Context(), elsewhere, "", 10)
	if err != nil || len(lines) != 0 {
		t.Errorf("%d services in the list, %v", len(lines), err)
	}
}

// A role for a service in a unit ends with its move to another, and a page of a list is full all the same.
func TestAPageIsFullAfterAServiceMoved(t *testing.T) {
	d := openWith(t, organisation+"  - {role: delivery-manager, person: p3, unit: benefits, service: portal}\n  - {role: delivery-manager, person: p3, service: zone}\n")
	manager, both := d.person("p1"), d.person("p3")
	d.portal(manager)
	if _, err := d.Register(t.Context(), manager, registry.Registration{ID: "zone", Name: "Zone", Unit: "benefits"}); err != nil {
		t.Fatal(err)
	}
	first := func() (id ident.ID) {
		lines, err := d.Services(t.Context(), both, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			id += l.ID
		}
		return id
	}
	if got := first(); got != "portal" {
		t.Errorf("before the move the list begins with %q", got)
	}
	if _, err := d.store.Write(t.Context(), []store.Entry{{
		Kind: ledger.ServiceMoved, Actor: "terminal", Service: "portal", Subject: "service:portal", Content: &store.Moved{Service: "portal", Unit: "shared"},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := first(); got != "zone" {
		t.Errorf("after the move the list begins with %q, want zone", got)
	}
}
