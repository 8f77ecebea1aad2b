package model

import "github.com/bulkhead-assurance/bulkhead/ident"

// Material gives the digest of what matters of an item for evidence about it: what it is and how it is built, without
// names, notes, owners and other words whose change takes nothing away from what was observed. False when there is no
// item at the path.
func Material(items map[string]any, path string, enc *ident.Encoder) (ident.Digest, bool) {
	item, ok := items[path]
	if !ok {
		return "", false
	}
	switch it := item.(type) {
	case *Component:
		c := *it
		c.ID, c.Name, c.Note, c.Owner, c.Tags, c.Formerly, c.Bill, c.Version = "", "", "", "", nil, nil, Artefact{}, ""
		item = &c
	case *Flow:
		f := *it
		f.Name, f.Note, f.Formerly = "", "", nil
		item = &f
	case *Data:
		d := *it
		d.Name, d.Note, d.Formerly, d.Records = "", "", nil, 0
		item = &d
	case *Control:
		item = &Control{ID: it.ID, Control: it.Control, Origin: it.Origin, Offer: it.Offer}
	}
	sum, err := enc.Sum(item)
	return sum, err == nil
}
