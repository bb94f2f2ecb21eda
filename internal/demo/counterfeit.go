package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/fine"
	"huzhi/internal/lead"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// suspect is who did what with which patent on which goods.
type suspect struct {
	limb, seen string // what it turns out to be, and what it looks like at first
	party      string
	address    string
	product    string
	sales      int // yuan
	owner      string
	trade      *industry
	right      right
	f          filler
}

// makes says whether the act is a maker's rather than a shop's.
func makes(limb string) bool { return limb != "L2" }

// suspect invents the party and its goods.
func (w *world) suspect(sp spec) suspect {
	x := suspect{limb: "none", trade: w.trade(sp.place)}
	switch sp.outcome {
	case "stop_sale_only", "no_penalty_no_fault":
		x.limb = "L2"
	case "transferred_police":
		x.limb = "L1c"
	case "not_established", "correct_marking_only", "transferred_agency":
	default:
		x.limb = w.weighted("L1a", 22, "L1b", 20, "L1c", 9, "L2", 26, "L3a", 8, "L3b", 6, "L3c", 3, "L4", 2, "L5", 6)
	}
	if x.seen = x.limb; x.limb == "none" {
		x.seen = w.weighted("L1a", 3, "L1b", 3, "L2", 2)
	}
	goods, stock, sold, price := w.made(x.trade), w.between(20, 460), w.between(12, 420), w.between(16, 260)
	if makes(x.seen) {
		x.party = w.maker(sp.place, x.trade)
	} else {
		goods, stock, sold, price = w.sold(), w.between(3, 46), w.between(6, 90), w.between(9, 190)
		x.party = w.store(sp.place)
	}
	x.product, x.sales = goods.Name, sold*price
	x.address = w.address(sp.place)
	year := sp.start.Year()
	ended := sp.start.AddDays(-w.between(120, 700))
	x.right = w.patent(goods, year-w.between(5, 9), of(w, patent.UtilityModel, patent.UtilityModel, patent.Design, patent.Invention))
	x.owner = w.faraway(x.trade)
	where := w.goods.Campaigns
	if sp.now {
		where = w.goods.CampaignsNow
	}
	x.f = filler{
		"party": x.party, "product": x.product, "mark": w.mark(x.right), "number": x.right.number, "ptype": x.right.word, "title": x.right.title,
		"patentee": x.owner, "spot": w.pick(w.goods.Spots), "campaign": w.pick(where), "day": sp.start.Han(), "province": province(sp.start),
		"n": strconv.Itoa(stock), "n2": strconv.Itoa(sold), "price": strconv.Itoa(price), "income": strconv.Itoa(x.sales),
		"since": strconv.Itoa(year-w.between(1, 3)) + "年" + strconv.Itoa(w.between(1, 12)) + "月", "ended": ended.Han(),
		"made": ended.AddDays(w.between(20, 100)).Han(), "before": ended.AddDays(-w.between(20, 300)).Han(), "supplier": w.faraway(x.trade),
		"source": of(w, "不能说明供货者", "提供了送货单但无供货方资质", "称自流动商贩处购进"),
	}
	return x
}

// counterfeit plans a suspected counterfeit from the lead to the archive.
func (w *world) counterfeit(sp spec) *script {
	n := 2
	if w.chance(18) {
		n = 3
	}
	s, x := w.script(casework.Counterfeit, sp, n), w.suspect(sp)
	in := arrival{NewLead: lead.NewLead{
		Title: w.say("cf.title."+x.seen, x.f), Facts: w.say("cf.lead."+s.from, x.f), Respondent: x.party, RespondentAddress: x.address,
	}}
	known := w.chance(65) // the number stood in the lead
	if known {
		in.PatentNo = x.right.number
	}
	if s.from == "report" {
		in.question, in.caller, in.callerType = w.say("report.counterfeit", x.f), w.person(), w.weighted("consumer", 5, "competitor", 4, "holder", 2, "other", 2)
		in.Title = w.say("report.title", x.f)
	}
	s.arrive(in, w.say("lead.verify.file", x.f), w.say("cf.title."+x.seen, x.f), lead.Filing{})
	if !known {
		owner := ""
		if x.limb == "L1c" || x.limb == "L3c" {
			owner = x.owner
		} else if x.limb == "none" || x.limb == "L1b" {
			owner = x.party
		}
		s.addPatent(x.right, owner)
		s.addFlags(x.right)
	}
	if s.files {
		s.attach(x.f)
	}
	w.inquiry(s, x)
	return s
}

// inquiry plans the case from the investigation on.
func (w *world) inquiry(s *script, x suspect) {
	pace := func(lo, hi int) (int, int) {
		if s.now {
			return lo * 2, hi*2 + s.slow
		}
		return lo + s.slow, hi + s.slow
	}
	key := x.limb
	if key == "none" {
		key = s.outcome
	}
	yuan := 0
	account := w.say("cf.noincome", x.f)
	switch {
	case slices.Contains([]string{"L3a", "L3b", "L3c", "L4", "L5"}, x.limb):
		account = w.say("cf.noincome.paper", x.f)
	case x.limb != "none" && !strings.HasPrefix(s.outcome, "no_penalty") && w.chance(78):
		yuan = x.sales
		account = w.say("cf.income", x.f)
	}
	findings := w.say("cf.seen."+x.seen, x.f)
	if x.limb == "none" {
		findings = w.say("cf.seen.none", x.f)
	}
	findings += w.say("cf.register."+key, x.f)
	if x.limb != "none" {
		findings += account
	}
	findings += w.say("cf.evidence", nil)
	acted := s.start.AddDays(-w.between(0, 25))
	if s.from == "own_patrol" {
		acted = s.start
	}
	facts := casework.Facts{"findings": findings, "limb": x.limb, "act_ended_on": acted.String(), "income": fen(yuan)}
	s.income = yuan
	switch {
	case x.limb == "L2" && (s.outcome == "stop_sale_only" || s.outcome == "no_penalty_no_fault"):
		facts["seller"] = "innocent"
	case x.limb == "L2":
		facts["seller"] = "not_innocent"
	case s.outcome == "correct_marking_only":
		facts["marking_defect"] = w.say("cf.register."+key, x.f)
	}
	lo, hi := pace(4, 9)
	s.step(lo, hi, "investigate", s.officer(), facts, "")
	w.nth++
	s.nth, s.party = w.nth, x.party
	s.proves(x.product, s.nth)
	s.proved(x.product)
	reviewer := of(w, w.staff[s.office].reviewers...)
	if s.restricted {
		reviewer = w.staff[s.office].reviewers[0]
	}
	if s.until == "return" || w.chance(5) {
		s.step(1, 2, "return", reviewer, casework.Facts{"return_reason": w.say("cf.return", nil)}, "")
		lo, hi = pace(1, 3)
		s.step(lo, hi, "investigate", s.officer(), facts, "")
	}
	lo, hi = pace(1, 2)
	s.step(lo, hi, "review", reviewer, casework.Facts{"review_opinion": w.say("cf.review", x.f) + w.say("cf.review.end", x.f)}, "")
	w.ruling(s, x, yuan, acted)
}

// ruling plans the notice, the decision and what follows it.
func (w *world) ruling(s *script, x suspect, yuan int, acted calendar.Day) {
	reasons := w.say("cf.reasons."+s.outcome, x.f)
	if s.outcome == counterfeit.Penalised {
		reasons += w.say("cf.weigh", x.f)
	}
	ruled := casework.Facts{"outcome": s.outcome, "reasons": reasons + w.say("cf.tail", x.f)}
	if w.endsEarly(s, x, ruled["reasons"]) {
		return
	}
	switch s.outcome {
	case "no_penalty_minor", "no_penalty_first":
		ruled["corrected_on"], ruled["harm"] = calendar.DayOf(s.t).String(), "none"
		if s.outcome == "no_penalty_first" {
			ruled["first_checked"] = w.say("cf.first", x.f)
		}
	case "no_penalty_no_fault":
		ruled["fault_evidence"] = w.say("cf.innocent", x.f)
	case "stop_sale_only":
		ruled["source_evidence"] = w.say("cf.innocent", x.f)
	}
	if x.limb == "L5" {
		ruled["further_orders"] = w.say("cf.order", x.f)
	}
	note := ""
	if s.slow > 5 {
		note = w.say("cf.late", nil)
	}
	at := s.later(s.t, 1, 2)
	fine := 0
	if s.outcome == counterfeit.Penalised {
		fine = w.fine(yuan, acted)
		planned := fine
		if w.chance(25) {
			planned = min(fine+w.between(2, 20)*100, w.capYuan(yuan, acted))
		}
		notice := s.later(s.t, 0, 2)
		s.stepAt(notice, "notify", s.officer(), casework.Facts{
			"planned_fine": fen(planned), "planned_confiscation": fen(yuan), "notice_reasons": w.say("cf.notice", x.f) + w.say("cf.weigh", x.f), "notice_served_on": calendar.DayOf(notice).String(),
		}, "")
		s.tells()
		ruled["fine"], ruled["confiscated"], ruled["waived"] = fen(fine), fen(yuan), "no"
		if w.chance(15) {
			ruled["waived"] = "yes"
			at = s.later(notice, 1, 2)
		} else {
			if w.chance(35) {
				ruled["statement"] = w.say("cf.statement", nil)
			}
			at = w.hour(w.plus(w.due("STATEMENT", casework.Counterfeit, s.office, calendar.DayOf(notice)), w.between(1, 2)))
		}
	}
	if s.outcome == "correct_marking_only" {
		ruled["correct_by"] = calendar.DayOf(at).AddDays(15).String()
	}
	s.stepAt(at, "decide", s.boss, ruled, note)
	served := s.later(s.t, 0, 2)
	s.stepAt(served, "serve", s.officer(), casework.Facts{
		"served_on": calendar.DayOf(served).String(), "way": w.weighted("direct", 78, "left", 5, "post", 14), "receiver": w.receiver(),
	}, "")
	if s.outcome == counterfeit.Penalised {
		on := calendar.DayOf(served)
		by, where, left := s.officer(), w.say("cf.published", filler{"province": province(on)}), w.say("cf.redacted", nil)
		if at := served.Add(20 * time.Minute); s.now {
			s.publishes(at, s.nth%4 == 1)
		} else {
			s.stepAt(at, "publish", by, casework.Facts{"publication_on": on.String(), "publication_where": where, "publication_what": "both", "redacted": left}, "")
		}
	}
	w.execution(s, fine+yuan)
	s.finish()
}

// endsEarly plans the ways in which a case ends without a decision on the act, and says whether it was one.
func (w *world) endsEarly(s *script, x suspect, reasons string) bool {
	by := s.officers[0]
	switch s.outcome {
	case counterfeit.ToAgency:
		s.step(1, 2, "transfer", s.boss, casework.Facts{"transfer_ground": "other_department", "transfer_to": w.say("cf.agency", nil), "reasons": reasons}, "")
		t := s.later(s.t, 0, 2)
		s.stepAt(t, "hand_over", by, casework.Facts{"handed_on": calendar.DayOf(t).String(), "handed_receipt": w.say("cf.receipt", nil)}, "")
	case counterfeit.ToPolice:
		s.side(1, 1, "", "report_police", by, casework.Facts{"police_team": by.ID + "," + s.officers[1].ID, "police_limb": x.limb, "police_facts": w.say("cf.register."+x.limb, x.f),
			"turnover": fen(x.sales), "police_income": fen(x.sales), "police_serious": w.say("cf.serious", x.f)})
		s.side(1, 1, "police", "approve_police", s.boss, casework.Facts{"police_reason": reasons})
		s.side(0, 0, "police", "hand_police", by, casework.Facts{"police_office": w.say("cf.police", nil), "police_receipt": w.say("cf.receipt", nil)})
		t := s.later(s.t, 2, 2)
		s.sideAt(t, "police", "police_accepted", by, casework.Facts{"police_answer_on": calendar.DayOf(t).String(), "police_number": w.say("cf.receipt", nil)})
		goods := s.later(t, 1, 1)
		s.stepAt(goods, "hand_goods", by, casework.Facts{"police_goods_on": calendar.DayOf(goods).String(), "police_goods": w.say("cf.police_goods", x.f), "police_goods_receipt": w.say("cf.receipt", nil)}, "")
		s.step(1, 1, "conclude_police", s.boss, casework.Facts{"reasons": reasons}, "")
	case counterfeit.Stopped:
		s.step(1, 2, "end_investigation", s.boss, casework.Facts{"ended_ground": "entity_gone", "ended_proof": w.say("cf.gone", nil), "reasons": reasons}, "")
	default:
		return false
	}
	s.finish()
	return true
}

// receiver is who signs for a paper.
func (w *world) receiver() string {
	return w.person() + of(w, "（法定代表人）", "（经营者）", "（办公室负责人）", "（委托代理人）", "（收发人员）")
}

func (w *world) execution(s *script, owed int) {
	done := casework.Facts{"execution": "performed", "execution_note": w.say("cf.execution", nil)}
	lo, hi := 1, 6
	switch {
	case s.outcome == counterfeit.Penalised && owed > 0 && !s.now && w.chance(2):
		w.enforce(s)
		done, lo, hi = casework.Facts{"execution": "court", "execution_note": w.say("cf.execution.court", nil)}, 1, 3
	case s.outcome == counterfeit.Penalised && owed > 0:
		lo, hi = 2, 10
		if w.chance(8) {
			lo, hi = 13, 20 // after the fifteen days
		}
		t := s.later(s.t, lo, hi)
		s.pay(t)
		s.stepAt(t, "execute", s.officer(), casework.Facts{"execution": "paid", "paid_on": calendar.DayOf(t).String(), "execution_note": w.say("cf.execution", nil)}, "")
		return
	case s.outcome == counterfeit.NotEstablished:
		done = casework.Facts{"execution": "nothing"}
	}
	s.step(lo, hi, "execute", s.officer(), done, "")
}

// enforce plans the demand, the application to the court after the time for remedies, and what the court did.
func (w *world) enforce(s *script) {
	served, by := calendar.DayOf(s.t), s.officers[0]
	t := s.later(s.t, 18, 22)
	s.sideAt(t, "", "demand", by, casework.Facts{"served_on": calendar.DayOf(t).String(), "way": "direct", "receiver": w.receiver()})
	over := max(w.due("SUIT", casework.Counterfeit, s.office, served), w.due("RECONSIDER", casework.Counterfeit, s.office, served))
	s.sideAt(w.hour(w.plus(over, w.between(2, 8))), "enforcement", "apply_to_court", s.boss, casework.Facts{"court": w.say("cf.court", nil)})
	s.side(20, 30, "enforcement", "court_ended", by, casework.Facts{"court_result": "enforced", "court_note": w.say("cf.execution.court", nil)})
}

// pay records that everything was paid: the fine, what was added to it for lateness, and what was confiscated.
func (s *script) pay(t time.Time) {
	by := s.officers[0]
	s.at(t, func(tx *store.Tx) error {
		day := calendar.DayOf(tx.Now)
		for _, kind := range fine.Kinds() {
			f, err := s.Docket.FindTx(tx, by, s.caseID)
			if err != nil {
				return err
			}
			l := s.Docket.Reckon(f, day)
			open := map[string]int64{fine.Fine: l.FineOpen(), fine.Surcharge: l.AddedOpen(), fine.Confiscated: l.ConfiscatedOpen()}[kind]
			if open == 0 {
				continue
			}
			p := casework.Payment{PaidFor: kind, OnDay: day, Fen: open, Receipt: fmt.Sprintf("缴款书%s%02d", strings.ReplaceAll(day.String(), "-", ""), f.Version)}
			if err := s.Docket.PayTx(tx, by, s.caseID, f.Version, p); err != nil {
				return fmt.Errorf("%s, payment: %w", s.number, err)
			}
			s.version = f.Version + 1
		}
		return nil
	})
}

// fine is within the cap of the act's day.
func (w *world) fine(income int, acted calendar.Day) int {
	most := w.capYuan(income, acted)
	n := w.between(10, 200) * 100
	if income > 0 {
		n = income * w.between(3, 16) / 10 / 100 * 100
	}
	return max(min(n, most*6/10/100*100), 100)
}

func (w *world) capYuan(income int, acted calendar.Day) int {
	limit, _ := w.Rules.FineCap(acted, int64(income)*100)
	return int(limit / 100)
}
