package diagram

import (
	"strings"
	"unicode"
)

// advance gives the width of a letter in thousandths of the size.
func advance(r rune) int {
	switch {
	case r >= ' ' && r <= '~':
		return width(r)
	case unicode.Is(unicode.Mn, r):
		return 0
	case r < 0x250:
		return 722
	}
	return 1000
}

// width gives Arial's advance width, in thousandths of the size. A reader's machine may have another face for it; those in
// use have these widths or smaller ones.
func width(r rune) int {
	return [...]int{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
		556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
		556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}[r-' ']
}

// measure gives the width of words in pixels, rounded up. Bold letters are up to a tenth wider.
func measure(words string, size int, bold bool) int {
	sum := 0
	for _, r := range words {
		sum += advance(r)
	}
	if bold {
		sum += sum / 10
	}
	return (sum*size + 999) / 1000
}

// wrap sets words in at most so many lines that are no wider than so many pixels. What does not fit ends in three dots.
func wrap(words string, size, wide, most int, bold bool) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(words) {
		for _, part := range chop(word, size, wide, bold) {
			joined := strings.TrimSpace(line + " " + part)
			if line != "" && measure(joined, size, bold) > wide {
				lines, joined = append(lines, line), part
			}
			line = joined
		}
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = cut(strings.TrimRight(lines[most-1], " ,.-")+"…", size, wide, bold)
	}
	return lines
}

// chop breaks a word that is wider than a line, after a hyphen or another joint where there is one.
func chop(word string, size, wide int, bold bool) (parts []string) {
	runes := []rune(word)
	for measure(string(runes), size, bold) > wide && len(runes) > 1 {
		at := 1
		for at < len(runes) && measure(string(runes[:at+1]), size, bold) <= wide {
			at++
		}
		for joint := at; joint > at/2; joint-- {
			if strings.ContainsRune("-_./@:", runes[joint-1]) {
				at = joint
				break
			}
		}
		parts, runes = append(parts, string(runes[:at])), runes[at:]
	}
	return append(parts, string(runes))
}

// cut shortens words to so many pixels, with three dots where something was taken away.
func cut(words string, size, wide int, bold bool) string {
	if measure(words, size, bold) <= wide {
		return words
	}
	runes := []rune(strings.TrimSuffix(words, "…"))
	for len(runes) > 0 && measure(string(runes)+"…", size, bold) > wide {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ,.-") + "…"
}

// tidy gives a name in one line, without letters that show nothing and change how others are shown.
func tidy(words string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar, r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, strings.ToValidUTF8(words, ""))
	return strings.Join(strings.Fields(clean), " ")
}
