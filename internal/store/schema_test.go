package store_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

var update = flag.Bool("update", false, "write docs/schema.md anew")

// TestSchemaPage holds docs/schema.md to the schema that the migrations make, and both engines to the same tables and columns.
func TestSchemaPage(t *testing.T) {
	const page = "../../docs/schema.md"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		got := describe(t, db)
		if *update && db.Engine() == store.SQLite {
			if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("docs/schema.md is not the schema (go test ./internal/store -update): -page +%s\n%s", db.Engine(), d)
		}
	})
}

func describe(t *testing.T, db *store.DB) string {
	t.Helper()
	sql := `SELECT m.name AS tab, p.name AS col, upper(p.type) AS typ, p."notnull" = 0 AND p.pk = 0 AS nullable FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY m.name, p.cid`
	if db.Engine() == store.Postgres {
		sql = `SELECT table_name AS tab, column_name AS col, upper(CASE data_type WHEN 'timestamp without time zone' THEN 'timestamp' ELSE data_type END) AS typ, is_nullable = 'YES' AS nullable
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose_%' ORDER BY table_name COLLATE "C", ordinal_position`
	}
	var cols []struct {
		Tab, Col, Typ string
		Nullable      bool
	}
	if err := db.Read(context.Background()).Raw(sql).Scan(&cols).Error; err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# The schema\n\nMade from the migrations by `go test ./internal/store -update`, and held to them by that test on both engines.\n" +
		"A day is TEXT `YYYY-MM-DD` (Asia/Shanghai), an instant a UTC TIMESTAMP, money fen in BIGINT. The reasons stand in `internal/store/migrations`.\n")
	last := ""
	for _, c := range cols {
		if c.Tab != last {
			fmt.Fprintf(&b, "\n## %s\n\n| column | type | |\n| --- | --- | --- |\n", c.Tab)
			last = c.Tab
		}
		null := ""
		if c.Nullable {
			null = "may be empty"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Col, c.Typ, null)
	}
	return b.String()
}
