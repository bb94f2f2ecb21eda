//go:build !js

package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Value stores the day as text YYYY-MM-DD, no day as NULL.
func (d Day) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what the two databases hand back for a day: NULL, text or a time.
func (d *Day) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		*d = DayOf(v)
		return nil
	}
	return fmt.Errorf("cannot read a day from %T", v)
}

// GormDataType tells gorm the column is text.
func (Day) GormDataType() string { return "text" }
