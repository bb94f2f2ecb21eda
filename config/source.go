package config

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// Secret is a text that is never printed.
type Secret string

// String shows an address without its password, and of anything else only that it is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(string(s))
	switch {
	case err != nil || u.Scheme == "":
		return "(set)"
	case u.Scheme == "sqlite":
		return string(s)
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	u.RawQuery = "" // a password may stand there too
	return u.String()
}

// GoString keeps the secret out of %#v too.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// Size is a number of bytes.
type Size int64

var sizeForm = regexp.MustCompile(`^([0-9]{1,9}) ?(B|KiB|MiB|GiB)?$`)

// UnmarshalText reads "25MiB", "64KiB" or plain bytes.
func (s *Size) UnmarshalText(b []byte) error {
	m := sizeForm.FindStringSubmatch(string(b))
	if m == nil {
		return fmt.Errorf("%q is not a size", b)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return err
	}
	shift := map[string]int{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30}[m[2]]
	*s = Size(n << shift)
	return nil
}

// String is the size as it is written in a file.
func (s Size) String() string {
	for _, u := range []struct {
		name  string
		shift int
	}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}} {
		if s > 0 && s%(1<<u.shift) == 0 {
			return fmt.Sprintf("%d%s", s>>u.shift, u.name)
		}
	}
	return fmt.Sprintf("%dB", int64(s))
}

// Days are numbers of days: "10, 3, 1".
type Days []int

// mostDays is the largest of them.
const mostDays = 90

// UnmarshalText reads different numbers from 1 to 90, with commas between; nothing is none.
func (d *Days) UnmarshalText(b []byte) error {
	*d = nil
	for part := range strings.SplitSeq(string(b), ",") {
		if strings.TrimSpace(part) == "" && strings.TrimSpace(string(b)) == "" {
			return nil
		}
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > mostDays || slices.Contains(*d, n) {
			return fmt.Errorf("%q is no number of days, or one too many", part)
		}
		*d = append(*d, n)
	}
	return nil
}

// String is the numbers as they are written in a file.
func (d Days) String() string {
	var out []string
	for _, n := range d {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}

// read puts a YAML text over the settings. origin is remembered for what it sets, unless empty.
func (c *Config) read(text, name, origin string) error {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil // an empty file sets nothing
	} else if err != nil {
		return errs.New(errs.Invalid, "config.yaml", name, strings.TrimPrefix(err.Error(), "yaml: ")).Because(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errs.New(errs.Invalid, "config.yaml.two", name)
	}
	return c.put(reflect.ValueOf(c).Elem(), doc.Content[0], "", func(n *yaml.Node) string { return fmt.Sprintf("%s:%d", name, n.Line) }, origin != "")
}

// put sets v from a node. where says in which line a node stands.
func (c *Config) put(v reflect.Value, n *yaml.Node, key string, where func(*yaml.Node) string, note bool) error {
	bad := func(want string) error {
		return errs.New(errs.Invalid, "config.value", where(n), key, errs.Msg(want))
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.ShortTag() == "!!null" {
		return bad("config.want.value")
	}
	if scalar(v) {
		if n.Kind != yaml.ScalarNode {
			return bad(want(v))
		}
		if note {
			c.origin[key] = where(n)
		}
		if parse(v, n.Value) != nil {
			return bad(want(v))
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		if n.Kind != yaml.MappingNode {
			return bad("config.want.section")
		}
		return c.putSection(v, n, key, where, note)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			return bad("config.want.list")
		}
		out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
		for i, item := range n.Content {
			if err := c.put(out.Index(i), item, key, where, note); err != nil {
				return err
			}
		}
		if note {
			c.origin[key] = where(n)
		}
		v.Set(out)
		return nil
	}
	return fmt.Errorf("config: no way to set %s", v.Type())
}

func (c *Config) putSection(v reflect.Value, n *yaml.Node, key string, where func(*yaml.Node) string, note bool) error {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, val := n.Content[i], n.Content[i+1]
		full := join(key, k.Value)
		if seen[k.Value] {
			return errs.New(errs.Invalid, "config.double", where(k), full)
		}
		seen[k.Value] = true
		if v.Kind() == reflect.Map {
			entry := reflect.New(v.Type().Elem()).Elem()
			if err := c.put(entry, val, full, where, note); err != nil {
				return err
			}
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			v.SetMapIndex(reflect.ValueOf(k.Value), entry)
			continue
		}
		f, ok := fieldOf(v, k.Value)
		if !ok {
			return errs.New(errs.Invalid, "config.unknown", where(k), full)
		}
		if err := c.put(f, val, full, where, note); err != nil {
			return err
		}
	}
	return nil
}

// environment puts HUZHI_SECTION__KEY variables over the settings. HUZHI_TEST_ names belong to the tests.
func (c *Config) environment(env []string) error {
	for _, e := range slices.Sorted(slices.Values(env)) {
		name, value, _ := strings.Cut(e, "=")
		rest, ours := strings.CutPrefix(name, "HUZHI_")
		if !ours || strings.HasPrefix(rest, "TEST_") {
			continue
		}
		if err := c.set(strings.ToLower(strings.ReplaceAll(rest, "__", ".")), value, name, name); err != nil {
			return err
		}
	}
	return nil
}

// set puts one value over a setting by its dotted key. name is what the person wrote. A list is written with commas.
func (c *Config) set(key, value, name, origin string) error {
	v := reflect.ValueOf(c).Elem()
	for part := range strings.SplitSeq(key, ".") {
		f, ok := reflect.Value{}, false
		if v.Kind() == reflect.Struct && !scalar(v) {
			f, ok = fieldOf(v, part)
		}
		if !ok {
			return errs.New(errs.Invalid, "config.unknown", name, key)
		}
		v = f
	}
	c.origin[key] = origin
	if v.Type() == reflect.TypeFor[[]string]() {
		var list []string
		for s := range strings.SplitSeq(value, ",") {
			if s = strings.TrimSpace(s); s != "" {
				list = append(list, s)
			}
		}
		v.Set(reflect.ValueOf(list))
		return nil
	}
	if !scalar(v) {
		return errs.New(errs.Invalid, "config.infile", name, key)
	}
	if parse(v, value) != nil {
		return errs.New(errs.Invalid, "config.value", name, key, errs.Msg(want(v)))
	}
	return nil
}

func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	t := v.Type()
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" && tag == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// scalar says whether a setting is one word.
func scalar(v reflect.Value) bool {
	if _, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return true
	}
	return v.Kind() == reflect.String || v.Kind() == reflect.Int || v.Type() == reflect.TypeFor[time.Duration]()
}

func parse(v reflect.Value, s string) error {
	switch p := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(s))
	case *time.Duration:
		d, err := time.ParseDuration(s)
		*p = d
		return err
	case *int:
		n, err := strconv.Atoi(s)
		*p = n
		return err
	}
	v.SetString(s)
	return nil
}

// want is the sentence that says how such a setting is written.
func want(v reflect.Value) string {
	switch v.Interface().(type) {
	case time.Duration:
		return "config.want.duration"
	case Size:
		return "config.want.size"
	case Days:
		return "config.want.days"
	case int:
		return "config.want.number"
	case string, Secret:
		return "config.want.text"
	}
	return "config.want.day"
}

// Describe is what is in force, one setting a line, with where it comes from unless it is the default. It holds no secret.
func (c *Config) Describe() string {
	var b strings.Builder
	c.describe(&b, reflect.ValueOf(c).Elem(), "")
	return b.String()
}

func (c *Config) describe(b *strings.Builder, v reflect.Value, key string) {
	switch x := v.Interface().(type) {
	case Secret:
		c.line(b, key, Secret(c.DatabaseURL()).String()) // the one there is
	case map[string][]Worded:
		for _, k := range sortedKeys(x) {
			c.line(b, join(key, k), worded(x[k]))
		}
	case map[string]calendar.Day:
		for _, k := range sortedKeys(x) {
			c.line(b, join(key, k), x[k].String())
		}
	case []string:
		c.line(b, key, strings.Join(x, ", "))
	default:
		if scalar(v) {
			c.line(b, key, fmt.Sprint(x))
			return
		}
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("yaml"); tag != "" {
				c.describe(b, v.Field(i), join(key, tag))
			}
		}
	}
}

// Portable is the settings file as it may lie in a copy of the office: without the address of the database, which may hold a password. nil where there is
// no such file.
func (c *Config) Portable() ([]byte, error) {
	if len(c.file) == 0 || c.Database.URL == "" {
		return c.file, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(c.file, &doc); err != nil || len(doc.Content) == 0 {
		return nil, err
	}
	top := doc.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == "database" {
			top.Content = slices.Delete(top.Content, i, i+2)
			break
		}
	}
	return yaml.Marshal(&doc)
}

func worded(list []Worded) string {
	var parts []string
	for _, w := range list {
		if !w.From.IsZero() {
			w.Text = w.From.String() + " " + w.Text
		}
		parts = append(parts, w.Text)
	}
	return strings.Join(parts, ", ")
}

func (c *Config) line(b *strings.Builder, key, value string) {
	fmt.Fprintf(b, "%s = %s", key, value)
	if from := c.origin[key]; from != "" {
		fmt.Fprintf(b, "  [%s]", from)
	}
	b.WriteByte('\n')
}

// where is the place a setting comes from, for a sentence.
func (c *Config) where(key string) string {
	if from := c.origin[key]; from != "" {
		return from
	}
	for _, k := range sortedKeys(c.origin) { // a fault of a section: the first of its settings that was touched
		if strings.HasPrefix(k, key+".") {
			return c.origin[k]
		}
	}
	return "default.yaml"
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
