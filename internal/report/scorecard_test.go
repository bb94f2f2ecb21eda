package report_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"huzhi/config"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/internal/store/storetest"
)

// The assessment of 2014, its points worked out by hand for a county from the rows and the province's table.
func TestScorecard(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	tables, err := report.ReadAssessments(config.Assessment())
	if err != nil {
		t.Fatal(err)
	}
	o.figures.SetAssessments(tables)
	s, err := o.figures.Scorecard(ctx, o.actor(""), 2014, "330500")
	if err != nil || len(s.Regions) != 5 {
		t.Fatalf("%+v %v", s, err)
	}
	for _, r := range s.Regions {
		var n, before, inTime, late, penalties int64
		for _, c := range o.cases {
			if c.office != r.Code || c.kind == casework.Opinion {
				continue
			}
			if c.kind == casework.Counterfeit && c.filed.Year() == 2014 {
				n++
			}
			if c.kind == casework.Counterfeit && c.filed.Year() == 2013 {
				before++
			}
			if c.closed.Year() == 2014 && c.clock == "in" {
				inTime++
			}
			if c.closed.Year() == 2014 && c.clock == "late" {
				late++
			}
			if c.kind == casework.Counterfeit && c.decided.Year() == 2014 && c.outcome == "penalised" {
				penalties++
			}
		}
		sum := report.Points(0)
		for _, x := range r.Items {
			sum += x.Points
			want, known := map[string]report.Points{"counterfeits": report.Points(n) * 10, "counterfeits_growth": report.Points((n-before)*10/before) * 10, "penalties": report.Points(penalties) * 50}[x.ID]
			if known && (x.Points != want || want == 0 && n > 0 && x.ID == "counterfeits") {
				t.Errorf("%s %s: %d tenths, by hand %d", r.Code, x.ID, x.Points, want)
			}
			if x.ID == "in_time" && (x.Matters != inTime || x.Before != late || x.Points != report.Points(min(9, inTime*10/(inTime+late))+1)*10) {
				t.Errorf("%s in time: %+v, by hand %d of %d", r.Code, x, inTime, inTime+late)
			}
		}
		if sum != r.Points {
			t.Errorf("%s: the indicators add up to %d, the card says %d", r.Code, sum, r.Points)
		}
	}
	last := s.Regions[len(s.Regions)-1]
	more := s.WhatIf(last.Code, "penalties", 100)
	if more.Regions[0].Code != last.Code || more.Regions[0].Rank != 1 || s.Regions[len(s.Regions)-1].Points != last.Points {
		t.Errorf("a hundred penalties more do not lead: %+v", more.Regions[0])
	}
	b, err := json.Marshal(s)
	if err != nil || !strings.HasPrefix(string(b), `{"year":2014,"regions":[{"code":"3305`) || !strings.Contains(string(b), `"items":[{"id":"disputes","points":`) {
		t.Errorf("%s %v", b, err)
	}
	if _, err := o.figures.ScoreBook(ctx, o.By["chief"], printer(t, "zh-CN"), s); err != nil {
		t.Error(err)
	}
	proofs, err := o.figures.Proofs(ctx, o.actor(""), 2014, last.Code)
	matters := int64(0)
	for _, x := range last.Items {
		matters += x.Matters
	}
	if err != nil || int64(len(proofs)) != matters || matters == 0 {
		t.Errorf("%d proofs for %d matters: %v", len(proofs), matters, err)
	}
	for who, want := range map[string]errs.Code{"chief.deqing": errs.Forbidden, "operator": errs.Forbidden} {
		if _, err := o.figures.Scorecard(ctx, o.By[who], 2014, "330500"); errs.CodeOf(err) != want {
			t.Errorf("%s asked for the city's card: %v", who, err)
		}
	}
	for _, y := range []int{2010, 2027} {
		if _, err := o.figures.Scorecard(ctx, o.actor(""), y, "330500"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("the card of %d: %v", y, err)
		}
	}
}

func TestAssessmentsAreHeldToTheMetrics(t *testing.T) {
	for what, bad := range map[string]string{
		"metric":  "from: 2011\nitems:\n  - {id: a, metric: cases.nothing, rule: each, points: 1}\n",
		"share":   "from: 2011\nitems:\n  - {id: a, metric: cases.closure_rate, rule: each, points: 1}\n",
		"rule":    "from: 2011\nitems:\n  - {id: a, metric: cases.filed, rule: some, points: 1}\n",
		"unknown": "from: 2011\nitem: []\n",
	} {
		if _, err := report.ReadAssessments(fstest.MapFS{"x.yaml": {Data: []byte(bad)}}); err == nil {
			t.Errorf("%s: %s was taken", what, bad)
		}
	}
}

func TestWorth(t *testing.T) {
	tables, err := report.ReadAssessments(config.Assessment())
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]report.Indicator{}
	for _, i := range tables[0].Items {
		of[i.ID] = i
	}
	for _, c := range []struct {
		item      string
		n, before int64
		want      report.Points
		why       string
	}{
		{"disputes", 7, 0, 210, "3 each"}, {"ecommerce", 65, 0, 65, "0.1 each"}, {"suits_won", 1, 0, 40, "a suit won is 4 more"},
		{"disputes_growth", 254, 91, 170, "179.12 % is seventeen whole tens"}, {"disputes_growth", 5, 0, 10, "from none: once"}, {"disputes_growth", 0, 0, 0, "none and none"}, {"disputes_growth", 8, 9, 0, "fewer"},
		{"in_time", 9, 1, 100, "exactly 90 %"}, {"in_time", 89, 11, 90, "89 %"}, {"in_time", 1, 19, 10, "5 %"}, {"in_time", 0, 3, 10, "below 10 %"}, {"in_time", 0, 0, 0, "no case"},
	} {
		if got := of[c.item].Worth(c.n, c.before); got != c.want {
			t.Errorf("%s of %d (%d): %s, want %s: %s", c.item, c.n, c.before, got.Text(), c.want.Text(), c.why)
		}
	}
}
