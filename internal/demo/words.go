package demo

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"huzhi/internal/calendar"
	"huzhi/internal/patent"
)

//go:embed words/*.yaml
var files embed.FS

// words are the syllables, goods and sentences that the invented office is put together from.
type words struct {
	names struct {
		Surnames   []string          `yaml:"surnames"`
		GivenFirst []string          `yaml:"given_first"`
		GivenLast  []string          `yaml:"given_last"`
		BrandFirst []string          `yaml:"brand_first"`
		BrandLast  []string          `yaml:"brand_last"`
		Roads      []string          `yaml:"roads"`
		Parks      []string          `yaml:"parks"`
		Stores     []string          `yaml:"stores"`
		Far        []string          `yaml:"far"`
		Agencies   []string          `yaml:"agencies"`
		ShopEnds   []string          `yaml:"shop_ends"`
		Offices    map[string]string `yaml:"offices"`
		Counties   map[string]string `yaml:"counties"`
		Platforms  map[string]string `yaml:"platforms"`
	}
	goods struct {
		Industries   []industry `yaml:"industries"`
		Adjectives   []string   `yaml:"adjectives"`
		Styles       []string   `yaml:"styles"`
		Parts        []string   `yaml:"parts"`
		Retail       []string   `yaml:"retail"`
		Spots        []string   `yaml:"spots"`
		Campaigns    []string   `yaml:"campaigns"`
		CampaignsNow []string   `yaml:"campaigns_now"`
		Marks        []string   `yaml:"marks"`
		ListingWords []string   `yaml:"listing_words"`
	}
	talk      map[string][]talk
	sentences map[string][]string

	chance *rand.Rand
	decks  map[string][]int
	taken  map[string]bool
	fault  error // the first that is missing
}

// industry is a trade of the place.
type industry struct {
	Suffixes []string `yaml:"suffixes"`
	Places   []string `yaml:"places"`
	Products []ware   `yaml:"products"`
}

// ware is what is made and sold, with the titles of the patents there might be on it and the features they would claim.
type ware struct {
	Name       string   `yaml:"name"`
	Models     []string `yaml:"models"`
	Inventions []string `yaml:"inventions"`
	Designs    []string `yaml:"designs"`
	Features   []string `yaml:"features"`
}

// talk is a question in several wordings and its answers.
type talk struct {
	Q []string `yaml:"q"`
	A []string `yaml:"a"`
}

// filler is what a sentence's {names} stand for.
type filler map[string]string

func loadWords(chance *rand.Rand) (*words, error) {
	w := &words{chance: chance, decks: map[string][]int{}, taken: map[string]bool{}, sentences: map[string][]string{}}
	var calls struct {
		Open  []string            `yaml:"open"`
		Close []string            `yaml:"close"`
		Talk  map[string][]talk   `yaml:"talk"`
		Rest  map[string][]string `yaml:",inline"`
	}
	var cases map[string][]string
	for name, to := range map[string]any{"names": &w.names, "goods": &w.goods, "calls": &calls, "cases": &cases} {
		raw, err := files.ReadFile("words/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		dec := yaml.NewDecoder(strings.NewReader(string(raw)))
		dec.KnownFields(true)
		if err := dec.Decode(to); err != nil {
			return nil, fmt.Errorf("words/%s.yaml: %w", name, err)
		}
	}
	w.talk, w.sentences = calls.Talk, cases
	maps.Copy(w.sentences, calls.Rest)
	w.sentences["open"], w.sentences["close"] = calls.Open, calls.Close
	return w, nil
}

func (w *words) fail(err error) { w.fault = errors.Join(w.fault, err) }

// deal gives the places of n things in a shuffled order, one a call, and shuffles again when all were given.
func (w *words) deal(key string, n int) int {
	if len(w.decks[key]) == 0 {
		w.decks[key] = w.chance.Perm(n)
	}
	d := w.decks[key]
	w.decks[key] = d[1:]
	return d[0]
}

// say is the next sentence of a key, filled.
func (w *words) say(key string, f filler) string {
	all := w.sentences[key]
	if len(all) == 0 {
		w.fail(fmt.Errorf("there are no words for %q", key))
		return ""
	}
	return w.fill(all[w.deal(key, len(all))], f)
}

// about is say for a patent: designs are spoken of in other words than inventions.
func (w *words) about(key string, r right, f filler) string {
	if r.typ == patent.Design && len(w.sentences[key+".design"]) > 0 {
		key += ".design"
	}
	return w.say(key, f)
}

// fill puts the names in. A name that stands for nothing is a fault of the plan.
func (w *words) fill(s string, f filler) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		j := strings.IndexByte(s, '}')
		if i < 0 || j < i {
			b.WriteString(s)
			return b.String()
		}
		v, ok := f[s[i+1:j]]
		if !ok || v == "" {
			w.fail(fmt.Errorf("nothing stands for {%s} in %q", s[i+1:j], s))
		}
		b.WriteString(s[:i])
		b.WriteString(v)
		s = s[j+1:]
	}
}

func (w *words) pick(list []string) string { return list[w.chance.IntN(len(list))] }

// new gives a name that make has not given before.
func (w *words) new(make func() string) string {
	for {
		if n := make(); !w.taken[n] {
			w.taken[n] = true
			return n
		}
	}
}

func (w *words) person() string {
	return w.new(func() string {
		return w.pick(w.names.Surnames) + w.pick(w.names.GivenFirst) + w.pick(w.names.GivenLast)
	})
}

func (w *words) brand() string { return w.pick(w.names.BrandFirst) + w.pick(w.names.BrandLast) }

// maker is a company of a trade in a county.
func (w *words) maker(place string, in *industry) string {
	return w.new(func() string {
		end := "有限公司"
		if w.chance.IntN(6) == 0 {
			end = "厂"
		}
		return w.names.Offices[place] + w.brand() + w.pick(in.Suffixes) + end
	})
}

// store is a shop in a county.
func (w *words) store(place string) string {
	return w.new(func() string { return w.names.Offices[place] + w.brand() + w.pick(w.names.Stores) })
}

// faraway is a company of another city.
func (w *words) faraway(in *industry) string {
	return w.new(func() string { return w.pick(w.names.Far) + w.brand() + w.pick(in.Suffixes) + "有限公司" })
}

// shop is a shop's name on a platform.
func (w *words) shop() string {
	return w.new(func() string { return w.brand() + w.pick(w.names.ShopEnds) })
}

func (w *words) agency(place string) string {
	return w.names.Offices[place] + w.brand() + w.pick(w.names.Agencies)
}

// address is a street and number that no such town has.
func (w *words) address(place string) string {
	if w.chance.IntN(3) == 0 {
		return fmt.Sprintf("%s%s%d号厂房", w.names.Counties[place], w.pick(w.names.Parks), 1+w.chance.IntN(28))
	}
	return fmt.Sprintf("%s%s%d号", w.names.Counties[place], w.pick(w.names.Roads), 3+w.chance.IntN(480))
}

// seat is the address of a name, always the same.
func (w *words) seat(name string) string {
	n := 0
	for _, r := range name {
		n = (n*31 + int(r)) % 99991
	}
	return fmt.Sprintf("%s%s%d号", w.names.Counties[city], w.names.Roads[n%len(w.names.Roads)], 3+n%480)
}

// phone cannot be anybody's: no local number begins with 0.
func (w *words) phone() string { return fmt.Sprintf("0572-0%06d", w.chance.IntN(1_000_000)) }

// trade is an industry that is at home in a county.
func (w *words) trade(place string) *industry {
	var home []*industry
	for i := range w.goods.Industries {
		if in := &w.goods.Industries[i]; slices.Contains(in.Places, place) {
			home = append(home, in)
		}
	}
	if len(home) == 0 || w.chance.IntN(8) == 0 {
		return &w.goods.Industries[w.chance.IntN(len(w.goods.Industries))]
	}
	return home[w.chance.IntN(len(home))]
}

// right is a patent that does not exist.
type right struct {
	number, title, word, feature string // word: the type in Chinese
	typ                          patent.Type
}

// patent invents a patent that would have been applied for in a year: its serial is from 9,000,000 up, which no year has reached.
func (w *world) patent(g ware, year int, typ patent.Type) right {
	serial := 0
	for serial == 0 || w.serials[serial] {
		serial = 9_000_000 + w.rng.IntN(990_000)
	}
	w.serials[serial] = true
	n, err := patent.Make(year, typ, serial)
	if err != nil {
		w.fail(err)
	}
	r := right{number: n.Normal(), typ: typ, feature: w.first(g.Features, w.goods.Parts)}
	switch typ {
	case patent.Invention:
		r.word, r.title = "发明", w.first(g.Inventions, []string{"一种" + g.Name + "的加工方法", "一种" + g.Name + "及其制备方法"})
	case patent.Design:
		r.word, r.title, r.feature = "外观设计", w.first(g.Designs, []string{g.Name + "（" + w.pick(w.goods.Styles) + "）"}), "整体形状和图案"
	default:
		r.word, r.title = "实用新型", w.first(g.Models, []string{"一种" + w.pick(w.goods.Adjectives) + g.Name})
	}
	return r
}

// first picks one of a list, or of the other where the first is empty.
func (w *words) first(list, other []string) string {
	if len(list) == 0 {
		list = other
	}
	return w.pick(list)
}

// made is something that a trade makes; sold is something that a shop sells.
func (w *words) made(in *industry) ware { return in.Products[w.chance.IntN(len(in.Products))] }

func (w *words) sold() ware { return ware{Name: w.pick(w.goods.Retail)} }

// anyType is a type of patent as often as they are fought about.
func (w *world) anyType() patent.Type {
	switch n := w.rng.IntN(100); {
	case n < 46:
		return patent.UtilityModel
	case n < 86:
		return patent.Design
	}
	return patent.Invention
}

// mark is how a patent is written on goods.
func (w *world) mark(r right) string {
	return w.fill(w.pick(w.goods.Marks), filler{"number": strings.ReplaceAll(r.number, " ", ""), "ptype": r.word})
}

// province is what the provincial office was called on a day.
func province(on calendar.Day) string {
	if on < calendar.Date(2018, 11, 1) {
		return "省知识产权局"
	}
	return "省市场监督管理局"
}
