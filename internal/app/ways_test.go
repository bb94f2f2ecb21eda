package app_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/app/apptest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
)

// turn is a step of a way, with what is given where the least that passes does not lead on.
type turn struct {
	step string
	in   casework.Facts
}

// known are the ways that go through every state of a kind, its own path first; the side procedures are found beside them.
func known(kind string) [][]turn {
	s := func(steps ...string) (out []turn) {
		for _, x := range steps {
			out = append(out, turn{step: x})
		}
		return out
	}
	switch kind {
	case casework.Counterfeit:
		return [][]turn{
			slices.Concat(
				[]turn{{"investigate", casework.Facts{"findings": "x", "limb": "L1c", "act_ended_on": filedOn.String(), "income": "0"}}, {step: "review"},
					{"notify", casework.Facts{"planned_fine": "20000000", "planned_confiscation": "0", "notice_reasons": "x", "notice_served_on": filedOn.String()}},
					{"decide", casework.Facts{"outcome": "penalised", "reasons": "x", "fine": "20000000", "confiscated": "0", "waived": "yes"}}},
				s("serve", "publish")), // it is carried out when it is paid, which is no step
			slices.Concat(
				[]turn{{"investigate", casework.Facts{"findings": "x", "limb": "none", "act_ended_on": filedOn.String(), "income": "0"}}, {step: "review"},
					{"decide", casework.Facts{"outcome": "not_established", "reasons": "x"}}},
				s("serve", "execute", "close", "archive")),
			s("transfer"), s("end_investigation"),
		}
	case casework.Infringement:
		heard := s("serve_request", "set_proof", "serve_proof", "defence", "forward_defence", "set_hearing", "notify_hearing", "end_proof", "hear", "deliberate", "decide", "serve_decision")
		return [][]turn{append(heard, s("publish", "perform", "close", "archive")...), s("mediate"), s("withdraw")}
	case casework.Dispute:
		return [][]turn{s("appoint", "meeting", "handle", "tell_requester", "tell_respondent", "copy_cnipa", "close", "archive")}
	case casework.Ecommerce:
		return [][]turn{s("notify_platform", "platform_refuses", "handle", "tell", "close", "archive")}
	default:
		return [][]turn{s("establish", "compare", "propose", "approve", "send", "close", "archive"), s("withdraw")}
	}
}

// filedOn is early enough that every period of a way has run before today.
var filedOn = calendar.Date(2026, 3, 2)

// walks are the ways that are taken through a kind.
type walks struct {
	*matrix
	kind  string
	seen  map[spot]bool
	doors map[string][]turn // the steps that open a side procedure, each with the first way to it
}

// walk is a case on its way.
type walk struct {
	id  string
	on  calendar.Day
	way []turn
}

// take goes a way and tries what it comes to.
func (w *walks) take(t *testing.T, way []turn) {
	t.Helper()
	x := w.begin(t)
	w.visit(t, x)
	for _, s := range way {
		if err := w.step(t, x, s); err != nil {
			t.Fatalf("%s, %v: %v", w.kind, x.way, err)
		}
		w.visit(t, x)
	}
}

// visit tries every cell of the states that a case has come to, and notes which side procedures may be opened from here.
func (w *walks) visit(t *testing.T, x *walk) {
	t.Helper()
	f, err := w.Docket.Find(context.Background(), access.System(), x.id)
	if err != nil {
		t.Fatal(err)
	}
	spots := []spot{{state: string(f.State), outcome: f.Outcome}}
	for _, s := range f.Running("") {
		spots = append(spots, spot{track: s.Track, at: s.State})
	}
	for _, s := range spots {
		if !w.seen[s] {
			w.seen[s] = true
			w.try(t, f, s)
		}
	}
	p := w.Docket.Procedure(w.kind)
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Track == "" || len(s.In) > 0 || w.doors[s.Name] != nil {
			continue
		}
		if _, _, _, ok := w.ready(t, x, s); ok {
			w.doors[s.Name] = append(slices.Clone(x.way), turn{step: s.Name})
		}
	}
}

// open goes through every door, and behind it to each state of the side procedure, the nearest first; anew where the way back is shut.
func (w *walks) open(t *testing.T) {
	for _, door := range slices.Sorted(maps.Keys(w.doors)) {
		way := w.doors[door]
		for before := -1; before < len(w.seen); {
			before = len(w.seen)
			track := w.Docket.Procedure(w.kind).Step(door).Track
			if len(w.unseen(track)) == 0 {
				break
			}
			x := w.begin(t)
			for _, s := range way {
				if err := w.step(t, x, s); err != nil {
					t.Fatalf("%s, %v: %v", w.kind, x.way, err)
				}
			}
			w.visit(t, x)
			for shut := map[string]bool{}; w.further(t, x, track, shut); {
				w.visit(t, x)
			}
		}
	}
}

// unseen are the states of a side procedure that were not reached yet.
func (w *walks) unseen(track string) (out []string) {
	p := w.Docket.Procedure(w.kind)
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Track == track && s.Leads != "" && !w.seen[spot{track: track, at: s.Leads}] {
			out = append(out, s.Leads)
		}
	}
	return out
}

// further takes a step towards the nearest state of a side procedure that was not reached yet; false where none leads on. shut are the steps that
// nobody could take.
func (w *walks) further(t *testing.T, x *walk, track string, shut map[string]bool) bool {
	t.Helper()
	f, err := w.Docket.Find(context.Background(), access.System(), x.id)
	if err != nil {
		t.Fatal(err)
	}
	running := f.Running(track)
	if len(running) == 0 {
		return false
	}
	p := w.Docket.Procedure(w.kind)
	for {
		// first[state] is the step out of where it stands by which the state is come to in the fewest
		start := running[len(running)-1].State
		first, at := map[string]string{}, []string{start}
		goal := ""
		for goal == "" && len(at) > 0 {
			var next []string
			for _, from := range at {
				for i := range p.Steps {
					s := &p.Steps[i]
					if s.Track != track || s.Leads == "" || s.Leads == start || s.Lapses != "" || shut[s.Name] || !slices.Contains(s.In, from) || first[s.Leads] != "" {
						continue
					}
					if first[s.Leads] = first[from]; from == start {
						first[s.Leads] = s.Name
					}
					next = append(next, s.Leads)
					if goal == "" && !w.seen[spot{track: track, at: s.Leads}] {
						goal = s.Leads
					}
				}
			}
			at = next
		}
		if goal == "" {
			return false
		}
		step := first[goal]
		if w.step(t, x, turn{step: step}) == nil {
			return true
		}
		shut[step] = true
	}
}

// complete fails for every state that was not reached.
func (w *walks) complete(t *testing.T, p *casework.Procedure) {
	for _, s := range p.States() {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(w.seen)), func(x spot) bool { return x.state == string(s) }) {
			t.Errorf("no way leads to %s", s)
		}
	}
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Track != "" && s.Leads != "" && !w.seen[spot{track: s.Track, at: s.Leads}] {
			t.Errorf("no way leads to %q of the side procedure %s", s.Leads, s.Track)
		}
	}
}

// begin files a case.
func (w *walks) begin(t *testing.T) *walk {
	t.Helper()
	day := filedOn.String()
	var c *casework.Case
	l := w.hand.Lead(t, w.kind, day)
	err := w.hand.At(day, func(tx *store.Tx) (err error) {
		n := 2
		if w.Docket.Procedure(w.kind).Panel {
			n = 3
		}
		c, err = w.Leads.FileTx(tx, w.By["chief"], l.ID, l.Version, lead.Filing{On: filedOn, Kind: w.kind, Title: l.Title, Place: l.Place, Officers: w.hand.Officers(n), DisputeType: "ownership"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if w.kind == casework.Ecommerce {
		w.listing(t, c.ID)
	}
	return &walk{id: c.ID, on: filedOn}
}

// listing puts a listing into an e-commerce case, judged and settled.
func (w *walks) listing(t *testing.T, caseID string) {
	t.Helper()
	officer := w.By["officer"]
	ctx := context.Background()
	x, err := w.Listings.Add(ctx, officer, listing.NewListing{Jurisdiction: "330500", Place: "330521", Platform: "taobao", Shop: "测试店铺", URL: "https://item.example/" + caseID, Title: "测试商品",
		SuspectedKind: "infringement", FoundOn: filedOn})
	if err == nil {
		err = w.Listings.Link(ctx, officer, x.ID, x.Version, caseID)
	}
	if err == nil {
		err = w.Listings.Judge(ctx, officer, x.ID, x.Version+1, "infringing", "外观近似")
	}
	if err == nil {
		err = w.Listings.SetResult(ctx, officer, x.ID, x.Version+2, "deleted", filedOn)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ready says who may take a step, and on the first of a few days on which somebody may, with the least that passes.
func (w *walks) ready(t *testing.T, x *walk, s *casework.Step) (by string, f *casework.File, in casework.Input, ok bool) {
	t.Helper()
	for _, by := range []string{"officer", "officer2", "officer3", "reviewer", "chief", "archivist"} {
		if !w.Guard.Can(w.By[by], s.Action, "330500") {
			continue
		}
		f, err := w.Docket.Find(context.Background(), w.By[by], x.id)
		if err != nil {
			continue
		}
		if len(s.In) > 0 {
			running := f.Running(s.Track)
			if len(running) == 0 {
				return "", nil, in, false
			}
			f.InTrack(running[len(running)-1].ID)
		}
		for _, wait := range []int{0, 1, 8, 35, 70, 185} {
			if f.Today = x.on.AddDays(wait); f.Today > apptest.Today {
				break
			}
			n, err := w.Docket.Open(w.By[by], f, s.Name)
			if err != nil || !n.Ready() {
				continue
			}
			if in, ok = w.hand.Fill(f, n); ok {
				return by, f, in, true
			}
		}
	}
	return "", nil, in, false
}

// step takes a step as soon as somebody may.
func (w *walks) step(t *testing.T, x *walk, s turn) error {
	t.Helper()
	row := w.Docket.Procedure(w.kind).Step(s.step)
	if row == nil {
		return fmt.Errorf("no step %s", s.step)
	}
	by, f, in, ok := w.ready(t, x, row)
	if !ok {
		return fmt.Errorf("%s is open to nobody", s.step)
	}
	if s.in != nil {
		in.Fields = s.in
	}
	day := f.Today.String()
	if s.step == "execute" {
		w.hand.Paid(t, by, x.id, day)
	}
	err := w.hand.At(day, func(tx *store.Tx) error {
		now, err := w.Docket.FindTx(tx, w.By[by], x.id)
		if err == nil {
			_, err = w.Docket.AdvanceTx(tx, w.By[by], x.id, s.step, now.Version, in)
		}
		return err
	})
	if err == nil {
		x.on, x.way = f.Today, append(x.way, s)
	}
	return err
}
