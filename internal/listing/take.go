package listing

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The states of a take.
const (
	TakeColumns = "columns" // which column is which field is still to be said
	TakeReady   = "ready"   // read whole; nothing is written yet
	TakeWriting = "writing"
	TakeDone    = "done"
	TakeUndoing = "undoing"
	TakeUndone  = "undone"
	TakeDropped = "dropped"
)

// The states of a take's row.
const (
	RowFresh   = "fresh"
	RowTwice   = "twice" // the office has it already, or the take has it further up
	RowBad     = "bad"
	RowWritten = "written"
	RowGone    = "gone" // undone
	RowKept    = "kept" // not undone: something was done with it
)

const (
	// MostTaken is how many listings one take may hold.
	MostTaken = 5000
	// MostTakeBytes is how large its file may be.
	MostTakeBytes = 20 << 20
	// Pasted is the encoding of a take whose addresses were pasted.
	Pasted = "paste"
)

type working struct{ sync.Mutex }

// Given is what holds for all rows of a take that do not say otherwise.
type Given struct {
	Place         string
	Platform      string
	Shop          string
	SuspectedKind string
	Source        string
	PatentNo      string
	Claimant      string
	FoundOn       calendar.Day
	Campaign      string // of which the listings become part where they fit; "" is none
}

// Take is what is taken in at once.
type Take struct {
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
	Given        string
	Done         int64 // rows that the state has gone through
	Rows         int64
	Fresh        int64
	Twice        int64
	Relisted     int64
	Bad          int64
	Kept         int64
	ByID         string
	ByName       string
	MadeAt       time.Time
	WrittenAt    *time.Time
	Version      int64
}

// TableName is the table of the takes.
func (Take) TableName() string { return "listing_takes" }

// Working says whether the program is at it.
func (t *Take) Working() bool { return t.State == TakeWriting || t.State == TakeUndoing }

// Heads are the heads of the file's columns.
func (t *Take) Heads() (out []string) { unpack(t.Header, &out); return out }

// Chosen says which column is which field.
func (t *Take) Chosen() (out sheet.Columns) { unpack(t.Columns, &out); return out }

// First are the first rows of the file.
func (t *Take) First() (out [][]string) { unpack(t.Sample, &out); return out }

// Holds is what holds for all its rows.
func (t *Take) Holds() (g Given) { unpack(t.Given, &g); return g }

// TakeRow is a row of a take.
type TakeRow struct {
	TakeID    string `gorm:"primaryKey"`
	Line      int64  `gorm:"primaryKey;autoIncrement:false"`
	State     string
	Canonical string
	Data      string
	Fault     string
	ListingID string // what it became, or the listing that is there already
	Relists   string // what it offers again
	Number    string // of a listing that was taken back: it is not given again
}

// TableName is the table of the rows.
func (TakeRow) TableName() string { return "listing_take_rows" }

// Says is what the row says.
func (r *TakeRow) Says() (in NewListing) { unpack(r.Data, &in); return in }

// Wrong is what is wrong with the row; nil where nothing is.
func (r *TakeRow) Wrong() *sheet.Wrong {
	if r.Fault == "" {
		return nil
	}
	var w sheet.Wrong
	unpack(r.Fault, &w)
	return &w
}

// TakeInput is what is to be taken in.
type TakeInput struct {
	ID           string // made by the form
	Jurisdiction string
	Name         string
	Given        Given
}

// Paste takes addresses in as they were pasted: one a line; after a tab, its title. Forbidden, Invalid, Conflict.
func (l *Ledger) Paste(ctx context.Context, by access.Actor, in TakeInput, text string) (*Take, error) {
	var bad errs.Faults
	if bad.Require("urls", strings.TrimSpace(text)); len(text) > MostTakeBytes {
		bad.Add("urls", "error.too_long", MostTakeBytes)
	}
	if err := l.guard.Allow(by, "listing.work", in.Jurisdiction); err != nil {
		return nil, err
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return l.take(ctx, by, in, Pasted, strings.NewReader(text))
}

// Upload takes a file in. Where its heads are known it is read whole at once. Forbidden; Invalid, in the field "file", where it is no table; TooLarge.
func (l *Ledger) Upload(ctx context.Context, by access.Actor, in TakeInput, file io.Reader) (*Take, error) {
	if err := l.guard.Allow(by, "listing.work", in.Jurisdiction); err != nil {
		return nil, err
	}
	return l.take(ctx, by, in, "", file)
}

func (l *Ledger) take(ctx context.Context, by access.Actor, in TakeInput, encoding string, file io.Reader) (*Take, error) {
	field := "file"
	if encoding == Pasted {
		field = "urls"
	}
	if err := l.checkGiven(ctx, by, &in); err != nil {
		return nil, err
	}
	ref, err := l.blobs.Put(ctx, file, MostTakeBytes)
	if err != nil {
		return nil, err
	}
	t := &Take{ID: in.ID, Jurisdiction: in.Jurisdiction, Name: sheet.Tidy(path.Base(strings.ReplaceAll(in.Name, `\`, "/")), 200), SHA256: ref.SHA256, Size: ref.Size, Encoding: encoding,
		State: TakeColumns, Given: pack(in.Given), ByID: by.ID, ByName: by.Name, Version: 1}
	if err := l.heads(ctx, t); err != nil {
		return nil, sheet.InField(err, field)
	}
	rows, err := l.readKnown(ctx, by, t)
	if err != nil {
		return nil, sheet.InField(err, field)
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		t.MadeAt = tx.Now
		if !store.ValidID(t.ID) {
			t.ID = tx.NewID()
		}
		var held []Take
		if err := tx.Where("id = ?", t.ID).Find(&held).Error; err != nil {
			return err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].SHA256 != t.SHA256 || held[0].ByID != by.ID {
				return errs.New(errs.Conflict, "error.same_id")
			}
			t = &held[0]
			return nil
		}
		if err := tx.Create(t).Error; err != nil {
			return err
		}
		if err := keepRows(tx, t.ID, rows); err != nil {
			return err
		}
		return audit.Append(tx, t.entry(by, "listing.take"))
	})
	return t, err
}

func (t *Take) entry(by access.Actor, action string) audit.Entry {
	return by.Entry(action, t.Jurisdiction, "listingtake:"+t.ID, map[string]any{
		"name": t.Name, "sha256": t.SHA256, "rows": t.Rows, "fresh": t.Fresh, "twice": t.Twice, "relisted": t.Relisted, "bad": t.Bad, "kept": t.Kept,
	})
}

func (l *Ledger) checkGiven(ctx context.Context, by access.Actor, in *TakeInput) error {
	g := &in.Given
	var bad errs.Faults
	today := calendar.DayOf(l.db.Now())
	if g.FoundOn.IsZero() {
		g.FoundOn = today
	}
	if g.FoundOn > today {
		bad.Add("found_on", "error.day_future", today)
	}
	for _, c := range []struct {
		name, v string
		of      []string
	}{{"suspected_kind", g.SuspectedKind, SuspectedKinds()}, {"source", g.Source, Sources()}, {"platform", g.Platform, append(l.Platforms(), "")}} {
		if !slices.Contains(c.of, c.v) {
			bad.Add(c.name, "error.choice")
		}
	}
	for _, c := range []struct{ name, v string }{{"jurisdiction", in.Jurisdiction}, {"place", g.Place}} {
		if _, ok := l.regions.Get(c.v); !ok {
			bad.Add(c.name, "error.choice")
		}
	}
	if g.Campaign != "" {
		if x, err := l.Campaign(ctx, by, g.Campaign); err != nil || x.State != CampaignOpen {
			bad.Add("campaign", "error.choice")
		}
	}
	bad.Limit("shop", g.Shop, 200)
	bad.Limit("patent_no", g.PatentNo, 60)
	bad.Limit("claimant", g.Claimant, 200)
	return bad.Err()
}

func keepRows(tx *store.Tx, id string, rows []TakeRow) error {
	return many(tx, "INSERT INTO listing_take_rows (take_id, line, state, canonical, data, fault, listing_id, relists)", "", 8, rows, func(r TakeRow) []any {
		return []any{id, r.Line, r.State, r.Canonical, r.Data, r.Fault, r.ListingID, r.Relists}
	})
}

// many writes rows, some in one statement.
func many[T any](tx *store.Tx, head, tail string, width int, rows []T, values func(T) []any) error {
	one := "(" + strings.Repeat("?, ", width-1) + "?)"
	for part := range slices.Chunk(rows, 200) {
		args := make([]any, 0, width*len(part))
		for _, x := range part {
			args = append(args, values(x)...)
		}
		if err := tx.Exec(head+" VALUES "+strings.Repeat(one+", ", len(part)-1)+one+tail, args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// taken narrows takes to those a person may see: of the offices where the person works on listings.
func (l *Ledger) taken(by access.Actor) func(*gorm.DB) *gorm.DB {
	return l.guard.ScopePlain(by, "listing.view", "listing_takes")
}

// Takes are the newest takes. Forbidden.
func (l *Ledger) Takes(ctx context.Context, by access.Actor) (rows []Take, err error) {
	if err := l.guard.AllowAnywhere(by, "listing.view"); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx).Scopes(l.taken(by)).Omit("sample", "header").Order("made_at DESC, id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// Take is one of them. NotFound.
func (l *Ledger) Take(ctx context.Context, by access.Actor, id string) (*Take, error) {
	return l.oneTake(l.db.Read(ctx), by, id)
}

func (l *Ledger) oneTake(q *gorm.DB, by access.Actor, id string) (*Take, error) {
	var rows []Take
	if err := q.Scopes(l.taken(by)).Where("listing_takes.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &rows[0], nil
}

// TakeRows are the rows of a take that the caller has let the person see, in some states, after a line. Rows of listings that the person may not see are left out.
func (l *Ledger) TakeRows(ctx context.Context, by access.Actor, id string, states []string, after int64, limit int) (rows []TakeRow, err error) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	q := l.db.Read(ctx).Where("take_id = ? AND line > ?", id, after).
		Where("(listing_id = '' OR EXISTS (SELECT 1 FROM listings WHERE listings.id = listing_take_rows.listing_id AND "+sql+"))", args...)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	err = q.Order("line").Limit(limit).Find(&rows).Error
	return rows, err
}

// advance takes a take from one of some states to another. NotFound, Conflict, Forbidden.
func (l *Ledger) advance(ctx context.Context, by access.Actor, id string, version int64, action, to string, from []string, also func(tx *store.Tx, t *Take) (map[string]any, error)) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("listing_takes", id); err != nil {
			return err
		}
		t, err := l.oneTake(tx.DB, by, id)
		if err != nil {
			return err
		}
		if err := l.guard.Allow(by, "listing.work", t.Jurisdiction); err != nil {
			return err
		}
		if t.Version != version {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		if !slices.Contains(from, t.State) {
			return errs.New(errs.Conflict, "register.state.wrong")
		}
		set := map[string]any{}
		if also != nil {
			if set, err = also(tx, t); err != nil {
				return err
			}
		}
		set["state"], set["version"], set["done"] = to, version+1, int64(0)
		if err := tx.Model(&Take{}).Where("id = ? AND version = ?", id, version).Updates(set).Error; err != nil {
			return err
		}
		return audit.Append(tx, t.entry(by, action))
	})
}

// ReadTake says which column is which field and has the file read whole: the dry run. The choice is remembered for files with the same heads. NotFound,
// Conflict, Forbidden, Invalid.
func (l *Ledger) ReadTake(ctx context.Context, by access.Actor, id string, version int64, columns sheet.Columns) error {
	t, err := l.Take(ctx, by, id)
	if err != nil {
		return err
	}
	if err := columns.Check(t.Heads(), Fields(), Needed); err != nil {
		return err
	}
	t.Columns = pack(columns)
	rows, err := l.readRows(ctx, by, t)
	if err != nil {
		return sheet.InField(err, "file")
	}
	return l.advance(ctx, by, id, version, "listing.take_read", TakeReady, []string{TakeColumns, TakeReady}, func(tx *store.Tx, _ *Take) (map[string]any, error) {
		if err := tx.Exec("DELETE FROM listing_take_rows WHERE take_id = ?", id).Error; err != nil {
			return nil, err
		}
		if err := keepRows(tx, id, rows); err != nil {
			return nil, err
		}
		err := tx.Exec("INSERT INTO listing_columns (header, columns) VALUES (?, ?) ON CONFLICT (header) DO UPDATE SET columns = excluded.columns", t.Header, pack(columns)).Error
		return map[string]any{"columns": pack(columns), "rows": t.Rows, "fresh": t.Fresh, "twice": t.Twice, "relisted": t.Relisted, "bad": t.Bad}, err
	})
}

// ApplyTake has what was read written; rows with a fault and rows that are there already are left out. NotFound, Conflict, Forbidden.
func (l *Ledger) ApplyTake(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.advance(ctx, by, id, version, "listing.take_apply", TakeWriting, []string{TakeReady}, func(_ *store.Tx, t *Take) (map[string]any, error) {
		if t.Fresh == 0 {
			return nil, errs.New(errs.Conflict, "register.nothing")
		}
		return map[string]any{"fresh": 0, "relisted": 0, "by_id": by.ID, "by_name": by.Name}, nil
	})
}

// UndoTake has a take taken back: its listings with which nothing was done since. NotFound, Conflict, Forbidden.
func (l *Ledger) UndoTake(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.advance(ctx, by, id, version, "listing.take_undo", TakeUndoing, []string{TakeDone}, nil)
}

// DropTake puts a take away that was not written. NotFound, Conflict, Forbidden.
func (l *Ledger) DropTake(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.advance(ctx, by, id, version, "listing.take_drop", TakeDropped, []string{TakeColumns, TakeReady}, nil)
}

// openTake opens the file of a take.
func (l *Ledger) openTake(t *Take) (*sheet.Sheet, error) {
	if t.Size == 0 {
		return nil, errs.New(errs.Invalid, "register.file.empty")
	}
	if t.Encoding == Pasted {
		return sheet.Open(func() (io.ReadCloser, error) { return l.pasted(t.SHA256) }, MostTaken)
	}
	return sheet.Open(func() (io.ReadCloser, error) { return l.blobs.Open(t.SHA256) }, MostTaken)
}

// pasted gives pasted addresses heads, so that they are a table of two columns.
func (l *Ledger) pasted(sha string) (io.ReadCloser, error) {
	r, err := l.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, MostTakeBytes))
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r"), nil), []byte(`"`), []byte("”"))
	return io.NopCloser(io.MultiReader(strings.NewReader("url\ttitle\n"), bytes.NewReader(b))), nil
}
