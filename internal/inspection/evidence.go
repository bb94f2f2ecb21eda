package inspection

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The acts of the custody line.
const (
	ActTaken    = "taken"    // on site, by the device's clock
	ActReceived = "received" // the bytes and the record that names them are in the office
	ActCarried  = "carried"  // into a case's files
)

// Evidence is a photograph or a picture of a signature.
type Evidence struct {
	VisitID    string `gorm:"primaryKey"`
	SHA256     string `gorm:"column:sha256;primaryKey"`
	Place      int64  // its number in the visit
	Kind       string // photo, signature
	PartyID    string
	FindingID  string
	Name       string // of the file
	MediaType  string
	Size       int64
	TakenAt    *time.Time // by the device
	Latitude   string
	Longitude  string
	Accuracy   string // metres
	Device     string
	ReceivedAt time.Time
}

// TableName is the table of the evidence.
func (Evidence) TableName() string { return "visit_evidence" }

// Custody is a line of the custody of a piece of evidence.
type Custody struct {
	VisitID   string `gorm:"primaryKey"`
	SHA256    string `gorm:"column:sha256;primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Act       string
	At        time.Time
	Actor     string
	ActorName string
	Note      string
}

// TableName is the table of the custody.
func (Custody) TableName() string { return "visit_custody" }

// Keep takes the bytes of a file that a record will name. The same bytes twice are the same file. Forbidden; Invalid when the bytes do not have
// that hash: they were changed on the way; TooLarge.
func (r *Rounds) Keep(ctx context.Context, by access.Actor, sha, mediaType string, in io.Reader, limit int64) error {
	if err := r.guard.AllowAnywhere(by, "visit.work"); err != nil {
		return err
	}
	var bad errs.Faults
	bad.Limit("media_type", mediaType, 100)
	if !isHash(sha) {
		bad.Add("blob", "error.visit.hash")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	ref, err := r.blobs.Put(ctx, in, limit)
	if err != nil {
		return err
	}
	if ref.Size == 0 {
		return errs.New(errs.Invalid, "error.file_empty")
	}
	if ref.SHA256 != sha {
		return errs.New(errs.Invalid, "error.visit.other_bytes")
	}
	return r.sent(ctx, by, ref, mediaType)
}

// KeepFile is Keep for a file whose hash nobody worked out before: from the desk. Invalid where it is empty.
func (r *Rounds) KeepFile(ctx context.Context, by access.Actor, mediaType string, in io.Reader, limit int64) (blob.Ref, error) {
	if err := r.guard.AllowAnywhere(by, "visit.work"); err != nil {
		return blob.Ref{}, err
	}
	ref, err := r.blobs.Put(ctx, in, limit)
	if err != nil {
		return blob.Ref{}, err
	}
	if ref.Size == 0 {
		return blob.Ref{}, errs.New(errs.Invalid, "error.file_empty")
	}
	return ref, r.sent(ctx, by, ref, mediaType)
}

func (r *Rounds) sent(ctx context.Context, by access.Actor, ref blob.Ref, mediaType string) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error { return r.SentTx(tx, by, ref, mediaType) })
}

// SentTx notes that somebody sent a file that is kept already, in the caller's transaction.
func (r *Rounds) SentTx(tx *store.Tx, by access.Actor, ref blob.Ref, mediaType string) error {
	return tx.Exec("INSERT INTO field_blobs (sha256, actor, size, media_type, sent_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		ref.SHA256, by.ID, ref.Size, mediaType, tx.Now).Error
}

// named is every file that a record names, once, in the record's order.
func named(v *Visit, rec *Record) (out []Evidence) {
	seen := map[string]bool{}
	add := func(e Evidence) {
		if !seen[e.SHA256] {
			seen[e.SHA256] = true
			e.VisitID, e.Device = v.ID, rec.Device
			out = append(out, e)
		}
	}
	for _, p := range rec.Parties {
		for _, f := range p.Findings {
			for _, x := range f.Photos {
				taken := x.TakenAt
				e := Evidence{SHA256: x.SHA256, Kind: "photo", PartyID: p.ID, FindingID: f.ID, Name: x.Name, MediaType: x.MediaType, Size: x.Size, TakenAt: &taken}
				if at := x.Position; at != nil {
					e.Latitude, e.Longitude, e.Accuracy = degrees(at.Latitude), degrees(at.Longitude), strconv.FormatFloat(at.Accuracy, 'f', 0, 64)
				}
				add(e)
			}
		}
		if s := p.Sign; s != nil && s.Image != "" {
			taken := s.At
			add(Evidence{SHA256: s.Image, Kind: "signature", PartyID: p.ID, Name: "signature.png", MediaType: "image/png", TakenAt: &taken})
		}
	}
	return out
}

// Files are the hashes of every file that a record names, each once.
func (r *Record) Files() (out []string) {
	for _, e := range named(&Visit{}, r) {
		out = append(out, e.SHA256)
	}
	return out
}

func degrees(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }

// blobsThere notes each file that neither this person sent before nor the visit has.
func (r *Rounds) blobsThere(tx *store.Tx, by access.Actor, visit string, rec *Record, bad *errs.Faults) error {
	want := named(&Visit{ID: visit}, rec)
	hashes := make([]string, len(want))
	for i, e := range want {
		hashes[i] = e.SHA256
	}
	there := map[string]bool{}
	for some := range slices.Chunk(hashes, 500) {
		var have []string
		err := tx.Raw("SELECT sha256 FROM field_blobs WHERE sha256 IN ? AND (actor = ? OR ?) UNION SELECT sha256 FROM visit_evidence WHERE sha256 IN ? AND visit_id = ?",
			some, by.ID, by.IsSystem(), some, visit).Scan(&have).Error
		if err != nil {
			return err
		}
		for _, h := range have {
			there[h] = true
		}
	}
	for _, h := range hashes {
		if !there[h] && isHash(h) {
			bad.Add("blob", "error.visit.blob", h)
		}
	}
	return nil
}

// keepEvidence writes down what a version names and the visit did not have.
func (r *Rounds) keepEvidence(tx *store.Tx, by access.Actor, v *Visit, ver *Version, rec *Record) error {
	var have []Evidence
	if err := tx.Where("visit_id = ?", v.ID).Find(&have).Error; err != nil {
		return err
	}
	sizes := map[string]int64{}
	var blobs []struct {
		SHA256 string `gorm:"column:sha256"`
		Size   int64
	}
	list := named(v, rec)
	hashes := make([]string, 0, len(list))
	for _, e := range list {
		hashes = append(hashes, e.SHA256)
	}
	for some := range slices.Chunk(hashes, 500) {
		if err := tx.Raw("SELECT sha256, MAX(size) AS size FROM field_blobs WHERE sha256 IN ? GROUP BY sha256", some).Scan(&blobs).Error; err != nil {
			return err
		}
		for _, b := range blobs {
			sizes[b.SHA256] = b.Size
		}
	}
	place := int64(len(have))
	ver.evidence = map[string]string{}
	for _, e := range list {
		if slices.ContainsFunc(have, func(x Evidence) bool { return x.SHA256 == e.SHA256 }) {
			continue
		}
		place++
		e.Place, e.ReceivedAt, e.Size = place, tx.Now, sizes[e.SHA256] // the size is the server's own
		if e.Device == "" {
			e.Device = ver.Device
		}
		if e.TakenAt != nil {
			taken := e.TakenAt.UTC().Truncate(time.Millisecond) // as both databases keep it
			e.TakenAt = &taken
		}
		if err := tx.Create(&e).Error; err != nil {
			return err
		}
		first := Custody{VisitID: v.ID, SHA256: e.SHA256, Seq: 1, Act: ActTaken, At: tx.Now, Actor: by.ID, ActorName: by.Name, Note: e.Device}
		if e.TakenAt != nil {
			first.At = *e.TakenAt
		}
		got := Custody{VisitID: v.ID, SHA256: e.SHA256, Seq: 2, Act: ActReceived, At: tx.Now, Actor: by.ID, ActorName: by.Name, Note: fmt.Sprintf("SHA-256 %s", e.SHA256)}
		if err := tx.Create([]Custody{first, got}).Error; err != nil {
			return err
		}
		ver.evidence[strconv.FormatInt(e.Place, 10)] = EvidenceSum(&e, first, got)
	}
	return nil
}

// EvidenceSum is the digest of a piece of evidence and of the first two lines of its custody, by which the log knows it.
func EvidenceSum(e *Evidence, lines ...Custody) string {
	at := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
	taken := ""
	if e.TakenAt != nil {
		taken = at(*e.TakenAt)
	}
	parts := []string{e.VisitID, e.SHA256, strconv.FormatInt(e.Place, 10), e.Kind, e.PartyID, e.FindingID, e.Name, e.MediaType, strconv.FormatInt(e.Size, 10), taken, e.Latitude, e.Longitude, e.Accuracy, e.Device, at(e.ReceivedAt)}
	for _, c := range lines {
		parts = append(parts, strconv.FormatInt(c.Seq, 10), c.Act, at(c.At), c.Actor, c.ActorName, c.Note)
	}
	return hash(asJSON(parts))
}

// pass adds a line to the custody of a piece of evidence.
func pass(tx *store.Tx, by access.Actor, e *Evidence, act, note string) error {
	var n int64
	if err := tx.Model(&Custody{}).Where("visit_id = ? AND sha256 = ?", e.VisitID, e.SHA256).Count(&n).Error; err != nil {
		return err
	}
	return tx.Clauses(clause.Insert{}).Create(&Custody{VisitID: e.VisitID, SHA256: e.SHA256, Seq: n + 1, Act: act, At: tx.Now, Actor: by.ID, ActorName: by.Name, Note: note}).Error
}

// OpenEvidence gives the bytes of a piece of evidence. NotFound.
func (r *Rounds) OpenEvidence(ctx context.Context, by access.Actor, id, sha string) (*Evidence, io.ReadCloser, error) {
	q := r.db.Read(ctx)
	if _, err := r.load(q, by, id); err != nil {
		return nil, nil, err
	}
	var list []Evidence
	if err := q.Where("visit_id = ? AND sha256 = ?", id, sha).Find(&list).Error; err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	b, err := r.blobs.Open(sha)
	return &list[0], b, err
}

// filed hands the evidence of a party on to the case that its lead became, and closes the visit to others when the case is.
func (r *Rounds) filed(tx *store.Tx, by access.Actor, leadID, caseID string) error {
	var from []struct{ VisitID, PartyID string }
	if err := tx.Raw("SELECT visit_id, party_id FROM visit_leads WHERE lead_id = ?", leadID).Scan(&from).Error; err != nil || len(from) == 0 {
		return err
	}
	visit, party := from[0].VisitID, from[0].PartyID
	var list []Evidence
	if err := tx.Where("visit_id = ? AND party_id = ?", visit, party).Order("place").Find(&list).Error; err != nil {
		return err
	}
	var c struct {
		Number     string
		Restricted bool
	}
	if err := tx.Raw("SELECT number, restricted FROM cases WHERE id = ?", caseID).Scan(&c).Error; err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		ref := blob.Ref{SHA256: e.SHA256, Size: e.Size}
		if err := r.docket.AttachTx(tx, by, caseID, "", strconv.FormatInt(e.Place, 10)+"-"+e.Name, e.MediaType, ref); err != nil {
			return err
		}
		if err := pass(tx, by, e, ActCarried, c.Number); err != nil {
			return err
		}
	}
	if !c.Restricted {
		return nil
	}
	if err := tx.Exec("UPDATE visits SET restricted = ? WHERE id = ?", true, visit).Error; err != nil {
		return err
	}
	if err := tx.Exec("UPDATE search_docs SET restricted = ? WHERE subject_id = ?", true, visit).Error; err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO members (subject_id, user_id, part, added_at) SELECT ?, m.user_id, m.part, ? FROM members m WHERE m.subject_id = ?
		ON CONFLICT DO NOTHING`, visit, tx.Now, caseID).Error
}
