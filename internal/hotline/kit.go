package hotline

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/knowledge"
	"huzhi/internal/platform"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Settings are what the office decides about its desk.
type Settings struct {
	Office     string            // GB/T 2260 code of the office that sets it up
	AnswerDays int               // working days for an answer that is not given at once
	ReferDays  int               // working days for passing a matter on in writing
	Lines      map[string]string // which office a number that was called belongs to
}

// Kit is what the desk works with beside its own tables.
type Kit struct {
	Shelf     *knowledge.Shelf
	Settings  Settings
	Templates []Template
	Platforms *platform.Book // which listing an address is of
}

// Equip gives the desk its kit. It is called once, before the desk is used.
func (d *Desk) Equip(k Kit) { d.kit = k }

// Settings are what the office has decided.
func (d *Desk) Settings() Settings { return d.kit.Settings }

// Template is the skeleton of a note or an answer. It fills what is empty and is put below what was typed; it never replaces anything.
type Template struct {
	Code  string       `yaml:"code"`
	Kinds []string     `yaml:"kinds"`
	Name  statute.Text `yaml:"name"`
	Into  string       `yaml:"into"` // question, answer
	Text  statute.Text `yaml:"text"`
}

// ReadTemplates reads the skeletons that come with the program.
func ReadTemplates(fsys fs.FS) ([]Template, error) {
	var f struct {
		Templates []Template `yaml:"templates"`
	}
	if err := decode(fsys, "templates.yaml", &f); err != nil {
		return nil, err
	}
	for _, t := range f.Templates {
		if t.Into != "question" && t.Into != "answer" || t.Text.ZH == "" || t.Text.EN == "" || slices.ContainsFunc(t.Kinds, func(k string) bool { return !slices.Contains(Kinds(), k) }) {
			return nil, fmt.Errorf("template %s: into, text or kinds", t.Code)
		}
	}
	return f.Templates, nil
}

// Templates are the skeletons of a kind of call.
func (d *Desk) Templates(kind string) (out []Template) {
	for _, t := range d.kit.Templates {
		if slices.Contains(t.Kinds, kind) {
			out = append(out, t)
		}
	}
	return out
}

// Merge puts a skeleton into what was typed: an empty field is filled, any other keeps its words and gets the skeleton below, once.
func (t Template) Merge(typed, lang string) string {
	text := t.Text.In(lang)
	switch {
	case strings.TrimSpace(typed) == "":
		return text
	case strings.Contains(typed, text):
		return typed
	}
	return strings.TrimRight(typed, "\n") + "\n" + text
}

func decode(fsys fs.FS, name string, to any) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	y := yaml.NewDecoder(f)
	y.KnownFields(true)
	if err := y.Decode(to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Channel is a way in which calls come in.
type Channel struct {
	Code    string `gorm:"primaryKey"`
	NameZH  string `gorm:"column:name_zh"`
	NameEN  string `gorm:"column:name_en"`
	Place   int64
	Active  bool
	Version int64
}

// TableName is the table of the channels.
func (Channel) TableName() string { return "call_channels" }

// Name is the channel's name in a language.
func (c Channel) Name() statute.Text { return statute.Text{ZH: c.NameZH, EN: c.NameEN} }

// Route is where callers are sent with what is not ours.
type Route struct {
	Code     string `gorm:"primaryKey"`
	MatterZH string `gorm:"column:matter_zh"`
	MatterEN string `gorm:"column:matter_en"`
	OfficeZH string `gorm:"column:office_zh"`
	OfficeEN string `gorm:"column:office_en"`
	Phone    string
	GroundZH string `gorm:"column:ground_zh"`
	GroundEN string `gorm:"column:ground_en"`
	Place    int64
	Active   bool
	Version  int64
}

// TableName is the table of the routes.
func (Route) TableName() string { return "call_routes" }

// Matter is what the route is for.
func (r Route) Matter() statute.Text { return statute.Text{ZH: r.MatterZH, EN: r.MatterEN} }

// Office is who deals with it.
func (r Route) Office() statute.Text { return statute.Text{ZH: r.OfficeZH, EN: r.OfficeEN} }

// Ground is why it is not ours.
func (r Route) Ground() statute.Text { return statute.Text{ZH: r.GroundZH, EN: r.GroundEN} }

// ChannelList is every channel in the office's order. Whoever may see calls, or sets the desk up, may see it.
func (d *Desk) ChannelList(ctx context.Context) (rows []Channel, err error) {
	return rows, d.db.Read(ctx).Order("place, code").Find(&rows).Error
}

// Routes is the routing table in the office's order.
func (d *Desk) Routes(ctx context.Context) (rows []Route, err error) {
	return rows, d.db.Read(ctx).Order("place, code").Find(&rows).Error
}

// Ship brings what comes with the program: the articles, the routing table, and once the keys by which older calls are found.
func (d *Desk) Ship(ctx context.Context, fsys fs.FS) error {
	if err := d.kit.Shelf.Ship(ctx, fsys); err != nil {
		return err
	}
	if err := d.shipRoutes(ctx, fsys); err != nil {
		return err
	}
	if err := d.keyTails(ctx); err != nil {
		return err
	}
	const flag = "hotline.keys"
	if done, err := d.db.Setting(ctx, flag); err != nil || done != "" {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := d.fillKeys(tx); err != nil {
			return err
		}
		return store.SetSetting(tx, flag, "1")
	})
}

// keyTails gives, once, the callers of before the key of their number's last digits.
func (d *Desk) keyTails(ctx context.Context) error {
	const flag = "identity.tails"
	after, err := d.db.Setting(ctx, flag)
	for err == nil && after != "done" {
		err = d.db.Tx(ctx, func(tx *store.Tx) error {
			last, err := d.vault.KeyTails(tx, after)
			if err != nil {
				return err
			}
			if after = last; last == "" {
				after = "done"
			}
			return store.SetSetting(tx, flag, after)
		})
	}
	return err
}

// shipRoutes puts the program's lines into the routing table; a line that the office has is left as it is.
func (d *Desk) shipRoutes(ctx context.Context, fsys fs.FS) error {
	var f struct {
		Routes []struct {
			Code   string       `yaml:"code"`
			Matter statute.Text `yaml:"matter"`
			Office statute.Text `yaml:"office"`
			Phone  string       `yaml:"phone"`
			Ground statute.Text `yaml:"ground"`
		} `yaml:"routes"`
	}
	if err := decode(fsys, "routes.yaml", &f); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var have []string
		if err := tx.Model(&Route{}).Pluck("code", &have).Error; err != nil {
			return err
		}
		var brought []string
		for i, x := range f.Routes {
			if slices.Contains(have, x.Code) {
				continue
			}
			r := Route{Code: x.Code, MatterZH: x.Matter.ZH, MatterEN: x.Matter.EN, OfficeZH: x.Office.ZH, OfficeEN: x.Office.EN, Phone: x.Phone, GroundZH: x.Ground.ZH, GroundEN: x.Ground.EN,
				Place: int64(i + 1), Active: true, Version: 1}
			if err := tx.Create(&r).Error; err != nil {
				return err
			}
			brought = append(brought, x.Code)
		}
		if len(brought) == 0 {
			return nil
		}
		return audit.Append(tx, access.System().Entry("call.routes", d.kit.Settings.Office, "desk:routes", map[string]any{"routes": brought}))
	})
}

// SaveChannel adds a channel (version 0) or changes one. It is never deleted: calls name it. Forbidden, NotFound, Conflict, Invalid.
func (d *Desk) SaveChannel(ctx context.Context, by access.Actor, c Channel) error {
	var bad errs.Faults
	code(&bad, c.Code)
	for name, v := range map[string]*string{"name_zh": &c.NameZH, "name_en": &c.NameEN} {
		*v = strings.TrimSpace(*v)
		bad.Require(name, *v)
		bad.Limit(name, *v, 60)
	}
	return d.save(ctx, by, "channel", c.Code, c.Version, &bad, &Channel{}, func(v int64) (any, map[string]any) {
		c.Version = v
		return &c, map[string]any{"name_zh": c.NameZH, "name_en": c.NameEN, "place": c.Place, "active": c.Active}
	})
}

// SaveRoute adds a line of the routing table (version 0) or changes one. Forbidden, NotFound, Conflict, Invalid.
func (d *Desk) SaveRoute(ctx context.Context, by access.Actor, r Route) error {
	var bad errs.Faults
	code(&bad, r.Code)
	for name, v := range map[string]*string{"matter_zh": &r.MatterZH, "matter_en": &r.MatterEN, "office_zh": &r.OfficeZH, "office_en": &r.OfficeEN, "ground_zh": &r.GroundZH, "ground_en": &r.GroundEN, "phone": &r.Phone} {
		*v = strings.TrimSpace(*v)
		if name != "phone" {
			bad.Require(name, *v)
		}
		bad.Limit(name, *v, 200)
	}
	return d.save(ctx, by, "route", r.Code, r.Version, &bad, &Route{}, func(v int64) (any, map[string]any) {
		r.Version = v
		return &r, map[string]any{"matter_zh": r.MatterZH, "matter_en": r.MatterEN, "office_zh": r.OfficeZH, "office_en": r.OfficeEN, "ground_zh": r.GroundZH, "ground_en": r.GroundEN,
			"phone": r.Phone, "place": r.Place, "active": r.Active}
	})
}

func code(bad *errs.Faults, s string) {
	if s == "" || len(s) > 20 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		bad.Add("code", "error.desk_code")
	}
}

// save writes a line of one of the desk's lists by compare-and-set.
func (d *Desk) save(ctx context.Context, by access.Actor, what, code string, version int64, bad *errs.Faults, model any, row func(version int64) (any, map[string]any)) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := d.guard.Allow(by, "channel.configure", d.kit.Settings.Office); err != nil {
			return err
		}
		if err := bad.Err(); err != nil {
			return err
		}
		var have int64
		if err := tx.Model(model).Where("code = ?", code).Count(&have).Error; err != nil {
			return err
		}
		made, set := row(version + 1)
		switch {
		case version == 0 && have > 0:
			var taken errs.Faults
			taken.Add("code", "error.desk_code_taken")
			return taken.Err()
		case version == 0:
			if err := tx.Create(made).Error; err != nil {
				return err
			}
		case have == 0:
			return errs.New(errs.NotFound, "error.not_found")
		default:
			set["version"] = version + 1
			u := tx.Model(model).Where("code = ? AND version = ?", code, version).Updates(set)
			if u.Error != nil {
				return u.Error
			}
			if u.RowsAffected == 0 {
				return errs.New(errs.Conflict, "error.stale", tx.Now)
			}
		}
		return audit.Append(tx, by.Entry("channel.configure", d.kit.Settings.Office, "desk:"+what+"/"+code, set))
	})
}

// channelTx says whether a channel may be chosen.
func channelTx(tx *store.Tx, code string) (bool, error) {
	var n int64
	err := tx.Model(&Channel{}).Where("code = ? AND active", code).Count(&n).Error
	return n > 0, err
}
