// Package document makes the official papers: numbered from their series, their text frozen in the step's transaction, printed as they were issued.
package document

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"gorm.io/gorm"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Template is a paper's form, as data in views/official: blocks of text with {{fields}}.
type Template struct {
	ID      string   `yaml:"id"`
	Version int64    `yaml:"version"`
	Title   string   `yaml:"title"`
	Word    string   `yaml:"word"`   // what its numbers are told apart by: 罚, for the {word} of the office's forms
	SAMR    string   `yaml:"samr"`   // for {samr}: the word in the forms of the market-regulation departments; "" is Word
	Series  string   `yaml:"series"` // of a paper with a form of its own, instead of a word: {mark}市监知检字〔{year}〕{n}号
	Cite    string   `yaml:"cite"`   // what the law wants in it
	Class   Class    `yaml:"class"`
	Kinds   []string `yaml:"kinds"` // of cases in which an officer may draw it up by hand; none: a step of the procedure issues it
	Free    []Free   `yaml:"free"`  // what an officer writes; all other fields come from the case
	Blocks  []Block  `yaml:"blocks"`
}

// Block is a paragraph or a table. If names a field without which the block is left out; Unless one with which it is.
type Block struct {
	Style   string     `yaml:"style" json:"style"` // to, head, para, item, table
	Text    string     `yaml:"text" json:"text"`
	If      string     `yaml:"if" json:"-"`
	Unless  string     `yaml:"unless" json:"-"`
	Rows    string     `yaml:"rows" json:"rows,omitempty"`       // of a table: the field of its rows (see Rows)
	Columns []Column   `yaml:"columns" json:"columns,omitempty"` // of a table
	Cells   [][]string `yaml:"cells" json:"cells,omitempty"`     // of a table: its rows, each a text with fields
}

// Column is a column of a table. A table whose columns have no heads is a form: label, what is filled in, label …
type Column struct {
	Head  string  `yaml:"head" json:"head,omitempty"`
	Share float64 `yaml:"share" json:"share"`
}

// Paper is a document as it was issued. It no longer depends on its template.
type Paper struct {
	Office string            `json:"office"`
	Title  string            `json:"title"`
	Number string            `json:"number"`
	Class  Class             `json:"class,omitempty"`
	Date   string            `json:"date"` // 二〇一四年三月五日 is written by the printer; this is 2014-03-05
	Blocks []Block           `json:"blocks"`
	Fields map[string]string `json:"fields"`
	Annex  *Annex            `json:"annex,omitempty"` // behind the signature
}

// Annex is a table that belongs to a paper.
type Annex struct {
	Title   string        `json:"title"`
	Columns []AnnexColumn `json:"columns"`
	Rows    [][]string    `json:"rows"`
}

// AnnexColumn is a column of it; the shares of all make the width.
type AnnexColumn struct {
	Head  string  `json:"head"`
	Share float64 `json:"share"`
}

// Document is a row of the papers issued.
type Document struct {
	ID              string `gorm:"primaryKey"`
	CaseID          string
	Template        string
	TemplateVersion int64
	Number          string
	Title           string
	IssuedOn        calendar.Day
	IssuedBy        string
	Data            string // Paper as JSON
	SHA256          string `gorm:"column:sha256"` // of Data
	CreatedAt       time.Time
}

// Paper reads the frozen paper; it fails when the data is not what was frozen.
func (d *Document) Paper() (*Paper, error) {
	if hash(d.Data) != d.SHA256 {
		return nil, fmt.Errorf("document %s: its data was changed after it was issued", d.Number)
	}
	var p Paper
	if err := json.Unmarshal([]byte(d.Data), &p); err != nil {
		return nil, fmt.Errorf("document %s: %w", d.Number, err)
	}
	return &p, nil
}

func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// Office issues documents.
type Office struct {
	db        *store.DB
	forms     Forms
	templates map[string]*Template
}

// New reads the templates, strictly: <id>.yaml. The forms of numbers hold that of papers.
func New(db *store.DB, templates fs.FS, forms Forms) (*Office, error) {
	o := &Office{db: db, forms: forms, templates: map[string]*Template{}}
	files, err := fs.Glob(templates, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("documents: no templates")
	}
	for _, f := range files {
		raw, err := fs.ReadFile(templates, f)
		if err != nil {
			return nil, err
		}
		var t Template
		dec := yaml.NewDecoder(strings.NewReader(string(raw)))
		dec.KnownFields(true)
		if err := dec.Decode(&t); err != nil {
			return nil, fmt.Errorf("document template %s: %w", f, err)
		}
		if t.ID+".yaml" != f || t.Version < 1 || t.Title == "" || len(t.Blocks) == 0 {
			return nil, fmt.Errorf("document template %s: id, version, title and blocks are needed, and id must be the file's name", f)
		}
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("document template %s: %w", f, err)
		}
		if t.Class != Party && (t.Word == "") == (t.Series == "") || t.Series != "" && !strings.Contains(t.Series, "{n}") {
			return nil, fmt.Errorf("document template %s: its number needs a word, or a series of its own with {n}", f)
		}
		o.templates[t.ID] = &t
	}
	return o, nil
}

// Has says whether a template exists.
func (o *Office) Has(id string) bool { return o.templates[id] != nil }

// Template gives a template, or nil.
func (o *Office) Template(id string) *Template { return o.templates[id] }

// Templates is every template's id, sorted.
func (o *Office) Templates() []string {
	var ids []string
	for id := range o.templates {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

var field = regexp.MustCompile(`\{\{([^{}]+)\}\}`)

// Issue is what a document is made from.
type Issue struct {
	CaseID   string
	Template string
	Kind     string // of the matter, for the form of the number: counterfeit, …
	Office   string // the issuing body's full name
	Mark     string // its short form in numbers: 湖
	On       calendar.Day
	By       string            // the approving person's name
	Data     map[string]string // fields by their Chinese names
	Annex    *Annex            // may be nil
}

// series is the series that a paper is numbered in, with {n} left: of its kind of matter where the office has such a form on that day, else of all papers.
func (o *Office) series(t *Template, in Issue) (string, error) {
	form := t.Series
	if form == "" {
		if form = o.forms.on(PaperSeries+"_"+in.Kind, in.On); form == "" {
			form = o.forms.on(PaperSeries, in.On)
		}
	}
	if form == "" {
		return "", fmt.Errorf("the settings have no form of number for papers on %s", in.On)
	}
	return strings.NewReplacer("{mark}", in.Mark, "{year}", strconv.Itoa(in.On.Year()), "{word}", t.Word, "{samr}", cmp.Or(t.SAMR, t.Word)).Replace(form), nil
}

// IssueTx numbers the document and freezes its text. It is Invalid when a field of the template is missing, and names it.
func (o *Office) IssueTx(tx *store.Tx, in Issue) (*Document, error) {
	d, err := o.FreezeTx(tx, in)
	if err != nil {
		return nil, err
	}
	return d, tx.Create(d).Error
}

// FreezeTx is IssueTx for a paper that belongs to no case: it is numbered from its series and frozen, and the caller keeps it.
func (o *Office) FreezeTx(tx *store.Tx, in Issue) (*Document, error) {
	t := o.templates[in.Template]
	if t == nil {
		return nil, fmt.Errorf("there is no document template %q", in.Template)
	}
	blocks, missing := fill(t.Blocks, in.Data)
	if len(missing) > 0 {
		return nil, errs.New(errs.Invalid, "error.document_fields", t.Title, strings.Join(missing, "、"))
	}
	series, err := o.series(t, in)
	if err != nil {
		return nil, err
	}
	n, err := store.NextNumber(tx, "document/"+series)
	if err != nil {
		return nil, err
	}
	p := Paper{
		Office: in.Office, Title: t.Title, Number: strings.ReplaceAll(series, "{n}", strconv.FormatInt(n, 10)),
		Class: t.Class, Date: in.On.String(), Blocks: blocks, Fields: in.Data, Annex: in.Annex,
	}
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return &Document{
		ID: tx.NewID(), CaseID: in.CaseID, Template: t.ID, TemplateVersion: t.Version, Number: p.Number, Title: p.Title,
		IssuedOn: in.On, IssuedBy: in.By, Data: string(data), SHA256: hash(string(data)), CreatedAt: tx.Now,
	}, nil
}

// Of is every document of a case, in the order of issue. The caller has let the person see the case.
func (o *Office) Of(ctx context.Context, caseID string) ([]Document, error) {
	var docs []Document
	return docs, o.db.Read(ctx).Where("case_id = ?", caseID).Order("issued_on, id").Find(&docs).Error
}

// Get reads one document; NotFound when there is none. The caller must then check that the person may see its case.
func (o *Office) Get(ctx context.Context, id string) (*Document, error) {
	var d Document
	err := o.db.Read(ctx).Where("id = ?", id).Take(&d).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &d, err
}

// Verify hands every issued document to each, by number, with what does not hold in it: its data is what was frozen, and its columns
// say what the paper says. Those of cases come first; one on a lead has the lead's id as its CaseID. q is where to read.
func (o *Office) Verify(q *gorm.DB, each func(d *Document, fault error)) error {
	if err := VerifyTable(q, &Document{}, func(d *Document) *Document { return d }, each); err != nil {
		return err
	}
	return VerifyTable(q, &LeadPaper{}, func(p *LeadPaper) *Document {
		p.CaseID = p.LeadID
		return &p.Document
	}, each)
}

// VerifyTable is Verify for papers that are kept elsewhere, by the rows of their table.
func VerifyTable[T any](q *gorm.DB, table *T, paper func(*T) *Document, each func(d *Document, fault error)) error {
	rows, err := q.Model(table).Order("number").Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row T
		if err := q.ScanRows(rows, &row); err != nil {
			return err
		}
		d := paper(&row)
		p, err := d.Paper()
		if err == nil && (p.Number != d.Number || p.Title != d.Title || p.Date != d.IssuedOn.String()) {
			err = fmt.Errorf("document %s: its number, title or day was changed after it was issued", d.Number)
		}
		each(d, err)
	}
	return rows.Err()
}
