package settings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Flags is how the server is asked for on the command line. Kong fills it from flags, environment and defaults; Load adds
// the file.
type Flags struct {
	File        string `name:"config" env:"BULKHEAD_CONFIG" placeholder:"FILE" help:"A file of settings, in YAML."`
	PrintConfig bool   `name:"print-config" help:"Show the settings in force and where each is from, and stop."`
	CheckHealth bool   `name:"check-health" help:"Ask the server that runs with these settings whether it is ready, and stop."`

	Config `embed:"" envprefix:"BULKHEAD_"`
}

// Loaded is the configuration in force, with where each value is from.
type Loaded struct {
	Config
	origins map[string]origin // by path
	secrets []secret
}

// origin is where a value is from: a flag, a variable, a place in the file, or else the default.
type origin struct {
	name  string // how to write of it: --listen, BULKHEAD_LISTEN, bulkhead.yaml:3; default
	place schema.Place
}

// Load gives the configuration in force. The context is that of the command whose flags these are. Errors are of kind
// invalid, and name each setting that is wrong and where it was set.
func (f *Flags) Load(parsed *kong.Context) (*Loaded, error) {
	l := &Loaded{Config: f.Config, origins: map[string]origin{}}
	said := map[string]bool{}
	for _, p := range parsed.Path {
		if p.Flag != nil && !p.Resolved {
			said[p.Flag.Name] = true
		}
	}
	l.fromOutside(said)
	if f.File != "" {
		if err := l.fromFile(f.File); err != nil {
			return nil, err
		}
	}
	if err := l.readSecrets(); err != nil {
		return nil, err
	}
	return l, fault.At(l.check())
}

// fromOutside notes which values are from flags and which from the environment; kong has set them.
func (l *Loaded) fromOutside(said map[string]bool) {
	for _, s := range l.settings() {
		if said[s.flag()] {
			l.origins[s.path()] = origin{name: "--" + s.flag()}
		} else if _, is := os.LookupEnv(s.env()); is {
			l.origins[s.path()] = origin{name: s.env()}
		}
	}
}

// maxFile bounds the file of settings and those of secrets, in bytes.
const maxFile = 1 << 20

// fromFile takes from the file what neither a flag nor the environment says.
func (l *Loaded) fromFile(name string) error {
	text, err := readFile(name)
	if err != nil {
		return err
	}
	doc, err := schema.Parse(schema.Source{File: name, Text: text})
	if err != nil {
		return err
	}
	file := l.Config
	if err := doc.Decode(&file); err != nil {
		return err
	}
	from := file.settings()
	for i, s := range l.settings() {
		_, set := l.origins[s.path()]
		if place, is := stands(doc, s); is && !set {
			s.value.Set(from[i].value)
			l.origins[s.path()] = origin{name: place.File + ":" + strconv.Itoa(place.Line), place: place}
		}
	}
	return nil
}

// stands gives where the document says a setting, if it does: the place of what is not said is that of what is around it.
func stands(doc *schema.Document, s setting) (schema.Place, bool) {
	around, place := doc.Where(""), doc.Where(s.path())
	if len(s.keys) > 1 {
		around = doc.Where("/" + s.keys[0])
	}
	return place, place != around
}

// readFile reads a file that a setting names.
func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.Invalid, "there is no file %s: name one that is there", name)
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "the file %s cannot be read", name)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "the file %s cannot be read", name)
	case len(text) > maxFile:
		return nil, fault.New(fault.TooLarge, "the file %s is larger than 1 MiB, so it is none of settings", name)
	}
	return text, nil
}

// from says where the value of a setting is from.
func (l *Loaded) from(s setting) string {
	o, is := l.origins[s.path()]
	switch {
	case is:
		return o.name
	case len(s.text()) == 0:
		return "not set"
	default:
		return "default"
	}
}

// wrong tells that a setting is wrong, at the place where it was set.
func (l *Loaded) wrong(field any, format string, args ...any) fault.Field {
	for _, s := range l.settings() {
		if s.value.Addr().Interface() != field {
			continue
		}
		o := l.origins[s.path()]
		out := fault.New(fault.Invalid, format, args...)
		if o.place.Line > 0 {
			return fault.Field{File: o.place.File, Line: o.place.Line, Column: o.place.Column, Path: s.path(), Text: out.Text}
		}
		return fault.Field{Path: s.path(), Text: or(o.name, "--"+s.flag()) + ": " + out.Text}
	}
	panic("settings: " + reflect.TypeOf(field).String() + " is no setting")
}
