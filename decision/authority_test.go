package decision_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

func table() []library.Authority {
	return []library.Authority{
		{ID: "safety", Decision: "acceptance", Kind: "safety", NotAcceptable: true},
		{ID: "low", Decision: "acceptance", UpTo: model.Low, UpToTier: "medium", Roles: []ident.ID{"owner", "sro"}, Longest: civil.Period{Years: 1}},
		{ID: "medium", Decision: "acceptance", UpTo: model.Medium, Roles: []ident.ID{"sro"}, Consult: []ident.ID{"ciso", "dpo"}, Longest: civil.Period{Months: 6}},
		{ID: "high", Decision: "acceptance", UpTo: model.High, Roles: []ident.ID{"siro"}, Quorum: 2},
		{ID: "above", Decision: "acceptance", NotAcceptable: true},
		{ID: "tier", Decision: "sign-off", Of: "tier", Roles: []ident.ID{"ciso"}},
		{ID: "any", Decision: "sign-off", Roles: []ident.ID{"sro"}},
	}
}

func TestRow(t *testing.T) {
	for _, c := range []struct {
		what string
		kind decision.Kind
		of   decision.Of
		m    decision.Matter
		want ident.ID
	}{
		{"low", decision.Acceptance, "", decision.Matter{Band: model.VeryLow, Tier: "low"}, "low"},
		{"low, in a high tier", decision.Acceptance, "", decision.Matter{Band: model.Low, Tier: "high"}, "medium"},
		{"low, in a tier not known", decision.Acceptance, "", decision.Matter{Band: model.Low}, "medium"},
		{"low, in a tier that is none", decision.Acceptance, "", decision.Matter{Band: model.Low, Tier: "gold"}, "medium"},
		{"high", decision.Acceptance, "", decision.Matter{Band: model.High, Tier: "low"}, "high"},
		{"very high", decision.Acceptance, "", decision.Matter{Band: model.VeryHigh, Tier: "low"}, "above"},
		{"a band not known", decision.Acceptance, "", decision.Matter{Tier: "low"}, "above"},
		{"a band that is none", decision.Acceptance, "", decision.Matter{Band: "middling", Tier: "low"}, "above"},
		{"safety, whatever the band", decision.Acceptance, "", decision.Matter{RiskKind: "safety", Band: model.VeryLow, Tier: "low"}, "safety"},
		{"privacy", decision.Acceptance, "", decision.Matter{RiskKind: "privacy", Band: model.VeryLow, Tier: "low"}, "low"},
		{"a tier", decision.SignOff, decision.OfTier, decision.Matter{}, "tier"},
		{"a gate", decision.SignOff, decision.OfGate, decision.Matter{}, "any"},
		{"no row", decision.Review, "", decision.Matter{}, ""},
	} {
		got := ident.ID("")
		if r := decision.Row(table(), c.kind, c.of, c.m); r != nil {
			got = r.ID
		}
		if got != c.want {
			t.Errorf("%s: the row %q, want %q", c.what, got, c.want)
		}
	}
}

// keys are made of fixed seeds, so that the tests are the same every time.
func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize)))
}

func public(seed byte) string {
	return base64.StdEncoding.EncodeToString(key(seed).Public().(ed25519.PublicKey))
}

func organisation(t *testing.T) *org.Organisation {
	t.Helper()
	o, err := org.Read(schema.Source{File: "organisation.yaml", Text: fmt.Appendf(nil, `
bulkhead: v1
id: dept
name: Department
units: [{id: top, name: Top}, {id: part, name: Part, parent: top}, {id: other, name: Other, parent: top}]
people: [{id: ann, left: 2026-03-31}, {id: ben}, {id: cat}]
appointments:
  - {role: siro, person: ann, unit: top, from: 2026-01-01, until: 2026-06-30}
  - {role: siro, person: ben, unit: part}
  - {role: sro, person: cat, unit: part, service: pay}
delegations:
  - {holder: cat, deputy: ben, role: sro, until: 2026-12-31}
signers:
  - {id: ann-key, person: ann, key: %q, from: 2026-01-01, until: 2026-02-28}
  - {id: ben-key, person: ben, key: %q}
  - {id: ann-new, person: ann, key: %q, from: 2026-03-01}
`, public(0), public(1), public(2))})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAuthorise(t *testing.T) {
	high := decision.Matter{Band: model.High, Tier: "low", Unit: "part", Service: "pay"}
	medium := decision.Matter{Band: model.Medium, Tier: "low", Unit: "part", Service: "pay"}
	both := decision.Decision{ID: "d1", Kind: decision.Acceptance, Made: moment("2026-03-31"), By: "ann", With: []ident.ID{"ben"}, Role: "siro"}
	alone := decision.Decision{ID: "d1", Kind: decision.Acceptance, Made: moment("2026-03-31"), By: "cat", Role: "sro", Consulted: []ident.ID{"dpo", "ciso"}}
	for _, c := range []struct {
		what    string
		d       decision.Decision
		m       decision.Matter
		missing string
		who     string
	}{
		{"two who may", both, high, "", ""},
		{"on the day, although she left since", set(both, func(d *decision.Decision) { d.Made = moment("2026-03-31") }), high, "", ""},
		{"the day after she left", set(both, func(d *decision.Decision) { d.Made = moment("2026-04-01") }), high, "appointment", "siro"},
		{"before she was appointed", set(both, func(d *decision.Decision) { d.Made = moment("2025-12-31T23:59:59Z") }), high, "appointment", "siro"},
		{"in another unit", both, decision.Matter{Band: model.High, Tier: "low", Unit: "other"}, "appointment", "siro"},
		{"in the unit above that of one of them", both, decision.Matter{Band: model.High, Tier: "low", Unit: "top"}, "appointment", "siro"},
		{"one, where two must", set(both, func(d *decision.Decision) { d.With = nil }), high, "quorum", "siro"},
		{"one who says that she is two", set(both, func(d *decision.Decision) { d.With = []ident.ID{"ann"} }), high, "quorum", "siro"},
		{"one of two has no such role", set(both, func(d *decision.Decision) { d.With = []ident.ID{"cat"} }), high, "appointment", "siro"},
		{"a role that may not", set(both, func(d *decision.Decision) { d.Role = "sro" }), high, "role", "siro"},
		{"nobody may", both, decision.Matter{Band: model.VeryHigh, Tier: "low", Unit: "part"}, "not-acceptable", ""},
		{"no row", set(both, func(d *decision.Decision) { d.Kind = decision.Review }), high, "no-rule", ""},
		{"consulted", alone, medium, "", ""},
		{"one not consulted", set(alone, func(d *decision.Decision) { d.Consulted = []ident.ID{"ciso"} }), medium, "consultation", "dpo"},
		{"appointed for another service", alone, decision.Matter{Band: model.Medium, Tier: "low", Unit: "part", Service: "mail"}, "appointment", "sro"},
		{"on behalf of her who may", set(alone, func(d *decision.Decision) { d.By, d.OnBehalfOf = "clerk", "cat" }), medium, "", ""},
		{"by her who may, on behalf of one who may not", set(alone, func(d *decision.Decision) { d.OnBehalfOf = "clerk" }), medium, "appointment", "sro"},
		{"either of two roles", set(alone, func(d *decision.Decision) {}), decision.Matter{Band: model.Low, Tier: "low", Unit: "part", Service: "pay"}, "", ""},
		{"roles are named", set(alone, func(d *decision.Decision) { d.Role = "clerk" }), decision.Matter{Band: model.Low, Tier: "low", Unit: "part", Service: "pay"}, "role", "owner, sro"},
		{"by a deputy", set(alone, func(d *decision.Decision) { d.By = "ben" }), medium, "", ""},
		{"by a deputy, as another proposed", set(alone, func(d *decision.Decision) { d.By, d.ProposedBy = "ben", "ann" }), medium, "", ""},
		{"by the deputy of who proposed it", set(alone, func(d *decision.Decision) { d.By, d.ProposedBy = "ben", "cat" }), medium, "appointment", "sro"},
		{"on behalf of the deputy of who proposed it", set(alone, func(d *decision.Decision) { d.By, d.OnBehalfOf, d.ProposedBy = "clerk", "ben", "cat" }), medium, "appointment", "sro"},
		{"with the deputy of who proposed it", set(alone, func(d *decision.Decision) { d.With, d.ProposedBy = []ident.ID{"ben"}, "cat" }), medium, "appointment", "sro"},
		{"taking back", set(both, func(d *decision.Decision) { d.Kind, d.By = decision.Retraction, "nobody" }), high, "", ""},
	} {
		got := decision.Authorise(&c.d, table(), organisation(t), c.m, london)
		if got.Granted != (c.missing == "") || got.Missing != c.missing || got.Who != c.who || got.Attested {
			t.Errorf("%s: %+v; want missing %q, who %q", c.what, got, c.missing, c.who)
		}
	}
	got := decision.Authorise(&both, table(), nil, high, london)
	if !got.Granted || got.Attested {
		t.Errorf("no organisation file: %+v; the role in the record is all there is", got)
	}
	if got := decision.Authorise(&alone, table(), organisation(t), medium, london); got.Longest != (civil.Period{Months: 6}) {
		t.Errorf("the longest is %s", got.Longest)
	}
	signed := both
	if err := decision.Sign(&signed, "ann-new", key(2)); err != nil {
		t.Fatal(err)
	}
	if got := decision.Authorise(&signed, table(), organisation(t), high, london); !got.Granted || !got.Attested {
		t.Errorf("signed: %+v", got)
	}
}

func set(d decision.Decision, change func(*decision.Decision)) decision.Decision {
	change(&d)
	return d
}

// whole has something in every field.
func whole(t *testing.T) decision.Decision {
	t.Helper()
	all, err := decision.Read(schema.Source{File: "d.yaml", Text: []byte(goodDecision)})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func TestSignature(t *testing.T) {
	o := organisation(t)
	signed := whole(t)
	if decision.Verified(&signed, o, london) {
		t.Error("not signed, and verified")
	}
	if err := decision.Sign(&signed, "ann-key", key(0)); err != nil {
		t.Fatal(err)
	}
	if !decision.Verified(&signed, o, london) || decision.Verified(&signed, nil, london) {
		t.Fatal("it verifies by the organisation file, and only by it")
	}
	shuffled := signed
	shuffled.Conditions, shuffled.Basis.Fields = slices.Clone(signed.Conditions), slices.Clone(signed.Basis.Fields)
	slices.Reverse(shuffled.Conditions)
	slices.Reverse(shuffled.Basis.Fields)
	if !decision.Verified(&shuffled, o, london) {
		t.Error("the order of a set means nothing, and broke the signature")
	}
	for _, c := range []struct {
		what   string
		signer ident.ID
		key    ed25519.PrivateKey
		change func(*decision.Decision)
	}{
		{"the key of another person", "ben-key", key(1), nil},
		{"another key under her key's name", "ann-key", key(1), nil},
		{"her other key under the name of this", "ann-key", key(2), func(d *decision.Decision) { d.Made = moment("2026-03-05") }},
		{"a key that nobody has", "eve-key", key(5), nil},
		{"after the time of her key", "ann-key", key(0), func(d *decision.Decision) { d.Made = moment("2026-03-01") }},
		{"before the time of her key", "ann-key", key(0), func(d *decision.Decision) { d.Made = moment("2025-12-31") }},
		{"before the time of her new key", "ann-new", key(2), nil},
		{"her key, on behalf of another", "ann-key", key(0), func(d *decision.Decision) { d.OnBehalfOf = "ben" }},
	} {
		d := whole(t)
		if c.change != nil {
			c.change(&d)
		}
		if err := decision.Sign(&d, c.signer, c.key); err != nil {
			t.Fatal(err)
		}
		if decision.Verified(&d, o, london) {
			t.Errorf("%s was taken", c.what)
		}
	}
	last := whole(t)
	last.Made = moment("2026-02-28T23:59:59Z")
	if err := decision.Sign(&last, "ann-key", key(0)); err != nil || !decision.Verified(&last, o, london) {
		t.Errorf("on the last day of her key: %v", err)
	}
	sig, err := base64.StdEncoding.DecodeString(signed.Signature.Sig)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sig {
		bad := slices.Clone(sig)
		bad[i] ^= 1
		d := signed
		d.Signature.Sig = base64.StdEncoding.EncodeToString(bad)
		if decision.Verified(&d, o, london) {
			t.Fatalf("byte %d of the signature was changed", i)
		}
	}
	for _, text := range []string{"", "?", signed.Signature.Sig[4:], signed.Signature.Sig + "AAAA"} {
		d := signed
		d.Signature.Sig = text
		if decision.Verified(&d, o, london) {
			t.Errorf("the signature %q was taken", text)
		}
	}
}

// TestSignatureIsOverEverything changes one thing at a time, wherever there is one.
func TestSignatureIsOverEverything(t *testing.T) {
	o := organisation(t)
	d := whole(t)
	if err := decision.Sign(&d, "ann-key", key(0)); err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i := range reflect.TypeOf(d).NumField() {
		name := reflect.TypeOf(d).Field(i).Name
		if name == "Signature" {
			continue
		}
		before := changed
		alter(reflect.ValueOf(&d).Elem().Field(i), name, func(where string) {
			changed++
			if decision.Verified(&d, o, london) {
				t.Errorf("%s was changed, and the signature still fits", where)
			}
		})
		if changed == before {
			t.Errorf("%s is not in the record of this test", name)
		}
	}
	if !decision.Verified(&d, o, london) {
		t.Error("everything was put back, and the signature does not fit")
	}
}

// alter changes every text, number and answer in a value, one at a time, and puts it back.
func alter(v reflect.Value, where string, try func(where string)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			alter(v.Field(i), where+"."+v.Type().Field(i).Name, try)
		}
		return
	case reflect.Slice:
		for i := range v.Len() {
			alter(v.Index(i), fmt.Sprintf("%s[%d]", where, i), try)
		}
	}
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return
		}
		v.SetString(v.String()[1:])
	case reflect.Int, reflect.Int64:
		if v.Int() == 0 {
			return
		}
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		v.Set(v.Slice(1, v.Len()))
	default:
		panic(v.Kind())
	}
	try(where)
	v.Set(was)
}

// A board decides with enough of its members together, and none of them alone.
func TestAuthoriseBoard(t *testing.T) {
	o := changing(t)
	rows := []library.Authority{{ID: "a", Decision: "acceptance", Roles: []ident.ID{"board"}}}
	for _, c := range []struct {
		what string
		with []ident.ID
		want bool
	}{
		{"two of three", []ident.ID{"cat"}, true}, {"one", nil, false}, {"one, said twice", []ident.ID{"ann"}, false}, {"with somebody who does not sit on it", []ident.ID{"cat", "eve"}, false},
	} {
		d := decision.Decision{ID: "d1", Kind: decision.Acceptance, Made: moment("2026-02-10"), Role: "board", By: "ann", With: c.with}
		if got := decision.Authorise(&d, rows, o, matter, london); got.Granted != c.want || !c.want && got.Missing != "appointment" {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}
