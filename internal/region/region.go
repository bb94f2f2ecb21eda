// Package region knows the administrative areas by their GB/T 2260 codes: names, parents, and which covers which.
package region

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Region is one area. Mark is the short form used in case numbers (湖, 湖德).
type Region struct{ Code, ZH, EN, Mark, Parent string }

// Name is the area's name in a language ("zh-CN" or "en").
func (r Region) Name(lang string) string {
	if lang == "en" {
		return r.EN
	}
	return r.ZH
}

// IsCounty says whether the area is a county or a district (last two digits not 00).
func (r Region) IsCounty() bool { return !strings.HasSuffix(r.Code, "00") }

// Book is all areas of the office, in the order of the file.
type Book struct {
	list []Region
	by   map[string]Region
}

// Load reads code,zh,en,mark,parent rows under a heading.
func Load(r io.Reader) (*Book, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("regions: %w", err)
	}
	b := &Book{by: map[string]Region{}}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if len(row) != 5 || len(row[0]) != 6 {
			return nil, fmt.Errorf("regions: line %d: want code,zh,en,mark,parent", i+1)
		}
		x := Region{Code: row[0], ZH: row[1], EN: row[2], Mark: row[3], Parent: row[4]}
		if _, dup := b.by[x.Code]; dup {
			return nil, fmt.Errorf("regions: line %d: %s stands twice", i+1, x.Code)
		}
		b.list = append(b.list, x)
		b.by[x.Code] = x
	}
	for _, x := range b.list {
		if _, ok := b.by[x.Parent]; x.Parent != "" && !ok {
			return nil, fmt.Errorf("regions: %s has an unknown parent %s", x.Code, x.Parent)
		}
	}
	return b, nil
}

// Get finds an area by its code.
func (b *Book) Get(code string) (Region, bool) { r, ok := b.by[code]; return r, ok }

// Name is the area's name, or the code where it is unknown.
func (b *Book) Name(code, lang string) string {
	if r, ok := b.by[code]; ok {
		return r.Name(lang)
	}
	return code
}

// All is every area.
func (b *Book) All() []Region { return b.list }

// Within is every area that holder covers, holder itself first.
func (b *Book) Within(holder string) []Region {
	var out []Region
	for _, r := range b.list {
		if Covers(holder, r.Code) {
			out = append(out, r)
		}
	}
	return out
}

// provinces are the first two digits of GB/T 2260: provinces, autonomous regions, municipalities and special administrative regions.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 "

// WellFormed says whether a code could be one of GB/T 2260: six digits that begin with a province.
func WellFormed(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == "" && strings.Contains(provinces, " "+code[:2]+" ")
}

// Prefix is a code with its trailing 00 pairs cut: 330500 → 3305. The empty code has no prefix and covers nothing.
func Prefix(code string) string {
	for len(code) >= 2 && strings.HasSuffix(code, "00") {
		code = code[:len(code)-2]
	}
	return code
}

// Covers says whether a right held at holder reaches place (330500 covers 330521). Deny by default: an ill-formed code covers nothing.
func Covers(holder, place string) bool {
	p := Prefix(holder)
	return len(holder) == 6 && len(place) == 6 && p != "" && strings.HasPrefix(place, p)
}

// Bounds are the codes from (inclusive) to (exclusive) that holder covers, for a range in SQL.
func Bounds(holder string) (from, to string) {
	p := Prefix(holder)
	if len(holder) != 6 || p == "" {
		return "1", "0"
	}
	end := []byte(p)
	end[len(end)-1]++
	return (p + "000000")[:6], (string(end) + "000000")[:6]
}
