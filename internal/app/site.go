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
		Clocks: a.Clocks, Documents: a.Documents, Docket: a.Docket, Leads: a.Leads, Hotline: a.Hotline, Listings: a.Listings, Figures: a.Figures,
		Demo: demo, FormBytes: int64(a.Config.Limits.FormBytes), FileBytes: int64(a.Config.Limits.FileBytes),
		TrustedProxies: proxies, SecureCookies: a.Config.Web.SecureCookies == "always",
		Since: func() time.Duration { return time.Since(a.start) },
	})
}

// Listen opens the address and gives the site's: http://127.0.0.1:8330. Connections wait from now on until Run takes them.
func (a *App) Listen(ctx context.Context) (address string, err error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", a.Config.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", errs.New(errs.Conflict, "app.port", a.Config.Addr).Because(err)
	}
	if err != nil {
		return "", errs.New(errs.Invalid, "app.listen", a.Config.Addr, cause(err)).Because(err)
	}
	a.listener = ln
	scheme := "http"
	if cert, key := a.Config.Web.TLSCert, a.Config.Web.TLSKey; cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return "", errs.New(errs.Invalid, "app.tls", cert, key, cause(err)).Because(err)
		}
		a.listener = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
		scheme = "https"
	}
	return scheme + "://" + ln.Addr().String(), nil
}

// finish is how long requests may still run once the program is told to stop.
const finish = 10 * time.Second

// Run serves the site until ctx ends, then lets what runs finish.
func (a *App) Run(ctx context.Context, site *web.Server) error {
	if a.listener == nil {
		if _, err := a.Listen(ctx); err != nil {
			return err
		}
	}
	sweeping, stop := context.WithCancel(ctx)
	defer stop()
	go a.sweep(sweeping)
	srv := site.HTTPServer()
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(a.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("the site ended: %w", err)
	case <-ctx.Done():
	}
	a.log.Info("stopping")
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
	return err
}

// sweepEvery is how often what was left unfinished is looked for.
const sweepEvery = 5 * time.Second

// sweep goes on with the counting anew after a notice: what an approval had no time for, or a stopped process left.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := a.Clocks.Carry(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("clocks are not all counted anew", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
