package backup

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
)

func TestWhichCopiesAreKept(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, china)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, x := range []struct {
		name string
		rule Rule
		want map[string]bool // newest first
		of   []string
	}{
		{"the last", Rule{Last: 2}, map[string]bool{"2026-11-20 10:10": true, "2026-11-20 10:05": true}, []string{"2026-11-20 10:10", "2026-11-20 10:05", "2026-11-20 10:00"}},
		{"the newest of each hour that has one", Rule{Last: 1, Hours: 2}, map[string]bool{"2026-11-20 10:10": true, "2026-11-20 08:59": true},
			[]string{"2026-11-20 10:10", "2026-11-20 10:05", "2026-11-20 08:59", "2026-11-20 08:30", "2026-11-20 07:00"}},
		{"China's day, not Greenwich's", Rule{Days: 2}, map[string]bool{"2026-11-20 00:10": true, "2026-11-19 23:50": true}, []string{"2026-11-20 00:10", "2026-11-19 23:50", "2026-11-19 08:00"}},
		{"months", Rule{Last: 1, Months: 3}, map[string]bool{"2026-11-20 10:00": true, "2026-10-31 10:00": true, "2026-08-01 00:00": true},
			[]string{"2026-11-20 10:00", "2026-11-01 10:00", "2026-10-31 10:00", "2026-10-01 00:00", "2026-08-01 00:00", "2026-07-31 00:00"}},
		{"none", Rule{Last: 3, Hours: 1}, map[string]bool{}, nil},
	} {
		var times []time.Time
		for _, s := range x.of {
			times = append(times, at(s).UTC())
		}
		got := map[string]bool{}
		for i, keep := range x.rule.keeps(times) {
			if keep {
				got[x.of[i]] = true
			}
		}
		if !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: %v", x.name, got)
		}
	}
}

func TestAManifestIsReadAsItWasWritten(t *testing.T) {
	a := About{Office: "huzhi/330500", At: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC), SHA256: strings.Repeat("a", 64), Size: 5,
		Head: audit.Head{Seq: 7, Hash: strings.Repeat("b", 64)}, Files: 3, Settings: []Setting{{"fonts/仿 宋.ttf", strings.Repeat("c", 64)}}}
	if got, err := parse(a.text()); err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%+v %v", got, err)
	}
	none := a
	none.Head = audit.Head{}
	if got, err := parse(none.text()); err != nil || got.Head.Seq != 0 {
		t.Errorf("a log without an entry: %+v %v", got, err)
	}
	for _, bad := range []string{"", "huzhi copy 2\n", first + "\n", strings.Replace(a.text(), "log 7", "log x", 1), a.text() + "more 1\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestWhereCopiesMayLie(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := errors.Join(os.MkdirAll(data, 0o750), os.Symlink(data, filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	o := Office{Data: data, Keys: []string{filepath.Join(dir, "safe", "keys", "identity.json")}}
	for to, key := range map[string]string{
		"": "backup.nowhere", data: "backup.inside", filepath.Join(data, "copies"): "backup.inside", filepath.Join(dir, "link", "copies", "x"): "backup.inside",
		filepath.Join(dir, "safe"): "backup.keys.inside", filepath.Join(dir, "copies"): "", filepath.Join(dir, "data2"): "",
	} {
		err := o.fit(to)
		if e := errs.As(err); key == "" && err != nil || key != "" && (e == nil || e.Key != key) {
			t.Errorf("%s: %v, want %q", to, err, key)
		}
	}
}

func TestTwoCopiesAtATimeAreRefused(t *testing.T) {
	dir := t.TempDir()
	give, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Make(t.Context(), Office{}, dir); errs.CodeOf(err) != errs.Conflict {
		t.Error(err)
	}
	if _, err := Prune(dir, Rule{Last: 1}); errs.CodeOf(err) != errs.Conflict {
		t.Error(err)
	}
	if err := give(); err != nil {
		t.Fatal(err)
	}
	if n, err := Prune(dir, Rule{Last: 1}); n != 0 || err != nil {
		t.Error(n, err)
	}
}
