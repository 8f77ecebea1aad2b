package store

// role is what a table is to the record.
type role int

const (
	recorded  role = iota // what happened: leaves, bodies and their head, which digests and checkpoints hold
	projected             // what follows from entries alone: verify plays them again and compares
	working               // what the server needs while it works: nothing follows from it, and verify does not compare it
	passing               // the same, and gone with the machine: a backup leaves it out
)

// table is a table of the record and what tells its rows apart.
type table struct {
	name string
	key  []string
	role role
}

// tables gives every table of the migrations but form, which counts them. A new table is listed here.
func tables() []table {
	return []table{
		{"instance", []string{"one"}, recorded},
		{"head", []string{"one"}, recorded},
		{"leaf", []string{"number"}, recorded},
		{"body", []string{"id"}, recorded},

		{"service", []string{"id"}, projected},
		{"revision", []string{"service", "number"}, projected},
		{"evidence", []string{"service", "id"}, projected},
		{"decision", []string{"service", "id"}, projected},
		{"organisation", []string{"number"}, projected},
		{"pack", []string{"id", "number"}, projected},
		{"posture", []string{"service", "body"}, projected},
		{"line", []string{"service"}, projected},
		{"rest", []string{"service", "kind", "name"}, projected},
		{"item", []string{"service", "ref"}, projected},
		{"offer", []string{"service"}, projected},
		{"person", []string{"id"}, projected},
		{"passkey", []string{"id"}, projected},
		{"token", []string{"id"}, projected},
		{"webhook", []string{"id"}, projected},
		{"redaction", []string{"id"}, projected},
		{"redacted", []string{"body"}, projected},
		{"proposal", []string{"service", "id"}, projected},
		{"agreement", []string{"service", "decision", "person"}, projected},

		{"dirty", []string{"service"}, working},
		{"advice", []string{"service"}, working},
		{"checkpoint", []string{"size"}, working},
		{"tree", []string{"one"}, working},
		{"used", []string{"name"}, working},

		{"pace", []string{"service"}, passing},
		{"job", []string{"id"}, passing},
		{"session", []string{"hash"}, passing},
		{"link", []string{"hash"}, passing},
		{"attempt", []string{"name"}, passing},
		{"answer", []string{"actor", "name"}, passing},
		{"lease", []string{"name"}, passing},
	}
}

// beside gives the tables of what no entry says.
func beside() (out []string) {
	for _, t := range tables() {
		if (t.role == working || t.role == passing) && t.name != "checkpoint" { // which is held to the tree
			out = append(out, t.name)
		}
	}
	return out
}

// projections gives the tables that follow from entries.
func projections() (out []table) {
	for _, t := range tables() {
		if t.role == projected {
			out = append(out, t)
		}
	}
	return out
}
