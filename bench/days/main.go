// Command days fills the demonstration office for many first days, one after another, and looks whether each comes out whole: whatever holiday lies around
// the day, every office must fill, and its log and rows must agree.
//
// The days are spread over the years of -from and -to, with those beside the long holidays among them. It ends with status 1 where an office failed, and names
// the day: go run ./cmd/huzhi demo --fill-only --today DAY --data DIR shows it again.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/registry"
)

func main() {
	from := flag.Int("from", 2026, "first year")
	to := flag.Int("to", 2027, "last year")
	count := flag.Int("days", 60, "how many days at least")
	jobs := flag.Int("jobs", 2, "offices at once")
	only := flag.String("only", "", "one day (YYYY-MM-DD) and no other")
	flag.Parse()
	days := spread(*from, *to, *count)
	if *only != "" {
		day, err := calendar.ParseDay(*only)
		if err != nil {
			fmt.Fprintln(os.Stderr, "days:", err)
			os.Exit(2)
		}
		days = []calendar.Day{day}
	}
	if failed := run(context.Background(), days, *jobs); failed > 0 {
		fmt.Fprintf(os.Stderr, "days: %d of %d offices failed\n", failed, len(days))
		os.Exit(1)
	}
	fmt.Printf("%d offices filled\n", len(days))
}

// spread is so many days over some years, in steps that meet every day of the week and of the month, and the days around the long holidays.
func spread(from, to, count int) (out []calendar.Day) {
	first, last := calendar.Date(from, time.January, 1), calendar.Date(to, time.December, 31)
	for y := from; y <= to; y++ {
		for _, md := range [][2]int{{1, 1}, {1, 4}, {2, 14}, {2, 17}, {2, 18}, {2, 25}, {4, 6}, {5, 1}, {5, 6}, {9, 30}, {10, 1}, {10, 5}, {10, 8}, {10, 12}, {10, 20}, {12, 31}} {
			out = append(out, calendar.Date(y, time.Month(md[0]), md[1]))
		}
	}
	rest := max(count-len(out), 1)
	for i := range rest {
		out = append(out, first.AddDays(int(last-first)*i/rest))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func run(ctx context.Context, days []calendar.Day, jobs int) (failed int) {
	todo := make(chan calendar.Day)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			for day := range todo {
				began := time.Now()
				err := office(ctx, day)
				mu.Lock()
				if err != nil {
					failed++
					fmt.Printf("%s  %s  FAILED after %s: %v\n", day, day.Weekday(), time.Since(began).Round(time.Second), err)
				} else {
					fmt.Printf("%s  %s  %s\n", day, day.Weekday(), time.Since(began).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	for _, day := range days {
		todo <- day
	}
	close(todo)
	all.Wait()
	return failed
}

// office fills one office for a first day and looks whether it is whole.
func office(ctx context.Context, day calendar.Day) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-days-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.DiscardHandler), Today: day, Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() {
		if e := a.Close(); err == nil {
			err = e
		}
	}()
	if err := a.FillRecent(ctx); err != nil {
		return err
	}
	v, err := a.Verify(ctx, app.Outside{})
	if err != nil {
		return err
	}
	if len(v.Faults) > 0 {
		return fmt.Errorf("verify: %s", a.Catalogue.Printer("en").M(v.Faults[0]))
	}
	officer, err := a.Users.ByUsername(ctx, "officer")
	if err != nil {
		return err
	}
	again, _, err := a.Register.Checks(ctx, officer.Actor(), registry.CheckFilter{State: "review"}, "", 5)
	if err == nil && len(again) == 0 {
		err = fmt.Errorf("no mark waits to be looked at again")
	}
	return err
}
