package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// None stands in a field of a paper that does not apply: a person has no legal representative.
const None = "／"

// roleFields are the words that the fields of a party begin with, by its role.
var roleFields = map[string][]string{"respondent": {"当事人", "被请求人"}, "requester": {"请求人"}, "agent": {"代理人"}, "third_party": {"第三人"}, "platform": {"平台"}}

// PaperOf is what a paper of a case is made from on a day, without its template: the office, the form of its number, the case's fields by their Chinese
// names. A field that does not apply is None; one that is not known is not there.
func (d *Docket) PaperOf(f *File, by access.Actor, on calendar.Day) (document.Issue, error) {
	r, ok := d.regions.Get(f.Jurisdiction)
	if !ok {
		return document.Issue{}, fmt.Errorf("case %s: unknown jurisdiction %s", f.Number, f.Jurisdiction)
	}
	data := d.paperData(f, Input{On: on})
	for role, words := range roleFields {
		of := func(what func(Party) string) string {
			var out []string
			for _, p := range f.Parties {
				if p.Role != role || p.GoneTo != "" {
					continue
				}
				x := what(p)
				if x == "" {
					return ""
				}
				if !slices.Contains(out, x) {
					out = append(out, x)
				}
			}
			if len(out) == 0 && role != "respondent" && (role != "requester" || f.Kind == Counterfeit) {
				return None
			}
			return strings.Join(out, "、")
		}
		for _, word := range words {
			data[word] = of(func(p Party) string { return p.Name })
			data[word+"地址"] = of(func(p Party) string { return p.Address })
			data[word+"电话"] = of(func(p Party) string { return p.Phone })
			data[word+"代码"] = of(func(p Party) string { return p.Code })
			data[word+"详情"] = cmp.Or(f.PartyLines(role), of(func(p Party) string { return p.Name }))
			data[word+"法定代表人"] = of(func(p Party) string {
				if p.Form == "person" {
					return None
				}
				return p.Representative
			})
		}
	}
	patents := func(what func(Patent) string) string {
		var out []string
		for _, p := range f.Patents {
			if p.GoneTo == "" {
				if what(p) == "" {
					return ""
				}
				out = append(out, what(p))
			}
		}
		return strings.Join(out, "、")
	}
	data["专利号"] = patents(func(p Patent) string { return p.Number })
	data["专利名称"] = patents(func(p Patent) string { return p.Title })
	data["专利权人"] = patents(func(p Patent) string { return p.Patentee })
	data["专利类型"] = patents(func(p Patent) string {
		if p.Type == "" {
			return ""
		}
		return d.say("patent.type." + p.Type)
	})
	var staff []string
	for _, m := range f.Officers() {
		if m.CertificateNo == "" {
			staff = nil
			break
		}
		staff = append(staff, m.Name+"（"+m.CertificateNo+"）")
	}
	data["办案人员"] = strings.Join(staff, "、")
	data["案件来源"] = d.say("source." + f.Source)
	data["决定日期"], data["结案日期"] = dayOr(f.DecidedOn), dayOr(f.ClosedOn)
	data["处理结果"] = None
	if f.Outcome != "" {
		data["处理结果"] = d.say("choice.outcome." + f.Outcome)
	}
	data["决定文号"] = None
	if x := f.Decision(); x != nil {
		data["决定文号"] = x.Number
	}
	data["送达日期"] = dayOr(f.Facts.Day("served_on"))
	if on >= calendar.Date(2021, 7, 15) {
		data["听证期限"] = "五个工作日"
	} else {
		data["听证期限"] = "三日"
	}
	return document.Issue{CaseID: f.ID, Kind: f.Kind, Office: d.names.Name(f.Jurisdiction, on), Mark: r.Mark, On: on, By: by.Name, Data: data}, nil
}

func dayOr(d calendar.Day) string {
	if d.IsZero() {
		return None
	}
	return d.Han()
}

// Data is what papers ask of the parties and patents of a case, to be written later than they were added.
type Data struct {
	Parties []Party  // by ID: Address, Phone, Representative
	Patents []Patent // by ID: Title, Patentee
}

// SetData writes it into an open case. Papers that were issued stay as they are. Invalid, Forbidden, NotFound, Conflict.
func (d *Docket) SetData(ctx context.Context, by access.Actor, caseID string, version int64, in Data) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
			detail := map[string]any{"what": "data"}
			var bad errs.Faults
			for _, x := range in.Parties {
				bad.Limit("address."+x.ID, x.Address, 300)
				bad.Limit("phone."+x.ID, x.Phone, 40)
				bad.Limit("representative."+x.ID, x.Representative, 100)
			}
			for _, x := range in.Patents {
				bad.Limit("title."+x.ID, x.Title, 200)
				bad.Limit("patentee."+x.ID, x.Patentee, 200)
			}
			if err := bad.Err(); err != nil {
				return nil, err
			}
			for _, x := range in.Parties {
				i := slices.IndexFunc(f.Parties, func(p Party) bool { return p.ID == x.ID && p.GoneTo == "" })
				if i < 0 {
					return nil, errs.New(errs.NotFound, "error.not_found")
				}
				p := &f.Parties[i]
				if p.Address != x.Address || p.Phone != x.Phone || p.Representative != x.Representative {
					detail["party "+p.Name] = []string{p.Address, p.Phone, p.Representative, x.Address, x.Phone, x.Representative}
				}
				p.Address, p.Phone, p.Representative = x.Address, x.Phone, x.Representative
				if err := tx.Model(&Party{}).Where("id = ? AND case_id = ?", p.ID, f.ID).Updates(map[string]any{"address": p.Address, "phone": p.Phone, "representative": p.Representative}).Error; err != nil {
					return nil, err
				}
			}
			for _, x := range in.Patents {
				i := slices.IndexFunc(f.Patents, func(p Patent) bool { return p.ID == x.ID && p.GoneTo == "" })
				if i < 0 {
					return nil, errs.New(errs.NotFound, "error.not_found")
				}
				p := &f.Patents[i]
				if p.Title != x.Title || p.Patentee != x.Patentee {
					detail["patent "+p.Number] = []string{p.Title, p.Patentee, x.Title, x.Patentee}
				}
				p.Title, p.Patentee = x.Title, x.Patentee
				if err := tx.Model(&Patent{}).Where("id = ? AND case_id = ?", p.ID, f.ID).Updates(map[string]any{"title": p.Title, "patentee": p.Patentee}).Error; err != nil {
					return nil, err
				}
			}
			return detail, nil
		})
	})
}
