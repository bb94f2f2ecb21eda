// Package caseworktest gives tests a whole office without pages: people, docket, leads, desk and listings on a migrated database.
package caseworktest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/almanac"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/evidence"
	"huzhi/internal/fine"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/identity"
	"huzhi/internal/infringement"
	"huzhi/internal/inspection"
	"huzhi/internal/knowledge"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/mediation"
	"huzhi/internal/opinion"
	"huzhi/internal/registry"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/task"
	"huzhi/internal/warn"
	"huzhi/views/official"
)

// Office is a whole office without pages.
type Office struct {
	*accesstest.Office
	DB        *store.DB
	Papers    *document.Office
	Docket    *casework.Docket
	Vault     *identity.Vault
	Leads     *lead.Register
	Desk      *hotline.Desk
	Shelf     *knowledge.Shelf // empty until Ship
	Listings  *listing.Ledger
	Rounds    *inspection.Rounds
	Blobs     *blob.Store
	Evidence  *evidence.Locker
	Wall      *almanac.Wall
	Clocks    *deadline.Clocks
	Tasks     *task.Board
	Bell      *warn.Bell // warns 10, 3 and 1 days before; sends no letters
	Roll      *registry.Roll
	Catalogue *i18n.Catalogue
}

// books are what an office reads and never changes.
type books struct {
	catalogue *i18n.Catalogue
	days      *calendar.Calendar
	rules     *statute.Book
	err       error
}

// onceRead reads them once for all tests of a program: it takes longer than most tests.
var onceRead = sync.OnceValue(func() (b books) {
	if b.catalogue, b.err = i18n.Load(config.Locale()); b.err != nil {
		return b
	}
	if b.days, b.err = calendar.Load(config.Calendar()); b.err != nil {
		return b
	}
	b.rules, b.err = statute.Load(config.Statute())
	return b
})

// New makes the office on a migrated database, with the people of accesstest.
func New(t testing.TB, db *store.DB) *Office {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o := &Office{Office: accesstest.New(t, db), DB: db}
	var err error
	read := onceRead()
	must(read.err)
	o.Catalogue = read.catalogue
	blobs, err := blob.Open(t.TempDir())
	must(err)
	var forms document.Forms
	for series, form := range map[string]string{
		"counterfeit": "{mark}知假字〔{year}〕{n}号", "infringement": "{mark}知侵字〔{year}〕{n}号", "dispute": "{mark}知调字〔{year}〕{n}号", "ecommerce": "{mark}知电字〔{year}〕{n}号", "opinion": "{mark}知询字〔{year}〕{n}号",
		document.PaperSeries: "{mark}知法{word}字〔{year}〕{n}号", "lead": "{mark}知线〔{year}〕{n}号", "complaint": "{mark}知诉〔{year}〕{n}号", "listing": "{mark}知链〔{year}〕{n}号",
	} {
		forms = append(forms, document.Form{Series: series, Form: form})
	}
	o.Papers, err = document.New(db, official.Templates(), forms)
	must(err)
	o.Wall, err = almanac.New(context.Background(), db, o.Guard, read.days, "330500")
	must(err)
	o.Clocks = deadline.New(db, o.Guard, read.rules, o.Wall, "")
	o.Tasks = task.New(db, o.Guard)
	o.Bell, err = warn.New(db, o.Guard, o.Clocks, o.Catalogue, warn.Settings{Days: []int{10, 3, 1}})
	must(err)
	o.Docket, err = casework.New(casework.Deps{
		DB: db, Guard: o.Guard, Clocks: o.Clocks, Office: o.Papers, Blobs: blobs, Regions: o.Regions, Names: document.Names{{Code: "330500", Name: "湖州市知识产权局"}},
		Forms: forms, Chinese: o.Catalogue.Printer(i18n.Chinese),
	}, counterfeit.Procedure(), infringement.Procedure(infringement.Settings{}), mediation.Procedure(), listing.Procedure(), opinion.Procedure())
	must(err)
	o.Tasks.OnWrite(o.Docket.MayWriteTx)
	o.Leads = lead.NewRegister(db, o.Guard, o.Docket, o.Clocks, o.Regions, forms)
	o.Vault, err = identity.New(context.Background(), db, o.Guard, identity.Settings{KeyFile: filepath.Join(t.TempDir(), "keys", "identity.json"), Make: true, View: 15 * time.Minute, Keep: 1095, Review: 30})
	must(err)
	o.Users.SealWith(o.Vault.Keys())
	o.Vault.OnRotate(o.Users.SealFactors)
	o.Desk = hotline.New(db, o.Guard, o.Vault, o.Leads, o.Clocks, o.Regions, forms)
	o.Shelf = knowledge.New(db, o.Guard, read.rules, knowledge.Settings{Office: "330500", Topics: hotline.Topics()})
	templates, err := hotline.ReadTemplates(config.Knowledge())
	must(err)
	platforms, err := config.Platforms()
	must(err)
	o.Desk.Equip(hotline.Kit{Shelf: o.Shelf, Platforms: platforms, Templates: templates, Settings: hotline.Settings{Office: "330500", AnswerDays: 3, ReferDays: 3, Lines: map[string]string{"8070000": "330521"}}})
	o.Desk.SetFiles(blobs)
	o.Vault.OnRotate(o.Desk.SealWords)
	o.Roll = registry.New(db, o.Guard, blobs, "330500")
	o.Listings = listing.New(listing.Deps{DB: db, Guard: o.Guard, Leads: o.Leads, Docket: o.Docket, Clocks: o.Clocks, Regions: o.Regions, Forms: forms, Platforms: platforms,
		Blobs: blobs, Register: o.Roll, Papers: o.Papers, Names: document.Names{{Code: "330500", Name: "湖州市知识产权局"}}, Chinese: o.Catalogue.Printer(i18n.Chinese)})
	lists, err := inspection.LoadChecklists(config.Inspection())
	must(err)
	o.Rounds = inspection.New(inspection.Deps{DB: db, Guard: o.Guard, Leads: o.Leads, Docket: o.Docket, Blobs: blobs, Papers: o.Papers, Regions: o.Regions,
		Names: document.Names{{Code: "330500", Name: "湖州市知识产权局"}}, Chinese: o.Catalogue.Printer(i18n.Chinese), Lists: lists, Roll: o.Roll})
	o.Blobs = blobs
	o.Evidence = evidence.New(db, o.Guard, blobs, o.Docket, o.Leads, o.Rounds, evidence.Settings{Office: "330500", Uploads: t.TempDir(), Most: 64 << 20, Recheck: time.Hour})
	return o
}

// Ship brings the articles and the routing table that come with the program.
func (o *Office) Ship(t testing.TB) {
	t.Helper()
	if err := o.Desk.Ship(context.Background(), config.Knowledge()); err != nil {
		t.Fatal(err)
	}
}

// At runs fn in a transaction at 10:00 of a day.
func (o *Office) At(day string, fn func(*store.Tx) error) error {
	return o.DB.Tx(context.Background(), func(tx *store.Tx) error { return fn(tx.At(noon(day))) })
}

func noon(day string) time.Time {
	d, err := calendar.ParseDay(day)
	if err != nil {
		panic(err)
	}
	return d.Time().Add(10 * time.Hour)
}

// Day reads a day.
func Day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Officers are the first n officers of the city, by id.
func (o *Office) Officers(n int) []string {
	var ids []string
	for _, a := range o.Guard.Holders("case.work", "330500") {
		if len(ids) < n {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// Lead registers and verifies a lead of a kind on a day, ready to be filed.
func (o *Office) Lead(t testing.TB, kind, day string) *lead.Lead {
	t.Helper()
	var l *lead.Lead
	err := o.At(day, func(tx *store.Tx) (err error) {
		l, err = o.Leads.AddTx(tx, o.By["officer"], lead.NewLead{
			Source: "report", Kind: kind, Jurisdiction: "330500", Place: "330521", ReceivedOn: Day(day), Title: "测试木业公司涉嫌案", Facts: "产品上标注专利标识",
			Respondent: "测试木业有限公司", RespondentAddress: "德清县武康街道1号", Requester: "测试竹业有限公司", RequesterAddress: "湖州市吴兴区2号", PatentNo: "201490000012.4",
		}, "lead.add")
		if err != nil {
			return err
		}
		if err = o.Examine(tx, l.ID, day); err != nil {
			return err
		}
		if err = tx.Where("id = ?", l.ID).Take(l).Error; err != nil {
			return err
		}
		return o.Leads.VerifyTx(tx, o.By["officer"], l.ID, l.Version, lead.Verification{On: Day(day), Proposal: lead.ProposeFile, Opinion: "建议立案"})
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Version++
	return l
}

// Examine does with a request what comes before its filing, all on one day: the formal check finds all in order, and the respondent of a mediation agrees.
func (o *Office) Examine(tx *store.Tx, id, day string) error {
	for _, act := range []struct {
		name string
		in   casework.Facts
	}{
		{"check", nil}, {"notify", casework.Facts{"respondent_received_on": day, "request_way": "direct"}}, {"answer", casework.Facts{"answer": "agreed", "answer_on": day}},
	} {
		l, h, err := o.Leads.HistoryTx(tx, o.By["officer"], id)
		if err != nil {
			return err
		}
		for _, x := range o.Leads.Open(o.By["officer"], h) {
			if x.Name != act.name {
				continue
			}
			if act.in == nil {
				act.in = casework.Facts{}
				for _, a := range x.Asks {
					switch a.Type {
					case casework.AskChoice:
						act.in[a.Name] = a.Options[0]
					case casework.AskDay:
						act.in[a.Name] = Day(day).AddMonths(-3).String()
					}
				}
			}
			if err := o.Leads.DoTx(tx, o.By["officer"], id, l.Version, act.name, casework.Input{On: Day(day), Fields: act.in}); err != nil {
				return err
			}
		}
	}
	return nil
}

// File files a case of a kind on a day: one officer pair, or a panel of three where the kind wants one.
func (o *Office) File(t testing.TB, kind, day string) *casework.Case {
	t.Helper()
	l := o.Lead(t, kind, day)
	var c *casework.Case
	err := o.At(day, func(tx *store.Tx) (err error) {
		c, err = o.Leads.FileTx(tx, o.By["chief"], l.ID, l.Version, lead.Filing{
			On: Day(day), Kind: kind, Title: l.Title, Place: l.Place, Officers: o.Officers(o.panel(kind)), DisputeType: "ownership",
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (o *Office) panel(kind string) int {
	if o.Docket.Procedure(kind).Panel {
		return 3
	}
	return 2
}

// Paid records that everything open was paid on a day.
func (o *Office) Paid(t testing.TB, by, id, day string) {
	t.Helper()
	err := o.At(day, func(tx *store.Tx) error {
		for _, kind := range fine.Kinds() {
			f, err := o.Docket.FindTx(tx, o.By[by], id)
			if err != nil {
				return err
			}
			l := o.Docket.Reckon(f, Day(day))
			open := map[string]int64{fine.Fine: l.FineOpen(), fine.Surcharge: l.AddedOpen(), fine.Confiscated: l.ConfiscatedOpen()}[kind]
			if open == 0 {
				continue
			}
			if err := o.Docket.PayTx(tx, o.By[by], id, f.Version, casework.Payment{PaidFor: kind, OnDay: Day(day), Fen: open, Receipt: "00012"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Take takes a step as a person on a day and gives the error; one that follows in a side procedure in the latest of its name that runs.
func (o *Office) Take(by, id, step, day string, fields map[string]string) error {
	var kind string
	if err := o.DB.Read(context.Background()).Raw("SELECT kind FROM cases WHERE id = ?", id).Scan(&kind).Error; err != nil {
		return err
	}
	if p := o.Docket.Procedure(kind); p != nil && p.Step(step) != nil && len(p.Step(step).In) > 0 {
		return o.TakeIn(by, id, p.Step(step).Track, step, day, fields)
	}
	return o.At(day, func(tx *store.Tx) error {
		var version int64
		if err := tx.Raw("SELECT version FROM cases WHERE id = ?", id).Scan(&version).Error; err != nil {
			return err
		}
		_, err := o.Docket.AdvanceTx(tx, o.By[by], id, step, version, casework.Input{On: Day(day), Fields: fields})
		return err
	})
}
