package knowledge

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
)

// entry is what one article is found by.
type entry struct {
	head, body string   // lower case, without spaces: question and tags; answer and source
	initials   []string // of the head: of each character the first letters it can be read with
}

func index(all []Article) []entry {
	out := make([]entry, len(all))
	args := pinyin.NewArgs()
	args.Heteronym, args.Style = true, pinyin.FirstLetter
	for i, a := range all {
		zh := a.Question.ZH + " " + a.Tags.ZH
		out[i].head = plain(zh + " " + a.Question.EN + " " + a.Tags.EN + " " + a.Code)
		out[i].body = plain(a.Answer.ZH + " " + a.Source.ZH + " " + a.Answer.EN + " " + a.Rules)
		for _, r := range strings.ToLower(zh) {
			switch {
			case unicode.Is(unicode.Han, r):
				var letters string
				for _, p := range pinyin.SinglePinyin(r, args) {
					letters += p
				}
				out[i].initials = append(out[i].initials, letters)
			case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
				out[i].initials = append(out[i].initials, string(r))
			default:
				out[i].initials = append(out[i].initials, "") // nothing is read across a break
			}
		}
	}
	return out
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// spelt says whether a run of the article's characters begins with these letters, in order.
func (e entry) spelt(letters string) bool {
	for i := 0; i+len(letters) <= len(e.initials); i++ {
		at := 0
		for at < len(letters) && strings.IndexByte(e.initials[i+at], letters[at]) >= 0 {
			at++
		}
		if at == len(letters) {
			return true
		}
	}
	return false
}

// Ask is what is looked for.
type Ask struct {
	Text   string // two Chinese characters and more, letters (an English word or pinyin initials), or a patent number; "" is everything
	Topic  string // "" is every topic; with a text, only the order follows it
	Patent string // the number the caller gave, in any spelling
	On     calendar.Day
	Limit  int // 0 is no limit
}

// Find gives the articles in force on a day that fit best, first the best. Forbidden.
func (s *Shelf) Find(ctx context.Context, by access.Actor, ask Ask) ([]Article, error) {
	if err := s.guard.AllowAnywhere(by, "knowledge.view"); err != nil {
		return nil, err
	}
	all, entries, err := s.load(s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	var out []Article
	for _, i := range rank(all, entries, ask) {
		out = append(out, all[i])
	}
	if ask.Limit > 0 && len(out) > ask.Limit {
		out = out[:ask.Limit]
	}
	return out, nil
}

// All gives every article, those out of force and withdrawn too, with the present count of uses. Forbidden.
func (s *Shelf) All(ctx context.Context, by access.Actor, ask Ask) ([]Article, error) {
	if err := s.guard.AllowAnywhere(by, "knowledge.view"); err != nil {
		return nil, err
	}
	q := s.db.Read(ctx)
	all, entries, err := s.load(q)
	if err != nil {
		return nil, err
	}
	var used []row
	if err := q.Select("id", "used").Find(&used).Error; err != nil {
		return nil, err
	}
	count := map[string]int64{}
	for _, r := range used {
		count[r.ID] = r.Used
	}
	ask.On = 0
	var out []Article
	for _, i := range rank(all, entries, ask) {
		a := all[i]
		a.Used = count[a.ID]
		out = append(out, a)
	}
	return out, nil
}

// InForce says whether an article may be read out on a day.
func (a Article) InForce(on calendar.Day) bool {
	return !a.Withdrawn && (a.From.IsZero() || a.From <= on) && (a.Until.IsZero() || on <= a.Until)
}

// rank orders what fits, as places in the list.
func rank(all []Article, entries []entry, ask Ask) []int {
	text := plain(ask.Text)
	kind := patentKind(ask.Text)
	if kind != "" {
		text = ""
	} else {
		kind = patentKind(ask.Patent)
	}
	type hit struct{ at, score int }
	var hits []hit
	for i, a := range all {
		if !ask.On.IsZero() && !a.InForce(ask.On) {
			continue
		}
		score := score(entries[i], text)
		of := kind != "" && slices.Contains(strings.Fields(a.Patents), kind)
		switch {
		case text != "" && score == 0, text == "" && ask.Topic != "" && a.Topic != ask.Topic && !of, text == "" && ask.Topic == "" && kind != "" && !of:
			continue
		}
		if ask.Topic != "" && a.Topic == ask.Topic {
			score += 4
		}
		if of {
			score += 3
			if a.Topic == "status" { // of a number one asks first whether it still holds
				score += 2
			}
		}
		hits = append(hits, hit{i, score})
	}
	slices.SortStableFunc(hits, func(x, y hit) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(all[y.at].Used, all[x.at].Used))
	})
	out := make([]int, len(hits))
	for i, h := range hits {
		out[i] = h.at
	}
	return out
}

// score says how well a text fits: in the question or tags, by initials, in the answer, or every pair of its characters somewhere.
func score(e entry, text string) int {
	switch {
	case text == "":
		return 0
	case strings.Contains(e.head, text):
		return 20
	case len(text) >= 2 && letters(text) && e.spelt(text):
		return 15
	case strings.Contains(e.body, text):
		return 8
	}
	r := []rune(text)
	if len(r) < 3 || letters(text) {
		return 0
	}
	found := 0
	for i := 0; i+2 <= len(r); i++ { // 专利过期了: its pairs
		pair := string(r[i : i+2])
		switch {
		case strings.Contains(e.head, pair):
			found += 2
		case strings.Contains(e.body, pair):
			found++
		}
	}
	if found >= len(r)-1 {
		return min(found, 7)
	}
	return 0
}

func letters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 128 || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0
}

// patentKind is the kind of patent a number is of, "" where it is no number.
func patentKind(s string) string {
	n, err := patent.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return string(n.Type())
}
