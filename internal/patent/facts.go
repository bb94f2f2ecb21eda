package patent

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
)

// Where a mark stands.
const (
	Product       = "product"
	Packaging     = "packaging"
	Manual        = "manual" // and other papers that go with the product
	Web           = "web"
	Advertisement = "advertisement"
	Contract      = "contract"
)

// Who the party is.
const (
	Maker      = "maker"
	Patentee   = "patentee"
	Licensee   = "licensee"
	Seller     = "seller"
	Advertiser = "advertiser"
)

// Whether the product is the patent's subject.
const (
	Yes     = "yes"
	No      = "no"
	NotSure = "unclear"
)

// Media are the words that [Facts] take for where a mark stands.
func Media() []string { return []string{Product, Packaging, Manual, Web, Advertisement, Contract} }

// Roles are who the party can be.
func Roles() []string { return []string{Maker, Patentee, Licensee, Seller, Advertiser} }

// Answers are whether the product is the patent's subject.
func Answers() []string { return []string{Yes, No, NotSure} }

// Facts are what an inspector sees and knows of one mark on one product. A nil answer was asked of nobody yet.
type Facts struct {
	Medium     string       `json:"medium"`
	Text       string       `json:"text"` // the mark as printed
	Role       string       `json:"role"`
	Party      string       `json:"party,omitempty"` // its name, to be held against the register; "" is not known
	Product    string       `json:"product"`
	ProducedOn calendar.Day `json:"produced_on"` // of the goods
	SoldOn     calendar.Day `json:"sold_on"`     // or offered, or seen on the page
	Matches    string       `json:"matches"`     // "" is not raised

	Permission          *bool `json:"permission"`             // nil: taken as the party's own or licensed
	ShowsValidOwnPatent *bool `json:"shows_valid_own_patent"` // covering the product; nil: none shown
	ForgedPaper         bool  `json:"forged_paper"`
	Unaware             *bool `json:"unaware"`       // nil: not proven
	LawfulSource        *bool `json:"lawful_source"` // nil: not proven

	Register *Register  `json:"register,omitempty"`
	Others   []Register `json:"registers,omitempty"` // what the register says of further numbers in the text
}

// Register is what the patent register says of a number.
type Register struct {
	Number      string       `json:"number"`
	Found       *bool        `json:"found"` // false: looked for and not in the official register; nil: not looked for there
	Type        Type         `json:"type"`
	Status      Status       `json:"status"`
	Title       string       `json:"title"`
	Patentees   []string     `json:"patentees"`
	Licensees   []string     `json:"licensees,omitempty"`
	FiledOn     calendar.Day `json:"filed_on"`
	GrantedOn   calendar.Day `json:"granted_on"`
	StatusAsOf  calendar.Day `json:"status_as_of,omitempty"`
	EndedOn     calendar.Day `json:"ended_on"`
	EndReason   string       `json:"end_reason"`
	AvoidDouble bool         `json:"avoid_double"` // surrendered to avoid double patenting (Patent Law Art. 9)
	Method      bool         `json:"method"`       // the product is obtained directly by a patented method
}

// Faults names the fields whose value is none that they take.
func (f Facts) Faults() []string {
	var out []string
	if !slices.Contains(Media(), f.Medium) {
		out = append(out, "medium")
	}
	if !slices.Contains(Roles(), f.Role) {
		out = append(out, "role")
	}
	if f.Matches != "" && !slices.Contains(Answers(), f.Matches) {
		out = append(out, "matches")
	}
	regs := f.Others
	if f.Register != nil {
		regs = append([]Register{*f.Register}, regs...)
	}
	for _, r := range regs {
		if r.Status != "" && !slices.Contains(Statuses(), r.Status) {
			out = append(out, "register.status")
		}
		if r.Type != "" && r.Type != Invention && r.Type != UtilityModel && r.Type != Design {
			out = append(out, "register.type")
		}
	}
	return out
}

// material says whether the mark stands on paper or a screen, not on the product or its packaging: other limbs of the law.
func (f Facts) material() bool { return f.Medium != Product && f.Medium != Packaging }

// Text is a sentence in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In is the sentence in a language ("en", else Chinese).
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Cite is an article of law; as JSON one string, Chinese first.
type Cite Text

// MarshalText writes both languages.
func (c Cite) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Cite) UnmarshalText(b []byte) error {
	c.ZH, c.EN, _ = strings.Cut(string(b), " / ")
	return nil
}

// String is both languages.
func (c Cite) String() string { return c.ZH + " / " + c.EN }

// In is the article in a language.
func (c Cite) In(lang string) string { return Text(c).In(lang) }

// Verdict is what a mark is. It is a suggestion: an officer confirms or overrules it.
type Verdict string

// The verdicts, from the mildest.
const (
	OK      Verdict = "OK"
	Defect  Verdict = "DEFECT"  // badly marked: to be put right, no fine
	Check   Verdict = "CHECK"   // something must be found out first
	Suspect Verdict = "SUSPECT" // suspected counterfeit
)

func (v Verdict) weight() int { return slices.Index([]Verdict{OK, Defect, Check, Suspect}, v) }

// StopSaleOnly is the outcome for a seller who did not know and proves a lawful source.
const StopSaleOnly = "STOP_SALE_ONLY"

// Finding is one row of the decision table that holds.
type Finding struct {
	Row    string  `json:"row"`
	Result Verdict `json:"result"`
	Limb   string  `json:"limb"` // of Implementing Rules Art. 84(1) (2010) or 101(1) (2023); "" where none
	Number string  `json:"number,omitempty"`
	Cite   Cite    `json:"cite"`
	Reason Text    `json:"reason"`
	Order  *Text   `json:"order,omitempty"` // what to order
}

// Unless is a fact that would change the answer.
type Unless struct {
	Text
	Row    string  `json:"row"`
	Result Verdict `json:"result"`
}

// Result is the answer.
type Result struct {
	Result   Verdict   `json:"result"` // the gravest finding
	Findings []Finding `json:"findings"`
	Unless   []Unless  `json:"unless"`
	Outcome  string    `json:"outcome,omitempty"`
	Warnings []Text    `json:"warnings,omitempty"`
	Rules    string    `json:"rules"` // which rule set answered
}
