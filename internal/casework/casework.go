// Package casework is the case: its parties, patents and officers, the table of steps its kind goes by, and Advance, the only writer of a state.
package casework

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/i18n"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// The kinds of case.
const (
	Counterfeit  = "counterfeit"  // 假冒专利案件
	Infringement = "infringement" // 专利侵权纠纷
	Dispute      = "dispute"      // 其他专利纠纷
	Ecommerce    = "ecommerce"    // 电商案件: one case covers one or more listings
	Opinion      = "opinion"      // 咨询意见: asked for by somebody who was warned of infringing (Order 81 Art. 13)
)

// Kinds is every kind, those of the report first.
func Kinds() []string { return append(Reported(), Opinion) }

// Reported is the kinds that the annual report counts and adds up, in its order: the published reports know these four. An advisory opinion decides
// nothing and is a figure of its own.
func Reported() []string { return []string{Counterfeit, Infringement, Dispute, Ecommerce} }

// State is where a case stands in its procedure.
type State string

// The states that every kind shares.
const (
	Filed    State = "filed"
	Closed   State = "closed"
	Archived State = "archived"
)

// The parts people take in a matter (members.part).
const (
	PartOfficer   = "officer"
	PartReviewer  = "reviewer"
	PartChief     = "chief"
	PartArchivist = "archivist" // of a restricted case only: who is let in to archive it
)

// Case is one case.
type Case struct {
	ID             string `gorm:"primaryKey"`
	Number         string
	Kind           string
	Title          string
	State          State
	Jurisdiction   string // the handling office
	Restricted     bool
	Place          string // the county of the act
	Source         string
	LeadID         string
	Summary        string
	FiledOn        calendar.Day
	DecidedOn      calendar.Day
	ClosedOn       calendar.Day
	FirstClosedOn  calendar.Day // of a case that was opened again
	ArchivedOn     calendar.Day
	Outcome        string
	FineFen        int64
	ConfiscatedFen int64
	Facts          Facts
	Version        int64
	CreatedAt      time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt      time.Time `gorm:"autoUpdateTime:false"`
}

// Open says whether the case still asks for work.
func (c *Case) Open() bool { return c.State != Closed && c.State != Archived }

// Facts are what the steps recorded, the latest word on each.
type Facts map[string]string

// Party is somebody in the case, in a typed role.
type Party struct {
	ID             string `gorm:"primaryKey"`
	CaseID         string
	Role           string // respondent 被请求人/当事人, requester 请求人, agent 代理人, third_party 第三人, platform 平台
	Form           string // company, person, trader
	Name           string
	Code           string // unified social credit code or identity number
	Address        string
	Phone          string
	Representative string
	AddedAt        time.Time
	GoneTo         string // the number of the case that a split took it into
}

// TableName is the table of the parties.
func (Party) TableName() string { return "case_parties" }

// PartyRoles is every role a party may have.
func PartyRoles() []string {
	return []string{"respondent", "requester", "agent", "third_party", "platform"}
}

// PartyForms is every form a party may have.
func PartyForms() []string { return []string{"company", "person", "trader"} }

// Patent is a patent the case is about.
type Patent struct {
	ID       string `gorm:"primaryKey"`
	CaseID   string
	Number   string // as printed: ZL 2015 2 0781728.2
	Key      string // for comparison: digits without check digit
	Type     string
	Title    string
	Patentee string
	AddedAt  time.Time
	GoneTo   string // the number of the case that a split took it into
}

// TableName is the table of the patents.
func (Patent) TableName() string { return "case_patents" }

// Taken is a step that was taken.
type Taken struct {
	CaseID     string `gorm:"primaryKey"`
	Seq        int64  `gorm:"primaryKey;autoIncrement:false"` // the case's version after it
	Step       string
	FromState  State
	ToState    State
	OnDay      calendar.Day
	At         time.Time
	Actor      string
	ActorName  string
	Note       string
	Data       Facts
	DocumentID string
	TrackID    string // the side procedure that it moved; "" is the case itself
}

// TableName is the table of the steps taken.
func (Taken) TableName() string { return "case_steps" }

// Attachment is a file attached to a case.
type Attachment struct {
	ID        string `gorm:"primaryKey"`
	CaseID    string
	Name      string
	MediaType string
	Size      int64
	SHA256    string `gorm:"column:sha256"`
	AddedBy   string
	AddedName string
	AddedAt   time.Time
	Origin    string     // the number of the lead it came with, where it came before the case
	OriginAt  *time.Time // when it came in then
}

// TableName is the table of the attached files.
func (Attachment) TableName() string { return "case_files" }

// Member is a person who works on a matter.
type Member struct {
	UserID           string
	Name             string
	Part             string
	CertificateNo    string
	CertificateUntil calendar.Day
}

// Certified says whether the person holds a certificate that is valid on a day.
func (m Member) Certified(on calendar.Day) bool {
	return m.CertificateNo != "" && on <= m.CertificateUntil
}

// File is a case with everything in it.
type File struct {
	Case
	Parties   []Party
	Patents   []Patent
	Taken     []Taken
	Members   []Member
	Former    []string // ids of people who left the investigation once
	Attached  []Attachment
	Documents []document.Document
	Clocks    []deadline.Clock
	Listings  []Listed
	Tracks    []Track
	Payments  []Payment
	Fates     map[string]Fate // what became of papers, by their ID; one that stands as it was issued is not in it
	Extended  map[string]int  // how many extensions a clock has, by its id
	Today     calendar.Day
	Track     *Track // the side procedure in hand, nil outside one
}

// Listed is what a procedure must know of a listing in an e-commerce case.
type Listed struct {
	ID, Finding, Result    string
	NotifiedOn, DeclaredOn calendar.Day // the platform, by a notice of its own; the seller to the platform
}

// Officers are the members who investigate.
func (f *File) Officers() []Member { return f.Part(PartOfficer) }

// Part is the members who take a part.
func (f *File) Part(part string) []Member {
	var out []Member
	for _, m := range f.Members {
		if m.Part == part {
			out = append(out, m)
		}
	}
	return out
}

// Is says whether a person takes a part in the case.
func (f *File) Is(userID, part string) bool {
	for _, m := range f.Members {
		if m.UserID == userID && m.Part == part {
			return true
		}
	}
	return false
}

// Last is the latest taking of a step, or nil; of the side procedure in hand, where there is one and it took the step.
func (f *File) Last(step string) *Taken {
	for i := len(f.Taken) - 1; i >= 0; i-- {
		if f.Taken[i].Step == step && (f.Track == nil || f.Taken[i].TrackID == f.Track.ID || f.Taken[i].TrackID == "") {
			return &f.Taken[i]
		}
	}
	return nil
}

// Since says whether a step was taken after the latest taking of another (or at all, where that was never taken).
func (f *File) Since(step, after string) bool {
	a, b := f.Last(step), f.Last(after)
	return a != nil && (b == nil || a.Seq > b.Seq)
}

// Clock is the latest clock of a rule, or nil.
func (f *File) Clock(rule string) *deadline.Clock {
	return f.latest(func(k *deadline.Clock) bool { return k.Rule == rule })
}

// PartyNames are the names of the parties in a role, or of all with "".
func (f *File) PartyNames(role string) []string {
	var out []string
	for _, p := range f.Parties {
		if (role == "" || p.Role == role) && p.GoneTo == "" {
			out = append(out, p.Name)
		}
	}
	return out
}

// Docket is the service: it files, advances and lists cases.
type Docket struct {
	db         *store.DB
	guard      *access.Guard
	clocks     *deadline.Clocks
	office     *document.Office
	blobs      *blob.Store
	regions    *region.Book
	names      document.Names
	forms      document.Forms
	say        Say
	formula    string
	procedures map[string]*Procedure
	handover   []HandoverHook
	screen     func(tx *store.Tx, leadID string, texts ...string) error
	attach     []AttachHook
}

// Deps is what the docket works with.
type Deps struct {
	DB      *store.DB
	Guard   *access.Guard
	Clocks  *deadline.Clocks
	Office  *document.Office
	Blobs   *blob.Store
	Regions *region.Book
	Names   document.Names
	Forms   document.Forms
	Chinese *i18n.Printer // for official papers
	Formula string        // the office's formula of illegal income; "" goes by the day and the book
}

// New makes the service with the procedures of the kinds. A table that names an unknown state, action, rule or step is an error.
func New(x Deps, procedures ...*Procedure) (*Docket, error) {
	d := &Docket{
		db: x.DB, guard: x.Guard, clocks: x.Clocks, office: x.Office, blobs: x.Blobs, regions: x.Regions, names: x.Names, forms: x.Forms,
		say: x.Chinese.T, formula: x.Formula, procedures: map[string]*Procedure{},
	}
	for _, p := range procedures {
		if err := p.check(x.Clocks.Rules(), x.Guard.Actions()); err != nil {
			return nil, err
		}
		d.procedures[p.Kind] = p
	}
	return d, nil
}

// Procedure is the table of a kind, or nil.
func (d *Docket) Procedure(kind string) *Procedure { return d.procedures[kind] }

// Faults are the outcomes, of all kinds, by which something wrong was found with whom a case is about.
func (d *Docket) Faults() (out []string) {
	for _, kind := range Kinds() {
		if p := d.procedures[kind]; p != nil {
			out = append(out, p.Faults...)
		}
	}
	return out
}

// Today is the office's day.
func (d *Docket) Today() calendar.Day { return calendar.DayOf(d.db.Now()) }

// Value writes the facts as JSON with sorted keys.
func (f Facts) Value() (driver.Value, error) {
	if f == nil {
		return "{}", nil
	}
	b, err := json.Marshal(map[string]string(f))
	return string(b), err
}

// Scan reads what Value wrote.
func (f *Facts) Scan(v any) error {
	var b []byte
	switch x := v.(type) {
	case nil:
		b = []byte("{}")
	case string:
		b = []byte(x)
	case []byte:
		b = x
	default:
		return fmt.Errorf("facts: cannot read %T", v)
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("facts: %w", err)
	}
	*f = m
	return nil
}

// GormDataType is the column's type.
func (Facts) GormDataType() string { return "text" }
