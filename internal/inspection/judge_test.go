package inspection_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/inspection"
	"huzhi/internal/lead"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

const lapsed = "专利号,名称,专利权人,法律状态,申请日,授权公告日,终止日\nZL201520781728.2,一种凉席,湖州凉席厂,未缴年费终止,2015-10-09,2016-03-02,2019-10-09\n"

// site is an office with a register and people who go out.
type site struct {
	*caseworktest.Office
	t       *testing.T
	db      *store.DB
	officer access.Actor
}

func open(t *testing.T, db *store.DB) site {
	t.Helper()
	o := caseworktest.New(t, db)
	return site{o, t, db, o.By["officer"]}
}

// bring brings an extract into the register.
func (s site) bring(name, text, asOf string) {
	s.t.Helper()
	ctx := context.Background()
	im, err := s.Roll.Upload(ctx, s.officer, "", name, strings.NewReader(text))
	if err == nil {
		err = s.Roll.Read(ctx, s.officer, im.ID, im.Version, im.Chosen(), caseworktest.Day(asOf))
	}
	for range 2 {
		if err == nil {
			err = s.Roll.Work(ctx)
		}
		if err == nil {
			im, err = s.Roll.Import(ctx, s.officer, im.ID)
		}
		if err == nil && im.State == registry.StateReady {
			err = s.Roll.Apply(ctx, s.officer, im.ID, im.Version)
		}
	}
	if err != nil || im.State != registry.StateDone {
		s.t.Fatal(im.State, err)
	}
}

// seen is a finished record of one shop with the findings, refused before a witness.
func (s site) seen(findings ...inspection.Finding) inspection.Record {
	at := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
	for i := range findings {
		f := &findings[i]
		f.ID, f.At = s.db.NewID(), at
		if f.Facts.Medium == "" {
			f.Facts = patent.Facts{Medium: patent.Packaging, Role: patent.Maker, Product: "竹凉席", Text: f.Facts.Text, ProducedOn: calendar.Date(2025, 1, 1)}
		}
	}
	return inspection.Record{
		Jurisdiction: "330500", Place: "330521", Kind: "market", Name: "浙北大市场", Officers: []string{s.officer.ID, s.By["officer2"].ID}, Shown: true, BeganAt: at, EndedAt: at.Add(time.Hour), Finished: true,
		Parties: []inspection.Party{{ID: s.db.NewID(), Name: "竹艺小店", Findings: findings, Sign: &inspection.Sign{How: inspection.Refused, Witness: "张三", At: at.Add(time.Hour)}}},
	}
}

func (s site) receive(rec inspection.Record) string {
	s.t.Helper()
	id := s.db.NewID()
	if _, err := s.Rounds.Receive(context.Background(), s.officer, id, inspection.Arrival{Record: rec, Source: inspection.Phone}); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s site) find(id string) *inspection.File {
	s.t.Helper()
	f, err := s.Rounds.Find(context.Background(), s.officer, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

// file verifies a lead and files it as a case.
func (s site) file(l *lead.Lead) (c *casework.Case) {
	s.t.Helper()
	day := calendar.DayOf(s.db.Now())
	err := s.At(day.String(), func(tx *store.Tx) error {
		if err := s.Leads.VerifyTx(tx, s.officer, l.ID, l.Version, lead.Verification{On: day, Proposal: lead.ProposeFile, Opinion: "建议立案"}); err != nil {
			return err
		}
		var err error
		c, err = s.Leads.FileTx(tx, s.By["chief"], l.ID, l.Version+1, lead.Filing{On: day, Kind: casework.Counterfeit, Title: l.Title, Place: l.Place, Officers: s.Officers(2)})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// A record of a telephone that had no extract: the office looks the number up itself, keeps its answer beside the telephone's, and lists the
// finding where the officer confirmed the other. Looked at again, it can become a lead.
func TestWhatTheOfficeSaysOfARecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, ctx := open(t, db), context.Background()
		s.bring("一.csv", lapsed, "2026-11-01")
		id := s.receive(s.seen(
			inspection.Finding{Number: "ZL 2015 2 0781728.2", How: inspection.Typed, Facts: patent.Facts{Text: "中国实用新型专利"}, Answer: "CHECK", Decision: "confirm"},
			inspection.Finding{Facts: patent.Facts{Text: "中国实用新型专利 ZL201520781728.2"}, Answer: "SUSPECT", Decision: "confirm"},
			inspection.Finding{Facts: patent.Facts{Text: "中国实用新型专利 ZL201520781728.2"}, Answer: "CHECK", Decision: "overrule", Verdict: "SUSPECT", Reason: "已失效"},
		))
		f := s.find(id)
		first, second, third := &f.Record.Parties[0].Findings[0], &f.Record.Parties[0].Findings[1], &f.Record.Parties[0].Findings[2]
		if got := first.Suggested(); got.Result != patent.Suspect || got.Findings[0].Row != "13" || first.Answer != "CHECK" || first.Result() != "CHECK" {
			t.Errorf("%+v, %s", got, first.Result())
		}
		if f.Found[first.ID].Review != "open" || f.Found[second.ID].Review != "" || f.Found[third.ID].Review != "" || second.Result() != "SUSPECT" || f.Suspects != 2 {
			t.Errorf("%+v, %d suspects", f.Found, f.Suspects)
		}
		if len(f.Reviews) != 1 || f.Reviews[0].Step != inspection.StepDiffers || f.Reviews[0].Verdict != "SUSPECT" {
			t.Errorf("%+v", f.Reviews)
		}
		if list, _, err := s.Rounds.List(ctx, s.officer, inspection.Filter{State: "review"}, casework.Page{Limit: 5}); err != nil || len(list) != 1 {
			t.Errorf("%v %v", list, err)
		}
		// Who may look again, and when.
		again := func(by, finding string, version int64, verdict, why string) errs.Code {
			return errs.CodeOf(s.Rounds.LookAgain(ctx, s.By[by], id, finding, version, inspection.Again{Verdict: verdict, Reason: why}))
		}
		for _, x := range []struct {
			by, finding string
			version     int64
			verdict, y  string
			want        errs.Code
		}{
			{"officer.deqing", first.ID, 1, "SUSPECT", "x", errs.NotFound}, {"chief", first.ID, 1, "SUSPECT", "x", errs.Forbidden}, {"officer", db.NewID(), 1, "SUSPECT", "x", errs.NotFound},
			{"officer", first.ID, 2, "SUSPECT", "x", errs.Conflict}, {"officer", second.ID, 1, "SUSPECT", "x", errs.Conflict}, {"officer", first.ID, 1, "SUSPECT", " ", errs.Invalid}, {"officer", first.ID, 1, "GUILTY", "x", errs.Invalid},
		} {
			if got := again(x.by, x.finding, x.version, x.verdict, x.y); got != x.want {
				t.Errorf("%+v: %s", x, got)
			}
		}
		if err := s.Rounds.LookAgain(ctx, s.officer, id, first.ID, 1, inspection.Again{Verdict: "SUSPECT", Reason: "登记簿显示已终止"}); err != nil {
			t.Fatal(err)
		}
		if got := again("officer", first.ID, 1, "OK", "x"); got != errs.Conflict {
			t.Errorf("looked at twice: %s", got)
		}
		f = s.find(id)
		if x := &f.Record.Parties[0].Findings[0]; x.Result() != "SUSPECT" || x.Answer != "CHECK" || f.Found[x.ID].Review != "done" || f.Suspects != 3 || len(f.Reviews) != 2 {
			t.Errorf("%s %+v %+v %d", x.Result(), f.Found[x.ID], f.Reviews, f.Suspects)
		}
		// What was answered stays answered, whatever the register says later.
		s.bring("二.csv", strings.ReplaceAll(strings.ReplaceAll(lapsed, "未缴年费终止", "恢复"), "2019-10-09\n", "\n"), "2026-11-10")
		f = s.find(id)
		if got := f.Record.Parties[0].Findings[0].Suggested(); got.Result != patent.Suspect {
			t.Errorf("%+v", got)
		}
		for id, x := range f.Found { // a status that moved reaches back to every finding that rests on the number
			if x.Review != "open" {
				t.Errorf("%s: %+v", id, x)
			}
		}
		if n := len(f.Reviews); n != 5 {
			t.Errorf("%d reviews", n)
		} else if m := f.Reviews[len(f.Reviews)-1].Moved(); m.From != patent.LapsedFee || m.To != patent.Restored {
			t.Errorf("%+v", m)
		}
	})
}

// A finding confirmed on the telephone as suspected becomes a lead with its photograph, and the photograph reaches the case as evidence with its hash and custody.
func TestPhotographsReachTheCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, ctx := open(t, db), context.Background()
		sum := sha256.Sum256([]byte("jpeg bytes"))
		sha := hex.EncodeToString(sum[:])
		if err := s.Rounds.Keep(ctx, s.officer, sha, "image/jpeg", strings.NewReader("jpeg bytes"), 100); err != nil {
			t.Fatal(err)
		}
		rec := s.seen(inspection.Finding{Facts: patent.Facts{Text: "中国实用新型专利 ZL201520781728.2"}, Answer: "SUSPECT", Decision: "confirm"})
		rec.Parties[0].Findings[0].Photos = []inspection.Photo{{SHA256: sha, Name: "IMG_1.jpg", MediaType: "image/jpeg", Size: 10, TakenAt: rec.BeganAt}}
		id := s.receive(rec)
		l, err := s.Rounds.MakeLead(ctx, s.officer, id, rec.Parties[0].ID, db.NewID())
		if err != nil {
			t.Fatal(err)
		}
		c := s.file(l)
		var file []struct {
			SHA256, Name string
			Size         int64
		}
		if err := db.Read(ctx).Raw("SELECT sha256, name, size FROM case_files WHERE case_id = ?", c.ID).Scan(&file).Error; err != nil {
			t.Fatal(err)
		}
		if len(file) != 1 || file[0].SHA256 != sha || file[0].Name != "1-IMG_1.jpg" || file[0].Size != 10 {
			t.Fatalf("%+v", file)
		}
		line := s.find(id).Custody[sha]
		if len(line) != 3 || line[0].Act != inspection.ActTaken || line[1].Act != inspection.ActReceived || line[2].Act != inspection.ActCarried || line[2].Note != c.Number || !strings.Contains(line[1].Note, sha) {
			t.Errorf("%+v", line)
		}
	})
}

// A version that came second is settled by an officer of the office, by nobody of another county.
func TestWhoMaySettleARival(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, ctx := open(t, db), context.Background()
		one, two := s.seen(), s.seen()
		two.Note = "另一份"
		id := s.receive(one)
		got, err := s.Rounds.Receive(ctx, s.By["officer2"], id, inspection.Arrival{Record: two, Source: inspection.Phone})
		if err != nil || !got.Rival {
			t.Fatalf("%+v %v", got, err)
		}
		for by, want := range map[string]errs.Code{"officer.deqing": errs.NotFound, "chief.deqing": errs.NotFound, "chief": errs.Forbidden, "admin": errs.NotFound} {
			if err := s.Rounds.Settle(ctx, s.By[by], id, 1, 2, inspection.Settlement{Take: true, Why: "x"}); errs.CodeOf(err) != want {
				t.Errorf("%s: %v", by, err)
			}
		}
		if f := s.find(id); f.Version != 1 || len(f.Rivals) != 1 {
			t.Errorf("%+v", f.Visit)
		}
		if err := s.Rounds.Settle(ctx, s.By["officer2"], id, 1, 2, inspection.Settlement{Take: true, Why: "更完整"}); err != nil {
			t.Fatal(err)
		}
		if f := s.find(id); f.Version != 2 || f.Record.Note != "另一份" || len(f.Versions) != 2 {
			t.Errorf("%+v", f.Visit)
		}
	})
}
