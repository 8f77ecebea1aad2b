package schema

import (
	"fmt"
	"slices"
	"strings"
)

// sentence says a conflict to the person whose change is mine.
func (w *way) sentence(base, mine, theirs *value) string {
	what := w.what()
	item := w.item != nil
	switch {
	case item && mine == nil:
		return fmt.Sprintf("You removed %s; meanwhile somebody else changed %s of it.", what, inside(base, theirs))
	case item && theirs == nil:
		return fmt.Sprintf("You changed %s of %s; meanwhile somebody else removed it.", inside(base, mine), what)
	case mine == nil:
		return fmt.Sprintf("You took out %s; meanwhile somebody else changed it%s.", what, to(theirs))
	case theirs == nil:
		return fmt.Sprintf("You changed %s%s; meanwhile somebody else took it out.", what, to(mine))
	case !base.is(senseWord) || mine.sense != senseWord || theirs.sense != senseWord:
		return fmt.Sprintf("You changed %s; meanwhile somebody else changed that too, in another way.", what)
	case base == nil:
		return fmt.Sprintf("You set %s to %s; meanwhile somebody else set it to %s.", what, quote(mine.text), quote(theirs.text))
	}
	return fmt.Sprintf("You changed %s from %s to %s; meanwhile somebody else changed it to %s.", what, quote(base.text), quote(mine.text), quote(theirs.text))
}

// sameID says that an id of mine is in use by another item of theirs.
func (w *way) sameID(base, mine, other *value) string {
	if base == nil {
		return fmt.Sprintf("You added %s; meanwhile somebody else gave that id to another%s. Choose another id.", w.what(), title(other))
	}
	return fmt.Sprintf("You gave %s the new id %s; meanwhile somebody else gave that id to another%s. Choose another id.", w.what(), printable(mine.id()), title(other))
}

// to says what a text was changed to.
func to(v *value) string {
	if v.sense != senseWord {
		return ""
	}
	return " to " + quote(v.text)
}

// what names a value for people: an item by its id and its title, anything else by its keys, and by the item that it is of.
func (w *way) what() string {
	var keys []string
	for ; w.up != nil && w.item == nil; w = w.up {
		keys = append(keys, spaced(w.name))
	}
	slices.Reverse(keys)
	switch {
	case w.item == nil && len(keys) == 0:
		return "the whole file"
	case w.item == nil:
		return "the " + strings.Join(keys, " ")
	}
	item := singular(spaced(w.up.name)) + " " + printable(w.name) + title(w.item)
	if len(keys) == 0 {
		return item
	}
	return "the " + strings.Join(keys, " ") + " of " + item
}

func spaced(key string) string { return printable(strings.ReplaceAll(key, "_", " ")) }

// singular makes the key of a list the word for one of its items.
func singular(list string) string {
	for _, end := range []struct{ many, one string }{{"ies", "y"}, {"sses", "ss"}, {"ss", "ss"}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(list, end.many); ok && stem != "" {
			return stem + end.one
		}
	}
	if list == "" {
		return "item"
	}
	return list
}

// title is what people call an item, in brackets; nothing where it has neither title nor name.
func title(item *value) string {
	for _, key := range []string{"title", "name"} {
		if text := item.keyed(key); text != "" {
			return " (" + quote(text) + ")"
		}
	}
	return ""
}

// inside names what differs between two versions of an item.
func inside(base, other *value) string {
	var keys []string
	for _, c := range compare(base, other) {
		key, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
		if key = spaced(key); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	const most = 4
	switch n := len(keys); {
	case n == 0:
		return "something"
	case n == 1:
		return "the " + keys[0]
	case n > most:
		return fmt.Sprintf("the %s and %d more", strings.Join(keys[:most], ", "), n-most)
	default:
		return "the " + strings.Join(keys[:n-1], ", ") + " and " + keys[n-1]
	}
}
