package hotline_test

import (
	"strings"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// A caller is erased 1095 days after the last matter was closed, not while one is open, nor while kept; the calls stay, without the name.
func TestRetention(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		log := func(day, kind, phone, answer string) (c *hotline.Call) {
			t.Helper()
			in := complaint()
			in.Kind, in.CallerName, in.CallerPhone, in.Question, in.Mode = kind, "沈秘密", phone, "我是沈秘密，电话"+phone, identity.Secret
			if kind == hotline.Consultation {
				in.Topic, in.Answer = "fee", answer
			} else {
				in.Subject = casework.Counterfeit
			}
			if err := o.At(day, func(tx *store.Tx) (err error) {
				c, err = o.Desk.LogTx(tx, op, in)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return c
		}
		over := log("2023-11-21", hotline.Consultation, "13800000001", "答复沈秘密")   // 1095 days before 2026-11-20
		later := log("2023-11-22", hotline.Consultation, "13800000002", "答复")     // one day less
		open := log("2023-01-03", hotline.Consultation, "13800000003", "")        // never answered
		both := log("2023-01-03", hotline.Consultation, "13800000004", "答复")      // and called again
		log("2026-11-19", hotline.Consultation, "13800000004", "答复")              //
		handed := log("2023-01-03", hotline.Report, "13800000005", "")            // its lead waits still
		refused := log("2023-01-03", hotline.Report, "13800000006", "")           // its lead was refused long ago
		kept := log("2023-01-04", hotline.Consultation, "13800000007", "答复")      // kept by a reviewer
		byHand := log("2023-11-30", hotline.Consultation, "13800000008", "答复沈秘密") // erased before the time
		for _, c := range []*hotline.Call{handed, refused} {
			if err := o.At("2023-01-03", func(tx *store.Tx) error {
				l, err := o.Desk.MakeLeadTx(tx, op, c.ID, 1, hotline.LeadInput{Title: "木业公司涉嫌案", Place: "330521", Facts: "竹凉席"})
				if err != nil || c == handed {
					return err
				}
				if err := o.Leads.VerifyTx(tx, o.By["officer"], l.ID, 1, lead.Verification{On: caseworktest.Day("2023-01-03"), Proposal: lead.ProposeRefuse, Opinion: "x"}); err != nil {
					return err
				}
				return o.Leads.RefuseTx(tx, o.By["chief"], l.ID, 2, lead.Refusal{On: caseworktest.Day("2023-01-03"), Ground: "samr.minor", Reason: "x"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		due, err := o.Desk.ToReview(ctx, o.By["chief"])
		if err != nil || len(due) != 5 {
			t.Fatalf("%d to be reviewed, %v", len(due), err)
		}
		if _, err := o.Desk.ToReview(ctx, op); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an operator reviews: %v", err)
		}
		if due, err := o.Desk.ToReview(ctx, o.By["chief.deqing"]); err != nil || len(due) != 0 {
			t.Errorf("another county's: %d %v", len(due), err)
		}
		version := func(c *hotline.Call) (id string, v int64) {
			for _, d := range due {
				if d.ID == *c.IdentityID {
					return d.ID, d.Version
				}
			}
			t.Fatalf("%s is not due", c.Number)
			return "", 0
		}
		id, v := version(kept)
		for name, x := range map[string]struct {
			by, until, why string
			want           errs.Code
		}{
			"operator": {"operator", "2030-01-01", "x", errs.Forbidden}, "no reason": {"chief", "2030-01-01", "", errs.Invalid}, "past": {"chief", "2026-11-20", "x", errs.Invalid},
			"for ever": {"chief", "2099-01-01", "x", errs.Invalid},
		} {
			if err := o.Vault.Keep(ctx, o.By[x.by], id, v, caseworktest.Day(x.until), x.why); errs.CodeOf(err) != x.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := o.Vault.Keep(ctx, o.By["chief"], id, v, caseworktest.Day("2030-01-01"), "诉讼未结"); err != nil {
			t.Fatal(err)
		}
		id, v = version(byHand)
		if err := o.Desk.Erase(ctx, op, id, v); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an operator erased: %v", err)
		}
		if err := o.Desk.Erase(ctx, o.By["chief"], *open.IdentityID, 1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("erased with an open call: %v", err)
		}
		if err := o.Desk.Erase(ctx, o.By["chief"], id, v); err != nil {
			t.Fatal(err)
		}
		if n, err := o.Desk.EraseDue(ctx); n != 2 || err != nil {
			t.Fatalf("%d erased, %v", n, err)
		}
		if n, err := o.Desk.EraseDue(ctx); n != 0 || err != nil {
			t.Fatalf("%d erased again, %v", n, err)
		}
		for c, gone := range map[*hotline.Call]bool{over: true, refused: true, byHand: true, later: false, open: false, both: false, handed: false, kept: false} {
			got, err := o.Desk.Find(ctx, op, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			m, err := o.Desk.Callers(ctx, *got)
			if x := m[*c.IdentityID]; err != nil || x.Erased != gone || (x.Name == "") != gone || x.Code == "" {
				t.Errorf("%s: %+v %v", c.Question, x, err)
			}
			steps, err := o.Desk.Steps(ctx, c.ID)
			if err != nil || strings.Contains(got.Question+got.Answer+steps[0].Text, "沈秘密") == gone {
				t.Errorf("%s: %s %s %v", c.Number, got.Question, got.Answer, err)
			}
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}
