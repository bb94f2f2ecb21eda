package blob

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a bucket of an S3-compatible store.
type S3 struct {
	Endpoint, Bucket, Region string // host:port
	AccessKey, SecretKey     string
	TLS                      bool
}

// OpenS3 is Open for blobs that lie in a bucket. dir takes a file while it comes in. The bucket must be there.
func OpenS3(ctx context.Context, dir string, x S3) (*Store, error) {
	s, err := Open(dir)
	if err != nil {
		return nil, err
	}
	c, err := minio.New(x.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(x.AccessKey, x.SecretKey, ""), Secure: x.TLS, Region: x.Region, BucketLookup: minio.BucketLookupPath})
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	there, err := c.BucketExists(ctx, x.Bucket)
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if !there {
		return nil, fmt.Errorf("blobs: there is no bucket %s", x.Bucket)
	}
	s.bucket = &bucket{c, x.Bucket}
	return s, nil
}

type bucket struct {
	c    *minio.Client
	name string
}

func key(sha string) string { return sha[:2] + "/" + sha }

// put hands a file on that was hashed here. A blob of that name and size is not written again.
func (b *bucket) put(ctx context.Context, ref Ref, f *os.File) error {
	if have, err := b.c.StatObject(ctx, b.name, key(ref.SHA256), minio.StatObjectOptions{}); err == nil && have.Size == ref.Size {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("blobs: %w", err)
	}
	if _, err := b.c.PutObject(ctx, b.name, key(ref.SHA256), f, ref.Size, minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: 16 << 20, NumThreads: 1}); err != nil {
		return fmt.Errorf("blobs: %w", err)
	}
	return nil
}

func (b *bucket) has(sha string) bool {
	_, err := b.c.StatObject(context.Background(), b.name, key(sha), minio.StatObjectOptions{})
	return err == nil
}

func (b *bucket) open(sha string) (File, error) {
	o, err := b.c.GetObject(context.Background(), b.name, key(sha), minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := o.Stat(); err != nil {
		_ = o.Close()
		if minio.ToErrorResponse(err).Code == "NoSuchKey" {
			return nil, fmt.Errorf("blob %s is missing: %w", sha, fs.ErrNotExist)
		}
		return nil, fmt.Errorf("blobs: %w", err)
	}
	return o, nil
}

func (b *bucket) names(fn func(sha string) error) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	for o := range b.c.ListObjects(ctx, b.name, minio.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			return fmt.Errorf("blobs: %w", o.Err)
		}
		name := o.Key[strings.LastIndexByte(o.Key, '/')+1:]
		if !valid(name) {
			continue
		}
		if err := fn(filepath.Base(name)); err != nil {
			return err
		}
	}
	return nil
}
