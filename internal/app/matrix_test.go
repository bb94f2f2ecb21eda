package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/app/apptest"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/web/webtest"
)

// TestEveryCell walks the matrix role × state × step of every kind over HTTP: in each state of the case, and of each side procedure, everybody sends each
// step. What must be answered is worked out here from the table, step by step in the order that the docket promises; who may take a step is told
// what is not filled in. A state that no way reaches is a failure.
func TestEveryCell(t *testing.T) {
	if testing.Short() {
		t.Skip("long: thirty thousand requests (-short)")
	}
	for _, kind := range casework.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			furnish(t).kind(t, kind)
		})
	}
}

// furnish opens an office with everybody signed in.
func furnish(t *testing.T) *matrix {
	t.Helper()
	o := apptest.Open(t, store.SQLite)
	m := &matrix{Office: o, people: map[string]*webtest.Client{}, pages: map[string]bool{}}
	m.hand = &caseworktest.Office{Office: &accesstest.Office{By: o.By}, DB: o.DB, Docket: o.Docket, Leads: o.Leads, Clocks: o.Clocks, Listings: o.Listings}
	m.hand.Guard, m.hand.Regions = o.Guard, o.Regions
	for _, name := range []string{"operator", "officer", "officer.deqing", "reviewer", "chief", "chief.deqing", "archivist", "admin", "auditor"} {
		m.people[name] = o.As(t, name)
	}
	return m
}

type matrix struct {
	*apptest.Office
	hand   *caseworktest.Office
	people map[string]*webtest.Client
	pages  map[string]bool // read already, and keys that were told
	cells  int
	offers int // cells in which the step may be taken
}

// spot is what is tried: a state of a case, or one of a side procedure.
type spot struct{ state, outcome, track, at string }

// kind reaches every state of a kind and of its side procedures, and tries every cell there.
func (m *matrix) kind(t *testing.T, kind string) {
	p := m.Docket.Procedure(kind)
	w := &walks{matrix: m, kind: kind, seen: map[spot]bool{}, doors: map[string][]turn{}}
	for _, way := range known(kind) {
		w.take(t, way)
	}
	w.open(t)
	w.complete(t, p)
	t.Logf("%d states, %d cells, %d of them open", len(w.seen), m.cells, m.offers)
}

// try sends every step of the kind, as everybody, in one spot.
func (m *matrix) try(t *testing.T, f *casework.File, at spot) {
	t.Helper()
	p := m.Docket.Procedure(f.Kind)
	f.Today = apptest.Today
	for _, name := range []string{"officer", "chief"} {
		m.read(t, m.people[name], fmt.Sprintf("%s %+v, %s", f.Kind, at, name), "/cases/"+f.ID)
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		track := ""
		if at.track != "" {
			if s.Track != at.track || len(s.In) == 0 {
				continue
			}
			running := f.Running(at.track)
			track = running[slices.IndexFunc(running, func(x casework.Track) bool { return x.State == at.at })].ID
		}
		for name, client := range m.people {
			f.InTrack(track)
			want := m.answer(f, s, name)
			got := client.Post("/cases/"+f.ID+"/steps/"+s.Name, form("version", strconv.FormatInt(f.Version, 10), "track", track)).Status
			m.cells++
			if want == http.StatusUnprocessableEntity {
				m.offers++
				m.read(t, client, fmt.Sprintf("%s %s %s: %s", f.Kind, at.track, at.at, s.Name), "/cases/"+f.ID+"/steps/"+s.Name+"?track="+track)
			}
			if got != want {
				t.Errorf("%s, %+v: %s by %s answered %d, must be %d", f.Kind, at, s.Name, name, got, want)
			}
		}
	}
}

// answer is what the table says a person must be answered who sends an empty form.
func (m *matrix) answer(f *casework.File, s *casework.Step, name string) int {
	by := m.By[name]
	if !m.Guard.CanAnywhere(by, "case.view") {
		return http.StatusForbidden
	}
	if !m.Guard.Can(by, "case.view", f.Jurisdiction) || slices.Contains(f.Recused(), by.ID) {
		return http.StatusNotFound
	}
	office := f.Jurisdiction
	if s.Above {
		if r, ok := m.Regions.Get(office); ok && r.Parent != "" {
			office = r.Parent
		}
	}
	if !m.Guard.Can(by, s.Action, office) {
		return http.StatusForbidden
	}
	if !startsFrom(f, s) {
		return http.StatusConflict
	}
	switch {
	case s.Lapses != "",
		f.Challenged(by.ID) == "yes", f.Challenged(by.ID) == "urgent" && !s.Urgent,
		f.Track != nil && f.Track.Facts["challenged"] == by.ID,
		s.Member != "" && !f.Is(by.ID, s.Member):
		return http.StatusForbidden
	}
	for _, n := range s.NotBy {
		if n == casework.PartOfficer && f.Investigated(by.ID) {
			return http.StatusForbidden
		}
		if t := f.Last(n); n != casework.PartOfficer && t != nil && t.Actor == by.ID {
			return http.StatusForbidden
		}
	}
	if s.Bars != nil {
		if e := s.Bars(f, casework.Law{Rules: m.Clocks.Rules(), Days: m.Clocks.Days()}); e != nil {
			if e.Code == errs.Conflict {
				return http.StatusConflict
			}
			return http.StatusForbidden
		}
	}
	return http.StatusUnprocessableEntity
}

// startsFrom says whether a step may be taken from where the case stands.
func startsFrom(f *casework.File, s *casework.Step) bool {
	switch {
	case !slices.Contains(s.From, f.State):
		return false
	case s.Track != "" && len(s.In) == 0:
		return f.Track == nil && (!s.Alone || len(f.Running(s.Track)) == 0)
	case s.Track != "":
		return f.Track != nil && f.Track.Running() && f.Track.Track == s.Track && slices.Contains(s.In, f.Track.State)
	case s.To != "" || s.Again:
		return true
	}
	for i := len(f.Taken) - 1; i >= 0; i-- { // one that stays is taken once in a state
		if f.Taken[i].Step == s.Name {
			return false
		}
		if f.Taken[i].FromState != f.Taken[i].ToState {
			return true
		}
	}
	return true
}
