package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// errCut says that the program was killed before it answered: nobody knows whether it was done.
var errCut = errors.New("no answer")

// client is a person's browser.
type client struct {
	o    *office
	name string
	http *http.Client
}

func (o *office) client(name string) *client {
	jar, _ := cookiejar.New(nil) // it knows no error
	return &client{o: o, name: name, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	status int
	head   http.Header
	body   string
}

// to is where a redirect leads.
func (a *answer) to() string { return a.head.Get("Location") }

// do sends a request. errCut where it was not answered whole.
func (c *client) do(ctx context.Context, method, path string, body io.Reader, head ...string) (*answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.o.base+path, body)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCut, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil && res.StatusCode < 300 {
		return nil, fmt.Errorf("%w: %w", errCut, err)
	}
	return &answer{res.StatusCode, res.Header, string(b)}, nil
}

// post sends a form, and signs in where it must: sessions last over a kill, but cookies are the port's.
func (c *client) post(ctx context.Context, path string, v url.Values) (*answer, error) {
	return c.do(ctx, http.MethodPost, path, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// enter signs in unless the session still holds.
func (c *client) enter(ctx context.Context) error {
	a, err := c.do(ctx, http.MethodGet, "/account", nil)
	if err != nil || a.status == http.StatusOK {
		return err
	}
	if a, err = c.post(ctx, "/login", url.Values{"username": {c.name}, "password": {password}}); err != nil {
		return err
	}
	if a.status != http.StatusSeeOther {
		return fmt.Errorf("%s signs in: %d", c.name, a.status)
	}
	c.o.keep("sign-in", "SELECT COUNT(*) FROM users WHERE username = ? AND EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id)", c.name)
	return nil
}

// form is a form of a page with what stands in it; nil where the page has none.
func (c *client) form(ctx context.Context, page, action string) (url.Values, error) {
	a, err := c.do(ctx, http.MethodGet, page, nil)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, fmt.Errorf("%s: %d", page, a.status)
	}
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		return nil, err
	}
	for n := range doc.Descendants() {
		if n.Data == "form" && attr(n, "action") == action {
			return values(n), nil
		}
	}
	return nil, nil
}

// values are a form's inputs and the chosen of its lists; tick boxes are the caller's.
func values(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case name == "":
		case n.Data == "input" && attr(n, "type") != "checkbox" && attr(n, "type") != "radio" && attr(n, "type") != "file":
			v.Set(name, attr(n, "value"))
		case n.Data == "textarea" && n.FirstChild != nil:
			v.Set(name, n.FirstChild.Data)
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					v.Set(name, attr(o, "value"))
				}
			}
		}
	}
	return v
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
