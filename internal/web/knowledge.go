package web

import (
	"net/http"
	"strings"

	"huzhi/internal/hotline"
	"huzhi/internal/knowledge"
	"huzhi/internal/statute"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// knowledge is the knowledge base: its articles, and what is missing.
func (s *Server) knowledge(c *ctx) error {
	return s.knowledgePage(c, http.StatusOK, "", nil)
}

func (s *Server) knowledgePage(c *ctx, code int, gap string, f *form) error {
	p := c.p
	q := c.ask(asked{choices: map[string][]string{"topic": hotline.Topics()}})
	v := views.RoomView{Page: c.page(p.T("nav.knowledge"))}
	v.Page.Lead, v.Page.Invalid = p.T("knowledge.lead"), f != nil && f.invalid()
	edit := s.Guard.CanAnywhere(c.by, "knowledge.edit")
	if edit {
		v.Page.Actions = parts.Button(parts.Action{Label: p.T("knowledge.new"), Href: "/knowledge/new", Icon: "plus", Look: "primary"})
	}
	v.Filters = &parts.Filters{Action: "/knowledge", Clear: "/knowledge", Fields: q.fill(p,
		parts.Field{Name: "q", Label: p.T("line.shelf"), Type: parts.Search, Max: longestText, Hint: p.T("line.shelf.hint")},
		parts.Field{Name: "topic", Label: p.T("call.topic"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("topic", hotline.Topics())},
	)}
	list, err := s.Shelf.All(c.ctx(), c.by, knowledge.Ask{Text: q.text("q"), Topic: q.text("topic")})
	if err != nil {
		return err
	}
	t := parts.Table{Caption: v.Page.Title, Columns: []parts.Column{{Label: p.T("knowledge.question")}, {Label: p.T("call.topic"), Slim: true}, {Label: p.T("knowledge.source")},
		{Label: p.T("knowledge.used"), Num: true}, {Label: p.T("call.state"), Slim: true}}, Empty: &parts.EmptyState{Icon: "search", Title: p.T("knowledge.none"), Text: p.T("knowledge.none.text")}}
	for _, a := range list {
		tone, state := s.articleState(a)
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(a.Question.In(p.Lang()), "/knowledge/"+a.ID, ""), parts.TextCell(p.T("topic."+a.Topic), ""), parts.TextCell(a.Source.In(p.Lang()), c.validity(a.From, a.Until)),
			parts.NumCell(p.Count(a.Used)), parts.BodyCell(parts.StatusDot(tone, p.T("knowledge.state."+state))),
		}})
	}
	v.Sections = []views.RoomSection{{ID: "articles", Title: p.N("knowledge.count", len(list)), Table: &t}}
	gaps, err := s.gaps(c, edit, gap, f)
	if err != nil {
		return err
	}
	v.Sections = append(v.Sections, gaps)
	return c.show(code, views.Room(v))
}

func (s *Server) articleState(a knowledge.Article) (parts.Tone, string) {
	switch {
	case a.Withdrawn:
		return parts.Stopped, "withdrawn"
	case !a.InForce(s.today()):
		return parts.Stopped, "out"
	}
	return parts.Done, "in"
}

// gaps are what callers asked and no article answers.
func (s *Server) gaps(c *ctx, edit bool, sent string, f *form) (sec views.RoomSection, err error) {
	p := c.p
	rows, err := s.Shelf.Gaps(c.ctx(), c.by, false)
	if err != nil {
		return sec, err
	}
	t := parts.Table{Caption: p.T("knowledge.gaps"), Columns: []parts.Column{{Label: p.T("knowledge.gap.asked")}, {Label: p.T("call.topic"), Slim: true}, {Label: p.T("line.by"), Slim: true}, {Label: p.T("line.try.at"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "circle-check", Title: p.T("knowledge.gaps.none"), Text: p.T("knowledge.gaps.none.text")}}
	sec = views.RoomSection{ID: "gaps", Title: p.T("knowledge.gaps"), Table: &t}
	articles, err := s.Shelf.All(c.ctx(), c.by, knowledge.Ask{})
	if err != nil {
		return sec, err
	}
	var options []parts.Option
	for _, a := range articles {
		options = append(options, parts.Option{Value: a.ID, Label: a.Question.In(p.Lang())})
	}
	for _, g := range rows {
		topic := ""
		if g.Topic != "" {
			topic = p.Or("topic."+g.Topic, "")
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(g.Asked, ""), parts.TextCell(topic, ""), parts.TextCell(g.ByName, c.place(g.Jurisdiction)), parts.TextCell(p.Time(g.At), "")}})
		if !edit {
			continue
		}
		x := blank(nil)
		if g.ID == sent && f != nil {
			x = f
		}
		a := views.ActForm{ID: "gap-" + g.ID, Icon: "check", Title: p.T("knowledge.gap.settle", g.Asked), Fold: true, Form: parts.Form{Action: "/knowledge/gaps/" + g.ID, Hidden: []parts.Hidden{version(g.Version)}, Submit: p.T("knowledge.gap.save")}}
		a.Fields = numbered("gap-"+g.ID, x.fill(p,
			parts.Field{Name: "article", Label: p.T("knowledge.gap.article"), Type: parts.Select, Blank: p.T("knowledge.gap.article.none"), Options: options},
			parts.Field{Name: "note", Label: p.T("knowledge.gap.note"), Max: 500},
		))
		a.Error = x.general(p, a.Fields...)
		sec.Forms = append(sec.Forms, a)
	}
	return sec, nil
}

// gapSettle closes a gap.
func (s *Server) gapSettle(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = s.Shelf.Settle(c.ctx(), c.by, id, f.number("version"), f.text("article"), f.text("note"))
	if code, again := c.again(f, err); again {
		return s.knowledgePage(c, code, id, f)
	}
	if err != nil {
		return err
	}
	return c.done("/knowledge", "flash.knowledge.settled")
}

// article shows an article with its versions.
func (s *Server) article(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.articlePage(c, http.StatusOK, id, nil)
}

func (s *Server) articlePage(c *ctx, code int, id string, f *form) error {
	p := c.p
	a, err := s.Shelf.Get(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	versions, err := s.Shelf.Versions(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	line := s.articleLine(c, *a)
	v := views.RoomView{Page: c.page(line.Question)}
	v.Page.Crumbs, v.Page.NoHead, v.Page.Invalid = c.crumb("knowledge", "/knowledge"), true, f != nil && f.invalid()
	tone, state := s.articleState(*a)
	v.Banner = &parts.Banner{Number: a.Code, Title: line.Question, Kind: p.T("topic." + a.Topic), State: p.T("knowledge.state." + state), StateTone: tone}
	edit := s.Guard.CanAnywhere(c.by, "knowledge.edit")
	if edit {
		v.Banner.Main = &parts.Action{Label: p.T("knowledge.edit"), Href: "/knowledge/" + a.ID + "/edit", Icon: "pencil", Look: "primary"}
	}
	rules := []parts.Desc{}
	for _, r := range s.Shelf.Cited(*a, s.today()) {
		rules = append(rules, parts.Desc{Label: r.ID, Value: r.Title.In(p.Lang()), Href: "/rules/" + r.ID, Note: ruleTerm(c, r)})
	}
	v.Sections = []views.RoomSection{{ID: "answer", Title: p.T("knowledge.answer"), Text: line.Answer}}
	if line.Next != "" {
		v.Sections = append(v.Sections, views.RoomSection{ID: "next", Title: p.T("knowledge.next"), Text: line.Next})
	}
	v.Sections = append(v.Sections, s.versionTable(c, versions))
	v.Side = []views.RoomSection{{ID: "facts", Title: p.T("knowledge.about"), Facts: []parts.Desc{
		{Label: p.T("knowledge.source"), Value: line.Source}, {Label: p.T("knowledge.valid"), Value: line.Valid}, {Label: p.T("knowledge.used"), Value: line.Used},
		{Label: p.T("knowledge.version"), Value: p.T("knowledge.version.n", a.Version)}, {Label: p.T("knowledge.origin"), Value: p.T(map[bool]string{true: "knowledge.origin.shipped", false: "knowledge.origin.own"}[a.Shipped])},
	}}}
	if len(rules) > 0 {
		v.Side = append(v.Side, views.RoomSection{ID: "rules", Title: p.T("knowledge.rules"), Facts: rules})
	}
	if edit {
		key := map[bool]string{true: "knowledge.restore", false: "knowledge.withdraw"}[a.Withdrawn]
		if f == nil {
			f = blank(nil)
		}
		act := views.ActForm{ID: "withdraw", Icon: "archive", Title: p.T(key), Hint: p.T(key + ".hint"), Fold: true, Form: parts.Form{Action: "/knowledge/" + a.ID + "/withdraw",
			Hidden: []parts.Hidden{version(a.Version), {Name: "off", Value: map[bool]string{true: "0", false: "1"}[a.Withdrawn]}}, Submit: p.T(key)}}
		act.Fields = f.fill(p, parts.Field{Name: "reason", Label: p.T("knowledge.reason"), Max: 500, Required: true})
		act.Error = f.general(p, act.Fields...)
		v.Forms = append(v.Forms, act)
	}
	return c.show(code, views.Room(v))
}

func (s *Server) versionTable(c *ctx, versions []knowledge.Version) views.RoomSection {
	p := c.p
	t := parts.Table{Caption: p.T("knowledge.versions"), Columns: []parts.Column{{Label: p.T("knowledge.version"), Slim: true}, {Label: p.T("line.try.at"), Slim: true}, {Label: p.T("line.by"), Slim: true}, {Label: p.T("knowledge.reason")}, {Label: p.T("knowledge.answer")}}}
	for _, x := range versions {
		by := x.ByName
		if x.ByID == "system" {
			by = p.T("knowledge.origin.shipped")
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("knowledge.version.n", x.Version), ""), parts.TextCell(p.Time(x.At), ""), parts.TextCell(by, ""), parts.TextCell(x.Reason, ""),
			parts.TextCell(s.Shelf.Filled(x.Words().Answer.In(p.Lang()), s.today(), p), c.validity(x.ValidFrom, x.ValidUntil))}})
	}
	return views.RoomSection{ID: "versions", Title: p.T("knowledge.versions"), Table: &t}
}

// articleNew shows the empty form of an article; ?gap= begins with what was asked.
func (s *Server) articleNew(c *ctx) error {
	return s.articleForm(c, http.StatusOK, nil, blank(map[string]string{"topic": "other", "from": s.today().String()}))
}

// articleEdit shows an article in its form.
func (s *Server) articleEdit(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	a, err := s.Shelf.Get(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	w := a.Words
	f := blank(map[string]string{
		"topic": w.Topic, "tags_zh": w.Tags.ZH, "tags_en": w.Tags.EN, "question_zh": w.Question.ZH, "question_en": w.Question.EN, "answer_zh": w.Answer.ZH, "answer_en": w.Answer.EN,
		"next_zh": w.Next.ZH, "next_en": w.Next.EN, "source_zh": w.Source.ZH, "source_en": w.Source.EN, "rules": w.Rules, "from": w.From.String(), "until": w.Until.String(),
	})
	f.values["patents"] = strings.Fields(w.Patents)
	return s.articleForm(c, http.StatusOK, a, f)
}

func (s *Server) articleForm(c *ctx, code int, a *knowledge.Article, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("knowledge.new")), Hint: p.T("knowledge.form.hint")}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("knowledge", "/knowledge"), f.invalid()
	v.Form = parts.Form{Action: "/knowledge", Draft: "article", Submit: p.T("knowledge.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/knowledge"}}
	if a != nil {
		v.Page.Title = p.T("knowledge.edit")
		v.Page.Crumbs = append(v.Page.Crumbs, layout.Crumb{Label: a.Question.In(p.Lang()), Href: "/knowledge/" + a.ID})
		v.Form.Action, v.Form.Draft, v.Form.Hidden = "/knowledge/"+a.ID, "article-"+a.ID, []parts.Hidden{version(a.Version)}
		v.Form.Cancel.Href = "/knowledge/" + a.ID
	}
	both := func(name string, kind string, rows, limit int, must bool) []parts.Field {
		var out []parts.Field
		for _, lang := range []string{"zh", "en"} {
			most := limit
			if lang == "en" {
				most *= 3
			}
			out = append(out, parts.Field{Name: name + "_" + lang, Label: p.T("knowledge."+name) + p.T("knowledge.lang."+lang), Type: kind, Rows: rows, Max: most, Required: must, Half: true})
		}
		return out
	}
	words := append(both("question", "", 0, 200, true), both("answer", parts.LongText, 6, 3000, true)...)
	words = append(words, both("next", parts.LongText, 2, 500, false)...)
	words = append(words, both("tags", "", 0, 300, false)...)
	v.Groups = []views.FieldGroup{
		{Title: p.T("knowledge.group.words"), Fields: f.fill(p, words...)},
		{Title: p.T("knowledge.group.law"), Fields: f.fill(p, append(both("source", "", 0, 500, true),
			parts.Field{Name: "rules", Label: p.T("knowledge.rules"), Hint: p.T("knowledge.rules.hint"), Required: true, NoSpell: true},
			parts.Field{Name: "topic", Label: p.T("call.topic"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("topic", hotline.Topics()), Half: true},
			parts.Field{Name: "patents", Label: p.T("knowledge.patents"), Type: parts.Checks, Inline: true, Options: c.choices("ip_kind", knowledge.PatentKinds()), Half: true},
			parts.Field{Name: "from", Label: p.T("knowledge.valid_from"), Type: parts.Date, Half: true},
			parts.Field{Name: "until", Label: p.T("knowledge.valid_until"), Type: parts.Date, Half: true},
		)...)},
	}
	if a != nil {
		v.Groups = append(v.Groups, views.FieldGroup{Title: p.T("knowledge.reason"), Fields: f.fill(p, parts.Field{Name: "reason", Label: p.T("knowledge.reason"), Max: 500, Required: true})})
	}
	var all []parts.Field
	for _, g := range v.Groups {
		all = append(all, g.Fields...)
	}
	v.Error = f.general(p, all...)
	return c.show(code, views.Entry(v))
}

// articleSave writes an article, or its next version.
func (s *Server) articleSave(c *ctx) error {
	id := c.Param("id")
	var a *knowledge.Article
	if id != "" {
		var err error
		if id, err = c.record(); err != nil {
			return err
		}
		if a, err = s.Shelf.Get(c.ctx(), c.by, id); err != nil {
			return err
		}
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	text := func(name string) statute.Text {
		return statute.Text{ZH: f.text(name + "_zh"), EN: f.text(name + "_en")}
	}
	w := knowledge.Words{Topic: f.text("topic"), Patents: strings.Join(f.all("patents"), " "), Tags: text("tags"), Question: text("question"), Answer: text("answer"), Next: text("next"), Source: text("source"),
		Rules: strings.Join(strings.Fields(strings.ReplaceAll(f.text("rules"), ",", " ")), " "), From: f.day("from"), Until: f.day("until")}
	if err = f.err(); err == nil {
		id, err = s.Shelf.Write(c.ctx(), c.by, id, f.number("version"), w, f.text("reason"))
	}
	if code, again := c.again(f, err); again {
		return s.articleForm(c, code, a, f)
	}
	if err != nil {
		return err
	}
	return c.done("/knowledge/"+id, "flash.knowledge.saved")
}

// articleWithdraw takes an article off the shelf, or puts it back.
func (s *Server) articleWithdraw(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = s.Shelf.Withdraw(c.ctx(), c.by, id, f.number("version"), f.yes("off"), f.text("reason"))
	if code, again := c.again(f, err); again {
		return s.articlePage(c, code, id, f)
	}
	if err != nil {
		return err
	}
	return c.done("/knowledge/"+id, "flash.knowledge.saved")
}
