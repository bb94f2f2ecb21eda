package registry

import (
	"slices"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/sheet"
)

func TestRows(t *testing.T) {
	header := []string{"申请（专利）号", "专利号", "名称", "专利权人", "法律状态", "申请日", "授权公告日", "终止日", "专利类型", "方法"}
	c := sheet.Guess(header, Fields(), words)
	if len(c) != 9 || c["number"] != 1 || c["patentees"] != 3 || c["granted_on"] != 6 {
		t.Fatalf("%v", c)
	}
	if err := c.Check(header, Fields(), Needed); err != nil {
		t.Error(err)
	}
	if e := errs.As(sheet.Columns{"number": 0, "title": 0}.Check(header, Fields(), Needed)); e == nil || len(e.Fields) != 2 {
		t.Error(e)
	}
	today := calendar.Date(2026, 11, 20)
	r := reader{columns: c, status: statusWords(), asOf: calendar.Date(2026, 11, 1), today: today}
	good := []string{"", "ZL 2015 2 0781728.2", "一种茶杯", "湖州茶具厂；张三", "专利权维持", "2015/10/9", "20160302", "", "实用新型", "否"}
	p, wrong, odd := r.patent(sheet.Row{Line: 2, Cells: good})
	want := Patent{Key: "201520781728", Number: "201520781728.2", Type: patent.UtilityModel, Title: "一种茶杯", Patentees: "湖州茶具厂\n张三", FiledOn: calendar.Date(2015, 10, 9),
		GrantedOn: calendar.Date(2016, 3, 2), Status: patent.GrantedValid, StatusAsOf: calendar.Date(2026, 11, 1)}
	if wrong != nil || odd || p != want {
		t.Errorf("%+v %+v", p, wrong)
	}
	for _, x := range []struct {
		at    int
		value string
		field string
		key   string
	}{
		{1, "", "number", "error.required"}, {1, "CN102345678A", "number", "register.row.number"}, {1, "203020781728.2", "number", "register.row.number"},
		{1, "ZL201520781728.2 等", "number", "register.row.number"}, {2, " ", "title", "error.required"}, {4, "失效", "status", "register.row.status"}, {4, "", "status", "register.row.status"},
		{5, "2015-13-01", "filed_on", "error.day"}, {5, "昨天", "filed_on", "error.day"}, {6, "2014-01-01", "granted_on", "register.row.granted"}, {7, "2014-01-01", "ended_on", "register.row.ended"},
		{8, "发明", "type", "register.row.type_differs"}, {8, "软件", "type", "register.row.type"}, {9, "也许", "method", "register.row.yes"}, {3, "\ufffd", "patentees", "register.row.characters"},
	} {
		cells := slices.Clone(good)
		cells[x.at] = x.value
		if _, wrong, _ := r.patent(sheet.Row{Line: 7, Cells: cells}); wrong == nil || wrong.Field != x.field || wrong.Key != x.key || wrong.Line != 7 {
			t.Errorf("%q: %+v", x.value, wrong)
		}
	}
	cells := slices.Clone(good)
	cells[1] = "201520781728.3"
	if _, wrong, odd := r.patent(sheet.Row{Cells: cells}); wrong != nil || !odd {
		t.Error("a wrong check digit is told and does not block")
	}
	if _, wrong, _ := r.patent(sheet.Row{Cells: good[:2]}); wrong == nil || wrong.Field != "title" {
		t.Error("a short row")
	}
	for w, want := range map[string]patent.Status{"未缴年费终止": patent.LapsedFee, "LAPSED_FEE": patent.LapsedFee, "部分无效": patent.InvalidPart, "查无此号": patent.NotFound, "实质审查的生效": patent.PendingPublished} {
		if got := statusWords()[sheet.Word(w)]; got != want {
			t.Errorf("%s: %s", w, got)
		}
	}
}
