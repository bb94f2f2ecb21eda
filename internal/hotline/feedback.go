package hotline

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// FeedbackInput is what a caller was told in the end, and how content the caller was.
type FeedbackInput struct {
	Way          string // phone, letter, mail
	Text         string
	On           calendar.Day
	Satisfaction int64 // 1 to 5; 0 was not asked
}

// Feedback writes down what the caller was told of the outcome. It may be told again; the steps keep each. NotFound, Conflict, Forbidden, Invalid.
func (d *Desk) Feedback(ctx context.Context, by access.Actor, id string, version int64, in FeedbackInput) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.FeedbackTx(tx, by, id, version, in) })
}

// FeedbackTx is Feedback in the caller's transaction.
func (d *Desk) FeedbackTx(tx *store.Tx, by access.Actor, id string, version int64, in FeedbackInput) error {
	return d.change(tx, by, id, version, "call.log", func(c *Call) (string, map[string]any, error) {
		if c.State == StateJoined {
			return "", nil, errs.New(errs.Conflict, "error.call_joined")
		}
		today := calendar.DayOf(tx.Now)
		in.Text = strings.TrimSpace(in.Text)
		var bad errs.Faults
		if in.Way == "none" || !slices.Contains(ReplyWays(), in.Way) {
			bad.Add("way", "error.choice")
		}
		bad.Require("text", in.Text)
		bad.Limit("text", in.Text, 4000)
		switch {
		case in.On.IsZero():
			in.On = today
		case in.On > today:
			bad.Add("on", "error.future_day")
		case in.On < c.ReceivedOn:
			bad.Add("on", "error.before_call")
		}
		if in.Satisfaction < 0 || in.Satisfaction > 5 {
			bad.Add("satisfaction", "error.choice")
		}
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		set := map[string]any{"feedback": in.Text, "feedback_way": in.Way, "feedback_on": in.On}
		if in.Satisfaction > 0 {
			set["satisfaction"] = in.Satisfaction
		}
		return "call.feedback", set, nil
	})
}
