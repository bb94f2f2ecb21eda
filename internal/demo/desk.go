package demo

import (
	"context"
	"fmt"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/knowledge"
	"huzhi/internal/store"
)

// giveDesk leaves on the city's desk what waits there on any day: call-backs in every state, matters that went elsewhere, questions that no article answers.
func (w *world) giveDesk(ctx context.Context) error {
	by := w.staff[city].operators[0]
	found, err := w.Shelf.Find(ctx, by, knowledge.Ask{Topic: "fee", On: w.end, Limit: 2})
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, do := range []func(*store.Tx, access.Actor) error{w.answers(found), w.giveCallbacks, w.giveReferrals, w.giveGaps} {
			if err := do(tx, by); err != nil {
				return fmt.Errorf("demonstration office, the desk: %w", err)
			}
		}
		return nil
	})
}

// on is a time of a day, some minutes after nine.
func on(d calendar.Day, minutes int) time.Time {
	return d.Time().Add(9*time.Hour + time.Duration(minutes)*time.Minute)
}

// asks writes a consultation down.
func (w *world) asks(tx *store.Tx, by access.Actor, at time.Time, topic, question string, in hotline.NewCall) (*hotline.Call, error) {
	in.Kind, in.Channel, in.Jurisdiction, in.Place, in.Topic, in.Question = hotline.Consultation, "12330", city, "330502", topic, question
	in.CallerName, in.CallerPhone, in.CallerType, in.Mode = w.person(), w.phone(), "holder", identity.Named
	return w.Desk.LogTx(tx.At(at), by, in)
}

// answers are questions answered from the knowledge base, some with a call-back promised.
func (w *world) answers(found []knowledge.Article) func(*store.Tx, access.Actor) error {
	return func(tx *store.Tx, by access.Actor) error {
		for i, a := range found {
			in := hotline.NewCall{Article: a.ID, Answer: w.say("desk.answer", nil)}
			if i == 0 {
				in.Promise = hotline.Promised{On: w.plus(w.end, 2), About: w.say("desk.promise", nil)}
			}
			if _, err := w.asks(tx, by, on(w.end, 5+i*11), "fee", w.sentences["desk.fee"][i%2], in); err != nil {
				return err
			}
		}
		return nil
	}
}

// giveCallbacks are recordings and letters: late, of today, tried in vain, given up, reached.
func (w *world) giveCallbacks(tx *store.Tx, by access.Actor) error {
	for i, x := range []struct {
		kind, words string
		before      int // working days
		tries       []string
	}{
		{hotline.Recording, "desk.recording", 1, nil}, {hotline.Recording, "desk.recording", 2, []string{hotline.Missed}}, {hotline.Recording, "desk.recording", 8, []string{hotline.Missed, hotline.Missed}},
		{hotline.Mail, "desk.mail", 1, nil}, {hotline.Mail, "desk.mail", 6, []string{hotline.Missed, hotline.Missed, hotline.Missed}}, {hotline.Recording, "desk.recording", 4, []string{hotline.Reached}},
	} {
		day := w.back(w.end, x.before)
		list := w.sentences[x.words]
		c, err := w.Desk.AddCallbackTx(tx.At(on(day, i)), by, hotline.NewCallback{Kind: x.kind, Jurisdiction: city, CallerName: w.person(), CallerPhone: w.phone(), Recording: fmt.Sprintf("VM-%s-%02d", day, i+1),
			About: list[i%len(list)], CameAt: on(day, i-60)})
		if err != nil {
			return err
		}
		for n, result := range x.tries {
			at, note := on(w.plus(day, min(n+1, x.before)), 30+10*n), w.say("desk.missed", nil)
			if result == hotline.Reached {
				note = w.say("desk.reached", nil)
			}
			if err := w.Desk.TriedTx(tx.At(at), by, c.ID, int64(n+1), result, note); err != nil {
				return err
			}
		}
	}
	return nil
}

// giveReferrals are matters for other offices: told, to be sent, sent, answered.
func (w *world) giveReferrals(tx *store.Tx, by access.Actor) error {
	for i, x := range []struct {
		route, way, letter, answer string
		before                     int
	}{
		{"trademark", hotline.Told, "", "", 2}, {"trademark", hotline.Letter, "", "", 1}, {"court", hotline.Told, "", "", 3}, {"copyright", hotline.Letter, "湖知转〔%d〕%d号", "desk.answer.copyright", 9},
	} {
		day := w.back(w.end, x.before)
		c, err := w.asks(tx, by, on(day, 40+i), "other", w.sentences["desk."+x.route][i%len(w.sentences["desk."+x.route])], hotline.NewCall{})
		if err != nil {
			return err
		}
		in := hotline.NewReferral{Route: x.route, Way: x.way}
		if x.letter != "" {
			in.LetterNo = fmt.Sprintf(x.letter, day.Year(), i+1)
		}
		if err := w.Desk.ReferTx(tx.At(on(day, 45+i)), by, c.ID, c.Version, in); err != nil {
			return err
		}
		if x.answer == "" {
			continue
		}
		var id string
		if err := tx.Raw("SELECT id FROM referrals WHERE call_id = ?", c.ID).Scan(&id).Error; err != nil {
			return err
		}
		if err := w.Desk.FollowTx(tx.At(on(w.end, 60)), by, id, 1, "", w.say(x.answer, nil)); err != nil {
			return err
		}
		if err := w.Desk.FeedbackTx(tx.At(on(w.end, 70)), by, c.ID, c.Version+1, hotline.FeedbackInput{Way: "phone", Text: w.say("desk.feedback", nil), On: w.end, Satisfaction: 5}); err != nil {
			return err
		}
	}
	return nil
}

// giveGaps are what no article answers.
func (w *world) giveGaps(tx *store.Tx, by access.Actor) error {
	for i, asked := range w.sentences["desk.gap"] {
		if _, err := w.Shelf.MissTx(tx.At(on(w.back(w.end, 3-i), 80)), by, knowledge.NewGap{Asked: asked, Topic: "other", Jurisdiction: city}); err != nil {
			return err
		}
	}
	return nil
}
