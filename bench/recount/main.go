// Command recount measures a holiday notice: many open clocks, one approval over HTTP, and how fast the site answers meanwhile.
//
// It fills an office of its own in a temporary folder (or the empty database that -url names), serves it on loopback, has the administrator
// propose an invented year and the chief approve it, and until every clock is counted anew asks for a page and sends a small form every
// 50 ms each, whether or not the last is answered. It ends with status 1 where a clock was left out.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// notice is INVENTED: no notice for 2027 was known when this was written.
const notice = `year: 2027
notices: [{id: "2027", title: 测试用虚构通知2027, number: number not recorded}]
holidays: [{from: 2027-01-01, to: 2027-01-03, holiday: 元旦}, {from: 2027-02-05, to: 2027-02-11, holiday: 春节}]
makeup: [{day: 2027-01-30, holiday: 春节}, {day: 2027-02-13, holiday: 春节}]
`

const (
	password = "huzhi-bench-2027"
	every    = 50 * time.Millisecond
	refresh  = 2 * time.Second // the page that shows how far it is loads itself again
	city     = "330500"
)

var today = calendar.Date(2026, time.November, 20)

func main() {
	clocks := flag.Int("clocks", 100_000, "open clocks, all of which the notice touches")
	address := flag.String("url", "", "an empty database (postgres://…); empty: SQLite in a temporary folder")
	page := flag.String("page", "/due?mine=0", "the page that is asked for meanwhile; empty: nobody is there")
	flag.Parse()
	if err := run(context.Background(), *clocks, *address, *page); err != nil {
		fmt.Fprintln(os.Stderr, "recount:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, clocks int, address, page string) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-recount-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir, "addr": "127.0.0.1:0", "database.url": address}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Today: today, Own: true, Create: true, Migrate: true, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := fill(ctx, a, clocks); err != nil {
		return err
	}
	base, end, err := serve(ctx, a)
	if err != nil {
		return err
	}
	return errors.Join(measure(ctx, a, base, page, clocks), end())
}

// fill makes the people and the clocks: three rules, from forty days, to ends in 2027 that are provisional without its notice.
func fill(ctx context.Context, a *app.App, n int) error {
	hash, err := access.HashPassword(password)
	if err != nil {
		return err
	}
	for name, role := range map[string]string{"admin": access.Admin, "chief": access.Chief, "officer": access.Officer} {
		_, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: name, Name: name, Hash: hash, Exempt: true, Roles: []access.Grant{{Role: role, Jurisdiction: city}}})
		if err != nil {
			return err
		}
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	rules := []struct{ id, kind string }{{"CF_CLOSE", statute.Counterfeit}, {"INF_CLOSE", statute.Infringement}, {"FINE_PAY", statute.Counterfeit}}
	for first := 0; first < n; first += 5000 {
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			var rows []deadline.Clock
			for i := first; i < min(n, first+5000); i++ {
				r := rules[i%len(rules)]
				from := calendar.Date(2026, time.October, 5).AddDays(i / 3 % 40)
				if r.id == "FINE_PAY" { // fifteen days only
					from = calendar.Date(2026, time.December, 17).AddDays(i / 3 % 10)
				}
				rule, ok := a.Clocks.InForce(r.id, deadline.Basis{On: from, Kind: r.kind, Region: city})
				if !ok {
					return fmt.Errorf("no rule %s", r.id)
				}
				due, err := a.Rules.Due(a.Wall.Days(), rule, from, statute.Options{})
				if err != nil {
					return err
				}
				k := deadline.Clock{ID: tx.NewID(), SubjectKind: "case", SubjectID: fmt.Sprint("s", i/3), Label: fmt.Sprintf("湖知假字〔2026〕%d号", i/3), Title: "某公司涉嫌假冒专利案", Jurisdiction: city,
					Rule: r.id, Version: rule.Version(), Kind: r.kind, RulesHash: a.Rules.Hash(), OfficeDuty: rule.Strict, StartedOn: from, StrictOn: due.Strict, DueOn: due.Due, WatchOn: due.Due,
					Provisional: due.Provisional, CalendarGen: 1, CreatedAt: tx.Now}
				if rule.Strict {
					k.WatchOn = due.Strict
				}
				rows = append(rows, k)
			}
			return tx.CreateInBatches(rows, 500).Error
		})
		if err != nil {
			return err
		}
	}
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("ANALYZE").Error }) // as the engine does by itself in an office
}

// serve runs the site as the program does.
func serve(ctx context.Context, a *app.App) (base string, end func() error, err error) {
	ln, err := app.Listen(ctx, a.Config)
	if err != nil {
		return "", nil, err
	}
	base = a.ServeOn(ln)
	site, err := a.Site(nil)
	if err != nil {
		return "", nil, err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running, site) }()
	return base, func() error { stop(); return <-ended }, nil
}

// person is somebody at a browser without a screen.
type person struct {
	base string
	http *http.Client
}

func signIn(base, name string) (*person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &person{base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	return p, p.post("/login", url.Values{"username": {name}, "password": {password}})
}

// do sends a request and reads the answer to its end; to is where it leads.
func (p *person) do(r *http.Request, want int) (to string, err error) {
	answer, err := p.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != want {
		err = fmt.Errorf("%s %s: %d\n%.2000s", r.Method, r.URL.Path, answer.StatusCode, body)
	}
	return answer.Header.Get("Location"), err
}

func (p *person) get(path string) error {
	r, err := http.NewRequest(http.MethodGet, p.base+path, http.NoBody)
	if err != nil {
		return err
	}
	_, err = p.do(r, http.StatusOK)
	return err
}

func (p *person) post(path string, form url.Values) error {
	r, err := http.NewRequest(http.MethodPost, p.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = p.do(r, http.StatusSeeOther)
	return err
}

// propose sends the notice as a file.
func (p *person) propose() (to string, err error) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("by", "file"); err != nil {
		return "", err
	}
	w, err := m.CreateFormFile("file", "2027.yaml")
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(w, notice); err != nil {
		return "", err
	}
	if err := m.Close(); err != nil {
		return "", err
	}
	r, err := http.NewRequest(http.MethodPost, p.base+"/calendar/notices", &b)
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	return p.do(r, http.StatusSeeOther)
}

// watch does something every so often until told to stop, each time whether or not the last is answered, and gives how long each took.
func watch(done <-chan struct{}, what func() error) (took []time.Duration, err error) {
	var (
		all sync.WaitGroup
		mu  sync.Mutex
	)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-done: // the first tick comes later
			all.Wait()
			return took, err
		case <-tick.C:
			all.Go(func() {
				began := time.Now()
				e := what()
				mu.Lock()
				defer mu.Unlock()
				took, err = append(took, time.Since(began)), errors.Join(err, e)
			})
		}
	}
}

func measure(ctx context.Context, a *app.App, base, page string, clocks int) error {
	people := map[string]*person{}
	for _, name := range []string{"admin", "chief", "officer"} {
		p, err := signIn(base, name)
		if err != nil {
			return err
		}
		people[name] = p
	}
	path, err := people["admin"].propose()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := people["chief"].get(path); err != nil {
		return err
	}
	fmt.Printf("%s, %d clocks\npreview                  %8.3f s\n", a.DB.Engine(), clocks, time.Since(began).Seconds())

	done := make(chan struct{})
	var pages, forms []time.Duration
	var pageErr, formErr error
	var meanwhile sync.WaitGroup
	if page == "" {
		close(done)
	}
	meanwhile.Go(func() { pages, pageErr = watch(done, func() error { return people["officer"].get(page) }) })
	meanwhile.Go(func() {
		forms, formErr = watch(done, func() error {
			return people["officer"].post("/preferences", url.Values{"theme": {"light"}})
		})
	})
	cpu := used()
	began = time.Now()
	err = people["chief"].post(path+"/approve", url.Values{"version": {"1"}, "gen": {fmt.Sprint(a.Wall.Gen())}, "why": {"依通知"}})
	answered := time.Since(began)
	id := path[strings.LastIndexByte(path, '/')+1:]
	var n almanac.Notice
	for looked := time.Now(); err == nil; time.Sleep(every) {
		n = almanac.Notice{}
		if err = a.DB.Read(ctx).Where("id = ?", id).Take(&n).Error; err != nil || !n.Carrying() {
			break
		}
		if time.Since(looked) > refresh {
			err, looked = people["chief"].get(path), time.Now()
		}
	}
	took := time.Since(began)
	cpu = used() - cpu
	if page != "" {
		close(done)
	}
	meanwhile.Wait()
	if err := errors.Join(err, pageErr, formErr); err != nil {
		return err
	}
	fmt.Printf("approval answered after  %8.3f s\nall counted anew after   %8.3f s (%.3f s of processor time, with the answers)\n", answered.Seconds(), took.Seconds(), cpu.Seconds())
	tell("pages meanwhile", pages)
	tell("forms meanwhile", forms)
	if int(n.Carried) != clocks || int(n.Moved) != clocks {
		return fmt.Errorf("%d clocks counted anew and %d moved, not %d", n.Carried, n.Moved, clocks)
	}
	return nil
}

func tell(what string, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	at := func(percent int) float64 { return took[(len(took)-1)*percent/100].Seconds() }
	fmt.Printf("%s: %d answers, median %.3f s, 95 of 100 within %.3f s, slowest %.3f s\n", what, len(took), at(50), at(95), at(100))
}

// used is the processor time that this process has used.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
