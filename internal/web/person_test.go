package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// one is a form's fields.
func one(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// once is what a page tells once.
func once(t *testing.T, p *webtest.Page) []string {
	t.Helper()
	if p.Status != 200 || !p.Has("[data-once]") || p.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s: %d\n%s", p.Path, p.Status, p.Main())
	}
	var out []string
	for _, n := range p.All("[data-once] li") {
		out = append(out, webtest.Text(n))
	}
	return out
}

// person adds somebody who is not exempt from anything.
func (s *site) person(t *testing.T, username string, first bool, roles ...access.Grant) access.User {
	t.Helper()
	u, err := s.Users.Add(context.Background(), access.System(), access.NewUser{Username: username, Name: "测试 " + username, Hash: accesstest.Hash, MustChange: first, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func inCity(role string) access.Grant   { return access.Grant{Role: role, Jurisdiction: "330500"} }
func inDeqing(role string) access.Grant { return access.Grant{Role: role, Jurisdiction: "330521"} }

func enter(t *testing.T, s *site, username, password string) (*webtest.Client, *webtest.Page) {
	t.Helper()
	c := webtest.New(t, s.base)
	p := c.Post("/login", one("username", username, "password", password))
	if p.Status != 303 {
		t.Fatalf("sign in as %s: %d\n%s", username, p.Status, p.Main())
	}
	return c, c.Follow(p)
}

func TestAPersonFromAddingToTheFirstSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "admin")
		p := c.Get(c.Get("/admin/users").Attr("a[href='/admin/users/new']", "href"))
		whole := one("username", "chen", "name", "陈<b>晓", "employer", "湖州市知识产权保护中心", "entrusted_by", "330500", "role", access.Officer, "jurisdiction", "330521",
			"certificate_no", "浙E777", "certificate_kind", access.Enforcement, "certificate_issuer", access.ByProvince, "certificate_until", "2028-12-31")
		bad := c.Submit(p, "main form", one("username", "Chen X", "name", "", "entrusted_by", "330500", "role", "boss", "certificate_no", "1", "from", "tomorrow"))
		if bad.Status != 422 || !bad.Has("#f-from[aria-invalid]") || bad.Attr("#f-username", "value") != "Chen X" {
			t.Errorf("%d\n%s", bad.Status, bad.Main())
		}
		bad = c.Submit(p, "main form", one("username", "Chen X", "name", "", "entrusted_by", "330500", "role", "boss", "jurisdiction", "330500", "certificate_no", "1"))
		for _, f := range []string{"username", "name", "employer", "role", "certificate_until"} {
			if bad.Status != 422 || !bad.Has("#f-"+f+"[aria-invalid]") {
				t.Errorf("%s: %d\n%s", f, bad.Status, bad.Main())
			}
		}
		if bad := c.Submit(p, "main form", one("username", "officer", "name", "x", "role", access.Officer, "jurisdiction", "330500")); bad.Status != 409 || !strings.Contains(bad.Text("[data-error-summary]"), "officer") {
			t.Errorf("a taken name: %d\n%s", bad.Status, bad.Main())
		}
		told := c.Submit(p, "main form", whole)
		password := once(t, told)[0]
		again := c.Follow(c.Submit(p, "main form", whole)) // the same form once more
		if !again.Has("[data-flash=warning]") || strings.Contains(again.Body, password) || again.Has("main b") || !strings.Contains(again.Text("h1"), "陈<b>晓") {
			t.Errorf("sent twice: %s", again.Main())
		}
		for _, want := range []string{"受湖州市委托", "湖州市知识产权保护中心", "浙E777", "行政执法证（省级人民政府颁发）", "下次登录时须修改密码", "执法人员", "德清县"} {
			if !strings.Contains(again.Main(), want) {
				t.Errorf("no %q in %s", want, again.Main())
			}
		}
		if p := c.Get("/admin/users?q=chen"); len(p.All("tbody tr")) != 1 || p.Attr("tbody a", "href") != again.Path || !strings.Contains(p.Text("tbody"), "保护中心") {
			t.Errorf("the list: %s", p.Main())
		}

		// The first sign-in leads to the password and nowhere else.
		chen, p := enter(t, s, "chen", password)
		if p.Path != "/" || p.Header.Get("Location") != "/account/password" {
			t.Fatalf("%s %d %s", p.Path, p.Status, p.Header.Get("Location"))
		}
		for _, path := range []string{"/", "/cases?mine=1", "/account", "/account/factor", "/search?q=x", "/admin/users"} {
			if p := chen.Get(path); p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/account/password") {
				t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
			}
		}
		if p := chen.Post("/account/sessions", one("end", "all")); p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/account/password") {
			t.Errorf("a form: %d %s", p.Status, p.Header.Get("Location"))
		}
		r := chen.Request("GET", "/search?q=x&partial=1", nil)
		if p := chen.Do(r); p.Status != 401 || !strings.HasPrefix(p.Header.Get("HX-Redirect"), "/account/password") {
			t.Errorf("a part of a page: %d", p.Status)
		}
		if p := chen.Get("/nothing"); p.Status != 404 || p.Has("nav#menu") {
			t.Errorf("an unknown address: %d", p.Status)
		}
		if p := chen.Follow(chen.Post("/preferences", one("lang", "en", "return", "/account/password"))); p.Attr("html", "lang") != "en" {
			t.Error("the language cannot be chosen")
		}
		p = chen.Follow(chen.Get("/cases?mine=1"))
		if p.Status != 200 || p.Has("nav#menu") || !p.Has("form[action='/logout']") || p.Attr("input[name=next]", "value") != "/cases?mine=1" {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		form := "form[action='/account/password']"
		if p := chen.Submit(p, form, one("old", "wrong", "password", "my own choice", "repeat", "my own choice")); p.Status != 422 || !p.Has("#f-old[aria-invalid]") || p.Has("nav#menu") {
			t.Errorf("a wrong old password: %d\n%s", p.Status, p.Main())
		}
		if p := chen.Submit(p, form, one("old", password, "password", password, "repeat", password)); p.Status != 422 || !p.Has("#f-password[aria-invalid]") {
			t.Errorf("the same password: %d\n%s", p.Status, p.Main())
		}
		p = chen.Follow(chen.Submit(p, form, one("old", password, "password", "my own choice", "repeat", "my own choice")))
		if p.Status != 200 || p.Path != "/cases?mine=1" || !p.Has("[data-flash=success]") || !p.Has("nav#menu") {
			t.Errorf("%s %d\n%s", p.Path, p.Status, p.Main())
		}
		if p := chen.Follow(chen.Post("/logout", nil)); p.Path != "/login" {
			t.Error(p.Path)
		}
	})
}

func TestThePageOfOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		ctx, id := context.Background(), s.By["officer"].ID
		path := "/admin/users/" + id
		officer := webtest.SignIn(t, s.base, "officer")
		c := webtest.SignIn(t, s.base, "admin")
		old := c.Get(path) // a page that has grown old
		if old.Status != 200 || !strings.Contains(old.Text("#roles"), "执法人员") || !strings.Contains(old.Text("#certificates"), "浙Eofficer") || len(old.All("#sessions tbody tr")) != 1 || old.Has("#factor") {
			t.Fatalf("%d\n%s", old.Status, old.Main())
		}
		act := func(name string, fill url.Values) *webtest.Page { return c.Submit(c.Get(path), "#"+name+" form", fill) }
		done := func(name string, fill url.Values) *webtest.Page {
			t.Helper()
			p := c.Follow(act(name, fill))
			if p.Status != 200 || !p.Has("[data-flash=success]") {
				t.Fatalf("%s: %d\n%s", name, p.Status, p.Main())
			}
			return p
		}

		// A role given ends the person's sessions; the same form twice gives it once.
		give := one("role", access.Archivist, "jurisdiction", "330523", "from", "2026-11-20")
		page := c.Get(path)
		for range 2 {
			if p := c.Follow(c.Submit(page, "#give form", give)); len(p.All("#roles tbody tr")) != 2 || !strings.Contains(p.Text("#roles"), "安吉县") {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
		}
		if p := officer.Get("/"); p.Status != 303 {
			t.Errorf("the session lives on: %d", p.Status)
		}
		if p := act("give", give); p.Status != 409 || !strings.Contains(p.Text("#give [data-error-summary]"), "已有这一角色") {
			t.Errorf("held already: %d\n%s", p.Status, p.Main())
		}
		p := c.Submit(old, "#data form", one("name", "甲"))
		if p.Status != 409 || !strings.Contains(p.Text("#data [data-error-summary]"), "测试 admin") || !strings.Contains(p.Text("#data [data-error-summary]"), "授予角色") || p.Attr("#data input[name=name]", "value") != "甲" {
			t.Errorf("an old page: %d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(p, "#data form", nil)); p.Text("h1") != "甲" { // and what was typed is kept
			t.Errorf("%s", p.Main())
		}
		if p := act("data", one("name", "")); p.Status != 422 || !p.Has("#f-data-name[aria-invalid]") {
			t.Errorf("no name: %d", p.Status)
		}
		second := ""
		for _, o := range c.Get(path).All("#end option") {
			if strings.Contains(webtest.Text(o), "档案") {
				for _, a := range o.Attr {
					if a.Key == "value" {
						second = a.Val
					}
				}
			}
		}
		if p := act("end", one("assignment", db.NewID(), "until", "2026-11-30")); p.Status != 422 {
			t.Errorf("a role that is not there: %d", p.Status)
		}
		if p := act("end", one("assignment", second, "until", "")); p.Status != 422 || !p.Has("#f-end-until[aria-invalid]") {
			t.Errorf("no day: %d\n%s", p.Status, p.Main())
		}
		if p := done("end", one("assignment", second, "until", "2026-11-19")); !strings.Contains(p.Text("#roles"), "已卸任") || len(p.All("#end option")) != 2 {
			t.Errorf("%s", p.Main())
		}

		// A certificate that has run out is told of, and what was recorded stays.
		if p := act("certificate", one("certificate_no", "浙E2", "certificate_until", "")); p.Status != 422 || !p.Has("#f-certificate-certificate_until[aria-invalid]") {
			t.Errorf("no last day: %d\n%s", p.Status, p.Main())
		}
		p = done("certificate", one("certificate_no", "浙E<b>2", "certificate_until", "2026-11-19", "certificate_kind", access.CaseHandler, "certificate_issuer", access.ByNational))
		if !strings.Contains(p.Text(".notice-late"), "2026-11-19") || len(p.All("#certificates tbody tr")) != 2 || p.Has("#certificates b") {
			t.Errorf("%s", p.Main())
		}
		if p = done("certificate", one("certificate_no", "", "certificate_until", "", "certificate_kind", "", "certificate_issuer", "")); !strings.Contains(p.Text("#certificates"), "注销登记") || !strings.Contains(p.Text(".notice-soon"), "没有登记执法证") {
			t.Errorf("%s", p.Main())
		}

		// The password: shown once, and the old page's reset is refused.
		page = c.Get(path)
		password := once(t, c.Submit(page, "#password form", nil))[0]
		if p := c.Submit(page, "#password form", nil); p.Status != 409 || p.Has("[data-once]") || !strings.Contains(p.Text("#password [data-error-summary]"), "重置密码") {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		officer, _ = enter(t, s, "officer", password)
		list := c.Get(path)
		if p := c.Follow(c.Submit(list, "#sessions tbody form", nil)); !p.Has("[data-flash=success]") || p.Has("#sessions tbody") || officer.Get("/").Status != 303 {
			t.Errorf("the session is not ended: %s", p.Main())
		}
		officer, _ = enter(t, s, "officer", password)
		if p := c.Follow(c.Post(path+"/sessions", one("end", "all"))); !p.Has("[data-flash=success]") || officer.Get("/").Status != 303 {
			t.Errorf("everywhere: %s", p.Main())
		}
		if p := c.Post(path+"/sessions", nil); p.Status != 422 {
			t.Errorf("end nothing: %d", p.Status)
		}

		// Off and on, each also when it is sent twice.
		for _, name := range []string{"disable", "enable"} {
			page := c.Get(path)
			for range 2 {
				if p := c.Follow(c.Submit(page, "#"+name+" form", nil)); !p.Has("[data-flash=success]") || p.Has("#"+name) {
					t.Errorf("%s: %s", name, p.Main())
				}
			}
		}
		var lines int64
		if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_log WHERE subject = ? AND actor = ? AND outcome = 'done' AND (action = 'user.disable' OR action = 'user.enable')", "user:"+id, s.By["admin"].ID).Scan(&lines).Error; err != nil || lines != 2 {
			t.Errorf("%d lines of the log, %v", lines, err)
		}
		for _, path := range []string{"/admin/users/x", "/admin/users/" + db.NewID()} {
			if p := c.Get(path); p.Status != 404 {
				t.Errorf("%s: %d", path, p.Status)
			}
			if p := c.Post(path+"/disable", one("version", "1")); p.Status != 404 {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		if p := c.Post(path+"/disable", nil); p.Status != 422 {
			t.Errorf("without a version: %d", p.Status)
		}
	})
}

func TestOneselfAndTheLastAdministrator(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.SignIn(t, s.base, "admin")
	path := "/admin/users/" + s.By["admin"].ID
	p := c.Get(path)
	if p.Status != 200 || !strings.Contains(p.Main(), "任何人不得更改自己的角色") || !p.Has("#data form") || p.Has("#give, #end, #certificate, #password, #disable, #sessions form") {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	for _, name := range []string{"give", "certificate", "password", "factor", "disable"} {
		before := len(s.refusals(t))
		p := c.Post(path+"/"+name, one("version", "2", "role", access.Chief, "jurisdiction", "330500", "certificate_no", "1", "certificate_until", "2030-01-01"))
		if p.Status != 403 || !strings.Contains(p.Main(), "须由其他系统管理员办理") || len(s.refusals(t)) != before+1 {
			t.Errorf("%s: %d, %d refusals\n%s", name, p.Status, len(s.refusals(t))-before, p.Main())
		}
	}
	second := s.person(t, "admin2", false, inCity(access.Admin))
	if err := s.Users.Disable(context.Background(), access.System(), s.By["admin"].ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Users.Disable(context.Background(), access.System(), second.ID, 0); err == nil {
		t.Error("the last administrator is disabled")
	}
}

func TestThePeopleOfACounty(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	ctx := context.Background()
	if _, err := s.Users.Add(ctx, access.System(), access.NewUser{Username: "admin.deqing", Name: "德清管理员", Hash: accesstest.Hash, Exempt: true, Roles: []access.Grant{inDeqing(access.Admin)}}); err != nil {
		t.Fatal(err)
	}
	c := webtest.SignIn(t, s.base, "admin.deqing")
	if p := c.Get("/admin/users"); len(p.All("tbody tr")) != 4 {
		t.Errorf("%d people\n%s", len(p.All("tbody tr")), p.Main())
	}
	for _, name := range []string{"data", "give", "end", "certificate", "password", "factor", "disable", "enable"} {
		if p := c.Post("/admin/users/"+s.By["officer"].ID+"/"+name, one("version", "2", "name", "x", "role", access.Officer, "jurisdiction", "330521", "assignment", "x", "until", "2026-11-30")); p.Status != 404 {
			t.Errorf("%s of a person of the city: %d\n%s", name, p.Status, p.Main())
		}
	}
	if p := c.Get("/admin/users/" + s.By["officer"].ID); p.Status != 404 {
		t.Errorf("a person of the city: %d", p.Status)
	}
	if p := c.Post("/admin/users/"+s.By["officer"].ID+"/sessions", one("end", "all")); p.Status != 404 {
		t.Errorf("sessions of the city: %d", p.Status)
	}
	own := "/admin/users/" + s.By["officer.deqing"].ID
	p := c.Get(own)
	if p.Status != 200 || p.Has("#give option[value='330500']") || !p.Has("#give option[value='330521']") {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	if p := c.Submit(p, "#give form", one("role", access.Officer, "jurisdiction", "330500")); p.Status != 403 {
		t.Errorf("a role of the city: %d", p.Status)
	}
	if p := c.Follow(c.Submit(p, "#give form", one("role", access.Archivist, "jurisdiction", "330521"))); !p.Has("[data-flash=success]") {
		t.Errorf("%s", p.Main())
	}
	// Whoever also works in another county is the city's to change.
	if _, err := s.Users.SetRole(ctx, access.System(), s.By["officer.deqing"].ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330523"}); err != nil {
		t.Fatal(err)
	}
	if p := c.Get(own); p.Status != 200 || !strings.Contains(p.Main(), "您只能查看") || p.Has("main form") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	if p := c.Post(own+"/disable", one("version", "9999")); p.Status != 409 {
		t.Errorf("a version that is not: %d", p.Status)
	}
	x, err := s.Users.Get(ctx, s.By["officer.deqing"].ID)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Post(own+"/disable", one("version", itoa(int(x.Version))[2:])); p.Status != 403 {
		t.Errorf("disabled by the county: %d\n%s", p.Status, p.Main())
	}
}

func TestOnesOwnSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		here, there, third := webtest.SignIn(t, s.base, "officer"), webtest.New(t, s.base), webtest.SignIn(t, s.base, "officer")
		r := there.Request("POST", "/login", strings.NewReader("username=officer&password="+accesstest.Password))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0 <b>")
		if p := there.Do(r); p.Status != 303 {
			t.Fatal(p.Status)
		}
		p := here.Get("/account")
		if p.Status != 200 || len(p.All("#sessions tbody tr")) != 3 || strings.Count(p.Text("#sessions tbody"), "本机") != 1 || !strings.Contains(p.Text("#sessions tbody"), "Edge（Windows）") || p.Has("#sessions b") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := there.Get("/account"); strings.Count(p.Text("#sessions tbody"), "本机") != 1 {
			t.Errorf("%s", p.Text("#sessions"))
		}
		end := ""
		for _, tr := range p.All("#sessions tbody tr") {
			if strings.Contains(webtest.Text(tr), "Edge") {
				end = webtest.FormValues(tr).Get("end")
			}
		}
		if p := webtest.SignIn(t, s.base, "chief").Post("/account/sessions", one("end", end)); p.Status != 303 || there.Get("/account").Status != 200 {
			t.Error("somebody else ends it")
		}
		if p := here.Follow(here.Post("/account/sessions", one("end", end))); !p.Has("[data-flash=success]") || there.Get("/account").Status != 303 || third.Get("/account").Status != 200 {
			t.Errorf("%s", p.Main())
		}
		if p := here.Post("/account/sessions", nil); p.Status != 422 {
			t.Errorf("end nothing: %d", p.Status)
		}
		if p := here.Follow(here.Post("/account/sessions", one("end", "all"))); p.Path != "/login" || !p.Has("[data-flash=success]") || third.Get("/account").Status != 303 || here.Get("/account").Status != 303 {
			t.Errorf("%s\n%s", p.Path, p.Main())
		}
	})
}

// telephone makes the code of a secret some steps away from now.
func telephone(t *testing.T, db *store.DB, secret string, step int64) string {
	t.Helper()
	code, err := hotp.GenerateCode(strings.ReplaceAll(secret, " ", ""), uint64(db.Now().Unix()/30+step))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestTheSecondFactorFromSetUpToSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		s.person(t, "boss", true, inDeqing(access.Chief))
		// First the password, then the second factor, then where one wanted to go.
		c, _ := enter(t, s, "boss", accesstest.Password)
		p := c.Follow(c.Get("/cases"))
		p = c.Submit(p, "form[action='/account/password']", one("old", accesstest.Password, "password", "my own choice", "repeat", "my own choice"))
		if p = c.Follow(p); p.Status != 303 || p.Header.Get("Location") != "/account/factor?next=%2Fcases" {
			t.Fatalf("%d %s", p.Status, p.Header.Get("Location"))
		}
		for _, path := range []string{"/", "/account", "/account/password", "/leads"} {
			if p := c.Get(path); p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/account/factor") {
				t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
			}
		}
		p = c.Follow(p)
		secret := p.Text("#secret")
		if p.Status != 200 || p.Has("nav#menu") || len(secret) != 39 || !p.Has("svg.qr path[d]") || !strings.Contains(p.Main(), "必须开通") {
			t.Fatalf("%d %q\n%s", p.Status, secret, p.Main())
		}
		form := "form[action='/account/factor']"
		for name, in := range map[string]url.Values{
			"code": one("code", "000000", "password", "my own choice"), "password": one("code", telephone(t, db, secret, 0), "password", "wrong password"),
		} {
			bad := c.Submit(p, form, in)
			if bad.Status != 422 || !bad.Has("#f-"+name+"[aria-invalid]") || bad.Text("#secret") != secret || strings.Contains(bad.Body, "wrong password") {
				t.Errorf("%s: %d\n%s", name, bad.Status, bad.Main())
			}
		}
		for _, bad := range []string{"", "<b>", "AAAAAAAA", strings.Repeat("A", 100000)} {
			if p := c.Submit(p, form, one("secret", bad, "code", "000000", "password", "my own choice")); p.Status != 422 || len(p.Text("#secret")) != 39 {
				t.Errorf("the secret %.10q: %d", bad, p.Status)
			}
		}
		told := c.Submit(p, form, one("code", telephone(t, db, secret, 0), "password", "my own choice"))
		codes := once(t, told)
		if len(codes) != 10 || told.Attr("main a.btn-primary", "href") != "/cases" || !told.Has("nav#menu") {
			t.Fatalf("%d codes\n%s", len(codes), told.Main())
		}
		if again := c.Submit(p, form, one("code", telephone(t, db, secret, 0), "password", "my own choice")); again.Status != 303 || again.Header.Get("Location") != "/account#factor" {
			t.Errorf("sent twice: %d %s", again.Status, again.Header.Get("Location"))
		}
		if p := c.Get("/cases"); p.Status != 200 {
			t.Errorf("%d", p.Status)
		}
		if p := c.Get("/account/factor"); p.Status != 303 {
			t.Errorf("a second one: %d", p.Status)
		}

		// The sign-in is two pages now; between them nothing is open.
		b := webtest.New(t, s.base)
		p = b.Post("/login", one("username", "boss", "password", "my own choice", "next", "/leads"))
		if p.Status != 303 || p.Header.Get("Location") != "/login/code?next=%2Fleads" {
			t.Fatalf("%d %s", p.Status, p.Header.Get("Location"))
		}
		code := b.Follow(p)
		if code.Status != 200 || code.Has("nav#menu") || len(code.All("form[action='/login/code']")) != 2 || strings.Contains(code.Body, "boss") {
			t.Fatalf("%d\n%s", code.Status, code.Main())
		}
		for _, path := range []string{"/", "/account", "/account/factor"} {
			if p := b.Get(path); p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
				t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
			}
		}
		for _, by := range []string{"app", "paper"} {
			if bad := b.Post("/login/code", one("code", telephone(t, db, secret, 0), "by", by)); bad.Status != 422 || !bad.Has("#f-"+by+"-code[aria-invalid]") || len(bad.All("[aria-invalid]")) != 1 || bad.Has("details[open]") != (by == "paper") {
				t.Errorf("a used code (%s): %d\n%s", by, bad.Status, bad.Main())
			}
		}
		p = b.Submit(code, ".card-body > form[action='/login/code']", one("code", telephone(t, db, secret, 1)))
		if p.Status != 303 || p.Header.Get("Location") != "/leads" {
			t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
		}
		if p = b.Follow(p); p.Status != 200 {
			t.Errorf("%d", p.Status)
		}
		if p := b.Get("/login/code"); p.Status != 303 || p.Header.Get("Location") != "/login" {
			t.Errorf("the second page afterwards: %d %s", p.Status, p.Header.Get("Location"))
		}
		// On paper; what is left is told.
		b, _ = enter(t, s, "boss", "my own choice")
		if p = b.Follow(b.Post("/login/code", one("code", codes[0], "by", "paper"))); p.Status != 200 || !strings.Contains(p.Text("[data-flash=warning]"), "9") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		n, _ := enter(t, s, "boss", "my own choice")
		for range 5 {
			n.Post("/login/code", one("code", "111111", "by", "app"))
		}
		if p = n.Post("/login/code", one("code", codes[1])); p.Status != 429 || p.Header.Get("Retry-After") == "" || !p.Has("form[action='/login/code']") {
			t.Errorf("throttled: %d\n%s", p.Status, p.Main())
		}
		nobody := webtest.New(t, s.base) // without half a session
		for _, p := range []*webtest.Page{nobody.Follow(nobody.Post("/login/code", one("code", codes[2]))), nobody.Follow(nobody.Get("/login/code"))} {
			if p.Path != "/login" || !strings.Contains(p.Text("[data-flash]"), "等待时间过长") {
				t.Errorf("%s\n%s", p.Path, p.Main())
			}
		}
	})
}

func TestTheSecondFactorIsRenewedAndRemoved(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	s.person(t, "worker", false, inCity(access.Officer))
	boss := s.person(t, "boss", false, inCity(access.Chief))
	c, p := enter(t, s, "worker", accesstest.Password)
	if p.Status != 200 {
		t.Fatalf("an officer needs none: %d", p.Status)
	}
	setUp := func(c *webtest.Client) []string {
		p := c.Get("/account/factor")
		return once(t, c.Submit(p, "form[action='/account/factor']", one("code", telephone(t, s.db, p.Text("#secret"), 0), "password", accesstest.Password)))
	}
	if p := c.Get("/account"); !p.Has("#factor a[href='/account/factor']") || p.Has("#codes, #remove") {
		t.Fatal(p.Main())
	}
	if p := c.Get("/account/factor"); !p.Has("nav#menu") {
		t.Error("whoever comes by themselves has the menu")
	}
	codes := setUp(c)
	p = c.Get("/account")
	if !strings.Contains(p.Text("#factor"), "已开通") || !strings.Contains(p.Text("#factor"), "10 个备用码") {
		t.Errorf("%s", p.Main())
	}
	if p := c.Submit(p, "#codes form", one("code", "000000")); p.Status != 422 || !p.Has("#codes[open] [aria-invalid]") || p.Has("#remove[open]") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	renewed := once(t, c.Submit(p, "#codes form", one("code", codes[0])))
	if len(renewed) != 10 || renewed[0] == codes[0] {
		t.Errorf("%v", renewed)
	}
	if p := c.Submit(p, "#remove form", one("code", codes[1])); p.Status != 422 {
		t.Errorf("an old code: %d", p.Status)
	}
	if p := c.Follow(c.Submit(p, "#remove form", one("code", renewed[0]))); p.Status != 200 || !p.Has("[data-flash=success]") || !strings.Contains(p.Text("#factor"), "未开通") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}

	// A chief who removes it is led to the set-up; the administrator can take it away.
	b, _ := enter(t, s, "boss", accesstest.Password)
	codes = setUp(b)
	if p := b.Follow(b.Post("/account/factor/remove", one("code", codes[0]))); p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/account/factor") {
		t.Errorf("%d %s", p.Status, p.Header.Get("Location"))
	}
	setUp(b)
	admin := webtest.SignIn(t, s.base, "admin")
	page := admin.Get("/admin/users/" + boss.ID)
	if !strings.Contains(page.Main(), "已开通") {
		t.Errorf("%s", page.Main())
	}
	for range 2 {
		if p := admin.Follow(admin.Submit(page, "#factor form", nil)); !p.Has("[data-flash=success]") || p.Has("#factor form") || !strings.Contains(p.Main(), "该角色必须开通") {
			t.Errorf("%s", p.Main())
		}
	}
	if p := b.Get("/"); p.Status != 303 {
		t.Errorf("the session lives on: %d", p.Status)
	}
	if p := webtest.SignIn(t, s.base, "officer").Post("/admin/users/"+boss.ID+"/factor", one("version", "1")); p.Status != 403 {
		t.Errorf("an officer resets it: %d", p.Status)
	}
	if _, err := s.Users.SetRole(context.Background(), access.System(), s.By["chief"].ID, 0, access.Grant{Role: access.Reviewer, Jurisdiction: "330500", From: calendar.DayOf(s.db.Now().Add(24 * time.Hour))}); err != nil {
		t.Fatal(err)
	}
	if _, p := enter(t, s, "chief", accesstest.Password); p.Status != 200 {
		t.Errorf("a person of the demonstration is asked for one: %d", p.Status)
	}
}
