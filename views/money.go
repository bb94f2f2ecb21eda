package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// MoneyView is the money of a penalty: what was ordered and paid, how the surcharge is counted, and each payment.
type MoneyView struct {
	layout.Page
	Changed  string
	Sums     parts.Table
	Notes    []string
	Lines    CasePart
	Payments CasePart
	Voids    []VoidForm
}

// VoidForm takes a payment back that was recorded by mistake.
type VoidForm struct{ ActForm }
