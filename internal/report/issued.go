package report

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
)

// The states of a written report.
const (
	Drafted = "draft"
	Issued  = "issued"
	Dropped = "dropped"
)

// Written is an annual report that is being written, or was issued: its text in both languages, with {keys} for the figures of a frozen period.
type Written struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Year         int
	FrozenID     string
	State        string
	TextZH       string `gorm:"column:text_zh"`
	TextEN       string `gorm:"column:text_en"`
	Version      int64
	Author       string
	AuthorName   string
	Editor       string // who saved it last: another person issues it
	EditorName   string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName is the table of the reports.
func (Written) TableName() string { return "annual_reports" }

// WrittenAct is what was done with a report, and how it stood after it.
type WrittenAct struct {
	ReportID  string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey"`
	Act       string
	Note      string
	FrozenID  string
	TextZH    string `gorm:"column:text_zh"`
	TextEN    string `gorm:"column:text_en"`
	Actor     string
	ActorName string
	At        time.Time
}

// TableName is the table of the acts.
func (WrittenAct) TableName() string { return "annual_report_acts" }

// Yearbook is an annual report as it was issued: a numbered paper with frozen data.
type Yearbook struct {
	document.Document `gorm:"embedded"`
	ReportID          string
}

// TableName is the table of the reports issued.
func (Yearbook) TableName() string { return "annual_documents" }

// template is the paper's form.
const template = "annual_report"

// The fields of the paper beside its text: the edited texts, and their figures with what they lead to.
const (
	fieldText   = "正文"
	fieldOf     = "年度"
	fieldZH     = "zh"
	fieldEN     = "en"
	fieldValues = "values."
)

// SetPapers gives what issues reports, and below which count a cell of a public table is not told.
func (f *Figures) SetPapers(office *document.Office, names document.Names, smallCells int64) {
	f.papers, f.names, f.smallCells = office, names, smallCells
}

// Write begins the report of a frozen year; id is made by the form, and the same id is the same report. errs.Forbidden without report.edit in the office,
// errs.NotFound, errs.Conflict; errs.Invalid where the period is no year.
func (f *Figures) Write(ctx context.Context, by access.Actor, id, frozen string) (x *Written, err error) {
	err = f.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = f.writeTx(tx, by, id, frozen)
		return err
	})
	return x, err
}

func (f *Figures) writeTx(tx *store.Tx, by access.Actor, id, frozen string) (*Written, error) {
	z, err := f.issue(tx.DB, by, frozen)
	if err != nil {
		return nil, err
	}
	if err := f.guard.Allow(by, "report.edit", z.Jurisdiction); err != nil {
		return nil, err
	}
	if z.Period() != Year(z.FromOn.Year()) {
		var bad errs.Faults
		bad.Add("frozen", "yearbook.bad.year")
		return nil, bad.Err()
	}
	if !store.ValidID(id) {
		id = tx.NewID()
	}
	var held []Written
	if err := tx.Where("id = ?", id).Find(&held).Error; err != nil {
		return nil, err
	}
	if len(held) > 0 {
		if held[0].Author == by.ID && held[0].FrozenID == z.ID {
			return &held[0], nil
		}
		return nil, errs.New(errs.Conflict, "error.same_id")
	}
	a, err := f.FrozenAnnual(tx.Statement.Context, z)
	if err != nil {
		return nil, err
	}
	x := &Written{ID: id, Jurisdiction: z.Jurisdiction, Year: z.FromOn.Year(), FrozenID: z.ID, State: Drafted, TextZH: a.Draft(f.say(i18n.Chinese)), TextEN: a.Draft(f.say(i18n.English)), Version: 1,
		Author: by.ID, AuthorName: by.Name, Editor: by.ID, EditorName: by.Name, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := tx.Create(x).Error; err != nil {
		return nil, err
	}
	return x, f.wrote(tx, by, x, "write", "", nil)
}

// wrote keeps an act, and tells the log of it.
func (f *Figures) wrote(tx *store.Tx, by access.Actor, x *Written, act, note string, more map[string]any) error {
	if err := tx.Create(&WrittenAct{x.ID, x.Version, act, note, x.FrozenID, x.TextZH, x.TextEN, by.ID, by.Name, tx.Now}).Error; err != nil {
		return err
	}
	detail := map[string]any{"year": x.Year, "version": x.Version, "period": x.FrozenID, "text": hashOf(x.TextZH, x.TextEN)}
	if note != "" {
		detail["note"] = note
	}
	for k, v := range more {
		detail[k] = v
	}
	return audit.Append(tx, by.Entry("report."+act, x.Jurisdiction, "report:"+x.ID, detail))
}

func (f *Figures) seenReports(by access.Actor) func(*gorm.DB) *gorm.DB {
	return f.guard.ScopePlain(by, "report.edit", "annual_reports")
}

// Reports are the reports that are written and issued in a person's offices, the newest first. errs.Forbidden without report.edit anywhere.
func (f *Figures) Reports(ctx context.Context, by access.Actor) (rows []Written, err error) {
	if err := f.guard.AllowAnywhere(by, "report.edit"); err != nil {
		return nil, err
	}
	err = f.db.Read(ctx).Scopes(f.seenReports(by)).Where("state <> ?", Dropped).Order("annual_reports.year DESC, annual_reports.id DESC").Limit(200).Find(&rows).Error
	return rows, err
}

func (f *Figures) report(q *gorm.DB, by access.Actor, id string) (*Written, error) {
	var rows []Written
	if err := q.Scopes(f.seenReports(by)).Where("annual_reports.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, access.Unseen(q, "annual_reports", "report", id)
	}
	return &rows[0], nil
}

// Report is one of them with its figures, its acts, and the paper once it is issued. errs.NotFound.
func (f *Figures) Report(ctx context.Context, by access.Actor, id string) (x *Written, a *Annual, acts []WrittenAct, paper *Yearbook, err error) {
	q := f.db.Read(ctx)
	if x, err = f.report(q, by, id); err != nil {
		return nil, nil, nil, nil, err
	}
	z, err := f.issue(q, access.System(), x.FrozenID)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if a, err = f.FrozenAnnual(ctx, z); err != nil {
		return nil, nil, nil, nil, err
	}
	if err := q.Where("report_id = ?", id).Order("seq").Find(&acts).Error; err != nil {
		return nil, nil, nil, nil, err
	}
	if x.State == Issued {
		paper = &Yearbook{}
		err = q.Where("report_id = ?", id).Take(paper).Error
	}
	return x, a, acts, paper, err
}

// change loads a draft in the transaction, checks the version and hands it to fn; then it is written by compare-and-set with its act.
func (f *Figures) change(ctx context.Context, by access.Actor, id string, version int64, act, action, note string, fn func(*store.Tx, *Written) (map[string]any, error)) error {
	return f.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("annual_reports", id); err != nil {
			return err
		}
		x, err := f.report(tx.DB, by, id)
		if err != nil {
			return err
		}
		if x.State != Drafted {
			return errs.New(errs.Conflict, "error.paper.closed")
		}
		if x.Version != version {
			return errs.New(errs.Conflict, "error.stale", x.UpdatedAt)
		}
		if err := f.guard.Allow(by, action, x.Jurisdiction); err != nil {
			return err
		}
		more, err := fn(tx, x)
		if err != nil {
			return err
		}
		x.Version++
		r := tx.Model(&Written{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"state": x.State, "text_zh": x.TextZH, "text_en": x.TextEN, "frozen_id": x.FrozenID,
			"editor": x.Editor, "editor_name": x.EditorName, "version": x.Version, "updated_at": tx.Now})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		return f.wrote(tx, by, x, act, note, more)
	})
}

// Edit keeps what was typed. frozen is another issue of the same year whose figures it is to have, "" leaves it. errs.NotFound, errs.Forbidden, errs.Conflict;
// errs.Invalid names a key that stands for nothing.
func (f *Figures) Edit(ctx context.Context, by access.Actor, id string, version int64, zh, en, frozen string) error {
	return f.change(ctx, by, id, version, "edit", "report.edit", "", func(tx *store.Tx, x *Written) (map[string]any, error) {
		x.TextZH, x.TextEN, x.Editor, x.EditorName = strings.TrimSpace(zh), strings.TrimSpace(en), by.ID, by.Name
		if frozen != "" && frozen != x.FrozenID {
			z, err := f.issue(tx.DB, by, frozen)
			if err != nil || z.Jurisdiction != x.Jurisdiction || z.Period() != Year(x.Year) {
				var bad errs.Faults
				bad.Add("frozen", "yearbook.bad.year")
				return nil, bad.Err()
			}
			x.FrozenID = z.ID
		}
		_, _, err := f.filled(tx, x)
		return nil, err
	})
}

// filled is the figures that a report names; errs.Invalid where its texts name others.
func (f *Figures) filled(tx *store.Tx, x *Written) (*Frozen, *Annual, error) {
	z, err := f.issue(tx.DB, access.System(), x.FrozenID)
	if err != nil {
		return nil, nil, err
	}
	a, err := f.FrozenAnnual(tx.Statement.Context, z)
	if err != nil {
		return nil, nil, err
	}
	var bad errs.Faults
	textFaults(&bad, "zh", x.TextZH, a.Values(f.say(i18n.Chinese)))
	textFaults(&bad, "en", x.TextEN, a.Values(f.say(i18n.English)))
	return z, a, bad.Err()
}

// DropReport ends a report that is not wanted; it stays in the record. errs.NotFound, errs.Forbidden, errs.Conflict.
func (f *Figures) DropReport(ctx context.Context, by access.Actor, id string, version int64, note string) error {
	return f.change(ctx, by, id, version, "drop", "report.edit", note, func(_ *store.Tx, x *Written) (map[string]any, error) {
		x.State = Dropped
		return nil, nil
	})
}

// IssueReport numbers a report and freezes its text and figures; it takes another person than who saved it last. errs.NotFound, errs.Forbidden, errs.Conflict,
// errs.Invalid.
func (f *Figures) IssueReport(ctx context.Context, by access.Actor, id string, version int64, note string) (paper *Yearbook, err error) {
	err = f.change(ctx, by, id, version, "issue", "report.issue", note, func(tx *store.Tx, x *Written) (map[string]any, error) {
		if x.Editor == by.ID {
			return nil, errs.New(errs.Forbidden, "yearbook.four_eyes").On("report:" + x.ID)
		}
		z, a, err := f.filled(tx, x)
		if err != nil {
			return nil, err
		}
		if paper, err = f.issueTx(tx, by, x, z, a); err != nil {
			return nil, err
		}
		x.State = Issued
		return map[string]any{"document": paper.Number, "document_sha256": paper.SHA256}, nil
	})
	return paper, err
}

func (f *Figures) issueTx(tx *store.Tx, by access.Actor, x *Written, z *Frozen, a *Annual) (*Yearbook, error) {
	zh, today := f.say(i18n.Chinese), calendar.DayOf(tx.Now)
	r, _ := f.regions.Get(x.Jurisdiction)
	data := map[string]string{fieldOf: a.Name(zh), fieldZH: x.TextZH, fieldEN: x.TextEN}
	for lang, text := range map[string]string{i18n.Chinese: x.TextZH, i18n.English: x.TextEN} {
		values := a.Values(f.say(lang))
		b, err := json.Marshal(values)
		if err != nil {
			return nil, err
		}
		data[fieldValues+lang] = string(b)
		if lang == i18n.Chinese {
			data[fieldText] = plainText(Fill(text, values))
		}
	}
	heads, rows, err := a.publicTable(zh, z, f.smallCells)
	if err != nil {
		return nil, err
	}
	annex := &document.Annex{Title: zh.T("yearbook.annex"), Rows: rows}
	for i, h := range heads {
		share := 1.0
		if i == 0 {
			share = 2.2
		}
		annex.Columns = append(annex.Columns, document.AnnexColumn{Head: h, Share: share})
	}
	d, err := f.papers.FreezeTx(tx, document.Issue{Template: template, Office: f.names.Name(x.Jurisdiction, today), Mark: r.Mark, On: today, By: by.Name, Data: data, Annex: annex})
	if err != nil {
		return nil, err
	}
	p := &Yearbook{Document: *d, ReportID: x.ID}
	return p, tx.Omit("case_id").Create(p).Error
}

func plainText(text []Paragraph, _ []string) string {
	var out []string
	for _, g := range text {
		out = append(out, g.String())
	}
	return strings.Join(out, "\n")
}

// Text is the issued report in a language, its figures as they were issued and leading to the frozen matters.
func (y *Yearbook) Text(lang string) ([]Paragraph, error) {
	p, err := y.Paper()
	if err != nil {
		return nil, err
	}
	var values []Span
	if err := json.Unmarshal([]byte(p.Fields[fieldValues+lang]), &values); err != nil {
		return nil, err
	}
	text := p.Fields[fieldZH]
	if lang == i18n.English {
		text = p.Fields[fieldEN]
	}
	out, _ := Fill(text, values)
	return out, nil
}
