package parts

// HasIcon says whether an icon is among those shipped; a test of the menu asks it.
func HasIcon(name string) bool { return iconPaths(name) != "" }

func noticeIcon(t Tone) string {
	switch t {
	case Late:
		return "alert-circle"
	case Soon:
		return "alert-triangle"
	case Done:
		return "circle-check"
	}
	return "info-circle"
}
