// Package mailtest is a small mail server for tests: it listens on this machine, takes letters, and can be told to fail.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// Letter is a letter that was taken.
type Letter struct {
	From, To string // of the envelope
	Header   netmail.Header
	Subject  string
	Text     string
	Secret   bool   // it came over TLS
	User     string // who signed in, with the password after a colon
}

// Server is the server.
type Server struct {
	Addr  string
	Roots *x509.CertPool // who vouches for it

	starttls bool
	tls      *tls.Config
	mu       sync.Mutex
	letters  []Letter
	refuse   string // what is answered to a recipient; "" takes them
	mute     bool   // it says nothing at all
}

// Start listens until the test ends. security is as mail.Settings has it: "tls" from the first byte, "starttls" when asked, "none" never.
func Start(t testing.TB, security string) *Server {
	t.Helper()
	s := &Server{starttls: security == "starttls"}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = ln.Addr().String()
	if security != "none" {
		s.tls, s.Roots = certificate(t)
	}
	if security == "tls" {
		ln = tls.NewListener(ln, s.tls)
	}
	var open sync.WaitGroup
	conns := make(chan net.Conn, 100)
	t.Cleanup(func() {
		_ = ln.Close()
		close(conns)
		for c := range conns {
			_ = c.Close()
		}
		open.Wait()
	})
	open.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			conns <- c
			open.Go(func() { defer c.Close(); s.talk(c, security == "tls") })
		}
	})
	return s
}

// Letters are those taken so far; they are forgotten.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.letters
	s.letters = nil
	return out
}

// Refuse makes the server answer so to every recipient, "" to take them again.
func (s *Server) Refuse(answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = answer
}

// Mute makes the server take connections and say nothing.
func (s *Server) Mute() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = true
}

func (s *Server) told() (refuse string, mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse, s.mute
}

// talk is one connection: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT.
func (s *Server) talk(c net.Conn, secret bool) {
	if _, mute := s.told(); mute {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	r := bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 test")
	x := Letter{Secret: secret}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-test")
			if s.starttls && !x.Secret {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			if !s.starttls {
				say("502 not here")
				continue
			}
			say("220 go on")
			c = tls.Server(c, s.tls)
			r = bufio.NewReader(c)
			x.Secret = true
		case "AUTH":
			b, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			x.User = strings.Join(strings.Split(strings.TrimPrefix(string(b), "\x00"), "\x00"), ":")
			say("235 welcome")
		case "MAIL":
			x.From = rest
			say("250 ok")
		case "RCPT":
			x.To = rest
			if refuse, _ := s.told(); refuse != "" {
				say(refuse)
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			if !s.take(r, x) {
				say("554 not understood")
				return
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// take reads a letter to the line that is a dot.
func (s *Server) take(r *bufio.Reader, x Letter) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	m, err := netmail.ReadMessage(strings.NewReader(b.String()))
	if err != nil {
		return false
	}
	x.Header = m.Header
	if x.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return false
	}
	text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		return false
	}
	x.Text = string(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, x)
	return true
}

// certificate makes a certificate of this machine.
func certificate(t testing.TB) (*tls.Config, *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	own, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(own)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: k}}, MinVersion: tls.VersionTLS12}, pool
}
