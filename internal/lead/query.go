package lead

import (
	"context"
	"net/url"
	"strings"

	"gorm.io/gorm"

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
}

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"state", f.State}, {"kind", f.Kind}, {"source", f.Source}, {"office", f.Office}, {"urgency", f.Urgent}, {"assignee", f.Mine}, {"from", f.From.String()}, {"to", f.To.String()}, {"q", f.Text},
	} {
		if p.v != "" {
			v.Set(p.k, p.v)
		}
	}
	return v
}

// ParseFilter reads a filter from an address's query; bad names the first field that is not understood.
func ParseFilter(v url.Values) (f Filter, bad string) {
	f = Filter{State: v.Get("state"), Kind: v.Get("kind"), Source: v.Get("source"), Office: v.Get("office"), Urgent: v.Get("urgency"), Mine: v.Get("assignee"), Text: strings.TrimSpace(v.Get("q"))}
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
