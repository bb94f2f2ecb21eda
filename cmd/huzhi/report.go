package main

import (
	"encoding/json"
	"fmt"

	"huzhi/internal/access"
	"huzhi/internal/app"
)

type reportCmd struct {
	Annual annualCmd `cmd:"" help:"Print the annual report, counted from the rows."`
}

type annualCmd struct {
	dataFlag
	Year int  `help:"The year." required:""`
	JSON bool `help:"Print figures instead of words."`
}

// Help is the long help.
func (annualCmd) Help() string {
	return "The same figures as the report's page. They are counted when they are asked for; no summary is used."
}

// Run prints the report.
func (c *annualCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		r, err := a.Figures.Annual(t.ctx, access.System(), c.Year)
		if err != nil {
			return err
		}
		if c.JSON {
			enc := json.NewEncoder(t.out)
			enc.SetEscapeHTML(false)
			return enc.Encode(r)
		}
		fmt.Fprintln(t.out, r.Title(t.p))
		for _, p := range r.Text(t.p) {
			fmt.Fprintf(t.out, "\n%s\n", p)
		}
		return nil
	})
}
