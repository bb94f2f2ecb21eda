package casework_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

var ctx = context.Background()

// hire adds somebody to the office, with a certificate until a day. A username that sorts last leaves the first officers of a case who they are.
func hire(t *testing.T, o *caseworktest.Office, username, jurisdiction string, until calendar.Day, roles ...string) access.Actor {
	t.Helper()
	in := access.NewUser{Username: username, Name: "测试 " + username, Hash: accesstest.Hash}
	if !until.IsZero() {
		in.Certificate = access.Certificate{Number: "浙E" + username, Until: until}
	}
	for _, r := range roles {
		in.Roles = append(in.Roles, access.Grant{Role: r, Jurisdiction: jurisdiction, From: day("2011-01-01")})
	}
	u, err := o.Users.Add(ctx, access.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	o.By[username] = u.Actor()
	if err := o.Guard.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	return u.Actor()
}

func find(t *testing.T, o *caseworktest.Office, who, id string) *casework.File {
	t.Helper()
	f, err := o.Docket.Find(ctx, o.By[who], id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// team is who takes a part in a case, by username.
func team(o *caseworktest.Office, f *casework.File, part string) string {
	var out []string
	for _, m := range f.Part(part) {
		for name, a := range o.By {
			if a.ID == m.UserID {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func ids(o *caseworktest.Office, usernames ...string) []string {
	var out []string
	for _, u := range usernames {
		out = append(out, o.By[u].ID)
	}
	return out
}

func TestHandOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		var told []string
		o.Docket.OnHandover(func(tx *store.Tx, by access.Actor, caseID, from, to string) error {
			told = append(told, by.Username, caseID, from, to)
			return nil
		})
		c := o.File(t, casework.Counterfeit, "2026-11-18")
		in := casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "岗位调整"}
		if err := o.Docket.Hand(ctx, o.By["chief"], c.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		f := find(t, o, "chief", c.ID)
		if team(o, f, casework.PartOfficer) != "officer2 officer3" || f.Version != 2 || !f.Investigated(o.By["officer"].ID) || f.Investigated(o.By["reviewer"].ID) {
			t.Errorf("%s, version %d, former %v", team(o, f, casework.PartOfficer), f.Version, f.Former)
		}
		if want := []string{"chief", c.ID, o.By["officer"].ID, o.By["officer3"].ID}; !slices.Equal(told, want) {
			t.Errorf("the hook was told %v", told)
		}
		rows, err := o.Docket.History(ctx, f)
		if err != nil || len(rows) != 2 {
			t.Fatal(rows, err)
		}
		for _, r := range rows {
			who := "officer"
			if r.Joined {
				who = "officer3"
			}
			if r.Seq != 2 || r.UserID != o.By[who].ID || r.Name != o.By[who].Name || r.Reason != "岗位调整" || r.ActorName != o.By["chief"].Name || r.Part != casework.PartOfficer || !r.At.Equal(db.Now()) {
				t.Errorf("%+v", r)
			}
		}
		last, err := audit.Last(ctx, db, "case:"+c.ID, "")
		if err != nil || last.Action != "case.assign" || last.Jurisdiction != "330500" {
			t.Fatal(last, err)
		}
		var detail map[string]any
		if err := json.Unmarshal([]byte(last.Detail), &detail); err != nil || detail["officer_left"] != "测试 officer" || detail["officer_joined"] != "测试 officer3" || detail["reason"] != "岗位调整" || detail["version"] != 2.0 {
			t.Errorf("the log says %s", last.Detail)
		}
		for _, key := range []string{"reviewer_left", "reviewer_joined", "reassignment"} { // none of which happened
			if _, has := detail[key]; has {
				t.Errorf("the log says %s of %s", last.Detail, key)
			}
		}
		// Sent twice, or from a page that is stale.
		if err := o.Docket.Hand(ctx, o.By["chief"], c.ID, 1, in); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("twice: %v", err)
		}
		if f = find(t, o, "chief", c.ID); f.Version != 2 || len(told) != 4 {
			t.Error("the second did something")
		}
		// Who left works on it no more; who came does.
		for who, code := range map[string]errs.Code{"officer": errs.Forbidden, "officer3": ""} {
			err := o.Docket.AddParty(ctx, o.By[who], c.ID, find(t, o, who, c.ID).Version, casework.Party{Role: "agent", Form: "person", Name: "代理人"})
			if errs.CodeOf(err) != code {
				t.Errorf("%s works on it: %v", who, err)
			}
		}
		if n, err := o.Docket.Count(ctx, o.By["officer"], casework.Filter{Mine: o.By["officer"].ID}); err != nil || n != 0 {
			t.Errorf("%d cases of who left, %v", n, err)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

// TestWhoMayAssignWhom is every refusal, in its order, each with what it must not be mistaken for.
func TestWhoMayAssignWhom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		far := day("2030-12-31")
		hire(t, o, "z.both", "330500", far, access.Officer, access.Chief)
		hire(t, o, "z.learner", "330500", 0, access.Officer)
		hire(t, o, "z.expired", "330500", day("2026-11-19"), access.Officer)
		hire(t, o, "z.today", "330500", day("2026-11-20"), access.Officer)
		hire(t, o, "z.judge", "330500", far, access.Officer, access.Reviewer)
		hire(t, o, "z.gone", "330500", far, access.Officer)
		if err := o.Users.Disable(ctx, access.System(), o.By["z.gone"].ID, 0); err != nil {
			t.Fatal(err)
		}
		plain := o.File(t, casework.Counterfeit, "2026-11-09").ID
		reviewed := o.File(t, casework.Counterfeit, "2026-11-09").ID
		for _, s := range []walk{
			{"officer", "investigate", "2026-11-11", fields{"findings": "x", "limb": "L1a", "act_ended_on": "2026-11-01", "income": "0"}},
			{"z.judge", "return", "2026-11-12", fields{"return_reason": "x"}},
		} {
			if err := o.Take(s.by, reviewed, s.step, s.day, s.in); err != nil {
				t.Fatal(err)
			}
		}
		panel := o.File(t, casework.Infringement, "2026-11-09").ID
		closed := o.File(t, casework.Dispute, "2026-11-09").ID
		for _, s := range []walk{
			appointed("2026-11-09", "2026-11-10"), met("2026-11-10"), {"chief", "handle", "2026-11-11", agreed("2026-11-11")},
			{"officer", "tell_requester", "2026-11-11", served("2026-11-11")}, {"officer", "tell_respondent", "2026-11-11", served("2026-11-11")},
			{"officer", "copy_cnipa", "2026-11-11", fields{"copied_on": "2026-11-11", "copied": "调解协议书"}}, {"chief", "close", "2026-11-12", fields{}},
		} {
			if err := o.Take(s.by, closed, s.step, s.day, s.in); err != nil {
				t.Fatal(err)
			}
		}
		// both is an officer of this one.
		own := o.File(t, casework.Counterfeit, "2026-11-09").ID
		if err := o.Docket.Hand(ctx, o.By["chief"], own, 1, casework.Handover{From: o.By["officer"].ID, To: o.By["z.both"].ID, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		hand := func(from, to string) casework.Handover {
			return casework.Handover{From: o.By[from].ID, To: o.By[to].ID, Reason: "x"}
		}
		for _, c := range []struct {
			name, by, id string
			stale        bool
			in           casework.Handover
			code         errs.Code
			want         string
		}{
			{"another county's chief", "chief.deqing", plain, true, casework.Handover{}, errs.NotFound, ""},
			{"an officer, although the page is stale", "officer", plain, true, hand("officer", "officer3"), errs.Forbidden, "error.forbidden.action"},
			{"a reviewer", "reviewer", plain, false, hand("officer", "officer3"), errs.Forbidden, "error.forbidden.action"},
			{"a stale page, although nothing was filled in", "chief", plain, true, casework.Handover{}, errs.Conflict, "error.stale"},
			{"a closed case, although nothing was filled in", "chief", closed, false, casework.Handover{}, errs.Conflict, "error.case_closed"},
			{"a case of one's own", "z.both", own, false, hand("z.both", "officer3"), errs.Forbidden, "error.assign_own"},
			{"no reason", "chief", plain, false, casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: " "}, errs.Invalid, "reason: error.required"},
			{"a reason too long", "chief", plain, false, casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: strings.Repeat("长", 501)}, errs.Invalid, "reason: error.too_long"},
			{"who is not on the case", "chief", plain, false, hand("officer3", "officer"), errs.Invalid, "from: error.assign_not_on"},
			{"to the same", "chief", plain, false, hand("officer", "officer"), errs.Invalid, "to: error.assign_same"},
			{"to nobody", "chief", plain, false, casework.Handover{From: o.By["officer"].ID, Reason: "x"}, errs.Invalid, "to: error"},
			{"to somebody who is none", "chief", plain, false, casework.Handover{From: o.By["officer"].ID, To: "../x", Reason: "x"}, errs.Invalid, "to: error.choice"},
			{"to a county's officer", "chief", plain, false, hand("officer", "officer.deqing"), errs.Invalid, "to: error.assign_officer"},
			{"to a reviewer", "chief", plain, false, hand("officer", "reviewer"), errs.Invalid, "to: error.assign_officer"},
			{"to the chief who decides it", "chief", plain, false, hand("officer", "chief"), errs.Invalid, "to: error.assign_officer"},
			{"to oneself", "z.both", plain, false, hand("officer", "z.both"), errs.Invalid, "to: error.assign_chief"},
			{"to who has no certificate (Order 81 Art. 4)", "chief", plain, false, hand("officer", "z.learner"), errs.Invalid, "to: error.certificate"},
			{"to whose certificate ended yesterday", "chief", plain, false, hand("officer", "z.expired"), errs.Invalid, "to: error.certificate"},
			{"to whose account is closed", "chief", plain, false, hand("officer", "z.gone"), errs.Invalid, "to: error.choice"},
			{"to who sent it back in review", "chief", reviewed, false, hand("officer", "z.judge"), errs.Invalid, "to: error.assign_reviewed"},
			{"… who did not review this one", "chief", plain, false, hand("officer", "z.judge"), "", ""},
			{"to the colleague: one would be left (Penalty Law Art. 42)", "chief", reviewed, false, hand("officer", "officer2"), errs.Invalid, "to: error.hand_two"},
			{"a panel to one of its own (Order 81 Art. 20)", "chief", panel, false, hand("officer", "officer2"), errs.Invalid, "to: error.hand_panel"},
			{"a panel's member to somebody else", "chief", panel, false, hand("officer", "z.today"), "", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				var v int64
				if err := db.Read(ctx).Raw("SELECT version FROM cases WHERE id = ?", c.id).Scan(&v).Error; err != nil {
					t.Fatal(err)
				}
				seen := v
				if c.stale {
					seen--
				}
				err := o.Docket.Hand(ctx, o.By[c.by], c.id, seen, c.in)
				if errs.CodeOf(err) != c.code || err != nil && !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %s %s", err, c.code, c.want)
				}
				var now int64
				if err := db.Read(ctx).Raw("SELECT version FROM cases WHERE id = ?", c.id).Scan(&now).Error; err != nil || (now != v) != (c.code == "") {
					t.Errorf("version %d, was %d, %v", now, v, err)
				}
			})
		}
	})
}

func TestEverybodyIsNamedAnew(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	far := day("2030-12-31")
	hire(t, o, "officer4", "330500", far, access.Officer)
	hire(t, o, "officer5", "330500", far, access.Officer)
	hire(t, o, "z.judge", "330500", far, access.Officer, access.Reviewer)
	two := o.File(t, casework.Counterfeit, "2026-11-09").ID
	panel := o.File(t, casework.Infringement, "2026-11-09").ID
	var moves []string
	o.Docket.OnHandover(func(_ *store.Tx, _ access.Actor, _, from, to string) error {
		for _, id := range []string{from, to} {
			for name, a := range o.By {
				if a.ID == id {
					moves = append(moves, name)
				}
			}
		}
		return nil
	})
	for _, c := range []struct {
		name, id            string
		officers, reviewers []string
		want                string // of the fault; "" is done
		left, review        string
		moves               string
	}{
		{"nothing changes", two, []string{"officer2", "officer"}, nil, "officers: error.assign_same", "officer officer2", "", ""},
		{"one", two, []string{"officer"}, nil, "officers: error.two_officers", "officer officer2", "", ""},
		{"one, twice", two, []string{"officer", "officer"}, nil, "officers: error.two_officers", "officer officer2", "", ""},
		{"nobody", two, nil, nil, "officers: error.two_officers", "officer officer2", "", ""},
		{"a reviewer is named", two, []string{"officer", "officer2"}, []string{"reviewer"}, "", "officer officer2", "reviewer", ""},
		{"an officer is no reviewer", two, []string{"officer", "officer2"}, []string{"officer2"}, "reviewers: error.assign_reviewer", "officer officer2", "reviewer", ""},
		{"both at once", two, []string{"officer", "z.judge"}, []string{"z.judge"}, "reviewers: error.assign_investigated", "officer officer2", "reviewer", ""},
		{"a third comes", two, []string{"officer", "officer2", "z.judge"}, []string{"reviewer"}, "", "officer officer2 z.judge", "reviewer", ""},
		{"the third leaves, and what was theirs goes to one who stays", two, []string{"officer", "officer2"}, []string{"reviewer"}, "", "officer officer2", "reviewer", "z.judge officer"},
		{"who investigated once does not review", two, []string{"officer", "officer2"}, []string{"z.judge"}, "reviewers: error.assign_investigated", "officer officer2", "reviewer", ""},
		{"all are exchanged", two, []string{"officer4", "officer3"}, nil, "", "officer3 officer4", "", "officer officer4 officer2 officer3 reviewer officer4"},
		{"one for one", two, []string{"officer5", "officer3"}, nil, "", "officer3 officer5", "", "officer4 officer5"},
		{"an officer comes, and a reviewer", two, []string{"officer5", "officer3", "officer2"}, []string{"reviewer"}, "", "officer2 officer3 officer5", "reviewer", ""},
		{"the reviewer is exchanged", two, []string{"officer5", "officer3", "officer2"}, []string{"reviewer2"}, "", "officer2 officer3 officer5", "reviewer2", "reviewer reviewer2"},
		{"a second reviewer", two, []string{"officer5", "officer3", "officer2"}, []string{"reviewer2", "reviewer"}, "", "officer2 officer3 officer5", "reviewer reviewer2", ""},
		{"a panel of two", panel, []string{"officer", "officer2"}, nil, "officers: error.panel", "officer officer2 officer3", "", ""},
		{"a panel of four", panel, []string{"officer", "officer2", "officer3", "officer4"}, nil, "officers: error.panel", "officer officer2 officer3", "", ""},
		{"a panel of five", panel, []string{"officer", "officer2", "officer3", "officer4", "officer5"}, nil, "", "officer officer2 officer3 officer4 officer5", "", ""},
		{"a panel back to three", panel, []string{"officer", "officer4", "officer5"}, nil, "", "officer officer4 officer5", "", "officer2 officer officer3 officer"},
		{"a panel of five again", panel, []string{"officer", "officer2", "officer3", "officer4", "officer5"}, nil, "", "officer officer2 officer3 officer4 officer5", "", ""},
		{"three leave and one comes, who takes over from all", panel, []string{"officer", "officer5", "z.judge"}, nil, "", "officer officer5 z.judge", "", "officer2 z.judge officer3 z.judge officer4 z.judge"},
	} {
		t.Run(c.name, func(t *testing.T) {
			moves = nil
			f := find(t, o, "chief", c.id)
			err := o.Docket.Assign(ctx, o.By["chief"], c.id, f.Version, casework.Assignment{Officers: ids(o, c.officers...), Reviewers: ids(o, c.reviewers...), Reason: "x"})
			if (c.want == "") != (err == nil) || err != nil && (errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
			f = find(t, o, "chief", c.id)
			if got := team(o, f, casework.PartOfficer); got != c.left {
				t.Errorf("officers %s, want %s", got, c.left)
			}
			if got := team(o, f, casework.PartReviewer); got != c.review {
				t.Errorf("reviewers %q, want %q", got, c.review)
			}
			if got := strings.Join(moves, " "); got != c.moves {
				t.Errorf("handed on %q, want %q", got, c.moves)
			}
		})
	}
	// Of two reviewers the second is examined as well when he hands over.
	f := find(t, o, "chief", two)
	err := o.Docket.Hand(ctx, o.By["chief"], two, f.Version, casework.Handover{From: o.By["reviewer2"].ID, To: o.By["officer4"].ID, Reason: "x"})
	if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "to: error.assign_reviewer") {
		t.Errorf("an officer reviews: %v", err)
	}
	if _, err := audit.Verify(ctx, db); err != nil {
		t.Error(err)
	}
}

// TestCandidates: to investigate those are offered who may investigate there, to review those who may review; each with what speaks against it.
func TestCandidates(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	hire(t, o, "z.learner", "330500", 0, access.Officer)
	f := find(t, o, "chief", o.File(t, casework.Counterfeit, "2026-11-09").ID)
	for part, want := range map[string]string{
		casework.PartOfficer:  "officer on, officer2 on, officer3, z.learner error.certificate",
		casework.PartReviewer: "reviewer, reviewer2",
	} {
		list, err := o.Docket.Candidates(ctx, o.By["chief"], f, part)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list {
			for name, a := range o.By {
				if a.ID != c.UserID {
					continue
				}
				if c.On {
					name += " on"
				}
				if c.Refuse != nil {
					name += " " + c.Refuse.Key
				}
				got = append(got, name)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %s", part, strings.Join(got, ", "))
		}
	}
}

// TestWhoFiledIsAChiefOfTheCase: to file is to decide (Penalty Law Art. 57: who investigates and who decides are two), and no investigating.
func TestWhoFiledIsAChiefOfTheCase(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	far := day("2030-12-31")
	hire(t, o, "z.filed", "330500", far, access.Officer, access.Chief, access.Reviewer)
	hire(t, o, "z.chief", "330500", far, access.Officer, access.Chief, access.Reviewer)
	chief := o.By["chief"]
	o.By["chief"] = o.By["z.filed"]
	id := o.File(t, casework.Counterfeit, "2026-11-09").ID
	o.By["chief"] = chief
	hand := func(to string) error {
		return o.Docket.Hand(ctx, chief, id, find(t, o, "chief", id).Version, casework.Handover{From: o.By["officer"].ID, To: o.By[to].ID, Reason: "x"})
	}
	if err := hand("z.filed"); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "to: error.assign_chief") {
		t.Errorf("who filed it investigates: %v", err)
	}
	if err := o.Docket.Assign(ctx, chief, id, 1, casework.Assignment{Officers: ids(o, "officer", "officer2"), Reviewers: ids(o, "z.filed"), Reason: "x"}); err != nil {
		t.Errorf("who filed it reviews: %v", err)
	}
	if err := hand("z.chief"); err != nil {
		t.Errorf("a chief who did nothing in it investigates: %v", err)
	}
}

// TestAColleaguesCertificateKeepsNobody: when somebody leaves, a colleague whose certificate ran out is no reason to refuse the successor; but
// the number of those with a certificate does not fall below two by a handover.
func TestAColleaguesCertificateKeepsNobody(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	hire(t, o, "officer4", "330500", day("2030-12-31"), access.Officer)
	id := o.File(t, casework.Counterfeit, "2026-11-09").ID
	if err := o.Users.SetCertificate(ctx, access.System(), o.By["officer2"].ID, 0, access.Certificate{Number: "浙E2", Until: day("2026-11-19")}); err != nil {
		t.Fatal(err)
	}
	chief := o.By["chief"]
	if err := o.Docket.Hand(ctx, chief, id, 1, casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "离职"}); err != nil {
		t.Errorf("officer2 keeps officer: %v", err)
	}
	all := casework.Assignment{Officers: ids(o, "officer2", "officer3", "officer4"), Reason: "x"}
	if err := o.Docket.Assign(ctx, chief, id, 2, all); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "officers: error.certificate") {
		t.Errorf("named anew, everybody is looked at: %v", err)
	}
	for i, until := range []string{"2026-11-20", "2026-11-19"} { // three officers, then one of them without
		if err := o.Users.SetCertificate(ctx, access.System(), o.By["officer2"].ID, 0, access.Certificate{Number: "浙E2", Until: day(until)}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := o.Docket.Assign(ctx, chief, id, 2, all); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := o.Docket.Hand(ctx, chief, id, 3, casework.Handover{From: o.By["officer4"].ID, To: o.By["officer3"].ID, Reason: "x"})
	if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "to: need.certificates") {
		t.Errorf("one certificate would be left: %v", err)
	}
}

// TestWhoLeavesARestrictedCaseSeesItNoMore: nor its lead, its listings, its periods.
func TestWhoLeavesARestrictedCaseSeesItNoMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		hire(t, o, "z.both", "330500", day("2030-12-31"), access.Officer, access.Reviewer)
		c, x := ecommerce(t, o)
		chief := o.By["chief"]
		if err := o.Docket.Restrict(ctx, chief, c.ID, 1, casework.Restriction{Restricted: true, Reason: "商业秘密"}); err != nil {
			t.Fatal(err)
		}
		sees := func(step string, want map[string]bool) {
			t.Helper()
			for who, sees := range want {
				by := o.By[who]
				if _, err := o.Docket.Find(ctx, by, c.ID); (err == nil) != sees {
					t.Errorf("%s: %s, case: %v", step, who, err)
				}
				if _, err := o.Listings.Find(ctx, by, x.ID); (err == nil) != sees {
					t.Errorf("%s: %s, listing: %v", step, who, err)
				}
				if n, err := o.Listings.Count(ctx, by, listing.Filter{CaseID: c.ID}); err != nil || (n > 0) != sees {
					t.Errorf("%s: %s counts %d listings, %v", step, who, n, err)
				}
				if _, _, _, err := o.Leads.Find(ctx, by, c.LeadID); (err == nil) != sees {
					t.Errorf("%s: %s, lead: %v", step, who, err)
				}
			}
		}
		sees("before", map[string]bool{"officer": true, "officer2": true, "officer3": false, "z.both": false, "chief": true})
		if err := o.Docket.Hand(ctx, chief, c.ID, 2, casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "回避"}); err != nil {
			t.Fatal(err)
		}
		sees("handed over", map[string]bool{"officer": false, "officer2": true, "officer3": true, "z.both": false, "chief": true})
		if err := o.Docket.Hand(ctx, chief, c.ID, 3, casework.Handover{From: o.By["officer3"].ID, To: o.By["z.both"].ID, Reason: "休假"}); err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Hand(ctx, chief, c.ID, 4, casework.Handover{From: o.By["z.both"].ID, To: o.By["officer3"].ID, Reason: "销假"}); err != nil {
			t.Fatal(err)
		}
		sees("and back", map[string]bool{"officer": false, "z.both": false, "officer3": true})
		// Lifted and restricted again: who left meanwhile stays out.
		for i, r := range []casework.Restriction{{Reason: "解密"}, {Restricted: true, Reason: "又有秘密"}} {
			if err := o.Docket.Restrict(ctx, chief, c.ID, int64(5+i), r); err != nil {
				t.Fatal(err)
			}
		}
		sees("restricted again", map[string]bool{"officer": false, "officer2": true, "officer3": true, "z.both": false, "chief": true})
		// Who investigated is not let in to review.
		err := o.Docket.Restrict(ctx, chief, c.ID, 7, casework.Restriction{Restricted: true, Reason: "审核", Reviewer: o.By["z.both"].ID})
		if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "reviewer: error.reviewer_investigates") {
			t.Errorf("a former officer reviews: %v", err)
		}
		if _, err := o.Docket.Find(ctx, o.By["chief.deqing"], c.ID); errs.CodeOf(err) != errs.NotFound {
			t.Error(err)
		}
	})
}

// TestTheReviewerOfARestrictedCase: it has one until it was reviewed, and another may take over.
func TestTheReviewerOfARestrictedCase(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	chief := o.By["chief"]
	id := o.File(t, casework.Counterfeit, "2026-11-09").ID
	if err := o.Docket.Restrict(ctx, chief, id, 1, casework.Restriction{Restricted: true, Reason: "x", Reviewer: o.By["reviewer"].ID}); err != nil {
		t.Fatal(err)
	}
	err := o.Docket.Assign(ctx, chief, id, 2, casework.Assignment{Officers: ids(o, "officer", "officer2"), Reason: "x"})
	if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "reviewers: error.restricted_reviewer") {
		t.Errorf("nobody could review it: %v", err)
	}
	if err := o.Docket.Hand(ctx, chief, id, 2, casework.Handover{From: o.By["reviewer"].ID, To: o.By["officer3"].ID, Reason: "x"}); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "to: error.assign_reviewer") {
		t.Errorf("an officer reviews: %v", err)
	}
	if err := o.Docket.Hand(ctx, chief, id, 2, casework.Handover{From: o.By["reviewer"].ID, To: o.By["reviewer2"].ID, Reason: "回避"}); err != nil {
		t.Fatal(err)
	}
	for who, sees := range map[string]bool{"reviewer": false, "reviewer2": true} {
		if _, err := o.Docket.Find(ctx, o.By[who], id); (err == nil) != sees {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// TestTheSubstituteOfSomebodyRecused: who was recused has left by that step and does not come back; what was theirs goes to the substitute.
func TestTheSubstituteOfSomebodyRecused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		hire(t, o, "z.substitute", "330500", day("2030-12-31"), access.Officer)
		var moves []string
		o.Docket.OnHandover(func(_ *store.Tx, _ access.Actor, _, from, to string) error {
			moves = append(moves, from, to)
			return nil
		})
		id := o.File(t, casework.Infringement, "2026-11-09").ID
		gone := o.By["officer2"].ID
		if err := o.At("2026-11-10", func(tx *store.Tx) error { // as the step leaves it
			if err := tx.Exec("DELETE FROM members WHERE subject_id = ? AND user_id = ?", id, gone).Error; err != nil {
				return err
			}
			return tx.Create(&casework.Track{ID: tx.NewID(), CaseID: id, Track: "recusal", State: "recuse", OpenedOn: day("2026-11-10"), EndedOn: day("2026-11-10"), Facts: casework.Facts{"challenged": gone}, Seq: 1}).Error
		}); err != nil {
			t.Fatal(err)
		}
		name := func(officers ...string) error {
			return o.Docket.Assign(ctx, o.By["chief"], id, 1, casework.Assignment{Officers: ids(o, officers...), Reason: "替补"})
		}
		if err := name("officer", "officer3"); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "error.panel") {
			t.Errorf("a panel of two: %v", err)
		}
		if err := name("officer", "officer2", "officer3"); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "officers: error.assign_recused") {
			t.Errorf("who was recused comes back: %v", err)
		}
		if err := name("officer", "officer3", "z.substitute"); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(moves, []string{gone, o.By["z.substitute"].ID}) {
			t.Errorf("handed on %v", moves)
		}
		// Later changes have nothing to do with who was recused: one for one, a reviewer.
		moves = nil
		hire(t, o, "z.third", "330500", day("2030-12-31"), access.Officer)
		if err := o.Docket.Assign(ctx, o.By["chief"], id, 2, casework.Assignment{Officers: ids(o, "officer", "officer3", "z.third"), Reviewers: ids(o, "reviewer"), Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(moves, ids(o, "z.substitute", "z.third")) {
			t.Errorf("handed on %v", moves)
		}
	})
}
