package judge_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// Every list of items that have ids, wherever it is in the claims, is judged in order of id: one that is added to the
// service file is not forgotten. The claims of the team stay as they are.
func TestEveryListOfItemsIsJudgedInOrder(t *testing.T) {
	var s model.Service
	s.Service = model.Identity{ID: "portal", Name: "Portal", Phase: "alpha"}
	if n := eachList(reflect.ValueOf(&s).Elem(), "", twoOf); n < 30 {
		t.Fatalf("only %d lists of items were found", n)
	}
	in, err := judge.Prepare(judge.Sources{Service: &s, Library: packsInForce(t)})
	if err != nil {
		t.Fatal(err)
	}
	eachList(reflect.ValueOf(in.Service()).Elem(), "", func(path string, list reflect.Value) {
		if first(list) != "a" {
			t.Errorf("%s is judged in the order in which it was written", path)
		}
	})
	eachList(reflect.ValueOf(&s).Elem(), "", func(path string, list reflect.Value) {
		if first(list) != "b" {
			t.Errorf("%s of the team's own was changed", path)
		}
	})
}

// eachList goes through every list of items that have ids, what is inside of each item after it, and counts them.
func eachList(v reflect.Value, path string, see func(path string, list reflect.Value)) (n int) {
	for i := range v.NumField() {
		f, at := v.Field(i), path+"/"+v.Type().Field(i).Tag.Get("json")
		switch {
		case f.Kind() == reflect.Struct && f.NumField() > 0 && f.CanSet() && f.Type().Field(0).IsExported():
			n += eachList(f, at, see)
		case f.Kind() == reflect.Slice && v.Type().Field(i).Tag.Get("kind") != "":
			n++
			see(at, f)
			for k := range f.Len() {
				n += eachList(f.Index(k), at, see)
			}
		}
	}
	return n
}

// twoOf puts two items into a list, not in order of id.
func twoOf(_ string, list reflect.Value) {
	list.Set(reflect.MakeSlice(list.Type(), 2, 2))
	list.Index(0).FieldByName("ID").SetString("b")
	list.Index(1).FieldByName("ID").SetString("a")
}

func first(list reflect.Value) string { return list.Index(0).FieldByName("ID").String() }

// What is equally easy, equally near or said of the same thing is told in an order of its own, whichever came first in the
// file: two losses at the end of one way, two identities that open one store, two runtimes, actors, threats put aside.
func TestOfEqualsNoneComesFirstForWhereItWasWritten(t *testing.T) {
	items := map[string][]string{
		"LOSSES":     {"{id: harm, text: People are harmed}", "{id: shame, text: Trust is lost}"},
		"BANDS":      {"{kind: privacy, max: low}", "{kind: security, max: medium}"},
		"BOUNDARIES": {"{id: hosting, name: Hosting, with: Host}", "{id: users, name: Users, with: Citizens}"},
		"CROSSING":   {"use", "ask"},
		"IDENTITIES": {"{id: admin, name: Admin, components: [store], privileged: yes}", "{id: backup, name: Backup, components: [store], privileged: yes}"},
		"RUNTIMES":   {"{id: east, name: East, supplier: host}", "{id: west, name: West, supplier: host}"},
		"ACTORS":     {"{id: crime, name: Crime, kind: adversarial}", "{id: state, name: State, kind: adversarial}"},
		"ASIDE":      {"{id: gone.one, reason: R}", "{id: gone.two, reason: R}"},
	}
	written := func(backwards bool) judge.Sources {
		text := twins
		for mark, list := range items {
			list = slices.Clone(list)
			if backwards {
				slices.Reverse(list)
			}
			text = strings.Replace(text, mark, strings.Join(list, ", "), 1)
		}
		return service(t, "alpha", text)
	}
	forwards, backwards := written(false), written(true)
	one, other := at(t, forwards, noon), at(t, backwards, noon)
	if a, b := told(t, one), told(t, other); !bytes.Equal(a, b) {
		t.Errorf("the same claims in another order are judged otherwise:\n%s\n%s", a, b)
	}
	if r := one.Risks[1].Reasons; !slices.ContainsFunc(r, func(r judge.Reason) bool { return r.Code == "risk.path" && r.Args.Get("path") == "suffered.harm" }) {
		t.Errorf("no way to a loss is told of: %+v", r)
	}
	sign := func(of decision.Of) decision.Decision {
		return decision.Decision{Kind: decision.SignOff, Of: of, Subject: []ident.Ref{ident.Claim("context")}}
	}
	for _, of := range []decision.Of{decision.OfAppetite, decision.OfScope} {
		if a, b := told(t, drafted(t, forwards, "2026-06-01", sign(of))), told(t, drafted(t, backwards, "2026-06-01", sign(of))); !bytes.Equal(a, b) {
			t.Errorf("the same %s is drafted otherwise:\n%s\n%s", of, a, b)
		}
	}
}

// A service of which two of everything are alike.
const twins = `context:
  scope: {boundaries: [BOUNDARIES, {id: office, name: Office, with: Another unit, flows: [CROSSING]}]}
  appetite: {unacceptable_losses: [LOSSES], by_kind: [BANDS]}
suppliers: [{id: host, name: Host}]
data: [{id: cases, name: Cases, classification: OFFICIAL, personal: yes, records: 5}]
architecture:
  zones: [{id: out, trust: public}]
  identities: [IDENTITIES]
  runtimes: [RUNTIMES]
  components:
    - {id: people, type: person, zone: out}
    - {id: page, type: web-application, zone: out, runtime: west, secrets: [backup, admin]}
    - {id: store, type: datastore, zone: out, runtime: east, holds: [cases]}
  flows:
    - {id: use, source: people, destination: page, data: [cases], encryption: none}
    - {id: ask, source: page, destination: store, data: [cases], encryption: none}
threats: {actors: [ACTORS], dispositions: [ASIDE]}
risks:
  - {id: r1, title: R, data: [cases], losses: [shame, harm]}
  - {id: r2, title: R, losses: [shame, harm], inherent: {likelihood: 3, impact: {legal: 3}}, residual: {likelihood: 3, impact: {legal: 3}}}
`

func told(t *testing.T, of any) []byte {
	t.Helper()
	out, err := json.MarshalIndent(of, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}
