package assess_test

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// A service relies on a control for a risk. A claim lowers the risk as claimed only; a passed test lowers it as evidenced,
// for as long as the test is fresh.
func ExampleAssess() {
	service, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: []byte(`
bulkhead: v1
service: {id: permits, name: Parking permits, phase: live}
context: {appetite: {max: medium}}
controls:
  - {id: lookup-limit, title: Officers look up a few permits a day, status: implemented}
risks:
  - id: r1
    title: An officer looks up somebody that they know
    owner: service-owner
    inherent: {likelihood: 4, impact: {legal: 4}}
    residual: {likelihood: 2, impact: {legal: 4}}
    controls: [{control: lookup-limit, lowers: likelihood, steps: 2}]
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	packs, err := library.Builtin()
	if err != nil {
		fmt.Println(err)
		return
	}
	required, err := library.New(packs, library.Own{})
	if err != nil {
		fmt.Println(err)
		return
	}
	at, _ := civil.ParseInstant("2026-11-21T12:00:00Z")
	sources := judge.Sources{Service: service, Library: required}
	show := func(when string) {
		posture, err := assess.Assess(sources, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		r := posture.Risks[0]
		fmt.Printf("%s: %s inherent, %s as claimed, %s as evidenced: %s\n", when, r.Inherent.Band, r.ResidualClaimed.Band, r.ResidualEvidenced.Band, r.Standing)
		if posture.NextChange != 0 {
			fmt.Println("That holds until", posture.NextChange)
		}
	}
	show("Claimed")

	sources.Evidence, err = evidence.Read(schema.Source{File: "trial.yaml", Text: []byte(`
{id: trial, subject: ["control:lookup-limit"], kind: test, strength: tested, outcome: passed, observed: 2026-11-20}
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	show("Tested")
	// Output:
	// Claimed: high inherent, medium as claimed, high as evidenced: above
	// Tested: high inherent, medium as claimed, medium as evidenced: within
	// That holds until 2027-11-21T00:00:00Z
}
