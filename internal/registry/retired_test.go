package registry_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Nothing is added to a service that was retired, by anybody in any way; what there is can be read as before.
func TestARetiredServiceIsReadAndNotAddedTo(t *testing.T) {
	c := chambered(t, offices, claims)
	c.minutes()
	p := c.proposed("manager", "acceptance", "r1")
	minuted := must(t)(c.Minute(t.Context(), c.person("manager"), "portal", minuting(t)))
	made := must(t)(c.Decide(t.Context(), c.person("keeper"), "portal", registry.Making{Wanted: wanted("sign-off", "classification"), Reason: "It is"}))
	c.rest()
	if _, err := c.RetireService(t.Context(), c.person("sro"), "portal", "Another took its place"); err != nil {
		t.Fatal(err)
	}
	manager, sro := c.person("manager"), c.person("sro")
	only := func(_ any, err error) error { return err }
	for name, try := range map[string]func() error{
		"change": func() error {
			return only(c.ChangeService(t.Context(), manager, "portal", registry.Change{Base: 1, Files: one(claims + "# more\n")}))
		},
		"edit": func() error {
			return only(c.EditService(t.Context(), manager, "portal", 1, nil, "", false))
		},
		"apply": func() error {
			return only(c.ApplyService(t.Context(), manager, "portal", store.Repository{Address: "x"}, registry.Change{Files: one(claims)}))
		},
		"move":   func() error { return only(c.MoveService(t.Context(), sro, "portal", "department", nil)) },
		"retire": func() error { return only(c.RetireService(t.Context(), sro, "portal", "Again")) },
		"evidence": func() error {
			return only(c.RecordEvidence(t.Context(), manager, "portal", []evidence.Record{{
				ID: "late", Subject: []ident.Ref{ident.To(ident.KindRisk, "r1")}, Kind: "review", Strength: "documented", Outcome: "passed", Observed: day(t, "2026-11-20"),
			}}))
		},
		"propose": func() error {
			return only(c.Propose(t.Context(), manager, "portal", registry.Proposing{Wanted: wanted("sign-off", "go-live"), Reason: "Why"}))
		},
		"draft": func() error {
			return only(c.DraftDecision(t.Context(), manager, "portal", wanted("sign-off", "go-live")))
		},
		"decide":   func() error { return only(c.Decide(t.Context(), sro, "portal", accepting(t))) },
		"agree":    func() error { return only(c.Agree(t.Context(), sro, "portal", p.ID, "")) },
		"consult":  func() error { return only(c.Consult(t.Context(), c.person("lead"), "portal", p.ID, "", "Fine")) },
		"withdraw": func() error { return only(c.Withdraw(t.Context(), manager, "portal", p.ID, "No")) },
		"minute":   func() error { return only(c.Minute(t.Context(), manager, "portal", minuting(t))) },
		"confirm":  func() error { return only(c.Confirm(t.Context(), c.person("owner"), "portal", minuted.Decision.ID)) },
		"retract": func() error {
			return only(c.Retract(t.Context(), c.person("keeper"), "portal", made.Decision.ID, "No"))
		},
	} {
		t.Run(name, func(t *testing.T) { refusedAs(t, try(), fault.Conflict, "portal was retired on 2026-11-22") })
	}
	for name, try := range map[string]func() error{
		"file":      func() error { _, err := current(t.Context(), c.Registry, manager, "portal"); return err },
		"posture":   func() error { return only(posture(t.Context(), c.Registry, manager, "portal")) },
		"evidence":  func() error { return only(c.Evidence(t.Context(), manager, "portal", "", 10)) },
		"decisions": func() error { return only(c.Decisions(t.Context(), manager, "portal", "", 10)) },
		"proposals": func() error { return only(c.Proposals(t.Context(), manager, "portal", "", 10)) },
		"what-if":   func() error { return only(c.PostureAt(t.Context(), manager, "portal", c.store.Now())) },
	} {
		if err := try(); err != nil {
			t.Errorf("reading the %s: %v", name, err)
		}
	}
}
