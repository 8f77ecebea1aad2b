package evidence

import "math/bits"

// Cover is a set of components by their place in the service's order. A cover of a service-wide control has one member.
type Cover []uint64

// NewCover makes an empty cover for n components.
func NewCover(n int) Cover { return make(Cover, (n+63)/64) }

// Full makes a cover of all n components.
func Full(n int) Cover {
	c := NewCover(n)
	for i := range n {
		c.Add(i)
	}
	return c
}

// Add puts a component in.
func (c Cover) Add(i int) { c[i/64] |= 1 << (i % 64) }

// Drop takes a component out.
func (c Cover) Drop(i int) { c[i/64] &^= 1 << (i % 64) }

// Has says whether a component is in.
func (c Cover) Has(i int) bool { return c[i/64]&(1<<(i%64)) != 0 }

// Join puts all of d in.
func (c Cover) Join(d Cover) {
	for i := range c {
		c[i] |= d[i]
	}
}

// Meet keeps only what is in d too.
func (c Cover) Meet(d Cover) {
	for i := range c {
		c[i] &= d[i]
	}
}

// Less takes all of d out.
func (c Cover) Less(d Cover) {
	for i := range c {
		c[i] &^= d[i]
	}
}

// Count gives how many are in.
func (c Cover) Count() (n int) {
	for _, w := range c {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty says whether none is in.
func (c Cover) Empty() bool {
	for _, w := range c {
		if w != 0 {
			return false
		}
	}
	return true
}

// Within says whether all of c is in d.
func (c Cover) Within(d Cover) bool {
	for i := range c {
		if c[i]&^d[i] != 0 {
			return false
		}
	}
	return true
}

// Equal says whether both hold the same.
func (c Cover) Equal(d Cover) bool {
	for i := range c {
		if c[i] != d[i] {
			return false
		}
	}
	return true
}

// Clone makes a copy.
func (c Cover) Clone() Cover { return append(Cover(nil), c...) }

// First gives the first component that is in; -1 for none.
func (c Cover) First() int {
	for i, w := range c {
		if w != 0 {
			return i*64 + bits.TrailingZeros64(w)
		}
	}
	return -1
}
