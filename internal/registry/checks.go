package registry

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// What an officer makes of an answer.
const (
	Confirmed = "confirmed"
	Overruled = "overruled"
)

// Verdicts are what an officer can find, from the mildest. A CHECK is no verdict: it is an answer that waits.
func Verdicts() []patent.Verdict {
	return []patent.Verdict{patent.OK, patent.Defect, patent.Suspect}
}

// Results are what an answer can be, from the mildest.
func Results() []patent.Verdict {
	return []patent.Verdict{patent.OK, patent.Defect, patent.Check, patent.Suspect}
}

// Check is a mark that was checked.
type Check struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Restricted   bool
	Product      string
	Mark         string // as printed
	Party        string
	Facts        string // as JSON: patent.Facts with what the register said then
	Answer       string // as JSON: patent.Result; never changed
	Result       patent.Verdict
	Rules        string
	CheckedOn    calendar.Day
	CheckedAt    time.Time
	ByID         string
	ByName       string
	Decision     string // what the officer made of the answer: confirmed, overruled; "" not yet
	Verdict      patent.Verdict
	Reason       string
	DecidedBy    string
	DecidedName  string
	DecidedAt    *time.Time
	Review       string // open: a status has changed since; done: looked at again
	SubjectKind  string // case or lead, where it was checked for one; "" else
	SubjectID    string
	Version      int64
}

// TableName is the table of the checks.
func (Check) TableName() string { return "mark_checks" }

// Given are the facts of the check.
func (c *Check) Given() (f patent.Facts) { unpack(c.Facts, &f); return f }

// CheckStep is what happened to a check after it was made.
type CheckStep struct {
	CheckID   string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"` // the check's version after it
	Step      string // make, decide, moved, review
	At        time.Time
	Actor     string
	ActorName string
	Verdict   patent.Verdict
	Reason    string
	Detail    string // of moved: as JSON a Moved
}

// TableName is the table of the steps.
func (CheckStep) TableName() string { return "mark_check_steps" }

// Moved is what changed of a patent that a check rests on.
type Moved struct {
	Number   string
	From, To patent.Status
	FromEnd  calendar.Day
	ToEnd    calendar.Day
}

// Moved is what changed; of a step moved.
func (s *CheckStep) Moved() (m Moved) { unpack(s.Detail, &m); return m }

// MarkInput is what is to be checked.
type MarkInput struct {
	ID           string // made by the form
	Jurisdiction string
	Facts        patent.Facts
	SubjectKind  string // OfCase or OfLead: the mark is checked for that matter, which says whose check it is; "" for none
	SubjectID    string
}

// What a check can belong to.
const (
	OfCase = "case"
	OfLead = "lead"
)

// the limits of the facts, in characters
const (
	longestMark = 2000
	longestName = 200
	longestWhy  = 2000
)

// CheckMark judges a mark and keeps facts and answer. What the facts leave open of the register is looked up. Forbidden, Invalid; Conflict
// where the id was used for something else.
func (r *Roll) CheckMark(ctx context.Context, by access.Actor, in MarkInput) (c *Check, err error) {
	f := in.Facts
	f.Text, f.Product, f.Party = strings.TrimSpace(f.Text), strings.TrimSpace(f.Product), strings.TrimSpace(f.Party)
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		restricted := false
		if in.SubjectKind != "" {
			subject, err := r.subject(tx.DB, by, in.SubjectKind, in.SubjectID)
			if err != nil {
				return err
			}
			in.Jurisdiction, restricted = subject.Jurisdiction, subject.Restricted
		}
		if in.Jurisdiction == "" {
			var bad errs.Faults
			bad.Require("jurisdiction", "")
			return errors.Join(r.guard.AllowAnywhere(by, "mark.check"), bad.Err())
		}
		if err := r.guard.Allow(by, "mark.check", in.Jurisdiction); err != nil {
			return err
		}
		if err := faults(f, calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		var held []Check
		if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
			return err
		}
		var keys []string
		for _, n := range patent.Numbers(f.Text) {
			if !slices.Contains(keys, n.Key()) {
				keys = append(keys, n.Key())
			}
		}
		if f.Register == nil {
			all, err := byKey(tx.DB, keys)
			if err != nil {
				return err
			}
			fill(&f, all)
		} else if n, err := patent.Parse(f.Register.Number); err == nil && !slices.Contains(keys, n.Key()) {
			keys = append(keys, n.Key())
		}
		if len(held) > 0 { // the form was sent twice
			if was := held[0].Given(); held[0].ByID != by.ID || was.Text != f.Text || was.Product != f.Product || held[0].SubjectID != in.SubjectID {
				return errs.New(errs.Conflict, "error.same_id")
			}
			c = &held[0]
			return nil
		}
		answer := patent.CheckMarking(f)
		c = &Check{ID: in.ID, Jurisdiction: in.Jurisdiction, Product: f.Product, Mark: f.Text, Party: f.Party, Facts: pack(f), Answer: pack(answer), Result: answer.Result,
			Rules: answer.Rules, CheckedOn: calendar.DayOf(tx.Now), CheckedAt: tx.Now, ByID: by.ID, ByName: by.Name, Version: 1,
			SubjectKind: in.SubjectKind, SubjectID: in.SubjectID, Restricted: restricted}
		if !store.ValidID(c.ID) {
			c.ID = tx.NewID()
		}
		if err := tx.Create(c).Error; err != nil {
			return err
		}
		if restricted { // who knows the matter knows its checks
			err := tx.Exec("INSERT INTO members (subject_id, user_id, part, added_at) SELECT ?, m.user_id, m.part, ? FROM members m WHERE m.subject_id = ? ON CONFLICT DO NOTHING", c.ID, tx.Now, c.SubjectID).Error
			if err != nil {
				return err
			}
		}
		for _, k := range keys {
			status, asOf := patent.Status(""), calendar.Day(0)
			for _, reg := range append([]patent.Register{*orEmpty(f.Register)}, f.Others...) {
				if n, err := patent.Parse(reg.Number); err == nil && n.Key() == k {
					status, asOf = reg.Status, reg.StatusAsOf
				}
			}
			if err := tx.Exec("INSERT INTO mark_check_patents (check_id, key, status, status_as_of) VALUES (?, ?, ?, ?)", c.ID, k, status, asOf).Error; err != nil {
				return err
			}
		}
		if err := c.step(tx, by, CheckStep{Step: "make", Verdict: answer.Result}); err != nil {
			return err
		}
		return audit.Append(tx, c.entry(by, "mark.check", c.ofSubject(map[string]any{"result": answer.Result, "rules": answer.Rules})))
	})
	return c, err
}

func orEmpty(r *patent.Register) *patent.Register {
	if r == nil {
		return &patent.Register{}
	}
	return r
}

// faults says what is wrong with the facts.
func faults(f patent.Facts, today calendar.Day) error {
	var bad errs.Faults
	for _, name := range f.Faults() {
		bad.Add(strings.ReplaceAll(name, "register.", "reg_"), "error.choice")
	}
	bad.Require("product", f.Product)
	bad.Limit("product", f.Product, longestName)
	bad.Limit("party", f.Party, longestName)
	bad.Limit("text", f.Text, longestMark)
	if f.ProducedOn > today {
		bad.Add("produced_on", "error.day_future", today)
	}
	if f.SoldOn > today {
		bad.Add("sold_on", "error.day_future", today)
	}
	if f.Register != nil {
		bad.Limit("reg_title", f.Register.Title, longestName)
		if utf8.RuneCountInString(f.Register.Number) > 40 {
			bad.Add("reg_number", "error.too_long", 40)
		}
	}
	return bad.Err()
}

func (c *Check) entry(by access.Actor, action string, detail map[string]any) audit.Entry {
	return by.Entry(action, c.Jurisdiction, "markcheck:"+c.ID, detail)
}

func (c *Check) step(tx *store.Tx, by access.Actor, s CheckStep) error {
	s.CheckID, s.Seq, s.At, s.Actor, s.ActorName = c.ID, c.Version, tx.Now, by.ID, by.Name
	return tx.Create(&s).Error
}

// load reads a check within the person's scope, to be changed. NotFound, Conflict, Forbidden.
func (r *Roll) load(tx *store.Tx, by access.Actor, id string, version int64) (*Check, error) {
	if err := tx.Lock("mark_checks", id); err != nil {
		return nil, err
	}
	var c Check
	err := tx.Scopes(r.seen(tx.DB, by)).Where("mark_checks.id = ?", id).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, access.Unseen(tx.DB, "mark_checks", "markcheck", id)
	}
	if err != nil {
		return nil, err
	}
	if c.Version != version {
		return nil, errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if err := r.guard.Allow(by, "mark.check", c.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return nil, e.On("markcheck:" + id)
		}
		return nil, err
	}
	return &c, nil
}

func (c *Check) set(tx *store.Tx, set map[string]any) error {
	set["version"] = c.Version + 1
	done := tx.Model(&Check{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(set)
	if done.Error == nil && done.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	c.Version++
	return done.Error
}

// Decide is what the officer makes of the answer: confirms it, or overrules it with another verdict; a reason for either, and a must where it
// differs. The answer stays beside it, and every decision stays in the history. NotFound, Conflict, Forbidden, Invalid.
func (r *Roll) Decide(ctx context.Context, by access.Actor, id string, version int64, verdict patent.Verdict, reason string) error {
	reason = strings.TrimSpace(reason)
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		c, err := r.load(tx, by, id, version)
		if err != nil {
			return err
		}
		var bad errs.Faults
		if !slices.Contains(Verdicts(), verdict) {
			bad.Add("verdict", "error.choice")
		}
		bad.Limit("reason", reason, longestWhy)
		decision := Confirmed
		if verdict != c.Result {
			decision = Overruled
			bad.Require("reason", reason)
		}
		if err := bad.Err(); err != nil {
			return err
		}
		set := map[string]any{"decision": decision, "verdict": verdict, "reason": reason, "decided_by": by.ID, "decided_name": by.Name, "decided_at": tx.Now}
		if err := c.set(tx, set); err != nil {
			return err
		}
		if err := c.step(tx, by, CheckStep{Step: "decide", Verdict: verdict, Reason: reason}); err != nil {
			return err
		}
		return audit.Append(tx, c.entry(by, "mark.decide", map[string]any{"answer": c.Result, "verdict": verdict, "decision": decision, "reason": reason}))
	})
}

// Reviewed says that somebody has looked again at a check whose patent has changed, and what came of it. NotFound, Conflict, Forbidden, Invalid.
func (r *Roll) Reviewed(ctx context.Context, by access.Actor, id string, version int64, reason string) error {
	reason = strings.TrimSpace(reason)
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		c, err := r.load(tx, by, id, version)
		if err != nil {
			return err
		}
		if c.Review != "open" {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		var bad errs.Faults
		bad.Require("reason", reason)
		bad.Limit("reason", reason, longestWhy)
		if err := bad.Err(); err != nil {
			return err
		}
		if err := c.set(tx, map[string]any{"review": "done"}); err != nil {
			return err
		}
		if err := c.step(tx, by, CheckStep{Step: "review", Reason: reason}); err != nil {
			return err
		}
		return audit.Append(tx, c.entry(by, "mark.review", map[string]any{"reason": reason}))
	})
}

// reopen lists the checks that rest on patents whose standing has changed, and says how many.
func (r *Roll) reopen(tx *store.Tx, im *Import, moved []Patent, old map[string]*Patent) (int64, error) {
	if len(moved) == 0 {
		return 0, nil
	}
	to := map[string]*Patent{}
	var keys []string
	for i := range moved {
		to[moved[i].Key] = &moved[i]
		keys = append(keys, moved[i].Key)
	}
	var rows []struct {
		Check
		Key string
	}
	var n int64
	for _, fn := range r.moved {
		more := map[string]Moved{}
		for k, p := range to {
			more[k] = Moved{Number: old[k].Number, From: old[k].Status, FromEnd: old[k].EndedOn, To: p.Status, ToEnd: p.EndedOn}
		}
		some, err := fn(tx, im.Name, more)
		if err != nil {
			return 0, err
		}
		n += some
	}
	err := tx.Table("mark_checks").Select("mark_checks.*, p.key").Joins("JOIN mark_check_patents p ON p.check_id = mark_checks.id").
		Where("p.key IN ?", keys).Order("mark_checks.id, p.key").Find(&rows).Error
	if err != nil {
		return 0, err
	}
	version := map[string]int64{}
	for _, x := range rows {
		c := x.Check
		if v, again := version[c.ID]; again {
			c.Version = v
		} else {
			n++
		}
		if err := c.set(tx, map[string]any{"review": "open"}); err != nil {
			return 0, err
		}
		version[c.ID] = c.Version
		m := Moved{Number: old[x.Key].Number, From: old[x.Key].Status, FromEnd: old[x.Key].EndedOn, To: to[x.Key].Status, ToEnd: to[x.Key].EndedOn}
		if err := c.step(tx, access.System(), CheckStep{Step: "moved", Detail: pack(m), Reason: im.Name}); err != nil {
			return 0, err
		}
		if err := audit.Append(tx, c.entry(access.System(), "mark.moved", map[string]any{"number": m.Number, "from": m.From, "to": m.To, "import": im.ID})); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Told is a check with its answer and its history.
type Told struct {
	Check
	Answer patent.Result
	Steps  []CheckStep
	Now    *patent.Result // what the rules and the register of today say, where it is something else
}

// Mark is a check with its history. NotFound.
func (r *Roll) Mark(ctx context.Context, by access.Actor, id string) (*Told, error) {
	var t Told
	q := r.db.Read(ctx)
	err := q.Scopes(r.seen(q, by)).Where("mark_checks.id = ?", id).Take(&t.Check).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(t.Check.Answer), &t.Answer); err != nil {
		return nil, err
	}
	if err := r.db.Read(ctx).Where("check_id = ?", id).Order("seq").Find(&t.Steps).Error; err != nil {
		return nil, err
	}
	return &t, r.again(ctx, &t)
}

// again judges the facts by the register and the rules of today.
func (r *Roll) again(ctx context.Context, t *Told) error {
	f := t.Given()
	all, err := r.Many(ctx, []*patent.Facts{&f})
	if err != nil {
		return err
	}
	if f.Register != nil {
		if n, err := patent.Parse(f.Register.Number); err == nil {
			if p, ok := all[n.Key()]; ok && (f.Register.StatusAsOf.IsZero() || p.StatusAsOf >= f.Register.StatusAsOf) {
				f.Register = p.Register()
			}
		}
	}
	for i, o := range f.Others {
		if n, err := patent.Parse(o.Number); err == nil && all[n.Key()] != nil {
			f.Others[i] = *all[n.Key()].Register()
		}
	}
	now := patent.CheckMarking(f)
	if now.Result != t.Answer.Result || rowsOf(now) != rowsOf(t.Answer) {
		t.Now = &now
	}
	return nil
}

func rowsOf(r patent.Result) string {
	var out []string
	for _, x := range r.Findings {
		out = append(out, x.Row+x.Limb)
	}
	return strings.Join(out, " ")
}

// CheckFilter narrows the checks.
type CheckFilter struct {
	Text   string // product, mark or party
	Result string
	State  string // open: not decided; review: to be looked at again
	Office string
	Key    string   // of a patent
	Of     []string // ids of the cases and leads it was checked for
}

// Checks are the checks a person may see, the newest first, those after a place ("day/id").
func (r *Roll) Checks(ctx context.Context, by access.Actor, f CheckFilter, after string, limit int) (rows []Check, more bool, err error) {
	q := r.marks(ctx, by, f)
	if day, id, ok := strings.Cut(after, "/"); ok {
		q = q.Where("(mark_checks.checked_on < ? OR mark_checks.checked_on = ? AND mark_checks.id < ?)", day, day, id)
	}
	err = q.Omit("facts", "answer").Order("mark_checks.checked_on DESC, mark_checks.id DESC").Limit(limit + 1).Find(&rows).Error
	if len(rows) > limit {
		return rows[:limit], true, err
	}
	return rows, false, err
}

// CountChecks is how many there are.
func (r *Roll) CountChecks(ctx context.Context, by access.Actor, f CheckFilter) (n int64, err error) {
	err = r.marks(ctx, by, f).Count(&n).Error
	return n, err
}

func (r *Roll) marks(ctx context.Context, by access.Actor, f CheckFilter) *gorm.DB {
	q := r.db.Read(ctx).Model(&Check{}).Scopes(r.seen(r.db.Read(ctx), by))
	if f.Text != "" {
		like := store.Like(f.Text)
		q = q.Where(`(mark_checks.product LIKE ? ESCAPE '\' OR mark_checks.mark LIKE ? ESCAPE '\' OR mark_checks.party LIKE ? ESCAPE '\')`, like, like, like)
	}
	if f.Result != "" {
		q = q.Where("mark_checks.result = ?", f.Result)
	}
	switch f.State {
	case "open":
		q = q.Where("mark_checks.decision = ''")
	case "review":
		q = q.Where("mark_checks.review = 'open'")
	}
	if f.Office != "" {
		from, to := region.Bounds(f.Office)
		q = q.Where("mark_checks.jurisdiction >= ? AND mark_checks.jurisdiction < ?", from, to)
	}
	if len(f.Of) > 0 {
		q = q.Where("mark_checks.subject_id IN ?", f.Of)
	}
	if f.Key != "" {
		q = q.Where("mark_checks.id IN (SELECT check_id FROM mark_check_patents WHERE key = ?)", f.Key)
	}
	return q
}
