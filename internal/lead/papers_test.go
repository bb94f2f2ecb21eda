package lead_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// papers are the papers on the lead in hand, "title number: text" each; none may show an empty field or a key of the catalogue.
func (o *office) papers(t *testing.T) (out []string) {
	t.Helper()
	l, steps, _ := o.find(t)
	var list []document.LeadPaper
	if err := o.DB.Read(context.Background()).Where("lead_id = ?", l.ID).Order("seq, id").Find(&list).Error; err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		p, err := d.Paper()
		if err != nil {
			t.Fatal(err)
		}
		text := p.Title + " " + p.Number + ": "
		for _, b := range p.Blocks {
			text += b.Text
		}
		for _, key := range []string{"{{", "ground.", "paper.", "kind.", "。。"} {
			if strings.Contains(text, key) {
				t.Errorf("%q in %s", key, text)
			}
		}
		if !slices.ContainsFunc(steps, func(s lead.Step) bool { return s.Seq == d.Seq }) {
			t.Errorf("%s is of no step", text)
		}
		out = append(out, text)
	}
	return out
}

func says(t *testing.T, papers []string, words ...string) {
	t.Helper()
	all := strings.Join(papers, "\n")
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("no %q in\n%s", w, all)
		}
	}
}

// TestPapersOfARequest: a request gets a receipt, is asked for papers (Order 81 Art. 16), accepted (Art. 20) or refused by papers with numbers of their own series.
func TestPapersOfARequest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Infringement, "2026-03-02")
		receipt := facts{"receipt_from": "安吉某竹业有限公司", "receipt_list": "请求书1份、专利登记簿副本1份", "receipt_for": "party"}
		must(t, o.do("officer", "receipt", "2026-03-02", receipt), o.do("officer", "receipt", "2026-03-02", facts{"receipt_from": "x", "receipt_list": "证据", "receipt_for": "platform"}))
		o.fails(t, "an empty receipt", o.do("officer", "receipt", "2026-03-02", facts{"receipt_from": "x", "receipt_for": "party"}), errs.Invalid, "receipt_list: error.required")
		o.fails(t, "the desk gives one", o.do("operator", "receipt", "2026-03-02", receipt), errs.Forbidden, "error.forbidden")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"ck_copies": "unmet"})),
			o.do("officer", "supplement", "2026-03-02", facts{"supplement_list": "请求书副本2份", "supplement_until": "2026-03-20"}))
		got := o.papers(t)
		says(t, got[:1], "收件凭证 湖知法收字〔2026〕1号: 安吉某竹业有限公司：", "专利登记簿副本1份", "不表示受理")
		says(t, got[1:2], "收件凭证 湖知法收字〔2026〕2号", "《电子商务法》第四十三条第二款")
		says(t, got[2:], "补正通知书 湖知法补字〔2026〕1号", "请求书副本2份", "2026年3月20日前补正")
		if len(got) != 3 || strings.Contains(got[0], "电子商务法") {
			t.Error(got)
		}
		must(t, o.do("officer", "supplemented", "2026-03-12", facts{"supplement_result": "back", "supplemented_on": "2026-03-12"}), o.do("officer", "check", "2026-03-12", o.met(t, nil)), o.verify("2026-03-12", lead.ProposeFile))
		c, err := o.file("2026-03-13", casework.Infringement)
		must(t, err)
		says(t, o.papers(t)[3:], "受理通知书 湖知法受字〔2026〕1号", c.Number, "2026年3月13日立案")
		o.holds(t)

		o.another(t, casework.Infringement, "2026-03-02")
		must(t, o.verify("2026-03-03", lead.ProposeRefuse), o.refuse(lead.Refusal{On: day("2026-03-03"), Ground: "o81.sued", Reason: "法院已经立案"}))
		says(t, o.papers(t), "不予受理通知书 湖知法不受字〔2026〕1号", "法院已经立案", "直接向人民法院起诉")
		o.another(t, casework.Infringement, "2026-03-02")
		must(t, o.verify("2026-03-03", lead.ProposeRefuse),
			o.refuse(lead.Refusal{On: day("2026-03-03"), Ground: "o81.not_competent", Reason: "被请求人在杭州", PassedTo: "杭州市知识产权局", ToldOn: day("2026-03-03"), ToldWay: "direct"}))
		says(t, o.papers(t), "不予受理通知书 湖知法不受字〔2026〕2号", "由杭州市知识产权局处理")
		o.another(t, casework.Dispute, "2026-03-02")
		must(t, o.verify("2026-03-03", lead.ProposeRefuse), o.refuse(lead.Refusal{On: day("2026-03-03"), Ground: "o81.no_dispute", Reason: "不属于专利纠纷"}))
		says(t, o.papers(t), "不予立案通知书 湖知法不调字〔2026〕1号", "不属于专利纠纷")
		o.holds(t)
	})
}

// TestPapersTellNobodyWhoReported: who complained is told by paper that no case is filed; a report gets no receipt, and what the office found itself no paper.
func TestPapersTellNobodyWhoReported(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Counterfeit, "2026-03-02")
		refuse := func(source string) []string {
			t.Helper()
			o.another(t, casework.Counterfeit, "2026-03-02")
			must(t, o.At("2026-03-02", func(tx *store.Tx) error {
				return tx.Exec("UPDATE leads SET source = ? WHERE id = ?", source, o.id).Error
			}))
			want := map[string]string{"report": "error.receipt_report", "own_patrol": "error.receipt_nobody"}[source]
			err := o.do("officer", "receipt", "2026-03-02", facts{"receipt_from": "x", "receipt_list": "x", "receipt_for": "party"})
			if want == "" {
				must(t, err)
			} else if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", source, err, want)
			}
			must(t, o.verify("2026-03-03", lead.ProposeRefuse), o.refuse(lead.Refusal{On: day("2026-03-03"), Ground: "samr.minor", Reason: "轻微并已改正"}))
			return o.papers(t)
		}
		if p := refuse("own_patrol"); len(p) != 0 {
			t.Error(p)
		}
		if p := refuse("report"); len(p) != 0 {
			t.Error(p)
		}
		says(t, refuse("complaint")[1:], "不予立案告知书 湖知法不立字〔2026〕1号", "轻微并已改正")
	})
}
