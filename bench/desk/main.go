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

// fillOffice writes persons through the vault and calls as rows, a few thousand a transaction. Three of a hundred calls are reports of one of
// forty thousand parties, the rest are consultations.
func fillOffice(ctx context.Context, a *app.App, calls, callers int) error {
	operator, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "bench", Name: "测试话务员", Password: "huzhi-bench-2027", Roles: []access.Grant{{Role: access.Operator, Jurisdiction: city}}})
	if err != nil {
		return err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	var ids []string
	for at := 0; at < callers; at += 5000 {
		people := make([]identity.Person, min(5000, callers-at))
		for i := range people {
			people[i] = identity.Person{Phone: phone(at + i)}
		}
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			made, err := a.Vault.BulkTx(tx, access.System(), identity.Named, city, people)
			ids = append(ids, made...)
			return err
		})
		if err != nil {
			return err
		}
	}
	for at := 0; at < calls; at += 5000 {
		rows := make([]hotline.Call, min(5000, calls-at))
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			for i := range rows {
				n := at + i
				day := today.AddDays(-n % 3650)
				c := hotline.Call{
					ID: tx.NewID(), Number: fmt.Sprintf("B-%08d", n), Kind: hotline.Consultation, Channel: "12330", Jurisdiction: city, Place: city, ReceivedAt: tx.Now, ReceivedOn: day,
					OperatorID: operator.ID, Mode: identity.Named, IdentityID: &ids[n%len(ids)], Topic: "fee", Question: "年费何时缴纳", Answer: "上一年度期满前", AnsweredOn: day,
					State: hotline.StateAnswered, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
				}
				if n%33 == 0 {
					c.Kind, c.Topic, c.Subject, c.Respondent, c.PatentNo, c.URL = hotline.Report, "", "counterfeit", respondent(n), patentNo(n), pageOf(n)
					no := fmt.Sprintf("测诉%d号", n)
					c.ComplaintNo, c.State = &no, hotline.StateClosed
					c.Keys = a.Hotline.KeysOf(c.Respondent, c.PatentNo, c.URL)
				}
				rows[i] = c
			}
			return tx.CreateInBatches(rows, 500).Error
		})
		if err != nil {
			return err
		}
	}
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("ANALYZE").Error })
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
		if err := a.DB.Read(ctx).Raw("EXPLAIN QUERY PLAN " + q).Scan(&rows).Error; err != nil {
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
