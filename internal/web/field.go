package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/views"
)

// The field app: its page, its service worker, and what it says to the office. It sends bytes first, by their hash, then the record that
// names them; both can be sent again.

// fieldPolicy is the content security policy of the field page: WebAssembly for the check of marks, pictures of the camera from memory.
const fieldPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// fieldScripts are the modules of the field app, in the order of loading.
func fieldScripts() []string {
	return []string{"field-store.js", "field-parts.js", "field-mark.js", "field-sync.js", "field-read.js", "field-visit.js"}
}

// tell answers a program with a code and a sentence.
func (c *ctx) tell(status int, code, key string, args ...any) error {
	return c.JSON(status, told{Code: code, Text: c.p.T(key, args...)})
}

// told is what a program hears when something is wrong.
type told struct {
	Code   string      `json:"code"`
	Text   string      `json:"text"`
	Fields []toldField `json:"fields,omitempty"`
	Blobs  []string    `json:"blobs,omitempty"` // files that must be sent first
}

type toldField struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// tellError answers a program with an error; nil is ours to mend.
func (c *ctx) tellError(status int, e *errs.Error) error {
	if e == nil {
		return c.tell(http.StatusInternalServerError, "internal", "error.internal")
	}
	t := told{Code: string(e.Code), Text: c.say(e)}
	for _, f := range e.Fields {
		if f.Name == "blob" && len(f.Args) == 1 {
			if sha, ok := f.Args[0].(string); ok {
				t.Blobs = append(t.Blobs, sha)
			}
		}
		t.Fields = append(t.Fields, toldField{Name: f.Name, Text: c.p.Or("field."+f.Name, f.Name) + "：" + c.p.M(f.Message)})
	}
	return c.JSON(status, t)
}

// field is the page of the field app. It holds no case: only sentences and addresses of files; what is taken along comes with the pack.
func (s *Server) field(c *ctx) error {
	words, chinese, zh := map[string]string{}, map[string]string{}, s.Catalogue.Printer(i18n.Chinese)
	for _, key := range s.Catalogue.Keys() {
		for _, room := range []string{"field.app.", "field.read.", "visit.kind.", "visit.measure.", "visit.result.", "visit.medium.", "visit.role.", "visit.matches.", "visit.answer.", "visit.state."} {
			if strings.HasPrefix(key, room) {
				words[key] = c.p.T(key)
				if c.p.Lang() != i18n.Chinese && (room == "field.read." || strings.HasPrefix(room, "visit.")) {
					chinese[key] = zh.T(key)
				}
			}
		}
	}
	data := fieldData{User: c.by.ID, Name: c.by.Name, Lang: c.p.Lang(), Words: words, Worker: "/field/sw.js", Scanner: s.Assets.Path("vendor/zxing.min.js"), Mark: !strings.Contains(s.Assets.Path("mark.wasm"), "/missing/")}
	for _, name := range fieldScripts() {
		data.Scripts = append(data.Scripts, s.Assets.Path(name))
	}
	if len(chinese) > 0 {
		data.Chinese = chinese
	}
	if data.Mark {
		data.Wasm, data.Exec = s.Assets.Path("mark.wasm"), s.Assets.Path("vendor/wasm_exec.js")
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", fieldPolicy)
	h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
	return c.show(http.StatusOK, views.Field(views.FieldView{Page: c.page(c.p.T("field.app.title")), Data: string(b)}))
}

// fieldData is what the page hands to its script.
type fieldData struct {
	User    string            `json:"user"`
	Name    string            `json:"name"`
	Lang    string            `json:"lang"`
	Words   map[string]string `json:"words"`
	Chinese map[string]string `json:"chinese,omitempty"` // what a party reads, where the page speaks another language
	Scripts []string          `json:"scripts"`
	Scanner string            `json:"scanner"`
	Worker  string            `json:"worker"`
	Mark    bool              `json:"mark"`
	Wasm    string            `json:"wasm,omitempty"`
	Exec    string            `json:"exec,omitempty"`
}

// fieldWorker is the service worker, under a name that never changes: browsers ask for it again to see whether it did.
func (s *Server) fieldWorker(c *ctx) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", "/field")
	return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", s.Assets.Bytes("field-sw.js"))
}

// fieldKey gives the key with which the person's telephone locks what it keeps.
func (s *Server) fieldKey(c *ctx) error {
	key, err := s.Rounds.Key(c.ctx(), c.by)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"user": c.by.ID, "key": key})
}

// fieldTask is a visit of the pack.
type fieldTask struct {
	ID           string             `json:"id"`
	Version      int64              `json:"version"`
	State        string             `json:"state"`
	Jurisdiction string             `json:"jurisdiction"`
	Place        string             `json:"place"`
	Kind         string             `json:"kind"`
	Name         string             `json:"name"`
	Address      string             `json:"address"`
	Note         string             `json:"note"`
	On           calendar.Day       `json:"on"`
	Officers     []string           `json:"officers"`
	Record       *inspection.Record `json:"record,omitempty"`
	Earlier      []fieldEarlier     `json:"earlier"`
}

type fieldEarlier struct {
	On      calendar.Day `json:"on"`
	Party   string       `json:"party"`
	Product string       `json:"product"`
	Number  string       `json:"number"`
	Result  string       `json:"result"`
}

type fieldOfficer struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Certificate string       `json:"certificate"`
	Until       calendar.Day `json:"until"`
	Valid       bool         `json:"valid"`
}

type fieldOffice struct {
	Code     string         `json:"code"`
	Name     string         `json:"name"`
	Officers []fieldOfficer `json:"officers,omitempty"`
}

// fieldPackage is everything that is taken along.
type fieldPackage struct {
	Now      time.Time             `json:"now"`
	Today    calendar.Day          `json:"today"`
	User     string                `json:"user"`
	Home     string                `json:"home"`
	Tasks    []fieldTask           `json:"tasks"`
	Offices  []fieldOffice         `json:"offices"`
	Places   []fieldOffice         `json:"places"`
	Lists    inspection.Checklists `json:"lists"`
	Register []patent.Register     `json:"register"`
	Rules    string                `json:"rules"`
	FileMost int64                 `json:"file_most"` // bytes
	FormMost int64                 `json:"form_most"`
}

// fieldPack gives an officer what to take along: their visits, colleagues, checklists and the extract of the register.
func (s *Server) fieldPack(c *ctx) error {
	today := s.today()
	tasks, err := s.Rounds.Pack(c.ctx(), c.by, today)
	if err != nil {
		return err
	}
	p := fieldPackage{Now: s.DB.Now(), Today: today, User: c.by.ID, Home: c.homeFor("visit.work"), Lists: s.Rounds.Lists(), Rules: patent.Rules,
		FileMost: s.FileBytes, FormMost: s.FormBytes, Tasks: []fieldTask{}}
	for _, t := range tasks {
		v := t.Visit
		x := fieldTask{ID: v.ID, Version: v.Version, State: v.State, Jurisdiction: v.Jurisdiction, Place: v.Place, Kind: v.Kind, Name: v.Name, Address: v.Address,
			Note: v.Note, On: v.VisitOn, Record: t.Record, Officers: []string{}, Earlier: []fieldEarlier{}}
		for _, o := range t.Officers {
			x.Officers = append(x.Officers, o.UserID)
		}
		for _, e := range t.Earlier {
			x.Earlier = append(x.Earlier, fieldEarlier{On: e.VisitOn, Party: e.Party, Product: e.Product, Number: e.PatentNo, Result: e.Result})
		}
		p.Tasks = append(p.Tasks, x)
	}
	if p.Register, err = s.Rounds.Extract(c.ctx(), c.by, tasks, p.Home, today, inspection.MostExtract); err != nil {
		return err
	}
	for _, r := range s.Guard.Places(c.by, "visit.work") {
		people, err := s.Rounds.Colleagues(c.ctx(), c.by, r.Code, today)
		if err != nil {
			return err
		}
		o := fieldOffice{Code: r.Code, Name: r.Name(c.p.Lang())}
		for _, x := range people {
			o.Officers = append(o.Officers, fieldOfficer{ID: x.ID, Name: x.Name, Certificate: x.CertificateNo, Until: x.Until, Valid: x.Valid})
		}
		p.Offices = append(p.Offices, o)
	}
	for _, r := range s.Regions.All() {
		p.Places = append(p.Places, fieldOffice{Code: r.Code, Name: r.Name(c.p.Lang())})
	}
	return c.JSON(http.StatusOK, p)
}

// fieldBlob takes the bytes of a photograph. They must have the hash of the address.
func (s *Server) fieldBlob(c *ctx) error {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil {
		kind = "application/octet-stream"
	}
	if err := s.Rounds.Keep(c.ctx(), c.by, c.Param("sha256"), kind, c.Request().Body, s.FileBytes); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"sha256": c.Param("sha256")})
}

// fieldSent is a record as a telephone sends it.
type fieldSent struct {
	Base   int64             `json:"base"`
	SentAt time.Time         `json:"sent_at"`
	Record inspection.Record `json:"record"`
}

// fieldGot is what the telephone hears of it.
type fieldGot struct {
	Seq     int64     `json:"seq"`
	Version int64     `json:"version"`
	State   string    `json:"state"`
	Again   bool      `json:"again"`
	Rival   bool      `json:"rival"`
	SkewMs  int64     `json:"skew_ms"` // how far the telephone's clock is ahead
	Now     time.Time `json:"now"`
}

// fieldVisit takes a record in: 200 when it holds, also when it came before; 409 when it was kept beside another.
func (s *Server) fieldVisit(c *ctx) error {
	var in fieldSent
	if err := c.strict(&in); err != nil {
		return err
	}
	got, err := s.Rounds.Receive(c.ctx(), c.by, c.Param("id"), inspection.Arrival{Record: in.Record, Base: in.Base, SentAt: in.SentAt, Source: inspection.Phone,
		Agent: firstLine(clean(c.Request().UserAgent()), 300)})
	if err != nil {
		return err
	}
	code := http.StatusOK
	if got.Rival {
		code = http.StatusConflict
	}
	return c.JSON(code, fieldGot{Seq: got.Seq, Version: got.Version, State: got.State, Again: got.Again, Rival: got.Rival, SkewMs: got.SkewMs, Now: s.DB.Now()})
}

// strict reads a body of JSON: one value, nothing unknown in it.
func (c *ctx) strict(to any) error {
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind != "application/json" {
		return errs.New(errs.Invalid, "error.request")
	}
	dec := json.NewDecoder(c.Request().Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return badBody(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errs.New(errs.Invalid, "error.request")
	}
	return nil
}
