package document

import (
	"fmt"
	"slices"
	"strings"
)

// Class is what a paper is.
type Class string

// The classes. "" is a paper of the office: with number and seal.
const (
	Record Class = "record" // kept in the file: a record, a form for approval, a receipt; with number, without seal
	Party  Class = "party"  // written by a party on the office's form: neither number nor seal, never issued
)

// The kinds of what an officer writes.
const (
	FreeLine  = "line"
	FreeText  = "text"
	FreeDay   = "day"   // kept as 2006-01-02, printed as 二〇〇六年一月二日
	FreeMoney = "money" // kept in fen, printed in capital Chinese and in figures
	FreeRows  = "rows"  // of a table; see Rows
)

// Free is a field that an officer writes.
type Free struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"`
	From string `yaml:"from"` // the fact of the case that it begins with
	Open bool   `yaml:"open"` // it may stay empty
}

// check says what is wrong with what an officer may write, and with the tables.
func (t *Template) check() error {
	if t.Class != "" && t.Class != Record && t.Class != Party {
		return fmt.Errorf("class %q", t.Class)
	}
	named := t.Fields()
	for _, f := range t.Free {
		if !slices.Contains([]string{FreeLine, FreeText, FreeDay, FreeMoney, FreeRows}, f.Kind) {
			return fmt.Errorf("%s is of kind %q", f.Name, f.Kind)
		}
		if !slices.Contains(named, f.Name) {
			return fmt.Errorf("%s is written, but stands nowhere", f.Name)
		}
	}
	for _, b := range t.Blocks {
		if (b.Style == "table") != (len(b.Columns) > 0) || b.Rows != "" && t.FreeField(b.Rows) == nil {
			return fmt.Errorf("a table needs columns, and rows that are written: %q", b.Rows)
		}
	}
	return nil
}

// FreeField is what an officer writes under a name, or nil.
func (t *Template) FreeField(name string) *Free {
	for i := range t.Free {
		if t.Free[i].Name == name {
			return &t.Free[i]
		}
	}
	return nil
}

// Columns are the columns of the table that a field's rows stand in.
func (t *Template) Columns(rows string) []Column {
	for _, b := range t.Blocks {
		if b.Rows == rows {
			return b.Columns
		}
	}
	return nil
}

// Fields are all fields that stand on the paper, in their order.
func (t *Template) Fields() []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, b := range t.Blocks {
		for _, text := range append([]string{b.Text}, slices.Concat(b.Cells...)...) {
			for _, m := range field.FindAllStringSubmatch(text, -1) {
				add(m[1])
			}
		}
		add(b.Rows)
	}
	return out
}

// Rows reads the rows of a table as a field keeps them: a line a row, cells parted by tabs.
func Rows(value string) [][]string {
	var out [][]string
	for line := range strings.SplitSeq(value, "\n") {
		if strings.TrimSpace(line) != "" {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// JoinRows writes rows as a field keeps them. Rows without a word are left out.
func JoinRows(rows [][]string) string {
	var lines []string
	for _, r := range rows {
		var cells []string
		for _, c := range r {
			cells = append(cells, strings.Join(strings.Fields(c), " "))
		}
		if strings.Join(cells, "") != "" {
			lines = append(lines, strings.Join(cells, "\t"))
		}
	}
	return strings.Join(lines, "\n")
}

// blank stands on a party's form where the party writes by hand.
const blank = "＿＿＿＿＿＿"

// fill puts the fields in; what is missing is told by name.
func fill(blocks []Block, data map[string]string) (out []Block, missing []string) {
	put := func(text string) string {
		return field.ReplaceAllStringFunc(text, func(m string) string {
			name := m[2 : len(m)-2]
			v := data[name]
			if v == "" && !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
			return v
		})
	}
	for _, b := range blocks {
		if b.If != "" && data[b.If] == "" || b.Unless != "" && data[b.Unless] != "" {
			continue
		}
		made := Block{Style: b.Style, Text: put(b.Text), Columns: b.Columns, Rows: b.Rows}
		for _, r := range b.Cells {
			var row []string
			for _, c := range r {
				row = append(row, put(c))
			}
			made.Cells = append(made.Cells, row)
		}
		if b.Rows != "" {
			rows := Rows(data[b.Rows])
			if len(rows) == 0 {
				missing = append(missing, b.Rows)
			}
			for _, r := range rows { // a row has a cell for every column
				made.Cells = append(made.Cells, append(slices.Clone(r), make([]string, max(0, len(b.Columns)-len(r)))...)[:len(b.Columns)])
			}
		}
		out = append(out, made)
	}
	return out, missing
}

// Preview is a paper as it would be issued, with what is still missing on it by name; where it is missing, its name stands in 【】. On a party's form
// what is missing is left for the party to write.
func (o *Office) Preview(in Issue) (p *Paper, missing []string, err error) {
	t := o.templates[in.Template]
	if t == nil {
		return nil, nil, fmt.Errorf("there is no document template %q", in.Template)
	}
	_, missing = fill(t.Blocks, in.Data)
	shown := map[string]string{}
	for k, v := range in.Data {
		shown[k] = v
	}
	for _, name := range missing {
		shown[name] = "【" + name + "】"
		if t.Class == Party {
			shown[name] = blank
		}
	}
	blocks, _ := fill(t.Blocks, shown)
	p = &Paper{Office: in.Office, Title: t.Title, Class: t.Class, Date: in.On.String(), Blocks: blocks, Fields: in.Data}
	if t.Class == Party {
		return p, nil, nil
	}
	series, err := o.series(t, in)
	p.Number = strings.ReplaceAll(series, "{n}", "＿＿")
	return p, missing, err
}
