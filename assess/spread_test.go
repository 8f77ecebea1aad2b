package assess_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// inFile gives a service as it is written in a file.
func inFile(t *testing.T, id, parts string) judge.Sources {
	t.Helper()
	packs, err := library.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.New(packs, library.Own{})
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := model.Read(schema.Source{File: id, Text: []byte("bulkhead: v1\nservice: {id: " + id + ", name: " + id + ", phase: live}\n" + parts)})
	if err != nil {
		t.Fatal(err)
	}
	return judge.Sources{Service: s, Library: lib}
}

// A shared platform reaches those that use it, and those that use these; a supplier reaches every service that names it,
// whatever id each has for it.
func TestWhatIsSharedSpreads(t *testing.T) {
	estate := assess.NewEstate()
	err := estate.PutAll([]judge.Sources{
		inFile(t, "platform", "architecture: {components: [{id: cluster, type: platform, supplier: host}]}\nsuppliers: [{id: host, name: Example  Hosting}]\n"),
		inFile(t, "payments", `data: [{id: accounts, name: Accounts, classification: OFFICIAL, personal: yes, records: 5000}]
architecture:
  components:
    - {id: store, type: datastore, provider: platform, holds: [accounts]}
    - {id: web, type: web-application}
  flows: [{id: ask, source: web, destination: store, data: [accounts]}]
controls: [{id: patching, origin: inherited, offer: {service: platform, control: patching}, status: implemented}]
`),
		inFile(t, "letters", `architecture: {components: [{id: address, type: api, provider: payments}, {id: printer, type: process}], flows: [{id: get, source: printer, destination: address}]}
suppliers: [{id: hosting-company, name: example hosting}]
`),
		inFile(t, "apart", "architecture: {components: [{id: page, type: web-application}]}\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	spreads, err := estate.Spreads(now)
	if err != nil {
		t.Fatal(err)
	}
	by := map[ident.ID]assess.Spread{}
	for _, s := range spreads {
		by[s.Of] = s
	}
	p := by["platform"]
	if len(p.Hits) != 2 || p.Hits[0].Service != "payments" || p.Hits[1].Service != "letters" || p.Hits[1].Steps != 2 {
		t.Fatalf("the platform hits %+v", p.Hits)
	}
	if got := p.Hits[0].Reached; len(got.Learnt) != 1 || p.Records != 5000 || len(p.Hits[0].Controls) != 1 {
		t.Errorf("of payments it reaches %+v, %v", got, p.Hits[0].Controls)
	}
	if h := by["hosting-company"]; h.Kind != "supplier" || len(h.Hits) != 3 || h.Hits[0].Service != "letters" || h.Hits[1].Service != "platform" || h.Hits[2].Steps != 2 {
		t.Errorf("the supplier: %+v", h)
	}
	if _, is := by["apart"]; is {
		t.Error("nobody uses the service that stands apart")
	}
}
