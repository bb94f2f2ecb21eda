package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/document"
	"huzhi/internal/evidence"
	"huzhi/internal/papers"
	"huzhi/internal/store"
)

// aside plans something that the matter does not wait for: what follows keeps its times. It is left out once the matter has ended, or where it would lie after the last day.
func (s *script) aside(t time.Time, do func(tx *store.Tx) error) {
	if !s.over && calendar.DayOf(t) <= s.end {
		s.acts = append(s.acts, act{t, do})
	}
}

// again reads the case's version anew after an act that is none of the script's steps.
func (s *script) again(tx *store.Tx, by access.Actor) (*casework.File, error) {
	f, err := s.Docket.FindTx(tx, by, s.caseID)
	if err == nil {
		s.version = f.Version
	}
	return f, err
}

// proves plans the evidence of a case of these months: a photograph and a scan, and in one case of three a sample with its custody. Nothing of it takes from the
// chance by which the matters are planned.
func (s *script) proves(product string, nth int) {
	if !s.now || s.over {
		return
	}
	taken, by := s.back(calendar.DayOf(s.t), 1), s.officers[0]
	s.at(s.t, func(tx *store.Tx) error {
		if err := s.shows(tx, by, product+"现场照片.png", "image/png", uint64(nth), photograph); err != nil {
			return err
		}
		if nth%2 == 0 {
			if err := s.shows(tx, by, s.say("ev.scan", nil)+".pdf", "application/pdf", uint64(nth/2), scan); err != nil {
				return err
			}
		}
		if nth%3 == 0 {
			return s.sample(tx, product, taken, nth)
		}
		return nil
	})
	s.aside(on(s.plus(calendar.DayOf(s.t), 1), 12), func(tx *store.Tx) error { return s.weighs(tx, nth) })
}

// proved plans the photograph in the file of a penalty of the years of the report; of nine cases in ten.
func (s *script) proved(product string) {
	if s.now || s.outcome != counterfeit.Penalised || s.nth%10 == 0 {
		return
	}
	by := s.officers[0]
	s.at(s.t, func(tx *store.Tx) error {
		if err := s.shows(tx, by, product+"现场照片.png", "image/png", uint64(s.nth), photograph); err != nil {
			return err
		}
		items, err := s.Evidence.OfTx(tx, &evidence.Matter{Kind: "case", ID: s.caseID})
		if err != nil {
			return err
		}
		return s.line(tx, by, &items[0].Item, evidence.Act{Act: evidence.Accepted, Note: s.sentences["ev.accepted"][s.nth%3]})
	})
}

// shows attaches one of the drawn pages.
func (s *script) shows(tx *store.Tx, by access.Actor, name, mediaType string, seed uint64, draw func(seed uint64) ([]byte, error)) error {
	ref, err := s.drawn(tx, mediaType, seed, draw)
	if err != nil {
		return err
	}
	return s.Docket.AttachTx(tx, by, s.caseID, "", name, mediaType, ref)
}

// weighs says of the evidence that it was verified; of one case in nine something is forgotten.
func (s *script) weighs(tx *store.Tx, nth int) error {
	items, err := s.Evidence.OfTx(tx, &evidence.Matter{Kind: "case", ID: s.caseID})
	if err != nil {
		return err
	}
	for i := range items {
		if nth%9 == 4 && i == 0 {
			continue
		}
		act := evidence.Act{Act: evidence.Accepted, Note: s.say("ev.accepted", nil)}
		if err := s.line(tx, s.officers[0], &items[i].Item, act); err != nil {
			return err
		}
	}
	return nil
}

// line writes an act into an item's ledger; a record of it is kept first.
func (s *script) line(tx *store.Tx, by access.Actor, x *evidence.Item, a evidence.Act) error {
	return s.world.line(tx, by, s.caseID, x, a)
}

func (w *world) line(tx *store.Tx, by access.Actor, caseID string, x *evidence.Item, a evidence.Act) error {
	ref, err := w.signed(tx, &a)
	if err != nil {
		return err
	}
	if err := w.Evidence.WriteTx(tx, by, x, &evidence.Matter{Kind: "case", ID: caseID}, x.Lines, a, ref); err != nil {
		return fmt.Errorf("%s %s: %w", x.Name, a.Act, err)
	}
	return nil
}

// sample plans the custody of a sample: collected and sealed on the spot, compared, brought to the store.
func (s *script) sample(tx *store.Tx, product string, taken calendar.Day, nth int) error {
	by, second, shop := s.officers[0], s.officers[1], s.keeper()
	m := &evidence.Matter{Kind: "case", ID: s.caseID}
	place := s.say("ev.spot", nil)
	x, err := s.Evidence.AddTx(tx, by, m, evidence.NewItem{Form: evidence.Thing, Kind: "physical", Name: product + "（样品）", Quantity: "2件", Proves: s.say("ev.proves", filler{"product": product}),
		Source: s.say("ev.source", nil), Place: place, OnAt: on(taken, 40)})
	if err != nil {
		return err
	}
	list := "封存清单.png"
	if nth%15 == 0 {
		list = "" // forgotten: the review of the file finds it
	}
	for _, a := range []evidence.Act{
		{Act: evidence.Sealed, From: by.Name, To: by.Name, Place: place, SealNo: sealNo(taken, nth), OnAt: on(taken, 55), RecordName: list},
		{Act: evidence.Examined, From: by.Name, To: second.Name, Note: s.say("ev.compared", nil), OnAt: on(taken, 330)},
		{Act: evidence.Stored, From: second.Name, To: shop.Name, Place: s.shelf(nth), OnAt: on(taken, 420)},
	} {
		if err := s.line(tx, by, x, a); err != nil {
			return err
		}
	}
	return nil
}

// keeper is who keeps an office's things.
func (s *script) keeper() access.Actor { return s.staff[s.office].archivists[0] }

func sealNo(on calendar.Day, nth int) string {
	return fmt.Sprintf("湖知封%d-%04d", on.Year(), 1000+nth*7%9000)
}

// shelf is a place in the store of things.
func (w *world) shelf(nth int) string {
	return w.say("ev.store", filler{"shelf": string(rune('A'+nth%4)) + "-" + fmt.Sprintf("%02d", 1+nth%12) + "-" + fmt.Sprint(1+nth%5)})
}

// gives plans what becomes of the samples at the end: returned, or destroyed where the act was established.
func (s *script) gives(nth int) {
	if !s.now || nth%3 != 0 {
		return
	}
	keeper, officers := s.keeper(), s.officers
	s.at(s.t, func(tx *store.Tx) error {
		items, err := s.Evidence.OfTx(tx, &evidence.Matter{Kind: "case", ID: s.caseID})
		if err != nil {
			return err
		}
		for i := range items {
			x := &items[i].Item
			if x.Form != evidence.Thing || x.Over() {
				continue
			}
			a := evidence.Act{Act: evidence.Returned, From: x.Keeper, To: s.party, Note: s.say("ev.returned", nil), RecordName: "物品发还清单.png"}
			if nth%2 == 0 {
				a = evidence.Act{Act: evidence.Destroyed, From: x.Keeper, To: officers[0].Name + "、" + officers[1].Name, Note: s.say("ev.destroyed", filler{"number": s.number}), RecordName: "物品销毁记录.png"}
			}
			if err := s.line(tx, keeper, x, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// served writes down how the paper of a step was served, as the step says: each party with the receipt.
func (s *script) served(tx *store.Tx, by access.Actor, step *casework.Step, data casework.Facts) error {
	for _, v := range step.Serves {
		f, err := s.again(tx, by)
		if err != nil {
			return err
		}
		paper, way, day := v.Paper(f), data[v.Way], data.Day(v.On)
		i := slices.IndexFunc(f.Documents, func(d document.Document) bool { return d.ID == paper })
		if i < 0 || way == "" || day.IsZero() {
			continue
		}
		if err := s.deliver(tx, by, f, &f.Documents[i], way, max(day, f.Documents[i].IssuedOn), data[v.Receiver], v.Roles); err != nil {
			return err
		}
	}
	return nil
}

// deliver serves a paper to the parties of some roles; of no role, to all.
func (s *script) deliver(tx *store.Tx, by access.Actor, f *casework.File, doc *document.Document, way string, day calendar.Day, receiver string, roles []string) error {
	if way != "direct" && way != "left" && way != "post" {
		return nil
	}
	for _, p := range f.Parties {
		if p.GoneTo != "" || p.Role != "respondent" && p.Role != "requester" || len(roles) > 0 && !slices.Contains(roles, p.Role) {
			continue
		}
		if way == "post" && s.nth%3 == 1 { // nobody was there, then by post
			vain := papers.Service{ID: tx.NewID(), DocumentID: doc.ID, CaseID: f.ID, Recipient: p.Name, Way: "direct", Address: s.home(p), TriedOn: day, State: papers.Failed, Servers: s.both(), Reason: s.say("sv.failed", nil)}
			if _, err := s.Papers.ServeTx(tx, by, vain); err != nil {
				return err
			}
		}
		proof, err := s.proof(tx, by, way, doc.Number)
		if err != nil {
			return err
		}
		x := papers.Service{ID: tx.NewID(), DocumentID: doc.ID, CaseID: f.ID, Recipient: p.Name, Way: way, Address: s.home(p), TriedOn: day, ServedOn: day, State: papers.Done, Servers: s.both(), Proof: proof}
		s.how(&x, receiver, p)
		if _, err := s.Papers.ServeTx(tx, by, x); err != nil {
			return fmt.Errorf("%s, %s of %s to %s: %w", s.number, way, doc.Number, p.Name, err)
		}
	}
	_, err := s.again(tx, by)
	return err
}

// tells plans how the notice before a penalty was served: on the day on which it was made, to the party itself.
func (s *script) tells() {
	if !s.now {
		return
	}
	by := s.officers[0]
	s.at(s.t, func(tx *store.Tx) error {
		f, err := s.again(tx, by)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.Documents, func(d document.Document) bool { return d.Template == "penalty_notice" })
		if i < 0 {
			return nil
		}
		return s.deliver(tx, by, f, &f.Documents[i], "direct", f.Documents[i].IssuedOn, "", []string{"respondent"})
	})
}

// how fills in what a way asks for.
func (w *world) how(x *papers.Service, receiver string, p casework.Party) {
	switch x.Way {
	case "direct":
		name, relation, _ := strings.Cut(strings.TrimSuffix(receiver, "）"), "（")
		if p.Role == "requester" || name == "" || relation == "" {
			name, relation = w.person(), w.sentences["sv.relation"][int(x.TriedOn)%len(w.sentences["sv.relation"])]
		}
		x.Receiver, x.Relation = name, relation
	case "left":
		x.Witness, x.Note = w.person()+w.say("sv.witness", nil), w.say("sv.left", nil)
	case "post":
		x.PostalNo = fmt.Sprintf("EX%09d9CN", int(x.TriedOn)*7919%1_000_000_000)
	}
}

func (s *script) both() string { return s.officers[0].Name + "、" + s.officers[1].Name }

// home is where a party is served.
func (w *world) home(p casework.Party) string {
	if p.Address != "" {
		return p.Address
	}
	return w.seat(p.Name)
}

// proof keeps the signed receipt of a service as a file of the case, and gives its id.
func (s *script) proof(tx *store.Tx, by access.Actor, way, number string) (string, error) {
	return s.world.proof(tx, by, s.caseID, s.say("sv.proof."+way, nil)+" "+number+".png")
}

func (w *world) proof(tx *store.Tx, by access.Actor, caseID, name string) (string, error) {
	ref, err := w.drawn(tx, "sheet", uint64(len(name))*31+uint64(tx.Now.UnixMilli()/60000), sheet)
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	return id, w.Docket.AttachTx(tx, by, caseID, id, name, "image/png", ref)
}

// publishes plans that a decision is made public on a day: redacted, frozen, and shown.
func (s *script) publishes(t time.Time, low bool) {
	by := s.officers[0]
	s.at(t, func(tx *store.Tx) error {
		f, err := s.again(tx, by)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.Documents, func(d document.Document) bool { return d.Template == "penalty_decision" })
		if i < 0 {
			return fmt.Errorf("%s: no decision to publish", s.number)
		}
		f.Today = calendar.DayOf(tx.Now)
		choice := papers.Choice{Low: low}
		for _, p := range f.Parties {
			if p.Role == "respondent" && p.Form == "trader" { // who may live where the shop is
				choice.Words = append(choice.Words, p.Address)
			}
		}
		p, _, err := s.Papers.Propose(f, f.Documents[i].ID, choice)
		if err == nil {
			_, err = s.Papers.PublishTx(tx, by, f.ID, f.Documents[i].ID, p.SHA256, choice, s.say("cf.published", filler{"province": province(f.Today)}))
		}
		if err != nil {
			return fmt.Errorf("%s, publication: %w", s.number, err)
		}
		_, err = s.again(tx, by)
		return err
	})
	s.ends("publish")
}
