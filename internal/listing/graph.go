package listing

import (
	"slices"
	"strings"
)

// Rows are the states as a drawing has them.
func Rows() [][]State {
	return [][]State{{Found}, {Captured}, {Judged}, {Notified}, {Told, Declared}, {Measured, Restored}, {Final}}
}

// Leads are the states that a step can lead to from one of its states, other than that one.
func (s Step) Leads(from State) (to []State) {
	if !slices.Contains(s.From, from) {
		return nil
	}
	switch s.Name {
	case "capture":
		if from == Found {
			to = []State{Captured}
		}
	case "judge":
		if from == Found || from == Captured || from == Final {
			to = []State{Judged}
		}
	case "result": // with nothing to be done it ends; where the right holder's days run, it does not end them
		if to = []State{Final}; from != Declared {
			to = []State{Measured, Final}
		}
	case "holder":
		to = []State{Told, Measured}
	case "dispatch": // to an office elsewhere
		to = []State{Final}
	default:
		if s.To != "" {
			to = []State{s.To}
		}
	}
	return slices.DeleteFunc(to, func(x State) bool { return x == from })
}

// Edge is the steps that lead from one state to another.
type Edge struct {
	From, To State
	Steps    []string
}

// Edges is the table of the steps as a drawing has it, in its order. Handing a listing to an office elsewhere ends it from any state, and is left out.
func Edges() (out []Edge) {
	for _, s := range Flow() {
		if s.Name == "dispatch" {
			continue
		}
		for _, from := range s.From {
			for _, to := range s.Leads(from) {
				i := slices.IndexFunc(out, func(e Edge) bool { return e.From == from && e.To == to })
				if i < 0 {
					i = len(out)
					out = append(out, Edge{From: from, To: to})
				}
				out[i].Steps = append(out[i].Steps, s.Name)
			}
		}
	}
	return out
}

// Mermaid writes the flow as a Mermaid state diagram; the names are the caller's.
func Mermaid(state func(State) string, step func(string) string) string {
	plain := strings.NewReplacer(":", "：", ";", "；", "\n", " ", "#", "")
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range States() {
		b.WriteString("    " + string(s) + ": " + plain.Replace(state(s)) + "\n")
	}
	b.WriteString("    [*] --> " + string(Found) + "\n")
	for _, e := range Edges() {
		var names []string
		for _, s := range e.Steps {
			names = append(names, plain.Replace(step(s)))
		}
		b.WriteString("    " + string(e.From) + " --> " + string(e.To) + ": " + strings.Join(names, " / ") + "\n")
	}
	b.WriteString("    " + string(Final) + " --> [*]\n")
	return b.String()
}
