package app

import (
	"slices"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/casework"
	"huzhi/internal/i18n"
	"huzhi/internal/listing"
)

// TestSideProceduresCiteTheLawOfTheirKind: what several kinds share names the article of the kind that it runs in, and of the law that the case goes by.
func TestSideProceduresCiteTheLawOfTheirKind(t *testing.T) {
	cat, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	shared := []string{"extension", "suspension", "recusal", "assistance", "appraisal"}
	zh, en := cat.Printer(i18n.Chinese), cat.Printer(i18n.English)
	cite := func(p *i18n.Printer, kind, law string, s *casework.Step) string {
		for _, key := range s.Cites(kind, law) {
			if p.Has(key) {
				return p.T(key)
			}
		}
		return ""
	}
	penalty, old, current := []string{"Penalty Law", "Market-Regulation", "行政处罚"}, []string{"Order 71", "专利行政执法办法"}, []string{"Order 81", "专利纠纷行政裁决和调解办法"}
	found := 0
	for _, p := range procedures(config.Office{AidDays: listing.AidDays}) {
		for _, law := range casework.Laws(p.Kind) {
			not := map[string][]string{
				casework.Counterfeit:  current,
				casework.Infringement: slices.Concat(penalty, map[string][]string{casework.LawOrder71: current, casework.LawOrder81: old}[law]),
				casework.Dispute:      penalty,
				casework.Ecommerce:    slices.Concat(penalty, current),
				casework.Opinion:      slices.Concat(penalty, old),
			}[p.Kind]
			for i := range p.Steps {
				s := &p.Steps[i]
				if !slices.Contains(shared, s.Track) || s.Name == "refuse_appraisal" { // which Order 81 alone knows
					continue
				}
				found++
				for _, say := range []*i18n.Printer{zh, en} {
					text := cite(say, p.Kind, law, s)
					if text == "" || slices.ContainsFunc(not, func(x string) bool { return strings.Contains(text, x) }) {
						t.Errorf("%s by %s, %s rests on %q", p.Kind, law, s.Name, text)
					}
				}
			}
		}
		for _, x := range []struct{ kind, law, step, want string }{
			{casework.Dispute, casework.LawOrder81, "ask_extension", "Order 81 Art. 70(3)"},
			{casework.Dispute, casework.LawOrder71, "challenge", "Order 71 Art. 7"},
			{casework.Dispute, casework.LawOrder81, "challenge", "Order 81 Art. 5"},
			{casework.Opinion, casework.LawOrder81, "recuse", "Order 81 Art. 5"},
			{casework.Ecommerce, casework.LawOrder81, "keep_member", "Order 71 Art. 7"},
			{casework.Ecommerce, casework.LawOrder81, "ask_assistance", "Order 71 Art. 41"},
			{casework.Counterfeit, "patent", "ask_extension", "Order 71 Art. 36(1)"},
			{casework.Counterfeit, "samr", "ask_extension", "Market-Regulation Penalty Procedure Art. 64(1)"},
			{casework.Counterfeit, "samr", "ask_suspension", "Market-Regulation Penalty Procedure Art. 46"},
			{casework.Counterfeit, "samr", "challenge", "Penalty Law Art. 43; Market-Regulation Penalty Procedure Art. 4"},
			{casework.Counterfeit, "patent", "challenge", "Penalty Law Art. 43; Order 71 Art. 7"},
			{casework.Infringement, casework.LawOrder81, "approve_extension_above", "Order 81 Art. 37(1)"},
			{casework.Infringement, casework.LawOrder71, "commission", "Order 71 Art. 21(2)"},
		} {
			if x.kind == p.Kind && cite(en, x.kind, x.law, p.Step(x.step)) != x.want {
				t.Errorf("%s by %s, %s: %q, want %q", x.kind, x.law, x.step, cite(en, x.kind, x.law, p.Step(x.step)), x.want)
			}
		}
	}
	if found < 90 {
		t.Errorf("only %d were looked at", found)
	}
}
