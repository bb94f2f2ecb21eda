// Package browse is a person's browser for the long proofs: it signs in, sends forms as they stand on the pages, and tells an answer that did not come from one
// that was no.
package browse

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

// Password is everybody's in the long proofs, and Hash its hash with the least work that argon2id allows: they sign in often.
const (
	Password = "huzhi-demo"
	Hash     = "$argon2id$v=19$m=64,t=1,p=1$4g33UmTQKLhWiyzJTctfnQ$fHgHTzuJ5zscUKrKqv6VHOTSUBp9xy3ERcPX3o2mFc4"
)

// ErrCut says that the program was killed before it answered: nobody knows whether it was done.
var ErrCut = errors.New("no answer")

// Client is a person's browser.
type Client struct {
	Name    string
	Base    func() string // where the next request goes: http://127.0.0.1:8330
	Entered func()        // told of a sign-in; may be nil
	http    *http.Client
}

// New makes a browser without a session. Its cookies go to every base.
func New(name string, base func() string) *Client {
	jar, _ := cookiejar.New(nil) // it knows no error
	return &Client{Name: name, Base: base, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Answer is what came back.
type Answer struct {
	Status int
	Head   http.Header
	Body   string
}

// To is where a redirect leads.
func (a *Answer) To() string { return a.Head.Get("Location") }

// Do sends a request. ErrCut where it was not answered whole.
func (c *Client) Do(ctx context.Context, method, path string, body io.Reader, head ...string) (*Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Base()+path, body)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCut, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil && res.StatusCode < 300 {
		return nil, fmt.Errorf("%w: %w", ErrCut, err)
	}
	return &Answer{res.StatusCode, res.Header, string(b)}, nil
}

// Post sends a form.
func (c *Client) Post(ctx context.Context, path string, v url.Values) (*Answer, error) {
	return c.Do(ctx, http.MethodPost, path, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// Enter signs in unless the session still holds.
func (c *Client) Enter(ctx context.Context) error {
	a, err := c.Do(ctx, http.MethodGet, "/account", nil)
	if err != nil || a.Status == http.StatusOK {
		return err
	}
	if a, err = c.Post(ctx, "/login", url.Values{"username": {c.Name}, "password": {Password}}); err != nil {
		return err
	}
	if a.Status != http.StatusSeeOther {
		return fmt.Errorf("%s signs in: %d", c.Name, a.Status)
	}
	if c.Entered != nil {
		c.Entered()
	}
	return nil
}

// Form is a form of a page with what stands in it; nil where the page has none.
func (c *Client) Form(ctx context.Context, page, action string) (url.Values, error) {
	a, err := c.Do(ctx, http.MethodGet, page, nil)
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: %d", page, a.Status)
	}
	doc, err := html.Parse(strings.NewReader(a.Body))
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
