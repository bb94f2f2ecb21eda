package web

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
	"huzhi/views/parts"
)

// form is what was typed, and what is wrong with it. A handler takes the values out one by one and makes the domain's
// input of them: nothing from a request is bound onto a row.
type form struct {
	values url.Values
	sent   bool        // by the person; else the values to begin with
	faults errs.Faults // of form only: a day that is no day
	wrong  map[string]errs.Message
	whole  *errs.Message // what is wrong with no single field
}

func newForm(v url.Values) *form { return &form{values: v, wrong: map[string]errs.Message{}} }

// blank is the form before anything was typed, with the values to begin with.
func blank(values map[string]string) *form {
	v := url.Values{}
	for k, x := range values {
		v.Set(k, x)
	}
	return newForm(v)
}

// form reads the body of a POST.
func (c *ctx) form() (*form, error) {
	if c.isMultipart() {
		return c.upload("", nil)
	}
	if err := c.Request().ParseForm(); err != nil {
		return nil, badBody(err)
	}
	f := newForm(c.Request().PostForm)
	f.sent = true
	return f, nil
}

func (c *ctx) isMultipart() bool {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")) // none or a strange one: an empty form, which the faults will tell
	return kind == "multipart/form-data"
}

// query reads the address's query, for lists.
func (c *ctx) query() *form { return newForm(c.QueryParams()) }

// upload reads a form with one file and gives the file to take as it arrives, with the fields that stand before it. A
// form without the file, or with an empty one that has no name, does not call take.
func (c *ctx) upload(field string, take func(f *form, name string, r io.Reader) error) (*form, error) {
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return nil, errs.New(errs.Invalid, "error.request").Because(err)
	}
	f := newForm(url.Values{})
	f.sent = true
	left := c.s.FormBytes
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, badBody(err)
		}
		if p.FileName() != "" {
			if p.FormName() == field && take != nil {
				if err := take(f, p.FileName(), p); err != nil {
					return f, err
				}
			}
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, left+1))
		if err != nil {
			return nil, badBody(err)
		}
		if left -= int64(len(b)); left < 0 {
			return nil, errs.New(errs.TooLarge, "error.too_large", mebibytes(c.s.FormBytes))
		}
		f.values.Add(p.FormName(), string(b))
	}
}

// badBody is what a body that cannot be read means: too large, or no form.
func badBody(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return errs.New(errs.Invalid, "error.request").Because(err)
}

// raw is a value as it was sent.
func (f *form) raw(name string) string { return f.values.Get(name) }

// text is a value without blanks at its ends, with plain line ends, without control characters and broken characters.
func (f *form) text(name string) string { return clean(f.values.Get(name)) }

func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "�")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// all are the values of boxes of one name, each once, empty ones left out.
func (f *form) all(name string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range f.values[name] {
		if v = clean(v); v != "" && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// yes says whether a box was ticked.
func (f *form) yes(name string) bool {
	switch f.text(name) {
	case "1", "on", "true", "yes":
		return true
	}
	return false
}

// day is a day, no day when the box was left empty; anything else is noted as a fault.
func (f *form) day(name string) calendar.Day {
	s := f.text(name)
	if s == "" {
		return 0
	}
	d, err := calendar.ParseDay(s)
	if err != nil {
		f.faults.Add(name, "error.day")
	}
	return d
}

var (
	moneyForm  = regexp.MustCompile(`^(\d{1,12})(?:\.(\d{1,2}))?$`)
	numberForm = regexp.MustCompile(`^\d{1,15}$`)
)

// money is an amount typed in yuan ("1,200.50") as fen; 0 when the box was left empty.
func (f *form) money(name string) int64 {
	s := strings.NewReplacer(",", "", "，", "", " ", "", "¥", "", "元", "").Replace(f.text(name))
	if s == "" {
		return 0
	}
	m := moneyForm.FindStringSubmatch(s)
	if m == nil {
		f.faults.Add(name, "error.money")
		return 0
	}
	fen, err := strconv.ParseInt(m[1]+(m[2] + "00")[:2], 10, 64)
	if err != nil {
		f.faults.Add(name, "error.money")
	}
	return fen
}

// number is a whole number from 0 up; 0 when the box was left empty.
func (f *form) number(name string) int64 {
	s := strings.ReplaceAll(f.text(name), ",", "")
	if s == "" {
		return 0
	}
	if !numberForm.MatchString(s) {
		f.faults.Add(name, "error.number")
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.faults.Add(name, "error.number")
	}
	return n
}

// versioned is a choice that names a record with the version that was seen: 01j…/3.
func (f *form) versioned(name string) (id string, version int64) {
	id, v, _ := strings.Cut(f.text(name), "/")
	version, err := strconv.ParseInt(v, 10, 64)
	if err != nil || !store.ValidID(id) {
		f.faults.Add(name, "error.choice")
	}
	return id, version
}

// err is what is wrong with the form as such, before the domain is asked.
func (f *form) err() error { return f.faults.Err() }

// again says whether an error sends the form back to the person: with which status. What is wrong is noted in the form,
// and what must stand in the log is recorded. Any other error is the caller's to return.
func (c *ctx) again(f *form, err error) (code int, ok bool) {
	e := errs.As(err)
	if e == nil || e.Code != errs.Invalid && e.Code != errs.Conflict {
		return 0, false
	}
	c.s.record(c, e)
	f.note(e)
	if len(e.Fields) == 0 {
		f.whole = &e.Message
	}
	return status(e.Code), true
}

// acted is the frame of the acts on a record: the form, the act at the record's version; then the page again with what is wrong, or what follows.
func acted(act func(c *ctx, id string, version int64, f *form) error, again func(c *ctx, code int, id string, f *form) error, done func(c *ctx, id string) error) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		f, err := c.form()
		if err != nil {
			return err
		}
		err = act(c, id, f.number("version"), f)
		if code, wrong := c.again(f, err); wrong {
			return again(c, code, id, f)
		}
		if err != nil {
			return err
		}
		return done(c, id)
	}
}

// invalid says whether the form came back.
func (f *form) invalid() bool { return f.whole != nil || len(f.wrong) > 0 }

// general is what is wrong with no single field of those shown, for the top of the form.
func (f *form) general(p *i18n.Printer, shown ...parts.Field) string {
	var lines []string
	if f.whole != nil {
		lines = append(lines, p.M(*f.whole))
	}
	names := map[string]bool{}
	for _, x := range shown {
		names[x.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(f.wrong)) {
		if !names[name] {
			lines = append(lines, p.T("error.field", p.Or("field."+name, name), f.wrong[name]))
		}
	}
	return strings.Join(lines, p.T("error.join"))
}

// fill puts what was typed and what is wrong into the fields of a form.
func (f *form) fill(p *i18n.Printer, fields ...parts.Field) []parts.Field {
	out := make([]parts.Field, len(fields))
	for i, x := range fields {
		typed, given := f.values[x.Name]
		given = given || f.sent && (x.Type == parts.Checkbox || x.Type == parts.Checks) // a box without a tick is not sent
		if given && x.Type != parts.Password && x.Type != parts.File {
			x.Value = strings.ToValidUTF8(f.raw(x.Name), "�")
			options := make([]parts.Option, len(x.Options))
			for j, o := range x.Options {
				o.Selected = false
				for _, v := range typed {
					o.Selected = o.Selected || v == o.Value
				}
				options[j] = o
			}
			if x.Type == parts.Checks {
				x.Value = ""
			}
			x.Options = options
		}
		if m, bad := f.wrong[x.Name]; bad {
			x.Error = p.M(m)
		}
		out[i] = x
	}
	return out
}
