package store_test

import (
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

func hook(h store.Hooked) store.Entry {
	return store.Entry{Kind: ledger.WebhookSet, Actor: "person:p1", Subject: "webhook:" + string(h.ID), Content: &h}
}

func TestAWebhookIsSetChangedAndRemoved(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		write(t, s, hook(store.Hooked{ID: "w1", URL: "https://a.example/x", Events: []string{"posture.judged"}, Key: "k"}))
		write(t, s, hook(store.Hooked{ID: "w1", URL: "https://b.example/y", Events: []string{"posture.judged"}, Key: "k2"}))
		all, err := s.Webhooks(t.Context())
		if err != nil || len(all) != 1 || all[0].URL != "https://b.example/y" || all[0].Key != "k2" {
			t.Errorf("they are %+v, %v", all, err)
		}
		write(t, s, hook(store.Hooked{ID: "w1", Removed: true}))
		_, err = s.Webhook(t.Context(), "w1")
		refused(t, err, fault.NotFound)
		_, err = s.Write(t.Context(), []store.Entry{hook(store.Hooked{ID: "w1", Removed: true})}, nil)
		refused(t, err, fault.Conflict)
	})
}
