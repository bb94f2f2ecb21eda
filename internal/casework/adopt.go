package casework

import (
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/store"
)

// Adopted is a file that came in with a lead, before there was a case or beside it.
type Adopted struct {
	ID, Name, MediaType string
	Ref                 blob.Ref
	Origin              string // the number of the lead
	At                  time.Time
}

// AdoptTx puts a file of a lead into its case, in the transaction of whoever files it or of who sent it. It asks for no right: that was asked where the
// lead was filed, or by the code of the receipt. Where the file came from stands with it and in the log. An archived case takes nothing more.
func (d *Docket) AdoptTx(tx *store.Tx, by access.Actor, caseID string, in Adopted) error {
	var c Case
	if err := tx.Where("id = ?", caseID).Take(&c).Error; err != nil {
		return err
	}
	var have int64
	if err := tx.Model(&Attachment{}).Where("id = ?", in.ID).Count(&have).Error; err != nil || have > 0 || c.State == Archived {
		return err
	}
	a := &Attachment{ID: in.ID, CaseID: c.ID, Name: fileName(in.Name), MediaType: in.MediaType, Size: in.Ref.Size, SHA256: in.Ref.SHA256, AddedBy: by.ID, AddedName: by.Name, AddedAt: tx.Now,
		Origin: in.Origin, OriginAt: &in.At}
	if err := tx.Create(a).Error; err != nil {
		return err
	}
	if err := audit.Append(tx, by.Entry("case.attach", c.Jurisdiction, "case:"+c.ID, map[string]any{"file": a.Name, "size": a.Size, "sha256": a.SHA256, "number": c.Number, "origin": in.Origin})); err != nil {
		return err
	}
	return d.attached(tx, by, &c, a)
}
