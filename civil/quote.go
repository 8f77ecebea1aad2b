package civil

import "strconv"

// quote shows what was written in an error, cut short so that a misplaced file does not become the message.
func quote(s string) string {
	const most = 40
	runes := 0
	for i := range s {
		if runes == most {
			return strconv.Quote(s[:i]) + "…"
		}
		runes++
	}
	return strconv.Quote(s)
}
