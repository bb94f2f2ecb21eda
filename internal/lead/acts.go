package lead

import (
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Act is something that is done with a lead beside its verification and the decision on it: a row of a table, as the steps of a case are.
type Act struct {
	Name   string
	Kinds  []string // of leads
	From   []string // states
	To     string   // "" stays in the state it is taken from
	Action string   // the access action the actor needs
	asks   func(*History) []casework.Ask
	bars   func(*History) *errs.Error                 // why the law does not allow it as the lead stands: not offered, and refused
	check  func(*History, casework.Input) *errs.Field // what the law does not allow
	does   func(*Register, *store.Tx, *doing) error   // what it does to the periods and the lead's columns
}

// doing is an act in hand.
type doing struct {
	*History
	by  access.Actor
	in  casework.Input
	set map[string]any // columns of the lead that change with it
}

// History is a lead with what was done with it.
type History struct {
	*Lead
	Steps  []Step
	Clocks []deadline.Clock
	Data   casework.Facts // the latest word on each fact, since the lead has its kind and its office
	Today  calendar.Day
	law    casework.Law
	filing []casework.Ask // what filing as this kind must state
}

// History reads what was done with a lead out of its steps.
func (r *Register) History(l *Lead, steps []Step, clocks []deadline.Clock, today calendar.Day) *History {
	h := &History{Lead: l, Steps: steps, Clocks: clocks, Data: casework.Facts{}, Today: today, law: casework.Law{Rules: r.clocks.Rules(), Days: r.clocks.Days()}}
	if p := r.docket.Procedure(l.Kind); p != nil {
		h.filing = p.Asks
	}
	for _, s := range steps {
		switch s.Step {
		case "transfer", "recast", "send_back":
			h.Data = casework.Facts{}
		case "check":
			for _, x := range items() { // an item that is no longer asked is gone
				delete(h.Data, x.name)
			}
			for _, x := range limitAsks(l.Kind) {
				delete(h.Data, x.Name)
			}
		}
		for k, v := range s.Data {
			h.Data[k] = v
		}
	}
	return h
}

// last is the latest taking of an act since the lead has its kind and its office, or nil.
func (h *History) last(step string) *Step {
	for i := len(h.Steps) - 1; i >= 0 && !slices.Contains([]string{"transfer", "recast", "send_back"}, h.Steps[i].Step); i-- {
		if h.Steps[i].Step == step {
			return &h.Steps[i]
		}
	}
	return nil
}

// clock is the running clock of a rule, or nil.
func (h *History) clock(rule string) *deadline.Clock {
	for i := range h.Clocks {
		if k := &h.Clocks[i]; k.Rule == rule && k.Running() {
			return k
		}
	}
	return nil
}

// unmet are the items of the latest formal check that are not met.
func (h *History) unmet() []item {
	var out []item
	for _, x := range formal(h.Lead) {
		if h.Data[x.name] == "unmet" {
			out = append(out, x)
		}
	}
	return out
}

// Checked is the formal check that holds: the latest, unless papers came in since; nil where there is none.
func (h *History) Checked() *Step {
	check, back := h.last("check"), h.last("supplemented")
	if check == nil || back != nil && back.Seq > check.Seq {
		return nil
	}
	return check
}

// away are the grounds on which the periods stand still.
func (h *History) away() []string {
	var out []string
	for _, g := range []string{"test_appraisal", "rightholder_identification"} {
		open := false
		for _, s := range h.Steps {
			switch {
			case s.Step == "transfer", s.Step == "recast", s.Step == "send_back":
				open = false
			case s.Data["excluded"] == g:
				open = s.Step == "exclude"
			}
		}
		if open {
			out = append(out, g)
		}
	}
	return out
}

// Acts is every act, in the order in which they are offered.
func Acts() []Act {
	requests := []string{casework.Infringement, casework.Dispute, casework.Opinion}
	fresh, open := []string{New, Verified}, []string{New, Verified, Supplement, Notified}
	dispute, counterfeit := []string{casework.Dispute}, []string{casework.Counterfeit}
	return append([]Act{
		{Name: "check", Kinds: requests, From: fresh, Action: "lead.verify", asks: checkAsks, check: knewFirst},
		{Name: "receipt", Kinds: casework.Kinds(), From: open, Action: "lead.verify", asks: fields(receiptAsks()...), bars: mayReceipt},
		{Name: "supplement", Kinds: requests, From: fresh, To: Supplement, Action: "lead.verify", bars: mayAsk,
			asks: fields(casework.Ask{Name: "supplement_list", Type: casework.AskLong}, casework.Ask{Name: "supplement_until", Type: casework.AskDay}),
			check: func(_ *History, in casework.Input) *errs.Field {
				return casework.NotBefore("supplement_until", in, in.On.AddDays(1))
			},
			does: func(r *Register, tx *store.Tx, d *doing) error { // what is not complete is not received
				return r.clocks.StopTx(tx, d.subject(), d.in.On, "INF_ACCEPT", "MED_NOTIFY")
			}},
		{Name: "supplemented", Kinds: requests, From: []string{Supplement}, To: New, Action: "lead.verify", check: inTerm, does: received,
			asks: fields(casework.Ask{Name: "supplement_result", Type: casework.AskChoice, Options: []string{"back", "lapsed"}},
				casework.Ask{Name: "supplemented_on", Type: casework.AskDay, Past: true, When: func(x casework.Facts) bool { return x["supplement_result"] == "back" }})},
		{Name: "notify", Kinds: dispute, From: fresh, To: Notified, Action: "lead.verify", does: notified,
			bars: func(h *History) *errs.Error {
				if h.last("answer") != nil {
					return errs.New(errs.Conflict, "error.lead_answered")
				}
				return h.examined(h.Kind)
			},
			asks: fields(casework.Ask{Name: "respondent_received_on", Type: casework.AskDay, Past: true},
				casework.Ask{Name: "request_way", Type: casework.AskChoice, Options: casework.ServiceWays()[:4]}),
			check: func(h *History, in casework.Input) *errs.Field {
				if fault := casework.NotBefore("respondent_received_on", in, h.ReceivedOn); fault != nil {
					return fault
				}
				return casework.MayServe("request_way", h.Kind, in, h.law, "")
			}},
		{Name: "answer", Kinds: dispute, From: []string{Notified}, To: New, Action: "lead.verify", check: answered, does: afterAnswer,
			asks: fields(casework.Ask{Name: "answer", Type: casework.AskChoice, Options: []string{"agreed", "declined", "silent"}},
				casework.Ask{Name: "answer_on", Type: casework.AskDay, Past: true, When: func(x casework.Facts) bool { return x["answer"] == "agreed" || x["answer"] == "declined" }},
				casework.Ask{Name: "answer_text", Type: casework.AskLong, Optional: true})},
		{Name: "tell", Kinds: requests, From: []string{Refused}, Action: "lead.verify",
			bars: func(h *History) *errs.Error {
				if h.Data["told_on"] != "" {
					return errs.New(errs.Conflict, "error.lead_told")
				}
				return nil
			},
			asks:  fields(casework.Ask{Name: "told_on", Type: casework.AskDay, Past: true}, casework.Ask{Name: "told_way", Type: casework.AskChoice, Options: casework.ServiceWays(), Words: "way"}),
			check: func(h *History, in casework.Input) *errs.Field { return casework.NotBefore("told_on", in, h.SettledOn) },
			does: func(r *Register, tx *store.Tx, d *doing) error {
				return r.clocks.StopTx(tx, d.subject(), d.in.Day("told_on"))
			}},
		{Name: "tell_reporter", Kinds: []string{casework.Counterfeit, casework.Ecommerce, casework.Infringement}, From: []string{Filed, Refused, Merged}, Action: "lead.verify",
			bars: func(h *History) *errs.Error {
				if h.clock("REPORTER_TELL") == nil && h.TellBy.IsZero() {
					return errs.New(errs.Conflict, "error.lead_no_clock")
				}
				return nil
			},
			asks: fields(casework.Ask{Name: "reporter_told_on", Type: casework.AskDay, Past: true}),
			check: func(h *History, in casework.Input) *errs.Field {
				return casework.NotBefore("reporter_told_on", in, h.SettledOn)
			},
			does: func(r *Register, tx *store.Tx, d *doing) error {
				d.TellBy, d.set["tell_by"] = 0, nil
				return r.clocks.StopTx(tx, d.subject(), d.in.Day("reporter_told_on"), "REPORTER_TELL")
			}},
		{Name: "extend", Kinds: []string{casework.Counterfeit, casework.Infringement}, From: fresh, Action: "lead.file", bars: mayExtend, does: extend, asks: extendAsks},
		{Name: "exclude", Kinds: counterfeit, From: []string{New}, Action: "lead.verify", bars: mayExclude,
			asks: func(h *History) []casework.Ask {
				var grounds []string
				for _, g := range []string{"test_appraisal", "rightholder_identification"} {
					if !slices.Contains(h.away(), g) {
						grounds = append(grounds, g)
					}
				}
				return []casework.Ask{
					{Name: "excluded", Type: casework.AskChoice, Options: grounds}, {Name: "excluded_from", Type: casework.AskDay, Past: true},
					{Name: "excluded_by", Type: casework.AskText}, {Name: "excluded_what", Type: casework.AskLong},
				}
			},
			check: func(h *History, in casework.Input) *errs.Field {
				return casework.NotBefore("excluded_from", in, h.ReceivedOn)
			},
			does: func(r *Register, tx *store.Tx, d *doing) error {
				s := d.subject()
				s.TrackID = d.in.Fields["excluded"] // each ground ends by itself
				return r.clocks.ExcludeTx(tx, d.by, s, deadline.Span{Ground: d.in.Fields["excluded"], FromOn: d.in.Day("excluded_from")})
			}},
		{Name: "include", Kinds: counterfeit, From: []string{New}, Action: "lead.verify",
			bars: func(h *History) *errs.Error {
				if len(h.away()) == 0 {
					return errs.New(errs.Conflict, "error.lead_not_away")
				}
				return nil
			},
			asks: func(h *History) []casework.Ask {
				return []casework.Ask{
					{Name: "excluded", Type: casework.AskChoice, Options: h.away()}, {Name: "result_on", Type: casework.AskDay, Past: true}, {Name: "excluded_result", Type: casework.AskLong},
				}
			},
			check: func(h *History, in casework.Input) *errs.Field {
				for i := len(h.Steps) - 1; i >= 0; i-- {
					if s := h.Steps[i]; s.Step == "exclude" && s.Data["excluded"] == in.Fields["excluded"] {
						return casework.NotBefore("result_on", in, s.Data.Day("excluded_from"))
					}
				}
				return nil
			},
			does: func(r *Register, tx *store.Tx, d *doing) error {
				return r.include(tx, d.Lead, d.in.Fields["excluded"], d.in.Day("result_on"))
			}},
		{Name: "withdraw", Kinds: requests, From: open, To: Withdrawn, Action: "lead.verify",
			asks: fields(casework.Ask{Name: "withdrawn_on", Type: casework.AskDay, Past: true}, casework.Ask{Name: "withdrawn_reason", Type: casework.AskLong}),
			check: func(h *History, in casework.Input) *errs.Field {
				return casework.NotBefore("withdrawn_on", in, h.ReceivedOn)
			},
			does: func(r *Register, tx *store.Tx, d *doing) error {
				d.set["settled_on"], d.set["reason"] = d.in.On, d.in.Fields["withdrawn_reason"]
				d.SettledOn, d.Reason = d.in.On, d.in.Fields["withdrawn_reason"]
				return r.clocks.StopTx(tx, d.subject(), d.in.On)
			}},
		{Name: "recast", Kinds: casework.Kinds(), From: []string{New}, Action: "lead.verify",
			bars: func(h *History) *errs.Error {
				if len(h.away()) > 0 {
					return errs.New(errs.Conflict, "error.lead_away")
				}
				return nil
			},
			asks: func(h *History) []casework.Ask {
				others := slices.DeleteFunc(casework.Kinds(), func(k string) bool { return k == h.Kind })
				return []casework.Ask{{Name: "kind_to", Type: casework.AskChoice, Options: others, Words: "kind_to"}, {Name: "recast_reason", Type: casework.AskLong}}
			},
			does: func(r *Register, tx *store.Tx, d *doing) error {
				if err := r.clocks.StopTx(tx, d.subject(), d.in.On); err != nil {
					return err
				}
				d.Kind, d.set["kind"] = d.in.Fields["kind_to"], d.in.Fields["kind_to"]
				return r.start(tx, d.Lead, d.ReceivedOn)
			}},
	}, inbox()...)
}

func fields(asks ...casework.Ask) func(*History) []casework.Ask {
	return func(*History) []casework.Ask { return asks }
}

// checkAsks are the items, and what filing as this kind must state.
func checkAsks(h *History) []casework.Ask {
	var out []casework.Ask
	for _, x := range formal(h.Lead) {
		out = append(out, x.ask())
	}
	return append(append(out, h.filing...), limitAsks(h.Kind)...)
}

// mayAsk bars a request for papers that is not in one piece: it is made once, after a check that found what can be supplied (Order 81 Art. 16).
func mayAsk(h *History) *errs.Error {
	switch {
	case h.last("supplement") != nil:
		return errs.New(errs.Conflict, "error.supplement_once")
	case h.last("check") == nil:
		return errs.New(errs.Conflict, "error.lead_unchecked."+h.Kind)
	case !slices.ContainsFunc(h.unmet(), func(x item) bool { return x.cure }):
		return errs.New(errs.Conflict, "error.supplement_none")
	}
	return nil
}

// inTerm refuses papers after the term as papers in time, and the term's lapse before its end.
func inTerm(h *History, in casework.Input) *errs.Field {
	until := h.Data.Day("supplement_until")
	switch {
	case in.Fields["supplement_result"] == "lapsed" && in.On <= until:
		return &errs.Field{Name: "supplement_result", Message: errs.Msg("error.supplement_runs", until)}
	case in.Fields["supplement_result"] == "back" && in.Day("supplemented_on") > until:
		return &errs.Field{Name: "supplemented_on", Message: errs.Msg("error.supplement_late", until)}
	}
	return nil
}

// received starts the period for deciding on a request anew: from the day its papers were complete, or the term for them was over.
func received(r *Register, tx *store.Tx, d *doing) error {
	from := d.in.Day("supplemented_on")
	if from.IsZero() {
		from = d.Data.Day("supplement_until")
	}
	return r.start(tx, d.Lead, from)
}

func notified(r *Register, tx *store.Tx, d *doing) error {
	on := d.in.Day("respondent_received_on")
	if err := r.clocks.StopTx(tx, d.subject(), on, "MED_NOTIFY"); err != nil {
		return err
	}
	return r.startRule(tx, d.Lead, "MED_OPINION", on)
}

// answered refuses to call the respondent silent while that side may still answer, and an answer after the period as one in time (Order 71 Art. 24; Order 81
// Arts 65, 66).
func answered(h *History, in casework.Input) *errs.Field {
	k := h.clock("MED_OPINION")
	if in.Fields["answer"] == "silent" {
		if k != nil && in.On <= k.DueOn {
			return &errs.Field{Name: "answer", Message: errs.Msg("error.answer_runs", k.DueOn)}
		}
		return nil
	}
	if k != nil && in.Day("answer_on") > k.DueOn {
		return &errs.Field{Name: "answer_on", Message: errs.Msg("error.answer_late", k.DueOn)}
	}
	return casework.NotBefore("answer_on", in, h.Data.Day("respondent_received_on"))
}

// afterAnswer starts the period for filing where the respondent agrees, and the one for telling the requester where it does not.
func afterAnswer(r *Register, tx *store.Tx, d *doing) error {
	on := d.in.Day("answer_on")
	if on.IsZero() {
		if on = d.in.On; d.clock("MED_OPINION") != nil {
			on = d.clock("MED_OPINION").DueOn
		}
	}
	if err := r.clocks.StopTx(tx, d.subject(), on, "MED_OPINION"); err != nil {
		return err
	}
	if d.in.Fields["answer"] == "agreed" {
		return r.startRule(tx, d.Lead, "MED_FILE", on)
	}
	return r.startRule(tx, d.Lead, "MED_REFUSE_TELL", on)
}

// extended is the rule of a kind whose period the head may extend.
func extended(kind string) string {
	if kind == casework.Infringement {
		return "INF_ACCEPT"
	}
	return "CF_VERIFY"
}

// mayExtend bars an extension where the law knows none for the period that runs, or it is over (Order 81 Art. 20; Market-Regulation Procedure Art. 18).
func mayExtend(h *History) *errs.Error {
	k := h.clock(extended(h.Kind))
	if k == nil {
		return errs.New(errs.Conflict, "error.lead_no_clock")
	}
	r, ok := h.law.Rules.ByVersion(k.Version, k.Kind)
	n := 0
	for _, s := range h.Steps {
		if s.Step == "extend" && s.Data["deadline"] == k.ID {
			n++
		}
	}
	switch {
	case !ok || n >= len(r.Ext) || r.Ext[n].Approver != statute.Head:
		return errs.New(errs.Invalid, "error.extension_none", r.Title, r.Cite)
	case k.PausedOn.IsZero() && h.Today > k.StrictOn:
		return errs.New(errs.Invalid, "error.extension_late", k.StrictOn, r.Cite)
	}
	return nil
}

func extendAsks(h *History) []casework.Ask {
	grounds := []string{"special"}
	if h.Kind == casework.Infringement {
		grounds = []string{"complex", "special"}
	}
	return []casework.Ask{{Name: "extend_by", Type: casework.AskCount}, {Name: "extension_ground", Type: casework.AskChoice, Options: grounds}, {Name: "extension_reason", Type: casework.AskLong}}
}

func extend(r *Register, tx *store.Tx, d *doing) error {
	k, err := r.clocks.RunningTx(tx, d.subject(), extended(d.Kind))
	if err != nil {
		return err
	}
	d.in.Fields["deadline"] = k.ID
	return r.clocks.ExtendTx(tx, d.by, d.subject(), k, int(d.in.Money("extend_by")), d.in.On)
}

// mayExclude bars time that would not count where no period runs that leaves any out (Market-Regulation Procedure Art. 18).
func mayExclude(h *History) *errs.Error {
	k := h.clock("CF_VERIFY")
	if k == nil {
		return errs.New(errs.Conflict, "error.lead_no_clock")
	}
	if len(h.away()) == 2 {
		return errs.New(errs.Conflict, "error.lead_away")
	}
	return nil
}

// include lets the periods go on.
func (r *Register) include(tx *store.Tx, l *Lead, ground string, on calendar.Day) error {
	s := l.subject()
	s.TrackID = ground
	return r.clocks.ResumeTx(tx, s, on)
}

// Open is an act that the lead's state allows, with its fields and why this person may not take it.
type Open struct {
	Act
	Asks    []casework.Ask
	Refused *errs.Error
}

// Open is every act that a lead allows as it stands. What the law does not allow is not in it.
func (r *Register) Open(by access.Actor, h *History) []Open {
	var out []Open
	for _, a := range Acts() {
		if !slices.Contains(a.Kinds, h.Kind) || !slices.Contains(a.From, h.State) || a.bars != nil && a.bars(h) != nil {
			continue
		}
		out = append(out, Open{Act: a, Asks: a.asks(h), Refused: errs.As(r.guard.Allow(by, a.Action, h.Jurisdiction))})
	}
	return out
}

// Fields are what a step on a lead may have recorded, in the order of its form.
func (r *Register) Fields(step string) []casework.Ask {
	switch step {
	case "check":
		var out []casework.Ask
		for _, x := range items() {
			out = append(out, x.ask())
		}
		for _, kind := range casework.Kinds() {
			if p := r.docket.Procedure(kind); p != nil && Request(kind) {
				out = append(out, p.Asks...)
			}
			out = append(out, limitAsks(kind)...)
		}
		return out
	case "refuse", "transfer":
		return []casework.Ask{{Name: "passed_to", Type: casework.AskText}, {Name: "told_on", Type: casework.AskDay}, {Name: "told_way", Type: casework.AskChoice, Words: "way"}}
	case "include":
		return []casework.Ask{{Name: "excluded", Type: casework.AskChoice}, {Name: "result_on", Type: casework.AskDay}, {Name: "excluded_result", Type: casework.AskLong}}
	}
	for _, a := range Acts() {
		if a.Name == step {
			return a.asks(&History{Lead: &Lead{}, Data: casework.Facts{}})
		}
	}
	return nil
}

// Do takes an act. Invalid, Forbidden, NotFound, Conflict.
func (r *Register) Do(ctx context.Context, by access.Actor, id string, version int64, act string, in casework.Input) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error { return r.DoTx(tx, by, id, version, act, in) })
}

// DoTx is Do in the caller's transaction.
func (r *Register) DoTx(tx *store.Tx, by access.Actor, id string, version int64, act string, in casework.Input) error {
	acts := Acts()
	i := slices.IndexFunc(acts, func(a Act) bool { return a.Name == act })
	if i < 0 {
		return errs.New(errs.NotFound, "error.no_such_step")
	}
	a := acts[i]
	var d *doing
	return r.step(tx, by, id, version, a.Action, a.From, in.On, func(l *Lead, bad *errs.Faults) error {
		if !slices.Contains(a.Kinds, l.Kind) {
			return errs.New(errs.Conflict, "error.lead_kind_act", errs.Msg("kind."+l.Kind))
		}
		h, err := r.historyTx(tx, l)
		if err != nil {
			return err
		}
		if a.bars != nil {
			if err := a.bars(h); err != nil {
				return err.On("lead:" + l.ID)
			}
		}
		bad.Limit("note", in.Note, 2000)
		in.Fields = casework.Answers(a.asks(h), in.Fields, in.On, bad)
		if err := bad.Err(); err != nil {
			return err
		}
		if a.check != nil {
			if fault := a.check(h, in); fault != nil {
				return &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.form"), Fields: []errs.Field{*fault}}
			}
		}
		d = &doing{History: h, by: by, in: in, set: map[string]any{}}
		return nil
	}, func(l *Lead) error {
		if a.To != "" {
			l.State, d.set["state"] = a.To, a.To
		}
		if a.does != nil {
			if err := a.does(r, tx, d); err != nil {
				return err
			}
		}
		if err := r.save(tx, l, d.set); err != nil {
			return err
		}
		paper, err := r.actPaper(tx, d, a.Name)
		if err != nil {
			return err
		}
		return r.record(tx, by, l, a.Name, in.On, in.Note, d.in.Fields, paper)
	})
}

// HistoryTx reads a lead and its history in a transaction. NotFound when it does not exist or is outside the person's scope.
func (r *Register) HistoryTx(tx *store.Tx, by access.Actor, id string) (*Lead, *History, error) {
	l, err := r.load(tx.DB, by, id)
	if err != nil {
		return nil, nil, err
	}
	h, err := r.historyTx(tx, l)
	return l, h, err
}

// historyTx reads a lead's history in a transaction.
func (r *Register) historyTx(tx *store.Tx, l *Lead) (*History, error) {
	var steps []Step
	if err := tx.Where("lead_id = ?", l.ID).Order("seq").Find(&steps).Error; err != nil {
		return nil, err
	}
	var clocks []deadline.Clock
	if err := tx.Where("subject_id = ?", l.ID).Order("watch_on, id").Find(&clocks).Error; err != nil {
		return nil, err
	}
	return r.History(l, steps, clocks, calendar.DayOf(tx.Now)), nil
}
