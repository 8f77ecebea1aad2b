package deflated

import "hash/crc32"

// joined gives the CRC-32 of two texts one after the other from that of each and the size of the second. Sums are
// polynomials over two elements, the lowest power in the highest bit: a text of n bytes moves what stands before it up by
// 8n powers. https://www.rfc-editor.org/rfc/rfc1952#section-8
func joined(first, second uint32, size int) uint32 {
	moved := first
	for power, n := eighth(), size; n > 0; n >>= 1 {
		if n&1 == 1 {
			moved = product(power, moved)
		}
		power = product(power, power)
	}
	return moved ^ second
}

// eighth is the eighth power of x: one byte.
func eighth() uint32 { return 1 << (31 - 8) }

// product multiplies two polynomials modulo that of CRC-32.
func product(a, b uint32) (out uint32) {
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			out ^= b
		}
		carry := b & 1
		if b >>= 1; carry == 1 {
			b ^= crc32.IEEE
		}
	}
	return out
}
