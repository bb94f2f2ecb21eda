package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/store"
)

var sheet = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// TestTheProofPrintsOnOnePage: the proof of a period goes into a file and to a court on one sheet (A4), also where it is long, extended, and stood still.
func TestTheProofPrintsOnOnePage(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base}
	if err := browser.Size(ctx, false, false); err != nil {
		t.Fatal(err)
	}
	at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
	id := at[len("/cases/"):]
	f, err := o.Docket.Find(t.Context(), o.By["officer"], id)
	if err != nil {
		t.Fatal(err)
	}
	subject := deadline.Subject{Kind: "case", ID: id, Label: f.Number, Title: f.Title, Jurisdiction: f.Jurisdiction}
	type span struct{ ground, from, to string }
	day := func(s string) calendar.Day { d, _ := calendar.ParseDay(s); return d }
	for _, c := range []struct {
		name, rule, kind, start string
		extend                  []int
		spans                   []span
	}{
		{"six months to sue", "SUIT", "counterfeit", "2025-09-15", nil, nil},
		{"ninety days and more, extended twice, tested, heard and suspended", "CF_CLOSE", "counterfeit", "2025-03-03", []int{30, 45},
			[]span{{"test_appraisal", "2025-03-20", "2025-04-10"}, {"hearing", "2025-05-06", "2025-05-20"}, {"public_notice", "2025-06-03", "2025-07-03"}}},
		{"a suspension of a year", "CF_CLOSE", "counterfeit", "2024-11-04", []int{30}, []span{{"suspension", "2024-12-10", "2025-12-17"}}},
		{"a year's stay", "MED_STAY_LAPSE", "dispute", "2025-02-10", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k *deadline.Clock
			err := o.DB.Tx(t.Context(), func(tx *store.Tx) (err error) {
				if err = o.Clocks.StopTx(tx, subject, apptest.Today); err != nil {
					return err
				}
				if err = tx.Exec("DELETE FROM deadline_spans").Error; err != nil {
					return err
				}
				tx = tx.At(day(c.start).Time())
				if k, err = o.Clocks.StartTx(tx, subject, c.rule, day(c.start), deadline.Basis{On: day(c.start), Kind: c.kind, Region: "330500"}); err != nil || k == nil {
					return fmt.Errorf("%s does not run: %w", c.rule, err)
				}
				for _, n := range c.extend {
					if err = o.Clocks.ExtendTx(tx, o.By["chief"], subject, k, n, day(c.start)); err != nil {
						return err
					}
				}
				for _, s := range c.spans {
					if err = o.Clocks.ExcludeTx(tx, o.By["chief"], subject, deadline.Span{Ground: s.ground, FromOn: day(s.from), ToOn: day(s.to), Document: "湖知法中字〔2025〕1号"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			h.signIn("officer")
			for _, lang := range []string{"zh-CN", "en"} {
				h.do("proof", chromedp.Navigate(h.base+at+"/clocks/"+k.ID+"?in="+lang), chromedp.WaitVisible(".ledger"))
				pdf := printed(h.ctx, t)
				if dir := os.Getenv("HUZHI_TEST_SHOTS"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("proof-%s-%s-%d.pdf", c.rule, lang, len(c.spans))), pdf, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if n := len(sheet.FindAll(pdf, -1)); n != 1 {
					t.Errorf("%s: %d pages", lang, n)
				}
			}
		})
	}
}

// printed is the page as it prints on A4.
func printed(ctx context.Context, t *testing.T) []byte {
	t.Helper()
	var out []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, x *chromedp.Target) error {
		r, err := cdp.Call(ctx, x, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
		if err == nil {
			out = r.Data
		}
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
