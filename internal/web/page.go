package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

//go:embed pages/*.html
var pageFiles embed.FS

// pages are the templates by name, each with the frame around it.
var pages = readPages()

// readPages reads what is embedded, which a test shows to be readable.
func readPages() map[string]*template.Template {
	frame := template.Must(template.ParseFS(pageFiles, "pages/frame.html"))
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic(err)
	}
	out := map[string]*template.Template{}
	for _, file := range files {
		if name := strings.TrimSuffix(path.Base(file), ".html"); name != "frame" {
			out[name] = template.Must(template.Must(frame.Clone()).ParseFS(pageFiles, file))
		}
	}
	return out
}

// sheet is what every page is made of.
type sheet struct {
	Title   string
	Wrong   bool // the reader has to mend something, which the title of the window says first
	Demo    bool
	House   registry.House
	Who     *registry.Profile // who is signed in; nil where nobody is
	Content any
}

// show writes a page.
func (f *face) show(w http.ResponseWriter, r *http.Request, status int, name, title string, content any) {
	s := sheet{Title: title, Demo: f.Demo, Content: content, Wrong: status == http.StatusUnprocessableEntity}
	if who := signed(r.Context()); who != nil {
		p := f.Registry.Profile(who.Asker)
		s.Who, s.House = &p, who.House()
	} else if house, err := f.Registry.House(r.Context()); err == nil { // an error page has to do without
		s.House = house
	}
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "frame", s); err != nil {
		f.Log.ErrorContext(r.Context(), "a page could not be made", "page", name, "error", err.Error())
		http.Error(w, "Sorry, there is a problem with the service.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the browser is gone, which is all that can go wrong
}

// there leads the browser to another page of ours, which it gets anew.
func there(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// capital begins a sentence with words that do not.
func capital(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
