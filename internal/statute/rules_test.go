package statute

import (
	"fmt"
	"strings"
	"testing"
)

// rows says of every version of every rule what it must be, and why it is there. A rule that changes gets its line here by hand.
// A leading - counts back; + is an extension with who approves it; less is what does not count.
var rows = []struct{ version, kind, to, article, period, why string }{
	{"INF_ACCEPT@2011-02-01", "infringement", "2015-06-30", "O60 11", "5 wd strict", "the requester must know soon whether the office takes the dispute up"},
	{"INF_ACCEPT@2015-07-01", "infringement", "2025-01-31", "O71 13", "5 wd strict", "the requester must know soon whether the office takes the dispute up"},
	{"INF_ACCEPT@2016-01-01/330000", "infringement", "2022-12-31", "ZJ2015 25", "3 wd strict", "Zhejiang was stricter than the nation: 3 against 5"},
	{"INF_ACCEPT@2025-02-01", "infringement", "", "O81 20", "5 wd +5 wd head strict", "new in Order 81: 5 more where especially complex"},
	{"INF_SERVE@2011-02-01", "infringement", "2015-06-30", "O60 12(1)", "5 wd strict", "the respondent gets the request soon after filing"},
	{"INF_SERVE@2015-07-01", "infringement", "2025-01-31", "O71 14(1)", "5 wd strict", "the respondent gets the request soon after filing"},
	{"INF_SERVE@2025-02-01", "infringement", "", "O81 22(1)", "5 wd strict", "the respondent gets the request soon after filing"},
	{"INF_DEFENCE@2011-02-01", "infringement", "2015-06-30", "O60 12(1)", "15 cd", "the respondent may answer; silence does not stop the case"},
	{"INF_DEFENCE@2015-07-01", "infringement", "2025-01-31", "O71 14(1)", "15 cd", "the respondent may answer; silence does not stop the case"},
	{"INF_DEFENCE@2025-02-01", "infringement", "", "O81 22(1)", "15 cd +free cd panel", "the panel may allow more"},
	{"INF_DEFENCE_FOREIGN@2025-02-01", "infringement", "", "O81 22(1)", "30 cd +free cd panel", "no fixed home in China: the answer takes longer to come"},
	{"INF_FWD_DEFENCE@2011-02-01", "infringement", "2015-06-30", "O60 12(2)", "5 wd strict", "the requester sees the defence"},
	{"INF_FWD_DEFENCE@2015-07-01", "infringement", "2025-01-31", "O71 14(2)", "5 wd strict", "the requester sees the defence"},
	{"INF_FWD_DEFENCE@2025-02-01", "infringement", "", "O81 22(2)", "5 wd strict", "the requester sees the defence"},
	{"INF_ORAL_NOTICE@2011-02-01", "infringement", "2015-06-30", "O60 14", "-3 wd strict", "the parties can prepare for the oral hearing; counted back"},
	{"INF_ORAL_NOTICE@2015-07-01", "infringement", "2025-01-31", "O71 16", "-3 wd strict", "the parties can prepare for the oral hearing; counted back"},
	{"INF_ORAL_NOTICE@2025-02-01", "infringement", "", "O81 26", "-3 wd strict", "the parties can prepare for the oral hearing; counted back"},
	{"INF_CLOSE@2011-02-01", "infringement", "2015-06-30", "O60 19", "4 mo +1 mo head less public_notice,appraisal,suspension strict", "4 months, by a secondary source"},
	{"INF_CLOSE@2015-07-01", "infringement", "2025-01-31", "O71 21", "3 mo +1 mo head less public_notice,appraisal,suspension strict", "the 2015 decision cut it to 3 months"},
	{"INF_CLOSE@2016-01-01/330000", "infringement", "2022-12-31", "ZJ2015 26", "2 mo +1 mo head less public_notice,appraisal,suspension strict", "Zhejiang was stricter than the nation: 2 months"},
	{"INF_CLOSE@2025-02-01", "infringement", "", "O81 37", "3 mo +1 mo head +2 mo superior_office less suspension,public_notice,test_appraisal,jurisdiction_objection,extended_proof_period,settlement_talks strict", "3 + 1 + 2, the last by the office above; more time is left out"},
	{"INF_SUE@2009-10-01", "infringement", "2021-05-31", "PL2008 60", "15 cd", "either side may sue; after that the decision stands"},
	{"INF_SUE@2021-06-01", "infringement", "", "PL2020 65", "15 cd", "either side may sue; after that the decision stands"},
	{"INF_PUBLISH@2015-07-01", "infringement", "2025-01-31", "O71 46", "20 wd strict", "only where infringement was found"},
	{"INF_PUBLISH@2025-02-01", "infringement", "", "O81 83(1)", "20 wd strict", "every adjudication, rejections too"},
	{"INF_PUBLISH_CHANGE@2025-02-01", "infringement", "", "O81 83(2)", "20 wd strict", "what a court changed is made public too"},
	{"INF_JURIS_OBJECT@2025-02-01", "infringement", "", "O81 9(1)", "15 cd", "only inside the defence period"},
	{"INF_JURIS_DECIDE@2025-02-01", "infringement", "", "O81 9(1)", "5 wd strict", "the objection must not hold the case up"},
	{"INF_PROOF@2025-02-01", "infringement", "", "O81 54", "15 cd +free cd office +free cd office +free cd office", "at least 15 days to bring proof; what the notice gives over them is the first extension"},
	{"INF_APPRAISAL_ASK@2025-02-01", "infringement", "", "O81 53(1)", "15 cd", "before the proof period ends"},
	{"INF_RECUSAL_ASK@2025-02-01", "infringement", "", "O81 5(3)", "3 wd", "from learning the names of the panel"},
	{"INF_ADD_PARTY@2025-02-01", "infringement", "", "O81 24(3)", "-0 cd", "only before the oral hearing: zero days back"},
	{"INF_REQUEST_LIMIT@2009-10-01", "infringement", "2021-05-31", "PL2008 68", "24 mo", "the time to sue, by analogy: two years"},
	{"INF_REQUEST_LIMIT@2021-06-01", "infringement", "2025-01-31", "PL2020 74", "36 mo", "the time to sue, by analogy: three years"},
	{"INF_REQUEST_LIMIT@2025-02-01", "infringement", "", "O81 19(1)", "36 mo", "three years from knowing act and actor"},
	{"WARN_OPINION_OPEN@2025-02-01", "opinion", "", "O81 13", "1 mo", "the warner has a month to withdraw, ask or sue"},
	{"WARN_OPINION_SENT@2025-02-01", "opinion", "", "O81 13", "2 mo", "or two months from sending, whichever ends first"},
	{"MED_NOTIFY@2025-02-01", "dispute", "", "O81 65", "5 wd strict", "the respondent learns of the request"},
	{"MED_OPINION@2011-02-01", "dispute", "2015-06-30", "O60 21", "15 cd", "the respondent says whether it will mediate"},
	{"MED_OPINION@2015-07-01", "dispute", "2025-01-31", "O71 23", "15 cd", "the respondent says whether it will mediate"},
	{"MED_OPINION@2025-02-01", "dispute", "", "O81 65", "15 cd", "the respondent says whether it will mediate"},
	{"MED_FILE@2015-07-01", "dispute", "2025-01-31", "O71 24(1)", "5 wd strict", "it agreed: the case is filed"},
	{"MED_FILE@2025-02-01", "dispute", "", "O81 66(1)", "5 wd strict", "it agreed: the case is filed"},
	{"MED_REFUSE_TELL@2025-02-01", "dispute", "", "O81 66(2)", "5 wd strict", "it did not agree: the requester is told"},
	{"MED_CLOSE@2025-02-01", "dispute", "", "O81 70(3)", "2 mo +1 mo head strict", "only ownership disputes have a number"},
	{"MED_COPY_CNIPA@2025-02-01", "dispute", "", "O81 70(2)", "5 wd strict", "CNIPA lifts its stay on these papers"},
	{"MED_RESUME_CNIPA@2025-02-01", "dispute", "", "O81 70(2)", "15 cd", "after an agreement the party asks for resumption"},
	{"MED_STAY_LAPSE@2011-02-01", "dispute", "2015-06-30", "O60 25(2)", "12 mo", "the stay ends by itself after a year"},
	{"MED_STAY_LAPSE@2015-07-01", "dispute", "2025-01-31", "O71 27(2)", "12 mo", "the stay ends by itself after a year"},
	{"MED_STAY_LAPSE@2025-02-01", "dispute", "", "O81 70(2)", "12 mo", "the stay ends by itself after a year"},
	{"CF_FILE_OWN@2015-07-01/patent", "counterfeit", "", "O71 28", "5 wd strict", "patent book: own discovery"},
	{"CF_FILE_REPORT@2015-07-01/patent", "counterfeit", "", "O71 28", "10 wd strict", "patent book: report or complaint"},
	{"CF_VERIFY@2019-04-01/samr", "counterfeit", "2021-07-14", "SAMR2018 18", "15 wd +15 wd head less test_appraisal,rightholder_identification strict", "market book: clues are verified before filing"},
	{"CF_VERIFY@2021-07-15/samr", "counterfeit", "", "SAMR2021 18", "15 wd +15 wd head less test_appraisal,rightholder_identification strict", "market book: clues are verified before filing"},
	{"CF_CLOSE@2011-02-01/patent", "counterfeit", "2015-06-30", "O60 34(1)", "1 mo +15 cd head less hearing,public_notice strict", "patent book: a month, closed"},
	{"CF_CLOSE@2015-07-01/patent", "counterfeit", "", "O71 36(1)", "1 mo +15 cd head less hearing,public_notice strict", "patent book: unchanged in 2015, two articles further on"},
	{"CF_CLOSE@2019-04-01/samr", "counterfeit", "2021-07-14", "SAMR2018 64", "90 cd +30 cd head +free cd leaders_meeting less suspension,hearing,public_notice,test_appraisal,rightholder_identification,refund_order strict", "market book: 90 days to a decision"},
	{"CF_CLOSE@2021-07-15/samr", "counterfeit", "", "SAMR2021 64", "90 cd +30 cd head +free cd leaders_meeting less suspension,hearing,public_notice,test_appraisal,rightholder_identification,refund_order strict", "market book: unchanged in 2021"},
	{"PRESERVE@2011-02-01", "any", "2015-06-30", "O60 38(1)", "7 cd strict", "preserved evidence is decided on"},
	{"PRESERVE@2015-07-01", "any", "2021-07-14", "O71 40(1)", "7 cd strict", "preserved evidence is decided on"},
	{"PRESERVE@2021-07-15", "infringement", "2025-01-31", "O71 40(1)", "7 cd strict", "the Penalty Law of 2021 changed penalties only"},
	{"PRESERVE@2025-02-01", "infringement", "", "O81 49(1)", "7 cd strict", "seven days of the calendar: an adjudication is no penalty"},
	{"PRESERVE@2021-07-15", "counterfeit", "", "APL2021 56", "7 wd strict", "seven days, working days by Art. 85; lapses by itself"},
	{"SEAL@2012-01-01", "counterfeit", "", "AEL 25", "30 cd +30 cd head less test_appraisal strict", "sealed goods cannot be held longer"},
	{"URGENT_APPROVAL@2012-01-01", "counterfeit", "2019-03-31", "AEL 19", "24 h strict", "the head approves afterwards what could not wait"},
	{"URGENT_APPROVAL@2019-04-01", "counterfeit", "2021-07-14", "AEL 19", "24 h strict", "the head approves afterwards what could not wait"},
	{"URGENT_APPROVAL@2021-07-15", "counterfeit", "", "AEL 19", "24 h strict", "the head approves afterwards what could not wait"},
	{"ASSIST@2019-04-01/samr", "any", "2021-07-14", "SAMR2018 45(2)", "15 wd", "help between offices; no duty with alarms"},
	{"ASSIST@2021-07-15/samr", "any", "", "SAMR2021 45(2)", "15 wd", "help between offices; no duty with alarms"},
	{"REVIEW@2019-04-01/samr", "counterfeit", "2021-07-14", "SAMR2018 55", "10 wd +free wd head", "the reviewer's time; longer if the head approves"},
	{"REVIEW@2021-07-15/samr", "counterfeit", "", "SAMR2021 55", "10 wd +free wd head", "the reviewer's time; longer if the head approves"},
	{"STATEMENT@2011-02-01", "counterfeit", "2021-07-14", "APL1996 42(1)[1]", "3 cd", "three days, of the calendar until 2021-07-14"},
	{"STATEMENT@2021-07-15", "counterfeit", "", "APL2021 64[1]", "5 wd", "five days, working days by Art. 85"},
	{"HEARING_NOTICE@1996-10-01", "counterfeit", "2021-07-14", "APL1996 42(1)[2]", "-7 cd strict", "seven days, of the calendar until 2021-07-14"},
	{"HEARING_NOTICE@2021-07-15", "counterfeit", "", "APL2021 64[2]", "-7 wd strict", "seven days, working days by Art. 85"},
	{"DECISION_SERVE@1996-10-01", "counterfeit", "2021-07-14", "APL1996 40", "7 cd strict", "seven days, of the calendar until 2021-07-14"},
	{"DECISION_SERVE@2021-07-15", "counterfeit", "", "APL2021 61(1)", "7 wd strict", "seven days, working days by Art. 85"},
	{"FINE_PAY@2011-02-01", "counterfeit", "2015-06-30", "O60 47", "15 cd", "then 3 % a day begins"},
	{"FINE_PAY@2015-07-01", "counterfeit", "2021-07-14", "O71 49", "15 cd", "then 3 % a day begins"},
	{"FINE_PAY@2021-07-15", "counterfeit", "", "APL2021 67(3)", "15 cd", "then 3 % a day begins"},
	{"RECONSIDER@2011-02-01", "counterfeit", "2023-12-31", "ARL1999 9(1)", "60 cd", "60 days in both laws"},
	{"RECONSIDER@2024-01-01", "counterfeit", "", "ARL2023 20(1)", "60 cd", "60 days in both laws"},
	{"SUIT@1990-10-01", "counterfeit", "2015-04-30", "ALL1989 39", "3 mo", "three months in the old law"},
	{"SUIT@2015-05-01", "counterfeit", "", "ALL2014 46(1)", "6 mo", "six months since 2015-05-01"},
	{"DEMAND_WAIT@2012-01-01", "any", "", "AEL 54", "10 wd", "ten days, of ten or less: working days"},
	{"COURT_APPLY@2012-01-01", "any", "", "AEL 53", "3 mo strict", "after the time for remedies, no later"},
	{"COURT_APPLY_INF@2025-02-01", "infringement", "", "O81 80(2)", "3 mo strict", "from the end of the time to perform, not to sue"},
	{"COURT_APPLY_HOLDER@2025-02-01", "infringement", "", "O81 80(2)", "6 mo", "the office did not apply: the holder may; start chosen"},
	{"CLOSE_FORM@2019-04-01/samr", "counterfeit", "2021-07-14", "SAMR2018 77(1)", "15 wd", "the form after the case can be closed"},
	{"CLOSE_FORM@2021-07-15/samr", "counterfeit", "", "SAMR2021 77(1)", "15 wd", "the form after the case can be closed"},
	{"PENALTY_PUBLISH@2015-07-01", "counterfeit", "2021-08-31", "O71 46", "20 wd strict", "penalties are made public"},
	{"PENALTY_PUBLISH@2021-09-01", "counterfeit", "", "SAMR45 9", "20 wd strict", "penalties are made public"},
	{"PENALTY_WITHDRAW@2021-09-01", "counterfeit", "", "SAMR45 11", "3 wd strict", "a quashed penalty is taken down"},
	{"POLICE_DECIDE@2001-07-09", "counterfeit", "", "TRANS 5", "3 cd strict", "the head decides on the team's report"},
	{"POLICE_HANDOVER@2001-07-09", "counterfeit", "", "TRANS 5", "24 h strict", "hours, day and night"},
	{"POLICE_GOODS@2001-07-09", "counterfeit", "", "TRANS 12", "3 cd strict", "goods and papers go to the police that have taken the case"},
	{"REPORTER_TELL@2020-01-01", "hotline", "2026-04-14", "SAMR20 31(2)", "5 wd", "a named reporter learns whether a case is filed; no successor"},
	{"COMPLAINT_ACCEPT@2020-01-01", "hotline", "2026-04-14", "SAMR20 14", "7 wd strict", "the consumer is told"},
	{"COMPLAINT_ACCEPT@2026-04-15", "hotline", "", "SAMR121 15", "7 wd strict", "the consumer is told"},
	{"COMPLAINT_MEDIATE@2020-01-01", "hotline", "2026-04-14", "SAMR20 21(1)[5]", "45 wd", "45 working days until 2026-04-14"},
	{"COMPLAINT_MEDIATE@2026-04-15", "hotline", "", "SAMR121 23(1)[5]", "60 cd less test_appraisal", "60 calendar days since 2026-04-15, tests left out"},
	{"COMPLAINT_END_TELL@2020-01-01", "hotline", "2026-04-14", "SAMR20 21(2)", "7 wd strict", "both sides are told"},
	{"COMPLAINT_END_TELL@2026-04-15", "hotline", "", "SAMR121 23(2)", "7 wd strict", "both sides are told"},
	{"COMPETENCE_AGREE@2026-04-15/samr", "any", "", "SAMR121 33", "7 wd", "offices agree, else their superior names one"},
	{"PLATFORM_TELL_SELLER@2016-01-01/330000", "ecommerce", "2022-12-31", "ZJ2015 34(1)", "3 wd", "Zhejiang platforms, while the regulation stood"},
	{"EC_COUNTER_WAIT@2019-01-01", "ecommerce", "", "ECL 43(2)", "15 cd less holder_delay", "no proof of complaint or suit: the measures end"},
	{"PUBLIC_SERVICE@1991-04-09", "any", "2021-12-31", "CPL1991 92", "60 cd", "60 days until 2021-12-31"},
	{"PUBLIC_SERVICE@2022-01-01", "any", "", "CPL2021 95", "30 cd", "30 days since 2022-01-01"},
	{"PENALTY_DOUBLE_PUBLISH@2018-12-05", "counterfeit", "", "PUB118 -", "7 wd strict", "the seven working days of double publicity"},
	{"PENALTY_PUSH@2021-09-01", "counterfeit", "", "SAMR45 10", "10 wd strict", "the party is registered in another province"},
	{"PENALTY_POST_PUSHED@2021-09-01", "counterfeit", "", "SAMR45 10", "10 wd strict", "the other province posts what it was sent"},
	{"PUBLICITY_END_LOW@2021-09-01", "counterfeit", "", "SAMR45 13(1)", "3 mo strict", "criticism or a low fine is taken down after three months"},
	{"PUBLICITY_EARLY@2021-09-01", "counterfeit", "", "SAMR45 14", "6 mo strict", "what is obeyed and repaired may be taken down earlier"},
	{"PUBLICITY_END@2021-09-01", "counterfeit", "", "SAMR45 13(1)", "36 mo strict", "everything else after three years"},
	{"PATENT_TERM_INVENTION@2021-06-01", "any", "", "PL2020 42(1)", "240 mo", "twenty years from the filing date"},
	{"PATENT_TERM_UTILITY@2021-06-01", "any", "", "PL2020 42(1)", "120 mo", "ten years from the filing date"},
	{"PATENT_TERM_DESIGN@2009-10-01", "any", "2021-05-31", "PL2008 42", "120 mo", "designs filed before the fourth amendment: ten years"},
	{"PATENT_TERM_DESIGN@2021-06-01", "any", "", "PL2020 42(1)", "180 mo", "the fourth amendment made it fifteen years"},
	{"INVALIDATION_SUIT@2021-06-01", "any", "", "PL2020 46(2)", "3 mo", "either side may sue against what CNIPA decided on validity"},
	{"LIMITATION_SUIT@2021-06-01", "any", "", "PL2020 74(1)", "36 mo", "three years from knowing act and actor, two before"},
	{"GRANT_FORMALITIES@2024-01-20", "any", "", "IR2023 60(1)", "2 mo", "the right to the patent is lost without them"},
	{"FEE_GRACE@2024-01-20", "any", "", "IR2023 115", "6 mo", "half a year of grace, then the patent ended when the fee was due"},
	{"EVALUATION_REPORT@2024-01-20", "any", "", "IR2023 63(1)", "2 mo", "CNIPA's own duty; what a holder must reckon with before a dispute"},
	{"LICENCE_RECORD@2024-01-20", "any", "", "IR2023 15(2)", "3 mo", "a licence is recorded at CNIPA"},
	{"RESTORE_RIGHT@2024-01-20", "any", "", "IR2023 6(2)", "2 mo", "a right lost by a missed period may come back"},
}

func TestEveryRule(t *testing.T) {
	b := realBook(t)
	want := map[string]bool{}
	for _, x := range rows {
		if x.why == "" || want[x.version+x.kind] {
			t.Errorf("%s (%s): needs one line, with a reason", x.version, x.kind)
		}
		want[x.version+x.kind] = true
		r, ok := b.ByVersion(x.version, x.kind)
		if !ok || r.Kind != x.kind {
			t.Errorf("%s (%s) is not in the data", x.version, x.kind)
			continue
		}
		if got := r.Instrument + " " + r.Article; got != x.article {
			t.Errorf("%s: article %s, want %s", x.version, got, x.article)
		}
		if got := r.To.String(); got != x.to {
			t.Errorf("%s: in force to %q, want %q", x.version, got, x.to)
		}
		if got := period(r); got != x.period {
			t.Errorf("%s: %s, want %s: %s", x.version, got, x.period, x.why)
		}
	}
	for _, r := range b.All() {
		if !want[r.Version()+r.Kind] {
			t.Errorf("%s:%d: %s (%s) has no line in the table", r.File, r.Line, r.Version(), r.Kind)
		}
	}
}

// period writes a rule as the table does.
func period(r Rule) string {
	var s strings.Builder
	if r.Back {
		s.WriteString("-")
	}
	fmt.Fprintf(&s, "%d %s", r.Add, r.Unit)
	for _, e := range r.Ext {
		length := fmt.Sprint(e.Max)
		if e.Free {
			length = "free"
		}
		fmt.Fprintf(&s, " +%s %s %s", length, e.Unit, e.Approver)
	}
	if len(r.Excl) > 0 {
		s.WriteString(" less " + strings.Join(r.Excl, ","))
	}
	if r.Strict {
		s.WriteString(" strict")
	}
	return s.String()
}
