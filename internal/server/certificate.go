package server

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
)

// certificate is a certificate in files, read anew when they change, so that renewing it needs no stop. While what is in
// them cannot be used, the one before stays in use.
type certificate struct {
	files settings.TLS

	mu     sync.Mutex
	inUse  *tls.Certificate
	asOf   [2]time.Time // when the files last changed that it was read from
	failed [2]time.Time // the same of files that could not be used, so that they are not tried for every connection
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := [2]time.Time{changed(c.files.Certificate), changed(c.files.Key)}
	if c.inUse != nil && (now == c.asOf || now == c.failed) {
		return c.inUse, nil
	}
	read, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		c.failed = now
		if c.inUse != nil {
			return c.inUse, nil
		}
		return nil, fault.Wrap(fault.Invalid, err, "the certificate %s and its key %s cannot be used", c.files.Certificate, c.files.Key)
	}
	c.inUse, c.asOf = &read, now
	return c.inUse, nil
}

// changed says when a file last changed; the zero time where that cannot be told.
func changed(name string) (at time.Time) {
	if info, err := os.Stat(name); err == nil {
		at = info.ModTime()
	}
	return at
}
