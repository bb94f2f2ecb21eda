package listing

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// MakeLead makes one lead of several listings of one office; filing it links them to the case. Invalid, Forbidden, NotFound, Conflict.
func (l *Ledger) MakeLead(ctx context.Context, by access.Actor, ids []string, in lead.NewLead) (out *lead.Lead, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		out, err = l.MakeLeadTx(tx, by, ids, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// MakeLeadTx is MakeLead in the caller's transaction.
func (l *Ledger) MakeLeadTx(tx *store.Tx, by access.Actor, ids []string, in lead.NewLead) (*lead.Lead, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids { // in one order, so that two who take the same listings wait for each other
		if err := tx.Lock("listings", id); err != nil {
			return nil, err
		}
	}
	var rows []Listing
	if err := tx.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id IN ?", ids).Order("found_on, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) != len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	in.Jurisdiction, in.Kind = rows[0].Jurisdiction, casework.Ecommerce
	if in.Source == "" {
		in.Source = "own_patrol"
	}
	for _, x := range rows {
		if x.Jurisdiction != in.Jurisdiction {
			return nil, errs.New(errs.Invalid, "error.listing_offices")
		}
	}
	for _, x := range rows {
		if x.LeadID != nil && *x.LeadID != in.ID {
			return nil, errs.New(errs.Conflict, "error.listing_has_lead", x.Number)
		}
	}
	out, err := l.leads.AddTx(tx, by, in, "lead.add")
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].LeadID != nil {
			continue // the form was sent twice
		}
		if err := l.write(tx, by, &rows[i], "listing.make_lead", map[string]any{"lead_id": out.ID}, Input{}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// followTo takes the listings of a lead to the office that the lead goes to.
func (l *Ledger) followTo(tx *store.Tx, by access.Actor, leadID, to string) error {
	var rows []Listing
	if err := tx.Where("lead_id = ?", leadID).Order("id").Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if err := l.moveTo(tx, by, &rows[i], "listing.transfer", to); err != nil {
			return err
		}
	}
	return nil
}

// follow takes the listings of a lead along.
func (l *Ledger) follow(tx *store.Tx, by access.Actor, leadID, what string, set map[string]any) error {
	var rows []Listing
	if err := tx.Where("lead_id = ?", leadID).Order("id").Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if err := l.write(tx, by, &rows[i], what, maps.Clone(set), Input{}); err != nil {
			return err
		}
	}
	return nil
}

// ByNumber finds a listing by its number within the person's scope. NotFound where there is none.
func (l *Ledger) ByNumber(ctx context.Context, by access.Actor, number string) (*Listing, error) {
	var rows []Listing
	err := l.db.Read(ctx).Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.number = ?", strings.TrimSpace(number)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}

// Link adds a listing to an open e-commerce case of the same office, by one of its officers. Forbidden, NotFound, Conflict.
func (l *Ledger) Link(ctx context.Context, by access.Actor, id string, version int64, caseID string) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		if err := l.change(tx, by, id, version, "listing.link", false, Input{}, func(x *Listing) (map[string]any, error) {
			if x.CaseID != nil && *x.CaseID != caseID {
				return nil, errs.New(errs.Conflict, "error.listing_has_case")
			}
			if err := l.open(tx, by, caseID, x.Jurisdiction, false); err != nil {
				return nil, err
			}
			return map[string]any{"case_id": caseID}, nil
		}); err != nil {
			return err
		}
		if err := l.carryOver(tx, by, caseID); err != nil {
			return err
		}
		return l.docket.SealTx(tx, caseID)
	})
}

// open refuses a change to what a case rests on unless the case is still being handled, and by anybody but its officers: what was
// decided on, and what was reported, stays as it was. later: what the platform and the seller do goes on after the case has decided.
func (l *Ledger) open(tx *store.Tx, by access.Actor, caseID, jurisdiction string, later bool) error {
	if err := tx.Lock("cases", caseID); err != nil {
		return err
	}
	var c []struct{ Kind, State, Jurisdiction string }
	if err := tx.Raw("SELECT kind, state, jurisdiction FROM cases WHERE id = ?", caseID).Scan(&c).Error; err != nil {
		return err
	}
	if len(c) == 0 || c[0].Kind != casework.Ecommerce || c[0].State != string(casework.Filed) && !later || c[0].Jurisdiction != jurisdiction {
		return errs.New(errs.Conflict, "error.listing_case")
	}
	if by.IsSystem() {
		return nil
	}
	if err := l.docket.MayWriteTx(tx, by, caseID); err != nil && (!later || errs.CodeOf(err) != errs.Conflict) { // a closed case does not end what goes on outside
		return err
	}
	var names []string
	if err := tx.Raw("SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.subject_id = ? AND m.part = ? ORDER BY m.added_at, u.username",
		caseID, casework.PartOfficer).Scan(&names).Error; err != nil {
		return err
	}
	var mine int64
	if err := tx.Raw("SELECT count(*) FROM members WHERE subject_id = ? AND part = ? AND user_id = ?", caseID, casework.PartOfficer, by.ID).Scan(&mine).Error; err != nil {
		return err
	}
	if mine == 0 {
		return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+casework.PartOfficer), strings.Join(names, "、")).On("case:" + caseID)
	}
	return nil
}

func (l *Ledger) change(tx *store.Tx, by access.Actor, id string, version int64, what string, later bool, in Input, act func(*Listing) (map[string]any, error)) error {
	if err := tx.Lock("listings", id); err != nil {
		return err
	}
	x, err := l.load(tx.DB, by, id)
	if err != nil {
		return err
	}
	if err := l.guard.Allow(by, "listing.work", x.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("listing:" + x.ID)
		}
		return err
	}
	if x.Version != version {
		return errs.New(errs.Conflict, "error.stale", x.UpdatedAt)
	}
	if x.CaseID != nil {
		if err := l.open(tx, by, *x.CaseID, x.Jurisdiction, later); err != nil {
			return err
		}
	}
	set, err := act(x)
	if err != nil {
		return err
	}
	return l.write(tx, by, x, what, set, in)
}

// write changes columns by compare-and-set on the version, with the line of its history and the log line.
func (l *Ledger) write(tx *store.Tx, by access.Actor, x *Listing, what string, set map[string]any, in Input) error {
	detail := map[string]any{"number": x.Number, "version": x.Version + 1}
	for k, v := range set {
		detail[k] = v
	}
	delete(set, "was") // what stood before is for the log alone
	to, moved := set["state"].(State)
	if !moved {
		to = x.State
	}
	set["version"], set["updated_at"] = x.Version+1, tx.Now
	u := tx.Model(&Listing{}).Where("id = ? AND version = ?", x.ID, x.Version).Updates(set)
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	row := StepRow{ListingID: x.ID, Seq: x.Version + 1, Step: strings.TrimPrefix(what, "listing."), FromState: x.State, ToState: to, OnDay: in.On, Reason: in.Reason,
		ByID: by.ID, ByName: by.Name, At: tx.Now}
	if in != (Input{}) {
		row.Facts = pack(in)
	}
	if row.OnDay.IsZero() {
		row.OnDay = calendar.DayOf(tx.Now)
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	return audit.Append(tx, by.Entry(what, x.Jurisdiction, "listing:"+x.ID, detail))
}

// Find reads a listing. NotFound when it does not exist or is outside the person's scope.
func (l *Ledger) Find(ctx context.Context, by access.Actor, id string) (*Listing, error) {
	return l.load(l.db.Read(ctx), by, id)
}

func (l *Ledger) load(q *gorm.DB, by access.Actor, id string) (*Listing, error) {
	var x Listing
	err := q.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.id = ?", id).Take(&x).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &x, err
	}
	return nil, access.Unseen(q, "listings", "listing", id)
}
