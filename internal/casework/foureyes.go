package casework

import "slices"

// NotBy is who may not take a step of the table, as Step.NotBy names them. To what the row names itself one rule is added, for all kinds: nobody answers
// what they asked for. Whoever led a side procedure into a state in which it waits, by a step of another right, does not take the step that goes on from
// there, also where somebody else asked again later. Somebody may hold several roles (Market-Regulation Procedure Arts 55, 64; Order 81 Art. 37).
func (p *Procedure) NotBy(s *Step) []string {
	out := slices.Clone(s.NotBy)
	for _, ask := range p.Steps {
		if ask.asks(s) && !slices.Contains(out, ask.Name) {
			out = append(out, ask.Name)
		}
	}
	return out
}

// asks says whether the step asks for what another decides.
func (s *Step) asks(answer *Step) bool {
	return answer.decided() && s.Track == answer.Track && s.Action != answer.Action && s.Leads != "" && slices.Contains(answer.In, s.Leads) && s.Lapses == ""
}
