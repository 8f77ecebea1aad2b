// Package deflated keeps a text in the form in which it is sent: compressed once, when it is kept, and then put into any
// number of gzip streams as it is.
//
// It promises that a stream of parts holds the texts of the parts one after the other. It never looks at what a part says,
// and compresses nothing of a stream that was compressed before.
package deflated

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Part is a text, compressed by RFC 1951 and ended at a whole byte, so that another part can follow. Nothing in it refers to
// what stands before it.
type Part struct {
	Blocks []byte
	Size   int    // of the text, in bytes
	Sum    uint32 // of the text: its CRC-32
}

// Maker compresses texts. The zero Maker is ready, for any number of goroutines.
type Maker struct{ writers sync.Pool }

// Of compresses a text.
func (m *Maker) Of(text []byte) Part {
	out := bytes.NewBuffer(make([]byte, 0, len(text)/6+64))
	w, is := m.writers.Get().(*flate.Writer)
	if !is {
		w, _ = flate.NewWriter(nil, flate.BestSpeed) // fails for an unknown level alone
	}
	defer m.writers.Put(w)
	w.Reset(out)
	_, _ = w.Write(text) // fails where its buffer does, which grows
	_ = w.Flush()
	return Part{Blocks: out.Bytes(), Size: len(text), Sum: crc32.ChecksumIEEE(text)}
}

// storedMost is the most bytes that a block holds as they are.
const storedMost = 1<<16 - 1

// Plain takes a text as it is, for what is too short to be worth compressing.
func Plain(text []byte) Part {
	p := Part{Blocks: make([]byte, 0, len(text)+5), Size: len(text), Sum: crc32.ChecksumIEEE(text)}
	for rest := text; len(rest) > 0; {
		n := min(len(rest), storedMost)
		p.Blocks = append(p.Blocks, 0, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		p.Blocks, rest = append(p.Blocks, rest[:n]...), rest[n:]
	}
	return p
}

// Text gives the text of the part. The fault is of kind TooLarge where it is larger than the limit in bytes, and of kind
// Internal where it is not what was compressed.
func (p Part) Text(limit int) ([]byte, error) {
	if p.Size < 0 || p.Size > limit {
		return nil, fault.New(fault.TooLarge, "a text has %d bytes when it is unpacked: at most %d are read", p.Size, limit)
	}
	out := bytes.NewBuffer(make([]byte, 0, p.Size+bytes.MinRead))
	r := flate.NewReader(io.MultiReader(bytes.NewReader(p.Blocks), bytes.NewReader(last)))
	if _, err := out.ReadFrom(io.LimitReader(r, int64(p.Size)+1)); err != nil || out.Len() != p.Size || crc32.ChecksumIEEE(out.Bytes()) != p.Sum {
		return nil, fault.New(fault.Internal, "a text is not what was compressed")
	}
	return out.Bytes(), nil
}

var (
	// header says: gzip, deflated, no name, no time, made on an unknown system.
	header = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}
	// last is the block that ends a stream: the last one, and empty.
	last = []byte{1, 0, 0, 0xff, 0xff}
)

// Stream gives a gzip stream (RFC 1952) of the texts of some parts.
func Stream(parts ...Part) []byte {
	length := len(header) + len(last) + 8
	for _, p := range parts {
		length += len(p.Blocks)
	}
	out := append(make([]byte, 0, length), header...)
	var size, sum uint32
	for _, p := range parts {
		out = append(out, p.Blocks...)
		sum, size = joined(sum, p.Sum, p.Size), size+uint32(p.Size) //nolint:gosec // a gzip stream counts to 2^32 and begins again
	}
	out = append(out, last...)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out, sum), size)
}
