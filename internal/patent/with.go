package patent

import (
	"slices"
	"strings"
)

// WithNumber is the text of a mark with a number that was read apart from it: typed, or scanned from a code. A number that the text has
// already, in whatever spelling, is not said twice.
func WithNumber(text, number string) string {
	text, number = strings.TrimSpace(text), strings.TrimSpace(number)
	switch {
	case number == "" || strings.Contains(text, number):
		return text
	case text == "":
		return number
	}
	if n, err := Parse(number); err == nil && slices.ContainsFunc(Numbers(text), func(x Number) bool { return x.Key() == n.Key() }) {
		return text
	}
	return text + "\n" + number
}
