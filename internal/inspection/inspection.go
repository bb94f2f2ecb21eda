// Package inspection is the inspection on site (现场检查): the visit with its shops, findings, goods and measures, brought back by a telephone that may have been without a network for hours.
//
// A record's identifier is made on the telephone, so sending it again is safe:
// the same content writes nothing. A record that was written without knowing the
// one that holds is kept beside it as a rival until somebody at the desk decides
// between them, with a reason; neither is lost. What was signed is finished:
// whatever comes later is a rival.
//
// The check of a mark suggests; an officer confirms or overrules it. The server
// asks the same pure function again, with what its register says of the numbers at
// that moment, and keeps its answer beside the telephone's. What the officer
// confirmed is what stood on the screen; where the office's answer is another, or the
// register changes later, the finding is listed to be looked at again. The signed
// record stays as it was signed.
// Times in a record are the device's. When it came, and how far the device's
// clock was off, stands with each version: a wrong clock is shown, not corrected.
//
// Chosen where no text says: a record that a telephone sends is sent by one of the
// officers in it; at the desk any officer of the office may type a record in from
// paper, and the version names who did. The papers of a party are numbered when the
// finished record arrives, since a telephone without a network has no numbers to give.
package inspection

import (
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/lead"
	"huzhi/internal/region"
	"huzhi/internal/registry"
	"huzhi/internal/store"
)

// The states.
const (
	Planned  = "planned"
	Open     = "open"     // begun, not signed
	Finished = "finished" // signed or refused by every party: frozen
	Dropped  = "dropped"  // planned, and not to be made
)

// States is every state.
func States() []string { return []string{Planned, Open, Finished, Dropped} }

// Kinds is every kind of place.
func Kinds() []string { return []string{"market", "shop", "factory", "exhibition", "warehouse"} }

// Visit is one inspection.
type Visit struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Restricted   bool
	Place        string
	Kind         string
	Name         string
	Address      string
	Note         string // what to look at, from who planned it
	State        string
	VisitOn      calendar.Day
	BeganAt      *time.Time // by the device
	EndedAt      *time.Time
	Parties      int64
	Findings     int64
	Suspects     int64 // findings that are suspected counterfeits
	Rivals       int64 // versions that nobody has decided on
	Version      int64 // seq of the version that holds; 0 is none
	MadeBy       string
	MadeName     string
	MadeAt       time.Time
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Key is the visit's place in the list.
func (v Visit) Key() string { return v.VisitOn.String() + "/" + v.ID }

// VisitOfficer is one who goes, or went.
type VisitOfficer struct {
	VisitID          string `gorm:"primaryKey"`
	UserID           string `gorm:"primaryKey"`
	Name             string
	CertificateNo    string
	CertificateUntil calendar.Day
}

// Version is a record as it came.
type Version struct {
	VisitID     string `gorm:"primaryKey"`
	Seq         int64  `gorm:"primaryKey;autoIncrement:false"`
	SHA256      string `gorm:"column:sha256"`
	Content     string
	Base        int64 // the version that its writer had seen
	Rival       bool
	Settled     string // of a rival: kept (the other holds), taken (it holds now)
	SettledWhy  string
	SettledName string
	SettledAt   *time.Time
	Source      string // phone, desk
	Device      string
	SentAt      *time.Time // by the device
	SkewMs      int64      // how far the device's clock was ahead of the server's
	ReceivedAt  time.Time
	Actor       string
	ActorName   string

	answers  string            // digest of what the office's check said, for the log; of one that just came
	evidence map[string]string // digests of the files it brought, by number, for the log; of one that just came
}

// TableName is the table of the versions.
func (Version) TableName() string { return "visit_versions" }

// Open says whether somebody must decide on the version.
func (v *Version) Open() bool { return v.Rival && v.Settled == "" }

// Where a version comes from.
const (
	Phone = "phone"
	Desk  = "desk"
)

// Rounds is the service.
type Rounds struct {
	db      *store.DB
	guard   *access.Guard
	leads   *lead.Register
	docket  *casework.Docket
	blobs   *blob.Store
	papers  *document.Office
	regions *region.Book
	names   document.Names
	chinese *i18n.Printer
	lists   Checklists
	roll    *registry.Roll
}

// Deps are what the service is made of.
type Deps struct {
	DB      *store.DB
	Guard   *access.Guard
	Leads   *lead.Register
	Docket  *casework.Docket
	Blobs   *blob.Store
	Papers  *document.Office
	Regions *region.Book
	Names   document.Names // of the offices
	Chinese *i18n.Printer  // the papers are Chinese
	Lists   Checklists
	Roll    *registry.Roll // whose changes reach back to what was found
}

// New makes the service; it hands the evidence on when a lead becomes a case.
func New(d Deps) *Rounds {
	r := &Rounds{db: d.DB, guard: d.Guard, leads: d.Leads, docket: d.Docket, blobs: d.Blobs, papers: d.Papers, regions: d.Regions,
		names: d.Names, chinese: d.Chinese, lists: d.Lists, roll: d.Roll}
	d.Leads.OnFiled(r.filed)
	if d.Roll != nil {
		d.Roll.OnMoved(r.moved)
	}
	return r
}

// Lists are the checklists by kind of place.
func (r *Rounds) Lists() Checklists { return r.lists }

// load reads a visit within the person's scope. NotFound; one that is there but not theirs is told to the log.
func (r *Rounds) load(q *gorm.DB, by access.Actor, id string) (*Visit, error) {
	var v Visit
	err := q.Scopes(r.guard.Scope(by, "visit.view", "visits")).Where("visits.id = ?", id).Take(&v).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &v, err
	}
	return nil, access.Unseen(q, "visits", "visit", id)
}

func exists(q *gorm.DB, id string) (bool, error) {
	var n int64
	err := q.Model(&Visit{}).Where("id = ?", id).Count(&n).Error
	return n > 0, err
}

// allow asks the guard, and names the visit in a refusal.
func (r *Rounds) allow(by access.Actor, action string, v *Visit) error {
	err := r.guard.Allow(by, action, v.Jurisdiction)
	if e := errs.As(err); e != nil {
		return e.On("visit:" + v.ID)
	}
	return err
}

// officers reads who goes and checks them: two or more (Administrative Penalty Law Art. 42), each with a right to inspect in the
// jurisdiction and a certificate that is valid on the day.
func (r *Rounds) officers(tx *store.Tx, bad *errs.Faults, ids []string, jurisdiction string, on calendar.Day) ([]VisitOfficer, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) < 2 {
		bad.Add("officers", "error.two_officers")
	}
	var out []VisitOfficer
	for _, id := range ids {
		var u access.User
		err := tx.Where("id = ? AND disabled_at IS NULL", id).Take(&u).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound), err == nil && !r.guard.Can(access.Actor{ID: id}, "visit.work", jurisdiction):
			bad.Add("officers", "error.not_an_officer")
		case err != nil:
			return nil, err
		case !u.Certified(on):
			bad.Add("officers", "error.certificate", u.Name, u.CertificateUntil)
		default:
			out = append(out, VisitOfficer{UserID: id, Name: u.Name, CertificateNo: u.CertificateNo, CertificateUntil: u.CertificateUntil})
		}
	}
	return out, nil
}

// setOfficers writes who goes in the place of who was to go.
func setOfficers(tx *store.Tx, visit string, list []VisitOfficer) error {
	if err := tx.Exec("DELETE FROM visit_officers WHERE visit_id = ?", visit).Error; err != nil {
		return err
	}
	for i := range list {
		list[i].VisitID = visit
	}
	if len(list) == 0 {
		return nil
	}
	return tx.Create(&list).Error
}
