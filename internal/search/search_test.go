package search_test

import (
	"context"
	"testing"

	"gorm.io/gorm"

	"huzhi/internal/calendar"
	"huzhi/internal/search"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestFindAsPeopleWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Tx(context.Background(), func(tx *store.Tx) error {
			for _, d := range []struct{ id, label, title, patent, text string }{
				{"a", "湖知假字〔2014〕1号", "湖州某某竹业有限公司涉嫌假冒专利案", "ZL 2014 9 0000012.4", "陈昇喆 Smith & Co. 100%纯棉"},
				{"b", "湖知假字〔2014〕12号", "安吉某某椅业有限公司涉嫌假冒专利案", "201530000013.X", "王建国"},
				{"c", "湖德知侵字〔2015〕1号", "专利侵权纠纷", "", "竹制品"},
			} {
				if err := search.Put(tx, search.Doc{SubjectID: d.id, SubjectKind: search.Case, Jurisdiction: "330500", SortOn: calendar.Date(2014, 3, 5), Label: d.label, Title: d.title}, []string{d.patent}, d.text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]string{
			"竹业": "a", "竹": "ca", "假冒专利": "ba", "专利案": "ba", "利专": "", "昇喆": "a", "王建国": "b", "国建": "",
			"湖知假字〔2014〕1号": "ab", "湖知假字[2014]12号": "b", "湖知假字2014": "ba", "2014": "ba", "12号": "b",
			"ZL 2014 9 0000012.4": "a", "zl201490000012.4": "a", "２０１４９０００００１２４": "a", "CN201490000012": "a", "201530000013x": "b",
			"smith": "a", "SMITH": "a", "smi": "a", "100%": "a", "_": "", "%": "", "": "", "'; DROP TABLE cases; --": "", "竹业 假冒": "a",
		} {
			got := ""
			if parsed, ok := search.Parse(q); ok {
				docs, err := search.Find(context.Background(), db, parsed, search.Case, func(q *gorm.DB) *gorm.DB { return q }, 10)
				if err != nil {
					t.Fatalf("%q: %v", q, err)
				}
				for _, d := range docs {
					got += d.SubjectID
				}
			}
			if got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"竹业", "ZL 2014 9 0000012.4", "a\x00b", "\xff", "100%_\\"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { search.Parse(s) })
}
