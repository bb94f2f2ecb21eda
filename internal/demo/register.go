package demo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
)

// keepRegister brings two extracts of the invented patents into the register, the second with some that have ended meanwhile, and checks some
// marks between them. It has a chance of its own, as the tasks have.
func (w *world) keepRegister(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(3305, 84))
	var rows []struct{ Number, Key, Type, Title, Patentee string }
	err := w.DB.Read(ctx).Raw("SELECT number, key, type, title, patentee FROM case_patents ORDER BY key, id").Scan(&rows).Error
	if err != nil {
		return err
	}
	officer, err := w.Users.ByUsername(ctx, "officer")
	if err != nil {
		return err
	}
	by, end := officer.Actor(), min(w.end, calendar.DayOf(w.DB.Now()))
	const head = "专利号,专利类型,名称,专利权人,法律状态,申请日,授权公告日,终止日,终止原因\n"
	var before, after strings.Builder
	before.WriteString(head)
	after.WriteString(head)
	seen := map[string]bool{}
	var numbers []patent.Number
	var lapse []func(*strings.Builder) // the line of each number with its fee unpaid; nil where it has ended
	var lines []string
	for _, r := range rows {
		n, err := patent.Parse(r.Number)
		if err != nil || seen[r.Key] || n.Year() > end.Year()-1 {
			continue
		}
		seen[r.Key] = true
		numbers = append(numbers, n)
		filed := calendar.Date(n.Year(), 1, 5).AddDays(rng.IntN(340))
		granted := filed.AddMonths(7 + rng.IntN(5))
		status, ended, why := "专利权维持", patent.TermEnd(n.Type(), filed), ""
		if ended <= end {
			status, why = "期限届满", "期限届满"
		} else {
			ended = 0
		}
		title := cmp.Or(r.Title, "一种"+w.pick(w.goods.Retail))
		line := func(b *strings.Builder) {
			fmt.Fprintf(b, "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", n, n.Type(), title, r.Patentee, status, filed, granted, ended, why)
		}
		line(&before)
		running := ended.IsZero()
		unpaid := func(b *strings.Builder) {
			status, ended, why = "未缴年费终止", end.AddMonths(-2), "未缴年费"
			line(b)
		}
		var now strings.Builder
		if running && rng.IntN(12) == 0 {
			unpaid(&now)
		} else {
			line(&now)
		}
		lines = append(lines, now.String())
		if !running {
			unpaid = nil
		}
		lapse = append(lapse, unpaid)
	}
	marked := func(i int) int { return len(numbers) - 1 - i*3%len(numbers) }
	for i, found := 0, 0; i < min(14, len(numbers)) && found < 2; i++ { // two of the marks that are checked between the extracts are to be looked at again
		if at := marked(i); lapse[at] != nil {
			var now strings.Builder
			lapse[at](&now)
			lines[at] = now.String()
			found++
		}
	}
	after.WriteString(strings.Join(lines, ""))
	if len(numbers) == 0 {
		return nil
	}
	bring := func(name string, text string, asOf calendar.Day) error {
		im, err := w.Register.Upload(ctx, by, "", name, strings.NewReader(text))
		if err == nil {
			err = w.Register.Read(ctx, by, im.ID, im.Version, im.Chosen(), asOf)
		}
		if err == nil {
			err = w.Register.Work(ctx)
		}
		if err == nil {
			if im, err = w.Register.Import(ctx, by, im.ID); err == nil {
				err = cmp.Or(w.Register.Apply(ctx, by, im.ID, im.Version), w.Register.Work(ctx))
			}
		}
		if err != nil {
			return fmt.Errorf("demonstration office, register: %w", err)
		}
		return nil
	}
	if err := bring("专利登记簿（虚构）"+end.AddMonths(-3).String()+".csv", before.String(), end.AddMonths(-3)); err != nil {
		return err
	}
	for i := range min(14, len(numbers)) {
		n := numbers[marked(i)]
		if err := w.checkMark(ctx, rng, by, n, end, i); err != nil {
			return fmt.Errorf("demonstration office, mark check: %w", err)
		}
	}
	return bring("专利登记簿（虚构）"+end.String()+".csv", after.String(), end)
}

// checkMark checks the i-th mark, as it could stand on goods in a shop, and decides on most.
func (w *world) checkMark(ctx context.Context, rng *rand.Rand, by access.Actor, n patent.Number, end calendar.Day, i int) error {
	word := map[patent.Type]string{patent.Invention: "中国发明专利", patent.UtilityModel: "中国实用新型专利", patent.Design: "中国外观设计专利"}[n.Type()]
	texts := []string{word + " " + n.Normal(), "专利产品 仿冒必究 " + n.Normal(), "中国发明专利 " + n.Normal(), "专利申请号：" + n.Application(), word + " ZL" + n.Key() + ".0"}
	media := []string{patent.Product, patent.Packaging, patent.Web, patent.Manual}
	f := patent.Facts{Medium: media[i%len(media)], Role: patent.Seller, Product: w.pick(w.goods.Retail), Text: texts[i%len(texts)], Matches: patent.Yes,
		ProducedOn: end.AddMonths(-6 - rng.IntN(30)), SoldOn: end.AddDays(-rng.IntN(20))}
	if i%5 == 3 {
		f.Matches, f.ProducedOn = patent.NotSure, 0
	}
	c, err := w.Register.CheckMark(ctx, by, registry.MarkInput{Jurisdiction: "330500", Facts: f})
	if err != nil || i%3 == 2 || c.Result == patent.Check {
		return err
	}
	verdict, why := c.Result, ""
	if i%7 == 3 && verdict != patent.Defect {
		verdict, why = patent.Defect, w.say("mark.why", nil)
	}
	return w.Register.Decide(ctx, by, c.ID, c.Version, verdict, why)
}
