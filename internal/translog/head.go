package translog

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
)

// Head is what is signed of the log: how many entries it had, the root of the tree over them, and its newest entry.
type Head struct {
	Origin string // huzhi/330500
	Size   int64
	Root   tlog.Hash
	Last   audit.Head
	At     time.Time // UTC, to the millisecond, by the server's clock
}

const stampLayout = "2006-01-02T15:04:05.000Z"

// text is a head as it is signed: origin, size and root as in a checkpoint (C2SP tlog-checkpoint), then two lines of ours.
func (h Head) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nentry %s\ntime %s\n", h.Origin, h.Size, base64.StdEncoding.EncodeToString(h.Root[:]), h.Last, h.At.UTC().Format(stampLayout))
}

// ReadHead opens a signed head with the public keys that are known. errs.Invalid where it is no signed head, or nobody known signed it.
func ReadHead(signed string, public ...string) (h Head, err error) {
	vs, err := verifiers(public)
	if err != nil {
		return h, err
	}
	signed = strings.ReplaceAll(signed, "\r\n", "\n") // it may have come by mail
	n, err := note.Open([]byte(signed), vs)
	if err != nil {
		return h, errs.New(errs.Invalid, "translog.head.unsigned", err.Error()).Because(err)
	}
	bad := errs.New(errs.Invalid, "translog.head.bad")
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 6 || lines[5] != "" {
		return h, bad
	}
	h.Origin = lines[0]
	root, err1 := base64.StdEncoding.DecodeString(lines[2])
	size, err2 := strconv.ParseInt(lines[1], 10, 64)
	entry, ok1 := strings.CutPrefix(lines[3], "entry ")
	at, ok2 := strings.CutPrefix(lines[4], "time ")
	if err1 != nil || err2 != nil || !ok1 || !ok2 || len(root) != tlog.HashSize || h.Last.UnmarshalText([]byte(entry)) != nil || h.Last.Seq != size {
		return h, bad
	}
	h.Size, h.Root = size, tlog.Hash(root)
	if h.At, err = time.Parse(stampLayout, at); err != nil {
		return h, bad
	}
	return h, nil
}

// SignText signs a text of the program's own, which ends with a line's end, with the key of the log: what it says of a copy of the office.
// errs.Conflict where the office has no key.
func (l *Log) SignText(text string) (string, error) {
	if l.key.signer == nil {
		return "", errs.New(errs.Conflict, "translog.key.none", l.key.file)
	}
	signed, err := note.Sign(&note.Note{Text: text}, l.key.signer)
	return string(signed), err
}

// OpenText gives a signed text back. errs.Invalid where nobody known signed it.
func OpenText(signed string, public ...string) (string, error) {
	vs, err := verifiers(public)
	if err != nil {
		return "", err
	}
	n, err := note.Open([]byte(signed), vs)
	if err != nil {
		return "", errs.New(errs.Invalid, "translog.head.unsigned", err.Error()).Because(err)
	}
	return n.Text, nil
}
