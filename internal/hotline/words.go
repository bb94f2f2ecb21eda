package hotline

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/identity"
	"huzhi/internal/store"
)

// What was said may name who said it in a way that no program finds (a nickname, a neighbour, a shop next door). So the words lie sealed like the
// person, each text bound to its row and column: all that citizens wrote, what was done with calls, call-backs, referrals and receipts, and the
// calls of everybody who must not be known. The words of other calls stay in clear: the list of calls is searched by them.

// text is one column of a row that holds words.
type text struct {
	column string
	value  *string
}

// worded is a row whose words lie sealed: how the row is called, the key they are sealed with ("" where they are not), and the words.
type worded interface {
	words() (row string, key *string, list []text)
}

func (c *Call) words() (string, *string, []text) {
	return "calls/" + c.ID, &c.WordsKey, []text{{"question", &c.Question}, {"answer", &c.Answer}, {"feedback", &c.Feedback}, {"evidence", &c.Evidence}, {"elsewhere", &c.Elsewhere},
		{"act_place", &c.ActPlace}, {"act_time", &c.ActTime}, {"recording", &c.Recording}}
}

func (s *Step) words() (string, *string, []text) {
	return fmt.Sprintf("call_steps/%s/%d", s.CallID, s.Seq), &s.WordsKey, []text{{"text", &s.Text}}
}

func (c *Callback) words() (string, *string, []text) {
	return "callbacks/" + c.ID, &c.WordsKey, []text{{"about", &c.About}, {"recording", &c.Recording}}
}

func (t *Try) words() (string, *string, []text) {
	return fmt.Sprintf("callback_tries/%s/%d", t.CallbackID, t.Seq), &t.WordsKey, []text{{"note", &t.Note}}
}

func (r *Referral) words() (string, *string, []text) {
	return "referrals/" + r.ID, &r.WordsKey, []text{{"ground", &r.Ground}, {"answer", &r.Answer}}
}

func (r *Receipt) words() (string, *string, []text) {
	return "receipts/" + r.CallID, &r.WordsKey, []text{{"note", &r.Note}}
}

func (m *Message) words() (string, *string, []text) {
	return "citizen_messages/" + m.ID, &m.WordsKey, []text{{"text", &m.Text}, {"file_name", &m.FileName}}
}

// row is a pointer to a row with words.
type row[T any] interface {
	*T
	worded
}

// create writes a new row with its words sealed; the caller's own stays readable.
func create[T any, R row[T]](d *Desk, tx *store.Tx, r R) error {
	x := *r
	_, key, list := R(&x).words()
	for _, t := range list {
		if err := d.shut(R(&x), t.column, t.value); err != nil {
			return err
		}
		if *key == "" {
			*key, _, _ = strings.Cut(*t.value, ".")
		}
	}
	return tx.Create(&x).Error
}

// shut seals one of a row's words in place; nothing stays nothing.
func (d *Desk) shut(w worded, column string, value *string) (err error) {
	if *value == "" {
		return nil
	}
	row, _, _ := w.words()
	*value, err = d.vault.SealText(row+"/"+column, *value)
	return err
}

// shutSet seals the words among the columns that are to be set of a row.
func (d *Desk) shutSet(w worded, set map[string]any) error {
	_, key, list := w.words()
	for _, t := range list {
		value, ok := set[t.column].(string)
		if !ok || value == "" {
			continue
		}
		if err := d.shut(w, t.column, &value); err != nil {
			return err
		}
		set[t.column] = value
		if *key == "" {
			set["words_key"], _, _ = strings.Cut(value, ".")
		}
	}
	return nil
}

// legible opens the words of a row in place.
func (d *Desk) legible(w worded) (err error) {
	row, key, list := w.words()
	if *key == "" {
		return nil
	}
	for _, t := range list {
		if *t.value == "" {
			continue
		}
		if *t.value, err = d.vault.OpenText(row+"/"+t.column, *t.value); err != nil {
			return fmt.Errorf("%s of %s does not open: %w", t.column, row, err)
		}
	}
	return nil
}

// legibleAll opens the words of rows in place.
func legibleAll[T any, R row[T]](d *Desk, rows []T) error {
	for i := range rows {
		if err := d.legible(R(&rows[i])); err != nil {
			return err
		}
	}
	return nil
}

// hides says, of calls, who must not be known: the call's person by the call.
func (d *Desk) hides(q *gorm.DB, calls ...string) (map[string]string, error) {
	out := map[string]string{}
	if len(calls) == 0 {
		return out, nil
	}
	var rows []Call
	if err := q.Select("id", "kind", "mode", "identity_id").Where("id IN ? AND identity_id IS NOT NULL", calls).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, c := range rows {
		if c.sealed() {
			out[c.ID] = *c.IdentityID
		}
	}
	return out, nil
}

// table is a table with words, by the names of its columns: for what is done to all of them.
type table struct {
	name   string
	key    []string
	cols   []string
	of     string // which rows speak of a person's calls: each ? is the person
	sealed string // which rows lie sealed; "" none
}

// callsOfPerson are the calls of a person, and those to which such a call was added: the words of the one stand in the steps of the other.
const callsOfPerson = "SELECT id FROM calls WHERE identity_id = ? UNION SELECT joined_id FROM calls WHERE identity_id = ? AND joined_id <> ''"

func tables() []table {
	waits := "identity_id = ? OR call_id IN (" + callsOfPerson + ")"
	return []table{
		{"calls", []string{"id"}, []string{"question", "answer", "feedback", "evidence", "elsewhere", "act_place", "act_time", "recording"}, "identity_id = ?", "kind = '" + Report + "' OR mode <> '" + identity.Named + "'"},
		{"call_steps", []string{"call_id", "seq"}, []string{"text"}, "call_id IN (" + callsOfPerson + ")", "1 = 1"},
		{"callbacks", []string{"id"}, []string{"about", "recording"}, waits, "1 = 1"},
		{"callback_tries", []string{"callback_id", "seq"}, []string{"note"}, "callback_id IN (SELECT id FROM callbacks WHERE " + waits + ")", "1 = 1"},
		{"referrals", []string{"id"}, []string{"ground", "answer"}, "call_id IN (" + callsOfPerson + ")", "1 = 1"},
		{"receipts", []string{"call_id"}, []string{"note"}, "call_id IN (" + callsOfPerson + ")", "1 = 1"},
		{"citizen_messages", []string{"id"}, []string{"text", "file_name"}, "call_id IN (" + callsOfPerson + ")", "1 = 1"},
		{"knowledge_gaps", []string{"id"}, []string{"asked"}, "call_id IN (" + callsOfPerson + ")", ""},
	}
}

// rows reads rows of a table as they stand.
func (t table) rows(q *gorm.DB) (rows []map[string]any, err error) {
	cols := append(append([]string{}, t.key...), t.cols...)
	if t.sealed != "" {
		cols = append(cols, "words_key")
	}
	return rows, q.Table(t.name).Select(cols).Find(&rows).Error
}

// rewrite writes the words of a row anew: opened, changed, and sealed with the key of today where the row is sealed or shall be. A row that somebody
// changed meanwhile is left; it tells whether it was written.
func (d *Desk) rewrite(tx *store.Tx, t table, r map[string]any, seal, always bool, change func(string) (string, error)) (bool, error) {
	was, _ := r["words_key"].(string)
	name, q := t.name, tx.Table(t.name)
	for _, k := range t.key {
		name += fmt.Sprintf("/%v", r[k])
		q = q.Where(k+" = ?", r[k])
	}
	set, key, changed := map[string]any{}, was, always
	for _, col := range t.cols {
		kept, _ := r[col].(string)
		if kept == "" {
			continue
		}
		old := kept
		var err error
		if was != "" {
			if old, err = d.vault.OpenText(name+"/"+col, kept); err != nil {
				return false, fmt.Errorf("%s of %s does not open: %w", col, name, err)
			}
		}
		value, err := change(old)
		if err != nil {
			return false, err
		}
		changed = changed || value != old
		if seal || was != "" {
			if value, err = d.vault.SealText(name+"/"+col, value); err != nil {
				return false, err
			}
			key, _, _ = strings.Cut(value, ".")
		}
		set[col] = value
		q = q.Where(col+" = ?", kept)
	}
	if !changed || len(set) == 0 {
		return false, nil
	}
	if key != was {
		set["words_key"] = key
	}
	u := q.Updates(set)
	return u.RowsAffected > 0, u.Error
}

func asItIs(s string) (string, error) { return s, nil }

// SealWords seals with the key of today what was sealed with an older one, some rows a transaction; it tells how many rows. What somebody changes meanwhile, and what
// is cut off, the next one finds.
func (d *Desk) SealWords(ctx context.Context) (n int, err error) {
	today, err := d.vault.Current()
	if err != nil {
		return 0, err
	}
	for _, t := range tables() {
		if t.sealed == "" {
			continue
		}
		done, err := d.sweep(ctx, t, "words_key <> '' AND words_key <> ?", today)
		if n += done; err != nil {
			return n, err
		}
	}
	return n, nil
}

// SealOldWords seals, once, the words of before they were sealed, and leaves nothing of them in the database's files; it tells how many rows.
func (d *Desk) SealOldWords(ctx context.Context) (n int, err error) {
	const flag = "hotline.words"
	if done, err := d.db.Setting(ctx, flag); err != nil || done != "" {
		return 0, err
	}
	for _, t := range tables() {
		if t.sealed == "" {
			continue
		}
		done, err := d.sweep(ctx, t, "words_key = '' AND ("+t.sealed+") AND ("+strings.Join(t.cols, " <> '' OR ")+" <> '')")
		if n += done; err != nil {
			return n, err
		}
	}
	if err := d.db.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, flag, "1") }); err != nil || n == 0 {
		return n, err
	}
	return n, d.db.Checkpoint(ctx)
}

// sweep seals rows of a table with the key of today, so many a transaction, in the order of their key.
func (d *Desk) sweep(ctx context.Context, t table, where string, args ...any) (n int, err error) {
	const most = 500
	after := ""
	for {
		got, wrote, last := 0, 0, after
		err := d.db.Tx(ctx, func(tx *store.Tx) error {
			got, wrote = 0, 0
			rows, err := t.rows(tx.Where(where, args...).Where(t.key[0]+" >= ?", after).Order(strings.Join(t.key, ", ")).Limit(most))
			if err != nil {
				return err
			}
			for _, r := range rows {
				ok, err := d.rewrite(tx, t, r, true, true, asItIs)
				if err != nil {
					return err
				}
				if ok {
					wrote++
				}
				last, _ = r[t.key[0]].(string)
			}
			got = len(rows)
			if t.name == "calls" {
				return d.indexSealed(tx, rows)
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n, after = n+wrote, last
		if got < most || wrote == 0 {
			return n, nil
		}
	}
}

// indexSealed writes anew what calls are found by that have just been sealed: it quoted them.
func (d *Desk) indexSealed(tx *store.Tx, rows []map[string]any) error {
	for _, r := range rows {
		var c Call
		if err := tx.Where("id = ?", r["id"]).Take(&c).Error; err != nil {
			return err
		}
		if err := d.index(tx, &c); err != nil {
			return err
		}
	}
	return nil
}

// hideGaps takes the caller, where the caller must not be known, out of what was not found in the knowledge base during the call: every operator reads it.
func (d *Desk) hideGaps(tx *store.Tx, c *Call) error {
	if !c.sealed() || c.IdentityID == nil {
		return nil
	}
	var rows []struct{ ID, Asked string }
	if err := tx.Raw("SELECT id, asked FROM knowledge_gaps WHERE call_id = ?", c.ID).Scan(&rows).Error; err != nil {
		return err
	}
	for _, g := range rows {
		asked, err := d.vault.RedactTx(tx, *c.IdentityID, g.Asked)
		if err == nil && asked != g.Asked {
			err = tx.Exec("UPDATE knowledge_gaps SET asked = ? WHERE id = ?", asked, g.ID).Error
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// veilCallbacks takes who must not be known out of call-backs, and out of the tries of the one there is.
func (d *Desk) veilCallbacks(ctx context.Context, rows []Callback, tries ...Try) error {
	var calls []string
	for _, c := range rows {
		if c.CallID != nil {
			calls = append(calls, *c.CallID)
		}
	}
	hidden, err := d.hides(d.db.Read(ctx), calls...)
	if err != nil {
		return err
	}
	for i := range rows {
		c := &rows[i]
		if c.CallID == nil || hidden[*c.CallID] == "" {
			continue
		}
		list := []*string{&c.About, &c.Recording}
		for n := range tries {
			list = append(list, &tries[n].Note)
		}
		if err := d.redact(ctx, hidden[*c.CallID], list...); err != nil {
			return err
		}
	}
	return nil
}

// veilReferrals takes who must not be known out of referrals.
func (d *Desk) veilReferrals(ctx context.Context, rows []Referral) error {
	calls := make([]string, len(rows))
	for i, r := range rows {
		calls[i] = r.CallID
	}
	hidden, err := d.hides(d.db.Read(ctx), calls...)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := d.redact(ctx, hidden[rows[i].CallID], &rows[i].Ground, &rows[i].Answer); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) redact(ctx context.Context, id string, list ...*string) (err error) {
	for _, s := range list {
		if *s == "" {
			continue
		}
		if *s, err = d.vault.Redact(ctx, id, *s); err != nil {
			return err
		}
	}
	return nil
}
