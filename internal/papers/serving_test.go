package papers_test

import (
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// take takes a step so many days from today.
func (o *office) take(t testing.TB, by, step string, day int, in casework.Facts) {
	t.Helper()
	if err := o.Take(by, o.id, step, o.today.AddDays(day).String(), in); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
}

// notified leads a counterfeit case filed sixty days ago to the notice of the penalty of 20,000 yuan; penalised decides it thirty days ago.
func (o *office) notified(t testing.TB) {
	t.Helper()
	o.take(t, "officer", "investigate", -58, casework.Facts{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": o.today.AddDays(-70).String(), "income": "500000"})
	o.take(t, "reviewer", "review", -57, casework.Facts{"review_opinion": "事实清楚"})
	o.take(t, "officer", "notify", -56, casework.Facts{"planned_fine": "2000000", "planned_confiscation": "500000", "notice_reasons": "理由"})
}

func (o *office) penalised(t testing.TB) {
	t.Helper()
	o.take(t, "chief", "decide", -30, casework.Facts{"outcome": "penalised", "reasons": "理由", "fine": "2000000", "confiscated": "500000", "waived": "no"})
}

// TestServiceTakesItsStep: the day on which a paper was served to all to whom it goes starts the clocks, without its being typed twice.
func TestServiceTakesItsStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx, day := t.Context(), func(n int) calendar.Day { return o.today.AddDays(n) }
		o.id = o.File(t, casework.Counterfeit, day(-60).String()).ID
		officer, first, second := o.officer(t), "测试木业有限公司", "测试包装有限公司"
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Create(&casework.Party{ID: tx.NewID(), CaseID: o.id, Role: "respondent", Form: "company", Name: second, Address: "德清县武康街道2号", AddedAt: tx.Now}).Error
		}); err != nil {
			t.Fatal(err)
		}
		find := func() *casework.File {
			t.Helper()
			f, err := o.Docket.Find(ctx, officer, o.id)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		paper := func(step string) string { return find().Last(step).DocumentID }
		serve := func(doc, to string, on calendar.Day, change func(*papers.Service)) *papers.Over {
			t.Helper()
			s := papers.Service{ID: db.NewID(), CaseID: o.id, DocumentID: doc, Recipient: to, Way: "direct", Servers: "甲、乙", TriedOn: on, ServedOn: on, State: papers.Done, Receiver: "王某", Relation: "本人", Address: "德清县武康街道1号"}
			if change != nil {
				change(&s)
			}
			over, err := o.Serve(ctx, officer, s)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := o.Serve(ctx, officer, s); err != nil || again != nil {
				t.Errorf("sent twice: %v %v", again, err)
			}
			return over
		}
		o.notified(t)
		notice := paper("notify")
		if over := serve(notice, first, day(-55), nil); over != nil {
			t.Errorf("one of two respondents has the notice: %+v", over)
		}
		if over := serve(notice, second, day(-54), func(s *papers.Service) { s.State, s.Reason = papers.Failed, "无人" }); over != nil {
			t.Errorf("a failed try: %+v", over)
		}
		// what can be served at once completes what was begun, and its day counts although it is recorded later
		over := serve(notice, second, day(-52), nil)
		f := find()
		if over == nil || over.Because != nil || over.Step.Name != "serve_notice" || f.Facts["notice_served_on"] != day(-52).String() {
			t.Fatalf("both have it: %+v, facts %v", over, f.Facts)
		}
		if k := f.Clock("STATEMENT"); k == nil || k.StartedOn != day(-52) {
			t.Errorf("the time for statements: %+v", k)
		}
		if last := f.Last("serve_notice"); last.OnDay != day(-52) || last.Data["notice_way"] != "direct" || last.Data["notice_receiver"] != "王某" {
			t.Errorf("the step: %+v", last)
		}
		if over := serve(notice, first, day(-51), nil); over != nil {
			t.Errorf("the step was taken: %+v", over)
		}
		o.penalised(t)
		decision := paper("decide")
		if over := serve(decision, first, day(-29), nil); over != nil {
			t.Errorf("one of two respondents has the decision: %+v", over)
		}
		// by post, while the receipt is not back, nothing is served; a public notice of today takes effect later
		if over := serve(decision, second, day(-28), func(s *papers.Service) { s.Way, s.State, s.PostalNo = "post", papers.AwaitingProof, "EMS1" }); over != nil {
			t.Errorf("posted: %+v", over)
		}
		tries, _, err := o.Services(ctx, o.id)
		if err != nil {
			t.Fatal(err)
		}
		waiting := tries[len(tries)-1]
		if list, err := o.Waiting(ctx, officer, find()); err != nil || len(list) != 0 {
			t.Errorf("nothing to take over: %+v %v", list, err)
		}
		over, err = o.Settle(ctx, officer, waiting.ID, 1, papers.Service{State: papers.Done, ServedOn: day(-25), Receiver: "收发室"})
		f = find()
		if err != nil || over == nil || over.Because != nil || f.State != "served" {
			t.Fatalf("the receipt is back: %+v %v, the case is %s", over, err, f.State)
		}
		for _, rule := range []string{"FINE_PAY", "RECONSIDER", "SUIT"} {
			if k := f.Clock(rule); k == nil || k.StartedOn != day(-25) {
				t.Errorf("%s: %+v", rule, k)
			}
		}
		if k := f.Clock("DECISION_SERVE"); k == nil || k.StoppedOn != day(-25) {
			t.Errorf("the office's own period: %+v", k)
		}
	})
}

// TestPublicNoticeWaits: a public notice starts nothing before its days are over (Civil Procedure Law Art. 95), and then the step's form is filled from it.
func TestPublicNoticeWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx, day := t.Context(), func(n int) calendar.Day { return o.today.AddDays(n) }
		o.id = o.File(t, casework.Infringement, day(-60).String()).ID
		officer := o.officer(t)
		if err := o.Take("officer", o.id, "answer_notice", day(-59).String(), map[string]string{"foreign": "no", "contact": "0572-2020202"}); err != nil {
			t.Fatal(err)
		}
		f, err := o.Docket.Find(ctx, officer, o.id)
		if err != nil {
			t.Fatal(err)
		}
		s := papers.Service{CaseID: o.id, DocumentID: f.Last("answer_notice").DocumentID, Recipient: f.PartyNames("respondent")[0], Way: "direct", Servers: "甲、乙", TriedOn: day(-58), State: papers.Failed, Reason: "下落不明"}
		s.ID = db.NewID()
		if over, err := o.Serve(ctx, officer, s); err != nil || over != nil {
			t.Fatal(over, err)
		}
		s.ID, s.Way, s.State, s.Proof, s.TriedOn = db.NewID(), "public_notice", papers.Done, attach(t, o, officer), day(0)
		over, err := o.Serve(ctx, officer, s)
		if err != nil || over == nil || over.Because == nil || over.On != day(30) {
			t.Fatalf("a notice of today: %+v %v", over, err)
		}
		f, err = o.Docket.Find(ctx, officer, o.id)
		if err != nil || f.State != casework.Filed || f.Clock("INF_DEFENCE") != nil {
			t.Errorf("nothing starts meanwhile: %s %v", f.State, err)
		}
		list, err := o.Waiting(ctx, officer, f)
		want := casework.Facts{"request_way": "public_notice", "respondent_received_on": day(30).String(), "request_published_on": day(0).String()}
		if err != nil || len(list) != 1 || list[0].On != day(30) {
			t.Fatalf("%+v %v", list, err)
		}
		for k, v := range want {
			if list[0].Given[k] != v {
				t.Errorf("%s is %q, want %q", k, list[0].Given[k], v)
			}
		}
	})
}
