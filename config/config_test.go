package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
)

// say is the fault as a person reads it.
func say(t *testing.T, err error, lang string) string {
	t.Helper()
	e := errs.As(err)
	if e == nil {
		t.Fatalf("not a fault with a sentence: %v", err)
	}
	cat, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	p := cat.Printer(lang)
	if !p.Has(e.Key) {
		t.Fatalf("%s has no sentence %q", lang, e.Key)
	}
	return p.M(e.Message)
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "huzhi.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaultsAreWhole(t *testing.T) {
	c, err := config.Load(config.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8330" || c.Data != "./huzhi-data" || c.Session.Idle != 2*time.Hour || c.Limits.FileBytes != 25<<20 {
		t.Fatalf("%+v", c)
	}
	if got := c.DatabaseURL(); got != "sqlite:huzhi-data/huzhi.db" {
		t.Error(got)
	}
	if strings.Contains(c.Describe(), "[") {
		t.Errorf("a default has an origin:\n%s", c.Describe())
	}
}

func TestFlagOverEnvironmentOverFile(t *testing.T) {
	name := file(t, "addr: 127.0.0.1:1\nsession: {idle: 1h}\nlimits:\n  file_bytes: 5MiB\n")
	c, err := config.Load(config.LoadOptions{
		File:  name,
		Env:   []string{"PATH=/bin", "HUZHI_ADDR=127.0.0.1:2", "HUZHI_SESSION__IDLE=30m", "HUZHI_WEB__TRUSTED_PROXIES=10.0.0.0/8, ::1", "HUZHI_TEST_POSTGRES=require"},
		Flags: map[string]string{"addr": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:3" || c.Session.Idle != 30*time.Minute || c.Limits.FileBytes != 5<<20 || fmt.Sprint(c.Web.TrustedProxies) != "[10.0.0.0/8 ::1]" {
		t.Errorf("%+v", c)
	}
	if c.Session.Absolute != 12*time.Hour {
		t.Error("what the file does not name has changed")
	}
	for _, line := range []string{
		"addr = 127.0.0.1:3  [--addr]", "session.idle = 30m0s  [HUZHI_SESSION__IDLE]", "limits.file_bytes = 5MiB  [" + name + ":4]",
		"web.trusted_proxies = 10.0.0.0/8, ::1  [HUZHI_WEB__TRUSTED_PROXIES]", "session.absolute = 12h0m0s\n",
	} {
		if !strings.Contains(c.Describe(), line) {
			t.Errorf("no %q in\n%s", line, c.Describe())
		}
	}
}

func TestFaultsNameTheSettingAndThePlace(t *testing.T) {
	for _, x := range []struct {
		name, file string
		env        []string
		want       []string
	}{
		{name: "unknown key", file: "addr: 127.0.0.1:1\nadr: x\n", want: []string{"huzhi.yaml:2", "adr"}},
		{name: "unknown key below", file: "database:\n  # a remark\n  ulr: x\n", want: []string{"huzhi.yaml:3", "database.ulr"}},
		{name: "unknown in the environment", env: []string{"HUZHI_DATABASE__PASSWORD=geheim"}, want: []string{"HUZHI_DATABASE__PASSWORD", "database.password"}},
		{name: "unknown section in the environment", env: []string{"HUZHI_X__Y=1"}, want: []string{"HUZHI_X__Y"}},
		{name: "too deep", env: []string{"HUZHI_DATA__X=1"}, want: []string{"HUZHI_DATA__X"}},
		{name: "a section in the environment", env: []string{"HUZHI_NUMBERS=1"}, want: []string{"HUZHI_NUMBERS"}},
		{name: "not a duration", file: "session:\n  idle: two hours\n", want: []string{"huzhi.yaml:2", "session.idle", "30m"}},
		{name: "not a duration in the environment", env: []string{"HUZHI_SESSION__IDLE=2"}, want: []string{"HUZHI_SESSION__IDLE", "30m"}},
		{name: "not a size", file: "limits: {file_bytes: much}\n", want: []string{"limits.file_bytes", "25MiB"}},
		{name: "a word for a section", file: "session: long\n", want: []string{"huzhi.yaml:1", "session"}},
		{name: "a section for a word", file: "addr: {host: x}\n", want: []string{"huzhi.yaml:1", "addr"}},
		{name: "nothing", file: "addr:\n", want: []string{"huzhi.yaml:1", "addr"}},
		{name: "twice", file: "addr: 127.0.0.1:1\naddr: 127.0.0.1:2\n", want: []string{"huzhi.yaml", "addr"}},
		{name: "not YAML", file: "addr: [\n", want: []string{"huzhi.yaml", "line"}},
		{name: "two documents", file: "addr: 127.0.0.1:1\n---\naddr: 127.0.0.1:2\n", want: []string{"huzhi.yaml"}},
		{name: "no port", env: []string{"HUZHI_ADDR=localhost"}, want: []string{"addr", "localhost", "HUZHI_ADDR"}},
		{name: "a choice", file: "office: {book: both}\n", want: []string{"office.book", "both", "patent", "huzhi.yaml:1"}},
		{name: "no number", file: "office: {aid_days: soon}\n", want: []string{"office.aid_days", "huzhi.yaml:1"}},
		{name: "no days for an aid centre", file: "office: {aid_days: 0}\n", want: []string{"office.aid_days", "huzhi.yaml:1"}},
		{name: "unknown region", file: "office: {jurisdiction: '110000'}\n", want: []string{"office.jurisdiction", "110000"}},
		{name: "a name for nobody", file: "office: {names: {'999999': [{text: x}]}}\n", want: []string{"office.names.999999"}},
		{name: "two wordings from the same day", file: "numbers:\n  lead: [{text: '{mark}{year}{n}'}, {text: '{mark}{year}{n}'}]\n", want: []string{"numbers.lead", "huzhi.yaml:2"}},
		{name: "a number without its number", file: "numbers:\n  lead: [{text: '{mark}{year}'}]\n", want: []string{"numbers.lead", "{n}"}},
		{name: "unknown series", file: "numbers:\n  led: [{text: '{mark}{year}{n}'}]\n", want: []string{"numbers.led"}},
		{name: "papers without a word", file: "numbers:\n  paper: [{text: '{mark}{year}{n}'}]\n", want: []string{"numbers.paper", "{word}"}},
		{name: "papers with both words", file: "numbers:\n  paper_dispute: [{text: '{mark}{word}{samr}{year}{n}'}]\n", want: []string{"numbers.paper_dispute", "{word}"}},
		{name: "papers of no kind", file: "numbers:\n  paper_lead: [{text: '{mark}{word}{year}{n}'}]\n", want: []string{"numbers.paper_lead"}},
		{name: "bad day", file: "numbers:\n  lead: [{text: a, from: tomorrow}]\n", want: []string{"numbers.lead.from"}},
		{name: "half a TLS", file: "web: {tls_cert: a.pem}\n", want: []string{"web.tls_cert", "tls_key"}},
		{name: "no network", file: "web: {trusted_proxies: [proxy]}\n", want: []string{"web.trusted_proxies", "proxy"}},
		{name: "sessions that end before they begin", file: "session: {idle: 3h, absolute: 1h}\n", want: []string{"session"}},
		{name: "no such role", file: "sign_in: {second_factor: [chief, boss]}\n", want: []string{"sign_in.second_factor", "boss"}},
		{name: "limits upside down", file: "limits: {form_bytes: 50MiB}\n", want: []string{"limits"}},
		{name: "unknown engine", env: []string{"HUZHI_DATABASE__URL=mysql://root:geheim@host/db"}, want: []string{"database.url"}},
		{name: "no days", file: "warn:\n  days: soon\n", want: []string{"warn.days", "huzhi.yaml:2", "10, 3, 1"}},
		{name: "a day too many", env: []string{"HUZHI_WARN__DAYS=3,3"}, want: []string{"warn.days", "HUZHI_WARN__DAYS"}},
		{name: "too far a day", env: []string{"HUZHI_WARN__DAYS=91"}, want: []string{"warn.days"}},
		{name: "a mail server without a port", env: []string{"HUZHI_MAIL__SERVER=mail.example.cn"}, want: []string{"mail.server", "mail.example.cn"}},
		{name: "mail from nowhere", env: []string{"HUZHI_MAIL__SERVER=mail.example.cn:587"}, want: []string{"mail.from"}},
		{name: "mail in the clear with a password", file: "mail: {server: 'm:25', from: a@b.cn, user: x, security: none, password_file: config_test.go}\n", want: []string{"mail.security", "tls"}},
		{name: "a mail user without a password", file: "mail: {server: 'm:25', from: a@b.cn, user: x}\n", want: []string{"mail.user", "password_file"}},
		{name: "mail of a strange kind", env: []string{"HUZHI_MAIL__SECURITY=ssl"}, want: []string{"mail.security", "starttls"}},
		{name: "missing mail secret", env: []string{"HUZHI_MAIL__PASSWORD_FILE=/nowhere/word"}, want: []string{"/nowhere/word"}},
		{name: "a mail secret in the settings", file: "mail: {password: geheim}\n", want: []string{"mail.password"}},
		{name: "missing secret", env: []string{"HUZHI_DATABASE__URL_FILE=/nowhere/url"}, want: []string{"/nowhere/url"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := config.LoadOptions{Env: x.env}
			if x.file != "" {
				o.File = file(t, x.file)
			}
			_, err := config.Load(o)
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatalf("%v", err)
			}
			for _, lang := range i18n.Languages() {
				s := say(t, err, lang)
				for _, w := range x.want {
					if !strings.Contains(s, w) {
						t.Errorf("%s: no %q in: %s", lang, w, s)
					}
				}
				if strings.Contains(s, "geheim") || strings.Contains(err.Error(), "geheim") {
					t.Errorf("%s: a secret is told: %s (%v)", lang, s, err)
				}
				if strings.ContainsAny(s, "\n") || strings.Contains(s, "%!") || strings.Contains(s, "{0}") {
					t.Errorf("%s: not one plain sentence: %q", lang, s)
				}
			}
		})
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(secret, []byte("postgres://huzhi:geheim@db.example/office?password=geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.LoadOptions{Env: []string{"HUZHI_DATABASE__URL_FILE=" + secret}})
	if err != nil {
		t.Fatal(err)
	}
	if c.DatabaseURL() != "postgres://huzhi:geheim@db.example/office?password=geheim" {
		t.Error("the file's text is not the address")
	}
	for _, s := range []string{c.Describe(), fmt.Sprint(c), fmt.Sprintf("%v %+v %#v", *c, *c, *c), c.Database.URL.String()} {
		if strings.Contains(s, "geheim") {
			t.Errorf("the password is told: %s", s)
		}
	}
	if !strings.Contains(c.Describe(), "database.url = postgres://huzhi:xxxxx@db.example/office  ["+secret+"]") {
		t.Error(c.Describe())
	}
	_, err = config.Load(config.LoadOptions{Env: []string{"HUZHI_DATABASE__URL_FILE=" + secret, "HUZHI_DATABASE__URL=sqlite:x"}})
	if errs.CodeOf(err) != errs.Invalid {
		t.Error("two addresses were taken")
	}
}

func TestTheMailServersPasswordIsReadAndNeverPrinted(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "word")
	if err := os.WriteFile(secret, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.LoadOptions{Env: []string{"HUZHI_MAIL__SERVER=mail.example.cn:465", "HUZHI_MAIL__FROM=huzhi@example.cn", "HUZHI_MAIL__SECURITY=tls", "HUZHI_MAIL__USER=huzhi", "HUZHI_MAIL__PASSWORD_FILE=" + secret, "HUZHI_WARN__DAYS=1, 30"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Mail.Password != "geheim" || fmt.Sprint(c.Warn.Days) != "1, 30" {
		t.Errorf("%v %v", c.Mail, c.Warn)
	}
	for _, s := range []string{c.Describe(), fmt.Sprint(c), fmt.Sprintf("%v %+v %#v", *c, *c, *c)} {
		if strings.Contains(s, "geheim") {
			t.Errorf("the password is told: %s", s)
		}
	}
	if !strings.Contains(c.Describe(), "warn.days = 1, 30  [HUZHI_WARN__DAYS]") || !strings.Contains(c.Describe(), "mail.server = mail.example.cn:465") {
		t.Error(c.Describe())
	}
	if c, err = config.Load(config.LoadOptions{Env: []string{"HUZHI_WARN__DAYS="}}); err != nil || len(c.Warn.Days) != 0 {
		t.Errorf("never: %v, %v", c, err)
	}
}

func TestSizesComeBackAsTheyWereWritten(t *testing.T) {
	for in, want := range map[string]string{"1MiB": "1MiB", "1024": "1KiB", "25 MiB": "25MiB", "1500": "1500B", "2GiB": "2GiB", "0": "0B"} {
		var s config.Size
		if err := s.UnmarshalText([]byte(in)); err != nil || s.String() != want {
			t.Errorf("%s: %s, %v", in, s, err)
		}
	}
}

func TestEmbeddedDataIsThere(t *testing.T) {
	if _, err := calendar.Load(config.Calendar()); err != nil {
		t.Error(err)
	}
	if r, err := config.Regions(); err != nil || len(r.All()) != 7 {
		t.Error(err)
	}
	if m, p := config.Access(); !strings.Contains(m, "[matchers]") || !strings.Contains(p, "p, operator, ") {
		t.Error("the access policy is not whole")
	}
}
