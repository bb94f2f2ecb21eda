// Package mail hands plain letters to the office's mail server, over TLS unless the settings say otherwise.
package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	netmail "net/mail"
	"net/smtp"
	"strings"
	"time"
)

// How the connection is kept secret.
const (
	StartTLS = "starttls" // begun in the clear and then turned; refused where the server cannot
	TLS      = "tls"      // from the first byte
	None     = "none"     // never: for a server on the office's own machine. No password is sent
)

// Settings are the office's mail server.
type Settings struct {
	Server         string // host:port
	From           string // the address letters come from
	Security       string
	User, Password string         // without a user nobody signs in
	Roots          *x509.CertPool // who vouches for the server; nil is the machine's list
}

// Sender hands letters to one server.
type Sender struct {
	set  Settings
	host string
	from netmail.Address
}

// New checks the settings; nothing is connected.
func New(set Settings) (*Sender, error) {
	host, _, err := net.SplitHostPort(set.Server)
	if err != nil {
		return nil, fmt.Errorf("mail server %q: %w", set.Server, err)
	}
	from, err := Address(set.From)
	if err != nil {
		return nil, err
	}
	return &Sender{set: set, host: host, from: netmail.Address{Address: from}}, nil
}

// Address is one plain mail address (name@host), trimmed, or an error.
func Address(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || len(s) > 254 || strings.ContainsAny(s, " \"<>\r\n") {
		return "", fmt.Errorf("%q is no mail address", s)
	}
	return s, nil
}

// Letter is what is sent.
type Letter struct {
	To, Subject, Text string
	At                time.Time
}

// longest is how long one letter may take from the first byte to the last.
const longest = 30 * time.Second

// Send hands a letter to the server. Whatever fails is an error; the letter may be sent again.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	to, err := Address(l.To)
	if err != nil {
		return err
	}
	conn, err := s.dial(ctx)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.set.Server, err)
	}
	defer func() { _ = conn.Close() }()                                              // the letter was taken by then, or is sent again
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // whoever is told to end does not wait for the server
	defer stop()
	if err := s.say(conn, to, l); err != nil {
		return fmt.Errorf("mail server %s: %w", s.set.Server, errors.Join(err, ctx.Err()))
	}
	return nil
}

func (s *Sender) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.set.Roots, MinVersion: tls.VersionTLS12}
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	if s.set.Security == TLS {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, "tcp", s.set.Server)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", s.set.Server)
}

// say is the talk with the server (RFC 5321).
func (s *Sender) say(conn net.Conn, to string, l Letter) error {
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return err
	}
	if s.set.Security == StartTLS {
		if err := c.StartTLS(s.tls()); err != nil {
			return err
		}
	}
	if s.set.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.set.User, s.set.Password, s.host)); err != nil {
			return err
		}
	}
	if err := c.Mail(s.from.Address); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(s.bytes(to, l)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the letter is taken: what the server says now changes nothing
	return nil
}

// bytes is the letter as it travels (RFC 5322): the text in base64, the subject an encoded word.
func (s *Sender) bytes(to string, l Letter) []byte {
	var b strings.Builder
	for _, h := range [][2]string{
		{"From", s.from.String()}, {"To", (&netmail.Address{Address: to}).String()}, {"Subject", mime.BEncoding.Encode("utf-8", strings.Join(strings.Fields(l.Subject), " "))},
		{"Date", l.At.UTC().Format(time.RFC1123Z)}, {"Message-ID", "<" + rand.Text() + "@" + s.from.Address[strings.LastIndex(s.from.Address, "@")+1:] + ">"},
		{"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "base64"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(l.Text, "\n", "\r\n")))
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text + "\r\n")
	return []byte(b.String())
}
