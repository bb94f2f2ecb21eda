// Package patent knows Chinese patent and application numbers: how people write them, the check digit, and how to find them in text.
//
// A wrong check digit is never an error: printed numbers carry typing mistakes, and an invented number is what an
// inspector is looking for. [Number.Warnings] says what looks wrong.
package patent

import (
	"errors"
	"strconv"
	"strings"
)

// Type is the kind of patent.
type Type string

// The three kinds of patent.
const (
	Invention    Type = "invention"     // 发明
	UtilityModel Type = "utility_model" // 实用新型
	Design       Type = "design"        // 外观设计
)

// Number is an application number, which is also the number of the patent. Old numbers (filed until 2003-09-30) have 8
// digits, new ones 12: year, type, serial.
type Number struct {
	Digits   string // 8 or 12 digits, without the check digit
	Check    byte   // '0' to '9' or 'X'; 0 where not written
	HasCheck bool
}

// Warning is something odd about a number that can still be read.
type Warning string

// What may look wrong: a typing error, a printing defect, or an invented number.
const (
	BadCheck Warning = "bad_check" // the check digit does not fit
	NoCheck  Warning = "no_check"  // no check digit written
	BadType  Warning = "bad_type"  // the type digit is none of 1 2 3 8 9
	BadYear  Warning = "bad_year"  // before the Patent Law, or after the length of number changed
)

// ErrNoNumber is what cannot be read as a number at all.
var ErrNoNumber = errors.New("not a patent or application number")

// Parse reads any spelling: with ZL or CN, spaces, dots, full-width characters, a small x, with or without the check digit.
func Parse(s string) (Number, error) {
	var b strings.Builder
	for _, r := range s {
		switch r = fold(r); {
		case r == ' ' || r == '.' || r == ':':
		case r > 127:
			return Number{}, ErrNoNumber
		default:
			b.WriteByte(byte(r))
		}
	}
	t := b.String()
	for _, prefix := range []string{"ZL", "CN"} {
		if rest, ok := strings.CutPrefix(t, prefix); ok {
			t = rest
			break
		}
	}
	return fromBody(t)
}

// fromBody reads the bare characters: 8 or 12 digits, and the check digit.
func fromBody(t string) (Number, error) {
	n := Number{Digits: t}
	if len(t) == 9 || len(t) == 13 {
		n = Number{Digits: t[:len(t)-1], Check: t[len(t)-1], HasCheck: true}
		if !isDigit(n.Check) && n.Check != 'X' {
			return Number{}, ErrNoNumber
		}
	}
	if len(n.Digits) != 8 && len(n.Digits) != 12 {
		return Number{}, ErrNoNumber
	}
	for i := range len(n.Digits) {
		if !isDigit(n.Digits[i]) {
			return Number{}, ErrNoNumber
		}
	}
	return n, nil
}

// fold turns the ways a character is typed into one: half width, upper case, any space a space, any dot a dot.
func fold(r rune) rune {
	if r > '\uff00' && r < '\uff5f' { // full width
		r -= 0xfee0
	}
	switch r {
	case '\u3000', '\u00a0', '\t', '\n', '\r', '-', '\u2013', '\u2014', '\u200b', '\ufeff':
		return ' '
	case '\u3002', '\uff61', '\u00b7', '\u2022', ',', '\u30fb', '\u2024':
		return '.'
	case '\u00d7': // × typed for X
		return 'X'
	}
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// CheckDigit is the check character of 8 or 12 digits; 0 for anything else. The i-th digit weighs 2 + ((i-1) mod 8); the sum
// mod 11 is the character, 10 is X (standard ZC 0006-2003).
func CheckDigit(digits string) byte {
	if len(digits) != 8 && len(digits) != 12 {
		return 0
	}
	sum := 0
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return 0
		}
		sum += int(digits[i]-'0') * (2 + i%8)
	}
	return "0123456789X"[sum%11]
}

// ValidCheck reports whether the number carries a check digit and it is right.
func (n Number) ValidCheck() bool { return n.HasCheck && n.Check == CheckDigit(n.Digits) }

// IsZero reports whether n is no number.
func (n Number) IsZero() bool { return n.Digits == "" }

// long says whether the number has the form used since 2003-10-01.
func (n Number) long() bool { return len(n.Digits) == 12 }

// split gives year, type digit and serial as written.
func (n Number) split() (year, kind, serial string) {
	switch len(n.Digits) {
	case 12:
		return n.Digits[:4], n.Digits[4:5], n.Digits[5:]
	case 8:
		return n.Digits[:2], n.Digits[2:3], n.Digits[3:]
	}
	return "", "", ""
}

// Year is the filing year in four figures; 0 for no number.
func (n Number) Year() int {
	y, _, _ := n.split()
	year, err := strconv.Atoi(y)
	switch {
	case err != nil:
		return 0
	case n.long():
		return year
	case year >= 85:
		return 1900 + year
	}
	return 2000 + year
}

// Type is the kind of patent: 1 and 8 (PCT) inventions, 2 and 9 (PCT) utility models, 3 designs; "" for another digit.
func (n Number) Type() Type {
	switch _, k, _ := n.split(); k {
	case "1", "8":
		return Invention
	case "2", "9":
		return UtilityModel
	case "3":
		return Design
	}
	return ""
}

// PCT reports whether the application entered China through the Patent Cooperation Treaty.
func (n Number) PCT() bool { _, k, _ := n.split(); return k == "8" || k == "9" }

// Serial is the running number within year and type.
func (n Number) Serial() int {
	_, _, s := n.split()
	v, _ := strconv.Atoi(s) // digits only, by construction; 0 for no number
	return v
}

// Normal prints the number as it stands on a certificate: "ZL 2015 2 0781728.2"; without the check digit where none was written.
func (n Number) Normal() string {
	if n.IsZero() {
		return ""
	}
	return "ZL " + n.Application()
}

// Application prints the number without the ZL of a granted patent: "2015 2 0781728.2".
func (n Number) Application() string {
	if n.IsZero() {
		return ""
	}
	y, k, serial := n.split()
	s := y + " " + k + " " + serial
	if n.HasCheck {
		s += "." + string(n.Check)
	}
	return s
}

// Key is what a number is stored and searched by: the digits without the check digit.
func (n Number) Key() string { return n.Digits }

// String is the number with its check digit and no spaces: "201520781728.2".
func (n Number) String() string {
	if n.HasCheck {
		return n.Digits + "." + string(n.Check)
	}
	return n.Digits
}

// Warnings says what looks wrong. latest is the last year an application can be from, as a rule this year; 0 leaves that open.
func (n Number) Warnings(latest int) []Warning {
	var out []Warning
	switch {
	case !n.HasCheck:
		out = append(out, NoCheck)
	case !n.ValidCheck():
		out = append(out, BadCheck)
	}
	if n.Type() == "" {
		out = append(out, BadType)
	}
	y, first, last := n.Year(), 1985, 2003
	if n.long() {
		first, last = 2003, latest
	}
	if y < first || last > 0 && y > last {
		out = append(out, BadYear)
	}
	return out
}

// Make builds a number with its check digit: the old form for years before 2003, else the new one. It errs when the serial
// does not fit or the type is unknown.
func Make(year int, t Type, serial int) (Number, error) {
	kind := map[Type]string{Invention: "1", UtilityModel: "2", Design: "3"}[t]
	var digits string
	switch {
	case kind == "":
		return Number{}, errors.New("unknown type of patent " + strconv.Quote(string(t)))
	case year >= 2003 && year <= 9999 && serial > 0 && serial <= 9_999_999:
		digits = padded(year, 4) + kind + padded(serial, 7)
	case year >= 1985 && year < 2003 && serial > 0 && serial <= 99_999:
		digits = padded(year%100, 2) + kind + padded(serial, 5)
	default:
		return Number{}, errors.New("no number of the year " + strconv.Itoa(year) + " with the serial " + strconv.Itoa(serial))
	}
	return Number{Digits: digits, Check: CheckDigit(digits), HasCheck: true}, nil
}

// padded is a number with zeros before it. (No fmt here: the check for phones is a good part smaller without it.)
func padded(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, width-len(s))) + s
}
