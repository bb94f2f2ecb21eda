package inspection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// Arrival is a record on its way in.
type Arrival struct {
	Record Record
	Base   int64     // the version that its writer had seen; 0 is none
	SentAt time.Time // by the device's clock, when it was sent; zero from the desk
	Source string    // Phone or Desk
	Agent  string    // what the device calls itself
}

// Receipt is what became of it.
type Receipt struct {
	Seq     int64 // the version that it is
	Version int64 // the version that holds
	Again   bool  // it was here already: nothing was written
	Rival   bool  // it does not hold: another was here first, and both are kept
	State   string
	SkewMs  int64
}

// Receive takes a record in. The same content for the same id is the same version, however often it comes. A record whose base is not the
// version that holds, or that comes after the record was signed, is kept as a rival. NotFound, Forbidden; Invalid names what is wrong, and
// as "blob" each file that was not sent before.
func (r *Rounds) Receive(ctx context.Context, by access.Actor, id string, in Arrival) (out *Receipt, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error { out, err = r.ReceiveTx(tx, by, id, in); return err })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ReceiveTx is Receive in the caller's transaction.
func (r *Rounds) ReceiveTx(tx *store.Tx, by access.Actor, id string, in Arrival) (*Receipt, error) {
	if !store.ValidID(id) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	in.Record.tidy()
	content, err := in.Record.content()
	if err != nil {
		return nil, err
	}
	ver := &Version{VisitID: id, SHA256: hash(content), Content: content, Base: in.Base, Source: in.Source, Device: in.Agent,
		ReceivedAt: tx.Now, Actor: by.ID, ActorName: by.Name}
	if !in.SentAt.IsZero() {
		at := in.SentAt.UTC().Truncate(time.Millisecond)
		ver.SentAt, ver.SkewMs = &at, at.Sub(tx.Now).Milliseconds()
	}
	if err := tx.Lock("visits", id); err != nil {
		return nil, err
	}
	v, is, err := r.incoming(tx, by, id, &in.Record)
	if err != nil {
		return nil, err
	}
	if is {
		if old, err := r.again(tx, v, ver); err != nil || old != nil {
			return old, err
		}
	}
	if err := r.mayWrite(by, v, &in); err != nil {
		return nil, err
	}
	people, err := r.admit(tx, by, v, &in.Record)
	if err != nil {
		return nil, err
	}
	if !is {
		if err := tx.Create(v).Error; err != nil {
			return nil, err
		}
	}
	if ver.Seq, err = nextSeq(tx, id); err != nil {
		return nil, err
	}
	ver.Rival = is && (in.Base != v.Version || v.State == Finished || v.State == Dropped)
	if err := tx.Create(ver).Error; err != nil {
		return nil, err
	}
	if err := r.judge(tx, ver, &in.Record); err != nil {
		return nil, err
	}
	if err := r.keepEvidence(tx, by, v, ver, &in.Record); err != nil {
		return nil, err
	}
	if ver.Rival {
		return r.rival(tx, by, v, ver)
	}
	return r.hold(tx, by, v, ver, &in.Record, people, "visit.record")
}

// incoming reads the visit that a record belongs to, or makes a new one of it.
func (r *Rounds) incoming(tx *store.Tx, by access.Actor, id string, rec *Record) (v *Visit, is bool, err error) {
	if is, err = exists(tx.DB, id); err != nil {
		return nil, false, err
	}
	if is {
		v, err = r.load(tx.DB, by, id)
		return v, true, err
	}
	v = &Visit{ID: id, Jurisdiction: rec.Jurisdiction, State: Open, VisitOn: rec.day(), MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now, UpdatedAt: tx.Now}
	v.Place, v.Kind, v.Name, v.Address = rec.Place, rec.Kind, rec.Name, rec.Address
	return v, false, nil
}

// again finds the version that is this very record.
func (r *Rounds) again(tx *store.Tx, v *Visit, ver *Version) (*Receipt, error) {
	var old []Version
	if err := tx.Where("visit_id = ? AND sha256 = ?", v.ID, ver.SHA256).Find(&old).Error; err != nil || len(old) == 0 {
		return nil, err
	}
	return &Receipt{Seq: old[0].Seq, Version: v.Version, Again: true, Rival: old[0].Open(), State: v.State, SkewMs: old[0].SkewMs}, nil
}

// mayWrite asks whether somebody may bring this record. A telephone's is brought by one of its officers.
func (r *Rounds) mayWrite(by access.Actor, v *Visit, in *Arrival) error {
	if _, known := r.regions.Get(v.Jurisdiction); known { // an unknown one is a fault of the record
		if err := r.allow(by, "visit.work", v); err != nil {
			return err
		}
	}
	if in.Source == Phone && !by.IsSystem() && !contains(in.Record.Officers, by.ID) {
		return errs.New(errs.Forbidden, "error.visit.not_in_it").On("visit:" + v.ID)
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// admit looks at what was recorded, at its people and at its files.
func (r *Rounds) admit(tx *store.Tx, by access.Actor, v *Visit, rec *Record) ([]VisitOfficer, error) {
	var bad errs.Faults
	if _, ok := r.regions.Get(rec.Jurisdiction); !ok || rec.Jurisdiction != v.Jurisdiction {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := r.regions.Get(rec.Place); !ok {
		bad.Add("place", "error.choice")
	}
	rec.check(&bad, r.lists)
	people, err := r.officers(tx, &bad, rec.Officers, rec.Jurisdiction, rec.day())
	if err != nil {
		return nil, err
	}
	if err := r.blobsThere(tx, by, v.ID, rec, &bad); err != nil {
		return nil, err
	}
	return people, bad.Err()
}

func nextSeq(tx *store.Tx, id string) (n int64, err error) {
	err = tx.Raw("SELECT COALESCE(MAX(seq), 0) + 1 FROM visit_versions WHERE visit_id = ?", id).Scan(&n).Error
	return n, err
}

// hold makes a version the one that holds: the visit's columns, its officers and findings, and when it is finished its papers.
func (r *Rounds) hold(tx *store.Tx, by access.Actor, v *Visit, ver *Version, rec *Record, people []VisitOfficer, action string) (*Receipt, error) {
	before := v.Version
	began := rec.BeganAt
	v.Place, v.Kind, v.Name, v.Address, v.VisitOn, v.BeganAt, v.EndedAt = rec.Place, rec.Kind, rec.Name, rec.Address, rec.day(), &began, nil
	if !rec.EndedAt.IsZero() {
		ended := rec.EndedAt
		v.EndedAt = &ended
	}
	v.State, v.Version = Open, ver.Seq
	if rec.Finished {
		v.State = Finished
	}
	rows, keys := findings(v, rec)
	v.Parties, v.Findings, v.Suspects = int64(len(rec.Parties)), int64(len(rows)), 0
	for _, f := range rows {
		if f.Result == string(patent.Suspect) {
			v.Suspects++
		}
	}
	up := tx.Model(&Visit{}).Where("id = ? AND version = ?", v.ID, before).Updates(map[string]any{
		"place": v.Place, "kind": v.Kind, "name": v.Name, "address": v.Address, "visit_on": v.VisitOn, "began_at": v.BeganAt, "ended_at": v.EndedAt,
		"state": v.State, "version": v.Version, "parties": v.Parties, "findings": v.Findings, "suspects": v.Suspects, "rivals": v.Rivals, "updated_at": tx.Now,
	})
	if up.Error != nil {
		return nil, up.Error
	}
	if up.RowsAffected == 0 {
		return nil, errs.New(errs.Conflict, "error.stale")
	}
	if err := r.setFindings(tx, by, v, rows, keys); err != nil {
		return nil, err
	}
	if err := setOfficers(tx, v.ID, people); err != nil {
		return nil, err
	}
	if err := r.index(tx, v, rec); err != nil {
		return nil, err
	}
	if rec.Finished {
		if err := r.issue(tx, by, v, ver, rec, people); err != nil {
			return nil, err
		}
	}
	return &Receipt{Seq: ver.Seq, Version: v.Version, State: v.State, SkewMs: ver.SkewMs}, r.log(tx, by, v, ver, action, nil)
}

// rival notes that a version waits to be decided on.
func (r *Rounds) rival(tx *store.Tx, by access.Actor, v *Visit, ver *Version) (*Receipt, error) {
	v.Rivals++
	if err := tx.Exec("UPDATE visits SET rivals = rivals + 1, updated_at = ? WHERE id = ?", tx.Now, v.ID).Error; err != nil {
		return nil, err
	}
	return &Receipt{Seq: ver.Seq, Version: v.Version, Rival: true, State: v.State, SkewMs: ver.SkewMs}, r.log(tx, by, v, ver, "visit.rival", nil)
}

func (r *Rounds) log(tx *store.Tx, by access.Actor, v *Visit, ver *Version, action string, more map[string]any) error {
	d := map[string]any{"name": v.Name, "on": v.VisitOn.String(), "state": v.State, "version": v.Version}
	if ver != nil {
		d["seq"], d["sha256"], d["source"], d["base"], d["skew_ms"] = ver.Seq, ver.SHA256, ver.Source, ver.Base, ver.SkewMs
		if ver.answers != "" {
			d["answers"] = ver.answers
		}
		if ver.evidence != nil && (action == "visit.record" || action == "visit.rival") {
			d["evidence"] = ver.evidence
		}
	}
	for k, x := range more {
		d[k] = x
	}
	return audit.Append(tx, by.Entry(action, v.Jurisdiction, "visit:"+v.ID, d))
}

// FoundMark is a finding of the version that holds, for lists.
type FoundMark struct {
	VisitID   string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	PartyID   string
	Party     string
	Product   string
	PatentNo  string
	PatentKey string
	Suggested string
	Result    string
	Rules     string
	Place     int64
	Review    string // open: to be looked at again; done: was
}

// TableName is the table of the findings.
func (FoundMark) TableName() string { return "visit_findings" }

// setFindings writes the findings of the version that holds in the place of those before.
func (r *Rounds) setFindings(tx *store.Tx, by access.Actor, v *Visit, rows []FoundMark, keys []findingPatent) error {
	for _, table := range []string{"visit_findings", "visit_finding_patents"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE visit_id = ?", v.ID).Error; err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		if err := tx.CreateInBatches(rows, 200).Error; err != nil {
			return err
		}
	}
	if len(keys) > 0 {
		if err := tx.CreateInBatches(keys, 200).Error; err != nil {
			return err
		}
	}
	for _, x := range rows {
		if x.Review != "open" {
			continue
		}
		if err := noteReview(tx, by, Review{VisitID: v.ID, FindingID: x.ID, Step: StepDiffers, Verdict: x.Suggested}); err != nil {
			return err
		}
	}
	return nil
}

// findingPatent is a number that a finding rests on.
type findingPatent struct {
	VisitID   string `gorm:"primaryKey"`
	FindingID string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
}

// TableName is the table of the numbers.
func (findingPatent) TableName() string { return "visit_finding_patents" }

func findings(v *Visit, rec *Record) (out []FoundMark, keys []findingPatent) {
	for _, p := range rec.Parties {
		for i := range p.Findings {
			f := &p.Findings[i]
			said := f.Suggested()
			row := FoundMark{VisitID: v.ID, ID: f.ID, PartyID: p.ID, Party: p.Name, Product: f.Facts.Product, PatentNo: f.Number,
				Suggested: string(said.Result), Result: f.Result(), Rules: said.Rules, Place: int64(len(out) + 1)}
			if f.Differs() {
				row.Review = "open"
			}
			list := patent.Numbers(f.judged().Text)
			if n, err := patent.Parse(f.Number); err == nil {
				row.PatentNo, row.PatentKey = n.Normal(), n.Key()
			} else if len(list) > 0 {
				row.PatentNo, row.PatentKey = list[0].Normal(), list[0].Key()
			}
			out = append(out, row)
			seen := map[string]bool{}
			for _, n := range list {
				if !seen[n.Key()] {
					seen[n.Key()] = true
					keys = append(keys, findingPatent{v.ID, f.ID, n.Key()})
				}
			}
		}
	}
	return out, keys
}

// Edit changes the record that holds, at the desk: the changed record is a new version. NotFound; Conflict when it was changed meanwhile or
// was signed; Forbidden, Invalid.
func (r *Rounds) Edit(ctx context.Context, by access.Actor, id string, version int64, change func(rec *Record, now time.Time) error) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("visits", id); err != nil {
			return err
		}
		v, err := r.load(tx.DB, by, id)
		if err != nil {
			return err
		}
		if v.Version != version || v.Version == 0 {
			return errs.New(errs.Conflict, "error.stale").On("visit:" + id)
		}
		if v.State != Open {
			return errs.New(errs.Conflict, "error.visit.signed").On("visit:" + id)
		}
		_, rec, err := versionOf(tx.DB, id, v.Version)
		if err != nil {
			return err
		}
		if err := change(rec, tx.Now); err != nil {
			return err
		}
		_, err = r.ReceiveTx(tx, by, id, Arrival{Record: *rec, Base: v.Version, Source: Desk})
		return err
	})
}

// Settlement is what somebody decides about a rival.
type Settlement struct {
	Take bool // it holds from now on; else the other goes on holding
	Why  string
}

// Settle decides between the version that holds and a rival; both are kept. Taking a finished one issues its papers, and the earlier papers stand
// as of the earlier version. version is the one that held when it was decided. NotFound, Conflict, Forbidden, Invalid.
func (r *Rounds) Settle(ctx context.Context, by access.Actor, id string, version, seq int64, in Settlement) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("visits", id); err != nil {
			return err
		}
		v, err := r.load(tx.DB, by, id)
		if err != nil {
			return err
		}
		ver, rec, err := versionOf(tx.DB, id, seq)
		if err != nil {
			return err
		}
		if v.Version != version || !ver.Open() {
			return errs.New(errs.Conflict, "error.stale").On("visit:" + id)
		}
		if err := r.allow(by, "visit.work", v); err != nil {
			return err
		}
		var bad errs.Faults
		bad.Require("why", in.Why)
		bad.Limit("why", in.Why, 2000)
		if err := bad.Err(); err != nil {
			return err
		}
		settled := "kept"
		if in.Take {
			settled = "taken"
		}
		v.Rivals--
		if err := tx.Model(&Version{}).Where("visit_id = ? AND seq = ?", id, seq).
			Updates(map[string]any{"settled": settled, "settled_why": in.Why, "settled_name": by.Name, "settled_at": tx.Now}).Error; err != nil {
			return err
		}
		more := map[string]any{"why": in.Why, "settled": settled}
		if !in.Take {
			if err := tx.Exec("UPDATE visits SET rivals = ?, updated_at = ? WHERE id = ?", v.Rivals, tx.Now, id).Error; err != nil {
				return err
			}
			return r.log(tx, by, v, ver, "visit.settle", more)
		}
		people, err := r.admit(tx, by, v, rec)
		if err != nil {
			return err
		}
		if _, err := r.hold(tx, by, v, ver, rec, people, "visit.take"); err != nil {
			return err
		}
		return r.log(tx, by, v, ver, "visit.settle", more)
	})
}

// versionOf reads one version with its record. NotFound.
func versionOf(q *gorm.DB, id string, seq int64) (*Version, *Record, error) {
	var list []Version
	if err := q.Where("visit_id = ? AND seq = ?", id, seq).Find(&list).Error; err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	rec, err := list[0].Record()
	if err != nil {
		return nil, nil, err
	}
	return &list[0], rec, recall(q, &list[0], rec)
}

// Record reads what was recorded; it fails when the text is not what came.
func (v *Version) Record() (*Record, error) {
	if hash(v.Content) != v.SHA256 {
		return nil, fmt.Errorf("visit %s: version %d was changed after it came", v.VisitID, v.Seq)
	}
	var rec Record
	if err := json.Unmarshal([]byte(v.Content), &rec); err != nil {
		return nil, fmt.Errorf("visit %s: version %d: %w", v.VisitID, v.Seq, err)
	}
	return &rec, nil
}

func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// Plan is a visit to be made.
type Plan struct {
	ID           string // made by the form
	Jurisdiction string
	Place        string
	Kind         string
	Name         string
	Address      string
	Note         string
	On           calendar.Day
	Officers     []string
}

// Plan writes down a visit to be made; telephones take it along. Invalid, Forbidden; Conflict when the id was used for something else.
func (r *Rounds) Plan(ctx context.Context, by access.Actor, in Plan) (v *Visit, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error { v, err = r.PlanTx(tx, by, in); return err })
	if err != nil {
		return nil, err
	}
	return v, nil
}

// PlanTx is Plan in the caller's transaction.
func (r *Rounds) PlanTx(tx *store.Tx, by access.Actor, in Plan) (*Visit, error) {
	trim(&in.Name, &in.Address, &in.Note)
	if !store.ValidID(in.ID) {
		in.ID = tx.NewID()
	}
	v := &Visit{ID: in.ID, Jurisdiction: in.Jurisdiction, Place: in.Place, Kind: in.Kind, Name: in.Name, Address: in.Address, Note: in.Note,
		State: Planned, VisitOn: in.On, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now, UpdatedAt: tx.Now}
	var bad errs.Faults
	if _, ok := r.regions.Get(in.Jurisdiction); ok {
		if err := r.allow(by, "visit.plan", v); err != nil {
			return nil, err
		}
	} else {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := r.regions.Get(in.Place); !ok {
		bad.Add("place", "error.choice")
	}
	bad.Require("name", in.Name)
	bad.Limit("name", in.Name, 200)
	bad.Limit("address", in.Address, 300)
	bad.Limit("note", in.Note, 5000)
	choice(&bad, "kind", in.Kind, Kinds())
	if in.On.IsZero() {
		bad.Add("visit_on", "error.required")
	} else if today := calendar.DayOf(tx.Now); in.On < today {
		bad.Add("visit_on", "error.task.day_past", today)
	}
	people, err := r.officers(tx, &bad, in.Officers, in.Jurisdiction, in.On)
	if err != nil {
		return nil, err
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var old []Visit
	if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
		return nil, err
	}
	if len(old) > 0 {
		if x := old[0]; x.Name == v.Name && x.Jurisdiction == v.Jurisdiction && x.VisitOn == v.VisitOn && x.MadeBy == by.ID {
			return &x, nil
		}
		return nil, errs.New(errs.Conflict, "error.same_id")
	}
	if err := tx.Create(v).Error; err != nil {
		return nil, err
	}
	if err := setOfficers(tx, v.ID, people); err != nil {
		return nil, err
	}
	if err := r.index(tx, v, nil); err != nil {
		return nil, err
	}
	return v, r.log(tx, by, v, nil, "visit.plan", nil)
}

// Drop says that a planned visit will not be made. NotFound, Forbidden; Conflict when something was recorded of it.
func (r *Rounds) Drop(ctx context.Context, by access.Actor, id string) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("visits", id); err != nil {
			return err
		}
		v, err := r.load(tx.DB, by, id)
		if err != nil {
			return err
		}
		if v.State != Planned {
			return errs.New(errs.Conflict, "error.stale").On("visit:" + id)
		}
		if err := r.allow(by, "visit.plan", v); err != nil {
			return err
		}
		v.State = Dropped
		if err := tx.Exec("UPDATE visits SET state = ?, updated_at = ? WHERE id = ?", Dropped, tx.Now, id).Error; err != nil {
			return err
		}
		return r.log(tx, by, v, nil, "visit.drop", nil)
	})
}
