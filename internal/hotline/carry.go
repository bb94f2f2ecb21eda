package hotline

import (
	"cmp"
	"mime"
	"path/filepath"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// carryTx puts the files that citizens sent for a lead, and for those that went on in it, into the case that it became. Their words stay with the lead.
func (d *Desk) carryTx(tx *store.Tx, by access.Actor, leadID, caseID string) error {
	var leads []lead.Lead
	if err := tx.Where("(id = ? OR merged_into = ?) AND call_id IS NOT NULL", leadID, leadID).Order("number").Find(&leads).Error; err != nil {
		return err
	}
	for i := range leads {
		var list []Message
		if err := tx.Where("call_id = ? AND side = 'citizen' AND sha256 <> ''", leads[i].CallID).Order("at, id").Find(&list).Error; err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		if err := legibleAll(d, list); err != nil {
			return err
		}
		var c Call
		if err := tx.Where("id = ?", leads[i].CallID).Take(&c).Error; err != nil {
			return err
		}
		for _, m := range list {
			if err := d.adoptTx(tx, by, &leads[i], &c, caseID, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// carryLateTx puts a file that comes in after the case was filed into it at once.
func (d *Desk) carryLateTx(tx *store.Tx, c *Call, m Message) error {
	if c.LeadID == nil || m.SHA256 == "" {
		return nil
	}
	var rows []lead.Lead
	if err := tx.Where("id = ?", *c.LeadID).Find(&rows).Error; err != nil || len(rows) == 0 {
		return err
	}
	caseID := rows[0].CaseID
	if into := rows[0].MergedInto; into != nil {
		var to []lead.Lead
		if err := tx.Where("id = ?", *into).Find(&to).Error; err != nil || len(to) == 0 {
			return err
		}
		caseID = to[0].CaseID
	}
	if caseID == nil {
		return nil
	}
	return d.adoptTx(tx, access.System(), &rows[0], c, *caseID, m)
}

// adoptTx puts one file into a case. Of somebody who must not be known it is called by the sender's code: the case is read by more people than the lead, and
// leaves the office as a volume, and a name that somebody gave a file can say anything.
func (d *Desk) adoptTx(tx *store.Tx, by access.Actor, l *lead.Lead, c *Call, caseID string, m Message) error {
	name := m.FileName
	if c.sealed() && c.IdentityID != nil {
		var err error
		if name, err = d.neutral(tx, c, m); err != nil {
			return err
		}
	}
	return d.leads.AdoptTx(tx, by, caseID, casework.Adopted{ID: m.ID, Name: name, MediaType: cmp.Or(mime.TypeByExtension(strings.ToLower(filepath.Ext(name))), "application/octet-stream"), Ref: blob.Ref{SHA256: m.SHA256, Size: m.FileSize},
		Origin: l.Number, At: m.At})
}

// neutral is a file's name that says only whose it is by the code, which of theirs, and of what kind: R-17-2.jpg.
func (d *Desk) neutral(tx *store.Tx, c *Call, m Message) (string, error) {
	code, err := d.vault.CodeTx(tx, *c.IdentityID)
	if err != nil {
		return "", err
	}
	var n int64
	if err := tx.Model(&Message{}).Where("call_id = ? AND sha256 <> '' AND (at < ? OR at = ? AND id <= ?)", c.ID, m.At, m.At, m.ID).Count(&n).Error; err != nil {
		return "", err
	}
	ext := strings.ToLower(filepath.Ext(m.FileName))
	if mime.TypeByExtension(ext) == "" { // no kind of file that is known: its end may be words too
		ext = ""
	}
	return code + "-" + strconv.FormatInt(n, 10) + ext, nil
}
