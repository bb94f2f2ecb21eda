package casework

import (
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/calendar"
)

// Traits narrow cases by what the statistics ask for beside kind, place and day. They are part of a Filter.
type Traits struct {
	Source                 string // of the lead: report, complaint, transfer …
	PatentType             string // of one of its patents: invention, utility, design
	Party                  string // the form of a respondent: company, person, trader
	Limb                   string // which act of counterfeiting was found
	Mark                   string // marks joined by commas; the case has all of them
	Step                   string // steps joined by commas; one of them was taken
	StepFrom               calendar.Day
	StepTo                 calendar.Day
	Result                 string // how a suit or a reconsideration ended: held, lost
	DecidedFrom, DecidedTo calendar.Day
	PaidFor                string // fine, confiscated, surcharge; something was paid for it
	PaidFrom               calendar.Day
	PaidTo                 calendar.Day
}

// The marks of cases that the ministry's statistics ask for. Some an officer sets (Flags), the others follow from what the case holds.
const (
	MarkExhibition  = "exhibition"   // 展会
	MarkOnline      = "online"       // 电商: an e-commerce case, or an act online
	MarkForeign     = "foreign"      // 涉外
	MarkHMT         = "hmt"          // 涉港澳台
	MarkCross       = "cross_region" // 跨区域协作
	MarkSupervised  = "supervised"   // 督办
	MarkGroup       = "group"        // 群体侵权
	MarkRepeat      = "repeat"       // 重复侵权
	MarkTransferIn  = "transfer_in"  // 接受移交
	MarkTransferOut = "transfer_out" // 移交
)

// Marks is every mark, in the order of the tables.
func Marks() []string {
	return []string{MarkOnline, MarkExhibition, MarkForeign, MarkHMT, MarkCross, MarkTransferIn, MarkTransferOut, MarkSupervised, MarkRepeat, MarkGroup}
}

// Flags are the marks that a person sets on a case: nothing else in the case says them for every kind.
func Flags() []string {
	return []string{MarkExhibition, MarkForeign, MarkHMT, MarkCross, MarkSupervised, MarkGroup}
}

// markSQL is when a case has a mark. Facts are kept as JSON with its keys in order and no blanks, so that a pair of key and value is a piece of its text.
func markSQL(mark string) string {
	const flagged = "EXISTS (SELECT 1 FROM case_flags g WHERE g.case_id = cases.id AND g.removed_at IS NULL AND g.flag = '"
	switch mark {
	case MarkOnline:
		return `(cases.kind = 'ecommerce' OR cases.facts LIKE '%"venue":"online"%')`
	case MarkExhibition:
		return "(" + flagged + mark + `') OR cases.facts LIKE '%"venue":"exhibition"%')`
	case MarkForeign:
		return "(" + flagged + mark + `') OR cases.facts LIKE '%"foreign":"yes"%')`
	case MarkRepeat:
		return `(EXISTS (SELECT 1 FROM case_links l WHERE l.from_case = cases.id AND l.type = '` + LinkRepeat + `' AND l.removed_at IS NULL)
			OR EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = cases.id AND s.step = 'find_repeat'))`
	case MarkTransferIn:
		return "cases.source = 'transfer'"
	case MarkTransferOut:
		return "cases.outcome IN ('transferred_agency', 'transferred_police', 'transferred', 'passed_on')"
	}
	if slices.Contains(Flags(), mark) {
		return flagged + mark + "')"
	}
	return "1 = 0"
}

// Results are how a suit or a reconsideration ended, seen from the office.
func Results() []string { return []string{"held", "lost"} }

// resultSQL is a piece of a step's data that tells how a suit or a reconsideration ended.
func resultSQL(result string) (sql string, args []any) {
	ways := map[string][]string{"held": {"upheld", "dismissed", "rejected", "suit_withdrawn", "withdrawn"}, "lost": {"quashed", "changed"}}[result]
	if len(ways) == 0 {
		return "1 = 0", nil
	}
	var or []string
	for _, w := range ways {
		or = append(or, "s.data LIKE ?", "s.data LIKE ?")
		args = append(args, `%"suit_result":"`+w+`"%`, `%"remedy_result":"`+w+`"%`)
	}
	return "(" + strings.Join(or, " OR ") + ")", args
}

func (t *Traits) texts() []struct {
	Key string
	To  *string
} {
	return []struct {
		Key string
		To  *string
	}{
		{"source", &t.Source}, {"patent_type", &t.PatentType}, {"party", &t.Party}, {"limb", &t.Limb}, {"mark", &t.Mark}, {"step", &t.Step}, {"result", &t.Result}, {"paid_for", &t.PaidFor},
	}
}

func (t *Traits) days() []struct {
	Key string
	To  *calendar.Day
} {
	return []struct {
		Key string
		To  *calendar.Day
	}{
		{"step_from", &t.StepFrom}, {"step_to", &t.StepTo}, {"decided_from", &t.DecidedFrom}, {"decided_to", &t.DecidedTo}, {"paid_from", &t.PaidFrom}, {"paid_to", &t.PaidTo},
	}
}

// TraitFields are the names of the traits in an address.
func TraitFields() []string {
	var t Traits
	var out []string
	for _, x := range t.texts() {
		out = append(out, x.Key)
	}
	for _, x := range t.days() {
		out = append(out, x.Key)
	}
	return out
}

func (t Traits) values(v url.Values) {
	for _, x := range t.texts() {
		if *x.To != "" {
			v.Set(x.Key, *x.To)
		}
	}
	for _, x := range t.days() {
		if !x.To.IsZero() {
			v.Set(x.Key, x.To.String())
		}
	}
}

// parseTraits reads traits from an address's query; bad is the first field with a day that is
// none, or with a word that is no mark, form of a party or result. A step is known to its procedure only, a limb and a source to their packages.
func parseTraits(v url.Values) (t Traits, bad string) {
	for _, x := range t.texts() {
		*x.To = v.Get(x.Key)
	}
	for _, x := range []struct {
		key, has string
		of       []string
	}{{"mark", t.Mark, Marks()}, {"party", t.Party, PartyForms()}, {"result", t.Result, Results()}} {
		if x.has != "" && bad == "" && slices.ContainsFunc(strings.Split(x.has, ","), func(w string) bool { return !slices.Contains(x.of, w) }) {
			bad = x.key
		}
	}
	for _, x := range t.days() {
		if s := v.Get(x.Key); s != "" {
			day, err := calendar.ParseDay(s)
			if err != nil && bad == "" {
				bad = x.Key
			}
			*x.To = day
		}
	}
	return t, bad
}

func (t Traits) where(q *gorm.DB) *gorm.DB {
	if t.Source != "" {
		q = q.Where("cases.source = ?", t.Source)
	}
	if t.PatentType != "" {
		q = q.Where("EXISTS (SELECT 1 FROM case_patents t WHERE t.case_id = cases.id AND t.gone_to = '' AND t.type = ?)", t.PatentType)
	}
	if t.Party != "" {
		q = q.Where("EXISTS (SELECT 1 FROM case_parties p WHERE p.case_id = cases.id AND p.gone_to = '' AND p.role = 'respondent' AND p.form = ?)", t.Party)
	}
	if t.Limb != "" {
		q = q.Where(`cases.facts LIKE ? ESCAPE '\'`, likeFact("limb", t.Limb))
	}
	if t.Mark != "" {
		for _, m := range strings.Split(t.Mark, ",") {
			q = q.Where(markSQL(m))
		}
	}
	if t.Step != "" {
		sql, args := "EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = cases.id AND s.step IN ?", []any{strings.Split(t.Step, ",")}
		if !t.StepFrom.IsZero() {
			sql, args = sql+" AND s.on_day >= ?", append(args, t.StepFrom)
		}
		if !t.StepTo.IsZero() {
			sql, args = sql+" AND s.on_day <= ?", append(args, t.StepTo)
		}
		if t.Result != "" {
			how, ways := resultSQL(t.Result)
			sql, args = sql+" AND "+how, append(args, ways...)
		}
		q = q.Where(sql+")", args...)
	}
	if !t.DecidedFrom.IsZero() {
		q = q.Where("cases.decided_on >= ?", t.DecidedFrom)
	}
	if !t.DecidedTo.IsZero() {
		q = q.Where("cases.decided_on <= ?", t.DecidedTo)
	}
	if t.PaidFor != "" {
		q = q.Where("EXISTS (SELECT 1 FROM case_payments y WHERE y.case_id = cases.id AND "+PaidSQL+")", t.Paid()...)
	}
	return q
}

// PaidSQL says which payments (as y) a filter means; its arguments are Paid's.
const PaidSQL = "y.voided_at IS NULL AND y.paid_for = ? AND y.on_day >= ? AND y.on_day <= ?"

// Paid are the arguments of PaidSQL.
func (t Traits) Paid() []any {
	to := t.PaidTo
	if to.IsZero() {
		to = calendar.MaxDay
	}
	return []any{t.PaidFor, t.PaidFrom.String(), to}
}

func likeFact(name, value string) string {
	return `%"` + name + `":"` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `"`, `\"`).Replace(value) + `"%`
}
