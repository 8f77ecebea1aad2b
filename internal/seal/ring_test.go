package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/seal"
)

// create makes a ring and gives its path too.
func create(t testing.TB) (string, *seal.Ring) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	ring, err := seal.CreateRing(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, ring
}

func text(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// keysOf gives the keys in a ring's file, ID:BASE64 each.
func keysOf(t testing.TB, path string) (out []string) {
	t.Helper()
	for line := range strings.Lines(text(t, path)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func TestARingIsKeptInAFile(t *testing.T) {
	path, ring := create(t)
	first := ring.Current()
	e := sealed(t, ring, "b1", []byte("content"))
	second, err := ring.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if got := ring.IDs(); !slices.Equal(got, []string{second, first}) || ring.Current() != second {
		t.Errorf("after rotating the ring holds %v, and %s is current", got, ring.Current())
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v: %v", info.Mode(), err)
	}
	again, err := seal.OpenRing(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.IDs(), ring.IDs()) {
		t.Errorf("the file holds %v, the ring %v", again.IDs(), ring.IDs())
	}
	if _, content, err := seal.Open(again, "b1", e.KeyID, e.Wrapped, e.Sealed); err != nil || string(content) != "content" {
		t.Errorf("the ring that was read gives %q: %v", content, err)
	}
	if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
		t.Errorf("files were left over: %v %v", left, err)
	}
}

func TestCreateRingWritesOverNothing(t *testing.T) {
	path, _ := create(t)
	before := text(t, path)
	if _, err := seal.CreateRing(path); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second ring in the same file gives %v", err)
	}
	if text(t, path) != before {
		t.Error("the file was changed")
	}
}

func TestDrop(t *testing.T) {
	path, ring := create(t)
	first := ring.Current()
	if err := ring.Drop(first); fault.KindOf(err) != fault.Conflict {
		t.Errorf("dropping the current key gives %v", err)
	}
	if err := ring.Drop("key-none"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("dropping a key that is not there gives %v", err)
	}
	second, err := ring.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Drop(first); err != nil {
		t.Fatal(err)
	}
	again, err := seal.OpenRing(path)
	if err != nil || !slices.Equal(again.IDs(), []string{second}) || !slices.Equal(ring.IDs(), []string{second}) {
		t.Errorf("the file holds %v, the ring %v: %v", again, ring, err)
	}
}

// TestNoKeyIsLost: two who hold the same file and change it cannot take each other's key out.
func TestNoKeyIsLost(t *testing.T) {
	path, one := create(t)
	two, err := seal.OpenRing(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Rotate(); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Rotate(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the second to rotate gets %v", err)
	}
	if len(two.IDs()) != 1 {
		t.Errorf("the second holds %v, and the file does not", two)
	}
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Rotate(); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), path+".new") {
		t.Errorf("with a change under way it gives %v", err)
	}
	again, err := seal.OpenRing(path)
	if err != nil || !slices.Equal(again.IDs(), one.IDs()) {
		t.Errorf("the file holds %v, the ring %v: %v", again, one, err)
	}
}

func TestOpenRingRefuses(t *testing.T) {
	path, _ := create(t)
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o601, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenRing(path); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o gives %v", mode, err)
		}
	}
	large := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(large, bytes.Repeat([]byte("# a remark\n"), 1<<17), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		kind fault.Kind
	}{
		{filepath.Join(t.TempDir(), "none"), fault.NotFound},
		{t.TempDir(), fault.Invalid},
		{large, fault.TooLarge},
	} {
		if _, err := seal.OpenRing(c.path); fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s gives %v", c.path, err)
		}
	}
}

func TestParseRing(t *testing.T) {
	path, ring := create(t)
	if _, err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, path)
	for _, given := range []string{text(t, path), strings.Join(keys, " "), "\r\n" + strings.Join(keys, "\r\n") + " # remark"} {
		parsed, err := seal.ParseRing(given)
		if err != nil || !slices.Equal(parsed.IDs(), ring.IDs()) {
			t.Errorf("parsed %v of %v: %v", parsed, ring, err)
			continue
		}
		if _, err := parsed.Rotate(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a ring without a file was rotated: %v", err)
		}
		if err := parsed.Drop(keys[1]); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a ring without a file lost a key: %v", err)
		}
	}
	id, coded, _ := strings.Cut(keys[0], ":")
	typo := []byte(coded)
	typo[7] = 'A' + (typo[7]+1)%26
	for name, given := range map[string]string{
		"nothing":       "",
		"only a remark": "# " + keys[0],
		"no colon":      coded,
		"short":         id + ":" + base64.StdEncoding.EncodeToString(make([]byte, 31)),
		"no base64":     id + ":" + strings.Repeat("!", 44),
		"a typing slip": id + ":" + string(typo),
		"another's id":  ring.IDs()[1] + ":" + coded,
		"twice":         keys[0] + " " + keys[0],
	} {
		_, err := seal.ParseRing(given)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s gives %v", name, err)
		} else if strings.Contains(err.Error(), coded) || strings.Contains(err.Error(), string(typo)) {
			t.Errorf("%s: the fault repeats the key", name)
		}
	}
}

// TestNoKeyIsShown prints rings in every way that a careless line of code could.
func TestNoKeyIsShown(t *testing.T) {
	path, ring := create(t)
	if _, err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	held := struct {
		Ring   *seal.Ring
		hidden *seal.Ring
	}{ring, ring}
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("here", "ring", ring, "held", held, "err", fmt.Errorf("with %v", ring))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T"} {
		fmt.Fprintf(&log, verb+" "+verb+" "+verb+"\n", ring, held, &held)
	}
	fmt.Fprintln(&log, ring, held)
	asJSON, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	log.Write(asJSON)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = ring.Rotate()
	fmt.Fprintln(&log, err)
	_, err = seal.ParseRing(text(t, path) + strings.Join(keysOf(t, path), "\n"))
	fmt.Fprintln(&log, err)
	for _, k := range keysOf(t, path) {
		_, coded, _ := strings.Cut(k, ":")
		secret, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			t.Fatal(err)
		}
		numbers := strings.Trim(fmt.Sprint(secret), "[]")
		shown := strings.ToLower(log.String())
		for _, form := range []string{strings.ToLower(coded), hex.EncodeToString(secret), numbers, strings.ToLower(string(secret))} {
			if strings.Contains(shown, form) {
				t.Errorf("a key is shown as %q", form)
			}
		}
	}
	for _, id := range ring.IDs() {
		if !strings.Contains(fmt.Sprint(ring), id) {
			t.Errorf("%v does not name %s", ring, id)
		}
	}
}

// TestManyAtOnce seals and opens while the ring is rotated.
func TestManyAtOnce(t *testing.T) {
	ring := newRing(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := range 50 {
				id := fmt.Sprintf("b%d-%d", i, j)
				e, err := seal.Seal(ring, id, []byte(id))
				if err != nil {
					t.Error(err)
					return
				}
				if _, content, err := seal.Open(ring, id, e.KeyID, e.Wrapped, e.Sealed); err != nil || string(content) != id {
					t.Errorf("%s gave %q: %v", id, content, err)
				}
			}
		})
	}
	all.Go(func() {
		for range 10 {
			if _, err := ring.Rotate(); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
}

// FuzzParseRing reads a text that somebody typed: it gives a ring or a fault that repeats none of it.
func FuzzParseRing(f *testing.F) {
	path, ring := create(f)
	f.Add(text(f, path))
	f.Add(ring.Current() + ":AAAA # remark")
	f.Add("key-1")
	f.Fuzz(func(t *testing.T, given string) {
		parsed, err := seal.ParseRing(given)
		if err != nil {
			if wrong, ok := errors.AsType[*fault.Error](err); !ok || wrong.Kind != fault.Invalid {
				t.Errorf("it gave %v", err)
			}
			return
		}
		e := sealed(t, parsed, "b1", []byte(given))
		if _, content, err := seal.Open(parsed, "b1", e.KeyID, e.Wrapped, e.Sealed); err != nil || string(content) != given {
			t.Errorf("the ring does not open what it sealed: %v", err)
		}
	})
}
