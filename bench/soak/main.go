// Command soak has many people write and read over HTTP for a long time, and looks whether anything fails, is lost or grows.
//
// Each writer registers leads and has two people judge each at once: one of the two must be refused. Readers open lists, cases and searches. Every quarter of
// the time it says how long writes took, how much memory the program holds and how large the write-ahead log is. At the end every lead that was acknowledged must
// be there once with one judgement, and the log's chain must hold.
//
//	go run ./bench/soak -for 30m
//	go run ./bench/soak -for 20s -engine postgres
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"huzhi/bench/browse"
	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func main() {
	length := flag.Duration("for", 30*time.Minute, "how long")
	writers := flag.Int("writers", 50, "people who write")
	readers := flag.Int("readers", 100, "people who read")
	pause := flag.Duration("pause", 3*time.Second, "between two acts of one person")
	engine := flag.String("engine", store.SQLite, "sqlite or postgres")
	flag.Parse()
	if err := run(context.Background(), *engine, *length, *pause, *writers, *readers); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// soak is the office under load and what was seen of it.
type soak struct {
	a     *app.App
	base  string
	pause time.Duration

	mu            sync.Mutex
	writes, reads []time.Duration
	leads         []string
	twice         int
	faults        map[string]int
	done          atomic.Int64
	all           []time.Duration // of writes, until the last telling
}

func run(ctx context.Context, engine string, length, pause time.Duration, writers, readers int) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	flags := map[string]string{"data": filepath.Join(dir, "office")}
	if engine == store.Postgres {
		at, end, err := storetest.Server()
		if err != nil {
			return err
		}
		defer end()
		flags["database.url"] = at
	}
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	for i := range writers {
		if _, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: fmt.Sprint("w", i), Name: fmt.Sprint("测试", i), Hash: browse.Hash, Exempt: true,
			Certificate: access.Certificate{Number: fmt.Sprint("浙E", i), Until: calendar.Date(2090, 12, 31)}, Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500", From: calendar.Date(2011, 1, 1)}}}); err != nil {
			return err
		}
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	site, err := a.Site(nil)
	if err != nil {
		return err
	}
	srv := httptest.NewServer(site)
	defer srv.Close()
	s := &soak{a: a, base: srv.URL, pause: pause, faults: map[string]int{}}
	working, stop := context.WithTimeout(ctx, length)
	defer stop()
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() { s.write(working, fmt.Sprint("w", i), fmt.Sprint("w", (i+1)%writers)) })
	}
	for i := range readers {
		all.Go(func() { s.read(working, fmt.Sprint("w", i%writers)) })
	}
	for range 4 {
		time.Sleep(length / 4)
		s.tell()
	}
	all.Wait()
	return s.judge(ctx)
}

// person signs in.
func (s *soak) person(name string) *http.Client {
	jar, _ := cookiejar.New(nil) // it knows no error
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if code, _ := s.ask(context.Background(), c, "/login", url.Values{"username": {name}, "password": {browse.Password}}); code != http.StatusSeeOther {
		s.fault(fmt.Sprint("sign-in: ", code))
	}
	return c
}

func (s *soak) fault(what string) { s.mu.Lock(); s.faults[what]++; s.mu.Unlock() }

// ask sends a form, or asks for a page where there is none, and gives the status; 0 is no answer.
func (s *soak) ask(ctx context.Context, c *http.Client, path string, form url.Values) (int, time.Duration) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), method, s.base+path, body)
	if err != nil {
		return 0, 0
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	began := time.Now()
	res, err := c.Do(r)
	if err != nil {
		s.fault(err.Error())
		return 0, 0
	}
	_, err = io.Copy(io.Discard, res.Body)
	took := time.Since(began)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		s.fault(err.Error())
	}
	if res.StatusCode >= 500 {
		s.fault(fmt.Sprint(method, " ", path, ": ", res.StatusCode))
	}
	s.done.Add(1)
	return res.StatusCode, took
}

func (s *soak) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(s.pause):
	}
}

func (s *soak) write(ctx context.Context, name, other string) {
	me, they := s.person(name), s.person(other)
	on := calendar.DayOf(s.a.DB.Now()).String()
	for ctx.Err() == nil {
		id := s.a.DB.NewID()
		code, took := s.ask(ctx, me, "/leads", url.Values{"id": {id}, "source": {"letter"}, "kind": {"counterfeit"}, "jurisdiction": {"330500"}, "place": {"330521"},
			"received_on": {on}, "title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {"竹凉席包装标注他人专利号"}, "respondent": {"测试木业有限公司"}})
		if code != http.StatusSeeOther {
			s.fault(fmt.Sprint("a lead: ", code))
			s.rest(ctx)
			continue
		}
		s.note(took)
		var both sync.WaitGroup
		var good atomic.Int64
		for i, c := range []*http.Client{me, they} {
			both.Go(func() {
				code, took := s.ask(ctx, c, "/leads/"+id+"/verify", url.Values{"version": {"1"}, "on": {on}, "proposal": {"file"}, "opinion": {fmt.Sprint("建议立案", i)}})
				if code == http.StatusSeeOther {
					good.Add(1)
					s.note(took)
				} else if code != http.StatusConflict {
					s.fault(fmt.Sprint("a judgement: ", code))
				}
			})
		}
		both.Wait()
		s.mu.Lock()
		s.leads = append(s.leads, id)
		if good.Load() != 1 {
			s.twice++
		}
		s.mu.Unlock()
		s.rest(ctx)
	}
}

func (s *soak) note(took time.Duration) {
	s.mu.Lock()
	s.writes = append(s.writes, took)
	s.mu.Unlock()
}

func (s *soak) read(ctx context.Context, name string) {
	c := s.person(name)
	for i := 0; ctx.Err() == nil; i++ {
		_, took := s.ask(ctx, c, []string{"/", "/leads", "/cases", "/search?q=%E6%9C%A8%E4%B8%9A", "/tasks"}[i%5], nil)
		s.mu.Lock()
		s.reads = append(s.reads, took)
		s.mu.Unlock()
		s.rest(ctx)
	}
}

// share is how long the p-th of a hundred took.
func share(list []time.Duration, p int) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(time.Millisecond)
}

func (s *soak) tell() {
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Printf("%s  %d requests, writes %d (p50 %s, p95 %s), reads %d (p95 %s), heap %d MB, write-ahead log %d MB, faults %v\n", time.Now().Format("15:04:05"), s.done.Load(), len(s.writes),
		share(s.writes, 50), share(s.writes, 95), len(s.reads), share(s.reads, 95), mem.HeapAlloc>>20, s.a.DB.Pools().WAL>>20, s.faults)
	s.all, s.writes, s.reads = append(s.all, s.writes...), nil, nil // each quarter for itself: what grows is seen
}

// judge looks whether what was acknowledged is there.
func (s *soak) judge(ctx context.Context) error {
	if len(s.faults) > 0 || s.twice > 0 {
		return fmt.Errorf("faults %v; leads not judged exactly once: %d", s.faults, s.twice)
	}
	var rows []struct {
		ID      string
		Version int64
	}
	if err := s.a.DB.Read(ctx).Raw("SELECT id, version FROM leads").Scan(&rows).Error; err != nil {
		return err
	}
	there := map[string]int64{}
	for _, r := range rows {
		there[r.ID] = r.Version
	}
	for _, id := range s.leads {
		if there[id] != 2 {
			return fmt.Errorf("the lead %s was acknowledged and judged once, and is at version %d", id, there[id])
		}
	}
	n, err := audit.Verify(ctx, s.a.DB)
	s.all = append(s.all, s.writes...)
	fmt.Printf("writes in all: %d, p50 %s, p95 %s, p99 %s\n", len(s.all), share(s.all, 50), share(s.all, 95), share(s.all, 99))
	fmt.Printf("%d leads there, each judged once, none lost; %d entries of the log hold\n", len(s.leads), n)
	return err
}
