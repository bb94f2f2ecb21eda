// Package volume is the volume of a case (卷宗): the main and the side volume, each one PDF with cover, catalogue, numbered pages and remarks sheet; and where they stand in the archive, and who borrowed them.
//
// The order is that of the market-regulation procedure (SAMR Order 2, Art. 78):
// in the main volume the filing, the decision, what was served, the evidence, the
// hearing, the slips of goods, the rest; in the side volume the source, the
// investigation, the review, the hearing's report, the closure, the rest.
//
// The main volume is what parties and courts read. A piece comes into it only
// from a list of what may stand there; whatever is not on it (opinions,
// deliberations, approvals, a step that is new to the program) goes to the side
// volume. A file that came from somebody who must not be known goes to the side
// volume too. Who called or reported stands in neither.
package volume

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
	"huzhi/internal/typeset"
)

// The volumes.
const (
	Main = "main" // 正卷
	Side = "side" // 副卷
)

// The sections, in the order of each volume.
const (
	Filing   = "filing"
	Decision = "decision"
	Served   = "served"
	Evidence = "evidence"
	Hearing  = "hearing"
	Goods    = "goods"
	Other    = "other"

	Source        = "source"
	Investigation = "investigation"
	Review        = "review"
	Report        = "report"
	Closure       = "closure"
)

// Sections are the sections of a volume, in order.
func Sections(volume string) []string {
	if volume == Main {
		return []string{Filing, Decision, Served, Evidence, Hearing, Goods, Other}
	}
	return []string{Source, Investigation, Review, Report, Closure, Evidence, Other}
}

// Piece is a line of the catalogue: a paper, a sheet made of the steps, a piece of evidence.
type Piece struct {
	Section string
	Title   string
	Number  string // of a paper
	Who     string // who made it
	On      calendar.Day
	From    int // its first page; 0 while it is not bound
	To      int
	Remark  string

	paper *document.Document
	item  *evidence.Full
	sheet *typeset.Paper
}

// Binder is the service.
type Binder struct {
	db     *store.DB
	guard  *access.Guard
	blobs  *blob.Store
	docket *casework.Docket
	locker *evidence.Locker
	press  *document.Press
	fonts  *typeset.Fonts
	names  document.Names
	say    *i18n.Printer
}

// Deps is what the binder works with.
type Deps struct {
	DB      *store.DB
	Guard   *access.Guard
	Blobs   *blob.Store
	Docket  *casework.Docket
	Locker  *evidence.Locker
	Press   *document.Press
	Fonts   *typeset.Fonts
	Names   document.Names
	Chinese *i18n.Printer // volumes are Chinese
}

// New makes the service.
func New(x Deps) *Binder {
	return &Binder{db: x.DB, guard: x.Guard, blobs: x.Blobs, docket: x.Docket, locker: x.Locker, press: x.Press, fonts: x.Fonts, names: x.Names, say: x.Chinese}
}

// Find reads a case for its volumes. NotFound, Forbidden.
func (b *Binder) Find(ctx context.Context, by access.Actor, caseID string) (*casework.File, error) {
	f, err := b.docket.Find(ctx, by, caseID)
	if err != nil {
		return nil, err
	}
	if err := b.guard.Allow(by, "volume.view", f.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return nil, e.On("case:" + f.ID)
		}
		return nil, err
	}
	return f, nil
}

// placeOf is the volume and the section in which a paper stands. Of the main volume every paper is named here; one that is not goes to the side volume.
func placeOf(template string) (volume, section string) {
	for section, list := range map[string][]string{
		Decision: {"penalty_decision", "no_penalty_decision", "spot_penalty", "case_withdrawal", "adjudication", "adjudication_ruling", "withdrawal_decision", "termination_decision", "advisory_opinion", "ecommerce_opinion", "stop_sale_decision", "mediation_agreement", "correction_decision"},
		Goods:    {"seal_decision", "seal_extension", "seal_release", "preserve_notice", "preserve_release", "preservation_decision", "preservation_release", "goods_transfer_notice", "sampling_record", "onsite_sampling", "onsite_preserve", "deferral_notice", "goods_list", "release_list"},
		Evidence: {"onsite_record", "scene_record", "interview_record", "statement_record", "evidence_list", "appraisal_commission", "assistance_letter", "investigation_notice", "production_order", "identification_notice"},
		Hearing:  {"hearing_record", "oral_hearing_record"},
		Other:    {"address_confirmation", "power_of_attorney", "inf_request", "withdrawal_request", "suspension_request", "inquiry_request", "settlement", "enforcement_application", "stop_application", "transfer_letter", "police_transfer", "ecommerce_transfer", "change_decision", "recusal_decision"},
		Served: {"acceptance_notice", "answer_notice", "correction_notice", "correction_order", "counterfeit_platform_notice", "demand_letter", "enforcement_request",
			"hearing_notice", "hearing_right_notice", "hearing_slip", "instalment_approval", "joinder_ruling", "jurisdiction_decision",
			"mediation_notice", "mediation_refusal", "no_suspension_notice", "onsite_correction", "opinion_end", "oral_hearing_notice", "paper_withdrawal", "penalty_notice", "platform_notice", "platform_receipt",
			"preserve_result_notice", "proof_notice", "public_notice", "refund_order", "refusal_notice", "report_notice", "resumption_notice", "sampling_decision", "service_receipt",
			"stop_demand", "stop_platform_notice", "supplement_notice", "suspension_notice", "test_notice"},
	} {
		if slices.Contains(list, template) {
			return Main, section
		}
	}
	switch template {
	case "source_record", "no_filing_decision", "filing_approval", "inf_filing_approval": // the filing itself has a sheet in the main volume; what the officer thought and where it came from has not
		return Side, Source
	case "investigation_report":
		return Side, Investigation
	case "deliberation_minutes", "discussion_record":
		return Side, Review
	case "hearing_report":
		return Side, Report
	case "closing_approval", "inf_closing_approval":
		return Side, Closure
	}
	return Side, Other
}

// Outside says whether parties, courts and other offices may read a paper by its template: those of the main volume.
func Outside(template string) bool {
	volume, _ := placeOf(template)
	return volume == Main
}

// papersOf are the papers of a case that stand in a volume.
func papersOf(f *casework.File, volume string) (out []Piece) {
	for i := range f.Documents {
		d := &f.Documents[i]
		in, section := placeOf(d.Template)
		if f.Fates[d.ID].Void { // it was never used: a paper of the office's own
			in, section = Side, Other
		}
		if in == volume {
			out = append(out, Piece{Section: section, Title: d.Title, Number: d.Number, Who: d.IssuedBy, On: d.IssuedOn, paper: d})
		}
	}
	return out
}

// Plan is what a volume holds, in order, before it is bound.
func (b *Binder) Plan(ctx context.Context, f *casework.File, volume string) ([]Piece, error) {
	var all []Piece
	hidden, err := b.locker.Nameless(ctx, f)
	if err != nil {
		return nil, err
	}
	items, err := b.locker.Of(ctx, &evidence.Matter{Kind: "case", ID: f.ID})
	if err != nil {
		return nil, err
	}
	for i := range items {
		x := &items[i]
		if hidden[x.ID] != (volume == Side) {
			continue
		}
		all = append(all, Piece{Section: Evidence, Title: b.say.T("volume.evidence", x.No(), x.Name), Who: x.MadeName, On: calendar.DayOf(x.MadeAt), Remark: b.say.T("evidence.kind." + x.Kind), item: x})
	}
	for _, p := range papersOf(f, volume) {
		p.Remark = f.Fates[p.paper.ID].Say(b.say)
		all = append(all, p)
	}
	all = append(all, b.sheets(f, volume)...)
	order := Sections(volume)
	slices.SortStableFunc(all, func(x, y Piece) int { return slices.Index(order, x.Section) - slices.Index(order, y.Section) })
	return all, nil
}

// Place is where the volumes stood from a time on.
type Place struct {
	CaseID    string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Place     string
	Actor     string
	ActorName string
	At        time.Time
}

// TableName is the table of the places.
func (Place) TableName() string { return "volume_places" }

// Loan is a borrowing.
type Loan struct {
	ID       string `gorm:"primaryKey"`
	CaseID   string
	Borrower string
	Purpose  string
	Approver string
	OutOn    calendar.Day
	DueOn    calendar.Day
	BackOn   calendar.Day
	MadeBy   string
	MadeName string
	MadeAt   time.Time
}

// TableName is the table of the loans.
func (Loan) TableName() string { return "volume_loans" }

// Told is the place as the log tells of it.
func (p *Place) Told() (kind, key, sum string) {
	return "volume_place", p.CaseID + "/" + strconv.FormatInt(p.Seq, 10), audit.Sum(p.CaseID, p.Seq, p.Place, p.Actor, p.ActorName, p.At)
}

// Told is the loan as the log tells of it.
func (l *Loan) Told() (kind, key, sum string) {
	return "volume_loan", l.ID, audit.Sum(l.ID, l.CaseID, l.Borrower, l.Purpose, l.Approver, l.OutOn, l.DueOn, l.BackOn, l.MadeBy, l.MadeName, l.MadeAt)
}

// Archive is what is known of a case's volumes in the archive.
type Archive struct {
	Places []Place
	Loans  []Loan
	Until  calendar.Day // kept until; no day is for ever
}

// Out is the loan that is not back, or nil.
func (a *Archive) Out() *Loan {
	for i := range a.Loans {
		if a.Loans[i].BackOn.IsZero() {
			return &a.Loans[i]
		}
	}
	return nil
}

// Archived reads it for a case that the person was let see.
func (b *Binder) Archived(ctx context.Context, f *casework.File) (a Archive, err error) {
	q := b.db.Read(ctx)
	err = errors.Join(q.Where("case_id = ?", f.ID).Order("seq").Find(&a.Places).Error, q.Where("case_id = ?", f.ID).Order("out_on, id").Find(&a.Loans).Error)
	a.Until = b.docket.KeptUntil(f)
	return a, err
}

// May says whether the person keeps the archive there.
func (b *Binder) May(by access.Actor, f *casework.File) bool {
	return f.State == casework.Archived && b.guard.Can(by, "volume.lend", f.Jurisdiction)
}

func (b *Binder) keep(tx *store.Tx, by access.Actor, caseID string, fn func(tx *store.Tx, f *casework.File) (action string, detail map[string]any, err error)) error {
	f, err := b.docket.WriteTx(tx, by, caseID)
	if err != nil {
		return err
	}
	if f.State != casework.Archived {
		return errs.New(errs.Conflict, "error.volume.open")
	}
	if err := b.guard.Allow(by, "volume.lend", f.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("case:" + f.ID)
		}
		return err
	}
	action, detail, err := fn(tx, f)
	if err != nil {
		return err
	}
	detail["number"] = f.Number
	return audit.Append(tx, by.Entry(action, f.Jurisdiction, "case:"+f.ID, detail))
}

// Put writes down where the volumes stand. NotFound, Conflict before the case is archived, Forbidden, Invalid.
func (b *Binder) Put(ctx context.Context, by access.Actor, caseID, place string) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error { return b.PutTx(tx, by, caseID, place) })
}

// PutTx is Put in the caller's transaction.
func (b *Binder) PutTx(tx *store.Tx, by access.Actor, caseID, place string) error {
	return b.keep(tx, by, caseID, func(tx *store.Tx, f *casework.File) (string, map[string]any, error) {
		var bad errs.Faults
		bad.Require("place", place)
		bad.Limit("place", place, 200)
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		var before []Place
		if err := tx.Where("case_id = ?", f.ID).Order("seq").Find(&before).Error; err != nil {
			return "", nil, err
		}
		detail := map[string]any{"place": place}
		if n := len(before); n > 0 {
			detail["place_before"] = before[n-1].Place
		}
		p := &Place{CaseID: f.ID, Seq: int64(len(before) + 1), Place: place, Actor: by.ID, ActorName: by.Name, At: tx.Now}
		return "volume.place", audit.Tell(detail, p), tx.Create(p).Error
	})
}

// Lend writes down that somebody borrows the volumes: Conflict while they are out.
func (b *Binder) Lend(ctx context.Context, by access.Actor, caseID string, in Loan) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error { return b.LendTx(tx, by, caseID, in) })
}

// LendTx is Lend in the caller's transaction.
func (b *Binder) LendTx(tx *store.Tx, by access.Actor, caseID string, in Loan) error {
	return b.keep(tx, by, caseID, func(tx *store.Tx, f *casework.File) (string, map[string]any, error) {
		var bad errs.Faults
		for _, x := range []struct{ name, value string }{{"borrower", in.Borrower}, {"purpose", in.Purpose}, {"approver", in.Approver}} {
			bad.Require(x.name, x.value)
			bad.Limit(x.name, x.value, 200)
		}
		today := calendar.DayOf(tx.Now)
		if in.OutOn.IsZero() {
			in.OutOn = today
		}
		if in.OutOn > today {
			bad.Add("out_on", "error.future")
		}
		if in.DueOn < in.OutOn {
			bad.Add("due_on", "error.volume.due")
		}
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		var out int64
		if err := tx.Model(&Loan{}).Where("case_id = ? AND back_on IS NULL AND id <> ?", f.ID, in.ID).Count(&out).Error; err != nil {
			return "", nil, err
		}
		if out > 0 {
			return "", nil, errs.New(errs.Conflict, "error.volume.out")
		}
		if !store.ValidID(in.ID) {
			in.ID = tx.NewID()
		}
		in.CaseID, in.BackOn, in.MadeBy, in.MadeName, in.MadeAt = f.ID, 0, by.ID, by.Name, tx.Now
		if err := tx.Create(&in).Error; err != nil {
			return "", nil, errs.New(errs.Conflict, "error.volume.out").Because(err)
		}
		return "volume.lend", audit.Tell(map[string]any{"borrower": in.Borrower, "purpose": in.Purpose, "approver": in.Approver, "on": in.OutOn.String(), "due_on": in.DueOn.String()}, &in), nil
	})
}

// Back writes down that the volumes are back. NotFound where they are not out.
func (b *Binder) Back(ctx context.Context, by access.Actor, caseID, loan string, on calendar.Day) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error { return b.BackTx(tx, by, caseID, loan, on) })
}

// BackTx is Back in the caller's transaction.
func (b *Binder) BackTx(tx *store.Tx, by access.Actor, caseID, loan string, on calendar.Day) error {
	return b.keep(tx, by, caseID, func(tx *store.Tx, f *casework.File) (string, map[string]any, error) {
		var rows []Loan
		if err := tx.Where("id = ? AND case_id = ? AND back_on IS NULL", loan, f.ID).Find(&rows).Error; err != nil {
			return "", nil, err
		}
		if len(rows) == 0 {
			return "", nil, errs.New(errs.NotFound, "error.not_found")
		}
		if on.IsZero() {
			on = calendar.DayOf(tx.Now)
		}
		if on < rows[0].OutOn || on > calendar.DayOf(tx.Now) {
			var bad errs.Faults
			bad.Add("back_on", "error.volume.due")
			return "", nil, bad.Err()
		}
		rows[0].BackOn = on
		return "volume.back", audit.Tell(map[string]any{"borrower": rows[0].Borrower, "on": on.String()}, &rows[0]), tx.Model(&Loan{}).Where("id = ?", loan).Updates(map[string]any{"back_on": on}).Error
	})
}
