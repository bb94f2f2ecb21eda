package listing

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// OpenInput is what an e-commerce case is opened with. Of the filing, the kind is always the e-commerce case, and the day today.
type OpenInput struct {
	Lead   lead.NewLead
	Filing lead.Filing
}

// OpenCase opens one e-commerce case about judged listings of one office in one step: the lead, its verification by the findings, and the filing, with what
// was captured. Whoever may file does it at once, and is none of those who judged; for an officer who may only propose, c is nil and the lead waits, verified,
// for whoever files it. NotFound; Conflict naming a listing that was not judged, or belongs to a lead or a case; Forbidden; Invalid.
func (l *Ledger) OpenCase(ctx context.Context, by access.Actor, ids []string, in OpenInput) (of *lead.Lead, c *casework.Case, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		of, c, err = l.OpenCaseTx(tx, by, ids, in)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return of, c, nil
}

// OpenCaseTx is OpenCase in the caller's transaction.
func (l *Ledger) OpenCaseTx(tx *store.Tx, by access.Actor, ids []string, in OpenInput) (*lead.Lead, *casework.Case, error) {
	var rows []Listing
	if err := tx.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id IN ?", append(ids, "")).Order("listings.judged_on DESC, listings.id").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	again := len(rows) > 0 // the form was sent twice
	for _, x := range rows {
		switch {
		case x.Finding == "":
			return nil, nil, errs.New(errs.Conflict, "error.case_unjudged", x.Number)
		case x.CaseID != nil && in.Filing.CaseID != *x.CaseID:
			return nil, nil, errs.New(errs.Conflict, "error.case_has", x.Number)
		}
		again = again && x.CaseID != nil
	}
	if again {
		f, err := l.docket.FindTx(tx, by, *rows[0].CaseID)
		if err != nil {
			return nil, nil, err
		}
		return &lead.Lead{ID: f.LeadID}, &f.Case, nil
	}
	today := calendar.DayOf(tx.Now)
	in.Lead.ReceivedOn = today
	of, err := l.MakeLeadTx(tx, by, ids, in.Lead)
	if err != nil {
		return nil, nil, err
	}
	found := lead.Verification{On: today, Proposal: lead.ProposeFile, Opinion: l.findings(rows)}
	files := l.guard.Can(by, "lead.file", rows[0].Jurisdiction)
	if of.State != lead.New { // proposed already
		return of, nil, nil
	}
	if !files {
		return of, nil, l.leads.VerifyTx(tx, by, of.ID, of.Version, found)
	}
	i := slices.IndexFunc(rows, func(x Listing) bool { return x.FoundBy != by.ID })
	if i < 0 {
		i = 0
	}
	who := access.Actor{ID: rows[i].FoundBy}
	if err := tx.Raw("SELECT name FROM users WHERE id = ?", who.ID).Scan(&who.Name).Error; err != nil {
		return nil, nil, err
	}
	if err := l.leads.FoundTx(tx, by, of.ID, of.Version, found, who); err != nil {
		return nil, nil, err
	}
	in.Filing.On, in.Filing.Kind = today, casework.Ecommerce
	c, err := l.leads.FileTx(tx, by, of.ID, of.Version+1, in.Filing)
	return of, c, err
}

// findings is what listings were found to be, as the opinion on their lead.
func (l *Ledger) findings(rows []Listing) string {
	n := map[string]int{}
	var reasons []string
	for _, x := range rows {
		n[x.Finding]++
		if r := strings.TrimSpace(x.FindingReason); r != "" && !slices.Contains(reasons, r) && len(reasons) < 20 {
			reasons = append(reasons, r)
		}
	}
	var sums []string
	for _, f := range Findings() {
		if n[f] > 0 {
			sums = append(sums, l.chinese.T("paper.finding.count", l.chinese.T("finding."+f), n[f]))
		}
	}
	s := l.chinese.T("paper.findings", len(rows), strings.Join(sums, "、"), strings.Join(reasons, "；"))
	if r := []rune(s); len(r) > 4900 {
		s = string(r[:4900]) + "…"
	}
	return s
}
