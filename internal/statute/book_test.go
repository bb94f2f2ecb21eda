package statute

import (
	"os"
	"testing"

	"huzhi/internal/calendar"
)

func realBook(t testing.TB) *Book {
	t.Helper()
	b, err := Load(os.DirFS("../../config/statute"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func realCalendar(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load(os.DirFS("../../config/calendar"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestX(t *testing.T) { realBook(t); realCalendar(t) }
