package casework

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/document"
	"huzhi/internal/i18n"
)

// Fate is what became of a paper that was issued.
type Fate struct {
	Void      bool     // its number is not used
	Corrected []string // the numbers of the papers that correct it
	Withdrawn string   // the number of the paper that withdraws it
}

// Say says what became of a paper, in the reader's language; "" where it stands as it was issued.
func (x Fate) Say(p *i18n.Printer) string {
	switch {
	case x.Void:
		return p.T("paper.fate.void")
	case x.Withdrawn != "":
		return p.T("paper.fate.withdrawn", x.Withdrawn)
	case len(x.Corrected) > 0:
		return p.T("paper.fate.corrected", strings.Join(x.Corrected, p.T("parts.list.and")))
	}
	return ""
}

// Papers that say something of another paper.
const (
	correctionNotice = "correction_notice"
	paperWithdrawal  = "paper_withdrawal"
)

// fates reads what became of the papers of a case.
func fates(q *gorm.DB, caseID string) (map[string]Fate, error) {
	var rows []struct{ ID, SaidBy, Number string }
	err := q.Raw(`SELECT v.document_id AS id, '' AS said_by, '' AS number FROM paper_voids v JOIN documents d ON d.id = v.document_id WHERE d.case_id = ?
		UNION ALL SELECT p.about AS id, p.template AS said_by, d.number FROM paper_drafts p JOIN documents d ON d.id = p.document_id WHERE p.case_id = ? AND p.about <> ''
		AND NOT EXISTS (SELECT 1 FROM paper_voids w WHERE w.document_id = p.document_id) ORDER BY number`, caseID, caseID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := map[string]Fate{}
	for _, r := range rows {
		f := out[r.ID]
		switch r.SaidBy {
		case "":
			f.Void = true
		case correctionNotice:
			f.Corrected = append(f.Corrected, r.Number)
		case paperWithdrawal:
			f.Withdrawn = r.Number
		default: // it only refers to it
			continue
		}
		out[r.ID] = f
	}
	return out, nil
}

// Stands says whether a paper was neither voided nor withdrawn.
func (f *File) Stands(documentID string) bool {
	x := f.Fates[documentID]
	return !x.Void && x.Withdrawn == ""
}

// decisions are the papers that decide a case of each kind: what its later papers and its volume call the decision.
var decisions = []string{"penalty_decision", "no_penalty_decision", "spot_penalty", "case_withdrawal", "adjudication", "adjudication_ruling", "withdrawal_decision", "termination_decision", "mediation_agreement", "advisory_opinion", "ecommerce_opinion"}

// Decision is the paper that decided the case, the last that stands; nil where there is none.
func (f *File) Decision() *document.Document {
	for i := len(f.Documents) - 1; i >= 0; i-- {
		if d := &f.Documents[i]; slices.Contains(decisions, d.Template) && f.Stands(d.ID) {
			return d
		}
	}
	return nil
}
