// Package report counts: metrics as data, figures that lead to exactly their matters, and the annual report made of them.
//
// A figure is made by the filter of the list it leads to, within the scope of that list's own action, so a count and its
// list cannot disagree. Where a summary kept in the writer's transaction knows a figure, it is read there (summary.go), within the same
// scope; tests and huzhi verify hold the summary against the rows.
package report

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/listing"
	"huzhi/internal/region"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// Figures is the service.
type Figures struct {
	db       *store.DB
	guard    *access.Guard
	regions  *region.Book
	today    func() calendar.Day
	rowsOnly bool
	memo     map[string][]cell // what one page has counted already; nil remembers nothing
	hands    map[string][]held
	centres  map[string]calendar.Day // rights-protection centres: where, and from which day

	assessments []Assessment // the newest first
	words       *i18n.Catalogue

	papers     *document.Office
	names      document.Names
	smallCells int64 // counts of people below it are not told to the public
}

// SetWords gives the sentences by which frozen figures say what they mean.
func (f *Figures) SetWords(c *i18n.Catalogue) { f.words = c }

// say is the printer of a language.
func (f *Figures) say(lang string) *i18n.Printer { return f.words.Printer(lang) }

// New makes the service.
func New(db *store.DB, guard *access.Guard, regions *region.Book, today func() calendar.Day) *Figures {
	return &Figures{db: db, guard: guard, regions: regions, today: today}
}

// FromRows are the same figures, none of them read from a summary: for a report whose figures must be those of the rows whatever was done to them.
func (f *Figures) FromRows() *Figures {
	rows := *f
	rows.rowsOnly = true
	return &rows
}

// Once are the same figures for one page by one goroutine: what was counted is not counted again.
func (f *Figures) Once() *Figures {
	page := *f
	page.memo, page.hands = map[string][]cell{}, map[string][]held{}
	return &page
}

// SetCentres says where the rights-protection centres are, and from which day: the annual report names those there were.
func (f *Figures) SetCentres(centres map[string]calendar.Day) { f.centres = centres }

// Matters are what a figure counts: the rows of a list under a filter.
type Matters struct {
	List   string // the list's address: /cases
	Table  string
	Action string // what a person needs to see the list, and so the figure
	Values url.Values
	where  func(*gorm.DB) *gorm.DB
}

// Href is the list of exactly these matters.
func (m Matters) Href() string {
	if q := m.Values.Encode(); q != "" {
		return m.List + "?" + q
	}
	return m.List
}

func cases(f casework.Filter, today calendar.Day) Matters {
	return Matters{List: "/cases", Table: "cases", Action: "case.view", Values: f.Values(), where: f.Where(today)}
}

func calls(f hotline.Filter) Matters {
	return Matters{List: "/hotline", Table: "calls", Action: "call.view", Values: f.Values(), where: f.Where}
}

func listings(f listing.Filter) Matters {
	return Matters{List: "/listings", Table: "listings", Action: "listing.view", Values: f.Values(), where: f.Where}
}

// Figure is a number and the list behind it.
type Figure struct {
	N      int64
	Href   string // the list of what was counted
	Hidden string // the action the person lacks: there is no number then, and no list
}

// MarshalJSON writes the number, or null where the person may not see it.
func (f Figure) MarshalJSON() ([]byte, error) {
	if f.Hidden != "" {
		return []byte("null"), nil
	}
	return json.Marshal(f.N)
}

// figure puts a number to its matters.
func (f *Figures) figure(by access.Actor, m Matters, n int64) Figure {
	if !f.guard.CanAnywhere(by, m.Action) {
		return Figure{Hidden: m.Action}
	}
	return Figure{N: n, Href: m.Href()}
}

// rows is the query over the matters within the person's scope: the same as the list's.
func (f *Figures) rows(ctx context.Context, by access.Actor, m Matters) *gorm.DB {
	return f.db.Read(ctx).Table(m.Table).Scopes(f.guard.Scope(by, m.Action, m.Table), m.where)
}

// Count is one figure of a metric. It needs nothing but the list's own action; without it the figure is hidden.
func (f *Figures) Count(ctx context.Context, by access.Actor, id string, in In) (Figure, error) {
	m, err := f.metric(id)
	if err != nil {
		return Figure{}, err
	}
	in.today = f.today()
	of := m.of(in)
	if !f.guard.CanAnywhere(by, of.Action) {
		return f.figure(by, of, 0), nil
	}
	if m.Counts() {
		cells, err := f.cells(ctx, by, m, in)
		return f.figure(by, of, total(cells)), err
	}
	n, err := f.measure(ctx, by, m, in, of)
	return f.figure(by, of, n), err
}

// measure counts, adds up or averages the rows themselves.
func (f *Figures) measure(ctx context.Context, by access.Actor, m Metric, in In, of Matters) (n int64, err error) {
	q := f.rows(ctx, by, of)
	if m.sum == "" {
		part, err := f.Count(ctx, by, m.part, in)
		if err != nil {
			return 0, err
		}
		if m.ID == CasesTimely { // of those with a period: in time, or not
			late, err := f.Count(ctx, by, CasesOverTime, in)
			return Share(part.N, part.N+late.N).Hundredths, err
		}
		err = q.Count(&n).Error
		return Share(part.N, n).Hundredths, err
	}
	x, err := f.added(ctx, by, m, in)
	switch {
	case err != nil || !m.mean:
		return x.Sum, err
	case x.N == 0:
		return 0, nil
	}
	return mean(x.Sum, x.N), nil
}

// sums is what was added up, and of how many matters.
type sums struct{ Sum, N int64 }

// added adds up what a metric adds up of each matter: from a summary where one knows it, of the days that make no whole month from the rows.
func (f *Figures) added(ctx context.Context, by access.Actor, m Metric, in In) (x sums, err error) {
	for _, part := range f.pieces(m.ID, in) {
		more, err := f.added(ctx, by, m, part)
		if err != nil {
			return x, err
		}
		x = sums{x.Sum + more.Sum, x.N + more.N}
	}
	if x.N > 0 {
		return x, nil
	}
	if x, ok, err := f.addedMonths(ctx, by, m, in); ok || err != nil {
		return x, err
	}
	var args []any
	if m.args != nil {
		args = m.args(in)
	}
	return x, f.rows(ctx, by, m.of(in)).Select("CAST(COALESCE(SUM("+m.summand()+"), 0) AS BIGINT) AS sum, COUNT(*) AS n", args...).Scan(&x).Error
}

// summand is what of each row is added up.
func (m Metric) summand() string {
	if m.sum == elapsed {
		return tally.Elapsed("cases.filed_on", "cases.closed_on")
	}
	return m.sum
}

// cell is a line of a grouped count.
type cell struct {
	A, B string
	N    int64
}

// groups counts a metric by one or two columns; the columns are constants of this package.
func (f *Figures) groups(ctx context.Context, by access.Actor, id string, in In, a, b string) ([]cell, error) {
	m, err := f.metric(id)
	if err != nil {
		return nil, err
	}
	in.today = f.today()
	of := m.of(in)
	if !f.guard.CanAnywhere(by, of.Action) {
		return nil, nil
	}
	return f.cells(ctx, by, m, in, a, b)
}

// cells counts a metric by up to two columns, once where a page remembers.
func (f *Figures) cells(ctx context.Context, by access.Actor, m Metric, in In, cols ...string) ([]cell, error) {
	key := memoKey(by, m.ID, in, cols)
	if out, known := f.memo[key]; known {
		return out, nil
	}
	out, err := f.count(ctx, by, m, in, cols...)
	if f.memo != nil && err == nil {
		f.memo[key] = out
	}
	return out, err
}

// count counts a metric by up to two columns: from a summary where one knows it, of the days that make no whole month from the rows.
func (f *Figures) count(ctx context.Context, by access.Actor, m Metric, in In, cols ...string) (out []cell, err error) {
	if out, ok, err := f.summed(ctx, by, m.ID, in, cols...); ok || err != nil {
		return out, err
	}
	parts := f.pieces(m.ID, in)
	for _, part := range parts {
		more, err := f.cells(ctx, by, m, part, cols...)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if len(parts) > 0 {
		return nonzero(out), nil
	}
	if out, ok, err := f.standing(ctx, by, m, in, cols...); ok || err != nil {
		return out, err
	}
	if m.ID == CasesInTime || m.ID == CasesOverTime {
		return f.timely(ctx, by, m.ID, in, cols...)
	}
	return f.counted(ctx, by, m.of(in), cols...)
}

// timely counts what was closed in time, or too late, from the rows: both at once, each case's periods looked at once.
func (f *Figures) timely(ctx context.Context, by access.Actor, id string, in In, cols ...string) (out []cell, err error) {
	closed, err := f.metric(CasesTimely)
	if err != nil {
		return nil, err
	}
	sel, group := columns(cols)
	var both []struct {
		A, B    string
		N, Over int64
	}
	q := f.rows(ctx, by, closed.of(in)).Select(strings.Join(append(sel, "COUNT(*) AS n, SUM(CASE WHEN "+casework.OverTimeSQL+" THEN 1 ELSE 0 END) AS over"), ", "), casework.ClosingRules())
	if err := grouped(q, group).Find(&both).Error; err != nil {
		return nil, err
	}
	found := map[string][]cell{CasesInTime: nil, CasesOverTime: nil}
	for _, c := range both {
		found[CasesInTime] = append(found[CasesInTime], cell{c.A, c.B, c.N - c.Over})
		found[CasesOverTime] = append(found[CasesOverTime], cell{c.A, c.B, c.Over})
	}
	for id, cells := range found {
		found[id] = nonzero(cells)
		if f.memo != nil {
			f.memo[memoKey(by, id, in, cols)] = found[id]
		}
	}
	return found[id], nil
}

// columns are what is selected and grouped by for up to two columns.
func columns(cols []string) (sel, group []string) {
	for i, c := range cols {
		if c != "" {
			sel, group = append(sel, c+" AS "+string("ab"[i])), append(group, c)
		}
	}
	return sel, group
}

func memoKey(by access.Actor, id string, in In, cols []string) string {
	return fmt.Sprint(by.ID, id, in, cols)
}

// counted counts rows by up to two columns.
func (f *Figures) counted(ctx context.Context, by access.Actor, of Matters, cols ...string) (out []cell, err error) {
	sel, group := columns(cols)
	q := f.rows(ctx, by, of).Select(strings.Join(append(sel, "COUNT(*) AS n"), ", "))
	return out, grouped(q, group).Find(&out).Error
}

// link is the figure of a metric whose number is already counted.
func (f *Figures) link(by access.Actor, id string, in In, n int64) (Figure, error) {
	m, err := f.metric(id)
	if err != nil {
		return Figure{}, err
	}
	in.today = f.today()
	return f.figure(by, m.of(in), n), nil
}
