package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
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
	"huzhi/internal/casework"
	"huzhi/internal/evidence"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// today is the day that the office stands at: a working Friday.
var today = calendar.Date(2026, 11, 20)

// officers is how many there are: what broke off as it began stays open for two days, and one person may have twenty open.
const officers = 16

// office is the folder, the program, and what it has acknowledged.
type office struct {
	bin, data, url, base string
	dice                 *rand.Rand
	db                   *store.DB
	caseID               string
	ids                  []string // of the officers

	mu    sync.Mutex
	kept  []promise
	fresh int // the first that was not looked for yet
}

// promise is something that was acknowledged: the query must count it once.
type promise struct {
	what, sql string
	args      []any
}

func (o *office) address() string {
	if o.url != "" {
		return o.url
	}
	return "sqlite:" + filepath.Join(o.data, "huzhi.db")
}

func (o *office) flags() map[string]string {
	f := map[string]string{"data": o.data}
	if o.url != "" {
		f["database.url"] = o.url
	}
	return f
}

// furnish makes the office: people, and a case with evidence to come.
func (o *office) furnish(ctx context.Context) (err error) {
	cfg, err := config.Load(config.LoadOptions{Flags: o.flags()})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	people := map[string]access.Actor{}
	for i := range officers + 1 {
		name, role := fmt.Sprintf("officer%d", i), access.Officer
		if i == officers {
			name, role = "chief", access.Chief
		}
		u, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: name, Name: "测试" + name, Hash: browse.Hash, Exempt: true,
			Certificate: access.Certificate{Number: "浙E" + name, Until: calendar.Date(2030, 12, 31)}, Roles: []access.Grant{{Role: role, Jurisdiction: "330500", From: calendar.Date(2011, 1, 1)}}})
		if err != nil {
			return err
		}
		people[name] = u.Actor()
		if role == access.Officer {
			o.ids = append(o.ids, u.ID)
		}
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	by := people["officer0"]
	l, err := a.Leads.Add(ctx, by, lead.NewLead{Source: "letter", Kind: casework.Counterfeit, Jurisdiction: "330500", Place: "330521", ReceivedOn: today, Title: "测试木业有限公司涉嫌假冒专利", Facts: "竹凉席包装标注他人专利号", Respondent: "测试木业有限公司"})
	if err != nil {
		return err
	}
	if err := a.Leads.Verify(ctx, by, l.ID, l.Version, lead.Verification{On: today, Proposal: lead.ProposeFile, Opinion: "建议立案"}); err != nil {
		return err
	}
	c, err := a.Leads.File(ctx, people["chief"], l.ID, l.Version+1, lead.Filing{On: today, Kind: casework.Counterfeit, Title: l.Title, Place: l.Place, Officers: o.ids})
	if err != nil {
		return err
	}
	o.caseID = c.ID
	return nil
}

// client is the browser of somebody of the office. Sessions last over a kill, but cookies are the port's.
func (o *office) client(name string) *browse.Client {
	c := browse.New(name, func() string { return o.base })
	c.Entered = func() {
		o.keep("sign-in", "SELECT COUNT(*) FROM users WHERE username = ? AND EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id)", name)
	}
	return c
}

// process is the program at work: our child, killed by its number.
type process struct {
	cmd  *exec.Cmd
	said *bytes.Buffer
	dead chan struct{}
}

func (o *office) spawn() (*process, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	p := &process{said: &bytes.Buffer{}, dead: make(chan struct{})}
	p.cmd = o.command("serve", "--addr", addr, "--today", today.String())
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	o.base = "http://" + addr
	go func() { _ = p.cmd.Wait(); close(p.dead) }()
	return p, nil
}

func (o *office) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(o.bin, append([]string{name, "--data", o.data}, args...)...)
	cmd.Env = append(os.Environ(), "HUZHI_LOG__LEVEL=error")
	if o.url != "" {
		cmd.Env = append(cmd.Env, "HUZHI_DATABASE__URL="+o.url)
	}
	return cmd
}

// start starts the program and waits until it answers.
func (o *office) start(ctx context.Context) (*process, error) {
	p, err := o.spawn()
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base+"/healthz", nil)
		if err != nil {
			return nil, err
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			res.Body.Close()
			return p, nil
		}
		select {
		case <-p.dead:
			return nil, fmt.Errorf("it does not start: %s", p.said)
		case <-time.After(10 * time.Millisecond):
		}
	}
	p.kill()
	return nil, fmt.Errorf("it does not answer: %s", p.said)
}

// killStarting kills it before it serves, most of the time.
func (o *office) killStarting() error {
	p, err := o.spawn()
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(o.dice.Int64N(int64(400 * time.Millisecond))))
	p.kill()
	return nil
}

func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // it may be dead already
	<-p.dead
}

// keep notes what was acknowledged.
func (o *office) keep(what, sql string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = append(o.kept, promise{what, sql, args})
}

// check looks for what was acknowledged since the last time, or for all of it, holds files against rows, and has huzhi verify say that it is all right.
func (o *office) check(ctx context.Context, all bool) error {
	o.mu.Lock()
	look := o.kept[o.fresh:]
	if o.fresh = len(o.kept); all {
		look = o.kept
	}
	o.mu.Unlock()
	for _, p := range look {
		n, err := o.count(ctx, p.sql, p.args...)
		if err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("%s %v was acknowledged and is there %d times", p.what, p.args, n)
		}
	}
	names, err := o.named(ctx)
	if err != nil {
		return err
	}
	for _, sha := range names {
		if _, err := os.Stat(filepath.Join(o.data, "blobs", sha[:2], sha)); err != nil {
			return fmt.Errorf("a row names a file that is not there: %w", err)
		}
	}
	gaps, err := o.count(ctx, `SELECT COUNT(*) FROM (SELECT template, COUNT(*) AS n, COUNT(DISTINCT number) AS numbers FROM documents WHERE template = ? GROUP BY template) d
		WHERE n <> numbers OR n <> (SELECT COUNT(*) FROM paper_drafts p WHERE p.template = d.template AND p.document_id <> '')`, form)
	if err != nil {
		return err
	}
	if gaps > 0 {
		return errors.New("papers: numbers, drafts and documents do not agree")
	}
	out, err := o.command("verify").CombinedOutput()
	if err != nil {
		return fmt.Errorf("huzhi verify: %w\n%s", err, out)
	}
	return nil
}

func (o *office) count(ctx context.Context, sql string, args ...any) (n int64, err error) {
	return n, o.db.Read(ctx).Raw(sql, args...).Scan(&n).Error
}

func (o *office) named(ctx context.Context) (names []string, err error) {
	return names, o.db.Read(ctx).Raw("SELECT DISTINCT sha256 FROM (" + evidence.Named + ") x").Scan(&names).Error
}

// stray is how many files no row names: what a kill may leave.
func (o *office) stray() (n int, err error) {
	names, err := o.named(context.Background())
	if err != nil {
		return 0, err
	}
	return n, filepath.WalkDir(filepath.Join(o.data, "blobs"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !slices.Contains(names, d.Name()) {
			n++
		}
		return err
	})
}

// told is what was acknowledged so far.
func (o *office) told() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := map[string]int{}
	var order []string
	for _, p := range o.kept {
		if n[p.what]++; n[p.what] == 1 {
			order = append(order, p.what)
		}
	}
	slices.Sort(order)
	for i, what := range order {
		order[i] = fmt.Sprintf("%d %s", n[what], what)
	}
	return strings.Join(order, ", ")
}
