package store

// Marked is a table whose rows carry marks, for tests.
type Marked struct{ Name, Key string }

// MarkedTables lists them.
func MarkedTables() (out []Marked) {
	for _, t := range markedTables() {
		out = append(out, Marked{t.name, t.key[0]})
	}
	return out
}
