package store_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"pgregory.net/rapid"
)

// judged is a posture of a service that rests on things.
func judged(id ident.ID, digest string, rests ...store.Rest) store.Entry {
	return entry(ledger.PostureJudged, id, &store.Judged{
		Service: id, Revision: 1, Engine: "1", At: civil.Of(noon), Summary: json.RawMessage(`{"of":"` + digest + `"}`), Rests: rests,
		Items:   []store.Item{{Ref: "risk:r1", Kind: "risk", Title: "Loss", State: "within"}},
		Offer:   store.Offered{Digest: ident.Digest(digest), Offer: json.RawMessage(`{"offer":"` + digest + `"}`)},
		Posture: []byte("{\"posture\": \"<" + digest + ">\"}\n"),
	})
}

func on(kind, name string) store.Rest { return store.Rest{Kind: kind, Name: name} }

func TestAPostureComesBackByteForByte(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		write(t, s, registered("portal"), revised("portal", 1))
		p, err := s.Posture(ctx, "portal")
		if err != nil || p.Judged.Posture != nil || p.Body != "" || p.Service.Number != 1 {
			t.Errorf("before it is judged it is %+v, %v", p, err)
		}
		_, err = s.Posture(ctx, "none")
		refused(t, err, fault.NotFound)

		for _, text := range []string{"{\"a\": \"<b>\"}\n", "", "\n", "\n\n{}"} {
			e := judged("portal", "d1", on("pack", "x"))
			want := e.Content.(*store.Judged)
			want.Posture, want.NextChange = []byte(text), farthest
			body := write(t, s, e)[0].Body
			p, err := s.Posture(ctx, "portal")
			if err != nil || p.Body != body || p.Dirty || p.Actions != nil || !reflect.DeepEqual(p.Judged, *want) {
				t.Errorf("it is %+v, want %+v, %v", p, want, err)
			}
		}
	})
}

func TestALineShowsTheNewestPosture(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		write(t, s, registered("a"), registered("b"))
		first, second := judged("a", "d1"), judged("a", "d2")
		second.Content.(*store.Judged).At++
		second.Content.(*store.Judged).NextChange = 2_000_000_000
		write(t, s, first, second)
		within(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.MarkDirty(ctx, noon, "b") })
		lines, err := s.Services(ctx, store.Scope{All: true}, "", 10)
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		a, b := lines[0], lines[1]
		if a.At != civil.Of(noon)+1 || a.NextChange != 2_000_000_000 || string(a.Summary) != `{"of":"d2"}` || a.Dirty {
			t.Errorf("the line of a is %+v", a)
		}
		if b.At != 0 || b.NextChange != 0 || b.Summary != nil || !b.Dirty {
			t.Errorf("the line of b, which was never judged, is %+v", b)
		}
		offers, err := s.Offers(ctx, []ident.ID{"b", "a", "none"})
		want := map[ident.ID]store.Offered{"a": second.Content.(*store.Judged).Offer}
		if err != nil || !reflect.DeepEqual(offers, want) {
			t.Errorf("the offers are %+v, want %+v, %v", offers, want, err)
		}
		if none, err := s.Offers(ctx, nil); err != nil || len(none) != 0 {
			t.Errorf("none offer %v, %v", none, err)
		}
	})
}

func TestWhatWasKnownAtAMoment(t *testing.T) {
	clocked(t, func(t *testing.T, s *store.Store, at *clock) {
		write(t, s, registered("portal"), judged("portal", "d1"), judged("portal", "d2"))
		at.set(noon.Add(time.Hour))
		last := write(t, s, judged("portal", "d3"))[0]
		first := civil.Of(noon)
		for _, c := range []struct {
			at   civil.Instant
			want string
		}{{first, "d2"}, {first + 3599, "d2"}, {first + 3600, "d3"}, {farthest, "d3"}} {
			j, body, err := s.PostureKnown(t.Context(), "portal", c.at)
			if err != nil || string(j.Offer.Digest) != c.want || (body == last.Body) != (c.want == "d3") {
				t.Errorf("at %v what was known is %q of %s, want %q, %v", c.at, j.Offer.Digest, body, c.want, err)
			}
		}
		_, _, err := s.PostureKnown(t.Context(), "portal", first-1)
		refused(t, err, fault.NotFound)
	})
}

// TestLawWhatFollowsIsOfTheNewestPosture holds that however postures follow each other, what services rest on and what
// stands in them is that of the newest alone.
func TestLawWhatFollowsIsOfTheNewestPosture(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		services := []ident.ID{"a", "a-b", "ab"}
		for _, id := range services {
			write(t, s, registered(id))
		}
		names := rapid.SampledFrom([]string{"x", "y", "é", "Z"})
		rests := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) store.Rest {
			return on(rapid.SampledFrom([]string{"pack", "role"}).Draw(t, "kind"), names.Draw(t, "name"))
		}), 0, 6)
		items := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) store.Item {
			return store.Item{Ref: "risk:" + names.Draw(t, "ref"), Kind: "risk", Title: names.Draw(t, "title"), State: names.Draw(t, "state"), Until: civil.Instant(rapid.Int64Range(31536000, int64(farthest)).Draw(t, "until"))}
		}), 0, 4, func(i store.Item) string { return i.Ref })
		newest := map[ident.ID][]store.Rest{}
		rapid.Check(t, func(r *rapid.T) {
			id := rapid.SampledFrom(services).Draw(r, "service")
			e := judged(id, "d", rests.Draw(r, "rests")...)
			e.Content.(*store.Judged).Items = items.Draw(r, "items")
			newest[id] = e.Content.(*store.Judged).Rests
			write(t, s, e)
			for _, kind := range []string{"pack", "role"} {
				for _, name := range []string{"x", "y", "é", "Z"} {
					var want []ident.ID
					for _, id := range services {
						if slices.Contains(newest[id], on(kind, name)) {
							want = append(want, id)
						}
					}
					got, err := s.RestsOn(t.Context(), on(kind, name))
					if err != nil || !slices.Equal(got, want) {
						r.Fatalf("%v rest on %s %s, want %v, %v", got, kind, name, want, err)
					}
				}
			}
		})
	})
}

// TestLawARingIsFound holds what rests on a service over others to a search through the same graph.
func TestLawARingIsFound(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		var all []ident.ID
		for i := range 6 {
			all = append(all, ident.ID(fmt.Sprint("s", i)))
			write(t, s, registered(all[i]))
		}
		graph := map[ident.ID][]ident.ID{}
		rapid.Check(t, func(r *rapid.T) {
			from := rapid.SampledFrom(all).Draw(r, "from")
			to := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 3, rapid.ID).Draw(r, "to")
			graph[from] = to
			var rests []store.Rest
			for _, id := range to {
				rests = append(rests, on("service", string(id)))
			}
			write(t, s, judged(from, "d", rests...))
			of := rapid.SampledFrom(all).Draw(r, "of")
			asked := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 6, rapid.ID).Draw(r, "asked")
			var want []ident.ID
			for _, id := range slices.Sorted(slices.Values(asked)) {
				if id == of || reaches(graph, id, of) {
					want = append(want, id)
				}
			}
			got, err := s.RestingOn(t.Context(), of, asked)
			if err != nil || !slices.Equal(got, want) {
				r.Fatalf("of %v, %v rest on %s, want %v: %v, %v", asked, got, of, want, graph, err)
			}
		})
	})
}

// reaches says whether a way leads from one service to another.
func reaches(graph map[ident.ID][]ident.ID, from, to ident.ID) bool {
	seen, next := map[ident.ID]bool{}, graph[from]
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		if !seen[id] {
			seen[id] = true
			next = append(next, graph[id]...)
		}
	}
	return seen[to]
}

func TestAdviceIsOfTheNewestPosture(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		if id, body, err := s.Unadvised(ctx, noon, store.Pace{}); id != "" || body != "" || err != nil {
			t.Errorf("nothing was judged, and %s of %s waits for advice, %v", body, id, err)
		}
		old := write(t, s, registered("portal"), judged("portal", "d1"))[1].Body
		if id, body, err := s.Unadvised(ctx, noon, store.Pace{}); id != "portal" || body != old || err != nil {
			t.Errorf("%s of %s waits for advice, %v", body, id, err)
		}
		advise(t, s, "portal", old, `["first"]`)
		advise(t, s, "portal", old, `["second"]`)
		if p, err := s.Posture(ctx, "portal"); string(p.Actions) != `["second"]` || err != nil {
			t.Errorf("the advice is %s, %v", p.Actions, err)
		}
		body := write(t, s, judged("portal", "d2"))[0].Body
		advise(t, s, "portal", old, `["late"]`)
		if p, err := s.Posture(ctx, "portal"); p.Actions != nil || err != nil {
			t.Errorf("the advice of an older posture is shown: %s, %v", p.Actions, err)
		}
		if id, waits, err := s.Unadvised(ctx, noon, store.Pace{}); id != "portal" || waits != body || err != nil {
			t.Errorf("%s of %s waits for advice, %v", waits, id, err)
		}
		advise(t, s, "portal", body, `[]`)
		if id, _, err := s.Unadvised(ctx, noon, store.Pace{}); id != "" || err != nil {
			t.Errorf("%s waits for advice, %v", id, err)
		}
	})
}

func advise(t *testing.T, s *store.Store, service ident.ID, posture, actions string) {
	t.Helper()
	if err := s.Advise(t.Context(), service, posture, json.RawMessage(actions)); err != nil {
		t.Fatal(err)
	}
}

// TestWhoIsToldOfAPosture is a chain of services: c rests on b, which rests on a.
func TestWhoIsToldOfAPosture(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, registered("a"), registered("b"), registered("c"), registered("d"),
			judged("a", "d1"), judged("b", "d1", on("service", "a"), on("pack", "x")), judged("c", "d1", on("service", "b")))
		for _, c := range []struct {
			about string
			j     store.Entry
			want  []ident.ID
		}{
			{"the same offer", judged("a", "d1"), nil},
			{"another offer", judged("a", "d2"), []ident.ID{"b"}},
			{"something else to rest on", judged("a", "d1", on("pack", "y")), nil},
			{"another service to rest on", judged("a", "d1", on("service", "d")), []ident.ID{"b", "c"}},
			{"a ring", judged("a", "d1", on("ring", "a")), []ident.ID{"b", "c"}},
			{"no service to rest on any more", judged("b", "d1"), []ident.ID{"c"}},
			{"the same services in another order", judged("b", "d1", on("pack", "x"), on("service", "a")), nil},
		} {
			within(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.MarkConsumers(ctx, noon, c.j.Content.(*store.Judged))
			})
			if got := claimed(t, s, noon); !slices.Equal(got, c.want) {
				t.Errorf("%s: told are %v, want %v", c.about, got, c.want)
			}
		}
	})
}

// claimed gives all services that are due, and makes them clean.
func claimed(t *testing.T, s *store.Store, at time.Time) (out []ident.ID) {
	t.Helper()
	some, err := s.Claim(t.Context(), "w", at, time.Minute, store.Pace{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range some {
		out = append(out, d.Service)
		clean(t, s, d, at)
	}
	slices.Sort(out)
	return out
}

func clean(t *testing.T, s *store.Store, d store.Dirty, at time.Time) {
	t.Helper()
	within(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Clean(ctx, d, at) })
}

// sorted gives services in order of id.
func sorted(some []store.Dirty) []store.Dirty {
	slices.SortFunc(some, func(a, b store.Dirty) int { return cmp.Compare(a.Service, b.Service) })
	return some
}
