package warn

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/i18n"
	"huzhi/internal/mail"
	"huzhi/internal/store"
)

// The queue of letters is the table itself: what was not mailed and is not yet seen.
const (
	mostPeople = 50             // letters in one round; each person gets one with everything that waits
	mostLines  = 30             // warnings in one letter; the rest goes with the next
	fresh      = 48 * time.Hour // an older warning is no longer worth a letter
	lease      = 10 * time.Minute
	firstWait  = 5 * time.Minute // after a failure; twice as long after each further one
	mostTries  = 9
	enough     = 3 // failures one after another: the server is down, the round ends
)

// waits is the condition of a warning that is to be mailed.
const waits = "warnings.mailed_at IS NULL AND warnings.seen_at IS NULL AND warnings.made_at > ? AND warnings.mail_tries < ? AND (warnings.mail_after IS NULL OR warnings.mail_after <= ?)"

// reader is somebody with letters waiting.
type reader struct{ ID, Name, Username, Email, Language string }

// Mail sends the letters that wait, one a person, and says how many. One that cannot be sent is tried again later, longer and longer
// apart, for a day. No two processes send the same: whoever takes a person's warnings first has them for some minutes.
func (b *Bell) Mail(ctx context.Context) (sent int, err error) {
	if b.set.Mail == nil {
		return 0, nil
	}
	now := b.db.Now()
	var people []reader
	err = b.db.Read(ctx).Raw(`SELECT u.id, u.name, u.username, u.email, u.language FROM users u WHERE u.email <> '' AND u.disabled_at IS NULL
		AND EXISTS (SELECT 1 FROM warnings WHERE warnings.user_id = u.id AND `+waits+`) ORDER BY u.id LIMIT ?`, now.Add(-fresh), mostTries, now, mostPeople).Scan(&people).Error
	if err != nil {
		return 0, err
	}
	var failed []error
	row := 0
	for _, p := range people {
		ok, err := b.write(ctx, p)
		switch {
		case err == nil:
			row = 0
		case ctx.Err() != nil:
			return sent, ctx.Err()
		default:
			failed = append(failed, err)
			row++
		}
		if ok {
			sent++
		}
		if row == enough {
			break
		}
	}
	return sent, errors.Join(failed...)
}

// write sends one person's letter. sent is false where there is nothing they may read.
func (b *Bell) write(ctx context.Context, p reader) (sent bool, err error) {
	mine, tries, err := b.take(ctx, p)
	if err != nil || len(mine) == 0 {
		return false, err
	}
	err = b.set.Mail.Send(ctx, b.letter(p, mine))
	after := context.WithoutCancel(ctx) // what was sent is written down, even when the program is told to stop
	keep := "mailed_at = ?"
	at := b.db.Now()
	if err != nil {
		keep, at = "mail_after = ?", at.Add(firstWait<<(tries-1))
		err = fmt.Errorf("letter to %s: %w", p.Username, err)
	}
	return err == nil, errors.Join(err, b.db.Tx(after, func(tx *store.Tx) error {
		for _, w := range mine {
			if err := tx.Exec("UPDATE warnings SET "+keep+" WHERE source_id = ? AND user_id = ? AND threshold = ? AND day = ?", at, w.SourceID, p.ID, w.Threshold, w.Day).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// take takes a person's waiting warnings for some minutes, and gives those they may read now. tries is how often one of them was taken, this time too.
func (b *Bell) take(ctx context.Context, p reader) (mine []Warning, tries int, err error) {
	err = b.db.Tx(ctx, func(tx *store.Tx) error {
		var taken []struct {
			Warning
			MailTries int
		}
		err := tx.Raw("UPDATE warnings SET mail_tries = mail_tries + 1, mail_after = ? WHERE user_id = ? AND "+waits+" RETURNING source_id, threshold, day, mail_tries",
			tx.Now.Add(lease), p.ID, tx.Now.Add(-fresh), mostTries, tx.Now).Scan(&taken).Error
		if err != nil || len(taken) == 0 {
			return err
		}
		had := map[string]int{}
		for _, w := range taken {
			had[w.Key()] = w.MailTries
		}
		open, err := b.read(b.open(b.of(tx.DB, access.Actor{ID: p.ID, Name: p.Name, Username: p.Username})).Order("warnings.day, warnings.source_id, warnings.threshold"))
		mine = nil
		for _, w := range open {
			if n, ok := had[w.Key()]; ok && len(mine) < mostLines {
				mine = append(mine, w)
				tries = max(tries, n)
			}
		}
		return err
	})
	return mine, tries, err
}

// letter is a person's letter, in their language. It holds numbers, rules and days; of a restricted matter, that there is one.
func (b *Bell) letter(p reader, list []Warning) mail.Letter {
	say := b.words.Printer(p.Language)
	text := say.T("warn.mail.hello", p.Name) + "\n\n"
	for i, w := range list {
		line := say.T("warn.mail.secret")
		if !w.Restricted {
			line = say.T("warn.mail."+w.stage(), w.Label, b.What(say, &w), w.Day)
		}
		text += say.T("warn.mail.line", i+1, line) + "\n"
	}
	return mail.Letter{To: p.Email, Subject: say.N("warn.mail.subject", len(list)), Text: text + "\n" + say.T("warn.mail.end") + "\n", At: b.db.Now()}
}

// stage is where a warning's day stands: before, at, over.
func (w *Warning) stage() string {
	switch w.Threshold {
	case At:
		return "at"
	case Over:
		return "over"
	}
	return "before"
}

// What is what runs out, in words without a secret: the rule of a clock, or that it is a task.
func (b *Bell) What(say *i18n.Printer, w *Warning) string {
	if w.Source == Task {
		return say.T("warn.task")
	}
	if r, ok := b.clocks.Rules().ByVersion(w.Version, w.Kind); ok {
		return r.Title.In(say.Lang())
	}
	return w.Rule
}
