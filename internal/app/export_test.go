package app

import (
	"gorm.io/gorm"

	"huzhi/internal/errs"
)

// VerifyRows is the part of Verify that holds the log against the rows, within the test's own transaction.
func (a *App) VerifyRows(q *gorm.DB) (v Verdict, err error) {
	return v, a.verifyRows(q, &v, nil, func(key string, args ...any) { v.Faults = append(v.Faults, errs.Msg(key, args...)) })
}
