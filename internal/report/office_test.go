package report_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/report"
	"huzhi/internal/store"
)

// row is what the naive count in Go knows of a case, a call or a listing.
type row struct {
	id, kind, office, place string
	restricted              bool
	filed, closed           calendar.Day // a call's or listing's day is filed
	fine                    int64
	clock                   string // "", "in" or "late"
	paused                  calendar.Day
	asked                   bool // a request waits for an answer
	officers                []string
	subject, state, finding string
	traits
}

type office struct {
	*accesstest.Office
	db       *store.DB
	figures  *report.Figures
	cases    []row
	calls    []row
	listings []row
	members  map[string]string   // restricted matter → the one user who works on it
	known    map[string][2]int64 // what a list was counted to hold: person and address → by SQL, by hand
}

// newOffice is the office of 2013 and 2014 as the published report counts it, with matters of this year besides; every
// tenth case is restricted. The rows are written as they are: the figures must not depend on how they came.
func newOffice(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{Office: accesstest.New(t, db), db: db, members: map[string]string{}, known: map[string][2]int64{}}
	o.figures = report.New(db, o.Guard, o.Regions, func() calendar.Day { return calendar.DayOf(db.Now()) })
	for _, y := range []struct {
		year                                          int
		counterfeit, infringement, dispute, ecommerce int
	}{{2013, 50, 20, 6, 15}, {2014, 132, 46, 11, 65}, {2025, 30, 9, 3, 8}, {2026, 21, 7, 0, 9}} {
		for _, k := range []struct {
			kind string
			n    int
		}{{casework.Counterfeit, y.counterfeit}, {casework.Infringement, y.infringement}, {casework.Dispute, y.dispute}, {casework.Ecommerce, y.ecommerce}} {
			for i := range k.n {
				o.cases = append(o.cases, aCase(y.year, k.kind, i))
			}
		}
	}
	for i := range 12 { // no case of the report
		o.cases = append(o.cases, aCase(2026, casework.Opinion, i))
	}
	for i := range 127 {
		finding := "not_established"
		if i < 49 {
			finding = "infringing"
		}
		o.listings = append(o.listings, row{id: fmt.Sprintf("listing-%03d", i), office: offices[i%6], filed: calendar.Date(2014, 1, 1).AddDays(i * 2), finding: finding, restricted: i%40 == 3})
	}
	for i := range 3512 {
		o.calls = append(o.calls, row{id: fmt.Sprintf("call-%04d", i), kind: "consultation", office: offices[3+i%3], filed: calendar.Date(2014, 1, 1).AddDays(i % 365), state: "answered"})
	}
	for i := range 9 {
		c := row{id: fmt.Sprintf("complaint-%d", i), kind: "complaint", office: []string{"330500", "330521", "330522", "330523"}[i%4], filed: calendar.Date(2014, 2, 1).AddDays(i * 20), subject: "infringement", state: "lead"}
		switch {
		case i == 5:
			c.state = "open"
		case i == 6:
			c.subject = "counterfeit"
		case i > 6:
			c.filed = calendar.Date(2013, 3, i)
		case i%2 == 1:
			c.state = "closed"
		}
		o.calls = append(o.calls, c)
	}
	for i := range o.cases {
		c := &o.cases[i]
		c.traits = someTraits(i, *c)
		if c.closed.IsZero() && c.clock != "" && i%4 == 1 {
			c.paused = c.filed.AddDays(10)
		}
		c.asked = c.closed.IsZero() && i%3 == 0
		c.officers = []string{[]string{"chief", "officer", "officer.deqing", "reviewer"}[i%4]}
		if !c.restricted && i%5 == 2 {
			c.officers = append(c.officers, []string{"chief", "officer", "officer.deqing", "reviewer"}[(i+1)%4])
		}
	}
	o.insert(t)
	o.insertTraits(t)
	return o
}

// the city and its counties
var offices = []string{"330500", "330502", "330503", "330521", "330522", "330523"}

func aCase(year int, kind string, i int) row {
	c := row{
		id: fmt.Sprintf("case-%d-%s-%03d", year, kind, i), kind: kind, office: offices[i%6], place: offices[1+i%5],
		filed: calendar.Date(year, 1, 1).AddDays((i * 7) % 320), restricted: i%10 == 4,
	}
	if kind == casework.Infringement {
		c.office = "330500" // the city handles them wherever they happened
	}
	if i%29 == 7 {
		c.place = "330500" // nobody wrote down the county
	}
	if i%9 != 8 {
		c.closed = c.filed.AddDays(25 + i%60)
	}
	if kind == casework.Counterfeit || kind == casework.Infringement {
		c.clock = "in"
		if i%12 == 5 {
			c.clock = "late"
		}
		c.fine = int64(i) * 12345
	}
	return c
}

func (o *office) insert(t *testing.T) {
	t.Helper()
	err := o.db.Tx(context.Background(), func(tx *store.Tx) error {
		var leads, cases, tracks, clocks, members, listings, calls []map[string]any
		for _, c := range o.cases {
			leads = append(leads, map[string]any{
				"id": "lead-" + c.id, "number": "lead-" + c.id, "source": "patrol", "kind": c.kind, "jurisdiction": c.office, "place": c.place,
				"state": "filed", "received_on": c.filed, "title": c.id, "facts": "", "version": 1, "created_at": tx.Now, "updated_at": tx.Now,
			})
			cases = append(cases, map[string]any{
				"id": c.id, "number": c.id, "kind": c.kind, "title": c.id, "state": state(c), "jurisdiction": c.office, "restricted": c.restricted,
				"place": c.place, "source": c.source, "lead_id": "lead-" + c.id, "filed_on": c.filed, "decided_on": c.decided, "outcome": c.outcome, "closed_on": c.closed, "fine_fen": c.fine,
				"confiscated_fen": c.fine / 3, "facts": c.facts(), "version": 1, "created_at": tx.Now, "updated_at": tx.Now,
			})
			if c.restricted {
				o.members[c.id] = c.officers[0]
			}
			for _, who := range c.officers {
				members = append(members, map[string]any{"subject_id": c.id, "user_id": o.By[who].ID, "part": "officer", "added_at": tx.Now})
			}
			if c.asked {
				tracks = append(tracks, map[string]any{"id": "track-" + c.id, "case_id": c.id, "seq": 1, "track": "longer", "state": "asked", "opened_on": c.filed, "facts": "{}"})
			}
			if c.clock != "" {
				rule, due := map[string]string{"counterfeit": "CF_CLOSE", "infringement": "INF_CLOSE"}[c.kind], c.due()
				clocks = append(clocks, map[string]any{
					"id": "clock-" + c.id, "subject_kind": "case", "subject_id": c.id, "label": c.id, "title": c.id, "jurisdiction": c.office, "rule": rule,
					"version": "x", "kind": c.kind, "rules_hash": "x", "office_duty": true, "started_on": c.filed, "strict_on": due, "due_on": due, "watch_on": due,
					"stopped_on": c.closed, "paused_on": c.paused, "created_at": tx.Now,
				})
			}
		}
		for _, l := range o.listings {
			listings = append(listings, map[string]any{
				"id": l.id, "number": l.id, "jurisdiction": l.office, "restricted": l.restricted, "place": l.office, "platform": "taobao", "shop": "s", "url": "u", "canonical": l.id, "item": l.id,
				"title": l.id, "suspected_kind": "infringement", "found_on": l.filed, "finding": l.finding, "result": map[bool]string{true: "deleted"}[l.finding == "infringing"], "version": 1, "created_at": tx.Now, "updated_at": tx.Now,
			})
		}
		for _, c := range o.calls {
			calls = append(calls, map[string]any{
				"id": c.id, "number": c.id, "kind": c.kind, "channel": "phone", "jurisdiction": c.office, "place": c.office, "received_at": tx.Now, "received_on": c.filed,
				"operator_id": o.By["operator"].ID, "question": "?", "subject": c.subject, "state": c.state, "version": 1, "created_at": tx.Now, "updated_at": tx.Now,
			})
		}
		for _, x := range []struct {
			table string
			rows  []map[string]any
		}{{"leads", leads}, {"cases", cases}, {"members", members}, {"case_tracks", tracks}, {"deadlines", clocks}, {"listings", listings}, {"calls", calls}} {
			for len(x.rows) > 0 {
				n := min(len(x.rows), 500)
				if err := tx.Table(x.table).Create(x.rows[:n]).Error; err != nil {
					return fmt.Errorf("%s: %w", x.table, err)
				}
				x.rows = x.rows[n:]
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// due is the last day of the period within which the case was to be closed.
func (r row) due() calendar.Day {
	switch {
	case r.closed.IsZero():
		return r.filed.AddDays(30)
	case r.clock == "late":
		return r.closed.AddDays(-20)
	}
	return r.closed
}

func state(c row) string {
	if c.closed.IsZero() {
		return "investigated"
	}
	return "archived"
}

// sees is the scope, said again in Go: which roles see the list, where, and restricted matters only by their member.
func (o *office) sees(username, list string, r row) bool {
	if username == "" {
		return true // the program itself
	}
	for _, n := range accesstest.Names() {
		if n[0] != username || !strings.Contains(mayList[list], n[1]) {
			continue
		}
		return (n[2] == "330500" || n[2] == r.office) && (!r.restricted || o.members[r.id] == username)
	}
	return false
}

var mayList = map[string]string{
	"/cases": "officer reviewer chief archivist", "/hotline": "operator chief", "/listings": "officer chief",
}

func (o *office) actor(username string) access.Actor {
	if username == "" {
		return access.System()
	}
	return o.By[username]
}
