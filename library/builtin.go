package library

import (
	_ "embed" // for the packs below
	"encoding/json"
	"fmt"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

//go:embed packs.json
var packsJSON []byte

// Builtin gives the packs that come with Bulkhead. They were linted when they were built in, so that only decoding them
// is left to do at start; that the digests are right is a test.
func Builtin() ([]Pack, error) {
	var bundle []struct {
		Digest ident.Digest `json:"digest"`
		Pack   Pack         `json:"pack"`
	}
	if err := json.Unmarshal(packsJSON, &bundle); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the built-in packs cannot be read")
	}
	packs := make([]Pack, len(bundle))
	for i, b := range bundle {
		packs[i] = b.Pack
		packs[i].Digest = b.Digest
	}
	return packs, nil
}

// Bundle writes packs as they are embedded: a JSON array with one pack a line, in the order given, each in canonical form
// with its digest before it.
func Bundle(packs []Pack) ([]byte, error) {
	out := []byte("[")
	for i, p := range packs {
		canonical, err := ident.Canon(p)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "\n{\"digest\":%q,\"pack\":%s}", ident.Hash(canonical), canonical)
	}
	return append(out, "\n]\n"...), nil
}
