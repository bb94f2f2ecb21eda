package archtest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestThirdParty holds THIRD_PARTY.md to the modules that the program is linked from.
func TestThirdParty(t *testing.T) {
	page, err := os.ReadFile("../../THIRD_PARTY.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "huzhi/cmd/huzhi").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for m := range strings.FieldsSeq(string(out)) {
		if m != "huzhi" {
			linked[m] = true
		}
	}
	listed := map[string]bool{}
	_, table, _ := strings.Cut(string(page), "## Go modules in the binary")
	table, _, _ = strings.Cut(table, "\n## ")
	for line := range strings.Lines(table) {
		if cells := strings.Split(line, "|"); len(cells) > 2 && strings.Contains(cells[1], ".") {
			listed[strings.TrimSpace(cells[1])] = true
		}
	}
	for m := range linked {
		if !listed[m] {
			t.Errorf("THIRD_PARTY.md does not name %s, which is in the binary", m)
		}
	}
	for m := range listed {
		if !linked[m] {
			t.Errorf("THIRD_PARTY.md names %s, which is not in the binary", m)
		}
	}
}

// TestVendored: THIRD_PARTY.md names whatever stands in static/vendor.
func TestVendored(t *testing.T) {
	page, err := os.ReadFile("../../THIRD_PARTY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "## In `static/vendor`")
	files, err := os.ReadDir("../../static/vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		work, _, _ := strings.Cut(f.Name(), ".")
		if work != "LICENSE" && work != "SHA256SUMS" && !strings.Contains(strings.ToLower(table), work) {
			t.Errorf("THIRD_PARTY.md does not name static/vendor/%s", f.Name())
		}
	}
}
