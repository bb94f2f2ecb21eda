// Command upload sends one large file as evidence, whose connection breaks on the way, and measures the memory of the program that takes it in.
//
// The office lies in a temporary folder, the program runs as a child of its own; the file is made as it is sent, so that nothing of it lies anywhere else.
// Linux only: the memory is what /proc says of the child, the most that it ever held (VmHWM).
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/lead"
)

const (
	office   = "330500"
	password = "huzhi-bench-2027"
	// growth is how much more memory the program may hold after the file than before it, in MiB: buffers, not the file.
	growth = 200
)

var today = calendar.Date(2026, time.November, 20)

func main() {
	mib := flag.Int64("mib", 2048, "size of the file in MiB")
	dir := flag.String("dir", "", "where the office lies while it runs; twice the file must have room (default: the folder for temporary files)")
	flag.Parse()
	if err := run(context.Background(), *mib<<20, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "upload:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, size int64, under string) (err error) {
	dir, err := os.MkdirTemp(under, "huzhi-upload-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, data := filepath.Join(dir, "huzhi"), filepath.Join(dir, "data")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, "huzhi/cmd/huzhi").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	id, item, err := furnish(ctx, data)
	if err != nil {
		return fmt.Errorf("the office: %w", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return err
	}
	var said bytes.Buffer
	child := exec.CommandContext(ctx, bin, "serve", "--data", data, "--addr", addr, "--today", today.String())
	child.Env, child.Stdout, child.Stderr = append(os.Environ(), "HUZHI_LOG__LEVEL=error"), &said, &said
	if err := child.Start(); err != nil {
		return err
	}
	defer func() {
		_ = child.Process.Kill() // our own child, by its number
		_ = child.Wait()
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, said.String())
		}
	}()
	c := &client{base: "http://" + addr}
	jar, _ := cookiejar.New(nil) // it knows no error
	c.Jar, c.CheckRedirect = jar, func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if err := c.enter(ctx); err != nil {
		return err
	}
	before, err := peak(child.Process.Pid)
	if err != nil {
		return err
	}
	began := time.Now()
	at, sum, err := c.send(ctx, size)
	if err != nil {
		return err
	}
	sent := time.Since(began)
	began = time.Now()
	status, _, err := c.do(ctx, http.MethodPost, "/leads/"+id+"/evidence", strings.NewReader(url.Values{"id": {item}, "form": {"file"}, "kind": {"electronic"}, "upload": {strings.TrimPrefix(at, "/uploads/")}}.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if err != nil || status != http.StatusSeeOther {
		return fmt.Errorf("it is not taken in: %d, %w", status, err)
	}
	taken := time.Since(began)
	began = time.Now()
	back, n, err := c.fetch(ctx, "/evidence/"+item+"/file")
	if err != nil || n != size || back != sum {
		return fmt.Errorf("%d bytes with the hash %s came back, want %d with %s: %w", n, back, size, sum, err)
	}
	after, err := peak(child.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("%d MiB sent in %.1f s, taken in in %.1f s, read back in %.1f s; SHA-256 %s sent and read back\n", size>>20, sent.Seconds(), taken.Seconds(), time.Since(began).Seconds(), sum)
	fmt.Printf("the most memory that the program held: %d MiB before, %d MiB after\n", before>>10, after>>10)
	if (after-before)>>10 > growth {
		return fmt.Errorf("it grew by more than %d MiB", growth)
	}
	return nil
}

// furnish makes the office: an officer and a lead; and the identifier that the evidence will have.
func furnish(ctx context.Context, data string) (id, item string, err error) {
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": data}})
	if err != nil {
		return "", "", err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "bench", Name: "测试执法人员", Password: password, Exempt: true, Roles: []access.Grant{{Role: access.Officer, Jurisdiction: office}}})
	if err != nil {
		return "", "", err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return "", "", err
	}
	l, err := a.Leads.Add(ctx, u.Actor(), lead.NewLead{Source: "report", Kind: "counterfeit", Jurisdiction: office, Place: "330521", ReceivedOn: today, Title: "虚构线索", Facts: "虚构", Respondent: "测试木业有限公司"})
	if err != nil {
		return "", "", err
	}
	return l.ID, a.DB.NewID(), nil
}

// peak is the most memory that a process ever held, in KiB.
func peak(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
		if v, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			return strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 10, 64)
		}
	}
	return 0, errors.New("no VmHWM")
}

type client struct {
	http.Client
	base string
}

// do sends a request and reads its answer to the end.
func (c *client) do(ctx context.Context, method, path string, body io.Reader, head ...string) (status int, answer http.Header, err error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return 0, nil, err
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Header, err
}

// enter waits until the program answers and signs in.
func (c *client) enter(ctx context.Context) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		_, _, err := c.do(ctx, http.MethodGet, "/healthz", nil)
		if err == nil {
			break
		}
		if time.Now().After(end) {
			return err
		}
	}
	status, _, err := c.do(ctx, http.MethodPost, "/login", strings.NewReader(url.Values{"username": {"bench"}, "password": {password}}.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("sign-in: %d", status)
	}
	return err
}

const tus = "1.0.0"

// errLocked is that the piece before is still being written: the client asks again.
var errLocked = errors.New("the upload is locked")

// send sends a file of random bytes, whose connection breaks at a third and goes on from what the program says it has. It gives where the upload is.
func (c *client) send(ctx context.Context, size int64) (at, sum string, err error) {
	status, head, err := c.do(ctx, http.MethodPost, "/uploads", nil, "Tus-Resumable", tus, "Upload-Length", strconv.FormatInt(size, 10), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("监控录像.bin")))
	if err != nil {
		return "", "", err
	}
	if status != http.StatusCreated {
		return "", "", fmt.Errorf("an upload begins: %d", status)
	}
	at = head.Get("Location")
	piece := func(from, n int64, breaks bool) error {
		body, given := io.LimitReader(content(from), n), n
		if breaks {
			body, given = io.MultiReader(body, broken{}), size-from
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPatch, c.base+at, body)
		if err != nil {
			return err
		}
		r.ContentLength = given
		r.Header.Set("Tus-Resumable", tus)
		r.Header.Set("Content-Type", "application/offset+octet-stream")
		r.Header.Set("Upload-Offset", strconv.FormatInt(from, 10))
		res, err := c.Do(r)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		switch res.StatusCode {
		case http.StatusNoContent:
			return nil
		case http.StatusLocked:
			return errLocked
		}
		return fmt.Errorf("a piece: %s", res.Status)
	}
	if err := piece(0, size/3, true); err == nil {
		return "", "", errors.New("the connection did not break")
	}
	have := int64(-1)
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) { // until the program has noticed
		_, head, err := c.do(ctx, http.MethodHead, at, nil, "Tus-Resumable", tus)
		if err != nil {
			return "", "", err
		}
		now, err := strconv.ParseInt(head.Get("Upload-Offset"), 10, 64)
		if err != nil {
			return "", "", err
		}
		if now == have && now > 0 {
			break
		}
		if have = now; time.Now().After(end) {
			return "", "", errors.New("nothing of the first piece was kept")
		}
	}
	fmt.Printf("the connection broke after %d MiB; it goes on at %d MiB\n", (size/3)>>20, have>>20)
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(500 * time.Millisecond) { // the first piece is brought to disk before the next is taken
		if err = piece(have, size-have, false); !errors.Is(err, errLocked) || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		return "", "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, io.LimitReader(content(0), size))
	return at, hex.EncodeToString(h.Sum(nil)), err
}

// broken is where a connection breaks.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the connection breaks here") }

// block is how many bytes of the file come from one seed.
const block = 1 << 20

// content is the file from an offset on: the same bytes each time.
func content(from int64) io.Reader { return &made{at: from} }

type made struct {
	at   int64
	n    int64 // of the block in hand, from 1
	body [block]byte
}

func (m *made) Read(p []byte) (int, error) {
	if n := m.at/block + 1; n != m.n {
		m.n = n
		var seed [32]byte
		copy(seed[:], strconv.FormatInt(n, 10))
		_, _ = rand.NewChaCha8(seed).Read(m.body[:]) // it never fails
	}
	k := copy(p, m.body[m.at%block:])
	m.at += int64(k)
	return k, nil
}

// fetch reads a file back and gives its hash and its length.
func (c *client) fetch(ctx context.Context, path string) (sum string, n int64, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return "", 0, err
	}
	res, err := c.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	h := sha256.New()
	n, err = io.Copy(h, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return hex.EncodeToString(h.Sum(nil)), n, err
}
