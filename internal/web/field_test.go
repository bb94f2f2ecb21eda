package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// device is a telephone that speaks to the office.
type device struct{ *webtest.Client }

func (d device) send(path, kind, body string) *webtest.Page {
	d.T.Helper()
	r := d.Request(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return d.Do(r)
}

func (d device) photo(bytes string) string {
	d.T.Helper()
	sum := sha256.Sum256([]byte(bytes))
	sha := hex.EncodeToString(sum[:])
	if p := d.send("/api/field/blobs/"+sha, "image/jpeg", bytes); p.Status != 200 {
		d.T.Fatalf("photograph: %d %s", p.Status, p.Body)
	}
	return sha
}

type answer struct {
	Seq, Version int64
	State, Code  string
	Again, Rival bool
	SkewMs       int64 `json:"skew_ms"`
	Blobs        []string
	Fields       []struct{ Name, Text string }
}

func (d device) visit(id string, base int64, rec inspection.Record) (int, answer) {
	d.T.Helper()
	body, err := json.Marshal(map[string]any{"base": base, "sent_at": time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC), "record": rec})
	if err != nil {
		d.T.Fatal(err)
	}
	p := d.send("/api/field/visits/"+id, "application/json", string(body))
	var a answer
	if err := json.Unmarshal([]byte(p.Body), &a); err != nil {
		d.T.Fatalf("%d %s: %v", p.Status, p.Body, err)
	}
	return p.Status, a
}

// onSite is a finished record: one shop, one finding with a photograph, goods, a measure, a refusal with a witness.
func onSite(db *store.DB, officers []string, photo string) inspection.Record {
	at := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
	return inspection.Record{
		Jurisdiction: "330500", Place: "330521", Kind: "market", Name: "浙北大市场", Address: "武康镇", Officers: officers, Shown: true, BeganAt: at, EndedAt: at.Add(time.Hour), Finished: true, Device: "试验手机",
		Position: &inspection.Position{Latitude: 30.5, Longitude: 119.97, Accuracy: 12, At: at}, Checklist: []inspection.Checked{{Item: "shown", Answer: "yes"}},
		Parties: []inspection.Party{{ID: db.NewID(), Name: "竹艺<b>小店", Person: "王五",
			Findings: []inspection.Finding{{ID: db.NewID(), At: at, Number: "201520781728.2", How: "typed", Decision: "overrule", Verdict: "SUSPECT", Reason: "登记簿无此专利",
				Facts:  patent.Facts{Medium: patent.Packaging, Role: patent.Seller, Product: "竹凉席", Text: "中国专利 ZL201520781728.2"},
				Photos: []inspection.Photo{{SHA256: photo, Name: "IMG_1.jpg", MediaType: "image/jpeg", Size: 3, TakenAt: at}}}},
			Goods:    []inspection.Goods{{Item: "竹凉席", Quantity: 12, Unit: "条", UnitPrice: 9950, Kept: "店内"}},
			Measures: []inspection.Measure{{Kind: inspection.Preserve, Text: "登记保存竹凉席12条", Approved: "测试 chief", At: at}},
			Sign:     &inspection.Sign{How: inspection.Refused, Witness: "张三", Reason: "不认可", At: at.Add(time.Hour)}}},
	}
}

func TestATelephoneSendsAVisit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		who := []string{s.By["officer"].ID, s.By["officer2"].ID}
		d := device{webtest.SignIn(t, s.base, "officer")}
		id := db.NewID()

		// The record before its photograph: the office says which is missing.
		sum := sha256.Sum256([]byte("jpg"))
		rec := onSite(db, who, hex.EncodeToString(sum[:]))
		code, a := d.visit(id, 0, rec)
		if code != 422 || len(a.Blobs) != 1 || a.Blobs[0] != rec.Parties[0].Findings[0].Photos[0].SHA256 {
			t.Fatalf("%d %+v", code, a)
		}
		if p := d.send("/api/field/blobs/"+a.Blobs[0], "image/jpeg", "jpG"); p.Status != 422 {
			t.Errorf("other bytes: %d", p.Status)
		}
		d.photo("jpg")
		d.photo("jpg") // once more: the same
		code, a = d.visit(id, 0, rec)
		if code != 200 || a.Seq != 1 || a.Version != 1 || a.Again || a.State != inspection.Finished {
			t.Fatalf("%d %+v", code, a)
		}
		if a.SkewMs == 0 {
			t.Error("nobody says that the telephone's clock is off")
		}
		// The same again is the same, however often; other content is kept beside it, and is the same rival again.
		code, a = d.visit(id, 0, rec)
		if code != 200 || !a.Again || a.Seq != 1 {
			t.Errorf("again: %d %+v", code, a)
		}
		other := onSite(db, who, rec.Parties[0].Findings[0].Photos[0].SHA256)
		other.Note = "第二部手机"
		for range 2 {
			if code, a = d.visit(id, 0, other); code != 409 || !a.Rival || a.Seq != 2 || a.Version != 1 {
				t.Errorf("other content: %d %+v", code, a)
			}
		}
		var versions, evidence, custody int64
		for table, n := range map[string]*int64{"visit_versions": &versions, "visit_evidence": &evidence, "visit_custody": &custody} {
			if err := db.Read(t.Context()).Table(table).Count(n).Error; err != nil {
				t.Fatal(err)
			}
		}
		if versions != 2 || evidence != 1 || custody != 2 {
			t.Errorf("%d versions, %d photographs, %d lines of custody", versions, evidence, custody)
		}

		// The desk: both are shown, and until somebody decides there is no lead.
		c := webtest.SignIn(t, s.base, "officer2")
		p := c.Get("/visits/" + id)
		if p.Status != 200 || p.Has("main b") || !strings.Contains(p.Main(), "第二部手机") || !strings.Contains(p.Main(), "设备时钟") {
			t.Fatalf("%d %s", p.Status, p.Main())
		}
		party := rec.Parties[0].ID
		if x := c.Post("/visits/"+id+"/parties/"+party+"/lead", url.Values{"id": {db.NewID()}}); x.Status != 409 {
			t.Errorf("a lead before the decision: %d", x.Status)
		}
		if x := c.Post("/visits/"+id+"/versions/2", url.Values{"version": {"1"}, "take": {"no"}}); x.Status != 422 {
			t.Errorf("without a reason: %d", x.Status)
		}
		if x := c.Post("/visits/"+id+"/versions/2", url.Values{"version": {"9"}, "take": {"no"}, "why": {"重复"}}); x.Status != 409 {
			t.Errorf("stale: %d", x.Status)
		}
		if x := c.Post("/visits/"+id+"/versions/2", url.Values{"version": {"1"}, "take": {"no"}, "why": {"重复"}}); x.Status != 303 {
			t.Fatalf("%d %s", x.Status, x.Main())
		}
		if code, a = d.visit(id, 0, other); code != 200 || a.Rival {
			t.Errorf("after the decision: %d %+v", code, a)
		}
		lead := url.Values{"id": {db.NewID()}}
		x := c.Post("/visits/"+id+"/parties/"+party+"/lead", lead)
		if x.Status != 303 || !strings.HasPrefix(x.Header.Get("Location"), "/leads/") {
			t.Fatalf("%d %s", x.Status, x.Main())
		}
		if x := c.Post("/visits/"+id+"/parties/"+party+"/lead", lead); x.Status != 303 {
			t.Errorf("the same form again: %d", x.Status)
		}
		if x := c.Post("/visits/"+id+"/parties/"+party+"/lead", url.Values{"id": {db.NewID()}}); x.Status != 409 {
			t.Errorf("a second lead: %d", x.Status)
		}
		l := c.Get(x.Header.Get("Location"))
		for _, want := range []string{"竹艺", "登记保存竹凉席12条", "张三"} {
			if !strings.Contains(l.Main(), want) {
				t.Errorf("the lead does not say %s", want)
			}
		}

		// The papers are numbered and frozen; the photograph is a picture in its own box.
		p = c.Get("/visits/" + id)
		papers := p.All(`a[href*="/papers/"]`)
		if len(papers) != 2 {
			t.Fatalf("%d papers\n%s", len(papers), p.Main())
		}
		for _, at := range papers {
			for _, attr := range at.Attr {
				if attr.Key == "href" {
					if x := c.Get(attr.Val); x.Status != 200 || !strings.Contains(x.Body, "湖市监知检") {
						t.Errorf("%s: %d", attr.Val, x.Status)
					}
				}
			}
		}
		for at, to := range map[string]string{"/visits/" + id: "/visits/" + id + "/evidence", "/visits/" + id + "/evidence": "/visits/" + id} {
			if p := c.Get(at); p.Status != 200 || len(p.All("a[href='"+to+"']")) == 0 {
				t.Errorf("%s (%d) does not lead to %s", at, p.Status, to)
			}
		}
		pic := c.Get("/visits/" + id + "/evidence/" + rec.Parties[0].Findings[0].Photos[0].SHA256)
		if pic.Status != 200 || pic.Body != "jpg" || pic.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(pic.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%d %v", pic.Status, pic.Header)
		}

		// Another county neither sees it nor writes to it; nor do roles without the right.
		for _, name := range []string{"officer.deqing", "reviewer", "operator", "admin", "auditor"} {
			o := webtest.SignIn(t, s.base, name)
			want := 403
			if name == "officer.deqing" {
				want = 404
			}
			for _, path := range []string{"/visits/" + id, "/visits/" + id + "/evidence/" + rec.Parties[0].Findings[0].Photos[0].SHA256} {
				if x := o.Get(path); x.Status != want {
					t.Errorf("%s %s: %d", name, path, x.Status)
				}
			}
			if code, _ := (device{o}).visit(id, 1, rec); code != want {
				t.Errorf("%s writes: %d", name, code)
			}
		}
		if x := webtest.SignIn(t, s.base, "officer.deqing").Get("/visits"); x.Has(`tbody tr a[href^="/visits/"]`) {
			t.Error("another county's visit stands in the list")
		}
		// Somebody of the office who was not there does not send it from a telephone.
		if code, _ := (device{webtest.SignIn(t, s.base, "officer3")}).visit(db.NewID(), 0, rec); code != 403 {
			t.Errorf("who was not there: %d", code)
		}
	})
}

func TestWhatATelephoneMayNotSend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		who := []string{s.By["officer"].ID, s.By["officer2"].ID}
		d := device{webtest.SignIn(t, s.base, "officer")}
		sha := d.photo("jpg")
		if err := s.Users.SetCertificate(t.Context(), access.System(), s.By["officer3"].ID, 0, access.Certificate{Number: "浙E3", Until: calendar.Date(2026, 11, 19)}); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			change func(r *inspection.Record)
			field  string
		}{
			"one officer":         {func(r *inspection.Record) { r.Officers = r.Officers[:1] }, "officers"},
			"an old certificate":  {func(r *inspection.Record) { r.Officers = []string{r.Officers[0], s.By["officer3"].ID} }, "officers"},
			"nobody's officer":    {func(r *inspection.Record) { r.Officers = append(r.Officers, s.By["admin"].ID) }, "officers"},
			"not shown":           {func(r *inspection.Record) { r.Shown = false }, "shown"},
			"no party":            {func(r *inspection.Record) { r.Parties = nil }, "parties"},
			"not signed":          {func(r *inspection.Record) { r.Parties[0].Sign = nil }, "sign"},
			"refused, no witness": {func(r *inspection.Record) { r.Parties[0].Sign.Witness = "" }, "witness"},
			"no picture":          {func(r *inspection.Record) { r.Parties[0].Sign = &inspection.Sign{How: "screen", At: r.EndedAt} }, "sign"},
			"not decided":         {func(r *inspection.Record) { r.Parties[0].Findings[0].Decision = "" }, "decision"},
			"overruled, no why":   {func(r *inspection.Record) { r.Parties[0].Findings[0].Reason = "" }, "reason"},
			"not approved":        {func(r *inspection.Record) { r.Parties[0].Measures[0].Approved = "" }, "approved"},
			"a strange kind":      {func(r *inspection.Record) { r.Kind = "boat" }, "kind"},
			"ends before":         {func(r *inspection.Record) { r.EndedAt = r.BeganAt.Add(-time.Hour) }, "ended_at"},
			"no place":            {func(r *inspection.Record) { r.Place = "110000" }, "place"},
			"a strange answer":    {func(r *inspection.Record) { r.Parties[0].Findings[0].Facts.Medium = "sky" }, "medium"},
			"far away":            {func(r *inspection.Record) { r.Position.Latitude = 400 }, "position"},
			"an id twice":         {func(r *inspection.Record) { r.Parties[0].Findings[0].ID = r.Parties[0].ID }, "findings"},
			"a strange item":      {func(r *inspection.Record) { r.Checklist[0].Item = "x" }, "checklist"},
			"less than nothing":   {func(r *inspection.Record) { r.Parties[0].Goods[0].Quantity = -1 }, "quantity"},
		} {
			rec := onSite(db, who, sha)
			x.change(&rec)
			code, a := d.visit(db.NewID(), 0, rec)
			found := false
			for _, f := range a.Fields {
				found = found || f.Name == x.field
			}
			if code != 422 || !found {
				t.Errorf("%s: %d %+v", name, code, a)
			}
		}
		id := db.NewID()
		for name, x := range map[string][2]string{
			"unknown field": {"application/json", `{"base":0,"record":{},"x":1}`}, "two values": {"application/json", `{"base":0,"record":{}} {}`},
			"no JSON": {"application/json", `<b>`}, "a form": {"application/x-www-form-urlencoded", `base=0`}, "nothing": {"application/json", ``},
		} {
			if p := d.send("/api/field/visits/"+id, x[0], x[1]); p.Status != 422 || !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") {
				t.Errorf("%s: %d %s", name, p.Status, p.Body)
			}
		}
		if p := d.send("/api/field/visits/"+id, "application/json", `{"record":{"name":"`+strings.Repeat("x", 2<<20)+`"}}`); p.Status != 413 {
			t.Errorf("too large: %d", p.Status)
		}
		if p := d.send("/api/field/visits/notanid", "application/json", `{"base":0,"record":{}}`); p.Status != 404 {
			t.Errorf("no id: %d", p.Status)
		}
		for _, sha := range []string{"x", strings.Repeat("A", 64), strings.Repeat("0", 64)} {
			if p := d.send("/api/field/blobs/"+sha, "image/jpeg", "jpg"); p.Status != 422 {
				t.Errorf("hash %s: %d", sha, p.Status)
			}
		}
		// Nobody is sent to a page: a program is told.
		anonymous := device{webtest.New(t, s.base)}
		for _, path := range []string{"/api/field/visits/" + id, "/api/field/blobs/" + sha} {
			if p := anonymous.send(path, "application/json", "{}"); p.Status != 401 || p.Header.Get("Location") != "" {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		r := d.Request(http.MethodPost, "/api/field/visits/"+id, strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := d.Do(r); p.Status != 403 {
			t.Errorf("from another site: %d", p.Status)
		}
		// A photograph that another officer sent is not there for this one.
		other := device{webtest.SignIn(t, s.base, "officer2")}
		rec := onSite(db, who, other.photo("mine"))
		if code, a := d.visit(db.NewID(), 0, rec); code != 422 || len(a.Blobs) != 1 {
			t.Errorf("another's photograph: %d %+v", code, a)
		}
	})
}

func TestTheFieldPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var rounds *inspection.Rounds
		s := open(t, db, func(d *web.Deps) { rounds = d.Rounds })
		c := webtest.SignIn(t, s.base, "officer")
		for _, lang := range []string{"zh-CN", "en"} {
			c.Post("/preferences", url.Values{"lang": {lang}})
			p := c.Get("/field")
			csp := p.Header.Get("Content-Security-Policy")
			if p.Status != 200 || !strings.Contains(csp, "'wasm-unsafe-eval'") || strings.Contains(csp, "unsafe-inline") || !strings.Contains(p.Header.Get("Permissions-Policy"), "camera=(self)") {
				t.Fatalf("%d %s", p.Status, csp)
			}
			var data struct {
				Words   map[string]string
				Scripts []string
			}
			if err := json.Unmarshal([]byte(p.Attr("#field", "data-field")), &data); err != nil || len(data.Words) < 100 {
				t.Fatalf("%d words %v", len(data.Words), err)
			}
			for _, at := range append(data.Scripts, p.Attr("script[type=module]", "src")) {
				if x := c.Get(at); x.Status != 200 {
					t.Errorf("%s: %d", at, x.Status)
				}
			}
		}
		if csp := c.Get("/visits").Header.Get("Content-Security-Policy"); strings.Contains(csp, "wasm") {
			t.Errorf("another page: %s", csp)
		}
		w := c.Get("/field/sw.js")
		if w.Status != 200 || w.Header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(w.Header.Get("Content-Type"), "text/javascript") {
			t.Errorf("the worker: %d %v", w.Status, w.Header)
		}
		if p := webtest.SignIn(t, s.base, "reviewer").Get("/field"); p.Status != 403 {
			t.Errorf("a reviewer: %d", p.Status)
		}

		// What is planned comes with the pack, to those who go only.
		if _, err := rounds.Plan(t.Context(), s.By["chief"], inspection.Plan{Jurisdiction: "330500", Place: "330521", Kind: "shop", Name: "计划检查的店", On: calendar.DayOf(db.Now()),
			Officers: []string{s.By["officer"].ID, s.By["officer2"].ID}}); err != nil {
			t.Fatal(err)
		}
		for name, tasks := range map[string]int{"officer": 1, "officer2": 1, "officer3": 0, "officer.deqing": 0} {
			var pack struct {
				Tasks   []struct{ Name string }
				Lists   map[string][]any
				Offices []struct{ Officers []any }
			}
			p := webtest.SignIn(t, s.base, name).Get("/api/field/pack")
			if err := json.Unmarshal([]byte(p.Body), &pack); err != nil || len(pack.Tasks) != tasks || len(pack.Lists) != 5 || len(pack.Offices) == 0 {
				t.Errorf("%s: %d %d tasks %v", name, p.Status, len(pack.Tasks), err)
			}
		}
	})
}

// A record on paper is typed in at the desk, without a script.
func TestTypedInAtTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer3")
		p := c.Get("/visits/new")
		x := c.Submit(p, `form[action="/visits"]`, url.Values{"officers": {s.By["officer"].ID, s.By["officer2"].ID}, "shown": {"1"}, "name": {"雷甸仓库"}, "kind": {"warehouse"}, "began_at": {"09:30"}, "place": {"330521"}})
		if x.Status != 303 {
			t.Fatalf("%d %s", x.Status, x.Main())
		}
		at := x.Header.Get("Location")
		send := func(selector string, fill url.Values) *webtest.Page {
			t.Helper()
			return c.Submit(c.Get(at), selector, fill)
		}
		must := func(what string, x *webtest.Page) {
			t.Helper()
			if x.Status != 303 {
				t.Fatalf("%s: %d %s", what, x.Status, x.Main())
			}
		}
		edit := func(what string) string { return `form[action="` + at + `/edit/` + what + `"]` }
		if x := send(edit("finish"), url.Values{"ended_at": {"11:00"}}); x.Status != 422 || !x.Has("[id=finish]") {
			t.Errorf("finished without a party: %d", x.Status)
		}
		must("party", send(edit("party"), url.Values{"party_name": {"雷甸竹业公司"}}))
		must("goods", send(edit("goods"), url.Values{"item": {"竹凉席"}, "quantity": {"30"}, "unit": {"条"}, "unit_price": {"88.00"}}))
		if x := send(edit("goods"), url.Values{"item": {"竹凉席"}, "quantity": {"many"}}); x.Status != 422 {
			t.Errorf("a strange number: %d", x.Status)
		}
		must("measure", send(edit("measure"), url.Values{"measure": {"correction"}, "measure_text": {"改正标识"}}))
		stale := c.Get(at)
		must("sign", send(edit("sign"), url.Values{"sign": {"paper"}, "signer": {"李四"}}))
		if x := c.Submit(stale, edit("goods"), url.Values{"item": {"x"}, "quantity": {"1"}}); x.Status != 409 {
			t.Errorf("a stale page: %d", x.Status)
		}
		must("finish", send(edit("finish"), url.Values{"ended_at": {"11:00"}}))
		p = c.Get(at)
		for _, want := range []string{"已结束", "雷甸竹业公司", "由纸质笔录补录", "88.00", "现场责令改正通知书"} {
			if !strings.Contains(p.Main(), want) {
				t.Errorf("no %q\n%s", want, p.Main())
			}
		}
		if p.Has(edit("goods")) {
			t.Error("a finished record can be changed")
		}
		if x := c.Post(at+"/edit/party", url.Values{"version": {"6"}, "id": {db.NewID()}, "party_name": {"x"}}); x.Status != 409 {
			t.Errorf("changed after it was signed: %d", x.Status)
		}
		if x := c.Post(at+"/edit/nothing", url.Values{"version": {"6"}}); x.Status != 404 {
			t.Errorf("a strange form: %d", x.Status)
		}
		chief := webtest.SignIn(t, s.base, "chief")
		board := chief.Get("/visits/board?on=" + calendar.DayOf(db.Now()).String())
		if board.Status != 200 || !strings.Contains(board.Main(), "雷甸仓库") || len(board.All(".tile")) < 5 {
			t.Errorf("%d %s", board.Status, board.Main())
		}
		if x := chief.Post(at+"/edit/party", url.Values{"version": {"6"}, "id": {db.NewID()}, "party_name": {"x"}}); x.Status != 403 {
			t.Errorf("a chief types in: %d", x.Status)
		}
		if x := chief.Get("/visits/board?on=xyz"); x.Status != 303 {
			t.Errorf("a strange day: %d", x.Status)
		}
	})
}
