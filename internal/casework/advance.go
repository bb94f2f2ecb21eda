package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// Advance takes a step of a case. It is the only writer of a state.
//
// In this order: the case within the person's scope (NotFound), the right (Forbidden), the version the person saw and the
// step open from this state (Conflict), the part and the four eyes (Forbidden), what the step needs and what was given (Invalid); then the
// state by compare-and-set, the step's row, clocks, document and log line, all in one transaction.
func (d *Docket) Advance(ctx context.Context, by access.Actor, id, step string, version int64, in Input) (f *File, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		f, err = d.AdvanceTx(tx, by, id, step, version, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// AdvanceTx is Advance in the caller's transaction. The File it gives is the case as it was before the step, with the
// new state, version and step.
func (d *Docket) AdvanceTx(tx *store.Tx, by access.Actor, id, name string, version int64, in Input) (*File, error) {
	f, s, err := d.mayAdvance(tx, by, id, name, version, &in)
	if err != nil {
		return nil, err
	}
	return f, d.take(tx, by, f, s, in)
}

// OfferTx is AdvanceTx for a step that another act brings with it: where it cannot be taken nothing is written, and because says why.
func (d *Docket) OfferTx(tx *store.Tx, by access.Actor, id, name string, version int64, in Input) (because *errs.Error, err error) {
	f, s, err := d.mayAdvance(tx, by, id, name, version, &in)
	if because = errs.As(err); because != nil || err != nil {
		return because, err
	}
	return nil, d.take(tx, by, f, s, in)
}

// mayAdvance is every check of a step before anything is written.
func (d *Docket) mayAdvance(tx *store.Tx, by access.Actor, id, name string, version int64, in *Input) (*File, *Step, error) {
	if err := tx.Lock("cases", id); err != nil {
		return nil, nil, err
	}
	today := calendar.DayOf(tx.Now)
	f, err := d.load(tx.DB, by, id, today)
	if err != nil {
		return nil, nil, err
	}
	s := d.procedures[f.Kind].Step(name)
	if s == nil {
		return nil, nil, d.denied(f, name)
	}
	if !f.InTrack(in.Track) {
		return nil, nil, errs.New(errs.NotFound, "error.no_such_step")
	}
	if err := d.guard.Allow(by, s.Action, d.OfficeFor(f, s)); err != nil {
		return nil, nil, refusal(err, f.ID)
	}
	if version != f.Version {
		return nil, nil, d.stale(f)
	}
	n, err := d.Open(by, f, name)
	if err != nil {
		return nil, nil, err
	}
	if len(n.Missing) > 0 {
		return nil, nil, &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.step_needs"), Missing: n.Missing}
	}
	if err := s.validate(f, in, d.law(), today, d.holder(f)); err != nil {
		return nil, nil, err
	}
	if d.screen != nil {
		if err := d.screen(tx, f.LeadID, append(slices.Collect(maps.Values(in.Fields)), in.Note)...); err != nil {
			return nil, nil, err
		}
	}
	return f, s, nil
}

// law is what the checks of a table may ask.
func (d *Docket) law() Law { return Law{d.clocks.Rules(), d.clocks.Days(), d.formula} }

// stepKey is the sentence of a step's name.
func (d *Docket) stepKey(kind, name string) string {
	if s := d.procedures[kind].Step(name); s != nil {
		return s.Key(kind)
	}
	return "step." + kind + "." + name
}

func (d *Docket) stale(f *File) error {
	if n := len(f.Taken); n > 0 && f.Taken[n-1].Seq == f.Version {
		t := f.Taken[n-1]
		return errs.New(errs.Conflict, "error.stale_step", t.ActorName, t.At, errs.Msg(d.stepKey(f.Kind, t.Step)))
	}
	return errs.New(errs.Conflict, "error.stale", f.UpdatedAt)
}

func names(m []Member) []string {
	var out []string
	for _, x := range m {
		out = append(out, x.Name)
	}
	return out
}

func (d *Docket) take(tx *store.Tx, by access.Actor, f *File, s *Step, in Input) error {
	from := f.cell()
	was, err := f.leaves(tx)
	if err != nil {
		return err
	}
	fromState, fromVersion := f.State, f.Version
	facts := f.Facts
	if s.Track == "" {
		facts = s.Replay(facts, in.Fields)
	}
	to := s.After(f.State)
	set := map[string]any{"state": to, "version": f.Version + 1, "facts": facts, "updated_at": tx.Now}
	if s.Decides {
		f.DecidedOn, f.Outcome, f.FineFen, f.ConfiscatedFen = in.On, cmp.Or(s.Outcome, in.Fields["outcome"]), in.Money("fine"), in.Money("confiscated")
		set["decided_on"], set["outcome"], set["fine_fen"], set["confiscated_fen"] = f.DecidedOn, f.Outcome, f.FineFen, f.ConfiscatedFen
	}
	if s.Reopens {
		f.FirstClosedOn, f.ClosedOn, f.ArchivedOn = cmp.Or(f.FirstClosedOn, f.ClosedOn), 0, 0
		set["first_closed_on"], set["closed_on"], set["archived_on"] = f.FirstClosedOn, f.ClosedOn, f.ArchivedOn
		if s.Undoes {
			f.DecidedOn, f.Outcome, f.FineFen, f.ConfiscatedFen = 0, "", 0, 0
			set["decided_on"], set["outcome"], set["fine_fen"], set["confiscated_fen"] = f.DecidedOn, "", 0, 0
		}
	}
	switch s.To { // a step that stays in its state sets no day
	case Closed:
		f.ClosedOn = in.On
		set["closed_on"] = in.On
	case Archived:
		f.ArchivedOn = in.On
		set["archived_on"] = in.On
	}
	f.State, f.Version, f.Facts = to, f.Version+1, facts
	track, err := d.moveTrack(tx, by, f, s, in)
	if err != nil {
		return err
	}

	var doc *document.Document
	if s.Issues != nil {
		if template := s.Issues(f, in); template != "" {
			if doc, err = d.issue(tx, by, f, s, in, template); err != nil {
				return err
			}
			f.Documents = append(f.Documents, *doc)
		}
	}
	taken := Taken{
		CaseID: f.ID, Seq: f.Version, Step: s.Name, FromState: fromState, ToState: to, OnDay: in.On, At: tx.Now,
		Actor: by.ID, ActorName: by.Name, Note: in.Note, Data: in.Fields, TrackID: track,
	}
	detail := map[string]any{"on": in.On.String(), "from": string(fromState), "to": string(to), "number": f.Number, "version": f.Version}
	if len(in.Fields) > 0 {
		detail["fields"] = in.Fields
	}
	if in.Note != "" {
		detail["note"] = in.Note
	}
	if track != "" {
		detail["track"] = track
	}
	if doc != nil {
		taken.DocumentID = doc.ID
		detail["document"], detail["document_sha256"] = doc.Number, doc.SHA256
	}
	if s.Joins != "" && !f.Is(by.ID, s.Joins) && !by.IsSystem() {
		if err := join(tx, f.ID, by.ID, s.Joins); err != nil {
			return err
		}
		if f.Restricted {
			if err := d.seal(tx, f); err != nil {
				return err
			}
		}
	}
	if s.Into != "" {
		if err := d.joinInto(tx, by, f, in.Fields[s.Into], in.Fields["reasons"]); err != nil {
			return err
		}
	}
	if err := d.besides(tx, f, s, in); err != nil {
		return err
	}
	clocks, err := d.turnClocks(tx, by, f, s, in)
	if err != nil {
		return err
	}
	if len(clocks) > 0 {
		detail["clocks"] = clocks
		if detail["law"], err = d.clocks.LawTx(tx); err != nil {
			return err
		}
	}
	r := tx.Model(&Case{}).Where("id = ? AND state = ? AND version = ?", f.ID, fromState, fromVersion).Updates(set)
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if err := tx.Create(&taken).Error; err != nil {
		return err
	}
	f.Taken = append(f.Taken, taken)
	if err := f.moved(tx, from, was); err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("case.step."+s.Name, f.Jurisdiction, "case:"+f.ID, detail))
}

// cell is the case's cell of the summary.
func (c *Case) cell() tally.Key {
	return tally.Key{Jurisdiction: c.Jurisdiction, Place: c.Place, Kind: c.Kind, Month: c.FiledOn.String()[:7], State: string(c.State), Restricted: c.Restricted}
}

// monthTx is the case's cell of the summary by months.
func (c *Case) monthTx(tx *store.Tx) (tally.Case, error) {
	m := tally.Case{Jurisdiction: c.Jurisdiction, Place: c.Place, Kind: c.Kind, Filed: c.FiledOn.String()[:7], Restricted: c.Restricted, Fine: c.FineFen, Confiscated: c.ConfiscatedFen}
	if c.ClosedOn.IsZero() {
		return m, nil
	}
	m.Closed, m.Days = c.ClosedOn.String()[:7], int64(c.ClosedOn-c.FiledOn)
	var late []bool
	err := tx.Raw("SELECT d.stopped_on > d.watch_on FROM deadlines d WHERE d.subject_id = ? AND d.rule IN ? AND d.stopped_on IS NOT NULL", c.ID, ClosingRules()).Scan(&late).Error
	switch {
	case slices.Contains(late, true):
		m.Timely = "no"
	case len(late) > 0:
		m.Timely = "yes"
	}
	return m, err
}

// leaves takes a case out of what its officers closed before it changes, and gives its cell of the summary by months.
func (c *Case) leaves(tx *store.Tx) (tally.Case, error) {
	was, err := c.monthTx(tx)
	if err == nil && !c.ClosedOn.IsZero() {
		err = tally.Officers(tx, c.ID, -1)
	}
	return was, err
}

// moved brings the summaries up to date with a case that has changed since leaves.
func (c *Case) moved(tx *store.Tx, from tally.Key, was tally.Case) error {
	is, err := c.monthTx(tx)
	if err == nil && !c.ClosedOn.IsZero() {
		err = tally.Officers(tx, c.ID, 1)
	}
	return errors.Join(err, tally.Move(tx, from, c.cell()), tally.MoveCase(tx, was, is))
}

func (c *Case) subject() deadline.Subject {
	return deadline.Subject{Kind: "case", ID: c.ID, Label: c.Number, Title: c.Title, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted}
}

// inHand is the matter as its clocks know it, with the side procedure in hand.
func (f *File) inHand() deadline.Subject {
	s := f.subject()
	if f.Track != nil {
		s.TrackID = f.Track.ID
	}
	return s
}

// turnClocks stops and starts the step's clocks, and tells what it started.
func (d *Docket) turnClocks(tx *store.Tx, by access.Actor, f *File, s *Step, in Input) (map[string]string, error) {
	rules := s.Stops
	if s.StopsBy != nil {
		rules = append(slices.Clone(rules), s.StopsBy(f, in)...)
	}
	if len(rules) > 0 {
		if slices.Contains(rules, "*") {
			rules = nil
		}
		if err := d.clocks.StopTx(tx, f.inHand(), in.On, rules...); err != nil {
			return nil, err
		}
	}
	if err := d.leaveOut(tx, by, f, s, in); err != nil {
		return nil, err
	}
	return d.startClocks(tx, by, f, s.Starts, in)
}

func (d *Docket) startClocks(tx *store.Tx, by access.Actor, f *File, starts []Start, in Input) (map[string]string, error) {
	told := map[string]string{}
	for _, st := range starts {
		if st.When != nil && !st.When(f, in) {
			continue
		}
		day := in.On
		if st.Day != "" {
			if day = in.Day(st.Day); day.IsZero() {
				continue
			}
		}
		basis := deadline.Basis{On: f.FiledOn, Kind: f.Kind, Region: f.Jurisdiction}
		if st.Own {
			basis.On = day
		}
		k, err := d.clocks.StartTx(tx, f.inHand(), st.Rule, day, basis)
		if err != nil {
			return nil, err
		}
		if k == nil {
			continue
		}
		if r, _ := d.clocks.Rule(k); st.over(f, in, r) > 0 {
			if err := d.clocks.ExtendTx(tx, by, f.inHand(), k, st.over(f, in, r), k.StartedOn); err != nil {
				return nil, err
			}
			if k, err = d.clocks.RunningTx(tx, f.inHand(), st.Rule); err != nil {
				return nil, err
			}
		}
		told[st.Rule] = k.WatchOn.String()
	}
	return told, nil
}

// issue makes the step's document.
func (d *Docket) issue(tx *store.Tx, by access.Actor, f *File, s *Step, in Input, template string) (*document.Document, error) {
	data := d.paperData(f, in)
	if f.Track != nil {
		data["开始日期"] = f.Track.OpenedOn.Han()
	}
	if s.Paper != nil {
		for k, v := range s.Paper(f, in, d.say) {
			data[k] = v
		}
	}
	r, ok := d.regions.Get(f.Jurisdiction)
	if !ok {
		return nil, fmt.Errorf("case %s: unknown jurisdiction %s", f.Number, f.Jurisdiction)
	}
	return d.office.IssueTx(tx, document.Issue{
		CaseID: f.ID, Template: template, Kind: f.Kind, Office: d.names.Name(f.Jurisdiction, in.On), Mark: r.Mark, On: in.On, By: by.Name, Data: data,
	})
}

// paperData is what every paper of a case may name, by its Chinese field.
func (d *Docket) paperData(f *File, in Input) map[string]string {
	data := map[string]string{
		"案号": f.Number, "案由": f.Title, "立案日期": f.FiledOn.Han(), "日期": in.On.Han(),
		"机关": d.names.Name(f.Jurisdiction, in.On), "地点": d.regions.Name(f.Place, "zh-CN"),
		"承办人": strings.Join(names(f.Officers()), "、"), "说明": in.Note, "复议机关": d.reconsiders(f.Jurisdiction, in.On),
	}
	for role, field := range map[string]string{"respondent": "当事人", "requester": "请求人"} {
		data[field] = strings.Join(f.PartyNames(role), "、")
		data[field+"详情"] = f.PartyLines(role)
	}
	var patents []string
	for _, p := range f.Patents {
		if p.GoneTo != "" {
			continue
		}
		line := p.Number
		if p.Title != "" {
			line = "“" + p.Title + "”（" + p.Number + "）"
		}
		patents = append(patents, line)
	}
	data["专利"] = strings.Join(patents, "、")
	return data
}

// reconsiders is who reconsiders a decision of an office: the government of its level, and until 2023 the party might also choose the department
// above (Administrative Reconsideration Law 2017 Art. 12, 2023 Art. 24).
func (d *Docket) reconsiders(jurisdiction string, on calendar.Day) string {
	government := d.regions.Name(jurisdiction, "zh-CN") + "人民政府"
	if on < calendar.Date(2024, 1, 1) {
		return government + "或者上一级主管部门"
	}
	return government
}
