package infringement

import (
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// hearing are the steps from the defence to what the panel deliberates on: an oral hearing, or the papers.
func hearing() []step {
	closed := is("hearing_form", "closed")
	before := []casework.Need{needForwarded, needProof}
	before = append(before, settled("joinder")...)
	return []step{
		onward(work(step{
			Name: "set_hearing", From: []state{Defence}, To: HearingSet,
			Asks: []ask{
				{Name: "hearing_set_on", Type: casework.AskDay},
				{Name: "hearing_at", Type: casework.AskTime},
				{Name: "hearing_place", Type: casework.AskText},
				{Name: "hearing_form", Type: casework.AskChoice, Options: []string{"public", "closed", "online"}, Only: among(days{"online": since81})},
				{Name: "closed_ground", Type: casework.AskChoice, Options: []string{"state_secret", "privacy", "by_law", "trade_secret"}, When: closed},
			},
			Needs:  []casework.Need{needForwarded},
			Check:  hearingFarEnough,
			Starts: []casework.Start{{Rule: "INF_ORAL_NOTICE", Day: "hearing_set_on", Own: true}},
			Issues: func(*file, input) string { return "oral_hearing_notice" },
			Paper: func(_ *file, in input, say casework.Say) map[string]string {
				return map[string]string{
					"审理日期": in.Day("hearing_set_on").Han(), "审理时间": in.Fields["hearing_at"], "审理地点": in.Fields["hearing_place"],
					"审理形式": say("choice.hearing_form." + in.Fields["hearing_form"]), "法条": say("paper.hearing_basis." + procedureLaw(in)),
				}
			},
		})),
		onward(work(step{
			Name: "notify_hearing", From: []state{HearingSet},
			Asks:  []ask{{Name: "hearing_notice_on", Type: casework.AskDay, Past: true}},
			Check: noticeInTime,
			Stops: []string{"INF_ORAL_NOTICE"},
		})),
		work(step{
			Name: "refuse_adjournment", From: []state{HearingSet}, Again: true,
			Asks: []ask{
				{Name: "adjourn_by", Type: casework.AskChoice, Options: []string{"requester", "respondent"}},
				{Name: "adjourn_reason", Type: casework.AskLong},
			},
		}),
		work(step{
			Name: "adjourn_hearing", From: []state{HearingSet}, To: Defence,
			Asks: []ask{
				{Name: "adjourn_by", Type: casework.AskChoice, Options: []string{"requester", "respondent", "office"}},
				{Name: "adjourn_reason", Type: casework.AskLong},
			},
			Stops: []string{"INF_ORAL_NOTICE"},
		}),
		work(step{
			Name: "requester_absent", From: []state{HearingSet}, Again: true, // the request counts as withdrawn: step withdraw
			Asks: []ask{
				{Name: "absence_kind", Type: casework.AskChoice, Options: []string{"absent", "left"}},
				{Name: "absence_record", Type: casework.AskLong},
			},
			Needs: []casework.Need{needNotified},
			Bars:  all(hearingDay, requesterThere),
		}),
		onward(work(step{
			Name: "hear", From: []state{HearingSet}, To: Heard,
			Asks: []ask{
				{Name: "hearing_on", Type: casework.AskDay, Past: true},
				{Name: "attendance", Type: casework.AskChoice, Options: []string{"both", "respondent_absent", "respondent_left"}},
				{Name: "appraiser_heard", Type: casework.AskChoice, Options: []string{"not_called", "attended", "refused"}, Optional: true, Only: among(days{"refused": since81})},
				{Name: "hearing_record", Type: casework.AskLong},
			},
			Needs: append([]casework.Need{needNotified}, before...),
			Bars:  all(hearingDay, requesterThere),
			Check: func(f *file, in input, _ law) *fault {
				if set := f.Facts.Day("hearing_set_on"); in.Day("hearing_on") != set {
					return wrong("hearing_on", "error.hearing_day", set)
				}
				return nil
			},
		})),
		onward(work(step{
			Name: "no_hearing", From: []state{Defence}, To: Heard,
			Asks:  []ask{{Name: "paper_reason", Type: casework.AskLong}},
			Needs: before,
		})),
		work(step{
			// Who is to lose on the papers is told facts, evidence and basis and has time to answer: a court quashed a decision for want of it.
			Name: "tell_findings", From: []state{Heard, Deliberated}, Again: true,
			Asks: []ask{
				{Name: "told_party", Type: casework.AskChoice, Options: []string{"respondent", "requester", "both"}},
				{Name: "findings_told_on", Type: casework.AskDay, Past: true},
				{Name: "answer_by", Type: casework.AskDay},
				{Name: "findings_told", Type: casework.AskLong},
			},
			Bars: unless(onPapers, "error.heard_orally"),
			Check: func(f *file, in input, _ law) *fault {
				if in.Day("answer_by") <= in.Day("findings_told_on") {
					return wrong("answer_by", "error.day_before", in.Day("findings_told_on").AddDays(1))
				}
				return casework.NotBefore("findings_told_on", in, f.Last("no_hearing").OnDay)
			},
		}),
		work(step{
			Name: "answer_findings", From: []state{Heard, Deliberated}, Again: true,
			Asks: []ask{
				{Name: "answered_by", Type: casework.AskChoice, Options: []string{"respondent", "requester"}},
				{Name: "findings_answer", Type: casework.AskLong},
			},
			Bars: unless(func(f *file) bool { return onPapers(f) && f.Since("tell_findings", "no_hearing") }, "error.nothing_told"),
		}),
	}
}

// requesterThere keeps back what is over when the requester stayed away.
func requesterThere(f *file, l law) *errs.Error {
	return unless(func(f *file) bool { return !f.Since("requester_absent", "set_hearing") }, "error.requester_absent")(f, l)
}

// onPapers says whether the case is heard on the papers.
func onPapers(f *file) bool { return f.Since("no_hearing", "hear") }

// needNotified: the parties were told of the hearing that is set.
var needNotified = casework.Need{Key: "need.notified", Where: "#next", Met: func(f *file) bool { return f.Since("notify_hearing", "set_hearing") }}

// hearingDay keeps back what happens at the hearing before its day has come.
func hearingDay(f *file, _ law) *errs.Error {
	if set := f.Facts.Day("hearing_set_on"); f.Today < set {
		return errs.New(errs.Conflict, "error.hearing_waits", set)
	}
	return nil
}

// hearingFarEnough refuses a hearing of which the parties cannot be told in time any more.
func hearingFarEnough(f *file, in input, l law) *fault {
	day := in.Day("hearing_set_on")
	if d, r, ok := due(f, l, "INF_ORAL_NOTICE", day, day); ok && in.On > d.Strict {
		return wrong("hearing_set_on", "error.hearing_soon", d.Strict, r.Cite)
	}
	return nil
}

// noticeInTime refuses a hearing that was announced less than three working days before (Order 71 Art. 16; Order 81 Art. 26).
func noticeInTime(f *file, in input, l law) *fault {
	set := f.Facts.Day("hearing_set_on")
	if d, _, ok := due(f, l, "INF_ORAL_NOTICE", set, set); ok && in.Day("hearing_notice_on") > d.Strict {
		return wrong("hearing_notice_on", "error.hearing_notice", d.Strict)
	}
	return casework.NotBefore("hearing_notice_on", in, f.Last("set_hearing").OnDay)
}
