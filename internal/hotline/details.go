package hotline

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/platform"
	"huzhi/internal/store"
)

// Asks says whether calls of a kind ask for an officer: they get a receipt number and can become a lead.
func Asks(kind string) bool { return kind == Report || kind == Complaint }

// Asks says whether the call is a report or a complaint.
func (c *Call) Asks() bool { return Asks(c.Kind) }

// IPKinds is what kind of right a call can be about.
func IPKinds() []string {
	return []string{"invention", "utility_model", "design", "trademark", "copyright", "other"}
}

// ReplyWays is how a caller can wish to be answered.
func ReplyWays() []string { return []string{"phone", "letter", "mail", "none"} }

// Acts is what a report or complaint can be about.
func Acts() []string {
	return []string{"making", "selling", "offering", "marking", "advertising", "papers", "using", "importing", "exhibiting"}
}

// Details are what is asked beside who, what and where. Nothing of it names the caller.
type Details struct {
	Recording       string // the telephone system's name for the recording
	IPKind          string // what right it is about
	ReplyWay        string // how the caller wishes to be answered; none: not at all
	RespondentPhone string
	Act             string // of a report or complaint
	ActPlace        string
	ActTime         string
	Evidence        string // a list, one a line
	Elsewhere       string // already sued or filed: where
	Reward          bool   // the reporter asks for a reward
}

// Keys are what duplicates are found by: the same thing in whatever spelling.
type Keys struct {
	RespondentKey string
	PatentKey     string
	URLKey        string
}

// Course is what became of a call.
type Course struct {
	ArticleID      string // what was read out
	ArticleVersion int64
	JoinedID       string // the call it was added to
	FirstContact   bool   // settled while the caller was on the line
	Referred       bool
	DueOn          calendar.Day // until when it is answered
	Feedback       string       // what the caller was told in the end
	FeedbackWay    string
	FeedbackOn     calendar.Day
	Satisfaction   int64 // 1 to 5; 0 was not asked
}

func (d *Details) trim() {
	for _, p := range []*string{&d.Recording, &d.RespondentPhone, &d.ActPlace, &d.ActTime, &d.Evidence, &d.Elsewhere} {
		*p = strings.TrimSpace(*p)
	}
}

func (d *Details) check(bad *errs.Faults, asks bool) {
	for _, c := range []struct {
		name, v string
		options []string
	}{{"ip_kind", d.IPKind, IPKinds()}, {"reply_way", d.ReplyWay, ReplyWays()}, {"act", d.Act, Acts()}} {
		if c.v != "" && !slices.Contains(c.options, c.v) {
			bad.Add(c.name, "error.choice")
		}
	}
	for _, l := range []struct {
		name, v string
		max     int
	}{
		{"recording", d.Recording, 100}, {"respondent_phone", d.RespondentPhone, 40}, {"act_place", d.ActPlace, 300}, {"act_time", d.ActTime, 100},
		{"evidence", d.Evidence, 4000}, {"elsewhere", d.Elsewhere, 1000},
	} {
		bad.Limit(l.name, l.v, l.max)
	}
	if !asks {
		d.RespondentPhone, d.Act, d.ActPlace, d.ActTime, d.Evidence, d.Elsewhere, d.Reward = "", "", "", "", "", "", false
	}
}

// KeysOf are the keys of what was typed.
func (d *Desk) KeysOf(respondent, patentNo, address string) Keys {
	return Keys{RespondentKey: nameKey(respondent), PatentKey: patentKey(patentNo), URLKey: d.urlKey(address)}
}

// nameKey is a name without width, case, blanks and brackets.
func nameKey(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
	if len([]rune(s)) < 2 {
		return ""
	}
	return cut(s, 100)
}

// patentKey is a number without its spelling; of what is no number the letters and digits.
func patentKey(s string) string {
	if n, err := patent.Parse(s); err == nil {
		return n.Key()
	}
	key := nameKey(s)
	if len(key) < 5 {
		return ""
	}
	return key
}

// urlKey is the listing an address is of; of a page at no known platform the address without what differs from visitor to visitor: scheme, www, the
// way one came.
func (d *Desk) urlKey(s string) string {
	if l, err := d.kit.Platforms.Read(s); err == nil && l.Platform != platform.Generic {
		return cut(l.Platform+":"+l.Item, 300)
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return cut(strings.ToLower(s), 300)
	}
	host := strings.ToLower(u.Hostname())
	for _, p := range []string{"www.", "m.", "wap."} {
		host = strings.TrimPrefix(host, p)
	}
	var kept []string
	number := regexp.MustCompile(`^\d{5,}$`)
	for k, v := range u.Query() {
		if len(v) > 0 && (strings.EqualFold(k, "id") || number.MatchString(v[0])) {
			kept = append(kept, strings.ToLower(k)+"="+v[0])
		}
	}
	slices.Sort(kept)
	return cut(host+strings.TrimRight(u.EscapedPath(), "/")+"?"+strings.Join(kept, "&"), 300)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// fillKeys gives the calls of before their keys.
func (d *Desk) fillKeys(tx *store.Tx) error {
	after := ""
	for {
		var rows []Call
		err := tx.Select("id", "respondent", "patent_no", "url").Where("id > ? AND (respondent <> '' OR patent_no <> '' OR url <> '')", after).Order("id").Limit(500).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, c := range rows {
			k := d.KeysOf(c.Respondent, c.PatentNo, c.URL)
			u := tx.Model(&Call{}).Where("id = ?", c.ID).Updates(map[string]any{"respondent_key": k.RespondentKey, "patent_key": k.PatentKey, "url_key": k.URLKey})
			if u.Error != nil {
				return u.Error
			}
			after = c.ID
		}
	}
}

// enrichTx puts into a call, before it is written, what the desk adds to it.
func (d *Desk) enrichTx(tx *store.Tx, by access.Actor, c *Call, in *NewCall) (err error) {
	c.Details, c.Keys = in.Details, d.KeysOf(in.Respondent, in.PatentNo, in.URL)
	if in.Article != "" {
		c.ArticleID = in.Article
		if c.ArticleVersion, err = d.kit.Shelf.UseTx(tx, in.Article); err != nil {
			return err
		}
	}
	switch {
	case in.Join != "":
		if err := d.joinTx(tx, by, c, in); err != nil {
			return err
		}
	case c.State == StateAnswered:
		c.FirstContact = in.Promise.On.IsZero()
	case !c.Asks():
		if c.DueOn, err = d.after(c.ReceivedOn, d.kit.Settings.AnswerDays); err != nil {
			return err
		}
	}
	return nil
}

// settleTx does, after a call was written, what follows from it: the promise, the recording that waited, the draft that is no longer needed.
func (d *Desk) settleTx(tx *store.Tx, by access.Actor, c *Call, in *NewCall) error {
	if !in.Promise.On.IsZero() {
		p := NewCallback{Kind: Promise, Jurisdiction: c.Jurisdiction, CallID: c.ID, About: in.Promise.About, DueOn: in.Promise.On}
		if p.About == "" {
			p.About = firstLine(c.Question)
		}
		if _, err := d.AddCallbackTx(tx, by, p); err != nil {
			return err
		}
	}
	if in.Callback != "" {
		if err := d.takenTx(tx, by, in.Callback, c.ID); err != nil {
			return err
		}
	}
	if in.Phone != "" { // of the operator's own line, and written down by nobody yet: else the call stands for itself
		if err := tx.Exec("UPDATE phone_calls SET call_id = ? WHERE id = ? AND call_id = '' AND jurisdiction IN ?", c.ID, in.Phone, d.guard.Jurisdictions(by, "call.log")).Error; err != nil {
			return err
		}
	}
	return tx.Exec("DELETE FROM call_drafts WHERE id = ? AND user_id = ?", c.ID, by.ID).Error
}

// joinTx adds a call to an earlier one of the person's scope: the earlier one gets its words, the new one is settled by that. NotFound.
func (d *Desk) joinTx(tx *store.Tx, by access.Actor, c *Call, in *NewCall) error {
	to := in.Join
	if err := tx.Lock("calls", to); err != nil {
		return err
	}
	old, err := d.load(tx.DB, by, to)
	if err != nil {
		return err
	}
	if old.JoinedID != "" {
		to = old.JoinedID
		if old, err = d.load(tx.DB, by, to); err != nil {
			return err
		}
	}
	if err := d.guard.Allow(by, "call.log", old.Jurisdiction); err != nil {
		return err
	}
	c.JoinedID, c.State, c.FirstContact = to, StateJoined, false
	words := c.Number + "\n" + c.Question
	if c.Answer != "" {
		words += "\n" + c.Answer
	}
	if c.sealed() { // they stand with somebody else's call now
		words = in.person().Redact(words)
		if words, err = d.vault.RedactTx(tx, in.CallerID, words); err != nil {
			return err
		}
	}
	if err := d.step(tx, by, to, old.Version+1, "add", words); err != nil {
		return err
	}
	u := tx.Model(&Call{}).Where("id = ? AND version = ?", to, old.Version).Updates(map[string]any{"version": old.Version + 1, "updated_at": tx.Now})
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return audit.Append(tx, by.Entry("call.add", old.Jurisdiction, "call:"+old.ID, map[string]any{"number": old.Number, "from": c.Number, "version": old.Version + 1}))
}

// after is so many working days after a day.
func (d *Desk) after(day calendar.Day, n int) (calendar.Day, error) {
	r, err := d.clocks.Days().Count(calendar.Period{Start: day, Term: calendar.Term{N: n, Unit: calendar.WD}})
	return r.Due, err
}
