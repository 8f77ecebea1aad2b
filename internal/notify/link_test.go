package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
)

const oneUse = "https://bulkhead.example/once/bh_l_abcdefgh"

func link(p notify.Purpose) notify.Link {
	until := civil.Of(time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC))
	return notify.Link{ID: "link-1", Address: "owner@department.example", Role: "service owner", Purpose: p, Link: hidden.Conceal(oneUse), Until: until}
}

func TestLink(t *testing.T) {
	for p, file := range map[notify.Purpose]string{notify.Confirm: "confirm.txt", notify.Invite: "invite.txt", notify.Return: "return.txt"} {
		m, err := link(p).Message()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, file, m)
	}
}

func TestHanded(t *testing.T) {
	good := notify.Handed{ID: "handed-1", Address: "owner@department.example", Role: "service owner", Until: link(notify.Invite).Until}
	m, err := good.Message()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "handed.txt", m)
	for name, change := range map[string]func(*notify.Handed){
		"no id":       func(h *notify.Handed) { h.ID = "" },
		"no reader":   func(h *notify.Handed) { h.Address = "" },
		"two readers": func(h *notify.Handed) { h.Address += "\r\nBcc: other@else.example" },
		"no role":     func(h *notify.Handed) { h.Role = "" },
		"no end":      func(h *notify.Handed) { h.Until = 0 },
	} {
		h := good
		change(&h)
		if _, err := h.Message(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinkRefuses(t *testing.T) {
	for name, change := range map[string]func(*notify.Link){
		"no id":              func(l *notify.Link) { l.ID = "" },
		"no reader":          func(l *notify.Link) { l.Address = "" },
		"no role":            func(l *notify.Link) { l.Role = "" },
		"no purpose":         func(l *notify.Link) { l.Purpose = "" },
		"no end":             func(l *notify.Link) { l.Until = 0 },
		"no link":            func(l *notify.Link) { l.Link = hidden.Text{} },
		"in the clear":       func(l *notify.Link) { l.Link = hidden.Conceal(strings.Replace(oneUse, "https", "http", 1)) },
		"a link and a line":  func(l *notify.Link) { l.Link = hidden.Conceal(oneUse + "\nmore") },
		"a link and a space": func(l *notify.Link) { l.Link = hidden.Conceal(oneUse + " more") },
	} {
		l := link(notify.Confirm)
		change(&l)
		if _, err := l.Message(); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "bh_l_") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
