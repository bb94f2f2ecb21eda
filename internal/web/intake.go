package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// What the rooms of intake share: hotline, leads, listings.

// rowsOfPage is how many rows a list shows.
const rowsOfPage = 30

// record is the identifier in the address. What is none cannot be there.
func (c *ctx) record() (string, error) {
	if id := c.Param("id"); store.ValidID(id) {
		return id, nil
	}
	return "", errs.New(errs.NotFound, "error.not_found")
}

// pageOf is where in a list the address stands.
func pageOf(f *form) casework.Page {
	return casework.Page{After: f.raw("after"), Before: f.raw("before"), Limit: rowsOfPage}
}

// address is a path with a query, some of its values set anew or, where empty, taken out.
func address(path string, v url.Values, set ...string) string {
	q := url.Values{}
	for k, list := range v {
		q[k] = list
	}
	for i := 0; i+1 < len(set); i += 2 {
		if q.Del(set[i]); set[i+1] != "" {
			q.Set(set[i], set[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// keyed is a row that knows its place in a list.
type keyed interface{ Key() string }

// pager leads from a page of rows to those before and after it. v is the list's filter.
func pager[R keyed](p *i18n.Printer, path string, v url.Values, at casework.Page, rows []R, more bool, total int64) parts.Pager {
	g := parts.Pager{Shown: len(rows), Total: p.Count(total)}
	if len(rows) == 0 {
		return g
	}
	back := at.Before != "" && at.After == ""
	if more && !back || back {
		g.Next = address(path, v, "after", rows[len(rows)-1].Key())
	}
	if at.After != "" || back && more {
		g.Prev = address(path, v, "before", rows[0].Key())
		g.First = address(path, v)
	}
	return g
}

// choices are a closed list as options: the words are the catalogue's prefix.value.
func (c *ctx) choices(prefix string, values []string) []parts.Option {
	out := make([]parts.Option, len(values))
	for i, v := range values {
		out[i] = parts.Option{Value: v, Label: c.p.T(prefix + "." + v)}
	}
	return out
}

// offices are the jurisdictions in which the person may do something.
func (c *ctx) offices(action string) []parts.Option {
	var out []parts.Option
	for _, r := range c.s.Guard.Places(c.by, action) {
		out = append(out, parts.Option{Value: r.Code, Label: r.Name(c.p.Lang())})
	}
	return out
}

// areas are all places where something can have happened.
func (c *ctx) areas() []parts.Option {
	var out []parts.Option
	for _, r := range c.s.Regions.All() {
		out = append(out, parts.Option{Value: r.Code, Label: r.Name(c.p.Lang())})
	}
	return out
}

// place is an area's name.
func (c *ctx) place(code string) string { return c.s.Regions.Name(code, c.p.Lang()) }

// homeFor is the jurisdiction in which a person does something unless another is chosen: their own, else the first they may.
func (c *ctx) homeFor(action string) string {
	if home := c.s.Guard.Home(c.by); c.can(action, home) {
		return home
	}
	if list := c.s.Guard.Jurisdictions(c.by, action); len(list) > 0 {
		return list[0]
	}
	return ""
}

// officeField asks which office a record belongs to; who has only one is not asked.
func (c *ctx) officeField(action, label string) parts.Field {
	options := c.offices(action)
	f := parts.Field{Name: "jurisdiction", Label: label, Type: parts.Select, Required: true, Blank: "-", Options: options}
	if len(options) == 1 {
		f.Type, f.Value = parts.HiddenIn, options[0].Value
	}
	return f
}

// half sets a field beside another.
func half(f parts.Field) parts.Field { f.Half = true; return f }

// given are the lines that have something to say.
func given(list ...parts.Desc) []parts.Desc {
	return slices.DeleteFunc(list, func(d parts.Desc) bool { return d.Value == "" && d.Body == nil })
}

// tabs are the views of a list: all, and one for each value of a filter. The words are the catalogue's prefix.value.
func (c *ctx) tabs(path string, v url.Values, name, prefix string, values []string) []parts.Tab {
	out := []parts.Tab{{Label: c.p.T("intake.all"), Href: address(path, v, name, ""), Active: v.Get(name) == ""}}
	for _, x := range values {
		out = append(out, parts.Tab{Label: c.p.T(prefix + "." + x), Href: address(path, v, name, x), Active: v.Get(name) == x})
	}
	return out
}

// chip is a filter in force: the query's name, its label, and its value in words.
type chip struct{ name, label, value string }

// chipsOf are the filters in force, each with the list without it.
func chipsOf(path string, v url.Values, list ...chip) []parts.Chip {
	var out []parts.Chip
	for _, x := range list {
		if v.Get(x.name) != "" {
			out = append(out, parts.Chip{Label: x.label, Value: x.value, Remove: address(path, v, x.name, "")})
		}
	}
	return out
}

// numbered gives the fields of one of several forms of a page identifiers of their own.
func numbered(form string, fields []parts.Field) []parts.Field {
	for i := range fields {
		fields[i].ID = parts.FieldID(form + "-" + fields[i].Name)
	}
	return fields
}

// version is the hidden field by which a stale form is known.
func version(n int64) parts.Hidden {
	return parts.Hidden{Name: "version", Value: strconv.FormatInt(n, 10)}
}

// newID is the identifier a form carries: what was sent, so that sending twice makes one record, unless that
// identifier was used for something else.
func (c *ctx) newID(f *form, name string) parts.Hidden {
	id := f.raw(name)
	if !store.ValidID(id) || f.whole != nil && f.whole.Key == "error.same_id" {
		id = c.s.DB.NewID()
	}
	return parts.Hidden{Name: name, Value: id}
}

// changed adds to a stale answer who changed the record and how, as the log has it. The record's own page has
// let the person see it.
func (c *ctx) changed(subject string, err error) error {
	e := errs.As(err)
	if e == nil || e.Code != errs.Conflict || e.Key != "error.stale" {
		return err
	}
	action := "" // sign-ins of a person stand in the log under that person too
	if strings.HasPrefix(subject, "user:") {
		action = "user."
	}
	last, failed := audit.Last(c.ctx(), c.s.DB, subject, action)
	if failed != nil {
		return failed
	}
	if last == nil {
		return err
	}
	return errs.New(errs.Conflict, "error.stale_step", c.actorName(*last), last.At, c.actionName(last.Action)).Because(err)
}

// clocksOf are the clocks of the matter at href, and the one to watch: the nearest that runs.
func (s *Server) clocksOf(c *ctx, href string, list []deadline.Clock) (all []parts.Clock, next *parts.Clock) {
	for _, k := range list {
		v := s.clockCard(c, href, k)
		all = append(all, v)
		if next == nil && k.Running() && (k.OfficeDuty || k.WatchOn >= s.today()) {
			next = &v
		}
	}
	return all, next
}

// notYours says why a button rests: who may press it.
func (c *ctx) notYours(action, jurisdiction string) string {
	var names []string
	for _, a := range c.s.Guard.Holders(action, jurisdiction) {
		names = append(names, a.Name)
	}
	const most = 4
	switch {
	case len(names) == 0:
		return c.p.T("intake.nobody")
	case len(names) > most:
		return c.p.T("intake.by.more", join(c.p, names[:most]), len(names))
	}
	return c.p.T("intake.by", join(c.p, names))
}

func join(p *i18n.Printer, list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += p.T("parts.list.and")
		}
		out += s
	}
	return out
}

// firstLine is the beginning of a text, for lists and titles.
func firstLine(s string, most int) string {
	for i, r := range s {
		if r == '\n' {
			s = s[:i]
			break
		}
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// crumb is the way back to a list.
func (c *ctx) crumb(nav, path string) []layout.Crumb {
	return []layout.Crumb{{Label: c.p.T("nav." + nav), Href: path}}
}

// outside is an address elsewhere as a link, nil where it is no web address: then it is shown as text alone.
func outside(p *i18n.Printer, address string) templ.Component {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	return views.OutsideLink(address, p.T("intake.outside"))
}
