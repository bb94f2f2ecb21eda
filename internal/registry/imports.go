package registry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The states of an import.
const (
	StateColumns = "columns" // taken in; which column is which field is still to be said
	StateReading = "reading" // the dry run
	StateReady   = "ready"   // read whole; nothing is written yet
	StateWriting = "writing"
	StateDone    = "done"
	StateFailed  = "failed" // the file cannot be read: nothing was written
	StateUndoing = "undoing"
	StateUndone  = "undone"
	StateDropped = "dropped"
)

// MostBytes is how large a file may be.
const MostBytes = 1 << 30

// MostRows is how many rows a file may have: five times the largest extract.
const MostRows = 5_000_000

// mostExcelBytes is how large a workbook may be: it is unpacked while it is read.
const mostExcelBytes = 200 << 20

// mostWrong is how many rows with a fault are kept with their reason; all are counted.
const mostWrong = 200

// Import is a file that is brought into the register.
type Import struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Name         string
	SHA256       string `gorm:"column:sha256"`
	Size         int64
	Encoding     string
	State        string
	Header       string
	Columns      string
	Sample       string
	AsOf         calendar.Day
	Done         int64 // rows that the state has gone through
	Rows         int64
	New          int64
	Changed      int64
	Same         int64
	Older        int64 // left alone: the register knows a later day
	Bad          int64
	Odd          int64 // numbers whose check digit is wrong
	Reviews      int64 // mark checks to be looked at again
	Errors       string
	Failure      string
	ByID         string
	ByName       string
	MadeAt       time.Time
	WrittenAt    *time.Time
	Seq          int64 // the order in which they were written
	Version      int64
}

// TableName is the table of the imports.
func (Import) TableName() string { return "patent_imports" }

// Working says whether the program is at it.
func (im *Import) Working() bool {
	return im.State == StateReading || im.State == StateWriting || im.State == StateUndoing
}

// Heads are the heads of the file's columns.
func (im *Import) Heads() (out []string) { unpack(im.Header, &out); return out }

// Chosen says which column is which field.
func (im *Import) Chosen() (out sheet.Columns) { unpack(im.Columns, &out); return out }

// First are the first rows of the file.
func (im *Import) First() (out [][]string) { unpack(im.Sample, &out); return out }

// Wrong are the rows with a fault, the first of them.
func (im *Import) Wrong() (out []sheet.Wrong) { unpack(im.Errors, &out); return out }

// Why is why the file cannot be read; nil where it can.
func (im *Import) Why() *errs.Message {
	if im.Failure == "" {
		return nil
	}
	var m errs.Message
	unpack(im.Failure, &m)
	return &m
}

// pack and unpack keep small things in a row of the table. What does not unpack was not packed by this program: it is empty.
func pack(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func unpack(s string, v any) {
	if s != "" && json.Unmarshal([]byte(s), v) != nil {
		return
	}
}

func (im *Import) subject() string { return "patentimport:" + im.ID }

func (im *Import) entry(by access.Actor, action string) audit.Entry {
	return by.Entry(action, im.Jurisdiction, im.subject(), map[string]any{
		"name": im.Name, "sha256": im.SHA256, "rows": im.Rows, "new": im.New, "changed": im.Changed, "same": im.Same, "older": im.Older, "bad": im.Bad, "reviews": im.Reviews,
	})
}

// allow asks whether somebody may bring extracts in: there is one register, the office's. Counties see what was brought in.
func (r *Roll) allow(by access.Actor) error { return r.guard.Allow(by, "register.import", r.office) }

// Upload takes a file in and reads its heads. Forbidden; Invalid, in the field "file", where it is no table; TooLarge.
func (r *Roll) Upload(ctx context.Context, by access.Actor, id, name string, file io.Reader) (*Import, error) {
	if err := r.allow(by); err != nil {
		return nil, err
	}
	ref, err := r.blobs.Put(ctx, file, MostBytes)
	if err != nil {
		return nil, err
	}
	im := &Import{ID: id, Jurisdiction: r.office, Name: sheet.Tidy(path.Base(strings.ReplaceAll(name, `\`, "/")), 200), SHA256: ref.SHA256, Size: ref.Size, State: StateColumns,
		ByID: by.ID, ByName: by.Name, Version: 1}
	if err := r.heads(im); err != nil {
		return nil, sheet.InField(err, "file")
	}
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		im.MadeAt = tx.Now
		if !store.ValidID(im.ID) {
			im.ID = tx.NewID()
		}
		var held []Import
		if err := tx.Where("id = ?", im.ID).Find(&held).Error; err != nil {
			return err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].SHA256 != im.SHA256 || held[0].ByID != by.ID {
				return errs.New(errs.Conflict, "error.same_id")
			}
			im = &held[0]
			return nil
		}
		var known string
		if err := tx.Raw("SELECT columns FROM patent_columns WHERE header = ?", im.Header).Scan(&known).Error; err != nil {
			return err
		}
		if known != "" {
			im.Columns = known
		}
		if err := tx.Create(im).Error; err != nil {
			return err
		}
		return audit.Append(tx, im.entry(by, "register.upload"))
	})
	return im, err
}

// open opens the file of an import.
func (r *Roll) open(im *Import) (*sheet.Sheet, error) {
	if im.Size == 0 {
		return nil, errs.New(errs.Invalid, "register.file.empty")
	}
	s, err := sheet.Open(func() (io.ReadCloser, error) { return r.blobs.Open(im.SHA256) }, MostRows)
	if err == nil && s.Encoding == sheet.Excel && im.Size > mostExcelBytes {
		return nil, errors.Join(errs.New(errs.Invalid, "register.file.excel_rows", int64(sheet.MostExcelRows)), s.Close())
	}
	return s, err
}

// heads reads the heads and the first rows, and guesses the fields.
func (r *Roll) heads(im *Import) error {
	s, err := r.open(im)
	if err != nil {
		return err
	}
	im.Encoding, im.Header, im.Columns = s.Encoding, pack(s.Header), pack(sheet.Guess(s.Header, Fields(), words))
	first, err := s.Sample(5)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	im.Sample = pack(first)
	return s.Close()
}

// Imports are the files brought in, the newest first. Forbidden.
func (r *Roll) Imports(ctx context.Context, by access.Actor) (rows []Import, err error) {
	if err := r.guard.AllowAnywhere(by, "register.import"); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx).Omit("errors", "sample").Order("made_at DESC, id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// Import is one of them. Forbidden, NotFound.
func (r *Roll) Import(ctx context.Context, by access.Actor, id string) (*Import, error) {
	if err := r.guard.AllowAnywhere(by, "register.import"); err != nil {
		return nil, err
	}
	return take(r.db.Read(ctx), id)
}

func take(q *gorm.DB, id string) (*Import, error) {
	var im Import
	err := q.Where("id = ?", id).Take(&im).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &im, err
}

// Source names the imports of some ids, for the history of a patent.
func (r *Roll) Source(ctx context.Context, ids []string) (map[string]Import, error) {
	var rows []Import
	err := r.db.Read(ctx).Select("id, name, made_at, written_at, by_name").Where("id IN ?", ids).Find(&rows).Error
	out := map[string]Import{}
	for _, im := range rows {
		out[im.ID] = im
	}
	return out, err
}

// advance takes an import from one of some states to another. Forbidden, NotFound, Conflict.
func (r *Roll) advance(ctx context.Context, by access.Actor, id string, version int64, action, to string, from []string, also func(tx *store.Tx, im *Import) (map[string]any, error)) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("patent_imports", id); err != nil {
			return err
		}
		im, err := take(tx.DB, id)
		if err != nil {
			return err
		}
		stale := im.Version != version
		for _, f := range from {
			if im.State == f && !stale {
				if err := r.allow(by); err != nil {
					return err
				}
				set := map[string]any{}
				if also != nil {
					if set, err = also(tx, im); err != nil {
						return err
					}
				}
				set["state"], set["version"], set["done"] = to, version+1, int64(0)
				done := tx.Model(&Import{}).Where("id = ? AND version = ?", id, version).Updates(set)
				if done.Error != nil {
					return done.Error
				}
				if done.RowsAffected == 0 {
					return errs.New(errs.Conflict, "error.stale", tx.Now)
				}
				return audit.Append(tx, im.entry(by, action))
			}
		}
		if err := r.allow(by); err != nil {
			return err
		}
		if stale {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		return errs.New(errs.Conflict, "register.state.wrong")
	})
}

// Read says which column is which field and of what day the file is, and has it read: the dry run. The choice is remembered for files with
// the same heads. Invalid, Forbidden, NotFound, Conflict.
func (r *Roll) Read(ctx context.Context, by access.Actor, id string, version int64, columns sheet.Columns, asOf calendar.Day) error {
	return r.advance(ctx, by, id, version, "register.read", StateReading, []string{StateColumns, StateReady, StateFailed}, func(tx *store.Tx, im *Import) (map[string]any, error) {
		if err := columns.Check(im.Heads(), Fields(), Needed); err != nil {
			return nil, err
		}
		var bad errs.Faults
		if _, given := columns["status_as_of"]; !given && asOf.IsZero() {
			bad.Add("as_of", "error.required")
		}
		if asOf > calendar.DayOf(tx.Now) {
			bad.Add("as_of", "register.row.future")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		err := tx.Exec("INSERT INTO patent_columns (header, columns) VALUES (?, ?) ON CONFLICT (header) DO UPDATE SET columns = excluded.columns", im.Header, pack(columns)).Error
		return map[string]any{"columns": pack(columns), "as_of": asOf, "failure": "", "errors": ""}, err
	})
}

// Apply has what was read written. Rows with a fault are left out. Forbidden, NotFound; Conflict where another import is being written or undone.
func (r *Roll) Apply(ctx context.Context, by access.Actor, id string, version int64) error {
	return r.advance(ctx, by, id, version, "register.apply", StateWriting, []string{StateReady}, func(tx *store.Tx, im *Import) (map[string]any, error) {
		if im.Rows == im.Bad {
			return nil, errs.New(errs.Conflict, "register.nothing")
		}
		return map[string]any{"new": 0, "changed": 0, "same": 0, "older": 0, "reviews": 0}, r.alone(tx)
	})
}

// Undo has the newest import taken back. Forbidden, NotFound; Conflict where a later one was written.
func (r *Roll) Undo(ctx context.Context, by access.Actor, id string, version int64) error {
	return r.advance(ctx, by, id, version, "register.undo", StateUndoing, []string{StateDone}, func(tx *store.Tx, im *Import) (map[string]any, error) {
		newest, err := newest(tx.DB)
		if err == nil && newest != im.ID {
			err = errs.New(errs.Conflict, "register.later")
		}
		if err != nil {
			return nil, err
		}
		return map[string]any{}, r.alone(tx)
	})
}

// Newest is the import that can be undone, "" where there is none.
func (r *Roll) Newest(ctx context.Context) (string, error) { return newest(r.db.Read(ctx)) }

func newest(q *gorm.DB) (id string, err error) {
	err = q.Raw("SELECT id FROM patent_imports WHERE state = ? ORDER BY seq DESC LIMIT 1", StateDone).Scan(&id).Error
	return id, err
}

// alone says that no other import is being written or undone.
func (r *Roll) alone(tx *store.Tx) error {
	if err := tx.Exec("UPDATE settings SET value = value WHERE name = 'register'").Error; err != nil { // one after the other
		return err
	}
	var n int64
	err := tx.Model(&Import{}).Where("state IN ?", []string{StateWriting, StateUndoing}).Count(&n).Error
	if err == nil && n > 0 {
		err = errs.New(errs.Conflict, "register.busy")
	}
	return err
}

// Drop puts a file away that was not written. Forbidden, NotFound, Conflict.
func (r *Roll) Drop(ctx context.Context, by access.Actor, id string, version int64) error {
	return r.advance(ctx, by, id, version, "register.drop", StateDropped, []string{StateColumns, StateReady, StateFailed}, nil)
}
