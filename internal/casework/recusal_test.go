package casework_test

import (
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/task"
)

// keyOf is the sentence of a refusal, "" where there is none.
func keyOf(err error) string {
	if e := errs.As(err); e != nil {
		return e.Key
	}
	return ""
}

// TestWhoWasRecusedWritesNothing: every way to change a case beside its steps, by somebody who holds every role and a part in it. Recused, or with the part
// at rest, the person changes nothing (Penalty Law Art. 43; Order 71 Art. 7; Order 81 Art. 5); where the law lets the work go on, and where nothing was
// asked, the recusal does not stand in the way.
func TestWhoWasRecusedWritesNothing(t *testing.T) {
	for _, x := range []struct{ name, state, rests, want string }{
		{"nobody asked", "", "", ""},
		{"recused (Order 81 Art. 5)", "recuse", "urgent", "error.recused"},
		{"kept", "keep_member", "urgent", ""},
		{"asked, the part rests (Order 71 Art. 7)", casework.Asked, "yes", "error.challenged.ecommerce"},
		{"asked, but for urgent acts (Order 81 Art. 5)", casework.Asked, "urgent", "error.challenged.ecommerce"},
		{"asked, the work goes on (Penalty Law Art. 43(3))", casework.Asked, "no", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := caseworktest.New(t, db)
				by := hire(t, o, "a.all", "330500", day("2030-12-31"), access.Officer, access.Reviewer, access.Chief)
				c, other := o.File(t, casework.Ecommerce, "2026-11-09"), o.File(t, casework.Ecommerce, "2026-11-10")
				member := func(id, part string) {
					must(t, db.Tx(ctx, func(tx *store.Tx) error {
						return tx.Exec("INSERT INTO members (subject_id, user_id, part, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, by.ID, part, tx.Now).Error
					}))
				}
				member(c.ID, casework.PartOfficer)
				version := func(id string) (n int64) {
					must(t, db.Read(ctx).Raw("SELECT version FROM cases WHERE id = ?", id).Scan(&n).Error)
					return n
				}
				shop := listing.NewListing{Jurisdiction: "330500", Place: "330521", Platform: "taobao", Shop: "店铺", URL: "https://shop.test/1", Title: "专利产品",
					SuspectedKind: "counterfeit", FoundOn: day("2026-11-10")}
				free, err := o.Listings.Add(ctx, by, shop)
				must(t, err)
				shop.URL = "https://shop.test/2"
				hung, err := o.Listings.Add(ctx, by, shop)
				must(t, err)
				must(t, o.Listings.Link(ctx, by, hung.ID, hung.Version, c.ID))
				todo, err := o.Tasks.Add(ctx, o.By["chief"], c.ID, task.Input{Title: "联系平台", Assignee: by.ID, DueOn: day("2026-12-01")})
				must(t, err)
				must(t, o.Docket.Link(ctx, o.By["chief"], c.ID, casework.NewLink{Type: casework.LinkRelated, Number: other.Number, Reason: "理由"}))
				var link string
				must(t, db.Read(ctx).Raw("SELECT id FROM case_links").Scan(&link).Error)
				if x.state != "" {
					must(t, db.Tx(ctx, func(tx *store.Tx) error {
						track := &casework.Track{ID: tx.NewID(), CaseID: c.ID, Track: "recusal", State: x.state, OpenedOn: day("2026-11-10"), Facts: casework.Facts{"challenged": by.ID, "rests": x.rests}, Seq: 1}
						if x.state != casework.Asked {
							track.EndedOn = day("2026-11-11")
						}
						return tx.Create(track).Error
					}))
				}
				chief := func(act func() error) func() error { // a chief who never investigated, else the four eyes would refuse it
					return func() error {
						must(t, db.Tx(ctx, func(tx *store.Tx) error {
							return tx.Exec("DELETE FROM members WHERE subject_id = ? AND user_id = ? AND part = ?", c.ID, by.ID, casework.PartOfficer).Error
						}))
						err := act()
						member(c.ID, casework.PartOfficer)
						return err
					}
				}
				for _, act := range []struct {
					name string
					do   func() error
				}{
					{"a party", func() error {
						return o.Docket.AddParty(ctx, by, c.ID, version(c.ID), casework.Party{Role: "respondent", Form: "company", Name: "甲公司"})
					}},
					{"a patent", func() error {
						return o.Docket.AddPatent(ctx, by, c.ID, version(c.ID), casework.Patent{Number: "ZL201520781728.2"})
					}},
					{"a file", func() error {
						return o.Docket.Attach(ctx, by, c.ID, "", "截图.txt", "text/plain", strings.NewReader("x"), 10)
					}},
					{"a payment", func() error {
						return o.Docket.Pay(ctx, by, c.ID, version(c.ID), casework.Payment{PaidFor: "fine", OnDay: day("2026-11-20"), Fen: 1, Receipt: "1"})
					}},
					{"a payment taken back", func() error { return o.Docket.VoidPayment(ctx, by, c.ID, version(c.ID), "none", "误记") }},
					{"a listing linked", func() error { return o.Listings.Link(ctx, by, free.ID, free.Version, c.ID) }},
					{"a listing judged", func() error {
						return o.Listings.Judge(ctx, by, hung.ID, hung.Version+1, "counterfeit", "未找到专利")
					}},
					{"a task", func() error {
						_, err := o.Tasks.Add(ctx, by, c.ID, task.Input{Title: "调取记录", Assignee: o.By["officer"].ID, DueOn: day("2026-12-01")})
						return err
					}},
					{"a task done", func() error { return o.Tasks.Finish(ctx, by, todo.ID, todo.Version, "") }},
					{"a link removed", func() error { return o.Docket.Unlink(ctx, by, c.ID, link, "误建") }},
					{"a link", func() error {
						return o.Docket.Link(ctx, by, c.ID, casework.NewLink{Type: casework.LinkSameParty, Number: other.Number, Reason: "理由"})
					}},
					{"a link from the other case", func() error {
						return o.Docket.Link(ctx, by, other.ID, casework.NewLink{Type: casework.LinkCounterpart, Number: c.Number, Reason: "理由"})
					}},
					{"another wording", chief(func() error { return o.Docket.Repin(ctx, by, c.ID, version(c.ID), "none", "", "理由") })},
					{"its officers", chief(func() error {
						return o.Docket.Assign(ctx, by, c.ID, version(c.ID), casework.Assignment{Officers: ids(o, "officer2", "officer3"), Reason: "调整"})
					})},
					{"a handover", chief(func() error {
						return o.Docket.Hand(ctx, by, c.ID, version(c.ID), casework.Handover{From: o.By["officer2"].ID, To: o.By["officer"].ID, Reason: "调整"})
					})},
					{"a reassignment of many", chief(func() error {
						_, refused, err := o.Docket.Reassign(ctx, by, "", casework.Handover{From: o.By["officer3"].ID, To: o.By["officer2"].ID, Reason: "调整"}, []casework.Chosen{{CaseID: c.ID, Version: version(c.ID)}})
						if len(refused) > 0 {
							return refused[0]
						}
						return err
					})},
					{"a split", chief(func() error {
						f := find(t, o, "chief", c.ID)
						_, err := o.Leads.Split(ctx, by, c.ID, casework.Split{Title: "分案", Parties: []string{f.Parties[0].ID}, Officers: ids(o, "officer", "officer2"), Reason: "理由", Version: f.Version})
						return err
					})},
					{"its secrecy", chief(func() error {
						return o.Docket.Restrict(ctx, by, c.ID, version(c.ID), casework.Restriction{Restricted: true, Reviewer: o.By["reviewer"].ID, Reason: "理由"})
					})},
				} {
					was := version(c.ID)
					err := act.do()
					switch got := keyOf(err); {
					case x.want != "" && (got != x.want || errs.CodeOf(err) != errs.Forbidden || version(c.ID) != was):
						t.Errorf("%s: %v, want %s", act.name, err, x.want)
					case x.want == "" && (got == "error.recused" || strings.HasPrefix(got, "error.challenged")):
						t.Errorf("%s: %v", act.name, err)
					}
				}
				f := find(t, o, "chief", c.ID)
				if f.Restricted == (x.want != "") {
					t.Errorf("confidential: %v", f.Restricted)
				}
				if f.Is(by.ID, casework.PartChief) == (x.want != "") {
					t.Errorf("let in as its chief: %v", f.Members)
				}
				for offer, may := range map[string]bool{"link": o.Docket.MayLink(by, f), "attach": o.Docket.MayAttach(by, f), "work": o.Docket.MayWork(by, f)} {
					if may == (x.want != "") {
						t.Errorf("%s is offered: %v", offer, may)
					}
				}
			})
		})
	}
}

// TestARecusedReviewerIsNotLetIn: what is made confidential is not opened to who was recused (Order 81 Art. 5), nor is the case that comes out of it.
func TestARecusedReviewerIsNotLetIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		judge := hire(t, o, "z.judge", "330500", day("2030-12-31"), access.Officer, access.Reviewer)
		c := o.File(t, casework.Infringement, "2026-11-09")
		must(t, db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Create(&casework.Track{ID: tx.NewID(), CaseID: c.ID, Track: "recusal", State: "recuse", OpenedOn: day("2026-11-10"), EndedOn: day("2026-11-10"), Facts: casework.Facts{"challenged": judge.ID}, Seq: 1}).Error
		}))
		err := o.Docket.Restrict(ctx, o.By["chief"], c.ID, 1, casework.Restriction{Restricted: true, Reviewer: judge.ID, Reason: "理由"})
		if errs.CodeOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), "reviewer: error.assign_recused") {
			t.Errorf("let in: %v", err)
		}
		must(t, o.Docket.AddParty(ctx, o.By["officer"], c.ID, 1, casework.Party{Role: "respondent", Form: "company", Name: "乙公司"}))
		f := find(t, o, "chief", c.ID)
		_, err = o.Leads.Split(ctx, o.By["chief"], c.ID, casework.Split{Title: "分案", Parties: []string{f.Parties[len(f.Parties)-1].ID}, Officers: ids(o, "officer", "officer2", "z.judge"), Reason: "理由", Version: 2})
		if errs.CodeOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), "officers: error.split_recused") {
			t.Errorf("investigates what was split off: %v", err)
		}
	})
}

// TestLeavingDoesNotUndoTheFourEyes: who investigated a case and handed it over does not decide on it later as a chief.
func TestLeavingDoesNotUndoTheFourEyes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		hire(t, o, "a.both", "330500", day("2030-12-31"), access.Officer, access.Chief)
		c := o.File(t, casework.Counterfeit, "2026-11-09")
		both := o.By["a.both"]
		must(t, o.Docket.Hand(ctx, o.By["chief"], c.ID, 1, casework.Handover{From: both.ID, To: o.By["officer3"].ID, Reason: "岗位调整"}))
		f := find(t, o, "chief", c.ID)
		if f.Is(both.ID, casework.PartOfficer) || !f.Investigated(both.ID) {
			t.Fatal("still investigates")
		}
		k := f.Clock("CF_CLOSE")
		for name, x := range map[string]struct {
			err  error
			want string
		}{
			"repin":    {o.Docket.Repin(ctx, both, c.ID, 2, k.ID, "CF_CLOSE@2015-07-01/patent", "理由"), "error.four_eyes_officer"},
			"restrict": {o.Docket.Restrict(ctx, both, c.ID, 2, casework.Restriction{Restricted: true, Reviewer: o.By["reviewer"].ID, Reason: "理由"}), "error.four_eyes_officer"},
			"assign":   {o.Docket.Assign(ctx, both, c.ID, 2, casework.Assignment{Officers: ids(o, "officer", "officer2"), Reason: "理由"}), "error.assign_own"},
			"hand":     {o.Docket.Hand(ctx, both, c.ID, 2, casework.Handover{From: o.By["officer3"].ID, To: o.By["officer2"].ID, Reason: "理由"}), "error.assign_own"},
			"split":    {o.Docket.MaySplit(both, f), "error.four_eyes_officer"},
		} {
			if keyOf(x.err) != x.want || errs.CodeOf(x.err) != errs.Forbidden {
				t.Errorf("%s: %v", name, x.err)
			}
		}
		if o.Docket.MayRepin(both, f) || o.Docket.MayRestrict(both, f) == nil || o.Docket.MayAssign(both, f) == nil {
			t.Error("it is offered")
		}
		if !o.Docket.MayRepin(o.By["chief"], f) || o.Docket.MayRestrict(o.By["chief"], f) != nil {
			t.Error("it is not offered to the chief")
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
