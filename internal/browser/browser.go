// Package browser drives a headless Chromium: for the journeys in tests and the pictures of the pages.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// ErrMissing says that no Chromium is installed.
var ErrMissing = errors.New("no Chromium on this machine (Debian: apt-get install chromium)")

// Chromium is the path of the browser, or ErrMissing.
func Chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrMissing
}

// Open starts a browser; it ends with the context's cancel function, which must be called.
func Open(parent context.Context, dir string) (context.Context, context.CancelFunc, error) {
	path, err := Chromium()
	if err != nil {
		return nil, nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true), chromedp.Flag("lang", "zh-CN"))
	alloc, stop := chromedp.NewExecAllocator(parent, opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	ctx, timeout := context.WithTimeout(ctx, 12*time.Minute)
	end := func() { timeout(); cancel(); stop() }
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		end()
		return nil, nil, fmt.Errorf("start Chromium: %w", err)
	}
	return ctx, end, nil
}

// Size sets the window to a desktop's 1440×900 or a phone's 390×844, and the system to light or dark.
func Size(ctx context.Context, phone, dark bool) error {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	media := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
	if phone {
		return chromedp.Do(ctx, media, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	}
	return chromedp.Do(ctx, media, chromedp.EmulateViewport(1440, 900))
}

// SignIn signs a person in at a site.
func SignIn(ctx context.Context, base, username, password string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/login"),
		chromedp.SetValue(`input[name=username]`, username), chromedp.SetValue(`input[name=password]`, password)); err != nil {
		return err
	}
	answer, err := chromedp.RunResponse(ctx, chromedp.Submit(`input[name=password]`))
	if err == nil && answer.Status != 200 {
		err = fmt.Errorf("sign in as %s: %d", username, answer.Status)
	}
	return err
}

// Picture saves the page as it stands; full is the whole page, not only what fits the window.
func Picture(ctx context.Context, file string, full bool) error {
	var png []byte
	var err error
	if full {
		png, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
	} else {
		png, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o644)
}
