package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// giveRounds writes the inspections of the last days: a sweep of a market with its shops, a factory, a shop that two telephones recorded
// differently, and those planned for today.
func (w *world) giveRounds(ctx context.Context) error {
	officers := []access.Actor{w.by["officer"], w.by["officer2"]}
	sweep := w.end.Time().Add(9*time.Hour + 30*time.Minute)
	for i, v := range []struct {
		kind, place string
		parties     int
		began       time.Time
		twice       bool
	}{
		{"warehouse", "330503", 1, w.back(w.end, 3).Time().Add(10 * time.Hour), false}, {"market", "330502", 4, sweep, false},
		{"factory", "330523", 1, sweep.Add(4 * time.Hour), false}, {"shop", "330521", 1, sweep.Add(6 * time.Hour), true},
	} {
		rec, err := w.record(v.kind, v.place, v.parties, v.began, officers)
		if err == nil {
			err = w.bring(ctx, officers, rec, v.twice, uint64(i))
		}
		if err != nil {
			return fmt.Errorf("demonstration office, inspection: %w", err)
		}
	}
	return w.DB.Tx(ctx, func(tx *store.Tx) error {
		at := tx.At(w.end.Time().Add(17 * time.Hour))
		for i, v := range [][2]string{{"shop", "330522"}, {"market", "330523"}} {
			if _, err := w.Rounds.PlanTx(at, w.by["chief"], inspection.Plan{Jurisdiction: "330500", Place: v[1], Kind: v[0], Name: w.say("visit."+v[0], nil), Note: w.say("visit.plan", nil),
				On: w.today.AddDays(i), Officers: []string{officers[0].ID, officers[1].ID}}); err != nil {
				return fmt.Errorf("demonstration office, plan: %w", err)
			}
		}
		return nil
	})
}

// record is a finished record. Its identifiers are made when it is brought.
func (w *world) record(kind, place string, parties int, began time.Time, officers []access.Actor) (inspection.Record, error) {
	rec := inspection.Record{Jurisdiction: "330500", Place: place, Kind: kind, Name: w.say("visit."+kind, nil), Officers: []string{officers[0].ID, officers[1].ID}, Shown: true,
		BeganAt: began, EndedAt: began.Add(time.Duration(parties) * 25 * time.Minute), Finished: true, Device: "Android 14; Mobile",
		Position:  &inspection.Position{Latitude: 30.6 + w.rng.Float64()/3, Longitude: 119.6 + w.rng.Float64()/2, Accuracy: float64(5 + w.rng.IntN(30)), At: began},
		Checklist: []inspection.Checked{{Item: "shown", Answer: "yes"}, {Item: "rights", Answer: "yes"}, {Item: "elements", Answer: "no"}}}
	for i := range parties {
		at := began.Add(time.Duration(i) * 25 * time.Minute)
		p := inspection.Party{Name: rec.Name, Person: w.say("visit.person", nil), Statement: w.say("visit.statement", nil)}
		if kind == "market" || kind == "warehouse" {
			p.Name, p.Address = w.say("visit.party", nil), w.say("visit.stall", nil)
		}
		n, err := patent.Make(2011+w.rng.IntN(8), patent.UtilityModel, 9100000+w.rng.IntN(90000))
		if err != nil {
			return rec, err
		}
		f := inspection.Finding{At: at, Number: n.Normal(), How: inspection.Typed, Decision: "confirm",
			Facts: patent.Facts{Medium: patent.Packaging, Role: patent.Seller, Party: p.Name, Product: w.say("visit.product", nil), Text: "中国实用新型专利 " + n.Normal()}}
		switch i % 3 {
		case 0:
			f.Facts.Text, f.Decision, f.Verdict, f.Reason = "专利产品 仿冒必究 "+n.Normal(), "overrule", string(patent.Suspect), w.say("visit.reason", nil)
			p.Goods = []inspection.Goods{{Item: f.Facts.Product, Quantity: int64(20 + w.rng.IntN(200)), Unit: "件", UnitPrice: int64(1500 + w.rng.IntN(9000)), Kept: w.say("visit.kept", nil)}}
		case 1:
			f.Facts.Text, f.Number = "专利产品", ""
			p.Measures = []inspection.Measure{{Kind: inspection.Correction, Text: w.say("visit.order", nil), At: at}}
		}
		p.Findings = []inspection.Finding{f}
		p.Sign = &inspection.Sign{How: inspection.OnPaper, Name: p.Person, At: at.Add(20 * time.Minute)}
		if i == 2 {
			p.Sign = &inspection.Sign{How: inspection.Refused, Witness: w.say("visit.witness", nil), Reason: w.say("visit.refusal", nil), At: at.Add(20 * time.Minute)}
		}
		rec.Parties = append(rec.Parties, p)
	}
	return rec, nil
}

// bring hands a record in as a telephone does: photographs first. twice: a second telephone had written something else.
func (w *world) bring(ctx context.Context, officers []access.Actor, rec inspection.Record, twice bool, seed uint64) error {
	return w.DB.Tx(ctx, func(tx *store.Tx) error {
		at := tx.At(rec.EndedAt.Add(40 * time.Minute))
		for i := range rec.Parties {
			p := &rec.Parties[i]
			p.ID = at.NewID()
			for j := range p.Findings {
				f := &p.Findings[j]
				f.ID = at.NewID()
				picture, err := photograph(seed*100 + uint64(i))
				if err != nil {
					return err
				}
				ref, err := w.Blobs.Put(ctx, bytes.NewReader(picture), 1<<20)
				if err != nil {
					return err
				}
				if err := w.Rounds.SentTx(at, officers[0], ref, "image/png"); err != nil {
					return err
				}
				f.Photos = []inspection.Photo{{SHA256: ref.SHA256, Name: fmt.Sprintf("IMG_%04d.png", 2000+seed*100+uint64(i)), MediaType: "image/png", Size: ref.Size, TakenAt: f.At, Position: rec.Position}}
			}
		}
		id := at.NewID()
		in := inspection.Arrival{Record: rec, SentAt: at.Now, Source: inspection.Phone, Agent: rec.Device}
		if _, err := w.Rounds.ReceiveTx(at, officers[0], id, in); err != nil || !twice {
			return err
		}
		in.Record.Note, in.SentAt = w.say("visit.second", nil), time.Time{}
		_, err := w.Rounds.ReceiveTx(tx.At(rec.EndedAt.Add(time.Hour)), officers[0], id, in)
		return err
	})
}
