package demo

import (
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/hotline"
	"huzhi/internal/infringement"
	"huzhi/internal/mediation"
)

// past plans the years 2013 and 2014. The figures are those of the published report (91 cases follow from its growth);
// how they divide among offices, places and outcomes is invented.
func (w *world) past() {
	from, to := calendar.Date(2013, 1, 4), calendar.Date(2013, 12, 13)
	w.counterfeits(from, to, w.dealt(city, 18, "330502", 6, "330503", 6, "330521", 9, "330522", 8, "330523", 8))
	w.infringements(from, to, w.dealt("330523", 8, "330521", 6, "330522", 5, "330503", 5, "330502", 4), 2)
	w.disputes(from, to, w.dealt(city, 8), 1)
	w.lost(from, to, 9)
	w.consultations(city, 860, calendar.Date(2013, 1, 4), calendar.Date(2013, 12, 30), 4, false)
	w.consultations("330521", 240, lines()["330521"], calendar.Date(2013, 12, 30), 4, false)

	from, to = calendar.Date(2014, 1, 2), calendar.Date(2014, 12, 12)
	w.counterfeits(from, to, w.dealt(city, 34, "330502", 14, "330503", 14, "330521", 24, "330522", 20, "330523", 26))
	w.infringements(from, to, w.dealt("330523", 13, "330521", 9, "330522", 8, "330503", 9, "330502", 7), 5)
	w.disputes(from, to, w.dealt(city, 7, "330521", 2, "330523", 2), 3)
	w.ecommerces(from, to)
	w.lost(from, to, 21)
	year := calendar.Date(2014, 12, 31)
	w.consultations(city, 1650, calendar.Date(2014, 1, 2), year, 4, false)
	w.consultations("330521", 720, calendar.Date(2014, 1, 2), year, 4, false)
	w.consultations("330522", 530, lines()["330522"], year, 4, false)
	w.consultations("330523", 612, lines()["330523"], year, 4, false)
}

// lines are the desks of the hotline and since when each takes calls; the districts have none of their own.
func lines() map[string]calendar.Day {
	return map[string]calendar.Day{
		city: calendar.Date(2013, 1, 1), "330521": calendar.Date(2013, 9, 2), "330522": calendar.Date(2014, 3, 3), "330523": calendar.Date(2014, 2, 17),
	}
}

// desk says whether an office's line takes calls on a day.
func (w *world) desk(office string, d calendar.Day) bool {
	from, ok := lines()[office]
	return ok && d >= from
}

// counterfeits plans one case an office named.
func (w *world) counterfeits(from, to calendar.Day, offices []string) {
	for i, d := range w.spread(len(offices), from, to) {
		sp := spec{office: offices[i], place: offices[i], start: d}
		if sp.office == city {
			sp.place = w.weighted("330502", 42, "330503", 34, "330521", 8, "330522", 8, "330523", 8)
		}
		sp.source = w.weighted("own_patrol", 52, "report", 20, "transfer", 9, "superior", 7, "platform", 3, "web", 4, "letter", 3, "visit", 2)
		sp.outcome = w.weighted(counterfeit.Penalised, 44, "stop_sale_only", 17, "no_penalty_minor", 13, "correct_marking_only", 13, "not_established", 8,
			"transferred_agency", 3, "transferred_police", 1, "investigation_ended", 1)
		if w.chance(7) {
			sp.slow = w.between(10, 18)
		}
		if from.Year() == 2014 && i >= len(offices)-2 {
			sp.until = "close" // the archive still waits for them
		}
		if sp.source == "report" && !w.desk(sp.office, d) {
			sp.source = "own_patrol" // nobody there could be called
		}
		if sp.outcome == "stop_sale_only" && sp.source == "platform" {
			sp.source = "transfer"
		}
		w.counterfeit(sp).commit()
	}
}

// infringements plans the city's disputes; so many of them begin with a complaint at the hotline.
func (w *world) infringements(from, to calendar.Day, places []string, complaints int) {
	for i, d := range w.spread(len(places), from, to) {
		sp := spec{office: city, place: places[i], start: d, source: w.weighted("visit", 46, "letter", 30, "transfer", 14, "superior", 10)}
		if i%(len(places)/complaints) == 2 && i/(len(places)/complaints) < complaints {
			sp.source = "complaint"
		}
		sp.outcome = w.weighted(infringement.Stop, 30, infringement.Rejected, 11, infringement.Settled, 38, infringement.Dropped, 21)
		if w.chance(10) {
			sp.slow = w.between(38, 60)
		}
		if from.Year() == 2014 && i == len(places)-1 {
			sp.until = "close"
		}
		w.infringement(sp, w.leaving(sp.outcome)).commit()
	}
}

// leaving is the state in which a dispute ends early, "" where it is decided.
func (w *world) leaving(outcome string) string {
	switch outcome {
	case infringement.Settled:
		return w.weighted("defence", 4, "heard", 6, "deliberated", 2)
	case infringement.Dropped:
		return w.weighted("filed", 2, "served", 3, "defence", 4, "heard", 2, "deliberated", 1)
	}
	return ""
}

// disputes plans the mediation of other disputes.
func (w *world) disputes(from, to calendar.Day, offices []string, complaints int) {
	for i, d := range w.spread(len(offices), from, to) {
		sp := spec{office: offices[i], place: offices[i], start: d, source: w.weighted("visit", 5, "letter", 4, "web", 1), outcome: w.mediated()}
		if sp.office == city {
			sp.place = of(w, counties()...)
		}
		if i < complaints && w.desk(sp.office, d) {
			sp.source = "complaint"
		}
		w.dispute(sp, w.quarrel()).commit()
	}
}

func (w *world) mediated() string { return w.weighted(mediation.Agreed, 7, mediation.Failed, 4) }

func (w *world) quarrel() string {
	return w.weighted("ownership", 3, "inventorship", 1, "reward", 4, "provisional_fee", 1, "other", 3)
}

// ecommerces plans the 65 cases of 2014 with their 127 listings, 49 of them found to infringe.
func (w *world) ecommerces(from, to calendar.Day) {
	type group struct {
		suspected string
		sizes     []string // how many listings each case has
		findings  []string
	}
	var cases []struct {
		suspected string
		findings  []string
	}
	for _, g := range []group{
		{"infringement", w.dealt("1", 12, "2", 16, "3", 9, "4", 1), w.dealt("infringing", 49, "cannot_tell", 12, "not_established", 14)},
		{"counterfeit", w.dealt("1", 10, "2", 11, "3", 4, "4", 2), w.dealt("counterfeit", 31, "marking_defect", 14, "not_established", 7)},
	} {
		for _, size := range g.sizes {
			n := int(size[0] - '0')
			cases = append(cases, struct {
				suspected string
				findings  []string
			}{g.suspected, g.findings[:n]})
			g.findings = g.findings[n:]
		}
	}
	w.rng.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	offices := w.dealt(city, 31, "330521", 18, "330523", 16)
	for i, d := range w.spread(len(cases), from, to) {
		sp := spec{office: offices[i], place: offices[i], start: d, source: w.weighted("own_patrol", 55, "platform", 25, "letter", 6, "web", 8, "transfer", 6)}
		if sp.office == city {
			sp.place = w.weighted("330502", 14, "330503", 9, "330522", 8)
		}
		w.ecommerce(sp, cases[i].suspected, cases[i].findings).commit()
	}
}

// lost plans what became no case: leads refused, leads handed over, reports that were settled with an answer.
func (w *world) lost(from, to calendar.Day, n int) {
	for _, d := range w.spread(n, from, to) {
		office := of(w, append(counties(), city, city)...)
		w.refused(casework.Counterfeit, spec{
			office: office, place: w.within(office), start: d, outcome: "not_established", source: w.weighted("own_patrol", 5, "transfer", 3, "web", 3, "letter", 3),
		}).commit()
	}
	for _, d := range w.spread(n/7, from, to) {
		w.refused(casework.Infringement, spec{office: city, place: of(w, counties()...), start: d, outcome: "not_established", source: of(w, "letter", "visit")}).commit()
	}
	for _, d := range w.spread(n*2/3, from, to) {
		office := of(w, city, "330521", "330522", "330523")
		if !w.desk(office, d) {
			office = city
		}
		w.told(hotline.Report, w.weighted(casework.Counterfeit, 4, casework.Ecommerce, 1), office, d, false).commit()
	}
}

// within is a place of an office's.
func (w *world) within(office string) string {
	if office == city {
		return w.weighted("330502", 5, "330503", 4, "330521", 1, "330522", 1, "330523", 1)
	}
	return office
}
