package civil_test

import (
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/civil"
)

func ExampleParseDate() {
	_, err := civil.ParseDate("2026-02-30")
	fmt.Println(err)
	// Output: 30 February 2026 does not exist: February 2026 has 28 days; write YYYY-MM-DD, for example 2026-02-28
}

func ExampleDate_Add() {
	d, _ := civil.ParseDate("2026-01-31")
	p, _ := civil.ParsePeriod("P1M")
	fmt.Println(d.Add(p))
	// Output: 2026-02-28
}

func ExamplePeriod_Text() {
	p, _ := civil.ParsePeriod("P1Y6M")
	fmt.Println(p.Text())
	// Output: 1 year 6 months
}

func ExampleParseInstant() {
	t, _ := civil.ParseInstant("2026-03-31T23:59:59.75+01:00")
	fmt.Println(t)
	// Output: 2026-03-31T22:59:59Z
}

// A date as an end holds through that day, where the organisation is.
func ExampleZone_Until() {
	london, _ := civil.LoadZone("Europe/London")
	validUntil, _ := civil.ParseMoment("2026-03-31")
	fmt.Println(london.Until(validUntil))
	// Output: 2026-03-31T23:00:00Z
}

// A quarter of a year after it was observed, in the night that clocks go forward.
func ExampleZone_After() {
	london, _ := civil.LoadZone("Europe/London")
	observed, _ := civil.ParseMoment("2025-12-29T01:30:00Z")
	quarter, _ := civil.ParsePeriod("P3M")
	fmt.Println(london.After(observed, quarter))
	// Output: 2026-03-29T01:00:00Z
}

func ExampleWatch() {
	at, _ := civil.ParseInstant("2026-03-01T09:00:00Z")
	due, _ := civil.ParseInstant("2026-03-05T00:00:00Z")
	end, _ := civil.ParseInstant("2026-03-31T23:00:00Z")
	w := civil.NewWatch(at)
	fmt.Println("overdue:", w.Reached(due))
	fmt.Println("in force:", w.Within(0, end))
	fmt.Println("judge again at", w.Next())
	// Output:
	// overdue: false
	// in force: true
	// judge again at 2026-03-05T00:00:00Z
}
