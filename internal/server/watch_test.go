package server_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bulkhead-assurance/bulkhead/internal/server"
	"github.com/bulkhead-assurance/bulkhead/internal/server/settings"
	"github.com/bulkhead-assurance/bulkhead/internal/server/visit"
	"github.com/bulkhead-assurance/bulkhead/internal/store"
)

// faces is an API and pages as the real ones are: with routers of their own.
func faces(s *store.Store) server.Parts {
	api, web := http.NewServeMux(), http.NewServeMux()
	api.HandleFunc("GET /api/v1/services/{id}", func(w http.ResponseWriter, r *http.Request) {
		visit.Of(r.Context()).Actor = "token"
		_ = s.Ready(r.Context())
		_ = s.Ready(r.Context())
		_, _ = io.WriteString(w, "a service")
	})
	web.HandleFunc("POST /people/{email}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusSeeOther) })
	return server.Parts{Store: s, API: api, Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context()) // a router behind another request than the server's
		web.ServeHTTP(w, r)
		visit.Routed(r)
	}), Version: "v1.2.3", Engine: "7"}
}

func TestALineForEachRequestTellsNothingOfAnybody(t *testing.T) {
	c := config(t, "--trusted-proxies=127.0.0.1")
	r := start(t, c, faces(record(t, c)))
	r.ask("GET", "/api/v1/services/hush-service?q=hush-query", "", "Authorization", "Bearer hush-token", "X-Forwarded-For", "203.0.113.9", "User-Agent", "hush-agent", "X-Request-Id", "hush-id")
	r.ask("POST", "/people/hush@mail.example?next=hush", "name=hush", "Cookie", "session=hush-cookie", "Referer", "https://hush.example/")
	r.ask("HUSH", "/nowhere/hush", "")
	r.ask("GET", "/", "", "Host", "hush.example")
	lines := r.logged("request", 4)
	for i, want := range []map[string]any{
		{"method": "GET", "route": "GET /api/v1/services/{id}", "status": 200.0, "bytes": 9.0, "statements": 2.0, "actor": "token"},
		{"method": "POST", "route": "POST /people/{email}", "status": 303.0, "bytes": 0.0, "statements": 0.0, "actor": ""},
		{"method": "other", "route": "/", "status": 404.0},
		{"method": "GET", "route": "refused", "status": 421.0},
	} {
		for k, v := range want {
			if lines[i][k] != v {
				t.Errorf("line %d: %s is %v, want %v", i, k, lines[i][k], v)
			}
		}
		keys := slices.Sorted(maps.Keys(lines[i]))
		if got := strings.Join(keys, " "); got != "actor bytes id level method ms msg route statements status time" {
			t.Errorf("line %d holds %s", i, got)
		}
	}
	r.raw("\x16\x03\x01 not HTTP at all\r\n\r\n")
	if log := r.log.String(); strings.Contains(strings.ToLower(log), "hush") || strings.Contains(log, "203.0.113.9") || strings.Contains(log, "127.0.0.1") {
		t.Errorf("the log tells on somebody:\n%s", log)
	}
}

var (
	sample = regexp.MustCompile(`^[a-zA-Z_]\w*(?:\{(.*)\})? (\S+)$`)
	labels = regexp.MustCompile(`^(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:, ?|$))*$`)
)

// samples reads a text of metrics: name and labels -> value.
func samples(t testing.TB, text string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil || !labels.MatchString(m[1]) {
			t.Errorf("this is no sample: %s", line)
			continue
		}
		name := strings.TrimSuffix(line, " "+m[2])
		value, err := strconv.ParseFloat(m[2], 64)
		if _, twice := out[name]; err != nil || twice {
			t.Errorf("this is no value, or there twice: %s", line)
		}
		out[name] = value
	}
	return out
}

func TestMetrics(t *testing.T) {
	c := config(t)
	r := start(t, c, faces(record(t, c)))
	for range 3 {
		r.ask("GET", "/api/v1/services/a", "")
	}
	r.ask("GET", "/x", "", "Host", "evil.example")
	r.logged("request", 4)
	answer, body := r.ask("GET", "/metrics", "")
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("answered %d, %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	got := samples(t, body)
	for name, want := range map[string]float64{
		`bulkhead_requests_total{route="GET /api/v1/services/{id}",status="200"}`: 3,
		`bulkhead_requests_total{route="refused",status="421"}`:                   1,
		`bulkhead_request_seconds_count{route="GET /api/v1/services/{id}"}`:       3,
		`bulkhead_request_statements_sum{route="GET /api/v1/services/{id}"}`:      6,
		`bulkhead_postures_waiting`:                                               0,
		`bulkhead_postures_waiting_seconds`:                                       0,
		`bulkhead_postures_troubled`:                                              0,
		`bulkhead_postures_stale_seconds`:                                         0,
		`bulkhead_jobs_waiting`:                                                   0,
		`bulkhead_jobs_dead`:                                                      0,
		`bulkhead_rows_unmarked_total`:                                            0,
		`bulkhead_panics_total`:                                                   0,
	} {
		if v, is := got[name]; !is || v != want {
			t.Errorf("%s is %v (%t), want %v", name, v, is, want)
		}
	}
	build := 0
	for name := range got {
		if strings.HasPrefix(name, `bulkhead_build_info{version="v1.2.3",engine="7",go="go`) {
			build++
		}
	}
	if build != 1 || got["go_goroutines"] < 1 {
		t.Errorf("it does not say what it is: %d, %v goroutines", build, got["go_goroutines"])
	}
}

func TestMetricsSayHowLongAPostureHasWaited(t *testing.T) {
	c := config(t)
	s := record(t, c)
	err := s.Change(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MarkDirty(ctx, time.Now().Add(-time.Minute), "b"); err != nil {
			return err
		}
		return tx.MarkDirty(ctx, time.Now().Add(-time.Hour), "a")
	})
	if err != nil {
		t.Fatal(err)
	}
	_, body := start(t, c, faces(s)).ask("GET", "/metrics", "")
	if got := samples(t, body)["bulkhead_postures_waiting_seconds"]; got < 3600 || got > 7200 {
		t.Errorf("the oldest waits for %v seconds", got)
	}
}

func TestMetricsAreShownWhereTheyMayBeSeen(t *testing.T) {
	beside := "--metrics-listen=127.0.0.1:0"
	for _, c := range []struct {
		args string
		want int // on the address that is for people
	}{
		{"", 200},
		{"--url=http://localhost:8080", 200},
		{"--url=https://bulkhead.example.org", 404}, // a proxy on this machine leads others here
		{"--trusted-proxies=127.0.0.1", 404},
		{beside, 404},
	} {
		conf := config(t, strings.Fields(c.args)...)
		r := start(t, conf, server.Parts{})
		host := r.host()
		if conf.URL != "" {
			host = strings.TrimPrefix(strings.TrimPrefix(conf.URL, "https://"), "http://")
		}
		if answer, _ := r.ask("GET", "/metrics", "", "Host", host); answer.StatusCode != c.want {
			t.Errorf("%s: answered %d, want %d", c.args, answer.StatusCode, c.want)
		}
		if conf.MetricsListen == "" {
			continue
		}
		for path, want := range map[string]int{"/metrics": 200, "/healthz": 200, "/readyz": 200, "/": 404, "/api/v1/services": 404} {
			answer, err := http.Get("http://" + r.beside() + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != want {
				t.Errorf("beside, %s is answered %d, want %d", path, answer.StatusCode, want)
			}
		}
	}
}

func TestTheLogIsWrittenAsAskedFor(t *testing.T) {
	for _, c := range []struct {
		log  settings.Log
		want string
	}{
		{settings.Log{Level: "info", Format: settings.Text}, `level=WARN msg=two`},
		{settings.Log{Level: "warn", Format: settings.JSON}, `"msg":"two"`},
		{settings.Log{Level: "warn", Format: settings.Auto}, `"msg":"two"`}, // this is no terminal
	} {
		var p pipe
		l := server.NewLog(c.log, &p)
		l.Info("one")
		l.Warn("two")
		if got := p.String(); !strings.Contains(got, c.want) || strings.Contains(got, "one") != (c.log.Level == "info") {
			t.Errorf("%+v: %s", c.log, got)
		}
	}
}
