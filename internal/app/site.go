package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"huzhi/config"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/web"
	"huzhi/static"
)

// Site makes the site. demo is nil in an office that is real.
func (a *App) Site(demo *web.Demo) (*web.Server, error) {
	assets, err := static.New()
	if err != nil {
		return nil, err
	}
	var proxies []netip.Prefix
	for _, s := range a.Config.Web.TrustedProxies {
		p, err := config.Network(s)
		if err != nil {
			return nil, err
		}
		proxies = append(proxies, p)
	}
	return web.New(web.Deps{
		DB: a.DB, Guard: a.Guard, Users: a.Users, Catalogue: a.Catalogue, Regions: a.Regions, Assets: assets, Log: a.log,
		Clocks: a.Clocks, Documents: a.Documents, Press: a.Press, Docket: a.Docket, Papers: a.Papers, Leads: a.Leads, Vault: a.Vault, Translog: a.Translog, Hotline: a.Hotline, Listings: a.Listings, Figures: a.Figures,
		Tasks: a.Tasks, Bell: a.Bell, Rounds: a.Rounds, Evidence: a.Evidence, Bundles: a.Bundles, Volumes: a.Volumes, Reviews: a.Reviews, Scratch: a.Config.Uploads(), Register: a.Register, Shelf: a.Shelf, PhoneToken: string(a.Config.Hotline.Token),
		IncomeFormula: a.Config.Office.IncomeFormula,
		Demo:          demo, FormBytes: int64(a.Config.Limits.FormBytes), FileBytes: int64(a.Config.Limits.FileBytes),
		TrustedProxies: proxies, SecureCookies: a.Config.Web.SecureCookies == "always",
		Unfinished: a.wake, Watch: a.watch(),
		Since: func() time.Duration { return time.Since(a.start) },
	})
}

// Listen opens the address of the settings, before there is an office: what cannot be served makes no folder. Connections wait until
// an office that was given the listener (ServeOn) takes them (Run). errs.Conflict where somebody else serves there.
func Listen(ctx context.Context, cfg *config.Config) (net.Listener, error) {
	var certificate []tls.Certificate
	if cert, key := cfg.Web.TLSCert, cfg.Web.TLSKey; cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, errs.New(errs.Invalid, "app.tls", cert, key, cause(err)).Because(err)
		}
		certificate = append(certificate, pair)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		if taken := isTaken(cfg.Data); taken != nil {
			return nil, taken // most likely by the same huzhi
		}
		return nil, errs.New(errs.Conflict, "app.port", cfg.Addr).Because(err)
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "app.listen", cfg.Addr, cause(err)).Because(err)
	}
	if certificate != nil {
		ln = tls.NewListener(ln, &tls.Config{Certificates: certificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	}
	return ln, nil
}

// ServeOn gives the office its listener, which is closed with it, and tells the site's address: http://127.0.0.1:8330.
func (a *App) ServeOn(ln net.Listener) (address string) {
	a.listener = ln
	scheme := "http"
	if a.Config.Web.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + ln.Addr().String()
}

// finish is how long requests may still run once the program is told to stop.
const finish = 10 * time.Second

// Run serves the site on the listener until ctx ends, then lets what runs finish.
func (a *App) Run(ctx context.Context, site *web.Server) error {
	if err := a.tellHead(ctx); err != nil {
		return err
	}
	a.tellLaw()
	sweeping, stop := context.WithCancel(ctx)
	defer stop()
	go a.ownWork(sweeping)
	srv := site.HTTPServer()
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(a.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("the site ended: %w", err)
	case <-ctx.Done():
	}
	a.log.Info("stopping")
	site.Ending()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), finish)
	defer cancel()
	err := srv.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("requests were cut off", "after", finish)
		err = srv.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return errors.Join(err, a.tellHead(last))
}

// tellHead writes where the log stands into what the program says about itself, which is kept elsewhere: whoever cuts the log's tail
// or writes it anew does not reach that (huzhi verify --kept).
func (a *App) tellHead(ctx context.Context) error {
	h, err := audit.ReadHead(ctx, a.DB)
	if err == nil {
		a.log.Info("the log's head", "kept", h)
	}
	return err
}

// tellLaw writes by which law and calendar the program counts: the hashes that stand with every date computed from them.
func (a *App) tellLaw() {
	a.log.Info("the law in force", "rules", a.Rules.Hash(), "calendar", a.Wall.Days().Hash(), "generation", a.Wall.Gen(), "program_calendar", a.Days.Hash())
}

// How often what was left unfinished is looked for, and what the law does by itself is done.
const (
	sweepEvery = 5 * time.Second
	lapseEvery = time.Hour
	giveEvery  = time.Minute // whether it is time to sign the log's head
)

// sweep goes on with the counting anew after a notice: what an approval had no time for, or a stopped process left; and what came with
// this program. Then it takes the steps that the law takes by itself.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	var lapsed, looked time.Time
	for {
		err := a.countAnew(ctx)
		if a.did("clocks", err); err != nil && ctx.Err() == nil {
			a.log.Error("clocks are not all counted anew", "err", err)
		}
		if now := a.DB.Now(); now.Sub(looked) >= giveEvery {
			looked = now
			a.giveHeads(ctx)
		}
		if now := a.DB.Now(); now.Sub(lapsed) >= lapseEvery {
			lapsed = now
			n, err := a.Docket.Lapse(ctx)
			if a.did("lapse", err); err != nil && ctx.Err() == nil {
				a.log.Error("what the law lets lapse was not all recorded", "err", err)
			} else if n > 0 {
				a.log.Info("lapsed by law", "measures", n)
			}
			n, err = a.Hotline.EraseDue(ctx)
			if a.did("erase", err); err != nil && ctx.Err() == nil {
				a.log.Error("callers whose time is over were not all erased", "err", err)
			} else if n > 0 {
				a.log.Info("callers erased", "identities", n)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-a.unfinished:
		}
	}
}

// wake has the sweep look at once.
func (a *App) wake() {
	select {
	case a.unfinished <- struct{}{}:
	default: // it will
	}
}

// carryImports goes on with the extracts of the patent register that are being read, written or undone, and with what waits of the listing ledger.
func (a *App) carryImports(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		err := a.Register.Work(ctx)
		if a.did("imports", err); err != nil && ctx.Err() == nil {
			a.log.Error("an extract of the patent register waits", "err", err)
		}
		err = a.Listings.Work(ctx)
		if a.did("listings", err); err != nil && ctx.Err() == nil {
			a.log.Error("the listing ledger waits", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// countAnew counts the running clocks anew for the notices approved, then for each year that this program brings, one after the other.
func (a *App) countAnew(ctx context.Context) error {
	for {
		if done, err := a.Clocks.Carry(ctx); err != nil || !done {
			return err
		}
		n, err := a.Wall.Adopt(ctx)
		if err != nil || n == nil {
			return err
		}
		a.log.Info("the program brings a calendar that the office did not know", "year", n.Year, "notice", n.Title, "calendar", a.Wall.Days().Hash(), "generation", n.InGen)
	}
}
