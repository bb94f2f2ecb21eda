// Package statute is the rule book: every period the law sets, in every version, as data read from files, and the due dates and fine caps that follow.
//
// It is pure: no database and no clock. A [Book] is read once and never changes, so one value can be shared by everything.
package statute

import (
	"fmt"
	"slices"

	"huzhi/internal/calendar"
)

// Text is a text in the two languages of the house.
type Text struct {
	ZH string `yaml:"zh" json:"zh"`
	EN string `yaml:"en" json:"en"`
}

// In is the text in a language ("en", else Chinese).
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Kinds of matter a rule governs. Any is for all of them.
const (
	Counterfeit  = "counterfeit"  // 假冒专利案件
	Infringement = "infringement" // 专利侵权纠纷
	Dispute      = "dispute"      // 其他专利纠纷的调解
	Ecommerce    = "ecommerce"    // 电商案件
	Hotline      = "hotline"      // 咨询、投诉、举报
	Opinion      = "opinion"      // 咨询意见
	Any          = "any"
)

// The two procedural books an office can work by in counterfeit cases; see [Book.DefaultBook].
const (
	BookPatent = "patent" // 专利行政执法办法
	BookSAMR   = "samr"   // 市场监督管理行政处罚程序规定
)

// Approvers of an extension.
const (
	Head           = "head"            // 部门负责人
	Panel          = "panel"           // 合议组
	Office         = "office"          // 办案部门
	SuperiorOffice = "superior_office" // 上一级部门
	LeadersMeeting = "leaders_meeting" // 负责人集体讨论
)

// Extension is one permitted extension of a rule.
type Extension struct {
	Max      int           `yaml:"max" json:"max"` // the longest; 0 with Free
	Free     bool          `yaml:"free" json:"free,omitempty"`
	Unit     calendar.Unit `yaml:"unit" json:"unit"`
	Approver string        `yaml:"approver" json:"approver"`
}

// Rule is one version of one period.
type Rule struct {
	ID         string        `yaml:"id" json:"id"`
	Kind       string        `yaml:"kind" json:"kind"`
	Instrument string        `yaml:"instrument" json:"instrument"` // id of an [Instrument]
	Article    string        `yaml:"article" json:"article"`       // "36(1)"
	Cite       Text          `yaml:"cite" json:"cite"`
	Title      Text          `yaml:"title" json:"title"`
	Trigger    string        `yaml:"trigger" json:"trigger"` // the event whose day is day 0
	Back       bool          `yaml:"back" json:"back,omitempty"`
	Add        int           `yaml:"add" json:"add"`
	Unit       calendar.Unit `yaml:"unit" json:"unit"`
	Ext        []Extension   `yaml:"ext" json:"ext,omitempty"`
	Excl       []string      `yaml:"excl" json:"excl,omitempty"`     // grounds whose time does not count
	Region     string        `yaml:"region" json:"region,omitempty"` // GB/T 2260; "" for the nation
	Book       string        `yaml:"book" json:"book,omitempty"`     // "" for both books
	From       calendar.Day  `yaml:"from" json:"from,omitempty"`     // in force from, included
	To         calendar.Day  `yaml:"to" json:"to,omitempty"`         // in force until, included; no day: still
	Strict     bool          `yaml:"strict" json:"strict,omitempty"` // the office's own duty: alarms use the strict day
	OnlyIf     string        `yaml:"only_if" json:"only_if,omitempty"`
	OnExpiry   string        `yaml:"on_expiry" json:"on_expiry,omitempty"` // what the law says happens then
	Approval   string        `yaml:"approval" json:"approval,omitempty"`   // who approves the measure itself
	Note       Text          `yaml:"note" json:"note,omitzero"`
	Mark       string        `yaml:"mark" json:"mark"` // how sure number and article are: C C* R-h R-m R-l D

	File string `yaml:"-" json:"-"`
	Line int    `yaml:"-" json:"-"`
}

// Version names this version of the rule: id@from[/region][/book].
func (r Rule) Version() string {
	s := r.ID + "@" + r.From.String()
	for _, part := range []string{r.Region, r.Book} {
		if part != "" {
			s += "/" + part
		}
	}
	return s
}

// InForce reports whether the rule is in force on a day.
func (r Rule) InForce(on calendar.Day) bool { return on >= r.From && (r.To.IsZero() || on <= r.To) }

// Term is the period without extensions.
func (r Rule) Term() calendar.Term { return calendar.Term{N: r.Add, Unit: r.Unit} }

// Excludes reports whether time on a ground is left out of the count. "test_appraisal" (检测、检验、检疫、鉴定) takes in
// "appraisal" (鉴定).
func (r Rule) Excludes(ground string) bool {
	return slices.Contains(r.Excl, ground) || ground == "appraisal" && slices.Contains(r.Excl, "test_appraisal")
}

// Longest is the rule's first n extensions at their maximum. It errs where there are fewer, or one has no fixed length.
func (r Rule) Longest(n int) ([]calendar.Term, error) {
	if n < 0 || n > len(r.Ext) {
		return nil, fmt.Errorf("%s allows %d extensions, not %d (%s)", r.ID, len(r.Ext), n, r.Cite.EN)
	}
	out := make([]calendar.Term, n)
	for i, e := range r.Ext[:n] {
		if e.Free {
			return nil, fmt.Errorf("extension %d of %s has no fixed length: the approval sets it (%s)", i+1, r.ID, r.Cite.EN)
		}
		out[i] = calendar.Term{N: e.Max, Unit: e.Unit}
	}
	return out, nil
}

// CheckExtensions errs unless the terms are permitted extensions of the rule, in their order.
func (r Rule) CheckExtensions(terms []calendar.Term) error {
	if len(terms) > len(r.Ext) {
		return fmt.Errorf("%s allows %d extensions, not %d (%s)", r.ID, len(r.Ext), len(terms), r.Cite.EN)
	}
	for i, t := range terms {
		e := r.Ext[i]
		if t.Unit != e.Unit || t.N < 1 || !e.Free && t.N > e.Max {
			return fmt.Errorf("extension %d of %s is at most %d %s, not %d %s (%s)", i+1, r.ID, e.Max, e.Unit, t.N, t.Unit, r.Cite.EN)
		}
	}
	return nil
}

// length is about how many calendar days the period takes, to tell the shorter of two rules.
func (r Rule) length() float64 {
	n := float64(r.Add)
	switch r.Unit {
	case calendar.WD:
		return n * 7 / 5
	case calendar.MO:
		return n * 365 / 12
	case calendar.H:
		return n / 24
	}
	return n
}

// Instrument is a law or rule the periods come from.
type Instrument struct {
	ID     string       `yaml:"id" json:"id"`
	Name   Text         `yaml:"name" json:"name"`
	Number string       `yaml:"number" json:"number,omitempty"` // 国家知识产权局令第71号
	From   calendar.Day `yaml:"from" json:"from,omitempty"`
	To     calendar.Day `yaml:"to" json:"to,omitempty"`
	Note   Text         `yaml:"note" json:"note,omitzero"`
	Mark   string       `yaml:"mark" json:"mark"` // how sure the dates are
}

// Fine is the cap on the fine for counterfeiting a patent, by the day the act ended.
type Fine struct {
	ID         string       `yaml:"id" json:"id"`
	Instrument string       `yaml:"instrument" json:"instrument"`
	Article    string       `yaml:"article" json:"article"`
	Cite       Text         `yaml:"cite" json:"cite"`
	From       calendar.Day `yaml:"from" json:"from,omitempty"`
	To         calendar.Day `yaml:"to" json:"to,omitempty"`
	Times      int64        `yaml:"times" json:"times"`           // × illegal income …
	AboveYuan  int64        `yaml:"above_yuan" json:"above_yuan"` // … where that is above this
	ElseYuan   int64        `yaml:"else_yuan" json:"else_yuan"`   // otherwise this sum
	Note       Text         `yaml:"note" json:"note,omitzero"`
	Mark       string       `yaml:"mark" json:"mark"`

	File string `yaml:"-" json:"-"`
	Line int    `yaml:"-" json:"-"`
}
