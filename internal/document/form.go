package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"huzhi/internal/errs"
)

// An office's own form of a paper is a DOCX with fields in two pairs of braces, {{当事人}}. A row of a table with a field {{物品清单.物品名称}} is repeated for
// every row that was written. Beside the fields of our form it may name FormFields.

// FormFields are the fields that every form may name.
func FormFields() []string { return []string{"标题", "文号", "机关", "成文日期"} }

// The limits of a form: a zip that unpacks to more is refused.
const (
	mostOfForm  = 5 << 20  // bytes as sent
	mostUnzip   = 40 << 20 // bytes unpacked
	mostEntries = 500
)

// MostOfForm is the largest form in bytes.
const MostOfForm = mostOfForm

// CheckForm says what is wrong with an office's own form of a paper, as Invalid with a sentence: no DOCX, hostile, with macros or links to elsewhere, unknown
// fields, or without a field that the paper must have.
func CheckForm(raw []byte, t *Template) error {
	if len(raw) > mostOfForm {
		return formFault("error.form.large", mostOfForm>>20)
	}
	parts, err := unzip(raw)
	if err != nil {
		return err
	}
	var used []string
	for _, f := range parts {
		low := strings.ToLower(f.name)
		if strings.Contains(low, "vbaproject") || strings.Contains(low, "vbadata") || strings.Contains(low, "activex") || strings.HasPrefix(low, "word/embeddings/") || low == "customui/customui.xml" {
			return formFault("error.form.macro", f.name)
		}
		if !strings.HasSuffix(low, ".xml") && !strings.HasSuffix(low, ".rels") {
			continue
		}
		if err := wellFormed(f.data); err != nil {
			return formFault("error.form.xml", f.name)
		}
		text := string(f.data)
		if low == "[content_types].xml" && strings.Contains(strings.ToLower(text), "macroenabled") {
			return formFault("error.form.macro", f.name)
		}
		if strings.HasSuffix(low, ".rels") && external(f.data) {
			return formFault("error.form.external", f.name)
		}
		if !filled(f.name) {
			continue
		}
		if strings.Contains(text, "<w:txbxContent") {
			return formFault("error.form.box")
		}
		if strings.Contains(text, "<w:altChunk") || strings.Contains(text, "<w:object") || strings.Contains(text, "DDE") && strings.Contains(text, "w:instrText") {
			return formFault("error.form.macro", f.name)
		}
		for _, p := range paragraph.FindAllString(text, -1) {
			words := plain(p)
			for _, m := range field.FindAllStringSubmatch(words, -1) {
				used = append(used, strings.TrimSpace(m[1]))
			}
			if rest := field.ReplaceAllString(words, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
				return formFault("error.form.braces", words)
			}
		}
	}
	known := append(FormFields(), t.Fields()...)
	var strange []string
	have := map[string]bool{}
	for _, u := range used {
		name, column, row := strings.Cut(u, ".")
		if row {
			if !slices.ContainsFunc(t.Columns(name), func(c Column) bool { return c.Head == column }) {
				strange = append(strange, u)
			}
		} else if !slices.Contains(known, name) || len(t.Columns(name)) > 0 {
			strange = append(strange, u)
		}
		have[name] = true
	}
	if len(strange) > 0 {
		slices.Sort(strange)
		return formFault("error.form.unknown", strings.Join(slices.Compact(strange), "、"))
	}
	var lacks []string
	for _, name := range t.needed() {
		if !have[name] {
			lacks = append(lacks, name)
		}
	}
	if t.Class != Party && !have["文号"] {
		lacks = append(lacks, "文号")
	}
	if len(lacks) > 0 {
		return formFault("error.form.lacks", strings.Join(lacks, "、"))
	}
	return nil
}

// needed are the fields without which the paper is not whole: all that stand in it always.
func (t *Template) needed() []string {
	sometimes := map[string]bool{}
	for _, b := range t.Blocks {
		if b.If != "" || b.Unless != "" {
			for _, m := range field.FindAllStringSubmatch(b.Text, -1) {
				sometimes[m[1]] = true
			}
		}
	}
	return slices.DeleteFunc(t.Fields(), func(name string) bool {
		f := t.FreeField(name)
		return sometimes[name] || f != nil && f.Open
	})
}

func formFault(key string, args ...any) error {
	var bad errs.Faults
	bad.Add("form", key, args...)
	return bad.Err()
}

type part struct {
	name string
	data []byte
}

// unzip reads a form's parts within the limits.
func unzip(raw []byte) ([]part, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(z.File) > mostEntries {
		return nil, formFault("error.form.zip")
	}
	var out []part
	left := int64(mostUnzip)
	seen := map[string]bool{}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if path.Clean("/"+f.Name) != "/"+f.Name || strings.Contains(f.Name, `\`) || seen[f.Name] || f.Flags&1 != 0 {
			return nil, formFault("error.form.zip")
		}
		seen[f.Name] = true
		r, err := f.Open()
		if err != nil {
			return nil, formFault("error.form.zip")
		}
		data, err := io.ReadAll(io.LimitReader(r, left+1))
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, formFault("error.form.zip")
		}
		if left -= int64(len(data)); left < 0 {
			return nil, formFault("error.form.bomb")
		}
		out = append(out, part{f.Name, data})
	}
	if !seen["word/document.xml"] || !seen["[Content_Types].xml"] {
		return nil, formFault("error.form.zip")
	}
	return out, nil
}

// wellFormed reads XML to its end; a DOCTYPE is refused.
func wellFormed(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, ok := tok.(xml.Directive); ok {
			return errors.New("a directive")
		}
	}
}

// external says whether relationships lead out of the file, links that a reader may click left aside.
func external(data []byte) bool {
	var r struct {
		Relationship []struct {
			Type       string `xml:"Type,attr"`
			TargetMode string `xml:"TargetMode,attr"`
		}
	}
	if xml.Unmarshal(data, &r) != nil {
		return true
	}
	for _, x := range r.Relationship {
		if strings.EqualFold(x.TargetMode, "external") && !strings.HasSuffix(x.Type, "/hyperlink") {
			return true
		}
	}
	return false
}

// filled says whether fields stand in a part.
func filled(name string) bool {
	return name == "word/document.xml" || strings.HasPrefix(name, "word/header") || strings.HasPrefix(name, "word/footer")
}

var (
	paragraph = regexp.MustCompile(`(?s)<w:p[ >].*?</w:p>`)
	words     = regexp.MustCompile(`(?s)<w:t(?: [^>]*)?>(.*?)</w:t>`)
	tableRow  = regexp.MustCompile(`(?s)<w:tr[ >].*?</w:tr>`)
)

// plain is a paragraph's text; entities of braces are none.
func plain(p string) string {
	var b strings.Builder
	for _, m := range words.FindAllStringSubmatch(p, -1) {
		b.WriteString(m[1])
	}
	return b.String()
}

// FillForm writes a paper in an office's own form.
func FillForm(w io.Writer, form []byte, p *Paper) error {
	parts, err := unzip(form)
	if err != nil {
		return err
	}
	data := map[string]string{"标题": p.Title, "文号": p.Number, "机关": p.Office, "成文日期": p.Han()}
	for k, v := range p.Fields {
		if data[k] == "" {
			data[k] = v
		}
	}
	z := zip.NewWriter(w)
	for _, f := range parts {
		out := f.data
		if filled(f.name) {
			out = []byte(fillXML(string(f.data), data, p))
		}
		x, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: p.made()})
		if err == nil {
			_, err = x.Write(out)
		}
		if err != nil {
			return fmt.Errorf("a form: %w", err)
		}
	}
	return z.Close()
}

// fillXML puts the fields into a part: repeated rows first.
func fillXML(text string, data map[string]string, p *Paper) string {
	text = tableRow.ReplaceAllStringFunc(text, func(row string) string {
		list := ""
		for _, m := range field.FindAllStringSubmatch(plain(row), -1) {
			if name, _, ok := strings.Cut(strings.TrimSpace(m[1]), "."); ok {
				list = name
			}
		}
		if list == "" {
			return row
		}
		heads := p.heads(list)
		var b strings.Builder
		for _, cells := range Rows(data[list]) {
			of := map[string]string{}
			for k, v := range data {
				of[k] = v
			}
			for i, h := range heads {
				if i < len(cells) {
					of[list+"."+h] = cells[i]
				}
			}
			b.WriteString(fillParagraphs(row, of))
		}
		return b.String()
	})
	return fillParagraphs(text, data)
}

// heads are the columns of a list of a paper.
func (p *Paper) heads(list string) []string {
	for _, b := range p.Blocks {
		if b.Rows == list {
			var out []string
			for _, c := range b.Columns {
				out = append(out, c.Head)
			}
			return out
		}
	}
	return nil
}

// fillParagraphs puts the fields into paragraphs; one that has any becomes one run of text, in the look of its first.
func fillParagraphs(text string, data map[string]string) string {
	return paragraph.ReplaceAllStringFunc(text, func(p string) string {
		whole := plain(p)
		if !field.MatchString(whole) {
			return p
		}
		whole = field.ReplaceAllStringFunc(whole, func(m string) string {
			var b strings.Builder
			_ = xml.EscapeText(&b, []byte(data[strings.TrimSpace(m[2:len(m)-2])])) // a builder takes everything
			return strings.ReplaceAll(b.String(), "&#xA;", `</w:t><w:br/><w:t xml:space="preserve">`)
		})
		first := true
		return words.ReplaceAllStringFunc(p, func(string) string {
			if !first {
				return "<w:t></w:t>"
			}
			first = false
			return `<w:t xml:space="preserve">` + whole + `</w:t>`
		})
	})
}
