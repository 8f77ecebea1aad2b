package app

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Observation says what a file of results is evidence of, where the file cannot say it itself, or what was observed by
// hand.
type Observation struct {
	ID         string
	Controls   []string
	Components []string
	Check      string
	Kind       string
	Strength   string
	Observed   string
	ValidUntil string
	Outcome    string
	Title      string
	Version    string
	By         string
	Run        string
	Location   string
}

// given names the flags that were given.
func (o *Observation) given() (out []string) {
	for _, f := range []struct{ name, value string }{
		{"--id", o.ID},
		{"--control", strings.Join(o.Controls, "")},
		{"--component", strings.Join(o.Components, "")},
		{"--check", o.Check},
		{"--kind", o.Kind},
		{"--strength", o.Strength},
		{"--observed", o.Observed},
		{"--valid-until", o.ValidUntil},
		{"--outcome", o.Outcome},
		{"--title", o.Title},
		{"--revision", o.Version},
		{"--by", o.By},
		{"--run", o.Run},
		{"--location", o.Location},
	} {
		if f.value != "" {
			out = append(out, f.name)
		}
	}
	return out
}

// byHand makes a record from what was said alone, without a file of results.
func byHand(said Observation, now civil.Instant) (evidence.Record, error) {
	if said.Outcome == "" || said.Kind == "" || len(said.Controls) == 0 {
		return evidence.Record{}, fault.New(fault.Invalid, "name a file of results or a record, or say what was observed by hand: --control, --kind and --outcome at least")
	}
	return observed(exchange.Run{Kind: library.EvidenceKind(said.Kind)}, said, said.Controls[0], now)
}

// observed makes a record of a run.
func observed(run exchange.Run, said Observation, name string, now civil.Instant) (evidence.Record, error) {
	r := evidence.Record{
		Kind: run.Kind, Check: ident.ID(said.Check), Strength: library.Tested, Outcome: run.Outcome, Title: said.Title, Version: said.Version, Observed: run.Observed,
		Scope: run.Scope, Location: said.Location, By: said.By, Source: evidence.Source{Tool: run.Tool, Run: said.Run},
	}
	r.Observations, r.Note = worthKeeping(run.Observations)
	if err := moments(&r, said, now); err != nil {
		return r, err
	}
	if err := words(&r, said); err != nil {
		return r, err
	}
	if err := about(&r, run, said); err != nil {
		return r, err
	}
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	id, err := ident.ParseID(cmp.Or(said.ID, string(joinID(stem, strings.Trim(r.Observed.String(), "Z")))))
	if err != nil {
		return r, fault.Wrap(fault.Invalid, err, "--id")
	}
	r.ID = id
	return r, nil
}

// joinID makes an id of two parts. Where that is too long, the first is cut, so that the second tells records apart.
func joinID(first, second string) ident.ID {
	tail := string(ident.Suggest(second))
	head := string(ident.Suggest(first))
	if most := 64 - len(tail) - 1; len(head) > most && most > 0 {
		head = strings.TrimRight(head[:most], "-._")
	}
	return ident.Suggest(strings.Trim(head+"-"+tail, "-"))
}

func moments(r *evidence.Record, said Observation, now civil.Instant) error {
	for _, m := range []struct {
		flag, text string
		into       *civil.Moment
	}{{"--observed", said.Observed, &r.Observed}, {"--valid-until", said.ValidUntil, &r.ValidUntil}} {
		if m.text == "" {
			continue
		}
		moment, err := civil.ParseMoment(m.text)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%s", m.flag)
		}
		*m.into = moment
	}
	if r.Observed.IsZero() {
		r.Observed = civil.MomentOf(now)
	}
	return nil
}

func words(r *evidence.Record, said Observation) error {
	for _, w := range []struct {
		flag, text string
		into       any
	}{{"--kind", said.Kind, &r.Kind}, {"--strength", said.Strength, &r.Strength}, {"--outcome", said.Outcome, &r.Outcome}} {
		if w.text == "" {
			continue
		}
		if err := schema.ReadWord(w.text, w.into); err != nil {
			return fault.Wrap(fault.Invalid, err, "%s", w.flag)
		}
	}
	return nil
}

// about names what a record is about: what the run says and what was said with it.
func about(r *evidence.Record, run exchange.Run, said Observation) error {
	for _, of := range []struct {
		flag, stem string
		found      []ident.ID
		said       []string
	}{
		{"--control", ident.KindControl + ":", run.Controls, said.Controls},
		{"--component", ident.KindClaim + ":/architecture/components/", run.Components, said.Components},
	} {
		for _, id := range append(texts(of.found), of.said...) {
			ref, err := ident.ParseRef(of.stem + id)
			if err != nil {
				return fault.Wrap(fault.Invalid, err, "%s", of.flag)
			}
			if !contains(r.Subject, ref) {
				r.Subject = append(r.Subject, ref)
			}
		}
	}
	return nil
}

func texts(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func contains(list []ident.Ref, ref ident.Ref) bool {
	for _, have := range list {
		if have == ref {
			return true
		}
	}
	return false
}

// worthKeeping gives the results that say more than that something passed, and a sentence that counts the others: a record
// is kept for ever, and a thousand passes say no more than their number.
func worthKeeping(all []evidence.Observation) (kept []evidence.Observation, note string) {
	passed := 0
	for _, o := range all {
		if o.Result == evidence.Passed {
			passed++
			continue
		}
		kept = append(kept, o)
	}
	switch passed {
	case 0:
		return kept, ""
	case 1:
		return kept, "1 result passed"
	}
	return kept, strconv.Itoa(passed) + " results passed"
}
