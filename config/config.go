// Package config holds what can change without the program: the settings, the access policy, the rules of law, the calendar, the sentences and the regions.
//
// The settings are one struct, read strictly: default.yaml, then a file, then
// the environment, then flags. The rest is data that others read from the
// embedded folders.
package config

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/mail"
	"huzhi/internal/platform"
	"huzhi/internal/region"
)

//go:embed default.yaml regions.csv platforms.yaml access assessment review inspection statute calendar locale knowledge
var files embed.FS

// Config is every setting.
type Config struct {
	Data     string              `yaml:"data"`   // the data folder
	Shared   string              `yaml:"shared"` // what several processes of one office have together; "" is one process
	Addr     string              `yaml:"addr"`   // host:port
	Web      Web                 `yaml:"web"`
	Database Database            `yaml:"database"`
	Session  Session             `yaml:"session"`
	SignIn   SignIn              `yaml:"sign_in"`
	Limits   Limits              `yaml:"limits"`
	Files    Files               `yaml:"files"`
	Log      Log                 `yaml:"log"`
	Office   Office              `yaml:"office"`
	Identity Identity            `yaml:"identity"`
	Heads    Heads               `yaml:"heads"`
	Hotline  Hotline             `yaml:"hotline"`
	Warn     Warn                `yaml:"warn"`
	Mail     Mail                `yaml:"mail"`
	Backup   Backup              `yaml:"backup"`
	Metrics  Metrics             `yaml:"metrics"`
	Numbers  map[string][]Worded `yaml:"numbers"` // forms of numbers, by series

	origin map[string]string // where a setting comes from, when not from default.yaml
	file   []byte            // the settings file as it was read
}

// Web is how the pages are reached.
type Web struct {
	TrustedProxies []string `yaml:"trusted_proxies"` // addresses or networks
	SecureCookies  string   `yaml:"secure_cookies"`  // auto, always
	TLSCert        string   `yaml:"tls_cert"`
	TLSKey         string   `yaml:"tls_key"`
}

// Database is where the rows are.
type Database struct {
	URL     Secret `yaml:"url"`
	URLFile string `yaml:"url_file"`
}

// Session is how long a session lasts.
type Session struct {
	Idle     time.Duration `yaml:"idle"`
	Absolute time.Duration `yaml:"absolute"`
}

// SignIn is what is asked at the sign-in.
type SignIn struct {
	SecondFactor []string `yaml:"second_factor"` // roles
}

// Limits are the largest bodies taken, in bytes.
type Limits struct {
	FormBytes Size `yaml:"form_bytes"`
	FileBytes Size `yaml:"file_bytes"`
	Evidence  Size `yaml:"evidence_bytes"`
}

// Files is where files are kept, who looks at them, and how often.
type Files struct {
	S3      S3            `yaml:"s3"`
	Clamd   string        `yaml:"clamd"`   // tcp://HOST:PORT, unix:/PATH; "" is nobody
	Recheck time.Duration `yaml:"recheck"` // each file is read and compared with its hash anew after so long
}

// S3 is a bucket of an S3-compatible store; without an endpoint files lie in the data folder.
type S3 struct {
	Endpoint  string `yaml:"endpoint"` // host:port
	Bucket    string `yaml:"bucket"`
	Region    string `yaml:"region"`
	AccessKey string `yaml:"access_key"`
	KeyFile   string `yaml:"secret_key_file"`
	Security  string `yaml:"security"` // tls, none
	SecretKey Secret // what stands in that file
}

// Log is what the program writes about itself.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// Office is whose program it is.
type Office struct {
	Jurisdiction  string                  `yaml:"jurisdiction"`   // GB/T 2260 code
	Book          string                  `yaml:"book"`           // auto, patent, samr
	IncomeFormula string                  `yaml:"income_formula"` // auto, gross, received, net
	Copying       string                  `yaml:"copying"`        // order71, never: copying of books in infringement disputes before 2021-06-01
	TellReporter  int                     `yaml:"tell_reporter"`  // working days in which a named reporter is told of the filing decision from 2026-04-15; 0 is never
	Publicity     string                  `yaml:"publicity"`      // both, twenty: in how many working days a penalty is made public
	Fonts         string                  `yaml:"fonts"`          // folder of the office's own fonts, "" is none
	ReviewTable   string                  `yaml:"review_table"`   // the office's own table of the file review, "" is the program's
	SmallCells    int                     `yaml:"small_cells"`    // below which a count of people by kind and county is not told to the public
	AidDays       int                     `yaml:"aid_days"`       // working days in which an aid centre's opinion is expected
	Names         map[string][]Worded     `yaml:"names"`          // by GB/T 2260 code
	Centres       map[string]calendar.Day `yaml:"centres"`        // rights-protection centres: where, and from which day
}

// Identity is how those who call and report are kept.
type Identity struct {
	KeyFile    string        `yaml:"key_file"`    // "" is keys/identity.json in the data folder
	View       time.Duration `yaml:"view"`        // how long a granted disclosure lets look
	KeepDays   int           `yaml:"keep_days"`   // calendar days from the closing of the last matter until the person is erased
	ReviewDays int           `yaml:"review_days"` // so many days before that the person stands on the list to be reviewed
}

// Heads is how the log's head is signed and given out of the office.
type Heads struct {
	KeyFile string        `yaml:"key_file"` // "" is keys/log.key in the data folder
	Every   time.Duration `yaml:"every"`    // from one head to the next
	Folder  string        `yaml:"folder"`   // "" is heads in the data folder
	MailTo  string        `yaml:"mail_to"`  // one address; "" sends none
	Stamps  string        `yaml:"stamps"`   // address of a time-stamping authority (RFC 3161); "" asks none
	Trust   string        `yaml:"trust"`    // PEM file of the certificates that its stamps must lead to; "" is the machine's
}

// Hotline is how the desk answers, and how the telephone system speaks to it.
type Hotline struct {
	AnswerDays int    `yaml:"answer_days"`    // working days for an answer that is not given at once
	ReferDays  int    `yaml:"refer_days"`     // working days for passing a matter on in writing
	TokenFile  string `yaml:"cti_token_file"` // "" takes nothing from a telephone system
	Lines      string `yaml:"lines"`          // which office a number that was called belongs to: 8070000=330521, with spaces between
	Token      Secret // what stands in the token file
}

// Warn is when people are warned of what runs out.
type Warn struct {
	Days Days `yaml:"days"` // so many calendar days before
}

// Mail is the server that takes the letters with warnings; without one none are sent.
type Mail struct {
	Server       string `yaml:"server"` // host:port
	From         string `yaml:"from"`
	Security     string `yaml:"security"` // starttls, tls, none
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
	Password     Secret // what stands in that file
}

// Worded is a wording from a day on; without a day, from the beginning.
type Worded struct {
	Text string       `yaml:"text"`
	From calendar.Day `yaml:"from"`
}

// DatabaseURL is the address of the database: the setting, or the SQLite file in the data folder. It may hold a password.
func (c *Config) DatabaseURL() string {
	if c.Database.URL != "" {
		return string(c.Database.URL)
	}
	return "sqlite:" + filepath.Join(c.Data, "huzhi.db")
}

// PhoneLines is which office a number that was called belongs to.
func (c *Config) PhoneLines() map[string]string {
	out := map[string]string{}
	for _, line := range strings.Fields(c.Hotline.Lines) {
		number, code, _ := strings.Cut(line, "=")
		out[number] = code
	}
	return out
}

// Series are the numbers that must have a form.
func Series() []string {
	return append(kinds(), "lead", "complaint", "listing")
}

// kinds are the kinds of case.
func kinds() []string {
	return []string{"counterfeit", "infringement", "dispute", "ecommerce", "opinion"}
}

// The folders that others read.

// Statute is the rules of law, <instrument>.yaml.
func Statute() fs.FS { return sub("statute") }

// Assessment is the folder of the scorecards' tables.
func Assessment() fs.FS { return sub("assessment") }

// Calendar is the days off and make-up working days, <year>.yaml.
func Calendar() fs.FS { return sub("calendar") }

// Inspection is the checklists of inspections on site, <kind of place>.yaml.
func Inspection() fs.FS { return sub("inspection") }

// Locale is the sentences, <language>/<room>.yaml.
func Locale() fs.FS { return sub("locale") }

// Knowledge is the first articles of the knowledge base, the routing table and the skeletons of notes.
func Knowledge() fs.FS { return sub("knowledge") }

// Access is casbin's model and the policy.
func Access() (model, policy string) { return text("access/model.conf"), text("access/policy.csv") }

// ReviewTable is the table of the review of case files: the office's own, or the one that comes with the program.
func (c *Config) ReviewTable() ([]byte, error) {
	if c.Office.ReviewTable == "" {
		return []byte(text("review/table.yaml")), nil
	}
	raw, err := os.ReadFile(c.Office.ReviewTable)
	if err != nil {
		return nil, errs.New(errs.Invalid, "config.file", c.Office.ReviewTable).Because(err)
	}
	return raw, nil
}

// Regions reads the GB/T 2260 codes.
func Regions() (*region.Book, error) { return region.Load(strings.NewReader(text("regions.csv"))) }

// Platforms is the rules of the shopping platforms' addresses.
func Platforms() (*platform.Book, error) {
	return platform.Load(strings.NewReader(text("platforms.yaml")))
}

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic("config: " + err.Error()) // only for a name that is no path
	}
	return f
}

func text(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic("config: " + err.Error()) // it was embedded by the compiler
	}
	return string(b)
}

// LoadOptions say where settings come from besides default.yaml.
type LoadOptions struct {
	File  string            // a settings file, "" for none
	Env   []string          // os.Environ(); only HUZHI_ names are looked at
	Flags map[string]string // by dotted key: "data", "database.url"
}

// Load reads the settings. Every fault is errs.Invalid with a sentence that names the setting and where it stands.
func Load(o LoadOptions) (*Config, error) {
	c := &Config{origin: map[string]string{}}
	if err := c.read(text("default.yaml"), "default.yaml", ""); err != nil {
		return nil, err
	}
	if o.File != "" {
		raw, err := os.ReadFile(o.File)
		if err != nil {
			return nil, errs.New(errs.Invalid, "config.file", o.File).Because(err)
		}
		if err := c.read(string(raw), o.File, o.File); err != nil {
			return nil, err
		}
		c.file = raw
	}
	if err := c.environment(o.Env); err != nil {
		return nil, err
	}
	for _, key := range sortedKeys(o.Flags) {
		if err := c.set(key, o.Flags[key], "--"+key, "--"+key); err != nil {
			return nil, err
		}
	}
	if err := c.secrets(); err != nil {
		return nil, err
	}
	return c, c.check()
}

// secrets reads the settings that stand in files of their own.
func (c *Config) secrets() error {
	if c.Mail.PasswordFile != "" {
		if err := secret(c.Mail.PasswordFile, &c.Mail.Password); err != nil {
			return err
		}
	}
	if c.Files.S3.KeyFile != "" {
		if err := secret(c.Files.S3.KeyFile, &c.Files.S3.SecretKey); err != nil {
			return err
		}
	}
	if c.Hotline.TokenFile != "" {
		if err := secret(c.Hotline.TokenFile, &c.Hotline.Token); err != nil {
			return err
		}
	}
	if c.Metrics.TokenFile != "" {
		if err := secret(c.Metrics.TokenFile, &c.Metrics.Token); err != nil {
			return err
		}
	}
	if c.Database.URLFile == "" {
		return nil
	}
	if c.Database.URL != "" {
		return errs.New(errs.Invalid, "config.twice", "database.url", "database.url_file")
	}
	c.origin["database.url"] = c.Database.URLFile
	return secret(c.Database.URLFile, &c.Database.URL)
}

func secret(file string, to *Secret) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return errs.New(errs.Invalid, "config.file", file).Because(err)
	}
	if *to = Secret(bytes.TrimSpace(raw)); *to == "" {
		return errs.New(errs.Invalid, "config.file.empty", file)
	}
	return nil
}

// check says what is wrong with the settings as a whole.
func (c *Config) check() error {
	bad := func(key, why string, args ...any) error {
		return errs.New(errs.Invalid, "config.bad", key, errs.Msg(why, args...), c.where(key))
	}
	choice := func(key, value string, of ...string) error {
		if slices.Contains(of, value) {
			return nil
		}
		return bad(key, "config.bad.choice", value, strings.Join(of, ", "))
	}
	for _, err := range []error{
		choice("web.secure_cookies", c.Web.SecureCookies, "auto", "always"),
		choice("log.level", c.Log.Level, "debug", "info", "warn", "error"),
		choice("log.format", c.Log.Format, "text", "json"),
		choice("office.book", c.Office.Book, "auto", "patent", "samr"),
		choice("office.income_formula", c.Office.IncomeFormula, "auto", "gross", "received", "net"),
		choice("mail.security", c.Mail.Security, "starttls", "tls", "none"),
		choice("files.s3.security", c.Files.S3.Security, "tls", "none"),
		choice("office.publicity", c.Office.Publicity, "both", "twenty"),
		choice("office.copying", c.Office.Copying, "order71", "never"),
	} {
		if err != nil {
			return err
		}
	}
	if c.Data == "" {
		return bad("data", "config.bad.empty")
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return bad("addr", "config.bad.addr", c.Addr)
	}
	for _, p := range c.Web.TrustedProxies {
		if _, err := Network(p); err != nil {
			return bad("web.trusted_proxies", "config.bad.network", p)
		}
	}
	if (c.Web.TLSCert == "") != (c.Web.TLSKey == "") {
		return bad("web.tls_cert", "config.bad.tls")
	}
	if u := string(c.Database.URL); u != "" && !hasAnyPrefix(u, "sqlite:", "postgres://", "postgresql://") {
		return bad("database.url", "config.bad.database")
	}
	if c.Shared != "" && !hasAnyPrefix(string(c.Database.URL), "postgres://", "postgresql://") {
		return bad("shared", "config.bad.shared")
	}
	if c.Session.Idle < time.Minute || c.Session.Absolute < c.Session.Idle {
		return bad("session", "config.bad.session")
	}
	_, policy := Access()
	for _, role := range c.SignIn.SecondFactor {
		if !strings.Contains(policy, "\np, "+role+", ") {
			return bad("sign_in.second_factor", "config.bad.role", role)
		}
	}
	if c.Limits.FormBytes < 16<<10 || c.Limits.FileBytes < c.Limits.FormBytes || c.Limits.Evidence < c.Limits.FileBytes {
		return bad("limits", "config.bad.limits")
	}
	if f := c.Files; f.Recheck < time.Hour || f.Recheck > 90*24*time.Hour || f.Clamd != "" && !hasAnyPrefix(f.Clamd, "tcp://", "unix:/") || f.S3.Endpoint != "" && (f.S3.Bucket == "" || f.S3.AccessKey == "" || f.S3.SecretKey == "") {
		return bad("files", "config.bad.files")
	}
	if id := c.Identity; id.View < time.Minute || id.View > 24*time.Hour || id.KeepDays < 1 || id.KeepDays > 36500 || id.ReviewDays < 0 || id.ReviewDays >= id.KeepDays {
		return bad("identity", "config.bad.identity")
	}
	if h := c.Heads; h.Every < time.Minute || h.Every > 31*24*time.Hour {
		return bad("heads.every", "config.bad.heads")
	}
	if h := c.Heads; h.Stamps != "" && !hasAnyPrefix(h.Stamps, "https://", "http://") {
		return bad("heads.stamps", "config.bad.stamps", h.Stamps)
	}
	if h := c.Heads; h.MailTo != "" {
		if _, err := mail.Address(h.MailTo); err != nil {
			return bad("heads.mail_to", "config.bad.mailaddress", h.MailTo)
		}
		if c.Mail.Server == "" {
			return bad("heads.mail_to", "config.bad.nomail")
		}
	}
	if h := c.Hotline; h.AnswerDays < 1 || h.AnswerDays > 60 || h.ReferDays < 1 || h.ReferDays > 60 || h.TokenFile != "" && len(h.Token) < 20 {
		return bad("hotline", "config.bad.hotline")
	}
	if err := c.checkCare(bad); err != nil {
		return err
	}
	for number, code := range c.PhoneLines() {
		if number == "" || len(code) != 6 {
			return bad("hotline.lines", "config.bad.hotline")
		}
	}
	if err := c.checkMail(bad); err != nil {
		return err
	}
	return c.checkOffice(bad)
}

func (c *Config) checkMail(bad func(key, why string, args ...any) error) error {
	m := c.Mail
	switch _, _, err := net.SplitHostPort(m.Server); {
	case m.Server == "":
		return nil
	case err != nil:
		return bad("mail.server", "config.bad.addr", m.Server)
	case (m.User == "") != (m.Password == ""):
		return bad("mail.user", "config.bad.mail_user")
	case m.Security == "none" && m.User != "":
		return bad("mail.security", "config.bad.mail_open")
	}
	if _, err := mail.Address(m.From); err != nil {
		return bad("mail.from", "config.bad.mail_from", m.From)
	}
	return nil
}

func (c *Config) checkOffice(bad func(key, why string, args ...any) error) error {
	regions, err := Regions()
	if err != nil {
		return err
	}
	if _, ok := regions.Get(c.Office.Jurisdiction); !ok {
		return bad("office.jurisdiction", "config.bad.region", c.Office.Jurisdiction)
	}
	for _, code := range sortedKeys(c.Office.Names) {
		if _, ok := regions.Get(code); !ok {
			return bad("office.names."+code, "config.bad.region", code)
		}
		if !ordered(c.Office.Names[code]) {
			return bad("office.names."+code, "config.bad.dated")
		}
	}
	for _, code := range sortedKeys(c.Office.Centres) {
		if _, ok := regions.Get(code); !ok {
			return bad("office.centres."+code, "config.bad.region", code)
		}
	}
	if c.Office.TellReporter < 0 || c.Office.TellReporter > 60 {
		return bad("office.tell_reporter", "config.bad.tell_reporter")
	}
	if c.Office.AidDays < 1 || c.Office.AidDays > 60 {
		return bad("office.aid_days", "config.bad.aid_days")
	}
	if c.Office.SmallCells < 0 || c.Office.SmallCells > 100 {
		return bad("office.small_cells", "config.bad.small_cells")
	}
	if len(c.Office.Names[c.Office.Jurisdiction]) == 0 {
		return bad("office.names", "config.bad.noname", c.Office.Jurisdiction)
	}
	if err := c.checkPapers(bad); err != nil {
		return err
	}
	for _, s := range sortedKeys(c.Numbers) {
		if !ofPapers(s) && !slices.Contains(Series(), s) {
			return bad("numbers."+s, "config.bad.choice", s, strings.Join(append(Series(), paperSeries, paperSeries+"_<kind>"), ", "))
		}
	}
	for _, s := range Series() {
		list := c.Numbers[s]
		if !ordered(list) {
			return bad("numbers."+s, "config.bad.dated")
		}
		for _, w := range list {
			for _, part := range []string{"{mark}", "{year}", "{n}"} {
				if strings.Count(w.Text, part) != 1 {
					return bad("numbers."+s, "config.bad.form", w.Text, part)
				}
			}
		}
	}
	return nil
}

// paperSeries is the form of the numbers of papers; paperSeries_<kind> that of one kind of case.
const paperSeries = "paper"

// ofPapers says whether a form is one of papers: of all, or of one kind of case.
func ofPapers(series string) bool {
	kind, one := strings.CutPrefix(series, paperSeries+"_")
	return series == paperSeries || one && slices.Contains(kinds(), kind)
}

// checkPapers refuses forms of the numbers of papers by which two papers could not be told apart.
func (c *Config) checkPapers(bad func(key, why string, args ...any) error) error {
	if len(c.Numbers[paperSeries]) == 0 {
		return bad("numbers."+paperSeries, "config.bad.dated")
	}
	for _, s := range sortedKeys(c.Numbers) {
		if !ofPapers(s) {
			continue
		}
		if !ordered(c.Numbers[s]) {
			return bad("numbers."+s, "config.bad.dated")
		}
		for _, w := range c.Numbers[s] {
			for _, part := range []string{"{mark}", "{year}", "{n}"} {
				if strings.Count(w.Text, part) != 1 {
					return bad("numbers."+s, "config.bad.form", w.Text, part)
				}
			}
			if strings.Count(w.Text, "{word}")+strings.Count(w.Text, "{samr}") != 1 {
				return bad("numbers."+s, "config.bad.form", w.Text, "{word}, {samr}")
			}
		}
	}
	return nil
}

// ordered says whether wordings follow each other by day.
func ordered(list []Worded) bool {
	for i, w := range list {
		if w.Text == "" || i > 0 && w.From <= list[i-1].From {
			return false
		}
	}
	return len(list) > 0
}

// Network reads an address (one machine) or a network in CIDR form.
func Network(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is no address and no network", s)
	}
	return p.Masked(), nil
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
