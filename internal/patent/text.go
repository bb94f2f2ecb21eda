package patent

import (
	"strings"
	"unicode"
)

// mark is one number of a printed mark with the words that belong to it; or all the words, where there is no number.
type mark struct {
	raw     string
	number  Number
	read    bool // the number can be one
	written bool // there is something that means to be a number

	patent    bool // it is called a patent: ZL, 专利号, 专利产品, 发明专利 …
	weak      bool // only 仿冒必究 and the like
	applied   bool // an application is named
	ungranted bool // 尚未授权
	method    bool // obtained by a patented method
	types     []Type
}

// applicationOnly says whether the words name an application and do not call it a patent.
func (m mark) applicationOnly() bool { return !m.patent && (m.applied || m.ungranted) }

// silent says whether the text is no mark at all.
func (m mark) silent() bool {
	return !m.written && !m.patent && !m.weak && !m.applied && !m.ungranted
}

func (m mark) names(t Type) bool {
	for _, x := range m.types {
		if x == t {
			return true
		}
	}
	return false
}

// label is a printed mark, read.
type label struct {
	marks        []mark
	foreign      bool // a foreign number or office
	foreignNamed bool // and said in Chinese to be one
}

// spot is a number in the text, good or bad, with its place in bytes.
type spot struct {
	start, end int
	m          mark
}

// readLabel reads a mark as printed.
func readLabel(text string) label {
	text = strings.Map(simplified, text)
	spots := findSpots(text)
	var l label
	l.foreign, l.foreignNamed = foreignIn(text)
	if len(spots) == 0 {
		l.marks = []mark{words(mark{}, text)}
		return l
	}
	from := 0
	for i, s := range spots {
		to := len(text)
		if i+1 < len(spots) {
			to = s.end + ownTail(text[s.end:spots[i+1].start])
		}
		s.m.raw = text[s.start:s.end]
		own := text[from:s.start] + " " + text[s.end:to]
		m := words(s.m, own)
		if i > 0 && !m.patent && !m.applied && len(m.types) == 0 && len(strings.TrimSpace(text[from:s.start])) < 12 {
			prev := l.marks[len(l.marks)-1] // "实用新型专利 ZL…、ZL…": the words stand once
			m.patent, m.applied, m.ungranted, m.method, m.types = m.patent || prev.patent, prev.applied, prev.ungranted, prev.method, prev.types
		}
		if zl(s.m.raw) {
			m.patent = true
		}
		from = to
		if k := l.find(m); k >= 0 { // the same number again: one mark
			l.marks[k] = l.marks[k].join(m)
			continue
		}
		l.marks = append(l.marks, m)
	}
	return l
}

// simplified is the simplified form of the traditional characters that a mark is written with: Chinese either way (Measures Art. 5). Each is as long
// as the other, so that places in the text stay.
func simplified(r rune) rune {
	const pairs = "專专號号國国發发實实權权請请設设計计觀观圖图產产獲获製制屬属灣湾標标識识類类與与歐欧韓韩"
	if r < '\u4e00' {
		return r
	}
	old := false
	for i, c := range pairs {
		if i%6 == 0 {
			old = c == r
		} else if old {
			return c
		}
	}
	return r
}

// find is the mark of the same number, -1 where there is none yet.
func (l label) find(m mark) int {
	for i, x := range l.marks {
		if m.read && x.read && x.number == m.number {
			return i
		}
	}
	return -1
}

// join is two marks of the same number as one.
func (m mark) join(o mark) mark {
	m.patent, m.weak, m.applied, m.ungranted, m.method = m.patent || o.patent, m.weak || o.weak, m.applied || o.applied, m.ungranted || o.ungranted, m.method || o.method
	for _, t := range o.types {
		if !m.names(t) {
			m.types = append(m.types, t)
		}
	}
	return m
}

func zl(raw string) bool {
	cs := characters(raw)
	return byte1(cs, 0) == 'Z' && byte1(cs, 1) == 'L'
}

// ownTail is how much of the text between two numbers belongs to the first: until a separator, but "专利申请，尚未授权" is one thing.
func ownTail(s string) int {
	at := 0
	if i := strings.Index(s, "尚未授权"); i >= 0 && !strings.ContainsAny(s[:i], ";；\n") {
		at = i + len("尚未授权")
	}
	if i := strings.IndexAny(s[at:], ";；\n。、/|，,"); i >= 0 {
		return at + i
	}
	return at
}

// findSpots finds the numbers, and what means to be one and cannot be.
func findSpots(text string) []spot {
	var out []spot
	cs := characters(text)
	for i := 0; i < len(cs); {
		if m, next, ok := matchAt(cs, i); ok {
			out = append(out, spot{m.Start, m.End, mark{number: m.Number, read: true, written: true}})
			i = next
			continue
		}
		if _, next, ok := publicationAt(cs, i); ok {
			out = append(out, spot{cs[i].start, cs[next-1].end, mark{written: true}})
			i = next
			continue
		}
		if end, ok := botched(cs, i); ok {
			out = append(out, spot{cs[i].start, cs[end-1].end, mark{written: true}})
			i = end
			continue
		}
		if isDigit(byte1(cs, i)) {
			for i < len(cs) && isDigit(byte1(cs, i)) {
				i++
			}
			continue
		}
		i++
	}
	return out
}

// botched is a run of digits that is announced as a number, by ZL or 专利号, and cannot be one.
func botched(cs []character, i int) (end int, ok bool) {
	at := i
	switch {
	case byte1(cs, i) == 'Z' && byte1(cs, i+1) == 'L' && !isLetter(byte1(cs, i-1)):
		at = i + 2
	case !isDigit(byte1(cs, i)) || !labelled(cs, i):
		return 0, false
	}
	digits := 0
	end = at
	for at < len(cs) && digits < 24 {
		c := byte1(cs, at)
		switch {
		case isDigit(c):
			digits++
			end = at + 1
		case c == 'X' && digits > 0:
			end = at + 1
		case c == ' ' || c == '.' || c == ':' || c == '-':
		default:
			return end, digits >= 3
		}
		at++
	}
	return end, digits >= 3
}

// words reads the words around a number.
func words(m mark, text string) mark {
	t := plain(text)
	for _, w := range []string{"专利方法", "方法专利"} {
		m.method = m.method || strings.Contains(t, w)
	}
	if strings.Contains(t, "方法") {
		for _, w := range []string{"获得", "制造", "制得", "生产", "得到", "制备"} {
			m.method = m.method || strings.Contains(t, w)
		}
	}
	for _, w := range []struct {
		word string
		t    Type
	}{{"发明", Invention}, {"实用新型", UtilityModel}, {"新型专利", UtilityModel}, {"外观设计", Design}, {"外观专利", Design}} {
		if at := strings.Index(t, w.word); at >= 0 && !m.names(w.t) && !(w.t == Invention && inventor(t[at+len(w.word):])) {
			m.types = append(m.types, w.t)
		}
	}
	m.ungranted = strings.Contains(t, "尚未授权") || strings.Contains(t, "未授权")
	rest := strings.ReplaceAll(t, "非专利", "")
	for _, w := range []string{"专利申请", "申请号", "专利待批", "专利审查中", "专利正在申请", "专利已申请", "专利受理", "PATENTPENDING", "PATENTAPPLIED", "PATENTAPPLICATION", "PAT.PENDING"} {
		rest = strings.ReplaceAll(rest, w, "\x00")
	}
	rest = appliedFor(rest)
	m.applied = strings.Contains(rest, "\x00")
	rest = strings.ReplaceAll(rest, "\x00", "")
	m.patent = strings.Contains(rest, "专利") || strings.Contains(rest, "PATENT")
	for _, w := range []string{"仿冒必究", "假冒必究", "仿造必究", "侵权必究", "翻版必究"} {
		m.weak = m.weak || strings.Contains(t, w)
	}
	return m
}

// inventor says whether what follows 发明 makes it another word: 发明人, 发明家, 发明者.
func inventor(after string) bool {
	for _, w := range []string{"人", "家", "者"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
}

// appliedFor marks "申请…专利" (已申请国家专利) as an application.
func appliedFor(t string) string {
	const apply, patent, near = "申请", "专利", 24
	var b strings.Builder
	for {
		i := strings.Index(t, apply)
		if i < 0 {
			b.WriteString(t)
			return b.String()
		}
		b.WriteString(t[:i])
		t = t[i+len(apply):]
		j := strings.Index(t[:min(len(t), near+len(patent))], patent)
		if j < 0 || strings.ContainsAny(t[:j], ",;:.0123456789\x00") {
			continue
		}
		b.WriteByte(0)
		t = t[j+len(patent):]
	}
}

// plain folds width and case and takes out spaces, so that words are found however they are spaced.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		f := fold(r)
		if f <= ' ' || unicode.IsSpace(r) {
			continue
		}
		b.WriteRune(f)
	}
	return b.String()
}

// foreignIn says whether a text names a foreign patent, and whether it says in Chinese that it is one.
func foreignIn(text string) (foreign, named bool) {
	t := plain(text)
	for _, w := range []string{"美国", "日本", "欧洲", "欧盟", "德国", "韩国", "英国", "法国", "瑞士", "加拿大", "澳大利亚", "台湾", "香港", "澳门", "国外", "外国", "境外", "海外"} {
		if i := strings.Index(t, w); i >= 0 {
			j := strings.Index(t[i:], "专利")
			named = named || j >= 0 && j <= len(w)+len("实用新型") // 美国专利, 日本发明专利
		}
	}
	for _, w := range []string{"U.S.PAT", "USPAT", "UNITEDSTATESPATENT", "EUROPEANPATENT", "JAPANESEPATENT", "JAPANPATENT", "KOREANPATENT", "国际专利", "PCT专利", "PCT/"} {
		foreign = foreign || strings.Contains(t, w)
	}
	foreign = foreign || named
	cs := characters(text)
	for i := range cs {
		p := string([]byte{byte1(cs, i), byte1(cs, i+1)})
		if isLetter(byte1(cs, i-1)) || isDigit(byte1(cs, i-1)) || !strings.Contains(" US EP JP KR WO DE GB FR TW CA AU CH ", " "+p+" ") {
			continue
		}
		digits := 0
		for j := i + 2; j < len(cs) && j < i+24; j++ {
			c := byte1(cs, j)
			if isDigit(c) {
				digits++
			} else if cs[j].r != ',' && !strings.ContainsRune(" ./:-NO", cs[j].r) {
				break
			}
		}
		foreign = foreign || digits >= 5
	}
	return foreign, named
}
