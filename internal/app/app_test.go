package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

func open(t testing.TB, flags map[string]string, o app.Options) (*app.App, error) {
	t.Helper()
	if flags["data"] == "" {
		flags["data"] = t.TempDir()
	}
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, o)
	if err == nil {
		t.Cleanup(func() { _ = a.Close() })
	}
	return a, err
}

var fresh = app.Options{Own: true, Create: true, Migrate: true}

func TestAFixedDayStandsStillWhileTheTimeOfDayRuns(t *testing.T) {
	o := fresh
	o.Today = calendar.Date(2026, time.November, 20)
	a, err := open(t, map[string]string{}, o)
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	now := a.DB.Now()
	if calendar.DayOf(now) != o.Today {
		t.Fatalf("it is %s", now)
	}
	there, here := now.In(calendar.Zone()), before.In(calendar.Zone())
	if d := there.Sub(time.Date(2026, 11, 20, here.Hour(), here.Minute(), here.Second(), 0, calendar.Zone())); d < -time.Minute || d > time.Minute {
		t.Errorf("the time of day is %s, the machine's %s", there.Format(time.TimeOnly), here.Format(time.TimeOnly))
	}
	time.Sleep(5 * time.Millisecond)
	if !a.DB.Now().After(now) {
		t.Error("the time of day does not run")
	}
}

func TestOneProcessOwnsAFolderAndOthersReadBesideIt(t *testing.T) {
	dir := t.TempDir()
	a, err := open(t, map[string]string{"data": dir}, fresh)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, map[string]string{"data": dir}, fresh); errs.CodeOf(err) != errs.Conflict || errs.As(err).Key != "app.taken" {
		t.Errorf("a second owner: %v", err)
	}
	if _, err := open(t, map[string]string{"data": dir}, app.Options{}); err != nil {
		t.Errorf("a reader: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, map[string]string{"data": dir}, fresh); err != nil {
		t.Errorf("after the first has gone: %v", err)
	}
}

// A second start is the one of every morning: the database is there, and the whole is to stand before a person has turned to the browser.
func BenchmarkSecondStart(b *testing.B) {
	settings := map[string]string{"data": b.TempDir()}
	for b.Loop() {
		a, err := open(b, settings, fresh)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := a.Site(nil); err != nil {
			b.Fatal(err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestItServesTLSAndStopsWhenTold(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, dir)
	a, err := open(t, map[string]string{"data": dir, "addr": "127.0.0.1:0", "web.tls_cert": cert, "web.tls_key": key}, fresh)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := app.Listen(t.Context(), a.Config)
	if err != nil {
		t.Fatal(err)
	}
	base := a.ServeOn(ln)
	site, err := a.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, site) }()
	pool := x509.NewCertPool()
	pem, err := os.ReadFile(cert)
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		t.Fatal(err)
	}
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	r, err := hc.Get(base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusOK || r.TLS == nil || r.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %s: %v", base, r.Status, r.Header)
	}
	hc.CloseIdleConnections()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("it did not stop")
	}
}

func TestACertificateThatCannotBeUsedIsASentence(t *testing.T) {
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"addr": "127.0.0.1:0", "web.tls_cert": "nowhere.pem", "web.tls_key": "nowhere.key"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Listen(t.Context(), cfg); errs.CodeOf(err) != errs.Invalid || errs.As(err).Key != "app.tls" {
		t.Error(err)
	}
}

// certificate makes a certificate of this machine for a test.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
