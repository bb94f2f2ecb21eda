package access_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestThrottleOfManyAtOnce: of forty tries at once ten pass, each address and each door for itself, whichever process they go to.
func TestThrottleOfManyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		door := access.Throttle{Door: "test", Burst: 10, Every: time.Hour}
		var passed, refused atomic.Int64
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				switch left, err := door.Ask(t.Context(), db, "192.0.2.1"); {
				case err != nil:
					t.Error(err)
				case left > 0:
					refused.Add(1)
				default:
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 10 || refused.Load() != 30 {
			t.Errorf("%d passed, %d were refused", passed.Load(), refused.Load())
		}
		for name, x := range map[string]access.Throttle{"192.0.2.2": door, "192.0.2.1": {Door: "another", Burst: 1, Every: time.Hour}} {
			if left, err := x.Ask(t.Context(), db, name); err != nil || left > 0 {
				t.Errorf("%s at the door %s waits %s, %v", name, x.Door, left, err)
			}
		}
		if left, tell, err := door.Wait(t.Context(), db, "192.0.2.1"); err != nil || left <= 0 || left > time.Hour || !tell {
			t.Errorf("it waits %s, to be told %v, %v", left, tell, err)
		}
	})
}
