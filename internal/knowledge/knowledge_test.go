package knowledge_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/knowledge"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

var ctx = context.Background()

func shelf(t *testing.T, db *store.DB) (*accesstest.Office, *knowledge.Shelf, *statute.Book) {
	t.Helper()
	rules, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	o := accesstest.New(t, db)
	s := knowledge.New(db, o.Guard, rules, knowledge.Settings{Office: "330500", Topics: []string{"application", "fee", "status", "infringement", "counterfeit", "licensing", "overseas", "other"}})
	for range 2 { // a second start brings nothing anew
		if err := s.Ship(ctx, config.Knowledge()); err != nil {
			t.Fatal(err)
		}
	}
	return o, s, rules
}

// TestTheArticlesThatShip holds each article to the rule book and to both languages.
func TestTheArticlesThatShip(t *testing.T) {
	codes, words, err := knowledge.Read(config.Knowledge())
	if err != nil || len(codes) < 30 {
		t.Fatalf("%d articles, %v", len(codes), err)
	}
	rules, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, id := range rules.IDs() {
		known[id] = true
	}
	for _, e := range rules.Entries() {
		known[e.ID] = true
	}
	db := storetest.SQLite(t)
	o, s, _ := shelf(t, db)
	day := calendar.Date(2026, 11, 20)
	all, err := s.Find(ctx, o.By["operator"], knowledge.Ask{On: day})
	if err != nil || len(all) != len(codes) {
		t.Fatalf("%d of %d articles are in force, %v", len(all), len(codes), err)
	}
	for _, a := range all {
		ids := strings.Fields(words[a.Code].Rules)
		if len(ids) == 0 {
			t.Errorf("%s cites no rule", a.Code)
		}
		for _, id := range ids {
			if !known[id] {
				t.Errorf("%s cites %s, which the rule book does not have", a.Code, id)
			}
		}
		for lang, text := range map[string]string{"zh-CN": a.Answer.ZH + a.Next.ZH, "en": a.Answer.EN + a.Next.EN} {
			p := catalogue.Printer(lang)
			got := s.Filled(text, day, p)
			if strings.Contains(got, "{{") || strings.Contains(got, p.T("knowledge.figure.none")) {
				t.Errorf("%s in %s: %s", a.Code, lang, got)
			}
		}
	}
	zh, en := catalogue.Printer("zh-CN"), catalogue.Printer("en")
	for text, want := range map[string]string{
		"{{rule:PATENT_TERM_INVENTION}}，{{rule:PATENT_TERM_UTILITY}}，{{rule:PATENT_TERM_DESIGN}}": "20年，10年，15年",
		"{{rule:FEE_GRACE}}": "6个月", "{{rule:INF_ACCEPT}}+{{ext:INF_ACCEPT}}": "5个工作日+5个工作日", "{{rule:INF_CLOSE}}/{{ext:INF_CLOSE}}/{{ext:INF_CLOSE:2}}": "3个月/1个月/2个月",
		"{{fine:CF_FINE}}": "违法所得5倍以下，没有违法所得或者违法所得在5万元以下的，25万元以下", "{{rule:REPORTER_TELL@2026-04-14}}": "5个工作日", "{{rule:EC_COUNTER_WAIT}}": "15日",
	} {
		if got := s.Filled(text, day, zh); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := s.Filled("{{rule:COMPLAINT_MEDIATE}}", calendar.Date(2026, 4, 14), en) + ", " + s.Filled("{{rule:COMPLAINT_MEDIATE}}", day, en); got != "45 working days, 60 calendar days" {
		t.Errorf("a period does not follow the law: %s", got)
	}
}

func TestFind(t *testing.T) {
	db := storetest.SQLite(t)
	o, s, _ := shelf(t, db)
	day := calendar.Date(2026, 11, 20)
	for _, c := range []struct {
		ask  knowledge.Ask
		want []string // the first
	}{
		{knowledge.Ask{Text: "年费"}, []string{"fee"}},
		{knowledge.Ask{Text: "nf"}, []string{"fee"}},
		{knowledge.Ask{Text: "JMZL"}, []string{"counterfeit"}},
		{knowledge.Ask{Text: "zyfk"}, nil},
		{knowledge.Ask{Text: "保护期"}, []string{"term"}},
		{knowledge.Ask{Text: "警告函"}, []string{"warning"}},
		{knowledge.Ask{Text: "忘记交年费怎么办"}, []string{"fee-late"}},
		{knowledge.Ask{Text: "annual fee"}, []string{"fee"}},
		{knowledge.Ask{Text: "ZL 2014 3 0000012.4"}, []string{"term"}},
		{knowledge.Ask{Topic: "licensing"}, []string{"licence"}},
		{knowledge.Ask{Topic: "overseas"}, []string{"foreign"}},
		{knowledge.Ask{Text: "评价", Patent: "201420000012"}, []string{"evaluation"}},
		{knowledge.Ask{Text: "比特币"}, nil},
		{knowledge.Ask{Text: "%_'"}, nil},
	} {
		c.ask.On = day
		got, err := s.Find(ctx, o.By["operator"], c.ask)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, a := range got {
			codes = append(codes, a.Code)
		}
		if len(c.want) == 0 && len(codes) > 0 || len(c.want) > 0 && !slices.Contains(codes[:min(3, len(codes))], c.want[0]) {
			t.Errorf("%+v: %v, want first %v", c.ask, codes, c.want)
		}
	}
	if got, err := s.Find(ctx, o.By["operator"], knowledge.Ask{Text: "评价报告", Topic: "status", On: calendar.Date(2025, 1, 31)}); err != nil || slices.ContainsFunc(got, func(a knowledge.Article) bool { return a.Code == "evaluation" }) {
		t.Errorf("an article was found before it held: %v", err)
	}
	if _, err := s.Find(ctx, o.By["archivist"], knowledge.Ask{}); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the archivist reads articles: %v", err)
	}
}

func TestVersionsAndGaps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, s, _ := shelf(t, db)
		chief, operator := o.By["chief"], o.By["operator"]
		found, err := s.Find(ctx, operator, knowledge.Ask{Text: "年费", On: calendar.Date(2026, 11, 20)})
		if err != nil || len(found) == 0 {
			t.Fatal(err)
		}
		a := found[0]
		w := a.Words
		w.Answer.ZH = "以浙江的说法：{{rule:FEE_GRACE}}内补缴。"
		for name, c := range map[string]struct {
			change func(*knowledge.Words)
			field  string
		}{
			"a rule that is none":      {func(w *knowledge.Words) { w.Rules = "FEE_GRACE NO_SUCH" }, "rules"},
			"no rule":                  {func(w *knowledge.Words) { w.Rules = "" }, "rules"},
			"a period of another rule": {func(w *knowledge.Words) { w.Answer.ZH = "{{rule:INF_CLOSE}}" }, "answer_zh"},
			"an open bracket":          {func(w *knowledge.Words) { w.Answer.EN = "{{rule:FEE_GRACE" }, "answer_en"},
			"one language":             {func(w *knowledge.Words) { w.Question.EN = "" }, "question_en"},
			"a strange topic":          {func(w *knowledge.Words) { w.Topic = "weather" }, "topic"},
			"ends before it begins":    {func(w *knowledge.Words) { w.Until = w.From.AddDays(-1) }, "until"},
		} {
			x := w
			c.change(&x)
			_, err := s.Write(ctx, chief, a.ID, a.Version, x, "改")
			if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, who := range []string{"operator", "officer", "chief.deqing", "admin"} {
			if _, err := s.Write(ctx, o.By[who], a.ID, a.Version, w, "改"); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s edits: %v", who, err)
			}
		}
		if _, err := s.Write(ctx, chief, a.ID, a.Version, w, "本地口径"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(ctx, chief, a.ID, a.Version, w, "又改"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a stale edit: %v", err)
		}
		if err := s.Ship(ctx, config.Knowledge()); err != nil { // a new start leaves what was changed here
			t.Fatal(err)
		}
		got, err := s.Get(ctx, operator, a.ID)
		if err != nil || got.Version != 2 || got.Answer.ZH != w.Answer.ZH || got.Shipped {
			t.Errorf("%+v %v", got, err)
		}
		if v, err := s.Versions(ctx, operator, a.ID); err != nil || len(v) != 2 || v[0].Reason != "本地口径" || v[1].AnswerZH != a.Answer.ZH {
			t.Errorf("%+v %v", v, err)
		}
		if err := s.Withdraw(ctx, chief, a.ID, 2, true, "并入另一条"); err != nil {
			t.Fatal(err)
		}
		again, err := s.Find(ctx, operator, knowledge.Ask{Text: "年费", On: calendar.Date(2026, 11, 20)})
		if err != nil || slices.ContainsFunc(again, func(x knowledge.Article) bool { return x.ID == a.ID }) {
			t.Errorf("a withdrawn article is found: %v", err)
		}

		g, err := s.Miss(ctx, operator, knowledge.NewGap{Asked: "比特币能申请专利吗", Topic: "other", Jurisdiction: "330500"})
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := s.Miss(ctx, operator, knowledge.NewGap{Asked: "比特币能申请专利吗", Jurisdiction: "330500"}); err != nil || twice.ID != g.ID {
			t.Errorf("the same gap twice: %v", err)
		}
		county := o.By["operator.deqing"]
		if seen, err := s.Gaps(ctx, county, false); err != nil || len(seen) != 0 {
			t.Errorf("Deqing reads what the city was asked: %+v %v", seen, err)
		}
		own, err := s.Miss(ctx, county, knowledge.NewGap{Asked: "比特币能申请专利吗", Jurisdiction: "330521"})
		if err != nil || own.ID == g.ID {
			t.Fatalf("Deqing's own gap: %+v %v", own, err)
		}
		if both, err := s.Gaps(ctx, chief, false); err != nil || len(both) != 2 {
			t.Errorf("the city reads %d gaps, %v", len(both), err)
		}
		if err := s.Settle(ctx, o.By["chief.deqing"], g.ID, 1, "", "x"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing settles the city's: %v", err)
		}
		if err := s.Settle(ctx, chief, own.ID, 1, "", "不予回答"); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx, operator, g.ID, 1, a.ID, ""); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an operator settled a gap: %v", err)
		}
		if err := s.Settle(ctx, chief, g.ID, 1, "", " "); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("settled without a word: %v", err)
		}
		if err := s.Settle(ctx, chief, g.ID, 1, a.ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx, chief, g.ID, 1, a.ID, ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("settled twice: %v", err)
		}
		if open, err := s.Gaps(ctx, operator, false); err != nil || len(open) != 0 {
			t.Errorf("%d gaps, %v", len(open), err)
		}
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			_, err := s.UseTx(tx, a.ID)
			return err
		}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a withdrawn article was used: %v", err)
		}
	})
}
