package inspection

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
)

// Answer is what the office's own check said of a finding when its version came. It is never changed: what was judged by the register and
// the rules of a day stays judged by them.
type Answer struct {
	VisitID   string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	FindingID string `gorm:"primaryKey"`
	Facts     string // as JSON: patent.Facts with what the register said
	Answer    string // as JSON: patent.Result
	Result    string
	Rules     string
	JudgedAt  time.Time
}

// TableName is the table of the answers.
func (Answer) TableName() string { return "visit_answers" }

// The steps of a finding that is looked at again.
const (
	StepDiffers  = "differs"  // the officer confirmed another answer than the office's
	StepMoved    = "moved"    // the patent stands otherwise since
	StepReviewed = "reviewed" // somebody looked again
)

// Review is why a finding was to be looked at again, or what came of it.
type Review struct {
	VisitID   string `gorm:"primaryKey"`
	FindingID string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Step      string
	At        time.Time
	Actor     string
	ActorName string
	Verdict   string
	Reason    string // of moved: the file that brought it
	Detail    string // of moved: as JSON a registry.Moved
}

// TableName is the table of the reviews.
func (Review) TableName() string { return "visit_reviews" }

// Moved is what changed of the patent; of a step moved.
func (r *Review) Moved() (m registry.Moved) {
	if err := json.Unmarshal([]byte(r.Detail), &m); err != nil {
		return registry.Moved{}
	}
	return m
}

// judged are the facts of a finding as the check takes them: a number that was typed or scanned belongs to the mark.
func (f *Finding) judged() patent.Facts {
	facts := f.Facts
	facts.Text = patent.WithNumber(facts.Text, f.Number)
	return facts
}

// judge asks the office's own check of every finding of a version, with what the register says here and now, and keeps the answers.
func (r *Rounds) judge(tx *store.Tx, ver *Version, rec *Record) error {
	var list []*Finding
	var facts []*patent.Facts
	for i := range rec.Parties {
		for j := range rec.Parties[i].Findings {
			f := &rec.Parties[i].Findings[j]
			x := f.judged()
			list, facts = append(list, f), append(facts, &x)
		}
	}
	known, err := registry.Known(tx.DB, facts)
	if err != nil {
		return err
	}
	rows := make([]Answer, len(list))
	for i, f := range list {
		registry.Settle(facts[i], known)
		said := patent.CheckMarking(*facts[i])
		f.said = &said
		rows[i] = Answer{VisitID: ver.VisitID, Seq: ver.Seq, FindingID: f.ID, Facts: asJSON(facts[i]), Answer: asJSON(said), Result: string(said.Result), Rules: said.Rules, JudgedAt: tx.Now}
	}
	if len(rows) == 0 {
		return nil
	}
	ver.answers = AnswersSum(rows)
	return tx.CreateInBatches(rows, 100).Error
}

// AnswersSum is the digest of the answers to a version, by which the log knows them.
func AnswersSum(rows []Answer) string {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Answer) int { return strings.Compare(a.FindingID, b.FindingID) })
	var b strings.Builder
	for _, x := range rows {
		b.WriteString(x.FindingID + hash(x.Facts) + hash(x.Answer) + x.Result + x.Rules)
	}
	return hash(b.String())
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain structs of ours
	}
	return string(b)
}

// recall sets the kept answers into a record that was read.
func recall(q *gorm.DB, ver *Version, rec *Record) error {
	var rows []Answer
	if err := q.Where("visit_id = ? AND seq = ?", ver.VisitID, ver.Seq).Find(&rows).Error; err != nil {
		return err
	}
	by := map[string]*patent.Result{}
	for _, x := range rows {
		var said patent.Result
		if err := json.Unmarshal([]byte(x.Answer), &said); err != nil {
			return err
		}
		by[x.FindingID] = &said
	}
	rec.each(func(f *Finding) { f.said = by[f.ID] })
	return nil
}

// recallReviews sets what was found on looking again into the record that holds.
func recallReviews(q *gorm.DB, visit string, rec *Record) error {
	var rows []FoundMark
	if err := q.Where("visit_id = ? AND review = 'done'", visit).Find(&rows).Error; err != nil {
		return err
	}
	by := map[string]string{}
	for _, x := range rows {
		by[x.ID] = x.Result
	}
	rec.each(func(f *Finding) { f.reviewed = by[f.ID] })
	return nil
}

func (r *Record) each(fn func(f *Finding)) {
	for i := range r.Parties {
		for j := range r.Parties[i].Findings {
			fn(&r.Parties[i].Findings[j])
		}
	}
}

// Differs says whether what the officer decided on the spot rests on an answer that the office's check does not give.
func (f *Finding) Differs() bool {
	if f.Decision == "" || f.Answer == "" {
		return false
	}
	said := string(f.Suggested().Result)
	return said != f.Answer && said != f.Result()
}

// noteReview writes down why a finding is to be looked at again, or what came of it.
func noteReview(tx *store.Tx, by access.Actor, x Review) error {
	if err := tx.Raw("SELECT COALESCE(MAX(seq), 0) + 1 FROM visit_reviews WHERE visit_id = ? AND finding_id = ?", x.VisitID, x.FindingID).Scan(&x.Seq).Error; err != nil {
		return err
	}
	x.At, x.Actor, x.ActorName = tx.Now, by.ID, by.Name
	return tx.Create(&x).Error
}

// moved lists the findings that rest on patents whose standing has changed to be looked at again, and says how many.
func (r *Rounds) moved(tx *store.Tx, file string, moved map[string]registry.Moved) (n int64, err error) {
	keys := make([]string, 0, len(moved))
	for k := range moved {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var rows []struct {
		VisitID, FindingID, Key, Review, Jurisdiction string
	}
	for some := range slices.Chunk(keys, 500) {
		var more []struct {
			VisitID, FindingID, Key, Review, Jurisdiction string
		}
		err := tx.Raw(`SELECT p.visit_id, p.finding_id, p.key, f.review, v.jurisdiction FROM visit_finding_patents p JOIN visit_findings f ON f.visit_id = p.visit_id AND f.id = p.finding_id
			JOIN visits v ON v.id = p.visit_id WHERE p.key IN ? ORDER BY p.visit_id, p.finding_id, p.key`, some).Scan(&more).Error
		if err != nil {
			return 0, err
		}
		rows = append(rows, more...)
	}
	seen := map[string]bool{}
	for _, x := range rows {
		if id := x.VisitID + x.FindingID; !seen[id] {
			seen[id] = true
			n++
		}
		m := moved[x.Key]
		if err := tx.Exec("UPDATE visit_findings SET review = 'open' WHERE visit_id = ? AND id = ?", x.VisitID, x.FindingID).Error; err != nil {
			return 0, err
		}
		if err := noteReview(tx, access.System(), Review{VisitID: x.VisitID, FindingID: x.FindingID, Step: StepMoved, Reason: file, Detail: asJSON(m)}); err != nil {
			return 0, err
		}
		if err := audit.Append(tx, access.System().Entry("visit.moved", x.Jurisdiction, "visit:"+x.VisitID, map[string]any{"finding": x.FindingID, "number": m.Number, "from": m.From, "to": m.To, "file": file})); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Again is what came of looking again at a finding.
type Again struct {
	Verdict string
	Reason  string
}

// LookAgain says what a finding is, after somebody has looked at it again; the record, its papers and both answers stay as they are. NotFound; Conflict when nobody
// asked for it or the record was changed meanwhile; Forbidden, Invalid.
func (r *Rounds) LookAgain(ctx context.Context, by access.Actor, id, finding string, version int64, in Again) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("visits", id); err != nil {
			return err
		}
		v, err := r.load(tx.DB, by, id)
		if err != nil {
			return err
		}
		var list []FoundMark
		if err := tx.Where("visit_id = ? AND id = ?", id, finding).Find(&list).Error; err != nil {
			return err
		}
		if len(list) == 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if v.Version != version || list[0].Review != "open" {
			return errs.New(errs.Conflict, "error.stale").On("visit:" + id)
		}
		if err := r.allow(by, "visit.work", v); err != nil {
			return err
		}
		var bad errs.Faults
		choice(&bad, "verdict", in.Verdict, Verdicts())
		bad.Require("reason", in.Reason)
		bad.Limit("reason", in.Reason, 2000)
		if err := bad.Err(); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE visit_findings SET review = 'done', result = ? WHERE visit_id = ? AND id = ?", in.Verdict, id, finding).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE visits SET suspects = (SELECT COUNT(*) FROM visit_findings f WHERE f.visit_id = visits.id AND f.result = ?), updated_at = ? WHERE id = ?", string(patent.Suspect), tx.Now, id).Error; err != nil {
			return err
		}
		if err := noteReview(tx, by, Review{VisitID: id, FindingID: finding, Step: StepReviewed, Verdict: in.Verdict, Reason: in.Reason}); err != nil {
			return err
		}
		return r.log(tx, by, v, nil, "visit.review", map[string]any{"finding": finding, "verdict": in.Verdict, "was": list[0].Result, "why": in.Reason})
	})
}
