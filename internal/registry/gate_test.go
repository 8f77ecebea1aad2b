package registry_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// staff is an organisation whose people sign in.
const staff = `bulkhead: v1
id: household-support
name: Household support
classification: OFFICIAL
units:
  - {id: department, name: The department}
  - {id: benefits, name: Benefits, parent: department}
  - {id: shared, name: Shared technology, parent: department}
people:
  - {id: chief, name: Head of security, email: Chief@dept.example}
  - {id: manager, name: Delivery manager, email: manager@dept.example}
  - {id: elsewhere, name: Delivery manager elsewhere, email: elsewhere@dept.example}
  - {id: supplier, name: Supplier contact}
  - {id: gone, name: Assessor, email: gone@dept.example, left: 2026-10-31}
  - {id: idle, name: Nobody yet, email: idle@dept.example}
appointments:
  - {role: administrator, person: chief}
  - {role: delivery-manager, person: manager, unit: benefits}
  - {role: delivery-manager, person: elsewhere, unit: shared}
  - {role: supplier-contact, person: supplier, service: portal}
  - {role: assessor, person: gone}
`

// noon is when these tests begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// office is an address from which people come.
var office = netip.MustParseAddr("203.0.113.7")

// hours is a clock that a test sets.
type hours struct {
	mu sync.Mutex
	at time.Time
}

func (h *hours) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hours) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// gate is a registry with its door, and the ways in.
type gate struct {
	desk
	*hours
	door  *registry.Door
	login *login
	ways  registry.Ways
	file  string // of the database
	keys  *seal.Ring
}

// emptyGate is one of a new record.
func emptyGate(t testing.TB) *gate {
	t.Helper()
	g := &gate{hours: &hours{at: noon}}
	dir := t.TempDir()
	keys, err := seal.CreateRing(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	g.file, g.keys = filepath.Join(dir, "bulkhead.db"), keys
	g.on(t, store.Config{Database: g.file, Ring: keys, Now: g.now})
	return g
}

// on opens a record for the gate, and its door.
func (g *gate) on(t testing.TB, where store.Config) {
	t.Helper()
	s, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	g.desk = desk{registry.New(s, g.now), s, t}
	passkeys, err := signin.NewPasskeys(signin.PasskeyConfig{RPID: site, Origins: []string{origin}, Name: "Bulkhead"})
	if err != nil {
		t.Fatal(err)
	}
	g.login = newLogin(t, g.now)
	g.ways = registry.Ways{Provider: g.login.Provider, Passkeys: passkeys}
	g.door = g.Door(g.ways)
}

// staffed is one of a record with an organisation.
func staffed(t testing.TB) *gate {
	t.Helper()
	g := emptyGate(t)
	g.organise(staff, 1)
	return g
}

func (g *gate) organise(text string, number int64) {
	g.t.Helper()
	_, err := g.store.Write(g.t.Context(), []store.Entry{{
		Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation",
		Content: &store.Organised{Number: number, Parent: number - 1, Texts: []store.Text{{File: "organisation.yaml", Text: text}}},
	}}, nil)
	if err != nil {
		g.t.Fatal(err)
	}
}

// came is somebody who has come in.
type came struct {
	*gate
	secret string
}

func (g *gate) in(secret hidden.Text, err error) came {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
	return came{g, secret.Reveal()}
}

// who is who came in, as they are now.
func (c came) who() registry.Signed {
	c.t.Helper()
	s, err := c.Signed(c.t.Context(), c.secret)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// out says that they are no longer signed in.
func (c came) out() {
	c.t.Helper()
	if _, err := c.SessionAsker(c.t.Context(), c.secret); !unknown(err) {
		c.t.Errorf("they are still signed in: %v", err)
	}
}

func unknown(err error) bool { _, is := errors.AsType[registry.Unknown](err); return is }

// invited has somebody come in by an invitation.
func (g *gate) invited(id string) came {
	g.t.Helper()
	return g.in(g.door.Follow(g.t.Context(), g.invite(id), office))
}

// invite gives a link for somebody, whether or not they have come in before.
func (g *gate) invite(id string) string {
	g.t.Helper()
	i, err := g.InviteAgain(g.t.Context(), g.terminal(), ident.ID(id))
	if err != nil {
		g.t.Fatal(err)
	}
	return i.Link.Reveal()
}

// makes has somebody who just came in make a passkey.
func (c came) makes(d *device) came {
	c.t.Helper()
	who := c.who()
	options, step, err := c.door.BeginNewPasskey(c.t.Context(), &who)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.in(c.door.FinishNewPasskey(c.t.Context(), &who, step.Reveal(), d.create(options)))
}

// uses tries to sign in with a passkey.
func (g *gate) uses(d *device) (hidden.Text, error) {
	g.t.Helper()
	options, step, err := g.door.BeginPasskey(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return g.door.FinishPasskey(g.t.Context(), step.Reveal(), d.get(options), office)
}

// account tries to sign in with an account of the organisation.
func (g *gate) account(subject, email string, sure bool) (hidden.Text, error) {
	g.t.Helper()
	address, step, err := g.door.BeginAccount(g.t.Context(), nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return g.door.FinishAccount(g.t.Context(), nil, step.Reveal(), g.login.signs(address, subject, email, sure), office)
}

// told gives why the sign-ins are told in the record, in order: HOW: WHY, WHY.
func (g *gate) told() (out []string) {
	g.t.Helper()
	leaves, err := g.store.Leaves(g.t.Context(), 0, 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, l := range leaves {
		if l.Kind != ledger.SignedIn {
			continue
		}
		text, err := g.store.Body(g.t.Context(), l.Body)
		if err != nil {
			g.t.Fatal(err)
		}
		var s store.SignedIn
		if err := json.Unmarshal(text, &s); err != nil {
			g.t.Fatal(err)
		}
		out = append(out, s.How+": "+strings.Join(s.Why, ", "))
	}
	return out
}

// count gives how many entries of a kind there are.
func (g *gate) count(kind ledger.Kind) (n int) {
	g.t.Helper()
	leaves, err := g.store.Leaves(g.t.Context(), 0, 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, l := range leaves {
		if l.Kind == kind {
			n++
		}
	}
	return n
}

// must says that there was no error.
func (g *gate) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// refused says that an error is a fault of a kind.
func refused(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("got %v, want a fault of kind %s", err, kind)
	}
}

func same(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
