package web

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/search"
	"huzhi/views"
	"huzhi/views/parts"
)

// How many answers of a kind are shown while typing, and on the page.
const (
	fewHits  = 5
	manyHits = 20
)

// A room is a kind of thing that can be found.
type room struct{ kind, action, icon, list string }

func rooms() []room {
	return []room{
		{search.Case, "case.view", "folder", "/cases"},
		{search.Lead, "lead.view", "inbox", "/leads"},
		{search.Call, "call.view", "phone", "/hotline"},
		{search.Listing, "listing.view", "shopping-cart", "/listings"},
		{search.Visit, "visit.view", "map-pin", "/visits"},
	}
}

// search answers with what a person may see: as a page, or as the part under the search box (partial=1).
func (s *Server) search(c *ctx) error {
	typed := c.query().text("q")
	partial := c.query().text("partial") == "1"
	most := manyHits
	if partial {
		most = fewHits
	}
	groups, found, err := s.hits(c, typed, most, partial)
	if err != nil {
		return err
	}
	if partial {
		var b bytes.Buffer
		if err := parts.SearchAnswers(c.p, groups).Render(context.WithoutCancel(c.ctx()), &b); err != nil {
			return err
		}
		return c.HTMLBlob(http.StatusOK, b.Bytes())
	}
	v := views.SearchView{Page: c.page(c.p.T("find.title")), Typed: typed, Groups: groups}
	v.Page.Query = typed
	if typed != "" && found > 0 {
		v.Page.Lead = c.p.T("find.lead", typed)
	}
	return c.show(http.StatusOK, views.Search(v))
}

// hits are the answers by kind; the case whose number was typed stands first of all.
func (s *Server) hits(c *ctx, typed string, most int, partial bool) (groups []parts.SearchGroup, found int, err error) {
	q, ok := search.Parse(typed)
	if !ok {
		return nil, 0, nil
	}
	exact := ""
	if s.Guard.CanAnywhere(c.by, "case.view") {
		if exact, err = s.Docket.NumberOf(c.ctx(), c.by, typed); err != nil {
			return nil, 0, err
		}
	}
	if g, err := s.callerHits(c, typed, most); err != nil {
		return nil, 0, err
	} else if len(g.Hits) > 0 {
		groups, found = append(groups, g), len(g.Hits)
	}
	for _, r := range rooms() {
		if !s.Guard.CanAnywhere(c.by, r.action) {
			continue
		}
		docs, err := search.Find(c.ctx(), s.DB, q, r.kind, s.Guard.ScopeOn(c.by, r.action, "search_docs", "subject_id"), most)
		if err != nil {
			return nil, 0, err
		}
		if r.kind == search.Case && exact != "" {
			if docs, err = s.exactFirst(c, docs, exact); err != nil {
				return nil, 0, err
			}
		}
		if len(docs) == 0 {
			continue
		}
		g := parts.SearchGroup{Label: c.p.T("find.kind." + r.kind), Icon: r.icon}
		if len(docs) > most {
			docs = docs[:most]
			g.More = r.list + "?q=" + queryEscape(typed)
			if partial {
				g.More = "/search?q=" + queryEscape(typed)
			}
		}
		for _, d := range docs {
			h := parts.SearchHit{Href: s.matterHref(c, r.kind, d.SubjectID), Title: d.Title, Sub: d.Label + " · " + c.p.Day(d.SortOn) + " · " + c.place(d.Jurisdiction)}
			if d.Restricted {
				h.Tag, h.TagTone = c.confidential(true), parts.Late
			}
			g.Hits = append(g.Hits, h)
		}
		found += len(docs)
		groups = append(groups, g)
	}
	return groups, found, nil
}

// callerHits are the calls of a telephone number, whole or its last four digits, for who may see calls. The number itself is not shown.
func (s *Server) callerHits(c *ctx, typed string, most int) (g parts.SearchGroup, err error) {
	d := strings.Map(digitsOnly, typed)
	if (len(d) != 4 && (len(d) < 7 || len(d) > 15)) || strings.Trim(typed, "0123456789 -+") != "" || !s.Guard.CanAnywhere(c.by, "call.view") {
		return g, nil
	}
	f := hotline.Filter{Phone: d}
	rows, _, err := s.Hotline.List(c.ctx(), c.by, f, casework.Page{Limit: most + 1})
	if err != nil || len(rows) == 0 {
		return g, err
	}
	g = parts.SearchGroup{Label: c.p.T("find.kind.phone"), Icon: "phone"}
	if len(rows) > most {
		rows, g.More = rows[:most], address("/hotline", f.Values())
	}
	for _, x := range rows {
		if err := s.Hotline.Veil(c.ctx(), &x); err != nil {
			return g, err
		}
		g.Hits = append(g.Hits, parts.SearchHit{Href: "/hotline/" + x.ID, Title: firstLine(x.Question, 60), Sub: x.Number + " · " + c.p.T("call.kind."+x.Kind) + " · " + c.p.Day(x.ReceivedOn)})
	}
	return g, nil
}

// exactFirst puts the case of a number first, where the newest matches did not bring it.
func (s *Server) exactFirst(c *ctx, docs []search.Doc, id string) ([]search.Doc, error) {
	if i := slices.IndexFunc(docs, func(d search.Doc) bool { return d.SubjectID == id }); i >= 0 {
		first := docs[i]
		return slices.Insert(slices.Delete(docs, i, i+1), 0, first), nil
	}
	f, err := s.Docket.Find(c.ctx(), c.by, id)
	if err != nil {
		return nil, err
	}
	return slices.Insert(docs, 0, search.Doc{SubjectID: f.ID, SubjectKind: search.Case, Jurisdiction: f.Jurisdiction, Restricted: f.Restricted, SortOn: f.FiledOn, Label: f.Number, Title: f.Title}), nil
}
