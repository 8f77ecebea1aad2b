package seal

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/deflated"
)

// What is packed, before it is encrypted: the length of the first piece, that piece (the salt and the content but for its
// part, in the format of zstd), and where there is a part, its place in the content, its sum, its size and its blocks.

func (r *Ring) pack(salt, content []byte, from, to int) []byte {
	rest := slices.Concat(salt, content[:from], content[to:])
	first := r.encoder.EncodeAll(rest, nil)
	packed := append(binary.AppendUvarint(make([]byte, 0, len(first)+(to-from)/4+64), uint64(len(first))), first...)
	if from == to {
		return packed
	}
	part := r.parts.Of(content[from:to])
	packed = binary.AppendUvarint(packed, uint64(from)) //nolint:gosec // never negative
	packed = binary.BigEndian.AppendUint32(packed, part.Sum)
	packed = binary.AppendUvarint(packed, uint64(part.Size)) //nolint:gosec // never negative
	return append(packed, part.Blocks...)
}

func (r *Ring) unpack(id string, packed []byte) (o Opened, err error) {
	length, n := binary.Uvarint(packed)
	if n <= 0 || length > uint64(len(packed)-n) {
		return o, damaged(id)
	}
	first, rest := packed[n:n+int(length)], packed[n+int(length):] //nolint:gosec // no longer than what there is
	plain, err := r.decoder.DecodeAll(first, nil)
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return o, tooLarge(id)
	case err != nil, len(plain) < saltSize:
		return o, damaged(id)
	}
	o.Salt, o.Before = plain[:saltSize:saltSize], plain[saltSize:]
	if len(rest) == 0 {
		return o, nil
	}
	return o, o.takePart(id, rest)
}

// takePart reads the part, and parts what stands before it from what stands after.
func (o *Opened) takePart(id string, packed []byte) error {
	from, n := binary.Uvarint(packed)
	if n <= 0 || from > uint64(len(o.Before)) || len(packed) < n+4 {
		return damaged(id)
	}
	sum, packed := binary.BigEndian.Uint32(packed[n:]), packed[n+4:]
	size, n := binary.Uvarint(packed)
	switch {
	case n <= 0:
		return damaged(id)
	case size > Limit:
		return tooLarge(id)
	}
	o.Before, o.After = o.Before[:from:from], o.Before[from:]
	o.Part = deflated.Part{Blocks: packed[n:], Size: int(size), Sum: sum} //nolint:gosec // below the limit
	return nil
}

// content gives the content whole.
func (o *Opened) content(id string) ([]byte, error) {
	if o.Part.Size == 0 {
		return o.Before, nil
	}
	text, err := o.Part.Text(Limit - len(o.Before) - len(o.After))
	switch {
	case fault.KindOf(err) == fault.TooLarge:
		return nil, tooLarge(id)
	case err != nil:
		return nil, damaged(id)
	}
	return slices.Concat(o.Before, text, o.After), nil
}

func tooLarge(id string) error {
	return fault.New(fault.TooLarge, "body %s has more than %d bytes when it is unpacked: a body has at most that", id, Limit)
}
