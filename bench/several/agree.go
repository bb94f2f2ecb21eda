package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"
)

// agree holds what was acknowledged against the rows.
func (o *office) agree(ctx context.Context) error {
	for _, x := range []struct{ what, rows, numbers string }{
		{"leads", "SELECT COUNT(*) FROM leads", "SELECT COUNT(DISTINCT number) FROM leads"},
		{"cases", "SELECT COUNT(*) FROM cases", "SELECT COUNT(DISTINCT number) FROM cases"},
		{"papers", "SELECT COUNT(*) FROM documents WHERE template = 'paper_withdrawal'", "SELECT COUNT(DISTINCT number) FROM documents WHERE template = 'paper_withdrawal'"},
	} {
		var rows, numbers int
		err := errors.Join(o.a.DB.Read(ctx).Raw(x.rows).Scan(&rows).Error, o.a.DB.Read(ctx).Raw(x.numbers).Scan(&numbers).Error)
		if err != nil {
			return err
		}
		if rows != o.done[x.what] || numbers != rows {
			return fmt.Errorf("%s: %d were acknowledged, %d are there, with %d numbers", x.what, o.done[x.what], rows, numbers)
		}
	}
	// A series counts what it gave: with a gap it would have given more than there is.
	for _, x := range []struct{ what, given, there string }{
		{"numbers of matters", "number/%", "SELECT (SELECT COUNT(*) FROM leads) + (SELECT COUNT(*) FROM cases)"},
		{"numbers of papers", "document/%", "SELECT COUNT(*) FROM documents WHERE number <> ''"},
	} {
		var given, there int
		err := errors.Join(o.a.DB.Read(ctx).Raw("SELECT COALESCE(SUM(last), 0) FROM number_series WHERE name LIKE ?", x.given).Scan(&given).Error, o.a.DB.Read(ctx).Raw(x.there).Scan(&there).Error)
		if err != nil {
			return err
		}
		if given != there || given == 0 {
			return fmt.Errorf("%s: %d were given, %d are there", x.what, given, there)
		}
	}
	return nil
}

// next has the process that does the program's own work end: another must go on with it.
func (o *office) next(ctx context.Context) error {
	leader, err := o.leader(ctx)
	if err != nil {
		return err
	}
	_ = leader.cmd.Process.Signal(syscall.SIGKILL)
	<-leader.dead
	began := time.Now()
	for time.Since(began) < 20*time.Second {
		if next, err := o.leader(ctx); err == nil && next != leader {
			fmt.Printf("one process does the program's own work; it was killed, and another went on after %s\n", time.Since(began).Round(100*time.Millisecond))
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("nobody goes on with the program's own work")
}

// leader is the one process that does the program's own work.
func (o *office) leader(ctx context.Context) (found *process, err error) {
	for _, p := range o.procs {
		body, err := get(ctx, p.base+"/metrics")
		if err != nil {
			continue // it has ended
		}
		if strings.Contains(body, "\nhuzhi_leads 1\n") {
			if found != nil {
				return nil, errors.New("two processes do the program's own work")
			}
			found = p
		}
	}
	if found == nil {
		return nil, errors.New("no process does the program's own work")
	}
	return found, nil
}
