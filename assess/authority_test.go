package assess_test

import (
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"pgregory.net/rapid"
)

// What a team writes never lowers its tier or classification below what follows from its data, nor raises what it may
// bear above what the organisation and the tier allow.
func TestLaw10TeamsHaveNoAuthority(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := alone(t)
		s.Decisions = slices.Clone(s.Decisions)
		for i := range s.Decisions {
			s.Decisions[i].Signature = decision.Signature{}
		}
		all := judged(t, s, now)
		bare := s
		bare.Service, bare.Decisions, bare.Evidence = clone(s.Service), nil, nil
		bare.Service.Service.Tier, bare.Service.Context.Appetite = "", model.Appetite{UnacceptableLosses: s.Service.Context.Appetite.UnacceptableLosses}
		nothingGained(t, "the team's own word and records without a signature", judged(t, bare, now), all)
	})
}

func nothingGained(t rapid.TB, what string, before, after *judge.Judgement) {
	t.Helper()
	lib := builtin()
	if was, is := before.Context.Tier.Value, after.Context.Tier.Value; lib.TierRank(ident.ID(is)) < lib.TierRank(ident.ID(was)) {
		t.Fatalf("%s: the tier went from %s to %s", what, was, is)
	}
	if was, is := before.Context.Classification, after.Context.Classification; is.Rank() < was.Rank() {
		t.Fatalf("%s: the classification went from %s to %s", what, was, is)
	}
	if was, is := before.Context.Appetite.Value, after.Context.Appetite.Value; model.Band(is).Rank() > model.Band(was).Rank() {
		t.Fatalf("%s: the appetite went from %s to %s", what, was, is)
	}
	for i := range after.Risks {
		if was, is := risk(before, after.Risks[i].ID), &after.Risks[i]; is.Appetite.Rank() > was.Appetite.Rank() {
			t.Fatalf("%s: the appetite for %s went from %s to %s", what, is.ID, was.Appetite, is.Appetite)
		}
	}
}

// Nor do records without a signature undo what somebody with the authority signed, where that made things stricter.
func TestLaw10UnsignedRecordsUndoNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &gen{T: t}
		s := alone(t)
		before := judged(t, s, now)
		made := civil.MomentOf(now - 60)
		for i, d := range slices.Clone(s.Decisions) {
			again := decision.Decision{ID: ident.ID("undo-" + string(d.ID)), Kind: decision.Retraction, Subject: []ident.Ref{ident.To(ident.KindDecision, string(d.ID))}, Made: made, Role: d.Role, By: d.By, Reason: "No"}
			switch g.int(0, 3) {
			case 1:
				again.Kind, again.Cause = decision.Lapse, "tier"
			case 2:
				again = clone(d)
				again.ID, again.Supersedes, again.Made, again.Signature = ident.ID("instead-"+string(d.ID)), d.ID, made, decision.Signature{}
				weaken(&again)
			case 3:
				again = clone(d)
				again.ID, again.Made, again.Signature = ident.ID("also-"+string(d.ID)), made, decision.Signature{}
				weaken(&again)
			}
			if s.Decisions[i].Kind == decision.SignOff {
				s.Decisions = append(s.Decisions, again)
			}
		}
		nothingGained(t, "records without a signature", before, judged(t, s, now))
	})
}

// weaken writes what a team might like to have been signed.
func weaken(d *decision.Decision) {
	for i := range d.Basis.Fields {
		switch f := &d.Basis.Fields[i]; f.Path {
		case "tier":
			f.Value = decision.Value{"low"}
		case "service":
			f.Value = decision.Value{"OFFICIAL"}
		}
	}
}

// signing is a service whose data makes it SECRET and of a high tier, in an organisation that may bear much.
func signing(t *testing.T) judge.Sources {
	t.Helper()
	s := &model.Service{Bulkhead: "v1"}
	s.Service = model.Identity{ID: "portal", Name: "Portal", Phase: model.Live, Unit: "team"}
	s.Context.Appetite.Max = model.High
	s.Data = []model.Data{{ID: "d", Name: "Data", Classification: model.Secret, Personal: model.No, Owner: "iao"}}
	o := &org.Organisation{Bulkhead: "v1", ID: "crown", Name: "Crown", Units: []org.Unit{{ID: "team", Name: "Team"}, {ID: "others", Name: "Others"}}}
	o.Units[0].Appetite.Max = model.High
	o.People = []org.Person{{ID: "alice"}, {ID: "bob"}}
	o.Signers = []org.Signer{signer("alice"), signer("bob")}
	for _, role := range []ident.ID{"senior-responsible-owner", "ciso", "information-asset-owner"} {
		o.Appointments = append(o.Appointments, org.Appointment{Role: role, Person: "alice", Unit: "team"})
	}
	return judge.Sources{Service: s, Organisation: o, Library: builtin()}
}

// signOff gives a sign-off that lowers what it signs, by somebody who may, with their signature.
func signOff(t *testing.T, s judge.Sources, of decision.Of, role ident.ID) decision.Decision {
	t.Helper()
	d := decision.Decision{ID: "sign-off", Kind: decision.SignOff, Of: of, Subject: []ident.Ref{ident.To(ident.KindContext, "signed")}, Role: role, By: "alice", Reason: "So it is", Made: civil.MomentOf(now - 86400)}
	d, err := judge.Draft(prepare(t, s), civil.NewWatch(now-86400), d)
	if err != nil {
		t.Fatal(err)
	}
	weaken(&d)
	sign(t, &d, "alice")
	return d
}

func TestLaw10OnlyWhoMaySigns(t *testing.T) {
	kinds := []struct {
		of        decision.Of
		role      ident.ID
		value     func(*judge.Judgement) string
		from, to  string
		wrongRole ident.ID
	}{
		{decision.OfTier, "ciso", func(j *judge.Judgement) string { return j.Context.Tier.Value }, "high", "low", "information-asset-owner"},
		{decision.OfClassification, "information-asset-owner", func(j *judge.Judgement) string { return string(j.Context.Classification) }, "SECRET", "OFFICIAL", "ciso"},
		{decision.OfAppetite, "senior-responsible-owner", func(j *judge.Judgement) string { return j.Context.Appetite.Value }, "low", "high", "ciso"},
	}
	for _, k := range kinds {
		spoils := []struct {
			name  string
			spoil func(s *judge.Sources, d *decision.Decision)
			want  string
		}{
			{"as it should be", func(*judge.Sources, *decision.Decision) {}, k.to},
			{"no signature", func(_ *judge.Sources, d *decision.Decision) { d.Signature = decision.Signature{} }, k.from},
			{"another's signature", func(_ *judge.Sources, d *decision.Decision) { sign(t, d, "bob") }, k.from},
			{"another's key under the name", func(s *judge.Sources, d *decision.Decision) { s.Organisation.Signers[0].Key = signer("bob").Key }, k.from},
			{"changed after it was signed", func(_ *judge.Sources, d *decision.Decision) { d.Reason = "Another" }, k.from},
			{"another role", func(_ *judge.Sources, d *decision.Decision) { d.Role = k.wrongRole; sign(t, d, "alice") }, k.from},
			{"not appointed", func(s *judge.Sources, _ *decision.Decision) { s.Organisation.Appointments = nil }, k.from},
			{"appointed for another unit", func(s *judge.Sources, _ *decision.Decision) {
				for i := range s.Organisation.Appointments {
					s.Organisation.Appointments[i].Unit = "others"
				}
			}, k.from},
			{"the appointment was over", func(s *judge.Sources, _ *decision.Decision) {
				for i := range s.Organisation.Appointments {
					s.Organisation.Appointments[i].Until = day(-2)
				}
			}, k.from},
			{"the appointment is over now", func(s *judge.Sources, _ *decision.Decision) {
				for i := range s.Organisation.Appointments {
					s.Organisation.Appointments[i].Until = day(-1)
				}
			}, k.to},
			{"the key was no longer used", func(s *judge.Sources, _ *decision.Decision) {
				s.Organisation.Signers[0].Until = day(-2)
			}, k.from},
			{"no organisation", func(s *judge.Sources, _ *decision.Decision) { s.Organisation = nil }, k.from},
			{"its date has passed", func(_ *judge.Sources, d *decision.Decision) {
				d.ValidUntil = civil.MomentOn(day(-1))
				sign(t, d, "alice")
			}, k.from},
			{"still to be made", func(_ *judge.Sources, d *decision.Decision) {
				d.Made = civil.MomentOf(now + 1)
				sign(t, d, "alice")
			}, k.from},
		}
		for _, sp := range spoils {
			t.Run(string(k.of)+"/"+sp.name, func(t *testing.T) {
				s := signing(t)
				if got := k.value(judged(t, s, now)); got != k.from {
					t.Fatalf("before any sign-off it is %s, want %s", got, k.from)
				}
				d := signOff(t, s, k.of, k.role)
				sp.spoil(&s, &d)
				s.Decisions = []decision.Decision{d}
				if got := k.value(judged(t, s, now)); got != sp.want {
					t.Errorf("it is %s, want %s", got, sp.want)
				}
			})
		}
	}
}

// Of several sign-offs the latest counts: to go back to what an earlier one allowed is not for the team.
func TestLaw10TheLatestSignOffCounts(t *testing.T) {
	s := signing(t)
	early := signOff(t, s, decision.OfAppetite, "senior-responsible-owner")
	early.ID, early.Made = "early", civil.MomentOf(now-9*86400)
	sign(t, &early, "alice")
	s.Service.Context.Appetite.Max = model.Medium
	late := signOff(t, s, decision.OfAppetite, "senior-responsible-owner")
	s.Decisions = []decision.Decision{early, late}
	if got := judged(t, s, now).Context.Appetite; got.Value != "medium" || got.State != "signed" {
		t.Fatalf("the appetite is %+v, want medium, signed", got)
	}
	s.Service.Context.Appetite.Max = model.High
	if got := judged(t, s, now).Context.Appetite; got.Value != "low" || got.State != "proposed" {
		t.Fatalf("the appetite is %+v, want low, proposed", got)
	}
}

// What the organisation allows is never exceeded, whoever signs.
func TestLaw10CeilingsHold(t *testing.T) {
	s := signing(t)
	s.Service.Context.Appetite.Max = model.VeryHigh
	s.Decisions = []decision.Decision{signOff(t, s, decision.OfAppetite, "senior-responsible-owner")}
	if got := judged(t, s, now).Context.Appetite; got.Value != "high" || got.State != "signed" {
		t.Fatalf("the appetite is %+v, want high, signed", got)
	}
	s.Service.Service.Unit = "no-such-unit"
	if got := judged(t, s, now).Context.Appetite.Value; got != "low" {
		t.Fatalf("without a known unit the appetite is %s, want low", got)
	}
}
