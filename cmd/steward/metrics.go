package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"steward/store"
	"steward/workflows"
	"steward/workflows/engine"
)

// meters are the numbers that /metrics shows. They name nobody.
type meters struct {
	registry *prometheus.Registry
	events   *prometheus.CounterVec
	seconds  prometheus.Histogram
	requests *prometheus.HistogramVec
	unsealed prometheus.Counter
}

func newMeters(b build) *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "steward_events_total", Help: "Events that people brought, by what became of them.",
		}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "steward_event_seconds", Help: "Time to apply an event, commit included.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "steward_http_seconds", Help: "Time to answer a page, by method and status.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"code", "method"}),
		unsealed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "steward_log_seal_failures_total", Help: "Times that this process could not seal the log.",
		}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "steward_build_info", Help: "1, with the version that runs.",
		ConstLabels: prometheus.Labels{"version": b.version, "commit": b.commit},
	})
	info.Set(1)
	m.registry.MustRegister(m.events, m.seconds, m.requests, m.unsealed, info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 10 * time.Second, MaxRequestsInFlight: 2})
}

// timed measures how long pages take.
func (m *meters) timed(h http.Handler) http.Handler {
	return promhttp.InstrumentHandlerDuration(m.requests, h)
}

// meteredEngine counts what people do.
type meteredEngine struct {
	*engine.Engine
	meters *meters
}

// Apply applies an event and counts it.
func (e meteredEngine) Apply(ctx context.Context, ev workflows.Event) (workflows.Applied, error) {
	start := time.Now()
	done, err := e.Engine.Apply(ctx, ev)
	e.meters.seconds.Observe(time.Since(start).Seconds())
	outcome := "applied"
	switch {
	case err != nil:
		outcome = "failed"
	case done.Repeat:
		outcome = "repeated"
	case done.Refusal != nil:
		outcome = "refused"
	}
	e.meters.events.WithLabelValues(outcome).Inc()
	return done, err
}

// watch shows what waits in the database, counted at each scrape.
func (m *meters) watch(s *store.Store, business func() time.Time) {
	m.registry.MustRegister(&waiting{store: s, business: business})
}

// waiting is the collector of what waits.
type waiting struct {
	store    *store.Store
	business func() time.Time
}

// gauge is one number of what waits.
type gauge struct {
	name, help string
	value      func(store.Stats) float64
}

func gauges() []gauge {
	return []gauge{
		{"steward_outbox_waiting", "Messages that are to be sent.", func(s store.Stats) float64 { return float64(s.MailsWaiting + s.Waiting) }},
		{"steward_outbox_sending", "Messages that are being sent.", func(s store.Stats) float64 { return float64(s.Sending) }},
		{"steward_outbox_given_up", "Messages that were given up.", func(s store.Stats) float64 { return float64(s.Dead) }},
		{"steward_outbox_oldest_seconds", "Age of the oldest message that is due.", func(s store.Stats) float64 { return s.OldestWaiting.Seconds() }},
		{"steward_outbox_paused_buckets", "Platforms or channels that asked for a pause.", func(s store.Stats) float64 { return float64(s.PausedBuckets) }},
		{"steward_events_waiting", "Events for other things that wait to be applied.", func(s store.Stats) float64 { return float64(s.TellsWaiting) }},
		{"steward_timers_due", "Timers that are due and have not fired.", func(s store.Stats) float64 { return float64(s.TimersDue) }},
		{"steward_requests_open", "Requests that are not decided.", func(s store.Stats) float64 { return float64(s.OpenRequests) }},
		{"steward_log_entries", "Records in the log (on Postgres an estimate).", func(s store.Stats) float64 { return float64(s.LogEntries) }},
		{"steward_log_checkpoint_records", "Records that the newest checkpoint speaks of.", func(s store.Stats) float64 { return float64(s.Checkpointed) }},
		{"steward_log_unsealed", "Records that are not sealed yet.", func(s store.Stats) float64 { return float64(s.Unsealed) }},
		{"steward_log_unsealed_seconds", "Age of the oldest record that is not sealed.", func(s store.Stats) float64 { return s.OldestUnsealed.Seconds() }},
		{"steward_sessions", "Sign-ins that have not ended.", func(s store.Stats) float64 { return float64(s.ActiveSessions) }},
	}
}

// Describe implements prometheus.Collector.
func (w *waiting) Describe(ch chan<- *prometheus.Desc) {
	for _, g := range gauges() {
		ch <- prometheus.NewDesc(g.name, g.help, nil, nil)
	}
}

// Collect implements prometheus.Collector.
func (w *waiting) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s, err := w.store.Stats(ctx, w.business())
	for _, g := range gauges() {
		desc := prometheus.NewDesc(g.name, g.help, nil, nil)
		if err != nil {
			ch <- prometheus.NewInvalidMetric(desc, err)
			continue
		}
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, g.value(s))
	}
}
