package app

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huzhi/config"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/listing"
)

var update = flag.Bool("update", false, "write docs/procedures anew")

// docs/procedures is made from the tables, so that what is read there is what the program does.
func TestProceduresAreDrawn(t *testing.T) {
	cat, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	zh, en := cat.Printer(i18n.Chinese), cat.Printer(i18n.English)
	dir := filepath.Join("..", "..", "docs", "procedures")
	var index strings.Builder
	index.WriteString("# The procedures\n\nMade from the tables by `go test ./internal/app -run Procedures -update`; a test holds them true.\n\n")
	want := map[string]string{}
	for _, p := range procedures(config.Office{AidDays: listing.AidDays}) {
		name := p.Kind + ".md"
		fmt.Fprintf(&index, "- [%s %s](%s)\n", en.T("kind."+p.Kind), zh.T("kind."+p.Kind), name)
		want[name] = procedurePage(p, zh, en)
	}
	fmt.Fprintf(&index, "- [%s %s](listing.md)\n", en.T("listing.flow"), zh.T("listing.flow"))
	want["listing.md"] = listingFlowPage(zh, en)
	want["README.md"] = index.String()
	for name, text := range want {
		file := filepath.Join(dir, name)
		if *update {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(got)); diff != "" {
			t.Errorf("%s is not what the table says; go test ./internal/app -run Procedures -update (-table +file):\n%s", name, diff)
		}
	}
	for name, text := range want {
		for line := range strings.SplitSeq(text, "\n") {
			for _, prefix := range []string{"step.", "track.", "state.", "power.", "need.", "part.", "kind."} {
				if strings.Contains(line, prefix) {
					t.Errorf("%s: a sentence is missing: %s", name, line)
				}
			}
		}
	}
}

func procedurePage(p *casework.Procedure, zh, en *i18n.Printer) string {
	var b strings.Builder
	both := func(key string) string { return en.T(key) + " " + zh.T(key) }
	state := func(s casework.State) string { return both("state." + p.Kind + "." + string(s)) }
	name := func(s *casework.Step) string { return en.T(s.Key(p.Kind)) }
	g := p.Graph()
	fmt.Fprintf(&b, "# %s %s\n\nMade from the table of the kind; do not edit.\n\n", en.T("kind."+p.Kind), zh.T("kind."+p.Kind))
	fmt.Fprintf(&b, "```mermaid\n%s```\n", g.Mermaid(state, name))
	if len(p.Files) > 0 {
		var rules []string
		for _, st := range p.Files {
			rules = append(rules, "`"+st.Rule+"`")
		}
		fmt.Fprintf(&b, "\nFiling starts %s.\n", strings.Join(rules, ", "))
	}
	b.WriteString("\n## Steps\n\n")
	stepTable(&b, p, "", zh, en)
	for _, side := range g.Sides {
		fmt.Fprintf(&b, "\n## %s\n\n```mermaid\n%s```\n\n", both("track."+side.Track), side.Mermaid(func(s string) string { return both("track." + side.Track + ".state." + s) }, name))
		stepTable(&b, p, side.Track, zh, en)
	}
	if len(p.Denied) > 0 {
		b.WriteString("\n## What the law does not allow\n\n")
		for _, x := range p.Denied {
			when := ""
			if x.When != nil {
				when = " (not at all times)"
			}
			fmt.Fprintf(&b, "- `%s`: %s%s\n", x.Act, en.T("power."+x.Act), when)
		}
	}
	return b.String()
}

// listingFlowPage is the flow of a listing.
func listingFlowPage(zh, en *i18n.Printer) string {
	var b strings.Builder
	both := func(key string) string { return en.T(key) + " " + zh.T(key) }
	state := func(s listing.State) string { return both("listing.state." + string(s)) }
	fmt.Fprintf(&b, "# %s\n\nMade from the table of the flow; do not edit.\n\n", both("listing.flow"))
	fmt.Fprintf(&b, "```mermaid\n%s```\n\n## Steps\n\n| step | from → to | asks | periods |\n| --- | --- | --- | --- |\n", listing.Mermaid(state, func(s string) string { return en.T("listing.step." + s) }))
	for _, s := range listing.Flow() {
		var ways, asks, clocks []string
		for _, from := range s.From {
			to := []string{"stays"}
			if list := s.Leads(from); len(list) > 0 {
				to = nil
				for _, x := range list {
					to = append(to, en.T("listing.state."+string(x)))
				}
			}
			ways = append(ways, en.T("listing.state."+string(from))+" → "+strings.Join(to, " or "))
		}
		for _, a := range []struct {
			name string
			is   bool
		}{{"one of " + strings.Join(s.Choices, ", "), len(s.Choices) > 0}, {"a day", s.Day}, {"a second day", s.Second}, {"a reason", s.Reason}} {
			if a.is {
				asks = append(asks, a.name)
			}
		}
		for _, k := range []struct{ word, rule string }{{"starts", s.Starts}, {"stops", s.Stops}} {
			if k.rule != "" {
				clocks = append(clocks, k.word+" `"+k.rule+"`")
			}
		}
		fmt.Fprintf(&b, "| %s<br>%s<br>`%s` | %s | %s | %s |\n", en.T("listing.step."+s.Name), zh.T("listing.step."+s.Name), s.Name, strings.Join(ways, "<br>"), strings.Join(asks, "; "), strings.Join(clocks, "; "))
	}
	return b.String()
}

func stepTable(b *strings.Builder, p *casework.Procedure, track string, zh, en *i18n.Printer) {
	b.WriteString("| step | from → to | who | asks | needs | periods | paper | law |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Track != track {
			continue
		}
		fmt.Fprintf(b, "| %s<br>%s<br>`%s` | %s | %s | %s | %s | %s | %s | %s |\n", en.T(s.Key(p.Kind)), zh.T(s.Key(p.Kind)), s.Name,
			way(p, s, en), who(p, s, en), fields(s), needs(s, en), periods(s), paper(s), law(p, s, en))
	}
}

func way(p *casework.Procedure, s *casework.Step, en *i18n.Printer) string {
	if s.Track != "" {
		from, to := strings.Join(s.In, ", "), s.Leads
		if from == "" {
			from = "opens"
		}
		if to == "" {
			to = "ends"
		}
		return from + " → " + to
	}
	var from []string
	for _, x := range s.From {
		from = append(from, en.T("state."+p.Kind+"."+string(x)))
	}
	if s.To == "" {
		return strings.Join(from, ", ") + " (stays)"
	}
	return strings.Join(from, ", ") + " → " + en.T("state."+p.Kind+"."+string(s.To))
}

func who(p *casework.Procedure, s *casework.Step, en *i18n.Printer) string {
	out := []string{"`" + s.Action + "`"}
	switch {
	case s.Lapses != "":
		return "the program, by law"
	case s.Above:
		out = append(out, "of the next higher office")
	}
	if s.Member != "" {
		out = append(out, en.T("part."+s.Member)+" of the case")
	}
	for _, n := range p.NotBy(s) {
		if n == casework.PartOfficer {
			out = append(out, "not an officer of the case")
			continue
		}
		out = append(out, "not who took “"+en.T(p.Step(n).Key(p.Kind))+"”")
	}
	return strings.Join(out, "; ")
}

func fields(s *casework.Step) string {
	var out []string
	for _, a := range s.Asks {
		x := a.Name
		if a.Optional || a.When != nil {
			x += "?"
		}
		out = append(out, x)
	}
	return strings.Join(out, ", ")
}

func needs(s *casework.Step, en *i18n.Printer) string {
	var out []string
	for _, n := range s.Needs {
		var args []any
		if n.Args != nil {
			args = n.Args(&casework.File{})
		}
		out = append(out, en.M(errs.Msg(n.Key, args...)))
	}
	return strings.Join(out, "; ")
}

func periods(s *casework.Step) string {
	var out []string
	for _, st := range s.Starts {
		out = append(out, "starts `"+st.Rule+"`")
	}
	if len(s.Stops) > 0 {
		stops := "stops `" + strings.Join(s.Stops, "`, `") + "`"
		if s.Stops[0] == "*" {
			stops = "stops all"
		}
		out = append(out, stops)
	}
	if s.Extends != "" {
		out = append(out, "extends `"+s.Extends+"`")
	}
	if s.Pauses != "" {
		out = append(out, "time not counted: "+s.Pauses)
	}
	if s.Resumes {
		out = append(out, "time counts again")
	}
	return strings.Join(out, "; ")
}

func paper(s *casework.Step) string {
	if s.Issues == nil {
		return ""
	}
	return "yes"
}

func law(p *casework.Procedure, s *casework.Step, en *i18n.Printer) string {
	var out []string
	for _, law := range casework.Laws(p.Kind) { // the same for all, or one for each law a case may go by
		for _, key := range s.Cites(p.Kind, law) {
			if en.Has(key) {
				if text := en.T(key); !slices.Contains(out, text) {
					out = append(out, text)
				}
				break
			}
		}
	}
	return strings.Join(out, " / ")
}
