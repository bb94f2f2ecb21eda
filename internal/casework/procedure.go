package casework

import (
	"fmt"
	"slices"
	"strconv"

	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// Procedure is a kind of case as data: its stages and the steps between them.
type Procedure struct {
	Kind   string
	Stages []State                      // the main path, for the progress bar; branches stand beside each other in Branch
	Branch [][]State                    // states that take the same place on the path (decided | mediated)
	Panel  bool                         // three or more officers, an odd number (合议组)
	City   bool                         // only a city or the province may handle it
	Asks   []Ask                        // facts that filing must state
	Files  []Start                      // clocks that filing starts
	Opens  func(Input, Law) *errs.Field // why the law does not allow filing, with the article; nil is always
	Steps  []Step
	Denied []Denied // acts that the law keeps from the office in this kind of case
	Faults []string // the outcomes by which something wrong was found with whom the case is about
}

// Denied is an act that the law does not allow in a kind of case, or not at that time. The sentence power.<Act> says so, with the article.
type Denied struct {
	Act  string
	When func(*File, Law) bool // nil is always
}

// Step is one act of the procedure.
type Step struct {
	Name    string
	From    []State
	To      State    // "" stays in the state it is taken from
	Action  string   // the access action the actor needs
	Member  string   // the part the actor must take in the case ("officer"); "" is anybody who holds the action
	NotBy   []string // four eyes: "officer", or names of steps whose latest actor may not take this one; Procedure.NotBy adds the steps that ask for it
	Joins   string   // the part the actor takes by taking the step ("reviewer")
	Asks    []Ask
	Needs   []Need
	Check   func(*File, Input, Law) *errs.Field // what the law does not allow
	Starts  []Start
	Stops   []string // rules whose clocks stop; "*" is all
	Issues  func(*File, Input) string
	Paper   func(*File, Input, Say) map[string]string
	Sets    func(*File, Input, Law) Facts // recorded beside what was given
	Bars    func(*File, Law) *errs.Error  // why the law does not allow the step as the case stands: not offered, and refused with the article
	Serves  []Service
	Urgent  bool   // may be taken by somebody whose recusal was asked, where the law excepts urgent acts
	Above   bool   // the right is asked of the next higher office
	Lapses  string // taken by the program itself on the day after this rule's clock of the side procedure has run out
	Decides bool   // sets the day of decision, outcome, fine and confiscation
	Into    string // the field with the number of the case in which this one goes on
	Early   bool   // leaves the path early: open all the time, and nobody waits for it
	Reopens bool   // opens a closed case again; the first closing day stays
	Undoes  bool   // with Reopens: the decision does not stand any more

	// Of a side procedure.
	Track      string   // which; "" is the case itself
	In         []string // its states from which the step is taken; none: the step opens one
	Leads      string   // its state after the step; "" ends it
	Alone      bool     // opens one only while no other of its name runs
	Pauses     string   // the ground on which time is not counted from here on
	Resumes    bool     // time counts again
	PausesFrom string   // the field with the first day not counted, or the first that counts again; "" is the step's day
	Extends    string   // the rule whose running clock gets its next extension, by the field extend_by
	Drops      string   // the field that names who leaves the case

	Party     func(*File, Input) *Party          // who becomes a party; nil is nobody
	StopsBy   func(*File, Input) []string        // rules whose clocks stop, where that depends on what is given
	Ends      []string                           // side procedures that end with the step: their open time counts again
	LeavesOut func(*File, Input) []deadline.Span // time that is not counted, both its days known

	Outcome string // the outcome where the step has only one; "" is the field of that name
	Again   bool   // may be taken again in the same state
	Duty    bool   // with Again: the law asks it whenever it is open; the others of that sort stand beside
}

// Law is what a check may ask: the rule book and the calendar.
type Law struct {
	Rules   *statute.Book
	Days    *calendar.Calendar
	Formula string // the office's formula of illegal income; "" goes by the day and the book
}

// Start is a clock that a step starts.
type Start struct {
	Rule string
	Day  string // the field that holds the trigger's day; "" is the step's day
	When func(*File, Input) bool
	Own  bool   // the wording in force on the trigger's day, not on the filing day
	Span string // the field with its length, where the rule's is only the least: what is over it is the first extension
}

// AskType is what a field of a step takes.
type AskType string

// The types of fields.
const (
	AskDay      AskType = "day"
	AskText     AskType = "text"
	AskLong     AskType = "long"
	AskMoney    AskType = "money" // yuan on the form, fen in the record
	AskChoice   AskType = "choice"
	AskChoices  AskType = "choices" // several of the options, with commas between
	AskCount    AskType = "count"
	AskTime     AskType = "time"     // 15:04
	AskMember   AskType = "member"   // somebody with a part in the case
	AskHolder   AskType = "holder"   // somebody who holds an action where the step's right is asked
	AskOfficers AskType = "officers" // two or more officers of the case, with certificates valid on the step's day
)

// Ask is a field of a step's form.
type Ask struct {
	Name     string
	Type     AskType
	Optional bool
	Options  []string
	Only     func(f *File, law Law, on calendar.Day, option string) bool // an option that is there only then; nil is always
	Words    string                                                      // where the options' sentences stand: choice.<Words>.<option>; "" is the field's own name
	When     func(Facts) bool                                            // asked only then, given what else stands on the form
	Past     bool                                                        // a day that may not be after the step's day
	Part     string                                                      // of a member: the part; "" is any
	Holds    string                                                      // of a holder: the action
}

// Need is a fact that must be there before a step.
type Need struct {
	Key   string // sentence of what is missing
	Where string // anchor on the case page where it is put right
	Args  func(*File) []any
	Met   func(*File) bool
}

// Input is what a person gives with a step.
type Input struct {
	On     calendar.Day
	Note   string
	Fields Facts
	Track  string // the side procedure that the step moves; "" is the case itself, or opens one
}

// Money is a field of fen, 0 where it is empty.
func (in Input) Money(name string) int64 { n, _ := strconv.ParseInt(in.Fields[name], 10, 64); return n }

// Day is a field that holds a day, the zero day where it is empty.
func (in Input) Day(name string) calendar.Day { d, _ := calendar.ParseDay(in.Fields[name]); return d }

// Money is a fact of fen, 0 where there is none.
func (f Facts) Money(name string) int64 { n, _ := strconv.ParseInt(f[name], 10, 64); return n }

// Day is a fact that is a day, the zero day where there is none.
func (f Facts) Day(name string) calendar.Day { d, _ := calendar.ParseDay(f[name]); return d }

// Say gives a sentence of the catalogue in Chinese, for official papers.
type Say func(key string, args ...any) string

// Step finds a step by its name, or nil.
func (p *Procedure) Step(name string) *Step {
	for i := range p.Steps {
		if p.Steps[i].Name == name {
			return &p.Steps[i]
		}
	}
	return nil
}

// States is every state of the kind, filed first.
func (p *Procedure) States() []State {
	out := slices.Clone(p.Stages)
	for _, b := range p.Branch {
		for _, s := range b {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Stage is where a state stands on the main path, from 0; -1 where it does not.
func (p *Procedure) Stage(s State) int {
	if i := slices.Index(p.Stages, s); i >= 0 {
		return i
	}
	for _, b := range p.Branch {
		if slices.Contains(b, s) {
			for _, x := range b {
				if i := slices.Index(p.Stages, x); i >= 0 {
					return i
				}
			}
		}
	}
	return -1
}

// check refuses a table that names what does not exist.
func (p *Procedure) check(rules *statute.Book, actions []string) error {
	states := p.States()
	if len(p.Stages) < 2 || p.Stages[0] != Filed || p.Stages[len(p.Stages)-1] != Archived {
		return fmt.Errorf("procedure %s: the path runs from filed to archived", p.Kind)
	}
	seen := map[string]bool{}
	starts := slices.Clone(p.Files)
	stopped := map[string]bool{}
	for _, s := range p.Steps {
		say := func(format string, args ...any) error {
			return fmt.Errorf("procedure %s, step %s: "+format, append([]any{p.Kind, s.Name}, args...)...)
		}
		if seen[s.Name] {
			return say("stands twice")
		}
		seen[s.Name] = true
		for _, st := range append(slices.Clone(s.From), s.To) {
			if st != "" && !slices.Contains(states, st) {
				return say("state %q is not in the table", st)
			}
		}
		if !slices.Contains(actions, s.Action) {
			return say("no role holds the action %q", s.Action)
		}
		for _, n := range s.NotBy {
			if n != PartOfficer && p.Step(n) == nil {
				return say("four eyes with an unknown step %q", n)
			}
		}
		if err := p.checkTrack(s); err != nil {
			return say("%w", err)
		}
		for _, v := range s.Serves {
			for _, n := range v.Of {
				if x := p.Step(n); x == nil || x.Issues == nil {
					return say("serves the paper of %q, which makes none", n)
				}
			}
		}
		for _, a := range s.Asks {
			if (a.Type == AskChoice || a.Type == AskChoices) != (len(a.Options) > 0) {
				return say("field %s: options go with a choice", a.Name)
			}
		}
		starts = append(starts, s.Starts...)
		for _, r := range s.Stops {
			stopped[r] = true
		}
	}
	for _, st := range starts {
		if len(rules.Versions(st.Rule)) == 0 {
			return fmt.Errorf("procedure %s: rule %s is not in the rule book", p.Kind, st.Rule)
		}
		if !stopped[st.Rule] && !stopped["*"] {
			return fmt.Errorf("procedure %s: nothing stops the clock %s", p.Kind, st.Rule)
		}
	}
	return nil
}

// checkTrack refuses a step of a side procedure that the table cannot carry.
func (p *Procedure) checkTrack(s Step) error {
	if s.Track == "" {
		if len(s.In) > 0 || s.Leads != "" || s.Pauses != "" || s.Resumes || s.Extends != "" {
			return fmt.Errorf("is of no side procedure")
		}
		return nil
	}
	if s.To != "" || s.Decides || s.Reopens {
		return fmt.Errorf("a side procedure does not move the case")
	}
	for _, in := range s.In {
		if !slices.ContainsFunc(p.Steps, func(x Step) bool { return x.Track == s.Track && x.Leads == in }) {
			return fmt.Errorf("nothing leads to %q", in)
		}
	}
	if s.Leads != "" && !slices.ContainsFunc(p.Steps, func(x Step) bool { return x.Track == s.Track && slices.Contains(x.In, s.Leads) }) {
		return fmt.Errorf("nothing leads on from %q", s.Leads)
	}
	return nil
}

// Key is the beginning of a step's sentences: step.counterfeit.decide, track.seal.release.
func (s *Step) Key(kind string) string {
	if s.Track != "" {
		return "track." + s.Track + "." + s.Name
	}
	return "step." + kind + "." + s.Name
}

// After is the state that the step leads to from a state.
func (s *Step) After(from State) State {
	if s.To == "" {
		return from
	}
	return s.To
}

// Walks says whether the steps taken are a whole walk through the table, from filing to where the case stands:
// each a step of the table, taken from the state the one before it led to.
func (p *Procedure) Walks(taken []Taken, at State) error {
	if len(taken) == 0 || taken[0].Step != "file" || taken[0].ToState != Filed {
		return fmt.Errorf("the case was not filed")
	}
	state := Filed
	tracks := map[string]string{}
	for _, t := range taken[1:] {
		s := p.Step(t.Step)
		if s != nil && s.Track != "" {
			at, open := tracks[t.TrackID]
			if t.TrackID == "" || open == (len(s.In) == 0) || open && !slices.Contains(s.In, at) {
				return fmt.Errorf("step %s does not follow %q of its side procedure", t.Step, at)
			}
			tracks[t.TrackID] = s.Leads
		}
		if s == nil || !slices.Contains(s.From, t.FromState) || t.FromState != state || s.After(state) != t.ToState {
			return fmt.Errorf("step %s from %q to %q does not follow %q", t.Step, t.FromState, t.ToState, state)
		}
		state = t.ToState
	}
	if state != at {
		return fmt.Errorf("the steps lead to %q, the case stands at %q", state, at)
	}
	return nil
}
