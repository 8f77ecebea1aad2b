package notify_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/notify"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

const origin = "bulkhead.example/department"

// pair gives the key of an origin, made from a seed of one byte over and over.
func pair(t testing.TB, origin string, seed byte) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := ledger.NewKey(origin, []byte(strings.Repeat(string(rune(seed)), 32)))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

// checkpoint signs one whose root is a byte over and over.
func checkpoint(t testing.TB, signer note.Signer, size int64, root byte) string {
	t.Helper()
	text, err := ledger.Sign(signer.Name(), size, [32]byte{root}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// shelf gives a sink to a new file, and the key of its record.
func shelf(t testing.TB) (notify.FileSink, note.Signer) {
	t.Helper()
	signer, verifier := pair(t, origin, 'a')
	return notify.FileSink{Path: filepath.Join(t.TempDir(), "checkpoints"), Keys: []note.Verifier{verifier}}, signer
}

func keep(t testing.TB, s notify.Sink, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := s.Deliver(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

func content(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func kept(t testing.TB, path string) []string {
	t.Helper()
	texts, err := notify.ReadCheckpoints(path)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestFileSink(t *testing.T) {
	s, signer := shelf(t)
	one, two, three := checkpoint(t, signer, 1, 1), checkpoint(t, signer, 2, 2), checkpoint(t, signer, 30, 3)
	keep(t, s, one, one, two, three, three)
	if got, want := content(t, s.Path), one+"\n"+two+"\n"+three; got != want {
		t.Errorf("the file is\n%s", got)
	}
	if got := kept(t, s.Path); !slices.Equal(got, []string{one, two, three}) {
		t.Errorf("it is read as %q", got)
	}
}

// TestRollBackIsRefused: what cannot come after the last checkpoint leaves the file as it is, and says what that means.
func TestRollBackIsRefused(t *testing.T) {
	s, signer := shelf(t)
	stranger, _ := pair(t, origin, 'b')
	neighbour, other := pair(t, "bulkhead.example/neighbour", 'c')
	keep(t, s, checkpoint(t, signer, 3, 3), checkpoint(t, signer, 7, 7))
	before := content(t, s.Path)
	s.Keys = append(s.Keys, other)
	for name, c := range map[string]struct {
		text string
		kind fault.Kind
		why  string
	}{
		"smaller":              {checkpoint(t, signer, 6, 6), fault.Conflict, "rolled back: its checkpoint has size 6, and " + s.Path + " keeps one of size 7"},
		"one that was there":   {checkpoint(t, signer, 3, 3), fault.Conflict, "rolled back"},
		"empty":                {checkpoint(t, signer, 0, 0), fault.Conflict, "rolled back"},
		"the same, other root": {checkpoint(t, signer, 7, 8), fault.Conflict, "forked"},
		"another record's":     {checkpoint(t, neighbour, 9, 9), fault.Conflict, "keeps the checkpoints of " + origin},
		"another key's":        {checkpoint(t, stranger, 9, 9), fault.Invalid, ""},
		"no checkpoint":        {"the database has no password\n", fault.Invalid, ""},
		"two at once":          {checkpoint(t, signer, 8, 8) + "\n" + checkpoint(t, signer, 9, 9), fault.Invalid, ""},
	} {
		err := s.Deliver(t.Context(), c.text)
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "password") {
			t.Errorf("%s: %v", name, err)
		}
		if verdict, _ := notify.VerdictOf(err); verdict != notify.Refused {
			t.Errorf("%s would be tried again", name)
		}
	}
	if content(t, s.Path) != before {
		t.Error("the file was changed")
	}
}

// TestACheckpointWithALineForOthers: lines after the root are allowed, but not one that is blank, for what is after it could
// not be told from the next checkpoint.
func TestACheckpointWithALineForOthers(t *testing.T) {
	s, signer := shelf(t)
	signed := func(more string) string {
		text, err := note.Sign(&note.Note{Text: strings.Split(checkpoint(t, signer, 5, 5), "\n\n")[0] + "\n" + more}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	good := signed("more\n")
	keep(t, s, good)
	for _, more := range []string{"\nmore\n", "— more\n\nmore\n", "(cut short)\n"} {
		if err := s.Deliver(t.Context(), strings.Replace(signed(more), "\n5\n", "\n5\n", 1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("with %q it gave %v", more, err)
		}
	}
	if got := kept(t, s.Path); !slices.Equal(got, []string{good}) {
		t.Errorf("it keeps %q", got)
	}
}

// TestLawACutIsLeftOut: wherever the power failed, the checkpoints before it are read, and the next one can be added.
func TestLawACutIsLeftOut(t *testing.T) {
	s, signer := shelf(t)
	witness, _ := pair(t, "witness.example/w1", 'w')
	one, two, three := checkpoint(t, signer, 1, 1), checkpoint(t, signer, 2, 2), checkpoint(t, signer, 3, 3)
	n, err := note.Open([]byte(two), note.VerifierList(s.Keys...))
	if err != nil {
		t.Fatal(err)
	}
	both, err := note.Sign(n, witness)
	if err != nil {
		t.Fatal(err)
	}
	for _, before := range []string{"", one + "\n"} {
		for cut := range len(both) {
			if err := os.WriteFile(s.Path, []byte(before+string(both[:cut])), 0o600); err != nil {
				t.Fatal(err)
			}
			whole := kept(t, s.Path)
			keep(t, s, three)
			got := kept(t, s.Path)
			if !slices.Equal(got, append(whole, three)) || !slices.Equal(whole, want(before, one, two, cut)) {
				t.Fatalf("cut after %d bytes, it reads %q, then %q:\n%s", cut, whole, got, content(t, s.Path))
			}
			if !strings.HasPrefix(content(t, s.Path), before+string(both[:cut])) {
				t.Fatalf("cut after %d bytes, the file was not only added to", cut)
			}
		}
	}
}

// want is what can be read of a file before and a second checkpoint that was cut short: it is whole once its first signature is.
func want(before, one, two string, cut int) (out []string) {
	if before != "" {
		out = append(out, one)
	}
	if cut == len(two) {
		out = append(out, two)
	}
	return out
}

// TestLawCutsUponCuts: power that fails again and again, also while a cut is being marked, costs no checkpoint that was kept.
func TestLawCutsUponCuts(t *testing.T) {
	signer, verifier := pair(t, origin, 'a')
	folder := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		s := notify.FileSink{Path: filepath.Join(folder, "checkpoints"), Keys: []note.Verifier{verifier}}
		if err := os.Remove(s.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		var safe []string
		for size := range int64(rapid.IntRange(1, 5).Draw(r, "checkpoints")) {
			text := checkpoint(t, signer, size, byte(size))
			before := ""
			if size > 0 {
				before = content(t, s.Path)
			}
			if err := s.Deliver(t.Context(), text); err != nil {
				r.Fatal(err)
			}
			after := content(t, s.Path)
			if added := len(after) - len(before); rapid.Bool().Draw(r, "the power fails") {
				if err := os.Truncate(s.Path, int64(len(before)+rapid.IntRange(0, added-1).Draw(r, "after"))); err != nil {
					t.Fatal(err)
				}
			} else {
				safe = append(safe, text)
			}
			if got := kept(t, s.Path); !slices.Equal(got, safe) {
				r.Fatalf("it reads %q, not %q:\n%s", got, safe, content(t, s.Path))
			}
		}
	})
}

// TestALongFileIsReadFromItsEnd: the sink finds the last checkpoint of a file that is longer than what it reads.
func TestALongFileIsReadFromItsEnd(t *testing.T) {
	s, signer := shelf(t)
	var long strings.Builder
	for size := range int64(3000) {
		long.WriteString(checkpoint(t, signer, size, 1) + "\n")
	}
	for _, shift := range []string{"", "x", "xx", strings.Repeat("x", 61), strings.Repeat("x", 150)} { // so that it begins to read anywhere in one
		if err := os.WriteFile(s.Path, []byte(long.String()+shift), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Deliver(t.Context(), checkpoint(t, signer, 2998, 1)); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "keeps one of size 2999") {
			t.Errorf("shifted by %d: %v", len(shift), err)
		}
		keep(t, s, checkpoint(t, signer, 3000, 1))
		if got := kept(t, s.Path); len(got) != 3001 {
			t.Errorf("shifted by %d, it keeps %d", len(shift), len(got))
		}
	}
}

func TestAFileThatSomebodyChanged(t *testing.T) {
	s, signer := shelf(t)
	stranger, _ := pair(t, origin, 'b')
	one := checkpoint(t, signer, 1, 1)
	for name, text := range map[string]string{
		"another text":            "Shopping list\n\n— milk\n\n— eggs\n",
		"another's checkpoint":    checkpoint(t, stranger, 1, 1),
		"a body without a sign":   one[:strings.Index(one, "\n\n")] + "\n\n" + one,
		"a changed size":          strings.Replace(one, "\n1\n", "\n9\n", 1),
		"nothing but long lines":  strings.Repeat("x", 1<<20) + "\n",
		"nothing but nothing":     strings.Repeat("\n", 1<<20),
		"cuts as far as one sees": one + "\n" + strings.Repeat("x\n(cut short)\n\n", 1<<15),
	} {
		if err := os.WriteFile(s.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Deliver(t.Context(), checkpoint(t, signer, 10, 10)); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "look at who changed this one") {
			t.Errorf("%s: %v", name, err)
		}
		if content(t, s.Path) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestWhereNoCheckpointIsKept(t *testing.T) {
	s, signer := shelf(t)
	one := checkpoint(t, signer, 1, 1)
	file := s.Path
	s.Path = filepath.Dir(file)
	if err := s.Deliver(t.Context(), one); fault.KindOf(err) != fault.Invalid {
		t.Errorf("in a folder: %v", err)
	}
	s.Path = filepath.Join(filepath.Dir(file), "pipe")
	if err := syscall.Mkfifo(s.Path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Deliver(t.Context(), one); fault.KindOf(err) != fault.Invalid {
		t.Errorf("in a pipe: %v", err)
	}
	if _, err := notify.ReadCheckpoints(s.Path); fault.KindOf(err) != fault.Invalid {
		t.Errorf("from a pipe: %v", err)
	}
	s.Path = filepath.Join(filepath.Dir(file), "none", "checkpoints")
	if verdict, _ := notify.VerdictOf(s.Deliver(t.Context(), one)); verdict != notify.Again {
		t.Errorf("in no folder: %s", verdict)
	}
	s.Path = file
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 64<<20); err != nil {
		t.Fatal(err)
	}
	if err := s.Deliver(t.Context(), one); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("in a full file: %v", err)
	}
}

// TestManyAtOnce: whoever comes late with a smaller checkpoint is refused, and nothing is mixed up.
func TestManyAtOnce(t *testing.T) {
	s, signer := shelf(t)
	var texts []string
	for size := range int64(20) {
		texts = append(texts, checkpoint(t, signer, size, 1))
	}
	var all sync.WaitGroup
	for _, text := range texts {
		all.Go(func() {
			if err := s.Deliver(t.Context(), text); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := kept(t, s.Path)
	last := -1
	for _, text := range got {
		at := slices.Index(texts, text)
		if at <= last {
			t.Errorf("%d comes after %d", at, last)
		}
		last = at
	}
	if last != len(texts)-1 {
		t.Errorf("the last is %d", last)
	}
}

func TestReadCheckpointsRefuses(t *testing.T) {
	_, signer := shelf(t)
	one := checkpoint(t, signer, 1, 1)
	path := filepath.Join(t.TempDir(), "checkpoints")
	if _, err := notify.ReadCheckpoints(path); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	for text, where := range map[string]string{
		one + "\n— more\n":                    ":7:1: ",
		"\n\n" + one + "\na\nb\n\nc\n":        ":12:1: ",
		"— first\n":                           ":1:1: ",
		strings.ReplaceAll(one, "\n", "\r\n"): ":1:1: ",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := notify.ReadCheckpoints(path)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), path+where) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if err := os.Truncate(path, 64<<20+1); err != nil {
		t.Fatal(err)
	}
	if _, err := notify.ReadCheckpoints(path); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a long file: %v", err)
	}
}

func TestHookSink(t *testing.T) {
	_, signer := shelf(t)
	var ids, bodies []string
	hook, roots := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		ids, bodies = append(ids, r.Header.Get(notify.HeaderID)), append(bodies, string(body))
		if err := notify.Verify(hidden.Conceal(key), r.Header, body, clock()); err != nil {
			t.Error(err)
		}
	})
	hook.Events = nil
	s := notify.HookSink{Sender: local(t, roots), Hook: hook}
	one, two := checkpoint(t, signer, 1, 1), checkpoint(t, signer, 2, 2)
	keep(t, s, one, one, two)
	if len(ids) != 3 || ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("the ids are %q", ids)
	}
	if want := fmt.Sprintf(`{"type":"checkpoint.signed","timestamp":"2026-11-22T07:00:00Z","data":{"checkpoint":%q}}`, one); bodies[0] != want {
		t.Errorf("it is %s\nnot %s", bodies[0], want)
	}
	if err := s.Deliver(t.Context(), "the database has no password\n"); fault.KindOf(err) != fault.Invalid || len(ids) != 3 {
		t.Errorf("a text that is no checkpoint: %v", err)
	}
}
