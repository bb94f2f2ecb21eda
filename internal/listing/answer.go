package listing

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The states of an answer.
const (
	AnswerColumns = "columns" // which column is which field is still to be said
	AnswerReady   = "ready"   // read whole; nothing is written yet
	AnswerWriting = "writing" // a write was interrupted: it goes on when it is asked for again
	AnswerDone    = "done"
	AnswerUndone  = "undone"
	AnswerDropped = "dropped"
)

// The states of an answer's row.
const (
	AnswerFresh   = "fresh"
	AnswerSame    = "same"  // it says what stands already
	AnswerLoose   = "loose" // it is about no listing of the notice
	AnswerBad     = "bad"
	AnswerWritten = "done"
	AnswerRefused = "refused" // when it was written: the listing could not take it
	AnswerGone    = "undone"
	AnswerKept    = "kept" // not undone: something was done with the listing since
)

const (
	// MostAnswered is how many rows an answer may have.
	MostAnswered = 5000
	// MostAnswerBytes is how large its file may be.
	MostAnswerBytes = 20 << 20
)

// Answer is a platform's answer to a notice, as a file.
type Answer struct {
	ID           string `gorm:"primaryKey"`
	NoticeID     string
	Jurisdiction string
	Name         string
	SHA256       string `gorm:"column:sha256"`
	Size         int64
	Encoding     string
	State        string
	Header       string
	Columns      string
	Sample       string
	Rows         int64
	Fresh        int64
	Same         int64
	Loose        int64
	Bad          int64
	Done         int64
	Refused      int64
	ByID         string
	ByName       string
	MadeAt       time.Time
	WrittenAt    *time.Time
	Version      int64
}

// TableName is the table of the answers.
func (Answer) TableName() string { return "listing_answers" }

// Heads are the heads of the file's columns.
func (a *Answer) Heads() (out []string) { unpack(a.Header, &out); return out }

// Chosen says which column is which field.
func (a *Answer) Chosen() (out sheet.Columns) { unpack(a.Columns, &out); return out }

// AnswerRow is a row of an answer.
type AnswerRow struct {
	AnswerID  string `gorm:"primaryKey"`
	Line      int64  `gorm:"primaryKey;autoIncrement:false"`
	State     string
	ListingID string
	Data      string
	Fault     string
	Before    string
	After     int64
}

// TableName is the table of the rows.
func (AnswerRow) TableName() string { return "listing_answer_rows" }

// Said is what a platform says of a listing.
type Said struct {
	Which    string // as the row names it
	Result   string // one of Results; "" is not said
	ResultOn calendar.Day
	ToldOn   calendar.Day // the seller
	Remark   string

	DeclaredOn  calendar.Day // the seller declared that it does not infringe (E-Commerce Law Art. 43)
	ReachedOn   calendar.Day // the right holder was sent the declaration: its fifteen days run
	Declaration string
	RestoredOn  calendar.Day
	Ground      string // one of the grounds to restore
}

// Says is what the row says.
func (r *AnswerRow) Says() (s Said) { unpack(r.Data, &s); return s }

// Wrong is what is wrong with the row; nil where nothing is.
func (r *AnswerRow) Wrong() *sheet.Wrong { return wrongOf(r.Fault) }

// AnswerFields are what a column of an answer can be, in the order of the form.
func AnswerFields() []string {
	return []string{"number", "url", "item", "result", "result_on", "told_on", "declared_on", "reached_on", "declaration", "restored_on", "ground", "remark"}
}

// AnswerNeeded says whether a file must have the field: none for itself, but one that names the listing and one that says something of it.
func AnswerNeeded(string) bool { return false }

func answerWords(field string) []string {
	return map[string][]string{
		"number":    {"编号", "台账编号", "链接编号", "number", "no"},
		"url":       append(words("url"), "规范网址"),
		"item":      {"商品编号", "商品id", "itemid", "item", "宝贝id", "货号"},
		"result":    {"处理结果", "处置结果", "处理措施", "措施", "结果", "result", "measure", "action"},
		"result_on": {"处理日期", "处置日期", "处理时间", "措施日期", "resulton", "actiondate", "date", "日期"},
		"told_on":   {"告知卖家日期", "通知卖家日期", "告知日期", "通知商家日期", "toldon", "notifiedseller"},

		"declared_on": {"卖家声明日期", "声明日期", "不侵权声明日期", "反通知日期", "申诉日期", "declaredon", "counternoticedate"},
		"reached_on":  {"声明送达权利人日期", "声明转送日期", "转送权利人日期", "送达权利人日期", "reachedon", "forwardedon"},
		"declaration": {"卖家声明", "声明内容", "不侵权声明", "反通知", "申诉理由", "declaration", "counternotice"},
		"restored_on": {"恢复日期", "恢复时间", "终止措施日期", "restoredon", "restored"},
		"ground":      {"恢复理由", "恢复原因", "终止措施理由", "ground", "restorereason"},

		"remark": {"备注", "说明", "理由", "remark", "note", "reason"},
	}[field]
}

// checkAnswered is what columns.Check cannot say: by what a row names its listing.
func checkAnswered(c sheet.Columns) error {
	any := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(f string) bool { _, given := c[f]; return given })
	}
	var bad errs.Faults
	if !any("number", "url", "item") {
		bad.Add("url", "error.answer_which")
	}
	if !any("result", "told_on", "declared_on", "restored_on") {
		bad.Add("result", "error.answer_what")
	}
	return bad.Err()
}

// groundOf reads why a listing was restored.
func groundOf(s string) (string, bool) {
	switch sheet.Word(s) {
	case "期满未收到投诉或者起诉通知", "期满", "十五日期满", "15日期满", "期满恢复", "counterover", "expired":
		return "counter_over", true
	case "权利人同意", "权利人撤回", "权利人撤诉", "holderagrees", "withdrawn":
		return "holder_agrees", true
	case "认定不侵权", "不侵权", "误判", "notinfringing":
		return "not_infringing", true
	case "其他", "other":
		return "other", true
	}
	return "", false
}

// resultOf reads what a platform did, as platforms call it.
func resultOf(s string) (string, bool) {
	switch sheet.Word(s) {
	case "":
		return "", true
	case "删除", "已删除", "删除链接", "已删除链接", "删链", "下架", "已下架", "deleted", "delete", "removed", "takendown":
		return "deleted", true
	case "屏蔽", "已屏蔽", "屏蔽链接", "已屏蔽链接", "screened", "screen", "hidden", "blocked":
		return "screened", true
	case "断开", "断开链接", "已断开", "已断开链接", "断链", "unlinked", "unlink":
		return "unlinked", true
	case "关店", "已关店", "关闭店铺", "关闭网店", "店铺已关闭", "终止服务", "shopclosed", "closed":
		return "shop_closed", true
	case "拒绝", "已拒绝", "拒绝处理", "不处理", "不予处理", "未处理", "refused", "refuse", "rejected":
		return "refused", true
	case "无需处理", "无需措施", "未采取措施", "none":
		return "none", true
	}
	return "", false
}

// AnswerInput is the file of an answer.
type AnswerInput struct {
	ID   string // made by the form
	Name string
}

// TakeAnswer takes the file of a platform's answer to a served notice. Where its heads are known it is read whole at once; nothing is written. NotFound, Forbidden;
// Conflict for a notice that was not served; Invalid, in the field "file", where it is no table; TooLarge.
func (l *Ledger) TakeAnswer(ctx context.Context, by access.Actor, noticeID string, in AnswerInput, file io.Reader) (*Answer, error) {
	n, err := l.Notice(ctx, by, noticeID)
	if err != nil {
		return nil, err
	}
	if err := l.guard.Allow(by, "listing.work", n.Jurisdiction); err != nil {
		return nil, err
	}
	if n.State != NoticeServed {
		return nil, errs.New(errs.Conflict, "error.notice_state")
	}
	ref, err := l.blobs.Put(ctx, file, MostAnswerBytes)
	if err != nil {
		return nil, err
	}
	a := &Answer{ID: in.ID, NoticeID: n.ID, Jurisdiction: n.Jurisdiction, Name: sheet.Tidy(path.Base(strings.ReplaceAll(in.Name, `\`, "/")), 200), SHA256: ref.SHA256, Size: ref.Size,
		State: AnswerColumns, ByID: by.ID, ByName: by.Name, Version: 1}
	rows, err := l.beginAnswer(ctx, by, a)
	if err != nil {
		return nil, sheet.InField(err, "file")
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		a.MadeAt = tx.Now
		if !store.ValidID(a.ID) {
			a.ID = tx.NewID()
		}
		var held []Answer
		if err := tx.Where("id = ?", a.ID).Find(&held).Error; err != nil {
			return err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].SHA256 != a.SHA256 || held[0].ByID != by.ID {
				return errs.New(errs.Conflict, "error.same_id")
			}
			a = &held[0]
			return nil
		}
		if err := tx.Create(a).Error; err != nil {
			return err
		}
		if err := keepAnswerRows(tx, a.ID, rows); err != nil {
			return err
		}
		return audit.Append(tx, a.entry(by, "listing.answer_take"))
	})
	return a, err
}

func (a *Answer) entry(by access.Actor, action string) audit.Entry {
	return by.Entry(action, a.Jurisdiction, "listinganswer:"+a.ID, map[string]any{
		"notice": a.NoticeID, "name": a.Name, "sha256": a.SHA256, "rows": a.Rows, "fresh": a.Fresh, "same": a.Same, "loose": a.Loose, "bad": a.Bad, "done": a.Done, "refused": a.Refused,
	})
}

func keepAnswerRows(tx *store.Tx, id string, rows []AnswerRow) error {
	return many(tx, "INSERT INTO listing_answer_rows (answer_id, line, state, listing_id, data, fault)", "", 6, rows, func(r AnswerRow) []any {
		return []any{id, r.Line, r.State, r.ListingID, r.Data, r.Fault}
	})
}

func (l *Ledger) openAnswer(a *Answer) (*sheet.Sheet, error) {
	if a.Size == 0 {
		return nil, errs.New(errs.Invalid, "register.file.empty")
	}
	return sheet.Open(func() (io.ReadCloser, error) { return l.blobs.Open(a.SHA256) }, MostAnswered)
}

// beginAnswer reads the heads, finds which column is which field, and where that is plain the whole file.
func (l *Ledger) beginAnswer(ctx context.Context, by access.Actor, a *Answer) ([]AnswerRow, error) {
	s, err := l.openAnswer(a)
	if err != nil {
		return nil, err
	}
	a.Encoding, a.Header = s.Encoding, pack(s.Header)
	guess := sheet.Guess(s.Header, AnswerFields(), answerWords)
	a.Columns = pack(guess)
	first, err := s.Sample(5)
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	a.Sample = pack(first)
	if plain := guess.Check(a.Heads(), AnswerFields(), AnswerNeeded) == nil && checkAnswered(guess) == nil; plain {
		a.State = AnswerReady
		return l.readAnswer(ctx, by, a)
	}
	return nil, nil // the person says it
}

// readAnswer reads the file whole, matches each row with a listing of the notice, and counts. Nothing is written.
func (l *Ledger) readAnswer(ctx context.Context, by access.Actor, a *Answer) ([]AnswerRow, error) {
	of, err := l.NoticeRows(ctx, by, a.NoticeID)
	if err != nil {
		return nil, err
	}
	at := map[string]*Listing{}
	for i := range of {
		x := &of[i].Listing
		if !of[i].Seen {
			continue
		}
		at["n"+x.Number], at["u"+x.Canonical] = x, x
		if at["i"+x.Item] != nil && x.Item != "" {
			at["i"+x.Item] = nil // of two it names neither
			continue
		}
		at["i"+x.Item] = x
	}
	s, err := l.openAnswer(a)
	if err != nil {
		return nil, err
	}
	columns, today := a.Chosen(), calendar.DayOf(l.db.Now())
	var rows []AnswerRow
	seen := map[string]int64{}
	a.Rows, a.Fresh, a.Same, a.Loose, a.Bad = 0, 0, 0, 0, 0
	err = s.Each(ctx, func(r sheet.Row) error {
		a.Rows++
		row := AnswerRow{Line: r.Line}
		x, said, wrong := l.answered(columns, r, at, today)
		row.Data = pack(said)
		switch {
		case wrong != nil:
			row.State, row.Fault = AnswerBad, pack(wrong)
			a.Bad++
		case x == nil:
			row.State = AnswerLoose
			a.Loose++
		case seen[x.ID] > 0:
			row.State, row.ListingID, row.Fault = AnswerBad, x.ID, pack(sheet.Wrong{Line: r.Line, Field: "url", Key: "listing.take.twice", Args: []any{strconv.FormatInt(seen[x.ID], 10)}})
			a.Bad++
		default:
			seen[x.ID], row.ListingID, row.State = r.Line, x.ID, AnswerFresh
			if said.stands(x) {
				row.State = AnswerSame
				a.Same++
			} else {
				a.Fresh++
			}
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// stands says whether a listing is already as the platform says.
func (s Said) stands(x *Listing) bool {
	return (s.Result == "" || s.measured(x)) && (s.ToldOn.IsZero() || x.State != Notified) && (s.DeclaredOn.IsZero() || s.DeclaredOn == x.DeclaredOn) && (s.RestoredOn.IsZero() || s.RestoredOn == x.RestoredOn)
}

// measured says whether what the platform did is known already.
func (s Said) measured(x *Listing) bool { return s.Result == x.Result && s.ResultOn == x.ResultOn }

// act is a step with what it is given.
type act struct {
	step string
	in   Input
}

// acts are the steps of the flow that say it, in the order of their days: the seller is told, declares, and is restored; what was done stands where its day is.
func (s Said) acts(x *Listing) (out []act) {
	if !s.ToldOn.IsZero() && x.State == Notified {
		out = append(out, act{"tell", Input{On: s.ToldOn, Reason: s.Remark}})
	}
	if s.Result != "" && !s.measured(x) {
		out = append(out, act{"result", Input{Choice: s.Result, On: s.ResultOn, Reason: s.Remark}})
	}
	if !s.DeclaredOn.IsZero() && s.DeclaredOn != x.DeclaredOn {
		declared := act{"declare", Input{On: s.DeclaredOn, Second: s.ReachedOn, Reason: cmp.Or(s.Declaration, s.Remark)}}
		if n := len(out); n > 0 && out[n-1].step == "result" && s.ResultOn > s.DeclaredOn {
			out = slices.Insert(out, n-1, declared)
		} else {
			out = append(out, declared)
		}
	}
	if !s.RestoredOn.IsZero() && s.RestoredOn != x.RestoredOn {
		out = append(out, act{"restore", Input{Choice: s.Ground, On: s.RestoredOn, Reason: s.Remark}})
	}
	return out
}

// answered reads a row: the listing it is about, nil where it is none of the notice; what it says; what is wrong with it.
func (l *Ledger) answered(c sheet.Columns, r sheet.Row, at map[string]*Listing, today calendar.Day) (x *Listing, said Said, wrong *sheet.Wrong) {
	cell := func(f string) string { return sheet.Tidy(c.Cell(r, f), 2000) }
	fault := func(f, key string, args ...any) (*Listing, Said, *sheet.Wrong) {
		return nil, said, &sheet.Wrong{Line: r.Line, Field: f, Value: sheet.Cut(cell(f), 60), Key: key, Args: args}
	}
	if r.Fault != nil {
		return nil, said, &sheet.Wrong{Line: r.Line, Key: r.Fault.Key}
	}
	for _, f := range AnswerFields() {
		switch v := cell(f); {
		case strings.ContainsRune(v, '\ufffd'):
			return fault(f, "register.row.characters")
		case strings.HasPrefix(v, "="):
			return fault(f, "listing.take.formula")
		}
	}
	number, url, item := cell("number"), cell("url"), cell("item")
	for _, v := range []string{number, item, url} {
		if said.Which = sheet.Cut(v, 300); v != "" {
			break
		}
	}
	if said.Which == "" {
		return fault("url", "error.answer_which")
	}
	var ok bool
	if said.Result, ok = resultOf(cell("result")); !ok {
		return fault("result", "error.answer_result")
	}
	for _, d := range []struct {
		f  string
		to *calendar.Day
	}{{"result_on", &said.ResultOn}, {"told_on", &said.ToldOn}, {"declared_on", &said.DeclaredOn}, {"reached_on", &said.ReachedOn}, {"restored_on", &said.RestoredOn}} {
		v := cell(d.f)
		if v == "" {
			continue
		}
		if *d.to, ok = sheet.Day(v); !ok {
			return fault(d.f, "error.day")
		}
		if *d.to > today {
			return fault(d.f, "error.day_future", today.String())
		}
	}
	said.Remark, said.Declaration = sheet.Cut(cell("remark"), 1000), sheet.Cut(cell("declaration"), 2000)
	if said.Ground, ok = groundOf(cell("ground")); !ok && cell("ground") != "" {
		return fault("ground", "error.answer_ground")
	}
	switch {
	case said.Result == "" && said.ToldOn.IsZero() && said.DeclaredOn.IsZero() && said.RestoredOn.IsZero():
		return fault("result", "error.required")
	case said.Result != "" && said.ResultOn.IsZero():
		return fault("result_on", "error.required")
	case !said.DeclaredOn.IsZero() && said.ReachedOn.IsZero():
		return fault("reached_on", "error.required")
	case !said.DeclaredOn.IsZero() && said.Declaration == "" && said.Remark == "":
		return fault("declaration", "error.required")
	case !said.RestoredOn.IsZero() && said.Ground == "":
		return fault("ground", "error.required")
	}
	for _, k := range []struct{ key, v string }{{"n", number}, {"u", l.canonical(url)}, {"i", item}} {
		if k.v == "" {
			continue
		}
		y := at[k.key+k.v]
		if y != nil && x != nil && x.ID != y.ID {
			return fault("url", "error.answer_two")
		}
		if y != nil {
			x = y
		}
	}
	return x, said, nil
}

// canonical is a listing's one address; what is no address of a listing is as it was typed.
func (l *Ledger) canonical(url string) string {
	if url == "" {
		return ""
	}
	if read, err := l.platforms.Read(url); err == nil {
		return read.Canonical
	}
	return url
}

// Answers are the answers to a notice that the caller has let the person see, the newest first.
func (l *Ledger) Answers(ctx context.Context, noticeID string) (rows []Answer, err error) {
	err = l.db.Read(ctx).Where("notice_id = ?", noticeID).Omit("sample", "header").Order("made_at DESC, id DESC").Find(&rows).Error
	return rows, err
}

// Answer is one of them, with its notice. NotFound.
func (l *Ledger) Answer(ctx context.Context, by access.Actor, id string) (*Answer, *Notice, error) {
	var rows []Answer
	if err := l.db.Read(ctx).Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	n, err := l.Notice(ctx, by, rows[0].NoticeID)
	if err != nil {
		return nil, nil, err
	}
	return &rows[0], n, nil
}

// AnswerRows are the rows of an answer that the caller has let the person see, in some states.
func (l *Ledger) AnswerRows(ctx context.Context, id string, states []string, limit int) (rows []AnswerRow, err error) {
	err = l.db.Read(ctx).Where("answer_id = ? AND state IN ?", id, states).Order("line").Limit(limit).Find(&rows).Error
	return rows, err
}

// Unanswered are the listings of a notice of which no answer that was written says anything, of those that the person may see, in the order of its table.
func (l *Ledger) Unanswered(ctx context.Context, by access.Actor, noticeID string) (rows []NoticeRow, err error) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	err = l.db.Read(ctx).Raw(`SELECT listings.*, r.place AS line, r.fault FROM listing_notice_rows r JOIN listings ON listings.id = r.listing_id WHERE r.notice_id = ? AND listings.result = '' AND NOT EXISTS (
		SELECT 1 FROM listing_answer_rows w JOIN listing_answers a ON a.id = w.answer_id WHERE a.notice_id = r.notice_id AND w.listing_id = r.listing_id AND w.state IN ('done', 'same')) AND `+sql+` ORDER BY r.place`, append([]any{noticeID}, args...)...).Scan(&rows).Error
	return rows, err
}
