// Package platform knows the shopping platforms by the addresses of their listings: the platform, the item, and one address however it was written.
//
// Nothing is fetched from the network: an address that hides its item (a short one) is refused with a sentence. The rules are data
// (config/platforms.yaml). An address at no platform with rules of its own is of the platform [Generic]: its item is the address itself, without
// scheme, tracking keys and fragment. Taobao and Tmall number their items from one series, but an address does not say that an item has moved from
// one to the other: they stay two.
package platform

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"gopkg.in/yaml.v3"

	"huzhi/internal/errs"
)

// Generic is every shop without rules of its own.
const Generic = "generic"

// MaxLength is the longest address that is read, in bytes.
const MaxLength = 4000

// Listing is what an address says: the same listing has the same Platform and Item, and the same Canonical.
type Listing struct {
	Platform  string `json:"platform"`
	Item      string `json:"item"`
	Canonical string `json:"canonical"`
}

// Book is the rules, read and checked.
type Book struct {
	platforms []shop
	redirects []rule
	tracking  []string
}

type shop struct {
	ID        string   `yaml:"id"`
	Hosts     []string `yaml:"hosts"`
	Short     []string `yaml:"short"`
	Item      string   `yaml:"item"`
	Upper     bool     `yaml:"upper"`
	Canonical string   `yaml:"canonical"`
	Items     []rule   `yaml:"items"`
	item      *regexp.Regexp
}

type rule struct {
	Host  string   `yaml:"host"`
	Path  string   `yaml:"path"`
	Query []string `yaml:"query"`
	path  *regexp.Regexp
}

// Load reads the rules strictly: an unknown key, a pattern that cannot be read, or a platform without a way to write its address is an error.
func Load(r io.Reader) (*Book, error) {
	var file struct {
		Platforms []shop   `yaml:"platforms"`
		Redirects []rule   `yaml:"redirects"`
		Tracking  []string `yaml:"tracking"`
	}
	dec := yaml.NewDecoder(r)
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("platforms: %w", err)
	}
	b := &Book{redirects: file.Redirects, tracking: file.Tracking}
	for _, s := range file.Platforms {
		if err := s.compile(); err != nil {
			return nil, fmt.Errorf("platforms: %s: %w", s.ID, err)
		}
		b.platforms = append(b.platforms, s)
	}
	for _, x := range b.redirects {
		if x.Host == "" || x.Path != "" || len(x.Query) == 0 {
			return nil, fmt.Errorf("platforms: a redirect at %q needs a host and query keys", x.Host)
		}
	}
	return b, nil
}

func (s *shop) compile() (err error) {
	if s.ID == "" || s.ID == Generic || len(s.Hosts) == 0 || len(s.Items) == 0 || !strings.Contains(s.Canonical, "{item}") {
		return errors.New("wants an id, hosts, items and a canonical address with {item}")
	}
	if s.item, err = whole(s.Item); err != nil {
		return err
	}
	for i := range s.Items {
		r := &s.Items[i]
		if r.path, err = whole(r.Path); err != nil {
			return err
		}
		if inPath := r.path.SubexpIndex("item") >= 0; r.Host == "" || r.Path == "" || inPath == (len(r.Query) > 0) {
			return fmt.Errorf("rule %d at %q: the item stands in the path or in the query", i+1, r.Host)
		}
		if !slices.ContainsFunc(s.Hosts, func(h string) bool { return under(strings.TrimPrefix(r.Host, "."), h) }) {
			return fmt.Errorf("rule %d: %q is none of the platform's hosts", i+1, r.Host)
		}
	}
	return nil
}

// whole compiles a pattern that must fit the whole text.
func whole(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

// IDs are the platforms with rules of their own, in the order of the file, and [Generic].
func (b *Book) IDs() []string {
	var out []string
	for _, s := range b.platforms {
		out = append(out, s.ID)
	}
	return append(out, Generic)
}

// Read says which listing an address is of. The address may be written as people copy it: without scheme, with full-width characters, tracking
// keys, a fragment, HTML's &amp;. Errors are errs.Invalid with the key error.listing_url.<why>: empty, long, unreadable, scheme, user, host, two, short,
// no_item, page.
func (b *Book) Read(address string) (Listing, error) {
	return b.read(address, 2)
}

func (b *Book) read(address string, leads int) (Listing, error) {
	u, err := parse(address)
	if err != nil {
		return Listing{}, err
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		q = lenient(u.RawQuery)
	}
	for i := range b.platforms {
		s := &b.platforms[i]
		for _, r := range s.Items {
			item, err := r.find(u, q)
			if err != nil {
				return Listing{}, err
			}
			if s.Upper {
				item = strings.ToUpper(item)
			}
			if item != "" && s.item.MatchString(item) {
				return Listing{Platform: s.ID, Item: item, Canonical: strings.ReplaceAll(s.Canonical, "{item}", item)}, nil
			}
		}
	}
	if leads > 0 {
		if x, ok := b.onward(u, q, leads); ok {
			return x, nil
		}
	}
	for _, s := range b.platforms {
		if slices.ContainsFunc(s.Short, func(h string) bool { return under(u.Host, h) }) {
			return Listing{}, invalid("short", u.Host)
		}
		if slices.ContainsFunc(s.Hosts, func(h string) bool { return under(u.Host, h) }) {
			return Listing{}, invalid("no_item", u.Host)
		}
	}
	return b.generic(u)
}

// find is the item that a rule finds, "" where it finds none.
func (r *rule) find(u *url.URL, q url.Values) (string, error) {
	if !at(u.Host, r.Host) {
		return "", nil
	}
	m := r.path.FindStringSubmatch(u.Path)
	if m == nil {
		return "", nil
	}
	if i := r.path.SubexpIndex("item"); i >= 0 {
		return m[i], nil
	}
	for _, key := range r.Query {
		values := slices.Compact(slices.Sorted(slices.Values(q[key])))
		if len(values) > 1 {
			return "", invalid("two", strings.Join(values, "、"))
		}
		if len(values) == 1 && strings.TrimSpace(values[0]) != "" {
			return strings.TrimSpace(values[0]), nil
		}
	}
	return "", nil
}

// onward reads the listing that an address only leads to.
func (b *Book) onward(u *url.URL, q url.Values, leads int) (Listing, bool) {
	for _, r := range b.redirects {
		if !at(u.Host, r.Host) {
			continue
		}
		for _, key := range r.Query {
			if to := q.Get(key); strings.Contains(to, "//") {
				if x, err := b.read(to, leads-1); err == nil && x.Platform != Generic {
					return x, true
				}
			}
		}
	}
	return Listing{}, false
}

// generic is the listing of a shop without rules: its address, made one.
func (b *Book) generic(u *url.URL) (Listing, error) {
	p := path.Clean("/" + u.Path)
	var keys []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		key, _, _ := strings.Cut(part, "=")
		if part != "" && !b.tracks(key) {
			keys = append(keys, normal(part))
		}
	}
	slices.Sort(keys)
	fragment := ""
	if strings.HasPrefix(u.Fragment, "!") || strings.HasPrefix(u.Fragment, "/") { // pages of one-page shops
		fragment = "#" + normal(u.EscapedFragment())
	}
	if p == "/" && len(keys) == 0 && fragment == "" {
		return Listing{}, invalid("page", u.Host)
	}
	item := u.Host + normal((&url.URL{Path: p}).EscapedPath())
	if len(keys) > 0 {
		item += "?" + strings.Join(keys, "&")
	}
	item += fragment
	return Listing{Platform: Generic, Item: item, Canonical: "https://" + item}, nil
}

func (b *Book) tracks(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc(b.tracking, func(t string) bool {
		if stem, ok := strings.CutSuffix(t, "*"); ok {
			return strings.HasPrefix(key, stem)
		}
		return key == t
	})
}

// parse reads an address as people copy it, with its host in lower case ASCII and without a default port.
func parse(address string) (*url.URL, error) {
	s := strings.Trim(address, " \t\r\n\u00a0\u3000\u200b\ufeff<>\"'“”‘’「」《》（），。、；")
	switch {
	case s == "":
		return nil, invalid("empty")
	case len(s) > MaxLength:
		return nil, invalid("long", MaxLength)
	}
	if i := strings.IndexRune(s, '：'); !strings.Contains(s, "://") && i > 0 && i < 16 { // written in full-width characters throughout
		s = strings.Map(narrow, s)
	}
	s = strings.ReplaceAll(s, "&amp;", "&")
	s = strings.ReplaceAll(s, "\\/", "/") // copied out of JSON
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		s = "https://" + rest
	}
	if scheme, _, ok := strings.Cut(s, "://"); !ok || strings.ContainsAny(scheme, "/?#") {
		if before, _, found := strings.Cut(s, ":"); found && !strings.ContainsAny(before, "./?#") { // mailto:, javascript:
			return nil, invalid("scheme", before)
		}
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		if u, err = url.Parse(strings.ReplaceAll(strings.ReplaceAll(s, " ", "%20"), "\t", "")); err != nil {
			return nil, invalid("unreadable")
		}
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, invalid("scheme", u.Scheme)
	case u.User != nil:
		return nil, invalid("user")
	}
	host, err := hostname(u.Hostname())
	if err != nil {
		return nil, invalid("host", u.Hostname())
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	u.Host = host
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path
	}
	return u, nil
}

// hostname is a host in lower case ASCII: a name of several labels, or an address of the internet protocol.
func hostname(s string) (string, error) {
	if ip, err := netip.ParseAddr(s); err == nil && ip.Zone() == "" {
		if ip.Is6() {
			return "[" + ip.String() + "]", nil
		}
		return ip.String(), nil
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.Map(narrow, s), "."))
	if err != nil {
		return "", err
	}
	labels := strings.Split(strings.ToLower(host), ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || slices.Contains(labels, "") || strings.Trim(last, "0123456789") == "" || strings.Trim(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != "" {
		return "", errors.New("no host name")
	}
	return strings.Join(labels, "."), nil
}

// narrow is the ASCII character of a full-width one.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　':
		return ' '
	case r == '。' || r == '．' || r == '｡':
		return '.'
	}
	return r
}

// lenient reads a query that is not well formed: what can be read of it.
func lenient(raw string) url.Values {
	q := url.Values{}
	for part := range strings.SplitSeq(raw, "&") {
		key, value, _ := strings.Cut(part, "=")
		k, errK := url.QueryUnescape(key)
		v, errV := url.QueryUnescape(value)
		if errK == nil && errV == nil {
			q.Add(k, v)
		}
	}
	return q
}

// normal writes percent-encoding one way: capitals, and nothing encoded that needs not be; what is not ASCII is encoded.
func normal(s string) string {
	var out bytes.Buffer
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, err := url.PathUnescape(s[i : i+3]); err == nil {
				i += 2
				if plain(v[0]) {
					out.WriteByte(v[0])
				} else {
					fmt.Fprintf(&out, "%%%02X", v[0])
				}
				continue
			}
		}
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"'<>\^{|}`+"`", c) >= 0 {
			fmt.Fprintf(&out, "%%%02X", c)
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// plain are the characters that are never encoded (RFC 3986, section 2.3).
func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// at says whether a host is the one of a rule; with a leading dot, or one below it.
func at(host, rule string) bool {
	if rest, ok := strings.CutPrefix(rule, "."); ok {
		return under(host, rest)
	}
	return host == rule
}

func under(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

func invalid(why string, args ...any) error {
	return errs.New(errs.Invalid, "error.listing_url."+why, args...)
}
