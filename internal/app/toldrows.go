package app

import (
	"encoding/json"
	"strings"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/filereview"
	"huzhi/internal/papers"
	"huzhi/internal/volume"
)

// rowKinds are the kinds of rows of which entries tell by their hash (audit.Row): papers written by hand and how they were served and made public, where volumes
// stand and who borrowed them, what reviews of files found.
func rowKinds() []string {
	return []string{"draft", "draft_act", "void", "batch", "batch_row", "service", "service_address", "publication", "volume_place", "volume_loan", "file_review"}
}

// rowsEntry takes down of which rows an entry tells. Entries of older programs tell of none: of the rows of their case it is not known which were told.
func (t *told) rowsEntry(e *audit.Entry) error {
	rows, err := e.Rows()
	if err != nil {
		return err
	}
	for key, s := range rows {
		t.claims[key] = claim{e.Seq, sum(s)}
	}
	kind, _, _ := strings.Cut(e.Action, ".")
	switch kind {
	case "paper", "service", "publicity", "volume":
	default:
		if e.Action != "case.filereview" {
			return nil
		}
	}
	if rows == nil {
		t.untold[e.Subject] = true
	}
	return nil
}

// rowOf is a row with its case, and by what a person knows it: mostly the number of the case.
type rowOf[T any] struct {
	Row    T `gorm:"embedded"`
	OfCase string
	Called string
}

// tellsOf holds the rows of a table against the log. query gives each as rowOf has it.
func tellsOf[T any, P interface {
	*T
	audit.Row
}](t *told, query string) error {
	return each(t.q, query, func(x *rowOf[T]) {
		kind, key, s := P(&x.Row).Told()
		if _, known := t.claims[kind+"/"+key]; !known && t.untold["case:"+x.OfCase] {
			t.held[kind]++
			return
		}
		t.row(kind, key, errs.Msg("cmd.verify.thing."+kind, x.Called), sum(s))
	})
}

// toldRows holds the rows of which entries tell by their hash against the log.
func (t *told) toldRows() error {
	of := func(table, key string) string {
		return "SELECT x.*, x.case_id AS of_case, COALESCE(c.number, x.case_id) AS called FROM " + table + " x LEFT JOIN cases c ON c.id = x.case_id ORDER BY " + key
	}
	for _, f := range []func() error{
		func() error { return tellsOf[papers.Draft](t, of("paper_drafts", "x.id")) },
		func() error {
			return tellsOf[papers.Act](t, `SELECT x.*, d.case_id AS of_case, COALESCE(c.number, x.draft_id) AS called FROM paper_draft_acts x LEFT JOIN paper_drafts d ON d.id = x.draft_id
				LEFT JOIN cases c ON c.id = d.case_id ORDER BY x.draft_id, x.seq`)
		},
		func() error {
			return tellsOf[papers.Void](t, `SELECT x.*, d.case_id AS of_case, COALESCE(d.number, x.document_id) AS called FROM paper_voids x LEFT JOIN documents d ON d.id = x.document_id ORDER BY x.document_id`)
		},
		func() error {
			return tellsOf[papers.Batch](t, "SELECT x.*, x.id AS called FROM paper_batches x ORDER BY x.id")
		},
		func() error {
			return tellsOf[papers.BatchRow](t, "SELECT x.*, x.batch AS called FROM paper_batch_rows x ORDER BY x.batch, x.seq")
		},
		func() error { return tellsOf[papers.Service](t, of("paper_services", "x.id")) },
		func() error { return tellsOf[papers.Address](t, of("service_addresses", "x.id")) },
		func() error {
			return tellsOf[papers.Publication](t, "SELECT x.*, x.case_id AS of_case, x.number AS called FROM publications x ORDER BY x.id")
		},
		func() error { return tellsOf[volume.Place](t, of("volume_places", "x.case_id, x.seq")) },
		func() error { return tellsOf[volume.Loan](t, of("volume_loans", "x.id")) },
		func() error { return tellsOf[filereview.Review](t, of("file_reviews", "x.case_id, x.seq")) },
	} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// rowThing is by what a person knows a row of which an entry tells: its paper, its batch, or its case.
func rowThing(kind string, e *audit.Entry) []any {
	var l struct{ Case, Number, Document, Batch string }
	_ = json.Unmarshal([]byte(e.Detail), &l) // it was read before
	switch kind {
	case "void", "publication":
		return []any{l.Document}
	case "batch", "batch_row":
		return []any{l.Batch}
	}
	if l.Case != "" {
		return []any{l.Case}
	}
	return []any{l.Number}
}
