package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/errs"
)

// The time that a request may take.
const (
	requestTime = 60 * time.Second
	uploadTime  = 30 * time.Minute // with a file: 25 MiB need 15 kB a second
)

// heardOut is how much of a body that nobody wants is read and dropped.
const heardOut = 1 << 30

// sent is the body of a request as it arrives.
type sent struct {
	io.ReadCloser
	begun bool // something was read of it
}

func (b *sent) Read(p []byte) (int, error) {
	b.begun = true
	return b.ReadCloser.Read(p)
}

// takesFiles says whether the request's address takes files.
func (c *ctx) takesFiles() bool { return c.largest() > 0 }

// largest is how large a file the request's address takes, in bytes; 0 where it takes none.
func (c *ctx) largest() int64 {
	for _, x := range c.s.table {
		if x.files && x.method == c.Request().Method && x.path == c.Path() {
			return max(c.s.FileBytes, x.most)
		}
	}
	return 0
}

// time is how long the request may take.
func (c *ctx) time() time.Duration {
	if c.takesFiles() {
		return c.s.upload
	}
	return c.s.patience
}

// unhurried gives the connection of a request with a file as much time as the request has: the server's own limits are for what is
// short. It is for people who are signed in.
func (c *ctx) unhurried() error {
	until, ok := c.ctx().Deadline()
	if !ok || !c.takesFiles() {
		return nil
	}
	rc := http.NewResponseController(c.Response())
	err := errors.Join(rc.SetReadDeadline(until), rc.SetWriteDeadline(until.Add(c.s.patience)))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// limit holds the request's body to what its address takes.
func (c *ctx) limit() error {
	r := c.Request()
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	most := c.s.FormBytes + c.largest()
	c.sent = &sent{ReadCloser: r.Body}
	r.Body = http.MaxBytesReader(c.Response(), c.sent, most)
	if r.ContentLength > most {
		return errs.New(errs.TooLarge, "error.too_large", mebibytes(most))
	}
	return nil
}

// hearOut reads and drops what is left of the body: a browser hears the answer only after it has sent everything, and a connection that is
// closed before tells it nothing. Who asked before sending (Expect: 100-continue) hears the answer at once.
func (c *ctx) hearOut() {
	if c.sent == nil || !c.sent.begun && strings.EqualFold(c.Request().Header.Get("Expect"), "100-continue") {
		return
	}
	if c.takesFiles() {
		if in, err := c.identify(); in && err == nil {
			_ = c.unhurried() // else the server's own limits hold
		}
	}
	_, _ = io.CopyN(io.Discard, c.sent, heardOut) // whoever went away hears nothing anyhow
}

func mebibytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 64) }
