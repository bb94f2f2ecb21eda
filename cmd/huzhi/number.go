package main

import (
	"strconv"
	"time"
	"unicode/utf8"

	"huzhi/internal/calendar"
	"huzhi/internal/patent"
)

type numberCmd struct {
	Text string `arg:"" help:"A patent or application number in any spelling, or a text that holds some." placeholder:"TEXT"`
	JSON bool   `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (numberCmd) Help() string {
	return "Reads a Chinese patent or application number: with ZL or CN, dots, spaces, full-width digits, a small x, 8, 9, 12 or 13 characters.\n" +
		"A wrong check digit is told and does not make it another thing; a type digit or a year that cannot be does. A publication number\n" +
		"(CN102345678A) is no patent number. In a text, every number is found with its place. It needs no data folder."
}

// readNumber is a number as JSON tells it.
type readNumber struct {
	Normal     string   `json:"normal"`
	ValidCheck bool     `json:"valid_check"`
	Type       string   `json:"type"`
	Year       int      `json:"year"`
	Kind       string   `json:"kind"`
	Warnings   []string `json:"warnings"`
}

// placedNumber is a number in a text: start and end count characters.
type placedNumber struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	readNumber
}

// Run reads.
func (c *numberCmd) Run(t *terminal) error {
	year := calendar.DayOf(time.Now()).Year()
	r := patent.Read(c.Text, year)
	out := struct {
		Input string `json:"input"`
		readNumber
		KindCode string         `json:"kind_code,omitempty"` // of a publication
		Reason   string         `json:"reason,omitempty"`    // why it is none
		Found    []placedNumber `json:"found,omitempty"`
	}{Input: c.Text, readNumber: readNumber{Kind: r.Kind, Warnings: []string{}}}
	switch r.Kind {
	case patent.KindNumber:
		out.readNumber = numberOf(r.Number, year)
		for _, m := range r.Found {
			out.Found = append(out.Found, placedNumber{c.Text[m.Start:m.End], utf8.RuneCountInString(c.Text[:m.Start]), utf8.RuneCountInString(c.Text[:m.End]), numberOf(m.Number, year)})
		}
	case patent.KindPublication:
		out.Normal, out.Type, out.KindCode = r.Publication.String(), string(r.Publication.Type()), r.Publication.Kind
	case patent.KindNone:
		out.Reason = t.p.T("cmd.number.none." + r.Reason)
		if !r.Number.IsZero() {
			out.Warnings = numberOf(r.Number, year).Warnings
		}
	}
	if c.JSON {
		return t.json(out)
	}
	switch {
	case r.Kind == patent.KindPublication:
		t.say("cmd.number.publication", out.Normal, t.p.T("patent.type."+out.Type))
	case r.Kind == patent.KindNone:
		t.say("cmd.number.none", out.Reason)
	case len(out.Found) > 0:
		for _, m := range out.Found {
			t.say("cmd.number.at", m.Start+1)
			t.sayNumber(m.readNumber)
		}
	default:
		t.sayNumber(out.readNumber)
	}
	return nil
}

func (t *terminal) sayNumber(n readNumber) {
	t.say("cmd.number.is", n.Normal, t.p.T("patent.type."+n.Type), strconv.Itoa(n.Year))
	for _, w := range n.Warnings {
		t.say("cmd.number.warning." + w)
	}
}

func numberOf(n patent.Number, year int) readNumber {
	out := readNumber{Normal: n.Normal(), ValidCheck: n.ValidCheck(), Type: string(n.Type()), Year: n.Year(), Kind: patent.KindNumber, Warnings: []string{}}
	for _, w := range n.Warnings(year) {
		out.Warnings = append(out.Warnings, string(w))
	}
	return out
}
