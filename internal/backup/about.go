package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/translog"
)

// About is what a copy says of itself.
type About struct {
	Office   string    // huzhi/330500
	At       time.Time // UTC, to the second, by the machine's clock
	SHA256   string    // of its database
	Size     int64     // bytes of its database
	Head     audit.Head
	Files    int // how many its database names
	Settings []Setting
}

// Setting is a file of the settings, by its hash.
type Setting struct{ Name, SHA256 string }

const first = "huzhi copy 1"

// text is the manifest as it is signed.
func (a About) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\noffice %s\nmade %s\ndatabase %s %d\nlog %s\nfiles %d\n", first, a.Office, a.At.UTC().Format(time.RFC3339), a.SHA256, a.Size, a.Head, a.Files)
	for _, s := range a.Settings {
		fmt.Fprintf(&b, "setting %s %s\n", s.SHA256, s.Name)
	}
	return b.String()
}

// Read reads a copy's manifest. With public keys one of them must have signed it: errs.Invalid where none did, or where it is no manifest.
func Read(dir string, public ...string) (c Copy, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, manifest))
	if err != nil {
		return c, errs.New(errs.NotFound, "backup.none", dir).Because(err)
	}
	text, _, _ := strings.Cut(string(raw), "\n\n")
	text += "\n"
	if len(public) > 0 {
		if text, err = translog.OpenText(string(raw), public...); err != nil {
			return c, errs.New(errs.Invalid, "backup.unsigned", dir).Because(err)
		}
	}
	c.Dir = dir
	if c.About, err = parse(text); err != nil {
		return c, errs.New(errs.Invalid, "backup.manifest", dir).Because(err)
	}
	return c, nil
}

func parse(text string) (a About, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != first {
		return a, errors.New("it is no copy, or one of a later program")
	}
	for _, line := range lines[1:] {
		word, rest, _ := strings.Cut(line, " ")
		one, two, _ := strings.Cut(rest, " ")
		switch word {
		case "office":
			a.Office = rest
		case "made":
			a.At, err = time.Parse(time.RFC3339, rest)
		case "database":
			a.SHA256 = one
			a.Size, err = strconv.ParseInt(two, 10, 64)
		case "log":
			if rest != "0:" {
				err = a.Head.UnmarshalText([]byte(rest))
			}
		case "files":
			a.Files, err = strconv.Atoi(rest)
		case "setting":
			a.Settings = append(a.Settings, Setting{two, one})
		default:
			err = fmt.Errorf("%q is no line of it", line)
		}
		if err != nil {
			return a, err
		}
	}
	if a.SHA256 == "" || a.At.IsZero() {
		return a, errors.New("it is cut off")
	}
	return a, nil
}

// List is the copies in a folder, newest first; none where there is no such folder. What is no copy is passed over.
func List(dir string) ([]Copy, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, folder(dir, err)
	}
	var list []Copy
	for _, e := range slices.Backward(entries) { // names sort by time
		if _, err := time.Parse(layout, e.Name()); err != nil || !e.IsDir() {
			continue
		}
		if c, err := Read(filepath.Join(dir, e.Name())); err == nil {
			list = append(list, c)
		}
	}
	return list, nil
}

// Find is the copy that a path means: the copy itself, or the newest in a folder of copies.
func Find(path string, public ...string) (Copy, error) {
	if exists(filepath.Join(path, manifest)) {
		return Read(path, public...)
	}
	list, err := List(path)
	if err != nil {
		return Copy{}, err
	}
	if len(list) == 0 {
		return Copy{}, errs.New(errs.NotFound, "backup.none", path)
	}
	return Read(list[0].Dir, public...)
}

// Rule is which copies are kept: the last so many, and the newest of so many hours, days and months that have one. Days and months are China's.
type Rule struct{ Last, Hours, Days, Months int }

var china = time.FixedZone("", 8*60*60)

// keeps says which of some times, newest first, are kept.
func (r Rule) keeps(times []time.Time) []bool {
	out := make([]bool, len(times))
	for i := range min(r.Last, len(times)) {
		out[i] = true
	}
	for _, p := range []struct {
		n      int
		layout string
	}{{r.Hours, "2006010215"}, {r.Days, "20060102"}, {r.Months, "200601"}} {
		seen := ""
		n := 0
		for i, t := range times {
			if b := t.In(china).Format(p.layout); b != seen {
				if seen = b; n == p.n {
					break
				}
				n++
				out[i] = true
			}
		}
	}
	return out
}

// Prune throws away the copies that the rule does not keep, never the newest, and says how many. Files stay: the office keeps each of them too.
func Prune(dir string, r Rule) (n int, err error) {
	unlock, err := lock(dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	list, err := List(dir)
	if err != nil {
		return 0, err
	}
	var times []time.Time
	for _, c := range list {
		times = append(times, c.At)
	}
	for i, keep := range r.keeps(times) {
		if keep || i == 0 {
			continue
		}
		// Its name first: what is half gone is no copy.
		gone := filepath.Join(dir, part+filepath.Base(list[i].Dir))
		if err := errors.Join(os.Rename(list[i].Dir, gone), os.RemoveAll(gone)); err != nil {
			return n, folder(dir, err)
		}
		n++
	}
	return n, nil
}
