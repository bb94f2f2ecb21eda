package report

import (
	"fmt"
	"strconv"

	"huzhi/internal/i18n"
)

// Percent is a share or a growth in hundredths of a percent. The zero Percent is none: there was nothing to compare with.
type Percent struct {
	Known      bool
	Hundredths int64
}

// Growth is by how many percent now is more than before, to two decimals, half away from zero (四舍五入). From nothing
// there is no growth.
func Growth(before, now int64) Percent { return ratio(now-before, before) }

// Share is part of whole in percent.
func Share(part, whole int64) Percent { return ratio(part, whole) }

func ratio(a, b int64) Percent {
	if b <= 0 {
		return Percent{}
	}
	n, sign := a*10000, int64(1)
	if n < 0 {
		n, sign = -n, -1
	}
	return Percent{Known: true, Hundredths: sign * ((2*n + b) / (2 * b))}
}

// Text is "179.12%", a minus before what is negative, and – for none.
func (x Percent) Text(p *i18n.Printer) string {
	switch {
	case !x.Known:
		return "–"
	case x.Hundredths < 0:
		return "−" + Percent{true, -x.Hundredths}.Text(p)
	}
	return fmt.Sprintf("%s.%02d%%", p.Count(x.Hundredths/100), x.Hundredths%100)
}

// Signed is Text with a plus before what is positive.
func (x Percent) Signed(p *i18n.Printer) string {
	if x.Known && x.Hundredths > 0 {
		return "+" + x.Text(p)
	}
	return x.Text(p)
}

// Size is Text without its sign, for sentences that say "more" or "fewer" in words.
func (x Percent) Size(p *i18n.Printer) string {
	if x.Hundredths < 0 {
		x.Hundredths = -x.Hundredths
	}
	return x.Text(p)
}

// MarshalJSON writes 179.12, or null for none.
func (x Percent) MarshalJSON() ([]byte, error) {
	if !x.Known {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(x.Hundredths)/100, 'f', -1, 64), nil
}
