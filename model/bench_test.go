package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// large writes a service file of about n elements in the mix that a large programme has: two flows for each component,
// some data, risks that rely on controls.
func large(n int) string {
	var b strings.Builder
	b.WriteString("bulkhead: v1\nservice: {id: large, name: Large, phase: live}\n")
	k := n / 10
	b.WriteString("data:\n")
	for i := range k {
		fmt.Fprintf(&b, "  - id: data-%d\n    name: Data of kind %d\n    classification: OFFICIAL\n    markings: [SENSITIVE]\n    personal: yes\n    subjects: [public, staff]\n    records: %d\n    retention: P7Y\n    lawful_basis: public task\n", i, i, 1000+i)
	}
	b.WriteString("architecture:\n  zones:\n    - {id: inside, trust: internal}\n  components:\n")
	for i := range 3 * k {
		fmt.Fprintf(&b, "    - id: c-%d\n      name: Component %d\n      type: web-application\n      zone: inside\n      holds: [data-%d]\n      encryption: standard\n      internet_facing: no\n      logs: yes\n      custom: yes # ours\n", i, i, i%k)
	}
	b.WriteString("  flows:\n")
	for i := range 4 * k {
		fmt.Fprintf(&b, "    - id: f-%d\n      source: c-%d\n      destination: c-%d\n      data: [data-%d]\n      protocol: https\n      authentication: certificate\n      encryption: standard\n", i, i%(3*k), (i+1)%(3*k), i%k)
	}
	b.WriteString("risks:\n")
	for i := range k {
		fmt.Fprintf(&b, "  - id: r-%d\n    title: Risk %d\n    statement: Somebody outside could read data through a weakness of the component\n    inherent: {likelihood: 4, impact: {legal: 4, reputational: 3}}\n    residual: {likelihood: 2, impact: {legal: 3, reputational: 3}}\n    controls:\n      - {control: k-%d, lowers: likelihood, steps: 2}\n    treatment: treat\n    due: 2026-12-01\n", i, i, i)
	}
	b.WriteString("controls:\n")
	for i := range k {
		fmt.Fprintf(&b, "  - id: k-%d\n    title: Control %d\n    description: How it is done here, in a sentence or so\n    components: [c-%d]\n    status: implemented\n    owner: architect\n", i, i, i)
	}
	return b.String()
}

// BenchmarkRead reads a service file of 5,000 elements, all the way from text to a validated service.
func BenchmarkRead(b *testing.B) {
	text := []byte(large(5000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := model.Read(schema.Source{File: "bulkhead.yaml", Text: text}); err != nil {
			b.Fatal(err)
		}
	}
}
