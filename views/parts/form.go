package parts

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// The types of a field.
const (
	Text     = "text"
	LongText = "long"
	Select   = "select"
	Radio    = "radio"
	Checkbox = "checkbox" // one box; Value "1" or "on" = ticked
	Checks   = "checks"   // several boxes of one name
	Date     = "day"
	Time     = "time"  // an hour of the day, 15:04
	Money    = "money" // yuan as typed: "12002.00"
	File     = "file"
	Number   = "number"
	Phone    = "tel"
	Email    = "email"
	Password = "password"
	Search   = "search"
	HiddenIn = "hidden"
)

// Option is one choice of a Select, Radio or Checks field.
type Option struct {
	Value, Label string
	Selected     bool
	Hint         string
	Group        string // heading in a Select; options of a group stand together
	Disabled     bool
}

// Field is one question of a form with what was typed and what is wrong with it.
type Field struct {
	Name     string
	ID       string // only where two forms of a page share a name; else made from Name
	Label    string
	Hint     string
	Error    string
	Value    string
	Type     string // one of the constants; empty = Text
	Required bool
	Options  []Option

	Blank        string // the empty choice of a Select: "请选择"; "-" = none
	Unit         string // printed after the box: 元, 件, 日
	Rows         int    // height of a LongText, default 4
	Max          int    // most characters
	Min, Step    string // for Number; Min also the first day of a Date
	Upto         string // greatest number or last day
	Inputmode    string
	Autocomplete string
	Accept       string   // file kinds
	Multiple     bool     // several files
	Suggest      []string // offered while typing
	Digits       bool     // Radio: the keys 1 to 9 choose
	Inline       bool     // Radio, Checks: side by side
	Half         bool     // takes half the width of a FieldGrid
	ReadOnly     bool
	Disabled     bool
	Autofocus    bool
	NoSpell      bool // numbers and codes: no spelling marks, monospaced figures
	Attrs        templ.Attributes
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return FieldID(f.Name)
}

// first is the id that a link from the error summary leads to.
func (f Field) first() string {
	if (f.Type == Radio || f.Type == Checks) && len(f.Options) > 0 {
		return f.id() + "-1"
	}
	return f.id()
}

func (f Field) optionID(i int) string { return f.id() + "-" + strconv.Itoa(i+1) }

func (f Field) describedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.id()+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	return strings.Join(ids, " ")
}

func (f Field) ticked() bool { return f.Value == "1" || f.Value == "on" || f.Value == "true" }

func (f Field) selected(o Option) bool { return o.Selected || (f.Value != "" && o.Value == f.Value) }

func (f Field) group() bool { return f.Type == Radio || f.Type == Checks }

func (f Field) inputType() string {
	switch f.Type {
	case Date:
		return "date"
	case Time, File, Number, Phone, Email, Password, Search:
		return f.Type
	}
	return "text"
}

func (f Field) inputClass() string {
	c := "form-control"
	if f.Type == Money || f.Type == Number || f.Type == Date || f.Type == Time || f.NoSpell {
		c += " num"
	}
	if f.Type == Date || f.Type == Time || f.Type == Money || f.Type == Number {
		c += " w-field"
	}
	if f.Error != "" {
		c += " is-invalid"
	}
	return c
}

// control are the attributes every kind of box shares.
func (f Field) control() templ.Attributes {
	a := templ.Attributes{"id": f.id(), "name": f.Name}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.ReadOnly {
		a["readonly"] = true
	}
	if f.Disabled {
		a["disabled"] = true
	}
	if f.Autofocus {
		a["autofocus"] = true
	}
	if f.Max > 0 {
		a["maxlength"] = strconv.Itoa(f.Max)
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	for k, v := range f.Attrs {
		a[k] = v
	}
	return a
}

// typed are the attributes of an <input> beyond control.
func (f Field) typed() templ.Attributes {
	a := f.control()
	for k, v := range map[string]string{"min": f.Min, "max": f.Upto, "step": f.Step, "accept": f.Accept, "inputmode": f.Inputmode} {
		if v != "" {
			a[k] = v
		}
	}
	if f.Type == Money {
		a["inputmode"] = "decimal"
		a["autocomplete"] = "off"
	}
	if f.NoSpell {
		a["spellcheck"] = "false"
		a["autocapitalize"] = "off"
	}
	if f.Multiple {
		a["multiple"] = true
	}
	if len(f.Suggest) > 0 {
		a["list"] = f.id() + "-list"
	}
	return a
}

func (f Field) rows() string {
	if f.Rows > 0 {
		return strconv.Itoa(f.Rows)
	}
	return "4"
}

type optionGroup struct {
	label   string
	options []Option
}

func (f Field) groups() []optionGroup {
	var out []optionGroup
	for _, o := range f.Options {
		if len(out) == 0 || out[len(out)-1].label != o.Group {
			out = append(out, optionGroup{label: o.Group})
		}
		g := &out[len(out)-1]
		g.options = append(g.options, o)
	}
	return out
}

// Form is the frame of a form.
type Form struct {
	Action string
	Get    bool // a query, not a deed
	Files  bool // it sends files
	Hidden []Hidden
	Draft  string // a name under which what is typed is kept in the browser until it is sent
	Hotkey bool   // Ctrl+Enter sends it
	Submit string // label of the button; empty = no button row
	Look   string // look of the button; empty = primary
	Cancel *Link
	ID     string
	Auto   bool // a script sends it as soon as the page is there: work goes on in steps
	Narrow bool // one column of questions, not the whole width
}

func (f Form) method() string {
	if f.Get {
		return "get"
	}
	return "post"
}

func (f Form) attrs() templ.Attributes {
	a := templ.Attributes{}
	if f.Files {
		a["enctype"] = "multipart/form-data"
	}
	if f.Draft != "" {
		a["data-draft"] = f.Draft
	}
	if f.Auto {
		a["data-auto"] = true
	}
	if f.Hotkey {
		a["data-hotkey-submit"] = true
	}
	if f.ID != "" {
		a["id"] = f.ID
	}
	return a
}

func (f Form) look() string {
	if f.Look == "danger" {
		return "btn btn-danger"
	}
	return "btn btn-primary"
}

func (f Form) class() string {
	if f.Narrow {
		return "hform hform-narrow"
	}
	return "hform"
}

// Confirm is an act that cannot be undone, said in full before it is done.
type Confirm struct {
	Title   string
	Does    []string        // what will be done, one sentence each
	Starts  []Start         // the clocks it starts or stops
	Warning string          // what cannot be undone
	Cannot  []Link          // what stands in the way: then there is no button
	Facts   []Desc          // what it is done to
	Fields  []Field         // the reason and whatever else is asked
	Body    templ.Component // anything between facts and fields; may be nil
	Error   string          // why it was refused a moment ago
	Danger  bool
	Form
}

// Start is one clock that an act starts, stops or changes.
type Start struct {
	Text        string // "启动 15 日缴款期限，2025-10-09 届满，因……"
	Article     string
	ArticleHref string
	Stops       bool
}

// frame is the form with the look the act asks for.
func (c Confirm) frame() Form {
	f := c.Form
	if c.Danger {
		f.Look = "danger"
	}
	return f
}

func anyError(fields []Field) bool {
	for _, f := range fields {
		if f.Error != "" {
			return true
		}
	}
	return false
}

func choiceType(f Field) string {
	if f.Type == Checks {
		return "checkbox"
	}
	return "radio"
}

func digit(i int) string { return strconv.Itoa(i + 1) }

func groupAttrs(f Field) templ.Attributes {
	a := templ.Attributes{}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

func digitAttrs(f Field) templ.Attributes {
	a := templ.Attributes{}
	if f.Digits && f.Type == Radio {
		a["data-digits"] = true
	}
	for k, v := range f.Attrs {
		a[k] = v
	}
	return a
}
