package app

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// tie is what an entry tells of who works on a case, or of what it is linked with.
type tie struct {
	Number         string
	Version        int64
	OfficerLeft    string `json:"officer_left"`
	OfficerJoined  string `json:"officer_joined"`
	ReviewerLeft   string `json:"reviewer_left"`
	ReviewerJoined string `json:"reviewer_joined"`
	Reason         string
	Link, Type     string
	Of, With       string // numbers: the case that the link is said of, and the other one of this entry's
}

// tied takes down what such an entry tells. Of a link both cases' logs tell; the one it is said of counts.
func (t *told) tied(e *audit.Entry, id string) error {
	var x tie
	if err := json.Unmarshal([]byte(e.Detail), &x); err != nil {
		return err
	}
	switch {
	case e.Action == "case.assign":
		t.claim("assigned", stepKey(id, x.Version), e.Seq, x.assigned(e.Actor, e.ActorName, e.At))
	case e.Action == "case.link" && x.Number == x.Of:
		t.claim("link", x.Link, e.Seq, sum(x.Of, x.With, x.Type, x.Reason, e.Actor, e.ActorName, instant(e.At)))
	case e.Action == "case.unlink" && x.Number == x.Of:
		t.unlinked[x.Link] = sum(x.Reason, e.Actor, e.ActorName, instant(e.At))
	}
	return nil
}

func (x tie) assigned(by, name string, at time.Time) digest {
	return sum(x.OfficerLeft, x.OfficerJoined, x.ReviewerLeft, x.ReviewerJoined, x.Reason, by, name, instant(at))
}

// assigned holds who came to work on cases and who left against the log.
func (t *told) assigned() error {
	type row struct {
		casework.Assigned
		Number string
	}
	var one []row // of one decision
	settle := func() {
		if len(one) == 0 {
			return
		}
		x := tie{Reason: one[0].Reason}
		for part, to := range map[string][2]*string{casework.PartOfficer: {&x.OfficerLeft, &x.OfficerJoined}, casework.PartReviewer: {&x.ReviewerLeft, &x.ReviewerJoined}} {
			for i, joined := range []bool{false, true} {
				var names []string
				for _, r := range one {
					if r.Part == part && r.Joined == joined {
						names = append(names, r.Name)
					}
				}
				slices.Sort(names)
				*to[i] = strings.Join(names, "、")
			}
		}
		t.row("assigned", stepKey(one[0].CaseID, one[0].Seq), errs.Msg("cmd.verify.thing.assigned", one[0].Number), x.assigned(one[0].Actor, one[0].ActorName, one[0].At))
		one = nil
	}
	err := each(t.q, "SELECT a.*, COALESCE(c.number, a.case_id) AS number FROM case_assignments a LEFT JOIN cases c ON c.id = a.case_id ORDER BY a.case_id, a.seq", func(r *row) {
		if len(one) > 0 && (one[0].CaseID != r.CaseID || one[0].Seq != r.Seq) {
			settle()
		}
		one = append(one, *r)
	})
	settle()
	return err
}

// links holds the links between cases against the log.
func (t *told) links() error {
	type row struct {
		casework.Link
		Of, With string
	}
	return each(t.q, `SELECT l.*, COALESCE(a.number, l.from_case) AS of, COALESCE(b.number, l.to_case) AS "with" FROM case_links l
		LEFT JOIN cases a ON a.id = l.from_case LEFT JOIN cases b ON b.id = l.to_case ORDER BY l.made_at, l.id`, func(l *row) {
		thing := errs.Msg("cmd.verify.thing.link", l.Of, l.With)
		t.row("link", l.ID, thing, sum(l.Of, l.With, l.Type, l.Reason, l.MadeBy, l.MadeName, instant(l.MadeAt)))
		must, ended := t.unlinked[l.ID]
		var is digest
		if l.RemovedAt != nil {
			is = sum(l.RemovedReason, l.RemovedBy, l.RemovedName, instant(*l.RemovedAt))
		}
		if ended != (l.RemovedAt != nil) || ended && is != must {
			t.fault("link", "cmd.verify.untold", thing)
		}
	})
}
