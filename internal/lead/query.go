package lead

import (
	"context"
	"net/url"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// Filter narrows leads.
type Filter struct {
	State  string // a state; "open" is all that wait
	Kind   string
	Source string
	Office string
	Urgent string       // an urgency
	Mine   string       // who looks after it
	From   calendar.Day // received on
	To     calendar.Day
	Text   string
	Untold bool // a reporter is to be told of the decision
}

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"state", f.State}, {"kind", f.Kind}, {"source", f.Source}, {"office", f.Office}, {"urgency", f.Urgent}, {"assignee", f.Mine}, {"from", f.From.String()}, {"to", f.To.String()}, {"q", f.Text}, {"untold", map[bool]string{true: "1"}[f.Untold]},
	} {
		if p.v != "" {
			v.Set(p.k, p.v)
		}
	}
	return v
}

// ParseFilter reads a filter from an address's query; bad names the first field that is not understood.
func ParseFilter(v url.Values) (f Filter, bad string) {
	f = Filter{State: v.Get("state"), Kind: v.Get("kind"), Source: v.Get("source"), Office: v.Get("office"), Urgent: v.Get("urgency"), Mine: v.Get("assignee"), Text: strings.TrimSpace(v.Get("q")), Untold: v.Get("untold") == "1"}
	for _, d := range []struct {
		k  string
		to *calendar.Day
	}{{"from", &f.From}, {"to", &f.To}} {
		if s := v.Get(d.k); s != "" {
			day, err := calendar.ParseDay(s)
			if err != nil && bad == "" {
				bad = d.k
			}
			*d.to = day
		}
	}
	return f, bad
}

// Where narrows a query over the table leads.
func (f Filter) Where(q *gorm.DB) *gorm.DB {
	switch f.State {
	case "":
	case "open":
		q = q.Where("leads.state IN ?", pending())
	default:
		q = q.Where("leads.state = ?", f.State)
	}
	if f.Kind != "" {
		q = q.Where("leads.kind = ?", f.Kind)
	}
	if f.Source != "" {
		q = q.Where("leads.source = ?", f.Source)
	}
	if f.Urgent != "" {
		q = q.Where("leads.urgency = ?", f.Urgent)
	}
	if f.Mine != "" {
		q = q.Where("leads.assignee_id = ?", f.Mine)
	}
	if f.Untold {
		q = q.Where(untold)
	}
	if f.Office != "" {
		q = q.Scopes(access.Within("leads", f.Office))
	}
	if !f.From.IsZero() {
		q = q.Where("leads.received_on >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("leads.received_on <= ?", f.To)
	}
	if f.Text != "" {
		like := store.Like(f.Text)
		q = q.Where(`leads.number LIKE ? ESCAPE '\' OR leads.title LIKE ? ESCAPE '\' OR leads.respondent LIKE ? ESCAPE '\' OR leads.patent_no LIKE ? ESCAPE '\'`, like, like, like, like)
	}
	return q
}

func (r *Register) scoped(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	return r.db.Read(ctx).Model(&Lead{}).Scopes(r.guard.Scope(by, "lead.view", "leads"), f.Where)
}

// Count counts the leads of a filter within the person's scope.
func (r *Register) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = r.scoped(ctx, by, f).Count(&n).Error
	return n, err
}

// List reads a page of leads, newest first, within the person's scope.
func (r *Register) List(ctx context.Context, by access.Actor, f Filter, p casework.Page) (rows []Lead, more bool, err error) {
	q, turn := p.Keyset(r.scoped(ctx, by, f), "leads.received_on", "leads.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = casework.Turn(rows, p.Limit, turn)
	return rows, more, nil
}

// Key is the lead's place in the list.
func (l Lead) Key() string { return l.ReceivedOn.String() + "/" + l.ID }

// OfPersons are the leads that some persons of the vault brought in, and the cases they became, each within the scope of who asks, the open ones first.
func (r *Register) OfPersons(ctx context.Context, by access.Actor, ids []string, most int) (leads []Lead, cases []casework.Case, err error) {
	err = r.db.Read(ctx).Scopes(r.guard.Scope(by, "lead.view", "leads")).Where("leads.identity_id IN ?", ids).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: "CASE WHEN leads.state IN ? THEN 0 ELSE 1 END, leads.received_on DESC, leads.id DESC", Vars: []any{pending()}}}).Limit(most).Find(&leads).Error
	if err != nil {
		return nil, nil, err
	}
	err = r.db.Read(ctx).Scopes(r.guard.Scope(by, "case.view", "cases")).Where("cases.id IN (SELECT l.case_id FROM leads l WHERE l.identity_id IN ? AND l.case_id IS NOT NULL)", ids).
		Order("CASE WHEN cases.closed_on IS NULL THEN 0 ELSE 1 END, cases.filed_on DESC, cases.id DESC").Limit(most).Find(&cases).Error
	return leads, cases, err
}

// Telling is a reporter whom the office still has to tell what it decided.
type Telling struct {
	Lead
	By calendar.Day // until when; by the law of the day, or by the office's own rule
}

// ToTell are the leads whose named reporter has not been told of the filing decision (SAMR Order 20 Art. 31 until 2026-04-14, the office's own rule after that), the
// first day first, within the person's scope; n is how many.
func (r *Register) ToTell(ctx context.Context, by access.Actor, most int) (rows []Telling, n int64, err error) {
	q := func() *gorm.DB {
		return r.db.Read(ctx).Model(&Lead{}).Scopes(r.guard.Scope(by, "lead.view", "leads")).Where(untold)
	}
	if err := q().Count(&n).Error; err != nil {
		return nil, 0, err
	}
	err = q().Select("leads.*, COALESCE(leads.tell_by, (SELECT MIN(d.watch_on) FROM deadlines d WHERE d.subject_id = leads.id AND d.rule = 'REPORTER_TELL' AND d.stopped_on IS NULL)) AS \"by\"").
		Order("\"by\", leads.id").Limit(most).Scan(&rows).Error
	return rows, n, err
}

// untold are leads of which a reporter is to be told.
const untold = "leads.tell_by IS NOT NULL OR EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = leads.id AND d.rule = 'REPORTER_TELL' AND d.stopped_on IS NULL)"
