// Package layout holds the frames that pages stand in: the shell with menu and search, the bare page of sign-in and errors, and printed paper.
package layout

import (
	"strconv"

	"github.com/a-h/templ"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
	"huzhi/views/parts"
)

// The themes a person can choose.
const (
	Light = "light"
	Dark  = "dark"
	Auto  = "auto" // as the system says
)

// Page is what a frame needs to know.
type Page struct {
	P       *i18n.Printer
	Assets  func(name string) string // address of a static file
	Title   string
	Nav     []NavItem
	User    *User // nil before sign-in
	Bell    *Bell // nil: this person is never warned
	Ring    *Ring // nil: this person takes no calls
	Flash   *Flash
	Path    string // this page's path and query: where the language and theme switches come back to
	Theme   string // Light, Dark or Auto; anything else is Auto
	Crumbs  []Crumb
	Demo    bool // people, companies and patents are invented: a ribbon says so
	Today   calendar.Day
	Query   string          // what stands in the search box
	Lead    string          // a line under the title
	Actions templ.Component // at the right of the title; may be nil
	NoHead  bool            // the page draws its own title (a case banner)
	Invalid bool            // the form came back with errors: the window's title says so first
	Scripts []string        // further static scripts of this page: "vendor/echarts.min.js"
	Styles  []string        // further static style sheets of this page
}

// NavItem is one line of the menu.
type NavItem struct {
	Label, Href string
	Icon        string
	Active      bool
	Badge       int    // what waits; 0 = nothing shown
	Group       string // heading over this and the following items, when it differs from the one before
}

// User is who is signed in.
type User struct {
	ID       string // keeps the drafts of people at one desk apart
	Name     string
	RoleLine string // "临江县 · 承办人"
	Links    []parts.Link
}

// Ring is where calls that ring are shown, on every page of who takes them: those of now, and where a script asks for those to come.
type Ring struct {
	Ask   string
	Lines templ.Component
}

// Bell is the way to the warnings, with how many wait.
type Bell struct {
	Count int
	Href  string
}

// initial is the sign in the round mark: a Chinese name's first character, else the first letter.
func (u User) initial() string {
	for _, r := range u.Name {
		return string(r)
	}
	return ""
}

// Flash is what the last act did, said once.
type Flash struct {
	Kind string // FlashDone, FlashNote, FlashWarn or FlashFail
	Text string
	Link *parts.Link
}

// The kinds of a Flash.
const (
	FlashDone = "success"
	FlashNote = "info"
	FlashWarn = "warning"
	FlashFail = "error"
)

func (f Flash) tone() parts.Tone {
	switch f.Kind {
	case FlashDone:
		return parts.Done
	case FlashWarn:
		return parts.Soon
	case FlashFail:
		return parts.Late
	}
	return parts.Running
}

// Crumb is one step of the way to a page.
type Crumb struct{ Label, Href string }

func (p Page) theme() string {
	if p.Theme == Light || p.Theme == Dark {
		return p.Theme
	}
	return Auto
}

func (p Page) windowTitle() string {
	t := p.P.T("parts.product")
	if p.Title != "" {
		t = p.Title + " · " + t
	}
	if p.Invalid {
		t = p.P.T("parts.form.error") + " " + t
	}
	return t
}

func (p Page) userID() string {
	if p.User == nil {
		return ""
	}
	return p.User.ID
}

func badge(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

// heading says whether item i begins a new group.
func heading(nav []NavItem, i int) bool {
	return nav[i].Group != "" && (i == 0 || nav[i-1].Group != nav[i].Group)
}

// waiting is the sum of the badges, shown on the closed menu of a phone.
func waiting(nav []NavItem) int {
	n := 0
	for _, i := range nav {
		n += i.Badge
	}
	return n
}

// otherLang is the language the switch offers.
func (p Page) otherLang() string {
	if p.P.Lang() == i18n.English {
		return i18n.Chinese
	}
	return i18n.English
}

func themeIcon(t string) string {
	switch t {
	case Light:
		return "sun"
	case Dark:
		return "moon"
	}
	return "device-desktop"
}

// searchWords are the sentences the script puts into the search box's answers.
func (p Page) searchWords() templ.Attributes {
	return templ.Attributes{
		"data-none": p.P.T("parts.search.none"),
		"data-fail": p.P.T("parts.search.fail"),
	}
}

func themes() []string { return []string{Light, Dark, Auto} }

// htmxConfig keeps htmx within the content security policy: no style of its own, no eval.
func htmxConfig() string {
	return `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"historyCacheSize":0,"selfRequestsOnly":true,"scrollBehavior":"auto"}`
}

// colorScheme tells the browser before any style sheet is read, so that a dark page does not flash white.
func colorScheme(theme string) string {
	if theme == Auto {
		return "light dark"
	}
	return theme
}

func current(active bool) templ.Attributes {
	if active {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func pressed(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-pressed": "true"}
	}
	return templ.Attributes{"aria-pressed": "false"}
}

func flashLinks(f Flash) []parts.Link {
	if f.Link == nil {
		return nil
	}
	return []parts.Link{*f.Link}
}
