package app_test

import (
	"net/url"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/store"
)

// A mark for the statistics is set on the page of the case's data, found by the list of its figure, and taken away again.
func TestMarksOfACase(t *testing.T) {
	o := apptest.Open(t, store.SQLite)
	at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
	officer, chief := o.As(t, "officer"), o.As(t, "chief")
	found := func() bool { return want(t, chief.Get("/cases?mark=hmt"), 200).Has("a[href='" + at + "']") }
	set := func(flags ...string) url.Values {
		v := form("note", "督办函〔2026〕1号")
		v["flags"] = flags
		return v
	}
	if found() {
		t.Fatal("marked before it was")
	}
	page := want(t, officer.Get(at+"/data"), 200)
	post(t, officer, page, at+"/flags", set("hmt", "supervised"))
	if !found() {
		t.Error("not found by its mark")
	}
	stale := officer.Submit(page, "form[action$='/flags']", set("group"))
	want(t, stale, 409)
	page = want(t, officer.Get(at+"/data"), 200)
	want(t, officer.Submit(page, "form[action$='/flags']", set("none")), 422)
	post(t, officer, page, at+"/flags", set())
	if found() {
		t.Error("found by a mark that was taken away")
	}
	if want(t, chief.Get(at+"/data"), 200).Has("form[action$='/flags'] button[type=submit]") {
		t.Error("the chief is offered to set marks")
	}
}
