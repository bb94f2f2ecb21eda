package casework

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// Reasons are sentences as they are kept: keys and arguments, not in a language.
type Reasons []errs.Message

// kept is a sentence, or an argument of one.
type kept struct {
	Key  string     `json:"key,omitempty"`
	Args []kept     `json:"args,omitempty"`
	Text string     `json:"text,omitempty"`
	Int  *int64     `json:"int,omitempty"`
	At   *time.Time `json:"at,omitempty"`
}

func keep(a any) kept {
	switch v := a.(type) {
	case errs.Message:
		k := kept{Key: v.Key}
		for _, x := range v.Args {
			k.Args = append(k.Args, keep(x))
		}
		return k
	case time.Time:
		return kept{At: &v}
	case int:
		n := int64(v)
		return kept{Int: &n}
	case int64:
		return kept{Int: &v}
	case calendar.Day:
		if v.IsZero() {
			return kept{Text: "–"} // as it is printed in either language
		}
		return kept{Text: v.String()}
	}
	return kept{Text: fmt.Sprint(a)}
}

func (k kept) value() any {
	switch {
	case k.Key != "":
		m := errs.Message{Key: k.Key}
		for _, x := range k.Args {
			m.Args = append(m.Args, x.value())
		}
		return m
	case k.At != nil:
		return *k.At
	case k.Int != nil:
		return *k.Int
	}
	return k.Text
}

// Value writes the sentences as JSON.
func (r Reasons) Value() (driver.Value, error) {
	list := make([]kept, len(r))
	for i, m := range r {
		list[i] = keep(m)
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// Scan reads what Value wrote.
func (r *Reasons) Scan(v any) error {
	var b []byte
	switch x := v.(type) {
	case string:
		b = []byte(x)
	case []byte:
		b = x
	default:
		return fmt.Errorf("reasons: cannot read %T", v)
	}
	var list []kept
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("reasons: %w", err)
	}
	*r = nil
	for _, k := range list {
		if m, ok := k.value().(errs.Message); ok {
			*r = append(*r, m)
		}
	}
	return nil
}

// GormDataType is the column's type.
func (Reasons) GormDataType() string { return "text" }
