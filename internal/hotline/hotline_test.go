package hotline_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

var ctx = context.Background()

func consultation() hotline.NewCall {
	return hotline.NewCall{
		Kind: hotline.Consultation, Channel: "12330", Jurisdiction: "330521", Place: "330521", CallerName: "沈小姐", CallerPhone: "13800001234",
		Topic: "fee", Question: "年费何时缴纳？", Answer: "上一年度期满前缴纳。",
	}
}

func complaint() hotline.NewCall {
	return hotline.NewCall{
		Kind: hotline.Complaint, Channel: "12330", Jurisdiction: "330500", Place: "330521", CallerName: "测试竹业有限公司", CallerPhone: "0572-00001234", CallerType: "holder",
		Question: "有人仿制我司竹凉席专利产品", Subject: casework.Infringement, Respondent: "测试木业有限公司", PatentNo: "201490000012.4",
	}
}

func TestConsultationIsOneCallHoweverOftenItIsSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		in := consultation()
		in.ID = db.NewID()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				c, err := o.Desk.Log(ctx, o.By["operator.deqing"], in)
				if err != nil {
					t.Error(err)
				}
				if err == nil && (c.State != hotline.StateAnswered || c.Number != "12330-20261120-001") {
					t.Errorf("%+v", c)
				}
			})
		}
		wg.Wait()
		if n, err := o.Desk.Count(ctx, o.By["operator.deqing"], hotline.Filter{Kind: hotline.Consultation}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		in.Question = "另一个问题"
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("the same id with other content: %v", err)
		}
	})
}

func TestComplaintBecomesALeadThatDoesNotNameAReporter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		for _, c := range []struct {
			kind      string
			requester string
		}{{hotline.Complaint, "测试竹业有限公司"}, {hotline.Report, ""}} {
			in := complaint()
			in.Kind = c.kind
			if c.kind == hotline.Report {
				in.Subject = casework.Counterfeit
			}
			call, err := o.Desk.Log(ctx, op, in)
			if err != nil {
				t.Fatal(err)
			}
			if call.ComplaintNo == nil || call.State != hotline.StateOpen {
				t.Fatalf("%+v", call)
			}
			l, err := o.Desk.MakeLead(ctx, op, call.ID, 1, hotline.LeadInput{Title: "木业公司涉嫌案", Place: "330521", Facts: "竹凉席"})
			if err != nil {
				t.Fatal(err)
			}
			if l.Requester != c.requester || strings.Contains(fmt.Sprintf("%+v", *l), in.CallerPhone) || c.kind == hotline.Report && strings.Contains(fmt.Sprintf("%+v", *l), in.CallerName) {
				t.Errorf("%s: the lead names the caller: %+v", c.kind, l)
			}
			if _, err := o.Desk.MakeLead(ctx, op, call.ID, 2, hotline.LeadInput{Title: "x", Place: "330521", Facts: "x"}); errs.CodeOf(err) != errs.Conflict {
				t.Errorf("a second lead of one call: %v", err)
			}
			var log string
			if err := db.Read(ctx).Raw("SELECT detail FROM audit_log WHERE detail LIKE ? LIMIT 1", "%"+in.CallerPhone+"%").Scan(&log).Error; err != nil || log != "" {
				t.Errorf("the log holds the caller's number: %s %v", log, err)
			}
			// Whose clocks start is logged with the rule book and the calendar they are counted by.
			for subject, want := range map[string]bool{"call:" + call.ID: c.kind == hotline.Complaint, "lead:" + l.ID: true} {
				var n int64
				if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_log WHERE subject = ? AND detail LIKE ? AND detail LIKE ?", subject,
					`%"rules":"`+o.Clocks.Rules().Hash()+`"%`, `%"calendar":"`+o.Clocks.Days().Hash()+`"%`).Scan(&n).Error; err != nil || (n == 1) != want {
					t.Errorf("%s: %s: %d lines name the law, %v", c.kind, subject, n, err)
				}
			}
			if _, err := o.Desk.Find(ctx, o.By["officer"], call.ID); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("an officer read the call: %v", err)
			}
			clocks, err := o.Clocks.Of(ctx, call.ID)
			if err != nil || (c.kind == hotline.Complaint) != (len(clocks) == 1 && !clocks[0].Running()) {
				t.Errorf("%s: clocks %+v %v", c.kind, clocks, err)
			}
		}
	})
}

func TestWrongInputAndWrongPerson(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	for name, c := range map[string]struct {
		change func(*hotline.NewCall)
		field  string
	}{
		"no question":               {func(c *hotline.NewCall) { c.Question = "  " }, "question"},
		"no topic":                  {func(c *hotline.NewCall) { c.Topic = "" }, "topic"},
		"unknown channel":           {func(c *hotline.NewCall) { c.Channel = "fax" }, "channel"},
		"unknown place":             {func(c *hotline.NewCall) { c.Place = "110000" }, "place"},
		"a huge question":           {func(c *hotline.NewCall) { c.Question = strings.Repeat("问", 20001) }, "question"},
		"report of one's own right": {func(c *hotline.NewCall) { c.Kind, c.Subject = hotline.Report, casework.Infringement }, "subject"},
	} {
		in := consultation()
		c.change(&in)
		_, err := o.Desk.Log(ctx, o.By["operator.deqing"], in)
		if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.Desk.Log(ctx, o.By["officer"], consultation()); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("an officer logged a call: %v", err)
	}
	in := consultation()
	in.Jurisdiction = "330523"
	if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("Deqing logged Anji's call: %v", err)
	}
	call, err := o.Desk.Log(ctx, o.By["operator"], complaint())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Desk.Find(ctx, o.By["operator.deqing"], call.ID); errs.CodeOf(err) != errs.NotFound || errs.As(err).Subject == "" {
		t.Errorf("Deqing read the city's call: %v", err)
	}
	if err := o.Desk.Answer(ctx, o.By["operator"], call.ID, 7, "x"); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a stale answer: %v", err)
	}
}

// TestTransfer is journey 1's other end: a lead that is not ours leaves our lists and appears in theirs.
func TestTransfer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		l := o.Lead(t, casework.Counterfeit, "2026-11-17")
		if _, _, _, err := o.Leads.Find(ctx, o.By["chief.deqing"], l.ID); errs.CodeOf(err) != errs.NotFound {
			t.Fatal(err)
		}
		if err := o.Leads.Transfer(ctx, o.By["chief"], l.ID, l.Version, lead.Handover{On: caseworktest.Day("2026-11-18"), To: "330521", Reason: "行为地在德清"}); err != nil {
			t.Fatal(err)
		}
		got, steps, clocks, err := o.Leads.Find(ctx, o.By["chief.deqing"], l.ID)
		if err != nil || got.State != lead.New || got.Jurisdiction != "330521" || steps[len(steps)-1].Step != "transfer" {
			t.Fatalf("%+v %v", got, err)
		}
		running := 0
		for _, k := range clocks {
			if k.Running() {
				running++
				if k.Jurisdiction != "330521" || k.StartedOn != caseworktest.Day("2026-11-18") {
					t.Errorf("%+v", k)
				}
			}
		}
		if running != 1 || len(clocks) != 2 {
			t.Errorf("%d clocks run of %d", running, len(clocks))
		}
		if err := o.Leads.Transfer(ctx, o.By["chief.deqing"], l.ID, l.Version+1, lead.Handover{On: caseworktest.Day("2026-11-19"), To: "330523", Reason: "行为地在安吉"}); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := o.Leads.Find(ctx, o.By["chief.deqing"], l.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing still sees what it handed on: %v", err)
		}
		if n, err := o.Leads.Count(ctx, o.By["chief"], lead.Filter{State: "open"}); n != 1 || err != nil {
			t.Errorf("the city counts %d, %v", n, err)
		}
		if err := o.Leads.Refuse(ctx, o.By["chief"], l.ID, l.Version+2, lead.Refusal{On: caseworktest.Day("2026-11-19"), Ground: "samr.minor", Reason: "x"}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a lead was refused before it was verified: %v", err)
		}
	})
}

// An office whose calls named their callers: at the next start they are sealed, and nothing is left in clear.
func TestOldCallersAreSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		in := complaint()
		in.Kind, in.Subject, in.CallerName, in.CallerPhone, in.Mode = hotline.Report, casework.Counterfeit, "", "", identity.Secret
		call, err := o.Desk.Log(ctx, o.By["operator"], in)
		if err != nil {
			t.Fatal(err)
		}
		l, err := o.Desk.MakeLead(ctx, o.By["operator"], call.ID, 1, hotline.LeadInput{Title: "木业公司涉嫌案", Place: "330521", Facts: "竹凉席"})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Tx(ctx, func(tx *store.Tx) error { // as migration 00011 leaves it
			for _, sql := range []string{
				"UPDATE calls SET identity_id = NULL", "UPDATE leads SET identity_id = NULL", "UPDATE search_docs SET body = body || '\n沈秘密' WHERE subject_id = '" + call.ID + "'",
				"INSERT INTO unsealed_callers (call_id, name, phone) VALUES ('" + call.ID + "', '沈秘密', '13800009876')",
			} {
				if err := tx.Exec(sql).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{1, 0} {
			if n, err := o.Desk.SealOld(ctx); n != want || err != nil {
				t.Fatalf("%d sealed, want %d, %v", n, want, err)
			}
		}
		var left []string
		if err := db.Read(ctx).Raw("SELECT name FROM unsealed_callers UNION ALL SELECT body FROM search_docs WHERE body LIKE '%沈秘密%'").Scan(&left).Error; err != nil || len(left) > 0 {
			t.Errorf("left in clear: %v %v", left, err)
		}
		got, err := o.Desk.Find(ctx, o.By["operator"], call.ID)
		if err != nil || got.IdentityID == nil {
			t.Fatalf("%+v %v", got, err)
		}
		m, err := o.Desk.Callers(ctx, *got)
		if err != nil || m[*got.IdentityID].Name != "沈*" || m[*got.IdentityID].Phone != "138****9876" {
			t.Errorf("%+v %v", m, err)
		}
		if rows, _, err := o.Desk.List(ctx, o.By["operator"], hotline.Filter{Phone: "138 0000 9876"}, casework.Page{Limit: 5}); err != nil || len(rows) != 1 {
			t.Errorf("%d by the number, %v", len(rows), err)
		}
		after, _, _, err := o.Leads.Find(ctx, o.By["chief"], l.ID)
		if err != nil || after.IdentityID == nil || *after.IdentityID != *got.IdentityID {
			t.Errorf("%+v %v", after, err)
		}
	})
}

// One caller, many calls; another operator's scope and mode are not borrowed.
func TestACallerOfBefore(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	in := consultation()
	first, err := o.Desk.Log(ctx, o.By["operator.deqing"], in)
	if err != nil {
		t.Fatal(err)
	}
	in.CallerName, in.CallerPhone, in.CallerID, in.Question = "", "", *first.IdentityID, "再问一次"
	second, err := o.Desk.Log(ctx, o.By["operator.deqing"], in)
	if err != nil || second.IdentityID == nil || *second.IdentityID != *first.IdentityID {
		t.Fatalf("%+v %v", second, err)
	}
	for name, change := range map[string]func(*hotline.NewCall){
		"another office":  func(c *hotline.NewCall) { c.Jurisdiction = "330500" },
		"another mode":    func(c *hotline.NewCall) { c.Mode = identity.Secret },
		"nobody we know":  func(c *hotline.NewCall) { c.CallerID = "01jabc" },
		"an unknown mode": func(c *hotline.NewCall) { c.Mode = "loud" },
	} {
		x := in
		change(&x)
		if _, err := o.Desk.Log(ctx, o.By["operator"], x); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
