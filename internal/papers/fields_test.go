package papers_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/store/storetest"
	"huzhi/internal/typeset"
	"huzhi/views/official"
)

// sheet is a paper of the sets: its form and what must stand on it, fields of the case or of the officer by name, and words after a bar.
type sheet struct{ paper, form, fields, words string }

// infringement is the set of the case guide of 2019, with its numbers.
func infringementSet() []sheet {
	return []sheet{
		{"1 处理请求书", "inf_request", "专利号 专利名称 专利权人 请求人 请求人法定代表人 请求人地址 请求人邮编 请求人电话 代理人 代理机构 代理人详情 当事人 当事人地址 当事人电话 请求事项 事实和理由", "签名|年　　月　　日"},
		{"2 证据材料清单", "evidence_list", "专利号 证据清单 提交人 接收人 提交日期", "序号|证据名称|证明事实|页数|备注|一式两份"},
		{"3 授权委托书", "power_of_attorney", "委托人 委托人法定代表人 委托人职务 受托人一 受托人一权限 受托人二 受托人二权限 案由", "签名"},
		{"4 立案审批表", "inf_filing_approval", "案号 专利号 专利名称 专利权人 请求人 当事人 案情摘要 承办人意见", "承办部门负责人意见|机关负责人意见|（签名）"},
		{"5 受理通知书", "acceptance_notice", "专利 请求人 被请求人 收到日期 经办人 案号", "回避"},
		{"6 不予受理通知书", "refusal_notice", "请求人 被请求人 专利 收到日期 事由 事由清单", "行政诉讼|向人民法院起诉"},
		{"7 提交评价报告通知书", "report_notice", "案号 专利 立案日期 期限", "专利权评价报告"},
		{"8 答辩通知书", "answer_notice", "当事人 请求人 专利 答辩期限 承办人 联系方式", "副本|主体资格证明|授权委托书|不影响本机关处理|无效"},
		{"9 调查取证请求书", "inquiry_request", "被调查人 被调查人地点 证据名称 证明事实 证据所在 请求理由", "签名"},
		{"10 调查取证审批表", "inquiry_approval", "案号 专利号 专利名称 专利权人 请求人 当事人 案情摘要 调查事项 调查理由 承办人意见", "机关负责人意见"},
		{"11 调查笔录", "interview_record", "案由 被询问人 性别 工作单位 职务 被询问人地址 被询问人电话 办案人员 询问地点 开始时间 结束时间 笔录正文 备注", "签名|个别进行"},
		{"12 现场检查（勘验）笔录", "scene_record", "检查时间 检查地点 检查人员详情 当事人在场人 见证人 权利告知 检查情况", "属实|签名"},
		{"13 抽样取证决定和清单", "sampling_decision", "法律依据 抽样地点 物品清单", "物品名称|规格型号|数量|单价|存放地点|备注|签名"},
		{"14 证据登记保存审批表", "preserve_approval", "案由 证据持有人 审批事项 承办人意见", "机关负责人意见"},
		{"15 证据登记保存决定书", "preservation_decision", "日期 被调查人 物品清单 保存地点", "不得销毁或者转移|七日"},
		{"15 清单", "goods_list", "物品清单 持有人 措施文书", "物品名称|规格型号|数量|单价|存放地点|备注"},
		{"16 解除登记保存决定书", "preservation_release", "日期 物品清单", "三个月"},
		{"16 清单", "release_list", "退还清单", "是否解除退还|三个月"},
		{"17 技术鉴定委托书", "appraisal_commission", "鉴定机构 鉴定事项 期限", "书面意见"},
		{"18 中止处理申请书", "suspension_request", "专利号 专利名称 专利权人 中止理由 附件", "签名"},
		{"19 中止处理通知书", "suspension_notice", "请求人详情 当事人详情 专利 中止事由 日期", "一式三份"},
		{"20 不予中止处理通知书", "no_suspension_notice", "请求人详情 当事人详情 专利 事由", "不中止处理"},
		{"21 恢复处理通知书", "resumption_notice", "理由 日期 中止事由", "恢复处理"},
		{"22 口头审理通知书", "oral_hearing_notice", "审理日期 审理时间 审理地点", "三日内交回回执|三日前|证据原件|按撤回请求处理|按缺席处理"},
		{"22 回执", "hearing_slip", "参加意见 参加人员 附件", "三日内|姓名|联系电话"},
		{"23 回避申请决定书", "recusal_decision", "申请人 被申请人 申请理由 决定", "本机关决定"},
		{"24 口头审理笔录", "oral_hearing_record", "案由 审理时间 审理地点 合议组 书记员 请求人 当事人 到庭人员 审理要点", "签名"},
		{"25 合议笔录", "deliberation_minutes", "专利号 合议组 书记员 合议时间 合议意见 表决结果", "内部材料|签名"},
		{"26 和解协议书", "settlement", "请求人详情 当事人详情 协议条款 份数", "签章"},
		{"27 调解协议书", "mediation_agreement", "请求人详情 当事人详情 案由 承办人 协议内容 日期", "一式三份|签名|书记员|公章"},
		{"28 撤案请求书", "withdrawal_request", "撤案理由 附件", "□"},
		{"29 撤销案件决定书", "withdrawal_decision", "案号 请求人详情 当事人详情 撤案事由 理由 费用", "撤销本案|行政复议"},
		{"30 结案审批表", "inf_closing_approval", "案号 专利号 专利名称 专利权人 请求人 当事人 案情摘要 合议组意见 拟发文书", "机关负责人意见"},
		{"31 处理决定书", "adjudication", "请求人详情 当事人详情 第三人 专利 立案日期 承办人 审理方式 请求人主张 被请求人主张 证据认定 查明事实 理由 法条 结果 责令 措施 履行期限 费用", "十五日内"},
		{"31 行政裁决书", "adjudication_ruling", "请求人详情 当事人详情 第三人 专利 立案日期 承办人 审理方式 请求人主张 被请求人主张 证据认定 查明事实 理由 法条 结果 责令 措施 履行期限 费用", "十五日内"},
		{"32 更正通知书", "correction_notice", "原文书 原文 更正为", "更正"},
		{"33 送达回证", "service_receipt", "案号 机关 送达文书 文书页数 受送达人 代收人 送达地址 送达方式 送达时间 送达备注", "送达人签名|签名、盖章"},
		{"34 强制执行请求书", "enforcement_request", "决定文号 送达日期 未履行情况 执行事项", "期满未起诉"},
		{"34 强制执行申请书", "stop_application", "法院 裁决文号 送达日期 申请事项", "未起诉|机关负责人（签名）"},
		{"35 延期审批表", "extension_approval", "案号 办案到期日 延期理由 延期天数 承办人意见", "机关负责人意见"},
	}
}

// counterfeitSet is the set of penalty cases.
func counterfeitSet() []sheet {
	return []sheet{
		{"案件来源（举报）登记表", "source_record", "案号 题名 地区 来源渠道 类别 登记时间 举报人代号 是否要求回复 涉及对象 涉及对象地址 涉及对象电话 内容 承办人意见 处理结果 答复情况", "机关负责人意见"},
		{"立案审批表", "filing_approval", "案件来源 案由 当事人 性别 工作单位职务 当事人法定代表人 当事人地址 当事人电话 立案事实 立案理由 办案人员 承办人意见", "机关负责人意见|（签名）"},
		{"不予立案审批表", "no_filing_decision", "案件来源 当事人 不立案理由", "机关负责人意见"},
		{"现场检查（勘验）笔录", "scene_record", "检查时间 检查地点 检查情况 当事人在场人 拒签说明", "录音录像|签名"},
		{"询问笔录", "interview_record", "笔录正文", "逐页签名|更正处"},
		{"抽样取证凭证", "sampling_record", "抽样地点 清单 执法人员", "封条"},
		{"先行登记保存证据通知书", "preserve_notice", "当事人详情 清单 存放地点 执法人员", "不得损毁、销毁或者转移"},
		{"先行登记保存清单", "goods_list", "物品清单", "签名"},
		{"先行登记保存处理通知书", "preserve_result_notice", "保存文书 处理结果 物品清单", "签名"},
		{"解除先行登记保存", "preserve_release", "清单 理由 日期", "解除先行登记保存"},
		{"查封（扣押）决定书", "seal_decision", "当事人详情 查封理由 查封依据 措施 期限 清单 起诉期限 复议机关", "一式两份|陈述和申辩"},
		{"延长查封（扣押）", "seal_extension", "延长理由 延长至", "延长"},
		{"解除查封（扣押）", "seal_release", "解除事由 理由 清单", "立即退还"},
		{"协助调查函", "assistance_letter", "协助机关 协助事项", "十五个工作日"},
		{"鉴定委托书", "appraisal_commission", "鉴定机构 鉴定事项", "盖章"},
		{"责令改正通知书", "correction_order", "标注问题 改正期限", "责令"},
		{"调查终结报告", "investigation_report", "当事人详情 案件来源 调查经过 违法事实 证据 处理建议 处罚依据 裁量理由", "基本情况|违法行为性质|自由裁量"},
		{"案件集体讨论笔录", "discussion_record", "讨论时间 讨论地点 主持人 记录人 参加人员 讨论意见 结论意见", "内部材料"},
		{"行政处罚告知书", "penalty_notice", "当事人 违法事实 理由 拟没收 拟罚款 陈述期限 听证", "拟作出的行政处罚|权利"},
		{"听证告知书", "hearing_right_notice", "当事人 违法事实 拟处罚 处罚依据 听证期限 联系方式", "听证不收取费用"},
		{"听证通知书", "hearing_notice", "时间 听证地点 主持人 公开", "代理"},
		{"听证笔录", "hearing_record", "听证时间 听证地点 听证主持人 记录人 当事人 办案人员 听证参加人 听证内容", "签名"},
		{"听证报告", "hearing_report", "听证时间 听证主持人 听证情况 听证意见", "签名"},
		{"陈述申辩笔录", "statement_record", "陈述时间 陈述地点 陈述人 陈述内容 复核意见", "签名"},
		{"行政处罚决定书", "penalty_decision", "当事人详情 违法事实 违法情形 陈述申辩 听证 理由 处罚依据 责令 没收 罚款 起诉期限 复议机关 公示告知", "十五日内|指定的银行|百分之三"},
		{"当场处罚决定书", "spot_penalty", "当事人详情 违法事实 处罚依据 罚款金额 缴纳方式 处罚地点 办案人员 复议机关", "六十日|六个月|陈述、申辩"},
		{"不予行政处罚决定书", "no_penalty_decision", "当事人详情 违法事实 理由 不罚依据", "三、处理决定"},
		{"撤销案件决定书", "case_withdrawal", "当事人详情 违法事实 理由", "撤销本案"},
		{"移送函", "transfer_letter", "受移送机关 移送事由", "移送"},
		{"涉嫌犯罪案件移送书", "police_transfer", "当事人详情 犯罪事实 专案组", "调查报告|清单|检验报告"},
		{"送达回证", "service_receipt", "送达文书 受送达人 送达方式", "签名"},
		{"催告书", "demand_letter", "当事人 罚款 没收", "十日|履行方式|陈述和申辩"},
		{"强制执行申请书", "enforcement_application", "法院 机关 当事人详情 罚款", "事实、理由和依据|当事人的意见|标的情况|机关负责人（签名）"},
		{"延期（分期）缴纳批准书", "instalment_approval", "当事人 申请理由 罚款金额 缴纳安排", "百分之三"},
		{"延期（分期）缴纳通知书", "deferral_notice", "当事人 罚款 缴纳安排", "百分之三"},
		{"延期审批表", "extension_approval", "办案到期日 延期理由 延期天数", "机关负责人意见"},
		{"结案（报告）审批表", "closing_approval", "当事人 决定文号 处理结果 案情摘要 执行情况 承办人意见", "机关负责人意见"},
		{"卷宗封面", "volume_cover", "卷名 案号 决定文号 机关 立案日期 结案日期 保管期限 件数 页数 归档号", "卷别"},
		{"卷内目录", "volume_index", "卷内文件", "文件题名|页次"},
		{"备考表", "volume_remarks", "卷内情况 立卷人 检查人", "本卷情况说明"},
		{"送达地址确认书", "address_confirmation", "确认人 确认地址 收件人 收件电话 电子送达", "退回之日"},
		{"送达公告", "public_notice", "受送达人 送达文书 公告事由 公告期", "视为送达"},
		{"撤回文书通知书", "paper_withdrawal", "原文书 撤回理由", "撤回"},
	}
}

var update = flag.Bool("update", false, "write the layouts anew")

// golden holds a text to its file.
func golden(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s is not how the paper is set (go test ./internal/papers -run Fields -update):\n%s", name, text)
	}
}

// TestFieldsOfThePapers makes every paper of both sets with a word of its own in each field, as text, as PDF and as DOCX, and fails for every field or
// phrase that is not on it. No paper of the office is without number, office, day and seal.
func TestFieldsOfThePapers(t *testing.T) {
	db := storetest.SQLite(t)
	office, err := document.New(db, official.Templates(), document.Forms{{Series: document.PaperSeries, Form: "{mark}知法{word}字〔{year}〕{n}号"}})
	if err != nil {
		t.Fatal(err)
	}
	fonts, err := typeset.LoadFonts("")
	if err != nil {
		t.Fatal(err)
	}
	all := append(infringementSet(), counterfeitSet()...)
	for _, x := range all {
		tpl := office.Template(x.form)
		if tpl == nil {
			t.Errorf("%s: there is no form %s", x.paper, x.form)
			continue
		}
		data := map[string]string{}
		for _, name := range tpl.Fields() {
			data[name] = "“" + name + "”"
		}
		p, missing, err := office.Preview(document.Issue{Template: x.form, Office: "湖州市知识产权局", Mark: "湖", On: calendar.Date(2026, 11, 20), Data: data})
		if err != nil || len(missing) > 0 {
			t.Errorf("%s: %v %v", x.paper, missing, err)
			continue
		}
		set := document.Typeset(p)
		text := set.Text()
		for _, name := range strings.Fields(x.fields) {
			if !slices.Contains(tpl.Fields(), name) && name != "机关" || name != "机关" && !strings.Contains(text, "“"+name+"”") {
				t.Errorf("%s: the field %s is not on the paper", x.paper, name)
			}
		}
		for _, w := range strings.Split(x.words, "|") {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not on the paper", x.paper, w)
			}
		}
		if tpl.Class == "" {
			for _, w := range []string{"湖州市知识产权局", "〔2026〕", "（印章）", "2026年11月20日"} {
				if !strings.Contains(text, w) {
					t.Errorf("%s: %q is not on the paper", x.paper, w)
				}
			}
		}
		layout, err := fonts.Layout(set)
		if err != nil {
			t.Errorf("%s: %v", x.paper, err)
		}
		golden(t, filepath.Join("testdata", "layout", x.form+".txt"), layout)
		var pdf, docx bytes.Buffer
		if n, err := fonts.PDF(&pdf, set); err != nil || n < 1 || n > 4 {
			t.Errorf("%s: %d pages, %v", x.paper, n, err)
		}
		if err := typeset.DOCX(&docx, set); err != nil {
			t.Errorf("%s: %v", x.paper, err)
		}
		// without its data, each field that must be there is named
		if tpl.Class != document.Party {
			_, missing, err = office.Preview(document.Issue{Template: x.form, Office: "x", On: calendar.Date(2026, 11, 20), Data: map[string]string{}})
			if err != nil || len(missing) == 0 {
				t.Errorf("%s: nothing is missed: %v", x.paper, err)
			}
		}
	}
	if len(infringementSet()) < 35 {
		t.Error("the set has 35 papers")
	}
}
