package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/papers"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// publicityClocks are the periods of publication of a kind: those that its steps of publication stop.
func publicityClocks(p *casework.Procedure) (out []string) {
	for _, name := range []string{"publish", "publish_change", "push", "take_down"} {
		if s := p.Step(name); s != nil {
			out = append(out, s.Stops...)
		}
	}
	return out
}

// publicity is the page on which a decision is made public: what must be, by when, and exactly what the public would see.
func (s *Server) publicity(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.publicityPage(c, http.StatusOK, file, newForm(c.QueryParams()), "")
}

func publicChoice(f *form) papers.Choice {
	return papers.Choice{Words: strings.FieldsFunc(f.text("words"), func(r rune) bool { return strings.ContainsRune("\n，,、;；", r) }), Low: f.text("low") == "yes"}
}

func (s *Server) publicityPage(c *ctx, code int, file *casework.File, f *form, at string) error {
	open, done, err := s.Papers.Publishable(c.ctx(), file)
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(c.p.T("publicity.title"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), c.p.T("publicity.lead"), code != http.StatusOK
	v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("publicity.public"), Href: "/publicity", Icon: "world"})
	var due []parts.Desc
	rules := publicityClocks(s.Docket.Procedure(file.Kind))
	for _, k := range file.Clocks {
		if slices.Contains(rules, k.Rule) {
			d := parts.Desc{Label: c.p.T("publicity.until"), Value: c.p.Day(k.WatchOn)}
			if r, ok := s.Clocks.Rule(&k); ok {
				d.Label, d.Note = r.Title.In(c.p.Lang()), r.Cite.In(c.p.Lang())
			}
			if !k.Running() {
				d.Note += " · " + c.p.T("publicity.met", k.StoppedOn)
			}
			due = append(due, d)
		}
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "due", Title: c.p.T("publicity.due"), Lead: c.p.T("publicity.due.lead"), Facts: due})
	if len(open) == 0 && len(done) == 0 {
		v.Sections = append(v.Sections, views.RoomSection{ID: "none", Title: c.p.T("publicity.papers"), Text: c.p.T("publicity.none")})
	}
	works, owns := s.mayDraft(c, file), file.Is(c.by.ID, casework.PartOfficer) && c.can("case.work", file.Jurisdiction)
	for _, d := range open {
		choice := papers.Choice{}
		mine := f.text("document") == d.ID
		if mine {
			choice = publicChoice(f)
		}
		p, struck, err := s.Papers.Propose(file, d.ID, choice)
		if err != nil {
			v.Sections = append(v.Sections, views.RoomSection{ID: "d-" + d.ID, Title: d.Title + " " + d.Number, Text: c.p.T("publicity.restricted")})
			continue
		}
		v.Sections = append(v.Sections, views.RoomSection{ID: "d-" + d.ID, Title: c.p.T("publicity.preview", d.Number), Lead: struckWords(c, struck), Facts: s.publicFacts(c, p), Text: p.Text})
		if !works {
			continue
		}
		look := blank(nil)
		if mine {
			look = f
		}
		q := []parts.Field{{Name: "words", ID: "words-" + d.ID, Label: c.p.T("publicity.words"), Hint: c.p.T("publicity.words.hint"), Type: parts.LongText, Rows: 3, Max: noteText}}
		if file.Kind == casework.Counterfeit {
			q = append(q, parts.Field{Name: "low", ID: "low-" + d.ID, Label: c.p.T("publicity.low"), Type: parts.Radio, Inline: true, Value: "no", Options: c.choices("publicity.low", []string{"no", "yes"})})
		}
		again := views.ActForm{ID: "again-" + d.ID, Title: c.p.T("publicity.again"), Fields: look.fill(c.p, q...), Hint: c.p.T("publicity.again.hint")}
		again.Form = parts.Form{Action: "/cases/" + file.ID + "/publicity", Get: true, Submit: c.p.T("publicity.look"), Hidden: []parts.Hidden{{Name: "document", Value: d.ID}}}
		low := "no"
		if choice.Low {
			low = "yes"
		}
		out := views.ActForm{ID: "publish-" + d.ID, Title: c.p.T("publicity.publish"), Hint: c.p.T("publicity.publish.hint")}
		if mine {
			out.Error = f.general(c.p)
		}
		out.Form = parts.Form{Action: "/cases/" + file.ID + "/publicity", Submit: c.p.T("publicity.publish"), Hidden: []parts.Hidden{{Name: "document", Value: d.ID}, {Name: "sha256", Value: p.SHA256},
			{Name: "words", Value: strings.Join(choice.Words, "\n")}, {Name: "low", Value: low}}}
		v.Forms = append(v.Forms, again, out)
	}
	for _, p := range done {
		facts := append([]parts.Desc{{Label: c.p.T("publicity.state"), Value: c.p.T("publicity.state." + publicState(&p, file))}}, s.publicFacts(c, &p)...)
		if p.State == papers.Withdrawn {
			facts = append(facts, parts.Desc{Label: c.p.T("publicity.gone"), Value: c.p.Day(p.GoneOn), Note: c.p.T("publicity.ground."+p.Ground) + " " + p.Reason})
		}
		v.Sections = append(v.Sections, views.RoomSection{ID: "p-" + p.ID, Title: p.Title + " " + p.Number, Facts: facts})
		if owns && p.State == papers.Published {
			g := blank(map[string]string{"ground_on": file.Today.String()})
			if at == p.ID {
				g = f
			}
			a := views.ActForm{ID: "withdraw-" + p.ID, Title: c.p.T("publicity.withdraw") + " · " + p.Number, Fold: true, Hint: c.p.T("publicity.withdraw.hint")}
			a.Fields = g.fill(c.p, parts.Field{Name: "ground", ID: "ground-" + p.ID, Label: c.p.T("publicity.ground"), Type: parts.Radio, Required: true, Options: c.choices("publicity.ground", papers.Grounds())},
				parts.Field{Name: "ground_on", ID: "on-" + p.ID, Label: c.p.T("publicity.ground_on"), Type: parts.Date, Required: true, Upto: file.Today.String()},
				parts.Field{Name: "reason", ID: "reason-" + p.ID, Label: c.p.T("paper.reason"), Type: parts.LongText, Rows: 3, Required: true, Max: noteText})
			a.Error = g.general(c.p, a.Fields...)
			a.Form = parts.Form{Action: "/cases/" + file.ID + "/publicity/" + p.ID + "/withdraw", Submit: c.p.T("publicity.withdraw"), Look: "danger", Hidden: []parts.Hidden{version(p.Version)}}
			v.Forms = append(v.Forms, a)
			early, err := s.earlyForm(c, file, &p, f, at)
			if err != nil {
				return err
			}
			v.Forms = append(v.Forms, early...)
		}
	}
	return c.show(code, views.Room(v))
}

// earlyForm ends a publication on application; none where it never may be.
func (s *Server) earlyForm(c *ctx, file *casework.File, p *papers.Publication, f *form, at string) ([]views.ActForm, error) {
	from, err := s.Papers.EarlyFrom(p)
	if err != nil || from.IsZero() || publicState(p, file) == "ended" {
		return nil, err
	}
	g := blank(map[string]string{"ground_on": file.Today.String()})
	if at == papers.Early+p.ID {
		g = f
	}
	a := views.ActForm{ID: "early-" + p.ID, Title: c.p.T("publicity.early") + " · " + p.Number, Fold: true, Hint: c.p.T("publicity.early.hint", from)}
	a.Fields = g.fill(c.p, parts.Field{Name: "met", ID: "met-" + p.ID, Label: c.p.T("publicity.met_all"), Type: parts.Checks, Required: true, Options: c.choices("publicity.met_all", papers.Conditions())},
		parts.Field{Name: "ground_on", ID: "asked-" + p.ID, Label: c.p.T("publicity.asked_on"), Type: parts.Date, Required: true, Upto: file.Today.String()},
		parts.Field{Name: "reason", ID: "proof-" + p.ID, Label: c.p.T("publicity.early.proof"), Type: parts.LongText, Rows: 3, Required: true, Max: noteText})
	a.Error = g.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/publicity/" + p.ID + "/withdraw", Submit: c.p.T("publicity.early"), Hidden: []parts.Hidden{version(p.Version), {Name: "ground", Value: papers.Early}}}
	return []views.ActForm{a}, nil
}

func publicState(p *papers.Publication, file *casework.File) string {
	if p.State == papers.Published && !p.EndsOn.IsZero() && p.EndsOn < file.Today {
		return "ended"
	}
	return p.State
}

func struckWords(c *ctx, struck map[string]int) string {
	var out []string
	for _, rule := range papers.Redactions() {
		if struck[rule] > 0 {
			out = append(out, c.p.T("publicity.struck."+rule, struck[rule]))
		}
	}
	if len(out) == 0 {
		return c.p.T("publicity.struck.none")
	}
	return c.p.T("publicity.struck", strings.Join(out, c.p.T("publicity.and")))
}

// publicFacts are the summary that the public sees (SAMR Order 45 Art. 7).
func (s *Server) publicFacts(c *ctx, p *papers.Publication) []parts.Desc {
	out := []parts.Desc{{Label: c.p.T("publicity.number"), Value: p.Number}, {Label: c.p.T("publicity.party"), Value: p.Party}, {Label: c.p.T("publicity.subject"), Value: p.Subject}, {Label: c.p.T("publicity.office"), Value: p.Office},
		{Label: c.p.T("publicity.decided"), Value: c.p.Day(p.DecidedOn)}, {Label: c.p.T("publicity.published"), Value: c.p.Day(p.PublishedOn)}}
	if p.Code != "" {
		out = append(out, parts.Desc{Label: c.p.T("publicity.code"), Value: p.Code, Code: true})
	}
	if p.Result != "" {
		out = append(out, parts.Desc{Label: c.p.T("publicity.result"), Value: c.p.Or("choice.outcome."+p.Result, p.Result)})
	}
	if !p.EndsOn.IsZero() {
		out = append(out, parts.Desc{Label: c.p.T("publicity.ends"), Value: c.p.Day(p.EndsOn)})
	}
	return out
}

// publicityPublish makes a decision public.
func (s *Server) publicityPublish(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	where := s.Catalogue.Printer("zh-CN").T("publicity.where")
	if _, err := s.Papers.Publish(c.ctx(), c.by, c.Param("id"), f.text("document"), f.text("sha256"), publicChoice(f), where); err != nil {
		return s.publicityAgain(c, f, err, "")
	}
	return c.done("/cases/"+c.Param("id")+"/publicity", "flash.publicity.published")
}

func (s *Server) publicityAgain(c *ctx, f *form, err error, at string) error {
	code, again := c.again(f, err)
	if !again {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.publicityPage(c, code, file, f, at)
}

// publicityWithdraw takes a publication down.
func (s *Server) publicityWithdraw(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	on, seen := f.day("ground_on"), f.number("version")
	if err = f.err(); err == nil {
		err = s.Papers.Withdraw(c.ctx(), c.by, c.Param("publication"), seen, papers.Taking{Ground: f.text("ground"), On: on, Reason: f.text("reason"), Where: s.Catalogue.Printer("zh-CN").T("publicity.where"), Met: f.all("met")})
	}
	if err != nil {
		at := c.Param("publication")
		if f.text("ground") == papers.Early {
			at = papers.Early + at
		}
		return s.publicityAgain(c, f, err, at)
	}
	return c.done("/cases/"+c.Param("id")+"/publicity", "flash.publicity.withdrawn")
}

// speakPublic says in which language a page is read that needs no sign-in.
func (c *ctx) speakPublic() error {
	_, err := c.identify()
	if err == nil && !c.in() {
		c.speak(c.prefs)
	}
	return err
}

// publicList is the public list of decisions; nobody signs in for it, and nothing but the publications is read.
func (s *Server) publicList(c *ctx) error {
	if err := c.speakPublic(); err != nil {
		return err
	}
	f := c.query()
	q := f.text("q")
	list, more, err := s.Papers.Public(c.ctx(), q, f.text("after"), rowsOfPage)
	if err != nil {
		return err
	}
	v := views.PublicView{Page: c.page(c.p.T("publicity.list")), None: c.p.T("publicity.list.none")}
	v.Page.Lead = c.p.T("publicity.list.lead")
	v.Search = views.ActForm{Fields: f.fill(c.p, parts.Field{Name: "q", Label: c.p.T("publicity.q"), Type: parts.Search, Max: 100}), Form: parts.Form{Action: "/publicity", Get: true, Submit: c.p.T("publicity.search")}}
	for _, p := range list {
		v.Items = append(v.Items, views.PublicItem{Number: p.Number, Title: p.Subject, Href: "/publicity/" + p.ID, Line: c.p.T("publicity.line", p.Office, p.PublishedOn)})
	}
	if q == "" && f.text("after") == "" {
		gone, err := s.Papers.PublicGone(c.ctx(), rowsOfPage)
		if err != nil {
			return err
		}
		for _, p := range gone {
			v.Gone = append(v.Gone, views.PublicItem{Number: p.Number, Title: p.Title, Href: "/publicity/" + p.ID, Line: c.p.T("publicity.undone.line", c.p.T("publicity.ground."+p.Ground), p.GoneOn)})
		}
		v.GoneTitle = c.p.T("publicity.undone")
	}
	if more {
		v.Next = &parts.Link{Label: c.p.T("publicity.next"), Href: "/publicity?after=" + list[len(list)-1].ID}
	}
	v.Feeds = []parts.Link{{Label: "RSS", Href: "/publicity/feed.xml"}, {Label: "JSON", Href: "/publicity/feed.json"}}
	return c.show(http.StatusOK, views.PublicList(v))
}

// publicOne is one decision as the public sees it.
func (s *Server) publicOne(c *ctx) error {
	if err := c.speakPublic(); err != nil {
		return err
	}
	p, err := s.Papers.PublicOne(c.ctx(), c.Param("id"))
	if errs.CodeOf(err) == errs.NotFound {
		return s.publicGone(c)
	}
	if err != nil {
		return err
	}
	v := views.PublicPaperView{Page: c.page(p.Title), Facts: s.publicFacts(c, p), Paras: strings.Split(p.Text, "\n"), Hash: p.SHA256}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("publicity.list"), Href: "/publicity"}}
	return c.show(http.StatusOK, views.PublicPaper(v))
}

// publicGone says why a decision is not public any more: the decision was changed, quashed, or found unlawful or void (Penalty Law Art. 48(2)). What it said, and of
// whom, is told no more.
func (s *Server) publicGone(c *ctx) error {
	p, err := s.Papers.GoneOne(c.ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	v := views.PublicPaperView{Page: c.page(c.p.T("publicity.undone")), Paras: []string{c.p.T("publicity.undone.why", p.Number, p.GroundOn, c.p.T("publicity.ground."+p.Ground), p.GoneOn)},
		Facts: []parts.Desc{{Label: c.p.T("publicity.number"), Value: p.Number}, {Label: c.p.T("publicity.office"), Value: p.Office}, {Label: c.p.T("publicity.decided"), Value: c.p.Day(p.DecidedOn)},
			{Label: c.p.T("publicity.ground"), Value: c.p.T("publicity.ground." + p.Ground)}, {Label: c.p.T("publicity.undone.on"), Value: c.p.Day(p.GoneOn)}}}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("publicity.list"), Href: "/publicity"}}
	return c.show(http.StatusOK, views.PublicPaper(v))
}

// site is the address of this site, for feeds.
func (c *ctx) site() string {
	scheme := "http"
	if c.s.byTLS(c.Request()) {
		scheme = "https"
	}
	return scheme + "://" + c.Request().Host
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  string `xml:"guid"`
	Date  string `xml:"pubDate"`
	Text  string `xml:"description"`
}

// publicRSS is the newest decisions as RSS 2.0.
func (s *Server) publicRSS(c *ctx) error {
	list, _, err := s.Papers.Public(c.ctx(), "", "", rowsOfPage)
	if err != nil {
		return err
	}
	p := s.Catalogue.Printer("zh-CN")
	feed := struct {
		XMLName xml.Name  `xml:"rss"`
		Version string    `xml:"version,attr"`
		Title   string    `xml:"channel>title"`
		Link    string    `xml:"channel>link"`
		About   string    `xml:"channel>description"`
		Lang    string    `xml:"channel>language"`
		Items   []rssItem `xml:"channel>item"`
	}{Version: "2.0", Title: p.T("publicity.list"), Link: c.site() + "/publicity", About: p.T("publicity.list.lead"), Lang: "zh-CN"}
	for _, x := range list {
		at := c.site() + "/publicity/" + x.ID
		feed.Items = append(feed.Items, rssItem{Title: x.Party + "：" + x.Subject + "（" + x.Number + "）", Link: at, GUID: at, Date: x.PublishedOn.Time().Format(time.RFC1123Z), Text: x.Office + " " + x.Title})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(feed); err != nil {
		return fmt.Errorf("rss: %w", err)
	}
	return c.Blob(http.StatusOK, "application/rss+xml; charset=utf-8", b.Bytes())
}

// publicJSON is the newest decisions as a JSON feed 1.1.
func (s *Server) publicJSON(c *ctx) error {
	list, _, err := s.Papers.Public(c.ctx(), "", "", rowsOfPage)
	if err != nil {
		return err
	}
	p := s.Catalogue.Printer("zh-CN")
	items := []map[string]any{}
	for _, x := range list {
		at := c.site() + "/publicity/" + x.ID
		items = append(items, map[string]any{"id": at, "url": at, "title": x.Party + "：" + x.Subject, "content_text": x.Text, "date_published": x.PublishedOn.Time().Format(time.RFC3339),
			"_huzhi": map[string]string{"number": x.Number, "party": x.Party, "code": x.Code, "office": x.Office, "decided_on": x.DecidedOn.String(), "ends_on": x.EndsOn.String(), "sha256": x.SHA256}})
	}
	b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": p.T("publicity.list"), "language": "zh-CN", "home_page_url": c.site() + "/publicity", "feed_url": c.site() + "/publicity/feed.json", "items": items})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Length", strconv.Itoa(len(b)))
	return c.Blob(http.StatusOK, "application/feed+json; charset=utf-8", b)
}
