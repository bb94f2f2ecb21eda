package archtest

// A row is one package (or a folder of packages, where dir ends in /...) and what it may import of ours. Rows stand from the
// bottom up: imports go down. errs may be imported by all. Folders whose name ends in test hold what tests share: they may import
// everything, and nothing but tests may import them.
type row struct {
	dir string
	may string // names of rows above, or the groups
}

// groups are names for many.
var groups = map[string]string{
	"pure":   "errs region i18n calendar statute patent fine platform typeset filetype",
	"base":   "store blob mail keyring sheet",
	"trust":  "audit translog access search tally identity",
	"shared": "almanac deadline document registry task warn",
	"kinds":  "counterfeit infringement mediation listing opinion",
	"intake": "lead knowledge hotline inspection evidence",
	"file":   "volume filereview bundle",
}

// may is the architecture.
var may = []row{
	// pure: no database, no clock
	{"internal/errs", ""},
	{"internal/region", ""},
	{"internal/calendar", ""},
	{"internal/i18n", "calendar"},
	{"internal/statute", "calendar region"},
	{"internal/patent", "calendar statute"},
	{"internal/fine", "calendar statute"},
	{"internal/mail", ""},
	{"internal/platform", ""},
	{"internal/filetype", ""},
	{"internal/typeset", ""},
	{"config", "calendar region mail platform"},
	// base
	{"internal/store", ""},
	{"internal/store/storetest", "store"},
	{"internal/blob", ""},
	{"internal/keyring", ""},
	{"internal/sheet", "calendar"},
	// trust
	{"internal/audit", "store"},
	{"internal/translog", "keyring store audit"},
	{"internal/access", "calendar region store mail keyring audit"},
	{"internal/search", "calendar patent store access"},
	{"internal/tally", "store"},
	{"internal/identity", "calendar store keyring audit access"},
	// shared by all matters
	{"internal/almanac", "calendar store audit access"},
	{"internal/deadline", "calendar region statute store audit access almanac"},
	{"internal/document", "calendar typeset store blob audit access"},
	{"internal/registry", "region calendar patent store blob sheet audit access"},
	{"internal/task", "calendar store audit access"},
	{"internal/warn", "calendar i18n store mail access deadline"},
	// the core
	{"internal/casework", "pure base trust shared"},
	{"internal/papers", "pure base trust shared casework"},
	// kinds of case, and where cases come from
	{"internal/counterfeit", "pure base trust shared casework"},
	{"internal/infringement", "pure base trust shared casework"},
	{"internal/mediation", "pure base trust shared casework"},
	{"internal/opinion", "pure base trust shared casework"},
	{"internal/knowledge", "pure store audit access"},
	{"internal/lead", "pure base trust shared casework"},
	{"internal/listing", "pure base trust shared casework lead"},
	{"internal/hotline", "pure base trust shared casework lead knowledge"},
	{"internal/inspection", "pure base trust shared casework lead"},
	{"internal/evidence", "pure base trust shared casework lead inspection"},
	{"internal/volume", "pure base trust shared casework lead inspection evidence"},
	{"internal/filereview", "pure base trust shared casework kinds lead inspection evidence"},
	{"internal/bundle", "pure base trust shared casework lead inspection evidence volume"},
	// copies of it all
	{"internal/backup", "store blob keyring audit translog evidence"},
	// figures
	{"internal/report", "pure store audit access tally deadline document casework listing intake"},
	// front
	{"static", ""},
	{"views/parts", "pure static"},
	{"views/layout", "pure static views/parts"},
	{"views/official", ""},
	{"views", "pure audit access search tally identity shared casework kinds intake report static views/parts views/layout"},
	{"internal/web", "pure base trust shared casework papers kinds intake file report static views views/parts views/layout"},
	// wiring
	{"internal/demo", "pure base trust shared casework papers kinds intake file report"},
	{"internal/app", "config pure base trust shared casework papers kinds intake file backup report static views/official web demo"},
	{"internal/browser", ""},
	{"internal/archtest", ""},
	{"internal/browser", ""},
	{"cmd/...", "config pure base trust file backup report demo web app browser"},
	{"bench/browse", ""},
	{"bench/...", "config pure base trust shared casework hotline listing lead evidence backup report app store/storetest bench/browse"},
}

// An outside rule says which of our packages may import a library.
type outside struct {
	lib string   // import path, or the beginning of it
	in  []string // folders
	why string
}

var libraries = []outside{
	{"github.com/labstack/echo", []string{"internal/web", "internal/app"}, "HTTP stays in the front; the domain is HTTP-free"},
	{"github.com/a-h/templ", []string{"views", "internal/web"}, "pages are made in the front"},
	{"github.com/casbin/casbin", []string{"internal/access"}, "the guard is the one place that asks the policy"},
	{"gorm.io/driver", []string{"internal/store"}, "the store alone knows the engines"},
	{"github.com/pressly/goose", []string{"internal/store"}, "the store alone migrates"},
	{"github.com/jackc/pgx", []string{"internal/store"}, "the store alone knows the engines"},
	{"github.com/mattn/go-sqlite3", []string{"internal/store"}, "the store alone knows the engines"},
	{"github.com/alecthomas/kong", []string{"cmd"}, "flags are read in cmd only"},
	{"github.com/alexedwards/argon2id", []string{"internal/access"}, "passwords are access's"},
	{"net/http", []string{"internal/web", "internal/app", "cmd", "bench", "static"}, "HTTP stays in the front; the domain is HTTP-free"},
	{"github.com/pquerna/otp", []string{"internal/access", "internal/web"}, "codes of the second factor are access's; tests of the pages play the telephone"},
	{"github.com/boombuler/barcode", []string{"internal/web"}, "a QR code is a drawing on a page"},
	{"log", []string{}, "log/slog, given by app"},
	{"database/sql", []string{"internal/store"}, "gorm on a *store.Tx or db.Read"},
}

// nodb are the folders that never see the database: gorm is not imported there.
var nodb = []string{"internal/errs", "internal/region", "internal/calendar", "internal/i18n", "internal/statute", "internal/patent", "internal/blob", "views", "internal/web", "config", "cmd", "bench", "static"}
