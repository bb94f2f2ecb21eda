package views

import (
	"bytes"
	"context"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"huzhi/internal/i18n"
	"huzhi/views/parts"
)

var missingAssign = regexp.MustCompile(`>\s*((?:assign|reassign|link|case|cases|parts)\.[a-z_.]+)\s*<`)

func TestPagesOfPeopleAndLinksEscapeEverything(t *testing.T) {
	for _, lang := range i18n.Languages() {
		p := page(t, lang)
		assign, confirm, many := AssignView{Page: p}, ConfirmView{Page: p}, ReassignedView{Page: p}
		for _, v := range []any{&assign, &confirm, &many} {
			stuff(reflect.ValueOf(v).Elem(), 0)
		}
		asked, bare, whole := confirm, ConfirmView{Page: p}, many
		asked.Confirm.Cannot = nil
		bare.Confirm.Title, bare.Confirm.Form.Cancel = hostile, &parts.Link{Label: hostile, Href: "javascript:alert(1)"}
		whole.Continue = nil
		for name, c := range map[string]templ.Component{
			"assign": Assign(assign), "confirm": Confirmed(asked), "cannot": Confirmed(confirm), "bare": Confirmed(bare), "many": Reassigned(many), "all done": Reassigned(whole),
			"outcome": OutcomeCell(parts.Late, hostile, []string{hostile}), "tools": assignTools(&parts.Action{Label: hostile, Href: "javascript:alert(1)"}),
		} {
			var b bytes.Buffer
			if err := c.Render(context.Background(), &b); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			html := b.String()
			if strings.Contains(html, "<script>") || strings.Contains(html, "<img") || strings.Contains(html, `href="javascript:`) || !strings.Contains(html, "&lt;script&gt;") {
				t.Errorf("%s (%s) does not escape", name, lang)
			}
			if m := missingAssign.FindStringSubmatch(html); m != nil {
				t.Errorf("%s (%s): no sentence %s", name, lang, m[1])
			}
		}
	}
}
