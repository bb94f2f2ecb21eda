package lead

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The papers on a lead. Who reported a violation is named in none of them: that stands with the call.
const (
	paperReceipt    = "lead_receipt"      // 收件凭证
	paperSupplement = "supplement_notice" // 补正通知书 (Order 81 Art. 16)
	paperAccepted   = "acceptance_notice" // 受理通知书 (Order 71 Arts 13, 24; Order 81 Arts 20, 66)
	paperRefused    = "refusal_notice"    // 不予受理通知书 (Order 71 Art. 13; Order 81 Art. 20)
	paperNoMediate  = "mediation_refusal" // 不予立案通知书 (Order 71 Art. 24; Order 81 Art. 66)
	paperNotFiled   = "no_filing_notice"  // 不予立案告知书, to who complained of a counterfeit
	paperReporter   = "reporter_notice"   // 举报处理结果告知书, to who reported by name (SAMR Order 20 Art. 31)
)

// issue issues a paper on a lead with what every such paper may name and what is its own.
func (r *Register) issue(tx *store.Tx, by access.Actor, l *Lead, template string, on calendar.Day, own func(casework.Say) map[string]string) (*document.LeadPaper, error) {
	return r.docket.LeadPaperTx(tx, by, casework.LeadPaper{
		LeadID: l.ID, Seq: l.Version, Template: template, Kind: l.Kind, Jurisdiction: l.Jurisdiction, On: on,
		Data: func(say casework.Say, office string) map[string]string {
			data := map[string]string{
				"编号": l.Number, "事项": l.Title, "收到日期": l.ReceivedOn.Han(), "请求人": l.Requester, "被请求人": l.Respondent, "专利": l.PatentNo, "链接": l.URL,
				"机关": office, "经办人": by.Name, "类别": say("kind." + l.Kind),
			}
			for k, v := range own(say) {
				data[k] = v
			}
			return data
		},
	})
}

// Papers are the papers on a lead, in the order of issue, for the page of the case that came of it; none where the person may not see the lead.
func (r *Register) Papers(ctx context.Context, by access.Actor, id string) ([]document.LeadPaper, error) {
	q := r.db.Read(ctx)
	seen := q.Model(&Lead{}).Scopes(r.guard.Scope(by, "lead.view", "leads")).Where("leads.id = ?", id).Select("leads.id")
	var papers []document.LeadPaper
	return papers, r.db.Read(ctx).Where("lead_id IN (?)", seen).Order("seq, id").Find(&papers).Error
}

// actPaper is the paper of an act, or nil.
func (r *Register) actPaper(tx *store.Tx, d *doing, act string) (*document.LeadPaper, error) {
	x, template := d.in.Fields, map[string]string{"receipt": paperReceipt, "supplement": paperSupplement, "tell_reporter": paperReporter}[act]
	if template == "" {
		return nil, nil
	}
	on := d.in.On
	if act == "tell_reporter" {
		on = d.in.Day("reporter_told_on")
	}
	return r.issue(tx, d.by, d.Lead, template, on, func(say casework.Say) map[string]string {
		out := map[string]string{"交件人": x["receipt_from"], "材料": x["receipt_list"], "补正事项": x["supplement_list"], "补正期限": d.in.Day("supplement_until").Han()}
		if x["receipt_for"] == "platform" {
			out["平台"] = say("paper.receipt_platform")
		}
		if d.State == Filed || d.State == Refused {
			out["处理结果"] = say("paper.reporter." + d.State)
		}
		return out
	})
}

// refusalPaper is the paper that tells a requester, or who complained, that there is no case; nil where nobody is told by paper.
func (r *Register) refusalPaper(tx *store.Tx, by access.Actor, l *Lead, in Refusal) (*document.LeadPaper, error) {
	template := paperRefused
	switch {
	case l.Kind == casework.Dispute:
		template = paperNoMediate
	case !Request(l.Kind) && l.Source == "complaint":
		template = paperNotFiled
	case !Request(l.Kind):
		return nil, nil
	}
	return r.issue(tx, by, l, template, in.On, func(say casework.Say) map[string]string {
		return map[string]string{"事由": say("ground." + in.Ground), "理由": in.Reason, "转送": in.PassedTo, "事由清单": ticked(l.Kind, in, say)}
	})
}

// ticked are the grounds of the book that the refusal stands on, the one that holds ticked off.
func ticked(kind string, in Refusal, say casework.Say) string {
	book, _, _ := strings.Cut(in.Ground, ".")
	var out []string
	for _, g := range grounds() {
		inForce := in.On >= g.from && (g.to.IsZero() || in.On <= g.to)
		if !slices.Contains(g.kinds, kind) || !inForce || !strings.HasPrefix(g.ID, book+".") {
			continue
		}
		mark := "□"
		if g.ID == in.Ground {
			mark = "■"
		}
		out = append(out, mark+" "+say("ground."+g.ID))
	}
	return strings.Join(out, "；")
}

// acceptance is the paper that tells a requester that the case was filed; nil where there is none.
func (r *Register) acceptance(tx *store.Tx, by access.Actor, l *Lead, c *casework.Case) (*document.LeadPaper, error) {
	if !Request(c.Kind) {
		return nil, nil
	}
	return r.issue(tx, by, l, paperAccepted, c.FiledOn, func(casework.Say) map[string]string {
		return map[string]string{"案号": c.Number, "案由": c.Title, "立案日期": c.FiledOn.Han()}
	})
}

// mayReceipt bars a receipt for what nobody handed in, and for a report: the paper would tell who reported.
func mayReceipt(h *History) *errs.Error {
	switch {
	case h.Source == "report":
		return errs.New(errs.Forbidden, "error.receipt_report")
	case slices.Contains([]string{"own_patrol", "transfer", "superior"}, h.Source):
		return errs.New(errs.Conflict, "error.receipt_nobody")
	}
	return nil
}

// receiptAsks are the fields of a receipt.
func receiptAsks() []casework.Ask {
	return []casework.Ask{
		{Name: "receipt_from", Type: casework.AskText},
		{Name: "receipt_list", Type: casework.AskLong},
		{Name: "receipt_for", Type: casework.AskChoice, Options: []string{"party", "platform"}},
	}
}
