// Command kill ends the program with SIGKILL while people work, again and again, and looks whether anything that was acknowledged is lost.
//
// It builds the program, makes an office in a fresh folder, and lets officers send files in pieces, write and approve papers, and file cases, all over
// HTTP. At a random moment, now and then while it still starts, its own child is killed by its number. After the next start each thing that was answered
// with success must be there once; every file that a row names must lie in the folder; and huzhi verify must find nothing. What broke off is sent
// again as a browser would, and must not be there twice.
//
//	go run ./bench/kill -rounds 200
//	go run ./bench/kill -rounds 200 -engine postgres
//
// PostgreSQL is started by the program in a folder of its own, and is not killed. What a process is killed for cannot show is what a machine without power
// loses: that is what the flushes in blob and the settings of the database are for.
//
// More work is another worker in work.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func main() {
	rounds := flag.Int("rounds", 200, "how often it is killed")
	engine := flag.String("engine", store.SQLite, "sqlite or postgres")
	seed := flag.Uint64("seed", 1, "of the moments at which it is killed")
	longest := flag.Duration("longest", 700*time.Millisecond, "the longest time that people work before it is killed")
	flag.Parse()
	if err := run(context.Background(), *rounds, *engine, *seed, *longest); err != nil {
		fmt.Fprintln(os.Stderr, "kill:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, engine string, seed uint64, longest time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-kill-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o := &office{bin: filepath.Join(dir, "huzhi"), data: filepath.Join(dir, "data"), dice: rand.New(rand.NewPCG(seed, seed))}
	if engine == store.Postgres {
		url, end, err := storetest.Server()
		if err != nil {
			return err
		}
		defer end()
		o.url = url
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", o.bin, "huzhi/cmd/huzhi").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	if err := o.furnish(ctx); err != nil {
		return fmt.Errorf("the office: %w", err)
	}
	if o.db, err = store.Open(ctx, store.Options{URL: o.address(), Now: time.Now}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.db.Close()) }()
	crew := o.crew()
	began, starts, broke := time.Now(), 0, 0
	for round := range rounds + 1 { // the last is not killed: it finishes what broke off
		if round%10 == 5 {
			if err := o.killStarting(); err != nil {
				return err
			}
			starts++
		}
		p, err := o.start(ctx)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := o.check(ctx, round == rounds); err != nil {
			p.kill()
			return fmt.Errorf("after %d times: %w", round, err)
		}
		last := round == rounds
		load, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		for _, w := range crew {
			w.begin(round)
			all.Go(func() { w.until(load, last) })
		}
		if !last {
			time.Sleep(20*time.Millisecond + time.Duration(o.dice.Int64N(int64(longest))))
			p.kill()
		}
		stop()
		all.Wait()
		if last {
			p.kill()
		}
		for _, w := range crew {
			if w.failed != nil {
				return fmt.Errorf("round %d: %s: %w", round, w.name, w.failed)
			}
			if w.broke {
				broke++
			}
		}
		if (round+1)%20 == 0 {
			fmt.Printf("%d times, %s\n", round+1, o.told())
		}
	}
	p, err := o.start(ctx)
	if err != nil {
		return err
	}
	defer p.kill()
	if err := o.check(ctx, true); err != nil {
		return err
	}
	left, err := o.stray()
	if err != nil {
		return err
	}
	fmt.Printf("%s: killed %d times at work and %d times while it started, %d requests broken off, in %s; acknowledged and there once: %s; files without a row: %d\n",
		engine, rounds, starts, broke, time.Since(began).Round(time.Second), o.told(), left)
	return nil
}
