package demo

import (
	"fmt"
	"maps"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// ties plans what happens to open cases apart from their steps: cases that are handed over, and cases that are linked.
func (w *world) ties() {
	w.handedOver(casework.Counterfeit, "investigate", "officer", "tie.leave")
	w.handedOver(casework.Infringement, "defence", "", "tie.recusal")
	if x := w.still(casework.Infringement, "serve_request"); len(x) > 0 {
		y := w.sued(x[0])
		w.linked(x[0], y, casework.LinkSamePatent, "tie.patent")
		w.linked(x[0], y, casework.LinkMergedHearing, "tie.merged")
	}
	if x := w.still(casework.Counterfeit, "file", "investigate"); len(x) > 1 {
		w.linked(x[0], x[len(x)-1], casework.LinkRelated, "tie.related")
	}
}

// still are the open cases of the city of a kind that stopped at one of the steps before the last working day.
func (w *world) still(kind string, until ...string) []*script {
	return slices.DeleteFunc(slices.Clone(w.live), func(s *script) bool {
		return s.kind != kind || s.office != city || s.restricted || !slices.Contains(until, s.until) || s.last() >= w.end
	})
}

// sued plans a dispute about the same patent against somebody else (Order 81 Art. 21), filed not long ago.
func (w *world) sued(x *script) *script {
	for d := w.back(w.end, 8); ; d = w.back(d, 1) {
		sp := spec{office: city, place: x.place, start: d, now: true, until: "file", source: "visit", chief: x.boss}
		s := w.script(casework.Infringement, sp, 3)
		s.f, s.right = maps.Clone(x.f), x.right
		s.f["respondent"] = w.maker(sp.place, w.trade(sp.place))
		s.f["party"] = s.f["respondent"]
		s.arrive(arrival{NewLead: lead.NewLead{
			Title: w.say("inf.title", s.f), Facts: w.about("inf.lead", s.right, s.f), Respondent: s.f["respondent"], RespondentAddress: w.address(sp.place), Requester: s.f["requester"], RequesterAddress: w.seat(s.f["requester"]), PatentNo: s.right.number,
		}}, w.say("inf.verify", s.f), w.say("inf.title", s.f), lead.Filing{})
		if s.last() < w.end {
			s.commit()
			return s
		}
	}
}

// handedOver plans that the chief gives a case at a step from its last officer to one who was not on it, whoever must stay on it aside.
func (w *world) handedOver(kind, until, keep, why string) {
	for _, s := range w.still(kind, until) {
		from := s.officers[len(s.officers)-1]
		if from.Username == keep {
			continue
		}
		var to []access.Actor
		for _, o := range w.staff[city].officers {
			if o.Username != expired && !slices.Contains(s.officers, o) {
				to = append(to, o)
			}
		}
		heir, reason := of(w, to...), w.say(why, nil)
		w.queue = append(w.queue, act{w.hour(w.end), func(tx *store.Tx) error {
			err := w.Docket.HandTx(tx, s.boss, s.caseID, s.version, casework.Handover{From: from.ID, To: heir.ID, Reason: reason})
			if err != nil {
				return fmt.Errorf("%s handed over: %w", s.number, err)
			}
			s.version++
			return nil
		}})
		return
	}
}

// linked plans that whoever decides on a case links it with another.
func (w *world) linked(x, y *script, typ, why string) {
	reason := w.say(why, nil)
	w.queue = append(w.queue, act{w.hour(w.end), func(tx *store.Tx) error {
		return w.Docket.LinkTx(tx, x.boss, x.caseID, y.caseID, typ, reason)
	}})
}
