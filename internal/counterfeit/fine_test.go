package counterfeit_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/fine"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type fields = map[string]string

// served is a case with a fine of 20,000 yuan whose decision was served on 2025-03-03: payment is due by 2025-03-18, reconsideration by 2025-05-02,
// a suit by 2025-09-03, the court by 2025-12-03.
func served(t *testing.T, o *caseworktest.Office) string {
	t.Helper()
	c := o.File(t, casework.Counterfeit, "2025-02-10")
	for _, s := range []struct {
		by, step, day string
		in            fields
	}{
		{"officer", "investigate", "2025-02-12", fields{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": "2025-02-01", "income": "500000"}},
		{"reviewer", "review", "2025-02-13", fields{"review_opinion": "事实清楚"}},
		{"officer", "notify", "2025-02-14", fields{"planned_fine": "2000000", "planned_confiscation": "500000", "notice_reasons": "理由", "notice_served_on": "2025-02-14"}},
		{"chief", "decide", "2025-02-24", fields{"outcome": "penalised", "reasons": "理由", "fine": "2000000", "confiscated": "500000", "waived": "no"}},
		{"officer", "serve", "2025-03-03", fields{"served_on": "2025-03-03", "way": "direct", "receiver": "张三"}},
	} {
		must(t, take(t, o, c.ID, s.by, s.step, s.day, s.in))
	}
	return c.ID
}

// take takes a step with valid answers where none are given.
func take(t *testing.T, o *caseworktest.Office, id, by, step, day string, in fields) error {
	t.Helper()
	return o.Take(by, id, step, day, in)
}

// side takes a step of the running side procedure of a name.
func side(t *testing.T, o *caseworktest.Office, id, track, by, step, day string, in fields) error {
	t.Helper()
	return o.At(day, func(tx *store.Tx) error {
		f, err := o.Docket.FindTx(tx, o.By[by], id)
		if err != nil {
			return err
		}
		x := casework.Input{On: caseworktest.Day(day), Fields: in}
		if run := f.Running(track); len(run) > 0 {
			x.Track = run[0].ID
		}
		_, err = o.Docket.AdvanceTx(tx, o.By[by], id, step, f.Version, x)
		return err
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants an error of a key.
func refused(t *testing.T, what string, err error, key string) {
	t.Helper()
	e := errs.As(err)
	if e == nil {
		t.Errorf("%s: %v, want %s", what, err, key)
		return
	}
	keys := []string{e.Key}
	for _, f := range e.Fields {
		keys = append(keys, f.Message.Key)
	}
	for _, m := range e.Missing {
		keys = append(keys, m.Key)
	}
	if !strings.Contains(strings.Join(keys, " "), key) {
		t.Errorf("%s: %v, want %s", what, keys, key)
	}
}

func ledger(t *testing.T, o *caseworktest.Office, id, day string) fine.Ledger {
	t.Helper()
	f, err := o.Docket.Find(context.Background(), o.By["officer"], id)
	must(t, err)
	return o.Docket.Reckon(f, caseworktest.Day(day))
}

func TestMoneyOfAPenalty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := served(t, o)
		if l := ledger(t, o, id, "2025-04-02"); l.Added != 900000 || l.Open() != 2000000+900000+500000 {
			t.Errorf("fifteen days late (Penalty Law Art. 72): %+v", l)
		}
		refused(t, "a demand before payment is due (Coercion Law Art. 54)", side(t, o, id, "enforcement", "officer", "demand", "2025-03-18", fields{}), "error.not_due")
		refused(t, "paid, with money open", take(t, o, id, "officer", "execute", "2025-03-10", fields{"execution": "paid", "paid_on": "2025-03-10"}), "error.money_open")

		// Deferral: for the whole of what is open, in the future, approved by the head, never by who asked.
		ask := func(plan string) fields {
			return fields{"deferral_requested_on": "2025-03-10", "hardship": "资金周转困难", "plan": plan}
		}
		for plan, key := range map[string]string{"2025-05-01 5000": "error.plan_sum", "2025-03-10 20000": "error.plan_past", "下月 20000": "error.plan", "": "error.required"} {
			refused(t, "plan "+plan, side(t, o, id, "deferral", "officer", "ask_deferral", "2025-03-10", ask(plan)), key)
		}
		must(t, side(t, o, id, "deferral", "officer", "ask_deferral", "2025-03-10", ask("2025-05-01 8000\n2025-06-03 12000")))
		refused(t, "who asked approves", side(t, o, id, "deferral", "officer", "approve_deferral", "2025-03-11", nil), "error.forbidden.action")
		must(t, side(t, o, id, "deferral", "chief", "return_deferral", "2025-03-11", fields{"return_reason": "附银行流水"}))
		must(t, side(t, o, id, "deferral", "officer", "amend_deferral", "2025-03-12", ask("2025-05-01 8000\n2025-06-03 12000")))
		must(t, side(t, o, id, "deferral", "chief", "approve_deferral", "2025-03-13", nil))
		if l := ledger(t, o, id, "2025-05-11"); l.Added != 8000*100*30/100 {
			t.Errorf("ten days late with the first part: %+v", l)
		}

		// Payments: never more than is open, the same one once, a wrong one voided with its reason.
		pay := func(day, kind string, fen int64, paymentID string) error {
			return o.At(day, func(tx *store.Tx) error {
				f, err := o.Docket.FindTx(tx, o.By["officer"], id)
				if err != nil {
					return err
				}
				return o.Docket.PayTx(tx, o.By["officer"], id, f.Version, casework.Payment{ID: paymentID, PaidFor: kind, OnDay: caseworktest.Day(day), Fen: fen, Receipt: "00012"})
			})
		}
		refused(t, "more than is open", pay("2025-05-01", fine.Fine, 2000001, ""), "error.over_open")
		once := db.NewID()
		must(t, pay("2025-05-01", fine.Fine, 800000, once))
		must(t, pay("2025-05-01", fine.Fine, 800000, once))
		if l := ledger(t, o, id, "2025-05-02"); l.FinePaid != 800000 {
			t.Errorf("a payment sent twice: %+v", l)
		}

		// A suit stops the surcharge, not the duty (Penalty Law Art. 73).
		must(t, side(t, o, id, "remedy", "officer", "remedy_begun", "2025-06-10", fields{"remedy": "suit", "remedy_on": "2025-06-05", "remedy_body": "湖州市中级人民法院"}))
		if l := ledger(t, o, id, "2025-06-30"); l.Added != 12000*100*3/100 {
			t.Errorf("one day late before the suit: %+v", l)
		}
		must(t, side(t, o, id, "enforcement", "officer", "demand", "2025-06-16", fields{"served_on": "2025-06-16", "way": "direct", "receiver": "张三"}))
		refused(t, "within ten working days of the demand (Coercion Law Art. 54)", side(t, o, id, "enforcement", "chief", "apply_to_court", "2025-06-30", fields{"court": "湖州市吴兴区人民法院"}), "error.demand_runs")
		refused(t, "while a suit is pending (Coercion Law Art. 53)", side(t, o, id, "enforcement", "chief", "apply_to_court", "2025-07-01", fields{"court": "湖州市吴兴区人民法院"}), "error.remedy")
		must(t, side(t, o, id, "remedy", "officer", "remedy_ended", "2025-08-20", fields{"remedy_result": "withdrawn", "remedy_note": "准许撤诉"}))
		refused(t, "by who investigated", side(t, o, id, "enforcement", "officer", "apply_to_court", "2025-09-05", fields{"court": "湖州市吴兴区人民法院"}), "error.forbidden.action")
		must(t, side(t, o, id, "enforcement", "chief", "apply_to_court", "2025-09-05", fields{"court": "湖州市吴兴区人民法院"}))
		must(t, side(t, o, id, "enforcement", "officer", "court_ended", "2025-10-20", fields{"court_result": "enforced", "court_note": "执行到位"}))
		o.Paid(t, "officer", id, "2025-10-20")
		must(t, take(t, o, id, "officer", "execute", "2025-10-20", fields{"execution": "paid", "paid_on": "2025-10-20"}))

		f, err := o.Docket.Find(context.Background(), o.By["chief"], id)
		must(t, err)
		if err := o.Docket.Procedure(f.Kind).Walks(f.Taken, f.State); err != nil {
			t.Error(err)
		}
		if l := ledger(t, o, id, "2025-10-20"); l.Open() != 0 || !l.Capped {
			t.Errorf("in the end: %+v", l)
		}
		if k := f.Clock("COURT_APPLY"); k == nil || k.Running() {
			t.Error("the time to apply still runs")
		}
	})
}

// The three months run from the end of the time for remedies (Coercion Law Art. 53), or of the deferral (Market-Regulation Procedure Art. 76).
func TestTimeToApplyToTheCourt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := served(t, o)
		f, err := o.Docket.Find(context.Background(), o.By["officer"], id)
		must(t, err)
		k := f.Clock("COURT_APPLY")
		if k == nil || k.StartedOn.String() != "2025-09-03" || k.StrictOn.String() != "2025-12-03" {
			t.Fatalf("%+v", k)
		}
		must(t, side(t, o, id, "enforcement", "officer", "demand", "2025-11-10", fields{"served_on": "2025-11-10", "way": "direct", "receiver": "张三"}))
		refused(t, "after the three months", side(t, o, id, "enforcement", "chief", "apply_to_court", "2025-12-04", fields{"court": "湖州市吴兴区人民法院"}), "error.court_late")
		must(t, side(t, o, id, "enforcement", "chief", "apply_to_court", "2025-12-03", fields{"court": "湖州市吴兴区人民法院"}))

		late := served(t, o)
		must(t, side(t, o, late, "deferral", "officer", "ask_deferral", "2025-03-10", fields{"deferral_requested_on": "2025-03-10", "hardship": "困难", "plan": "2026-03-02 20000"}))
		must(t, side(t, o, late, "deferral", "chief", "approve_deferral", "2025-03-13", nil))
		f, err = o.Docket.Find(context.Background(), o.By["officer"], late)
		must(t, err)
		if k := f.Clock("COURT_APPLY"); k == nil || k.StartedOn.String() != "2026-03-02" || k.StrictOn.String() != "2026-06-02" {
			t.Fatalf("after a deferral: %+v", k)
		}
	})
}
