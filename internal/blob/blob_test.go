package blob

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huzhi/internal/errs"
)

func TestABlobIsItsHash(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ref, err := s.Put(context.Background(), strings.NewReader("湖州"), 100)
	if err != nil || ref.Size != 6 || len(ref.SHA256) != 64 {
		t.Fatal(ref, err)
	}
	again, err := s.Put(context.Background(), strings.NewReader("湖州"), 100)
	if err != nil || again != ref {
		t.Fatal(again, err)
	}
	r, err := s.Open(ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "湖州" {
		t.Fatal(string(b), err)
	}
	n := 0
	if err := s.Names(func(string) error { n++; return nil }); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	overwrite(t, s.path(ref.SHA256), "德清")
	if err := s.Check(ref.SHA256); err == nil {
		t.Fatal("changed bytes were not noticed")
	}
}

func TestAnEmptyFileIsNotKept(t *testing.T) {
	dir := t.TempDir()
	s, _ := Open(dir)
	if ref, err := s.Put(context.Background(), strings.NewReader(""), 10); err != nil || ref != (Ref{}) {
		t.Fatal(ref, err)
	}
	left, _ := filepath.Glob(dir + "/*/*")
	if len(left) != 0 {
		t.Fatal("it left", left)
	}
}

func TestTooLargeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s, _ := Open(dir)
	if _, err := s.Put(context.Background(), strings.NewReader(strings.Repeat("x", 11)), 10); errs.CodeOf(err) != errs.TooLarge {
		t.Fatal(err)
	}
	left, _ := os.ReadDir(dir + "/tmp")
	if len(left) != 0 {
		t.Fatal("a part of the file stayed")
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("A", 64)} {
		if _, err := s.Open(bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
}

func overwrite(t *testing.T, path, with string) {
	t.Helper()
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(with), 0o640); err != nil {
		t.Fatal(err)
	}
}
