// Command stats measures the dashboards and the tables of statistics in an office of a million cases and two million calls.
//
// It fills an office of its own in a temporary folder (or the empty database that -url names): cases of thirteen years, two in a hundred open, with their
// clocks and officers, and calls. Then the chief opens the dashboard over HTTP, and the tables are counted; what the dashboard says is compared with the rows.
// It prints the times and ends with status 1 where a median is above its limit.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/report"
	"huzhi/internal/tally"
)

const (
	city     = "330500"
	password = "huzhi-bench-2027"
)

var today = calendar.Date(2026, time.November, 20)

func main() {
	cases := flag.Int("cases", 1_000_000, "cases in the table")
	calls := flag.Int("calls", 2_000_000, "calls in the table")
	times := flag.Int("times", 15, "how often each is measured")
	board := flag.Duration("board", 150*time.Millisecond, "the highest median of the chief's dashboard")
	table := flag.Duration("table", time.Second, "the highest median of a table")
	address := flag.String("url", "", "an empty database (postgres://…); empty: SQLite in a temporary folder")
	keep := flag.String("keep", "", "a folder to keep the filled office in, or to find it filled; empty: a temporary one")
	verify := flag.Bool("verify", true, "compare the summaries with the rows first")
	goOn := flag.Bool("all", false, "go on where something is too slow")
	slow := flag.Duration("slow", 0, "print the statements that take as long as this")
	flag.Parse()
	if err := run(context.Background(), *cases, *calls, *times, *board, *table, *address, *keep, *verify, *goOn, *slow); err != nil {
		fmt.Fprintln(os.Stderr, "stats:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cases, calls, times int, board, table time.Duration, address, keep string, verify, goOn bool, slow time.Duration) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "huzhi-stats-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	_, missing := os.Stat(filepath.Join(dir, "huzhi.db"))
	flags := map[string]string{"data": dir, "sign_in.second_factor": "admin"}
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
		if err := fill(ctx, a, cases, calls); err != nil {
			return err
		}
		fmt.Printf("%d cases and %d calls written in %s\n", cases, calls, time.Since(began).Round(time.Second))
	}
	if slow > 0 {
		err := a.DB.Trace(slow, func(took time.Duration, sql string) { fmt.Printf("  %s: %s\n", took.Round(time.Millisecond/10), sql) })
		if err != nil {
			return err
		}
	}
	began := time.Now()
	if verify {
		if err := tally.Verify(ctx, a.DB); err != nil {
			return err
		}
		fmt.Printf("the summaries agree with the rows (counted in %s)\n", time.Since(began).Round(100*time.Millisecond))
	}
	if err := pages(ctx, a, times, board, goOn); err != nil {
		return err
	}
	return tables(ctx, a, times, table, goOn)
}

// pages opens the dashboards over HTTP as the chief.
func pages(ctx context.Context, a *app.App, times int, limit time.Duration, goOn bool) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	site, err := a.Site(nil)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: time.Second}
	go server.Serve(ln)  //nolint:errcheck // ends with Close
	defer server.Close() //nolint:errcheck // measured
	base := "http://" + ln.Addr().String()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar}
	answer, err := client.PostForm(base+"/login", url.Values{"username": {"chief"}, "password": {password}})
	if err != nil {
		return err
	}
	answer.Body.Close()
	figure := regexp.MustCompile(`<td class="num-col"`)
	for _, x := range []struct {
		name, path string
		limit      time.Duration
	}{
		{"the chief's dashboard", "/dashboard", limit},
		{"the same against the quarter before", "/dashboard?year=2026&part=q3&than=previous", limit},
		{"of a county", "/dashboard?place=330521", limit},
		{"of a past year", "/dashboard?year=2020", limit},
		{"the hotline's", "/dashboard?board=hotline", time.Second},
		{"the page of statistics", "/statistics", time.Second},
	} {
		var took []time.Duration
		var body []byte
		for range times {
			began := time.Now()
			answer, err := client.Get(base + x.path)
			if err != nil {
				return err
			}
			body, err = io.ReadAll(answer.Body)
			answer.Body.Close()
			took = append(took, time.Since(began))
			if err != nil || answer.StatusCode != http.StatusOK {
				return fmt.Errorf("%s: %d %w\n%.500s", x.path, answer.StatusCode, err, body)
			}
		}
		if err := say(fmt.Sprintf("%s: %d figures, %d kB", x.name, len(figure.FindAll(body, -1)), len(body)/1000), took, x.limit, goOn); err != nil {
			return err
		}
	}
	return nil
}

// tables counts the tables of statistics as the chief.
func tables(ctx context.Context, a *app.App, times int, limit time.Duration, goOn bool) error {
	user, err := a.Users.ByUsername(ctx, "chief")
	if err != nil {
		return err
	}
	by := access.Actor{ID: user.ID, Name: user.Name, Username: user.Username}
	for _, x := range []struct {
		name string
		do   func() error
	}{
		{"the table of cases of this year", func() error { _, err := a.Figures.Statutory(ctx, by, report.Year(2026), city); return err }},
		{"the table of cases of 2020", func() error { _, err := a.Figures.Statutory(ctx, by, report.Year(2020), city); return err }},
		{"kinds and counties", func() error { _, err := a.Figures.Table(ctx, by, report.Year(2026), city); return err }},
		{"months", func() error { _, err := a.Figures.Steps(ctx, by, report.Year(2026), city); return err }},
		{"the annual report", func() error { _, err := a.Figures.Annual(ctx, by, 2025); return err }},
	} {
		var took []time.Duration
		for range times {
			began := time.Now()
			if err := x.do(); err != nil {
				return fmt.Errorf("%s: %w", x.name, err)
			}
			took = append(took, time.Since(began))
		}
		if err := say(x.name, took, limit, goOn); err != nil {
			return err
		}
	}
	return nil
}

func say(what string, took []time.Duration, limit time.Duration, goOn bool) error {
	slices.Sort(took)
	p := func(q float64) time.Duration { return took[int(q*float64(len(took)-1))].Round(100 * time.Microsecond) }
	over := ""
	if p(.5) > limit {
		over = " TOO SLOW"
	}
	fmt.Printf("%-60s median %8s, longest %8s (limit %s)%s\n", what, p(.5), p(1), limit, over)
	if over != "" && !goOn {
		return fmt.Errorf("%s: %s is above %s", strings.SplitN(what, ":", 2)[0], p(.5), limit)
	}
	return nil
}
