package hotline

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/store"
)

// words are the columns of a table in which an operator, an officer or the citizen wrote freely, and which rows speak of a person's calls: in "of"
// each ? is the person.
type words struct {
	table string
	key   []string
	cols  []string
	of    string
}

// callsOfPerson are the calls of a person, and those to which such a call was added: the words of the one stand in the steps of the other.
const callsOfPerson = "SELECT id FROM calls WHERE identity_id = ? UNION SELECT joined_id FROM calls WHERE identity_id = ? AND joined_id <> ''"

func freeWords() []words {
	waits := "identity_id = ? OR call_id IN (" + callsOfPerson + ")"
	return []words{
		{"calls", []string{"id"}, []string{"question", "answer", "feedback", "evidence", "elsewhere", "act_place", "act_time", "recording"}, "identity_id = ?"},
		{"call_steps", []string{"call_id", "seq"}, []string{"text"}, "call_id IN (" + callsOfPerson + ")"},
		{"callbacks", []string{"id"}, []string{"about", "recording"}, waits},
		{"callback_tries", []string{"callback_id", "seq"}, []string{"note"}, "callback_id IN (SELECT id FROM callbacks WHERE " + waits + ")"},
		{"referrals", []string{"id"}, []string{"ground", "answer"}, "call_id IN (" + callsOfPerson + ")"},
		{"receipts", []string{"call_id"}, []string{"note"}, "call_id IN (" + callsOfPerson + ")"},
		{"knowledge_gaps", []string{"id"}, []string{"asked"}, "call_id IN (" + callsOfPerson + ")"},
		{"citizen_messages", []string{"id"}, []string{"text", "file_name"}, "call_id IN (" + callsOfPerson + ")"},
	}
}

// forgetTx takes a person's name, number, unit and address out of everything the desk wrote about the person's calls, and the telephone's numbers with them.
func (d *Desk) forgetTx(tx *store.Tx, id string) error {
	for _, w := range freeWords() {
		if err := d.forgetWords(tx, id, w); err != nil {
			return err
		}
	}
	if err := tx.Exec("UPDATE phone_calls SET body = '' WHERE body <> '' AND call_id IN (SELECT id FROM calls WHERE identity_id = ?)", id).Error; err != nil {
		return err
	}
	var calls []Call
	if err := tx.Where("identity_id = ?", id).Find(&calls).Error; err != nil {
		return err
	}
	for i := range calls {
		if err := d.index(tx, &calls[i]); err != nil { // what it is found by quotes the question
			return err
		}
	}
	return nil
}

func (d *Desk) forgetWords(tx *store.Tx, id string, w words) error {
	var rows []map[string]any
	args := slices.Repeat([]any{id}, strings.Count(w.of, "?"))
	if err := tx.Table(w.table).Select(slices.Concat(w.key, w.cols)).Where(w.of, args...).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		set := map[string]any{}
		for _, col := range w.cols {
			was, _ := row[col].(string)
			is, err := d.vault.RedactTx(tx, id, was)
			if err != nil {
				return err
			}
			if is != was {
				set[col] = is
			}
		}
		if len(set) == 0 {
			continue
		}
		q := tx.Table(w.table)
		for _, key := range w.key {
			q = q.Where(key+" = ?", row[key])
		}
		if err := q.Updates(set).Error; err != nil {
			return err
		}
	}
	return nil
}

// forgetOld empties the numbers that rang long ago, and throws away drafts that nobody went on with.
func (d *Desk) forgetOld(ctx context.Context) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Exec("UPDATE phone_calls SET body = '' WHERE body <> '' AND came_at < ?", tx.Now.Add(-phoneKept)).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM call_drafts WHERE saved_at < ?", tx.Now.AddDate(0, 0, -draftDays)).Error
	})
}
