package app

import (
	"context"
	"time"
)

// How often it is looked for what people must be warned of, and for letters that wait.
const (
	ringEvery = time.Hour
	mailEvery = time.Minute
)

// ring gives the warnings that are due, now and every hour, and sends letters, until ctx ends.
func (a *App) ring(ctx context.Context) {
	hour, minute := time.NewTicker(ringEvery), time.NewTicker(mailEvery)
	defer hour.Stop()
	defer minute.Stop()
	a.warn(ctx)
	for {
		a.post(ctx)
		select {
		case <-ctx.Done():
			return
		case <-hour.C:
			a.warn(ctx)
		case <-minute.C:
		}
	}
}

func (a *App) warn(ctx context.Context) {
	n, err := a.Bell.Run(ctx, a.today())
	a.did("warnings", err)
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.Error("not everybody was warned", "err", err)
	case n > 0:
		a.log.Info("warnings given", "n", n)
	}
}

func (a *App) post(ctx context.Context) {
	n, err := a.Bell.Mail(ctx)
	a.did("letters", err)
	if err != nil && ctx.Err() == nil {
		a.log.Error("letters could not be sent", "err", err)
	}
	if n > 0 {
		a.log.Info("letters sent", "n", n)
	}
}
