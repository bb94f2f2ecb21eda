package counterfeit

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/fine"
	"huzhi/internal/statute"
)

// collecting are the side procedures about the money: deferral and instalments, reconsideration and suit, demand and application to the court.
func collecting() []casework.Step {
	from := []casework.State{Served, Executed}
	steps := slices.Concat(deferral([]casework.State{Served}), remedy(from), enforcement([]casework.State{Served}))
	for i := range steps {
		switch steps[i].Name {
		case "return_deferral", "drop_deferral", "court_ended":
			steps[i].From = open()
		case "remedy_ended": // it may quash the decision, and come when the case is closed
			steps[i].From = append(open(), casework.Closed, casework.Archived)
		}
	}
	return steps
}

// deferral is the party's written request to pay later or in parts, which the head approves (Penalty Law 2021 Art. 66(2); Market-Regulation
// Procedure Art. 74).
func deferral(from []casework.State) []casework.Step {
	return casework.Asking("deferral", from, []casework.Ask{
		{Name: "deferral_requested_on", Type: casework.AskDay, Past: true},
		{Name: "hardship", Type: casework.AskLong},
		{Name: "plan", Type: casework.AskLong},
	}, func(f *casework.File, law casework.Law) *errs.Error {
		switch {
		case f.FineFen == 0:
			return errs.New(errs.Forbidden, "error.no_fine")
		case fine.Reckon(law.Rules, f.Account(), f.Today).FineOpen() == 0:
			return errs.New(errs.Forbidden, "error.nothing_owed")
		}
		return nil
	}, planFits, casework.Step{
		Name: "approve_deferral", Sets: courtFrom, Stops: []string{"COURT_APPLY", "FINE_PAY"}, Starts: []casework.Start{{Rule: "COURT_APPLY", Day: "court_from", Own: true}},
		Issues: func(*casework.File, casework.Input) string { return "deferral_notice" },
		Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
			again := casework.Input{On: in.On, Fields: f.Track.Facts}
			if fault := planFits(f, again, law); fault != nil {
				return &errs.Field{Name: "on", Message: fault.Message}
			}
			return nil
		},
		Paper: func(f *casework.File, _ casework.Input, _ casework.Say) map[string]string {
			return map[string]string{"罚款": yuan(f.FineFen), "缴纳安排": planText(f.Track.Facts["plan"])}
		},
	})
}

// courtFrom is the day from which the office's three months run after a deferral: its end, where that is later (Market-Regulation Procedure Art. 76).
func courtFrom(f *casework.File, _ casework.Input, _ casework.Law) casework.Facts {
	from := f.Facts.Day("remedy_end")
	if parts, err := fine.ParsePlan(f.Track.Facts["plan"]); err == nil {
		from = max(from, parts[len(parts)-1].Due)
	}
	return casework.Facts{"court_from": from.String()}
}

// planFits refuses a plan that is not about all that is open, or lies in the past.
func planFits(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if fault := casework.NotBefore("deferral_requested_on", in, f.DecidedOn); fault != nil {
		return fault
	}
	parts, err := fine.ParsePlan(in.Fields["plan"])
	if err != nil {
		return &errs.Field{Name: "plan", Message: errs.Msg("error.plan")}
	}
	open := fine.Reckon(law.Rules, f.Account(), in.On).FineOpen()
	if fine.Sum(parts) != open {
		return &errs.Field{Name: "plan", Message: errs.Msg("error.plan_sum", casework.Yuan(open))}
	}
	if parts[0].Due <= in.On {
		return &errs.Field{Name: "plan", Message: errs.Msg("error.plan_past", in.On)}
	}
	return nil
}

func planText(s string) string {
	parts, err := fine.ParsePlan(s)
	if err != nil {
		return s
	}
	var out string
	for i, p := range parts {
		if i > 0 {
			out += "；"
		}
		out += p.Due.Han() + "前缴纳" + yuan(p.Fen)
	}
	return out
}

// remedy is a reconsideration or a suit against the decision. Neither stops its execution; the surcharge stands still meanwhile since 2021-07-15
// (Penalty Law 2021 Art. 73).
func remedy(from []casework.State) []casework.Step {
	step := casework.Step{Track: "remedy", From: from, Action: "case.work", Member: casework.PartOfficer}
	open, end := step, step
	open.Name, open.Leads, open.Alone = "remedy_begun", "pending", true
	open.Asks = []casework.Ask{
		{Name: "remedy", Type: casework.AskChoice, Options: []string{"reconsideration", "suit"}},
		{Name: "remedy_on", Type: casework.AskDay, Past: true},
		{Name: "remedy_body", Type: casework.AskText},
	}
	open.Check = func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
		return casework.NotBefore("remedy_on", in, f.DecidedOn)
	}
	end.Name, end.In = "remedy_ended", []string{"pending"}
	end.Asks = []casework.Ask{
		{Name: "remedy_result", Type: casework.AskChoice, Options: []string{"upheld", "changed", "quashed", "withdrawn", "rejected"}},
		{Name: "remedy_note", Type: casework.AskLong},
	}
	return []casework.Step{open, end}
}

// enforcement is the written demand, its ten working days, and the application to the court within three months of the end of the time for
// remedies (Coercion Law Arts 53–55, 69; Market-Regulation Procedure Art. 76).
func enforcement(from []casework.State) []casework.Step {
	step := casework.Step{Track: "enforcement", From: from, Action: "case.work", Member: casework.PartOfficer}
	demand, apply, end := step, step, step
	demand.Name, demand.Leads, demand.Alone, demand.Bars = "demand", "demanded", true, owes
	demand.Asks = casework.ServeAsks(casework.ServiceWays())
	demand.Starts = []casework.Start{{Rule: "DEMAND_WAIT", Day: "served_on", Own: true}}
	demand.Serves = casework.Served(func(f *casework.File) calendar.Day { return max(f.Today, f.Account().Due.AddDays(1)) }, []string{"respondent"}, nil) // the letter is made by this step
	demand.Check = func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
		return mayServe("way", "serve_consent", f, in, law)
	}
	demand.Issues = func(*casework.File, casework.Input) string { return "demand_letter" }
	demand.Paper = money
	apply.Name, apply.In, apply.Leads, apply.Action, apply.Member = "apply_to_court", []string{"demanded"}, "applied", "case.approve", ""
	apply.NotBy = []string{casework.PartOfficer}
	apply.Asks = []casework.Ask{{Name: "court", Type: casework.AskText}}
	apply.Bars = mayApply
	apply.Stops = []string{"DEMAND_WAIT", "COURT_APPLY"}
	apply.Issues = func(*casework.File, casework.Input) string { return "enforcement_application" }
	apply.Paper = money
	end.Name, end.In = "court_ended", []string{"demanded", "applied"}
	end.Asks = []casework.Ask{
		{Name: "court_result", Type: casework.AskChoice, Options: []string{"performed", "enforced", "ended_by_court", "refused_by_court"}},
		{Name: "court_note", Type: casework.AskLong},
	}
	end.Stops = []string{"DEMAND_WAIT"}
	return []casework.Step{demand, apply, end}
}

func money(f *casework.File, in casework.Input, _ casework.Say) map[string]string {
	return map[string]string{"罚款": yuan(f.FineFen), "没收": yuan(f.ConfiscatedFen), "法院": in.Fields["court"]}
}

// owes refuses a demand while nothing is late.
func owes(f *casework.File, law casework.Law) *errs.Error {
	l := fine.Reckon(law.Rules, f.Account(), f.Today)
	if l.Open() == 0 {
		return errs.New(errs.Forbidden, "error.nothing_owed")
	}
	if due := lastDue(f, l); f.Today <= due {
		return errs.New(errs.Forbidden, "error.not_due", due)
	}
	return nil
}

// lastDue is the day after which what is open is late.
func lastDue(f *casework.File, l fine.Ledger) calendar.Day {
	due := f.Account().Due
	for _, x := range l.Lines {
		if x.End == fine.Open {
			return x.Due
		}
	}
	return due
}

// mayApply refuses the application before the demand's ten working days and the time for remedies are over, while a remedy is pending, and after
// the three months.
func mayApply(f *casework.File, law casework.Law) *errs.Error {
	if k := f.ClockOf(f.Track.ID, "DEMAND_WAIT"); k != nil && f.Today <= k.DueOn {
		return errs.New(errs.Forbidden, "error.demand_runs", k.DueOn)
	}
	if len(f.Running("remedy")) > 0 {
		return errs.New(errs.Forbidden, "error.remedy_pending")
	}
	for _, rule := range []string{"RECONSIDER", "SUIT"} {
		if k := f.Clock(rule); k != nil && f.Today <= k.DueOn {
			return errs.New(errs.Forbidden, "error.remedy_runs", k.DueOn)
		}
	}
	if k := f.Clock("COURT_APPLY"); k != nil && f.Today > k.StrictOn {
		return errs.New(errs.Forbidden, "error.court_late", k.StrictOn)
	}
	return nil
}

// owing says whether the decision orders money.
func owing(f *casework.File, _ casework.Input) bool { return f.FineFen+f.ConfiscatedFen > 0 }

// byCourt says whether the court has enforced the penalty, or ended its enforcement (Market-Regulation Procedure Art. 77(1) items 1 and 2).
func byCourt(f *casework.File) bool {
	return slices.ContainsFunc(f.Ended("enforcement"), func(t casework.Track) bool {
		return slices.Contains([]string{"performed", "enforced", "ended_by_court"}, t.Facts["court_result"])
	})
}

// moneyOpen keeps the execution back while money is open and the court has not ended it: what is paid is recorded in the ledger first.
func moneyOpen(f *casework.File, law casework.Law) *errs.Error {
	if open := fine.Reckon(law.Rules, f.Account(), f.Today).Open(); owing(f, casework.Input{}) && open > 0 && !byCourt(f) {
		return errs.New(errs.Conflict, "error.money_open", casework.Yuan(open))
	}
	return nil
}

// settled refuses to call a penalty paid or performed while money is open on the day (Penalty Law 2021 Art. 66; Market-Regulation Procedure Art. 77).
func settled(f *casework.File, on calendar.Day, law casework.Law) *errs.Field {
	if open := fine.Reckon(law.Rules, f.Account(), on).Open(); open > 0 {
		return &errs.Field{Name: "execution", Message: errs.Msg("error.money_open", casework.Yuan(open))}
	}
	return nil
}

// remedyEnd is the last day of the party's time for remedies, from which the office's three months run.
func remedyEnd(_ *casework.File, in casework.Input, law casework.Law) casework.Facts {
	served := in.Day("served_on")
	var end calendar.Day
	for _, rule := range []string{"RECONSIDER", "SUIT"} {
		r, ok := law.Rules.Rule(rule, statute.Query{On: served, Kind: casework.Counterfeit})
		if !ok {
			continue
		}
		if due, err := law.Rules.Due(law.Days, r, served, statute.Options{}); err == nil {
			end = max(end, due.Due)
		}
	}
	return casework.Facts{"remedy_end": end.String()}
}
