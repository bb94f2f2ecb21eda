package blob

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"huzhi/internal/errs"
)

// Clamd asks a clamd whether a file is known as malware, by INSTREAM: the bytes go over the wire, clamd needs no file of ours.
type Clamd struct {
	Network, Address string // tcp 127.0.0.1:3310, unix /run/clamav/clamd.ctl
}

// ParseClamd reads an address as clamd's own settings have it: tcp://host:port or unix:/path.
func ParseClamd(s string) (Clamd, error) {
	for prefix, network := range map[string]string{"tcp://": "tcp", "unix:": "unix"} {
		if at, ok := strings.CutPrefix(s, prefix); ok && at != "" {
			return Clamd{Network: network, Address: at}, nil
		}
	}
	return Clamd{}, fmt.Errorf("%q is neither tcp://HOST:PORT nor unix:/PATH", s)
}

// Scan sends the file. errs.Invalid names what was found. Where clamd does not answer, the file is not kept either: an office that wants its files
// looked at does not want those that nobody looked at.
func (c Clamd) Scan(ctx context.Context, file io.Reader) error {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return errs.New(errs.Conflict, "error.scan").Because(err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	answer, err := c.ask(conn, file)
	if err != nil {
		return errs.New(errs.Conflict, "error.scan").Because(err)
	}
	switch {
	case strings.HasSuffix(answer, ": OK"):
		return nil
	case strings.HasSuffix(answer, " FOUND"):
		return errs.New(errs.Invalid, "error.malware", strings.TrimSuffix(strings.TrimPrefix(answer, "stream: "), " FOUND"))
	}
	return errs.New(errs.Conflict, "error.scan").Because(fmt.Errorf("clamd: %s", answer))
}

func (c Clamd) ask(conn io.ReadWriter, file io.Reader) (string, error) {
	w := bufio.NewWriterSize(conn, 1<<17)
	if _, err := w.WriteString("zINSTREAM\x00"); err != nil {
		return "", err
	}
	var head [4]byte
	part := make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(file, part)
		if n > 0 {
			binary.BigEndian.PutUint32(head[:], uint32(n))
			if _, err := w.Write(append(head[:], part[:n]...)); err != nil {
				return c.last(conn, err) // it hangs up on what is larger than it takes, and says so
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	if _, err := w.Write([]byte{0, 0, 0, 0}); err != nil {
		return c.last(conn, err)
	}
	if err := w.Flush(); err != nil {
		return c.last(conn, err)
	}
	return c.last(conn, nil)
}

func (c Clamd) last(r io.Reader, wrote error) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, 4096))
	if len(b) == 0 {
		if wrote != nil {
			return "", wrote
		}
		return "", err
	}
	return strings.TrimRight(string(b), "\x00\n"), nil
}
