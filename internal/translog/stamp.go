package translog

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/notaryproject/tspclient-go"
	"gorm.io/gorm"

	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
)

// A head says by the office's own clock when it was signed. A time-stamping authority (RFC 3161) says it by its own, over the head's SHA-256: who holds the
// office's key cannot make a head of last year. It learns the hash alone.

// Stamper asks a time-stamping authority. Nobody is asked where it is nil.
type Stamper struct {
	Ask   tspclient.Timestamper
	Roots *x509.CertPool // whose certificates are believed
}

// stamp has a text stamped, and checks what comes back before it is believed.
func (s *Stamper) stamp(ctx context.Context, text string) (token []byte, err error) {
	req, err := tspclient.NewRequest(tspclient.RequestOptions{Content: []byte(text), HashAlgorithm: crypto.SHA256, HashAlgorithmParameters: asn1.NullRawValue})
	if err != nil {
		return nil, err
	}
	res, err := s.Ask.Timestamp(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := res.Validate(req); err != nil { // refused, of another hash, of another request
		return nil, err
	}
	token = res.TimestampToken.FullBytes
	_, err = CheckStamp(token, text, s.Roots)
	return token, err
}

// CheckStamp says when an authority saw a text, where its token is over that text and signed with a certificate that leads to one of the roots and held then.
// errs.Invalid.
func CheckStamp(token []byte, text string, roots *x509.CertPool) (time.Time, error) {
	at, err := checkStamp(token, text, roots)
	if err != nil {
		return at, errs.New(errs.Invalid, "translog.stamp.bad", err.Error()).Because(err)
	}
	return at, nil
}

func checkStamp(token []byte, text string, roots *x509.CertPool) (at time.Time, err error) {
	t, err := tspclient.ParseSignedToken(token)
	if err != nil {
		return at, err
	}
	info, err := t.Info()
	if err != nil {
		return at, err
	}
	seen, err := info.Validate([]byte(text))
	if err != nil {
		return at, err
	}
	_, err = t.Verify(context.Background(), x509.VerifyOptions{Roots: roots, CurrentTime: seen.Value})
	return seen.Value.UTC(), err
}

// stampHead has a head stamped, keeps what was said, and lays it beside the head's file.
func (l *Log) stampHead(ctx context.Context, p Plan, s Signed) error {
	token, err := p.Stamper.stamp(ctx, s.Note)
	if err != nil {
		return fmt.Errorf("time stamp: %w", err)
	}
	s.Stamp = base64.StdEncoding.EncodeToString(token)
	if err := keyring.Replace(filepath.Join(p.Folder, s.StampName()), token, 0o750); err != nil {
		return err
	}
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		return tx.Exec("UPDATE audit_heads SET stamp = ? WHERE size = ?", s.Stamp, s.Size).Error
	})
}

// StampName is the name of the file of a head's time stamp: a token (CMS), which openssl ts -verify -token_in reads.
func (s Signed) StampName() string { return strings.TrimSuffix(s.FileName(), ".txt") + ".tst" }

// Token is a head's time stamp, or nil.
func (s Signed) Token() []byte {
	b, _ := base64.StdEncoding.DecodeString(s.Stamp) // what is spoiled is no token: CheckStamp says so
	return b
}

// VerifyStamps checks every time stamp that is kept against its head, and gives how many hold; bad is told of those that do not.
func VerifyStamps(q *gorm.DB, roots *x509.CertPool, bad func(size int64)) (good int, err error) {
	var rows []Signed
	if err := q.Where("stamp <> ''").Order("size").Find(&rows).Error; err != nil {
		return 0, err
	}
	for _, s := range rows {
		if _, err := CheckStamp(s.Token(), s.Note, roots); err != nil {
			bad(s.Size)
		} else {
			good++
		}
	}
	return good, nil
}
