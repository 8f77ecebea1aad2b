package ident_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

func TestParseRef(t *testing.T) {
	for _, c := range []struct {
		text string
		ref  ident.Ref
	}{
		{"claim:/risks/r1", ident.Claim("risks", "r1")},
		{"claim:/architecture/components/api", ident.Claim("architecture", "components", "api")},
		{"claim:/data_protection", ident.Claim("data_protection")},
		{"organisation:/appetite/bands", ident.To(ident.KindOrganisation, "/appetite/bands")},
		{"payments/claim:/risks/r1", ident.Claim("risks", "r1").In("payments")},
		{"requirement:ons-secure-by-design@2024-05#i1", ident.Requirement("ons-secure-by-design", "2024-05", "i1")},
		{"requirement:p@V1.0_B#i1", ident.Requirement("p", "V1.0_B", "i1")},
		{"requirement:nist-csf@2.0#PR.AA-01", ident.Requirement("nist-csf", "2.0", "PR.AA-01")},
		{"advisory:GHSA-xvch-5gv4-984h", ident.To(ident.KindAdvisory, "GHSA-xvch-5gv4-984h")},
		{"svc/rule:semgrep/go:x.y", ident.Ref{Service: "svc", Kind: ident.KindRule, Path: "semgrep/go:x.y"}},
		{"control:backups", ident.To(ident.KindControl, "backups")},
		{"control:backups#restore", ident.To(ident.KindControl, "backups#restore")},
		{"control:backups@api", ident.To(ident.KindControl, "backups@api")},
		{"service:payments", ident.To(ident.KindService, "payments")},
		{"evidence:e1", ident.To(ident.KindEvidence, "e1")},
	} {
		got, err := ident.ParseRef(c.text)
		if err != nil || got != c.ref {
			t.Errorf("ParseRef(%q) = %+v, %v", c.text, got, err)
		}
		if c.ref.String() != c.text {
			t.Errorf("%+v is written %q, not %q", c.ref, c.ref, c.text)
		}
	}
}

func TestParseRefRefuses(t *testing.T) {
	for _, c := range []struct{ text, says, suggests string }{
		{"", `it has no ":"`, ""},
		{"r1", `it has no ":"`, ""},
		{":", `"" is no kind`, ""},
		{"/risk:r1", `no service before the "/"`, ""},
		{"riks:r1", `"riks" is no kind`, "risk:r1"},
		{"requirment:Pack@V1#i1", "no kind", "requirement:pack@V1#i1"},
		{"Risk:R1", `"Risk" is no kind`, "risk:r1"},
		{"a/b/risk:r1", `"b/risk" is no kind`, ""},
		{"My Service/risk:r1", `the service, "My Service", is not an id`, "my-service/risk:r1"},
		{"risk:", "it is empty", ""},
		{"risk:R 1", "it has 'R' in it", "risk:r-1"},
		{" risk:r1", "is no kind", "risk:r1"},
		{"claim:risks/r1", `starts with "/"`, ""},
		{"claim:/", "it is empty", ""},
		{"claim:/risks/", "it is empty", ""},
		{"claim:/risks/R1", "it has 'R' in it", "claim:/risks/r1"},
		{"claim:/risks/../r1", "it starts with '.'", ""},
		{"requirement:pack", "PACK@VERSION#ID", ""},
		{"requirement:pack@1", "PACK@VERSION#ID", ""},
		{"requirement:pack@#i1", `the version ""`, ""},
		{"requirement:pack@1/2#i1", `the version "1/2"`, ""},
		{"requirement:pack@" + strings.Repeat("1", 33) + "#i1", "the version", ""},
		{"requirement:Pack@V1#I1", "the pack", "requirement:pack@V1#I1"},
		{"requirement:pack@1#a#b", "the requirement", ""},
		{"control:a#b#c", "the check", ""},
		{"control:a#b@c", "the check", ""},
		{"control:a@b#c", "the component", ""},
		{"control:#c", "the control", ""},
		{"advisory:", "1 to 128", ""},
		{"advisory:-x", "1 to 128", ""},
		{"advisory:\x10x", "1 to 128", ""},
		{"advisory:" + strings.Repeat("x", 129), "1 to 128", ""},
		{"Rule:AWS/x", `"Rule" is no kind`, "rule:AWS/x"},
	} {
		got, err := ident.ParseRef(c.text)
		if !got.IsZero() {
			t.Errorf("ParseRef(%q) = %+v", c.text, got)
		}
		checkFault(t, c.text, err, c.says, c.suggests)
	}
}

func TestRefParts(t *testing.T) {
	r := ident.Claim("risks", "r1").In("payments")
	if r.Local() != ident.Claim("risks", "r1") || r.IsZero() || !(ident.Ref{}).IsZero() || (ident.Ref{}).String() != "" {
		t.Error("the parts of a reference are wrong")
	}
}

func TestRefJSON(t *testing.T) {
	type held struct {
		Of   ident.Ref            `json:"of"`
		By   map[ident.Ref]string `json:"by"`
		None ident.Ref            `json:"none"`
	}
	want := held{Of: ident.Claim("a", "b"), By: map[ident.Ref]string{ident.To(ident.KindRisk, "r1"): "x"}}
	text, err := json.Marshal(want)
	if err != nil || string(text) != `{"of":"claim:/a/b","by":{"risk:r1":"x"},"none":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var got held
	if err := json.Unmarshal(text, &got); err != nil || got.Of != want.Of || len(got.By) != 1 || !got.None.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := json.Marshal(ident.To("risk", "R 1")); err == nil {
		t.Error("a reference that cannot be read back was written")
	}
	if err := new(ident.Ref).UnmarshalText([]byte("x")); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func TestRefOrder(t *testing.T) {
	refs := []ident.Ref{
		{}, ident.To("claim", "/a"), ident.To("risk", "r1"), ident.To("risk", "r2"), ident.To("claim", "/a").In("a"),
	}
	for i, x := range refs {
		for j, y := range refs {
			if got := x.Compare(y); got != map[bool]int{true: 1}[i > j]-map[bool]int{true: 1}[i < j] {
				t.Errorf("%q against %q gives %d", x, y, got)
			}
		}
	}
	if !slices.IsSortedFunc(refs, ident.Ref.Compare) {
		t.Error("not sorted")
	}
}

func drawRef(t *rapid.T) ident.Ref {
	id := rapid.StringMatching(`[a-z0-9][a-z0-9._-]{0,63}`)
	var r ident.Ref
	switch kind := rapid.SampledFrom([]string{"claim", "organisation", "requirement", "advisory", "rule", "control", "risk", "gate"}).Draw(t, "kind"); kind {
	case "claim", "organisation":
		r = ident.Claim(rapid.SliceOfN(id, 1, 5).Draw(t, "segments")...)
		r.Kind = kind
	case "requirement":
		r = ident.Requirement(id.Draw(t, "pack"), rapid.StringMatching(`[A-Za-z0-9._-]{1,32}`).Draw(t, "version"), id.Draw(t, "id"))
	case "advisory", "rule":
		r = ident.To(kind, rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}`).Draw(t, "path"))
	case "control":
		r = ident.To(kind, id.Draw(t, "id")+rapid.SampledFrom([]string{"", "#c", "@c"}).Draw(t, "part"))
	default:
		r = ident.To(kind, id.Draw(t, "id"))
	}
	if rapid.Bool().Draw(t, "elsewhere") {
		r = r.In(ident.ID(id.Draw(t, "service")))
	}
	return r
}

func TestRefRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawRef(t)
		if got, err := ident.ParseRef(want.String()); err != nil || got != want || got.Compare(want) != 0 {
			t.Fatalf("%+v became %+v, %v", want, got, err)
		}
	})
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"claim:/risks/r1", "a/requirement:p@1#i", "control:a#b", "advisory:CVE-1", "Risk:R 1", "::", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ident.ParseRef(s)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || !r.IsZero() {
				t.Fatalf("%q: %+v, %v", s, r, err)
			}
			return
		}
		text, err := r.MarshalText()
		if err != nil || string(text) != s || r.String() != s {
			t.Fatalf("%q became %q, %v", s, text, err)
		}
	})
}

func ExampleParseRef() {
	r, _ := ident.ParseRef("payments/requirement:ons-secure-by-design@2024-05#i1")
	fmt.Println(r.Service, r.Kind, r.Path)
	_, err := ident.ParseRef("claim:/risks/R1")
	fmt.Println(err)
	// Output:
	// payments requirement ons-secure-by-design@2024-05#i1
	// "claim:/risks/R1" is not a reference: the part of the path, "R1", is not an id: it has 'R' in it; an id is 1 to 64 of a-z, 0-9, ".", "_" and "-", starting with a letter or a digit, such as in "claim:/risks/r1"; did you mean "claim:/risks/r1"?
}

func ExampleClaim() {
	fmt.Println(ident.Claim("risks", "r1").In("payments"))
	// Output: payments/claim:/risks/r1
}
