// Command huzhi is the office's program: it serves the site, fills the demonstration office, manages people, reports and verifies.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
)

// commands is the command line: one file a command.
type commands struct {
	Config string `help:"Settings file (YAML). What can be set stands in config/default.yaml." placeholder:"FILE"`
	Lang   string `help:"Language of the answers: zh-CN or en (default: the terminal's)." enum:",zh-CN,en" default:"" placeholder:"LANG"`

	Demo    demoCmd    `cmd:"" help:"Fill the demonstration office and serve it: invented people and cases, one sign-in a role."`
	Serve   serveCmd   `cmd:"" help:"Serve the office."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date with this program."`
	User    userCmd    `cmd:"" help:"Add, list and change people. Changes take effect at once in a program that serves."`
	Report  reportCmd  `cmd:"" help:"Print reports."`
	Recount recountCmd `cmd:"" help:"Throw the summaries away and count them from the rows."`
	Verify  verifyCmd  `cmd:"" help:"Check that log, papers, files and summaries are as they were written; or a bundle that was given out."`
	Export  exportCmd  `cmd:"" help:"Write a case as a bundle that checks itself, for the court or the police."`

	Backup  backupCmd  `cmd:"" help:"Make a checked copy of the office while it works."`
	Restore restoreCmd `cmd:"" help:"Bring a copy back to a machine without an office, and verify it."`
	Move    moveCmd    `cmd:"" help:"Carry the office from SQLite to PostgreSQL, or back."`

	Identity identityCmd `cmd:"" help:"The keys that seal callers and reporters."`
	Log      logCmd      `cmd:"" help:"Sign the log's head, prove an entry of the log, check such a proof."`

	Due        dueCmd        `cmd:"" help:"When a period of the rule book ends, day by day. Needs no office."`
	Days       daysCmd       `cmd:"" help:"When a bare period ends, day by day. Needs no office."`
	ListingURL listingURLCmd `cmd:"" name:"listing-url" help:"Which listing an address is of. Needs no office."`

	Fine      fineCmd      `cmd:"" help:"The highest fine for counterfeiting, by the day of the act. Needs no office."`
	Number    numberCmd    `cmd:"" help:"Read a patent number in any spelling. Needs no office."`
	CheckMark checkMarkCmd `cmd:"" help:"Judge a patent mark: facts as JSON on the input, the answer with row, limb and article."`

	Surcharge surchargeCmd `cmd:"" help:"What a fine paid late costs more. Needs no office."`
}

// dataFlag is the flag of every command that opens the office.
type dataFlag struct {
	Data string `help:"Data folder (default: ./huzhi-data)." placeholder:"DIR"`
}

// addrFlag is where to serve.
type addrFlag struct {
	Addr string `help:"Address to serve on (default: 127.0.0.1:8330)." placeholder:"HOST:PORT"`
}

// terminal is what a command talks to.
type terminal struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	env      []string
	file     string // --config
	p        *i18n.Printer
}

func main() {
	syscall.Umask(0o027) // the database and the files are nobody else's to read
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&terminal{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ()}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs a command line and gives the exit code: 0, or 1 after one sentence on the error stream.
func run(t *terminal, args []string) int {
	cat, err := i18n.Load(config.Locale())
	if err != nil {
		fmt.Fprintln(t.err, "huzhi:", err)
		return 1
	}
	t.p = cat.Printer(language(t.env))
	var c commands
	done := false
	parser, err := kong.New(&c, kong.Name("huzhi"), kong.Writers(t.out, t.err), kong.Exit(func(int) { done = true }),
		kong.Description("Huzhi (护知): the casework of an intellectual-property enforcement office."),
		kong.Vars{"roles": roleHelp}, kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		fmt.Fprintln(t.err, "huzhi:", err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if done {
		return 0 // --help
	}
	if err != nil {
		fmt.Fprintf(t.err, "huzhi: %v (huzhi --help)\n", err)
		return 1
	}
	if c.Lang != "" {
		t.p = cat.Printer(c.Lang)
	}
	t.file = c.Config
	if err := chosen.Run(t); err != nil {
		fmt.Fprintln(t.err, "huzhi:", t.sentence(err))
		return 1
	}
	return 0
}

// language is the terminal's: Chinese where it says so, else English.
func language(env []string) string {
	set := map[string]string{}
	for _, e := range env {
		k, v, _ := strings.Cut(e, "=")
		set[k] = v
	}
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := set[k]; v != "" {
			if strings.HasPrefix(v, "zh") {
				return i18n.Chinese
			}
			break
		}
	}
	return i18n.English
}

// longestCause is how much is told of an error that has no sentence of its own, in characters.
const longestCause = 400

// sentence is an error in the person's language. What has no sentence of its own is told in the machine's words.
func (t *terminal) sentence(err error) string {
	e := errs.As(err)
	if e == nil {
		words := []rune(strings.Join(strings.Fields(err.Error()), " "))
		if len(words) > longestCause {
			words = append(words[:longestCause], '…')
		}
		return t.p.T("cmd.internal", string(words))
	}
	if len(e.Fields) == 0 {
		return t.p.M(e.Message)
	}
	var parts []string
	for _, f := range e.Fields {
		parts = append(parts, t.p.T("cmd.field", f.Name, t.p.M(f.Message)))
	}
	return strings.Join(parts, t.p.T("cmd.list"))
}

// say prints a line of the catalogue.
func (t *terminal) say(key string, args ...any) { fmt.Fprintln(t.out, t.p.T(key, args...)) }

// tell is say for how a work goes on: on the error stream.
func (t *terminal) tell(key string, args ...any) { fmt.Fprintln(t.err, t.p.T(key, args...)) }

// settings reads the settings with the command's flags over them.
func (t *terminal) settings(flags map[string]string) (*config.Config, error) {
	maps.DeleteFunc(flags, func(_, v string) bool { return v == "" })
	return config.Load(config.LoadOptions{File: t.file, Env: t.env, Flags: flags})
}

// open opens the office for a command that serves: it writes about itself.
func (t *terminal) open(cfg *config.Config, o app.Options) (*app.App, error) {
	o.Log = logger(cfg, t.err)
	return app.New(t.ctx, cfg, o)
}

// with opens the office that is there, runs fn and closes it.
func (t *terminal) with(data string, o app.Options, fn func(a *app.App) error) error {
	cfg, err := t.settings(map[string]string{"data": data})
	if err != nil {
		return err
	}
	a, err := app.New(t.ctx, cfg, o)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close())
}

// logger writes what the program says about itself.
func logger(cfg *config.Config, to io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, o))
	}
	return slog.New(slog.NewTextHandler(to, o))
}
