package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// Points are tenths of a point: 1.5 points are 15.
type Points int64

// Text is the points in figures: 12.5.
func (p Points) Text() string { return fmt.Sprintf("%d.%d", p/10, p%10) }

// MarshalJSON writes 12.5, or 12.
func (p Points) MarshalJSON() ([]byte, error) { return json.Marshal(float64(p) / 10) }

// Assessment is the table that a year's scorecards (绩效考核) are counted by: indicators and weights as data.
type Assessment struct {
	From   int               `yaml:"from"` // the first year it holds in
	Source map[string]string `yaml:"source"`
	Items  []Indicator       `yaml:"items"`
}

// Indicator is a line of the table: what is counted, and what it is worth.
type Indicator struct {
	ID     string      `yaml:"id"`
	Metric string      `yaml:"metric"`
	Of     string      `yaml:"of"`    // of a share: the metric that makes it whole
	Kinds  []string    `yaml:"kinds"` // of case; empty is all
	Rule   string      `yaml:"rule"`  // each, growth, share
	Points Points      `yaml:"points"`
	Steps  []ShareStep `yaml:"steps"` // the highest first
}

// ShareStep is what a share in percent is worth.
type ShareStep struct {
	From   int64  `yaml:"from"`
	Points Points `yaml:"points"`
}

// ReadAssessments reads the tables of a folder, the newest first. What does not name a metric or a rule is refused.
func ReadAssessments(dir fs.FS) (out []Assessment, err error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		var a Assessment
		d := yaml.NewDecoder(bytes.NewReader(raw))
		d.KnownFields(true)
		if err := d.Decode(&a); err != nil {
			return nil, fmt.Errorf("assessment %s: %w", name, err)
		}
		for _, i := range a.Items {
			for _, id := range []string{i.Metric, i.Of} {
				if id != "" && !slices.ContainsFunc(Metrics(), func(m Metric) bool { return m.ID == id && m.Counts() }) {
					return nil, fmt.Errorf("assessment %s, %s: %q is no metric that counts matters", name, i.ID, id)
				}
			}
			if !slices.Contains([]string{"each", "growth", "share"}, i.Rule) || (i.Rule == "share") != (i.Of != "" && len(i.Steps) > 0) {
				return nil, fmt.Errorf("assessment %s, %s: the rule %q is not right", name, i.ID, i.Rule)
			}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Assessment) int { return b.From - a.From })
	return out, nil
}

// Worth is what n matters are worth; before is how many there were the year before, or of a share how many made it whole beside them.
func (i Indicator) Worth(n, before int64) Points {
	switch i.Rule {
	case "each":
		return Points(n) * i.Points
	case "growth":
		if before == 0 {
			if n == 0 {
				return 0
			}
			return i.Points
		}
		return i.Points * Points(max(0, (n-before)*10/before))
	}
	if n+before == 0 {
		return 0
	}
	for _, s := range i.Steps {
		if n*100 >= s.From*(n+before) {
			return s.Points
		}
	}
	return 0
}

// Scorecard is a year's assessment: each county with its points, the most first.
type Scorecard struct {
	Year    int           `json:"year"`
	Regions []RegionScore `json:"regions"`
	Table   Assessment    `json:"-"`
	Period  Period        `json:"-"`
}

// RegionScore is the points of the office of a county.
type RegionScore struct {
	Code   string      `json:"code"`
	Points Points      `json:"points"`
	Rank   int         `json:"-"` // as many points are the same rank
	Items  []ItemScore `json:"items"`
}

// ItemScore is the points of an indicator and the matters behind them.
type ItemScore struct {
	ID      string   `json:"id"`
	Points  Points   `json:"points"`
	Matters int64    `json:"matters"`
	Before  int64    `json:"-"`
	Figures []Figure `json:"-"` // one a kind: their lists are the matters
}

// SetAssessments says by which tables scorecards are counted, the newest first.
func (f *Figures) SetAssessments(list []Assessment) { f.assessments = list }

// FirstScored is the first year that a table assesses.
func (f *Figures) FirstScored() int {
	first := f.today().Year() + 1
	for _, a := range f.assessments {
		first = min(first, a.From)
	}
	return first
}

// assessment is the table of a year.
func (f *Figures) assessment(year int) (Assessment, error) {
	for _, a := range f.assessments {
		if a.From <= year {
			return a, nil
		}
	}
	return Assessment{}, errs.New(errs.NotFound, "score.bad.year")
}

// Scorecard counts the points of the offices of the counties within a region for a year, from the matters the person may see. A year that still runs
// is compared with as many days of the year before. errs.Forbidden without statistics.view there; errs.NotFound for a year without a table, or to come.
func (f *Figures) Scorecard(ctx context.Context, by access.Actor, year int, within string) (*Scorecard, error) {
	if err := f.guard.Allow(by, "statistics.view", within); err != nil {
		return nil, err
	}
	table, err := f.assessment(year)
	if err != nil || year > f.today().Year() {
		return nil, errs.New(errs.NotFound, "score.bad.year")
	}
	s := &Scorecard{Year: year, Table: table, Period: Year(year), Regions: []RegionScore{}}
	for _, r := range f.regions.Within(within) {
		if !r.IsCounty() {
			continue
		}
		score, err := f.score(ctx, by, table, s.Period, r.Code)
		if err != nil {
			return nil, err
		}
		s.Regions = append(s.Regions, score)
	}
	s.rank()
	return s, nil
}

func (f *Figures) score(ctx context.Context, by access.Actor, table Assessment, p Period, office string) (RegionScore, error) {
	out := RegionScore{Code: office}
	for _, i := range table.Items {
		x := ItemScore{ID: i.ID}
		kinds := i.Kinds
		if len(kinds) == 0 {
			kinds = []string{""}
		}
		for _, kind := range kinds {
			fig, err := f.Count(ctx, by, i.Metric, In{Period: p, Office: office, Kind: kind})
			if err != nil {
				return out, err
			}
			x.Matters, x.Figures = x.Matters+fig.N, append(x.Figures, fig)
			other, in := i.Of, In{Period: p, Office: office, Kind: kind}
			if i.Rule == "growth" {
				other, in.Period = i.Metric, p.Before(f.today())
			}
			if other != "" {
				before, err := f.Count(ctx, by, other, in)
				if err != nil {
					return out, err
				}
				x.Before += before.N
				x.Figures = append(x.Figures, before)
			}
		}
		x.Points = i.Worth(x.Matters, x.Before)
		out.Items, out.Points = append(out.Items, x), out.Points+x.Points
	}
	return out, nil
}

func (s *Scorecard) rank() {
	slices.SortStableFunc(s.Regions, func(a, b RegionScore) int { return int(b.Points - a.Points) })
	for i := range s.Regions {
		s.Regions[i].Rank = i + 1
		if i > 0 && s.Regions[i-1].Points == s.Regions[i].Points {
			s.Regions[i].Rank = s.Regions[i-1].Rank
		}
	}
}

// WhatIf is the scorecard with so many more (or fewer) matters of an indicator in a county: every indicator of the same matters moves with it, since one
// more case counts where cases count and where their growth does.
func (s *Scorecard) WhatIf(code, item string, more int64) *Scorecard {
	out := &Scorecard{Year: s.Year, Table: s.Table, Period: s.Period}
	at := slices.IndexFunc(s.Table.Items, func(i Indicator) bool { return i.ID == item })
	for _, r := range s.Regions {
		r.Items = slices.Clone(r.Items)
		if r.Code == code && at >= 0 {
			for j, i := range s.Table.Items {
				x := &r.Items[j]
				if i.Metric == s.Table.Items[at].Metric && slices.Equal(i.Kinds, s.Table.Items[at].Kinds) {
					x.Matters = max(0, x.Matters+more)
					r.Points -= x.Points
					x.Points = i.Worth(x.Matters, x.Before)
					r.Points += x.Points
				}
			}
		}
		out.Regions = append(out.Regions, r)
	}
	out.rank()
	return out
}

// Proof is a line of the proof file: the matter behind a point.
type Proof struct{ Item, ID, Number, Title, FiledOn, ClosedOn string }

// Proofs are the matters behind the points of an office, indicator by indicator, as the person may see them.
func (f *Figures) Proofs(ctx context.Context, by access.Actor, year int, office string) (out []Proof, err error) {
	if err := f.guard.Allow(by, "statistics.view", office); err != nil {
		return nil, err
	}
	table, err := f.assessment(year)
	if err != nil {
		return nil, err
	}
	for _, i := range table.Items {
		kinds := i.Kinds
		if len(kinds) == 0 {
			kinds = []string{casework.AnyReported}
		}
		for _, kind := range kinds {
			m, err := f.metric(i.Metric)
			if err != nil {
				return nil, err
			}
			of := m.of(In{Period: Year(year), Office: office, Kind: kind, today: f.today()})
			var rows []Proof
			err = f.rows(ctx, by, of).Select("cases.id, cases.number, cases.title, cases.filed_on, COALESCE(cases.closed_on, '') AS closed_on").Order("cases.filed_on, cases.id").Find(&rows).Error
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				r.Item = i.ID
				out = append(out, r)
			}
		}
	}
	return out, nil
}
