package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/views"
	"huzhi/views/parts"
)

// shortFact is how many characters of a recorded text a side procedure shows on the page of the case.
const shortFact = 120

// caseAsks are the steps that move the case on, each with its article, what is missing, and its button or why not; and the requests that wait
// for an answer, those that wait for this person first. A step that is for somebody else and does not lead to the next stage is named only.
func (s *Server) caseAsks(c *ctx, file *casework.File, next []casework.Next) *parts.Asks {
	var mine, on, path, others []parts.Ask
	var rest []casework.Next
	seen := map[string]bool{}
	for _, n := range next { // what the person may do comes first
		switch {
		case n.Answers() && !seen[n.Track.ID]:
			seen[n.Track.ID] = true
			a := s.request(c, file, n)
			if n.Refused == nil {
				mine = append(mine, a)
			} else {
				others = append(others, a)
			}
		case !n.Onward() || n.Answers():
		case s.leadsOn(file, n):
			on = append(on, s.ask(c, file, n))
		case n.Refused == nil:
			path = append(path, s.ask(c, file, n))
		default:
			rest = append(rest, n)
		}
	}
	out := &parts.Asks{Items: slices.Concat(mine, on, path, others)}
	_, out.Others = s.steps(c, file, rest, func(casework.Next) bool { return true })
	return out
}

// wanted says whether the law asks for a step now: it answers a request, leads on, or belongs to the stage where the case stands. The others leave
// the path or go back.
func (s *Server) wanted(file *casework.File, n casework.Next) bool {
	return n.Answers() || s.leadsOn(file, n) || n.Onward() && n.Step.To == ""
}

// leadsOn says whether a step leads a case to its next stage.
func (s *Server) leadsOn(file *casework.File, n casework.Next) bool {
	p := s.Docket.Procedure(file.Kind)
	return n.Step.Track == "" && n.Step.To != "" && p.Stage(n.Step.To) == p.Stage(file.State)+1
}

// foremost is what comes next of what is open: what leads the case on before what takes it back, what the person can do before what waits for
// somebody else.
func (s *Server) foremost(file *casework.File, next []casework.Next) (casework.Next, bool) {
	on := func(n casework.Next) bool { return s.leadsOn(file, n) }
	for _, fit := range []func(casework.Next) bool{
		func(n casework.Next) bool { return n.Ready() && on(n) }, func(n casework.Next) bool { return n.Ready() && s.wanted(file, n) },
		func(n casework.Next) bool { return n.Refused == nil && on(n) }, on, casework.Next.Onward,
	} {
		if i := slices.IndexFunc(next, fit); i >= 0 {
			return next[i], true
		}
	}
	return casework.Next{}, false
}

// ask is an open step.
func (s *Server) ask(c *ctx, file *casework.File, n casework.Next) parts.Ask {
	a := parts.Ask{Title: c.stepName(file.Kind, n.Step), Article: c.citeOf(file.Kind, s.Docket.Cited(file), n.Step)}
	for _, m := range n.Missing {
		a.Missing = append(a.Missing, parts.Link{Label: c.p.M(m.Message), Href: m.Where})
	}
	for _, k := range stopped(file, n.Track, n.Step) {
		if slices.Contains(n.Step.Stops, k.Rule) && (k.OfficeDuty || k.WatchOn >= file.Today) {
			v := s.clock(c, k)
			a.Clock = &v
			break
		}
	}
	switch {
	case n.Refused != nil:
		a.Action = &parts.Action{Label: c.p.T("case.do"), Refused: s.whyNot(c, file, n)}
	case len(n.Missing) == 0:
		a.Action = &parts.Action{Label: c.p.T("case.do"), Href: nextPath(file.ID, n)}
		if s.wanted(file, n) {
			a.Action.Look = "primary"
		}
	}
	return a
}

// whyNot is why a step is not for this person: who may take it is of more use than "you may not".
func (s *Server) whyNot(c *ctx, file *casework.File, n casework.Next) string {
	if n.Refused.Key != "error.forbidden.action" {
		return c.say(n.Refused)
	}
	if n.Step.Member == "" {
		return c.notYours(n.Step.Action, s.Docket.OfficeFor(file, n.Step))
	}
	var names []string
	for _, m := range file.Part(n.Step.Member) {
		names = append(names, m.Name)
	}
	return c.p.T("intake.by", join(c.p, names))
}

// request is a side procedure that waits for an answer.
func (s *Server) request(c *ctx, file *casework.File, n casework.Next) parts.Ask {
	t := n.Track
	a := s.ask(c, file, n)
	a.Title = c.p.T("track.waits", trackName(c, t.Track), trackState(c, t))
	by := file.LastOf(t.ID)
	a.Note = c.p.T("track.asked", by.ActorName, by.OnDay)
	for _, k := range file.Clocks {
		if k.TrackID == t.ID && k.Running() {
			v := s.clock(c, k)
			a.Clock = &v
			break
		}
	}
	if a.Action != nil && a.Action.Refused == "" {
		a.Action.Label = c.p.T("track.decide")
	}
	return a
}

func trackName(c *ctx, track string) string { return c.p.T("track." + track) }

// trackState is where a side procedure stands, or the step that ended it.
func trackState(c *ctx, t *casework.Track) string {
	if !t.Running() {
		key := "track." + t.Track + "." + t.State
		if t.State == casework.Overtaken {
			key = "track.overtaken"
		}
		return c.p.Or(key+".done", c.p.T(key))
	}
	return c.p.T("track." + t.Track + ".state." + t.State)
}

func trackTone(t *casework.Track) parts.Tone {
	switch {
	case !t.Running():
		return parts.Stopped
	case t.Waits(), t.State == casework.Returned:
		return parts.Soon
	}
	return parts.Running
}

// caseTracks are the side procedures of a case, and what else can be done beside its own path.
func (s *Server) caseTracks(c *ctx, file *casework.File, next []casework.Next, counted map[string]deadline.Counted) views.Tracks {
	var out views.Tracks
	for i := range file.Tracks {
		t := &file.Tracks[i]
		card := s.track(c, file, t, counted)
		if !t.Running() {
			out.Ended = append(out.Ended, card)
			continue
		}
		card.Steps, card.Others = s.steps(c, file, next, func(n casework.Next) bool { return n.Track != nil && n.Track.ID == t.ID })
		out.Running = append(out.Running, card)
	}
	slices.Reverse(out.Ended)
	again := func(n casework.Next) bool { return n.Step.Track == "" && n.Step.Again }
	present := func(n casework.Next) bool { // an act of investigation is one by officers who were present
		return slices.ContainsFunc(n.Step.Asks, func(a casework.Ask) bool { return a.Type == casework.AskOfficers })
	}
	for _, x := range []struct {
		id  string
		fit func(casework.Next) bool
	}{
		{"acts", func(n casework.Next) bool { return again(n) && present(n) }},
		{"open", func(n casework.Next) bool { return n.Step.Track != "" && n.Track == nil }},
		{"other", func(n casework.Next) bool { return again(n) && !present(n) }},
	} {
		g := views.Group{ID: x.id, Title: c.p.T("track." + x.id)}
		if g.Steps, g.Others = s.steps(c, file, next, x.fit); len(g.Steps)+len(g.Others) > 0 {
			out.Beside = append(out.Beside, g)
		}
	}
	if file.Open() {
		for _, act := range s.Docket.Denied(file) {
			out.Denied = append(out.Denied, c.p.T("power."+act))
		}
	}
	return out
}

// steps are the open steps that fit: the person's own one by one, the others gathered by why they are not.
func (s *Server) steps(c *ctx, file *casework.File, next []casework.Next, fit func(casework.Next) bool) (own []parts.Ask, others []parts.Others) {
	for _, n := range next {
		if !fit(n) {
			continue
		}
		if n.Refused == nil {
			a := s.ask(c, file, n)
			if a.Action != nil {
				a.Action.Look = ""
			}
			own = append(own, a)
			continue
		}
		why, name := s.whyNot(c, file, n), c.stepName(file.Kind, n.Step)
		if i := slices.IndexFunc(others, func(o parts.Others) bool { return o.Why == why }); i >= 0 {
			others[i].Titles = c.p.T("track.and", others[i].Titles, name)
		} else {
			others = append(others, parts.Others{Titles: name, Why: why})
		}
	}
	return own, others
}

// track is a side procedure without its open steps.
func (s *Server) track(c *ctx, file *casework.File, t *casework.Track, counted map[string]deadline.Counted) views.Track {
	v := views.Track{ID: "track-" + t.ID, Title: trackName(c, t.Track), State: trackState(c, t), Tone: trackTone(t), Period: c.p.T("track.since", t.OpenedOn)}
	if !t.Running() {
		v.Period = c.p.T("track.from_to", t.OpenedOn, t.EndedOn)
	}
	var told []casework.Taken
	for _, x := range file.Taken {
		if x.TrackID == t.ID {
			told = append(told, x)
		}
	}
	if len(told) > 2 { // how it began, and what was done last; the timeline has all of it
		told = []casework.Taken{told[0], told[len(told)-1]}
	}
	for _, x := range told {
		v.Told = append(v.Told, c.p.T("track.told", x.OnDay, s.stepDone(c, file.Kind, x.Step), x.ActorName))
	}
	v.Clocks, v.Facts = s.trackClocks(c, file, t, counted), s.trackFacts(c, file, t, counted, shortFact)
	return v
}

// stepDone is a step in words once it is taken.
func (s *Server) stepDone(c *ctx, kind, name string) string {
	if step := s.Docket.Procedure(kind).Step(name); step != nil {
		return c.p.Or(step.Key(kind)+".done", c.stepName(kind, step))
	}
	return c.p.Or("step."+kind+"."+name+".done", name)
}

// trackClocks are the periods of a side procedure: those it started, those that stand still because of it, and the one that it would extend.
func (s *Server) trackClocks(c *ctx, file *casework.File, t *casework.Track, counted map[string]deadline.Counted) []parts.Clock {
	var out []parts.Clock
	extends := s.Docket.Extends(file.Kind, t.Track)
	for _, k := range file.Clocks {
		still := k.Running() && slices.ContainsFunc(counted[k.ID].Spans, func(x deadline.Span) bool { return x.TrackID == t.ID && x.ToOn.IsZero() })
		if k.TrackID == t.ID || still || k.TrackID == "" && k.Running() && t.Running() && slices.Contains(extends, k.Rule) {
			v := s.clockCard(c, "/cases/"+file.ID, k)
			c.counted(&v, &k, counted[k.ID])
			out = append(out, v)
		}
	}
	return out
}

// trackFacts are what the steps of a side procedure recorded, in the order they ask it; of a long text so many characters, all with 0.
func (s *Server) trackFacts(c *ctx, file *casework.File, t *casework.Track, counted map[string]deadline.Counted, most int) []parts.Desc {
	var out []parts.Desc
	seen := map[string]bool{}
	for _, step := range s.Docket.Procedure(file.Kind).Steps {
		if step.Track != t.Track {
			continue
		}
		for _, a := range step.Asks {
			if t.Facts[a.Name] == "" || seen[a.Name] {
				continue
			}
			seen[a.Name], seen[a.Name+"_name"] = true, true
			d := parts.Desc{Label: c.p.T("ask." + a.Name), Value: c.answer(a, t.Facts), Wide: a.Type == casework.AskLong}
			if a.Name == "extend_by" {
				d.Value = c.term(s.extensionUnit(file, t, counted), t.Facts.Money(a.Name))
			}
			if most > 0 && d.Wide {
				d.Value = firstLine(d.Value, most)
			}
			out = append(out, d)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(t.Facts)) { // what a step recorded of itself
		if v := t.Facts[k]; !seen[k] && v != "" && c.p.Has("ask."+k) {
			out = append(out, parts.Desc{Label: c.p.T("ask." + k), Value: c.p.Or("choice."+k+"."+v, v)})
		}
	}
	return out
}

// term is so many of a unit in words; the bare number where the unit is not known.
func (c *ctx) term(unit string, n int64) string {
	if unit == "" {
		return c.p.Count(n)
	}
	return c.p.N("law.term."+unit, int(n))
}

// extensionUnit is what an extension is counted in: of the one that was granted, else of the one that may be granted next.
func (s *Server) extensionUnit(file *casework.File, t *casework.Track, counted map[string]deadline.Counted) string {
	for _, x := range counted {
		for _, e := range x.Extensions {
			if e.TrackID == t.ID {
				return e.Unit
			}
		}
	}
	return s.Docket.ExtensionUnit(file, t)
}

// asked is what an answer answers: the request in full, and the answers that are open to the person.
func (s *Server) asked(c *ctx, file *casework.File, next casework.Next) (*views.Asked, error) {
	if next.Track == nil || !next.Answers() {
		return nil, nil
	}
	t := next.Track
	counted, err := s.Clocks.Counted(c.ctx(), file.Clocks...)
	if err != nil {
		return nil, err
	}
	by := file.LastOf(t.ID)
	v := &views.Asked{Title: c.p.T("track.waits", trackName(c, t.Track), trackState(c, t)), Clocks: s.trackClocks(c, file, t, counted)}
	v.Facts = append([]parts.Desc{{Label: c.p.T("track.by"), Value: by.ActorName, Note: c.p.T("case.recorded.at", by.At)}, {Label: c.p.T("ask.on"), Value: c.p.Day(by.OnDay)}}, s.trackFacts(c, file, t, counted, 0)...)
	if by.Note != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("ask.note"), Value: by.Note, Wide: true})
	}
	for _, n := range s.Docket.Next(c.by, file) {
		if n.Track != nil && n.Track.ID == t.ID && n.Answers() && n.Refused == nil {
			v.Tabs = append(v.Tabs, parts.Tab{Label: c.stepName(file.Kind, n.Step), Href: nextPath(file.ID, n), Active: n.Step.Name == next.Step.Name})
		}
	}
	return v, nil
}

// counted adds to a clock what it is counted with: time left out, extensions, and why it stands still.
func (c *ctx) counted(v *parts.Clock, k *deadline.Clock, x deadline.Counted) {
	var out, more []string
	for _, span := range x.Spans {
		if !span.ToOn.IsZero() {
			out = append(out, c.p.T("clock.span", c.ground(span.Ground), span.FromOn, span.ToOn))
		}
	}
	for _, e := range x.Extensions {
		more = append(more, c.p.T("clock.extension", c.term(e.Unit, int64(e.N)), c.p.T("law.approver."+e.Approver), e.GrantedOn))
	}
	v.Excluded, v.Extended = strings.Join(out, c.p.T("error.join")), strings.Join(more, c.p.T("error.join"))
	if v.State == parts.ClockPaused {
		v.Still = c.p.T("clock.still", k.PausedOn, c.ground(x.Still().Ground), clockLeft(c, *v))
	}
}

// ground is why time is not counted.
func (c *ctx) ground(ground string) string { return c.p.Or("law.excl."+ground, ground) }

// clockLeft is what was left of a clock when it came to stand still.
func clockLeft(c *ctx, v parts.Clock) string {
	if v.Left < 0 {
		return c.p.T("clock.over")
	}
	return c.p.N("parts.clock.left."+string(v.Unit), v.Left)
}

// groundTables are the extensions of a clock and the time left out of its count, for its proof.
func groundTables(c *ctx, x deadline.Counted) []parts.Table {
	var out []parts.Table
	if len(x.Spans) > 0 {
		t := parts.Table{Caption: c.p.T("clock.excluded"), Compact: true, Columns: []parts.Column{
			{Label: c.p.T("clock.ground")}, {Label: c.p.T("clock.from"), Slim: true}, {Label: c.p.T("clock.to"), Slim: true}, {Label: c.p.T("clock.document")}, {Label: c.p.T("clock.recorded")},
		}}
		for _, s := range x.Spans {
			to := c.p.Day(s.ToOn)
			if s.ToOn.IsZero() {
				to = c.p.T("clock.open")
			}
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
				parts.TextCell(c.ground(s.Ground), ""), parts.BodyCell(views.DayCell(c.p.Day(s.FromOn), "")), parts.BodyCell(views.DayCell(to, "")), parts.TextCell(s.Document, ""),
				parts.TextCell(s.MadeName, c.p.Time(s.MadeAt)),
			}})
		}
		out = append(out, t)
	}
	if len(x.Extensions) > 0 {
		t := parts.Table{Caption: c.p.T("clock.extensions"), Compact: true, Columns: []parts.Column{
			{Label: c.p.T("clock.nth"), Slim: true}, {Label: c.p.T("clock.by")}, {Label: c.p.T("clock.level")}, {Label: c.p.T("clock.granted"), Slim: true}, {Label: c.p.T("clock.recorded")},
		}}
		for _, e := range x.Extensions {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
				parts.TextCell(strconv.Itoa(e.Seq), ""), parts.TextCell(c.term(e.Unit, int64(e.N)), ""), parts.TextCell(c.p.T("law.approver."+e.Approver), ""),
				parts.BodyCell(views.DayCell(c.p.Day(e.GrantedOn), "")), parts.TextCell(e.GrantedName, c.p.Time(e.GrantedAt)),
			}})
		}
		out = append(out, t)
	}
	return out
}
