package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/views"
	"huzhi/views/parts"
)

// How long the lists of a desk are.
const (
	deskLong  = 12
	deskShort = 6
)

// desk is a person's own desk, with a section for each role they hold.
func (s *Server) desk(c *ctx) error {
	v := views.DeskView{Page: c.page(c.p.T("desk.title"))}
	v.Page.Lead = c.p.T("desk.lead", c.by.Name, s.today())
	sections := map[string]func(*ctx) (views.DeskSection, error){
		access.Operator: s.operatorDesk, access.Officer: s.officerDesk, access.Reviewer: s.reviewerDesk, access.Chief: s.chiefDesk,
		access.Archivist: s.archivistDesk, access.Admin: s.adminDesk, access.Auditor: s.auditorDesk,
	}
	var held []string
	for _, a := range s.Guard.Roles(c.by) {
		held = append(held, a.Role)
	}
	for _, role := range access.Roles() {
		if !slices.Contains(held, role) {
			continue
		}
		section, err := sections[role](c)
		if err != nil {
			return err
		}
		section.Title = c.p.T("role." + role)
		v.Sections = append(v.Sections, section)
	}
	var err error
	if v.Alarm, err = s.alarm(c); err != nil {
		return err
	}
	if v.Alarm == nil {
		v.Alarm = s.copiesAlarm(c)
	}
	if v.Top, err = s.deskTop(c); err != nil {
		return err
	}
	if len(v.Sections) == 1 {
		v.Sections[0].Title = ""
	}
	if s.Guard.CanAnywhere(c.by, "call.log") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("desk.call"), Href: "/hotline/new", Icon: "phone-incoming", Look: "primary"})
	}
	return c.show(http.StatusOK, views.Desk(v))
}

func (s *Server) operatorDesk(c *ctx) (d views.DeskSection, err error) {
	if d.Cards, err = s.callCards(c); err != nil {
		return d, err
	}
	open, err := s.callList(c, "desk.calls.open", hotline.Filter{State: hotline.StateOpen}, deskLong, "circle-check")
	if err != nil {
		return d, err
	}
	today, err := s.callList(c, "desk.calls.today", hotline.Filter{From: s.today(), To: s.today()}, deskShort, "headset")
	if err != nil {
		return d, err
	}
	waits, err := s.deskToday(c)
	if err != nil {
		return d, err
	}
	unsent, err := s.unsentList(c)
	if err != nil {
		return d, err
	}
	tell, _, err := s.tellList(c)
	d.Lists, d.Side = []views.DeskList{open, waits}, []views.DeskList{today, unsent, tell}
	return d, err
}

func (s *Server) callList(c *ctx, key string, f hotline.Filter, most int, icon string) (views.DeskList, error) {
	l := views.DeskList{ID: key[len("desk."):], Title: c.p.T(key), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: address("/hotline", f.Values())},
		Empty: parts.EmptyState{Icon: icon, Title: c.p.T(key + ".none")}}
	rows, _, err := s.Hotline.List(c.ctx(), c.by, f, casework.Page{Limit: most})
	for _, x := range rows {
		if err := s.Hotline.Veil(c.ctx(), &x); err != nil {
			return l, err
		}
		line := c.callLine(x, identity.Masked{})
		l.Rows = append(l.Rows, views.DeskRow{Title: line.Question, Href: line.Href, Sub: line.Number + " · " + line.Kind + " · " + line.At})
	}
	return l, err
}

func (s *Server) officerDesk(c *ctx) (d views.DeskSection, err error) {
	today := s.today()
	late, near, err := s.Clocks.Late(c.ctx(), c.by, deadline.Filter{Mine: true}, today, soonDays)
	if err != nil {
		return d, err
	}
	mine := casework.Filter{Mine: c.by.ID, State: "open"}
	open, err := s.Docket.Count(c.ctx(), c.by, mine)
	if err != nil {
		return d, err
	}
	leads, rows, err := s.leadList(c, "desk.verify", lead.Filter{State: lead.New}, func(l lead.Lead) bool { return c.can("lead.verify", l.Jurisdiction) })
	if err != nil {
		return d, err
	}
	d.Cards = append(s.lateCards(c, late, near, "/due?mine=1", "desk.mine.late", "desk.mine.soon"),
		parts.NumberCard{Label: c.p.T("desk.mine.open"), Value: c.p.Count(open), Unit: c.p.T("cases.unit"), Href: address("/cases", mine.Values()), Tone: parts.Running, Icon: "folder"},
		parts.NumberCard{Label: c.p.T("desk.verify"), Value: c.p.Count(int64(rows)), Href: "/leads?state=new", Tone: toneIf(rows > 0, parts.Soon), Icon: "inbox"})
	matters, err := s.Docket.Working(c.ctx(), c.by, deskLong+1)
	if err != nil {
		return d, err
	}
	list := views.DeskList{ID: "mine", Title: c.p.T("desk.mine"), Note: c.p.T("desk.mine.note"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: address("/cases", mine.Values())},
		Empty: parts.EmptyState{Icon: "folder", Title: c.p.T("desk.mine.none"), Text: c.p.T("desk.mine.none.text")}}
	if list.Rows, err = s.matterRows(c, matters[:min(len(matters), deskLong)]); err != nil {
		return d, err
	}
	if d.Lists, err = s.ownRequests(c); err != nil {
		return d, err
	}
	back, err := s.papersSentBack(c)
	if err != nil {
		return d, err
	}
	if len(back.Rows) > 0 {
		d.Lists = append(d.Lists, back)
	}
	d.Lists, d.Side = append(d.Lists, list), []views.DeskList{leads}
	tell, any, err := s.tellList(c)
	if any {
		d.Side = append(d.Side, tell)
	}
	return d, err
}

// ownRequests are the requests of the cases that the person works on: those sent back, and those that wait for somebody else; neither where
// there is none.
func (s *Server) ownRequests(c *ctx) ([]views.DeskList, error) {
	var out []views.DeskList
	for _, x := range []struct {
		key  string
		find func(context.Context, access.Actor, int) ([]casework.Request, bool, error)
	}{{"desk.sent_back", s.Docket.SentBack}, {"desk.pending", s.Docket.Pending}} {
		l, err := s.requestList(c, x.key, x.find)
		if err != nil {
			return nil, err
		}
		if len(l.Rows) > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// requestList are requests with where they stand and what the person may do about them, those of the case with the nearest day first.
func (s *Server) requestList(c *ctx, key string, find func(context.Context, access.Actor, int) ([]casework.Request, bool, error)) (views.DeskList, error) {
	l := views.DeskList{ID: key[len("desk."):], Title: c.p.T(key), Note: c.p.T("desk.mine.note"), Empty: parts.EmptyState{Icon: "rubber-stamp", Title: c.p.T(key + ".none"), Text: c.p.T(key + ".none.text")}}
	list, more, err := find(c.ctx(), c.by, deskLong)
	if err != nil {
		return l, err
	}
	plain := make([]casework.Row, len(list))
	for i, r := range list {
		plain[i] = r.Row
	}
	clocks, err := s.watched(c, plain)
	for _, r := range list {
		row := s.matterRow(c, r.Row, clocks)
		row.Href += "#track-" + r.Track.ID
		if r.Clock != nil {
			v := s.clock(c, *r.Clock)
			row.Clock, row.Rule = &v, v.Article
		}
		row.Next = c.p.T("track.waits", trackName(c, r.Track.Track), trackState(c, &r.Track))
		if r.Track.State == casework.Returned {
			row.Next += c.p.T("track.because", firstLine(r.Track.Facts["return_reason"], shortFact))
		}
		row.Article = c.p.T("track.told", r.Asked.OnDay, s.stepDone(c, r.Kind, r.Asked.Step), r.Asked.ActorName)
		for _, n := range r.Steps {
			if r.Awaits(n) {
				row.Step = &parts.Action{Label: c.p.T("track.decide"), Href: nextPath(r.ID, n)}
			} else if r.Track.State == casework.Returned {
				row.Step = &parts.Action{Label: c.p.T("track.amend"), Href: nextPath(r.ID, n)}
			}
			if row.Step != nil {
				break
			}
		}
		l.Rows = append(l.Rows, row)
	}
	if more {
		l.Note = c.p.T("desk.more", len(list))
	}
	return l, err
}

// matterRows are cases with their nearest statutory day and what the law asks next.
func (s *Server) matterRows(c *ctx, rows []casework.Row) ([]views.DeskRow, error) {
	clocks, err := s.watched(c, rows)
	if err != nil {
		return nil, err
	}
	var out []views.DeskRow
	for _, r := range rows {
		row := s.matterRow(c, r, clocks)
		file, err := s.Docket.Find(c.ctx(), c.by, r.ID)
		if err != nil {
			return nil, err
		}
		s.nextInWords(c, &row, file)
		out = append(out, row)
	}
	return out, nil
}

func (s *Server) matterRow(c *ctx, r casework.Row, clocks map[string]deadline.Clock) views.DeskRow {
	l := s.caseLine(c, r, clocks)
	row := views.DeskRow{Title: l.Title, Href: l.Href, Sub: l.Number + " · " + l.State + " · " + l.Place, Confidential: l.Confidential, Clock: l.Clock}
	if l.Clock != nil {
		row.Rule = l.Clock.Article
	}
	return row
}

// nextInWords says what comes next in a case: what the person can do, what is missing for it, or for whom it waits.
func (s *Server) nextInWords(c *ctx, row *views.DeskRow, file *casework.File) {
	n, ok := s.foremost(file, s.Docket.Next(c.by, file))
	if !ok {
		return
	}
	name := c.stepName(file.Kind, n.Step)
	row.Article = c.citeOf(file.Kind, s.Docket.Cited(file), n.Step)
	switch {
	case n.Ready():
		row.Next = c.p.T("desk.next", name)
		row.Step = &parts.Action{Label: c.p.T("case.do"), Href: nextPath(file.ID, n)}
	case n.Refused != nil:
		row.Next = c.p.T("desk.next.others", name)
	default:
		row.Next = c.p.T("desk.next.missing", name, c.p.M(n.Missing[0].Message))
	}
}

// waitingList are the cases that wait for the person to take a step of an action.
func (s *Server) waitingList(c *ctx, key, action, icon string, most int) (views.DeskList, error) {
	l := views.DeskList{ID: key[len("desk."):], Title: c.p.T(key), Note: c.p.T("desk.mine.note"), Empty: parts.EmptyState{Icon: icon, Title: c.p.T(key + ".none"), Text: c.p.T(key + ".none.text")}}
	rows, more, err := s.Docket.Waiting(c.ctx(), c.by, action, most)
	if err != nil {
		return l, err
	}
	plain := make([]casework.Row, len(rows))
	for i, r := range rows {
		plain[i] = r.Row
	}
	clocks, err := s.watched(c, plain)
	for _, r := range rows {
		row := s.matterRow(c, r.Row, clocks)
		row.Next, row.Article = c.p.T("desk.next", c.stepName(r.Kind, r.Next.Step)), c.citeOf(r.Kind, "", r.Next.Step)
		row.Step = &parts.Action{Label: c.p.T("case.do"), Href: nextPath(r.ID, r.Next)}
		l.Rows = append(l.Rows, row)
	}
	if more {
		l.Note = c.p.T("desk.more", len(rows))
	}
	return l, err
}

// leadList are the leads that wait for the person, the nearest statutory day first, and how many there are.
func (s *Server) leadList(c *ctx, key string, f lead.Filter, mine func(lead.Lead) bool) (views.DeskList, int, error) {
	l := views.DeskList{ID: key[len("desk."):], Title: c.p.T(key), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: address("/leads", f.Values())},
		Empty: parts.EmptyState{Icon: "inbox", Title: c.p.T(key + ".none")}}
	rows, _, err := s.Leads.List(c.ctx(), c.by, f, casework.Page{Limit: 100})
	if err != nil {
		return l, 0, err
	}
	rows = slices.DeleteFunc(rows, func(x lead.Lead) bool { return !mine(x) })
	slices.SortStableFunc(rows, func(a, b lead.Lead) int {
		switch {
		case a.NextDueOn.IsZero() != b.NextDueOn.IsZero():
			if a.NextDueOn.IsZero() {
				return 1
			}
			return -1
		case a.NextDueOn != b.NextDueOn:
			return int(a.NextDueOn - b.NextDueOn)
		}
		return int(a.ReceivedOn - b.ReceivedOn)
	})
	lines, err := s.leadLines(c, rows[:min(len(rows), deskShort)])
	for _, x := range lines {
		l.Rows = append(l.Rows, views.DeskRow{Title: x.Title, Href: x.Href, Sub: x.Number + " · " + x.Source + " · " + x.Received, Confidential: x.Confidential, Clock: x.Clock})
	}
	return l, len(rows), err
}

func (s *Server) chiefDesk(c *ctx) (d views.DeskSection, err error) {
	if d.Cards, err = s.caseCards(c); err != nil {
		return d, err
	}
	asked, err := s.Vault.ToDecide(c.ctx(), c.by)
	if err != nil {
		return d, err
	}
	d.Cards = append(d.Cards, parts.NumberCard{Label: c.p.T("desk.disclosures"), Value: c.p.Count(asked), Href: "/disclosures?state=asked", Tone: toneIf(asked > 0, parts.Soon), Icon: "shield-lock"})
	waiting, err := s.waitingList(c, "desk.decide", "case.approve", "circle-check", deskLong)
	if err != nil {
		return d, err
	}
	leads, _, err := s.leadList(c, "desk.leads", lead.Filter{State: lead.Verified}, func(l lead.Lead) bool {
		return l.VerifiedBy != c.by.ID && c.can("lead.file", l.Jurisdiction)
	})
	if err != nil {
		return d, err
	}
	late, err := s.lateList(c)
	if err != nil {
		return d, err
	}
	if d.Tiles, err = s.countyTiles(c); err != nil {
		return d, err
	}
	requests, err := s.requestList(c, "desk.requests", s.Docket.Requests)
	if err != nil {
		return d, err
	}
	papers, err := s.papersToApprove(c)
	if err != nil {
		return d, err
	}
	d.Lists, d.Side = []views.DeskList{requests, waiting, papers, leads}, []views.DeskList{late}
	notices, any, err := s.noticeDesk(c)
	if any {
		d.Lists = append([]views.DeskList{notices}, d.Lists...)
	}
	return d, err
}

// lateList is what the office should have done by now.
func (s *Server) lateList(c *ctx) (views.DeskList, error) {
	today := s.today()
	until := today.AddDays(-1)
	l := views.DeskList{ID: "late", Title: c.p.T("desk.late"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/due?mine=0&until=" + until.String()},
		Empty: parts.EmptyState{Icon: "clock-check", Title: c.p.T("desk.late.none")}}
	rows, err := s.Clocks.Due(c.ctx(), c.by, deadline.Filter{Until: until, Limit: deskShort}, today)
	for _, k := range rows {
		v := s.clock(c, k)
		l.Rows = append(l.Rows, views.DeskRow{Title: k.Title, Href: s.matterHref(c, k.SubjectKind, k.SubjectID), Sub: k.Label, Clock: &v, Rule: v.Article, Confidential: c.confidential(k.Restricted)})
	}
	return l, err
}

// countyTiles are the counties in the person's reach with their open cases.
func (s *Server) countyTiles(c *ctx) (*views.DeskTiles, error) {
	var most int64
	var counts []int64
	t := &views.DeskTiles{Title: c.p.T("desk.counties"), Map: parts.TileMap{Title: c.p.T("desk.counties"), Less: c.p.T("desk.less"), More: c.p.T("desk.more.tiles")}}
	for _, r := range s.Guard.Places(c.by, "case.view") {
		if !r.IsCounty() {
			continue
		}
		f := casework.Filter{State: "open", Place: r.Code}
		n, err := s.Docket.Count(c.ctx(), c.by, f)
		if err != nil {
			return nil, err
		}
		most = max(most, n)
		counts = append(counts, n)
		t.Map.Tiles = append(t.Map.Tiles, parts.Tile{Label: r.Name(c.p.Lang()), Value: c.p.Count(n), Href: address("/cases", f.Values())})
	}
	if len(counts) < 2 {
		return nil, nil
	}
	for i, n := range counts {
		t.Map.Tiles[i].Share = float64(n) / float64(max(most, 1))
	}
	return t, nil
}

func (s *Server) reviewerDesk(c *ctx) (d views.DeskSection, err error) {
	if d.Cards, err = s.caseCards(c); err != nil {
		return d, err
	}
	list, err := s.waitingList(c, "desk.review", "case.review", "circle-check", deskLong)
	d.Lists = []views.DeskList{list}
	return d, err
}

func (s *Server) archivistDesk(c *ctx) (d views.DeskSection, err error) {
	closed := casework.Filter{State: string(casework.Closed)}
	n, err := s.Docket.Count(c.ctx(), c.by, closed)
	if err != nil {
		return d, err
	}
	archived := casework.Filter{State: string(casework.Archived)}
	all, err := s.Docket.Count(c.ctx(), c.by, archived)
	if err != nil {
		return d, err
	}
	d.Cards = []parts.NumberCard{
		{Label: c.p.T("desk.archive"), Value: c.p.Count(n), Unit: c.p.T("cases.unit"), Href: address("/cases", closed.Values()), Tone: toneIf(n > 0, parts.Soon), Icon: "archive"},
		{Label: c.p.T("desk.archived"), Value: c.p.Count(all), Unit: c.p.T("cases.unit"), Href: address("/cases", archived.Values()), Tone: parts.Done, Icon: "books"},
	}
	list, err := s.waitingList(c, "desk.archive", "case.archive", "archive", deskLong)
	list.Note = ""
	d.Lists = []views.DeskList{list}
	return d, err
}

func (s *Server) adminDesk(c *ctx) (d views.DeskSection, err error) {
	people, err := s.Users.List(c.ctx(), c.by)
	if err != nil {
		return d, err
	}
	on := s.today()
	var active, off, none int
	list := views.DeskList{ID: "certificates", Title: c.p.T("desk.certificates"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/admin/users"},
		Empty: parts.EmptyState{Icon: "certificate", Title: c.p.T("desk.certificates.none")}}
	for _, x := range people {
		if x.DisabledAt != nil {
			off++
			continue
		}
		active++
		if !slices.ContainsFunc(x.Roles, func(a access.Assignment) bool { return a.InForce(on) }) {
			none++
		}
		if p := s.person(c, x, on); p.CertificateMark != "" {
			list.Rows = append(list.Rows, views.DeskRow{Title: p.Name, Href: p.Href, Sub: p.Certificate + " · " + p.CertificateUntil, Next: p.CertificateMark})
		}
	}
	card := func(key string, n int, tone parts.Tone, icon string) parts.NumberCard {
		return parts.NumberCard{Label: c.p.T(key), Value: strconv.Itoa(n), Href: "/admin/users", Tone: tone, Icon: icon}
	}
	d.Cards = []parts.NumberCard{
		card("desk.users", active, parts.Running, "users"), card("desk.users.none", none, toneIf(none > 0, parts.Soon), "user"), card("desk.users.off", off, parts.Stopped, "user-off"),
	}
	d.Lists = []views.DeskList{list}
	return d, nil
}

func (s *Server) auditorDesk(c *ctx) (d views.DeskSection, err error) {
	within := s.Guard.ScopePlain(c.by, "audit.view", "audit_log")
	list := func(key, outcome, icon string) (views.DeskList, error) {
		l := views.DeskList{ID: key[len("desk."):], Title: c.p.T(key), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/audit"}, Empty: parts.EmptyState{Icon: icon, Title: c.p.T(key + ".none")}}
		if outcome != "" {
			l.More.Href += "?outcome=" + outcome
		}
		rows, err := audit.List(c.ctx(), s.DB, audit.Filter{Outcome: outcome, Limit: deskLong}, within)
		for _, e := range rows {
			x := s.auditLine(c, e)
			l.Rows = append(l.Rows, views.DeskRow{Title: x.Action, Href: x.Href, Sub: x.At + " · " + x.Actor + " · " + x.Subject})
		}
		return l, err
	}
	all, err := list("desk.log", "", "shield-check")
	if err != nil {
		return d, err
	}
	refused, err := list("desk.refused", audit.Refused, "circle-check")
	d.Lists, d.Side = []views.DeskList{all}, []views.DeskList{refused}
	return d, err
}
