package document

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// LeadPaper is a paper issued on a lead, before there is a case: a Document without one.
type LeadPaper struct {
	Document `gorm:"embedded"`
	LeadID   string
	Seq      int64 // the lead's version after the step that issued it
}

// TableName is the table of the papers on leads.
func (LeadPaper) TableName() string { return "lead_documents" }

// IssueLeadTx is IssueTx for a paper on a lead, issued by the step after which the lead has version seq.
func (o *Office) IssueLeadTx(tx *store.Tx, in Issue, leadID string, seq int64) (*LeadPaper, error) {
	d, err := o.make(tx, in)
	if err != nil {
		return nil, err
	}
	p := &LeadPaper{Document: *d, LeadID: leadID, Seq: seq}
	return p, tx.Omit("case_id").Create(p).Error
}

// OfLead is every paper on a lead, in the order of issue. The caller has let the person see the lead.
func (o *Office) OfLead(ctx context.Context, leadID string) ([]LeadPaper, error) {
	var papers []LeadPaper
	return papers, o.db.Read(ctx).Where("lead_id = ?", leadID).Order("seq, id").Find(&papers).Error
}

// GetOfLead reads one paper on a lead that the caller has let the person see; NotFound when the lead has none of that id.
func (o *Office) GetOfLead(ctx context.Context, leadID, id string) (*LeadPaper, error) {
	var p LeadPaper
	err := o.db.Read(ctx).Where("lead_id = ? AND id = ?", leadID, id).Take(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &p, err
}
