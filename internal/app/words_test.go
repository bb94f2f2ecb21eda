package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"huzhi/internal/i18n"
	"huzhi/internal/web/webtest"
)

// keyOnPage is a key of the catalogue where a sentence should stand.
var keyOnPage = regexp.MustCompile(`\b(?:step|track|ask|choice|cite|need|error|power|part|case|act|law|state|clock|desk|repin|official|paper)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*`)

// read opens a page of the matrix in both languages, once: it opens, and no sentence on it is missing.
func (m *matrix) read(t *testing.T, client *webtest.Client, page, path string) {
	t.Helper()
	if m.pages[page] {
		return
	}
	m.pages[page] = true
	for _, lang := range i18n.Languages() {
		client.Post("/preferences", url.Values{"lang": {lang}})
		p := client.Get(path)
		if p.Status != http.StatusOK {
			t.Errorf("%s: %d\n%s", page, p.Status, p.Main())
		}
		for _, key := range keyOnPage.FindAllString(p.Text("main"), -1) {
			if !m.pages[key] {
				m.pages[key] = true
				t.Errorf("%s (%s): no sentence %s", page, lang, key)
			}
		}
	}
}
