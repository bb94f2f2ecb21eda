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
	"huzhi/internal/store"
)

// Paper is a paper about one listing or many, numbered and frozen.
type Paper struct {
	ID              string `gorm:"primaryKey"`
	Jurisdiction    string
	Restricted      bool
	Template        string
	TemplateVersion int64
	Number          string
	Title           string
	Platform        string
	Addressee       string
	IssuedOn        calendar.Day
	IssuedBy        string
	IssuedName      string
	Data            string
	SHA256          string `gorm:"column:sha256"`
	CreatedAt       time.Time
}

// TableName is the table of the papers.
func (Paper) TableName() string { return "listing_papers" }

// Document is the paper as the printer takes it.
func (p *Paper) Document() *document.Document {
	return &document.Document{ID: p.ID, Template: p.Template, TemplateVersion: p.TemplateVersion, Number: p.Number, Title: p.Title,
		IssuedOn: p.IssuedOn, IssuedBy: p.IssuedName, Data: p.Data, SHA256: p.SHA256, CreatedAt: p.CreatedAt}
}

// ReceiptInput is who complained, and with which papers.
type ReceiptInput struct {
	ID   string
	From string
	List string
}

// Receipt issues the proof that a complaint about some listings was received here, which the right holder shows the platform within fifteen days of the seller's
// declaration (E-Commerce Law Art. 43(2)). NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) Receipt(ctx context.Context, by access.Actor, ids []string, in ReceiptInput) (p *Paper, err error) {
	in.From, in.List = strings.TrimSpace(in.From), strings.TrimSpace(in.List)
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		p, err = l.receiptTx(tx, by, ids, in)
		return err
	})
	return p, err
}

func (l *Ledger) receiptTx(tx *store.Tx, by access.Actor, ids []string, in ReceiptInput) (*Paper, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var rows []Listing
	if err := tx.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id IN ?", append(ids, "")).Order("listings.found_on, listings.id").Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) != len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	if len(rows) > MostAtOnce {
		return nil, errs.New(errs.Invalid, "error.listing_choose", MostAtOnce)
	}
	var held []Paper
	if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
		return nil, err
	}
	if len(held) > 0 { // the form was sent twice
		if held[0].IssuedBy != by.ID {
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
		return &held[0], nil
	}
	office := rows[0].Jurisdiction
	if err := l.guard.Allow(by, "listing.work", office); err != nil {
		return nil, err
	}
	var bad errs.Faults
	bad.Require("receipt_from", in.From)
	bad.Limit("receipt_from", in.From, 200)
	bad.Require("receipt_list", in.List)
	bad.Limit("receipt_list", in.List, 2000)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	restricted := false
	for _, x := range rows {
		if x.Jurisdiction != office {
			return nil, errs.New(errs.Invalid, "error.listing_offices")
		}
		restricted = restricted || x.Restricted
	}
	r, _ := l.regions.Get(office)
	today := calendar.DayOf(tx.Now)
	d, err := l.papers.FreezeTx(tx, document.Issue{
		Template: "listing_receipt", Office: l.names.Name(office, today), Mark: r.Mark, On: today, By: by.Name,
		Data: map[string]string{"投诉人": in.From, "材料": in.List, "商品数": strconv.Itoa(len(rows)), "商品": goods(rows), "专利": patents(rows), "收到日期": chinese(today), "经办人": by.Name},
	})
	if err != nil {
		return nil, err
	}
	p := &Paper{ID: in.ID, Jurisdiction: office, Restricted: restricted, Template: d.Template, TemplateVersion: d.TemplateVersion, Number: d.Number, Title: d.Title, Addressee: in.From,
		IssuedOn: d.IssuedOn, IssuedBy: by.ID, IssuedName: d.IssuedBy, Data: d.Data, SHA256: d.SHA256, CreatedAt: tx.Now}
	if !store.ValidID(p.ID) {
		p.ID = d.ID
	}
	if err := l.keepPaper(tx, p, rows); err != nil {
		return nil, err
	}
	return p, audit.Append(tx, by.Entry("listing.receipt", office, "listingpaper:"+p.ID, map[string]any{"number": p.Number, "from": in.From, "listings": len(rows)}))
}

// Paper reads a paper by one of its listings within the person's scope, all of which the person must be allowed to see. NotFound.
func (l *Ledger) Paper(ctx context.Context, by access.Actor, id string) (*Paper, error) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	var list []Paper
	err := l.db.Read(ctx).Where("id = ? AND EXISTS (SELECT 1 FROM listing_paper_rows o WHERE o.paper_id = listing_papers.id) AND NOT EXISTS (SELECT 1 FROM listing_paper_rows r JOIN listings ON listings.id = r.listing_id WHERE r.paper_id = listing_papers.id AND NOT "+sql+")",
		append([]any{id}, args...)...).Limit(1).Find(&list).Error
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Papers are the papers about a listing that the caller has let the person see, the newest first.
func (l *Ledger) Papers(ctx context.Context, by access.Actor, id string) (list []Paper, err error) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	err = l.db.Read(ctx).Where("id IN (SELECT r.paper_id FROM listing_paper_rows r WHERE r.listing_id = ?) AND NOT EXISTS (SELECT 1 FROM listing_paper_rows r JOIN listings ON listings.id = r.listing_id WHERE r.paper_id = listing_papers.id AND NOT "+sql+")",
		append([]any{id}, args...)...).Order("issued_on DESC, id DESC").Find(&list).Error
	return list, err
}

// VerifyPapers hands every paper about listings to each, by number, with whether it is as it was issued. q is where to read.
func (l *Ledger) VerifyPapers(q *gorm.DB, each func(number string, whole bool)) error {
	var last string
	for {
		var rows []Paper
		if err := q.Where("number > ?", last).Order("number").Limit(200).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			p := &rows[i]
			d, err := p.Document().Paper()
			each(p.Number, err == nil && d.Number == p.Number && d.Title == p.Title && d.Date == p.IssuedOn.String())
			last = p.Number
		}
	}
}

// namedGoods is how many listings a receipt names.
const namedGoods = 20

// goods names listings by number and address.
func goods(rows []Listing) string {
	var out []string
	for _, x := range rows[:min(len(rows), namedGoods)] {
		out = append(out, x.Number+"（"+x.Canonical+"）")
	}
	s := strings.Join(out, "；")
	if len(rows) > namedGoods {
		s += "等"
	}
	return s
}

// patents names the patents of listings, each once.
func patents(rows []Listing) string {
	var out []string
	for _, x := range rows {
		if x.PatentNo != "" && !slices.Contains(out, x.PatentNo) && len(out) < namedGoods {
			out = append(out, x.PatentNo)
		}
	}
	return strings.Join(out, "、")
}

// chinese writes a day as papers do.
func chinese(d calendar.Day) string {
	y, m, n := d.Civil()
	return strconv.Itoa(y) + "年" + strconv.Itoa(int(m)) + "月" + strconv.Itoa(n) + "日"
}
