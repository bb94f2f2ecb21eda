package document

import (
	"fmt"
	"strings"
)

// Amount is an amount as an official paper has it: in capital Chinese and in figures. fen is not negative.
func Amount(fen int64) string {
	return "人民币" + Capital(fen) + "（¥" + grouped(fen/100) + fmt.Sprintf(".%02d", fen%100) + "）"
}

func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Capital is an amount in capital Chinese (Regulation on Payment and Settlement, annex 1): 叁万捌仟叁佰肆拾元整.
func Capital(fen int64) string {
	digits := []rune("零壹贰叁肆伍陆柒捌玖")
	yuan, jiao, cent := fen/100, fen/10%10, fen%10
	var b strings.Builder
	if yuan > 0 {
		section := func(n int64) (out string) {
			zero := false
			for i, unit := range []string{"仟", "佰", "拾", ""} {
				x := n / []int64{1000, 100, 10, 1}[i] % 10
				if x == 0 {
					zero = true
					continue
				}
				if zero && out != "" {
					out += "零"
				}
				zero = false
				out += string(digits[x]) + unit
			}
			return out
		}
		gap := false
		for _, u := range []struct {
			name string
			of   int64
		}{{"兆", 1e12}, {"亿", 1e8}, {"万", 1e4}, {"", 1}} {
			n := yuan / u.of % 10000
			if n == 0 {
				gap = b.Len() > 0
				continue
			}
			if b.Len() > 0 && (gap || n < 1000) {
				b.WriteRune('零')
			}
			gap = false
			b.WriteString(section(n) + u.name)
		}
		b.WriteString("元")
	}
	switch {
	case jiao == 0 && cent == 0 && yuan == 0:
		return "零元整"
	case jiao == 0 && cent == 0:
		return b.String() + "整"
	case jiao > 0:
		b.WriteString(string(digits[jiao]) + "角")
		if cent == 0 {
			return b.String() + "整"
		}
	case yuan > 0:
		b.WriteRune('零')
	}
	return b.String() + string(digits[cent]) + "分"
}
