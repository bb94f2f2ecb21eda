package views

import (
	"bytes"
	"context"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/i18n"
	"huzhi/views/parts"
)

var missingCase = regexp.MustCompile(`>\s*((?:case|track|clock|repin|parts|rule|cases|act|due|desk|find|ledger|restrict|sheet|query|party|task|substance)\.[a-z_.]+)\s*<`)

func TestPagesOfCasesEscapeEverything(t *testing.T) {
	for _, lang := range i18n.Languages() {
		p := page(t, lang)
		full, step, restrict, ledger, desk, search := CaseView{Page: p}, StepView{Page: p}, RestrictView{Page: p}, LedgerView{Page: p}, DeskView{Page: p}, SearchView{Page: p}
		rule, one := RuleView{Page: p}, TaskView{Page: p}
		paper := DocumentView{Page: p, Paper: &document.Paper{}}
		var line CaseLine
		var matter Matter
		for _, v := range []any{&full, &step, &restrict, &ledger, &desk, &search, &rule, &one, &paper, &line, &matter} {
			stuff(reflect.ValueOf(v).Elem(), 0)
		}
		ledger.Ledger.Days[0].Day = calendar.Date(2026, 11, 20)
		rule.Ledger.Days[0].Day = calendar.Date(2026, 11, 20)
		form, bare := step, full
		form.Closed, form.Confirm.Cannot = false, nil
		bare.Listings, bare.Asks, bare.Banner = nil, nil, parts.Banner{Title: hostile}
		for name, c := range map[string]templ.Component{
			"case": Case(full), "case, bare": Case(bare), "step, closed": Step(step), "step": Step(form), "restrict": Restrict(restrict), "ledger": ClockLedger(ledger), "desk": Desk(desk),
			"search": Search(search), "nothing found": Search(SearchView{Page: p, Typed: hostile}), "document": Document(paper), "rule": Rule(rule), "proof": ProofActions(p.P, parts.Link{Label: hostile, Href: "javascript:alert(1)"}), "number": CaseNumber(p.P, line), "due": DueMatter(p.P, matter),
			"day": DayCell(hostile, hostile), "file": FileCell(hostile, hostile, hostile, hostile), "task": Task(one),
		} {
			var b bytes.Buffer
			if err := c.Render(context.Background(), &b); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			html := b.String()
			if strings.Contains(html, "<script>") || strings.Contains(html, "<img") || !strings.Contains(html, "&lt;script&gt;") {
				t.Errorf("%s (%s) does not escape", name, lang)
			}
			if m := missingCase.FindStringSubmatch(html); m != nil {
				t.Errorf("%s (%s): no sentence %s", name, lang, m[1])
			}
		}
	}
}
