package casework

import (
	"slices"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The power guard by itself, without a database: each condition true and false. bench/mutation turns round what these tests hold.

const on = calendar.Day(740000)

// refusedWith is the key of an error, or of its first field; "" is none.
func refusedWith(err error) string {
	e := errs.As(err)
	switch {
	case err == nil:
		return ""
	case e == nil:
		return err.Error()
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ": " + e.Fields[0].Key
	}
	return e.Key
}

func bookAndDays(t *testing.T) Law {
	t.Helper()
	rules, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	days, err := calendar.Load(config.Calendar())
	if err != nil {
		t.Fatal(err)
	}
	return Law{Rules: rules, Days: days}
}

func TestGuardDenied(t *testing.T) {
	d := &Docket{procedures: map[string]*Procedure{"x": {Denied: []Denied{{Act: "seal"}}}}}
	f := &File{Case: Case{Kind: "x"}}
	if got := d.Denied(f); len(got) != 1 || got[0] != "seal" {
		t.Error(got)
	}
	if err := d.denied(f, "seal"); errs.CodeOf(err) != errs.Forbidden || refusedWith(err) != "power.seal" {
		t.Error(err)
	}
	if err := d.denied(f, "levitate"); errs.CodeOf(err) != errs.NotFound {
		t.Error(err)
	}
}

func TestGuardOffice(t *testing.T) {
	regions, err := config.Regions()
	if err != nil {
		t.Fatal(err)
	}
	d := &Docket{regions: regions}
	for _, c := range []struct {
		at, want string
		above    bool
	}{{"330521", "330521", false}, {"330521", "330500", true}, {"330500", "330000", true}, {"330000", "330000", true}, {"999999", "999999", true}} {
		if got := d.OfficeFor(&File{Case: Case{Jurisdiction: c.at}}, &Step{Above: c.above}); got != c.want {
			t.Errorf("above %v of %s: %s, want %s", c.above, c.at, got, c.want)
		}
	}
	f := &File{Members: []Member{{UserID: "a", Part: PartOfficer}, {UserID: "r", Part: PartReviewer}}, Former: []string{"b"},
		Tracks: []Track{{Track: "recusal", State: "recuse", Facts: Facts{"challenged": "c"}}, {Track: "recusal", State: "keep_member", Facts: Facts{"challenged": "d"}}, {Track: "other", State: "recuse", Facts: Facts{"challenged": "e"}}}}
	for id, want := range map[string]bool{"a": true, "b": true, "c": true, "d": false, "e": false, "r": false} {
		if f.without(id) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
}

func TestGuardOpen(t *testing.T) {
	ended := Track{ID: "2", Track: "seal", State: "sealed", EndedOn: on}
	running := Track{ID: "1", Track: "seal", State: "sealed"}
	other := Track{ID: "3", Track: "preserve", State: "sealed"}
	stay := []Taken{{Step: "file", ToState: "a"}, {Step: "stay", FromState: "a", ToState: "a"}}
	for name, c := range map[string]struct {
		step Step
		file File
		want string // "open", or the key of the refusal
	}{
		"from its state":                   {Step{Name: "x", From: []State{"a"}, To: "b"}, File{}, "open"},
		"from another":                     {Step{Name: "x", From: []State{"b"}, To: "b"}, File{}, "error.step_closed"},
		"with a side procedure in hand":    {Step{Name: "x", From: []State{"a"}, To: "b"}, File{Track: &running}, "error.step_closed"},
		"one that stays":                   {Step{Name: "stay", From: []State{"a"}}, File{Taken: stay[:1]}, "open"},
		"… a second time":                  {Step{Name: "stay", From: []State{"a"}}, File{Taken: stay}, "error.step_closed"},
		"… after another that stays":       {Step{Name: "stay", From: []State{"a"}}, File{Taken: append(stay[:2:2], Taken{Step: "y", FromState: "a", ToState: "a"})}, "error.step_closed"},
		"… which may be taken again":       {Step{Name: "stay", From: []State{"a"}, Again: true}, File{Taken: stay}, "open"},
		"… after the state came anew":      {Step{Name: "stay", From: []State{"a"}}, File{Taken: append(stay[:2:2], Taken{Step: "y", FromState: "b", ToState: "a"})}, "open"},
		"… taken first of all":             {Step{Name: "stay", From: []State{"a"}}, File{Taken: []Taken{{Step: "stay", FromState: "a", ToState: "a"}}}, "error.step_closed"},
		"one that moves, a second time":    {Step{Name: "move", From: []State{"a"}, To: "b"}, File{Taken: []Taken{{Step: "move", FromState: "a", ToState: "a"}}}, "open"},
		"opens a side procedure":           {Step{Name: "x", Track: "seal", From: []State{"a"}, Leads: "asked"}, File{}, "open"},
		"… from another state":             {Step{Name: "x", Track: "seal", From: []State{"b"}, Leads: "asked"}, File{}, "error.step_closed"},
		"… beside one of its name":         {Step{Name: "x", Track: "seal", From: []State{"a"}, Leads: "asked"}, File{Tracks: []Track{running}}, "open"},
		"… alone, beside one of its name":  {Step{Name: "x", Track: "seal", From: []State{"a"}, Alone: true}, File{Tracks: []Track{running}}, "error.track_runs"},
		"… alone, after one that ended":    {Step{Name: "x", Track: "seal", From: []State{"a"}, Alone: true}, File{Tracks: []Track{ended, other}}, "open"},
		"… with another in hand":           {Step{Name: "x", Track: "seal", From: []State{"a"}}, File{Track: &other}, "error.track_closed"},
		"goes on in a side procedure":      {Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"sealed"}}, File{Track: &running}, "open"},
		"… from another state of the case": {Step{Name: "x", Track: "seal", From: []State{"b"}, In: []string{"sealed"}}, File{Track: &running}, "error.step_closed"},
		"… from another state of its own":  {Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"asked"}}, File{Track: &running}, "error.track_closed"},
		"… that ended":                     {Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"sealed"}}, File{Track: &ended}, "error.track_closed"},
		"… of another name":                {Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"sealed"}}, File{Track: &other}, "error.track_closed"},
		"… with none in hand":              {Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"sealed"}}, File{}, "error.track_runs"},
	} {
		c.file.State, c.file.Kind = "a", "k"
		got := "open"
		if !c.step.openFrom(&c.file) {
			got = refusedWith(stepClosed(&c.file, &c.step))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for track, want := range map[*Track]string{&running: "track.seal.state.sealed", &ended: "track.seal.sealed.done"} {
		e := errs.As(stepClosed(&File{Case: Case{State: "a"}, Track: track}, &Step{Name: "x", Track: "seal", From: []State{"a"}, In: []string{"asked"}}))
		if m, ok := e.Args[1].(errs.Message); !ok || m.Key != want {
			t.Errorf("%v, want %s", e.Args, want)
		}
	}
}

// TestGuardPeople is who may not take a step though they hold the right (Penalty Law 2021 Arts 43, 58; Order 71 Art. 7; Order 81 Arts 5, 20).
func TestGuardPeople(t *testing.T) {
	d := &Docket{procedures: map[string]*Procedure{"k": {}}}
	challenge := func(id, rests string) []Track {
		return []Track{{Track: "recusal", State: Asked, Facts: Facts{"challenged": id, "rests": rests}}}
	}
	officer := []Member{{UserID: "me", Part: PartOfficer}}
	for name, c := range map[string]struct {
		step Step
		file File
		want string
	}{
		"anybody with the right":                             {Step{}, File{}, ""},
		"a step of the program's own":                        {Step{Lapses: "PRESERVE"}, File{}, "error.lapses"},
		"whose recusal was asked for":                        {Step{}, File{Tracks: challenge("me", "yes")}, "error.challenged.k"},
		"… in an urgent act too":                             {Step{Urgent: true}, File{Tracks: challenge("me", "yes")}, "error.challenged.k"},
		"… where urgent acts are excepted":                   {Step{Urgent: true}, File{Tracks: challenge("me", "urgent")}, ""},
		"… in one that is not":                               {Step{}, File{Tracks: challenge("me", "urgent")}, "error.challenged.k"},
		"… where the work goes on":                           {Step{}, File{Tracks: challenge("me", "no")}, ""},
		"somebody else's recusal":                            {Step{}, File{Tracks: challenge("other", "yes")}, ""},
		"who was recused":                                    {Step{}, File{Tracks: []Track{{Track: "recusal", State: "recuse", EndedOn: on, Facts: Facts{"challenged": "me"}}}}, "error.recused"},
		"who decides on their own recusal":                   {Step{}, File{Track: &Track{Track: "recusal", Facts: Facts{"challenged": "me", "rests": "no"}}}, "error.challenged_oneself"},
		"… on another's":                                     {Step{}, File{Track: &Track{Track: "recusal", Facts: Facts{"challenged": "other"}}}, ""},
		"no officer of the case":                             {Step{Member: PartOfficer}, File{}, "error.not_member"},
		"a reviewer where an officer is wanted":              {Step{Member: PartOfficer}, File{Members: []Member{{UserID: "me", Part: PartReviewer}}}, "error.not_member"},
		"an officer":                                         {Step{Member: PartOfficer}, File{Members: officer}, ""},
		"an officer where no officer may":                    {Step{NotBy: []string{PartOfficer}}, File{Members: officer}, "error.four_eyes_officer"},
		"who was one":                                        {Step{NotBy: []string{PartOfficer}}, File{Former: []string{"me"}}, "error.four_eyes_officer"},
		"who took a step that another must answer":           {Step{NotBy: []string{PartOfficer, "ask"}}, File{Taken: []Taken{{Step: "ask", Actor: "me"}}}, "error.four_eyes_step"},
		"… which another took last":                          {Step{NotBy: []string{"ask"}}, File{Taken: []Taken{{Step: "ask", Actor: "me"}, {Step: "ask", Actor: "other"}}}, ""},
		"… which nobody took":                                {Step{NotBy: []string{"ask"}}, File{}, ""},
		"… the second of two":                                {Step{NotBy: []string{"ask", "amend"}}, File{Taken: []Taken{{Step: "amend", Actor: "me"}}}, "error.four_eyes_step"},
		"an officer of the case, where others are wanted":    {Step{NotBy: []string{"ask"}}, File{Members: officer}, ""},
		"who asked in the side procedure, and another after": {Step{NotBy: []string{"ask"}}, File{Track: &Track{ID: "1"}, Taken: []Taken{{TrackID: "1", Step: "ask", Actor: "me"}, {TrackID: "1", Step: "ask", Actor: "other"}}}, "error.four_eyes_step"},
		"… in another side procedure":                        {Step{NotBy: []string{"ask"}}, File{Track: &Track{ID: "2"}, Taken: []Taken{{TrackID: "1", Step: "ask", Actor: "me"}, {TrackID: "2", Step: "ask", Actor: "other"}}}, ""},
		"… who took another step of it":                      {Step{NotBy: []string{"ask"}}, File{Track: &Track{ID: "1"}, Taken: []Taken{{TrackID: "1", Step: "tell", Actor: "me"}, {TrackID: "1", Step: "ask", Actor: "other"}}}, ""},
	} {
		c.file.Kind = "k"
		got := ""
		if e := d.keptFrom(access.Actor{ID: "me"}, &c.file, &c.step); e != nil {
			got = e.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestGuardMissing(t *testing.T) {
	need := func(key string, met bool, args func(*File) []any) Need {
		return Need{Key: key, Where: "#" + key, Met: func(*File) bool { return met }, Args: args}
	}
	s := Step{Needs: []Need{need("a", true, nil), need("b", false, nil), need("c", false, func(*File) []any { return []any{7} })}}
	got := s.missing(&File{})
	if len(got) != 2 || got[0].Key != "b" || got[0].Where != "#b" || got[0].Args != nil || got[1].Key != "c" || got[1].Args[0] != 7 {
		t.Errorf("%+v", got)
	}
}

// TestGuardGiven is what may be given to a field, of each type.
func TestGuardGiven(t *testing.T) {
	holder := func(_ Ask, id string) string { return map[string]string{"h": "何"}[id] }
	people := File{Members: []Member{
		{UserID: "a", Name: "甲", Part: PartOfficer, CertificateNo: "1", CertificateUntil: on}, {UserID: "b", Name: "乙", Part: PartOfficer, CertificateNo: "2", CertificateUntil: on},
		{UserID: "c", Name: "丙", Part: PartOfficer, CertificateNo: "3", CertificateUntil: on - 1}, {UserID: "r", Name: "丁", Part: PartReviewer, CertificateNo: "4", CertificateUntil: on},
	}}
	people.FiledOn = on - 10
	choice := Ask{Name: "x", Type: AskChoice, Options: []string{"p", "q"}, Only: func(_ *File, _ Law, _ calendar.Day, o string) bool { return o != "q" }}
	choices := choice
	choices.Type = AskChoices
	for _, c := range []struct {
		ask         Ask
		given, want string
	}{
		{Ask{Name: "x", Type: AskText}, "", "x: error.required"},
		{Ask{Name: "x", Type: AskText}, "  ", "x: error.required"},
		{Ask{Name: "x", Type: AskText, Optional: true}, "", ""},
		{Ask{Name: "x", Type: AskText, When: func(Facts) bool { return false }}, "", ""},
		{Ask{Name: "x", Type: AskText, When: func(Facts) bool { return true }}, "", "x: error.required"},
		{Ask{Name: "x", Type: AskText}, strings.Repeat("字", 200), ""},
		{Ask{Name: "x", Type: AskText}, strings.Repeat("字", 201), "x: error.too_long"},
		{Ask{Name: "x", Type: AskLong}, strings.Repeat("字", 20000), ""},
		{Ask{Name: "x", Type: AskLong}, strings.Repeat("字", 20001), "x: error.too_long"},
		{Ask{Name: "x", Type: AskDay}, "x", "x: error.day"},
		{Ask{Name: "x", Type: AskDay}, (on + 1).String(), ""},
		{Ask{Name: "x", Type: AskDay, Past: true}, (on + 1).String(), "x: error.day_after_step"},
		{Ask{Name: "x", Type: AskDay, Past: true}, on.String(), ""},
		{Ask{Name: "x", Type: AskMoney}, "x", "x: error.amount"},
		{Ask{Name: "x", Type: AskMoney}, "-1", "x: error.amount"},
		{Ask{Name: "x", Type: AskMoney}, "0", ""},
		{Ask{Name: "x", Type: AskCount}, "1000000000000000", ""},
		{Ask{Name: "x", Type: AskCount}, "1000000000000001", "x: error.amount"},
		{Ask{Name: "x", Type: AskTime}, "09:30", ""},
		{Ask{Name: "x", Type: AskTime}, "24:30", "x: error.time"},
		{choice, "p", ""}, {choice, "q", "x: error.choice_then"}, {choice, "z", "x: error.choice"},
		{choices, "p", ""}, {choices, "p,q", "x: error.choice_then"}, {choices, "p,z", "x: error.choice"},
		{Ask{Name: "x", Type: AskHolder}, "h", ""}, {Ask{Name: "x", Type: AskHolder}, "z", "x: error.choice"},
		{Ask{Name: "x", Type: AskMember}, "r", ""}, {Ask{Name: "x", Type: AskMember}, "z", "x: error.choice"}, {Ask{Name: "x", Type: AskMember}, "a,b", "x: error.choice"},
		{Ask{Name: "x", Type: AskMember, Part: PartReviewer}, "r", ""}, {Ask{Name: "x", Type: AskMember, Part: PartReviewer}, "a", "x: error.choice"},
		{Ask{Name: "x", Type: AskOfficers}, "a,b", ""}, {Ask{Name: "x", Type: AskOfficers}, "a", "x: error.two_officers"}, {Ask{Name: "x", Type: AskOfficers}, "a,a", "x: error.choice"},
		{Ask{Name: "x", Type: AskOfficers}, "a,c", "x: error.two_officers"}, {Ask{Name: "x", Type: AskOfficers}, "a,b,c", ""}, {Ask{Name: "x", Type: AskOfficers}, "a,r", "x: error.choice"},
	} {
		s := Step{Asks: []Ask{c.ask}, Sets: func(*File, Input, Law) Facts { return Facts{"set": "1"} }}
		in := Input{On: on, Fields: Facts{"x": c.given, "not_asked": "1"}}
		err := s.validate(&people, &in, Law{}, on, holder)
		if got := refusedWith(err); got != c.want {
			t.Errorf("%s %.20q: %q, want %q", c.ask.Type, c.given, got, c.want)
		}
		if _, kept := in.Fields["not_asked"]; kept || err == nil && in.Fields["set"] != "1" {
			t.Errorf("%s: %v", c.ask.Type, in.Fields)
		}
		if name := map[string]string{"h": "何", "r": "丁", "a,b": "甲、乙"}[c.given]; err == nil && name != "" && in.Fields["x_name"] != name {
			t.Errorf("%s: %v", c.given, in.Fields)
		}
	}
	if in := (Input{On: on, Fields: Facts{"x": " p "}}); (&Step{Asks: []Ask{choice}}).validate(&people, &in, Law{}, on, holder) != nil || in.Fields["x"] != "p" {
		t.Errorf("%v", in.Fields)
	}
	optional := Ask{Name: "x", Type: AskHolder, Optional: true}
	if in := (Input{On: on}); (&Step{Asks: []Ask{optional}}).validate(&people, &in, Law{}, on, holder) != nil || len(in.Fields) != 0 {
		t.Errorf("%v", in.Fields)
	}
}

// TestGuardDay: a step's day is not in the future, and not before the case or the step before it on its own path.
func TestGuardDay(t *testing.T) {
	f := &File{Case: Case{FiledOn: on - 9}, Taken: []Taken{{OnDay: on - 5}, {OnDay: on - 2, TrackID: "1"}, {OnDay: on - 1, TrackID: "2"}}, Tracks: []Track{{ID: "1"}, {ID: "3"}}}
	for _, c := range []struct {
		step  Step
		track string
		day   calendar.Day
		want  string
	}{
		{Step{}, "", 0, "on: error.required"}, {Step{}, "", on + 1, "on: error.day_future"}, {Step{}, "", on, ""},
		{Step{}, "", on - 5, ""}, {Step{}, "", on - 6, "on: error.day_before_step"},
		{Step{Track: "x"}, "1", on - 2, ""}, {Step{Track: "x"}, "1", on - 3, "on: error.day_before_step"},
		{Step{Track: "x"}, "3", on - 9, ""}, {Step{Track: "x"}, "3", on - 10, "on: error.day_before_step"},
		{Step{Track: "x"}, "", on - 9, ""}, {Step{Track: "x"}, "", on - 10, "on: error.day_before_step"},
	} {
		f.InTrack(c.track)
		if got := refusedWith(c.step.validate(f, &Input{On: c.day}, Law{}, on, nil)); got != c.want {
			t.Errorf("%+v on %s: %q, want %q", c.step, c.day, got, c.want)
		}
	}
	long := Input{On: on, Note: strings.Repeat("字", 2001)}
	if got := refusedWith((&Step{}).validate(&File{}, &long, Law{}, on, nil)); got != "note: error.too_long" {
		t.Error(got)
	}
}

// TestGuardSeveralFields: what is not asked or left empty does not keep the next fields from being looked at.
func TestGuardSeveralFields(t *testing.T) {
	never := func(Facts) bool { return false }
	for name, first := range map[string]Ask{
		"not asked":    {Name: "x", Type: AskText, When: never},
		"left empty":   {Name: "x", Type: AskText, Optional: true},
		"not answered": {Name: "x", Type: AskText},
	} {
		var bad errs.Faults
		given := Answers([]Ask{first, {Name: "day", Type: AskDay}}, Facts{"day": "x"}, on, &bad)
		if e := errs.As(bad.Err()); e == nil || e.Fields[len(e.Fields)-1].Name != "day" {
			t.Errorf("%s: %v, %v", name, given, bad.Err())
		}
	}
	s := Step{Asks: []Ask{{Name: "x", Type: AskText, Optional: true}, {Name: "who", Type: AskHolder}}}
	in := Input{On: on, Fields: Facts{"who": "nobody"}}
	if got := refusedWith(s.validate(&File{}, &in, Law{}, on, func(Ask, string) string { return "" })); got != "who: error.choice" {
		t.Error(got)
	}
}

// TestGuardEarliest: a paper is dated on the day it is made and time stands still from the day of the order; what is done on the spot, and what the law
// does by itself, may be recorded later.
func TestGuardEarliest(t *testing.T) {
	paper := func(*File, Input) string { return "paper" }
	officers := []Ask{{Name: "note", Type: AskText}, {Name: "officers", Type: AskOfficers}}
	for name, c := range map[string]struct {
		step  Step
		today bool
	}{
		"nothing made":                    {Step{}, false},
		"a paper":                         {Step{Issues: paper}, true},
		"a paper with a text":             {Step{Issues: paper, Asks: officers[:1]}, true},
		"… made on the spot":              {Step{Issues: paper, Asks: officers}, false},
		"… by the law itself":             {Step{Issues: paper, Lapses: "SEAL"}, false},
		"time stands still":               {Step{Pauses: "test"}, true},
		"… from a day that is given":      {Step{Pauses: "test", PausesFrom: "day"}, false},
		"… with a paper":                  {Step{Issues: paper, Pauses: "test", PausesFrom: "day"}, true},
		"… on the spot":                   {Step{Pauses: "test", Asks: officers}, false},
		"… by the law itself, no paper":   {Step{Pauses: "test", Lapses: "SEAL"}, false},
		"… from a day, by nobody's order": {Step{PausesFrom: "day"}, false},
	} {
		want := on - 9
		if c.today {
			want = on
		}
		if got := c.step.Earliest(&File{Case: Case{FiledOn: on - 9}, Today: on}); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestGuardServedBefore: nothing is served, and no notice published, before there is a paper.
// TestGuardFaults: the services first, then the step's own check. Public notice takes sixty days, thirty since 2022 (Civil Procedure Law Art. 95).
// TestGuardExtension: an extension is asked and granted before the end, at most the maximum, by the level the law names (Market-Regulation Procedure
// Art. 64: thirty days by the head, then by the leaders' meeting).
func TestGuardExtension(t *testing.T) {
	law := bookAndDays(t)
	r, ok := law.Rules.Rule("CF_CLOSE", statute.Query{On: calendar.Date(2022, 3, 7), Book: statute.BookSAMR, Kind: Counterfeit})
	if !ok || len(r.Ext) != 2 {
		t.Fatal(r, ok)
	}
	clock := func(change func(*deadline.Clock)) []deadline.Clock {
		k := deadline.Clock{ID: "k", Rule: "CF_CLOSE", Version: r.Version(), Kind: r.Kind, StartedOn: on - 90, StrictOn: on}
		change(&k)
		return []deadline.Clock{k}
	}
	running := clock(func(*deadline.Clock) {})
	for name, c := range map[string]struct {
		clocks           []deadline.Clock
		had              int
		today            calendar.Day
		level, days      string
		may, max, atThis string
	}{
		"on the last day":               {running, 0, on, statute.Head, "30", "", "", ""},
		"the day after":                 {running, 0, on + 1, statute.Head, "30", "error.extension_late", "", "error.extension_late"},
		"the day after, standing still": {clock(func(k *deadline.Clock) { k.PausedOn = on - 5 }), 0, on + 1, statute.Head, "30", "", "", ""},
		"one day":                       {running, 0, on, statute.Head, "1", "", "", ""},
		"no day":                        {running, 0, on, statute.Head, "0", "", "error.extension_max", ""},
		"a day too many":                {running, 0, on, statute.Head, "31", "", "error.extension_max", ""},
		"the first by another level":    {running, 0, on, statute.LeadersMeeting, "30", "", "", "error.extension_level"},
		"the second by the meeting, as long as it likes": {running, 1, on, statute.LeadersMeeting, "3650", "", "", ""},
		"… but not for ever":                             {running, 1, on, statute.LeadersMeeting, "3651", "", "error.extension_max", ""},
		"the second by the head":                         {running, 1, on, statute.Head, "60", "", "", "error.extension_level"},
		"a third":                                        {running, 2, on, statute.LeadersMeeting, "60", "error.extension_none", "", "error.extension_none"},
		"of a clock that stopped":                        {clock(func(k *deadline.Clock) { k.StoppedOn = on }), 0, on, statute.Head, "30", "error.extension_no_clock", "", "error.extension_no_clock"},
		"of a clock that never ran":                      {nil, 0, on, statute.Head, "30", "error.extension_no_clock", "", "error.extension_no_clock"},
		"of a wording nobody knows":                      {clock(func(k *deadline.Clock) { k.Version = "x" }), 0, on, statute.Head, "30", "error.extension_none", "", "error.extension_none"},
	} {
		f := &File{Clocks: c.clocks, Extended: map[string]int{"k": c.had}, Today: c.today}
		key := func(e *errs.Error) string {
			if e == nil {
				return ""
			}
			return e.Key
		}
		if got := key(Extendable("CF_CLOSE")(f, law)); got != c.may {
			t.Errorf("%s: asking %q, want %q", name, got, c.may)
		}
		if got := key(Level("CF_CLOSE", c.level)(f, law)); got != c.atThis {
			t.Errorf("%s: granting %q, want %q", name, got, c.atThis)
		}
		got := ""
		if fault := WithinMax("CF_CLOSE")(f, Input{Fields: Facts{"extend_by": c.days}}, law); fault != nil {
			got = fault.Key
		}
		if got != c.max {
			t.Errorf("%s: %q, want %q", name, got, c.max)
		}
	}
	// With a side procedure in hand it is that one's own clock.
	f := &File{Clocks: append(clock(func(k *deadline.Clock) { k.ID, k.TrackID, k.StartedOn = "own", "1", on-95 }), running...), Extended: map[string]int{"k": 2}, Today: on, Tracks: []Track{{ID: "1"}, {ID: "2"}}}
	for track, want := range map[string]bool{"1": true, "2": false, "": false} {
		f.InTrack(track)
		if _, _, ok := f.NextExtension("CF_CLOSE", law); ok != want {
			t.Errorf("side procedure %q: %v", track, ok)
		}
	}
}

// TestGuardShared is what the shared side procedures refuse: a review or a result on a day that cannot be.
func TestGuardShared(t *testing.T) {
	if after("d", Input{On: on, Fields: Facts{"d": on.String()}}) == nil || after("d", Input{On: on, Fields: Facts{"d": (on + 1).String()}}) != nil {
		t.Error("a day that is not after the step's")
	}
	if NotBefore("d", Input{Fields: Facts{"d": on.String()}}, on) != nil || NotBefore("d", Input{Fields: Facts{"d": (on - 1).String()}}, on) == nil {
		t.Error("a day before the earliest")
	}
	for _, s := range Appraisal(nil) {
		if s.Name == "appraised" {
			f := &File{Track: &Track{Facts: Facts{"commissioned_on": on.String()}}}
			if s.Check(f, Input{Fields: Facts{"result_on": on.String()}}, Law{}) != nil || s.Check(f, Input{Fields: Facts{"result_on": (on - 1).String()}}, Law{}) == nil {
				t.Error("a result from before it was asked for")
			}
		}
	}
	for _, s := range Appraisal(nil) {
		if s.Name == "commission" {
			for days, want := range map[[2]calendar.Day]string{{on, on}: "", {on, on + 1}: "", {on - 1, on}: "commissioned_on", {on, on - 1}: "result_expected_on"} {
				got := ""
				if fault := s.Check(nil, Input{On: on, Fields: Facts{"commissioned_on": days[0].String(), "result_expected_on": days[1].String()}}, Law{}); fault != nil {
					got = fault.Name
				}
				if got != want {
					t.Errorf("commissioned %s, expected %s: %q", days[0], days[1], got)
				}
			}
		}
	}
	for want, f := range map[string]*File{"need.side_any": {}, "track.seal": {Tracks: []Track{{Track: "seal"}}}} {
		if m, ok := Settled().Args(f)[0].(errs.Message); !ok || m.Key != want {
			t.Errorf("what is open: %v, want %s", m, want)
		}
	}
	for _, s := range Asking("x", []State{"a"}, nil, nil, nil, Step{Name: "grant"}, Step{Name: "other", Action: "case.review"}) {
		want := map[string]string{"grant": "case.approve", "other": "case.review", "ask_x": "case.work", "amend_x": "case.work", "return_x": "case.approve", "drop_x": "case.work"}[s.Name]
		if s.Action != want {
			t.Errorf("%s is for %s, want %s", s.Name, s.Action, want)
		}
	}
	member := func(part string, until calendar.Day) Member {
		return Member{Part: part, CertificateNo: "1", CertificateUntil: until}
	}
	for name, c := range map[string]struct {
		need Need
		file File
		want bool
	}{
		"no respondent":             {NeedRespondent, File{}, false},
		"a respondent":              {NeedRespondent, File{Parties: []Party{{Role: "respondent"}}}, true},
		"no requester":              {NeedRequester, File{Parties: []Party{{Role: "respondent"}}}, false},
		"a requester":               {NeedRequester, File{Parties: []Party{{Role: "requester"}}}, true},
		"no patent":                 {NeedPatent, File{}, false},
		"a patent":                  {NeedPatent, File{Patents: []Patent{{}}}, true},
		"one certificate":           {NeedCertificates, File{Today: on, Members: []Member{member(PartOfficer, on), member(PartOfficer, on-1), member(PartReviewer, on)}}, false},
		"two certificates":          {NeedCertificates, File{Today: on, Members: []Member{member(PartOfficer, on), member(PartOfficer, on)}}, true},
		"suspended":                 {NeedNotSuspended, File{Tracks: []Track{{Track: "suspension", State: "suspended"}}}, false},
		"suspension asked for":      {NeedNotSuspended, File{Tracks: []Track{{Track: "suspension", State: Asked}}}, true},
		"suspended once":            {NeedNotSuspended, File{Tracks: []Track{{Track: "suspension", State: "suspended", EndedOn: on}}}, true},
		"all settled":               {Settled("remedy"), File{Tracks: []Track{{Track: "remedy"}, {Track: "seal", EndedOn: on}}}, true},
		"not settled":               {Settled("remedy"), File{Tracks: []Track{{Track: "seal"}}}, false},
		"an open case's archivist":  {needArchivist, File{}, true},
		"a restricted case's, none": {needArchivist, File{Case: Case{Restricted: true}}, false},
		"a restricted case's":       {needArchivist, File{Case: Case{Restricted: true}, Members: []Member{{Part: PartArchivist}}}, true},
	} {
		if c.need.Met(&c.file) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
	for fen, want := range map[int64]string{0: "0", 100: "1", 2000000: "20000", 1250: "12.50", 101: "1.01", 99: "0.99"} {
		if got := Yuan(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
}

// TestGuardService: a way of service that the law of the day does not know for a paper (Civil Procedure Law Arts 87–95).
// TestNobodyAnswersThemselves is the rule that is added to every table: of a side procedure, who asked does not answer, and takes it back all the same.
func TestNobodyAnswersThemselves(t *testing.T) {
	p := &Procedure{Steps: []Step{
		{Name: "ask", Track: "longer", Leads: Asked, Action: "case.review"},
		{Name: "amend", Track: "longer", In: []string{Returned}, Leads: Asked, Action: "case.review"},
		{Name: "act", Track: "longer", Leads: Urgent, Action: "case.work", Member: PartOfficer},
		{Name: "approve", Track: "longer", In: []string{Asked}, Leads: "granted", Action: "case.approve", NotBy: []string{PartOfficer}},
		{Name: "return", Track: "longer", In: []string{Asked, Urgent}, Leads: Returned, Action: "case.approve"},
		{Name: "end", Track: "longer", In: []string{"granted"}, Action: "case.approve"},
		{Name: "drop", Track: "longer", In: []string{Asked}, Action: "case.review"},
		{Name: "done", Track: "longer", In: []string{Asked}, Action: "case.work", Member: PartOfficer},
		{Name: "lapse", Track: "longer", In: []string{Asked}, Action: "case.approve", Lapses: "SEAL"},
		{Name: "decide", Action: "case.approve", NotBy: []string{"ask"}},
		{Name: "other", Track: "other", In: []string{Asked}, Action: "case.approve"},
	}}
	for step, want := range map[string][]string{
		"approve": {PartOfficer, "ask", "amend"}, "return": {"ask", "amend", "act"}, "end": nil, "drop": nil, "done": nil, "lapse": nil, "decide": {"ask"}, "other": nil, "ask": nil,
	} {
		if got := p.NotBy(p.Step(step)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", step, got, want)
		}
	}
	d := &Docket{procedures: map[string]*Procedure{"k": p}}
	f := &File{Case: Case{Kind: "k"}, Track: &Track{ID: "1", Track: "longer", State: Asked}, Taken: []Taken{
		{Seq: 2, Step: "ask", Actor: "me", TrackID: "1"}, {Seq: 3, Step: "amend", Actor: "other", TrackID: "1"}}}
	for who, steps := range map[string]map[string]string{
		"me":    {"approve": "error.four_eyes_step", "return": "error.four_eyes_step", "drop": "", "end": ""},
		"other": {"approve": "error.four_eyes_step", "drop": ""},
		"third": {"approve": "", "return": "", "drop": ""},
	} {
		for step, want := range steps {
			got := ""
			if e := d.keptFrom(access.Actor{ID: who}, f, p.Step(step)); e != nil {
				got = e.Key
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", who, step, got, want)
			}
		}
	}
}
