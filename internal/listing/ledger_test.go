package listing_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/patent"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// each runs a test with an office on both engines.
func each(t *testing.T, fn func(t *testing.T, o *caseworktest.Office)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, caseworktest.New(t, db)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, code errs.Code, says string) {
	t.Helper()
	if errs.CodeOf(err) != code || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: %v, want %s %s", what, err, code, says)
	}
}

// add writes a listing down on a day.
func add(t *testing.T, o *caseworktest.Office, by, day string, in listing.NewListing) *listing.Listing {
	t.Helper()
	in.FoundOn = caseworktest.Day(day)
	if in.Jurisdiction == "" {
		in.Jurisdiction, in.Place = "330500", "330523"
	}
	var x *listing.Listing
	must(t, o.At(day, func(tx *store.Tx) (err error) {
		x, err = o.Listings.AddTx(tx, o.By[by], in)
		return err
	}))
	return x
}

func one(url, shop, title string) listing.NewListing {
	return listing.NewListing{Shop: shop, URL: url, Title: title, SuspectedKind: "infringement"}
}

// doing takes a step on a day with the listing as it stands.
func doing(o *caseworktest.Office, by, day, id, step string, in listing.Input) error {
	return o.At(day, func(tx *store.Tx) error {
		x, err := o.Listings.Find(context.Background(), access.System(), id)
		if err != nil {
			return err
		}
		return o.Listings.ActTx(tx, o.By[by], id, x.Version, step, in)
	})
}

func TestOneRecordHoweverItIsWritten(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx := context.Background()
		x := add(t, o, "officer", "2026-03-02", one("https://item.taobao.com/item.htm?id=520001&spm=a.b", "小店", "竹席"))
		if x.Platform != "taobao" || x.Item != "520001" || x.Canonical != "https://item.taobao.com/item.htm?id=520001" || x.State != listing.Found || x.SellerID == nil {
			t.Fatalf("%+v", x)
		}
		again := one("HTTP://h5.m.taobao.com/awp/core/detail.htm?id=520001", "小店", "竹席")
		again.Jurisdiction, again.Place, again.FoundOn = "330500", "330523", caseworktest.Day("2026-03-02")
		_, err := o.Listings.Add(ctx, o.By["officer"], again)
		refused(t, "the same listing", err, errs.Invalid, "error.listing_known")
		again.Jurisdiction, again.Place = "330521", "330521" // another office has its own record
		if _, err := o.Listings.Add(ctx, o.By["officer.deqing"], again); err != nil {
			t.Error(err)
		}
		for url, key := range map[string]string{"https://www.taobao.com/": "error.listing_url.no_item", "javascript:alert(1)": "error.listing_url.scheme", "": "error.listing_url.empty", "https://m.tb.cn/h.abc": "error.listing_url.short"} {
			in := again
			in.URL = url
			_, err := o.Listings.Add(ctx, o.By["officer.deqing"], in)
			refused(t, url, err, errs.Invalid, key)
		}
		in := again
		in.URL, in.Platform = "https://item.jd.com/77.html", "taobao"
		_, err = o.Listings.Add(ctx, o.By["officer.deqing"], in)
		refused(t, "another platform", err, errs.Invalid, "error.listing_platform")
		in.URL = "https://shop.example/goods/7"
		if x, err := o.Listings.Add(ctx, o.By["officer.deqing"], in); err != nil || x.Platform != "taobao" {
			t.Errorf("a shop without rules is of the platform that was said: %v", err)
		}
	})
}

// TestASecretListingIsNotTold: who may not see a restricted listing makes a record of one's own, and is told nothing.
func TestASecretListingIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		x := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/4711.html", "小店", "竹席"))
		must(t, o.At("2026-03-02", func(tx *store.Tx) error {
			return tx.Exec("UPDATE listings SET restricted = ? WHERE id = ?", true, x.ID).Error
		}))
		y := add(t, o, "officer2", "2026-03-03", one("https://item.jd.com/4711.html", "小店", "竹席"))
		if y.Twin != y.ID || y.Relists != nil {
			t.Errorf("%+v", y)
		}
		tk, err := o.Listings.Paste(context.Background(), o.By["officer3"], listing.TakeInput{Jurisdiction: "330500", Name: "x", Given: given()}, "https://item.jd.com/4711.html")
		must(t, err)
		if tk.Twice != 1 { // the second record, which everybody sees
			t.Errorf("%+v", tk)
		}
		s, err := o.Listings.Seller(context.Background(), o.By["officer2"], *y.SellerID)
		must(t, err)
		if s.Listings != 1 {
			t.Errorf("the seller's page counts %d listings", s.Listings)
		}
	})
}

func given() listing.Given {
	return listing.Given{Place: "330523", SuspectedKind: "infringement", Source: "own_patrol", FoundOn: caseworktest.Day("2026-03-02")}
}

func TestTakes(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		old := add(t, o, "officer", "2026-03-02", one("https://detail.tmall.com/item.htm?id=99001", "竹艺旗舰店", "老竹席 1.8m"))
		lines := []string{"商品链接,标题,店铺,价格,月销量,库存,县区",
			"https://detail.tmall.com/item.htm?id=99001&skuId=5,老竹席,竹艺旗舰店,10,,,",              // there already
			"detail.m.tmall.com/item.htm?id=99002,老竹席（1.8M）,竹艺旗舰店,\"1,299.50\",1.2万,300+,安吉县", // goods of the same shop and title
			"https://item.jd.com/5001.html,竹杯,杯店,9,3,4,",
			"https://item.jd.com/5001.html?x=1,竹杯,杯店,9,3,4,", // twice in the file
			"https://www.jd.com/,竹杯,杯店,9,3,4,",
			"https://item.jd.com/5002.html,=HYPERLINK(1),杯店,9,3,4,",
			"https://item.jd.com/5003.html,竹杯,杯店,九,3,4,",
			"https://item.jd.com/5004.html,,,,,,", // to be filled in when it is captured
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(strings.Join(lines, "\n")))
		must(t, err)
		tk, err := o.Listings.Upload(ctx, by, listing.TakeInput{Jurisdiction: "330500", Name: "巡查.csv", Given: given()}, bytes.NewReader(gb))
		must(t, err)
		if got := fmt.Sprint(tk.State, tk.Encoding, tk.Rows, tk.Fresh, tk.Twice, tk.Relisted, tk.Bad); got != fmt.Sprint("ready", "gb18030", 8, 3, 2, 1, 3) {
			t.Fatal(got)
		}
		var n int64
		if n, err = o.Listings.Count(ctx, by, listing.Filter{}); err != nil || n != 1 {
			t.Fatalf("a dry run has written: %d, %v", n, err)
		}
		refused(t, "another county's", o.Listings.ApplyTake(ctx, o.By["officer.deqing"], tk.ID, tk.Version), errs.NotFound, "")
		refused(t, "a chief", o.Listings.ApplyTake(ctx, o.By["chief"], tk.ID, tk.Version), errs.Forbidden, "")
		must(t, o.Listings.ApplyTake(ctx, by, tk.ID, tk.Version))
		refused(t, "twice", o.Listings.ApplyTake(ctx, by, tk.ID, tk.Version), errs.Conflict, "")
		must(t, o.Listings.Work(ctx))
		tk, err = o.Listings.Take(ctx, by, tk.ID)
		must(t, err)
		if tk.State != listing.TakeDone || tk.Fresh != 3 || tk.Done != 3 || tk.Relisted != 1 {
			t.Fatalf("%+v", tk)
		}
		rows, _, err := o.Listings.List(ctx, by, listing.Filter{TakeID: tk.ID}, casework.Page{Limit: 10})
		must(t, err)
		i := slices.IndexFunc(rows, func(x listing.Listing) bool { return x.Item == "99002" })
		if x := rows[i]; x.PriceFen != 129950 || *x.Sales != 12000 || *x.Stock != 300 || x.Place != "330523" || x.Relists == nil || *x.Relists != old.ID || *x.SellerID != *old.SellerID || x.RelistState != "" {
			t.Errorf("%+v", x)
		}
		j := slices.IndexFunc(rows, func(x listing.Listing) bool { return x.Item == "5004" })
		if rows[j].Title != "5004" || rows[j].SellerID != nil {
			t.Errorf("%+v", rows[j])
		}
		must(t, doing(o, "officer", "2026-11-20", rows[j].ID, "judge", listing.Input{Choice: "infringing", Reason: "比对"}))
		must(t, o.Listings.UndoTake(ctx, by, tk.ID, tk.Version))
		must(t, o.Listings.Work(ctx))
		if tk, err = o.Listings.Take(ctx, by, tk.ID); err != nil || tk.State != listing.TakeUndone || tk.Kept != 1 {
			t.Fatalf("%+v %v", tk, err)
		}
		if n, err = o.Listings.Count(ctx, by, listing.Filter{}); err != nil || n != 2 { // the old one, and the one that was judged
			t.Errorf("%d after it was undone, %v", n, err)
		}
		kept, err := o.Listings.TakeRows(ctx, by, tk.ID, []string{listing.RowKept}, 0, 10)
		if err != nil || len(kept) != 1 {
			t.Errorf("%v %v", kept, err)
		}
	})
}

func TestHostileFiles(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	ctx, by := context.Background(), o.By["officer"]
	var many strings.Builder
	many.WriteString("url\n")
	for i := range listing.MostTaken + 1 {
		fmt.Fprintf(&many, "https://item.jd.com/%d.html\n", i+1)
	}
	var packed []byte
	if !testing.Short() {
		packed = bomb(t)
	}
	mixed := append([]byte("url,title\n"+strings.Repeat("https://item.jd.com/1.html,竹席\n", 10)), 0xd6, 0xf1, '\n')
	for name, c := range map[string]struct {
		file []byte
		code errs.Code
		key  string
	}{
		"100 MB":            {bytes.Repeat([]byte("https://item.jd.com/1.html\n"), 4<<20), errs.TooLarge, ""},
		"a million columns": {append([]byte("url"), bytes.Repeat([]byte(","), 1_000_000)...), errs.Invalid, "register.file.long"},
		"many columns":      {append([]byte("url"), bytes.Repeat([]byte(","), 1000)...), errs.Invalid, "register.file.columns"},
		"mixed encodings":   {mixed, errs.Invalid, "register.file.mixed"},
		"too many rows":     {[]byte(many.String()), errs.Invalid, "register.file.rows"},
		"empty":             {nil, errs.Invalid, "register.file.empty"},
		"zip bomb":          {packed, errs.Invalid, "register.file.excel"},
		"wide workbook":     {wide(t), errs.Invalid, "register.file.columns"},
	} {
		if testing.Short() && (len(c.file) > 1<<20 || name == "zip bomb") {
			continue
		}
		_, err := o.Listings.Upload(ctx, by, listing.TakeInput{Jurisdiction: "330500", Name: name, Given: given()}, bytes.NewReader(c.file))
		refused(t, name, err, c.code, c.key)
	}
	for _, table := range []string{"listings", "listing_takes", "listing_take_rows", "sellers"} {
		var n int64
		must(t, o.DB.Read(ctx).Table(table).Count(&n).Error)
		if n != 0 {
			t.Errorf("%s: %d rows half written", table, n)
		}
	}
	// A formula is no text: its row is named, the others can be written.
	tk, err := o.Listings.Upload(ctx, by, listing.TakeInput{Jurisdiction: "330500", Name: "公式.csv", Given: given()}, strings.NewReader("url,title\nhttps://item.jd.com/1.html,\"=HYPERLINK(\"\"http://x\"\")\"\n=1+1,竹席\nhttps://item.jd.com/2.html,竹席\n"))
	must(t, err)
	if tk.Fresh != 1 || tk.Bad != 2 {
		t.Errorf("%+v", tk)
	}
	bad, err := o.Listings.TakeRows(ctx, by, tk.ID, []string{listing.RowBad}, 0, 10)
	must(t, err)
	for _, r := range bad {
		if w := r.Wrong(); w == nil || w.Key != "listing.take.formula" {
			t.Errorf("%+v", r)
		}
	}
}

func TestFlow(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx := context.Background()
		clock := func(id, rule string) *deadline.Clock {
			ks, err := o.Listings.Clocks(ctx, id)
			must(t, err)
			for i := range ks {
				if ks[i].Rule == rule {
					return &ks[i]
				}
			}
			return nil
		}
		on := caseworktest.Day
		x := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/1.html", "小店", "竹席"))
		refused(t, "notified before it was judged", doing(o, "officer", "2026-03-02", x.ID, "notify", listing.Input{On: on("2026-03-02")}), errs.Conflict, "error.listing_step")
		refused(t, "judged without a reason", doing(o, "officer", "2026-03-02", x.ID, "judge", listing.Input{Choice: "infringing"}), errs.Invalid, "finding_reason")
		refused(t, "judged by a chief", doing(o, "chief", "2026-03-02", x.ID, "judge", listing.Input{Choice: "infringing", Reason: "x"}), errs.Forbidden, "")
		refused(t, "judged by another county", doing(o, "officer.deqing", "2026-03-02", x.ID, "judge", listing.Input{Choice: "infringing", Reason: "x"}), errs.NotFound, "")
		take := func(day, step string, in listing.Input) {
			t.Helper()
			must(t, doing(o, "officer", day, x.ID, step, in))
		}
		take("2026-03-02", "judge", listing.Input{Choice: "infringing", Reason: "比对"})
		take("2026-03-03", "notify", listing.Input{On: on("2026-03-03")})
		if clock(x.ID, "PLATFORM_TELL_SELLER") != nil {
			t.Error("the Zhejiang rule of 2015 ended with 2022")
		}
		take("2026-03-04", "tell", listing.Input{On: on("2026-03-04")})
		take("2026-03-04", "result", listing.Input{Choice: "deleted", On: on("2026-03-04")})
		refused(t, "restored for silence without a declaration", doing(o, "officer", "2026-03-05", x.ID, "restore", listing.Input{Choice: "counter_over", On: on("2026-03-05")}), errs.Invalid, "error.no_declaration")
		take("2026-03-06", "declare", listing.Input{On: on("2026-03-05"), Second: on("2026-03-06"), Reason: "不侵权声明"})
		if k := clock(x.ID, "EC_COUNTER_WAIT"); k == nil || k.DueOn != on("2026-03-23") || k.SubjectKind != "listing" {
			t.Fatalf("%+v", k)
		}
		due, err := o.Clocks.Due(ctx, o.By["officer"], deadline.Filter{Limit: 10}, on("2026-03-10"))
		if err != nil || len(due) != 1 {
			t.Errorf("the list of periods shows %d, %v", len(due), err)
		}
		if due, err := o.Clocks.Due(ctx, o.By["officer.deqing"], deadline.Filter{Limit: 10}, on("2026-03-10")); err != nil || len(due) != 0 {
			t.Errorf("another county sees %d", len(due))
		}
		refused(t, "restored on the last day", doing(o, "officer", "2026-03-23", x.ID, "restore", listing.Input{Choice: "counter_over", On: on("2026-03-23")}), errs.Invalid, "error.counter_runs")
		refused(t, "a suit told too late", doing(o, "officer", "2026-03-24", x.ID, "holder", listing.Input{Choice: "sued", On: on("2026-03-24")}), errs.Invalid, "error.counter_over")
		take("2026-03-09", "delay", listing.Input{On: on("2026-03-09"), Reason: "办理公证"})
		refused(t, "more than twenty working days", doing(o, "officer", "2026-04-30", x.ID, "delay_over", listing.Input{On: on("2026-04-09")}), errs.Invalid, "error.delay_long")
		take("2026-03-20", "delay_over", listing.Input{On: on("2026-03-19")})
		if k := clock(x.ID, "EC_COUNTER_WAIT"); k.DueOn != on("2026-03-31") {
			t.Errorf("ten days do not count: %s", k.DueOn)
		}
		take("2026-04-01", "restore", listing.Input{Choice: "counter_over", On: on("2026-04-01")})
		take("2026-04-02", "finish", listing.Input{On: on("2026-04-02"), Reason: "权利人未投诉"})
		got, err := o.Listings.Find(ctx, o.By["officer"], x.ID)
		must(t, err)
		if got.State != listing.Final || got.RestoredOn != on("2026-04-01") || clock(x.ID, "EC_COUNTER_WAIT").Running() {
			t.Errorf("%+v", got)
		}
		steps, err := o.Listings.Steps(ctx, x.ID)
		if err != nil || len(steps) != 9 || steps[0].Step != "finish" || steps[0].FromState != listing.Restored {
			t.Errorf("%+v %v", steps, err)
		}
		refused(t, "a stale page", o.At("2026-04-02", func(tx *store.Tx) error {
			return o.Listings.ActTx(tx, o.By["officer"], x.ID, 1, "finish", listing.Input{})
		}), errs.Conflict, "error.stale")

		y := add(t, o, "officer", "2018-03-05", one("https://item.jd.com/2.html", "大店", "竹杯")) // Zhejiang's three working days
		must(t, doing(o, "officer", "2018-03-05", y.ID, "judge", listing.Input{Choice: "counterfeit", Reason: "x"}))
		must(t, doing(o, "officer", "2018-03-05", y.ID, "notify", listing.Input{On: on("2018-03-05")}))
		if k := clock(y.ID, "PLATFORM_TELL_SELLER"); k == nil || k.DueOn != on("2018-03-08") {
			t.Errorf("%+v", k)
		}
		must(t, doing(o, "officer", "2018-03-06", y.ID, "ask_aid", listing.Input{Reason: "是否落入保护范围"}))
		got, err = o.Listings.Find(ctx, o.By["officer"], y.ID)
		must(t, err)
		if got.AidState != "sent" || got.AidDueOn != on("2018-03-13") {
			t.Errorf("%s %s", got.AidState, got.AidDueOn)
		}
		must(t, doing(o, "officer", "2018-03-12", y.ID, "aid_given", listing.Input{Choice: "infringing", On: on("2018-03-12"), Reason: "全面覆盖"}))
		refused(t, "given twice", doing(o, "officer", "2018-03-12", y.ID, "aid_given", listing.Input{Choice: "infringing", On: on("2018-03-12"), Reason: "x"}), errs.Conflict, "")
	})
}

func TestDispatch(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx := context.Background()
		x := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/1.html", "小店", "竹席"))
		there := one("https://item.jd.com/1.html", "小店", "竹席")
		there.Jurisdiction, there.Place = "330521", "330521"
		y := add(t, o, "officer.deqing", "2026-03-01", there)
		refused(t, "to nowhere", doing(o, "officer", "2026-03-03", x.ID, "dispatch", listing.Input{Reason: "卖家在德清"}), errs.Invalid, "to: error.required")
		refused(t, "to itself", doing(o, "officer", "2026-03-03", x.ID, "dispatch", listing.Input{To: "330500", Reason: "x"}), errs.Invalid, "error.listing_here")
		must(t, doing(o, "officer", "2026-03-03", x.ID, "dispatch", listing.Input{To: "330521", Reason: "卖家在德清"}))
		got, err := o.Listings.Find(ctx, o.By["officer.deqing"], x.ID)
		must(t, err)
		if got.Jurisdiction != "330521" || got.DispatchedOn != caseworktest.Day("2026-03-03") || got.Twin != x.ID || *got.SellerID != *y.SellerID {
			t.Errorf("%+v", got)
		}
		if n, err := o.Listings.Count(ctx, o.By["officer.deqing"], listing.Filter{}); err != nil || n != 2 {
			t.Errorf("it appears in their list: %d, %v", n, err)
		}
		z := add(t, o, "officer.deqing", "2026-03-02", listing.NewListing{Jurisdiction: "330521", Place: "330521", Shop: "外地店", URL: "https://item.jd.com/3.html", Title: "灯"})
		must(t, doing(o, "officer.deqing", "2026-03-04", z.ID, "dispatch", listing.Input{To: "金华市市场监督管理局", Reason: "卖家在金华"}))
		if got, err := o.Listings.Find(ctx, o.By["officer.deqing"], z.ID); err != nil || got.State != listing.Final || got.DispatchedTo != "金华市市场监督管理局" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := o.Listings.Find(ctx, o.By["officer.deqing"], x.ID); err != nil {
			t.Error(err)
		}
		w := add(t, o, "officer.deqing", "2026-03-02", listing.NewListing{Jurisdiction: "330521", Place: "330521", Shop: "市里店", URL: "https://item.jd.com/4.html", Title: "灯"})
		must(t, doing(o, "officer.deqing", "2026-03-04", w.ID, "dispatch", listing.Input{To: "330500", Reason: "卖家在市本级"}))
		_, err = o.Listings.Find(ctx, o.By["officer.deqing"], w.ID)
		refused(t, "it leaves their list", err, errs.NotFound, "")
	})
}

func TestSellers(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		a := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/1.html", "甲店", "竹席"))
		must(t, doing(o, "officer", "2026-03-03", a.ID, "judge", listing.Input{Choice: "infringing", Reason: "x"}))
		must(t, doing(o, "officer", "2026-03-04", a.ID, "result", listing.Input{Choice: "deleted", On: caseworktest.Day("2026-03-04")}))
		b := add(t, o, "officer", "2026-03-10", one("https://item.jd.com/2.html", "甲店", "竹 席！")) // offered again
		if b.Relists == nil || *b.Relists != a.ID || b.RelistState != "open" {
			t.Fatalf("no alarm: %+v", b)
		}
		must(t, doing(o, "officer", "2026-03-11", b.ID, "relisted", listing.Input{Choice: "confirmed", Reason: "同一商品"}))
		must(t, doing(o, "officer", "2026-03-11", b.ID, "judge", listing.Input{Choice: "infringing", Reason: "x"}))
		c := add(t, o, "officer", "2026-03-12", one("https://detail.tmall.com/item.htm?id=5", "甲的天猫店", "竹枕"))
		s, err := o.Listings.Seller(ctx, by, *a.SellerID)
		must(t, err)
		if s.Listings != 2 || s.Hits != 2 || s.Again != 1 {
			t.Errorf("%+v", s.SellerRow)
		}
		refused(t, "without a reason", o.Listings.MergeSellers(ctx, by, *c.SellerID, 0, *a.SellerID, " "), errs.Invalid, "reason")
		refused(t, "with itself", o.Listings.MergeSellers(ctx, by, *a.SellerID, 0, *a.SellerID, "x"), errs.Invalid, "error.seller_self")
		refused(t, "by a chief", o.Listings.MergeSellers(ctx, o.By["chief"], *c.SellerID, 0, *a.SellerID, "x"), errs.Forbidden, "")
		refused(t, "by another county", o.Listings.MergeSellers(ctx, o.By["officer.deqing"], *c.SellerID, 0, *a.SellerID, "x"), errs.NotFound, "")
		must(t, o.Listings.MergeSellers(ctx, by, *c.SellerID, 0, *a.SellerID, "同一经营者"))
		refused(t, "twice", o.Listings.MergeSellers(ctx, by, *c.SellerID, 0, *a.SellerID, "同一经营者"), errs.Conflict, "error.seller_merged")
		refused(t, "in a ring", o.Listings.MergeSellers(ctx, by, *a.SellerID, 0, *c.SellerID, "x"), errs.Invalid, "error.seller_self")
		s, err = o.Listings.Seller(ctx, by, *c.SellerID)
		must(t, err)
		if s.ID != *a.SellerID || s.Listings != 3 || len(s.Members) != 1 || len(s.Merges) != 1 || len(s.Shops) != 2 {
			t.Errorf("%+v", s)
		}
		if rows, _, err := o.Listings.Sellers(ctx, by, listing.SellerFilter{Repeat: true}, "", 10); err != nil || len(rows) != 1 || rows[0].Listings != 3 {
			t.Errorf("%+v %v", rows, err)
		}
		if rows, _, err := o.Listings.Sellers(ctx, o.By["officer.deqing"], listing.SellerFilter{}, "", 10); err != nil || len(rows) != 0 {
			t.Errorf("another county sees %d sellers", len(rows))
		}
		must(t, o.Listings.UnmergeSeller(ctx, by, s.Merges[0].ID, "查明并非同一人"))
		refused(t, "undone twice", o.Listings.UnmergeSeller(ctx, by, s.Merges[0].ID, "x"), errs.Conflict, "error.seller_undone")
		if s, err = o.Listings.Seller(ctx, by, *c.SellerID); err != nil || s.ID != *c.SellerID || s.Listings != 1 || len(s.Merges) != 1 {
			t.Errorf("%+v %v", s, err)
		}
	})
}

func TestCapturesAndTheCase(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		x := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/88001.html", "小店", "竹席"))
		y := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/88002.html", "小店", "竹枕"))
		png := func(s string) listing.File {
			t.Helper()
			f, err := o.Listings.Keep(ctx, by, s, strings.NewReader("\x89PNG\r\n\x1a\n"+s), 1<<20)
			must(t, err)
			return f
		}
		_, err := o.Listings.Keep(ctx, by, "x.exe", strings.NewReader("MZ…"), 1<<20)
		refused(t, "a program", err, errs.Invalid, "error.capture_file")
		_, err = o.Listings.Keep(ctx, o.By["chief"], "x.png", strings.NewReader("\x89PNG\r\n\x1a\n"), 1<<20)
		refused(t, "by a chief", err, errs.Forbidden, "")
		page, err := o.Listings.Keep(ctx, by, "页面.html", strings.NewReader("<!doctype html><html><head><meta charset=utf-8><title>竹席 专利产品</title><script>专利号9</script></head><body><p>专利号：ZL201520781728.3</p></body></html>"), 1<<20)
		must(t, err)
		c, err := o.Listings.Capture(ctx, by, x.ID, x.Version, listing.CaptureInput{Files: []listing.File{page, png("截图.png")}, PriceFen: new(int64(990)), Sales: new(int64(7))})
		must(t, err)
		if c.Title != "竹席 专利产品" || !strings.Contains(c.Text, "ZL201520781728.3") || strings.Contains(c.Text, "专利号9") || c.Verdict == "" || c.Verdict == patent.OK {
			t.Errorf("%+v", c)
		}
		got, err := o.Listings.Find(ctx, by, x.ID)
		must(t, err)
		if got.State != listing.Captured || got.PriceFen != 990 || *got.Sales != 7 || got.Title != "竹席" {
			t.Errorf("%+v", got)
		}
		_, err = o.Listings.Capture(ctx, by, x.ID, x.Version, listing.CaptureInput{Files: []listing.File{page}})
		refused(t, "a stale page", err, errs.Conflict, "error.stale")
		dropped, err := o.Listings.Drop(ctx, by, []listing.File{png("jd_88001_1.png"), png("88002.png"), png("88002-2.png"), png("其他.png")})
		must(t, err)
		if dropped[0].ID != x.ID || dropped[1].ID != y.ID || dropped[2].Err != nil || errs.CodeOf(dropped[3].Err) != errs.Invalid {
			t.Errorf("%+v", dropped)
		}
		if list, err := o.Listings.Captures(ctx, y.ID); err != nil || len(list) != 1 || len(list[0].Files) != 2 {
			t.Errorf("%+v %v", list, err)
		}
		_, _, err = o.Listings.OpenFile(ctx, o.By["officer.deqing"], x.ID, page.SHA256)
		refused(t, "another county's file", err, errs.NotFound, "")
		_, _, err = o.Listings.OpenFile(ctx, by, y.ID, page.SHA256)
		refused(t, "another listing's file", err, errs.NotFound, "")

		var k *casework.Case
		must(t, o.At("2026-03-03", func(tx *store.Tx) error {
			l, err := o.Listings.MakeLeadTx(tx, by, []string{x.ID, y.ID}, lead.NewLead{Place: "330523", ReceivedOn: caseworktest.Day("2026-03-03"), Title: "x", Facts: "x"})
			if err != nil {
				return err
			}
			if err = o.Leads.VerifyTx(tx, by, l.ID, 1, lead.Verification{On: caseworktest.Day("2026-03-03"), Proposal: "file", Opinion: "x"}); err != nil {
				return err
			}
			k, err = o.Leads.FileTx(tx, o.By["chief"], l.ID, 2, lead.Filing{On: caseworktest.Day("2026-03-03"), Kind: casework.Ecommerce, Title: "测试电商案", Place: "330523", Officers: o.Officers(2)})
			return err
		}))
		f := o.Find(t, "chief", k.ID, "2026-03-03")
		if len(f.Attached) != 5 || f.Attached[0].AddedName != by.Name {
			t.Errorf("the case has %d files of its listings", len(f.Attached))
		}
		got, err = o.Listings.Find(ctx, by, x.ID)
		must(t, err)
		if _, err := o.Listings.Capture(ctx, by, x.ID, got.Version, listing.CaptureInput{Files: []listing.File{png("后来.png")}}); err != nil {
			t.Fatal(err)
		}
		if f := o.Find(t, "chief", k.ID, "2026-03-03"); len(f.Attached) != 6 {
			t.Errorf("%d files", len(f.Attached))
		}
		p, err := o.Listings.Receipt(ctx, by, []string{x.ID, y.ID}, listing.ReceiptInput{From: "权利人甲", List: "专利证书"})
		must(t, err)
		if !strings.Contains(p.Data, "权利人甲") || p.Number == "" {
			t.Errorf("%+v", p)
		}
		_, err = o.Listings.Paper(ctx, o.By["officer.deqing"], p.ID)
		refused(t, "another county's paper", err, errs.NotFound, "")
	})
}

func TestScreening(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		must(t, o.At("2026-03-01", func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO patents (key, number, type, title, patentees, filed_on, granted_on, status, status_as_of, ended_on, import_id) VALUES
				('201520781728', '201520781728.2', 'utility_model', '一种竹席', '湖州竹业', '2015-10-09', '2016-03-02', 'LAPSED_FEE', '2026-02-01', '2019-10-09', 'x')`).Error
		}))
		in := one("https://item.jd.com/1.html", "小店", "竹席")
		in.MarkSeen = "专利号：ZL201520781728.2"
		a := add(t, o, "officer", "2026-03-02", in)
		b := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/2.html", "小店", "竹枕"))
		s, err := o.Listings.Screen(ctx, by, "", "330500", listing.Filter{}, nil)
		must(t, err)
		must(t, o.Listings.Work(ctx))
		if s, err = o.Listings.Screening(ctx, by, s.ID); err != nil || s.State != listing.ScreenDone || s.OK != 1 || s.Suspect != 1 || s.Rows != 2 {
			t.Fatalf("%+v %v", s, err)
		}
		rows, more, err := o.Listings.Screened(ctx, by, s.ID, listing.ScreenedFilter{Result: string(patent.Suspect)}, 0, 10)
		if err != nil || more || len(rows) != 1 || rows[0].Limb == "" || rows[0].Row == "" || rows[0].Listing.ID != a.ID {
			t.Fatalf("%+v %v", rows, err)
		}
		_, err = o.Listings.DecideScreened(ctx, by, s.ID, []listing.Ref{{ID: a.ID}}, "", "")
		refused(t, "without a reason", err, errs.Invalid, "reason")
		out, err := o.Listings.DecideScreened(ctx, by, s.ID, []listing.Ref{{ID: a.ID}, {ID: b.ID, Version: 9}, {ID: "no"}}, "", "逐条核对")
		must(t, err)
		if out[0].Err != nil || errs.CodeOf(out[1].Err) != errs.Conflict || errs.CodeOf(out[2].Err) != errs.NotFound {
			t.Errorf("%+v", out)
		}
		out, err = o.Listings.DecideScreened(ctx, by, s.ID, []listing.Ref{{ID: b.ID, Version: 1}}, patent.Defect, "图片上有标识")
		must(t, err)
		if out[0].Err != nil {
			t.Error(out[0].Err)
		}
		got, err := o.Listings.Find(ctx, by, b.ID)
		must(t, err)
		if got.Verdict != patent.Defect || got.VerdictState != listing.Overruled {
			t.Errorf("%+v", got)
		}
		_, err = o.Listings.Screening(ctx, o.By["officer.deqing"], s.ID)
		refused(t, "another county's", err, errs.NotFound, "")
		_, err = o.Listings.Screen(ctx, o.By["officer.deqing"], "", "330521", listing.Filter{}, nil)
		refused(t, "nothing to screen", err, errs.Invalid, "error.screen_many")
	})
}

// TestOldListingsAreRead: what was written down before has its address read at the next start; of two of one address the earlier is the record.
func TestOldListingsAreRead(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx := context.Background()
		must(t, o.At("2026-03-02", func(tx *store.Tx) error {
			for i, url := range []string{"https://item.taobao.com/item.htm?id=7&spm=1", "http://item.taobao.com/item.htm?id=7", "https://item.taobao.example/item.htm?id=9", "not an address"} {
				id := fmt.Sprintf("old%d", i)
				if err := tx.Exec(`INSERT INTO listings (id, number, jurisdiction, place, platform, shop, url, title, suspected_kind, found_on, canonical, twin, version, created_at, updated_at)
					VALUES (?, ?, '330500', '330523', 'taobao', '小店', ?, '竹席', 'infringement', '2014-05-01', ?, ?, 1, ?, ?)`, id, id, url, url, id, tx.Now, tx.Now).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		if n, err := o.Listings.ReadOld(ctx); err != nil || n != 4 {
			t.Fatalf("%d %v", n, err)
		}
		if n, err := o.Listings.ReadOld(ctx); err != nil || n != 0 {
			t.Fatalf("again: %d %v", n, err)
		}
		var got []string
		for i := range 4 {
			x, err := o.Listings.Find(ctx, o.By["officer"], fmt.Sprintf("old%d", i))
			must(t, err)
			got = append(got, x.Platform+" "+x.Item+" "+x.Twin)
		}
		want := []string{"taobao 7 ", "taobao 7 old1", "taobao item.taobao.example/item.htm?id=9 ", "taobao not an address old3"}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}

	})
}
