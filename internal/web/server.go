// Package web is the site: one table of addresses, the middleware, forms, and the handlers that fill the pages; the law stands below it.
//
// A handler is two hops from the database: it reads the request, calls one
// domain method with the person who asks, and shows a page or sends the browser
// on. Who may come in is decided by the table's action, then again by the
// domain method, then again by the condition of every list.
package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"huzhi/internal/access"
	"huzhi/internal/bundle"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/filereview"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/identity"
	"huzhi/internal/inspection"
	"huzhi/internal/knowledge"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/papers"
	"huzhi/internal/region"
	"huzhi/internal/registry"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/task"
	"huzhi/internal/translog"
	"huzhi/internal/volume"
	"huzhi/internal/warn"
	"huzhi/static"
)

// Deps are what the site is made of. The services of the rooms are used by their own files.
type Deps struct {
	DB        *store.DB
	Guard     *access.Guard
	Users     *access.Users
	Catalogue *i18n.Catalogue
	Regions   *region.Book
	Assets    *static.Assets
	Log       *slog.Logger

	// The rooms: an address needs the service of its room.
	Clocks    *deadline.Clocks
	Documents *document.Office
	Press     *document.Press
	Docket    *casework.Docket
	Papers    *papers.Desk
	Leads     *lead.Register
	Vault     *identity.Vault
	Translog  *translog.Log
	Hotline   *hotline.Desk
	Shelf     *knowledge.Shelf
	Listings  *listing.Ledger
	Figures   *report.Figures
	Tasks     *task.Board
	Bell      *warn.Bell
	Rounds    *inspection.Rounds
	Evidence  *evidence.Locker
	Bundles   *bundle.Maker
	Volumes   *volume.Binder
	Reviews   *filereview.Desk
	Scratch   string // a folder for files that are made to be sent
	Register  *registry.Roll

	IncomeFormula string // how the office reckons illegal income: the setting office.income_formula

	Demo           *Demo                // nil in an office that is real
	FormBytes      int64                // the largest form taken; 0 is 1 MiB
	FileBytes      int64                // the largest file taken; 0 is 25 MiB
	TrustedProxies []netip.Prefix       // whose X-Forwarded-For and X-Forwarded-Proto are believed
	SecureCookies  bool                 // cookies always Secure; else when the request came by TLS
	PhoneToken     string               // with which the telephone system calls; "" takes nothing from it
	Unfinished     func()               // told that clocks are left to be counted anew; nil: somebody looks now and then
	Since          func() time.Duration // a stopwatch for the log; nil logs no durations
	Watch          Watch                // how the program itself does
}

// Demo is the demonstration office: its people can be signed in as with one click.
type Demo struct {
	Usernames []string
	Password  string
}

// Server is the site as an http.Handler.
type Server struct {
	Deps
	echo    *echo.Echo
	table   []route
	last    map[string][]byte // the page of last resort, by language, rendered at start
	cross   *http.CrossOriginProtection
	meter   meter
	ending  atomic.Bool   // the program is told to stop
	strange *rate.Limiter // how often a refusal of nobody in particular is written to the log

	patience, upload time.Duration // how long a request may take, and one with a file
	carry            time.Duration // how long an approval waits for the clocks
}

// New makes the site. A fault in the table of addresses is an error.
func New(d Deps) (*Server, error) {
	if d.FormBytes <= 0 {
		d.FormBytes = 1 << 20
	}
	if d.FileBytes <= 0 {
		d.FileBytes = 25 << 20
	}
	s := &Server{Deps: d, echo: echo.New(), last: map[string][]byte{}, cross: http.NewCrossOriginProtection(), strange: rate.NewLimiter(1, 50),
		patience: requestTime, upload: uploadTime, carry: carryTime}
	if err := s.renderLast(); err != nil {
		return nil, fmt.Errorf("web: the page of last resort: %w", err)
	}
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard) // the office logs with slog
	e.IPExtractor = s.ipExtractor()
	e.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(&ctx{Context: c, s: s, p: s.Catalogue.Printer("")}, err) }
	e.Use(middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024, Skipper: packedAlready}), s.around)
	s.table = s.routes()
	for _, r := range append(s.table, s.public()...) {
		if err := s.add(r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// packedAlready says which answers are not compressed here: static files are by their own handler, and nothing is gained on the health check.
func packedAlready(c echo.Context) bool {
	p := c.Request().URL.Path
	return strings.HasPrefix(p, static.Prefix) || p == "/healthz" || p == "/readyz"
}

// ServeHTTP answers a request. The security headers stand on whatever the answer is.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", scriptPolicy("'self'"))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store") // pages hold personal data; static files say otherwise themselves
	if s.byTLS(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	s.echo.ServeHTTP(w, r)
}

// scriptPolicy is the policy of the pages' contents, with the sources of scripts.
func scriptPolicy(scripts string) string {
	return "default-src 'none'; script-src " + scripts + "; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// HTTPServer is a server for the site with its time limits set. Slow senders are cut off, files on their way are not (unhurried).
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler: s, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
}

// around is what every request passes: an own context, a panic caught, cross-site writes refused, a limit of time and
// size, and one place where errors become pages.
func (s *Server) around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(ec echo.Context) error {
		c := &ctx{Context: ec, s: s, id: strings.ToLower(rand.Text()[:12])}
		c.speak(access.Prefs{})
		c.Response().Header().Set("X-Request-Id", c.id)
		began := s.since()
		s.meter.flying.Add(1)
		defer s.meter.flying.Add(-1)
		r := c.Request()
		limited, cancel := context.WithTimeout(r.Context(), c.time())
		defer cancel()
		c.SetRequest(r.WithContext(limited))
		err := s.guarded(c, next)
		if err != nil { // as long as its body can be read
			c.failed = c.resend()
		}
		c.hearOut()
		if err != nil {
			s.fail(c, err)
		}
		took := s.since() - began
		s.meter.count(r.Method, c.Path(), c.Response().Status, took)
		// The route and identifiers, never a name, a number, an address or what was typed: a path may hold them.
		s.Log.Info("request", "id", c.id, "method", r.Method, "route", c.Path(), "status", c.Response().Status, "ms", took.Milliseconds(), "actor", c.by.ID)
		return nil
	}
}

func (s *Server) since() time.Duration {
	if s.Since == nil {
		return 0
	}
	return s.Since()
}

// guarded runs a handler; a panic becomes an error with its stack.
func (s *Server) guarded(c *ctx, next echo.HandlerFunc) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if cut, ok := p.(error); ok && errors.Is(cut, http.ErrAbortHandler) {
			panic(p)
		}
		err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}()
	if err := s.cross.Check(c.Request()); err != nil {
		return errs.New(errs.Forbidden, "error.cross_site").Because(err)
	}
	if err := c.limit(); err != nil {
		return err
	}
	return next(c)
}

// ipExtractor says whose word about the caller's address is taken: the connection's, and behind the proxies that the
// settings name, theirs. Without it anybody could write X-Forwarded-For and escape the limit of sign-ins.
func (s *Server) ipExtractor() echo.IPExtractor {
	if len(s.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	opts := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.TrustedProxies {
		p = p.Masked()
		opts = append(opts, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(opts...)
}

// byTLS says whether the person's browser speaks TLS, to us or to a proxy that we trust.
func (s *Server) byTLS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if r.Header.Get("X-Forwarded-Proto") != "https" {
		return false
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range s.TrustedProxies {
		if p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// today is the day it is for the office.
func (s *Server) today() calendar.Day { return calendar.DayOf(s.DB.Now()) }

// gone says whether an error only means that the browser went away.
func gone(c *ctx, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(c.Request().Context().Err(), context.Canceled)
}
