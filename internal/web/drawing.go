package web

import (
	"slices"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/listing"
	"huzhi/views/parts"
)

// caseDrawing is the kind's table as a drawing, with the way that the case took and where it stands.
func (s *Server) caseDrawing(c *ctx, file *casework.File) parts.Drawing {
	p := s.Docket.Procedure(file.Kind)
	g := p.Graph()
	d := parts.Drawing{}
	place := map[casework.State][2]int{}
	reached := map[casework.State]string{}
	went := map[[2]casework.State]bool{}
	for _, t := range file.Taken {
		if t.FromState != t.ToState {
			reached[t.ToState] = c.p.Day(t.OnDay)
			went[[2]casework.State{t.FromState, t.ToState}] = true
		}
	}
	for i, row := range g.Rows {
		var boxes []parts.Box
		for j, state := range row {
			place[state] = [2]int{i, j}
			b := parts.Box{Label: c.stateName(file.Kind, state), Day: reached[state], State: parts.StageTodo}
			switch {
			case state == file.State:
				b.State = parts.StageNow
			case b.Day != "":
				b.State = parts.StageDone
			}
			boxes = append(boxes, b)
		}
		d.Rows = append(d.Rows, boxes)
	}
	for _, e := range g.Edges {
		var names []string
		for _, step := range e.Steps {
			names = append(names, c.stepName(file.Kind, step))
		}
		d.Arrows = append(d.Arrows, parts.Arrow{From: place[e.From], To: place[e.To], Label: strings.Join(slices.Compact(names), c.p.T("act.or")),
			Taken: went[[2]casework.State{e.From, e.To}]})
	}
	first, last := g.Rows[0][0], g.Rows[len(g.Rows)-1][0]
	d.Title = c.p.T("parts.drawing.of", c.p.T("kind."+file.Kind), c.stateName(file.Kind, first), c.stateName(file.Kind, last))
	return d
}

// listingDrawing is the flow of a listing as a drawing, with the way that it took and where it stands.
func (c *ctx) listingDrawing(x *listing.Listing, steps []listing.StepRow) parts.Drawing {
	d := parts.Drawing{}
	place := map[listing.State][2]int{}
	reached := map[listing.State]string{listing.Found: c.p.Day(x.FoundOn)}
	went := map[[2]listing.State]bool{}
	for i := len(steps) - 1; i >= 0; i-- { // the newest stands first
		if t := &steps[i]; t.FromState != t.ToState {
			reached[t.ToState] = c.p.Day(t.OnDay)
			went[[2]listing.State{t.FromState, t.ToState}] = true
		}
	}
	for i, row := range listing.Rows() {
		var boxes []parts.Box
		for j, state := range row {
			place[state] = [2]int{i, j}
			b := parts.Box{Label: c.p.T("listing.state." + string(state)), Day: reached[state], State: parts.StageTodo}
			switch {
			case state == x.State:
				b.State = parts.StageNow
			case b.Day != "":
				b.State = parts.StageDone
			}
			boxes = append(boxes, b)
		}
		d.Rows = append(d.Rows, boxes)
	}
	for _, e := range listing.Edges() {
		var names []string
		for _, s := range e.Steps {
			names = append(names, c.p.T("listing.step."+s))
		}
		d.Arrows = append(d.Arrows, parts.Arrow{From: place[e.From], To: place[e.To], Label: strings.Join(names, c.p.T("act.or")), Taken: went[[2]listing.State{e.From, e.To}]})
	}
	d.Title = c.p.T("parts.drawing.of", c.p.T("listing.flow"), c.p.T("listing.state.found"), c.p.T("listing.state.final"))
	return d
}
