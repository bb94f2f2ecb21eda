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
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The states of a notice.
const (
	NoticeDraft    = "draft"    // waits for whoever approves it
	NoticeReturned = "returned" // not approved, with a remark
	NoticeIssued   = "issued"   // numbered and frozen
	NoticeServed   = "served"
	NoticeDropped  = "dropped"
)

// NoticeStates is every state of a notice in their order.
func NoticeStates() []string {
	return []string{NoticeDraft, NoticeReturned, NoticeIssued, NoticeServed, NoticeDropped}
}

// Measures is what a platform can be asked for.
func Measures() []string { return []string{"delete", "screen", "unlink", "end_service"} }

// Notice is one paper to a platform about many of its listings (O71 Arts 43(2), 45(2); E-Commerce Law Arts 42, 45).
type Notice struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Platform     string
	Addressee    string // the platform's operator
	Measure      string
	Reasons      string
	AnswerBy     calendar.Day // the day by which the office asks for an answer; no law sets one
	State        string
	Number       string
	PaperID      *string
	Rows         int64
	MadeBy       string
	MadeName     string
	MadeAt       time.Time
	DecidedBy    string
	DecidedName  string
	DecidedAt    *time.Time
	Remark       string // why it was returned
	IssuedOn     calendar.Day
	ServedOn     calendar.Day
	Way          string
	Receiver     string
	ServedBy     string
	ServedName   string
	Version      int64
}

// TableName is the table of the notices.
func (Notice) TableName() string { return "listing_notices" }

// NoticeInput is what is to be told to a platform.
type NoticeInput struct {
	ID        string // made by the form
	Addressee string
	Measure   string
	Reasons   string
	AnswerBy  calendar.Day
}

func (in *NoticeInput) check(today calendar.Day) error {
	var bad errs.Faults
	in.Addressee, in.Reasons = strings.TrimSpace(in.Addressee), strings.TrimSpace(in.Reasons)
	bad.Require("addressee", in.Addressee)
	bad.Limit("addressee", in.Addressee, 200)
	bad.Require("reasons", in.Reasons)
	bad.Limit("reasons", in.Reasons, 5000)
	if !slices.Contains(Measures(), in.Measure) {
		bad.Add("measure", "error.choice")
	}
	if !in.AnswerBy.IsZero() && in.AnswerBy < today {
		bad.Add("answer_by", "error.day_before", today)
	}
	return bad.Err()
}

// seenNotices narrows notices to those a person may see: of the offices where the person sees listings, and none that names a listing kept from the person.
func (l *Ledger) seenNotices(by access.Actor) func(*gorm.DB) *gorm.DB {
	plain := l.guard.ScopePlain(by, "listing.view", "listing_notices")
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	return func(q *gorm.DB) *gorm.DB {
		return plain(q).Where("NOT EXISTS (SELECT 1 FROM listing_notice_rows r JOIN listings ON listings.id = r.listing_id WHERE r.notice_id = listing_notices.id AND listings.jurisdiction = listing_notices.jurisdiction AND NOT "+sql+")", args...)
	}
}

// notified says why a listing cannot be told to a platform now; nil where it can.
func (l *Ledger) notified(tx *store.Tx, by access.Actor, x *Listing) error {
	s, _ := StepOf("notify")
	if !s.Open(x) {
		return errs.New(errs.Conflict, "error.notice_listing", x.Number)
	}
	if x.CaseID != nil {
		return l.open(tx, by, *x.CaseID, x.Jurisdiction, true)
	}
	return nil
}

// DraftNotice drafts a notice about listings of one platform and office that were judged and not yet told to it. NotFound, Conflict naming a listing that cannot
// be told, or stands in another notice; Forbidden, Invalid.
func (l *Ledger) DraftNotice(ctx context.Context, by access.Actor, ids []string, in NoticeInput) (n *Notice, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		n, err = l.DraftNoticeTx(tx, by, ids, in)
		return err
	})
	return n, err
}

// DraftNoticeTx is DraftNotice in the caller's transaction.
func (l *Ledger) DraftNoticeTx(tx *store.Tx, by access.Actor, ids []string, in NoticeInput) (*Notice, error) {
	if store.ValidID(in.ID) {
		var held []Notice
		if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
			return nil, err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].MadeBy != by.ID {
				return nil, errs.New(errs.Conflict, "error.same_id")
			}
			return &held[0], nil
		}
	} else {
		in.ID = tx.NewID()
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 || len(ids) > MostAtOnce {
		return nil, errs.New(errs.Invalid, "error.listing_choose", MostAtOnce)
	}
	for _, id := range ids {
		if err := tx.Lock("listings", id); err != nil {
			return nil, err
		}
	}
	var rows []Listing
	if err := tx.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id IN ?", ids).Order("listings.shop, listings.found_on, listings.id").Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	office, platform := rows[0].Jurisdiction, rows[0].Platform
	if err := l.guard.Allow(by, "listing.work", office); err != nil {
		return nil, err
	}
	var taken []string
	if err := tx.Raw("SELECT r.listing_id FROM listing_notice_rows r JOIN listing_notices n ON n.id = r.notice_id WHERE r.listing_id IN ? AND n.state IN ?", ids, []string{NoticeDraft, NoticeIssued}).Scan(&taken).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		x := &rows[i]
		switch {
		case x.Jurisdiction != office:
			return nil, errs.New(errs.Invalid, "error.listing_offices")
		case x.Platform != platform:
			return nil, errs.New(errs.Invalid, "error.notice_platforms")
		case slices.Contains(taken, x.ID):
			return nil, errs.New(errs.Conflict, "error.notice_twice", x.Number)
		}
		if err := l.notified(tx, by, x); err != nil {
			return nil, err
		}
	}
	if err := in.check(calendar.DayOf(tx.Now)); err != nil {
		return nil, err
	}
	n := &Notice{ID: in.ID, Jurisdiction: office, Platform: platform, Addressee: in.Addressee, Measure: in.Measure, Reasons: in.Reasons, AnswerBy: in.AnswerBy, State: NoticeDraft,
		Rows: int64(len(rows)), MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now, Version: 1}
	if err := tx.Create(n).Error; err != nil {
		return nil, err
	}
	place := 0
	if err := many(tx, "INSERT INTO listing_notice_rows (notice_id, listing_id, place)", "", 3, rows, func(x Listing) []any {
		place++
		return []any{n.ID, x.ID, place}
	}); err != nil {
		return nil, err
	}
	return n, audit.Append(tx, n.entry(by, "listing.notice_draft"))
}

func (n *Notice) entry(by access.Actor, action string) audit.Entry {
	return by.Entry(action, n.Jurisdiction, "listingnotice:"+n.ID, map[string]any{"number": n.Number, "platform": n.Platform, "listings": n.Rows, "state": n.State, "remark": n.Remark})
}

// Notices are the newest notices of some states; none is all. Forbidden.
func (l *Ledger) Notices(ctx context.Context, by access.Actor, states ...string) (rows []Notice, err error) {
	if err := l.guard.AllowAnywhere(by, "listing.view"); err != nil {
		return nil, err
	}
	q := l.db.Read(ctx).Scopes(l.seenNotices(by))
	if len(states) > 0 {
		q = q.Where("listing_notices.state IN ?", states)
	}
	err = q.Order("listing_notices.made_at DESC, listing_notices.id DESC").Limit(200).Find(&rows).Error
	return rows, err
}

// NoticesOf are the notices that name a listing, or a listing of a case, the newest first.
func (l *Ledger) NoticesOf(ctx context.Context, by access.Actor, listingID, caseID string) (rows []Notice, err error) {
	q := l.db.Read(ctx).Scopes(l.seenNotices(by))
	if listingID != "" {
		q = q.Where("listing_notices.id IN (SELECT r.notice_id FROM listing_notice_rows r WHERE r.listing_id = ?)", listingID)
	} else {
		q = q.Where("listing_notices.id IN (SELECT r.notice_id FROM listing_notice_rows r JOIN listings x ON x.id = r.listing_id WHERE x.case_id = ?)", caseID)
	}
	err = q.Order("listing_notices.made_at DESC, listing_notices.id DESC").Limit(50).Find(&rows).Error
	return rows, err
}

// Notice is one of them. NotFound.
func (l *Ledger) Notice(ctx context.Context, by access.Actor, id string) (*Notice, error) {
	return l.oneNotice(l.db.Read(ctx), by, id)
}

func (l *Ledger) oneNotice(q *gorm.DB, by access.Actor, id string) (*Notice, error) {
	var rows []Notice
	if err := q.Scopes(l.seenNotices(by)).Where("listing_notices.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, access.Unseen(q, "listing_notices", "listingnotice", id)
	}
	return &rows[0], nil
}

// NoticeRow is a listing of a notice, and why its service did not reach it in its flow.
type NoticeRow struct {
	Listing
	Line  int64 // in the table
	Fault string
	Seen  bool // else the listing has gone where the person sees it no more: only its number is told, which stands on the paper
}

// Wrong is why the service did not reach the listing in its flow; nil where it did.
func (r *NoticeRow) Wrong() *sheet.Wrong { return wrongOf(r.Fault) }

func wrongOf(s string) *sheet.Wrong {
	if s == "" {
		return nil
	}
	var w sheet.Wrong
	unpack(s, &w)
	return &w
}

// NoticeRows are the listings of a notice that the caller has let the person see, in the order of its table.
func (l *Ledger) NoticeRows(ctx context.Context, by access.Actor, id string) ([]NoticeRow, error) {
	return l.noticeRows(l.db.Read(ctx), by, id)
}

func (l *Ledger) noticeRows(q *gorm.DB, by access.Actor, id string) (rows []NoticeRow, err error) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	err = q.Raw("SELECT listings.*, r.place AS line, r.fault, "+sql+" AS seen FROM listing_notice_rows r JOIN listings ON listings.id = r.listing_id WHERE r.notice_id = ? ORDER BY r.place", append(args, id)...).Scan(&rows).Error
	for i, r := range rows {
		if !r.Seen {
			rows[i] = NoticeRow{Line: r.Line, Listing: Listing{Number: r.Number}}
		}
	}
	return rows, err
}

// onNotice takes a notice from one of some states to another. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) onNotice(tx *store.Tx, by access.Actor, id string, version int64, action, log, to string, from []string, also func(n *Notice) (map[string]any, error)) error {
	if err := tx.Lock("listing_notices", id); err != nil {
		return err
	}
	n, err := l.oneNotice(tx.DB, by, id)
	if err != nil {
		return err
	}
	if n.Version != version {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if !slices.Contains(from, n.State) {
		return errs.New(errs.Conflict, "error.notice_state")
	}
	if err := l.guard.Allow(by, action, n.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("listingnotice:" + n.ID)
		}
		return err
	}
	set, err := also(n)
	if err != nil {
		return err
	}
	set["state"], set["version"] = to, version+1
	n.State = to
	done := tx.Model(&Notice{}).Where("id = ? AND version = ?", id, version).Updates(set)
	if done.Error == nil && done.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if done.Error != nil {
		return done.Error
	}
	return audit.Append(tx, n.entry(by, log))
}

// ReturnNotice does not approve a notice, with a remark. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) ReturnNotice(ctx context.Context, by access.Actor, id string, version int64, remark string) error {
	remark = strings.TrimSpace(remark)
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		return l.onNotice(tx, by, id, version, "listing.approve", "listing.notice_return", NoticeReturned, []string{NoticeDraft}, func(n *Notice) (map[string]any, error) {
			if n.MadeBy == by.ID {
				return nil, errs.New(errs.Forbidden, "error.four_eyes_notice").On("listingnotice:" + n.ID)
			}
			var bad errs.Faults
			bad.Require("remark", remark)
			bad.Limit("remark", remark, 2000)
			n.Remark = remark
			return map[string]any{"remark": remark, "decided_by": by.ID, "decided_name": by.Name, "decided_at": tx.Now}, bad.Err()
		})
	})
}

// DropNotice puts a notice away that was not approved yet. NotFound, Conflict, Forbidden.
func (l *Ledger) DropNotice(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		return l.onNotice(tx, by, id, version, "listing.work", "listing.notice_drop", NoticeDropped, []string{NoticeDraft, NoticeReturned}, func(*Notice) (map[string]any, error) { return map[string]any{}, nil })
	})
}

// ApproveNotice approves a notice drafted by somebody else: its paper is numbered and frozen with the table of its listings. NotFound; Conflict naming a
// listing that can no longer be told; Forbidden.
func (l *Ledger) ApproveNotice(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.ApproveNoticeTx(tx, by, id, version) })
}

// ApproveNoticeTx is ApproveNotice in the caller's transaction.
func (l *Ledger) ApproveNoticeTx(tx *store.Tx, by access.Actor, id string, version int64) error {
	return l.onNotice(tx, by, id, version, "listing.approve", "listing.notice_approve", NoticeIssued, []string{NoticeDraft}, func(n *Notice) (map[string]any, error) {
		if n.MadeBy == by.ID {
			return nil, errs.New(errs.Forbidden, "error.four_eyes_notice").On("listingnotice:" + n.ID)
		}
		rows, err := l.noticeRows(tx.DB, by, n.ID)
		if err != nil {
			return nil, err
		}
		notify, _ := StepOf("notify")
		for i := range rows {
			if x := &rows[i].Listing; !notify.Open(x) || x.Jurisdiction != n.Jurisdiction {
				return nil, errs.New(errs.Conflict, "error.notice_listing", x.Number)
			}
		}
		p, err := l.noticePaper(tx, by, n, rows)
		if err != nil {
			return nil, err
		}
		n.Number = p.Number
		return map[string]any{"number": p.Number, "paper_id": p.ID, "issued_on": p.IssuedOn, "decided_by": by.ID, "decided_name": by.Name, "decided_at": tx.Now}, nil
	})
}

// noticePaper freezes the paper of a notice.
func (l *Ledger) noticePaper(tx *store.Tx, by access.Actor, n *Notice, rows []NoticeRow) (*Paper, error) {
	today := calendar.DayOf(tx.Now)
	r, _ := l.regions.Get(n.Jurisdiction)
	annex := &document.Annex{Title: "附件：商品链接清单（共" + strconv.Itoa(len(rows)) + "件）", Columns: []document.AnnexColumn{{Head: "序号", Share: 7}, {Head: "编号", Share: 17}, {Head: "商品", Share: 27}, {Head: "店铺", Share: 15}, {Head: "网址", Share: 24}, {Head: "认定", Share: 10}}}
	list, restricted := make([]Listing, 0, len(rows)), false
	for i, x := range rows {
		list, restricted = append(list, x.Listing), restricted || x.Restricted
		annex.Rows = append(annex.Rows, []string{strconv.Itoa(i + 1), x.Number, x.Title, x.Shop, x.Canonical, l.chinese.T("finding." + x.Finding)})
	}
	data := map[string]string{"平台": n.Addressee, "商品数": strconv.Itoa(len(rows)), "理由": n.Reasons, "措施": l.chinese.T("choice.measure_asked." + n.Measure), "依据": platformLaw(today, l.chinese.T),
		"专利": patents(list), "联系人": n.MadeName}
	if !n.AnswerBy.IsZero() {
		data["答复日期"] = n.AnswerBy.Han()
	}
	d, err := l.papers.FreezeTx(tx, document.Issue{Template: "listing_notice", Office: l.names.Name(n.Jurisdiction, today), Mark: r.Mark, On: today, By: by.Name, Data: data, Annex: annex})
	if err != nil {
		return nil, err
	}
	p := &Paper{ID: d.ID, Jurisdiction: n.Jurisdiction, Restricted: restricted, Template: d.Template, TemplateVersion: d.TemplateVersion, Number: d.Number, Title: d.Title, Platform: n.Platform,
		Addressee: n.Addressee, IssuedOn: d.IssuedOn, IssuedBy: by.ID, IssuedName: d.IssuedBy, Data: d.Data, SHA256: d.SHA256, CreatedAt: tx.Now}
	return p, l.keepPaper(tx, p, list)
}

// keepPaper keeps a paper about listings.
func (l *Ledger) keepPaper(tx *store.Tx, p *Paper, rows []Listing) error {
	if err := tx.Create(p).Error; err != nil {
		return err
	}
	place := 0
	return many(tx, "INSERT INTO listing_paper_rows (paper_id, listing_id, place)", "", 3, rows, func(x Listing) []any {
		place++
		return []any{p.ID, x.ID, place}
	})
}

// NoticeService is how a notice was served.
type NoticeService struct {
	On       calendar.Day
	Way      string
	Receiver string
	Consent  bool // to an electronic service, where the law wants it
}

// Ways are the ways in which a notice may be served on a day.
func (l *Ledger) Ways(on calendar.Day) (ways []string) {
	for _, x := range l.clocks.Rules().Services(on, "ecommerce", "") {
		if x.Way != "public_notice" && !slices.Contains(ways, x.Way) {
			ways = append(ways, x.Way)
		}
	}
	return ways
}

// ServeNotice records the service of a notice: each of its listings stands as told to the platform on that day, and its clocks start. What cannot be told any
// more is said in its row. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) ServeNotice(ctx context.Context, by access.Actor, id string, version int64, in NoticeService) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.ServeNoticeTx(tx, by, id, version, in) })
}

// ServeNoticeTx is ServeNotice in the caller's transaction.
func (l *Ledger) ServeNoticeTx(tx *store.Tx, by access.Actor, id string, version int64, in NoticeService) error {
	in.Receiver = strings.TrimSpace(in.Receiver)
	return l.onNotice(tx, by, id, version, "listing.work", "listing.notice_serve", NoticeServed, []string{NoticeIssued}, func(n *Notice) (map[string]any, error) {
		var bad errs.Faults
		switch today := calendar.DayOf(tx.Now); {
		case in.On.IsZero():
			bad.Add("on", "error.required")
		case in.On > today:
			bad.Add("on", "error.day_future", today)
		case in.On < n.IssuedOn:
			bad.Add("on", "error.day_before", n.IssuedOn)
		}
		if !slices.Contains(l.Ways(in.On), in.Way) {
			bad.Add("way", "error.way_unknown")
		}
		for _, x := range l.clocks.Rules().Services(in.On, "ecommerce", "") {
			if x.Way == in.Way && x.Consent && !in.Consent {
				bad.Add("consent", "error.serve_consent", x.Cite)
			}
		}
		bad.Require("receiver", in.Receiver)
		bad.Limit("receiver", in.Receiver, 200)
		if err := bad.Err(); err != nil {
			return nil, err
		}
		rows, err := l.noticeRows(tx.DB, access.System(), n.ID) // what is out of the person's sight is refused by itself
		if err != nil {
			return nil, err
		}
		slices.SortFunc(rows, func(a, b NoticeRow) int { return strings.Compare(a.ID, b.ID) }) // two who lock the same wait for each other
		for _, x := range rows {
			err := l.ActTx(tx, by, x.ID, x.Version, "notify", Input{On: in.On, Reason: n.Number})
			if err == nil {
				continue
			}
			if errs.As(err) == nil {
				return nil, err
			}
			if err := tx.Exec("UPDATE listing_notice_rows SET fault = ? WHERE notice_id = ? AND listing_id = ?", faultOf(err), n.ID, x.ID).Error; err != nil {
				return nil, err
			}
		}
		return map[string]any{"served_on": in.On, "way": in.Way, "receiver": in.Receiver, "served_by": by.ID, "served_name": by.Name}, nil
	})
}

// faultOf is a refusal to be kept with a row: the sentence of the first field, or the refusal's own.
func faultOf(err error) string {
	e := errs.As(err)
	m := e.Message
	field := ""
	if len(e.Fields) > 0 {
		m, field = e.Fields[0].Message, e.Fields[0].Name
	}
	w := sheet.Wrong{Field: field, Key: m.Key}
	for _, a := range m.Args {
		switch v := a.(type) {
		case calendar.Day:
			a = v.String()
		case time.Time:
			a = v.UTC().Format(time.DateTime)
		case errs.Message:
			a = v.Key
		}
		w.Args = append(w.Args, a)
	}
	return pack(w)
}
