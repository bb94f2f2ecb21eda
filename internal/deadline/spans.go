package deadline

import (
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Span is time of a matter that does not count for the rules that leave its ground out: a suspension, a hearing, service by public
// notice. Both days are taken out; overlapping spans are one.
type Span struct {
	ID        string `gorm:"primaryKey"`
	SubjectID string
	Ground    string // suspension, hearing, public_notice, test_appraisal …
	FromOn    calendar.Day
	ToOn      calendar.Day // no day: still open
	Document  string       // number of the paper it rests on
	TrackID   string
	MadeBy    string
	MadeName  string
	MadeAt    time.Time
}

// TableName is the table of the spans.
func (Span) TableName() string { return "deadline_spans" }

// Extension is an extension that was granted, in the rule's order.
type Extension struct {
	DeadlineID  string `gorm:"primaryKey"`
	Seq         int    `gorm:"primaryKey;autoIncrement:false"`
	N           int
	Unit        string
	Approver    string // the level: statute.Head …
	GrantedOn   calendar.Day
	GrantedBy   string
	GrantedName string
	TrackID     string
	GrantedAt   time.Time
}

// TableName is the table of the extensions.
func (Extension) TableName() string { return "deadline_extensions" }

func spansOf(q *gorm.DB, subjectIDs ...string) (out []Span, err error) {
	return out, q.Where("subject_id IN ?", subjectIDs).Order("from_on, id").Find(&out).Error
}

// takes says whether a rule's clock leaves out a span: its rule names the ground, and a side procedure's own clock (a sealing) knows only what
// that side procedure did: a test of other goods does not keep these sealed any longer.
func (c *Clock) takes(r statute.Rule, s Span) bool {
	return r.Excludes(s.Ground) && (c.TrackID == "" || c.TrackID == s.TrackID)
}

// options are what a clock is counted with. A span that is still open counts until a day; with no day it is left out.
func options(k *Clock, r statute.Rule, ext []Extension, spans []Span, until calendar.Day) (o statute.Options) {
	for _, x := range ext {
		o.Extensions = append(o.Extensions, calendar.Term{N: x.N, Unit: calendar.Unit(x.Unit)})
	}
	for _, s := range spans {
		to := s.ToOn
		if to.IsZero() {
			to = until
		}
		if k.takes(r, s) && to >= s.FromOn { // one that ended on its first day took nothing out
			o.Excluded = append(o.Excluded, statute.Excluded{Ground: s.Ground, From: s.FromOn, To: to})
		}
	}
	return o
}

// paused is the first day of an open span that a clock leaves out.
func paused(k *Clock, r statute.Rule, spans []Span) (from calendar.Day) {
	for _, s := range spans {
		if s.ToOn.IsZero() && k.takes(r, s) && (from.IsZero() || s.FromOn < from) {
			from = s.FromOn
		}
	}
	return from
}

// rows are the extensions of clocks by the clock, and the spans by the matter.
func (c *Clocks) rows(q *gorm.DB, clocks []Clock) (map[string][]Extension, map[string][]Span, error) {
	ext, spans := map[string][]Extension{}, map[string][]Span{}
	for some := range slices.Chunk(clocks, 500) {
		var ids, subjects []string
		for _, k := range some {
			ids, subjects = append(ids, k.ID), append(subjects, k.SubjectID)
		}
		slices.Sort(subjects)
		subjects = slices.Compact(subjects)
		var e []Extension
		if err := q.Where("deadline_id IN ?", ids).Order("deadline_id, seq").Find(&e).Error; err != nil {
			return nil, nil, err
		}
		for _, x := range e {
			ext[x.DeadlineID] = append(ext[x.DeadlineID], x)
		}
		s, err := spansOf(q, subjects...)
		if err != nil {
			return nil, nil, err
		}
		for _, x := range s {
			if of := spans[x.SubjectID]; !slices.ContainsFunc(of, func(y Span) bool { return y.ID == x.ID }) { // a matter in two chunks
				spans[x.SubjectID] = append(of, x)
			}
		}
	}
	return ext, spans, nil
}

// ownRows gives the options of the groups that are one clock by itself.
func (c *Clocks) ownRows(q *gorm.DB, in []group) (func(id string, r statute.Rule) statute.Options, error) {
	var ids []string
	for _, g := range in {
		if g.OwnID != "" {
			ids = append(ids, g.OwnID)
		}
	}
	var clocks []Clock
	for some := range slices.Chunk(ids, 500) {
		var k []Clock
		if err := q.Where("id IN ?", some).Find(&k).Error; err != nil {
			return nil, err
		}
		clocks = append(clocks, k...)
	}
	ext, spans, err := c.rows(q, clocks)
	by := map[string]*Clock{}
	for i := range clocks {
		by[clocks[i].ID] = &clocks[i]
	}
	return func(id string, r statute.Rule) statute.Options {
		k := by[id]
		if k == nil {
			return statute.Options{}
		}
		return options(k, r, ext[id], spans[k.SubjectID], 0)
	}, err
}

// Grounds are the extensions and spans that a clock was counted with, for its proof: the caller has let the person see the matter.
func (c *Clocks) Grounds(q *gorm.DB, k *Clock) (ext []Extension, spans []Span, err error) {
	e, s, err := c.rows(q, []Clock{*k})
	if err != nil {
		return nil, nil, err
	}
	if r, ok := c.Rule(k); ok {
		for _, x := range s[k.SubjectID] {
			if k.takes(r, x) {
				spans = append(spans, x)
			}
		}
	}
	return e[k.ID], spans, nil
}

// ExcludeTx takes time out of the periods of a matter whose rules leave its ground out: with no last day the periods stand still until
// ResumeTx. Running clocks are counted anew.
func (c *Clocks) ExcludeTx(tx *store.Tx, by access.Actor, s Subject, x Span) error {
	x.ID, x.SubjectID, x.TrackID, x.MadeBy, x.MadeName, x.MadeAt = tx.NewID(), s.ID, s.TrackID, by.ID, by.Name, tx.Now
	if err := tx.Create(&x).Error; err != nil {
		return err
	}
	return c.anewTx(tx, s)
}

// ResumeTx ends the open spans of a side procedure: on is the first day that counts again.
func (c *Clocks) ResumeTx(tx *store.Tx, s Subject, on calendar.Day) error {
	if err := tx.Model(&Span{}).Where("subject_id = ? AND track_id = ? AND to_on IS NULL", s.ID, s.TrackID).Updates(map[string]any{"to_on": on.AddDays(-1)}).Error; err != nil {
		return err
	}
	return c.anewTx(tx, s)
}

// RunningTx is the running clock of a rule on a matter; the side procedure's own where it has one. Conflict where none runs.
func (c *Clocks) RunningTx(tx *store.Tx, s Subject, rule string) (*Clock, error) {
	var k Clock
	err := tx.Where("subject_id = ? AND rule = ? AND stopped_on IS NULL AND track_id IN ?", s.ID, rule, []string{"", s.TrackID}).Order("track_id DESC, started_on DESC").Take(&k).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.Conflict, "error.extension_no_clock")
	}
	return &k, err
}

// NextExtension is the extension that a clock may get next, and how many it has. Invalid where the law allows no further one, or the
// period is over on the day: an extension is granted before the end.
func (c *Clocks) NextExtension(q *gorm.DB, k *Clock, on calendar.Day) (statute.Extension, int, error) {
	var n int64
	if err := q.Model(&Extension{}).Where("deadline_id = ?", k.ID).Count(&n).Error; err != nil {
		return statute.Extension{}, 0, err
	}
	r, ok := c.Rule(k)
	switch {
	case !ok || int(n) >= len(r.Ext):
		return statute.Extension{}, int(n), errs.New(errs.Invalid, "error.extension_none", r.Title, r.Cite)
	case k.PausedOn.IsZero() && on > k.StrictOn:
		return statute.Extension{}, int(n), errs.New(errs.Invalid, "error.extension_late", k.StrictOn, r.Cite)
	}
	return r.Ext[n], int(n), nil
}

// ExtendTx grants the next extension of a clock, by so many of the rule's units, and counts it anew. Invalid beyond the maximum.
func (c *Clocks) ExtendTx(tx *store.Tx, by access.Actor, s Subject, k *Clock, n1 int, on calendar.Day) error {
	x, n, err := c.NextExtension(tx.DB, k, on)
	if err != nil {
		return err
	}
	r, _ := c.Rule(k)
	if n1 < 1 || !x.Free && n1 > x.Max || x.Free && n1 > 3650 {
		longest := x.Max
		if x.Free {
			longest = 3650
		}
		var bad errs.Faults
		bad.Add("extend_by", "error.extension_max", longest, r.Cite)
		return bad.Err()
	}
	err = tx.Create(&Extension{
		DeadlineID: k.ID, Seq: n + 1, N: n1, Unit: string(x.Unit), Approver: x.Approver, GrantedOn: on, GrantedBy: by.ID, GrantedName: by.Name, TrackID: s.TrackID, GrantedAt: tx.Now,
	}).Error
	if err != nil {
		return err
	}
	return c.anewTx(tx, s)
}

// anewTx counts the running clocks of a matter anew, after its spans or extensions have changed.
func (c *Clocks) anewTx(tx *store.Tx, s Subject) error {
	var clocks []Clock
	if err := tx.Where("subject_id = ? AND stopped_on IS NULL", s.ID).Order("id").Find(&clocks).Error; err != nil {
		return err
	}
	ext, spans, err := c.rows(tx.DB, clocks)
	if err != nil {
		return err
	}
	days, gen, err := c.wall.DaysTx(tx)
	if err != nil {
		return err
	}
	for _, k := range clocks {
		r, ok := c.Rule(&k)
		if !ok {
			continue
		}
		o := options(&k, r, ext[k.ID], spans[s.ID], 0)
		end, err := c.count(days, r, k.StartedOn, o)
		if err != nil {
			return err
		}
		stands := paused(&k, r, spans[s.ID])
		if !stands.IsZero() {
			if stands = max(stands, k.StartedOn); stands > end.Strict { // it was over before
				stands = 0
			}
		}
		err = tx.Model(&Clock{}).Where("id = ?", k.ID).Updates(map[string]any{
			"strict_on": end.Strict, "due_on": end.Due, "watch_on": end.Watch, "provisional": end.Provisional, "paused_on": stands, "calendar_gen": gen,
			"own": len(o.Extensions)+len(o.Excluded) > 0 || !stands.IsZero(),
		}).Error
		if err != nil {
			return err
		}
	}
	for _, f := range c.moved {
		if f.kind == s.Kind {
			if err := f.tell(tx, []string{s.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
