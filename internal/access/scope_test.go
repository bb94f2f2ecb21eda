package access_test

import (
	"context"
	"slices"
	"testing"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestScopeShowsTheJurisdictionAndOfTheRestrictedOnlyOnesOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		o := accesstest.New(t, db)
		// Leads, for they need no other row. The last letter r: restricted; m: the Deqing officer and the city auditor are members.
		err := db.Tx(ctx, func(tx *store.Tx) error {
			for id, place := range map[string]string{"city": "330500", "city-r": "330500", "deqing": "330521", "deqing-r": "330521", "deqing-rm": "330521", "anji": "330523", "anji-rm": "330523", "hangzhou": "330100"} {
				restricted := id != "city" && id != "deqing" && id != "anji" && id != "hangzhou"
				if err := tx.Exec(`INSERT INTO leads (id, number, source, kind, jurisdiction, restricted, place, state, received_on, title, facts, version, created_at, updated_at)
					VALUES (?, ?, 'web', 'counterfeit', ?, ?, ?, 'new', '2026-11-01', 't', 'f', 1, ?, ?)`, id, id, place, restricted, place, tx.Now, tx.Now).Error; err != nil {
					return err
				}
				if id[len(id)-1] == 'm' {
					for _, who := range []string{"officer.deqing", "auditor"} {
						if err := tx.Exec("INSERT INTO members (subject_id, user_id, part, added_at) VALUES (?, ?, 'officer', ?)", id, o.By[who].ID, tx.Now).Error; err != nil {
							return err
						}
					}
				}
				if err := tx.Exec(`INSERT INTO search_docs (subject_id, subject_kind, jurisdiction, restricted, sort_on, label, title, body)
					VALUES (?, 'lead', ?, ?, '2026-11-01', '', '', '')`, id, place, restricted).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who    string
			action string
			want   []string
		}{
			{"officer", "lead.view", []string{"anji", "city", "deqing"}},
			{"officer.deqing", "lead.view", []string{"deqing", "deqing-rm"}}, // not anji-rm: a member, but no officer there
			{"chief.deqing", "lead.view", []string{"deqing"}},
			{"auditor", "lead.view", nil},    // a member, but without the action
			{"admin", "lead.view", nil},      //
			{"officer", "lead.nothing", nil}, // an unknown action
			{"nobody", "lead.view", nil},     // an unknown person
			{"system", "lead.view", []string{"anji", "anji-rm", "city", "city-r", "deqing", "deqing-r", "deqing-rm", "hangzhou"}},
		} {
			by := o.By[c.who]
			if c.who == "system" {
				by = access.System()
			}
			read := func(table, col string, scope func(*gorm.DB) *gorm.DB) []string {
				var ids []string
				// The caller's own condition has an OR: the scope must hold all the same.
				err := db.Read(ctx).Table(table).Scopes(scope).Where("title = ? OR 1 = 1", "t").Order(col).Pluck(col, &ids).Error
				if err != nil {
					t.Fatal(err)
				}
				return ids
			}
			if got := read("leads", "id", o.Guard.Scope(by, c.action, "leads")); !slices.Equal(got, c.want) {
				t.Errorf("%s %s: %v, want %v", c.who, c.action, got, c.want)
			}
			if got := read("search_docs", "subject_id", o.Guard.ScopeOn(by, c.action, "search_docs", "subject_id")); !slices.Equal(got, c.want) {
				t.Errorf("%s %s on subject_id: %v, want %v", c.who, c.action, got, c.want)
			}
		}
		var n int64
		if err := db.Read(ctx).Table("audit_log").Scopes(o.Guard.ScopePlain(o.By["auditor"], "audit.view", "audit_log")).Count(&n).Error; err != nil || n == 0 {
			t.Errorf("the auditor sees %d entries, %v", n, err)
		}
		if err := db.Read(ctx).Table("audit_log").Scopes(o.Guard.ScopePlain(o.By["officer"], "audit.view", "audit_log")).Count(&n).Error; err != nil || n != 0 {
			t.Errorf("the officer sees %d entries, %v", n, err)
		}
	})
}
