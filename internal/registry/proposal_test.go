package registry_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/proving/postgres"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// proposed has somebody propose something, with all the words that it needs.
func (c chamber) proposed(by, kind, subject string) *registry.Proposal {
	c.t.Helper()
	return c.proposedBy(c.person(by), kind, subject)
}

func (c chamber) proposedBy(who registry.Asker, kind, subject string) *registry.Proposal {
	c.t.Helper()
	p := registry.Proposing{Wanted: wanted(kind, subject), Reason: "As the paper says"}
	if kind == "acceptance" {
		p.ValidUntil = day(c.t, "2027-03-31")
	}
	out, err := c.Propose(c.t.Context(), who, "portal", p)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func TestWhoProposesIsNotWhoDecides(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("owner", "acceptance", "r1")
	if p.Decision.ProposedBy != "owner" || p.Authority.Line != "acceptance-low" {
		t.Errorf("the proposal is %+v", p)
	}
	_, err := c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Forbidden, "who proposes is not who approves")
	_, err = c.Decide(t.Context(), c.person("manager"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Forbidden, "is for: risk-owner, senior-responsible-owner, service-owner")
	out := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: p.ID}))
	if out.Decision.ProposedBy != "owner" || out.Decision.By != "sro" || !out.Made {
		t.Errorf("it was made as %+v", out.Decision)
	}
	_, err = c.Decide(t.Context(), c.person("sro2"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Conflict, "has been made")
	left, err := c.Proposals(t.Context(), c.person("manager"), "portal", "", 10)
	if err != nil || len(left) != 0 {
		t.Errorf("%d proposals wait still, %v", len(left), err)
	}
}

func TestAProposalIsWithdrawnOrDeclined(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("manager", "acceptance", "r1")
	_, err := c.Withdraw(t.Context(), c.person("lead"), "portal", p.ID, "No")
	refusedAs(t, err, fault.Forbidden, "is for: ")
	if _, err := c.Withdraw(t.Context(), c.person("owner"), "portal", p.ID, "Mend it instead"); err != nil {
		t.Fatal(err)
	}
	_, err = c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Conflict, "was declined")
	again := c.proposed("manager", "acceptance", "r1")
	if again.ID != p.ID {
		t.Errorf("proposed again it is called %s", again.ID)
	}
	if _, err := c.Withdraw(t.Context(), c.person("manager"), "portal", again.ID, "Not needed"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Proposal(t.Context(), c.person("manager"), "portal", again.ID); err != nil || got.State != store.ProposalWithdrawn {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAProposalOfSomebodyElseIsNotReplaced(t *testing.T) {
	c := chambered(t, offices, claims)
	c.proposed("manager", "acceptance", "r1")
	_, err := c.Propose(t.Context(), c.person("lead"), "portal", registry.Proposing{Wanted: wanted("acceptance", "r1"), Reason: "Mine"})
	refusedAs(t, err, fault.Conflict, "somebody else proposed")
	_, err = c.Decide(t.Context(), c.person("owner"), "portal", accepting(t))
	refusedAs(t, err, fault.Conflict, "was proposed already")
}

// Whoever has to be asked says so on the proposal, and then need not be named.
func TestConsultation(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("manager", "sign-off", "go-live")
	_, err := c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Invalid, "has to be asked")
	_, err = c.Consult(t.Context(), c.person("architect"), "portal", p.ID, "", "Fine")
	refusedAs(t, err, fault.Forbidden, "on this proposal are asked: ciso, security-lead")
	for _, who := range []string{"lead", "ciso"} {
		if _, err := c.Consult(t.Context(), c.person(who), "portal", p.ID, "", "Ready, once the copies were restored"); err != nil {
			t.Fatal(err)
		}
	}
	out := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: p.ID}))
	if !slices.Equal(out.Decision.Consulted, []ident.ID{"ciso", "security-lead"}) {
		t.Errorf("consulted are %v", out.Decision.Consulted)
	}
	got, err := c.OneDecision(t.Context(), c.person("manager"), "portal", p.ID)
	if err != nil || len(got.Agreements) != 2 || got.Agreements[1].Said == "" {
		t.Errorf("what they said is %+v, %v", got, err)
	}
}

func TestAQuorumDecidesTogether(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("manager", "sign-off", "spend-control")
	_, err := c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: p.ID, Reason: "In my words"})
	refusedAs(t, err, fault.Invalid, "all agree to the same words")
	first := must(t)(c.Agree(t.Context(), c.person("sro"), "portal", p.ID, ""))
	if first.Made || first.Needs != 2 {
		t.Errorf("one of two made it: %+v", first)
	}
	_, err = c.Agree(t.Context(), c.person("sro"), "portal", p.ID, "")
	refusedAs(t, err, fault.Conflict, "you have had your part")
	second := must(t)(c.Agree(t.Context(), c.person("sro2"), "portal", p.ID, ""))
	if !second.Made || second.Decision.By != "sro2" || !slices.Equal(second.Decision.With, []ident.ID{"sro"}) || !second.State.Attested {
		t.Errorf("two of two made %+v", second)
	}
}

// Proposed anew with other words, it needs everybody's agreement again.
func TestAgreementIsToWhatWasProposed(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("manager", "sign-off", "spend-control")
	must(t)(c.Agree(t.Context(), c.person("sro"), "portal", p.ID, ""))
	c.proposed("manager", "sign-off", "spend-control")
	if out := must(t)(c.Agree(t.Context(), c.person("sro2"), "portal", p.ID, "")); out.Made {
		t.Error("an agreement to earlier words counted")
	}
}

func TestABoardDecidesTogether(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposed("manager", "sign-off", "autumn")
	c.rest()
	pack, _, err := c.BoardPack(t.Context(), c.person("b1"), "security-board", registry.After{}, 20)
	if err != nil || len(pack.Services) != 1 || len(pack.Services[0].Proposals) != 1 || pack.Needs != 3 || len(pack.Services[0].Pack.Sections) == 0 {
		t.Fatalf("the pack is %+v, %v", pack, err)
	}
	_, err = c.Decide(t.Context(), c.person("b1"), "portal", registry.Making{Wanted: wanted("sign-off", "autumn"), Reason: "Alone"})
	refusedAs(t, err, fault.Forbidden, "3 have to decide this together")
	for i, who := range []string{"b4", "b2", "b5"} {
		out := must(t)(c.Agree(t.Context(), c.person(who), "portal", p.ID, ""))
		if out.Made != (i == 2) {
			t.Errorf("after %d of 3: made %v", i+1, out.Made)
		}
	}
	if state, _, attested := c.state(p.ID); state != "holds" || !attested {
		t.Errorf("it is %s, attested %v", state, attested)
	}
	pack, _, err = c.BoardPack(t.Context(), c.person("b1"), "security-board", registry.After{}, 20)
	if err != nil || len(pack.Services) != 0 {
		t.Errorf("the pack still holds %+v, %v", pack, err)
	}
}

// A board's pack is given some services at a time, each with what it is decided by once it has been judged.
func TestABoardsPackIsGivenInParts(t *testing.T) {
	c := chambered(t, offices, claims)
	if _, err := c.Register(t.Context(), c.person("manager"), registry.Registration{ID: "mail", Name: "Mail", Unit: "benefits"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ChangeService(t.Context(), c.person("manager"), "mail", registry.Change{Files: one(strings.Replace(claims, "id: portal", "id: mail", 1))}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []ident.ID{"mail", "portal"} {
		if _, err := c.Propose(t.Context(), c.person("manager"), id, registry.Proposing{Wanted: wanted("sign-off", "autumn"), Reason: "Agreed"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, judged := range []bool{false, true} {
		var seen []ident.ID
		for next := ""; len(seen) == 0 || next != ""; {
			pack, after, err := c.BoardPack(t.Context(), c.person("b1"), "security-board", registry.ReadAfter(next), 1)
			if err != nil || len(pack.Services) != 1 || (pack.Services[0].Pack != nil) != judged {
				t.Fatalf("judged %v, after %q: %+v, %v", judged, next, pack, err)
			}
			seen, next = append(seen, pack.Services[0].ID), after
		}
		if !slices.Equal(seen, []ident.ID{"mail", "portal"}) {
			t.Errorf("it tells of %q", seen)
		}
		c.restAll()
	}
}

// A board's pack shows nothing of a service that who asks may not read about, and is nothing to who may read of none.
func TestABoardsPackHidesWhatIsNotForOneself(t *testing.T) {
	elsewhere := strings.NewReplacer(
		"  - {id: benefits,", "  - {id: parking, name: Parking, parent: department}\n  - {id: benefits,",
		"people:\n", "people:\n  - {id: other, name: Director of parking}\n",
		"appointments:\n", "appointments:\n  - {role: senior-responsible-owner, person: other, unit: parking}\n").Replace(offices)
	c := chambered(t, elsewhere, claims)
	c.proposed("manager", "sign-off", "autumn")
	pack, _, err := c.BoardPack(t.Context(), c.person("other"), "security-board", registry.After{}, 20)
	if err != nil || len(pack.Services) != 0 {
		t.Errorf("somebody of another unit is shown %+v, %v", pack, err)
	}
	_, _, err = c.BoardPack(t.Context(), c.person("former"), "security-board", registry.After{}, 20)
	refusedAs(t, err, fault.Forbidden, "read the decisions")
}

// Many agree at once at two replicas on PostgreSQL, and on SQLite: the decision is made once, by as many as are needed.
func TestManyAgreeAtOnce(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		c := chambered(t, large(), claims)
		crowd(t, c, []*registry.Registry{c.Registry, registry.New(c.store, c.time)})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		ring, err := seal.CreateRing(t.TempDir() + "/keys")
		if err != nil {
			t.Fatal(err)
		}
		where := store.Config{Database: postgres.Database(t), Ring: ring}
		c := chamberedOn(t, where, large(), claims)
		other := chamberedAgain(t, c, where)
		crowd(t, c, []*registry.Registry{c.Registry, other})
	})
}

// chamberedAgain gives a second replica over the same record.
func chamberedAgain(t *testing.T, c chamber, where store.Config) *registry.Registry {
	t.Helper()
	where.Now = func() time.Time { return c.store.Now().Time() }
	s, err := store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return registry.New(s, where.Now)
}

const members = 24

// large has a board of many, of whom twelve decide.
func large() string {
	people, seats := "", ""
	for i := range members {
		people += fmt.Sprintf("  - {id: m%d}\n", i)
		seats += fmt.Sprintf("m%d,", i)
	}
	text := offices
	text = strings.Replace(text, "appointments:\n", people+"appointments:\n", 1)
	return strings.Replace(text, "members: [b1, b2, b3, b4, b5], chair: b1, quorum: 3", "members: ["+seats[:len(seats)-1]+"], quorum: 12", 1)
}

func crowd(t *testing.T, c chamber, replicas []*registry.Registry) {
	t.Helper()
	p := c.proposed("manager", "sign-off", "autumn")
	basis, err := c.store.Basis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	made, agreed := 0, 0
	var wg sync.WaitGroup
	for i := range members {
		wg.Go(func() {
			r := replicas[i%len(replicas)]
			who, err := r.Person(t.Context(), ident.ID(fmt.Sprintf("m%d", i)), basis)
			if err != nil {
				t.Error(err)
				return
			}
			out, err := r.Agree(t.Context(), who, "portal", p.ID, "")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && out.Made:
				made++
				agreed += len(out.Agreed)
			case err != nil && fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 || agreed != 12 {
		t.Errorf("it was made %d times, by %d", made, agreed)
	}
	parts, err := c.store.Agreements(t.Context(), "portal", p.ID)
	if err != nil || len(parts) != 12 {
		t.Errorf("%d have a part in it, %v", len(parts), err)
	}
}
