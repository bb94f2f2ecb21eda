package web

import (
	"context"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"huzhi/views"
	"huzhi/views/parts"
)

// Watch is what the site asks of the program it is part of.
type Watch struct {
	Token   string                                // with which /metrics is read; "" is this machine alone
	Figures func(ctx context.Context) []Figure    // of the program, beside those of the requests; nil is none
	Ready   func(ctx context.Context) (no string) // why it cannot work at present, in a word for the operator; nil asks the database
	Copies  func() (none, late bool, last time.Time)
}

// Figure is one number of /metrics.
type Figure struct {
	Name, Help string
	Counter    bool    // it only grows; else a gauge
	Labels     string  // sweep="clocks"; "" is none
	Value      float64 // in base units: seconds, bytes
}

// Ending has /readyz say that the program stops, so that what stands before it sends nobody any more.
func (s *Server) Ending() { s.ending.Store(true) }

// healthz says whether the program lives and reaches its database.
func (s *Server) healthz(c *ctx) error {
	within, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer cancel()
	if err := s.DB.Ping(within); err != nil {
		s.Log.Error("health", "err", err)
		return c.String(http.StatusServiceUnavailable, "database unreachable\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

// readyz says whether people can work: the database answers, and the disk takes writes.
func (s *Server) readyz(c *ctx) error {
	if s.ending.Load() {
		return c.String(http.StatusServiceUnavailable, "stopping\n")
	}
	if s.Watch.Ready == nil {
		return s.healthz(c)
	}
	within, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer cancel()
	if no := s.Watch.Ready(within); no != "" {
		return c.String(http.StatusServiceUnavailable, no+"\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// copiesAlarm is what the desk tells administrators of copies that are not made; nil is nothing.
func (s *Server) copiesAlarm(c *ctx) *views.SheetNote {
	if s.Watch.Copies == nil || s.Demo != nil || !s.Guard.CanAnywhere(c.by, "user.manage") {
		return nil
	}
	none, late, last := s.Watch.Copies()
	switch {
	case none:
		return &views.SheetNote{Tone: parts.Soon, Title: c.p.T("backup.desk.none"), Text: c.p.T("backup.desk.none.text")}
	case late && last.IsZero():
		return &views.SheetNote{Tone: parts.Late, Title: c.p.T("backup.desk.late"), Text: c.p.T("backup.desk.never")}
	case late:
		return &views.SheetNote{Tone: parts.Late, Title: c.p.T("backup.desk.late"), Text: c.p.T("backup.desk.last", c.p.Time(last))}
	}
	return nil
}

// metrics tells the figures, in Prometheus' text format 0.0.4: to whoever has the token, or without one to this machine itself. They name no person and no
// matter: routes are told as the table has them.
func (s *Server) metrics(c *ctx) error {
	if !s.mayWatch(c.Request()) {
		return c.String(http.StatusForbidden, "forbidden\n")
	}
	var b strings.Builder
	s.meter.write(&b)
	if s.Watch.Figures != nil {
		told := map[string]bool{}
		for _, f := range s.Watch.Figures(c.ctx()) {
			if !told[f.Name] {
				told[f.Name] = true
				kind := "gauge"
				if f.Counter {
					kind = "counter"
				}
				fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", f.Name, f.Help, f.Name, kind)
			}
			name := f.Name
			if f.Labels != "" {
				name += "{" + f.Labels + "}"
			}
			fmt.Fprintf(&b, "%s %s\n", name, strconv.FormatFloat(f.Value, 'g', -1, 64))
		}
	}
	return c.Blob(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", []byte(b.String()))
}

func (s *Server) mayWatch(r *http.Request) bool {
	if s.Watch.Token != "" {
		return subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.Watch.Token)) == 1
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && at.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// meter counts requests. It is safe for many at once.
type meter struct {
	flying atomic.Int64
	mu     sync.Mutex
	done   map[counted]int64
	took   map[string]*spread // by method
}

type counted struct {
	method, route string
	status        int
}

// bounds are those of the latencies, in seconds. The promises of the program lie on them: 250 ms for what is written.
var bounds = [...]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

type spread struct {
	upTo [len(bounds)]int64 // each counts those before it too
	n    int64
	sum  float64
}

func (m *meter) count(method, route string, status int, took time.Duration) {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, method) {
		method = "other" // a stranger's word is no label
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done == nil {
		m.done, m.took = map[counted]int64{}, map[string]*spread{}
	}
	m.done[counted{method, route, status}]++
	s := m.took[method]
	if s == nil {
		s = &spread{}
		m.took[method] = s
	}
	for i, b := range bounds {
		if took.Seconds() <= b {
			s.upTo[i]++
		}
	}
	s.n++
	s.sum += took.Seconds()
}

func (m *meter) write(b *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b.WriteString("# HELP huzhi_requests_total Requests answered, by route of the site.\n# TYPE huzhi_requests_total counter\n")
	keys := slices.SortedFunc(maps.Keys(m.done), func(x, y counted) int {
		return strings.Compare(fmt.Sprint(x.route, x.method, x.status), fmt.Sprint(y.route, y.method, y.status))
	})
	for _, k := range keys {
		fmt.Fprintf(b, "huzhi_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", k.method, k.route, k.status, m.done[k])
	}
	b.WriteString("# HELP huzhi_request_seconds How long requests took.\n# TYPE huzhi_request_seconds histogram\n")
	for _, method := range slices.Sorted(maps.Keys(m.took)) {
		s := m.took[method]
		for i, bound := range bounds {
			fmt.Fprintf(b, "huzhi_request_seconds_bucket{method=%q,le=\"%g\"} %d\n", method, bound, s.upTo[i])
		}
		fmt.Fprintf(b, "huzhi_request_seconds_bucket{method=%q,le=\"+Inf\"} %d\nhuzhi_request_seconds_sum{method=%q} %g\nhuzhi_request_seconds_count{method=%q} %d\n", method, s.n, method, s.sum, method, s.n)
	}
	fmt.Fprintf(b, "# HELP huzhi_requests_running Requests being answered.\n# TYPE huzhi_requests_running gauge\nhuzhi_requests_running %d\n", m.flying.Load())
}
