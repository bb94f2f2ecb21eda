package filereview

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/evidence"
	"huzhi/internal/statute"
)

// Law is an article by which something is a fault: of some kinds of case, under a procedural book, from a day to a day.
type Law struct {
	Kinds []string     `yaml:"kinds"` // none: all
	Book  string       `yaml:"book"`  // statute.BookSAMR or statute.BookPatent; "" is both
	From  calendar.Day `yaml:"from"`  // the first day; none: from the beginning
	To    calendar.Day `yaml:"to"`    // the last day; none: to this day
	Cite  statute.Text `yaml:"cite"`
}

func (l Law) fits(kind, book string, on calendar.Day) bool {
	return (len(l.Kinds) == 0 || slices.Contains(l.Kinds, kind)) && (l.Book == "" || l.Book == book) && on >= l.From && (l.To.IsZero() || on <= l.To)
}

// meets says whether one day could be ruled by both.
func (l Law) meets(x Law) bool {
	kinds := len(l.Kinds) == 0 || len(x.Kinds) == 0 || slices.ContainsFunc(l.Kinds, func(k string) bool { return slices.Contains(x.Kinds, k) })
	return kinds && (l.Book == "" || x.Book == "" || l.Book == x.Book) && (l.To.IsZero() || x.From <= l.To) && (x.To.IsZero() || l.From <= x.To)
}

// Check is a row of the table.
type Check struct {
	ID     string       `yaml:"id"`
	Points int          `yaml:"points"` // taken from a hundred each time
	Most   int          `yaml:"most"`   // so many times at most
	Days   int          `yaml:"days"`   // of a check that waits: calendar days; the law fixes none for it
	Since  calendar.Day `yaml:"since"`  // of a check of what the office keeps in the program: from which day it does
	Title  statute.Text `yaml:"title"`
	Laws   []Law        `yaml:"laws"` // none: each thing found brings its own article
}

// Wanted is a paper that the file must hold once it has come so far.
type Wanted struct {
	ID       string       `yaml:"id"`
	Papers   []string     `yaml:"papers"`   // the forms, any of which will do
	Named    []string     `yaml:"named"`    // a file or a piece of evidence with one of these in its name will do too; none: the title
	Evidence []string     `yaml:"evidence"` // evidence of these kinds will do too
	When     string       `yaml:"when"`     // one of stages
	Title    statute.Text `yaml:"title"`
	Laws     []Law        `yaml:"laws"`
}

// Table is what is looked for, and what it weighs.
type Table struct {
	Checks []Check  `yaml:"checks"`
	Papers []Wanted `yaml:"papers"`
	hash   string
}

// law is the article that rules a kind of case under a book on a day; false where there is none.
func law(laws []Law, kind, book string, on calendar.Day) (statute.Text, bool) {
	for _, l := range laws {
		if l.fits(kind, book, on) {
			return l.Cite, true
		}
	}
	return statute.Text{}, false
}

// Law is the article of the check for a kind of case under a book on a day; false where there is none: then it is not made.
func (c *Check) Law(kind, book string, on calendar.Day) (statute.Text, bool) {
	return law(c.Laws, kind, book, on)
}

// ownArticle are the checks of which each thing found brings its article.
func ownArticle() []string { return []string{"overrun", "paper_wanted"} }

// Read reads a table strictly: a check that the program does not know, one that stands twice, points that are none, a check without an article, or a day with two,
// are an error that names it.
func Read(raw []byte) (*Table, error) {
	var t Table
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	if err := dec.Decode(&t); err != nil {
		return nil, fmt.Errorf("review table: %w", err)
	}
	seen := map[string]bool{}
	for _, c := range t.Checks {
		switch {
		case looks()[c.ID] == nil:
			return nil, fmt.Errorf("review table: the program knows no check %q", c.ID)
		case seen[c.ID]:
			return nil, fmt.Errorf("review table: %s stands twice", c.ID)
		case c.Points < 0 || c.Points > 100 || c.Most < 1 || c.Days < 0 || c.Title.ZH == "" || c.Title.EN == "":
			return nil, fmt.Errorf("review table: %s: points from 0 to 100, most from 1, days from 0, title in both languages", c.ID)
		case (len(c.Laws) == 0) != slices.Contains(ownArticle(), c.ID):
			return nil, fmt.Errorf("review table: %s: laws with its articles (of %s none)", c.ID, strings.Join(ownArticle(), ", "))
		}
		if err := lawful(c.ID, c.Laws); err != nil {
			return nil, err
		}
		seen[c.ID] = true
	}
	for _, w := range t.Papers {
		switch {
		case w.ID == "" || seen["papers/"+w.ID]:
			return nil, fmt.Errorf("review table: the paper %q has no id, or stands twice", w.ID)
		case stages()[w.When] == nil:
			return nil, fmt.Errorf("review table: %s: the program knows no stage %q", w.ID, w.When)
		case len(w.Papers) == 0 || w.Title.ZH == "" || w.Title.EN == "" || len(w.Laws) == 0:
			return nil, fmt.Errorf("review table: %s: papers, title in both languages, laws", w.ID)
		case slices.ContainsFunc(w.Evidence, func(k string) bool { return !slices.Contains(evidence.Kinds(), k) }):
			return nil, fmt.Errorf("review table: %s: evidence is of the kinds %s", w.ID, strings.Join(evidence.Kinds(), ", "))
		}
		if err := lawful(w.ID, w.Laws); err != nil {
			return nil, err
		}
		seen["papers/"+w.ID] = true
	}
	sum := sha256.Sum256(raw)
	t.hash = hex.EncodeToString(sum[:])
	return &t, nil
}

func lawful(id string, laws []Law) error {
	for i, l := range laws {
		switch {
		case l.Cite.ZH == "" || l.Cite.EN == "" || !l.To.IsZero() && l.To < l.From:
			return fmt.Errorf("review table: %s: an article in both languages, from before to", id)
		case l.Book != "" && l.Book != statute.BookSAMR && l.Book != statute.BookPatent:
			return fmt.Errorf("review table: %s: no book %q", id, l.Book)
		}
		for _, k := range l.Kinds {
			if !slices.Contains(casework.Kinds(), k) {
				return fmt.Errorf("review table: %s: no kind of case %q", id, k)
			}
		}
		for _, x := range laws[:i] {
			if l.meets(x) {
				return fmt.Errorf("review table: %s: two articles on one day: %s; %s", id, x.Cite.ZH, l.Cite.ZH)
			}
		}
	}
	return nil
}

// Check gives a row of the table, or nil.
func (t *Table) Check(id string) *Check {
	if i := slices.IndexFunc(t.Checks, func(c Check) bool { return c.ID == id }); i >= 0 {
		return &t.Checks[i]
	}
	return nil
}
