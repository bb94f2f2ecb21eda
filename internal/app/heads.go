package app

import (
	"context"
	"crypto/x509"
	"net/http"
	"os"
	"time"

	"github.com/notaryproject/tspclient-go"

	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/mail"
	"huzhi/internal/translog"
)

// giveHeads signs the log's head where it is time, and gives it out: what could not be given out is tried again with the next call.
func (a *App) giveHeads(ctx context.Context) {
	plan := translog.Plan{Every: a.Config.Heads.Every, Folder: a.Config.HeadsFolder(), Failed: func(err error, size int64, to string) {
		a.log.Error("the log's signed head could not be given out", "size", size, "to", to, "err", err)
	}}
	if a.Config.Heads.MailTo != "" && a.mailer != nil {
		plan.Mail = a.mailHead
	}
	plan.Stamper = a.stamper
	size, err := a.Translog.GiveOut(ctx, plan)
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.Error("the log's head was not signed", "err", err)
	case size > 0:
		a.log.Info("the log's head is signed", "size", size)
	}
}

// mailHead mails a signed head, in Chinese: it goes to another authority.
func (a *App) mailHead(ctx context.Context, s translog.Signed) error {
	p := a.Catalogue.Printer(i18n.Chinese)
	office := a.Regions.Name(a.Config.Office.Jurisdiction, i18n.Chinese)
	return a.mailer.Send(ctx, mail.Letter{To: a.Config.Heads.MailTo, Subject: p.T("translog.mail.subject", office, p.Count(s.Size)),
		Text: p.T("translog.mail.text") + "\n\n" + s.Note, At: a.DB.Now()})
}

// openStamps gets ready to ask the time-stamping authority, and to check what it said before.
func (a *App) openStamps() (err error) {
	h := a.Config.Heads
	if h.Trust == "" {
		if a.roots, err = x509.SystemCertPool(); err != nil {
			a.roots = x509.NewCertPool() // nobody is trusted then
		}
	} else {
		pem, err := os.ReadFile(h.Trust)
		if a.roots = x509.NewCertPool(); err != nil || !a.roots.AppendCertsFromPEM(pem) {
			return errs.New(errs.Invalid, "translog.stamp.trust", h.Trust).Because(err)
		}
	}
	if h.Stamps == "" {
		return nil
	}
	ask, err := tspclient.NewHTTPTimestamper(&http.Client{Timeout: 20 * time.Second}, h.Stamps)
	if err != nil {
		return errs.New(errs.Invalid, "config.bad.stamps", h.Stamps).Because(err)
	}
	a.stamper = &translog.Stamper{Ask: ask, Roots: a.roots}
	return nil
}
