package app_test

import (
	"context"
	"testing"
	"time"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/mail"
	"huzhi/internal/mail/mailtest"
)

// The program warns and writes as soon as it runs, and stops when told.
func TestItWarnsWhenItStarts(t *testing.T) {
	srv := mailtest.Start(t, mail.None)
	a := apptest.Start(t, map[string]string{"data": t.TempDir(), "addr": "127.0.0.1:0", "mail.server": srv.Addr, "mail.from": "huzhi@example.cn", "mail.security": "none"})
	o := apptest.Furnish(t, a)
	_, err := o.Leads.Add(t.Context(), o.By["officer"], lead.NewLead{Source: "letter", Kind: casework.Counterfeit, Jurisdiction: "330500", Place: "330521",
		ReceivedOn: calendar.Date(2026, 10, 20), Title: "x", Facts: "x"}) // 15 working days were over on 2026-11-10
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Users.SetEmail(t.Context(), o.By["chief"], "chief@example.cn"); err != nil {
		t.Fatal(err)
	}
	ln, err := app.Listen(t.Context(), a.Config)
	if err != nil {
		t.Fatal(err)
	}
	a.ServeOn(ln)
	site, err := a.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, site) }()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		n, err := a.Bell.Unseen(t.Context(), o.By["chief"], 0)
		if err != nil {
			t.Fatal(err)
		}
		if l := srv.Letters(); n == 1 && len(l) == 1 {
			break
		} else if len(l) > 0 {
			t.Fatalf("%d warnings, %+v", n, l)
		}
		if time.Now().After(until) {
			t.Fatalf("%d warnings and no letter", n)
		}
	}
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
