// Command shops measures the listing ledger: 5,000 listings imported, screened against a register of 1,000,000 patents and shown, and a list of 500,000
// listings filtered and paged.
//
// It fills an office of its own in a temporary folder (or the empty database that -url names) with invented patents and listings, and tells how long each step
// took. It ends with status 1 where import, screening and showing together took more than ten seconds, or a page of the long list more than half a second.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/listing"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
)

const (
	mostTime = 10 * time.Second
	mostPage = 500 * time.Millisecond
	office   = "330500"
)

func main() {
	patents := flag.Int("patents", 1_000_000, "patents in the register")
	rows := flag.Int("listings", 500_000, "listings of the long list")
	address := flag.String("url", "", "an empty database (postgres://…); empty: SQLite in a temporary folder")
	flag.Parse()
	if err := run(context.Background(), *patents, *rows, *address); err != nil {
		fmt.Fprintln(os.Stderr, "shops:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, patents, rows int, address string) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-shops-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir, "database.url": address}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Today: calendar.Date(2026, 11, 20), Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := register(ctx, a.Register, patents); err != nil {
		return err
	}
	took, err := ledger(ctx, a, patents)
	if err != nil {
		return err
	}
	fmt.Printf("%d listings imported, screened and shown in %.2f s\n", listing.MostTaken, took.Seconds())
	slowest, err := long(ctx, a, rows)
	if err != nil {
		return err
	}
	if took > mostTime || slowest > mostPage {
		return fmt.Errorf("slower than %s, or a page slower than %s", mostTime, mostPage)
	}
	return nil
}

// number is the i-th invented number.
func number(i int) patent.Number {
	types := []patent.Type{patent.Invention, patent.UtilityModel, patent.Design}
	n, err := patent.Make(2010+i/3%15, types[i%3], 1+i/45)
	if err != nil {
		panic(err)
	}
	return n
}

// register brings the patents in.
func register(ctx context.Context, r *registry.Roll, rows int) error {
	began, by := time.Now(), access.System()
	file, to := io.Pipe()
	go func() {
		b := bufio.NewWriter(to)
		fmt.Fprintln(b, "专利号,名称,专利权人,法律状态,申请日,授权公告日")
		for i := range rows {
			n := number(i)
			fmt.Fprintf(b, "%s,一种虚构的装置%d,湖州虚构企业%d有限公司,%s,%d-03-15,%d-09-20\n", n, i, i%5000, []patent.Status{patent.GrantedValid, patent.LapsedFee}[i%2], n.Year(), n.Year()+1)
		}
		to.CloseWithError(b.Flush())
	}()
	im, err := r.Upload(ctx, by, "", "invented.csv", file)
	if err != nil {
		return err
	}
	if err := errors.Join(r.Read(ctx, by, im.ID, im.Version, im.Chosen(), calendar.Date(2026, 11, 1)), r.Work(ctx)); err != nil {
		return err
	}
	if im, err = r.Import(ctx, by, im.ID); err != nil {
		return err
	}
	if err := errors.Join(r.Apply(ctx, by, im.ID, im.Version), r.Work(ctx)); err != nil {
		return err
	}
	fmt.Printf("a register of %d patents made in %.1f s\n", rows, time.Since(began).Seconds())
	return nil
}

// ledger imports, screens and shows, and says how long that took together.
func ledger(ctx context.Context, a *app.App, patents int) (time.Duration, error) {
	var file strings.Builder
	fmt.Fprintln(&file, "商品链接,标题,店铺,价格,月销量,专利标识")
	for i := range listing.MostTaken {
		fmt.Fprintf(&file, "https://item.jd.com/%d.html?spm=%d,虚构商品%d号 加厚 家用,虚构店铺%d,%d.50,%d,专利号：%s\n", 100_000+i, i, i, i%700, 10+i%90, i, number(i*(patents/listing.MostTaken)))
	}
	by, all := access.System(), time.Now()
	step := func(name string, began time.Time) { fmt.Printf("  %-9s %.2f s\n", name, time.Since(began).Seconds()) }
	began := time.Now()
	t, err := a.Listings.Upload(ctx, by, listing.TakeInput{Jurisdiction: office, Name: "invented.csv", Given: listing.Given{Place: "330523", SuspectedKind: "counterfeit", Source: "own_patrol"}}, strings.NewReader(file.String()))
	if err != nil {
		return 0, err
	}
	step("read", began)
	began = time.Now()
	done := make(chan struct{})
	go progress(ctx, a, t.ID, done)
	err = errors.Join(a.Listings.ApplyTake(ctx, by, t.ID, t.Version), a.Listings.Work(ctx))
	close(done)
	if err != nil {
		return 0, err
	}
	step("written", began)
	began = time.Now()
	s, err := a.Listings.Screen(ctx, by, "", office, listing.Filter{TakeID: t.ID}, nil)
	if err != nil {
		return 0, err
	}
	if err := a.Listings.Work(ctx); err != nil {
		return 0, err
	}
	step("screened", began)
	began = time.Now()
	if s, err = a.Listings.Screening(ctx, by, s.ID); err != nil {
		return 0, err
	}
	rows, _, err := a.Listings.Screened(ctx, by, s.ID, listing.ScreenedFilter{}, 0, 50)
	if err != nil {
		return 0, err
	}
	if _, _, err := a.Listings.List(ctx, by, listing.Filter{TakeID: t.ID}, casework.Page{Limit: 50}); err != nil {
		return 0, err
	}
	step("shown", began)
	if s.State != listing.ScreenDone || s.Rows != listing.MostTaken || s.Suspect == 0 || len(rows) != 50 {
		return 0, fmt.Errorf("the screening is %+v", s)
	}
	return time.Since(all), nil
}

// progress tells how far the writing is, as the page does.
func progress(ctx context.Context, a *app.App, id string, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(500 * time.Millisecond):
			if t, err := a.Listings.Take(ctx, access.System(), id); err == nil {
				fmt.Printf("    %d of %d\n", t.Done, t.Rows)
			}
		}
	}
}

// long fills the list and measures its pages; it says how long the slowest took.
func long(ctx context.Context, a *app.App, rows int) (slowest time.Duration, err error) {
	began := time.Now()
	if err := fill(ctx, a.DB, rows); err != nil {
		return 0, err
	}
	fmt.Printf("%d listings filled in %.1f s\n", rows, time.Since(began).Seconds())
	u, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "bench", Name: "测试执法人员", Password: "huzhi-bench-2027", Roles: []access.Grant{{Role: access.Officer, Jurisdiction: office}}})
	if err != nil {
		return 0, err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return 0, err
	}
	by := u.Actor() // whose scope narrows every list
	today := calendar.Date(2026, 11, 20)
	began = time.Now()
	for _, f := range []listing.Filter{{Finding: "none"}, {From: today.AddMonths(-11), To: today}, {From: today.AddMonths(-23), To: today.AddMonths(-12)}, {Finding: "infringing", From: today.AddMonths(-11), To: today},
		{Finding: "infringing", From: today.AddMonths(-23), To: today.AddMonths(-12)}, {Result: "deleted", From: today.AddMonths(-11), To: today}, {Result: "deleted", From: today.AddMonths(-23), To: today.AddMonths(-12)}} {
		if _, err := a.Listings.Count(ctx, by, f); err != nil {
			return 0, err
		}
	}
	fmt.Printf("  the figures over the list %.1f ms\n", float64(time.Since(began).Microseconds())/1000)
	mid := calendar.Date(2019, 6, 1)
	for _, q := range []struct {
		name string
		f    listing.Filter
		p    casework.Page
	}{
		{"all", listing.Filter{}, casework.Page{}}, {"all, in the middle", listing.Filter{}, casework.Page{After: mid.String() + "/z"}}, {"a state", listing.Filter{Office: office, State: "judged"}, casework.Page{}},
		{"a platform", listing.Filter{Office: office, Platform: "jd"}, casework.Page{After: mid.String() + "/z"}}, {"a finding", listing.Filter{Office: office, Finding: "infringing"}, casework.Page{}},
		{"a month", listing.Filter{From: mid, To: mid.AddDays(30)}, casework.Page{}}, {"a patent", listing.Filter{Text: number(7).String()}, casework.Page{}}, {"a take", listing.Filter{TakeID: "none"}, casework.Page{}},
	} {
		q.p.Limit = 50
		best := time.Hour
		var n int
		for range 3 {
			began := time.Now()
			list, _, err := a.Listings.List(ctx, by, q.f, q.p)
			if err != nil {
				return 0, err
			}
			n, best = len(list), min(best, time.Since(began))
		}
		began := time.Now()
		total, err := a.Listings.CountTo(ctx, by, q.f, 1001) // as far as the page counts
		if err != nil {
			return 0, err
		}
		fmt.Printf("  %-20s %2d rows in %6.1f ms, counted %d in %.1f ms\n", q.name, n, float64(best.Microseconds())/1000, total, float64(time.Since(began).Microseconds())/1000)
		slowest = max(slowest, best)
	}
	return slowest, nil
}

// fill writes listings as they stand in the table, many in one statement.
func fill(ctx context.Context, db *store.DB, rows int) error {
	platforms, states, findings := []string{"taobao", "tmall", "jd", "pinduoduo", "generic"}, listing.States(), []string{"", "infringing", "counterfeit", "not_established"}
	const piece = 500
	for at := 0; at < rows; at += piece {
		err := db.Tx(ctx, func(tx *store.Tx) error {
			var args []any
			n := min(piece, rows-at)
			for i := at; i < at+n; i++ {
				id := fmt.Sprintf("long%09d", i)
				args = append(args, id, id, office, "330523", platforms[i%5], "店铺", "https://x.example/"+id, "虚构商品", "counterfeit", calendar.Date(2014, 1, 1).AddDays(i%4500), id, id, states[i%9], findings[i%4], number(i).Key(), tx.Now, tx.Now)
			}
			one := "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
			return tx.Exec("INSERT INTO listings (id, number, jurisdiction, place, platform, shop, url, title, suspected_kind, found_on, item, canonical, state, finding, patent_key, version, created_at, updated_at) VALUES "+
				strings.Repeat(one+", ", n-1)+one, args...).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}
