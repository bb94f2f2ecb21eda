package web

import (
	"errors"
	"fmt"
	"time"
)

// Extra adds addresses that only tests need to a site.
func (s *Server) Extra() error {
	return errors.Join(
		s.add(route{method: "GET", path: "/test/panic", action: "account.use", handle: func(*ctx) error { panic("out of order: geheim") }}),
		s.add(route{method: "GET", path: "/test/fault", action: "account.use", handle: func(*ctx) error { return errors.New("connection to 10.1.2.3 refused: geheim") }}),
		s.add(route{method: "GET", path: "/test/late", action: "account.use", handle: func(c *ctx) error {
			if err := c.String(200, "begun"); err != nil {
				return err
			}
			return errors.New("too late")
		}}),
		s.add(route{method: "POST", path: "/test/fails", action: "account.use", handle: func(*ctx) error { return fmt.Errorf("write: %w", failWith) }}),
	)
}

var failWith error

// FailWith says what /test/fails fails with.
func FailWith(err error) { failWith = err }

// SetTimes says how long a request may take, and one with a file.
func (s *Server) SetTimes(request, upload time.Duration) { s.patience, s.upload = request, upload }

// AddUnguarded tries to add an address without an action, and one whose action nobody holds.
func (s *Server) AddUnguarded() (none, nobody error) {
	h := func(*ctx) error { return nil }
	return s.add(route{method: "GET", path: "/test/open", handle: h}), s.add(route{method: "GET", path: "/test/nobody", action: "case.veiw", handle: h})
}

// SetCarry says how long an approval of a notice waits for the clocks.
func (s *Server) SetCarry(d time.Duration) { s.carry = d }
