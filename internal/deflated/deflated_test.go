package deflated_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
)

// TestLawAStreamHoldsItsParts: whatever the texts, and whether they were compressed or taken as they are.
func TestLawAStreamHoldsItsParts(t *testing.T) {
	var m deflated.Maker
	rapid.Check(t, func(t *rapid.T) {
		var parts []deflated.Part
		var all []byte
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			text := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "text"), rapid.SampledFrom([]int{1, 2, 700}).Draw(t, "times"))
			all = append(all, text...)
			p := deflated.Plain(text)
			if rapid.Bool().Draw(t, "compressed") {
				p = m.Of(text)
			}
			if back, err := p.Text(len(text)); err != nil || !bytes.Equal(back, text) {
				t.Fatalf("a part gives back %d bytes, %v", len(back), err)
			}
			parts = append(parts, p)
		}
		r, err := gzip.NewReader(bytes.NewReader(deflated.Stream(parts...)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r) // which compares the sum and the size
		if err != nil || !bytes.Equal(got, all) {
			t.Fatalf("the stream holds %d bytes of %d, %v", len(got), len(all), err)
		}
	})
}

func TestAPartThatIsNotWhatItWasIsRefused(t *testing.T) {
	p := new(deflated.Maker).Of([]byte(strings.Repeat("the same words ", 100)))
	if len(p.Blocks) > 200 {
		t.Errorf("it has %d bytes still", len(p.Blocks))
	}
	if _, err := p.Text(p.Size - 1); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("over the limit: %v", err)
	}
	for name, spoil := range map[string]func(*deflated.Part){
		"another sum": func(p *deflated.Part) { p.Sum++ }, "a smaller size": func(p *deflated.Part) { p.Size-- }, "a larger size": func(p *deflated.Part) { p.Size++ },
		"cut short": func(p *deflated.Part) { p.Blocks = p.Blocks[:len(p.Blocks)/2] },
	} {
		spoilt := p
		if spoil(&spoilt); fault.KindOf(mistake(spoilt)) != fault.Internal {
			t.Errorf("%s: %v", name, mistake(spoilt))
		}
	}
}

func mistake(p deflated.Part) error {
	_, err := p.Text(1 << 20)
	return err
}

// FuzzText: whatever stands where blocks should stand, it ends, within the limit.
func FuzzText(f *testing.F) {
	p := new(deflated.Maker).Of([]byte("some words, some words"))
	f.Add(p.Blocks, p.Size, p.Sum)
	f.Add([]byte{0xff, 0xff}, 10, uint32(0))
	f.Fuzz(func(t *testing.T, blocks []byte, size int, sum uint32) {
		text, err := deflated.Part{Blocks: blocks, Size: size, Sum: sum}.Text(1 << 16)
		if err == nil && len(text) != size || len(text) > 1<<16 {
			t.Errorf("%d bytes of %d, %v", len(text), size, err)
		}
	})
}
