// Command drill rehearses the loss of the machine: an office is copied while people write, its folder is thrown away, the copy is brought back to an empty one, verified, and served again with the keys that were kept apart.
//
//	go run ./bench/drill                                  # small, for .ci/run
//	go run ./bench/drill -files 5120 -each 2097152        # 10 GB
//	go run ./bench/drill -engine postgres
//
// It says how long the copy and the restore took and how much was written after the copy, which is what would be lost.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func main() {
	files := flag.Int("files", 200, "files of evidence")
	each := flag.Int("each", 64<<10, "bytes of each")
	engine := flag.String("engine", store.SQLite, "sqlite or postgres, from and to")
	in := flag.String("in", "", "folder to work in (default: the folder of temporary files)")
	flag.Parse()
	if err := run(context.Background(), *in, *engine, *files, *each); err != nil {
		fmt.Fprintln(os.Stderr, "drill:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, in, engine string, files, each int) (err error) {
	dir, err := os.MkdirTemp(in, "huzhi-drill-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data, clean, copies, safe := filepath.Join(dir, "office"), filepath.Join(dir, "clean"), filepath.Join(dir, "copies"), filepath.Join(dir, "safe")
	flags := map[string]string{"data": data}
	to := map[string]string{"data": clean}
	if engine == store.Postgres {
		for _, f := range []map[string]string{flags, to} {
			url, end, err := storetest.Server()
			if err != nil {
				return err
			}
			defer end()
			f["database.url"] = url
		}
	}
	a, err := open(ctx, flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := furnish(ctx, a, files, each); err != nil {
		return err
	}
	first, err := a.MakeCopy(ctx, copies)
	if err != nil {
		return err
	}
	fmt.Printf("%s: first copy: %d files, %d MB, in %s\n", engine, first.Files, (first.Bytes+first.Size)>>20, first.Took.Round(time.Millisecond))
	var wrote atomic.Int64
	working, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for working.Err() == nil {
				err := a.DB.Tx(ctx, func(tx *store.Tx) error {
					return audit.Append(tx, access.System().Entry("drill", "330500", "drill:x", nil))
				})
				if err != nil {
					fmt.Fprintln(os.Stderr, "drill:", err)
					return
				}
				wrote.Add(1)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	second, err := a.MakeCopy(ctx, copies)
	if err != nil {
		return errors.Join(err, fmt.Errorf("copy under writes"))
	}
	stop()
	all.Wait()
	last, err := audit.ReadHead(ctx, a.DB)
	if err != nil {
		return err
	}
	fmt.Printf("second copy, under %d writes: %d new files, in %s; %d entries of the log came after it\n", wrote.Load(), second.Fresh, second.Took.Round(time.Millisecond), last.Seq-second.Head.Seq)
	if len(second.Missing) > 0 || second.Fresh != 0 {
		return fmt.Errorf("the second copy: %d missing, %d new", len(second.Missing), second.Fresh)
	}
	public := a.Translog.Public()
	// The machine is gone; what is left are the copies and the keys.
	if err := errors.Join(os.Rename(filepath.Join(data, "keys"), safe), os.RemoveAll(filepath.Join(data, "blobs"))); err != nil {
		return err
	}
	cfg, err := config.Load(config.LoadOptions{Flags: to})
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := app.Restore(ctx, cfg, copies, public, nil)
	if err != nil {
		return err
	}
	if len(r.Verdict.Faults) > 0 || r.Verdict.Head != second.Head || r.Verdict.Files != files {
		return fmt.Errorf("what was restored: %+v", r.Verdict)
	}
	fmt.Printf("restored and verified: %d files, %d entries, in %s\n", r.Files, r.Verdict.Entries, time.Since(began).Round(time.Millisecond))
	if err := os.Rename(safe, filepath.Join(clean, "keys")); err != nil {
		return err
	}
	return serve(ctx, to)
}

func open(ctx context.Context, flags map[string]string) (*app.App, error) {
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		return nil, err
	}
	return app.New(ctx, cfg, app.Options{Own: true, Create: true, Migrate: true})
}

// furnish puts files into the office as telephones send them.
func furnish(ctx context.Context, a *app.App, files, each int) error {
	raw := make([]byte, each)
	for range files {
		if _, err := rand.Read(raw); err != nil {
			return err
		}
		ref, err := a.Blobs.PutOwn(ctx, bytes.NewReader(raw), int64(each))
		if err != nil {
			return err
		}
		err = a.DB.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO field_blobs (sha256, actor, size, media_type, sent_at) VALUES (?, 'drill', ?, 'application/octet-stream', ?)", ref.SHA256, ref.Size, tx.Now).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// serve opens the restored office as the program does, and looks whether it answers.
func serve(ctx context.Context, flags map[string]string) (err error) {
	a, err := open(ctx, flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	site, err := a.Site(nil)
	if err != nil {
		return err
	}
	srv := httptest.NewServer(site)
	defer srv.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/login", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	fmt.Println("the restored office answers:", res.Status)
	if res.StatusCode != http.StatusOK {
		err = errors.New("it does not serve")
	}
	return errors.Join(err, res.Body.Close())
}
