package inspection

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// Filter narrows visits.
type Filter struct {
	State  string // a state; "rival" is all with a version to decide on, "review" all with a finding to look at again
	Kind   string
	Office string
	Place  string
	From   calendar.Day
	To     calendar.Day
	Text   string
}

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"state", f.State}, {"kind", f.Kind}, {"office", f.Office}, {"place", f.Place}, {"from", f.From.String()}, {"to", f.To.String()}, {"q", f.Text}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return v
}

// ParseFilter reads a filter from an address's query; what is no day is no day.
func ParseFilter(v url.Values) Filter {
	f := Filter{State: v.Get("state"), Kind: v.Get("kind"), Office: v.Get("office"), Place: v.Get("place"), Text: strings.TrimSpace(v.Get("q"))}
	f.From, _ = calendar.ParseDay(v.Get("from"))
	f.To, _ = calendar.ParseDay(v.Get("to"))
	return f
}

// Where narrows a query over the table visits.
func (f Filter) Where(q *gorm.DB) *gorm.DB {
	switch f.State {
	case "":
	case "rival":
		q = q.Where("visits.rivals > 0")
	case "review":
		q = q.Where("EXISTS (SELECT 1 FROM visit_findings f WHERE f.visit_id = visits.id AND f.review = 'open')")
	default:
		q = q.Where("visits.state = ?", f.State)
	}
	if f.Kind != "" {
		q = q.Where("visits.kind = ?", f.Kind)
	}
	if f.Office != "" {
		q = q.Scopes(access.Within("visits", f.Office))
	}
	if f.Place != "" {
		q = q.Scopes(access.WithinColumn("visits.place", f.Place))
	}
	if !f.From.IsZero() {
		q = q.Where("visits.visit_on >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("visits.visit_on <= ?", f.To)
	}
	if f.Text != "" {
		like := store.Like(f.Text)
		q = q.Where(`visits.name LIKE ? ESCAPE '\' OR visits.address LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM visit_findings f WHERE f.visit_id = visits.id
			AND (f.party LIKE ? ESCAPE '\' OR f.product LIKE ? ESCAPE '\' OR f.patent_no LIKE ? ESCAPE '\'))`, like, like, like, like, like)
	}
	return q
}

func (r *Rounds) scoped(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	return r.db.Read(ctx).Model(&Visit{}).Scopes(r.guard.Scope(by, "visit.view", "visits"), f.Where)
}

// Count counts the visits of a filter within the person's scope.
func (r *Rounds) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = r.scoped(ctx, by, f).Count(&n).Error
	return n, err
}

// List reads a page of visits, newest first, within the person's scope.
func (r *Rounds) List(ctx context.Context, by access.Actor, f Filter, p casework.Page) (rows []Visit, more bool, err error) {
	q, turn := p.Keyset(r.scoped(ctx, by, f), "visits.visit_on", "visits.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = casework.Turn(rows, p.Limit, turn)
	return rows, more, nil
}

// Day is every visit of a day within the person's scope that was not dropped, at most 500.
func (r *Rounds) Day(ctx context.Context, by access.Actor, on calendar.Day) (rows []Visit, err error) {
	err = r.scoped(ctx, by, Filter{From: on, To: on}).Where("visits.state <> ?", Dropped).Order("visits.place, visits.id").Limit(500).Find(&rows).Error
	return rows, err
}

// File is a visit whole.
type File struct {
	Visit
	Officers []VisitOfficer
	Record   *Record              // that holds; nil of one that is only planned
	Found    map[string]FoundMark // its findings, by id
	Reviews  []Review             // why findings were to be looked at again, and what came of it, the oldest first
	Versions []Version            // the newest first
	Rivals   []Rival              // to be decided on
	Evidence []Evidence
	Custody  map[string][]Custody // by SHA-256
	Papers   []Paper
	Leads    map[string]lead.Lead // by party
	Earlier  []Earlier
}

// found reads the findings of the version that holds, and which of them were looked at again.
func (f *File) found(q *gorm.DB) error {
	var rows []FoundMark
	if err := q.Where("visit_id = ?", f.ID).Find(&rows).Error; err != nil {
		return err
	}
	f.Found = map[string]FoundMark{}
	for _, x := range rows {
		f.Found[x.ID] = x
	}
	if err := q.Where("visit_id = ?", f.ID).Order("finding_id, seq").Find(&f.Reviews).Error; err != nil || f.Record == nil {
		return err
	}
	return recallReviews(q, f.ID, f.Record)
}

// Rival is a version that does not hold, beside the one that does.
type Rival struct {
	Version
	Record *Record
}

// Earlier is what was found at the same place on an earlier visit.
type Earlier struct {
	FoundMark
	VisitOn calendar.Day
}

// Find reads a visit whole. NotFound when it does not exist or is outside the person's scope.
func (r *Rounds) Find(ctx context.Context, by access.Actor, id string) (*File, error) {
	q := r.db.Read(ctx)
	v, err := r.load(q, by, id)
	if err != nil {
		return nil, err
	}
	f := &File{Visit: *v, Custody: map[string][]Custody{}, Leads: map[string]lead.Lead{}}
	if f.Officers, err = officersOf(q, id); err != nil {
		return nil, err
	}
	if err := q.Where("visit_id = ?", id).Order("seq DESC").Find(&f.Versions).Error; err != nil {
		return nil, err
	}
	for i := range f.Versions {
		ver := &f.Versions[i]
		if ver.Seq != f.Version && !ver.Open() {
			continue
		}
		rec, err := ver.Record()
		if err != nil {
			return nil, err
		}
		if err := recall(q, ver, rec); err != nil {
			return nil, err
		}
		if ver.Seq == f.Version {
			f.Record = rec
		} else {
			f.Rivals = append(f.Rivals, Rival{Version: *ver, Record: rec})
		}
	}
	if err := f.found(q); err != nil {
		return nil, err
	}
	if err := q.Where("visit_id = ?", id).Order("place").Find(&f.Evidence).Error; err != nil {
		return nil, err
	}
	var lines []Custody
	if err := q.Where("visit_id = ?", id).Order("sha256, seq").Find(&lines).Error; err != nil {
		return nil, err
	}
	for _, l := range lines {
		f.Custody[l.SHA256] = append(f.Custody[l.SHA256], l)
	}
	if err := q.Where("visit_id = ?", id).Order("version DESC, created_at, id").Find(&f.Papers).Error; err != nil {
		return nil, err
	}
	var made []struct {
		lead.Lead
		PartyID string
	}
	if err := q.Table("leads").Select("leads.*, l.party_id").Joins("JOIN visit_leads l ON l.lead_id = leads.id").Where("l.visit_id = ?", id).
		Scopes(r.guard.Scope(by, "lead.view", "leads")).Scan(&made).Error; err != nil {
		return nil, err
	}
	for _, l := range made {
		f.Leads[l.PartyID] = l.Lead
	}
	f.Earlier, err = r.earlier(q, by, v)
	return f, err
}

func officersOf(q *gorm.DB, id string) (list []VisitOfficer, err error) {
	err = q.Where("visit_id = ?", id).Order("name, user_id").Find(&list).Error
	return list, err
}

// earlier is what was found at the same place before, the newest first.
func (r *Rounds) earlier(q *gorm.DB, by access.Actor, v *Visit) (out []Earlier, err error) {
	err = q.Table("visit_findings").Select("visit_findings.*, visits.visit_on").Joins("JOIN visits ON visits.id = visit_findings.visit_id").
		Scopes(r.guard.Scope(by, "visit.view", "visits")).
		Where("visits.name = ? AND visits.place = ? AND visits.id <> ? AND visits.visit_on <= ?", v.Name, v.Place, v.ID, v.VisitOn).
		Order("visits.visit_on DESC, visits.id DESC, visit_findings.place").Limit(50).Scan(&out).Error
	return out, err
}

// Task is a visit of a telephone's pack, with what was found there earlier.
type Task struct {
	Visit    Visit
	Officers []VisitOfficer
	Record   *Record // where it was begun already
	Earlier  []Earlier
}

// Pack is what an officer takes along: their own visits of the day that are planned or begun, and those planned for the next week.
func (r *Rounds) Pack(ctx context.Context, by access.Actor, today calendar.Day) ([]Task, error) {
	if err := r.guard.AllowAnywhere(by, "visit.work"); err != nil {
		return nil, err
	}
	q := r.db.Read(ctx)
	var list []Visit
	err := q.Scopes(r.guard.Scope(by, "visit.work", "visits")).
		Where("visits.visit_on >= ? AND visits.visit_on <= ? AND visits.state IN ?", today.AddDays(-1), today.AddDays(7), []string{Planned, Open}).
		Where("EXISTS (SELECT 1 FROM visit_officers o WHERE o.visit_id = visits.id AND o.user_id = ?)", by.ID).
		Order("visits.visit_on, visits.id").Limit(50).Find(&list).Error
	if err != nil {
		return nil, err
	}
	out := make([]Task, len(list))
	for i := range list {
		t := Task{Visit: list[i]}
		if t.Officers, err = officersOf(q, list[i].ID); err != nil {
			return nil, err
		}
		if list[i].Version > 0 {
			if _, t.Record, err = versionOf(q, list[i].ID, list[i].Version); err != nil {
				return nil, err
			}
		}
		if t.Earlier, err = r.earlier(q, by, &list[i]); err != nil {
			return nil, err
		}
		out[i] = t
	}
	return out, nil
}

// Colleague is who may go on a visit.
type Colleague struct {
	ID, Name, CertificateNo string
	Until                   calendar.Day // the certificate's last day
	Valid                   bool         // today
}

// Colleagues are the officers with whom somebody may go: who may inspect where they may.
func (r *Rounds) Colleagues(ctx context.Context, by access.Actor, jurisdiction string, today calendar.Day) ([]Colleague, error) {
	seen := map[string]bool{}
	var ids []string
	for _, a := range r.guard.Holders("visit.work", jurisdiction) {
		if !seen[a.ID] {
			seen[a.ID] = true
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var people []access.User
	if err := r.db.Read(ctx).Where("id IN ? AND disabled_at IS NULL", ids).Order("username").Find(&people).Error; err != nil {
		return nil, err
	}
	var out []Colleague
	for _, u := range people {
		out = append(out, Colleague{ID: u.ID, Name: u.Name, CertificateNo: u.CertificateNo, Until: u.CertificateUntil, Valid: u.Certified(today)})
	}
	return out, nil
}

// MakeLead makes a lead of a party of a finished visit, with everything carried over; its photographs go on to the case that the lead becomes. id is
// made by the form. NotFound; Conflict when the visit is not finished, waits for a decision between versions, or has that lead already; Forbidden;
// Invalid when nothing about the party is suspected.
func (r *Rounds) MakeLead(ctx context.Context, by access.Actor, id, party, leadID string) (l *lead.Lead, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error { l, err = r.MakeLeadTx(tx, by, id, party, leadID); return err })
	if err != nil {
		return nil, err
	}
	return l, nil
}

// MakeLeadTx is MakeLead in the caller's transaction.
func (r *Rounds) MakeLeadTx(tx *store.Tx, by access.Actor, id, party, leadID string) (*lead.Lead, error) {
	if err := tx.Lock("visits", id); err != nil {
		return nil, err
	}
	v, err := r.load(tx.DB, by, id)
	if err != nil {
		return nil, err
	}
	var made []string
	if err := tx.Raw("SELECT lead_id FROM visit_leads WHERE visit_id = ? AND party_id = ?", id, party).Scan(&made).Error; err != nil {
		return nil, err
	}
	if len(made) > 0 {
		if made[0] == leadID { // the form was sent twice
			var l lead.Lead
			return &l, tx.Where("id = ?", leadID).Take(&l).Error
		}
		return nil, errs.New(errs.Conflict, "error.visit.has_lead").On("visit:" + id)
	}
	if v.State != Finished || v.Rivals > 0 {
		return nil, errs.New(errs.Conflict, "error.visit.not_finished").On("visit:" + id)
	}
	if err := r.allow(by, "visit.work", v); err != nil {
		return nil, err
	}
	_, rec, err := versionOf(tx.DB, id, v.Version)
	if err != nil {
		return nil, err
	}
	if err := recallReviews(tx.DB, id, rec); err != nil {
		return nil, err
	}
	p := rec.Party(party)
	if p == nil {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	if !p.Suspect() {
		return nil, errs.New(errs.Invalid, "error.visit.no_suspect")
	}
	people, err := officersOf(tx.DB, id)
	if err != nil {
		return nil, err
	}
	title, facts, no := r.leadFacts(rec, p, people)
	received := v.VisitOn
	if today := calendar.DayOf(tx.Now); received > today { // the device's clock was ahead
		received = today
	}
	l, err := r.leads.AddTx(tx, by, lead.NewLead{ID: leadID, Source: "own_patrol", Kind: casework.Counterfeit, Jurisdiction: v.Jurisdiction, Place: rec.Place,
		ReceivedOn: received, Title: title, Facts: facts, Respondent: p.Name, RespondentAddress: firstRunes(or(p.Address, rec.Address), 300), PatentNo: no}, "lead.add")
	if err != nil {
		return nil, err
	}
	if err := tx.Exec("INSERT INTO visit_leads (visit_id, party_id, lead_id, made_at) VALUES (?, ?, ?, ?)", id, party, l.ID, tx.Now).Error; err != nil {
		return nil, err
	}
	return l, r.log(tx, by, v, nil, "visit.lead", map[string]any{"lead": l.Number, "party": p.Name})
}

// OfLead is the visit that a lead was made of, "" where there is none. Whether the person may see it, its own page asks.
func (r *Rounds) OfLead(ctx context.Context, leadID string) (id string, err error) {
	err = r.db.Read(ctx).Raw("SELECT visit_id FROM visit_leads WHERE lead_id = ?", leadID).Scan(&id).Error
	return id, err
}

// Verify hands each the visit, or the number of the paper, whose text is no longer what came or was issued. q is where to read.
func (r *Rounds) Verify(q *gorm.DB, each func(what string)) error {
	var faults []string
	rows, err := q.Model(&Version{}).Order("visit_id, seq").Rows()
	if err != nil {
		return err
	}
	for rows.Next() {
		var v Version
		if err = q.ScanRows(rows, &v); err != nil {
			break
		}
		if hash(v.Content) != v.SHA256 {
			faults = append(faults, v.VisitID)
		}
	}
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return err
	}
	var papers []Paper
	if err := q.Order("number").Find(&papers).Error; err != nil {
		return err
	}
	for i := range papers {
		if _, err := papers[i].Document().Paper(); err != nil {
			faults = append(faults, papers[i].Number)
		}
	}
	for _, f := range faults {
		each(f)
	}
	return nil
}
