package demo_test

import (
	"context"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/demo"
)

func open(t testing.TB, today calendar.Day) *app.App {
	t.Helper()
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(context.Background(), cfg, app.Options{Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func TestFill(t *testing.T) {
	a := open(t, calendar.Date(2026, 11, 20))
	at := time.Now()
	err := a.FillDemo(context.Background(), func(done, total int, what string) { t.Log(done, total, what, time.Since(at)) })
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(at), demo.Password)
}
