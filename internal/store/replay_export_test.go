package store

// Projection is a table that follows from entries, for tests.
type Projection struct {
	Name string
	Key  []string
}

// Projections lists them.
func Projections() (out []Projection) {
	for _, t := range projections() {
		out = append(out, Projection{t.name, t.key})
	}
	return out
}

// Tables lists the names of all tables.
func Tables() (out []string) {
	for _, t := range tables() {
		out = append(out, t.name)
	}
	return out
}

// MarkColumns are the columns that follow from the keys, which verify does not compare.
var MarkColumns = markColumns
