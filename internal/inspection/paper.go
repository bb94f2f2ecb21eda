package inspection

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// Paper is a paper of a party, frozen when the finished record came.
type Paper struct {
	ID              string `gorm:"primaryKey"`
	VisitID         string
	PartyID         string
	Version         int64
	Template        string
	TemplateVersion int64
	Number          string
	Title           string
	IssuedOn        calendar.Day
	IssuedBy        string
	Data            string
	SHA256          string `gorm:"column:sha256"`
	CreatedAt       time.Time
}

// TableName is the table of the papers.
func (Paper) TableName() string { return "visit_papers" }

// Document is the paper as the printer takes it.
func (p *Paper) Document() *document.Document {
	return &document.Document{ID: p.ID, Template: p.Template, TemplateVersion: p.TemplateVersion, Number: p.Number, Title: p.Title,
		IssuedOn: p.IssuedOn, IssuedBy: p.IssuedBy, Data: p.Data, SHA256: p.SHA256, CreatedAt: p.CreatedAt}
}

// Paper reads a paper of a visit within the person's scope. NotFound.
func (r *Rounds) Paper(ctx context.Context, by access.Actor, visit, id string) (*Paper, error) {
	q := r.db.Read(ctx)
	if _, err := r.load(q, by, visit); err != nil {
		return nil, err
	}
	var list []Paper
	if err := q.Where("id = ? AND visit_id = ?", id, visit).Find(&list).Error; err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &list[0], nil
}

// issue numbers and freezes the papers of every party of a finished record: the record, and one for each measure.
func (r *Rounds) issue(tx *store.Tx, by access.Actor, v *Visit, ver *Version, rec *Record, people []VisitOfficer) error {
	office, _ := r.regions.Get(v.Jurisdiction)
	today := calendar.DayOf(tx.Now)
	for i := range rec.Parties {
		p := &rec.Parties[i]
		data := r.fields(rec, p, people)
		papers := []string{"onsite_record"}
		for _, kind := range Measures() {
			if text := measureText(p, kind); text != "" {
				papers = append(papers, map[string]string{Sampling: "onsite_sampling", Preserve: "onsite_preserve", Correction: "onsite_correction"}[kind])
			}
		}
		for _, template := range papers {
			switch template {
			case "onsite_sampling":
				data["措施"] = measureText(p, Sampling)
			case "onsite_preserve":
				data["措施"] = measureText(p, Preserve)
			case "onsite_correction":
				data["措施"] = measureText(p, Correction)
			}
			d, err := r.papers.FreezeTx(tx, document.Issue{Template: template, Kind: "visit", Office: r.names.Name(v.Jurisdiction, today), Mark: office.Mark, On: today, By: by.Name, Data: data})
			if err != nil {
				return err
			}
			row := Paper{ID: d.ID, VisitID: v.ID, PartyID: p.ID, Version: ver.Seq, Template: d.Template, TemplateVersion: d.TemplateVersion, Number: d.Number,
				Title: d.Title, IssuedOn: d.IssuedOn, IssuedBy: d.IssuedBy, Data: d.Data, SHA256: d.SHA256, CreatedAt: tx.Now}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
			if err := r.log(tx, by, v, ver, "visit.paper", map[string]any{"number": d.Number, "template": d.Template, "paper_sha256": d.SHA256}); err != nil {
				return err
			}
		}
	}
	return nil
}

func measureText(p *Party, kind string) string {
	var out []string
	for _, m := range p.Measures {
		if m.Kind == kind {
			out = append(out, m.Text)
		}
	}
	return strings.Join(out, "；")
}

// fields are what the papers of a party say.
func (r *Rounds) fields(rec *Record, p *Party, people []VisitOfficer) map[string]string {
	zh := r.chinese
	var who []string
	for _, o := range people {
		who = append(who, fmt.Sprintf("%s（执法证号 %s）", o.Name, o.CertificateNo))
	}
	d := map[string]string{
		"被检查人": join("，", p.Name, prefixed("地址：", p.Address), prefixed("电话：", p.Phone)), "时间": zh.Time(rec.BeganAt) + " 至 " + zh.Time(rec.EndedAt),
		"地点": join("，", r.regions.Name(rec.Place, zh.Lang()), rec.Name, rec.Address, p.Address), "检查人员": strings.Join(who, "、"), "在场人员": p.Person,
		"陈述": p.Statement, "签名": signed(zh.Time, p.Sign), "检查情况": r.seen(p), "物品清单": r.goods(p), "检查事项": r.checked(rec), "照片": photos(p),
	}
	var measures, approved []string
	for i, m := range p.Measures {
		measures = append(measures, fmt.Sprintf("%d．%s：%s", i+1, zh.T("visit.measure."+m.Kind), m.Text))
		if m.Approved != "" {
			approved = append(approved, m.Approved)
		}
	}
	d["现场措施"], d["批准人"] = strings.Join(measures, "\n"), strings.Join(approved, "、")
	if d["物品清单"] == "" {
		for _, m := range p.Measures {
			if m.Kind != Correction {
				d["物品清单"] = "（无）"
			}
		}
	}
	return d
}

// seen is what was found, a line each. Without a finding it says so.
func (r *Rounds) seen(p *Party) string {
	if len(p.Findings) == 0 {
		return "未发现标注专利标识的产品。"
	}
	var lines []string
	for i := range p.Findings {
		f := &p.Findings[i]
		said := f.Suggested()
		line := fmt.Sprintf("%d．%s，%s标注“%s”", i+1, or(f.Facts.Product, "产品"), r.chinese.T("visit.medium."+f.Facts.Medium), or(f.Facts.Text, f.Number))
		if f.Number != "" {
			line += "，专利号：" + f.Number
		}
		line += "。"
		for _, x := range said.Findings {
			line += x.Reason.ZH + "（" + x.Cite.ZH + "）。"
		}
		line += "检查结论：" + r.chinese.T("visit.result."+f.Result())
		switch f.Decision {
		case "confirm":
			line += "（执法人员确认）"
		case "overrule":
			line += "（执法人员改判，理由：" + f.Reason + "）"
		}
		lines = append(lines, line+"。"+f.Note)
	}
	return strings.Join(lines, "\n")
}

func (r *Rounds) goods(p *Party) string {
	var lines []string
	for i, g := range p.Goods {
		line := fmt.Sprintf("%d．%s %s，%d%s", i+1, g.Item, g.Model, g.Quantity, g.Unit)
		if g.UnitPrice > 0 {
			line += "，单价 " + r.chinese.Money(g.UnitPrice)
		}
		lines = append(lines, join("，", line, prefixed("存放于", g.Kept), g.Remark))
	}
	return strings.Join(lines, "\n")
}

func (r *Rounds) checked(rec *Record) string {
	var lines []string
	for _, c := range rec.Checklist {
		for _, x := range r.lists[rec.Kind] {
			if x.ID == c.Item {
				lines = append(lines, join("，", x.Text.ZH+"："+r.chinese.T("visit.answer."+c.Answer), c.Note))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func photos(p *Party) string {
	var list []string
	for _, f := range p.Findings {
		for _, x := range f.Photos {
			list = append(list, join(" ", x.Caption, x.SHA256))
		}
	}
	return strings.Join(list, "；")
}

func signed(at func(time.Time) string, s *Sign) string {
	switch {
	case s == nil:
		return ""
	case s.How == Refused:
		return join("，", "被检查人拒绝签名", prefixed("理由：", s.Reason), "见证人："+s.Witness, at(s.At)) + "。"
	case s.How == OnPaper:
		return join("，", "被检查人已在纸质笔录上签名", s.Name, at(s.At)) + "。"
	}
	return join("，", "被检查人已阅读并在屏幕上签名", s.Name, at(s.At), "签名图像的散列值："+s.Image) + "。"
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func join(sep string, list ...string) string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

// leadFacts is what a lead tells of a party: everything that speaks against it, in Chinese.
func (r *Rounds) leadFacts(rec *Record, p *Party, people []VisitOfficer) (title, facts, patentNo string) {
	d := r.fields(rec, p, people)
	title = firstRunes(p.Name+"涉嫌假冒专利（现场检查）", 200)
	var b strings.Builder
	fmt.Fprintf(&b, "%s在%s现场检查发现：\n%s\n", d["时间"], d["地点"], d["检查情况"])
	for _, x := range [][2]string{{"物品清单：\n", d["物品清单"]}, {"现场措施：\n", d["现场措施"]}, {"当事人陈述：", d["陈述"]}, {"", d["签名"]}} {
		if x[1] != "" {
			b.WriteString(x[0] + x[1] + "\n")
		}
	}
	n := 0
	for i := range p.Findings {
		f := &p.Findings[i]
		n += len(f.Photos)
		if patentNo == "" && f.Result() == string(patent.Suspect) {
			patentNo = firstRunes(f.Number, 60)
			if list := patent.Numbers(f.Facts.Text); patentNo == "" && len(list) > 0 {
				patentNo = list[0].Normal()
			}
		}
	}
	b.WriteString("照片：" + strconv.Itoa(n) + " 张；检查人员：" + d["检查人员"])
	return title, firstRunes(b.String(), 20000), patentNo
}

func firstRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
