package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
)

// Frozen is an issue of a period: its figures as they stood when somebody froze them, what each meant, and the matters behind each. It is never changed;
// who corrects something freezes the period again.
type Frozen struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	FromOn       calendar.Day
	ToOn         calendar.Day
	Issue        int64  // of the period and office, from 1
	HeadSeq      int64  // the newest entry of the log when the figures were read
	HeadHash     string // and its hash
	SHA256       string `gorm:"column:sha256"` // over all of it; it stands in the log
	Note         string
	MadeBy       string
	MadeName     string
	MadeAt       time.Time

	Figures []FrozenFigure `gorm:"-"` // in their order
}

// TableName is the table of the issues.
func (Frozen) TableName() string { return "frozen_periods" }

// Period is the period of the issue.
func (z *Frozen) Period() Period { return Period{z.FromOn, z.ToOn} }

// FrozenFigure is a figure of an issue.
type FrozenFigure struct {
	FrozenID         string
	Seq              int64
	Metric           string
	Base             bool // of the same period a year before: what growth is reckoned from
	N                int64
	Definition       string // Definition as JSON
	DefinitionSHA256 string `gorm:"column:definition_sha256"`
	Matters          string // a Matter each
}

// TableName is the table of the figures.
func (FrozenFigure) TableName() string { return "frozen_figures" }

// Key names the figure within its issue: cases.filed, or cases.filed@before.
func (x *FrozenFigure) Key() string { return figureKey(x.Metric, x.Base) }

func figureKey(metric string, base bool) string {
	if base {
		return metric + baseMark
	}
	return metric
}

// baseMark ends the key of a figure of the year before.
const baseMark = "@before"

// Definition is what a metric meant: its words in every language, the list it counts and the condition in SQL.
type Definition struct {
	ID     string                       `json:"id"`
	Unit   string                       `json:"unit"`
	List   string                       `json:"list"`
	Filter string                       `json:"filter"`
	SQL    string                       `json:"sql"`
	Words  map[string]map[string]string `json:"words"` // by language: name, is, cite
}

// Matter is one matter behind a figure: who it is, what the tables of a report tell it apart by, and what it adds to the figure.
type Matter struct {
	ID     string
	Kind   string // of a case or call
	Office string
	Place  string
	Filed  string // or found, or received
	Closed string // of a case
	Value  int64  // 1 where matters are counted; of a share 1 for a part and 0 for the rest
}

func (l Matter) text() string {
	return strings.Join([]string{l.ID, l.Kind, l.Office, l.Place, l.Filed, l.Closed, strconv.FormatInt(l.Value, 10)}, "\t")
}

// Lines are the matters behind a figure, by identifier.
type Lines []Matter

func (l Lines) text() string {
	var b strings.Builder
	for _, x := range l {
		b.WriteString(x.text())
		b.WriteByte('\n')
	}
	return b.String()
}

// readLines reads what text wrote.
func readLines(s string) (out Lines, err error) {
	for row := range strings.Lines(s) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(f) != 7 {
			return nil, fmt.Errorf("a frozen matter is no line: %q", row)
		}
		n, err := strconv.ParseInt(f[6], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a frozen matter: %w", err)
		}
		out = append(out, Matter{f[0], f[1], f[2], f[3], f[4], f[5], n})
	}
	return out, nil
}

// Lines are the matters of a figure.
func (x *FrozenFigure) Lines() (Lines, error) { return readLines(x.Matters) }

// value is the figure that the lines make.
func (m Metric) value(lines Lines) (n int64) {
	for _, l := range lines {
		n += l.Value
	}
	switch count := int64(len(lines)); {
	case m.part != "":
		return Share(n, count).Hundredths
	case m.mean && count > 0:
		return mean(n, count)
	}
	return n
}

// mean is the mean in tenths, half away from zero.
func mean(sum, n int64) int64 { return (20*sum + n) / (2 * n) }

// lineColumns are the columns of a Matter by the table, its value last.
var lineColumns = map[string]string{
	"cases":    "cases.id, cases.kind, cases.jurisdiction AS office, cases.place, cases.filed_on AS filed, COALESCE(cases.closed_on, '') AS closed",
	"calls":    "calls.id, calls.kind, calls.jurisdiction AS office, calls.place, calls.received_on AS filed, '' AS closed",
	"listings": "listings.id, '' AS kind, listings.jurisdiction AS office, listings.place, listings.found_on AS filed, '' AS closed",
}

// lines are the matters behind a metric, all of them, whoever may see them.
func (f *Figures) lines(q *gorm.DB, m Metric, in In) (out Lines, err error) {
	of := m.of(in)
	value, args := "1", []any(nil)
	if m.sum != "" {
		value = m.summand()
		if m.args != nil {
			args = m.args(in)
		}
	}
	err = q.Table(of.Table).Scopes(of.where).Select(lineColumns[of.Table]+", CAST("+value+" AS BIGINT) AS value", args...).Find(&out).Error
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Matter) int { return strings.Compare(a.ID, b.ID) })
	if m.part == "" {
		return out, nil
	}
	sub, err := f.metric(m.part)
	if err != nil {
		return nil, err
	}
	part, err := f.lines(q, sub, in)
	if err != nil {
		return nil, err
	}
	is := map[string]bool{}
	for _, l := range part {
		is[l.ID] = true
	}
	for i := range out {
		if out[i].Value = 0; is[out[i].ID] {
			out[i].Value = 1
		}
	}
	return out, nil
}

// definition is what a metric means today.
func (f *Figures) definition(q *gorm.DB, m Metric, in In) (text, sum string, err error) {
	of := m.of(in)
	sql := func(m Metric) string {
		of := m.of(in)
		return q.ToSQL(func(q *gorm.DB) *gorm.DB {
			var none []map[string]any
			return q.Table(of.Table).Scopes(of.where).Select(of.Table + ".id").Find(&none)
		})
	}
	d := Definition{ID: m.ID, Unit: m.Unit, List: of.List, Filter: of.Values.Encode(), SQL: sql(m), Words: map[string]map[string]string{}}
	if m.sum != "" {
		d.SQL += " -- " + m.sum
	}
	if m.part != "" {
		sub, err := f.metric(m.part)
		if err != nil {
			return "", "", err
		}
		d.SQL += " -- part: " + sql(sub)
	}
	for _, lang := range i18n.Languages() {
		p := f.say(lang)
		d.Words[lang] = map[string]string{"name": p.T(m.NameKey()), "is": p.T(m.MeaningKey()), "cite": p.T(m.CiteKey())}
	}
	b, err := json.Marshal(d)
	return string(b), hashOf(string(b)), err
}

func hashOf(parts ...string) string {
	h := sha256.New()
	for _, s := range parts {
		_, _ = io.WriteString(h, strconv.Itoa(len(s))+":"+s+",")
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sum is the hash over the issue and its figures.
func (z *Frozen) sum() string {
	parts := []string{z.ID, z.Jurisdiction, z.FromOn.String(), z.ToOn.String(), strconv.FormatInt(z.Issue, 10), strconv.FormatInt(z.HeadSeq, 10), z.HeadHash, z.Note, z.MadeBy, z.MadeName, z.MadeAt.UTC().Format("2006-01-02T15:04:05.000Z")}
	for _, x := range z.Figures {
		parts = append(parts, strconv.FormatInt(x.Seq, 10), x.Metric, strconv.FormatBool(x.Base), strconv.FormatInt(x.N, 10), x.Definition, x.DefinitionSHA256, x.Matters)
	}
	return hashOf(parts...)
}

// FreezeInput is what a person says who freezes a period.
type FreezeInput struct {
	ID     string // made by the form: the same one sent twice is one issue
	Office string
	Period Period
	Note   string
}

// maxNote is the longest remark, in characters.
const maxNote = 500

// Freeze keeps the figures of a period that is over: of every metric what it means, its value and the matters behind it, under the log's head. All matters of
// the office count, also those the person may not see one by one. errs.Forbidden without period.freeze in the office; errs.Invalid for a period that still
// runs; errs.Conflict where the identifier was used for something else.
func (f *Figures) Freeze(ctx context.Context, by access.Actor, in FreezeInput) (z *Frozen, err error) {
	err = f.db.Tx(ctx, func(tx *store.Tx) error {
		z, err = f.freezeTx(tx, by, in)
		return err
	})
	return z, err
}

// allowIn asks the guard; of an office that is none the form is to say so.
func (f *Figures) allowIn(by access.Actor, action, office string) error {
	if _, ok := f.regions.Get(office); !ok {
		return f.guard.AllowAnywhere(by, action)
	}
	return f.guard.Allow(by, action, office)
}

func (f *Figures) freezeTx(tx *store.Tx, by access.Actor, in FreezeInput) (*Frozen, error) {
	if err := f.allowIn(by, "period.freeze", in.Office); err != nil {
		return nil, err
	}
	in.Note = strings.TrimSpace(in.Note)
	var bad errs.Faults
	if _, ok := f.regions.Get(in.Office); !ok {
		bad.Add("office", "error.choice")
	}
	if in.Period.To >= f.today() || in.Period.From > in.Period.To {
		bad.Add("part", "frozen.bad.running")
	}
	bad.Limit("note", in.Note, maxNote)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	// With the chain's head held nothing that is logged can be committed meanwhile: the figures are those of that head.
	head, err := audit.HeadTx(tx)
	if err != nil {
		return nil, err
	}
	var held []Frozen
	if store.ValidID(in.ID) {
		if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
			return nil, err
		}
	} else {
		in.ID = tx.NewID()
	}
	if len(held) > 0 {
		if z := &held[0]; z.MadeBy == by.ID && z.Jurisdiction == in.Office && z.Period() == in.Period {
			return z, nil
		}
		return nil, errs.New(errs.Conflict, "error.same_id")
	}
	z := &Frozen{ID: in.ID, Jurisdiction: in.Office, FromOn: in.Period.From, ToOn: in.Period.To, HeadSeq: head.Seq, HeadHash: head.Hash, Note: in.Note, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now}
	if err := tx.Model(&Frozen{}).Where("jurisdiction = ? AND from_on = ? AND to_on = ?", in.Office, in.Period.From, in.Period.To).Select("COALESCE(MAX(issue), 0) + 1").Row().Scan(&z.Issue); err != nil {
		return nil, err
	}
	if z.Figures, err = f.figuresOf(tx.DB, z); err != nil {
		return nil, err
	}
	z.SHA256 = z.sum()
	if err := tx.Create(z).Error; err != nil {
		return nil, err
	}
	if err := tx.CreateInBatches(z.Figures, 20).Error; err != nil {
		return nil, err
	}
	return z, audit.Append(tx, by.Entry("period.freeze", z.Jurisdiction, "period:"+z.ID, map[string]any{"office": z.Jurisdiction, "from": z.FromOn.String(), "to": z.ToOn.String(), "issue": z.Issue,
		"head": head.String(), "sha256": z.SHA256}))
}

// figuresOf counts every metric of a period anew, and the base of the growth.
func (f *Figures) figuresOf(q *gorm.DB, z *Frozen) (out []FrozenFigure, err error) {
	one := func(m Metric, p Period, base bool) error {
		in := In{Period: p, Office: z.Jurisdiction, today: f.today()}
		lines, err := f.lines(q, m, in)
		if err != nil {
			return err
		}
		x := FrozenFigure{FrozenID: z.ID, Seq: int64(len(out) + 1), Metric: m.ID, Base: base, N: m.value(lines), Matters: lines.text()}
		x.Definition, x.DefinitionSHA256, err = f.definition(q, m, in)
		out = append(out, x)
		return err
	}
	for _, m := range Metrics() {
		if err := one(m, z.Period(), false); err != nil {
			return nil, err
		}
		if m.ID == CasesFiled {
			if err := one(m, z.Period().Before(f.today()), true); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// IDs are the identifiers of the matters.
func (l Lines) IDs() (out []string) {
	for _, x := range l {
		out = append(out, x.ID)
	}
	return out
}
