package demo

import (
	"context"

	"huzhi/internal/report"
	"huzhi/internal/store"
)

// giveFigures freezes the year of the published report, and has its annual report written and issued, with the rank that was published.
func (w *world) giveFigures(ctx context.Context) error {
	officer, chief := w.by["officer"], w.by["chief"]
	year := report.Year(2014)
	err := w.DB.Tx(ctx, func(tx *store.Tx) error {
		return w.Figures.AddStandingTx(tx, chief, report.Standing{Jurisdiction: city, Year: 2014, Name: w.say("standing.name", nil), Rank: 13, Of: 135, Source: w.say("standing.source", nil)})
	})
	if err != nil {
		return err
	}
	z, err := w.Figures.Freeze(ctx, chief, report.FreezeInput{Office: city, Period: year, Note: w.say("frozen.note", nil)})
	if err != nil {
		return err
	}
	x, err := w.Figures.Write(ctx, officer, "", z.ID)
	if err != nil {
		return err
	}
	if err := w.Figures.Edit(ctx, officer, x.ID, x.Version, x.TextZH+"\n\n"+w.say("report.more", nil), x.TextEN, ""); err != nil {
		return err
	}
	_, err = w.Figures.IssueReport(ctx, chief, x.ID, x.Version+1, w.say("report.issue", nil))
	return err
}
