package demo

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/hotline"
	"huzhi/internal/infringement"
	"huzhi/internal/lead"
	"huzhi/internal/mediation"
)

// present plans the months before today: matters that are over, and open ones in every state.
func (w *world) present() {
	w.recent()
	w.openCases()
	w.openLeads()
	w.openListings()
	w.thisWeek()
	w.ties()
	w.openRequests()
	w.opinions()
	w.measures()
	w.quarrels()
	w.goodsHeld()
}

// recent plans the cases since the beginning of last year that are over by now.
func (w *world) recent() {
	from, to := calendar.Date(w.today.Year()-1, 1, 6), w.today.AddDays(-40)
	months := int(to-from) / 30
	for _, d := range w.spread(months*5, from, to) {
		kind := w.weighted(casework.Counterfeit, 52, casework.Infringement, 24, casework.Dispute, 7, casework.Ecommerce, 17)
		office := w.deskOf(kind)
		sp := spec{office: office, place: w.within(office), start: d, now: true}
		if kind == casework.Infringement && w.today-d < 110 {
			continue
		}
		w.youngest(sp, d, func(sp spec) *script { return w.ofKind(kind, sp) })
	}
	for _, c := range []struct {
		office string
		n      int
	}{{city, 34}, {"330521", 16}, {"330522", 11}, {"330523", 13}} {
		w.consultations(c.office, c.n*months/2, from, w.back(w.end, 5), 10, true)
	}
	for _, d := range w.spread(months/2, from, w.today.AddDays(-20)) {
		w.told(hotline.Report, w.weighted(casework.Counterfeit, 3, casework.Ecommerce, 1), of(w, city, "330521", "330522", "330523"), d, true).commit()
		w.refused(casework.Counterfeit, spec{office: of(w, city, "330502", "330521", "330523"), place: "330521", start: d, now: true, outcome: "not_established", source: "web"}).commit()
	}
	for _, to := range []string{"330521", "330523", "330522"} {
		w.youngest(spec{office: city, now: true, source: "web", outcome: counterfeit.Penalised, until: "review"}, w.today.AddDays(-60), func(sp spec) *script { return w.handed(sp, to) })
	}
}

// deskOf is where a case of a kind is handled today.
func (w *world) deskOf(kind string) string {
	switch kind {
	case casework.Counterfeit:
		return w.weighted(city, 26, "330502", 12, "330503", 12, "330521", 20, "330522", 15, "330523", 15)
	case casework.Ecommerce:
		return w.weighted(city, 5, "330521", 3, "330523", 3)
	case casework.Dispute:
		return w.weighted(city, 5, "330521", 2)
	}
	return city
}

// ofKind plans a case of a kind with whatever outcome comes.
func (w *world) ofKind(kind string, sp spec) *script {
	switch kind {
	case casework.Counterfeit:
		sp.source = w.weighted("own_patrol", 40, "report", 26, "transfer", 10, "superior", 6, "platform", 9, "web", 5, "letter", 2, "visit", 2)
		if sp.source == "report" && !w.desk(sp.office, sp.start) {
			sp.source = "transfer"
		}
		if sp.outcome == "" {
			sp.outcome = w.weighted(counterfeit.Penalised, 48, "stop_sale_only", 8, "no_penalty_minor", 12, "no_penalty_first", 9, "no_penalty_no_fault", 6,
				"correct_marking_only", 9, "not_established", 6, "transferred_agency", 2)
		}
		return w.counterfeit(sp)
	case casework.Infringement:
		sp.source = w.weighted("visit", 40, "letter", 22, "complaint", 18, "transfer", 10, "web", 10)
		if sp.outcome == "" {
			sp.outcome = w.weighted(infringement.Stop, 34, infringement.Rejected, 14, infringement.Settled, 34, infringement.Dropped, 18)
		}
		leave := w.leaving(sp.outcome)
		if sp.until == "mediate" || sp.until == "withdraw" || sp.until == "serve_decision" {
			leave = of(w, "defence", "heard")
		}
		if sp.outcome == infringement.Stop || sp.outcome == infringement.Rejected {
			leave = ""
		}
		return w.infringement(sp, leave)
	case casework.Dispute:
		sp.source = w.weighted("visit", 4, "letter", 2, "web", 2, "complaint", 2)
		if sp.outcome == "" {
			sp.outcome = w.mediated()
		}
		return w.dispute(sp, w.quarrel())
	}
	sp.source = w.weighted("own_patrol", 45, "platform", 30, "web", 15, "transfer", 10)
	suspected, findings := w.found(sp.until)
	return w.ecommerce(sp, suspected, findings)
}

// found invents what the listings of a case are suspected of and found to be.
func (w *world) found(until string) (suspected string, findings []string) {
	if suspected = w.weighted("infringement", 6, "counterfeit", 5); until == "file" {
		return suspected, slices.Repeat([]string{""}, w.between(1, 4))
	}
	for range w.between(1, 4) {
		if suspected == "infringement" {
			findings = append(findings, w.weighted("infringing", 6, "cannot_tell", 2, "not_established", 3))
		} else {
			findings = append(findings, w.weighted("counterfeit", 6, "marking_defect", 3, "not_established", 2))
		}
	}
	return suspected, findings
}

// youngest plans a matter as late as it can begin without running past the last day: from a day on, earlier and earlier.
func (w *world) youngest(sp spec, from calendar.Day, plan func(spec) *script) {
	for d := from; ; d = w.back(d, 2) {
		for !w.Days.Working(d) {
			d--
		}
		sp.start = d
		if s := plan(sp); s.last() <= w.end {
			s.commit()
			return
		}
	}
}

// open is a case that is still open: the last step taken, where, how many; age in days since the lead, 0 for as fresh as can be.
type open struct {
	kind, until, outcome, office string
	n, age                       int
}

// openCases plans what waits on the desks today.
func (w *world) openCases() {
	const cf, inf, dis, ec = casework.Counterfeit, casework.Infringement, casework.Dispute, casework.Ecommerce
	pen := counterfeit.Penalised
	for _, o := range []open{
		{cf, "file", pen, city, 2, 0}, {cf, "file", pen, "330521", 2, 0}, {cf, "file", "", "330502", 1, 0},
		{cf, "file", pen, city, 1, 103}, {cf, "file", pen, "330522", 1, 114}, {cf, "file", pen, "330521", 1, 98}, {cf, "file", pen, "330503", 1, 91},
		{cf, "return", pen, city, 1, 0}, {cf, "investigate", pen, city, 2, 0}, {cf, "investigate", pen, "330521", 1, 0}, {cf, "investigate", "", "330523", 1, 0},
		{cf, "investigate", pen, "330522", 1, 101},
		{cf, "review", "not_established", city, 1, 0}, {cf, "review", "stop_sale_only", "330521", 1, 0}, {cf, "review", "", "330503", 1, 0},
		{cf, "notify", pen, city, 1, 0}, {cf, "notify", pen, "330521", 1, 0}, {cf, "notify", pen, "330522", 1, 0}, {cf, "notify", pen, city, 1, 86},
		{cf, "decide", pen, city, 1, 0}, {cf, "decide", "no_penalty_first", "330521", 1, 0}, {cf, "decide", pen, "330523", 1, 0},
		{cf, "serve", pen, city, 1, 0}, {cf, "serve", pen, "330521", 1, 0}, {cf, "serve", pen, "330502", 1, 0},
		{cf, "execute", pen, city, 1, 0}, {cf, "execute", pen, "330521", 1, 0}, {cf, "execute", "no_penalty_minor", "330523", 1, 0},
		{cf, "hand_over", counterfeit.ToAgency, city, 1, 0}, {cf, "end_investigation", counterfeit.Stopped, "330522", 1, 0},
		{cf, "close", pen, city, 2, 0}, {cf, "close", pen, "330521", 1, 0}, {cf, "close", "", "330522", 1, 0},
		{inf, "file", "", city, 2, 0}, {inf, "file", "", city, 1, 14}, {inf, "serve_request", "", city, 2, 0}, {inf, "serve_request", "", city, 1, 105},
		{inf, "defence", "", city, 2, 0}, {inf, "forwarded", infringement.Stop, city, 1, 92}, {inf, "set_hearing", infringement.Stop, city, 1, 0}, {inf, "hear", infringement.Stop, city, 1, 0},
		{inf, "deliberate", infringement.Stop, city, 1, 0}, {inf, "deliberate", infringement.Rejected, city, 1, 108}, {inf, "decide", infringement.Stop, city, 1, 0},
		{inf, "serve_decision", infringement.Rejected, city, 1, 0}, {inf, "mediate", infringement.Settled, city, 1, 0}, {inf, "withdraw", infringement.Dropped, city, 1, 0},
		{inf, "serve_decision", infringement.Settled, city, 1, 0}, {inf, "close", infringement.Stop, city, 1, 0},
		{dis, "file", "", city, 1, 0}, {dis, "file", "", "330521", 1, 0}, {dis, "meeting", "", city, 1, 0}, {dis, "meeting", "", "330521", 1, 62},
		{dis, "handle", mediation.Agreed, city, 1, 0}, {dis, "handle", mediation.Failed, "330521", 1, 0}, {dis, "close", mediation.Agreed, city, 1, 0},
		{ec, "file", "", city, 1, 0}, {ec, "file", "", "330521", 1, 0}, {ec, "judge", "", city, 1, 0}, {ec, "judge", "", "330523", 1, 0},
		{ec, "result", "", city, 1, 0}, {ec, "result", "", "330521", 1, 0}, {ec, "handle", "", city, 1, 0}, {ec, "handle", "", "330521", 1, 0}, {ec, "close", "", city, 1, 0},
	} {
		for range o.n {
			w.openCase(o)
		}
	}
	// Three that only those who work on them may see.
	for _, x := range []struct {
		kind, until, office, first, without string
	}{{cf, "investigate", city, "officer", ""}, {inf, "defence", city, "officer2", "officer"}, {cf, "file", "330521", "officer.deqing", ""}} {
		sp := spec{office: x.office, place: w.within(x.office), now: true, until: x.until, first: w.by[x.first], without: x.without, restricted: true, chief: w.staff[x.office].chiefs[0], files: true}
		w.youngest(sp, w.end, func(sp spec) *script { return w.ofKind(x.kind, sp) })
	}
}

func (w *world) openCase(o open) {
	sp := spec{office: o.office, place: w.within(o.office), now: true, until: o.until, outcome: o.outcome, files: w.chance(30)}
	switch {
	case o.office == city && w.chance(45):
		sp.first = w.by["officer"]
	case o.office == "330521":
		sp.first = w.by["officer.deqing"]
	}
	plan := func(sp spec) *script { return w.ofKind(o.kind, sp) }
	if o.age == 0 {
		w.youngest(sp, w.end, plan)
		return
	}
	w.youngest(sp, w.today.AddDays(-o.age), plan)
}

// openLeads plans leads to verify, and verified ones that wait for the chief.
func (w *world) openLeads() {
	for i, office := range []string{city, city, city, city, "330521", "330521", "330521", "330522", "330522", "330523", "330523", "330502", "330503", "330503"} {
		sp := spec{office: office, place: w.within(office), now: true, until: "lead", outcome: "not_established", source: w.weighted("web", 3, "transfer", 3, "letter", 2, "platform", 3, "own_patrol", 3)}
		if w.desk(office, w.end) && w.chance(35) {
			sp.source = "report"
		}
		age := w.between(0, 12)
		if i%5 == 4 {
			age = w.between(15, 19) // past the fifteen days of verification, or on their last
		}
		w.youngest(sp, w.back(w.end, age), func(sp spec) *script { return w.lead(casework.Counterfeit, sp, lead.ProposeFile) })
	}
	for _, kind := range []string{casework.Infringement, casework.Infringement, casework.Dispute} {
		sp := spec{office: city, place: of(w, counties()...), now: true, until: "lead", outcome: "not_established", source: of(w, "visit", "letter", "complaint")}
		w.youngest(sp, w.back(w.end, w.between(1, 6)), func(sp spec) *script { return w.lead(kind, sp, lead.ProposeFile) })
	}
	for _, x := range []struct{ office, kind, proposal string }{
		{city, casework.Counterfeit, lead.ProposeFile}, {city, casework.Counterfeit, lead.ProposeFile}, {city, casework.Counterfeit, lead.ProposeRefuse},
		{city, casework.Counterfeit, lead.ProposeTransfer}, {city, casework.Infringement, lead.ProposeFile}, {city, casework.Infringement, lead.ProposeRefuse},
		{"330521", casework.Counterfeit, lead.ProposeFile}, {"330521", casework.Counterfeit, lead.ProposeRefuse}, {"330522", casework.Counterfeit, lead.ProposeFile},
		{"330523", casework.Counterfeit, lead.ProposeFile},
	} {
		sp := spec{office: x.office, place: w.within(x.office), now: true, until: "verify", outcome: "not_established", source: of(w, "letter", "web")}
		if x.kind == casework.Infringement {
			sp.source = of(w, "letter", "visit")
		}
		w.youngest(sp, w.back(w.end, w.between(1, 3)), func(sp spec) *script { return w.lead(x.kind, sp, x.proposal) })
	}
}

// openListings plans listings in work that no case has taken up.
func (w *world) openListings() {
	for _, x := range []struct {
		office, suspected string
		findings          []string
		results           bool
	}{
		{city, "infringement", []string{"", "", ""}, false}, {city, "counterfeit", []string{"", ""}, false}, {"330521", "counterfeit", []string{"", ""}, false},
		{"330523", "infringement", []string{"", ""}, false}, {city, "infringement", []string{"infringing", "cannot_tell"}, false},
		{city, "counterfeit", []string{"counterfeit", "marking_defect"}, false}, {"330521", "infringement", []string{"not_established", "infringing"}, false},
		{city, "counterfeit", []string{"counterfeit", "not_established"}, true}, {"330521", "counterfeit", []string{"marking_defect"}, true},
	} {
		sp := spec{office: x.office, place: w.within(x.office), now: true}
		if x.office == city {
			sp.first = w.by["officer"]
		}
		w.youngest(sp, w.back(w.end, 1), func(sp spec) *script { return w.unfiled(sp, x.suspected, x.findings, x.results) })
	}
}

// thisWeek plans the calls of the last five working days.
func (w *world) thisWeek() {
	from := w.back(w.end, 4)
	for _, c := range []struct {
		office string
		n      int
	}{{city, 19}, {"330521", 10}, {"330522", 6}, {"330523", 7}} {
		w.consultations(c.office, c.n, from, w.end, 55, true)
	}
	for i, office := range []string{city, city, "330521", "330521", "330522", "330523"} {
		kind, subject := hotline.Report, casework.Counterfeit
		if i == 1 || i == 3 {
			kind, subject = hotline.Complaint, casework.Infringement
		} else if i == 5 {
			subject = casework.Ecommerce
		}
		s := w.told(kind, subject, office, w.back(w.end, w.between(0, 4)), true)
		s.acts = s.acts[:1] // not yet answered
		s.commit()
	}
	for _, age := range []int{8, 9} { // complaints that nobody answered in seven working days
		s := w.told(hotline.Complaint, casework.Infringement, city, w.back(w.end, age), true)
		s.acts = s.acts[:1]
		s.commit()
	}
}
