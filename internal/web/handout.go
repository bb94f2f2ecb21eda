package web

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/store"
)

// What leaves the office's hands, and who reads what is restricted, the log is told before: a file of which it was not told is not sent (send, serve), a page
// of a restricted matter neither (show).

// wound is how long the pieces of one file, as a browser asks for them while a film is wound, are one look at it.
const wound = 10 * time.Minute

// tell writes into the log what a person read, printed or took away, with the filter it was asked for by.
func (s *Server) tell(c *ctx, action, jurisdiction, subject string, detail map[string]any) error {
	c.told = true
	if c.Request().Method == http.MethodHead {
		return nil // nothing is sent
	}
	if f := c.filter(); len(f) > 0 {
		detail["filter"] = f
	}
	e := c.by.Entry(action, jurisdiction, subject, detail)
	if c.Request().Header.Get("Range") != "" {
		if told, err := audit.Told(c.ctx(), s.DB, e, s.DB.Now().Add(-wound)); told || err != nil {
			return err
		}
	}
	return s.DB.Tx(c.ctx(), func(tx *store.Tx) error { return audit.Append(tx, e) })
}

// tellOf is tell about a record of a matter, by the record's kind and id; the matter is what the entry names. What has none stands under kind:id.
func (s *Server) tellOf(c *ctx, action, kind, id string, detail map[string]any) error {
	m, err := audit.MatterOf(c.ctx(), s.DB, kind, id)
	if err != nil {
		return err
	}
	if m == nil {
		return s.tell(c, action, s.Users.Home(c.by), kind+":"+id, detail)
	}
	if m.Number != "" {
		detail["number"] = m.Number
	}
	if m.Kind != kind {
		detail[kind] = id
	}
	return s.tell(c, action, m.Jurisdiction, m.Subject(), detail)
}

// toldAlready says that the domain wrote the entry itself, in the transaction in which it made the file.
func (c *ctx) toldAlready() { c.told = true }

// accounted refuses to send somebody a file of which the log was not told.
func (c *ctx) accounted() error {
	if c.in() && !c.told {
		return fmt.Errorf("web: %s %s sends a file of which the log does not know", c.Request().Method, c.Path())
	}
	return nil
}

// recordOf is the kind of record (audit.MatterOf) that an address names by :id.
var recordOf = map[string]string{"cases": "case", "documents": "document", "drafts": "draft", "tasks": "task", "leads": "lead", "hotline": "call", "listings": "listing", "visits": "visit",
	"checks": "check", "evidence": "evidence"}

// reads tells the log that somebody reads a page, or takes a file, of a restricted matter. The page is there: the person may read it.
func (c *ctx) reads() error {
	before, _, ok := strings.Cut(c.Path(), "/:id")
	if !ok || !c.in() || c.read || c.Request().Method != http.MethodGet {
		return nil
	}
	c.read = true
	kind := recordOf[strings.TrimPrefix(strings.TrimPrefix(before, "/papers"), "/")]
	m, err := audit.MatterOf(c.ctx(), c.s.DB, kind, c.Param("id"))
	if err != nil || m == nil || !m.Restricted {
		return err
	}
	action := "matter.read"
	if m.Kind == "case" {
		action = "case.read"
	}
	detail := map[string]any{"page": c.Path()}
	if m.Number != "" {
		detail["number"] = m.Number
	}
	told := c.told
	defer func() { c.told = told }() // that it was read is not that it was taken away
	return c.s.tell(c, action, m.Jurisdiction, m.Subject(), detail)
}

// What of a query the log may repeat: fields of choices and days, and in them what looks like one. All else was typed, and may be a person's number or name.
var (
	filterFields = []string{"kind", "state", "stage", "source", "platform", "office", "region", "county", "year", "month", "quarter", "period", "from", "to", "filed_from", "filed_to", "board", "compare", "group",
		"outcome", "as", "show", "format", "mine", "whose", "all", "restricted", "sort", "late", "due", "campaign", "screening", "take", "metric", "figure", "part", "result", "finding", "suspected", "jurisdiction",
		"filed", "closed", "found_from", "found_to", "which", "type", "matter"}
	filterValue = regexp.MustCompile(`^([a-z_]{1,30}|[0-9]{4}([a-z][0-9]{1,2})?|[0-9]{1,2}|[0-9]{6}|[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[0-9a-hjkmnp-tv-z]{26}|[a-z][0-9])$`)
)

// unsaid stands in the log for what was typed into a filter.
const unsaid = "*"

// filter is what a list, an export or a page was asked for by, as the log may hold it: what was typed is only said to be there.
func (c *ctx) filter() map[string]string {
	out := map[string]string{}
	for name, values := range c.QueryParams() {
		said := make([]string, 0, len(values))
		for _, v := range values {
			switch {
			case v == "":
			case slices.Contains(filterFields, name) && filterValue.MatchString(v):
				said = append(said, v)
			default:
				said = append(said, unsaid)
			}
		}
		if len(said) == 0 {
			continue
		}
		if !fieldName.MatchString(name) {
			name = unsaid
		}
		out[name] = strings.Join(said, " ")
	}
	return out
}

var fieldName = regexp.MustCompile(`^[a-z][a-z_]{0,30}$`)

// blob sends what was made in memory as a file to be saved.
func (c *ctx) blob(name, media string, b []byte) error {
	return c.send(outgoing{name: name, media: media, size: int64(len(b))}, bytes.NewReader(b))
}
