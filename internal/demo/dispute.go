package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/infringement"
	"huzhi/internal/lead"
	"huzhi/internal/mediation"
	"huzhi/internal/patent"
)

// parties invents two sides and what they are about; shops says whether the respondent may be one.
func (w *world) parties(sp spec, typ patent.Type, shops bool) (f filler, r right) {
	trade := w.trade(sp.place)
	goods := w.made(trade)
	r = w.patent(goods, sp.start.Year()-w.between(2, 7), typ)
	requester := w.faraway(trade)
	switch {
	case w.chance(45):
		requester = w.maker(of(w, counties()...), trade)
	case w.chance(25):
		requester = w.person()
	}
	respondent, does := w.maker(sp.place, trade), w.say("inf.act", nil)
	if shops && w.chance(20) {
		respondent, does = w.store(sp.place), of(w, "销售", "许诺销售、销售")
	}
	return filler{
		"requester": requester, "respondent": respondent, "title": r.title, "number": r.number, "ptype": r.word, "product": goods.Name,
		"feature": r.feature, "act": does, "spot": w.pick(w.goods.Spots), "supplier": w.faraway(trade), "price": strconv.Itoa(w.between(4, 180) * 500),
		"since": strconv.Itoa(sp.start.Year()-w.between(0, 2)) + "年" + strconv.Itoa(w.between(1, 12)) + "月", "patentee": requester, "party": respondent,
	}, r
}

// infringement plans an infringement dispute from the request to the archive. leave is the state in which it is mediated or withdrawn.
func (w *world) infringement(sp spec, leave string) *script {
	n := 3
	if w.chance(6) {
		n = 5
	}
	s := w.script(casework.Infringement, sp, n)
	typ := sp.typ
	if typ == "" {
		typ = w.anyType()
	}
	f, r := w.parties(sp, typ, true)
	s.f, s.right = f, r
	s.party = f["respondent"]
	in := arrival{NewLead: lead.NewLead{
		Title: w.say("inf.title", f), Facts: w.about("inf.lead", r, f), Respondent: f["respondent"], RespondentAddress: w.address(sp.place), Requester: f["requester"], RequesterAddress: w.seat(f["requester"]),
	}}
	named := w.chance(40)
	if named {
		in.PatentNo = r.number
	}
	if s.from == "complaint" {
		in.question, in.caller, in.callerType = w.say("complaint.infringement", f), f["requester"], "holder"
		in.Title = w.say("complaint.title", f)
	}
	s.arrive(in, w.say("inf.verify", f), w.say("inf.title", f), lead.Filing{})
	if s.from == "complaint" { // the desk sealed where the complainant lives: the request says it
		s.addAddress(f["requester"])
	}
	if !named {
		s.addPatent(r, f["requester"])
		s.addFlags(r)
	}
	if w.chance(45) {
		s.addParty(casework.Party{Role: "agent", Form: "company", Name: w.agency(of(w, "330500", "330500", "330521", "330523")), Representative: w.person(), Phone: w.phone()})
	}
	if s.files {
		s.attach(f)
	}
	w.adjudication(s, f, r, leave)
	return s
}

// adjudication plans the dispute from the service of the request on.
func (w *world) adjudication(s *script, f filler, r right, leave string) {
	if w.leaves(s, f, r, leave, "filed") {
		return
	}
	if s.now {
		s.step(0, 1, "answer_notice", s.officer(), casework.Facts{"foreign": "no", "contact": w.say("inf.contact", nil)}, "")
	}
	served := s.later(s.t, 1, 3)
	received := calendar.DayOf(served)
	s.stepAt(served, "serve_request", s.officer(), casework.Facts{
		"respondent_received_on": received.String(), "request_way": w.weighted("direct", 55, "post", 40, "left", 5), "foreign": "no",
	}, "")
	if w.leaves(s, f, r, leave, "served") {
		return
	}
	var proven calendar.Day                                          // the proof period is over
	proof := s.now && served.After(calendar.Date(2025, 2, 1).Time()) // Order 81 brought it
	if proof {
		s.side(0, 0, "", "set_proof", s.officers[0], casework.Facts{"proof_days": "15", "proof_agreed": "no"})
		t := s.later(s.t, 1, 2)
		s.sideAt(t, "proof", "serve_proof", s.officers[0], casework.Facts{"proof_notice_on": calendar.DayOf(t).String()})
		proven = w.due("INF_PROOF", casework.Infringement, s.office, calendar.DayOf(t))
	}
	if w.chance(78) {
		on := received.AddDays(w.between(5, 15))
		t := w.hour(w.plus(on, w.between(1, 2)))
		s.stepAt(t, "defence", s.officer(), casework.Facts{"defence": "filed", "defence_on": on.String(), "defence_text": w.about("inf.defence", r, f)}, "")
		t = s.later(s.t, 1, 3)
		s.stepAt(t, "forward_defence", s.officer(), casework.Facts{"forwarded_on": calendar.DayOf(t).String(), "forward_way": w.weighted("direct", 30, "post", 70)}, "")
	} else {
		due := w.due("INF_DEFENCE", casework.Infringement, s.office, received)
		s.stepAt(w.hour(w.plus(due, w.between(1, 3))), "defence", s.officer(), casework.Facts{"defence": "lapsed"}, "")
	}
	s.ends("forwarded")
	if w.leaves(s, f, r, leave, "defence") {
		return
	}
	if proof {
		s.sideAt(w.hour(w.plus(max(proven, calendar.DayOf(s.t)), w.between(1, 2))), "proof", "end_proof", s.officers[0], casework.Facts{"proof_ended": "expired", "evidence_summary": w.say("inf.evidence", f)})
	}
	w.heard(s, f, r)
	if w.leaves(s, f, r, leave, "heard") {
		return
	}
	word, conclusion := ".yes", "infringing"
	if s.outcome == infringement.Rejected {
		word, conclusion = ".no", "not_infringing"
	}
	votes := len(s.officers)
	against := 0
	if w.chance(20) {
		against = 1
	}
	s.step(3, 8, "deliberate", s.officers[0], casework.Facts{
		"deliberation": w.about("inf.deliberate"+word, r, f), "vote_for": fmt.Sprint(votes - against), "vote_against": fmt.Sprint(against), "conclusion": conclusion,
	}, "")
	if w.leaves(s, f, r, leave, "deliberated") {
		return
	}
	facts := casework.Facts{"outcome": s.outcome, "facts_found": w.about("inf.found", r, f), "reasons": w.about("inf.reasons"+word, r, f)}
	if s.outcome == infringement.Stop {
		facts["order"], facts["stop_acts"] = w.say("inf.order", f), acts(f["act"], s.now)
	}
	note := ""
	if s.slow > 0 {
		note = w.say("cf.late", nil)
	}
	s.step(3, 9, "decide", s.boss, facts, note)
	w.hand(s, w.weighted("direct", 60, "post", 36, "left", 4))
}

// heard plans the oral hearing with its notice, or that the panel goes by the papers and tells the parties what it has found.
func (w *world) heard(s *script, f filler, r right) {
	lo, hi := 8, 13
	if s.slow > 0 {
		lo, hi = lo+s.slow, hi+s.slow
	}
	if !w.chance(84) {
		s.step(4, 9, "no_hearing", s.officer(), casework.Facts{"paper_reason": w.say("inf.paper_reason", f)}, "")
		t := s.later(s.t, 0, 0)
		on := calendar.DayOf(t)
		s.stepAt(t, "tell_findings", s.officer(), casework.Facts{"told_party": "both", "findings_told_on": on.String(), "answer_by": on.AddDays(6).String(), "findings_told": w.about("inf.found", r, f)}, "")
		return
	}
	set := s.later(s.t, 1, 3)
	on := w.plus(calendar.DayOf(set), w.between(lo, hi))
	s.stepAt(set, "set_hearing", s.officers[0], casework.Facts{
		"hearing_set_on": on.String(), "hearing_at": of(w, "09:00", "09:30", "14:30"), "hearing_place": w.say("inf.room", nil), "hearing_form": "public",
	}, "")
	told := s.later(s.t, 1, 3)
	s.stepAt(told, "notify_hearing", s.officer(), casework.Facts{"hearing_notice_on": calendar.DayOf(told).String()}, "")
	attendance, record := "both", "inf.hearing"
	if w.chance(12) {
		attendance, record = "respondent_absent", "inf.hearing.absent"
	}
	s.stepAt(w.hour(on), "hear", s.officer(), casework.Facts{"hearing_on": on.String(), "attendance": attendance, "hearing_record": w.about(record, r, f)}, "")
}

// acts are the acts of infringement in a sentence, as the adjudication names them; using has been one of its own since 2025 only.
func acts(sentence string, now bool) string {
	var out []string
	for _, x := range [][2]string{{"制造", "make"}, {"许诺销售", "offer"}, {"使用", "use"}, {"销售", "sell"}} {
		if strings.Contains(sentence, x[0]) && (x[1] != "use" || now) {
			out = append(out, x[1])
			sentence = strings.ReplaceAll(sentence, "许诺销售", "")
		}
	}
	return strings.Join(out, ",")
}

// leaves ends the dispute by agreement or withdrawal, where it is to end in this state.
func (w *world) leaves(s *script, f filler, r right, leave, state string) bool {
	if leave != state {
		return false
	}
	if s.outcome == infringement.Settled {
		s.step(3, 12, "mediate", s.boss, casework.Facts{"agreement": w.about("inf.agreement", r, f)}, "")
		w.hand(s, w.weighted("direct", 85, "post", 15))
		return true
	}
	ground := w.weighted("requester", 6, "settled", 5, "not_acceptable", 2, "respondent_gone", 1)
	facts := casework.Facts{"withdrawal_ground": ground, "reasons": w.say("inf.withdraw."+ground, f)}
	if ground == "not_acceptable" {
		facts["failed_condition"] = "not_entitled"
		if strings.Contains(facts["reasons"], "起诉") {
			facts["failed_condition"] = "sued"
		}
	}
	s.step(3, 14, "withdraw", s.boss, facts, "")
	w.hand(s, w.weighted("direct", 70, "post", 30))
	return true
}

// hand plans the service of the closing paper, closing and archiving.
func (w *world) hand(s *script, way string) {
	t := s.later(s.t, 0, 4)
	s.stepAt(t, "serve_decision", s.officer(), casework.Facts{"served_on": calendar.DayOf(t).String(), "way": way, "receiver": w.receiver()}, "")
	s.step(1, 5, "close", s.boss, casework.Facts{"closing_note": s.say("close.note", nil)}, "")
	if s.now && (s.outcome == infringement.Stop || s.outcome == infringement.Rejected) {
		s.step(2, 6, "publish", s.officer(), casework.Facts{"published_where": w.say("inf.site", nil), "left_out": w.weighted("nothing", 7, "secrets", 1, "privacy", 2)}, "")
	}
	if s.outcome == infringement.Stop {
		t := s.later(s.t, 9, 16)
		s.stepAt(t, "perform", s.officer(), casework.Facts{"performance": w.weighted("obeyed", 8, "agreed", 1), "performed_on": w.back(calendar.DayOf(t), 1).String()}, "")
	}
	s.archive()
}

// dispute plans the mediation of another patent dispute.
func (w *world) dispute(sp spec, about string) *script {
	s := w.script(casework.Dispute, sp, 2)
	typ := w.anyType()
	if about == "provisional_fee" {
		typ = patent.Invention
	}
	f, r := w.parties(sp, typ, false)
	if about == "reward" || about == "inventorship" {
		f["requester"] = w.person()
	}
	in := arrival{NewLead: lead.NewLead{
		Title: w.say("lead.title.dispute", f), Facts: w.say("dis.lead."+about, f), Respondent: f["respondent"], RespondentAddress: w.address(sp.place),
		Requester: f["requester"], RequesterAddress: w.seat(f["requester"]), PatentNo: r.number,
	}}
	if s.from == "complaint" {
		in.question, in.caller, in.callerType = w.say("complaint.dispute", f), f["requester"], "other"
	}
	s.arrive(in, w.say("dis.verify", f), w.say("dis.title."+about, f), lead.Filing{DisputeType: about})
	w.mediation(s, f, about)
	return s
}

// mediation plans the mediation from the appointment on.
func (w *world) mediation(s *script, f filler, about string) {
	meets := w.between(1, 2)
	var days []time.Time
	for t := s.t; len(days) < meets; days = append(days, t) {
		t = s.later(t, 4, 10)
	}
	told := s.later(s.t, 0, 1)
	appoint := func(at, meeting time.Time) {
		day := calendar.DayOf(at).String()
		s.stepAt(at, "appoint", s.officer(), casework.Facts{"appointed_on": calendar.DayOf(meeting).String(), "appointed_at": "09:30", "appointed_place": w.say("dis.place", nil),
			"requester_told_on": day, "respondent_told_on": day}, "")
	}
	if told.Before(days[0]) {
		appoint(told, days[0])
	}
	for i, t := range days {
		s.stepAt(t, "meeting", s.officer(), casework.Facts{"meeting_on": calendar.DayOf(t).String(), "presence": "both", "meeting_record": w.say("dis.meeting", f)}, "")
		if i+1 < len(days) {
			appoint(s.later(s.t, 0, 0), days[i+1])
		}
	}
	facts := casework.Facts{"outcome": s.outcome}
	at := s.later(s.t, 2, 8)
	if s.outcome == mediation.Agreed {
		day := calendar.DayOf(at).String()
		facts["agreement"], facts["requester_signed_on"], facts["respondent_signed_on"], facts["enforceable"] = w.say("dis.agreement", f), day, day, "no"
	} else {
		facts["failed_by"], facts["reasons"] = "talks", w.say("dis.failed", f)
	}
	s.stepAt(at, "handle", s.boss, facts, "")
	for _, side := range []string{"requester", "respondent"} {
		t := s.later(s.t, 0, 1)
		s.stepAt(t, "tell_"+side, s.officer(), casework.Facts{"served_on": calendar.DayOf(t).String(), "way": "direct", "receiver": w.receiver()}, "")
	}
	if about == mediation.Ownership && s.outcome == mediation.Agreed && s.now {
		t := s.later(s.t, 0, 2)
		s.stepAt(t, "copy_cnipa", s.officer(), casework.Facts{"copied_on": calendar.DayOf(t).String(), "copied": w.say("dis.copied", nil)}, "")
	}
	s.finish()
}
