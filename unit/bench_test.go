package unit_test

import (
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/unit"
)

// A department of a thousand services, with the questions and mappings that come with Bulkhead.
func BenchmarkAThousandServices(b *testing.B) {
	packs, err := library.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	l, err := library.New(packs, library.Own{})
	if err != nil {
		b.Fatal(err)
	}
	var services []unit.Service
	for i := range 1000 {
		s := service(fmt.Sprintf("s%d", i), "", judge.Current)
		for k, c := range l.Controls {
			s.Posture.Controls = append(s.Posture.Controls, judge.Control{ID: c.Item.ID, Control: c.Item.ID, Applicability: judge.Applicable, State: states()[k%7]})
		}
		services = append(services, s)
	}
	o := organisation(b, `{answers: [{id: p1.1, status: met, by: cdio, sentence: So, next: 2027-01-01}]}`)
	for b.Loop() {
		if _, err := unit.Assess(o, l, services, now); err != nil {
			b.Fatal(err)
		}
	}
}
