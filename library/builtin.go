package library

import (
	"bytes"
	_ "embed" // for the packs below
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
)

//go:embed packs.json
var packsJSON []byte

// Builtin gives the packs that come with Bulkhead. They were linted when they were built in, so that only decoding them
// is left to do at start; that the digests are right is a test.
func Builtin() ([]Pack, error) {
	lines := bytes.Split(bytes.Trim(packsJSON, "[]\n"), []byte("\n")) // one pack a line, as Bundle writes them
	packs := make([]Pack, len(lines))
	errs := make([]error, len(lines))
	var wg sync.WaitGroup
	next := make(chan int, len(lines))
	for i := range lines {
		next <- i
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), len(lines)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = unbundle(bytes.TrimSuffix(lines[i], []byte(",")), &packs[i])
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the built-in packs cannot be read")
	}
	return packs, nil
}

func unbundle(line []byte, to *Pack) error {
	bundled := struct {
		Digest ident.Digest `json:"digest"`
		Pack   *Pack        `json:"pack"`
	}{Pack: to}
	if err := json.Unmarshal(line, &bundled); err != nil {
		return err
	}
	to.Digest = bundled.Digest
	return nil
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
