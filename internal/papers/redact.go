package papers

import (
	"regexp"
	"strings"
	"unicode"

	"huzhi/internal/casework"
)

// What is not for the public (SAMR Order 45 Art. 8; Order 81 Art. 83): identity numbers, accounts, telephones, mail addresses, days of birth, where people live,
// people who are no party, and what else the officer names. Numbers are known however they are written: in full-width digits, in groups, with hyphens.

// Redactions are the rules of redaction, in the order in which they are told.
func Redactions() []string {
	return []string{"identity", "birth", "account", "phone", "mail", "address", "person", "word"}
}

var (
	number = regexp.MustCompile(`[0-9０-９](?:[ )）(（-]{0,2}[0-9０-９])*[XxＸｘ]?`)
	letter = regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)+`)
	birth  = regexp.MustCompile(`((?:出生日期|出生年月日?|出生于|生于|生日)[:： ]*)([0-9０-９]{4}[年./-][0-9０-９]{1,2}(?:[月./-](?:[0-9０-９]{1,2}日?)?)?)|([0-9０-９]{4}年[0-9０-９]{1,2}月(?:[0-9０-９]{1,2}日)?)(出?生)`)
	dialed = regexp.MustCompile(`(?:电话|手机|传真|座机)[号码]{0,2}[:： ]*$`)
)

const struckOut = "＊＊＊"

// Redacted is a text for the public, and how often each of the Redactions struck something out.
func Redacted(text string, f *casework.File, words []string) (string, map[string]int) {
	struck := map[string]int{}
	text = birth.ReplaceAllStringFunc(text, func(m string) string {
		struck["birth"]++
		x := birth.FindStringSubmatch(m)
		return x[1] + struckOut + x[4]
	})
	codes := map[string]bool{}
	for _, p := range f.Parties {
		codes[p.Code] = p.Form != "person" // an enterprise's code is public, with its name
	}
	text = numbers(text, codes, struck)
	text = letter.ReplaceAllStringFunc(text, func(string) string { struck["mail"]++; return struckOut })
	word := func(rule, w, as string) {
		if re := spaced(w); re != nil {
			text = re.ReplaceAllStringFunc(text, func(string) string { struck[rule]++; return as })
		}
	}
	for _, p := range f.Parties {
		if p.Form == "person" {
			word("address", p.Address, "（住址略）")
			word("identity", p.Code, "＊＊＊＊")
		}
		word("phone", p.Phone, struckOut)
		if p.Form == "person" && p.Role != "respondent" && p.Role != "requester" {
			first := []rune(p.Name)
			word("person", p.Name, string(first[:1])+"某")
		}
	}
	for _, w := range words {
		word("word", w, struckOut)
	}
	return text, struck
}

// spaced finds a word whatever spaces stand in it; nil for no word.
func spaced(w string) *regexp.Regexp {
	var parts []string
	for _, r := range w {
		if !unicode.IsSpace(r) {
			parts = append(parts, regexp.QuoteMeta(string(r)))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return regexp.MustCompile(strings.Join(parts, `[\s\p{Zs}]*`))
}

// numbers strikes out the numbers that are somebody's; codes are those of the enterprises of the case.
func numbers(text string, codes map[string]bool, struck map[string]int) string {
	var out strings.Builder
	last := 0
	for _, at := range number.FindAllStringIndex(text, -1) {
		rule := kindOf(text[:at[0]], plain(text[at[0]:at[1]]), text[at[1]:])
		if rule == "" || codes[plain(text[at[0]:at[1]])] {
			continue
		}
		struck[rule]++
		out.WriteString(text[last:at[0]])
		if rule == "identity" {
			out.WriteString(plain(text[at[0]:at[1]])[:4] + "＊＊＊＊")
		} else {
			out.WriteString(struckOut)
		}
		last = at[1]
	}
	return out.String() + text[last:]
}

// plain is a number's digits alone, in ASCII, with the X of an identity number.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune("XxＸｘ", r):
			return 'X'
		}
		return -1
	}, s)
}

// kindOf is the rule for a number; "" where it stays: a patent's, part of a longer mark, a sum, a day.
func kindOf(before, n, after string) string {
	digits := strings.TrimSuffix(n, "X")
	switch {
	case letterAt(before, after):
		return ""
	case len(n) <= 12 && len(after) > 1 && after[0] == '.' && strings.ContainsAny(after[1:2], "0123456789X"): // a check digit, or a sum
		return ""
	case len(n) == 18 && len(digits) < 18, len(n) == 18 && day(n[6:14]):
		return "identity"
	case len(n) == 15 && len(digits) == 15 && day("19"+n[6:12]):
		return "identity"
	case len(n) != len(digits):
		return ""
	case len(n) >= 16:
		return "account"
	case len(n) == 11 && n[0] == '1' && n[1] > '2', len(n) == 13 && strings.HasPrefix(n, "861") && n[3] > '2':
		return "phone"
	case len(n) >= 10 && len(n) <= 12 && n[0] == '0':
		return "phone"
	case len(n) >= 7 && len(n) <= 12 && dialed.MatchString(before):
		return "phone"
	}
	return ""
}

// letterAt says whether a Latin letter stands right before or after: the number is part of a longer mark, such as an enterprise's code.
func letterAt(before, after string) bool {
	latin := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_' }
	return before != "" && latin(before[len(before)-1]) || after != "" && latin(after[0])
}

// day says whether eight digits can be a day of birth.
func day(s string) bool {
	if len(s) != 8 || strings.Contains(s, "X") {
		return false
	}
	year, month, of := s[:4], s[4:6], s[6:]
	return year >= "1900" && year <= "2099" && month >= "01" && month <= "12" && of >= "01" && of <= "31"
}
