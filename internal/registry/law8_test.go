package registry

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/examples"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// running is a server's use cases with a clock that the test sets.
type running struct {
	*Registry
	t    *testing.T
	at   time.Time
	who  Asker
	ids  []ident.ID
	step int
}

func start(t *testing.T) *running {
	t.Helper()
	ring, err := seal.CreateRing(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s := &running{t: t, at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return s.at }
	st, err := store.Open(t.Context(), store.Config{Database: filepath.Join(t.TempDir(), "bulkhead.db"), Ring: ring, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	s.Registry = New(st, now)
	dir, err := fs.Sub(examples.Department, "department")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.LoadExample(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	if s.who, err = s.Terminal(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.who.Holdings[0].Role = "delivery-manager"
	s.ids = ids(t, s.Registry)
	return s
}

// change makes some change to some service.
func (s *running) change(r *rand.Rand) string {
	s.step++
	id := s.ids[r.IntN(len(s.ids))]
	switch r.IntN(4) {
	case 0:
		return s.observe(r, id)
	case 1:
		return s.edit(id, Edit{Op: "append", Path: "/risks", Value: fmt.Sprintf("id: extra-%d\ntitle: Something new\n", s.step)})
	case 2:
		provider := s.ids[r.IntN(len(s.ids))]
		return s.edit(id, Edit{Op: "append", Path: "/controls", Value: fmt.Sprintf("id: lent-%d\ntitle: From a provider\norigin: inherited\nstatus: implemented\noffer: {service: %s, control: backup}\n", s.step, provider)})
	default:
		_, head, err := s.store.Head(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		service, _, err := readModel(head)
		if err != nil || len(service.Controls) == 0 {
			s.t.Fatal(err)
		}
		return s.edit(id, Edit{Op: "remove", Path: "/controls/" + string(service.Controls[r.IntN(len(service.Controls))].ID)})
	}
}

func (s *running) edit(id ident.ID, e Edit) string {
	_, head, err := s.store.Head(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.EditService(s.t.Context(), s.who, id, head.Number, []Edit{e}, "", false); err != nil {
		return fmt.Sprintf("%s %s in %s was refused: %v", e.Op, e.Path, id, err)
	}
	return fmt.Sprintf("%s %s in %s", e.Op, e.Path, id)
}

func (s *running) observe(r *rand.Rand, id ident.ID) string {
	_, head, err := s.store.Head(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	service, _, err := readModel(head)
	if err != nil || len(service.Controls) == 0 {
		s.t.Fatal(err)
	}
	control := service.Controls[r.IntN(len(service.Controls))].ID
	record := evidence.Record{
		ID: ident.ID(fmt.Sprintf("seen-%d", s.step)), Subject: []ident.Ref{ident.To(ident.KindControl, string(control))}, Kind: library.EvidenceKind("test"), Strength: library.Strength("tested"),
		Outcome: []evidence.Outcome{evidence.Passed, evidence.Failed}[r.IntN(2)], Observed: civil.MomentOf(civil.Of(s.at)),
	}
	if _, err := s.RecordEvidence(s.t.Context(), s.who, id, []evidence.Record{record}); err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%s evidence of %s in %s", record.Outcome, control, id)
}

// full judges everything anew.
func (s *running) full() map[ident.ID]*assess.Posture {
	g, err := s.current(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	estate := assess.NewEstate()
	for _, id := range s.ids {
		s.files.forget(id)
		sources, _, err := s.sources(s.t.Context(), g, id)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := estate.Put(sources); err != nil {
			s.t.Fatal(err)
		}
	}
	all, err := estate.Postures(civil.Of(s.at))
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[ident.ID]*assess.Posture{}
	for _, p := range all {
		out[p.Service] = p
	}
	return out
}

// TestLaw8IncrementalEqualsFull makes changes to a running server, lets time pass, and compares each posture that it keeps
// with what judging everything anew gives.
func TestLaw8IncrementalEqualsFull(t *testing.T) {
	seed := uint64(2026_11_22) // BULKHEAD_SEED looks further: any number is another story
	if given, err := strconv.ParseUint(os.Getenv("BULKHEAD_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 8))
	s := start(t)
	var story []string
	for range 12 {
		for range 1 + r.IntN(3) {
			story = append(story, s.change(r))
		}
		if r.IntN(3) == 0 {
			s.at = s.at.AddDate(0, 0, 1+r.IntN(60))
			story = append(story, "it is now "+s.at.Format(time.DateOnly))
		}
		if _, err := s.store.MarkDue(t.Context(), s.store.Now(), s.now()); err != nil {
			t.Fatal(err)
		}
		if err := s.judgeAll(t.Context(), "test", 2, store.Pace{}, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		full := s.full()
		for _, id := range s.ids {
			p, err := s.store.Posture(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := judgement(t, p.Judged.Posture), judgement(t, written(t, full[id])); p.Dirty || got != want {
				for _, x := range s.ids {
					q, _ := s.store.Posture(t.Context(), x)
					t.Log(x, q.Judged.At, q.Judged.NextChange, q.Judged.Offer.Until, "full", full[x].NextChange, full[x].Exact, q.Dirty)
				}
				t.Fatalf("the posture of %s differs from a full judgement (failing since %q) after:\n%s\n%s", id, p.Failing, strings.Join(story, "\n"), firstDifference(got, want))
			}
		}
	}
}

func readModel(r store.Revision) (*model.Service, *schema.Document, error) {
	return model.Read(store.Sources(r.Texts)...)
}

func written(t *testing.T, p *assess.Posture) []byte {
	t.Helper()
	j := judging{posture: p}
	text, err := j.text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// judgement gives a posture without its moment, which is that of when it was last judged.
func judgement(t *testing.T, posture []byte) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(posture, &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "at")
	delete(all, "actions")
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func firstDifference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	from := max(0, i-200)
	return "got  ..." + got[from:min(len(got), i+200)] + "\nwant ..." + want[from:min(len(want), i+200)]
}
