package mail_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"huzhi/internal/mail"
	"huzhi/internal/mail/mailtest"
)

var letter = mail.Letter{To: "zhang@example.cn", Subject: "护知：2 件事项需要处理，这一行写得很长很长很长很长很长很长很长很长", Text: "您好：\n.\n一行\n" + strings.Repeat("长", 500), At: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)}

func send(t *testing.T, set mail.Settings, l mail.Letter) error {
	t.Helper()
	set.From = "huzhi@example.cn"
	s, err := mail.New(set)
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(t.Context(), l)
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	for _, security := range []string{mail.StartTLS, mail.TLS, mail.None} {
		srv := mailtest.Start(t, security)
		set := mail.Settings{Server: srv.Addr, Security: security, Roots: srv.Roots}
		if security != mail.None {
			set.User, set.Password = "huzhi", "geheim"
		}
		if err := send(t, set, letter); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		got := srv.Letters()
		if len(got) != 1 {
			t.Fatalf("%s: %d letters", security, len(got))
		}
		x := got[0]
		if x.Secret != (security != mail.None) || x.Secret && x.User != "huzhi:geheim" || !strings.HasPrefix(x.From, "FROM:<huzhi@example.cn>") || x.To != "TO:<zhang@example.cn>" {
			t.Errorf("%s: %+v", security, x)
		}
		if x.Subject != letter.Subject || strings.TrimRight(strings.ReplaceAll(x.Text, "\r\n", "\n"), "\n") != strings.TrimRight(letter.Text, "\n") {
			t.Errorf("%s: %q %q", security, x.Subject, x.Text)
		}
		for h, want := range map[string]string{"Date": "Fri, 20 Nov 2026 01:00:00 +0000", "Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=utf-8", "To": "<zhang@example.cn>"} {
			if x.Header.Get(h) != want {
				t.Errorf("%s: %q", h, x.Header.Get(h))
			}
		}
		if id := x.Header.Get("Message-Id"); !strings.HasSuffix(id, "@example.cn>") || len(id) < 30 {
			t.Errorf("Message-Id %q", id)
		}
	}
}

func TestNothingIsSentWhereTheLineIsNotSecret(t *testing.T) {
	open := mailtest.Start(t, mail.None)
	if err := send(t, mail.Settings{Server: open.Addr, Security: mail.StartTLS, User: "huzhi", Password: "geheim"}, letter); err == nil {
		t.Error("a server without STARTTLS was taken")
	}
	strange := mailtest.Start(t, mail.StartTLS)
	for _, security := range []string{mail.StartTLS, mail.TLS} {
		if err := send(t, mail.Settings{Server: strange.Addr, Security: security}, letter); err == nil {
			t.Errorf("%s: a server that nobody vouches for was taken", security)
		}
	}
	if n := len(open.Letters()) + len(strange.Letters()); n != 0 {
		t.Errorf("%d letters were sent", n)
	}
}

func TestWhatFailsIsAnError(t *testing.T) {
	srv := mailtest.Start(t, mail.None)
	srv.Refuse("550 nobody here")
	err := send(t, mail.Settings{Server: srv.Addr, Security: mail.None}, letter)
	if err == nil || !strings.Contains(err.Error(), "550") || !strings.Contains(err.Error(), srv.Addr) {
		t.Error(err)
	}
	for _, to := range []string{"", "x", "a@b\r\nBcc: c@d", "Zhang <a@b.cn>", "a@b.cn, c@d.cn", strings.Repeat("a", 300) + "@b.cn"} {
		l := letter
		l.To = to
		if err := send(t, mail.Settings{Server: srv.Addr, Security: mail.None}, l); err == nil {
			t.Errorf("%.40q was taken", to)
		}
	}
	l := letter
	l.Subject = "a\r\nBcc: c@d.cn"
	srv.Refuse("")
	if err := send(t, mail.Settings{Server: srv.Addr, Security: mail.None}, l); err != nil {
		t.Fatal(err)
	}
	if x := srv.Letters()[0]; x.Subject != "a Bcc: c@d.cn" || x.Header.Get("Bcc") != "" {
		t.Errorf("%q %v", x.Subject, x.Header)
	}
	if err := send(t, mail.Settings{Server: closed(t), Security: mail.None}, letter); err == nil {
		t.Error("nobody listens")
	}
}

// closed is an address of this machine where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func TestWhoeverIsToldToEndDoesNotWaitForTheServer(t *testing.T) {
	srv := mailtest.Start(t, mail.None)
	srv.Mute()
	s, err := mail.New(mail.Settings{Server: srv.Addr, From: "huzhi@example.cn", Security: mail.None})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := s.Send(ctx, letter); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{"a@b.cn": "a@b.cn", "  zhang.san+1@ip.huzhou.gov.cn ": "zhang.san+1@ip.huzhou.gov.cn", "a@b": "a@b"} {
		if got, err := mail.Address(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a", "@b.cn", "a@", "a b@c.cn", "<a@b.cn>", "a@b.cn\nx", "\"a b\"@c.cn", "张三"} {
		if got, err := mail.Address(in); err == nil {
			t.Errorf("%q was taken as %q", in, got)
		}
	}
	for _, set := range []mail.Settings{{Server: "host", From: "a@b.cn"}, {Server: "host:25", From: ""}, {Server: "host:25", From: "x"}} {
		if _, err := mail.New(set); err == nil {
			t.Errorf("%+v was taken", set)
		}
	}
}
