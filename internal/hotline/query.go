package hotline

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

// Filter narrows calls. Lists, counts and the figures of a report are made by the same Filter.
type Filter struct {
	Kind    string // consultation, report, complaint
	Subject string // infringement, counterfeit, dispute, ecommerce
	State   string // open, answered, lead, closed; "handled" is lead or closed
	Office  string // a jurisdiction and all below it
	Channel string
	From    calendar.Day
	To      calendar.Day
	Phone   string // the whole number
	Caller  string // a person of the vault
	Text    string

	Operator string // who wrote it down
	Outcome  string // first, handed, repeat, rated, content, late

	keys, names []string     // what Phone and Text find in the vault
	today       calendar.Day // of OutcomeLate
}

// What became of a call, as the supervisor counts it.
const (
	OutcomeFirst   = "first"   // settled while the caller was on the line
	OutcomeHanded  = "handed"  // became a lead, or went elsewhere
	OutcomeRepeat  = "repeat"  // the caller called twice or more in the period
	OutcomeRated   = "rated"   // the caller said how content
	OutcomeContent = "content" // with 4 or 5 of 5
	OutcomeLate    = "late"    // to be answered before today
	OutcomeFed     = "fed"     // the caller was told what came of it
)

// Outcomes is every outcome.
func Outcomes() []string {
	return []string{OutcomeFirst, OutcomeHanded, OutcomeRepeat, OutcomeRated, OutcomeContent, OutcomeLate, OutcomeFed}
}

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"kind", f.Kind}, {"subject", f.Subject}, {"state", f.State}, {"office", f.Office}, {"channel", f.Channel},
		{"from", f.From.String()}, {"to", f.To.String()}, {"phone", f.Phone}, {"caller", f.Caller}, {"operator", f.Operator}, {"outcome", f.Outcome}, {"q", f.Text},
	} {
		if p.v != "" {
			v.Set(p.k, p.v)
		}
	}
	return v
}

// ParseFilter reads a filter from an address's query; bad names the first field that is not understood.
func ParseFilter(v url.Values) (f Filter, bad string) {
	f = Filter{
		Kind: v.Get("kind"), Subject: v.Get("subject"), State: v.Get("state"), Office: v.Get("office"), Channel: v.Get("channel"),
		Phone: strings.TrimSpace(v.Get("phone")), Caller: v.Get("caller"), Operator: v.Get("operator"), Outcome: v.Get("outcome"), Text: strings.TrimSpace(v.Get("q")),
	}
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

// Where narrows a query over the table calls.
func (f Filter) Where(q *gorm.DB) *gorm.DB {
	if f.Kind != "" {
		kind := "calls.kind"
		if !f.From.IsZero() { // found by the day
			kind = store.Aside(q, kind)
		}
		q = q.Where(kind+" = ?", f.Kind)
	}
	for _, p := range []struct{ col, v string }{{"subject", f.Subject}, {"channel", f.Channel}, {"identity_id", f.Caller}, {"operator_id", f.Operator}} {
		if p.v != "" {
			q = q.Where("calls."+p.col+" = ?", p.v)
		}
	}
	switch f.State {
	case "":
	case "handled":
		q = q.Where("calls.state IN ?", []string{StateLead, StateClosed})
	default:
		q = q.Where("calls.state = ?", f.State)
	}
	q = f.outcome(q)
	if f.Office != "" {
		q = q.Scopes(access.Within("calls", f.Office))
	}
	if !f.From.IsZero() {
		q = q.Where("calls.received_on >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("calls.received_on <= ?", f.To)
	}
	if f.Phone != "" {
		q = within(q, f.keys)
	}
	if f.Text != "" {
		like := store.Like(f.Text)
		q = q.Where(`calls.number LIKE ? ESCAPE '\' OR calls.words_key = '' AND calls.question LIKE ? ESCAPE '\' OR calls.respondent LIKE ? ESCAPE '\' OR calls.patent_no LIKE ? ESCAPE '\'
			OR calls.identity_id IN (SELECT identity_id FROM identity_keys WHERE hash IN ?)`, like, like, like, like, f.names)
	}
	return q
}

// Count counts the calls of a filter within the person's scope.
func (d *Desk) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = d.scoped(ctx, by, f).Count(&n).Error
	return n, err
}

func (d *Desk) scoped(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	return d.db.Read(ctx).Model(&Call{}).Scopes(d.guard.Scope(by, "call.view", "calls"), d.resolve(f).Where)
}

// List reads a page of calls, newest first, within the person's scope.
func (d *Desk) List(ctx context.Context, by access.Actor, f Filter, p casework.Page) (rows []Call, more bool, err error) {
	q, turn := p.Keyset(d.scoped(ctx, by, f), "calls.received_on", "calls.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = casework.Turn(rows, p.Limit, turn)
	return rows, more, legibleAll(d, rows)
}

// Key is the call's place in the list.
func (c Call) Key() string { return c.ReceivedOn.String() + "/" + c.ID }

func (f Filter) outcome(q *gorm.DB) *gorm.DB {
	switch f.Outcome {
	case OutcomeFirst:
		return q.Where("calls.first_contact")
	case OutcomeHanded:
		return q.Where("calls.state = ? OR calls.referred", StateLead)
	case OutcomeRated:
		return q.Where("calls.satisfaction > 0")
	case OutcomeContent:
		return q.Where("calls.satisfaction >= 4")
	case OutcomeFed:
		return q.Where("calls.feedback_on IS NOT NULL")
	case OutcomeLate:
		return q.Where("calls.state = ? AND calls.due_on < ?", StateOpen, f.today)
	case OutcomeRepeat: // a person of the vault belongs to one office, so this counts no other office's calls
		to := f.To
		if to.IsZero() {
			to = calendar.MaxDay
		}
		return q.Where("calls.identity_id IN (SELECT identity_id FROM calls r WHERE r.identity_id IS NOT NULL AND r.received_on >= ? AND r.received_on <= ? GROUP BY r.identity_id HAVING COUNT(*) > 1)", f.From.String(), to)
	}
	return q
}
