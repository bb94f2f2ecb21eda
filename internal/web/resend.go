package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

// trouble is what a person is told of the disk's and the database's troubles, which pass: nothing was written, and what was typed can be sent again.
// nil where an error is none of them.
func trouble(err error) *errs.Error {
	if why := store.Trouble(err); why != "" {
		return errs.New(errs.Internal, "error.store."+why).Because(err)
	}
	return nil
}

// resend is the form that failed, to be sent once more as it was typed: the form's key makes that one record, were it written after all. nil where there is
// none, where it held files, and for what must not stand on a page: passwords and codes.
func (c *ctx) resend() *views.Again {
	r := c.Request()
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	if path := r.URL.Path; strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/account") || strings.HasPrefix(path, "/admin/users") {
		return nil
	}
	err := r.ParseForm()
	if err != nil || len(r.PostForm) == 0 {
		return nil
	}
	v := &views.Again{Action: r.URL.RequestURI()}
	var names []string
	for name := range r.PostForm {
		if strings.Contains(name, "password") {
			return nil
		}
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, text := range r.PostForm[name] {
			v.Fields = append(v.Fields, parts.Hidden{Name: name, Value: text})
			if len([]rune(text)) >= 10 && strings.TrimSpace(text) != "" && !store.ValidID(text) {
				v.Typed = append(v.Typed, text)
			}
		}
	}
	return v
}
