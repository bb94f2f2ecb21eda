// Package listing is the listing ledger (商品链接台账) and the e-commerce case (电商案件): what is sold where, by whom, what was found, what the platform did.
//
// A listing is one record of an office however its address was written: the platform and the item are read from the address, nothing is fetched. Many are
// taken in at once (a take), captured, screened against the register, judged, and followed through the platform's procedure to the end. Its steps are a
// table ([Flow]); each listing has its own clocks.
package listing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/lead"
	"huzhi/internal/patent"
	"huzhi/internal/platform"
	"huzhi/internal/region"
	"huzhi/internal/registry"
	"huzhi/internal/search"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// SuspectedKinds is what a listing can be suspected of.
func SuspectedKinds() []string { return []string{"infringement", "counterfeit", "marking"} }

// Findings is what a listing can be found to be.
func Findings() []string {
	return []string{"infringing", "counterfeit", "marking_defect", "not_established", "cannot_tell"}
}

// Results is what the platform can have done.
func Results() []string {
	return []string{"deleted", "screened", "unlinked", "shop_closed", "refused", "none"}
}

// Sources is where a listing comes from: a part of lead.Sources.
func Sources() []string { return []string{"own_patrol", "report", "complaint", "transfer", "platform"} }

// Types are the patent types of a listing.
func Types() []string {
	return []string{string(patent.Invention), string(patent.UtilityModel), string(patent.Design)}
}

// Listing is one listing on a platform.
type Listing struct {
	ID            string `gorm:"primaryKey"`
	Number        string
	Jurisdiction  string
	Restricted    bool
	Place         string
	Platform      string
	Shop          string
	URL           string
	Title         string
	PriceFen      int64
	MarkSeen      string
	PatentNo      string
	SuspectedKind string
	FoundOn       calendar.Day
	Finding       string
	FindingReason string
	FoundBy       string
	JudgedOn      calendar.Day
	Result        string
	ResultOn      calendar.Day
	CaseID        *string
	LeadID        *string

	Item         string // what the platform calls it
	Canonical    string // its one address
	Twin         string // "" but for a further record of the same address in an office: its own ID
	ShopID       string // the platform's number of the shop
	SellerID     *string
	TitleKey     string // the title without what people change in it
	Picture      string // SHA-256 of its first picture
	Sales        *int64 // sold within a month; nil is not known
	Stock        *int64
	Source       string
	Claimant     string // the right holder
	PatentKey    string
	PatentType   string
	TakeID       *string
	CampaignID   *string
	Relists      *string // the earlier listing that it offers again
	RelistState  string  // open, confirmed, dismissed; "" where it relists none
	State        State
	CapturedOn   calendar.Day
	NotifiedOn   calendar.Day
	ToldOn       calendar.Day
	DeclaredOn   calendar.Day
	ReachedOn    calendar.Day // the seller's declaration reached the right holder
	RestoredOn   calendar.Day
	FinalOn      calendar.Day
	AidState     string // sent, given; "" where no opinion was asked for
	AidDueOn     calendar.Day
	DispatchedTo string
	DispatchedOn calendar.Day
	Verdict      patent.Verdict // what the newest screening, or the officer, says of its marks
	VerdictState string         // open, confirmed, overruled; "" where it was not screened

	Version   int64
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

// Ledger is the service.
type Ledger struct {
	db        *store.DB
	guard     *access.Guard
	leads     *lead.Register
	docket    *casework.Docket
	clocks    *deadline.Clocks
	regions   *region.Book
	forms     document.Forms
	platforms *platform.Book
	blobs     *blob.Store
	register  *registry.Roll
	papers    *document.Office
	names     document.Names
	chinese   *i18n.Printer
	aidDays   int
	working   working
}

// Deps are what a ledger needs.
type Deps struct {
	DB        *store.DB
	Guard     *access.Guard
	Leads     *lead.Register
	Docket    *casework.Docket
	Clocks    *deadline.Clocks
	Regions   *region.Book
	Forms     document.Forms
	Platforms *platform.Book
	Blobs     *blob.Store
	Register  *registry.Roll
	Papers    *document.Office
	Names     document.Names
	Chinese   *i18n.Printer // for official papers
	AidDays   int           // working days within which an aid centre's opinion is expected; 0 is AidDays
}

// New makes the service; it links listings to the case when their lead is filed.
func New(d Deps) *Ledger {
	l := &Ledger{db: d.DB, guard: d.Guard, leads: d.Leads, docket: d.Docket, clocks: d.Clocks, regions: d.Regions, forms: d.Forms, platforms: d.Platforms,
		blobs: d.Blobs, register: d.Register, papers: d.Papers, names: d.Names, chinese: d.Chinese, aidDays: d.AidDays}
	if l.aidDays == 0 {
		l.aidDays = AidDays
	}
	d.Leads.OnFiled(func(tx *store.Tx, by access.Actor, leadID, caseID string) error {
		if err := l.follow(tx, by, leadID, "listing.link", map[string]any{"case_id": caseID}); err != nil {
			return err
		}
		return l.carryOver(tx, by, caseID)
	})
	d.Leads.OnMoved(func(tx *store.Tx, by access.Actor, leadID, to string) error { return l.followTo(tx, by, leadID, to) })
	return l
}

// Platforms is every platform with rules of its own, and platform.Generic.
func (l *Ledger) Platforms() []string { return l.platforms.IDs() }

// NewListing is what an officer writes down of a listing.
type NewListing struct {
	ID            string
	Jurisdiction  string
	Place         string
	Platform      string
	Shop          string
	URL           string
	Title         string
	PriceFen      int64
	MarkSeen      string
	PatentNo      string
	SuspectedKind string
	FoundOn       calendar.Day

	ShopID     string
	Seller     string // its name; "" is the shop's
	CreditCode string
	SellerAt   string // the seller's region
	Sales      *int64
	Stock      *int64
	Source     string // "" is own_patrol
	Claimant   string
	PatentType string // "" is what the patent number says
	Picture    string // SHA-256 of its first picture

	campaign *Campaign // of which it becomes part where it fits
	take     string    // the take it came with
	loose    bool      // of a take: title and shop may be missing, and are put right when it is captured
	read     platform.Listing
}

// check says what is wrong with what was written down, reads the address, and fills in what follows from it.
func (l *Ledger) check(in *NewListing, today calendar.Day) error {
	var bad errs.Faults
	for _, p := range []*string{&in.Shop, &in.URL, &in.Title, &in.MarkSeen, &in.PatentNo, &in.ShopID, &in.Seller, &in.CreditCode, &in.Claimant} {
		*p = strings.TrimSpace(*p)
	}
	l.address(in, &bad)
	if in.loose && in.Title == "" {
		in.Title = sheet.Cut(in.read.Item, 300)
	} else if !in.loose {
		bad.Require("shop", in.Shop)
	}
	bad.Limit("shop", in.Shop, 200)
	bad.Require("title", in.Title)
	bad.Limit("title", in.Title, 300)
	bad.Limit("mark_seen", in.MarkSeen, 1000)
	bad.Limit("patent_no", in.PatentNo, 60)
	bad.Limit("shop_id", in.ShopID, 100)
	bad.Limit("seller", in.Seller, 200)
	bad.Limit("credit_code", in.CreditCode, 40)
	bad.Limit("claimant", in.Claimant, 200)
	if in.PriceFen < 0 || in.PriceFen > 1e13 {
		bad.Add("price", "error.amount")
	}
	for _, n := range []struct {
		name string
		n    *int64
	}{{"sales", in.Sales}, {"stock", in.Stock}} {
		if n.n != nil && (*n.n < 0 || *n.n > 1e12) {
			bad.Add(n.name, "error.number")
		}
	}
	in.SuspectedKind, in.Source = cmp.Or(in.SuspectedKind, "infringement"), cmp.Or(in.Source, "own_patrol")
	for _, c := range []struct {
		name, v string
		of      []string
	}{{"suspected_kind", in.SuspectedKind, SuspectedKinds()}, {"source", in.Source, Sources()}, {"patent_type", in.PatentType, append(Types(), "")}} {
		if !slices.Contains(c.of, c.v) {
			bad.Add(c.name, "error.choice")
		}
	}
	in.typed()
	for _, c := range []struct{ name, v string }{{"jurisdiction", in.Jurisdiction}, {"place", in.Place}} {
		if _, ok := l.regions.Get(c.v); !ok {
			bad.Add(c.name, "error.choice")
		}
	}
	if _, ok := l.regions.Get(in.SellerAt); in.SellerAt != "" && !ok {
		bad.Add("seller_at", "error.choice")
	}
	switch {
	case in.FoundOn.IsZero():
		bad.Add("found_on", "error.required")
	case in.FoundOn > today:
		bad.Add("found_on", "error.day_future", today)
	}
	return bad.Err()
}

// typed fills in the patent's type from its number.
func (in *NewListing) typed() {
	if n, err := patent.Parse(in.PatentNo); err == nil && in.PatentType == "" {
		in.PatentType = string(n.Type())
	}
}

// address reads the address. Of a shop without rules the person says the platform; else the address does.
func (l *Ledger) address(in *NewListing, bad *errs.Faults) {
	if len(in.URL) > 2000 {
		bad.Add("url", "error.url")
		return
	}
	read, err := l.platforms.Read(in.URL)
	if err != nil {
		if e := errs.As(err); e != nil {
			bad.Add("url", e.Key, e.Args...)
		} else {
			bad.Add("url", "error.url")
		}
		return
	}
	in.read = read
	switch {
	case read.Platform == platform.Generic && in.Platform != "" && !slices.Contains(l.Platforms(), in.Platform):
		bad.Add("platform", "error.choice")
	case read.Platform != platform.Generic && in.Platform != "" && in.Platform != read.Platform:
		bad.Add("platform", "error.listing_platform", errs.Msg("platform."+read.Platform))
	case read.Platform != platform.Generic || in.Platform == "":
		in.Platform = read.Platform
	}
}

// Add writes a listing down. Invalid, Forbidden; Conflict when the id was used for something else.
func (l *Ledger) Add(ctx context.Context, by access.Actor, in NewListing) (x *Listing, err error) {
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = l.AddTx(tx, by, in)
		return err
	})
	return x, err
}

// AddTx is Add in the caller's transaction.
func (l *Ledger) AddTx(tx *store.Tx, by access.Actor, in NewListing) (*Listing, error) {
	if _, known := l.regions.Get(in.Jurisdiction); known { // an unknown one is a fault of the form
		if err := l.guard.Allow(by, "listing.work", in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	if err := l.check(&in, calendar.DayOf(tx.Now)); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var old []Listing
		if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
			return nil, err
		}
		if len(old) > 0 {
			if old[0].URL == in.URL && old[0].Title == in.Title {
				return &old[0], nil
			}
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
	} else {
		in.ID = tx.NewID()
	}
	twin, known, err := l.place(tx.DB, by, in.Jurisdiction, in.read.Canonical, in.ID)
	if err != nil {
		return nil, err
	}
	if known != nil {
		var bad errs.Faults
		bad.Add("url", "error.listing_known", known.Number)
		return nil, bad.Err()
	}
	return l.put(tx, by, &in, twin)
}

// place says where a new record of an address goes: known is the record that the person may see. Of a restricted one the person may not know: the new one is its
// twin then.
func (l *Ledger) place(q *gorm.DB, by access.Actor, jurisdiction, canonical, id string) (twin string, known *Listing, err error) {
	var seen []Listing
	if err := q.Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.jurisdiction = ? AND listings.canonical = ?", jurisdiction, canonical).
		Order("listings.twin").Limit(1).Find(&seen).Error; err != nil || len(seen) > 0 {
		if err != nil {
			return "", nil, err
		}
		return "", &seen[0], nil
	}
	held, err := l.held(q, jurisdiction, canonical)
	if held != nil {
		twin = id
	}
	return twin, nil, err
}

// held is the record of an address in an office; nil where there is none.
func (l *Ledger) held(q *gorm.DB, jurisdiction, canonical string) (*Listing, error) {
	var rows []Listing
	err := q.Where("jurisdiction = ? AND canonical = ? AND twin = ''", jurisdiction, canonical).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// put writes a checked listing, its seller, and whether it offers again what was dealt with.
func (l *Ledger) put(tx *store.Tx, by access.Actor, in *NewListing, twin string) (*Listing, error) {
	office, _ := l.regions.Get(in.Jurisdiction)
	number, err := l.forms.Next(tx, "listing", office.Mark, in.FoundOn)
	if err != nil {
		return nil, err
	}
	x := &Listing{
		ID: in.ID, Number: number, Jurisdiction: in.Jurisdiction, Place: in.Place, Platform: in.Platform, Shop: in.Shop, URL: in.URL, Title: in.Title, PriceFen: in.PriceFen,
		MarkSeen: in.MarkSeen, PatentNo: in.PatentNo, SuspectedKind: in.SuspectedKind, FoundOn: in.FoundOn, Item: in.read.Item, Canonical: in.read.Canonical, Twin: twin,
		ShopID: in.ShopID, TitleKey: titleKey(in.Title), Picture: in.Picture, Sales: in.Sales, Stock: in.Stock, Source: in.Source, Claimant: in.Claimant,
		PatentKey: patentKey(in.PatentNo), PatentType: in.PatentType, State: Found, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if in.take != "" {
		x.TakeID = &in.take
	}
	if y := in.campaign; y != nil && y.fits(x) == nil {
		x.CampaignID = &y.ID
	}
	if err := l.assign(tx, by, x, in); err != nil {
		return nil, err
	}
	if err := tx.Create(x).Error; err != nil {
		return nil, err
	}
	if err := search.Put(tx, search.Doc{
		SubjectID: x.ID, SubjectKind: search.Listing, Jurisdiction: x.Jurisdiction, Restricted: x.Restricted, SortOn: x.FoundOn, Label: x.Number, Title: x.Title,
	}, []string{x.PatentNo}, x.Shop, x.Item); err != nil {
		return nil, err
	}
	return x, audit.Append(tx, by.Entry("listing.add", x.Jurisdiction, "listing:"+x.ID, map[string]any{"number": x.Number, "platform": x.Platform, "url": x.URL}))
}

// patentKey is a patent's number as the register keeps it; "" where it is none.
func patentKey(s string) string {
	if n, err := patent.Parse(s); err == nil {
		return n.Key()
	}
	return ""
}

// titleKey is a title without what people change when they list goods again: width, case, blanks, signs.
func titleKey(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
	if len(s) > 600 {
		s = s[:600]
	}
	return s
}
