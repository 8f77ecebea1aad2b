package app

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/report"
)

// InPipeline says whether the variable CI says that this runs in a pipeline, whose log others may read.
func InPipeline(ci string) bool {
	return ci != "" && !strings.EqualFold(ci, "false") && ci != "0"
}

// Published says whether what is known of a service may stand in the log of its pipeline: because nobody else can read the
// repository, or because the team chose to show it. Where nothing is said, it may not.
func Published(s *model.Service) bool {
	r := &s.Service.Repository
	return r.Visibility == "private" || r.Publish == model.Yes
}

// Withheld says why only counts may be shown of services in a log, and what to do about it, as the end of a sentence; empty
// where all may be shown. One service that is not published holds all of them back: what is said of one may speak of
// another.
func Withheld(ci string, all ...*Checked) string {
	if !InPipeline(ci) {
		return ""
	}
	var ids []string
	for _, c := range all {
		for id, s := range c.Services {
			if !Published(s) {
				ids = append(ids, string(id))
			}
		}
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	which := ids[0]
	if len(ids) > 1 {
		which = strings.Join(ids[:len(ids)-1], ", ") + " and " + ids[len(ids)-1]
	}
	return "because this is a pipeline (CI is set) and the service file of " + which + " does not say that its log may show risks and weaknesses. " +
		"To have all: write it to a file with --out FILE, add --show, or say `repository: {visibility: private}` or `repository: {publish: yes}` under `service`."
}

// Look reads the services at a place without judging them: enough to know what may be told of them.
func Look(where Where) (*Checked, error) {
	_, out, err := gather(where)
	return out, err
}

// Write writes a result to a file: whole or not at all, and never over a file that it was made from.
func (c *Checked) Write(file string, text []byte) error { return Write(file, text, c) }

// Write writes a result that was made from several.
func Write(file string, text []byte, from ...*Checked) error {
	var files, records []string
	for _, c := range from {
		files, records = append(files, c.files...), append(records, c.records...)
	}
	return folder.Output(file, text, files, records)
}

// About gives what a service says of itself and its posture does not hold.
func (c *Checked) About(id ident.ID) report.About {
	s := c.Services[id]
	if s == nil {
		return report.About{Name: c.Names[id]}
	}
	return report.About{
		Name: s.Service.Name, Purpose: s.Service.Purpose, Unit: string(s.Service.Unit), Owner: s.Service.Owner,
		Record: func(ref ident.Ref) string { return c.Record(id, ref) },
	}
}
