package api

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Paging is which part of a list is asked for.
type Paging struct {
	After string `query:"after" doc:"Where the page before ended: its next; leave out for the first page"`
	Limit int    `query:"limit" doc:"How many at the most" minimum:"1" maximum:"500" default:"100"`
}

// Page is a part of a list.
type Page[T any] struct {
	Body struct {
		Items []T    `json:"items" nullable:"false"`
		Next  string `json:"next" doc:"What to send as after for the next page; empty at the end"`
	}
}

// page makes a page of what was found, of which there is one more than asked for when there is a next page.
func page[S, T any](found []S, limit int, show func(*S) T, at func(*S) string) *Page[T] {
	out := &Page[T]{}
	out.Body.Items = make([]T, 0, min(limit, len(found)))
	for i := range found[:min(limit, len(found))] {
		out.Body.Items = append(out.Body.Items, show(&found[i]))
	}
	if len(found) > limit {
		out.Body.Next = at(&found[limit-1])
	}
	return out
}

// written writes a page of which each item ends in a member that is JSON already, and is not looked at again: most of a
// long list is that. What takes the member out of an item is given.
func (p *Page[T]) written(take func(*T) (name string, text json.RawMessage)) (*Raw, error) {
	out := bytes.NewBufferString(`{"items":[`)
	for i := range p.Body.Items {
		name, member := take(&p.Body.Items[i])
		text, err := json.Marshal(&p.Body.Items[i])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		if len(member) > 0 {
			text = slices.Concat(bytes.TrimSuffix(text, []byte{'}'}), []byte(`,"`+name+`":`), member, []byte{'}'})
		}
		out.Write(text)
	}
	next, err := json.Marshal(p.Body.Next)
	if err != nil {
		return nil, err
	}
	out.WriteString(`],"next":`)
	out.Write(next)
	out.WriteByte('}')
	return raw(out.Bytes()), nil
}
