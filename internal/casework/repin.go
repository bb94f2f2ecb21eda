package casework

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Repin pins a running period of a case to another wording of its rule, with a reason, and counts it anew: by a chief who never investigated it.
// NotFound outside the scope, Conflict when the case has changed or the period has stopped, Forbidden for an officer of the case, also a former one, Invalid
// without a reason, for a wording that is none of the rule's or was in force neither at the filing nor since,
// and where a period that is over would become longer.
func (d *Docket) Repin(ctx context.Context, by access.Actor, caseID string, version int64, clockID, ruleVersion, reason string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		return d.editTx(tx, by, caseID, version, "case.repin", func(tx *store.Tx, f *File) (map[string]any, error) {
			i := slices.IndexFunc(f.Clocks, func(k deadline.Clock) bool { return k.ID == clockID })
			if i < 0 {
				return nil, errs.New(errs.NotFound, "error.not_found")
			}
			k := f.Clocks[i]
			if !k.Running() {
				return nil, errs.New(errs.Conflict, "error.repin_stopped", k.StoppedOn)
			}
			if err := f.own(by, "error.four_eyes_officer"); err != nil {
				return nil, err
			}
			var bad errs.Faults
			bad.Require("rule_version", ruleVersion)
			bad.Require("reason", reason)
			bad.Limit("reason", reason, 500)
			if err := bad.Err(); err != nil {
				return nil, err
			}
			if err := d.clocks.RepinTx(tx, f.subject(), &k, ruleVersion, f.FiledOn); err != nil {
				return nil, err
			}
			var now deadline.Clock
			if err := tx.Where("id = ?", k.ID).Take(&now).Error; err != nil {
				return nil, err
			}
			return map[string]any{
				"what": "repin", "clock": k.ID, "rule": k.Rule, "from": k.Version, "to": now.Version,
				"from_day": k.WatchOn.String(), "to_day": now.WatchOn.String(), "reason": reason,
			}, nil
		})
	})
}

// MayRepin says whether a person may pin the periods of a case to other wordings.
func (d *Docket) MayRepin(by access.Actor, f *File) bool {
	return d.guard.Can(by, "case.repin", f.Jurisdiction) && f.Barred(by, false) == nil && f.own(by, "") == nil
}

// Repinned is a change of the wording that a period is pinned to, as the log tells it.
type Repinned struct {
	audit.Entry
	Clock, Rule, From, To, Reason string
	FromDay                       calendar.Day // the day to watch before
	ToDay                         calendar.Day // and after
}

// Repins are the changes of the wordings that the periods of a case are pinned to, the oldest first. The caller has let the person see the case.
func (d *Docket) Repins(ctx context.Context, caseID string) ([]Repinned, error) {
	log, err := audit.List(ctx, d.db, audit.Filter{Subject: "case:" + caseID, Action: "case.edit", Outcome: audit.Done, Limit: -1}, func(q *gorm.DB) *gorm.DB { return q })
	if err != nil {
		return nil, err
	}
	var out []Repinned
	for _, e := range slices.Backward(log) {
		var x struct {
			What, Clock, Rule, From, To, Reason string
			FromDay                             string `json:"from_day"`
			ToDay                               string `json:"to_day"`
		}
		if err := json.Unmarshal([]byte(e.Detail), &x); err != nil {
			return nil, err
		}
		if x.What != "repin" {
			continue
		}
		r := Repinned{Entry: e, Clock: x.Clock, Rule: x.Rule, From: x.From, To: x.To, Reason: x.Reason}
		r.FromDay, _ = calendar.ParseDay(x.FromDay) // written by Repin
		r.ToDay, _ = calendar.ParseDay(x.ToDay)
		out = append(out, r)
	}
	return out, nil
}
