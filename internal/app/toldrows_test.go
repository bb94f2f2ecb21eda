package app_test

import (
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/volume"
)

// TestVerifyHoldsPapersVolumesAndReviews changes drafts, batches, services, publications, places, loans and reviews past the log: each row changed, taken out and
// slipped in is named.
func TestVerifyHoldsPapersVolumesAndReviews(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		ctx, officer, chief, archivist := t.Context(), o.By["officer"], o.By["chief"], o.By["archivist"]
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		handled(t, o)
		var old struct{ ID, Number string }
		must(o.DB.Read(ctx).Raw("SELECT id, number FROM cases").Scan(&old).Error)
		must(o.Volumes.Put(ctx, archivist, old.ID, "3号库房2架"))
		must(o.Volumes.Put(ctx, archivist, old.ID, "3号库房4架"))
		for i, id := range []string{o.DB.NewID(), o.DB.NewID()} {
			must(o.Volumes.Lend(ctx, archivist, old.ID, volume.Loan{ID: id, Borrower: "复议机构", Purpose: "复议", Approver: "局长", OutOn: apptest.Today, DueOn: apptest.Today.AddDays(10)}))
			if i == 0 {
				must(o.Volumes.Back(ctx, archivist, old.ID, id, apptest.Today))
			}
		}
		if n, err := o.Reviews.Run(ctx, chief, old.ID); err != nil || n != 1 {
			t.Fatal(n, err)
		}

		at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
		id := strings.TrimPrefix(at, "/cases/")
		for _, s := range [][]string{
			{"officer", "investigate", "findings", "现场查获竹凉席120条", "limb", "L1c", "act_ended_on", "2026-11-10", "income", "5000"},
			{"reviewer", "review", "review_opinion", "事实清楚"},
			{"officer", "notify", "planned_fine", "20000", "planned_confiscation", "5000", "notice_reasons", "理由", "notice_served_on", "2026-11-20"},
			{"chief", "decide", "outcome", "penalised", "reasons", "理由", "fine", "20000", "confiscated", "5000", "waived", "yes"},
		} {
			step(t, o, s[0], at, s[1], form(append([]string{"on", "2026-11-20"}, s[2:]...)...))
		}
		find := func() *casework.File {
			t.Helper()
			f, err := o.Docket.Find(ctx, officer, id)
			must(err)
			return f
		}
		f := find()
		party, decision := f.PartyNames("respondent")[0], f.Last("decide").DocumentID
		must(o.Papers.Confirm(ctx, officer, papers.Address{ID: o.DB.NewID(), CaseID: id, Party: party, Address: "德清县武康街道1号", OnDay: apptest.Today}))
		try := papers.Service{ID: o.DB.NewID(), CaseID: id, DocumentID: decision, Recipient: party, Way: "post", Address: "德清县武康街道1号", PostalNo: "EM001", Servers: "甲、乙", TriedOn: apptest.Today, State: papers.AwaitingProof}
		_, err := o.Papers.Serve(ctx, officer, try)
		must(err)
		_, err = o.Papers.Settle(ctx, officer, try.ID, 1, papers.Service{State: papers.Done, ServedOn: apptest.Today, Receiver: "王某", Relation: "本人"})
		must(err)
		shown, _, err := o.Papers.Propose(find(), decision, papers.Choice{})
		must(err)
		_, err = o.Papers.Publish(ctx, officer, id, decision, shown.SHA256, papers.Choice{}, "国家企业信用信息公示系统")
		must(err)

		words := casework.Facts{"送交人": party, "原文书": "《责令改正通知书》", "原文": "一", "更正为": "二"}
		x, err := o.Papers.Start(ctx, officer, id, o.DB.NewID(), "correction_notice", "")
		must(err)
		x, err = o.Papers.Keep(ctx, officer, x.ID, x.Version, words)
		must(err)
		_, err = o.Papers.Submit(ctx, officer, x.ID, x.Version, nil)
		must(err)
		must(o.Papers.Return(ctx, chief, x.ID, x.Version+1, "请核对"))
		_, err = o.Papers.Submit(ctx, officer, x.ID, x.Version+2, nil)
		must(err)
		doc, err := o.Papers.Approve(ctx, chief, x.ID, x.Version+3, "同意")
		must(err)
		must(o.Papers.Void(ctx, chief, doc.ID, "写错"))
		batch := o.DB.NewID()
		_, err = o.Papers.Many(ctx, officer, batch, "correction_notice", words, []string{f.Number})
		must(err)
		must(o.Papers.Run(ctx, officer, batch, 10))
		verify(t, o)

		for name, c := range map[string]struct{ sql, say string }{
			"a draft's words":             {"UPDATE paper_drafts SET fields = '{}' WHERE state = 'issued'", "There is the draft of a paper in case " + f.Number + ", and it is not what entry"},
			"a draft's state":             {"UPDATE paper_drafts SET state = 'dropped' WHERE state = 'issued'", "the draft of a paper in case " + f.Number},
			"a draft of before the log":   {"UPDATE paper_drafts SET created_at = updated_at, author_name = 'x'", "the draft of a paper in case " + f.Number},
			"a draft slipped in":          {"INSERT INTO paper_drafts SELECT 'x', case_id, template, template_version, about, 'draft', fields, version, author, author_name, submitted_by, document_id, batch, created_at, updated_at FROM paper_drafts WHERE state = 'issued'", "the draft of a paper in case " + f.Number + ", and no entry"},
			"a draft with its acts":       {"DELETE FROM paper_draft_acts; DELETE FROM paper_drafts", "There is no longer the draft of a paper in case " + f.Number},
			"who approved":                {"UPDATE paper_draft_acts SET actor_name = 'x' WHERE act = 'issue'", "There is the act on a draft in case " + f.Number + ", and it is not what entry"},
			"an act gone":                 {"DELETE FROM paper_draft_acts WHERE act = 'return'", "There is no longer the act on a draft in case " + f.Number},
			"an act slipped in":           {"INSERT INTO paper_draft_acts SELECT draft_id, 99, act, note, fields, actor, actor_name, at FROM paper_draft_acts WHERE act = 'issue'", "the act on a draft in case " + f.Number + ", and no entry"},
			"why a number was voided":     {"UPDATE paper_voids SET reason = 'x'", "There is the voiding of the paper " + doc.Number + ", and it is not what entry"},
			"a number voided no more":     {"DELETE FROM paper_voids", "There is no longer the voiding of the paper " + doc.Number},
			"another number voided":       {"INSERT INTO paper_voids SELECT '" + decision + "', reason, actor, actor_name, at FROM paper_voids", "the voiding of the paper"},
			"a batch's form":              {"UPDATE paper_batches SET template = 'x'", "There is the batch of papers " + batch + ", and it is not what entry"},
			"a batch gone":                {"DELETE FROM paper_batch_rows; DELETE FROM paper_batches", "There is no longer the batch of papers " + batch},
			"a batch slipped in":          {"INSERT INTO paper_batches SELECT 'x', template, jurisdiction, fields, made_by, made_name, made_at FROM paper_batches", "the batch of papers x, and no entry"},
			"how a row of a batch ended":  {"UPDATE paper_batch_rows SET state = 'failed'", "There is a row of the batch of papers " + batch + ", and it is not what entry"},
			"a row of a batch gone":       {"DELETE FROM paper_batch_rows", "There is no longer a row of the batch of papers " + batch},
			"a row of a batch slipped in": {"INSERT INTO paper_batch_rows SELECT batch, 7, case_id, draft_id, state, fault FROM paper_batch_rows", "a row of the batch of papers " + batch + ", and no entry"},
			"the day of service":          {"UPDATE paper_services SET served_on = '2026-11-19'", "There is the service of a paper in case " + f.Number + ", and it is not what entry"},
			"a service undone":            {"UPDATE paper_services SET state = 'waiting', served_on = NULL", "the service of a paper in case " + f.Number},
			"its proof":                   {"UPDATE paper_services SET proof = 'x'", "the service of a paper in case " + f.Number},
			"a service gone":              {"DELETE FROM paper_services", "There is no longer the service of a paper in case " + f.Number},
			"a service slipped in":        {"INSERT INTO paper_services SELECT 'x', document_id, case_id, recipient, way, address, tried_on, served_on, state, receiver, relation, witness, postal_no, reason, servers, proof, note, version, made_by, made_name, made_at FROM paper_services", "the service of a paper in case " + f.Number + ", and no entry"},
			"an address":                  {"UPDATE service_addresses SET address = 'x'", "There is the address for service in case " + f.Number + ", and it is not what entry"},
			"an address gone":             {"DELETE FROM service_addresses", "There is no longer the address for service in case " + f.Number},
			"an address slipped in":       {"INSERT INTO service_addresses SELECT 'x', case_id, party, address, receiver, phone, electronic, on_day, proof, made_by, made_name, made_at FROM service_addresses", "the address for service in case " + f.Number + ", and no entry"},
			"the text published":          {"UPDATE publications SET text = 'x', sha256 = 'x'", "There is the publication of the paper " + shown.Number + ", and it is not what entry"},
			"taken down in secret":        {"UPDATE publications SET state = 'withdrawn', gone_on = '2026-11-20'", "the publication of the paper " + shown.Number},
			"until when it is shown":      {"UPDATE publications SET ends_on = NULL", "the publication of the paper " + shown.Number},
			"a publication slipped in":    {"UPDATE publications SET id = 'x'", "the publication of the paper " + shown.Number + ", and no entry"},
			"a publication gone":          {"DELETE FROM publications", "There is no longer the publication of the paper " + shown.Number},
			"where volumes stood":         {"UPDATE volume_places SET place = 'x' WHERE seq = 1", "There is the place of the volumes of case " + old.Number + ", and it is not what entry"},
			"a place gone":                {"DELETE FROM volume_places WHERE seq = 2", "There is no longer the place of the volumes of case " + old.Number},
			"a place slipped in":          {"INSERT INTO volume_places SELECT case_id, 3, place, actor, actor_name, at FROM volume_places WHERE seq = 1", "the place of the volumes of case " + old.Number + ", and no entry"},
			"who borrowed":                {"UPDATE volume_loans SET borrower = 'x' WHERE back_on IS NULL", "There is the loan of the volumes of case " + old.Number + ", and it is not what entry"},
			"back in secret":              {"UPDATE volume_loans SET back_on = '2026-11-20' WHERE back_on IS NULL", "the loan of the volumes of case " + old.Number},
			"a loan gone":                 {"DELETE FROM volume_loans WHERE back_on IS NULL", "There is no longer the loan of the volumes of case " + old.Number},
			"a loan slipped in":           {"INSERT INTO volume_loans SELECT 'x', case_id, borrower, purpose, approver, out_on, due_on, back_on, made_by, made_name, made_at FROM volume_loans WHERE back_on IS NOT NULL", "the loan of the volumes of case " + old.Number + ", and no entry"},
			"a score":                     {"UPDATE file_reviews SET score = 100, faults = '[]'", "There is the review of the file of case " + old.Number + ", and it is not what entry"},
			"a review gone":               {"DELETE FROM file_reviews", "There is no longer the review of the file of case " + old.Number},
			"a review slipped in":         {"INSERT INTO file_reviews SELECT case_id, 9, version, score, faults, table_hash, actor, actor_name, at FROM file_reviews", "the review of the file of case " + old.Number + ", and no entry"},
		} {
			tampered(t, o, name, c.sql, c.say)
		}

		// What an older program wrote is known to the log, but not by its hash: nothing is said against the rows of such a case that are not told of.
		must(o.DB.Tx(ctx, func(tx *store.Tx) error {
			return errors.Join(tx.Create(&volume.Place{CaseID: old.ID, Seq: 3, Place: "旧库", Actor: archivist.ID, ActorName: archivist.Name, At: tx.Now}).Error,
				audit.Append(tx, archivist.Entry("volume.place", "330500", "case:"+old.ID, map[string]any{"place": "旧库"})))
		}))
		verify(t, o)
		tampered(t, o, "beside it", "UPDATE volume_places SET place = 'x' WHERE seq = 1", "There is the place of the volumes of case "+old.Number)
	})
}

// tampered does SQL past the log, looks whether verify says it in both languages, and undoes it.
func tampered(t *testing.T, o *apptest.Office, name, sql, say string) {
	t.Helper()
	undo := errors.New("undone")
	en, zh := o.Catalogue.Printer("en"), o.Catalogue.Printer("zh-CN")
	err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
		for _, s := range strings.Split(sql, "; ") {
			if r := tx.Exec(s); r.Error != nil || r.RowsAffected == 0 {
				t.Fatalf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
			}
		}
		v, err := o.VerifyRows(tx.DB)
		if err != nil {
			t.Fatal(name, err)
		}
		var said []string
		for _, f := range v.Faults {
			said = append(said, en.M(f))
			if s := zh.M(f); strings.Contains(s, "cmd.") || strings.Contains(s, "{") {
				t.Errorf("%s: %s", name, s)
			}
		}
		if !strings.Contains(strings.Join(said, "\n"), say) {
			t.Errorf("%s: want %q in %q", name, say, said)
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
}
