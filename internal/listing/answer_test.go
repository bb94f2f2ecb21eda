package listing_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
)

// TestAnswersWithDeclarations: what sellers declared and what was restored comes with the platform's file, row by row into the flow: the right holder's fifteen
// days run from the day that the declaration reached it (E-Commerce Law Art. 43), and undoing takes all of it back.
func TestAnswersWithDeclarations(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		ids, rows := judged(t, o, 4)
		n := noticed(t, o, ids)
		head := "编号,处理结果,处理日期,告知卖家日期,卖家声明日期,声明送达权利人日期,卖家声明,恢复日期,恢复理由"
		take := func(lines ...string) *listing.Answer {
			t.Helper()
			a, err := o.Listings.TakeAnswer(ctx, by, n.ID, listing.AnswerInput{Name: "答复.csv"}, strings.NewReader(head+"\n"+strings.Join(lines, "\n")))
			must(t, err)
			return a
		}
		running := func(id string) (out []deadline.Clock) {
			t.Helper()
			all, err := o.Listings.Clocks(ctx, id)
			must(t, err)
			for _, k := range all {
				if k.Running() && k.Rule == "EC_COUNTER_WAIT" {
					out = append(out, k)
				}
			}
			return out
		}
		a := take(
			rows[0].Number+",删除,2026-03-08,2026-03-07,2026-03-09,2026-03-10,未落入保护范围,,",
			rows[1].Number+",删除,2026-03-12,,2026-03-09,2026-03-10,自有专利,,", // removed after the declaration
			rows[2].Number+",,,,2026-03-09,,未落入,,",                        // when did it reach the right holder?
			rows[3].Number+",,,,2026-03-09,2026-03-10,,,",                 // without a word
			rows[3].Number+",删除,2026-03-08,,,,,2026-03-09,天气好",            // no ground
			rows[3].Number+",删除,2026-03-08,,,,,2026-03-09,",               // none either
		)
		if a.State != listing.AnswerReady || a.Fresh != 2 || a.Bad != 4 {
			t.Fatalf("%+v", a)
		}
		must(t, o.Listings.ApplyAnswer(ctx, by, a.ID, 1))
		for i, result := range []string{"2026-03-08", "2026-03-12"} {
			x := standing(t, o, ids[i])
			if x.State != listing.Declared || x.Result != "deleted" || x.ResultOn.String() != result || x.DeclaredOn.String() != "2026-03-09" || x.ReachedOn.String() != "2026-03-10" {
				t.Fatalf("%+v", x)
			}
			if k := running(ids[i]); len(k) != 1 || k[0].DueOn.String() != "2026-03-25" {
				t.Fatalf("%+v", k)
			}
		}
		// The days are over, the platform restores; of one it says so too early.
		b := take(rows[0].Number+",,,,,,,2026-03-26,期满", rows[1].Number+",,,,,,,2026-03-25,期满")
		must(t, o.Listings.ApplyAnswer(ctx, by, b.ID, 1))
		b, _, err := o.Listings.Answer(ctx, by, b.ID)
		must(t, err)
		if x := standing(t, o, ids[0]); b.Done != 1 || b.Refused != 1 || x.State != listing.Restored || x.RestoredOn.String() != "2026-03-26" || len(running(ids[0])) != 0 {
			t.Fatalf("%+v %+v", b, x)
		}
		// The same again says nothing new.
		if c := take(rows[0].Number + ",删除,2026-03-08,,2026-03-09,2026-03-10,x,2026-03-26,期满"); c.Same != 1 || c.Fresh != 0 {
			t.Errorf("%+v", c)
		}
		must(t, o.Listings.UndoAnswer(ctx, by, b.ID, b.Version))
		if x := standing(t, o, ids[0]); x.State != listing.Declared || !x.RestoredOn.IsZero() || len(running(ids[0])) != 1 {
			t.Fatalf("%+v", x)
		}
		a, _, err = o.Listings.Answer(ctx, by, a.ID)
		must(t, err)
		must(t, o.Listings.UndoAnswer(ctx, by, a.ID, a.Version))
		if x := standing(t, o, ids[1]); x.State != listing.Notified || !x.DeclaredOn.IsZero() || !x.ReachedOn.IsZero() || x.Result != "" || len(running(ids[1])) != 0 {
			t.Fatalf("%+v", x)
		}
	})
}

// TestHostileAnswers: each ends in a clear sentence, with nothing half written.
func TestHostileAnswers(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		ids, rows := judged(t, o, 1)
		n := noticed(t, o, ids)
		row := rows[0].Number + ",删除,2026-03-09\n"
		type hostile struct {
			file []byte
			code errs.Code
			key  string
		}
		files := map[string]hostile{
			"empty":           {nil, errs.Invalid, "register.file.empty"},
			"mixed encodings": {append([]byte("编号,处理结果,处理日期\n"+strings.Repeat(row, 10)), 0xd6, 0xf1, '\n'), errs.Invalid, "register.file.mixed"},
			"too many rows":   {[]byte("编号,处理结果,处理日期\n" + strings.Repeat(row, listing.MostAnswered+1)), errs.Invalid, "register.file.rows"},
			"many columns":    {append([]byte("编号"), bytes.Repeat([]byte(","), 1000)...), errs.Invalid, "register.file.columns"},
			"old workbook":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), errs.Invalid, ""},
			"wide workbook":   {wide(t), errs.Invalid, "register.file.columns"},
		}
		if !testing.Short() {
			files["100 MB"] = hostile{bytes.Repeat([]byte(row), 100<<20/len(row)), errs.TooLarge, ""}
			files["a million columns"] = hostile{append([]byte("编号"), bytes.Repeat([]byte(","), 1_000_000)...), errs.Invalid, "register.file.long"}
			files["zip bomb"] = hostile{bomb(t), errs.Invalid, "register.file.excel"}
		}
		for name, c := range files {
			_, err := o.Listings.TakeAnswer(ctx, by, n.ID, listing.AnswerInput{Name: name}, bytes.NewReader(c.file))
			refused(t, name, err, c.code, c.key)
		}
		for _, table := range []string{"listing_answers", "listing_answer_rows"} {
			var rows int64
			must(t, o.DB.Read(ctx).Table(table).Count(&rows).Error)
			if rows != 0 {
				t.Errorf("%s: %d rows half written", table, rows)
			}
		}
		if x := standing(t, o, ids[0]); x.State != listing.Notified {
			t.Errorf("%+v", x)
		}
	})
}
