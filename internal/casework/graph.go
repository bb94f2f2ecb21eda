package casework

import (
	"fmt"
	"slices"
	"strings"
)

// Graph is the path of a kind as a drawing: its states in rows from filed to archived, and what leads from one to another.
type Graph struct {
	Rows  [][]State
	Edges []Edge
	Sides []Side
}

// Edge is the steps that lead from one state to another.
type Edge struct {
	From, To State
	Steps    []*Step
}

// Side is a side procedure as a drawing. From and To are "" where it begins and where it ends.
type Side struct {
	Track string
	Edges []SideEdge
}

// SideEdge is the steps that lead from one state of a side procedure to another.
type SideEdge struct {
	From, To string
	Steps    []*Step
}

// Graph draws the table. Steps that stay in their state are not in it.
func (p *Procedure) Graph() Graph {
	var g Graph
	for _, s := range p.Stages {
		row := []State{s}
		for _, b := range p.Branch {
			if slices.Contains(b, s) {
				row = b
			}
		}
		g.Rows = append(g.Rows, row)
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Track != "" {
			g.side(s)
			continue
		}
		for _, from := range s.From {
			if to := s.After(from); to != from {
				g.edge(from, to, s)
			}
		}
	}
	return g
}

func (g *Graph) edge(from, to State, s *Step) {
	for i := range g.Edges {
		if e := &g.Edges[i]; e.From == from && e.To == to {
			e.Steps = append(e.Steps, s)
			return
		}
	}
	g.Edges = append(g.Edges, Edge{from, to, []*Step{s}})
}

func (g *Graph) side(s *Step) {
	i := slices.IndexFunc(g.Sides, func(x Side) bool { return x.Track == s.Track })
	if i < 0 {
		i = len(g.Sides)
		g.Sides = append(g.Sides, Side{Track: s.Track})
	}
	in := s.In
	if len(in) == 0 {
		in = []string{""}
	}
	side := &g.Sides[i]
	for _, from := range in {
		j := slices.IndexFunc(side.Edges, func(e SideEdge) bool { return e.From == from && e.To == s.Leads })
		if j < 0 {
			side.Edges = append(side.Edges, SideEdge{From: from, To: s.Leads, Steps: []*Step{s}})
			continue
		}
		side.Edges[j].Steps = append(side.Edges[j].Steps, s)
	}
}

// Mermaid writes the path as a Mermaid state diagram; the names are the caller's.
func (g Graph) Mermaid(state func(State) string, step func(*Step) string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, row := range g.Rows {
		for _, s := range row {
			fmt.Fprintf(&b, "    %s: %s\n", s, plainText(state(s)))
		}
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", g.Rows[0][0])
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", e.From, e.To, labels(e.Steps, step))
	}
	for _, s := range g.Rows[len(g.Rows)-1] {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}

// Mermaid writes a side procedure as a Mermaid state diagram.
func (x Side) Mermaid(state func(string) string, step func(*Step) string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	var seen []string
	at := func(s string) string {
		if s == "" {
			return "[*]"
		}
		return s
	}
	for _, e := range x.Edges {
		for _, s := range []string{e.From, e.To} {
			if s != "" && !slices.Contains(seen, s) {
				seen = append(seen, s)
				fmt.Fprintf(&b, "    %s: %s\n", s, plainText(state(s)))
			}
		}
	}
	for _, e := range x.Edges {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", at(e.From), at(e.To), labels(e.Steps, step))
	}
	return b.String()
}

func labels(steps []*Step, name func(*Step) string) string {
	var out []string
	for _, s := range steps {
		out = append(out, plainText(name(s)))
	}
	return strings.Join(out, " / ")
}

// plainText is a sentence without what Mermaid reads as its own.
func plainText(s string) string {
	return strings.NewReplacer(":", "：", ";", "；", "\n", " ", "#", "").Replace(s)
}
