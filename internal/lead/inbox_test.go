package lead_test

import (
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestTheInbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		add := func(kind, title, office string) *lead.Lead {
			t.Helper()
			var l *lead.Lead
			must(t, o.At("2026-11-16", func(tx *store.Tx) (err error) {
				l, err = o.Leads.AddTx(tx, o.By["officer"], lead.NewLead{Source: "report", Kind: kind, Jurisdiction: office, Place: "330521", ReceivedOn: day("2026-11-16"), Title: title, Facts: "x"}, "lead.add")
				return err
			}))
			return l
		}
		do := func(by string, l *lead.Lead, act, on string, f facts) error {
			t.Helper()
			got, _, _, err := o.Leads.Find(ctx, o.By[by], l.ID)
			if err != nil {
				return err
			}
			return o.At(on, func(tx *store.Tx) error {
				return o.Leads.DoTx(tx, o.By[by], l.ID, got.Version, act, casework.Input{On: day(on), Fields: f})
			})
		}
		code := func(name string, err error, want errs.Code) {
			t.Helper()
			if errs.CodeOf(err) != want {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		running := func(l *lead.Lead) map[string]string {
			t.Helper()
			clocks, err := o.Clocks.Of(ctx, l.ID)
			must(t, err)
			out := map[string]string{}
			for _, k := range clocks {
				if k.Running() {
					out[k.Rule] = k.StartedOn.String()
				}
			}
			return out
		}
		a, b := add(casework.Counterfeit, "甲", "330500"), add(casework.Counterfeit, "乙", "330500")
		request := add(casework.Infringement, "请求", "330500")

		code("triage", do("officer", a, "triage", "2026-11-17", facts{"urgency": "immediate"}), "")
		code("an urgency of one's own", do("officer", a, "triage", "2026-11-17", facts{"urgency": "loud"}), errs.Invalid)
		code("an operator's triage", do("operator", a, "triage", "2026-11-17", facts{"urgency": "normal"}), errs.Forbidden)
		code("assign", do("officer", a, "assign", "2026-11-17", facts{"assignee": o.By["officer2"].ID}), "")
		code("to somebody who may not", do("officer", a, "assign", "2026-11-17", facts{"assignee": o.By["operator"].ID}), errs.Invalid)
		for f, want := range map[lead.Filter]int64{{Urgent: "immediate"}: 1, {Urgent: "normal"}: 2, {Mine: o.By["officer2"].ID}: 1, {State: "open"}: 3} {
			if n, err := o.Leads.Count(ctx, o.By["officer"], f); n != want || err != nil {
				t.Errorf("%+v: %d, want %d, %v", f, n, want, err)
			}
		}

		merge := func(into string) facts {
			return facts{"merged_into": into, "new_facts": "yes", "merge_reason": "同一事项"}
		}
		code("into itself", do("officer", b, "merge", "2026-11-18", merge(b.Number)), errs.Invalid)
		code("into nothing", do("officer", b, "merge", "2026-11-18", merge("湖知线〔2026〕99号")), errs.Invalid)
		code("into a request", do("officer", b, "merge", "2026-11-18", merge(request.Number)), errs.Invalid)
		code("merge", do("officer", b, "merge", "2026-11-18", merge(a.Number)), "")
		code("twice", do("officer", b, "merge", "2026-11-18", merge(a.Number)), errs.Conflict)
		code("and the other into it", do("officer", a, "merge", "2026-11-18", merge(b.Number)), errs.Invalid)
		got, steps, _, err := o.Leads.Find(ctx, o.By["officer"], b.ID)
		if err != nil || got.State != lead.Merged || got.MergedInto == nil || *got.MergedInto != a.ID || got.Open() || len(running(b)) != 0 || steps[len(steps)-1].Step != "merge" {
			t.Errorf("%+v %v %v", got, running(b), err)
		}
		_, steps, _, err = o.Leads.Find(ctx, o.By["officer"], a.ID)
		if last := steps[len(steps)-1]; err != nil || last.Step != "merged_in" || last.Data["lead"] != b.Number || last.Note != "同一事项" || running(a)["CF_VERIFY"] != "2026-11-16" {
			t.Errorf("%+v %v %v", last, running(a), err)
		}
		code("verify what was merged", o.Leads.Verify(ctx, o.By["officer"], b.ID, got.Version, lead.Verification{On: day("2026-11-18"), Proposal: lead.ProposeFile, Opinion: "x"}), errs.Conflict)
		code("unmerge", do("officer", b, "unmerge", "2026-11-19", facts{"unmerge_reason": "不是同一事项"}), "")
		_, steps, _, _ = o.Leads.Find(ctx, o.By["officer"], a.ID)
		got, _, _, _ = o.Leads.Find(ctx, o.By["officer"], b.ID)
		if got.State != lead.New || got.MergedInto != nil || running(b)["CF_VERIFY"] != "2026-11-19" || steps[len(steps)-1].Step != "parted" {
			t.Errorf("%+v %v", got, running(b))
		}

		code("send back what nobody sent", do("chief", b, "send_back", "2026-11-19", facts{"send_back_reason": "x"}), errs.Conflict)
		got, _, _, _ = o.Leads.Find(ctx, o.By["chief"], b.ID)
		must(t, o.At("2026-11-19", func(tx *store.Tx) error {
			return o.Leads.TransferTx(tx, o.By["chief"], b.ID, got.Version, lead.Handover{On: day("2026-11-19"), To: "330521", Reason: "行为地在德清"})
		}))
		code("an officer sends it back", do("officer.deqing", b, "send_back", "2026-11-20", facts{"send_back_reason": "不属本县"}), errs.Forbidden)
		code("without a reason", do("chief.deqing", b, "send_back", "2026-11-20", facts{}), errs.Invalid)
		code("send back", do("chief.deqing", b, "send_back", "2026-11-20", facts{"send_back_reason": "不属本县"}), "")
		if _, _, _, err := o.Leads.Find(ctx, o.By["chief.deqing"], b.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing sees it still: %v", err)
		}
		got, steps, _, err = o.Leads.Find(ctx, o.By["chief"], b.ID)
		if last := steps[len(steps)-1]; err != nil || got.Jurisdiction != "330500" || last.Step != "send_back" || last.Data["send_back_reason"] != "不属本县" || running(b)["CF_VERIFY"] != "2026-11-20" {
			t.Errorf("%+v %+v %v", got, last, err)
		}
		code("and back again", do("chief", b, "send_back", "2026-11-20", facts{"send_back_reason": "x"}), errs.Conflict)
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}
