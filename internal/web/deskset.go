package web

import (
	"net/http"
	"net/url"
	"strconv"

	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/views"
	"huzhi/views/parts"
)

// figureDays is how many days the figures are of where no period is asked for: rates of a day say little.
const figureDays = 30

// deskFigures is how the desk stands in a period, for who supervises it.
func (s *Server) deskFigures(c *ctx) error {
	p := c.p
	q := c.ask(asked{spans: [][2]string{{"from", "to"}}})
	f := hotline.Filter{From: q.day("from"), To: q.day("to"), Office: q.text("office")}
	if f.From.IsZero() && f.To.IsZero() { // the day's own figures stand over the list of calls
		f.From, f.To = s.today().AddDays(-figureDays+1), s.today()
		q.values.Set("from", f.From.String())
		q.values.Set("to", f.To.String())
	}
	v := views.RoomView{Page: c.page(p.T("line.figures"))}
	v.Page.Lead, v.Page.Crumbs = p.T("line.figures.lead", p.Day(f.From), p.Day(f.To)), c.crumb("hotline", "/hotline")
	v.Filters = &parts.Filters{Action: "/hotline/figures", Clear: "/hotline/figures", Fields: q.fill(p,
		parts.Field{Name: "from", Label: p.T("intake.from"), Type: parts.Date}, parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		parts.Field{Name: "office", Label: p.T("call.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("call.supervise")})}
	x, err := s.Hotline.Strip(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	v.Cards = c.stripCards(x, f)
	offices := c.tallyTable(p.T("line.by_office"), x.Offices, func(t hotline.Tally) (string, url.Values) {
		y := f
		y.Office = t.Key
		return c.place(t.Key), y.Values()
	})
	operators := c.tallyTable(p.T("line.by_operator"), x.Operators, func(t hotline.Tally) (string, url.Values) {
		y := f
		y.Operator = t.Key
		return t.Name, y.Values()
	})
	v.Sections = []views.RoomSection{{ID: "offices", Title: p.T("line.by_office"), Lead: p.T("line.by_office.lead"), Table: &offices}, {ID: "operators", Title: p.T("line.by_operator"), Table: &operators}}
	return c.show(http.StatusOK, views.Room(v))
}

// stripCards are the supervisor's strip. Each figure leads to the list of what it counts.
func (c *ctx) stripCards(x hotline.Strip, f hotline.Filter) []parts.NumberCard {
	p := c.p
	with := func(outcome string) string {
		y := f
		y.Outcome = outcome
		return address("/hotline", y.Values())
	}
	late := parts.Done
	if x.Late > 0 {
		late = parts.Late
	}
	open := hotline.Filter{State: hotline.StateOpen, Office: f.Office}
	openTone := parts.Soon
	if x.OpenLate > 0 {
		openTone = parts.Late
	} else if x.Open == 0 {
		openTone = parts.Done
	}
	return []parts.NumberCard{
		{Label: p.T("line.strip.calls"), Icon: "phone-incoming", Tone: parts.Running, Value: p.Count(x.Calls), Href: address("/hotline", f.Values()), Note: p.T("line.strip.content", c.rate(x.Content, x.Rated), x.Rated)},
		{Label: p.T("line.strip.first"), Icon: "circle-check", Tone: parts.Done, Value: c.rate(x.First, x.Calls), Href: with(hotline.OutcomeFirst), Note: p.T("line.strip.of", x.First, x.Calls)},
		{Label: p.T("line.strip.handed"), Icon: "send", Tone: parts.Running, Value: c.rate(x.Handed, x.Calls), Href: with(hotline.OutcomeHanded), Note: p.T("line.strip.of", x.Handed, x.Calls)},
		{Label: p.T("line.strip.waiting"), Icon: "calendar-due", Tone: late, Value: p.Count(x.Waiting), Href: "/hotline/callbacks", Note: p.T("line.strip.late", x.Late, x.Unreached)},
		{Label: p.T("line.strip.repeat"), Icon: "users", Tone: parts.Stopped, Value: p.Count(x.Repeat), Href: with(hotline.OutcomeRepeat), Note: p.T("line.strip.repeat.note")},
		{Label: p.T("call.open"), Icon: "message-question", Tone: openTone, Value: p.Count(x.Open), Href: address("/hotline", open.Values()), Note: p.T("line.strip.open.late", x.OpenLate)},
	}
}

// rate is a share in words: 86.4%.
func (c *ctx) rate(part, whole int64) string {
	r := hotline.Rate(part, whole)
	if r < 0 {
		return "—"
	}
	return strconv.FormatInt(r/10, 10) + "." + strconv.FormatInt(r%10, 10) + "%"
}

func (c *ctx) tallyTable(title string, list []hotline.Tally, name func(hotline.Tally) (string, url.Values)) parts.Table {
	p := c.p
	t := parts.Table{Caption: title, Columns: []parts.Column{{Label: title}, {Label: p.T("line.strip.calls"), Num: true}, {Label: p.T("line.strip.first"), Num: true}, {Label: p.T("line.strip.handed"), Num: true}, {Label: p.T("line.strip.repeat"), Num: true}},
		Empty: &parts.EmptyState{Icon: "headset", Title: p.T("call.none"), Text: p.T("line.figures.none")}}
	for _, x := range list {
		label, values := name(x)
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(label, address("/hotline", values), ""), parts.NumCell(p.Count(x.Calls)), parts.NumCell(c.rate(x.First, x.Calls)), parts.NumCell(c.rate(x.Handed, x.Calls)), parts.NumCell(p.Count(x.Repeat))}})
	}
	return t
}

// strip is the supervisor's strip of today over the list of calls; nil for everybody else.
func (s *Server) strip(c *ctx) ([]parts.NumberCard, error) {
	if !s.Guard.CanAnywhere(c.by, "call.supervise") {
		return nil, nil
	}
	f := hotline.Filter{From: s.today(), To: s.today()}
	x, err := s.Hotline.Strip(c.ctx(), c.by, f)
	if err != nil {
		return nil, err
	}
	return c.stripCards(x, f), nil
}

// deskSettings are the lists that the desk works by: channels, routing table, reply clocks.
func (s *Server) deskSettings(c *ctx) error { return s.deskSettingsPage(c, http.StatusOK, "", nil) }

func (s *Server) deskSettingsPage(c *ctx, code int, sent string, f *form) error {
	p := c.p
	v := views.RoomView{Page: c.page(p.T("nav.desk_settings"))}
	v.Page.Lead, v.Page.Invalid = p.T("line.settings.lead"), f != nil && f.invalid()
	ways, err := s.Hotline.ChannelList(c.ctx())
	if err != nil {
		return err
	}
	routes, err := s.Hotline.Routes(c.ctx())
	if err != nil {
		return err
	}
	form := func(id, title, action string, version int64, begin map[string]string, fields ...parts.Field) views.ActForm {
		x := blank(begin)
		if id == sent && f != nil {
			x = f
		}
		a := views.ActForm{ID: id, Icon: "pencil", Title: title, Fold: true, Form: parts.Form{Action: action, Hidden: []parts.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}, {Name: "form", Value: id}}, Submit: p.T("line.set.save")}}
		if version == 0 {
			a.Icon = "plus"
		} else {
			a.Form.Hidden = append(a.Form.Hidden, parts.Hidden{Name: "code", Value: begin["code"]})
			fields = fields[1:]
		}
		a.Fields = numbered(id, x.fill(p, fields...))
		a.Error = x.general(p, a.Fields...)
		return a
	}
	channelFields := func() []parts.Field {
		return []parts.Field{{Name: "code", Label: p.T("line.set.code"), Hint: p.T("line.set.code.hint"), Max: 20, Required: true, NoSpell: true, Half: true}, {Name: "name_zh", Label: p.T("line.set.name") + p.T("knowledge.lang.zh"), Max: 60, Required: true, Half: true},
			{Name: "name_en", Label: p.T("line.set.name") + p.T("knowledge.lang.en"), Max: 60, Required: true, Half: true}, {Name: "place", Label: p.T("line.set.place"), Type: parts.Number, Half: true}, {Name: "active", Label: p.T("line.set.active"), Type: parts.Checkbox}}
	}
	channels := views.RoomSection{ID: "channels", Title: p.T("line.set.channels"), Lead: p.T("line.set.channels.lead")}
	for _, x := range ways {
		channels.Forms = append(channels.Forms, form("channel-"+x.Code, c.lineTitle(x.Name().In(p.Lang()), x.Code, x.Active), "/admin/hotline/channels", x.Version,
			map[string]string{"code": x.Code, "name_zh": x.NameZH, "name_en": x.NameEN, "place": strconv.FormatInt(x.Place, 10), "active": tick(x.Active)}, channelFields()...))
	}
	channels.Forms = append(channels.Forms, form("channel-new", p.T("line.set.channel.new"), "/admin/hotline/channels", 0, map[string]string{"active": "1", "place": strconv.Itoa(len(ways) + 1)}, channelFields()...))
	table := views.RoomSection{ID: "routes", Title: p.T("line.set.routes"), Lead: p.T("line.set.routes.lead")}
	routeFields := func() []parts.Field {
		out := []parts.Field{{Name: "code", Label: p.T("line.set.code"), Hint: p.T("line.set.code.hint"), Max: 20, Required: true, NoSpell: true, Half: true}, {Name: "phone", Label: p.T("line.set.phone"), Max: 60, Half: true, NoSpell: true}}
		for _, name := range []string{"matter", "office", "ground"} {
			for _, lang := range []string{"zh", "en"} {
				out = append(out, parts.Field{Name: name + "_" + lang, Label: p.T("line.set."+name) + p.T("knowledge.lang."+lang), Max: 200, Required: true, Half: true})
			}
		}
		return append(out, parts.Field{Name: "place", Label: p.T("line.set.place"), Type: parts.Number, Half: true}, parts.Field{Name: "active", Label: p.T("line.set.active"), Type: parts.Checkbox})
	}
	for _, r := range routes {
		table.Forms = append(table.Forms, form("route-"+r.Code, c.lineTitle(r.Matter().In(p.Lang())+" → "+r.Office().In(p.Lang()), r.Phone, r.Active), "/admin/hotline/routes", r.Version, map[string]string{
			"code": r.Code, "phone": r.Phone, "matter_zh": r.MatterZH, "matter_en": r.MatterEN, "office_zh": r.OfficeZH, "office_en": r.OfficeEN, "ground_zh": r.GroundZH, "ground_en": r.GroundEN,
			"place": strconv.FormatInt(r.Place, 10), "active": tick(r.Active)}, routeFields()...))
	}
	table.Forms = append(table.Forms, form("route-new", p.T("line.set.route.new"), "/admin/hotline/routes", 0, map[string]string{"active": "1", "place": strconv.Itoa(len(routes) + 1)}, routeFields()...))
	v.Sections = []views.RoomSection{channels, table, s.replyClocks(c)}
	return c.show(code, views.Room(v))
}

func (c *ctx) lineTitle(name, code string, active bool) string {
	title := name
	if code != "" {
		title += " · " + code
	}
	if !active {
		title += c.p.T("line.set.off")
	}
	return title
}

func tick(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// replyClocks are the periods in which callers are answered: those the law sets, from the rule book, and those the office sets for itself.
func (s *Server) replyClocks(c *ctx) views.RoomSection {
	p := c.p
	t := parts.Table{Caption: p.T("line.set.clocks"), Columns: []parts.Column{{Label: p.T("line.set.clock")}, {Label: p.T("line.set.period"), Slim: true}, {Label: p.T("knowledge.source")}}}
	set := s.Hotline.Settings()
	for _, x := range []struct {
		key string
		n   int
	}{{"answer", set.AnswerDays}, {"refer", set.ReferDays}} {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("line.clock."+x.key), ""), parts.TextCell(p.N("law.term.wd", x.n), ""), parts.TextCell(p.T("line.clock.source."+x.key), "hotline."+x.key+"_days")}})
	}
	for _, id := range []string{"COMPLAINT_ACCEPT", "COMPLAINT_MEDIATE", "COMPLAINT_END_TELL", "CF_VERIFY", "CF_FILE_REPORT", "REPORTER_TELL", "COMPETENCE_AGREE"} {
		versions := s.Clocks.Rules().Versions(id)
		if len(versions) == 0 {
			continue
		}
		r := versions[len(versions)-1]
		period, note := ruleTerm(c, r), ""
		if !r.To.IsZero() && r.To < s.today() {
			note = p.T("line.clock.until", p.Day(r.To))
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(r.Title.In(p.Lang()), "/rules/"+id, note), parts.TextCell(period, ""), parts.TextCell(r.Cite.In(p.Lang()), "")}})
	}
	return views.RoomSection{ID: "clocks", Title: p.T("line.set.clocks"), Lead: p.T("line.set.clocks.lead"), Table: &t}
}

// channelSave changes a channel, or adds one.
func (s *Server) channelSave(c *ctx) error {
	return s.deskSave(c, func(f *form) error {
		return s.Hotline.SaveChannel(c.ctx(), c.by, hotline.Channel{Code: f.text("code"), NameZH: f.text("name_zh"), NameEN: f.text("name_en"), Place: f.number("place"), Active: f.yes("active"), Version: f.number("version")})
	})
}

// routeSave changes a line of the routing table, or adds one.
func (s *Server) routeSave(c *ctx) error {
	return s.deskSave(c, func(f *form) error {
		return s.Hotline.SaveRoute(c.ctx(), c.by, hotline.Route{
			Code: f.text("code"), MatterZH: f.text("matter_zh"), MatterEN: f.text("matter_en"), OfficeZH: f.text("office_zh"), OfficeEN: f.text("office_en"), Phone: f.text("phone"),
			GroundZH: f.text("ground_zh"), GroundEN: f.text("ground_en"), Place: f.number("place"), Active: f.yes("active"), Version: f.number("version"),
		})
	})
}

func (s *Server) deskSave(c *ctx, save func(*form) error) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	f.number("place")
	f.number("version")
	if err = f.err(); err == nil {
		err = save(f)
	}
	if code, again := c.again(f, err); again {
		return s.deskSettingsPage(c, code, f.text("form"), f)
	}
	if err != nil {
		return err
	}
	return c.done("/admin/hotline", "flash.desk.set")
}

// deskToday are the call-backs of an operator's own desk.
func (s *Server) deskToday(c *ctx) (views.DeskList, error) {
	l := views.DeskList{ID: "callbacks", Title: c.p.T("line.callbacks"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/hotline/callbacks"}, Empty: parts.EmptyState{Icon: "circle-check", Title: c.p.T("line.callback.none")}}
	rows, err := s.Hotline.Callbacks(c.ctx(), c.by, hotline.CallbackFilter{State: hotline.Waiting})
	if err != nil {
		return l, err
	}
	for _, x := range rows[:min(len(rows), deskLong)] {
		due := c.p.T("callback.kind."+x.Kind) + " · " + c.p.Day(x.DueOn)
		if x.DueOn < s.today() {
			due += " · " + c.p.T("line.callback.late")
		}
		l.Rows = append(l.Rows, views.DeskRow{Title: firstLine(x.About, 60), Href: "/hotline/callbacks/" + x.ID, Sub: due})
	}
	return l, nil
}

// unsentList are the reports and complaints whose receipt has not gone out, the oldest first: they stand there until it has.
func (s *Server) unsentList(c *ctx) (views.DeskList, error) {
	l := views.DeskList{ID: "unsent", Title: c.p.T("receipt.list"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/receipts"}, Empty: parts.EmptyState{Icon: "circle-check", Title: c.p.T("receipt.list.none")}}
	rows, n, err := s.Hotline.Unsent(c.ctx(), c.by, deskShort)
	for _, x := range rows {
		if err := s.Hotline.Veil(c.ctx(), &x); err != nil {
			return l, err
		}
		line := c.callLine(x, identity.Masked{})
		l.Rows = append(l.Rows, views.DeskRow{Title: line.Question, Href: "/hotline/" + x.ID + "/receipt", Sub: line.Number + " · " + line.Kind + " · " + c.p.Day(x.ReceivedOn)})
	}
	if int(n) > len(rows) {
		l.Note = c.p.T("desk.more", len(rows))
	}
	return l, err
}

// tellList are the leads whose reporter is still to be told what was decided, the first day first.
func (s *Server) tellList(c *ctx) (l views.DeskList, any bool, err error) {
	l = views.DeskList{ID: "tell", Title: c.p.T("lead.untold"), Note: c.p.T("lead.untold.note"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/leads?untold=1"},
		Empty: parts.EmptyState{Icon: "circle-check", Title: c.p.T("lead.untold.none")}}
	rows, _, err := s.Leads.ToTell(c.ctx(), c.by, deskShort)
	for _, x := range rows {
		due := c.p.T("lead.untold.by", x.By)
		if x.By < s.today() {
			due += " · " + c.p.T("line.callback.late")
		}
		l.Rows = append(l.Rows, views.DeskRow{Title: x.Title, Href: "/leads/" + x.ID, Sub: x.Number + " · " + c.p.T("lead.state."+x.State) + " · " + due, Confidential: c.confidential(x.Restricted)})
	}
	return l, len(rows) > 0, err
}
