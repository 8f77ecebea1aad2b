package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/signin"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// Wait is the cause of a fault that says that somebody failed too often and has to wait.
type Wait struct{ For time.Duration }

// Error says how long.
func (w Wait) Error() string { return "wait " + w.For.String() }

// addressShare is how many more failures an address has than a person: an office often shares one.
const addressShare = 10

// tries is one try to sign in: under which names it was counted, and what was counted under each before.
type tries struct {
	names  []string
	before map[string]store.Attempt
}

// failures gives how often in a row a person had failed before.
func (t *tries) failures() (n int) {
	for name, a := range t.before {
		if strings.HasPrefix(name, personPrefix) {
			n = a.Count
		}
	}
	return n
}

// try counts a try before it is made, under a name more each time. One that has to wait first is not made.
func (r *Registry) try(ctx context.Context, t *tries, name string) error {
	now := r.now()
	before, until, err := r.store.Try(ctx, []string{name}, now, lockout(now))
	if err != nil {
		return err
	}
	if !until.IsZero() {
		wait := until.Sub(now).Round(time.Second)
		return fault.Wrap(fault.Forbidden, Wait{For: wait}, "too many tries failed: wait %s, then try again", spoken(wait))
	}
	if t.before == nil {
		t.before = map[string]store.Attempt{}
	}
	t.names = append(t.names, name)
	t.before[name] = before[name]
	return nil
}

// lockout says until when a name has to wait.
func lockout(now time.Time) func(name string, a store.Attempt) time.Time {
	return func(name string, a store.Attempt) time.Time {
		count := a.Count
		if !strings.HasPrefix(name, personPrefix) {
			count /= addressShare
		}
		return signin.Lockout(count, civil.Of(a.Last), civil.Of(now)).Time()
	}
}

const personPrefix = "person:"

// addressName is the name under which failures from an address are counted. The address itself is not kept, and of an
// address of version 6 only what a whole network has.
func (r *Registry) addressName(from netip.Addr) string {
	from = from.Unmap()
	if from.Is6() {
		if network, err := from.Prefix(64); err == nil {
			from = network.Addr()
		}
	}
	sum := sha256.Sum256([]byte(r.store.Instance + "\x00" + from.String()))
	return "address:" + hex.EncodeToString(sum[:12])
}

// spoken gives a time to wait as people say it.
func spoken(d time.Duration) string {
	if d <= time.Second {
		return "a second"
	}
	if d < 2*time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	}
	return fmt.Sprintf("%d minutes", int(d.Round(time.Minute).Minutes()))
}
