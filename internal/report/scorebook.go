package report

import (
	"bytes"
	"context"
	"strconv"

	"github.com/xuri/excelize/v2"

	"huzhi/internal/access"
	"huzhi/internal/i18n"
)

// ScoreBook is the proof file of a scorecard: a sheet with the points of every county, and for each county one with the matters behind them. Texts are
// written as texts: none starts a formula.
func (f *Figures) ScoreBook(ctx context.Context, by access.Actor, p *i18n.Printer, s *Scorecard) ([]byte, error) {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }() // it has no file
	lines := [][]any{{p.T("score.title", strconv.Itoa(s.Year))}, {s.Table.Source[p.T("score.source.lang")]}, {}, {p.T("score.county"), p.T("score.rank"), p.T("score.points")}}
	for _, i := range s.Table.Items {
		lines[3] = append(lines[3], p.T("score.item."+i.ID), p.T("score.matters"))
	}
	for _, r := range s.Regions {
		line := []any{f.regions.Name(r.Code, p.Lang()), r.Rank, float64(r.Points) / 10}
		for _, i := range r.Items {
			line = append(line, float64(i.Points)/10, i.Matters)
		}
		lines = append(lines, line)
	}
	first := p.T("score.sheet")
	if err := x.SetSheetName(x.GetSheetName(0), first); err != nil {
		return nil, err
	}
	if err := writeLines(x, first, lines); err != nil {
		return nil, err
	}
	for _, r := range s.Regions {
		proofs, err := f.Proofs(ctx, by, s.Year, r.Code)
		if err != nil {
			return nil, err
		}
		sheet := f.regions.Name(r.Code, p.Lang())
		if _, err := x.NewSheet(sheet); err != nil {
			return nil, err
		}
		lines := [][]any{{p.T("score.indicator"), p.T("score.number"), p.T("score.name"), p.T("score.filed"), p.T("score.closed")}}
		for _, m := range proofs {
			lines = append(lines, []any{p.T("score.item." + m.Item), m.Number, m.Title, m.FiledOn, m.ClosedOn})
		}
		if err := writeLines(x, sheet, lines); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := x.Write(&out)
	return out.Bytes(), err
}

func writeLines(x *excelize.File, sheet string, lines [][]any) error {
	for i, line := range lines {
		if err := x.SetSheetRow(sheet, "A"+strconv.Itoa(i+1), &line); err != nil {
			return err
		}
	}
	return x.SetColWidth(sheet, "A", "Z", 18)
}
