// Package listing is the e-commerce listing and the e-commerce case (电商案件): what is sold where, what was found, what the platform did.
package listing

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/region"
	"huzhi/internal/search"
	"huzhi/internal/store"
)

// Platforms is every platform with rules of its own, and other.
func Platforms() []string {
	return []string{"taobao", "tmall", "1688", "jd", "pinduoduo", "douyin", "aliexpress", "amazon_cn", "other"}
}

// SuspectedKinds is what a listing can be suspected of.
func SuspectedKinds() []string { return []string{"infringement", "counterfeit", "marking"} }

// Findings is what a listing can be found to be.
func Findings() []string {
	return []string{"infringing", "counterfeit", "marking_defect", "not_established", "cannot_tell"}
}

// Results is what the platform can have done.
func Results() []string {
	return []string{"deleted", "screened", "unlinked", "shop_closed", "refused", "none"}
}

// Listing is one listing on a platform.
type Listing struct {
	ID            string `gorm:"primaryKey"`
	Number        string
	Jurisdiction  string
	Restricted    bool
	Place         string
	Platform      string
	Shop          string
	URL           string
	Title         string
	PriceFen      int64
	MarkSeen      string
	PatentNo      string
	SuspectedKind string
	FoundOn       calendar.Day
	Finding       string
	FindingReason string
	FoundBy       string
	JudgedOn      calendar.Day
	Result        string
	ResultOn      calendar.Day
	CaseID        *string
	LeadID        *string
	Version       int64
	CreatedAt     time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt     time.Time `gorm:"autoUpdateTime:false"`
}

// Ledger is the service.
type Ledger struct {
	db      *store.DB
	guard   *access.Guard
	leads   *lead.Register
	docket  *casework.Docket
	regions *region.Book
	forms   document.Forms
}

// New makes the service; it links listings to the case when their lead is filed.
func New(db *store.DB, guard *access.Guard, leads *lead.Register, docket *casework.Docket, regions *region.Book, forms document.Forms) *Ledger {
	l := &Ledger{db: db, guard: guard, leads: leads, docket: docket, regions: regions, forms: forms}
	leads.OnFiled(func(tx *store.Tx, by access.Actor, leadID, caseID string) error {
		return l.follow(tx, by, leadID, "listing.link", map[string]any{"case_id": caseID})
	})
	leads.OnMoved(func(tx *store.Tx, by access.Actor, leadID, to string) error {
		return l.follow(tx, by, leadID, "listing.transfer", map[string]any{"jurisdiction": to})
	})
	return l
}

// NewListing is what an officer writes down of a listing.
type NewListing struct {
	ID            string
	Jurisdiction  string
	Place         string
	Platform      string
	Shop          string
	URL           string
	Title         string
	PriceFen      int64
	MarkSeen      string
	PatentNo      string
	SuspectedKind string
	FoundOn       calendar.Day
}

func (l *Ledger) check(in *NewListing, today calendar.Day) error {
	var bad errs.Faults
	for _, p := range []*string{&in.Shop, &in.URL, &in.Title, &in.MarkSeen, &in.PatentNo} {
		*p = strings.TrimSpace(*p)
	}
	if !slices.Contains(Platforms(), in.Platform) {
		bad.Add("platform", "error.choice")
	}
	bad.Require("shop", in.Shop)
	bad.Limit("shop", in.Shop, 200)
	if u, err := url.Parse(in.URL); in.URL == "" {
		bad.Add("url", "error.required")
	} else if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(in.URL) > 2000 {
		bad.Add("url", "error.url")
	}
	bad.Require("title", in.Title)
	bad.Limit("title", in.Title, 300)
	bad.Limit("mark_seen", in.MarkSeen, 1000)
	bad.Limit("patent_no", in.PatentNo, 60)
	if in.PriceFen < 0 || in.PriceFen > 1e13 {
		bad.Add("price", "error.amount")
	}
	if !slices.Contains(SuspectedKinds(), in.SuspectedKind) {
		bad.Add("suspected_kind", "error.choice")
	}
	if _, ok := l.regions.Get(in.Jurisdiction); !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := l.regions.Get(in.Place); !ok {
		bad.Add("place", "error.choice")
	}
	switch {
	case in.FoundOn.IsZero():
		bad.Add("found_on", "error.required")
	case in.FoundOn > today:
		bad.Add("found_on", "error.day_future", today)
	}
	return bad.Err()
}

// Add writes a listing down. Invalid, Forbidden; Conflict when the id was used for something else.
func (l *Ledger) Add(ctx context.Context, by access.Actor, in NewListing) (x *Listing, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = l.AddTx(tx, by, in)
		return err
	})
	return x, err
}

// AddTx is Add in the caller's transaction.
func (l *Ledger) AddTx(tx *store.Tx, by access.Actor, in NewListing) (*Listing, error) {
	if _, known := l.regions.Get(in.Jurisdiction); known { // an unknown one is a fault of the form
		if err := l.guard.Allow(by, "listing.work", in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	if err := l.check(&in, calendar.DayOf(tx.Now)); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var old []Listing
		if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
			return nil, err
		}
		if len(old) > 0 {
			if old[0].URL == in.URL && old[0].Title == in.Title {
				return &old[0], nil
			}
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
	} else {
		in.ID = tx.NewID()
	}
	office, _ := l.regions.Get(in.Jurisdiction)
	number, err := l.forms.Next(tx, "listing", office.Mark, in.FoundOn)
	if err != nil {
		return nil, err
	}
	x := &Listing{
		ID: in.ID, Number: number, Jurisdiction: in.Jurisdiction, Place: in.Place, Platform: in.Platform, Shop: in.Shop, URL: in.URL, Title: in.Title, PriceFen: in.PriceFen,
		MarkSeen: in.MarkSeen, PatentNo: in.PatentNo, SuspectedKind: in.SuspectedKind, FoundOn: in.FoundOn, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if err := tx.Create(x).Error; err != nil {
		return nil, err
	}
	if err := search.Put(tx, search.Doc{
		SubjectID: x.ID, SubjectKind: search.Listing, Jurisdiction: x.Jurisdiction, Restricted: x.Restricted, SortOn: x.FoundOn, Label: x.Number, Title: x.Title,
	}, []string{x.PatentNo}, x.Shop); err != nil {
		return nil, err
	}
	return x, audit.Append(tx, by.Entry("listing.add", x.Jurisdiction, "listing:"+x.ID, map[string]any{"number": x.Number, "platform": x.Platform, "url": x.URL}))
}

// Judge records what a listing was found to be, and why. Invalid, Forbidden, NotFound, Conflict.
func (l *Ledger) Judge(ctx context.Context, by access.Actor, id string, version int64, finding, reason string) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.JudgeTx(tx, by, id, version, finding, reason) })
}

// JudgeTx is Judge in the caller's transaction.
func (l *Ledger) JudgeTx(tx *store.Tx, by access.Actor, id string, version int64, finding, reason string) error {
	return l.change(tx, by, id, version, "listing.judge", func(x *Listing) (map[string]any, error) {
		var bad errs.Faults
		reason = strings.TrimSpace(reason)
		if !slices.Contains(Findings(), finding) {
			bad.Add("finding", "error.choice")
		}
		bad.Require("finding_reason", reason)
		bad.Limit("finding_reason", reason, 5000)
		return map[string]any{"finding": finding, "finding_reason": reason, "found_by": by.ID, "judged_on": calendar.DayOf(tx.Now)}, bad.Err()
	})
}

// SetResult records what the platform did. Invalid, Forbidden, NotFound, Conflict (a listing not yet judged).
func (l *Ledger) SetResult(ctx context.Context, by access.Actor, id string, version int64, result string, on calendar.Day) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.SetResultTx(tx, by, id, version, result, on) })
}

// SetResultTx is SetResult in the caller's transaction.
func (l *Ledger) SetResultTx(tx *store.Tx, by access.Actor, id string, version int64, result string, on calendar.Day) error {
	return l.change(tx, by, id, version, "listing.result", func(x *Listing) (map[string]any, error) {
		if x.Finding == "" {
			return nil, errs.New(errs.Conflict, "error.listing_not_judged")
		}
		var bad errs.Faults
		if !slices.Contains(Results(), result) {
			bad.Add("result", "error.choice")
		}
		switch today := calendar.DayOf(tx.Now); {
		case on.IsZero():
			bad.Add("result_on", "error.required")
		case on > today:
			bad.Add("result_on", "error.day_future", today)
		case on < x.FoundOn:
			bad.Add("result_on", "error.day_before", x.FoundOn)
		}
		return map[string]any{"result": result, "result_on": on}, bad.Err()
	})
}

// MakeLead makes one lead of several listings of one office; filing it links them to the case. Invalid, Forbidden, NotFound, Conflict.
func (l *Ledger) MakeLead(ctx context.Context, by access.Actor, ids []string, in lead.NewLead) (out *lead.Lead, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		out, err = l.MakeLeadTx(tx, by, ids, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// MakeLeadTx is MakeLead in the caller's transaction.
func (l *Ledger) MakeLeadTx(tx *store.Tx, by access.Actor, ids []string, in lead.NewLead) (*lead.Lead, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids { // in one order, so that two who take the same listings wait for each other
		if err := tx.Lock("listings", id); err != nil {
			return nil, err
		}
	}
	var rows []Listing
	if err := tx.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id IN ?", ids).Order("found_on, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) != len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	in.Jurisdiction, in.Kind = rows[0].Jurisdiction, casework.Ecommerce
	if in.Source == "" {
		in.Source = "own_patrol"
	}
	for _, x := range rows {
		if x.Jurisdiction != in.Jurisdiction {
			return nil, errs.New(errs.Invalid, "error.listing_offices")
		}
		if x.LeadID != nil && *x.LeadID != in.ID {
			return nil, errs.New(errs.Conflict, "error.listing_has_lead", x.Number)
		}
	}
	out, err := l.leads.AddTx(tx, by, in, "lead.add")
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].LeadID != nil {
			continue // the form was sent twice
		}
		if err := l.write(tx, by, &rows[i], "listing.make_lead", map[string]any{"lead_id": out.ID}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// follow takes the listings of a lead along.
func (l *Ledger) follow(tx *store.Tx, by access.Actor, leadID, what string, set map[string]any) error {
	var rows []Listing
	if err := tx.Where("lead_id = ?", leadID).Order("id").Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if err := l.write(tx, by, &rows[i], what, maps.Clone(set)); err != nil {
			return err
		}
		if to, ok := set["jurisdiction"]; ok {
			if err := tx.Exec("UPDATE search_docs SET jurisdiction = ? WHERE subject_id = ?", to, rows[i].ID).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// ByNumber finds a listing by its number within the person's scope. NotFound where there is none.
func (l *Ledger) ByNumber(ctx context.Context, by access.Actor, number string) (*Listing, error) {
	var rows []Listing
	err := l.db.Read(ctx).Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.number = ?", strings.TrimSpace(number)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}

// Link adds a listing to an open e-commerce case of the same office, by one of its officers. Forbidden, NotFound, Conflict.
func (l *Ledger) Link(ctx context.Context, by access.Actor, id string, version int64, caseID string) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		if err := l.change(tx, by, id, version, "listing.link", func(x *Listing) (map[string]any, error) {
			if x.CaseID != nil && *x.CaseID != caseID {
				return nil, errs.New(errs.Conflict, "error.listing_has_case")
			}
			if err := l.open(tx, by, caseID, x.Jurisdiction); err != nil {
				return nil, err
			}
			return map[string]any{"case_id": caseID}, nil
		}); err != nil {
			return err
		}
		return l.docket.SealTx(tx, caseID)
	})
}

// open refuses a change to what a case rests on unless the case is still being handled, and by anybody but its officers: what was
// decided on, and what was reported, stays as it was.
func (l *Ledger) open(tx *store.Tx, by access.Actor, caseID, jurisdiction string) error {
	if err := tx.Lock("cases", caseID); err != nil {
		return err
	}
	var c []struct{ Kind, State, Jurisdiction string }
	if err := tx.Raw("SELECT kind, state, jurisdiction FROM cases WHERE id = ?", caseID).Scan(&c).Error; err != nil {
		return err
	}
	if len(c) == 0 || c[0].Kind != casework.Ecommerce || c[0].State != string(casework.Filed) || c[0].Jurisdiction != jurisdiction {
		return errs.New(errs.Conflict, "error.listing_case")
	}
	if by.IsSystem() {
		return nil
	}
	if err := l.docket.MayWriteTx(tx, by, caseID); err != nil {
		return err
	}
	var names []string
	if err := tx.Raw("SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.subject_id = ? AND m.part = ? ORDER BY m.added_at, u.username",
		caseID, casework.PartOfficer).Scan(&names).Error; err != nil {
		return err
	}
	var mine int64
	if err := tx.Raw("SELECT count(*) FROM members WHERE subject_id = ? AND part = ? AND user_id = ?", caseID, casework.PartOfficer, by.ID).Scan(&mine).Error; err != nil {
		return err
	}
	if mine == 0 {
		return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+casework.PartOfficer), strings.Join(names, "、")).On("case:" + caseID)
	}
	return nil
}

func (l *Ledger) change(tx *store.Tx, by access.Actor, id string, version int64, what string, act func(*Listing) (map[string]any, error)) error {
	if err := tx.Lock("listings", id); err != nil {
		return err
	}
	x, err := l.load(tx.DB, by, id)
	if err != nil {
		return err
	}
	if err := l.guard.Allow(by, "listing.work", x.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("listing:" + x.ID)
		}
		return err
	}
	if x.Version != version {
		return errs.New(errs.Conflict, "error.stale", x.UpdatedAt)
	}
	if x.CaseID != nil {
		if err := l.open(tx, by, *x.CaseID, x.Jurisdiction); err != nil {
			return err
		}
	}
	set, err := act(x)
	if err != nil {
		return err
	}
	return l.write(tx, by, x, what, set)
}

// write changes columns by compare-and-set on the version, with the log line.
func (l *Ledger) write(tx *store.Tx, by access.Actor, x *Listing, what string, set map[string]any) error {
	detail := map[string]any{"number": x.Number, "version": x.Version + 1}
	for k, v := range set {
		detail[k] = v
	}
	set["version"], set["updated_at"] = x.Version+1, tx.Now
	u := tx.Model(&Listing{}).Where("id = ? AND version = ?", x.ID, x.Version).Updates(set)
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return audit.Append(tx, by.Entry(what, x.Jurisdiction, "listing:"+x.ID, detail))
}

// Find reads a listing. NotFound when it does not exist or is outside the person's scope.
func (l *Ledger) Find(ctx context.Context, by access.Actor, id string) (*Listing, error) {
	return l.load(l.db.Read(ctx), by, id)
}

func (l *Ledger) load(q *gorm.DB, by access.Actor, id string) (*Listing, error) {
	var x Listing
	err := q.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id = ?", id).Take(&x).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &x, err
	}
	return nil, access.Unseen(q, "listings", "listing", id)
}
