package patent

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const committed, smaller = "../../static/mark.wasm.gz", "../../static/mark.wasm.br"

// driver runs a build of the check over facts, one JSON object a line, and prints the answers the same way.
const driver = `
const fs = require("node:fs");
globalThis.crypto ??= require("node:crypto").webcrypto;
require(process.argv[2]);
const go = new Go();
WebAssembly.instantiate(fs.readFileSync(process.argv[3]), go.importObject).then(({instance}) => {
  go.run(instance);
  const out = fs.readFileSync(0, "utf8").split("\n").filter(Boolean).map(l => JSON.stringify(huzhiCheckMark(JSON.parse(l))));
  fs.writeSync(1, out.join("\n"));
  process.exit(0);
});`

// The committed check for phones is of today's rules.
func TestWebAssemblyIsOfTheseRules(t *testing.T) {
	if *update {
		t.Skip("written anew")
	}
	if b := unpacked(t, committed); !bytes.Contains(b, []byte(Rules)) {
		t.Errorf("static/mark.wasm.gz is of other rules: HUZHI_TEST_WASM=require go test ./internal/patent -run WebAssembly -update")
	}
}

func unpacked(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The check for phones, as committed and as built now, answers as the server does: on every row and on 10,000 random facts. With -update
// the committed one is built anew, with the loader of this Go.
func TestWebAssemblyAnswersTheSame(t *testing.T) {
	if os.Getenv("HUZHI_TEST_WASM") != "require" {
		t.Skip("builds for WebAssembly and runs Node.js: HUZHI_TEST_WASM=require")
	}
	dir := t.TempDir()
	fresh := filepath.Join(dir, "fresh.wasm")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", fresh, "huzhi/cmd/markwasm")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		pack(t, fresh)
	}
	if held, err := os.ReadFile("../../static/vendor/wasm_exec.js"); err != nil || !bytes.Equal(held, loader) {
		t.Errorf("static/vendor/wasm_exec.js is not the loader of this Go (lib/wasm/wasm_exec.js); its sum stands in SHA256SUMS: %v", err)
	}
	unbrotli := exec.CommandContext(t.Context(), "node", "-e", `process.stdout.write(require("zlib").brotliDecompressSync(require("fs").readFileSync(process.argv[1])))`, smaller)
	if br, err := unbrotli.Output(); err != nil || !bytes.Equal(br, unpacked(t, committed)) {
		t.Errorf("%s and %s do not hold the same: %v", smaller, committed, err)
	}
	old := filepath.Join(dir, "committed.wasm")
	script := filepath.Join(dir, "run.cjs")
	for name, b := range map[string][]byte{old: unpacked(t, committed), script: []byte(driver)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines, want := questions(t)
	for _, file := range []string{old, fresh} {
		cmd := exec.CommandContext(t.Context(), "node", script, mustAbs(t, "../../static/vendor/wasm_exec.js"), file)
		cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(lines, "\n")), os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(string(out), "\n")
		if len(got) != len(want) {
			t.Fatalf("%s: %d answers to %d questions", filepath.Base(file), len(got), len(want))
		}
		for i := range want {
			var a, b any
			if json.Unmarshal([]byte(got[i]), &a) != nil || json.Unmarshal([]byte(want[i]), &b) != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("%s, facts %d: %s\nphone:  %s\nserver: %s", filepath.Base(file), i, lines[i], got[i], want[i])
			}
		}
	}
}

func questions(t *testing.T) (lines, want []string) {
	t.Helper()
	var list []Facts
	for _, x := range everyRow() {
		f := base()
		x.make(&f)
		list = append(list, f)
	}
	r := rand.New(rand.NewPCG(20260101, 5))
	for range 10_000 {
		list = append(list, randomFacts(r))
	}
	for _, f := range list {
		q, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		a, err := json.Marshal(CheckMarking(f))
		if err != nil {
			t.Fatal(err)
		}
		lines, want = append(lines, string(q)), append(want, string(a))
	}
	return lines, want
}

func pack(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(committed, z.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	// Brotli is a quarter smaller, and Node.js knows it.
	script := `const z = require("zlib"), fs = require("fs"), b = fs.readFileSync(process.argv[1]), c = z.constants;
		fs.writeFileSync(process.argv[2], z.brotliCompressSync(b, {params: {[c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_LGWIN]: 24, [c.BROTLI_PARAM_SIZE_HINT]: b.length}}))`
	if out, err := exec.CommandContext(t.Context(), "node", "-e", script, file, smaller).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func mustAbs(t *testing.T, file string) string {
	t.Helper()
	p, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
