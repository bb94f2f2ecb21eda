package lead

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/region"
)

// Request says whether leads of a kind are requests: somebody asks the office for something, with papers that are examined before it files a case. The others are
// leads that the office follows on its own.
func Request(kind string) bool {
	return kind == casework.Infringement || kind == casework.Dispute || kind == casework.Opinion
}

// order81 is the day since which Order 81 governs requests.
func order81() calendar.Day { return calendar.Date(2025, 2, 1) }

// item is a line of the formal check: met, not met, or where it may be so, not asked for. It is asked of requests received while its law was in force.
type item struct {
	name     string
	kind     string
	from, to calendar.Day
	in       string // a region; "" is everywhere
	may      bool   // need not apply
	cure     bool   // papers that can be supplied (Order 81 Art. 16)
}

// items are the conditions and papers of a request: Order 71 Arts 10–12, Zhejiang Patent Regulation 2015 Art. 24, Order 81 Arts 12–18, 36 for infringement;
// Order 71 Art. 22, Order 81 Arts 6, 63, 64, 76 for mediation; Order 81 Arts 7, 13 for an opinion.
func items() []item {
	const inf, dis, op = casework.Infringement, casework.Dispute, casework.Opinion
	o81 := order81()
	return []item{
		{name: "ck_standing", kind: inf},
		{name: "ck_respondent", kind: inf},
		{name: "ck_claims", kind: inf, cure: true},
		{name: "ck_competent", kind: inf},
		{name: "ck_no_suit", kind: inf},
		{name: "ck_no_arbitration", kind: inf, from: calendar.Date(2016, 1, 1), to: calendar.Date(2022, 12, 31), in: "330000"},
		{name: "ck_no_other_way", kind: inf, from: o81},
		{name: "ck_identity", kind: inf, cure: true},
		{name: "ck_valid", kind: inf, cure: true},
		{name: "ck_interest", kind: inf, from: o81, may: true, cure: true},
		{name: "ck_report", kind: inf, may: true, cure: true},
		{name: "ck_copies", kind: inf, cure: true},
		{name: "ck_content", kind: inf, cure: true},
		{name: "ck_claims_named", kind: inf, from: o81, may: true, cure: true},
		{name: "ck_signed", kind: inf, cure: true},
		{name: "ck_agent", kind: inf, from: o81, may: true, cure: true},
		{name: "ck_foreign", kind: inf, from: o81, may: true, cure: true},

		{name: "ck_dispute", kind: dis},
		{name: "ck_not_open_licence", kind: dis, from: calendar.Date(2021, 6, 1)},
		{name: "ck_respondent_here", kind: dis, from: o81},
		{name: "ck_mediation_content", kind: dis, cure: true},
		{name: "ck_damages", kind: dis, may: true, cure: true},
		{name: "ck_granted", kind: dis, may: true},

		{name: "ck_competent_opinion", kind: op},
		{name: "ck_opinion_content", kind: op, cure: true},
	}
}

// covered says whether a region, "" being everywhere, holds an office.
func covered(in, office string) bool { return in == "" || region.Covers(in, office) }

// formal are the items that a request is checked by.
func formal(l *Lead) []item {
	var out []item
	for _, x := range items() {
		if x.kind == l.Kind && l.ReceivedOn >= x.from && (x.to.IsZero() || l.ReceivedOn <= x.to) && covered(x.in, l.Jurisdiction) {
			out = append(out, x)
		}
	}
	return out
}

// ask is the item as a field of the check's form.
func (x item) ask() casework.Ask {
	options := []string{"met", "unmet"}
	if x.may {
		options = append(options, "not_asked")
	}
	return casework.Ask{Name: x.name, Type: casework.AskChoice, Options: options, Words: "met"}
}

// Ground is a reason for which the law lets the office file no case, or makes it: a sentence of the catalogue, ground.<ID>, with its article.
type Ground struct {
	ID       string
	kinds    []string
	from, to calendar.Day // in force
	book     string       // of counterfeit cases
	in       string       // a region; "" is everywhere
	fact, is string       // what must have been recorded; "" is nothing
	Passes   bool         // the matter is passed on to who is competent
}

// grounds is every ground, in the order of the law.
func grounds() []Ground {
	own := []string{casework.Counterfeit, casework.Ecommerce}
	inf, dis, op := []string{casework.Infringement}, []string{casework.Dispute}, []string{casework.Opinion}
	o81, before, samr, apl := order81(), calendar.Date(2025, 1, 31), calendar.Date(2019, 4, 1), calendar.Date(2021, 7, 15)
	return []Ground{
		// Market-Regulation Procedure Arts 19, 20; Penalty Law 2021 Art. 33.
		{ID: "samr.no_evidence", kinds: own, from: samr, book: "samr"},
		{ID: "samr.not_punishable", kinds: own, from: samr, book: "samr"},
		{ID: "samr.time_barred", kinds: own, from: samr, book: "samr"},
		{ID: "samr.minor", kinds: own, from: samr, book: "samr"},
		{ID: "samr.first_minor", kinds: own, from: apl, book: "samr"},
		{ID: "samr.no_fault", kinds: own, from: apl, book: "samr"},
		{ID: "samr.other_law", kinds: own, from: samr, book: "samr"},
		{ID: "samr.not_competent", kinds: own, from: samr, book: "samr", Passes: true},
		// Orders 60 and 71 name none; these follow from their Arts 26, 27 (28, 29) and the Penalty Law.
		{ID: "patent.no_evidence", kinds: own, book: "patent"},
		{ID: "patent.time_barred", kinds: own, book: "patent"},
		{ID: "patent.minor", kinds: own, book: "patent"},
		{ID: "patent.not_competent", kinds: own, book: "patent", Passes: true},
		{ID: "patent.other", kinds: own, book: "patent"},
		// Order 71 Art. 10 (Order 60 Art. 8); Zhejiang Patent Regulation 2015 Art. 24.
		{ID: "o71.not_holder", kinds: inf, to: before},
		{ID: "o71.no_respondent", kinds: inf, to: before},
		{ID: "o71.no_claims", kinds: inf, to: before},
		{ID: "o71.not_competent", kinds: inf, to: before, Passes: true},
		{ID: "o71.sued", kinds: inf, to: before},
		{ID: "zj.arbitration", kinds: inf, from: calendar.Date(2016, 1, 1), to: calendar.Date(2022, 12, 31), in: "330000"},
		// Order 81 Arts 9, 12, 14, 16, 18.
		{ID: "o81.not_holder", kinds: inf, from: o81},
		{ID: "o81.no_respondent", kinds: inf, from: o81},
		{ID: "o81.no_claims", kinds: inf, from: o81},
		{ID: "o81.not_competent", kinds: []string{casework.Infringement, casework.Dispute, casework.Opinion}, from: o81, Passes: true},
		{ID: "o81.sued", kinds: inf, from: o81},
		{ID: "o81.other_way", kinds: inf, from: o81},
		{ID: "o81.no_report", kinds: inf, from: o81, fact: "ck_report", is: "unmet"},
		{ID: "o81.not_supplemented", kinds: []string{casework.Infringement, casework.Dispute, casework.Opinion}, from: o81, fact: "supplement_result", is: "lapsed"},
		{ID: "o81.still_wrong", kinds: []string{casework.Infringement, casework.Dispute, casework.Opinion}, from: o81, fact: "supplement_result", is: "back"},
		{ID: "o81.foreign_papers", kinds: inf, from: o81, fact: "ck_foreign", is: "unmet"},
		// Order 71 Arts 22, 24 (Order 60 Arts 20, 22); Order 81 Arts 63, 64, 66, 76.
		{ID: "o71.silent", kinds: dis, to: before, fact: "answer", is: "silent"},
		{ID: "o71.declined", kinds: dis, to: before, fact: "answer", is: "declined"},
		{ID: "o71.no_decision", kinds: dis, to: before, fact: "ck_damages", is: "unmet"},
		{ID: "o71.no_dispute", kinds: dis, to: before},
		{ID: "o81.silent", kinds: dis, from: o81, fact: "answer", is: "silent"},
		{ID: "o81.declined", kinds: dis, from: o81, fact: "answer", is: "declined"},
		{ID: "o81.no_decision", kinds: dis, from: o81, fact: "ck_damages", is: "unmet"},
		{ID: "o81.not_granted", kinds: dis, from: o81, fact: "ck_granted", is: "unmet"},
		{ID: "o81.open_licence", kinds: dis, from: o81, fact: "ck_not_open_licence", is: "unmet"},
		{ID: "o81.no_dispute", kinds: dis, from: o81},
		// Order 81 Art. 13.
		{ID: "o81.no_opinion_yet", kinds: op},
		{ID: "o81.no_warning", kinds: op, from: o81},
		{ID: "o81.warner_acts", kinds: op, from: o81, fact: "warner_acts", is: "yes"},
	}
}

// examined says why the papers do not let the office go on with a request: not checked, something not met, or not supplied in time (Order 71 Art. 13; Order 81
// Arts 16, 20, 64).
func (h *History) examined(kind string) *errs.Error {
	switch {
	case h.Data["supplement_result"] == "lapsed":
		return errs.New(errs.Invalid, "error.lead_lapsed")
	case h.Checked() == nil:
		return errs.New(errs.Invalid, "error.lead_unchecked."+kind)
	case h.Data["ck_not_open_licence"] == "unmet":
		return errs.New(errs.Invalid, "power.open_licence")
	case len(h.unmet()) > 0:
		return errs.New(errs.Invalid, "error.lead_unmet."+kind)
	}
	return nil
}

// MayFile says why the lead may not become a case of a kind as it stands, nil where it may: a request is examined first, and a mediation needs the
// respondent's consent (Order 71 Art. 24; Order 81 Art. 66).
func (h *History) MayFile(kind string) *errs.Error {
	if kind != h.Kind && (Request(kind) || Request(h.Kind)) {
		return errs.New(errs.Invalid, "error.lead_kind", errs.Msg("kind."+kind))
	}
	if !Request(kind) {
		return nil
	}
	if err := h.examined(kind); err != nil {
		return err
	}
	if kind == casework.Dispute && h.Data["answer"] != "agreed" {
		return errs.New(errs.Invalid, "error.lead_no_consent")
	}
	return nil
}

// Grounds are the reasons for which the office may file no case as the lead stands on a day.
func (r *Register) Grounds(h *History, on calendar.Day) []Ground {
	var out []Ground
	for _, g := range grounds() {
		inForce := on >= g.from && (g.to.IsZero() || on <= g.to)
		if slices.Contains(g.kinds, h.Kind) && inForce && (g.book == "" || g.book == r.clocks.Book(on)) && covered(g.in, h.Jurisdiction) && (g.fact == "" || h.Data[g.fact] == g.is) {
			out = append(out, g)
		}
	}
	return out
}
