package hotline_test

import (
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/knowledge"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// What a reporter said and wrote, and what was noted of it, lies sealed, is read by who may, is changed with the keys, belongs to its row, and is not searched.
func TestWordsLieSealed(t *testing.T) {
	const mark = "磚瓦厂隔壁的老沈"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		op := o.By["operator"]
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		log := func(change func(*hotline.NewCall)) *hotline.Call {
			t.Helper()
			in := complaint()
			in.Kind, in.Subject, in.Mode, in.CallerName, in.CallerPhone, in.Respondent = hotline.Report, casework.Counterfeit, identity.Secret, "沈秘密", "13800000001", "某公司"
			in.Question = mark + "说：有人假冒专利"
			change(&in)
			c, err := o.Desk.Log(ctx, op, in)
			must(err)
			return c
		}
		id := db.NewID()
		gap := knowledge.NewGap{Asked: "沈秘密问什么", Topic: "other", Jurisdiction: "330500", CallID: id}
		_, err := o.Shelf.Miss(ctx, op, gap)
		must(err)
		c := log(func(in *hotline.NewCall) {
			in.ID, in.Answer = id, "答"+mark
			in.Details = hotline.Details{Evidence: mark, Elsewhere: mark, ActPlace: mark, ActTime: mark, Recording: mark + ".wav"}
			in.Promise = hotline.Promised{On: caseworktest.Day("2030-01-04"), About: "沈秘密（" + mark + "）等回电"}
		})
		anonymous := log(func(in *hotline.NewCall) { in.Mode = identity.Anonymous })
		must(o.Desk.Feedback(ctx, op, c.ID, 1, hotline.FeedbackInput{Way: "phone", Text: "告知" + mark}))
		must(o.Desk.Take(ctx, op, c.ID, 0, c.ReceivedOn, hotline.Accepted, "", "沈秘密"+mark))
		must(o.Desk.Sent(ctx, op, c.ID, 1, c.ReceivedOn, "told"))
		code, err := o.Desk.Issue(ctx, op, c.ID, 2)
		must(err)
		must(o.Desk.Add(ctx, *c.ComplaintNo, code, db.NewID(), "我是"+mark, nil))
		wait, err := o.Desk.Callbacks(ctx, op, hotline.CallbackFilter{Call: c.ID})
		must(err)
		must(o.Desk.Tried(ctx, op, wait[0].ID, 1, hotline.Missed, mark+"不在"))
		must(o.Desk.Refer(ctx, op, c.ID, 2, hotline.NewReferral{Route: "trademark", Way: hotline.Letter, Ground: mark}))
		sent, _, err := o.Desk.Referrals(ctx, op, hotline.ReferralFilter{}, casework.Page{Limit: 5})
		must(err)
		must(o.Desk.Follow(ctx, op, sent[0].ID, 1, "函1", ""))
		must(o.Desk.Follow(ctx, op, sent[0].ID, 2, "", "沈秘密与"+mark+"已获答复"))

		sealed := func() {
			t.Helper()
			raw, words := said(t, db, o.Vault)
			for _, m := range []string{mark, "沈秘密", "老沈"} {
				if at := strings.Index(raw, m); at >= 0 {
					t.Errorf("%s stands in clear: %s", m, raw[at:min(len(raw), at+200)])
				}
			}
			if n := strings.Count(words, mark); n < 17 {
				t.Errorf("opened, it stands %d times", n)
			}
		}
		legible := func() {
			t.Helper()
			got, err := o.Desk.Find(ctx, op, c.ID)
			must(err)
			steps, err := o.Desk.Steps(ctx, c.ID)
			must(err)
			r, messages, err := o.Desk.Receipt(ctx, c.ID)
			must(err)
			wait, err := o.Desk.Callbacks(ctx, op, hotline.CallbackFilter{Call: c.ID})
			must(err)
			_, tries, err := o.Desk.Callback(ctx, op, wait[0].ID)
			must(err)
			sent, _, err := o.Desk.Referrals(ctx, op, hotline.ReferralFilter{}, casework.Page{Limit: 5})
			must(err)
			list, _, err := o.Desk.List(ctx, op, hotline.Filter{}, casework.Page{Limit: 5})
			must(err)
			if len(list) != 2 || list[0].Question != got.Question || got.Question != mark+"说：有人假冒专利" || got.Answer != "答"+mark || got.Feedback != "告知"+mark || got.Evidence != mark || got.Recording != mark+".wav" {
				t.Errorf("%+v", got)
			}
			if len(steps) != 3 || steps[0].Text != "答"+mark || r.Note != "×××"+mark || len(messages) != 1 || messages[0].Text != "我是"+mark {
				t.Errorf("%+v %+v %+v", steps, r, messages)
			}
			if wait[0].About != "×××（"+mark+"）等回电" || len(tries) != 1 || tries[0].Note != mark+"不在" || sent[0].Ground != mark || sent[0].Answer != "×××与"+mark+"已获答复" {
				t.Errorf("%+v %+v %+v", wait, tries, sent)
			}
		}
		sealed()
		legible()
		// The list finds what lies in clear, and nothing by how sealed words look.
		var kept string
		must(db.Read(ctx).Raw("SELECT question FROM calls WHERE id = ?", c.ID).Scan(&kept).Error)
		for text, want := range map[string]int64{"假冒专利": 0, kept[3:9]: 0, "某公司": 2} {
			if n, err := o.Desk.Count(ctx, op, hotline.Filter{Text: text}); n != want || err != nil {
				t.Errorf("%q finds %d, %v", text, n, err)
			}
		}
		// With another key: all of it, and nothing twice.
		if _, _, err := o.Vault.Rotate(ctx, access.System(), "330500"); err != nil {
			t.Fatal(err)
		}
		raw, _ := said(t, db, o.Vault)
		if strings.Contains(raw, "k1.") || strings.Contains(raw, "words_key:k1") {
			t.Error("something is sealed with the old key")
		}
		if n, err := o.Desk.SealWords(ctx); n != 0 || err != nil {
			t.Errorf("%d more, %v", n, err)
		}
		sealed()
		legible()
		// An office of before: its words are sealed at the next start, once.
		must(db.Tx(ctx, func(tx *store.Tx) error {
			for _, sql := range []string{"UPDATE calls SET words_key = '', question = '" + mark + "老问' WHERE id = '" + anonymous.ID + "'", "UPDATE calls SET words_key = '', answer = '', feedback = '', evidence = '', elsewhere = '', act_place = '', act_time = '', recording = '' WHERE id = '" + anonymous.ID + "'",
				"UPDATE call_steps SET words_key = '', text = '" + mark + "旧' WHERE call_id = '" + anonymous.ID + "'", "UPDATE search_docs SET title = '" + mark + "', body = '" + mark + "' WHERE subject_id = '" + anonymous.ID + "'",
				"INSERT INTO search_terms (token, sort_on, subject_id) VALUES ('老沈', '2026-11-20', '" + anonymous.ID + "')", "DELETE FROM settings WHERE name = 'hotline.words'"} {
				if err := tx.Exec(sql).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		for _, want := range []int{2, 0} {
			if n, err := o.Desk.SealOldWords(ctx); n != want || err != nil {
				t.Errorf("%d rows of before, want %d, %v", n, want, err)
			}
		}
		sealed()
		if old, err := o.Desk.Find(ctx, op, anonymous.ID); err != nil || old.Question != mark+"老问" {
			t.Errorf("%+v %v", old, err)
		}
		// Words belong to their row.
		must(db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE calls SET question = (SELECT x.question FROM calls x WHERE x.id = ?) WHERE id = ?", c.ID, anonymous.ID).Error
		}))
		if got, err := o.Desk.Find(ctx, op, anonymous.ID); err == nil {
			t.Errorf("another's words were read: %s", got.Question)
		}
	})
}
