package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

const auditPage = 50

// with is this page's address with one value of its query changed, or taken out when it is empty.
func with(c *ctx, name, value string) string {
	q := url.Values{}
	for k, v := range c.QueryParams() {
		if k != name && len(v) > 0 && v[0] != "" {
			q[k] = v
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return c.Request().URL.Path
	}
	return c.Request().URL.Path + "?" + q.Encode()
}

// auditActions are beginnings of actions that the filter offers.
func auditActions() []string {
	return []string{"session.", "user.", "account.", "call.", "lead.", "case.", "task.", "listing.", "page.", "paper.", "evidence.", "identity.", "file.", "document."}
}

func (s *Server) auditLine(c *ctx, e audit.Entry) views.AuditLine {
	l := views.AuditLine{
		Seq: strconv.FormatInt(e.Seq, 10), Href: fmt.Sprintf("/audit/%d", e.Seq), At: c.p.Seconds(e.At), Actor: c.actorName(e),
		Action: c.actionName(e.Action), Code: e.Action, Subject: e.Subject, Place: s.Regions.Name(e.Jurisdiction, c.p.Lang()),
		Outcome: c.p.T("audit.outcome." + e.Outcome), Tone: parts.Done,
	}
	if e.Outcome == audit.Refused {
		l.Tone = parts.Late
	}
	return l
}

// subjects are the names of the people that entries are about. Of any other thing the auditor reads the code only: the log opens no case.
func (s *Server) subjects(c *ctx, rows []audit.Entry) (map[string]string, error) {
	var ids []string
	for _, e := range rows {
		if id, ok := strings.CutPrefix(e.Subject, "user:"); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	people, err := s.Users.Named(c.ctx(), ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, u := range people {
		names["user:"+u.ID] = u.Name
	}
	return names, nil
}

// actorName is who did it: the program and strangers have names in the reader's language.
func (c *ctx) actorName(e audit.Entry) string {
	switch e.Actor {
	case access.System().ID:
		return c.p.T("audit.actor.system")
	case "anonymous":
		return c.p.T("audit.actor.anonymous", e.ActorName)
	}
	return e.ActorName
}

// actionName is an action of the log in words, or its code.
func (c *ctx) actionName(action string) string {
	if step, ok := strings.CutPrefix(action, "case.step."); ok && !c.p.Has("audit.action."+action) && c.s.Docket != nil {
		for _, kind := range casework.Kinds() {
			if p := c.s.Docket.Procedure(kind); p != nil && p.Step(step) != nil {
				return c.p.T("audit.case.step", c.s.stepDone(c, kind, step))
			}
		}
	}
	return c.p.Or("audit.action."+action, c.p.Or("action."+action, c.p.Or("lead.step."+strings.TrimPrefix(action, "lead."), action)))
}

// logged is the entry that the address names, within what the person may read.
func (s *Server) logged(c *ctx) (*audit.Entry, error) {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil || seq < 1 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	rows, err := audit.List(c.ctx(), s.DB, audit.Filter{Seq: seq, Limit: 1}, s.Guard.ScopePlain(c.by, "audit.view", "audit_log"))
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &rows[0], nil
}

// auditEntry shows one entry whole.
func (s *Server) auditEntry(c *ctx) error {
	e, err := s.logged(c)
	if err != nil {
		return err
	}
	names, err := s.subjects(c, []audit.Entry{*e})
	if err != nil {
		return err
	}
	v := views.AuditEntryView{Page: c.page(c.p.T("audit.entry", strconv.FormatInt(e.Seq, 10))), Line: s.auditLine(c, *e)}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("audit.title"), Href: "/audit"}}
	v.Facts = []parts.Desc{
		{Label: c.p.T("audit.at"), Value: v.Line.At},
		{Label: c.p.T("audit.actor"), Value: v.Line.Actor, Note: e.Actor, Href: personLog(*e)},
		{Label: c.p.T("audit.action"), Value: v.Line.Action, Note: e.Action},
		{Label: c.p.T("audit.subject"), Value: e.Subject, Note: names[e.Subject], Code: true, Href: subjectLog(e.Subject)},
		{Label: c.p.T("audit.place"), Value: v.Line.Place},
		{Label: c.p.T("audit.outcome"), Body: parts.Badge(v.Line.Tone, v.Line.Outcome)},
		{Label: c.p.T("audit.prev_hash"), Value: e.PrevHash, Code: true, Wide: true},
		{Label: c.p.T("audit.hash"), Value: e.Hash, Code: true, Wide: true},
	}
	v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("audit.proof"), Href: fmt.Sprintf("/audit/%d/proof", e.Seq), Icon: "download", Download: true})
	v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("audit.proof"), Value: c.p.T("audit.proof.note"), Wide: true})
	v.Changes, v.Detail = c.changes(e.Detail), c.details(e.Detail)
	return c.show(http.StatusOK, views.AuditEntry(v))
}

// details are the lines of an entry's text: its keys in the reader's language where there is a word.
func (c *ctx) details(text string) []parts.Desc {
	var m map[string]any
	if json.Unmarshal([]byte(text), &m) != nil {
		return []parts.Desc{{Label: c.p.T("audit.detail"), Value: text, Wide: true}}
	}
	var out []parts.Desc
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k == audit.ChangesKey {
			continue // a table of its own
		}
		var b strings.Builder
		if s, ok := m[k].(string); ok && k == "role" {
			b.WriteString(c.p.Or("role."+s, s))
		} else if ok && (k == "kind" || k == "issuer") { // of a certificate; of other things as it is
			b.WriteString(c.p.Or("certificate."+k+"."+s, s))
		} else if ok && strings.HasPrefix(s, "action.") {
			b.WriteString(c.p.Or(s, s))
		} else if ok {
			b.WriteString(s)
		} else {
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(m[k]); err != nil {
				b.WriteString(err.Error())
			}
		}
		out = append(out, parts.Desc{Label: c.p.Or("audit.detail."+k, k), Value: strings.TrimSpace(b.String()), Wide: b.Len() > 60})
	}
	return out
}

// auditVerify walks the whole chain now and says on the page what it found.
func (s *Server) auditVerify(c *ctx) error {
	n, err := audit.Verify(c.ctx(), s.DB)
	var broken *audit.Broken
	switch {
	case errors.As(err, &broken):
		s.Log.Error("the log is broken", "seq", broken.Seq, "why", broken.Why)
		c.flash(layout.FlashFail, "flash.audit.broken", c.p.Count(broken.Seq))
	case err != nil:
		return err
	default:
		c.flash(layout.FlashDone, "flash.audit.whole", c.p.Count(n), c.p.Seconds(s.DB.Now()))
	}
	return c.to("/audit")
}
