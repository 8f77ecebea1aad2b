package signin_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
)

// printed gives everything that somebody could see of a value by printing or logging it, by itself or inside others.
func printed(v any) string {
	var all strings.Builder
	for _, value := range []any{v, &v, []any{v}, struct{ Shown any }{v}, map[string]any{"key": v}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} { // those that do not fit show most
			fmt.Fprintf(&all, verb, value)
		}
	}
	slog.New(slog.NewTextHandler(&all, nil)).Info("text", "value", v)
	slog.New(slog.NewJSONHandler(&all, nil)).Info("json", "value", v)
	return all.String()
}

func secret(t testing.TB, purpose signin.Purpose) hidden.Text {
	s, err := signin.NewSecret(purpose, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var purposes = []signin.Purpose{signin.Session, signin.Token, signin.Link}

// TestSecrets are read back for their own purpose only.
func TestSecrets(t *testing.T) {
	shape := regexp.MustCompile(`^bh_[stl]_[A-Za-z0-9_-]{48}$`)
	for _, purpose := range purposes {
		s := secret(t, purpose)
		if !shape.MatchString(s.Reveal()) {
			t.Errorf("it is %s", s.Reveal())
		}
		for _, other := range purposes {
			read, err := signin.ParseSecret(other, s.Reveal())
			if other != purpose {
				expect(t, err, signin.SecretUnreadable, s.Reveal())
				continue
			}
			if err != nil || read.Reveal() != s.Reveal() {
				t.Errorf("it was not read back: %v", err)
			}
		}
		if s.Reveal() == secret(t, purpose).Reveal() {
			t.Error("two are one")
		}
	}
	fixed, err := signin.NewSecret(signin.Token, bytes.NewReader(make([]byte, 32)))
	if want := "bh_t_" + strings.Repeat("A", 43); err != nil || !strings.HasPrefix(fixed.Reveal(), want[:47]) {
		t.Errorf("it is %s: %v", fixed.Reveal(), err)
	}
	if _, err := signin.NewSecret(signin.Token, strings.NewReader("short")); fault.KindOf(err) != fault.Internal {
		t.Errorf("without chance: %v", err)
	}
}

// TestMistypedSecrets finds every slip of one character, and two that changed places.
func TestMistypedSecrets(t *testing.T) {
	text := secret(t, signin.Token).Reveal()
	try := func(wrong string) {
		t.Helper()
		if wrong == text {
			return
		}
		_, err := signin.ParseSecret(signin.Token, wrong)
		expect(t, err, signin.SecretUnreadable, wrong)
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n"
	for i := range text {
		for _, letter := range letters {
			try(text[:i] + string(letter) + text[i+1:])
		}
		try(text[:i] + text[i+1:])
		try(text[:i] + "\n" + text[i:])
		if i > 0 {
			try(text[:i-1] + text[i:i+1] + text[i-1:i] + text[i+1:])
		}
	}
	for _, wrong := range []string{"", "bh_t_", " " + text, text + " ", text + text, strings.ToUpper(text), strings.Repeat("A", 1<<16), "bh_t_" + strings.Repeat("A", 47) + "\n"} {
		try(wrong)
	}
}

// FuzzParseSecret takes only what it would write itself.
func FuzzParseSecret(f *testing.F) {
	for _, purpose := range purposes {
		f.Add(string(purpose), secret(f, purpose).Reveal())
	}
	f.Add("t", "bh_t_"+strings.Repeat("A", 48))
	f.Fuzz(func(t *testing.T, purpose, text string) {
		read, err := signin.ParseSecret(signin.Purpose(purpose), text)
		if err != nil {
			expect(t, err, signin.SecretUnreadable)
			return
		}
		if read.Reveal() != text || len(text) != len("bh__")+len(purpose)+48 {
			t.Errorf("%q was taken", text)
		}
	})
}

// TestLockoutLaws hold for all counts and clocks.
func TestLockoutLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		failures := rapid.IntRange(-1, 1000).Draw(t, "failures")
		last := civil.Instant(rapid.Int64Range(1_700_000_000, 1_800_000_000).Draw(t, "last"))
		at := last + civil.Instant(rapid.Int64Range(-2000, 2000).Draw(t, "since"))
		until := signin.Lockout(failures, last, at)
		switch {
		case until < at:
			t.Fatalf("the next try is allowed before now")
		case until > at+15*60:
			t.Fatalf("the next try is more than fifteen minutes away")
		case failures < 5 && until != at:
			t.Fatalf("%d failures have to wait", failures)
		case signin.Lockout(failures+1, last, at) < until:
			t.Fatalf("one more failure shortens the wait")
		case last <= at && at-last >= 15*60 && until != at:
			t.Fatalf("nobody waits longer than fifteen minutes after the last failure")
		case last <= at && signin.Lockout(failures, last, until) != until:
			t.Fatalf("when the wait is over, it is not over")
		}
	})
}

// TestLockout spells the waits out, in seconds after the last failure.
func TestLockout(t *testing.T) {
	const last = civil.Instant(1_700_000_000)
	for failures, want := range []civil.Instant{0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900} {
		if got := signin.Lockout(failures, last, last) - last; got != want {
			t.Errorf("after %d failures the wait is %d seconds, not %d", failures, got, want)
		}
	}
	if got := signin.Lockout(1<<40, last, last+1) - last; got != 900 {
		t.Errorf("after very many failures the wait is %d seconds", got)
	}
}
