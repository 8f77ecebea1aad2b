package foreign

import "github.com/bulkhead-assurance/bulkhead/model"

// Design is what a file says of how something is built, as a draft of a service file: what the file says, and nothing
// that it does not.
type Design struct {
	Format  string         // such as threagile
	Service *model.Service // whole enough to be validated; attributes that the file does not say are left out
	Dropped []string       // sentences: what was not carried over, and how much of it
}

// DesignFormat is one foreign format of designs. One that is only read has no Write, and one that is only written no Read.
type DesignFormat struct {
	Name  string                                            // as in Design.Format
	Title string                                            // for a person, such as "Open Threat Model 0.2"
	Sniff func(text []byte) bool                            // whether text looks like it; Read may refuse it all the same
	Read  func([]byte, Limits) (Design, error)              // text to design
	Write func(*model.Service) (text []byte, lost []string) // a service in that format, and sentences: what it cannot say
}
