package access_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestAPersonsMailAddressIsTheirOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := accesstest.New(t, db), context.Background()
		officer := o.By["officer"]
		for _, bad := range []string{"zhang", "a@b\r\nBcc: c@d", "张三 <a@b.cn>", strings.Repeat("a", 300) + "@b.cn"} {
			if err := o.Users.SetEmail(ctx, officer, bad); errs.CodeOf(err) != errs.Invalid || errs.As(err).Fields[0].Name != "email" {
				t.Errorf("%.30q: %v", bad, err)
			}
		}
		for _, want := range []string{"zhang@example.cn", ""} {
			if err := o.Users.SetEmail(ctx, officer, want); err != nil {
				t.Fatal(err)
			}
			if got, err := o.Users.Email(ctx, officer); got != want || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			last, err := audit.Last(ctx, db, "user:"+officer.ID, "")
			if err != nil || last.Action != "account.email" || last.Actor != officer.ID || !strings.Contains(last.Detail, `"`+want+`"`) {
				t.Errorf("the log: %+v, %v", last, err)
			}
			if other, err := o.Users.Email(ctx, o.By["officer2"]); other != "" || err != nil {
				t.Errorf("another's: %q, %v", other, err)
			}
		}
	})
}
