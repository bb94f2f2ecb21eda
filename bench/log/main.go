// Command log measures the log: a million entries written, then walked as huzhi verify walks them, with the tree over them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/translog"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "entries")
	limit := flag.Duration("limit", time.Minute, "the longest walk")
	flag.Parse()
	if err := run(context.Background(), *rows, *limit); err != nil {
		fmt.Fprintln(os.Stderr, "log:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows int, limit time.Duration) error {
	dir, err := os.MkdirTemp("", "huzhi-log-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(ctx, store.Options{URL: "sqlite:" + filepath.Join(dir, "huzhi.db"), Now: time.Now})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	const step = 5000
	began := time.Now()
	for n := 0; n < rows; n += step {
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			for i := n; i < min(n+step, rows); i++ {
				if err := audit.Append(tx, audit.Entry{Actor: "u1", ActorName: "王伟", Action: "case.step.decide", Jurisdiction: "330500", Subject: fmt.Sprintf("case:%d", i), Detail: audit.Detail(map[string]any{"n": i, "number": "湖知假字〔2026〕1号"})}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries written in %s\n", rows, time.Since(began).Round(time.Millisecond))
	began = time.Now()
	var tree translog.Tree
	head, err := audit.Walk(db.Read(ctx), func(e *audit.Entry) error { tree.Add(e.Hash); return nil })
	if err != nil {
		return err
	}
	took := time.Since(began)
	fmt.Printf("%d entries walked in %s\n", head.Seq, took.Round(time.Millisecond))
	if took > limit {
		return fmt.Errorf("the walk took longer than %s", limit)
	}
	return nil
}
