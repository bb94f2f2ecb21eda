package report

import (
	"slices"
	"strconv"

	"huzhi/internal/i18n"
)

// Values are all that a report can say in figures, each under its key: what a draft names by {key}.
func (a *Annual) Values(p *i18n.Printer) []Span {
	const cases, plainly = "report.n.cases", "report.n.plain"
	var out []Span
	count := func(key, unit string, f Figure) {
		out = append(out, Span{Text: FigureText(p, unit, f), Href: f.Href, Figure: true, Key: key})
	}
	words := func(key, text string) { out = append(out, Span{Text: text, Key: key}) }
	c, l, h, x := a.Cases, a.Listings, a.Hotline, a.Closing
	words("when", a.when(p))
	words("until", dayText(p, a.Until))
	count("total", cases, c.Total)
	words("growth", c.Growth.Size(p))
	count("previous", cases, c.Previous)
	count("counterfeit", "report.n.counterfeit", c.Counterfeit)
	count("infringement", "report.n.infringement", c.Infringement)
	count("dispute", "report.n.dispute", c.Dispute)
	count("ecommerce", "report.n.ecommerce", c.Ecommerce)
	for i, place := range a.Table.Places {
		count("place."+place, cases, a.Table.Total.Cells[i])
	}
	count("listings", "report.n.listings", l.Total)
	count("listings.infringing", plainly, l.Infringing)
	count("listings.counterfeit", plainly, l.Counterfeit)
	count("listings.removed", plainly, l.Removed)
	count("listings.restored", plainly, l.Restored)
	words("centres", a.names(p, a.Aid.Centres))
	words("lines", a.names(p, a.Aid.Hotlines))
	words("lines.count", p.N("report.n.counties", len(a.Aid.Hotlines)))
	count("consultations", "report.n.consultations", h.Consultations)
	words("consultations.over", overHundreds(p, h.Consultations.N))
	count("complaints", "report.n.complaints", h.Infringement)
	count("closed", cases, x.Closed)
	words("in_time.of", p.N(cases, int(x.InTime.N+x.OverTime.N)))
	count("in_time", plainly, x.InTime)
	words("in_time.share", x.InTimeShare.Text(p))
	count("over_time", plainly, x.OverTime)
	count("pending", cases, x.PendingAtEnd)
	count("fines", Yuan, a.Money.Fines)
	count("confiscated", Yuan, a.Money.Confiscated)
	for _, s := range a.Standings {
		out = append(out, Span{Text: strconv.FormatInt(s.Rank, 10), Href: StandingsPath, Key: "standing." + s.ID}, Span{Text: strconv.FormatInt(s.Of, 10), Key: "standing." + s.ID + ".of"})
	}
	return out
}

// at is the value of a key.
func (a *Annual) at(p *i18n.Printer, key string) Span {
	all := a.Values(p)
	i := slices.IndexFunc(all, func(s Span) bool { return s.Key == key })
	if i < 0 {
		return Span{Text: "–"}
	}
	return all[i]
}
