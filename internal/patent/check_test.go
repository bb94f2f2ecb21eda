package patent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/calendar"
)

var update = flag.Bool("update", false, "write the hash of the rules")

func ptr(b bool) *bool { return &b }

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const right = "中国实用新型专利 ZL 2015 2 0781728.2"

// ours is a patent in force, as the register has it.
func ours(status Status) *Register {
	return &Register{Number: "201520781728.2", Found: ptr(true), Type: UtilityModel, Status: status, Title: "一种茶杯", Patentees: []string{"湖州茶具厂"},
		FiledOn: calendar.Date(2015, 10, 9), GrantedOn: calendar.Date(2016, 3, 2)}
}

func ended(status Status, on string) *Register {
	r := ours(status)
	r.EndedOn, _ = calendar.ParseDay(on)
	return r
}

// base is a mark with nothing wrong: row 21.
func base() Facts {
	return Facts{Medium: Product, Text: right, Role: Maker, Product: "茶杯", ProducedOn: calendar.Date(2018, 5, 1), SoldOn: calendar.Date(2018, 6, 1), Matches: Yes, Register: ours(GrantedValid)}
}

// marked is a mark and what comes of it.
type marked struct {
	name   string
	make   func(f *Facts) // of base
	result Verdict
	rows   string // with limb, in order
	cite   string // of the first finding, in Chinese
}

// everyRow is every row of the decision table: which facts, what comes of it, and the article it rests on.
func everyRow() []marked {
	return []marked{
		{"1 forged", func(f *Facts) { f.ForgedPaper = true }, Suspect, "1/L4 21", "第八十四条第一款第四项"},
		{"2 not in the register", func(f *Facts) { f.Register = &Register{Found: ptr(false)} }, Suspect, "2/L1a", "第八十四条第一款第一项"},
		{"2 in a manual", func(f *Facts) { f.Register = &Register{Found: ptr(false)}; f.Medium = Manual }, Suspect, "2/L3a", "第八十四条第一款第三项"},
		{"2 cannot be a number", func(f *Facts) { f.Text = "专利号：ZL201520781728256.1"; f.Register = nil }, Suspect, "2/L1a", "第八十四条第一款第一项"},
		{"2 no such number by the register's word", func(f *Facts) { f.Register = ours(NotFound) }, Suspect, "2/L1a", "第八十四条"},
		{"2 missing from the local register only", func(f *Facts) { f.Register = &Register{} }, Check, "2", "第八十四条"},
		{"2 register not asked", func(f *Facts) { f.Register = nil }, Check, "2", "第八十四条"},
		{"2 claimed without a number, none shown", func(f *Facts) { f.Text = "专利产品"; f.Register = nil; f.ShowsValidOwnPatent = ptr(false) }, Suspect, "2/L1a", "第八十四条"},
		{"2 claimed without a number, nothing to look up", func(f *Facts) { f.Text = "专利产品 仿冒必究"; f.Register = nil }, Check, "2", "第八十四条"},
		{"21 in traditional characters", func(f *Facts) { f.Text = "中國實用新型專利 專利號：ZL 2015 2 0781728.2" }, OK, "21", "第五条"},
		{"7 in traditional characters", func(f *Facts) {
			f.Register, f.Text = ours(PendingPublished), "中國實用新型專利申請 申請號 201520781728.2 專利申請，尚未授權"
		}, OK, "7", "第七条"},
		{"3 not in the register, own patent shown", func(f *Facts) { f.Register = &Register{Found: ptr(false)}; f.ShowsValidOwnPatent = ptr(true) }, Defect, "3", "第五条第一款第二项"},
		{"3 wrong check digit", func(f *Facts) { f.Text = "中国实用新型专利 ZL201520781728.3" }, Defect, "3", "第五条第一款第二项"},
		{"3 a digit too many", func(f *Facts) {
			f.Text = "中国实用新型专利 ZL2015207817282.2"
			f.ShowsValidOwnPatent = ptr(true)
		}, Defect, "3", "第八条"},
		{"3 a digit differs", func(f *Facts) {
			f.Text = "中国实用新型专利 ZL201520781729.2"
			f.ShowsValidOwnPatent = ptr(true)
		}, Defect, "3", "第八十三条"},
		{"4 another's on the product", func(f *Facts) { f.Permission = ptr(false) }, Suspect, "4/L1c", "第八十四条第一款第一项"},
		{"4 another's in an advertisement", func(f *Facts) { f.Permission = ptr(false); f.Medium = Advertisement }, Suspect, "4/L3c", "第八十四条第一款第三项"},
		{"5 another product", func(f *Facts) { f.Matches = No }, Suspect, "5/L1a", "第八十四条第一款第一项"},
		{"5 another product, on a page", func(f *Facts) { f.Matches = No; f.Medium = Web }, Suspect, "5/L3a", "第八十四条第一款第三项"},
		{"5b unclear", func(f *Facts) { f.Matches = NotSure }, Check, "5b", "第八十四条"},
		{"5b beside a defect", func(f *Facts) { f.Matches = NotSure; f.Text = "专利号 ZL201520781728.2" }, Check, "5b 16", ""},
		{"6 pending called a patent", func(f *Facts) { f.Register = ours(PendingPublished) }, Suspect, "6/L1a", "第八十四条第一款第一项"},
		{"6 in a contract", func(f *Facts) { f.Register = ours(PendingUnpublished); f.Medium = Contract }, Suspect, "6/L3b", "第八十四条第一款第三项"},
		{"6 an application number with ZL", func(f *Facts) {
			f.Register = ours(PendingPublished)
			f.Text = "实用新型专利申请 ZL201520781728.2 专利申请，尚未授权"
		}, Suspect, "6/L1a", ""},
		{"6 granted later", func(f *Facts) { f.ProducedOn = calendar.Date(2016, 3, 1) }, Suspect, "6/L1a", ""},
		{"7 application mark", func(f *Facts) {
			f.Register = ours(PendingPublished)
			f.Text = "中国实用新型专利申请 201520781728.2 专利申请，尚未授权"
		}, OK, "7", "《专利标识标注办法》第七条"},
		{"8 without the words", func(f *Facts) {
			f.Register = ours(PendingPublished)
			f.Text = "实用新型专利申请号 201520781728.2"
		}, Defect, "8", "《专利标识标注办法》第七条"},
		{"8 patent pending", func(f *Facts) { f.Register = ours(PendingPublished); f.Text = "已申请国家专利" }, Defect, "8", "第七条"},
		{"9 rejected, application mark", func(f *Facts) {
			f.Register = ours(Rejected)
			f.Text = "中国实用新型专利申请 201520781728.2 专利申请，尚未授权"
		}, Defect, "9", "第七条"},
		{"9 ended, application mark", func(f *Facts) { f.Register = ended(LapsedFee, "2017-10-09"); f.Text = "专利申请号 201520781728.2" }, Defect, "9", "第七条"},
		{"10 rejected", func(f *Facts) { f.Register = ours(Rejected) }, Suspect, "10/L1a", "第八十四条第一款第一项"},
		{"10 deemed withdrawn, on a page", func(f *Facts) { f.Register = ours(DeemedWithdrawn); f.Medium = Web }, Suspect, "10/L3a", "第八十四条第一款第三项"},
		{"10 withdrawn", func(f *Facts) { f.Register = ours(Withdrawn) }, Suspect, "10/L1a", ""},
		{"10 deemed abandoned", func(f *Facts) { f.Register = ours(DeemedAbandoned) }, Suspect, "10/L1a", ""},
		{"11 made before, sold after", func(f *Facts) { f.Register = ended(LapsedFee, "2018-05-15") }, OK, "11", "第八十四条第二款"},
		{"11 invalidated since", func(f *Facts) { f.Register = ended(InvalidAll, "2018-05-15") }, OK, "11", "第八十四条第二款"},
		{"11 by the term, which the register does not say", func(f *Facts) {
			f.ProducedOn, f.SoldOn = calendar.Date(2025, 10, 8), calendar.Date(2025, 10, 9)
		}, OK, "11", "第一百零一条第二款"},
		{"12 day unknown", func(f *Facts) { f.Register = ended(LapsedFee, "2017-10-09"); f.ProducedOn = 0 }, Check, "12", "第八十四条第二款"},
		{"12 end unknown", func(f *Facts) { f.Register = ours(LapsedFee) }, Check, "12", "第八十四条第二款"},
		{"13 made after the end", func(f *Facts) { f.Register = ended(LapsedFee, "2017-10-09") }, Suspect, "13/L1b", "第八十四条第一款第一项"},
		{"13 made on the day", func(f *Facts) { f.Register = ended(LapsedFee, "2018-05-01"); f.Medium = Packaging }, Suspect, "13/L1b", ""},
		{"13 by the term", func(f *Facts) { f.ProducedOn, f.SoldOn = calendar.Date(2025, 10, 9), 0 }, Suspect, "13/L1b", "第一百零一条"},
		{"13 double patenting, on the product", func(f *Facts) { f.Register = ended(Abandoned, "2018-01-05"); f.Register.AvoidDouble = true }, Suspect, "13/L1b", ""},
		{"14 double patenting, in a manual", func(f *Facts) {
			f.Register = ended(Abandoned, "2018-01-05")
			f.Register.AvoidDouble, f.Medium = true, Manual
		}, Defect, "14", "第五条第二款"},
		{"15 ended, on a page", func(f *Facts) { f.Register = ended(LapsedFee, "2017-10-09"); f.Medium = Web }, Suspect, "15/L3a", "第八十四条第一款第三项"},
		{"15 ended, in a manual", func(f *Facts) { f.Register = ended(Expired, "2017-10-09"); f.Medium = Manual }, Suspect, "15/L3a", "第五项"},
		{"16 type missing", func(f *Facts) { f.Text = "专利号：ZL201520781728.2" }, Defect, "16", "《专利标识标注办法》第五条"},
		{"16 number missing", func(f *Facts) { f.Text = "实用新型专利 仿冒必究" }, Defect, "16", "第五条"},
		{"16 only a boast", func(f *Facts) { f.Text = "已获国家专利" }, Defect, "16", "第五条"},
		{"16 only a threat", func(f *Facts) { f.Text = "仿冒必究" }, Defect, "16", "第五条"},
		{"16 type in English only", func(f *Facts) { f.Text = "Utility model patent ZL201520781728.2" }, Defect, "16", "第五条"},
		{"17 wrong type", func(f *Facts) { f.Text = "中国发明专利 ZL201520781728.2" }, Defect, "17", "第五条第一款第一项"},
		{"18 foreign only", func(f *Facts) { f.Text = "Patent No. US 7,654,321"; f.Register = nil }, Check, "18/L5", "第八十四条第一款第五项"},
		{"18 foreign and named", func(f *Facts) { f.Text = "美国专利 US 7,654,321"; f.Register = nil }, OK, "", ""},
		{"19 not on record", func(f *Facts) { f.Party = "德清茶具厂" }, Check, "19/L1c", "《专利标识标注办法》第四条"},
		{"19 on record", func(f *Facts) { f.Party = "湖州茶具厂" }, OK, "21", ""},
		{"20 method", func(f *Facts) {
			f.Register = &Register{Number: "201310699744.2", Found: ptr(true), Type: Invention, Status: GrantedValid, Method: true}
			f.Text = "中国发明专利 ZL201310699744.2"
		}, Defect, "20", "《专利标识标注办法》第六条"},
		{"20 method, said", func(f *Facts) {
			f.Register = &Register{Number: "201310699744.2", Found: ptr(true), Type: Invention, Status: GrantedValid, Method: true}
			f.Text = "本产品系依照专利方法所获得的产品 中国发明专利 ZL201310699744.2"
		}, OK, "21", ""},
		{"21", func(*Facts) {}, OK, "21", "《专利标识标注办法》第五条"},
		{"21 partly invalid", func(f *Facts) { f.Register = ours(InvalidPart) }, OK, "21", ""},
		{"21 made and sold before the end", func(f *Facts) { f.Register = ended(LapsedFee, "2020-10-09") }, OK, "21", ""},
		{"21 full width", func(f *Facts) { f.Text = "中国实用新型专利　ＺＬ２０１５２０７８１７２８．２" }, OK, "21", ""},
		{"21 nothing raised", func(f *Facts) { f.Matches, f.ProducedOn, f.SoldOn = "", 0, 0 }, OK, "21", ""},
		{"no mark", func(f *Facts) { f.Text = "精品茶杯 13812345678" }, OK, "", ""},
		{"no mark, empty", func(f *Facts) { f.Text = "" }, OK, "", ""},
		{"2 seller", func(f *Facts) { f.Register = &Register{Found: ptr(false)}; f.Role = Seller }, Suspect, "2/L1a 2/L2", ""},
		{"a seller's own page is its own act", func(f *Facts) { f.Register = &Register{Found: ptr(false)}; f.Role, f.Medium = Seller, Web }, Suspect, "2/L3a", ""},
		{"two numbers, one not looked up", func(f *Facts) { f.Text = right + "；外观设计专利 ZL200930193487.X" }, Check, "21 2", ""},
		{"two defects", func(f *Facts) {
			f.Register = &Register{Number: "201310699744.2", Found: ptr(true), Type: Invention, Status: GrantedValid, Method: true}
			f.Text = "外观设计专利 ZL201310699744.2"
		}, Defect, "17 20", ""},
	}
}

func TestEveryRow(t *testing.T) {
	for _, x := range everyRow() {
		f := base()
		x.make(&f)
		r := CheckMarking(f)
		var rows []string
		for _, y := range r.Findings {
			s := y.Row
			if y.Limb != "" {
				s += "/" + y.Limb
			}
			rows = append(rows, s)
			if y.Reason.ZH == "" || y.Reason.EN == "" || strings.Contains(y.Reason.ZH+y.Reason.EN, "{") || y.Cite.ZH == "" || y.Cite.EN == "" {
				t.Errorf("%s: row %s without words: %+v", x.name, y.Row, y)
			}
			if (y.Result == Suspect || y.Result == Defect) != (y.Order != nil) {
				t.Errorf("%s: row %s: order %v", x.name, y.Row, y.Order)
			}
		}
		if got := strings.Join(rows, " "); got != x.rows || r.Result != x.result {
			t.Errorf("%s: %s %q, want %s %q", x.name, r.Result, got, x.result, x.rows)
			continue
		}
		if len(rows) > 0 && !strings.Contains(r.Findings[0].Cite.ZH, x.cite) {
			t.Errorf("%s: cites %s, want %s", x.name, r.Findings[0].Cite.ZH, x.cite)
		}
	}
}

// The law of the day: rules of 2010 until 2024-01-19, the law of 2008 until 2021-05-31; the seller who did not know.
func TestLawOfTheDay(t *testing.T) {
	for _, x := range []struct{ made, sold, rules, law string }{
		{"2018-05-01", "2024-06-01", "（2010年修订）第八十四条", "（2008年修正）第六十三条"},
		{"2021-05-31", "", "（2010年修订）第八十四条", "（2008年修正）第六十三条"},
		{"2021-06-01", "", "（2010年修订）第八十四条", "（2020年修正）第六十八条"},
		{"2024-01-19", "", "（2010年修订）第八十四条", "（2020年修正）第六十八条"},
		{"2024-01-20", "", "（2023年修订）第一百零一条", "（2020年修正）第六十八条"},
		{"", "", "（2023年修订）第一百零一条", "（2020年修正）第六十八条"},
	} {
		f := base()
		f.ProducedOn, f.SoldOn, f.Permission = day(t, x.made), day(t, x.sold), ptr(false)
		c := CheckMarking(f).Findings[0].Cite
		if !strings.Contains(c.ZH, x.rules) || !strings.Contains(c.ZH, x.law) {
			t.Errorf("made %s: %s", x.made, c.ZH)
		}
	}
	f := base()
	f.Role, f.Permission, f.Unaware, f.LawfulSource = Seller, ptr(false), ptr(true), ptr(true)
	for sold, want := range map[string]string{"2024-01-19": "第八十四条第三款", "2024-01-20": "《行政处罚法》第三十三条第二款"} {
		f.SoldOn = day(t, sold)
		r := CheckMarking(f)
		if last := r.Findings[len(r.Findings)-1]; r.Outcome != StopSaleOnly || last.Limb != "L2" || !strings.Contains(last.Cite.ZH, want) ||
			strings.Contains(last.Reason.ZH, "免除罚款。") != (sold == "2024-01-19") {
			t.Errorf("sold %s: %+v", sold, last)
		}
	}
	f.LawfulSource = nil
	if r := CheckMarking(f); r.Outcome != "" {
		t.Error("a source that nobody proved")
	}
	f = base()
	f.Text = "专利产品"
	for made, want := range map[string]string{"2024-01-19": "第八十三条", "2024-01-20": "第九十九条"} {
		f.ProducedOn = day(t, made)
		f.SoldOn = 0
		if c := CheckMarking(f).Findings[0].Cite.ZH; !strings.Contains(c, want) {
			t.Errorf("made %s: %s", made, c)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, x := range []struct {
		t           Type
		filed, want string
	}{
		{Invention, "2013-12-18", "2033-12-18"}, {UtilityModel, "2015-10-09", "2025-10-09"}, {Design, "2021-05-31", "2031-05-31"}, {Design, "2021-06-01", "2036-06-01"},
		{UtilityModel, "2016-02-29", "2026-02-28"}, {Invention, "1992-12-31", "2007-12-31"}, {Invention, "", ""}, {"", "2015-10-09", ""},
	} {
		if got := TermEnd(x.t, day(t, x.filed)).String(); got != x.want {
			t.Errorf("%s filed %s: %s, want %s", x.t, x.filed, got, x.want)
		}
	}
}

func TestUnless(t *testing.T) {
	f := base()
	f.Register = ended(LapsedFee, "2018-03-18")
	r := CheckMarking(f)
	if !slices.ContainsFunc(r.Unless, func(u Unless) bool {
		return u.EN == "production date before 2018-03-18 → lawful earlier mark" && u.ZH == "制造日期早于2018-03-18 → 此前依法标注，不属于假冒" && u.Row == "11" && u.Result == OK
	}) {
		t.Errorf("%+v", r.Unless)
	}
	if !slices.ContainsFunc(CheckMarking(base()).Unless, func(u Unless) bool { return u.Row == "4" && strings.Contains(u.EN, "neither its own nor licensed") }) {
		t.Error("what nobody has raised, the permission, is not named")
	}
	f = base()
	f.Role, f.Permission = Seller, ptr(false)
	if !slices.ContainsFunc(CheckMarking(f).Unless, func(u Unless) bool { return strings.Contains(u.EN, "order to stop selling only") }) {
		t.Error("what the unknowing seller must prove is not named")
	}
	if u := CheckMarking(Facts{Medium: Product, Role: Maker, Text: "茶杯"}).Unless; u == nil || len(u) > 0 {
		t.Error(u)
	}
}

func TestText(t *testing.T) {
	for _, x := range []struct {
		text                             string
		patent, applied, ungranted, weak bool
		types                            []Type
	}{
		{"中国发明专利", true, false, false, false, []Type{Invention}},
		{"中国发明专利申请", false, true, false, false, []Type{Invention}},
		{"专利申请，尚未授权", false, true, true, false, nil},
		{"专利申请 ， 尚未授权", false, true, true, false, nil},
		{"已申请国家专利", false, true, false, false, nil},
		{"已申请专利，专利产品", true, true, false, false, nil},
		{"Patent pending", false, true, false, false, nil},
		{"PATENTED", true, false, false, false, nil},
		{"仿冒必究", false, false, false, true, nil},
		{"发明人 张三", false, false, false, false, nil},
		{"申请流程说明。专利产品", true, false, false, false, nil},
		{"产品外观精美", false, false, false, false, nil},
		{"外观专利", true, false, false, false, []Type{Design}},
		{"\x00\x01", false, false, false, false, nil},
	} {
		m := words(mark{}, x.text)
		if m.patent != x.patent || m.applied != x.applied || m.ungranted != x.ungranted || m.weak != x.weak || !slices.Equal(m.types, x.types) {
			t.Errorf("%q: %+v", x.text, m)
		}
	}
	l := readLabel("实用新型专利 ZL201520781728.2、ZL200420091540.7；外观设计专利申请200930193487.X专利申请，尚未授权；发明专利ZL201310699744.2")
	want := []string{"201520781728.2 true false utility_model", "200420091540.7 true false utility_model", "200930193487.X false true design", "201310699744.2 true false invention"}
	for i, m := range l.marks {
		got := m.number.String() + " " + map[bool]string{true: "true", false: "false"}[m.patent] + " " + map[bool]string{true: "true", false: "false"}[m.applied] + " " + string(m.types[0])
		if i >= len(want) || got != want[i] || len(m.types) != 1 {
			t.Errorf("%d: %s %v", i, got, m.types)
		}
	}
	if got := Numbers("专利号 ZL201520781728.2 （ZL 2015 2 0781728.2）"); len(got) != 1 {
		t.Error(got)
	}
}

// What must hold of every answer, whatever the facts.
func TestAlways(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		f := randomFacts(r)
		a := CheckMarking(f)
		worst := OK
		for _, x := range a.Findings {
			if x.Result.weight() > worst.weight() {
				worst = x.Result
			}
			if x.Limb == "L2" && f.Role != Seller {
				t.Fatalf("L2 for a %s", f.Role)
			}
		}
		if a.Result != worst {
			t.Fatalf("%s, gravest %s", a.Result, worst)
		}
		if f.ForgedPaper && a.Result != Suspect {
			t.Fatalf("forged: %s", a.Result)
		}
		if b, _ := json.Marshal(CheckMarking(f)); string(b) != func() string { b, _ := json.Marshal(a); return string(b) }() {
			t.Fatal("two answers to the same facts")
		}
		var again Facts
		b, err := json.Marshal(f)
		if err != nil || json.Unmarshal(b, &again) != nil {
			t.Fatal(err)
		}
		if x, _ := json.Marshal(CheckMarking(again)); string(x) != func() string { b, _ := json.Marshal(a); return string(b) }() {
			t.Fatalf("facts changed on their way through JSON: %s", b)
		}
	}
}

func TestFaults(t *testing.T) {
	if got := base().Faults(); len(got) > 0 {
		t.Error(got)
	}
	f := base()
	f.Medium, f.Role, f.Matches, f.Register.Status, f.Register.Type = "x", "", "maybe", "DEAD", "y"
	if got := f.Faults(); !slices.Equal(got, []string{"medium", "role", "matches", "register.status", "register.type"}) {
		t.Error(got)
	}
}

// The hash names the rules: it is of the source of what decides.
func TestRulesHash(t *testing.T) {
	h := sha256.New()
	for _, f := range []string{"check.go", "facts.go", "find.go", "number.go", "publication.go", "rules.go", "status.go", "text.go", "unless.go"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	want := "sha256:" + hex.EncodeToString(h.Sum(nil))
	if *update {
		b, err := os.ReadFile("hash.go")
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(string(b), "const Rules = ")
		if err := os.WriteFile("hash.go", []byte(string(b)[:at]+"const Rules = \""+want+"\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if Rules != want {
		t.Errorf("the rules have changed: go test ./internal/patent -run TestRulesHash -update, then build the check for phones anew (.ci/run says how)")
	}
}

func FuzzCheckMarking(f *testing.F) {
	for _, s := range []string{right, "专利申请，尚未授权", "ZL2015207817282.2；US7,654,321", "仿冒必究"} {
		f.Add(s, uint64(7))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		x := randomFacts(rand.New(rand.NewPCG(seed, 1)))
		x.Text = text
		if r := CheckMarking(x); r.Findings == nil || r.Unless == nil || r.Result.weight() < 0 {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

func BenchmarkCheckMarking(b *testing.B) {
	f := base()
	f.Register = ended(LapsedFee, "2018-05-15")
	for b.Loop() {
		CheckMarking(f)
	}
}
