package app

import (
	"context"
	"time"

	"huzhi/internal/blob"
	"huzhi/internal/errs"
)

// openBlobs opens the place where files are kept, and has whoever the office set look at what comes in.
func (a *App) openBlobs(ctx context.Context) (err error) {
	set := a.Config.Files
	if set.S3.Endpoint == "" {
		if a.Blobs, err = blob.Open(a.Config.Blobs()); err != nil {
			return errs.New(errs.Invalid, "app.folder", a.Config.Blobs(), cause(err)).Because(err)
		}
	} else {
		a.Blobs, err = blob.OpenS3(ctx, a.Config.Blobs(), blob.S3{Endpoint: set.S3.Endpoint, Bucket: set.S3.Bucket, Region: set.S3.Region, AccessKey: set.S3.AccessKey, SecretKey: string(set.S3.SecretKey), TLS: set.S3.Security == "tls"})
		if err != nil {
			return errs.New(errs.Invalid, "app.s3", set.S3.Endpoint, set.S3.Bucket, cause(err)).Because(err)
		}
	}
	if set.Clamd == "" {
		return nil
	}
	c, err := blob.ParseClamd(set.Clamd)
	if err != nil {
		return errs.New(errs.Invalid, "app.clamd", set.Clamd).Because(err)
	}
	a.Blobs.ScanWith(c)
	return nil
}

// How often kept files are looked at, and how many at once: ten thousand of them are read anew within an hour.
const (
	checkEvery = time.Minute
	checkFiles = 200
)

// watchFiles reads kept files anew, makes the small pictures that are missing, and forgets uploads that nobody went on with.
func (a *App) watchFiles(ctx context.Context) {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	first := true
	for {
		_, found, err := a.Evidence.Recheck(ctx, checkFiles)
		a.did("files", err)
		for _, x := range found {
			a.log.Error("a kept file is not what it was", "sha256", x.SHA256, "fault", x.Fault)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Error("kept files were not all looked at", "err", err)
		}
		if _, err := a.Evidence.Previews(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("small pictures were not made", "err", err)
		}
		if err := a.Evidence.Tidy(ctx, first); err != nil && ctx.Err() == nil {
			a.log.Error("uploads that nobody went on with were not forgotten", "err", err)
		}
		first = false
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
