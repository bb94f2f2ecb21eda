package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// What the desk has to do beside taking calls: call-backs, referrals, and telling callers what became of it.

func waitTone(x hotline.Callback, today calendar.Day) parts.Tone {
	switch {
	case x.State == hotline.Unreached, x.State == hotline.Waiting && x.DueOn < today:
		return parts.Late
	case x.State == hotline.Waiting:
		return parts.Soon
	case x.State == hotline.Reached:
		return parts.Done
	}
	return parts.Stopped
}

// callbacks lists who is to be called.
func (s *Server) callbacks(c *ctx) error {
	p := c.p
	states := []string{hotline.Waiting, hotline.Reached, hotline.Unreached, hotline.Dropped}
	q := c.ask(asked{choices: map[string][]string{"state": states, "kind": hotline.CallbackKinds()}})
	f := hotline.CallbackFilter{State: q.text("state"), Kind: q.text("kind")}
	if f.State == "" {
		f.State = hotline.Waiting
	}
	v := views.RecordsView{Page: c.page(p.T("line.callbacks"))}
	v.Page.Lead, v.Page.Crumbs = p.T("line.callbacks.lead"), c.crumb("hotline", "/hotline")
	if s.Guard.CanAnywhere(c.by, "call.log") {
		v.Page.Actions = parts.Button(parts.Action{Label: p.T("line.callback.new"), Href: "/hotline/callbacks/new", Icon: "plus", Look: "primary"})
	}
	rows, err := s.Hotline.Callbacks(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	total, err := s.Hotline.CountCallbacks(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	values := url.Values{"state": {f.State}}
	if f.Kind != "" {
		values.Set("kind", f.Kind)
	}
	v.Head = parts.ListHead{Count: p.N("line.callback.count", int(total)), Tabs: c.tabs("/hotline/callbacks", values, "state", "callback.state", states)[1:]}
	t := s.callbackTable(c, rows)
	t.Caption, t.Empty = v.Page.Title, &parts.EmptyState{Icon: "circle-check", Title: p.T("line.callback.none"), Text: p.T("line.callback.none.text")}
	v.Table, v.Pager = t, parts.Pager{Shown: len(rows), Total: p.Count(total)}
	return c.show(http.StatusOK, views.Records(v))
}

func (s *Server) callbackTable(c *ctx, rows []hotline.Callback) parts.Table {
	p := c.p
	t := parts.Table{Columns: []parts.Column{{Label: p.T("line.callback.about")}, {Label: p.T("line.callback.kind"), Slim: true}, {Label: p.T("line.callback.due"), Slim: true},
		{Label: p.T("line.callback.tries"), Num: true}, {Label: p.T("call.office"), Slim: true}, {Label: p.T("call.state"), Slim: true}}}
	for _, x := range rows {
		tone := waitTone(x, s.today())
		t.Rows = append(t.Rows, parts.Row{Tone: tone, Cells: []parts.Cell{
			parts.LinkCell(x.About, "/hotline/callbacks/"+x.ID, p.Time(x.CameAt)), parts.TextCell(p.T("callback.kind."+x.Kind), ""), parts.TextCell(p.Day(x.DueOn), ""),
			parts.NumCell(p.Count(x.Tries)), parts.TextCell(c.place(x.Jurisdiction), ""), parts.BodyCell(parts.StatusDot(tone, p.T("callback.state."+x.State))),
		}})
	}
	return t
}

// callbackNew shows the form for a recording or a letter.
func (s *Server) callbackNew(c *ctx) error {
	return s.callbackForm(c, http.StatusOK, blank(map[string]string{"kind": hotline.Recording, "jurisdiction": c.homeFor("call.log")}))
}

func (s *Server) callbackForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("line.callback.new"))}
	v.Page.Crumbs, v.Page.Invalid = append(c.crumb("hotline", "/hotline"), layout.Crumb{Label: p.T("line.callbacks"), Href: "/hotline/callbacks"}), f.invalid()
	v.Groups = []views.FieldGroup{{Title: p.T("line.callback.what"), Fields: f.fill(p,
		parts.Field{Name: "kind", Label: p.T("line.callback.kind"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.choices("callback.kind", []string{hotline.Recording, hotline.Mail})},
		half(c.officeField("call.log", p.T("call.office"))),
		parts.Field{Name: "recording", Label: p.T("call.recording"), Max: 100, Half: true, NoSpell: true, Autocomplete: "off"},
		parts.Field{Name: "caller_phone", Label: p.T("call.phone"), Type: parts.Phone, Max: 40, Required: true, Half: true, NoSpell: true, Autocomplete: "off"},
		parts.Field{Name: "caller_name", Label: p.T("call.name"), Max: 100, Half: true, Autocomplete: "off"},
		parts.Field{Name: "about", Label: p.T("line.callback.about"), Type: parts.LongText, Rows: 3, Max: 1000, Required: true},
		parts.Field{Name: "due_on", Label: p.T("line.callback.due"), Hint: p.T("line.callback.due.hint"), Type: parts.Date, Half: true},
	)}}
	v.Form = parts.Form{Action: "/hotline/callbacks", Hotkey: true, Submit: p.T("line.callback.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/hotline/callbacks"}}
	v.Error = f.general(p, v.Groups[0].Fields...)
	return c.show(code, views.Entry(v))
}

// callbackAdd writes a recording or a letter down.
func (s *Server) callbackAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := hotline.NewCallback{Kind: f.text("kind"), Jurisdiction: f.text("jurisdiction"), CallerName: f.text("caller_name"), CallerPhone: f.text("caller_phone"),
		Recording: f.text("recording"), About: f.text("about"), DueOn: f.day("due_on")}
	if err = f.err(); err == nil {
		_, err = s.Hotline.AddCallback(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.callbackForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/hotline/callbacks", "flash.callback.added")
}

// callback shows one.
func (s *Server) callback(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.callbackPage(c, http.StatusOK, id, nil)
}

func (s *Server) callbackPage(c *ctx, code int, id string, f *form) error {
	p := c.p
	x, tries, err := s.Hotline.Callback(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(p.T("callback.kind." + x.Kind))}
	v.Page.Crumbs, v.Page.NoHead = append(c.crumb("hotline", "/hotline"), layout.Crumb{Label: p.T("line.callbacks"), Href: "/hotline/callbacks"}), true
	v.Page.Invalid = f != nil && f.invalid()
	v.Banner = &parts.Banner{Title: firstLine(x.About, 60), Kind: p.T("callback.kind." + x.Kind), State: p.T("callback.state." + x.State), StateTone: waitTone(*x, s.today()),
		County: c.place(x.Jurisdiction), Opened: calendar.DayOf(x.CameAt), OpenedWord: p.T("line.callback.came")}
	open := x.State == hotline.Waiting && c.can("call.log", x.Jurisdiction)
	if open && x.CallID == nil {
		v.Banner.Main = &parts.Action{Label: p.T("line.callback.log"), Href: "/hotline/new?callback=" + x.ID, Icon: "phone-incoming", Look: "primary"}
	}
	facts := given(parts.Desc{Label: p.T("line.callback.due"), Value: p.Day(x.DueOn)}, parts.Desc{Label: p.T("call.recording"), Value: x.Recording, Code: true}, parts.Desc{Label: p.T("line.by"), Value: x.ByName})
	if x.CallID != nil {
		facts = append(facts, parts.Desc{Label: p.T("lead.call"), Value: p.T("line.callback.call"), Href: "/hotline/" + *x.CallID})
	}
	who, err := s.callbackCaller(c, x)
	if err != nil {
		return err
	}
	if open && len(who) > 0 {
		v.Banner.More = append(v.Banner.More, parts.Action{Label: p.T("identity.contact"), Href: "/hotline/callbacks/" + x.ID + "/contact", Icon: "eye", Post: true})
	}
	v.Sections = []views.RoomSection{{ID: "about", Title: p.T("line.callback.about"), Text: x.About, Facts: facts}}
	t := parts.Table{Caption: p.T("line.tries"), Columns: []parts.Column{{Label: p.T("line.try.at"), Slim: true}, {Label: p.T("line.try.result"), Slim: true}, {Label: p.T("line.try.note")}, {Label: p.T("line.by"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "phone", Title: p.T("line.tries.none"), Text: p.T("line.tries.none.text")}}
	for _, y := range tries {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.Time(y.At), ""), parts.TextCell(p.T("try."+y.Result), ""), parts.TextCell(y.Note, ""), parts.TextCell(y.ByName, "")}})
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "tries", Title: p.T("line.tries"), Table: &t})
	v.Side = []views.RoomSection{{ID: "who", Title: p.T("call.form.caller"), Facts: who}}
	if open || f != nil {
		if f == nil {
			f = blank(map[string]string{"result": hotline.Missed})
		}
		a := views.ActForm{ID: "try", Icon: "phone", Title: p.T("line.try"), Hint: p.T("line.try.hint"), Form: parts.Form{Action: "/hotline/callbacks/" + x.ID + "/try", Hidden: []parts.Hidden{version(x.Version)}, Submit: p.T("line.try.save"), Hotkey: true}}
		a.Fields = f.fill(p,
			parts.Field{Name: "result", Label: p.T("line.try.result"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.choices("try", []string{hotline.Reached, hotline.Missed, hotline.Dropped})},
			parts.Field{Name: "note", Label: p.T("line.try.note"), Hint: p.T("line.try.note.hint"), Type: parts.LongText, Rows: 3, Max: 1000},
		)
		a.Error = f.general(p, a.Fields...)
		v.Forms = append(v.Forms, a)
	}
	return c.show(code, views.Room(v))
}

// callbackCaller is who is to be called, masked; the number is seen on the page of the call, or when the call is written down.
func (s *Server) callbackCaller(c *ctx, x *hotline.Callback) ([]parts.Desc, error) {
	id := ""
	if x.IdentityID != nil {
		id = *x.IdentityID
	}
	if x.CallID != nil {
		call, err := s.Hotline.Find(c.ctx(), c.by, *x.CallID)
		if err != nil || call.IdentityID == nil {
			return nil, err
		}
		id = *call.IdentityID
	}
	known, err := s.Vault.Masked(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	m := known[id]
	return given(parts.Desc{Label: c.p.T("identity.code"), Value: m.Code, Code: true}, parts.Desc{Label: c.p.T("call.name"), Value: m.Name}, parts.Desc{Label: c.p.T("call.phone"), Value: m.Phone, Code: true}), nil
}

// callbackContact shows the number to call.
func (s *Server) callbackContact(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	seen, err := s.Hotline.ContactBack(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	v := views.SheetView{Page: c.page(c.p.T("identity.contact"))}
	v.Page.Crumbs = append(c.crumb("hotline", "/hotline"), layout.Crumb{Label: c.p.T("line.callbacks"), Href: "/hotline/callbacks"})
	v.Notes = []views.SheetNote{{Tone: parts.Soon, Title: c.p.T("identity.contact.logged"), Links: []parts.Link{{Label: c.p.T("line.callback.back"), Href: "/hotline/callbacks/" + id}}}}
	v.Parts = []views.SheetPart{{Title: c.p.T("call.caller"), Items: c.person(seen)}}
	return c.show(http.StatusOK, views.Sheet(v))
}

// callbackTry writes a try down.
func (s *Server) callbackTry(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = c.changed("callback:"+id, s.Hotline.Tried(c.ctx(), c.by, id, f.number("version"), f.text("result"), f.text("note")))
	if code, again := c.again(f, err); again {
		return s.callbackPage(c, code, id, f)
	}
	if err != nil {
		return err
	}
	return c.done("/hotline/callbacks/"+id, "flash.callback.tried")
}

func referralTone(r hotline.Referral, today calendar.Day) parts.Tone {
	switch r.State {
	case hotline.ToSend:
		if r.DueOn < today {
			return parts.Late
		}
		return parts.Soon
	case hotline.Sent:
		return parts.Running
	case hotline.Answered:
		return parts.Done
	}
	return parts.Stopped
}

// referrals lists what went elsewhere.
func (s *Server) referrals(c *ctx) error {
	p := c.p
	q := c.ask(asked{choices: map[string][]string{"state": hotline.ReferralStates()}})
	f := hotline.ReferralFilter{State: q.text("state")}
	v := views.RecordsView{Page: c.page(p.T("line.referrals"))}
	v.Page.Lead, v.Page.Crumbs = p.T("line.referrals.lead"), c.crumb("hotline", "/hotline")
	at := pageOf(q)
	rows, more, err := s.Hotline.Referrals(c.ctx(), c.by, f, at)
	if err != nil {
		return err
	}
	total, err := s.Hotline.CountReferrals(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: p.N("line.referral.count", int(total)), Tabs: c.tabs("/hotline/referrals", f.Values(), "state", "referral.state", hotline.ReferralStates())}
	v.Table = parts.Table{Caption: v.Page.Title, Columns: []parts.Column{{Label: p.T("line.referral.office")}, {Label: p.T("line.referral.ground")}, {Label: p.T("line.referral.on"), Slim: true},
		{Label: p.T("line.referral.letter"), Slim: true}, {Label: p.T("line.referral.answer")}, {Label: p.T("call.state"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "send", Title: p.T("line.referral.none"), Text: p.T("line.referral.none.text")}}
	for _, r := range rows {
		tone := referralTone(r, s.today())
		v.Table.Rows = append(v.Table.Rows, parts.Row{Tone: tone, Cells: []parts.Cell{
			parts.LinkCell(r.Office, "/hotline/"+r.CallID, r.Phone), parts.TextCell(r.Ground, ""), parts.TextCell(p.Day(r.ReferredOn), ""), parts.TextCell(r.LetterNo, dueWord(p.T("line.referral.due"), p.Day(r.DueOn), r.State == hotline.ToSend)),
			parts.TextCell(firstLine(r.Answer, 60), p.Day(r.AnsweredOn)), parts.BodyCell(parts.StatusDot(tone, p.T("referral.state."+r.State))),
		}})
	}
	v.Pager = pager(p, "/hotline/referrals", f.Values(), at, rows, more, total)
	return c.show(http.StatusOK, views.Records(v))
}

func dueWord(word, day string, due bool) string {
	if !due {
		return ""
	}
	return word + " " + day
}

// callRefer sends a call elsewhere.
func (s *Server) callRefer(c *ctx) error {
	return s.callAct(c, "refer", "flash.call.referred", func(id string, f *form) error {
		return s.Hotline.Refer(c.ctx(), c.by, id, f.number("version"), hotline.NewReferral{Route: f.text("route"), Way: f.text("way"), Ground: f.text("ground"), LetterNo: f.text("letter_no")})
	})
}

// callFeedback writes down what the caller was told.
func (s *Server) callFeedback(c *ctx) error {
	return s.callAct(c, "feedback", "flash.call.feedback", func(id string, f *form) error {
		in := hotline.FeedbackInput{Way: f.text("way"), Text: f.text("text"), On: f.day("on"), Satisfaction: f.number("satisfaction")}
		if err := f.err(); err != nil {
			return err
		}
		return s.Hotline.Feedback(c.ctx(), c.by, id, f.number("version"), in)
	})
}

// callPromise promises a call-back.
func (s *Server) callPromise(c *ctx) error {
	return s.callAct(c, "promise", "flash.call.promised", func(id string, f *form) error {
		in := hotline.NewCallback{Kind: hotline.Promise, CallID: id, About: f.text("about"), DueOn: f.day("due_on")}
		if err := f.err(); err != nil {
			return err
		}
		_, err := s.Hotline.AddCallback(c.ctx(), c.by, in)
		return err
	})
}

// referralFollow notes that a letter went out, or what was answered.
func (s *Server) referralFollow(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	call := f.text("call")
	err = c.changed("referral:"+id, s.Hotline.Follow(c.ctx(), c.by, id, f.number("version"), f.text("letter_no"), f.text("answer")))
	if code, again := c.again(f, err); again {
		return s.callPage(c, code, call, callForms{"follow-" + id: f})
	}
	if err != nil {
		return err
	}
	if !store.ValidID(call) {
		return c.done("/hotline/referrals", "flash.referral.followed")
	}
	return c.done("/hotline/"+call, "flash.referral.followed")
}

// callForms are forms of a call's page that came back, by their names.
type callForms map[string]*form

func (m callForms) invalid() bool {
	for _, f := range m {
		if f.invalid() {
			return true
		}
	}
	return false
}

// callAct does something with a call that one of its page's forms asks.
func (s *Server) callAct(c *ctx, name, flash string, do func(id string, f *form) error) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = c.changed("call:"+id, do(id, f))
	if code, again := c.again(f, err); again {
		return s.callPage(c, code, id, callForms{name: f})
	}
	if err != nil {
		return err
	}
	return c.done("/hotline/"+id, flash)
}

// callCourse is what became of a call beside its answer.
func (s *Server) callCourse(c *ctx, x *hotline.Call, v *views.CallView) error {
	p := c.p
	if x.ArticleID != "" {
		a, err := s.Shelf.Get(c.ctx(), c.by, x.ArticleID)
		switch errs.CodeOf(err) {
		case "":
			v.Course = append(v.Course, parts.Desc{Label: p.T("line.article.used"), Value: a.Question.In(p.Lang()), Href: "/knowledge/" + a.ID, Note: p.T("knowledge.version.n", x.ArticleVersion)})
		case errs.Forbidden:
		default:
			return err
		}
	}
	if x.JoinedID != "" {
		to, err := s.Hotline.Find(c.ctx(), c.by, x.JoinedID)
		if err != nil {
			return err
		}
		v.Course = append(v.Course, parts.Desc{Label: p.T("line.joined"), Value: to.Number, Href: "/hotline/" + to.ID})
	}
	if !x.DueOn.IsZero() {
		v.Course = append(v.Course, parts.Desc{Label: p.T("line.due_on"), Value: p.Day(x.DueOn), Note: p.T("line.due_on.note")})
	}
	refs, _, err := s.Hotline.Referrals(c.ctx(), c.by, hotline.ReferralFilter{Call: x.ID}, pageOf(newForm(nil)))
	if err != nil {
		return err
	}
	for _, r := range refs {
		v.Course = append(v.Course, parts.Desc{Label: p.T("line.referral"), Value: r.Office + " " + r.Phone, Note: p.T("referral.state."+r.State) + " · " + p.Day(r.ReferredOn)}, parts.Desc{Label: p.T("line.referral.ground"), Value: r.Ground})
		if r.Answer != "" {
			v.Course = append(v.Course, parts.Desc{Label: p.T("line.referral.answer"), Value: r.Answer, Note: p.Day(r.AnsweredOn)})
		}
	}
	waits, err := s.Hotline.Callbacks(c.ctx(), c.by, hotline.CallbackFilter{Call: x.ID})
	if err != nil {
		return err
	}
	for _, w := range waits {
		v.Course = append(v.Course, parts.Desc{Label: p.T("callback.kind." + w.Kind), Value: p.Day(w.DueOn), Href: "/hotline/callbacks/" + w.ID, Note: p.T("callback.state." + w.State)})
	}
	if x.Feedback != "" {
		v.Course = append(v.Course, parts.Desc{Label: p.T("line.feedback"), Value: x.Feedback, Note: p.T("reply_way."+x.FeedbackWay) + " · " + p.Day(x.FeedbackOn)})
	}
	if x.Satisfaction > 0 {
		v.Course = append(v.Course, parts.Desc{Label: p.T("line.satisfaction"), Value: p.T("line.satisfaction.of", x.Satisfaction)})
	}
	steps, err := s.Hotline.Steps(c.ctx(), x.ID)
	if err == nil {
		err = s.Hotline.VeilSteps(c.ctx(), x, steps)
	}
	if err != nil {
		return err
	}
	for _, y := range steps {
		if y.Step == "add" || y.Step == "feedback" {
			v.Steps = append(v.Steps, views.StepLine{At: p.Time(y.At), What: p.T("call.step." + y.Step), Who: y.ActorName, Text: y.Text})
		}
	}
	return nil
}

// callDetails are the fields of a report or complaint that not every one has.
func (c *ctx) callDetails(x *hotline.Call) []parts.Desc {
	p := c.p
	word := func(prefix, v string) string {
		if v == "" {
			return ""
		}
		return p.T(prefix + v)
	}
	reward := ""
	if x.Reward {
		reward = p.T("call.reward.is")
	}
	return given(
		parts.Desc{Label: p.T("call.ip_kind"), Value: word("ip_kind.", x.IPKind)}, parts.Desc{Label: p.T("call.act"), Value: word("act.", x.Act)}, parts.Desc{Label: p.T("call.act_place"), Value: x.ActPlace},
		parts.Desc{Label: p.T("call.act_time"), Value: x.ActTime}, parts.Desc{Label: p.T("call.respondent_phone"), Value: x.RespondentPhone, Code: true}, parts.Desc{Label: p.T("call.elsewhere"), Value: x.Elsewhere, Wide: true},
		parts.Desc{Label: p.T("call.evidence"), Value: x.Evidence, Wide: true}, parts.Desc{Label: p.T("call.reward"), Value: reward}, parts.Desc{Label: p.T("call.reply_way"), Value: word("reply_way.", x.ReplyWay)},
		parts.Desc{Label: p.T("call.recording"), Value: x.Recording, Code: true},
	)
}

// deskForms are the forms of a call's page that the desk adds: referring, following, promising, telling.
func (s *Server) deskForms(c *ctx, x *hotline.Call, sent callForms) ([]views.ActForm, error) {
	p := c.p
	var out []views.ActForm
	add := func(name, icon string, open bool, begin map[string]string, action string, hidden []parts.Hidden, fields ...parts.Field) {
		f := sent[name]
		if !open && f == nil {
			return
		}
		if f == nil {
			f = blank(begin)
		}
		key, _, _ := strings.Cut(name, "-")
		a := views.ActForm{ID: name, Icon: icon, Title: p.T("line.act." + key), Hint: p.T("line.act." + key + ".hint"), Fold: true, Form: parts.Form{Action: action, Hidden: hidden, Submit: p.T("line.act." + key + ".save")}}
		a.Fields = numbered(name, f.fill(p, fields...))
		a.Error = f.general(p, a.Fields...)
		out = append(out, a)
	}
	mine := c.can("call.log", x.Jurisdiction) && x.State != hotline.StateJoined
	at := "/hotline/" + x.ID
	routes, err := s.Hotline.Routes(c.ctx())
	if err != nil {
		return nil, err
	}
	var options []parts.Option
	for _, r := range routes {
		if r.Active {
			options = append(options, parts.Option{Value: r.Code, Label: r.Matter().In(p.Lang()) + " → " + r.Office().In(p.Lang()) + " " + r.Phone})
		}
	}
	v := []parts.Hidden{version(x.Version)}
	add("refer", "send", mine && x.State != hotline.StateLead, map[string]string{"way": hotline.Told}, at+"/refer", v,
		parts.Field{Name: "route", Label: p.T("line.referral.route"), Type: parts.Select, Required: true, Options: options},
		parts.Field{Name: "way", Label: p.T("line.referral.way"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.hinted("referral.way", hotline.ReferralWays())},
		parts.Field{Name: "ground", Label: p.T("line.referral.ground"), Hint: p.T("line.referral.ground.hint"), Max: 500},
		parts.Field{Name: "letter_no", Label: p.T("line.referral.letter"), Max: 100, Half: true})
	refs, _, err := s.Hotline.Referrals(c.ctx(), c.by, hotline.ReferralFilter{Call: x.ID}, pageOf(newForm(nil)))
	if err != nil {
		return nil, err
	}
	for _, r := range refs {
		add("follow-"+r.ID, "send", mine && (r.State == hotline.ToSend || r.State == hotline.Sent), nil, "/hotline/referrals/"+r.ID, []parts.Hidden{version(r.Version), {Name: "call", Value: x.ID}},
			parts.Field{Name: "letter_no", Label: p.T("line.referral.letter"), Max: 100, Half: true},
			parts.Field{Name: "answer", Label: p.T("line.referral.answer"), Type: parts.LongText, Rows: 3, Max: 4000})
	}
	add("promise", "calendar-due", mine, nil, at+"/promise", v,
		parts.Field{Name: "due_on", Label: p.T("line.promise_on"), Type: parts.Date, Required: true, Half: true, Min: s.today().String()},
		parts.Field{Name: "about", Label: p.T("line.promise_about"), Max: 1000, Required: true, Half: true})
	add("feedback", "message-circle", mine, map[string]string{"way": "phone", "on": s.today().String()}, at+"/feedback", v,
		parts.Field{Name: "way", Label: p.T("call.reply_way"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("reply_way", slices.DeleteFunc(hotline.ReplyWays(), func(w string) bool { return w == "none" })), Half: true},
		parts.Field{Name: "on", Label: p.T("line.feedback.on"), Type: parts.Date, Required: true, Upto: s.today().String(), Half: true},
		parts.Field{Name: "text", Label: p.T("line.feedback.text"), Type: parts.LongText, Rows: 3, Max: 4000, Required: true},
		parts.Field{Name: "satisfaction", Label: p.T("line.satisfaction"), Type: parts.Select, Blank: p.T("line.satisfaction.none"), Options: c.choices("satisfaction", []string{"5", "4", "3", "2", "1"}), Half: true})
	return out, nil
}
