package deadline

import (
	"context"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// A clock is pinned to the wording in force on its basis day (Basis). It may be pinned to another one that was in force there on some day from then until today:
// a later one that reached the matter, or the other book. Never to one that was repealed before, nor to one that is yet to come; and a period that is over is
// not made longer so.

// Wording is another wording of a clock's rule, and where the clock would end by it.
type Wording struct {
	Rule statute.Rule
	End  End
}

// Wordings are the other wordings of a running clock's rule to which it could be pinned today, the earliest first. basis is the day by whose law the
// matter goes: its filing.
func (c *Clocks) Wordings(ctx context.Context, k *Clock, basis calendar.Day) ([]Wording, error) {
	ext, spans, err := c.rows(c.db.Read(ctx), []Clock{*k})
	if err != nil {
		return nil, err
	}
	today := calendar.DayOf(c.db.Now())
	var out []Wording
	for _, r := range c.rules.Versions(k.Rule) {
		if r.Version() == k.Version || r.Kind != statute.Any && r.Kind != k.Kind {
			continue
		}
		o := options(k, r, ext[k.ID], spans[k.SubjectID], 0)
		if !k.reached(r, basis, today) || r.CheckExtensions(o.Extensions) != nil {
			continue
		}
		end, err := c.count(c.Days(), r, k.StartedOn, o)
		if err != nil {
			return nil, err
		}
		if !k.revived(end, today) {
			out = append(out, Wording{Rule: r, End: end})
		}
	}
	return out, nil
}

// reached says whether a wording was in force for the clock's office on some day from the basis day until today. A period whose trigger lay before the basis day
// may go by the law of the trigger.
func (c *Clock) reached(r statute.Rule, basis, today calendar.Day) bool {
	return r.From <= today && (r.To.IsZero() || r.To >= min(basis, c.StartedOn)) && (r.Region == "" || region.Covers(r.Region, c.Jurisdiction))
}

// revived says whether a clock that is over today would end later than it did.
func (c *Clock) revived(end End, today calendar.Day) bool {
	return c.PausedOn.IsZero() && today > c.WatchOn && end.Watch > c.WatchOn
}

// RepinTx pins a running clock to another wording of its rule and counts it anew. basis is as in Wordings. Invalid where that wording is not one of the rule's,
// was not in force in that time, or the extensions that were granted are not its own; and where the period is over and would become longer.
func (c *Clocks) RepinTx(tx *store.Tx, s Subject, k *Clock, version string, basis calendar.Day) error {
	var bad errs.Faults
	today := calendar.DayOf(tx.Now)
	r, ok := c.rules.ByVersion(version, k.Kind)
	switch {
	case !ok || r.ID != k.Rule || version == k.Version:
		bad.Add("rule_version", "error.choice")
	case !k.reached(r, basis, today):
		bad.Add("rule_version", "error.repin_then", r.Cite, min(basis, k.StartedOn))
	}
	if err := bad.Err(); err != nil {
		return err
	}
	ext, spans, err := c.rows(tx.DB, []Clock{*k})
	if err != nil {
		return err
	}
	o := options(k, r, ext[k.ID], spans[k.SubjectID], 0)
	if r.CheckExtensions(o.Extensions) != nil {
		bad.Add("rule_version", "error.repin_extended", r.Cite)
		return bad.Err()
	}
	days, _, err := c.wall.DaysTx(tx)
	if err != nil {
		return err
	}
	end, err := c.count(days, r, k.StartedOn, o)
	if err != nil {
		return err
	}
	if k.revived(end, today) {
		bad.Add("rule_version", "error.repin_over", k.WatchOn, end.Watch)
		return bad.Err()
	}
	err = tx.Model(&Clock{}).Where("id = ?", k.ID).Updates(map[string]any{"version": version, "office_duty": r.Strict, "rules_hash": c.rules.Hash()}).Error
	if err != nil {
		return err
	}
	return c.anewTx(tx, s)
}
