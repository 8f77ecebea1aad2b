package registry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

func TestWhoIsToldOfPeople(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	g.invite("manager")
	g.in(g.account("s", "elsewhere@dept.example", true))
	see := func(id string) map[ident.ID]registry.Profile {
		t.Helper()
		all, err := g.People(t.Context(), g.person(id), "", 100)
		g.must(err)
		out := map[ident.ID]registry.Profile{}
		for _, p := range all {
			out[p.ID] = p
		}
		return out
	}
	for id, p := range see("chief") {
		want := map[ident.ID]registry.State{"manager": registry.Invited, "elsewhere": registry.Able, "gone": registry.Gone}[id]
		if want == "" {
			want = registry.NotInvited
		}
		if p.State != want || id != "supplier" && p.Email == "" {
			t.Errorf("an administrator is told of %s: %+v", id, p)
		}
	}
	all := see("manager")
	if len(all) != 6 || len(all["supplier"].Roles) != 1 || len(all["gone"].Roles) != 0 {
		t.Errorf("who may see the service is told %+v", all)
	}
	if p := see("elsewhere")["supplier"]; len(p.Roles) != 0 {
		t.Errorf("a role tells of a service that may not be known of: %+v", p.Roles)
	}
	for id, p := range see("elsewhere") {
		if p.State != "" || (p.Email != "") != (id == "elsewhere") {
			t.Errorf("somebody else is told of %s: %+v", id, p)
		}
	}
	for _, id := range []string{"supplier", "idle", "gone", "nobody"} {
		_, err := g.People(t.Context(), g.person(id), "", 100)
		refused(t, err, fault.Forbidden)
	}
}

func TestPeopleComeInPages(t *testing.T) {
	g := staffed(t)
	var ids []string
	for after := ident.ID(""); ; {
		page, err := g.People(t.Context(), g.terminal(), after, 2)
		g.must(err)
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			ids, after = append(ids, string(p.ID)), p.ID
		}
	}
	same(t, ids, []string{"chief", "elsewhere", "gone", "idle", "manager", "supplier"})
}

func TestWhoInvitesAndRemoves(t *testing.T) {
	g := staffed(t)
	for _, id := range []string{"manager", "elsewhere", "idle"} {
		_, err := g.InvitePerson(t.Context(), g.person(id), "idle")
		refused(t, err, fault.Forbidden)
		_, err = g.RemovePerson(t.Context(), g.person(id), "idle", "")
		refused(t, err, fault.Forbidden)
	}
	chief := g.person("chief")
	_, err := g.InvitePerson(t.Context(), chief, "nobody")
	refused(t, err, fault.NotFound)
	_, err = g.InvitePerson(t.Context(), chief, "gone")
	refused(t, err, fault.Conflict)
	_, err = g.RemovePerson(t.Context(), chief, "chief", "")
	refused(t, err, fault.Conflict)
	_, err = g.RemovePerson(t.Context(), chief, "nobody", "")
	refused(t, err, fault.NotFound)
	i, err := g.InvitePerson(t.Context(), chief, "supplier")
	g.must(err)
	if i.Mailed || !i.Until.Equal(noon.Add(7*24*time.Hour)) || !strings.HasPrefix(registry.LinkTo("https://b.example/", i.Link), "https://b.example/link/bh_l_") {
		t.Errorf("the invitation is %+v", i)
	}
	_, err = g.RemovePerson(t.Context(), chief, "supplier", "the contract ended")
	g.must(err)
	_, err = g.RemovePerson(t.Context(), chief, "supplier", "again")
	refused(t, err, fault.Conflict)
	_, err = g.InvitePerson(t.Context(), chief, "supplier") // who came back
	g.must(err)
	g.invited("supplier").who()
}
