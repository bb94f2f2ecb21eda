package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"huzhi/config"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/evidence"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/knowledge"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/task"
	"huzhi/internal/volume"
	"huzhi/internal/web"
)

// What must not be seen. A search types the first character of a name only, so that a page which repeats what was typed shows no marker.
const (
	reporterName  = "龘龗"
	reporterPhone = "13987654321"
	reporterUnit  = "麤蠹"
	reporterNick  = "厵爩" // a name that no list holds
	restrictedTag = "靐齉"
	elsewhereTag  = "爨癵"
	recusedTag    = "虪讟"
)

// secret is something that some people may not know of.
type secret struct {
	name    string
	markers []string
	ids     []string          // of records, for addresses
	hidden  func(string) bool // from whom, by username
}

// TestSecrecy seeds what not everybody may know (a reporter, a restricted case, another county's case, a case from which an officer was recused), then asks
// for every address that the server lists, as everybody and as nobody: no marker stands anywhere, no page of somebody who may not know has changed by it, and
// neither the database nor the program's own log names the reporter. An address that is added is asked for too.
func TestSecrecy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long: every address as everybody (-short)")
	}
	s := openSecrets(t)
	s.ordinary(t)
	county := []string{"officer.deqing", "chief.deqing", "operator.deqing"}
	before := s.pages(t, county...)
	s.reporter(t)
	s.elsewhere(t)
	s.unchanged(t, "another office's matters", before, s.pages(t, county...))

	city := append(county, "operator", "officer3", "reviewer2", "archivist", "admin")
	before = s.pages(t, city...)
	s.restricted(t)
	s.unchanged(t, "a restricted case", before, s.pages(t, city...))

	before = s.pages(t, "officer3")
	s.recused(t)
	s.unchanged(t, "a case of before the recusal", before, s.pages(t, "officer3"))

	var everybody []string
	for _, n := range accesstest.Names() {
		everybody = append(everybody, n[0])
	}
	ids := []string{s.plain[0]}
	for _, x := range s.secrets {
		ids = append(ids, x.ids...)
	}
	s.everywhere(t, "operator", ids) // who types the draft and hears the line: before there is one
	s.rings(t)
	for _, who := range append(everybody, "") {
		if who != "operator" {
			s.everywhere(t, who, append(slices.Clone(ids), s.live...))
		}
	}
	s.atRest(t)
}

type secrets struct {
	*apptest.Office
	hand    *caseworktest.Office
	site    *web.Server
	data    string
	said    *bytes.Buffer
	mu      *sync.Mutex
	secrets []secret
	plain   []string // ids of what is no secret
	live    []string // ids of a draft, of a ringing call
	action  string   // id of a special action of the city's
	reached map[string]bool
}

// Write takes what the program says about itself.
func (s *secrets) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(b)
}

func openSecrets(t *testing.T) *secrets {
	t.Helper()
	s := &secrets{data: t.TempDir(), said: &bytes.Buffer{}, mu: &sync.Mutex{}, reached: map[string]bool{}}
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": s.data}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug})), Today: apptest.Today, Own: true, Create: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Office = apptest.Furnish(t, a)
	if s.site, err = a.Site(nil); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.site)
	t.Cleanup(srv.Close)
	s.Base = srv.URL
	s.hand = &caseworktest.Office{Office: &accesstest.Office{By: s.By, Guard: s.Guard, Regions: s.Regions}, DB: s.DB, Docket: s.Docket, Leads: s.Leads, Clocks: s.Clocks, Listings: s.Listings, Desk: s.Hotline}
	return s
}

// filed puts a case into an office, on a day, with its lead.
func (s *secrets) filed(t *testing.T, office, tag, day string, restricted bool, officers ...string) *casework.Case {
	t.Helper()
	chief := "chief"
	if office == "330521" {
		chief = "chief.deqing"
	}
	var ids []string
	for _, name := range officers {
		ids = append(ids, s.By[name].ID)
	}
	var c *casework.Case
	on := caseworktest.Day(day)
	err := s.hand.At(day, func(tx *store.Tx) error {
		l, err := s.Leads.AddTx(tx, s.By[officers[0]], lead.NewLead{Source: "own_patrol", Kind: casework.Counterfeit, Jurisdiction: office, Place: office, ReceivedOn: on, Title: tag + "涉嫌假冒专利案",
			Facts: tag + "产品上标注专利标识", Respondent: tag + "木业有限公司", RespondentAddress: tag + "路1号", PatentNo: "201490000012.4", URL: "https://example.com/" + url.PathEscape(tag)}, "lead.add")
		if err != nil {
			return err
		}
		if err := s.Leads.VerifyTx(tx, s.By[officers[0]], l.ID, 1, lead.Verification{On: on, Proposal: lead.ProposeFile, Opinion: tag + "建议立案"}); err != nil {
			return err
		}
		f := lead.Filing{On: on, Kind: casework.Counterfeit, Title: l.Title, Place: office, Restricted: restricted, Officers: ids}
		if restricted {
			f.Reviewer = s.By["reviewer"].ID
		}
		c, err = s.Leads.FileTx(tx, s.By[chief], l.ID, 2, f)
		if err == nil {
			_, err = s.Tasks.AddTx(tx, s.By[officers[0]], c.ID, task.Input{ID: tx.NewID(), Title: tag + "调查", Text: tag, Assignee: ids[len(ids)-1], DueOn: apptest.Today.AddDays(3)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Evidence.Add(t.Context(), s.By[officers[0]], "case", c.ID, evidence.NewItem{ID: s.DB.NewID(), Form: evidence.Thing, Kind: evidence.Kinds()[0], Name: tag + "样品", Quantity: "1件", Source: tag, Proves: tag, Place: tag + "库"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Papers.Start(t.Context(), s.By[officers[0]], c.ID, s.DB.NewID(), "closing_approval", ""); err != nil {
		t.Fatal(err)
	}
	return c
}

// idsOf are the records of a case, for addresses.
func (s *secrets) idsOf(t *testing.T, c *casework.Case) []string {
	t.Helper()
	ids := []string{c.ID, c.LeadID}
	for _, sql := range []string{"SELECT MIN(id) FROM documents WHERE case_id = ? HAVING COUNT(*) > 0", "SELECT id FROM tasks WHERE case_id = ?", "SELECT MIN(id) FROM deadlines WHERE subject_id = ? HAVING COUNT(*) > 0", "SELECT id FROM case_links WHERE from_case = ?", "SELECT id FROM case_links WHERE to_case = ?", "SELECT MIN(id) FROM evidence WHERE subject_id = ? HAVING COUNT(*) > 0",
		"SELECT MIN(id) FROM paper_drafts WHERE case_id = ? HAVING COUNT(*) > 0"} {
		var more []string
		if err := s.DB.Read(context.Background()).Raw(sql, c.ID).Scan(&more).Error; err != nil {
			t.Fatal(err)
		}
		ids = append(ids, more...)
	}
	return ids
}

func (s *secrets) ordinary(t *testing.T) {
	t.Helper()
	err := s.hand.At("2026-11-10", func(tx *store.Tx) error {
		x, err := s.Listings.AddCampaignTx(tx, s.By["officer"], listing.CampaignInput{Jurisdiction: "330500", Name: "寻常行动", From: caseworktest.Day("2026-11-01"), To: caseworktest.Day("2026-11-30")})
		if err == nil {
			s.action = x.ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.plain = append(s.plain, s.idsOf(t, s.filed(t, "330500", "寻常", "2026-11-10", false, "officer", "officer2"))...)
	s.plain = append(s.plain, s.idsOf(t, s.filed(t, "330521", "平常", "2026-11-10", false, "officer.deqing", "officer2"))...)
	s.plain = append(s.plain, s.action)
	s.shop(t, "寻常", "4711", false)
}

// reporter is somebody who reported and asked to be kept secret; the report has become a case.
func (s *secrets) reporter(t *testing.T) {
	t.Helper()
	x := secret{name: "the reporter", markers: []string{reporterName, reporterPhone, "139 8765 4321", reporterUnit}, hidden: func(string) bool { return true }}
	who := reporterName + "（" + reporterPhone + "，" + reporterUnit + "）" + reporterNick
	var c *casework.Case
	var call *hotline.Call
	var l *lead.Lead
	on := caseworktest.Day("2026-11-12")
	err := s.hand.At("2026-11-12", func(tx *store.Tx) (err error) {
		call, err = s.Hotline.LogTx(tx, s.By["operator"], hotline.NewCall{Kind: hotline.Report, Channel: "12330", Jurisdiction: "330500", Place: "330521", CallerName: reporterName, CallerPhone: reporterPhone,
			CallerType: "consumer", CallerUnit: reporterUnit,
			Mode: identity.Secret, Question: who + "说市场上有人假冒专利", Answer: "已告知" + who, Details: hotline.Details{Recording: reporterName + ".wav", ActPlace: who, ActTime: who, Evidence: who, Elsewhere: who}, Subject: casework.Counterfeit, Respondent: "被举报木业有限公司", PatentNo: "201490000012.4"})
		if err != nil {
			return err
		}
		l, err = s.Hotline.MakeLeadTx(tx, s.By["operator"], call.ID, 1, hotline.LeadInput{Title: "被举报公司涉嫌假冒专利案", Place: "330521", Facts: "标注他人专利号"})
		if err != nil {
			return err
		}
		return s.Leads.VerifyTx(tx, s.By["officer"], l.ID, 1, lead.Verification{On: on, Proposal: lead.ProposeFile, Opinion: "建议立案"})
	})
	if err != nil {
		t.Fatal(err)
	}
	brought, err := s.Evidence.Add(t.Context(), s.By["officer"], "lead", l.ID, evidence.NewItem{ID: s.DB.NewID(), Form: evidence.Thing, Kind: evidence.Kinds()[0], Name: "交来的样品", Quantity: "1件"})
	if err != nil {
		t.Fatal(err)
	}
	err = s.hand.At("2026-11-12", func(tx *store.Tx) (err error) {
		if c, err = s.Leads.FileTx(tx, s.By["chief"], l.ID, 2, lead.Filing{On: on, Kind: casework.Counterfeit, Title: l.Title, Place: "330521", Officers: []string{s.By["officer"].ID, s.By["officer2"].ID}}); err != nil {
			return err
		}
		if x.ids, err = s.besides(tx, call); err != nil {
			return err
		}
		d, err := s.Vault.AskTx(tx, s.By["officer"], l.Matter(), "须核实")
		if err != nil {
			return err
		}
		x.ids = append(x.ids, call.ID, l.ID, *call.IdentityID, d.ID)
		return s.Vault.DecideTx(tx, s.By["chief"], d.ID, 1, true, "")
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Docket.Find(t.Context(), s.By["officer"], c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for which, want := range map[string]bool{volume.Main: false, volume.Side: true} {
		plan, err := s.Volumes.Plan(t.Context(), f, which)
		if has := slices.ContainsFunc(plan, func(p volume.Piece) bool { return strings.Contains(p.Title, brought.Name) }); err != nil || has != want {
			t.Errorf("what came with a report stands in the %s volume: %v, %v", which, has, err)
		}
	}
	x.ids = append(x.ids, s.idsOf(t, c)...)
	x.ids = append(x.ids, s.written(t, x.ids)...)
	s.secrets = append(s.secrets, x)
}

// written is what the reporter writes by the code of the receipt, with a file whose name names its sender: it goes into the case.
func (s *secrets) written(t *testing.T, known []string) (ids []string) {
	t.Helper()
	ctx, by := context.Background(), s.By["operator"]
	var c *hotline.Call
	for _, id := range known {
		if x, err := s.Hotline.Find(ctx, by, id); err == nil && x.ComplaintNo != nil {
			c = x
		}
	}
	if c == nil {
		t.Fatal("the reporter's call is not there")
	}
	code, err := s.Hotline.Issue(ctx, by, c.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Hotline.Sent(ctx, by, c.ID, 1, apptest.Today, "told"); err != nil {
		t.Fatal(err)
	}
	file, err := s.Hotline.Keep(ctx, reporterName+reporterPhone+reporterNick+"."+reporterUnit, strings.NewReader("what the file holds"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Hotline.Add(ctx, *c.ComplaintNo, code, s.DB.NewID(), reporterNick+"就是"+reporterName+"，电话139 8765 4321", file); err != nil {
		t.Fatal(err)
	}
	if err := s.DB.Read(ctx).Raw("SELECT id FROM citizen_messages WHERE side = 'citizen' UNION SELECT id FROM case_files WHERE sha256 = ?", file.Ref.SHA256).Scan(&ids).Error; err != nil || len(ids) == 0 {
		t.Fatal(ids, err)
	}
	return ids
}

// besides is what stands around the reporter's call: a call-back, a receipt with what was written, a referral, a draft, a number that rings, a gap.
func (s *secrets) besides(tx *store.Tx, call *hotline.Call) (ids []string, err error) {
	by := s.By["operator"]
	said := reporterName + "（139 8765 4321，" + reporterUnit + "）" + reporterNick
	who := hotline.NewCallback{Kind: hotline.Recording, Jurisdiction: "330500", CallerName: reporterName, CallerPhone: reporterPhone, About: "留言", CameAt: tx.Now}
	wait, err := s.Hotline.AddCallbackTx(tx, by, who)
	if err != nil {
		return nil, err
	}
	promise, err := s.Hotline.AddCallbackTx(tx, by, hotline.NewCallback{Kind: hotline.Promise, Jurisdiction: "330500", CallID: call.ID, About: "回电" + said, DueOn: calendar.DayOf(tx.Now).AddDays(1)})
	if err != nil {
		return nil, err
	}
	if err := s.Hotline.TriedTx(tx, by, promise.ID, 1, hotline.Missed, said+"不在"); err != nil {
		return nil, err
	}
	if err := s.Hotline.WriteTx(tx, by, call.ID, said+"，照片是哪天拍的"); err != nil {
		return nil, err
	}
	other, err := s.Hotline.LogTx(tx, by, hotline.NewCall{Kind: hotline.Consultation, Channel: "12330", Jurisdiction: "330500", Place: "330521", CallerName: reporterName, CallerPhone: reporterPhone, CallerUnit: reporterUnit,
		Mode: identity.Secret, Topic: "other", Question: said + "的商标被仿冒"})
	if err != nil {
		return nil, err
	}
	if err := s.Hotline.ReferTx(tx, by, other.ID, 1, hotline.NewReferral{Route: "trademark", Way: hotline.Letter, Ground: said}); err != nil {
		return nil, err
	}
	gap, err := s.Shelf.MissTx(tx, by, knowledge.NewGap{Asked: "没有条目的问题", Topic: "other", Jurisdiction: "330500"})
	if err != nil {
		return nil, err
	}
	ids = []string{wait.ID, promise.ID, *wait.IdentityID, other.ID, gap.ID}
	var more []string
	err = tx.Raw("SELECT id FROM referrals WHERE call_id = ? UNION SELECT id FROM citizen_messages WHERE call_id = ?", other.ID, call.ID).Scan(&more).Error
	return append(ids, more...), err
}

// rings is a draft that names the reporter, and the reporter's number ringing at the city's desk: read by who types and by who takes the city's calls alone.
func (s *secrets) rings(t *testing.T) {
	t.Helper()
	id := s.DB.NewID()
	form := url.Values{"caller_name": {reporterName}, "caller_phone": {reporterPhone}, "caller_unit": {reporterUnit}, "question": {reporterName + "所说"}}
	if err := s.Hotline.SaveDraft(context.Background(), s.By["operator"], id, 1, form); err != nil {
		t.Fatal(err)
	}
	if err := s.Hotline.Phoned(context.Background(), hotline.PhoneEvent{Event: hotline.PhoneNew, CallID: "x", From: reporterPhone}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Hotline.Ringing(context.Background(), s.By["operator"])
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	s.live = []string{id, list[0].ID}
}

func (s *secrets) elsewhere(t *testing.T) {
	t.Helper()
	c := s.filed(t, "330500", elsewhereTag, "2026-11-12", false, "officer", "officer2")
	ids := append(s.idsOf(t, c), s.shop(t, elsewhereTag, "4712", false)...)
	s.secrets = append(s.secrets, secret{name: "another office's case", markers: []string{elsewhereTag, c.Number}, ids: ids, hidden: func(who string) bool {
		return strings.HasSuffix(who, ".deqing") || slices.Contains([]string{"", "admin"}, who)
	}})
}

func (s *secrets) restricted(t *testing.T) {
	t.Helper()
	c := s.filed(t, "330500", restrictedTag, "2026-11-13", true, "officer", "officer2")
	var number string
	if err := s.DB.Read(context.Background()).Raw("SELECT number FROM cases WHERE id = ?", s.plain[0]).Scan(&number).Error; err != nil {
		t.Fatal(err)
	}
	if err := s.Docket.Link(context.Background(), s.By["officer"], c.ID, casework.NewLink{Type: "related", Number: number, Reason: restrictedTag + "同一地点"}); err != nil {
		t.Fatal(err)
	}
	may := []string{"officer", "officer2", "reviewer", "chief"}
	ids := append(s.idsOf(t, c), s.shop(t, restrictedTag, "4713", true)...)
	s.secrets = append(s.secrets, secret{name: "the restricted case", markers: []string{restrictedTag, c.Number}, ids: ids, hidden: func(who string) bool { return !slices.Contains(may, who) }})
}

func (s *secrets) recused(t *testing.T) {
	t.Helper()
	c := s.filed(t, "330500", recusedTag, "2026-11-13", false, "officer", "officer3")
	take := func(by, step, day string, fields map[string]string) {
		t.Helper()
		if err := s.hand.Take(by, c.ID, step, day, fields); err != nil {
			t.Fatal(err)
		}
	}
	take("officer", "challenge", "2026-11-16", map[string]string{"challenged": s.By["officer3"].ID, "challenged_by": "party", "challenge_reason": recusedTag, "approver": s.By["chief"].ID})
	take("chief", "recuse", "2026-11-17", map[string]string{"recusal_reason": recusedTag})
	s.secrets = append(s.secrets, secret{name: "the case of the recused", markers: []string{recusedTag, c.Number}, ids: s.idsOf(t, c), hidden: func(who string) bool { return who == "officer3" }})
}

// atRest looks at what lies on the disk and at what the program said about itself: the reporter stands nowhere in clear.
func (s *secrets) atRest(t *testing.T) {
	t.Helper()
	names := append([]string{reporterNick}, s.secrets[0].markers...)
	s.mu.Lock()
	said := s.said.String()
	s.mu.Unlock()
	if said == "" {
		t.Error("the program said nothing")
	}
	for _, m := range names {
		if strings.Contains(said, m) || strings.Contains(said, url.QueryEscape(m)) {
			t.Errorf("%s stands in the program's log", m)
		}
	}
	files := 0
	err := filepath.WalkDir(s.data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, m := range names {
			if bytes.Contains(raw, []byte(m)) {
				t.Errorf("%s stands in %s", m, filepath.Base(path))
			}
		}
		return nil
	})
	if err != nil || files < 2 {
		t.Errorf("%d files, %v", files, err)
	}
	if v, err := s.Verify(context.Background(), app.Outside{}); err != nil || len(v.Faults) > 0 {
		t.Errorf("%+v %v", v.Faults, err)
	}
	if d := calendar.DayOf(s.DB.Now()); d != apptest.Today {
		t.Errorf("the day is %s", d)
	}
}
