package access

import (
	"context"
	"time"

	"huzhi/internal/store"
)

// Session is one browser in which a person is signed in.
type Session struct {
	ID, UserID                   string
	CreatedAt, SeenAt, ExpiresAt time.Time
	Agent, IP                    string // what the browser called itself, and the network address, at the sign-in
	Half                         bool   // the code of the second factor is still to be given
}

// TableName is the table of sessions.
func (Session) TableName() string { return "sessions" }

// Sessions are the browsers in which a person is signed in, the last seen first. Another's need user.view; errs.NotFound where by may
// not view that person.
func (u *Users) Sessions(ctx context.Context, by Actor, userID string) ([]Session, error) {
	if by.ID != userID {
		if _, err := u.Find(ctx, by, userID); err != nil {
			return nil, err
		}
	}
	now := u.db.Now()
	var rows []Session
	return rows, u.db.Read(ctx).Where("user_id = ? AND NOT half AND expires_at > ? AND seen_at > ?", userID, now, now.Add(-u.set.Idle)).
		Order("seen_at DESC, id").Find(&rows).Error
}

// EndSession ends one session of a person, one's own or with user.manage another's. One that has ended already is no error.
func (u *Users) EndSession(ctx context.Context, by Actor, userID, session string) error {
	return u.endSessions(ctx, by, userID, "user_id = ? AND id = ?", userID, session)
}

// EndSessions signs a person out everywhere, also by is the person.
func (u *Users) EndSessions(ctx context.Context, by Actor, userID string) error {
	return u.endSessions(ctx, by, userID, "user_id = ?", userID)
}

func (u *Users) endSessions(ctx context.Context, by Actor, userID, which string, args ...any) error {
	return u.db.Tx(ctx, func(tx *store.Tx) error {
		home := u.home(by)
		if by.ID != userID {
			var err error
			if _, home, err = u.manage(tx, by, userID, wish{}); err != nil {
				return err
			}
		}
		r := tx.Exec("DELETE FROM sessions WHERE "+which, args...)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return u.log(tx, by, "session.end", home, userID, map[string]any{"sessions": r.RowsAffected})
	})
}

// endOthers ends a person's sessions but one, which must be theirs; half sessions too.
func endOthers(tx *store.Tx, userID, but string) error {
	return tx.Exec("DELETE FROM sessions WHERE user_id = ? AND id <> ?", userID, but).Error
}
