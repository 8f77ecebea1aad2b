// Package civil is the time that people write and agree on: dates, periods, zones, and the one way to compare with time.
//
// A person writes "valid_until: 2026-03-31" and means that it holds through that day where the organisation is; a tool
// writes an instant to the second. The package turns both into instants, so that everything else compares instants only.
//
// It promises:
//
//   - Instants are whole seconds of UTC and intervals are half-open: [from, until). A date as a start is the first
//     instant of that civil day, as an end the first instant after it.
//   - Zero means "not known" for every type, stays zero through every calculation, and is the empty text.
//   - Every instant it gives lies in the years 1971 to 2999. What would fall outside is brought to the nearer end, so
//     that it can always be written and read back, and is never taken for "not known" by accident.
//   - No input makes it panic, and nothing overflows: dates stop at 2999-12-31.
//   - A comparison made through a Watch is recorded, so that the moment at which a judgement may next change is known.
//
// It never reads a clock: the moment of judgement is an input. It never writes anything. It reads one thing from outside,
// the zone data in LoadZone: a copy is built in, but Go asks the ZONEINFO variable and the machine's own copy first.
package civil
