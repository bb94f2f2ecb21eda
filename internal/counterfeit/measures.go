package counterfeit

import (
	"slices"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The states of a measure after it was approved.
const (
	approved  = "approved"  // may be taken now
	preserved = "preserved" // registered and preserved
	sealed    = "sealed"
	testing   = "testing" // the sealed goods are being tested
)

// onTheSpot are the fields of a measure that two officers take, with the list that is counted on the spot (Coercion Law Art. 18; Market-Regulation
// Procedure Arts 34, 37; Order 71 Arts 30, 40).
func onTheSpot() []casework.Ask {
	return []casework.Ask{
		{Name: "present", Type: casework.AskOfficers},
		{Name: "things", Type: casework.AskLong},
		{Name: "things_place", Type: casework.AskText},
		{Name: "measure_record", Type: casework.AskLong},
		{Name: "signed", Type: casework.AskChoice, Options: []string{"signed", "refused", "absent"}},
	}
}

// twoAndParty is what a measure needs: two officers with certificates, and somebody to whom its paper is addressed.
func twoAndParty() []casework.Need {
	return []casework.Need{casework.NeedCertificates, casework.NeedRespondent}
}

// beforeTheDecision refuses to begin what serves the investigation once it is over.
func beforeTheDecision(f *casework.File, _ casework.Law) *errs.Error {
	if !slices.Contains(working(), f.State) {
		return errs.New(errs.Conflict, "error.decided")
	}
	return nil
}

// preservation is register-and-preserve (先行登记保存): approved before, or by the market-regulation book in urgency within 24 hours; dealt with in
// seven days, or free again by itself since 2021-07-15 (Penalty Law 2021 Art. 56, 1996 Art. 37(2); Order 71 Art. 40; Market-Regulation
// Procedure Arts 33–35).
func preservation() []casework.Step {
	const track = "preservation"
	why := []casework.Ask{{Name: "loss_risk", Type: casework.AskLong}, {Name: "no_sampling", Type: casework.AskChoice, Options: []string{"yes", "no"}}}
	sampling := func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field { // Order 71 Art. 40: only where no sample can be taken
		if in.Fields["no_sampling"] != "yes" && book(f) == statute.BookPatent {
			return fault("no_sampling", "error.sample_first")
		}
		return nil
	}
	steps := casework.Asking(track, open(), append([]casework.Ask{{Name: "preserve_what", Type: casework.AskLong}}, why...), beforeTheDecision, sampling,
		casework.Step{Name: "approve_preservation", Leads: approved})
	dropApproved(steps, "drop_preservation")
	step := func(s casework.Step) casework.Step {
		s.Track, s.From = track, open()
		if s.Action == "" {
			s.Action, s.Member = "case.work", casework.PartOfficer
		} else {
			s.NotBy = []string{casework.PartOfficer}
		}
		return s
	}
	notice := func(*casework.File, casework.Input) string { return "preserve_notice" }
	release := func(*casework.File, casework.Input) string { return "preserve_release" }
	return append(steps,
		step(casework.Step{
			Name: "preserve", In: []string{approved}, Leads: preserved, Asks: onTheSpot(), Needs: twoAndParty(), Bars: beforeTheDecision,
			Starts: []casework.Start{{Rule: "PRESERVE", Own: true}}, Issues: notice, Sets: until("PRESERVE"), Paper: listed,
		}),
		step(casework.Step{
			Name: "preserve_urgent", Leads: casework.Urgent, Urgent: true, Needs: twoAndParty(),
			Asks: slices.Concat(why, onTheSpot(), []casework.Ask{{Name: "taken_at", Type: casework.AskTime}, casework.Approver()}),
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if book(f) == statute.BookPatent {
					return errs.New(errs.Forbidden, "error.urgent_preserve")
				}
				return beforeTheDecision(f, law)
			},
			Check:  sampling,
			Starts: []casework.Start{{Rule: "PRESERVE", Own: true}, {Rule: "URGENT_APPROVAL", Own: true}}, Issues: notice, Sets: until("PRESERVE"), Paper: listed,
		}),
		step(casework.Step{
			Name: "confirm_preservation", In: []string{casework.Urgent}, Leads: preserved, Action: "case.approve",
			Asks: []casework.Ask{{Name: "approved_at", Type: casework.AskTime}}, Bars: tooLate, Check: within24, Stops: []string{"URGENT_APPROVAL"},
		}),
		step(casework.Step{
			Name: "settle_preservation", In: []string{preserved},
			Asks: []casework.Ask{
				{Name: "settled_by", Type: casework.AskChoice, Options: []string{"recorded", "sampled", "tested", "sealed", "handed_on"}},
				{Name: "settled_note", Type: casework.AskLong},
			},
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if k := f.ClockOf(f.Track.ID, "PRESERVE"); k != nil && f.Today > k.StrictOn && lapses(k.Version, law) {
					return errs.New(errs.Forbidden, "error.preservation_lapsed", k.StrictOn)
				}
				return nil
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Fields["settled_by"] == "sealed" && !slices.ContainsFunc(f.Running("sealing"), isSealed) {
					return fault("settled_by", "error.seal_first")
				}
				return nil
			},
			Stops: []string{"PRESERVE"},
		}),
		step(casework.Step{
			Name: "release_preservation", In: []string{preserved, casework.Urgent}, Action: "case.approve",
			Asks:  []casework.Ask{{Name: "release_reason", Type: casework.AskLong}},
			Stops: []string{"PRESERVE", "URGENT_APPROVAL"}, Issues: release,
			Paper: func(f *casework.File, in casework.Input, _ casework.Say) map[string]string {
				return freed(f, in.Fields["release_reason"])
			},
		}),
		step(casework.Step{
			Name: "lapse_preservation", In: []string{preserved, casework.Urgent}, Action: "case.approve", Lapses: "PRESERVE",
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if k := f.ClockOf(f.Track.ID, "PRESERVE"); k == nil || !lapses(k.Version, law) {
					return errs.New(errs.Forbidden, "error.no_lapse")
				}
				return nil
			},
			Stops: []string{"PRESERVE", "URGENT_APPROVAL"}, Issues: release,
			Paper: func(f *casework.File, _ casework.Input, say casework.Say) map[string]string {
				return freed(f, say("paper.preservation_lapsed"))
			},
		}),
	)
}

// lapses says whether a measure ends by itself when its period is over, by the wording of the rule that its clock is pinned to.
func lapses(version string, law casework.Law) bool {
	r, _ := law.Rules.ByVersion(version, casework.Counterfeit)
	return r.OnExpiry == "auto_release"
}

// sealing is sealing or seizure of goods (查封、扣押), only where evidence shows that they are counterfeit: approved before, or in urgency within 24 hours;
// thirty days and thirty more, asked and granted before the end; testing is not counted and told in writing; afterwards nothing but
// release or handing over is left (Patent Law 2020 Art. 69(1) item 5, 2008 Art. 64; Order 71 Art. 30; Coercion Law Arts 18–28; Market-Regulation
// Procedure Arts 36–42).
func sealing() []casework.Step {
	const track = "sealing"
	why := []casework.Ask{
		{Name: "seal_form", Type: casework.AskChoice, Options: []string{"seal", "seize"}},
		{Name: "seal_proof", Type: casework.AskChoice, Options: []string{"proven", "suspected"}},
		{Name: "seal_evidence", Type: casework.AskLong},
	}
	proven := func(_ *casework.File, in casework.Input, _ casework.Law) *errs.Field {
		if in.Fields["seal_proof"] != "proven" {
			return fault("seal_proof", "error.seal_proof")
		}
		return nil
	}
	steps := casework.Asking(track, open(), append([]casework.Ask{{Name: "seal_what", Type: casework.AskLong}}, why...), beforeTheDecision, proven,
		casework.Step{Name: "approve_sealing", Leads: approved})
	dropApproved(steps, "drop_sealing")
	for i := range steps {
		steps[i].Alone = false // goods in several places are sealed one by one
		if slices.Contains(steps[i].In, casework.Asked) {
			steps[i].Bars = asksLonger(false)
		}
	}
	step := func(s casework.Step) casework.Step {
		s.Track, s.From = track, open()
		if s.Action == "" {
			s.Action, s.Member = "case.work", casework.PartOfficer
		} else {
			s.NotBy = []string{casework.PartOfficer}
		}
		return s
	}
	decision := func(*casework.File, casework.Input) string { return "seal_decision" }
	done := until("SEAL")
	kept := []string{sealed, casework.Asked, testing}
	ended := []string{"SEAL", "URGENT_APPROVAL"}
	return append(steps,
		step(casework.Step{
			Name: "seal", In: []string{approved}, Leads: sealed, Asks: onTheSpot(), Needs: twoAndParty(), Bars: beforeTheDecision,
			Starts: []casework.Start{{Rule: "SEAL", Own: true}}, Issues: decision, Sets: done, Paper: sealPaper,
		}),
		step(casework.Step{
			Name: "seal_urgent", Leads: casework.Urgent, Urgent: true, Needs: twoAndParty(),
			Asks: slices.Concat(why, onTheSpot(), []casework.Ask{{Name: "taken_at", Type: casework.AskTime}, casework.Approver()}),
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if !since(law, coercionLaw, f.Today) {
					return errs.New(errs.Forbidden, "error.urgent_seal")
				}
				return beforeTheDecision(f, law)
			},
			Check:  proven,
			Starts: []casework.Start{{Rule: "SEAL", Own: true}, {Rule: "URGENT_APPROVAL", Own: true}}, Issues: decision, Sets: done, Paper: sealPaper,
		}),
		step(casework.Step{
			Name: "confirm_sealing", In: []string{casework.Urgent}, Leads: sealed, Action: "case.approve",
			Asks: []casework.Ask{{Name: "approved_at", Type: casework.AskTime}}, Bars: tooLate, Check: within24, Stops: []string{"URGENT_APPROVAL"},
		}),
		step(casework.Step{
			Name: "ask_longer", In: []string{sealed}, Leads: casework.Asked,
			Asks: []casework.Ask{{Name: "extend_by", Type: casework.AskCount}, {Name: "extension_reason", Type: casework.AskLong}, casework.Approver()},
			Bars: casework.Extendable("SEAL"), Check: casework.WithinMax("SEAL"),
		}),
		step(casework.Step{
			Name: "approve_longer", In: []string{casework.Asked}, Leads: sealed, Action: "case.approve", Extends: "SEAL",
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if err := asksLonger(true)(f, law); err != nil {
					return err
				}
				return casework.Level("SEAL", statute.Head)(f, law)
			},
			Sets: func(f *casework.File, _ casework.Input, law casework.Law) casework.Facts {
				return casework.Facts{"measure_until": longer(f).String()}
			},
			Issues: func(*casework.File, casework.Input) string { return "seal_extension" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := sealPaper(f, in, say)
				out["延长天数"], out["延长理由"], out["延长至"] = f.Track.Facts["extend_by"], f.Track.Facts["extension_reason"], in.Day("measure_until").Han()
				return out
			},
		}),
		step(casework.Step{
			Name: "return_longer", In: []string{casework.Asked}, Leads: sealed, Action: "case.approve", Bars: asksLonger(true),
			Asks: []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
		}),
		step(casework.Step{
			Name: "drop_longer", In: []string{casework.Asked}, Leads: sealed, Bars: asksLonger(true),
			Asks: []casework.Ask{{Name: "drop_reason", Type: casework.AskText}},
		}),
		step(casework.Step{
			Name: "test_sealed", In: []string{sealed}, Leads: testing, Pauses: "test_appraisal", PausesFrom: "test_from",
			Asks: []casework.Ask{
				{Name: "test_by", Type: casework.AskText},
				{Name: "test_question", Type: casework.AskLong},
				{Name: "test_from", Type: casework.AskDay, Past: true},
				{Name: "test_until", Type: casework.AskDay},
			},
			Bars: sealOver,
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Day("test_until") < in.Day("test_from") {
					return fault("test_until", "error.day_before", in.Day("test_from"))
				}
				return casework.NotBefore("test_from", in, max(in.On, f.Track.Facts.Day("measure_on"))) // the notice is made by this step
			},
			Issues: func(*casework.File, casework.Input) string { return "test_notice" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := sealPaper(f, in, say)
				out["检测机构"], out["检测事项"] = in.Fields["test_by"], in.Fields["test_question"]
				out["检测开始"], out["检测结束"] = in.Day("test_from").Han(), in.Day("test_until").Han()
				return out
			},
		}),
		step(casework.Step{
			Name: "tested", In: []string{testing}, Leads: sealed, Resumes: true, PausesFrom: "tested_on",
			Asks: []casework.Ask{{Name: "tested_on", Type: casework.AskDay, Past: true}, {Name: "test_result", Type: casework.AskLong}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("tested_on", in, f.Track.Facts.Day("test_from"))
			},
		}),
		step(casework.Step{
			Name: "release_sealing", In: append([]string{casework.Urgent}, kept...), Action: "case.approve", Resumes: true, Bars: asksLonger(true),
			Asks: []casework.Ask{
				{Name: "release_ground", Type: casework.AskChoice, Options: []string{"no_breach", "unrelated", "decided", "expired", "no_need"}},
				{Name: "release_reason", Type: casework.AskLong},
			},
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field { // Coercion Law Art. 28; Market-Regulation Procedure Art. 42
				switch {
				case in.Fields["release_ground"] == "decided" && f.DecidedOn.IsZero():
					return fault("release_ground", "error.not_decided")
				case in.Fields["release_ground"] == "expired" && sealOver(f, law) == nil:
					return fault("release_ground", "error.not_expired")
				}
				return nil
			},
			Stops: ended, Issues: func(*casework.File, casework.Input) string { return "seal_release" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := sealPaper(f, in, say)
				out["解除事由"], out["理由"] = say("choice.release_ground."+in.Fields["release_ground"]), in.Fields["release_reason"]
				return out
			},
		}),
		step(casework.Step{
			Name: "hand_sealed", In: kept, Resumes: true,
			Asks: []casework.Ask{{Name: "goods_to", Type: casework.AskText}, {Name: "goods_receipt", Type: casework.AskText}, {Name: "party_told_on", Type: casework.AskDay, Past: true}},
			Bars: func(f *casework.File, law casework.Law) *errs.Error {
				if err := asksLonger(true)(f, law); err != nil {
					return err
				}
				going := slices.ContainsFunc(f.Running("police"), func(t casework.Track) bool { return t.State != casework.Asked })
				if !going && !withPolice(f) && !strings.HasPrefix(f.Outcome, "transferred_") { // Coercion Law Art. 21
					return errs.New(errs.Conflict, "error.goods_not_going")
				}
				return nil
			},
			Stops: ended, Issues: func(*casework.File, casework.Input) string { return "goods_transfer_notice" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := sealPaper(f, in, say)
				out["受移送机关"] = in.Fields["goods_to"]
				return out
			},
		}),
		step(casework.Step{
			Name: "dispose_sealed", In: []string{sealed},
			Asks: []casework.Ask{{Name: "disposed_by", Type: casework.AskChoice, Options: []string{"marks_removed", "destroyed"}}, {Name: "disposed_note", Type: casework.AskLong}},
			Bars: func(f *casework.File, law casework.Law) *errs.Error { // Coercion Law Art. 27; Order 71 Art. 45
				if f.DecidedOn.IsZero() || !established(f.Outcome) {
					return errs.New(errs.Conflict, "error.not_decided")
				}
				return sealOver(f, law)
			},
			Stops: ended,
		}),
	)
}

// dropApproved lets a request be dropped after it was approved and before anything was done.
func dropApproved(steps []casework.Step, name string) {
	for i := range steps {
		if steps[i].Name == name {
			steps[i].In = append(steps[i].In, approved)
		}
	}
}

func isSealed(t casework.Track) bool { return t.Facts["measure_on"] != "" }

// asksLonger parts the two requests of a sealing: to seal, and to keep sealed longer.
func asksLonger(done bool) func(*casework.File, casework.Law) *errs.Error {
	return barred("error.other_request", func(f *casework.File) bool { return isSealed(*f.Track) == done })
}

// sealOver refuses everything but release and handing over once the period has run out (Coercion Law Arts 25, 28(1) item 4).
func sealOver(f *casework.File, law casework.Law) *errs.Error {
	k := f.ClockOf(f.Track.ID, "SEAL")
	if k == nil || !k.PausedOn.IsZero() || f.Today <= k.StrictOn {
		return nil
	}
	r, _ := law.Rules.ByVersion(k.Version, k.Kind)
	return errs.New(errs.Forbidden, "error.seal_over", k.StrictOn, r.Cite)
}

// tooLate refuses to approve a measure that was taken in urgency once twenty-four hours are surely over: only release is left (Coercion Law Art. 19;
// Market-Regulation Procedure Arts 33(2), 36(2)).
func tooLate(f *casework.File, law casework.Law) *errs.Error {
	if f.Today > f.Track.OpenedOn.AddDays(1) {
		return errs.New(errs.Forbidden, "error.urgent_late", urgentRule(f, law).Cite)
	}
	return nil
}

// within24 refuses an approval from before the measure, or later than twenty-four hours after it.
func within24(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	taken, given := instant(f.Track.OpenedOn, f.Track.Facts["taken_at"]), instant(in.On, in.Fields["approved_at"])
	if given.Before(taken) {
		return fault("approved_at", "error.before_measure")
	}
	r := urgentRule(f, law)
	if end, ok := r.At(taken); ok && given.After(end) {
		return fault("approved_at", "error.urgent_late", r.Cite)
	}
	return nil
}

func urgentRule(f *casework.File, law casework.Law) statute.Rule {
	r, _ := law.Rules.Rule("URGENT_APPROVAL", statute.Query{On: f.Track.OpenedOn, Kind: f.Kind, Region: f.Jurisdiction})
	return r
}

func instant(day calendar.Day, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return day.Time()
	}
	return day.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// until records the day of a measure and the last day of its period, for its papers.
func until(rule string) func(*casework.File, casework.Input, casework.Law) casework.Facts {
	return func(f *casework.File, in casework.Input, law casework.Law) casework.Facts {
		out := casework.Facts{"measure_on": in.On.String()}
		if r, ok := law.Rules.Rule(rule, statute.Query{On: in.On, Kind: f.Kind, Region: f.Jurisdiction}); ok {
			if due, err := law.Rules.Due(law.Days, r, in.On, statute.Options{}); err == nil {
				out["measure_until"] = due.Strict.String()
			}
		}
		return out
	}
}

// longer is the last day of a sealing with the extension that is asked for: its period, which testing has lengthened already, is a period of days.
func longer(f *casework.File) calendar.Day {
	k := f.ClockOf(f.Track.ID, "SEAL")
	if k == nil {
		return 0
	}
	return k.StrictOn.AddDays(int(f.Track.Facts.Money("extend_by")))
}

// listed is what the papers of a measure name.
func listed(f *casework.File, in casework.Input, _ casework.Say) map[string]string {
	x := f.Track.Facts
	return map[string]string{
		"清单": x["things"], "存放地点": x["things_place"], "执法人员": x["present_name"], "措施日期": x.Day("measure_on").Han(), "期限": x.Day("measure_until").Han(),
		"保存理由": x["loss_risk"],
	}
}

func freed(f *casework.File, why string) map[string]string {
	out := listed(f, casework.Input{}, nil)
	out["理由"] = why
	return out
}

// sealPaper is what the papers of a sealing name (Coercion Law Art. 24(2)).
func sealPaper(f *casework.File, in casework.Input, say casework.Say) map[string]string {
	x := f.Track.Facts
	out := listed(f, in, say)
	out["措施"], out["查封理由"] = say("choice.seal_form."+x["seal_form"]), x["seal_evidence"]
	out["查封依据"] = say("paper.seal_basis." + penaltyLaw(x.Day("measure_on")))
	out["起诉期限"] = say("paper.sue." + sueLaw(in.On))
	return out
}
