package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/inspection"
)

// visitLine is what an entry about a visit tells.
type visitLine struct {
	Name, On, State string
	Version         int64
	Seq             int64
	SHA256          string
	Source          string
	Base            int64
	Skew            int64  `json:"skew_ms"`
	Answers         string // nothing in the entries of older programs
	Settled, Why    string
	Finding         string
	Verdict         string
	Number          string // of a paper
	PaperSHA        string `json:"paper_sha256"`
	Lead            string
}

// visitEntry takes down what an entry tells of a visit: how it stood after it, and what came.
func (t *told) visitEntry(e *audit.Entry, id string) error {
	var l visitLine
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil || l.State == "" {
		return err // a patent that moved changes nothing of the visit
	}
	t.claim("visit", id, e.Seq, sum(l.Name, l.On, l.State, strconv.FormatInt(l.Version, 10), e.Jurisdiction))
	key := stepKey(id, l.Seq)
	switch e.Action {
	case "visit.record", "visit.rival":
		t.claim("visit_version", key, e.Seq, sum(l.SHA256, l.Source, strconv.FormatInt(l.Base, 10), strconv.FormatInt(l.Skew, 10), e.Actor, e.ActorName, instant(e.At)))
		if l.Answers != "" {
			t.claim("visit_answers", key, e.Seq, sum(l.Answers))
		}
	case "visit.settle":
		t.claim("visit_settled", key, e.Seq, sum(l.Settled, l.Why, e.ActorName, instant(e.At)))
	case "visit.paper":
		t.claim("visit_paper", l.Number, e.Seq, sum(id, l.PaperSHA))
	case "visit.review":
		t.claim("visit_review", id+"/"+l.Finding+"/"+instant(e.At), e.Seq, sum(l.Verdict, l.Why, e.Actor))
	case "visit.lead":
		t.claim("visit_lead", l.Lead, e.Seq, sum(id))
	}
	return nil
}

// visits holds the visits, what came of them, how it was answered and settled, their papers and leads against the log; and their evidence against the
// records that name it.
func (t *told) visits() error {
	name := map[string]string{}
	err := each(t.q, "SELECT * FROM visits ORDER BY id", func(v *inspection.Visit) {
		name[v.ID] = v.Name
		t.row("visit", v.ID, errs.Msg("cmd.verify.thing.visit", v.Name, v.VisitOn), sum(v.Name, v.VisitOn.String(), v.State, strconv.FormatInt(v.Version, 10), v.Jurisdiction))
	})
	if err != nil {
		return err
	}
	thing := func(kind, visit string, more ...any) errs.Message {
		return errs.Msg("cmd.verify.thing."+kind, append([]any{name[visit]}, more...)...)
	}
	files := map[string][]string{}
	err = each(t.q, "SELECT * FROM visit_versions ORDER BY visit_id, seq", func(v *inspection.Version) {
		key := stepKey(v.VisitID, v.Seq)
		t.row("visit_version", key, thing("visit_version", v.VisitID, v.Seq), sum(v.SHA256, v.Source, strconv.FormatInt(v.Base, 10), strconv.FormatInt(v.SkewMs, 10), v.Actor, v.ActorName, instant(v.ReceivedAt)))
		if v.Settled != "" {
			at := ""
			if v.SettledAt != nil {
				at = instant(*v.SettledAt)
			}
			t.row("visit_settled", key, thing("visit_settled", v.VisitID, v.Seq), sum(v.Settled, v.SettledWhy, v.SettledName, at))
		}
		if rec, err := v.Record(); err == nil { // else the record itself was named as changed
			files[v.VisitID] = append(files[v.VisitID], rec.Files()...)
		}
	})
	if err != nil {
		return err
	}
	if err := t.answers(thing); err != nil {
		return err
	}
	err = each(t.q, "SELECT * FROM visit_papers ORDER BY number", func(p *inspection.Paper) {
		t.row("visit_paper", p.Number, thing("visit_paper", p.VisitID, p.Number), sum(p.VisitID, p.SHA256))
	})
	if err != nil {
		return err
	}
	err = each(t.q, "SELECT * FROM visit_reviews WHERE step = 'reviewed' ORDER BY visit_id, finding_id, seq", func(x *inspection.Review) {
		t.row("visit_review", x.VisitID+"/"+x.FindingID+"/"+instant(x.At), thing("visit_review", x.VisitID), sum(x.Verdict, x.Reason, x.Actor))
	})
	if err != nil {
		return err
	}
	err = each(t.q, "SELECT v.visit_id, l.number FROM visit_leads v JOIN leads l ON l.id = v.lead_id ORDER BY l.number", func(x *struct{ VisitID, Number string }) {
		t.row("visit_lead", x.Number, thing("visit_lead", x.VisitID, x.Number), sum(x.VisitID))
	})
	if err != nil {
		return err
	}
	return t.evidence(files, thing)
}

// answers holds what the office's check said against the log.
func (t *told) answers(thing func(kind, visit string, more ...any) errs.Message) error {
	var of []inspection.Answer
	done := func() {
		if len(of) > 0 {
			t.row("visit_answers", stepKey(of[0].VisitID, of[0].Seq), thing("visit_answers", of[0].VisitID, of[0].Seq), sum(inspection.AnswersSum(of)))
		}
		of = of[:0]
	}
	err := each(t.q, "SELECT * FROM visit_answers ORDER BY visit_id, seq, finding_id", func(x *inspection.Answer) {
		if len(of) > 0 && (of[0].VisitID != x.VisitID || of[0].Seq != x.Seq) {
			done()
		}
		of = append(of, *x)
	})
	done()
	return err
}

// evidence holds the pieces of evidence against the records that name them: none is missing, none came from elsewhere, and each has the first two lines of
// its custody.
func (t *told) evidence(files map[string][]string, thing func(kind, visit string, more ...any) errs.Message) error {
	there := map[string]bool{}
	err := each(t.q, `SELECT e.visit_id, e.sha256, e.place, (SELECT COUNT(*) FROM visit_custody c WHERE c.visit_id = e.visit_id AND c.sha256 = e.sha256
		AND (c.seq = 1 AND c.act = 'taken' OR c.seq = 2 AND c.act = 'received')) AS held FROM visit_evidence e ORDER BY e.visit_id, e.place`, func(x *struct {
		VisitID string
		SHA256  string `gorm:"column:sha256"`
		Place   int64
		Held    int
	}) {
		there[x.VisitID+x.SHA256] = true
		t.held["visit_evidence"]++
		if x.Held != 2 || !slices.Contains(files[x.VisitID], x.SHA256) {
			t.fault("visit_evidence", "cmd.verify.untold", thing("visit_evidence", x.VisitID, fmt.Sprint(x.Place)))
		}
	})
	for visit, list := range files {
		for _, sha := range list {
			if !there[visit+sha] {
				t.fault("visit_evidence", "cmd.verify.visit.lost", thing("visit_evidence", visit, sha[:12]))
			}
		}
	}
	return err
}
