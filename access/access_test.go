package access_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

var update = flag.Bool("update", false, "write the golden matrix anew; read the difference before it is kept")

// tree is the units of an organisation, and the unit of each service.
type tree struct {
	Organisation *org.Organisation
	Services     map[ident.ID]ident.ID
}

func (in *tree) service(id ident.ID) access.Place {
	at := in.unit(in.Services[id])
	at.Service = id
	return at
}

func (in *tree) unit(id ident.ID) access.Place {
	return access.Place{Unit: id, Above: in.Organisation.Above(id)}
}

// small has pay in part (below top), mail in other, and stray in no unit.
func small() *tree {
	return &tree{
		Organisation: &org.Organisation{Units: []org.Unit{{ID: "top"}, {ID: "part", Parent: "top"}, {ID: "leaf", Parent: "part"}, {ID: "other", Parent: "top"}}},
		Services:     map[ident.ID]ident.ID{"pay": "part", "mail": "other", "deep": "leaf", "stray": ""},
	}
}

func at(service ident.ID) access.Place {
	place := small().service(service)
	place.Proposer = "somebody-else"
	return place
}

func holder(holdings ...org.Holding) access.Actor {
	return access.Actor{Person: "ann", Holdings: holdings}
}

func roles(t *testing.T) (ids []ident.ID) {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range packs {
		for j := range packs[i].Roles {
			ids = append(ids, packs[i].Roles[j].ID)
		}
	}
	if len(ids) == 0 {
		t.Fatal("the library has no roles")
	}
	return ids
}

// reach asks how little a role has to be held for, to give the right at the service pay.
func reach(role ident.ID, use access.Use) string {
	place := at("pay")
	for _, c := range []struct {
		sign string
		h    org.Holding
	}{{"a", org.Holding{Role: role, Service: "mail"}}, {"s", org.Holding{Role: role, Service: "pay"}}, {"u", org.Holding{Role: role, Unit: "part"}}, {"o", org.Holding{Role: role}}} {
		if access.May(holder(c.h), use, place).Yes {
			return c.sign
		}
	}
	return "."
}

// machines asks whether a token may.
func machines(all []ident.ID, use access.Use) string {
	for _, role := range all {
		if access.May(access.Actor{Token: &access.Token{Role: role}}, use, at("pay")).Yes {
			return "yes"
		}
	}
	for _, role := range all {
		if access.May(access.Actor{Token: &access.Token{Role: role, Uses: []access.Use{use}}}, use, at("pay")).Yes {
			return "named"
		}
	}
	return "no"
}

// TestMatrix writes out who may do what, worked out by asking. Every use and every role of the library stands in it.
func TestMatrix(t *testing.T) {
	all := roles(t)
	longest := 0
	for _, role := range all {
		longest = max(longest, len(role))
	}
	var out strings.Builder
	out.WriteString("Who may do what.\n\n  s  held for the service, or for its unit or one above\n  u  held for its unit or one above: for the service alone is not enough\n  o  held for the whole organisation\n  a  held for anything\n  .  never\n\nThe last column says whether a token with the role may: named is only where its uses name it.\n\n")
	for line := range longest {
		fmt.Fprintf(&out, "%-20s", "")
		for _, role := range all {
			letter := " "
			if i := line - (longest - len(role)); i >= 0 {
				letter = string(role[i])
			}
			out.WriteString(" " + letter)
		}
		out.WriteString("\n")
	}
	for _, use := range access.Uses() {
		fmt.Fprintf(&out, "%-20s", use)
		for _, role := range all {
			out.WriteString(" " + reach(role, use))
		}
		fmt.Fprintf(&out, "  %s\n", machines(all, use))
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	got := strings.Join(lines, "\n") + "\n"
	const golden = "testdata/matrix.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the matrix has changed; read it, and keep it with -update:\n%s", got)
	}
}

// A use without a line could be asked for and never given; a role without a right could not even sign out.
func TestNothingIsMissing(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "use.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared++
			if use := access.Use(text); use.Doc() == "" || !slices.Contains(access.Uses(), use) {
				t.Errorf("%s has no line in the table", text)
			}
		}
		return true
	})
	if declared != len(access.Uses()) {
		t.Errorf("%d uses are declared and %d are in the table", declared, len(access.Uses()))
	}
	known := roles(t)
	for _, role := range known {
		if reach(role, access.EndOwnSession) != "a" {
			t.Errorf("%s may not even sign out", role)
		}
	}
	for _, use := range access.Uses() {
		if !slices.ContainsFunc(known, func(role ident.ID) bool { return reach(role, use) != "." }) {
			t.Errorf("nobody may %s", use)
		}
	}
	if access.Use("fly").Doc() != "" || access.May(holder(org.Holding{Role: "ciso"}), "fly", at("pay")).Yes {
		t.Error("there is no such use")
	}
}

// What the library's authority table lets a role decide is not kept from it here.
func TestWhoHasAuthorityMayDecide(t *testing.T) {
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for i := range packs {
		for _, row := range packs[i].Authority {
			rows++
			use := access.Decide
			if row.Decision == "review" {
				use = access.RecordReview
			}
			for _, role := range row.Roles {
				if reach(role, use) != "s" {
					t.Errorf("%s: %s may not %s", row.ID, role, use)
				}
			}
			for _, role := range row.Consult {
				if reach(role, access.AgreeDecision) != "s" {
					t.Errorf("%s: %s is asked and may not say so", row.ID, role)
				}
			}
		}
	}
	if rows == 0 {
		t.Error("the library has no authority table")
	}
}

// Who must not, however the table grows.
func TestWhoMayNot(t *testing.T) {
	reads := []access.Use{
		access.ListServices, access.ReadService, access.ReadPosture, access.ReadEvidence, access.ReadFindings, access.ReadDecisions, access.Explain, access.WhatIf, access.Search,
		access.ReadSuppliers, access.ListUnits, access.ReadUnits, access.ReadOrganisation, access.ReadPeople, access.ReadLibrary, access.ReadLedger, access.ReadTokens,
	}
	own := []access.Use{access.ReadOwnProfile, access.EndOwnSession, access.ManageOwnPasskeys, access.ManageOwnDigests}
	for role, only := range map[ident.ID][]access.Use{
		"supplier-contact": append(slices.Clone(own), access.RecordEvidence),
		"auditor":          append(slices.Concat(own, reads), access.ExportRecord, access.RecordReview),
		"assessor":         append(slices.Concat(own, reads), access.RecordEvidence, access.RecordReview),
		"commercial-lead":  append(slices.Clone(own), access.ListServices, access.ListUnits, access.ReadSuppliers, access.ReadLibrary),
		"administrator": append(slices.Clone(own), access.ListServices, access.ListUnits, access.ReadOrganisation, access.ReadPeople, access.ReadLibrary, access.ReadLedger, access.ReadTokens, access.ChangeOrganisation,
			access.InvitePerson, access.RemovePerson, access.CreateToken, access.RevokeToken, access.EndAnySession, access.ManageWebhooks, access.ProposeRedaction),
	} {
		for _, use := range access.Uses() {
			if reach(role, use) != "." && !slices.Contains(only, use) {
				t.Errorf("%s may %s", role, use)
			}
		}
	}
	for _, role := range roles(t) { // only who governs the organisation as a whole sees its file, in which the addresses are
		governs := slices.Contains([]ident.ID{"ciso", "cdio", "auditor", "administrator"}, role)
		for unit, want := range map[ident.ID]bool{"": governs, "top": false} {
			if may := access.May(holder(org.Holding{Role: role, Unit: unit}), access.ReadOrganisation, access.Place{}).Yes; may != want {
				t.Errorf("%s for %q may read the organisation file: %v", role, unit, may)
			}
		}
	}
	for _, role := range roles(t) {
		for _, use := range []access.Use{
			access.Decide, access.AgreeDecision, access.ConfirmMinute, access.RetractDecision, access.RecordReview, access.ProposeRedaction, access.ApproveRedaction,
			access.InvitePerson, access.RemovePerson, access.CreateToken, access.RevokeToken, access.EndAnySession, access.EndOwnSession, access.ManageOwnPasskeys, access.ManageOwnDigests, access.ManageWebhooks,
		} {
			t.Run(string(role), func(t *testing.T) {
				if access.May(access.Actor{Token: &access.Token{Role: role, Uses: access.Uses()}}, use, at("pay")).Yes {
					t.Errorf("a token may %s", use)
				}
			})
		}
	}
}

func TestMay(t *testing.T) {
	lead := func(unit, service ident.ID) org.Holding {
		return org.Holding{Role: "security-lead", Unit: unit, Service: service}
	}
	seat := org.Holding{Role: "ciso", Board: "security-board"}
	mine := at("pay")
	mine.Proposer = "ann"
	nobodys := at("pay")
	nobodys.Proposer = ""
	for _, c := range []struct {
		what    string
		a       access.Actor
		use     access.Use
		at      access.Place
		yes     bool
		missing string
	}{
		{"for the service", holder(lead("", "pay")), access.ReadFindings, at("pay"), true, ""},
		{"for its unit", holder(lead("part", "")), access.ReadFindings, at("pay"), true, ""},
		{"for a unit above", holder(lead("top", "")), access.ReadFindings, at("deep"), true, ""},
		{"for everything, of a service in no unit", holder(lead("", "")), access.ReadFindings, at("stray"), true, ""},
		{"for a unit below", holder(lead("leaf", "")), access.ReadFindings, at("pay"), false, "as security-lead you may read the findings of a service only where you are appointed for the service, or for its unit or one above, and that does not reach here"},
		{"for another unit", holder(lead("other", "")), access.ReadFindings, at("pay"), false, "does not reach here"},
		{"for another service", holder(lead("", "mail")), access.ReadFindings, at("pay"), false, "does not reach here"},
		{"for a service while it is in a unit where it is not", holder(lead("other", "pay")), access.ReadFindings, at("pay"), false, "does not reach here"},
		{"for the service, of its unit", holder(lead("", "pay")), access.ReadUnits, at("pay"), false, "only where you are appointed for the whole unit or one above"},
		{"for a unit, of the organisation", holder(org.Holding{Role: "administrator", Unit: "top"}), access.InvitePerson, access.Place{}, false, "only if you are appointed for the whole organisation"},
		{"for anything, of the library", holder(lead("", "mail")), access.ReadLibrary, access.Place{}, true, ""},
		{"no role", holder(), access.ReadLibrary, access.Place{}, false, "you hold no role here, so you may not read the library"},
		{"another role, where few may", holder(lead("", "")), access.RetireService, at("pay"), false, "none of your roles lets you retire a service; it is for: capability-sponsor, senior-responsible-owner, service-owner"},
		{"another role, where many may", holder(org.Holding{Role: "commercial-lead"}), access.ReadPosture, at("pay"), false, "none of your roles lets you read the posture of a service"},
		{"what oneself proposed", holder(org.Holding{Role: "ciso"}), access.Decide, mine, false, "who proposes is not who approves"},
		{"what nobody proposed", holder(org.Holding{Role: "ciso"}), access.Decide, nobodys, true, ""},
		{"destroying what oneself proposed", holder(org.Holding{Role: "ciso"}), access.ApproveRedaction, mine, false, "who proposes is not who approves"},
		{"destroying what nobody proposed", holder(org.Holding{Role: "ciso"}), access.ApproveRedaction, nobodys, false, "nobody has proposed it"},
		{"destroying what another proposed", holder(org.Holding{Role: "ciso"}), access.ApproveRedaction, at("pay"), true, ""},
		{"reading from a seat on a board", holder(seat), access.ReadFindings, at("pay"), true, ""},
		{"deciding from a seat on a board, with others", holder(seat), access.Decide, at("pay"), true, ""},
		{"acting alone from a seat on a board", holder(seat), access.ApproveRedaction, at("pay"), false, "a seat on the board security-board is not enough"},
		{"a token of another service", access.Actor{Token: &access.Token{Role: "developer", Services: []ident.ID{"mail"}}}, access.ApplyService, at("pay"), false, "does not reach here"},
		{"a token of the service", access.Actor{Token: &access.Token{Role: "developer", Services: []ident.ID{"mail", "pay"}}}, access.ApplyService, at("pay"), true, ""},
		{"a token of the unit above", access.Actor{Token: &access.Token{Role: "developer", Units: []ident.ID{"top"}}}, access.RecordEvidence, at("pay"), true, ""},
		{"a token for something else", access.Actor{Token: &access.Token{Role: "developer", Uses: []access.Use{access.RecordEvidence}}}, access.ApplyService, at("pay"), false, "this token may not apply the service file of a repository, as its pipeline does; create one whose uses name apply-service"},
		{"a token for the organisation that does not say so", access.Actor{Token: &access.Token{Role: "administrator"}}, access.ChangeOrganisation, access.Place{}, false, "create one whose uses name change-organisation"},
		{"a token for the organisation that says so", access.Actor{Token: &access.Token{Role: "administrator", Uses: []access.Use{access.ChangeOrganisation}}}, access.ChangeOrganisation, access.Place{}, true, ""},
		{"a token does not have what its maker has", access.Actor{Person: "ann", Holdings: []org.Holding{{Role: "ciso"}}, Token: &access.Token{Role: "supplier-contact"}}, access.ReadFindings, at("pay"), false, "none of your roles"},
		{"a token that decides", access.Actor{Token: &access.Token{Role: "ciso", Uses: []access.Use{access.Decide}}}, access.Decide, at("pay"), false, "it is for people only"},
	} {
		got := access.May(c.a, c.use, c.at)
		if got.Yes != c.yes || (got.Missing == "") != c.yes || !strings.Contains(got.Missing, c.missing) {
			t.Errorf("%s: %+v; want %v, %q", c.what, got, c.yes, c.missing)
		}
	}
}

// An appointment gives what it gives between its days, and what it lent ends with it.
func TestEndedAppointment(t *testing.T) {
	o := small().Organisation
	o.People = []org.Person{{ID: "ann"}, {ID: "ben"}}
	o.Appointments = []org.Appointment{{Role: "ciso", Person: "ann", Until: civil.Date{Year: 2026, Month: 3, Day: 31}}}
	o.Delegations = []org.Delegation{{Holder: "ann", Deputy: "ben", Role: "ciso", Until: civil.Date{Year: 2026, Month: 6, Day: 30}}}
	for _, person := range []ident.ID{"ann", "ben"} {
		for when, want := range map[string]bool{"2026-03-31T12:00:00Z": true, "2026-04-01T12:00:00Z": false} {
			instant, err := civil.ParseInstant(when)
			if err != nil {
				t.Fatal(err)
			}
			held := o.Held(person, civil.Zone{}, civil.NewWatch(instant))
			if got := access.May(access.Actor{Person: person, Holdings: held}, access.ReadFindings, at("pay")); got.Yes != want {
				t.Errorf("%s on %s: %+v", person, when, got)
			}
		}
	}
}

func holding(t *rapid.T, all []ident.ID) org.Holding {
	return org.Holding{
		Role:    rapid.SampledFrom(all).Draw(t, "role"),
		Unit:    rapid.SampledFrom([]ident.ID{"", "top", "part", "leaf", "other"}).Draw(t, "unit"),
		Service: rapid.SampledFrom([]ident.ID{"", "", "pay", "mail", "new"}).Draw(t, "service"),
		Board:   rapid.SampledFrom([]ident.ID{"", "", "b"}).Draw(t, "board"),
	}
}

func anyActor(t *rapid.T, all []ident.ID) access.Actor {
	a := access.Actor{Person: "ann"}
	for range rapid.IntRange(0, 3).Draw(t, "holdings") {
		a.Holdings = append(a.Holdings, holding(t, all))
	}
	if rapid.IntRange(0, 2).Draw(t, "a token") == 0 {
		a.Token = &access.Token{
			Role:     rapid.SampledFrom(all).Draw(t, "token role"),
			Units:    rapid.SliceOfN(rapid.SampledFrom([]ident.ID{"top", "part", "other"}), 0, 2).Draw(t, "token units"),
			Services: rapid.SliceOfN(rapid.SampledFrom([]ident.ID{"pay", "mail"}), 0, 2).Draw(t, "token services"),
			Uses:     rapid.SliceOfN(rapid.SampledFrom(access.Uses()), 0, 3).Draw(t, "token uses"),
		}
	}
	return a
}

// anyTree draws units below each other and services in them, some in a unit that is not there.
func anyTree(t *rapid.T) *tree {
	in := &tree{Organisation: &org.Organisation{}, Services: map[ident.ID]ident.ID{}}
	ids := []ident.ID{"", "top", "part", "leaf", "other"}
	for i := 1; i < len(ids); i++ {
		in.Organisation.Units = append(in.Organisation.Units, org.Unit{ID: ids[i], Parent: rapid.SampledFrom(ids[:i]).Draw(t, "parent")})
	}
	for _, service := range []ident.ID{"pay", "mail", "more"} {
		in.Services[service] = rapid.SampledFrom(append(slices.Clone(ids), "ghost")).Draw(t, "unit of "+string(service))
	}
	return in
}

// listed says whether a list that is filtered by a scope has a service in a unit.
func listed(s access.Scope, service, unit ident.ID) bool {
	return s.All || s.Units[unit] || s.Singles[access.Single{Service: service}] || s.Singles[access.Single{Service: service, Unit: unit}]
}

// A list shows what asking for every item of it would show.
func TestSeesIsMay(t *testing.T) {
	all := roles(t)
	rapid.Check(t, func(t *rapid.T) {
		in, a := anyTree(t), anyActor(t, all)
		use := rapid.SampledFrom(access.Uses()).Draw(t, "use")
		scope := access.Sees(a, use, in.Organisation)
		for service, unit := range in.Services {
			place := in.service(service)
			place.Proposer = "somebody-else"
			if may := access.May(a, use, place); listed(scope, service, unit) != may.Yes {
				t.Fatalf("%s of %s in %q: listed %v, %+v", use, service, unit, !may.Yes, may)
			}
		}
		for i := range in.Organisation.Units {
			place := in.unit(in.Organisation.Units[i].ID)
			place.Proposer = "somebody-else"
			if may := access.May(a, use, place); (scope.All || scope.Units[place.Unit]) != may.Yes {
				t.Fatalf("%s of the unit %q: listed %v, %+v", use, place.Unit, !may.Yes, may)
			}
		}
	})
}

func TestLaws(t *testing.T) {
	all := roles(t)
	rapid.Check(t, func(t *rapid.T) {
		in, a := anyTree(t), anyActor(t, all)
		use := rapid.SampledFrom(access.Uses()).Draw(t, "use")
		place := in.service(rapid.SampledFrom([]ident.ID{"pay", "mail", "more", "new"}).Draw(t, "at"))
		place.Proposer = rapid.SampledFrom([]ident.ID{"", "ann", "ben"}).Draw(t, "proposer")
		got := access.May(a, use, place)

		if access.May(access.Actor{Person: "ann"}, use, place).Yes {
			t.Fatalf("nobody in no role may %s", use)
		}
		more := a
		more.Holdings = append(slices.Clone(a.Holdings), holding(t, all))
		if got.Yes && !access.May(more, use, place).Yes {
			t.Fatalf("with %+v too, %s is lost", more.Holdings, use)
		}
		anywhere := access.May(holder(org.Holding{Role: got.Through.Role, Unit: "nowhere", Service: "nothing"}), use, place).Yes
		if h := got.Through; got.Yes && !anywhere {
			there := h.Unit == "" || h.Unit == place.Unit || slices.Contains(place.Above, h.Unit)
			if !there || h.Service != "" && h.Service != place.Service {
				t.Fatalf("%+v gives %s at %+v", h, use, place)
			}
		}
		if got.Yes && a.Token != nil {
			person := access.Actor{Person: "ann"}
			for _, unit := range a.Token.Units {
				person.Holdings = append(person.Holdings, org.Holding{Role: a.Token.Role, Unit: unit})
			}
			for _, service := range a.Token.Services {
				person.Holdings = append(person.Holdings, org.Holding{Role: a.Token.Role, Service: service})
			}
			if len(person.Holdings) == 0 {
				person.Holdings = []org.Holding{{Role: a.Token.Role}}
			}
			if !access.May(person, use, place).Yes {
				t.Fatalf("a token may %s, and its role may not", use)
			}
		}
		if got.Yes == (got.Missing != "") {
			t.Fatalf("%+v", got)
		}
	})
}
