package registry

import (
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/sheet"
)

// Fields are what a column can be, in the order of the form.
func Fields() []string {
	return []string{"number", "type", "title", "patentees", "licensees", "filed_on", "granted_on", "status", "status_as_of", "ended_on", "end_reason", "avoid_double", "method"}
}

// Needed says whether a file must have the field.
func Needed(field string) bool { return field == "number" || field == "status" || field == "title" }

// words are how the heads of files call a field.
func words(field string) []string {
	return map[string][]string{
		"number":       {"专利号", "申请号", "专利号申请号", "申请号专利号", "专利申请号", "号码", "number", "patentno", "patentnumber", "applicationno", "applicationnumber"},
		"type":         {"类型", "专利类型", "类别", "专利类别", "种类", "type", "patenttype", "kind"},
		"title":        {"名称", "专利名称", "发明名称", "发明创造名称", "标题", "题目", "title", "name"},
		"patentees":    {"专利权人", "当前专利权人", "权利人", "申请人", "申请专利权人", "申请人专利权人", "patentees", "patentee", "owner", "applicant"},
		"licensees":    {"被许可人", "许可备案", "licensees", "licensee"},
		"filed_on":     {"申请日", "申请日期", "filedon", "filed", "filingdate", "applicationdate"},
		"granted_on":   {"授权日", "授权公告日", "授权日期", "授权公告日期", "grantedon", "granted", "grantdate"},
		"status":       {"法律状态", "状态", "当前法律状态", "专利状态", "有效性", "status", "legalstatus"},
		"status_as_of": {"状态日期", "法律状态日期", "查询日期", "截至日期", "数据日期", "statusasof", "asof", "statusdate"},
		"ended_on":     {"终止日", "失效日", "终止日期", "失效日期", "无效日期", "endedon", "ended", "enddate"},
		"end_reason":   {"终止原因", "失效原因", "endreason", "reason"},
		"avoid_double": {"避免重复授权", "避免重复授权放弃", "avoiddouble"},
		"method":       {"方法", "方法专利", "方法发明", "method"},
	}[field]
}

// statusWords are the words of the register, in Chinese or as codes. Words that say only that the right is gone (失效, 终止) are none.
func statusWords() map[string]patent.Status {
	out := map[string]patent.Status{}
	for _, x := range patent.Statuses() {
		out[sheet.Word(string(x))] = x
	}
	for st, list := range map[patent.Status][]string{
		patent.PendingUnpublished: {"申请中", "未公布", "申请中未公布", "受理"},
		patent.PendingPublished:   {"公布", "公开", "实质审查", "实质审查中", "实质审查的生效", "审中", "在审", "公布实质审查中", "审查中"},
		patent.Rejected:           {"驳回"},
		patent.Withdrawn:          {"撤回", "主动撤回"},
		patent.DeemedWithdrawn:    {"视为撤回", "视撤"},
		patent.DeemedAbandoned:    {"视为放弃", "视为放弃取得专利权"},
		patent.GrantedValid:       {"授权", "有效", "有权", "维持", "专利权维持", "授权有效", "专利权有效", "授权专利权维持有效", "granted", "valid", "inforce"},
		patent.Expired:            {"期限届满", "届满", "专利权届满", "有效期届满", "到期"},
		patent.LapsedFee:          {"未缴年费终止", "未缴年费", "欠费终止", "未缴年费专利权终止"},
		patent.Abandoned:          {"放弃", "主动放弃", "避免重复授权放弃", "放弃专利权", "避重放弃"},
		patent.InvalidAll:         {"全部无效", "无效", "宣告无效", "宣告全部无效", "全部撤销"},
		patent.InvalidPart:        {"部分无效", "宣告部分无效"},
		patent.Restored:           {"恢复", "权利恢复", "专利权恢复"},
		patent.Transferred:        {"转移", "转让", "权利转移"},
		patent.Licensed:           {"许可备案", "许可", "实施许可"},
		patent.Pledged:            {"质押", "质权登记"},
		patent.Preserved:          {"保全", "财产保全"},
		patent.NotFound:           {"查无此号", "无此号"},
	} {
		for _, w := range list {
			out[w] = st
		}
	}
	return out
}

// typeOf reads a type, in Chinese, as a word or as the digit of a number.
func typeOf(s string) (patent.Type, bool) {
	switch sheet.Word(s) {
	case "发明", "发明专利", "发明公布", "发明授权", "invention", "1", "8":
		return patent.Invention, true
	case "实用新型", "实用新型专利", "新型", "utilitymodel", "2", "9":
		return patent.UtilityModel, true
	case "外观设计", "外观设计专利", "外观", "design", "3":
		return patent.Design, true
	}
	return "", false
}

// people reads names, several of them apart by ; or 、 or a line.
func people(s string) string {
	var out []string
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '；' || r == '、' || r == '\n' || r == '|' }) {
		if x = sheet.Tidy(x, 200); x != "" {
			out = append(out, x)
		}
	}
	return strings.Join(out, "\n")
}

// reader reads the rows of a file.
type reader struct {
	columns sheet.Columns
	status  map[string]patent.Status
	asOf    calendar.Day // of the file, for rows that say none
	today   calendar.Day
}

// patent reads a row. Odd is what stands and is worth a look.
func (c *reader) patent(r sheet.Row) (p Patent, bad *sheet.Wrong, odd bool) {
	cell := func(f string) string { return c.columns.Cell(r, f) }
	fault := func(f, key string) (Patent, *sheet.Wrong, bool) {
		return Patent{}, &sheet.Wrong{Line: r.Line, Field: f, Value: sheet.Tidy(cell(f), 60), Key: key}, false
	}
	if r.Fault != nil {
		return Patent{}, &sheet.Wrong{Line: r.Line, Key: r.Fault.Key}, false
	}
	for _, f := range Fields() {
		if strings.ContainsRune(cell(f), '\ufffd') {
			return fault(f, "register.row.characters")
		}
	}
	if cell("number") == "" {
		return fault("number", "error.required")
	}
	read := patent.Read(cell("number"), c.today.Year())
	if read.Kind != patent.KindNumber || len(read.Found) > 0 {
		return fault("number", "register.row.number")
	}
	n := read.Number
	p = Patent{Key: n.Key(), Number: n.String(), Type: n.Type(), Title: sheet.Tidy(cell("title"), 500), Patentees: people(cell("patentees")), Licensees: people(cell("licensees")), EndReason: sheet.Tidy(cell("end_reason"), 200)}
	odd = n.HasCheck && !n.ValidCheck()
	if !n.HasCheck {
		p.Number += "." + string(patent.CheckDigit(n.Key()))
	}
	if s := cell("type"); s != "" {
		t, ok := typeOf(s)
		if !ok {
			return fault("type", "register.row.type")
		}
		if t != p.Type {
			return fault("type", "register.row.type_differs")
		}
	}
	if p.Title == "" {
		return fault("title", "error.required")
	}
	var ok bool
	if p.Status, ok = c.status[sheet.Word(cell("status"))]; !ok {
		return fault("status", "register.row.status")
	}
	p.StatusAsOf = c.asOf
	for _, d := range []struct {
		f  string
		to *calendar.Day
	}{{"filed_on", &p.FiledOn}, {"granted_on", &p.GrantedOn}, {"status_as_of", &p.StatusAsOf}, {"ended_on", &p.EndedOn}} {
		if s := cell(d.f); s != "" {
			if *d.to, ok = sheet.Day(s); !ok {
				return fault(d.f, "error.day")
			}
		}
	}
	for _, b := range []struct {
		f  string
		to *bool
	}{{"avoid_double", &p.AvoidDouble}, {"method", &p.Method}} {
		if *b.to, ok = sheet.Yes(cell(b.f)); !ok {
			return fault(b.f, "register.row.yes")
		}
	}
	switch {
	case p.StatusAsOf.IsZero():
		return fault("status_as_of", "error.required")
	case p.StatusAsOf > c.today:
		return fault("status_as_of", "register.row.future")
	case !p.GrantedOn.IsZero() && !p.FiledOn.IsZero() && p.GrantedOn < p.FiledOn:
		return fault("granted_on", "register.row.granted")
	case !p.EndedOn.IsZero() && !p.FiledOn.IsZero() && p.EndedOn < p.FiledOn:
		return fault("ended_on", "register.row.ended")
	}
	if p.Status == patent.Expired && p.EndedOn.IsZero() {
		p.EndedOn = p.TermEnd()
	}
	if strings.Contains(sheet.Word(cell("status")+cell("end_reason")), "避免重复授权") || strings.Contains(cell("status"), "避重") {
		p.AvoidDouble = true
	}
	return p, nil, odd
}
