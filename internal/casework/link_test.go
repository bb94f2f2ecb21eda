package casework_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// link links two cases as somebody, by the other's number.
func link(o *caseworktest.Office, who string, c, other *casework.Case, typ string) error {
	return o.Docket.Link(ctx, o.By[who], c.ID, casework.NewLink{Type: typ, Number: other.Number, Reason: "同一当事人"})
}

// words are what a case is linked with, as somebody sees it: the word and the other's number, removed ones with a mark.
func words(t *testing.T, o *caseworktest.Office, who, id string) string {
	t.Helper()
	rows, err := o.Docket.Links(ctx, o.By[who], find(t, o, who, id))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range rows {
		s := l.Word + " " + l.Number
		if l.RemovedAt != nil {
			s = "-" + s
		}
		out = append(out, s)
	}
	slices.Sort(out) // made in one moment, they stand in no order
	return strings.Join(out, "; ")
}

// county files a case of Deqing.
func county(t *testing.T, o *caseworktest.Office, d string) *casework.Case {
	t.Helper()
	for _, u := range []string{"z.deqing1", "z.deqing2"} {
		if o.By[u].ID == "" {
			hire(t, o, u, "330521", day("2030-12-31"), access.Officer)
		}
	}
	var c *casework.Case
	err := o.At(d, func(tx *store.Tx) error {
		l, err := o.Leads.AddTx(tx, o.By["z.deqing1"], lead.NewLead{Source: "report", Kind: casework.Counterfeit, Jurisdiction: "330521", Place: "330521", ReceivedOn: day(d), Title: "德清案", Facts: "x", Respondent: "测试木业有限公司"}, "lead.add")
		if err != nil {
			return err
		}
		if err = o.Leads.VerifyTx(tx, o.By["z.deqing1"], l.ID, l.Version, lead.Verification{On: day(d), Proposal: lead.ProposeFile, Opinion: "x"}); err != nil {
			return err
		}
		c, err = o.Leads.FileTx(tx, o.By["chief.deqing"], l.ID, 2, lead.Filing{On: day(d), Kind: l.Kind, Title: l.Title, Place: l.Place, Officers: ids(o, "z.deqing1", "z.deqing2")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		a, b := o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-10")
		far := county(t, o, "2026-11-10")
		if err := link(o, "officer", a, b, casework.LinkSameParty); err != nil {
			t.Fatal(err)
		}
		if got := words(t, o, "officer2", b.ID); got != "same_party "+a.Number {
			t.Errorf("from the other side: %s", got)
		}
		// Again, from either side, by anybody: it is one.
		for _, again := range [][2]*casework.Case{{a, b}, {b, a}} {
			if err := link(o, "chief", again[0], again[1], casework.LinkSameParty); err != nil {
				t.Fatal(err)
			}
		}
		if got := words(t, o, "officer", a.ID); got != "same_party "+b.Number {
			t.Errorf("linked twice: %s", got)
		}
		for _, c := range []*casework.Case{a, b} { // both logs tell of it, once
			rows, err := audit.List(ctx, db, audit.Filter{Subject: "case:" + c.ID, Action: "case.link", Limit: 10}, o.Guard.ScopePlain(access.System(), "audit.view", "audit_log"))
			if err != nil || len(rows) != 1 || rows[0].ActorName != "测试 officer" {
				t.Errorf("the log of %s: %v %v", c.Number, rows, err)
			}
		}
		if v := find(t, o, "officer", a.ID).Version; v != 1 {
			t.Errorf("a link made open forms stale: version %d", v)
		}
		// The city's case with a county's: the county's officer is told nothing of it.
		if err := link(o, "chief", a, far, casework.LinkTransferredTo); err != nil {
			t.Fatal(err)
		}
		if got := words(t, o, "officer", far.ID); got != "transferred_from "+a.Number {
			t.Errorf("the other side of what has a direction: %s", got)
		}
		if got := words(t, o, "z.deqing1", far.ID); got != "" {
			t.Errorf("a county's officer reads of the city's case: %s", got)
		}
		if err := link(o, "z.deqing1", far, a, casework.LinkRelated); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "number: error.case_number") {
			t.Errorf("a number that one may not know of: %v", err)
		}
		// Ended, with the reason; the history stays, and the same may be linked anew.
		rows, err := o.Docket.Links(ctx, o.By["officer"], find(t, o, "officer", a.ID))
		i := slices.IndexFunc(rows, func(l casework.Linked) bool { return l.Type == casework.LinkSameParty })
		if err != nil || len(rows) != 2 || i < 0 {
			t.Fatal(rows, err)
		}
		mine := rows[i].ID
		for _, c := range []struct {
			name, who, id, reason string
			code                  errs.Code
			want                  string
		}{
			{"another county", "chief.deqing", a.ID, "x", errs.NotFound, ""},
			{"an officer of another case", "officer3", a.ID, "x", errs.Forbidden, "error.not_member"},
			{"a reviewer", "reviewer", a.ID, "x", errs.Forbidden, "error.forbidden.action"},
			{"no reason", "officer", a.ID, "", errs.Invalid, "reason: error.required"},
			{"from the other side", "officer", b.ID, "登记有误", "", ""},
			{"sent twice", "officer", b.ID, "登记有误", "", ""},
			{"by somebody else meanwhile", "officer2", a.ID, "x", errs.Conflict, "error.link_gone"},
		} {
			err := o.Docket.Unlink(ctx, o.By[c.who], c.id, mine, c.reason)
			if errs.CodeOf(err) != c.code || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got := words(t, o, "officer", b.ID); got != "-same_party "+a.Number {
			t.Errorf("removed: %s", got)
		}
		if err := link(o, "officer", b, a, casework.LinkSameParty); err != nil {
			t.Fatal(err)
		}
		if got := words(t, o, "officer", b.ID); got != "-same_party "+a.Number+"; same_party "+a.Number {
			t.Errorf("linked anew: %s", got)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestALinkWithARestrictedCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		hire(t, o, "z.other", "330500", day("2030-12-31"), access.Officer)
		open, secret := o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-10")
		if err := link(o, "officer", open, secret, casework.LinkRelated); err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Restrict(ctx, o.By["chief"], secret.ID, 1, casework.Restriction{Restricted: true, Reason: "x", Reviewer: o.By["reviewer"].ID}); err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Hand(ctx, o.By["chief"], open.ID, 1, casework.Handover{From: o.By["officer2"].ID, To: o.By["officer3"].ID, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{"officer": "related " + secret.Number, "officer3": "", "z.other": "", "reviewer2": ""} {
			if got := words(t, o, who, open.ID); got != want {
				t.Errorf("%s sees %q", who, got)
			}
			numbers, err := o.Docket.Kindred(ctx, o.By[who], find(t, o, who, open.ID), 10)
			if err != nil || (len(numbers) > 0) != (want != "") {
				t.Errorf("%s is offered %v, %v", who, numbers, err)
			}
		}
		if err := link(o, "officer3", open, secret, casework.LinkSameParty); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "number: error.case_number") {
			t.Errorf("the number of a case one may not open: %v", err)
		}
		rows, err := o.Docket.Links(ctx, o.By["officer"], find(t, o, "officer", open.ID))
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Unlink(ctx, o.By["officer3"], open.ID, rows[0].ID, "x"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a link that one may not see: %v", err)
		}
	})
}

// TestWhatTheLawLinks is what may be linked how.
func TestWhatTheLawLinks(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	inf := func(d string) *casework.Case { return o.File(t, casework.Infringement, d) }
	dispute := func(conclusion, outcome string) *casework.Case {
		c := inf("2014-03-03")
		for _, s := range []walk{
			{"officer", "serve_request", "2014-03-06", fields{"respondent_received_on": "2014-03-06", "request_way": "post", "foreign": "no"}},
			{"officer", "defence", "2014-03-24", fields{"defence": "lapsed"}}, {"officer", "no_hearing", "2014-03-25", fields{"paper_reason": "x"}},
			{"officer", "tell_findings", "2014-03-26", fields{"told_party": "both", "findings_told_on": "2014-03-26", "answer_by": "2014-04-01", "findings_told": "x"}},
			{"officer", "deliberate", "2014-04-11", fields{"deliberation": "x", "vote_for": "2", "vote_against": "1", "conclusion": conclusion}},
			{"chief", "decide", "2014-04-18", fields{"outcome": outcome, "facts_found": "x", "reasons": "x", "stop_acts": "make", "order": "停止"}},
		} {
			if err := o.Take(s.by, c.ID, s.step, s.day, s.in); err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	found, rejected := dispute("infringing", "infringing_stop"), dispute("not_infringing", "rejected")
	later, other, before := inf("2026-11-09"), inf("2026-11-10"), inf("2014-04-17")
	fake, far := o.File(t, casework.Counterfeit, "2026-11-09"), county(t, o, "2026-11-10")
	for _, x := range []struct {
		name    string
		c, with *casework.Case
		typ     string
		want    string
	}{
		{"two open disputes are heard together (Order 81 Art. 21)", later, other, casework.LinkMergedHearing, ""},
		{"… not with a counterfeit case", later, fake, casework.LinkMergedHearing, "type: error.link_kind"},
		{"… not with one that was decided", later, found, casework.LinkMergedHearing, "type: error.link_decided"},
		{"a repeat infringement of what was found (Order 81 Art. 34)", later, found, casework.LinkRepeat, ""},
		{"… said of the earlier case, it is the same", found, later, casework.LinkRepeat, ""},
		{"… not of what was rejected", later, rejected, casework.LinkRepeat, "type: error.link_undecided"},
		{"… not of what is open", other, later, casework.LinkRepeat, "type: error.link_undecided"},
		{"… not filed before that decision", before, found, casework.LinkRepeat, "type: error.link_undecided"},
		{"… not a counterfeit case", fake, found, casework.LinkRepeat, "type: error.link_kind"},
		{"the same patent", later, fake, casework.LinkSamePatent, ""},
		{"… not where it is not", later, far, casework.LinkSamePatent, "type: error.link_patent"},
		{"itself", later, later, casework.LinkRelated, "number: error.link_self"},
		{"no type", later, other, "", "type: error.choice"},
		{"what only a step makes", later, other, casework.LinkJoinedInto, "type: error.choice"},
		{"from there", later, other, casework.LinkTransferredFrom, ""},
		{"and to there", later, other, casework.LinkTransferredTo, "type: error.link_reverse"},
		{"… said of the other, it is the same", other, later, casework.LinkTransferredTo, ""},
	} {
		err := link(o, "chief", x.c, x.with, x.typ)
		if (x.want == "") != (err == nil) || err != nil && (errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	for id, want := range map[string]string{
		later.ID: "merged_hearing " + other.Number + "; repeat_infringement " + found.Number + "; same_patent " + fake.Number + "; transferred_from " + other.Number,
		found.ID: "repeated_by " + later.Number,
	} {
		if got := words(t, o, "chief", id); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	// Brackets as a keyboard has them.
	typed := strings.NewReplacer("〔", " [", "〕", "] ").Replace(other.Number)
	if err := o.Docket.Link(ctx, o.By["chief"], later.ID, casework.NewLink{Type: casework.LinkRelated, Number: typed, Reason: "x"}); err != nil {
		t.Errorf("%s: %v", typed, err)
	}
	// What a step made stays.
	if err := o.At("2026-11-20", func(tx *store.Tx) error {
		for range 2 {
			if err := o.Docket.LinkTx(tx, o.By["chief"], other.ID, later.ID, casework.LinkJoinedInto, "并案"); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	rows, err := o.Docket.Links(ctx, o.By["chief"], find(t, o, "chief", later.ID))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range rows {
		if l.Word == "joined_from" {
			n++
			if err := o.Docket.Unlink(ctx, o.By["chief"], later.ID, l.ID, "x"); errs.CodeOf(err) != errs.Conflict || !strings.Contains(err.Error(), "error.link_by_step") {
				t.Errorf("a step's link was removed: %v", err)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d links of a step that ran twice", n)
	}
}

// TestLinkedFromBothSidesAtOnce: two people link the same two cases at the same time.
func TestLinkedFromBothSidesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		a, b := o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-10")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				x, y, who := a, b, "officer"
				if i%2 == 1 {
					x, y, who = b, a, "chief"
				}
				if err := link(o, who, x, y, casework.LinkRelated); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := words(t, o, "chief", a.ID); got != "related "+b.Number {
			t.Error(got)
		}
	})
}
