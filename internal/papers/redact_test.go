package papers_test

import (
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/papers"
)

// TestRedaction: what is struck out, and what stays.
func TestRedaction(t *testing.T) {
	f := &casework.File{Parties: []casework.Party{{Role: "respondent", Form: "person", Name: "张三", Address: "湖州市吴兴区某路1号", Code: "330501199001011234", Phone: "13800001111"}, {Role: "agent", Form: "person", Name: "李四"}}}
	text, struck := papers.Redacted("张三（330501199001011234），住所：湖州市吴兴区某路1号，电话13800001111，0572-2012345，账号6222021234567890123，邮箱a.b@c.cn，代理人李四，配方甲，专利号ZL201490000012.4。", f, []string{"配方甲"})
	for _, secret := range []string{"199001011234", "某路1号", "13800001111", "2012345", "6222021234567890123", "a.b@c.cn", "李四", "配方甲"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is not struck out: %s", secret, text)
		}
	}
	for _, kept := range []string{"张三", "ZL201490000012.4", "李某"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is gone: %s", kept, text)
		}
	}
	if struck["identity"] != 1 || struck["phone"] != 2 || struck["word"] != 1 || struck["person"] != 1 || struck["mail"] != 1 || struck["account"] != 1 || struck["address"] != 1 {
		t.Errorf("%v", struck)
	}
}

// TestRedactionKnowsNumbersHoweverTheyAreWritten: SAMR Order 45 Art. 8; Order 81 Art. 83. The numbers are invented.
func TestRedactionKnowsNumbersHoweverTheyAreWritten(t *testing.T) {
	f := &casework.File{Parties: []casework.Party{{Role: "respondent", Form: "person", Name: "张三", Address: "湖州市吴兴区 某路 1 号"},
		{Role: "respondent", Form: "organisation", Name: "测试木业有限公司", Code: "913305001234567890"}}}
	for text, want := range map[string]string{
		"身份证330501900101123":           "身份证3305＊＊＊＊",
		"身份证330501 19900101 1234。":     "身份证3305＊＊＊＊。",
		"身份证３３０５０１１９９００１０１１２３Ｘ":        "身份证3305＊＊＊＊",
		"手机138-0013-8000，":             "手机＊＊＊，",
		"手机138 0013 8000":              "手机＊＊＊",
		"手机+86 13800138000":            "手机+＊＊＊",
		"电话(0572)2345678":              "电话(＊＊＊",
		"电话05722345678":                "电话＊＊＊",
		"联系电话：2345678":                 "联系电话：＊＊＊",
		"账号6222 0212 3456 7890 123":    "账号＊＊＊",
		"账号62220212345678901234":       "账号＊＊＊",
		"张三，1990年1月1日出生，男":             "张三，＊＊＊出生，男",
		"出生日期：1990-01-01":              "出生日期：＊＊＊",
		"住湖州市吴兴区某路1号":                  "住（住址略）",
		"住湖州市吴兴区　某路1号":                 "住（住址略）",
		"专利号ZL201490000012.4":          "专利号ZL201490000012.4",
		"专利号 201490000012.4":           "专利号 201490000012.4",
		"统一社会信用代码91330500MA2B0000XX":   "统一社会信用代码91330500MA2B0000XX",
		"统一社会信用代码913305001234567890":   "统一社会信用代码913305001234567890",
		"不是本案企业的代码913305001234567891":  "不是本案企业的代码＊＊＊",
		"号码33050119999999999X":         "号码3305＊＊＊＊",
		"1.13800138000":                "1.＊＊＊",
		"账号6222021234567890123.5":      "账号＊＊＊.5",
		"罚款123456789.00元":              "罚款123456789.00元",
		"2026年11月20日作出，数量12345678件":    "2026年11月20日作出，数量12345678件",
		"湖市监知假字〔2026〕12号，2026-11-20":   "湖市监知假字〔2026〕12号，2026-11-20",
		"注册号330500000012345（旧营业执照）":    "注册号330500000012345（旧营业执照）",
		"网址 https://a.example/1234567": "网址 https://a.example/1234567",
	} {
		if got, _ := papers.Redacted(text, f, nil); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
