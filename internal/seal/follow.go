package seal

import (
	"os"
	"time"
)

// stamp tells whether a file is the one that was read.
type stamp struct {
	changed time.Time
	size    int64
}

// stampOf gives the stamp of a file; that of no file where it is not there.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if path == "" || err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// lookEvery is how often a ring looks whether another process has changed its file.
const lookEvery = time.Second

// follow takes up what another process has changed in the ring's file, such as a new key: it looks at most once a second,
// unless it is asked to look now. A file that cannot be read, or is not there, changes nothing: the keys at hand stay good.
func (r *Ring) follow(now bool) {
	if r.path == "" || !now && !r.due() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = time.Now()
	found := stampOf(r.path)
	if found == r.known || found == (stamp{}) {
		return
	}
	if keys, err := read(r.path); err == nil {
		r.keys, r.known = keys, found
	}
}

func (r *Ring) due() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return time.Since(r.asked) >= lookEvery
}

// Changed gives when the ring's file was last changed; the zero time for a ring that came from a text.
func (r *Ring) Changed() time.Time { return stampOf(r.path).changed }
