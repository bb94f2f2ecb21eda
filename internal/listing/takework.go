package listing

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/platform"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// takePiece is how many rows one transaction writes.
const takePiece = 250

// errElsewhere says that another process is at the same work.
var errElsewhere = errors.New("listing: another process is at it")

// Fields are what a column of a take can be, in the order of the form.
func Fields() []string {
	return []string{"url", "title", "shop", "shop_id", "seller", "credit_code", "seller_at", "price", "sales", "stock", "mark_seen", "patent_no", "patent_type", "claimant", "suspected_kind", "found_on", "place", "platform", "picture"}
}

// Needed says whether a file must have the field.
func Needed(field string) bool { return field == "url" }

// words are how the heads of files call a field.
func words(field string) []string {
	return map[string][]string{
		"url":            {"链接", "商品链接", "网址", "商品网址", "url", "link", "商品url", "商品地址", "链接地址", "address"},
		"title":          {"标题", "商品标题", "商品名称", "名称", "title", "name"},
		"shop":           {"店铺", "店铺名称", "店名", "shop", "shopname", "卖家店铺"},
		"shop_id":        {"店铺id", "店铺编号", "shopid"},
		"seller":         {"卖家", "卖家名称", "经营者", "经营者名称", "seller", "商家", "商家名称"},
		"credit_code":    {"统一社会信用代码", "信用代码", "creditcode"},
		"seller_at":      {"卖家所在地", "所在地", "卖家地区", "sellerat", "sellerregion"},
		"price":          {"价格", "单价", "售价", "price", "价格元"},
		"sales":          {"销量", "月销量", "sales", "月销"},
		"stock":          {"库存", "stock"},
		"mark_seen":      {"专利标识", "标识", "标注内容", "标识内容", "mark", "markseen"},
		"patent_no":      {"专利号", "涉案专利号", "patentno", "patentnumber"},
		"patent_type":    {"专利类型", "patenttype"},
		"claimant":       {"权利人", "专利权人", "投诉人", "claimant", "patentee"},
		"suspected_kind": {"涉嫌类型", "类型", "suspected", "suspectedkind"},
		"found_on":       {"发现日期", "发现日", "日期", "foundon", "date"},
		"place":          {"行为发生地", "县区", "区县", "place", "county"},
		"platform":       {"平台", "电商平台", "platform"},
		"picture":        {"主图哈希", "图片哈希", "picture", "picturesha256"},
	}[field]
}

// heads reads the heads and the first rows, and finds which column is which field: as it was said of such heads before, or by its words.
func (l *Ledger) heads(ctx context.Context, t *Take) error {
	s, err := l.openTake(t)
	if err != nil {
		return err
	}
	if t.Encoding != Pasted {
		t.Encoding = s.Encoding
	}
	t.Header, t.Columns = pack(s.Header), pack(sheet.Guess(s.Header, Fields(), words))
	rows, err := s.Sample(5)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	t.Sample = pack(rows)
	var known []string
	if err := l.db.Read(ctx).Raw("SELECT columns FROM listing_columns WHERE header = ?", t.Header).Scan(&known).Error; err != nil {
		return errors.Join(err, s.Close())
	}
	if len(known) > 0 {
		t.Columns = known[0]
	}
	return s.Close()
}

// readKnown reads the file where its columns are known.
func (l *Ledger) readKnown(ctx context.Context, by access.Actor, t *Take) ([]TakeRow, error) {
	if _, known := t.Chosen()["url"]; !known {
		return nil, nil
	}
	rows, err := l.readRows(ctx, by, t)
	t.State = TakeReady
	return rows, err
}

// readRows reads the file of a take whole, judges each row, and counts. Nothing is written.
func (l *Ledger) readRows(ctx context.Context, by access.Actor, t *Take) ([]TakeRow, error) {
	s, err := l.openTake(t)
	if err != nil {
		return nil, err
	}
	columns, given, today := t.Chosen(), t.Holds(), calendar.DayOf(l.db.Now())
	places := map[string]string{}
	for _, r := range l.regions.All() {
		places[r.Code], places[r.Name("zh-CN")] = r.Code, r.Code
	}
	var rows []TakeRow
	seen := map[string]int64{}
	t.Rows, t.Fresh, t.Twice, t.Relisted, t.Bad = 0, 0, 0, 0, 0
	err = s.Each(ctx, func(r sheet.Row) error {
		t.Rows++
		row := TakeRow{TakeID: t.ID, Line: r.Line, State: RowFresh}
		in, wrong := l.readRow(columns, r, given, places, t.Jurisdiction, today)
		if wrong != nil {
			t.Bad++
			row.State, row.Fault = RowBad, pack(wrong)
			if r.Fault == nil {
				row.Data = pack(NewListing{URL: sheet.Cut(columns.Cell(r, "url"), 300)})
			}
			rows = append(rows, row)
			return nil
		}
		row.Canonical, row.Data = in.read.Canonical, pack(in)
		if at, twice := seen[row.Canonical]; twice {
			t.Twice++
			row.State, row.Fault = RowTwice, pack(sheet.Wrong{Line: r.Line, Field: "url", Key: "listing.take.twice", Args: []any{strconv.FormatInt(at, 10)}})
		} else {
			seen[row.Canonical] = r.Line
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return rows, l.compare(ctx, by, t, rows)
}

// compare holds the rows against what the office has: the same address, or the same goods of the same shop.
func (l *Ledger) compare(ctx context.Context, by access.Actor, t *Take, rows []TakeRow) error {
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	q := l.db.Read(ctx)
	for part := range slices.Chunk(rows, 400) {
		var keys, titles []string
		for _, r := range part {
			if r.State == RowFresh {
				keys = append(keys, r.Canonical)
				if in := r.Says(); in.Title != "" {
					titles = append(titles, titleKey(in.Title))
				}
			}
		}
		var known []Listing
		if err := q.Select("listings.id, listings.canonical").Where("listings.jurisdiction = ? AND listings.canonical IN ?", t.Jurisdiction, keys).Where(sql, args...).Find(&known).Error; err != nil {
			return err
		}
		have := map[string]string{}
		for _, x := range known {
			have[x.Canonical] = x.ID
		}
		var like []Listing
		if err := q.Select("listings.id, listings.platform, listings.shop, listings.shop_id, listings.title_key, listings.finding, listings.state, listings.result_on").
			Joins("JOIN seller_shops h ON h.seller_id = listings.seller_id AND h.jurisdiction = ?", t.Jurisdiction).
			Where("listings.title_key IN ? AND listings.title_key <> ''", titles).Where(sql, args...).Order("listings.found_on, listings.id").Find(&like).Error; err != nil {
			return err
		}
		again := map[string]string{}
		for _, x := range like {
			for _, k := range shopKeys(&x) {
				again[x.Platform+"\n"+k+"\n"+x.TitleKey] = x.ID
			}
		}
		for i := range part {
			r := &part[i]
			if r.State != RowFresh {
				continue
			}
			if r.ListingID = have[r.Canonical]; r.ListingID != "" {
				r.State = RowTwice
				t.Twice++
				continue
			}
			t.Fresh++
			in := r.Says()
			for _, k := range shopKeys(&Listing{Shop: in.Shop, ShopID: in.ShopID}) {
				if r.Relists == "" {
					r.Relists = again[in.Platform+"\n"+k+"\n"+titleKey(in.Title)]
				}
			}
			if r.Relists != "" {
				t.Relisted++
			}
		}
	}
	return nil
}

// readRow reads a row; wrong is what is wrong with it.
func (l *Ledger) readRow(c sheet.Columns, r sheet.Row, g Given, places map[string]string, jurisdiction string, today calendar.Day) (in *NewListing, wrong *sheet.Wrong) {
	cell := func(f string) string { return c.Cell(r, f) }
	fault := func(f, key string, args ...any) (*NewListing, *sheet.Wrong) {
		return nil, &sheet.Wrong{Line: r.Line, Field: f, Value: sheet.Tidy(cell(f), 60), Key: key, Args: args}
	}
	if r.Fault != nil {
		return nil, &sheet.Wrong{Line: r.Line, Key: r.Fault.Key}
	}
	for _, f := range Fields() {
		switch v := cell(f); {
		case strings.ContainsRune(v, '\ufffd'):
			return fault(f, "register.row.characters")
		case strings.HasPrefix(v, "="):
			return fault(f, "listing.take.formula")
		}
	}
	or := func(f, given string) string {
		if v := sheet.Tidy(cell(f), 2000); v != "" {
			return v
		}
		return given
	}
	in = &NewListing{
		Jurisdiction: jurisdiction, Place: g.Place, URL: cell("url"), Title: sheet.Tidy(cell("title"), 300), Shop: or("shop", g.Shop), ShopID: or("shop_id", ""), Seller: or("seller", ""),
		CreditCode: or("credit_code", ""), MarkSeen: or("mark_seen", ""), PatentNo: or("patent_no", g.PatentNo), Claimant: or("claimant", g.Claimant), SuspectedKind: g.SuspectedKind,
		Source: g.Source, FoundOn: g.FoundOn, Picture: strings.ToLower(or("picture", "")), loose: true,
	}
	if in.URL == "" {
		return fault("url", "error.required")
	}
	for _, n := range []struct {
		f  string
		to **int64
	}{{"sales", &in.Sales}, {"stock", &in.Stock}} {
		if v := cell(n.f); v != "" {
			i, ok := count(v)
			if !ok {
				return fault(n.f, "error.number")
			}
			*n.to = &i
		}
	}
	if v := cell("price"); v != "" {
		fen, ok := yuan(v)
		if !ok {
			return fault("price", "error.amount")
		}
		in.PriceFen = fen
	}
	if v := cell("found_on"); v != "" {
		d, ok := sheet.Day(v)
		if !ok {
			return fault("found_on", "error.day")
		}
		in.FoundOn = d
	}
	for _, p := range []struct {
		f  string
		to *string
	}{{"place", &in.Place}, {"seller_at", &in.SellerAt}} {
		if v := cell(p.f); v != "" {
			code, ok := places[v]
			if !ok {
				return fault(p.f, "error.choice")
			}
			*p.to = code
		}
	}
	var ok bool
	if in.SuspectedKind, ok = kindOf(cell("suspected_kind"), g.SuspectedKind); !ok {
		return fault("suspected_kind", "error.choice")
	}
	if in.PatentType, ok = typeOf(cell("patent_type")); !ok {
		return fault("patent_type", "register.row.type")
	}
	if in.Picture != "" && (len(in.Picture) != 64 || strings.Trim(in.Picture, "0123456789abcdef") != "") {
		return fault("picture", "listing.take.picture")
	}
	said := or("platform", "")
	if said != "" {
		in.Platform = platformOf(said, l.Platforms())
		if in.Platform == "" {
			return fault("platform", "error.choice")
		}
	}
	if read, err := l.platforms.Read(in.URL); err == nil && read.Platform != platform.Generic { // the address knows better than the sheet
		in.Platform = read.Platform
	} else if err == nil && in.Platform == "" {
		in.Platform = g.Platform
	}
	if err := l.check(in, today); err != nil {
		e := errs.As(err)
		for _, f := range append(Fields(), "jurisdiction") {
			for _, x := range e.Fields {
				if x.Name == f {
					return fault(f, x.Message.Key, x.Message.Args...)
				}
			}
		}
		return fault("url", e.Key, e.Args...)
	}
	return in, nil
}

// kindOf reads what a listing is suspected of, as a word.
func kindOf(s, given string) (string, bool) {
	switch sheet.Word(s) {
	case "":
		return given, true
	case "侵权", "专利侵权", "infringement":
		return "infringement", true
	case "假冒", "假冒专利", "counterfeit":
		return "counterfeit", true
	case "标注不规范", "标识不规范", "标注", "marking":
		return "marking", true
	}
	return "", false
}

func typeOf(s string) (string, bool) {
	switch sheet.Word(s) {
	case "":
		return "", true
	case "发明", "发明专利", "invention":
		return string(patent.Invention), true
	case "实用新型", "实用新型专利", "utilitymodel":
		return string(patent.UtilityModel), true
	case "外观设计", "外观", "外观设计专利", "design":
		return string(patent.Design), true
	}
	return "", false
}

func platformOf(s string, ids []string) string {
	w := sheet.Word(s)
	for id, names := range map[string][]string{"taobao": {"淘宝", "淘宝网"}, "tmall": {"天猫"}, "1688": {"阿里巴巴"}, "jd": {"京东"}, "pinduoduo": {"拼多多"}, "douyin": {"抖音", "抖店"}, "aliexpress": {"速卖通"},
		"amazon_cn": {"亚马逊", "亚马逊中国", "amazoncn"}, "generic": {"其他", "其他平台", "other"}} {
		if w == id || slices.Contains(names, w) {
			return id
		}
	}
	if slices.Contains(ids, s) {
		return s
	}
	return ""
}

// count reads a number of pieces as shops write it: 1,200, 1.2万, 500+.
func count(s string) (int64, bool) {
	s = strings.TrimRight(strings.NewReplacer(",", "", "，", "", "件", "", "月销", "", " ", "").Replace(s), "+")
	times := 1.0
	if rest, ok := strings.CutSuffix(s, "万"); ok {
		s, times = rest, 10_000
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 1e11 {
		return 0, false
	}
	return int64(f*times + 0.5), true
}

// yuan reads an amount in yuan as fen.
func yuan(s string) (int64, bool) {
	s = strings.NewReplacer(",", "", "，", "", "￥", "", "¥", "", "元", "", " ", "").Replace(s)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 1e9 {
		return 0, false
	}
	return int64(f*100 + 0.5), true
}

// Work writes and undoes takes and screens what waits, until nothing is left or ctx ends; then it goes on another time. One at a time in a process; where two
// processes meet, one leaves off.
func (l *Ledger) Work(ctx context.Context) error {
	if !l.working.TryLock() {
		return nil
	}
	defer l.working.Unlock()
	for {
		var list []Take
		if err := l.db.Read(ctx).Where("state IN ?", []string{TakeWriting, TakeUndoing}).Order("made_at, id").Limit(1).Find(&list).Error; err != nil {
			return err
		}
		var err error
		switch {
		case len(list) == 0:
			more, wrong := l.screenNext(ctx)
			if wrong == nil && !more {
				return nil
			}
			err = wrong
		case list[0].State == TakeWriting:
			err = l.writeTake(ctx, &list[0])
		default:
			err = l.undoTake(ctx, &list[0])
		}
		if errors.Is(err, errElsewhere) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// writeTake writes what was read, in pieces, from where it was left.
func (l *Ledger) writeTake(ctx context.Context, t *Take) error {
	by := access.Actor{ID: t.ByID, Name: t.ByName}
	if t.ByID == access.System().ID {
		by = access.System()
	}
	today := calendar.DayOf(l.db.Now())
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		left := 0
		err := l.db.Tx(ctx, func(tx *store.Tx) error {
			var rows []TakeRow
			if err := tx.Where("take_id = ? AND state = ?", t.ID, RowFresh).Order("line").Limit(takePiece).Find(&rows).Error; err != nil {
				return err
			}
			left = len(rows)
			return l.writePiece(tx, by, t, rows, today)
		})
		if err != nil {
			return err
		}
		if left < takePiece {
			break
		}
	}
	return l.finishTake(ctx, t.ID, TakeWriting, TakeDone, "listing.take_written")
}

func (l *Ledger) writePiece(tx *store.Tx, by access.Actor, t *Take, rows []TakeRow, today calendar.Day) error {
	var relisted, twice, bad int64
	var keys, there []string
	for _, r := range rows {
		keys = append(keys, r.Canonical)
	}
	if err := tx.Raw("SELECT DISTINCT canonical FROM listings WHERE jurisdiction = ? AND canonical IN ?", t.Jurisdiction, append(keys, "")).Scan(&there).Error; err != nil {
		return err
	}
	var campaign *Campaign
	if id := t.Holds().Campaign; id != "" {
		var list []Campaign
		if err := tx.Where("id = ? AND state = ?", id, CampaignOpen).Find(&list).Error; err != nil {
			return err
		}
		if len(list) > 0 {
			campaign = &list[0]
		}
	}
	for i := range rows {
		r := &rows[i]
		in := r.Says()
		in.campaign, in.take, in.loose, in.ID = campaign, t.ID, true, tx.NewID()
		if err := l.check(&in, today); err != nil { // the rules have changed since it was read
			if errs.As(err) == nil {
				return err
			}
			r.State, r.Fault = RowBad, pack(sheet.Wrong{Line: r.Line, Field: "url", Key: "listing.take.changed"})
			bad++
			continue
		}
		twin, known := "", (*Listing)(nil)
		if slices.Contains(there, in.read.Canonical) || in.read.Canonical != r.Canonical {
			var err error
			if twin, known, err = l.place(tx.DB, by, in.Jurisdiction, in.read.Canonical, in.ID); err != nil {
				return err
			}
		}
		if known != nil {
			r.State, r.ListingID = RowTwice, known.ID
			twice++
			continue
		}
		x, err := l.put(tx, by, &in, twin)
		if err != nil {
			return err
		}
		r.State, r.ListingID = RowWritten, x.ID
		if x.Relists != nil {
			r.Relists = *x.Relists
			relisted++
		}
	}
	if err := many(tx, "INSERT INTO listing_take_rows (take_id, line, state, canonical, data, fault, listing_id, relists)",
		" ON CONFLICT (take_id, line) DO UPDATE SET state = excluded.state, fault = excluded.fault, listing_id = excluded.listing_id, relists = excluded.relists", 8, rows, func(r TakeRow) []any {
			return []any{r.TakeID, r.Line, r.State, r.Canonical, r.Data, r.Fault, r.ListingID, r.Relists}
		}); err != nil {
		return err
	}
	n := int64(len(rows))
	done := tx.Exec("UPDATE listing_takes SET done = done + ?, fresh = fresh + ?, twice = twice + ?, relisted = relisted + ?, bad = bad + ? WHERE id = ? AND state = ? AND done = ?",
		n, n-twice-bad, twice, relisted, bad, t.ID, TakeWriting, t.Done)
	if done.Error == nil && done.RowsAffected == 0 {
		return errElsewhere
	}
	t.Done += n
	return done.Error
}

func (l *Ledger) finishTake(ctx context.Context, id, from, to, action string) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		var t Take
		if err := tx.Where("id = ?", id).Take(&t).Error; err != nil {
			return err
		}
		set := map[string]any{"state": to, "version": t.Version + 1}
		if to == TakeDone {
			set["written_at"] = tx.Now
		}
		done := tx.Model(&Take{}).Where("id = ? AND state = ? AND version = ?", id, from, t.Version).Updates(set)
		if done.Error == nil && done.RowsAffected == 0 {
			return errElsewhere
		}
		return errors.Join(done.Error, audit.Append(tx, t.entry(access.System(), action)))
	})
}
