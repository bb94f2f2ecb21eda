package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/search"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// NewCase is what filing asks for. lead.Register.File is the only way to it.
type NewCase struct {
	ID           string
	Kind         string
	Title        string
	Jurisdiction string
	Place        string
	Source       string
	LeadID       string
	Summary      string
	Restricted   bool
	On           calendar.Day
	Numbered     calendar.Day // the day whose year the number carries; no day: On
	Officers     []string     // ids of people; two or more, a panel of three or more and odd where the kind wants one
	Reviewer     string       // needed where restricted: nobody else could review
	Parties      []Party
	Patents      []Patent
	Facts        Facts
}

// FileTx opens a case: number, parties, officers, the clocks that filing starts, search, summary and log line. The caller has
// asked the guard for lead.file.
//
// It is Invalid when an officer has no certificate valid on the filing day, when there are fewer than two (Administrative
// Penalty Law 2021 Art. 42; Order 71 Art. 28), when a panel is not three or more and odd (Order 71 Art. 13, Order 81 Art. 20), or when a
// county files an infringement dispute (Implementing Rules 2010 Art. 79, 2023 Art. 95), or what the kind's law does not allow yet (Procedure.Opens).
func (d *Docket) FileTx(tx *store.Tx, by access.Actor, in NewCase) (*Case, error) {
	p := d.procedures[in.Kind]
	var bad errs.Faults
	if p == nil {
		bad.Add("kind", "error.choice")
		return nil, bad.Err()
	}
	office, ok := d.regions.Get(in.Jurisdiction)
	if !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := d.regions.Get(in.Place); !ok {
		bad.Add("place", "error.choice")
	}
	if p.City && office.IsCounty() {
		bad.Add("kind", "error.county_"+in.Kind)
	}
	bad.Require("title", in.Title)
	bad.Limit("title", in.Title, 200)
	in.Facts = Answers(p.Asks, in.Facts, in.On, &bad)
	people, err := d.filingPeople(tx, by, &bad, p, in)
	if err != nil {
		return nil, err
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if p.Opens != nil {
		if fault := p.Opens(Input{On: in.On, Fields: in.Facts}, d.law()); fault != nil {
			return nil, &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.form"), Fields: []errs.Field{*fault}}
		}
	}
	c := &Case{
		ID: in.ID, Kind: in.Kind, Title: in.Title, State: Filed, Jurisdiction: in.Jurisdiction, Restricted: in.Restricted, Place: in.Place,
		Source: in.Source, LeadID: in.LeadID, Summary: in.Summary, FiledOn: in.On, Facts: in.Facts, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if !store.ValidID(c.ID) {
		c.ID = tx.NewID()
	}
	if c.Facts == nil {
		c.Facts = Facts{}
	}
	if c.Number, err = d.forms.Next(tx, in.Kind, office.Mark, cmp.Or(in.Numbered, in.On)); err != nil {
		return nil, err
	}
	if err := sameID(tx.Create(c).Error); err != nil {
		return nil, err
	}
	f := &File{Case: *c, Members: people, Today: calendar.DayOf(tx.Now)}
	for _, m := range people {
		if err := join(tx, c.ID, m.UserID, m.Part); err != nil {
			return nil, err
		}
	}
	if !by.IsSystem() {
		if err := join(tx, c.ID, by.ID, PartChief); err != nil {
			return nil, err
		}
	}
	for _, x := range in.Parties {
		if err := f.addParty(tx, x); err != nil {
			return nil, err
		}
	}
	for _, x := range in.Patents {
		if err := f.addPatent(tx, x); err != nil {
			return nil, err
		}
	}
	if err := tx.Create(&Taken{
		CaseID: c.ID, Seq: 1, Step: "file", FromState: "", ToState: Filed, OnDay: in.On, At: tx.Now, Actor: by.ID, ActorName: by.Name, Data: Facts{},
	}).Error; err != nil {
		return nil, err
	}
	clocks, err := d.startClocks(tx, by, f, p.Files, Input{On: in.On, Fields: f.Facts})
	if err != nil {
		return nil, err
	}
	if err := d.index(tx, f); err != nil {
		return nil, err
	}
	if c.Restricted {
		if err := d.seal(tx, f); err != nil {
			return nil, err
		}
	}
	month, err := c.monthTx(tx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(tally.Add(tx, c.cell(), 1), tally.AddCase(tx, month, 1)); err != nil {
		return nil, err
	}
	law, err := d.clocks.LawTx(tx)
	if err != nil {
		return nil, err
	}
	return c, audit.Append(tx, by.Entry("case.step.file", c.Jurisdiction, "case:"+c.ID, map[string]any{
		"on": in.On.String(), "number": c.Number, "kind": c.Kind, "title": c.Title, "place": c.Place, "restricted": c.Restricted, "officers": names(f.Officers()),
		"lead": in.LeadID, "clocks": clocks, "law": law, "to": string(Filed), "version": int64(1),
	}))
}

// filingPeople reads the officers and the reviewer and checks their number and certificates.
func (d *Docket) filingPeople(tx *store.Tx, by access.Actor, bad *errs.Faults, p *Procedure, in NewCase) ([]Member, error) {
	ids := slices.Clone(in.Officers)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var out []Member
	for _, id := range ids {
		m, err := d.person(tx.DB, id, PartOfficer)
		if err != nil {
			return nil, err
		}
		switch {
		case m == nil || !d.guard.Can(access.Actor{ID: id}, "case.work", in.Jurisdiction):
			bad.Add("officers", "error.not_an_officer")
		case id == by.ID:
			bad.Add("officers", "error.chief_investigates")
		case !m.Certified(in.On):
			bad.Add("officers", "error.certificate", m.Name, m.CertificateUntil)
		default:
			out = append(out, *m)
		}
	}
	switch n := len(ids); {
	case p.Panel && (n < 3 || n%2 == 0):
		bad.Add("officers", "error.panel")
	case n < 2:
		bad.Add("officers", "error.two_officers")
	}
	if in.Reviewer != "" {
		m, err := d.person(tx.DB, in.Reviewer, PartReviewer)
		if err != nil {
			return nil, err
		}
		switch {
		case m == nil || !d.guard.Can(access.Actor{ID: in.Reviewer}, "case.review", in.Jurisdiction):
			bad.Add("reviewer", "error.choice")
		case slices.Contains(ids, in.Reviewer):
			bad.Add("reviewer", "error.reviewer_investigates")
		default:
			out = append(out, *m)
		}
	} else if in.Restricted && p.reviewed() {
		bad.Add("reviewer", "error.restricted_reviewer")
	}
	return out, nil
}

func (p *Procedure) reviewed() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Action == "case.review" })
}

func (d *Docket) person(q *gorm.DB, id, part string) (*Member, error) {
	var m []Member
	err := q.Raw("SELECT id AS user_id, name, certificate_no, certificate_until FROM users WHERE id = ? AND disabled_at IS NULL", id).Scan(&m).Error
	if err != nil || len(m) == 0 {
		return nil, err
	}
	m[0].Part = part
	return &m[0], nil
}

func join(tx *store.Tx, subject, user, part string) error {
	return tx.Exec("INSERT INTO members (subject_id, user_id, part, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", subject, user, part, tx.Now).Error
}

func (f *File) addParty(tx *store.Tx, p Party) error {
	p.CaseID, p.AddedAt, p.GoneTo = f.ID, tx.Now, ""
	if !store.ValidID(p.ID) {
		p.ID = tx.NewID()
	}
	if err := sameID(tx.Create(&p).Error); err != nil {
		return err
	}
	f.Parties = append(f.Parties, p)
	return nil
}

// sameID turns an identifier that is taken into a Conflict: a form that was sent twice.
func sameID(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errs.New(errs.Conflict, "error.same_id")
	}
	return err
}

func (f *File) addPatent(tx *store.Tx, p Patent) error {
	p.CaseID, p.AddedAt, p.GoneTo = f.ID, tx.Now, ""
	if !store.ValidID(p.ID) {
		p.ID = tx.NewID()
	}
	if n, err := patent.Parse(p.Number); err == nil {
		p.Number, p.Key = n.Normal(), n.Key()
		if p.Type == "" {
			p.Type = string(n.Type())
		}
	}
	if err := sameID(tx.Create(&p).Error); err != nil {
		return err
	}
	f.Patents = append(f.Patents, p)
	return nil
}

// index writes what the case is found by.
func (d *Docket) index(tx *store.Tx, f *File) error {
	var patents []string
	var texts []string
	for _, p := range f.Patents {
		patents = append(patents, p.Number)
		texts = append(texts, p.Title, p.Patentee)
	}
	for _, p := range f.Parties {
		texts = append(texts, p.Name, p.Code)
		if n := len(p.Phone); n >= 4 {
			texts = append(texts, p.Phone[n-4:])
		}
	}
	texts = append(texts, f.Summary)
	return search.Put(tx, search.Doc{
		SubjectID: f.ID, SubjectKind: search.Case, Jurisdiction: f.Jurisdiction, Restricted: f.Restricted, SortOn: f.FiledOn, Label: f.Number, Title: f.Title,
	}, patents, texts...)
}

// Find reads a case with everything in it. NotFound when it does not exist or is outside the person's scope; the latter
// is told to the log.
func (d *Docket) Find(ctx context.Context, by access.Actor, id string) (*File, error) {
	return d.load(d.db.Read(ctx), by, id, d.Today())
}

// FindTx is Find in the caller's transaction, on its day.
func (d *Docket) FindTx(tx *store.Tx, by access.Actor, id string) (*File, error) {
	return d.load(tx.DB, by, id, calendar.DayOf(tx.Now))
}

func (d *Docket) load(q *gorm.DB, by access.Actor, id string, today calendar.Day) (*File, error) {
	f := &File{Today: today}
	err := q.Scopes(d.guard.Scope(by, "case.view", "cases")).Where("cases.id = ?", id).Take(&f.Case).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, access.Unseen(q, "cases", "case", id)
	}
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		to    any
		order string
	}{{&f.Parties, "added_at, id"}, {&f.Patents, "added_at, id"}, {&f.Taken, "seq"}, {&f.Attached, "added_at, id"}, {&f.Documents, "issued_on, id"}, {&f.Tracks, "seq, id"}, {&f.Payments, "on_day, made_at, id"}} {
		if err := q.Where("case_id = ?", id).Order(part.order).Find(part.to).Error; err != nil {
			return nil, err
		}
	}
	if len(f.Documents) > 0 {
		if f.Fates, err = fates(q, id); err != nil {
			return nil, err
		}
	}
	if err := q.Where("subject_id = ?", id).Order("watch_on, id").Find(&f.Clocks).Error; err != nil {
		return nil, err
	}
	var granted []struct {
		DeadlineID string
		N          int
	}
	if err := q.Raw("SELECT e.deadline_id, COUNT(*) AS n FROM deadline_extensions e JOIN deadlines k ON k.id = e.deadline_id WHERE k.subject_id = ? GROUP BY e.deadline_id", id).Scan(&granted).Error; err != nil {
		return nil, err
	}
	f.Extended = map[string]int{}
	for _, g := range granted {
		f.Extended[g.DeadlineID] = g.N
	}
	if err := q.Raw(`SELECT m.user_id, u.name, m.part, u.certificate_no, u.certificate_until FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.subject_id = ? ORDER BY m.part, m.added_at, u.username`, id).Scan(&f.Members).Error; err != nil {
		return nil, err
	}
	if err := q.Raw("SELECT DISTINCT user_id FROM case_assignments WHERE case_id = ? AND part = ? AND NOT joined", id, PartOfficer).Scan(&f.Former).Error; err != nil {
		return nil, err
	}
	if f.Kind == Ecommerce {
		if err := q.Raw("SELECT id, finding, result, notified_on, declared_on FROM listings WHERE case_id = ? ORDER BY found_on, id", id).Scan(&f.Listings).Error; err != nil {
			return nil, err
		}
	}
	return f, nil
}

// NumberOf gives the case of a number within the person's scope, "" where there is none.
func (d *Docket) NumberOf(ctx context.Context, by access.Actor, number string) (id string, err error) {
	err = d.db.Read(ctx).Model(&Case{}).Scopes(d.guard.Scope(by, "case.view", "cases")).Where("cases.number = ?", strings.TrimSpace(number)).Limit(1).Pluck("id", &id).Error
	return id, err
}
