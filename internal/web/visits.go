package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/views"
	"huzhi/views/parts"
)

// visitTone is the colour of a visit's state.
func visitTone(state string) parts.Tone {
	switch state {
	case inspection.Planned:
		return parts.Soon
	case inspection.Open:
		return parts.Running
	case inspection.Finished:
		return parts.Done
	}
	return parts.Stopped
}

// resultTone is the colour of what a mark is.
func resultTone(result string) parts.Tone {
	switch patent.Verdict(result) {
	case patent.Suspect:
		return parts.Late
	case patent.Defect:
		return parts.Soon
	case patent.Check:
		return parts.Running
	case patent.OK:
		return parts.Done
	}
	return parts.Plain
}

// visits lists the inspections.
func (s *Server) visits(c *ctx) error {
	states := append(inspection.States(), "rival", "review")
	q := c.ask(asked{choices: map[string][]string{"state": states, "kind": inspection.Kinds()}, spans: [][2]string{{"from", "to"}}})
	f := inspection.ParseFilter(q.values) // what is wrong in it is noted already
	v := views.RecordsView{Page: c.page(c.p.T("nav.visits")), Filters: s.visitFilters(c, f, q)}
	v.Page.Lead = c.p.T("visit.lead")
	v.Page.Actions = parts.Buttons(s.visitActions(c)...)
	if q.invalid() {
		return c.showMisread(v, q)
	}
	at := pageOf(q)
	rows, more, err := s.Rounds.List(c.ctx(), c.by, f, at)
	if err != nil {
		return err
	}
	total, err := s.Rounds.Count(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: c.p.N("visit.count", int(total)), Tabs: c.tabs("/visits", f.Values(), "state", "visit.state", states)}
	v.Table = s.visitTable(c, rows)
	v.Table.Empty = &parts.EmptyState{Icon: "map-pin", Title: c.p.T("visit.none"), Text: c.p.T("visit.none.text")}
	v.Pager = pager(c.p, "/visits", f.Values(), at, rows, more, total)
	return c.show(http.StatusOK, views.Records(v))
}

func (s *Server) visitActions(c *ctx) (out []parts.Action) {
	if s.Guard.CanAnywhere(c.by, "visit.work") {
		out = append(out, parts.Action{Label: c.p.T("visit.field"), Href: "/field", Icon: "device-mobile", Look: "primary"}, parts.Action{Label: c.p.T("visit.new"), Href: "/visits/new", Icon: "writing"})
	}
	if s.Guard.CanAnywhere(c.by, "visit.plan") {
		out = append(out, parts.Action{Label: c.p.T("visit.plan"), Href: "/visits/plan", Icon: "calendar-plus"})
	}
	return append(out, parts.Action{Label: c.p.T("visit.board"), Href: "/visits/board", Icon: "map-2"})
}

func (s *Server) visitFilters(c *ctx, f inspection.Filter, q *form) parts.Filters {
	p := c.p
	fs := parts.Filters{
		Action: "/visits", Clear: "/visits",
		Fields: q.fill(p,
			parts.Field{Name: "q", Label: p.T("intake.text"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "kind", Label: p.T("visit.kind"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("visit.kind", inspection.Kinds())},
			parts.Field{Name: "place", Label: p.T("visit.county"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.areas()},
		),
		More: q.fill(p,
			parts.Field{Name: "office", Label: p.T("visit.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("visit.view")},
			parts.Field{Name: "from", Label: p.T("visit.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		),
	}
	if f.State != "" {
		fs.Hidden = []parts.Hidden{{Name: "state", Value: f.State}}
	}
	fs.Chips = chipsOf("/visits", f.Values(),
		chip{"kind", p.T("visit.kind"), p.T("visit.kind." + f.Kind)}, chip{"place", p.T("visit.county"), c.place(f.Place)}, chip{"office", p.T("visit.office"), c.place(f.Office)},
		chip{"from", p.T("visit.from"), p.Day(f.From)}, chip{"to", p.T("intake.to"), p.Day(f.To)}, chip{"q", p.T("intake.text"), f.Text})
	return fs
}

func (s *Server) visitTable(c *ctx, rows []inspection.Visit) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("nav.visits"), Columns: []parts.Column{{Label: p.T("visit.name")}, {Label: p.T("visit.kind")}, {Label: p.T("visit.county"), Slim: true},
		{Label: p.T("visit.found")}, {Label: p.T("visit.state"), Slim: true}}}
	for _, v := range rows {
		row := parts.Row{Cells: []parts.Cell{parts.LinkCell(v.Name, "/visits/"+v.ID, p.Day(v.VisitOn)), parts.TextCell(p.T("visit.kind."+v.Kind), v.Address), parts.TextCell(c.place(v.Place), c.confidential(v.Restricted)),
			parts.TextCell(s.visitFound(c, &v), ""), parts.BodyCell(parts.StatusDot(visitTone(v.State), p.T("visit.state."+v.State)))}}
		switch {
		case v.Rivals > 0:
			row.Tone = parts.Late
			row.Cells[4] = parts.BodyCell(parts.StatusDot(parts.Late, p.T("visit.state.rival")))
		case v.Suspects > 0:
			row.Tone = parts.Soon
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// visitFound says what a visit found: shops, findings, how many suspects.
func (s *Server) visitFound(c *ctx, v *inspection.Visit) string {
	if v.Version == 0 {
		return "–"
	}
	if v.Suspects > 0 {
		return c.p.T("visit.found.suspects", v.Parties, v.Findings, v.Suspects)
	}
	return c.p.T("visit.found.some", v.Parties, v.Findings)
}

// mapOrder is where the counties stand on the schematic map, by rows from the north-west: Changxing, Wuxing, Nanxun; Anji, Deqing.
func mapOrder() []string { return []string{"330522", "330502", "330503", "330523", "330521"} }

// visitBoard is the day's inspections, with a schematic map by county.
func (s *Server) visitBoard(c *ctx) error {
	q := c.ask(asked{days: []string{"on"}})
	if q.invalid() {
		return c.to("/visits/board")
	}
	today := s.today()
	on := q.day("on")
	if on.IsZero() {
		on = today
	}
	rows, err := s.Rounds.Day(c.ctx(), c.by, on)
	if err != nil {
		return err
	}
	v := views.VisitBoardView{Page: c.page(c.p.T("visit.board")), Table: s.visitTable(c, rows), Map: parts.TileMap{Title: c.p.T("visit.board.map"), Less: c.p.T("desk.less"), More: c.p.T("desk.more.tiles")}}
	v.Page.Crumbs = c.crumb("visits", "/visits")
	v.Page.Lead = c.p.T("visit.board.lead", on)
	v.Table.Empty = &parts.EmptyState{Icon: "map-pin", Title: c.p.T("visit.board.none"), Text: c.p.T("visit.board.none.text")}
	for _, d := range []calendar.Day{on.AddDays(-1), on, on.AddDays(1)} {
		label := c.p.Day(d)
		if d == today {
			label = c.p.T("visit.board.today", d)
		}
		v.Days = append(v.Days, parts.Tab{Label: label, Href: "/visits/board?on=" + d.String(), Active: d == on})
	}
	if on != today && on.AddDays(1) != today && on.AddDays(-1) != today {
		v.Days = append(v.Days, parts.Tab{Label: c.p.T("visit.board.today", today), Href: "/visits/board"})
	}
	count, suspects := map[string]int64{}, map[string]int64{}
	var all, done, found, most int64
	for _, x := range rows {
		count[x.Place]++
		suspects[x.Place] += x.Suspects
		found += x.Suspects
		all++
		if x.State == inspection.Finished {
			done++
		}
		most = max(most, count[x.Place])
	}
	day := inspection.Filter{From: on, To: on}
	v.Cards = []parts.NumberCard{
		{Label: c.p.T("visit.board.all"), Value: c.p.Count(all), Tone: parts.Running, Icon: "map-pin", Href: address("/visits", day.Values())},
		{Label: c.p.T("visit.board.done"), Value: c.p.Count(done), Tone: parts.Done, Icon: "circle-check", Href: address("/visits", day.Values(), "state", inspection.Finished)},
		{Label: c.p.T("visit.board.suspects"), Value: c.p.Count(found), Tone: parts.Late, Icon: "alert-triangle"},
	}
	for _, r := range s.boardPlaces(c) {
		v.Map.Tiles = append(v.Map.Tiles, parts.Tile{Label: c.place(r), Value: c.p.Count(count[r]), Share: float64(count[r]) / float64(max(most, 1)),
			Href: address("/visits", inspection.Filter{From: on, To: on, Place: r}.Values()), Note: c.p.T("visit.board.tile", suspects[r])})
	}
	return c.show(http.StatusOK, views.VisitBoard(v))
}

// boardPlaces are the counties that the person may see, as they stand on the map; any others after them.
func (s *Server) boardPlaces(c *ctx) []string {
	var out []string
	for _, r := range s.Guard.Places(c.by, "visit.view") {
		if r.IsCounty() {
			out = append(out, r.Code)
		}
	}
	order := mapOrder()
	at := func(code string) int {
		if i := slices.Index(order, code); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(out, func(a, b string) int { return at(a) - at(b) })
	return out
}

// whoGoes asks for the officers of a visit: those with a certificate that is valid can be ticked.
func (s *Server) whoGoes(c *ctx, jurisdiction string) (parts.Field, error) {
	people, err := s.Rounds.Colleagues(c.ctx(), c.by, jurisdiction, s.today())
	f := parts.Field{Name: "officers", Label: c.p.T("visit.officers"), Hint: c.p.T("visit.officers.hint"), Type: parts.Checks, Required: true}
	for _, x := range people {
		o := parts.Option{Value: x.ID, Label: x.Name, Hint: c.p.T("visit.certificate", x.CertificateNo, x.Until)}
		if !x.Valid {
			o.Disabled, o.Hint = true, c.p.T("visit.certificate.bad")
		}
		f.Options = append(f.Options, o)
	}
	return f, err
}

// visitPlan asks for a visit to be made.
func (s *Server) visitPlan(c *ctx) error {
	home := c.homeFor("visit.plan")
	return s.planForm(c, http.StatusOK, blank(map[string]string{"jurisdiction": home, "place": home, "visit_on": s.today().String(), "kind": "market"}))
}

func (s *Server) visitPlanAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	plan := inspection.Plan{ID: f.text("id"), Jurisdiction: f.text("jurisdiction"), Place: f.text("place"), Kind: f.text("kind"), Name: f.text("name"), Address: f.text("address"),
		Note: f.text("note"), On: f.day("visit_on"), Officers: f.all("officers")}
	var v *inspection.Visit
	if err = f.err(); err == nil {
		v, err = s.Rounds.Plan(c.ctx(), c.by, plan)
	}
	if code, again := c.again(f, err); again {
		return s.planForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/visits/"+v.ID, "flash.visit.planned", v.Name)
}

func (s *Server) planForm(c *ctx, code int, f *form) error {
	v := views.EntryView{Page: c.page(c.p.T("visit.plan")), Hint: c.p.T("visit.plan.hint")}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("visits", "/visits"), f.invalid()
	who, err := s.whoGoes(c, c.homeFor("visit.plan"))
	if err != nil {
		return err
	}
	v.Groups = []views.FieldGroup{
		{Title: c.p.T("visit.where"), Fields: f.fill(c.p, append(s.whereFields(c, "visit.plan"), half(parts.Field{Name: "visit_on", Label: c.p.T("visit.on"), Type: parts.Date, Required: true}))...)},
		{Title: c.p.T("visit.who"), Fields: f.fill(c.p, who)},
		{Title: c.p.T("visit.what"), Fields: f.fill(c.p, parts.Field{Name: "note", Label: c.p.T("visit.plan.note"), Type: parts.LongText, Max: 5000})},
	}
	v.Form = parts.Form{Action: "/visits/plan", Hidden: []parts.Hidden{c.newID(f, "id")}, Draft: "visit-plan", Submit: c.p.T("visit.plan.save"), Cancel: &parts.Link{Label: c.p.T("intake.cancel"), Href: "/visits"}}
	v.Error = f.general(c.p, fieldsOf(v.Groups)...)
	return c.show(code, views.Entry(v))
}

func fieldsOf(groups []views.FieldGroup) (out []parts.Field) {
	for _, g := range groups {
		out = append(out, g.Fields...)
	}
	return out
}

func (s *Server) whereFields(c *ctx, action string) []parts.Field {
	p := c.p
	return []parts.Field{
		half(parts.Field{Name: "name", Label: p.T("visit.name"), Max: 200, Required: true}),
		half(parts.Field{Name: "kind", Label: p.T("visit.kind"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("visit.kind", inspection.Kinds())}),
		{Name: "address", Label: p.T("visit.address"), Max: 300},
		half(c.officeField(action, p.T("visit.office"))),
		half(parts.Field{Name: "place", Label: p.T("visit.county"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas()}),
	}
}

// visitNew asks for an inspection that was written down on paper; ?plan= is the planned one that it was.
func (s *Server) visitNew(c *ctx) error {
	home := c.homeFor("visit.work")
	f := blank(map[string]string{"jurisdiction": home, "place": home, "began_on": s.today().String(), "kind": "market"})
	if id := c.QueryParam("plan"); id != "" {
		file, err := s.Rounds.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		for k, v := range map[string]string{"id": file.ID, "jurisdiction": file.Jurisdiction, "place": file.Place, "began_on": file.VisitOn.String(), "kind": file.Kind, "name": file.Name, "address": file.Address} {
			f.values.Set(k, v)
		}
		for _, o := range file.Officers {
			f.values.Add("officers", o.UserID)
		}
	}
	return s.visitForm(c, http.StatusOK, f)
}

// clockTime is a day and a time as they were typed.
func (f *form) clockTime(day, at string) time.Time {
	d := f.day(day)
	text := f.text(at)
	if d.IsZero() || text == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", d.String()+" "+text, calendar.Zone())
	if err != nil {
		f.faults.Add(at, "error.day")
	}
	return t
}

// visitAdd takes the head of an inspection typed in from paper; shops, findings and the rest follow on its page.
func (s *Server) visitAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	rec := inspection.Record{Jurisdiction: f.text("jurisdiction"), Place: f.text("place"), Kind: f.text("kind"), Name: f.text("name"), Address: f.text("address"),
		Officers: f.all("officers"), Shown: f.yes("shown"), BeganAt: f.clockTime("began_on", "began_at"), EndedAt: f.clockTime("began_on", "ended_at"), Note: f.text("note"), Paper: true}
	id := f.text("id")
	if err = f.err(); err == nil {
		_, err = s.Rounds.Receive(c.ctx(), c.by, id, inspection.Arrival{Record: rec, Source: inspection.Desk})
	}
	if code, again := c.again(f, err); again {
		return s.visitForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/visits/"+id, "flash.visit.added", rec.Name)
}

func (s *Server) visitForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("visit.new")), Hint: p.T("visit.new.hint")}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("visits", "/visits"), f.invalid()
	who, err := s.whoGoes(c, c.homeFor("visit.work"))
	if err != nil {
		return err
	}
	third := func(x parts.Field) parts.Field { x.Half = true; x.Required = x.Name != "ended_at"; return x }
	v.Groups = []views.FieldGroup{
		{Title: p.T("visit.who"), Fields: f.fill(p, who, parts.Field{Name: "shown", Label: p.T("visit.shown"), Type: parts.Checkbox, Hint: p.T("visit.shown.hint")})},
		{Title: p.T("visit.where"), Fields: f.fill(p, append(s.whereFields(c, "visit.work"), third(parts.Field{Name: "began_on", Label: p.T("visit.on"), Type: parts.Date}),
			third(parts.Field{Name: "began_at", Label: p.T("visit.began"), Type: parts.Time}), third(parts.Field{Name: "ended_at", Label: p.T("visit.ended"), Type: parts.Time}))...)},
		{Title: p.T("visit.what"), Fields: f.fill(p, parts.Field{Name: "note", Label: p.T("visit.note"), Type: parts.LongText, Max: 5000})},
	}
	v.Form = parts.Form{Action: "/visits", Hidden: []parts.Hidden{c.newID(f, "id")}, Draft: "visit", Submit: p.T("visit.new.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/visits"}}
	v.Error = f.general(p, fieldsOf(v.Groups)...)
	return c.show(code, views.Entry(v))
}

// span is when a visit was, by the device.
func (c *ctx) span(v *inspection.Visit) string {
	if v.BeganAt == nil {
		return c.p.Day(v.VisitOn)
	}
	out := c.p.Time(*v.BeganAt)
	if v.EndedAt != nil {
		out += " – " + strings.TrimPrefix(c.p.Time(*v.EndedAt), c.p.Day(v.VisitOn)+" ")
	}
	return out
}

// skew says how far a device's clock was off, "" where it does not matter.
func (c *ctx) skew(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d > 2*time.Minute:
		return c.p.T("visit.skew.ahead", fmt.Sprint(int(d.Minutes())))
	case d < -2*time.Minute:
		return c.p.T("visit.skew.behind", fmt.Sprint(int(-d.Minutes())))
	}
	return ""
}
