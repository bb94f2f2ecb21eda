package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// TaskView is a task with its history and what may be done with it.
type TaskView struct {
	layout.Page
	Banner   parts.Banner
	Text     string
	Facts    []parts.Desc
	Forms    []ActForm
	Timeline parts.Timeline
}
