package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// Who works on a case is for a chief to decide (case.assign): its officers and its reviewer, each change with its reason and kept for ever.
//
//   - Two officers or more (Administrative Penalty Law Art. 42), a panel three or more and an odd number (Order 71 Art. 13, Order 81 Art. 20):
//     a panel is exchanged one for one, or enlarged by two.
//   - Who comes to investigate holds case.work there and a certificate valid today (Order 71 Art. 4, Order 81 Art. 4), has not reviewed the
//     case, and is not the chief who decides on it.
//   - Who ever investigated a case does not review it, also after leaving it; who was recused takes no part in it again.
//   - Nobody decides on a case that they investigate themselves.
//
// When all officers are named anew (Assign), each is examined. When one hands over to another (Hand), only who comes is: a colleague whose
// certificate has run out is no reason to keep the case with somebody who leaves.

// Assignment is who works on a case from now on.
type Assignment struct {
	Officers  []string // ids of people: all who investigate
	Reviewers []string // ids of people: all who review; may be none, but of a restricted case that is yet to be reviewed
	Reason    string
}

// Handover is that one person takes over what another does in a case.
type Handover struct {
	From, To string // ids of people
	Reason   string
}

// HandoverHook is told that a person takes over from another who no longer works on a case, in the transaction of it.
type HandoverHook func(tx *store.Tx, by access.Actor, caseID, from, to string) error

// OnHandover has a hook told of every handover: what the old one had in the case follows. Where somebody leaves without a successor of
// their own, to is one of those who come, else of the officers who stay. It is for wiring, before the docket is used.
func (d *Docket) OnHandover(hook HandoverHook) { d.handover = append(d.handover, hook) }

// Screen has texts looked at before they come into the history of a case that a lead became: who reported must not be named. It is for wiring, before the docket
// is used.
func (d *Docket) Screen(check func(tx *store.Tx, leadID string, texts ...string) error) {
	d.screen = check
}

// Assigned is that somebody came to work on a case, or left it.
type Assigned struct {
	CaseID    string
	Seq       int64 // the case's version after it: rows of one number are one decision
	Part      string
	UserID    string
	Name      string
	Joined    bool // else left
	Reason    string
	At        time.Time
	Actor     string
	ActorName string
}

// TableName is the table of who came and left.
func (Assigned) TableName() string { return "case_assignments" }

// Investigated says whether a person investigates the case or ever did.
func (f *File) Investigated(userID string) bool {
	return f.Is(userID, PartOfficer) || slices.Contains(f.Former, userID)
}

// Assign names who works on an open case from now on. NotFound outside the person's scope; Forbidden without case.assign, or in a case of
// one's own; Conflict where the case has changed or is closed; Invalid with what speaks against whom.
func (d *Docket) Assign(ctx context.Context, by access.Actor, caseID string, version int64, in Assignment) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.AssignTx(tx, by, caseID, version, in) })
}

// AssignTx is Assign in the caller's transaction.
func (d *Docket) AssignTx(tx *store.Tx, by access.Actor, caseID string, version int64, in Assignment) error {
	return d.editTx(tx, by, caseID, version, "case.assign", func(tx *store.Tx, f *File) (map[string]any, error) {
		if err := mayAssign(by, f); err != nil {
			return nil, err
		}
		next := staff{officers: once(in.Officers), reviewers: once(in.Reviewers)}
		var bad errs.Faults
		checkReason(&bad, in.Reason)
		if err := d.checkStaff(tx.DB, by, f, next, examine{all: true, officers: "officers", reviewers: "reviewers"}, &bad); err != nil {
			return nil, err
		}
		if !bad.Any() && next.same(f) {
			bad.Add("officers", "error.assign_same")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		return d.setStaff(tx, by, f, next, in.Reason)
	})
}

// Hand hands over what one person does in an open case to another: investigating, reviewing. The errors are those of Assign.
func (d *Docket) Hand(ctx context.Context, by access.Actor, caseID string, version int64, in Handover) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.HandTx(tx, by, caseID, version, in) })
}

// HandTx is Hand in the caller's transaction.
func (d *Docket) HandTx(tx *store.Tx, by access.Actor, caseID string, version int64, in Handover) error {
	return d.handTx(tx, by, caseID, version, in, "")
}

// handTx hands a case over; many is the reassignment it is part of.
func (d *Docket) handTx(tx *store.Tx, by access.Actor, caseID string, version int64, in Handover, many string) error {
	return d.editTx(tx, by, caseID, version, "case.assign", func(tx *store.Tx, f *File) (map[string]any, error) {
		next, err := d.handed(tx.DB, by, f, in)
		if err != nil {
			return nil, err
		}
		detail, err := d.setStaff(tx, by, f, next, in.Reason)
		if err == nil && many != "" {
			detail["reassignment"] = many
		}
		return detail, err
	})
}

// handed is who works on a case once it was handed over, or what speaks against it.
func (d *Docket) handed(q *gorm.DB, by access.Actor, f *File, in Handover) (next staff, err error) {
	if err := mayAssign(by, f); err != nil {
		return next, err
	}
	var bad errs.Faults
	checkReason(&bad, in.Reason)
	next = staffOf(f)
	if !next.exchange(in.From, in.To) {
		bad.Add("from", "error.assign_not_on")
	} else if in.From == in.To {
		bad.Add("to", "error.assign_same")
	} else if err := d.checkStaff(q, by, f, next, examine{officers: "to", reviewers: "to"}, &bad); err != nil {
		return next, err
	}
	return next, bad.Err()
}

// MayAssign says why a person may not change who works on a case: Forbidden without the right, or in a case of one's own; Conflict where it is closed.
func (d *Docket) MayAssign(by access.Actor, f *File) error {
	if err := d.guard.Allow(by, "case.assign", f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if err := f.barred(by); err != nil {
		return err
	}
	return mayAssign(by, f)
}

// mayAssign refuses a closed case, and a case that one investigates or ever did.
func mayAssign(by access.Actor, f *File) error {
	if !f.Open() {
		return errs.New(errs.Conflict, "error.case_closed")
	}
	return f.own(by, "error.assign_own")
}

func checkReason(bad *errs.Faults, reason string) {
	bad.Require("reason", strings.TrimSpace(reason))
	bad.Limit("reason", reason, 500)
}

// staff is who investigates and who reviews, by id.
type staff struct{ officers, reviewers []string }

func staffOf(f *File) staff { return staff{idsOf(f.Officers()), idsOf(f.Part(PartReviewer))} }

func idsOf(list []Member) []string {
	var out []string
	for _, m := range list {
		out = append(out, m.UserID)
	}
	return out
}

// once is a list without blanks, each once, in its order.
func once(list []string) []string {
	var out []string
	for _, id := range list {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// exchange puts a person in another's place, and says whether there was one.
func (s *staff) exchange(from, to string) (found bool) {
	for _, list := range []*[]string{&s.officers, &s.reviewers} {
		if i := slices.Index(*list, from); i >= 0 {
			(*list)[i], found = to, true
			*list = once(*list)
		}
	}
	return found
}

func (s *staff) same(f *File) bool {
	was := staffOf(f)
	return len(less(s.officers, was.officers))+len(less(was.officers, s.officers))+len(less(s.reviewers, was.reviewers))+len(less(was.reviewers, s.reviewers)) == 0
}

// less is a list without what stands in another.
func less(list, without []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(without, id) })
}

// examine says whom checkStaff looks at, and at which input it says what is wrong.
type examine struct {
	all                 bool // everybody; else who comes
	officers, reviewers string
}

// checkStaff notes what speaks against people.
func (d *Docket) checkStaff(q *gorm.DB, by access.Actor, f *File, next staff, x examine, bad *errs.Faults) error {
	was := staffOf(f)
	certified := 0
	for _, id := range next.officers {
		m, err := d.person(q, id, PartOfficer)
		if err != nil {
			return err
		}
		if m != nil && m.Certified(f.Today) {
			certified++
		}
		if x.all || !slices.Contains(was.officers, id) {
			if m == nil {
				f.gone(id, x.officers, bad)
			} else if e := d.unfit(by, f, *m); e != nil {
				bad.Add(x.officers, e.Key, e.Args...)
			}
		}
	}
	before := 0
	for _, m := range f.Officers() {
		if m.Certified(f.Today) {
			before++
		}
	}
	panel, n := d.procedures[f.Kind].Panel, len(next.officers)
	switch uneven := panel && (n < 3 || n%2 == 0); {
	case !x.all && slices.Equal(next.officers, was.officers):
	case uneven && x.all:
		bad.Add(x.officers, "error.panel")
	case uneven: // who takes over is on it already
		bad.Add(x.officers, "error.hand_panel")
	case n < 2 && x.all:
		bad.Add(x.officers, "error.two_officers")
	case n < 2:
		bad.Add(x.officers, "error.hand_two")
	case !bad.Any() && certified < 2 && certified < before:
		bad.Add(x.officers, "need.certificates")
	}
	for _, id := range next.reviewers {
		if !x.all && slices.Contains(was.reviewers, id) {
			continue
		}
		m, err := d.person(q, id, PartReviewer)
		if err != nil {
			return err
		}
		if m == nil {
			f.gone(id, x.reviewers, bad)
		} else if e := d.unfit(by, f, *m); e != nil {
			bad.Add(x.reviewers, e.Key, e.Args...)
		} else if slices.Contains(next.officers, id) {
			bad.Add(x.reviewers, "error.assign_investigated", m.Name)
		}
	}
	if f.Restricted && len(next.reviewers) == 0 && d.procedures[f.Kind].toReview(f.State) {
		bad.Add(x.reviewers, "error.restricted_reviewer")
	}
	return nil
}

// unfit is what speaks against a person in the part, nil where nothing does.
func (d *Docket) unfit(by access.Actor, f *File, m Member) *errs.Message {
	may := func(action string) bool { return d.guard.Can(access.Actor{ID: m.UserID}, action, f.Jurisdiction) }
	say := func(key string, args ...any) *errs.Message {
		e := errs.Msg(key, append([]any{m.Name}, args...)...)
		return &e
	}
	switch {
	case slices.Contains(f.Recused(), m.UserID):
		return say("error.assign_recused")
	case m.Part == PartReviewer && !may("case.review"):
		return say("error.assign_reviewer")
	case m.Part == PartReviewer && (f.Investigated(m.UserID) || d.acted(f, m.UserID, "case.work")):
		return say("error.assign_investigated")
	case m.Part == PartReviewer:
		return nil
	case !may("case.work"):
		return say("error.assign_officer")
	case m.UserID == by.ID || f.Is(m.UserID, PartChief) || f.Is(m.UserID, PartApprover) || d.acted(f, m.UserID, "case.approve"):
		return say("error.assign_chief")
	case d.acted(f, m.UserID, "case.review"):
		return say("error.assign_reviewed")
	case !m.Certified(f.Today):
		return say("error.certificate", m.CertificateUntil)
	}
	return nil
}

// Candidate is somebody who takes a part in a case or might, and what speaks against it.
type Candidate struct {
	Member
	On     bool          // takes it now
	Refuse *errs.Message // nil where nothing speaks against it
}

// Candidates are the people who take a part in a case (PartOfficer, PartReviewer) or hold the right for it there, by username.
func (d *Docket) Candidates(ctx context.Context, by access.Actor, f *File, part string) ([]Candidate, error) {
	action := "case.work"
	if part == PartReviewer {
		action = "case.review"
	}
	ids := idsOf(f.Part(part))
	for _, a := range d.guard.Holders(action, f.Jurisdiction) {
		ids = append(ids, a.ID)
	}
	var people []Member
	err := d.db.Read(ctx).Raw("SELECT id AS user_id, name, certificate_no, certificate_until FROM users WHERE id IN ? ORDER BY username", ids).Scan(&people).Error
	out := make([]Candidate, len(people))
	for i, m := range people {
		m.Part = part
		out[i] = Candidate{Member: m, On: f.Is(m.UserID, part), Refuse: d.unfit(by, f, m)}
	}
	return out, err
}

// gone notes that somebody has no account that is in use, or that there is no such person.
func (f *File) gone(id, field string, bad *errs.Faults) {
	for _, m := range f.Members {
		if m.UserID == id {
			bad.Add(field, "error.assign_gone", m.Name)
			return
		}
	}
	bad.Add(field, "error.choice")
}

// acted says whether a person took a step of an action in the case. Filing is a chief's.
func (d *Docket) acted(f *File, userID, action string) bool {
	return slices.ContainsFunc(f.Taken, func(t Taken) bool {
		if t.Actor != userID {
			return false
		}
		if s := d.procedures[f.Kind].Step(t.Step); s != nil {
			return s.Action == action
		}
		return t.Step == "file" && action == "case.approve"
	})
}

// setStaff writes who works on the case, tells the hooks who left, and says it for the log.
func (d *Docket) setStaff(tx *store.Tx, by access.Actor, f *File, next staff, reason string) (map[string]any, error) {
	was := staffOf(f)
	detail := map[string]any{"what": "people", "reason": reason}
	if err := tally.Officers(tx, f.ID, -1); err != nil {
		return nil, err
	}
	for _, x := range []struct {
		part      string
		was, next []string
	}{{PartOfficer, was.officers, next.officers}, {PartReviewer, was.reviewers, next.reviewers}} {
		left, joined := less(x.was, x.next), less(x.next, x.was)
		for _, id := range left {
			if err := d.leave(tx, f, id, x.part); err != nil {
				return nil, err
			}
		}
		for _, id := range joined {
			if err := join(tx, f.ID, id, x.part); err != nil {
				return nil, err
			}
		}
		for verb, list := range map[string][]string{"left": left, "joined": joined} {
			names, err := d.note(tx, by, f, x.part, list, verb == "joined", reason)
			if err != nil {
				return nil, err
			}
			if len(names) > 0 {
				detail[x.part+"_"+verb] = strings.Join(names, "、")
			}
		}
		if x.part == PartOfficer && len(joined) > len(left) { // who comes may be the substitute of somebody recused, who left by that step
			left = append(left, f.Recused()...)
		}
		for i, id := range left {
			to := next.officers[0]
			if len(joined) > 0 {
				to = joined[min(i, len(joined)-1)]
			}
			for _, hook := range d.handover {
				if err := hook(tx, by, f.ID, id, to); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := tally.Officers(tx, f.ID, 1); err != nil {
		return nil, err
	}
	if f.Restricted {
		return detail, d.seal(tx, f)
	}
	return detail, nil
}

// note keeps who came or left, and gives their names.
func (d *Docket) note(tx *store.Tx, by access.Actor, f *File, part string, ids []string, joined bool, reason string) (names []string, err error) {
	for _, id := range ids {
		row := Assigned{CaseID: f.ID, Seq: f.Version + 1, Part: part, UserID: id, Joined: joined, Reason: reason, At: tx.Now, Actor: by.ID, ActorName: by.Name}
		if err := tx.Raw("SELECT name FROM users WHERE id = ?", id).Scan(&row.Name).Error; err != nil {
			return nil, err
		}
		if err := tx.Create(&row).Error; err != nil {
			return nil, err
		}
		names = append(names, row.Name)
	}
	slices.Sort(names) // as verify reads them
	return names, nil
}

// History is who came to work on a case and who left, the first decision first. The case's own page has let the person see it.
func (d *Docket) History(ctx context.Context, f *File) ([]Assigned, error) {
	var rows []Assigned
	return rows, d.db.Read(ctx).Where("case_id = ?", f.ID).Order("seq, part, joined, name").Find(&rows).Error
}
