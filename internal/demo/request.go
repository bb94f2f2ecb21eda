package demo

import (
	"fmt"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/opinion"
	"huzhi/internal/store"
)

// do plans an act on the lead lo to hi working days later.
func (s *script) do(lo, hi int, act string, by access.Actor, f func(on calendar.Day) casework.Facts) {
	s.then(lo, hi, func(tx *store.Tx) error {
		on := calendar.DayOf(tx.Now)
		if err := s.Leads.DoTx(tx, by, s.lead, s.leadV, act, casework.Input{On: on, Fields: f(on)}); err != nil {
			return fmt.Errorf("%s lead, %s: %w", s.kind, act, err)
		}
		s.leadV++
		return nil
	})
	s.ends(act)
}

// request plans what comes before the verification of a request: the formal check, and of a mediation the respondent's consent.
func (s *script) request(about string) {
	if !lead.Request(s.kind) {
		return
	}
	s.check(about, "")
	if s.kind != casework.Dispute {
		return
	}
	by := s.officers[0]
	s.do(0, 2, "notify", by, func(on calendar.Day) casework.Facts {
		return casework.Facts{"respondent_received_on": on.String(), "request_way": "direct"}
	})
	// The next working day is within the respondent's ten days whatever holiday lies between; a week later is not.
	s.do(1, 1, "answer", by, func(on calendar.Day) casework.Facts {
		return casework.Facts{"answer": "agreed", "answer_on": on.String()}
	})
}

// check plans the formal check: all is in order but the item named.
func (s *script) check(about, unmet string) {
	by := s.officers[0]
	s.then(0, 0, func(tx *store.Tx) error {
		_, h, err := s.Leads.HistoryTx(tx, by, s.lead)
		if err != nil {
			return err
		}
		on, f := calendar.DayOf(tx.Now), casework.Facts{"dispute_type": about, "warner_acts": "no", "counter_kind": "denied"}
		f["counter_sent_on"], f["counter_received_on"] = s.start.AddMonths(-2).AddDays(-3).String(), s.start.AddMonths(-2).String()
		for _, x := range s.Leads.Open(by, h) {
			for _, a := range x.Asks {
				switch {
				case x.Name != "check" || f[a.Name] != "" || a.Optional:
				case a.Name == unmet:
					f[a.Name] = "unmet"
				case slices.Contains(a.Options, "not_asked") && (a.Name != "ck_granted" || about != "provisional_fee"):
					f[a.Name] = "not_asked"
				default:
					f[a.Name] = "met"
				}
			}
		}
		if err := s.Leads.DoTx(tx, by, s.lead, s.leadV, "check", casework.Input{On: on, Fields: f}); err != nil {
			return fmt.Errorf("%s lead, check: %w", s.kind, err)
		}
		s.leadV++
		return nil
	})
	s.ends("check")
}

// tellReporter plans that a named reporter is told what became of the report, where the law still wants it.
func (s *script) tellReporter() {
	if s.from != "report" {
		return
	}
	by := s.officers[0]
	s.then(0, 3, func(tx *store.Tx) error {
		l, h, err := s.Leads.HistoryTx(tx, by, s.lead)
		if err != nil {
			return err
		}
		for _, x := range s.Leads.Open(by, h) {
			if x.Name == "tell_reporter" {
				on := calendar.DayOf(tx.Now)
				return s.Leads.DoTx(tx, by, l.ID, l.Version, x.Name, casework.Input{On: on, Fields: casework.Facts{"reporter_told_on": on.String()}})
			}
		}
		return nil
	})
}

// openRequests plans requests that wait: for papers, for the respondent, for the requester to be told; one that was taken back; leads with a longer period
// and with time that does not count.
func (w *world) openRequests() {
	o81 := calendar.Date(2025, 2, 1)
	if w.today < o81.AddMonths(3) {
		return
	}
	at := func(kind string, age int, plan func(s *script)) {
		sp := spec{office: city, place: of(w, counties()...), now: true, source: of(w, "visit", "letter"), outcome: "not_established", until: "lead"}
		w.youngest(sp, w.back(w.end, age), func(sp spec) *script {
			s := w.lead(kind, sp, lead.ProposeFile)
			s.over = false
			plan(s)
			return s
		})
	}
	papers := func(s *script) {
		s.check("", "ck_valid")
		s.do(0, 1, "supplement", s.officers[0], func(on calendar.Day) casework.Facts {
			return casework.Facts{"supplement_list": w.say("req.papers", nil), "supplement_until": on.AddDays(15).String()}
		})
	}
	at(casework.Infringement, 3, papers)
	at(casework.Infringement, 9, papers)
	at(casework.Dispute, 6, func(s *script) {
		s.check("reward", "")
		s.do(0, 1, "notify", s.officers[0], func(on calendar.Day) casework.Facts {
			return casework.Facts{"respondent_received_on": on.String(), "request_way": "post"}
		})
	})
	at(casework.Infringement, 5, func(s *script) {
		s.do(2, 3, "withdraw", s.officers[0], func(on calendar.Day) casework.Facts {
			return casework.Facts{"withdrawn_on": on.String(), "withdrawn_reason": w.say("req.withdrawn", nil)}
		})
	})
	at(casework.Infringement, 6, func(s *script) { // refused, and the requester is yet to be told
		s.check("", "ck_no_suit")
		s.verify(w.say("inf.verify.refuse", nil), lead.ProposeRefuse)
		reason := w.say("req.sued", nil)
		s.then(0, 1, func(tx *store.Tx) error {
			return s.Leads.RefuseTx(tx, s.boss, s.lead, s.leadV, lead.Refusal{On: calendar.DayOf(tx.Now), Ground: "o81.sued", Reason: reason})
		})
	})
	at(casework.Infringement, 3, func(s *script) {
		s.do(1, 2, "extend", s.boss, func(calendar.Day) casework.Facts {
			return casework.Facts{"extend_by": "5", "extension_ground": "complex", "extension_reason": w.say("req.extend", nil)}
		})
	})
	at(casework.Counterfeit, 8, func(s *script) {
		s.do(2, 4, "exclude", s.officers[0], func(on calendar.Day) casework.Facts {
			return casework.Facts{"excluded": "rightholder_identification", "excluded_from": on.String(), "excluded_by": w.faraway(w.trade(s.place)), "excluded_what": w.say("req.identify", nil)}
		})
	})
}

// opinions plans requests for an advisory opinion: two that were given, one that ended without, and one in work in every state.
func (w *world) opinions() {
	if w.today < calendar.Date(2025, 9, 1) {
		return
	}
	for _, x := range []struct {
		until string
		age   int
		is    string
	}{
		{"", 100, opinion.Outside}, {"", 60, opinion.Within}, {"withdraw", 0, opinion.Ended}, {"file", 0, opinion.Outside}, {"compare", 0, opinion.Unclear},
		{"propose", 0, opinion.Outside}, {"approve", 0, opinion.Outside}, {"send", 0, opinion.Within}, {"close", 0, opinion.Outside},
	} {
		sp := spec{office: city, place: of(w, counties()...), now: true, until: x.until, source: "letter", outcome: x.is}
		w.youngest(sp, w.today.AddDays(-x.age), w.opinion)
	}
}

// opinion plans an advisory opinion from the request to the archive.
func (w *world) opinion(sp spec) *script {
	s := w.script(casework.Opinion, sp, 2)
	f, r := w.parties(sp, w.anyType(), false)
	in := arrival{NewLead: lead.NewLead{
		Title: w.say("op.title", f), Facts: w.say("op.lead", f), Respondent: f["requester"], Requester: f["respondent"], PatentNo: r.number,
	}}
	s.arrive(in, w.say("op.verify", f), w.say("op.title", f), lead.Filing{})
	warned := sp.start.AddMonths(-3)
	s.step(2, 6, "establish", s.officer(), casework.Facts{"warned_on": warned.String(), "accused": w.say("op.accused", f), "facts_found": w.say("op.facts", f)}, "")
	if sp.outcome == opinion.Ended {
		on := calendar.DayOf(s.t)
		s.step(1, 4, "withdraw", s.boss, casework.Facts{"opinion_end": "adjudication", "ended_since": on.String(), "reasons": w.say("op.ended", f)}, "")
		s.finish()
		return s
	}
	s.step(4, 9, "compare", s.officer(), casework.Facts{"claims": w.say("op.claims", f), "comparison": w.say("op.comparison", f)}, "")
	s.step(2, 5, "propose", s.officer(), casework.Facts{"opinion_is": sp.outcome, "opinion_reasons": w.say("op.reasons."+sp.outcome, f)}, "")
	s.step(2, 5, "approve", s.boss, casework.Facts{"warner_acts": "no"}, "")
	t := s.later(s.t, 1, 3)
	s.stepAt(t, "send", s.officer(), casework.Facts{"served_on": calendar.DayOf(t).String(), "way": "post", "receiver": w.receiver()}, "")
	s.finish()
	return s
}
