package report

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// StandingsPath is where the standings are kept: on the page of the assessment.
const StandingsPath = "/statistics/scorecard#standings"

// Standing is how an office stood in somebody else's assessment, as it was announced: 13th of 135 cities.
type Standing struct {
	ID           string     `gorm:"primaryKey" json:"-"`
	Jurisdiction string     `json:"region"`
	Year         int        `json:"year"`
	Name         string     `json:"name"` // of the assessment
	Rank         int64      `json:"rank"` // 0 where only a grade was announced
	Of           int64      `json:"of"`   // how many took part; 0 is not known
	Grade        string     `json:"grade,omitempty"`
	Source       string     `json:"source"` // the announcement
	MadeBy       string     `json:"-"`
	MadeName     string     `json:"-"`
	MadeAt       time.Time  `json:"-"`
	RemovedBy    string     `json:"-"`
	RemovedName  string     `json:"-"`
	RemovedAt    *time.Time `json:"-"`
}

// standingsOf are the standings of a year of some offices.
func (f *Figures) standingsOf(q *gorm.DB, year int, offices []string) (rows []Standing, err error) {
	err = q.Where("year = ? AND jurisdiction IN ? AND removed_at IS NULL", year, offices).Order("id").Find(&rows).Error
	return rows, err
}

// Standings are those of a person's offices, the newest year first. errs.Forbidden without statistics.view anywhere.
func (f *Figures) Standings(ctx context.Context, by access.Actor) (rows []Standing, err error) {
	if err := f.guard.AllowAnywhere(by, "statistics.view"); err != nil {
		return nil, err
	}
	err = f.db.Read(ctx).Scopes(f.guard.ScopePlain(by, "statistics.view", "standings")).Where("removed_at IS NULL").Order("standings.year DESC, standings.id").Limit(200).Find(&rows).Error
	return rows, err
}

// AddStanding notes how an office stood. errs.Forbidden without standing.note there; errs.Invalid; errs.Conflict where the identifier was used for another.
func (f *Figures) AddStanding(ctx context.Context, by access.Actor, x Standing) error {
	return f.db.Tx(ctx, func(tx *store.Tx) error { return f.AddStandingTx(tx, by, x) })
}

// AddStandingTx is AddStanding in the caller's transaction.
func (f *Figures) AddStandingTx(tx *store.Tx, by access.Actor, x Standing) error {
	if err := f.allowIn(by, "standing.note", x.Jurisdiction); err != nil {
		return err
	}
	var bad errs.Faults
	x.Name, x.Grade, x.Source = strings.TrimSpace(x.Name), strings.TrimSpace(x.Grade), strings.TrimSpace(x.Source)
	bad.Require("name", x.Name)
	bad.Require("source", x.Source)
	bad.Limit("name", x.Name, 200)
	bad.Limit("grade", x.Grade, 50)
	bad.Limit("source", x.Source, 500)
	if _, ok := f.regions.Get(x.Jurisdiction); !ok {
		bad.Add("office", "error.choice")
	}
	if x.Year < firstYear || x.Year > f.today().Year() {
		bad.Add("year", "report.bad.year")
	}
	if x.Rank < 0 || x.Rank == 0 && x.Grade == "" || x.Of > 0 && x.Rank > x.Of || x.Of > 100000 {
		bad.Add("rank", "standing.bad.rank")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if !store.ValidID(x.ID) {
		x.ID = tx.NewID()
	}
	var held []Standing
	if err := tx.Where("id = ?", x.ID).Find(&held).Error; err != nil {
		return err
	}
	if len(held) > 0 {
		if held[0].MadeBy == by.ID && held[0].Name == x.Name && held[0].Year == x.Year {
			return nil
		}
		return errs.New(errs.Conflict, "error.same_id")
	}
	x.MadeBy, x.MadeName, x.MadeAt = by.ID, by.Name, tx.Now
	x.RemovedBy, x.RemovedName, x.RemovedAt = "", "", nil
	if err := tx.Create(&x).Error; err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("standing.note", x.Jurisdiction, "standing:"+x.ID, map[string]any{"name": x.Name, "year": x.Year, "rank": x.Rank, "of": x.Of, "grade": x.Grade, "source": x.Source}))
}

// RemoveStanding takes a standing back; it stays in the record. errs.Forbidden, errs.NotFound, errs.Conflict where it was taken back before.
func (f *Figures) RemoveStanding(ctx context.Context, by access.Actor, id string) error {
	return f.db.Tx(ctx, func(tx *store.Tx) error {
		var rows []Standing
		if err := tx.Scopes(f.guard.ScopePlain(by, "statistics.view", "standings")).Where("standings.id = ?", id).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return access.Unseen(tx.DB, "standings", "standing", id)
		}
		x := rows[0]
		if err := f.guard.Allow(by, "standing.note", x.Jurisdiction); err != nil {
			return err
		}
		r := tx.Model(&Standing{}).Where("id = ? AND removed_at IS NULL", id).Updates(map[string]any{"removed_by": by.ID, "removed_name": by.Name, "removed_at": tx.Now})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		return audit.Append(tx, by.Entry("standing.remove", x.Jurisdiction, "standing:"+x.ID, map[string]any{"name": x.Name, "year": x.Year}))
	})
}
