package report_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

// traits are what a row has beside kind, place and days, as a person would write them down: nothing here knows the SQL.
type traits struct {
	source, patent, party, limb, venue, outcome string
	foreign, repeated                           bool
	flags                                       []string
	decided                                     calendar.Day
	steps                                       map[string]calendar.Day
	suit                                        string // how it ended
	paid                                        map[string]payment
}

type payment struct {
	on     calendar.Day
	fen    int64
	voided bool
}

func someTraits(i int, c row) traits {
	one := func(list ...string) string { return list[(i*31+i/7)%len(list)] }
	x := traits{source: one("report", "complaint", "transfer", "own_patrol", "superior"), patent: one("invention", "utility", "design", ""), party: one("company", "person", "trader"), foreign: i%17 == 3,
		repeated: i%41 == 5, steps: map[string]calendar.Day{}, paid: map[string]payment{}}
	for j, flag := range casework.Flags() {
		if (i+j)%19 == 2 {
			x.flags = append(x.flags, flag)
		}
	}
	switch c.kind {
	case casework.Counterfeit:
		x.limb, x.venue, x.outcome = one("L1a", "L2", "L5", "none"), one("ordinary", "online", "exhibition"), one("penalised", "no_penalty_minor", "transferred_police", "not_established")
	case casework.Infringement:
		x.outcome = one("infringing_stop", "rejected", "mediated", "withdrawn")
	}
	if x.outcome == "" || c.closed.IsZero() {
		x.outcome = ""
		return x
	}
	x.decided = c.closed.AddDays(-5)
	if i%3 == 0 {
		x.steps["publish"] = c.closed
	}
	if i%5 == 0 {
		x.steps[one("seal", "seal_urgent")] = c.filed.AddDays(2)
	}
	if i%7 == 0 {
		x.steps["sue"], x.steps["end_suit"], x.suit = c.closed.AddDays(20), c.closed.AddDays(90), one("upheld", "quashed", "dismissed", "changed", "suit_withdrawn")
	}
	if i%4 == 1 {
		x.paid[one("fine", "confiscated", "surcharge")] = payment{c.closed.AddDays(15), int64(1000 + i), i%8 == 1}
	}
	return x
}

func (x traits) facts() string {
	f := map[string]string{"zz": "\"limb\":\"L9\""} // a value that speaks of a key is no key
	if x.limb != "" {
		f["limb"], f["venue"] = x.limb, x.venue
	}
	if x.foreign {
		f["foreign"] = "yes"
	}
	b, _ := json.Marshal(f) // a map of texts
	return string(b)
}

// trait says whether a row has what an address asks for; known is false of a field that is no trait.
func (r row) trait(k, v string) (known, is bool) {
	day := func(d calendar.Day, after bool) bool {
		return !d.IsZero() && (after && dayText(d) >= v || !after && dayText(d) <= v)
	}
	switch k {
	case "there_from":
		return true, r.closed == 0 || r.closed.String() >= v
	case "source":
		return true, r.source == v
	case "patent_type":
		return true, r.patent == v
	case "party":
		return true, r.party == v
	case "limb":
		return true, r.limb == v
	case "outcome":
		if r.subject != "" || r.state != "" { // a call
			return true, v == "handed" && r.state == "lead"
		}
		return true, r.outcome == v || v == "adjudicated" && (r.outcome == "infringing_stop" || r.outcome == "rejected")
	case "decided_from":
		return true, day(r.decided, true)
	case "decided_to":
		return true, day(r.decided, false)
	case "mark":
		for _, m := range strings.Split(v, ",") {
			if !r.marked(m) {
				return true, false
			}
		}
		return true, true
	}
	return false, false
}

func (r row) marked(m string) bool {
	flagged := slices.Contains(r.flags, m)
	switch m {
	case "online":
		return r.kind == casework.Ecommerce || r.venue == "online"
	case "exhibition":
		return flagged || r.venue == "exhibition"
	case "foreign":
		return flagged || r.foreign
	case "repeat":
		return r.repeated
	case "transfer_in":
		return r.source == "transfer"
	case "transfer_out":
		return strings.HasPrefix(r.outcome, "transferred_")
	}
	return flagged
}

func (o *office) insertTraits(t *testing.T) {
	t.Helper()
	rows := map[string][]map[string]any{}
	err := o.db.Tx(ctx, func(tx *store.Tx) error {
		add := func(table string, r map[string]any) { rows[table] = append(rows[table], r) }
		for i, c := range o.cases {
			if c.patent != "" {
				add("case_patents", map[string]any{"id": "pt-" + c.id, "case_id": c.id, "number": "n", "key": "k", "type": c.patent, "added_at": tx.Now})
			}
			add("case_parties", map[string]any{"id": "pa-" + c.id, "case_id": c.id, "role": "respondent", "form": c.party, "name": fmt.Sprint("n", i), "added_at": tx.Now})
			add("case_parties", map[string]any{"id": "pr-" + c.id, "case_id": c.id, "role": "requester", "form": "company", "name": "r", "added_at": tx.Now})
			for _, f := range c.flags {
				add("case_flags", map[string]any{"id": f + c.id, "case_id": c.id, "flag": f, "note": "", "made_by": "x", "made_name": "x", "made_at": tx.Now})
			}
			if c.repeated {
				add("case_steps", step(tx, c.id, 2, "find_repeat", c.filed, "{}"))
			}
			seq := 3
			for _, name := range []string{"publish", "seal", "seal_urgent", "sue", "end_suit"} {
				if on, ok := c.steps[name]; ok {
					data := "{}"
					if name == "end_suit" {
						data = `{"suit_result":"` + c.suit + `"}`
					}
					add("case_steps", step(tx, c.id, seq, name, on, data))
					seq++
				}
			}
			for what, p := range c.paid {
				r := map[string]any{"id": "pay-" + c.id, "case_id": c.id, "paid_for": what, "on_day": p.on, "fen": p.fen, "receipt": "r", "made_by": "x", "made_name": "x", "made_at": tx.Now, "voided_at": nil, "voided_name": "", "voided_why": ""}
				if p.voided {
					r["voided_at"] = tx.Now
				}
				add("case_payments", r)
			}
		}
		for _, table := range []string{"case_patents", "case_parties", "case_flags", "case_steps", "case_payments"} {
			for part := range slices.Chunk(rows[table], 500) {
				if err := tx.Table(table).Create(part).Error; err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
			}
		}
		return tally.RebuildTx(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func step(tx *store.Tx, id string, seq int, name string, on calendar.Day, data string) map[string]any {
	return map[string]any{"case_id": id, "seq": seq, "step": name, "from_state": "x", "to_state": "x", "on_day": on, "at": tx.Now, "actor": "x", "actor_name": "x", "note": "", "data": data, "document_id": "", "track_id": ""}
}

// Sums, shares and means, and what hangs on steps and payments: added up by hand over all rows, for everybody.
func TestMetricsByHand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		if err := tally.Verify(ctx, db); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"", "chief", "officer.deqing", "operator"} {
			for _, p := range []report.Period{report.Year(2014), report.Quarter(2014, 3), report.Month(2014, 6), {From: calendar.Date(2014, 2, 11), To: calendar.Date(2026, 3, 5)}} {
				for _, m := range report.Metrics() {
					got, err := o.figures.Count(ctx, o.actor(who), m.ID, report.In{Period: p})
					if err != nil {
						t.Fatal(err)
					}
					if want, ok := o.byHand(who, m.ID, p); ok && got.Hidden == "" && got.N != want {
						t.Errorf("%q %s in %v: %d, by hand %d (%s)", who, m.ID, p, got.N, want, got.Href)
					}
				}
			}
		}
	})
}

func (o *office) byHand(who, id string, p report.Period) (n int64, known bool) {
	in := func(d calendar.Day) bool { return !d.IsZero() && p.From <= d && d <= p.To }
	var a, b int64
	known = slices.Contains([]string{report.Published, report.Sealed, report.Suits, report.SuitsHeld, report.SuitsLost, report.FinesDecided, report.ConfisDecided,
		report.FinesPaid, report.ConfisPaid, report.SurchargePaid, report.CasesRate, report.CasesTimely, report.CasesDays}, id)
	for _, c := range o.cases {
		if c.kind == casework.Opinion || !o.sees(who, "/cases", c) {
			continue
		}
		took := func(names ...string) bool {
			return slices.ContainsFunc(names, func(s string) bool { return in(c.steps[s]) })
		}
		is := func(yes bool) {
			if yes {
				n++
			}
		}
		lost := c.suit == "quashed" || c.suit == "changed"
		switch id {
		case report.Published:
			is(took("publish"))
		case report.Sealed:
			is(took("seal", "seal_urgent"))
		case report.Suits:
			is(took("sue"))
		case report.SuitsHeld:
			is(took("end_suit") && !lost)
		case report.SuitsLost:
			is(took("end_suit") && lost)
		case report.FinesDecided:
			if in(c.decided) {
				n += c.fine
			}
		case report.ConfisDecided:
			if in(c.decided) {
				n += c.fine / 3
			}
		case report.FinesPaid, report.ConfisPaid, report.SurchargePaid:
			if x, ok := c.paid[map[string]string{report.FinesPaid: "fine", report.ConfisPaid: "confiscated", report.SurchargePaid: "surcharge"}[id]]; ok && !x.voided && in(x.on) {
				n += x.fen
			}
		case report.CasesRate:
			if in(c.closed) {
				a++
			}
			if c.filed <= p.To && (c.closed.IsZero() || c.closed >= p.From) {
				b++
			}
			n = report.Share(a, b).Hundredths
		case report.CasesTimely:
			if in(c.closed) && c.clock != "" {
				b++
				if c.clock == "in" {
					a++
				}
			}
			n = report.Share(a, b).Hundredths
		case report.CasesDays:
			if in(c.closed) {
				a, b = a+int64(c.closed-c.filed), b+1
				n = (20*a + b) / (2 * b)
			}
		}
	}
	return n, known
}

// A figure that stands in a summary is what the rows say, for everybody, whoever was recused and whatever is restricted.
func TestSummaryIsTheRows(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	err := o.db.Tx(ctx, func(tx *store.Tx) error {
		for _, i := range []int{1, 2, 4, 14, 24} {
			if err := tx.Exec("INSERT INTO recusals (user_id, subject_id) VALUES (?, ?)", o.By["chief"].ID, o.cases[i].id).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	by := o.By["chief"]
	for _, id := range []string{report.CasesFiled, report.CasesClosed, report.CasesInTime, report.CasesOverTime, report.CasesPending, report.CasesBrought, report.CallsAll, report.CallsInfr} {
		whole := report.In{Period: report.Year(2014)}
		got, err := o.figures.Count(ctx, by, id, whole)
		if err != nil && errs.CodeOf(err) != errs.Forbidden {
			t.Fatal(err)
		}
		if listed := o.list(t, "chief", address(t, got.Href)); listed != got.N {
			t.Errorf("%s: the summary says %d, the list has %d", id, got.N, listed)
		}
	}
}

func address(t *testing.T, href string) *url.URL {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// happened says whether the row has a step or a payment as an address asks for it, and the rest of the address besides.
func (r row) happened(v url.Values) bool {
	within := func(d calendar.Day, from, to string) bool {
		return !d.IsZero() && dayText(d) >= v.Get(from) && dayText(d) <= v.Get(to)
	}
	if o := v.Get("office"); o != "" && o != "330500" && o != r.office || r.kind == casework.Opinion {
		return false
	}
	if what := v.Get("paid_for"); what != "" {
		p, ok := r.paid[what]
		return ok && !p.voided && within(p.on, "paid_from", "paid_to")
	}
	lost := r.suit == "quashed" || r.suit == "changed"
	return slices.ContainsFunc(strings.Split(v.Get("step"), ","), func(s string) bool {
		return within(r.steps[s], "step_from", "step_to") && (v.Get("result") == "" || (v.Get("result") == "lost") == lost)
	})
}
