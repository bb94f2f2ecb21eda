package sheet

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// Columns says which column, counted from 0, is which field.
type Columns map[string]int

// Wrong is what is wrong or odd in a row of a file.
type Wrong struct {
	Line  int64
	Field string // "" for the row as such
	Value string
	Key   string // of the sentence
	Args  []any
}

// Word is a head, or a word in a cell, without blanks and signs and in lower case.
func Word(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Guess finds the fields among the heads of a file; words are how heads call a field, as [Word] writes them.
func Guess(header, fields []string, words func(field string) []string) Columns {
	out := Columns{}
	for _, f := range fields {
		for _, w := range words(f) {
			i := slices.IndexFunc(header, func(h string) bool { return Word(h) == w })
			if _, twice := out[f]; i >= 0 && !twice && !out.taken(i) {
				out[f] = i
			}
		}
	}
	return out
}

func (c Columns) taken(i int) bool {
	for _, x := range c {
		if x == i {
			return true
		}
	}
	return false
}

// Check says what is wrong with a choice of columns. Invalid, with the field.
func (c Columns) Check(header, fields []string, needed func(field string) bool) error {
	var bad errs.Faults
	seen := map[int]string{}
	for _, f := range fields {
		i, given := c[f]
		switch {
		case !given && needed(f):
			bad.Add(f, "error.required")
		case given && (i < 0 || i >= len(header)):
			bad.Add(f, "error.choice")
		case given && seen[i] != "":
			bad.Add(f, "register.column.twice", header[i])
		case given:
			seen[i] = f
		}
	}
	return bad.Err()
}

// Cell is what a row says of a field, without blanks at its ends; "" where the file has no such column.
func (c Columns) Cell(r Row, field string) string {
	i, given := c[field]
	if !given || i >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[i])
}

// Day reads a day as files write it: 2015-10-09, 2015/10/9, 2015.10.09, 20151009, 2015年10月9日, or the number of an Excel sheet.
func Day(s string) (calendar.Day, bool) {
	if i := strings.IndexByte(s, ' '); i > 0 {
		s = s[:i] // 2015-10-09 00:00:00
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && n >= 20000 && n < 80000 {
		return calendar.Date(1899, 12, 30).AddDays(int(n)), true
	}
	p := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.年月日", r) })
	if len(p) == 1 && len(p[0]) == 8 {
		p = []string{s[:4], s[4:6], s[6:]}
	}
	if len(p) != 3 || len(p[0]) != 4 {
		return 0, false
	}
	var n [3]int
	for i, x := range p {
		v, err := strconv.Atoi(x)
		if err != nil || v < 1 {
			return 0, false
		}
		n[i] = v
	}
	d := calendar.Date(n[0], time.Month(n[1]), n[2])
	y, m, day := d.Civil()
	return d, y == n[0] && int(m) == n[1] && day == n[2]
}

// Yes reads yes or no; nothing is no.
func Yes(s string) (yes, ok bool) {
	switch Word(s) {
	case "", "否", "n", "no", "0", "false", "无":
		return false, true
	case "是", "y", "yes", "1", "true", "有":
		return true, true
	}
	return false, false
}
