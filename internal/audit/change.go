package audit

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// ChangesKey is where old and new of the fields stand in an entry's detail.
const ChangesKey = "changes"

// Change is one field that an act changed.
type Change struct{ Field, Old, New string }

// Mark puts old and new of each field that differs into the detail of an entry. Personal data of reporters and callers does not belong here: the log is
// never erased.
func Mark(detail map[string]any, before, after map[string]string) map[string]any {
	said := map[string][2]string{}
	for _, k := range slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after))) {
		if before[k] != after[k] {
			said[k] = [2]string{before[k], after[k]}
		}
	}
	if len(said) > 0 {
		detail[ChangesKey] = said
	}
	return detail
}

// Changes are the fields that an entry says were changed, by name.
func Changes(detail string) (out []Change) {
	if !strings.Contains(detail, `"`+ChangesKey+`":`) {
		return nil
	}
	var x struct {
		Changes map[string][2]string `json:"changes"` // ChangesKey
	}
	if json.Unmarshal([]byte(detail), &x) != nil {
		return nil // something else of that name
	}
	for _, k := range slices.Sorted(maps.Keys(x.Changes)) {
		out = append(out, Change{k, x.Changes[k][0], x.Changes[k][1]})
	}
	return out
}
