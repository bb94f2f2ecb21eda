package warn_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/mail"
	"huzhi/internal/mail/mailtest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/task"
	"huzhi/internal/warn"
)

// posted is an office that sends letters, with a clock of its own.
type posted struct {
	*office
	srv *mailtest.Server
	now *time.Time
}

func eachPosted(t *testing.T, fn func(t *testing.T, o *posted)) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			now := storetest.Now
			db, err := store.Open(context.Background(), store.Options{URL: storetest.URL(t, engine), Now: func() time.Time { return now }, Entropy: storetest.Entropy(1)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			if _, err := db.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			o := &posted{&office{caseworktest.New(t, db), t}, mailtest.Start(t, mail.None), &now}
			o.Bell = o.bell()
			fn(t, o)
		})
	}
}

// bell is another process of the same office.
func (o *posted) bell() *warn.Bell {
	o.t.Helper()
	post, err := mail.New(mail.Settings{Server: o.srv.Addr, From: "huzhi@example.cn", Security: mail.None})
	o.must(err)
	b, err := warn.New(o.DB, o.Guard, o.Clocks, o.Catalogue, warn.Settings{Days: []int{10, 3, 1}, Mail: post})
	o.must(err)
	return b
}

func (o *posted) email(who, address string) {
	o.t.Helper()
	o.must(o.Users.SetEmail(context.Background(), o.By[who], address))
}

// mail sends what waits and gives the letters.
func (o *posted) mail() []mailtest.Letter {
	o.t.Helper()
	n, err := o.Bell.Mail(context.Background())
	o.must(err)
	got := o.srv.Letters()
	if n != len(got) {
		o.t.Errorf("said %d, sent %d", n, len(got))
	}
	return got
}

func TestLetters(t *testing.T) {
	eachPosted(t, func(t *testing.T, o *posted) {
		ctx := context.Background()
		before, _ := o.filed("2026-11-23")
		over, _ := o.filed("2026-11-18")
		today, _ := o.filed("2026-11-20")
		secret, _ := o.filed("2026-11-17")
		for _, table := range []string{"cases SET restricted = ? WHERE id = ?", "deadlines SET restricted = ? WHERE subject_id = ?"} {
			o.exec("UPDATE "+table, true, secret.ID)
		}
		_, err := o.Tasks.Add(ctx, o.By["officer"], before.ID, task.Input{Title: "秘密的任务", Assignee: o.By["chief"].ID, DueOn: caseworktest.Day("2026-11-20")})
		o.must(err)
		o.email("chief", "chief@example.cn")
		o.email("officer2", "officer2@example.cn")
		o.must(o.Users.SetPrefs(ctx, o.By["officer2"], access.Prefs{Language: "en"}))
		o.run("2026-11-20")
		got := map[string]mailtest.Letter{}
		for _, l := range o.mail() {
			got[l.To] = l
		}
		if len(got) != 2 {
			t.Fatalf("%d letters: %+v", len(got), got)
		}
		chief, officer := got["TO:<chief@example.cn>"], got["TO:<officer2@example.cn>"]
		for _, want := range []string{o.By["chief"].Name + "，您好", over.Number + "　作出处理决定，已于 2026-11-18 届满，尚未办结", today.Number + "　作出处理决定，2026-11-20 当日届满", before.Number + "　任务，2026-11-20 当日届满", "限制知悉"} {
			if !strings.Contains(chief.Text, want) {
				t.Errorf("no %q in\n%s", want, chief.Text)
			}
		}
		for _, never := range []string{"秘密", secret.Number, "2026-11-17", before.Title, "测试木业", "warn."} {
			if strings.Contains(chief.Text+chief.Subject, never) {
				t.Errorf("%q stands in\n%s", never, chief.Text)
			}
		}
		if chief.Subject != "护知提醒：4 项期限需要关注" || officer.Subject != "Huzhi: 1 day to watch" || !strings.Contains(officer.Text, before.Number+": Make the decision in a counterfeit case, ends on 2026-11-23") {
			t.Errorf("%q %q\n%s", chief.Subject, officer.Subject, officer.Text)
		}
		if again := o.mail(); len(again) != 0 {
			t.Errorf("sent again: %+v", again)
		}
		o.run("2026-11-24") // what was the last day and is over now, and one more
		if got := o.mail(); len(got) != 1 || got[0].Subject != "护知提醒：3 项期限需要关注" {
			t.Errorf("%+v", got)
		}
	})
}

func TestALetterThatCannotBeSentIsTriedAgain(t *testing.T) {
	eachPosted(t, func(t *testing.T, o *posted) {
		ctx := context.Background()
		o.filed("2026-11-20")
		o.email("chief", "chief@example.cn")
		o.run("2026-11-20")
		o.srv.Refuse("450 later")
		try := func() error {
			n, err := o.Bell.Mail(ctx)
			if n != 0 {
				t.Errorf("%d were sent", n)
			}
			return err
		}
		wait := 5 * time.Minute
		for i := range 9 {
			if err := try(); err == nil || !strings.Contains(err.Error(), "450") || strings.Contains(err.Error(), "chief@") {
				t.Fatalf("try %d: %v", i, err)
			}
			*o.now = o.now.Add(wait - time.Second)
			if err := try(); err != nil {
				t.Fatalf("too early, try %d: %v", i, err)
			}
			*o.now = o.now.Add(2 * time.Second)
			wait *= 2
		}
		o.srv.Refuse("")
		if got := o.mail(); len(got) != 0 { // it was tried for long enough
			t.Errorf("%+v", got)
		}
		// What was given in the meantime is not held up by that, and what is old is not sent any more.
		o.filed("2026-11-21")
		o.run("2026-11-21")
		o.srv.Refuse("450 later")
		if err := try(); err == nil {
			t.Error("it was not tried")
		}
		o.srv.Refuse("")
		*o.now = o.now.Add(10 * time.Minute)
		if got := o.mail(); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		o.filed("2026-11-22")
		o.run("2026-11-22")
		*o.now = o.now.Add(49 * time.Hour)
		if got := o.mail(); len(got) != 0 {
			t.Errorf("an old one: %+v", got)
		}
	})
}

func TestOneLetterHoweverManyProcessesSend(t *testing.T) {
	eachPosted(t, func(t *testing.T, o *posted) {
		for range 5 {
			o.filed("2026-11-19")
		}
		o.email("chief", "chief@example.cn")
		o.run("2026-11-20")
		var wg sync.WaitGroup
		for range 4 {
			b := o.bell()
			wg.Go(func() {
				if _, err := b.Mail(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := o.srv.Letters(); len(got) != 1 || !strings.Contains(got[0].Subject, "5") {
			t.Errorf("%+v", got)
		}
	})
}

func TestNoLetterOfWhatIsNoLongerToBeRead(t *testing.T) {
	eachPosted(t, func(t *testing.T, o *posted) {
		ctx := context.Background()
		o.email("chief", "chief@example.cn")
		_, stopped := o.filed("2026-11-20")
		gone, _ := o.filed("2026-11-20")
		seen, _ := o.filed("2026-11-20")
		o.run("2026-11-20")
		o.exec("UPDATE deadlines SET stopped_on = '2026-11-20' WHERE id = ?", stopped.ID)
		o.exec("UPDATE deadlines SET restricted = ? WHERE subject_id = ?", true, gone.ID)
		o.exec("DELETE FROM members WHERE subject_id = ? AND part = 'chief'", gone.ID)
		rows, _, err := o.Bell.List(ctx, o.By["chief"], true, 0, 10)
		o.must(err)
		for _, w := range rows {
			if w.MatterID == seen.ID {
				o.must(o.Bell.See(ctx, o.By["chief"], w.Key()))
			}
		}
		if got := o.mail(); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		o.filed("2026-11-20")
		o.run("2026-11-20")
		o.email("chief", "")
		if got := o.mail(); len(got) != 0 {
			t.Errorf("without an address: %+v", got)
		}
		o.email("chief", "chief@example.cn")
		o.must(o.Users.Disable(ctx, access.System(), o.By["chief"].ID, 0))
		if got := o.mail(); len(got) != 0 {
			t.Errorf("disabled: %+v", got)
		}
	})
}

func TestADeadServerEndsTheRoundAndARoundEndsWhenTold(t *testing.T) {
	eachPosted(t, func(t *testing.T, o *posted) {
		o.filed("2026-11-21")
		for _, who := range []string{"officer", "officer2", "officer3", "chief"} {
			o.email(who, who+"@example.cn")
		}
		l := o.Lead(t, "counterfeit", "2026-11-02")
		o.only(l.ID, "CF_VERIFY", "2026-11-21")
		o.filed("2026-11-20")
		o.run("2026-11-20")
		o.srv.Refuse("450 later")
		if _, err := o.Bell.Mail(context.Background()); err == nil || strings.Count(err.Error(), "450") != 3 {
			t.Errorf("%v", err)
		}
		*o.now = o.now.Add(time.Hour)
		o.srv.Mute()
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if n, err := o.Bell.Mail(ctx); n != 0 || err == nil || time.Since(began) > 5*time.Second {
			t.Errorf("%d, %v after %s", n, err, time.Since(began))
		}
	})
}
