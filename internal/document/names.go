package document

import (
	"fmt"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// BodyName is what an office was called from a day on.
type BodyName struct {
	Code string // GB/T 2260
	Name string
	From calendar.Day
}

// Names are the offices' names by their days.
type Names []BodyName

// Name is the office's name on a day; the code itself where the settings do not know it.
func (n Names) Name(code string, on calendar.Day) string {
	name, from := code, calendar.Day(-1)
	for _, b := range n {
		if b.Code == code && b.From <= on && b.From >= from {
			name, from = b.Name, b.From
		}
	}
	return name
}

// Form is how the numbers of a series are written from a day on: {mark}知假字〔{year}〕{n}号.
type Form struct {
	Series string // a kind of case, "lead", …; PaperSeries for papers
	Form   string
	From   calendar.Day
}

// Forms are the forms of all series.
type Forms []Form

// PaperSeries is the series of papers; PaperSeries_<kind> that of the papers of a kind of matter.
const PaperSeries = "paper"

// on is the form of a series on a day, "" where there is none.
func (f Forms) on(series string, on calendar.Day) string {
	form, from := "", calendar.Day(-1)
	for _, x := range f {
		if x.Series == series && x.From <= on && x.From >= from {
			form, from = x.Form, x.From
		}
	}
	return form
}

// Next gives the next number of a series of an office: from 1 every year, without gaps.
func (f Forms) Next(tx *store.Tx, series, mark string, on calendar.Day) (string, error) {
	form := f.on(series, on)
	if form == "" {
		return "", fmt.Errorf("the settings have no form of number for %s on %s", series, on)
	}
	text := strings.NewReplacer("{mark}", mark, "{year}", strconv.Itoa(on.Year())).Replace(form)
	n, err := store.NextNumber(tx, "number/"+text)
	return strings.ReplaceAll(text, "{n}", strconv.FormatInt(n, 10)), err
}
