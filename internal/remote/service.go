package remote

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
	"github.com/bulkhead-assurance/bulkhead/report"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Repository is where the one writer of a service is.
type Repository struct {
	Address string `json:"address"`
	Folder  string `json:"folder,omitempty"`
}

// Service is a service as the server has it.
type Service struct {
	ID       string      `json:"service"`
	Name     string      `json:"name"`
	Unit     string      `json:"unit"`
	KeptIn   *Repository `json:"kept_in"`
	Retired  string      `json:"retired"`
	Revision *struct {
		Number int64  `json:"number"`
		Files  []File `json:"files"`
	} `json:"revision"`
}

// File is one text of a service file.
type File struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// Line is a service in a list.
type Line struct {
	ID      string `json:"service"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Judged  string `json:"judged"`
	Pending bool   `json:"pending"` // something changed that the counts do not show yet
	Failing string `json:"failing"` // since when it cannot be judged; empty while it can
	Retired string `json:"retired"` // when; empty while it is in use
	Number  int64  `json:"revision"`
	Summary struct {
		Phase  string        `json:"phase"`
		Counts report.Counts `json:"counts"`
	} `json:"summary"`
}

// Services lists the services that may be seen, as the server says it and as lines.
func (s *Server) Services(ctx context.Context) (lines []Line, raw []json.RawMessage, err error) {
	query := url.Values{"limit": {"500"}}
	for {
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if _, err := s.get(ctx, &page, query, "services"); err != nil {
			return nil, nil, err
		}
		raw = append(raw, page.Items...)
		if page.Next == "" || len(page.Items) == 0 {
			break
		}
		query.Set("after", page.Next)
	}
	lines = make([]Line, len(raw))
	for i := range raw {
		if err := json.Unmarshal(raw[i], &lines[i]); err != nil {
			return nil, nil, s.strange(200)
		}
	}
	return lines, raw, nil
}

// Service gives a service with its current revision.
func (s *Server) Service(ctx context.Context, id string) (*Service, error) {
	if _, err := ident.ParseID(id); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the service")
	}
	out := &Service{}
	_, err := s.get(ctx, out, nil, "services", id)
	return out, err
}

// sources gives the service file of a service.
func (v *Service) sources() ([]schema.Source, error) {
	if v.Revision == nil {
		return nil, fault.New(fault.NotFound, "nothing has been said about the service %s yet: `bulkhead apply` brings its service file", v.ID)
	}
	out := make([]schema.Source, len(v.Revision.Files))
	for i, f := range v.Revision.Files {
		out[i] = schema.Source{File: f.File, Text: []byte(f.Text)}
	}
	return out, nil
}

// Applying is a service file that a pipeline brings.
type Applying struct {
	Documents  *app.Documents
	Repository Repository
	Commit     string
	Note       string
	DryRun     bool   // say what would follow, and change nothing
	Register   string // the unit that a service is given to that is not there yet; empty to register nothing
}

// Applied says what became of it.
type Applied struct {
	Registered bool  `json:"-"` // it was not there before; with DryRun, it would be registered
	Revision   int64 `json:"revision"`
	Same       bool  `json:"same"`
	Changes    []struct {
		Path string `json:"path"`
		Op   string `json:"op"`
		Was  string `json:"was"`
		Is   string `json:"is"`
	} `json:"changes"`
}

// Apply brings a service file to the server. To bring the same again changes nothing.
func (s *Server) Apply(ctx context.Context, a Applying) (*Applied, error) {
	out := &Applied{}
	id := string(a.Documents.Service.Service.ID)
	if a.Register != "" {
		if err := s.register(ctx, id, &a, out); err != nil || out.Registered && a.DryRun {
			return out, err
		}
	}
	files := make([]File, len(a.Documents.Files))
	for i, f := range a.Documents.Files {
		files[i] = File{File: f.File, Text: string(f.Text)}
	}
	_, err := s.post(ctx, map[string]any{"repository": a.Repository, "commit": a.Commit, "note": a.Note, "files": files}, out,
		url.Values{"dry_run": {strconv.FormatBool(a.DryRun)}}, "services", id, "apply")
	return out, located(err, a.Documents)
}

// register gives a service its place where it has none.
func (s *Server) register(ctx context.Context, id string, a *Applying, out *Applied) error {
	_, err := s.Service(ctx, id)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	if !a.DryRun {
		named := map[string]any{"id": id, "name": a.Documents.Service.Service.Name, "unit": a.Register, "kept_in": a.Repository}
		if _, err := s.post(ctx, named, nil, nil, "services"); err != nil {
			return err
		}
	}
	out.Registered = true
	return nil
}

// located says where on this disk is what the server found wrong.
func located(err error, d *app.Documents) error {
	if f, is := err.(*fault.Error); is { //nolint:errorlint // made here and never wrapped
		for i := range f.Fields {
			f.Fields[i].File = d.Place(f.Fields[i].File)
		}
	}
	return err
}
