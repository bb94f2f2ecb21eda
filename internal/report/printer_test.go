package report_test

import (
	"testing"

	"huzhi/config"
	"huzhi/internal/i18n"
)

func printer(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	cat, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	return cat.Printer(lang)
}
