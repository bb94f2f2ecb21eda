package casework

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/store"
)

// Waiting is a case that waits for a person to take its next step.
type Waiting struct {
	Row
	Next Next // the step that moves it on
}

// mostLooked is how many cases are looked into for those that wait for a person.
const mostLooked = 200

// Waiting are the cases whose next stage a person may open now, by a step of the action given: nothing is missing, the four eyes
// allow it. The nearest statutory day comes first, then the oldest. more says that there may be further ones.
//
// A step that leaves the path early (withdrawal, mediation before the hearing) is open all the time and is not waited for. Requests are
// another list: see Requests.
func (d *Docket) Waiting(ctx context.Context, by access.Actor, action string, limit int) (out []Waiting, more bool, err error) {
	where, args := d.onward(action)
	if where == "" {
		return nil, false, nil
	}
	var rows []Row
	err = d.scoped(ctx, by, Filter{}).Select(rowColumns+", "+nearest, d.Today()).Where(where, args...).Order(byNearest).Limit(mostLooked).Find(&rows).Error
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		f, err := d.Find(ctx, by, r.ID)
		if err != nil {
			return nil, false, err
		}
		next, ok := d.moves(by, f, action)
		if !ok {
			continue
		}
		if len(out) == limit {
			return out, true, nil
		}
		out = append(out, Waiting{Row: r, Next: next})
	}
	return out, len(rows) == mostLooked, nil
}

// onward is the SQL condition of the cases that stand before a step of the action which leads to the next stage.
func (d *Docket) onward(action string) (sql string, args []any) {
	var parts []string
	over, col := false, "cases."
	if d.db.Engine() == store.SQLite { // found among what is open, not by their kinds and states
		col = "+cases."
	}
	for _, kind := range Kinds() {
		p := d.procedures[kind]
		if p == nil {
			continue
		}
		var states []State
		for _, s := range p.Steps {
			for _, from := range s.From {
				if s.Action == action && !s.Early && p.next(from, s.To) {
					states = append(states, from)
				}
			}
		}
		if len(states) > 0 {
			parts = append(parts, "("+col+"kind = ? AND "+col+"state IN ?)")
			args = append(args, kind, states)
			over = over || slices.Contains(states, Closed) || slices.Contains(states, Archived)
		}
	}
	sql = strings.Join(parts, " OR ")
	if sql != "" && !over { // said again, so that the index of what is open serves
		sql = OpenSQL + " AND (" + sql + ")"
	}
	return sql, args
}

// approves says whether a step answers a request, or confirms what was done in urgency.
func (s *Step) approves() bool { return slices.Contains(s.In, Asked) || slices.Contains(s.In, Urgent) }

// next says whether a state is the stage right after another.
func (p *Procedure) next(from, to State) bool {
	return to != "" && p.Stage(from) >= 0 && p.Stage(to) == p.Stage(from)+1
}

// moves is the step of an action by which a person could move a case to its next stage now; false where there is none.
func (d *Docket) moves(by access.Actor, f *File, action string) (Next, bool) {
	p := d.procedures[f.Kind]
	for _, n := range d.Next(by, f) {
		if n.Step.Action == action && n.Ready() && !n.Step.Early && p.next(f.State, n.Step.To) {
			return n, true
		}
	}
	return Next{}, false
}

// Working are the open cases that a person works on, the nearest statutory day first, then the oldest.
func (d *Docket) Working(ctx context.Context, by access.Actor, limit int) (rows []Row, err error) {
	err = d.scoped(ctx, by, Filter{Mine: by.ID, State: "open"}).Select(rowColumns+", "+nearest, d.Today()).Order(byNearest).Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return rows, d.nameOfficers(ctx, rows)
}
