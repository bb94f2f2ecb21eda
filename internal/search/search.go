// Package search finds matters by two Chinese characters, a number, a name: postings written in the writer's transaction, read within the person's scope.
//
// A run of Han characters becomes its overlapping pairs and its last character
// alone; a run of letters and digits becomes one lower-case word. What the pairs
// find is held against the text itself, so that a phrase is found as a phrase.
package search

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// The kinds of things that can be found.
const (
	Case    = "case"
	Lead    = "lead"
	Call    = "call"
	Listing = "listing"
	Visit   = "visit"
)

// Doc is one thing that can be found.
type Doc struct {
	SubjectID    string `gorm:"primaryKey"`
	SubjectKind  string
	Jurisdiction string
	Restricted   bool
	SortOn       calendar.Day
	Label        string // its number
	Title        string
	Body         string // everything it is found by; set by Put
}

// TableName is the table of the documents.
func (Doc) TableName() string { return "search_docs" }

// Put writes or replaces what a thing is found by. Patents are given as written.
func Put(tx *store.Tx, d Doc, patents []string, texts ...string) error {
	parts := append([]string{d.Label, d.Title}, texts...)
	for _, p := range patents {
		if n, err := patent.Parse(p); err == nil {
			parts = append(parts, n.Key())
		}
		parts = append(parts, p)
	}
	var lines []string
	for _, p := range parts {
		if p = normal(p); p != "" {
			lines = append(lines, p)
		}
	}
	d.Body = strings.Join(lines, "\n")
	var old []Doc
	if err := tx.Where("subject_id = ?", d.SubjectID).Find(&old).Error; err != nil {
		return err
	}
	if len(old) > 0 && old[0] == d {
		return nil
	}
	if err := tx.Exec(`INSERT INTO search_docs (subject_id, subject_kind, jurisdiction, restricted, sort_on, label, title, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject_id) DO UPDATE SET jurisdiction = excluded.jurisdiction, restricted = excluded.restricted,
		sort_on = excluded.sort_on, label = excluded.label, title = excluded.title, body = excluded.body`,
		d.SubjectID, d.SubjectKind, d.Jurisdiction, d.Restricted, d.SortOn, d.Label, d.Title, d.Body).Error; err != nil {
		return err
	}
	if len(old) > 0 {
		if old[0].Body == d.Body && old[0].SortOn == d.SortOn {
			return nil // found by the same words
		}
		if err := tx.Exec("DELETE FROM search_terms WHERE subject_id = ?", d.SubjectID).Error; err != nil {
			return err
		}
	}
	return index(tx, d)
}

// index writes the postings, always so many rows at once: one statement, which the database need not read anew. What is left of the
// last one is filled up with a posting that is there already.
func index(tx *store.Tx, d Doc) error {
	const rows = 32
	terms := tokens(d.Body)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	insert := "INSERT INTO search_terms (token, sort_on, subject_id) VALUES " + strings.Repeat("(?, ?, ?), ", rows-1) + "(?, ?, ?) ON CONFLICT DO NOTHING"
	for at := 0; at < len(terms); at += rows {
		args := make([]any, 0, 3*rows)
		for i := range rows {
			args = append(args, terms[min(at+i, len(terms)-1)], d.SortOn, d.SubjectID)
		}
		if err := tx.Exec(insert, args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// normal folds width and case, and sets apart by one space what people write differently: with spaces, dots or brackets between, and Han
// beside letters and digits (湖知假字〔2014〕1号, 湖知假字2014).
func normal(s string) string {
	var b strings.Builder
	gap, han := false, false
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			is := unicode.Is(unicode.Han, r)
			if (gap || is != han) && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap, han = false, is
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r):
			gap = true
		}
	}
	return b.String()
}

func tokens(s string) []string {
	var out []string
	var han []rune
	var word []rune
	flush := func() {
		for i := range han {
			if i+1 < len(han) {
				out = append(out, string(han[i:i+2]))
			} else {
				out = append(out, string(han[i]))
			}
		}
		if len(word) > 0 {
			out = append(out, string(word[:min(len(word), 64)]))
		}
		han, word = han[:0], word[:0]
	}
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			if len(word) > 0 {
				flush()
			}
			han = append(han, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(han) > 0 {
				flush()
			}
			word = append(word, r)
		default:
			flush()
		}
	}
	flush()
	return out
}

// Query is what a person typed, ready to be looked up.
type Query struct {
	typed  string   // a matter of exactly this number comes first
	exact  []string // whole tokens
	prefix []string // tokens that begin with it
	phrase []string // what the text must hold, piece by piece
}

// Parse makes a query; ok is false when there is nothing to look for.
func Parse(typed string) (q Query, ok bool) {
	typed = strings.TrimSpace(typed)
	if r := []rune(typed); len(r) > 100 {
		typed = string(r[:100])
	}
	if n, err := patent.Parse(typed); err == nil {
		return Query{exact: []string{strings.ToLower(n.Key())}}, true
	}
	q.typed = typed
	for _, piece := range strings.Fields(normal(typed)) {
		q.phrase = append(q.phrase, piece)
		all := tokens(piece)
		for i, t := range all {
			n, last := utf8.RuneCountInString(t), i == len(all)-1
			switch {
			case n == 1 && unicode.Is(unicode.Han, []rune(t)[0]):
				if len(all) == 1 {
					q.prefix = append(q.prefix, t) // one character alone; after others the pair before it found it
				}
			case last && !unicode.Is(unicode.Han, []rune(t)[0]):
				q.prefix = append(q.prefix, t)
			default:
				q.exact = append(q.exact, t)
			}
		}
	}
	return q, len(q.exact)+len(q.prefix) > 0
}

// Find gives the matches of one kind, the one of exactly that number first, then the newest, within the person's scope, one more than limit where there are more.
func Find(ctx context.Context, db *store.DB, q Query, kind string, within func(*gorm.DB) *gorm.DB, limit int) ([]Doc, error) {
	find := db.Read(ctx).Table("search_docs").Scopes(within).Where("search_docs.subject_kind = ?", kind)
	for _, t := range q.exact {
		find = find.Where("search_docs.subject_id IN (SELECT subject_id FROM search_terms WHERE token = ?)", t)
	}
	for _, t := range q.prefix {
		find = find.Where("search_docs.subject_id IN (SELECT subject_id FROM search_terms WHERE token >= ? AND token < ?)", t, t+"\U0010FFFF")
	}
	for _, p := range q.phrase {
		find = find.Where(`search_docs.body LIKE ? ESCAPE '\'`, store.Like(p))
	}
	var docs []Doc
	find = find.Order(clause.OrderBy{Expression: clause.Expr{
		SQL: "CASE WHEN search_docs.label = ? THEN 0 ELSE 1 END, search_docs.sort_on DESC, search_docs.subject_id DESC", Vars: []any{q.typed},
	}})
	return docs, find.Limit(limit + 1).Find(&docs).Error
}
