package casework

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// SetAddress writes where a party lives or has its seat into an open case: what a decision must state (Penalty Law 2021 Art. 59; Order 71 Art. 19, Order 81
// Art. 31, each item 1). Papers that were issued stay as they are. Invalid, Forbidden, NotFound where the case or the party is not there, Conflict.
func (d *Docket) SetAddress(ctx context.Context, by access.Actor, caseID string, version int64, partyID, address string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.SetAddressTx(tx, by, caseID, version, partyID, address) })
}

// SetAddressTx is SetAddress in the caller's transaction.
func (d *Docket) SetAddressTx(tx *store.Tx, by access.Actor, caseID string, version int64, partyID, address string) error {
	return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
		address = strings.TrimSpace(address)
		var bad errs.Faults
		bad.Require("address", address)
		bad.Limit("address", address, 300)
		i := slices.IndexFunc(f.Parties, func(p Party) bool { return p.ID == partyID && p.GoneTo == "" })
		if i < 0 {
			bad.Add("party", "error.choice")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		p := &f.Parties[i]
		detail := map[string]any{"what": "address", "role": p.Role, "name": p.Name, "was": p.Address, "address": address}
		p.Address = address
		return detail, tx.Model(&Party{}).Where("id = ? AND case_id = ?", p.ID, f.ID).Update("address", address).Error
	})
}

// Unaddressed are the names of the parties in some roles of whom no address is known.
func (f *File) Unaddressed(roles ...string) []string {
	var out []string
	for _, p := range f.Parties {
		if slices.Contains(roles, p.Role) && p.GoneTo == "" && p.Address == "" {
			out = append(out, p.Name)
		}
	}
	return out
}

// NeedAddresses is that the addresses of the parties in some roles are known; the sentence of the key names the article and, as {0}, the parties without one.
func NeedAddresses(key string, roles ...string) Need {
	return Need{Key: key, Where: "#parties",
		Args: func(f *File) []any {
			names := f.Unaddressed(roles...)
			if len(names) == 0 { // as the table is drawn, without a case
				return []any{errs.Msg("need.address_any")}
			}
			return []any{strings.Join(names, "、")}
		},
		Met: func(f *File) bool { return len(f.Unaddressed(roles...)) == 0 },
	}
}

// PartyLines are the parties in a role as a paper names them: name, code, address.
func (f *File) PartyLines(role string) string {
	var full []string
	for _, p := range f.Parties {
		if p.Role != role || p.GoneTo != "" {
			continue
		}
		line := p.Name
		if p.Code != "" {
			line += "（" + p.Code + "）"
		}
		if p.Address != "" {
			line += "，住所：" + p.Address
		}
		full = append(full, line)
	}
	return strings.Join(full, "；")
}
