package views

import (
	"huzhi/internal/document"
	"huzhi/views/layout"
)

// DocumentView is an official paper as it was issued. The paper is in Chinese; the bar over it is in the person's language.
type DocumentView struct {
	layout.Page
	Paper  *document.Paper
	Date   string // 2014年3月5日
	Issued string
	SHA256 string
	Marked string // across it, where its number was voided
	Note   string // what the files of it are made of, why it was voided
}
