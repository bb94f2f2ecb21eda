package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The ways in which cases belong together (case_links.type).
const (
	LinkRelated         = "related"             // 关联
	LinkMergedHearing   = "merged_hearing"      // 合并审理: infringement disputes of one office, heard together (Order 81 Art. 21)
	LinkSamePatent      = "same_patent"         // 涉及同一专利
	LinkSameParty       = "same_party"          // 涉及同一当事人
	LinkRepeat          = "repeat_infringement" // 重复侵权: the same patent, after a decision that found infringement (Order 71 Art. 20, Order 81 Art. 34)
	LinkTransferredFrom = "transferred_from"    // 由下案移送而来
	LinkTransferredTo   = "transferred_to"      // its other side
	LinkCounterpart     = "counterpart"         // 对应案件: the same matter in a procedure of another kind
	LinkSplitFrom       = "split_from"          // 分案: made by a step
	LinkJoinedInto      = "joined_into"         // 并案: made by a step
)

// LinkTypes are the types that a person chooses from. The others are made by steps.
func LinkTypes() []string {
	return []string{LinkRelated, LinkMergedHearing, LinkSamePatent, LinkSameParty, LinkRepeat, LinkTransferredFrom, LinkTransferredTo, LinkCounterpart}
}

// otherSide is what a type that has a direction is called from the other case.
func otherSide(typ string) (word string, directed bool) {
	switch typ {
	case LinkRepeat:
		return "repeated_by", true
	case LinkTransferredFrom:
		return LinkTransferredTo, true
	case LinkSplitFrom:
		return "split_into", true
	case LinkJoinedInto:
		return "joined_from", true
	}
	return typ, false
}

// Link is that two cases belong together. One that was removed stays, with the reason.
type Link struct {
	ID            string `gorm:"primaryKey"`
	FromCase      string
	ToCase        string
	Type          string
	Reason        string
	MadeBy        string
	MadeName      string
	MadeAt        time.Time
	RemovedBy     string
	RemovedName   string
	RemovedAt     *time.Time
	RemovedReason string
}

// TableName is the table of the links.
func (Link) TableName() string { return "case_links" }

// ByStep says whether a step made the link: no person makes or removes it.
func (l Link) ByStep() bool { return !slices.Contains(LinkTypes(), l.Type) }

// Linked is a link as it is seen from one of its cases: what the other is to it.
type Linked struct {
	Link
	Word                                string // the type, or its other side (transferred_to, repeated_by, split_into, joined_from)
	CaseID, Number, CaseTitle, CaseKind string
	CaseState                           State
}

// NewLink is what a person asks for: that a case belongs to the one of a number.
type NewLink struct{ Type, Number, Reason string }

// Links are the links of a case to others that the person may see too, the newest first; removed ones as well. Of any other nothing is told.
func (d *Docket) Links(ctx context.Context, by access.Actor, f *File) ([]Linked, error) {
	return d.links(d.db.Read(ctx), by, f.ID)
}

func (d *Docket) links(q *gorm.DB, by access.Actor, caseID string) (rows []Linked, err error) {
	visible, args := d.guard.Condition(by, "case.view", "cases", "id")
	err = q.Raw(`SELECT l.*, cases.id AS case_id, cases.number AS number, cases.title AS case_title, cases.kind AS case_kind, cases.state AS case_state
		FROM case_links l JOIN cases ON cases.id = CASE WHEN l.from_case = ? THEN l.to_case ELSE l.from_case END
		WHERE (l.from_case = ? OR l.to_case = ?) AND `+visible+` ORDER BY l.made_at DESC, l.id DESC`, append([]any{caseID, caseID, caseID}, args...)...).Scan(&rows).Error
	for i := range rows {
		if rows[i].Word = rows[i].Type; rows[i].ToCase == caseID {
			rows[i].Word, _ = otherSide(rows[i].Type)
		}
	}
	return rows, err
}

// Kindred are the numbers of other cases with a patent or a party of this one that the person may see, the newest first: what it may be linked with.
func (d *Docket) Kindred(ctx context.Context, by access.Actor, f *File, limit int) (numbers []string, err error) {
	var keys []string
	for _, p := range f.Patents {
		keys = append(keys, p.Key)
	}
	err = d.scoped(ctx, by, Filter{}).Where(`cases.id <> ? AND cases.id IN (SELECT case_id FROM case_patents WHERE key <> '' AND key IN ?
		UNION SELECT case_id FROM case_parties WHERE name IN ?)`, f.ID, keys, f.PartyNames("")).
		Order("cases.filed_on DESC, cases.id DESC").Limit(limit).Pluck("cases.number", &numbers).Error
	return numbers, err
}

// MayLink says whether a person may link a case: its officers, and whoever decides on cases there.
func (d *Docket) MayLink(by access.Actor, f *File) bool { return d.mayLink(by, f) == nil }

func (d *Docket) mayLink(by access.Actor, f *File) error {
	if err := d.guard.Allow(by, "case.link", f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if err := f.barred(by); err != nil {
		return err
	}
	if by.IsSystem() || f.Is(by.ID, PartOfficer) || d.guard.Can(by, "case.approve", f.Jurisdiction) {
		return nil
	}
	return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+PartOfficer), strings.Join(names(f.Officers()), "、")).On("case:" + f.ID)
}

// Link links a case with the one of a number, both within the person's scope. What is linked so already stays as it is. NotFound,
// Forbidden, or Invalid with what speaks against it: a hearing of disputes together needs two that are yet to be decided (Order 81 Art. 21),
// a repeat infringement the same patent and an earlier decision that found infringement (Order 71 Art. 20, Order 81 Art. 34).
func (d *Docket) Link(ctx context.Context, by access.Actor, caseID string, in NewLink) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.linkByHand(tx, by, caseID, in) })
}

func (d *Docket) linkByHand(tx *store.Tx, by access.Actor, caseID string, in NewLink) error {
	f, err := d.WriteTx(tx, by, caseID)
	if err != nil {
		return err
	}
	if err := d.mayLink(by, f); err != nil {
		return err
	}
	var bad errs.Faults
	checkReason(&bad, in.Reason)
	if !slices.Contains(LinkTypes(), in.Type) {
		bad.Add("type", "error.choice")
	}
	other, err := d.numbered(tx.DB, by, in.Number)
	if err != nil {
		return err
	}
	switch {
	case in.Number == "":
		bad.Require("number", "")
	case other == nil:
		bad.Add("number", "error.case_number")
	case other.ID == f.ID:
		bad.Add("number", "error.link_self")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := other.barred(by); err != nil { // a link is said of both
		return err
	}
	typ := in.Type
	switch {
	case typ == LinkTransferredTo:
		f, other, typ = other, f, LinkTransferredFrom
	case typ == LinkRepeat && (f.FiledOn < other.FiledOn || f.FiledOn == other.FiledOn && f.ID < other.ID): // the later repeats, wherever it was said
		f, other = other, f
	}
	if key := unlike(typ, f, other); key != "" {
		bad.Add("type", key)
	}
	if _, directed := otherSide(typ); directed {
		var reverse int64
		if err := tx.Model(&Link{}).Where("from_case = ? AND to_case = ? AND type = ? AND removed_at IS NULL", other.ID, f.ID, typ).Count(&reverse).Error; err != nil {
			return err
		}
		if reverse > 0 {
			bad.Add("type", "error.link_reverse")
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return d.LinkTx(tx, by, f.ID, other.ID, typ, in.Reason)
}

// numbered is the case of a number within the person's scope, or nil. Brackets may be typed as a keyboard has them.
func (d *Docket) numbered(q *gorm.DB, by access.Actor, number string) (*File, error) {
	number = strings.NewReplacer("[", "〔", "]", "〕", "【", "〔", "】", "〕", "(", "〔", ")", "〕", "（", "〔", "）", "〕", " ", "", "\u3000", "").Replace(number)
	var ids []string
	err := q.Model(&Case{}).Scopes(d.guard.Scope(by, "case.view", "cases")).Where("cases.number = ?", number).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return d.load(q, by, ids[0], 0)
}

// infringed is the outcome of a dispute that found infringement and ordered it stopped.
const infringed = "infringing_stop"

// unlike is why two cases cannot be linked so, "" where they can. Of what has a direction, f is the case it is said of.
func unlike(typ string, f, other *File) string {
	samePatent := slices.ContainsFunc(f.Patents, func(p Patent) bool {
		return p.Key != "" && slices.ContainsFunc(other.Patents, func(x Patent) bool { return x.Key == p.Key })
	})
	disputes := f.Kind == Infringement && other.Kind == Infringement
	switch typ {
	case LinkSamePatent:
		if !samePatent {
			return "error.link_patent"
		}
	case LinkMergedHearing:
		switch {
		case !disputes:
			return "error.link_kind"
		case f.Jurisdiction != other.Jurisdiction:
			return "error.link_office"
		case !f.Open() || !other.Open() || !f.DecidedOn.IsZero() || !other.DecidedOn.IsZero():
			return "error.link_decided"
		}
	case LinkRepeat:
		switch {
		case !disputes:
			return "error.link_kind"
		case !samePatent:
			return "error.link_patent"
		case other.Outcome != infringed || other.DecidedOn.IsZero() || other.DecidedOn > f.FiledOn:
			return "error.link_undecided"
		}
	}
	return ""
}

// LinkTx links two cases in the caller's transaction: steps that split and join cases, and other rooms. The caller has asked the guard. What is linked
// so already stays as it is. Both cases' log tells of it.
func (d *Docket) LinkTx(tx *store.Tx, by access.Actor, from, to, typ, reason string) error {
	if _, directed := otherSide(typ); !directed && to < from {
		from, to = to, from
	}
	id := tx.NewID()
	r := tx.Exec(`INSERT INTO case_links (id, from_case, to_case, type, reason, made_by, made_name, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		id, from, to, typ, reason, by.ID, by.Name, tx.Now)
	if r.Error != nil || r.RowsAffected == 0 {
		return r.Error
	}
	return tellBoth(tx, by, "case.link", from, to, map[string]any{"link": id, "type": typ, "reason": reason})
}

// tellBoth writes of a link into the log of both its cases.
func tellBoth(tx *store.Tx, by access.Actor, action, from, to string, detail map[string]any) error {
	var both []Case
	if err := tx.Where("id IN ?", []string{from, to}).Find(&both).Error; err != nil {
		return err
	}
	if len(both) != 2 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	for i, c := range both {
		about := map[string]any{"number": c.Number, "with": both[1-i].Number, "of": both[slices.IndexFunc(both, func(x Case) bool { return x.ID == from })].Number}
		for k, v := range detail {
			about[k] = v
		}
		if err := audit.Append(tx, by.Entry(action, c.Jurisdiction, "case:"+c.ID, about)); err != nil {
			return err
		}
	}
	return nil
}

// Unlink ends a link, from one of its cases. The same person's same reason again changes nothing. NotFound where the person may not see both
// cases; Forbidden; Conflict where somebody else ended it, or where a step made it; Invalid without a reason.
func (d *Docket) Unlink(ctx context.Context, by access.Actor, caseID, linkID, reason string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		f, err := d.WriteTx(tx, by, caseID)
		if err != nil {
			return err
		}
		rows, err := d.links(tx.DB, by, f.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(l Linked) bool { return l.ID == linkID })
		if i < 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if err := d.mayLink(by, f); err != nil {
			return err
		}
		l := rows[i].Link
		if l.ByStep() {
			return errs.New(errs.Conflict, "error.link_by_step")
		}
		var bad errs.Faults
		checkReason(&bad, reason)
		if err := bad.Err(); err != nil {
			return err
		}
		r := tx.Exec("UPDATE case_links SET removed_by = ?, removed_name = ?, removed_at = ?, removed_reason = ? WHERE id = ? AND removed_at IS NULL", by.ID, by.Name, tx.Now, reason, l.ID)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			if err := tx.Where("id = ?", l.ID).Take(&l).Error; err != nil {
				return err
			}
			if l.RemovedBy == by.ID && l.RemovedReason == reason {
				return nil
			}
			return errs.New(errs.Conflict, "error.link_gone", l.RemovedName, *l.RemovedAt)
		}
		return tellBoth(tx, by, "case.unlink", l.FromCase, l.ToCase, map[string]any{"link": l.ID, "type": l.Type, "reason": reason})
	})
}
