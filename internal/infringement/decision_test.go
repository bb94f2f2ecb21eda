package infringement

import (
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/statute"
)

var decided = calendar.Date(2026, 4, 24)

func faultOf(f *fault) string {
	if f == nil {
		return ""
	}
	return f.Name + ": " + f.Key
}

func panelOf(n int) *file {
	f := &file{}
	for range n {
		f.Members = append(f.Members, casework.Member{Part: casework.PartOfficer})
	}
	return f
}

// TestMajority: Order 71 Art. 13; Order 81 Art. 25. A panel may have lost a member, so that it is even.
func TestMajority(t *testing.T) {
	for _, c := range []struct {
		panel    int
		yes, no  string
		accepted bool
	}{
		{3, "2", "1", true}, {3, "3", "0", true}, {3, "1", "2", false}, {3, "2", "0", false}, {3, "2", "2", false},
		{2, "1", "1", false}, {2, "2", "0", true}, {4, "2", "2", false}, {5, "3", "2", true}, {5, "", "", false},
	} {
		got := majority(panelOf(c.panel), input{On: decided, Fields: facts{"vote_for": c.yes, "vote_against": c.no}}, law{})
		if (got == nil) != c.accepted || got != nil && faultOf(got) != "vote_for: error.panel_vote" {
			t.Errorf("%+v: %s", c, faultOf(got))
		}
	}
}

func TestOrdersInTime(t *testing.T) {
	for _, c := range []struct{ by, requesterCase, summary, want string }{
		{decided.String(), "x", "", ""}, // on the day itself: at once
		{decided.AddDays(1).String(), "x", "", ""},
		{decided.AddDays(-1).String(), "x", "", "perform_by: error.day_before"},
		{"", "x", "", ""},
		{"", "", "x", ""},
		{"", "x", "x", ""},
		{"", "", "", "requester_case: error.required"},
	} {
		f := &file{Case: casework.Case{Summary: c.summary}}
		if got := faultOf(ordersInTime(f, input{On: decided, Fields: facts{"perform_by": c.by, "requester_case": c.requesterCase}}, law{})); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func decisionStep(t *testing.T, name string) step {
	t.Helper()
	for _, s := range decisions() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no step %s", name)
	return step{}
}

// TestEarlierDecisionInEffect: Order 81 Art. 34, since 2025-02-01.
func TestEarlierDecisionInEffect(t *testing.T) {
	find := decisionStep(t, "find_repeat")
	before, since := calendar.Date(2025, 1, 31), calendar.Date(2025, 2, 1)
	for _, c := range []struct {
		on             calendar.Day
		earlier, final string
		want           string
	}{
		{since, "2024-05-06", "", "earlier_final_on: error.earlier_final"},
		{before, "2024-05-06", "", ""},
		{since, "2024-05-06", "2024-05-06", ""}, // in effect the day it was given
		{since, "2024-05-06", "2024-05-07", ""},
		{since, "2024-05-06", "2024-05-05", "earlier_final_on: error.day_before"},
		{before, "2024-05-06", "2024-05-05", "earlier_final_on: error.day_before"},
	} {
		if got := faultOf(find.Check(&file{}, input{On: c.on, Fields: facts{"earlier_on": c.earlier, "earlier_final_on": c.final}}, law{})); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestMeasuresOfTheRuleBook: Order 71 Art. 43, Order 81 Art. 32; a rejection orders nothing.
func TestMeasuresOfTheRuleBook(t *testing.T) {
	rules, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	l := law{Rules: rules}
	for _, c := range []struct {
		on            calendar.Day
		outcome, acts string
		article       string // "" where nothing is ordered
		lines         int
	}{
		{calendar.Date(2020, 3, 2), Stop, "sell", "第四十三条", 1},
		{decided, Stop, "sell", "第三十二条", 1},
		{decided, Stop, "make,sell", "第三十二条", 2},
		{decided, "", "sell", "第三十二条", 1}, // a repeated infringement has no field for the outcome
		{decided, Rejected, "sell", "", 0},
		{decided, Stop, "", "", 0},
	} {
		got := measures(nil, input{On: c.on, Fields: facts{"outcome": c.outcome, "stop_acts": c.acts}}, l)
		if c.article == "" {
			if got != nil {
				t.Errorf("%+v: %v", c, got)
			}
			continue
		}
		if !strings.HasSuffix(got["measures_law"], c.article) || len(strings.Split(got["measures"], "\n")) < c.lines || got["measures"] == "" {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestDecisionPaper: the paper of a repeated infringement names the earlier decision in place of how it was heard; that of an ordinary one does not, also
// where a repetition was found and the case went the long way all the same.
func TestDecisionPaper(t *testing.T) {
	say := func(key string, args ...any) string {
		for _, a := range args {
			key += " " + a.(string)
		}
		return key
	}
	found := casework.Taken{Seq: 2, Step: "find_repeat", Data: facts{"earlier_paper": "甲〔2024〕1号"}}
	for _, c := range []struct {
		taken         []casework.Taken
		outcome, want string
		result        string
	}{
		{[]casework.Taken{found}, "", "paper.repeat 甲〔2024〕1号", "choice.outcome." + Stop},
		{[]casework.Taken{found}, Stop, "paper.hearing.papers", "choice.outcome." + Stop},
		{nil, Stop, "paper.hearing.papers", "choice.outcome." + Stop},
		{nil, "", "paper.hearing.papers", "choice.outcome." + Stop},
		{nil, Rejected, "paper.hearing.papers", "choice.outcome." + Rejected},
		{[]casework.Taken{{Seq: 1, Step: "no_hearing"}, {Seq: 2, Step: "hear"}}, Stop, "paper.hearing.oral", "choice.outcome." + Stop},
	} {
		got := decisionPaper(&file{Taken: c.taken}, input{On: decided, Fields: facts{"outcome": c.outcome}}, say)
		if got["审理方式"] != c.want || got["结果"] != c.result || got["被请求人主张"] != "paper.no_defence" {
			t.Errorf("%+v: %s, %s", c, got["审理方式"], got["结果"])
		}
	}
}

// TestFindingsToldOnPapers: who is to lose on the papers alone was told and has answered, or had the time to: whether there is an oral
// hearing is the office's to decide (Order 81 Art. 26), and a court quashed a decision on the papers for want of it.
func TestFindingsToldOnPapers(t *testing.T) {
	last := decided.AddDays(-5)
	took := func(seq int64, step string, data facts) casework.Taken {
		return casework.Taken{Seq: seq, Step: step, Data: data}
	}
	told := func(seq int64, whom string) casework.Taken {
		return took(seq, "tell_findings", facts{"told_party": whom, "answer_by": last.String()})
	}
	answered := func(seq int64, by string) casework.Taken {
		return took(seq, "answer_findings", facts{"answered_by": by})
	}
	papers := took(3, "no_hearing", nil)
	for _, c := range []struct {
		name       string
		conclusion string
		today      calendar.Day
		taken      []casework.Taken
		met        bool
	}{
		{"heard orally", "infringing", last, []casework.Taken{papers, took(4, "hear", nil)}, true},
		{"nobody was told", "infringing", decided, []casework.Taken{papers}, false},
		{"told, on the last day", "infringing", last, []casework.Taken{papers, told(4, "respondent")}, false},
		{"told, the day after", "infringing", last + 1, []casework.Taken{papers, told(4, "respondent")}, true},
		{"both were told", "not_infringing", last + 1, []casework.Taken{papers, told(4, "both")}, true},
		{"the other was told", "not_infringing", last + 1, []casework.Taken{papers, told(4, "respondent")}, false},
		{"answered", "infringing", last, []casework.Taken{papers, told(4, "respondent"), answered(5, "respondent")}, true},
		{"the winner answered", "infringing", last, []casework.Taken{papers, told(4, "both"), answered(5, "requester")}, false},
		{"answered before anybody was told", "infringing", last, []casework.Taken{papers, answered(4, "respondent"), told(5, "respondent")}, false},
		{"told before it went to the papers", "infringing", last + 1, []casework.Taken{told(2, "respondent"), papers}, false},
		{"a step of another number before", "infringing", last + 1, []casework.Taken{took(1, "serve_request", nil), papers, told(4, "respondent")}, true},
	} {
		f := &file{Case: casework.Case{Facts: facts{"conclusion": c.conclusion}}, Taken: c.taken, Today: c.today}
		if got := needFindings.Met(f); got != c.met {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
