package evidence

import (
	"context"
	"strconv"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/filetype"
	"huzhi/internal/store"
)

// attached makes evidence of a file that was attached to a case: its first lines tell where it came from.
func (k *Locker) attached(tx *store.Tx, by access.Actor, c *casework.Case, a *casework.Attachment) error {
	m := &Matter{Kind: "case", ID: c.ID, Number: c.Number, Jurisdiction: c.Jurisdiction}
	lines, err := k.came(tx, c, a)
	if err != nil {
		return err
	}
	return k.create(tx, by, m, &Item{ID: a.ID, SubjectKind: "case", SubjectID: c.ID, Form: File, Kind: kindOf(a.MediaType), Name: a.Name, Source: a.Origin, SHA256: a.SHA256, Size: a.Size, MediaType: k.typeOf(a.SHA256)}, lines...)
}

// came are the lines of a file before it came into the case's evidence.
func (k *Locker) came(tx *store.Tx, c *casework.Case, a *casework.Attachment) ([]Line, error) {
	var out []Line
	var site []struct {
		Act, Actor, ActorName, Note, Name string
		At                                time.Time
	}
	err := tx.Raw(`SELECT y.act, y.actor, y.actor_name, y.note, y.at, s.name FROM visit_custody y JOIN visit_leads v ON v.visit_id = y.visit_id JOIN visits s ON s.id = v.visit_id
		WHERE v.lead_id = ? AND y.sha256 = ? AND y.act IN ('taken', 'received') ORDER BY y.seq`, c.LeadID, a.SHA256).Scan(&site).Error
	if err != nil {
		return nil, err
	}
	for _, s := range site {
		out = append(out, Line{Act: s.Act, OnAt: s.At, Actor: s.Actor, ActorName: s.ActorName, ToWho: s.ActorName, Place: s.Name, Note: s.Note})
	}
	if a.OriginAt != nil {
		out = append(out, Line{Act: Received, OnAt: *a.OriginAt, FromWho: a.Origin})
	}
	who := a.AddedName
	if a.AddedBy == access.System().ID {
		who = ""
	}
	if len(out) > 0 {
		return append(out, Line{Act: Carried, OnAt: a.AddedAt, ToWho: who, Note: c.Number, Actor: a.AddedBy, ActorName: a.AddedName}), nil
	}
	return []Line{{Act: Collected, OnAt: a.AddedAt, ToWho: who, Actor: a.AddedBy, ActorName: a.AddedName}}, nil
}

// typeOf is what a kept file is by its content.
func (k *Locker) typeOf(sha string) string {
	f, err := k.blobs.Seek(sha)
	if err != nil {
		return filetype.Unknown // the check of the files will name it
	}
	defer f.Close()
	return filetype.Read(f)
}

func kindOf(mediaType string) string {
	switch filetype.Family(mediaType) {
	case filetype.Image, filetype.Audio, filetype.Video:
		return "audiovisual"
	}
	return "documentary"
}

// filed takes the evidence of a lead into the case that it became.
func (k *Locker) filed(tx *store.Tx, by access.Actor, leadID, caseID string) error {
	var items []Item
	if err := tx.Where("subject_kind = 'lead' AND subject_id = ?", leadID).Order("number").Find(&items).Error; err != nil || len(items) == 0 {
		return err
	}
	var c casework.Case
	if err := tx.Where("id = ?", caseID).Take(&c).Error; err != nil {
		return err
	}
	var last int64
	if err := tx.Raw("SELECT COALESCE(MAX(number), 0) FROM evidence WHERE subject_id = ?", caseID).Scan(&last).Error; err != nil {
		return err
	}
	for i := range items {
		x := &items[i]
		l := &Line{EvidenceID: x.ID, Seq: x.Lines + 1, Act: Carried, OnAt: tx.Now, Note: c.Number, Actor: by.ID, ActorName: by.Name, At: tx.Now}
		x.apply(l)
		last++
		if err := tx.Create(l).Error; err != nil {
			return err
		}
		if err := tx.Model(&Item{}).Where("id = ?", x.ID).Updates(map[string]any{"subject_kind": "case", "subject_id": c.ID, "number": last, "state": x.State, "lines": x.Lines}).Error; err != nil {
			return err
		}
		if err := audit.Append(tx, by.Entry("evidence."+Carried, c.Jurisdiction, "case:"+c.ID, map[string]any{"number": c.Number, "evidence": x.ID, "n": last, "name": x.Name, "seq": l.Seq, "line": l.Sum()})); err != nil {
			return err
		}
	}
	return nil
}

// Adopt makes evidence of the files that were attached before the program kept a ledger. It gives how many.
func (k *Locker) Adopt(ctx context.Context) (n int, err error) {
	for {
		var rows []casework.Attachment
		err := k.db.Read(ctx).Where("NOT EXISTS (SELECT 1 FROM evidence e WHERE e.id = case_files.id)").Order("case_id, added_at, id").Limit(200).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return n, err
		}
		err = k.db.Tx(ctx, func(tx *store.Tx) error {
			for i := range rows {
				var c casework.Case
				if err := tx.Where("id = ?", rows[i].CaseID).Take(&c).Error; err != nil {
					return err
				}
				if err := k.attached(tx, access.System(), &c, &rows[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += len(rows)
	}
}

// No is the item's number as a person writes it.
func (x *Item) No() string { return strconv.FormatInt(x.Number, 10) }
