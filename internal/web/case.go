package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/registry"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// caseForms are the forms of the case page as they came back, nil where they did not.
type caseForms struct {
	party, address, patent, listing, file, link, task *form
	changed                                           string // what somebody else did meanwhile
}

// oneCase is the page of a case.
func (s *Server) oneCase(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.caseAgain(c, http.StatusOK, file, caseForms{})
}

// caseAgain shows the case, with a form that came back.
func (s *Server) caseAgain(c *ctx, code int, file *casework.File, forms caseForms) error {
	var err error
	v := views.CaseView{Page: c.page(file.Title), Changed: forms.changed, Summary: file.Summary}
	v.Page.NoHead = true
	v.Page.Crumbs = caseCrumbs(c, file, false)
	v.Page.Invalid = code != http.StatusOK
	next := s.Docket.Next(c.by, file)
	v.Banner = s.caseBanner(c, file, next)
	v.Stages = s.caseStages(c, file)
	v.Drawing = s.caseDrawing(c, file)
	if file.State != casework.Archived {
		v.Asks = s.caseAsks(c, file, next)
	}
	counted, err := s.Clocks.Counted(c.ctx(), file.Clocks...)
	if err != nil {
		return err
	}
	v.Tracks = s.caseTracks(c, file, next, counted)
	v.Facts, v.Law = caseFacts(c, file), s.substance(c, file)
	of, err := s.Leads.CaseMatter(c.ctx(), &file.Case)
	if err != nil {
		return err
	}
	if who, err := s.reporter(c, of); err != nil {
		return err
	} else if who != nil && file.Source != "complaint" {
		v.Facts = append(v.Facts, *who)
	}
	works := s.Docket.MayWork(c.by, file)
	v.Parties, v.Patents = s.caseParties(c, file, works, forms), s.casePatents(c, file, works, forms.patent)
	if file.Kind == casework.Ecommerce {
		list, err := s.caseListings(c, file)
		if err != nil {
			return err
		}
		if works && file.State == casework.Filed && c.can("listing.work", file.Jurisdiction) {
			list.Add = s.caseListingForm(c, file, forms.listing)
		}
		v.Listings = list
		if v.Notices, err = s.caseNotices(c, file); err != nil {
			return err
		}
	}
	v.Money = s.moneyPart(c, file)
	if v.Tasks, err = s.caseTasks(c, file, forms.task); err != nil {
		return err
	}
	if v.Documents, err = s.caseDocuments(c, file); err != nil {
		return err
	}
	from := []string{file.ID}
	if file.LeadID != "" {
		from = append(from, file.LeadID)
	}
	if v.Checks, err = s.checksOf(c, registry.OfCase, file.Jurisdiction, firstPatent(file), works && file.Kind != casework.Dispute, from...); err != nil {
		return err
	}
	v.Files = s.caseFiles(c, file, forms.file)
	v.People = casePeople(c, file)
	for _, k := range file.Clocks {
		card := s.clockCard(c, "/cases/"+file.ID, k)
		c.counted(&card, &k, counted[k.ID])
		if k.Running() && card.State != parts.ClockVoid {
			v.Clocks = append(v.Clocks, card)
		} else {
			v.Past = append(v.Past, card)
		}
	}
	ties, err := s.caseTies(c, file, &v, forms.link)
	if err != nil {
		return err
	}
	if v.Timeline, err = s.caseTimeline(c, file, counted, c.query().text("show"), ties); err != nil {
		return err
	}
	return c.show(code, views.Case(v))
}

// caseCrumbs lead back to the list, and from a page of the case to the case.
func caseCrumbs(c *ctx, file *casework.File, inside bool) []layout.Crumb {
	out := []layout.Crumb{{Label: c.p.T("cases.title"), Href: "/cases"}}
	if inside {
		return append(out, layout.Crumb{Label: file.Number, Href: "/cases/" + file.ID})
	}
	return append(out, layout.Crumb{Label: c.p.T("kind." + file.Kind), Href: "/cases?kind=" + file.Kind})
}

func (s *Server) caseBanner(c *ctx, file *casework.File, next []casework.Next) parts.Banner {
	b := parts.Banner{
		Number: file.Number, Title: file.Title, Kind: c.p.T("kind." + file.Kind), State: c.stateName(file.Kind, file.State), StateTone: caseTone(file.State),
		County: c.place(file.Place), Opened: file.FiledOn, OpenedWord: c.p.T("case.opened"),
		Confidential: c.confidential(file.Restricted),
	}
	for _, m := range file.Officers() {
		b.Officers = append(b.Officers, m.Name)
	}
	if duties := file.Duties(); len(duties) > 0 {
		i := max(0, slices.IndexFunc(duties, func(k deadline.Clock) bool { return k.PausedOn.IsZero() })) // what stands still only where nothing runs
		nearest := s.clock(c, duties[i])
		b.Clock = &nearest
	}
	if !file.FirstClosedOn.IsZero() {
		b.Note = c.p.T("case.reopened", file.FirstClosedOn)
	}
	if n, ok := s.foremost(file, next); ok && n.Ready() && s.wanted(file, n) {
		b.Main = &parts.Action{Label: c.stepName(file.Kind, n.Step), Href: nextPath(file.ID, n), Look: "primary", Icon: stepIcon(n.Step.Name)}
	}
	b.More = append(b.More, s.fileTools(c, file)...)
	if s.Docket.MayRestrict(c.by, file) == nil {
		act := parts.Action{Label: c.p.T("case.restrict"), Href: "/cases/" + file.ID + "/restrict", Icon: "lock"}
		if file.Restricted {
			act.Label, act.Icon = c.p.T("case.restriction"), "lock-open"
		}
		b.More = append(b.More, act)
	}
	if s.Docket.MaySplit(c.by, file) == nil && (len(file.PartyNames("respondent")) > 1 || len(file.Patents) > 1) {
		b.More = append(b.More, parts.Action{Label: c.p.T("split.title"), Href: "/cases/" + file.ID + "/split", Icon: "arrows-exchange"})
	}
	if s.Guard.CanAnywhere(c.by, "lead.view") && file.LeadID != "" {
		b.More = append(b.More, parts.Action{Label: c.p.T("case.lead"), Href: "/leads/" + file.LeadID, Icon: "arrow-back-up"})
	}
	if s.Guard.CanAnywhere(c.by, "audit.view") {
		b.More = append(b.More, parts.Action{Label: c.p.T("case.audit"), Href: "/audit?subject=" + queryEscape("case:"+file.ID), Icon: "shield-check"})
	}
	return b
}

func stepPath(id, step string) string { return "/cases/" + id + "/steps/" + step }

// nextPath is the address of a step that is open, of the side procedure it moves.
func nextPath(id string, n casework.Next) string {
	if n.Track != nil {
		return stepPath(id, n.Step.Name) + "?track=" + n.Track.ID
	}
	return stepPath(id, n.Step.Name)
}

// stepName is a step's name; filing has no row in the table.
func (c *ctx) stepName(kind string, step *casework.Step) string { return c.p.T(step.Key(kind)) }

// citeOf is the article a step rests on, "" where none is recorded: by the law that the case goes by ("" where it is not known), else of the kind.
func (c *ctx) citeOf(kind, law string, step *casework.Step) string {
	for _, key := range step.Cites(kind, law) {
		if c.p.Has(key) {
			return c.p.T(key)
		}
	}
	return ""
}

// stepIcon is a picture for a step.
func stepIcon(step string) string {
	switch step {
	case "file":
		return "folder"
	case "investigate":
		return "search"
	case "return":
		return "arrow-back-up"
	case "review":
		return "shield-check"
	case "notify", "serve_request":
		return "mail"
	case "serve", "serve_decision":
		return "send"
	case "decide", "handle":
		return "gavel"
	case "execute":
		return "coin"
	case "hear", "no_hearing", "meeting":
		return "users-group"
	case "defence":
		return "message-report"
	case "deliberate":
		return "scale"
	case "mediate":
		return "heart-handshake"
	case "withdraw":
		return "ban"
	case "close":
		return "lock"
	case "archive":
		return "archive"
	}
	return "progress-check"
}

// caseStages are the stages of the kind with the days they were reached; of states that take the same place the one reached is named.
func (s *Server) caseStages(c *ctx, file *casework.File) []parts.Stage {
	p := s.Docket.Procedure(file.Kind)
	at := p.Stage(file.State)
	var out []parts.Stage
	for i, state := range p.Stages {
		same := []casework.State{state}
		for _, b := range p.Branch {
			if slices.Contains(b, state) {
				same = b
			}
		}
		stage := parts.Stage{Label: c.stateName(file.Kind, state), State: parts.StageTodo}
		reached := false
		if i <= at {
			for _, t := range file.Taken {
				if t.FromState != t.ToState && slices.Contains(same, t.ToState) {
					stage.Label, stage.Day, reached = c.stateName(file.Kind, t.ToState), t.OnDay, true
				}
			}
		}
		switch {
		case i < at && !reached:
			stage.State = parts.StageSkipped
		case i < at || reached && file.State == casework.Archived:
			stage.State = parts.StageDone
		case i == at:
			stage.State = parts.StageNow
		}
		out = append(out, stage)
	}
	return out
}

func caseFacts(c *ctx, file *casework.File) []parts.Desc {
	out := []parts.Desc{
		{Label: c.p.T("case.number"), Value: file.Number, Code: true},
		{Label: c.p.T("case.office"), Value: c.place(file.Jurisdiction)},
		{Label: c.p.T("case.place"), Value: c.place(file.Place)},
		{Label: c.p.T("case.source"), Value: c.p.Or("source."+file.Source, file.Source)},
		{Label: c.p.T("case.filed_on"), Value: c.p.Day(file.FiledOn)},
	}
	if d := file.Facts["dispute_type"]; d != "" {
		out = append(out, parts.Desc{Label: c.p.T("ask.dispute_type"), Value: c.p.Or("choice.dispute_type."+d, d)})
	}
	for _, x := range []struct {
		key string
		day calendar.Day
	}{{"case.first_closed_on", file.FirstClosedOn}, {"case.decided_on", file.DecidedOn}, {"case.closed_on", file.ClosedOn}, {"case.archived_on", file.ArchivedOn}} {
		if !x.day.IsZero() {
			out = append(out, parts.Desc{Label: c.p.T(x.key), Value: c.p.Day(x.day)})
		}
	}
	if file.Outcome != "" {
		out = append(out, parts.Desc{Label: c.p.T("case.outcome"), Value: c.p.Or("choice.outcome."+file.Outcome, file.Outcome)})
	}
	for _, x := range []struct {
		key string
		fen int64
	}{{"case.fine", file.FineFen}, {"case.confiscated", file.ConfiscatedFen}} {
		if x.fen > 0 {
			out = append(out, parts.Desc{Label: c.p.T(x.key), Value: c.p.T("case.yuan", c.p.Money(x.fen)), Code: true})
		}
	}
	return out
}

func (s *Server) caseParties(c *ctx, file *casework.File, works bool, forms caseForms) views.CasePart {
	part := views.CasePart{ID: "parties", Title: c.p.T("case.parties"), Table: parts.Table{Caption: c.p.T("case.parties"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("party.name")}, {Label: c.p.T("party.role")}, {Label: c.p.T("party.address")}, {Label: c.p.T("party.contact")}},
		Empty:   &parts.EmptyState{Title: c.p.T("case.parties.none")}}}
	for _, p := range file.Parties {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.TextCell(p.Name, c.goneTo(p.GoneTo, p.Code)), parts.TextCell(c.p.Or("party.role."+p.Role, p.Role), c.p.Or("party.form."+p.Form, p.Form)),
			parts.TextCell(p.Address, ""), parts.TextCell(p.Representative, p.Phone),
		}})
	}
	if works {
		part.Add = s.partyForm(c, file, forms.party)
		part.Amend = s.addressForm(c, file, forms.address)
	}
	return part
}

func (s *Server) casePatents(c *ctx, file *casework.File, works bool, back *form) views.CasePart {
	part := views.CasePart{ID: "patents", Title: c.p.T("case.patents"), Table: parts.Table{Caption: c.p.T("case.patents"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("case.patent.number")}, {Label: c.p.T("case.patent.title")}, {Label: c.p.T("case.patent.type")}, {Label: c.p.T("case.patent.holder")}},
		Empty:   &parts.EmptyState{Title: c.p.T("case.patents.none")}}}
	for _, p := range file.Patents {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.TextCell(p.Number, c.goneTo(p.GoneTo, "")), parts.TextCell(p.Title, ""), parts.TextCell(c.p.Or("patent.type."+p.Type, p.Type), ""), parts.TextCell(p.Patentee, ""),
		}})
	}
	if works {
		part.Add = s.patentForm(c, file, back)
	}
	return part
}

// caseDocuments are the papers of the case, after those that were issued on its lead where the person may see the lead.
func (s *Server) caseDocuments(c *ctx, file *casework.File) (views.CasePart, error) {
	part := views.CasePart{ID: "documents", Title: c.p.T("case.documents"), Table: parts.Table{Caption: c.p.T("case.documents"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("case.document.title")}, {Label: c.p.T("case.document.on")}},
		Empty:   &parts.EmptyState{Title: c.p.T("case.documents.none")}},
		More: &parts.Link{Label: c.p.T("case.papers"), Href: "/cases/" + file.ID + "/papers"}}
	before, err := s.Leads.Papers(c.ctx(), c.by, file.LeadID)
	if err != nil {
		return part, err
	}
	for _, d := range before {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(d.Title, "/leads/"+file.LeadID+"/papers/"+d.ID, d.Number+" · "+c.p.T("case.document.lead")), parts.TextCell(c.p.Day(d.IssuedOn), d.IssuedBy),
		}})
	}
	for _, d := range file.Documents {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(d.Title, "/documents/"+d.ID, strings.TrimSpace(d.Number+" "+file.Fates[d.ID].Say(c.p))), parts.TextCell(c.p.Day(d.IssuedOn), d.IssuedBy),
		}})
	}
	return part, nil
}

// casePeople are who works on the case, with the certificates of those who investigate.
func casePeople(c *ctx, file *casework.File) []parts.Desc {
	var out []parts.Desc
	for _, m := range file.Members {
		d := parts.Desc{Label: c.p.Or("part."+m.Part, m.Part), Value: m.Name}
		if m.Part == casework.PartOfficer {
			d.Note = certificateOf(c, m, file.Today)
		}
		out = append(out, d)
	}
	if file.Restricted && file.State != casework.Archived && len(file.Part(casework.PartArchivist)) == 0 && c.can("case.restrict", file.Jurisdiction) {
		out = append(out, parts.Desc{Label: c.p.T("part.archivist"), Value: c.p.T("restrict.name"), Href: "/cases/" + file.ID + "/restrict"})
	}
	return out
}

// certificateOf is an officer's certificate as it stands on a day.
func certificateOf(c *ctx, m casework.Member, on calendar.Day) string {
	switch {
	case m.CertificateNo == "":
		return c.p.T("case.certificate.none")
	case m.CertificateUntil.IsZero():
		return c.p.T("filing.certificate.undated", m.CertificateNo)
	case !m.Certified(on):
		return c.p.T("case.certificate.over", m.CertificateNo, m.CertificateUntil)
	}
	return c.p.T("case.certificate", m.CertificateNo, m.CertificateUntil)
}

// caseTimeline is what was done in the case, newest first; show narrows it to papers, files or clocks.
func (s *Server) caseTimeline(c *ctx, file *casework.File, counted map[string]deadline.Counted, show string, ties []parts.Event) (parts.Timeline, error) {
	var t parts.Timeline
	tabs := []string{"acts", "documents", "files", "clocks"}
	if len(file.Tracks) > 0 {
		tabs = slices.Insert(tabs, 1, "tracks")
	}
	if !slices.Contains(tabs, show) {
		show = "acts"
	}
	for _, tab := range tabs {
		t.Tabs = append(t.Tabs, parts.Tab{Label: c.p.T("case.timeline." + tab), Href: "/cases/" + file.ID + "?show=" + tab + "#timeline", Active: tab == show})
	}
	if show == "clocks" {
		repins, err := s.Docket.Repins(c.ctx(), file.ID)
		t.Events = s.clockEvents(c, file, repins)
		return t, err
	}
	if show != "files" {
		for _, x := range file.Taken {
			if show == "acts" || show == "documents" && x.DocumentID != "" || show == "tracks" && x.TrackID != "" {
				t.Events = append(t.Events, s.stepEvent(c, file, counted, x))
			}
		}
	}
	if show == "acts" || show == "files" {
		for _, a := range file.Attached {
			t.Events = append(t.Events, parts.Event{Time: a.AddedAt, Day: calendar.DayOf(a.AddedAt), Icon: "paperclip", Title: c.p.T("case.attached", a.Name), Who: c.addedBy(a),
				Links: []parts.Link{{Label: a.Name, Href: filePath(file.ID, a.ID), Icon: "file-download"}}})
		}
	}
	if show == "acts" {
		t.Events = append(t.Events, ties...)
	}
	newestFirst(t.Events)
	return t, nil
}

// newestFirst turns events round: the later day first, and on one day the later entry.
func newestFirst(events []parts.Event) {
	slices.Reverse(events)
	slices.SortStableFunc(events, func(a, b parts.Event) int { return int(b.Day) - int(a.Day) })
}

// stepEvent is a step taken: on the day it was taken, with what was recorded. The hour of the entry is not the hour of the act.
func (s *Server) stepEvent(c *ctx, file *casework.File, counted map[string]deadline.Counted, t casework.Taken) parts.Event {
	e := parts.Event{Day: t.OnDay, Icon: stepIcon(t.Step), Tone: stepTone(t), Title: s.stepDone(c, file.Kind, t.Step)}
	e.Who = c.p.T("case.recorded", t.ActorName, t.At)
	var lines []string
	if step := s.Docket.Procedure(file.Kind).Step(t.Step); step != nil {
		for _, a := range step.Asks {
			if t.Data[a.Name] == "" {
				continue
			}
			value := c.answer(a, t.Data)
			if i := slices.IndexFunc(file.Tracks, func(x casework.Track) bool { return x.ID == t.TrackID }); i >= 0 && a.Name == "extend_by" {
				value = c.term(s.extensionUnit(file, &file.Tracks[i], counted), t.Data.Money(a.Name))
			}
			lines = append(lines, c.p.T("error.field", c.p.T("ask."+a.Name), value))
		}
	}
	if t.Note != "" {
		lines = append(lines, c.p.T("error.field", c.p.T("ask.note"), t.Note))
	}
	e.Text = strings.Join(lines, "\n")
	for _, d := range file.Documents {
		if d.ID == t.DocumentID {
			e.Links = append(e.Links, parts.Link{Label: d.Title + " " + d.Number, Href: "/documents/" + d.ID})
		}
	}
	return e
}

// answer is the value of a step's field as a person reads it; of people their names.
func (c *ctx) answer(a casework.Ask, data casework.Facts) string {
	value := data[a.Name]
	switch a.Type {
	case casework.AskMember, casework.AskHolder, casework.AskOfficers:
		if names := data[a.Name+"_name"]; names != "" {
			return names
		}
	case casework.AskMoney:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return c.p.T("case.yuan", c.p.Money(n))
		}
	case casework.AskChoice:
		return c.p.Or(choiceKey(a)+"."+value, value)
	case casework.AskChoices:
		var words []string
		for v := range strings.SplitSeq(value, ",") {
			words = append(words, c.p.Or(choiceKey(a)+"."+v, v))
		}
		return join(c.p, words)
	}
	return value
}

func stepTone(t casework.Taken) parts.Tone {
	switch t.Step {
	case "return", "withdraw":
		return parts.Soon
	case "decide", "handle", "mediate", "close":
		return parts.Done
	case "archive":
		return parts.Stopped
	}
	return parts.Running
}

// clockEvents are the clocks of a case as they began and ended, and were pinned to other wordings.
func (s *Server) clockEvents(c *ctx, file *casework.File, repins []casework.Repinned) []parts.Event {
	var out []parts.Event
	add := func(k deadline.Clock, day calendar.Day, key string, tone parts.Tone) {
		v := s.clock(c, k)
		out = append(out, parts.Event{Day: day, Icon: "clock", Tone: tone, Title: c.p.T(key, v.Name), Text: fmt.Sprintf("%s · %s", v.Term, v.Article), Who: c.p.T("case.clock.due", v.Due),
			Links: []parts.Link{{Label: c.p.T("parts.clock.ledger"), Href: "/cases/" + file.ID + "/clocks/" + k.ID, Icon: "calendar-stats"}}})
	}
	for _, k := range file.Clocks {
		add(k, k.StartedOn, "case.clock.began", parts.Running)
		switch {
		case k.Running():
		case k.Late(file.Today):
			add(k, k.StoppedOn, "case.clock.late", parts.Late)
		default:
			add(k, k.StoppedOn, "case.clock.ended", parts.Done)
		}
	}
	for _, r := range repins {
		out = append(out, parts.Event{Day: calendar.DayOf(r.At), Time: r.At, Icon: "scale", Tone: parts.Soon, Title: c.p.T("repin.done", r.From, r.To),
			Text: c.p.T("repin.said", r.FromDay, r.ToDay, r.Reason), Who: r.ActorName,
			Links: []parts.Link{{Label: c.p.T("parts.clock.ledger"), Href: "/cases/" + file.ID + "/clocks/" + r.Clock, Icon: "calendar-stats"}}})
	}
	slices.SortStableFunc(out, func(a, b parts.Event) int { return int(a.Day) - int(b.Day) })
	newestFirst(out)
	return out
}

// firstPatent is the number of the first patent of a case, "" where there is none.
func firstPatent(file *casework.File) string {
	if len(file.Patents) == 0 {
		return ""
	}
	return file.Patents[0].Number
}
