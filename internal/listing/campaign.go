package listing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// The states of a campaign.
const (
	CampaignOpen   = "open"
	CampaignClosed = "closed"
)

// Campaign is a special action (专项行动) of an office: for a time, on some platforms, with what it sets out to reach.
type Campaign struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Name         string
	FromOn       calendar.Day
	ToOn         calendar.Day
	Platforms    string // JSON; "" is every platform
	Plan         string
	WantChecked  int64 // listings judged; 0 is no target
	WantRemoved  int64
	WantCases    int64
	State        string
	Report       string // of a closed one: the words of its report
	Figures      string // and its figures as they stood
	PaperID      *string
	MadeBy       string
	MadeName     string
	MadeAt       time.Time
	ClosedOn     calendar.Day
	ClosedName   string
	Version      int64
}

// On are the platforms of the campaign; none is all.
func (x *Campaign) On() (out []string) { unpack(x.Platforms, &out); return out }

// CampaignInput is what is written down of a campaign.
type CampaignInput struct {
	ID                                 string // made by the form
	Jurisdiction                       string
	Name                               string
	From, To                           calendar.Day
	Platforms                          []string
	Plan                               string
	WantChecked, WantRemoved, WantCase int64
}

func (l *Ledger) checkCampaign(in *CampaignInput) error {
	var bad errs.Faults
	in.Name, in.Plan = strings.TrimSpace(in.Name), strings.TrimSpace(in.Plan)
	bad.Require("name", in.Name)
	bad.Limit("name", in.Name, 200)
	bad.Limit("plan", in.Plan, 10000)
	if _, ok := l.regions.Get(in.Jurisdiction); !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	switch {
	case in.From.IsZero():
		bad.Add("from_on", "error.required")
	case in.To.IsZero():
		bad.Add("to_on", "error.required")
	case in.To < in.From:
		bad.Add("to_on", "error.day_before", in.From)
	}
	for _, p := range in.Platforms {
		if !slices.Contains(l.Platforms(), p) {
			bad.Add("platforms", "error.choice")
		}
	}
	for _, n := range []struct {
		name string
		n    int64
	}{{"want_checked", in.WantChecked}, {"want_removed", in.WantRemoved}, {"want_cases", in.WantCase}} {
		if n.n < 0 || n.n > 1e9 {
			bad.Add(n.name, "error.number")
		}
	}
	return bad.Err()
}

func (in *CampaignInput) columns() map[string]any {
	platforms := ""
	if len(in.Platforms) > 0 {
		platforms = pack(in.Platforms)
	}
	return map[string]any{"name": in.Name, "from_on": in.From, "to_on": in.To, "platforms": platforms, "plan": in.Plan, "want_checked": in.WantChecked, "want_removed": in.WantRemoved, "want_cases": in.WantCase}
}

// AddCampaign begins a campaign. Forbidden, Invalid; Conflict when the id was used for something else.
func (l *Ledger) AddCampaign(ctx context.Context, by access.Actor, in CampaignInput) (x *Campaign, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = l.AddCampaignTx(tx, by, in)
		return err
	})
	return x, err
}

// AddCampaignTx is AddCampaign in the caller's transaction.
func (l *Ledger) AddCampaignTx(tx *store.Tx, by access.Actor, in CampaignInput) (*Campaign, error) {
	if _, known := l.regions.Get(in.Jurisdiction); known {
		if err := l.guard.Allow(by, "listing.work", in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	if err := l.checkCampaign(&in); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var held []Campaign
		if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
			return nil, err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].MadeBy != by.ID || held[0].Name != in.Name {
				return nil, errs.New(errs.Conflict, "error.same_id")
			}
			return &held[0], nil
		}
	} else {
		in.ID = tx.NewID()
	}
	set := in.columns()
	x := &Campaign{ID: in.ID, Jurisdiction: in.Jurisdiction, Name: in.Name, FromOn: in.From, ToOn: in.To, Platforms: set["platforms"].(string), Plan: in.Plan, WantChecked: in.WantChecked, WantRemoved: in.WantRemoved,
		WantCases: in.WantCase, State: CampaignOpen, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now, Version: 1}
	if err := tx.Create(x).Error; err != nil {
		return nil, err
	}
	return x, audit.Append(tx, by.Entry("listing.campaign_add", x.Jurisdiction, "campaign:"+x.ID, map[string]any{"name": x.Name, "from": x.FromOn.String(), "to": x.ToOn.String()}))
}

func (l *Ledger) seenCampaigns(by access.Actor) func(*gorm.DB) *gorm.DB {
	return l.guard.ScopePlain(by, "listing.view", "campaigns")
}

// Campaigns are the campaigns of the person's offices, the newest first. Forbidden.
func (l *Ledger) Campaigns(ctx context.Context, by access.Actor) (rows []Campaign, err error) {
	if err := l.guard.AllowAnywhere(by, "listing.view"); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx).Scopes(l.seenCampaigns(by)).Order("campaigns.from_on DESC, campaigns.id DESC").Limit(200).Find(&rows).Error
	return rows, err
}

// Campaign is one of them. NotFound.
func (l *Ledger) Campaign(ctx context.Context, by access.Actor, id string) (*Campaign, error) {
	return l.oneCampaign(l.db.Read(ctx), by, id)
}

func (l *Ledger) oneCampaign(q *gorm.DB, by access.Actor, id string) (*Campaign, error) {
	var rows []Campaign
	if err := q.Scopes(l.seenCampaigns(by)).Where("campaigns.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, access.Unseen(q, "campaigns", "campaign", id)
	}
	return &rows[0], nil
}

func (l *Ledger) onCampaign(ctx context.Context, by access.Actor, id string, version int64, action, log string, also func(tx *store.Tx, x *Campaign) (map[string]any, error)) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("campaigns", id); err != nil {
			return err
		}
		x, err := l.oneCampaign(tx.DB, by, id)
		if err != nil {
			return err
		}
		if x.Version != version {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		if x.State != CampaignOpen {
			return errs.New(errs.Conflict, "error.campaign_closed")
		}
		if err := l.guard.Allow(by, action, x.Jurisdiction); err != nil {
			return err
		}
		set, err := also(tx, x)
		if err != nil {
			return err
		}
		set["version"] = version + 1
		if err := tx.Model(&Campaign{}).Where("id = ? AND version = ?", id, version).Updates(set).Error; err != nil {
			return err
		}
		return audit.Append(tx, by.Entry(log, x.Jurisdiction, "campaign:"+x.ID, map[string]any{"name": x.Name}))
	})
}

// EditCampaign writes what holds of a campaign that goes on. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) EditCampaign(ctx context.Context, by access.Actor, id string, version int64, in CampaignInput) error {
	return l.onCampaign(ctx, by, id, version, "listing.work", "listing.campaign_edit", func(_ *store.Tx, x *Campaign) (map[string]any, error) {
		in.Jurisdiction = x.Jurisdiction
		if err := l.checkCampaign(&in); err != nil {
			return nil, err
		}
		return in.columns(), nil
	})
}

// Enlist puts listings into a campaign, each by itself: what is refused is said in its row. A campaign of "" takes them out. NotFound, Conflict for a closed
// campaign; Invalid beyond [MostAtOnce].
func (l *Ledger) Enlist(ctx context.Context, by access.Actor, refs []Ref, campaign string) ([]Outcome, error) {
	if campaign != "" {
		x, err := l.Campaign(ctx, by, campaign)
		if err != nil {
			return nil, err
		}
		if x.State != CampaignOpen {
			return nil, errs.New(errs.Conflict, "error.campaign_closed")
		}
	}
	return l.many(ctx, by, refs, func(tx *store.Tx, r Ref) error { return l.EnlistTx(tx, by, r.ID, r.Version, campaign) })
}

// EnlistTx puts one listing into a campaign whose office covers the listing's, found within its days on one of its platforms. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) EnlistTx(tx *store.Tx, by access.Actor, id string, version int64, campaign string) error {
	return l.change(tx, by, id, version, "listing.campaign", true, Input{On: calendar.DayOf(tx.Now)}, func(x *Listing) (map[string]any, error) {
		if x.CampaignID != nil && *x.CampaignID == campaign || x.CampaignID == nil && campaign == "" {
			return nil, errs.New(errs.Conflict, "error.campaign_same")
		}
		if x.CampaignID != nil { // a closed one keeps what it reported
			var old Campaign
			if err := tx.Where("id = ?", *x.CampaignID).Take(&old).Error; err != nil {
				return nil, err
			}
			if old.State != CampaignOpen {
				return nil, errs.New(errs.Conflict, "error.campaign_closed")
			}
		}
		if campaign == "" {
			return map[string]any{"campaign_id": nil}, nil
		}
		y, err := l.oneCampaign(tx.DB, by, campaign)
		if err != nil {
			return nil, err
		}
		if err := y.fits(x); err != nil {
			return nil, err
		}
		return map[string]any{"campaign_id": campaign}, nil
	})
}

// fits says why a listing cannot be part of the campaign; nil where it can.
func (x *Campaign) fits(y *Listing) error {
	switch on := x.On(); {
	case x.State != CampaignOpen:
		return errs.New(errs.Conflict, "error.campaign_closed")
	case !region.Covers(x.Jurisdiction, y.Jurisdiction):
		return errs.New(errs.Invalid, "error.campaign_office")
	case len(on) > 0 && !slices.Contains(on, y.Platform):
		return errs.New(errs.Invalid, "error.campaign_platform")
	case y.FoundOn < x.FromOn || y.FoundOn > x.ToOn:
		return errs.New(errs.Invalid, "error.campaign_days", x.FromOn, x.ToOn)
	}
	return nil
}

// Board is how far a campaign is, of the listings that the person may see.
type Board struct {
	Figures Figures
	States  map[State]int64
	Judged  int64
	Cases   []string // ids of the cases about its listings that the person may see
}

// Board counts a campaign that the caller has let the person see.
func (l *Ledger) Board(ctx context.Context, by access.Actor, id string) (b Board, err error) {
	f := Filter{Campaign: id}
	if b.Figures, err = l.Figures(ctx, by, f); err != nil {
		return b, err
	}
	if b.States, err = l.States(ctx, by, f); err != nil {
		return b, err
	}
	if err := l.scoped(ctx, by, f).Where("listings.finding <> ''").Count(&b.Judged).Error; err != nil {
		return b, err
	}
	sql, args := l.guard.Condition(by, "case.view", "cases", "id")
	err = l.scoped(ctx, by, f).Where("listings.case_id IN (SELECT cases.id FROM cases WHERE "+sql+")", args...).Distinct("listings.case_id").Order("listings.case_id").Pluck("listings.case_id", &b.Cases).Error
	return b, err
}

// CloseCampaign ends a campaign with its report: the figures are frozen as they stand, and the paper is numbered. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) CloseCampaign(ctx context.Context, by access.Actor, id string, version int64, report string) error {
	report = strings.TrimSpace(report)
	if _, err := l.Campaign(ctx, by, id); err != nil {
		return err
	}
	board, err := l.Board(ctx, access.System(), id) // of all its listings: a report leaves out no restricted one, and names none
	if err != nil {
		return err
	}
	return l.onCampaign(ctx, by, id, version, "listing.approve", "listing.campaign_close", func(tx *store.Tx, x *Campaign) (map[string]any, error) {
		var bad errs.Faults
		bad.Require("report", report)
		bad.Limit("report", report, 10000)
		if err := bad.Err(); err != nil {
			return nil, err
		}
		p, err := l.campaignPaper(tx, by, x, board, report)
		if err != nil {
			return nil, err
		}
		return map[string]any{"state": CampaignClosed, "report": report, "figures": pack(board), "paper_id": p.ID, "closed_on": calendar.DayOf(tx.Now), "closed_name": by.Name}, nil
	})
}

// Reported are the figures of a closed campaign as its report has them.
func (x *Campaign) Reported() (b Board) { unpack(x.Figures, &b); return b }

// campaignPaper freezes the report of a campaign.
func (l *Ledger) campaignPaper(tx *store.Tx, by access.Actor, x *Campaign, b Board, report string) (*Paper, error) {
	today := calendar.DayOf(tx.Now)
	r, _ := l.regions.Get(x.Jurisdiction)
	all := b.Figures.All
	n := func(i int64) string { return strconv.FormatInt(i, 10) }
	annex := &document.Annex{Title: "附件：分平台情况", Columns: []document.AnnexColumn{{Head: "平台", Share: 30}, {Head: "商品", Share: 14}, {Head: "侵权", Share: 14}, {Head: "假冒", Share: 14}, {Head: "已处置", Share: 14}, {Head: "已恢复", Share: 14}}}
	for _, g := range b.Figures.Platform {
		annex.Rows = append(annex.Rows, []string{l.chinese.T("platform." + g.Key), n(g.All), n(g.Infringing), n(g.Counterfeit), n(g.Removed), n(g.Restored)})
	}
	annex.Rows = append(annex.Rows, []string{"合计", n(all.All), n(all.Infringing), n(all.Counterfeit), n(all.Removed), n(all.Restored)})
	data := map[string]string{"名称": x.Name, "开始": x.FromOn.Han(), "结束": x.ToOn.Han(), "商品数": n(all.All), "认定数": n(b.Judged), "侵权数": n(all.Infringing), "假冒数": n(all.Counterfeit), "处置数": n(all.Removed),
		"恢复数": n(all.Restored), "案件数": n(int64(len(b.Cases))), "用时": strconv.FormatFloat(b.Figures.Days, 'f', 1, 64), "总结": report, "部署": x.Plan}
	for _, t := range []struct {
		field string
		n     int64
	}{{"认定目标", x.WantChecked}, {"处置目标", x.WantRemoved}, {"案件目标", x.WantCases}} {
		if t.n > 0 {
			data[t.field] = n(t.n)
		}
	}
	d, err := l.papers.FreezeTx(tx, document.Issue{Template: "campaign_report", Office: l.names.Name(x.Jurisdiction, today), Mark: r.Mark, On: today, By: by.Name, Data: data, Annex: annex})
	if err != nil {
		return nil, err
	}
	p := &Paper{ID: d.ID, Jurisdiction: x.Jurisdiction, Template: d.Template, TemplateVersion: d.TemplateVersion, Number: d.Number, Title: d.Title, IssuedOn: d.IssuedOn, IssuedBy: by.ID,
		IssuedName: d.IssuedBy, Data: d.Data, SHA256: d.SHA256, CreatedAt: tx.Now}
	return p, l.keepPaper(tx, p, nil)
}

// CampaignPaper is the report of a closed campaign. NotFound.
func (l *Ledger) CampaignPaper(ctx context.Context, by access.Actor, id string) (*Paper, error) {
	x, err := l.Campaign(ctx, by, id)
	if err != nil {
		return nil, err
	}
	var rows []Paper
	if err := l.db.Read(ctx).Where("id = ?", x.PaperID).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &rows[0], nil
}
