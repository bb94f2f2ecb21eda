package app

import (
	"encoding/json"
	"fmt"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/report"
)

// periodLine is what an entry about a frozen period tells.
type periodLine struct {
	Office, From, To, Head, SHA256 string
	Issue                          int64
}

func (l periodLine) args() []any { return []any{l.From + "–" + l.To, l.Office, fmt.Sprint(l.Issue)} }

// periodEntry takes down what an entry tells of the figures of a period that were frozen.
func (t *told) periodEntry(e *audit.Entry, id string) error {
	var l periodLine
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil {
		return err
	}
	t.claim("period", id, e.Seq, sum(l.Office, l.From, l.To, fmt.Sprint(l.Issue), l.Head, l.SHA256, e.Actor, e.ActorName))
	return nil
}

// periods holds the frozen periods against the log, and their figures against their hash and their matters.
func (t *told) periods() error {
	return report.VerifyFrozen(t.q, func(z *report.Frozen, whole bool) {
		l := periodLine{z.Jurisdiction, z.FromOn.String(), z.ToOn.String(), audit.Head{Seq: z.HeadSeq, Hash: z.HeadHash}.String(), z.SHA256, z.Issue}
		t.row("period", z.ID, errs.Msg("cmd.verify.thing.period", l.args()...), sum(l.Office, l.From, l.To, fmt.Sprint(l.Issue), l.Head, l.SHA256, z.MadeBy, z.MadeName))
		if !whole {
			t.fault("period", "cmd.verify.period", l.args()...)
		}
	})
}
