package counterfeit

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// What must be done before a decision, where the case asks for it.
var (
	needHearingOver    = casework.Need{Key: "need.hearing_over", Where: "#tracks", Met: func(f *casework.File) bool { return len(f.Running("hearing")) == 0 }}
	needPoliceAnswered = casework.Need{Key: "need.police_answered", Where: "#tracks", Met: func(f *casework.File) bool { return len(f.Running("police")) == 0 }}
	needLegalReview    = casework.Need{Key: "need.legal_review", Where: "#next", Met: func(f *casework.File) bool { return !legalDue(f) || legalDone(f) }}
	needDiscussed      = casework.Need{Key: "need.discussed", Where: "#beside", Met: func(f *casework.File) bool { return !meetingDue(f) || discussed(f) }}
	needRechecked      = casework.Need{Key: "need.rechecked", Where: "#next", Met: func(f *casework.File) bool { return !f.Since("defend", "notify") || f.Since("recheck", "defend") }}
	needIncomeApproved = casework.Need{Key: "need.income_approved", Where: "#next", Met: func(f *casework.File) bool { return !incomeOpen(f) || f.Since("approve_income", "investigate") }}
)

// legalFlag says whether the reviewer flagged a case in which legal review comes before the decision (Penalty Law 2021 Art. 58; Market-Regulation
// Procedure Art. 50).
func legalFlag(flag string) bool {
	return slices.Contains([]string{"public_interest", "complex", "other_law"}, flag)
}

// legalReviewLaw says whether the law wants legal review: the market-regulation book since 2019-04-01, the Penalty Law for all since 2021-07-15.
func legalReviewLaw(f *casework.File, on calendar.Day, law casework.Law) bool {
	return book(f) == statute.BookSAMR || since(law, penaltyLaw2021, on)
}

// lastHearing is the hearing that was held, or given up, since the penalty notice.
func lastHearing(f *casework.File) *casework.Track {
	for i := len(f.Tracks) - 1; i >= 0; i-- {
		if t := &f.Tracks[i]; t.Track == "hearing" && !t.Running() && t.Seq > f.Last("notify").Seq {
			return t
		}
	}
	return nil
}

// held says whether a hearing was held since the notice.
func held(f *casework.File) bool { t := lastHearing(f); return t != nil && t.State == "report_hearing" }

// legalDue says whether the case needs legal review before the decision: it was flagged, or a hearing was held. A reviewer flags only where the law
// wants it, so the flag alone is asked; the days before it was law have no such hearing.
func legalDue(f *casework.File) bool {
	if book(f) != statute.BookSAMR && f.Today < calendar.Date(2021, 7, 15) {
		return false
	}
	return legalFlag(f.Facts["review_flag"]) || held(f)
}

// legalDone says whether legal review has let the case pass: after the hearing, where one was held (Market-Regulation Procedure Art. 50(2)).
func legalDone(f *casework.File) bool {
	last := f.Last("legal_review")
	if held(f) {
		return last != nil && last.Data["legal_result"] == "passed" && last.Seq > hearingEnd(f)
	}
	if last != nil && f.Since("legal_review", "review") {
		return last.Data["legal_result"] == "passed"
	}
	return f.Facts["review_kind"] == "legal"
}

func hearingEnd(f *casework.File) int64 {
	t, seq := lastHearing(f), int64(0)
	for _, x := range f.Taken {
		if t != nil && x.TrackID == t.ID {
			seq = x.Seq
		}
	}
	return seq
}

// meetingDue says whether the office's leaders decide together: a complex case or a grave breach with a heavier penalty (Penalty Law Art. 57(2), 1996
// Art. 38(2); Order 71 Art. 34); in the market-regulation book every case with legal review (Art. 60(2)). Asked of a planned penalty only.
func meetingDue(f *casework.File) bool {
	if !f.Since("notify", "review") {
		return false
	}
	flag := f.Facts["review_flag"]
	return flag == "complex" || flag == "heavy" || book(f) == statute.BookSAMR && legalDue(f)
}

// discussed says whether the leaders have discussed the case since the notice, and since the hearing where one was held.
func discussed(f *casework.File) bool {
	return f.Since("discuss", "notify") && f.Last("discuss").Seq > hearingEnd(f)
}

// incomeOpen says whether illegal income could not be found out, in all or in part, which the chief head must approve (SAMR Order 118 Art. 14).
func incomeOpen(f *casework.File) bool {
	state := f.Facts["income_state"]
	return (state == "partly" || state == "unknown") && book(f) == statute.BookSAMR && f.Today >= calendar.Date(2026, 3, 20)
}

// beforeDecision are the steps between notice and decision that a case may need.
func beforeDecision() []casework.Step {
	step := func(s casework.Step) casework.Step {
		s.From, s.Again = []casework.State{Reviewed}, true
		return s
	}
	return []casework.Step{
		step(casework.Step{
			Name: "defend", Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{{Name: "statement_on", Type: casework.AskDay, Past: true}, {Name: "statement_by", Type: casework.AskText}, {Name: "statement_text", Type: casework.AskLong}},
			Bars: barred("error.notice_not_served", notified),
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("statement_on", in, f.Facts.Day("notice_served_on"))
			},
		}),
		step(casework.Step{
			Name: "recheck", Duty: true, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{{Name: "recheck_opinion", Type: casework.AskLong}, {Name: "adopted", Type: casework.AskChoice, Options: []string{"adopted", "partly", "not_adopted"}}},
			Bars: barred("error.nothing_to_recheck", func(f *casework.File) bool { return f.Since("defend", "notify") && !f.Since("recheck", "defend") }),
		}),
		step(casework.Step{
			Name: "legal_review", Duty: true, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
			Asks:  []casework.Ask{{Name: "legal_opinion", Type: casework.AskLong}, {Name: "legal_result", Type: casework.AskChoice, Options: []string{"passed", "not_passed"}}},
			Needs: []casework.Need{needHearingOver},
			Bars:  barred("error.no_legal_review", func(f *casework.File) bool { return legalDue(f) && !legalDone(f) }),
		}),
		step(casework.Step{
			Name: "discuss", Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
			Asks:  []casework.Ask{{Name: "discussed_on", Type: casework.AskDay, Past: true}, {Name: "discussed_by", Type: casework.AskText}, {Name: "discussion", Type: casework.AskLong}},
			Needs: []casework.Need{needHearingOver},
			Bars:  barred("error.no_notice", func(f *casework.File) bool { return f.Since("notify", "review") && !discussed(f) }),
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("discussed_on", in, f.Last("notify").OnDay)
			},
		}),
		step(casework.Step{
			Name: "approve_income", Duty: true, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
			Asks: []casework.Ask{{Name: "income_opinion", Type: casework.AskLong}},
			Bars: barred("error.income_determined", func(f *casework.File) bool { return incomeOpen(f) && !f.Since("approve_income", "investigate") }),
		}),
	}
}

// hearing is the hearing before a heavy penalty (听证): asked for in time, notified, held by somebody who does not investigate the case, reported. Its
// time is not counted, from the day it was asked for (Penalty Law 2021 Arts 63–65, 1996 Art. 42; Order 71 Arts 32, 36; Market-Regulation
// Procedure Arts 57, 64).
func hearing() []casework.Step {
	organise := func(s casework.Step) casework.Step {
		s.Track, s.From, s.Action, s.NotBy = "hearing", []casework.State{Reviewed}, "case.review", []string{casework.PartOfficer}
		return s
	}
	giveUp := organise(casework.Step{
		Name: "abandon_hearing", In: []string{"requested", "notified"}, Resumes: true,
		Asks: []casework.Ask{{Name: "abandon_ground", Type: casework.AskChoice, Options: []string{"withdrawn", "absent", "left"}}, {Name: "abandon_note", Type: casework.AskText}},
		Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field { // Penalty Law 2021 Art. 64 item 6
			session := f.Track.Facts.Day("session_on")
			if in.Fields["abandon_ground"] != "withdrawn" && (f.Track.State != "notified" || in.On < session) {
				return fault("abandon_ground", "error.session_not_yet")
			}
			return nil
		},
	})
	return []casework.Step{
		{
			Name: "ask_hearing", Track: "hearing", From: []casework.State{Reviewed}, Leads: "requested", Alone: true, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{{Name: "hearing_asked_on", Type: casework.AskDay, Past: true}, {Name: "hearing_asked_by", Type: casework.AskText}},
			Bars: mayAskHearing,
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				k := f.Clock("STATEMENT")
				if k != nil && in.Day("hearing_asked_on") > k.DueOn {
					r, _ := law.Rules.ByVersion(k.Version, k.Kind)
					return fault("hearing_asked_on", "error.hearing_late", k.DueOn, r.Cite)
				}
				return casework.NotBefore("hearing_asked_on", in, f.Facts.Day("notice_served_on"))
			},
			Pauses: "hearing", PausesFrom: "hearing_asked_on",
		},
		organise(casework.Step{
			Name: "notify_hearing", In: []string{"requested", "notified"}, Leads: "notified",
			Asks: []casework.Ask{
				{Name: "session_on", Type: casework.AskDay},
				{Name: "session_time", Type: casework.AskTime},
				{Name: "session_place", Type: casework.AskText},
				{Name: "session_open", Type: casework.AskChoice, Options: []string{"public", "state_secret", "trade_secret", "privacy"}},
				{Name: "host", Type: casework.AskHolder, Holds: "case.review"},
				{Name: "session_notice_on", Type: casework.AskDay, Past: true},
			},
			Check:  sessionNotified,
			Issues: func(*casework.File, casework.Input) string { return "hearing_notice" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"时间": in.Day("session_on").Han() + " " + in.Fields["session_time"], "听证地点": in.Fields["session_place"],
					"主持人": in.Fields["host_name"], "公开": say("choice.session_open." + in.Fields["session_open"])}
			},
		}),
		organise(casework.Step{
			Name: "hold_hearing", In: []string{"notified"}, Leads: "held",
			Asks: []casework.Ask{{Name: "hearing_minutes", Type: casework.AskLong}, {Name: "minutes_signed", Type: casework.AskChoice, Options: []string{"signed", "refused"}}},
			Bars: func(f *casework.File, _ casework.Law) *errs.Error {
				if day := f.Track.Facts.Day("session_on"); f.Today < day {
					return errs.New(errs.Conflict, "error.session_later", day)
				}
				if slices.Contains(f.Recused(), f.Track.Facts["host"]) {
					return errs.New(errs.Forbidden, "error.host_recused")
				}
				return nil
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if day := f.Track.Facts.Day("session_on"); in.On < day {
					return fault("on", "error.session_later", day)
				}
				return nil
			},
		}),
		organise(casework.Step{
			Name: "report_hearing", In: []string{"held"}, Resumes: true,
			Asks: []casework.Ask{{Name: "hearing_report", Type: casework.AskLong}},
		}),
		giveUp,
	}
}

// mayAskHearing refuses a hearing where there is no notice that could be heard, it was given up or held before, or the planned penalty does not
// reach the sum (Penalty Law 2021 Art. 63; SAMR Order 3 Art. 5).
func mayAskHearing(f *casework.File, law casework.Law) *errs.Error {
	if !notified(f) {
		return errs.New(errs.Conflict, "error.notice_not_served")
	}
	if lastHearing(f) != nil {
		return errs.New(errs.Forbidden, "error.hearing_once")
	}
	notice := f.Last("notify")
	from, cite, _, reached := mayBeHeard(f, f.Facts.Money("planned_fine"), f.Facts.Money("planned_confiscation"), notice.OnDay, law)
	if !reached {
		return errs.New(errs.Forbidden, "error.hearing_sum", casework.Yuan(from), cite)
	}
	return nil
}

// sessionNotified refuses a hearing whose notice came less than seven days before (seven working days since 2021-07-15).
func sessionNotified(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	day := in.Day("session_on")
	if fault := casework.NotBefore("session_notice_on", in, in.On); fault != nil { // the notice is made by this step
		return fault
	}
	r, ok := law.Rules.Rule("HEARING_NOTICE", statute.Query{On: day, Kind: f.Kind, Region: f.Jurisdiction})
	if !ok {
		return nil
	}
	due, err := law.Rules.Due(law.Days, r, day, statute.Options{})
	if err != nil || in.Day("session_notice_on") > due.Strict {
		return fault("session_on", "error.session_notice", due.Strict, r.Cite)
	}
	return nil
}
