package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// The longest texts that a step takes, in characters.
const (
	shortText = 200
	noteText  = 2000
	longText  = 20000
)

// openStep finds the case and the step of an address; the step must be open, and the person's to take.
func (s *Server) openStep(c *ctx) (*casework.File, casework.Next, error) {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return nil, casework.Next{}, err
	}
	step := s.Docket.Procedure(file.Kind).Step(c.Param("step"))
	if step == nil || !file.InTrack(c.QueryParam("track")) {
		return nil, casework.Next{}, errs.New(errs.NotFound, "error.no_such_step")
	}
	next, open := s.nextOf(c, file, step.Name)
	if !open {
		return nil, casework.Next{}, errs.New(errs.Conflict, "error.step_closed", errs.Msg(step.Key(file.Kind)), errs.Msg("state."+file.Kind+"."+string(file.State)))
	}
	if next.Refused != nil {
		return nil, casework.Next{}, next.Refused.On("case:" + file.ID)
	}
	return file, next, nil
}

func (s *Server) nextOf(c *ctx, file *casework.File, step string) (casework.Next, bool) {
	next := s.Docket.Next(c.by, file)
	i := slices.IndexFunc(next, func(n casework.Next) bool { return n.Step.Name == step && n.Track == file.Track })
	if i < 0 {
		return casework.Next{}, false
	}
	return next[i], true
}

// step shows a step's form: what will be done, what it starts, what it asks.
func (s *Server) step(c *ctx) error {
	file, next, err := s.openStep(c)
	if err != nil {
		return err
	}
	return s.stepPage(c, http.StatusOK, file, next, blank(beginWith(file, next.Step)), "")
}

// beginWith is what a step's form begins with: today, and what was recorded when the step was taken before and the case sent back.
func beginWith(file *casework.File, step *casework.Step) map[string]string {
	v := map[string]string{"on": file.Today.String()}
	if t := file.Last(step.Name); t != nil && !step.Again {
		for _, a := range step.Asks {
			x := t.Data[a.Name]
			if a.Type == casework.AskMoney && x != "" {
				x = casework.Yuan(t.Data.Money(a.Name))
			}
			v[a.Name] = x
		}
	}
	return v
}

// stepInput is the domain's input out of what was typed: money in yuan becomes fen.
func stepInput(f *form, step *casework.Step) casework.Input {
	in := casework.Input{On: f.day("on"), Note: f.text("note"), Fields: casework.Facts{}}
	for _, a := range step.Asks {
		v := f.text(a.Name)
		switch {
		case v == "":
			continue
		case a.Type == casework.AskMoney:
			v = strconv.FormatInt(f.money(a.Name), 10)
		case a.Type == casework.AskCount:
			v = strconv.FormatInt(f.number(a.Name), 10)
		}
		in.Fields[a.Name] = v
	}
	return in
}

// takeStep takes a step. The form comes back with what was typed when something is wrong, or when somebody was faster.
func (s *Server) takeStep(c *ctx) error {
	id, name := c.Param("id"), c.Param("step")
	f, err := c.form()
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	step := s.Docket.Procedure(file.Kind).Step(name)
	if step == nil { // the docket says whether the law keeps it from the office
		_, err = s.Docket.Advance(c.ctx(), c.by, id, name, f.number("version"), casework.Input{})
		return err
	}
	in, seen := stepInput(f, step), f.number("version")
	in.Track = f.text("track")
	if err = f.err(); err == nil {
		_, err = s.Docket.Advance(c.ctx(), c.by, id, name, seen, in)
	}
	if err == nil {
		return c.done("/cases/"+id, "flash.step", c.stepName(file.Kind, step), file.Number)
	}
	err = c.changed("case:"+id, err)
	code, again := c.again(f, err)
	if !again {
		return err
	}
	if file, err = s.Docket.Find(c.ctx(), c.by, id); err != nil {
		return err
	}
	file.InTrack(in.Track)
	changed := ""
	if code == http.StatusConflict && f.whole != nil {
		changed, f.whole = c.p.M(*f.whole), nil
	}
	next, open := s.nextOf(c, file, name)
	if !open || next.Refused != nil {
		next = casework.Next{Step: step, Refused: errs.New(errs.Conflict, "error.step_closed")}
	}
	return s.stepPage(c, code, file, next, f, changed)
}

// stepPage is the confirmation of an act. changed is what somebody did since the form was opened; a step that is no longer open keeps
// what was typed to be copied.
func (s *Server) stepPage(c *ctx, code int, file *casework.File, next casework.Next, f *form, changed string) error {
	step := next.Step
	v := views.StepView{Page: c.page(c.stepName(file.Kind, step)), Changed: changed, Back: parts.Link{Label: c.p.T("act.case", file.Number), Href: "/cases/" + file.ID}}
	v.Page.Crumbs, v.Page.Lead = caseCrumbs(c, file, true), file.Title
	v.Page.Invalid = f.invalid() || changed != ""
	if next.Refused != nil || f.sent && len(next.Missing) > 0 {
		v.Closed, v.Typed = next.Refused != nil, s.typed(c, f, step)
	}
	in := stepInput(f, step)
	v.Confirm = parts.Confirm{Title: c.p.T("act.title"), Facts: s.stepFacts(c, file, step), Does: s.stepDoes(c, file, step, in), Starts: s.stepClocks(c, file, step, in),
		Warning: c.p.T("act.final")}
	for _, m := range next.Missing {
		v.Confirm.Cannot = append(v.Confirm.Cannot, parts.Link{Label: c.p.M(m.Message), Href: "/cases/" + file.ID + m.Where})
	}
	v.Confirm.Fields = f.fill(c.p, s.stepFields(c, file, step)...)
	v.Confirm.Error = f.general(c.p, v.Confirm.Fields...)
	v.Confirm.Form = parts.Form{Action: stepPath(file.ID, step.Name), Submit: c.p.T("act.submit", c.stepName(file.Kind, step)), Draft: "step." + file.ID + "." + step.Name,
		Hidden: []parts.Hidden{version(file.Version), {Name: "track", Value: trackID(file)}}, Cancel: &parts.Link{Label: c.p.T("act.cancel"), Href: "/cases/" + file.ID}}
	return c.show(code, views.Step(v))
}

func trackID(file *casework.File) string {
	if file.Track == nil {
		return ""
	}
	return file.Track.ID
}

// typed is what was sent, in words, where the form itself is not shown again.
func (s *Server) typed(c *ctx, f *form, step *casework.Step) []parts.Desc {
	out := []parts.Desc{{Label: c.p.T("ask.on"), Value: f.text("on")}}
	for _, a := range step.Asks {
		if v := f.text(a.Name); v != "" {
			if a.Type == casework.AskChoice {
				v = c.answer(a, v)
			}
			out = append(out, parts.Desc{Label: c.p.T("ask." + a.Name), Value: v, Wide: a.Type == casework.AskLong})
		}
	}
	if v := f.text("note"); v != "" {
		out = append(out, parts.Desc{Label: c.p.T("ask.note"), Value: v, Wide: true})
	}
	return out
}

func (s *Server) stepFacts(c *ctx, file *casework.File, step *casework.Step) []parts.Desc {
	out := caseInBrief(c, file)
	if cite := c.citeOf(file.Kind, step); cite != "" {
		out = append(out, parts.Desc{Label: c.p.T("act.article"), Value: cite, Wide: true})
	}
	return out
}

// stepDoes says what the step will do: the state, the paper it makes, the part the person takes in the case.
func (s *Server) stepDoes(c *ctx, file *casework.File, step *casework.Step, in casework.Input) []string {
	var out []string
	if step.To != "" {
		out = append(out, c.p.T("act.state", c.stateName(file.Kind, file.State), c.stateName(file.Kind, step.To)))
	} else {
		out = append(out, c.p.T("act.same", c.stateName(file.Kind, file.State)))
	}
	if titles := s.papersOf(file, step, in); len(titles) > 0 {
		out = append(out, c.p.T("act.paper", strings.Join(titles, c.p.T("act.or"))))
	}
	if step.Joins != "" && !file.Is(c.by.ID, step.Joins) {
		out = append(out, c.p.T("act.joins", c.p.T("part."+step.Joins)))
	}
	return append(out, c.p.T("act.logged"))
}

// papersOf are the titles of the papers that a step may make, by the outcomes it offers.
func (s *Server) papersOf(file *casework.File, step *casework.Step, in casework.Input) []string {
	if step.Issues == nil {
		return nil
	}
	tries := []casework.Input{in}
	if in.Fields["outcome"] == "" {
		for _, a := range step.Asks {
			if a.Name == "outcome" {
				tries = nil
				for _, o := range a.Options {
					tries = append(tries, casework.Input{On: in.On, Fields: casework.Facts{"outcome": o}})
				}
			}
		}
	}
	var titles []string
	for _, try := range tries {
		if t := s.template(step.Issues(file, try)); t != nil && !slices.Contains(titles, "《"+t.Title+"》") {
			titles = append(titles, "《"+t.Title+"》")
		}
	}
	return titles
}

func (s *Server) template(id string) *document.Template {
	if id == "" {
		return nil
	}
	return s.Documents.Template(id)
}

// stepClocks are the periods that the step starts and stops.
func (s *Server) stepClocks(c *ctx, file *casework.File, step *casework.Step, in casework.Input) []parts.Start {
	if in.On.IsZero() {
		in.On = file.Today
	}
	var out []parts.Start
	for _, p := range s.Docket.Promises(file, step, in) {
		term, last := c.p.N("law.term."+string(p.Rule.Unit), p.Rule.Add), p.Due
		if p.Rule.Strict {
			last = p.Strict
		}
		key := "act.starts"
		if waitsFor(step, p.Rule.ID, in) {
			key = "act.starts.later"
		}
		out = append(out, parts.Start{Text: c.p.T(key, p.Rule.Title, term, p.Start, last), Article: p.Rule.Cite.In(c.p.Lang())})
	}
	for _, k := range stopped(file, step) {
		v := s.clock(c, k)
		out = append(out, parts.Start{Text: c.p.T("act.stops", v.Name, v.Due), Article: v.Article, Stops: true})
	}
	return out
}

// waitsFor says whether a rule's clock runs from a day that is still to be filled in.
func waitsFor(step *casework.Step, rule string, in casework.Input) bool {
	for _, st := range step.Starts {
		if st.Rule == rule && st.Day != "" {
			return in.Day(st.Day).IsZero()
		}
	}
	return false
}

// stopped are the running clocks that a step stops.
func stopped(file *casework.File, step *casework.Step) []deadline.Clock {
	var out []deadline.Clock
	for _, k := range file.Clocks {
		if k.Running() && (slices.Contains(step.Stops, k.Rule) || slices.Contains(step.Stops, "*")) {
			out = append(out, k)
		}
	}
	return out
}

// stepFields are the fields of a step's form: the day, what the step asks, a note.
func (s *Server) stepFields(c *ctx, file *casework.File, step *casework.Step) []parts.Field {
	earliest := file.FiledOn
	if n := len(file.Taken); n > 0 {
		earliest = max(earliest, file.Taken[n-1].OnDay)
	}
	out := []parts.Field{{Name: "on", Label: c.p.T("ask.on"), Hint: c.p.T("act.on.hint", earliest, file.Today), Type: parts.Date, Required: true, Min: earliest.String(), Upto: file.Today.String()}}
	for _, a := range step.Asks {
		out = append(out, c.askField(step, a, file.Today))
	}
	return append(out, parts.Field{Name: "note", Label: c.p.T("ask.note"), Type: parts.LongText, Rows: 2, Max: noteText})
}

// choiceKey is the beginning of the sentences of a field's options.
func choiceKey(a casework.Ask) string { return "choice." + cmp.Or(a.Words, a.Name) }

func (c *ctx) askField(step *casework.Step, a casework.Ask, today calendar.Day) parts.Field {
	x := parts.Field{Name: a.Name, Label: c.p.T("ask." + a.Name), Hint: c.p.Or("ask."+a.Name+".hint", ""), Required: !a.Optional && a.When == nil}
	switch a.Type {
	case casework.AskDay:
		x.Type = parts.Date
		if a.Past {
			x.Upto = today.String()
		}
	case casework.AskLong:
		x.Type, x.Max = parts.LongText, longText
	case casework.AskMoney:
		x.Type = parts.Money
	case casework.AskCount:
		x.Type, x.Min, x.Inputmode = parts.Number, "0", "numeric"
	case casework.AskChoice:
		x.Options = c.choices(choiceKey(a), a.Options)
		x.Type, x.Inline = parts.Radio, len(a.Options) <= 3
		if len(a.Options) > 5 {
			x.Type = parts.Select
		}
	default:
		x.Max = shortText
	}
	if on, values := condition(step, a); len(values) > 0 {
		var words []string
		for _, v := range values {
			words = append(words, c.p.T(choiceKey(on)+"."+v))
		}
		only := c.p.T("act.only", c.p.T("ask."+on.Name), strings.Join(words, c.p.T("act.or")))
		x.Hint = strings.TrimSpace(only + " " + x.Hint)
		x.Attrs = map[string]any{"data-when": on.Name, "data-is": strings.Join(values, " ")}
	}
	return x
}

// condition finds out on which choice of the same form a field depends, and with which of its values it is asked.
func condition(step *casework.Step, a casework.Ask) (on casework.Ask, values []string) {
	if a.When == nil {
		return on, nil
	}
	for _, b := range step.Asks {
		for _, v := range b.Options {
			if a.When(casework.Facts{b.Name: v}) {
				on, values = b, append(values, v)
			}
		}
		if len(values) > 0 {
			return on, values
		}
	}
	return on, nil
}
