package app

import (
	"bytes"
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
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Added says what became of one record.
type Added struct {
	File    string // that holds it
	Record  evidence.Record
	Already bool     // the same record was there
	Dropped []string // what was not carried over from the file of results
	Notes   []string // what keeps it from counting, as far as that can be said now
	text    []byte
}

// AddEvidence records what was observed beside a service: results of tools, or records as they are. Each is stamped with
// the digest of what it covers, so that a later change makes it out of date. All of it is written or nothing is: what is
// wrong with any of it is found first.
func AddEvidence(where Where, files []string, said Observation, now civil.Instant) ([]Added, error) {
	c, err := LoadOne(where)
	if err != nil {
		return nil, err
	}
	all, err := c.Observed(files, said, now)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].File = filepath.Join(c.Kept.RecordsDir("evidence"), string(all[i].Record.ID)+".yaml")
	}
	if err := c.settle(all); err != nil {
		return nil, err
	}
	return all, write(all)
}

// Observed reads what was observed of a service, results of tools or records as they are, and makes it ready to be kept:
// each names only what the service has, and is stamped with the digest of what it covers. Nothing is written.
func (c *Case) Observed(files []string, said Observation, now civil.Instant) ([]Added, error) {
	var all []Added
	if len(files) == 0 {
		record, err := byHand(said, now)
		if err != nil {
			return nil, err
		}
		all = append(all, Added{Record: record})
	}
	for _, f := range files {
		some, err := readEvidence(f, said, now)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	for i := range all {
		if err := c.ready(&all[i], now); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readEvidence reads a file of results or of records.
func readEvidence(file string, said Observation, now civil.Instant) ([]Added, error) {
	source, err := folder.ReadUpTo(file, int64(exchange.Default().Bytes))
	if err != nil {
		return nil, err
	}
	if exchange.Knows(source.Text) {
		return readResults(file, source.Text, said, now)
	}
	if bytes.HasPrefix(bytes.TrimSpace(source.Text), []byte("<")) {
		return nil, fault.New(fault.Invalid, "%s: it is in no format that is read; give JUnit XML, SARIF 2.1.0, or a record as YAML or JSON", file)
	}
	if given := said.given(); len(given) > 0 {
		return nil, fault.New(fault.Invalid, "%s is a record, which says everything itself; leave out %s", file, strings.Join(given, ", "))
	}
	records, err := evidence.Read(source)
	if err != nil {
		return nil, err
	}
	out := make([]Added, len(records))
	for i := range records {
		out[i].Record = records[i]
	}
	return out, nil
}

// readResults makes one record of a file of results, or, where the file says itself which part is about which control,
// one record for each of those controls with what came of that part.
func readResults(file string, text []byte, said Observation, now civil.Instant) ([]Added, error) {
	run, err := exchange.Read(filepath.Base(file), text)
	if err != nil {
		return nil, err
	}
	// A scan that found something worked, and may well be what was to be shown; what it found stays a finding with a
	// deadline. What came of a test is in its results, and nobody says otherwise.
	if said.Outcome != "" && run.Kind != library.Scan {
		return nil, fault.New(fault.Invalid, "%s says itself what came of it; leave out --outcome", file)
	}
	if said.Outcome != "" && (run.Outcome == evidence.NotRun || run.Outcome == evidence.Unknown) {
		return nil, fault.New(fault.Invalid, "%s says that the scan was not done or did not succeed (%s), so nobody can say that it was; leave out --outcome, or hand in the results of one that did", file, run.Outcome)
	}
	whole, err := observed(run, said, filepath.Base(file), now)
	if err != nil {
		return nil, err
	}
	if len(run.ByControl) == 0 {
		return []Added{{Record: whole, Dropped: run.Dropped, Notes: scanNotes(&whole, said)}}, nil
	}
	var out []Added
	for i, id := range run.Controls {
		part := Added{Record: whole, Dropped: run.Dropped}
		if i > 0 {
			part.Record.Observations, part.Dropped = nil, nil // they are told once
		}
		if said.Outcome == "" {
			part.Record.Outcome = run.OutcomeFor(id)
		}
		part.Record.Subject = slices.DeleteFunc(slices.Clone(whole.Subject), func(r ident.Ref) bool {
			return r.Kind == ident.KindControl && r.Path != string(id) && slices.Contains(run.Controls, ident.ID(r.Path))
		})
		part.Record.ID = joinID(string(whole.ID), string(id))
		out = append(out, part)
	}
	return out, nil
}

// scanNotes says what it means that a scan found something, where nobody has said what came of it: that a control fails is
// grave, and often it is the scanning that was to be shown.
func scanNotes(r *evidence.Record, said Observation) []string {
	if r.Kind != library.Scan || r.Outcome != evidence.Failed || said.Outcome != "" || len(said.Controls) == 0 {
		return nil
	}
	return []string{"the scan found something, so it counts as a failure of " + strings.Join(said.Controls, ", ") + "; where it is the scanning that is to be shown, hand it in with --outcome passed: what was found stays open either way"}
}

// ready makes a record ready to be written: it names only what the service has, and is stamped with what it covers.
func (c *Case) ready(a *Added, now civil.Instant) error {
	r := &a.Record
	if err := c.known(r); err != nil {
		return err
	}
	a.Notes = append(a.Notes, c.notes(r, now)...)
	if len(r.Subject) == 0 {
		r.Subject = []ident.Ref{ident.To(ident.KindService, string(c.Sources.Service.Service.ID))}
	}
	c.stamp(r)
	if err := evidence.Validate(r); err != nil {
		return err
	}
	var err error
	if a.text, err = schema.YAML(r); err != nil {
		return err
	}
	if _, err := evidence.Read(schema.Source{File: string(r.ID), Text: a.text}); err != nil {
		return fault.Wrap(fault.Internal, err, "the record would not read back")
	}
	return nil
}

// settle finds ids that are in use: by the same record, which is then there already, or by another, which is a conflict.
func (c *Case) settle(all []Added) error {
	used := map[ident.ID]*evidence.Record{}
	for i := range c.Sources.Evidence {
		used[c.Sources.Evidence[i].ID] = &c.Sources.Evidence[i]
	}
	for i := range all {
		a := &all[i]
		other := used[a.Record.ID]
		if other == nil {
			used[a.Record.ID] = &a.Record
			continue
		}
		same, err := equal(other, &a.Record)
		if err != nil {
			return err
		}
		if !same {
			return fault.New(fault.Conflict, "there is another piece of evidence with the id %s; records are only ever added: give the new one another id (--id)", a.Record.ID)
		}
		a.Already = true
	}
	return nil
}

func equal(a, b *evidence.Record) (bool, error) {
	one, err := ident.Sum(a)
	if err != nil {
		return false, err
	}
	two, err := ident.Sum(b)
	return one == two, err
}

func write(all []Added) error {
	for i := range all {
		if all[i].Already {
			continue
		}
		if err := folder.Create(all[i].File, all[i].text); err != nil {
			return err
		}
	}
	return nil
}
