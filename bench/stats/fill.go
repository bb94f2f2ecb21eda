package main

import (
	"context"
	"fmt"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// officers is how many people the cases are shared among.
const officers = 60

// first is the first day of the office.
var first = calendar.Date(2014, 1, 1)

// fill writes the office: its people through the program, the rest by the database itself, one statement a hundred thousand rows, without the indexes, which
// are made when all is there.
func fill(ctx context.Context, a *app.App, cases, calls int) error {
	for _, u := range []access.NewUser{
		{Username: "chief", Name: "测试负责人", Password: password, Roles: []access.Grant{{Role: access.Chief, Jurisdiction: city}}},
		{Username: "officer", Name: "测试执法人员", Password: password, Roles: []access.Grant{{Role: access.Officer, Jurisdiction: city}}},
	} {
		if _, err := a.Users.Add(ctx, access.System(), u); err != nil {
			return err
		}
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	restore, err := dropIndexes(ctx, a)
	if err != nil {
		return err
	}
	if err := exec(ctx, a, "CREATE TABLE bench_days (n BIGINT PRIMARY KEY, day TEXT NOT NULL)", "CREATE TABLE bench_places (n BIGINT PRIMARY KEY, code TEXT NOT NULL)", "CREATE TABLE bench_seq (n BIGINT PRIMARY KEY)"); err != nil {
		return err
	}
	var days, places []map[string]any
	for d := first; d <= today.AddDays(200); d++ {
		days = append(days, map[string]any{"n": int(d - first), "day": d.String()})
	}
	for n, code := range []string{"330502", "330503", "330521", "330522", "330523"} {
		places = append(places, map[string]any{"n": n, "code": code})
	}
	err = a.DB.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Table("bench_places").Create(places).Error; err != nil {
			return err
		}
		if err := tx.Exec(`INSERT INTO users (id, username, name, password_hash, created_at) WITH RECURSIVE q (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM q WHERE n + 1 < ?)
			SELECT 'officer-' || n, 'officer-' || n, '测试人员' || n, '', ? FROM q`, officers, tx.Now).Error; err != nil {
			return err
		}
		return tx.Table("bench_days").CreateInBatches(days, 500).Error
	})
	if err != nil {
		return err
	}
	span := int(today - first)
	for at := 0; at < max(cases, calls); at += 100_000 {
		sql := []string{"DELETE FROM bench_seq", fmt.Sprintf("INSERT INTO bench_seq WITH RECURSIVE q (n) AS (SELECT CAST(%d AS BIGINT) UNION ALL SELECT n + 1 FROM q WHERE n + 1 < %d) SELECT n FROM q", at, at+100_000)}
		if at < cases {
			sql = append(sql, caseRows(span, cases)...)
		}
		if at < calls {
			sql = append(sql, callRows(span, calls))
		}
		if err := exec(ctx, a, sql...); err != nil {
			return err
		}
	}
	restore = append(restore, "DROP TABLE bench_days", "DROP TABLE bench_places", "DROP TABLE bench_seq")
	if a.DB.Engine() == store.Postgres {
		restore = append(restore, "ANALYZE") // as it does by itself; SQLite plans without statistics in an office too
	}
	err = a.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, sql := range restore {
			if err := tx.Exec(sql).Error; err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.DB.Tx(ctx, tally.RebuildTx)
}

// caseRows are the leads, cases, clocks and members of a stretch of numbers, in the order in which they came, as an office's are. What was filed in the last
// weeks is open, and one of a hundred of the rest; of the open ones every tenth stands still, of the closed ones every thirtieth was late.
func caseRows(span, cases int) []string {
	day := fmt.Sprintf("(s.n * %d / %d)", span, cases)
	open := fmt.Sprintf("(%s + 20 + s.n %% 50 > %d OR s.n %% 100 = 7)", day, span)
	const now, kind = "'2026-11-20 00:00:00+00:00'", "CASE s.n % 5 WHEN 0 THEN 'infringement' WHEN 1 THEN 'dispute' WHEN 2 THEN 'ecommerce' ELSE 'counterfeit' END"
	from := " FROM bench_seq s JOIN bench_places p ON p.n = s.n % 5 JOIN bench_days f ON f.n = " + day + " JOIN bench_days c ON c.n = " + day + " + 20 + s.n % 50"
	return []string{
		`INSERT INTO leads (id, number, source, kind, jurisdiction, place, state, received_on, title, facts, version, created_at, updated_at)
			SELECT 'lead-' || (10000000 + s.n), 'L-' || s.n, 'report', ` + kind + `, p.code, p.code, 'filed', f.day, '测试线索', '', 1, ` + now + ", " + now + from,
		`INSERT INTO cases (id, number, kind, title, state, jurisdiction, restricted, place, source, lead_id, filed_on, closed_on, outcome, fine_fen, confiscated_fen, facts, version, created_at, updated_at)
			SELECT 'case-' || (10000000 + s.n), 'C-' || s.n, ` + kind + `, '测试案件', CASE WHEN ` + open + ` THEN 'filed' ELSE 'archived' END, CASE WHEN s.n % 5 = 0 THEN '` + city + `' ELSE p.code END, s.n % 500 = 3, p.code, 'report', 'lead-' || (10000000 + s.n), f.day,
			CASE WHEN ` + open + ` THEN NULL ELSE c.day END, '', 100000, 0, '{}', 1, ` + now + ", " + now + from,
		`INSERT INTO deadlines (id, subject_kind, subject_id, label, title, jurisdiction, restricted, rule, version, kind, rules_hash, office_duty, started_on, strict_on, due_on, watch_on, provisional, stopped_on, paused_on, created_at)
			SELECT 'clock-' || (10000000 + s.n), 'case', 'case-' || (10000000 + s.n), 'C-' || s.n, '测试案件', p.code, s.n % 500 = 3, CASE s.n % 5 WHEN 0 THEN 'INF_CLOSE' WHEN 1 THEN 'MED_CLOSE' ELSE 'CF_CLOSE' END, 'x', ` + kind + `, 'x', TRUE, f.day, w.day, w.day, w.day, FALSE,
			CASE WHEN ` + open + ` THEN NULL ELSE c.day END, CASE WHEN ` + open + ` AND s.n % 10 = 4 THEN f.day ELSE NULL END, ` + now + from +
			" JOIN bench_days w ON w.n = " + day + " + CASE s.n % 30 WHEN 0 THEN 15 ELSE 90 END WHERE s.n % 5 <> 2",
		`INSERT INTO members (subject_id, user_id, part, added_at) SELECT 'case-' || (10000000 + s.n), 'officer-' || (s.n % ` + fmt.Sprint(officers) + "), 'officer', " + now + " FROM bench_seq s",
		`INSERT INTO members (subject_id, user_id, part, added_at) SELECT 'case-' || (10000000 + s.n), 'officer-' || ((s.n + 7) % ` + fmt.Sprint(officers) + "), 'officer', " + now + " FROM bench_seq s WHERE s.n % 2 = 0",
	}
}

func callRows(span, calls int) string {
	const now = "'2026-11-20 00:00:00+00:00'"
	return `INSERT INTO calls (id, number, kind, channel, jurisdiction, restricted, place, received_at, received_on, operator_id, caller_type, mode, topic, question, answer, answered_on, subject, respondent,
			respondent_address, patent_no, url, state, first_contact, version, created_at, updated_at)
		SELECT 'call-' || (10000000 + s.n), 'B-' || s.n, CASE s.n % 20 WHEN 0 THEN 'report' WHEN 1 THEN 'complaint' ELSE 'consultation' END, CASE s.n % 3 WHEN 0 THEN '12345' ELSE '12330' END, p.code, FALSE, p.code, ` + now + `, d.day, (SELECT id FROM users WHERE username = 'officer'), '', 'named', 'fee',
		'年费何时缴纳', '上一年度期满前', d.day, '', '', '', '', '', CASE WHEN s.n % 1000 = 9 THEN 'open' ELSE 'answered' END, s.n % 4 <> 0, 1, ` + now + ", " + now + fmt.Sprintf(` FROM bench_seq s JOIN bench_places p ON p.n = s.n %% 5 JOIN bench_days d ON d.n = s.n * %d / %d`, span, calls)
}

func dropIndexes(ctx context.Context, a *app.App) (restore []string, err error) {
	tables := "('calls', 'cases', 'leads', 'deadlines', 'members')"
	list := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN " + tables
	if a.DB.Engine() == store.Postgres {
		list = "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE tablename IN " + tables + " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
	}
	err = a.DB.Tx(ctx, func(tx *store.Tx) error {
		var rows []struct{ Name, SQL string }
		if err := tx.Raw(list).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			restore = append(restore, r.SQL)
			if err := tx.Exec("DROP INDEX " + r.Name).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return restore, err
}

func exec(ctx context.Context, a *app.App, sql ...string) error {
	return a.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, q := range sql {
			if err := tx.Exec(q).Error; err != nil {
				return fmt.Errorf("%s: %w", strings.TrimSpace(q[:min(len(q), 80)]), err)
			}
		}
		return nil
	})
}
