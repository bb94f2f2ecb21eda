// Package blob keeps files by their SHA-256: verified while they stream in and out, never changed.
//
// A blob is written before the row that names it, so a crash leaves at most a
// blob that no row names; Verify reports it.
//
// They lie in a folder or, where the office has set one, in a bucket of an
// S3-compatible store. Either way a file is first written here, hashed, and
// looked at for malware (Scanner); only then has it a name and a place.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"huzhi/internal/errs"
)

// Ref names a blob.
type Ref struct {
	SHA256 string // 64 hexadecimal digits
	Size   int64  // bytes
}

// Store is a folder of blobs, ab/abcdef…, or a bucket with the same names.
type Store struct {
	dir    string
	bucket *bucket // nil: the folder
	scan   Scanner // nil: nobody looks
}

// Scanner looks at a file that came from outside before it is kept. The error is errs.Invalid where something was found in it.
type Scanner interface {
	Scan(ctx context.Context, file io.Reader) error
}

// ScanWith has each file that comes from outside looked at.
func (s *Store) ScanWith(x Scanner) { s.scan = x }

// File is a blob to be read from anywhere in it, as a player of films does. Nobody compares its bytes with its name meanwhile: Open and Check do.
type File interface {
	io.ReadSeeker
	io.Closer
}

// Open makes the folder if need be.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o750); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	return &Store{dir: dir}, nil
}

// At is a folder of blobs that is there and is only read from: nothing is made in it.
func At(dir string) *Store { return &Store{dir: dir} }

// Has says whether a blob is there. It does not look at its bytes: Check does.
func (s *Store) Has(sha string) bool {
	if !valid(sha) {
		return false
	}
	if s.bucket != nil {
		return s.bucket.has(sha)
	}
	_, err := os.Stat(s.path(sha))
	return err == nil
}

// Put takes a stream of at most limit bytes (TooLarge beyond) and gives its name. Putting the same bytes twice is the same blob.
// An empty stream is not kept and has no name: its Ref is the zero one. Invalid where the scanner found something.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (ref Ref, err error) {
	return s.put(ctx, r, limit, s.scan)
}

// PutOwn is Put for what the program made itself: nobody looks for malware in it.
func (s *Store) PutOwn(ctx context.Context, r io.Reader, limit int64) (ref Ref, err error) {
	return s.put(ctx, r, limit, nil)
}

func (s *Store) put(ctx context.Context, r io.Reader, limit int64, scan Scanner) (ref Ref, err error) {
	tmp, err := os.CreateTemp(filepath.Join(s.dir, "tmp"), "in-*")
	if err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	defer func() {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name()) // gone already once it was renamed
	}()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, h), io.LimitReader(&stoppable{ctx, r}, limit+1))
	if err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	if n > limit {
		return Ref{}, errs.New(errs.TooLarge, "error.file_too_large", limit>>20)
	}
	if n == 0 {
		return Ref{}, nil
	}
	if err := tmp.Sync(); err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	ref = Ref{SHA256: hex.EncodeToString(h.Sum(nil)), Size: n}
	if scan != nil {
		if _, err := tmp.Seek(0, io.SeekStart); err != nil {
			return Ref{}, fmt.Errorf("blobs: %w", err)
		}
		if err := scan.Scan(ctx, tmp); err != nil {
			return Ref{}, err
		}
	}
	if s.bucket != nil {
		return ref, s.bucket.put(ctx, ref, tmp)
	}
	to := s.path(ref.SHA256)
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	if err := os.Chmod(tmp.Name(), 0o440); err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	if err := os.Rename(tmp.Name(), to); err != nil {
		return Ref{}, fmt.Errorf("blobs: %w", err)
	}
	return ref, errors.Join(syncDir(filepath.Dir(to)), syncDir(s.dir)) // the blob's folder may be new in the store's
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *Store) path(sha string) string { return filepath.Join(s.dir, sha[:2], sha) }

// Open gives the blob's bytes. Its last Read fails when they are not the bytes of that name.
func (s *Store) Open(sha string) (io.ReadCloser, error) {
	if !valid(sha) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	f, err := s.Seek(sha)
	if err != nil {
		return nil, err
	}
	return &checked{f: f, h: sha256.New(), want: sha}, nil
}

// Seek gives the blob to be read from anywhere in it.
func (s *Store) Seek(sha string) (File, error) {
	if !valid(sha) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	if s.bucket != nil {
		return s.bucket.open(sha)
	}
	f, err := os.Open(s.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("blob %s is missing: %w", sha, fs.ErrNotExist)
	}
	return f, err
}

// Folder is where files are written first: what has not come whole yet lies beside it.
func (s *Store) Folder() string { return s.dir }

func valid(sha string) bool {
	_, err := hex.DecodeString(sha)
	return err == nil && len(sha) == 64 && strings.ToLower(sha) == sha
}

// Check reads the whole blob and fails where its bytes are not those of its name.
func (s *Store) Check(sha string) error {
	r, err := s.Open(sha)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// Names calls fn for every blob that is kept.
func (s *Store) Names(fn func(sha string) error) error {
	if s.bucket != nil {
		return s.bucket.names(fn)
	}
	return filepath.WalkDir(s.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !valid(d.Name()) {
			return err
		}
		return fn(d.Name())
	})
}

// ErrChanged says that bytes are not those that were put.
var ErrChanged = errors.New("was changed on disk")

type checked struct {
	f    File
	h    hash.Hash
	want string
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.f.Read(p)
	c.h.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.h.Sum(nil)) != c.want {
		return n, fmt.Errorf("blob %s: %w", c.want, ErrChanged)
	}
	return n, err
}

func (c *checked) Close() error { return c.f.Close() }

type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
