package signin

import (
	"maps"
	"slices"
	"time"
)

// Codes gives every code that has a sentence.
func Codes() []Code { return slices.Sorted(maps.Keys(sentences)) }

// Secure says whether secrets may go to an address.
var Secure = secure

// Refuse makes the fault of a code.
var Refuse = refuse

// Hurry changes how long a provider may take for one request from now on.
func Hurry(p *Provider, timeout time.Duration) { p.client.Timeout = timeout }
