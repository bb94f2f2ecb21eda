package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFilesLeaveByOneDoor: what is sent as a file goes through send or serve, which refuse what the log was not told of. A handler that writes bytes past them is
// named here; those below send what is public or for machines.
func TestFilesLeaveByOneDoor(t *testing.T) {
	past := regexp.MustCompile(`c\.(Blob|Stream|File|Attachment|Inline)\(|"Content-Disposition"|http\.ServeContent`)
	allowed := map[string]int{"files.go": 2, "evidence.go": 3, "publicity.go": 2, "watch.go": 1, "field.go": 1}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(past.FindAllString(string(b), -1)); n != allowed[f] {
			t.Errorf("%s sends files past send and serve: %d, must be %d", f, n, allowed[f])
		}
	}
}
