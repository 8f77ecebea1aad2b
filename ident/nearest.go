package ident

import "strings"

// Nearest gives the name that a mistyped word most likely meant, "" when none is near: at most two edits away, or a
// third of the length of the word where that is more, and never all of it. Case does not count, and swapping two
// neighbouring letters is one edit. Of names equally near, one that begins as the word does is given before another,
// since people seldom mistype the first letter; and then the alphabetically first.
func Nearest(word string, among []string) string {
	folded := []rune(strings.ToLower(word))
	limit := min(max(2, len(folded)/3), len(folded)-1)
	best, nearest := limit+1, ""
	for _, name := range among {
		d := distance(folded, []rune(strings.ToLower(name)), limit)
		if d < best || d == best && d <= limit && likelier(name, nearest, folded) {
			best, nearest = d, name
		}
	}
	return nearest
}

// likelier says whether of two names equally near the first is the likelier one.
func likelier(name, other string, word []rune) bool {
	begins := func(s string) bool {
		runes := []rune(strings.ToLower(s))
		return len(runes) > 0 && runes[0] == word[0]
	}
	if a, b := begins(name), begins(other); a != b {
		return a
	}
	return name < other
}

// distance is the Damerau-Levenshtein distance in its restricted form, in which no part is edited twice; limit+1 stands
// for anything greater than limit, so that lengths alone rule most names out.
func distance(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
