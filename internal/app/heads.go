package app

import (
	"context"

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
