package filereview

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/infringement"
	"huzhi/internal/mediation"
)

// stages are how far a case must have come before the file must hold a paper, each with the day on which it came so far; no day: it did not.
func stages() map[string]func(*file) calendar.Day {
	return map[string]func(*file) calendar.Day{
		"filed": func(f *file) calendar.Day { return f.FiledOn },
		"penalised": func(f *file) calendar.Day {
			if penalised(f) {
				return f.DecidedOn
			}
			return 0
		},
		"adjudicated": func(f *file) calendar.Day {
			if adjudicated(f) && f.Last("decide_repeat") == nil { // a repeated infringement may be stopped at once
				return f.DecidedOn
			}
			return 0
		},
		"mediated":  func(f *file) calendar.Day { return onlyIf(mediated(f), f.DecidedOn) },
		"heard":     func(f *file) calendar.Day { return max(f.day("hear"), f.day("hold_hearing")) },
		"discussed": func(f *file) calendar.Day { return f.day("discuss") },
		"closed":    func(f *file) calendar.Day { return f.ClosedOn },
	}
}

func onlyIf(is bool, on calendar.Day) calendar.Day {
	if is {
		return on
	}
	return 0
}

// day is the last day of a step; no day: it was not taken.
func (f *file) day(step string) calendar.Day {
	if t := f.Last(step); t != nil {
		return t.OnDay
	}
	return 0
}

func adjudicated(f *file) bool {
	return f.Kind == casework.Infringement && !f.DecidedOn.IsZero() && (f.Outcome == infringement.Stop || f.Outcome == infringement.Rejected)
}

func mediated(f *file) bool {
	return !f.DecidedOn.IsZero() && (f.Kind == casework.Infringement && f.Outcome == infringement.Settled || f.Kind == casework.Dispute && f.Outcome == mediation.Agreed)
}

// paperWanted: a paper of the table that the file does not hold. What a step should have made is the other check's.
func paperWanted(f *file) (out []Fault) {
	for i := range f.table.Papers {
		w := &f.table.Papers[i]
		on := stages()[w.When](f)
		if on.IsZero() {
			continue
		}
		day := on
		if w.When == "closed" { // which papers an office makes here goes by the filing
			day = f.FiledOn
		}
		cite, ruled := law(w.Laws, f.Kind, f.book, day)
		if ruled && !f.holds(w) && !f.missed(w) {
			out = append(out, Fault{About: []string{w.Title.ZH, on.String()}, Where: "#documents", Cite: cite})
		}
	}
	return out
}

// holds says whether the file has one of the papers: a form that stands, a file, a piece of evidence.
func (f *file) holds(w *Wanted) bool {
	named := w.Named
	if len(named) == 0 {
		named = []string{w.Title.ZH}
	}
	is := func(name string) bool {
		return slices.ContainsFunc(named, func(n string) bool { return strings.Contains(name, n) })
	}
	for i := range f.Documents {
		if d := &f.Documents[i]; slices.Contains(w.Papers, d.Template) && f.Stands(d.ID) {
			return true
		}
	}
	for i := range f.Attached {
		if is(f.Attached[i].Name) {
			return true
		}
	}
	for i := range f.items {
		if is(f.items[i].Name) || slices.Contains(w.Evidence, f.items[i].Kind) {
			return true
		}
	}
	return false
}

// missed says whether a step of the case should have made one of the papers and did not: paperMissing has found that.
func (f *file) missed(w *Wanted) bool {
	defer f.InTrack("")
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil || s.Issues == nil || t.DocumentID != "" || !f.InTrack(t.TrackID) || s.Track != "" && f.Track == nil {
			continue
		}
		if slices.Contains(w.Papers, s.Issues(f.File, casework.Input{On: t.OnDay, Fields: t.Data})) {
			return true
		}
	}
	return false
}
