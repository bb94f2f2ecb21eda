package listing

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The states of a screening, and what an officer makes of an answer.
const (
	ScreenWorking = "working"
	ScreenDone    = "done"
	Confirmed     = "confirmed"
	Overruled     = "overruled"
	Waiting       = "open"
)

// MostScreened is how many listings one screening takes.
const MostScreened = 5000

// screenPiece is how many listings one transaction screens.
const screenPiece = 1000

// Screening is a check of many listings against the register at once.
type Screening struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Name         string
	Filter       string // the query of the list it was made of
	State        string
	Rules        string
	Done         int64
	Rows         int64
	OK           int64
	Defect       int64
	Unclear      int64
	Suspect      int64
	ByID         string
	ByName       string
	MadeAt       time.Time
	DoneAt       *time.Time
	Version      int64
}

// TableName is the table of the screenings.
func (Screening) TableName() string { return "listing_screenings" }

// Checked is what a screening says of a listing: the gravest row of the marking check with its limb, and what the officer made of it.
type Checked struct {
	ScreeningID string `gorm:"primaryKey"`
	ListingID   string `gorm:"primaryKey"`
	Place       int64
	Mark        string
	Result      patent.Verdict // "" while it waits
	Row         string
	Limb        string
	Answer      string // as JSON: patent.Result
	Decision    string
	Verdict     patent.Verdict
	Reason      string
	ByID        string
	ByName      string
	DecidedAt   *time.Time
	Version     int64
}

// TableName is the table of the answers.
func (Checked) TableName() string { return "listing_checks" }

// Judged is the whole answer.
func (c *Checked) Judged() (r patent.Result) { unpack(c.Answer, &r); return r }

// Screen has the listings of a filter, or those named, checked against the register: the program works on it then ([Ledger.Work]). Forbidden; Invalid where there
// is none, or more than [MostScreened].
func (l *Ledger) Screen(ctx context.Context, by access.Actor, id, office string, f Filter, ids []string) (s *Screening, err error) {
	if _, known := l.regions.Get(office); !known {
		var bad errs.Faults
		bad.Add("jurisdiction", "error.choice")
		return nil, bad.Err()
	}
	if err := l.guard.Allow(by, "listing.work", office); err != nil {
		return nil, err
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		var held []Screening
		if err := tx.Where("id = ?", id).Find(&held).Error; err != nil {
			return err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].ByID != by.ID {
				return errs.New(errs.Conflict, "error.same_id")
			}
			s = &held[0]
			return nil
		}
		f.Office = office
		q := tx.Model(&Listing{}).Scopes(l.guard.Scope(by, "listing.work", "listings"), f.Where)
		if len(ids) > 0 {
			q = q.Where("listings.id IN ?", ids)
		}
		var chosen []string
		if err := q.Order("listings.found_on DESC, listings.id DESC").Limit(MostScreened+1).Pluck("listings.id", &chosen).Error; err != nil {
			return err
		}
		if len(chosen) == 0 || len(chosen) > MostScreened {
			return errs.New(errs.Invalid, "error.screen_many", MostScreened)
		}
		s = &Screening{ID: id, Jurisdiction: office, Filter: f.Values().Encode(), State: ScreenWorking, Rows: int64(len(chosen)), ByID: by.ID, ByName: by.Name, MadeAt: tx.Now, Version: 1}
		if !store.ValidID(id) {
			s.ID = tx.NewID()
		}
		if err := tx.Create(s).Error; err != nil {
			return err
		}
		place := 0
		if err := many(tx, "INSERT INTO listing_checks (screening_id, listing_id, place, version)", "", 4, chosen, func(x string) []any {
			place++
			return []any{s.ID, x, place, 1}
		}); err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("listing.screen", office, "screening:"+s.ID, map[string]any{"rows": s.Rows, "filter": s.Filter}))
	})
	return s, err
}

// screenNext works on the oldest screening that waits; more says that there was one.
func (l *Ledger) screenNext(ctx context.Context) (more bool, err error) {
	var list []Screening
	if err := l.db.Read(ctx).Where("state = ?", ScreenWorking).Order("made_at, id").Limit(1).Find(&list).Error; err != nil || len(list) == 0 {
		return false, err
	}
	s := &list[0]
	for {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		n, err := l.screenPiece(ctx, s)
		if err != nil || n == 0 {
			return true, err
		}
	}
}

// screenPiece screens some listings, and says how many.
func (l *Ledger) screenPiece(ctx context.Context, s *Screening) (n int, err error) {
	var rows []Checked
	q := l.db.Read(ctx)
	if err := q.Where("screening_id = ? AND result = ''", s.ID).Order("place").Limit(screenPiece).Find(&rows).Error; err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, l.db.Tx(ctx, func(tx *store.Tx) error {
			done := tx.Exec("UPDATE listing_screenings SET state = ?, done_at = ?, version = version + 1 WHERE id = ? AND state = ?", ScreenDone, tx.Now, s.ID, ScreenWorking)
			return done.Error
		})
	}
	if err := l.answer(ctx, rows); err != nil {
		return 0, err
	}
	return len(rows), l.db.Tx(ctx, func(tx *store.Tx) error { return l.keepAnswers(tx, s, rows) })
}

// answer has the marking check judge the marks of listings by the register.
func (l *Ledger) answer(ctx context.Context, rows []Checked) error {
	q := l.db.Read(ctx)
	at := map[string]*Listing{}
	said := map[string]string{}
	for part := range slices.Chunk(rows, 500) {
		var ids []string
		for _, r := range part {
			ids = append(ids, r.ListingID)
		}
		var list []Listing
		if err := q.Where("id IN ?", ids).Find(&list).Error; err != nil {
			return err
		}
		for i := range list {
			at[list[i].ID] = &list[i]
		}
		var texts []Capture
		if err := q.Select("listing_id, title, text").Where("listing_id IN ?", ids).Order("made_at, id").Find(&texts).Error; err != nil {
			return err
		}
		for _, c := range texts {
			said[c.ListingID] = c.Title + "\n" + c.Text
		}
	}
	facts := make([]*patent.Facts, len(rows))
	for i := range rows {
		x := at[rows[i].ListingID]
		if x == nil {
			facts[i] = &patent.Facts{}
			continue
		}
		mark := x.MarkSeen
		if more := marksIn(x.Title, said[x.ID]); more != "" {
			mark = strings.TrimSpace(mark + "\n" + more)
		}
		rows[i].Mark = sheet.Cut(mark, longestMark)
		f := x.facts(rows[i].Mark, x.FoundOn)
		facts[i] = &f
	}
	all, err := l.register.Many(ctx, facts)
	if err != nil {
		return err
	}
	for i, f := range facts {
		registry.Fill(f, all)
		r := patent.CheckMarking(*f)
		rows[i].Result, rows[i].Answer = r.Result, pack(r)
		for _, x := range r.Findings {
			if x.Result == r.Result {
				rows[i].Row, rows[i].Limb = x.Row, x.Limb
				break
			}
		}
	}
	return nil
}

// keepAnswers writes the answers of a piece. What an officer has decided of a listing stands until the next decision.
func (l *Ledger) keepAnswers(tx *store.Tx, s *Screening, rows []Checked) error {
	sums := map[patent.Verdict]int64{}
	by := map[patent.Verdict][]string{}
	for _, r := range rows {
		sums[r.Result]++
		by[r.Result] = append(by[r.Result], r.ListingID)
	}
	done := tx.Exec("UPDATE listing_screenings SET done = done + ?, ok = ok + ?, defect = defect + ?, unclear = unclear + ?, suspect = suspect + ?, rules = ? WHERE id = ? AND state = ? AND done = ?",
		len(rows), sums[patent.OK], sums[patent.Defect], sums[patent.Check], sums[patent.Suspect], patent.Rules, s.ID, ScreenWorking, s.Done)
	if done.Error == nil && done.RowsAffected == 0 {
		return errElsewhere
	}
	if done.Error != nil {
		return done.Error
	}
	s.Done += int64(len(rows))
	if err := many(tx, "INSERT INTO listing_checks (screening_id, listing_id, place, mark, result, row, limb, answer, version)",
		" ON CONFLICT (screening_id, listing_id) DO UPDATE SET mark = excluded.mark, result = excluded.result, row = excluded.row, limb = excluded.limb, answer = excluded.answer", 9, rows, func(r Checked) []any {
			return []any{r.ScreeningID, r.ListingID, r.Place, r.Mark, r.Result, r.Row, r.Limb, r.Answer, r.Version}
		}); err != nil {
		return err
	}
	for _, v := range registry.Results() {
		for part := range slices.Chunk(by[v], 500) {
			if err := tx.Exec("UPDATE listings SET verdict = ?, verdict_state = ? WHERE id IN ?", v, Waiting, part).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// Screenings are the newest screenings. Forbidden.
func (l *Ledger) Screenings(ctx context.Context, by access.Actor) (rows []Screening, err error) {
	if err := l.guard.AllowAnywhere(by, "listing.view"); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx).Scopes(l.guard.ScopePlain(by, "listing.view", "listing_screenings")).Order("made_at DESC, id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// ScreenedRow is a row of a screening with its listing.
type ScreenedRow struct {
	Checked
	Listing Listing
}

// Screening is one of them. The figures are of the listings that the person may see. NotFound.
func (l *Ledger) Screening(ctx context.Context, by access.Actor, id string) (*Screening, error) {
	var list []Screening
	q := l.db.Read(ctx)
	if err := q.Scopes(l.guard.ScopePlain(by, "listing.view", "listing_screenings")).Where("listing_screenings.id = ?", id).Limit(1).Find(&list).Error; err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	s := &list[0]
	var sums []struct {
		Result patent.Verdict
		N      int64
	}
	if err := q.Table("listing_checks").Joins("JOIN listings ON listings.id = listing_checks.listing_id").Scopes(l.guard.Scope(by, "listing.view", "listings")).
		Where("listing_checks.screening_id = ?", id).Select("listing_checks.result AS result, COUNT(*) AS n").Group("listing_checks.result").Find(&sums).Error; err != nil {
		return nil, err
	}
	s.Rows, s.Done, s.OK, s.Defect, s.Unclear, s.Suspect = 0, 0, 0, 0, 0, 0
	for _, x := range sums {
		s.Rows += x.N
		if x.Result != "" {
			s.Done += x.N
		}
		switch x.Result {
		case patent.OK:
			s.OK = x.N
		case patent.Defect:
			s.Defect = x.N
		case patent.Check:
			s.Unclear = x.N
		case patent.Suspect:
			s.Suspect = x.N
		}
	}
	return s, nil
}

// ScreenedFilter narrows the rows of a screening.
type ScreenedFilter struct {
	Result   string
	Decision string // "none": not decided
}

// Screened are the rows of a screening in their order, after a place, within the person's scope.
func (l *Ledger) Screened(ctx context.Context, by access.Actor, id string, f ScreenedFilter, after int64, limit int) (rows []ScreenedRow, more bool, err error) {
	q := l.db.Read(ctx).Model(&Checked{}).Joins("JOIN listings ON listings.id = listing_checks.listing_id").Scopes(l.guard.Scope(by, "listing.view", "listings")).
		Where("listing_checks.screening_id = ? AND listing_checks.place > ?", id, after)
	if f.Result != "" {
		q = q.Where("listing_checks.result = ?", f.Result)
	}
	switch f.Decision {
	case "":
	case "none":
		q = q.Where("listing_checks.decision = ''")
	default:
		q = q.Where("listing_checks.decision = ?", f.Decision)
	}
	var list []Checked
	if err := q.Select("listing_checks.*").Order("listing_checks.place").Limit(limit + 1).Find(&list).Error; err != nil {
		return nil, false, err
	}
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ListingID)
	}
	var of []Listing
	if err := l.db.Read(ctx).Where("id IN ?", append(ids, "")).Find(&of).Error; err != nil {
		return nil, false, err
	}
	at := map[string]Listing{}
	for _, x := range of {
		at[x.ID] = x
	}
	for _, c := range list {
		rows = append(rows, ScreenedRow{Checked: c, Listing: at[c.ListingID]})
	}
	return rows, more, nil
}

// LastChecked is what the newest screening says of a listing that the caller has let the person see; nil where there is none.
func (l *Ledger) LastChecked(ctx context.Context, id string) (*Checked, error) {
	var list []Checked
	err := l.db.Read(ctx).Where("listing_id = ? AND result <> ''", id).Order("screening_id DESC").Limit(1).Find(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// DecideScreened is what an officer makes of the answers on some listings of a screening, each by itself: verdict "" confirms what each says, another one
// overrules it. A reason is asked for. What is refused is said in its row. An error is of all.
func (l *Ledger) DecideScreened(ctx context.Context, by access.Actor, id string, refs []Ref, verdict patent.Verdict, reason string) ([]Outcome, error) {
	if _, err := l.Screening(ctx, by, id); err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	var bad errs.Faults
	bad.Require("reason", reason)
	bad.Limit("reason", reason, 2000)
	if verdict != "" && !slices.Contains(registry.Verdicts(), verdict) {
		bad.Add("verdict", "error.choice")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return l.many(ctx, by, refs, func(tx *store.Tx, r Ref) error { return l.decideTx(tx, by, id, r, verdict, reason) })
}

func (l *Ledger) decideTx(tx *store.Tx, by access.Actor, id string, r Ref, verdict patent.Verdict, reason string) error {
	var list []Checked
	if err := tx.Where("screening_id = ? AND listing_id = ?", id, r.ID).Find(&list).Error; err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	k := list[0]
	if verdict == "" {
		verdict = k.Result
	}
	if k.Result == "" || verdict == patent.Check { // it waits, or it is no answer: an officer says which
		return errs.New(errs.Conflict, "error.screen_check")
	}
	decision := Confirmed
	if verdict != k.Result {
		decision = Overruled
	}
	return l.change(tx, by, r.ID, r.Version, "listing.verdict", false, Input{Choice: string(verdict), Reason: reason}, func(*Listing) (map[string]any, error) {
		done := tx.Model(&Checked{}).Where("screening_id = ? AND listing_id = ? AND version = ?", id, r.ID, k.Version).Updates(map[string]any{
			"decision": decision, "verdict": verdict, "reason": reason, "by_id": by.ID, "by_name": by.Name, "decided_at": tx.Now, "version": k.Version + 1})
		if done.Error == nil && done.RowsAffected == 0 {
			return nil, errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		return map[string]any{"verdict": verdict, "verdict_state": decision}, errors.Join(done.Error)
	})
}
