package report

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/region"
)

// summed counts a metric from the summaries, by up to two columns of the rows; ok says that they know it: whole months, and nothing narrower than kind,
// office and place. What a summary cannot tell of a person's scope is taken from the few rows in question: the restricted matters the person works on
// are added, those the person was recused from are taken off.
func (f *Figures) summed(ctx context.Context, by access.Actor, id string, in In, cols ...string) (out []cell, ok bool, err error) {
	table, known := f.monthly(id, in)
	if !known {
		return nil, false, nil
	}
	var sel, group []string
	rows := sel
	for i, c := range cols {
		if c == "" {
			continue
		}
		col, known := monthColumn(table, c)
		if !known {
			return nil, false, nil
		}
		as := " AS " + string("ab"[i])
		sel, rows, group = append(sel, col+as), append(rows, c+as), append(group, string("ab"[i]))
	}
	m, err := f.metric(id)
	if err != nil {
		return nil, false, err
	}
	of := m.of(in)
	q := f.months(ctx, by, table, of.Action, id, in)
	if err := grouped(q.Select(strings.Join(append(sel, "COALESCE(SUM(n), 0) AS n"), ", ")), group).Find(&out).Error; err != nil || by.IsSystem() {
		return nonzero(out), true, err
	}
	for _, few := range f.few(ctx, by, of) {
		var more []cell
		if err := grouped(few.q.Select(strings.Join(append(rows, few.n()+" AS n"), ", ")), group).Find(&more).Error; err != nil {
			return nil, true, err
		}
		out = append(out, more...)
	}
	return nonzero(out), true, nil
}

// months are the cells of a summary that a metric counts, within the person's scope and without what is restricted.
func (f *Figures) months(ctx context.Context, by access.Actor, table, action, id string, in In) *gorm.DB {
	q := f.db.Read(ctx).Table(table).Scopes(f.guard.ScopePlain(by, action, table), f.inMonths(table, id, in))
	if !by.IsSystem() {
		q = q.Where(table+".restricted = ?", false)
	}
	return q
}

// monthSums are the columns of the summary that hold what a metric adds up of each case.
var monthSums = map[string]string{"cases.fine_fen": "fine_fen", "cases.confiscated_fen": "confiscated_fen", elapsed: "days"}

// addedMonths adds up from the summary, as summed counts.
func (f *Figures) addedMonths(ctx context.Context, by access.Actor, m Metric, in In) (x sums, ok bool, err error) {
	table, ok := f.monthly(m.ID, in)
	if !ok || monthSums[m.sum] == "" {
		return x, false, nil
	}
	of := m.of(in)
	err = f.months(ctx, by, table, of.Action, m.ID, in).Select("CAST(COALESCE(SUM(" + monthSums[m.sum] + "), 0) AS BIGINT) AS sum, CAST(COALESCE(SUM(n), 0) AS BIGINT) AS n").Scan(&x).Error
	if err != nil || by.IsSystem() {
		return x, true, err
	}
	for _, few := range f.few(ctx, by, of) {
		var more sums
		if err := few.q.Select("CAST(COALESCE(SUM(" + m.summand() + "), 0) AS BIGINT) AS sum, COUNT(*) AS n").Scan(&more).Error; err != nil {
			return x, true, err
		}
		if few.less {
			more = sums{-more.Sum, -more.N}
		}
		x = sums{x.Sum + more.Sum, x.N + more.N}
	}
	return x, true, nil
}

// fewRows are rows that a summary cannot tell, and how they count.
type fewRows struct {
	q    *gorm.DB
	less bool // they are taken off
}

// n is how many they are, as SQL.
func (r fewRows) n() string {
	if r.less {
		return "-COUNT(*)"
	}
	return "COUNT(*)"
}

// few are the rows of a person's scope that stand in no summary as the person sees them: the restricted matters the person works on are added, those the
// person was recused from are taken off.
func (f *Figures) few(ctx context.Context, by access.Actor, of Matters) (out []fewRows) {
	me, recused := map[string]any{"me": by.ID}, of.Table+".id IN (SELECT recusals.subject_id FROM recusals WHERE recusals.user_id = @me)"
	mine := of.Table + ".restricted AND " + of.Table + ".id IN (SELECT m.subject_id FROM members m WHERE m.user_id = @me) AND NOT " + recused
	for i, which := range []string{mine, "NOT " + of.Table + ".restricted AND " + recused} {
		q := f.db.Read(ctx).Table(of.Table).Scopes(f.guard.ScopePlain(by, of.Action, of.Table), of.where).Where(which, me)
		out = append(out, fewRows{q, i == 1})
	}
	return out
}

func grouped(q *gorm.DB, by []string) *gorm.DB {
	if len(by) == 0 {
		return q
	}
	return q.Group(strings.Join(by, ", "))
}

// nonzero adds up the lines of the same cell and leaves out what is none.
func nonzero(cells []cell) []cell {
	at, out := map[[2]string]int{}, []cell{}
	for _, c := range cells {
		k := [2]string{c.A, c.B}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(out), len(out)
			out = append(out, cell{A: c.A, B: c.B})
		}
		out[i].N += c.N
	}
	kept := out[:0]
	for _, c := range out {
		if c.N != 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

func total(cells []cell) (n int64) {
	for _, c := range cells {
		n += c.N
	}
	return n
}

// monthly is the summary that knows a metric, if one does.
func (f *Figures) monthly(id string, in In) (table string, ok bool) {
	if f.rowsOnly {
		return "", false
	}
	if !in.Period.wholeMonths() {
		return "", false
	}
	switch id {
	case CasesFiled, CasesClosed, CasesInTime, CasesOverTime, CasesPending, CasesBrought, CasesFines, CasesConfis, CasesDays, OpinionsFiled, OpinionsClosed:
		return "case_months", in.With == casework.Traits{} && in.Who == ""
	case CallsAll, CallsConsult, CallsReports, CallsComplaint, CallsInfr, CallsAid, CallsFirst, CallsHanded, CallsReferred, CallsFed:
		return "call_months", true
	}
	return "", false
}

// pieces cuts what is counted over a period that is not made of whole months into its whole months, which a summary may know, and the days before and after
// them; nothing where that does not help: the figure is no sum over the days, or no summary knows it.
func (f *Figures) pieces(id string, in In) (out []In) {
	p := in.Period
	if id == CasesPending || id == CasesBrought || p.wholeMonths() {
		return nil
	}
	first := calendar.Date(p.From.Year(), p.From.Month(), 1)
	if first < p.From {
		first = first.AddMonths(1)
	}
	next := p.To.AddDays(1)
	whole := in
	whole.Period = Period{first, calendar.Date(next.Year(), next.Month(), 1).AddDays(-1)}
	if _, known := f.monthly(id, whole); !known || whole.Period.From > whole.Period.To {
		return nil
	}
	for _, days := range []Period{{p.From, first.AddDays(-1)}, whole.Period, {whole.Period.To.AddDays(1), p.To}} {
		if days.From <= days.To {
			in.Period = days
			out = append(out, in)
		}
	}
	return out
}

// standing counts what was pending on a day within a month: at the end of the month before, as a summary knows it, with what was filed since and less what
// was closed since. ok is false where that does not help.
func (f *Figures) standing(ctx context.Context, by access.Actor, m Metric, in In, cols ...string) (out []cell, ok bool, err error) {
	day := in.Period.To
	if m.ID == CasesBrought {
		day = in.Period.From.AddDays(-1)
	} else if m.ID != CasesPending {
		return nil, false, nil
	}
	first := calendar.Date(day.Year(), day.Month(), 1)
	end := in
	end.Period = Period{first.AddMonths(-1), first.AddDays(-1)}
	if out, ok, err = f.summed(ctx, by, CasesPending, end, cols...); !ok || err != nil {
		return nil, ok, err
	}
	since, gone := in.where(), in.where()
	since.FiledFrom, since.PendingOn = first, day
	gone.PendingOn, gone.ClosedFrom, gone.ClosedTo = first.AddDays(-1), first, day
	for sign, filter := range map[int64]casework.Filter{1: since, -1: gone} {
		more, err := f.counted(ctx, by, cases(filter, in.today), cols...)
		if err != nil {
			return nil, true, err
		}
		for _, c := range more {
			c.N *= sign
			out = append(out, c)
		}
	}
	return nonzero(out), true, nil
}

// wholeMonths says whether the period is made of calendar months.
func (p Period) wholeMonths() bool {
	next := p.To.AddDays(1)
	return p.From == calendar.Date(p.From.Year(), p.From.Month(), 1) && next == calendar.Date(next.Year(), next.Month(), 1)
}

// monthColumn is a column of the rows as the summary has it.
func monthColumn(table, col string) (string, bool) {
	c, ok := map[string]string{
		"cases.kind": "case_months.kind", "cases.place": "case_months.place", "cases.jurisdiction": "case_months.jurisdiction",
		"substr(cases.filed_on, 1, 7)": "case_months.filed", "substr(cases.filed_on, 1, 4)": "substr(case_months.filed, 1, 4)",
		"substr(cases.closed_on, 1, 7)": "case_months.closed", "substr(cases.closed_on, 1, 4)": "substr(case_months.closed, 1, 4)",
		"calls.jurisdiction": "call_months.jurisdiction", "calls.kind": "call_months.kind", "calls.channel": "call_months.channel", "substr(calls.received_on, 1, 7)": "call_months.month",
	}[col]
	return c, ok && strings.HasPrefix(c[strings.Index(c, "(")+1:], table)
}

// inMonths is the condition of a metric over its summary.
func (f *Figures) inMonths(table, id string, in In) func(*gorm.DB) *gorm.DB {
	month := func(d calendar.Day) string { return d.String()[:7] }
	from, to := month(in.Period.From), month(in.Period.To)
	return func(q *gorm.DB) *gorm.DB {
		if in.Office != "" {
			q = q.Scopes(access.Within(table, in.Office))
		}
		if table == "call_months" {
			q = q.Where("month >= ? AND month <= ?", from, to)
			if in.Way != "" {
				q = q.Where("channel = ?", in.Way)
			}
			if in.Call != "" {
				q = q.Where("kind = ?", in.Call)
			}
			return callMonths(q, id)
		}
		switch {
		case id == OpinionsFiled || id == OpinionsClosed:
			q = q.Where("kind = ?", casework.Opinion)
		case in.Kind == "" || in.Kind == casework.AnyReported:
			q = q.Where("kind IN ?", casework.Reported())
		default:
			q = q.Where("kind = ?", in.Kind)
		}
		switch {
		case in.At == "":
		case (region.Region{Code: in.At}).IsCounty():
			q = q.Scopes(access.WithinColumn(table+".place", in.At))
		default:
			q = q.Where("place = ?", in.At)
		}
		switch id {
		case CasesFiled, OpinionsFiled:
			return q.Where("filed >= ? AND filed <= ?", from, to)
		case CasesPending:
			return q.Where("filed <= ? AND (closed = '' OR closed > ?)", to, to)
		case CasesBrought:
			return q.Where("filed < ? AND (closed = '' OR closed >= ?)", from, from)
		case CasesInTime:
			q = q.Where("timely = ?", "yes")
		case CasesOverTime:
			q = q.Where("timely = ?", "no")
		}
		return q.Where("closed >= ? AND closed <= ?", from, to)
	}
}

func callMonths(q *gorm.DB, id string) *gorm.DB {
	kind, ok := map[string]string{CallsConsult: "consultation", CallsReports: "report", CallsComplaint: "complaint", CallsAid: "aid"}[id]
	switch {
	case ok:
		return q.Where("kind = ?", kind)
	case id == CallsInfr:
		return q.Where("kind = 'complaint' AND subject = ? AND state IN ('lead', 'closed')", casework.Infringement)
	case id == CallsFirst:
		return q.Where("first")
	case id == CallsHanded:
		return q.Where("state = 'lead' OR referred")
	case id == CallsFed:
		return q.Where("told")
	case id == CallsReferred:
		return q.Where("state = 'referred'")
	}
	return q
}
