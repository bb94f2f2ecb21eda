package audit

import (
	"context"
	"time"

	"huzhi/internal/store"
)

// Matter is what an entry about a reading names: the record that somebody read, or the case, lead or visit to which it belongs.
type Matter struct {
	Kind, ID, Number, Jurisdiction string
	Restricted                     bool
}

// Subject is kind:id, as entries name it.
func (m Matter) Subject() string { return m.Kind + ":" + m.ID }

const ofCase = "SELECT 'case' AS kind, c.id, c.number, c.jurisdiction, c.restricted FROM cases c "

// matters find the matter of a record, by the record's kind.
var matters = map[string]string{
	"case":     ofCase + "WHERE c.id = ?",
	"document": ofCase + "JOIN documents d ON d.case_id = c.id WHERE d.id = ?",
	"draft":    ofCase + "JOIN paper_drafts d ON d.case_id = c.id WHERE d.id = ?",
	"task":     ofCase + "JOIN tasks t ON t.case_id = c.id WHERE t.id = ?",
	"lead":     "SELECT 'lead' AS kind, id, number, jurisdiction, restricted FROM leads WHERE id = ?",
	"call":     "SELECT 'call' AS kind, id, number, jurisdiction, restricted FROM calls WHERE id = ?",
	"listing":  "SELECT 'listing' AS kind, id, number, jurisdiction, restricted FROM listings WHERE id = ?",
	"visit":    "SELECT 'visit' AS kind, id, '' AS number, jurisdiction, restricted FROM visits WHERE id = ?",
	"check":    "SELECT 'check' AS kind, id, '' AS number, jurisdiction, restricted FROM mark_checks WHERE id = ?",
	"evidence": "SELECT e.subject_kind AS kind, e.subject_id AS id, COALESCE(c.number, l.number, '') AS number, COALESCE(c.jurisdiction, l.jurisdiction, v.jurisdiction) AS jurisdiction, " +
		"COALESCE(c.restricted, l.restricted, v.restricted) AS restricted FROM evidence e LEFT JOIN cases c ON e.subject_kind = 'case' AND c.id = e.subject_id " +
		"LEFT JOIN leads l ON e.subject_kind = 'lead' AND l.id = e.subject_id LEFT JOIN visits v ON e.subject_kind = 'visit' AND v.id = e.subject_id WHERE e.id = ?",
}

// MatterOf is the matter of a record of a kind ("case", "document", "draft", "task", "lead", "call", "listing", "visit", "check", "evidence"), or nil where there is none.
// It asks for no right: the caller has let the person see the record.
func MatterOf(ctx context.Context, db *store.DB, kind, id string) (*Matter, error) {
	sql, ok := matters[kind]
	if !ok {
		return nil, nil
	}
	var rows []Matter
	if err := db.Read(ctx).Raw(sql, id).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Told says whether the log has the same of the same person since then: a film that is wound is asked for piece by piece.
func Told(ctx context.Context, db *store.DB, e Entry, since time.Time) (bool, error) {
	var n int64
	err := db.Read(ctx).Model(&Entry{}).Where("actor = ? AND subject = ? AND action = ? AND detail = ? AND at >= ?", e.Actor, e.Subject, e.Action, e.Detail, since.UTC()).Limit(1).Count(&n).Error
	return n > 0, err
}
