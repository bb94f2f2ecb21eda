package translog_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/translog"
)

func write(t *testing.T, db *store.DB, n int) {
	t.Helper()
	if err := db.Tx(t.Context(), func(tx *store.Tx) error {
		for i := range n {
			if err := audit.Append(tx, audit.Entry{Actor: "u1", ActorName: "王伟", Action: "case.step.decide", Jurisdiction: "330500",
				Subject: fmt.Sprintf("case:%d", i), Detail: audit.Detail(map[string]any{"n": i})}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	if err := db.Tx(t.Context(), func(tx *store.Tx) error { return tx.Exec(sql, args...).Error }); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, db *store.DB) *translog.Log {
	t.Helper()
	l, err := translog.Open(db, translog.Settings{Office: "330500", KeyFile: filepath.Join(t.TempDir(), "keys", "log.key"), Make: true})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestTreeIsThatOfTheStandard holds the walk's own tree against the library's at every size.
func TestTreeIsThatOfTheStandard(t *testing.T) {
	var mine translog.Tree
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
		for _, i := range at {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for n := range int64(700) {
		want, err := tlog.TreeHash(n, read)
		if err != nil {
			t.Fatal(err)
		}
		if mine.Root() != want || mine.Size() != n {
			t.Fatalf("size %d: another root", n)
		}
		hash := fmt.Sprintf("%064x", n*n)
		more, err := tlog.StoredHashes(n, []byte(hash), read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		mine.Add(hash)
	}
}

// TestEveryEntryIsProved: heads are signed at sizes around the edges of the tiles; each entry is proved in the first head that holds it, and the
// proof goes through JSON, as it is given out.
func TestEveryEntryIsProved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		l := open(t, db)
		if _, err := l.Sign(ctx); errs.CodeOf(err) != errs.Conflict {
			t.Fatalf("an empty log is signed: %v", err)
		}
		size := int64(0)
		var heads []translog.Signed
		for _, n := range []int{1, 1, 253, 1, 1, 255, 2, 8700} {
			write(t, db, n)
			size += int64(n)
			s, err := l.Sign(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := l.Sign(ctx); err != nil || again.Note != s.Note {
				t.Fatalf("signed twice: %v", err)
			}
			h, err := translog.ReadHead(s.Note, l.Public()...)
			if err != nil || h.Size != size || h.Last.Seq != size || h.Origin != "huzhi/330500" || !h.At.Equal(s.SignedAt) {
				t.Fatalf("%+v %v", h, err)
			}
			heads = append(heads, s)
		}
		for _, seq := range []int64{1, 2, 3, 255, 256, 257, 258, 511, 512, 513, 514, 515, 8192, 8193, size} {
			p, err := l.Prove(ctx, seq)
			if err != nil {
				t.Fatalf("%d: %v", seq, err)
			}
			raw, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			p, err = translog.ReadProof(raw)
			if err != nil {
				t.Fatal(err)
			}
			h, err := p.Check(l.Public()...)
			if err != nil {
				t.Fatalf("%d: %v", seq, err)
			}
			for i, s := range heads {
				if s.Size >= seq {
					if h.Size != s.Size {
						t.Errorf("entry %d is proved in head %d, not in the first that holds it, %d", seq, h.Size, heads[i].Size)
					}
					break
				}
			}
			for name, spoil := range map[string]func(p *translog.Proof){
				"detail":   func(p *translog.Proof) { p.Entry.Detail = "{}" },
				"an entry": func(p *translog.Proof) { p.Entry.Detail = "{}"; p.Entry.Hash = p.Entry.Digest() },
				"number":   func(p *translog.Proof) { p.Entry.Seq++ },
				"the head": func(p *translog.Proof) { p.Head = strings.Replace(p.Head, "time 2", "time 3", 1) },
				"a hash": func(p *translog.Proof) {
					if len(p.Proof) == 0 {
						p.Proof = append(p.Proof, tlog.Hash{})
					}
					p.Proof[0][3] ^= 1
				},
			} {
				q, err := translog.ReadProof(raw)
				if err != nil {
					t.Fatal(err)
				}
				spoil(&q)
				if _, err := q.Check(l.Public()...); errs.CodeOf(err) != errs.Invalid {
					t.Errorf("%d with another %s: %v", seq, name, err)
				}
			}
			if _, err := p.Check(open(t, db).Public()...); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%d: a stranger's key: %v", seq, err)
			}
		}
		if _, err := l.Prove(ctx, size+1); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("an entry that is not: %v", err)
		}
	})
}

// TestAHistoryWrittenAnewIsCaught: who holds database and key can write a log that holds in itself; heads given out before show it.
func TestAHistoryWrittenAnewIsCaught(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		l := open(t, db)
		write(t, db, 300)
		s, err := l.Sign(ctx)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := translog.ReadHead(s.Note, l.Public()...)
		if err != nil {
			t.Fatal(err)
		}
		faults := func() (out []string) {
			r, err := translog.NewRoots(db.Read(ctx), []translog.Head{kept}, func(size int64, kept bool) { out = append(out, fmt.Sprint(size, kept)) })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := audit.Walk(db.Read(ctx), func(e *audit.Entry) error { r.Add(e); return nil }); err != nil {
				t.Fatal(err)
			}
			r.Rest()
			return out
		}
		write(t, db, 20)
		if f := faults(); len(f) > 0 {
			t.Fatalf("a whole log: %v", f)
		}
		anew := func(from int64, detail string) { // the chain written anew from an entry on, as a thief with the database would
			rows, err := audit.List(ctx, db, audit.Filter{Limit: 1000}, func(q *gorm.DB) *gorm.DB { return q })
			if err != nil {
				t.Fatal(err)
			}
			prev := ""
			for i := len(rows) - 1; i >= 0; i-- {
				e := rows[i]
				if e.Seq == from {
					e.Detail = detail
				}
				e.PrevHash = prev
				e.Hash = e.Digest()
				prev = e.Hash
				run(t, db, "UPDATE audit_log SET detail = ?, prev_hash = ?, hash = ? WHERE seq = ?", e.Detail, e.PrevHash, e.Hash, e.Seq)
			}
			run(t, db, "UPDATE audit_head SET hash = ?", prev)
		}
		anew(310, `{"n":-1}`)
		if f := faults(); len(f) > 0 {
			t.Fatalf("what came after the head is not the head's: %v", f)
		}
		anew(100, `{"n":-1}`)
		if f := faults(); fmt.Sprint(f) != "[300 false 300 true]" {
			t.Fatalf("written anew: %v", f)
		}
		if p, err := l.Prove(ctx, 100); err == nil {
			if _, err := p.Check(l.Public()...); err == nil {
				t.Error("a false entry is proved")
			}
		}
		run(t, db, "DELETE FROM audit_heads") // and the office's own memory of what it signed
		if f := faults(); fmt.Sprint(f) != "[300 true]" {
			t.Fatalf("without the office's own heads: %v", f)
		}
		run(t, db, "DELETE FROM audit_log WHERE seq > 290")
		run(t, db, "UPDATE audit_head SET seq = 290, hash = (SELECT hash FROM audit_log WHERE seq = 290)")
		if f := faults(); fmt.Sprint(f) != "[300 true]" {
			t.Fatalf("the newest cut off: %v", f)
		}
	})
}

// TestADamagedTreeIsNotSigned: tiles are checked against the root as they are read.
func TestADamagedTreeIsNotSigned(t *testing.T) {
	db := storetest.SQLite(t)
	l := open(t, db)
	write(t, db, 300)
	if _, err := l.Sign(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, db, "UPDATE audit_tiles SET data = 'AAAA' || SUBSTR(data, 5)")
	if _, err := l.Prove(t.Context(), 7); err == nil {
		t.Error("proved from a damaged tile")
	}
	write(t, db, 1)
	if _, err := l.Sign(t.Context()); err == nil {
		t.Error("signed over a damaged tile")
	}
}

func TestKeys(t *testing.T) {
	db := storetest.SQLite(t)
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "keys", "log.key")
	set := translog.Settings{Office: "330500", KeyFile: file}
	l, err := translog.Open(db, set)
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, 3)
	if _, err := l.Sign(ctx); errs.CodeOf(err) != errs.Conflict {
		t.Fatalf("signed without a key: %v", err)
	}
	set.Make = true
	if l, err = translog.Open(db, set); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	first, err := l.Sign(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Rotate(); err != nil {
		t.Fatal(err)
	}
	write(t, db, 1)
	second, err := l.Sign(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if l, err = translog.Open(db, set); err != nil || len(l.Public()) != 2 {
		t.Fatalf("%v %v", l.Public(), err)
	}
	for _, s := range []translog.Signed{first, second} {
		if _, err := translog.ReadHead(strings.ReplaceAll(s.Note, "\n", "\r\n"), l.Public()...); err != nil {
			t.Error(err)
		}
	}
	if _, err := translog.ReadHead(second.Note, l.Public()[1]); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("the older key opens the newer head: %v", err)
	}
	for _, bad := range []string{"", "x", first.Note[:40], strings.Replace(first.Note, "entry 3", "entry 2", 1)} {
		if _, err := translog.ReadHead(bad, l.Public()...); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "PRIVATE+KEY+x", "a\nb\n"} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		var e *errs.Error
		if _, err := translog.Open(db, set); !errors.As(err, &e) || e.Code != errs.Invalid {
			t.Errorf("key file %q: %v", bad, err)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := translog.Open(db, set); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a key for all to read: %v", err)
	}
}

// TestHeadsAreGivenOut: on their day, as a file and by mail; what fails is tried again, and nothing given out is written over.
func TestHeadsAreGivenOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		l := open(t, db)
		write(t, db, 5)
		folder := filepath.Join(t.TempDir(), "heads")
		var mailed []int64
		var failed []string
		dead := true
		plan := translog.Plan{Every: time.Hour, Folder: folder, Mail: func(_ context.Context, s translog.Signed) error {
			if dead {
				return errors.New("no line")
			}
			mailed = append(mailed, s.Size)
			return nil
		}, Failed: func(err error, size int64, to string) { failed = append(failed, fmt.Sprint(err, size, to)) }}
		give := func(want int64) {
			t.Helper()
			if n, err := l.GiveOut(ctx, plan); err != nil || n != want {
				t.Fatalf("%d, %v; want %d", n, err, want)
			}
		}
		files := func() []string {
			t.Helper()
			all, err := filepath.Glob(filepath.Join(folder, "*"))
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		give(5)
		if len(files()) != 1 || len(failed) != 1 || len(mailed) != 0 {
			t.Fatalf("%v %v %v", files(), failed, mailed)
		}
		raw, err := os.ReadFile(files()[0])
		if err != nil {
			t.Fatal(err)
		}
		if h, err := translog.ReadHead(string(raw), l.Public()...); err != nil || h.Size != 5 {
			t.Fatalf("%+v %v", h, err)
		}
		dead = false
		write(t, db, 1)
		give(0) // not yet time for another, but the letter goes
		if len(files()) != 1 || fmt.Sprint(mailed) != "[5]" {
			t.Fatalf("%v %v", files(), mailed)
		}
		run(t, db, "UPDATE audit_heads SET signed_at = ?", db.Now().Add(-2*time.Hour))
		give(6)
		give(0)
		if len(files()) != 2 || fmt.Sprint(mailed) != "[5 6]" {
			t.Fatalf("%v %v", files(), mailed)
		}
		// A file that holds something else is not written over; the head waits.
		failed = nil
		run(t, db, "UPDATE audit_heads SET exported_at = NULL WHERE size = 6")
		last := files()[len(files())-1]
		if err := os.WriteFile(last, []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		give(0)
		if now, err := os.ReadFile(last); err != nil || string(now) != "another" || len(failed) != 1 {
			t.Fatalf("%q %v %v", now, err, failed)
		}
		rows, err := l.Heads(ctx, 0, 10)
		if err != nil || len(rows) != 2 || rows[0].ExportedAt != nil || rows[0].MailedAt == nil || rows[1].ExportedAt == nil {
			t.Fatalf("%+v %v", rows, err)
		}
	})
}
