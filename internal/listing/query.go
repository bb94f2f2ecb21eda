package listing

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

// Filter narrows listings. Lists, counts and the figures of a report are made by the same Filter.
type Filter struct {
	Platform string
	Kind     string // suspected kind: infringement, counterfeit, marking
	Finding  string // infringing, counterfeit, marking_defect, not_established, cannot_tell; "none" is not yet judged
	Result   string
	Office   string
	CaseID   string
	LeadID   string
	From     calendar.Day // found on
	To       calendar.Day
	Text     string

	Type     string // of patent; "none" is not known
	Place    string // exactly
	State    string // of the flow
	Seller   string // and those merged into it
	TakeID   string
	Campaign string
	Source   string
	Screened string // the verdict of the newest screening; "open" waits for an officer, "none" was not screened
	Relist   string // open: offers again what was dealt with
	Aid      string // sent, given
	Done     string // hit: infringing or counterfeit; removed: buyers no longer find it; restored: the measure ended
}

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"platform", f.Platform}, {"kind", f.Kind}, {"finding", f.Finding}, {"result", f.Result}, {"office", f.Office}, {"case", f.CaseID}, {"lead", f.LeadID},
		{"from", f.From.String()}, {"to", f.To.String()}, {"q", f.Text},
		{"type", f.Type}, {"place", f.Place}, {"state", f.State}, {"seller", f.Seller}, {"take", f.TakeID}, {"source", f.Source}, {"screened", f.Screened}, {"relist", f.Relist},
		{"aid", f.Aid}, {"done", f.Done}, {"campaign", f.Campaign},
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
		Platform: v.Get("platform"), Kind: v.Get("kind"), Finding: v.Get("finding"), Result: v.Get("result"),
		Office: v.Get("office"), CaseID: v.Get("case"), LeadID: v.Get("lead"), Text: strings.TrimSpace(v.Get("q")),
		Type: v.Get("type"), Place: v.Get("place"), State: v.Get("state"), Seller: v.Get("seller"), TakeID: v.Get("take"), Source: v.Get("source"), Screened: v.Get("screened"), Relist: v.Get("relist"),
		Aid: v.Get("aid"), Done: v.Get("done"), Campaign: v.Get("campaign"),
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

// Where narrows a query over the table listings.
func (f Filter) Where(q *gorm.DB) *gorm.DB {
	for _, p := range []struct{ col, v string }{
		{"platform", f.Platform}, {"suspected_kind", f.Kind}, {"result", f.Result}, {"case_id", f.CaseID}, {"lead_id", f.LeadID},
		{"place", f.Place}, {"state", f.State}, {"take_id", f.TakeID}, {"campaign_id", f.Campaign}, {"source", f.Source}, {"relist_state", f.Relist}, {"aid_state", f.Aid},
	} {
		if p.v != "" {
			q = q.Where("listings."+p.col+" = ?", p.v)
		}
	}
	switch f.Finding {
	case "":
	case "none":
		q = q.Where("listings.finding = ''")
	case "judged":
		q = q.Where("listings.finding <> ''")
	default:
		q = q.Where("listings.finding = ?", f.Finding)
	}
	switch f.Type {
	case "":
	case "none":
		q = q.Where("listings.patent_type = ''")
	default:
		q = q.Where("listings.patent_type = ?", f.Type)
	}
	switch f.Screened {
	case "":
	case "none":
		q = q.Where("listings.verdict_state = ''")
	case Waiting:
		q = q.Where("listings.verdict_state = ?", Waiting)
	default:
		q = q.Where("listings.verdict = ?", f.Screened)
	}
	switch f.Done {
	case "hit":
		q = q.Where("listings.finding IN ?", Hits())
	case "removed":
		q = q.Where("listings.result IN ?", Removed())
	case "case":
		q = q.Where("listings.case_id IS NOT NULL")
	case "restored":
		q = q.Where("listings.restored_on IS NOT NULL")
	}
	if f.Seller != "" {
		q = q.Where("listings.seller_id IN (SELECT s.id FROM sellers s WHERE s.root = ?)", f.Seller)
	}
	if f.Office != "" {
		q = q.Scopes(access.Within("listings", f.Office))
	}
	if !f.From.IsZero() {
		q = q.Where("listings.found_on >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("listings.found_on <= ?", f.To)
	}
	if f.Text != "" {
		if n := patentKey(f.Text); n != "" {
			return q.Where("listings.patent_key = ?", n)
		}
		like := store.Like(f.Text)
		q = q.Where(`listings.number LIKE ? ESCAPE '\' OR listings.title LIKE ? ESCAPE '\' OR listings.shop LIKE ? ESCAPE '\'
			OR listings.url LIKE ? ESCAPE '\' OR listings.patent_no LIKE ? ESCAPE '\'`, like, like, like, like, like)
	}
	return q
}

// Count counts the listings of a filter within the person's scope.
func (l *Ledger) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = l.scoped(ctx, by, f).Count(&n).Error
	return n, err
}

// CountTo counts the listings of a filter within the person's scope, but no further than most: what a list says of its length.
func (l *Ledger) CountTo(ctx context.Context, by access.Actor, f Filter, most int) (n int64, err error) {
	some := l.scoped(ctx, by, f).Select("listings.id").Limit(most)
	err = l.db.Read(ctx).Table("(?) AS part", some).Count(&n).Error
	return n, err
}

func (l *Ledger) scoped(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	return l.db.Read(ctx).Model(&Listing{}).Scopes(l.guard.Scope(by, "listing.view", "listings"), f.Where)
}

// List reads a page of listings, newest found first, within the person's scope.
func (l *Ledger) List(ctx context.Context, by access.Actor, f Filter, p casework.Page) (rows []Listing, more bool, err error) {
	q, turn := p.Keyset(l.scoped(ctx, by, f), "listings.found_on", "listings.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = casework.Turn(rows, p.Limit, turn)
	return rows, more, nil
}

// Key is the listing's place in the list.
func (x Listing) Key() string { return x.FoundOn.String() + "/" + x.ID }
