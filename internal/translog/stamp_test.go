package translog_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notaryproject/tspclient-go"
	"gorm.io/gorm"

	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/translog"
)

// authority is a time-stamping authority made of openssl: it answers requests, with a certificate of its own.
type authority struct {
	t     *testing.T
	dir   string
	url   string
	roots *x509.CertPool
	say   func(answer []byte) []byte // what it answers instead
	asked int
}

const tsaConf = `[tsa]
default_tsa = it
[it]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`

func newAuthority(t *testing.T) *authority {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl on this machine (Debian: apt-get install openssl)")
	}
	a := &authority{t: t, dir: t.TempDir(), roots: x509.NewCertPool()}
	a.write("tsa.conf", tsaConf)
	a.write("serial", "01\n")
	a.write("ext", "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
	a.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test ca", "-days", "30")
	a.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=test tsa")
	a.run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "30", "-extfile", "ext")
	pem, err := os.ReadFile(filepath.Join(a.dir, "ca.pem"))
	if err != nil || !a.roots.AppendCertsFromPEM(pem) {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(srv.Close)
	a.url = srv.URL
	return a
}

func (a *authority) write(name, text string) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) run(args ...string) {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), "openssl", args...)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (a *authority) serve(w http.ResponseWriter, r *http.Request) {
	a.asked++
	query, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Type") != tspclient.MediaTypeTimestampQuery {
		a.t.Error(err, r.Header)
	}
	a.write("query", string(query))
	a.run("ts", "-reply", "-config", "tsa.conf", "-queryfile", "query", "-out", "answer")
	answer, err := os.ReadFile(filepath.Join(a.dir, "answer"))
	if err != nil {
		a.t.Error(err)
	}
	if a.say != nil {
		answer = a.say(answer)
	}
	w.Header().Set("Content-Type", tspclient.MediaTypeTimestampReply)
	_, _ = w.Write(answer)
}

// TestHeadsAreStamped: an authority stamps each head that is given out; what it says is checked, laid beside the head and held by verify; an answer that was spoiled, is another head's, or is
// a stranger's is not kept and asked for again; a stamp changed in the database is named.
func TestHeadsAreStamped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := newAuthority(t)
		ctx := t.Context()
		write(t, db, 5)
		l := open(t, db)
		ask, err := tspclient.NewHTTPTimestamper(nil, a.url)
		if err != nil {
			t.Fatal(err)
		}
		var failed []error
		plan := translog.Plan{Every: time.Nanosecond, Folder: t.TempDir(), Stamper: &translog.Stamper{Ask: ask, Roots: a.roots}, Failed: func(err error, _ int64, _ string) { failed = append(failed, err) }}
		give := func() {
			t.Helper()
			if _, err := l.GiveOut(ctx, plan); err != nil {
				t.Fatal(err)
			}
		}
		stored := func(size int64) translog.Signed {
			t.Helper()
			s, err := l.Find(ctx, size)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		var other []byte
		for _, x := range []struct {
			name string
			say  func([]byte) []byte
		}{
			{"a spoiled answer", func(b []byte) []byte {
				other = bytes.Clone(b)
				b[len(b)-5] ^= 1
				return b
			}},
			{"no answer", func([]byte) []byte { return nil }},
			{"another request's answer", func([]byte) []byte { return other }},
		} {
			a.say, failed = x.say, nil
			give()
			if s := stored(5); len(failed) != 1 || s.Stamp != "" || s.StampedAt != nil {
				t.Errorf("%s: kept %q, told %v", x.name, s.Stamp, failed)
			}
		}
		a.say, failed = nil, nil
		strange := *plan.Stamper
		strange.Roots = x509.NewCertPool()
		good := plan.Stamper
		plan.Stamper = &strange
		give()
		if s := stored(5); len(failed) != 1 || s.Stamp != "" {
			t.Errorf("a stranger's: kept %q, told %v", s.Stamp, failed)
		}
		plan.Stamper, failed = good, nil
		give()
		s := stored(5)
		if len(failed) != 0 || s.Stamp == "" || s.StampedAt == nil || s.ExportedAt == nil {
			t.Fatalf("%+v %v", s, failed)
		}
		file, err := os.ReadFile(filepath.Join(plan.Folder, s.StampName()))
		if err != nil || string(file) != string(s.Token()) {
			t.Fatal(err)
		}
		at, err := translog.CheckStamp(file, s.Note, a.roots)
		if err != nil || time.Since(at) > time.Hour || time.Until(at) > time.Minute {
			t.Error(at, err)
		}
		// any openssl holds the same against the head's file
		a.run("ts", "-verify", "-data", filepath.Join(plan.Folder, s.FileName()), "-in", filepath.Join(plan.Folder, s.StampName()), "-token_in", "-CAfile", "ca.pem")
		asked := a.asked
		give()
		if a.asked != asked {
			t.Error("a head that is stamped was stamped again")
		}
		if _, err := translog.CheckStamp(file, s.Note+"x", a.roots); errs.CodeOf(err) != errs.Invalid {
			t.Error("over another text:", err)
		}
		bad := func() (good int, bad []int64) {
			t.Helper()
			err := db.Snapshot(ctx, func(q *gorm.DB) (err error) {
				good, err = translog.VerifyStamps(q, a.roots, func(size int64) { bad = append(bad, size) })
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return good, bad
		}
		if n, b := bad(); n != 1 || len(b) != 0 {
			t.Error(n, b)
		}
		run(t, db, "UPDATE audit_heads SET note = 'another' WHERE size = 5")
		if n, b := bad(); n != 0 || len(b) != 1 || b[0] != 5 {
			t.Error(n, b)
		}
		run(t, db, "UPDATE audit_heads SET note = ?, stamp = 'AAAA' WHERE size = 5", s.Note)
		if n, b := bad(); n != 0 || len(b) != 1 {
			t.Error(n, b)
		}
	})
}

// TestAnAuthorityThatIsAway costs nothing but the stamp.
func TestAnAuthorityThatIsAway(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	write(t, db, 3)
	l := open(t, db)
	told := 0
	plan := translog.Plan{Every: time.Hour, Folder: t.TempDir(), Stamper: &translog.Stamper{Ask: away{}, Roots: x509.NewCertPool()}, Failed: func(error, int64, string) { told++ }}
	if _, err := l.GiveOut(t.Context(), plan); err != nil || told != 1 {
		t.Fatal(told, err)
	}
	s, err := l.Find(t.Context(), 3)
	if err != nil || s.ExportedAt == nil || s.Stamp != "" {
		t.Fatalf("%+v %v", s, err)
	}
}

type away struct{}

func (away) Timestamp(context.Context, *tspclient.Request) (*tspclient.Response, error) {
	return nil, errors.New("away")
}
