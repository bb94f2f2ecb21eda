package knowledge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Write writes a new article (id "") or the next version of one. Forbidden, NotFound, Conflict, Invalid: a text in one language only, or a
// rule that the rule book does not have.
func (s *Shelf) Write(ctx context.Context, by access.Actor, id string, version int64, w Words, reason string) (saved string, err error) {
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		var old row
		known := id != ""
		if known {
			if err := tx.Lock("knowledge_articles", id); err != nil {
				return err
			}
			if old, err = take(tx.DB, id); err != nil {
				return err
			}
			if old.Version != version {
				return errs.New(errs.Conflict, "error.stale", old.UpdatedAt)
			}
		}
		if err := s.guard.Allow(by, "knowledge.edit", s.set.Office); err != nil {
			return err
		}
		if err := s.sound(w); err != nil {
			return err
		}
		var bad errs.Faults
		if known {
			bad.Require("reason", strings.TrimSpace(reason))
		}
		bad.Limit("reason", reason, 500)
		if err := bad.Err(); err != nil {
			return err
		}
		code := old.Code
		if !known {
			n, err := store.NextNumber(tx, "knowledge")
			if err != nil {
				return err
			}
			code = codeOf(n)
		}
		if err := put(tx, old, known, code, w, by, "", reason); err != nil {
			return err
		}
		if err := tx.Model(&row{}).Where("code = ?", code).Pluck("id", &saved).Error; err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("knowledge.edit", s.set.Office, "knowledge:"+saved, map[string]any{"code": code, "version": old.Version + 1, "reason": reason}))
	})
	return saved, err
}

// Withdraw takes an article off the shelf, or puts it back: its versions stay. Forbidden, NotFound, Conflict.
func (s *Shelf) Withdraw(ctx context.Context, by access.Actor, id string, version int64, off bool, reason string) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("knowledge_articles", id); err != nil {
			return err
		}
		old, err := take(tx.DB, id)
		if err != nil {
			return err
		}
		if old.Version != version || old.Withdrawn == off {
			return errs.New(errs.Conflict, "error.stale", old.UpdatedAt)
		}
		if err := s.guard.Allow(by, "knowledge.edit", s.set.Office); err != nil {
			return err
		}
		var bad errs.Faults
		bad.Require("reason", strings.TrimSpace(reason))
		bad.Limit("reason", reason, 500)
		if err := bad.Err(); err != nil {
			return err
		}
		var v Version
		if err := tx.Where("article_id = ? AND version = ?", id, old.Version).Take(&v).Error; err != nil {
			return err
		}
		old.Withdrawn = off
		if err := put(tx, old, true, old.Code, v.Words(), by, "", reason); err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("knowledge.withdraw", s.set.Office, "knowledge:"+id, map[string]any{"code": old.Code, "withdrawn": off, "reason": reason}))
	})
}

func codeOf(n int64) string { return fmt.Sprintf("own-%03d", n) }

// The states of a gap.
const (
	GapOpen    = "open"
	GapSettled = "settled"
)

// Gap is something callers asked that no article answers.
type Gap struct {
	ID           string `gorm:"primaryKey"`
	Asked        string
	Topic        string
	Jurisdiction string
	CallID       *string
	ByID         string
	ByName       string
	At           time.Time
	State        string
	ArticleID    *string
	Note         string
	SettledBy    string
	SettledName  string
	SettledAt    *time.Time
	Version      int64
}

// TableName is the table of the gaps.
func (Gap) TableName() string { return "knowledge_gaps" }

// NewGap is what an operator did not find.
type NewGap struct {
	Asked, Topic, Jurisdiction, CallID string
}

// Miss writes down that nothing was found. Forbidden, Invalid.
func (s *Shelf) Miss(ctx context.Context, by access.Actor, in NewGap) (g *Gap, err error) {
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		g, err = s.MissTx(tx, by, in)
		return err
	})
	return g, err
}

// MissTx is Miss in the caller's transaction. The same words asked for again, while the first still wait, are not written twice.
func (s *Shelf) MissTx(tx *store.Tx, by access.Actor, in NewGap) (*Gap, error) {
	if err := s.guard.Allow(by, "call.log", in.Jurisdiction); err != nil {
		return nil, err
	}
	in.Asked = strings.TrimSpace(in.Asked)
	var bad errs.Faults
	bad.Require("asked", in.Asked)
	bad.Limit("asked", in.Asked, 500)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var old []Gap
	if err := tx.Where("state = ? AND asked = ? AND jurisdiction = ?", GapOpen, in.Asked, in.Jurisdiction).Limit(1).Find(&old).Error; err != nil {
		return nil, err
	}
	if len(old) > 0 {
		return &old[0], nil
	}
	g := &Gap{ID: tx.NewID(), Asked: in.Asked, Topic: in.Topic, Jurisdiction: in.Jurisdiction, ByID: by.ID, ByName: by.Name, At: tx.Now, State: GapOpen, Version: 1}
	if in.CallID != "" {
		g.CallID = &in.CallID
	}
	if err := tx.Create(g).Error; err != nil {
		return nil, err
	}
	return g, audit.Append(tx, by.Entry("knowledge.miss", in.Jurisdiction, "gap:"+g.ID, map[string]any{"topic": in.Topic}))
}

// Gaps are what waits for an article, oldest first; all gives the settled ones too, newest first. Forbidden.
func (s *Shelf) Gaps(ctx context.Context, by access.Actor, all bool) ([]Gap, error) {
	if err := s.guard.AllowAnywhere(by, "knowledge.view"); err != nil {
		return nil, err
	}
	q := s.db.Read(ctx).Scopes(s.guard.ScopePlain(by, "knowledge.view", "knowledge_gaps")).Limit(200) // what was asked may speak of who asked: each office its own, and those below
	if all {
		q = q.Order("at DESC, id DESC")
	} else {
		q = q.Where("state = ?", GapOpen).Order("at, id")
	}
	var out []Gap
	return out, q.Find(&out).Error
}

// Settle closes a gap: with the article that answers it now, or with a note why none is needed. Forbidden, NotFound, Conflict, Invalid.
func (s *Shelf) Settle(ctx context.Context, by access.Actor, id string, version int64, article, note string) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		var rows []Gap
		if err := tx.Scopes(s.guard.ScopePlain(by, "knowledge.view", "knowledge_gaps")).Where("id = ?", id).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if rows[0].Version != version || rows[0].State != GapOpen {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		if err := s.guard.Allow(by, "knowledge.edit", s.set.Office); err != nil {
			return err
		}
		var bad errs.Faults
		note = strings.TrimSpace(note)
		if article == "" {
			bad.Require("note", note)
		} else if _, err := take(tx.DB, article); err != nil {
			bad.Add("article", "error.choice")
		}
		bad.Limit("note", note, 500)
		if err := bad.Err(); err != nil {
			return err
		}
		set := map[string]any{"state": GapSettled, "note": note, "settled_by": by.ID, "settled_name": by.Name, "settled_at": tx.Now, "version": version + 1}
		if article != "" {
			set["article_id"] = article
		}
		u := tx.Model(&Gap{}).Where("id = ? AND version = ?", id, version).Updates(set)
		if u.Error != nil {
			return u.Error
		}
		if u.RowsAffected == 0 {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		return audit.Append(tx, by.Entry("knowledge.settle", s.set.Office, "gap:"+id, map[string]any{"article": article}))
	})
}
