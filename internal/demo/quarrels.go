package demo

import (
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/infringement"
	"huzhi/internal/patent"
)

// quarrels plans disputes with a side procedure that is open today: a suspension, preserved evidence, an objection to jurisdiction, a request for more time.
func (w *world) quarrels() {
	begin := func(start calendar.Day, until string) *script {
		s := w.infringement(spec{office: city, place: w.within(city), start: start, now: true, until: until, outcome: infringement.Stop,
			source: "visit", typ: patent.UtilityModel, first: w.by["officer"]}, "")
		s.over = false // it goes on with what is planned here
		return s
	}
	about := func(s *script, key string) string { return w.say(key, filler{"respondent": s.party}) }

	s := begin(w.back(w.end, 52), "forwarded") // working days: it is so far by then, whatever holiday lies between
	on := w.back(w.end, 20)
	s.stepAt(w.hour(on), "note_ground", s.officers[0], casework.Facts{"suspension_ground": "um_design_invalidation", "ground_on": on.String(), "ground_facts": about(s, "inf.invalidation")}, "")
	s.side(0, 1, "", "ask_suspension", s.officers[0], casework.Facts{"suspension_ground": "um_design_invalidation", "suspension_reason": about(s, "inf.invalidation"),
		"review_on": w.plus(w.today, 12).String(), "acceptance_notice": "4W118206"})
	s.side(1, 2, "suspension", "approve_suspension", s.boss, nil)
	s.commit()

	s = begin(w.back(w.end, 12), "serve_request")
	reason := casework.Facts{"preserve_reason": w.say("inf.preserve", nil), "no_sample_reason": w.say("inf.no_sample", nil)}
	s.sideAt(w.hour(w.back(w.end, 3)), "", "ask_preserve", s.officers[0], reason)
	s.sideAt(w.hour(w.back(w.end, 2)), "preserve", "approve_preserve", s.boss, nil)
	s.side(0, 0, "preserve", "preserve_approved", s.officers[0], casework.Facts{"present": s.officers[0].ID + "," + s.officers[1].ID, "preserved_from": s.party,
		"preserved_list": w.say("inf.mould", nil), "preserved_where": w.say("cf.kept", nil), "list_given": "given"})
	s.commit()

	s = begin(w.back(w.end, 13), "serve_request")
	at := w.hour(w.back(w.end, 2))
	s.sideAt(at, "", "object_jurisdiction", s.officers[0], casework.Facts{"objector": "respondent", "objected_on": w.back(w.end, 2).String(), "objection_grounds": w.say("inf.objection", nil)})
	s.commit()

	s = begin(w.working(w.today.AddDays(-92)), "forwarded")
	s.sideAt(w.hour(w.end), "", "ask_extension", s.officers[0], casework.Facts{"extend_by": "1", "extension_reason": w.say("inf.longer", nil)})
	s.commit()
}
