package app

import (
	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
)

// VerifyRows is the part of Verify that holds the log against the rows, within the test's own transaction.
func (a *App) VerifyRows(q *gorm.DB) (v Verdict, err error) {
	return v, a.verifyRows(q, &v, Outside{}, func(key string, args ...any) { v.Faults = append(v.Faults, errs.Msg(key, args...)) })
}

// VerifyTasks holds the tasks against the log as it would be with its entries changed.
func (a *App) VerifyTasks(q *gorm.DB, change func(*audit.Entry)) (faults []errs.Message, err error) {
	t := newTold(q, a.Docket.Procedure, a.Catalogue.Printer(i18n.Chinese).Has, func(key string, args ...any) { faults = append(faults, errs.Msg(key, args...)) })
	_, err = audit.Walk(q, func(e *audit.Entry) error {
		change(e)
		return t.entry(e)
	})
	if err != nil {
		return nil, err
	}
	err = t.tasks()
	return faults, err
}
