package inspection

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
)

// MostExtract is how many patents a telephone takes along at most: some 400 bytes each.
const MostExtract = 1500

// mostOf is how many of one name are taken along.
const mostOf = 200

// Extract is what the register says of the patents that an officer is likely to meet on these visits, the likeliest first, at most so many: those found
// at the same places before; those of whoever was found there or is visited; those of open cases, leads and listings of the counties and of what else was
// found there within a year, as far as the person may see them; then those of patentees that are named for the county. home is where the person works:
// also a visit that nobody has planned needs its patents.
func (r *Rounds) Extract(ctx context.Context, by access.Actor, tasks []Task, home string, today calendar.Day, most int) ([]patent.Register, error) {
	if r.roll == nil || most <= 0 {
		return nil, nil
	}
	p := picked{seen: map[string]bool{}, most: most}
	names, places := []string{}, []string{}
	for _, t := range tasks {
		names, places = append(names, t.Visit.Name), append(places, t.Visit.Place)
		for _, e := range t.Earlier {
			p.add(e.PatentKey)
			names = append(names, e.Party)
		}
		if t.Record != nil {
			t.Record.each(func(f *Finding) { p.addText(f.judged().Text) })
		}
	}
	names = once(names)
	for _, n := range names[:min(len(names), 100)] {
		keys, err := r.roll.HeldBy(ctx, n, min(mostOf, p.room()))
		if err != nil {
			return nil, err
		}
		p.add(keys...)
	}
	places = once(append(places, home))
	for _, place := range places {
		if err := r.pending(ctx, by, place, today, &p); err != nil {
			return nil, err
		}
	}
	for _, place := range places {
		for _, x := range r.regions.Within(place) {
			keys, err := r.roll.HeldBy(ctx, strings.TrimRight(x.ZH, "省市县区"), min(mostOf, p.room()))
			if err != nil {
				return nil, err
			}
			p.add(keys...)
		}
	}
	known, err := r.roll.Of(ctx, p.keys)
	if err != nil {
		return nil, err
	}
	out := make([]patent.Register, 0, len(known))
	for _, k := range p.keys {
		if x := known[k]; x != nil {
			out = append(out, *x.Register())
		}
	}
	return out, nil
}

// pending picks the numbers of what is open in a county, and of what was found there within a year.
func (r *Rounds) pending(ctx context.Context, by access.Actor, place string, today calendar.Day, p *picked) error {
	q := r.db.Read(ctx)
	var keys, texts []string
	err := q.Table("cases").Joins("JOIN case_patents p ON p.case_id = cases.id AND p.gone_to = ''").Scopes(r.guard.Scope(by, "case.view", "cases"), access.WithinColumn("cases.place", place)).
		Where("cases.closed_on IS NULL").Order("cases.id DESC").Limit(p.room()).Pluck("p.key", &keys).Error
	if err != nil {
		return err
	}
	p.add(keys...)
	for _, of := range []struct{ table, action, open, order string }{
		{"leads", "lead.view", "leads.settled_on IS NULL", "leads.id DESC"}, {"listings", "listing.view", "listings.result_on IS NULL", "listings.id DESC"},
	} {
		texts = texts[:0]
		err := q.Table(of.table).Scopes(r.guard.Scope(by, of.action, of.table), access.WithinColumn(of.table+".place", place)).Where(of.open).Where(of.table+".patent_no <> ''").
			Order(of.order).Limit(max(p.room(), 1)).Pluck(of.table+".patent_no", &texts).Error
		if err != nil {
			return err
		}
		for _, s := range texts {
			p.addText(s)
		}
	}
	keys = keys[:0]
	err = q.Table("visits").Joins("JOIN visit_finding_patents p ON p.visit_id = visits.id").Scopes(r.guard.Scope(by, "visit.view", "visits"), access.WithinColumn("visits.place", place)).
		Where("visits.visit_on >= ?", today.AddDays(-365)).Order("visits.visit_on DESC, p.key").Limit(max(p.room(), 1)).Pluck("p.key", &keys).Error
	p.add(keys...)
	return err
}

// picked are keys in the order in which they were thought of, each once.
type picked struct {
	keys []string
	seen map[string]bool
	most int
}

func (p *picked) room() int { return p.most - len(p.keys) }

func (p *picked) add(keys ...string) {
	for _, k := range keys {
		if k != "" && !p.seen[k] && p.room() > 0 {
			p.seen[k] = true
			p.keys = append(p.keys, k)
		}
	}
}

func (p *picked) addText(s string) {
	if n, err := patent.Parse(s); err == nil {
		p.add(n.Key())
		return
	}
	for _, n := range patent.Numbers(s) {
		p.add(n.Key())
	}
}

func once(list []string) (out []string) {
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
