package deadline

import "huzhi/internal/store"

// LawTx is by what the clocks of a transaction are counted, for the log line of an act that starts some: the hash of the rule book, the hash
// of the calendar and its generation.
func (c *Clocks) LawTx(tx *store.Tx) (map[string]any, error) {
	days, gen, err := c.wall.DaysTx(tx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"rules": c.rules.Hash(), "calendar": days.Hash(), "generation": gen}, nil
}
