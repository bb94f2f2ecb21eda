package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/casework"
	"huzhi/internal/listing"
	"huzhi/internal/statute"
)

// use is where a rule of the book that no step starts is used: a package whose source names it, or none; and why no step starts it.
type use struct{ in, why string }

// otherUses are the rules that no table of steps starts.
func otherUses() map[string]use {
	return map[string]use{
		// Before there is a case: clocks of a lead.
		"CF_FILE_OWN":     {"lead", "a lead that the office found"},
		"CF_FILE_REPORT":  {"lead", "a lead that was reported"},
		"CF_VERIFY":       {"lead", "verification before filing"},
		"INF_ACCEPT":      {"lead", "a request for adjudication"},
		"MED_NOTIFY":      {"lead", "a request for mediation goes to the respondent"},
		"MED_OPINION":     {"lead", "the respondent's answer"},
		"MED_FILE":        {"lead", "the respondent agreed"},
		"MED_REFUSE_TELL": {"lead", "the respondent did not"},
		"REPORTER_TELL":   {"lead", "from the day of filing or refusal, while the rule stood"},
		// At the desk.
		"COMPLAINT_ACCEPT": {"hotline", "a complaint that was called in"},
		// Counted back from a day, or looked up when a step is taken: they end nowhere by themselves.
		"HEARING_NOTICE":     {"counterfeit", "counted back from the hearing when it is notified"},
		"INF_ORAL_NOTICE":    {"infringement", "counted back from the hearing when it is set"},
		"INF_ADD_PARTY":      {"infringement", "until the hearing: a joinder after it is refused"},
		"INF_JURIS_OBJECT":   {"infringement", "ends with the time to answer, whose clock runs"},
		"INF_APPRAISAL_ASK":  {"infringement", "ends with the proof period, whose clock runs"},
		"INF_REQUEST_LIMIT":  {"infringement", "pleaded by the respondent, shown at the intake; the office does not raise it"},
		"URGENT_APPROVAL":    {"counterfeit", "hours: the step that approves is refused after them"},
		"PUBLIC_SERVICE":     {"casework", "the day of service is checked against it"},
		"WARN_OPINION_OPEN":  {"opinion", "the request is refused before its end"},
		"WARN_OPINION_SENT":  {"opinion", "the same"},
		"COMPLAINT_MEDIATE":  {"web", "consumers' disputes are mediated on the national platform, not here; shown with the reply times of the hotline"},
		"COMPLAINT_END_TELL": {"web", "the same"},
		"COMPETENCE_AGREE":   {"web", "offices that dispute a lead send it on with a reason; none of them opens a procedure here; shown beside them"},
		// What callers ask about: the periods of others, filled into the answers of the knowledge base (config/knowledge).
		"GRANT_FORMALITIES":     {"", "the applicant's, before the CNIPA"},
		"FEE_GRACE":             {"", "the patentee's"},
		"EVALUATION_REPORT":     {"", "the CNIPA's"},
		"RESTORE_RIGHT":         {"", "the patentee's"},
		"LICENCE_RECORD":        {"", "the parties' of a licence"},
		"PATENT_TERM_INVENTION": {"", "the term of a right; internal/patent reckons it from the register"},
		"PATENT_TERM_UTILITY":   {"", "the same"},
		"PATENT_TERM_DESIGN":    {"", "the same"},
		"INVALIDATION_SUIT":     {"", "the parties' of an invalidation"},
		"LIMITATION_SUIT":       {"", "the right holder's, before a court"},
		"PENALTY_POST_PUSHED":   {"", "the period of the office that gets a penalty from another province: of a case that is not ours"},
		"PUBLICITY_END":         {"papers", "the publication carries its last day; the case lies in the archive by then"},
		"PUBLICITY_END_LOW":     {"papers", "the same after three months"},
		"PUBLICITY_EARLY":       {"papers", "the first day of an end on application"},
	}
}

// Every rule of the book is started by a step and stopped by one, or it stands above with its reason.
func TestEveryRuleIsUsed(t *testing.T) {
	book, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	started, stopped := map[string][]string{}, map[string]bool{}
	for _, p := range procedures(config.Office{AidDays: listing.AidDays}) {
		starts := slices.Clone(p.Files)
		for _, s := range p.Steps {
			starts = append(starts, s.Starts...)
			for _, r := range s.Stops {
				stopped[p.Kind+" "+r] = true
			}
			if s.StopsBy != nil { // which of them depends on the answers
				for _, r := range s.StopsBy(&casework.File{}, casework.Input{Fields: casework.Facts{}}) {
					stopped[p.Kind+" "+r] = true
				}
			}
		}
		for _, st := range starts {
			if !slices.Contains(started[st.Rule], p.Kind) {
				started[st.Rule] = append(started[st.Rule], p.Kind)
			}
			if !stopped[p.Kind+" "+st.Rule] && !stopped[p.Kind+" *"] {
				t.Errorf("%s: nothing stops %s", p.Kind, st.Rule)
			}
		}
	}
	others, ids := otherUses(), map[string]bool{}
	for _, r := range book.All() {
		ids[r.ID] = true
		other, elsewhere := others[r.ID]
		switch by := started[r.ID]; {
		case len(by) == 0 && !elsewhere:
			t.Errorf("%s (%s) is used nowhere: start it in a step, or say why not", r.ID, r.Cite.EN)
		case len(by) > 0 && elsewhere && other.in == "":
			t.Errorf("%s is started by %v and called unused", r.ID, by)
		case len(by) > 0 && r.Kind != statute.Any && !slices.Contains(by, r.Kind) && !elsewhere:
			t.Errorf("%s is a rule for %s and started by %v", r.ID, r.Kind, by)
		}
	}
	for id, x := range others {
		if !ids[id] {
			t.Errorf("%s is not in the rule book", id)
		}
		if x.in != "" && !names(t, x.in, id) || x.in == "" && anywhere(t, id) {
			t.Errorf("%s: what is said of its use is not so", id)
		}
	}
}

// names says whether the source of a package names a rule.
func names(t *testing.T, pkg, rule string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(pkg, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") && strings.Contains(string(text), `"`+rule+`"`) {
			return true
		}
	}
	return false
}

func anywhere(t *testing.T, rule string) bool {
	t.Helper()
	for _, pkg := range []string{"casework", "counterfeit", "infringement", "mediation", "opinion", "listing", "lead", "hotline", "deadline", "web"} {
		if names(t, pkg, rule) {
			return true
		}
	}
	return false
}
