// Package lead is the lead (线索) from anywhere: registered, verified, then filed as a case, refused with a reason, or transferred to another office.
package lead

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/region"
	"huzhi/internal/search"
	"huzhi/internal/store"
)

// The states.
const (
	New        = "new"        // to be verified
	Supplement = "supplement" // papers of a request were asked for, with a term
	Notified   = "notified"   // the respondent was sent a request for mediation and may answer
	Verified   = "verified"   // an officer has proposed what to do; the chief decides
	Filed      = "filed"
	Refused    = "refused"
	Withdrawn  = "withdrawn" // the request was taken back before filing
)

// States is every state.
func States() []string {
	return []string{New, Supplement, Notified, Verified, Filed, Refused, Withdrawn, Merged}
}

// pending are the states in which a lead waits for somebody.
func pending() []string { return []string{New, Supplement, Notified, Verified} }

// Sources is where a lead can come from.
func Sources() []string {
	return []string{"own_patrol", "report", "complaint", "transfer", "superior", "platform", "web", "letter", "visit"}
}

// The proposals of a verification.
const (
	ProposeFile     = "file"
	ProposeRefuse   = "refuse"
	ProposeTransfer = "transfer"
)

// Proposals is every proposal.
func Proposals() []string { return []string{ProposeFile, ProposeRefuse, ProposeTransfer} }

// Lead is one lead. Who reported it is not here: that lies in the vault, and the lead knows its code only.
type Lead struct {
	ID                string `gorm:"primaryKey"`
	Number            string
	Source            string
	Kind              string // the kind of case it may become
	Jurisdiction      string
	Restricted        bool
	Place             string
	State             string
	ReceivedOn        calendar.Day
	Title             string
	Facts             string
	Respondent        string
	RespondentAddress string
	Requester         string
	RequesterAddress  string
	PatentNo          string
	URL               string
	CallID            *string
	IdentityID        *string // who reported it, in the vault
	Proposal          string
	Opinion           string
	VerifiedOn        calendar.Day
	VerifiedBy        string
	SettledOn         calendar.Day
	Reason            string
	CaseID            *string
	Urgency           string
	AssigneeID        string       // who looks after it; "" is nobody yet
	MergedInto        *string      // the lead it goes on in
	TellBy            calendar.Day // until when the office, by its own rule, tells a named reporter what was decided
	NextDueOn         calendar.Day
	NextRule          string
	Version           int64
	CreatedAt         time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt         time.Time `gorm:"autoUpdateTime:false"`
}

// Matter is what somebody wants to see the reporter of a lead for. The lead is one that the person was let see.
func (l *Lead) Matter() identity.Matter {
	m := identity.Matter{Kind: "lead", ID: l.ID, Number: l.Number, Jurisdiction: l.Jurisdiction, Restricted: l.Restricted}
	if l.IdentityID != nil {
		m.IdentityID = *l.IdentityID
	}
	return m
}

// CaseMatter is Matter for a case that the person was let see: the reporter of the lead it was filed from.
func (r *Register) CaseMatter(ctx context.Context, c *casework.Case) (identity.Matter, error) {
	m := identity.Matter{Kind: "case", ID: c.ID, Number: c.Number, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted}
	err := r.db.Read(ctx).Raw("SELECT COALESCE(identity_id, '') FROM leads WHERE id = ?", c.LeadID).Scan(&m.IdentityID).Error
	return m, err
}

// Open says whether the lead still waits for somebody.
func (l *Lead) Open() bool { return slices.Contains(pending(), l.State) }

// Step is something that was done with a lead.
type Step struct {
	LeadID    string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Step      string
	OnDay     calendar.Day
	At        time.Time
	Actor     string
	ActorName string
	Note      string
	Data      casework.Facts
}

// TableName is the table of the steps.
func (Step) TableName() string { return "lead_steps" }

// Register is the service.
type Register struct {
	db       *store.DB
	guard    *access.Guard
	docket   *casework.Docket
	clocks   *deadline.Clocks
	regions  *region.Book
	forms    document.Forms
	filed    []func(tx *store.Tx, by access.Actor, leadID, caseID string) error
	moved    []func(tx *store.Tx, by access.Actor, leadID, to string) error
	screen   func(tx *store.Tx, l *Lead, texts ...string) (bool, error)
	courtesy int // working days in which a named reporter is told where no rule says so any more; 0 is never
}

// NewRegister makes the service.
func NewRegister(db *store.DB, guard *access.Guard, docket *casework.Docket, clocks *deadline.Clocks, regions *region.Book, forms document.Forms) *Register {
	r := &Register{db: db, guard: guard, docket: docket, clocks: clocks, regions: regions, forms: forms}
	clocks.OnMoved("lead", r.recount)
	docket.Screen(r.screenCase)
	return r
}

// Screen says how it is found out that texts name a reporter of a lead who must not be known: they are not taken into the lead's history, nor into its case's. It
// is for wiring, before the register is used.
func (r *Register) Screen(names func(tx *store.Tx, l *Lead, texts ...string) (bool, error)) {
	r.screen = names
}

// screened refuses texts that name a reporter who must not be known. Invalid.
func (r *Register) screened(tx *store.Tx, l *Lead, step, note string, data casework.Facts) error {
	if r.screen == nil || l.IdentityID == nil {
		return nil
	}
	texts := append(slices.Collect(maps.Values(data)), note)
	if step == "add" {
		texts = append(texts, l.Title, l.Facts)
	}
	if names, err := r.screen(tx, l, texts...); err != nil || !names {
		return err
	}
	return errs.New(errs.Invalid, "error.names_reporter")
}

// screenCase is screened for what is written into the case of a lead, and of those that went on in it.
func (r *Register) screenCase(tx *store.Tx, leadID string, texts ...string) error {
	if r.screen == nil || leadID == "" {
		return nil
	}
	var rows []Lead
	if err := tx.Where("(id = ? OR merged_into = ?) AND identity_id IS NOT NULL", leadID, leadID).Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if names, err := r.screen(tx, &rows[i], texts...); err != nil {
			return err
		} else if names {
			return errs.New(errs.Invalid, "error.names_reporter")
		}
	}
	return nil
}

// TellWithin has named reporters told of the filing decision within so many working days also where no rule wants it any more (from 2026-04-15, SAMR
// Order 121 Art. 36); 0 is never.
func (r *Register) TellWithin(days int) { r.courtesy = days }

// recount keeps the nearest day of leads whose clocks were counted anew.
func (r *Register) recount(tx *store.Tx, subjectIDs []string) error {
	nearest := func(column string) string {
		return "(SELECT d." + column + " FROM deadlines d WHERE d.subject_id = leads.id AND d.stopped_on IS NULL AND (d.office_duty = ? OR d.watch_on >= ?) ORDER BY d.watch_on, d.id LIMIT 1)"
	}
	today := calendar.DayOf(tx.Now)
	for ids := range slices.Chunk(subjectIDs, 500) {
		err := tx.Exec("UPDATE leads SET next_due_on = "+nearest("watch_on")+", next_rule = COALESCE("+nearest("rule")+", '') WHERE id IN ?", true, today, true, today, ids).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// OnFiled is told of each lead that became a case, in its transaction.
func (r *Register) OnFiled(fn func(tx *store.Tx, by access.Actor, leadID, caseID string) error) {
	r.filed = append(r.filed, fn)
}

// OnMoved is told of each lead that was transferred to another office, in its transaction.
func (r *Register) OnMoved(fn func(tx *store.Tx, by access.Actor, leadID, to string) error) {
	r.moved = append(r.moved, fn)
}

// NewLead is what registering asks for.
type NewLead struct {
	ID                string // made by the form; the same id with the same content is the same lead
	Source            string
	Kind              string
	Jurisdiction      string
	Place             string
	ReceivedOn        calendar.Day
	Title             string
	Facts             string
	Respondent        string
	RespondentAddress string
	Requester         string
	RequesterAddress  string
	PatentNo          string
	URL               string
	CallID            string
	IdentityID        string
}

// LatestMonths is how many months after it was received a lead may still be registered; its periods run from the day of receipt all the same.
const LatestMonths = 12

func (r *Register) check(in *NewLead, today calendar.Day) error {
	var bad errs.Faults
	for _, p := range []*string{&in.Title, &in.Facts, &in.Respondent, &in.RespondentAddress, &in.Requester, &in.RequesterAddress, &in.PatentNo, &in.URL} {
		*p = strings.TrimSpace(*p)
	}
	bad.Require("title", in.Title)
	bad.Limit("title", in.Title, 200)
	bad.Require("facts", in.Facts)
	bad.Limit("facts", in.Facts, 20000)
	bad.Limit("respondent", in.Respondent, 200)
	bad.Limit("respondent_address", in.RespondentAddress, 300)
	bad.Limit("requester", in.Requester, 200)
	bad.Limit("requester_address", in.RequesterAddress, 300)
	bad.Limit("patent_no", in.PatentNo, 60)
	bad.Limit("url", in.URL, 2000)
	if !slices.Contains(Sources(), in.Source) {
		bad.Add("source", "error.choice")
	}
	if !slices.Contains(casework.Kinds(), in.Kind) {
		bad.Add("kind", "error.choice")
	}
	if _, ok := r.regions.Get(in.Jurisdiction); !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := r.regions.Get(in.Place); !ok {
		bad.Add("place", "error.choice")
	}
	switch {
	case in.ReceivedOn.IsZero():
		bad.Add("received_on", "error.required")
	case in.ReceivedOn > today:
		bad.Add("received_on", "error.day_future", today)
	case in.ReceivedOn < today.AddMonths(-LatestMonths):
		bad.Add("received_on", "error.received_old", today.AddMonths(-LatestMonths))
	}
	return bad.Err()
}

// Add registers a lead. Invalid, Forbidden; Conflict when the id was used for something else.
func (r *Register) Add(ctx context.Context, by access.Actor, in NewLead) (l *Lead, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		l, err = r.AddTx(tx, by, in, "lead.add")
		return err
	})
	return l, err
}

// AddTx is Add in the caller's transaction; action is what lets the person do it (lead.add, or lead.make at the hotline).
func (r *Register) AddTx(tx *store.Tx, by access.Actor, in NewLead, action string) (*Lead, error) {
	if _, known := r.regions.Get(in.Jurisdiction); known { // an unknown one is a fault of the form
		if err := r.guard.Allow(by, action, in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	if err := r.check(&in, calendar.DayOf(tx.Now)); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var old []Lead
		if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
			return nil, err
		}
		if len(old) > 0 {
			if old[0].Title == in.Title && old[0].Facts == in.Facts && old[0].Jurisdiction == in.Jurisdiction {
				return &old[0], nil
			}
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
	} else {
		in.ID = tx.NewID()
	}
	office, _ := r.regions.Get(in.Jurisdiction)
	number, err := r.forms.Next(tx, "lead", office.Mark, calendar.DayOf(tx.Now)) // of the year in which it is registered: the series of a past year is closed
	if err != nil {
		return nil, err
	}
	l := &Lead{
		ID: in.ID, Number: number, Source: in.Source, Kind: in.Kind, Jurisdiction: in.Jurisdiction, Place: in.Place, State: New,
		ReceivedOn: in.ReceivedOn, Title: in.Title, Facts: in.Facts, Respondent: in.Respondent, RespondentAddress: in.RespondentAddress, Requester: in.Requester,
		RequesterAddress: in.RequesterAddress, PatentNo: in.PatentNo, URL: in.URL, Urgency: "normal", Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if in.CallID != "" {
		l.CallID = &in.CallID
	}
	if in.IdentityID != "" {
		l.IdentityID = &in.IdentityID
	}
	if err := tx.Create(l).Error; err != nil {
		return nil, err
	}
	if err := r.start(tx, l, in.ReceivedOn); err != nil {
		return nil, err
	}
	return l, r.record(tx, by, l, "add", in.ReceivedOn, "", casework.Facts{"source": in.Source, "kind": in.Kind})
}

// start starts the period in which the office must decide on a lead: by the market-regulation rules 15 working days to verify (Art.
// 18), by Order 71 Art. 28 five working days from the office's own discovery or ten from a report, for an infringement request five working days (Order 71
// Art. 13, Order 81 Art. 20), for a mediation five to send the request to the respondent (Order 81 Art. 65). Whichever was in force on the day; before
// 2015-07-01 the law set none for counterfeits. A request for an opinion has none.
func (r *Register) start(tx *store.Tx, l *Lead, on calendar.Day) error {
	var rules []string
	switch l.Kind {
	case casework.Counterfeit:
		rules = []string{"CF_VERIFY", "CF_FILE_REPORT"}
		if l.Source == "own_patrol" {
			rules[1] = "CF_FILE_OWN"
		}
	case casework.Infringement:
		rules = []string{"INF_ACCEPT"}
	case casework.Dispute:
		rules = []string{"MED_NOTIFY"}
	}
	for _, rule := range rules {
		if err := r.startRule(tx, l, rule, on); err != nil {
			return err
		}
	}
	return nil
}

// startRule starts the clock of a rule in its wording of the day.
func (r *Register) startRule(tx *store.Tx, l *Lead, rule string, on calendar.Day) error {
	_, err := r.clocks.StartTx(tx, l.subject(), rule, on, deadline.Basis{On: on, Kind: l.Kind, Region: l.Jurisdiction})
	return err
}

func (l *Lead) subject() deadline.Subject {
	return deadline.Subject{Kind: "lead", ID: l.ID, Label: l.Number, Title: l.Title, Jurisdiction: l.Jurisdiction, Restricted: l.Restricted}
}

// record writes the step, with the paper that it issued if there is one, what the lead is found by, its nearest day and the log line.
func (r *Register) record(tx *store.Tx, by access.Actor, l *Lead, step string, on calendar.Day, note string, data casework.Facts, papers ...*document.LeadPaper) error {
	if err := r.screened(tx, l, step, note, data); err != nil {
		return err
	}
	due, rule, err := r.clocks.NearestTx(tx, l.ID, calendar.DayOf(tx.Now))
	if err != nil {
		return err
	}
	if due != l.NextDueOn || rule != l.NextRule {
		l.NextDueOn, l.NextRule = due, rule
		if err := tx.Model(&Lead{}).Where("id = ?", l.ID).Updates(map[string]any{"next_due_on": due, "next_rule": rule}).Error; err != nil {
			return err
		}
	}
	if err := tx.Create(&Step{LeadID: l.ID, Seq: l.Version, Step: step, OnDay: on, At: tx.Now, Actor: by.ID, ActorName: by.Name, Note: note, Data: data}).Error; err != nil {
		return err
	}
	if err := search.Put(tx, search.Doc{
		SubjectID: l.ID, SubjectKind: search.Lead, Jurisdiction: l.Jurisdiction, Restricted: l.Restricted, SortOn: l.ReceivedOn, Label: l.Number, Title: l.Title,
	}, []string{l.PatentNo}, l.Respondent, l.Requester); err != nil {
		return err
	}
	detail := map[string]any{"number": l.Number, "on": on.String(), "state": l.State, "version": l.Version}
	for k, v := range data {
		detail[k] = v
	}
	if note != "" {
		detail["note"] = note
	}
	for _, p := range papers {
		if p != nil {
			detail["document"], detail["document_sha256"] = p.Number, p.SHA256
		}
	}
	if step == "add" || step == "transfer" || step == "send_back" || step == "unmerge" { // they start clocks
		if detail["law"], err = r.clocks.LawTx(tx); err != nil {
			return err
		}
	}
	return audit.Append(tx, by.Entry("lead."+step, l.Jurisdiction, "lead:"+l.ID, detail))
}

// Find reads a lead with its steps and clocks. NotFound when it does not exist or is outside the person's scope.
func (r *Register) Find(ctx context.Context, by access.Actor, id string) (*Lead, []Step, []deadline.Clock, error) {
	l, err := r.load(r.db.Read(ctx), by, id)
	if err != nil {
		return nil, nil, nil, err
	}
	var steps []Step
	if err := r.db.Read(ctx).Where("lead_id = ?", id).Order("seq").Find(&steps).Error; err != nil {
		return nil, nil, nil, err
	}
	clocks, err := r.clocks.Of(ctx, id)
	return l, steps, clocks, err
}

func (r *Register) load(q *gorm.DB, by access.Actor, id string) (*Lead, error) {
	var l Lead
	err := q.Scopes(r.guard.Scope(by, "lead.view", "leads")).Where("leads.id = ?", id).Take(&l).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &l, err
	}
	return nil, access.Unseen(q, "leads", "lead", id)
}
