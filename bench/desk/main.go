// Command desk measures the call screen's look-up of duplicates in an office of two million calls and half a million callers.
//
// It fills an office of its own in a temporary folder (or the empty database that -url names), then asks for what stands beside the form as an
// operator types: seven and more digits of a number, a respondent, a patent's number in some spelling, a page. It prints the times and the
// query plans, and ends with status 1 where the 95th percentile is above -limit or a plan reads a whole table.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/store"
)

const city = "330500"

var today = calendar.Date(2026, time.November, 20)

func main() {
	calls := flag.Int("calls", 2_000_000, "calls in the table")
	callers := flag.Int("callers", 500_000, "callers in the vault")
	asks := flag.Int("asks", 2000, "look-ups measured")
	limit := flag.Duration("limit", 30*time.Millisecond, "the highest 95th percentile")
	address := flag.String("url", "", "an empty database (postgres://…); empty: SQLite in a temporary folder")
	keep := flag.String("keep", "", "a folder to keep the filled office in, or to find it filled; empty: a temporary one")
	flag.Parse()
	if err := run(context.Background(), *calls, *callers, *asks, *limit, *address, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "desk:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, calls, callers, asks int, limit time.Duration, address, keep string) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "huzhi-desk-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	_, missing := os.Stat(filepath.Join(dir, "huzhi.db"))
	flags := map[string]string{"data": dir}
	if address != "" {
		flags["database.url"] = address
	}
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // measured
	if missing != nil || address != "" {
		began := time.Now()
		if err := fillOffice(ctx, a, calls, callers); err != nil {
			return err
		}
		fmt.Printf("%d calls of %d callers written in %s\n", calls, callers, time.Since(began).Round(time.Second))
	}
	if address == "" {
		if err := plans(ctx, a); err != nil {
			return err
		}
	}
	return measure(ctx, a, callers, asks, limit)
}

func phone(n int) string      { return fmt.Sprintf("139%08d", n*7919%100_000_000) }
func respondent(n int) string { return fmt.Sprintf("测试第%d制造有限公司", n%40_000) }
func patentNo(n int) string   { return fmt.Sprintf("2014%d%07d", 1+n%3, n%40_000) }
func pageOf(n int) string {
	return fmt.Sprintf("https://www.item.example/goods/%d?id=%d", n%1000, 10_000_000+n%40_000)
}

// fillOffice writes persons through the vault and calls as rows, without the indexes, which are made when all is there. Three of a hundred calls are
// reports of one of forty thousand parties, the rest are consultations.
func fillOffice(ctx context.Context, a *app.App, calls, callers int) error {
	operator, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "bench", Name: "测试话务员", Password: "huzhi-bench-2027", Roles: []access.Grant{{Role: access.Operator, Jurisdiction: city}}})
	if err != nil {
		return err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	restore, err := dropIndexes(ctx, a)
	if err != nil {
		return err
	}
	began := time.Now()
	for at := 0; at < callers; at += 50_000 {
		people := make([]identity.Person, min(50_000, callers-at))
		for i := range people {
			people[i] = identity.Person{Phone: phone(at + i)}
		}
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			_, err := a.Vault.BulkTx(tx, access.System(), identity.Named, city, people)
			return err
		})
		if err != nil {
			return err
		}
	}
	fmt.Printf("  %d callers sealed in %s\n", callers, time.Since(began).Round(time.Second))
	began = time.Now()
	if err := consultations(ctx, a, operator.ID, calls); err != nil {
		return err
	}
	if err := reports(ctx, a, operator.ID, calls); err != nil {
		return err
	}
	fmt.Printf("  %d calls written in %s\n", calls, time.Since(began).Round(time.Second))
	began = time.Now()
	err = a.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, sql := range append(restore, "ANALYZE") {
			if err := tx.Exec(sql).Error; err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	})
	fmt.Printf("  %d indexes made in %s\n", len(restore), time.Since(began).Round(time.Second))
	return err
}

// dropIndexes takes the indexes of the big tables away, save those of a key, and gives the statements that bring them back.
func dropIndexes(ctx context.Context, a *app.App) (restore []string, err error) {
	list := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('calls', 'identity_keys', 'identities')"
	if a.DB.Engine() == store.Postgres {
		list = "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE tablename IN ('calls', 'identity_keys', 'identities') AND indexname NOT IN (SELECT conname FROM pg_constraint)"
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

// consultations are written by the database itself: one statement a hundred thousand.
func consultations(ctx context.Context, a *app.App, operator string, calls int) error {
	for _, sql := range []string{
		"CREATE TABLE bench_callers (n BIGINT PRIMARY KEY, id TEXT NOT NULL)",
		"INSERT INTO bench_callers SELECT row_number() OVER (ORDER BY id) - 1, id FROM identities",
		"CREATE TABLE bench_days (n BIGINT PRIMARY KEY, day TEXT NOT NULL)",
	} {
		if err := exec(ctx, a, sql); err != nil {
			return err
		}
	}
	var callers int
	if err := a.DB.Read(ctx).Raw("SELECT COUNT(*) FROM bench_callers").Scan(&callers).Error; err != nil {
		return err
	}
	days := make([]map[string]any, 3650)
	for n := range days {
		days[n] = map[string]any{"n": n, "day": today.AddDays(-n).String()}
	}
	if err := a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Table("bench_days").CreateInBatches(days, 500).Error }); err != nil {
		return err
	}
	for at := 0; at < calls; at += 100_000 {
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO calls (id, number, kind, channel, jurisdiction, restricted, place, received_at, received_on, operator_id, caller_type, mode, identity_id, topic,
					question, answer, answered_on, subject, respondent, respondent_address, patent_no, url, state, version, created_at, updated_at)
				WITH RECURSIVE seq (n) AS (SELECT CAST(? AS BIGINT) UNION ALL SELECT n + 1 FROM seq WHERE n + 1 < ?)
				SELECT substr(p.id, 1, 16) || substr(CAST(10000000000 + seq.n AS TEXT), 2), 'B-' || seq.n, 'consultation', '12330', ?, FALSE, ?, ?, d.day, ?, '', 'named', p.id, 'fee',
					'年费何时缴纳', '上一年度期满前', d.day, '', '', '', '', '', 'answered', 1, ?, ?
				FROM seq JOIN bench_callers p ON p.n = seq.n % ? JOIN bench_days d ON d.n = seq.n % 3650 WHERE seq.n % 33 <> 0`,
				at, min(at+100_000, calls), city, city, tx.Now, operator, tx.Now, tx.Now, callers).Error
		})
		if err != nil {
			return err
		}
	}
	return exec(ctx, a, "DROP TABLE bench_days")
}

// reports are written as the desk writes them, with what their duplicates are found by.
func reports(ctx context.Context, a *app.App, operator string, calls int) error {
	var ids []string
	if err := a.DB.Read(ctx).Raw("SELECT id FROM bench_callers ORDER BY n").Scan(&ids).Error; err != nil {
		return err
	}
	for at := 0; at < calls; at += 33 * 5000 {
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			var rows []hotline.Call
			for n := at; n < min(at+33*5000, calls); n += 33 {
				day, no := today.AddDays(-n%3650), fmt.Sprintf("测诉%d号", n)
				id, question, answer := tx.NewID(), "假冒专利", "已核查"
				key := ""
				for column, text := range map[string]*string{"question": &question, "answer": &answer} { // the words of who reports lie sealed
					sealed, err := a.Vault.SealText("calls/"+id+"/"+column, *text)
					if err != nil {
						return err
					}
					*text = sealed
					key, _, _ = strings.Cut(sealed, ".")
				}
				rows = append(rows, hotline.Call{
					ID: id, WordsKey: key, Number: fmt.Sprintf("B-%d", n), Kind: hotline.Report, Channel: "12330", Jurisdiction: city, Place: city, ReceivedAt: tx.Now, ReceivedOn: day,
					OperatorID: operator, Mode: identity.Named, IdentityID: &ids[n%len(ids)], Question: question, Answer: answer, AnsweredOn: day, ComplaintNo: &no,
					Subject: "counterfeit", Respondent: respondent(n), PatentNo: patentNo(n), URL: pageOf(n), Keys: a.Hotline.KeysOf(respondent(n), patentNo(n), pageOf(n)),
					State: hotline.StateClosed, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
				})
			}
			return tx.CreateInBatches(rows, 500).Error
		})
		if err != nil {
			return err
		}
	}
	return exec(ctx, a, "DROP TABLE bench_callers")
}

func exec(ctx context.Context, a *app.App, sql string) error {
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec(sql).Error })
}

// plans shows how SQLite finds what it is asked, and refuses a whole table.
func plans(ctx context.Context, a *app.App) error {
	bad := false
	for _, q := range []string{
		"SELECT * FROM calls WHERE identity_id IN ('a', 'b') ORDER BY received_on DESC LIMIT 6",
		"SELECT * FROM calls WHERE respondent_key = 'a' AND respondent_key <> '' AND jurisdiction >= '330500' AND jurisdiction < '330600' ORDER BY received_on DESC LIMIT 6",
		"SELECT * FROM calls WHERE patent_key = 'a' AND patent_key <> '' ORDER BY received_on DESC LIMIT 6", "SELECT * FROM calls WHERE url_key = 'a' AND url_key <> '' ORDER BY received_on DESC LIMIT 6",
		"SELECT identity_id FROM identity_keys JOIN identities ON identities.id = identity_keys.identity_id WHERE hash IN ('a', 'b')",
	} {
		var rows []struct{ Detail string }
		err := a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Raw("EXPLAIN QUERY PLAN " + q).Scan(&rows).Error }) // the writer's connection knows the new indexes
		if err != nil {
			return err
		}
		for _, r := range rows {
			fmt.Println("  plan:", r.Detail)
			bad = bad || strings.HasPrefix(r.Detail, "SCAN")
		}
	}
	if bad {
		return fmt.Errorf("a query reads a whole table")
	}
	return nil
}

// measure asks as an operator types.
func measure(ctx context.Context, a *app.App, callers, asks int, limit time.Duration) error {
	user, err := a.Users.ByUsername(ctx, "bench")
	if err != nil {
		return err
	}
	op := access.Actor{ID: user.ID, Name: user.Name, Username: user.Username}
	chance := rand.New(rand.NewPCG(1, 2))
	var times []time.Duration
	found := 0
	for range asks {
		n := chance.IntN(callers)
		t := hotline.Typed{Phone: phone(n)[:7+chance.IntN(5)]}
		switch chance.IntN(4) {
		case 0:
			t.Respondent = respondent(chance.IntN(40_000) * 33)
		case 1:
			t.PatentNo = "ZL " + patentNo(chance.IntN(40_000)*33) + ".4"
		case 2:
			t.URL = strings.Replace(pageOf(chance.IntN(40_000)*33), "https://www.", "http://m.", 1) + "&spm=x"
		}
		began := time.Now()
		own, same, err := a.Hotline.Beside(ctx, op, t)
		if err != nil {
			return err
		}
		calls := make([]hotline.Call, 0, len(own)+len(same))
		for _, x := range append(own, same...) {
			calls = append(calls, x.Call)
		}
		if _, err := a.Hotline.Callers(ctx, calls...); err != nil { // masked, as the page shows them
			return err
		}
		if _, _, err := a.Hotline.Matters(ctx, op, t); err != nil {
			return err
		}
		times = append(times, time.Since(began))
		found += len(own) + len(same)
	}
	slices.Sort(times)
	p := func(q float64) time.Duration { return times[int(q*float64(len(times)-1))].Round(10 * time.Microsecond) }
	fmt.Printf("%d look-ups, %d calls found: p50 %s, p95 %s, p99 %s, longest %s\n", asks, found, p(.5), p(.95), p(.99), p(1))
	if found == 0 {
		return fmt.Errorf("nothing was found: the measurement means nothing")
	}
	if p(.95) > limit {
		return fmt.Errorf("the 95th percentile %s is above %s", p(.95), limit)
	}
	return nil
}
