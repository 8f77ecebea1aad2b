package tmlibrary

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/model"
)

// vault is what the data sets placed in a store say of its encryption.
type vault struct{ yes, no, silent bool }

func (r *reader) readSets(f *file) error {
	err := foreign.Each(r.file, f.Sets, "/data_sets", func(s *set, path string) error {
		id, fresh := r.claim(&r.data, s.Symbol, s.Symbol, s.Title, "data")
		if !fresh {
			return nil
		}
		if !s.Access.Absent() {
			r.notes.Add(access, 1, "")
		}
		d := model.Data{ID: id, Name: r.name(s.Title), Records: r.records(s.Records), Note: r.line(s.Description)}
		if d.Name == "" {
			d.Name = string(id)
		}
		words, err := r.words(s.Sensitivity, path+"/data_sensitivity")
		if err != nil {
			return err
		}
		r.sensitivity(&d, words)
		r.out.Data = append(r.out.Data, d)
		return r.placements(s.Placements, path+"/placements", id)
	})
	if err == nil {
		r.encryptStores()
	}
	return err
}

func (r *reader) sensitivity(d *model.Data, words []string) {
	var others []string
	for _, w := range words {
		switch w {
		case "pii":
			d.Personal = model.Yes
		case "phi":
			d.Personal, d.SpecialCategory = model.Yes, model.Yes
			d.SpecialCategories = []model.SpecialCategory{"health"}
		case "cred":
			d.Credentials = model.Yes
		default:
			others = append(others, w)
		}
	}
	if len(others) > 0 {
		said := r.name(strings.Join(others, ", "))
		r.notes.Add(otherSense, 1, said)
		d.Note = foreign.Sentences(d.Note, "Sensitivity in the file: "+said)
	}
}

const most = 1<<53 - 1 // a number that a service file can hold

func (r *reader) records(n json.Number) int64 {
	if n == "" {
		return 0
	}
	records, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil || records < 0 || records > most {
		r.notes.Add(oddCount, 1, string(n))
		return 0
	}
	return records
}

func (r *reader) placements(list foreign.Raw, path string, id ident.ID) error {
	seen := map[ident.ID]bool{}
	return foreign.Each(r.file, list, path, func(p *placement, _ string) error {
		store := r.find(&r.parts, keyed(ofStore, p.Store))
		if store == "" {
			return nil
		}
		v := r.vaults[store]
		v.yes = v.yes || p.Encrypted != nil && *p.Encrypted
		v.no = v.no || p.Encrypted != nil && !*p.Encrypted
		v.silent = v.silent || p.Encrypted == nil
		r.vaults[store] = v
		if c := &r.out.Architecture.Components[r.at[store]]; !seen[store] {
			c.Holds = append(c.Holds, id)
		}
		seen[store] = true
		return nil
	})
}

// encryptStores says that a store is encrypted, or that it is not, where all that is placed in it says the same.
func (r *reader) encryptStores() {
	all := r.out.Architecture.Components
	for i := range all {
		switch r.vaults[all[i].ID] {
		case vault{yes: true}:
			all[i].Encryption = "standard"
		case vault{no: true}:
			all[i].Encryption = "none"
		case vault{}, vault{silent: true}:
		default:
			r.notes.Add(mixed, 1, all[i].Name)
		}
	}
}

func (r *reader) readAssumptions(f *file) error {
	return foreign.Each(r.file, f.Assumptions, "/assumptions", func(a *assumption, _ string) error {
		switch a.Validity {
		case "rejected":
			r.notes.Add(rejected, 1, a.Description)
		case "confirmed":
			r.assume(a.Description, r.line(a.Description))
		default:
			r.assume(a.Description, foreign.Sentences(r.line(a.Description), "Nobody has confirmed this"))
		}
		return nil
	})
}

// assume adds an assumption, whose id is made of the first words of what it is about.
func (r *reader) assume(about, text string) {
	line, _ := foreign.Line(about, foreign.MaxName)
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	id := r.assumed.Take(strings.Join(words[:min(len(words), 6)], " "), "assumption")
	r.out.Assumptions = append(r.out.Assumptions, model.Assumption{ID: id, Text: text})
}
