package cost

import (
	"fmt"
	"testing"
)

// told is a test that notes whether it failed.
type told struct {
	testing.TB
	said string
}

func (t *told) Helper() {}

func (t *told) Errorf(format string, args ...any) { t.said = fmt.Sprintf(format, args...) }

// kept keeps what is made from being left out.
var kept []byte

func TestWhatGrowsFasterIsFound(t *testing.T) {
	turns := func(n int) func() {
		return func() {
			for i := range n {
				kept = append(kept[:0], byte(i))
			}
		}
	}
	bytes := func(n int) func() { return func() { kept = make([]byte, n) } }
	const n, square = 1 << 20, Times * Times
	for name, c := range map[string]struct {
		small, large func()
		found        bool
	}{
		"time as the input":   {turns(n), turns(Times * n), false},
		"time as its square":  {turns(n), turns(square * n), true},
		"bytes as the input":  {bytes(1 << 20), bytes(Times << 20), false},
		"bytes as its square": {bytes(1 << 20), bytes(square << 20), true},
		"too little to tell":  {turns(1), turns(square), false},
	} {
		var t2 told
		if Linear(&t2, name, c.small, c.large); (t2.said != "") != c.found {
			t.Errorf("%s: it says %q", name, t2.said)
		}
	}
}
