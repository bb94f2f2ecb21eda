package access

import (
	"context"
	"errors"
	"time"

	"huzhi/internal/store"
)

// Throttle lets each address fail Burst times at once, and once more every Every. What is counted lies in the database: it holds in all processes of the
// office, and over a restart.
type Throttle struct {
	Door  string // what is tried: each door counts for itself
	Burst int
	Every time.Duration
}

// throttled is a row.
type throttled struct{ FreeAt, ToldAt int64 }

func (t Throttle) name(address string) string { return t.Door + " " + address }

// left is how long an address must wait whose tries are all free again at freeAt (a leaky bucket, as the generic cell rate algorithm of ITU-T I.371 reckons it).
func (t Throttle) left(freeAt, now int64) time.Duration {
	return max(0, time.Duration(freeAt-now)*time.Millisecond-time.Duration(t.Burst-1)*t.Every)
}

// Wait is how long an address must wait before its next try; tell is whether that is to be written to the log: it was not within the last minute.
func (t Throttle) Wait(ctx context.Context, db *store.DB, address string) (left time.Duration, tell bool, err error) {
	var x throttled
	now := db.Now().UnixMilli()
	err = db.Read(ctx).Raw("SELECT free_at, told_at FROM throttles WHERE name = ?", t.name(address)).Scan(&x).Error
	left = t.left(x.FreeAt, now)
	return left, left > 0 && now-x.ToldAt >= time.Minute.Milliseconds(), err
}

// Failed counts a failure.
func (t Throttle) Failed(tx *store.Tx, address string) error {
	now := tx.Now.UnixMilli()
	if err := tx.Exec("DELETE FROM throttles WHERE free_at < ?", now-time.Hour.Milliseconds()).Error; err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO throttles (name, free_at) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET free_at = CASE WHEN throttles.free_at > ? THEN throttles.free_at ELSE ? END + ?`,
		t.name(address), now+t.Every.Milliseconds(), now, now, t.Every.Milliseconds()).Error
}

// Told notes that a refused try is written to the log.
func (t Throttle) Told(tx *store.Tx, address string) error {
	return tx.Exec("UPDATE throttles SET told_at = ? WHERE name = ?", tx.Now.UnixMilli(), t.name(address)).Error
}

// errNone takes back a try that there was not.
var errNone = errors.New("access: no try is left")

// Ask counts a try in a transaction of its own, and says how long the address must wait instead where it has none left. Of many at once no more pass than
// there are tries: each counts first, and looks then.
func (t Throttle) Ask(ctx context.Context, db *store.DB, address string) (left time.Duration, err error) {
	err = db.Tx(ctx, func(tx *store.Tx) error {
		if err := t.Failed(tx, address); err != nil {
			return err
		}
		var x throttled
		if err := tx.Raw("SELECT free_at FROM throttles WHERE name = ?", t.name(address)).Scan(&x).Error; err != nil {
			return err
		}
		if left = t.left(x.FreeAt-t.Every.Milliseconds(), tx.Now.UnixMilli()); left > 0 {
			return errNone
		}
		return nil
	})
	if errors.Is(err, errNone) {
		err = nil
	}
	return left, err
}
