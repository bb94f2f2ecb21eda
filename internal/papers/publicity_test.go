package papers_test

import (
	"testing"

	"huzhi/internal/errs"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestWhatThePublicSees: a publication until its last day, and not while its case is restricted.
func TestWhatThePublicSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		do := func(sql string, args ...any) {
			t.Helper()
			if err := db.Tx(t.Context(), func(tx *store.Tx) error { return tx.Exec(sql, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		x, err := o.Start(t.Context(), o.officer(t), o.id, db.NewID(), "correction_notice", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Submit(t.Context(), o.officer(t), x.ID, 1, notice(1)); err != nil {
			t.Fatal(err)
		}
		doc, err := o.Approve(t.Context(), o.By["chief"], x.ID, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		p := papers.Publication{ID: db.NewID(), CaseID: o.id, DocumentID: doc.ID, Jurisdiction: "330500", Kind: "counterfeit", State: papers.Published, Number: "湖知罚字〔2026〕1号", Title: "行政处罚决定书",
			Party: "测试木业有限公司", Text: "公开的正文", DecidedOn: o.today, PublishedOn: o.today, MadeAt: db.Now(), Version: 1}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error { return tx.Create(&p).Error }); err != nil {
			t.Fatal(err)
		}
		shown := func(what string, want bool) {
			t.Helper()
			list, _, err := o.Public(t.Context(), "", "", 10)
			if err != nil || (len(list) == 1) != want {
				t.Errorf("%s: %d on the list, %v", what, len(list), err)
			}
			if _, err := o.PublicOne(t.Context(), p.ID); (err == nil) != want || err != nil && errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		shown("without an end", true)
		do("UPDATE publications SET ends_on = ?", o.today)
		shown("on its last day", true)
		do("UPDATE cases SET restricted = TRUE WHERE id = ?", o.id)
		shown("while its case is restricted", false)
		do("UPDATE cases SET restricted = FALSE WHERE id = ?", o.id)
		shown("when the restriction has ended", true)
		do("UPDATE publications SET ends_on = ?", o.today.AddDays(-1))
		shown("the day after", false)
		do("UPDATE publications SET ends_on = NULL, state = 'withdrawn'")
		shown("when it was withdrawn", false)
	})
}
