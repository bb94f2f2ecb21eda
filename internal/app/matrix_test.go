package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/app/apptest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/web/webtest"
)

// TestEveryCell walks the matrix role × state × step of every kind over HTTP: in each state of the case, and of each side procedure, everybody sends each
// step. What must be answered is worked out here from the table, step by step in the order that the docket promises; who may take a step is told
// what is not filled in.
func TestEveryCell(t *testing.T) {
	o := apptest.Open(t, store.SQLite)
	m := &matrix{Office: o, people: map[string]*webtest.Client{}, pages: map[string]bool{}}
	m.hand = &caseworktest.Office{Office: &accesstest.Office{By: o.By}, DB: o.DB, Docket: o.Docket, Leads: o.Leads, Clocks: o.Clocks, Listings: o.Listings}
	m.hand.Guard, m.hand.Regions = o.Guard, o.Regions
	for _, name := range []string{"operator", "officer", "officer.deqing", "reviewer", "chief", "chief.deqing", "archivist", "admin", "auditor"} {
		m.people[name] = o.As(t, name)
	}
	for _, kind := range casework.Kinds() {
		t.Run(kind, func(t *testing.T) { m.kind(t, kind) })
	}
}

type matrix struct {
	*apptest.Office
	hand   *caseworktest.Office
	people map[string]*webtest.Client
	pages  map[string]bool // read already, and keys that were told
	cells  int
	offers int // cells in which the step may be taken
}

// turn is a step of a way: who takes it, on which day after the filing, in which side procedure.
type turn struct {
	by, step string
	day      int
	track    int // the side procedure's place in the case's list; -1 is none
}

// filedOn is early enough that every period of a way has run before today.
var filedOn = calendar.Date(2026, 3, 2)

// walk makes a case and takes a way through it.
func (m *matrix) walk(t *testing.T, kind string, way []turn) *casework.File {
	t.Helper()
	day := filedOn.String()
	var c *casework.Case
	l := m.hand.Lead(t, kind, day)
	err := m.hand.At(day, func(tx *store.Tx) (err error) {
		n := 2
		if m.Docket.Procedure(kind).Panel {
			n = 3
		}
		c, err = m.Leads.FileTx(tx, m.By["chief"], l.ID, l.Version, lead.Filing{On: filedOn, Kind: kind, Title: l.Title, Place: l.Place, Officers: m.hand.Officers(n), DisputeType: "ownership"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if kind == casework.Ecommerce {
		m.listing(t, c.ID)
	}
	for _, x := range way {
		if err := m.take(t, c.ID, x); err != nil {
			t.Fatalf("%s: %v: %v", kind, way, err)
		}
	}
	f, err := m.Docket.Find(context.Background(), access.System(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// listing puts a listing into an e-commerce case, judged and settled.
func (m *matrix) listing(t *testing.T, caseID string) {
	t.Helper()
	officer := m.By["officer"]
	ctx := context.Background()
	x, err := m.Listings.Add(ctx, officer, listing.NewListing{Jurisdiction: "330500", Place: "330521", Platform: "taobao", Shop: "测试店铺", URL: "https://item.example/" + caseID, Title: "测试商品",
		SuspectedKind: "infringement", FoundOn: filedOn})
	if err == nil {
		err = m.Listings.Link(ctx, officer, x.ID, x.Version, caseID)
	}
	if err == nil {
		err = m.Listings.Judge(ctx, officer, x.ID, x.Version+1, "infringing", "外观近似")
	}
	if err == nil {
		err = m.Listings.SetResult(ctx, officer, x.ID, x.Version+2, "deleted", filedOn)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (m *matrix) take(t *testing.T, id string, x turn) error {
	t.Helper()
	f := m.asOf(t, x.by, id, x.day)
	for _, n := range m.Docket.Next(m.By[x.by], f) {
		if n.Step.Name == x.step && n.Ready() && place(f, n.Track) == x.track {
			in, ok := m.hand.Fill(f, n)
			if !ok {
				return fmt.Errorf("%s: no answers", x.step)
			}
			if x.step == "execute" {
				m.hand.Paid(t, x.by, id, f.Today.String())
				f = m.asOf(t, x.by, id, x.day)
			}
			return m.hand.At(f.Today.String(), func(tx *store.Tx) error {
				_, err := m.Docket.AdvanceTx(tx, m.By[x.by], id, x.step, f.Version, in)
				return err
			})
		}
	}
	return fmt.Errorf("%s is not open to %s", x.step, x.by)
}

func (m *matrix) asOf(t *testing.T, by, id string, day int) *casework.File {
	t.Helper()
	f, err := m.Docket.Find(context.Background(), m.By[by], id)
	if err != nil {
		t.Fatal(err)
	}
	f.Today = filedOn.AddDays(day)
	return f
}

func place(f *casework.File, t *casework.Track) int {
	if t == nil {
		return -1
	}
	return slices.IndexFunc(f.Tracks, func(x casework.Track) bool { return x.ID == t.ID })
}

// spot is where a way leads: the case's state, a side procedure's, or a state in which a step was taken that stays in it.
type spot struct{ state, outcome, track, at, taken, lacks string }

// lacks is what is missing for the steps that are open in a case's state: what may be brought in any order.
func (m *matrix) lacks(f *casework.File) string {
	var out []string
	for _, n := range m.Docket.Next(m.By["chief"], f) {
		for _, need := range n.Missing {
			out = append(out, need.Key)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

func spotsOf(f *casework.File) []spot {
	out := []spot{{state: string(f.State), outcome: f.Outcome}}
	for _, t := range f.Running("") {
		out = append(out, spot{track: t.Track, at: t.State})
	}
	return out
}

// mostWays is how many ways through a kind are taken: the shortest. What lies further off is told in the log of the test.
const mostWays = 40

// kind finds a way to every state of a kind and of its side procedures, the shortest first, and tries every cell there.
func (m *matrix) kind(t *testing.T, kind string) {
	p := m.Docket.Procedure(kind)
	seen := map[spot]bool{}
	ways := append([][]turn{nil}, known(kind)...)
	for range mostWays {
		if len(ways) == 0 {
			break
		}
		way := ways[0]
		ways = ways[1:]
		f := m.walk(t, kind, way)
		fresh := false
		for _, s := range spotsOf(f) {
			if !seen[s] {
				seen[s], fresh = true, true
				m.try(t, f, s)
			}
		}
		if s := (spot{state: string(f.State), lacks: m.lacks(f)}); !seen[s] {
			seen[s], fresh = true, true
		}
		if n := len(f.Taken); n > 0 && f.Taken[n-1].TrackID == "" && f.Taken[n-1].FromState == f.Taken[n-1].ToState {
			if s := (spot{state: string(f.State), taken: f.Taken[n-1].Step}); !seen[s] {
				seen[s], fresh = true, true
			}
		}
		if fresh {
			ways = append(ways, m.onward(t, f, way)...)
		}
	}
	for _, s := range p.States() {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(x spot) bool { return x.state == string(s) }) {
			t.Logf("further off: %s", s)
		}
	}
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Track != "" && s.Leads != "" && !seen[spot{track: s.Track, at: s.Leads}] {
			t.Logf("further off: %q of the side procedure %s", s.Leads, s.Track)
		}
	}
	t.Logf("%s: %d cells so far, %d of them open", kind, m.cells, m.offers)
	if len(seen) < len(p.States())/2 {
		t.Errorf("%s: only %d spots were reached", kind, len(seen))
	}
}

// known are ways that are not found one new thing after the other: a dispute is heard only after its proof period, in a state that was seen before.
func known(kind string) [][]turn {
	if kind != casework.Infringement {
		return nil
	}
	return [][]turn{{
		{"officer", "serve_request", 1, -1}, {"officer", "set_proof", 1, -1}, {"officer", "serve_proof", 1, 0}, {"officer", "defence", 1, -1},
		{"officer", "forward_defence", 1, -1}, {"officer", "end_proof", 35, 0}, {"officer", "no_hearing", 35, -1},
	}}
}

// onward are the ways one step longer, each by somebody who may take it, on the first of a few days on which it is open.
func (m *matrix) onward(t *testing.T, f *casework.File, way []turn) [][]turn {
	last := 0
	if len(way) > 0 {
		last = way[len(way)-1].day
	}
	var out [][]turn
	var names []string
	for _, wait := range []int{0, 8, 35, 70, 185} {
		if filedOn.AddDays(last+wait) > apptest.Today {
			break
		}
		for _, by := range []string{"officer", "officer2", "officer3", "reviewer", "chief", "archivist"} {
			if _, err := m.Docket.Find(context.Background(), m.By[by], f.ID); err != nil {
				continue
			}
			now := m.asOf(t, by, f.ID, last+wait)
			for _, n := range m.Docket.Next(m.By[by], now) {
				key := n.Step.Name + "/" + strconv.Itoa(place(now, n.Track))
				if !n.Ready() || slices.Contains(names, key) || n.Step.Into != "" {
					continue
				}
				if _, ok := m.hand.Fill(now, n); !ok {
					continue
				}
				names = append(names, key)
				out = append(out, append(slices.Clone(way), turn{by, n.Step.Name, last + wait, place(now, n.Track)}))
			}
		}
	}
	return out
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
			track = f.Running(at.track)[0].ID
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
