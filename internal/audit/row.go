package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Row is a row of a table of which the log tells by its hash, as it stands after the act: huzhi verify holds the row against the newest entry of it.
type Row interface {
	// Told is the kind of row (the sentences cmd.verify.thing.<kind> and cmd.verify.held.<kind>), its key, and the Sum of all that it says.
	Told() (kind, key, sum string)
}

// rowsKey is where the rows stand in an entry's detail.
const rowsKey = "rows_sha256"

// Tell puts rows into the detail of an entry, as they stand after its act.
func Tell(detail map[string]any, rows ...Row) map[string]any {
	said, _ := detail[rowsKey].(map[string]string)
	if said == nil {
		said = map[string]string{}
	}
	for _, r := range rows {
		kind, key, sum := r.Told()
		said[kind+"/"+key] = sum
	}
	detail[rowsKey] = said
	return detail
}

// Rows are the rows of which an entry tells: their sums, by kind, a stroke and key; nil where it tells of none.
func (e *Entry) Rows() (map[string]string, error) {
	if !strings.Contains(e.Detail, `"`+rowsKey+`":`) {
		return nil, nil
	}
	var x struct {
		Rows map[string]string `json:"rows_sha256"` // rowsKey
	}
	err := json.Unmarshal([]byte(e.Detail), &x)
	return x.Rows, err
}

// Sum is a SHA-256 over values, each with its length before it: texts, numbers, days, times (to the millisecond, UTC), and maps of texts in the order of their
// keys. What is no UTF-8 counts as it is written in JSON.
func Sum(values ...any) string {
	h := sha256.New()
	for _, v := range values {
		s := ""
		switch x := v.(type) {
		case string:
			s = strings.ToValidUTF8(x, "\uFFFD")
		case time.Time:
			s = x.UTC().Format("2006-01-02T15:04:05.000Z")
		case fmt.Stringer:
			s = x.String()
		case map[string]string:
			if len(x) > 0 {
				b, _ := json.Marshal(x) // a map of texts has no fault
				s = string(b)
			}
		default:
			s = fmt.Sprint(x)
		}
		_, _ = io.WriteString(h, fmt.Sprintf("%d:%s,", len(s), s)) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}
