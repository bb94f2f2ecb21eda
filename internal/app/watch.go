package app

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"syscall"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/web"
)

// How often the log's whole chain is walked while the program serves.
const chainEvery = 24 * time.Hour

// doings is how the program's own work goes: when each was last done, and how often it failed.
type doings struct {
	mu     sync.Mutex
	done   map[string]time.Time
	failed map[string]int64
	chain  struct {
		at    time.Time // walked whole; no time: not since the start
		holds bool
		n     int64
	}
}

// did notes how a work went.
func (a *App) did(what string, err error) {
	a.doings.mu.Lock()
	defer a.doings.mu.Unlock()
	if a.doings.done == nil {
		a.doings.done, a.doings.failed = map[string]time.Time{}, map[string]int64{}
	}
	if err == nil {
		a.doings.done[what] = time.Now()
		a.doings.failed[what] += 0
	} else if !errors.Is(err, context.Canceled) {
		a.doings.failed[what]++
	}
}

// watchLog walks the log's chain when the program has started, and every day.
func (a *App) watchLog(ctx context.Context) {
	for timer := time.NewTimer(time.Minute); ; timer.Reset(chainEvery) {
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		a.walkLog(ctx)
	}
}

func (a *App) walkLog(ctx context.Context) {
	n, err := audit.Verify(ctx, a.DB)
	var broken *audit.Broken
	if err != nil && !errors.As(err, &broken) {
		if ctx.Err() == nil {
			a.log.Error("the log could not be walked", "err", err)
		}
		return
	}
	a.doings.mu.Lock()
	a.doings.chain.at, a.doings.chain.holds, a.doings.chain.n = time.Now(), broken == nil, n
	a.doings.mu.Unlock()
	if broken != nil {
		a.log.Error("the log is broken", "seq", broken.Seq, "why", broken.Why)
	}
}

// watch is what the site tells of the program.
func (a *App) watch() web.Watch {
	return web.Watch{Token: string(a.Config.Metrics.Token), Figures: a.figures, Ready: a.Ready, Copies: func() (none, late bool, last time.Time) {
		is := a.Copies()
		return is.Folder == "", is.Late, is.Last
	}}
}

// Ready is why nobody can work at present; "" is that they can.
func (a *App) Ready(ctx context.Context) string {
	if err := a.DB.Ping(ctx); err != nil {
		a.log.Error("not ready", "err", err)
		return "database unreachable"
	}
	if err := store.Writable(a.Config.Data); err != nil {
		a.log.Error("not ready", "err", err)
		return "data folder not writable"
	}
	return ""
}

// figures are the numbers of /metrics beside those of the requests.
func (a *App) figures(ctx context.Context) []web.Figure {
	p := a.DB.Pools()
	list := []web.Figure{
		{Name: "huzhi_up_seconds", Help: "How long the program runs.", Value: time.Since(a.start).Seconds()},
		{Name: "huzhi_writers_waiting", Help: "Transactions that wait for their turn to write.", Value: float64(p.Waiting)},
		{Name: "huzhi_write_waits_total", Help: "Transactions that had to wait for a connection.", Counter: true, Value: float64(p.Waits)},
		{Name: "huzhi_write_wait_seconds_total", Help: "How long they waited, all together.", Counter: true, Value: p.Waited.Seconds()},
		{Name: "huzhi_database_connections_in_use", Help: "Connections to the database in use.", Value: float64(p.InUse)},
		{Name: "huzhi_wal_bytes", Help: "Size of SQLite's write-ahead log; 0 on PostgreSQL.", Value: float64(p.WAL)},
		{Name: "huzhi_database_bytes", Help: "Size of the database.", Value: float64(a.DB.Bytes(ctx))},
	}
	var disk syscall.Statfs_t
	if syscall.Statfs(a.Config.Data, &disk) == nil {
		list = append(list, web.Figure{Name: "huzhi_disk_free_bytes", Help: "Room left where the data folder lies.", Value: float64(disk.Bavail) * float64(disk.Bsize)})
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	list = append(list, web.Figure{Name: "huzhi_memory_bytes", Help: "Memory taken from the machine by the Go part of the program.", Value: float64(mem.Sys - mem.HeapReleased)},
		web.Figure{Name: "huzhi_goroutines", Help: "Things being done at once.", Value: float64(runtime.NumGoroutine())})
	leads := 0.0
	if a.leads.Load() {
		leads = 1
	}
	list = append(list, web.Figure{Name: "huzhi_leads", Help: "1 in the process that does the program's own work: copies, sweeps, letters. Among several it is one.", Value: leads})
	c := a.Copies()
	set, age := 0.0, -1.0
	if c.Folder != "" {
		set = 1
	}
	if !c.Last.IsZero() {
		age = max(0, time.Since(c.Last).Seconds())
	}
	list = append(list, web.Figure{Name: "huzhi_backup_scheduled", Help: "1 where copies are made by themselves.", Value: set},
		web.Figure{Name: "huzhi_backup_age_seconds", Help: "Since the last good copy; -1 is none.", Value: age},
		web.Figure{Name: "huzhi_backup_failures_total", Help: "Copies that could not be made since the start.", Counter: true, Value: float64(c.Failed)},
		web.Figure{Name: "huzhi_backup_bytes", Help: "Size of the last copy's database.", Value: float64(c.Bytes)},
		web.Figure{Name: "huzhi_backup_took_seconds", Help: "How long the last copy took.", Value: c.Took.Seconds()})
	return append(list, a.doings.figures()...)
}

func (d *doings) figures() (list []web.Figure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	holds, age := 0.0, -1.0
	if !d.chain.at.IsZero() {
		age = time.Since(d.chain.at).Seconds()
	}
	if d.chain.holds {
		holds = 1
	}
	list = append(list, web.Figure{Name: "huzhi_log_chain_holds", Help: "1 where the log's whole chain held when it was walked last.", Value: holds},
		web.Figure{Name: "huzhi_log_chain_age_seconds", Help: "Since it was walked; -1 is not since the start.", Value: age},
		web.Figure{Name: "huzhi_log_entries", Help: "Entries of the log that held.", Value: float64(d.chain.n)})
	for _, what := range works() {
		age := -1.0
		if at, ok := d.done[what]; ok {
			age = time.Since(at).Seconds()
		}
		list = append(list, web.Figure{Name: "huzhi_sweep_age_seconds", Help: "Since the program's own work was last done; -1 is not since the start.", Labels: `work="` + what + `"`, Value: age})
	}
	for _, what := range works() {
		list = append(list, web.Figure{Name: "huzhi_sweep_failures_total", Help: "How often it failed since the start.", Counter: true, Labels: `work="` + what + `"`, Value: float64(d.failed[what])})
	}
	return list
}

// works are the program's own works.
func works() []string {
	return []string{"clocks", "lapse", "erase", "warnings", "letters", "imports", "listings", "files"}
}
