package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The kinds of certificate: 行政执法证件 of who enforces (CNIPA Order 71, art. 4; Administrative Penalty Law, art. 42), and 办案资质证件 of
// who decides disputes (CNIPA Order 81, art. 4).
const (
	Enforcement = "enforcement"
	CaseHandler = "casehandler"
)

// Who gives certificates out: the national patent office, or the government of the province (the same articles).
const (
	ByNational = "national"
	ByProvince = "province"
)

// CertificateKinds is every kind.
func CertificateKinds() []string { return []string{Enforcement, CaseHandler} }

// CertificateIssuers is everybody who gives certificates out.
func CertificateIssuers() []string { return []string{ByProvince, ByNational} }

// Certificate is what stands on a certificate. The zero Certificate is none.
type Certificate struct {
	Number, Kind, Issuer string
	Until                calendar.Day // its last day
}

// Certificate is the person's certificate as last recorded.
func (u User) Certificate() Certificate {
	return Certificate{Number: u.CertificateNo, Kind: u.CertificateKind, Issuer: u.CertificateIssuer, Until: u.CertificateUntil}
}

// Certified says whether the person may enforce the law on a day: has a certificate that has not run out. One whose last day is not
// recorded is not valid.
func (u User) Certified(on calendar.Day) bool {
	return u.CertificateNo != "" && on <= u.CertificateUntil
}

// checkCertificate notes a number that is too long, one without its last day (it would never be valid), and anything without a number.
func checkCertificate(f *errs.Faults, c Certificate) {
	f.Limit("certificate_no", c.Number, 40)
	if c.Kind != "" && !slices.Contains(CertificateKinds(), c.Kind) {
		f.Add("certificate_kind", "error.choice")
	}
	if c.Issuer != "" && !slices.Contains(CertificateIssuers(), c.Issuer) {
		f.Add("certificate_issuer", "error.choice")
	}
	switch {
	case c.Number != "" && c.Until.IsZero():
		f.Add("certificate_until", "error.certificate_until")
	case c.Number == "" && c != (Certificate{}):
		f.Add("certificate_no", "error.certificate_no")
	}
}

// Recorded is a certificate as it was recorded of a person; an empty number: that day it was taken away.
type Recorded struct {
	ID, UserID, Number, Kind, Issuer string
	UntilDay                         calendar.Day
	RecordedBy, RecordedName         string
	RecordedAt                       time.Time
}

// TableName is the table of certificates.
func (Recorded) TableName() string { return "certificates" }

// SetCertificate writes a person's certificate; the earlier ones are kept. The zero Certificate takes it away. It needs user.manage
// wherever that person holds a role; nobody certifies themselves.
func (u *Users) SetCertificate(ctx context.Context, by Actor, userID string, version int64, c Certificate) error {
	return u.change(ctx, func(tx *store.Tx) error {
		user, home, err := u.manage(tx, by, userID, wish{version: version, done: func(x User) (bool, error) { return x.Certificate() == c, nil }})
		if err != nil || user.done {
			return err
		}
		var f errs.Faults
		if checkCertificate(&f, c); f.Any() {
			return f.Err()
		}
		return errors.Join(
			tx.Exec("UPDATE users SET certificate_no = ?, certificate_kind = ?, certificate_issuer = ?, certificate_until = ?, version = version + 1 WHERE id = ?",
				c.Number, c.Kind, c.Issuer, c.Until, userID).Error,
			keepCertificate(tx, by, userID, c),
			u.log(tx, by, "user.certificate", home, userID, map[string]any{"number": c.Number, "kind": c.Kind, "issuer": c.Issuer, "until": c.Until.String()}),
		)
	})
}

func keepCertificate(tx *store.Tx, by Actor, userID string, c Certificate) error {
	return tx.Create(&Recorded{ID: tx.NewID(), UserID: userID, Number: c.Number, Kind: c.Kind, Issuer: c.Issuer, UntilDay: c.Until,
		RecordedBy: by.ID, RecordedName: by.Name, RecordedAt: tx.Now}).Error
}
