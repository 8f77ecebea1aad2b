package org_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

var london = must(civil.LoadZone("Europe/London"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func read(text string) (*org.Organisation, error) {
	return org.Read(schema.Source{File: "organisation.yaml", Text: []byte(text)})
}

func public() ed25519.PublicKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize))).Public().(ed25519.PublicKey)
}

const start = "bulkhead: v1\nid: dept\nname: Department\n"

// good ends in a signer, so that more can follow.
func good() string {
	return start + fmt.Sprintf(`zone: Europe/London
classification: OFFICIAL
appetite: {max: high, by_kind: [{kind: privacy, max: low}]}
units:
  - {id: leaf, name: Leaf, parent: branch, appetite: {by_kind: [{kind: safety, max: very-low}]}}
  - {id: branch, name: Branch, parent: root, appetite: {max: medium}}
  - {id: root, name: Root}
  - {id: island, name: Island, appetite: {max: low}}
people:
  - {id: ann, name: Head of service, left: 2026-06-30}
  - {id: ben}
appointments:
  - {role: sro, person: ann, unit: branch, from: 2026-01-01}
  - {role: sro, person: ben, unit: branch, service: pay, from: 2026-03-01, until: 2026-03-31}
  - {role: ciso, person: ben}
signers:
  - {id: ann-key, person: ann, key: %s}
`, base64.StdEncoding.EncodeToString(public()))
}

func TestRead(t *testing.T) {
	o, err := read(good())
	if err != nil {
		t.Fatal(err)
	}
	if o.Unit("leaf") == nil || o.Unit("leaf").Parent != "branch" || o.Unit("none") != nil || !o.Appointed("sro") || o.Appointed("siro") {
		t.Errorf("%+v", o)
	}
	if zone, err := o.FindZone(); err != nil || zone.Name() != "Europe/London" {
		t.Errorf("%s, %v", zone.Name(), err)
	}
	if zone, err := (&org.Organisation{}).FindZone(); err != nil || zone.Name() != org.DefaultZone {
		t.Errorf("no zone is %s, %v", zone.Name(), err)
	}
	if zone, err := (&org.Organisation{Zone: "Asia/Tokyo"}).FindZone(); err != nil || zone.Name() != "Asia/Tokyo" {
		t.Errorf("%s, %v", zone.Name(), err)
	}
}

func TestReadRefuses(t *testing.T) {
	units := func(lines ...string) string { return start + "units:\n  - " + strings.Join(lines, "\n  - ") + "\n" }
	for _, c := range []struct{ what, text, want string }{
		{"nothing", "", "organisation.yaml:1:1: the file is empty"},
		{"no name", "bulkhead: v1\nid: dept\n", `organisation.yaml:1:1: "name" is missing`},
		{"an unknown key", start + "unit: []\n", "organisation.yaml:4:1: the key \"unit\" is not known here; did you mean units?"},
		{"an unknown zone", start + "zone: Europe/Lundon\n", `organisation.yaml:4:7: there is no time zone "Europe/Lundon"`},
		{"the machine's zone", start + "zone: Local\n", "organisation.yaml:4:7: the time zone \"Local\" differs from one machine to the next"},
		{"a unit twice", units("{id: a, name: A}", "{id: a, name: B}"), `organisation.yaml:6:10: the id "a" is used twice`},
		{"a parent that is not there", units("{id: a, name: A, parent: b}"), `organisation.yaml:5:30: there is no unit "b"`},
		{"a unit in itself", units("{id: a, name: A, parent: a}"), "organisation.yaml:5:30: the unit a is inside itself"},
		{"two units in each other", units("{id: a, name: A, parent: b}", "{id: b, name: B, parent: a}"), "organisation.yaml:6:30: the unit b is inside itself"},
		{"an appetite above the organisation's", start + "appetite: {max: low}\nunits:\n  - {id: a, name: A, appetite: {max: medium}}\n", "organisation.yaml:6:38: the appetite of a (medium) is above that of what it belongs to (low)"},
		{"an appetite above that two units up", units("{id: a, name: A, appetite: {max: low}}", "{id: b, name: B, parent: a}", "{id: c, name: C, parent: b, appetite: {max: high}}"), "organisation.yaml:7:49: the appetite of c (high) is above that of what it belongs to (low)"},
		{"an appetite for a kind above that for the kind", units("{id: a, name: A, appetite: {by_kind: [{kind: privacy, max: low}]}}", "{id: c, name: C, parent: a, appetite: {by_kind: [{kind: safety, max: high}, {kind: privacy, max: medium}]}}"), "organisation.yaml:6:102: the appetite of c for privacy (medium) is above that of what it belongs to (low)"},
		{"an appetite for a kind above the whole", start + "appetite: {max: low}\nunits:\n  - {id: a, name: A, appetite: {by_kind: [{kind: privacy, max: medium}]}}\n", "the appetite of a for privacy (medium) is above that of what it belongs to (low)"},
		{"a key that is none", start + "people: [{id: ann}]\nsigners:\n  - {id: k, person: ann, key: abc}\n", "organisation.yaml:6:31: expected an ed25519 public key"},
		{"a key of nobody", start + "signers:\n  - {id: k, person: ann, key: abc}\n", `organisation.yaml:5:21: there is no person "ann"`},
		{"an appointment of nobody", start + "appointments:\n  - {role: sro, person: ann}\n", `organisation.yaml:5:25: there is no person "ann"`},
		{"an appointment to no unit", start + "people: [{id: ann}]\nappointments:\n  - {role: sro, person: ann, unit: x}\n", `organisation.yaml:6:36: there is no unit "x"`},
	} {
		_, err := read(c.text)
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.what, err, c.want)
		}
	}
	if _, err := read(units("{id: a, name: A, appetite: {max: very-high, by_kind: [{kind: safety, max: high}]}}")); err != nil {
		t.Errorf("where nobody above has said, a unit may say anything: %v", err)
	}
	if _, err := read(units("{id: a, name: A, parent: b}", "{id: b, name: B, parent: b}")); err == nil || strings.Contains(err.Error(), "unit a ") {
		t.Errorf("only the unit that is inside itself is told of: %v", err)
	}
}

// An organisation's own authority table names roles of the library.
func TestReadAuthority(t *testing.T) {
	o, err := read(start + "authority:\n  - {id: a, decision: acceptance, up_to: low, roles: [sro], consult: [ciso], quorum: 2, longest: P1Y}\n  - {id: b, decision: acceptance, not_acceptable: yes}\n")
	if err != nil || len(o.Authority) != 2 || o.Authority[0].ID != "a" || o.Authority[0].Quorum != 2 || !o.Authority[1].NotAcceptable {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestCeiling(t *testing.T) {
	o, err := read(good())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		unit ident.ID
		kind model.RiskKind
		want model.Band
	}{
		{"leaf", "security", model.Medium},
		{"leaf", "safety", model.VeryLow},
		{"leaf", "privacy", model.Low},
		{"branch", "safety", model.Medium},
		{"root", "security", model.High},
		{"island", "security", model.Low},
		{"", "security", model.High},
		{"nowhere", "privacy", model.Low},
		{"root", "", model.High},
	} {
		if got := o.Ceiling(c.unit, c.kind); got != c.want {
			t.Errorf("%q may bear %q of %q, want %q", c.unit, got, c.kind, c.want)
		}
	}
	if got := (&org.Organisation{}).Ceiling("x", "security"); got != "" {
		t.Errorf("nobody said, and it is %q", got)
	}
	if a := (model.Appetite{Max: model.Low, ByKind: []model.KindAppetite{{Kind: "safety", Max: model.High}}}); org.Allows(&a, "safety") != model.Low {
		t.Error("a kind may be stricter than the whole and never laxer")
	}
}

// organisations draws units that may be inside each other, or nowhere, as no file may have them.
func organisation(t *rapid.T) *org.Organisation {
	ids := []ident.ID{"", "a", "b", "c", "d", "none"}
	bands := []model.Band{"", model.VeryLow, model.Low, model.Medium, model.High, model.VeryHigh}
	appetite := func() model.Appetite {
		a := model.Appetite{Max: rapid.SampledFrom(bands).Draw(t, "max")}
		if rapid.Bool().Draw(t, "by kind") {
			a.ByKind = []model.KindAppetite{{Kind: "safety", Max: rapid.SampledFrom(bands[1:]).Draw(t, "safety")}}
		}
		return a
	}
	o := &org.Organisation{Appetite: appetite()}
	for _, id := range ids[1 : 1+rapid.IntRange(0, 4).Draw(t, "units")] {
		o.Units = append(o.Units, org.Unit{ID: id, Parent: rapid.SampledFrom(ids).Draw(t, "parent"), Appetite: appetite()})
	}
	return o
}

// Nothing loops where units are inside each other; a ceiling is never above that of the unit above, nor above what the
// unit says itself.
func TestCeilingIsNested(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := organisation(t)
		for _, kind := range []model.RiskKind{"", "safety", "security"} {
			for i := range o.Units {
				u := &o.Units[i]
				mine, above, own := o.Ceiling(u.ID, kind), o.Ceiling(u.Parent, kind), org.Allows(&u.Appetite, kind)
				for _, limit := range []model.Band{above, own, org.Allows(&o.Appetite, kind)} {
					if limit != "" && (mine == "" || mine.Rank() > limit.Rank()) {
						t.Fatalf("%s may bear %q of %q; above it %q, itself %q", u.ID, mine, kind, above, own)
					}
				}
			}
		}
		o.Appointments = []org.Appointment{{Role: "sro", Person: "ann", Unit: "a"}}
		for _, id := range []ident.ID{"", "a", "b", "none"} {
			if o.Holds("ann", "sro", id, "", london, civil.NewWatch(1_800_000_000)) && id == "" {
				t.Fatal("no unit is not in one")
			}
		}
	})
}

func TestStricter(t *testing.T) {
	for _, c := range [][3]model.Band{{"", "", ""}, {model.Low, "", model.Low}, {"", model.Low, model.Low}, {model.Low, model.High, model.Low}, {model.High, model.Low, model.Low}, {model.Low, model.Low, model.Low}} {
		if got := org.Stricter(c[0], c[1]); got != c[2] {
			t.Errorf("the stricter of %q and %q is %q", c[0], c[1], got)
		}
	}
}

func TestHolds(t *testing.T) {
	o, err := read(good())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what                        string
		person, role, unit, service ident.ID
		at                          string
		want                        bool
		next                        string
	}{
		{"in her unit", "ann", "sro", "branch", "mail", "2026-02-01T00:00:00Z", true, "2026-06-30T23:00:00Z"},
		{"below her unit", "ann", "sro", "leaf", "", "2026-02-01T00:00:00Z", true, "2026-06-30T23:00:00Z"},
		{"above her unit", "ann", "sro", "root", "", "2026-02-01T00:00:00Z", false, ""},
		{"beside her unit", "ann", "sro", "island", "", "2026-02-01T00:00:00Z", false, ""},
		{"in no unit", "ann", "sro", "", "", "2026-02-01T00:00:00Z", false, ""},
		{"another role", "ann", "ciso", "branch", "", "2026-02-01T00:00:00Z", false, ""},
		{"another person", "ben", "sro", "branch", "mail", "2026-03-10T00:00:00Z", false, ""},
		{"before the first day", "ann", "sro", "branch", "", "2025-12-31T23:59:59Z", false, "2026-01-01T00:00:00Z"},
		{"on the first day", "ann", "sro", "branch", "", "2026-01-01T00:00:00Z", true, "2026-06-30T23:00:00Z"},
		{"on the day she leaves", "ann", "sro", "branch", "", "2026-06-30T22:59:59Z", true, "2026-06-30T23:00:00Z"},
		{"when she has left", "ann", "sro", "branch", "", "2026-06-30T23:00:00Z", false, ""},
		{"for his service", "ben", "sro", "branch", "pay", "2026-03-10T00:00:00Z", true, "2026-03-31T23:00:00Z"},
		{"on his last day", "ben", "sro", "leaf", "pay", "2026-03-31T22:59:59Z", true, "2026-03-31T23:00:00Z"},
		{"after his last day", "ben", "sro", "branch", "pay", "2026-03-31T23:00:00Z", false, ""},
		{"everywhere, for ever", "ben", "ciso", "nowhere", "any", "2090-01-01T00:00:00Z", true, ""},
		{"nobody", "", "", "", "", "2026-02-01T00:00:00Z", false, ""},
	} {
		w := civil.NewWatch(must(civil.ParseInstant(c.at)))
		if got := o.Holds(c.person, c.role, c.unit, c.service, london, w); got != c.want || w.Next().String() != c.next {
			t.Errorf("%s: %v, next %q; want %v, %q", c.what, got, w.Next(), c.want, c.next)
		}
	}
}

func TestPublicKey(t *testing.T) {
	asPEM := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	plain := base64.StdEncoding.EncodeToString(public())
	for _, c := range []struct {
		what, key string
		good      bool
	}{
		{"base64", plain, true},
		{"base64, with space around", "  " + plain + "\n", true},
		{"PEM", asPEM("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(public()))), true},
		{"nothing", "", false},
		{"words", "my key", false},
		{"31 bytes", base64.StdEncoding.EncodeToString(public()[1:]), false},
		{"a private key", asPEM("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(private))), false},
		{"PEM of nothing", asPEM("PUBLIC KEY", []byte("x")), false},
		{"64 bytes, as a private key has", base64.StdEncoding.EncodeToString(private), false},
	} {
		got, err := (&org.Signer{Key: c.key}).PublicKey()
		if (err == nil) != c.good || c.good && !got.Equal(public()) {
			t.Errorf("%s: %x, %v", c.what, got, err)
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || c.key != "" && strings.Contains(err.Error(), c.key)) {
			t.Errorf("%s: %v; the text of a key is never shown: it may be the private one", c.what, err)
		}
	}
}

// FuzzRead: reading never panics and refuses with a place; what it takes can be asked anything.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good()))
	f.Add([]byte(start + "units: [{id: a, name: A, parent: b}, {id: b, name: B, parent: a}]\n"))
	f.Add([]byte(start + "authority:\n  - {id: a, decision: acceptance, up_to: low, roles: [sro]}\nprinciples: []\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := org.Read(schema.Source{File: "organisation.yaml", Text: text})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v is %s", err, fault.KindOf(err))
			}
			return
		}
		if _, err := o.FindZone(); err != nil {
			t.Fatal(err)
		}
		for i := range o.Units {
			u := &o.Units[i]
			if top, mine := o.Ceiling(u.Parent, ""), u.Appetite.Max; top != "" && mine.Rank() > top.Rank() {
				t.Fatalf("%s may bear %s and what it belongs to %s", u.ID, mine, top)
			}
		}
		for i := range o.Signers {
			if _, err := o.Signers[i].PublicKey(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := ident.Canon(o); err != nil {
			t.Fatal(err)
		}
	})
}
