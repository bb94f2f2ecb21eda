package views

import (
	"bytes"
	"context"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"huzhi/config"
	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// hostile is text that would do harm if it were not escaped.
const hostile = `</textarea></title><script>alert(1)</script>"'><img src=x onerror=alert(1)>`

// stuff puts hostile text into every string of a value, one element into every list, and something behind every pointer.
func stuff(v reflect.Value, depth int) {
	if depth > 7 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		stuff(v.Index(0), depth+1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		stuff(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Type != reflect.TypeFor[layout.Page]() {
				stuff(v.Field(i), depth+1)
			}
		}
	}
}

func page(t *testing.T, lang string) layout.Page {
	t.Helper()
	c, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	return layout.Page{P: c.Printer(lang), Assets: func(name string) string { return "/static/" + name }, Title: hostile, Lead: hostile, Path: "/"}
}

// missing is a sentence that is not in the catalogue: its key is printed.
var missing = regexp.MustCompile(`>\s*((?:call|lead|filing|listing|intake|parts|users|account|code|factor|signin)\.[a-z_.]+)\s*<`)

func TestPagesOfIntakeEscapeEverything(t *testing.T) {
	for _, lang := range i18n.Languages() {
		fill := func(v any) { stuff(reflect.ValueOf(v).Elem(), 0) }
		p := page(t, lang)
		records, entry := RecordsView{Page: p}, EntryView{Page: p}
		form, call, lead, filing, listing := CallFormView{Page: p}, CallView{Page: p}, LeadView{Page: p}, FilingView{Page: p}, ListingView{Page: p}
		users, person, account := UsersView{Page: p}, PersonView{Page: p}, AccountView{Page: p}
		code, duty, once := CodeView{Page: p}, DutyView{Page: p}, OnceView{Page: p}
		in := p // signed in: the same pages in the frame
		in.User = &layout.User{Name: hostile}
		dutyIn, onceIn := DutyView{Page: in}, OnceView{Page: in}
		days, propose, notice := CalendarView{Page: p}, NoticeFormView{Page: p}, NoticeView{Page: p}
		for _, v := range []any{&records, &entry, &form, &call, &lead, &filing, &listing, &days, &propose, &notice, &users, &person, &account, &code, &duty, &once, &dutyIn, &onceIn} {
			fill(v)
		}
		var calls []CallLine
		var leads []LeadLine
		var listings []ListingLine
		var starts []FilingClocks
		for _, v := range []any{&calls, &leads, &listings, &starts} {
			fill(v)
		}
		table := func(x parts.Table) templ.Component { return parts.TableView(p.P, x) }
		for name, c := range map[string]templ.Component{
			"list": Records(records), "entry": Entry(entry), "call form": CallForm(form), "call": Call(call), "lead": Lead(lead), "filing": Filing(filing), "listing": Listing(listing),
			"calendar": Calendar(days), "notice form": NoticeForm(propose), "notice": Notice(notice), "move": MoveCell(p.P, hostile, hostile, hostile, hostile, hostile),
			"people": Users(users), "person": OnePerson(person), "account": Account(account), "code": SignInCode(code), "duty": Duty(duty), "once": Once(once), "duty in the frame": Duty(dutyIn), "once in the frame": Once(onceIn),
			"calls": table(CallTable(p.P, hostile, calls, false)), "brief calls": table(CallTable(p.P, hostile, calls, true)), "leads": table(LeadTable(p.P, hostile, leads)),
			"listings": table(ListingTable(p.P, hostile, listings, "listing", "form")), "starts": FilingStarts(p.P, starts), "outside": OutsideLink("javascript:alert(1)", hostile),
		} {
			var b bytes.Buffer
			if err := c.Render(context.Background(), &b); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			html := b.String()
			if strings.Contains(html, "<script>") || strings.Contains(html, "<img") || strings.Contains(html, `href="javascript:`) || !strings.Contains(html, "&lt;script&gt;") {
				t.Errorf("%s (%s) does not escape", name, lang)
			}
			if m := missing.FindStringSubmatch(html); m != nil {
				t.Errorf("%s (%s): no sentence %s", name, lang, m[1])
			}
		}
	}
}
