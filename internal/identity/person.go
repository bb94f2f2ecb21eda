package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Person is who called or reported.
type Person struct {
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
	Unit    string `json:"unit,omitempty"`
}

// Empty says whether nothing is known of the person.
func (p Person) Empty() bool { return p == Person{} }

// trim takes the blanks off.
func (p Person) trim() Person {
	return Person{strings.TrimSpace(p.Name), strings.TrimSpace(p.Phone), strings.TrimSpace(p.Address), strings.TrimSpace(p.Unit)}
}

// fields are the names of what is known.
func (p Person) fields() (out []string) {
	for _, f := range []struct{ name, v string }{{"name", p.Name}, {"phone", p.Phone}, {"address", p.Address}, {"unit", p.Unit}} {
		if f.v != "" {
			out = append(out, f.name)
		}
	}
	return out
}

// with is the person with what other adds where nothing was known.
func (p Person) with(other Person) Person {
	for _, f := range []struct{ to, v *string }{{&p.Name, &other.Name}, {&p.Phone, &other.Phone}, {&p.Address, &other.Address}, {&p.Unit, &other.Unit}} {
		if *f.to == "" {
			*f.to = *f.v
		}
	}
	return p
}

// MaskName leaves the first character of a name: 张*.
func MaskName(s string) string {
	for _, r := range s {
		return string(r) + "*"
	}
	return ""
}

// MaskPhone leaves the ends of a number: 138****1234, of a short one the last four.
func MaskPhone(s string) string {
	r := []rune(s)
	switch n := len(r); {
	case n == 0:
		return ""
	case n >= 11:
		return string(r[:3]) + "****" + string(r[n-4:])
	case n >= 7:
		return "****" + string(r[n-4:])
	}
	return "****"
}

// Redact is redact for whoever holds the person: an operator's form that is not sealed yet.
func (p Person) Redact(text string) string { return p.trim().redact(text) }

// redact is a text without the person's name (of two characters or more), unit, address (of six or more) and number (of seven or more), however the number
// is spaced.
func (p Person) redact(text string) string {
	const gone = "×××"
	for _, s := range []string{p.Name, p.Unit} {
		if len([]rune(s)) >= 2 {
			text = strings.ReplaceAll(text, s, gone)
		}
	}
	if len([]rune(p.Address)) >= 6 {
		text = strings.ReplaceAll(text, p.Address, gone)
	}
	if len(p.Phone) >= 7 {
		text = strings.ReplaceAll(text, p.Phone, gone)
	}
	if d := digits(p.Phone); len(d) >= 7 {
		text = redactDigits(text, d, gone)
	}
	return text
}

// redactDigits takes a row of digits out of a text, with whatever spaces and dashes stand in it.
func redactDigits(text, d, gone string) string {
	r := []rune(text)
	var out strings.Builder
	for i := 0; i < len(r); {
		if end := matchDigits(r[i:], d); end > 0 && (i == 0 || !unicode.IsDigit(r[i-1])) {
			out.WriteString(gone)
			i += end
			continue
		}
		out.WriteRune(r[i])
		i++
	}
	return out.String()
}

// matchDigits says how many runes at the beginning of r spell the digits d; 0 is not.
func matchDigits(r []rune, d string) int {
	at := 0
	for i, x := range r {
		x = narrow(x)
		switch {
		case at < len(d) && x == rune(d[at]):
			if at++; at == len(d) {
				return i + 1
			}
		case at > 0 && (x == ' ' || x == '-' || x == '－'):
		default:
			return 0
		}
	}
	return 0
}

func narrow(r rune) rune {
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

// shortest is how many digits a number is looked up by at least: fewer would find half the county.
const shortest = 7

// tail is how many of a number's last digits find it: what a caller tells, and what masked numbers show.
const tail = 4

// digits is a number as it is compared: digits alone, without the country's +86.
func digits(phone string) string {
	var b strings.Builder
	for _, r := range phone {
		if r = narrow(r); r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	d := strings.TrimPrefix(b.String(), "00")
	if len(d) >= 12 && strings.HasPrefix(d, "86") {
		d = d[2:]
		if d[0] != '1' && d[0] != '0' { // +86 572 … is 0572 …
			d = "0" + d
		}
	}
	if len(d) > 20 {
		d = d[:20]
	}
	return d
}

// beginnings are the beginnings of a number by which it is found while it is typed; of a landline also without its area code.
func beginnings(d string) (out []string) {
	add := func(d string) {
		for n := shortest; n <= len(d); n++ {
			out = append(out, d[:n])
		}
	}
	add(d)
	if strings.HasPrefix(d, "0") {
		area := 4
		if strings.HasPrefix(d, "01") || strings.HasPrefix(d, "02") {
			area = 3
		}
		if len(d) > area {
			add(d[area:])
		}
	}
	return out
}

// nameKey is a name as it is compared: without blanks, width and case.
func nameKey(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}
