package app

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/exchange"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Observation says what a file of results is evidence of, where the file cannot say it itself.
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

// Added says what became of one file.
type Added struct {
	File     string // that was written
	Record   evidence.Record
	Dropped  []string // what was not carried over
	Unstated bool     // nothing says which control it is about
}

// AddEvidence records what was observed beside a service: results of tools, or records as they are. Each is stamped with
// the digest of what it covers, so that a later change makes it out of date.
func AddEvidence(where Where, files []string, said Observation, now civil.Instant) ([]Added, error) {
	c, err := LoadOne(where)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		record, err := bare(said, now)
		if err != nil {
			return nil, err
		}
		return c.add(record, nil)
	}
	var out []Added
	for _, f := range files {
		some, err := c.addFile(f, said, now)
		if err != nil {
			return out, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (c *Case) addFile(file string, said Observation, now civil.Instant) ([]Added, error) {
	source, err := folder.ReadUpTo(file, int64(exchange.Default().Bytes))
	if err != nil {
		return nil, err
	}
	if !exchange.Knows(source.Text) {
		records, err := evidence.Read(source)
		if err != nil {
			return nil, err
		}
		var out []Added
		for i := range records {
			some, err := c.add(records[i], nil)
			if err != nil {
				return out, err
			}
			out = append(out, some...)
		}
		return out, nil
	}
	run, err := exchange.Read(filepath.Base(file), source.Text)
	if err != nil {
		return nil, err
	}
	record, err := observed(run, said, filepath.Base(file), now)
	if err != nil {
		return nil, err
	}
	return c.addRun(record, run)
}

// addRun writes a run as one record, or, where the file says itself which part is about which control, as one record for
// each of those controls with what came of that part.
func (c *Case) addRun(whole evidence.Record, run exchange.Run) ([]Added, error) {
	if len(run.ByControl) == 0 {
		return c.add(whole, run.Dropped)
	}
	var out []Added
	for i, id := range run.Controls {
		part := whole
		part.Outcome = run.OutcomeFor(id)
		part.Subject = slices.DeleteFunc(slices.Clone(whole.Subject), func(r ident.Ref) bool {
			return r.Kind == ident.KindControl && r.Path != string(id) && slices.Contains(run.Controls, ident.ID(r.Path))
		})
		dropped := run.Dropped
		if i > 0 {
			part.Observations, dropped = nil, nil // they are told once
		}
		part.ID = ident.Suggest(string(whole.ID) + "-" + string(id))
		some, err := c.add(part, dropped)
		if err != nil {
			return out, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// bare makes a record from what was said alone, without a file of results.
func bare(said Observation, now civil.Instant) (evidence.Record, error) {
	if said.Outcome == "" || said.Kind == "" {
		return evidence.Record{}, fault.New(fault.Invalid, "name a file of results or a record, or say what was observed with --control, --kind, --outcome and --title")
	}
	return observed(exchange.Run{Kind: library.EvidenceKind(said.Kind)}, said, "observation", now)
}

// observed makes a record of a run.
func observed(run exchange.Run, said Observation, name string, now civil.Instant) (evidence.Record, error) {
	r := evidence.Record{
		Kind: run.Kind, Check: ident.ID(said.Check), Strength: library.Tested, Outcome: run.Outcome, Title: said.Title, Version: said.Version, Observed: run.Observed,
		Scope: run.Scope, Location: said.Location, By: said.By, Source: evidence.Source{Tool: run.Tool, Run: said.Run}, Observations: run.Observations,
	}
	var err error
	if said.Observed != "" {
		if r.Observed, err = civil.ParseMoment(said.Observed); err != nil {
			return r, err
		}
	}
	if r.Observed.IsZero() {
		r.Observed = civil.MomentOf(now)
	}
	if said.ValidUntil != "" {
		if r.ValidUntil, err = civil.ParseMoment(said.ValidUntil); err != nil {
			return r, err
		}
	}
	if err := words(&r, said); err != nil {
		return r, err
	}
	for _, id := range append(texts(run.Controls), said.Controls...) {
		if r.Subject, err = subject(r.Subject, ident.KindControl+":"+id); err != nil {
			return r, err
		}
	}
	for _, id := range append(texts(run.Components), said.Components...) {
		if r.Subject, err = subject(r.Subject, ident.KindClaim+":/architecture/components/"+id); err != nil {
			return r, err
		}
	}
	r.ID = ident.ID(said.ID)
	if r.ID == "" {
		r.ID = ident.Suggest(strings.TrimSuffix(name, filepath.Ext(name)) + "-" + strings.Trim(r.Observed.String(), "Z"))
	}
	if _, err := ident.ParseID(string(r.ID)); err != nil {
		return r, err
	}
	return r, nil
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

func texts(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func subject(to []ident.Ref, text string) ([]ident.Ref, error) {
	ref, err := ident.ParseRef(text)
	if err != nil {
		return to, err
	}
	for _, have := range to {
		if have == ref {
			return to, nil
		}
	}
	return append(to, ref), nil
}

// add stamps a record with what it covers and writes it beside the service.
func (c *Case) add(r evidence.Record, dropped []string) ([]Added, error) {
	out := Added{Record: r, Dropped: dropped}
	if len(r.Subject) == 0 {
		out.Unstated = true
		r.Subject = []ident.Ref{ident.To(ident.KindService, string(c.Sources.Service.Service.ID))}
	}
	if err := c.known(r.Subject); err != nil {
		return nil, err
	}
	c.stamp(&r)
	if err := evidence.Validate(&r); err != nil {
		return nil, err
	}
	text, err := schema.YAML(&r)
	if err != nil {
		return nil, err
	}
	if _, err := evidence.Read(schema.Source{File: string(r.ID), Text: text}); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the record would not read back")
	}
	out.File = filepath.Join(c.Kept.RecordsDir("evidence"), string(r.ID)+".yaml")
	out.Record = r
	return []Added{out}, folder.Create(out.File, text)
}

// known refuses a subject that the service does not have: a slip of the pen would be evidence of nothing.
func (c *Case) known(subject []ident.Ref) error {
	s := c.Sources.Service
	items := s.Items()
	for _, ref := range subject {
		switch ref.Kind {
		case ident.KindClaim:
			if _, ok := items[ref.Path]; !ok {
				return unknownSubject(ref, paths(items))
			}
		case ident.KindControl:
			if ref.Service != "" {
				continue
			}
			id, _, _ := strings.Cut(ref.Path, "#")
			id, _, _ = strings.Cut(id, "@")
			if !c.hasControl(ident.ID(id)) {
				return unknownSubject(ref, c.controlNames())
			}
		}
	}
	return nil
}

func paths(items map[string]any) []string {
	out := make([]string, 0, len(items))
	for p := range items {
		out = append(out, ident.KindClaim+":"+p)
	}
	return out
}

func unknownSubject(ref ident.Ref, among []string) error {
	near := ident.Nearest(ref.String(), among)
	if near != "" {
		return fault.New(fault.NotFound, "the service has no %s; did you mean %s?", ref, near)
	}
	return fault.New(fault.NotFound, "the service has no %s; add it to the service file first", ref)
}

func (c *Case) hasControl(id ident.ID) bool {
	for i := range c.Sources.Service.Controls {
		if k := &c.Sources.Service.Controls[i]; k.ID == id || k.Requires() == id {
			return true
		}
	}
	return c.Sources.Library.Control(id) != nil
}

func (c *Case) controlNames() (out []string) {
	for i := range c.Sources.Service.Controls {
		out = append(out, ident.KindControl+":"+string(c.Sources.Service.Controls[i].ID))
	}
	for _, k := range c.Sources.Library.Controls {
		out = append(out, ident.KindControl+":"+string(k.Item.ID))
	}
	return out
}

// stamp adds the digest of each component looked at, as it is now: those that are named, or those that the control is on.
func (c *Case) stamp(r *evidence.Record) {
	if len(r.Covers) > 0 {
		return // the one who observed said what was there then
	}
	items, enc := c.Sources.Service.Items(), ident.NewEncoder()
	covers := map[ident.Ref]ident.Digest{}
	for _, ref := range r.Subject {
		switch ref.Kind {
		case ident.KindClaim:
			if sum, ok := model.Material(items, ref.Path, enc); ok {
				covers[ref] = sum
			}
		case ident.KindControl:
			for _, comp := range c.on(ref) {
				at := ident.Claim("architecture", "components", string(comp))
				if sum, ok := model.Material(items, at.Path, enc); ok && !namesComponents(r.Subject) {
					covers[at] = sum
				}
			}
		}
	}
	if len(covers) > 0 {
		r.Covers = covers
	}
}

func namesComponents(subject []ident.Ref) bool {
	for _, ref := range subject {
		if ref.Kind == ident.KindClaim {
			return true
		}
	}
	return false
}

// on gives the components that the claim of a control names.
func (c *Case) on(ref ident.Ref) []ident.ID {
	id, _, _ := strings.Cut(ref.Path, "#")
	id, at, narrowed := strings.Cut(id, "@")
	if narrowed {
		return []ident.ID{ident.ID(at)}
	}
	for i := range c.Sources.Service.Controls {
		if k := &c.Sources.Service.Controls[i]; k.ID == ident.ID(id) || k.Requires() == ident.ID(id) {
			return k.Components
		}
	}
	return nil
}
