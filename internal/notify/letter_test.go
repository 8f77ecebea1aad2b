package notify

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
)

// foul draws a text that may end a line, a header or a letter.
func foul(t *rapid.T, name, good string) string {
	part := rapid.SampledFrom([]string{"", good, "\r\n", "\n", "\r", "\r\n\r\n", "\r\n.\r\n", "Bcc: other@else.example", "<", ">", ",", "\"", " ", "\x00", "\u2028", "\u0085", "é", "=0D=0A", "%0d%0a", "."})
	if rapid.Bool().Draw(t, name+" is good") {
		return good
	}
	return strings.Join(rapid.SliceOfN(part, 0, 4).Draw(t, name), "")
}

// TestLawNoFieldMakesAHeader: whatever is put into a digest or a link, it is refused, or makes an email with the headers that
// an email has, to the one reader, with the text that was written.
func TestLawNoFieldMakesAHeader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m Message
		var err error
		switch kind := rapid.SampledFrom([]string{"digest", "link", "handed"}).Draw(t, "kind"); kind {
		case "digest":
			m, err = Digest{
				ID: foul(t, "id", "digest-1"), Address: foul(t, "address", "owner@department.example"), Role: foul(t, "role", "service owner"),
				Services: []Service{{ID: ident.ID(foul(t, "service", "permits")), Named: true, Waiting: []Waiting{{Kind(foul(t, "kind", "decision")), 1, civil.Date{}}}}},
				Link:     foul(t, "link", "https://bulkhead.example/"), Settings: foul(t, "settings", "https://bulkhead.example/settings"),
			}.Message()
		case "handed":
			m, err = Handed{
				ID: foul(t, "id", "handed-1"), Address: foul(t, "address", "owner@department.example"), Role: foul(t, "role", "service owner"), Until: 1795446000,
			}.Message()
		default:
			m, err = Link{
				ID: foul(t, "id", "link-1"), Address: foul(t, "address", "owner@department.example"), Role: foul(t, "role", "service owner"),
				Purpose: Purpose(foul(t, "purpose", "confirm")), Link: hidden.Conceal(foul(t, "link", "https://bulkhead.example/")), Until: 1795446000,
			}.Message()
		}
		if err != nil {
			return
		}
		sound(t, m)
	})
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// sound reads a message as a mail server's neighbour would.
func sound(t fataler, m Message) {
	t.Helper()
	letter, err := m.letter("bulkhead@department.example", "department.example", time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := letter.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	read, err := mail.ReadMessage(&raw)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "List-Unsubscribe", "Message-Id", "Mime-Version", "Subject", "To"}
	for name, values := range read.Header {
		if len(values) != 1 || !slices.Contains(known, name) {
			t.Fatalf("it has the header %s: %q", name, values)
		}
	}
	if list, err := read.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != m.To() {
		t.Fatalf("it goes to %v: %v", list, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"); got != strings.TrimRight(m.Text(), "\n") {
		t.Fatalf("its text is\n%q\nnot\n%q", got, m.Text())
	}
}

// FuzzLetter does the same with fields that nobody thought of.
func FuzzLetter(f *testing.F) {
	f.Add("link-1", "owner@department.example", "service owner", "https://bulkhead.example/once/1")
	f.Add("link-1", "owner@department.example\r\nBcc: other@else.example", "service\nowner", "https://bulkhead.example/once/1\r\n.\r\n")
	f.Add("link-1", "\"a b\"@department.example", "propriétaire", "https://bulkhead.example/once/=3D")
	f.Fuzz(func(t *testing.T, id, address, role, link string) {
		m, err := Link{ID: id, Address: address, Role: role, Purpose: Confirm, Link: hidden.Conceal(link), Until: 1795446000}.Message()
		if err == nil {
			sound(t, m)
		}
	})
}
