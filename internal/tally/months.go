package tally

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"huzhi/internal/store"
)

// Case is what the summary by months knows of one case.
type Case struct {
	Jurisdiction string
	Place        string
	Kind         string
	Filed        string // month: 2014-03
	Closed       string // month, "" while it is not closed
	Timely       string // yes, no; "" where the law sets no time
	Restricted   bool
	Fine         int64 // fen
	Confiscated  int64 // fen
	Days         int64 // from filing to closing, in calendar days; 0 while it is not closed
}

// Call is what the summary by months knows of one call.
type Call struct {
	Jurisdiction string
	Month        string
	Kind         string
	Channel      string
	Subject      string
	State        string
	First        bool `gorm:"column:first_contact"`
	Referred     bool
	Told         bool // what came of it
	Restricted   bool
}

// Elapsed is how many calendar days lie between two columns with days (2026-03-01), in SQL of whole numbers that both engines reckon alike.
func Elapsed(from, to string) string { return dayNumber(to) + " - " + dayNumber(from) }

// dayNumber is the day's number in the Gregorian calendar, from any first day (Fliegel and van Flandern, "A machine algorithm for processing calendar dates",
// Communications of the ACM 11 (1968) 657, in the form for years, months and days whose divisions cut towards nought).
func dayNumber(column string) string {
	part := func(from, n int) string { return fmt.Sprintf("CAST(substr(%s, %d, %d) AS INTEGER)", column, from, n) }
	return strings.NewReplacer("Y", part(1, 4), "M", part(6, 2), "D", part(9, 2)).Replace("(367 * Y - 7 * (Y + (M + 9) / 12) / 4 - 3 * ((Y + (M - 9) / 7) / 100 + 1) / 4 + 275 * M / 9 + D)")
}

// summary is a table that holds, for each of its keys, what a count over the rows holds.
type summary struct{ table, keys, sums, counted string }

// Summaries are what Verify compares and Rebuild writes. A case was in time as the list's own filter says.
func summaries() []summary {
	const clock = "EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND d.rule IN ('CF_CLOSE', 'INF_CLOSE', 'MED_CLOSE') AND d.stopped_on IS NOT NULL"
	return []summary{
		{"case_tally", "jurisdiction, place, kind, month, state, restricted", "n",
			`SELECT jurisdiction, place, kind, substr(filed_on, 1, 7) AS month, state, restricted, COUNT(*) AS n FROM cases GROUP BY 1, 2, 3, 4, 5, 6`},
		{"case_months", "jurisdiction, place, kind, filed, closed, timely, restricted", "n, fine_fen, confiscated_fen, days",
			`SELECT jurisdiction, place, kind, filed, closed, timely, restricted, COUNT(*) AS n, SUM(fine_fen) AS fine_fen, SUM(confiscated_fen) AS confiscated_fen, SUM(days) AS days FROM (
			SELECT jurisdiction, place, kind, substr(filed_on, 1, 7) AS filed, COALESCE(substr(closed_on, 1, 7), '') AS closed,
			CASE WHEN closed_on IS NULL THEN '' WHEN ` + clock + ` AND d.stopped_on > d.watch_on) THEN 'no' WHEN ` + clock + `) THEN 'yes' ELSE '' END AS timely,
			restricted, fine_fen, confiscated_fen, CASE WHEN closed_on IS NULL THEN 0 ELSE ` + Elapsed("filed_on", "closed_on") + ` END AS days FROM cases) c GROUP BY 1, 2, 3, 4, 5, 6, 7`},
		{"officer_months", "user_id, jurisdiction, place, kind, closed, restricted", "n",
			`SELECT m.user_id, c.jurisdiction, c.place, c.kind, substr(c.closed_on, 1, 7) AS closed, c.restricted, COUNT(*) AS n
			FROM cases c JOIN members m ON m.subject_id = c.id AND m.part = 'officer' WHERE c.closed_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6`},
		{"call_months", "jurisdiction, month, kind, channel, subject, state, first, referred, told, restricted", "n",
			`SELECT jurisdiction, substr(received_on, 1, 7) AS month, kind, channel, subject, state, first_contact AS first, referred, feedback_on IS NOT NULL AS told, restricted, COUNT(*) AS n
			FROM calls GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`},
	}
}

// Verify compares the summaries with the rows and names the first cell that differs.
func Verify(ctx context.Context, db *store.DB) error {
	for _, s := range summaries() {
		kept := "SELECT " + s.keys + ", " + s.sums + " FROM " + s.table + " WHERE n <> 0"
		counted := "SELECT " + s.keys + ", " + castSums(s.sums) + " FROM (" + s.counted + ") x"
		for _, c := range []struct{ sql, say string }{
			{counted + " EXCEPT " + kept, "the rows hold what the summary %s does not: %v"},
			{kept + " EXCEPT " + counted, "the summary %s holds what the rows do not: %v"},
		} {
			var rows []map[string]any
			if err := db.Read(ctx).Raw("SELECT * FROM (" + c.sql + ") d LIMIT 1").Scan(&rows).Error; err != nil {
				return err
			}
			if len(rows) > 0 {
				return fmt.Errorf(c.say, s.table, rows[0])
			}
		}
	}
	return nil
}

// castSums makes the sums whole numbers again: PostgreSQL adds them up as decimals.
func castSums(sums string) string {
	var out []string
	for _, c := range strings.Split(sums, ", ") {
		out = append(out, "CAST("+c+" AS BIGINT) AS "+c)
	}
	return strings.Join(out, ", ")
}

// RebuildTx throws the summaries away and counts them from the rows.
func RebuildTx(tx *store.Tx) error {
	for _, s := range summaries() {
		err := errors.Join(
			tx.Exec("DELETE FROM "+s.table).Error,
			tx.Exec("INSERT INTO "+s.table+" ("+s.keys+", "+s.sums+") SELECT "+s.keys+", "+castSums(s.sums)+" FROM ("+s.counted+") x").Error,
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// AddCase adds a case (n is 1) to the summary, or takes it out (−1).
func AddCase(tx *store.Tx, c Case, n int64) error {
	return tx.Exec(`INSERT INTO case_months (jurisdiction, place, kind, filed, closed, timely, restricted, n, fine_fen, confiscated_fen, days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (filed, closed, jurisdiction, place, kind, timely, restricted) DO UPDATE SET n = case_months.n + excluded.n,
		fine_fen = case_months.fine_fen + excluded.fine_fen, confiscated_fen = case_months.confiscated_fen + excluded.confiscated_fen, days = case_months.days + excluded.days`,
		c.Jurisdiction, c.Place, c.Kind, c.Filed, c.Closed, c.Timely, c.Restricted, n, n*c.Fine, n*c.Confiscated, n*c.Days).Error
}

// MoveCase is a case that has changed.
func MoveCase(tx *store.Tx, from, to Case) error { return move(tx, from, to, AddCase) }

// Officers adds a closed case (n is 1) to what its officers closed, or takes it out (−1), as the rows stand: it is taken out before they change, and added
// afterwards. A case that is not closed changes nothing.
func Officers(tx *store.Tx, caseID string, n int64) error {
	return tx.Exec(`INSERT INTO officer_months (user_id, jurisdiction, place, kind, closed, restricted, n)
		SELECT m.user_id, c.jurisdiction, c.place, c.kind, substr(c.closed_on, 1, 7), c.restricted, CAST(? AS BIGINT)
		FROM cases c JOIN members m ON m.subject_id = c.id AND m.part = 'officer' WHERE c.id = ? AND c.closed_on IS NOT NULL
		ON CONFLICT (closed, user_id, jurisdiction, place, kind, restricted) DO UPDATE SET n = officer_months.n + excluded.n`, n, caseID).Error
}

// AddCall adds a call (n is 1) to the summary, or takes it out (−1).
func AddCall(tx *store.Tx, c Call, n int64) error {
	return tx.Exec(`INSERT INTO call_months (jurisdiction, month, kind, channel, subject, state, first, referred, told, restricted, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (month, jurisdiction, kind, channel, subject, state, first, referred, told, restricted) DO UPDATE SET n = call_months.n + excluded.n`,
		c.Jurisdiction, c.Month, c.Kind, c.Channel, c.Subject, c.State, c.First, c.Referred, c.Told, c.Restricted, n).Error
}

// MoveCall is a call that has changed.
func MoveCall(tx *store.Tx, from, to Call) error { return move(tx, from, to, AddCall) }

// move takes a thing from a cell and gives it to another, always the same cell first, so that two who move between the same cells do not wait for each other.
func move[K comparable](tx *store.Tx, from, to K, add func(*store.Tx, K, int64) error) error {
	if from == to {
		return nil
	}
	if cmp.Less(fmt.Sprint(from), fmt.Sprint(to)) {
		return errors.Join(add(tx, from, -1), add(tx, to, 1))
	}
	return errors.Join(add(tx, to, 1), add(tx, from, -1))
}
