package identity_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestDisclosure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		zhang := identity.Person{Name: "张秘密", Phone: "13812341234"}
		m := identity.Matter{Kind: "lead", ID: db.NewID(), Number: "湖知线〔2026〕1号", Jurisdiction: "330500", IdentityID: o.seal(t, identity.Secret, "330500", zhang)}
		code := func(name string, err error, want errs.Code) {
			t.Helper()
			if errs.CodeOf(err) != want {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		v, by := o.vault, o.By
		ask := func(who, reason string) (*identity.Disclosure, error) { return v.Ask(ctx, by[who], m, reason) }
		_, err := ask("auditor", "x")
		code("who has no right", err, errs.Forbidden)
		_, err = ask("officer.deqing", "x")
		code("another county", err, errs.Forbidden)
		_, err = ask("officer", " ")
		code("without a reason", err, errs.Invalid)
		d, err := ask("officer", "须当面核实")
		code("ask", err, "")
		// The log holds a keyed hash of the words: who guesses them cannot find them by it.
		keyed, err := v.Tag("words", "须当面核实")
		code("the hash", err, "")
		if e, err := audit.Last(ctx, db, "disclosure:"+d.ID, ""); err != nil || !strings.Contains(e.Detail, keyed) || strings.Contains(e.Detail, fmt.Sprintf("%x", sha256.Sum256([]byte("须当面核实")))) {
			t.Errorf("%+v %v", e, err)
		}
		if again, err := ask("officer", "又问"); err != nil || again.ID != d.ID {
			t.Errorf("asked twice: %+v %v", again, err)
		}
		_, _, err = v.Look(ctx, by["officer"], d.ID)
		code("before it is granted", err, errs.Conflict)
		code("the asker's own grant", v.Decide(ctx, by["officer"], d.ID, 1, true, ""), errs.Forbidden)
		code("another county's chief", v.Decide(ctx, by["chief.deqing"], d.ID, 1, true, ""), errs.NotFound)
		code("the auditor", v.Decide(ctx, by["auditor"], d.ID, 1, true, ""), errs.Forbidden)
		code("a refusal without a reason", v.Decide(ctx, by["chief"], d.ID, 1, false, " "), errs.Invalid)
		code("stale", v.Decide(ctx, by["chief"], d.ID, 7, true, ""), errs.Conflict)
		if n, err := v.ToDecide(ctx, by["chief"]); n != 1 || err != nil {
			t.Errorf("%d wait, %v", n, err)
		}
		code("grant", v.Decide(ctx, by["chief"], d.ID, 1, true, ""), "")
		code("twice", v.Decide(ctx, by["chief"], d.ID, 2, false, "x"), errs.Conflict)
		_, _, err = v.Look(ctx, by["officer2"], d.ID)
		code("another officer", err, errs.NotFound)
		_, _, err = v.Look(ctx, by["chief"], d.ID)
		code("who granted it", err, errs.Forbidden)
		for range 2 {
			_, p, err := v.Look(ctx, by["officer"], d.ID)
			if err != nil || p != zhang {
				t.Fatalf("%+v %v", p, err)
			}
		}
		mine, err := ask("chief", "也要看")
		code("the chief asks", err, "")
		code("and grants it", v.Decide(ctx, by["chief"], mine.ID, 1, true, ""), errs.Forbidden)
		code("another takes it back", v.Withdraw(ctx, by["officer"], mine.ID, 1), errs.NotFound)
		code("and takes it back", v.Withdraw(ctx, by["chief"], mine.ID, 1), "")
		third, err := ask("officer", "第二次")
		code("asked again", err, "")
		code("refused", v.Decide(ctx, by["chief"], third.ID, 1, false, "无必要"), "")
		for who, want := range map[string]int{"auditor": 3, "chief": 3, "officer": 2, "officer2": 0, "chief.deqing": 0, "operator": 0, "reviewer": 0} {
			rows, total, err := v.Disclosures(ctx, by[who], "", "", 0, 10)
			if err != nil || len(rows) != want || total != int64(want) {
				t.Errorf("%s reads %d of %d, want %d, %v", who, len(rows), total, want, err)
			}
		}
		got, looks, err := v.Disclosure(ctx, by["auditor"], d.ID)
		if err != nil || len(looks) != 2 || got.Looks != 2 || got.UntilAt.Sub(*got.DecidedAt) != 15*time.Minute {
			t.Errorf("%+v %v %v", got, looks, err)
		}
		o.do(t, func(tx *store.Tx) error { return tx.Exec("UPDATE disclosures SET until_at = ?", tx.Now).Error })
		_, _, err = v.Look(ctx, by["officer"], d.ID)
		code("when the time is over", err, errs.Conflict)
		text := o.dump(t)
		for _, s := range []string{"张秘密", "13812341234", "须当面核实", "无必要"} {
			if strings.Contains(text, s) {
				t.Errorf("the log holds %s", s)
			}
		}
		for act, want := range map[string]int{"ask": 3, "grant": 1, "look": 2, "refuse": 1, "withdraw": 1} {
			var n int
			if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_log WHERE action = ? AND subject LIKE 'disclosure:%'", "identity."+act).Scan(&n).Error; err != nil || n != want {
				t.Errorf("%s stands %d times in the log, want %d, %v", act, n, want, err)
			}
		}
		m.Restricted = true
		m.ID = db.NewID()
		if _, err = ask("officer", "限制知悉"); err != nil {
			t.Fatal(err)
		}
		if n, err := v.ToDecide(ctx, by["chief"]); n != 0 || err != nil {
			t.Errorf("of a restricted matter that the chief is no member of %d wait, %v", n, err)
		}
		m.IdentityID = o.seal(t, identity.Anonymous, "330500", identity.Person{})
		_, err = ask("officer", "x")
		code("nobody to see", err, errs.Conflict)
	})
}

func TestContact(t *testing.T) {
	db := storetest.SQLite(t)
	o := open(t, db)
	for mode, want := range map[string]errs.Code{identity.Named: "", identity.Secret: errs.Conflict} {
		id := o.seal(t, mode, "330500", identity.Person{Name: "甲某", Phone: "13812341234"})
		p, err := o.vault.Contact(ctx, o.By["operator"], identity.Matter{Kind: "call", ID: "x", Jurisdiction: "330500", IdentityID: id})
		if errs.CodeOf(err) != want || (p.Phone == "") != (want != "") {
			t.Errorf("%s: %+v %v", mode, p, err)
		}
	}
	if !strings.Contains(o.dump(t), `"for":"call:x"`) {
		t.Error("the look is not in the log")
	}
}
