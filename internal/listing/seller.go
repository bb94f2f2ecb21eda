package listing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Seller is who sells, as far as an office knows. Sellers are seen by whoever may see one of their listings.
type Seller struct {
	ID           string `gorm:"primaryKey"`
	Jurisdiction string
	Name         string
	CreditCode   string
	Region       string
	Address      string
	Contact      string
	Note         string
	MergedInto   *string
	Root         string // the seller whose page shows this one: itself, or the one at the top of its mergers
	Version      int64
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Shop is a shop of a seller.
type Shop struct {
	Jurisdiction string `gorm:"primaryKey"`
	Platform     string `gorm:"primaryKey"`
	Key          string `gorm:"primaryKey"` // the platform's number of it, or its name
	Name         string
	SellerID     string
}

// TableName is the table of the shops.
func (Shop) TableName() string { return "seller_shops" }

// Merge is that a person merged two sellers, and whether it was taken back.
type Merge struct {
	ID         string `gorm:"primaryKey"`
	FromID     string
	IntoID     string
	Reason     string
	ByID       string
	ByName     string
	MadeAt     time.Time
	UndoneWhy  string
	UndoneID   string
	UndoneName string
	UndoneAt   *time.Time
}

// TableName is the table of the mergers.
func (Merge) TableName() string { return "seller_merges" }

// shopKeys are what a shop is known by, the surest first.
func shopKeys(x *Listing) (keys []string) {
	if x.ShopID != "" {
		keys = append(keys, "#"+x.ShopID)
	}
	if name := titleKey(x.Shop); name != "" {
		keys = append(keys, name)
	}
	return keys
}

// assign finds the seller of a listing by its shop, else by the credit code, else makes one; and the earlier listing that it offers again.
func (l *Ledger) assign(tx *store.Tx, by access.Actor, x *Listing, in *NewListing) error {
	x.SellerID = nil
	keys := shopKeys(x)
	if len(keys) == 0 && in.Seller == "" && in.CreditCode == "" {
		return nil
	}
	var shops []Shop
	if err := tx.Where("jurisdiction = ? AND platform = ? AND key IN ?", x.Jurisdiction, x.Platform, keys).Order("key").Find(&shops).Error; err != nil {
		return err
	}
	known, seller := map[string]bool{}, ""
	for _, s := range shops {
		known[s.Key] = true
		if seller == "" || strings.HasPrefix(s.Key, "#") {
			seller = s.SellerID
		}
	}
	if x.ShopID != "" && !known["#"+x.ShopID] && seller != "" { // of this name there is a shop already: with a number of its own it is another
		var n int64
		if err := tx.Model(&Shop{}).Where("seller_id = ? AND platform = ? AND key LIKE '#%'", seller, x.Platform).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			seller = ""
		}
	}
	if seller == "" && in.CreditCode != "" {
		if err := tx.Raw("SELECT id FROM sellers WHERE jurisdiction = ? AND credit_code = ? ORDER BY id LIMIT 1", x.Jurisdiction, in.CreditCode).Scan(&seller).Error; err != nil {
			return err
		}
	}
	if seller == "" {
		name := in.Seller
		if name == "" {
			name = x.Shop
		}
		s := Seller{ID: tx.NewID(), Jurisdiction: x.Jurisdiction, Name: name, CreditCode: in.CreditCode, Region: in.SellerAt, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		s.Root = s.ID
		if err := tx.Create(&s).Error; err != nil {
			return err
		}
		seller = s.ID
	}
	for _, k := range keys {
		if !known[k] {
			if err := tx.Exec("INSERT INTO seller_shops (jurisdiction, platform, key, name, seller_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", x.Jurisdiction, x.Platform, k, x.Shop, seller).Error; err != nil {
				return err
			}
		}
	}
	x.SellerID = &seller
	return l.relisting(tx, by, x)
}

// relisting finds what a listing offers again: a listing of the same seller with the same title or picture. Where that one had been dealt with, the alarm is
// open. What the person may not see is not told.
func (l *Ledger) relisting(tx *store.Tx, by access.Actor, x *Listing) error {
	if x.RelistState == "confirmed" || x.RelistState == "dismissed" || x.SellerID == nil || x.TitleKey == "" && x.Picture == "" {
		return nil
	}
	var sellers []string
	if err := tx.Raw("SELECT s.id FROM sellers s WHERE s.root = (SELECT r.root FROM sellers r WHERE r.id = ?) ORDER BY s.id", *x.SellerID).Scan(&sellers).Error; err != nil {
		return err
	}
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	var rows []Listing
	for _, k := range []struct{ column, v string }{{"title_key", x.TitleKey}, {"picture", x.Picture}} { // each by its own index
		if k.v == "" {
			continue
		}
		var like []Listing
		if err := tx.Where("listings.seller_id IN ? AND listings."+k.column+" = ? AND listings.id <> ?", sellers, k.v, x.ID).Where(sql, args...).Limit(mostAlike).Find(&like).Error; err != nil {
			return err
		}
		rows = append(rows, like...)
	}
	rows = slices.DeleteFunc(rows, func(y Listing) bool { return y.FoundOn > x.FoundOn || y.FoundOn == x.FoundOn && y.ID > x.ID })
	slices.SortFunc(rows, func(a, b Listing) int { // what was dealt with first, then the newest
		if d := boolRank(b.dealtWith()) - boolRank(a.dealtWith()); d != 0 {
			return d
		}
		return cmp.Or(cmp.Compare(b.FoundOn, a.FoundOn), cmp.Compare(b.ID, a.ID))
	})
	if len(rows) == 0 {
		return nil
	}
	x.Relists, x.RelistState = &rows[0].ID, ""
	if rows[0].dealtWith() && rows[0].ResultOn <= x.FoundOn {
		x.RelistState = "open"
	}
	return nil
}

// mostAlike is how many listings of one seller and title are looked at.
const mostAlike = 200

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Removed are the results by which buyers no longer find a listing.
func Removed() []string { return []string{"deleted", "screened", "unlinked", "shop_closed"} }

// Hits are the findings that something is wrong with the goods.
func Hits() []string { return []string{"infringing", "counterfeit"} }

func (x *Listing) dealtWith() bool {
	return (x.Finding == "infringing" || x.Finding == "counterfeit" || x.Finding == "marking_defect") && (x.State == Measured || x.State == Final || x.State == Restored)
}

// visible is the condition that a person may see a listing of the seller.
func (l *Ledger) visible(by access.Actor) (string, []any) {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	return "EXISTS (SELECT 1 FROM listings JOIN sellers m ON m.id = listings.seller_id WHERE m.root = sellers.root AND " + sql + ")", args
}

// SellerFilter narrows sellers.
type SellerFilter struct {
	Text   string
	Office string
	Repeat bool
}

// SellerRow is a seller in a list, with the listings that the person may see.
type SellerRow struct {
	Seller
	Listings int64
	Hits     int64
	Again    int64 // found infringing or counterfeit after that had been found of the seller before
}

// again is the condition that a listing was found after another of the same seller had been judged infringing or counterfeit.
const again = `listings.finding IN ('infringing', 'counterfeit') AND EXISTS (SELECT 1 FROM listings e JOIN sellers es ON es.id = e.seller_id
	WHERE es.root = m.root AND e.id <> listings.id AND e.finding IN ('infringing', 'counterfeit') AND e.judged_on < listings.found_on)`

// Sellers are the sellers at the top of their mergers, by name, those after a key; more says whether there are further ones.
func (l *Ledger) Sellers(ctx context.Context, by access.Actor, f SellerFilter, after string, limit int) (rows []SellerRow, more bool, err error) {
	sql, args := l.visible(by)
	q := l.db.Read(ctx).Table("sellers").Where("sellers.merged_into IS NULL").Where(sql, args...)
	if f.Text != "" {
		like := store.Like(f.Text)
		q = q.Where(`(sellers.name LIKE ? ESCAPE '\' OR sellers.credit_code = ? OR EXISTS (SELECT 1 FROM seller_shops h JOIN sellers m ON m.id = h.seller_id WHERE m.root = sellers.id AND h.name LIKE ? ESCAPE '\'))`, like, f.Text, like)
	}
	if f.Office != "" {
		q = q.Scopes(access.Within("sellers", f.Office))
	}
	own, given := l.guard.Condition(by, "listing.view", "listings", "id")
	if f.Repeat {
		q = q.Where("EXISTS (SELECT 1 FROM listings JOIN sellers m ON m.id = listings.seller_id WHERE m.root = sellers.id AND "+own+" AND "+again+")", given...)
	}
	if name, id, ok := cutLast(after, "/"); ok {
		q = q.Where("(sellers.name > ? OR sellers.name = ? AND sellers.id > ?)", name, name, id)
	}
	if err := q.Select("sellers.*").Order("sellers.name, sellers.id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	return rows, more, l.count(ctx, by, rows)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Key is the seller's place in the list.
func (s *SellerRow) Key() string { return s.Name + "/" + s.ID }

// count fills in the figures of sellers: of the listings that the person may see.
func (l *Ledger) count(ctx context.Context, by access.Actor, rows []SellerRow) error {
	at := map[string]*SellerRow{}
	var ids []string
	for i := range rows {
		at[rows[i].ID] = &rows[i]
		ids = append(ids, rows[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	own, args := l.guard.Condition(by, "listing.view", "listings", "id")
	var sums []struct {
		Root              string
		N, Hits, Repeated int64
	}
	err := l.db.Read(ctx).Raw(`SELECT m.root AS root, COUNT(*) AS n, SUM(CASE WHEN listings.finding IN ('infringing', 'counterfeit') THEN 1 ELSE 0 END) AS hits,
		SUM(CASE WHEN `+again+` THEN 1 ELSE 0 END) AS repeated FROM listings JOIN sellers m ON m.id = listings.seller_id WHERE m.root IN ? AND `+own+` GROUP BY m.root`, append([]any{ids}, args...)...).Scan(&sums).Error
	for _, s := range sums {
		at[s.Root].Listings, at[s.Root].Hits, at[s.Root].Again = s.N, s.Hits, s.Repeated
	}
	return err
}

// SellerFile is a seller with all that hangs on it.
type SellerFile struct {
	SellerRow
	Members []Seller // merged into it
	Shops   []Shop
	Merges  []Merge  // that it has part in, the newest first
	Same    int64    // listings that infringe the same patent again
	Cases   []string // ids of the cases of its listings
}

// Seller reads a seller; of a merged one, the one it was merged into. NotFound.
func (l *Ledger) Seller(ctx context.Context, by access.Actor, id string) (*SellerFile, error) {
	q := l.db.Read(ctx)
	s, err := l.seller(q, by, id)
	if err != nil {
		return nil, err
	}
	if s.Root != s.ID {
		if s, err = l.seller(q, by, s.Root); err != nil {
			return nil, err
		}
	}
	list := []SellerRow{{Seller: *s}}
	if err := l.count(ctx, by, list); err != nil {
		return nil, err
	}
	f := &SellerFile{SellerRow: list[0]}
	if err := q.Where("root = ? AND id <> ?", s.ID, s.ID).Order("name, id").Find(&f.Members).Error; err != nil {
		return nil, err
	}
	if err := q.Where("seller_id IN (SELECT id FROM sellers WHERE root = ?)", s.ID).Order("platform, name, key").Find(&f.Shops).Error; err != nil {
		return nil, err
	}
	if err := q.Where("from_id IN (SELECT id FROM sellers WHERE root = ?) OR into_id IN (SELECT id FROM sellers WHERE root = ?)", s.ID, s.ID).Order("made_at DESC, id DESC").Find(&f.Merges).Error; err != nil {
		return nil, err
	}
	own, args := l.guard.Condition(by, "listing.view", "listings", "id")
	err = q.Raw(`SELECT COUNT(*) FROM listings JOIN sellers m ON m.id = listings.seller_id WHERE m.root = ? AND listings.patent_key <> '' AND listings.finding = 'infringing' AND EXISTS (
		SELECT 1 FROM listings e JOIN sellers es ON es.id = e.seller_id WHERE es.root = m.root AND e.patent_key = listings.patent_key AND e.finding = 'infringing' AND e.judged_on < listings.found_on) AND `+own, append([]any{s.ID}, args...)...).Scan(&f.Same).Error
	if err != nil {
		return nil, err
	}
	err = q.Raw("SELECT DISTINCT listings.case_id FROM listings JOIN sellers m ON m.id = listings.seller_id WHERE m.root = ? AND listings.case_id IS NOT NULL AND "+own+" ORDER BY listings.case_id DESC LIMIT 100", append([]any{s.ID}, args...)...).Scan(&f.Cases).Error
	return f, err
}

func (l *Ledger) seller(q *gorm.DB, by access.Actor, id string) (*Seller, error) {
	sql, args := l.visible(by)
	var rows []Seller
	if err := q.Where(sql, args...).Where("sellers.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &rows[0], nil
}

// RepeatLaw names what the law says of who infringes again, on a day: the keys of sentences with their articles.
func RepeatLaw(on calendar.Day) (keys []string) {
	for _, x := range []struct {
		key      string
		from, to calendar.Day
	}{
		{"o60", calendar.Date(2011, 2, 1), calendar.Date(2015, 6, 30)}, {"o71", calendar.Date(2015, 7, 1), calendar.Date(2025, 1, 31)}, {"o81", calendar.Date(2025, 2, 1), 0},
		{"zj2015", calendar.Date(2016, 1, 1), calendar.Date(2022, 12, 31)}, {"ecl", calendar.Date(2019, 1, 1), 0},
	} {
		if on >= x.from && (x.to.IsZero() || on <= x.to) {
			keys = append(keys, x.key)
		}
	}
	return keys
}

// SellerEdit is what a person writes down of a seller.
type SellerEdit struct {
	Name, CreditCode, Region, Address, Contact, Note string
}

// work reads a seller to be changed. NotFound, Conflict, Forbidden.
func (l *Ledger) work(tx *store.Tx, by access.Actor, id string, version int64) (*Seller, error) {
	if err := tx.Lock("sellers", id); err != nil {
		return nil, err
	}
	s, err := l.seller(tx.DB, by, id)
	if err != nil {
		return nil, err
	}
	if err := l.guard.Allow(by, "listing.work", s.Jurisdiction); err != nil {
		return nil, err
	}
	if version != 0 && s.Version != version {
		return nil, errs.New(errs.Conflict, "error.stale", s.UpdatedAt)
	}
	return s, nil
}

func (s *Seller) set(tx *store.Tx, by access.Actor, action string, set, detail map[string]any) error {
	set["version"], set["updated_at"] = s.Version+1, tx.Now
	done := tx.Model(&Seller{}).Where("id = ? AND version = ?", s.ID, s.Version).Updates(set)
	if done.Error == nil && done.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if done.Error != nil {
		return done.Error
	}
	return audit.Append(tx, by.Entry(action, s.Jurisdiction, "seller:"+s.ID, detail))
}

// EditSeller writes what is known of a seller. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) EditSeller(ctx context.Context, by access.Actor, id string, version int64, in SellerEdit) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		s, err := l.work(tx, by, id, version)
		if err != nil {
			return err
		}
		var bad errs.Faults
		bad.Require("name", in.Name)
		bad.Limit("name", in.Name, 200)
		bad.Limit("credit_code", in.CreditCode, 40)
		bad.Limit("address", in.Address, 300)
		bad.Limit("contact", in.Contact, 200)
		bad.Limit("note", in.Note, 2000)
		if _, ok := l.regions.Get(in.Region); in.Region != "" && !ok {
			bad.Add("region", "error.choice")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		set := map[string]any{"name": in.Name, "credit_code": in.CreditCode, "region": in.Region, "address": in.Address, "contact": in.Contact, "note": in.Note}
		return s.set(tx, by, "seller.edit", set, map[string]any{"name": in.Name})
	})
}

// MergeSellers puts a seller under another of the same office, with a reason. It can be undone. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) MergeSellers(ctx context.Context, by access.Actor, from string, version int64, into, reason string) error {
	reason = strings.TrimSpace(reason)
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		first, second := min(from, into), max(from, into) // two who merge crosswise wait for each other
		for _, id := range []string{first, second} {
			if err := tx.Lock("sellers", id); err != nil {
				return err
			}
		}
		s, err := l.work(tx, by, from, version)
		if err != nil {
			return err
		}
		to, err := l.work(tx, by, into, 0)
		if err != nil {
			return err
		}
		var bad errs.Faults
		bad.Require("reason", reason)
		bad.Limit("reason", reason, 2000)
		switch {
		case s.ID == to.ID, to.Root == s.ID:
			bad.Add("into", "error.seller_self")
		case s.Jurisdiction != to.Jurisdiction:
			bad.Add("into", "error.seller_office")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		if s.MergedInto != nil || to.MergedInto != nil {
			return errs.New(errs.Conflict, "error.seller_merged")
		}
		m := Merge{ID: tx.NewID(), FromID: s.ID, IntoID: to.ID, Reason: reason, ByID: by.ID, ByName: by.Name, MadeAt: tx.Now}
		if err := tx.Create(&m).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE sellers SET root = ? WHERE root = ?", to.ID, s.ID).Error; err != nil {
			return err
		}
		return s.set(tx, by, "seller.merge", map[string]any{"merged_into": to.ID}, map[string]any{"into": to.ID, "name": s.Name, "into_name": to.Name, "reason": reason})
	})
}

// UnmergeSeller takes a merger back. NotFound, Conflict where it was taken back already, Forbidden, Invalid.
func (l *Ledger) UnmergeSeller(ctx context.Context, by access.Actor, merge, reason string) error {
	reason = strings.TrimSpace(reason)
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		var list []Merge
		if err := tx.Where("id = ?", merge).Find(&list).Error; err != nil {
			return err
		}
		if len(list) == 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		s, err := l.work(tx, by, list[0].FromID, 0)
		if err != nil {
			return err
		}
		if s.MergedInto == nil || *s.MergedInto != list[0].IntoID || list[0].UndoneAt != nil {
			return errs.New(errs.Conflict, "error.seller_undone")
		}
		var bad errs.Faults
		bad.Require("reason", reason)
		bad.Limit("reason", reason, 2000)
		if err := bad.Err(); err != nil {
			return err
		}
		below := []string{s.ID}
		for next := below; len(next) > 0; { // what had been merged into it before goes with it
			var more []string
			if err := tx.Raw("SELECT id FROM sellers WHERE merged_into IN ? ORDER BY id", next).Scan(&more).Error; err != nil {
				return err
			}
			below, next = append(below, more...), more
		}
		if err := tx.Exec("UPDATE sellers SET root = ? WHERE id IN ?", s.ID, below).Error; err != nil {
			return err
		}
		if err := tx.Model(&Merge{}).Where("id = ?", merge).Updates(map[string]any{"undone_why": reason, "undone_id": by.ID, "undone_name": by.Name, "undone_at": tx.Now}).Error; err != nil {
			return err
		}
		return s.set(tx, by, "seller.unmerge", map[string]any{"merged_into": nil}, map[string]any{"from": list[0].IntoID, "name": s.Name, "reason": reason})
	})
}
