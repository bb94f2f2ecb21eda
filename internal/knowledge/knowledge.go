// Package knowledge is what the desk answers from: articles with a question, an answer to read aloud, its source and rules, in versions; found by two characters, pinyin or a patent number.
//
// The first articles come with the program (config/knowledge). An office changes them in versions of its own; a new program then leaves
// those alone and brings only what nobody has touched. Periods and fines do not stand in an article as figures: {{rule:ID}} is filled
// from the rule book on the day of the call, so that a change of law changes the answer.
package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Words are what an article says.
type Words struct {
	Topic    string // of a consultation
	Patents  string // kinds of patent it is about, with spaces between; "" is none in particular
	Tags     statute.Text
	Question statute.Text
	Answer   statute.Text // to read aloud; with {{rule:ID}}
	Next     statute.Text // what to ask next
	Source   statute.Text
	Rules    string // ids of the rule book, with spaces between
	From     calendar.Day
	Until    calendar.Day // the last day; none: still
}

// Version is a wording of an article. It is never changed.
type Version struct {
	ArticleID  string `gorm:"primaryKey"`
	Version    int64  `gorm:"primaryKey;autoIncrement:false"`
	Topic      string
	Patents    string
	WordsZH    string `gorm:"column:words_zh"`
	WordsEN    string `gorm:"column:words_en"`
	QuestionZH string `gorm:"column:question_zh"`
	QuestionEN string `gorm:"column:question_en"`
	AnswerZH   string `gorm:"column:answer_zh"`
	AnswerEN   string `gorm:"column:answer_en"`
	NextZH     string `gorm:"column:next_zh"`
	NextEN     string `gorm:"column:next_en"`
	SourceZH   string `gorm:"column:source_zh"`
	SourceEN   string `gorm:"column:source_en"`
	Rules      string
	ValidFrom  calendar.Day
	ValidUntil calendar.Day
	Reason     string
	ByID       string
	ByName     string
	At         time.Time
}

// TableName is the table of the versions.
func (Version) TableName() string { return "knowledge_versions" }

// Words is the version's wording.
func (v Version) Words() Words {
	return Words{
		Topic: v.Topic, Patents: v.Patents, Tags: statute.Text{ZH: v.WordsZH, EN: v.WordsEN}, Question: statute.Text{ZH: v.QuestionZH, EN: v.QuestionEN},
		Answer: statute.Text{ZH: v.AnswerZH, EN: v.AnswerEN}, Next: statute.Text{ZH: v.NextZH, EN: v.NextEN}, Source: statute.Text{ZH: v.SourceZH, EN: v.SourceEN},
		Rules: v.Rules, From: v.ValidFrom, Until: v.ValidUntil,
	}
}

func (w Words) version(id string, n int64, by access.Actor, at time.Time, reason string) Version {
	return Version{
		ArticleID: id, Version: n, Topic: w.Topic, Patents: w.Patents, WordsZH: w.Tags.ZH, WordsEN: w.Tags.EN, QuestionZH: w.Question.ZH, QuestionEN: w.Question.EN,
		AnswerZH: w.Answer.ZH, AnswerEN: w.Answer.EN, NextZH: w.Next.ZH, NextEN: w.Next.EN, SourceZH: w.Source.ZH, SourceEN: w.Source.EN, Rules: w.Rules,
		ValidFrom: w.From, ValidUntil: w.Until, Reason: reason, ByID: by.ID, ByName: by.Name, At: at,
	}
}

// row is an article as it is stored.
type row struct {
	ID        string `gorm:"primaryKey"`
	Code      string
	Version   int64
	Shipped   string
	Withdrawn bool
	Used      int64
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

// TableName is the table of the articles.
func (row) TableName() string { return "knowledge_articles" }

// Article is an article with its wording of today.
type Article struct {
	ID, Code  string
	Version   int64
	Shipped   bool // as it came with the program
	Withdrawn bool
	Used      int64 // calls that were answered from it
	UpdatedAt time.Time
	Words
}

// Settings say what the shelf works with.
type Settings struct {
	Office string   // GB/T 2260 code of the office that edits the articles
	Topics []string // what an article can be about
}

// Shelf is the service.
type Shelf struct {
	db    *store.DB
	guard *access.Guard
	rules *statute.Book
	set   Settings

	mu    sync.Mutex
	stamp string
	all   []Article
	index []entry
}

// New makes the service.
func New(db *store.DB, guard *access.Guard, rules *statute.Book, set Settings) *Shelf {
	return &Shelf{db: db, guard: guard, rules: rules, set: set}
}

// shipped is an article of the files.
type shipped struct {
	Code     string       `yaml:"code"`
	Topic    string       `yaml:"topic"`
	Patents  []string     `yaml:"patents"`
	Words    statute.Text `yaml:"words"`
	Question statute.Text `yaml:"question"`
	Answer   statute.Text `yaml:"answer"`
	Next     statute.Text `yaml:"next"`
	Source   statute.Text `yaml:"source"`
	Rules    []string     `yaml:"rules"`
	From     calendar.Day `yaml:"from"`
	Until    calendar.Day `yaml:"until"`
}

func (x shipped) words() Words {
	return Words{Topic: x.Topic, Patents: strings.Join(x.Patents, " "), Tags: x.Words, Question: x.Question, Answer: x.Answer, Next: x.Next, Source: x.Source,
		Rules: strings.Join(x.Rules, " "), From: x.From, Until: x.Until}
}

// Read reads the articles of the files strictly, by code, in their order.
func Read(fsys fs.FS) (codes []string, words map[string]Words, err error) {
	names, err := fs.Glob(fsys, "[0-9]*.yaml")
	if err != nil {
		return nil, nil, err
	}
	words = map[string]Words{}
	for _, name := range names {
		var f struct {
			Articles []shipped `yaml:"articles"`
		}
		if err := decode(fsys, name, &f); err != nil {
			return nil, nil, err
		}
		for _, x := range f.Articles {
			if _, twice := words[x.Code]; twice || x.Code == "" {
				return nil, nil, fmt.Errorf("%s: the code %q is empty or taken", name, x.Code)
			}
			words[x.Code] = x.words()
			codes = append(codes, x.Code)
		}
	}
	return codes, words, nil
}

func decode(fsys fs.FS, name string, to any) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (w Words) hash() (string, error) {
	b, err := json.Marshal(w)
	return fmt.Sprintf("%x", sha256.Sum256(b)), err
}

// Ship brings the articles of the files into the database: new ones, and new wordings of those that nobody has changed here.
func (s *Shelf) Ship(ctx context.Context, fsys fs.FS) error {
	codes, words, err := Read(fsys)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		var rows []row
		if err := tx.Find(&rows).Error; err != nil {
			return err
		}
		have := map[string]row{}
		for _, r := range rows {
			have[r.Code] = r
		}
		var brought []string
		for _, code := range codes {
			w := words[code]
			hash, err := w.hash()
			if err != nil {
				return err
			}
			old, known := have[code]
			if known && (old.Shipped == "" || old.Shipped == hash) {
				continue
			}
			if err := s.sound(w); err != nil {
				return fmt.Errorf("article %s: %w", code, err)
			}
			if err := put(tx, old, known, code, w, access.System(), hash, ""); err != nil {
				return err
			}
			brought = append(brought, code)
		}
		if len(brought) == 0 {
			return nil
		}
		return audit.Append(tx, access.System().Entry("knowledge.ship", s.set.Office, "knowledge:shipped", map[string]any{"articles": brought}))
	})
}

// put writes a wording: of a new article, or the next version of one.
func put(tx *store.Tx, old row, known bool, code string, w Words, by access.Actor, hash, reason string) error {
	if !known {
		r := row{ID: tx.NewID(), Code: code, Version: 1, Shipped: hash, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if err := tx.Create(&r).Error; err != nil {
			return err
		}
		v := w.version(r.ID, 1, by, tx.Now, reason)
		return tx.Create(&v).Error
	}
	u := tx.Model(&row{}).Where("id = ? AND version = ?", old.ID, old.Version).
		Updates(map[string]any{"version": old.Version + 1, "shipped": hash, "updated_at": tx.Now, "withdrawn": old.Withdrawn})
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	v := w.version(old.ID, old.Version+1, by, tx.Now, reason)
	return tx.Create(&v).Error
}

// sound says what is wrong with a wording: texts that are missing, rules and periods that the rule book does not know.
func (s *Shelf) sound(w Words) error {
	var bad errs.Faults
	if !w.Until.IsZero() && w.Until < w.From {
		bad.Add("until", "error.knowledge_until")
	}
	if !slices.Contains(s.set.Topics, w.Topic) {
		bad.Add("topic", "error.choice")
	}
	for _, f := range []struct {
		name string
		t    statute.Text
		max  int
		must bool
	}{{"question", w.Question, 200, true}, {"answer", w.Answer, 3000, true}, {"source", w.Source, 500, true}, {"next", w.Next, 500, false}, {"tags", w.Tags, 300, false}} {
		if f.must || f.t.ZH != "" || f.t.EN != "" {
			bad.Require(f.name+"_zh", f.t.ZH)
			bad.Require(f.name+"_en", f.t.EN)
		}
		bad.Limit(f.name+"_zh", f.t.ZH, f.max)
		bad.Limit(f.name+"_en", f.t.EN, f.max*3)
	}
	for _, p := range strings.Fields(w.Patents) {
		if !slices.Contains(PatentKinds(), p) {
			bad.Add("patents", "error.choice")
		}
	}
	ids := strings.Fields(w.Rules)
	if len(ids) == 0 {
		bad.Add("rules", "error.required")
	}
	for _, id := range ids {
		if !s.known(id) {
			bad.Add("rules", "error.knowledge_rule", id)
		}
	}
	for name, text := range map[string]string{"answer_zh": w.Answer.ZH, "answer_en": w.Answer.EN, "next_zh": w.Next.ZH, "next_en": w.Next.EN} {
		if wrong := s.unknown(text, w); wrong != "" {
			bad.Add(name, "error.knowledge_rule", wrong)
		}
	}
	return bad.Err()
}

// PatentKinds are the kinds of patent an article can be about.
func PatentKinds() []string { return []string{"invention", "utility_model", "design"} }

// load gives every article with its newest wording; it reads them anew when one has changed.
func (s *Shelf) load(q *gorm.DB) ([]Article, []entry, error) {
	var now struct {
		N, V int64
	}
	if err := q.Raw("SELECT COUNT(*) AS n, COALESCE(SUM(version + CASE WHEN withdrawn THEN 1000000 ELSE 0 END), 0) AS v FROM knowledge_articles").Scan(&now).Error; err != nil {
		return nil, nil, err
	}
	stamp := fmt.Sprint(now.N, "/", now.V)
	s.mu.Lock()
	defer s.mu.Unlock()
	if stamp == s.stamp {
		return s.all, s.index, nil
	}
	var rows []row
	if err := q.Order("code").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	var versions []Version
	err := q.Raw("SELECT v.* FROM knowledge_versions v JOIN knowledge_articles a ON a.id = v.article_id AND a.version = v.version").Scan(&versions).Error
	if err != nil {
		return nil, nil, err
	}
	by := map[string]Version{}
	for _, v := range versions {
		by[v.ArticleID] = v
	}
	all := make([]Article, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.article(by[r.ID].Words()))
	}
	s.stamp, s.all, s.index = stamp, all, index(all)
	return s.all, s.index, nil
}

func (r row) article(w Words) Article {
	return Article{ID: r.ID, Code: r.Code, Version: r.Version, Shipped: r.Shipped != "", Withdrawn: r.Withdrawn, Used: r.Used, UpdatedAt: r.UpdatedAt, Words: w}
}

// Get reads an article. NotFound, Forbidden.
func (s *Shelf) Get(ctx context.Context, by access.Actor, id string) (*Article, error) {
	if err := s.guard.AllowAnywhere(by, "knowledge.view"); err != nil {
		return nil, err
	}
	r, err := take(s.db.Read(ctx), id)
	if err != nil {
		return nil, err
	}
	var v Version
	if err := s.db.Read(ctx).Where("article_id = ? AND version = ?", id, r.Version).Take(&v).Error; err != nil {
		return nil, err
	}
	a := r.article(v.Words())
	return &a, nil
}

func take(q *gorm.DB, id string) (row, error) {
	var r row
	err := q.Where("id = ?", id).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return r, err
}

// Versions are all wordings of an article, newest first.
func (s *Shelf) Versions(ctx context.Context, by access.Actor, id string) ([]Version, error) {
	if err := s.guard.AllowAnywhere(by, "knowledge.view"); err != nil {
		return nil, err
	}
	var out []Version
	return out, s.db.Read(ctx).Where("article_id = ?", id).Order("version DESC").Find(&out).Error
}

// UseTx counts that a call was answered from an article and gives the version that was read. Invalid (article) where there is none.
func (s *Shelf) UseTx(tx *store.Tx, id string) (version int64, err error) {
	r, err := take(tx.DB, id)
	if errs.CodeOf(err) == errs.NotFound || err == nil && r.Withdrawn {
		var bad errs.Faults
		bad.Add("article", "error.choice")
		return 0, bad.Err()
	}
	if err != nil {
		return 0, err
	}
	return r.Version, tx.Model(&row{}).Where("id = ?", id).Update("used", gorm.Expr("used + 1")).Error
}
