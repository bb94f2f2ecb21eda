// Command several serves one office from one PostgreSQL by several processes, has many people work over HTTP with each request going to any of them, and looks
// whether they agree.
//
// Each person registers leads, verifies them, has them filed as cases and writes papers; some forms are sent twice at once, to two processes. Meanwhile a role is
// taken from somebody and given back, and is asked for on every process right after. At the end nothing may have failed, every number of a series is there once and
// without a gap, what was acknowledged is there once, huzhi verify finds nothing, one process does the program's own work, and when it ends another does.
//
//	go run ./bench/several -for 10m
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"huzhi/bench/browse"
	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/store/storetest"
)

var today = calendar.Date(2026, time.November, 20)

// city is the office.
const city = "330500"

func main() {
	length := flag.Duration("for", 10*time.Minute, "how long people work")
	n := flag.Int("processes", 3, "processes of the office")
	clients := flag.Int("clients", 64, "people at work at once")
	pause := flag.Duration("pause", 300*time.Millisecond, "between two acts of one person")
	flag.Parse()
	if err := run(context.Background(), *n, *clients, *length, *pause); err != nil {
		fmt.Fprintln(os.Stderr, "several:", err)
		os.Exit(1)
	}
}

// office is what is measured.
type office struct {
	a     *app.App // reads, and changes roles as another process would
	ids   []string // of the officers
	procs []*process
	pause time.Duration

	mu    sync.Mutex
	done  map[string]int
	took  []time.Duration
	twice int
	err   error
}

// process is one of the programs: our child.
type process struct {
	cmd  *exec.Cmd
	base string
	said strings.Builder
	dead chan struct{}
}

func run(ctx context.Context, n, clients int, length, pause time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-several-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	database, end, err := storetest.Server()
	if err != nil {
		return err
	}
	defer end()
	bin := filepath.Join(dir, "huzhi")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, "huzhi/cmd/huzhi").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	o := &office{pause: pause, done: map[string]int{}}
	shared := filepath.Join(dir, "shared")
	defer func() {
		for _, p := range o.procs {
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			<-p.dead
		}
	}()
	for i := range n { // all at once, on an empty database
		if err := o.start(bin, filepath.Join(dir, fmt.Sprint("data", i)), shared, database); err != nil {
			return err
		}
	}
	for _, p := range o.procs {
		if err := p.ready(ctx); err != nil {
			return err
		}
	}
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": filepath.Join(dir, "aside"), "shared": shared, "database.url": database}})
	if err != nil {
		return err
	}
	if o.a, err = app.New(ctx, cfg, app.Options{Today: today, Create: true}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.a.Close()) }()
	if err := o.furnish(ctx, clients); err != nil {
		return err
	}
	working, stop := context.WithTimeout(ctx, length)
	defer stop()
	began := time.Now()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { o.until(working, stop, i) })
	}
	all.Go(func() { o.roles(working, stop) })
	all.Wait()
	if o.err != nil {
		for _, p := range o.procs {
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			<-p.dead
			o.err = fmt.Errorf("%w\n%s", o.err, p.said.String())
		}
		return o.err
	}
	slices.Sort(o.took)
	fmt.Printf("%d processes, %d people, %s: %d requests, none failed (median %s, 95th %s); %s; %d forms sent twice at once\n", n, clients, time.Since(began).Round(time.Second), len(o.took),
		o.took[len(o.took)/2].Round(time.Millisecond), o.took[len(o.took)*95/100].Round(time.Millisecond), told(o.done), o.twice)
	if err := o.agree(ctx); err != nil {
		return err
	}
	out, err := command(bin, filepath.Join(dir, "aside"), shared, database, "verify").CombinedOutput()
	if err != nil {
		return fmt.Errorf("huzhi verify: %w\n%s", err, out)
	}
	fmt.Printf("huzhi verify: %s\n", strings.TrimSpace(string(out)))
	return o.next(ctx)
}

func command(bin, data, shared, database string, args ...string) *exec.Cmd {
	cmd := exec.Command(bin, append([]string{args[0], "--data", data}, args[1:]...)...)
	cmd.Env = append(os.Environ(), "HUZHI_LOG__LEVEL=error", "HUZHI_DATABASE__URL="+database, "HUZHI_SHARED="+shared)
	return cmd
}

func (o *office) start(bin, data, shared, database string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return err
	}
	p := &process{cmd: command(bin, data, shared, database, "serve", "--addr", addr, "--today", today.String()), base: "http://" + addr, dead: make(chan struct{})}
	p.cmd.Stderr = &p.said
	if err := p.cmd.Start(); err != nil {
		return err
	}
	o.procs = append(o.procs, p)
	go func() { _ = p.cmd.Wait(); close(p.dead) }()
	return nil
}

// ready waits until it serves.
func (p *process) ready(ctx context.Context) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if body, err := get(ctx, p.base+"/readyz"); err == nil && strings.HasPrefix(body, "ready") {
			return nil
		}
		select {
		case <-p.dead:
			return fmt.Errorf("it does not start: %s", p.said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("it does not answer")
}

func get(ctx context.Context, address string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

// furnish makes the people.
func (o *office) furnish(ctx context.Context, clients int) error {
	for i := range clients + 2 {
		name, role := fmt.Sprint("officer", i), access.Officer
		switch i {
		case clients:
			name, role = "chief", access.Chief
		case clients + 1:
			name = "guest"
		}
		u, err := o.a.Users.Add(ctx, access.System(), access.NewUser{Username: name, Name: "测试" + name, Hash: browse.Hash, Exempt: true,
			Certificate: access.Certificate{Number: "浙E" + name, Until: calendar.Date(2030, 12, 31)}, Roles: []access.Grant{{Role: role, Jurisdiction: city, From: calendar.Date(2011, 1, 1)}}})
		if err != nil {
			return err
		}
		if i < clients {
			o.ids = append(o.ids, u.ID)
		}
	}
	return nil
}

// any is where the next request goes.
func (o *office) any() string { return o.procs[rand.IntN(len(o.procs))].base }

// fail ends it with the first fault.
func (o *office) fail(stop func(), err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
	}
	stop()
}

func (o *office) did(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done[what]++
}

func told(n map[string]int) string {
	var out []string
	for what, k := range n {
		out = append(out, fmt.Sprint(k, " ", what))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// until is a person's work.
func (o *office) until(ctx context.Context, stop func(), i int) {
	p := &person{o: o, officer: browse.New(fmt.Sprint("officer", i), o.any), chief: browse.New("chief", o.any), ids: []string{o.ids[i], o.ids[(i+1)%len(o.ids)]}}
	whole := context.WithoutCancel(ctx)
	for ctx.Err() == nil {
		if err := p.once(whole); err != nil {
			o.fail(stop, fmt.Errorf("officer%d: %w", i, err))
			return
		}
	}
}

// person registers leads, has them filed, and writes papers.
type person struct {
	o              *office
	officer, chief *browse.Client
	ids            []string
}

// measured is a request, timed.
func (o *office) measured(a *browse.Answer, err error, began time.Time, what string, want int) (*browse.Answer, error) {
	o.mu.Lock()
	o.took = append(o.took, time.Since(began))
	o.mu.Unlock()
	if err == nil && a.Status != want {
		err = fmt.Errorf("%s: %d\n%.300s", what, a.Status, a.Body)
	}
	time.Sleep(o.pause)
	return a, err
}

func (p *person) post(ctx context.Context, c *browse.Client, path string, v url.Values) (*browse.Answer, error) {
	began := time.Now()
	a, err := c.Post(ctx, path, v)
	return p.o.measured(a, err, began, path, http.StatusSeeOther)
}

func (p *person) read(ctx context.Context, c *browse.Client, path string) (*browse.Answer, error) {
	began := time.Now()
	a, err := c.Do(ctx, http.MethodGet, path, nil)
	return p.o.measured(a, err, began, path, http.StatusOK)
}

func (p *person) form(ctx context.Context, c *browse.Client, page, action string) (url.Values, error) {
	began := time.Now()
	v, err := c.Form(ctx, page, action)
	if err == nil && v == nil {
		err = fmt.Errorf("%s has no form for %s", page, action)
	}
	_, err = p.o.measured(&browse.Answer{Status: http.StatusOK}, err, began, page, http.StatusOK)
	return v, err
}

func (p *person) once(ctx context.Context) error {
	if err := errors.Join(p.officer.Enter(ctx), p.chief.Enter(ctx)); err != nil {
		return err
	}
	id := p.o.a.DB.NewID()
	path := "/leads/" + id
	lead := url.Values{"id": {id}, "source": {"letter"}, "kind": {"counterfeit"}, "jurisdiction": {city}, "place": {"330521"}, "received_on": {today.String()},
		"title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {"竹凉席包装标注他人专利号"}, "respondent": {"测试木业有限公司"}}
	if rand.IntN(4) == 0 { // sent twice at once: by a hand that slips, or a network that tries again
		var both sync.WaitGroup
		faults := make([]error, 2)
		for i := range faults {
			both.Go(func() { _, faults[i] = p.post(ctx, p.officer, "/leads", lead) })
		}
		both.Wait()
		p.o.mu.Lock()
		p.o.twice++
		p.o.mu.Unlock()
		if err := errors.Join(faults...); err != nil {
			return err
		}
	} else if _, err := p.post(ctx, p.officer, "/leads", lead); err != nil {
		return err
	}
	p.o.did("leads")
	v, err := p.form(ctx, p.officer, path, path+"/verify")
	if err != nil {
		return err
	}
	v.Set("on", today.String())
	v.Set("proposal", "file")
	v.Set("opinion", "建议立案")
	if _, err := p.post(ctx, p.officer, path+"/verify", v); err != nil {
		return err
	}
	if v, err = p.form(ctx, p.chief, path+"/file", path+"/file"); err != nil {
		return err
	}
	v.Set("kind", "counterfeit")
	v.Set("on", today.String())
	v["officers"] = p.ids
	filed, err := p.post(ctx, p.chief, path+"/file", v)
	if err != nil {
		return err
	}
	p.o.did("cases")
	at := filed.To()
	if !strings.HasPrefix(at, "/cases/") {
		return fmt.Errorf("%s is filed: %s", path, at)
	}
	draft := "/papers/drafts/" + p.o.a.DB.NewID()
	if _, err := p.post(ctx, p.officer, at+"/papers", url.Values{"id": {draft[len("/papers/drafts/"):]}, "template": {"paper_withdrawal"}}); err != nil {
		return err
	}
	if v, err = p.form(ctx, p.officer, draft, draft+"/save"); err != nil {
		return err
	}
	v.Set("f.送交人", "测试木业有限公司")
	v.Set("f.原文书", "责令改正通知书")
	v.Set("f.撤回理由", "事实有误")
	if _, err := p.post(ctx, p.officer, draft+"/submit", v); err != nil {
		return err
	}
	if v, err = p.form(ctx, p.chief, draft, draft+"/approve"); err != nil {
		return err
	}
	if _, err := p.post(ctx, p.chief, draft+"/approve", v); err != nil {
		return err
	}
	p.o.did("papers")
	for _, page := range []string{at, "/cases", "/leads", "/search?q=" + url.QueryEscape("竹凉席"), "/dashboard", "/"} {
		if _, err := p.read(ctx, p.chief, page); err != nil {
			return err
		}
	}
	return nil
}

// roles takes the officer's role from somebody and gives it back, and asks every process right after.
func (o *office) roles(ctx context.Context, stop func()) {
	whole := context.WithoutCancel(ctx)
	for ctx.Err() == nil {
		if err := o.role(whole); err != nil {
			o.fail(stop, fmt.Errorf("roles: %w", err))
			return
		}
		time.Sleep(o.pause)
	}
}

func (o *office) role(ctx context.Context) error {
	guest, err := o.a.Users.ByUsername(ctx, "guest")
	if err != nil {
		return err
	}
	for _, want := range []int{http.StatusForbidden, http.StatusOK} {
		x, err := o.a.Users.Find(ctx, access.System(), guest.ID)
		if err != nil {
			return err
		}
		if want == http.StatusForbidden {
			i := slices.IndexFunc(x.Roles, func(a access.Assignment) bool { return a.UntilDay.IsZero() })
			if i < 0 {
				return errors.New("guest has no role")
			}
			err = o.a.Users.EndAssignment(ctx, access.System(), x.Roles[i].ID, x.Version, today.AddDays(-1))
		} else {
			_, err = o.a.Users.SetRole(ctx, access.System(), guest.ID, x.Version, access.Grant{Role: access.Officer, Jurisdiction: city, From: today})
		}
		if err != nil {
			return err
		}
		for _, p := range o.procs {
			c := browse.New("guest", func() string { return p.base })
			if err := c.Enter(ctx); err != nil {
				return err
			}
			a, err := c.Do(ctx, http.MethodGet, "/cases", nil)
			if err != nil {
				return err
			}
			if a.Status != want {
				return fmt.Errorf("after a change of role %s answers %d, not %d", p.base, a.Status, want)
			}
		}
		o.did("changes of role, seen by all at once")
	}
	return nil
}
