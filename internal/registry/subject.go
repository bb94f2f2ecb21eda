package registry

import (
	"errors"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/errs"
)

// Subject is the matter that a mark was checked for.
type Subject struct {
	ID, Number, Title, Jurisdiction string
	Restricted                      bool
}

// subjectTable is where a kind of matter stands, and what lets somebody see it.
func subjectTable(kind string) (table, action string, ok bool) {
	switch kind {
	case OfCase:
		return "cases", "case.view", true
	case OfLead:
		return "leads", "lead.view", true
	}
	return "", "", false
}

// subject reads the matter of a check within the person's scope. NotFound.
func (r *Roll) subject(q *gorm.DB, by access.Actor, kind, id string) (*Subject, error) {
	table, action, ok := subjectTable(kind)
	if !ok {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	var s Subject
	err := q.Table(table).Select(table+".id, "+table+".number, "+table+".title, "+table+".jurisdiction, "+table+".restricted").
		Scopes(r.guard.Scope(by, action, table)).Where(table+".id = ?", id).Take(&s).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, access.Unseen(q, table, kind, id)
	}
	return &s, err
}

// Subject is the matter that a check belongs to, nil for one of none. NotFound.
func (r *Roll) Subject(q *gorm.DB, by access.Actor, kind, id string) (*Subject, error) {
	if kind == "" {
		return nil, nil
	}
	return r.subject(q, by, kind, id)
}

// seen is what a person may see of the checks: those of the jurisdiction, and of a matter's only who may see the matter.
func (r *Roll) seen(q *gorm.DB, by access.Actor) func(*gorm.DB) *gorm.DB {
	of := func(kind string) *gorm.DB {
		table, action, _ := subjectTable(kind)
		return q.Table(table).Select("1").Scopes(r.guard.Scope(by, action, table)).Where(table + ".id = mark_checks.subject_id")
	}
	return func(list *gorm.DB) *gorm.DB {
		return list.Scopes(r.guard.Scope(by, "mark.view", "mark_checks")).
			Where("mark_checks.subject_kind = '' OR mark_checks.subject_kind = ? AND EXISTS (?) OR mark_checks.subject_kind = ? AND EXISTS (?)", OfCase, of(OfCase), OfLead, of(OfLead))
	}
}

// ofSubject adds the matter to what the log tells of a check.
func (c *Check) ofSubject(d map[string]any) map[string]any {
	if c.SubjectKind != "" {
		d[c.SubjectKind] = c.SubjectID
	}
	return d
}
