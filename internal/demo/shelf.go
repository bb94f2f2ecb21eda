package demo

import (
	"context"
	"fmt"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/volume"
)

// reviewed is how many closed cases of these months were reviewed.
const reviewed = 40

// giveShelf gives what is not part of a matter's own way: papers that are still on their way, a publication taken down, volumes on their shelves and lent, files reviewed.
func (w *world) giveShelf(ctx context.Context) error {
	err := w.DB.Tx(ctx, func(tx *store.Tx) error {
		for _, do := range []func(*store.Tx) error{w.underway, w.takenDown, w.shelved} {
			if err := do(tx); err != nil {
				return fmt.Errorf("demonstration office, papers and volumes: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var ids []string
	if err := w.DB.Read(ctx).Raw("SELECT id FROM cases WHERE closed_on IS NOT NULL AND filed_on >= ? ORDER BY closed_on DESC, number LIMIT ?", w.today.AddDays(-600), reviewed).Scan(&ids).Error; err != nil {
		return err
	}
	_, err = w.Reviews.Run(ctx, w.by["chief"], ids...)
	return err
}

// found is a case with one of its officers.
type found struct {
	f  *casework.File
	by access.Actor
}

// among reads cases with one of their officers.
func (w *world) among(tx *store.Tx, sql string, args ...any) (out []found, err error) {
	var rows []struct{ ID, UserID, Name, Username string }
	err = tx.Raw(`SELECT c.id, u.id AS user_id, u.name, u.username FROM cases c JOIN members m ON m.subject_id = c.id AND m.part = 'officer' JOIN users u ON u.id = m.user_id
		WHERE NOT c.restricted AND m.user_id = (SELECT MIN(x.user_id) FROM members x WHERE x.subject_id = c.id AND x.part = 'officer') AND `+sql, args...).Scan(&rows).Error
	for _, r := range rows {
		by := w.by[r.Username]
		f, err := w.Docket.FindTx(tx, by, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, found{f, by})
	}
	return out, err
}

// underway are decisions on their way: one posted whose receipt is not back; one that could not be brought, then by a public notice that still runs; and confirmed
// addresses in some open cases.
func (w *world) underway(tx *store.Tx) error {
	cases, err := w.among(tx, "c.kind = 'counterfeit' AND c.state = 'decided' ORDER BY c.decided_on, c.number")
	if err != nil {
		return err
	}
	for i, c := range cases {
		j := slices.IndexFunc(c.f.Documents, func(d document.Document) bool {
			return d.Template == "penalty_decision" || d.Template == "no_penalty_decision"
		})
		if j < 0 {
			continue
		}
		party := c.f.Parties[slices.IndexFunc(c.f.Parties, func(p casework.Party) bool { return p.Role == "respondent" })]
		try := papers.Service{DocumentID: c.f.Documents[j].ID, CaseID: c.f.ID, Recipient: party.Name, Address: w.home(party), TriedOn: w.end, Servers: w.servers(c.f)}
		at := tx.At(on(w.end, 380+i))
		if i%2 == 0 {
			if err := w.failedThenNotice(at, c, try); err != nil {
				return err
			}
			continue
		}
		try.ID, try.Way, try.State = tx.NewID(), "post", papers.AwaitingProof
		w.how(&try, "", party)
		if _, err := w.Papers.ServeTx(at, c.by, try); err != nil {
			return err
		}
	}
	if cases, err = w.among(tx, "c.kind = 'infringement' AND c.state IN ('served', 'defence', 'hearing_set') ORDER BY c.filed_on DESC, c.number LIMIT 4"); err != nil {
		return err
	}
	for i, c := range cases {
		for _, p := range c.f.Parties[:min(2, len(c.f.Parties))] {
			at := tx.At(on(w.end, 20+i))
			id, err := w.proof(at, c.by, c.f.ID, w.say("sv.confirmed", nil)+" "+p.Name+".png")
			if err != nil {
				return err
			}
			a := papers.Address{ID: tx.NewID(), CaseID: c.f.ID, Party: p.Name, Address: w.home(p), Receiver: w.person(), Phone: w.phone(), OnDay: w.end, Proof: id}
			if i == 0 {
				a.Electronic = "songda@example.com"
			}
			if err := w.Papers.ConfirmTx(at, c.by, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) failedThenNotice(at *store.Tx, c found, try papers.Service) error {
	try.ID, try.Way, try.State, try.Reason = at.NewID(), "direct", papers.Failed, w.say("sv.failed", nil)
	if _, err := w.Papers.ServeTx(at, c.by, try); err != nil {
		return err
	}
	id, err := w.proof(at, c.by, c.f.ID, w.say("sv.posted", nil)+".png")
	if err != nil {
		return err
	}
	try.ID, try.Way, try.State, try.Reason = at.NewID(), "public_notice", papers.Done, w.say("sv.notice", nil)
	try.Proof = id
	_, err = w.Papers.ServeTx(at, c.by, try)
	return err
}

func (w *world) servers(f *casework.File) string {
	var out string
	for i, m := range f.Officers() {
		if i > 0 {
			out += "、"
		}
		out += m.Name
	}
	return out
}

// takenDown withdraws a publication that had a mistake in it; it is published again.
func (w *world) takenDown(tx *store.Tx) error {
	var p []papers.Publication
	if err := tx.Where("jurisdiction = ? AND state = ?", city, papers.Published).Order("published_on DESC, id").Limit(6).Find(&p).Error; err != nil || len(p) == 0 {
		return err
	}
	x := p[len(p)-1]
	c, err := w.among(tx, "c.id = ?", x.CaseID)
	if err != nil || len(c) == 0 {
		return err
	}
	return w.Papers.WithdrawTx(tx.At(on(w.end, 200)), c[0].by, x.ID, x.Version, papers.Taking{Ground: papers.Mistake, On: w.back(w.end, 2), Reason: w.say("pub.withdrawn", nil), Where: w.say("cf.published", filler{"province": province(w.end)})})
}

// shelved puts the volumes of the archive on their shelves; one is out and overdue, one is out, one came back.
func (w *world) shelved(tx *store.Tx) error {
	cases, err := w.among(tx, "c.state = 'archived' AND c.jurisdiction = ? AND c.filed_on >= ? ORDER BY c.closed_on DESC, c.number LIMIT 24", city, w.today.AddDays(-600))
	if err != nil {
		return err
	}
	keeper := w.staff[city].archivists[0]
	loans := []struct{ out, due, back calendar.Day }{
		{w.back(w.end, 24), w.back(w.end, 4), 0}, {w.back(w.end, 3), w.plus(w.end, 12), 0}, {w.back(w.end, 30), w.back(w.end, 10), w.back(w.end, 12)},
	}
	for i, c := range cases {
		stored := c.f.Last("archive").OnDay
		at := tx.At(on(min(w.plus(stored, 1), w.end), 10+i))
		if err := w.Volumes.PutTx(at, keeper, c.f.ID, w.say("vol.place", filler{"shelf": fmt.Sprintf("%c-%02d-%d", 'A'+i%3, 1+i/3, 1+i%4)})); err != nil {
			return err
		}
		if len(loans) == 0 || stored >= loans[0].out {
			continue
		}
		x := loans[0]
		loans = loans[1:]
		l := volume.Loan{ID: tx.NewID(), Borrower: w.sentences["vol.borrower"][i%4], Purpose: w.sentences["vol.purpose"][i%4], Approver: w.staff[city].chiefs[0].Name, OutOn: x.out, DueOn: x.due}
		if err := w.Volumes.LendTx(tx.At(on(x.out, 70)), keeper, c.f.ID, l); err != nil {
			return err
		}
		if !x.back.IsZero() {
			if err := w.Volumes.BackTx(tx.At(on(x.back, 90)), keeper, c.f.ID, l.ID, x.back); err != nil {
				return err
			}
		}
	}
	return nil
}
