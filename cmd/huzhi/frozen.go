package main

import (
	"fmt"
	"text/tabwriter"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/report"
)

type frozenCmd struct {
	dataFlag
	ID   string `arg:"" optional:"" help:"The issue, by its identifier; all issues without."`
	JSON bool   `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (frozenCmd) Help() string {
	return "An issue is printed as it was frozen, with what was restated since: today's value, and how many matters came, went, or count otherwise."
}

// frozenLine is a figure of an issue as it is printed.
type frozenLine struct {
	Figure     string   `json:"figure"`
	Frozen     int64    `json:"frozen"`
	Definition string   `json:"definition_sha256"`
	Now        int64    `json:"now"`
	Added      []string `json:"added,omitempty"`
	Removed    []string `json:"removed,omitempty"`
	Changed    []string `json:"changed,omitempty"`
	Meaning    bool     `json:"definition_changed,omitempty"`
}

// Run prints the issues, or one of them.
func (c *frozenCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		if c.ID == "" {
			return c.list(t, a)
		}
		z, err := a.Figures.Issue(t.ctx, access.System(), c.ID)
		if err != nil {
			return err
		}
		list, err := a.Figures.Restate(t.ctx, access.System(), z, "")
		if err != nil {
			return err
		}
		var lines []frozenLine
		for _, r := range list {
			lines = append(lines, frozenLine{r.Figure.Key(), r.Figure.N, r.Figure.DefinitionSHA256, r.Now, r.Added.IDs(), r.Removed.IDs(), r.Changed.IDs(), r.Meaning})
		}
		if c.JSON {
			return t.json(struct {
				ID      string       `json:"id"`
				Office  string       `json:"office"`
				From    string       `json:"from"`
				To      string       `json:"to"`
				Issue   int64        `json:"issue"`
				Head    string       `json:"log_head"`
				SHA256  string       `json:"sha256"`
				Figures []frozenLine `json:"figures"`
			}{z.ID, z.Jurisdiction, z.FromOn.String(), z.ToOn.String(), z.Issue, fmt.Sprintf("%d:%s", z.HeadSeq, z.HeadHash), z.SHA256, lines})
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for i, r := range list {
			fmt.Fprintf(w, "%s\t%d\t%d\t+%d −%d ~%d\n", r.Figure.Words(t.p.Lang())["name"], r.Figure.N, r.Now, len(lines[i].Added), len(lines[i].Removed), len(lines[i].Changed))
		}
		return w.Flush()
	})
}

func (c *frozenCmd) list(t *terminal, a *app.App) error {
	rows, err := a.Figures.Issues(t.ctx, access.System())
	if err != nil {
		return err
	}
	if c.JSON {
		ids := []string{}
		for _, z := range rows {
			ids = append(ids, z.ID)
		}
		return t.json(ids)
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, z := range rows {
		p := report.Period{From: z.FromOn, To: z.ToOn}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", z.ID, p.Name(t.p), a.Regions.Name(z.Jurisdiction, t.p.Lang()), z.Issue, z.MadeName)
	}
	return w.Flush()
}
