package report_test

import (
	"slices"
	"strings"
	"testing"

	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/views/official"
)

func papers(t *testing.T, o *office) {
	t.Helper()
	speak(t, o)
	forms, err := document.New(o.db, official.Templates(), document.Forms{})
	if err != nil {
		t.Fatal(err)
	}
	o.figures.SetPapers(forms, document.Names{{Code: "330500", Name: "湖州市市场监督管理局"}}, 5)
}

// The annual report is edited, issued by another person with a number, and says what it said whatever is corrected later.
func TestReportIsIssued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		papers(t, o)
		chief, officer := o.By["chief"], o.By["officer"]
		if err := o.figures.AddStanding(ctx, chief, report.Standing{Jurisdiction: "330500", Year: 2014, Name: "全国专利执法维权工作绩效考核", Rank: 13, Of: 135, Source: "公开报道"}); err != nil {
			t.Fatal(err)
		}
		z, err := o.figures.Freeze(ctx, chief, report.FreezeInput{Office: "330500", Period: report.Year(2014)})
		if err != nil {
			t.Fatal(err)
		}
		id := db.NewID()
		x, err := o.figures.Write(ctx, officer, id, z.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := o.figures.Write(ctx, officer, id, z.ID); err != nil || again.ID != x.ID {
			t.Fatal(err)
		}
		// The draft names the figures by their keys: nothing that is counted stands there as a number.
		if strings.Contains(x.TextZH, "254") || !strings.Contains(x.TextZH, "{total}") || !strings.Contains(x.TextEN, "{total}") {
			t.Fatal(x.TextZH)
		}
		_, a, _, _, err := o.figures.Report(ctx, chief, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string][]string{
			i18n.Chinese: {"案件254件", "179.12%", "132件", "46件", "11件", "127件", "49件", "3,500余人次", "投诉5件", "135", "13"},
			i18n.English: {"254 cases", "179.12%", "132 suspected", "46 patent", "11 other", "127 listings", "49", "more than 3,500", "5 complaints", "135", "13"},
		} {
			text := x.TextZH
			if lang == i18n.English {
				text = x.TextEN
			}
			filled, unknown := report.Fill(text, a.Values(printer(t, lang)))
			if len(unknown) > 0 {
				t.Errorf("%s: unknown %v", lang, unknown)
			}
			var all []string
			for _, g := range filled {
				all = append(all, g.String())
			}
			for _, w := range want {
				if !strings.Contains(strings.Join(all, "\n"), w) {
					t.Errorf("%s: %q is not in\n%s", lang, w, strings.Join(all, "\n"))
				}
			}
		}
		if err := o.figures.Edit(ctx, officer, x.ID, 1, x.TextZH+"\n\n{nothing}", x.TextEN, ""); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a key that stands for nothing: %v", err)
		}
		zh := strings.Replace(x.TextZH, "{total}", "{total}（含移送案件）", 1) + "\n\n全年开展专项行动3次，办理案件{total}。"
		if err := o.figures.Edit(ctx, officer, x.ID, 1, zh, x.TextEN, ""); err != nil {
			t.Fatal(err)
		}
		if err := o.figures.Edit(ctx, officer, x.ID, 1, "x", "y", ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a stale edit: %v", err)
		}
		if loose := report.Unlinked("全年开展专项行动3次，办理案件{total}。", a.Values(printer(t, i18n.Chinese))); !slices.Equal(loose, []string{"3"}) {
			t.Errorf("not linked: %q", loose)
		}
		for who, code := range map[string]errs.Code{"officer": errs.Forbidden, "chief.deqing": errs.NotFound, "reviewer": errs.NotFound} {
			if _, err := o.figures.IssueReport(ctx, o.By[who], x.ID, 2, ""); errs.CodeOf(err) != code {
				t.Errorf("%s issues: %v", who, err)
			}
		}
		paper, err := o.figures.IssueReport(ctx, chief, x.ID, 2, "同意印发")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(paper.Number, "湖知年报〔2026〕") {
			t.Error(paper.Number)
		}
		p, err := paper.Paper()
		if err != nil || !strings.Contains(p.Blocks[1].Text, "254件（含移送案件）") || !strings.Contains(p.Blocks[1].Text, "3,500余人次") || p.Annex == nil {
			t.Fatalf("%v %+v", err, p)
		}
		for _, r := range p.Annex.Rows {
			if r[0] == "投诉" && slices.Contains(r[1:len(r)-1], "1") || r[0] == "投诉" && slices.Contains(r[1:len(r)-1], "2") {
				t.Errorf("a small cell is told: %v", r)
			}
		}
		do(t, db, "UPDATE cases SET filed_on = '2015-01-02' WHERE id = 'case-2014-dispute-000'")
		_, _, acts, issued, err := o.figures.Report(ctx, chief, x.ID)
		if err != nil || len(acts) != 3 || issued.Number != paper.Number {
			t.Fatal(err, acts, issued)
		}
		text, err := issued.Text(i18n.Chinese)
		if err != nil {
			t.Fatal(err)
		}
		linked := 0
		for _, g := range text {
			for _, s := range g.Spans {
				if s.Key == "total" {
					if linked++; s.Text != "254件" || s.Href != report.FrozenPath(z.ID)+"/cases.filed" {
						t.Errorf("%+v", s)
					}
				}
			}
		}
		if linked != 2 {
			t.Errorf("%d figures lead to the frozen cases", linked)
		}
		if err := o.figures.Edit(ctx, officer, x.ID, 3, "x", "y", ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("an issued report is edited: %v", err)
		}
		err = document.VerifyTable(db.Read(ctx), &report.Yearbook{}, func(y *report.Yearbook) *document.Document { return &y.Document }, func(_ *document.Document, fault error) {
			if fault != nil {
				t.Error(fault)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Whoever saved the text last does not issue it, chief or not.
func TestReportTakesFourEyes(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	papers(t, o)
	chief := o.By["chief"]
	z, err := o.figures.Freeze(ctx, chief, report.FreezeInput{Office: "330500", Period: report.Year(2014)})
	if err != nil {
		t.Fatal(err)
	}
	x, err := o.figures.Write(ctx, chief, "", z.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.figures.IssueReport(ctx, chief, x.ID, 1, ""); errs.CodeOf(err) != errs.Forbidden {
		t.Error(err)
	}
	if err := o.figures.DropReport(ctx, chief, x.ID, 1, "改日再写"); err != nil {
		t.Error(err)
	}
	if list, err := o.figures.Reports(ctx, chief); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	q, err := o.figures.Freeze(ctx, chief, report.FreezeInput{Office: "330500", Period: report.Quarter(2014, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.figures.Write(ctx, chief, "", q.ID); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("the annual report of a quarter: %v", err)
	}
}

// Small cells are hidden, and a single hidden one cannot be reckoned from the sum.
func TestSuppress(t *testing.T) {
	for _, c := range []struct {
		row  []int64
		want []bool
	}{
		{[]int64{0, 10, 20, 30}, []bool{false, false, false, false}},
		{[]int64{3, 10, 20, 33}, []bool{true, true, false, false}}, // the next smallest hides the first
		{[]int64{3, 2, 20, 25}, []bool{true, true, false, false}},
		{[]int64{3, 0, 0, 3}, []bool{true, false, false, true}},
		{[]int64{4, 0, 5, 9}, []bool{true, false, true, false}},
		{[]int64{4, 0, 0, 8}, []bool{true, false, false, true}}, // the rest lies elsewhere
	} {
		if got := report.Suppress([][]int64{c.row}, 5)[0]; !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.row, got, c.want)
		}
	}
	if got := report.Suppress([][]int64{{1, 1}}, 0)[0]; got[0] || got[1] {
		t.Error("0 hides nothing")
	}
}
