package registry

import (
	"context"
	"fmt"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

// BenchmarkChange makes a change to a service of the department: read, compared, checked, written with its entry.
func BenchmarkChange(b *testing.B) {
	r := department(b)
	who := benchAsker(b, r)
	for n := 0; b.Loop(); n++ {
		benchEdit(b, r, who, n)
	}
}

// BenchmarkChangeJudged makes a change and waits for the posture that shows it.
func BenchmarkChangeJudged(b *testing.B) {
	r := department(b)
	who := benchAsker(b, r)
	for n := 0; b.Loop(); n++ {
		benchEdit(b, r, who, n)
		r.settle(b)
	}
}

// BenchmarkEvidence records one piece of evidence after the other.
func BenchmarkEvidence(b *testing.B) {
	r := department(b)
	who := benchAsker(b, r)
	for n := 0; b.Loop(); n++ {
		benchRecord(b, r, who, n)
	}
}

// BenchmarkEvidenceJudged records one piece of evidence and waits for the posture that shows it.
func BenchmarkEvidenceJudged(b *testing.B) {
	r := department(b)
	who := benchAsker(b, r)
	for n := 0; b.Loop(); n++ {
		benchRecord(b, r, who, n)
		r.settle(b)
	}
}

func benchRecord(b *testing.B, r *Registry, who Asker, n int) {
	b.Helper()
	record := evidence.Record{ID: ident.ID(fmt.Sprintf("bench-%d", n)), Subject: []ident.Ref{ident.To(ident.KindControl, "backup")}, Kind: "test", Strength: "tested", Outcome: evidence.Passed}
	record.Observed = civil.MomentOf(r.store.Now())
	if _, err := r.RecordEvidence(b.Context(), who, "household-payments", []evidence.Record{record}); err != nil {
		b.Fatal(err)
	}
}

func benchAsker(b *testing.B, r *Registry) Asker {
	b.Helper()
	who, err := r.Terminal(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	who.Holdings[0].Role = "delivery-manager"
	return who
}

func benchEdit(b *testing.B, r *Registry, who Asker, n int) {
	b.Helper()
	v, err := r.store.Service(context.Background(), "household-payments")
	if err != nil {
		b.Fatal(err)
	}
	_, err = r.EditService(context.Background(), who, "household-payments", v.Number, []Edit{{Op: "set", Path: "/service/purpose", Value: fmt.Sprintf("Purpose %d", n)}}, "", false)
	if err != nil {
		b.Fatal(err)
	}
}
