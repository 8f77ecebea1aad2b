package registry

import (
	"cmp"
	"context"
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/hidden"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
	"github.com/bulkhead-assurance/bulkhead/ledger"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// First is what the first administrator says of themselves: which of the people in the organisation file they are, or
// where there is none, what the organisation and their post are called.
type First struct {
	Person       ident.ID
	Organisation string
	Post         string
	Email        string // may be left out
}

// BeginFirst signs in the first administrator with the link for that, which is used up by it. Where the record has no
// organisation, a small one is made, with them in it; where the organisation file has no administrator, they become one.
// What is wrong with what they said is a fault with fields, and leaves the link.
func (d *Door) BeginFirst(ctx context.Context, text string, f First, from netip.Addr) (hidden.Text, error) {
	r, t := d.registry, &tries{}
	if err := r.try(ctx, t, r.addressName(from)); err != nil {
		return hidden.Text{}, err
	}
	secret, l, err := d.find(ctx, text)
	if err != nil {
		return hidden.Text{}, err
	}
	if l.Purpose != firstLink {
		return hidden.Text{}, badLink()
	}
	revision, err := r.store.Organisation(ctx, 0)
	if err != nil {
		return hidden.Text{}, err
	}
	person, next, err := r.firstOrganisation(ctx, revision, f)
	if err != nil {
		return hidden.Text{}, err
	}
	e := &entrance{person: person, how: byLink, tries: t, why: []string{"first", chiefIn}, take: &taking{secret, firstLink}}
	e.guard = func(ctx context.Context, tx *store.Tx) error {
		if some, err := tx.AnyWay(ctx); err != nil || some {
			return orBad(err)
		}
		if next == nil || next.Parent == 0 {
			return nil
		}
		return tx.MarkAll(ctx, r.now())
	}
	if next != nil {
		e.entries = []store.Entry{{Kind: ledger.OrganisationRevised, Actor: "terminal", Subject: "organisation", Content: next}}
	}
	return d.enter(ctx, e)
}

func orBad(err error) error {
	if err != nil {
		return err
	}
	return badLink()
}

// firstOrganisation gives who the first administrator is, and the organisation file that makes them one; nil where the
// one in force does.
func (r *Registry) firstOrganisation(ctx context.Context, have store.OrganisationRevision, f First) (ident.ID, *store.Organised, error) {
	if have.Number == 0 {
		source, id, err := founded(f)
		if err != nil {
			return "", nil, err
		}
		next, err := organised(have, source)
		return id, next, err
	}
	g, err := r.current(ctx)
	if err != nil {
		return "", nil, err
	}
	for _, p := range r.choices(g) {
		if p.ID != f.Person {
			continue
		}
		if isChief(p) {
			return p.ID, nil, nil
		}
		source, err := appointed(store.Sources(have.Texts), p.ID)
		if err != nil {
			return "", nil, err
		}
		next, err := organised(have, source)
		return p.ID, next, err
	}
	return "", nil, fault.At([]fault.Field{{Path: "/person", Text: "choose who you are"}})
}

// organised gives the next revision of the organisation file.
func organised(have store.OrganisationRevision, source schema.Source) (*store.Organised, error) {
	o, err := org.Read(source)
	if err != nil {
		return nil, err
	}
	digest, err := ident.Sum(o)
	if err != nil {
		return nil, err
	}
	return &store.Organised{
		Number: have.Number + 1, Parent: have.Number, Digest: digest, Texts: store.Texts([]schema.Source{source}), Note: "the first administrator",
	}, nil
}

// appointed adds an administrator to an organisation file that has none.
func appointed(sources []schema.Source, person ident.ID) (schema.Source, error) {
	doc, err := schema.Parse(sources...)
	if err != nil {
		return schema.Source{}, err
	}
	return doc.Append("/appointments", "role: "+string(administrator)+"\nperson: "+strconv.Quote(string(person)))
}

// smallest is the organisation that a record begins with.
const smallest = `bulkhead: v1
id: organisation
name: organisation
people:
  - id: "PERSON"
    name: post
appointments:
  - role: administrator
    person: "PERSON"
`

// founded makes the first organisation.
func founded(f First) (schema.Source, ident.ID, error) {
	if err := f.check(); err != nil {
		return schema.Source{}, "", err
	}
	id := idOf(f.Post, "administrator")
	source := schema.Source{File: org.File, Text: []byte(strings.ReplaceAll(smallest, "PERSON", string(id)))}
	edits := [][2]string{{"/id", string(idOf(f.Organisation, "organisation"))}, {"/name", f.Organisation}, {"/people/" + string(id) + "/name", f.Post}}
	if f.Email != "" {
		edits = append(edits, [2]string{"/people/" + string(id) + "/email", f.Email})
	}
	for _, e := range edits {
		doc, err := schema.Parse(source)
		if err != nil {
			return source, "", err
		}
		if source, err = doc.Splice(e[0], strings.TrimSpace(e[1])); err != nil {
			return source, "", err
		}
	}
	if _, err := org.Read(source); err != nil {
		return source, "", fault.At([]fault.Field{{Path: "/email", Text: "write an address and nothing else, such as head.of.security@department.example"}})
	}
	return source, id, nil
}

func (f First) check() error {
	var wrong []fault.Field
	for _, field := range []struct{ path, text, say string }{
		{"/organisation", f.Organisation, "say what your organisation is called"},
		{"/post", f.Post, "say what your post is called"},
	} {
		if text := strings.TrimSpace(field.text); text == "" || len(text) > nameMost || strings.ContainsFunc(text, unicode.IsControl) {
			wrong = append(wrong, fault.Field{Path: field.path, Text: field.say})
		}
	}
	if len(f.Email) > nameMost {
		wrong = append(wrong, fault.Field{Path: "/email", Text: "write a shorter address"})
	}
	return fault.At(wrong)
}

// idOf makes an id of a name; another where the name has nothing to make one of.
func idOf(name string, other ident.ID) ident.ID {
	return cmp.Or(ident.Suggest(name), other)
}
