package patent

import "strings"

// Publication is the number under which an application or a granted patent was published. It is no patent number: "CN…A" proves
// only that somebody applied.
type Publication struct {
	Digits string // 7 or 9 digits, the first is the type; until 1988 the application number
	Kind   string // the kind code as written: A, B, U, S, C, Y, D, with a digit for corrections; "" where none is written
}

// ParsePublication reads a publication number in any spelling. Without CN before it, the kind code must be there.
func ParsePublication(s string) (Publication, bool) {
	var b strings.Builder
	for _, r := range s {
		switch r = fold(r); {
		case r == ' ' || r == '.' || r == ':':
		case r > 127:
			return Publication{}, false
		default:
			b.WriteByte(byte(r))
		}
	}
	t := b.String()
	rest, china := strings.CutPrefix(t, "CN")
	if !china {
		rest = strings.TrimPrefix(t, "ZL")
	}
	n := 0
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	p := Publication{Digits: rest[:n], Kind: rest[n:]}
	switch k := p.Kind; {
	case k == "" && !china, len(k) > 2, k != "" && !strings.Contains("ABCUYSD", k[:1]), len(k) == 2 && !isDigit(k[1]):
		return Publication{}, false
	}
	if (n == 7 || n == 9) && rest[0] >= '1' && rest[0] <= '3' || n == 8 && p.Kind != "" && rest[:2] >= "85" && rest[:2] <= "88" {
		return p, true
	}
	return Publication{}, false
}

// Type is the kind of patent that was published.
func (p Publication) Type() Type {
	i := 0
	if len(p.Digits) == 8 {
		i = 2
	}
	if p.Digits == "" {
		return ""
	}
	return Number{Digits: "20000000"[:2] + p.Digits[i:i+1] + "00000"}.Type()
}

// String is "CN 102345678 A".
func (p Publication) String() string {
	if p.Digits == "" {
		return ""
	}
	return strings.TrimSuffix("CN "+p.Digits+" "+p.Kind, " ")
}

// What a text is, as far as numbers go.
const (
	KindNumber      = "patent_or_application"
	KindPublication = "publication"
	KindNone        = "none"
)

// Why a text is no number.
const (
	ReasonNothing = "nothing"  // no digits that could be one
	ReasonLength  = "length"   // not 8, 9, 12 or 13 characters
	ReasonType    = "bad_type" // the type digit is none of 1 2 3 8 9
	ReasonYear    = "bad_year" // a year that cannot be
)

// Reading is what a text is: a number, a publication number, or neither.
type Reading struct {
	Kind        string
	Number      Number      // for KindNumber; for KindNone with a bad type or year, what was written
	Publication Publication // for KindPublication
	Reason      string      // for KindNone
	Found       []Match     // the numbers in running text; none where the text is nothing but a number
}

// Read reads a text that is a number or holds one. latest is the last year an application can be from; 0 leaves that open.
func Read(text string, latest int) Reading {
	if p, ok := ParsePublication(text); ok {
		return Reading{Kind: KindPublication, Publication: p}
	}
	if n, err := Parse(text); err == nil {
		for _, w := range n.Warnings(latest) {
			if w == BadType || w == BadYear {
				return Reading{Kind: KindNone, Number: n, Reason: string(w)}
			}
		}
		return Reading{Kind: KindNumber, Number: n}
	}
	var found []Match
	for _, m := range Find(text) {
		if latest == 0 || m.Number.Year() <= latest {
			found = append(found, m)
		}
	}
	if len(found) > 0 {
		return Reading{Kind: KindNumber, Number: found[0].Number, Found: found}
	}
	cs := characters(text)
	for i := range cs {
		if p, _, ok := publicationAt(cs, i); ok {
			return Reading{Kind: KindPublication, Publication: p}
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { f := fold(r); return f >= '0' && f <= '9' }) {
		return Reading{Kind: KindNone, Reason: ReasonLength}
	}
	return Reading{Kind: KindNone, Reason: ReasonNothing}
}

// publicationAt reads a publication number with CN before it at i, and where it ends.
func publicationAt(cs []character, i int) (p Publication, end int, ok bool) {
	if byte1(cs, i) != 'C' || byte1(cs, i+1) != 'N' || isLetter(byte1(cs, i-1)) {
		return p, 0, false
	}
	var b strings.Builder
	b.WriteString("CN")
	at, end := i+2, i+2
	for at < len(cs) && at < i+18 {
		c := byte1(cs, at)
		if c != ' ' && c != '.' && !isDigit(c) && !isLetter(c) {
			break
		}
		if c != ' ' && c != '.' {
			b.WriteByte(c)
			end = at + 1
		}
		at++
		if isLetter(c) && !isLetter(byte1(cs, at)) {
			break
		}
	}
	p, ok = ParsePublication(b.String())
	return p, end, ok
}
