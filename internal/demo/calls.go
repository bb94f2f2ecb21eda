package demo

import (
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// consultations plans n of them at an office's desk between two days. open is how many of a hundred are not answered at once.
func (w *world) consultations(office string, n int, from, to calendar.Day, open int, now bool) {
	for _, d := range w.spread(n, from, to) {
		in, answer := w.consultation(office, d, now)
		by := of(w, w.staff[office].operators...)
		at := w.hour(d)
		later := w.chance(open)
		if !later {
			in.Answer = answer
		}
		var id string
		w.queue = append(w.queue, act{at, func(tx *store.Tx) error {
			c, err := w.Desk.LogTx(tx, by, in)
			if err == nil {
				id = c.ID
			}
			return err
		}})
		if t := w.later(at, 0, 2); later && calendar.DayOf(t) <= w.end && !(now && w.plus(d, 3) > w.end && w.chance(75)) {
			w.queue = append(w.queue, act{t, func(tx *store.Tx) error { return w.Desk.AnswerTx(tx, by, id, 1, answer) }})
		}
	}
}

func topics() []string {
	t := slices.Clone(hotline.Topics())
	return append(t, "application", "application", "infringement", "infringement", "status", "counterfeit", "fee") // asked about more often
}

// consultation invents a call and its answer.
func (w *world) consultation(office string, d calendar.Day, now bool) (hotline.NewCall, string) {
	topic := of(w, topics()...)
	all := w.talk[topic]
	t := all[w.deal(topic, len(all))]
	place := w.callPlace(office)
	trade := w.trade(place)
	goods := w.made(trade)
	r := w.patent(goods, d.Year()-w.between(1, 8), w.anyType())
	f := filler{"product": goods.Name, "title": r.title, "number": strings.ReplaceAll(r.number, " ", ""), "feature": r.feature}
	open := w.say("open", nil)
	if !strings.HasSuffix(open, "：") {
		open += "："
	}
	in := hotline.NewCall{
		Kind: hotline.Consultation, Channel: w.channel(now), Jurisdiction: office, Place: place, Topic: topic, Question: open + w.fill(w.pick(t.Q), f),
		CallerType: w.weighted("holder", 38, "consumer", 18, "agent", 12, "competitor", 6, "other", 26),
	}
	if strings.Contains(in.Question, f["number"]) {
		in.PatentNo = r.number
	}
	switch w.rng.IntN(10) {
	case 0:
		in.Mode = identity.Anonymous
	case 1, 2, 3:
		in.CallerName, in.CallerPhone = w.maker(place, trade), w.phone()
	default:
		in.CallerName, in.CallerPhone = w.person(), w.phone()
	}
	return in, w.fill(w.pick(t.A), f) + w.say("close", nil)
}

// receipt is told on the telephone, as a rule; of today's calls not all of them yet.
func (s *script) receipt(tx *store.Tx, by access.Actor, c *hotline.Call, now bool) error {
	if now && s.chance(50) {
		return nil
	}
	return s.Desk.SentTx(tx, by, c.ID, 0, c.ReceivedOn, "told")
}

// mode is what a caller asks for: three reporters of ten want to be named to the office only.
func (w *world) mode(kind string) string {
	if kind == hotline.Report && w.chance(30) {
		return identity.Secret
	}
	return identity.Named
}

// callPlace is where callers of a desk call from. The city's desk serves the districts, which have none of their own.
func (w *world) callPlace(office string) string {
	if office != city {
		return office
	}
	return w.weighted("330502", 40, "330503", 30, city, 10, "330521", 7, "330522", 7, "330523", 6)
}

// told plans a report or complaint that became no case: settled with an answer, or refused as a lead.
func (w *world) told(kind, subject, office string, d calendar.Day, now bool) *script {
	sp := spec{office: office, place: w.callPlace(office), start: d, now: now, outcome: "not_established", source: kind}
	s := w.script(subject, sp, 2)
	g := w.sells(sp, "counterfeit")
	x := w.suspect(sp)
	f := x.f
	f["shop"], f["platform"] = g.shop, g.f["platform"]
	if kind == hotline.Complaint {
		f, _ = w.parties(sp, w.anyType(), true)
	}
	in := hotline.NewCall{
		Kind: kind, Subject: subject, Channel: w.channel(now), Jurisdiction: office, Place: sp.place, CallerName: w.person(), CallerPhone: w.phone(),
		CallerType: "consumer", Mode: w.mode(kind), Question: w.say(kind+"."+subject, f), Respondent: f["party"], PatentNo: f["number"],
	}
	if kind == hotline.Complaint {
		in.CallerName, in.CallerType, in.Respondent = f["requester"], "holder", f["respondent"]
	}
	if subject == casework.Ecommerce {
		in.Respondent, in.URL = g.shop, w.link(g.platform)
	}
	by := s.operator()
	var id string
	s.at(s.t, func(tx *store.Tx) error {
		c, err := s.Desk.LogTx(tx, by, in)
		if err == nil {
			id, err = c.ID, s.receipt(tx, by, c, now)
		}
		return err
	})
	answer := w.say(kind+".answer", nil)
	s.then(1, 4, func(tx *store.Tx) error { return s.Desk.AnswerTx(tx, by, id, 1, answer) })
	return s
}

// refused plans a lead that the chief refuses, or hands to another office.
func (w *world) refused(kind string, sp spec) *script {
	s := w.lead(kind, sp, lead.ProposeRefuse)
	reason := w.say("lead.refuse.reason", nil)
	if kind == casework.Infringement {
		reason = w.say("inf.refuse", nil)
	}
	s.then(0, 2, func(tx *store.Tx) error {
		on := calendar.DayOf(tx.Now)
		in := lead.Refusal{On: on, Ground: ground(kind, on, reason), Reason: reason}
		if lead.Request(kind) {
			in.ToldOn, in.ToldWay = on, "direct"
		}
		return s.Leads.RefuseTx(tx, s.boss, s.lead, s.leadV, in)
	})
	s.tellReporter()
	return s
}

// ground is why no case is filed: what the reason says, by the law of the day.
func ground(kind string, on calendar.Day, reason string) string {
	law, other := "patent.", "patent.no_evidence"
	switch {
	case kind == casework.Infringement && on >= calendar.Date(2025, 2, 1):
		law, other = "o81.", "o81.no_claims"
	case kind == casework.Infringement:
		law, other = "o71.", "o71.no_claims"
	case on >= calendar.Date(2019, 4, 1):
		law, other = "samr.", "samr.no_evidence"
	}
	for _, x := range []struct{ kind, word, ground string }{
		{casework.Infringement, "起诉", "sued"}, {casework.Infringement, "", "not_holder"}, {casework.Counterfeit, "轻微", "minor"},
	} {
		if x.kind == kind && strings.Contains(reason, x.word) {
			return law + x.ground
		}
	}
	return other
}

// lead plans a lead of any kind up to its verification.
func (w *world) lead(kind string, sp spec, proposal string) *script {
	s := w.script(kind, sp, 2)
	other := w.names.Counties[of(w, counties()...)]
	x := w.suspect(sp)
	in := arrival{NewLead: lead.NewLead{Title: w.say("cf.title."+x.seen, x.f), Respondent: x.party, RespondentAddress: x.address, PatentNo: x.right.number}}
	var opinion string
	switch kind {
	case casework.Infringement, casework.Dispute:
		f, r := w.parties(sp, w.anyType(), kind == casework.Infringement)
		in.Title, in.Facts, in.Respondent, in.Requester, in.PatentNo = w.say("complaint.title", f), w.about("inf.lead", r, f), f["respondent"], f["requester"], r.number
		opinion = w.say("inf.verify", f)
		if kind == casework.Dispute {
			in.Title, in.Facts, opinion = w.say("lead.title.dispute", f), w.say("dis.lead.reward", f), w.say("dis.verify", f)
		} else if proposal == lead.ProposeRefuse {
			opinion = w.say("inf.verify.refuse", nil)
		}
		if s.from == "complaint" {
			in.question, in.caller, in.callerType = w.say("complaint."+kind, f), f["requester"], "holder"
		}
	default:
		in.Facts = w.say("cf.lead."+s.from, x.f)
		x.f["other"] = other
		opinion = w.say("lead.verify."+proposal, x.f)
		if s.from == "report" {
			in.question, in.caller, in.callerType = w.say("report.counterfeit", x.f), w.person(), "consumer"
		}
	}
	s.comes(in)
	if proposal == lead.ProposeFile {
		s.request("reward")
	}
	s.verify(opinion, proposal)
	return s
}

// handed plans a lead that the city hands to a county, where it becomes a case.
func (w *world) handed(sp spec, to string) *script {
	from := sp.office
	sp.place = to
	x := w.suspect(sp)
	s := w.script(casework.Counterfeit, sp, 2)
	s.comes(arrival{NewLead: lead.NewLead{
		Title: w.say("cf.title."+x.seen, x.f), Facts: w.say("cf.lead."+s.from, x.f), Respondent: x.party, RespondentAddress: x.address, PatentNo: x.right.number,
	}})
	chief, reason := of(w, w.staff[from].chiefs...), w.say("lead.transfer.reason", filler{"other": w.names.Counties[to]})
	s.then(0, 1, func(tx *store.Tx) error {
		err := s.Leads.TransferTx(tx, chief, s.lead, s.leadV, lead.Handover{On: calendar.DayOf(tx.Now), To: to, Reason: reason})
		s.leadV++
		return err
	})
	s.office = to
	s.officers, s.boss = w.team(s.spec, 2), of(w, w.staff[to].chiefs...)
	s.verify(w.say("lead.verify.file", x.f), lead.ProposeFile)
	s.file(w.say("cf.title."+x.seen, x.f), lead.Filing{})
	w.inquiry(s, x)
	return s
}

// unfiled plans listings that are in nobody's case yet.
func (w *world) unfiled(sp spec, suspected string, findings []string, results bool) *script {
	s := w.script(casework.Ecommerce, sp, 2)
	g := w.sells(sp, suspected)
	by := s.officers[0]
	for i, finding := range findings {
		g.shop = w.shop()
		o := w.offer(sp, g, finding)
		w.list(s, by, o, i > 0 && w.chance(30))
		if finding == "" {
			continue
		}
		w.judge(s, g, by, o, false)
		if results {
			s.then(0, 1, func(tx *store.Tx) error {
				return s.Listings.SetResultTx(tx, by, o.id, o.version, o.result, calendar.DayOf(tx.Now))
			})
		}
	}
	return s
}
