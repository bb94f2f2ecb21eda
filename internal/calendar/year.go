package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// NotRecorded stands in [Notice].Number where no source for the number was found: a number is never guessed.
const NotRecorded = "number not recorded"

// Year is the State Council's days off and make-up working days of one year, with the notices they rest on.
type Year struct {
	Year     int      `yaml:"year" json:"year"`
	Notices  []Notice `yaml:"notices" json:"notices"` // the first is the year's own
	Holidays []Off    `yaml:"holidays" json:"holidays"`
	MakeUp   []Work   `yaml:"makeup" json:"makeup"`
}

// Notice is a notice of the State Council or its General Office.
type Notice struct {
	ID     string `yaml:"id" json:"id"`
	Title  string `yaml:"title" json:"title"`
	Number string `yaml:"number" json:"number"` // 国办发明电〔2019〕16号, or [NotRecorded]
}

// Off is a run of days off, both ends included; weekends inside it may be counted in.
type Off struct {
	From    Day    `yaml:"from" json:"from"`
	To      Day    `yaml:"to" json:"to"`
	Holiday string `yaml:"holiday" json:"holiday"`
	Notice  string `yaml:"notice,omitempty" json:"notice,omitempty"` // id; the year's own when empty
}

// Work is a Saturday or Sunday that is worked.
type Work struct {
	Day     Day    `yaml:"day" json:"day"`
	Holiday string `yaml:"holiday" json:"holiday"` // the holiday it makes up for
	Notice  string `yaml:"notice,omitempty" json:"notice,omitempty"`
}

func (y Year) notice(id string) Notice {
	for _, n := range y.Notices {
		if n.ID == id {
			return n
		}
	}
	return y.Notices[0]
}

// ParseYear reads one year strictly: an unknown key, a day outside the year, a day named twice or a make-up day that is
// no weekend is an error naming file and line.
func ParseYear(file string, text []byte) (Year, error) {
	var y Year
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&y); err != nil {
		return Year{}, fmt.Errorf("%s: %w", file, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Year{}, fmt.Errorf("%s: more than one document", file)
	}
	line, err := lines(text)
	if err != nil {
		return Year{}, fmt.Errorf("%s: %w", file, err)
	}
	if key, i, bad := y.check(); bad != nil {
		bad.File, bad.Line = file, line(key, i)
		return Year{}, bad
	}
	return y, nil
}

// lines finds the line of the i-th entry under a key of the document, or of the key where there is none.
func lines(text []byte) (func(key string, i int) int, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	return func(key string, i int) int {
		var m []*yaml.Node // keys and values by turns
		for _, n := range doc.Content {
			m = n.Content
		}
		for k := 0; k < len(m); k += 2 {
			if m[k].Value != key {
				continue
			}
			if i < len(m[k+1].Content) {
				return m[k+1].Content[i].Line
			}
			return m[k].Line
		}
		return 1
	}, nil
}

// Fault is what is wrong with a year or a notice, and on which line of the file. Key is the sentence's name in a catalogue
// ("range" and so on), Args are its texts.
type Fault struct {
	File string
	Line int // 0 where no line is known
	Key  string
	Args []any
	say  string
}

func (f *Fault) Error() string {
	s := fmt.Sprintf(f.say, f.Args...)
	if f.Line > 0 {
		s = fmt.Sprintf("%d: %s", f.Line, s)
	}
	if f.File != "" {
		s = f.File + ":" + s
	}
	return s
}

func fault(key, say string, args ...any) *Fault { return &Fault{Key: key, say: say, Args: args} }

// check says what is wrong with y, and under which key and entry.
func (y Year) check() (key string, i int, bad *Fault) {
	if y.Year < 1900 || y.Year > 2200 {
		return "year", 0, fault("year", "the year %d is out of range", y.Year)
	}
	if len(y.Notices) == 0 {
		return "notices", 0, fault("notice_none", "no notice: name the one the days come from")
	}
	ids := map[string]bool{"": true}
	for i, n := range y.Notices {
		if n.Title == "" || n.Number == "" || ids[n.ID] {
			return "notices", i, fault("notice", "a notice needs an id of its own, a title and a number (or %q)", NotRecorded)
		}
		ids[n.ID] = true
	}
	seen := map[Day]bool{}
	for i, s := range y.Holidays {
		if s.To < s.From || s.From.Year() != y.Year || s.To.Year() != y.Year {
			return "holidays", i, fault("run", "%q to %q is not a run of days of %d", s.From, s.To, y.Year)
		}
		if s.Holiday == "" || !ids[s.Notice] {
			return "holidays", i, fault("holiday", "the holiday needs a name and a notice listed above (%q)", s.Notice)
		}
		for d := s.From; d <= s.To; d++ {
			if seen[d] {
				return "holidays", i, fault("twice", "%s is named twice", d)
			}
			seen[d] = true
		}
	}
	for i, m := range y.MakeUp {
		if m.Day.Year() != y.Year {
			return "makeup", i, fault("day", "%q is not a day of %d", m.Day, y.Year)
		}
		if m.Holiday == "" || !ids[m.Notice] {
			return "makeup", i, fault("makeup", "the make-up day needs its holiday and a notice listed above (%q)", m.Notice)
		}
		if monToFri(m.Day) {
			return "makeup", i, fault("worked", "%s is worked anyway", m.Day)
		}
		if seen[m.Day] {
			return "makeup", i, fault("twice", "%s is named twice", m.Day)
		}
		seen[m.Day] = true
	}
	return "", 0, nil
}
