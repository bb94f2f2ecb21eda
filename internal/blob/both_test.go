package blob

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"huzhi/internal/errs"
)

// each runs a test on a folder and on a bucket. spoil writes other bytes under a blob's name.
func each(t *testing.T, run func(t *testing.T, s *Store, spoil func(sha, with string))) {
	t.Run("folder", func(t *testing.T) {
		s, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		run(t, s, func(sha, with string) { overwrite(t, s.path(sha), with) })
	})
	t.Run("bucket", func(t *testing.T) {
		back := s3mem.New()
		if err := back.CreateBucket("huzhi"); err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(gofakes3.New(back).Server())
		t.Cleanup(srv.Close)
		s, err := OpenS3(t.Context(), t.TempDir(), S3{Endpoint: strings.TrimPrefix(srv.URL, "http://"), Bucket: "huzhi", Region: "us-east-1", AccessKey: "a", SecretKey: "b"})
		if err != nil {
			t.Fatal(err)
		}
		run(t, s, func(sha, with string) {
			if _, err := back.PutObject("huzhi", key(sha), map[string]string{}, strings.NewReader(with), int64(len(with)), nil); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// TestFolderAndBucketAlike walks what both must do: the same bytes are one blob, nothing and too much leave nothing, changed bytes are noticed, a
// missing blob is said to be missing, and a reader may begin anywhere.
func TestFolderAndBucketAlike(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Store, spoil func(sha, with string)) {
		ctx := t.Context()
		ref, err := s.Put(ctx, strings.NewReader("湖州南浔"), 100)
		if err != nil || ref.Size != 12 {
			t.Fatal(ref, err)
		}
		if !s.Has(ref.SHA256) || s.Has(strings.Repeat("0", 64)) || s.Has("") {
			t.Fatal("it does not know what it has")
		}
		if again, err := s.Put(ctx, strings.NewReader("湖州南浔"), 100); err != nil || again != ref {
			t.Fatal(again, err)
		}
		if _, err := s.Put(ctx, strings.NewReader("0123456789"), 9); errs.CodeOf(err) != errs.TooLarge {
			t.Fatal(err)
		}
		if none, err := s.Put(ctx, strings.NewReader(""), 9); err != nil || none != (Ref{}) {
			t.Fatal(none, err)
		}
		var names []string
		if err := s.Names(func(sha string) error { names = append(names, sha); return nil }); err != nil || len(names) != 1 || names[0] != ref.SHA256 {
			t.Fatal(names, err)
		}
		f, err := s.Seek(ref.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Seek(6, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(f); err != nil || string(b) != "南浔" {
			t.Fatal(string(b), err)
		}
		if err := errors.Join(f.Close(), s.Check(ref.SHA256)); err != nil {
			t.Fatal(err)
		}
		spoil(ref.SHA256, "湖州南潯")
		if err := s.Check(ref.SHA256); err == nil {
			t.Fatal("changed bytes were not noticed")
		}
		if _, err := s.Open(strings.Repeat("0", 64)); err == nil || !strings.Contains(err.Error(), "missing") {
			t.Fatal(err)
		}
	})
}

// TestClamd: what clamd finds is not kept, what it does not look at neither; what the program made itself is not sent to it.
func TestClamd(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go clamd(ln)
	c, err := ParseClamd("tcp://" + ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.ScanWith(c)
	ctx := t.Context()
	if _, err := s.Put(ctx, strings.NewReader(strings.Repeat("clean ", 40000)), 1<<20); err != nil {
		t.Fatal(err)
	}
	_, err = s.Put(ctx, strings.NewReader("EICAR"), 1<<20)
	if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Args[0] != "Eicar-Test-Signature" {
		t.Fatal(err)
	}
	if _, err := s.PutOwn(ctx, strings.NewReader("EICAR"), 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, strings.NewReader("nobody looks"), 1<<20); errs.CodeOf(err) != errs.Conflict {
		t.Fatal(err)
	}
	if _, err := ParseClamd("127.0.0.1:3310"); err == nil {
		t.Fatal("an address without its kind was taken")
	}
}

// clamd speaks as much of its protocol as INSTREAM needs.
func clamd(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		r := bufio.NewReader(conn)
		_, _ = r.ReadString(0)
		var all strings.Builder
		for {
			var n uint32
			if binary.Read(r, binary.BigEndian, &n) != nil || n == 0 {
				break
			}
			_, _ = io.CopyN(&all, r, int64(n))
		}
		answer := "stream: OK\x00"
		if strings.Contains(all.String(), "EICAR") {
			answer = "stream: Eicar-Test-Signature FOUND\x00"
		}
		_, _ = conn.Write([]byte(answer))
		_ = conn.Close()
	}
}
