package registry_test

import (
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// machine gives who comes with a token that somebody made.
func (c chamber) machine(maker string) registry.Asker {
	c.t.Helper()
	_, err := c.store.Write(c.t.Context(), []store.Entry{{
		Kind: ledger.TokenCreated, Actor: maker, Subject: "token:t1",
		Content: &store.Tokened{ID: "t1", Name: "Pipeline", Hash: "h", Scope: store.Allowed{Role: "delivery-manager", Units: []ident.ID{"benefits"}}, Expires: civil.Of(c.time().AddDate(0, 1, 0))},
	}}, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	kept, err := c.store.Token(c.t.Context(), "t1")
	if err != nil {
		c.t.Fatal(err)
	}
	basis, err := c.store.Basis(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	who, err := c.Token(c.t.Context(), kept.Access(), basis)
	if err != nil {
		c.t.Fatal(err)
	}
	return who
}

// What a machine proposes counts as proposed by whoever made its token: they neither decide nor are asked about it, on
// their own or with others, and it does not wait for them.
func TestWhoMadeATokenProposesWhatItProposes(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	p := c.proposedBy(c.machine("person:owner"), "acceptance", "r1")
	if p.Decision.ProposedBy != "owner" || p.Proposer != "token:t1" {
		t.Errorf("it was proposed by %s as %s", p.Decision.ProposedBy, p.Proposer)
	}
	waits, err := c.Waiting(t.Context(), c.person("owner"))
	if err != nil || len(waits) != 0 {
		t.Errorf("for who made the token wait %+v, %v", waits, err)
	}
	_, err = c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Forbidden, "who proposes is not who approves")
	_, err = c.Agree(t.Context(), c.person("owner"), "portal", p.ID, "")
	refusedAs(t, err, fault.Forbidden, "who proposes is not who approves")
	_, err = c.Consult(t.Context(), c.person("owner"), "portal", p.ID, "", "Fine")
	refusedAs(t, err, fault.Forbidden, "who proposes is not who approves")
	m := registry.Minuting{Making: registry.Making{Proposal: p.ID}, OnBehalfOf: "owner", Minute: "minute-1", Made: day(t, "2026-11-20")}
	_, err = c.Minute(t.Context(), c.person("manager"), "portal", m)
	refusedAs(t, err, fault.Invalid, "who proposes a decision is not who makes it")
	if out := must(t)(c.Decide(t.Context(), c.person("sro"), "portal", registry.Making{Proposal: p.ID})); !out.Made {
		t.Errorf("by another it was made as %+v", out)
	}
}

// Who made a token takes back what it proposed, as their own.
func TestWhoMadeATokenWithdrawsWhatItProposed(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposedBy(c.machine("person:manager"), "acceptance", "r1")
	if _, err := c.Withdraw(t.Context(), c.person("manager"), "portal", p.ID, "Not needed"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Proposal(t.Context(), c.person("manager"), "portal", p.ID); err != nil || got.State != store.ProposalWithdrawn {
		t.Errorf("it is %s, %v", got.State, err)
	}
}

// A token that was made at the terminal has nobody behind it who could decide: it stands for itself.
func TestATokenOfTheTerminalStandsForItself(t *testing.T) {
	c := chambered(t, offices, claims)
	p := c.proposedBy(c.machine("terminal"), "acceptance", "r1")
	if p.Decision.ProposedBy != "token:t1" {
		t.Errorf("it was proposed by %s", p.Decision.ProposedBy)
	}
	if out := must(t)(c.Decide(t.Context(), c.person("owner"), "portal", registry.Making{Proposal: p.ID})); !out.Made {
		t.Errorf("it was made as %+v", out)
	}
}

// Whoever holds a role only because who proposed lent it to them does not decide on that proposal, alone or as one of
// several, here or in a meeting.
func TestALentRoleDoesNotDecideOnWhatItsLenderProposed(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	p := c.proposed("sro", "acceptance", "r1")
	_, err := c.Decide(t.Context(), c.person("deputy"), "portal", registry.Making{Proposal: p.ID})
	refusedAs(t, err, fault.Forbidden, "was lent to you by sro, who proposed this")
	m := registry.Minuting{Making: registry.Making{Proposal: p.ID}, OnBehalfOf: "deputy", Minute: "minute-1", Made: day(t, "2026-11-21")}
	_, err = c.Minute(t.Context(), c.person("manager"), "portal", m)
	refusedAs(t, err, fault.Forbidden, "was lent to deputy by sro, who proposed this")
	waits, err := c.Waiting(t.Context(), c.person("deputy"))
	if err != nil || len(waits) != 0 {
		t.Errorf("for the deputy wait %+v, %v", waits, err)
	}

	both := c.proposed("sro", "sign-off", "spend-control")
	_, err = c.Agree(t.Context(), c.person("deputy"), "portal", both.ID, "")
	refusedAs(t, err, fault.Forbidden, "was lent to you by sro, who proposed this")

	other := c.proposed("manager", "sign-off", "go-live")
	if other.Authority.NotAcceptable {
		t.Fatal("nobody may")
	}
	for _, who := range []string{"lead", "ciso"} {
		if _, err := c.Consult(t.Context(), c.person(who), "portal", other.ID, "", "Ready"); err != nil {
			t.Fatal(err)
		}
	}
	if out := must(t)(c.Decide(t.Context(), c.person("deputy"), "portal", registry.Making{Proposal: other.ID})); !out.Made {
		t.Errorf("what another proposed was not made: %+v", out)
	}
}

// A role that they have of their own as well is enough.
func TestARoleOfOnesOwnDecidesOnWhatALenderProposed(t *testing.T) {
	c := chambered(t, strings.Replace(offices, "appointments:\n", "appointments:\n  - {role: senior-responsible-owner, person: deputy, service: portal}\n", 1), claims)
	p := c.proposed("sro", "acceptance", "r1")
	if out := must(t)(c.Decide(t.Context(), c.person("deputy"), "portal", registry.Making{Proposal: p.ID})); !out.Made {
		t.Errorf("it was made as %+v", out)
	}
}

// A member of a board who proposed has no part in its decision, and does not count for it.
func TestAMemberWhoProposedDoesNotCountForTheBoard(t *testing.T) {
	c := chambered(t, strings.Replace(offices, "appointments:\n", "appointments:\n  - {role: security-lead, person: b1, unit: benefits}\n", 1), claims)
	c.minutes()
	p := c.proposed("b1", "sign-off", "autumn")
	_, err := c.Agree(t.Context(), c.person("b1"), "portal", p.ID, "")
	refusedAs(t, err, fault.Forbidden, "who proposes is not who approves")
	m := registry.Minuting{Making: registry.Making{Proposal: p.ID}, OnBehalfOf: "b2", With: []ident.ID{"b1", "b3"}, Minute: "minute-1", Made: day(t, "2026-11-20")}
	_, err = c.Minute(t.Context(), c.person("manager"), "portal", m)
	refusedAs(t, err, fault.Invalid, "who proposes a decision is not who makes it")
	for i, who := range []string{"b2", "b3", "b4"} {
		if out := must(t)(c.Agree(t.Context(), c.person(who), "portal", p.ID, "")); out.Made != (i == 2) {
			t.Errorf("with %s it is made: %v", who, out.Made)
		}
	}
}
