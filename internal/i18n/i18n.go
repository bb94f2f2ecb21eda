// Package i18n is the catalogue: every sentence a person sees, by key and language, with plurals, dates and money.
package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// The languages. Chinese is the office's own and what an unknown choice falls back to.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages is every language of the catalogue.
func Languages() []string { return []string{Chinese, English} }

// Catalogue holds the sentences of all languages. It does not change after Load.
type Catalogue struct {
	by   map[string]map[string]string
	zone *time.Location
}

// Load reads <language>/<room>.yaml files: flat "key: sentence" maps. A key that stands twice,
// or stands in one language only, is an error that names it.
func Load(fsys fs.FS) (*Catalogue, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	c := &Catalogue{by: map[string]map[string]string{}, zone: zone}
	for _, lang := range Languages() {
		files, err := fs.Glob(fsys, lang+"/*.yaml")
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		all := map[string]string{}
		for _, f := range files {
			raw, err := fs.ReadFile(fsys, f)
			if err != nil {
				return nil, fmt.Errorf("catalogue: %w", err)
			}
			room := map[string]string{}
			if err := yaml.Unmarshal(raw, &room); err != nil {
				return nil, fmt.Errorf("catalogue %s: %w", f, err)
			}
			for k, v := range room {
				if _, dup := all[k]; dup {
					return nil, fmt.Errorf("catalogue %s: %q stands in two files", f, k)
				}
				all[k] = v
			}
		}
		c.by[lang] = all
	}
	if gaps := c.Gaps(); len(gaps) > 0 {
		return nil, fmt.Errorf("catalogue: not in both languages: %s", strings.Join(gaps, ", "))
	}
	return c, nil
}

// Gaps are the keys that do not stand in every language.
func (c *Catalogue) Gaps() []string {
	var gaps []string
	for _, a := range Languages() {
		for _, b := range Languages() {
			for k := range c.by[a] {
				if _, ok := c.by[b][k]; !ok {
					gaps = append(gaps, path.Join(b, k))
				}
			}
		}
	}
	sort.Strings(gaps)
	return gaps
}

// Keys is every key, sorted.
func (c *Catalogue) Keys() []string {
	var keys []string
	for k := range c.by[Chinese] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Printer speaks one language.
func (c *Catalogue) Printer(lang string) *Printer {
	if _, ok := c.by[lang]; !ok {
		lang = Chinese
	}
	return &Printer{lang: lang, say: c.by[lang], zone: c.zone}
}

// Printer turns keys, days and amounts into what a person reads.
type Printer struct {
	lang string
	say  map[string]string
	zone *time.Location
}

// Lang is "zh-CN" or "en".
func (p *Printer) Lang() string { return p.lang }

// Has says whether a sentence exists.
func (p *Printer) Has(key string) bool { _, ok := p.say[key]; return ok }

// T is the sentence with {0}, {1} … replaced. A missing sentence prints its key, which a test looks for.
func (p *Printer) T(key string, args ...any) string {
	s, ok := p.say[key]
	if !ok {
		return key
	}
	return p.fill(s, args)
}

// N is the sentence for n things: key.one or key.other, {0} being n.
func (p *Printer) N(key string, n int, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return p.T(key+form, append([]any{n}, args...)...)
}

// M is a message that a domain package made.
func (p *Printer) M(m errs.Message) string { return p.T(m.Key, m.Args...) }

// Or is the sentence, or what is given where there is none.
func (p *Printer) Or(key, otherwise string) string {
	if s, ok := p.say[key]; ok {
		return s
	}
	return otherwise
}

func (p *Printer) fill(s string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '{' && i+2 < len(s) && s[i+2] == '}' && s[i+1] >= '0' && s[i+1] <= '9' {
			if n := int(s[i+1] - '0'); n < len(args) {
				b.WriteString(p.arg(args[n]))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func (p *Printer) arg(a any) string {
	switch v := a.(type) {
	case string:
		return v
	case errs.Message:
		return p.M(v)
	case calendar.Day:
		return p.Day(v)
	case time.Time:
		return p.Time(v)
	case interface{ In(lang string) string }: // what stands in both languages already: a title or a citation of the rule book
		return v.In(p.lang)
	case int:
		return p.Count(int64(v))
	case int64:
		return p.Count(v)
	}
	return fmt.Sprint(a)
}

// Day prints 2026-11-22, and – for no day.
func (p *Printer) Day(d calendar.Day) string {
	if d.IsZero() {
		return "–"
	}
	return d.String()
}

// Time prints an instant in the office's zone (Asia/Shanghai), and – for none.
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.zone).Format("2006-01-02 15:04")
}

// Seconds prints an instant to the second.
func (p *Printer) Seconds(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.zone).Format("2006-01-02 15:04:05")
}

// Count prints a whole number with thousands separators.
func (p *Printer) Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// Money prints an amount of fen as yuan: 1200250 → 12,002.50.
func (p *Printer) Money(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%s.%02d", sign, p.Count(fen/100), fen%100)
}
