package demo

import (
	"strconv"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
)

// measures plans counterfeit cases with a side procedure that is open today: a sealing near its end, one that was taken in urgency and waits for
// its approval, preserved evidence, a suspension, one that is asked for, a hearing that is notified, and a request for more time.
func (w *world) measures() {
	const nearEnd = 26 // days since the goods were sealed, of thirty
	first := w.by["officer"]
	begin := func(office string, start calendar.Day, until string) *script {
		s := w.counterfeit(spec{office: office, place: w.within(office), start: start, now: true, until: until, outcome: counterfeit.Penalised, first: first, source: "own_patrol"})
		s.over = false // it goes on with what is planned here
		return s
	}
	goods := func(s *script) casework.Facts {
		return casework.Facts{"present": s.officers[0].ID + "," + s.officers[1].ID, "things": w.say("cf.things", filler{"n": strconv.Itoa(w.between(20, 300))}), "things_place": w.say("cf.kept", nil),
			"measure_record": w.say("cf.counted", nil), "signed": "signed"}
	}
	with := func(a, b casework.Facts) casework.Facts {
		for k, v := range b {
			a[k] = v
		}
		return a
	}
	sealing := casework.Facts{"seal_form": "seize", "seal_proof": "proven", "seal_evidence": w.say("cf.proof", nil)}

	// Working days lie between the report and what is planned: it is filed by then, whatever holiday lies between.
	on := w.working(w.today.AddDays(-nearEnd))
	s := begin(city, w.back(on, 10), "file")
	s.sideAt(w.hour(w.back(on, 1)), "", "ask_sealing", s.officers[0], with(casework.Facts{"seal_what": w.say("cf.planned", nil)}, sealing))
	s.sideAt(w.hour(on), "sealing", "approve_sealing", s.boss, nil)
	s.sideAt(s.later(s.t, 0, 0), "sealing", "seal", s.officers[0], goods(s))
	s.holds(3)
	s.commit()

	s = begin(city, w.back(w.end, 8), "file")
	t := w.hour(w.end)
	s.sideAt(t, "", "seal_urgent", s.officers[0], with(with(goods(s), sealing), casework.Facts{"taken_at": t.In(calendar.Zone()).Format("15:04")}))
	s.commit()

	s = begin(city, w.back(w.end, 12), "file")
	keep := casework.Facts{"loss_risk": w.say("cf.risk", nil), "no_sampling": "yes"}
	s.sideAt(w.hour(w.back(w.end, 4)), "", "ask_preservation", s.officers[0], with(casework.Facts{"preserve_what": w.say("cf.books", nil)}, keep))
	s.sideAt(w.hour(w.back(w.end, 3)), "preservation", "approve_preservation", s.boss, nil)
	s.sideAt(s.later(s.t, 0, 0), "preservation", "preserve", s.officers[0], with(goods(s), casework.Facts{"things": w.say("cf.books", nil)}))
	s.commit()

	suspend := casework.Facts{"suspension_ground": "related_case", "suspension_reason": w.say("cf.waits", nil), "review_on": w.plus(w.today, 15).String()}
	s = begin("330521", w.back(w.end, 42), "file")
	s.sideAt(w.hour(w.back(w.end, 25)), "", "ask_suspension", s.officers[0], suspend)
	s.side(1, 2, "suspension", "approve_suspension", s.boss, nil)
	s.commit()
	s = begin("330521", w.back(w.end, 21), "file")
	s.sideAt(w.hour(w.end), "", "ask_suspension", s.officers[0], suspend)
	s.commit()

	s = begin(city, w.back(w.end, 49), "review")
	on = w.back(w.end, 6)
	s.stepAt(w.hour(on), "notify", s.officers[0], casework.Facts{"planned_fine": fen(120000), "planned_confiscation": fen(s.income), "notice_reasons": w.say("cf.proof", nil), "notice_served_on": on.String()}, "")
	s.sideAt(w.hour(w.back(w.end, 3)), "", "ask_hearing", s.officers[0], casework.Facts{"hearing_asked_on": w.back(w.end, 3).String(), "hearing_asked_by": w.receiver()})
	at := w.back(w.end, 1)
	s.sideAt(w.hour(at), "hearing", "notify_hearing", w.reviewer(s, 0), casework.Facts{"session_on": w.plus(at, 8).String(), "session_time": "09:30", "session_place": w.say("cf.room", nil),
		"session_open": "public", "host": w.reviewer(s, 1).ID, "session_notice_on": at.String()})
	s.commit()

	s = begin(city, w.working(w.today.AddDays(-85)), "file")
	s.sideAt(w.hour(w.end).Add(time.Minute), "", "ask_extension", s.officers[0], casework.Facts{"extend_by": "30", "extension_reason": w.say("cf.longer", nil)})
	s.commit()
}

// goodsHeld plans two more sealings that run today: one that was extended, and one that nobody released or extended in time.
func (w *world) goodsHeld() {
	for i, days := range []int{44, 37} {
		day := w.working(w.today.AddDays(-days))
		s := w.counterfeit(spec{office: city, place: w.within(city), start: w.back(day, 10), now: true, until: "file", outcome: counterfeit.Penalised, first: w.by["officer"], source: "own_patrol"})
		s.over = false
		s.sideAt(w.hour(w.back(day, 1)), "", "ask_sealing", s.officers[0], casework.Facts{"seal_form": "seize", "seal_proof": "proven", "seal_evidence": w.say("cf.proof", nil), "seal_what": w.say("cf.planned", nil)})
		s.sideAt(w.hour(day), "sealing", "approve_sealing", s.boss, nil)
		s.sideAt(s.later(s.t, 0, 0), "sealing", "seal", s.officers[0], casework.Facts{"present": s.officers[0].ID + "," + s.officers[1].ID, "things": w.say("cf.things", filler{"n": strconv.Itoa(w.between(20, 300))}),
			"things_place": w.sentences["cf.kept"][1], "measure_record": w.say("cf.counted", nil), "signed": "signed"})
		s.holds(5 + i)
		if i == 0 {
			granted := w.working(day.AddDays(27)) // of the thirty days
			s.sideAt(w.hour(w.back(granted, 1)), "sealing", "ask_longer", s.officers[0], casework.Facts{"extend_by": "30", "extension_reason": w.say("cf.longer", nil)})
			s.sideAt(w.hour(granted), "sealing", "approve_longer", s.boss, nil)
		}
		s.commit()
	}
}

// holds plans that what was sealed is written down as things, each with its seal and its place.
func (s *script) holds(nth int) {
	by, shop := s.officers[0], s.keeper()
	s.at(s.t, func(tx *store.Tx) error {
		f, err := s.again(tx, by)
		if err != nil {
			return err
		}
		track := f.Running("sealing")[0].ID
		for i, name := range s.sentences["ev.held"][:1+nth%3] {
			x, err := s.Evidence.AddTx(tx, by, &evidence.Matter{Kind: "case", ID: s.caseID}, evidence.NewItem{Form: evidence.Thing, Kind: "physical", Name: name, Quantity: strconv.Itoa(24*(i+2)) + "件",
				Proves: s.say("ev.proves", filler{"product": name}), Source: s.say("ev.source", nil), Place: s.say("ev.spot", nil), TrackID: track})
			if err != nil {
				return err
			}
			for _, a := range []evidence.Act{
				{Act: evidence.Sealed, From: by.Name, To: by.Name, Place: x.Place, SealNo: sealNo(calendar.DayOf(tx.Now), 40*nth+i), RecordName: "查封扣押物品清单.png"},
				{Act: evidence.Stored, From: by.Name, To: shop.Name, Place: s.shelf(nth + i)},
			} {
				if err := s.line(tx, by, x, a); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// working is a day, or the working day before it.
func (w *world) working(d calendar.Day) calendar.Day {
	for !w.Days.Working(d) {
		d--
	}
	return d
}

// reviewer is one of the reviewers of a script's office.
func (w *world) reviewer(s *script, i int) access.Actor {
	all := w.staff[s.office].reviewers
	return all[i%len(all)]
}
