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
	Skew            int64             `json:"skew_ms"`
	Answers         string            // nothing in the entries of older programs
	Evidence        map[string]string // by its number; nil in the entries of older programs
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
		if l.Evidence == nil {
			t.silent[id+"/"+instant(e.At)] = true
		}
		for place, digest := range l.Evidence {
			t.claim("visit_evidence", id+"/"+place, e.Seq, sum(digest))
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

// evidence holds the pieces of evidence against the entries of the records that brought them, and against the records that name them: none was changed, none is
// missing, none came from elsewhere, each has the first two lines of its custody, and who carried it into a case did. Entries of older programs do not tell of
// evidence: theirs is held against the records alone.
func (t *told) evidence(files map[string][]string, thing func(kind, visit string, more ...any) errs.Message) error {
	lines := map[string][]inspection.Custody{}
	err := each(t.q, "SELECT * FROM visit_custody WHERE seq < 3 ORDER BY visit_id, sha256, seq", func(c *inspection.Custody) {
		lines[c.VisitID+c.SHA256] = append(lines[c.VisitID+c.SHA256], *c)
	})
	if err != nil {
		return err
	}
	there := map[string]bool{}
	err = each(t.q, "SELECT * FROM visit_evidence ORDER BY visit_id, place", func(e *inspection.Evidence) {
		there[e.VisitID+e.SHA256] = true
		what, key := thing("visit_evidence", e.VisitID, fmt.Sprint(e.Place)), e.VisitID+"/"+strconv.FormatInt(e.Place, 10)
		held := lines[e.VisitID+e.SHA256]
		if t.silent[e.VisitID+"/"+instant(e.ReceivedAt)] {
			t.held["visit_evidence"]++
			if len(held) != 2 || held[0].Act != inspection.ActTaken || held[1].Act != inspection.ActReceived || !slices.Contains(files[e.VisitID], e.SHA256) {
				t.fault("visit_evidence", "cmd.verify.untold", what)
			}
			return
		}
		t.row("visit_evidence", key, what, sum(inspection.EvidenceSum(e, held...)))
	})
	if err != nil {
		return err
	}
	err = each(t.q, `SELECT c.visit_id, e.place FROM visit_custody c LEFT JOIN visit_evidence e ON e.visit_id = c.visit_id AND e.sha256 = c.sha256
		WHERE c.seq > 2 AND (c.act <> 'carried' OR NOT EXISTS (SELECT 1 FROM case_files f JOIN cases k ON k.id = f.case_id WHERE k.number = c.note AND f.sha256 = c.sha256))
		UNION SELECT e.visit_id, e.place FROM visit_evidence e JOIN visit_leads v ON v.visit_id = e.visit_id AND v.party_id = e.party_id JOIN leads l ON l.id = v.lead_id JOIN cases k ON k.id = l.case_id
		JOIN case_files f ON f.case_id = k.id AND f.sha256 = e.sha256 AND f.name = CAST(e.place AS TEXT) || '-' || e.name
		WHERE NOT EXISTS (SELECT 1 FROM visit_custody c WHERE c.visit_id = e.visit_id AND c.sha256 = e.sha256 AND c.act = 'carried' AND c.note = k.number)`,
		func(x *struct {
			VisitID string
			Place   int64
		}) {
			t.fault("visit_evidence", "cmd.verify.untold", thing("visit_evidence", x.VisitID, fmt.Sprint(x.Place)))
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
