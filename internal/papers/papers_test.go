package papers_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/typeset"
)

type office struct {
	*caseworktest.Office
	*papers.Desk
	press *document.Press
	id    string // a counterfeit case filed today
	today calendar.Day
}

func open(t testing.TB, db *store.DB) *office {
	t.Helper()
	o := &office{Office: caseworktest.New(t, db), today: calendar.DayOf(db.Now())}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	fonts, err := typeset.LoadFonts("")
	if err != nil {
		t.Fatal(err)
	}
	o.press = document.NewPress(db, blobs, fonts)
	o.Desk = papers.New(papers.Deps{DB: db, Guard: o.Guard, Docket: o.Docket, Office: o.Papers, Press: o.press, Clocks: o.Clocks, Blobs: blobs})
	o.press.Own(o.OwnBytes)
	o.id = o.File(t, casework.Counterfeit, o.today.String()).ID
	return o
}

func (o *office) officer(t testing.TB) access.Actor {
	t.Helper()
	f, err := o.Docket.Find(t.Context(), o.By["chief"], o.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range o.By {
		if a.ID == f.Officers()[0].UserID {
			return a
		}
	}
	t.Fatal("no officer")
	return access.Actor{}
}

// attach is a file of the case.
func attach(t testing.TB, o *office, officer access.Actor) string {
	t.Helper()
	if err := o.Docket.Attach(t.Context(), officer, o.id, o.DB.NewID(), "公告照片.txt", "text/plain", strings.NewReader("x"), 100); err != nil {
		t.Fatal(err)
	}
	f, err := o.Docket.Find(t.Context(), officer, o.id)
	if err != nil || len(f.Attached) == 0 {
		t.Fatal(err)
	}
	return f.Attached[len(f.Attached)-1].ID
}

func code(t *testing.T, what string, err error, want errs.Code, key string) {
	t.Helper()
	if errs.CodeOf(err) != want || key != "" && !strings.Contains(err.Error(), key) {
		t.Errorf("%s: %v, want %s %s", what, err, want, key)
	}
}

func notice(n int) casework.Facts {
	return casework.Facts{"送交人": "测试木业有限公司", "原文书": "《责令改正通知书》", "原文": fmt.Sprintf("原文%d", n), "更正为": "新文"}
}

// TestDraft walks a paper from its draft to its number, with what must be refused on the way.
func TestDraft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx, officer, chief := t.Context(), o.officer(t), o.By["chief"]
		x, err := o.Start(ctx, officer, o.id, db.NewID(), "correction_notice", "")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := o.Start(ctx, officer, o.id, x.ID, "correction_notice", ""); err != nil || again.ID != x.ID {
			t.Errorf("sent twice: %v", err)
		}
		_, err = o.Start(ctx, chief, o.id, db.NewID(), "correction_notice", "")
		code(t, "a chief writes", err, errs.Forbidden, "")
		_, err = o.Start(ctx, o.By["officer.deqing"], o.id, db.NewID(), "correction_notice", "")
		code(t, "another county", err, errs.NotFound, "")
		_, err = o.Start(ctx, officer, o.id, db.NewID(), "settlement", "")
		code(t, "a form of disputes", err, errs.Invalid, "template")
		_, err = o.Submit(ctx, officer, x.ID, 1, casework.Facts{"原文": "x"})
		code(t, "half of it", err, errs.Invalid, "更正为")
		if x, err = o.Keep(ctx, officer, x.ID, 1, notice(1)); err != nil {
			t.Fatal(err)
		}
		_, err = o.Keep(ctx, officer, x.ID, 1, notice(2))
		code(t, "a stale page", err, errs.Conflict, "stale")
		bad := notice(1)
		bad["更正为"] = "\U0010FFFD"
		_, err = o.Submit(ctx, officer, x.ID, 2, bad)
		code(t, "a character of no font", err, errs.Invalid, "")
		if _, err = o.Submit(ctx, officer, x.ID, 2, notice(1)); err != nil {
			t.Fatal(err)
		}
		for who, n := range map[string]int{"chief": 1, "chief.deqing": 0, "reviewer": 0} {
			if list, err := o.ToApprove(ctx, o.By[who], 10); err != nil || len(list) != n {
				t.Errorf("%s has %d papers to approve, %v", who, len(list), err)
			}
		}
		if list, err := o.ToApprove(ctx, officer, 10); err != nil || len(list) != 0 {
			t.Errorf("its author has %d papers to approve, %v", len(list), err)
		}
		_, err = o.Approve(ctx, officer, x.ID, 3, "")
		code(t, "its author approves", err, errs.Forbidden, "")
		_, err = o.Approve(ctx, o.By["chief.deqing"], x.ID, 3, "")
		code(t, "another county's chief", err, errs.NotFound, "")
		code(t, "sent back without a word", o.Return(ctx, chief, x.ID, 3, ""), errs.Invalid, "note")
		if err = o.Return(ctx, chief, x.ID, 3, "请核对原文"); err != nil {
			t.Fatal(err)
		}
		if _, err = o.Submit(ctx, officer, x.ID, 4, notice(3)); err != nil {
			t.Fatal(err)
		}
		seen := func() string {
			y, f, _, err := o.Desk.Find(ctx, chief, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			sheet, err := o.Preview(chief, y, f, nil)
			if err != nil {
				t.Fatal(err)
			}
			return sheet.Text()
		}
		read := seen()
		f, err := o.Docket.Find(ctx, officer, x.CaseID)
		if err != nil {
			t.Fatal(err)
		}
		party := f.Parties[0]
		party.Address = "改过的地址999号"
		if err := o.Docket.SetData(ctx, officer, f.ID, f.Version, casework.Data{Parties: []casework.Party{party}}); err != nil {
			t.Fatal(err)
		}
		if seen() == read { // the form does not name the address: what it says is the same
			read = "another"
		}
		_, err = o.ApproveSeen(ctx, chief, x.ID, 5, read, "同意")
		code(t, "what was read is not what it says now", err, errs.Conflict, "seen")
		doc, err := o.ApproveSeen(ctx, chief, x.ID, 5, seen(), "同意")
		if err != nil || !strings.HasSuffix(doc.Number, "1号") || doc.IssuedBy != chief.Name {
			t.Fatal(doc, err)
		}
		_, err = o.Approve(ctx, chief, x.ID, 6, "")
		code(t, "twice", err, errs.Conflict, "closed")
		var made int64
		if db.Read(ctx).Table("paper_renditions").Where("paper_id = ?", doc.ID).Count(&made); made != 2 {
			t.Errorf("%d files were made", made)
		}
		_, _, acts, err := o.Desk.Find(ctx, officer, x.ID)
		if err != nil || len(acts) != 6 || acts[3].Note != "请核对原文" || acts[1].Fields["原文"] != "原文1" {
			t.Errorf("what was saved is kept: %+v %v", acts, err)
		}
		// a record is issued by the officer, of the case's own data, and what the case lacks is named with its place
		r, err := o.Start(ctx, officer, o.id, db.NewID(), "filing_approval", "")
		if err != nil {
			t.Fatal(err)
		}
		fields := casework.Facts{"立案事实": "在产品上标注专利号", "立案理由": "涉嫌假冒专利", "承办人意见": "建议立案"}
		_, err = o.Submit(ctx, officer, r.ID, 1, fields)
		if e := errs.As(err); e == nil || len(e.Missing) == 0 || e.Missing[0].Where != "/cases/"+o.id+"/data" {
			t.Errorf("what the case lacks: %v", err)
		}
		f, err = o.Docket.Find(ctx, officer, o.id)
		if err != nil {
			t.Fatal(err)
		}
		in := casework.Data{}
		for _, p := range f.Parties {
			in.Parties = append(in.Parties, casework.Party{ID: p.ID, Address: "德清县武康街道1号", Phone: "0572-2000000", Representative: "王某"})
		}
		if err := o.Docket.SetData(ctx, officer, o.id, f.Version, in); err != nil {
			t.Fatal(err)
		}
		rec, err := o.Submit(ctx, officer, r.ID, 1, fields)
		if err != nil || rec == nil {
			t.Fatal(err)
		}
		paper, err := rec.Paper()
		if err != nil || !strings.Contains(document.Typeset(paper).Text(), "王某") || strings.Contains(document.Typeset(paper).Text(), "（印章）") {
			t.Errorf("%v %+v", err, paper)
		}
		// a number that is not used stays given
		code(t, "an officer voids", o.Void(ctx, officer, doc.ID, "笔误"), errs.Forbidden, "")
		if err := o.Void(ctx, chief, doc.ID, "笔误"); err != nil {
			t.Fatal(err)
		}
		y, err := o.Start(ctx, officer, o.id, db.NewID(), "correction_notice", doc.ID)
		if err != nil || !strings.Contains(y.Fields["原文书"], doc.Number) {
			t.Fatal(y, err)
		}
		if _, err = o.Submit(ctx, officer, y.ID, 1, notice(4)); err != nil {
			t.Fatal(err)
		}
		if doc, err = o.Approve(ctx, chief, y.ID, 2, ""); err != nil || !strings.HasSuffix(doc.Number, "2号") {
			t.Errorf("after a voided number: %v %v", doc, err)
		}
	})
}

// TestNumbersInParallel: a hundred approvals at once give the numbers 1 to 100, each once.
func TestNumbersInParallel(t *testing.T) {
	if testing.Short() {
		t.Skip("long: a hundred approvals (-short)")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		o.Desk = papers.New(papers.Deps{DB: db, Guard: o.Guard, Docket: o.Docket, Office: o.Papers, Clocks: o.Clocks}) // the numbers, not the files
		officer, chief := o.officer(t), o.By["chief"]
		const n = 100
		ids := make([]string, n)
		for i := range n {
			x, err := o.Start(t.Context(), officer, o.id, db.NewID(), "correction_notice", "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.Submit(t.Context(), officer, x.ID, 1, notice(i)); err != nil {
				t.Fatal(err)
			}
			ids[i] = x.ID
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := map[string]bool{}
		for _, id := range ids {
			wg.Go(func() {
				doc, err := o.Approve(t.Context(), chief, id, 2, "")
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				got[doc.Number] = true
			})
		}
		wg.Wait()
		for i := 1; i <= n; i++ {
			if want := fmt.Sprintf("湖知法更通字〔%d〕%d号", o.today.Year(), i); !got[want] {
				t.Errorf("%s was not given", want)
			}
		}
	})
}

// TestService records tries in every way, by the rules of each.
func TestService(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx, officer, chief := t.Context(), o.officer(t), o.By["chief"]
		x, err := o.Start(ctx, officer, o.id, db.NewID(), "correction_notice", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = o.Submit(ctx, officer, x.ID, 1, notice(1)); err != nil {
			t.Fatal(err)
		}
		doc, err := o.Approve(ctx, chief, x.ID, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		party := "测试木业有限公司"
		proof := attach(t, o, officer)
		base := papers.Service{CaseID: o.id, DocumentID: doc.ID, Recipient: party, Servers: "甲、乙", TriedOn: o.today, ServedOn: o.today, State: papers.Done, Address: "德清县武康街道1号"}
		try := func(change func(*papers.Service)) error {
			s := base
			s.ID = db.NewID()
			change(&s)
			_, err := o.Serve(ctx, officer, s)
			return err
		}
		for _, c := range []struct {
			what, want string
			change     func(*papers.Service)
		}{
			{"in person without who signed", "receiver", func(s *papers.Service) { s.Way = "direct" }},
			{"left without a witness", "witness", func(s *papers.Service) { s.Way = "left" }},
			{"by post without a number", "postal_no", func(s *papers.Service) { s.Way = "post" }},
			{"electronic without consent", "consent", func(s *papers.Service) { s.Way = "electronic" }},
			{"public notice first", "no_try", func(s *papers.Service) { s.Way, s.Reason, s.Proof = "public_notice", "下落不明", proof }},
			{"returned from an address never confirmed", "returned", func(s *papers.Service) {
				s.Way, s.State, s.PostalNo, s.Reason = "post", papers.Returned, "EMS1", "查无此人"
			}},
			{"returned on no day", "served_on", func(s *papers.Service) {
				s.Way, s.State, s.PostalNo, s.Reason = "post", papers.Returned, "EMS1", "查无此人"
				s.ServedOn = 0
			}},
			{"before the paper", "before_paper", func(s *papers.Service) {
				s.Way, s.TriedOn, s.Receiver, s.Relation = "direct", o.today-1, "王某", "本人"
			}},
			{"ahead", "day_ahead", func(s *papers.Service) {
				s.Way, s.ServedOn, s.Receiver, s.Relation = "direct", o.today+1, "王某", "本人"
			}},
			{"failed without why", "reason", func(s *papers.Service) { s.Way, s.State = "direct", papers.Failed }},
			{"a way that is none", "way", func(s *papers.Service) { s.Way = "pigeon" }},
			{"to nobody of the case", "recipient", func(s *papers.Service) {
				s.Way, s.Recipient, s.Receiver, s.Relation = "direct", "他人", "王某", "本人"
			}},
			{"another case's proof", "proof", func(s *papers.Service) { s.Way, s.Receiver, s.Relation, s.Proof = "direct", "王某", "本人", "x" }},
		} {
			code(t, c.what, try(c.change), errs.Invalid, c.want)
		}
		_, err = o.Serve(ctx, chief, base)
		code(t, "a chief serves", err, errs.Forbidden, "")
		for what, change := range map[string]func(*papers.Service){
			"failed":    func(s *papers.Service) { s.Way, s.State, s.Reason = "direct", papers.Failed, "无人" },
			"post":      func(s *papers.Service) { s.Way, s.State, s.PostalNo = "post", papers.AwaitingProof, "EMS123" },
			"left":      func(s *papers.Service) { s.Way, s.Witness = "left", "居委会李某" },
			"entrusted": func(s *papers.Service) { s.Way, s.Receiver, s.Relation = papers.Entrusted, "王某", "监所" },
		} {
			if err := try(change); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := try(func(s *papers.Service) { s.Way, s.Reason, s.Proof = "public_notice", "下落不明", proof }); err != nil {
			t.Fatal(err)
		}
		if err := o.Confirm(ctx, officer, papers.Address{ID: db.NewID(), CaseID: o.id, Party: party, Address: base.Address, Electronic: "a@example.com", OnDay: o.today}); err != nil {
			t.Fatal(err)
		}
		if err := try(func(s *papers.Service) { s.Way, s.Address = "electronic", "a@example.com" }); err != nil {
			t.Errorf("with consent: %v", err)
		}
		tries, _, err := o.Services(ctx, o.id)
		if err != nil || len(tries) != 6 {
			t.Fatal(tries, err)
		}
		for _, s := range tries {
			switch s.Way {
			case "public_notice":
				if s.ServedOn != o.today.AddDays(30) {
					t.Errorf("public notice of %s takes effect on %s", s.TriedOn, s.ServedOn)
				}
			case "post":
				if _, err := o.Settle(ctx, officer, s.ID, 1, papers.Service{State: papers.Returned, ServedOn: o.today, Reason: "拒收退回"}); err != nil {
					t.Errorf("returned from the confirmed address: %v", err)
				}
				_, err = o.Settle(ctx, officer, s.ID, 1, papers.Service{State: papers.Failed, Reason: "x"})
				code(t, "settled twice", err, errs.Conflict, "")
			case "left":
				r, err := o.Receipt(ctx, officer, db.NewID(), s.ID, "留置送达", "1份1页")
				if err != nil || !strings.Contains(r.Fields["送达文书"], doc.Number) {
					t.Fatal(r, err)
				}
				if d, err := o.Submit(ctx, officer, r.ID, 1, nil); err != nil || d.Title != "送达回证" {
					t.Errorf("the receipt: %v", err)
				}
			}
		}
		code(t, "a served paper is not voided", o.Void(ctx, chief, doc.ID, "x"), errs.Conflict, "served")
	})
}

// docx makes a DOCX of a body.
func docx(t testing.TB, body string, more ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range append([][2]string{{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`}}, more...) {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(w, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func par(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }

// TestOwnForm: an office's own form is checked, used for papers issued from then on, and withdrawn again.
func TestOwnForm(t *testing.T) {
	o := open(t, storetest.SQLite(t))
	ctx, admin, officer := t.Context(), o.By["admin"], o.officer(t)
	row := `<w:tbl><w:tr>` + `<w:tc>` + par("{{物品清单.序号}}") + `</w:tc><w:tc>` + par("{{物品清单.物品名称}}") + `</w:tc></w:tr></w:tbl>`
	good := par("{{标题}} {{文号}}") + par("案号{{案号}}") + "<w:p><w:r><w:t>持有人{{持</w:t></w:r><w:r><w:t>有人}}，所附{{措施文书}}</w:t></w:r></w:p>" + row
	for _, x := range []struct {
		what, key string
		raw       []byte
	}{
		{"no zip", "form.zip", []byte("hello")},
		{"an unknown field", "form.unknown", docx(t, good+par("{{不存在}}"))},
		{"an unknown column", "form.unknown", docx(t, good+par("{{物品清单.颜色}}"))},
		{"a field that is missing", "form.lacks", docx(t, par("{{文号}}"))},
		{"open braces", "form.braces", docx(t, good+par("{{案号"))},
		{"a macro", "form.macro", docx(t, good, [2]string{"word/vbaProject.bin", "x"})},
		{"a path out of it", "form.zip", docx(t, good, [2]string{"../evil.xml", "<a/>"})},
		{"a bomb", "form.bomb", docx(t, good, [2]string{"word/media/big.bin", strings.Repeat("0", 41<<20)})},
		{"an entity", "form.xml", docx(t, good, [2]string{"word/styles.xml", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`})},
		{"a template elsewhere", "form.external", docx(t, good, [2]string{"word/_rels/settings.xml.rels", `<Relationships><Relationship Id="1" Type="http://x/attachedTemplate" Target="http://x/y.dotm" TargetMode="External"/></Relationships>`})},
	} {
		code(t, x.what, o.AddForm(ctx, admin, "goods_list", "x.docx", x.raw), errs.Invalid, x.key)
	}
	code(t, "an officer", o.AddForm(ctx, officer, "goods_list", "x.docx", docx(t, good)), errs.Forbidden, "")
	if err := o.AddForm(ctx, admin, "goods_list", "清单.docx", docx(t, good)); err != nil {
		t.Fatal(err)
	}
	issue := func() string {
		x, err := o.Start(ctx, officer, o.id, o.DB.NewID(), "goods_list", "")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := o.Submit(ctx, officer, x.ID, 1, casework.Facts{"措施文书": "查封<决定>", "持有人": "测试木业", "物品清单": document.JoinRows([][]string{{"1", "木地板甲"}, {"2", "木地板乙"}})})
		if err != nil {
			t.Fatal(err)
		}
		_, file, err := o.press.Rendition(ctx, doc, document.DOCX)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		raw, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := z.Open("word/document.xml")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	text := issue()
	for _, w := range []string{"物品清单 湖知法清字", "持有人测试木业，所附查封&lt;决定&gt;", "木地板甲", "木地板乙"} {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in the form: %s", w, text)
		}
	}
	if strings.Contains(text, "{{") || strings.Count(text, "<w:tr>") != 2 {
		t.Errorf("not filled: %s", text)
	}
	list, err := o.OwnForms(ctx)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := o.WithdrawForm(ctx, admin, list[0].ID); err != nil {
		t.Fatal(err)
	}
	code(t, "twice", o.WithdrawForm(ctx, admin, list[0].ID), errs.Conflict, "")
	if text = issue(); !strings.Contains(text, "仿宋") {
		t.Error("after it was withdrawn the DOCX is not ours")
	}
}

// TestMany makes papers over several cases: what fails keeps nothing else from being made.
func TestMany(t *testing.T) {
	o := open(t, storetest.SQLite(t))
	ctx, officer := t.Context(), o.officer(t)
	number := func(id string) string {
		f, err := o.Docket.Find(ctx, officer, id)
		if err != nil {
			t.Fatal(err)
		}
		return f.Number
	}
	other := o.File(t, casework.Infringement, o.today.String())
	fields := casework.Facts{"卷内情况": "齐全", "立卷人": "甲", "检查人": "乙"}
	_, err := o.Many(ctx, officer, o.DB.NewID(), "volume_remarks", fields, []string{"没有这个案号"})
	code(t, "an unknown number", err, errs.Invalid, "unknown_cases")
	b, err := o.Many(ctx, officer, o.DB.NewID(), "volume_remarks", fields, []string{number(o.id), number(other.ID)})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := o.Run(ctx, officer, b.ID, 1); err != nil {
			t.Fatal(err)
		}
	}
	_, rows, err := o.BatchOf(ctx, officer, b.ID)
	if err != nil || len(rows) != 2 || rows[0].State != "done" || rows[1].State != "done" {
		t.Errorf("%+v %v", rows, err)
	}
	_, _, err = o.BatchOf(ctx, o.By["officer.deqing"], b.ID)
	code(t, "another's batch", err, errs.NotFound, "")
	b, err = o.Many(ctx, officer, o.DB.NewID(), "filing_approval", casework.Facts{"立案事实": "x", "立案理由": "x", "承办人意见": "x"}, []string{number(o.id)})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Run(ctx, officer, b.ID, 20); err != nil {
		t.Fatal(err)
	}
	if _, rows, err = o.BatchOf(ctx, officer, b.ID); err != nil || rows[0].State != "failed" || !strings.Contains(rows[0].Fault, "电话") {
		t.Errorf("%+v %v", rows, err)
	}
}

// TestAmounts are amounts in capital Chinese.
func TestAmounts(t *testing.T) {
	for fen, want := range map[int64]string{0: "零元整", 5: "伍分", 50: "伍角整", 105: "壹元零伍分", 3834000: "叁万捌仟叁佰肆拾元整", 1000500: "壹万零伍元整", 10000000000: "壹亿元整", 10050000000: "壹亿零伍拾万元整", 123456: "壹仟贰佰叁拾肆元伍角陆分", 100000: "壹仟元整", 100010000: "壹佰万零壹佰元整"} {
		if got := document.Capital(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
	if got := document.Amount(3834000); got != "人民币叁万捌仟叁佰肆拾元整（¥38,340.00）" {
		t.Error(got)
	}
}

// BenchmarkThreePages sets a paper of three pages as PDF: below 300 ms.
func BenchmarkThreePages(b *testing.B) {
	fonts, err := typeset.LoadFonts("")
	if err != nil {
		b.Fatal(err)
	}
	p := &document.Paper{Office: "湖州市知识产权局", Title: "行政处罚决定书", Number: "湖市监处罚〔2026〕1号", Date: "2026-11-20"}
	for range 18 {
		p.Blocks = append(p.Blocks, document.Block{Style: "para", Text: strings.Repeat("当事人在专利权终止后继续标注专利标识。", 3)})
	}
	for b.Loop() {
		n, err := fonts.PDF(io.Discard, document.Typeset(p))
		if err != nil || n != 3 && n != 4 {
			b.Fatal(n, err)
		}
	}
}
