package infringement_test

import (
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store/storetest"
)

func TestEverySentenceIsThere(t *testing.T) {
	caseworktest.New(t, storetest.SQLite(t)).Words(t, casework.Infringement)
}
