package lead

import (
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// Limit is what is known of the time within which adjudication of an infringement may be asked for.
type Limit struct {
	Knew   calendar.Day // the requester knew the act and who did it
	Until  calendar.Day // the last day of the time
	GoesOn bool         // the act still went on when the request was made: it is accepted all the same (Order 81 Art. 19(2))
	Rule   statute.Rule
}

// Over says whether the request came after the time. That alone is no ground to refuse it: the plea is the respondent's (Order 81 Art. 19(3)).
func (x Limit) Over(received calendar.Day) bool { return received > x.Until }

// limitAsks are the facts of the check that the time goes by.
func limitAsks(kind string) []casework.Ask {
	if kind != casework.Infringement {
		return nil
	}
	return []casework.Ask{
		{Name: "knew_on", Type: casework.AskDay, Past: true, Optional: true},
		{Name: "goes_on", Type: casework.AskChoice, Options: []string{"no", "yes"}, Optional: true},
	}
}

// Limit reckons the time for the request: three years by Order 81 Art. 19(1); before it no text set one for requests, and the time to sue is taken (Patent Law
// 2008 Art. 68: two years; 2020 Art. 74: three). False where it was not recorded when the requester knew.
func (h *History) Limit() (Limit, bool) {
	knew := h.Data.Day("knew_on")
	if h.Kind != casework.Infringement || knew.IsZero() {
		return Limit{}, false
	}
	r, ok := h.law.Rules.Rule("INF_REQUEST_LIMIT", statute.Query{On: h.ReceivedOn, Kind: h.Kind, Region: h.Jurisdiction})
	if !ok {
		return Limit{}, false
	}
	due, err := h.law.Rules.Due(h.law.Days, r, knew, statute.Options{})
	return Limit{Knew: knew, Until: due.Due, GoesOn: h.Data["goes_on"] == "yes", Rule: r}, err == nil
}

// knewFirst refuses a day of knowing that is after the request.
func knewFirst(h *History, in casework.Input) *errs.Field {
	if d := in.Day("knew_on"); d > h.ReceivedOn {
		return &errs.Field{Name: "knew_on", Message: errs.Msg("error.knew_after", h.ReceivedOn)}
	}
	return nil
}
