package typeset_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"huzhi/internal/errs"
	"huzhi/internal/typeset"
)

func fonts(t testing.TB) *typeset.Fonts {
	t.Helper()
	f, err := typeset.LoadFonts("")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const long = "经查：当事人于2014年11月起，在其位于湖州市吴兴区测试路88号的经营场所及“某某商城”平台网店（店铺名称：昇禾净水旗舰店）销售“清源”牌净水器（型号QY-300），" +
	"并标注“专利号ZL201490000012.4”。该外观设计专利权已于2014年3月18日因未按规定缴纳年费而终止。"

// decision is an invented decision with rows in its table.
func decision(rows int) typeset.Paper {
	p := typeset.Paper{Name: "行政处罚决定书 湖知法罚字〔2014〕17号", Made: time.Date(2014, 3, 5, 0, 0, 0, 0, time.UTC), Blocks: []typeset.Block{
		{Style: typeset.Org, Text: "湖州市知识产权局"}, {Style: typeset.Title, Text: "行政处罚决定书"}, {Style: typeset.Number, Text: "湖知法罚字〔2014〕17号"},
		{Style: typeset.To, Text: "当事人：测试昇禾环保科技有限公司\n法定代表人：测昇喆祎"}, {Style: typeset.Para, Text: long}, {Style: typeset.Head, Text: "一、证据"},
		{Style: typeset.Para, Text: "以上事实，有下列证据证明："},
	}}
	t := &typeset.Table{Columns: []typeset.Column{{Head: "序号", Share: 1}, {Head: "证据名称", Share: 4}, {Head: "来源", Share: 3}, {Head: "金额（元）", Share: 2, Right: true}}}
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), "现场检查笔录及照片12张，网页公证书（2014）湖证字第233号", "2014年3月20日本局制作", "38,340.00"})
	}
	p.Blocks = append(p.Blocks, typeset.Block{Style: typeset.Grid, Table: t}, typeset.Block{Style: typeset.Para, Text: long}, typeset.Block{Style: typeset.Item, Text: "（一）" + long},
		typeset.Block{Style: typeset.Sign, Text: "湖州市知识产权局"}, typeset.Block{Style: typeset.Seal, Text: "（印章）"}, typeset.Block{Style: typeset.Sign, Text: "二〇一四年三月五日"},
		typeset.Block{Style: typeset.Small, Text: "本决定书一式三份。"})
	return p
}

// TestTheGrid: 22 lines of 28 characters a page (GB/T 9704-2012, 5.2.3).
func TestTheGrid(t *testing.T) {
	f := fonts(t)
	ls, wides, err := f.Lines(strings.Repeat("字", 28*3), false)
	if err != nil || len(ls) != 3 {
		t.Fatalf("%q %v", ls, err)
	}
	for i, l := range ls {
		if len([]rune(l)) != 28 || wides[i] > typeset.Wide+0.01 || wides[i] < typeset.Wide-1 {
			t.Errorf("%d characters, %.1f wide", len([]rune(l)), wides[i])
		}
	}
	if ls, _, err := f.Lines(strings.Repeat("字", 26+28+1), true); err != nil || len(ls) != 3 || len([]rune(ls[0])) != 26 {
		t.Errorf("a paragraph begins two characters in: %q %v", ls, err)
	}
	texts, _, err := f.Pages(typeset.Paper{Blocks: []typeset.Block{{Style: typeset.To, Text: strings.Repeat("字", 28*45)}}})
	if err != nil || len(texts) != 3 || len(texts[0]) != 22 || len(texts[1]) != 22 || len(texts[2]) != 1 {
		t.Errorf("%d pages, %v", len(texts), err)
	}
}

// TestLinesOfAnyText: nothing is lost, nothing is wider than the page, nothing begins or ends a line that may not, where there is another way.
func TestLinesOfAnyText(t *testing.T) {
	f := fonts(t)
	r := rand.New(rand.NewPCG(7, 7))
	kinds := []string{"专利权人为湖州市", "，", "。", "”", "“", "（", "）", "《", "》", "ZL201490000012.4", "2014", " ", "——", "……", "38,340.00", "http://shop.example/item?id=1234567890&x=abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz", "、", "％", "喆"}
	for range 3000 {
		var b strings.Builder
		for range 1 + r.IntN(60) {
			b.WriteString(kinds[r.IntN(len(kinds))])
		}
		text := b.String()
		ls, wides, err := f.Lines(text, r.IntN(2) == 0)
		if err != nil {
			t.Fatal(err)
		}
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		if bare(strings.Join(ls, "")) != bare(text) {
			t.Fatalf("%q became %q", text, ls)
		}
		for i, l := range ls {
			if wides[i] > typeset.Wide+0.1 {
				t.Fatalf("%q is %.1f wide", l, wides[i])
			}
			if rs := []rune(l); i > 0 && len(rs) > 0 && strings.ContainsRune(typeset.NoStart, rs[0]) && hasPlace(ls[i-1]) {
				t.Fatalf("a line begins with %q\n%q", rs[0], ls)
			}
			if rs := []rune(strings.TrimSpace(l)); i < len(ls)-1 && len(rs) > 0 && strings.ContainsRune(typeset.NoEnd, rs[len(rs)-1]) && hasPlace(l) {
				t.Fatalf("a line ends with %q\n%q", rs[len(rs)-1], ls)
			}
		}
	}
}

// hasPlace says whether a line could have ended earlier: two Han characters stand beside each other in it.
func hasPlace(l string) bool {
	rs := []rune(l)
	for i := 1; i < len(rs); i++ {
		if unicode.Is(unicode.Han, rs[i-1]) && unicode.Is(unicode.Han, rs[i]) {
			return true
		}
	}
	return false
}

// TestPages: a table's head stands on each of its pages, no page is too full, the signature is not alone on one.
func TestPages(t *testing.T) {
	f := fonts(t)
	for rows := range 60 {
		texts, bottoms, err := f.Pages(decision(rows))
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for i, page := range texts {
			if bottoms[i] > typeset.High+0.1 {
				t.Fatalf("%d rows: page %d is %.1f high", rows, i+1, bottoms[i])
			}
			all := strings.Join(page, "\n")
			if n := strings.Count(all, "现场检查笔录"); n > 0 {
				seen += n
				if strings.Count(all, "证据名称") != 1 {
					t.Fatalf("%d rows: page %d has %d rows and no head\n%s", rows, i+1, n, all)
				}
			}
			if strings.Contains(all, "二〇一四年三月五日") && (len(page) < 5 || !strings.Contains(all, "终止")) {
				t.Fatalf("%d rows: the signature stands alone\n%s", rows, all)
			}
		}
		if seen != rows {
			t.Fatalf("%d rows of %d", seen, rows)
		}
	}
	p := decision(0)
	p.Blocks[7].Table.Rows = [][]string{{"1", strings.Repeat("长", 4000)}}
	texts, bottoms, err := f.Pages(p)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, page := range texts {
		n += strings.Count(strings.Join(page, ""), "长")
		if bottoms[i] > typeset.High+0.1 {
			t.Errorf("page %d is %.1f high", i+1, bottoms[i])
		}
	}
	if n != 4000 {
		t.Errorf("%d characters of a cell that is longer than a page", n)
	}
}

// TestPDF: the text comes out again, fonts are embedded, the same paper is the same bytes.
func TestPDF(t *testing.T) {
	f := fonts(t)
	p := decision(30)
	var one, two bytes.Buffer
	n, err := f.PDF(&one, p)
	if err != nil || n != 4 {
		t.Fatalf("%d pages, %v", n, err)
	}
	if _, err := fonts(t).PDF(&two, p); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("the same paper is %d and %d bytes, %v", one.Len(), two.Len(), err)
	}
	name := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(name, one.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := tool(t, "pdftotext", "-raw", name, "-")
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	got := bare(out)
	for i := range n { // without the foot of each page, and the head of the table that is repeated
		got = strings.Replace(got, fmt.Sprintf("第%d页共%d页", i+1, n), "", 1)
	}
	head := "序号证据名称来源金额（元）"
	first := strings.Index(got, head) + len(head)
	got = got[:first] + strings.ReplaceAll(got[first:], head, "")
	if want := bare(p.Text()); len(got) != len(want) || sorted(got) != sorted(want) {
		t.Errorf("the text of the PDF is another:\n%s\n%s", got, want)
	}
	if list := tool(t, "pdffonts", name); strings.Contains(list, " no  ") && !strings.Contains(list, "yes") {
		t.Errorf("fonts are not embedded:\n%s", list)
	}
}

func sorted(s string) string {
	n := map[rune]int{}
	for _, r := range s {
		n[r]++
	}
	return fmt.Sprint(n)
}

// tool runs a program of poppler; where there is none the test is skipped, and fails where engines are required.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		if os.Getenv("HUZHI_TEST_BROWSER") == "require" {
			t.Fatalf("%s is needed here (poppler-utils)", name)
		}
		t.Skipf("there is no %s (poppler-utils)", name)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestDOCX: it is well formed, says the same text, and is the same bytes each time.
func TestDOCX(t *testing.T) {
	p := decision(3)
	p.Blocks = append(p.Blocks, typeset.Block{Style: typeset.Para, Text: `<w:t>&"'`})
	var one, two bytes.Buffer
	if err := errors.Join(typeset.DOCX(&one, p), typeset.DOCX(&two, p)); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Fatalf("%d and %d bytes, %v", one.Len(), two.Len(), err)
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		in := false
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			switch x := tok.(type) {
			case xml.StartElement:
				in = x.Name.Local == "t"
				for _, a := range x.Attr {
					if x.Name.Local == "rFonts" && a.Name.Local == "hint" && a.Value != "eastAsia" {
						t.Errorf("%s: %v", f.Name, x.Attr)
					}
				}
			case xml.EndElement:
				in = false
			case xml.CharData:
				if in && f.Name == "word/document.xml" {
					text.Write(x)
				}
			}
		}
	}
	if want := strings.ReplaceAll(p.Text(), "\n", ""); text.String() != want {
		t.Errorf("the text of the DOCX is another:\n%s\n%s", text.String(), want)
	}
}

// TestEveryCharacterIsThereOrNamed: names with rare characters are set; what no font has is an error that names it, never a blank.
func TestEveryCharacterIsThereOrNamed(t *testing.T) {
	f := fonts(t)
	for _, text := range []string{"陈昇喆镕祎玥堃旻龘", "〔2014〕①⑳ⅠⅫ㈠℃㎡±×÷≤≥—…“”‘’·", "Ünïcödé Ωμεγα", "㐀䶵"} {
		if _, _, err := f.Lines(text, true); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, name := range map[string]string{"测试\U00020000有限公司": "U+20000", "😀": "U+1F600", "שלום": "U+05E9", "\x01": "U+0001"} {
		for _, p := range []typeset.Paper{
			{Blocks: []typeset.Block{{Style: typeset.Para, Text: text}}}, {Blocks: []typeset.Block{{Style: typeset.Sign, Text: text}}},
			{Blocks: []typeset.Block{{Style: typeset.Grid, Table: &typeset.Table{Columns: []typeset.Column{{Head: "x", Share: 1}}, Rows: [][]string{{text}}}}}},
		} {
			_, err := f.PDF(io.Discard, p)
			if e := errs.As(err); e == nil || e.Code != errs.Invalid || !strings.Contains(fmt.Sprint(e.Message.Args...), name) {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// TestTheOfficesOwnFonts: are used where they stand, and what they lack is taken from the program's.
func TestTheOfficesOwnFonts(t *testing.T) {
	dir := t.TempDir()
	if _, err := typeset.LoadFonts(dir); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "fangsong.ttf"), []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := typeset.LoadFonts(dir); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a file that is no font: %v", err)
	}
}

func BenchmarkThreePages(b *testing.B) {
	f, p := fonts(b), decision(20)
	for b.Loop() {
		if n, err := f.PDF(io.Discard, p); err != nil || n != 3 {
			b.Fatal(n, err)
		}
	}
}
