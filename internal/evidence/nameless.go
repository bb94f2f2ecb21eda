package evidence

import (
	"context"

	"huzhi/internal/casework"
)

// Nameless are the evidence and the files of a case, by id, that came from somebody who must not be known (who reported, or whoever asked not to be named), and
// all that was entered on a lead of theirs before there was a case: who brought it is not written there. What is in them may say who that is, so they go to nobody
// outside.
func (k *Locker) Nameless(ctx context.Context, f *casework.File) (map[string]bool, error) {
	var ids []string
	err := k.db.Read(ctx).Raw(`SELECT k.id FROM case_files k JOIN leads l ON l.number = k.origin JOIN calls c ON c.id = l.call_id
		WHERE k.case_id = ? AND k.origin <> '' AND (c.kind = 'report' OR c.mode <> 'named')
		UNION SELECT e.id FROM evidence e JOIN evidence_lines y ON y.evidence_id = e.id AND y.act = ? JOIN leads l ON l.id = ? JOIN calls c ON c.id = l.call_id
		WHERE e.subject_kind = 'case' AND e.subject_id = ? AND (c.kind = 'report' OR c.mode <> 'named') AND NOT EXISTS (SELECT 1 FROM case_files k WHERE k.id = e.id)`,
		f.ID, Carried, f.LeadID, f.ID).Scan(&ids).Error
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
