package web

import (
	"cmp"
	"net/http"
	"net/url"
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
	if !file.InTrack(c.QueryParam("track")) {
		return nil, casework.Next{}, errs.New(errs.NotFound, "error.no_such_step")
	}
	next, err := s.Docket.Open(c.by, file, c.Param("step"))
	return file, next, err
}

// step shows a step's form: what will be done, what it starts, what it asks.
func (s *Server) step(c *ctx) error {
	file, next, err := s.openStep(c)
	if err != nil {
		return err
	}
	v := beginWith(file, next.Step)
	if err := s.asServed(c, file, next, v); err != nil {
		return err
	}
	return s.stepPage(c, http.StatusOK, file, next, newForm(v), "")
}

// asServed begins the form of a step that takes a service over with what was recorded of it.
func (s *Server) asServed(c *ctx, file *casework.File, next casework.Next, v url.Values) error {
	if len(next.Step.Serves) == 0 {
		return nil
	}
	waiting, err := s.Papers.Waiting(c.ctx(), c.by, file)
	if err != nil {
		return err
	}
	for _, o := range waiting {
		if o.Step == next.Step && o.Track == trackID(file) {
			for k, x := range o.Given {
				v.Set(k, x)
			}
			return nil
		}
	}
	return nil
}

// beginWith is what a step's form begins with: today, and what was recorded when the step was taken before and the case, or the request,
// sent back.
func beginWith(file *casework.File, step *casework.Step) url.Values {
	v := url.Values{"on": {file.Today.String()}}
	before := casework.Facts{}
	switch t := file.Last(step.Name); {
	case file.Track != nil && file.Track.State == casework.Returned:
		before = file.Track.Facts
	case step.Track == "" && !step.Again && t != nil:
		before = t.Data
	}
	for _, a := range step.Asks {
		switch x := before[a.Name]; {
		case x == "":
		case a.Type == casework.AskMoney:
			v.Set(a.Name, casework.Yuan(before.Money(a.Name)))
		case a.Type == casework.AskOfficers, a.Type == casework.AskChoices:
			v[a.Name] = strings.Split(x, ",")
		default:
			v.Set(a.Name, x)
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
		case a.Type == casework.AskOfficers, a.Type == casework.AskChoices:
			v = strings.Join(f.all(a.Name), ",")
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
		to := "/cases/" + id
		if _, err := s.Docket.Find(c.ctx(), c.by, id); errs.CodeOf(err) == errs.NotFound { // who was let in to approve is out again
			to = "/"
		}
		return c.done(to, "flash.step", c.stepName(file.Kind, step), file.Number)
	}
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	b.file.InTrack(in.Track)
	next, closed := s.Docket.Open(c.by, b.file, name)
	if closed != nil {
		next = casework.Next{Step: step, Track: b.file.Track, Refused: errs.New(errs.Conflict, "error.step_closed")}
	}
	return s.stepPage(c, b.code, b.file, next, f, b.changed)
}

// stepPage is the confirmation of an act. changed is what somebody did since the form was opened; a step that is no longer open keeps
// what was typed to be copied.
func (s *Server) stepPage(c *ctx, code int, file *casework.File, next casework.Next, f *form, changed string) error {
	step := next.Step
	v := views.StepView{Page: c.page(c.stepName(file.Kind, step)), Changed: changed, Back: parts.Link{Label: c.p.T("act.case", file.Number), Href: "/cases/" + file.ID}}
	v.Page.Crumbs, v.Page.Lead = caseCrumbs(c, file, true), file.Title
	v.Page.Invalid = f.invalid() || changed != ""
	if next.Refused != nil || f.sent && len(next.Missing) > 0 {
		v.Closed, v.Typed = next.Refused != nil, s.typed(c, file, f, step)
	}
	in := stepInput(f, step)
	starts, prospect, err := s.stepClocks(c, file, step, in)
	if err != nil {
		return err
	}
	if v.Asked, err = s.asked(c, file, next); err != nil {
		return err
	}
	if fines(step) {
		v.Law = s.substanceOn(c, file, cmp.Or(in.On, file.Today))
	}
	v.Confirm = parts.Confirm{Title: c.p.T("act.title"), Facts: s.stepFacts(c, file, step), Does: s.stepDoes(c, file, step, in), Starts: starts, Warning: c.p.T("act.final")}
	if step.To == casework.Closed {
		open, err := s.Tasks.OpenOf(c.ctx(), file.ID)
		if err != nil {
			return err
		}
		if open > 0 {
			v.Confirm.Warning = c.p.N("task.closing", open) + v.Confirm.Warning
		}
		if err := s.closingReview(c, file, &v.Confirm); err != nil {
			return err
		}
	}
	for _, m := range next.Missing {
		v.Confirm.Cannot = append(v.Confirm.Cannot, parts.Link{Label: c.p.M(m.Message), Href: "/cases/" + file.ID + m.Where})
	}
	v.Confirm.Fields = f.fill(c.p, s.stepFields(c, file, step, prospect)...)
	v.Confirm.Error = f.general(c.p, v.Confirm.Fields...)
	v.Confirm.Form = parts.Form{Action: stepPath(file.ID, step.Name), Submit: c.p.T("act.submit", c.stepName(file.Kind, step)), Draft: "step." + file.ID + trackID(file) + "." + step.Name,
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
func (s *Server) typed(c *ctx, file *casework.File, f *form, step *casework.Step) []parts.Desc {
	out := []parts.Desc{{Label: c.p.T("ask.on"), Value: f.text("on")}}
	for _, a := range step.Asks {
		if v := f.text(a.Name); v != "" {
			switch options := s.people(c, file, a); {
			case a.Type == casework.AskChoice, a.Type == casework.AskChoices:
				v = c.answer(a, casework.Facts{a.Name: strings.Join(f.all(a.Name), ",")})
			case len(options) > 0:
				v = named(c, options, f.all(a.Name))
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
	if cite := c.citeOf(file.Kind, s.Docket.Cited(file), step); cite != "" {
		out = append(out, parts.Desc{Label: c.p.T("act.article"), Value: cite, Wide: true})
	}
	if len(step.Serves) > 0 && step.Track == "" {
		out = append(out, parts.Desc{Label: c.p.T("service.title"), Value: c.p.T("service.go"), Href: "/cases/" + file.ID + "/services", Wide: true})
	}
	return out
}

// stepDoes says what the step will do: the state, the paper it makes, the part the person takes in the case.
func (s *Server) stepDoes(c *ctx, file *casework.File, step *casework.Step, in casework.Input) []string {
	var out []string
	switch {
	case step.Track != "":
		out = append(out, trackDoes(c, file, step), c.p.T("act.same", c.stateName(file.Kind, file.State)))
	case step.To != "":
		out = append(out, c.p.T("act.state", c.stateName(file.Kind, file.State), c.stateName(file.Kind, step.To)))
	default:
		out = append(out, c.p.T("act.same", c.stateName(file.Kind, file.State)))
	}
	if step.Drops != "" && file.Track != nil {
		out = append(out, c.p.T("act.drops", file.Track.Facts[step.Drops+"_name"]))
	}
	for _, t := range file.Running("") {
		if slices.Contains(step.Ends, t.Track) {
			out = append(out, c.p.T("act.track.ends", trackName(c, t.Track), trackState(c, &t)))
		}
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

// trackDoes is what a step does with its side procedure.
func trackDoes(c *ctx, file *casework.File, step *casework.Step) string {
	name := trackName(c, step.Track)
	after := c.p.T("track." + step.Track + ".state." + step.Leads)
	switch {
	case file.Track == nil && step.Leads == "":
		return c.p.T("act.track.once", name)
	case file.Track == nil:
		return c.p.T("act.track.opens", name, after)
	case step.Leads == "":
		return c.p.T("act.track.ends", name, trackState(c, file.Track))
	case step.Leads == file.Track.State:
		return c.p.T("act.track.stays", name, after)
	}
	return c.p.T("act.track.moves", name, trackState(c, file.Track), after)
}

// stepClocks are the periods that the step starts, stops, lets stand still or extends, and the extension where it is one.
func (s *Server) stepClocks(c *ctx, file *casework.File, step *casework.Step, in casework.Input) ([]parts.Start, *casework.Prospect, error) {
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
	for _, k := range stopped(file, file.Track, step) {
		v := s.clock(c, k)
		out = append(out, parts.Start{Text: c.p.T("act.stops", v.Name, v.Due), Article: v.Article, Stops: true})
	}
	out = append(out, s.stepPauses(c, file, step, in)...)
	p, ok, err := s.Docket.Prospect(c.ctx(), file, step, extendBy(file, in))
	if err != nil || !ok {
		return out, nil, err
	}
	return append(out, extending(c, p)), &p, nil
}

// stepPauses are the periods that stand still from the step on, or go on.
func (s *Server) stepPauses(c *ctx, file *casework.File, step *casework.Step, in casework.Input) []parts.Start {
	on := in.On
	if d := in.Day(step.PausesFrom); step.PausesFrom != "" && !d.IsZero() {
		on = d
	}
	var out []parts.Start
	for _, k := range file.Clocks {
		r, ok := s.Clocks.Rule(&k)
		if !ok || !k.Running() {
			continue
		}
		switch v := s.clock(c, k); {
		case step.Pauses != "" && r.Excludes(step.Pauses):
			out = append(out, parts.Start{Text: c.p.T("act.pauses", v.Name, on, c.ground(step.Pauses)), Article: v.Article, Stops: true})
		case step.Resumes && !k.PausedOn.IsZero():
			out = append(out, parts.Start{Text: c.p.T("act.resumes", v.Name, on), Article: v.Article})
		}
	}
	return out
}

// extendBy is by how much a request extends: as typed, else as it was asked.
func extendBy(file *casework.File, in casework.Input) int {
	n := in.Money("extend_by")
	if n == 0 && file.Track != nil {
		n = file.Track.Facts.Money("extend_by")
	}
	return int(min(n, 100_000))
}

// extending is what an extension would do to its period.
func extending(c *ctx, p casework.Prospect) parts.Start {
	level, end := c.p.T("law.approver."+p.Next.Approver), p.End.Due
	if p.Rule.Strict {
		end = p.End.Strict
	}
	x := parts.Start{Article: p.Rule.Cite.In(c.p.Lang())}
	switch {
	case p.Next.Free && p.By == 0:
		x.Text = c.p.T("act.extends.free", p.Rule.Title, p.Nth, level, p.Clock.WatchOn)
	case p.Next.Free:
		x.Text = c.p.T("act.extends", p.Rule.Title, p.Nth, level, c.term(string(p.Next.Unit), int64(p.By)), p.Clock.WatchOn, end)
	default:
		x.Text = c.p.T("act.extends", p.Rule.Title, p.Nth, level, c.term(string(p.Next.Unit), int64(p.By)), p.Clock.WatchOn, end) +
			c.p.T("act.extends.most", c.term(string(p.Next.Unit), int64(p.Next.Max)))
	}
	return x
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

// stopped are the running clocks that a step stops; of a side procedure its own and the case's.
func stopped(file *casework.File, track *casework.Track, step *casework.Step) []deadline.Clock {
	var out []deadline.Clock
	for _, k := range file.Clocks {
		if track != nil && k.TrackID != "" && k.TrackID != track.ID {
			continue
		}
		if k.Running() && (slices.Contains(step.Stops, k.Rule) || slices.Contains(step.Stops, "*")) {
			out = append(out, k)
		}
	}
	return out
}

// stepFields are the fields of a step's form: the day, what the step asks, a note.
func (s *Server) stepFields(c *ctx, file *casework.File, step *casework.Step, prospect *casework.Prospect) []parts.Field {
	earliest := step.Earliest(file)
	out := []parts.Field{{Name: "on", Label: c.p.T("ask.on"), Hint: c.p.T("act.on.hint", earliest, file.Today), Type: parts.Date, Required: true, Min: earliest.String(), Upto: file.Today.String()}}
	for _, a := range step.Asks {
		a.Options = s.Docket.Options(file, a, file.Today) // what the law does not know today is not offered
		x := c.askField(step, a, file.Today)
		if options := s.people(c, file, a); options != nil {
			x.Options = options
		}
		if a.Name == "extend_by" && prospect != nil {
			x.Unit, x.Min = c.p.T("law.unit."+string(prospect.Next.Unit)), "1"
			if !prospect.Next.Free {
				x.Upto = strconv.Itoa(prospect.Next.Max)
			}
		}
		out = append(out, x)
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
	case casework.AskTime:
		x.Type = parts.Time
	case casework.AskMember, casework.AskHolder:
		x.Type = parts.Select
		if a.Optional {
			x.Blank = c.p.T("restrict.nobody")
		}
	case casework.AskOfficers:
		x.Type = parts.Checks
	case casework.AskCount:
		x.Type, x.Min, x.Inputmode = parts.Number, "0", "numeric"
	case casework.AskChoices:
		x.Type, x.Options = parts.Checks, c.choices(choiceKey(a), a.Options)
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

// people are those whom a field may name, nil where it names nobody: members of the case with their parts, officers with their certificates,
// holders of a right.
func (s *Server) people(c *ctx, file *casework.File, a casework.Ask) []parts.Option {
	out := []parts.Option{}
	switch a.Type {
	case casework.AskMember:
		for _, m := range file.Challengeable() {
			if (a.Part == "" || m.Part == a.Part) && !slices.ContainsFunc(out, func(o parts.Option) bool { return o.Value == m.UserID }) {
				out = append(out, parts.Option{Value: m.UserID, Label: c.p.T("ask.member", m.Name, errs.Msg("part."+m.Part))})
			}
		}
	case casework.AskOfficers:
		for _, m := range file.Officers() {
			out = append(out, parts.Option{Value: m.UserID, Label: m.Name, Hint: certificateOf(c, m, file.Today)})
		}
	case casework.AskHolder:
		for _, x := range s.Docket.Holders(c.by, file, a) {
			o := parts.Option{Value: x.ID, Label: x.Name}
			if home := s.Guard.Home(x); home != file.Jurisdiction {
				o.Label = c.p.T("ask.member", x.Name, c.place(home))
			}
			out = append(out, o)
		}
	default:
		return nil
	}
	return out
}

// named are the labels of the values that were chosen.
func named(c *ctx, options []parts.Option, values []string) string {
	var out []string
	for _, o := range options {
		if slices.Contains(values, o.Value) {
			out = append(out, o.Label)
		}
	}
	return join(c.p, out)
}
