package knowledge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
	"huzhi/internal/statute"
)

// place is where a figure of the rule book goes: {{rule:ID}} its period, {{rule:ID@2026-04-14}} that of a day, {{ext:ID}} and {{ext:ID:2}}
// its extensions, {{fine:ID}} the sums of a fine.
func place() *regexp.Regexp {
	return regexp.MustCompile(`\{\{(rule|ext|fine):([A-Z_]+)(?:@(\d{4}-\d{2}-\d{2}))?(?::(\d))?\}\}`)
}

// known says whether the rule book has an id, as a period or as another provision.
func (s *Shelf) known(id string) bool {
	return len(s.rules.Versions(id)) > 0 || slices.ContainsFunc(s.rules.Entries(), func(e statute.Entry) bool { return e.ID == id })
}

// unknown is the first place of a text that cannot be filled, or names a rule that the article does not cite.
func (s *Shelf) unknown(text string, w Words) string {
	rest := place().ReplaceAllStringFunc(text, func(m string) string {
		id := place().FindStringSubmatch(m)[2]
		if _, ok := s.figure(m, s.latest(w), nil); !ok || !slices.Contains(strings.Fields(w.Rules), id) {
			return m
		}
		return ""
	})
	if i := strings.Index(rest, "{{"); i >= 0 {
		end := strings.Index(rest[i:], "}}")
		if end < 0 {
			return "{{"
		}
		return rest[i : i+end+2]
	}
	return ""
}

// latest is a day on which an article is in force.
func (s *Shelf) latest(w Words) calendar.Day {
	if !w.Until.IsZero() {
		return w.Until
	}
	return max(w.From, calendar.Date(2026, 5, 1)) // a day of the rules that the articles were written by
}

// Filled is a text with its periods as the rule book has them on a day.
func (s *Shelf) Filled(text string, on calendar.Day, p *i18n.Printer) string {
	return place().ReplaceAllStringFunc(text, func(m string) string {
		if words, ok := s.figure(m, on, p); ok {
			return words
		}
		return p.T("knowledge.figure.none")
	})
}

// figure is what stands at a place; without a printer only whether there is something.
func (s *Shelf) figure(m string, on calendar.Day, p *i18n.Printer) (string, bool) {
	x := place().FindStringSubmatch(m)
	if x == nil {
		return "", false
	}
	kind, id := x[1], x[2]
	if x[3] != "" {
		day, err := calendar.ParseDay(x[3])
		if err != nil {
			return "", false
		}
		on = day
	}
	if kind == "fine" {
		for _, f := range s.rules.Fines() {
			if f.ID == id && f.From <= on && (f.To.IsZero() || on <= f.To) {
				if p == nil {
					return "", true
				}
				key := "knowledge.fine"
				if f.AboveYuan > 0 {
					key = "knowledge.fine.above"
				}
				return p.T(key, f.Times, wan(f.ElseYuan, p), wan(f.AboveYuan, p)), true
			}
		}
		return "", false
	}
	r, ok := s.rule(id, on)
	if !ok {
		return "", false
	}
	t := calendar.Term{N: r.Add, Unit: r.Unit}
	if kind == "ext" {
		n := 1
		if x[4] != "" {
			n, _ = strconv.Atoi(x[4]) // one digit
		}
		if n < 1 || n > len(r.Ext) || r.Ext[n-1].Free {
			return "", false
		}
		t = calendar.Term{N: r.Ext[n-1].Max, Unit: r.Ext[n-1].Unit}
	}
	if p == nil {
		return "", true
	}
	return period(t, p), true
}

func (s *Shelf) rule(id string, on calendar.Day) (statute.Rule, bool) {
	return s.rules.Rule(id, statute.Query{On: on, Region: s.set.Office, Book: s.rules.DefaultBook(on)})
}

// period says a term as it is spoken: whole years from two years on.
func period(t calendar.Term, p *i18n.Printer) string {
	unit, n := string(t.Unit), t.N
	if t.Unit == calendar.MO && n%12 == 0 && n >= 24 {
		unit, n = "y", n/12
	}
	key := "law.term." + unit
	if unit == "y" {
		key = "knowledge.term.y"
	}
	return p.N(key, n)
}

func wan(yuan int64, p *i18n.Printer) string {
	if p.Lang() == i18n.Chinese && yuan%10000 == 0 {
		return p.T("knowledge.wan", yuan/10000)
	}
	return p.T("knowledge.yuan", p.Count(yuan))
}

// Cited are the rules an article rests on that are periods on a day: for links into the rule book.
func (s *Shelf) Cited(a Article, on calendar.Day) []statute.Rule {
	var out []statute.Rule
	for _, id := range strings.Fields(a.Rules) {
		if r, ok := s.rule(id, on); ok {
			out = append(out, r)
		}
	}
	return out
}
