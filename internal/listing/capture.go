package listing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// The kinds of a captured file.
const (
	Screenshot = "screenshot"
	PageFile   = "page"    // the page as saved
	Picture    = "picture" // of the goods, as the shop shows it
)

// Kinds are the kinds of a captured file.
func Kinds() []string { return []string{Screenshot, PageFile, Picture} }

// MostFiles is how many files one capture, and one bulk drop, takes.
const MostFiles = 200

// the longest texts of a capture, in characters
const (
	longestText = 20_000
	longestMark = 2000
	longestPage = 4 << 20 // bytes of a saved page that are read for its text
)

// Capture is a listing as it was seen at a time, and what the marking check says of the marks in it.
type Capture struct {
	ID        string `gorm:"primaryKey"`
	ListingID string
	SeenAt    *time.Time // as the person says; nil is when it was made
	Title     string
	Text      string
	PriceFen  *int64
	Sales     *int64
	Stock     *int64
	Verdict   patent.Verdict // "" where there is no mark in title and text
	Answer    string         // as JSON: patent.Result
	ByID      string
	ByName    string
	MadeAt    time.Time
	Files     []File `gorm:"-"`
}

// TableName is the table of the captures.
func (Capture) TableName() string { return "listing_captures" }

// Judged is what the marking check says.
func (c *Capture) Judged() (r patent.Result) { unpack(c.Answer, &r); return r }

// File is a captured file.
type File struct {
	CaptureID string `gorm:"primaryKey"`
	SHA256    string `gorm:"column:sha256;primaryKey"`
	Kind      string
	Name      string
	MediaType string
	Size      int64
}

// TableName is the table of the captured files.
func (File) TableName() string { return "listing_files" }

// Keep keeps a file's bytes before a capture names them, and says what kind it is by its bytes. Invalid, in the field "file", where it is neither picture nor
// page, or empty; TooLarge. The caller has asked whether the person may capture at all.
func (l *Ledger) Keep(ctx context.Context, by access.Actor, name string, r io.Reader, limit int64) (File, error) {
	if err := l.guard.AllowAnywhere(by, "listing.work"); err != nil {
		return File{}, err
	}
	ref, err := l.blobs.Put(ctx, r, limit)
	if err != nil {
		return File{}, err
	}
	f := File{SHA256: ref.SHA256, Size: ref.Size, Name: sheet.Tidy(path.Base(strings.ReplaceAll(name, `\`, "/")), 150)}
	fault := func(key string) (File, error) {
		var bad errs.Faults
		bad.Add("file", key, f.Name)
		return File{}, bad.Err()
	}
	if ref.Size == 0 {
		return fault("error.file_empty")
	}
	head, err := l.head(ref.SHA256, 1024)
	if err != nil {
		return File{}, err
	}
	if f.MediaType, f.Kind = sniff(head, f.Name); f.Kind == "" {
		return fault("error.capture_file")
	}
	return f, nil
}

func (l *Ledger) head(sha string, most int64) ([]byte, error) {
	r, err := l.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, most))
	return b, errors.Join(err, r.Close())
}

// sniff says what a file is by its first bytes. A file whose name says so is a picture of the goods.
func sniff(head []byte, name string) (mediaType, kind string) {
	image := Screenshot
	if n := strings.ToLower(name); strings.Contains(n, "主图") || strings.Contains(n, "picture") {
		image = Picture
	}
	for _, x := range []struct{ magic, media, kind string }{
		{"\x89PNG\r\n\x1a\n", "image/png", image}, {"\xff\xd8\xff", "image/jpeg", image}, {"GIF8", "image/gif", image}, {"%PDF-", "application/pdf", PageFile},
	} {
		if bytes.HasPrefix(head, []byte(x.magic)) {
			return x.media, x.kind
		}
	}
	if len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP" {
		return "image/webp", image
	}
	low := bytes.ToLower(head)
	switch {
	case bytes.Contains(low, []byte("<html")), bytes.Contains(low, []byte("<!doctype html")):
		return "text/html", PageFile
	case bytes.Contains(low, []byte("mime-version:")) && bytes.Contains(low, []byte("multipart/related")):
		return "multipart/related", PageFile
	}
	return "", ""
}

// CaptureInput is what a person saw.
type CaptureInput struct {
	ID       string // made by the form
	SeenAt   time.Time
	Title    string
	Text     string
	PriceFen *int64
	Sales    *int64
	Stock    *int64
	Files    []File
	prints   []print // of its pictures
}

// Capture writes down how a listing was seen. The text of a saved page is read where none is given. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) Capture(ctx context.Context, by access.Actor, id string, version int64, in CaptureInput) (c *Capture, err error) {
	if err := l.pageText(&in); err != nil {
		return nil, err
	}
	if in.prints, err = l.prints(in.Files); err != nil {
		return nil, err
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		c, err = l.captureTx(tx, by, id, version, in)
		return err
	})
	return c, err
}

func (l *Ledger) captureTx(tx *store.Tx, by access.Actor, id string, version int64, in CaptureInput) (c *Capture, err error) {
	in.Title, in.Text = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text)
	if store.ValidID(in.ID) {
		var held []Capture
		if err := tx.Where("id = ?", in.ID).Find(&held).Error; err != nil {
			return nil, err
		}
		if len(held) > 0 { // the form was sent twice
			if held[0].ListingID != id || held[0].ByID != by.ID || held[0].Title != in.Title {
				return nil, errs.New(errs.Conflict, "error.same_id")
			}
			return &held[0], nil
		}
	} else {
		in.ID = tx.NewID()
	}
	s, _ := StepOf("capture")
	caseID := ""
	err = l.change(tx, by, id, version, "listing.capture", s.Later, Input{}, func(x *Listing) (map[string]any, error) {
		if !s.Open(x) {
			return nil, errs.New(errs.Conflict, "error.listing_step")
		}
		if err := in.check(tx.Now); err != nil {
			return nil, err
		}
		if x.CaseID != nil {
			caseID = *x.CaseID
		}
		c = &Capture{ID: in.ID, ListingID: x.ID, Title: in.Title, Text: in.Text, PriceFen: in.PriceFen, Sales: in.Sales, Stock: in.Stock, ByID: by.ID, ByName: by.Name, MadeAt: tx.Now}
		if !in.SeenAt.IsZero() {
			c.SeenAt = &in.SeenAt
		}
		if err := l.judgeMarks(tx, x, c); err != nil {
			return nil, err
		}
		if err := tx.Create(c).Error; err != nil {
			return nil, err
		}
		for _, f := range in.Files {
			f.CaptureID = c.ID
			if err := tx.Exec("INSERT INTO listing_files (capture_id, sha256, kind, name, media_type, size) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", f.CaptureID, f.SHA256, f.Kind, f.Name, f.MediaType, f.Size).Error; err != nil {
				return nil, err
			}
		}
		if err := keepPrints(tx, x.ID, in.prints); err != nil {
			return nil, err
		}
		return l.seen(tx, by, x, in)
	})
	if err == nil && caseID != "" {
		err = l.carryOver(tx, by, caseID)
	}
	return c, err
}

func (in *CaptureInput) check(now time.Time) error {
	var bad errs.Faults
	bad.Limit("title", in.Title, 300)
	bad.Limit("text", in.Text, longestText)
	if in.SeenAt.After(now.Add(time.Minute)) {
		bad.Add("seen_at", "error.day_future", calendar.DayOf(now))
	}
	for _, n := range []struct {
		name string
		n    *int64
	}{{"price", in.PriceFen}, {"sales", in.Sales}, {"stock", in.Stock}} {
		if n.n != nil && (*n.n < 0 || *n.n > 1e13) {
			bad.Add(n.name, "error.number")
		}
	}
	if len(in.Files) == 0 && in.Title == "" && in.Text == "" {
		bad.Add("file", "error.required")
	}
	if len(in.Files) > MostFiles {
		bad.Add("file", "error.capture_many", MostFiles)
	}
	for _, f := range in.Files {
		if !slices.Contains(Kinds(), f.Kind) {
			bad.Add("file", "error.choice")
		}
	}
	return bad.Err()
}

// seen is what a capture changes of the listing: what was seen last holds.
func (l *Ledger) seen(tx *store.Tx, by access.Actor, x *Listing, in CaptureInput) (map[string]any, error) {
	set := map[string]any{"captured_on": calendar.DayOf(tx.Now)}
	if x.State == Found {
		set["state"] = Captured
	}
	if in.Title != "" && (x.Title == x.Item || x.Title == x.Canonical) { // taken in without one
		set["title"], set["title_key"], x.TitleKey = in.Title, titleKey(in.Title), titleKey(in.Title)
	}
	if in.PriceFen != nil {
		set["price_fen"] = *in.PriceFen
	}
	if in.Sales != nil {
		set["sales"] = *in.Sales
	}
	if in.Stock != nil {
		set["stock"] = *in.Stock
	}
	for _, f := range in.Files {
		if f.Kind == Picture && x.Picture == "" {
			set["picture"], x.Picture = f.SHA256, f.SHA256
		}
	}
	if x.Relists == nil && (set["picture"] != nil || set["title"] != nil) {
		if err := l.relisting(tx, by, x); err != nil {
			return nil, err
		}
		if x.Relists != nil {
			set["relists"], set["relist_state"] = *x.Relists, x.RelistState
		}
	}
	return set, nil
}

// pageText reads the text of the first saved page.
func (l *Ledger) pageText(in *CaptureInput) error {
	for _, f := range in.Files {
		if f.MediaType != "text/html" || in.Text != "" {
			continue
		}
		b, err := l.head(f.SHA256, longestPage)
		if err != nil {
			return err
		}
		title, text := readPage(b)
		in.Text = text
		if in.Title == "" {
			in.Title = title
		}
	}
	return nil
}

// readPage is the title and the text of a saved page, in whatever encoding it says it is.
func readPage(b []byte) (title, text string) {
	r, err := charset.NewReader(bytes.NewReader(b), "text/html")
	if err != nil {
		return "", ""
	}
	z := html.NewTokenizer(r)
	z.SetMaxBuf(1 << 20)
	var out strings.Builder
	hidden, inTitle := 0, false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return sheet.Tidy(title, 300), sheet.Cut(strings.TrimSpace(out.String()), longestText)
		case html.StartTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "noscript", "template":
				hidden++
			case "title":
				inTitle = true
			case "p", "div", "br", "li", "tr", "h1", "h2", "h3", "dt", "dd":
				out.WriteByte('\n')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "noscript", "template":
				hidden = max(0, hidden-1)
			case "title":
				inTitle = false
			}
		case html.TextToken:
			if t := strings.Join(strings.Fields(string(z.Text())), " "); t != "" && hidden == 0 && out.Len() < 8*longestText {
				if inTitle {
					title += t
					continue
				}
				out.WriteString(t)
				out.WriteByte(' ')
			}
		}
	}
}

// marksIn are the lines of a text that speak of patents: what the marking check is given.
func marksIn(texts ...string) string {
	var out []string
	for _, t := range texts {
		for line := range strings.SplitSeq(t, "\n") {
			low := strings.ToLower(line)
			if strings.Contains(low, "专利") || strings.Contains(low, "patent") || len(patent.Numbers(sheet.Cut(line, longestMark))) > 0 {
				if line = strings.TrimSpace(line); !slices.Contains(out, line) {
					out = append(out, line)
				}
			}
		}
	}
	return sheet.Cut(strings.Join(out, "\n"), longestMark)
}

// facts are what the marking check is told of a listing's marks.
func (x *Listing) facts(mark string, on calendar.Day) patent.Facts {
	return patent.Facts{Medium: patent.Web, Text: mark, Role: patent.Seller, Party: x.Shop, Product: sheet.Cut(x.Title, 200), SoldOn: on}
}

// judgeMarks has the marks in a capture's title and text judged.
func (l *Ledger) judgeMarks(tx *store.Tx, x *Listing, c *Capture) error {
	mark := marksIn(c.Title, c.Text)
	if mark == "" {
		return nil
	}
	f := x.facts(mark, calendar.DayOf(tx.Now))
	all, err := registry.Known(tx.DB, []*patent.Facts{&f})
	if err != nil {
		return err
	}
	registry.Fill(&f, all)
	r := patent.CheckMarking(f)
	b, err := json.Marshal(r)
	c.Verdict, c.Answer = r.Result, string(b)
	return err
}

// Captures are how a listing was seen, the newest first, with their files. The caller has let the person see the listing.
func (l *Ledger) Captures(ctx context.Context, id string) (list []Capture, err error) {
	if err := l.db.Read(ctx).Where("listing_id = ?", id).Order("made_at DESC, id DESC").Limit(50).Find(&list).Error; err != nil || len(list) == 0 {
		return list, err
	}
	at := map[string]*Capture{}
	var ids []string
	for i := range list {
		at[list[i].ID] = &list[i]
		ids = append(ids, list[i].ID)
	}
	var files []File
	if err := l.db.Read(ctx).Where("capture_id IN ?", ids).Order("capture_id, name, sha256").Find(&files).Error; err != nil {
		return nil, err
	}
	for _, f := range files {
		at[f.CaptureID].Files = append(at[f.CaptureID].Files, f)
	}
	return list, nil
}

// OpenFile opens a captured file of a listing within the person's scope. NotFound.
func (l *Ledger) OpenFile(ctx context.Context, by access.Actor, id, sha string) (*File, io.ReadCloser, error) {
	if _, err := l.Find(ctx, by, id); err != nil {
		return nil, nil, err
	}
	var list []File
	if err := l.db.Read(ctx).Where("sha256 = ? AND capture_id IN (SELECT c.id FROM listing_captures c WHERE c.listing_id = ?)", sha, id).Limit(1).Find(&list).Error; err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	r, err := l.blobs.Open(sha)
	return &list[0], r, err
}

// Dropped is what came of one file of a bulk drop.
type Dropped struct {
	Name   string
	ID     string // of the listing
	Number string
	Err    error // nil where it was kept with the listing
}

// Drop matches files by their names to listings: by the listing's number or the platform's item number in the name. Files of one listing become one capture.
// What matches none, or several, is said in its row. Invalid where there are too many files; Forbidden.
func (l *Ledger) Drop(ctx context.Context, by access.Actor, files []File) ([]Dropped, error) {
	if len(files) == 0 || len(files) > MostFiles {
		return nil, errs.New(errs.Invalid, "error.capture_many", MostFiles)
	}
	out := make([]Dropped, len(files))
	of := map[string][]int{}
	var order []string
	for i, f := range files {
		out[i].Name = f.Name
		x, err := l.named(ctx, by, f.Name)
		if err != nil {
			if out[i].Err = err; errs.As(err) == nil {
				return nil, err
			}
			continue
		}
		out[i].ID, out[i].Number = x.ID, x.Number
		if of[x.ID] == nil {
			order = append(order, x.ID)
		}
		of[x.ID] = append(of[x.ID], i)
	}
	for _, id := range order {
		in := CaptureInput{}
		for _, i := range of[id] {
			in.Files = append(in.Files, files[i])
		}
		x, err := l.Find(ctx, by, id)
		if err == nil {
			_, err = l.Capture(ctx, by, id, x.Version, in)
		}
		if err != nil && errs.As(err) == nil {
			return nil, err
		}
		for _, i := range of[id] {
			out[i].Err = err
		}
	}
	return out, nil
}

// named is the listing that a file's name names: by its number, or by the item's. Invalid where it names none or several.
func (l *Ledger) named(ctx context.Context, by access.Actor, name string) (*Listing, error) {
	stem := strings.TrimSuffix(name, path.Ext(name))
	words := strings.FieldsFunc(stem, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	keys := []string{}
	for _, w := range append(words, digits(stem)...) {
		if utf8.RuneCountInString(w) >= 5 && len(w) <= 100 && !slices.Contains(keys, w) {
			keys = append(keys, w, strings.ToUpper(w))
		}
	}
	var rows []Listing
	q := l.db.Read(ctx).Scopes(l.guard.Scope(by, "listing.work", "listings"))
	if err := q.Where("listings.item IN ? OR listings.number IN ? OR listings.id IN ?", append(keys, ""), []string{stem, strings.ReplaceAll(strings.ReplaceAll(stem, "[", "〔"), "]", "〕")}, append(keys, "")).
		Where("listings.item <> ''").Order("listings.found_on DESC, listings.id DESC").Limit(20).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) > 1 {
		low := strings.ToLower(stem)
		rows = slices.DeleteFunc(rows, func(x Listing) bool { return !strings.Contains(low, x.Platform) })
	}
	var bad errs.Faults
	switch len(rows) {
	case 1:
		return &rows[0], nil
	case 0:
		bad.Add("file", "error.capture_unmatched")
	default:
		bad.Add("file", "error.capture_several")
	}
	return nil, bad.Err()
}

// digits are the runs of digits in a name.
func digits(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// carryOver puts the captured files of a case's listings into the case, each once, as who captured it.
func (l *Ledger) carryOver(tx *store.Tx, by access.Actor, caseID string) error {
	var rows []struct {
		File
		Number, Jurisdiction, ByID, ByName string
	}
	err := tx.Raw(`SELECT f.*, l.number, l.jurisdiction, c.by_id, c.by_name FROM listing_files f JOIN listing_captures c ON c.id = f.capture_id JOIN listings l ON l.id = c.listing_id
		WHERE l.case_id = ? AND NOT EXISTS (SELECT 1 FROM case_files a WHERE a.case_id = ? AND a.sha256 = f.sha256) ORDER BY l.number, c.made_at, f.name`, caseID, caseID).Scan(&rows).Error
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.SHA256] {
			continue
		}
		seen[r.SHA256] = true
		a := casework.Attachment{ID: tx.NewID(), CaseID: caseID, Name: r.Number + " " + r.Name, MediaType: r.MediaType, Size: r.Size, SHA256: r.SHA256, AddedBy: r.ByID, AddedName: r.ByName, AddedAt: tx.Now}
		if err := tx.Create(&a).Error; err != nil {
			return err
		}
		if err := audit.Append(tx, by.Entry("case.attach", r.Jurisdiction, "case:"+caseID, map[string]any{"file": a.Name, "size": a.Size, "sha256": a.SHA256, "listing": r.Number})); err != nil {
			return err
		}
	}
	return nil
}
