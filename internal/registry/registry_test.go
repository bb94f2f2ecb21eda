package registry_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

const head = "专利号,名称,专利权人,法律状态,申请日,授权公告日,终止日\n"

// three are three patents as of a day.
const three = head + `ZL201520781728.2,一种茶杯,湖州茶具厂,有效,2015-10-09,2016-03-02,
ZL201310699744.2,一种飞艇,某公司,有效,2013-12-18,2016-01-20,
ZL200930193487.X,包装瓶,某厂,期限届满,2009-09-27,2010-06-02,
`

type desk struct {
	*caseworktest.Office
	t       *testing.T
	officer access.Actor
}

func open(t *testing.T, db *store.DB) desk {
	t.Helper()
	o := caseworktest.New(t, db)
	return desk{o, t, o.By["officer"]}
}

// bring takes a file through the dry run, and writes it.
func (d desk) bring(name, text, asOf string) *registry.Import {
	d.t.Helper()
	im := d.dry(name, text, asOf)
	ctx := context.Background()
	if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version); err != nil {
		d.t.Fatal(err)
	}
	return d.work(im.ID)
}

func (d desk) dry(name, text, asOf string) *registry.Import {
	d.t.Helper()
	ctx := context.Background()
	im, err := d.Roll.Upload(ctx, d.officer, "", name, strings.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.Roll.Read(ctx, d.officer, im.ID, im.Version, im.Chosen(), caseworktest.Day(asOf)); err != nil {
		d.t.Fatal(err)
	}
	return d.work(im.ID)
}

func (d desk) work(id string) *registry.Import {
	d.t.Helper()
	if err := d.Roll.Work(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	im, err := d.Roll.Import(context.Background(), d.officer, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return im
}

func (d desk) status(number string) string {
	d.t.Helper()
	p, err := d.Roll.Find(context.Background(), d.officer, number)
	if errs.CodeOf(err) == errs.NotFound {
		return "-"
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return fmt.Sprint(p.Status, " ", p.StatusAsOf, " ", p.EndedOn)
}

func TestAnExtractFromFileToUndoing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx := context.Background()
		im := d.dry("a.csv", three+"not a number,x,y,有效,,,\nZL201520781728.2,again,y,有效,,,\n", "2026-01-01")
		if im.State != registry.StateReady || im.Rows != 5 || im.New != 3 || im.Bad != 2 || len(im.Wrong()) != 2 || im.Wrong()[1].Key != "register.row.twice" {
			t.Fatalf("%+v", im)
		}
		if d.status("201520781728.2") != "-" {
			t.Error("the dry run wrote")
		}
		if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version-1); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a stale page: %v", err)
		}
		if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version); err != nil {
			t.Fatal(err)
		}
		if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("sent twice: %v", err)
		}
		first := d.work(im.ID)
		if first.State != registry.StateDone || first.New != 3 || d.status("zl 2015 2 0781728.2") != "GRANTED_VALID 2026-01-01 " || d.status("200930193487") != "EXPIRED 2026-01-01 2019-09-27" {
			t.Fatalf("%+v %s", first, d.status("200930193487"))
		}

		// the same words of a later day; one changed; an older file
		second := d.bring("b.csv", strings.Replace(three, "茶具厂,有效,2015-10-09,2016-03-02,", "茶具厂,未缴年费终止,2015-10-09,2016-03-02,2025-10-09", 1), "2026-06-01")
		if second.New != 0 || second.Changed != 1 || second.Same != 2 || d.status("201520781728.2") != "LAPSED_FEE 2026-06-01 2025-10-09" || d.status("201310699744.2") != "GRANTED_VALID 2026-06-01 " {
			t.Fatalf("%+v", second)
		}
		if old := d.bring("c.csv", three, "2026-03-01"); old.Older != 3 || old.Changed+old.New+old.Same != 0 || d.status("201520781728.2") != "LAPSED_FEE 2026-06-01 2025-10-09" {
			t.Errorf("%+v", old)
		} else if err := d.Roll.Undo(ctx, d.officer, second.ID, second.Version); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("undone before the later one: %v", err)
		} else if err := d.Roll.Undo(ctx, d.officer, old.ID, old.Version); err != nil {
			t.Error(err)
		} else if d.work(old.ID).State != registry.StateUndone || d.status("201520781728.2") != "LAPSED_FEE 2026-06-01 2025-10-09" {
			t.Error("an undone import that wrote nothing")
		}
		if h, err := d.Roll.History(ctx, "201520781728"); err != nil || len(h) != 1 || h[0].Status != patent.GrantedValid || h[0].StatusAsOf.String() != "2026-01-01" {
			t.Errorf("%+v %v", h, err)
		}
		if err := d.Roll.Undo(ctx, d.officer, second.ID, second.Version); err != nil {
			t.Fatal(err)
		}
		if d.work(second.ID).State != registry.StateUndone || d.status("201520781728.2") != "GRANTED_VALID 2026-01-01 " || d.status("201310699744.2") != "GRANTED_VALID 2026-01-01 " {
			t.Errorf("%s, %s", d.status("201520781728.2"), d.status("201310699744.2"))
		}
		if err := d.Roll.Undo(ctx, d.officer, first.ID, first.Version); err != nil {
			t.Fatal(err)
		}
		d.work(first.ID)
		var n int64
		if err := db.Read(ctx).Raw("SELECT (SELECT COUNT(*) FROM patents) + (SELECT COUNT(*) FROM patent_versions)").Scan(&n).Error; err != nil || n != 0 {
			t.Errorf("%d rows are left, %v", n, err)
		}
	})
}

func TestWhatComesOfHostileFiles(t *testing.T) {
	db := storetest.SQLite(t)
	d := open(t, db)
	ctx := context.Background()
	for name, text := range map[string]string{"empty": "", "binary": "a,b\n\x00", "zip": "PK\x03\x04"} {
		if _, err := d.Roll.Upload(ctx, d.officer, "", name, strings.NewReader(text)); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	im := d.dry("open quotes.csv", three+strings.Repeat("x,y,z,w,,,\n", 5)+"\"ZL201520781728.2,"+strings.Repeat("x", 400<<10), "2026-01-01")
	if im.State != registry.StateFailed || im.Why() == nil || im.Why().Key != "register.file.long" {
		t.Fatalf("%+v", im)
	}
	if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a file that cannot be read is written: %v", err)
	}
	im = d.dry("nothing good.csv", head+"x,y,z,w,,,\n", "2026-01-01")
	if err := d.Roll.Apply(ctx, d.officer, im.ID, im.Version); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("nothing to write: %v", err)
	}
	var n int64
	if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM patents").Scan(&n).Error; err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
	for _, who := range []string{"officer.deqing", "reviewer", "admin", "operator"} {
		by := d.By[who]
		if _, err := d.Roll.Upload(ctx, by, "", "x", strings.NewReader(three)); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s brings an extract in: %v", who, err)
		}
		if err := d.Roll.Drop(ctx, by, im.ID, im.Version); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s drops one: %v", who, err)
		}
	}
}

func TestAWriteThatWasCutOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		var b strings.Builder
		b.WriteString(head)
		const n = 2100
		for i := range n {
			x, err := patent.Make(2015, patent.UtilityModel, 9_000_001+i-9_000_000)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s,茶杯%d,湖州茶具厂,有效,2015-10-09,2016-03-02,\n", x, i)
		}
		im := d.dry("many.csv", b.String(), "2026-01-01")
		if err := d.Roll.Apply(context.Background(), d.officer, im.ID, im.Version); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = d.Roll.Work(ctx) // stopped: before or after some pieces
		// as if the first two pieces had been written when the program was killed
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE patent_imports SET done = 0 WHERE id = ?", im.ID).Error
		}); err != nil {
			t.Fatal(err)
		}
		im = d.work(im.ID)
		var rows int64
		if err := db.Read(context.Background()).Raw("SELECT COUNT(*) FROM patents").Scan(&rows).Error; err != nil || rows != n || im.New != n || im.State != registry.StateDone {
			t.Errorf("%d rows, %+v, %v", rows, im, err)
		}
	})
}

func TestAStatusReachesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx := context.Background()
		d.bring("a.csv", three, "2026-01-01")
		in := registry.MarkInput{Jurisdiction: "330500", Facts: patent.Facts{Medium: patent.Product, Role: patent.Maker, Product: "茶杯", Text: "中国实用新型专利 ZL201520781728.2",
			ProducedOn: caseworktest.Day("2025-09-01"), SoldOn: caseworktest.Day("2025-09-02"), Matches: patent.Yes}}
		c, err := d.Roll.CheckMark(ctx, d.officer, in)
		if err != nil || c.Result != patent.OK || c.Given().Register == nil || c.Given().Register.Status != patent.GrantedValid {
			t.Fatalf("%+v %v", c, err)
		}
		if err := d.Roll.Decide(ctx, d.officer, c.ID, c.Version, patent.Suspect, ""); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("overruled without a reason: %v", err)
		}
		if err := d.Roll.Decide(ctx, d.officer, c.ID, c.Version, patent.OK, ""); err != nil {
			t.Fatal(err)
		}
		if err := d.Roll.Decide(ctx, d.officer, c.ID, c.Version, patent.OK, ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("decided twice from one page: %v", err)
		}
		im := d.bring("b.csv", strings.Replace(three, "茶具厂,有效,2015-10-09,2016-03-02,", "茶具厂,未缴年费终止,2015-10-09,2016-03-02,2024-10-09", 1), "2026-06-01")
		if im.Reviews != 1 {
			t.Fatalf("%+v", im)
		}
		told, err := d.Roll.Mark(ctx, d.officer, c.ID)
		if err != nil || told.Review != "open" || told.Answer.Result != patent.OK || told.Now == nil || told.Now.Result != patent.Suspect || told.Now.Findings[0].Row != "13" || told.Decision != registry.Confirmed {
			t.Fatalf("%+v %v", told, err)
		}
		if m := told.Steps[len(told.Steps)-1].Moved(); m.From != patent.GrantedValid || m.To != patent.LapsedFee || m.Number != "201520781728.2" {
			t.Errorf("%+v", m)
		}
		if rows, _, err := d.Roll.Checks(ctx, d.officer, registry.CheckFilter{State: "review"}, "", 10); err != nil || len(rows) != 1 {
			t.Errorf("%d, %v", len(rows), err)
		}
		if err := d.Roll.Decide(ctx, d.officer, c.ID, told.Version, patent.Suspect, "登记簿显示已终止"); err != nil {
			t.Fatal(err)
		}
		if err := d.Roll.Reviewed(ctx, d.officer, c.ID, told.Version+1, "已重新认定"); err != nil {
			t.Fatal(err)
		}
		told, err = d.Roll.Mark(ctx, d.officer, c.ID)
		if err != nil || told.Review != "done" || told.Decision != registry.Overruled || told.Result != patent.OK || told.Verdict != patent.Suspect || len(told.Steps) != 5 {
			t.Errorf("%+v %v", told, err)
		}
		if err := d.Roll.Undo(ctx, d.officer, im.ID, im.Version); err != nil {
			t.Fatal(err)
		}
		d.work(im.ID)
		if told, err = d.Roll.Mark(ctx, d.officer, c.ID); err != nil || told.Review != "open" {
			t.Errorf("an undone import reaches back too: %+v %v", told, err)
		}

		// other counties, other roles
		county := d.By["officer.deqing"]
		if _, err := d.Roll.Mark(ctx, county, c.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another county reads it: %v", err)
		}
		if err := d.Roll.Decide(ctx, county, c.ID, told.Version, patent.OK, ""); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another county decides: %v", err)
		}
		if _, err := d.Roll.CheckMark(ctx, county, in); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("a county checks for the city: %v", err)
		}
		if err := d.Roll.Decide(ctx, d.By["reviewer"], c.ID, told.Version, patent.OK, ""); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("a reviewer decides: %v", err)
		}
		if rows, _, err := d.Roll.Checks(ctx, county, registry.CheckFilter{}, "", 10); err != nil || len(rows) != 0 {
			t.Errorf("another county lists %d, %v", len(rows), err)
		}
	})
}

func TestANumberMissingHereIsUnknown(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	c, err := d.Roll.CheckMark(context.Background(), d.officer, registry.MarkInput{Jurisdiction: "330500", Facts: patent.Facts{Medium: patent.Product, Role: patent.Seller, Product: "茶杯", Text: "专利号 ZL201520781728.2"}})
	if err != nil || c.Result != patent.Check {
		t.Errorf("%+v %v", c, err)
	}
}
