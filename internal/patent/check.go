package patent

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
)

// CheckMarking judges one mark by the decision table: top-down, for each number in the text the first row that holds; what is
// wrong with the form of a valid mark may be several things, and a match that is unclear stands beside what else is found. A
// clean mark is OK. It suggests: an officer confirms or overrules.
//
// It knows no clock: a mark is judged by the day of the goods, then by the day they were sold or seen; without both, by the law
// of now and by the register's word.
func CheckMarking(f Facts) Result {
	l := readLabel(f.Text)
	rows := table()
	r := decide(f, l, rows, true)
	r.Unless = changes(f, l, rows, r)
	r.Warnings = warnings(f, l)
	r.Rules = Rules
	return r
}

// Numbers are the numbers of a mark as far as they can be read, in order: what to look up before the check.
func Numbers(text string) []Number {
	var out []Number
	for _, s := range findSpots(text) {
		if s.m.read && !slices.Contains(out, s.m.number) {
			out = append(out, s.m.number)
		}
	}
	return out
}

// judge is one number of a mark being judged.
type judge struct {
	f    Facts
	l    label
	m    mark
	reg  Register
	out  []Finding
	rows []row

	words bool
}

// decide is the answer without what would change it; without the words, where only the rows are asked for.
func decide(f Facts, l label, rows []row, words bool) Result {
	r := Result{Result: OK, Findings: []Finding{}, Unless: []Unless{}}
	j := judge{f: f, l: l, rows: rows, words: words}
	if f.ForgedPaper {
		j.add(rowForged)
		r.Findings = append(r.Findings, j.out...)
	}
	for i, m := range l.marks {
		j := judge{f: f, l: l, m: m, rows: rows, words: words}
		j.reg = j.look(i)
		j.decide()
		r.Findings = append(r.Findings, j.out...)
	}
	sold := false
	for _, x := range r.Findings {
		if x.Result.weight() > r.Result.weight() {
			r.Result = x.Result
		}
		sold = sold || x.Limb == "L2"
	}
	if sold && isTrue(f.Unaware) && isTrue(f.LawfulSource) {
		r.Outcome = StopSaleOnly
	}
	return r
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

// look is what the register says of the i-th number: the record of that number; else, for the first number or none, the record that
// was given, which the number may have been meant to be.
func (j *judge) look(i int) Register {
	list := j.f.Others
	if j.f.Register != nil {
		list = append([]Register{*j.f.Register}, list...)
	}
	for _, r := range list {
		if n, err := Parse(r.Number); err == nil && j.m.read && n.Key() == j.m.number.Key() {
			return r
		}
	}
	if i == 0 && j.f.Register != nil {
		return *j.f.Register
	}
	return Register{}
}

// differs says whether the register's record is of another number than the printed one.
func (j *judge) differs() bool {
	n, err := Parse(j.reg.Number)
	return j.m.read && err == nil && n.Key() != j.m.number.Key()
}

// typ is the type by the register, else by the number.
func (j *judge) typ() Type {
	if j.reg.Type != "" {
		return j.reg.Type
	}
	if n, err := Parse(j.reg.Number); err == nil {
		return n.Type()
	}
	return j.m.number.Type()
}

// end is the day on which the right came to its end: the register's, else the end of the term.
func (j *judge) end() calendar.Day {
	switch s := j.reg.Status; {
	case s.Standing() == InForce, s == Expired && j.reg.EndedOn.IsZero():
		return TermEnd(j.typ(), j.reg.FiledOn)
	case s.Standing() == Ended:
		return j.reg.EndedOn
	}
	return 0
}

// on is the day of the act, for the law in force then: the maker's marking, the seller's sale, what stands on a page or in a paper.
func (j *judge) on() calendar.Day {
	f := j.f
	if f.Role == Seller || f.material() {
		return f.SoldOn
	}
	if !f.ProducedOn.IsZero() {
		return f.ProducedOn
	}
	return f.SoldOn
}

// marked is the day on which the mark was made or seen: the goods' day, for pages and advertisements the day they were seen.
func (j *judge) marked() calendar.Day {
	if j.f.material() && (j.f.Medium != Manual || j.f.ProducedOn.IsZero()) {
		return j.f.SoldOn
	}
	return j.f.ProducedOn
}

// standing is what the right was when the mark was made or, for goods, is since.
func (j *judge) standing() Standing {
	s, day, end := j.reg.Status.Standing(), j.marked(), j.end()
	sold := j.f.SoldOn
	granted := j.reg.GrantedOn
	if (s == InForce || s == Ended) && !day.IsZero() && !granted.IsZero() && day < granted {
		return Pending
	}
	if s == Never && j.m.applicationOnly() && !day.IsZero() && !j.reg.EndedOn.IsZero() && day < j.reg.EndedOn {
		return Pending // the application mark was right when it was made
	}
	if end.IsZero() {
		return s
	}
	latest := max(day, sold)
	switch {
	case s == InForce && latest >= end:
		return Ended // the register's word is older than the end of the term
	case s == Ended && !latest.IsZero() && latest < end && (!sold.IsZero() || j.f.material()):
		return InForce // made and sold, or seen, while it was in force
	}
	return s
}

// decide tries the rows from the top.
func (j *judge) decide() {
	m, f, reg := j.m, j.f, j.reg
	if j.l.foreign && !m.read && !m.written {
		if !j.l.foreignNamed {
			j.add(rowForeign)
		}
		return
	}
	if m.silent() || m.weak && !m.written && !m.patent && !m.applied && !isTrue(reg.Found) {
		return
	}
	absent := isFalse(reg.Found) || reg.Status == NotFound
	found := isTrue(reg.Found) && !absent
	wrong := m.written && (!m.read || m.number.HasCheck && !m.number.ValidCheck() || found && j.differs())
	switch own := found && reg.Status.Standing() == InForce && !isFalse(f.Permission); {
	case (wrong || absent) && isTrue(f.ShowsValidOwnPatent), wrong && own && !j.differs():
		j.add(rowMiswritten)
		if own && !absent && !j.differs() {
			j.form()
		}
		return
	case absent, m.written && !m.read && !found:
		j.add(rowNoSuch)
		return
	case isFalse(f.Permission) && m.written:
		j.add(rowAnothers)
		return
	case isFalse(f.Permission):
		j.add(rowNoSuch)
		return
	case !found && isTrue(f.ShowsValidOwnPatent) && !m.written:
		j.add(rowElements)
		return
	case !found && isFalse(f.ShowsValidOwnPatent) && !m.written && m.patent:
		j.add(rowNoSuch)
		return
	case !found && !m.written && reg.Number == "":
		j.add(rowNothing)
		return
	case !found, j.differs(), reg.Status.Standing() == Unclear:
		j.add(rowUnknown)
		return
	case f.Matches == No && !m.applicationOnly():
		j.add(rowNotSubject)
		return
	}
	if f.Matches == NotSure || f.Matches == No {
		j.add(rowCompare)
	}
	j.status()
}

// status judges by the standing of the right, rows 6 to 21.
func (j *judge) status() {
	m, end, made := j.m, j.end(), j.f.ProducedOn
	complete := m.read && (!m.number.HasCheck || m.number.ValidCheck()) && m.applied && m.ungranted && m.names(j.typ())
	switch j.standing() {
	case Pending:
		switch {
		case m.patent:
			j.add(rowPending)
		case complete:
			j.fine(rowApplied)
		default:
			j.add(rowIncomplete)
		}
	case Never:
		if m.patent {
			j.add(rowNever)
		} else {
			j.add(rowStale)
		}
	case Ended:
		switch {
		case m.applicationOnly():
			j.add(rowStale)
		case j.f.material() && j.reg.AvoidDouble:
			j.add(rowDouble)
		case j.f.material():
			j.add(rowClaimed)
		case made.IsZero() || end.IsZero():
			j.add(rowUndated)
		case made < end:
			j.fine(rowEarlier)
		default:
			j.add(rowEnded)
		}
	case InForce:
		j.form()
		j.fine(rowRight)
	}
}

// fine notes that nothing is wrong, where nothing was found before.
func (j *judge) fine(id string) {
	if len(j.out) == 0 {
		j.add(id)
	}
}

// form judges the form of a valid mark, rows 16 to 20.
func (j *judge) form() {
	m, t := j.m, j.typ()
	if len(m.types) == 0 || !m.written || !m.patent && m.applicationOnly() {
		j.add(rowElements)
	}
	if len(m.types) > 0 && t != "" && !m.names(t) {
		j.add(rowType)
	}
	if j.stranger() {
		j.add(rowNoRight)
	}
	if j.reg.Method && !m.method {
		j.add(rowMethod)
	}
}

// stranger says whether the party is known by name, nobody has shown a permission, and the register names others.
func (j *judge) stranger() bool {
	if strings.TrimSpace(j.f.Party) == "" || j.f.Permission != nil || len(j.reg.Patentees) == 0 || j.f.Role == Seller || j.f.Role == Advertiser {
		return false
	}
	return !slices.ContainsFunc(append(slices.Clone(j.reg.Patentees), j.reg.Licensees...), func(s string) bool { return plain(s) == plain(j.f.Party) })
}

// add notes that a row holds.
func (j *judge) add(id string) {
	i := slices.IndexFunc(j.rows, func(r row) bool { return r.id == id })
	r := j.rows[i]
	x := Finding{Row: strings.TrimRight(r.id, "?"), Result: r.result, Limb: r.limb[0], Number: j.number()}
	if j.f.material() {
		x.Limb = r.limb[1]
	}
	if j.words {
		j.tell(&x, r)
	}
	j.out = append(j.out, x)
	if j.f.Role == Seller && x.Result == Suspect && strings.HasPrefix(x.Limb, "L1") {
		j.sold(x)
	}
}

// tell puts a finding into words.
func (j *judge) tell(x *Finding, r row) {
	on := j.on()
	limb := x.Limb
	if limb == "" && j.f.material() {
		limb = "L3a"
	}
	x.Cite = cite(r.cite, limb, on)
	x.Reason = j.fill(r.reason)
	switch {
	case x.Result == Suspect:
		o := Order(x.Limb)
		if j.f.Medium == Web && (on.IsZero() || on >= order71()) {
			p := Order("platform")
			o = Text{o.ZH + p.ZH, o.EN + " " + p.EN}
		}
		x.Order = &o
	case r.order.ZH != "":
		x.Order = &r.order
	}
}

// sold adds the seller's own act to a finding of the maker's.
func (j *judge) sold(of Finding) {
	if !j.words {
		j.out = append(j.out, Finding{Row: of.Row, Result: Suspect, Limb: "L2"})
		return
	}
	i := slices.IndexFunc(j.rows, func(r row) bool { return r.id == rowSold })
	o := Order("L2")
	x := Finding{Row: of.Row, Result: Suspect, Limb: "L2", Number: of.Number, Cite: cite("act2", "L2", j.on()), Reason: j.rows[i].reason, Order: &o}
	if isTrue(j.f.Unaware) && isTrue(j.f.LawfulSource) {
		on := j.on()
		c, add := cite("act2", "L2", on), Text{"当事人不知道是假冒专利的产品且能证明合法来源：责令停止销售；现行规定未再写明免除罚款，当事人足以证明没有主观过错的，依照《行政处罚法》第三十三条第二款不予处罚。", " It did not know and proves a lawful source: order to stop selling; the rules no longer exempt it from the fine, but proven absence of fault means no penalty (Penalty Law Art. 33(2))."}
		para := Text{"《专利法实施细则》（2023年修订）第一百零一条第三款；《行政处罚法》第三十三条第二款", "Implementing Rules of the Patent Law (2023) Art. 101(3); Administrative Penalty Law Art. 33(2)"}
		if !on.IsZero() && on < newRules() {
			add = Text{"当事人不知道是假冒专利的产品且能证明合法来源：责令停止销售，免除罚款。", " It did not know and proves a lawful source: order to stop selling, no fine."}
			para = Text{"《专利法实施细则》（2010年修订）第八十四条第三款", "Implementing Rules of the Patent Law (2010) Art. 84(3)"}
		}
		x.Cite = Cite{c.ZH + "；" + para.ZH, c.EN + "; " + para.EN}
		x.Reason = Text{x.Reason.ZH + add.ZH, x.Reason.EN + add.EN}
	}
	j.out = append(j.out, x)
}

// number is the number as a finding names it: as it is read, else as it is printed, else the register's.
func (j *judge) number() string {
	switch {
	case j.m.read:
		return j.m.number.String()
	case j.m.written:
		return strings.TrimSpace(j.m.raw)
	}
	return j.reg.Number
}

// fill puts the facts into a reason.
func (j *judge) fill(t Text) Text {
	put := func(key string, v, other Text) {
		if !strings.Contains(t.ZH, key) {
			return
		}
		if v.ZH == "" {
			v = other
		}
		t = Text{strings.ReplaceAll(t.ZH, key, v.ZH), strings.ReplaceAll(t.EN, key, v.EN)}
	}
	same := func(s string) Text { return Text{s, s} }
	var says Text
	for i, x := range j.m.types {
		n := typeName(x)
		if i > 0 {
			says = Text{says.ZH + "、", says.EN + ", "}
		}
		says = Text{says.ZH + n.ZH, says.EN + n.EN}
	}
	unknown := Text{"日期不明", "day unknown"}
	put("{end}", same(j.end().String()), unknown)
	put("{made}", same(j.marked().String()), unknown)
	put("{says}", says, Text{"无", "none"})
	put("{type}", typeName(j.typ()), Text{})
	put("{number}", same(j.number()), Text{"未标注专利号", "no number printed"})
	return t
}

// warnings are what looks odd about the numbers and decides nothing.
func warnings(f Facts, l label) []Text {
	var out []Text
	for _, m := range l.marks {
		if !m.read {
			continue
		}
		s := m.number.String()
		switch {
		case !m.number.HasCheck:
			out = append(out, Text{"专利号" + s + "未标注校验位。", "The number " + s + " has no check digit."})
		case !m.number.ValidCheck():
			c := string(CheckDigit(m.number.Digits))
			out = append(out, Text{"专利号" + s + "的校验位应为" + c + "。", "The check digit of " + s + " should be " + c + "."})
		}
	}
	if r := f.Register; r != nil && r.Status.Standing() == InForce && r.EndedOn.IsZero() {
		j := judge{f: f, reg: *r}
		if end := j.end(); !end.IsZero() && !r.StatusAsOf.IsZero() && r.StatusAsOf >= end {
			out = append(out, Text{"按申请日计算，期限已于" + end.String() + "届满，与登记状态不符。", "By its filing day the term ended on " + end.String() + ", which the status does not say."})
		}
	}
	return out
}
