// Command marks measures the register of patents: a CSV file of 1,000,000 rows brought in, 10,000 marks checked against it, and titles looked for in it; with -xlsx the memory of an XLSX file of 200,000 rows.
//
// It fills an office of its own in a temporary folder (or the empty database that -url names) with invented patents, through the same
// methods as a person, and tells how long each step took and the most memory the program had. It ends with status 1 where the marks took more than
// two seconds, or the import more than 300 MB.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/sheet"
)

const (
	mostTime   = 2 * time.Second
	mostMemory = 300 << 20
	hands      = 2 // who check at once: two cores
)

func main() {
	rows := flag.Int("rows", 1_000_000, "patents in the register")
	marks := flag.Int("marks", 10_000, "marks to check")
	address := flag.String("url", "", "an empty database (postgres://…); empty: SQLite in a temporary folder")
	xlsx := flag.Bool("xlsx", false, "bring in an XLSX file instead, and tell how much memory that took")
	make := flag.String("make", "", "only write such an XLSX file (in a process of its own, whose memory does not count)")
	flag.Parse()
	var err error
	switch {
	case *make != "":
		err = writeExcel(*make, sheet.MostExcelRows)
	case *xlsx:
		err = runExcel(context.Background(), *address)
	default:
		err = run(context.Background(), *rows, *marks, *address)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "marks:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows, marks int, address string) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-marks-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir, "database.url": address}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Today: calendar.Date(2026, 11, 20), Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	file, to := io.Pipe()
	go func() { to.CloseWithError(write(to, rows)) }()
	if err := bring(ctx, a.Register, "invented.csv", file, rows); err != nil {
		return err
	}
	peak := memory()
	took, err := check(ctx, a.Register, rows, marks)
	if err != nil {
		return err
	}
	if err := titles(ctx, a.Register); err != nil {
		return err
	}
	fmt.Printf("%d marks checked in %.2f s\nmost memory while importing: %d MB\n", marks, took.Seconds(), peak>>20)
	if took > mostTime || peak > mostMemory {
		return fmt.Errorf("slower than %s, or more than %d MB", mostTime, mostMemory>>20)
	}
	return nil
}

// number is the i-th invented number.
func number(i int) patent.Number {
	types := []patent.Type{patent.Invention, patent.UtilityModel, patent.Design}
	n, err := patent.Make(2010+i/3%15, types[i%3], 1+i/45)
	if err != nil {
		panic(err)
	}
	return n
}

func status(i int) patent.Status {
	list := []patent.Status{patent.GrantedValid, patent.GrantedValid, patent.GrantedValid, patent.LapsedFee, patent.PendingPublished, patent.Expired, patent.Rejected}
	return list[i%len(list)]
}

func write(w io.Writer, rows int) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "专利号,名称,专利权人,法律状态,申请日,授权公告日,终止日")
	for i := range rows {
		n, s := number(i), status(i)
		ended := ""
		if s.Standing() == patent.Ended {
			ended = strconv.Itoa(n.Year()+8) + "-06-01"
		}
		fmt.Fprintf(b, "%s,一种虚构的装置%d及其制造方法,湖州虚构企业%d有限公司,%s,%d-03-15,%d-09-20,%s\n", n, i, i%5000, s, n.Year(), n.Year()+1, ended)
	}
	return b.Flush()
}

// bring brings the file in: the dry run, then the writing.
func bring(ctx context.Context, r *registry.Roll, name string, file io.Reader, rows int) error {
	by := access.System()
	im, err := r.Upload(ctx, by, "", name, file)
	if err != nil {
		return err
	}
	steps := []struct {
		name string
		do   func(im *registry.Import) error
	}{
		{"read", func(im *registry.Import) error {
			return r.Read(ctx, by, im.ID, im.Version, im.Chosen(), calendar.Date(2026, 11, 1))
		}},
		{"written", func(im *registry.Import) error { return r.Apply(ctx, by, im.ID, im.Version) }},
	}
	for _, s := range steps {
		began := time.Now()
		if err := errors.Join(s.do(im), r.Work(ctx)); err != nil {
			return err
		}
		if im, err = r.Import(ctx, by, im.ID); err != nil {
			return err
		}
		fmt.Printf("%d rows (%d MB) %s in %.1f s: %d new, %d wrong\n", im.Rows, im.Size>>20, s.name, time.Since(began).Seconds(), im.New, im.Bad)
	}
	if im.State != registry.StateDone || im.New != int64(rows) {
		return fmt.Errorf("the import is %s with %d rows", im.State, im.New)
	}
	return nil
}

// check checks marks as the site does, some at once.
func check(ctx context.Context, r *registry.Roll, rows, marks int) (time.Duration, error) {
	facts := make([]*patent.Facts, marks)
	for i := range facts {
		n := number(i * 97 % rows)
		facts[i] = &patent.Facts{Medium: patent.Product, Role: patent.Maker, Product: "装置", Text: "中国实用新型专利 专利号：" + n.Normal(), Matches: patent.Yes,
			ProducedOn: calendar.Date(2020, 5, 1), SoldOn: calendar.Date(2024, 5, 1)}
	}
	began := time.Now()
	var wg sync.WaitGroup
	count := make([]map[patent.Verdict]int, hands)
	faults := make([]error, hands)
	for h := range hands {
		wg.Go(func() {
			count[h] = map[patent.Verdict]int{}
			own := facts[marks*h/hands : marks*(h+1)/hands]
			all, err := r.Many(ctx, own)
			if err != nil {
				faults[h] = err
				return
			}
			for _, f := range own {
				registry.Fill(f, all)
				count[h][patent.CheckMarking(*f).Result]++
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	var said []string
	for _, v := range registry.Results() {
		n := 0
		for _, c := range count {
			n += c[v]
		}
		said = append(said, fmt.Sprintf("%s %d", v, n))
	}
	fmt.Println(strings.Join(said, ", "))
	return took, errors.Join(faults...)
}

// memory is the most memory the program has had, in bytes; 0 where the system does not say.
func memory() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}
