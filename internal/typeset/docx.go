package typeset

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The fonts that a DOCX names: those that official papers are written in, which the office's machines have.
const (
	docBody  = "仿宋_GB2312"
	docTitle = "方正小标宋简体"
	docHead  = "黑体"
)

// DOCX writes a paper as Office Open XML (ISO/IEC 29500), for Word and WPS: the same text on the same grid of lines.
func DOCX(w io.Writer, p Paper) error {
	z := zip.NewWriter(w)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", rels},
		{"docProps/core.xml", core(p)},
		{"word/document.xml", docBodyXML(p)},
		{"word/_rels/document.xml.rels", docRels},
		{"word/styles.xml", docStyles},
		{"word/footer1.xml", docFooter},
	} {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: p.Made.UTC()}
		part, err := z.CreateHeader(h)
		if err != nil {
			return fmt.Errorf("typeset: %w", err)
		}
		if _, err := io.WriteString(part, xml.Header+f.text); err != nil {
			return fmt.Errorf("typeset: %w", err)
		}
	}
	return z.Close()
}

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

func core(p Paper) string {
	at := p.Made.UTC().Format("2006-01-02T15:04:05Z")
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + esc(p.Name) + `</dc:title><dc:creator>Huzhi</dc:creator><dc:language>zh-CN</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created></cp:coreProperties>`
}

// look is how a paragraph of a style is set: sizes in half points, distances in twentieths of a point.
type look struct {
	font         string
	size         int
	align        string
	indent       int // characters, in hundredths
	line         int // 0 is the grid's
	after        int
	bold, keep   bool
	spread, grey bool
}

// grid is the distance of the lines in twentieths of a point: 225 mm / 22.
const grid = 579

func looks(s Style) look {
	l := look{font: docBody, size: 32, align: "both", spread: true}
	switch s {
	case Org:
		return look{font: docTitle, size: 44, align: "center", line: grid * 3 / 2, bold: true, keep: true}
	case Title:
		return look{font: docTitle, size: 52, align: "center", line: grid * 2, bold: true, keep: true}
	case Number:
		l.align, l.keep, l.after = "right", true, grid/2
	case To:
		l.align = "left"
	case Head:
		l.font, l.indent, l.keep, l.align = docHead, 200, true, "left"
	case Sign, Seal:
		l.align, l.keep, l.grey = "right", true, s == Seal
	case Small:
		return look{font: docBody, size: 24, align: "both", line: grid * 3 / 4}
	default:
		l.indent = 200
	}
	return l
}

// par writes a paragraph.
func (l look) par(b *strings.Builder, text string) {
	b.WriteString(`<w:p><w:pPr>`)
	if l.keep {
		b.WriteString(`<w:keepNext/>`)
	}
	b.WriteString(`<w:overflowPunct/>`) // as Word has it by default; LibreOffice loses a mark that it lets hang, and reads this the other way round
	if l.line > 0 {
		b.WriteString(`<w:snapToGrid w:val="0"/>`)
		fmt.Fprintf(b, `<w:spacing w:before="0" w:after="%d" w:line="%d" w:lineRule="exact"/>`, l.after, l.line)
	} else {
		fmt.Fprintf(b, `<w:spacing w:before="0" w:after="%d"/>`, l.after)
	}
	if l.indent > 0 {
		fmt.Fprintf(b, `<w:ind w:firstLineChars="%d" w:firstLine="%d"/>`, l.indent, l.indent*l.size/10)
	}
	if l.align == "right" && l.keep && l.after == 0 {
		b.WriteString(`<w:ind w:rightChars="400" w:right="1280"/>`)
	}
	fmt.Fprintf(b, `<w:jc w:val="%s"/></w:pPr>`, l.align)
	for i, line := range strings.Split(text, "\n") {
		b.WriteString(`<w:r>`)
		l.run(b)
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		fmt.Fprintf(b, `<w:t xml:space="preserve">%s</w:t></w:r>`, esc(line))
	}
	b.WriteString(`</w:p>`)
}

func (l look) run(b *strings.Builder) {
	fmt.Fprintf(b, `<w:rPr><w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[1]s" w:cs="%[1]s" w:hint="eastAsia"/>`, l.font)
	if l.bold {
		b.WriteString(`<w:b/>`)
	}
	if l.grey {
		b.WriteString(`<w:color w:val="8A8A8A"/>`)
	}
	if l.spread {
		b.WriteString(`<w:spacing w:val="-5"/>`)
	}
	fmt.Fprintf(b, `<w:sz w:val="%[1]d"/><w:szCs w:val="%[1]d"/></w:rPr>`, l.size)
}

func docBodyXML(p Paper) string {
	var b strings.Builder
	b.WriteString(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	closing := len(p.Blocks) - 2 // what stays with the closing line
	if closing >= 0 && p.Blocks[closing+1].Style == Grid {
		closing = -1
	}
	for i, x := range p.Blocks {
		if x.Style == Grid {
			docTable(&b, x.Table, i == closing)
			continue
		}
		l := looks(x.Style)
		l.keep = l.keep || i == closing
		if signs := x.Style == Sign || x.Style == Seal; signs && (i == 0 || p.Blocks[i-1].Style != Sign && p.Blocks[i-1].Style != Seal) {
			b.WriteString(`<w:p><w:pPr><w:keepNext/></w:pPr></w:p><w:p><w:pPr><w:keepNext/></w:pPr></w:p>`)
		}
		l.par(&b, x.Text)
	}
	fmt.Fprintf(&b, `<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>`+
		`<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1440" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr></w:body></w:document>`, grid)
	return b.String()
}

// docTable writes a table; the last of a paper but for its closing line stays with that.
func docTable(b *strings.Builder, t *Table, last bool) {
	const whole = 8845 // 156 mm in twentieths of a point
	sum := 0.0
	for _, c := range t.Columns {
		sum += c.Share
	}
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="8845" w:type="dxa"/><w:tblInd w:w="108" w:type="dxa"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="6" w:space="0" w:color="000000"/>`, side)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>`)
	const pad = int(20 * cellPad)
	const frame = 8 // the half of the frame above and below, which is part of the row's height
	fmt.Fprintf(b, `<w:top w:w="%[1]d" w:type="dxa"/><w:left w:w="%[2]d" w:type="dxa"/><w:bottom w:w="%[1]d" w:type="dxa"/><w:right w:w="%[2]d" w:type="dxa"/>`, pad-frame, pad)
	b.WriteString(`</w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, c := range t.Columns {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, int(whole*c.Share/sum))
	}
	b.WriteString(`</w:tblGrid>`)
	row := func(cells []string, head, keep bool) {
		b.WriteString(`<w:tr><w:trPr>`)
		if !tall(t, cells, sum) {
			b.WriteString(`<w:cantSplit/>`)
		}
		if head {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for i, c := range t.Columns {
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, int(whole*c.Share/sum))
			l := look{font: docBody, size: 24, align: "left", line: 20 * cellLine, keep: keep}
			if head {
				l.font, l.align = docHead, "center"
			} else if c.Right {
				l.align = "right"
			}
			cell := ""
			if i < len(cells) {
				cell = cells[i]
			}
			l.par(b, cell)
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	var heads []string
	for _, c := range t.Columns {
		heads = append(heads, c.Head)
	}
	if t.headed() {
		row(heads, true, true)
	}
	for i, r := range t.Rows {
		row(r, false, last && i == len(t.Rows)-1)
	}
	b.WriteString(`</w:tbl><w:p><w:pPr>`)
	if last {
		b.WriteString(`<w:keepNext/>`)
	}
	fmt.Fprintf(b, `<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/></w:pPr></w:p>`, grid/3)
}

// tall says whether a row may be higher than a page: it is parted, or its end would be lost.
func tall(t *Table, cells []string, sum float64) bool {
	for i, c := range t.Columns {
		inLine := max(1, int((wide*c.Share/sum-2*cellPad)/cellSize))
		lines := 0
		if i < len(cells) {
			for line := range strings.Lines(cells[i]) {
				lines += (len([]rune(line)) + inLine - 1) / inLine
			}
		}
		if lines >= rowLines {
			return true
		}
	}
	return false
}

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	docRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>`
	docStyles = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:hAnsi="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hint="eastAsia"/>` +
		`<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/></w:pPr></w:style></w:styles>`
	docFooter = `<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>` +
		`<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/><w:sz w:val="21"/></w:rPr><w:t xml:space="preserve">第 </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="21"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>` +
		`<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/><w:sz w:val="21"/></w:rPr><w:t xml:space="preserve"> 页 共 </w:t></w:r><w:fldSimple w:instr=" NUMPAGES "><w:r><w:rPr><w:sz w:val="21"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>` +
		`<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/><w:sz w:val="21"/></w:rPr><w:t xml:space="preserve"> 页</w:t></w:r></w:p></w:ftr>`
)
