package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/demo"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

var (
	ctx   = context.Background()
	today = calendar.Date(2026, 11, 20)
)

func open(t testing.TB, dir string, today calendar.Day) *app.App {
	t.Helper()
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, cfg, app.Options{Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func read[T any](t testing.TB, q *gorm.DB, sql string, args ...any) []T {
	t.Helper()
	var out []T
	if err := q.Raw(sql, args...).Scan(&out).Error; err != nil {
		t.Fatal(err)
	}
	return out
}

// everything is one filled office looked at from all sides: filling it takes most of the test's time.
func TestTheOffice(t *testing.T) {
	a, twin := open(t, t.TempDir(), today), open(t, t.TempDir(), today)
	var both sync.WaitGroup
	var err, err2 error
	both.Go(func() { err = a.FillDemo(ctx, nil) })
	if !testing.Short() {
		both.Go(func() { err2 = twin.FillDemo(ctx, nil) })
	}
	both.Wait()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]func(*testing.T, *app.App){
		"figures": figures, "steps": steps, "verify": verify, "office hours": officeHours, "names": names, "patents": patents, "addresses": addresses,
		"every state": everyState, "looked at again": lookedAtAgain, "waiting": waiting, "people": people, "again": again,
	} {
		t.Run(name, func(t *testing.T) { check(t, a) })
	}
	t.Run("the same twice", func(t *testing.T) {
		if testing.Short() {
			t.Skip("one office was filled, not two (-short)")
		}
		same(t, a, twin)
	})
}

func figures(t *testing.T, a *app.App) {
	r, err := a.Figures.Annual(ctx, access.System(), 2014)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"cases":{"total":254,"previous":91,"growth_percent":179.12,"counterfeit":132,"infringement":46,"dispute":11,"ecommerce":65}`,
		`"listings":{"total":127,"infringing":49}`, `"hotline":{"consultations":3512,"infringement_complaints":5}`, `"rights_aid":{"hotlines":["330521","330522","330523"]`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the report of 2014 lacks %s:\n%s", want, got)
		}
	}
	of := listing.Filter{From: calendar.Date(2014, 1, 1), To: calendar.Date(2014, 12, 31)}
	shops, err := a.Listings.Figures(ctx, access.System(), of)
	if err != nil || shops.All.All != 127 || shops.All.Infringing != 49 || len(shops.Platform) < 3 || shops.Measured != 127 {
		t.Errorf("the figures of 2014: %+v %v", shops, err)
	}
	of.Finding = "infringing"
	if n, err := a.Listings.Count(ctx, access.System(), of); err != nil || n != shops.All.Infringing { // the list that the figure leads to
		t.Errorf("%d infringing listings, %v", n, err)
	}
	for _, x := range []struct {
		want int64
		sql  string
	}{
		{91, "SELECT count(*) FROM cases WHERE filed_on BETWEEN '2013-01-01' AND '2013-12-31'"},
		{127, "SELECT count(*) FROM listings l JOIN cases c ON c.id = l.case_id WHERE l.found_on LIKE '2014%' AND c.filed_on LIKE '2014%'"},
		{65, "SELECT count(*) FROM cases c WHERE c.kind = 'ecommerce' AND (SELECT count(*) FROM listings l WHERE l.case_id = c.id) BETWEEN 1 AND 4 AND c.filed_on LIKE '2014%'"},
		{0, "SELECT count(*) FROM cases WHERE kind = 'infringement' AND (jurisdiction <> '330500' OR place = '330500')"},
		{0, "SELECT count(*) FROM cases WHERE filed_on < '2015-01-01' AND (restricted OR state NOT IN ('closed', 'archived'))"},
		{3, "SELECT count(*) FROM cases WHERE filed_on < '2015-01-01' AND state = 'closed'"},
		{5, "SELECT count(*) FROM calls c JOIN leads l ON l.id = c.lead_id JOIN cases k ON k.id = l.case_id WHERE c.kind = 'complaint' AND c.received_on LIKE '2014%' AND k.kind = 'infringement'"},
		{0, "SELECT count(*) FROM calls WHERE jurisdiction IN ('330502', '330503')"},
		{0, "SELECT count(*) FROM calls WHERE jurisdiction <> '330500' AND jurisdiction <> '330521' AND received_on LIKE '2013%'"},
		{3, "SELECT count(*) FROM cases WHERE restricted AND state NOT IN ('closed', 'archived')"},
		{3, "SELECT count(*) FROM cases WHERE restricted"},
	} {
		if got := read[int64](t, a.DB.Read(ctx), x.sql); got[0] != x.want {
			t.Errorf("%d, want %d: %s", got[0], x.want, x.sql)
		}
	}
}

// lived says which closed or archived case did not go through its procedure: every step of the table in its order, and each
// with its line in the log.
func lived(q *gorm.DB, procedure func(kind string) *casework.Procedure) error {
	var cases []casework.Case
	if err := q.Where("state IN ?", []casework.State{casework.Closed, casework.Archived}).Order("number").Find(&cases).Error; err != nil {
		return err
	}
	for _, c := range cases {
		var taken []casework.Taken
		if err := q.Where("case_id = ?", c.ID).Order("seq").Find(&taken).Error; err != nil {
			return err
		}
		if err := procedure(c.Kind).Walks(taken, c.State); err != nil {
			return fmt.Errorf("%s: %w", c.Number, err)
		}
		var log []audit.Entry
		if err := q.Where("subject = ? AND action >= 'case.step.' AND action < 'case.step/' AND outcome = 'done'", "case:"+c.ID).Order("seq").Find(&log).Error; err != nil {
			return err
		}
		if len(log) != len(taken) {
			return fmt.Errorf("%s: %d steps, %d lines of the log", c.Number, len(taken), len(log))
		}
		for i, e := range log {
			if s := taken[i]; e.Action != "case.step."+s.Step || e.Actor != s.Actor || !e.At.Equal(s.At) {
				return fmt.Errorf("%s: step %s and the log's line %s are not the same act", c.Number, s.Step, e.Action)
			}
		}
	}
	if len(cases) < 254 {
		return fmt.Errorf("only %d cases were looked at", len(cases))
	}
	return nil
}

func steps(t *testing.T, a *app.App) {
	if err := lived(a.DB.Read(ctx), a.Docket.Procedure); err != nil {
		t.Fatal(err)
	}
	undo := errors.New("undone")
	for name, sql := range map[string]string{
		"a case written past the domain": `INSERT INTO cases (id, number, kind, title, state, jurisdiction, place, source, lead_id, filed_on, facts, version, created_at, updated_at)
			SELECT 'x', 'x', kind, title, state, jurisdiction, place, source, (SELECT id FROM leads WHERE case_id IS NULL LIMIT 1), filed_on, facts, version, created_at, updated_at
			FROM cases WHERE state = 'archived' LIMIT 1`,
		"a state written past the domain": "UPDATE cases SET state = 'archived' WHERE state = 'served'",
		"a case thrown back":              "UPDATE cases SET state = 'closed' WHERE id = (SELECT id FROM cases WHERE state = 'archived' LIMIT 1)",
		"a step taken out":                "DELETE FROM case_steps WHERE step = 'review' AND case_id = (SELECT id FROM cases WHERE kind = 'counterfeit' AND state = 'archived' LIMIT 1)",
		"a line of the log taken out":     "DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log WHERE action = 'case.step.archive')",
	} {
		err := a.DB.Tx(ctx, func(tx *store.Tx) error {
			if r := tx.Exec(sql); r.Error != nil || r.RowsAffected == 0 {
				t.Errorf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
			}
			if lived(tx.DB, a.Docket.Procedure) == nil {
				t.Errorf("%s was not noticed", name)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, a *app.App) {
	v, err := a.Verify(ctx, app.Outside{})
	if err != nil || len(v.Faults) > 0 || len(v.Stray) > 0 {
		t.Fatal(err, v)
	}
	if v.Entries < 10000 || v.Documents < 400 || v.Files < 10 {
		t.Error(v)
	}
}

func officeHours(t *testing.T, a *app.App) {
	type act struct {
		Day calendar.Day
		At  time.Time
	}
	n := 0
	for what, sql := range map[string]string{
		"step": "SELECT on_day AS day, at FROM case_steps", "lead": "SELECT on_day AS day, at FROM lead_steps WHERE step <> 'add'",
		"call": "SELECT received_on AS day, received_at AS at FROM calls", "listing": "SELECT found_on AS day, created_at AS at FROM listings WHERE take_id IS NULL",
	} {
		for _, x := range read[act](t, a.DB.Read(ctx), sql) {
			at := x.At.In(calendar.Zone())
			if calendar.DayOf(at) != x.Day || !a.Days.Working(x.Day) || x.Day >= today || at.Hour() < 8 || at.Hour() >= 18 {
				t.Fatalf("%s on %s at %s", what, x.Day, at)
			}
			n++
		}
	}
	if n < 9000 {
		t.Error(n)
	}
	days := read[calendar.Day](t, a.DB.Read(ctx), "SELECT max(on_day) FROM case_steps UNION ALL SELECT max(received_on) FROM calls")
	for _, d := range days {
		if a.Days.WorkingDays(d, today) > 2 {
			t.Errorf("nothing since %s", d)
		}
	}
}

// known are names that are somebody's: of Huzhou's companies, of brands and shops everybody knows.
const known = `天能 超威 诺力 永艺 恒林 大康 久盛 世友 德华 兔宝宝 莫干山 巨人通力 欧诗漫 佐力 老恒和 丁莲芳 周生记 美欣达 微宏 尤夫 栋梁 鼎力 我武 升华 今童王 双箭 米皇 珍贝
丝绸之路 浪莎 安正 金洲 沃克斯 怡达 圣象 大自然 菲林格尔 苏泊尔 公牛 美的 格力 海尔 小米 华为 苹果 西门子 飞利浦 九阳 老板 方太 雅迪 爱玛 台铃 新日 巴拉巴拉 安奈儿 森马 海澜 李宁 安踏
耐克 阿迪 膳魔师 哈尔斯 富光 罗莱 水星 梦洁 太湖雪 万事利 凯喜雅 通力 迅达 奥的斯 立白 蓝月亮 高露洁 黑人 云南白药 晨光 得力 百果园 三只松鼠 良品铺子 世纪联华 浙北 物美 永辉 大润发 沃尔玛`

func names(t *testing.T, a *app.App) {
	q := a.DB.Read(ctx)
	all := read[string](t, q, `SELECT name FROM users UNION SELECT name FROM case_parties UNION SELECT representative FROM case_parties
		UNION SELECT respondent FROM leads UNION SELECT requester FROM leads UNION SELECT shop FROM listings UNION SELECT patentee FROM case_patents UNION SELECT respondent FROM calls`)
	if len(all) < 1000 { // callers lie in the vault
		t.Errorf("only %d names", len(all))
	}
	for _, n := range all {
		for _, k := range strings.Fields(known) {
			if strings.Contains(n, k) {
				t.Errorf("%s is somebody's name (%s)", n, k)
			}
		}
	}
	// Nothing is left to be filled in, anywhere a person reads.
	for _, sql := range []string{"SELECT title FROM cases", "SELECT data FROM case_steps", "SELECT facts || title || opinion || reason FROM leads", "SELECT question || answer FROM calls WHERE words_key = ''", "SELECT title || finding_reason FROM listings"} {
		for _, text := range read[string](t, q, sql) {
			if strings.ContainsAny(strings.Trim(text, "{}"), "{}") || strings.Contains(text, "。。") || strings.Contains(text, "：：") {
				t.Errorf("%s: %s", sql, text)
			}
		}
	}
	type many struct{ Different, All int }
	for sql, least := range map[string]int{
		"SELECT count(DISTINCT title) AS different, count(*) AS 'all' FROM cases":                                                       99,
		"SELECT count(DISTINCT data) AS different, count(*) AS 'all' FROM case_steps WHERE step IN ('investigate', 'decide', 'handle')": 92,
		"SELECT count(DISTINCT facts) AS different, count(*) AS 'all' FROM leads":                                                       99,
		"SELECT count(DISTINCT question || answer) AS different, count(*) AS 'all' FROM calls WHERE words_key = ''":                     75,
	} {
		if m := read[many](t, q, sql)[0]; m.Different*100 < m.All*least {
			t.Errorf("%d different of %d, want %d%%: %s", m.Different, m.All, least, sql)
		}
	}
}

func patents(t *testing.T, a *app.App) {
	n := 0
	for _, s := range read[string](t, a.DB.Read(ctx), `SELECT number FROM case_patents UNION SELECT patent_no FROM leads UNION SELECT patent_no FROM listings UNION SELECT patent_no FROM calls`) {
		if s == "" {
			continue
		}
		n++
		p, err := patent.Parse(s)
		if err != nil || !p.ValidCheck() || p.Serial() < 9_000_000 || len(p.Warnings(today.Year())) > 0 {
			t.Errorf("%q: %v %v", s, err, p.Warnings(today.Year()))
		}
	}
	if n < 500 {
		t.Error(n)
	}
	// Numbers written in sentences are of the same kind.
	for _, text := range read[string](t, a.DB.Read(ctx), "SELECT facts FROM leads UNION ALL SELECT question FROM calls WHERE words_key = '' UNION ALL SELECT mark_seen FROM listings UNION ALL SELECT data FROM case_steps") {
		for _, m := range patent.Find(text) {
			if m.Number.Serial() < 9_000_000 || !m.Number.ValidCheck() {
				t.Errorf("%s in %s", m.Number, text)
			}
		}
	}
}

func addresses(t *testing.T, a *app.App) {
	for _, u := range read[string](t, a.DB.Read(ctx), "SELECT url FROM listings UNION SELECT url FROM leads WHERE url <> '' UNION SELECT url FROM calls WHERE url <> ''") {
		if host, _, _ := strings.Cut(strings.TrimPrefix(u, "https://"), "/"); !strings.HasSuffix(host, ".example") {
			t.Errorf("%s could be somebody's", u)
		}
	}
	for _, p := range read[string](t, a.DB.Read(ctx), "SELECT phone FROM case_parties WHERE phone <> ''") {
		if !strings.HasPrefix(p, "0572-0") {
			t.Errorf("%s could be somebody's", p)
		}
	}
}

func everyState(t *testing.T, a *app.App) {
	for _, kind := range casework.Kinds() {
		for _, state := range a.Docket.Procedure(kind).States() {
			if n := read[int64](t, a.DB.Read(ctx), "SELECT count(*) FROM cases WHERE kind = ? AND state = ? AND filed_on >= '2025-01-01'", kind, state); n[0] == 0 {
				t.Errorf("no %s is %s", kind, state)
			}
		}
	}
	for track, states := range map[string]string{"sealing": "sealed urgent", "preservation": "preserved", "suspension": "asked suspended", "hearing": "notified", "extension": "asked", "preserve": "preserved", "jurisdiction": "objected"} {
		for state := range strings.FieldsSeq(states) {
			if n := read[int64](t, a.DB.Read(ctx), "SELECT count(*) FROM case_tracks WHERE ended_on IS NULL AND track = ? AND state = ?", track, state); n[0] == 0 {
				t.Errorf("no %s is %s", track, state)
			}
		}
	}
	for _, sql := range []string{
		"SELECT count(*) BETWEEN 55 AND 95 FROM cases WHERE state NOT IN ('closed', 'archived')",
		"SELECT count(*) >= 5 FROM deadlines WHERE stopped_on IS NULL AND office_duty AND watch_on < '2026-11-20' AND subject_kind = 'case'",
		"SELECT count(*) >= 8 FROM deadlines WHERE stopped_on IS NULL AND watch_on BETWEEN '2026-11-20' AND '2026-11-27' AND subject_kind = 'case'",
		"SELECT count(*) >= 2 FROM deadlines WHERE stopped_on IS NULL AND office_duty AND watch_on < '2026-11-20' AND subject_kind = 'lead'",
		"SELECT count(*) >= 12 FROM leads WHERE state = 'new'", "SELECT count(DISTINCT jurisdiction) >= 5 FROM leads WHERE state = 'new'",
		"SELECT count(*) >= 6 FROM leads WHERE state = 'verified'", "SELECT count(DISTINCT proposal) = 3 FROM leads WHERE state = 'verified'",
		"SELECT count(*) >= 40 FROM calls WHERE received_on >= '2026-11-13'", "SELECT count(*) >= 8 FROM calls WHERE kind = 'consultation' AND state = 'open'",
		"SELECT count(*) >= 5 FROM calls WHERE kind <> 'consultation' AND state = 'open'",
		"SELECT count(*) >= 8 FROM listings WHERE finding = ''", "SELECT count(*) >= 5 FROM listings WHERE finding <> '' AND result = ''",
		"SELECT count(*) >= 3 FROM listings WHERE result <> '' AND case_id IS NULL",
		"SELECT count(*) >= 15 FROM case_files", "SELECT count(DISTINCT case_id) >= 2 FROM case_assignments", "SELECT count(DISTINCT type) >= 3 FROM case_links",
	} {
		if !read[bool](t, a.DB.Read(ctx), sql)[0] {
			t.Errorf("not so: %s", sql)
		}
	}
}

// waiting looks at the desks: whoever signs in finds something to do that they may do.
func waiting(t *testing.T, a *app.App) {
	open := read[string](t, a.DB.Read(ctx), "SELECT id FROM cases WHERE state <> 'archived' ORDER BY filed_on, id")
	for username, least := range map[string]int{"officer": 10, "officer.deqing": 6, "reviewer": 4, "chief": 12, "chief.deqing": 4, "archivist": 4} {
		u, err := a.Users.ByUsername(ctx, username)
		if err != nil {
			t.Fatal(err)
		}
		ready, states := 0, map[string]bool{}
		for _, id := range open {
			f, err := a.Docket.Find(ctx, u.Actor(), id)
			var e *errs.Error
			if errors.As(err, &e) && e.Code == errs.NotFound {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range a.Docket.Next(u.Actor(), f) {
				if n.Ready() {
					ready++
					states[f.Kind+" "+string(f.State)] = true
					break
				}
			}
		}
		if ready < least {
			t.Errorf("%s can take a step in %d cases (%v), want %d", username, ready, states, least)
		}
	}
	n := read[int64](t, a.DB.Read(ctx), `SELECT count(*) FROM cases c WHERE c.jurisdiction = '330500' AND c.state NOT IN ('closed', 'archived')
		AND NOT EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.subject_id = c.id AND u.username = 'officer')`)
	if n[0] < 8 {
		t.Errorf("only %d open cases of the city are not officer's", n[0])
	}
}

func people(t *testing.T, a *app.App) {
	for _, username := range demo.Usernames() {
		if _, err := a.Users.ByUsername(ctx, username); err != nil {
			t.Errorf("%s: %v", username, err)
		}
	}
	if _, err := a.Users.SignIn(ctx, "officer", demo.Password, access.From{IP: "127.0.0.1"}); err != nil {
		t.Error(err)
	}
	for _, x := range []struct {
		want int64
		sql  string
	}{
		{1, "SELECT count(*) FROM users WHERE certificate_until < '2026-11-20'"},
		{1, "SELECT count(*) FROM users WHERE certificate_until BETWEEN '2026-11-20' AND '2026-12-20'"},
		{0, `SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id JOIN cases c ON c.id = m.subject_id WHERE m.part = 'officer'
			AND u.certificate_until < '2026-11-20' AND c.filed_on >= '2025-01-01'`},
	} {
		if got := read[int64](t, a.DB.Read(ctx), x.sql); got[0] != x.want {
			t.Errorf("%d, want %d: %s", got[0], x.want, x.sql)
		}
	}
}

// again: a filled office is complete and is not filled a second time.
func again(t *testing.T, a *app.App) {
	if done, err := demo.Complete(ctx, a.DB); err != nil || !done {
		t.Error(done, err)
	}
	var e *errs.Error
	if err := a.FillDemo(ctx, nil); !errors.As(err, &e) || e.Code != errs.Conflict {
		t.Error(err)
	}
}

// id is an identifier.
var id = regexp.MustCompile(`[0-9a-z]{26}`)

// same: the same day makes the same office; only identifiers differ.
func same(t *testing.T, a, b *app.App) {
	for _, sql := range []string{
		"SELECT number || title || state || filed_on || fine_fen || facts FROM cases ORDER BY number",
		"SELECT c.number || s.seq || s.step || s.at || s.actor_name || s.data FROM case_steps s JOIN cases c ON c.id = s.case_id ORDER BY c.number, s.seq",
		"SELECT number || state || received_at || CASE WHEN words_key = '' THEN question || answer ELSE length(question) || '/' || length(answer) END || mode FROM calls ORDER BY number",
		"SELECT number || state || received_on || title || facts FROM leads ORDER BY number", "SELECT number || title || url || finding || result FROM listings ORDER BY number",
		"SELECT username || name || coalesce(certificate_until, '') FROM users ORDER BY username", "SELECT number || sha256 FROM documents ORDER BY number",
	} {
		x, y := read[string](t, a.DB.Read(ctx), sql), read[string](t, b.DB.Read(ctx), sql)
		if len(x) == 0 || len(x) != len(y) {
			t.Fatalf("%d and %d: %s", len(x), len(y), sql)
		}
		for i := range x {
			if id.ReplaceAllString(x[i], "") != id.ReplaceAllString(y[i], "") {
				t.Fatalf("%s\n%s", x[i], y[i])
			}
		}
	}
}

func TestCutShort(t *testing.T) {
	a := open(t, t.TempDir(), today)
	if done, err := demo.Complete(ctx, a.DB); err != nil || done {
		t.Error(done, err)
	}
	c, cancel := context.WithCancel(ctx)
	defer cancel()
	err := a.FillDemo(c, func(done, total int, what string) {
		if done == 0 || total < done || !strings.HasPrefix(what, "demo.") {
			t.Error(done, total, what)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if half, err := a.HalfFilled(ctx); err != nil || !half {
		t.Error(half, err)
	}
	if done, err := demo.Complete(ctx, a.DB); err != nil || done {
		t.Error(done, err)
	}
}

func TestTooEarly(t *testing.T) {
	a := open(t, t.TempDir(), calendar.Date(2014, 5, 5))
	var e *errs.Error
	if err := a.FillDemo(ctx, nil); !errors.As(err, &e) || e.Code != errs.Invalid {
		t.Error(err)
	}
	if n, err := a.Users.Count(ctx); err != nil || n != 0 {
		t.Error(n, err)
	}
}
