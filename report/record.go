package report

import (
	"cmp"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// OfEvidence says what a piece of evidence says of itself: what came of it, when, who saw it and where it is kept.
func OfEvidence(r *evidence.Record, zone civil.Zone) string {
	said := capital(string(r.Outcome)) + ", " + string(r.Strength) + ", observed on " + on(r.Observed, zone)
	if who := cmp.Or(r.By, r.Source.Tool); who != "" {
		said += " by " + who
	}
	if r.Title != "" {
		said += ": " + r.Title
	}
	if where := cmp.Or(r.Location, r.Source.Run); where != "" {
		said += ", kept at " + where
	}
	return said
}

// OfDecision says what a decision says of itself: who made it, in which role, whom they asked and why.
func OfDecision(d *decision.Decision, zone civil.Zone) string {
	said := "Made on " + on(d.Made, zone)
	if d.By != "" {
		said += " by " + string(d.By)
		for _, with := range d.With {
			said += " and " + string(with)
		}
	}
	said += " as " + string(d.Role)
	if len(d.Consulted) > 0 {
		said += ", who asked " + joinWords(texts(d.Consulted))
	}
	return said + ": " + d.Reason
}

func on(m civil.Moment, zone civil.Zone) string { return zone.On(zone.From(m)).String() }

func texts(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
