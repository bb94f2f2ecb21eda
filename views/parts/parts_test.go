package parts

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

func printers(t *testing.T) []*i18n.Printer {
	t.Helper()
	cat, err := i18n.Load(os.DirFS("../../config/locale"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*i18n.Printer
	for _, l := range i18n.Languages() {
		all = append(all, cat.Printer(l))
	}
	return all
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(templ.WithChildren(context.Background(), templ.NopComponent), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fill puts text into every string of a struct, two elements into every list, a day, a time and a number into the rest.
func fill[T any](text string) T {
	var v T
	fillValue(reflect.ValueOf(&v).Elem(), text, 0)
	return v
}

func fillValue(v reflect.Value, text string, depth int) {
	if depth > 6 || !v.CanSet() {
		return
	}
	switch v.Type() {
	case reflect.TypeFor[calendar.Day]():
		v.Set(reflect.ValueOf(calendar.Date(2026, time.November, 22)))
		return
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 1, 2, 0, 0, time.UTC)))
		return
	case reflect.TypeFor[templ.Attributes]():
		v.Set(reflect.ValueOf(templ.Attributes{"data-x": text}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillValue(v.Index(i), text, depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), text, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), text, depth+1)
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[templ.Component]() {
			v.Set(reflect.ValueOf(StatusDot(Done, text)))
		}
	}
}

// everything is each component with each of its states, filled with one text.
func everything(p *i18n.Printer, s string) map[string]templ.Component {
	act, refused, post := fill[Action](s), fill[Action](s), fill[Action](s)
	act.Refused, act.Post, post.Refused = "", false, ""
	asks := fill[Asks](s)
	asks.Items[0].Done = false
	asks.Items[0].Action.Refused = ""
	stages := []Stage{{Label: s, State: StageDone}, {Label: s, State: StageNow, Note: s}, {Label: s}, {Label: s, State: StageSkipped}}
	event := fill[Event](s)
	event.Time = time.Time{}
	line := fill[Timeline](s)
	line.Events = append(line.Events, event)
	confirm := fill[Confirm](s)
	confirm.Cannot = nil
	ledger := Ledger{Sources: []Link{{Label: s, Href: s}}}
	for i, m := range []DayMark{DayStart, DayCounted, DaySkipped, DaySkipped, DaySuspended, DayCounted, DayDue, DayMark(s)} {
		ledger.Days = append(ledger.Days, LedgerDay{Day: calendar.Date(2026, time.September, 28).AddDays(i), Mark: m, N: i, Why: s})
	}
	table := fill[Table](s)
	for i := range table.Rows {
		table.Rows[i].Cells = append(table.Rows[i].Cells, LinkCell(s, s, s), NumCell(s), TextCell(s, s), BodyCell(Badge(Late, s)))
	}
	bars := fill[Bars](s)
	bars.TableOnly = false
	columns := bars
	columns.Columns = false
	all := map[string]templ.Component{
		"Button":        Button(act),
		"Button/no":     Button(refused),
		"Button/post":   Button(post),
		"Buttons":       Buttons(act, post),
		"TextLink":      TextLink(fill[Link](s)),
		"TextLink/bare": TextLink(Link{Label: s, Icon: "lock"}),
		"Badge":         Badge(Tone(s), s),
		"StatusDot":     StatusDot(Late, s),
		"Tabs":          Tabs(s, fill[[]Tab](s)),
		"Section":       Section(s, Badge(Late, s)),
		"Notice":        Notice(Soon, s, s, fill[Link](s)),
		"Empty":         Empty(fill[EmptyState](s)),
		"Confidential":  Confidential(p, s),
		"CaseBanner":    CaseBanner(p, fill[Banner](s)),
		"Menu":          Menu(s, []Action{act, refused, post}),
		"AsksNext":      AsksNext(p, asks),
		"AsksNext/none": AsksNext(p, Asks{}),
		"Progress":      Progress(p, stages),
		"Timeline":      TimelineView(p, line),
		"Timeline/none": TimelineView(p, Timeline{}),
		"Ledger":        LedgerView(p, ledger),
		"DescList":      DescList(p, append(fill[[]Desc](s), Desc{Label: s, Value: s, Href: s}, Desc{Label: s})),
		"DescColumn":    DescColumn(p, fill[[]Desc](s)),
		"FilterBar":     FilterBar(p, fill[Filters](s)),
		"ListBar":       ListBar(fill[ListHead](s)),
		"Table":         TableView(p, table),
		"Table/empty":   TableView(p, Table{Empty: &EmptyState{Title: s}}),
		"Pager":         PagerBar(p, fill[Pager](s)),
		"Pager/end":     PagerBar(p, Pager{Prev: "/x", Shown: 7, Total: s}),
		"Bulk":          BulkBar(p, fill[Bulk](s)),
		"Search":        SearchAnswers(p, fill[[]SearchGroup](s)),
		"Search/none":   SearchAnswers(p, nil),
		"Form":          FormFrame(p, fill[Form](s)),
		"ErrorSummary":  ErrorSummary(p, s, fill[[]Field](s)...),
		"Fieldset":      Fieldset(s, s),
		"Confirm":       ConfirmAct(p, confirm),
		"Confirm/not":   ConfirmAct(p, fill[Confirm](s)),
		"NumberCards":   NumberCards(fill[NumberCard](s), NumberCard{Label: s, Value: s}),
		"Bars":          BarChart(p, bars),
		"Bars/lying":    BarChart(p, columns),
		"TileMap":       TileMapView(fill[TileMap](s)),
		"Substance":     SubstanceView(p, fill[Substance](s)),
	}
	for _, k := range []string{Text, LongText, Select, Radio, Checkbox, Checks, Date, Money, File, Number, Phone, Email, Password, Search, HiddenIn, s} {
		f := fill[Field](s)
		f.Type = k
		all["Field/"+k] = FieldRow(p, f)
	}
	for _, st := range []ClockState{ClockRuns, ClockPaused, ClockMet, ClockMissed, ClockVoid, ClockState(s)} {
		for _, left := range []int{-2, -1, 0, 1, 3, 40} {
			for _, u := range []Unit{WorkDays, Days, Hours, Unit(s)} {
				c := fill[Clock](s)
				c.State, c.Left, c.Unit, c.Strict = st, left, u, c.Due.AddDays(-1)
				name := string(st) + "/" + string(u) + "/" + num(float64(left))
				all["ClockBadge/"+name], all["ClockCard/"+name], all["ClockLine/"+name] = ClockBadge(p, c), ClockCard(p, c), ClockLine(p, c)
			}
		}
	}
	return all
}

func TestHostileText(t *testing.T) {
	texts := []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`,
		`javascript:alert(1)`,
		`</textarea></option></svg></title><svg onload=alert(1)>`,
	}
	for _, p := range printers(t) {
		for _, text := range texts {
			for name, c := range everything(p, text) {
				out := render(t, c)
				checkClean(t, p.Lang()+" "+name, out)
				if !strings.Contains(html.UnescapeString(out), text) && !silent(name) {
					t.Errorf("%s %s: the text is not there", p.Lang(), name)
				}
			}
		}
	}
}

// silent are the components that print none of their caller's text.
func silent(name string) bool {
	return strings.HasPrefix(name, "ClockBadge/") || strings.HasPrefix(name, "ClockLine/") || strings.HasSuffix(name, "/none")
}

// checkClean parses what came out: nothing runs, nothing is styled inline, no sentence is missing.
func checkClean(t *testing.T, name, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && regexp.MustCompile(`^\s*parts\.[a-z.]+\s*$`).MatchString(n.Data) {
			t.Errorf("%s: no sentence for %q", name, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" || n.Data == "style" || n.Data == "img" || n.Data == "iframe" {
			t.Errorf("%s: <%s>", name, n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", strings.HasPrefix(a.Key, "hx-on"):
				t.Errorf("%s: <%s %s>", name, n.Data, a.Key)
			case (a.Key == "href" || a.Key == "action" || a.Key == "src" || a.Key == "formaction") && strings.HasPrefix(value, "javascript:"):
				t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
			case strings.HasPrefix(value, "parts."):
				t.Errorf("%s: no sentence for %q", name, a.Val)
			}
		}
	}
}

// The sources hold no inline style, script or handler: the content security policy would refuse it. No raw markup either.
func TestSourcesHoldNothingInline(t *testing.T) {
	bad := regexp.MustCompile(`(?i)(\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:|<style|<script\s*>)`)
	for _, dir := range []string{".", "../layout"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.templ"))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, n := range names {
			raw, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			if m := bad.Find(raw); m != nil {
				t.Errorf("%s: %q", n, m)
			}
			if bytes.Contains(raw, []byte("templ.Raw(")) {
				t.Errorf("%s: templ.Raw", n)
			}
		}
	}
}

func TestClockWords(t *testing.T) {
	ps := printers(t)
	for _, c := range []struct {
		clock  Clock
		tone   Tone
		zh, en string
	}{
		{Clock{State: ClockRuns, Unit: WorkDays, Left: 3}, Soon, "剩 3 个工作日", "3 working days left"},
		{Clock{State: ClockRuns, Unit: WorkDays, Left: 4}, Running, "剩 4 个工作日", "4 working days left"},
		{Clock{State: ClockRuns, Unit: WorkDays, Left: 1}, Soon, "剩 1 个工作日", "1 working day left"},
		{Clock{State: ClockRuns, Unit: Days, Left: -2}, Late, "超期 2 日", "2 days late"},
		{Clock{State: ClockRuns, Unit: Days, Left: 0}, Soon, "今日届满", "Due today"},
		{Clock{State: ClockRuns, Unit: Days, Left: 12, Soon: 15}, Soon, "剩 12 日", "12 days left"},
		{Clock{State: ClockRuns, Unit: Hours, Left: -1}, Late, "超期 1 小时", "1 hour late"},
		{Clock{State: ClockPaused, Left: -4}, Stopped, "已暂停", "Paused"},
		{Clock{State: ClockMet, Left: -4}, Done, "按期办结", "Done in time"},
		{Clock{State: ClockMissed}, Late, "逾期办结", "Done late"},
		{Clock{State: ClockVoid}, Stopped, "已终止", "Ended"},
		{Clock{Left: 9}, Running, "剩 9 日", "9 days left"},
	} {
		if got := c.clock.Tone(); got != c.tone {
			t.Errorf("%+v: tone %s, want %s", c.clock, got, c.tone)
		}
		for i, want := range []string{c.zh, c.en} {
			if got := c.clock.Words(ps[i]); got != want {
				t.Errorf("%+v: %q, want %q", c.clock, got, want)
			}
		}
	}
}

// Where only the day of an event is known, no hour is printed.
func TestNoInventedHour(t *testing.T) {
	p := printers(t)[0]
	out := render(t, TimelineView(p, Timeline{Events: []Event{{Day: calendar.Date(2026, time.September, 1), Title: "立案"}}}))
	if !strings.Contains(out, ">2026-09-01<") || strings.Contains(out, "00:00") {
		t.Error(out)
	}
}

func TestRefusedButtonSaysWhy(t *testing.T) {
	out := render(t, Button(Action{Label: "提交", Href: "/x", Post: true, Refused: "证据尚未齐备"}))
	if !strings.Contains(out, "disabled") || !strings.Contains(out, "证据尚未齐备") || strings.Contains(out, "/x") {
		t.Error(out)
	}
}

func TestFieldSpeaksToScreenReaders(t *testing.T) {
	p := printers(t)[0]
	out := render(t, FieldRow(p, Field{Name: "due", Label: "日期", Hint: "提示", Error: "晚于今日", Type: Date, Value: "2026-12-30", Required: true}))
	for _, want := range []string{`for="f-due"`, `id="f-due"`, `aria-describedby="f-due-error f-due-hint"`, `id="f-due-error"`, `id="f-due-hint"`, `aria-invalid="true"`, ` required`, `type="date"`, `value="2026-12-30"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	if out := render(t, FieldRow(p, Field{Name: "pw", Label: "口令", Type: Password, Value: "secret"})); strings.Contains(out, "secret") {
		t.Error("a password is printed back")
	}
	sum := render(t, ErrorSummary(p, "", Field{Name: "kind", Type: Radio, Error: "必选", Options: []Option{{Value: "a"}}}))
	if !strings.Contains(sum, `href="#f-kind-1"`) {
		t.Error(sum)
	}
	if render(t, ErrorSummary(p, "", Field{Name: "a"})) != "" {
		t.Error("an error summary without errors")
	}
}

func TestLedgerEndsWithTheCalendar(t *testing.T) {
	l := Ledger{Days: []LedgerDay{{Day: calendar.Date(9999, time.December, 20)}, {Day: calendar.MaxDay}}}
	if months := l.months(); len(months) != 1 || len(months[0].weeks) != 5 {
		t.Errorf("%+v", months)
	}
}

func TestLedgerPages(t *testing.T) {
	var l Ledger
	for d := calendar.Date(2026, time.January, 30); d <= calendar.Date(2026, time.March, 2); d = d.AddDays(1) {
		l.Days = append(l.Days, LedgerDay{Day: d, Mark: DaySkipped, Why: "春节"})
	}
	months := l.months()
	if len(months) != 3 || len(months[1].weeks) != 5 {
		t.Fatalf("%d pages", len(months))
	}
	// 1 February 2026 is a Sunday, the last column of a week that begins on Monday.
	if e := months[1].weeks[0][6]; e == nil || e.number() != "1" {
		t.Errorf("%+v", months[1].weeks[0])
	}
	if s := l.special(); len(s) != 1 || s[0].last != calendar.Date(2026, time.March, 2) {
		t.Errorf("%d lines for one run of days off", len(s))
	}
}

func TestScale(t *testing.T) {
	for most, want := range map[int64]float64{0: 5, 5: 5, 7: 10, 48: 50, 51: 100, 212: 250, 1001: 2000, 2400: 2500} {
		b := Bars{Series: []Series{{Values: []int64{most}}}}
		if got := b.top(); got != want {
			t.Errorf("top(%d) = %v, want %v", most, got, want)
		}
		ticks := b.ticks()
		if ticks[0] != 0 || ticks[len(ticks)-1] != want {
			t.Errorf("ticks(%d) = %v", most, ticks)
		}
	}
	if got := sparkline([]float64{1, math.NaN()}); got != "" {
		t.Errorf("sparkline = %q", got)
	}
	if got := sparkline([]float64{2, 2, 2}); got != "M0 14L50 14L100 14" {
		t.Errorf("sparkline = %q", got)
	}
	if pct(math.NaN()) != "0%" || pct(7) != "100%" || pct(-1) != "0%" || pct(0.375) != "37.5%" {
		t.Error("pct")
	}
}

func TestIcons(t *testing.T) {
	for _, n := range []string{"home", "folder", "clock", "alert-triangle", "point", "gavel"} {
		if !HasIcon(n) {
			t.Errorf("no icon %s", n)
		}
	}
	if HasIcon("no-such-icon") {
		t.Error("an icon that is not there")
	}
	// Every icon a component names is shipped.
	names, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(names, "../layout/layout.templ") {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`Icon\("([a-z0-9-]+)"\)|Icon: "([a-z0-9-]+)"`).FindAllStringSubmatch(string(raw), -1) {
			if n := m[1] + m[2]; !HasIcon(n) {
				t.Errorf("%s: no icon %s", f, n)
			}
		}
	}
}

func BenchmarkTable(b *testing.B) {
	cat, err := i18n.Load(os.DirFS("../../config/locale"))
	if err != nil {
		b.Fatal(err)
	}
	p := cat.Printer(i18n.Chinese)
	t := Table{Columns: []Column{{Label: "案号"}, {Label: "当事人"}, {Label: "县区"}, {Label: "阶段"}, {Label: "法定期限"}, {Label: "罚没款", Num: true}}}
	c := Clock{State: ClockRuns, Unit: WorkDays, Left: 3, Due: calendar.Date(2026, time.December, 1)}
	for range 50 {
		t.Rows = append(t.Rows, Row{Cells: []Cell{LinkCell("湖知法处字〔2026〕117号", "/case/1", "立案 2026-09-01"), TextCell("湖州昇禾环保科技有限公司", "涉嫌假冒专利"), TextCell("安吉县", ""), BodyCell(StatusDot(Running, "调查取证")), BodyCell(ClockLine(p, c)), NumCell("12,002.00")}})
	}
	var w bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		w.Reset()
		if err := TableView(p, t).Render(context.Background(), &w); err != nil {
			b.Fatal(err)
		}
	}
}
