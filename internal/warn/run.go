package warn

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// page is how many clocks are looked at in one transaction: between two, others write.
const page = 5000

// Run gives the warnings that are due on a day and were not given yet, and says how many. It may be run as often as one likes, and by several
// processes at a time: what was given is not given again. After days on which it did not run, each warning is given once.
func (b *Bell) Run(ctx context.Context, today calendar.Day) (made int64, err error) {
	if err := b.guard.Refresh(ctx, 0); err != nil {
		return 0, err
	}
	r := b.round(today)
	if made, err = b.give(ctx, r, dueTasks, r.last); err != nil {
		return made, err
	}
	due := strings.ReplaceAll(dueClocks, "{warned}", b.clocks.Warned())
	for from := (place{}); ; {
		to, more, err := b.pageEnd(ctx, r, from)
		if err != nil {
			return made, err
		}
		n, err := b.give(ctx, r, due, r.last, today, from.Day, from.ID, to.Day, to.ID)
		made += n
		if err != nil || !more {
			return made, err
		}
		from = to
	}
}

// place is where a page of clocks ends.
type place struct{ Day, ID string }

// pageEnd is the last clock of the page that begins after a place, and whether the page is full.
func (b *Bell) pageEnd(ctx context.Context, r round, from place) (to place, full bool, err error) {
	var rows []place
	err = b.db.Read(ctx).Raw(`SELECT deadlines.watch_on AS day, deadlines.id FROM deadlines WHERE `+b.clocks.Warned()+`
		AND deadlines.watch_on <= ? AND (deadlines.watch_on, deadlines.id) > (?, ?)
		ORDER BY deadlines.watch_on, deadlines.id LIMIT 1 OFFSET ?`, r.last, from.Day, from.ID, page-1).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return place{calendar.MaxDay.String(), ""}, false, err
	}
	return rows[0], true, nil
}

// round is what the statements of one run share: the thresholds, and who holds which right where, as tables of SQL.
type round struct {
	today, last calendar.Day
	with        string
	args        []any
}

func (b *Bell) round(today calendar.Day) round {
	r := round{today: today, last: today}
	var ahead []string
	for _, t := range thresholds(b.set.Days, today) {
		ahead = append(ahead, "(?, CAST(? AS INTEGER), ?)")
		r.args = append(r.args, t.day, t.n, t.past)
		r.last = max(r.last, t.day)
	}
	holds := []string{"('', '', '', FALSE)"} // a table has a row
	for _, action := range []string{"case.approve", "lead.verify"} {
		for _, at := range b.guard.Places(access.System(), action) {
			people := b.guard.Holders(action, at.Code)
			local := func(p access.Actor) bool { return b.guard.Home(p) == at.Code }
			for _, p := range people {
				holds = append(holds, "(?, ?, ?, CAST(? AS BOOLEAN))")
				r.args = append(r.args, action, at.Code, p.ID, local(p) || !slices.ContainsFunc(people, local))
			}
		}
	}
	r.with = "WITH ahead (day, threshold, past) AS (VALUES " + strings.Join(ahead, ", ") + "), holds (action, place, user_id, near) AS (VALUES " + strings.Join(holds, ", ") + "), "
	return r
}

// What is due: the running clocks of a page, and open tasks. A clock that is counted backwards begins after its day.
const (
	dueClocks = `SELECT 'clock' AS source, deadlines.id, deadlines.subject_kind AS kind, deadlines.subject_id AS matter, deadlines.jurisdiction, deadlines.restricted, deadlines.watch_on AS day,
			CASE WHEN deadlines.started_on > deadlines.watch_on THEN '' ELSE deadlines.started_on END AS began, deadlines.office_duty AS duty, '' AS doer, '' AS giver
		FROM deadlines WHERE {warned} AND deadlines.watch_on <= ? AND (deadlines.office_duty OR deadlines.watch_on >= ?) AND deadlines.subject_kind IN ('case', 'lead')
			AND (deadlines.watch_on, deadlines.id) > (?, ?) AND (deadlines.watch_on, deadlines.id) <= (?, ?)`
	dueTasks = `SELECT 'task' AS source, tasks.id, 'case' AS kind, tasks.case_id AS matter, cases.jurisdiction, cases.restricted, tasks.due_on AS day,
			tasks.made_on AS began, TRUE AS duty, tasks.assignee AS doer, tasks.made_by AS giver
		FROM tasks JOIN cases ON cases.id = tasks.case_id WHERE tasks.state = 'open' AND tasks.due_on <= ?`
)

// soon is what is due and not over, with its threshold.
const soon = "SELECT due.*, ahead.threshold, ahead.past, {who} AS user_id FROM due JOIN ahead ON ahead.day = due.day AND due.began <= ahead.past "

// late is what the office owes today or owed before.
const late = "SELECT due.*, CASE WHEN due.day < {today} THEN -1 ELSE 0 END AS threshold, due.day AS past, {who} AS user_id FROM due "

// told is who is told of what.
func told(today calendar.Day) string {
	var all []string
	for _, x := range []struct{ from, who, rest string }{
		{soon, "m.user_id", "JOIN members m ON m.subject_id = due.matter AND m.part = 'officer' WHERE due.source = 'clock' AND due.kind = 'case' AND (ahead.threshold > 0 OR NOT due.duty)"},
		{soon, "holds.user_id", "JOIN holds ON holds.action = 'lead.verify' AND holds.place = due.jurisdiction AND holds.near WHERE due.kind = 'lead' AND (ahead.threshold > 0 OR NOT due.duty)"},
		{soon, "due.doer", "WHERE due.source = 'task'"},
		{late, "holds.user_id", "JOIN holds ON holds.action = 'case.approve' AND holds.place = due.jurisdiction WHERE due.duty AND due.day <= {today} AND (due.kind = 'case' AND " +
			"EXISTS (SELECT 1 FROM members m WHERE m.subject_id = due.matter AND m.user_id = holds.user_id AND m.part = 'chief') OR holds.near AND NOT (due.kind = 'case' AND " +
			"EXISTS (SELECT 1 FROM members m JOIN holds c ON c.user_id = m.user_id WHERE m.subject_id = due.matter AND m.part = 'chief' AND c.action = 'case.approve' AND c.place = due.jurisdiction)))"},
		{late, "due.doer", "WHERE due.source = 'task' AND due.day < {today}"},
		{late, "due.giver", "WHERE due.source = 'task' AND due.day < {today}"},
	} {
		all = append(all, strings.ReplaceAll(x.from, "{who}", x.who)+x.rest)
	}
	return strings.ReplaceAll(strings.Join(all, " UNION ALL "), "{today}", "'"+today.String()+"'")
}

// give writes the warnings of what is due that were not given: to whoever is not disabled and, of a restricted matter, its members. One is
// given already if it was of this day, or was said after the threshold was reached, when the day was another.
func (b *Bell) give(ctx context.Context, r round, due string, args ...any) (n int64, err error) {
	err = b.db.Tx(ctx, func(tx *store.Tx) error {
		all := append(append(slices.Clone(r.args), args...), r.today, tx.Now)
		done := tx.Exec(r.with+"due AS ("+due+"), told AS MATERIALIZED ("+told(r.today)+`)
			INSERT INTO warnings (source_id, user_id, threshold, day, source, made_on, made_at)
			SELECT told.id, told.user_id, told.threshold, told.day, told.source, ?, ?
			FROM told JOIN users ON users.id = told.user_id AND users.disabled_at IS NULL
			WHERE (NOT told.restricted OR EXISTS (SELECT 1 FROM members WHERE members.subject_id = told.matter AND members.user_id = told.user_id))
				AND NOT EXISTS (SELECT 1 FROM warnings w WHERE w.source_id = told.id AND w.user_id = told.user_id AND w.threshold = told.threshold AND (w.day = told.day OR w.made_on > told.past))
			ON CONFLICT DO NOTHING`, all...)
		n = done.RowsAffected
		return done.Error
	})
	return n, err
}
