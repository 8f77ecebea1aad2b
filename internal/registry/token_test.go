package registry_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// printed writes values as a careless log would.
func printed(all ...any) string {
	var b strings.Builder
	for _, v := range all {
		fmt.Fprintf(&b, "%v %+v %#v %s\n", v, v, v, v)
		if text, err := json.Marshal(v); err == nil {
			b.Write(text)
		}
	}
	return b.String()
}

func pipeline(services ...ident.ID) registry.NewToken {
	return registry.NewToken{Name: "Pipeline", Scope: store.Allowed{Role: "developer", Services: services}, Expires: civil.Of(noon.Add(24 * time.Hour))}
}

func TestATokenCostsOneStatement(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	k, err := g.CreateToken(t.Context(), g.terminal(), pipeline("portal"))
	g.must(err)
	asks := func(want int64) registry.Asker {
		t.Helper()
		ctx, count := store.Counting(t.Context())
		who, err := g.TokenAsker(ctx, k.Secret.Reveal())
		if err != nil || count.Statements() != want {
			t.Errorf("%d statements, want %d: %v", count.Statements(), want, err)
		}
		return who
	}
	g.must(func() error { _, err := g.TokenAsker(t.Context(), k.Secret.Reveal()); return err }())
	who := asks(1)
	if who.ID != "token:"+string(k.ID) || who.Token == nil || who.Token.Role != "developer" {
		t.Errorf("they are %+v", who)
	}
	g.pass(59 * time.Minute)
	asks(1)
	g.pass(time.Minute)
	asks(2)
	asks(1)
	if all, err := g.Tokens(t.Context(), g.terminal()); err != nil || len(all) != 1 || !all[0].Used.At().Equal(noon.Add(time.Hour)) {
		t.Errorf("the list is %+v, %v", all, err)
	}
}

func TestATokenReachesAsFarAsItSays(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	uses := func(scope store.Allowed) registry.Asker {
		t.Helper()
		k, err := g.CreateToken(t.Context(), g.terminal(), registry.NewToken{Name: "x", Scope: scope, Expires: civil.Of(noon.Add(time.Hour))})
		g.must(err)
		who, err := g.TokenAsker(t.Context(), k.Secret.Reveal())
		g.must(err)
		return who
	}
	reads := func(who registry.Asker) error {
		_, err := current(t.Context(), g.Registry, who, "portal")
		return err
	}
	for _, scope := range []store.Allowed{{Role: "developer"}, {Role: "developer", Units: []ident.ID{"benefits"}}, {Role: "developer", Services: []ident.ID{"portal"}}, {Role: "developer", Uses: []access.Use{access.ReadService}}} {
		if err := reads(uses(scope)); err != nil {
			t.Errorf("%+v: %v", scope, err)
		}
	}
	for _, scope := range []store.Allowed{{Role: "developer", Units: []ident.ID{"shared"}}, {Role: "commercial-lead"}, {Role: "developer", Uses: []access.Use{access.RecordEvidence}}} {
		if reads(uses(scope)) == nil {
			t.Errorf("%+v reads the service", scope)
		}
	}
	chief := uses(store.Allowed{Role: "administrator", Uses: access.Uses()})
	_, err := g.CreateToken(t.Context(), chief, pipeline())
	refused(t, err, fault.Forbidden) // a machine makes no other
	_, err = g.InvitePerson(t.Context(), chief, "manager")
	refused(t, err, fault.Forbidden)
}

func TestATokenEnds(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	make := func(who registry.Asker) *registry.CreatedToken {
		t.Helper()
		k, err := g.CreateToken(t.Context(), who, pipeline("portal"))
		g.must(err)
		return k
	}
	counts := func(k *registry.CreatedToken) bool {
		t.Helper()
		_, err := g.TokenAsker(t.Context(), k.Secret.Reveal())
		if err != nil && !unknown(err) {
			t.Error(err)
		}
		return err == nil
	}
	chief := g.invited("chief").who().Asker
	old, revoked, orphan := make(g.terminal()), make(g.terminal()), make(chief)
	if !counts(old) || !counts(revoked) || !counts(orphan) {
		t.Fatal("a new token does not count")
	}
	_, err := g.RevokeToken(t.Context(), g.person("manager"), revoked.ID, "lost")
	g.must(err)
	if counts(revoked) {
		t.Error("a revoked token counts")
	}
	_, err = g.RevokeToken(t.Context(), g.terminal(), revoked.ID, "again")
	refused(t, err, fault.Conflict)
	_, err = g.RemovePerson(t.Context(), g.terminal(), "chief", "")
	g.must(err)
	if counts(orphan) {
		t.Error("the token of who was removed counts")
	}
	g.pass(24*time.Hour - time.Second)
	if !counts(old) {
		t.Error("a token ends before its time")
	}
	g.pass(time.Second)
	if counts(old) {
		t.Error("a token counts after its time")
	}
	if _, err := g.TokenAsker(t.Context(), old.Secret.Reveal()); !strings.Contains(err.Error(), "this token ended at 2026-") {
		t.Errorf("of one that has ended is said: %v", err)
	}
	for _, text := range []string{"", "x", "bh_t_" + strings.Repeat("A", 48), g.invited("manager").secret} {
		if _, err := g.TokenAsker(t.Context(), text); !unknown(err) {
			t.Errorf("%.9s: %v", text, err)
		}
	}
}

func TestATokenEndsWhenWhoMadeItHasLeft(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	k, err := g.CreateToken(t.Context(), g.invited("chief").who().Asker, pipeline("portal"))
	g.must(err)
	leaves := func(day string, number int64) error {
		g.organise(strings.Replace(staff, "email: Chief@dept.example}", "email: Chief@dept.example, left: "+day+"}", 1), number)
		_, err := g.TokenAsker(t.Context(), k.Secret.Reveal())
		return err
	}
	if err := leaves("2026-11-22", 2); err != nil {
		t.Errorf("on their last day: %v", err)
	}
	if err := leaves("2026-11-21", 3); !unknown(err) || !strings.Contains(err.Error(), "has left") {
		t.Errorf("on the day after: %v", err)
	}
}

func TestWhatKeepsATokenFromBeingMade(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	for what, change := range map[string]func(*registry.NewToken){
		"no name":        func(n *registry.NewToken) { n.Name = " " },
		"no end":         func(n *registry.NewToken) { n.Expires = 0 },
		"an end before":  func(n *registry.NewToken) { n.Expires = civil.Of(noon) },
		"over a year":    func(n *registry.NewToken) { n.Expires = civil.Of(noon.Add(367 * 24 * time.Hour)) },
		"no such role":   func(n *registry.NewToken) { n.Scope.Role = "develper" },
		"no such use":    func(n *registry.NewToken) { n.Scope.Uses = []access.Use{"raed-service"} },
		"no such unit":   func(n *registry.NewToken) { n.Scope.Units = []ident.ID{"nowhere"} },
		"without a role": func(n *registry.NewToken) { n.Scope.Role = "" },
	} {
		n := pipeline()
		change(&n)
		if _, err := g.CreateToken(t.Context(), g.terminal(), n); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := g.CreateToken(t.Context(), g.terminal(), pipeline("no-such-service"))
	refused(t, err, fault.NotFound)
	_, err = g.CreateToken(t.Context(), g.person("manager"), pipeline("portal"))
	refused(t, err, fault.Forbidden)
	k, err := g.FirstToken(t.Context(), "ciso", civil.Of(noon.Add(time.Hour)))
	g.must(err)
	if who, err := g.TokenAsker(t.Context(), k.Secret.Reveal()); err != nil || who.Token.Role != "ciso" {
		t.Errorf("the first token: %+v, %v", who, err)
	}
}

func TestWhoKnowsOfATokenKnowsItsServices(t *testing.T) {
	g := staffed(t)
	g.portal(g.person("manager"))
	one, err := g.CreateToken(t.Context(), g.terminal(), pipeline("portal"))
	g.must(err)
	_, err = g.CreateToken(t.Context(), g.terminal(), pipeline())
	g.must(err)
	for who, want := range map[string]int{"chief": 2, "manager": 1, "elsewhere": 0, "supplier": 0} {
		all, err := g.Tokens(t.Context(), g.person(who))
		if err != nil || len(all) != want {
			t.Errorf("%s sees %d tokens, want %d: %v", who, len(all), want, err)
		}
	}
	_, hidden := g.RevokeToken(t.Context(), g.person("elsewhere"), one.ID, "")
	_, absent := g.RevokeToken(t.Context(), g.person("elsewhere"), "no-such-token", "")
	if fault.KindOf(hidden) != fault.NotFound || hidden.Error() != absent.Error() {
		t.Errorf("a token that may not be seen says %q, one that is not there %q", hidden, absent)
	}
}
