package api

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
