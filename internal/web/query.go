package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

// longestText is how many characters a list is searched by.
const longestText = 100

// asked is what a list understands of its address. Every list understands areas (office, place, at), a text (q) and, unless it counts its
// pages, a place in the list (after, before).
type asked struct {
	choices map[string][]string // the values of closed lists
	days    []string
	spans   [][2]string // two days, the second not before the first
	ids     []string    // records
	counted []string    // numbers that say where the page begins
}

// ask reads the query of a list. What is not understood is noted, never dropped: a list is never silently another one. The form is
// invalid then, and misread answers.
func (c *ctx) ask(a asked) *form {
	f := newForm(url.Values{})
	sent, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		f.faults.Add("address", "error.address")
	}
	for k, list := range sent {
		f.values.Set(k, clean(list[0]))
	}
	for _, name := range slices.Sorted(maps.Keys(a.choices)) {
		if v := f.raw(name); v != "" && !slices.Contains(a.choices[name], v) {
			f.faults.Add(name, "error.choice")
		}
	}
	for _, name := range []string{"office", "place", "at"} {
		if _, ok := c.s.Regions.Get(f.raw(name)); f.raw(name) != "" && !ok {
			f.faults.Add(name, "error.choice")
		}
	}
	for _, name := range a.days {
		f.day(name)
	}
	for _, x := range a.spans {
		if from, to := f.day(x[0]), f.day(x[1]); !to.IsZero() && from > to {
			f.faults.Add(x[1], "error.span")
		}
	}
	for _, name := range a.ids {
		if v := f.raw(name); v != "" && !store.ValidID(v) {
			f.faults.Add(name, "error.not_found")
		}
	}
	for _, name := range []string{"after", "before"} {
		v := f.raw(name)
		if good := slices.Contains(a.counted, name) && numberForm.MatchString(v) || len(a.counted) == 0 && placeInList(v); v != "" && !good {
			f.faults.Add(name, "error.page_place")
		}
	}
	if utf8.RuneCountInString(f.raw("q")) > longestText {
		f.faults.Add("q", "error.too_long", longestText)
	}
	f.note(f.err())
	return f
}

// note keeps what is wrong with which field, the first of each.
func (f *form) note(err error) {
	e := errs.As(err)
	if e == nil {
		return
	}
	for _, x := range e.Fields {
		if _, twice := f.wrong[x.Name]; !twice {
			f.wrong[x.Name] = x.Message
		}
	}
}

// placeInList says whether a text is a place in a list ("2026-11-20/id").
func placeInList(s string) bool {
	day, id, ok := strings.Cut(s, "/")
	_, err := calendar.ParseDay(day)
	return ok && err == nil && id != "" && len(id) <= 40 && !strings.ContainsAny(id, "/ '\"<>")
}

// unclear says what is not understood in a query, by the labels of its filters.
func (c *ctx) unclear(f *form, filters parts.Filters) string {
	labels := map[string]string{}
	for _, x := range append(slices.Clone(filters.Fields), filters.More...) {
		labels[x.Name] = x.Label
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(f.wrong)) {
		label := labels[name]
		if label == "" {
			label = c.p.Or("query."+name, name)
		}
		lines = append(lines, c.p.T("error.field", label, f.wrong[name]))
	}
	return strings.Join(lines, c.p.T("error.join"))
}

// misread is what stands in place of a list whose query is not understood.
func (c *ctx) misread(f *form, filters parts.Filters) *parts.EmptyState {
	return &parts.EmptyState{Icon: "filter-off", Title: c.p.T("query.wrong"), Text: c.unclear(f, filters),
		Action: &parts.Action{Label: c.p.T("parts.filter.clear"), Href: c.Request().URL.Path}}
}

// showMisread answers with the page of a list whose query is not understood: its filters as they were sent, and what is wrong.
func (c *ctx) showMisread(v views.RecordsView, f *form) error {
	v.Page.Invalid, v.Filters.Chips = true, nil
	v.Table = parts.Table{Caption: v.Page.Title, Empty: c.misread(f, v.Filters)}
	return c.show(http.StatusUnprocessableEntity, views.Records(v))
}
