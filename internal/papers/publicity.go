package papers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// The states of a publication; one whose last day is over is not shown either.
const (
	Published = "published"
	Withdrawn = "withdrawn"
)

// Publication is what the public sees of a decision. It is frozen when it is published: the public pages read nothing else.
type Publication struct {
	ID           string `gorm:"primaryKey"`
	CaseID       string
	DocumentID   string
	Jurisdiction string
	Kind         string
	State        string
	Number       string
	Title        string
	Office       string
	Party        string
	Code         string // unified social credit code of an organisation
	Subject      string // what kind of breach
	Result       string
	Text         string // of the paper, redacted; a line a paragraph
	SHA256       string `gorm:"column:sha256"` // of Text
	DecidedOn    calendar.Day
	PublishedOn  calendar.Day
	EndsOn       calendar.Day // the last day on which it is shown; zero: no end
	Ground       string       // why it was withdrawn
	GroundOn     calendar.Day
	GoneOn       calendar.Day
	Reason       string
	MadeBy       string
	MadeName     string
	MadeAt       time.Time
	Version      int64
}

// TableName is the table of the publications.
func (Publication) TableName() string { return "publications" }

// Mistake and Early are grounds with rules of their own.
const (
	Mistake = "mistake" // what was published is not right: it may be published again (SAMR Order 45 Art. 12)
	Early   = "early"   // on application, before its last day (SAMR Order 45 Art. 14)
)

// Grounds are why a publication is withdrawn (SAMR Order 45 Arts 11, 12); Early has its own form.
func Grounds() []string {
	return []string{"changed", "quashed", "unlawful", "void", Mistake}
}

// Conditions are those of ending a publication early, all of which must hold: obeyed, harm removed, no second penalty of its sort, on no list of the
// untrustworthy (SAMR Order 45 Art. 14(1)).
func Conditions() []string {
	return []string{"performed", "repaired", "no_repeat", "not_listed"}
}

// publishes says whether a paper is a decision that is made public: one from which the case's clock of publication was started, by the law of its day: penalties by
// ordinary procedure (SAMR Order 45 Art. 5; Order 71 Art. 46), adjudications (Order 71 Art. 46: those that found infringement and ordered a stop; Order 81
// Art. 83: every one, and its change). Mediation agreements and withdrawals are not, nor a decision that does not stand any more.
func publishes(f *casework.File, x *document.Document) bool {
	ran := func(rules ...string) bool {
		return !f.DecidedOn.IsZero() && x.IssuedOn >= f.DecidedOn && slices.ContainsFunc(rules, func(r string) bool { return f.Clock(r) != nil })
	}
	switch x.Template {
	case "penalty_decision":
		return ran("PENALTY_PUBLISH", "PENALTY_DOUBLE_PUBLISH")
	case "adjudication", "adjudication_ruling":
		return ran("INF_PUBLISH")
	case "change_decision":
		return ran("INF_PUBLISH_CHANGE")
	}
	return false
}

// again says whether a paper may be published that was published before: what was taken down was taken down by mistake or to put it right.
func again(p *Publication) bool { return p.State == Withdrawn && p.Ground == Mistake }

// Publishable are the papers of a case that must be made public, and are not yet.
func (d *Desk) Publishable(ctx context.Context, f *casework.File) ([]document.Document, []Publication, error) {
	var done []Publication
	if err := d.db.Read(ctx).Where("case_id = ?", f.ID).Order("id").Find(&done).Error; err != nil {
		return nil, nil, err
	}
	var out []document.Document
	for _, x := range f.Documents {
		if publishes(f, &x) && !slices.ContainsFunc(done, func(p Publication) bool { return p.DocumentID == x.ID && !again(&p) }) {
			out = append(out, x)
		}
	}
	return out, done, nil
}

// Choice is what an officer chooses of a publication.
type Choice struct {
	Words []string // further words that are struck out
	Low   bool     // only criticism or a low fine: it ends after three months
}

// Propose shows a paper as the public would see it. NotFound, Conflict.
func (d *Desk) Propose(f *casework.File, documentID string, c Choice) (*Publication, map[string]int, error) {
	i := slices.IndexFunc(f.Documents, func(x document.Document) bool { return x.ID == documentID })
	if i < 0 || !publishes(f, &f.Documents[i]) {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	if f.Restricted {
		return nil, nil, errs.New(errs.Conflict, "error.publicity.restricted")
	}
	doc := &f.Documents[i]
	paper, err := doc.Paper()
	if err != nil {
		return nil, nil, err
	}
	var lines []string
	for _, b := range paper.Blocks {
		if b.Text != "" {
			lines = append(lines, b.Text)
		}
		for _, r := range b.Cells {
			lines = append(lines, strings.Join(r, "　"))
		}
	}
	p := &Publication{CaseID: f.ID, DocumentID: doc.ID, Jurisdiction: f.Jurisdiction, Kind: f.Kind, State: Published, Number: doc.Number, Title: doc.Title, Office: paper.Office,
		Subject: f.Title, Result: f.Outcome, DecidedOn: doc.IssuedOn, PublishedOn: f.Today}
	for _, x := range f.Parties {
		if x.Role == "respondent" && x.GoneTo == "" {
			p.Party = strings.TrimPrefix(p.Party+"、"+x.Name, "、")
			if x.Form != "person" {
				p.Code = strings.TrimPrefix(p.Code+"、"+x.Code, "、")
			}
		}
	}
	var struck map[string]int
	p.Text, struck = Redacted(strings.Join(lines, "\n"), f, c.Words)
	p.Subject, _ = Redacted(p.Subject, f, c.Words)
	sum := sha256.Sum256([]byte(p.Text))
	p.SHA256 = hex.EncodeToString(sum[:])
	if f.Kind == casework.Counterfeit {
		rule := "PUBLICITY_END"
		if c.Low {
			rule = "PUBLICITY_END_LOW"
		}
		if r, ok := d.clocks.Rules().Rule(rule, statute.Query{On: f.Today, Kind: f.Kind}); ok {
			due, err := d.clocks.Rules().Due(d.clocks.Days(), r, f.Today, statute.Options{})
			if err != nil {
				return nil, nil, err
			}
			p.EndsOn = due.Strict
		}
	}
	return p, struck, nil
}

// Publish makes a decision public, and takes the step of the procedure by which its clocks stop, where it is open. sha256 is that of the text which the
// person saw: another text is not published. NotFound, Forbidden, Conflict.
func (d *Desk) Publish(ctx context.Context, by access.Actor, caseID, documentID, sha256 string, c Choice, where string) (p *Publication, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		p, err = d.PublishTx(tx, by, caseID, documentID, sha256, c, where)
		return err
	})
	return p, err
}

// PublishTx is Publish in the caller's transaction.
func (d *Desk) PublishTx(tx *store.Tx, by access.Actor, caseID, documentID, sha256 string, c Choice, where string) (*Publication, error) {
	f, err := d.works(tx, by, caseID)
	if err != nil {
		return nil, err
	}
	p, struck, err := d.Propose(f, documentID, c)
	if err != nil {
		return nil, err
	}
	if p.SHA256 != sha256 {
		return nil, errs.New(errs.Conflict, "error.publicity.seen")
	}
	var before []Publication
	if err := tx.Where("document_id = ?", documentID).Find(&before).Error; err != nil {
		return nil, err
	}
	if slices.ContainsFunc(before, func(x Publication) bool { return !again(&x) }) {
		return nil, errs.New(errs.Conflict, "error.publicity.twice")
	}
	p.ID, p.MadeBy, p.MadeName, p.MadeAt, p.Version = tx.NewID(), by.ID, by.Name, tx.Now, 1
	if err := tx.Create(p).Error; err != nil {
		return nil, err
	}
	if err := d.log(tx, by, "publicity.publish", f, map[string]any{"document": p.Number, "sha256": p.SHA256, "struck": struck, "ends_on": p.EndsOn.String()}, p); err != nil {
		return nil, err
	}
	left := "nothing"
	if len(struck) > 0 {
		left = "privacy"
	}
	name := "publish"
	if f.Documents[slices.IndexFunc(f.Documents, func(x document.Document) bool { return x.ID == documentID })].Template == "change_decision" {
		name = "publish_change"
	}
	return p, d.step(tx, by, f, name, casework.Facts{"publication_on": f.Today.String(), "publication_where": where, "publication_what": "both", "redacted": left,
		"published_where": where, "left_out": left})
}

// step takes a step of the procedure for which it is time, with those of the given answers that it asks for.
func (d *Desk) step(tx *store.Tx, by access.Actor, f *casework.File, name string, given casework.Facts) error {
	p := d.docket.Procedure(f.Kind)
	s := p.Step(name)
	if s == nil {
		return nil
	}
	i := slices.IndexFunc(d.docket.Next(by, f), func(n casework.Next) bool { return n.Step.Name == name && n.Ready() })
	if i < 0 { // it is not open: the publication stands by itself
		return nil
	}
	in := casework.Input{On: f.Today, Fields: casework.Facts{}}
	for _, a := range s.Asks {
		if v := given[a.Name]; v != "" {
			in.Fields[a.Name] = v
		}
	}
	_, err := d.docket.AdvanceTx(tx, by, f.ID, name, f.Version, in)
	return err
}

// Taking is why and since when a publication is withdrawn.
type Taking struct {
	Ground string
	On     calendar.Day // of the ground, from which the three working days run; of the application, where it ends early
	Reason string
	Where  string
	Met    []string // of Early: the conditions that hold
}

// Withdraw takes a publication off the public page, also when the case lies in the archive. NotFound, Forbidden, Conflict, Invalid.
func (d *Desk) Withdraw(ctx context.Context, by access.Actor, id string, version int64, in Taking) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.WithdrawTx(tx, by, id, version, in) })
}

// WithdrawTx is Withdraw in the caller's transaction.
func (d *Desk) WithdrawTx(tx *store.Tx, by access.Actor, id string, version int64, in Taking) error {
	var p Publication
	if err := tx.Where("id = ?", id).Take(&p).Error; err != nil {
		return errs.New(errs.NotFound, "error.not_found").Because(err)
	}
	f, err := d.docket.WriteTx(tx, by, p.CaseID)
	if err != nil {
		return err
	}
	if err := d.ownCase(by, f); err != nil {
		return err
	}
	if p.State != Published || p.Version != version {
		return errs.New(errs.Conflict, "error.stale", p.MadeAt)
	}
	var bad errs.Faults
	bad.Require("reason", in.Reason)
	bad.Limit("reason", in.Reason, 2000)
	past(&bad, "ground_on", in.On, f.Today)
	if !in.On.IsZero() && in.On < p.DecidedOn {
		bad.Add("ground_on", "error.publicity.before", p.DecidedOn)
	}
	switch {
	case in.Ground == Early:
		if err := d.endsEarly(&bad, f, &p, in); err != nil {
			return err
		}
	case !slices.Contains(Grounds(), in.Ground):
		bad.Add("ground", "error.choice")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	r := tx.Model(&Publication{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"state": Withdrawn, "ground": in.Ground, "ground_on": in.On, "gone_on": f.Today, "reason": in.Reason, "version": version + 1})
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	p.State, p.Ground, p.GroundOn, p.GoneOn, p.Reason, p.Version = Withdrawn, in.Ground, in.On, f.Today, in.Reason, version+1
	if err := d.log(tx, by, "publicity.withdraw", f, map[string]any{"document": p.Number, "ground": in.Ground, "reason": in.Reason, "conditions": in.Met}, &p); err != nil {
		return err
	}
	return d.step(tx, by, f, "take_down", casework.Facts{"taken_down_on": f.Today.String(), "taken_down_where": in.Where, "taken_down_reason": in.Reason})
}

// EarlyFrom is the first day on which a publication may be ended on application; the zero day where it never may: it has no end, or the law of its day knew none.
func (d *Desk) EarlyFrom(p *Publication) (calendar.Day, error) {
	r, ok := d.clocks.Rules().Rule("PUBLICITY_EARLY", statute.Query{On: p.PublishedOn, Kind: p.Kind})
	if !ok || p.EndsOn.IsZero() {
		return 0, nil
	}
	due, err := d.clocks.Rules().Due(d.clocks.Days(), r, p.PublishedOn, statute.Options{})
	return due.Strict, err
}

// endsEarly refuses an early end before its time, without all conditions, or while money is owed.
func (d *Desk) endsEarly(bad *errs.Faults, f *casework.File, p *Publication, in Taking) error {
	from, err := d.EarlyFrom(p)
	if err != nil {
		return err
	}
	switch l := d.docket.Reckon(f, f.Today); {
	case from.IsZero():
		bad.Add("met", "error.publicity.no_early")
	case f.Today < from:
		bad.Add("met", "error.publicity.early_from", from)
	case slices.ContainsFunc(Conditions(), func(c string) bool { return !slices.Contains(in.Met, c) }):
		bad.Add("met", "error.publicity.conditions")
	case l.FineOpen()+l.AddedOpen()+l.ConfiscatedOpen() > 0:
		bad.Add("met", "error.publicity.owed")
	}
	return nil
}

// shown narrows to what the public sees on a day. What a case published before it was restricted is held back for as long as it is restricted: the publication
// stands as it is, and is shown again when the restriction ends.
func shown(today calendar.Day) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("state = ? AND (ends_on IS NULL OR ends_on >= ?) AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = publications.case_id AND cases.restricted)", Published, today)
	}
}

// Public are the publications that the public sees today, the newest first, after one of them ("": from the beginning); text narrows by party, number or
// subject. It needs no right: nothing is read but what was published, and whether its case is restricted.
func (d *Desk) Public(ctx context.Context, text, after string, most int) (out []Publication, more bool, err error) {
	q := d.db.Read(ctx).Scopes(shown(d.docket.Today()))
	if text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(text)) + "%"
		q = q.Where(`(LOWER(party) LIKE ? ESCAPE '\' OR LOWER(number) LIKE ? ESCAPE '\' OR LOWER(subject) LIKE ? ESCAPE '\')`, like, like, like)
	}
	if after != "" {
		q = q.Where("id < ?", after)
	}
	err = q.Order("id DESC").Limit(most + 1).Find(&out).Error
	if more = len(out) > most; more {
		out = out[:most]
	}
	return out, more, err
}

// undone are the grounds of which the public is told: the decision itself does not stand any more (Penalty Law Art. 48(2); SAMR Order 45 Art. 11).
func undone() []string { return []string{"changed", "quashed", "unlawful", "void"} }

// gone narrows to withdrawn publications whose reason the public is told, for as long as the decision would have been shown.
func gone(today calendar.Day) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("state = ? AND ground IN ? AND (ends_on IS NULL OR ends_on >= ?) AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = publications.case_id AND cases.restricted)", Withdrawn, undone(), today)
	}
}

// PublicGone are the withdrawn publications whose reason the public is told, the last withdrawn first.
func (d *Desk) PublicGone(ctx context.Context, most int) (out []Publication, err error) {
	return out, d.db.Read(ctx).Scopes(gone(d.docket.Today())).Order("gone_on DESC, id DESC").Limit(most).Find(&out).Error
}

// GoneOne is one of them; NotFound where the public is told nothing.
func (d *Desk) GoneOne(ctx context.Context, id string) (*Publication, error) {
	return one(d.db.Read(ctx).Scopes(gone(d.docket.Today())), id)
}

// PublicOne is a publication; NotFound where the public does not see it.
func (d *Desk) PublicOne(ctx context.Context, id string) (*Publication, error) {
	return one(d.db.Read(ctx).Scopes(shown(d.docket.Today())), id)
}

func one(q *gorm.DB, id string) (*Publication, error) {
	var p []Publication
	if err := q.Where("id = ?", id).Find(&p).Error; err != nil {
		return nil, err
	}
	if len(p) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &p[0], nil
}
