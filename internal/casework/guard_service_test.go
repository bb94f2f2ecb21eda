package casework

import (
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

func TestGuardServedBefore(t *testing.T) {
	s := Step{Serves: []Service{{Way: "way", On: "served_on", Published: "published_on", Since: MadeBy("issue")}}}
	made := &File{Taken: []Taken{{Step: "issue", OnDay: on}}}
	for _, c := range []struct {
		published, served calendar.Day
		want              string
	}{{0, on, ""}, {0, on - 1, "served_on"}, {on, 0, ""}, {on - 1, 0, "published_on"}, {on - 1, on, "published_on"}, {on, on - 1, "served_on"}, {0, 0, ""}} {
		fields := Facts{"way": "post"}
		for name, day := range map[string]calendar.Day{"published_on": c.published, "served_on": c.served} {
			if !day.IsZero() {
				fields[name] = day.String()
			}
		}
		got := ""
		if fault := s.Fault(made, Input{On: on, Fields: fields}, Law{}); fault != nil {
			got = fault.Name
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if day := MadeBy("issue")(&File{}); !day.IsZero() {
		t.Errorf("made on %s by nobody", day)
	}
}

func TestGuardFaults(t *testing.T) {
	law := bookAndDays(t)
	own := func(*File, Input, Law) *errs.Field { return &errs.Field{Name: "own", Message: errs.Msg("error.own")} }
	serves := []Service{{Way: "way", On: "served_on", Published: "published_on"}}
	for _, c := range []struct {
		way, published, served string
		check                  func(*File, Input, Law) *errs.Field
		want                   string
	}{
		{"post", "", "2024-01-02", nil, ""}, {"post", "", "2024-01-02", own, "own"},
		{"public_notice", "2021-12-31", "2022-03-01", nil, ""}, {"public_notice", "2021-12-31", "2022-02-28", nil, "served_on"},
		{"public_notice", "2024-01-02", "2024-02-01", nil, ""}, {"public_notice", "2024-01-02", "2024-01-31", own, "served_on"},
		{"public_notice", "", "2024-01-31", nil, ""}, {"public_notice", "9999-12-31", "2024-01-31", nil, "served_on"},
	} {
		s := Step{Serves: serves, Check: c.check}
		got := ""
		if fault := s.Fault(&File{}, Input{On: on, Fields: Facts{"way": c.way, "published_on": c.published, "served_on": c.served}}, law); fault != nil {
			got = fault.Name
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c, got, c.want)
		}
	}
	in := Input{On: on}
	if got := refusedWith((&Step{Check: own}).validate(&File{}, &in, law, on, nil)); got != "own: error.own" {
		t.Error(got)
	}
}

func TestGuardService(t *testing.T) {
	law := bookAndDays(t)
	day := calendar.Date(2024, 1, 2)
	for _, c := range []struct{ way, paper, want string }{
		{"direct", "", ""}, {"left", "", ""}, {"left", "mediation", "error.mediation_left"}, {"direct", "mediation", ""}, {"pigeon", "", "error.way_unknown"}, {"pigeon", "mediation", "error.way_unknown"},
	} {
		got := ""
		if fault := MayServe("way", Dispute, Input{On: day, Fields: Facts{"way": c.way}}, law, c.paper); fault != nil {
			got = fault.Key
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	since := calendar.Date(2026, 4, 1) // Order 81 Art. 10(2)
	for _, c := range []struct{ name, answer, want string }{{"way", "", "serve_consent"}, {"way", "no", "serve_consent"}, {"way", "yes", ""}, {"reply_way", "no", "reply_consent"}, {"reply_way", "yes", ""}} {
		ask := Consent(c.name)
		if !ask.When(Facts{c.name: "electronic"}) || ask.When(Facts{c.name: "post"}) {
			t.Errorf("%s is asked for electronic service, and no other", ask.Name)
		}
		got := ""
		if fault := MayServe(c.name, Dispute, Input{On: since, Fields: Facts{c.name: "electronic", ask.Name: c.answer}}, law, ""); fault != nil {
			got = fault.Name
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	for _, a := range ServeAsks(ServiceWays()) {
		if a.Name == "published_on" && (a.When(Facts{"way": "post"}) || !a.When(Facts{"way": "public_notice"})) {
			t.Error("the day of publication is asked with public notice")
		}
	}
}
