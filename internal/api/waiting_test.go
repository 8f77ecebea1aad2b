package api_test

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/bulkhead-assurance/bulkhead/internal/api"
)

// TestWhatWaitsComesInPages reads what waits for somebody page by page: together the pages are the whole list, in order.
func TestWhatWaitsComesInPages(t *testing.T) {
	b := stocked(t, 12)
	type page struct {
		Items []api.WaitingLine
		Next  string
	}
	read := func(query string) page {
		t.Helper()
		got := b.send("person:d6", "GET", "/me/waiting"+query, "")
		if got.status != 200 {
			t.Fatalf("%s: %d %s", query, got.status, got.body)
		}
		return as[page](t, got)
	}
	whole := read("")
	if len(whole.Items) < 12 || whole.Next != "" {
		t.Fatalf("%d, then %q", len(whole.Items), whole.Next)
	}
	for _, limit := range []int{1, 5, len(whole.Items)} {
		var all []api.WaitingLine
		for p := read(fmt.Sprint("?limit=", limit)); ; p = read(fmt.Sprint("?limit=", limit, "&after=", url.QueryEscape(p.Next))) {
			all = append(all, p.Items...)
			if len(p.Items) > limit || len(all) > len(whole.Items) {
				t.Fatalf("%d at once, %d in all", len(p.Items), len(all))
			}
			if p.Next == "" {
				break
			}
		}
		if !slices.EqualFunc(all, whole.Items, func(a, b api.WaitingLine) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("in pages of %d:\n%+v\nand not\n%+v", limit, all, whole.Items)
		}
	}
	why := whole.Items[0].Why
	for _, w := range read("?limit=3&why=" + why).Items {
		if w.Why != why {
			t.Errorf("%s among those that wait to %s", w.Why, why)
		}
	}
	isProblem(t, b.send("person:d6", "GET", "/me/waiting?after=yesterday", ""), 422)
}
