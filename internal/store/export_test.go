package store

import "context"

// MigrateTo brings the schema to an older version, for the fixtures of upgrades.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := db.provider()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}
