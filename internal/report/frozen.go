package report

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/region"
)

// FrozenPath is the page of an issue.
func FrozenPath(id string) string { return "/statistics/periods/" + id }

// Issues are the frozen periods of a person's offices, the newest first. errs.Forbidden without statistics.view anywhere.
func (f *Figures) Issues(ctx context.Context, by access.Actor) (rows []Frozen, err error) {
	if err := f.guard.AllowAnywhere(by, "statistics.view"); err != nil {
		return nil, err
	}
	err = f.db.Read(ctx).Scopes(f.guard.ScopePlain(by, "statistics.view", "frozen_periods")).Order("frozen_periods.id DESC").Limit(500).Find(&rows).Error
	return rows, err
}

// Issue is one of them with its figures, as they were frozen. errs.NotFound.
func (f *Figures) Issue(ctx context.Context, by access.Actor, id string) (*Frozen, error) {
	return f.issue(f.db.Read(ctx), by, id)
}

func (f *Figures) issue(q *gorm.DB, by access.Actor, id string) (*Frozen, error) {
	var rows []Frozen
	if err := q.Scopes(f.guard.ScopePlain(by, "statistics.view", "frozen_periods")).Where("frozen_periods.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, access.Unseen(q, "frozen_periods", "period", id)
	}
	z := &rows[0]
	if err := q.Where("frozen_id = ?", id).Order("seq").Find(&z.Figures).Error; err != nil {
		return nil, err
	}
	if z.SHA256 != z.sum() {
		return nil, fmt.Errorf("the frozen period %s was changed after it was frozen", z.ID)
	}
	return z, nil
}

// Figure is a figure of the issue by its key, nil where there is none.
func (z *Frozen) Figure(key string) *FrozenFigure {
	for i := range z.Figures {
		if z.Figures[i].Key() == key {
			return &z.Figures[i]
		}
	}
	return nil
}

// Restated is what became of a frozen figure since: its value today, and the matters that came, went, or count otherwise.
type Restated struct {
	Figure  *FrozenFigure
	Metric  Metric
	Hidden  string // the action the person lacks: there are no figures then
	Gone    bool   // the program has no such metric any more: only what was frozen is known
	Now     int64
	Added   Lines
	Removed Lines
	Changed Lines // as they are today
	Meaning bool  // the definition is another today
}

// Same says that nothing was restated.
func (r *Restated) Same() bool {
	return r.Gone || len(r.Added)+len(r.Removed)+len(r.Changed) == 0 && r.Now == r.Figure.N
}

// Restate compares the figures of an issue with today's; key names one of them, "" is all. What the person lacks the right to see the list of is hidden.
func (f *Figures) Restate(ctx context.Context, by access.Actor, z *Frozen, key string) (out []Restated, err error) {
	for i := range z.Figures {
		x := &z.Figures[i]
		if key != "" && x.Key() != key {
			continue
		}
		r, err := f.restate(f.db.Read(ctx), by, z, x)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (f *Figures) restate(q *gorm.DB, by access.Actor, z *Frozen, x *FrozenFigure) (r Restated, err error) {
	r.Figure = x
	at := slices.IndexFunc(Metrics(), func(m Metric) bool { return m.ID == x.Metric })
	if r.Gone = at < 0; r.Gone {
		return r, nil
	}
	r.Metric = Metrics()[at]
	in := In{Period: z.Period(), Office: z.Jurisdiction, today: f.today()}
	if x.Base {
		in.Period = in.Period.Before(f.today())
	}
	if action := r.Metric.of(in).Action; !f.guard.CanAnywhere(by, action) {
		r.Hidden = action
		return r, nil
	}
	then, err := x.Lines()
	if err != nil {
		return r, err
	}
	now, err := f.lines(q, r.Metric, in)
	if err != nil {
		return r, err
	}
	r.Now = r.Metric.value(now)
	r.Added, r.Removed, r.Changed = compare(then, now)
	_, sum, err := f.definition(q, r.Metric, in)
	r.Meaning = sum != x.DefinitionSHA256
	return r, err
}

// compare tells two lists of matters apart; both are sorted by identifier.
func compare(then, now Lines) (added, removed, changed Lines) {
	for len(then) > 0 || len(now) > 0 {
		switch {
		case len(then) == 0 || len(now) > 0 && now[0].ID < then[0].ID:
			added, now = append(added, now[0]), now[1:]
		case len(now) == 0 || then[0].ID < now[0].ID:
			removed, then = append(removed, then[0]), then[1:]
		default:
			if then[0] != now[0] {
				changed = append(changed, now[0])
			}
			then, now = then[1:], now[1:]
		}
	}
	return added, removed, changed
}

// Where narrows lines as the tables of a report do; "" is all.
func (l Lines) Where(kind, place string) (out Lines) {
	for _, x := range l {
		if (kind == "" || x.Kind == kind) && (place == "" || x.Place == place) {
			out = append(out, x)
		}
	}
	return out
}

// Named is a matter as a person may know it.
type Named struct{ ID, Number, Title, Href string }

// Name finds the matters that a person may see of a metric's list; how many of the lines are kept from the person is the second answer.
func (f *Figures) Name(ctx context.Context, by access.Actor, m Metric, lines Lines) (map[string]Named, int, error) {
	of := m.of(In{today: f.today()})
	title := map[string]string{"cases": "cases.title", "listings": "listings.title", "calls": "''"}[of.Table]
	out := map[string]Named{}
	for part := range slices.Chunk(lines, 500) {
		var ids []string
		for _, l := range part {
			ids = append(ids, l.ID)
		}
		var rows []Named
		err := f.db.Read(ctx).Table(of.Table).Scopes(f.guard.Scope(by, of.Action, of.Table)).Where(of.Table+".id IN ?", ids).Select(of.Table + ".id, " + of.Table + ".number, " + title + " AS title").Find(&rows).Error
		if err != nil {
			return nil, 0, err
		}
		for _, r := range rows {
			r.Href = of.List + "/" + r.ID
			out[r.ID] = r
		}
	}
	return out, len(lines) - len(out), nil
}

// VerifyFrozen hands every issue to each with what does not hold in it: that its hash is over what stands there, and that its figures follow from their matters.
func VerifyFrozen(q *gorm.DB, each func(z *Frozen, whole bool)) error {
	var ids []string
	if err := q.Model(&Frozen{}).Order("id").Pluck("id", &ids).Error; err != nil {
		return err
	}
	for _, id := range ids {
		var z Frozen
		if err := q.Where("id = ?", id).Take(&z).Error; err != nil {
			return err
		}
		if err := q.Where("frozen_id = ?", id).Order("seq").Find(&z.Figures).Error; err != nil {
			return err
		}
		each(&z, z.whole())
	}
	return nil
}

func (z *Frozen) whole() bool {
	if z.SHA256 != z.sum() {
		return false
	}
	metrics := Metrics()
	for i := range z.Figures {
		x := &z.Figures[i]
		lines, err := x.Lines()
		if err != nil || hashOf(x.Definition) != x.DefinitionSHA256 {
			return false
		}
		at := slices.IndexFunc(metrics, func(m Metric) bool { return m.ID == x.Metric })
		if at >= 0 && metrics[at].value(lines) != x.N {
			return false
		}
	}
	return true
}

// counties are the counties of an office in the order of the regions, and whatever other place has a matter.
func (f *Figures) counties(office string, lines Lines) []string {
	var cells []cell
	for _, l := range lines {
		cells = append(cells, cell{B: l.Place})
	}
	return f.places(office, cells)
}

// lineOffices are the counties whose own office has a matter.
func (l Lines) lineOffices() []string {
	out := []string{}
	for _, x := range l {
		if (region.Region{Code: x.Office}).IsCounty() && !slices.Contains(out, x.Office) {
			out = append(out, x.Office)
		}
	}
	slices.Sort(out)
	return out
}

// BadKey is the answer to a figure that an issue does not have.
func BadKey(key string) error {
	return errs.New(errs.NotFound, "error.not_found").Because(fmt.Errorf("no frozen figure %q", strings.ToValidUTF8(key, "?")))
}

// Meant is the figure's definition as it was.
func (x *FrozenFigure) Meant() (d Definition) {
	_ = json.Unmarshal([]byte(x.Definition), &d) // what is no definition has no words
	return d
}

// Words are the figure's words of that time: name, is, cite.
func (x *FrozenFigure) Words(lang string) map[string]string { return x.Meant().Words[lang] }

// FrozenTable is the table of an issue by kind and county, as it was frozen; its figures lead to the frozen matters.
func (f *Figures) FrozenTable(z *Frozen) (*Table, error) {
	now, then, err := z.filed()
	if err != nil {
		return nil, err
	}
	t := &Table{Period: z.Period(), Before: z.Period().Before(z.ToOn.AddDays(1)), Office: z.Jurisdiction, Places: f.counties(z.Jurisdiction, now)}
	for _, kind := range append(casework.Reported(), "") {
		row := Row{Kind: kind, Sum: z.cut(CasesFiled, now, kind, ""), Before: z.cut(CasesFiled+baseMark, then, kind, "")}
		for _, place := range t.Places {
			row.Cells = append(row.Cells, z.cut(CasesFiled, now, kind, place))
		}
		row.Growth = Growth(row.Before.N, row.Sum.N)
		if kind == "" {
			t.Total = row
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	return t, nil
}

func (z *Frozen) filed() (now, then Lines, err error) {
	for key, to := range map[string]*Lines{CasesFiled: &now, CasesFiled + baseMark: &then} {
		x := z.Figure(key)
		if x == nil {
			return nil, nil, BadKey(key)
		}
		if *to, err = x.Lines(); err != nil {
			return nil, nil, err
		}
	}
	return now, then, nil
}

// cut is the part of a frozen count of a kind and place, linked to its matters.
func (z *Frozen) cut(key string, lines Lines, kind, place string) Figure {
	v := url.Values{}
	if kind != "" {
		v.Set("kind", kind)
	}
	if place != "" {
		v.Set("at", place)
	}
	href := FrozenPath(z.ID) + "/" + url.PathEscape(key)
	if len(v) > 0 {
		href += "?" + v.Encode()
	}
	return Figure{N: int64(len(lines.Where(kind, place))), Href: href}
}
