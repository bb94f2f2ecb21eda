package evidence

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/store"
)

// Named is every file that a row names: its hash, what a person calls it, the matter's number, and when it came.
const Named = `SELECT f.sha256, f.name, c.number, f.added_at AS at, f.id FROM case_files f JOIN cases c ON c.id = f.case_id
	UNION ALL SELECT m.sha256, m.id, c.number, m.at, m.id FROM citizen_messages m JOIN calls c ON c.id = m.call_id WHERE m.sha256 <> ''
	UNION ALL SELECT sha256, name, name, made_at, id FROM patent_imports
	UNION ALL SELECT e.sha256, e.name, v.name, e.received_at, e.sha256 FROM visit_evidence e JOIN visits v ON v.id = e.visit_id
	UNION ALL SELECT sha256, number, number, made_at, paper_id FROM paper_renditions
	UNION ALL SELECT f.sha256, f.name, l.number, c.made_at, f.sha256 FROM listing_files f JOIN listing_captures c ON c.id = f.capture_id JOIN listings l ON l.id = c.listing_id
	UNION ALL SELECT sha256, name, name, made_at, id FROM listing_takes
	UNION ALL SELECT a.sha256, a.name, n.number, a.made_at, a.id FROM listing_answers a JOIN listing_notices n ON n.id = a.notice_id
	UNION ALL SELECT sha256, name, name, added_at, id FROM paper_forms
	UNION ALL SELECT sha256, sha256, actor, sent_at, sha256 FROM field_blobs
	UNION ALL SELECT e.sha256, e.name, COALESCE((SELECT c.number FROM cases c WHERE c.id = e.subject_id), (SELECT d.number FROM leads d WHERE d.id = e.subject_id), (SELECT v.name FROM visits v WHERE v.id = e.subject_id), e.subject_id), e.made_at, e.id FROM evidence e WHERE e.sha256 <> ''
	UNION ALL SELECT l.sha256, l.file_name, COALESCE((SELECT c.number FROM cases c WHERE c.id = e.subject_id), (SELECT d.number FROM leads d WHERE d.id = e.subject_id), (SELECT v.name FROM visits v WHERE v.id = e.subject_id), e.subject_id), l.at, l.evidence_id FROM evidence_lines l JOIN evidence e ON e.id = l.evidence_id WHERE l.sha256 <> ''
	UNION ALL SELECT p.sha256, p.name, COALESCE((SELECT c.number FROM cases c WHERE c.id = e.subject_id), (SELECT d.number FROM leads d WHERE d.id = e.subject_id), (SELECT v.name FROM visits v WHERE v.id = e.subject_id), e.subject_id), p.made_at, p.id FROM evidence_copies p JOIN evidence e ON e.id = p.evidence_id`

// What may be found of a kept file.
const (
	Gone    = "gone"
	Changed = "changed"
	Unread  = "unread" // the store gave no answer
)

// Check is what was last found of a kept file.
type Check struct {
	SHA256    string `gorm:"column:sha256;primaryKey"`
	CheckedAt time.Time
	Fault     string
	FoundAt   *time.Time
	Name      string `gorm:"->"` // what a person calls it; "" where nobody may tell who asks
	Number    string `gorm:"->"` // of its matter
}

// TableName is the table of the checks.
func (Check) TableName() string { return "file_checks" }

// Recheck reads files that were not read for the longest, and compares each with its name, until enough bytes were read or none is due. What does not
// agree is told to the log and stays on the list of alarms; nothing is ever mended here. It gives how many were read, and the new alarms.
func (k *Locker) Recheck(ctx context.Context, files int) (n int, found []Check, err error) {
	var due []Check
	err = k.db.Read(ctx).Raw(`SELECT x.sha256, MIN(x.name) AS name, MIN(x.number) AS number, MAX(COALESCE(k.fault, '')) AS fault FROM (`+Named+`) x LEFT JOIN file_checks k ON k.sha256 = x.sha256
		WHERE k.checked_at IS NULL OR k.checked_at < ? GROUP BY x.sha256 ORDER BY MIN(COALESCE(k.checked_at, x.at)), x.sha256 LIMIT ?`, k.db.Now().Add(-k.set.Recheck), files).Scan(&due).Error
	if err != nil {
		return 0, nil, err
	}
	var good []string
	for i := range due {
		if err := ctx.Err(); err != nil {
			return n, found, err
		}
		c := &due[i]
		fault := ""
		if err := k.blobs.Check(c.SHA256); err != nil {
			if fault = Unread; errors.Is(err, fs.ErrNotExist) {
				fault = Gone
			} else if errors.Is(err, blob.ErrChanged) {
				fault = Changed
			}
		}
		n++
		switch {
		case fault == "" && c.Fault == "":
			good = append(good, c.SHA256)
		default:
			if err := k.note(ctx, c, fault); err != nil {
				return n, found, err
			}
			if c.Fault == "" {
				c.Fault = fault
				found = append(found, *c)
			}
		}
	}
	return n, found, k.db.Tx(ctx, func(tx *store.Tx) error {
		for _, sha := range good {
			if err := tx.Exec("INSERT INTO file_checks (sha256, checked_at) VALUES (?, ?) ON CONFLICT (sha256) DO UPDATE SET checked_at = excluded.checked_at", sha, tx.Now).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// note writes down what does not agree, or that a file agrees again because somebody put its bytes back: the alarm stays until then.
func (k *Locker) note(ctx context.Context, c *Check, fault string) error {
	return k.db.Tx(ctx, func(tx *store.Tx) error {
		err := tx.Exec(`INSERT INTO file_checks (sha256, checked_at, fault, found_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (sha256) DO UPDATE SET checked_at = excluded.checked_at, fault = excluded.fault, found_at = COALESCE(file_checks.found_at, excluded.found_at)`, c.SHA256, tx.Now, fault, tx.Now).Error
		if err != nil || (c.Fault == "") == (fault == "") {
			return err
		}
		action := "evidence.mismatch"
		if fault == "" {
			action = "evidence.mended"
		}
		return audit.Append(tx, access.System().Entry(action, k.set.Office, "file:"+c.SHA256, map[string]any{"sha256": c.SHA256, "fault": fault}))
	})
}

// Alarms are the kept files that are not what they were, or are gone, the newest first. What a person calls a file, and its matter, is told to whoever may
// see that matter.
func (k *Locker) Alarms(ctx context.Context, by access.Actor) ([]Check, error) {
	var rows []Check
	if err := k.db.Read(ctx).Where("fault <> ''").Order("found_at DESC, sha256").Limit(200).Find(&rows).Error; err != nil || len(rows) == 0 {
		return rows, err
	}
	at := map[string]*Check{}
	var shas []string
	for i := range rows {
		at[rows[i].SHA256], shas = &rows[i], append(shas, rows[i].SHA256)
	}
	for _, x := range []struct{ action, of, files, on, name, number string }{
		{"case.view", "cases", "case_files", "cases.id = x.case_id", "x.name", "cases.number"},
		{"case.view", "cases", "evidence", "cases.id = x.subject_id", "x.name", "cases.number"},
		{"case.view", "cases", "(SELECT r.sha256, r.number, d.case_id FROM paper_renditions r JOIN documents d ON d.id = r.paper_id)", "cases.id = x.case_id", "x.number", "cases.number"},
		{"lead.view", "leads", "evidence", "leads.id = x.subject_id", "x.name", "leads.number"},
		{"visit.view", "visits", "evidence", "visits.id = x.subject_id", "x.name", "visits.name"},
		{"visit.view", "visits", "visit_evidence", "visits.id = x.visit_id", "x.name", "visits.name"},
		{"listing.view", "listings", "(SELECT f.sha256, f.name, c.listing_id FROM listing_files f JOIN listing_captures c ON c.id = f.capture_id)", "listings.id = x.listing_id", "x.name", "listings.number"},
	} {
		var seen []Check
		err := k.db.Read(ctx).Table(x.of).Joins("JOIN "+x.files+" x ON "+x.on).Scopes(k.guard.Scope(by, x.action, x.of)).Where("x.sha256 IN ?", shas).
			Select("x.sha256, " + x.name + " AS name, " + x.number + " AS number").Order("1, 2, 3").Find(&seen).Error
		if err != nil {
			return nil, err
		}
		for _, f := range seen {
			if c := at[f.SHA256]; c.Name == "" {
				c.Name, c.Number = f.Name, f.Number
			}
		}
	}
	return rows, nil
}

// Alarmed is how many there are, and Read when the file that was not read for the longest was read.
func (k *Locker) Alarmed(ctx context.Context) (n int64, err error) {
	err = k.db.Read(ctx).Model(&Check{}).Where("fault <> ''").Count(&n).Error
	return n, err
}
