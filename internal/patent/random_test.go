package patent

import (
	"math/rand/v2"
	"strings"

	"huzhi/internal/calendar"
)

// randomFacts are facts such as people could type them, sensible or not.
func randomFacts(r *rand.Rand) Facts {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	maybe := func() *bool {
		switch r.IntN(4) {
		case 0:
			return ptr(true)
		case 1:
			return ptr(false)
		}
		return nil
	}
	someDay := func() calendar.Day {
		if r.IntN(4) == 0 {
			return 0
		}
		return calendar.Date(2008+r.IntN(18), 1, 1).AddDays(r.IntN(365))
	}
	numbers := []string{"201520781728.2", "201310699744.2", "200930193487.X", "90101673.X", "201520781728.3", "2015207817282.2", "201520781728", "102345678A"}
	number := numbers[r.IntN(len(numbers))]
	f := Facts{Medium: one(Media()...), Role: one(Roles()...), Product: one("茶杯", "雨伞"), ProducedOn: someDay(), SoldOn: someDay(),
		Matches: one("", Yes, Yes, Yes, No, NotSure), Permission: maybe(), ShowsValidOwnPatent: maybe(), ForgedPaper: r.IntN(20) == 0, Unaware: maybe(), LawfulSource: maybe(),
		Party: one("", "", "", "湖州茶具厂", "德清雨具厂")}
	var words []string
	for range 1 + r.IntN(4) {
		words = append(words, one("中国发明专利", "中国实用新型专利", "外观设计专利", "发明专利申请", "专利申请，尚未授权", "专利产品", "仿冒必究", "已获国家专利", "依照专利方法所获得的产品",
			"ZL"+number, "ＺＬ"+number, "专利号："+number, "申请号"+number, number, "CN"+number, "US 7,654,321", "美国专利", "patent pending", "；", "，", "\n", "ZL"+numbers[r.IntN(len(numbers))]))
	}
	f.Text = strings.Join(words, one("", " ", "；"))
	if r.IntN(8) == 0 {
		return f
	}
	list := Statuses()
	f.Register = &Register{Number: one(number, number, number, "", "201520781728.2"), Found: ptr(true), Type: Type(one("", string(Invention), string(UtilityModel), string(Design))),
		Status: list[r.IntN(len(list))], Title: "一种茶杯", Patentees: []string{"湖州茶具厂"}, FiledOn: someDay(), GrantedOn: someDay(), EndedOn: someDay(),
		EndReason: one("", "未缴年费"), AvoidDouble: r.IntN(6) == 0, Method: r.IntN(6) == 0, StatusAsOf: someDay()}
	if r.IntN(5) == 0 {
		f.Register.Found = maybe()
	}
	if r.IntN(10) == 0 {
		f.Register.Status, f.Register.Licensees = "", []string{"德清雨具厂"}
	}
	if r.IntN(10) == 0 {
		f.Others = []Register{{Number: numbers[r.IntN(len(numbers))], Found: maybe(), Status: list[r.IntN(len(list))]}}
	}
	return f
}
