// Command office sets every paper as PDF and as DOCX, has LibreOffice make pages of the DOCX, and compares: the same number of pages, and the same text in the
// same order. It needs soffice (Debian: libreoffice-writer) and poppler-utils, and fonts-noto-cjk for the DOCX.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/typeset"
)

var today = calendar.Date(2026, 11, 20)

func main() {
	times := flag.Int("long", 12, "how often a field's words stand in it, so that papers have several pages")
	keep := flag.String("keep", "", "folder in which the files stay, to be looked at")
	flag.Parse()
	differ, err := run(context.Background(), *times, *keep)
	if err != nil {
		fmt.Fprintln(os.Stderr, "office:", err)
		os.Exit(1)
	}
	if differ > 0 {
		os.Exit(1)
	}
}

// paper is a form set in both ways.
type paper struct {
	form  string
	pages int
	text  string
}

func run(ctx context.Context, times int, keep string) (differ int, err error) {
	for _, tool := range []string{"soffice", "pdfinfo", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			return 0, fmt.Errorf("%s is not installed: %w", tool, err)
		}
	}
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "huzhi-office-"); err != nil {
			return 0, err
		}
		defer os.RemoveAll(dir)
	}
	papers, err := set(ctx, dir, times)
	if err != nil {
		return 0, err
	}
	made := filepath.Join(dir, "libreoffice")
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", made}
	for _, p := range papers {
		args = append(args, filepath.Join(dir, p.form+".docx"))
	}
	if out, err := exec.CommandContext(ctx, "soffice", args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("soffice: %w: %s", err, out)
	}
	most := 0
	for _, p := range papers {
		file := filepath.Join(made, p.form+".pdf")
		pages, err := pagesOf(ctx, file)
		if err != nil {
			return 0, err
		}
		text, err := exec.CommandContext(ctx, "pdftotext", "-raw", file, "-").Output()
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		most = max(most, p.pages)
		var says []string
		if pages != p.pages {
			says = append(says, fmt.Sprintf("%d pages as PDF, %d as DOCX", p.pages, pages))
		}
		if missing := lacks(string(text), p.text); missing != "" {
			says = append(says, fmt.Sprintf("the DOCX lacks %q", missing))
		}
		if len(says) > 0 {
			differ++
			fmt.Printf("%-32s %s\n", p.form, strings.Join(says, "; "))
		}
	}
	fmt.Printf("%d papers, of up to %d pages: %d differ\n", len(papers), most, differ)
	return differ, nil
}

// set makes the files of every form.
func set(ctx context.Context, dir string, times int) (out []paper, err error) {
	data, err := os.MkdirTemp("", "huzhi-office-data-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(data)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": data}})
	if err != nil {
		return nil, err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.DiscardHandler), Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	fonts, err := typeset.LoadFonts("")
	if err != nil {
		return nil, err
	}
	for _, id := range a.Documents.Templates() {
		tpl, fields := a.Documents.Template(id), map[string]string{}
		for _, name := range tpl.Fields() {
			fields[name] = strings.Repeat(name, times)
		}
		for _, b := range tpl.Blocks {
			if b.Rows != "" { // a row a line
				fields[b.Rows] = strings.TrimSpace(strings.Repeat(strings.Repeat("样品|", len(b.Columns)-1)+"备注\n", 3*times))
			}
		}
		p, _, err := a.Documents.Preview(document.Issue{Template: id, Office: "湖州市知识产权局", Mark: "湖", On: today, Data: fields})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		whole := document.Typeset(p)
		var pdf, docx bytes.Buffer
		n, err := fonts.PDF(&pdf, whole)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		if err := typeset.DOCX(&docx, whole); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, id+".pdf"), pdf.Bytes(), 0o600), os.WriteFile(filepath.Join(dir, id+".docx"), docx.Bytes(), 0o600)); err != nil {
			return nil, err
		}
		out = append(out, paper{id, n, whole.Text()})
	}
	return out, nil
}

func pagesOf(ctx context.Context, file string) (n int, err error) {
	out, err := exec.CommandContext(ctx, "pdfinfo", file).Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Pages:") {
			_, err = fmt.Sscanf(line, "Pages: %d", &n)
		}
	}
	return n, err
}

// foot is the number at the foot of a page.
var foot = regexp.MustCompile(`—?第\d+页(共\d+页)?—?`)

// lacks is the first line of a text that another has not, blanks, breaks and the feet of pages apart.
func lacks(text, want string) string {
	text = foot.ReplaceAllString(solid(text), "")
	for line := range strings.Lines(want) {
		if l := solid(line); l != "" && !strings.Contains(text, l) {
			return l
		}
	}
	return ""
}

func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
