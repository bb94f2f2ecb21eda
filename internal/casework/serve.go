package casework

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// Service is the fields of a service that a step takes over, and of which paper it is.
type Service struct {
	Way       string                   // the field that says how
	On        string                   // on which day it took effect
	Published string                   // by public notice: on which day the notice was published
	Receiver  string                   // who signed for it; "" is not asked
	Since     func(*File) calendar.Day // since when there is a paper to serve; nil: not known to the table
	Of        []string                 // the steps that make the paper; none: the step itself does
	Roles     []string                 // of the parties to all of whom it is served; none: to those of one role at a time, which the field recipient names
}

// Paper is the document whose service the step takes over, that which was made last; "" where there is none.
func (v Service) Paper(f *File) string {
	for _, t := range slices.Backward(f.Taken) {
		if slices.Contains(v.Of, t.Step) && t.DocumentID != "" {
			return t.DocumentID
		}
	}
	return ""
}

// Given are the fields of the service as it was done: to the parties of a role, in a way, with effect on a day. tried is the day of the public notice.
func (v Service) Given(role, way string, tried, on calendar.Day, receiver string) Facts {
	out := Facts{v.Way: way, v.On: on.String()}
	switch {
	case way == "public_notice":
		out[v.Published] = tried.String()
	case way == "electronic":
		out[consent(v.Way)] = "yes" // it is not recorded without the account that the receiver confirmed
	}
	if v.Receiver != "" && receiver != "" {
		out[v.Receiver] = receiver
	}
	if len(v.Roles) == 0 {
		out["recipient"] = role
	}
	return out
}

// ServeAsks are the fields of a service (送达回证).
func ServeAsks(ways []string) []Ask {
	return []Ask{
		{Name: "served_on", Type: AskDay, Past: true},
		{Name: "way", Type: AskChoice, Options: ways},
		{Name: "published_on", Type: AskDay, Past: true, When: func(x Facts) bool { return x["way"] == "public_notice" }},
		Consent("way"),
		{Name: "receiver", Type: AskText},
	}
}

// Served is the service that ServeAsks asks about, for Serves: of the paper that one of the steps made, to the parties of these roles; since is the
// day from which there is a paper to serve.
func Served(since func(*File) calendar.Day, roles, of []string) []Service {
	return []Service{{Way: "way", On: "served_on", Published: "published_on", Receiver: "receiver", Since: since, Of: of, Roles: roles}}
}

// MadeBy is the day of the paper that a step made, for the services of it.
func MadeBy(step string) func(*File) calendar.Day {
	return func(f *File) calendar.Day {
		if t := f.Last(step); t != nil {
			return t.OnDay
		}
		return 0
	}
}

// Consent is the field beside a way of service: whether the receiver agreed to electronic service in writing.
func Consent(way string) Ask {
	return Ask{Name: consent(way), Type: AskChoice, Options: []string{"no", "yes"}, Optional: true, When: func(x Facts) bool { return x[way] == "electronic" }}
}

func consent(way string) string {
	if way == "way" {
		return "serve_consent"
	}
	return strings.TrimSuffix(way, "way") + "consent"
}

// ServiceWays are the ways of service (Civil Procedure Law Arts 87–95; Market-Regulation Procedure Art. 82); entrusted is by another office, the army or a prison.
func ServiceWays() []string {
	return []string{"direct", "left", "post", "electronic", "entrusted", "public_notice"}
}

// MayServe refuses a way of service that the law in force on the step's day does not know for a paper ("decision", "mediation", "" for any other), and
// an electronic one without the receiver's consent where the law wants it (Order 81 Art. 10(2)): the field of Consent says so.
func MayServe(name, kind string, in Input, law Law, paper string) *errs.Field {
	way := in.Fields[name]
	for _, x := range law.Rules.Services(in.On, kind, "") {
		if x.Way != way || slices.Contains(x.NotFor, paper) {
			continue
		}
		if x.Consent && in.Fields[consent(name)] != "yes" {
			return &errs.Field{Name: consent(name), Message: errs.Msg("error.serve_consent", x.Cite)}
		}
		return nil
	}
	if way == "left" && paper == "mediation" {
		return &errs.Field{Name: name, Message: errs.Msg("error.mediation_left")}
	}
	return &errs.Field{Name: name, Message: errs.Msg("error.way_unknown")}
}
