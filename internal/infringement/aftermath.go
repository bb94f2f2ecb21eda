package infringement

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// serving is the service of the closing paper: on both at once or on each by itself; the time to sue runs for each from the own receipt.
func serving() []step {
	s := work(step{
		Name: "serve_decision", From: ended(), Again: true, Duty: true,
		Asks:   append([]ask{{Name: "recipient", Type: casework.AskChoice, Options: []string{"both", "requester", "respondent", "third_party"}, Optional: true}}, casework.ServeAsks(casework.ServiceWays())...),
		Bars:   unless(func(f *file) bool { return !allServed(f) }, "error.all_served"),
		Serves: casework.Served(func(f *file) calendar.Day { return f.DecidedOn }, nil, closingPapers()),
		Check: checks(
			func(f *file, in input, l law) *fault {
				if f.State == Mediated {
					return casework.MayServe("way", casework.Infringement, in, l, "mediation")
				}
				return casework.MayServe("way", casework.Infringement, in, l, "decision")
			},
		),
		Sets: func(f *file, in input, l law) facts {
			served := in.Day("served_on")
			obey := max(served, f.Facts.Day("perform_by")) // "at once" is by the day of service
			d, _, ok := due(f, l, "INF_SUE", served, served)
			if !ok || f.State != Decided {
				return nil
			}
			return facts{"sue_until": d.Due.String(), "obey_until": obey.String()}
		},
	})
	stops := func(new bool) func(*file, input) bool {
		return func(f *file, in input) bool {
			to := in.Fields["recipient"]
			return f.State == Decided && f.Outcome == Stop && (to == "" || to == "both" || to == "respondent") && since81(in.Day("served_on")) == new
		}
	}
	s.Starts = []casework.Start{
		{Rule: "INF_SUE", Day: "served_on", Own: true, When: func(f *file, _ input) bool { return f.State == Decided }},
		{Rule: "COURT_APPLY", Day: "sue_until", Own: true, When: stops(false)},
		{Rule: "COURT_APPLY_INF", Day: "obey_until", Own: true, When: stops(true)},
	}
	return []step{s}
}

// closingPapers are the steps that make the paper by which a dispute ends here.
func closingPapers() []string { return []string{"decide", "decide_repeat", "mediate", "withdraw"} }

// servedOn is the day on which a side got the closing paper that stands, the zero day where it has not.
func servedOn(f *file, role string) (on calendar.Day) {
	for _, t := range f.Taken {
		to := t.Data["recipient"]
		switch {
		case slices.Contains(ended(), t.ToState) && slices.Contains(open(), t.FromState): // a new paper
			on = 0
		case t.Step == "serve_decision" && (to == "" || to == "both" || to == role):
			on = t.Data.Day("served_on")
		}
	}
	return on
}

// allServed says whether both sides have the closing paper. A respondent who never got the request need not get its withdrawal.
func allServed(f *file) bool {
	unserved := f.State == Withdrawn && f.Last("serve_request") == nil
	return !servedOn(f, "requester").IsZero() && (unserved || !servedOn(f, "respondent").IsZero())
}

var needServed = casework.Need{Key: "need.served", Where: "#next", Met: allServed}

// stopped says whether there is an order to stop that stands.
func stopped(f *file) bool { return f.Outcome == Stop }

// aftermath is what follows an adjudication in the office: publication, the notices to platforms and customs, the record that it was obeyed.
func aftermath() []step {
	running := func(rule string) func(*file) bool {
		return func(f *file) bool { k := f.Clock(rule); return k != nil && k.Running() }
	}
	from := []state{Decided, casework.Closed}
	return []step{
		work(step{
			Name: "publish", From: from, Stops: []string{"INF_PUBLISH"},
			Asks: []ask{
				{Name: "published_where", Type: casework.AskText},
				{Name: "left_out", Type: casework.AskChoice, Options: []string{"nothing", "secrets", "privacy", "other"}},
			},
			Bars: unless(running("INF_PUBLISH"), "error.nothing_public"),
		}),
		work(step{
			Name: "publish_change", From: after(), Again: true, Stops: []string{"INF_PUBLISH_CHANGE"},
			Asks: []ask{{Name: "published_where", Type: casework.AskText}},
			Bars: unless(running("INF_PUBLISH_CHANGE"), "error.nothing_public"),
		}),
		work(step{
			Name: "notify_platform", From: from, Again: true,
			Asks:   []ask{{Name: "platform_name", Type: casework.AskText}, {Name: "platform_links", Type: casework.AskLong}},
			Bars:   all(unless(stopped, "error.no_stop"), unless(func(f *file) bool { return since71(f.DecidedOn) }, "error.before_order71")),
			Issues: func(*file, input) string { return "stop_platform_notice" },
			Paper: func(f *file, in input, say casework.Say) map[string]string {
				on := input{On: f.DecidedOn}
				return map[string]string{"平台": in.Fields["platform_name"], "链接": in.Fields["platform_links"], "措施": say("paper.platform." + procedureLaw(on)), "法条": say("paper.platform_basis." + procedureLaw(on))}
			},
		}),
		work(step{
			Name: "notify_customs", From: from, Again: true,
			Asks: []ask{{Name: "customs_office", Type: casework.AskText}, {Name: "customs_goods", Type: casework.AskLong}},
			Bars: unless(func(f *file) bool {
				return stopped(f) && slices.Contains(strings.Split(f.Facts["stop_acts"], ","), "import")
			}, "error.no_import"),
		}),
		work(step{
			Name: "note_credit", From: from, Again: true, // Zhejiang regulation of 2015 Art. 30; Order 81 Art. 34(2)
			Asks: []ask{
				{Name: "credit_ground", Type: casework.AskChoice, Options: []string{"intentional", "refuses"}, Only: among(days{"refuses": since81})},
				{Name: "credit_reason", Type: casework.AskLong},
			},
			Bars: all(unless(stopped, "error.no_stop"), unless(func(f *file) bool { return zhejiang(f.Today) || since81(f.Today) }, "error.no_credit")),
		}),
		work(step{
			Name: "perform", From: from, Stops: []string{"COURT_APPLY", "COURT_APPLY_INF", "COURT_APPLY_HOLDER", "DEMAND_WAIT"}, Ends: []string{"court"},
			Asks: []ask{
				{Name: "performance", Type: casework.AskChoice, Options: []string{"obeyed", "agreed"}},
				{Name: "performed_on", Type: casework.AskDay, Past: true},
				{Name: "performance_note", Type: casework.AskLong, Optional: true},
			},
			Bars: all(unless(stopped, "error.no_stop"), unless(func(f *file) bool { return !performed(f) }, "error.performed"),
				unless(func(f *file) bool { return !servedOn(f, "respondent").IsZero() }, "need.served")),
			Check: func(f *file, in input, _ law) *fault { return casework.NotBefore("performed_on", in, f.DecidedOn) },
		}),
		chief(step{
			Name: "correct", From: after(), Again: true, // case guide; Order 81 Art. 33(2)
			Asks:   []ask{{Name: "misprint", Type: casework.AskLong}, {Name: "correction", Type: casework.AskLong}},
			Bars:   unless(func(f *file) bool { return f.Outcome == Stop || f.Outcome == Rejected }, "error.no_adjudication"),
			Issues: func(*file, input) string { return "correction_decision" },
			Paper: func(f *file, in input, say casework.Say) map[string]string {
				return map[string]string{"裁决文号": paperNumber(f), "原文": in.Fields["misprint"], "更正": in.Fields["correction"], "法条": say("paper.correct_basis." + procedureLaw(in))}
			},
		}),
	}
}

// paperNumber is the number of the latest adjudication.
func paperNumber(f *file) (number string) {
	for _, d := range f.Documents {
		if d.Template == "adjudication" || d.Template == "adjudication_ruling" {
			number = d.Number
		}
	}
	return number
}

// performed says whether it is known that the order is obeyed, or the way to the court is at its end.
func performed(f *file) bool {
	since := func(on calendar.Day) bool { return on >= f.DecidedOn }
	if t := f.Last("perform"); t != nil && since(t.OnDay) {
		return true
	}
	for _, t := range f.Ended("court") {
		if since(t.EndedOn) {
			return true
		}
	}
	return false
}

// needPerformed: an order to stop is obeyed, or the office has done what it can.
var needPerformed = casework.Need{Key: "need.performed", Where: "#next", Met: func(f *file) bool { return !stopped(f) || performed(f) || len(f.Running("suit")) > 0 || undone(f) }}

// undone says whether a court or the office took the adjudication back.
func undone(f *file) bool {
	for _, t := range f.Ended("suit") {
		if r := t.Facts["suit_result"]; (r == "quashed" || r == "changed") && t.EndedOn >= f.DecidedOn {
			return true
		}
	}
	for _, t := range f.Tracks {
		if t.Track == "change" && t.Facts["change_kind"] == "quash" && t.Facts.Day("changed_on") >= f.DecidedOn {
			return true
		}
	}
	return false
}

// needPublished: what must be public is.
var needPublished = casework.Need{Key: "need.public", Where: "#next", Met: func(f *file) bool {
	for _, rule := range []string{"INF_PUBLISH", "INF_PUBLISH_CHANGE"} {
		if k := f.Clock(rule); k != nil && k.Running() {
			return false
		}
	}
	return true
}}

// enforcement is the way to the court where the order is not obeyed: demand, ten working days, application within three months (Patent Law Art. 65, 2008 Art.
// 60; Coercion Law Arts 53, 54; Order 81 Art. 80). Where the office lets its time pass the right holder may apply within six months.
func enforcement() []step {
	until := func(f *file) (calendar.Day, string) {
		for _, rule := range []string{"COURT_APPLY_INF", "COURT_APPLY"} {
			if k := f.Clock(rule); k != nil {
				return k.StrictOn, rule
			}
		}
		return 0, ""
	}
	may := func(f *file, _ law) *errs.Error {
		last, _ := until(f)
		wait := f.ClockOf(f.Track.ID, "DEMAND_WAIT")
		switch sue := lastToSue(f); {
		case f.Today <= sue:
			return errs.New(errs.Forbidden, "error.sue_runs", sue)
		case wait != nil && f.Today <= wait.DueOn:
			return errs.New(errs.Forbidden, "error.demand_runs", wait.DueOn)
		case sued(f):
			return errs.New(errs.Forbidden, "error.suit_pending")
		case !last.IsZero() && f.Today > last:
			return errs.New(errs.Forbidden, "error.court_late", last)
		}
		return nil
	}
	return side("court", after(),
		work(step{
			Name: "report_disobeyed", Leads: "disobeyed", Alone: true,
			Asks: []ask{
				{Name: "disobeyed_on", Type: casework.AskDay, Past: true},
				{Name: "disobeyed_by", Type: casework.AskChoice, Options: []string{"requester", "office"}},
				{Name: "disobeyed_facts", Type: casework.AskLong},
			},
			Bars: all(unless(stopped, "error.no_stop"), unless(func(f *file) bool { return !performed(f) }, "error.performed"),
				unless(func(f *file) bool { return !servedOn(f, "respondent").IsZero() }, "need.served")),
			Check: func(f *file, in input, _ law) *fault {
				return casework.NotBefore("disobeyed_on", in, servedOn(f, "respondent"))
			},
		}),
		chief(step{
			Name: "demand_stop", In: []string{"disobeyed"}, Leads: "demanded",
			Asks:   []ask{{Name: "demand_until", Type: casework.AskDay}, {Name: "demand_text", Type: casework.AskLong}},
			Check:  afterDays("demand_until", 10),
			Issues: func(*file, input) string { return "stop_demand" },
			Paper: func(f *file, in input, _ casework.Say) map[string]string {
				return map[string]string{"裁决文号": paperNumber(f), "裁决日期": f.DecidedOn.Han(), "送达日期": servedOn(f, "respondent").Han(), "催告内容": in.Fields["demand_text"], "期限": in.Day("demand_until").Han()}
			},
		}),
		work(step{
			Name: "serve_demand", In: []string{"demanded"}, Leads: "waiting",
			Asks: []ask{{Name: "demand_served_on", Type: casework.AskDay, Past: true}, {Name: "demand_way", Type: casework.AskChoice, Options: []string{"direct", "left", "post", "electronic"}}, casework.Consent("demand_way")},
			Check: checks(func(f *file, in input, _ law) *fault {
				return casework.NotBefore("demand_served_on", in, f.Last("demand_stop").OnDay)
			},
				func(f *file, in input, l law) *fault {
					return casework.MayServe("demand_way", casework.Infringement, in, l, "")
				}),
			Starts: []casework.Start{{Rule: "DEMAND_WAIT", Day: "demand_served_on", Own: true}},
		}),
		chief(step{
			Name: "apply_court", In: []string{"waiting"}, Leads: "applied", Bars: may, Stops: courtClocks(),
			Asks:   []ask{{Name: "court", Type: casework.AskText}, {Name: "application_text", Type: casework.AskLong}},
			Issues: func(*file, input) string { return "stop_application" },
			Paper: func(f *file, in input, _ casework.Say) map[string]string {
				return map[string]string{"法院": in.Fields["court"], "裁决文号": paperNumber(f), "裁决日期": f.DecidedOn.Han(), "送达日期": servedOn(f, "respondent").Han(),
					"催告送达日期": f.Track.Facts.Day("demand_served_on").Han(), "申请事项": in.Fields["application_text"]}
			},
		}),
		work(step{
			Name: "end_court", In: []string{"disobeyed", "demanded", "waiting", "applied"}, Stops: append([]string{"COURT_APPLY_HOLDER"}, courtClocks()...),
			Asks: []ask{
				{Name: "court_outcome", Type: casework.AskChoice, Options: []string{"obeyed", "enforced", "refused", "ended"}},
				{Name: "court_outcome_note", Type: casework.AskLong},
			},
		}),
		work(step{
			Name: "leave_to_holder", In: []string{"disobeyed", "demanded", "waiting"}, Stops: courtClocks(),
			Asks: []ask{{Name: "holder_told_on", Type: casework.AskDay, Past: true}},
			Bars: func(f *file, _ law) *errs.Error {
				if last, rule := until(f); rule != "COURT_APPLY_INF" || f.Today <= last {
					return errs.New(errs.Forbidden, "error.office_may_apply")
				}
				return nil
			},
			Sets: func(f *file, _ input, _ law) facts {
				last, _ := until(f)
				return facts{"office_until": last.String()}
			},
			Starts: []casework.Start{{Rule: "COURT_APPLY_HOLDER", Day: "office_until", Own: true}},
		}),
	)
}

// courtClocks are the clocks on the way to the court.
func courtClocks() []string { return []string{"COURT_APPLY", "COURT_APPLY_INF", "DEMAND_WAIT"} }

// lastToSue is the end of the respondent's time to sue.
func lastToSue(f *file) (on calendar.Day) {
	served := servedOn(f, "respondent")
	for _, k := range f.Clocks {
		if k.Rule == "INF_SUE" && k.StartedOn == served {
			on = max(on, k.DueOn)
		}
	}
	return on
}

// sued says whether the respondent's suit is before a court.
func sued(f *file) bool {
	for _, t := range f.Running("suit") {
		if t.Facts["sued_by"] == "respondent" {
			return true
		}
	}
	return false
}

// suits are the suits against the adjudication. They do not stop its execution (Order 71 Art. 44; Order 81 Art. 80), but the office can apply to the court
// only where the respondent did not sue, or has lost: then its time runs from the day the judgment has effect.
func suits() []step {
	lost := func(_ *file, in input) bool { r := in.Fields["suit_result"]; return r == "quashed" || r == "changed" }
	upheld := func(new bool) func(*file, input) bool {
		return func(f *file, in input) bool {
			return !lost(f, in) && hand(f, "sued_by") == "respondent" && stopped(f) && !performed(f) && since81(in.Day("effective_on")) == new
		}
	}
	return side("suit", after(),
		work(step{
			Name: "sue", Leads: "pending",
			StopsBy: func(_ *file, in input) []string {
				if in.Fields["sued_by"] == "respondent" {
					return courtClocks()
				}
				return nil
			},
			Asks: []ask{
				{Name: "sued_by", Type: casework.AskChoice, Options: []string{"respondent", "requester", "third_party"}},
				{Name: "sued_on", Type: casework.AskDay, Past: true},
				{Name: "suit_court", Type: casework.AskText},
				{Name: "suit_number", Type: casework.AskText, Optional: true},
			},
			Bars:  unless(func(f *file) bool { return f.Outcome == Stop || f.Outcome == Rejected }, "error.no_adjudication"),
			Check: func(f *file, in input, _ law) *fault { return casework.NotBefore("sued_on", in, f.DecidedOn) },
		}),
		work(step{
			Name: "judgment", In: []string{"pending"}, Leads: "judged",
			Asks: []ask{
				{Name: "judged_on", Type: casework.AskDay, Past: true},
				{Name: "judged", Type: casework.AskChoice, Options: []string{"upheld", "quashed", "changed", "dismissed"}},
				{Name: "judgment_number", Type: casework.AskText},
			},
			Check: func(f *file, in input, _ law) *fault {
				return casework.NotBefore("judged_on", in, f.Track.Facts.Day("sued_on"))
			},
		}),
		work(step{
			Name: "appeal", In: []string{"judged"}, Leads: "appealed",
			Asks: []ask{{Name: "appealed_by", Type: casework.AskChoice, Options: []string{"respondent", "requester", "third_party", "office"}}, {Name: "appealed_on", Type: casework.AskDay, Past: true}},
			Check: func(f *file, in input, _ law) *fault {
				return casework.NotBefore("appealed_on", in, f.Track.Facts.Day("judged_on"))
			},
		}),
		work(step{
			Name: "end_suit", In: []string{"pending", "judged", "appealed"},
			Asks: []ask{
				{Name: "suit_result", Type: casework.AskChoice, Options: []string{"upheld", "quashed", "changed", "dismissed", "suit_withdrawn"}},
				{Name: "effective_on", Type: casework.AskDay, Past: true},
				{Name: "suit_note", Type: casework.AskLong, Optional: true},
			},
			Check: func(f *file, in input, _ law) *fault {
				return casework.NotBefore("effective_on", in, f.Track.Facts.Day("sued_on"))
			},
			Starts: []casework.Start{
				{Rule: "INF_PUBLISH_CHANGE", Day: "effective_on", Own: true, When: lost},
				{Rule: "COURT_APPLY", Day: "effective_on", Own: true, When: upheld(false)},
				{Rule: "COURT_APPLY_INF", Day: "effective_on", Own: true, When: upheld(true)},
			},
		}),
	)
}

// changes are the change or quashing of an adjudication by the office itself: the patent was invalidated with effect, or for another reason; what was
// obeyed or enforced before stays (Order 81 Art. 33).
func changes() []step {
	invalid := is("change_ground", "all_invalid", "part_invalid")
	asks := []ask{
		{Name: "change_ground", Type: casework.AskChoice, Options: []string{"all_invalid", "part_invalid", "other"}},
		{Name: "invalid_from", Type: casework.AskDay, Past: true, When: invalid},
		{Name: "change_by", Type: casework.AskChoice, Options: []string{"office", "requester", "respondent"}},
		{Name: "change_kind", Type: casework.AskChoice, Options: []string{"quash", "change"}},
		{Name: "change_text", Type: casework.AskLong},
	}
	adjudicated := unless(func(f *file) bool { return f.Outcome == Stop || f.Outcome == Rejected }, "error.no_adjudication")
	kinds := func(_ *file, in input, _ law) *fault {
		if in.Fields["change_ground"] == "all_invalid" && in.Fields["change_kind"] != "quash" {
			return wrong("change_kind", "error.nothing_left")
		}
		return nil
	}
	out := casework.Asking("change", after(), asks, adjudicated, kinds, step{
		Name: "approve_change", Leads: "changed",
		Sets:   func(_ *file, in input, _ law) facts { return facts{"changed_on": in.On.String()} },
		Starts: []casework.Start{{Rule: "INF_PUBLISH_CHANGE", Own: true}},
		Issues: func(*file, input) string { return "change_decision" },
		Paper: func(f *file, in input, say casework.Say) map[string]string {
			data := map[string]string{"裁决文号": paperNumber(f), "裁决日期": f.DecidedOn.Han(), "事由": say("choice.change_ground." + hand(f, "change_ground")), "内容": hand(f, "change_text"),
				"决定": say("paper.change." + hand(f, "change_kind")), "法条": say("paper.change_basis." + procedureLaw(in))}
			if performed(f) {
				data["溯及力"] = say("paper.not_retroactive")
			}
			return data
		},
	})
	return append(out, side("change", after(), work(step{
		Name: "serve_change", In: []string{"changed"},
		StopsBy: func(f *file, _ input) []string {
			if hand(f, "change_kind") == "quash" {
				return courtClocks()
			}
			return nil
		},
		Asks:   casework.ServeAsks(casework.ServiceWays()),
		Serves: casework.Served(func(f *file) calendar.Day { return f.Track.Facts.Day("changed_on") }, []string{"requester", "respondent"}, []string{"approve_change"}),
		Check: func(_ *file, in input, l law) *fault {
			return casework.MayServe("way", casework.Infringement, in, l, "decision")
		},
	}))...)
}
