package inspection_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/inspection"
	"huzhi/internal/lead"
	"huzhi/internal/patent"
	"huzhi/internal/store/storetest"
)

// What is taken along comes in the order in which it is likely to be met, each once, what does not fit is what is least likely, and nothing of another office's matters.
func TestWhatIsTakenAlong(t *testing.T) {
	s, ctx := open(t, storetest.SQLite(t)), context.Background()
	made := func(serial int) string {
		n, err := patent.Make(2016, patent.UtilityModel, serial)
		if err != nil {
			t.Fatal(err)
		}
		return n.Normal()
	}
	earlier, held, led, foreign, county, far := made(9000011), made(9000012), made(9000013), made(9000014), made(9000015), made(9000016)
	line := func(number, owner string) string {
		return number + ",一种凉席," + owner + ",专利权维持,2016-01-04,2016-09-02\n"
	}
	s.bring("册.csv", "专利号,名称,专利权人,法律状态,申请日,授权公告日\n"+line(far, "远方公司")+line(county, "德清县竹器厂")+line(foreign, "别处公司")+line(led, "他人公司")+line(held, "竹艺小店有限公司")+line(earlier, "前人公司"), "2026-11-01")
	add := func(by, office, place, number string) {
		t.Helper()
		if _, err := s.Leads.Add(ctx, s.By[by], lead.NewLead{Source: "own_patrol", Kind: casework.Counterfeit, Jurisdiction: office, Place: place, ReceivedOn: caseworktest.Day("2026-11-19"), Title: "线索", Facts: "x", PatentNo: number}); err != nil {
			t.Fatal(err)
		}
	}
	add("officer", "330500", "330521", led)
	add("officer", "330500", "330523", far) // of another county: nobody goes there
	found := inspection.FoundMark{Party: "竹艺小店", PatentKey: key(t, earlier)}
	tasks := []inspection.Task{{Visit: inspection.Visit{Name: "浙北大市场", Place: "330521"},
		Earlier: []inspection.Earlier{{FoundMark: found}, {FoundMark: found}}}}
	extract := func(most int) (out []string) {
		t.Helper()
		list, err := s.Rounds.Extract(ctx, s.officer, tasks, "330521", calendar.Date(2026, 11, 20), most)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, r.Number)
		}
		return out
	}
	spelled := func(list ...string) (out []string) {
		for _, x := range list {
			out = append(out, key(t, x))
		}
		return out
	}
	keys := func(list []string) (out []string) {
		for _, x := range list {
			out = append(out, key(t, x))
		}
		return out
	}
	want := spelled(earlier, held, led, county)
	if got := keys(extract(inspection.MostExtract)); !slices.Equal(got, want) {
		t.Errorf("taken along: %s\nwant: %s", strings.Join(got, " "), strings.Join(want, " "))
	}
	for most := range 4 {
		if got := keys(extract(most)); !slices.Equal(got, want[:most]) {
			t.Errorf("%d at most: %v", most, got)
		}
	}
}

func key(t *testing.T, number string) string {
	t.Helper()
	n, err := patent.Parse(number)
	if err != nil {
		t.Fatal(number, err)
	}
	return n.Key()
}
