package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/knowledge"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

// mostFound is how many articles the form shows: what can be read while somebody waits.
const mostFound = 5

// channels are the ways calls come in, as the administrator lists them.
type channels struct {
	codes       []string
	names       map[string]string
	all, active []parts.Option
}

func (w channels) name(code string) string { return w.names[code] }

func (s *Server) channels(c *ctx) (w channels, err error) {
	rows, err := s.Hotline.ChannelList(c.ctx())
	w.names = map[string]string{}
	for _, x := range rows {
		name := x.Name().In(c.p.Lang())
		w.codes, w.names[x.Code] = append(w.codes, x.Code), name
		w.all = append(w.all, parts.Option{Value: x.Code, Label: name})
		if x.Active {
			w.active = append(w.active, parts.Option{Value: x.Code, Label: name})
		}
	}
	return w, err
}

// operatorName is an operator's name for a chip, "" where there is none.
func (c *ctx) operatorName(id string) string {
	if id == "" {
		return ""
	}
	u, err := c.s.Users.Get(c.ctx(), id)
	if err != nil {
		return ""
	}
	return u.Name
}

// callNew shows the form of a call: empty, or with what ?draft= kept, ?callback= asks or ?ring= rang; ?phone= and ?caller= begin with a caller.
func (s *Server) callNew(c *ctx) error {
	home := c.homeFor("call.log")
	begin := map[string]string{
		"kind": hotline.Consultation, "channel": "12330", "jurisdiction": home, "place": home, "caller_phone": clean(c.QueryParam("phone")),
		"mode": identity.Named, "caller_id": clean(c.QueryParam("caller")),
	}
	if id := c.QueryParam("ring"); id != "" {
		ring, err := s.Hotline.PhoneCall(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		begin["caller_phone"], begin["phone_call"], begin["jurisdiction"] = ring.From, ring.ID, ring.Jurisdiction
		begin["id"] = ring.ID // opened twice, it is one call
	}
	if id := c.QueryParam("callback"); id != "" {
		wait, _, err := s.Hotline.Callback(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		begin["callback"], begin["question"], begin["recording"], begin["jurisdiction"] = wait.ID, wait.About, wait.Recording, wait.Jurisdiction
		if wait.IdentityID != nil {
			begin["caller_id"] = *wait.IdentityID
		}
	}
	if id := c.QueryParam("draft"); store.ValidID(id) {
		d, err := s.Hotline.Draft(c.ctx(), c.by, id)
		switch errs.CodeOf(err) {
		case "":
			return s.callForm(c, http.StatusOK, newForm(d.Form))
		case errs.NotFound: // only the browser has it
			begin["id"] = id
		default:
			return err
		}
	}
	return s.callForm(c, http.StatusOK, blank(begin))
}

// newCall is what stands in the form.
func newCall(f *form) hotline.NewCall {
	return hotline.NewCall{
		ID: f.text("id"), Kind: f.text("kind"), Channel: f.text("channel"), Jurisdiction: f.text("jurisdiction"), Place: f.text("place"),
		CallerName: f.text("caller_name"), CallerPhone: f.text("caller_phone"), CallerType: f.text("caller_type"), Mode: f.text("mode"), CallerID: f.text("caller_id"),
		CallerAddress: f.text("caller_address"), CallerUnit: f.text("caller_unit"),
		Topic: f.text("topic"), Question: f.text("question"), Answer: f.text("answer"), Subject: f.text("subject"),
		Respondent: f.text("respondent"), RespondentAddress: f.text("respondent_address"), PatentNo: f.text("patent_no"), URL: f.text("url"),
		Details: hotline.Details{
			Recording: f.text("recording"), IPKind: f.text("ip_kind"), ReplyWay: f.text("reply_way"), RespondentPhone: f.text("respondent_phone"), Act: f.text("act"),
			ActPlace: f.text("act_place"), ActTime: f.text("act_time"), Evidence: f.text("evidence"), Elsewhere: f.text("elsewhere"), Reward: f.yes("reward"),
		},
		Article: f.text("article"), Join: f.text("join"), Callback: f.text("callback"), Phone: f.text("phone_call"),
		Promise: hotline.Promised{On: f.day("promise_on"), About: f.text("promise_about")},
	}
}

// callLog writes a call down.
func (s *Server) callLog(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := newCall(f)
	var call *hotline.Call
	if err = f.err(); err == nil {
		call, err = s.Hotline.Log(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.callForm(c, code, f)
	}
	if err != nil {
		return err
	}
	switch {
	case call.JoinedID != "":
		return c.done("/hotline/"+call.JoinedID, "flash.call.joined", call.Number)
	case call.ComplaintNo != nil:
		return c.done("/hotline/"+call.ID, "flash.call.registered", *call.ComplaintNo)
	}
	return c.done("/hotline/"+call.ID, "flash.call.logged", call.Number)
}

// callAgain shows the form anew after one of its buttons was pressed, with everything that was typed. It works without script.
func (s *Server) callAgain(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	do, what, _ := strings.Cut(f.text("do"), ":")
	f.values.Del("do")
	switch do {
	case "use":
		err = s.useArticle(c, f, what)
	case "template":
		for _, t := range s.Hotline.Templates(f.text("kind")) {
			if t.Code == what {
				f.values.Set(t.Into, t.Merge(f.raw(t.Into), c.p.Lang()))
			}
		}
	case "join":
		f.values.Set("join", what)
	case "miss":
		_, err = s.Shelf.Miss(c.ctx(), c.by, knowledge.NewGap{Asked: f.text("look"), Topic: f.text("topic"), Jurisdiction: f.text("jurisdiction")})
		if err == nil {
			c.flash("success", "flash.knowledge.missed")
		}
	case "drop":
		if err = s.Hotline.DropDraft(c.ctx(), c.by, what); err == nil {
			c.flash("success", "flash.call.dropped")
		}
	case "discard":
		if err = s.Hotline.DropDraft(c.ctx(), c.by, f.text("id")); err == nil {
			return c.done("/hotline/new", "flash.call.dropped")
		}
	case "aside":
		if err = s.saveDraft(c, f); err == nil {
			return c.done("/hotline/new", "flash.call.aside")
		}
	}
	if code, again := c.again(f, err); again {
		return s.callForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return s.callForm(c, http.StatusOK, f)
}

// useArticle takes an article's answer: an empty answer becomes it, any other keeps its words and gets it below.
func (s *Server) useArticle(c *ctx, f *form, id string) error {
	a, err := s.Shelf.Get(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	f.values.Set("article", a.ID)
	text := s.Shelf.Filled(a.Answer.In(c.p.Lang()), s.today(), c.p)
	if typed := strings.TrimSpace(f.raw("answer")); typed == "" {
		f.values.Set("answer", text)
	} else if !strings.Contains(typed, text) {
		f.values.Set("answer", typed+"\n"+text)
	}
	return nil
}

func (s *Server) callForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.CallFormView{Page: c.page(p.T("call.new"))}
	v.Page.Crumbs, v.Page.Invalid, v.Page.Scripts = c.crumb("hotline", "/hotline"), f.invalid(), []string{"desk.js"}
	if err := s.callFields(c, f, &v); err != nil {
		return err
	}
	id := c.newID(f, "id")
	v.Form = parts.Form{Action: "/hotline", Hidden: []parts.Hidden{id}, Hotkey: true, Submit: p.T("call.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/hotline"}}
	for _, name := range []string{"caller_id", "callback", "phone_call"} {
		v.Form.Hidden = append(v.Form.Hidden, parts.Hidden{Name: name, Value: f.text(name)})
	}
	v.Again, v.Save, v.AskBeside, v.AskShelf = "/hotline/form", "/hotline/drafts/"+id.Value, "/hotline/beside", "/hotline/shelf"
	v.Offline = p.T("line.offline")
	v.Error = f.general(p, v.All()...)
	if ring := f.text("phone_call"); ring != "" {
		if x, err := s.Hotline.PhoneCall(c.ctx(), c.by, ring); err == nil {
			v.FromPhone = p.T("line.fromphone", x.From, p.Time(x.CameAt))
		}
	}
	if to := f.text("join"); to != "" {
		x, err := s.Hotline.Find(c.ctx(), c.by, to)
		if err != nil {
			return err
		}
		v.Join = &parts.Link{Label: x.Number, Href: x.ID}
	}
	var err error
	if v.Beside, err = s.beside(c, f); err != nil {
		return err
	}
	if v.Found, err = s.found(c, f); err != nil {
		return err
	}
	if at := f.text("article"); at != "" {
		a, err := s.Shelf.Get(c.ctx(), c.by, at)
		if err != nil {
			return err
		}
		line := s.articleLine(c, *a)
		v.Article = &line
	}
	if v.Drafts, err = s.drafts(c, id.Value); err != nil {
		return err
	}
	return c.show(code, views.CallForm(v))
}

// callFields are the questions of the form.
func (s *Server) callFields(c *ctx, f *form, v *views.CallFormView) error {
	p := c.p
	ways, err := s.channels(c)
	if err != nil {
		return err
	}
	one := func(x parts.Field) parts.Field { return f.fill(p, x)[0] }
	v.Number = one(parts.Field{Name: "caller_phone", Label: p.T("call.phone"), Hint: p.T("call.phone.hint"), Type: parts.Phone, Max: 40, NoSpell: true, Autocomplete: "off", Autofocus: !f.invalid()})
	v.Kind = one(parts.Field{Name: "kind", Label: p.T("call.kind"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.hinted("call.kind", hotline.Kinds())})
	v.Topic = one(parts.Field{Name: "topic", Label: p.T("call.topic"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.choices("topic", hotline.Topics())})
	v.Matter = f.fill(p,
		parts.Field{Name: "subject", Label: p.T("call.subject"), Hint: p.T("call.subject.hint"), Type: parts.Radio, Digits: true, Inline: true, Required: true, Options: c.choices("kind", casework.Reported())},
		parts.Field{Name: "respondent", Label: p.T("call.respondent"), Max: 200, Half: true, Autocomplete: "off"},
		parts.Field{Name: "respondent_address", Label: p.T("call.respondent_address"), Max: 300, Half: true, Autocomplete: "off"},
		parts.Field{Name: "patent_no", Label: p.T("call.patent_no"), Max: 60, Half: true, NoSpell: true, Autocomplete: "off"},
		parts.Field{Name: "url", Label: p.T("call.url"), Max: 2000, Half: true, NoSpell: true, Autocomplete: "off", Inputmode: "url"},
	)
	v.More = f.fill(p,
		parts.Field{Name: "act", Label: p.T("call.act"), Type: parts.Select, Blank: p.T("call.unknown"), Options: c.choices("act", hotline.Acts()), Half: true},
		parts.Field{Name: "respondent_phone", Label: p.T("call.respondent_phone"), Type: parts.Phone, Max: 40, Half: true, NoSpell: true, Autocomplete: "off"},
		parts.Field{Name: "act_place", Label: p.T("call.act_place"), Max: 300, Half: true, Autocomplete: "off"},
		parts.Field{Name: "act_time", Label: p.T("call.act_time"), Max: 100, Half: true, Autocomplete: "off"},
		parts.Field{Name: "evidence", Label: p.T("call.evidence"), Hint: p.T("call.evidence.hint"), Type: parts.LongText, Rows: 3, Max: 4000},
		parts.Field{Name: "elsewhere", Label: p.T("call.elsewhere"), Hint: p.T("call.elsewhere.hint"), Max: 1000},
		parts.Field{Name: "reward", Label: p.T("call.reward"), Type: parts.Checkbox},
	)
	v.Note = one(parts.Field{Name: "question", Label: p.T("call.question"), Hint: p.T("call.question.hint"), Type: parts.LongText, Rows: 4, Max: 20000, Required: true})
	v.Look = one(parts.Field{Name: "look", Label: p.T("line.shelf"), Hint: p.T("line.shelf.hint"), Max: 200, Autocomplete: "off", NoSpell: true})
	v.Answer = one(parts.Field{Name: "answer", Label: p.T("call.answer"), Hint: p.T("call.answer.hint"), Type: parts.LongText, Rows: 4, Max: 20000})
	v.Later = f.fill(p,
		parts.Field{Name: "promise_on", Label: p.T("line.promise_on"), Type: parts.Date, Half: true, Min: s.today().String()},
		parts.Field{Name: "promise_about", Label: p.T("line.promise_about"), Max: 1000, Half: true, Autocomplete: "off"},
	)
	v.Caller = f.fill(p,
		parts.Field{Name: "caller_name", Label: p.T("call.name"), Max: 100, Autocomplete: "off"},
		parts.Field{Name: "caller_type", Label: p.T("call.caller_type"), Type: parts.Select, Blank: p.T("call.unknown"), Options: c.choices("caller_type", hotline.CallerTypes())},
		parts.Field{Name: "mode", Label: p.T("call.mode"), Hint: p.T("call.mode.hint"), Type: parts.Radio, Required: true, Options: c.hinted("mode", identity.Modes())},
		parts.Field{Name: "caller_unit", Label: p.T("call.unit"), Max: 200, Autocomplete: "off"},
		parts.Field{Name: "caller_address", Label: p.T("call.address"), Max: 300, Autocomplete: "off"},
		parts.Field{Name: "reply_way", Label: p.T("call.reply_way"), Type: parts.Select, Blank: p.T("call.unknown"), Options: c.choices("reply_way", hotline.ReplyWays())},
	)
	v.Office = f.fill(p,
		parts.Field{Name: "channel", Label: p.T("call.channel"), Type: parts.Select, Blank: "-", Required: true, Options: ways.active},
		c.officeField("call.log", p.T("call.office")),
		parts.Field{Name: "place", Label: p.T("call.place"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas()},
		parts.Field{Name: "ip_kind", Label: p.T("call.ip_kind"), Type: parts.Select, Blank: p.T("call.unknown"), Options: c.choices("ip_kind", hotline.IPKinds())},
		parts.Field{Name: "recording", Label: p.T("call.recording"), Max: 100, NoSpell: true, Autocomplete: "off"},
	)
	kind := f.text("kind")
	for _, t := range s.Hotline.Templates(kind) {
		v.Templates = append(v.Templates, parts.Option{Value: t.Code, Label: t.Name.In(p.Lang()), Hint: t.Text.In(p.Lang()), Group: t.Into})
	}
	return nil
}

// found are the articles for what the box asks; before anything is asked, those of the topic or of the patent's number.
func (s *Server) found(c *ctx, f *form) (views.Articles, error) {
	ask := knowledge.Ask{Text: f.text("look"), Topic: f.text("topic"), Patent: f.text("patent_no"), On: s.today(), Limit: mostFound}
	out := views.Articles{Asked: ask.Text}
	if ask.Text == "" && ask.Topic == "" && ask.Patent == "" {
		return out, nil
	}
	list, err := s.Shelf.Find(c.ctx(), c.by, ask)
	if err != nil {
		return out, err
	}
	for _, a := range list {
		out.List = append(out.List, s.articleLine(c, a))
	}
	out.Miss = ask.Text != ""
	return out, nil
}

// articleLine is an article in the person's language, with its periods of today.
func (s *Server) articleLine(c *ctx, a knowledge.Article) views.ArticleLine {
	lang := c.p.Lang()
	fill := func(t string) string { return s.Shelf.Filled(t, s.today(), c.p) }
	return views.ArticleLine{
		ID: a.ID, Href: "/knowledge/" + a.ID, Question: a.Question.In(lang), Answer: fill(a.Answer.In(lang)), Next: fill(a.Next.In(lang)), Source: a.Source.In(lang),
		Valid: c.validity(a.From, a.Until), Used: c.p.Count(a.Used),
	}
}

// validity says from when until when an article holds.
func (c *ctx) validity(from, until calendar.Day) string {
	switch {
	case !until.IsZero():
		return c.p.T("knowledge.valid.both", c.p.Day(from), c.p.Day(until))
	case !from.IsZero():
		return c.p.T("knowledge.valid.from", c.p.Day(from))
	}
	return c.p.T("knowledge.valid.always")
}

// beside is what stands beside the form for what is typed so far.
func (s *Server) beside(c *ctx, f *form) (v views.BesideView, err error) {
	t := hotline.Typed{Phone: f.text("caller_phone"), Caller: f.text("caller_id"), Respondent: f.text("respondent"), PatentNo: f.text("patent_no"), URL: f.text("url"), But: f.text("id")}
	own, same, err := s.Hotline.Beside(c.ctx(), c.by, t)
	if err != nil {
		return v, err
	}
	v.Short = t.Caller == "" && len(strings.Map(digitsOnly, t.Phone)) < 7
	if v.Own, err = s.nearLines(c, own); err != nil {
		return v, err
	}
	if v.Same, err = s.nearLines(c, same); err != nil {
		return v, err
	}
	if v.Matters, err = s.matterLines(c, t); err != nil {
		return v, err
	}
	leads, err := s.Hotline.NearLeads(c.ctx(), c.by, t)
	for _, x := range leads {
		v.Leads = append(v.Leads, parts.Link{Label: x.Label + " " + x.Title, Href: "/leads/" + x.SubjectID, Icon: "inbox"})
	}
	return v, err
}

// matterLines are the leads and cases of the caller that the person may see, the open ones first.
func (s *Server) matterLines(c *ctx, t hotline.Typed) (out []views.MatterLine, err error) {
	leads, cases, err := s.Hotline.Matters(c.ctx(), c.by, t)
	if err != nil {
		return nil, err
	}
	for _, x := range cases {
		tone := parts.Running
		if !x.Open() {
			tone = parts.Stopped
		}
		out = append(out, views.MatterLine{Href: "/cases/" + x.ID, Number: x.Number, Title: x.Title, Kind: c.p.T("line.matter.case"), State: c.stateName(x.Kind, x.State), Tone: tone})
	}
	for _, x := range leads {
		out = append(out, views.MatterLine{Href: "/leads/" + x.ID, Number: x.Number, Title: x.Title, Kind: c.p.T("line.matter.lead"), State: c.p.T("lead.state." + x.State), Tone: leadTone(x.State)})
	}
	return out, nil
}

func digitsOnly(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func (s *Server) nearLines(c *ctx, list []hotline.Near) ([]views.NearLine, error) {
	calls := make([]hotline.Call, len(list))
	for i, n := range list {
		calls[i] = n.Call
	}
	lines, err := s.callLines(c, calls)
	if err != nil {
		return nil, err
	}
	out := make([]views.NearLine, len(list))
	for i, n := range list {
		out[i] = views.NearLine{CallLine: lines[i], ID: n.ID}
		for _, why := range n.Why {
			if why != "phone" {
				out[i].Why = append(out[i].Why, c.p.T("line.why."+why))
			}
		}
	}
	return out, nil
}

// drafts are the person's other calls that were not finished.
func (s *Server) drafts(c *ctx, but string) ([]views.DraftLine, error) {
	rows, err := s.Hotline.Drafts(c.ctx(), c.by)
	if err != nil {
		return nil, err
	}
	var out []views.DraftLine
	for _, d := range rows {
		if d.ID == but {
			continue
		}
		kind := c.p.Or("call.kind."+d.Form.Get("kind"), "")
		label := firstLine(clean(d.Form.Get("question")), 30)
		if label == "" {
			label = c.p.T("line.draft.empty")
		}
		out = append(out, views.DraftLine{ID: d.ID, Href: "/hotline/new?draft=" + d.ID, Label: kind + " · " + label, At: c.p.Time(d.SavedAt)})
	}
	return out, nil
}

// part answers with a part of a page.
func (c *ctx) part(x templ.Component) error {
	var b bytes.Buffer
	if err := x.Render(context.WithoutCancel(c.ctx()), &b); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, b.Bytes())
}

// callBeside answers with what stands beside the form. It is a POST, so that no number stands in an address.
func (s *Server) callBeside(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	v, err := s.beside(c, f)
	if err != nil {
		return err
	}
	return c.part(views.Beside(c.p, v))
}

// callShelf answers with what the knowledge base finds.
func (s *Server) callShelf(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	v, err := s.found(c, f)
	if err != nil {
		return err
	}
	return c.part(views.Shelf(c.p, v, "/hotline/form"))
}

// draftSave keeps a form that is not finished.
func (s *Server) draftSave(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	f.values.Set("id", id)
	if err := s.saveDraft(c, f); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) saveDraft(c *ctx, f *form) error {
	seq := f.number("seq")
	if seq == 0 { // without script: the newest is the one that was sent last
		seq = s.DB.Now().UnixMilli()
	}
	kept := url.Values{}
	for name, list := range f.values {
		if !slices.Contains([]string{"seq", "do", "look"}, name) {
			kept[name] = list
		}
	}
	return s.Hotline.SaveDraft(c.ctx(), c.by, f.text("id"), seq, kept)
}

// draftDrop throws a form away that is not finished.
func (s *Server) draftDrop(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	if err := s.Hotline.DropDraft(c.ctx(), c.by, id); err != nil {
		return err
	}
	return c.done("/hotline", "flash.call.dropped")
}
