package patent

import "strings"

// Match is a number found in running text.
type Match struct {
	Number     Number
	Start, End int    // bytes: text[Start:End] is the number as written
	Prefix     string // "ZL", "CN" or ""
}

// Find finds numbers in running text, in order. A run of digits counts when it stands alone, has 8, 9, 12 or 13 characters
// and is recognisable: it has ZL, CN or 专利号 before it, or a dot before its check digit, or 13 characters with the right one. Single spaces
// stand only between year, type and serial. Publication numbers (CN 102345678 A) have another length or a letter behind
// them, and are left out.
func Find(text string) []Match {
	var out []Match
	cs := characters(text)
	for i := 0; i < len(cs); {
		m, next, ok := matchAt(cs, i)
		if ok {
			out = append(out, m)
			i = next
			continue
		}
		if isDigit(byte1(cs, i)) { // never start inside a run of digits
			for i < len(cs) && isDigit(byte1(cs, i)) {
				i++
			}
			continue
		}
		i++
	}
	return out
}

// character is a character of the text, folded, with its place.
type character struct {
	r          rune
	start, end int
}

func characters(text string) []character {
	cs := make([]character, 0, len(text))
	for i, r := range text {
		if n := len(cs); n > 0 {
			cs[n-1].end = i
		}
		f := fold(r)
		if r == '-' || r == ',' || r == '，' || r == '\u2013' || r == '\u2014' || r == '\n' || r == '\r' || r == '\u3002' {
			f = r // in running text these end a number
		}
		cs = append(cs, character{r: f, start: i})
	}
	if n := len(cs); n > 0 {
		cs[n-1].end = len(text)
	}
	return cs
}

// byte1 is the character at i as a byte; 0 past the end or outside ASCII.
func byte1(cs []character, i int) byte {
	if i < 0 || i >= len(cs) || cs[i].r > 127 {
		return 0
	}
	return byte(cs[i].r)
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func matchAt(cs []character, i int) (m Match, next int, ok bool) {
	at := i
	if p := string([]byte{byte1(cs, i), byte1(cs, i+1)}); p == "ZL" || p == "CN" {
		if isLetter(byte1(cs, i-1)) {
			return m, 0, false
		}
		m.Prefix = p
		at = i + 2
		for at < len(cs) && at < i+6 && (cs[at].r == ' ' || cs[at].r == '.' || cs[at].r == ':') {
			at++
		}
	} else if prev := byte1(cs, i-1); isDigit(prev) || isLetter(prev) || prev == '.' && isDigit(byte1(cs, i-2)) {
		return m, 0, false
	}
	body, end, dotted := digitsAt(cs, at)
	n, err := fromBody(body)
	if err != nil || n.Type() == "" {
		return m, 0, false
	}
	sure := m.Prefix != "" || labelled(cs, i) || dotted && (n.long() || n.ValidCheck()) || len(body) == 13 && n.ValidCheck()
	if !sure || !n.likelyYear() || m.Prefix == "CN" && !dotted && len(body) <= 9 {
		return m, 0, false
	}
	if byte1(cs, end) == '.' && isDigit(byte1(cs, end+1)) { // a digit too many: which one cannot be known
		return m, 0, false
	}
	m.Number, m.Start, m.End = n, cs[i].start, cs[end-1].end
	return m, end, true
}

// labelled says whether the words before i announce a number: 专利号, 申请号, Patent No.
func labelled(cs []character, i int) bool {
	j := i - 1
	for j >= 0 && (cs[j].r == ' ' || cs[j].r == ':' || cs[j].r == '.' || cs[j].r == '为' || cs[j].r == '是') {
		j--
	}
	if j >= 2 && cs[j].r == '号' {
		return cs[j-1].r == '利' && cs[j-2].r == '专' || cs[j-1].r == '请' && cs[j-2].r == '申'
	}
	if j >= 1 && cs[j].r == 'O' && cs[j-1].r == 'N' {
		for j -= 2; j >= 0 && (cs[j].r == ' ' || cs[j].r == '.'); {
			j--
		}
	}
	const word = "PATENT"
	for k := len(word) - 1; k >= 0; k-- {
		if byte1(cs, j) != word[k] {
			return false
		}
		j--
	}
	return true
}

// digitsAt reads digits, single spaces between year, type and serial, and ".c"; dotted says whether the dot was there.
func digitsAt(cs []character, i int) (body string, end int, dotted bool) {
	var b strings.Builder
	end = i
	for i < len(cs) && isDigit(byte1(cs, i)) && b.Len() < 14 {
		b.WriteByte(byte1(cs, i))
		i++
		end = i
		between := b.Len() == 2 || b.Len() == 3 || b.Len() == 4 || b.Len() == 5
		if between && byte1(cs, i) == ' ' && isDigit(byte1(cs, i+1)) {
			i++
		}
	}
	whole := b.Len() == 8 || b.Len() == 12
	if c, next, spaced := checkAt(cs, i); whole && c != 0 && (!spaced || c == CheckDigit(b.String())) {
		return b.String() + string(c), next, true
	}
	if c := byte1(cs, i); whole && c == 'X' {
		b.WriteByte(c)
		i++
		end = i
	}
	if isLetter(byte1(cs, end)) || isDigit(byte1(cs, end)) {
		return "", end, false
	}
	return b.String(), end, false
}

// checkAt reads the dot and the check digit at i; spaced says that there was a space around the dot.
func checkAt(cs []character, i int) (c byte, next int, spaced bool) {
	j := i
	for byte1(cs, j) == ' ' && j < i+2 {
		j++
	}
	if byte1(cs, j) != '.' {
		return 0, i, false
	}
	k := j + 1
	for byte1(cs, k) == ' ' && k < j+3 {
		k++
	}
	c = byte1(cs, k)
	if after := byte1(cs, k+1); !isDigit(c) && c != 'X' || isDigit(after) || isLetter(after) {
		return 0, i, false
	}
	return c, k + 1, j > i || k > j+1
}

// likelyYear reports whether the year fits the form of the number.
func (n Number) likelyYear() bool {
	if n.long() {
		return n.Year() >= 2003 && n.Year() < 2100
	}
	return n.Year() >= 1985 && n.Year() <= 2003
}
