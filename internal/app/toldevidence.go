package app

import (
	"encoding/json"
	"fmt"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
)

// evidenceLine is what an entry about a piece of evidence tells.
type evidenceLine struct {
	Evidence, Name, Item, Line, Copy, Number string
	N, Seq                                   int64
	Lines                                    []string
}

// evidenceEntry takes down what an entry tells of an item, of its ledger, of a copy.
func (t *told) evidenceEntry(e *audit.Entry) error {
	var l evidenceLine
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil {
		return err
	}
	switch {
	case l.Copy != "":
		t.claim("evidence_copy", l.Copy, e.Seq, sum(l.Item))
	case l.Item != "":
		t.claim("evidence", l.Evidence, e.Seq, sum(l.Item))
		for i, s := range l.Lines {
			t.claim("evidence_line", stepKey(l.Evidence, int64(i+1)), e.Seq, sum(s))
		}
	case l.Line != "":
		t.claim("evidence_line", stepKey(l.Evidence, l.Seq), e.Seq, sum(l.Line))
	}
	return nil
}

// ledgers holds the evidence, its ledger and its copies against the log; and where each item is, and what became of it, against its ledger.
func (t *told) ledgers() error {
	items := map[string]*evidence.Item{}
	thing := func(kind string, x *evidence.Item, more ...any) errs.Message {
		return errs.Msg("cmd.verify.thing."+kind, append([]any{x.Name}, more...)...)
	}
	err := each(t.q, "SELECT * FROM evidence ORDER BY id", func(x *evidence.Item) {
		items[x.ID] = x
		t.row("evidence", x.ID, thing("evidence", x, x.No()), sum(x.Sum()))
	})
	if err != nil {
		return err
	}
	of := map[string][]evidence.Line{}
	err = each(t.q, "SELECT * FROM evidence_lines ORDER BY evidence_id, seq", func(l *evidence.Line) {
		x := items[l.EvidenceID]
		if x == nil {
			x = &evidence.Item{Name: l.EvidenceID}
		}
		t.row("evidence_line", stepKey(l.EvidenceID, l.Seq), thing("evidence_line", x, l.Seq), sum(l.Sum()))
		of[l.EvidenceID] = append(of[l.EvidenceID], *l)
	})
	if err != nil {
		return err
	}
	for id, x := range items {
		if must := evidence.Replay(*x, of[id]); must != *x {
			t.fault("evidence", "cmd.verify.ledger", thing("evidence", x, x.No()))
		}
	}
	return each(t.q, "SELECT * FROM evidence_copies ORDER BY id", func(c *evidence.Copy) {
		t.row("evidence_copy", c.ID, errs.Msg("cmd.verify.thing.evidence_copy", c.Name), sum(c.Sum()))
	})
}

// evidenceThing is what a person calls what an entry about evidence tells of.
func evidenceThing(kind string, e *audit.Entry) []any {
	var l evidenceLine
	_ = json.Unmarshal([]byte(e.Detail), &l) // it was read before
	switch kind {
	case "evidence":
		return []any{l.Name, fmt.Sprint(l.N)}
	case "evidence_line":
		return []any{l.Name, fmt.Sprint(max(l.Seq, 1))}
	}
	return []any{l.Name}
}
