package registry_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// libraryRoles gives the roles of the library.
func libraryRoles(t testing.TB) (ids []ident.ID) {
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
	return ids
}

// authorityTable gives the library's table of authority.
func authorityTable(t testing.TB) (table []library.Authority) {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range packs {
		table = append(table, packs[i].Authority...)
	}
	if len(table) == 0 {
		t.Fatal("the library has no table of authority")
	}
	return table
}

// expected is what the table says of a decision, read here without the code that the server reads it with.
type expected struct{ roles, consult []ident.ID }

func rowFor(table []library.Authority, a askedOf) expected {
	order := []string{"", "very-low", "low", "medium", "high", "very-high"}
	upTo := func(limit, is string) bool {
		return limit == "" || is != "" && slices.Index(order, is) <= slices.Index(order, limit)
	}
	for _, row := range table {
		if string(row.Decision) != a.kind || row.Of != "" && string(row.Of) != a.of || row.Kind != "" && string(row.Kind) != a.risk {
			continue
		}
		tier := a.tier
		if a.kind == "sign-off" && a.of != "go-live" && a.of != "tier" || a.kind == "confirmation" || a.kind == "review" {
			tier = "" // these do not rest on the tier
		}
		if upTo(string(row.UpTo), a.band) && upTo(string(row.UpToTier), tier) {
			return expected{row.Roles, row.Consult}
		}
	}
	return expected{}
}

func holdings(role ident.ID) []org.Holding { return []org.Holding{{Role: role}} }
