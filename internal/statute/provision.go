package statute

import (
	"cmp"
	"fmt"
	"slices"

	"huzhi/internal/calendar"
)

// Provision is what every provision says of itself that is no period: what it is, where it stands and when it is in force.
type Provision struct {
	ID         string       `yaml:"id" json:"id"`
	Instrument string       `yaml:"instrument" json:"instrument"`
	Article    string       `yaml:"article" json:"article"`
	Cite       Text         `yaml:"cite" json:"cite"`
	Title      Text         `yaml:"title" json:"title"`
	Book       string       `yaml:"book" json:"book,omitempty"` // "" for both books
	From       calendar.Day `yaml:"from" json:"from,omitempty"`
	To         calendar.Day `yaml:"to" json:"to,omitempty"`
	Note       Text         `yaml:"note" json:"note,omitzero"`
	Mark       string       `yaml:"mark" json:"mark"`

	File string `yaml:"-" json:"-"`
	Line int    `yaml:"-" json:"-"`
}

// InForce reports whether the provision is in force on a day.
func (p Provision) InForce(on calendar.Day) bool {
	return on >= p.From && (p.To.IsZero() || on <= p.To)
}

// Surcharge is what a fine paid late costs more.
type Surcharge struct {
	Provision  `yaml:",inline"`
	Percent    int64 `yaml:"percent" json:"percent"`         // of the fine, each day
	CapPercent int64 `yaml:"cap_percent" json:"cap_percent"` // of the fine, in all; 0: no cap
	Pauses     bool  `yaml:"pauses" json:"pauses"`           // days inside reconsideration or suit are left out
}

// Band is how the range of a fine is parted by discretion.
type Band struct {
	Provision `yaml:",inline"`
	Levels    []Level `yaml:"levels" json:"levels"` // from the bottom; together 0 to 100 percent of the cap
}

// Level is one part of the range.
type Level struct {
	Name      string `yaml:"name" json:"name"` // lighter, ordinary, heavier
	ToPercent int64  `yaml:"to_percent" json:"to_percent"`
}

// Relief is a reason for which the law imposes no fine.
type Relief struct {
	Provision `yaml:",inline"`
	Limbs     []string `yaml:"limbs" json:"limbs,omitempty"` // acts of counterfeiting; none: all of them
	May       bool     `yaml:"may" json:"may"`               // the office may let the fine go; otherwise it must
	Text      Text     `yaml:"text" json:"text"`             // when
}

// Principle is a rule on which law applies to an act.
type Principle struct {
	Provision `yaml:",inline"`
	Text      Text `yaml:"text" json:"text"`
}

// Order is a measure of correction, or to stop an infringement, by what the party did.
type Order struct {
	Provision `yaml:",inline"`
	Limbs     []string `yaml:"limbs" json:"limbs"` // acts of counterfeiting (L1a … L5, exhibition, platform) or of infringement (inf_make …)
	Text      Text     `yaml:"text" json:"text"`
}

// Income is a way to reckon illegal income.
type Income struct {
	Provision `yaml:",inline"`
	Formula   string       `yaml:"formula" json:"formula"` // gross, received, net: what the setting income_formula names
	May       bool         `yaml:"may" json:"may"`         // the office may reckon so; it need not
	Lines     []IncomeLine `yaml:"lines" json:"lines"`     // what counts, and what is taken off
}

// IncomeLine is one line of a formula: gross, what is taken off it (outlays, taxes), for whom nothing is taken off (helper), what counts but is
// not confiscated (refunded).
type IncomeLine struct {
	What string `yaml:"what" json:"what"`
	Cite Text   `yaml:"cite" json:"cite,omitzero"` // where it stands; empty: where the whole formula does
}

// line finds a line of the formula, with its article.
func (x Income) line(what string) (IncomeLine, bool) {
	for _, l := range x.Lines {
		if l.What == what {
			if l.Cite.ZH == "" {
				l.Cite = x.Cite
			}
			return l, true
		}
	}
	return IncomeLine{}, false
}

// Police is when a counterfeit must be handed to the police.
type Police struct {
	Provision    `yaml:",inline"`
	Limbs        []string `yaml:"limbs" json:"limbs"` // the acts that can be a crime: those with another's patent
	TurnoverYuan int64    `yaml:"turnover_yuan" json:"turnover_yuan"`
	IncomeYuan   int64    `yaml:"income_yuan" json:"income_yuan"`
	LossYuan     int64    `yaml:"loss_yuan" json:"loss_yuan"`             // direct loss of the patentee
	TwoTurnover  int64    `yaml:"two_turnover_yuan" json:"two_turnover"`  // with two or more patents
	TwoIncome    int64    `yaml:"two_income_yuan" json:"two_income"`      // with two or more patents
	AgainWithin  int      `yaml:"again_within_mo" json:"again_within_mo"` // punished within so many months: the lower sums; 0: no such rule
}

// Hearing is from which sum on the party may ask for a hearing.
type Hearing struct {
	Provision        `yaml:",inline"`
	PersonYuan       int64 `yaml:"person_yuan" json:"person_yuan"`
	OrganisationYuan int64 `yaml:"organisation_yuan" json:"organisation_yuan"`
}

// Keep is how long papers are kept.
type Keep struct {
	Provision `yaml:",inline"`
	Papers    string `yaml:"papers" json:"papers"` // important, ordinary
	Years     int    `yaml:"years" json:"years"`   // 0: for ever
}

// Service is a way to serve a paper.
type Service struct {
	Provision `yaml:",inline"`
	Way       string        `yaml:"way" json:"way"`
	Kind      string        `yaml:"kind" json:"kind"`       // kind of matter, or any
	Served    Text          `yaml:"served" json:"served"`   // the day that counts as the day of service
	Add       int           `yaml:"add" json:"add"`         // so long after publication; 0: on the day itself
	Unit      calendar.Unit `yaml:"unit" json:"unit"`       // of Add
	Consent   bool          `yaml:"consent" json:"consent"` // only with written consent
	NotFor    []string      `yaml:"not_for" json:"not_for"` // papers that may not be served so
}

// head gives every kind of provision its common part.
func (p *Provision) head() *Provision { return p }

type provision interface {
	head() *Provision
	check() error
}

// register reads one list of provisions of a file into the book.
func register[T any, P interface {
	*T
	provision
}](into *[]T, list []T, key, name string, here map[string]Instrument, line func(string, int) int) error {
	for i := range list {
		p := P(&list[i])
		h := p.head()
		h.File, h.Line = name, line(key, i)
		err := h.checkHead(here[h.Instrument])
		if _, ok := here[h.Instrument]; !ok {
			err = fmt.Errorf("the instrument %q is not in this file", h.Instrument)
		}
		if err == nil {
			err = p.check()
		}
		for j := range *into {
			o := P(&(*into)[j]).head()
			if err == nil && o.ID == h.ID && (o.Book == "" || h.Book == "" || o.Book == h.Book) && overlap(o.From, o.To, h.From, h.To) {
				err = fmt.Errorf("in force together with %s:%d", o.File, o.Line)
			}
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, h.Line, h.ID, err)
		}
		*into = append(*into, list[i])
	}
	return nil
}

func (p *Provision) checkHead(in Instrument) error {
	v := Vocabulary()
	switch {
	case p.ID == "" || p.Article == "":
		return fmt.Errorf("an id and an article are needed")
	case p.Cite.ZH == "" || p.Cite.EN == "" || p.Title.ZH == "" || p.Title.EN == "":
		return fmt.Errorf("cite and title are needed in both languages")
	case (p.Note.ZH == "") != (p.Note.EN == ""):
		return fmt.Errorf("the note is needed in both languages")
	case p.Book != "" && !slices.Contains(v["book"], p.Book):
		return fmt.Errorf("unknown book %q", p.Book)
	case !slices.Contains(v["mark"], p.Mark):
		return fmt.Errorf("unknown mark %q", p.Mark)
	case p.From.IsZero() || !p.To.IsZero() && p.To < p.From:
		return fmt.Errorf("in force from %q to %q", p.From, p.To)
	case in.ID != "" && (p.From < in.From || !in.To.IsZero() && (p.To.IsZero() || p.To > in.To)):
		return fmt.Errorf("%s is in force only from %s to %q", in.ID, in.From, in.To)
	}
	return nil
}

// inWords errs unless each word stands in the vocabulary.
func inWords(field string, list ...string) error {
	if len(list) == 0 {
		return fmt.Errorf("no %s is named", field)
	}
	for _, w := range list {
		if !slices.Contains(Vocabulary()[field], w) {
			return fmt.Errorf("unknown %s %q", field, w)
		}
	}
	return nil
}

func (s *Surcharge) check() error {
	if s.Percent <= 0 || s.Percent > 100 || s.CapPercent < 0 || s.CapPercent > 1000 {
		return fmt.Errorf("a surcharge needs a percent and a cap_percent")
	}
	return nil
}

func (x *Band) check() error {
	last := int64(0)
	for _, l := range x.Levels {
		if err := inWords("level", l.Name); err != nil {
			return err
		}
		if l.ToPercent <= last {
			return fmt.Errorf("the levels must rise")
		}
		last = l.ToPercent
	}
	if last != 100 {
		return fmt.Errorf("the levels end at %d percent, not 100", last)
	}
	return nil
}

func (x *Relief) check() error {
	if x.Text.ZH == "" || x.Text.EN == "" {
		return fmt.Errorf("the text is needed in both languages")
	}
	if len(x.Limbs) == 0 {
		return nil
	}
	return inWords("limb", x.Limbs...)
}

func (x *Principle) check() error {
	if x.Text.ZH == "" || x.Text.EN == "" {
		return fmt.Errorf("the text is needed in both languages")
	}
	return nil
}

func (x *Order) check() error {
	if x.Text.ZH == "" || x.Text.EN == "" {
		return fmt.Errorf("the order is needed in both languages")
	}
	return inWords("limb", x.Limbs...)
}

func (x *Income) check() error {
	var lines []string
	for _, l := range x.Lines {
		lines = append(lines, l.What)
		if (l.Cite.ZH == "") != (l.Cite.EN == "") {
			return fmt.Errorf("the article of a line is needed in both languages")
		}
	}
	if len(lines) == 0 || lines[0] != "gross" {
		return fmt.Errorf("the lines of a formula begin with gross")
	}
	if err := inWords("line", lines...); err != nil {
		return err
	}
	return inWords("formula", x.Formula)
}

func (x *Police) check() error {
	if x.TurnoverYuan <= 0 || x.IncomeYuan <= 0 || x.LossYuan <= 0 || x.TwoTurnover <= 0 || x.TwoIncome <= 0 || x.AgainWithin < 0 {
		return fmt.Errorf("every sum is needed")
	}
	return inWords("limb", x.Limbs...)
}

func (x *Hearing) check() error {
	if x.PersonYuan <= 0 || x.OrganisationYuan < x.PersonYuan {
		return fmt.Errorf("person_yuan and organisation_yuan are needed")
	}
	return nil
}

func (x *Keep) check() error {
	if x.Years < 0 || x.Years > 100 {
		return fmt.Errorf("years is %d", x.Years)
	}
	return inWords("papers", x.Papers)
}

func (x *Service) check() error {
	if x.Served.ZH == "" || x.Served.EN == "" {
		return fmt.Errorf("the day of service is needed in both languages")
	}
	if (x.Add == 0) != (x.Unit == "") || x.Add < 0 || x.Unit != "" && x.Unit != calendar.CD && x.Unit != calendar.MO {
		return fmt.Errorf("add is %d %s", x.Add, x.Unit)
	}
	if len(x.NotFor) > 0 {
		if err := inWords("paper", x.NotFor...); err != nil {
			return err
		}
	}
	if err := inWords("way", x.Way); err != nil {
		return err
	}
	return inWords("kind", x.Kind)
}

// span is when a version is in force, for the search of gaps.
type span struct {
	id, place string // place: file:line
	from, to  calendar.Day
}

// gaps errs where a version ends, a later one of the same id comes, and none follows the day after.
func gaps(list []span) error {
	slices.SortStableFunc(list, func(x, y span) int { return cmp.Or(cmp.Compare(x.id, y.id), int(x.from)-int(y.from)) })
	for i, x := range list {
		if i == 0 || list[i-1].id != x.id {
			continue
		}
		before := calendar.Day(0)
		for _, y := range list[:i] {
			if y.id == x.id {
				before = max(before, y.to)
				if y.to.IsZero() {
					before = x.from
				}
			}
		}
		if before < x.from-1 {
			return fmt.Errorf("%s: nothing is in force from %s to %s", x.place, before.AddDays(1), x.from.AddDays(-1))
		}
	}
	return nil
}

// complete errs where the versions of a rule or a provision leave days between them.
func (b *Book) complete() error {
	var all []span
	for _, r := range b.rules {
		all = append(all, span{"rule " + r.ID + "/" + r.Region + "/" + r.Book, fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.ID), r.From, r.To})
	}
	for _, p := range b.Entries() {
		all = append(all, span{"provision " + p.ID + "/" + p.Book, fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.ID), p.From, p.To})
	}
	return gaps(all)
}

// Entry is a provision of any kind that is no period: its common part, and the whole of it (a Fine, Surcharge, Band, Relief, Principle, Order,
// Income, Police, Hearing, Keep or Service).
type Entry struct {
	Provision
	What any
}

// Entries are all provisions that are no period, in the order of their kinds.
func (b *Book) Entries() []Entry {
	var out []Entry
	for _, f := range b.fines {
		head := Provision{ID: f.ID, Instrument: f.Instrument, Article: f.Article, Cite: f.Cite, From: f.From, To: f.To, Note: f.Note, Mark: f.Mark, File: f.File, Line: f.Line}
		out = append(out, Entry{head, f})
	}
	out = list(out, b.surcharges)
	out = list(out, b.bands)
	out = list(out, b.reliefs)
	out = list(out, b.principles)
	out = list(out, b.orders)
	out = list(out, b.incomes)
	out = list(out, b.police)
	out = list(out, b.hearings)
	out = list(out, b.keeps)
	return list(out, b.services)
}

func list[T any, P interface {
	*T
	provision
}](out []Entry, from []T) []Entry {
	for i := range from {
		out = append(out, Entry{*P(&from[i]).head(), from[i]})
	}
	return out
}
