package patent

import "huzhi/internal/calendar"

// change is a fact that may turn out otherwise.
type change struct {
	text Text
	make func(f *Facts, l *label)
	fits bool
}

// changes tries what may turn out otherwise and keeps what changes the answer.
func changes(f Facts, l label, rows []row, now Result) []Unless {
	if len(now.Findings) == 0 {
		return []Unless{}
	}
	out := []Unless{}
	for _, c := range possible(f) {
		if !c.fits {
			continue
		}
		g, k := f, l
		if f.Register != nil {
			r := *f.Register
			g.Register = &r
		}
		k.marks = append([]mark(nil), l.marks...)
		c.make(&g, &k)
		then := decide(g, k, rows, false)
		if len(then.Findings) == 0 || then.Result == now.Result && then.Outcome == now.Outcome && then.Findings[0].Row == now.Findings[0].Row {
			continue
		}
		first := then.Findings[0]
		for _, x := range then.Findings {
			if x.Result.weight() > first.Result.weight() {
				first = x
			}
		}
		says := short(first, then.Outcome)
		out = append(out, Unless{Text{c.text.ZH + " → " + says.ZH, c.text.EN + " → " + says.EN}, first.Row, then.Result})
	}
	return out
}

// short is an answer in a few words.
func short(x Finding, outcome string) Text {
	if outcome == StopSaleOnly {
		return Text{"责令停止销售", "order to stop selling only"}
	}
	if x.Row == rowEarlier {
		return Text{"此前依法标注，不属于假冒", "lawful earlier mark"}
	}
	t := map[Verdict]Text{OK: {"合规", "in order"}, Defect: {"标注不规范，责令改正", "marking defect, order to correct"}, Check: {"需核查", "to be checked"}, Suspect: {"涉嫌假冒专利", "suspected counterfeit"}}[x.Result]
	limb, en := "", ""
	if x.Limb != "" {
		limb, en = "，"+x.Limb, ", "+x.Limb
	}
	return Text{t.ZH + "（第" + x.Row + "行" + limb + "）", t.EN + " (row " + x.Row + en + ")"}
}

func possible(f Facts) []change {
	t, no := true, false
	var end, granted calendar.Day
	found, over := false, false
	if r := f.Register; r != nil {
		j := judge{f: f, reg: *r}
		end, granted, found = j.end(), r.GrantedOn, isTrue(r.Found)
		over = r.Status.Standing() == Ended || max(f.ProducedOn, f.SoldOn) >= end // else the end of the term lies ahead
	}
	goods := !f.material()
	day := func(d calendar.Day) string { return d.String() }
	return []change{
		{Text{"制造日期早于" + day(end), "production date before " + day(end)}, func(f *Facts, _ *label) { f.ProducedOn = end.AddDays(-1) }, goods && over && !end.IsZero() && (f.ProducedOn.IsZero() || f.ProducedOn >= end)},
		{Text{"制造日期不早于" + day(end), "production date on or after " + day(end)}, func(f *Facts, _ *label) {
			f.ProducedOn = end
			f.SoldOn = max(f.SoldOn, end)
		}, goods && over && !end.IsZero() && f.ProducedOn < end},
		{Text{"制造日期早于授权日" + day(granted), "production date before the grant on " + day(granted)}, func(f *Facts, _ *label) { f.ProducedOn = granted.AddDays(-1) }, goods && !granted.IsZero() && f.ProducedOn.IsZero()},
		{Text{"制造日期不早于授权日" + day(granted), "production date on or after the grant on " + day(granted)}, func(f *Facts, _ *label) {
			f.ProducedOn = granted
			f.SoldOn = max(f.SoldOn, granted)
		}, goods && !granted.IsZero() && !f.ProducedOn.IsZero() && f.ProducedOn < granted},
		{Text{"证明既非本人专利也未获许可", "shown to be neither its own nor licensed"}, func(f *Facts, _ *label) { f.Permission = &no }, f.Permission == nil},
		{Text{"出示许可", "a permission is shown"}, func(f *Facts, _ *label) { f.Permission = &t }, f.Permission == nil || !*f.Permission},
		{Text{"出示覆盖该产品的本人或者被许可的有效专利", "the party shows a valid patent of its own or licensed that covers the product"}, func(f *Facts, _ *label) { f.ShowsValidOwnPatent = &t }, !isTrue(f.ShowsValidOwnPatent)},
		{Text{"官方登记簿中没有该号码", "the official register has no such number"}, func(f *Facts, _ *label) {
			if f.Register == nil {
				f.Register = &Register{}
			}
			f.Register.Found = &no
		}, !found && (f.Register == nil || f.Register.Found == nil)},
		{Text{"产品属于该专利的保护对象", "the product is the patent's subject"}, func(f *Facts, _ *label) { f.Matches = Yes }, f.Matches == No || f.Matches == NotSure},
		{Text{"产品明显不是该专利的保护对象", "the product is plainly not the patent's subject"}, func(f *Facts, _ *label) { f.Matches = No }, f.Matches != No},
		{Text{"证书等文件经查并非伪造、变造", "the papers turn out to be genuine"}, func(f *Facts, _ *label) { f.ForgedPaper = false }, f.ForgedPaper},
		{Text{"不知情且合法来源均得到证明", "not knowing and lawful source both proven"}, func(f *Facts, _ *label) { f.Unaware, f.LawfulSource = &t, &t }, !isTrue(f.Unaware) || !isTrue(f.LawfulSource)},
		{Text{"标识仅写专利申请的类别、申请号和“专利申请，尚未授权”", "the mark says only the type and number of the application and 专利申请，尚未授权"}, func(f *Facts, l *label) {
			for i := range l.marks {
				j := judge{f: *f, m: l.marks[i]}
				if f.Register != nil {
					j.reg = *f.Register
				}
				m := &l.marks[i]
				m.patent, m.applied, m.ungranted, m.types = false, true, true, []Type{j.typ()}
			}
		}, found && f.Register.Status.Standing() == Pending},
	}
}
