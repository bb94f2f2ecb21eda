package hotline_test

import (
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// said is everything that stands in the tables of the desk: as it stands, and with the keys of the vault opened.
func said(t *testing.T, db *store.DB, vault *identity.Vault) (kept, opened string) {
	t.Helper()
	var raw, out strings.Builder
	keys := map[string][]string{"call_steps": {"call_id", "seq"}, "callback_tries": {"callback_id", "seq"}, "receipts": {"call_id"}}
	for _, table := range []string{"calls", "call_steps", "callbacks", "callback_tries", "referrals", "receipts", "citizen_messages", "knowledge_gaps", "phone_calls", "search_docs", "search_terms", "identities", "identity_keys",
		"leads", "lead_steps", "audit_log"} {
		var rows []map[string]any
		if err := db.Read(ctx).Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			fmt.Fprintln(&raw, table, r)
			name := table
			for _, k := range append(keys[table], map[bool]string{true: "id"}[keys[table] == nil]) {
				if k != "" {
					name += fmt.Sprintf("/%v", r[k])
				}
			}
			for col, v := range r {
				if text, ok := v.(string); ok && r["words_key"] != nil && r["words_key"] != "" {
					if clear, err := vault.OpenText(name+"/"+col, text); err == nil {
						r[col] = clear
					}
				}
			}
			fmt.Fprintln(&out, table, r)
		}
	}
	return raw.String(), out.String()
}

// A caller whose time is over stands nowhere any more: in no field that somebody typed freely, in no call that theirs was added to, in no number that rang.
func TestNothingRemembersWhoIsErased(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		op := o.By["operator"]
		who := "沈秘密（13800000001，秘密竹业有限公司，湖州市秘密路一号）"
		var first, c *hotline.Call
		err := o.At("2023-01-03", func(tx *store.Tx) (err error) {
			other := complaint()
			other.CallerName, other.CallerPhone = "另一人", "13900000002"
			if first, err = o.Desk.LogTx(tx, op, other); err != nil {
				return err
			}
			in := complaint()
			in.Kind, in.Subject, in.Mode, in.Join = hotline.Report, casework.Counterfeit, identity.Secret, first.ID
			in.CallerName, in.CallerPhone, in.CallerUnit, in.CallerAddress = "沈秘密", "13800000001", "秘密竹业有限公司", "湖州市秘密路一号"
			in.Question, in.Answer = "问 "+who, "答 "+who
			in.Details = hotline.Details{Evidence: who, Elsewhere: who, ActPlace: who, ActTime: "沈秘密所说", Recording: "沈秘密.wav"}
			in.Promise = hotline.Promised{On: caseworktest.Day("2023-01-04"), About: "回电 " + who}
			if c, err = o.Desk.LogTx(tx, op, in); err != nil {
				return err
			}
			return o.Desk.WriteTx(tx, op, c.ID, "请 "+who+" 补充")
		})
		if err != nil {
			t.Fatal(err)
		}
		wait, err := o.Desk.Callbacks(ctx, op, hotline.CallbackFilter{Call: c.ID})
		if err != nil || len(wait) != 1 {
			t.Fatal(wait, err)
		}
		if n, err := o.Desk.EraseDue(ctx); n != 0 || err != nil {
			t.Fatalf("%d were erased while a call-back waits, %v", n, err)
		}
		if err := o.Desk.Tried(ctx, op, wait[0].ID, 1, hotline.Reached, "已告知 "+who); err != nil {
			t.Fatal(err)
		}
		if err := db.Tx(ctx, func(tx *store.Tx) error { // long ago
			return tx.Exec("UPDATE callbacks SET done_on = ?", caseworktest.Day("2023-01-04")).Error
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.At("2023-01-03", func(tx *store.Tx) error { // the other's matter is settled too, but called again since
			return o.Desk.AnswerTx(tx, op, first.ID, 2, "已答")
		}); err != nil {
			t.Fatal(err)
		}
		raw, words := said(t, db, o.Vault)
		if !strings.Contains(words, "沈秘密") {
			t.Fatal("nothing to forget")
		}
		if strings.Contains(raw, "沈秘密") {
			t.Error("it stands in clear")
		}
		if n, err := o.Desk.EraseDue(ctx); n != 2 || err != nil {
			t.Fatalf("%d erased, %v", n, err)
		}
		raw, words = said(t, db, o.Vault)
		for _, line := range strings.Split(raw+words, "\n") {
			for _, m := range []string{"沈秘密", "13800000001", "秘密竹业", "秘密路"} {
				if strings.Contains(line, m) {
					t.Errorf("%s stands in %s", m, line)
				}
			}
		}
	})
}

// A number that rang is forgotten after a day, and a draft after two weeks, also where no other call rings and nobody types.
func TestNumbersThatRangAreForgottenWithoutAnotherCall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		if err := o.Desk.Phoned(ctx, hotline.PhoneEvent{Event: hotline.PhoneNew, CallID: "a", From: "13800000001"}); err != nil {
			t.Fatal(err)
		}
		id := db.NewID()
		if err := o.Desk.SaveDraft(ctx, op, id, 1, map[string][]string{"question": {"x"}}); err != nil {
			t.Fatal(err)
		}
		count := func(sql string) (n int64) {
			t.Helper()
			if err := db.Read(ctx).Raw(sql).Scan(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n
		}
		kept, drafts := "SELECT COUNT(*) FROM phone_calls WHERE body <> ''", "SELECT COUNT(*) FROM call_drafts"
		if _, err := o.Desk.EraseDue(ctx); err != nil || count(kept) != 1 || count(drafts) != 1 {
			t.Fatalf("forgotten at once: %v", err)
		}
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Exec("UPDATE phone_calls SET came_at = ?", tx.Now.AddDate(0, 0, -2)).Error; err != nil {
				return err
			}
			return tx.Exec("UPDATE call_drafts SET saved_at = ?", tx.Now.AddDate(0, 0, -15)).Error
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Desk.EraseDue(ctx); err != nil || count(kept) != 0 || count(drafts) != 0 {
			t.Errorf("%d numbers, %d drafts, %v", count(kept), count(drafts), err)
		}
	})
}

// A ringing call is taken by an operator of its own line; a form that names another's leaves it ringing.
func TestAnotherOfficesCallRingsOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		if err := o.Desk.Phoned(ctx, hotline.PhoneEvent{Event: hotline.PhoneNew, CallID: "a", From: "13800000001"}); err != nil {
			t.Fatal(err)
		}
		rings := func(who string) []hotline.PhoneCall {
			t.Helper()
			list, err := o.Desk.Ringing(ctx, o.By[who])
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if len(rings("operator")) != 1 || len(rings("operator.deqing")) != 0 {
			t.Fatal("it rings in the wrong place")
		}
		in := consultation()
		in.Phone = rings("operator")[0].ID
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); err != nil {
			t.Fatal(err)
		}
		if len(rings("operator")) != 1 {
			t.Error("another office took the call away")
		}
		in.Jurisdiction = "330500"
		if _, err := o.Desk.Log(ctx, o.By["operator"], in); err != nil {
			t.Fatal(err)
		}
		if len(rings("operator")) != 0 {
			t.Error("it rings although it is written down")
		}
	})
}

// Only who reports or complains is owed a receipt.
func TestOnlyReportsAndComplaintsWaitForAReceipt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for _, kind := range hotline.Kinds() {
			in := complaint()
			if in.Kind = kind; kind == hotline.Consultation {
				in.Topic = "fee"
			}
			if kind == hotline.Report {
				in.Subject = casework.Counterfeit
			}
			if _, err := o.Desk.Log(ctx, o.By["operator"], in); err != nil {
				t.Fatal(err)
			}
		}
		rows, n, err := o.Desk.Unsent(ctx, o.By["operator"], 10)
		if err != nil || n != 2 || len(rows) != 2 || rows[0].ComplaintNo == nil || rows[1].ComplaintNo == nil {
			t.Errorf("%d %+v %v", n, rows, err)
		}
	})
}

// What a person brought in stands beside the form: leads for who sees leads, cases for who sees cases, nothing of another office.
func TestTheCallersMattersStandBesideTheForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		var l *lead.Lead
		if err := o.At("2026-11-02", func(tx *store.Tx) error {
			in := complaint()
			in.CallerPhone = "13800005678"
			c, err := o.Desk.LogTx(tx, op, in)
			if err == nil {
				l, err = o.Desk.MakeLeadTx(tx, op, c.ID, 1, hotline.LeadInput{Title: "测试木业有限公司侵权案", Place: "330521", Facts: "竹凉席"})
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		typed := hotline.Typed{Phone: "1380000"}
		leads, cases, err := o.Desk.Matters(ctx, op, typed)
		if err != nil || len(leads) != 1 || leads[0].ID != l.ID || len(cases) != 0 {
			t.Fatalf("%+v %+v %v", leads, cases, err)
		}
		if leads, _, err = o.Desk.Matters(ctx, o.By["operator.deqing"], typed); err != nil || len(leads) != 0 {
			t.Errorf("Deqing reads %+v %v", leads, err)
		}
		if leads, _, err = o.Desk.Matters(ctx, o.By["operator.deqing"], hotline.Typed{Caller: *l.IdentityID}); err != nil || len(leads) != 0 {
			t.Errorf("Deqing reads by the person: %+v %v", leads, err)
		}
		if _, _, err = o.Desk.Matters(ctx, o.By["officer"], typed); err == nil {
			t.Error("an officer asks by a number")
		}
		// By the last four digits: in the list, not while a number is typed.
		for tail, n := range map[string]int64{"5678": 1, "0005": 0, "567": 0, "56 78": 1} {
			if got, err := o.Desk.Count(ctx, op, hotline.Filter{Phone: tail}); got != n || err != nil {
				t.Errorf("%q finds %d, %v", tail, got, err)
			}
		}
		if got, err := o.Desk.Count(ctx, o.By["operator.deqing"], hotline.Filter{Phone: "5678"}); got != 0 || err != nil {
			t.Errorf("Deqing finds %d, %v", got, err)
		}
		if leads, _, err := o.Desk.Matters(ctx, op, hotline.Typed{Phone: "5678"}); err != nil || len(leads) != 0 {
			t.Errorf("typed so far: %+v %v", leads, err)
		}
	})
}

// Callers of before are found by their last digits once the program has started anew.
func TestCallersOfBeforeGetTheirTails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		in := complaint()
		in.CallerPhone = "13800005678"
		if _, err := o.Desk.Log(ctx, op, in); err != nil {
			t.Fatal(err)
		}
		if err := db.Tx(ctx, func(tx *store.Tx) error { // as the release before left it
			for _, h := range o.Vault.PhoneKeys("5678") {
				if err := tx.Exec("DELETE FROM identity_keys WHERE hash = ?", h).Error; err != nil {
					return err
				}
			}
			return tx.Exec("DELETE FROM settings WHERE name = 'identity.tails'").Error
		}); err != nil {
			t.Fatal(err)
		}
		find := func() int64 {
			t.Helper()
			n, err := o.Desk.Count(ctx, op, hotline.Filter{Phone: "5678"})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := find(); n != 0 {
			t.Fatalf("found %d", n)
		}
		o.Ship(t)
		o.Ship(t)
		if n := find(); n != 1 {
			t.Errorf("found %d after the start", n)
		}
	})
}

// A named reporter waits to be told from the decision until it was done; an anonymous one never.
func TestReportersToBeTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Leads.TellWithin(5)
		for _, day := range []string{"2025-11-03", "2026-11-03"} { // by the rule of its time, by the office's own
			t.Run(day, func(t *testing.T) {
				var ids []string
				for _, mode := range []string{identity.Secret, identity.Anonymous} {
					if err := o.At(day, func(tx *store.Tx) error {
						in := complaint()
						in.Kind, in.Subject, in.Mode, in.CallerPhone = hotline.Report, casework.Counterfeit, mode, "13700001111"
						c, err := o.Desk.LogTx(tx, o.By["operator"], in)
						if err != nil {
							return err
						}
						l, err := o.Desk.MakeLeadTx(tx, o.By["operator"], c.ID, 1, hotline.LeadInput{Title: "木业公司涉嫌案", Place: "330521", Facts: "竹凉席"})
						if err != nil {
							return err
						}
						ids = append(ids, l.ID)
						if err := o.Leads.VerifyTx(tx, o.By["officer"], l.ID, 1, lead.Verification{On: calendar.DayOf(tx.Now), Proposal: lead.ProposeRefuse, Opinion: "x"}); err != nil {
							return err
						}
						return o.Leads.RefuseTx(tx, o.By["chief"], l.ID, 2, lead.Refusal{On: calendar.DayOf(tx.Now), Ground: "samr.minor", Reason: "x"})
					}); err != nil {
						t.Fatal(err)
					}
				}
				rows, n, err := o.Leads.ToTell(ctx, o.By["operator"], 10)
				if err != nil || n != 1 || len(rows) != 1 || rows[0].ID != ids[0] || rows[0].By.String()[:7] != day[:7] {
					t.Fatalf("%d %+v %v", n, rows, err)
				}
				if _, n, err = o.Leads.ToTell(ctx, o.By["chief.deqing"], 10); n != 0 || err != nil {
					t.Errorf("Deqing has %d to tell, %v", n, err)
				}
				if c, err := o.Leads.Count(ctx, o.By["officer"], lead.Filter{Untold: true}); c != 1 || err != nil {
					t.Errorf("the list has %d, %v", c, err)
				}
				if err := o.At(day, func(tx *store.Tx) error {
					return o.Leads.DoTx(tx, o.By["officer"], ids[0], rows[0].Version, "tell_reporter", casework.Input{On: calendar.DayOf(tx.Now), Fields: map[string]string{"reporter_told_on": day}})
				}); err != nil {
					t.Fatal(err)
				}
				if _, n, err = o.Leads.ToTell(ctx, o.By["operator"], 10); n != 0 || err != nil {
					t.Errorf("told, and still %d, %v", n, err)
				}
			})
		}
	})
}
