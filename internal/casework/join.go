package casework

import (
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// joinInto adds the parties and patents of a case to the one that it goes on in.
func (d *Docket) joinInto(tx *store.Tx, by access.Actor, f *File, number, reason string) error {
	var bad errs.Faults
	other, err := d.numbered(tx.DB, by, number)
	if err != nil {
		return err
	}
	switch {
	case other == nil:
		bad.Add("joined_into", "error.link_number")
	case other.ID == f.ID || other.Kind != f.Kind || other.Jurisdiction != f.Jurisdiction || other.Restricted != f.Restricted:
		bad.Add("joined_into", "error.join_kind")
	case !other.Open() || !other.DecidedOn.IsZero():
		bad.Add("joined_into", "error.link_decided")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := other.barred(by); err != nil {
		return err
	}
	if err := tx.Lock("cases", other.ID); err != nil {
		return err
	}
	for _, p := range f.Parties {
		if p.GoneTo == "" && !slices.ContainsFunc(other.Parties, func(x Party) bool { return x.GoneTo == "" && x.Role == p.Role && x.Name == p.Name }) {
			p.ID = ""
			if err := other.addParty(tx, p); err != nil {
				return err
			}
		}
	}
	for _, p := range f.Patents {
		if p.GoneTo == "" && !slices.ContainsFunc(other.Patents, func(x Patent) bool { return x.GoneTo == "" && x.Key == p.Key && x.Number == p.Number }) {
			p.ID = ""
			if err := other.addPatent(tx, p); err != nil {
				return err
			}
		}
	}
	if err := d.bump(tx, by, other, map[string]any{"what": "joined", "with": f.Number, "reason": reason}); err != nil {
		return err
	}
	return d.LinkTx(tx, by, f.ID, other.ID, LinkJoinedInto, reason)
}

// bump gives a case its next version after a change that came from another case.
func (d *Docket) bump(tx *store.Tx, by access.Actor, f *File, detail map[string]any) error {
	r := tx.Model(&Case{}).Where("id = ? AND version = ?", f.ID, f.Version).Updates(map[string]any{"version": f.Version + 1, "updated_at": tx.Now})
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	f.Version++
	if err := d.index(tx, f); err != nil {
		return err
	}
	detail["number"], detail["version"] = f.Number, f.Version
	return audit.Append(tx, by.Entry("case.edit", f.Jurisdiction, "case:"+f.ID, detail))
}

// Split is what is taken out of a case into one of its own (分案).
type Split struct {
	Title    string
	Parties  []string // ids of the case's parties
	Patents  []string // ids of its patents
	Officers []string
	Reviewer string
	Reason   string
	Version  int64 // of the case, as the person saw it
}

// SplitTx files the new case under a lead that the caller has made. It keeps the first case's filing day, so that no period starts anew by a
// split. What was taken out stays in the first case's list, marked with where it went. lead.Register.Split is the only way to it.
func (d *Docket) SplitTx(tx *store.Tx, by access.Actor, f *File, leadID string, in Split) (*Case, error) {
	if err := d.MaySplit(by, f); err != nil {
		return nil, err
	}
	if in.Version != f.Version {
		return nil, d.stale(f)
	}
	if err := in.check(f); err != nil {
		return nil, err
	}
	nc := NewCase{
		Kind: f.Kind, Title: in.Title, Jurisdiction: f.Jurisdiction, Place: f.Place, Source: f.Source, LeadID: leadID, Summary: f.Summary, Restricted: f.Restricted,
		On: f.FiledOn, Numbered: calendar.DayOf(tx.Now), Officers: in.Officers, Reviewer: in.Reviewer, Facts: Facts{},
	}
	for _, a := range d.procedures[f.Kind].Asks {
		nc.Facts[a.Name] = f.Facts[a.Name]
	}
	for _, p := range f.Parties {
		if slices.Contains(in.Parties, p.ID) || p.Role == "requester" && p.GoneTo == "" {
			p.ID = ""
			nc.Parties = append(nc.Parties, p)
		}
	}
	for _, p := range f.Patents {
		if slices.Contains(in.Patents, p.ID) || len(in.Patents) == 0 && p.GoneTo == "" {
			p.ID = ""
			nc.Patents = append(nc.Patents, p)
		}
	}
	c, err := d.FileTx(tx, by, nc)
	if err != nil {
		return nil, err
	}
	for table, ids := range map[string][]string{"case_parties": in.Parties, "case_patents": in.Patents} {
		if len(ids) == 0 {
			continue
		}
		if err := tx.Table(table).Where("case_id = ? AND id IN ?", f.ID, ids).Update("gone_to", c.Number).Error; err != nil {
			return nil, err
		}
	}
	if err := tx.Where("case_id = ?", f.ID).Order("added_at, id").Find(&f.Parties).Error; err != nil {
		return nil, err
	}
	if err := d.bump(tx, by, f, map[string]any{"what": "split", "with": c.Number, "reason": in.Reason}); err != nil {
		return nil, err
	}
	return c, d.LinkTx(tx, by, c.ID, f.ID, LinkSplitFrom, in.Reason)
}

// MaySplit says whether a person may split a case as it stands: a chief who never investigated it, before the decision.
func (d *Docket) MaySplit(by access.Actor, f *File) error {
	if err := d.guard.Allow(by, "case.approve", f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if err := f.barred(by); err != nil {
		return err
	}
	if err := f.own(by, "error.four_eyes_officer"); err != nil {
		return err
	}
	if !f.Open() || !f.DecidedOn.IsZero() {
		return errs.New(errs.Conflict, "error.link_decided")
	}
	return nil
}

// check wants something to take out, and something to stay: of what is taken out, not all.
func (in Split) check(f *File) error {
	var bad errs.Faults
	bad.Require("reason", in.Reason)
	bad.Limit("reason", in.Reason, 500)
	here := func(ids []string, has func(id string) bool, all int, field string) {
		for _, id := range ids {
			if !has(id) {
				bad.Add(field, "error.choice")
				return
			}
		}
		if len(ids) > 0 && len(ids) >= all {
			bad.Add(field, "error.split_all")
		}
	}
	var parties, patents []string
	for _, p := range f.Parties {
		if p.GoneTo == "" && p.Role == "respondent" {
			parties = append(parties, p.ID)
		}
	}
	for _, p := range f.Patents {
		if p.GoneTo == "" {
			patents = append(patents, p.ID)
		}
	}
	for _, id := range append([]string{in.Reviewer}, in.Officers...) {
		if slices.Contains(f.Recused(), id) || f.Challenged(id) != "" { // a recusal is from the matter, and the matter goes on in both
			bad.Add(map[bool]string{true: "reviewer", false: "officers"}[id == in.Reviewer], "error.split_recused")
			break
		}
	}
	here(in.Parties, func(id string) bool { return slices.Contains(parties, id) }, len(parties), "parties")
	here(in.Patents, func(id string) bool { return slices.Contains(patents, id) }, len(patents), "patents")
	if len(in.Parties)+len(in.Patents) == 0 {
		bad.Add("parties", "error.split_nothing")
	}
	return bad.Err()
}
