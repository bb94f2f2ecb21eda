package listing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/store"
)

// judged are listings of one platform that were found to infringe.
func judged(t *testing.T, o *caseworktest.Office, n int) (ids []string, rows []*listing.Listing) {
	t.Helper()
	for i := range n {
		x := add(t, o, "officer", "2026-03-02", one(fmt.Sprintf("https://item.taobao.com/item.htm?id=7001%02d", i), "竹艺小店", fmt.Sprintf("竹席%d", i)))
		must(t, doing(o, "officer", "2026-03-03", x.ID, "judge", listing.Input{Choice: "infringing", Reason: "与专利附图相同"}))
		ids, rows = append(ids, x.ID), append(rows, x)
	}
	return ids, rows
}

// noticed is a notice about listings, served on a day.
func noticed(t *testing.T, o *caseworktest.Office, ids []string) *listing.Notice {
	t.Helper()
	ctx := context.Background()
	var n *listing.Notice
	must(t, o.At("2026-03-04", func(tx *store.Tx) (err error) {
		n, err = o.Listings.DraftNoticeTx(tx, o.By["officer"], ids, listing.NoticeInput{Addressee: "浙江淘宝网络有限公司", Measure: "delete", Reasons: "经比对，落入专利权保护范围。"})
		return err
	}))
	must(t, o.At("2026-03-05", func(tx *store.Tx) error { return o.Listings.ApproveNoticeTx(tx, o.By["chief"], n.ID, 1) }))
	must(t, o.At("2026-03-06", func(tx *store.Tx) error {
		return o.Listings.ServeNoticeTx(tx, o.By["officer"], n.ID, 2, listing.NoticeService{On: caseworktest.Day("2026-03-06"), Way: "post", Receiver: "收发室"})
	}))
	n, err := o.Listings.Notice(ctx, o.By["officer"], n.ID)
	must(t, err)
	return n
}

func standing(t *testing.T, o *caseworktest.Office, id string) *listing.Listing {
	t.Helper()
	x, err := o.Listings.Find(context.Background(), access.System(), id)
	must(t, err)
	return x
}

func TestNoticesAndAnswers(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		ids, rows := judged(t, o, 5)
		in := listing.NoticeInput{Addressee: "浙江淘宝网络有限公司", Measure: "delete", Reasons: "相同"}
		fresh := add(t, o, "officer", "2026-03-02", one("https://item.taobao.com/item.htm?id=71001", "甲店", "未判"))
		_, err := o.Listings.DraftNotice(ctx, by, append([]string{fresh.ID}, ids...), in)
		refused(t, "not judged", err, errs.Conflict, "error.notice_listing")
		other := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/71002.html", "甲店", "京东"))
		must(t, doing(o, "officer", "2026-03-03", other.ID, "judge", listing.Input{Choice: "counterfeit", Reason: "号码为他人专利"}))
		_, err = o.Listings.DraftNotice(ctx, by, append([]string{other.ID}, ids...), in)
		refused(t, "two platforms", err, errs.Invalid, "error.notice_platforms")
		_, err = o.Listings.DraftNotice(ctx, o.By["operator"], ids, in)
		refused(t, "an operator", err, errs.NotFound, "error.not_found")
		_, err = o.Listings.DraftNotice(ctx, o.By["officer.deqing"], ids, in)
		refused(t, "another county", err, errs.NotFound, "error.not_found")

		n := noticed(t, o, ids)
		if n.State != listing.NoticeServed || n.Rows != 5 || !strings.Contains(n.Number, "知平通字") || n.ServedOn.String() != "2026-03-06" {
			t.Fatalf("%+v", n)
		}
		if x := standing(t, o, ids[0]); x.State != listing.Notified || x.NotifiedOn.String() != "2026-03-06" {
			t.Fatalf("%+v", x)
		}
		_, err = o.Listings.Notice(ctx, o.By["officer.deqing"], n.ID)
		refused(t, "another county reads", err, errs.NotFound, "error.not_found")
		p, err := o.Listings.Paper(ctx, by, *n.PaperID)
		must(t, err)
		paper, err := p.Document().Paper()
		must(t, err)
		if paper.Annex == nil || len(paper.Annex.Rows) != 5 || paper.Annex.Rows[0][1] == "" {
			t.Fatalf("%+v", paper.Annex)
		}
		_, err = o.Listings.DraftNotice(ctx, by, ids, in)
		refused(t, "told already", err, errs.Conflict, "error.notice_listing")

		file := strings.Join([]string{"编号,商品链接,处理结果,处理日期,告知卖家日期,备注",
			rows[0].Number + ",,已删除,2026-03-09,2026-03-07,",
			",https://h5.m.taobao.com/awp/core/detail.htm?id=700101,屏蔽,2026/3/9,,",
			",https://item.taobao.com/item.htm?id=700102,拒绝,2026-03-09,,卖家提交了声明",
			",https://item.taobao.com/item.htm?id=99999,删除,2026-03-09,,", // none of the notice
			rows[3].Number + ",,不知道,2026-03-09,,",                        // bad
			rows[0].Number + ",,关店,2026-03-09,,",                         // twice
			",,删除,2026-03-09,,",                                          // names none
			"=1+1,,删除,2026-03-09,,"}, "\n")
		a, err := o.Listings.TakeAnswer(ctx, by, n.ID, listing.AnswerInput{Name: "答复.csv"}, strings.NewReader(file))
		must(t, err)
		if a.State != listing.AnswerReady || a.Rows != 8 || a.Fresh != 3 || a.Loose != 1 || a.Bad != 4 {
			t.Fatalf("%+v", a)
		}
		if x := standing(t, o, ids[0]); x.State != listing.Notified {
			t.Error("a dry run wrote something")
		}
		refused(t, "another county writes", o.Listings.ApplyAnswer(ctx, o.By["officer.deqing"], a.ID, 1), errs.NotFound, "error.not_found")
		refused(t, "a chief writes", o.Listings.ApplyAnswer(ctx, o.By["chief"], a.ID, 1), errs.Forbidden, "error.forbidden")
		refused(t, "a stale page", o.Listings.ApplyAnswer(ctx, by, a.ID, 7), errs.Conflict, "error.stale")
		must(t, o.Listings.ApplyAnswer(ctx, by, a.ID, 1))
		a, _, err = o.Listings.Answer(ctx, by, a.ID)
		must(t, err)
		if a.State != listing.AnswerDone || a.Done != 3 || a.Refused != 0 {
			t.Fatalf("%+v", a)
		}
		x := standing(t, o, ids[0])
		if x.State != listing.Measured || x.Result != "deleted" || x.ToldOn.String() != "2026-03-07" {
			t.Fatalf("%+v", x)
		}
		if y := standing(t, o, ids[2]); y.Result != "refused" || y.State != listing.Measured {
			t.Fatalf("%+v", y)
		}
		left, err := o.Listings.Unanswered(ctx, by, n.ID)
		must(t, err)
		if len(left) != 2 {
			t.Errorf("%d listings are not answered", len(left))
		}
		must(t, doing(o, "officer", "2026-03-10", ids[1], "restore", listing.Input{Choice: "other", On: calendar.Date(2026, 3, 10)}))
		must(t, o.Listings.UndoAnswer(ctx, by, a.ID, a.Version))
		if x := standing(t, o, ids[0]); x.State != listing.Notified || x.Result != "" || !x.ToldOn.IsZero() || !x.ResultOn.IsZero() {
			t.Fatalf("%+v", x)
		}
		kept, err := o.Listings.AnswerRows(ctx, a.ID, []string{listing.AnswerKept}, 10)
		must(t, err)
		if len(kept) != 1 || kept[0].ListingID != ids[1] {
			t.Errorf("%+v", kept)
		}
	})
}

// TestNoticeGuards: who drafted a notice does not approve it; what can no longer be told is not approved; what went on meanwhile is said in its row.
func TestNoticeGuards(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		ids, _ := judged(t, o, 3)
		n, err := o.Listings.DraftNotice(ctx, by, ids, listing.NoticeInput{Addressee: "平台", Measure: "screen", Reasons: "相同"})
		must(t, err)
		_, err = o.Listings.DraftNotice(ctx, o.By["officer2"], ids[:1], listing.NoticeInput{Addressee: "平台", Measure: "screen", Reasons: "相同"})
		refused(t, "drafted already", err, errs.Conflict, "error.notice_twice")
		refused(t, "an officer approves", o.Listings.ApproveNotice(ctx, o.By["officer2"], n.ID, 1), errs.Forbidden, "error.forbidden")
		refused(t, "served before approval", o.Listings.ServeNotice(ctx, by, n.ID, 1, listing.NoticeService{On: 1}), errs.Conflict, "error.notice_state")
		refused(t, "returned without a remark", o.Listings.ReturnNotice(ctx, o.By["chief"], n.ID, 1, " "), errs.Invalid, "error.form")
		must(t, o.Listings.ReturnNotice(ctx, o.By["chief"], n.ID, 1, "理由不足"))
		refused(t, "approved after it was returned", o.Listings.ApproveNotice(ctx, o.By["chief"], n.ID, 2), errs.Conflict, "error.notice_state")
		must(t, o.Listings.DropNotice(ctx, by, n.ID, 2))
		n, err = o.Listings.DraftNotice(ctx, by, ids, listing.NoticeInput{Addressee: "平台", Measure: "screen", Reasons: "相同", AnswerBy: calendar.DayOf(o.DB.Now()).AddDays(9)})
		must(t, err)
		must(t, o.Listings.ApproveNotice(ctx, o.By["chief"], n.ID, 1))
		x := standing(t, o, ids[0])
		must(t, o.Listings.Act(ctx, by, x.ID, x.Version, "judge", listing.Input{Choice: "not_established", Reason: "重新比对"}))
		today := calendar.DayOf(o.DB.Now())
		refused(t, "nobody received it", o.Listings.ServeNotice(ctx, by, n.ID, 2, listing.NoticeService{On: today, Way: "direct"}), errs.Invalid, "error.form")
		must(t, o.Listings.ServeNotice(ctx, by, n.ID, 2, listing.NoticeService{On: today, Way: "direct", Receiver: "法务"}))
		rows, err := o.Listings.NoticeRows(ctx, by, n.ID)
		must(t, err)
		for _, r := range rows {
			if !r.Seen || (r.ID == ids[0]) != (r.Wrong() != nil) || (r.ID == ids[0]) == (r.State == listing.Notified) {
				t.Errorf("%s %s %v", r.Number, r.State, r.Wrong())
			}
		}
		// A listing that has gone to another office, and is restricted there, is a number on the paper and no more.
		gone := ids[1]
		must(t, o.DB.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE listings SET jurisdiction = '330521', restricted = TRUE, title = '另一机关的秘密' WHERE id = ?", gone).Error
		}))
		rows, err = o.Listings.NoticeRows(ctx, by, n.ID)
		must(t, err)
		for _, r := range rows {
			if hidden := r.ID == ""; hidden == r.Seen || hidden && (r.Title != "" || r.Canonical != "" || r.State != "" || r.Number == "") {
				t.Errorf("%+v", r)
			}
			if r.ID == gone {
				t.Error("it is still shown")
			}
		}
		left, err := o.Listings.Unanswered(ctx, by, n.ID)
		must(t, err)
		for _, r := range left {
			if r.ID == gone {
				t.Error("it is still waited for")
			}
		}
		_, err = o.Listings.TakeAnswer(ctx, o.By["chief"], n.ID, listing.AnswerInput{}, strings.NewReader("a,b"))
		refused(t, "a chief takes an answer", err, errs.Forbidden, "error.forbidden")
	})
}
